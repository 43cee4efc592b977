"""Which column of a plan, tracker or action log holds what, by the words of its head and by what its cells hold."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from summariser.rules import action_cells as cell

_ACTION_HEADS = (
    re.compile(
        r"\bactions?\b(?! (?:plan|log|taken|by|owner|lead|officer|holder|no\b|ref\b|number|status|id\b))|^what$|^what (?:we|they|you|it|is|are|was|were|needs?|must|should|will|the [\w ]+ (?:asked|wants?|wanted|will|promised))\b"
        r"|\b(?:will|would|going to|to) (?:do|be done)\b|\b(?:tasks?|commitments?|deliverables?|activit(?:y|ies)|next steps?|promised?)\b|^(?:our|the) plan\b|^steps?\b|\bto do\b",
        re.I,
    ),
    re.compile(r"\b(?:response|reply|answer)\b", re.I),
    re.compile(
        r"\b(?:recommendations?|asked for|suggestions?|requirements?|requested|agreed|milestones?|decision|expectation)\b", re.I
    ),
)
# Heads of text that is no action, though it may be the longest.
_BESIDE = re.compile(
    r"\b(?:evidence|measures?|success|impact|outcomes?|comments?|notes?|funding|costs?|resources?|budget|kpis?|reasons?|source|ref(?:erence)?|risks?|finding|issue|area|theme|section|para(?:graph)?|concern|categor\w+|type"
    r"|meeting|minute|who says|said$|what .*\bsays?|carries out|how)\b",
    re.I,
)
_OWNER_HEAD = re.compile(
    r"\b(?:owners?|leads?|led by|responsib\w+|whom?(?! (?:says|will say|carries|receives))|accountab\w+|agency|officers?|sro|sponsor|assigned to|holder|delivered by|action by)\b",
    re.I,
)
_DUE_HEAD = re.compile(
    r"^(?:by|when|due|target|original|revised)$|\b(?:by when|due|dead ?line|timescales?|timing|time ?(?:line|frame)|completion|complete by|deliver by|when|target)\b(?! (?:met|outcome|group|audience|no\b|number|value|%))"
    r"|(?<!review )(?<!issue )(?<!start )(?<!meeting )(?<!published )\bdates?\b(?! (?:of|published|agreed|raised|opened|closed|added|recorded|set|received|approved|issued))",
    re.I,
)
_STATUS_HEAD = re.compile(
    r"\b(?:status|progress|b?ragb?y?|position|where (?:it|we|this|things)|state|updates?|stands?|latest|now|last (?:time|meeting)|current(?:ly)?)\b",
    re.I,
)
_PREVIOUS = re.compile(r"\b(?:previous|last|prior|before|former|original|baseline|was)\b", re.I)
_LATER = re.compile(r"\b(?:revised|new|now|current|latest|forecast)\b", re.I)
# Tables of other things, whatever else is in them; the first kind unless a column is headed as an action in so many words.
_OTHER = re.compile(
    r"^(?:(?:key |performance )?(?:measures?|indicators?)|(?:performance )?(?:metric|kpi|pi)s?(?: ref)?|version|councils?|(?:local )?authorit(?:y|ies)|seat|judgements?|grade|services?|savings?|schemes?|reserve|year|item|policy|document|member|name"
    r"|standard|quality statement|complaints?)\b",
    re.I,
)
_NEVER = re.compile(
    r"\b(?:likelihood|probability|inherent|residual|(?:gross|net|risk) (?:score|budget|risk)|variance|forecast for|outturn|graded|present|apologies|attendance|decision[ -]maker)\b",
    re.I,
)
# What begins with its date tells what takes place on it.
_TIMETABLE = re.compile(r"(?:dates?|days?|times?|week)$", re.I)
_ASKED = re.compile(r"\brecommend|\bsuggest|\brequirement", re.I)
_LONGEST_HEAD, _FEWEST_WORDS, _ANSWER_WORDS, _MOSTLY, _ENOUGH = 60, 2, 3, 0.6, 100


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one row, and the lines that they stand on."""

    lines: tuple[int, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column of a table holds what; of statuses and dates there may be several, the one that counts first."""

    width: int
    action: int
    reference: int | None = None
    owner: int | None = None
    dues: tuple[int, ...] = ()
    statuses: tuple[int, ...] = ()
    asked: bool = False
    answer: bool = False


def is_head(cells: Sequence[str]) -> bool:
    """Say whether a row may be a head: short cells that hold no date, figure or status."""
    told = [words for words in cells if words]
    holds = any(cell.is_number(words) or (cell.is_date(words) and not _DUE_HEAD.search(words)) for words in told)
    named = sum(bool(head.search(words)) for words in told for head in (*_ACTION_HEADS, _OWNER_HEAD, _DUE_HEAD, _STATUS_HEAD))
    return bool(told) and max(map(len, told)) <= _LONGEST_HEAD and ((named > 0 and not holds) or bool(_OTHER.match(told[0])))


def goes_on_head(cells: Sequence[str]) -> bool:
    """Say whether a row is the second of a head: it has no reference, and a word or two in a cell."""
    return (
        not cell.is_reference(cells[0])
        and all(len(words.split()) <= 4 for words in cells)
        and not any(map(cell.is_status, cells))
    )


def of_head(head: Sequence[str], body: Sequence[Cells]) -> Columns | None:
    """Return which column holds what by the words of the head, and where they leave it open by the cells."""
    if any(_NEVER.search(words) for words in head) or _TIMETABLE.match(next(filter(None, head), "")) or not body:
        return None
    body = [row for row in body[:_ENOUGH] if len(row.cells) == len(head)]
    ranked = {
        place: rank
        for place, words in enumerate(head)
        for rank in reversed(range(len(_ACTION_HEADS)))
        if _ACTION_HEADS[rank].search(words)
    }
    free = [place for place, words in enumerate(head) if not (_BESIDE.search(words) and ranked.get(place) != 0)]
    owner = _first(head, _OWNER_HEAD, [place for place in free if ranked.get(place) != 0])
    statuses = [place for place in free if _STATUS_HEAD.search(head[place]) and ranked.get(place) != 0]
    dues = [
        place for place in free if _DUE_HEAD.search(head[place]) and place not in (owner, *statuses) and ranked.get(place) != 0
    ]
    taken = {owner, *statuses, *dues}
    open_places = [place for place in free if place not in taken and not _mostly(body, place, cell.is_reference)]
    # A column without a head is known by its cells.
    nameless = [place for place in open_places if not head[place]]
    dues += [place for place in nameless if _mostly(body, place, cell.is_date)]
    statuses += [place for place in nameless if _mostly(body, place, cell.is_status) and place not in dues]
    open_places = [place for place in open_places if place not in (*dues, *statuses)]
    explicit = any(rank == 0 for rank in ranked.values())
    if (_OTHER.match(next(filter(None, head), "")) and not explicit) or _is_of_figures(body, len(head)):
        return None
    action = _text(open_places, ranked, body, sure=owner is not None and bool(dues), timed=bool(dues or statuses))
    if action is None and any(rank == 1 for rank in ranked.values()) and dues:
        # The answer is a word, and a comment beside it tells what will be done.
        action = max((place for place in range(len(head)) if place not in taken), key=lambda place: _words(body, place))
    if action is None or (owner is None and not dues and not statuses):
        return None
    reference = next((place for place in range(len(head)) if place != action and _mostly(body, place, cell.is_reference)), None)
    asked, answer = bool(_ASKED.search(head[action])) and not explicit, ranked.get(action) == 1
    return Columns(len(head), action, reference, owner, _latest(head, dues, body), _latest(head, statuses, body), asked, answer)


def _text(places: Sequence[int], ranked: dict[int, int], body: Sequence[Cells], *, sure: bool, timed: bool) -> int | None:
    """Return the column of the actions: the one that is headed so if it has words, else the longest text of a sure plan."""
    headed = sorted((place for place in places if place in ranked), key=lambda place: (ranked[place], -_words(body, place)))
    fewest = {place: _ANSWER_WORDS if ranked[place] == 1 else _FEWEST_WORDS for place in headed}
    if not timed and any(rank == 2 for rank in ranked.values()):
        # A reply without a date is no plan of its own: what was asked for is the action.
        headed = [place for place in headed if ranked[place] != 1]
    action = next((place for place in headed if _words(body, place) >= fewest[place]), None)
    if action is None and headed and not body:
        return headed[0]
    if action is not None or not (sure or headed):
        return action
    longest = max(places, key=lambda place: _words(body, place), default=None)
    return longest if longest is not None and _words(body, longest) > _FEWEST_WORDS else None


def of_body(table: Sequence[Cells]) -> Columns | None:
    """Return which column holds what by the cells alone, for a table without a head: text, who and by when, in that order."""
    table = table[:_ENOUGH]
    width = max((len(row.cells) for row in table), key=[len(row.cells) for row in table].count)
    if len(table) < 2 or width < 3 or _is_of_figures(table, width):
        return None
    dates, statuses, owners = (
        [place for place in range(width) if _mostly(table, place, test)]
        for test in (cell.is_date, cell.is_status, cell.is_owner)
    )
    dates = [place for place in dates if place not in statuses]
    texts = [place for place in range(width) if place not in (*dates, *statuses) and _words(table, place) > _FEWEST_WORDS]
    action = max((place for place in texts if place not in owners), key=lambda place: _words(table, place), default=None)
    behind = [place for place in (*dates, *statuses) if action is not None and place > action]
    who = next((place for place in owners if action is not None and place > action and place not in behind), None)
    if action is None or len(behind) + (who is not None) < 2 or not behind:
        return None
    reference = next((place for place in range(width) if _mostly(table, place, cell.is_reference)), None)
    return Columns(width, action, reference, who, tuple(dates), tuple(reversed(statuses)))


def of_one(cells: Sequence[str], columns: Columns) -> Columns:
    """Return which cell holds what in a row that has more or fewer cells than the head, by the cells themselves."""
    places = range(len(cells))
    dues = tuple(place for place in places if cell.is_date(cells[place]))
    statuses = tuple(place for place in places if cell.is_status(cells[place]) and place not in dues)
    free = [place for place in places if place not in (*dues, *statuses)]
    action = max(free or places, key=lambda place: len(cells[place].split()))
    owner = next((place for place in free if place > action and cell.is_owner(cells[place])), None)
    return Columns(len(cells), action, None, owner, dues, statuses, columns.asked)


def _first(head: Sequence[str], cue: re.Pattern[str], places: Sequence[int]) -> int | None:
    return next((place for place in places if cue.search(head[place])), None)


def _latest(head: Sequence[str], places: Sequence[int], body: Sequence[Cells]) -> tuple[int, ...]:
    """Return the columns of one kind, the one that tells how it is now first; one that seldom says it comes after the others."""

    def rank(place: int) -> tuple[bool, bool, bool, int]:
        told = _mostly(body, place, cell.is_status) or _mostly(body, place, cell.is_date)
        return bool(_PREVIOUS.search(head[place])), not told, not _LATER.search(head[place]), -place

    return tuple(sorted(places, key=rank))


def _mostly(body: Sequence[Cells], place: int, test: Callable[[str], bool]) -> bool:
    told = [row.cells[place] for row in body if place < len(row.cells) and row.cells[place]]
    return bool(told) and sum(map(test, told)) >= _MOSTLY * len(told)


def _words(body: Sequence[Cells], place: int) -> float:
    told = [len(row.cells[place].split()) for row in body if place < len(row.cells) and row.cells[place]]
    return sum(told) / len(told) if told else 0.0


def _is_of_figures(body: Sequence[Cells], width: int) -> bool:
    """Say whether a table tells figures: in more than one column, beside that of references, most cells are numbers."""
    return sum(_mostly(body, place, cell.is_number) for place in range(1, width)) > 1
