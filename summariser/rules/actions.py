"""What an action line tells besides the action: the resolution it belongs to, its owner, its due date, its table columns."""

import re
from collections.abc import Iterator

from summariser.rules import action_cells, action_tables
from summariser.rules.action_tables import Row
from summariser.rules.claims import is_resolution
from summariser.rules.dates import periods
from summariser.rules.lines import Line

_CAPITALISED = (
    r"[A-Z][\w'&-]+(?:(?: (?:of|and|for|the|&))* [A-Z][\w'&-]+){0,8}(?: (?:sub-?group|group|team|leaders|board|panel)\b)?"
)
_BODIES = (
    r"(?:council|authority|board|trust|partnership|committee|panel|sub-?group|cabinet|department|network|service|leadership team|leaders|members|officers|partners"
    r"|police|team|teams|executive|forum|director|directors|chair|leader|manager|managers|officer|adviser|commissioner|chief executive|government|minister|agencies)"
)
_ACTOR = rf"(?:(?:[Tt]he |[Aa]ll )?{_CAPITALISED}|(?:[Tt]he )(?:[\w'-]+ ){{0,4}}?{_BODIES}|(?:head|director) of [a-z ]{{3,40}}?|[Ll]eaders|[Mm]embers|[Oo]fficers)"
# Who stands as the subject before what is to be done, an apposition between them or not.
_SUBJECT = re.compile(
    rf"(?:^|[:;,(.] |\b[Tt]hat |\band |\bsaid |\bif |\bagree |\bask |\"|\d |- )({_ACTOR})(?:,? (?:who|which)[^,.;]{{0,80}},| \([^)]{{0,40}}\)|, [^,.;]{{3,60}},| across [^.;]{{3,40}}?)?"
    r" (?:has |have |had |also |then |now |jointly )?(?:will|would|shall|should|must|may wish|might wish|needs? to|need to|is to|are to|was to|were to|ought|agreed to|undertook|undertaken"
    r"|promised|pledged|committed|intends?|intend|plans? to|hopes? to|aims? to|means to|be (?:asked|invited|requested|required|instructed|authorised)|been asked|is leading"
    r"|wants? to|to (?:bring|submit|provide|report|write|circulate|prepare|undertake|lead|publish|review|agree|ensure|develop|consider|complete|present|oversee|draft|produce|update|send|share|invite|arrange|contact|check|explore|discuss|liaise|meet|add|organise|schedule|confirm|speak|email|investigate|look|follow|feed)"
    r"|may bring|pencilled|publish|report|pilot|comments?|requires?|accepted|resolved|has pencilled|has been asked"
    r"|bring|submit|provide|write|circulate|prepare|undertake|arrange|convene|attend|return)\b"
)
_PASSIVE = re.compile(
    rf"\b(?:(?:be|being|been) \w+(?:ed|en|id|pt) by|(?:delegated|reserved|assigned|referred|recommended) to|led by|owned by|expects?|encourage|require) (?:the )?({_ACTOR})\b"
)
_LABELLED_OWNER = re.compile(
    r"\b(?:[Oo]wner|[Ll]ead(?: [Oo]fficer)?|[Rr]esponsible(?: [Oo]fficer)?|[Aa]ccountable|[Ww]ho) ?: ?(?:the )?([^.;|]{3,80}?)(?=\.?$|[.;|]| (?:By|Due|When|Deadline)\b)"
)
# Behind a verb that asks somebody to act, and at the end of a minute that names who acts.
_ASKED = re.compile(
    rf"\b(?:ask(?:s|ed)?|invite[sd]?|request(?:s|ed)?|instruct(?:s|ed)?|tasked|urge[sd]?) (?:that )?((?:the )?{_ACTOR}) to\b"
)
_ACTION_BY = re.compile(
    rf"\b(?:[Aa]ction|ACTION)(?: (?:by|for))? ?: ?(?:the )?({_CAPITALISED}(?:(?:,| and| /) {_CAPITALISED})?)(?=[.)\]]*$)"
)
# In brackets or behind a dash.
_SET_APART = re.compile(
    rf"(?:^|[.;] )({_CAPITALISED})(?=, by\b)|"
    r"(?:- ?|\()((?:[Tt]he )?(?:Head of|(?:Corporate |Assistant |Strategic |Executive )?Director|Chief Executive|Monitoring Officer|Principal|Cabinet Member)[\w ,'&-]{0,60}?)"
    r"(?=[.;)|]|,? (?:by|before)\b|$)"
)
_NOBODY = frozenset(
    "we they it he she there this that these those i you if no an a what when while where who how all both some one each in on at as by for from since after before under inspectors section not rec reg "
    "action plan report review work progress training recommendation recommendations cqc ofsted members' nothing nobody another your our their his her its peers accepted "
    "january february march april may june july august september october november december resolved agreed "
    "ones others children visits cases files records figures plans reports reviews letters meetings".split()
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?:,? \d{{4}})?|\d{{1,2}}/\d{{1,2}}/\d{{4}}|{_MONTH}(?:,? \d{{4}})?)"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?"
_SEASON = r"(?:(?:early|late|mid|next|this|the) ){0,2}(?:spring|summer|autumn|winter|new year|Easter|Christmas|year end|financial year)(?: recess| term)?(?: \d{4})?"
_SPAN = r"(?:\w+ (?:working |calendar )?(?:days|weeks|months|years)|an? (?:week|month|year|fortnight))"
_DUE = re.compile(
    rf"\b(?:by|no later than|due|in place by|not later than|deadline:?)\s+((?:the )?(?:(?:end|start|beginning|middle) of (?:the )?)?(?:{_WEEKDAY}{_DAY}|\d{{4}}/\d{{2,4}}|{_SEASON}"
    rf"|(?:Q[1-4]|quarter [1-4])(?:,? (?:of )?\d{{4}}(?:[/-]\d\d)?)?|(?:year|week|month|term|quarter)\b))",
    re.I,
)
_BEFORE = re.compile(
    rf"\b((?:before|until) (?:the )?(?:(?:end|start) of (?:the )?)?(?:{_DAY}|{_SEASON}|[\w/' -]{{3,50}}? (?:is|are|was|has|had|have|been) (?:\w+ ){{0,2}}(?:set|made|signed off|concluded|agreed|approved)))\b",
    re.I,
)
_WITHIN = re.compile(rf"\b((?:within|in the next|over the next|in) {_SPAN})\b", re.I)
_THEN = re.compile(
    rf"\b(?:in|from|for|on|at|to|until|during|ready for) ((?:the )?(?:(?:end|start|beginning|middle) of )?(?:{_WEEKDAY}{_DAY}|{_SEASON}))\b(?! (?:inspection|visit|report|assessment))",
    re.I,
)
_MEETING = re.compile(
    rf"\b(?:by|before|to|at|for) (?:the |its |their |our )?((?:next|following) (?:ordinary |scheduled |full )?(?:meeting|committee|board|cabinet|council)\b"
    rf"|{_MONTH}(?= (?:meeting|committee|board|panel|cabinet|council)\b))",
    re.I,
)
_REPEATED = re.compile(
    r"\b((?:at )?(?:every|each) (?:(?:two|three|four|six|eight|twelve) (?:weeks|months)|day|week|fortnight|month|quarter|year|(?:Mon|Tues|Wednes|Thurs|Fri)day|meeting(?: of (?:the )?(?:full )?\w+)?))\b",
    re.I,
)
_TO_COME = re.compile(
    r"\b(?:will|would|shall|should|must|to be|be|is to|are to|ought|hopes?|hoped|plans?|intends?|promised|undertaken|undertook|expects?|aims?|extended|revisit|launch|asking|pencilled|to \w+)\b",
    re.I,
)
_GONE = re.compile(
    r"\b(?:published|dated|agreed|held|issued|received|met|since|made|found|inspected|wrote|was|were|asked|approved|accepted|of|began|begun|inspection|visit) (?:\w+ ){0,2}$",
    re.I,
)
_TAIL = re.compile(
    r"(?:date|owner|timescale)s? (?:to be|tbc)\b|(?:same )?(?:owner|lead|by when|due|deadline)\b ?[:.]|by (?:the )?[\w ]{3,30}\.?$",
    re.I,
)
_OPEN = re.compile(r"(?:to be|tbc|not yet|none|n/a|same)\b", re.I)
# Of an action told line by line: its owner, its date, how it stands.
_OWNER_LINE = re.compile(
    r"^(?:owner|lead(?: officer)?|responsible(?: officer)?|accountable(?: officer)?|who|action by) ?: ?", re.I
)
_DUE_LINE = re.compile(
    r"(?:^|(?<=\s))(?:[Bb]y(?: when)?|[Dd]ue(?: date)?|[Dd]eadline|[Tt]imescale|[Ww]hen|[Tt]arget date|[Cc]ompletion date) ?: ?"
)
_STATUS_LINE = re.compile(r"^(?:where it stands|status|progress|position|update|latest position) ?: ?", re.I)
_LONGEST_NAME, _LONGEST_DATE, _NEAR = 160, 60, 4

__all__ = ["Row", "due", "is_tail", "owner", "resolutions", "rows"]


def owner(words: str) -> str | None:
    """Return who is to act, if the line names them as such."""
    for pattern in (_LABELLED_OWNER, _ACTION_BY, _SET_APART, _SUBJECT, _PASSIVE, _ASKED):
        for match in pattern.finditer(words):
            named = str(next(filter(None, match.groups()))).strip(" ,").removeprefix("That ")
            first = named.removeprefix("The ").removeprefix("the ").split(" ")[0].lower()
            if first not in _NOBODY and not _OPEN.match(named) and not any(map(str.isdigit, named)):
                return (named if "(" in named else named.rstrip(")"))[:_LONGEST_NAME]
    return None


def due(words: str) -> str | None:
    """Return by when it is to be done: as a date in ISO 8601 where the line gives the year, else in the line's own words."""
    match = _DUE.search(words) or _BEFORE.search(words)
    if not match:
        # What says no more than a time is when it is due only behind what is to be done.
        told = (found for pattern in (_THEN, _WITHIN) for found in pattern.finditer(words))
        match = next((found for found in told if _lies_ahead(words[: found.start()])), None) or _MEETING.search(words)
    if not match:
        match = next((found for found in _REPEATED.finditer(words) if _lies_ahead(words[: found.start()])), None)
    return _dated(match.group(1).strip()) if match else None


def _lies_ahead(before: str) -> bool:
    return bool(_TO_COME.search(before)) and not _GONE.search(before[-40:])


def _dated(words: str) -> str:
    """Return the date in the words, if a year is in them."""
    said = [period for period in periods(words) if "/" not in period.iso]
    before = words.lower().startswith(("before", "until"))
    words = re.sub(rf"^the (?={_MONTH})", "", words, flags=re.I)
    return said[0].iso if said and not before else words[:_LONGEST_DATE]


def is_tail(words: str) -> bool:
    """Say whether a line only adds owner or date to the action before it, as in "- Head of Service, by March"."""
    return words.startswith(("-", "–")) or bool(_TAIL.match(words))


def resolutions(lines: list[Line]) -> set[int]:
    """Return the numbers of the lines that a committee resolved: what follows "RESOLVED", to the end of the list."""
    found: set[int] = set()
    open_since: int | None = None
    for line in lines:
        if line.boilerplate:
            open_since = None
        elif is_resolution(line.words):
            open_since = line.number
            if len(line.words.split()) > 3:
                found.add(line.number)
        elif open_since is not None:
            goes_on = line.kind == "list_item" or line.words.lower().startswith(("that ", "1", "(1", "(a"))
            if not goes_on:
                open_since = None
            else:
                found.add(line.number)
    return found


def rows(lines: list[Line]) -> dict[int, list[Row]]:
    """Return the actions that stand in tables, by the line that they begin on. A plan that tells its actions line by line
    ("Owner: ...", "By: ...") is a table too.
    """
    found: dict[int, list[Row]] = {}
    for row in (*_blocks(lines), *action_tables.rows(lines)):
        found.setdefault(row.lines[0], []).append(row)
    return found


def _blocks(lines: list[Line]) -> Iterator[Row]:
    """Yield the actions that are followed by lines with their owner and date."""
    action: tuple[int, Line] | None = None
    for place, line in enumerate(lines):
        if line.kind == "table_row" or line.boilerplate:
            continue
        if not _OWNER_LINE.match(line.words):
            labelled = _DUE_LINE.match(line.words) or _STATUS_LINE.match(line.words)
            if line.kind != "heading" and not labelled and len(line.words.split()) > 2:
                action = place, line
            continue
        if action is None or place - _NEAR > action[0]:
            continue
        named, _, when = _split(line.words)
        due_at = line.number
        following = lines[place + 1 : place + _NEAR]
        if not when and (told := next((other for other in following[:2] if _DUE_LINE.match(other.words)), None)):
            when, due_at = _split(told.words)[2], told.number
        stands = next((_STATUS_LINE.sub("", other.words) for other in following if _STATUS_LINE.match(other.words)), "")
        known = action_cells.owner(named), action_cells.due(when)
        status = action_cells.status(stands) or ("in_progress" if action_cells.is_told(stands) else "planned")
        lines_of_it = (action[1].number,)
        yield Row(action[1].words, *known, status, lines=lines_of_it, owner_at=line.number, due_at=due_at)
        action = None


def _split(words: str) -> tuple[str, str, str]:
    """Return the owner, the label and the date of a line that has one or both."""
    match = _DUE_LINE.search(words)
    named = _OWNER_LINE.sub("", words[: match.start()] if match else words).strip(" .;,")
    return named, match.group() if match else "", words[match.end() :].strip(" .;,") if match else ""
