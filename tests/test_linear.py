"""The linear models: what the files hold, and that they are asked as they were trained."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.training import train
from evals.training.corpus import FACETS, LABELS, corpus
from summariser import summarise
from summariser.readers import from_text
from summariser.rules import lexicon, linear
from summariser.rules.central import likeness, ranked
from summariser.rules.lines import lines_of
from summariser.rules.roles import roles
from summariser.segments import segment

CARD = Path(train.__file__).with_name("CARD.md").read_text(encoding="utf-8")
FILES = {name: Path(linear.__file__).with_name(f"{name}.npz") for name in ("papers", "lines")}
SUITES = Path(train.__file__).parents[1]

small = pytest.mark.parametrize("name", FILES)


def toy() -> train.Examples:
    """Return a corpus of three kinds of line that words tell apart."""
    kinds = {"praise": "good strong sound", "blame": "weak poor late", "other": "the a of"}
    features = [
        {word: 1.0 + place / 7 for place, word in enumerate(words.split()[: 1 + turn % 3])} | {"=always": 1.0}
        for words in kinds.values()
        for turn in range(12)
    ]
    answers: list[str | None] = [kind for kind in kinds for _ in range(12)]
    return train.Examples(features, range(len(features)), {"kind": answers, "some": [*answers[:30], *[None] * 6]})


# Training and asking


def test_a_stored_model_answers_as_the_one_that_was_trained() -> None:
    examples = toy()
    model = linear.unpacked(train.trained(examples, 1.0, {"kind": 1.0, "some": 1.0}))
    vectors = train.Vectors(examples.features)
    fitted = train.fitted(vectors.matrix(examples.features), np.array(examples.answers["kind"]), 1.0)
    expected = fitted.decision_function(vectors.matrix(examples.features))
    head = model.heads["kind"]
    assert list(head.classes) == fitted.classes_.tolist()
    for features, row in zip(examples.features, expected, strict=True):
        scores = model.answers(features).scores[head.start : head.end]
        assert scores.tolist() == pytest.approx(row.tolist(), abs=0.01)  # the weights are kept in 16 bits
        assert sum(model.answers(features).probabilities("kind").values()) == pytest.approx(1)


def test_features_that_were_never_seen_say_nothing() -> None:
    model = linear.unpacked(train.trained(toy(), 1.0, {"kind": 1.0, "some": 1.0}))
    assert model.answers({"unheard of": 5.0}).scores.tolist() == model.bias.tolist()


def test_a_temperature_moves_the_probability_and_not_the_answer() -> None:
    cold, hot = (
        linear.unpacked(train.trained(toy(), 1.0, {"kind": heat, "some": 1.0})).answers({"poor": 1.0}).best("kind")
        for heat in (1.0, 4.0)
    )
    assert cold.value == hot.value == "blame"
    assert cold.probability > hot.probability


def test_no_document_teaches_what_it_is_tested_on() -> None:
    # Each document has a word of its own that gives its answer away; held out, nothing can be known.
    features = [{f"secret {place // 2}": 1.0} for place in range(40)]
    answers: list[str | None] = [("a", "b", "c")[place // 2 % 3] for place in range(40)]
    groups = [place // 2 for place in range(40)]
    _, asked, score = train.held_out(train.Examples(features, groups, {"which": answers}), "which", 1.0)
    assert asked == list(range(40))
    assert score.accuracy <= 0.5


# What ships


@small
def test_a_model_is_the_one_on_its_card(name: str) -> None:
    digest = hashlib.sha256(FILES[name].read_bytes()).hexdigest()
    assert f"**{name}.npz** {FILES[name].stat().st_size:,} bytes, SHA-256 `{digest}`" in CARD


def test_the_card_is_of_the_corpus_as_it_is() -> None:
    assert f"**Corpus** SHA-256 `{train.corpus_digest()}`" in CARD, "the corpus has changed: make train"


@small
def test_a_model_is_plain_arrays(name: str) -> None:
    with np.load(FILES[name], allow_pickle=False) as arrays:
        assert {arrays[key].dtype.name for key in arrays.files} == {"uint8", "float16", "float32"}


def test_the_models_are_small() -> None:
    assert sum(path.stat().st_size for path in FILES.values()) < 10_000_000


@small
def test_a_model_answers_in_codes_of_the_schema(name: str) -> None:
    roles = frozenset({"finding", "action", "judgement", "nothing"})
    known = FACETS if name == "papers" else {**LABELS["F"], **LABELS["A"], "role": roles}
    heads = linear.load(name).heads
    assert heads
    assert all(set(head.classes) <= set(known[question]) for question, head in heads.items())


def test_the_corpus_is_large_and_its_own() -> None:
    documents = list(corpus())
    assert len(documents) >= 200
    assert sum(len(document.rows) for document in documents) >= 1_500

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[place : place + 12]) for place in range(len(words) - 11)}

    gold = set[tuple[str, ...]]()
    for path in (SUITES / "council_review" / "documents").iterdir():
        gold |= runs(path.read_text(encoding="utf-8"))
    # Set phrases of inspectorates stand in all their papers; whole papers have little else in common.
    shared = {document.name: len(own & gold) / len(own) for document in documents if (own := runs(document.text))}
    assert max(shared.values()) < 0.1


# The words of the field


@pytest.mark.parametrize(
    ("words", "section", "found"),
    [
        ("assessments were inconsistent", "concern", True),
        ("it was not good enough", "strength", False),
        ("it was not good enough", "strength denied", True),
        ("the care inspectorate wrote", "reviewers", True),
        ("the care of others", "reviewers", False),
        ("", "concern", False),
    ],
)
def test_entries_stand_whole_in_a_text(words: str, section: str, found: bool) -> None:
    assert bool(lexicon.hints(words).sections[section]) is found


@pytest.mark.parametrize(
    ("words", "tones"),
    [
        ("assessments are thorough, but plans drift", "+-"),
        ("although assessments are thorough, plans drift", "="),
        ("there were delays; however, children are now safe and well supported", "-+"),
        ("the committee sat in june", "0"),
        ("", "0"),
    ],
)
def test_a_sentence_has_a_tone_for_each_side_that_it_tells(words: str, tones: str) -> None:
    assert lexicon.hints(words).tones == tones


def test_a_denial_reaches_a_few_words_and_no_further_than_the_clause() -> None:
    assert lexicon.hints("visits are not always purposeful, and plans are clear").denied == ("always", "purposeful")
    assert lexicon.hints("plans weren't shared but records are kept").denied == ("shared",)


# The choice of sentences

texts = st.lists(st.text("abcdefgh .", max_size=40), max_size=30)


@given(texts)
def test_each_text_is_ranked_once(given_texts: list[str]) -> None:
    assert sorted(ranked(given_texts, [0.0] * len(given_texts))) == list(range(len(given_texts)))


@given(texts)
def test_likeness_is_mutual_and_bounded(given_texts: list[str]) -> None:
    alike = likeness(given_texts)
    assert np.allclose(alike, alike.T)
    assert alike.size == 0 or (alike.min() >= 0 and alike.max() <= 1.0001)


def test_what_most_sentences_speak_of_comes_first_and_a_repeat_last() -> None:
    said = [
        "Social workers visited children regularly",
        "Children said social workers visited them",
        "Social workers visited children regularly",
        "The car park was resurfaced",
        "Managers knew which children social workers visited",
    ]
    order = ranked(said, [0.0] * len(said))
    assert {0, 2} & set(order[:2])
    assert order.index(3) > 1
    repeat = max(order.index(0), order.index(2))
    assert repeat >= 3


# What a line is

REPORT = """Inspection of Elmcaster local authority children's services

Inspection dates: 3 to 7 June 2024

What needs to improve?

- The timeliness of return home interviews.
- The recording of supervision.

The experiences of children in care: good

Letters to parents explain clearly what has to change. Some children wait too long for therapy.
"""
MINUTES = """Scrutiny Committee, 4 March 2024

Ofsted focused visit

The Director said that inspectors had found caseloads too high. Councillor Hale asked how many staff had left since May?

RESOLVED -

That the letter be noted.
"""


def roles_of(text: str, form: str) -> dict[str, tuple[str, str]]:
    """Return the role and the kind of each line, by its words."""
    document = from_text(text)
    lines = lines_of(document, segment(document))
    found = roles(lines, form)
    return {line.words: (found[line.number].name, found[line.number].kind) for line in lines if line.kind != "heading"}


def test_what_needs_to_improve_is_asked_for_and_what_is_told_is_found() -> None:
    told = roles_of(REPORT, "inspection_report")
    assert told["The timeliness of return home interviews."] == ("action", "reviewer_recommendation")
    assert told["The recording of supervision."] == ("action", "reviewer_recommendation")
    assert told["Some children wait too long for therapy."][0] == "finding"
    assert told["Letters to parents explain clearly what has to change."][0] != "action"


def test_a_question_and_the_head_of_a_resolution_are_nothing() -> None:
    told = roles_of(MINUTES, "minutes_item")
    assert told["Councillor Hale asked how many staff had left since May?"][0] == "nothing"
    assert told["The Director said that inspectors had found caseloads too high."][0] == "finding"
    assert [role for words, (role, _) in told.items() if words.startswith("RESOLVED")] == ["nothing"]


# Grades that are told again

RESTATED = Path(__file__).parent / "restated_grades"
GRADES = json.loads((RESTATED / "labels.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(GRADES))
def test_no_past_grade_is_told_as_a_present_one(name: str) -> None:
    present = {(grade["aspect"], grade["value"]) for grade in GRADES[name]["present"]}
    past = {(grade["aspect"], grade["value"]) for grade in GRADES[name]["past"]}
    told = {
        (grade["aspect"], grade["value_code"])
        for item in json.loads(summarise(RESTATED / f"{name}.txt").to_json())["brief"]["items"]
        for review in item["reviews"]
        for grade in review["judgements"]
        if grade["time"] == "this_review"
    }
    assert {grade for grade in told - present if grade in past or (None, grade[1]) in past} == set()
