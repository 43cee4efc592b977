"""Words of the field by what they tell, from `lexicon.txt`: hints to the linear model, which learns how much each counts."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*|£")
_DENIES = frozenset("not no less never hardly without lack lacks lacked cannot nor".split())
# Sections whose words mean the contrary behind a denial, and how many words before one it may stand.
_TURNED = frozenset({"strength", "concern"})
_REACH = 3
_MOST_WORDS = 120

Entry = tuple[str, ...]


def sections(low: str) -> Mapping[str, int]:
    """Count the entries of each section in a text in lower case; those that are denied count as `SECTION denied`."""
    words = _WORD.findall(low)[:_MOST_WORDS]
    found: defaultdict[str, int] = defaultdict(int)
    for place, word in enumerate(words):
        begun = _beginning(word)
        if not begun:
            continue
        following = words[place + 1] if place + 1 < len(words) else ""
        for rest, section in begun:
            if rest and not (_is(following, rest[0]) and _follows(words, place + 1, rest)):
                continue
            denied = section in _TURNED and not _DENIES.isdisjoint(words[max(0, place - _REACH) : place])
            found[f"{section} denied" if denied else section] += 1
    return found


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
