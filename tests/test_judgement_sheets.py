"""Grades in sheets, in tables of other scales, and in answers that stand behind their question."""

from tests.test_rules_judgements import CQC, ILACS, NOW, SIF, SLAC, THEN, Told, grades, judged


def codes(text: str, regime: str) -> list[tuple[str, str]]:
    """Return the part and code of every judgement of one kind of review, in order."""
    return sorted((aspect, code) for of, aspect, code, _ in judged(text) if of == regime)


def test_the_narrow_heads_and_short_grades_of_a_sheet_are_read() -> None:
    head = "| Authority | Framework | Published | OE | HP | LAC | LG |\n|---|---|---|---|---|---|---|\n"
    assert judged(head + "| Brackwell | SIF | 14/06/2016 | Inad | Inad | RI | Inad |\n") == grades(
        SIF, NOW, overall="inadequate", help_and_protection="inadequate", children_in_care="requires_improvement",
        leadership="inadequate",
    )  # fmt: skip


def test_parts_that_ofsted_alone_grades_say_whose_a_sheet_is() -> None:
    head = (
        "| Authority | Date published | Overall | Leaders | Help and protection | In care | Leavers "
        "|\n|---|---|---|---|---|---|---|\n"
    )
    row = "| Brackwell | 14/06/2024 | Good | Good | Requires improvement | Good | Outstanding |\n"
    assert judged(head + row) == grades(
        ILACS, NOW, overall="good", leadership="good", help_and_protection="requires_improvement", children_in_care="good",
        care_leavers="outstanding",
    )  # fmt: skip
    undated = (
        "| Authority | Type | Overall | Leaders | Staffing |\n|---|---|---|---|---|\n| Brackwell | short "
        "| Good | Good | Good |\n"
    )
    assert judged(undated) == set()


def test_the_title_of_a_sheet_says_whose_grades_its_rows_hold() -> None:
    sheet = "CQC local authority assessments, a running list\n\nCouncil | Published | Rating | Overall %\n"
    rows = "Thornby | 12 Dec 2024 | RI | 61\nBrackwell | 7 Feb 2025 | Good | 74\nFarnby | 3 Apr 2025 | RI | 52\n"
    assert judged(sheet + rows) == grades(CQC, NOW, overall="requires_improvement") | grades(
        CQC, NOW, overall="39-62"
    ) | grades(CQC, NOW, overall="good") | grades(CQC, NOW, overall="63-87")


def test_a_sheet_of_stars_tells_of_adults_and_of_children_apart() -> None:
    sheet = (
        "Social services star ratings, published November 2004\n\nAuthority | Adults: serving people | "
        "Adults: prospects | Children: serving people | Children: prospects | Stars\n"
    )
    rows = (
        "Thornby | Some | Uncertain | Most | Promising | 1\nBrackwell | Most | Excellent | Most | Promising "
        "| 3\nFarnby | No | Poor | Some | Poor | 0\n"
    )
    assert ("people_served", "some_well") in codes(sheet + rows, "ss_star_rating")
    assert ("people_served", "not_well") in codes(sheet + rows, "ss_star_rating")
    assert ("overall", "0") in codes(sheet + rows, "ss_star_rating")


def test_stars_under_years_are_not_told_as_those_of_one_year() -> None:
    sheet = (
        "Star ratings of social services\n\nAuthority | 2002 | 2004 | 2006 | Note\nThornby | 1 star | 2 stars | 2 stars | -\n"
    )
    assert judged(sheet) == set()


def test_an_answer_behind_its_question_is_a_judgement_of_the_service_asked_about() -> None:
    text = "Performance ratings of social services in Thornby\n\n"
    text += "Adults: serving people well? Most. Capacity for improvement? Promising. Children: serving people well? Some. "
    assert judged(text + "Capacity for improvement? Uncertain.\n") == {
        ("ss_star_rating", "people_served", "most_well", NOW),
        ("ss_star_rating", "prospects", "promising", NOW),
        ("ss_star_rating", "people_served", "some_well", NOW),
        ("ss_star_rating", "prospects", "uncertain", NOW),
    }
    assert judged("Star ratings of social services\n\nIs Thornby serving people well? Most residents do not know.\n") == set()


def test_the_outcomes_of_an_annual_assessment_are_told_apart() -> None:
    text = (
        "Adult Social Services Assessment of Performance 2009/10: Thornby\n\nOutcome 1: Improved health and "
        "well-being | Well\n\n"
    )
    text += "Outcome 2: Improved quality of life | Well\n\nOutcome 6: Economic well-being | Adequate\n"
    assert judged(text) == {("cqc_adult_apa", "outcome_area", code, NOW) for code in ("well", "adequate")}


def test_before_the_cqc_the_assessment_of_adult_services_was_one_for_stars() -> None:
    text = (
        "Summary of the 2006 annual performance assessment of social care services for adults\n\nThornby, 30 October 2006\n\n"
    )
    assert judged(text + "Serving people well? Most.\n") == {("ss_performance_assessment", "people_served", "most_well", NOW)}


def test_numbers_of_a_joint_area_review_are_read_wherever_they_stand_in_the_row() -> None:
    review = "Joint area review of Thornby, published 2007\n\n"
    assert codes(review + "Safeguarding | 3\nLooked after children | 2\n", "joint_area_review") == [
        ("children_in_care", "2"),
        ("outcome_area", "3"),
    ]
    found = judged(
        "2007 annual performance assessment of services for children in Thornby\n\nStaying safe 2 | Being "
        "healthy 3 | Overall 2\n"
    )
    assert found == {
        ("childrens_apa", part, code, NOW) for part, code in (("outcome_area", "2"), ("outcome_area", "3"), ("overall", "2"))
    }


def test_what_was_graded_besides_safeguarding_is_told_as_such() -> None:
    text = "Inspection of safeguarding and looked after children services in Thornby, June 2011\n\n"
    text += "Capacity for improvement, safeguarding | Adequate\nCapacity for improvement, looked after children | Good\n"
    text += "Partnership working | Inadequate\nAmbition and prioritisation | Good\nThornby School | Outstanding\n"
    expected: set[Told] = {
        (SLAC, "capacity_to_improve", "adequate", NOW),
        (SLAC, "capacity_to_improve", "good", NOW),
        (SLAC, "other", "inadequate", NOW),
        (SLAC, "other", "good", NOW),
    }
    assert judged(text) == expected
    assert all(time != THEN for *_, time in judged(text))


def test_an_answer_that_runs_on_into_another_review_is_not_told() -> None:
    text = (
        "Summary of the 2006 annual performance assessment of social care services for adults\n\nThornby, 30 October 2006\n\n"
    )
    run_on = "Serving people well?\nSome\nCapacity to improve?\nUncertain\nAdult star rating: it was 1 star in 2005.\n"
    assert not any(aspect == "prospects" for _, aspect, _, _ in judged(text + run_on))
