"""Every schema can be sent to a strict endpoint, asks for sources first, and refuses what does not hold together."""

import copy
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from summariser import schemas
from summariser.brief import Brief, Claim
from summariser.errors import SettingsError
from tests.conftest import SHARED

VOCABULARY = SHARED / "gold" / "vocab.json"
BOUNDS = ("minLength", "maxLength", "minItems", "maxItems", "pattern", "format")
Json = dict[str, Any]

every_schema = pytest.mark.parametrize("name", schemas.available())
both_forms = pytest.mark.parametrize("bounds", [True, False])


def _model(name: str) -> type[BaseModel]:
    return schemas.load(name).model


def _nodes(schema: Any, *, names: bool = False) -> Iterator[Json]:
    """Yield every schema inside a schema, itself first, but not the mappings from field names to schemas."""
    if isinstance(schema, list):
        for element in schema:
            yield from _nodes(element)
    elif isinstance(schema, dict):
        if not names:
            yield schema
        for key, value in schema.items():
            yield from _nodes(value, names=not names and key in ("properties", "$defs"))


def _inlined(node: Any, definitions: Json, inside: tuple[str, ...] = ()) -> Any:
    """Return a schema with every reference replaced by what it refers to."""
    if isinstance(node, list):
        return [_inlined(element, definitions, inside) for element in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = node["$ref"].removeprefix("#/$defs/")
        assert name not in inside, f"{name} holds itself"
        return _inlined(definitions[name], definitions, (*inside, name))
    return {key: _inlined(value, definitions, inside) for key, value in node.items() if key != "$defs"}


def _whole(name: str, *, bounds: bool = True) -> Json:
    schema = schemas.json_schema(_model(name), bounds=bounds)
    whole: Json = _inlined(schema, schema.get("$defs", {}))
    return whole


def _depth(node: Any) -> int:
    """Return how many objects and lists stand inside each other."""
    if isinstance(node, list):
        return max(map(_depth, node), default=0)
    if not isinstance(node, dict):
        return 0
    inner = max(map(_depth, node.values()), default=0)
    return inner + (node.get("type") in ("object", "array"))


# --- What a strict endpoint demands


def test_there_are_schemas() -> None:
    assert {"general", "council_review"} <= set(schemas.available())
    assert not any(name.startswith("_") for name in schemas.available())


@every_schema
@both_forms
def test_every_object_is_closed_and_asks_for_all_it_has(name: str, bounds: bool) -> None:
    objects = 0
    for node in _nodes(schemas.json_schema(_model(name), bounds=bounds)):
        if node.get("type") == "object" or "properties" in node:
            objects += 1
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
            assert node["properties"]
    assert objects > 3


@every_schema
@both_forms
def test_no_keyword_that_strict_mode_refuses(name: str, bounds: bool) -> None:
    schema = schemas.json_schema(_model(name), bounds=bounds)
    assert schema["type"] == "object"
    for node in _nodes(schema):
        assert not {"default", "allOf", "oneOf", "not", "if", "patternProperties", "prefixItems"} & set(node)
        assert "$ref" not in node or set(node) == {"$ref"}


@every_schema
def test_bounds_are_kept_or_left_out(name: str) -> None:
    kept = {key for node in _nodes(schemas.json_schema(_model(name))) for key in node}
    left = {key for node in _nodes(schemas.json_schema(_model(name), bounds=False)) for key in node}
    assert {"maxLength", "maxItems"} <= kept
    assert not set(BOUNDS) & left


@every_schema
def test_every_string_and_list_is_bounded(name: str) -> None:
    for node in _nodes(_whole(name)):
        if node.get("type") == "array":
            assert node["maxItems"] <= 100
        if node.get("type") == "string" and "enum" not in node and "const" not in node:
            assert node["maxLength"] <= 1000


@every_schema
@both_forms
def test_it_is_within_the_limits_of_openai(name: str, bounds: bool) -> None:
    # Source: OpenAI, "Structured outputs", section "Supported schemas".
    schema = schemas.json_schema(_model(name), bounds=bounds)
    whole = _inlined(schema, schema.get("$defs", {}))
    names = [field for node in _nodes(whole) for field in node.get("properties", ())]
    codes = [
        str(code) for node in _nodes(whole) for code in (*node.get("enum", ()), *([node["const"]] if "const" in node else ()))
    ]
    assert _depth(whole) <= 10
    assert len(names) <= 5_000
    assert len(codes) <= 1_000
    assert sum(map(len, [*names, *codes, *schema.get("$defs", ())])) <= 120_000
    assert all(len(node.get("enum", ())) <= 250 for node in _nodes(whole))


@every_schema
@both_forms
def test_sources_come_before_words_and_the_summary_last(name: str, bounds: bool) -> None:
    whole = _whole(name, bounds=bounds)
    assert list(whole["properties"])[-1] == "summary"
    cited = [list(node["properties"]) for node in _nodes(whole) if "evidence" in node.get("properties", ())]
    assert len(cited) > 3
    assert all(fields[0] == "evidence" for fields in cited)
    for node in _nodes(whole):
        if "summary" in node.get("properties", ()):
            assert list(node["properties"])[-1] == "summary"


def _claims(model: type[BaseModel]) -> set[type[Claim]]:
    module = sys.modules[model.__module__]
    return {
        value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Claim) and value is not Claim
    }


@every_schema
def test_every_claim_names_words_that_it_has_and_a_label(name: str) -> None:
    claims = _claims(_model(name))
    assert claims
    for claim in claims:
        fields = list(claim.model_fields)
        assert claim.label in fields
        assert claim.claimed
        assert all(fields.index("evidence") < fields.index(words) for words in claim.claimed)


@every_schema
def test_every_schema_says_what_it_is_for(name: str) -> None:
    assert issubclass(_model(name), Brief)
    assert schemas.describe(_model(name)).endswith(".")


@every_schema
def test_a_digest_is_the_same_each_time_and_another_for_each_schema(name: str) -> None:
    digest = schemas.load(name).digest
    assert digest == schemas.load(name).digest
    assert len(digest) == 64
    assert [schemas.load(other).digest for other in schemas.available()].count(digest) == 1


# --- Loading


@pytest.mark.parametrize("name", ["", "nothing", "_council_codes", "../general", "general.py", "General", "os"])
def test_an_unknown_name_is_a_settings_error_that_tells_the_known_ones(name: str) -> None:
    with pytest.raises(SettingsError, match="council_review, general"):
        schemas.load(name)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A folder of schemas of one's own."""

    def loaded() -> dict[str, Any]:
        return {name: module for name, module in sys.modules.items() if name.split(".")[0] == "summariser_schemas"}

    before = loaded()
    for name in before:
        del sys.modules[name]
    monkeypatch.setattr("summariser.schemas.SCHEMAS", tmp_path)
    yield tmp_path
    for name in loaded():
        del sys.modules[name]
    sys.modules.update(before)


PARISH = '''
from __future__ import annotations

from pydantic import Field

from summariser.brief import Brief, Claim

from ._words import Words


class ParishNotice(Brief):
    """A notice of a parish council."""

    notes: list[Note] = Field(max_length=9)


class Note(Claim):
    """One thing it says."""

    statement: Words
'''
WORDS = "from typing import Annotated\n\nfrom pydantic import Field\n\nWords = Annotated[str, Field(max_length=99)]\n"


def test_a_schema_dropped_into_the_folder_is_found(folder: Path) -> None:
    (folder / "parish_notice.py").write_text(PARISH, encoding="utf-8")
    (folder / "_words.py").write_text(WORDS, encoding="utf-8")
    assert schemas.available() == ("parish_notice",)
    schema = schemas.load("parish_notice")
    assert (schema.name, schema.model.__name__) == ("parish_notice", "ParishNotice")
    assert list(schemas.json_schema(schema.model)["properties"]) == ["notes", "summary"]
    given = {"notes": [{"evidence": [1], "statement": "It rained."}], "summary": []}
    assert schema.model.model_validate(given).model_dump() == given


@pytest.mark.parametrize("body", ["", "class Parish: ...", "ParishNotice = 3", "class ParishNotice: ..."])
def test_a_file_without_its_class_is_a_settings_error(folder: Path, body: str) -> None:
    (folder / "parish_notice.py").write_text(body, encoding="utf-8")
    with pytest.raises(SettingsError, match="must hold a Pydantic class named ParishNotice"):
        schemas.load("parish_notice")


class Inner(BaseModel):
    """A part whose fields are named like keywords."""

    title: str
    default: int = 3
    format: str | None = None


class Own(BaseModel):
    """A class that knows nothing of briefs."""

    properties: Inner
    pattern: list[Inner] = []


@both_forms
def test_a_pydantic_class_of_ones_own_will_do(bounds: bool) -> None:
    schema = schemas.load(Own)
    assert (schema.name, schema.model) == ("Own", Own)
    written = schemas.json_schema(Own, bounds=bounds)
    assert written["required"] == ["properties", "pattern"]
    assert written["$defs"]["Inner"]["required"] == ["title", "default", "format"]
    assert written["$defs"]["Inner"]["additionalProperties"] is False
    assert not any("default" in node or "title" in node for node in _nodes(written))
    assert schemas.describe(Own) == "A class that knows nothing of briefs."


# --- The rules of council_review


def stated(value: str | None = None, *evidence: int, status: str | None = None) -> Json:
    """Return a stated fact, or without a value one that is not stated."""
    return {"evidence": list(evidence), "value": value, "status": status or ("stated" if value else "not_stated")}


def judgement(label: str = "J1", **changes: Any) -> Json:
    """Return a judgement that Ofsted gives."""
    return {
        "evidence": [1],
        "judgement_id": label,
        "value_as_stated": "good",
        "aspect": "overall",
        "scale": "ofsted_4",
        "value_code": "good",
        "time": "this_review",
        "voice": "reviewer",
        "relay": "direct",
    } | changes


def review(label: str = "R1", regime: str = "ofsted_ilacs", **changes: Any) -> Json:
    """Return a review without judgements."""
    return {
        "review_id": label,
        "name_as_stated": stated(),
        "conducted_by": stated(),
        "fieldwork": stated(),
        "report_date": stated(),
        "regime": regime,
        "role": "main_subject",
        "judgements": [],
        "outcome_status": "narrative",
    } | changes


def finding(label: str = "F1", statement: str = "Staff are praised", **changes: Any) -> Json:
    """Return what the reviewers found."""
    return {
        "evidence": [1],
        "finding_id": label,
        "statement": statement,
        "review_id": "R1",
        "voice": "reviewer",
        "relay": "direct",
        "polarity": "strength",
        "theme": "workforce",
        "time": "current",
    } | changes


def action(label: str = "A1", statement: str = "Records are to be kept", **changes: Any) -> Json:
    """Return what the reviewers recommend."""
    return {
        "evidence": [1],
        "action_id": label,
        "statement": statement,
        "owner": stated(),
        "due": stated(),
        "review_id": "R1",
        "kind": "reviewer_recommendation",
        "status": "recommended",
        "voice": "reviewer",
        "relay": "direct",
    } | changes


def item(label: str = "I1", **changes: Any) -> Json:
    """Return an item with a review, a finding, an action and a summary."""
    return {
        "item_id": label,
        "heading": stated(),
        "completeness": {"evidence": [], "value": "complete"},
        "form": "inspection_letter",
        "authority": stated(),
        "service_area": "childrens_social_care",
        "cycle_stage": "review_findings",
        "direction_of_travel": [{"evidence": [], "value": "not_stated", "voice": "unclear"}],
        "reviews": [review()],
        "findings": [finding()],
        "actions": [action()],
        "figures": [],
        "not_stated": [],
        "summary": [{"text": "Staff are praised.", "supports": ["F1"]}],
    } | changes


def council_review(*items: Json, **changes: Any) -> Json:
    """Return a brief that holds together."""
    document = {
        "title": stated(),
        "publisher": stated(),
        "document_date": stated(),
        "completeness": {"evidence": [], "value": "complete"},
        "form": "inspection_letter",
        "item_relation": "single",
    }
    summary = [{"text": "Staff are praised.", "supports": ["F1"]}]
    return {"document": document, "items": list(items) or [item()], "summary": summary} | changes


def _faults(brief: Json) -> list[tuple[tuple[int | str, ...], str]]:
    before = copy.deepcopy(brief)
    try:
        _model("council_review").model_validate(brief)
    except ValidationError as error:
        assert brief == before
        return [(fault["loc"], fault["msg"]) for fault in error.errors()]
    return []


@pytest.mark.parametrize(
    "brief",
    [
        council_review(),
        council_review(item(reviews=[review(judgements=[judgement()])])),
        council_review(item(reviews=[review("R1", "cqc_la_assessment"), review("R2", "corporate_peer_challenge")])),
        council_review(item(reviews=[review(judgements=[judgement(scale="intervention", value_code="improvement_notice")])])),
        council_review(item(reviews=[review(judgements=[judgement(scale="unscaled_label", value_code="other")])])),
        council_review(
            item(reviews=[review(judgements=[judgement(time="trajectory_from"), judgement("J2", time="trajectory_to")])])
        ),
        council_review(item(findings=[finding(voice="authority", review_id=None)])),
        council_review(item(actions=[action(kind="authority_commitment", voice="authority", review_id=None)])),
        council_review(item(summary=[{"text": "It breaks off.", "supports": ["completeness"]}])),
        council_review(item(), item("I2"), summary=[{"text": "Two items.", "supports": ["I1", "I2"]}]),
        council_review(item(findings=[finding(statement="There were no concerns")])),
        council_review(
            item(
                completeness={"evidence": [1], "value": "truncated_end"},
                findings=[finding(statement="There were few concerns")],
            )
        ),
    ],
)
def test_a_brief_that_holds_together_passes(brief: Json) -> None:
    assert _faults(brief) == []


def _with_judgement(regime: str = "ofsted_ilacs", **changes: Any) -> Json:
    return council_review(item(reviews=[review("R1", regime, judgements=[judgement(**changes)])]))


REVIEW = ("items", 0, "reviews", 0)
BROKEN: dict[str, tuple[Json, tuple[int | str, ...], str]] = {
    "a grade of another scale": (
        _with_judgement(value_code="excellent"),
        (*REVIEW, "judgements", 0),
        "'excellent' is not on ofsted_4",
    ),
    "a grade that its words do not name": (
        _with_judgement(value_as_stated="requires improvement to be good"),
        (*REVIEW, "judgements", 0),
        "are requires_improvement, not good",
    ),
    "a scale of another regime": (
        _with_judgement(scale="cqc_la_rating"),
        (*REVIEW, "judgements", 0),
        "cqc_la_rating is no scale of ofsted_ilacs",
    ),
    "an old scale for a new regime": (
        _with_judgement(scale="ofsted_4_old", value_code="adequate"),
        (*REVIEW, "judgements", 0),
        "ofsted_4_old is no scale of ofsted_ilacs",
    ),
    "a grade of a peer challenge": (
        _with_judgement("corporate_peer_challenge"),
        (*REVIEW, "judgements", 0),
        "corporate_peer_challenge gives no grades",
    ),
    "a grade of a focused visit": (
        _with_judgement("ofsted_focused_visit"),
        (*REVIEW, "judgements", 0),
        "ofsted_focused_visit gives no grades",
    ),
    "a grade of an intervention": (
        _with_judgement("dfe_intervention"),
        (*REVIEW, "judgements", 0),
        "ofsted_4 is no scale of dfe_intervention",
    ),
    "a label used twice": (
        council_review(item(findings=[finding(), finding("F1", "Records are late")])),
        ("items", 0, "findings", 1),
        "the label F1 is used twice",
    ),
    "a label used for two kinds of part": (
        council_review(item(actions=[action("F1")])),
        ("items", 0, "actions", 0),
        "the label F1 is used twice",
    ),
    "a label of no known shape": (
        council_review(item(findings=[finding("1F")])),
        ("items", 0, "findings", 0, "finding_id"),
        "pattern",
    ),
    "a finding of an unknown review": (
        council_review(item(findings=[finding(review_id="R9")])),
        ("items", 0, "findings", 0),
        "there is no review R9",
    ),
    "an action of an unknown review": (
        council_review(item(actions=[action(review_id="R9")])),
        ("items", 0, "actions", 0),
        "there is no review R9",
    ),
    "a finding of another item's review": (
        council_review(item(), item("I2", reviews=[review("R2")], actions=[])),
        ("items", 1, "findings", 0),
        "there is no review R1",
    ),
    "a reviewer's finding without a review": (
        council_review(item(findings=[finding(review_id=None)])),
        ("items", 0, "findings", 0),
        "a reviewer's finding names its review",
    ),
    "a recommendation of the authority": (
        council_review(item(actions=[action(voice="authority")])),
        ("items", 0, "actions", 0),
        "has voice reviewer",
    ),
    "a recommendation without a review": (
        council_review(item(actions=[action(review_id=None)])),
        ("items", 0, "actions", 0),
        "names its review",
    ),
    "the first half of a journey": (
        _with_judgement(time="trajectory_from"),
        (*REVIEW, "judgements", 0),
        "trajectory_from needs its trajectory_to",
    ),
    "the second half of a journey": (
        _with_judgement(time="trajectory_to"),
        (*REVIEW, "judgements", 0),
        "trajectory_to needs its trajectory_from",
    ),
    "two halves of different journeys": (
        council_review(
            item(
                reviews=[
                    review(
                        judgements=[
                            judgement(time="trajectory_from"),
                            judgement("J2", time="trajectory_to", aspect="leadership"),
                        ]
                    )
                ]
            )
        ),
        (*REVIEW, "judgements", 1),
        "trajectory_to needs its trajectory_from",
    ),
    "a stated fact without a source": (
        council_review(item(authority=stated("Calder Council"))),
        ("items", 0, "authority"),
        "a stated value needs the value and the segments",
    ),
    "a stated fact without a value": (
        council_review(item(authority=stated(None, 1, status="stated"))),
        ("items", 0, "authority"),
        "a stated value needs the value and the segments",
    ),
    "a fact that is not stated but given": (
        council_review(item(authority=stated("Calder Council", 1, status="cut_off"))),
        ("items", 0, "authority"),
        "cut_off cannot carry a value",
    ),
    "a finding without a source": (
        council_review(item(findings=[finding(evidence=[])])),
        ("items", 0, "findings", 0, "evidence"),
        "at least 1 item",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_does_not_hold_together_is_refused_where_it_stands(what: str) -> None:
    brief, loc, message = BROKEN[what]
    assert any(fault[0] == loc and message in fault[1] for fault in _faults(brief)), _faults(brief)


@pytest.mark.parametrize("value", ["truncated_end", "truncated_start", "excerpt"])
@pytest.mark.parametrize("words", ["There were no concerns", "No decision was made", "There are no areas for improvement"])
def test_a_text_that_is_cut_off_shows_no_absence(value: str, words: str) -> None:
    cut = {"evidence": [1], "value": value}
    assert _faults(council_review(item(completeness=cut, findings=[finding(statement=words)])))[0][0] == (
        "items",
        0,
        "findings",
        0,
    )
    summary = [{"text": words, "supports": ["completeness"]}]
    assert _faults(council_review(item(completeness=cut, summary=summary)))[0][0] == ("items", 0, "summary", 0)


def test_the_summary_of_an_item_has_at_most_120_words() -> None:
    def summary(*sizes: int) -> list[Json]:
        return [{"text": " ".join(["on"] * size), "supports": ["F1"]} for size in sizes]

    assert _faults(council_review(item(summary=summary(60, 60)))) == []
    assert _faults(council_review(item(summary=summary(60, 59, 2, 1)))) == [
        (("items", 0, "summary", place), "the summary of an item has at most 120 words") for place in (2, 3)
    ]


def test_several_faults_are_told_at_once() -> None:
    brief = council_review(item(findings=[finding(review_id=None), finding("F2", review_id="R9")], summary=[]), summary=[])
    assert [loc for loc, _ in _faults(brief)] == [("items", 0, "findings", 1), ("items", 0, "findings", 0)]


# --- The vocabularies


def _codes(path: str) -> set[str]:
    """Return the codes that may stand in a field of council_review."""
    node = _whole("council_review")
    for name in path.split("."):
        node = node["items"] if node.get("type") == "array" else node
        node = node["properties"][name]
    return {
        code for inner in _nodes(node) for code in (*inner.get("enum", ()), *([inner["const"]] if "const" in inner else ()))
    }


VOCABULARIES = {
    "document_form": "document.form",
    "item_relation": "document.item_relation",
    "completeness": "items.completeness.value",
    "service_area": "items.service_area",
    "cycle_stage": "items.cycle_stage",
    "direction_of_travel": "items.direction_of_travel.value",
    "voice": "items.findings.voice",
    "relay": "items.actions.relay",
    "review_regime": "items.reviews.regime",
    "review_role": "items.reviews.role",
    "outcome_status": "items.reviews.outcome_status",
    "scale": "items.reviews.judgements.scale",
    "judgement_aspect": "items.reviews.judgements.aspect",
    "judgement_time": "items.reviews.judgements.time",
    "polarity": "items.findings.polarity",
    "finding_time": "items.findings.time",
    "theme": "items.findings.theme",
    "action_kind": "items.actions.kind",
    "action_status": "items.actions.status",
    "field_status": "document.title.status",
}
with_vocabulary = pytest.mark.skipif(not VOCABULARY.is_file(), reason="the shared vocabularies are not here")


def _shared_vocabulary() -> Json:
    vocabulary: Json = json.loads(VOCABULARY.read_text(encoding="utf-8"))
    return vocabulary


@with_vocabulary
@pytest.mark.parametrize("name", VOCABULARIES)
def test_the_codes_are_those_of_the_gold_files(name: str) -> None:
    assert _codes(VOCABULARIES[name]) == set(_shared_vocabulary()[name])


@with_vocabulary
def test_the_form_of_an_item_is_any_but_a_page_of_several() -> None:
    assert _codes("items.form") == set(_shared_vocabulary()["document_form"]) - {"multi_item_page"}


@with_vocabulary
def test_the_grades_of_each_scale_are_those_of_the_gold_files() -> None:
    schemas.load("council_review")
    codes = importlib.import_module("summariser_schemas._council_codes")
    there = {scale: set(grades) for scale, grades in _shared_vocabulary()["scale"].items()}
    assert {scale: set(grades) for scale, grades in codes.SCALES.items()} == there
    assert set(codes.REGIME_SCALES) <= set(_shared_vocabulary()["review_regime"])


@pytest.mark.parametrize("bounds", [True, False])
def test_the_json_schema_is_the_callers_own(bounds: bool) -> None:
    model = _model("general")
    whole, spoilt = (schemas.json_schema(model, bounds=bounds) for _ in range(2))
    spoilt["properties"]["title"].clear()
    spoilt["required"].clear()
    assert schemas.json_schema(model, bounds=bounds) == whole != spoilt
    assert schemas.load("general").digest == schemas.Schema("general", model).digest
