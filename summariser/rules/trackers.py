"""Parts sheets that tell of each of several authorities how a review of it came out, a row or a block to each."""

import re
from collections import Counter
from collections.abc import Sequence

from summariser.rules.authority import Named
from summariser.rules.lines import Line
from summariser.rules.pieces import Piece, named, runs, told, words
from summariser.rules.regimes import mentions

_WHOSE = re.compile(
    r"(?:(?:local )?(?:authority|council|area|borough|partnership|area partnership)|la|health (?:and social care )?(?:trust|board))(?: name| area)?$",
    re.I,
)
# Columns that show a row to be about a review, and those that show it to be about something to do.
_OF_A_REVIEW = re.compile(
    r"\b(?:event|inspect\w*|visit\w*|assess\w*|published|on site|fieldwork|report(?:ed)?[ _]?date|date|judgement|rating|overall|grades?|outcome|framework|instrument"
    r"|serving (?:people|well)|prospects|stars)\b",
    re.I,
)
_OF_AN_ACTION = re.compile(r"\b(?:action|owner|lead|due|deadline|progress|milestone|target)\b", re.I)
_KEYED = re.compile(r"([\w /]{2,30}):\s")
_CELLS = re.compile(r"\s*\|\s*")
# More rows than a brief has items are told better as one table.
_LEAST_ROWS, _MOST_ROWS, _LEAST_COLUMNS = 3, 19, 3
_MOST_BEFORE, _LEAST_SHARE = 150, 0.2
_LONGEST_NAME = 6
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def rows(lines: list[Line]) -> list[Piece]:
    """Return the rows of a table of reviews, each with the notes on its authority, and what is said of all together."""
    top = next((place for place, line in enumerate(lines) if line.kind == "table_row"), None)
    if top is None or words(lines[:top]) > _MOST_BEFORE:
        return []
    columns = _CELLS.split(lines[top].words)
    whose = next((place for place, column in enumerate(columns[:2]) if _WHOSE.match(column)), None)
    if len(columns) < _LEAST_COLUMNS or whose is None or not _is_of_reviews(columns):
        return []
    end = next((place for place in range(top + 1, len(lines)) if lines[place].kind != "table_row"), len(lines))
    table = [line for line in lines[top + 1 : end] if line.words.count("|") >= whose]
    names = [_CELLS.split(row.words)[whose].strip("+* ") for row in table]
    if not _LEAST_ROWS <= len(set(names)) <= len(table) <= _MOST_ROWS or words(table) < _LEAST_SHARE * words(lines):
        return []
    pieces, rest = [], lines[end:]
    title = [line for line in lines[:top] if line.kind == "heading" and _names_a_review(line)]
    for row, name in zip(table, names, strict=True):
        about, rest = _about(name, rest)
        above = (
            title if _YEAR.search(row.words) or not _YEAR.search(table[0].words) else []
        )  # a row without dates was not reviewed
        pieces.append(Piece([*above, lines[top], row, *about], named(row, name), Named(name, row.number)))
    if len(told(rest)) > _LEAST_ROWS:
        pieces.append(Piece(rest, next((line for line in rest if line.kind == "heading"), None)))
    return pieces


def blocks(lines: list[Line]) -> list[Piece]:
    """Return the blocks of a sheet that has the same labels over and over, the first of them or a heading the authority's."""
    keys = [match[1].strip().lower() if (match := _KEYED.match(line.words)) else "" for line in lines]
    starts = [place for place, key in enumerate(keys) if _WHOSE.match(key)]
    if starts:
        names = [lines[place].words.partition(":")[2].strip() for place in starts]
    else:
        headed = [place for place in range(len(lines) - 1) if _is_name(lines[place]) and keys[place + 1]]
        common = Counter(keys[place + 1] for place in headed).most_common(1)
        starts = [place for place in headed if keys[place + 1] == common[0][0]]
        names = [lines[place].words for place in starts]
    if not _LEAST_ROWS <= len(set(names)) <= len(starts) <= _MOST_ROWS or words(lines[: starts[0]]) > _MOST_BEFORE:
        return []
    ends = [*starts[1:], len(lines)]
    labels = [[key for key in keys[begin:end] if key] for begin, end in zip(starts, ends, strict=True)]
    if not all(map(_is_of_reviews, labels)):
        return []
    titles = [named(lines[place], name) for place, name in zip(starts, names, strict=True)]
    return [Piece(run, title, Named(title.words, title.number)) for run, title in zip(runs(lines, starts), titles, strict=True)]


def _is_name(line: Line) -> bool:
    return (
        line.kind == "heading"
        and line.words[:1].isupper()
        and ":" not in line.words
        and len(line.words.split()) <= _LONGEST_NAME
    )


def _names_a_review(line: Line) -> bool:
    """Say whether the title of a sheet says whose grades it holds."""
    return any(mention.regime.scale and not mention.regime.vague for mention in mentions(line.low))


def _is_of_reviews(columns: Sequence[str]) -> bool:
    return sum(bool(_OF_A_REVIEW.search(column)) for column in columns) > 1 and not any(map(_OF_AN_ACTION.search, columns))


def _about(name: str, lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Return the notes that name an authority, each as a whole, and the other lines."""
    noted = {line.paragraph for line in lines if name in line.words and line.kind == "list_item"}
    return [line for line in lines if line.paragraph in noted], [line for line in lines if line.paragraph not in noted]
