"""The brief as JSON: every list of segment numbers becomes the quotes themselves, with offsets and page."""

import json
from dataclasses import asdict
from typing import Any

from summariser.types import Document, Outcome


def render(outcome: Outcome) -> str:
    """Return one JSON object; `brief` has the fields of its schema."""
    return json.dumps(as_data(outcome), ensure_ascii=False, indent=2)


def as_data(outcome: Outcome) -> dict[str, Any]:
    """Return what `render` writes, as plain values."""
    return {
        "document": _document(outcome.document),
        "brief": _quoted(outcome.brief.model_dump(mode="json", by_alias=True), outcome),
        "refused": [asdict(part) for part in outcome.refused],
        "warnings": list(outcome.warnings),
        "usage": asdict(outcome.usage),
        "provenance": asdict(outcome.provenance),
    }


def _document(document: Document) -> dict[str, Any]:
    """Return what names a document; where offsets do not count in the file itself, also the text that they count in."""
    named = {"name": document.name, "sha256": document.sha256, "characters": len(document.text)}
    return named | ({"text": document.text} if document.extracted else {})


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
    return [asdict(outcome.evidence[number]) if number in outcome.evidence else number for number in numbers]
