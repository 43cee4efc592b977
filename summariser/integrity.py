"""Reports what a document is as it came: whole or cut, one item or several, flawed where, and how sensitive."""

from summariser.flaws import flaws
from summariser.rules import structure
from summariser.rules.lines import Line
from summariser.rules.outline import outline
from summariser.sensitivity import sensitivity
from summariser.types import Document, Flag, Integrity, Segment, Span


def inspect(document: Document, segments: tuple[Segment, ...]) -> Integrity:
    """Return the report on a document."""
    seen = outline(document, segments)
    parts = seen.items
    broken = structure.broken(seen.lines, parts)
    shown = parts if broken is None or any(part is broken for part in parts) else [broken]
    private = sensitivity(_paged(document))
    return Integrity(
        completeness=broken.completeness if broken else "complete",
        cut=tuple(_span(line, segments) for part in shown for line in (part.cut, part.late) if line),
        item_relation=structure.relation(parts),
        items=tuple(segments[part.lines[0].number - 1].start for part in parts if part.lines),
        flags=flaws(document, segments),
        sensitivity=private.level,
        marks=tuple(Flag(mark.kind, ((mark.start, mark.end),)) for mark in private.marks),
    )


def _paged(document: Document) -> str:
    """Return the text with a form feed where a page begins, since a marking stands at the head of its page."""
    letters = list(document.text) if document.page_starts else []
    for start in document.page_starts:
        if start and letters[start - 1] == "\n":
            letters[start - 1] = "\f"
    return "".join(letters) or document.text


def _span(line: Line, segments: tuple[Segment, ...]) -> Span:
    segment = segments[line.number - 1]
    return segment.start, segment.end
