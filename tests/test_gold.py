"""Gold is read as it was written, and every slip that a person can make in it is found and named."""

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summariser.errors import SettingsError
from summariser.evaluation import suites
from summariser.evaluation.checks import check
from summariser.gold import Fault, lint, load
from summariser.labels import labels, merged
from tests.conftest import ROOT
from tests.gold_strategies import MODEL, Json, Paper, labelled_papers

Plant = Callable[[Json], Any]

# The example of the instructions is the gold that slips are planted in, so that the instructions are tried as well.
(_WRITTEN,) = re.findall(r"```json\n(.*?)```", (ROOT / "evals" / "LABELLING.md").read_text(encoding="utf-8"), re.S)
# Every quote of the example, each on a line of its own; "Ofsted said so." stands twice.
TEXT = """Ashbourne Vale Council
Thursday 4 March 2021
Fostering inspection (report attached)
Ofsted's focused visit in January 2021 was noted. It found that assessments of carers were thorough.
Carers were now rising in number: 62 households now fostered.
The Head of Service would report back in June. Ofsted said so. Ofsted said so.
"""


def _example() -> Json:
    example: Json = json.loads(_WRITTEN)
    return example


def _item(gold: Json) -> Json:
    item: Json = gold["items"][0]
    return item


def _finding(gold: Json) -> Json:
    finding: Json = _item(gold)["findings"][0]
    return finding


def _graded(gold: Json, regime: str = "ofsted_ilacs", **changes: Any) -> None:
    """Turn the visit into an inspection that gives a grade, and change the grade."""
    review = _item(gold)["reviews"][0]
    review["regime"] = regime
    review["judgements"] = [
        {"judgement_id": "J1", "evidence": ["thorough"], "value_as_stated": "good", "aspect": "overall", "scale": "ofsted_4"}
        | {"value_code": "good", "time": "this_review", "voice": "reviewer", "relay": "direct"}
        | changes
    ]


def _planted(plant: Plant) -> Json:
    gold = _example()
    plant(gold)
    return gold


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of one document, labelled as the instructions show, with a key fact and a trap."""
    folder = tmp_path / "small"
    for part in ("documents", "gold", "second"):
        (folder / part).mkdir(parents=True)
    (folder / "suite.toml").write_text('name = "small"\nschema = "council_review"\nabout = "One paper."\n')
    (folder / "documents" / "paper.txt").write_text(TEXT)
    _write(folder / "gold" / "paper.json", _example())
    _write(
        folder / "key_facts.json", {"paper": {"must": [{"fact": "Carers are assessed well.", "parts": ["F1", ["A1", "N1"]]}]}}
    )
    trap = {"type": "wrong_voice", "false_statement": "The council was thorough.", "evidence": ["carers were thorough"]}
    _write(folder / "traps.json", {"paper": [trap]})
    return folder


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data), encoding="utf-8")


# --- Loading


def test_gold_is_loaded_as_it_is_written(suite: Path) -> None:
    assert load(suite / "gold" / "paper.json") == _example()


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('{"document": {},\n"items": [}', "is not JSON: Expecting value in line 2"),
        ("[1, 2]", "is no gold file"),
        ('{"document": {}}', "is no gold file"),
        ('{"document": {}, "items": {}}', "is no gold file"),
        ('{"draft": true, "document": {}, "items": []}', "is a draft"),
        (b'{"document": "\xff"}', "is not UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_gold_is_refused(tmp_path: Path, written: str | bytes | None, says: str) -> None:
    path = tmp_path / "paper.json"
    if written is not None:
        path.write_bytes(written.encode() if isinstance(written, str) else written)
    with pytest.raises(SettingsError, match=says):
        load(path)


def test_a_suite_is_loaded_with_all_that_belongs_to_a_document(suite: Path) -> None:
    second = _planted(lambda gold: _finding(gold).update(voice="unclear", review_id=None))
    _write(suite / "second" / "paper.json", second)
    (suite / "documents" / "unread.txt").write_text(TEXT)
    loaded = suites.load(suite)
    (entry,) = loaded.entries
    assert (loaded.name, loaded.schema, loaded.unlabelled) == ("small", "council_review", ("unread.txt",))
    assert (entry.name, entry.path.name) == ("paper", "paper.txt")
    assert (entry.gold, entry.second) == (_example(), second)
    assert [fact["parts"] for fact in entry.facts] == [["F1", ["A1", "N1"]]]
    assert [trap["type"] for trap in entry.traps] == ["wrong_voice"]
    assert suites.text_of(entry) == TEXT


def test_gold_may_name_its_document(suite: Path) -> None:
    _write(suite / "gold" / "000.json", _example() | {"source_file": "paper.txt"})
    assert [(entry.name, entry.path.name) for entry in suites.load(suite).entries] == [
        ("000", "paper.txt"),
        ("paper", "paper.txt"),
    ]


@pytest.mark.parametrize(
    ("fact", "parts"),
    [
        ("Carers are assessed well (F1) and it will be told (A1).", ["F1", "A1"]),
        ("Carers are assessed well (F1 or N1).", [["F1", "N1"]]),
        ("Carers are assessed well or better.", []),
    ],
)
def test_a_key_fact_in_words_names_its_parts_in_them(suite: Path, fact: str, parts: list[Any]) -> None:
    _write(suite / "key_facts.json", {"paper": {"must": [fact]}})
    assert suites.load(suite).entries[0].facts == ({"fact": fact, "parts": parts},)


@pytest.mark.parametrize("part", ["documents/paper.txt", "gold/paper.json", "key_facts.json", "traps.json"])
def test_the_digest_changes_with_all_that_decides_a_score(suite: Path, part: str) -> None:
    before = suites.load(suite).digest
    assert suites.load(suite).digest == before
    path = suite / part
    changed = path.read_text().replace("thorough", "careful").replace("Carers", "Staff")
    assert changed != path.read_text()
    path.write_text(changed)
    assert suites.load(suite).digest != before


@given(labelled_papers())
@settings(max_examples=20, deadline=None)
def test_a_quote_with_its_place_says_what_the_bare_quote_says(drawn: tuple[Paper, Json]) -> None:
    paper, gold = drawn
    placed = copy.deepcopy(gold)
    for node in _cited(placed):
        node["evidence"] = [{"quote": quote, "start": start} for quote, start in _placed(node, paper.text)]
    one, other = labels(gold, paper.text), labels(placed, paper.text)
    assert one.parts == other.parts
    assert one.summary == other.summary
    assert [quote for quote, _ in one.quotes] == [quote for quote, _ in other.quotes]


@given(labelled_papers())
@settings(max_examples=20, deadline=None)
def test_every_part_stands_on_the_words_that_it_quotes(drawn: tuple[Paper, Json]) -> None:
    paper, gold = drawn
    told = labels(gold, paper.text)
    for finding, part in zip((f for item in gold["items"] for f in item["findings"]), told.of("finding"), strict=True):
        assert part.label == finding["finding_id"]
        assert part.fields["voice"] == finding["voice"]
        places = [(start, start + len(quote)) for quote, start in _placed(finding, paper.text)]
        assert all(any(first <= start and end <= last for first, last in part.spans) for start, end in places)
        assert {start for start, _ in part.spans} <= {start for start, _ in places}
        assert {end for _, end in part.spans} <= {end for _, end in places}
    assert len(told.of("item")) == len(gold["items"])


def test_other_fair_labels_and_values_are_read() -> None:
    gold = _example()
    _finding(gold)["also_accept"] = {"voice": ["record", "unclear"]}
    _item(gold)["authority"]["also_accept"] = ["the Vale", "not_stated"]
    _item(gold)["direction_of_travel"][0]["also_accept"] = ["no_change"]
    _item(gold)["completeness"]["also_accept"] = ["excerpt"]
    told = labels(gold, TEXT)
    (finding,), (item,), (direction,) = told.of("finding"), told.of("item"), told.of("direction")
    assert finding.accepts == {"voice": ("record", "unclear")}
    assert [finding.allows("voice", voice) for voice in ("reviewer", "record", "partner")] == [True, True, False]
    assert item.facts["authority"].accepts == ("the Vale", "not_stated")
    assert direction.allows("value", "no_change")
    assert item.allows("completeness", "excerpt")


def test_spans_that_touch_are_made_one() -> None:
    assert merged([(5, 9), (0, 3), (8, 12), (12, 13), (6, 7)]) == ((0, 3), (5, 13))


# --- The lint


def test_the_example_of_the_instructions_has_no_faults(suite: Path) -> None:
    _write(suite / "second" / "paper.json", _example())
    assert check(suite) == []


@given(labelled_papers())
@settings(max_examples=20, deadline=None)
def test_careful_gold_has_no_faults(drawn: tuple[Paper, Json]) -> None:
    paper, gold = drawn
    assert lint("paper.json", gold, paper.text, MODEL) == []


# What is planted, where it is to be found, and what is to be said of it.
SLIPS: dict[str, tuple[Plant, str, str]] = {
    "a quote not in the document": (
        lambda gold: _finding(gold).update(evidence=["assessments of carers were poor"]),
        "items[0].findings[0]",
        "the quote 'assessments of carers were poor' is not in the document",
    ),
    "a quote of a fact not in the document": (
        lambda gold: gold["document"]["title"].update(evidence=["Adoption inspection"]),
        "document.title",
        "is not in the document",
    ),
    "a quote over a line break": (
        lambda gold: _finding(gold).update(evidence=["carers were thorough.\nCarers were now rising"]),
        "items[0].findings[0]",
        "runs over a line break",
    ),
    "a quote that stands twice": (
        lambda gold: _finding(gold).update(evidence=["Ofsted said so."]),
        "items[0].findings[0]",
        "stands 2 times",
    ),
    "a wrong offset": (
        lambda gold: _finding(gold).update(evidence=[{"quote": "Ofsted said so.", "start": TEXT.index("Ofsted said") + 1}]),
        "items[0].findings[0]",
        "does not stand at the offset",
    ),
    "an offset before the document": (
        lambda gold: _finding(gold).update(evidence=[{"quote": "Ofsted said so.", "start": -17}]),
        "items[0].findings[0]",
        "does not stand at the offset",
    ),
    "an empty quote": (lambda gold: _finding(gold).update(evidence=[""]), "items[0].findings[0]", "a quote is empty"),
    "a blank quote": (lambda gold: _finding(gold).update(evidence=[" "]), "items[0].findings[0]", "a quote is empty"),
    "evidence without its quote": (
        lambda gold: _finding(gold).update(evidence=[{"start": 3}]),
        "items[0].findings[0]",
        "an object with the field 'quote'",
    ),
    "no evidence": (lambda gold: _finding(gold).pop("evidence"), "items.0.findings.0.evidence", "at least 1 item"),
    "an unknown code": (lambda gold: _finding(gold).update(theme="weather"), "items.0.findings.0.theme", "Input should be"),
    "an unknown code beside the label": (
        lambda gold: _finding(gold).update(also_accept={"theme": ["workforce", "weather"]}),
        "items[0].findings[0].also_accept",
        "'weather' is no code of theme",
    ),
    "a field beside the label that is not there": (
        lambda gold: _finding(gold).update(also_accept={"voise": ["record"]}),
        "items[0].findings[0].also_accept",
        "the part has no such field",
    ),
    "another fair label that is no list": (
        lambda gold: _finding(gold).update(also_accept={"voice": "record"}),
        "items[0].findings[0].also_accept",
        "for 'voice' is a list",
    ),
    "another fair value that is no list": (
        lambda gold: _item(gold)["authority"].update(also_accept="the Vale"),
        "items[0].authority.also_accept",
        "also_accept is a list of values",
    ),
    "an unknown sensitivity": (
        lambda gold: gold["document"].update(sensitivity="secret"),
        "document.sensitivity",
        "'secret' is no code of sensitivity",
    ),
    "a label used twice": (
        lambda gold: _item(gold)["findings"].append(
            _finding(gold) | {"statement": "Carers rise.", "evidence": ["Carers were now rising"]}
        ),
        "F1",
        "used 2 times",
    ),
    "a review that is not there": (
        lambda gold: _finding(gold).update(review_id="R9"),
        "items.0.findings.0",
        "there is no review R9",
    ),
    "the same part twice": (
        lambda gold: _item(gold)["findings"].append(_finding(gold) | {"finding_id": "F2"}),
        "F2",
        "F2 says the same of the same words as F1",
    ),
    "an empty statement": (lambda gold: _finding(gold).update(statement=""), "items.0.findings.0.statement", "at least 1"),
    "a label left out": (lambda gold: _finding(gold).pop("polarity"), "items.0.findings.0.polarity", "Field required"),
    "a judgement off its scale": (
        lambda gold: _graded(gold, value_code="excellent"),
        "items.0.reviews.0.judgements.0",
        "'excellent' is not on ofsted_4",
    ),
    "a judgement that its words contradict": (
        lambda gold: _graded(gold, value_as_stated="inadequate"),
        "items.0.reviews.0.judgements.0",
        "are inadequate, not good",
    ),
    "a grade of a peer challenge": (
        lambda gold: _graded(gold, "corporate_peer_challenge"),
        "items.0.reviews.0.judgements.0",
        "gives no grades",
    ),
    "a reviewer's finding of no review": (
        lambda gold: _finding(gold).update(review_id=None),
        "items.0.findings.0",
        "names its review",
    ),
    "a value that is not stated": (
        lambda gold: gold["document"]["publisher"].update(value="Ofsted"),
        "document.publisher",
        "cannot carry a value",
    ),
    "a summary of nothing": (
        lambda gold: _item(gold)["summary"][0].update(supports=["R1", "F7"]),
        "summary",
        "there is no part F7",
    ),
    "a summary sentence that nothing bears out": (
        lambda gold: _item(gold)["summary"][0].pop("supports"),
        "items.0.summary.0.supports",
        "Field required",
    ),
}


def _found(faults: list[Fault], file: str, where: str, says: str) -> bool:
    return any(fault.file == file and fault.where == where and says in fault.message for fault in faults)


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_found_and_named(suite: Path, slip: str) -> None:
    plant, where, says = SLIPS[slip]
    _write(suite / "gold" / "paper.json", _planted(plant))
    faults = check(suite)
    assert _found(faults, "paper.json", where, says), faults
    assert str(faults[0]).startswith("paper.json: ")


def test_a_slip_of_the_second_reader_is_found_and_named(suite: Path) -> None:
    plant, where, says = SLIPS["an unknown code"]
    _write(suite / "second" / "paper.json", _planted(plant))
    assert _found(check(suite), "paper.json (second)", where, says)


def test_a_sound_grade_and_a_quote_with_its_place_are_no_slips(suite: Path) -> None:
    gold = _planted(_graded)
    _finding(gold)["evidence"] = [{"quote": "Ofsted said so.", "start": TEXT.rindex("Ofsted said so.")}]
    _write(suite / "gold" / "paper.json", gold)
    assert check(suite) == []


def test_the_words_of_a_fact_may_stand_more_than_once(suite: Path) -> None:
    _write(suite / "gold" / "paper.json", _planted(lambda gold: gold["document"]["title"].update(evidence=["Ofsted said so."])))
    assert check(suite) == []


@given(labelled_papers(), st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_a_quote_that_is_altered_anywhere_is_found(drawn: tuple[Paper, Json], seed: int) -> None:
    paper, gold = drawn
    rng = random.Random(seed)
    node = rng.choice([node for node in _cited(gold) if node["evidence"]])
    at = rng.randrange(len(node["evidence"]))
    quote = node["evidence"][at]
    words = quote if isinstance(quote, str) else quote["quote"]
    node["evidence"][at] = f"{words} allegedly"
    (fault,) = lint("paper.json", gold, paper.text, MODEL)
    assert fault.message == f"the quote {words + ' allegedly'!r} is not in the document"


def _cited(node: Any) -> Iterator[Json]:
    """Yield everything in a gold file that carries evidence."""
    if isinstance(node, list):
        for element in node:
            yield from _cited(element)
    elif isinstance(node, dict):
        if "evidence" in node:
            yield node
        for value in node.values():
            yield from _cited(value)


def _placed(node: Json, text: str) -> list[tuple[str, int]]:
    """Return the quotes of a part with where they stand."""
    return [(each, text.index(each)) if isinstance(each, str) else (each["quote"], each["start"]) for each in node["evidence"]]


# --- The suite around the gold


def _draft(suite: Path) -> None:
    _write(suite / "gold" / "paper.json", {"draft": True, **_example()})


def _no_gold(suite: Path) -> None:
    for name in ("gold/paper.json", "traps.json", "key_facts.json"):
        (suite / name).unlink()


def _key_facts(*parts: Any) -> Callable[[Path], None]:
    return lambda suite: _write(suite / "key_facts.json", {"paper": {"must": [{"fact": "So it is.", "parts": list(parts)}]}})


def _trap(**changes: Any) -> Callable[[Path], None]:
    trap = {"type": "negation", "false_statement": "So it is not.", "evidence": ["carers were thorough"]} | changes
    return lambda suite: _write(suite / "traps.json", {"paper": [trap]})


def _elsewhere(name: str) -> Callable[[Path], None]:
    return lambda suite: _write(suite / name, {"papre": json.loads((suite / name).read_text())["paper"]})


@pytest.mark.parametrize(
    ("spoil", "file", "where", "says"),
    [
        (_draft, "paper.json", "file", "gold/paper.json' is a draft"),
        (lambda suite: (suite / "gold" / "paper.json").write_text("{"), "paper.json", "file", "gold/paper.json' is not JSON"),
        (
            lambda suite: (suite / "gold" / "paper.json").write_text("[]"),
            "paper.json",
            "file",
            "gold/paper.json' is no gold file",
        ),
        (lambda suite: (suite / "second" / "paper.json").write_text("{"), "small", "suite", "second/paper.json' is not JSON"),
        (lambda suite: (suite / "traps.json").write_text("{"), "small", "suite", "traps.json' is not JSON"),
        (_no_gold, "small", "suite", "gold' holds no gold files"),
        (lambda suite: _write(suite / "gold" / "b.json", _example()), "small", "suite", "a document that is not in"),
        (lambda suite: (suite / "documents" / "b.txt").write_text("B."), "b.txt", "file", "has no gold"),
        (_key_facts("F1", "F8"), "key_facts.json", "paper", "figure F8"),
        (_key_facts(["F8", "F1"]), "key_facts.json", "paper", "figure F8"),
        (_trap(evidence=["carers were lazy"]), "traps.json", "paper", "not in the document"),
        (_trap(type="wrong_voyce"), "traps.json", "paper", "there is no trap of type 'wrong_voyce'"),
        (_trap(evidence=[]), "small", "suite", "traps.json': paper.0.evidence: List should have at least 1 item"),
        (_trap(false_statement=None), "small", "suite", "traps.json': paper.0.false_statement: Input should be a valid string"),
        (_elsewhere("traps.json"), "small", "suite", "traps.json speaks of 'papre'"),
        (_elsewhere("key_facts.json"), "small", "suite", "key_facts.json speaks of 'papre'"),
        (
            lambda suite: _write(suite / "key_facts.json", {"paper": {"must": [{"fact": "So it is."}]}}),
            "small",
            "suite",
            "key_facts.json': paper.must.0.parts: Field required",
        ),
    ],
)
def test_a_slip_around_the_gold_is_found_and_named(
    suite: Path, spoil: Callable[[Path], Any], file: str, where: str, says: str
) -> None:
    spoil(suite)
    faults = check(suite)
    assert _found(faults, file, where, says), faults


@pytest.mark.parametrize(
    ("about", "says"),
    [
        (None, "is no suite"),
        ("name = ", "is not TOML: Invalid value"),
        ('schema = "council_review"', "name: Field required"),
        ('name = "small"\ngolden = "gold"', "golden: Extra inputs"),
        ('name = "small"\nschema = "general"', "no metrics for the schema 'general'"),
    ],
)
def test_what_is_no_suite_is_refused(suite: Path, about: str | None, says: str) -> None:
    (suite / "suite.toml").unlink() if about is None else (suite / "suite.toml").write_text(about)
    with pytest.raises(SettingsError, match=says):
        suites.load(suite)
    with pytest.raises(SettingsError, match=says):
        check(suite)


# --- What the lint once missed


def test_a_draft_does_not_hide_the_slips_of_other_files(suite: Path) -> None:
    plant, where, says = SLIPS["an unknown code"]
    _draft(suite)
    (suite / "documents" / "other.txt").write_text(TEXT)
    _write(suite / "gold" / "other.json", _planted(plant))
    assert _found(check(suite), "other.json", where, says)


@pytest.mark.parametrize(
    "plant",
    [
        pytest.param(
            lambda gold: gold["document"]["quality_flags"][0].update(flag="mising_attachment"),
            id="an unknown quality flag",
        ),
        pytest.param(
            lambda gold: gold["items"].append(_another_item()),
            id="the label of an item used twice",
        ),
        pytest.param(
            lambda gold: _finding(gold).update(evidence=[{"quote": "Ofsted said so.", "start": "12"}]),
            id="an offset in quotation marks",
        ),
    ],
)
def test_a_slip_that_was_once_missed_is_found(plant: Plant) -> None:
    assert lint("paper.json", _planted(plant), TEXT, MODEL)


def _another_item() -> Json:
    """Return an item that holds nothing, with the label of the first."""
    empty: Json = {name: [] for name in ("reviews", "findings", "actions", "figures", "summary")}
    return _item(_example()) | empty | {"heading": {"status": "not_stated"}}


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(
            _key_facts("I1"),
            id="a key fact that names an item, which no brief can hold",
        ),
        pytest.param(
            _key_facts("completeness"),
            id="a key fact that names the completeness, which no brief can hold",
        ),
    ],
)
def test_a_slip_around_the_gold_that_was_once_missed_is_found(suite: Path, spoil: Callable[[Path], None]) -> None:
    spoil(suite)
    assert check(suite)


def test_a_figure_may_have_another_fair_value() -> None:
    gold = _planted(lambda gold: _item(gold)["figures"][0].update(also_accept={"value": [62.5]}))
    assert lint("paper.json", gold, TEXT, MODEL) == []


def test_a_fact_whose_status_is_left_out_is_stated() -> None:
    gold = _planted(lambda gold: _item(gold)["authority"].pop("status"))
    assert lint("paper.json", gold, TEXT, MODEL) == []
    assert labels(gold, TEXT).of("item")[0].facts["authority"].status == "stated"


def test_other_fair_labels_are_no_fact() -> None:
    gold = _planted(lambda gold: _item(gold)["actions"][0].update(also_accept={"status": ["decided"]}))
    assert set(labels(gold, TEXT).of("action")[0].facts) == {"owner", "due"}
