"""Reviews that a paper does not name in full and whose grades say what they are: nobody else has graded services so."""

import re
from itertools import pairwise

from summariser.rules.judgement_aspects import names_statement
from summariser.rules.judgement_guards import unreal
from summariser.rules.lines import Line
from summariser.rules.regimes import BY_CODE
from summariser.rules.review_types import Review

_CODE, _OLD = "cqc_la_assessment", "ofsted_slac_era"
# These are for text in lower case.
_RATED = re.compile(
    r"\b(?:rating|rated|judged|outcome|grade)\b[^.;]{0,40}\b(?:inadequate|requir\w+ improvement|good|outstanding)\b['\"]?,? (?:with|and|at|on|\()[^.;%]{0,30}?\b\d{2} ?(?:%|per cent)"
)
_SCORED = re.compile(
    r"^\W*(?:\w+ ){0,8}(?:assessing needs|(?:supporting people to (?:live|lead) )?healthier lives|equity in (?:experiences?|outcomes?|access)(?: and outcomes)?|care provision, integration,? and continuity"
    r"|partnerships and communities|safe (?:systems|pathways), (?:pathways|systems),? and transitions|governance, management,? and sustainability|learning, improvement,? and innovation)"
    r"(?:\W{1,4}(?:score\W+)?| (?:was |is )?(?:scored|given|rated|received) (?:a )?)[1-4]\b"
)
_SCORE = re.compile(r"score\W+[1-4]\b")
# What a reviewer says of those reviewed and what is quoted, neither of which is the paper's own.
_THEIRS = re.compile(r'\btheir self-?(?:assess|evaluat)|"[^"]*"')
# Ofsted's grades of 2009 to 2012, which give the number with the word.
_WITH_NUMBER = re.compile(r"\bgrade (?:1 \(outstanding|2 \(good|3 \(adequate|4 \(inadequate)\)\W*$")
_CHILDREN, _SCHOOLS = ("looked after", "safeguarding"), ("school", "college", "pupil")
_SCORES, _RATES = (
    ("needs", "lives", "equity", "care provision", "partnership", "safe ", "governance", "learning"),
    ("%", "per cent"),
)
_REGULATOR = ("cqc", "care quality commission", "care act", "adult social care")
_OWN = re.compile(
    r"\bself-?(?:assess|evaluat|scor)|\bourselves\b|\bour own (?:view|score|rating)|\bmock\b|\bpeer (?:review|challenge)"
)
_HOME = re.compile(r"\b(?:care|nursing|residential) home|\bprovider|\bagency\b|\bsurvey")
_FEWEST = 2  # grades of a kind, of a paper that stands for itself


def add_unnamed(lines: list[Line], found: list[Review]) -> None:
    """Add the review that a text tells of by grades alone that nobody else gives, where it names none that could have."""
    told = {review.regime.code for review in found}
    adults = _CODE not in told and any(word in line.low for line in lines for word in _REGULATOR)
    if adults and (line := _by_percent(lines) or _by_statements(lines)):
        _add(_CODE, line, found)
    if not any(review.regime.by == "Ofsted" for review in found) and (line := _by_numbers(lines)):
        _add(_OLD, line, found)


def _add(code: str, line: Line, found: list[Review]) -> None:
    """Add a review that a line tells of: the main one, unless the text names another before it."""
    main = not found or found[0].regime.vague or found[0].lines[0].number > line.number
    began = Review(BY_CODE[code], [line], "main_subject" if main else "parallel")
    if main and found:
        found[0].role = "parallel"
    found.insert(0 if main else len(found), began)


def _by_numbers(lines: list[Line]) -> Line | None:
    """Return the first line of those that give a grade of services to children with its number."""
    graded = [line for line in lines if "grade " in line.low and _WITH_NUMBER.search(line.low)]
    text = " ".join(line.low for line in lines)
    if len(graded) < _FEWEST or not any(word in text for word in _CHILDREN) or any(word in text for word in _SCHOOLS):
        return None
    return graded[0]


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
    scored += [head for head, line in pairwise(lines) if _SCORE.match(line.low) and names_statement(head.low)]
    if len(scored) < _FEWEST or any(_OWN.search(_THEIRS.sub("", line.low)) for line in lines):
        return None
    return scored[0]
