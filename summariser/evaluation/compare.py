"""Whether one run is better than another of the same suite: score by score, document by document, label by label.

The headline metrics decide. Each is tested by permutation over documents, and p is corrected for their number (Holm), so
that of twenty metrics that do not differ none is likely to seem to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from summariser.evaluation.misses import COMPARED, differs, places, told
from summariser.evaluation.scoring import Scores
from summariser.evaluation.statistics import Difference, difference, holm
from summariser.labels import Kind, Part
from summariser.metrics import Metric
from summariser.metrics.cases import Case
from summariser.metrics.facets import id_of

Conclusion = Literal["better", "worse", "cannot tell"]
_LIKELY_CHANCE = 0.05
NOTHING = "(missing)"


@dataclass(frozen=True)
class Change:
    """One metric in two runs; `adjusted` is its p corrected for asking of every headline metric, None if it is none."""

    metric: Metric
    before: float | None
    after: float | None
    difference: Difference
    adjusted: float | None

    @property
    def verdict(self) -> Conclusion:
        """Say whether the second run is better, by this metric alone."""
        value = self.difference.value
        if not value or self.adjusted is None or self.adjusted >= _LIKELY_CHANCE:
            return "cannot tell"
        return "better" if (value > 0) == (self.metric.better == "higher") else "worse"


@dataclass(frozen=True)
class Flip:
    """A label or part that came out differently: what the gold has, what each run has, and the words each rests on."""

    document: str
    part: str
    field: str
    gold: str
    before: str
    after: str
    before_quote: str
    after_quote: str
    verdict: Conclusion


@dataclass(frozen=True)
class Comparison:
    """Two runs side by side. It is worse if any headline metric is worse beyond chance, whatever else is better."""

    changes: tuple[Change, ...]
    flips: tuple[Flip, ...]

    @property
    def too_few(self) -> bool:
        """Say whether there are so few documents that no difference, however large, could be told from chance.

        Of n documents, 2 of the 2^n ways to swap them are as extreme as all to one side.
        """
        documents = max((change.difference.n for change in self.changes), default=0)
        asked = sum(change.adjusted is not None for change in self.changes)
        return asked * 2.0 ** (1 - documents) >= _LIKELY_CHANCE

    @property
    def conclusion(self) -> Conclusion:
        """Say whether the second run is better than the first."""
        verdicts = {change.verdict for change in self.changes}
        return "worse" if "worse" in verdicts else "better" if "better" in verdicts else "cannot tell"


def compare(before: Scores, after: Scores, cases: Sequence[Case], others: Sequence[Case]) -> Comparison:
    """Compare two runs of the same documents, in the same order."""
    rows = [
        (one, other, difference(one.metric, one.tallies, other.tallies))
        for one, other in zip(before.scores, after.scores, strict=True)
    ]
    deciding = [number for number, (one, _, apart) in enumerate(rows) if one.metric.headline and apart.p is not None]
    adjusted = dict(zip(deciding, holm([rows[number][2].p or 0.0 for number in deciding]), strict=True))
    changes = tuple(
        Change(one.metric, one.estimate.value, other.estimate.value, apart, adjusted.get(number))
        for number, (one, other, apart) in enumerate(rows)
    )
    flips = tuple(flip for one, other in zip(cases, others, strict=True) for flip in _flips(one, other))
    return Comparison(changes, flips)


def _flips(one: Case, other: Case) -> Iterator[Flip]:
    """Yield what differs between two briefs of a document: a part of the gold told by one only, or told otherwise."""
    for kind, names in COMPARED.items():
        first, second = ({id_of(gold): brief for gold, brief in case.matched(kind)} for case in (one, other))
        for gold in one.gold.of(kind):
            before, after = first.get(id_of(gold)), second.get(id_of(gold))
            if before is None and after is None:
                continue
            if before is None or after is None:
                yield _flip(one, kind, (gold, before, after), None)
                continue
            for name in names:
                if told(before, name) != told(after, name):
                    yield _flip(one, kind, (gold, before, after), name)


def _flip(case: Case, kind: Kind, parts: tuple[Part, Part | None, Part | None], name: str | None) -> Flip:
    gold, before, after = parts
    right = [part is not None and (name is None or not differs(gold, part, name)) for part in (before, after)]
    return Flip(
        document=case.name,
        part=f"{kind} {gold.label}" if gold.label != kind else kind,
        field=name or "found",
        gold=told(gold, name),
        before=told(before, name) if before else NOTHING,
        after=told(after, name) if after else NOTHING,
        before_quote=_quote(case, before, name),
        after_quote=_quote(case, after, name),
        verdict="cannot tell" if right[0] == right[1] else "better" if right[1] else "worse",
    )


def _quote(case: Case, part: Part | None, name: str | None) -> str:
    return " … ".join(case.text[start:end] for start, end in places(part, name))
