"""Which year the words around a grade give it, and whether they name a review of another framework than that it would go to."""

import re

from summariser.rules.judgement_grades import Grade
from summariser.rules.review_dates import When, dated
from summariser.rules.review_types import Review

_ANOTHER = re.compile(
    r";|\b(?:where(?:as)?|having been|when in|as against|compared|(?:up|down) from|inadequate|requires improvement|good|outstanding)\b",
    re.I,
)
# A grade whose year is to follow, and what leads on from that year to another grade.
_CLAIMED = re.compile(
    r"\b(?:inadequate|improvement(?: to be good)?|good|outstanding)\b(?:(?!\band\b|\bbut\b|\bthen\b)[^,;:]){0,50}$", re.I
)
_GOES_ON = re.compile(r"\band\b|\bbut\b|,|\bthen\b", re.I)
# What a grade is compared with has a year that is not its own.
_COMPARED = re.compile(
    r"\b(?:the same (?:\w+ )?as|unchanged (?:since|from)|compared (?:with|to)) [^,.;]{0,40}?(?:19|20)\d\d\b", re.I
)
_NEAR = 90


# The frameworks that a line may name by their own names; for text in lower case.
_FRAMEWORKS = (("ofsted_ilacs", re.compile(r"\bilacs\b")), ("ofsted_sif", re.compile(r"\bsif\b|\bsingle inspection")))


def year_beside(grade: Grade) -> int | None:
    """Return the year that is said beside a grade in its clause, that of a report not counted."""
    if grade.year:
        return grade.year
    words = grade.line.words
    if compared := _COMPARED.search(words, grade.start):
        words = words[: compared.start()] + " " * len(compared.group()) + words[compared.end() :]
    clause = words.rfind(";", 0, grade.start) + 1
    whens = dated(words)
    whens = [when for when in whens if not when.reported] or whens
    before = [when for when in whens if when.end <= grade.start]
    behind = grade.start + len(grade.stated)
    after = [when for when in whens if behind <= when.start < behind + _NEAR and not _ANOTHER.search(words, behind, when.start)]
    near = [when for when in before if when.start >= clause]
    if near and after and _CLAIMED.search(words[clause : near[-1].start]) and _GOES_ON.search(words, near[-1].end, grade.start):
        near = []  # "good in 2019 and inadequate in 2022": the first year is that of the first grade
    chosen: When | None = near[-1] if near else after[0] if after else before[-1] if before else None
    return chosen.year if chosen else None


def contradicts(grade: Grade, home: Review) -> bool:
    """Say whether the line of a grade names one framework of Ofsted's, and the review is of another."""
    named = [code for code, cue in _FRAMEWORKS if cue.search(grade.line.low)]
    return len(named) == 1 and home.regime.code in ("ofsted_ilacs", "ofsted_sif") and home.regime.code != named[0]
