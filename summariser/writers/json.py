"""The brief as JSON: every list of segment numbers becomes the quotes themselves, with offsets and page."""

from dataclasses import asdict
from typing import Any

from pydantic_core import to_json

from summariser.types import Document, Evidence, Integrity, Outcome, Span


def render(outcome: Outcome) -> str:
    """Return one JSON object; `brief` has the fields of its schema."""
    return to_json(as_data(outcome), indent=2).decode()


def as_data(outcome: Outcome) -> dict[str, Any]:
    """Return what `render` writes, as plain values."""
    return {
        "document": _document(outcome.document),
        "integrity": _integrity(outcome.integrity, outcome.document),
        "brief": _quoted(outcome.brief.model_dump(mode="json", by_alias=True), outcome),
        "read": {
            "characters": sum(end - start for start, end in outcome.read),
            "spans": [list(span) for span in outcome.read],
            "losses": [asdict(loss) for loss in outcome.losses],
        },
        "refused": [asdict(part) for part in outcome.refused],
        "warnings": list(outcome.warnings),
        "usage": asdict(outcome.usage),
        "provenance": asdict(outcome.provenance),
    }


def _document(document: Document) -> dict[str, Any]:
    """Return what names a document; where offsets do not count in the file itself, also the text that they count in."""
    named = {"name": document.name, "sha256": document.sha256, "characters": len(document.text)}
    return named | ({"text": document.text} if document.extracted else {})


def _integrity(integrity: Integrity, document: Document) -> dict[str, Any]:
    """Return the report on the document; what makes it sensitive is placed but not quoted, so as not to be spread."""

    def shown(spans: tuple[Span, ...]) -> list[dict[str, Any]]:
        return [
            {"quote": document.text[start:end], "start": start, "end": end, "page": document.page(start)}
            for start, end in spans
        ]

    return {
        "completeness": {"value": integrity.completeness, "evidence": shown(integrity.cut)},
        "item_relation": integrity.item_relation,
        "items": list(integrity.items),
        "quality_flags": [
            {"flag": flag.kind, "evidence": shown(flag.spans), "note": flag.note or None} for flag in integrity.flags
        ],
        "sensitivity": integrity.sensitivity,
        "sensitivity_marks": [
            {"kind": mark.kind, "start": start, "end": end} for mark in integrity.marks for start, end in mark.spans
        ],
    }


def _quoted(node: Any, outcome: Outcome) -> Any:
    if isinstance(node, list):
        return [_quoted(element, outcome) for element in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _quotes(value, outcome) if key == "evidence" and isinstance(value, list) else _quoted(value, outcome)
        for key, value in node.items()
    }


def _quotes(numbers: list[Any], outcome: Outcome) -> list[Any]:
    return [_quote(outcome.evidence[number]) if number in outcome.evidence else number for number in numbers]


def _quote(evidence: Evidence) -> dict[str, Any]:
    """Return what `asdict` would, many times faster; there are dozens in a brief."""
    return {name: getattr(evidence, name) for name in ("segment", "quote", "start", "end", "page")}
