"""What the rules for parting papers share: the pieces that they part them into, and how much a run of lines tells."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from summariser.rules.authority import Named
from summariser.rules.lines import Line

# How the items came together: a pack of papers, a page of several pieces, a standing page, or the rows of a table.
Way = Literal["pack", "page", "standing", "rows"]

_LEAST_WORDS, _LEAST_LINES = 25, 2


@dataclass(frozen=True, slots=True)
class Piece:
    """The lines of one item; its heading and authority where these show how it was parted."""

    lines: list[Line]
    heading: Line | None = None
    authority: Named | None = None


def runs(lines: list[Line], starts: Sequence[int]) -> list[list[Line]]:
    """Return the runs of lines that begin at these places."""
    return [lines[begin:end] for begin, end in pairwise([*starts, len(lines)])]


def words(lines: Sequence[Line]) -> int:
    """Return how many words the lines have."""
    return sum(len(line.words.split()) for line in lines)


def told(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that tell something, without headings and furniture."""
    return [line for line in lines if line.kind != "heading" and not line.boilerplate]


def is_substantive(run: Sequence[Line], least: int = _LEAST_WORDS) -> bool:
    """Say whether there is enough under a heading for an item."""
    under = told(run[1:])
    return len(under) >= _LEAST_LINES and words(under) >= least


def named(line: Line, title: str) -> Line:
    """Return a line cut down to the title that it holds."""
    return replace(line, words=title, low=title.lower())
