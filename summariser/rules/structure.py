"""How a document is built: where it is cut off, and where one item ends and another begins."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from summariser.rules import cuts
from summariser.rules.authority import Named
from summariser.rules.lines import Line
from summariser.rules.parting import parting
from summariser.rules.pieces import Piece, Way, told
from summariser.rules.publishers import NAMES_OF_MEDIA

Completeness = Literal["complete", "truncated_end", "truncated_start", "excerpt", "unknown"]
Relation = Literal["single", "unrelated", "same_subject"]

# These three are for text in lower case.
_STATEMENT = re.compile(r"\bstatement from\b.{0,60}\bfollows\b")
_RESPONSE = re.compile(r"(?:the )?council(?:'s)? (?:response|statement|reply)\b.{0,30}:$")
_REPLY = re.compile(
    r"(?:what the council (?:says|said)|(?:the )?council(?:'s)? (?:full )?(?:reply|response|statement)|(?:the )?council (?:replies|responds))(?: in full)?$"
    r"|(?:how )?(?:the|.{3,40}) council (?:responded|replied)$|(?:statement|reply|response) (?:issued )?(?:by|from) (?!.{0,20}(?:leader|director|executive|mayor|member) )(?:the|.{3,60}\b) ?council(?:, .{3,30})?$"
)
_SUPPLIED = re.compile(
    r"\b(?:following|this|below is (?:the|a)) (?:full )?(?:statement|response|reply) (?:was |has been |is )?(?:supplied|issued|provided|sent|released|given)\b.{0,60}\bcouncil\b"
)
_SPEAKS = re.compile(r"\b(?:we|our|i)\b|^\"")
_IN_FULL = re.compile(
    r"(?:full |joint )?(?:statement|response)(?: issued)? (?:from|by|of) (?!.{0,20}(?:leader|director|executive|mayor|member) ).{3,60}\bcouncil$|.{3,60} council's (?:full )?(?:statement|response)(?: in full)?$"
)
_POSTED = re.compile(r"posted (?:on|by)\b|by .{2,40} on \d")
_EVENT = re.compile(
    r"\b(?:review|inspection|visit|challenge|plan|update|journey|assessment|prospects|rated|outcome|response)\b", re.I
)
_TOPIC = re.compile(r"\b(?:report|improvement|services?|workers|ofsted|cqc|performance|decision|findings|care)\b", re.I)
_COUNCIL_NAME = re.compile(r"^[\w' ]{3,50} council$", re.I)
# An officer's paper may be titled "The council's response".
_REPORTED = ("report of", "report by", "report to")
_GREETINGS = ("dear ", "annwyl ")
_LATE, _SURE = 6, 5
_FIRST_WORDS, _LEAST_LINES, _LEAST_BEFORE = 6, 2, 3
_ASKED = re.compile(r"^[A-Z][^.!;|]{10,120}\?$")
_LABEL = (
    r"(?:dates? (?:and time|of [\w ]{3,30})|officers?|present|in attendance|also present|apologies|(?:our |your |case )?ref(?:erence)?(?: no)?|date[ds]?|decision(?: maker| status| date| type| made by| taken by)?"
    r"|taken (?:by|on)|lead(?: \w+)?|portfolio|wards?(?: affected)?|category|status|report(?:s)? (?:to|by|of|author|from)|author|contact|key decision|members consulted"
    r"|authority relied on|published|issued|posted|from|to|cc|copied to|version|owner|type|venue|time|location|place|meeting|chair|inspectors?|inspection dates?|e-?mail|telephone|tel|urn"
    r"|number|ein cyf|dyddiad|submitted|prepared|agreed|is [\w -]+\?|signed|compiled|source|enquiries|updated|last updated|organisations?|body|age group|classification|sro|purpose)"
)
_LABELLED = re.compile(rf"^{_LABEL}(?: / [\w ]{{2,20}})? ?:", re.I)
# Lines that are at the head of a paper and are not its title: labels, dates, bylines, paths of pages, greetings.
_NO_TITLE = re.compile(
    rf"^{_LABEL}(?: / [\w ]{{2,20}})? ?:|^(?:dear|annwyl|by|yours|cc|report (?:by|of) (?!the review|the inspect)|posted|published|update[,:]|issued|report to|image|home [/>|]|notes? to|for immediate)\b"
    r"|^\W*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?(?:\d{1,2}(?:st|nd|rd|th)?(?: ?(?:-|to) ?\d{1,2}(?:st|nd|rd|th)?)? )?"
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december),? \d{4}(?:\W.{0,70})?$"
    r"|(?: [/>|] [^/>|]+){2}|\(you are here\)$|raising standards,? improving lives|^(?:mr|mrs|ms|miss|dr|sir|councillor|cllr) |^\W*$",
    re.I,
)
# Titles of parts of papers, and of kinds of them.
_SECTION = re.compile(
    r"^(?:[\dA-Z]{1,2}(?:\.\d)*[.)]? )?(?:(?:executive |management )?summary|(?:the )?background|introduction|purpose(?: of (?:the )?report)?|(?:key |main |our )?findings|recommendations?"
    r"|conclusions?|(?:the )?reasons?|(?:the )?decisions?|context|contents|judgements?|headlines?|next steps|foreword|in this section|(?:post )?navigation|agenda|(?:draft )?minutes|apologies"
    r"|decision (?:details|notice)|(?:media|press) release|the complaint|covering letter|feedback letter|appendix.{0,20}|strengths|what (?:we|happened|has)\b.*|how we\b.*|why (?:a|we|the)\b.*"
    r"|issue details|feedback report|(?:official|confidential|public)|management response.{0,20}|quality statements?|declarations.{0,20}|council plan|reports?|options.{0,20}|implications"
    r"|consultation|agenda item(?: details)?|notes (?:for|to) editors?|on this page|what's new|page \d+ of \d+|what .{2,30} (?:said|says|found)|ends|media enquiries|further information|the (?:authority|short version|shape of it)|after the .{3,20}|before the .{3,20})\W*$",
    re.I,
)
_NUMBERED_ITEM = re.compile(r"^(?:agenda item|minute|item)\b.{0,12} ?[-:.] ?\S|^\d{1,3}\. ?[A-Z]", re.I)
_BODY_ONLY = re.compile(
    rf"^(?:[\w'&,/-]+ ){{0,8}}(?:committee|board|panel|cabinet|council|executive|network|partnership|ombudsman|inspectorate|commission|association|adass|ofsted|programme|authority"
    rf"|wales|cymru|trust|{NAMES_OF_MEDIA}|forum|group|commissioner|obe|cbe|mbe)(?: - [\w ]{{2,30}})?(?:[,·-].{{0,60}}\d{{4}}.{{0,40}})?$",
    re.I,
)
_BYLINE = re.compile(
    r"^(?:by [A-Z]|\W*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]+ \d{4}(?:\W.{0,40})?$|inspected \d|published )",
    re.I,
)
_TITLE_LIKE = re.compile(r"^[A-Z][^.!?;|]{10,180}[^.!?;:|-]$")
# A post that its writer takes up again under a new date.
_ADDED = re.compile(r"^update\b.{0,20}\d{4}$", re.I)
# Headings of a standing page: a review with its date, and the service that it was of.
_REGIME_WORD = re.compile(
    r"focused visit|monitoring visit|peer (?:challenge|review)|inspect(?:ion|ed)|assess(?:ment|ed)|ofsted|cqc|ombudsman|commission\b|review"
)
_DATED_EVENT = re.compile(
    r"^(?=.*\b(?:19|20)\d\d\b).*(?i:focused visit|monitoring visit|peer (?:challenge|review)|inspection|assessment|ofsted|cqc|ombudsman|rating)"
)
_AREA = re.compile(
    r"^(?:adult|child|young|special educational|send\b|youth|the whole council|whole council|corporate|council[- ]wide|housing|complaints|ombudsman|public health"
    r"|education|families|safeguarding|fostering|adoption|schools|fire|homelessness|libraries|finance|audit|other (?:inspections|reviews))(?!.*\d{4}).{0,60}$",
    re.I,
)
_GRADED = re.compile(r"\b(?:good|outstanding|inadequate|requires improvement)\b", re.I)
# The items of a pack or bulletin that are each of a review.
_NUMBERED_SUBJECT = re.compile(
    r"^(?:(?:item |paper )?(?:\d{1,3}|[A-Z])[.):] ?)(?=[A-Z]).*(?i:focused visit|monitoring visit|peer (?:challenge|review)|inspection|ofsted|cqc|ombudsman|rating)"
)
_OF_MANY = re.compile(r"\b(?:agenda|pack|minutes|cabinet|committee|bulletin|papers|digest|newsletter|round-?up)\b", re.I)
_LEAST_EVENTS, _LEAST_KINDS, _NEAR_THE_TOP = 3, 2, 5


@dataclass(frozen=True, slots=True)
class Item:
    """A run of lines about one thing; `speaks` says that it is a statement issued by the authority."""

    lines: list[Line]
    heading: Line | None
    cut: Line | None
    speaks: bool = False
    late: Line | None = None
    way: Way | None = None
    authority: Named | None = None

    @property
    def completeness(self) -> Completeness:
        """Return whether the item shows a cut, at its end or, by its first line, before its start."""
        if self.cut:
            return "truncated_end"
        return "complete" if self.late is None else "excerpt" if cuts.is_excerpt(self.late) else "truncated_start"


def items(lines: list[Line]) -> list[Item]:
    """Part a document into its items; most have one."""
    if parted := parting(lines):
        final = parted.pieces[-1]
        return [_of_piece(piece, parted.way, piece is final) for piece in parted.pieces]
    standing = _standing(lines)
    starts = [*(standing or [0, *_starts(lines)]), len(lines)]
    runs = [(lines[begin:end], begin) for begin, end in pairwise(starts)]
    kept = [(run, begin) for run, begin in runs if sum(not line.boilerplate for line in run) >= _LEAST_LINES] or [(lines, 0)]
    last = len(kept) - 1
    parts = [_item(run, lines[begin - 1] if begin else None, place == last) for place, (run, begin) in enumerate(kept)]
    return [replace(part, way="standing") for part in parts] if standing and last else parts


def whole(lines: list[Line], parts: list[Item]) -> Item:
    """Return a document as if it were one item; `way` says how its items came together."""
    first = parts[0]
    return first if len(parts) == 1 else Item(lines, heading(lines) if first.way else first.heading, None, way=first.way)


def _of_piece(piece: Piece, way: Way, is_last: bool) -> Item:
    item = _item(piece.lines, piece.lines[0], is_last)
    return replace(item, heading=piece.heading or item.heading, speaks=False, way=way, authority=piece.authority)


def relation(parts: list[Item]) -> Relation:
    """Return how the items of a document hang together."""
    if len(parts) == 1:
        return "single"
    return "same_subject" if any(part.speaks for part in parts) else "unrelated"


def broken(lines: list[Line], parts: list[Item]) -> Item | None:
    """Return what shows best that a document is not whole, one of its items or all of it, or None."""
    cut = next((part for part in parts if part.cut), None)
    late = next((part for part in parts if part.late), None)
    if cut or late:
        return cut or late
    # What stands before the first item, or behind the last, may be cut too.
    all_of_it = Item(lines, None, cuts.last(lines), late=cuts.first(lines))
    return all_of_it if all_of_it.cut or all_of_it.late else None


def heading(lines: list[Line]) -> Line | None:
    """Return the line that names what the lines are about: of those at their head the one that reads most like a title."""
    near = [line for line in lines[:30] if not line.boilerplate]
    greeted = next((place for place, line in enumerate(near) if line.low.startswith(_GREETINGS)), None)
    # Above the greeting of a letter stand names and addresses.
    first = 0 if greeted is None or not any(line.kind == "heading" for line in near[greeted + 1 : greeted + 3]) else greeted + 1
    prose = next((place for place, line in enumerate(near) if place >= first and _is_prose(line)), len(near))
    best: tuple[float, Line] | None = None
    for place in range(first, len(near)):
        score = _likeness(near, place)
        if score is None:
            continue
        score -= 0.25 * (place - first) + (_LATE if place > prose and score < _SURE else 0)
        if best is None or score > best[0]:
            best = (score, near[place])
    return best[1] if best else None


def _likeness(near: list[Line], place: int) -> float | None:
    """Return how much a line reads like the title of what follows, or None if it cannot be one."""
    line = near[place]
    sentence = line.kind in ("sentence", "list_item") and (line.has(_TITLE_LIKE) or line.has(_ASKED)) and place < 8
    if not (sentence or line.kind == "heading") or line.has(_NO_TITLE) or _is_council_name(line):
        return None
    after = near[place + 1] if place + 1 < len(near) else None
    before = near[place - 1] if place else None
    words = len(line.words.split())
    score = 3.0 if line.has(_EVENT) else 2.0 if line.has(_TOPIC) else 0.0
    score += (words >= 3) + (words >= 5) - 2 * (words < 3) - sentence - 3 * line.words[0].islower()
    score += 2 * line.has(_NUMBERED_ITEM) - 4 * line.has(_SECTION) - 3 * line.has(_BODY_ONLY)
    if after and (_POSTED.match(after.low) or after.has(_BYLINE)):
        score += 5
    if before and before.low.startswith(_GREETINGS):
        score += 5
    return score


def _is_prose(line: Line) -> bool:
    return line.kind != "heading" and len(line.words.split()) >= 12 and not line.has(_LABELLED)


def _starts(lines: list[Line]) -> Iterator[int]:
    """Yield the positions at which an item after the first begins."""
    posts = [
        place for place, (before, line) in enumerate(pairwise(lines)) if before.kind == "heading" and _POSTED.match(line.low)
    ]
    if len(posts) > 1:
        yield from posts[1:]
        return
    for place, line in enumerate(lines[1:], 1):
        before = lines[place - 1]
        if (
            line.kind == "heading"
            and ((cuts.is_mark(before) and not before.boilerplate and not _same_page(lines, place)) or line.has(_ADDED))
        ) or ((_announces(before) and not line.low.startswith(_REPORTED)) or _prints_a_statement(lines, place)):
            yield place


def _standing(lines: list[Line]) -> list[int]:
    """Return where the items of a standing page begin, which tells under a heading each what every inspectorate has said."""
    headings = [
        place
        for place, line in enumerate(lines)
        if line.kind == "heading" and not line.boilerplate and len(line.words.split()) <= 14 and not line.has(_GRADED)
    ]
    events = [place for place in headings if lines[place].has(_DATED_EVENT)]
    subjects = [place for place in headings if lines[place].has(_NUMBERED_SUBJECT)]
    if len(_kinds(lines, subjects)) > 1 and any(line.has(_OF_MANY) for line in lines[:3]):
        return subjects[1:] if subjects[0] < _NEAR_THE_TOP else subjects
    if len(events) < _LEAST_EVENTS or len(_kinds(lines, events)) < _LEAST_KINDS:
        return []
    areas = [place for place in headings if place not in events and lines[place].has(_AREA) and place > 1]
    # A heading whose next line is another service's stands in a list of links.
    areas = [place for place in areas if place + 1 not in areas and place - 1 not in areas]
    starts = areas if len(areas) > 1 else events
    return starts if len(starts) > 1 else []


def _kinds(lines: list[Line], places: list[int]) -> set[str]:
    """Return the kinds of review that the lines at these places name."""
    return {found.group() for place in places if (found := _REGIME_WORD.search(lines[place].low))}


def _is_council_name(line: Line) -> bool:
    return line.low.endswith(" council") and line.has(_COUNCIL_NAME) and not line.has(_EVENT)


def _announces(line: Line) -> bool:
    """Say whether a line says that a statement of the authority follows."""
    if line.low.endswith(":") and _RESPONSE.match(line.low):
        return True
    if line.kind == "heading" and "council" in line.low and _IN_FULL.match(line.low.rstrip(":")):
        return True
    return "statement from" in line.low and bool(_STATEMENT.search(line.low))


def _prints(line: Line) -> bool:
    """Say whether a line says that what follows is the council's own, where that is so only if somebody speaks there."""
    if line.kind == "heading":
        return "council" in line.low and bool(_REPLY.match(line.low.rstrip(":")))
    return "council" in line.low and bool(_SUPPLIED.search(line.low))


def _prints_a_statement(lines: list[Line], place: int) -> bool:
    """Say whether a statement begins here: after an article that somebody else has written, and in the first person."""
    if not _prints(lines[place - 1]) or len(told(lines[: place - 1])) < _LEAST_BEFORE:
        return False
    return any(_SPEAKS.search(line.low) for line in lines[place : place + _FIRST_WORDS])


def _same_page(lines: list[Line], place: int) -> bool:
    """Say whether the lines after a cut only go on with the page: its furniture, or another meeting on the same issue."""
    rest = [line for line in lines[place:] if not line.boilerplate]
    return len(rest) < 5 or rest[0].words.lower().startswith("meeting:")


def _item(run: list[Line], before: Line | None, is_last: bool) -> Item:
    marks = [line for line in run if cuts.is_mark(line) and not line.boilerplate]
    cut = marks[-1] if marks else cuts.last(run) if is_last else None
    late = cuts.first(run) if before is None else None
    return Item(run, heading(run), cut, bool(before and (_announces(before) or _prints(before))), late)
