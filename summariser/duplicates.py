"""Tells which documents of a batch say nearly the same, by MinHash over runs of words."""

import re

import rensa

_WORD = re.compile(r"\w+")
# Words in a run, as is usual for prose; shorter texts than one run are told apart by their words alone.
_RUN = 5
_PERMUTATIONS = 128
_BANDS = 16
# Share of runs in common from which two texts are called nearly the same: a page and its mirror, say.
_NEARLY = 0.8
_SEED = 1


class Duplicates:
    """The documents of one batch as it goes on, about a kilobyte for each."""

    def __init__(self) -> None:
        self._index = rensa.RMinHashLSH(threshold=_NEARLY, num_perm=_PERMUTATIONS, num_bands=_BANDS)
        self._seen: list[tuple[str, rensa.RMinHash]] = []

    def twin(self, name: str, text: str) -> str | None:
        """Return the name of the earlier document that says nearly the same as this one, or None; and remember this one."""
        words = _WORD.findall(text.lower())
        sketch = rensa.RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        sketch.update([" ".join(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))])
        near = [self._seen[key] for key in self._index.query(sketch)]
        alike = max(near, key=lambda other: float(sketch.jaccard(other[1])), default=None)
        self._index.insert(len(self._seen), sketch)
        self._seen.append((name, sketch))
        return alike[0] if alike and sketch.jaccard(alike[1]) >= _NEARLY else None
