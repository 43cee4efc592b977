"""Cues: patterns with the words without one of which they cannot match. Most lines have none of them, and to see that costs least."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from summariser.rules.lines import in_lower

# The words of a cue that is asked of every text.
ANY = ("",)


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern for text in lower case, asked only of text that has one of the words in it, or part of one."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def search(self, low: str) -> re.Match[str] | None:
        """Return the first match in a text in lower case."""
        for word in self.words:
            if word in low:
                return self.pattern.search(low)
        return None


def cue(words: Iterable[str], pattern: re.Pattern[str]) -> Cue:
    """Return the cue of a pattern that ignores case."""
    return Cue(tuple(words), in_lower(pattern))
