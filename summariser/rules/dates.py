"""Days, months and periods as papers write them, in ISO 8601."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = r"(January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_JOIN = r"\s*(?:-|–|to|and)\s*"
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?\s+)?"
_PATTERNS = (
    re.compile(rf"\b{_DAY} (?:of )?{_MONTH}(?:,? (\d{{4}}))?{_JOIN}{_DAY} (?:of )?{_MONTH},? (\d{{4}})\b"),
    re.compile(rf"\b{_DAY}{_JOIN}{_DAY} (?:of )?{_MONTH},? (\d{{4}})\b"),
    re.compile(rf"\b{_WEEKDAY}{_DAY} (?:of )?{_MONTH},? (\d{{4}})\b"),
    re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b"),
    re.compile(rf"\b{_MONTH},? (\d{{4}})\b"),
)
_OF_THE_PAPER = re.compile(
    rf"\b(?:meeting|posted|published|date[d]?|press release|last updated|agreed)\b.{{0,60}}\d|^\W*{_WEEKDAY}{_DAY} {_MONTH},? \d{{4}}\W*"
    rf"(?:\d\d:\d\d)?$|correspondent .{{0,10}}\d"
    rf"|^(?:cabinet|council|[\w ]{{3,50}}(?:committee|board|panel))\W{{1,3}}{_WEEKDAY}{_DAY} {_MONTH}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Period:
    """A date or range in ISO 8601, where in the words it stands, and the line if it is known."""

    iso: str
    at: int
    line: int = 0


def periods(words: str) -> list[Period]:
    """Return the dates in `words` in order: days and ranges first claim their words, then months."""
    claimed: list[tuple[int, int]] = []
    found = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(words):
            if any(match.start() < end and start < match.end() for start, end in claimed):
                continue
            iso = _iso(match.groups())
            if iso:
                claimed.append(match.span())
                found.append(Period(iso, match.start()))
    return sorted(found, key=lambda period: period.at)


def _iso(groups: tuple[str | None, ...]) -> str | None:
    if len(groups) == 6:  # 26 February to 8 March 2024: the year of the end is that of the beginning, if none is named
        year = groups[2] or groups[5]
        begin, end = _iso((*groups[:2], year)), _iso(groups[3:])
        return f"{begin}/{end}" if begin and end else None
    parts = [group or "" for group in groups]
    month = next(_months(parts), 0)
    year = parts[-1]
    days = [int(part) for part in parts[:-1] if part.isdigit()]
    if len(parts) == 3 and not month:  # 15/09/2020: the day comes first
        month, days = days[1], days[:1]
    if not 1 <= month <= 12 or any(not 1 <= day <= 31 for day in days):
        return None
    stamps = [f"{year}-{month:02d}-{day:02d}" for day in days]
    return "/".join(stamps) or f"{year}-{month:02d}"


def _months(parts: list[str]) -> Iterator[int]:
    yield from (_MONTHS.index(part.lower()) + 1 for part in parts if part.lower() in _MONTHS)


def dates_the_paper(words: str) -> bool:
    """Say whether a date in these words is that of the paper itself: a short line that is a date, or says so."""
    return bool(_OF_THE_PAPER.search(words)) and len(words) < 160
