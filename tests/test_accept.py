"""Of an answer with faults the faulty parts alone are set aside, each with its reason, and nothing worse can happen."""

import copy
import json
from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from summariser import schemas, support
from summariser.accept import Accepted, Checked, Unusable, accept
from summariser.brief import Brief, Claim, Stated, label_of, walk
from summariser.facts import facts
from summariser.segments import segment
from summariser.support import Source
from summariser.types import Answer, Document
from tests.test_schemas import action, council_review, finding, item, judgement, review, stated

Json = dict[str, Any]
TEXT = """\
The team visited Calder Council on 14-15 March 2018.
It found that 48 of the audits were late.
About 61% of visits were in time.
The new plan was not agreed by the board.
Leaders know their service well.
The service was judged inadequate.
"""
SECRET = "the child whom nobody may name"


class Note(Claim):
    """A claim."""

    label: ClassVar[str] = "note_id"
    note_id: str
    statement: Annotated[str, Field(max_length=80)]


class Fact(Stated[Annotated[str, Field(max_length=40)]]):
    """A stated fact."""


class Paper(Brief):
    """The least that a brief can be."""

    date: Fact
    notes: list[Note] = Field(max_length=5)
    topics: list[Annotated[str, Field(max_length=20)]] = Field(max_length=3)


NOTES = [
    {"evidence": [2], "note_id": "N1", "statement": "48 audits were late"},
    {"evidence": [3], "note_id": "N2", "statement": "61% of visits were in time"},
    {"evidence": [5], "note_id": "N3", "statement": "Leaders know their service"},
]


def _source() -> Source:
    document = Document(name="a.txt", text=TEXT, sha256="0" * 64)
    return Source(document, segment(document))


PAPER = Checked(Paper, _source())
COUNCIL = Checked(schemas.load("council_review").model, _source())


def _paper(**changes: Any) -> Json:
    return copy.deepcopy({"date": stated("14-15 March 2018", 1), "notes": NOTES, "topics": [], "summary": []} | changes)


def _accept(data: Any, answer: Answer = PAPER) -> Accepted:
    return accept(json.dumps(data), answer)


def _taken(accepted: Accepted) -> list[tuple[str, str]]:
    return [(refused.path, refused.reason) for refused in accepted.refused]


# --- What stands, and what is set aside


def test_a_brief_without_faults_stands_whole() -> None:
    accepted = _accept(_paper())
    assert accepted.brief.model_dump() == _paper()
    assert accepted.refused == ()


def test_one_bad_claim_is_set_aside_with_a_reason_and_the_rest_stands() -> None:
    bad = {"evidence": [2], "note_id": "N9", "statement": "49 audits were late"}
    accepted = _accept(_paper(notes=[NOTES[0], bad, NOTES[1]]))
    assert accepted.brief.model_dump() == _paper(notes=NOTES[:2])
    (refused,) = accepted.refused
    assert (refused.path, refused.content, refused.reason) == ("notes[1]", bad, "49 is not in the cited words")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"evidence": [], "note_id": "N9", "statement": "Leaders know"}, "at least 1 item"),
        ({"evidence": [5], "note_id": "N9"}, "Field required"),
        ({"evidence": [5], "note_id": "N9", "statement": "know " * 40}, "at most 80 characters"),
        ({"evidence": [5], "note_id": 9, "statement": "Leaders know"}, "valid string"),
        ({"evidence": [4], "note_id": "N9", "statement": "The board agreed the new plan"}, "the statement does not"),
        ("Leaders know", "valid dictionary"),
        (None, "valid dictionary"),
        ([], "valid dictionary"),
    ],
)
def test_whatever_is_wrong_with_a_claim_only_that_claim_goes(bad: Any, reason: str) -> None:
    accepted = _accept(_paper(notes=[bad, *NOTES]))
    assert accepted.brief.model_dump() == _paper()
    (refused,) = accepted.refused
    assert (refused.path, refused.content) == ("notes[0]", bad)
    assert reason in refused.reason


def test_a_field_that_the_schema_does_not_have_goes_alone() -> None:
    accepted = _accept(_paper(notes=[NOTES[0] | {"more": 1}], date=stated("March 2018", 1) | {"basis": SECRET}) | {SECRET: 1})
    assert accepted.brief.model_dump() == _paper(notes=NOTES[:1], date=stated("March 2018", 1))
    assert {(refused.path, refused.content) for refused in accepted.refused} == {
        ("notes[0].more", 1),
        ("date.basis", SECRET),
        (SECRET, 1),
    }


def test_a_field_that_the_schema_does_not_have_goes_even_if_it_looks_like_a_fact() -> None:
    assert _accept(_paper(place=stated("Leeds", 1))).brief.model_dump() == _paper()


def test_several_bad_claims_are_told_by_the_places_that_they_had() -> None:
    bad = {"evidence": [2], "note_id": "N9", "statement": "49 audits were late"}
    accepted = _accept(_paper(notes=[bad, NOTES[0], bad, NOTES[1], bad]))
    assert accepted.brief.model_dump() == _paper(notes=NOTES[:2])
    assert [path for path, _ in _taken(accepted)] == ["notes[0]", "notes[2]", "notes[4]"]


def test_a_segment_that_does_not_exist_is_taken_out_of_the_evidence() -> None:
    accepted = _accept(_paper(notes=[NOTES[0] | {"evidence": [2, 99]}]))
    assert accepted.brief.model_dump() == _paper(notes=NOTES[:1])
    assert _taken(accepted) == [("notes[0].evidence[1]", "there is no segment 99; the last is 6")]


def test_a_claim_with_no_segment_left_goes_too() -> None:
    accepted = _accept(_paper(notes=[NOTES[0] | {"evidence": [99]}, NOTES[1]]))
    assert accepted.brief.model_dump() == _paper(notes=[NOTES[1]])
    assert [path for path, _ in _taken(accepted)] == ["notes[0].evidence[0]", "notes[0]"]


def test_places_are_those_of_the_answer_in_later_rounds_too() -> None:
    bad = {"evidence": [2], "note_id": "N8", "statement": "49 audits were late"}
    accepted = _accept(_paper(notes=[bad, NOTES[2] | {"evidence": [99]}, NOTES[1]]))
    assert [path for path, _ in _taken(accepted)] == ["notes[0]", "notes[1].evidence[0]", "notes[1]"]


def test_a_list_that_is_too_long_is_cut_and_the_rest_told() -> None:
    accepted = _accept(_paper(notes=[NOTES[2] | {"note_id": f"N{number}"} for number in range(8)], topics=list("abcd")))
    assert [note["note_id"] for note in accepted.brief.model_dump()["notes"]] == ["N0", "N1", "N2", "N3", "N4"]
    assert accepted.brief.model_dump()["topics"] == ["a", "b", "c"]
    assert [path for path, _ in _taken(accepted)] == ["notes[5]", "notes[6]", "notes[7]", "topics[3]"]
    assert all("at most" in reason for _, reason in _taken(accepted))


@pytest.mark.parametrize(
    "fact",
    [
        {"evidence": [1], "value": "16 March 2018", "status": "stated"},
        {"evidence": [], "value": "March 2018", "status": "stated"},
        {"evidence": [1], "value": None, "status": "stated"},
        {"evidence": [1], "value": "March 2018", "status": "not_stated"},
        {"evidence": [1], "value": "March 2018", "status": "certain"},
        {"evidence": [1], "value": 2018, "status": "stated"},
        {"evidence": [1], "value": "March 2018" * 9, "status": "stated"},
        {"evidence": "1", "value": "March 2018", "status": "stated"},
    ],
)
def test_a_fact_that_fails_becomes_not_stated(fact: Json) -> None:
    accepted = _accept(_paper(date=fact))
    assert accepted.brief.model_dump() == _paper(date=stated())
    (refused,) = accepted.refused
    assert (refused.path, refused.content) == ("date", fact)
    assert refused.reason


def test_a_fact_inside_a_claim_fails_without_the_claim() -> None:
    brief = council_review(item(actions=[action(evidence=[5], statement="Leaders know", owner=stated("Board 7", 1))]))
    accepted = _accept(_over_leaders(brief), COUNCIL)
    assert accepted.brief.model_dump()["items"][0]["actions"][0]["owner"] == stated()
    assert [path for path, _ in _taken(accepted)] == ["items[0].actions[0].owner"]


# --- What rested on what was set aside


def _over_leaders(brief: Json) -> Json:
    """Return a brief whose findings and actions all rest on the fifth line of the text."""
    brief = copy.deepcopy(brief)
    for each in brief["items"]:
        for part in (*each["findings"], *each["actions"]):
            part["evidence"] = [5]
    return brief


def test_a_summary_sentence_goes_with_the_claim_that_it_rests_on() -> None:
    summary = [{"text": "Leaders know their service.", "supports": ["F1"]}, {"text": "All is well.", "supports": ["F2"]}]
    findings = [finding("F1", "Leaders know their service"), finding("F2", "All 77 are well")]
    accepted = _accept(_over_leaders(council_review(item(findings=findings, summary=summary), summary=summary)), COUNCIL)
    dumped = accepted.brief.model_dump()
    assert [part["finding_id"] for part in dumped["items"][0]["findings"]] == ["F1"]
    assert dumped["items"][0]["summary"] == summary[:1]
    assert dumped["summary"] == summary[:1]
    assert {path for path, _ in _taken(accepted)} == {"items[0].findings[1]", "items[0].summary[1]", "summary[1]"}


def test_a_summary_sentence_that_says_more_than_its_supports_goes_alone() -> None:
    summary = [{"text": "Leaders know all 77 parts of it.", "supports": ["F1"]}, {"text": "Leaders know.", "supports": ["F1"]}]
    brief = council_review(item(findings=[finding("F1", "Leaders know their service")], summary=summary), summary=[])
    accepted = _accept(_over_leaders(brief), COUNCIL)
    assert accepted.brief.model_dump()["items"][0]["summary"] == summary[1:]
    assert _taken(accepted) == [("items[0].summary[0]", "77 is not in the cited words")]


def test_findings_of_a_review_that_is_set_aside_go_too() -> None:
    brief = council_review(
        item(reviews=[review("1R"), review("R2")], findings=[finding(), finding("F2", review_id="R2")], actions=[])
    )
    accepted = _accept(_over_leaders(brief), COUNCIL)
    dumped = accepted.brief.model_dump()["items"][0]
    assert [part["review_id"] for part in dumped["reviews"]] == ["R2"]
    assert [part["finding_id"] for part in dumped["findings"]] == ["F2"]
    assert dumped["summary"] == []


def test_a_grade_that_no_one_can_give_goes_and_its_review_stays() -> None:
    grade = judgement(evidence=[6], value_as_stated="inadequate", value_code="inadequate")
    reviews = [
        review("R1", "corporate_peer_challenge", judgements=[grade]),
        review("R2", judgements=[grade | {"judgement_id": "J2"}]),
    ]
    accepted = _accept(_over_leaders(council_review(item(reviews=reviews))), COUNCIL)
    dumped = accepted.brief.model_dump()["items"][0]["reviews"]
    assert [[part["judgement_id"] for part in each["judgements"]] for each in dumped] == [[], ["J2"]]
    assert _taken(accepted) == [("items[0].reviews[0].judgements[0]", "corporate_peer_challenge gives no grades")]


def test_no_summary_sentence_of_any_schema_rests_on_nothing() -> None:
    answer = Checked(schemas.load("general").model, _source())
    points = [{"evidence": [5], "point_id": "P1", "statement": "All 77 know", "speaker": None}]
    fields: Json = {"title": stated(), "document_date": stated(), "audience": stated(), "document_form": "report", "topics": []}
    lists: Json = {"key_points": points, "actions": [], "figures": [], "dates": []}
    brief = _accept(fields | lists | {"summary": [{"text": "All of them know.", "supports": ["P1"]}]}, answer).brief
    labels = {label_of(part) for _, part in walk(brief)}
    assert all(set(sentence["supports"]) <= labels for sentence in brief.model_dump()["summary"])


# --- What cannot be salvaged


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "nothing of the kind", '{"notes": [', "{'notes': []}", '"\\ud800"', "[" * 100_000, "```json\n{}\n```"),
        *("null", "3", "true", "[]", "{}", "NaN", json.dumps(SECRET), json.dumps([SECRET]), SECRET, f'{{"notes": "{SECRET}'),
    ],
)
def test_an_answer_of_no_shape_is_unusable_and_not_repeated(text: str) -> None:
    with pytest.raises(Unusable) as caught:
        accept(text, PAPER)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "changes",
    [
        {"notes": SECRET},
        {"notes": None},
        {"notes": {SECRET: SECRET}},
        {"date": SECRET},
        {"date": {"evidence": [1], "value": SECRET}},
        {"summary": SECRET},
        {"topics": 3},
    ],
)
def test_a_broken_shape_is_unusable_and_the_message_holds_none_of_it(changes: Json) -> None:
    with pytest.raises(Unusable) as caught:
        _accept(_paper(**changes))
    assert SECRET not in str(caught.value)
    assert next(iter(changes)) in str(caught.value)


def test_a_label_that_cannot_be_left_out_is_unusable_and_not_repeated() -> None:
    brief = council_review()
    brief["document"]["form"] = SECRET
    with pytest.raises(Unusable, match=r"document\.form") as caught:
        _accept(brief, COUNCIL)
    assert SECRET not in str(caught.value)


def test_half_a_character_is_unusable() -> None:
    with pytest.raises(Unusable):
        accept('{"notes": "\ud800"}', PAPER)


# --- There and back

words = st.sampled_from(
    ["48 audits were late", "61% of visits were in time", "Leaders know", "99 of them", "It is not so", "Ümlaut £", ""]
)
numbers = st.lists(st.integers(-1, 9), max_size=4)
notes = st.fixed_dictionaries({"evidence": numbers, "note_id": st.sampled_from(["N1", "N2", ""]), "statement": words})
dates = st.fixed_dictionaries(
    {
        "evidence": numbers,
        "value": st.none() | st.sampled_from(["14 March 2018", "2018-03", "2019"]),
        "status": st.sampled_from(["stated", "inferred", "not_stated", "cut_off", "other"]),
    }
)
sentences = st.fixed_dictionaries({"text": words, "supports": st.lists(st.sampled_from(["N1", "N9"]), max_size=2)})
papers = st.fixed_dictionaries(
    {
        "date": dates,
        "notes": st.lists(notes, max_size=8),
        "topics": st.lists(words, max_size=5),
        "summary": st.lists(sentences, max_size=10),
    }
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
keys = st.sampled_from([*Paper.model_fields, "evidence", "value", "status", "statement", "note_id", "text", "supports"])
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys | st.text(max_size=4), inner, max_size=6)
)


@given(papers)
@settings(deadline=None, max_examples=200)
def test_whatever_is_accepted_passes_unchanged_the_next_time(data: Json) -> None:
    first = _accept(data)
    second = accept(first.brief.model_dump_json(), PAPER)
    assert second.brief == first.brief
    assert second.refused == ()


@given(papers)
@settings(deadline=None, max_examples=200)
def test_every_claim_stands_or_is_told_of(data: Json) -> None:
    accepted = _accept(data)
    gone = [refused for refused in accepted.refused if refused.path.startswith("notes[") and refused.path.endswith("]")]
    whole = [refused for refused in gone if "." not in refused.path]
    assert len(accepted.brief.model_dump()["notes"]) + len(whole) == len(data["notes"])
    assert all(refused.reason for refused in accepted.refused)


@given(anything)
@settings(deadline=None, max_examples=300)
def test_any_json_is_accepted_or_unusable(data: Any) -> None:
    try:
        accepted = _accept(data)
    except Unusable:
        return
    PAPER.model_validate(accepted.brief.model_dump())


@given(papers, st.sampled_from(["whole", "date", "note"]), keys, anything)
@settings(deadline=None, max_examples=400)
def test_any_damage_is_mended_or_unusable(data: Json, where: str, key: str, damage: Any) -> None:
    data = copy.deepcopy(data)
    parts = {"whole": [data], "date": [data["date"]], "note": data["notes"][:1]}
    for part in parts[where]:
        part[key] = damage
    try:
        accepted = _accept(data)
    except Unusable:
        return
    PAPER.model_validate(accepted.brief.model_dump())


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(deadline=None)
def test_any_text_is_accepted_or_unusable(text: str) -> None:
    with pytest.raises(Unusable):
        accept(text, PAPER)


def test_what_is_accepted_was_checked_against_the_document() -> None:
    bad = _paper(notes=[{"evidence": [2], "note_id": "N9", "statement": "49 audits were late"}])
    Paper.model_validate(bad)
    with pytest.raises(ValidationError, match="49 is not in the cited words"):
        PAPER.model_validate(bad)
    assert type(_accept(_paper()).brief) is Paper


def test_a_text_is_checked_as_the_data_in_it_is() -> None:
    bad = _paper(notes=[{"evidence": [2], "note_id": "N9", "statement": "49 audits were late"}])
    assert PAPER.model_validate_json(json.dumps(_paper())) == PAPER.model_validate(_paper())
    with pytest.raises(ValidationError) as caught:
        PAPER.model_validate_json(json.dumps(bad))
    assert [(fault["loc"], fault["msg"]) for fault in caught.value.errors()] == [(("notes", 0), "49 is not in the cited words")]


def test_no_class_is_made_for_a_document() -> None:
    accept(json.dumps(_paper()), Checked(Paper, _source()))
    assert Paper.__subclasses__() == []


def test_a_part_that_stays_is_not_checked_again_when_another_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(words: str) -> frozenset[str]:
        asked.append(words)
        return facts(words)

    monkeypatch.setattr(support, "facts", counted)
    bad = {"evidence": [2], "note_id": "N9", "statement": "49 audits were late"}
    checked, data = Checked(Paper, _source()), json.dumps(_paper(notes=[bad, *NOTES]))
    with pytest.raises(ValidationError):
        checked.model_validate_json(data)
    assert len(accept(data, checked).refused) == 1
    assert asked.count(str(NOTES[0]["statement"])) == 1
