"""What knowing nothing would score: the commonest label for every document, and the first three sentences of each.

The commonest labels are taken from the suite itself, which favours the baseline: an engine should beat it all the same.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from summariser.labels import Kind, Labels, Part, SummarySentence
from summariser.metrics.cases import Case
from summariser.segments import segment
from summariser.types import Document

MAJORITY, LEAD = "majority", "lead 3"
_LEAD = 3
_FACETS: dict[Kind, tuple[str, ...]] = {
    "document": ("form", "item_relation", "completeness", "sensitivity"),
    "item": ("form", "service_area", "cycle_stage", "completeness"),
    "direction": ("value", "voice"),
    "finding": ("voice", "polarity", "theme", "time", "relay"),
}


def baselines(cases: Sequence[Case]) -> dict[str, list[Case]]:
    """Return the documents with the briefs of each baseline."""
    common = {
        kind: {name: _commonest([part.fields.get(name) for case in cases for part in case.gold.of(kind)]) for name in names}
        for kind, names in _FACETS.items()
    }
    facets = tuple(Part(kind, kind, 0, dict(common[kind])) for kind in ("document", "item", "direction"))
    return {
        MAJORITY: [replace(case, brief=Labels(parts=facets)) for case in cases],
        LEAD: [replace(case, brief=_lead(case.text, common["finding"], facets[1])) for case in cases],
    }


def _commonest(values: Sequence[object]) -> str | None:
    counted = Counter(str(value) for value in values if value is not None)
    return counted.most_common(1)[0][0] if counted else None


def _lead(text: str, labels: dict[str, str | None], item: Part) -> Labels:
    """Return a brief that takes the first sentences of a text for its findings and its summary."""
    document = Document(name="", sha256="", text=text)
    first = [each for each in segment(document) if each.kind == "sentence"][:_LEAD]
    findings = tuple(
        Part("finding", f"F{number}", 0, {**labels, "statement": text[each.start : each.end]}, spans=((each.start, each.end),))
        for number, each in enumerate(first, start=1)
    )
    return Labels(
        parts=(Part("item", item.label, 0), *findings),
        summary=tuple(SummarySentence(str(part.fields["statement"]), (part.label,)) for part in findings),
        quotes=tuple((text[start:end], start) for part in findings for start, end in part.spans),
    )
