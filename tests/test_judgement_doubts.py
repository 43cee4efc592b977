"""Grades of providers, outcomes that may come, old statuses and counts are not told as a review's."""

import pytest

from summariser.rules.judgement_guards import explains
from tests.test_rules_judgements import NOW, THEN, Told, judged

CQC, SEND, LGO, DFE = "cqc_la_assessment", "send_area_2023", "ombudsman_investigation", "dfe_intervention"
_LGO = "Local Government and Social Care Ombudsman\n\nThornby City Council (23 007 441)\n\n"

TOLD: dict[str, tuple[str, Told]] = {
    "the outcome of an inspection, after all that may come of one": (
        "Area SEND in Thornby\n\nThe inspectorates inspected the local area. Where there are "
        "widespread or systemic failings the "
        "partnership must write a plan.\n\nOur outcome was the lowest: widespread and/or systemic failings.\n",
        (SEND, "overall", "systemic_failings", NOW),
    ),
    "a statement of action as the result": (
        "Area SEND in Thornby\n\nOfsted and the CQC inspected SEND in the local area in "
        "September 2018. The result was a written "
        "statement of action.\n",
        ("send_area_2016", "overall", "wsoa_required", NOW),
    ),
    "what a revisit followed": (
        "Area SEND revisit\n\nInspectors revisited Thornby last month. The first inspection "
        "of the area, in March 2019, led to a "
        "written statement of action.\n",
        ("send_area_2016", "overall", "wsoa_required", THEN),
    ),
    "a decision in the head of a page": (
        f"{_LGO}Category : Adult care services > Charging\nDecision : Upheld\nDecision date : 06 Mar 2024\n\nThe complaint\n",
        (LGO, "overall", "upheld_fault_injustice", NOW),
    ),
    "a fault that was found where help had been asked for": (
        f"{_LGO}The Ombudsman found that where Mrs X asked for help there was fault by the council causing injustice.\n",
        (LGO, "overall", "upheld_fault_injustice", NOW),
    ),
    "a fault that a complaint without any help turned out to be": (
        f"{_LGO}Mrs X's complaint that the council did not provide any respite at all was fault causing injustice.\n",
        (LGO, "overall", "upheld_fault_injustice", NOW),
    ),
    "special measures that are history": (
        "Re-inspection of Thornby's services, May 2004\n\nThe report of the Social Services "
        "Inspectorate recalled that the council "
        "had previously been placed in special measures.\n\nBy way of history, the council "
        "was placed in special measures in 2001.\n",
        ("ssi_inspection", "intervention_status", "special_measures", THEN),
    ),
    "an overall grade at the head of a list, of an inspection that only its parts give away": (
        "The Thornby Bugle\n\nOfsted put 26 pages on our children's services on its website "
        "on 20 February 2026.\n\nThe scores. Overall: inadequate. "
        "Help and protection: inadequate. Leadership: good. In 2021 we were requires improvement overall.\n",
        ("ofsted_ilacs", "overall", "inadequate", NOW),
    ),
    "the rating and the score in the head of a page": (
        "Thornby Council: local authority assessment\n\nReport published: 11 March 2025 "
        "Rating: Requires improvement Score: 58 "
        "Overall summary\n",
        (CQC, "overall", "39-62", NOW),
    ),
    "the CQC's rating of a council that is said to have a trust": (
        "Adult social care in Thornby, 2025\n\nThornby Council, whose staff work in the "
        "trust's teams, was rated good by the CQC "
        "in 2025.\n",
        (CQC, "overall", "good", NOW),
    ),
    "what the inspectorate of social services judged": (
        "The day centre\n\nThe Social Services Inspectorate inspected the service in November "
        "2003.\n\nIt judged that the service "
        "was serving some people well and that its prospects were uncertain.\n",
        ("ssi_inspection", "prospects", "uncertain", NOW),
    ),
    "capacity to improve in words, where grades are numbers": (
        "Joint area review of Thornby, 2007\n\nThe capacity to improve is adequate.\n",
        ("joint_area_review", "capacity_to_improve", "2", NOW),
    ),
    "one inspector's grade beside another's": (
        "Corporate peer challenge of Thornby, 2024\n\nOfsted rates your children's services "
        "outstanding; CQC has yet to report.\n",
        ("ofsted_ilacs", "overall", "outstanding", NOW),
    ),
    "each of two inspectors' grades": (
        "Thornby's performance, 2025\n\nOfsted judged children's services good in all areas "
        "while CQC gave adult social care a "
        "rating of requires improvement.\n",
        (CQC, "overall", "requires_improvement", NOW),
    ),
    "an inspection of youth justice by its date": (
        "Youth justice plan of Thornby\n\nThe HMIP inspection of October 2022 rated the "
        "service Requires Improvement overall.\n",
        ("youth_justice_inspection", "overall", "requires_improvement", NOW),
    ),
    "a service as a whole beside its homes": (
        "Thornby's homes\n\nOfsted inspected our five homes. Children's services as a whole were judged good in 2022.\n",
        ("ofsted_ilacs", "overall", "good", NOW),
    ),
    "the newest of a history that begins with the oldest": (
        "Thornby's children's services\n\nOfsted judged services good in 2019 and requires improvement to be good in 2023.\n",
        ("ofsted_ilacs", "overall", "requires_improvement", NOW),
    ),
    "the oldest of it": (
        "Thornby's children's services\n\nOfsted judged services good in 2019 and requires improvement to be good in 2023.\n",
        ("ofsted_ilacs", "overall", "good", THEN),
    ),
    "a grade behind the name of a service, with who gave it": (
        "Corporate plan of Thornby, 2025\n\nIn February the CQC published its report on adult social care (requires "
        "improvement, 61 per cent). Children's services: rated good by Ofsted in May 2022.\n",
        ("ofsted_ilacs", "overall", "good", "current_status"),
    ),
    "a grade in brackets beside it": (
        "Corporate plan of Thornby, 2025\n\nIn February the CQC published its report on adult social care (requires "
        "improvement, 61 per cent). Children's services: rated good by Ofsted in May 2022.\n",
        (CQC, "overall", "requires_improvement", NOW),
    ),
}

NOT_TOLD: dict[str, str] = {
    "a provider's rating": (
        "Home care contract, 2024\n\nThe CQC has rated the agency Requires "
        "improvement.\n\nThe provider was rated good by the CQC.\n"
    ),
    "a rating from before councils were rated": (
        "Family hubs\n\nAdult care in Thornby was rated good by the Care Quality Commission in 2019.\n"
    ),
    "what may come of an inspection": (
        "Area SEND in Thornby\n\nThe inspectorates inspect the local area. Where there are "
        "widespread or systemic failings the "
        "partnership has to prepare a plan.\n"
    ),
    "what a notice may become": (
        "Thornby's services for children\n\nThe improvement plan stays in place; where not, "
        "the terms may be amended or extended, or "
        "replaced by a statutory direction under section 497A.\n"
    ),
    "an injustice that may have been done": (
        f"{_LGO}The Ombudsman's role\n\nIf there has been fault which has caused significant "
        "injustice, we may suggest a remedy.\n"
    ),
    "what any council may be": (
        "Ratings\n\nWhen a council is rated inadequate by Ofsted, staff leave. Once an authority is judged good, they come.\n"
    ),
    "the inspection of a fostering service": (
        "Thornby's foster carers\n\nThe council's fostering service was inspected by Ofsted "
        "in June 2013. Overall effectiveness was "
        "judged good.\n"
    ),
    "what a grade leads to": (
        "Ofsted's inspections in Thornby\n\n- Requires improvement to be good: a standard inspection in three years.\n"
        "- Good: a short inspection.\n"
    ),
    "between which ends a scale of six runs": (
        "Care Inspectorate in Thornby\n\nThe Care Inspectorate gives grades from 1 (unsatisfactory) to 6 (excellent).\n"
    ),
    "between which ends stars run": "Social services star ratings 2004\n\nNote: star ratings run from zero to three.\n",
    "a direction that is revoked": (
        "Revocation of the statutory direction of 4 August 2021 (Thornby)\n\nThe minister has decided.\n"
    ),
    "how many indicators had which grade": (
        "Joint inspection of services for children in Thornby, Care Inspectorate, 2018\n\nOf "
        "the nine quality indicators evaluated, "
        "one was very good, three were good and two weak.\n"
    ),
}


@pytest.mark.parametrize(("text", "told"), TOLD.values(), ids=TOLD.keys())
def test_what_a_text_says_is_told(text: str, told: Told) -> None:
    assert told in judged(text)


@pytest.mark.parametrize("text", NOT_TOLD.values(), ids=NOT_TOLD.keys())
def test_what_is_doubtful_is_not_told(text: str) -> None:
    assert judged(text) == set()


def test_a_grade_of_another_year_is_no_second_grade_of_this_review() -> None:
    text = TOLD["an overall grade at the head of a list, of an inspection that only its parts give away"][0]
    assert ("ofsted_ilacs", "overall", "requires_improvement", NOW) not in judged(text)


def test_a_row_that_names_its_framework_is_of_no_other() -> None:
    table = "Date | Type | Outcome\nMar 2016 | SIF | Inadequate\nNov 2022 | ILACS | Good\n"
    told = judged(f"Inspection history of Thornby's children's services\n\n{table}")
    assert not any(regime == "ofsted_sif" and code == "good" for regime, _, code, _ in told)


@pytest.mark.parametrize(
    ("low", "explained"),
    [
        ("good: a service that meets most needs", True),
        ("requires improvement: a standard inspection in three years", True),
        ("outstanding: a first for the county", False),
        ("good - an improvement on 2019", False),
    ],
)
def test_the_key_of_a_scale_is_no_headline(low: str, explained: bool) -> None:
    assert explains(low) is explained
