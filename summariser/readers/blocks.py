"""Sets out what an office file holds, its paragraphs, headings, lists and tables, as marked text."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from summariser.types import Extract, Span

# Control characters, and all that ends a line.
_BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]+")
_BLANKS = re.compile(r"[ \t]+")
# Signs of Word's symbol fonts, which stand in the private area of Unicode, by their last byte.
_SYMBOLS = {0xB7: "•", 0xA7: "▪", 0xD8: "➢", 0xFC: "✓", 0xFB: "✗", 0xFE: "☑", 0xA8: "☐", 0x6F: "☐", 0xE0: "→"}


def symbol(code: int) -> str:
    """Return the sign that a symbol font shows for `code`, where it is a common one; otherwise the character itself."""
    return _SYMBOLS.get(code & 0xFF, chr(code)) if 0xF000 <= code < 0xF100 else chr(code)


def line(words: str) -> str:
    """Return `words` on one line, without space around them."""
    return _BREAKS.sub(" ", words).strip()


class Block(NamedTuple):
    """A paragraph, heading or list item, by its mark; or a table, by its rows."""

    words: str = ""
    mark: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def heading(words: str, level: int) -> Block:
    """Return a heading; levels beyond the sixth count as the sixth."""
    return Block(words, "#" * min(max(level, 1), 6) + " ")


def item(words: str, depth: int) -> Block:
    """Return a list item, `depth` levels below the outermost list."""
    return Block(words, "  " * min(max(depth, 0), 8) + "- ")


def flat(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the words of each block without its mark, and of each row of a table, for where only words have a place."""
    for block in blocks:
        for words in (block.words, *(" ".join(filter(None, row)) for row in block.rows)):
            if words := line(words):
                yield words


def set_out(
    blocks: Iterable[Block],
    notes: Iterable[str] = (),
    furniture: Iterable[str] = (),
    *,
    hidden: int = 0,
    attachments: Iterable[str] = (),
    warnings: Iterable[str] = (),
) -> Extract:
    """Set out the blocks that have words, then the notes, then each different running header and footer once."""
    footnotes = [item(words, 0) for words in notes if line(words)]
    pieces = [_set(block) for block in (*blocks, *([heading("Footnotes", 2)] if footnotes else []), *footnotes)]
    text = "\n\n".join(filter(None, pieces))
    spans: list[Span] = []
    for words in dict.fromkeys(filter(None, map(line, furniture))):
        text += "\n\n" if text else ""
        spans.append((len(text), len(text) + len(words)))
        text += words
    return Extract(
        text=text,
        extracted=True,
        furniture=tuple(spans),
        hidden=hidden,
        attachments=tuple(attachments),
        warnings=tuple(warnings),
    )


def _set(block: Block) -> str:
    """Return the text of a block, or nothing if it has no words."""
    rows = [[_BLANKS.sub(" ", line(cell)) for cell in row] for row in block.rows]
    if rows:
        return "\n".join("| " + " | ".join(row) + " |" for row in rows if any(row))
    words = line(block.words)
    return words and block.mark + words


class Story:
    """Gathers the blocks of a format that tells only where paragraphs, cells and rows end."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.in_table = False
        self.level = 0
        self.listed = False
        self.depth = 0
        self._blocks: list[Block] = []
        self._rows: list[tuple[str, ...]] = []
        self._row: list[str] = []
        self._cell: list[str] = []

    def reset(self) -> None:
        """Forget what was said of the paragraph."""
        self.in_table, self.listed, self.level, self.depth = False, False, 0, 0

    def end_paragraph(self) -> None:
        """Close the paragraph; in a table it is a part of the cell."""
        # Characters beyond the first plane come as two halves.
        words = "".join(self.words).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        self.words.clear()
        if self.in_table:
            self._cell.append(words.strip())
            return
        self._end_table()
        if self.level:
            self._blocks.append(heading(words, self.level))
        else:
            self._blocks.append(item(words, self.depth) if self.listed else Block(words))

    def end_cell(self) -> None:
        """Close a cell."""
        self.in_table = True
        self.end_paragraph()
        self._row.append(" ".join(filter(None, self._cell)))
        self._cell.clear()

    def end_row(self) -> None:
        """Close a row."""
        if any(self._cell) or any(map(str.strip, self.words)):
            self.end_cell()
        self._rows.append(tuple(self._row))
        self._row.clear()
        self.in_table = False

    def _end_table(self) -> None:
        if self._row or any(self._cell):
            self.end_row()
        if len(self._rows) == 1 and len(self._rows[0]) == 1:
            # A single cell is a frame around ordinary text.
            self._blocks.append(Block(self._rows[0][0]))
        elif self._rows:
            self._blocks.append(Block(rows=tuple(self._rows)))
        self._rows.clear()

    def insert(self, blocks: list[Block]) -> None:
        """Put in what stands in a box: before the paragraph being read, or into the cell."""
        if self.in_table:
            self._cell += flat(blocks)
        else:
            self._end_table()
            self._blocks += blocks

    def finish(self) -> list[Block]:
        """Close all and return the blocks."""
        self.end_paragraph()
        self._end_table()
        return self._blocks
