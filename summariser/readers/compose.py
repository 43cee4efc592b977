"""Sets the blocks of printed pages down as one text, and notes where pages begin and running lines stand.

Each page's words stay within its bounds in the text. A paragraph that runs over the page is one paragraph; the running lines
of a page stand after the first block that ends on it, so that they cut no sentence in two.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from summariser.readers.layout import BULLET, ENDED, Block, Line, Style, blocks, in_columns, opens_item, running_lines
from summariser.types import Extract, Span

_DASHED = re.compile(r"[^\W_]-$")
_WORD_END = re.compile(r"[^\W\d_]+$")
_WORD_START = re.compile(r"[^\W\d_]+")
_LONGEST_HEADING = 200


def compose(pages: list[list[Line]], warnings: Iterable[str] = ()) -> Extract:
    """Return the text of printed pages."""
    running = running_lines(pages)
    style = Style([line for number, page in enumerate(pages) for line in page if (number, line) not in running])
    body: list[list[Block]] = []
    for number, page in enumerate(pages):
        kept = [line for line in page if (number, line) not in running]
        body.append(list(blocks(in_columns(kept), style)))
    _carry_over(body)
    writer = _Writer("\n".join(line.text for page in pages for line in page).lower())
    for number, page in enumerate(pages):
        writer.page(body[number], [line for line in page if (number, line) in running])
    return Extract(
        text=writer.text,
        extracted=True,
        warnings=tuple(warnings),
        page_starts=tuple(writer.starts),
        furniture=tuple(writer.furniture),
    )


def _carry_over(body: list[list[Block]]) -> None:
    """Join a paragraph that the end of a page cuts to its rest on the next page."""
    for page, following in pairwise(body):
        # The running lines of a page stand after its first block, so one that is all of its page is not joined to the next.
        if len(page) < 2 or not following:
            continue
        block, rest = page[-1], following[0]
        plain = len(block.cells) == 1 and len(rest.cells) == 1 and not block.level and not rest.level
        if plain and not opens_item(rest.first) and _unended(block, rest):
            block.over = rest.cells[0]
            rest.cells = []


def _unended(block: Block, rest: Block) -> bool:
    cut = block.last.hyphenated or not ENDED.search(block.last.text)
    return cut and abs(block.last.size - rest.first.size) < 1


class _Writer:
    """Writes blocks down one after the other, and notes where pages begin and running lines stand."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._parts: list[str] = []
        self._length = 0
        self.starts: list[int] = []
        self.furniture: list[Span] = []

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def page(self, blocks: list[Block], running: list[Line]) -> None:
        """Write a page: its first block, its running lines, the rest of it."""
        carried = bool(blocks) and not blocks[0].cells
        if not carried:
            self.starts.append(self._length)
        for block in blocks[: 0 if carried else 1]:
            self._block(block)
        for line in running:
            start = self._length
            self._write(line.text)
            self.furniture.append((start, self._length))
            self._write("\n\n")
        for block in blocks[1:]:
            self._block(block)

    def _block(self, block: Block) -> None:
        cells = [self._joined(cell) for cell in block.cells]
        if len(cells) > 1:
            self._write(f"| {' | '.join(cells)} |")
        elif block.level and len(cells[0]) <= _LONGEST_HEADING and not opens_item(block.first):
            self._write(f"{'#' * block.level} {cells[0]}")
        else:
            self._write(BULLET.sub("- ", cells[0], count=1) if BULLET.match(cells[0]) else cells[0])
        if block.over:
            self._write(self._between(block.last, block.over[0]))
            self.starts.append(self._length)
            self._write(self._joined(block.over))
        self._write("\n\n")

    def _joined(self, lines: list[Line]) -> str:
        parts = [lines[0].text]
        for before, line in pairwise(lines):
            parts += [self._between(before, line), line.text]
        return "".join(parts)

    def _between(self, before: Line, line: Line) -> str:
        """Return what parts the words of two lines: a space, a hyphen of the word's own, or one that print put there.

        The last is written as a soft hyphen, which counts in offsets and is left out wherever words are read or shown.
        """
        if not before.hyphenated:
            return "" if _DASHED.search(before.text) and (line.text[0].islower() or line.text[0].isdigit()) else " "
        head, tail = _WORD_END.search(before.text), _WORD_START.match(line.text)
        if head and tail:
            left, right = head.group().lower(), tail.group().lower()
            # What a document writes as one word elsewhere is one word here; else the hyphen stays, and is at worst too many.
            if self._words.count(left + right) > self._words.count(f"{left}-{right}"):
                return "\N{SOFT HYPHEN}"
        return "-"

    def _write(self, words: str) -> None:
        self._parts.append(words)
        self._length += len(words)
