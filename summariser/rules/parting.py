"""Parts papers that hold several items: packs by their agenda, minutes by their numbers, round-ups by their headlines.

To part a paper that is of one thing does more harm than to leave one whole, so each rule asks for two items of some length at
least, and for a sign that the headings are those of items and not of the parts of one.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise

from summariser.rules import trackers
from summariser.rules.lines import Line
from summariser.rules.pieces import Piece, Way, is_substantive, named, runs, told, words

# "Agenda Item 5", "Paper 2 - Highlight report": what a pack calls its items.
_NAMES = ("item", "paper", "tab", "report", "enclosure")
_CALLED = ("agenda item", *_NAMES)
_ITEM = re.compile(
    r"(?:agenda )?(item|paper|tab|report|enclosure)(?: no\b\.?| number)?:? ?(\d{1,3}[a-z]?|[A-Z])(?= ?[.:)*-]| ?$)\W*(.*)",
    re.I,
)
_AGENDA = re.compile(r"^\W*a ?g ?e ?n ?d ?a\b", re.I)
_PACK = re.compile(
    r"\b(?:packs?|agenda and (?:papers|reports)|(?:committee )?papers\b|bundle|book of reports|summons|supplement|sub-committee|draft minutes)\b",
    re.I,
)
# A report of a pack that names its item behind the body it is for.
_REPORT_TO = re.compile(r"report to .{3,80}?\b(item) (\d{1,3})()$", re.I)
# Minutes are numbered 12, 12/08 (of the year), 118/2 (of the meeting), or C.12 and ASC/12 (of the body).
_NUMBER = re.compile(r"(?:minute |[A-Z]{1,5}[./])?(?:(\d{1,3})(?:/(\d{1,3}))?|([A-H]))[*.):]? (?:- )?(?=[A-Z])", re.I)
_OF_A_BODY = re.compile(r"[a-z]{1,5}[./]\d")
_WHOLE = 1000
_NUMBER_OPENS = frozenset("0123456789abcdefghm")
# Business of every meeting, of which nobody wants a brief.
_ROUTINE = re.compile(
    r"(?:to receive )?(?:any )?(?:apolog|declarations?\b|disclosures? of|minutes\b|(?:questions|petitions?|deputations)\b|public (?:participation|questions|speaking)|urgent|other business"
    r"|dates? of|meetings? (?:proposed|dates)|next meeting|exclusion|exempt|\[?exempt|welcome|chair(?:man|person)?'s (?:announce|communi)|announcements|membership|substitut|prayers|appendix|glossary"
    r"|agenda|webcast|contents|documents sealed|seal$|work(?:ing)? programme$|forward (?:plan|work)|for information$|close\b)",
    re.I,
)
# The routine that shows numbers to be those of a meeting's minutes.
_OF_A_MEETING = re.compile(
    r"(?:to receive )?(?:any )?(?:apologies|declarations?\b|minutes\b|public (?:participation|questions)|(?:any )?(?:urgent|other) business|dates? (?:and venue )?of (?:the )?next|exclusion of|work(?:ing)? programme$)",
    re.I,
)
# Of questions there is something to tell where they are many words on the field.
_QUESTIONS = re.compile(r"questions\b.{0,20}\b(?:members|councillors)", re.I)
_NOT_HERE = re.compile(r"\bexempt\b|not for publication|not included", re.I)
_OF_THE_FIELD = re.compile(
    r"social (?:care|work)|social services|children's|children in care|care leavers|safeguard|ofsted|cqc|inspect(?:or|ion)|peer (?:review|challenge)|care act|youth (?:justice|offending)|ombudsman"
    r"|adult|foster|carers\b|assessors|home care|care homes?\b|day (?:centre|service)s?\b|older people|disabilit"
)
# Titles of pages that gather what others have brought out.
_GATHERS = re.compile(
    r"\b(?:round-?up|digest|bulletin|newsletter|in brief|news in|week ending|(?:this|the) week(?:'s)?|daily update|weekly|staff news|e-?mail alerts?"
    r"|politics week|members' (?:briefing|update))\b",
    re.I,
)
# What a site calls the place of its news, a list of them or one.
_NEWS = re.compile(r"\b(?:newsroom|news list|latest news)\b", re.I)
_POST = re.compile(r"^(?:posted|published)\b.{0,20}\d")
_PARTS_OF_ONE = re.compile(
    r"(?:key |main |our |draft |the )?(?:findings|recommendations?|summary|background|introduction|context|purpose|reasons?|conclusions?|next steps|implications|strengths|decisions?|what "
    r"|how |why |where |letters|dates |diary|related|most read|notes|contents|in other news|advert|subscribe|comments)",
    re.I,
)
_COUNCILS = re.compile(
    r"\b([a-z][\w'-]{3,}) (?:(?:city|county|borough|district|metropolitan|unitary) ){0,2}council\b|\b(?:council|borough|city|county) of ([a-z][\w'-]{3,})"
)
_LEAST_WORDS_OF_A_MINUTE, _LEAST_WORDS_OF_NEWS = 100, 20
_LEAST_OF_THE_FIELD, _LEAST_COUNCILS = 2, 2
_HEAD, _CONTENTS, _LEAST_LISTED, _KEY_WORDS, _NEAR_THE_TOP = 3, 80, 3, 5, 12
_LEAST_SHARE = 0.6
_LONGEST_TITLE = 22


@dataclass(frozen=True, slots=True)
class Parting:
    """The items of a paper and how they came together."""

    way: Way
    pieces: list[Piece]


def parting(lines: list[Line]) -> Parting | None:
    """Return the items of a paper that holds several, or None of one that does not show that it does."""
    rules: tuple[tuple[Way, Callable[[list[Line]], list[Piece]]], ...] = (
        ("rows", trackers.rows),
        ("rows", trackers.blocks),
        ("pack", _agenda),
        ("pack", _listed),
        ("pack", _numbered),
        ("page", _gathered),
        ("page", _of_councils),
    )
    for way, rule in rules:
        pieces = rule(lines)
        if len(pieces) > 1:
            return Parting(way, pieces)
    return None


# --- Packs and minutes


def _agenda(lines: list[Line]) -> list[Piece]:
    """Return the items of a pack whose papers stand under "Agenda Item 5" and the like."""
    found = [
        (place, match)
        for place, line in enumerate(lines)
        if line.low.startswith(_CALLED)
        and (line.kind == "heading" or line.low.startswith("agenda item"))
        and (match := _ITEM.match(line.words) or _REPORT_TO.match(line.words))
    ]
    # An item may have enclosures of its own.
    counted = Counter(match[1].lower() for match in {match.group(): match for _, match in found}.values())
    called = next((name for name in _NAMES if counted[name] > 1), None)
    found = [(place, match) for place, match in found if match[1].lower() == called]
    # A contents list has the same names as the items, with nothing under them.
    longest: dict[str, list[Line]] = {}
    for (_, match), run in zip(found, runs(lines, [place for place, _ in found]), strict=True):
        name = match[2].lower()
        if name not in longest or words(run) > words(longest[name]):
            longest[name] = run
    pieces: list[Piece] = []
    for run in sorted(longest.values(), key=lambda run: run[0].number):
        match = _ITEM.match(run[0].words)
        pieces += _paper(run, match[3] if match else "")
    return pieces


def _paper(run: list[Line], title: str) -> list[Piece]:
    """Return the items of one paper of a pack: of minutes each that is of substance, of routine business none."""
    if any("minutes of" in line.low for line in run[:_HEAD]) and (minutes := _minutes(run, least=1)):
        return minutes
    titled = title or (run[1].words if len(run) > 1 else "")
    if _ROUTINE.match(titled) or _NOT_HERE.search(title) or not is_substantive(run):
        return []
    return [Piece(run, named(run[0], title) if title and len(title.split()) <= _LONGEST_TITLE else None)]


def _listed(lines: list[Line]) -> list[Piece]:
    """Return the items of a pack whose papers stand under the titles that the agenda at its head gives them."""
    listed = [place for place in range(min(len(lines), _CONTENTS)) if _number(lines, place)]
    if len(listed) < _LEAST_LISTED or not any(line.has(_PACK) or line.has(_AGENDA) for line in lines[: listed[0]]):
        return []
    numbers = [_number(lines, place) for place in listed]
    last = next((place for place, (one, other) in enumerate(pairwise(numbers)) if other <= one), len(listed) - 1)
    titles = {_key(_title(lines[place])) for place in listed[: last + 1]} - {""}
    starts = [
        place
        for place in range(listed[last] + 1, len(lines))
        if (lines[place].kind == "heading" or _number(lines, place)) and _key(_title(lines[place])) in titles
    ]
    return [piece for run in runs(lines, starts) for piece in _paper(run, _title(run[0]))]


def _key(title: str) -> str:
    """Return the first words of a title, by which an agenda's entry and the paper itself are known to be one."""
    found = re.findall(r"[a-z0-9]+", re.split(r" [-–—] | \(", title.lower())[0])
    return " ".join(found[:_KEY_WORDS]) if len(found) > 1 else ""


def _numbered(lines: list[Line]) -> list[Piece]:
    """Return the items of minutes, or of a pack, by the numbers of their headings."""
    pieces = _minutes(lines, least=2)
    if pieces or not any(line.has(_PACK) for line in lines[:_HEAD]):
        return pieces
    starts = [place for place in range(len(lines)) if _number(lines, place)]
    numbers = [_number(lines, place) for place in starts]
    # Numbers that begin anew, or that stand before a background and a conclusion, are those of the parts of one paper.
    anew = any(one >= other for one, other in pairwise(numbers))
    if anew or any(_PARTS_OF_ONE.match(_title(lines[place])) for place in starts):
        return []
    return [Piece(run) for run in runs(lines, starts) if not _ROUTINE.match(_title(run[0])) and is_substantive(run)]


def _number(lines: list[Line], place: int) -> int:
    """Return the number of a heading that has one, or of a list item that stands alone as headings do; 0 is none.

    It is in thousands, and what stands behind a stroke in units.
    """
    line = lines[place]
    if line.kind == "list_item":
        alone = place + 1 == len(lines) or lines[place + 1].paragraph != line.paragraph
        under = place and lines[place - 1].paragraph == line.paragraph
        if not alone or under or len(line.words.split()) > _LONGEST_TITLE or line.words.endswith((".", ";", ",")):
            return 0
        match = _NUMBER.match(line.mark + " " + line.words)
    elif line.kind == "heading" and not line.boilerplate and (line.low[:1] in _NUMBER_OPENS or _OF_A_BODY.match(line.low)):
        match = _NUMBER.match(line.words)
    else:
        return 0
    if not match:
        return 0
    return int(match[1]) * _WHOLE + int(match[2] or 0) if match[1] else (ord(match[3].upper()) - ord("A") + 1) * _WHOLE


def _title(line: Line) -> str:
    match = _NUMBER.match(line.words)
    return line.words[match.end() :] if match else line.words


def _minutes(lines: list[Line], least: int) -> list[Piece]:
    """Return the substantive items of the minutes of a meeting, whose routine ones show that the numbers are the meeting's."""
    starts: list[int] = []
    last = 0
    for place in range(len(lines)):
        number = _number(lines, place)
        next_meeting = (last // _WHOLE + 1) * _WHOLE + 1 if last % _WHOLE else 0
        if number and (not starts or number - last in (1, _WHOLE) or number == next_meeting):
            starts.append(place)
            last = number
    parts = runs(lines, starts)
    if not any(_OF_A_MEETING.match(_title(run[0])) for run in parts):
        return []
    debated = [
        run
        for run in parts
        if (not _ROUTINE.match(_title(run[0])) or _QUESTIONS.match(_title(run[0])))
        and is_substantive(run, _LEAST_WORDS_OF_A_MINUTE)
        and sum(map(_is_of_the_field, run)) >= _LEAST_OF_THE_FIELD
    ]
    return [Piece(run, named(run[0], _title(run[0]))) for run in debated] if len(debated) >= least else []


def _is_of_the_field(line: Line) -> bool:
    return bool(_OF_THE_FIELD.search(line.low))


# --- Pages of several pieces


def _headlines(lines: list[Line]) -> list[int]:
    """Return the places of the headings that may be those of pieces: of two styles the louder."""
    places = [
        place
        for place, line in enumerate(lines[:-1])
        if place
        and (line.kind == "heading" or _number(lines, place))
        and not (line.boilerplate or line.has(_PARTS_OF_ONE) or "|" in line.words)
        and told(lines[place + 1 : place + 2])
    ]
    loud = [place for place in places if lines[place].words.isupper()]
    return loud if len(loud) > 1 else places


def _gathered(lines: list[Line]) -> list[Piece]:
    """Return the pieces of a round-up, bulletin or list of news."""
    titles = [line for line in lines[:_HEAD] if line.kind == "heading" and len(line.words.split()) <= _LONGEST_TITLE]
    listed = any(line.has(_NEWS) for line in titles) and not any(_POST.match(line.low) for line in lines[:_NEAR_THE_TOP])
    if not listed and not any(line.has(_GATHERS) for line in titles):
        return []
    pieces = [run for run in runs(lines, _headlines(lines)) if is_substantive(run, _LEAST_WORDS_OF_NEWS)]
    # A parish magazine gathers pieces too, and is a paper of no field of ours.
    return [Piece(run, run[0]) for run in pieces] if any(map(_is_of_the_field, chain(*pieces))) else []


def _of_councils(lines: list[Line]) -> list[Piece]:
    """Return the pieces of a page that are each of a council that its headline names."""
    councils = {name for line in lines for name in _names(line)}
    if len(councils) < _LEAST_COUNCILS:
        return []
    starts, of = [], []
    for place in _headlines(lines):
        headed = [name for name in councils if re.search(rf"\b{re.escape(name)}\b", lines[place].low)]
        if len(headed) == 1:
            starts.append(place)
            of += headed
    if len(of) < _LEAST_COUNCILS or len(set(of)) < len(of):
        return []
    parts = runs(lines, starts)
    own = all(name in {each for line in run for each in _names(line)} for run, name in zip(parts, of, strict=True))
    held = sum(map(words, parts)) >= _LEAST_SHARE * words(lines)
    return [Piece(run, run[0]) for run in parts] if own and held and all(map(is_substantive, parts)) else []


def _names(line: Line) -> Iterator[str]:
    """Yield the places whose council a line names."""
    if "council" in line.low or " of " in line.low:
        for match in _COUNCILS.finditer(line.low):
            yield match[1] or match[2]
