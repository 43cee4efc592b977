"""Histories of inspections, lists of parts with their grades, grades in brackets, and decisions that name "
"nobody who decided."""

import pytest

from tests.test_rules_judgements import ILACS, NOW, SIF, SLAC, THEN, grades, judged

OFSTED = "Ofsted inspections of children's services in Thornby\n\n"


def test_a_history_tells_each_inspection_by_its_year() -> None:
    lines = (
        "3.1 October 2014: re-inspection; inadequate.",
        "3.2 May 2018: requires improvement to be good.",
        "3.3 June 2022: good.",
    )
    text = OFSTED + "\n\n".join(lines) + "\n"
    assert judged(text) == (
        grades(SIF, THEN, overall="inadequate")
        | grades(ILACS, THEN, overall="requires_improvement")
        | grades(ILACS, NOW, overall="good")
    )
    in_a_line = "2023: good in every area. 2019: requires improvement to be good. 2015: inadequate.\n"
    assert judged(OFSTED + in_a_line) == (
        grades(SIF, THEN, overall="inadequate")
        | grades(ILACS, THEN, overall="requires_improvement")
        | grades(ILACS, NOW, overall="good")
    )


def test_of_a_year_of_two_frameworks_a_history_says_nothing() -> None:
    found = judged(OFSTED + "- May 2013: inadequate\n\n- May 2016: good\n\n- May 2021: outstanding\n")
    assert found == grades(SIF, THEN, overall="good") | grades(ILACS, NOW, overall="outstanding")


def test_a_history_of_nobodys_inspections_is_none() -> None:
    assert judged("Weather in Thornby\n\nMay 2018: good.\n\nMay 2019: outstanding.\n") == set()


def test_a_list_behind_the_name_of_a_review_is_told_if_all_its_members_are_parts() -> None:
    line = (
        "Ofsted inspection of children's services, May 2022: overall good; leaders good; help and protection "
        "requires improvement.\n"
    )
    assert judged(line) == grades(ILACS, NOW, overall="good", leadership="good", help_and_protection="requires_improvement")
    assert judged("Ofsted inspection of children's services, May 2022: coffee good; parking inadequate.\n") == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "The service was inspected by HM Inspectorate of Probation in March 2021 (Good, 23 of 36).",
            grades("youth_justice_inspection", NOW, overall="good"),
        ),
        ("We are proud of our plan for youth justice (Good, we think).", set()),
        (
            OFSTED + "At the inspection of May 2021 all but adoption was judged inadequate.",
            set(),
        ),
        (OFSTED + "Judges spoke to inspectors of evidence that is good and late.", set()),
        (
            "Safeguarding and looked after children inspection of Thornby, 2011\n\nOverall effectiveness of "
            "safeguarding: adequate. "
            "Overall effectiveness of services for looked after children: good.",
            grades(SLAC, NOW, overall="adequate", children_in_care="good"),
        ),
        (
            "Annual performance assessment of children's services in Thornby 2006\n\nOverall the council was "
            "graded 3 for children's "
            "services, with a 2 for staying safe and 4 for capacity to improve.",
            grades("childrens_apa", NOW, overall="3", outcome_area="2", capacity_to_improve="4"),
        ),
    ],
)
def test_what_brackets_and_exceptions_say(text: str, found: set[tuple[str, str, str, str]]) -> None:
    assert judged(text + "\n") == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Thornby Council (19 004 123)\n\nDecision: Upheld\n", "upheld_fault_injustice"),
        ("Statement of decision: complaint against Thornby Council\n\nNot upheld\n", "not_upheld"),
        ("The LGSCO upheld the complaint about Thornby Council's care charges.\n", "upheld_fault_injustice"),
    ],
)
def test_a_decision_is_the_ombudsmans_by_its_form(text: str, code: str) -> None:
    assert judged(text) == {("ombudsman_investigation", "overall", code, NOW)}


def test_a_councils_own_answer_to_a_complaint_is_none() -> None:
    assert judged("Complaints in Thornby (see page 19 of 123)\n\nAt stage two we upheld the complaint.\n") == set()


def test_an_intervention_is_told_by_its_instrument_where_the_text_says_whose_it_is() -> None:
    text = (
        "Ofsted judged children's services in Thornby good in May 2021.\n\nThe Secretary of State revoked "
        "the Direction in July.\n"
    )
    assert ("dfe_intervention", "intervention_status", "exited", THEN) in judged(text)
    planning = (
        "Ofsted judged children's services in Thornby good in May 2021.\n\nThe inspector revoked the "
        "direction on trees in July.\n"
    )
    assert not any(aspect == "intervention_status" for _, aspect, _, _ in judged(planning))


def test_a_rating_under_the_name_of_a_part_is_of_that_part() -> None:
    plan = "Plan after the inspection of youth justice in Thornby by HMI Probation\n\n"
    text = plan + "Domain 1: Organisational delivery\n\nRating at inspection: Good\n\nDomain 2: Court disposals\n\n"
    assert judged(text + "Rating at inspection: Inadequate\n") == {
        ("youth_justice_inspection", "other", "good", NOW),
        ("youth_justice_inspection", "other", "inadequate", NOW),
    }
    whole = "Ofsted inspection of children's services in Thornby\n\nHelp and protection\n\nOverall rating: Good\n"
    assert judged(whole) == grades(ILACS, NOW, overall="good")


def test_the_only_place_whose_services_are_spoken_of_is_that_of_the_paper() -> None:
    head = "Improvement plan 2019 to 2021\n\nOwner of document: the Director\n\nWhy we have a plan\n\n"
    told = "In July 2019 Ofsted judged Thornby's services for children to be inadequate.\n"
    assert judged(head + told) == grades(ILACS, NOW, overall="inadequate")
    assert judged(f"{head}Brackwell's services are ours.\n\n{told}") == set()


def test_an_auditors_opinion_on_services_for_health_is_told() -> None:
    text = "Drug and alcohol treatment: report of internal audit\n\nThe opinion given is Substantial Assurance.\n"
    assert judged(text) == {("internal_audit_or_qa", "overall", "other", NOW)}


def test_what_no_longer_stands_has_ended() -> None:
    text = "Improvement notice to Thornby Council\n\nThe council is no longer subject to an improvement notice.\n"
    assert {(code, time) for _, _, code, time in judged(text)} >= {("exited", THEN)}


def test_inspectors_of_housing_are_no_other_council_and_a_commissioners_task_is_no_status() -> None:
    text = (
        "Best value inspection of supported housing\n\nThe Housing Inspectorate had judged this to be a "
        "fair, one-star service.\n"
    )
    assert judged(text) == {("best_value_inspection", "overall", "1", NOW)}
    task = (
        "Statutory intervention in Thornby children's services\n\nA commissioner is appointed by the "
        "minister and does not inspect.\n"
    )
    assert not any(code == "commissioner" for _, _, code, _ in judged(task))
