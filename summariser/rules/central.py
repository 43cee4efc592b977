"""Which of some sentences say most of what they all say: degree centrality, and a choice that does not repeat itself.

The measure is that of LexRank (Erkan and Radev, 2004, section 3.2) without its walk: a sentence counts by its likeness to the
others, the cosine of their words weighed by rarity. The choice is by maximal marginal relevance (Carbonell and Goldstein, 1998).
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from summariser.rules.linear import Floats

_WORD = re.compile(r"[a-z]{4,}")
# Endings are cut by keeping so many letters.
_STEM = 6
# With more sentences than this the likeness of all to all is not worth its time; the first stand for them.
MOST = 400


def likeness(texts: Sequence[str]) -> Floats:
    """Return the cosine of each text with each, 0 where they share no word."""
    counts = [Counter(word[:_STEM] for word in _WORD.findall(text.lower())) for text in texts]
    spread = Counter(word for count in counts for word in count)
    index = {word: column for column, word in enumerate(spread)}
    vectors = np.zeros((len(texts), max(1, len(index))), np.float32)
    for row, count in enumerate(counts):
        for word, times in count.items():
            vectors[row, index[word]] = times * np.log1p(len(texts) / spread[word])
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.where(lengths == 0, 1, lengths)
    return np.asarray(vectors @ vectors.T, np.float32)


def ranked(texts: Sequence[str], worth: Sequence[float]) -> list[int]:
    """Return the places of the texts, the best choice first: of worth, central, and unlike those before it.

    `worth` is what a text is worth besides its centrality, which lies between 0 and 1.
    """
    alike = likeness(texts[:MOST])
    np.fill_diagonal(alike, 0)
    central = alike.sum(axis=1)
    score = np.array(worth[:MOST], np.float32) + central / max(1e-9, float(central.max(initial=0)))
    left, chosen = list(range(len(score))), list[int]()
    repeated = np.zeros(len(score), np.float32)
    while left:
        best = max(left, key=lambda place: score[place] - repeated[place])
        left.remove(best)
        chosen.append(best)
        repeated = np.maximum(repeated, alike[best])
    return [*chosen, *range(MOST, len(texts))]
