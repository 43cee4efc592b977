"""The embedded engine tells kinds of paper, owners and times apart, on real papers and on samples; it invents nothing."""

import csv
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from summariser import summarise
from summariser.engines._council_summary import summary
from summariser.errors import SettingsError
from summariser.result import Result
from tests.conftest import SAMPLES, SEEDS, SHARED, needs_seeds

# What each sample is, told by reading it: the form of the paper, and the service of each of its items.
FORMS = {
    "blog_two_reviews.txt": "multi_item_page",
    "improvement_plan.md": "improvement_or_action_plan",
    "inspection_letter_focused_visit.txt": "inspection_letter",
    "issue_history_cut_off.txt": "minutes_item",
    "minutes_monitoring_visit.txt": "minutes_item",
    "news_cqc_assessment.html": "news_article",
    "officer_report_performance.txt": "officer_report",
    "peer_feedback_adults.md": "peer_feedback",
    "press_release_ilacs.html": "press_release",
}
AREAS = {
    "blog_two_reviews.txt": ["send_and_education", "corporate"],
    "improvement_plan.md": ["adult_social_care"],
    "inspection_letter_focused_visit.txt": ["childrens_social_care"],
    "issue_history_cut_off.txt": ["childrens_social_care"],
    "minutes_monitoring_visit.txt": ["childrens_social_care"],
    "news_cqc_assessment.html": ["adult_social_care"],
    "officer_report_performance.txt": ["childrens_social_care"],
    "peer_feedback_adults.md": ["adult_social_care"],
    "press_release_ilacs.html": ["childrens_social_care"],
}
AUTHORITIES = {
    "blog_two_reviews.txt": {"Calderwick"},
    "improvement_plan.md": {"Marlow Vale"},
    "inspection_letter_focused_visit.txt": {"Brackenshire"},
    "issue_history_cut_off.txt": {"Port Ellery"},
    "minutes_monitoring_visit.txt": {"Thornleigh"},
    "news_cqc_assessment.html": {"Eastmere"},
    "officer_report_performance.txt": {"Brackenshire"},
    "peer_feedback_adults.md": {"Marlow Vale"},
    "press_release_ilacs.html": {"Port Ellery"},
}
RECIPE = """Lemon drizzle loaf

Serves eight. You need a two-pound tin, an electric whisk and about an hour.

Ingredients

- 225 g butter, at room temperature
- 225 g caster sugar
- 4 eggs
- 225 g self-raising flour
- the zest of two lemons, and the juice of both
- 85 g granulated sugar for the top

Method

1. Heat the oven to 180 degrees and line the tin with paper.
2. Beat the butter and the sugar until pale. Add the eggs one by one, then fold in the flour and the zest.
3. Bake for 45 minutes. A skewer should come out clean; if it does not, give it five minutes more.
4. Stir the juice into the granulated sugar and pour it over while the loaf is hot.

It keeps for four days in a tin, and it is better on the second day than on the first.
"""
MANUAL = """# tinyqueue

A small queue for background jobs, in one file and with no dependencies.

## Installation

Run `pip install tinyqueue`. Python 3.11 or newer is needed.

## Usage

Create a queue and put a job into it:

    queue = Queue("jobs.db")
    queue.put("resize", path="cat.png")

A worker takes jobs in order. If a job fails it is tried again, at most three times, and then set aside. Jobs are kept in
a file, so none is lost when the machine goes down.

## Options

| Option | Default | Meaning |
|---|---|---|
| attempts | 3 | how often a job is tried |
| pause | 0.5 | seconds between two tries |

## Contributing

Bug reports are welcome. Please add a test that fails without your change.
"""
sample = pytest.mark.parametrize("name", FORMS)


@cache
def _result(path: Path) -> Result:
    return summarise(path)


@cache
def _brief(path: Path) -> dict[str, Any]:
    brief: dict[str, Any] = json.loads(_result(path).to_json())["brief"]
    return brief


def _judgements(brief: dict[str, Any]) -> list[dict[str, Any]]:
    return [judgement for item in brief["items"] for review in item["reviews"] for judgement in review["judgements"]]


def _quotes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for element in node:
            yield from _quotes(element)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from value if key == "evidence" else _quotes(value)


# The five real papers


def _seeds() -> list[tuple[Path, dict[str, Any]]]:
    """Return each real paper with what a person said of it."""
    gold = sorted((SHARED / "gold").glob("00*.json"))
    labels = [json.loads(path.read_text(encoding="utf-8")) for path in gold]
    return [(SEEDS / label["source_file"], label) for label in labels]


def _bare(name: str) -> str:
    """Return the name of a place without what makes it an authority: "City of York Council" is "york"."""
    without = {"city", "of", "the", "council", "county", "borough", "metropolitan", "district", "london", "royal"}
    return " ".join(word for word in name.lower().replace(",", " ").split() if word not in without)


def _right(gold: Any, also: Iterable[Any], made: Any) -> bool:
    return made == gold or made in also


def _also(part: dict[str, Any], name: str) -> list[Any]:
    return list((part.get("also_accept") or {}).get(name, []))


def _form_is_right(gold: dict[str, Any], brief: dict[str, Any]) -> bool:
    document = gold["document"]
    return _right(document["form"], _also(document, "form"), brief["document"]["form"])


def _item_is_right(gold: dict[str, Any], made: dict[str, Any]) -> dict[str, bool]:
    """Say of one item whether its authority and its service area are those that a person gave it."""
    wanted, given = gold["authority"], made["authority"]["value"]
    if wanted["status"] == "inferred":
        named = given is None or _bare(given) == _bare(wanted["value"])
    else:
        named = given is not None and _bare(given) == _bare(wanted["value"])
    return {"authority": named, "area": _right(gold["service_area"], _also(gold, "service_area"), made["service_area"])}


@needs_seeds
def test_there_are_five_seeds_with_gold() -> None:
    assert len(_seeds()) == 5
    assert all(path.is_file() for path, _ in _seeds())


@needs_seeds
@pytest.mark.parametrize("place", range(5))
def test_every_quote_of_a_real_paper_stands_at_its_offsets(place: int) -> None:
    path, _ = _seeds()[place]
    text = path.read_bytes().decode("utf-8")
    quotes = list(_quotes(_brief(path)))
    assert len(quotes) > 20
    assert [quote for quote in quotes if text[quote["start"] : quote["end"]] != quote["quote"]] == []
    assert all(quote["quote"].strip() for quote in quotes)


@needs_seeds
def test_forms_of_real_papers_are_right() -> None:
    right = [path.name for path, gold in _seeds() if _form_is_right(gold, _brief(path))]
    assert len(right) >= 4, f"right: {right}"


@needs_seeds
@pytest.mark.parametrize("field", ["authority", "area"])
def test_authorities_and_areas_of_real_papers_are_right(field: str) -> None:
    right = []
    for path, gold in _seeds():
        made = _brief(path)["items"]
        same = len(made) == len(gold["items"])
        if same and all(_item_is_right(*pair)[field] for pair in zip(gold["items"], made, strict=True)):
            right.append(path.name)
    assert len(right) >= 4, f"right: {right}"


@needs_seeds
@pytest.mark.parametrize("place", range(5))
def test_nothing_of_its_own_is_refused_on_real_papers(place: int) -> None:
    assert _result(_seeds()[place][0]).refused == ()


def test_the_name_of_a_place_is_compared_without_its_kind() -> None:
    assert _bare("City of York Council") == _bare("York Council") == _bare("York") == "york"
    assert _bare("North East Lincolnshire Council") != _bare("North Lincolnshire")


# The samples


def test_every_sample_is_in_the_tables() -> None:
    there = {path.name for path in SAMPLES.iterdir()}
    assert there == set(FORMS) == set(AREAS) == set(AUTHORITIES)


@sample
def test_the_form_of_a_sample_is_right(name: str) -> None:
    assert _brief(SAMPLES / name)["document"]["form"] == FORMS[name]


@sample
def test_the_service_of_a_sample_is_right(name: str) -> None:
    assert [item["service_area"] for item in _brief(SAMPLES / name)["items"]] == AREAS[name]


@sample
def test_the_authority_of_a_sample_is_right(name: str) -> None:
    named = {item["authority"]["value"] for item in _brief(SAMPLES / name)["items"]} - {None}
    assert {_bare(value) for value in named} == {_bare(value) for value in AUTHORITIES[name]}


def test_the_samples_are_eight_kinds_of_paper_of_natural_length() -> None:
    told = {name: _brief(SAMPLES / name)["document"]["form"] for name in FORMS}
    assert len(set(told.values())) >= 8
    words = {name: len(_result(SAMPLES / name).document.text.split()) for name in FORMS}
    assert [name for name, count in words.items() if not 500 <= count <= 1500] == []


@sample
def test_every_quote_of_a_sample_stands_at_its_offsets(name: str) -> None:
    text = _result(SAMPLES / name).document.text
    quotes = list(_quotes(_brief(SAMPLES / name)))
    assert len(quotes) > 20
    assert [quote for quote in quotes if text[quote["start"] : quote["end"]] != quote["quote"]] == []


@pytest.mark.parametrize(
    ("name", "value", "aspect"),
    [("minutes_monitoring_visit.txt", "inadequate", "overall"), ("press_release_ilacs.html", "inadequate", "overall")],
)
def test_a_past_grade_is_told_as_past(name: str, value: str, aspect: str) -> None:
    times = {j["time"] for j in _judgements(_brief(SAMPLES / name)) if (j["value_code"], j["aspect"]) == (value, aspect)}
    assert times == {"earlier"}


def test_a_visit_without_grades_gives_none() -> None:
    given = [j for j in _judgements(_brief(SAMPLES / "minutes_monitoring_visit.txt")) if j["time"] == "this_review"]
    assert given == []


def test_the_grades_of_a_press_release_are_told_area_by_area() -> None:
    given = {
        j["aspect"]: j["value_code"]
        for j in _judgements(_brief(SAMPLES / "press_release_ilacs.html"))
        if j["time"] == "this_review"
    }
    assert given == {
        "overall": "requires_improvement",
        "leadership": "good",
        "help_and_protection": "requires_improvement",
        "children_in_care": "requires_improvement",
        "care_leavers": "good",
    }


@pytest.mark.parametrize("name", ["inspection_letter_focused_visit.txt", "peer_feedback_adults.md"])
def test_papers_of_reviews_that_do_not_grade_carry_no_judgement_of_theirs(name: str) -> None:
    judgements = _judgements(_brief(SAMPLES / name))
    assert [j for j in judgements if j["time"] not in ("earlier", "trajectory_from", "trajectory_to")] == []
    main = next(review for item in _brief(SAMPLES / name)["items"] for review in item["reviews"])
    assert main["judgements"] == []
    assert main["outcome_status"] == "narrative"


@pytest.mark.parametrize("name", ["issue_history_cut_off.txt", "blog_two_reviews.txt"])
def test_a_cut_off_paper_is_told_as_cut_off(name: str) -> None:
    document = _brief(SAMPLES / name)["document"]
    assert document["completeness"]["value"] == "truncated_end"
    (mark,) = document["completeness"]["evidence"]
    assert "more" in mark["quote"] or "view the full minutes" in mark["quote"]


FLAT = pytest.mark.xfail(
    reason="the rows A1 to A6 of a table without cells are one segment, and its claim is refused", strict=True
)


@pytest.mark.parametrize("name", [name for name in FORMS if name not in ("issue_history_cut_off.txt", "blog_two_reviews.txt")])
def test_a_whole_paper_is_not_told_as_cut_off(name: str) -> None:
    assert _brief(SAMPLES / name)["document"]["completeness"]["value"] == "complete"


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=FLAT) if name == "officer_report_performance.txt" else name for name in FORMS]
)
def test_nothing_of_its_own_is_refused_on_samples(name: str) -> None:
    assert _result(SAMPLES / name).refused == ()


def test_two_speakers_on_a_page_are_kept_apart() -> None:
    owners = {f["statement"]: f["voice"] for f in _brief(SAMPLES / "minutes_monitoring_visit.txt")["items"][0]["findings"]}
    prompt = next(voice for words, voice in owners.items() if words.startswith("Strategy meetings were prompt"))
    encouraging = next(voice for words, voice in owners.items() if "most encouraging letter" in words)
    assert (prompt, encouraging) == ("reviewer", "authority")


def test_a_summary_names_an_owner_only_where_it_is_certain() -> None:
    item = _brief(SAMPLES / "minutes_monitoring_visit.txt")["items"][0]
    for part in (*item["findings"], *item["actions"]):
        part["evidence"] = [quote["start"] for quote in part["evidence"]]
    every = {place for part in item["findings"] for place in part["evidence"]}
    told = [{label for sentence in summary(item, owned) for label in sentence["supports"]} for owned in (every, set())]
    assert [bool(labels & {part["finding_id"] for part in item["findings"]}) for labels in told] == [True, False]


@sample
def test_a_brief_is_the_same_each_time(name: str) -> None:
    first, again = (summarise(SAMPLES / name).to_json() for _ in range(2))
    assert first == again == _result(SAMPLES / name).to_json()


def test_neither_the_network_nor_a_model_is_named() -> None:
    made = _result(SAMPLES / "minutes_monitoring_visit.txt").provenance
    assert (made.engine, made.model, made.cached) == ("extractive", None, False)
    assert _result(SAMPLES / "minutes_monitoring_visit.txt").usage.requests == 0


# Beyond its field


class OwnKind(BaseModel):
    """A kind of brief that no rule knows."""

    subject: str


def test_a_schema_of_your_own_asks_for_a_model() -> None:
    with pytest.raises(SettingsError, match=r"'OwnKind'.*\(--model\)"):
        summarise("Members noted the report.\n", schema=OwnKind)


@pytest.mark.parametrize("text", [RECIPE, MANUAL], ids=["recipe", "manual"])
def test_a_paper_of_another_field_is_not_taken_for_a_review(text: str) -> None:
    brief = json.loads(summarise(text).to_json())["brief"]
    assert [item["reviews"] for item in brief["items"]] == [[]] * len(brief["items"])
    assert _judgements(brief) == []
    assert all(item["authority"]["value"] is None for item in brief["items"])
    assert all(finding["voice"] != "reviewer" for item in brief["items"] for finding in item["findings"])


def test_a_recipe_is_of_no_kind_that_the_field_knows() -> None:
    brief = json.loads(summarise(RECIPE).to_json())["brief"]
    assert brief["document"]["form"] == "other"
    assert json.loads(summarise(RECIPE, schema="general").to_json())["brief"]["document_form"] == "other"


# Reports of inspections


@pytest.mark.parametrize(
    ("dates", "fieldwork"),
    [
        ("11 to 15 September 2023", "2023-09-11/2023-09-15"),
        ("26 February 2024 to 8 March 2024", "2024-02-26/2024-03-08"),
        ("31 October to 11 November 2022", "2022-10-31/2022-11-11"),
        ("1 July 2024 to 12 July 2024", "2024-07-01/2024-07-12"),
        ("4 June 2024", "2024-06-04"),
    ],
)
def test_a_report_is_of_the_review_in_its_title(dates: str, fieldwork: str) -> None:
    text = (
        f"# Inspection of Reading local authority children's services\n\nInspection dates: {dates}\n\n"
        "| Judgement | Grade |\n| Overall effectiveness | Good |\n\n"
        "Since the monitoring visit of January 2021 and the focused visit of March 2022, leaders have improved the front door. "
        "The monitoring visit had found drift. The focused visit and the peer review had found less of it.\n"
    )
    item = summarise(text).brief.model_dump()["items"][0]
    review = item["reviews"][0]
    assert item["authority"]["value"] == "Reading"
    assert (review["regime"], review["role"], review["fieldwork"]["value"]) == ("ofsted_ilacs", "main_subject", fieldwork)
    assert [(j["aspect"], j["value_code"], j["time"]) for j in review["judgements"]] == [("overall", "good", "this_review")]


def _iso(day: str) -> str:
    return "-".join(reversed(day.split("/")))


@pytest.mark.skipif(not (SHARED / "ofsted").is_dir(), reason="the shared PDFs are not here")
def test_authority_and_dates_of_real_reports_are_found() -> None:
    """Of 22 at least 21; the date of publication is in none of them, and so is told of none."""
    right = 0
    with (SHARED / "ofsted" / "labels.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == 22
    for row in rows:
        result = summarise(SHARED / "ofsted" / row["file"])
        brief = result.brief.model_dump()
        item = brief["items"][0]
        name = (item["authority"]["value"] or "").lower().replace("&", "and")
        period = f"{_iso(row['inspection_start_date'])}/{_iso(row['inspection_end_date'])}"
        named = row["local_authority"].replace("&", "and") in name
        right += named and item["reviews"][0]["fieldwork"]["value"] == period
        assert brief["document"]["document_date"]["status"] == "not_stated"
    assert right >= 21


def test_a_general_brief_holds_what_most_of_the_text_is_about() -> None:
    kept = [f"The lifeboat station at harbour number {number} launched its lifeboat." for number in range(20)]
    strays = ["Somebody lost an umbrella.", "Marmalade needs bitter oranges."]
    result = summarise("\n".join(["The year in figures", "", *kept[:10], *strays, *kept[10:]]), schema="general")
    brief = json.loads(result.to_json())["brief"]
    assert [point["statement"] for point in brief["key_points"]] == kept
    assert len(brief["summary"]) == 3
    assert "Of 22 sentences the 20 that say most are its main points." in result.warnings


# What is to be done


def test_what_a_list_says_will_be_done_is_promised_and_not_decided() -> None:
    steps = ["Establishing a project board.", "Closer links with housing.", "More time for supervision each month."]
    text = "\n\n".join(
        [
            "Minutes of the Adult Social Care Panel",
            "The Director set out what came next. This would include:",
            *(f"- {step}" for step in steps),
            "Resolved: That the update be noted.",
        ]
    )
    (item,) = json.loads(summarise(text).to_json())["brief"]["items"]
    told = [(action["kind"], action["status"], action["voice"]) for action in item["actions"]]
    assert told == [("authority_commitment", "planned", "authority")] * 3 + [("committee_decision", "decided", "record")]


@pytest.mark.parametrize("lead", ["the main risks would be:", "inspectors would:", "if money were lost, the council will:"])
def test_a_list_of_what_may_come_is_no_promise(lead: str) -> None:
    minutes = "Minutes of the Adult Care Panel\n\nThe Director said that"
    text = f"{minutes} {lead}\n\n- Rising demand for home care.\n- Staff leaving.\n"
    (item,) = json.loads(summarise(text).to_json())["brief"]["items"]
    assert item["actions"] == []
