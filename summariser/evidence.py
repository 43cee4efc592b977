"""Turns segment numbers into quotes, and finds quotes that come from outside in the unaltered text.

A quote is accepted if it is exact, or equal after folding what copying changes without changing the words: white space,
quotation marks, dashes, ligatures, soft hyphens and the case of the first letter. A near miss is `altered`, shown with a
word diff, and never accepted, for one changed word can turn a finding round.
"""

import difflib
import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from summariser.types import Document, Evidence, Segment

_SINGLE_QUOTES = "'‘’‚‛′`´ʼ"
_DOUBLE_QUOTES = '"“”„‟″«»'
_DASHES = "-‐‑‒–—―−"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_FOLDS = (
    dict.fromkeys(_SINGLE_QUOTES, "'")
    | dict.fromkeys(_DOUBLE_QUOTES, '"')
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_INVISIBLE, "")
    | {"…": "..."}
    | {ligature: unicodedata.normalize("NFKC", ligature) for ligature in "ﬀﬁﬂﬃﬄﬅﬆ"}
)
_FOLDABLE = re.compile(rf"[{_INVISIBLE}]*\s[\s{_INVISIBLE}]*|[" + re.escape("".join(_FOLDS)) + "]")
_ODD = {odd: usual for odd, usual in _FOLDS.items() if odd != usual}
# What a quote may not begin or end in the middle of: "8%" is no quote from "48%", "adequate" none from "inadequate",
# "compliant" none from "non-compliant", and "5%" none from "-5%".
_WORD_BEGAN = re.compile(r"(?:\w|[^\W\d][-‐‑])\Z")
_WORD_GOES_ON = re.compile(r"\w|[-‐‑][^\W\d]")
_NUMBER_BEGAN = re.compile(r"(?:\d[.,:/]?|(?:\A|[^\w.,:/])[-−])\Z")
_NUMBER_GOES_ON = re.compile(r"[.,:/]?\d")
_MARK_IN_NUMBER = re.compile(r"[.,:/]")
_HIDDEN = str.maketrans("", "", _INVISIBLE)
_NEAR = 8  # characters looked at on each side of a quote
# Words in a row that must agree before a near miss is worth showing.
_ANCHOR = 3


@dataclass(frozen=True, slots=True)
class Located:
    """Where a quote stands. `start` and `end` are None unless it is exact or folded; `diff` explains an altered one."""

    status: Literal["exact", "folded", "altered", "absent"]
    start: int | None = None
    end: int | None = None
    diff: str = ""

    @property
    def found(self) -> bool:
        """Say whether the quote may stand as evidence."""
        return self.start is not None


def fold(text: str) -> str:
    """Return `text` with the differences that copying makes folded away: the words are the same, offsets are not."""
    # Each run of space becomes one; the two marks keep those at the ends from being lost.
    return " ".join(f"|{plain(text)}|".split())[1:-1]


def plain(text: str) -> str:
    """Return `text` with its marks folded and its spaces as they are."""
    if text.isascii():
        return text.replace("`", "'")
    # A few dozen searches for one character take a tenth of the time of `translate`, which looks up every character.
    for odd, usual in _ODD.items():
        text = text.replace(odd, usual)
    return text


def lowered(text: str) -> str:
    """Return `text` in lower case at its own length, letters as `re.IGNORECASE` compares them."""
    if not text.isascii():
        text = text.replace("İ", "i").replace("ı", "i").replace("ſ", "s")
    return text.lower()


def quote(document: Document, segments: tuple[Segment, ...], number: int) -> Evidence:
    """Return the exact words of segment `number`, counted from 1.

    Raises:
        IndexError: there is no such segment.
    """
    if not 1 <= number <= len(segments):
        raise IndexError(f"no segment {number}")
    span = segments[number - 1]
    return Evidence(number, document.text[span.start : span.end], span.start, span.end, document.page(span.start))


def locate(words: str, text: str, *, after: int = 0) -> Located:
    """Find one quote in `text` at or after offset `after`, as whole words."""
    return _Haystack(text).find(words, after)


def locate_all(quotes: Iterable[str], text: str) -> list[Located]:
    """Find several quotes; when the same words are asked for again, they are the next occurrence while there is one."""
    haystack = _Haystack(text)
    passed: dict[str, int] = {}
    found = []
    for words in quotes:
        key = fold(words).strip()
        place = haystack.find(words, passed.get(key, 0))
        if not place.found and key in passed:
            place = haystack.find(words, 0)
        if place.end is not None:
            passed[key] = place.end
        found.append(place)
    return found


def _folded(match: re.Match[str]) -> str:
    return _FOLDS.get(match.group(), " ")


class _Haystack:
    """A text with its folded form, made when first needed and kept for the quotes that follow."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _fold(self) -> tuple[str, "array[int]"]:
        """Return the folded text and, for each of its characters, the offset that it comes from."""
        pieces: list[str] = []
        offsets = array("Q")
        last = 0
        for match in _FOLDABLE.finditer(self.text):
            pieces.append(self.text[last : match.start()])
            offsets.extend(range(last, match.start()))
            replacement = _folded(match)
            pieces.append(replacement)
            offsets.extend([match.start()] * len(replacement))
            last = match.end()
        pieces.append(self.text[last:])
        offsets.extend(range(last, len(self.text) + 1))
        return "".join(pieces), offsets

    def find(self, words: str, after: int) -> Located:
        folded, offsets = self._fold
        needle = fold(words).strip()
        begin = bisect_left(offsets, after)
        # A quote may be given a capital, or lose one, when it is put into another sentence.
        variants = dict.fromkeys([needle, needle[:1].swapcase() + needle[1:]]) if needle else ()
        for variant in variants:
            if span := self._search(variant, folded, offsets, begin):
                same = self.text[slice(*span)] == words.strip()
                return Located("exact" if same else "folded", *span)
        return _near_miss(needle, folded)

    def _search(self, needle: str, folded: str, offsets: "array[int]", begin: int) -> tuple[int, int] | None:
        place = folded.find(needle, begin)
        while place != -1:
            start, end = offsets[place], offsets[place + len(needle) - 1] + 1
            if _whole(self.text, start, end):
                return start, end
            place = folded.find(needle, place + 1)
        return None


def _whole(text: str, start: int, end: int) -> bool:
    """Say whether a span begins and ends at the edges of words and numbers; what cannot be seen is no edge."""
    before = text[max(0, start - _NEAR) : start].translate(_HIDDEN)
    words = text[start:end].translate(_HIDDEN)
    behind = text[end : end + _NEAR].translate(_HIDDEN)
    first, last = words[0], words[-1]
    if first.isalnum() and (_WORD_BEGAN.search(before) or (first.isdigit() and _NUMBER_BEGAN.search(before))):
        return False
    if last.isalnum() and (_WORD_GOES_ON.match(behind) or (last.isdigit() and _NUMBER_GOES_ON.match(behind))):
        return False
    begins_inside = _MARK_IN_NUMBER.match(first) and before[-1:].isdigit() and words[1:2].isdigit()
    ends_inside = _MARK_IN_NUMBER.match(last) and words[-2:-1].isdigit() and behind[:1].isdigit()
    return not (begins_inside or ends_inside)


def _near_miss(needle: str, folded: str) -> Located:
    """Return a word diff against the place that shares most with the quote, or say that there is none."""
    words = needle.split()
    for position in range(max(1, len(words) - _ANCHOR + 1)):
        anchor = " ".join(words[position : position + _ANCHOR])
        at = folded.lower().find(anchor.lower())
        if at != -1 and anchor:
            begin = max(0, at - len(" ".join(words[:position])) - 40)
            window = folded[begin : at + len(needle) + 40].split()
            return Located("altered", diff=_word_diff(window, words))
    return Located("absent")


def _word_diff(there: list[str], quoted: list[str]) -> str:
    """Return the quoted words with what differs marked: [-in the document-] {+in the quote+}."""
    matcher = difflib.SequenceMatcher(None, there, quoted, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    low, high = (blocks[0].a, blocks[-1].a + blocks[-1].size) if blocks else (0, len(there))
    parts = []
    for tag, a, b, c, d in matcher.get_opcodes():
        gone = [word for place, word in enumerate(there[a:b], a) if low <= place < high]
        if tag == "equal":
            parts.append(" ".join(quoted[c:d]))
            continue
        parts += [f"[-{' '.join(gone)}-]"] * bool(gone) + [f"{{+{' '.join(quoted[c:d])}+}}"] * (d > c)
    return " ".join(parts)
