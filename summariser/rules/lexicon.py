"""Words of the field by what they tell, from `lexicon.txt`: hints to the linear model, which learns how much each counts."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*|[£.,;:]")
_DENIES = frozenset("not no less never hardly without lack lacks lacked cannot nor".split())
# Sections whose words mean the contrary behind a denial, and how many words before one it may stand.
_TURNED = frozenset({"strength", "concern"})
_REACH = 3
# What denies the words behind it, how many, and what ends its reach.
_DENIES_WHAT_FOLLOWS = _DENIES | frozenset("neither few fewer little rarely".split())
_REACHES = 5
_STOPS = frozenset(".,;:")
# Where a sentence turns to another side of a thing; a side is told in so many words at least.
_TURNS = frozenset("but however although though while whilst yet despite nevertheless nonetheless except".split())
_FEWEST_WORDS = 3
_MOST_WORDS = 140

Entry = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hints:
    """What the words of a text tell.

    Attributes:
        sections: how many entries of each section stand in it; those that are denied count as `SECTION denied`.
        tones: for each side of what it tells "+" (more praise than blame), "-" (more blame), "=" (as much) or "0" (neither);
            sides are parted by words such as "but".
        denied: the words that a denial reaches.
    """

    sections: Mapping[str, int]
    tones: str
    denied: tuple[str, ...]


def hints(low: str) -> Hints:
    """Return what the words of a text in lower case tell."""
    words = _WORD.findall(low)[:_MOST_WORDS]
    found: defaultdict[str, int] = defaultdict(int)
    tones: list[str] = []
    good = bad = length = 0
    for place, word in enumerate(words):
        if word in _TURNS:
            if length >= _FEWEST_WORDS:
                tones.append(_tone(good, bad))
            good = bad = length = 0
        length += word not in _STOPS
        following = words[place + 1] if place + 1 < len(words) else ""
        for rest, section in _beginning(word):
            if rest and not (_is(following, rest[0]) and _follows(words, place + 1, rest)):
                continue
            denied = section in _TURNED and not _DENIES.isdisjoint(words[max(0, place - _REACH) : place])
            found[f"{section} denied" if denied else section] += 1
            if section in _TURNED:
                praise = (section == "strength") is not denied
                good, bad = good + praise, bad + (not praise)
    tones.append(_tone(good, bad))
    return Hints(found, "".join(tones), _denied(words))


def _tone(good: int, bad: int) -> str:
    if good == bad:
        return "=" if good else "0"
    return "+" if good > bad else "-"


def _denied(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words that stand behind a denial, as far as it reaches."""
    found: list[str] = []
    left = 0
    for word in words:
        if word in _DENIES_WHAT_FOLLOWS or word.endswith("n't"):
            left = _REACHES
        elif word in _STOPS or word == "but":
            left = 0
        elif left:
            found.append(word)
            left -= 1
    return tuple(found)


def _follows(words: Sequence[str], place: int, rest: Entry) -> bool:
    """Say whether the words from a place on are those of an entry."""
    return len(words) >= place + len(rest) and all(map(_is, words[place : place + len(rest)], rest))


def _is(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


@cache
def _index() -> Mapping[str, Sequence[tuple[Entry, str]]]:
    """Return the further words of the entries, and their sections, by their first word as written."""
    text = files("summariser.rules").joinpath("lexicon.txt").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    index: dict[str, list[tuple[Entry, str]]] = {}
    for section in re.split(r"\n\s*\n", lines.strip()):
        name, _, entries = section.partition(":")
        for entry in entries.split(","):
            if words := tuple(entry.split()):
                index.setdefault(words[0], []).append((words[1:], name))
    return index


@lru_cache(maxsize=50_000)
def _beginning(word: str) -> tuple[tuple[Entry, str], ...]:
    """Return the further words and the sections of the entries that such a word can begin."""
    index = _index()
    keys = [word, *(f"{word[:length]}*" for length in range(1, len(word) + 1))]
    return tuple(entry for key in keys for entry in index.get(key, ()))
