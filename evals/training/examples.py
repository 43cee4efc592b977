"""Turns training documents into what the models learn from: the engine's own view of each line and item, and its labels."""

from collections.abc import Mapping
from dataclasses import dataclass

from evals.training.corpus import Labelled, Row
from summariser.readers import from_text
from summariser.rules.lines import Line, lines_of
from summariser.rules.structure import Item, items, whole
from summariser.segments import segment


@dataclass(frozen=True, slots=True)
class Paper:
    """A training document as the engine sees it, and the label of each of its lines, by number."""

    name: str
    facets: Mapping[str, str]
    item: Item
    rows: Mapping[int, Row]


def paper(document: Labelled) -> Paper:
    """Cut a document as the engine would, and give each line the label of the row that it has most of."""
    source = from_text(document.text)
    segments = segment(source)
    lines = lines_of(source, segments)
    rows: dict[int, Row] = {}
    for line, at in zip(lines, segments, strict=True):
        shared = {min(row.end, at.end) - max(row.start, at.start): row for row in reversed(document.rows)}
        if max(shared) > 0:
            rows[line.number] = shared[max(shared)]
    parts = items(lines)
    return Paper(document.name, document.facets, parts[0] if len(parts) == 1 else _whole(lines, parts), rows)


def _whole(lines: list[Line], parts: list[Item]) -> Item:
    """Return the document as one item, as it is labelled."""
    last = parts[-1]
    return Item(lines, whole(lines, parts).heading, last.cut, any(part.speaks for part in parts), parts[0].late)
