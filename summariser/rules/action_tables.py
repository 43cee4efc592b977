"""Actions that stand in tables: plans, trackers, action logs, with or without a head, wrapped, or copied as text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from summariser.rules import action_cells as cell
from summariser.rules.action_columns import Cells, Columns, goes_on_head, is_head, of_body, of_head, of_one
from summariser.rules.lines import Line

_NOWHERE = re.compile(r"see (?:below|above|\d|action|item|section|separate)|as (?:above|below)|n/?a\b|none\b|total\b", re.I)
_ACCEPTED = re.compile(
    r"^(?:partially |partly |fully )?(?:accepted|agreed|noted)(?: in (?:part|principle|full))?[.:;,]?\s*", re.I
)
_FEWEST_WORDS, _APART, _HEAD_WITHIN, _LONGEST_WRAP = 2, 2, 3, 6


@dataclass(frozen=True, slots=True)
class Row:
    """An action with its owner, date and status, and the numbers of the lines that tell it, its owner and its date.

    It is `asked` for where its column is headed as what reviewers want, and not `sure` where the row gives neither date nor status.
    """

    statement: str
    owner: str | None
    due: str | None
    status: str
    asked: bool = field(default=False, compare=False)
    sure: bool = field(default=True, compare=False)
    lines: tuple[int, ...] = field(default=(), compare=False)
    owner_at: int = field(default=0, compare=False)
    due_at: int = field(default=0, compare=False)


def rows(lines: Sequence[Line]) -> Iterator[Row]:
    """Yield the actions that stand in tables."""
    for table in _tables(lines):
        columns, body = _headed(table)
        if columns:
            yield from _actions(body, columns)


def _tables(lines: Sequence[Line]) -> Iterator[list[Cells]]:
    """Yield the rows that stand together. Under a head they go on behind a heading, a line between two rows, a page's foot."""
    table: list[Cells] = []
    for line in lines:
        if line.rows and table and line.number > table[-1].lines[-1] + 1:
            near = line.number <= table[-1].lines[-1] + 1 + _APART
            if not near or is_head(line.rows[0]) or not any(is_head(row.cells) for row in table[:_HEAD_WITHIN]):
                yield table
                table = []
        for row in line.rows:
            if len(row) > 1 or not table:
                table.append(Cells((line.number,), row))
            elif line.kind != "table_row" and row[0][:1].islower():
                # A line of the text that goes on from the one above; in which of its cells it does is not known.
                last = table[-1]
                longest = max(range(len(last.cells)), key=lambda place: len(last.cells[place]))
                joined = tuple(f"{words} {row[0]}" if place == longest else words for place, words in enumerate(last.cells))
                table[-1] = replace(last, cells=joined)
    if table:
        yield table


def _headed(table: list[Cells]) -> tuple[Columns | None, list[Cells]]:
    """Return which column holds what, and the rows below the head, of one row or two."""
    headed = False
    for at in range(min(_HEAD_WITHIN, len(table))):
        first = table[at].cells
        if not is_head(first):
            continue
        below = table[at + 1 :]
        if len(below) > 1 and len(below[0].cells) == len(first) and is_head(below[0].cells) and goes_on_head(below[0].cells):
            both = tuple(" ".join(filter(None, pair)) for pair in zip(first, below[0].cells, strict=True))
            if columns := of_head(both, below[1:]):
                return columns, below[1:]
        if columns := of_head(first, below):
            return columns, below
        headed = True
    return (None, []) if headed else (of_body(table), table)


def _actions(body: Sequence[Cells], columns: Columns) -> Iterator[Row]:
    for row in _unwrapped(body, columns):
        cells = row.cells
        if len(cells) != columns.width:
            columns_here = of_one(cells, columns)
            if not columns_here.dues and not columns_here.statuses:
                continue
        elif is_head(cells) and (renewed := of_head(cells, body)):
            columns = renewed
            continue
        else:
            columns_here = columns
        statement = cell.clean(cells[columns_here.action])
        if len(statement.split()) < _FEWEST_WORDS or _NOWHERE.match(statement):
            continue
        named = cell.owner(cells[columns_here.owner]) if columns_here.owner is not None else None
        when, stands = _due(cells, columns_here), _status(cells, columns_here)
        at_work = "in_progress" if _goes_on_somehow(cells, columns_here) else "planned"
        status = stands or ("recommended" if columns_here.asked else at_work)
        yield Row(statement, named, when, status, columns_here.asked, bool(when or stands), row.lines)


def _unwrapped(body: Sequence[Cells], columns: Columns) -> list[Cells]:
    """Return the rows with those that only go on from the row above joined to it."""
    found: list[Cells] = []
    for row in body:
        if (
            found
            and len(found[-1].lines) < _LONGEST_WRAP
            and len(row.cells) == columns.width == len(found[-1].cells)
            and _goes_on(row.cells, columns)
        ):
            joined = tuple(" ".join(filter(None, pair)) for pair in zip(found[-1].cells, row.cells, strict=True))
            found[-1] = Cells((*found[-1].lines, *row.lines), joined)
        else:
            found.append(row)
    return found


def _goes_on(cells: Sequence[str], columns: Columns) -> bool:
    opens_low = cells[columns.action][:1].islower() or not cells[columns.action]
    unnamed = not cells[columns.reference if columns.reference is not None else 0]
    rest = [place for place in (columns.owner, *columns.dues, *columns.statuses) if place is not None]
    empty = not any(cells[place] for place in rest)
    return unnamed and any(cells) and (empty or (opens_low and any(not cells[place] for place in (*rest, columns.action))))


def _due(cells: Sequence[str], columns: Columns) -> str | None:
    told = next(filter(None, (cell.due(cells[place]) for place in columns.dues)), None)
    beside = [
        place for place in range(len(cells)) if place not in (columns.action, columns.owner, columns.reference, *columns.dues)
    ]
    moved = next(filter(None, (cell.moved_to(cells[place]) for place in beside)), None)
    return moved if moved and (told or columns.dues) else told


def _status(cells: Sequence[str], columns: Columns) -> str | None:
    """Return how the action of a row stands: a column of dates tells it too where it says that it is done, and so does an answer."""
    dated = [place for place in columns.dues if cell.is_status(cells[place])]
    told = (cell.status(cells[place]) for place in (*columns.statuses, *dated) if cells[place])
    answered = cell.status(_ACCEPTED.sub("", cells[columns.action])) if columns.answer and not columns.statuses else None
    return next(filter(None, told), answered)


def _goes_on_somehow(cells: Sequence[str], columns: Columns) -> bool:
    """Say whether a row tells in its own words how its action stands: what has not begun says so, anything else tells of work."""
    return any(cell.is_told(cells[place]) for place in columns.statuses)


def tells_figures(line: Line) -> bool:
    """Say whether a line is a row of figures or grades, which asks for nothing and promises nothing."""
    told = [words for row in line.rows for words in row[1:] if words]
    return line.kind == "table_row" and sum(map(cell.is_number, told)) * 2 >= max(len(told), 1)
