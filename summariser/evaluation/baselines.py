"""What knowing nothing would score: the commonest label for everything, the first three sentences, every sentence.

The commonest labels are taken from the suite itself, and the items and their places from its gold, which favours the
baselines: an engine should beat them all the same.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from summariser.labels import Kind, Labels, Part, SummarySentence
from summariser.metrics import METRICS, Metric
from summariser.metrics.cases import Case
from summariser.metrics.pairs import whole_items
from summariser.segments import segment
from summariser.types import Document

_LEAD = 3
_FACETS: dict[Kind, tuple[str, ...]] = {
    "document": ("form", "item_relation", "completeness", "sensitivity"),
    "item": ("form", "service_area", "cycle_stage", "completeness"),
    "direction": ("value", "voice"),
    "finding": ("voice", "polarity", "theme", "time", "relay"),
}
_FOUND = ("findings precision", "findings recall", "findings F1")
_LABELS = tuple(f"finding {name}{form}" for name in _FACETS["finding"] for form in ("", ", macro F1"))
Commonest = Mapping[Kind, Mapping[str, str | None]]


@dataclass(frozen=True)
class Baseline:
    """The briefs of a baseline, and the metrics of what it attempts; of the others it has no score."""

    cases: Sequence[Case]
    metrics: Sequence[Metric]


def baselines(cases: Sequence[Case]) -> dict[str, Baseline]:
    """Return each baseline by its name."""
    common = {
        kind: {name: _commonest([part.fields.get(name) for case in cases for part in case.gold.of(kind)]) for name in names}
        for kind, names in _FACETS.items()
    }
    return {
        "majority": Baseline(
            [_told(case, _facets(case, common)) for case in cases],
            _metrics(lambda metric: metric.group == "Facets" or metric.name in _LABELS),
        ),
        "lead 3": Baseline(
            [_told(case, _sentences(case.text, common, _LEAD)) for case in cases],
            _metrics(lambda metric: metric.name in _FOUND or metric.group == "Summary"),
        ),
        "every sentence": Baseline(
            [_told(case, _sentences(case.text, common, None)) for case in cases],
            _metrics(lambda metric: metric.name in _FOUND),
        ),
    }


def _told(case: Case, brief: Labels) -> Case:
    return Case(case.name, case.text, case.gold, brief, case.facts, case.traps)


def _metrics(attempted: Callable[[Metric], bool]) -> list[Metric]:
    return [metric for metric in METRICS if attempted(metric)]


def _commonest(values: Sequence[object]) -> str | None:
    counted = Counter(str(value) for value in values if value is not None)
    return counted.most_common(1)[0][0] if counted else None


def _facets(case: Case, common: Commonest) -> Labels:
    """Return a brief that gives the commonest label to the document and to each item and finding of its gold."""
    items = [replace(item, fields=dict(common["item"]), facts={}, accepts={}) for item in whole_items(case.gold)]
    directions = [Part("direction", "direction", item.item, dict(common["direction"])) for item in items]
    findings = [replace(part, fields={**part.fields, **common["finding"]}, accepts={}) for part in case.gold.of("finding")]
    return Labels(parts=(Part("document", "document", 0, dict(common["document"])), *items, *directions, *findings))


def _sentences(text: str, common: Commonest, most: int | None) -> Labels:
    """Return a brief that takes the first sentences of a text for its findings and its summary, or all of them."""
    first = [each for each in segment(Document(name="", sha256="", text=text)) if each.kind == "sentence"][:most]
    findings = tuple(
        Part(
            kind="finding",
            label=f"F{number}",
            item=0,
            fields={**common["finding"], "statement": text[each.start : each.end]},
            spans=((each.start, each.end),),
        )
        for number, each in enumerate(first, start=1)
    )
    return Labels(
        parts=(Part("item", "I1", 0), *findings),
        summary=tuple(SummarySentence(str(part.fields["statement"]), (part.label,)) for part in findings),
        quotes=tuple((text[start:end], start) for part in findings for start, end in part.spans),
    )
