"""Linear classifiers over named features, kept as plain arrays: no pickle, and no library but numpy to ask them.

A probability is the softmax of the scores, which are stored divided by a temperature that was found on documents held out
(Guo and others, 2017, "On calibration of modern neural networks", section 4.2).

The file is an archive of numpy arrays: `names`, the features as UTF-8 text of a line each, and for each question `NAME.classes`
(text likewise), `NAME.weights` (features by classes, 16-bit floats) and `NAME.bias`. `python -m evals.training.train` writes it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate, chain, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_UNKNOWN = -1  # the last row


@dataclass(frozen=True, slots=True)
class Answer:
    """The likeliest class and the probability that it is right, calibrated on documents that were held out."""

    value: str
    probability: float


@dataclass(frozen=True, slots=True)
class Head:
    """One question: its classes, and the columns of the weights that answer it."""

    classes: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Linear:
    """Several questions about the same features; their weights stand side by side.

    The last row of the weights is of all features that were never seen, which say nothing.
    """

    index: Mapping[str, int]
    weights: Floats
    bias: Floats
    heads: Mapping[str, Head]

    def scores(self, each: Sequence[Mapping[str, float]]) -> Floats:
        """Return for each set of features, of which none is empty, the score of each class of each question."""
        counts = [len(features) for features in each]
        rows = map(self.index.get, chain.from_iterable(each), repeat(_UNKNOWN))
        values = chain.from_iterable(features.values() for features in each)
        weights = self.weights.take(np.fromiter(rows, np.intp, sum(counts)), axis=0)
        weights *= np.fromiter(values, np.float32, sum(counts))[:, np.newaxis]
        sums = np.add.reduceat(weights, list(accumulate(counts[:-1], initial=0)), axis=0)
        return np.asarray(self.bias + sums, np.float32)

    def answers(self, features: Mapping[str, float]) -> "Answers":
        """Return what the features say to each question."""
        return Answers(self.heads, self.scores([features])[0])


@dataclass(frozen=True, slots=True)
class Answers:
    """The scores of all questions for one set of features."""

    heads: Mapping[str, Head]
    scores: Floats

    def likeliest(self, question: str) -> str:
        """Return the likeliest answer."""
        head = self.heads[question]
        return head.classes[int(self.scores[head.start : head.end].argmax())]

    def best(self, question: str, barred: Collection[str] = ()) -> Answer:
        """Return the likeliest answer with its probability among those that are not barred."""
        likely = {value: share for value, share in self.probabilities(question).items() if value not in barred}
        value = max(likely, key=likely.__getitem__)
        return Answer(value, likely[value] / sum(likely.values()))

    def probabilities(self, question: str) -> dict[str, float]:
        """Return the probability of each class: the softmax of its scores."""
        head = self.heads[question]
        scores = self.scores[head.start : head.end]
        powers = np.exp(scores - scores.max())
        return dict(zip(head.classes, (powers / powers.sum()).tolist(), strict=True))


@cache
def load(name: str) -> Linear:
    """Return a model that ships with the package, `NAME.npz` beside this module."""
    with files("summariser.rules").joinpath(f"{name}.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return unpacked({key: arrays[key] for key in arrays.files})


def unpacked(arrays: Mapping[str, Any]) -> Linear:
    """Return the model that such arrays hold."""
    names = _lines(arrays["names"])
    questions = [key.removesuffix(".classes") for key in arrays if key.endswith(".classes")]
    heads: dict[str, Head] = {}
    start = 0
    for question in questions:
        classes = _lines(arrays[f"{question}.classes"])
        heads[question] = Head(tuple(classes), start, start := start + len(classes))
    known = np.hstack([arrays[f"{question}.weights"] for question in questions]).astype(np.float32)
    weights = np.vstack([known, np.zeros_like(known[:1])])
    bias = np.concatenate([arrays[f"{question}.bias"] for question in questions]).astype(np.float32)
    return Linear({name: row for row, name in enumerate(names)}, weights, bias, heads)


def _lines(text: NDArray[np.uint8]) -> list[str]:
    return bytes(text).decode("utf-8").split("\n")
