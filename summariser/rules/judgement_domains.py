"""Of what a line is that gives a rating and says no more: of the part of the service that the heading above it names."""

import re
from collections.abc import Iterable
from dataclasses import replace

from summariser.rules.judgement_aspects import label, row_aspect
from summariser.rules.judgement_grades import Grade
from summariser.rules.lines import Line

SEVERAL = ("other", "outcome_area")  # aspects of which a review may grade several
# These are for text in lower case.
_BARE = re.compile(r"\W*(?:(?:the |our |previous |last |current )?(?:rating|grade|judgement)\b)(?![^:|]*\boverall)")
_DOMAIN = re.compile(r"^\W*(?:(?:domain|standard|theme|part|section|chapter) )?\d+(?:\.\d+)*\W+")


_THIS = re.compile(r"\W*(?:the )?(?:graded )?judgement is that (?:this|it) is\b")


def sections(lines: Iterable[Line]) -> dict[int, str]:
    """Return the heading above each line that says of "this" what the judgement is."""
    found: dict[int, str] = {}
    heading = ""
    for line in lines:
        if "judgement" in line.low and _THIS.match(line.low):
            found[line.number] = heading
        elif line.kind == "heading":
            heading = line.low
    return found


def is_bare(low: str) -> bool:
    """Say whether a line is labelled as a rating, and not as the overall one or that of a part."""
    return bool(_BARE.match(low))


def of_domain(grade: Grade, domain: str, regime: str | None) -> Grade:
    """Return a grade that is labelled as a rating and no more as that of the part which the heading above it names."""
    bare = grade.aspect == "overall" and (is_bare(grade.line.low) or bool(_THIS.match(grade.line.low)))
    if not bare or not (part := row_aspect(label(_DOMAIN.sub("", domain)), regime)) or part == "overall":
        return grade
    return replace(grade, aspect=part, of=domain if part in SEVERAL else grade.of)
