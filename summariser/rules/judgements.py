"""What reviews judged, as a text gives it in so many words: which review each grade is of, and whether it is past or present."""

import re
from functools import cached_property

from summariser.rules.authority import authority
from summariser.rules.dates import Period
from summariser.rules.judgement_context import HOMES, Context
from summariser.rules.judgement_grades import Grade, grades, split_care
from summariser.rules.judgement_guards import names_in
from summariser.rules.judgement_scales import scores
from summariser.rules.judgement_social import axes
from summariser.rules.judgement_tables import rows
from summariser.rules.judgement_times import UNNAMED, says_before, time_of
from summariser.rules.lines import Line
from summariser.rules.regimes import BY_CODE, mentions, of_its_time
from summariser.rules.review_dates import When, dated
from summariser.rules.review_tellings import genuine
from summariser.rules.reviews import Judgement, Review

_WORDED = ("ofsted_4", "ofsted_4_old", "lscb_4", "cqc_la_rating", "hmip_4")
# Scales whose words are others, or mean something else.
_OTHER_WORDS = ("scotland_6", "cpa_2002", "cqc_apa", "bv_stars", "jr_people_served")
_OFSTED_ASPECTS = ("leadership", "help_and_protection", "children_in_care", "care_leavers", "children_in_care_and_care_leavers")
_SHARED = ("quality_statement", "outcome_area", "other")
# These are for text in lower case.
_OWN = re.compile(r"\bself-(?:assess|evaluat)\w*|\bclaim(?:ed|s)\b|\bawarded (?:itself|themselves|the council)|\b(?:rates?|judges?|graded?|scored?) (?:itself|themselves|ourselves|yourselves|its)\b"
                  r"|\bwe (?:judge|rate|grade)\b|\bposition statement\b")  # fmt: skip
# What tells a record of what was said, where "had been" is the plain past of speech.
_RECORDED = re.compile(
    r"\bminutes\b|\bresolved\b|\b(?:reported|explained|advised|informed|reminded)\b (?:\w+ ){0,3}that|presented the report|introduced the report"
)
_SUBJECTS = (
    ("youth_justice_inspection", ("youth justice", "youth offending")),
    ("cqc_la_assessment", ("adult social care", "adult care")),
    ("ofsted_ilacs", ("children's services", "children's social care", "services for children")),
)
_ANOTHER = re.compile(r";|\b(?:inadequate|requires improvement|good|outstanding)\b", re.I)
_OPENING = 12  # lines in which a paper gives its own date
_OPENING_LINES = 400  # lines in which it says who inspects
_NAMED_IN = 2  # lines besides the headings in which a paper names whom it is about, where it names no council
_NEAR = 90


def judge(lines: list[Line], found: list[Review]) -> None:
    """Give each grade in the text to its review; a past one that nobody names gets one of its own."""
    told = [line for line in genuine(lines) if not line.boilerplate]
    if not found and not any(grades(line, graded=False) for line in told):
        return
    bench = _Bench(told, found)
    tabled = [*rows(told, bench.about), *axes(told)]
    taken = {grade.line.number for grade in tabled}
    for grade in tabled:
        bench.place(grade)
    # A headline gives a grade in fewer words than the text, so it is asked last.
    for line in sorted(told, key=lambda line: line.kind == "heading"):
        if line.number not in taken:
            for grade in (*bench.worded(line), *scores(line, bench.about(line), bench.own)):
                bench.place(grade)


def owner(judgement: Judgement, review: Review) -> str:
    """Return whose a judgement is: a journey that an officer tells of does not say who judged its ends, a status is a fact."""
    if judgement.time.startswith("trajectory"):
        return "unclear"
    if judgement.scale == "intervention":
        return "record"
    return "authority" if review.regime.code == "self_assessment" else "reviewer"


class _Bench:
    """The reviews of a text, and what in its order each line is about."""

    def __init__(self, lines: list[Line], found: list[Review]) -> None:
        self._found = found
        self._main = found[0] if found else None
        self._text = " ".join(line.low for line in lines[:_OPENING_LINES])
        self._is_ofsteds = "ofsted" in self._text or any(review.regime.by == "Ofsted" for review in found)
        self._context = Context(lines, found)
        years = [when.year for line in lines[:_OPENING] for when in dated(line.words)]
        self._year = max(years, default=None)
        self._lines = lines

    def own(self) -> set[str]:
        """Return the words of the names in the headings and the opening, which are of whom the paper is about."""
        return self._names

    @cached_property
    def _names(self) -> set[str]:
        named = authority(self._lines)
        opening = [line.words for line in self._lines if line.kind == "heading"]
        opening += [named.value] if named else [line.words for line in self._lines[:_NAMED_IN]]
        return names_in(" . ".join(opening))

    @cached_property
    def _is_record(self) -> bool:
        return bool(_RECORDED.search(self._text))

    def about(self, line: Line) -> str | None:
        """Return the regime that a line is about."""
        review = self._context.focus.get(line.number) or self._main
        return review.regime.code if review else None

    def worded(self, line: Line) -> list[Grade]:
        """Return the grades in words that a line gives."""
        focus = self._context.focus.get(line.number) or self._main
        if focus and focus.regime.scale in _OTHER_WORDS:
            return []
        graded = bool(focus and focus.regime.scale in _WORDED)
        listed = line.kind in ("heading", "list_item", "table_row") and graded
        return grades(line, graded=graded, listed=listed, own=self.own)

    def place(self, grade: Grade) -> None:
        """Give a grade to its review, unless it is known already or contradicts what is known."""
        home = self._home(grade)
        if home is None:
            return
        scale = grade.scale or self._scale(home, grade)
        if scale is None:
            return
        past = grade.line.number in self._context.past
        for part in split_care(grade, home.year) if grade.scale is None else [grade]:
            time = time_of(part, home, found=self._found, main=self._main, year=self._when(part), paper=self._year, past=past)
            given = Judgement(part.line.number, part.stated, part.aspect, scale, part.code, time)
            if not any(_clashes(given, other) for other in home.judgements):
                home.judgements.append(given)

    def _scale(self, home: Review, grade: Grade) -> str | None:
        """Return the scale of a grade in words, or None if its regime has no such grade."""
        scale = "ofsted_4" if home.regime.code in ("self_assessment", "internal_audit_or_qa") else home.regime.scale
        old = scale == "ofsted_4_old"
        wrong = "requires_improvement" if old else "adequate"
        return None if scale is None or grade.code == wrong else scale

    def _home(self, grade: Grade) -> Review | None:
        """Return the review that a grade is of."""
        if grade.own or (grade.scale is None and self._is_own(grade)):
            stated = grade.own or grade.aspect != "overall" or "overall" in grade.line.low
            return self._of_itself(grade) if stated else None
        if grade.scale == "unscaled_label":
            return self._audit(grade)
        if grade.scale:
            return self._on_scale(grade)
        graders = [
            review
            for review in self._found
            if review.regime.scale in _WORDED and review.role != "upcoming" and review.regime.code != "lscb_review"
        ]
        if grade.aspect == "lscb":
            known = [review for review in self._found if review.regime.code == "lscb_review"]
            return known[0] if known else self._begin("lscb_review", grade, None)
        if grade.end:
            here = [review for review in self._context.graders(grade.line.number) if review in graders]
            return next(iter([*here, *sorted(graders, key=lambda review: -(review.year or 0))]), None) or self._unnamed(grade)
        when = self._when(grade)
        return self._of_year(grade, when, graders) if when is not None else self._undated(grade, graders)

    def _undated(self, grade: Grade, graders: list[Review]) -> Review | None:
        """Return the review of a grade in words beside which no year is said; one that is said to be past is of a past one."""
        focus = self._context.focus.get(grade.line.number)
        is_past = grade.past or (not grade.now and says_before(grade.line.low, record=self._is_record))
        if focus in graders and (not is_past or (focus and focus.role in ("earlier", "trigger"))):
            return focus
        if is_past or grade.line.number in self._context.past:
            past = [review for review in graders if review.role in ("earlier", "trigger")]
            if not past and self._main in graders and self._main:
                return self._begin(self._main.regime.code, grade, None)
            return past[0] if len(past) == 1 else self._unnamed(grade)
        if self._main in graders:
            return self._main
        if len(graders) == 1:
            return graders[0]
        if self._inspected(grade):
            return self._unnamed(grade)
        code = next((code for code, words in _SUBJECTS if any(map(grade.line.low.__contains__, words))), None)
        return self._begin(code, grade, None) if code and not grade.end else None

    def _is_own(self, grade: Grade) -> bool:
        low = grade.line.low
        before = low[max(0, grade.start - 120) : grade.start]
        return bool(_OWN.search(before))

    def _of_itself(self, grade: Grade) -> Review | None:
        """Return the self-assessment that gives a grade; one that the text does not name is not told of."""
        known = [review for review in self._found if review.regime.code == "self_assessment"]
        if grade.past and (grade.scale or grade.year) and known:
            earlier = next((review for review in known if review.role == "earlier"), None)
            return earlier or self._begin("self_assessment", grade, grade.year)
        return next((review for review in known if review.role != "earlier"), None)

    def _audit(self, grade: Grade) -> Review | None:
        known = [review for review in self._found if review.regime.code == "internal_audit_or_qa"]
        when = self._when(grade)
        if when is not None:
            return next((review for review in known if review.year == when), None) or self._begin(
                "internal_audit_or_qa", grade, when
            )
        return known[0] if known else None

    def _on_scale(self, grade: Grade) -> Review | None:
        """Return the review of a grade on a scale of its own."""
        codes = HOMES[grade.scale or ""]
        homes = [review for code in codes for review in self._found if review.regime.code == code and review.role != "upcoming"]
        here = [review for review in homes if any(line.number == grade.line.number for line in review.lines)]
        if here or len(homes) == 1:
            return (here or homes)[0]
        if grade.scale == "intervention":
            return homes[0] if homes else None
        when = self._when(grade)
        if self._main in homes and (when is None or self._main.year in (None, when)):
            return self._main
        dated_so = [review for review in homes if when is not None and review.year == when]
        if when is not None and homes and not dated_so and (grade.past or all(review.year for review in homes)):
            return self._begin(homes[0].regime.code, grade, when)
        return next(iter([*dated_so, *homes]), None)

    def _when(self, grade: Grade) -> int | None:
        """Return the year that is said beside a grade in its clause, that of a report not counted."""
        if grade.year:
            return grade.year
        words = grade.line.words
        clause = words.rfind(";", 0, grade.start) + 1
        whens = dated(words)
        whens = [when for when in whens if not when.reported] or whens
        before = [when for when in whens if when.end <= grade.start]
        behind = grade.start + len(grade.stated)
        after = [
            when for when in whens if behind <= when.start < behind + _NEAR and not _ANOTHER.search(words, behind, when.start)
        ]
        near = [when for when in before if when.start >= clause]
        nearest: When | None = near[-1] if near else after[0] if after else before[-1] if before else None
        return nearest.year if nearest else None

    def _of_year(self, grade: Grade, year: int, graders: list[Review]) -> Review | None:
        here = [review for review in self._context.graders(grade.line.number) if review in graders]
        same = [review for review in graders if review.year == year]
        chosen = [review for review in same if review in here] or same
        if chosen:
            return chosen[0]
        for review in graders:
            if review.year is None and (self._year is None or year >= self._year):
                return review
        base = next(iter([*here, *[self._context.focus.get(grade.line.number) or self._main]]), None)
        code = base.regime.code if base in graders and base else "ofsted_ilacs" if self._is_ofsteds else ""
        if not code:
            return self._unnamed(grade) if self._inspected(grade) else None
        code = "ofsted_ilacs" if code in ("ofsted_sif", "ofsted_slac_era", "lscb_review") else code
        return self._begin(of_its_time(code, year), grade, year)

    def _begin(self, code: str, grade: Grade, year: int | None) -> Review:
        """Return a review that the text tells of by its grade and year alone."""
        when = next((when for when in dated(grade.line.words) if year is not None and when.year == year), None)
        for review in self._found:
            if review.regime.code == code and review.year == year and review.role != "upcoming" and review is not self._main:
                return review
        main = self._main
        later = main is not None and main.regime.scale is None and main.lines[0].number > grade.line.number
        alone = main is None or ((main.regime.vague or later) and year is None)
        if alone and main:
            main.role = "parallel"
        # The board is reviewed with the services, if nothing says that it was another time.
        beside = code == "lscb_review" and main is not None and main.regime.by == "Ofsted" and not grade.past and year is None
        began = Review(BY_CODE[code], [grade.line], "main_subject" if alone else "component" if beside else "earlier")
        self._main = began if alone else self._main
        if when:
            began.fieldwork = Period(when.iso, when.start, grade.line.number)
        self._found.append(began)
        self._context.named.setdefault(grade.line.number, []).append(began)
        return began

    def _inspected(self, grade: Grade) -> bool:
        low = grade.line.low
        of_ofsted = "ofsted" in self._text and grade.aspect in _OFSTED_ASPECTS
        return of_ofsted or bool(mentions(low)) or "ofsted" in low or "inspect" in low

    def _unnamed(self, grade: Grade) -> Review | None:
        """Return the one review that stands for those whose grades are told and whose names are not."""
        if not self._inspected(grade) and not grade.end:
            return None
        if "ofsted" in self._text and "children" in self._text and not grade.end:
            return self._begin("ofsted_ilacs", grade, None)
        known = next((review for review in self._found if review.regime is UNNAMED), None)
        if known is None:
            known = Review(UNNAMED, [grade.line], "earlier" if self._main else "main_subject")
            self._found.append(known)
        return known


def _clashes(one: Judgement, other: Judgement) -> bool:
    """Say whether a judgement says again, or otherwise, what another has said."""
    if one.aspect in _SHARED:
        return (one.line, one.aspect, one.code, one.time, one.stated) == (
            other.line, other.aspect, other.code, other.time, other.stated
        )  # fmt: skip
    return (one.aspect, one.scale, one.time) == (other.aspect, other.scale, other.time)
