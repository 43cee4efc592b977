"""A review as a text tells of it, and a judgement of it."""

import re
from dataclasses import dataclass, field, replace

from summariser.rules.dates import Period
from summariser.rules.lines import Line
from summariser.rules.regimes import Regime

_NO_NAME = re.compile(r"failings|^(?:judged|rated|graded)|(?:judged|rated|graded|found)$|statement of action")


@dataclass(slots=True)
class Judgement:
    """A grade in so many words."""

    line: int
    stated: str
    aspect: str
    scale: str
    code: str
    time: str
    of: str = ""


@dataclass(slots=True)
class Review:
    """A review as a text tells of it: the lines that name it, its part in the text, its dates, and its judgements."""

    regime: Regime
    lines: list[Line]
    role: str
    held: Period | None = None  # when it took place, with the year that the paper gives it
    reported: Period | None = None
    judgements: list[Judgement] = field(default_factory=list)
    called: str = ""  # the words that name it, where they are those of another kind of review
    tabled: bool = False  # it is a row of a sheet, whose grades are known

    @property
    def fieldwork(self) -> Period | None:
        """Return when it took place, as the line that tells of it bears out: its words where the year is said elsewhere."""
        return _as_said(self.held)

    @property
    def report(self) -> Period | None:
        """Return when it reported, as the line that tells of it bears out."""
        return _as_said(self.reported)

    @property
    def name(self) -> str | None:
        """Return the words that name it, or None if only its grade is told."""
        found = self.regime.cue.search(self.lines[0].low)
        words = self.lines[0].words[found.start() : found.end()].strip() if found else self.called
        return words if words and not _NO_NAME.search(words.lower()) else None

    @property
    def outcome(self) -> str:
        """Return whether a grade of it is told, or would be if it were; the ends of a journey and a status are none."""
        if self.role == "upcoming":
            return "pending"
        graded = any(each.scale != "intervention" and not each.time.startswith("trajectory") for each in self.judgements)
        return "graded_stated" if graded else "graded_not_stated" if self.regime.scale else "narrative"

    @property
    def year(self) -> int | None:
        """Return the year in which it took place or, that untold, reported."""
        when = self.held or self.reported
        return int(when.iso[:4]) if when else None


def _as_said(when: Period | None) -> Period | None:
    return replace(when, iso=when.said) if when and when.said else when
