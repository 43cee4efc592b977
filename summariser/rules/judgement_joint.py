"""Finds the grades that reviews of services to children gave in words from 2005 to 2009, when the grades themselves were numbers."""

import re
from collections.abc import Iterator

from summariser.rules import judgement_guards as guards
from summariser.rules.judgement_aspects import aspects_in
from summariser.rules.judgement_grades import Grade
from summariser.rules.lines import Line

# The four grades in words, the worst first.
_IN_WORDS = ("inadequate", "adequate", "good", "outstanding")
# These are for text in lower case.
_WORD = r"(?P<word>inadequate|adequate|good|outstanding)"
_IS = r"(?:is|are|was|were) (?:judged |graded |rated |said |also |now )?(?:to be |as )?['\"]?"
_WORK = r"(?:contribution of (?:[\w'-]+ ){0,4}?(?:services?|partners) to|work of (?:[\w'-]+ ){0,4}?(?:services?|partners) in)"
_GIVEN = (
    re.compile(
        rf"\b(?P<part>capacity (?:to improve|for (?:further )?improvement))(?: (?:further|of [\w' ]{{3,40}}))?,? {_IS}{_WORD}(?=['\"]?(?:[.,;]|$))"
    ),
    re.compile(rf"\b(?P<part>{_WORK} [^.;,|]{{3,70}}?) {_IS}{_WORD}(?=[.,;]|$| overall\b| and to\b)"),
    re.compile(
        rf"(?P<part>^(?:overall )?outcomes for children(?: and young people)?)(?: in [\w' -]{{2,40}}?)? {_IS}{_WORD} overall\b"
    ),
    re.compile(
        rf"\b(?P<part>looked[- ]after children|children in care) (?:gets?|got|receive[ds]?) an? ['\"]{_WORD}(?=['\"]?(?:[.,;]|$))"
    ),
    re.compile(rf"\b(?P<part>(?:the )?(?:quality of )?service management) {_IS}{_WORD}(?=['\"]?(?:[.,;]|$))"),
)
# What a sentence goes on with: "is adequate, and to staying safe good".
_AND_TO = re.compile(rf",? and to (?P<part>[^.;,|]{{3,60}}?) (?:is |was )?{_WORD}(?=[.,;]|$)")
_FOR = re.compile(rf"['\"]{_WORD}['\"] for (?P<part>[^,.;'\"]{{3,60}}?)(?= and ['\"]|[,.;]|$)")
# What such a review grades: the five outcomes, the children it looks at, and how the services are run.
_OUTCOME = re.compile(
    r"\b(?:health|safe|enjoy|achiev|contribut|econom|well-?being|child|young|learning difficult|disabilit|improve|manage|leader)"
)
_THIS = re.compile(r"\b(?:in|to) (?:improving outcomes in )?(?:this|that) area\b|\bin this (?:area|outcome)\b")
_SCALE = "four_grade_numeric_4_best"


def joint(line: Line) -> Iterator[Grade]:
    """Yield the grades in words of a sentence, each of what it names, with the number that the word stands for."""
    if line.low.endswith("?") or not any(word in line.low for word in _IN_WORDS[1:]):
        return
    found = [match for cue in _GIVEN for match in cue.finditer(line.low)]
    if found:
        found += (match for match in _AND_TO.finditer(line.low, found[-1].end()) if _OUTCOME.search(match["part"]))
    if (guards.GIVEN.search(line.low) or "grade of" in line.low) and not guards.explains(line.low):
        found += (match for match in _FOR.finditer(line.low) if _OUTCOME.search(match["part"]))
    for match in found:
        if not guards.ruled_out(line.low[: match.start()][-110:]):
            part = match["part"]
            aspect = next(iter(aspects_in(part)), "overall" if part.startswith(("outcomes for", "overall")) else "outcome_area")
            stated = line.words[match.start() : match.end()].strip(" '\",")
            # Which area "this" is, the heading says; no two lines say it of one.
            of = "" if aspect != "outcome_area" else str(line.number) if _THIS.search(part) else part
            yield Grade(line, match.start(), stated, str(_IN_WORDS.index(match["word"]) + 1), aspect, None, _SCALE, of=of)
