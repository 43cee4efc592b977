"""Reviews that a paper does not name in full and whose grades say what they are: only the CQC scores councils' adult services so."""

import re

from summariser.rules.judgement_guards import unreal
from summariser.rules.lines import Line
from summariser.rules.regimes import BY_CODE
from summariser.rules.review_types import Review

_CODE = "cqc_la_assessment"
# These are for text in lower case.
_RATED = re.compile(
    r"\b(?:rating|rated|judged|outcome|grade)\b[^.;]{0,40}\b(?:inadequate|requir\w+ improvement|good|outstanding)\b['\"]?,? (?:with|and|at|on|\()[^.;%]{0,30}?\b\d{2} ?(?:%|per cent)"
)
_SCORED = re.compile(
    r"^\W*(?:\w+ ){0,8}(?:assessing needs|(?:supporting people to (?:live|lead) )?healthier lives|equity in (?:experiences?|outcomes?|access)(?: and outcomes)?|care provision, integration,? and continuity"
    r"|partnerships and communities|safe (?:systems|pathways), (?:pathways|systems),? and transitions|governance, management,? and sustainability|learning, improvement,? and innovation)"
    r"(?:\W{1,4}(?:score\W+)?| (?:was |is )?(?:scored|given|rated|received) (?:a )?)[1-4]\b"
)
_SCORES, _RATES = (
    ("needs", "lives", "equity", "care provision", "partnership", "safe ", "governance", "learning"),
    ("%", "per cent"),
)
_REGULATOR = ("cqc", "care quality commission", "care act", "adult social care")
_OWN = re.compile(
    r"\bself-?(?:assess|evaluat|scor)|\bourselves\b|\bour own (?:view|score|rating)|\bmock\b|\bpeer (?:review|challenge)"
)
_HOME = re.compile(r"\b(?:care|nursing|residential) home|\bprovider|\bagency\b|\bsurvey")
_FEWEST = 2  # statements with a score, of a table that stands for itself


def add_unnamed(lines: list[Line], found: list[Review]) -> None:
    """Add the CQC's assessment to what a text tells of, where nothing names it but grades that nobody else gives."""
    if any(review.regime.code == _CODE for review in found):
        return
    if not any(word in line.low for line in lines for word in _REGULATOR):
        return
    line = _by_percent(lines) or _by_statements(lines)
    if line is None:
        return
    main = not found or found[0].regime.vague
    began = Review(BY_CODE[_CODE], [line], "main_subject" if main else "parallel")
    if main and found:
        found[0].role = "parallel"
    found.insert(0 if main else len(found), began)


def _by_percent(lines: list[Line]) -> Line | None:
    """Return the line that gives a rating with its percentage."""
    for line in lines:
        if any(map(line.low.__contains__, _RATES)) and (match := _RATED.search(line.low)):
            before = line.low[: match.end()]
            if not (_OWN.search(line.low) or _HOME.search(line.low) or unreal(before[-110:])):
                return line
    return None


def _by_statements(lines: list[Line]) -> Line | None:
    """Return the first line of those that score quality statements, unless the paper may score itself."""
    named = (line for line in lines if any(map(line.low.__contains__, _SCORES)))
    scored = [line for line in named if _SCORED.search(line.low)]
    if len(scored) < _FEWEST or any(_OWN.search(line.low) for line in lines):
        return None
    return scored[0]
