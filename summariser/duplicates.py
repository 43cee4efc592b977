"""Tells which documents of a batch say nearly the same, by MinHash over runs of words."""

import re
import struct
from collections import defaultdict
from operator import eq

import rensa

_WORD = re.compile(r"\w+")
# Words in a run, as is usual for prose; shorter texts than one run are told apart by their words alone.
_RUN = 5
_PERMUTATIONS = 128
# Sketches that agree in all figures of a band are compared: with 16 bands of 8, two that are 0.8 alike are missed once in 20.
_BANDS = 16
# Share of runs in common from which two texts are called nearly the same: a page and its mirror, say.
_NEARLY = 0.8
_SEED = 1
_FIGURES = struct.Struct(f"<{_PERMUTATIONS}I")


class Duplicates:
    """The documents of one batch as it goes on, about four kilobytes for each."""

    def __init__(self) -> None:
        self._bands: dict[tuple[int, bytes], list[int]] = defaultdict(list)
        self._seen: list[tuple[str, bytes]] = []

    def twin(self, name: str, sketch: bytes) -> str | None:
        """Return the name of the most alike of those that say nearly the same as this document, or None; and remember it."""
        near = {place for band in _bands(sketch) for place in self._bands[band]}
        alike = [(_likeness(self._seen[place][1], sketch), -place) for place in near]
        likeness, place = max(alike, default=(0.0, 0))
        self.remember(name, sketch)
        return self._seen[-place][0] if likeness >= _NEARLY else None

    def remember(self, name: str, sketch: bytes) -> None:
        """Remember a document that may turn out to have a twin."""
        for band in _bands(sketch):
            self._bands[band].append(len(self._seen))
        self._seen.append((name, sketch))


def sketch_of(text: str) -> bytes:
    """Return what stands for a text in comparisons: 512 bytes, the same on every machine."""
    words = _WORD.findall(text.lower())
    sketch = rensa.RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    sketch.update([" ".join(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))])
    return _FIGURES.pack(*sketch.digest())


def _likeness(one: bytes, other: bytes) -> float:
    same: int = sum(map(eq, _FIGURES.unpack(one), _FIGURES.unpack(other)))
    return same / _PERMUTATIONS


def _bands(sketch: bytes) -> list[tuple[int, bytes]]:
    width = len(sketch) // _BANDS
    return [(number, sketch[number * width : (number + 1) * width]) for number in range(_BANDS)]
