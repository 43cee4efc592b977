"""Reads sheets in which each row is one review of one authority, with a column for each part of the service that was graded."""

import re
from dataclasses import dataclass

from summariser.rules.dates import Period, periods
from summariser.rules.judgement_aspects import aspects_in
from summariser.rules.judgement_regulated import band_of
from summariser.rules.lines import Line
from summariser.rules.regimes import BY_CODE, Regime, mentions, of_its_time

# These are for text in lower case.
_WHOSE = re.compile(r"\b(?:authority|authorities|council|councils|borough|county|la|area|partnership|service|trust|name)\b")
_EVENT = re.compile(r"\b(?:event|type|kind|framework|inspection|regime|review|visit)\b")
_WHEN = re.compile(r"\b(?:on[- ]?site|dates?|fieldwork|inspected|visited|when|start\w*)\b")
_REPORTED = re.compile(r"\b(?:published|publication|report(?:ed)?|letter|issued)\b")
_LAST = re.compile(r"\b(?:last|previous|earlier|before|prior|former)\b")
_OVERALL = re.compile(r"^(?:overall\b.*|(?:cqc |ofsted )?(?:rating|grade|judgement|outcome)|overall effectiveness)$")
_IN_CARE = re.compile(r"^(?:in )?care$|^looked after$")
# What the narrow columns of a sheet are headed with.
_SHORT = {
    "oe": "overall", "hp": "help_and_protection", "h&p": "help_and_protection", "cla": "children_in_care", "lac": "children_in_care",
    "cic": "children_in_care", "cl": "care_leavers", "leavers": "care_leavers", "lg": "leadership", "lmg": "leadership",
}  # fmt: skip
_PERCENT_HEAD = re.compile(r"\b(?:score|per ?cent|percentage)\b|%")
_CELL = re.compile(
    r"(?P<word>inadequate|requir(?:es?|ing) improvement(?: to be good)?|adequate|good|outstanding|inad|req imp|ri|rig|i|o)\b(?P<rest>\W*(?:\([^)]*\))?\W*)"
)
_PERCENT = re.compile(r"(\d{2,3})(?:\.\d+)? ?(?:%|per cent)?")
_OUTCOMES = (
    ("systemic_failings", "systemic failings"),
    ("inconsistent", "inconsistent"),
    ("typically_positive", "typically positive"),
)
_CODES = {
    "ri": "requires_improvement", "rig": "requires_improvement", "req imp": "requires_improvement", "i": "inadequate",
    "inad": "inadequate", "o": "outstanding",
}  # fmt: skip
# The parts that Ofsted alone grades: two of them in a head say whose grades a sheet holds that names nobody.
_OFSTEDS = ("help_and_protection", "children_in_care", "children_in_care_and_care_leavers", "care_leavers")
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_HEADED_BY = 10  # lines in which a sheet says what it lists
_FEWEST = 2  # parts of a service that a head names, of a sheet that does not say whose rows they are
_APART = 2023  # the first year in which care leavers were graded apart


@dataclass(frozen=True, slots=True)
class Cell:
    """One grade of a row: its words, its code, the part it is of and its scale; an empty scale is that of the review."""

    stated: str
    code: str
    aspect: str
    scale: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One review: its kind, its dates and its grades; `past` says that the row tells of it only as the one before."""

    line: Line
    regime: Regime
    fieldwork: Period | None
    report: Period | None
    cells: tuple[Cell, ...]
    past: bool = False


def tracked(lines: list[Line]) -> list[Row]:
    """Return the reviews that the rows of a sheet tell of; a table of another kind has none."""
    found: list[Row] = []
    head: list[str] = []
    sure = False
    named = [mention.regime for line in lines[:_HEADED_BY] if "|" not in line.low for mention in mentions(line.low)]
    for line in lines:
        cells = _cells(line.low)
        if len(cells) < 3:
            head = head if line.low.startswith("|") else []
        elif _heads(cells):
            head = cells
            sure = sure or (bool(_WHOSE.search(cells[0])) and sum(bool(_part(cell)) for cell in cells[1:]) >= _FEWEST)
        elif head and len(cells) >= len(head) - 1:
            found += _rows(line, head, named)
    # A single row is a sheet's where the head leaves no doubt, as where a sheet is parted by its rows.
    return found if sure or len({row.line.number for row in found}) > 1 else []


def _cells(low: str) -> list[str]:
    return [cell.strip() for cell in low.strip("| ").split("|")] if "|" in low else []


def _heads(cells: list[str]) -> bool:
    """Say whether cells head a sheet of reviews: whose each row is, and at least one column of grades."""
    parts = [cell for cell in cells[1:] if _part(cell)]
    graded = any(_CELL.fullmatch(cell) for cell in cells)
    return not graded and (len(parts) >= _FEWEST or bool(parts and _WHOSE.search(cells[0])))


def _part(head: str) -> str | None:
    """Return which part of a service a column is of."""
    if _LAST.search(head):
        return None
    if short := _SHORT.get(head.strip(". ")):
        return short
    if _OVERALL.match(head):
        return "overall"
    if _IN_CARE.match(head):
        return "children_in_care"
    if _EVENT.search(head) or _WHEN.search(head) or _REPORTED.search(head):
        return None
    return next(iter(aspects_in(head)), None)


def _rows(line: Line, head: list[str], named: list[Regime]) -> list[Row]:
    """Return the review of a row, and the one before it where a column gives its grade."""
    low, words = _cells(line.low), [cell.strip() for cell in line.words.strip("| ").split("|")]
    fieldwork, report = _dates(line, head, low)
    when = fieldwork or report
    year = int(when.iso[:4]) if when else None
    regime = next((mention.regime for cell in low for mention in mentions(cell)), None) or next(iter(named), None)
    if regime is None and year and sum(_part(title) in _OFSTEDS for title in head) >= _FEWEST:
        regime = BY_CODE["ofsted_ilacs"]
    if regime is None or regime.vague:
        return []
    regime = BY_CODE[of_its_time(regime.code, year)]
    cells = tuple(
        cell for title, text, said in zip(head, low, words, strict=False) if (cell := _cell(title, text, said, regime))
    )
    cells = _together(cells, regime, year)
    # What is of no scale is told of without grades: a visit's row holds marks that stand for none.
    found = [Row(line, regime, fieldwork, report, cells if regime.scale else ())] if cells or fieldwork or report else []
    for title, text, said in zip(head, low, words, strict=False):
        if _LAST.search(title) and (match := _CELL.fullmatch(text)) and (since := _YEAR.search(text)):
            before = next((mention.regime.code for mention in mentions(text)), "ofsted_ilacs")
            kind = BY_CODE[of_its_time(before, int(since[1]))]
            at = line.words.find(said)
            cell = Cell(said[: match.end("word")], _code(match["word"]), "overall")
            found.append(Row(line, kind, Period(since[1], at, line.number), None, (cell,), past=True))
    return found


def _dates(line: Line, head: list[str], low: list[str]) -> tuple[Period | None, Period | None]:
    """Return when the review of a row was and when it reported, by the heads of the columns."""
    fieldwork = report = None
    for title, text in zip(head, low, strict=False):
        said = periods(text.title())
        if said and not _LAST.search(title):
            when = Period(said[0].iso, line.low.find(text), line.number)
            if _REPORTED.search(title):
                report = report or when
            elif _WHEN.search(title):
                fieldwork = fieldwork or when
    return fieldwork, report


def _cell(title: str, text: str, said: str, regime: Regime) -> Cell | None:
    """Return the grade of a cell, if it holds one and its column is of a part of the service."""
    part = _part(title)
    if part == "overall" and regime.scale == "send_2023":
        code = next((code for code, cue in _OUTCOMES if cue in text), None)
        return Cell(said, code, part) if code else None
    if regime.scale == "cqc_la_rating" and _PERCENT_HEAD.search(title) and (match := _PERCENT.fullmatch(text)):
        band = band_of(int(match[1]))
        return Cell(said, band, "overall", "cqc_la_percent") if band else None
    match = _CELL.fullmatch(text)
    return Cell(said[: match.end("word")], _code(match["word"]), part) if part and match and _code(match["word"]) else None


def _together(cells: tuple[Cell, ...], regime: Regime, year: int | None) -> tuple[Cell, ...]:
    """Return the cells of a row with care and care leavers as one, in the years in which they were graded as one."""
    parts = {cell.aspect for cell in cells}
    if regime.code != "ofsted_ilacs" or year is None or year >= _APART or "care_leavers" in parts:
        return cells
    both = "children_in_care_and_care_leavers"
    return tuple(Cell(c.stated, c.code, both, c.scale) if c.aspect == "children_in_care" else c for c in cells)


def _code(word: str) -> str:
    return _CODES.get(word, "requires_improvement" if word.startswith("requir") else word)
