"""Puts the parts of a brief beside those of its gold.

Reviews and judgements match by what they are of; findings, actions and figures by where they stand in the source and never
by their labels. Two of these match if they share at least half of the shorter one's evidence, because a gold quote is often
a clause of the sentence that a brief cites whole; and if at least half of the brief's quotes hold words of the gold's, so
that citing much does not pay. Of all one-to-one matchings the one with the largest total overlap is taken (the assignment
problem, solved by scipy's version of Jonker and Volgenant's algorithm).
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import product

import numpy
from scipy.optimize import linear_sum_assignment

from summariser.labels import Labels, Part, merged
from summariser.metrics.dates import contradict, same
from summariser.types import Span

Pairs = tuple[tuple[Part, Part], ...]
Likeness = Callable[[Part, Part], float]

_SHARED_AT_LEAST = 0.5
# Where two parts stand on the same words, their own words decide, by so little that a place always counts for more; but of the
# figures of one sentence, the one with the value is meant.
_WORDS = 0.01
_VALUE = 1.0


def best(gold: Sequence[Part], brief: Sequence[Part], likeness: Likeness) -> Pairs:
    """Return the one-to-one matching with the largest total likeness, in the order of the gold; 0 is no match."""
    if not gold or not brief:
        return ()
    table = numpy.array([[likeness(one, other) for other in brief] for one in gold])
    rows, columns = linear_sum_assignment(table, maximize=True)
    return tuple((gold[row], brief[column]) for row, column in zip(rows, columns, strict=True) if table[row, column] > 0)


def unmatched(parts: Sequence[Part], pairs: Pairs, side: int) -> list[Part]:
    """Return the parts of one side (0 gold, 1 brief) that no pair holds."""
    taken = {id(pair[side]) for pair in pairs}
    return [part for part in parts if id(part) not in taken]


def overlap(one: Part, other: Part) -> float:
    """Return the share of the shorter part's evidence that both hold, 0 to 1."""
    # Nearly all pairs stand far apart, which their ends show.
    if not one.spans or not other.spans or one.spans[-1][1] <= other.spans[0][0] or other.spans[-1][1] <= one.spans[0][0]:
        return 0.0
    shorter = min(length(one.spans), length(other.spans))
    return shared(one.spans, other.spans) / shorter if shorter else 0.0


def by_place(one: Part, other: Part) -> float:
    """Return how far two parts stand on the same words, with their own words to settle a tie; 0 if it is less than half."""
    place = overlap(one, other)
    if place < _SHARED_AT_LEAST:
        return 0.0
    to_the_point = sum(shared([span], one.spans) > 0 for span in other.spans)
    if to_the_point < _SHARED_AT_LEAST * len(other.spans):
        return 0.0
    # Of two that hold a quote whole, the one that holds little besides is the nearer.
    union = length(merged([*one.spans, *other.spans]))
    likeness = place + shared(one.spans, other.spans) / union
    likeness += _WORDS * _jaccard(_words(one), _words(other))
    return likeness + _VALUE * (one.kind == "figure" and one.fields.get("value") == other.fields.get("value"))


def shared(one: Iterable[Span], other: Iterable[Span]) -> int:
    """Return how many characters two sets of spans have in common."""
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a, b in product(one, tuple(other)))


def length(spans: Iterable[Span]) -> int:
    """Return how many characters spans that lie apart cover."""
    return sum(end - start for start, end in spans)


def whole_items(labels: Labels) -> list[Part]:
    """Return the items, each with the places of all that it holds."""
    whole = []
    for item in labels.of("item"):
        inside = [part for part in labels.parts if part.item == item.item and part.kind != "document"]
        spans = [span for part in inside for span in (*part.spans, *(s for f in part.facts.values() for s in f.spans))]
        whole.append(Part("item", item.label, item.item, item.fields, item.facts, merged(spans), item.accepts))
    return whole


def same_review(gold: Part, brief: Part, *, words: bool) -> float:
    """Say how surely two reviews are one: the regime must be, and dates that both give must not contradict each other.

    `words` asks that they share words of the source besides, as they must where a regime alone does not tell which is meant.
    """
    if not gold.allows("regime", brief.fields.get("regime")):
        return 0.0
    one, other = (merged(span for fact in part.facts.values() for span in fact.spans) for part in (gold, brief))
    common = shared(one, other)
    if words and one and not common:
        return 0.0
    likeness = 1.0 + 0.1 * (gold.fields.get("role") == brief.fields.get("role"))
    for name in ("fieldwork", "report_date"):
        expected, given = gold.facts[name], brief.facts[name]
        if not (expected.abstains or given.abstains or given.value in expected.accepts):
            if contradict(expected.value, given.value):
                return 0.0
            likeness += same(expected.value, given.value)
    return likeness + (common / min(length(one), length(other)) if common else 0.0)


def same_judgement(gold: Part, brief: Part) -> float:
    """Say whether two judgements are one: regime, aspect, value and time must be."""
    regimes_agree = bool(gold.within and brief.within and gold.within.allows("regime", brief.within.fields.get("regime")))
    alike = regimes_agree and all(gold.allows(name, brief.fields.get(name)) for name in ("aspect", "value_code", "time"))
    return 1.0 + overlap(gold, brief) if alike else 0.0


def _words(part: Part) -> set[str]:
    said = (part.fields.get(name) for name in ("statement", "measure", "population", "timepoint"))
    return {word for words in said if words for word in str(words).lower().split()}


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0
