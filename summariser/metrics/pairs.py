"""Puts the parts of a brief beside those of its gold: by where their evidence stands in the source, never by their labels.

Two parts match if they share at least half of the shorter one's evidence, because a gold quote is often a clause of the
sentence that a brief cites whole. Of all one-to-one matchings the one with the largest total overlap is taken (the
assignment problem, solved by scipy's version of Jonker and Volgenant's algorithm).
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import product

import numpy
from scipy.optimize import linear_sum_assignment

from summariser.labels import Labels, Part, merged
from summariser.types import Span

Pairs = tuple[tuple[Part, Part], ...]
Likeness = Callable[[Part, Part], float]

_SHARED_AT_LEAST = 0.5
# Where two parts stand on the same words, their own words decide, by so little that a place always counts for more.
_WORDS = 0.01
_VALUE = 0.02


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
    shorter = min(length(one.spans), length(other.spans))
    return shared(one.spans, other.spans) / shorter if shorter else 0.0


def by_place(one: Part, other: Part) -> float:
    """Return how far two parts stand on the same words, with their own words to settle a tie; 0 if it is less than half."""
    place = overlap(one, other)
    if place < _SHARED_AT_LEAST:
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


def same_review(gold: Part, brief: Part) -> float:
    """Say how sure it is that two reviews are one: the regime must be, and dates that both give must agree."""
    if not gold.allows("regime", brief.fields.get("regime")):
        return 0.0
    likeness = 1.0
    for name in ("fieldwork", "report_date"):
        dates = gold.facts[name], brief.facts[name]
        if all(date.status == "stated" for date in dates):
            agree = dates_agree(*(str(date.value) for date in dates)) or dates[1].value in dates[0].accepts
            if not agree:
                return 0.0
            likeness += 1.0
    likeness += 0.1 * (gold.fields.get("role") == brief.fields.get("role"))
    spans = ([span for fact in part.facts.values() for span in fact.spans] for part in (gold, brief))
    one, other = (merged(each) for each in spans)
    return likeness + (0.5 * shared(one, other) / min(length(one), length(other)) if one and other else 0.0)


def dates_agree(one: str, other: str) -> bool:
    """Say whether one date or period is the other, or the coarser form of it ("2018-03" of "2018-03-14/2018-03-15")."""
    shorter, longer = sorted((one.strip().lower(), other.strip().lower()), key=len)
    return longer.startswith(shorter) or shorter in longer.split("/")


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
