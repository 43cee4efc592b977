"""Finds the scores from 1 to 4 that sentences give to the CQC's quality statements: one for each statement that is named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from summariser.rules import judgement_guards as guards
from summariser.rules.judgement_grades import Grade
from summariser.rules.lines import Line

# These are for text in lower case.
_NAMES = re.compile(
    r"assessing (?:people's )?needs|(?:supporting people to (?:live|lead) )?healthier lives|equity(?: in (?:experiences?|outcomes?|access)(?: and outcomes?)?)?"
    r"|care provision(?:, integration,? and continuity)?|partnerships?(?: and communit(?:y|ies)| working)?|safe (?:pathways|systems)(?:,? (?:pathways|systems))?(?:,? and transitions)?"
    r"|\bsafeguarding|governance(?:, management,? and sustainability)?|learning(?:, improvement,? and innovation| and improvement)?|(?:all )?the (?:rest|others)\b"
)
_KNOWN_BY = re.compile(r"needs|lives|equity|provision|partnership|safeguarding|safe|governance|learning|rest|others")
_SCORE = re.compile(
    r"\b(?:scor(?:e[ds]?|ing)(?: (?:it|this|them|us|you|this area|(?:the|your) (?:council|authority|local authority)))?(?: (?:a|as|at|of))?|marks? of|scores? (?:was|is|were|are)|rated|got|gets?|gave|gives?|given|drew|draws|received|earned|awarded|marked|achieved|an?|at|to|from|with|and(?= ['\"]?\w+['\"]? for\b)|by|ourselves|itself|themselves|yourselves|of) ['\"]?"
    r"(?P<n>[1-4]|one|two|three|four)\b(?=['\"]?(?:\)| \(| for\b| in\b| last\b| this\b| again\b| and\b| on\b| up\b| to\b| from\b| while\b| but\b| each\b|[,.;:](?!\d)|$| out of (?:4|four)\b))(?! (?:and|or) (?:a half|more))"
)
_BEHIND_ITS_NAME = re.compile(rf"(?:{_NAMES.pattern}) (?:a )?(?P<n>[1-4])\b(?=[,.;)]|$| and\b| but\b| \|)")
_OUT_OF_FOUR = re.compile(r"\b(?P<n>one|two|three|four|[1-4]) out of (?:four|4)\b")
_SCALE = re.compile(
    r"\b(?:on a |a |the )?(?:scale|range|between|from|scored?) (?:of |from |between )?(?:1|one) (?:to|and|-) ?(?:4|four)\b"
)
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4"}
_SPOKEN_OF = re.compile(
    r"\bquality statements?\b|\bnine (?:areas|statements|topics)\b|\bstatements\b|\bscor(?:e[ds]?|ing)\b|\bmark(?:s|ed)?\b"
)
_STATEMENTS = re.compile(
    r"\bquality statements?\b|\bscored this area\b|\bof (?:the|its) (?:nine|9) (?:areas|statements|topics|themes)\b"
)
# What the columns of a table are of.
_HEAD = re.compile(r"\W*(?:quality )?statements?\W+scores?\b[^.]{0,30}")
_EXPLAINED = re.compile(r"\b(?:(?<!evidence )shows|means|is the (?:highest|lowest|best))\b")
_SELF = re.compile(
    r"\b(?:yourselves|ourselves|themselves|itself|self-(?:assess|evaluat|scor)|your (?:own )?scores?|our (?:own )?scores?|you scored|we scored)"
)
_FOR = re.compile(r"['\"]?,? (?:each )?(?:for|in) ")
_LISTED = re.compile(r"['\"]?\)?(?::|,(?=.{4,120} (?:among them|included|too)\b))")
_CUT = re.compile(r"[;.]| but | while |, (?:and )?(?:we|it|which|the)\b| and (?=(?:an? |we |it |the ))")
_LONGEST, _BEHIND = 110, 40
_IT = re.compile(r"\bscored (?:it|this|them) [1-4]\b")


@dataclass(frozen=True, slots=True)
class _Said:
    """A score as a sentence says it, with the names of what it is for: where each stands."""

    code: str
    start: int
    end: int
    names: tuple[tuple[int, int], ...]
    past: bool | None


def statement(low: str) -> str:
    """Return the word by which a quality statement is known, however much of its name is said; none if none is named."""
    found = _KNOWN_BY.search(low)
    return found.group() if found else ""


def statements(line: Line, regime: str | None) -> Iterator[Grade]:
    """Yield the scores that a sentence gives to quality statements, each once."""
    spoken = bool(_STATEMENTS.search(line.low)) or (regime == "cqc_la_assessment" and bool(_IT.search(line.low)))
    if not spoken and not (regime in ("cqc_la_assessment", "self_assessment") and _NAMES.search(line.low)):
        return
    low = _SCALE.sub(lambda match: "~" * len(match.group()), line.low)
    if low.endswith("?") or _HEAD.fullmatch(line.low) or _EXPLAINED.search(low):
        return
    own = bool(_SELF.search(low)) and not (regime == "cqc_la_assessment" and "we scored" in low and "ourselves" not in low)
    scale = "unscaled_label" if own else "cqc_quality_statement"
    seen = set()
    for said in _said(low):
        sure = _SPOKEN_OF.search(low) or said.names
        if not sure or guards.unreal(low[max(0, said.start - _LONGEST) : said.start]):
            continue
        code = "other" if own else said.code
        for begin, end in said.names or ((said.start, said.end),):
            first, last = min(begin, said.start), max(end, said.end)
            first, last = (first, last) if last - first < _LONGEST else (begin, end)
            if (stated := line.words[first:last]) not in seen and (said.names or spoken):
                seen.add(stated)
                past, now = said.past is True, said.past is False
                of = statement(line.low[begin:end]) if said.names else "it" if _IT.search(low) else ""
                yield Grade(
                    line, said.start, stated, code, "quality_statement", None, scale, past=past, now=now, own=own, of=of
                )


def _said(low: str) -> Iterator[_Said]:
    """Yield the scores of a sentence, each with the statements that it is for, behind it or before."""
    cues = (_SCORE, _OUT_OF_FOUR, _BEHIND_ITS_NAME)
    marks = sorted((mark for cue in cues for mark in cue.finditer(low)), key=lambda mark: mark.start("n"))
    taken, risen = 0, False
    for place, mark in enumerate(marks):
        start, end = mark.span("n")
        if place and start < marks[place - 1].end("n"):
            continue
        following = marks[place + 1].start() if place + 1 < len(marks) else len(low)
        before, after = low[taken:start], low[end:following]
        at = end
        if _LISTED.match(after):
            names, at = [(end + name.start(), end + name.end()) for name in _NAMES.finditer(after)], following
        elif behind := _FOR.match(after):
            cut = _CUT.search(after, behind.end())
            listed = after[: cut.start()] if cut and _NAMES.search(after[: cut.start()]) else after
            names, at = [(end + name.start(), end + name.end()) for name in _NAMES.finditer(listed)], end + len(listed)
        else:
            names = [(taken + name.start(), taken + name.end()) for name in _NAMES.finditer(before)][-1:]
        moved = low.startswith("from ", mark.start()) and low.startswith(" to ", end)
        said_then = guards.time_said(before.rpartition(",")[2], after[:_BEHIND])
        past = True if moved else False if risen else said_then
        yield _Said(_NUMBERS.get(mark["n"], mark["n"]), start, end, tuple(names), past)
        taken, risen = (taken, True) if moved else (at, False)
