"""Of which of several reviews a grade is that one line names: of the one whose name is nearest in its clause, or of none."""

import re

from summariser.rules.judgement_grades import Grade
from summariser.rules.regimes import mentions
from summariser.rules.review_types import Review

# These are for text in lower case.
_CLAUSES = re.compile(
    r"[;:]|\. |, (?:and|but|while|whereas) (?!(?:inadequate|good|outstanding|requires))|\b(?:while|whereas|although)\b"
)
_BY = re.compile(r"['\"\u201d]?(?: overall)?,? (?:by|from) ")


def nearest(grade: Grade, named: list[Review]) -> Review | None:
    """Return which of the reviews named in its line a grade is of; None if the words leave it open."""
    low = grade.line.low
    told = [mention for mention in mentions(low) if _of(mention.regime.by, named)]
    around = [mention for mention in told if mention.start <= grade.start < mention.end]
    if around:
        return _of(around[0].regime.by, named)
    end = grade.start + len(grade.stated)
    cuts = [cut.start() for cut in _CLAUSES.finditer(low)]
    first = max((cut for cut in cuts if cut < grade.start), default=0)
    last = min((cut for cut in cuts if cut >= end), default=len(low))
    if (by := _BY.match(low, end)) and (giver := [mention for mention in told if by.end() <= mention.start <= by.end() + 5]):
        return _of(giver[0].regime.by, named)
    here = {mention.regime.by for mention in told if first <= mention.start < last}
    return _of(next(iter(here)), named) if len(here) == 1 else None


def _of(by: str | None, named: list[Review]) -> Review | None:
    """Return the first of the reviews that somebody carried out."""
    return next((review for review in named if review.regime.by == by), None)
