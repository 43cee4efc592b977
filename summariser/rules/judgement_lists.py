"""Reads histories of inspections ("May 2018: good.") and lists of parts with their grades ("leaders good; adoption outstanding")."""

import re

from summariser.rules.judgement_aspects import label, row_aspect
from summariser.rules.judgement_grades import Grade, code_of
from summariser.rules.judgement_guards import ruled_out
from summariser.rules.lines import Line
from summariser.rules.regimes import mentions

# These are for text in lower case.
_WORD = r"(?P<word>inadequate|requir(?:es?|ing|ed) improvement(?: to be good)?|adequate|good|outstanding)"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter)"
)
_DATED = re.compile(
    rf"\W*(?:\d{{1,2}}\.\d{{1,2}}\.? )?(?:in )?(?P<month>{_MONTH} )?(?P<year>(?:19|20)\d\d)\b(?: \((?:full|standard|short|sif|ilacs)\))?\W{{1,3}}(?:(?:ofsted )?(?:full |standard |short )?(?:re-?)?inspection[;:,-]? ?-? ?)?"
    rf"(?:judged |rated |graded |found )?{_WORD}(?: overall| in (?:all|every|each) (?:\w+ )?(?:areas?|categor\w+|respects?))?\W*"
)
_PARTED = re.compile(r"\s*;\s*(?:and )?|\s*,\s*(?:and )?")
_PART = re.compile(rf"\W*(?P<name>[a-z][a-z' ()-]{{3,70}}?),? {_WORD}\W*")
_MAY = ("inadequate", "improvement", "good", "outstanding", "adequate")
_LONGEST, _FEWEST = 90, 2
# The year in which one framework followed another, so that an inspection of it may be of either.
_OF_TWO, _LATE = 2013, ("november", "december")


def history(lines: list[Line]) -> tuple[list[Grade], set[int]]:
    """Return the grades of lines that say no more than when an inspection was and what it came to, if there are several.

    With them come the numbers of all such lines: of one that may be of either of two frameworks nobody is to tell.
    """
    found = [
        (line, match)
        for line in lines
        if len(line.low) < _LONGEST and any(map(line.low.__contains__, _MAY)) and (match := _DATED.fullmatch(line.low))
    ]
    years = [int(match["year"]) for _, match in found]
    if len(set(years)) < _FEWEST:
        return [], set()
    grades = []
    # The newest first, so that the one that is past is told as such.
    for (line, match), year in sorted(zip(found, years, strict=True), key=lambda each: -each[1]):
        if year == _OF_TWO and (match["month"] or "").strip() not in _LATE:
            continue
        start, end = match.span("word")
        code, past = code_of(match["word"]), year < max(years)
        grades.append(Grade(line, start, line.words[start:end], code, "overall", year=year, past=past))
    return grades, {line.number for line, _ in found}


def listed(line: Line, regime: str | None) -> list[Grade]:
    """Return the grades of a list that a line gives behind the name of a review: all its members are parts with their grades."""
    head, colon, rest = line.low.partition(": ")
    if not colon or not any(map(rest.__contains__, _MAY)) or ruled_out(head):
        return []
    if not any(mention.regime.scale for mention in mentions(head)):
        return []
    found: list[Grade] = []
    at = len(head) + len(colon)
    for part in _PARTED.split(rest):
        match = _PART.fullmatch(part)
        aspect = row_aspect(label(match["name"]), regime) if match and label(match["name"]) else None
        if match is None or aspect is None:
            return []
        start = line.low.find(part, at) + match.start("word")
        at = start
        stated = line.words[start : start + len(match["word"])]
        of = match["name"] if aspect in ("other", "outcome_area") else ""
        found.append(Grade(line, start, stated, code_of(match["word"]), aspect, of=of))
    return found if len(found) >= _FEWEST else []
