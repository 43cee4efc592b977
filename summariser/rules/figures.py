"""The percentages, sums and counts that a line gives, with what they measure."""

import re
from dataclasses import dataclass

from summariser.facts import facts
from summariser.rules.dates import periods
from summariser.rules.lines import Line

_PERCENT = re.compile(
    r"(?<!\d)(\d{1,9}(?:\.\d{1,6})?)\s?(?:%|per ?cent\b)(?= of (?:the |its |their |our )?([^,.;:()]{3,80}))?", re.I
)
_PREDICATE = re.compile(
    r" (?:had|have|has|were|was|are|is|rated|said|told|felt|waited|took|thought|graded|judged|found|in|at|by|from|since|during|last|this|on|which"
    r"|who|that|and|or|against|marked|visited|as|to)\b.*",
    re.I,
)
_MONEY = re.compile(r"£\s?(\d[\d,]{0,14}(?:\.\d{1,6})?)\s?(m|bn|k|million|billion|thousand)?\b", re.I)
_COUNT = r"(\d{1,3}(?:,\d{3}){1,4}|\d{1,9})"
_SHARE = re.compile(
    rf"\b{_COUNT} (?:out )?of (?:the |its |their )?{_COUNT} ([a-z][a-z' -]{{2,40}}?)(?= (?:that|who|which|were|was|had|have|in|at|as)\b|[,.;]|$)"
)
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a line."""

    value: float
    unit: str
    measure: str
    population: str | None
    timepoint: str | None


def figures(line: Line) -> list[Figure]:
    """Return the figures of a line in order; numbers that only date or count paragraphs are none."""
    dates = periods(line.words)
    # With two dates in a line nothing tells which number is of which.
    timepoint = dates[0].iso if len(dates) == 1 else None
    measure = _measure(line.words)
    found: list[tuple[int, Figure]] = []
    for match in _PERCENT.finditer(line.words):
        population = _PREDICATE.sub("", match.group(2)).strip() or None if match.group(2) else None
        found.append((match.start(), Figure(float(match.group(1)), "percent", measure, population, timepoint)))
    for match in _MONEY.finditer(line.words):
        value = max((float(fact) for fact in facts(match.group()) if fact.replace(".", "").isdigit()), default=0.0)
        found.append((match.start(), Figure(value, "GBP", measure, None, timepoint)))
    for match in _SHARE.finditer(line.words):
        counted, of, what = match.groups()
        found.append(
            (
                match.start(),
                Figure(float(counted.replace(",", "")), what.strip()[:30], measure, f"{of} {what}".strip(), timepoint),
            )
        )
    return [figure for _, figure in sorted(found, key=lambda pair: pair[0])]


def _measure(words: str) -> str:
    """Return the words that say what is counted: the sentence, cut between words if it is long."""
    return words if len(words) <= _LONGEST else words[: _LONGEST - 4].rsplit(" ", 1)[0] + " ..."
