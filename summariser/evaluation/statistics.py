"""How sure a score is, and whether two scores differ, given that the sentences of one document are not independent.

Documents are what is drawn and what is swapped, never single claims. Every metric is a function of sums over documents, so
thousands of resamples are one multiplication of matrices. The draws are seeded: the same run gives the same figures.
Sources: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13 (percentile interval) and 15 (permutation).
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy

from summariser.metrics import Metric
from summariser.metrics.scores import Array, Tally

RESAMPLES = 2000
PERMUTATIONS = 10_000
_SEED = 20_240_101
_PERCENT = (2.5, 97.5)
_FEWEST = 4  # documents, below which drawing again says next to nothing
_LEAST_DEFINED = 0.5
_EQUAL = 1e-12


@dataclass(frozen=True)
class Estimate:
    """A score with its 95 % interval and the number of documents that it rests on; None where it does not apply."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True)
class Difference:
    """How much one score is above another on the same documents, with its 95 % interval and permutation p."""

    value: float | None
    low: float | None
    high: float | None
    p: float | None
    n: int


def estimate(metric: Metric, tallies: Sequence[Tally | None]) -> Estimate:
    """Return the score of one metric over documents."""
    counted = [tally for tally in tallies if tally is not None]
    if not counted:
        return Estimate(None, None, None, 0)
    keys, table = _table(counted)
    spread = _interval(_scores(metric, keys, _weights(len(counted)) @ table))
    low, high = spread if len(counted) >= _FEWEST else (None, None)
    return Estimate(value(metric, counted), low, high, len(counted))


def value(metric: Metric, tallies: Sequence[Tally | None]) -> float | None:
    """Return the score of one metric over documents, without its interval; None if it applies to none of them."""
    counted = [tally for tally in tallies if tally is not None]
    if not counted:
        return None
    keys, table = _table(counted)
    (score,) = _scores(metric, keys, table.sum(axis=0, keepdims=True))
    return _known(score)


def difference(metric: Metric, one: Sequence[Tally | None], other: Sequence[Tally | None]) -> Difference:
    """Return how much the second score is above the first; the tallies are of the same documents in the same order."""
    # A document that counts in one run only, as when nothing matched in the other, still is a document of both.
    kept = [number for number, pair in enumerate(zip(one, other, strict=True)) if any(tally is not None for tally in pair)]
    if not kept:
        return Difference(None, None, None, None, 0)
    both = [one[number] or {} for number in kept] + [other[number] or {} for number in kept]
    keys, table = _table(both)
    first, second = table[: len(kept)], table[len(kept) :]

    def apart(left: Array, right: Array) -> Array:
        return _scores(metric, keys, right) - _scores(metric, keys, left)

    (observed,) = apart(first.sum(axis=0, keepdims=True), second.sum(axis=0, keepdims=True))
    weights = _weights(len(kept))
    low, high = _interval(apart(weights @ first, weights @ second))
    if numpy.isnan(observed):
        return Difference(None, low, high, None, len(kept))
    swapped = _generator().integers(0, 2, size=(PERMUTATIONS, len(kept))).astype(float)
    kept_back = 1 - swapped
    by_chance = apart(kept_back @ first + swapped @ second, swapped @ first + kept_back @ second)
    by_chance = by_chance[~numpy.isnan(by_chance)]
    # The arrangement that was seen is one of those that chance could give, so p is never 0.
    p = (1 + numpy.sum(numpy.abs(by_chance) >= abs(observed) - _EQUAL)) / (1 + len(by_chance))
    return Difference(_known(observed), low, high, float(p), len(kept))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values corrected for asking several questions at once (Holm 1979)."""
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        highest = max(highest, min(1.0, p_values[place] * (len(p_values) - rank)))
        adjusted[place] = highest
    return adjusted


def _generator() -> numpy.random.Generator:
    return numpy.random.default_rng(_SEED)


def _weights(documents: int) -> Array:
    """Return how often each document is drawn in each resample."""
    return _generator().multinomial(documents, [1 / documents] * documents, size=RESAMPLES).astype(float)


def _table(tallies: Sequence[Tally]) -> tuple[list[Hashable], Array]:
    """Return the counts with a row for each document."""
    keys = sorted({key for tally in tallies for key in tally}, key=repr)
    return keys, numpy.array([[float(tally.get(key, 0.0)) for key in keys] for tally in tallies]).reshape(
        len(tallies), len(keys)
    )


def _scores(metric: Metric, keys: list[Hashable], sums: Array) -> Array:
    return metric.score({key: sums[:, column] for column, key in enumerate(keys)})


def _interval(values: Array) -> tuple[float | None, float | None]:
    defined = values[~numpy.isnan(values)]
    if len(defined) < _LEAST_DEFINED * len(values):
        return None, None
    low, high = numpy.percentile(defined, _PERCENT)
    return float(low), float(high)


def _known(score: float) -> float | None:
    return None if numpy.isnan(score) else float(score)
