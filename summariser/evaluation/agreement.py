"""How far two labellings of the same documents agree: two readers', or an engine's repeats.

Krippendorff's alpha for nominal labels (Content Analysis, 2nd ed. 2004, chapter 11): 1 is full agreement, 0 what chance
gives; above 0.8 is commonly called reliable, above 0.667 good enough for tentative conclusions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import krippendorff
import numpy

from summariser.evaluation.scoring import score
from summariser.evaluation.suites import Suite, text_of
from summariser.gold import read_labels
from summariser.labels import Kind, strict
from summariser.metrics import METRICS
from summariser.metrics.cases import Case

# Of which labels agreement is told; those of claims are compared where both readers marked the same words.
_LABELS: tuple[tuple[str, Kind, str], ...] = (
    ("document form", "document", "form"),
    ("completeness", "document", "completeness"),
    ("sensitivity", "document", "sensitivity"),
    ("service area", "item", "service_area"),
    ("cycle stage", "item", "cycle_stage"),
    ("finding voice", "finding", "voice"),
    ("finding relay", "finding", "relay"),
    ("finding polarity", "finding", "polarity"),
    ("finding theme", "finding", "theme"),
    ("finding time", "finding", "time"),
    ("action kind", "action", "kind"),
    ("action status", "action", "status"),
    ("figure voice", "figure", "voice"),
)
_FOUND = ("reviews F1", "judgements F1", "findings F1", "actions F1", "figures F1")


@dataclass(frozen=True)
class Agreement:
    """One row: alpha (None if only one label occurs), the plain share that agrees, and the number of pairs."""

    name: str
    alpha: float | None
    share: float | None
    n: int


def between_readers(suite: Suite) -> list[Agreement]:
    """Return how far the second readings of a suite agree with its gold; empty if there are none."""
    cases = []
    for entry in suite.entries:
        if entry.second is not None:
            text = text_of(entry)
            # What one reader would accept besides is no label of theirs.
            gold, second = (strict(read_labels(entry.name, data, text)) for data in (entry.gold, entry.second))
            cases.append(Case(entry.name, text, gold, second))
    return between(cases)


def between_repeats(repeats: Sequence[Sequence[Case]]) -> list[Agreement]:
    """Return how far the repeats of a run agree with the first, pair by pair."""
    first, *others = repeats
    pairs = [
        Case(case.name, case.text, case.brief, other.brief)
        for again in others
        for case, other in zip(first, again, strict=True)
    ]
    return between(pairs)


def between(cases: Sequence[Case]) -> list[Agreement]:
    """Return the agreement of the two labellings of each case: label by label, then on what there is to label."""
    if not cases:
        return []
    rows = [_row(name, list(_pairs(cases, kind, field))) for name, kind, field in _LABELS]
    found = score(cases, metrics=[metric for metric in METRICS if metric.name in _FOUND])
    return rows + [Agreement(each.metric.name, None, each.estimate.value, each.estimate.n) for each in found.scores]


def _pairs(cases: Sequence[Case], kind: Kind, field: str) -> Iterator[tuple[str, str]]:
    for case in cases:
        for one, other in case.matched(kind):
            if field in one.fields and field in other.fields:
                yield str(one.fields[field]), str(other.fields[field])


def _row(name: str, pairs: Sequence[tuple[str, str]]) -> Agreement:
    if not pairs:
        return Agreement(name, None, None, 0)
    share = sum(one == other for one, other in pairs) / len(pairs)
    known = sorted({label for pair in pairs for label in pair})
    if len(known) < 2:
        return Agreement(name, None, share, len(pairs))
    codes = numpy.array([[known.index(label) for label in reader] for reader in zip(*pairs, strict=True)])
    alpha = float(krippendorff.alpha(reliability_data=codes, level_of_measurement="nominal"))
    return Agreement(name, alpha, share, len(pairs))
