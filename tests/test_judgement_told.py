"""Grades, statuses and decisions are found in the sentences in which reports, letters and the press give them."""

import pytest

from tests.test_judgement_reports import told
from tests.test_rules_judgements import NOW, THEN, Told, judged

ILACS, SIF, SLAC, JAR, SEND = "ofsted_ilacs", "ofsted_sif", "ofsted_slac_era", "joint_area_review", "send_area_2016"
DFE, LGO, SCOTLAND, STARS = "dfe_intervention", "ombudsman_investigation", "scotland_care_inspectorate", "ss_star_rating"
_JAR = "Joint area review of Lendale\n\nThe joint area review took place in May 2006.\n\n"
_SIF = (
    "Inspection of services for children in need of help and protection in Lendale, children looked after and care leavers\n\n"
    "Inspection date: 9 May 2016\n\n"
)
_LETTER = (
    "Lendale's children's services\n\n3 May 2021\n\nDepartment for Education\n\n"
    "I write further to the Ofsted inspection of Lendale's children's services.\n\n"
)
_ADULTS_PROTECTED = "Care Inspectorate\n\nJoint inspection of adult support and protection in Lendale\n\n"
_OMBUDSMAN = "Local Government and Social Care Ombudsman\n\nLendale City Council (23 007 441)\n\n"

# What each text tells, and a text like it that tells nothing.
FOUND: dict[str, tuple[str, set[Told], str]] = {
    "what services contributed": (
        f"{_JAR}The contribution of services to staying safe is good, and to enjoying and achieving inadequate.\n",
        {(JAR, "outcome_area", "3", NOW), (JAR, "outcome_area", "1", NOW)},
        f"{_JAR}The contribution of services to staying safe is a good one, and to be welcomed.\n",
    ),
    "outcomes overall and quoted grades": (
        f"{_JAR}Outcomes for children and young people in Lendale are good overall.\n\n"
        "The capacity to improve is said to be 'good'.\n\nInspectors gave a grade of 'adequate' for keeping children safe.\n",
        {(JAR, "overall", "3", NOW), (JAR, "capacity_to_improve", "3", NOW), (JAR, "outcome_area", "2", NOW)},
        f"{_JAR}Outcomes for children and young people in Lendale should be good overall.\n\n"
        "It is 'adequate' for keeping records.\n",
    ),
    "services of a place": (
        f"{_SIF}Children's services in Lendale are good\n\nA summary.\n",
        {(SIF, "overall", "good", NOW)},
        f"{_SIF}Children's services in Lendale are good at listening\n\nA summary.\n",
    ),
    "what the judgement is under a heading": (
        "Ofsted on children in Lendale\n\nThe graded judgement for adoption performance is that it is good\n\n"
        "Families wait.\n\nLeadership, management and governance\n\nThe judgement is that this is inadequate\n\nWe saw.\n",
        {(SIF, "adoption", "good", NOW), (SIF, "leadership", "inadequate", NOW)},
        "Ofsted\n\nThe judgement is for the reader, and adoption performance that is good helps.\n",
    ),
    "halves of an old report in minutes": (
        "Children's Panel\n\nThe inspectors had come from Ofsted.\n\n"
        "The overall effectiveness of safeguarding services had been judged to be "
        "adequate, and the capacity to improve good.\n\nThe overall effectiveness of services for looked after children was "
        "inadequate.\n\nRESOLVED to note\n",
        {
            (SLAC, "overall", "adequate", NOW),
            (SLAC, "capacity_to_improve", "good", NOW),
            (SLAC, "children_in_care", "inadequate", NOW),
        },
        "Children's Panel\n\nThe overall effectiveness of safeguarding services would be adequate by the spring.\n",
    ),
    "services rated since": (
        "The Lendale Mercury\n\nOFSTED inspectors met children.\n\nServices have been rated inadequate since March 2019.\n",
        {(ILACS, "overall", "inadequate", NOW)},
        "The Lendale Mercury\n\nOFSTED inspectors met children.\n\nBus services have been rated inadequate since March 2019.\n",
    ),
    "what a direction recalls": (
        "Statutory direction\n\nTo Lendale Council, in relation to children's services\n\nThe report of 19 May 2023 found the "
        'functions to be "inadequate" for overall effectiveness and for the impact of leaders.\n',
        {(ILACS, "overall", "inadequate", THEN), (ILACS, "leadership", "inadequate", THEN)},
        "Statutory direction\n\nTo Lendale Council, in relation to children's services\n\nThe report of 19 May 2023 found the "
        "offices to be inadequate for so many staff.\n",
    ),
    "an intervention that ended": (
        f"{_LETTER}I have decided to revoke the Direction of May 2016.\n",
        {(DFE, "intervention_status", "exited", THEN)},
        f"{_LETTER}I have not decided to revoke the Direction of May 2016.\n",
    ),
    "an intervention that has come to an end": (
        "Lendale's children's services\n\nThe commissioner appointed in 2019 reported in May 2021.\n\nGovernment "
        "intervention in Lendale has come to an end, ministers said.\n",
        {(DFE, "intervention_status", "exited", THEN)},
        "Lendale's children's services\n\nThe commissioner appointed in 2019 reported in May 2021.\n\nNobody knows whether "
        "government intervention in Lendale has come to an end.\n",
    ),
    "stars out of those there are, and special measures": (
        "Star rating for Lendale\n\nLendale's social services have been awarded two stars out of a possible three.\n\n"
        "Lendale was removed from special measures in 2002.\n",
        {(STARS, "overall", "2", NOW), (STARS, "intervention_status", "exited", THEN)},
        "Star rating for Lendale\n\nCouncils may be given two of three stars.\n\n"
        "Lendale hopes to be removed from special measures.\n",
    ),
    "conclusions on the protection of adults": (
        f"{_ADULTS_PROTECTED}We concluded the partnership's strategic leadership for adult support and protection was "
        "effective with areas for improvement.\n",
        {(SCOTLAND, "leadership", "other", NOW)},
        f"{_ADULTS_PROTECTED}Staff said strategic leadership for adult support and protection was effective.\n",
    ),
    "one part of a complaint": (
        f"{_OMBUDSMAN}We upheld this aspect of the complaint.\n\nOn balance, we did not uphold this aspect of the complaint.\n",
        {(LGO, "other", "upheld_fault_injustice", NOW), (LGO, "other", "not_upheld", NOW)},
        f"{_OMBUDSMAN}We considered this aspect of the complaint.\n",
    ),
    "an annual rating in a notice": (
        "Improvement notice\n\nTo Lendale Council\n\nThe Annual Performance Assessment of children's services was in 2009. "
        "Services were rated as performing poorly.\n",
        {("childrens_apa", "overall", "poor", THEN)},
        "Improvement notice\n\nTo Lendale Council\n\nThe Annual Performance Assessment of children's services was in 2009. "
        "Computers were performing poorly.\n",
    ),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_told_is_found_and_what_is_like_it_is_not(name: str) -> None:
    text, expected, unlike = FOUND[name]
    assert judged(text) >= expected
    assert not {(aspect, code) for _, aspect, code, _ in judged(unlike)} & {(aspect, code) for _, aspect, code, _ in expected}


def test_progress_on_each_weakness_is_told_where_a_revisit_comes_to_it() -> None:
    text = (
        "Joint area SEND revisit in Lendale\n\nIn May 2022, Ofsted and CQC revisited the area to decide whether sufficient "
        "progress had been made in addressing this weakness or that in the written statement of action.\n\n1. Plans\n\n"
        "The area has made sufficient progress in addressing this weakness.\n\n2. Waiting\n\n"
        "The area has not made sufficient progress in addressing this weakness.\n"
    )
    assert told(text).count((SEND, "other", "other")) == 2


def test_progress_on_each_recommendation_stands_on_a_line_of_its_own() -> None:
    head = "Care Inspectorate\n\nProgress review following a joint inspection of services for older people in Lendale\n\n"
    lines = "Recommendation 1\n\nSome progress\n\nCarers wait.\n\nRecommendation 2\n\nGood progress\n\nStaff stay.\n"
    assert told(head + lines) == [(SCOTLAND, "other", "other")] * 2
    assert told(head + "Some progress was seen in the work with carers.\n") == []


def test_a_direction_that_is_one_of_travel_is_no_intervention() -> None:
    report = "Report of the Commissioner for Lendale\n\n1. Findings\n\nDirection\n\nIt is too soon to tell.\n"
    assert told(report) == []


def test_an_explained_scale_gives_no_grade() -> None:
    text = (
        "Care Inspectorate\n\nSuch services are inspected by the Care Inspectorate, which evaluates them on a scale of one "
        "(unsatisfactory) to six: excellent.\n"
    )
    assert told(text) == []


_JOINT = "Joint area review of Lendale 2006\n\nOfsted inspectors\n\n"
_PROTECTION = "Joint inspection of adult support and protection in Lendale\n\nCare Inspectorate\n\n"
_ASSESSED = "Annual performance assessment of services for children 2006 in Lendale\n\nOfsted\n\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{_LETTER}The statutory direction has not ended, and the commissioner stays.",
        f"{_LETTER}Once government intervention has ended the board will close.",
        f"{_LETTER}I have decided to revoke the parking direction.",
        f"{_LETTER}The council's direction of travel has ended.",
        f"{_LETTER}The appointment of the commissioner for roads has ended.",
        f"{_LETTER}Two schools in the county were removed from special measures.",
        f"{_ASSESSED}We have not been rated as performing poorly.",
        f"{_ASSESSED}Unless services are judged as performing well, the minister will act.",
        f"{_ASSESSED}The computers were rated as performing well.",
        f"{_PROTECTION}Nobody concluded that strategic leadership was effective.",
        f"{_PROTECTION}The council concluded that key processes were effective.",
        f"{_JOINT}Members rated the biscuits 'outstanding' for taste.",
        f"{_JOINT}The Audit Commission rated Lendale 'good' for refuse collection.",
        "Care Quality Commission assessment of Lendale, 2024\n\nPartnership working\n\nScore: 4 new cars\n",
        "Care Quality Commission assessment of Lendale, 2024\n\nAssessing needs\n\nScore: 3, was 1 last year\n",
        "Bus board\n\nOfsted met children.\n\nServices have been judged outstanding by passengers.",
        "Lendale College\n\nSafeguarding: grade 1 (Outstanding)\n\nOverall effectiveness: grade 2 (Good)\n",
    ],
)
def test_what_is_denied_hoped_or_of_something_else_is_no_grade(text: str) -> None:
    assert judged(text) == set()
