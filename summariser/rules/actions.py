"""What an action line tells besides the action: the resolution it belongs to, its owner, its due date, its table columns."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from summariser.rules.claims import is_resolution
from summariser.rules.lines import Line

_OWNER = re.compile(
    r"\b((?:the )?(?:Head of [A-Z][\w' ]+?|(?:Corporate |Assistant |Strategic |Executive )?Director(?: of|,| for) [A-Z][\w' ]+?|Director"
    r"|Chief Executive|Monitoring Officer|Principal Social Worker|Improvement Board|Transformation Board|Cabinet Member for [A-Z][\w' ]+?"
    r"|Leader|Chair|head of [a-z ]+?|director of [a-z' ]+?|principal social worker|monitoring officer|chief executive))"
    r"(?=[,.;:)|]| (?:to|would|will|be|bring|by|is|was|had|before|undertook|and|leading)\b|$)"
)
_OWNS = re.compile(r"(?:[-–]\s*|\bowner:? (?:the )?|\bled by (?:the )?)$", re.I)
_ACTS = re.compile(r" (?:to|bring|submit|provide|report|write|circulate|prepare|undertake|is leading|would|will|undertook)\b")
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?:,? \d{{4}})?|\d{{1,2}}/\d{{1,2}}/\d{{4}}|{_MONTH}(?: \d{{4}})?)"
_DUE = re.compile(
    rf"\b(?:by|before|until|no later than|due|in place by|ready for .{{0,30}} during|within)\s+((?:the )?(?:(?:end of |early |late |spring |summer "
    rf"|autumn |winter )*(?:{_DAY}|\d{{4}}/\d{{2,4}}|(?:early |late )?(?:spring|summer|autumn|winter)(?: \d{{4}})?|Easter|Christmas)|\w+ (?:working )?"
    rf"(?:days|weeks|months)))",
    re.I,
)
_ON_THE_DAY = re.compile(rf"\bon (\d{{1,2}}/\d{{1,2}}/\d{{4}}|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?:,? \d{{4}})?)", re.I)
_ACTION_HEAD = re.compile(r"\b(?:action|recommendation|what we will do|task|measure)s?\b", re.I)
_OWNER_HEAD = re.compile(r"\b(?:owner|lead|responsible|who)\b", re.I)
_STATUS_HEAD = re.compile(r"\b(?:status|progress|rag)\b", re.I)
_STATUSES = (
    ("done", re.compile(r"\b(?:complete|completed|done|closed)\b", re.I)),
    ("in_progress", re.compile(r"\b(?:on track|in progress|under ?way|started|late|at risk|delayed|amber|green|red)\b", re.I)),
)
_DUE_HEAD = re.compile(r"\b(?:by when|due|deadline|date|timescale|when)\b", re.I)


@dataclass(frozen=True, slots=True)
class Row:
    """An action as a table gives it."""

    statement: str
    owner: str | None
    due: str | None
    status: str


def owner(words: str) -> str | None:
    """Return who is to act, if the line names them as such."""
    for match in _OWNER.finditer(words):
        before, after = words[: match.start()], words[match.end() : match.end() + 20]
        if _OWNS.search(before) or _ACTS.match(after):
            return match.group(1)
    return None


def due(words: str) -> str | None:
    """Return by when it is to be done, in the line's own words."""
    match = _DUE.search(words) or _ON_THE_DAY.search(words)
    return match.group(1).strip() if match else None


def is_tail(words: str) -> bool:
    """Say whether a line only adds owner or date to the action before it, as in "- Head of Service, by March"."""
    return words.startswith(("-", "–")) or bool(re.match(r"(?:date|owner|timescale)s? (?:to be|tbc)\b", words, re.I))


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


def rows(lines: list[Line]) -> dict[int, Row]:
    """Return the actions that stand in tables, by line; the header says which column is which."""
    found: dict[int, Row] = {}
    columns: _Columns | None = None
    for line in lines:
        if line.kind != "table_row":
            columns = None
            continue
        cells = [cell.strip() for cell in line.words.strip("| ").split("|")]
        header = _columns(cells)
        if header:
            columns = header
        elif columns and columns.action < len(cells) and len(cells[columns.action].split()) > 2:
            told = _cell(cells, columns.status) or ""
            status = next((status for status, cue in _STATUSES if cue.search(told)), "planned")
            found[line.number] = Row(cells[columns.action], _cell(cells, columns.owner), _cell(cells, columns.due), status)
    return found


class _Columns(NamedTuple):
    """Which column of a table holds what."""

    action: int
    owner: int | None
    due: int | None
    status: int | None


def _columns(cells: list[str]) -> _Columns | None:
    """Return which column holds what, if these cells are the header of a table of actions."""
    action, owner_at, due_at, status = (
        next((place for place, cell in enumerate(cells) if head.search(cell) and len(cell) < 40), None)
        for head in (_ACTION_HEAD, _OWNER_HEAD, _DUE_HEAD, _STATUS_HEAD)
    )
    if action is None or (owner_at is None and due_at is None):
        return None
    return _Columns(action, owner_at, due_at, status)


def _cell(cells: list[str], place: int | None) -> str | None:
    known = place is not None and place < len(cells) and cells[place] not in ("", "-", "–", "tbc", "TBC")
    return re.sub(r"~~.*?~~\s*", "", cells[place])[:60] if known and place is not None else None
