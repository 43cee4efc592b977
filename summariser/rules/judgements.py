"""What reviews judged, as a text gives it in so many words: which review each grade is of, and whether it is past or present.

The modules beside this one, by what they answer:

- Where does a grade stand? In sentences: `judgement_grades` (good, inadequate ...), `_scales` (scores and the words of other
  scales), `_social`, `_standards`, `_statements`, `_progress`, `_statuses`, `_joint`. In tables and lists: `_tables` with `_columns`,
  `_layouts` with `_labels`, `_axes`, `_lists`, `_trackers`.
- Of which part of a service is it? `_aspects`, `_domains`.
- Is it one at all? `_guards`, `_regulated`.
- Of which review, and when? `_homes`, with `_names`, `_context`, `_nearest`, `_years`, `_times` and `_unnamed`.
"""

import re
from collections.abc import Iterator

from summariser.rules.judgement_axes import axes
from summariser.rules.judgement_domains import of_domain, sections
from summariser.rules.judgement_grades import Grade, grades, split_care
from summariser.rules.judgement_homes import WORDED, Homes
from summariser.rules.judgement_layouts import laid_out
from summariser.rules.judgement_lists import history, listed
from summariser.rules.judgement_progress import progress_rows
from summariser.rules.judgement_scales import scores
from summariser.rules.judgement_standards import is_of_a_standard, standards
from summariser.rules.judgement_statuses import faultless
from summariser.rules.judgement_tables import rows
from summariser.rules.judgement_times import time_of
from summariser.rules.judgement_unnamed import add_unnamed
from summariser.rules.lines import Line
from summariser.rules.review_tellings import genuine
from summariser.rules.review_types import Judgement, Review

# Scales whose words are others, or mean something else.
_OTHER_WORDS = ("scotland_6", "cpa_2002", "cqc_apa", "bv_stars", "jr_people_served", "four_grade_numeric_4_best")
_STATEMENTS = "cqc_quality_statement"
_MANY = 5
_NUMBER = re.compile(r"^\d+(?:\.\d+)* ")
_SHARED = ("quality_statement", "outcome_area", "other")


def judge(lines: list[Line], found: list[Review]) -> None:
    """Give each grade in the text to its review; a past one that nobody names gets one of its own."""
    if any(review.tabled for review in found):
        return  # the notes of a sheet are about one row or another, and do not say again what its cells say
    told = [line for line in genuine(lines) if not line.boilerplate]
    add_unnamed(told, found)
    past, dated = history(told)
    if not found and not past and not any(grades(line, graded=False) for line in told):
        return
    homes = Homes(told, found)
    laid = laid_out(told, homes.about)
    bare = [line for line in told if line.number not in laid.taken | dated]
    tabled = sorted(
        [*laid.grades, *rows(bare, homes.about), *axes(told), *progress_rows(told, found[0].regime.code if found else None)],
        key=lambda grade: grade.line.number,
    )
    taken = laid.taken | laid.rows | dated | {grade.line.number for grade in tabled}
    for grade in [grade for grade in tabled if not _place(homes, grade)]:
        # One over a list of parts: the first of them has said since whose they are.
        if any(given.line == grade.line.number + 1 for review in found for given in review.judgements):
            _place(homes, grade)
    partly = faultless(told)
    every = sum(grade.scale == _STATEMENTS for grade in tabled) >= _MANY  # a table has said what a count would say again
    above = sections(told)
    # A headline gives a grade in fewer words than the text, so it is asked last.
    for line in sorted(told, key=lambda line: line.kind == "heading"):
        if line.number not in taken:
            for grade in _said(homes, line, every=every):
                if not (grade.scale == "ombudsman" and line.number in partly):
                    _place(homes, of_domain(grade, above.get(line.number, ""), homes.about(line)))
    for grade in past:  # a list of dates says in fewest words what the text may have said
        _place(homes, grade)


def owner(judgement: Judgement, review: Review) -> str:
    """Return whose a judgement is: a journey that an officer tells of does not say who judged its ends, a status is a fact."""
    if judgement.time.startswith("trajectory"):
        return "unclear"
    if judgement.scale == "intervention":
        return "record"
    return "authority" if review.regime.code == "self_assessment" else "reviewer"


def _said(homes: Homes, line: Line, *, every: bool) -> Iterator[Grade]:
    """Yield the grades of a line that is no row; `every` says that a table has scored what a sentence may count."""
    about = homes.about(line)
    single = list(standards(line, about, homes.own))
    spans = [range(grade.start, grade.start + len(grade.stated)) for grade in single]
    worded = [grade for grade in _worded(homes, line) if not any(grade.start in span for span in spans)]
    if about == "youth_justice_inspection":
        worded = [grade for grade in worded if grade.aspect != "overall" or not is_of_a_standard(line, grade.start)]
    for grade in (*single, *worded, *scores(line, about, homes.own)):
        if not (every and grade.scale == _STATEMENTS and not grade.of):
            yield grade


def _worded(homes: Homes, line: Line) -> list[Grade]:
    """Return the grades in words that a line gives."""
    focus = homes.context.focus.get(line.number) or homes.main
    if focus and focus.regime.scale in _OTHER_WORDS:
        return []
    graded = bool(focus and focus.regime.scale in WORDED)
    if several := listed(line, homes.about(line)):
        return several
    among = line.kind in ("heading", "list_item", "table_row") and graded
    return grades(line, graded=graded, listed=among, own=homes.own)


def _place(homes: Homes, grade: Grade) -> bool:
    """Give a grade to its review, unless it is known already or contradicts what is known; return whether it has one."""
    home = homes.home(grade)
    if home is None:
        return False
    scale = grade.scale or _scale(home, grade)
    if scale is None:
        return True
    past = grade.line.number in homes.context.past
    # A paper reports a review of its own year or of the one before.
    year = home.year or (homes.year - 1 if homes.year and home is homes.main and not grade.past else None)
    for part in split_care(grade, year) if grade.scale is None else [grade]:
        time = time_of(part, home, found=homes.found, main=homes.main, year=homes.when(part), paper=homes.year, past=past)
        given = Judgement(part.line.number, part.stated, part.aspect, scale, part.code, time, part.of)
        if not any(_clashes(given, other) for other in home.judgements):
            home.judgements.append(given)
    return True


def _scale(home: Review, grade: Grade) -> str | None:
    """Return the scale of a grade in words, or None if its regime has no such grade."""
    scale = "ofsted_4" if home.regime.code in ("self_assessment", "internal_audit_or_qa") else home.regime.scale
    old = scale == "ofsted_4_old"
    wrong = "requires_improvement" if old else "adequate"
    return None if scale is None or grade.code == wrong else scale


def _clashes(one: Judgement, other: Judgement) -> bool:
    """Say whether a judgement says again, or otherwise, what another has said."""
    if (one.aspect, one.scale, one.time) != (other.aspect, other.scale, other.time):
        return False
    if one.of and other.of:
        short, long = sorted((one.of, other.of), key=len)
        return short in (long, _NUMBER.sub("", long))  # "planning" in a sentence, and "2.1 planning" in a table
    if one.of != other.of:  # a count of what is named apart, or a name for what is counted
        return one.code == other.code
    return one.aspect not in _SHARED or (one.line, one.code, one.stated) == (other.line, other.code, other.stated)
