"""The dates that stand beside the name of a review: when it took place, and when it reported."""

import re
from dataclasses import dataclass

from summariser.rules.dates import end_of, with_years, without_year

# What between a review and a date says that the date is of its report.
_REPORTED = re.compile(
    r"\b(?:publish\w*|report(?:s|ed)?|issued|dated|came out|letter|released|reached us|received|went (?:up|online)|website)\W*(?:(?:out|on|in|of|dated|was|is|of that)\W+){0,3}$"
    r"|\bpublish\w* (?:(?:its|the|their|a) (?:[\w-]+ ){1,5})?(?:on|in)\W*$", re.I,
)  # fmt: skip
# What says that it is of something else.
_ELSEWHEN = re.compile(
    r"\b(?:since|by|until|before)\W+(?:(?:the|end|of|early|late|\w+day|autumn|spring|summer)\W+){0,3}$"
    r"|\b(?:meeting|committee|cabinet|panel|board)\b[^;.]{0,25}[,:]\W*$"
    r"|\b(?:act|effect|powers|plan|target|elected|budget|strategy|decided|review of|covered|compared|born)\b[^,;]{0,30}$",
    re.I,
)
# What between them says that the date is of something that came before.
_PARTED = re.compile(
    r"\b(?:since|(?:was|were|been) (?:judged|rated|graded)|previous(?:ly)?|compared (?:with|to)|same as|unchanged"
    r"|from (?:an? |being )?(?:rating of )?['\"]?(?:inadequate|requir\w+ improvement|adequate|good|outstanding)|last)\b",
    re.I,
)
# "The 2021 judgement" is that of another review than the one beside it.
_OF_A_GRADE = re.compile(r" (?:judgement|grade|rating|result)s?\b")
_SINCE = re.compile(r"\bsince\b[^,;]{0,50}$", re.I)
_NEAR = 70  # characters between the name of a review and its date


@dataclass(frozen=True, slots=True)
class When:
    """A date in a line: where it stands and ends, whether it is that of a report, and whether its year is said elsewhere."""

    iso: str
    start: int
    end: int
    reported: bool
    without_year: bool = False

    @property
    def year(self) -> int:
        """Return its first year."""
        return int(self.iso[:4])


def dated(words: str, near: str | None = None, *, ahead: bool = False) -> list[When]:
    """Return the dates of a line in order, bare years too, and days without a year where the date of the paper is given.

    Of these the last before the paper is meant or, `ahead`, the next.
    """
    found = []
    if "19" in words or "20" in words:
        found = [(period, end_of(words, period), False) for period in with_years(words)]
    if near and len(near) == len("2025-01-31"):  # a month alone is as often that of the review
        found += [(period, end, True) for period, end in without_year(words, near, ahead=ahead)]
    whens = []
    for period, end, open_year in sorted(found, key=lambda each: each[0].at):
        before = words[max(0, period.at - 40) : period.at]
        if not _ELSEWHEN.search(before) and not _OF_A_GRADE.match(words, end):
            whens.append(When(period.iso, period.at, end, bool(_REPORTED.search(before)), open_year))
    return whens


def beside(words: str, start: int, end: int, others: list[tuple[int, int]], whens: list[When]) -> list[When]:
    """Return those of the dates of a line that stand beside the words from `start` to `end` and not nearer to others in it."""
    after: list[When] = []
    before: list[When] = []
    for when in whens:
        if start <= when.start < end:
            after.append(when)
        elif when.start >= end:
            gap = words[after[-1].end if after else end : when.start]
            if (
                len(gap) < _NEAR
                and ";" not in gap
                and not _PARTED.search(gap)
                and not any(end <= place < when.start for place, _ in others)
            ):
                after.append(when)
        elif (
            start - when.end < _NEAR
            and ";" not in words[when.end : start]
            and not _SINCE.search(words[: when.start])
            and not any(when.end <= place < start or place <= when.start < stop for place, stop in others)
        ):
            before.append(when)
    return after or before[-1:]


def agree(one: str, other: str) -> bool:
    """Say whether two dates can be of one event: neither goes on where the other says otherwise."""
    first, second = one.split("/"), other.split("/")
    if len(first) == len(second) == 1:
        shorter = min(len(one), len(other))
        return one[:shorter] == other[:shorter]
    low, high = max(first[0], second[0]), min(first[-1], second[-1])
    return low[: len(high)] <= high or high.startswith(low[:7]) or low.startswith(high)
