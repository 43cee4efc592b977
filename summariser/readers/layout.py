"""Sees in the lines of printed pages what a reader sees: running headers, columns, headings, list items, rows, paragraphs."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

BULLET = re.compile(r"([•·▪■◼◾□▫◦●○‣∙➢➤✓\uf0a7\uf0b7\uf0d8\uf0fc–—*-]|o(?= ))\s+(?=\S)")
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]\s+\S|\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+[A-Z]")
_MARK = re.compile(
    r"[•·▪■◼◾□▫◦●○‣∙➢➤✓\uf0a7\uf0b7\uf0d8\uf0fco–—*-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}\.?"
)
ENDED = re.compile(r"[.!?:;][\"'”’)\]]*$")
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:page\s*)?(?:\d{1,4}|[ivxl]{1,5})(?:\s*(?:of|/)\s*\d{1,4})?[-–—\s]*", re.I)

# Shares of a page's height and of the number of pages, in which running lines are looked for.
_MARGIN = 0.12
_OFTEN = 0.3
_LEADING = 1.3
_ROW_LINES = 8
_COLUMN_LINES = 5
_COLUMN_LETTERS = 20
_SAME_START = 40.0  # points


class Line(NamedTuple):
    """One line of print, or one cell of it; measures are points from the upper left corner of a page `height` points high."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool
    hyphenated: bool
    height: float


@dataclass(slots=True)
class Block:
    """Lines that belong together.

    `cells` has more than one list of lines where they are a row of a table, and none where the page before has taken them
    into the block that runs over onto this one; there they are in `over`.
    """

    cells: list[list[Line]]
    level: int = 0
    over: list[Line] = field(default_factory=list)

    @property
    def first(self) -> Line:
        """Return the line that opens the block."""
        return self.cells[0][0]

    @property
    def last(self) -> Line:
        """Return the line that ends it on its page."""
        return self.cells[-1][-1]


def running_lines(pages: list[list[Line]]) -> set[tuple[int, Line]]:
    """Return the lines, with the number of their page, that run along the upper or lower edge of many pages."""
    edges = [
        (number, line)
        for number, page in enumerate(pages)
        for line in page
        if line.bottom < line.height * _MARGIN or line.top > line.height * (1 - _MARGIN)
    ]
    often = Counter((key, number) for number, line in edges for key in [_key(line)])
    on_pages = Counter(key for key, _ in often)
    enough = max(2, min(3, len(pages)), _OFTEN * len(pages))
    return {
        (number, line) for number, line in edges if on_pages[_key(line)] >= enough or _PAGE_NUMBER.fullmatch(line.text.strip())
    }


def _key(line: Line) -> tuple[str, bool]:
    """Return what a running line has in common on all its pages: its words but for numbers, and its edge."""
    return _DIGITS.sub("#", line.text), line.top > line.height / 2


class Style:
    """What ordinary print looks like in a document, by which headings stand out."""

    def __init__(self, lines: list[Line]) -> None:
        letters: Counter[tuple[float, bool]] = Counter()
        for line in lines:
            letters[_face(line)] += len(line.text)
        (self._size, self._bold), _ = (letters.most_common(1) or [((0.0, False), 0)])[0]
        larger = sorted({face for face in letters if self._stands_out(face)}, reverse=True)
        self._levels = {face: min(place, 6) for place, face in enumerate(larger, 1)}

    def level(self, line: Line) -> int:
        """Return the level of the heading whose face a line has, the largest being 1, or 0 for ordinary print."""
        return self._levels.get(_face(line), 0)

    def _stands_out(self, face: tuple[float, bool]) -> bool:
        size, bold = face
        return size > self._size * 1.08 or (bold and not self._bold and size >= self._size * 0.95)


def _face(line: Line) -> tuple[float, bool]:
    return round(line.size * 2) / 2, line.bold


def in_columns(lines: list[Line]) -> list[Line]:
    """Return lines that were read across two columns of prose column by column; all else stays in its order."""
    ordered: list[Line] = []
    for paired, run in groupby(_side_by_side(lines), key=lambda pair: len(pair) == 2):
        pairs = list(run)
        lefts, rights = [pair[0] for pair in pairs], [pair[-1] for pair in pairs]
        if paired and len(pairs) >= _COLUMN_LINES and all(map(_is_prose, (lefts, rights))):
            ordered += [*lefts, *rights]
        else:
            ordered += [line for pair in pairs for line in pair]
    return ordered


def _side_by_side(lines: list[Line]) -> Iterator[list[Line]]:
    """Yield lines with those that stand to the right of them on the same height."""
    row: list[Line] = []
    for line in lines:
        if row and (line.left <= row[-1].right or abs(line.bottom - row[-1].bottom) > line.size / 2):
            yield row
            row = []
        row.append(line)
    if row:
        yield row


def _is_prose(column: list[Line]) -> bool:
    return sum(len(line.text) for line in column) >= _COLUMN_LETTERS * len(column)


def blocks(lines: list[Line], style: Style) -> Iterator[Block]:
    """Yield the blocks of a page."""
    block: Block | None = None
    edges = _edges(lines)
    for line in lines:
        if block and _is_next_cell(block, line):
            if _MARK.fullmatch(block.last.text):
                block.cells[-1] = [line._replace(text=f"{block.last.text} {line.text}", left=block.last.left)]
            else:
                block.cells.append([line])
        elif block and _is_below(block, line) and _continues(block.cells[-1], line, style, edges[_start(line)]):
            block.cells[-1].append(line)
        else:
            if block:
                yield block
            block = Block([[line]], style.level(line))
    if block:
        yield block


def _is_next_cell(block: Block, line: Line) -> bool:
    """Say whether a line stands to the right of a block and level with it."""
    lines = block.cells[-1]
    row = [line for cell in block.cells for line in cell]
    top, bottom = min(above.top for above in row), max(above.bottom for above in row)
    return (
        len(lines) <= _ROW_LINES
        and line.left > max(above.right for above in lines)
        and line.bottom > top
        and line.top < bottom
        and line.top > top - line.size
    )


def _edges(lines: list[Line]) -> dict[int, float]:
    """Return how far to the right print goes that begins at about the same place, but for the odd line over all columns."""
    rights: dict[int, list[float]] = {}
    for line in lines:
        rights.setdefault(_start(line), []).append(line.right)
    return {start: sorted(ends)[3 * len(ends) // 4] for start, ends in rights.items()}


def _start(line: Line) -> int:
    return round(line.left / _SAME_START)


def _is_below(block: Block, line: Line) -> bool:
    """Say whether a line stands below the last cell of a row, rather than at the beginning of the next row."""
    return len(block.cells) < 2 or line.right > min(above.left for above in block.cells[-1])


def _continues(lines: list[Line], line: Line, style: Style, right: float) -> bool:
    """Say whether a line goes on from the lines before it in the same paragraph, heading or cell."""
    before = lines[-1]
    if before.hyphenated:
        return True
    step = line.top - before.top
    if not 0 < step <= max(before.size, line.size) * 1.2 * _LEADING or opens_item(line):
        return False
    if line.left > max(above.right for above in lines) or style.level(line) != style.level(before):
        return False
    # Where no space parts paragraphs, a line that ends its sentence well before the edge ends its paragraph.
    return not (ENDED.search(before.text) and before.right < right - (right - before.left) / 4 and line.text[0].isupper())


def opens_with(text: str) -> int:
    """Return the length of the bullet or number that a line begins with, and of the space behind it."""
    mark = _MARK.match(text)
    end = mark.end() if mark else 0
    return end + 1 if text[end : end + 1] == " " else 0


def opens_item(line: Line) -> bool:
    """Say whether a line begins with a bullet or a number."""
    return bool(BULLET.match(line.text) or _NUMBERED.match(line.text) or _MARK.fullmatch(line.text))
