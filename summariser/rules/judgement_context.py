"""What each line of a text is about: the review named last in its paragraph or in the heading above it, past or present."""

import re

from summariser.rules.lines import Line
from summariser.rules.review_types import Review

# The reviews that can have given what is on a scale, the likeliest first.
HOMES = {
    "jr_people_served": ("joint_review_ac_ssi", "ss_star_rating", "ss_performance_assessment", "ssi_inspection"),
    "jr_prospects": ("joint_review_ac_ssi", "ss_star_rating", "best_value_inspection", "ssi_inspection"),
    "ss_stars": ("ss_star_rating", "ss_performance_assessment", "ssi_inspection"),
    "bv_stars": ("best_value_inspection",),
    "cpa_2002": ("cpa",),
    "cpa_2005_stars": ("cpa",),
    "four_grade_numeric_4_best": ("childrens_apa", "joint_area_review", "caa", "cpa"),
    "cqc_apa": ("cqc_adult_apa", "childrens_apa"),
    "send_2016": ("send_area_2016",),
    "send_2023": ("send_area_2023",),
    "cqc_la_rating": ("cqc_la_assessment",),
    "cqc_la_percent": ("cqc_la_assessment",),
    "cqc_quality_statement": ("cqc_la_assessment",),
    "scotland_6": ("scotland_care_inspectorate",),
    "ombudsman": ("ombudsman_investigation",),
    "intervention": ("dfe_intervention", "ssi_inspection", "mhclg_intervention", "ss_star_rating"),
}
# These are for text in lower case.
_GRADED = re.compile(r"[:|-] *(?:inadequate|requires improvement(?: to be good)?|good|outstanding)\W*$")
# A row whose columns are parted by blanks; for text as it is.
_ROW = re.compile(r"\s(?:Inadequate|Requires improvement(?: to be good)?|Good|Outstanding)$")
_HEADING_PAST = re.compile(r"\b(?:previous|last|earlier|past|history)\b")


class Context:
    """The reviews that lines name, those they are about without naming them, and the lines that stand under a past heading."""

    def __init__(self, lines: list[Line], found: list[Review]) -> None:
        self.named: dict[int, list[Review]] = {}
        for review in found:
            for line in review.lines:
                self.named.setdefault(line.number, []).append(review)
        self.focus: dict[int, Review | None] = {}
        self.past: set[int] = set()
        self._follow(lines, found[0].regime.area if found else None)

    def graders(self, number: int) -> list[Review]:
        """Return the reviews that a line names and that have graded."""
        return [review for review in self.named.get(number, []) if review.regime.scale and review.role != "upcoming"]

    def begin(self, review: Review, line: Line, lines: list[Line]) -> None:
        """Take up a review that a line tells of by its grade alone: what follows in the paragraph is about it."""
        alone = line.number not in self.named
        self.named.setdefault(line.number, []).append(review)
        for other in lines if alone else ():
            if other.paragraph == line.paragraph and other.number > line.number:
                if other.number in self.named:
                    return
                self.focus[other.number] = review

    def _follow(self, lines: list[Line], area: str | None) -> None:
        focus: Review | None = None
        above: Review | None = None  # what the heading is about
        paragraph, under_heading, past, opens = -1, False, False, False
        for line in lines:
            # A heading such as "Care leavers: good" is a row of a list and heads nothing.
            heads = line.kind == "heading" and not _GRADED.search(line.low) and not _ROW.search(line.words)
            named = self.graders(line.number)
            if heads and not under_heading:
                focus, past = None, bool(_HEADING_PAST.search(line.low))
            elif line.paragraph != paragraph and not under_heading:
                focus = self.focus.get(line.lead or 0, above) if line.kind == "list_item" else above
            if named and above is None and opens and named[0].regime.area not in (None, area):
                above = named[0]  # a section on another service than the paper's own first
            focus = named[-1] if named else focus
            above = focus if heads else above
            opens = heads or (opens and not named and line.paragraph == paragraph)
            under_heading, paragraph = heads, line.paragraph
            self.focus[line.number] = focus
            past = past and not (named and not heads and named[-1].year)  # a section that says which one it means
            if past:
                self.past.add(line.number)
