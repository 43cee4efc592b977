"""Of what a line is that gives a rating and says no more: of the part of the service that the heading above it names."""

import re
from dataclasses import replace

from summariser.rules.judgement_aspects import label, row_aspect
from summariser.rules.judgement_grades import Grade

SEVERAL = ("other", "outcome_area")  # aspects of which a review may grade several
# These are for text in lower case.
_BARE = re.compile(r"\W*(?:(?:the |our |previous |last |current )?(?:rating|grade|judgement)\b)(?![^:|]*\boverall)")
_DOMAIN = re.compile(r"^\W*(?:(?:domain|standard|theme|part|section|chapter) )?\d+(?:\.\d+)*\W+")


def is_bare(low: str) -> bool:
    """Say whether a line is labelled as a rating, and not as the overall one or that of a part."""
    return bool(_BARE.match(low))


def of_domain(grade: Grade, domain: str, regime: str | None) -> Grade:
    """Return a grade that is labelled as a rating and no more as that of the part which the heading above it names."""
    bare = grade.aspect == "overall" and is_bare(grade.line.low)
    if not bare or not (part := row_aspect(label(_DOMAIN.sub("", domain)), regime)) or part == "overall":
        return grade
    return replace(grade, aspect=part, of=domain if part in SEVERAL else grade.of)
