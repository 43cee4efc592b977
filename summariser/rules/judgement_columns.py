"""What the heads of columns say of the grades below them: of which time they are, of which year, and whose own."""

import re
from dataclasses import dataclass

from summariser.rules.judgement_aspects import says
from summariser.rules.lines import Line

# These are for text in lower case.
_COLUMN = re.compile(
    r"(?P<past>\b(?:last|previous|earlier|prior|former|before|old|then|first|initial)\b)|(?P<now>\b(?:this|current|latest|now|new|after|present|today)\b)|(?P<own>\bself\b|\bour own\b|\byour (?:own )?(?:view|score|grade))"
    r"|(?P<year>\b(?:19|20)\d\d\b)"
)
_ITS_YEAR = 25  # characters in which "Last inspection" is followed by its year
_LONGEST_HEAD = 140


@dataclass(frozen=True, slots=True)
class Column:
    """What the head of a column says of the time and the owner of its grades."""

    past: bool = False
    own: bool = False
    year: int | None = None


def heads(line: Line) -> list[Column]:
    """Return the columns that a line heads, or nothing if it heads none."""
    sentence = line.kind == "sentence" and (line.low.endswith((".", "?", ";", ":")) or bool(says(line.low)))
    if sentence or len(line.low) > _LONGEST_HEAD:
        return []
    if "|" in line.low:
        return [_column(list(_COLUMN.finditer(cell))) for cell in line.low.strip("| ").split("|")[1:]]
    columns: list[list[re.Match[str]]] = []
    marks = list(_COLUMN.finditer(line.low))
    half = len(marks) // 2
    if half > 1 and [mark.lastgroup == "year" for mark in marks] == [False] * half + [True] * half:
        return [_column([word, year]) for word, year in zip(marks[:half], marks[half:], strict=True)]
    for mark in marks:
        joins = columns and mark.lastgroup == "year" and mark.start() - columns[-1][0].end() < _ITS_YEAR
        if joins and columns[-1][-1].lastgroup != "year":
            columns[-1].append(mark)
        else:
            columns.append([mark])
    return [_column(marks) for marks in columns] if len(columns) > 1 or is_column(line) else []


def is_column(line: Line) -> bool:
    """Say whether a line is the head of one column that stands on a line of its own."""
    return len(line.low) < _ITS_YEAR + 10 and line.kind == "heading" and bool(_COLUMN.match(line.low))


def _column(marks: list[re.Match[str]]) -> Column:
    kinds = {mark.lastgroup for mark in marks}
    year = next((int(mark.group()) for mark in marks if mark.lastgroup == "year"), None)
    return Column("past" in kinds, "own" in kinds, year)
