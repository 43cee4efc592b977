"""How counts that were added up over documents become a score.

Every score is a function of sums, so that it can be computed for the whole suite, for one document, and for thousands of
resamples at once: each value of `Sums` is an array with one element for each of them. Where there is nothing to divide by,
the score is NaN, which means not applicable and is never counted as 0.
"""

from collections.abc import Mapping
from typing import Any

import numpy
from numpy.typing import NDArray

Array = NDArray[numpy.float64]
# What was counted in one document: by name, or by (gold, brief) in a confusion table.
Tally = Mapping[Any, float]
Sums = Mapping[Any, Array]

NONE = "(none)"


def ratio(sums: Sums) -> Array:
    """Return the hits among those that count."""
    return _divided(sums["hits"], sums["of"])


def precision(sums: Sums) -> Array:
    """Return the share of what the brief has that is in the gold."""
    return _divided(sums["matched"], sums["predicted"])


def recall(sums: Sums) -> Array:
    """Return the share of what the gold has that is in the brief."""
    return _divided(sums["matched"], sums["gold"])


def f1(sums: Sums) -> Array:
    """Return the harmonic mean of precision and recall."""
    return _divided(2 * sums["matched"], sums["predicted"] + sums["gold"])


def accuracy(sums: Sums) -> Array:
    """Return the share of a confusion table that lies on its diagonal; keys are (gold, brief)."""
    return _divided(sum_of(sums, diagonal=True), sum_of(sums))


def macro_f1(sums: Sums) -> Array:
    """Return the mean F1 of the labels that the gold has, so that rare ones count as much as common ones."""
    gold_labels = sorted({gold for gold, _ in _pairs(sums)})
    scores = []
    for label in gold_labels:
        gold = _total(sums, label, 0)
        hits = sums.get((label, label), numpy.zeros_like(gold))
        told = _total(sums, label, 1)
        # A label that no gold of a resample has is left out of its mean.
        scores.append(numpy.where(gold > 0, _divided(2 * hits, gold + told), numpy.nan))
    return _mean_of(numpy.array(scores))


def sum_of(sums: Sums, *, diagonal: bool = False) -> Array:
    """Return the sum of a confusion table, or of its diagonal."""
    total: Array = sum(sums[pair] for pair in _pairs(sums) if not diagonal or pair[0] == pair[1]) + _nothing(sums)
    return total


def _nothing(sums: Sums) -> Array:
    return numpy.zeros_like(next(iter(sums.values())))


def _pairs(sums: Sums) -> list[tuple[str, str]]:
    return [key for key in sums if isinstance(key, tuple)]


def _total(sums: Sums, label: str, side: int) -> Array:
    total: Array = sum(sums[pair] for pair in _pairs(sums) if pair[side] == label) + _nothing(sums)
    return total


def _divided(part: Array, whole: Array) -> Array:
    quotient: Array = numpy.divide(part, whole, out=numpy.full(numpy.shape(whole), numpy.nan), where=numpy.asarray(whole) > 0)
    return quotient


def _mean_of(scores: Array) -> Array:
    counted = numpy.sum(~numpy.isnan(scores), axis=0)
    return _divided(numpy.nansum(scores, axis=0), counted.astype(float))
