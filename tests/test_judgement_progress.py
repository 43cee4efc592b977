"""Progress that reviewers told when they came again, scores of blocks, and assessments that only their grades give away."""

import pytest

from tests.test_rules_judgements import CQC, NOW, grades, judged

REVISIT = "Revisit to the Thornby local area, June 2021\n\nThe first visit had led to a written statement of action.\n\n"
AGAIN = {("send_area_2016", "other", "other", NOW)}


@pytest.mark.parametrize(
    "sentence",
    [
        "The area has made sufficient progress in addressing three of the five significant weaknesses.",
        "Sufficient progress had been made on one of the four.",
        "The area has not made sufficient progress against weaknesses two and three.",
    ],
)
def test_what_a_revisit_found_is_told(sentence: str) -> None:
    assert judged(f"{REVISIT}{sentence}\n") >= AGAIN


@pytest.mark.parametrize(
    "sentence",
    [
        "Inspectors will decide whether sufficient progress has been made on each of the five weaknesses.",
        "We believe that sufficient progress has been made on all five weaknesses.",
        "There is not yet sufficient progress to report.",
    ],
)
def test_what_a_revisit_may_find_is_none(sentence: str) -> None:
    assert not judged(f"{REVISIT}{sentence}\n") & AGAIN


def test_a_table_of_progress_is_the_reviewers_own() -> None:
    rows = "Priority area | Progress\n\nRecords of risk | Some progress\n\nLeadership of change | Significant progress\n"
    review = (
        "Joint inspection of adult support and protection in Thornby: progress review\n\nThe Care Inspectorate came back.\n\n"
    )
    assert judged(review + rows) == {("scotland_care_inspectorate", "other", "other", NOW)}
    assert judged(f"Action plan after the Care Inspectorate's inspection of services for children\n\n{rows}") == set()


def test_the_scores_of_blocks_are_told_apart() -> None:
    opening = "Comprehensive Performance Assessment of Thornby\n\n"
    found = judged(opening + "The service blocks were scored as follows: education 2; social care (children) 3; benefits 1.\n")
    assert found == {("cpa", "other", code, NOW) for code in "123"}
    assert judged(opening + "The best of the blocks won 3 of the 4 prizes, and 2 went to schools.\n") == set()


def test_statements_stand_beside_their_theme_and_their_scores_in_sentences() -> None:
    opening = "Care Quality Commission assessment of Thornby Council\n\n"
    table = (
        "Theme | Quality statement | Score\n\nWorking with people | Assessing needs | 2\n\nSafety | Safe "
        "systems, pathways and transitions | 3\n"
    )
    assert judged(opening + table) == {(CQC, "quality_statement", code, NOW) for code in "23"}
    said = "It scored the council 3 for assessing needs and 2 for equity in experience and outcomes."
    assert judged(f"{opening}{said}\n") == {(CQC, "quality_statement", code, NOW) for code in "23"}


def test_a_rating_with_its_percentage_is_the_regulators() -> None:
    opening = "Adult social care in Thornby\n\n"
    found = judged(opening + "The inspection was in May. Our rating was requires improvement, with a score of 52%.\n")
    assert found == grades(CQC, NOW, overall="requires_improvement") | grades(CQC, NOW, overall="39-62")
    assert judged(opening + "In our self-assessment the rating was good, with a score of 70%.\n") == set()
    assert judged(opening + "The home's rating was good, with a score of 70% in the residents' survey.\n") == set()


def test_scored_statements_are_the_regulators_unless_a_paper_scores_itself() -> None:
    opening = "Adult social care in Thornby\n\n"
    table = "Assessing needs: 2\n\nEquity in experience and outcomes: 3\n"
    assert judged(opening + table) == {(CQC, "quality_statement", code, NOW) for code in "23"}
    assert judged(f"{opening}How we score ourselves\n\n{table}") == set()


def test_an_auditors_opinion_is_told_where_the_report_is_named_by_its_author() -> None:
    text = "Direct payments to carers: report of internal audit\n\nThe opinion given is Limited Assurance.\n"
    assert judged(text) == {("internal_audit_or_qa", "overall", "other", NOW)}


def test_reviewers_speak_for_themselves() -> None:
    text = "Joint review of social services in Thornby\n\nWe concluded that people are not well served.\n"
    assert judged(text) == {("joint_review_ac_ssi", "people_served", "not_well", NOW)}
