"""What a cell of a plan tells: a date, an owner, how an action stands, or only a number."""

import re

from summariser.rules.dates import MONTH, periods

_LONGEST_NAME, _LONGEST_DATE, _FEWEST_WORDS = 160, 60, 2
_NO_DATE = re.compile(
    r"(?:to be|tb[cads]\b|n/?a\b|none|not (?:yet )?(?:set|known|agreed|applicable|fixed|dated|due)|no date|unknown|[-–—?.]*$|same\b|see\b)",
    re.I,
)
_SEASON = r"(?:spring|summer|autumn|winter|easter|christmas|new year|year[- ]end)"
_DATE_CELL = re.compile(
    rf"(?:(?:was|now|by|end|start|mid|early|late|from|before|revised|since|until|next|each|every|of|the|launch|first|w/c|week|ending|beginning|commencing)[ :-]*)*"
    rf"(?:(?:\d{{1,2}}(?:st|nd|rd|th)? )?{MONTH}\b|{_SEASON}\b|\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\d{{4}}(?:[/-]\d\d(?:\d\d)?)?(?:-\d\d)?\b|(?:q(?:uarter )?|term )[1-6]\b"
    rf"|(?:on-?going|continuous|immediate(?:ly)?|asap|daily|weekly|fortnightly|monthly|quarterly|annual(?:ly)?|termly|running|(?:day|week|month|quarter|term|year|meeting)s?|financial year)(?=[.,;]|$| until\b| to\b| from\b)"
    rf"|within \w+ (?:days|weeks|months|years?)|\w+ (?:days|weeks|months)\b|tb[ca]\b)(?! ?\d*%| (?:review|plan|audit|survey|report)\b| \d+%)",
    re.I,
)
_REPEATED = re.compile(
    r"(?:each|every|on-?going|continuous|daily|weekly|fortnightly|monthly|quarterly|annual|termly|running)", re.I
)
_RANGE = re.compile(rf"\b({MONTH})\s*(?:-|–|to)\s*({MONTH}) (\d{{4}})\b", re.I)
_MOVED = re.compile(
    r"\b(?:revised|now|new date|re-?dated|moved|extended|slipped|slips|put back|changed|pushed|deferred)\b[^.;|]{0,25}?(?=\d|\b[A-Z])",
    re.I,
)
_SHORT_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{2})")
_DUE_WORD = re.compile(r"due (?:by |in |on )?", re.I)
_STRUCK = re.compile(r"~~.*?~~\s*")
_CLOSED_UNDONE = re.compile(
    r"\b(?:paused|on hold|suspended|superseded|merged|replaced by|withdrawn|abandoned|cancelled|removed|no longer (?:needed|required)|deferred|stalled)\b",
    re.I,
)
_NOT_BEGUN = re.compile(
    r"\b(?:not (?:yet |been )*(?:started|begun|commenced|due|arranged|set up)|yet to (?:start|begin|commence)|no progress|(?:starts|begins|to start|to begin|planned for|scheduled for)\b"
    r"|planned|scheduled|outstanding|future|will|(?:to|go(?:es)? out) (?:be|follow|go|come|in)|fixed for)\b",
    re.I,
)
_PARTLY = re.compile(
    r"\b(?:in progress|in part\b|part(?:ly|ially)?[ -](?:complete|done|met|achieved|implemented)|partly|nearly|almost|substantially|incomplete|not (?:yet )?(?:complete|done|met|achieved|implemented)"
    r"|(?:to be|due to be|on (?:track|target|course) (?:to|for)(?: be)?) (?:complet\w+|done|delivered)|due for completion|[1-9]?\d ?% (?:complete|done))\b",
    re.I,
)
_DONE = re.compile(
    r"\b(?:complete|completed|done|closed|blue|achieved|delivered|implemented|finished|embedded|discharged|fully met|action met|sent|close)\b|^(?:circulated|issued|published|submitted|provided|presented|held|approved|adopted|launched|signed off)\b",
    re.I,
)
_GOING = re.compile(
    r"\b(?:on track|on target|on course|on schedule|in progress|in hand|progress(?:ing|ed)|under ?way|started|begun|began|commenced|on-?going|open|live|late|at risk|off track|behind|delay(?:ed|s)?|slipp(?:ed|ing|age)|overdue"
    r"|missed|amber|green|red|yellow|being \w+|drafted|draft|in preparation|pilot(?:ed|ing)?|continu(?:es|ing)|running)\b",
    re.I,
)
_PROPOSED = re.compile(r"\b(?:proposed|proposal|under consideration|being considered|awaiting (?:approval|decision))\b", re.I)
_CONDITIONAL = re.compile(r"^(?:subject to|depend(?:s|ent|ing) (?:up)?on|if\b|conditional|awaiting funding|bid\b)", re.I)
_COLOURS = {"r": "in_progress", "a": "in_progress", "g": "in_progress", "y": "in_progress", "b": "done"}
_STATUS_CELL = re.compile(
    r"(?:(?:not|fully|partly|partially|mostly|nearly|now|all) )*(?:yet )?(?:complete\w*|done|closed?|open|blue|green|amber|red|yellow|grey|on (?:track|target|hold|course|schedule)|off track|at risk|in (?:progress|hand|part)|under ?way"
    r"|overdue|late|slipped|delayed|behind|missed|started|begun|begins|starts|paused|superseded|merged|withdrawn|on-?going|outstanding|achieved|implemented|delivered|proposed|planned|(?<=not )due|(?<=yet )due|met|accepted|agreed|subject to|stalled)\b",
    re.I,
)
_NO_OWNER = re.compile(
    r"(?:to be|tb[cad]\b|not (?:yet|known|assigned)|none|n/?a\b|vacant|no owner|unassigned|same\b|see\b|[-–—?.\d]*$)", re.I
)
# A name in brackets behind a post, or that nobody holds it.
_HOLDER = re.compile(r"\s*\((?:(?:[A-Z]\.? ){1,2}[A-Z][\w'-]+|[^)]*\b(?:vacant|vacancy|interim|acting|from \w+)\b[^)]*)\)")
_POST = re.compile(
    r"\b(?:head|director|manager|lead|leads|leader|officer|chief|chair|team|board|council|trust|icb|ccg|pct|police|partnership|service|services|ad|dcs|dass|hos|principal|social worker|coordinator|co-ordinator|adviser|advisor"
    r"|committee|group|panel|partners|all|nurse|commissioner|commissioning|member|cllr|councillor|hr|it|finance|performance|legal|housing|office|secretariat|strategy|unit|agency|agencies|both|governors|headteachers?)\b",
    re.I,
)
_NAME = re.compile(
    r"(?:[A-Z][\w.'-]*|of|and|for|the|with|to|&|/|,|\([^)]*\))(?:[ ,/]+(?:[A-Z][\w.'-]*|of|and|for|the|with|to|&|\([^)]*\)))*,?"
)
_REFERENCE = re.compile(r"[A-Z]{0,4}[ .-]?\d+[a-z]?(?:[./-]\w+)*(?:\s?\([^)]*\))*\W*|[ivxIVX]+[.)]?|[A-Z]\d*[.)]?|\(?[a-z]\)")
_NUMBER = re.compile(r"[£(+<>~-]*\s?\d[\d,.]*\s?(?:%|per cent|k|m|bn|days?|weeks?|hours?)?[)]?(?: \([^)]*\))?|\.\.|x")


def is_date(cell: str) -> bool:
    """Say whether a cell holds no more than a date, a period, or that there is none yet."""
    return bool(cell) and len(cell.split()) <= 8 and bool(_DATE_CELL.match(_STRUCK.sub("", cell)))


def is_status(cell: str) -> bool:
    """Say whether a cell opens with a word for how an action stands, or is the letter of a colour."""
    return bool(_STATUS_CELL.match(cell)) or cell.rstrip("*").lower() in _COLOURS


def is_owner(cell: str) -> bool:
    """Say whether a cell names a person, a post or a body."""
    return (
        0 < len(cell.split()) <= 9
        and bool(_NAME.fullmatch(cell) or (_POST.search(cell) and len(cell.split()) <= 6))
        and not is_status(cell)
    )


def is_reference(cell: str) -> bool:
    """Say whether a cell holds a number or letter that names the row."""
    return bool(_REFERENCE.fullmatch(cell))


def is_number(cell: str) -> bool:
    """Say whether a cell holds a figure."""
    return bool(_NUMBER.fullmatch(cell))


def clean(cell: str) -> str:
    """Return the words of a cell without what is struck out in it."""
    return _STRUCK.sub("", cell).strip()


def owner(cell: str) -> str | None:
    """Return who an owner's cell names: the post without the name of its holder; nobody where it is vacant or open."""
    named = _HOLDER.sub("", clean(cell)).strip(" *;,")
    return None if not named or _NO_OWNER.match(named) else named[:_LONGEST_NAME]


def due(cell: str) -> str | None:
    """Return the date of a cell, in ISO 8601 where it gives the year; of a date that was moved, the new one."""
    told = clean(cell).strip(" *;,.")
    if not told or _NO_DATE.match(told):
        return None
    if months := _RANGE.search(told):
        first, last = (periods(f"{month} {months[3]}") for month in months.groups()[:2])
        return f"{first[0].iso}/{last[0].iso}" if first and last else told[:_LONGEST_DATE]
    if is_status(told) and not is_date(told):
        return moved_to(told)
    if short := _SHORT_DATE.fullmatch(told):
        day, month, year = map(int, short.groups())
        return f"20{year:02d}-{month:02d}-{day:02d}" if 1 <= month <= 12 and 1 <= day <= 31 else told
    told = _DUE_WORD.sub("", told)
    dates = periods(told)
    if dates and not _REPEATED.match(told) and not told.lower().startswith(("before", "until")):
        return (dates[-1] if _MOVED.search(told) else dates[0]).iso
    return told if len(told) <= _LONGEST_DATE else None


def moved_to(cell: str) -> str | None:
    """Return the date to which an action was moved, if a cell tells of it and gives the year."""
    moved = _MOVED.search(cell)
    dates = periods(cell[moved.start() :]) if moved else []
    return dates[0].iso if dates else None


def status(cell: str) -> str | None:
    """Return how an action stands by the words of a cell, or None if they do not tell."""
    told = clean(cell).strip(" *")
    if told.lower() in _COLOURS:
        return _COLOURS[told.lower()]
    # The first clause tells how it stands; what follows tells more about it.
    for words in (re.split(r"[.;,:(–-]\s?(?=\D)", told, maxsplit=1)[0], told):
        if _CLOSED_UNDONE.search(told):
            return "planned"
        for code, cue in _STATUSES:
            if cue.search(words):
                return "in_progress" if code == "done" and _PARTLY.search(told) else code
    return None


def is_told(cell: str) -> bool:
    """Say whether a cell tells something in words."""
    return len(cell.split()) >= _FEWEST_WORDS and not _NO_DATE.match(cell)


_STATUSES = (
    ("conditional", _CONDITIONAL),
    ("proposed", _PROPOSED),
    ("in_progress", _PARTLY),
    ("planned", _NOT_BEGUN),
    ("done", _DONE),
    ("in_progress", _GOING),
)
