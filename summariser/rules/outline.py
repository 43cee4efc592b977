"""What the rules see of a document as a whole: its lines, and the items that they part into."""

from dataclasses import dataclass
from functools import lru_cache

from summariser.rules import structure
from summariser.rules.lines import Line, lines_of
from summariser.types import Document, Segment


@dataclass(frozen=True, slots=True)
class Outline:
    """The lines of a document and its items."""

    lines: list[Line]
    items: list[structure.Item]


@lru_cache(maxsize=1)
def outline(document: Document, segments: tuple[Segment, ...]) -> Outline:
    """Return the outline of a document; the last is kept, as the report on a document asks for it first and the engine then."""
    lines = lines_of(document, segments)
    return Outline(lines, structure.items(lines))
