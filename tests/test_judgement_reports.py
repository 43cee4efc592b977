"""Grades are read as the reports of the reviewers themselves set them out: under headings, in rows of several, with numbers."""

import pytest

from summariser.rules import judgements, reviews, structure
from summariser.rules.lines import lines_of
from summariser.segments import segment
from summariser.types import Document
from tests.test_rules_judgements import NOW, THEN, judged

CQC, APA, SLAC, YOUTH = "cqc_la_assessment", "cqc_adult_apa", "ofsted_slac_era", "youth_justice_inspection"


def told(text: str) -> list[tuple[str, str, str]]:
    """Return the regime, the aspect and the code of each judgement of a text, as often as each is told."""
    document = Document(name="", sha256="", text=text)
    found = []
    for part in structure.items(lines_of(document, segment(document))):
        of_part = reviews.reviews(part.lines, part.heading)
        judgements.judge(part.lines, of_part)
        found += [(review.regime.code, each.aspect, each.code) for review in of_part for each in review.judgements]
    return sorted(found)


_STATEMENTS = "Assessing needs\n\nScore: 2\n\n2 - Evidence shows some shortfalls\n\nReviews were late.\n\n"
_PARTNERSHIPS = "Partnerships and communities\n\nScore: 3\n\n3 - Evidence shows a good standard\n\nPartners met often.\n\n"
_SAFE = "Safeguarding\n\nScore: 2\n\nPeople told us about their adult social care.\n"
_LENDALE = (
    "Lendale Council: local authority assessment\n\nThe CQC assessed how Lendale Council meets its duties in May 2025.\n\n"
)


def test_each_quality_statement_has_the_score_that_stands_under_its_heading_once() -> None:
    table = "Assessing needs 2 | Partnerships and communities 3 | Care provision, integration and continuity 2\n\n"
    scores = [(CQC, "quality_statement", code) for code in ("2", "2", "2", "3")]
    assert told(_LENDALE + table + _STATEMENTS + _PARTNERSHIPS + _SAFE) == scores


def test_the_scores_of_a_report_whose_opening_is_lost_are_the_commissions() -> None:
    text = f"at every stage.\n\n{_STATEMENTS}{_SAFE}Leaders had seen this in their self-assessment.\n"
    assert told(text) == [(CQC, "quality_statement", "2")] * 2
    assert told(f"Our self-assessment for adult social care\n\n{_STATEMENTS}{_SAFE}") == []  # a council's own


def test_the_score_of_a_risk_is_that_of_no_statement() -> None:
    assert told(f"{_LENDALE}Safeguarding\n\nScore: 3 x 4\n\nThe risk is reviewed each month.\n") == []


_ANNUAL = (
    "Care Quality Commission\n\nAnnual Performance Assessment Report 2009/2010\n\nAdult Social Care Services\n\n"
    "Council Name: Lendale\n\n"
    "The four grades are: Performing poorly, Performing adequately, Performing well, Performing excellently.\n\n"
)


def test_the_annual_assessment_of_adult_services_grades_each_outcome() -> None:
    text = (
        f"{_ANNUAL}Overall Lendale council is performing: Excellently\n\n"
        "Outcome 1: Improved health and well-being | The council is performing: Well\n"
        "Outcome 4: Increased choice and control | The council is performing: Well\n\n"
        "Outcome 7: Maintaining personal dignity and respect\n\nThe council is performing: Adequately\n"
    )
    outcomes = [(APA, "outcome_area", code) for code in ("adequate", "well", "well")]
    assert told(text) == [*outcomes, (APA, "overall", "excellent")]
    assert told(f"{_ANNUAL}The report follows.\n") == []  # of the four grades none has been given


def test_an_annual_assessment_that_a_later_paper_recalls_is_past() -> None:
    text = (
        "Adult Social Care Scrutiny Panel\n\n4 March 2024\n\nThe old annual performance "
        "assessment of adult social care judged Lendale to be performing well.\n"
    )
    assert judged(text) == {(APA, "overall", "well", THEN)}
    page = (
        "How adult social care is checked\n\nCouncils in England are assessed by the Care Quality Commission.\n\n"
        "Our most recent assessment, published in November 2024, gave an overall rating of good.\n\n"
        "The annual performance assessment came before it.\n"
    )
    assert (CQC, "overall", "good") in told(page)


def test_the_outcomes_of_the_assessment_that_gave_stars_have_labels_of_its_own() -> None:
    text = (
        "Summary of 2007-08 annual performance assessment of social care services for adults\n\n27 October 2008\n\n"
        "Lendale County Council\n\nAreas for judgement | Grade awarded\n"
        "Delivering outcomes | Good\nImproved quality of life | Adequate\n"
        "Making a positive contribution | Excellent\n\nWhere outcomes are good | People are better served\n"
    )
    assert told(text) == [("ss_performance_assessment", "outcome_area", "other")] * 3


def test_a_row_may_hold_several_standards_and_two_domains_the_same() -> None:
    text = (
        "HM Inspectorate of Probation\n\nAn inspection of youth offending services in Lendale, August 2022\n\n"
        "1.1 Governance and leadership: Good | 1.2 Staff: Outstanding\n"
        "2.1 Assessment: Good | 2.2 Planning: Inadequate\n3.1 Assessment: Outstanding | 3.2 Planning: Inadequate\n\n"
        "Planning was rated as inadequate.\n"
    )
    others = [(YOUTH, "other", code) for code in ("good", "inadequate", "inadequate", "outstanding", "outstanding")]
    assert told(text) == [(YOUTH, "leadership", "good"), *others]
    assert told(f"{text[:97]}1.2 Staff: what good looks like | 1.3 Partnerships: see page 12\n") == []


_NUMBERED = "Being healthy: Grade 2 (Good)\n\nLooked after children see a doctor.\n\nStaying safe: Grade 1 (Outstanding)\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (_NUMBERED, ["good", "outstanding"]),
        (_NUMBERED.replace("Looked after children", "Pupils"), []),  # as Ofsted grades schools too
        (_NUMBERED.replace("1 (Outstanding)", "1 (Good)"), []),
    ],
)
def test_grades_of_services_with_their_numbers_say_whose_they_are(text: str, codes: list[str]) -> None:
    assert told(text) == [(SLAC, "outcome_area", code) for code in codes]
    assert all(time == NOW for *_, time in judged(text))
