"""Reads grades from the rows of tables and lists, however the columns are parted: one part of a service a row or a line.

A row may hold the grades of several inspections; the head of the table says which is the last and which this one. Where no head
says so, two grades in a row are none: it would be a guess which of them is past.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from summariser.rules.judgement_aspects import OUTCOME, STATEMENT, aspects_in, label, names_statement, row_aspect, says
from summariser.rules.judgement_columns import Column, heads, is_column
from summariser.rules.judgement_domains import SEVERAL, of_domain
from summariser.rules.judgement_grades import Grade, code_of
from summariser.rules.judgement_guards import explains
from summariser.rules.judgement_statements import statement as statement_of
from summariser.rules.lines import Line

About = Callable[[Line], str | None]

# These are for text in lower case, but _GOES_ON, which tells a row from a sentence by its capitals.
_FOUR = r"inadequate|requir(?:es?|ed|ing) improvement(?: to be (?:rated )?good)?|adequate|good|outstanding|\bri\b"
_SIX = r"unsatisfactory|weak|adequate|very good|good|excellent"
_APA = r"poor|adequate(?:ly)?|well(?!-)|excellent(?:ly)?"
_VOCABULARY = {
    "scotland_care_inspectorate": ("scotland_6", re.compile(rf"\b(?:[1-6] ?[-(:] ?)?(?P<word>{_SIX})\b")),
    "cqc_adult_apa": ("cqc_apa", re.compile(rf"\b(?:performing:? )?(?P<word>{_APA})\b")),
    "ss_performance_assessment": ("unscaled_label", re.compile(r"\b(?P<word>poor|adequate|good|excellent)\b")),
}
_WORDED = (None, re.compile(rf"(?P<word>{_FOUR})"))
_ALONE = re.compile(rf"\W*(?P<word>{_FOUR})\W*(?:\((?:[\w ]+ )?(?:19|20)\d\d\)\W*|\[?\d\]?\W*)?")
_SEPARATED = re.compile(r"(?:[:|(]|\s-)\s*['\"]?(?:rated |judged |graded |performing )?['\"]?$")
_RUNS_ON = re.compile(
    r"\b(?:a|an|the|as|of|is|are|was|were|be|been|rated|judged|graded|and|or|to|from|for|in|very|not|both|remains?|found)$"
)
_GOES_ON = re.compile(
    r"['\"\])]*(?:\[\d{1,2}\]|\*+|[¹²³⁴⁵†‡])?(?: overall| in (?:all|every)\b.{0,40})?\s*(?:$|[|.;,:)(]|-\s|\d|[A-Z])"
)
_BRACKETED = re.compile(r"\s*\(((?:19|20)\d\d)\)")
_NUMBER = re.compile(
    r"\W*(?:score:? )?([1-4])(?: ?(?:/|out of) ?4| ?\(?(?:evidence|exceptional|a good|shortfall|some|significant).{0,60})?\W*"
)
_NUMBERED = re.compile(r"([^.:|;\d]{4,90}?)\s?[:|-]?\s?(?:(?:score|grade|judgement):? )?\b([1-4])\b(?: ?/ ?4| out of 4)?(?!:)(?=\W*(?:$|[.;,|A-Za-z]))")  # fmt: skip
# "Score: 3", "Score: 1. 1 - Evidence shows significant shortfalls", or the second half of that on a line of its own.
_SHOWS = r"evidence shows (?:an? )?(?:exceptional|good|some|significant) (?:standard|shortfalls)"
_STATEMENT_SCORE = re.compile(
    rf"(?:(?:score|rating)\W+([1-4])(?: ?/ ?4| out of (?:4|four))?(?:\W+(?:[1-4] ?[-:] )?{_SHOWS}| ?[-:(] ?[a-z ]{{3,60}}\)?)?|([1-4]) ?[-:] {_SHOWS})(?![\w%])"
)
_NUMBER_OF = re.compile(r"\d\.\d\b")  # of a standard, which tells it from that of the same name in another domain
# A cell that holds both a name and its grade.
_CELL = re.compile(rf"(?P<name>[^:]{{3,90}}?)\s*[:-]\s*(?P<word>{_FOUR})\s*")
# Whose grade it is, in the words that the scale begins with: "The council is performing: well".
_PERFORMS = re.compile(r"(?:\bthe )?(?:\b(?:council|authority) )?\b(?:is|are) performing\W*$")
_YEAR = re.compile(r"\(?\b((?:19|20)\d\d)\b\)?")
# The CQC rates a council as a whole, and heads the rating with its name.
_COUNCIL = re.compile(r"(?:[\w'&-]+ ){1,5}council|(?:london )?borough of [\w ]{3,30}")
_YEAR_ALONE = re.compile(r"(?:\W|\b(?:in|at|the|inspection|assessment|report|judgement|rating|grade|outcome)\b)*")
_PAST = re.compile(r"\b(?:last|previous(?:ly)?|earlier|prior|former)\b")
_PERFORMANCE = {"adequately": "adequate", "excellently": "excellent"}
_ROW_LENGTH = 110  # of a row that is quoted whole, since a number or a word alone tells nobody of what it is
_LONGEST = 1_200
_CAPACITY, _IN_WHAT = "capacity_to_improve", re.compile(r"safeguarding|looked[- ]after")
_NUMBERS_BEST_4 = ("joint_area_review", "childrens_apa", "caa")
_PROVIDED = re.compile(
    r"\bhomes?\b|\bfostering|\badoption|\bcare at home|\bday (?:care|service|centre)|\bhousing support|\bnurser|\bschool"
)


@dataclass(frozen=True, slots=True)
class _Value:
    """A grade in a row: its words, where they stand, in which column, and the year in brackets behind them."""

    word: str
    start: int
    column: int
    year: int | None = None


def rows(lines: list[Line], about: About) -> Iterator[Grade]:
    """Yield the grades that stand in the rows of tables, in labelled lines, and in lines of their own under a label."""
    head: list[Column] = []
    above: Line | None = None
    part: str | None = None  # what the rows of years in a paragraph go on about
    domain = ""  # the heading under which "Rating at inspection: Good" is of what it names
    statement = ""  # the word by which the CQC's statement is known that the heading names
    for place, line in enumerate(lines):
        if above is not None and line.paragraph != above.paragraph:
            part = part if line.low[:2].isdigit() else None
        read = len(line.low) < _LONGEST and not explains(line.low)
        found, part = _row(line, above, head, about(line), part) if read else ([], None)
        following = lines[place + 1] if place + 1 < len(lines) else None
        domain = line.low if line.kind == "heading" and not found else domain
        if found:
            yield from (of_domain(grade, domain, about(line)) for grade in found)
        elif statement and (match := _statement_score(line)):
            at, score = match.start(match.lastindex or 1), match[match.lastindex or 1]
            stated = line.words[: match.end()]
            yield Grade(line, at, stated, score, "quality_statement", None, "cqc_quality_statement", of=statement)
        elif line.low.endswith((".", "?", ";")):
            head = []
        elif "|" in line.low and head and above and "|" in above.low:
            pass  # a row without grades
        elif columns := heads(line):
            stacked = bool(above and head and len(columns) == 1 and is_column(above))
            head = [*head, *columns] if stacked else columns
        elif above and not (following and _is_alone(following)):
            yield from _under(line, above, about(line))
        if line.kind == "heading" or names_statement(line.low):
            statement = statement_of(line.low) if STATEMENT.search(line.low) else ""
        above = line


def _statement_score(line: Line) -> re.Match[str] | None:
    """Return the score that a line opens with, where it says no more or goes on with a sentence of its own."""
    match = _STATEMENT_SCORE.match(line.low)
    rest = line.words[match.end() :].lstrip(" .|-)") if match else ""
    return match if not rest or rest[0].isupper() else None


def _is_alone(line: Line) -> bool:
    return len(line.low) < 60 and bool(_ALONE.fullmatch(line.low))


def _under(line: Line, above: Line, regime: str | None) -> Iterator[Grade]:
    """Yield the grade that is a line of its own below the name of what is graded."""
    if not _is_alone(line) or _is_alone(above) or above.low.endswith("."):
        return
    whole = regime == "cqc_la_assessment" and _COUNCIL.fullmatch(above.low)
    aspect = "overall" if whole else row_aspect(label(above.low), regime)
    if aspect:
        alone = _ALONE.fullmatch(line.low)
        word = alone["word"] if alone else ""
        start = line.low.find(word)
        past = bool(_PAST.search(above.low))
        yield Grade(line, start, line.words[start : start + len(word)], code_of(word), aspect, past=past)


def _row(
    line: Line, above: Line | None, head: list[Column], regime: str | None, part: str | None
) -> tuple[list[Grade], str | None]:
    """Return the grades of a row, and the part of the service that it ends with."""
    if "|" in line.low and line.kind == "table_row":
        cells = line.low.strip("| ").split("|")
        pairs = _cell_pairs(line, cells) or [(cells[0], _cell_values(line, cells, regime))]
    else:
        pairs = _pairs(line, regime)
    found: list[Grade] = []
    for words, values in pairs:
        before, _, last = words.rpartition(". ")
        part = next(iter(aspects_in(before)), part)
        year = _YEAR.search(last)
        named = label(_PERFORMS.sub("", _YEAR.sub("", last)))
        joined = label(f"{above.low} {named}") if above and not _has_values(above, regime) else ""
        continued = line.words[:1].islower() and not found
        aspect = row_aspect(joined if continued and joined else named, regime) if named else None
        if aspect is None and joined and not found and not year:
            aspect = row_aspect(joined, regime)
            named = named or joined
        alone = year and _YEAR_ALONE.fullmatch(_YEAR.sub("", last))
        aspect = aspect or ((part or "overall") if alone else None)
        if aspect and not (regime == "scotland_care_inspectorate" and _PROVIDED.search(words)):
            part = aspect
            columns = head if len(head) > 1 or len(values) == 1 else []
            found += _grades(line, named, aspect, values, columns, int(year[1]) if year else None, regime)
            if aspect in SEVERAL and len(pairs) > 1 and (number := _NUMBER_OF.search(words)):
                found[-1] = replace(found[-1], of=f"{number.group()} {named}")
    if found and line.kind != "table_row":  # what stands behind its last grade begins the next row
        part = next(iter(aspects_in(line.low[found[-1].start + len(found[-1].stated) :])), part)
    return [*found, *_numbers(line, head, regime)], part


def _has_values(line: Line, regime: str | None) -> bool:
    """Say whether a line is a row that has grades itself."""
    return "|" in line.low or bool(_pairs(line, regime)) or line.low.endswith(".")


def _grades(
    line: Line, named: str, aspect: str, values: list[_Value], head: list[Column], year: int | None, regime: str | None
) -> Iterator[Grade]:
    """Yield the grades of one label, each in the time of its column."""
    scale = _VOCABULARY.get(regime or "", _WORDED)[0]
    if len(values) > 1 and not (len(head) > max(value.column for value in values) and any(c.past or c.year for c in head)):
        return
    latest = max((column.year or 0 for column in head), default=0)
    for value in values:
        column = head[value.column] if value.column < len(head) else Column()
        when = value.year or column.year or year
        past = column.past or bool(_PAST.search(named)) or bool(column.year and column.year < latest)
        stated = line.words[value.start : value.start + len(value.word)]
        if aspect == "other" and len(values) == 1:
            at = line.low.rfind(named, 0, value.start)
            whole = line.words[at : value.start + len(value.word)] if at >= 0 else ""
            stated = whole if 0 < len(whole) < _ROW_LENGTH else stated
        code = _PERFORMANCE.get(value.word, value.word).replace(" ", "_") if scale else code_of(value.word)
        code, by = ("other", regime or "") if scale == "unscaled_label" else (code, "")
        of = (
            named
            if aspect in SEVERAL
            else _IN_WHAT.findall(named)[-1]
            if aspect == _CAPACITY and _IN_WHAT.search(named)
            else ""
        )
        yield Grade(line, value.start, stated, code, aspect, None, scale, when, past, column.own, of=of, by=by)


def _cell_values(line: Line, cells: list[str], regime: str | None) -> list[_Value]:
    values = []
    cue = _VOCABULARY.get(regime or "", _WORDED)[1]
    at = line.low.find(cells[0]) + len(cells[0]) + 1
    for place, cell in enumerate(cells[1:]):
        match = cue.search(cell)
        rest = cell[: match.start()] + cell[match.end() :] if match else "."
        year = _BRACKETED.search(rest)
        if match and not re.search(
            r"[a-z]", re.sub(r"\b(?:rated|judged|graded|overall|(?:the )?council is performing)\b", "", rest)
        ):
            values.append(_Value(match["word"], at + match.start("word"), place, int(year[1]) if year else None))
        at += len(cell) + 1
    return values


def _cell_pairs(line: Line, cells: list[str]) -> list[tuple[str, list[_Value]]]:
    """Return the names of a row with their grades where each of its cells holds both; nothing if one does not."""
    found = [_CELL.fullmatch(cell) for cell in cells]
    pairs: list[tuple[str, list[_Value]]] = []
    at = 0
    for cell, match in zip(cells, found, strict=True):
        if match is None or len(cells) == 1:
            return []
        at = line.low.find(cell, at)
        pairs.append((match["name"].strip(), [_Value(match["word"], at + match.start("word"), 0)]))
    return pairs


def _pairs(line: Line, regime: str | None) -> list[tuple[str, list[_Value]]]:
    """Return the labels of a line without cells, each with its grades; nothing if the line is a sentence."""
    pairs: list[tuple[str, list[_Value]]] = []
    end = 0
    for match in _VOCABULARY.get(regime or "", _WORDED)[1].finditer(line.low):
        start = match.start("word")
        before = line.low[end:start]
        separated = bool(_SEPARATED.search(before))
        capital = line.words[start : start + 1].isupper() and not _RUNS_ON.search(before.rstrip())
        if not (separated or (capital and before.endswith(" "))) or not _GOES_ON.match(line.words, match.end()):
            return pairs
        year = _BRACKETED.match(line.low, match.end())
        value = _Value(match["word"], start, 0, int(year[1]) if year else None)
        if not before.strip(" |-,/") and pairs:
            pairs[-1][1].append(_Value(value.word, start, len(pairs[-1][1]), value.year))
        else:
            pairs.append((before.strip(" .,;"), [value]))
        end = year.end() if year else match.end()
    return pairs


def _numbers(line: Line, head: list[Column], regime: str | None) -> Iterator[Grade]:
    """Yield the scores of quality statements and of outcomes, from 1 to 4 both."""
    paired, skipped = False, 0
    if not any(map(line.low.__contains__, "1234")):
        return
    if line.kind == "table_row":
        cells = line.low.strip("| ").split("|")
        if len(cells) > 2 and STATEMENT.search(cells[1]) and not _NUMBER.fullmatch(cells[1]):
            cells, skipped = cells[1:], 1  # the first column is the theme of several statements
        values = [(place + skipped, _NUMBER.fullmatch(cell)) for place, cell in enumerate(cells[1:])]
        scores = [(cells[0], match[1], place) for place, match in values if match and len(cells[0]) < _ROW_LENGTH]
        paired = not scores and regime in _NUMBERS_BEST_4
        if paired:  # "Staying safe 2 | Being healthy 3"
            scores = [(match[1], match[2], 0) for cell in cells for match in _NUMBERED.finditer(cell)]
    elif STATEMENT.search(line.low) or OUTCOME.search(line.low) or regime in _NUMBERS_BEST_4:
        scores = [(match[1], match[2], 0) for match in _NUMBERED.finditer(line.low)]
    else:
        return
    if line.kind == "sentence" and says(line.low):
        return  # a sentence may say whose the scores are
    latest = max((column.year or 0 for column in head), default=0)
    for words, score, place in scores:
        column = head[place] if place < len(head) else Column()
        named = label(words)
        statement = bool(STATEMENT.search(named)) and regime not in _NUMBERS_BEST_4
        part = (
            "quality_statement" if statement else row_aspect(named, None) or ("outcome_area" if OUTCOME.search(named) else None)
        )
        if not part or not (statement or OUTCOME.search(named) or regime in _NUMBERS_BEST_4):
            continue
        scale = "unscaled_label" if column.own else "cqc_quality_statement" if statement else "four_grade_numeric_4_best"
        at = line.low.find(words)
        stated = line.words[at : at + len(words) + 3].strip(" |") if paired or len(line.words) > _ROW_LENGTH else line.words
        past = column.past or bool(column.year and column.year < latest)
        code, of = "other" if column.own else score, statement_of(named) if statement else ""
        yield Grade(line, at, stated, code, part, None, scale, column.year, past, column.own, of=of)
