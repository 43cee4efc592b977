"""Finds what reviewers said of progress when they came again, and the scores of service blocks: labels without a scale of their own."""

import re
from collections.abc import Iterator
from itertools import pairwise

from summariser.rules.judgement_aspects import label
from summariser.rules.judgement_grades import Grade
from summariser.rules.lines import Line

PROGRESS = "progress"  # what such a grade is marked with, before the name of what it is of
REVISITED = ("send_area_2016", "send_area_2023", "scotland_care_inspectorate")
# These are for text in lower case.
_COUNT = r"(?:none|all|both|one|two|three|four|five|six|seven|eight|nine|ten|\d)"
_MADE = re.compile(
    rf"\b(?:(?:not|never) (?:\w+ ){{0,2}}?)?(?:in)?sufficient progress\b(?: (?:had|has|have|been|was|is|judged|found|to|made|in|on|against|addressing|improving|with|of|the|its|areas?|each|only|over|respect|tackling|for)\b){{0,10}}"
    rf" (?:(?P<count>{_COUNT})\b(?: (?:areas?|weaknesses|of|out|the|its|these|those|significant|key|serious|main|priority|{_COUNT})\b){{0,7}}|weakness(?:es)? (?:{_COUNT})\b(?:(?:,| and) {_COUNT}\b){{0,5}}|(?P<this>(?:this|that) (?:area of )?(?:significant )?(?:weakness|concern)\b))"
)
_UNTOLD = re.compile(
    r"\b(?:whether|if|may|might|could|should|would|will|where|when|unless|until|how far|expects?|hopes?|judge(?:s|d)? whether)\b[^;.]{0,60}$"
    r"|\b(?:we|our|council|leaders|officers|partnership) (?:believes?|thinks?|feels?|considers?|says?|claims?)\b[^;.]{0,60}$"
)
_OTHERS = re.compile(r"\b(?:parents?|carers?|schools?|pupils?)\b")
_CELL = re.compile(
    r"(?:very good|excellent|significant|substantial|good|some|reasonable|limited|minimal|little|no|insufficient|sufficient) progress(?: made)?"
)
_PRIORITY = re.compile(r"\b(?:recommendations?|priorit(?:y|ies)|areas? for|should)\b")
_AGAIN = re.compile(r"\bprogress review\b|\bfollow-?up (?:inspection|review|visit)\b|\bre-?visit")
_OWN = re.compile(r"\b(?:action plan|rag\b|owner|lead officer|self-)")
_BLOCKS = re.compile(
    r"\b(?:blocks?|services?)\b[^.]{0,60}\b(?:scored?|scores|scoring|rated|as follows)\b|\b(?:scored?|scores)\b[^.]{0,60}\bblocks?\b"
)
_BLOCK = re.compile(
    r"(?:^|[:;,]|\band\b) ?(?:for )?(?P<name>[a-z][a-z' &-]{3,40}(?:\([a-z' ]{3,30}\))?)(?: (?:was|scored|got|at))? (?P<score>[1-4])(?=\s*(?:[;,.]|$|and\b| out of (?:4|four)\b))"
)
_FEWEST = 3
# How inspectors of adult support and protection conclude.
_SCOTLAND = "scotland_care_inspectorate"
_CONCLUDED = re.compile(
    r"\b(?:we|inspectors|the (?:joint )?inspection team) (?:have |also |therefore |then )?concluded (?:that )?(?:the )?(?:(?:partnership|area)(?:'s|s') )?(?P<of>key processes|strategic leadership)(?: for adult support and protection)? (?:was|were) (?:very )?(?:effective|ineffective|weak)\b(?: with areas for improvement| and demonstrated (?:major|clear|important) strengths)?"
)


def progress(line: Line, regime: str | None) -> Iterator[Grade]:
    """Yield what a sentence says of how many weaknesses were put right, as the reviewers told it who came again."""
    if regime not in REVISITED or "sufficient progress" not in line.low or line.low.endswith("?"):
        return
    for match in _MADE.finditer(line.low):
        before = line.low[: match.start()]
        if not _UNTOLD.search(before) and not (match["this"] and _OTHERS.search(before)):
            stated = line.words[match.start() : match.end()]
            of = f"{PROGRESS} {line.number if match['this'] else stated}"  # which one "this" is, the heading says
            yield Grade(line, match.start(), stated, "other", "other", None, "unscaled_label", of=of)


def progress_rows(lines: list[Line], main: str | None) -> Iterator[Grade]:
    """Yield how far each priority has come in a report on progress: from its row of two cells, or from a line of its own."""
    if main != _SCOTLAND:
        return
    under = {line.number for above, line in pairwise(lines) if _PRIORITY.search(above.low)}
    rows = [
        line
        for line in lines
        if "progress" in line.low and ("|" in line.low or (line.number in under and _CELL.fullmatch(line.low.strip())))
    ]
    if not rows or not any(_AGAIN.search(line.low) for line in lines) or any(_OWN.search(line.low) for line in rows):
        return
    for line in rows:
        if "|" not in line.low:
            yield Grade(line, 0, line.words, "other", "other", None, "unscaled_label", of=f"{PROGRESS} {line.number}")
            continue
        cells = line.low.strip("| ").split("|")
        named = label(cells[0]) or cells[0].strip()
        if len(cells) == 2 and _CELL.fullmatch(cells[1].strip()):
            yield Grade(line, 0, line.words, "other", "other", None, "unscaled_label", of=f"{PROGRESS} {named}")


def concluded(line: Line, regime: str | None) -> Iterator[Grade]:
    """Yield what inspectors of adult support and protection concluded of the processes or of leadership."""
    if regime == _SCOTLAND and "concluded" in line.low and (match := _CONCLUDED.search(line.low)):
        stated = line.words[match.start("of") : match.end()]
        aspect = "leadership" if "leadership" in match["of"] else "other"
        yield Grade(line, match.start("of"), stated, "other", aspect, None, "unscaled_label", of=match["of"], by=_SCOTLAND)


def blocks(line: Line, regime: str | None) -> Iterator[Grade]:
    """Yield the scores from 1 to 4 that a comprehensive performance assessment gave the blocks of services."""
    if regime != "cpa" or not any(map(line.low.__contains__, "1234")) or not _BLOCKS.search(line.low):
        return
    found = list(_BLOCK.finditer(line.low))
    if len(found) < _FEWEST:
        return
    for match in found:
        name = match["name"].strip()
        stated = line.words[match.start("name") : match.end("score")]
        yield Grade(line, match.start("name"), stated, match["score"], "other", None, "four_grade_numeric_4_best", of=name)
