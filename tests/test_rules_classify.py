"""What a paper is: its form, the service it is about, its stage, and the features that the linear model is given."""

import importlib
import pkgutil
import re
import time
from pathlib import Path

import pytest

from summariser import rules, summarise
from summariser.readers import from_text, read
from summariser.rules import classify, of_papers, papers, structure
from summariser.rules.linear import Answer
from summariser.rules.lines import Line, in_lower, lines_of
from summariser.rules.structure import Item
from summariser.rules.voices import ISSUED
from summariser.segments import segment

MINUTES = """MINUTES OF THE MEETING OF THE ADULT CARE PANEL

In attendance: the Head of Service

12. Care Quality Commission assessment

The Director presented the report. Members asked how long older people waited for a care home.

RESOLVED: that the report be noted."""
RELEASE = """PRESS RELEASE

For immediate release

Children's services rated good

"I am proud of our social workers," said the Cabinet Member for Children.

ENDS

Notes to editors: media enquiries to the press office."""
OMBUDSMAN = """The Ombudsman's final decision

Summary: there was fault in how the Council charged Mr B for his mother's care home under the Care Act, which caused injustice.

The complaint

1. Mr B complains that the Council sent a bill for care that he was told was free.

Agreed action

2. Within one month of the final decision the Council will apologise to Mr B."""
NOTICE = """IMPROVEMENT NOTICE

The Secretary of State, in exercise of the powers under section 497A, hereby directs the Council to comply with this notice.

Failure to comply with this direction may lead to the appointment of a commissioner for children's services."""
RECIPE = "Leek tart\n\nRub the butter into the flour and rest the pastry for half an hour."


SAMPLES = sorted((Path(__file__).parents[1] / "evals" / "samples").iterdir())


def _lines(path: Path) -> list[Line]:
    document = read(path)
    return lines_of(document, segment(document))


def item(text: str) -> Item:
    document = from_text(text)
    return structure.items(lines_of(document, segment(document)))[0]


@pytest.mark.parametrize(
    ("text", "form", "area"),
    [
        (MINUTES, "minutes_item", "adult_social_care"),
        (RELEASE, "press_release", "childrens_social_care"),
        (OMBUDSMAN, "ombudsman_decision", "adult_social_care"),
        (NOTICE, "intervention_instrument", "childrens_social_care"),
        (RECIPE, "other", "other"),
    ],
)
def test_a_paper_is_known_by_its_set_phrases(text: str, form: str, area: str) -> None:
    found = papers.facets(item(text))
    assert (found.form.value, found.service_area.value) == (form, area)


def test_a_statement_that_the_authority_issued_is_a_press_release() -> None:
    found = item(RECIPE)
    assert papers.facets(Item(found.lines, found.heading, None, speaks=True)).form.value == "press_release"


@pytest.mark.parametrize("text", [OMBUDSMAN, NOTICE])
def test_what_stands_on_a_page_about_other_things_too_is_told_by_somebody(text: str) -> None:
    alone = papers.facets(item(text))
    assert papers.of_part(item(text), alone, on_page=False).form == alone.form
    told = papers.of_part(item(text), alone, on_page=True).form
    assert told.value not in ISSUED
    assert 0 < told.probability <= 1


def test_what_is_likelier_wrong_than_right_is_said_to_be_unsure() -> None:
    sure, open_ = Answer("x", 0.9), Answer("y", 0.4)
    assert papers.Facets(open_, sure, sure, {}).unsure == {"form": open_}
    assert papers.facets(item(MINUTES)).unsure.keys() <= {"cycle stage"}


GUIDE = (
    "Monitoring visits: a short guide for authorities\n\nThis guide explains what happens on a monitoring visit.\n\n"
    "Inspectors will normally come each quarter to see what progress has been made since the last visit. They ask what is "
    "done. After the fourth visit the authority may be inspected again.\n"
)


def test_a_guide_and_a_paper_of_another_field_tell_of_no_stage_that_an_authority_is_at() -> None:
    assert papers.facets(item(GUIDE)).cycle_stage.value in ("context", "preparation")
    assert summarise(RECIPE).brief.model_dump()["items"][0]["cycle_stage"] == "context"


def test_a_phrase_stands_for_its_alternatives_and_knows_where_a_line_begins_and_ends() -> None:
    cues = classify.index("form", {"plan": "^ owner/lead $; by # may/_"}, 4)
    heading = classify.scores(item("1. Lead\n\nIt is to be done by 3 May by those who lead on it."), cues)
    within = classify.scores(item("Nobody is the lead here.\n\nThe owner of the shop is away."), cues)
    assert heading["form plan"] == 12
    assert "form plan" not in within


def test_a_cue_counts_only_so_often() -> None:
    once, often = (classify.scores(item("The committee met.\n\n" + "RESOLVED\n\n" * times)) for times in (1, 50))
    assert once["form minutes_item"] < often["form minutes_item"] <= 4 * once["form minutes_item"]


def test_features_tell_who_speaks_and_how_the_page_looks() -> None:
    features = of_papers.of_item(
        item("Dear Director\n\nWe saw that you know your children. We don't doubt it.\n\n1.1 The waiting list is long.")
    )
    assert features["=manner we"] > 0
    assert features["=manner contracts"] > 0
    assert features["=share of numbered"] > 0
    assert features["line 0:dear"] > 0
    assert "=manner i" not in features


def test_words_weigh_as_much_together_whether_few_or_many() -> None:
    short, long = (
        of_papers.of_item(item(text))
        for text in ("One word.", " ".join(f"Word number{chr(97 + n)} of many." for n in range(26)))
    )
    weights = [sum(value**2 for name, value in each.items() if name.startswith("word:")) for each in (short, long)]
    assert weights[0] == pytest.approx(weights[1])


def test_features_are_finite_and_the_same_each_time() -> None:
    first, again = of_papers.of_item(item(OMBUDSMAN)), of_papers.of_item(item(OMBUDSMAN))
    assert first == again
    assert all(0 <= value < 10 for value in first.values())


@pytest.mark.parametrize("text", ["the " * 500_000, "i " * 1_000_000, "1" * 2_000_000, '"' * 2_000_000, "a.\n\n" * 20_000])
def test_a_long_document_takes_no_longer_than_its_opening(text: str) -> None:
    found = item(text)
    began = time.perf_counter()
    of_papers.of_item(found)
    assert time.perf_counter() - began < 2


def test_an_item_of_furniture_alone_has_features() -> None:
    assert of_papers.of_item(item("Read more"))["=length"] > 0


def test_a_pattern_in_lower_case_finds_what_one_that_ignores_case_finds() -> None:
    modules = [importlib.import_module(f"summariser.rules.{found.name}") for found in pkgutil.iter_modules(rules.__path__)]
    patterns = [each for module in modules for each in vars(module).values() if isinstance(each, re.Pattern)]
    told = [line for path in SAMPLES for line in _lines(path)]
    for pattern in patterns:
        if pattern.flags & re.IGNORECASE:
            low = in_lower(pattern)
            assert [bool(low.search(line.low)) for line in told] == [bool(pattern.search(line.words)) for line in told]
