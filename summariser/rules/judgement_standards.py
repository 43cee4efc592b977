"""Finds what inspectors of youth justice gave in sentences: the grades of single standards, and the score out of 36."""

import re
from collections.abc import Iterator

from summariser.rules import judgement_guards as guards
from summariser.rules.judgement_grades import Grade, code_of
from summariser.rules.lines import Line

_YOUTH = "youth_justice_inspection"
# These are for text in lower case.
_STANDARD = (
    r"(?:governance and leadership|leadership and governance|staff(?:ing)?(?: and workload)?|partnerships?(?: and services)?|information and facilities|organisational delivery|assess(?:ing|ments?)"
    r"|planning|implementation(?: and delivery)?|delivery(?: of interventions)?|reviewing|joint working|policy and provision|out-of-court (?:disposals?|work)(?: policy and provision)?|court (?:disposals|orders)|resettlement(?: policy and provision)?|diversion)"
)
_GRADE = r"(?P<grade>inadequate|requir(?:es?|ed|ing) improvement|good|outstanding)"
_GIVEN = re.compile(
    rf"\b(?P<parts>{_STANDARD}(?:(?:, (?:and )?| and ){_STANDARD})*)(?:, which [^.;]{{3,90}},)? (?:(?:is|are|was|were|be|been|both|all|each|again|now|also|has|have|had|rated|judged|graded|found|as|to) ){{0,5}}['\"]?"
    rf"{_GRADE}(?=['\"]?(?:[.,;:)]|$| (?:for|while|but|and|in|overall|this|though|with|across)\b))"
)
# The rest of a list that has begun with a verb: "leadership was rated good; staffing outstanding".
_LISTED = re.compile(
    rf"[;,] (?:and )?(?P<parts>{_STANDARD}(?:(?:, (?:and )?| and ){_STANDARD})*)(?: as)? ['\"]?{_GRADE}(?=['\"]?(?:[.,;:)]|$| (?:for|while|but|and|in|though|with)\b))"
)
_BEFORE = re.compile(rf"\b{_STANDARD}(?: \w+){{0,2}}\W*$")
_VERB = re.compile(r"\b(?:is|are|was|were|been|rated|judged|graded|requir\w+)\b")
_SCORE = re.compile(
    r"\b(?:scor(?:e[ds]?|ing)|score of|total of)\b[^.;\d%]{0,40}\b(?P<of>\d{1,2}) out of (?:a (?:possible|maximum)(?: of)? )?36\b|\bscore\b\W{1,4}(?P<in>\d{1,2}) ?/ ?36\b|\ba score of (?P<bare>\d{1,2})\b(?! ?(?:%|per cent|out of))"
)


def is_of_a_standard(line: Line, start: int) -> bool:
    """Say whether the words right before a grade name a single standard, so that it is not of the whole."""
    return bool(_BEFORE.search(line.low[:start]))


def standards(line: Line, regime: str | None, own: guards.Names) -> Iterator[Grade]:
    """Yield the grades of standards that a sentence gives, one for each of its clauses, and the score."""
    if regime != _YOUTH:
        return
    if match := _SCORE.search(line.low):
        past = guards.time_said(line.low[: match.start()], line.low[match.end() :]) is True
        stated = line.words[match.start() : match.end()]
        yield Grade(line, match.start(), stated, "other", "overall", None, "unscaled_label", past=past, of="score", by=_YOUTH)
    given = [match for match in _GIVEN.finditer(line.low) if _VERB.search(match.group())]
    listed = [match for match in _LISTED.finditer(line.low) if guards.GRADER.search(line.low[: match.start()])]
    for match in (*given, *listed):
        start = match.start("parts")
        before = line.low[:start].rpartition(". ")[2]
        if not guards.unreal(before[-110:]) and not guards.is_of_another(line.words[:start], own):
            past = guards.time_said(before[-60:], line.low[match.end() :]) is True
            stated = line.words[start : match.end()]
            aspect = "leadership" if "leadership" in match["parts"] else "other"
            yield Grade(line, start, stated, code_of(match["grade"]), aspect, past=past, of=match["parts"])
