"""Of which review a grade in a text is: by the words around it, its year and the reviews that the text tells of."""

import re
from dataclasses import replace
from functools import cached_property

from summariser.rules.dates import Period
from summariser.rules.judgement_context import HOMES, Context
from summariser.rules.judgement_grades import Grade
from summariser.rules.judgement_names import names_of
from summariser.rules.judgement_nearest import nearest
from summariser.rules.judgement_progress import PROGRESS, REVISITED
from summariser.rules.judgement_regulated import elsewhere, is_of_a_council
from summariser.rules.judgement_times import UNNAMED, clause_of, says_before
from summariser.rules.judgement_years import contradicts, year_beside
from summariser.rules.lines import Line
from summariser.rules.regimes import BY_CODE, mentions, of_its_time
from summariser.rules.review_dates import dated
from summariser.rules.review_types import Review

WORDED = ("ofsted_4", "ofsted_4_old", "lscb_4", "cqc_la_rating", "hmip_4")
_OFSTED_ASPECTS = (
    "leadership",
    "help_and_protection",
    "children_in_care",
    "care_leavers",
    "children_in_care_and_care_leavers",
    "adoption",
)
# These are for text in lower case.
_OWN = re.compile(r"\bself-(?:assess|evaluat)\w*|\bclaim(?:ed|s)\b|\bawarded (?:itself|themselves|the council)|\b(?:rates?|judges?|graded?|scored?) (?:itself|themselves|ourselves|yourselves|its)\b"
                  r"|\bwe (?:judge|rate|grade)\b|\bposition statement\b")  # fmt: skip
# What tells a record of what was said, where "had been" is the plain past of speech.
_RECORDED = re.compile(
    r"\bminutes\b|\bresolved\b|\b(?:reported|explained|advised|informed|reminded)\b (?:\w+ ){0,3}that|presented the report|introduced the report"
)
_MINISTERS = re.compile(r"\bsecretary of state\b|\bminister(?:s|'s)?\b|department for education|\bdfe\b|\bgovernment\b")
_SUBJECTS = (
    ("youth_justice_inspection", ("youth justice", "youth offending")),
    ("cqc_la_assessment", ("adult social care", "adult care")),
    ("ofsted_slac_era", ("effectiveness of safeguarding services", "effectiveness of services for looked after")),
    ("ofsted_ilacs", ("children's services", "children's social care", "services for children")),
)
# Whoever rates services to children as a whole is Ofsted, in a paper that names it and not the CQC.
_SERVICES = re.compile(
    r"(?:^|children's )services (?:is|are|was|were|has been|have been) (?:rated|judged|graded)\b(?!.* by (?!ofsted|inspect))"
)
_OPENING = 12  # lines in which a paper gives its own date
_OPENING_LINES = 400  # lines in which it says who inspects


class Homes:
    """The reviews of a text, what in its order each line is about, and so of which review a grade is."""

    def __init__(self, lines: list[Line], found: list[Review]) -> None:
        self.found = found
        self.main = found[0] if found else None
        self._text = " ".join(line.low for line in lines[:_OPENING_LINES])
        # Where the Secretary of State intervenes in services to children, Ofsted has judged them.
        self._is_ofsteds = "ofsted" in self._text or any(
            review.regime.by == "Ofsted" or review.regime.code == "dfe_intervention" for review in found
        )
        self.context = Context(lines, found)
        years = [when.year for line in lines[:_OPENING] for when in dated(line.words)]
        self.year = max(years, default=None)
        self._lines = lines
        self._elsewhere = elsewhere(lines)

    def own(self) -> set[str]:
        """Return the words of the names in the headings and the opening, which are of whom the paper is about."""
        return self._names

    @cached_property
    def _names(self) -> set[str]:
        return names_of(self._lines)

    @cached_property
    def _is_record(self) -> bool:
        return bool(_RECORDED.search(self._text))

    def about(self, line: Line) -> str | None:
        """Return the regime that a line is about."""
        review = self.context.focus.get(line.number) or self.main
        return review.regime.code if review else None

    def home(self, grade: Grade) -> Review | None:
        """Return the review that a grade is of."""
        if grade.own or (grade.scale is None and self._is_own(grade)):
            stated = grade.own or grade.aspect != "overall" or "overall" in grade.line.low
            return self._of_itself(grade) if stated else None
        if grade.by:
            return self._given_by(grade)
        if grade.of.startswith(PROGRESS):
            return self._revisited(grade)
        if grade.scale == "unscaled_label":
            return self._audit(grade)
        if grade.scale:
            return self._on_scale(grade)
        return None if grade.line.number in self._elsewhere else self._of_words(grade)

    def _of_words(self, grade: Grade) -> Review | None:
        """Return the review of a grade in words from inadequate to outstanding."""
        graders = [
            review
            for review in self.found
            if review.regime.scale in WORDED and review.role != "upcoming" and review.regime.code != "lscb_review"
        ]
        if grade.aspect == "lscb":
            known = [review for review in self.found if review.regime.code == "lscb_review"]
            return known[0] if known else self._begin("lscb_review", grade, None)
        if grade.end:
            here = [review for review in self.context.graders(grade.line.number) if review in graders]
            return next(iter([*here, *sorted(graders, key=lambda review: -(review.year or 0))]), None) or self._unnamed(grade)
        when = self.when(grade)
        known_before = len(self.found)
        named = self.context.graders(grade.line.number)
        if when is None and len({review.regime.by for review in named}) > 1:
            home = nearest(grade, named)  # a line that names the inspectors of several services
        else:
            home = self._of_year(grade, when, graders) if when is not None else self._undated(grade, graders)
        of_another = home is not None and contradicts(grade, home)
        if home and home.regime.code == "cqc_la_assessment":
            of_another = not is_of_a_council(grade, when or home.year)
        if of_another:
            del self.found[known_before:]
            return None
        return home

    def _undated(self, grade: Grade, graders: list[Review]) -> Review | None:
        """Return the review of a grade in words beside which no year is said; one that is said to be past is of a past one."""
        focus = self.context.focus.get(grade.line.number)
        is_past = grade.past or (not grade.now and says_before(clause_of(grade), record=self._is_record))
        told_before = focus is not None and focus.role in ("earlier", "trigger")
        if told_before and grade.now and self.main in graders:
            return self.main
        if focus in graders and (not is_past or (focus and focus.role in ("earlier", "trigger"))):
            return focus
        if is_past or grade.line.number in self.context.past:
            past = [review for review in graders if review.role in ("earlier", "trigger")]
            if not past and self.main in graders and self.main:
                return self._begin(self.main.regime.code, grade, None)
            return past[0] if len(past) == 1 else self._unnamed(grade)
        if self.main in graders:
            return self.main
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
        known = [review for review in self.found if review.regime.code == "self_assessment"]
        if grade.past and (grade.scale or grade.year) and known:
            earlier = next((review for review in known if review.role == "earlier"), None)
            return earlier or self._begin("self_assessment", grade, grade.year)
        return next((review for review in known if review.role != "earlier"), None)

    def _given_by(self, grade: Grade) -> Review | None:
        """Return the review that a label is of whose scale is its regime's own."""
        graders = [each for each in self.found if each.regime.code == grade.by and each.role != "upcoming"]
        when = self.when(grade)
        return self._of_year(grade, when, graders) if when is not None else self._undated(grade, graders)

    def _revisited(self, grade: Grade) -> Review | None:
        """Return the inspection whose weaknesses the reviewers came again to see."""
        again = [each for each in self.found if each.regime.code in REVISITED and each.role != "upcoming"]
        focus = self.context.focus.get(grade.line.number)
        return focus if focus in again else next(iter(again), None)

    def _audit(self, grade: Grade) -> Review | None:
        known = [review for review in self.found if review.regime.code == "internal_audit_or_qa"]
        when = self.when(grade)
        if when is not None:
            return next((review for review in known if review.year == when), None) or self._begin(
                "internal_audit_or_qa", grade, when
            )
        return known[0] if known else None

    def _on_scale(self, grade: Grade) -> Review | None:
        """Return the review of a grade on a scale of its own."""
        codes = HOMES[grade.scale or ""]
        homes = [review for code in codes for review in self.found if review.regime.code == code and review.role != "upcoming"]
        here = [review for review in homes if any(line.number == grade.line.number for line in review.lines)]
        if here or len(homes) == 1:
            return (here or homes)[0]
        if grade.scale == "intervention":
            return homes[0] if homes else self._intervened(grade)
        when = self.when(grade)
        focus = self.context.focus.get(grade.line.number)
        if focus in homes and focus and focus is not self.main and when in (None, focus.year) and not grade.past:
            return focus
        if self.main in homes and (when is None or self.main.year in (None, when)):
            return self.main
        dated_so = [review for review in homes if when is not None and review.year == when]
        if when is not None and homes and not dated_so and (grade.past or all(review.year for review in homes)):
            return self._begin(homes[0].regime.code, grade, when)
        return next(iter([*dated_so, *homes]), None)

    def _intervened(self, grade: Grade) -> Review | None:
        """Return the intervention in children's services that a text tells of by its instrument alone, where it says whose it is."""
        childrens = "children" in self._text and self.main is not None and self.main.regime.area == "childrens_social_care"
        # That it is over a minister may write in a letter that names none.
        said_by = self._text if grade.code == "exited" else grade.line.low
        if not childrens or grade.code == "special_measures" or not _MINISTERS.search(said_by):
            return None
        began = self._begin("dfe_intervention", grade, None)
        began.role = "parallel" if began is not self.main else began.role
        return began

    def when(self, grade: Grade) -> int | None:
        """Return the year that is said beside a grade in its clause, that of a report not counted."""
        return year_beside(grade)

    def _of_year(self, grade: Grade, year: int, graders: list[Review]) -> Review | None:
        here = [review for review in self.context.graders(grade.line.number) if review in graders]
        same = [review for review in graders if review.year == year]
        chosen = [review for review in same if review in here] or same
        if chosen:
            return chosen[0]
        for review in graders:
            graded = self.year is None and any(
                each.aspect == grade.aspect and each.code != grade.code for each in review.judgements
            )
            if review.year is None and not grade.past and not graded and (self.year is None or year >= self.year):
                return review
        base = next(iter([*here, *[self.context.focus.get(grade.line.number) or self.main]]), None)
        code = base.regime.code if base in graders and base else "ofsted_ilacs" if self._is_ofsteds else ""
        if not code:
            return self._unnamed(grade) if self._inspected(grade) else None
        code = "ofsted_ilacs" if code in ("ofsted_sif", "ofsted_slac_era", "lscb_review") else code
        return self._begin(of_its_time(code, year), grade, year)

    def _begin(self, code: str, grade: Grade, year: int | None) -> Review:
        """Return a review that the text tells of by its grade and year alone."""
        when = next((when for when in dated(grade.line.words) if year is not None and when.year == year), None)
        for review in self.found:
            if review.regime.code == code and review.year == year and review.role != "upcoming" and review is not self.main:
                return review
        main = self.main
        later = main is not None and main.regime.scale is None and main.lines[0].number > grade.line.number
        if main and self._is_newer(code, year):  # a history that begins with the oldest
            main.role, main.judgements = (
                "earlier",
                [replace(each, time="earlier") if each.time == "this_review" else each for each in main.judgements],
            )
            self.main = Review(BY_CODE[code], [grade.line], "main_subject")
            self.found.insert(0, self.main)
            self.main.held = next((Period(each.iso, each.start, grade.line.number) for each in [when] if each), None)
            return self.main
        alone = (main is None and not grade.past) or (main is not None and ((main.regime.vague or later) and year is None))
        if alone and main:
            main.role = "parallel"
        # The board is reviewed with the services, if nothing says that it was another time.
        beside = code == "lscb_review" and main is not None and main.regime.by == "Ofsted" and not grade.past and year is None
        began = Review(BY_CODE[code], [grade.line], "main_subject" if alone else "component" if beside else "earlier")
        self.main = began if alone else self.main
        if when and when.reported:
            began.reported = Period(when.iso, when.start, grade.line.number)
        elif when:
            began.held = Period(when.iso, when.start, grade.line.number)
        self.found.append(began)
        # A sentence that tells of both, the present one first, is followed by more of the present one.
        both = main is not None and any(given.line == grade.line.number for given in main.judgements)
        self.context.begin(began, grade.line, [] if both else self._lines)
        return began

    def _is_newer(self, code: str, year: int | None) -> bool:
        """Say whether a review of that year followed the one that the text seemed to be about, of which it tells no more."""
        main = self.main
        if main is None or main is not self.found[0] or main.year is None or year is None or main.regime.scale not in WORDED:
            return False
        known = self.year is None or year <= self.year
        return known and year > main.year and BY_CODE[code].by == main.regime.by and len(main.lines) == 1

    def _inspected(self, grade: Grade) -> bool:
        low = grade.line.low
        of_ofsted = "ofsted" in self._text and grade.aspect in _OFSTED_ASPECTS
        of_ofsted = of_ofsted or ("ofsted" in self._text and "cqc" not in self._text and bool(_SERVICES.search(low)))
        return of_ofsted or bool(mentions(low)) or "ofsted" in low or "inspect" in low

    def _unnamed(self, grade: Grade) -> Review | None:
        """Return the one review that stands for those whose grades are told and whose names are not."""
        if not self._inspected(grade) and not grade.end:
            return None
        if "ofsted" in self._text and "children" in self._text and not grade.end:
            # Adoption was graded apart in the single inspections alone.
            return self._begin("ofsted_sif" if grade.aspect == "adoption" else "ofsted_ilacs", grade, None)
        known = next((review for review in self.found if review.regime is UNNAMED), None)
        if known is None:
            known = Review(UNNAMED, [grade.line], "earlier" if self.main else "main_subject")
            self.found.append(known)
        return known
