"""A direction of travel is stated where grades, or a paper and one of its lines, say so, and not elsewhere."""

import pytest

from summariser import summarise
from summariser.readers import from_text
from summariser.rules.lines import Line, lines_of
from summariser.rules.reviews import Judgement
from summariser.rules.roles import Role, roles
from summariser.rules.travel import between, travel
from summariser.segments import segment

BETTER = "The front door has improved since our last visit."
NO_CHANGE = "Inspectors met forty children and twelve members of staff at the two offices in the town."


def told(*sentences: str) -> tuple[list[Line], dict[int, Role]]:
    document = from_text("\n\n".join(sentences))
    lines = lines_of(document, segment(document))
    return lines, dict(roles(lines, "inspection_letter"))


@pytest.mark.parametrize(
    ("likely", "sentence", "expected"),
    [
        ({"improving": 0.6, "improving_in_part": 0.3}, "The front door has improved since our last visit.", "improving"),
        (
            {"improving": 0.3, "improving_in_part": 0.6},
            "The front door has improved since our last visit.",
            "improving_in_part",
        ),
        ({"improving": 0.3, "improving_in_part": 0.1}, "The front door has improved since our last visit.", None),
        ({"improving": 0.9}, "If the front door had improved we would say so.", None),
        ({"improving": 0.9}, NO_CHANGE, None),
        ({"improving": 0.9}, "Practice has deteriorated since the last visit.", None),
        ({"declining": 0.6}, "Practice has deteriorated since the last visit.", "declining"),
        ({"declining": 0.2}, "Practice has deteriorated since the last visit.", None),
        ({"uncertain": 0.5}, "It is too early to tell whether the change will hold.", "uncertain"),
        ({"uncertain": 0.5}, NO_CHANGE, None),
    ],
)
def test_a_direction_needs_a_paper_and_a_line_that_say_so(
    likely: dict[str, float], sentence: str, expected: str | None
) -> None:
    lines, each = told(sentence)
    found = travel(likely, lines, each)
    assert (found.value if found else None) == expected


def graded(*grades: tuple[str, str]) -> list[Judgement]:
    return [Judgement(1, code, "overall", "ofsted_4", code, time) for code, time in grades]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (graded(("good", "earlier"), ("inadequate", "this_review")), "declining"),
        (graded(("inadequate", "trajectory_from"), ("good", "trajectory_to")), "improving"),
        (graded(("good", "earlier"), ("good", "this_review")), None),
        (graded(("good", "earlier"), ("inadequate", "earlier"), ("good", "this_review")), None),
        (graded(("good", "this_review")), None),
    ],
)
def test_two_overall_grades_tell_a_direction(given: list[Judgement], expected: str | None) -> None:
    found = between(given, told(NO_CHANGE)[1], "inspection_report")
    assert (found.value if found else None) == expected
    assert between(given, told(NO_CHANGE)[1], "tracker_or_dataset") is None


def test_a_brief_tells_the_direction_with_its_line() -> None:
    text = (
        "Inspection of children's services in Ashbourne Vale Council\n\nInspection dates: 3 to 14 May 2025\n\n"
        "Overall effectiveness is inadequate. At the last inspection in 2021 it was judged to be good overall.\n"
    )
    (direction,) = summarise(text).brief.model_dump()["items"][0]["direction_of_travel"]
    assert direction["value"] == "declining"
    assert direction["evidence"]
