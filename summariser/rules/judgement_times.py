"""Whether a grade is that of the review a paper is about, a past one, or one that still stands; a doubt counts as past."""

import re

from summariser.rules.judgement_grades import Grade
from summariser.rules.regimes import Regime
from summariser.rules.review_types import Review

# These are for text in lower case.
_BEFORE = re.compile(
    r"\b(?:previous(?:ly)?|earlier|last (?:full )?(?:inspection|inspected|report|judgement)|at that time|(?:months|years?) (?:ago|earlier|before)"
    r"|before (?:that|then)|formerly|historic\w*|used to|in the past|then)\b"
)
# What a grade is set against: an older one of which no more is said here.
_SET_AGAINST = re.compile(
    r"\b(?:below|above|(?:up|down|risen|fallen|dropped|lower|higher|worse|better) (?:\w+ ){0,3}(?:from|than)|compared (?:with|to)|against|rather than|than) (?:the |an? |its |their |our )?(?:previous |earlier |last |rating of |judgement of )?"
    r"['\"]?(?:inadequate|requir\w+ improvement|adequate|good|outstanding)\b"
)
_HAD_BEEN = re.compile(r"\bhad (?:\w+ )?been (?:graded|judged|rated|found)\b")
_IN_FORCE = re.compile(r"\b(?:current(?:ly)?|still|remains?|stands?|stood until)\b")
# The inspection after which there has been a revisit.
_INITIAL = re.compile(r"\b(?:first|initial|original|previous) (?:area |send |local area )*inspection\b")
_OVER, _LONG = re.compile(r"\b(?:had been|until)\b"), 2  # years
# The years in which kinds of reviews reported last: a later paper looks back on them.
_LAST_OF = {
    "cqc_adult_apa": 2012,
    "ss_star_rating": 2009,
    "joint_area_review": 2010,
    "childrens_apa": 2011,
    "caa": 2011,
    "cpa": 2010,
}
# The one review that stands for all whose grades are told and whose names are not.
UNNAMED = Regime("unspecified_review", re.compile(r"$^"), None, "ofsted_4")


def clause_of(grade: Grade) -> str:
    """Return the words of a line that a grade stands in, without what it is set against: "inadequate, down from good in 2019"."""
    low = grade.line.low
    behind = _SET_AGAINST.search(low, grade.start + len(grade.stated))
    return low[: behind.start()] if behind else low


def says_before(low: str, *, record: bool) -> bool:
    """Say whether a line speaks of the past; in a record of what was said "had been" is no sign of it."""
    return bool(_BEFORE.search(low)) or (not record and bool(_HAD_BEEN.search(low)))


def time_of(
    grade: Grade, home: Review, *, found: list[Review], main: Review | None, year: int | None, paper: int | None, past: bool
) -> str:
    """Return the time of a grade of the review `home`.

    `year` is the one said beside the grade, `paper` that of the paper, and `past` says that the grade stands under a heading of
    the past.
    """
    if own := _time_of_its_own(grade, year, paper):
        return own
    if home.regime.code in ("self_assessment", "internal_audit_or_qa"):
        return "earlier" if _is_outdone(home, found) or (grade.past and (grade.scale or grade.year)) else "this_review"
    if paper is not None and paper > _LAST_OF.get(home.regime.code, paper):
        return "earlier"
    latest = max((review.year or 0 for review in found if review.regime.scale == home.regime.scale), default=0)
    newest = home.year is None or home.year >= latest
    if newest and ("now in force" in grade.line.low or _is_answered(grade, home, main)):
        return "this_review"
    if home is not main and newest and not grade.past and _IN_FORCE.search(grade.line.low):
        return "current_status"
    unnamed = home.regime is UNNAMED
    if (unnamed and home.role != "main_subject") or home.role in ("earlier", "trigger"):
        return "current_status" if main and _stands(grade, home, found, main) else "earlier"
    if past or (grade.past and (year is None or year != home.year)):
        return "earlier"
    then = home.year or paper
    older = year is not None and then is not None and year < then
    return "earlier" if older or (not grade.now and says_before(clause_of(grade), record=not unnamed)) else "this_review"


def _time_of_its_own(grade: Grade, year: int | None, paper: int | None) -> str:
    """Return the time of a grade that is none of a review's day: one end of a journey, a status, what a revisit followed."""
    if grade.end:
        return f"trajectory_{grade.end}"
    if grade.scale == "intervention":
        outdated = year is not None and paper is not None and paper - year >= _LONG and bool(_OVER.search(grade.line.low))
        return "earlier" if grade.past or outdated else "current_status"
    return "earlier" if grade.scale == "send_2016" and _INITIAL.search(clause_of(grade)) else ""


def _is_answered(grade: Grade, home: Review, main: Review | None) -> bool:
    """Say whether a grade is of the inspection that a notice or a commissioner answers, which is told as it stands."""
    answers = home.role == "trigger" and main is not None and main.regime.code == "dfe_intervention"
    return answers and not grade.past and not says_before(clause_of(grade), record=True)


def _is_outdone(home: Review, found: list[Review]) -> bool:
    """Say whether the text tells of a newer review of the same kind."""
    return home.year is not None and any(
        review.regime is home.regime and review is not home and (review.year is None or review.year > home.year)
        for review in found
    )


def _stands(grade: Grade, home: Review, found: list[Review], main: Review) -> bool:
    """Say whether a grade is the newest of its kind, told beside a main review that grades something else."""
    if main.regime.scale is None or main.regime.area == home.regime.area or home.year is None or grade.past:
        return False
    alike = (review.year or 0 for review in found if review.regime.area == home.regime.area and review.regime.scale)
    return home.year >= max(alike) and not says_before(clause_of(grade), record=True)
