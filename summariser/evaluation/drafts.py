"""Drafts a gold file from an engine's brief, for a person to correct while reading the document."""

import json
from collections.abc import Mapping
from typing import Any

from summariser.result import Result
from summariser.writers.json import as_data


def draft(result: Result) -> str:
    """Return a gold file that says that it is a draft, and whose; evidence is bare quotes, as a person writes them."""
    data = as_data(result)
    integrity = data["integrity"]
    labels = _bare(data["brief"], result.document.text)
    labels["document"] |= {
        "sensitivity": integrity["sensitivity"],
        "quality_flags": [
            {"flag": each["flag"], "evidence": _quotes(each["evidence"], result.document.text)}
            for each in integrity["quality_flags"]
        ],
    }
    made = result.provenance
    return json.dumps({"draft": True, "drafted_by": made.model or made.engine, **labels}, ensure_ascii=False, indent=1)


def _bare(node: Any, text: str) -> Any:
    if isinstance(node, list):
        return [_bare(element, text) for element in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _quotes(value, text) if key == "evidence" and isinstance(value, list) else _bare(value, text)
        for key, value in node.items()
    }


def _quotes(evidence: list[Mapping[str, Any]], text: str) -> list[Any]:
    """Return each line of the quotes, with its offset where the same words stand elsewhere too."""
    lines = []
    for each in evidence:
        start = each["start"]
        for line in each["quote"].splitlines(keepends=True):
            bare = line.strip()
            if bare:
                once = text.count(bare) == 1
                lines.append(bare if once else {"quote": bare, "start": start + line.index(bare)})
            start += len(line)
    return lines
