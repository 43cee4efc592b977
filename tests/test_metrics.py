"""The laws that every score obeys, on random papers, and what each metric counts, on small ones."""

import copy
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from summariser.evaluation.baselines import baselines
from summariser.evaluation.misses import misses
from summariser.evaluation.scoring import score, with_record
from summariser.evaluation.statistics import value
from summariser.labels import Fact, Kind, Labels, Part, Plain, SummarySentence, labels
from summariser.metrics import METRICS, Metric
from summariser.metrics.answers import SIGNS, facts_held, fallen_into
from summariser.metrics.cases import Case, Running, Verdicts
from summariser.metrics.dates import contradict, same
from summariser.metrics.facets import agrees
from summariser.metrics.pairs import by_place
from summariser.metrics.scores import accuracy, macro_f1
from tests.gold_strategies import Json, Paper, codes, labelled_papers, twice_labelled_papers

# Most examples of the laws: a paper takes a few hundredths of a second.
FEW = settings(max_examples=15, deadline=None)
CLAIMS: tuple[Kind, ...] = ("review", "judgement", "finding", "action", "figure")
# The labels of a finding and the vocabulary of each.
OF_A_FINDING = {"voice": "Voice", "polarity": "Polarity", "theme": "Theme", "time": "FindingTime", "relay": "Relay"}
BY_NAME = {metric.name: metric for metric in METRICS}
WORSE_WHEN_HIGHER = {"seconds a document", "input tokens a document", "output tokens a document", "US dollars a document"}


def _case(paper: Paper, gold: Json, brief: Json | None, **more: Any) -> Case:
    told = Labels() if brief is None else labels(brief, paper.text)
    return Case("paper", paper.text, labels(gold, paper.text), told, **more)


def _values(case: Case) -> dict[str, float | None]:
    return {metric.name: value(metric, [metric.tally(case)]) for metric in METRICS}


def _counts(name: str, case: Case) -> Any:
    return BY_NAME[name].tally(case)


def _findings(brief: Json) -> list[Json]:
    return [finding for item in brief["items"] for finding in item["findings"]]


def _questions(gold: Labels, text: str) -> Json:
    """Return a key fact of every part, and every type of trap on the words of every part."""
    parts = [part for part in gold.parts if part.kind in CLAIMS]
    places = {span for part in parts for span in part.spans[:1]}
    return {
        "facts": [{"fact": "So it is.", "parts": [part.label]} for part in parts],
        "traps": [
            {"type": kind, "evidence": [{"quote": text[start:end], "start": start}]} for kind in SIGNS for start, end in places
        ],
    }


# --- Laws of random papers


@given(labelled_papers())
@FEW
def test_gold_scored_against_itself_is_perfect(drawn: tuple[Paper, Json]) -> None:
    paper, gold = drawn
    case = _case(paper, gold, gold, running=Running(refused=0), **_questions(labels(gold, paper.text), paper.text))
    for name, scored in _values(case).items():
        match BY_NAME[name].better:
            case "higher":
                assert scored in (None, 1.0), (name, scored)
            case "lower":
                assert scored in (None, 0.0), (name, scored)
    assert list(misses(case)) == []


@given(labelled_papers(), st.booleans())
@FEW
def test_a_brief_that_says_nothing_scores_nothing(drawn: tuple[Paper, Json], failed: bool) -> None:
    paper, gold = drawn
    case = _case(paper, gold, None, failed=failed, **_questions(labels(gold, paper.text), paper.text))
    scored = _values(case)
    assert scored.pop("documents briefed") == (0.0 if failed else 1.0)
    assert set(scored.values()) <= {None, 0.0}
    assert scored["findings recall"] == 0.0
    assert scored["authority"] == 0.0
    assert scored["service area"] == 0.0
    assert scored["key facts held"] == 0.0


@given(twice_labelled_papers())
@FEW
def test_every_share_lies_between_nothing_and_all(drawn: tuple[Paper, Json, Json]) -> None:
    paper, gold, brief = drawn
    case = _case(paper, gold, brief, running=Running(refused=3), **_questions(labels(gold, paper.text), paper.text))
    for name, scored in _values(case).items():
        if name != "words" and name not in WORSE_WHEN_HIGHER:
            assert scored is None or 0.0 <= scored <= 1.0, (name, scored)


@given(twice_labelled_papers())
@FEW
def test_parts_are_matched_one_to_one_and_only_where_they_share_words(drawn: tuple[Paper, Json, Json]) -> None:
    paper, gold, brief = drawn
    case = _case(paper, gold, brief)
    kinds: tuple[Kind, ...] = ("document", "item", *CLAIMS)
    for kind in kinds:
        pairs = case.matched(kind)
        assert len({id(one) for one, _ in pairs}) == len({id(other) for _, other in pairs}) == len(pairs)
        assert len(pairs) <= min(len(case.gold.of(kind)), len(case.brief.of(kind)))
    for kind in ("finding", "action", "figure"):
        for one, other in case.matched(kind):
            places = [{at for start, end in part.spans for at in range(start, end)} for part in (one, other)]
            assert 2 * len(places[0] & places[1]) >= min(map(len, places))


@given(twice_labelled_papers(), st.randoms())
@FEW
def test_matching_is_by_place_whatever_the_labels_are(drawn: tuple[Paper, Json, Json], rng: random.Random) -> None:
    paper, gold, brief = drawn
    relabelled = copy.deepcopy(brief)
    for finding in _findings(relabelled):
        finding |= {name: rng.choice(codes(vocabulary)) for name, vocabulary in OF_A_FINDING.items()}
        finding["review_id"] = None
    one, other = (_case(paper, gold, each) for each in (brief, relabelled))
    assert [(a.label, b.label) for a, b in one.findings] == [(a.label, b.label) for a, b in other.findings]


@given(labelled_papers(), st.randoms())
@FEW
def test_another_voice_of_one_finding_moves_only_what_is_said_of_voices(drawn: tuple[Paper, Json], rng: random.Random) -> None:
    paper, gold = drawn
    brief = copy.deepcopy(gold)
    finding = rng.choice(_findings(brief))
    fair = (finding["voice"], *finding.get("also_accept", {}).get("voice", ()))
    finding["voice"] = rng.choice([voice for voice in codes("Voice") if voice not in fair])
    before, after = (_values(_case(paper, gold, each)) for each in (gold, brief))
    moved = {name for name in before if before[name] != after[name]}
    assert {"finding voice", "finding voice, macro F1"} <= moved
    assert all("voice" in name or BY_NAME[name].group == "Owners confused" for name in moved)
    assert after["finding voice"] == pytest.approx(1 - 1 / len(_findings(gold)))


@given(labelled_papers(), st.integers(1, 3))
@FEW
def test_spurious_findings_cost_precision_and_no_recall(drawn: tuple[Paper, Json], more: int) -> None:
    paper, gold = drawn
    brief = copy.deepcopy(gold)
    invented = brief["items"][0]["findings"]
    for number in range(more):
        invented.append(invented[0] | {"finding_id": f"F{90 + number}", "evidence": [paper.spare[number % 2]]})
    told = len(_findings(gold))
    scored = _values(_case(paper, gold, brief))
    assert scored["findings precision"] == pytest.approx(told / (told + more))
    assert scored["findings recall"] == 1.0
    assert scored["finding voice"] == 1.0


@given(labelled_papers(), st.randoms())
@FEW
def test_a_finding_told_twice_counts_once(drawn: tuple[Paper, Json], rng: random.Random) -> None:
    paper, gold = drawn
    brief = copy.deepcopy(gold)
    item = rng.choice(brief["items"])
    item["findings"].append(rng.choice(item["findings"]) | {"finding_id": "F99"})
    told = len(_findings(gold))
    counts = _counts("findings F1", _case(paper, gold, brief))
    assert counts == {"matched": told, "predicted": told + 1, "gold": told}


@given(labelled_papers(), st.randoms())
@FEW
def test_a_missing_finding_costs_recall_and_no_precision(drawn: tuple[Paper, Json], rng: random.Random) -> None:
    paper, gold = drawn
    told = len(_findings(gold))
    assume(told > 1)
    brief = copy.deepcopy(gold)
    lost = rng.choice([item for item in brief["items"] if item["findings"]])["findings"]
    lost.pop(rng.randrange(len(lost)))
    scored = _values(_case(paper, gold, brief))
    assert scored["findings precision"] == 1.0
    assert scored["findings recall"] == pytest.approx(1 - 1 / told)


@given(twice_labelled_papers())
@settings(max_examples=8, deadline=None)
def test_knowing_nothing_is_scored_without_a_crash(drawn: tuple[Paper, Json, Json]) -> None:
    paper, *golds = drawn
    cases = [replace(_case(paper, gold, None), name=str(number)) for number, gold in enumerate(golds)]
    known = baselines(cases)
    scores = {name: score(each.cases, metrics=each.metrics) for name, each in known.items()}
    assert {name for name, scored in scores.items() if scored.crashes} == set()
    # Of two documents, the commonest form is right at least once.
    assert (scores["majority"].value("document form") or 0) >= 0.5
    assert scores["majority"].value("findings recall") is None
    assert (scores["every sentence"].value("findings recall") or 0) >= (scores["lead 3"].value("findings recall") or 0)


# --- Chance


def _suite(rng: random.Random, documents: int, each: int) -> list[Labels]:
    """Return the gold of a suite whose findings have labels at random, every one as likely."""
    return [
        Labels(
            tuple(
                Part(
                    "finding",
                    f"F{number}",
                    0,
                    {name: rng.choice(codes(vocabulary)) for name, vocabulary in OF_A_FINDING.items()},
                    spans=((10 * number, 10 * number + 8),),
                )
                for number in range(each)
            )
        )
        for _ in range(documents)
    ]


def test_labels_shuffled_among_the_findings_are_right_by_chance_alone() -> None:
    rng = random.Random(7)
    golds = _suite(rng, documents=90, each=12)
    told = [part.fields for gold in golds for part in gold.parts]
    rng.shuffle(told)
    given_labels = iter(told)
    briefs = [Labels(tuple(replace(part, fields=next(given_labels)) for part in gold.parts)) for gold in golds]
    cases = [Case(str(number), "", *pair) for number, pair in enumerate(zip(golds, briefs, strict=True))]
    for name, vocabulary in OF_A_FINDING.items():
        chance = 1 / len(codes(vocabulary))
        for metric in (BY_NAME[f"finding {name}"], BY_NAME[f"finding {name}, macro F1"]):
            assert value(metric, [metric.tally(case) for case in cases]) == pytest.approx(chance, abs=0.04)
            assert value(metric, [metric.tally(replace(case, brief=case.gold)) for case in cases]) == 1.0


def test_scores_of_a_confusion_table() -> None:
    counts = {("a", "a"): 2, ("a", "b"): 1, ("b", "b"): 1, ("b", "c"): 0}
    sums = {pair: numpy.array([float(count)]) for pair, count in counts.items()}
    assert accuracy(sums) == pytest.approx([3 / 4])
    # F1 is 2 x 2 / (3 + 2) of a, and 2 x 1 / (1 + 2) of b; c is no label of the gold.
    assert macro_f1(sums) == pytest.approx([(4 / 5 + 2 / 3) / 2])


def test_a_label_that_no_gold_of_a_resample_has_is_left_out_of_its_mean() -> None:
    # In the second resample no gold is b, although a brief says it.
    counts = {("a", "a"): (1, 1), ("b", "a"): (1, 0), ("a", "b"): (0, 1)}
    sums = {pair: numpy.array(each, dtype=float) for pair, each in counts.items()}
    assert macro_f1(sums) == pytest.approx([(2 / 3 + 0) / 2, 2 / 3])


# --- Matching

TEXT = "Inspectors praised the carers. Staff will be trained. In all 62 homes closed and 41 opened. Nobody knows why."


def _at(kind: Kind, label: str, words: str, /, **fields: Plain) -> Part:
    """Return a part that stands on these words of the text."""
    start = TEXT.index(words)
    return Part(kind, label, 0, fields, spans=((start, start + len(words)),))


def _told(gold: Sequence[Part], brief: Sequence[Part], **more: Any) -> Case:
    return Case("small", TEXT, Labels(tuple(gold)), Labels(tuple(brief)), **more)


def test_a_clause_matches_the_sentence_that_holds_it_and_less_than_half_of_it_does_not() -> None:
    clause = _at("finding", "F1", "praised the carers")
    assert by_place(clause, _at("finding", "F1", "Inspectors praised the carers.")) > 0
    assert by_place(clause, _at("finding", "F1", "the carers. Staff")) > 0
    assert by_place(clause, _at("finding", "F1", "carers. Staff will be trained.")) == 0
    assert by_place(clause, _at("finding", "F1", "Staff will be trained.")) == 0


def test_a_part_that_cites_much_besides_is_not_matched() -> None:
    gold = _at("finding", "F1", "praised the carers")
    words = ("praised the carers", "Staff will", "closed and", "Nobody knows")
    spans = tuple((TEXT.index(each), TEXT.index(each) + len(each)) for each in words)
    assert by_place(gold, Part("finding", "F1", 0, spans=spans[:2])) > 0
    assert by_place(gold, Part("finding", "F1", 0, spans=spans)) == 0


def test_of_two_that_hold_a_quote_the_nearer_one_is_matched() -> None:
    far = _at("finding", "F1", "Inspectors praised the carers. Staff will be trained.")
    near = _at("finding", "F2", "Inspectors praised the carers.")
    case = _told([_at("finding", "F1", "praised the carers")], [far, near])
    assert [brief.label for _, brief in case.findings] == ["F2"]


def test_of_two_findings_on_the_same_words_the_one_that_says_the_same_is_matched() -> None:
    told = {"gold": ("Carers are good.", "Visits are late."), "brief": ("The visits are late.", "Good carers.")}
    gold, brief = (
        [_at("finding", f"F{number}", TEXT, statement=statement) for number, statement in enumerate(told[side], start=1)]
        for side in ("gold", "brief")
    )
    assert [(one.label, other.label) for one, other in _told(gold, brief).findings] == [("F1", "F2"), ("F2", "F1")]


OPEN = Fact("not_stated", None)
SENTENCE = "In all 62 homes closed and 41 opened."


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_figures_in_a_sentence_the_one_with_the_same_value_is_matched(order: int) -> None:
    gold = [_at("figure", "N1", "62 homes closed", value=62), _at("figure", "N2", "41 opened", value=41)]
    # Both measures are worded as the other's, and both cite the sentence.
    brief = [_at("figure", "N1", SENTENCE, value=62.0), _at("figure", "N2", SENTENCE, value=41.0)][::order]
    case = _told(gold, brief)
    assert [(one.label, other.label) for one, other in case.figures] == [("N1", "N1"), ("N2", "N2")]
    assert _counts("figure value", case) == {"hits": 2, "of": 2}


def test_the_value_of_a_figure_counts_for_more_than_its_words() -> None:
    gold = [
        _at("figure", "N1", SENTENCE, value=62, measure="homes closed"),
        _at("figure", "N2", SENTENCE, value=41, measure="homes opened"),
    ]
    brief = [replace(gold[0], fields={**gold[0].fields, "value": 41}), replace(gold[1], fields={**gold[1].fields, "value": 62})]
    assert _counts("figure value", _told(gold, brief)) == {"hits": 2, "of": 2}


def test_a_figure_alone_is_matched_with_the_one_of_its_value() -> None:
    gold = [_at("figure", "N1", "62 homes closed", value=62), _at("figure", "N2", "41 opened", value=41)]
    case = _told(gold, [_at("figure", "N1", SENTENCE, value=41.0)])
    assert [one.label for one, _ in case.figures] == ["N2"]


def test_items_that_are_alone_match_wherever_they_stand() -> None:
    assert len(_told([Part("item", "I1", 0)], [Part("item", "I1", 0)]).items) == 1
    assert _told([Part("item", "I1", 0), Part("item", "I2", 1)], [Part("item", "I1", 0)]).items == ()


def _review(label: str, regime: str, words: str = "", /, *, accepts: Any = None, **dates: str) -> Part:
    """Return a review that is named by these words of the text, with stated dates."""
    facts = {"fieldwork": OPEN, "report_date": OPEN} | {name: Fact("stated", date) for name, date in dates.items()}
    if words:
        facts["name_as_stated"] = Fact("stated", words, ((TEXT.index(words), TEXT.index(words) + len(words)),))
    return Part("review", label, 0, {"regime": regime, "role": "main_subject"}, facts, accepts=accepts or {})


@pytest.mark.parametrize(
    ("gold", "brief", "matches"),
    [
        (_review("R1", "jtai"), _review("R1", "jtai"), True),
        (_review("R1", "jtai"), _review("R1", "cpa"), False),
        (_review("R1", "jtai", accepts={"regime": ("cpa",)}), _review("R1", "cpa"), True),
        (_review("R1", "jtai", fieldwork="2018-03"), _review("R1", "jtai", fieldwork="2018-03-14/2018-03-15"), True),
        (_review("R1", "jtai", fieldwork="2018-03"), _review("R1", "jtai", fieldwork="2018-04"), False),
        (_review("R1", "jtai", fieldwork="2018-03"), _review("R1", "jtai", report_date="2018-04"), True),
        (_review("R1", "jtai", fieldwork="14 March 2018"), _review("R1", "jtai", fieldwork="2018-03-14"), True),
        (_review("R1", "other_review"), _review("R1", "other_review"), True),
        (_review("R1", "other_review", SENTENCE), _review("R1", "other_review", "62 homes closed"), True),
        (_review("R1", "other_review", SENTENCE), _review("R1", "other_review", "Nobody knows why"), False),
    ],
)
def test_reviews_match_by_regime_and_by_dates_that_do_not_contradict(gold: Part, brief: Part, matches: bool) -> None:
    assert bool(_told([gold], [brief]).reviews) is matches


def test_of_two_reviews_of_a_regime_the_one_of_the_same_date_is_matched() -> None:
    gold = [_review(label, "jtai", SENTENCE, report_date=date) for label, date in (("R1", "2018"), ("R2", "2020-05"))]
    brief = [_review(label, "jtai", SENTENCE, report_date=date) for label, date in (("R1", "2020-05-01"), ("R2", "2018-11"))]
    assert [(one.label, other.label) for one, other in _told(gold, brief).reviews] == [("R1", "R2"), ("R2", "R1")]


def test_a_date_that_both_give_counts_for_more_than_one_that_is_not_given() -> None:
    gold = [_review("R1", "jtai", SENTENCE), _review("R2", "jtai", SENTENCE, report_date="2018-03")]
    case = _told(gold, [_review("R1", "jtai", SENTENCE, report_date="2018-03")])
    assert [(one.label, other.label) for one, other in case.reviews] == [("R2", "R1")]


def test_of_two_reviews_of_a_regime_the_one_on_the_same_words_is_matched() -> None:
    gold = [_review("R1", "jtai", "62 homes closed"), _review("R2", "jtai", "41 opened")]
    case = _told(gold, [_review("R1", "jtai", "and 41 opened")])
    assert [(one.label, other.label) for one, other in case.reviews] == [("R2", "R1")]


def test_a_review_without_quotes_is_matched_with_itself() -> None:
    reviews = [_review("R1", "jtai", "62 homes closed"), _review("R2", "jtai")]
    assert len(_told(reviews, reviews).reviews) == 2


@pytest.mark.parametrize(
    ("one", "other", "alike", "apart"),
    [
        ("2018-03-14", "14 March 2018", True, False),
        ("2018-03-14", "14/03/2018", True, False),
        ("2018-03", "Mar 2018", True, False),
        ("2018-03-14/2018-03-14", "2018-03-14", True, False),
        ("2018-03-01/2018-03-31", "2018-03", True, False),
        ("2024-02", "2024-02-01/2024-02-29", True, False),
        ("June", " june", True, False),
        ("2018-03", "2018-03-14", False, False),
        ("2018-03-15", "2018-03-14/2018-03-16", False, False),
        ("2018-03-17", "2018-03-14/2018-03-16", False, True),
        ("2018", "2019-01-01", False, True),
        ("June", "July", False, False),
    ],
)
def test_dates_are_the_same_days_or_contradict_each_other_or_neither(one: str, other: str, alike: bool, apart: bool) -> None:
    assert same(one, other) is same(other, one) is alike
    assert contradict(one, other) is contradict(other, one) is apart


@pytest.mark.parametrize(
    ("changes", "matches"),
    [
        ({}, True),
        ({"voice": "authority"}, True),
        ({"aspect": "lscb"}, False),
        ({"time": "earlier"}, False),
        ({"value_code": "poor"}, False),
        ({"value_code": "outstanding"}, True),
    ],
)
def test_judgements_match_by_regime_aspect_value_and_time(changes: dict[str, Plain], matches: bool) -> None:
    fields: dict[str, Plain] = {"aspect": "overall", "value_code": "good", "time": "this_review", "voice": "reviewer"}
    gold = Part("judgement", "J1", 0, fields, accepts={"value_code": ("outstanding",)}, within=_review("R1", "ofsted_ilacs"))
    brief = Part("judgement", "J1", 0, fields | changes, within=_review("R1", "ofsted_ilacs"))
    assert bool(_told([gold], [brief]).judgements) is matches
    assert _told([gold], [replace(brief, within=_review("R1", "ofsted_sif"))]).judgements == ()


# --- What is as fair


def test_a_label_that_would_be_as_fair_counts_as_right() -> None:
    gold = replace(_at("finding", "F1", "Inspectors praised the carers.", voice="reviewer"), accepts={"voice": ("authority",)})
    case = _told([gold], [replace(gold, accepts={}, fields={"voice": "authority"})])
    assert _counts("finding voice", case) == {("reviewer", "reviewer"): 1}
    assert _counts("reviewer told as authority", case) == {"hits": 0, "of": 1}
    assert list(misses(case)) == []
    other = _told([gold], [replace(gold, accepts={}, fields={"voice": "record"})])
    assert _counts("finding voice", other) == {("reviewer", "record"): 1}
    strict = _told([replace(gold, accepts={})], case.brief.parts)
    assert _counts("reviewer told as authority", strict) == {"hits": 1, "of": 1}
    assert _counts("authority told as reviewer", strict) is None


@pytest.mark.parametrize(
    ("kind", "field", "name"), [("document", "form", "document form"), ("item", "service_area", "service area")]
)
def test_a_facet_that_would_be_as_fair_counts_as_right(kind: Kind, field: str, name: str) -> None:
    gold = Part(kind, kind, 0, {field: "a"}, accepts={field: ("b",)})
    for given_code, counted in {"a": "a", "b": "a", "c": "c"}.items():
        assert _counts(name, _told([gold], [Part(kind, kind, 0, {field: given_code})])) == {("a", counted): 1}
    assert _counts(name, _told([gold], [])) == {("a", "(none)"): 1}


def test_a_value_of_a_figure_that_would_be_as_fair_counts_as_right() -> None:
    gold = replace(_at("figure", "N1", SENTENCE, value=62), accepts={"value": (61.5,)})
    hits = [_counts("figure value", _told([gold], [replace(gold, fields={"value": told})]))["hits"] for told in (62, 61.5, 61)]
    assert hits == [1, 1, 0]


@pytest.mark.parametrize(
    ("told", "hits"),
    [({"improving"}, 1), ({"improving", "no_change"}, 1), ({"not_stated"}, 1), ({"improving", "declining"}, 0), (set(), 0)],
)
def test_directions_are_among_those_of_the_gold(told: set[str], hits: int) -> None:
    item = Part("item", "I1", 0)
    gold = [item, Part("direction", "direction", 0, {"value": "improving"}, accepts={"value": ("not_stated",)})]
    gold.append(Part("direction", "direction", 0, {"value": "no_change"}))
    brief = [item, *(Part("direction", "direction", 0, {"value": each}) for each in sorted(told))]
    assert _counts("direction of travel", _told(gold, brief)) == {"hits": hits, "of": 1}


STATED = Fact("stated", "Ashbourne Vale Borough Council", ((0, 20),), ("the Vale",))


@pytest.mark.parametrize(
    ("name", "gold", "brief", "agree"),
    [
        ("authority", STATED, Fact("inferred", "ASHBOURNE VALE borough council"), True),
        ("authority", STATED, Fact("stated", "Ashbourne Vale"), True),
        ("authority", STATED, Fact("stated", "the Vale"), True),
        ("authority", STATED, Fact("stated", "Ashbourne", ((10, 30),)), True),
        ("authority", STATED, Fact("stated", "Ashbourne", ((20, 30),)), False),
        ("authority", STATED, Fact("stated", "Wendale Council", ((0, 20),)), False),
        ("authority", STATED, OPEN, False),
        ("authority", replace(STATED, accepts=("not_stated",)), OPEN, True),
        ("authority", replace(STATED, accepts=("not_stated",)), Fact("cut_off", None), False),
        ("authority", OPEN, Fact("cut_off", None), True),
        ("authority", OPEN, STATED, False),
        ("authority", replace(OPEN, accepts=("the Vale",)), Fact("stated", "the Vale"), True),
        ("owner", Fact("stated", "Director of Care", ((0, 9),)), Fact("stated", "the Director of Care", ((0, 9),)), True),
        ("owner", Fact("stated", "Director of Care", ((0, 9),)), Fact("stated", "Deputy Director of Care", ((0, 9),)), False),
        ("owner", Fact("stated", "Head, Fostering and Adoption", ((0, 9),)), Fact("stated", "Head", ((0, 9),)), False),
        ("document_date", Fact("stated", "2018-03"), Fact("inferred", "2018-03"), True),
        ("document_date", Fact("stated", "2018-03", ((0, 5),)), Fact("stated", "2018-03-14", ((0, 5),)), False),
        ("document_date", Fact("stated", "2018-03", (), ("2018-03-14",)), Fact("stated", "2018-03-14"), True),
    ],
)
def test_a_fact_is_the_golds_or_as_fair(name: str, gold: Fact, brief: Fact, agree: bool) -> None:
    assert agrees(name, gold, brief) is agree


def test_what_the_gold_leaves_open_is_counted_apart_from_what_the_brief_leaves_open() -> None:
    gold = Part("document", "document", 0, facts={"title": OPEN, "publisher": STATED, "document_date": OPEN})
    brief = Part("document", "document", 0, facts={"title": OPEN, "publisher": OPEN, "document_date": STATED})
    assert _counts("left open F1", _told([gold], [brief])) == {"matched": 1, "predicted": 2, "gold": 2}


def test_a_fair_value_of_what_the_gold_leaves_open_counts_neither_way() -> None:
    gold = Part("document", "document", 0, facts={"title": OPEN, "document_date": replace(OPEN, accepts=("2018-03",))})
    brief = Part("document", "document", 0, facts={"title": OPEN, "document_date": Fact("inferred", "2018-03")})
    assert _counts("left open F1", _told([gold], [brief])) == {"matched": 1, "predicted": 1, "gold": 1}


WORDS_OF_ACTION = "Staff will be trained."
ACTION = replace(
    _at("action", "A1", WORDS_OF_ACTION, voice="authority", kind="authority_commitment"), accepts={"as_finding": (True,)}
)
AS_FINDING = _at("finding", "F1", WORDS_OF_ACTION, voice="authority")


def test_an_action_that_is_as_fairly_told_as_a_finding_counts_neither_way() -> None:
    other = _at("finding", "F2", "praised the carers", voice="reviewer")
    case = _told([ACTION, other], [AS_FINDING, other])
    assert _counts("actions F1", case) is None
    assert _counts("findings F1", case) == {"matched": 1, "predicted": 1, "gold": 1}
    assert list(misses(case)) == []
    assert facts_held(replace(case, facts=({"parts": ["A1"]},))) == (True,)


def test_an_action_that_is_told_as_an_action_counts_although_a_finding_were_as_fair() -> None:
    case = _told([ACTION], [ACTION, AS_FINDING])
    assert _counts("actions F1", case) == {"matched": 1, "predicted": 1, "gold": 1}
    assert _counts("findings F1", case) == {"matched": 0, "predicted": 1, "gold": 0}


def test_an_action_that_is_told_as_a_finding_counts_both_ways_where_that_is_not_fair() -> None:
    case = _told([replace(ACTION, accepts={})], [AS_FINDING])
    assert _counts("actions F1", case) == {"matched": 0, "predicted": 0, "gold": 1}
    assert _counts("findings F1", case) == {"matched": 0, "predicted": 1, "gold": 0}
    assert len(list(misses(case))) == 2


def test_an_action_that_is_fairly_told_as_a_finding_is_no_gap_in_the_summary() -> None:
    gold = Labels((ACTION,), (SummarySentence("Staff will be trained.", ("A1",)),))
    brief = Labels((AS_FINDING,), (SummarySentence("Staff will be trained.", ("F1",)),))
    assert _counts("covers the gold summary", Case("small", TEXT, gold, brief)) in (None, {"hits": 1, "of": 1})


def test_the_right_voice_is_no_trap_where_an_action_is_fairly_told_as_a_finding() -> None:
    trap = {"type": "wrong_voice", "evidence": [WORDS_OF_ACTION]}
    case = _told([ACTION], [AS_FINDING], traps=(trap,))
    assert fallen_into(case) == (False,)
    assert fallen_into(replace(case, brief=Labels((replace(AS_FINDING, fields={"voice": "reviewer"}),)))) == (True,)


# --- Key facts and traps


def test_a_grade_that_the_gold_has_elsewhere_is_none_invented() -> None:
    trap = {"type": "invented_grade", "evidence": ["Inspectors praised the carers."]}
    fields: dict[str, Plain] = {"aspect": "overall", "value_code": "good", "time": "this_review"}
    review = _review("R1", "ofsted_ilacs")
    gold = replace(_at("judgement", "J1", "Staff will be trained.", **fields), within=review)
    told = replace(_at("judgement", "J1", "Inspectors praised the carers.", **fields), within=review)
    assert fallen_into(_told([gold], [told], traps=(trap,))) == (False,)
    another = replace(told, fields={**fields, "value_code": "outstanding"})
    assert fallen_into(_told([gold], [another], traps=(trap,))) == (True,)
    assert fallen_into(_told([], [told], traps=(trap,))) == (True,)


@pytest.mark.parametrize(
    ("told", "held"),
    [
        ({"F1", "A1"}, True),
        ({"F2", "A1"}, True),
        ({"F1", "F2", "A1"}, True),
        ({"F1", "F2"}, False),
        ({"A1"}, False),
        (set(), False),
    ],
)
def test_a_key_fact_names_all_its_parts_and_any_of_those_that_say_the_same(told: set[str], held: bool) -> None:
    gold = [
        _at("finding", "F1", "Inspectors praised"),
        _at("finding", "F2", "Nobody knows why"),
        _at("action", "A1", WORDS_OF_ACTION),
    ]
    fact = {"fact": "So it is.", "parts": [["F1", "F2"], "A1"]}
    case = _told(gold, [part for part in gold if part.label in told], facts=(fact,))
    assert facts_held(case) == (held,)
    assert _counts("key facts held", case) == {"hits": held, "of": 1}


def test_a_key_fact_that_names_no_part_needs_a_judge() -> None:
    case = _told([], [], facts=({"fact": "So it is.", "parts": []},))
    assert facts_held(case) == (None,)
    assert _counts("key facts held", case) is None
    assert _counts("key facts held", replace(case, verdicts=Verdicts(facts=(True,)))) == {"hits": 1, "of": 1}


# Of each type of trap: what the gold has on its words, and what a careless brief has there.
TRAPS: dict[str, tuple[Kind, str, Plain, Plain]] = {
    "wrong_voice": ("finding", "voice", "authority", "reviewer"),
    "wrong_grade": ("judgement", "value_code", "good", "outstanding"),
    "invented_grade": ("judgement", "value_code", "other", "good"),
    "past_as_present": ("finding", "time", "past", "current"),
    "then_as_now": ("judgement", "time", "earlier", "this_review"),
    "future_as_past": ("finding", "time", "expected", "past"),
    "plan_as_done": ("action", "status", "planned", "done"),
    "conditional_dropped": ("action", "status", "conditional", "planned"),
    "proposal_as_decision": ("action", "kind", "member_proposal", "committee_decision"),
    "wrong_decision": ("action", "kind", "committee_decision", "authority_commitment"),
    "negation": ("finding", "polarity", "strength", "concern"),
    "wrong_figure": ("figure", "value", 62, 41),
}


def test_every_type_of_trap_that_needs_no_judge_is_tried_here() -> None:
    assert set(TRAPS) == set(SIGNS)


@pytest.mark.parametrize("kind_of_trap", TRAPS)
def test_a_trap_is_fallen_into_by_the_label_that_it_is_about(kind_of_trap: str) -> None:
    kind, field, right, wrong = TRAPS[kind_of_trap]
    gold = _at(kind, "X1", SENTENCE, **{field: right})
    trap = {"type": kind_of_trap, "evidence": ["62 homes closed", "Nobody knows why"]}

    def told(*brief: Part, gold: Part = gold) -> tuple[bool | None, Any, Any]:
        case = _told([gold], brief, traps=(trap,))
        return fallen_into(case)[0], _counts("trap rate", case), _counts("traps avoided, of those met", case)

    careful, careless = ({"hits": 0, "of": 1}, {"hits": 1, "of": 1}), ({"hits": 1, "of": 1}, {"hits": 0, "of": 1})
    fell = replace(gold, fields={field: wrong})
    assert told(gold) == (False, *careful)
    assert told(fell) == (True, *careless)
    assert told(gold, fell) == (True, *careless)
    assert told() == (None, {"hits": 0, "of": 1}, None)
    assert told(_at(kind, "X1", "Nobody knows why", **{field: wrong})) == (None, {"hits": 0, "of": 1}, None)
    assert told(fell, gold=replace(gold, accepts={field: (wrong,)})) == (False, *careful)


@pytest.mark.parametrize("kind_of_trap", TRAPS)
def test_only_a_grade_can_be_invented_where_the_gold_has_nothing(kind_of_trap: str) -> None:
    kind, field, _, wrong = TRAPS[kind_of_trap]
    trap = {"type": kind_of_trap, "evidence": ["62 homes closed"]}
    case = _told([], [_at(kind, "X1", SENTENCE, **{field: wrong})], traps=(trap,))
    grade = kind_of_trap in ("wrong_grade", "invented_grade")
    assert fallen_into(case) == ((True,) if grade else (None,))
    assert _counts("trap rate", replace(case, brief=Labels())) == ({"hits": 0, "of": 1} if grade else None)


def test_a_part_that_speaks_of_something_else_falls_into_no_trap_beside_it() -> None:
    gold = [_at("finding", "F1", "62 homes closed", voice="authority"), _at("finding", "F2", "41 opened", voice="record")]
    trap = {"type": "wrong_voice", "evidence": ["62 homes closed"]}
    assert fallen_into(_told(gold, [gold[0], _at("finding", "F2", SENTENCE, voice="record")], traps=(trap,))) == (False,)
    assert fallen_into(_told(gold, [_at("finding", "F2", SENTENCE, voice="record")], traps=(trap,))) == (True,)


def test_a_trap_of_another_type_needs_a_judge() -> None:
    traps = ({"type": "wrong_scope", "evidence": [SENTENCE]}, {"type": "negation", "evidence": [SENTENCE]})
    gold = _at("finding", "F1", SENTENCE, polarity="concern")
    case = _told([gold], [replace(gold, fields={"polarity": "strength"})], traps=traps)
    assert fallen_into(case) == (None, True)
    assert _counts("trap rate", case) == {"hits": 1, "of": 1}
    assert _counts("trap rate", replace(case, traps=traps[:1])) is None
    assert _counts("trap rate", replace(case, traps=())) is None
    judged = replace(case, verdicts=Verdicts(traps=(False, None)))
    assert _counts("trap rate", judged) == {"hits": 0, "of": 1}
    assert _counts("traps avoided, of those met", judged) == {"hits": 1, "of": 1}


# --- The summary and the run


def _summary(text: str, *supports: str) -> Labels:
    return Labels(summary=(SummarySentence(text, supports),))


@pytest.mark.parametrize(
    ("gold", "brief", "scored"),
    [
        # The longest common subsequences are: police the gunman; the gunman (Lin 2004, section 3.1).
        ("Police killed the gunman.", "police kill the gunman", 3 / 4),
        ("Police killed the gunman.", "The gunman kill police", 2 / 4),
        # Three words of five and of seven: 2 x 3 / (5 + 7).
        ("carers were late in June", "in June all of the carers late", 2 * 2 / 12),
        ("carers were late in June", "so carers said they were late then", 2 * 3 / 12),
        ("Late.", "", 0.0),
        ("", "Late.", None),
    ],
)
def test_rouge_l_is_the_share_of_the_longest_common_subsequence(gold: str, brief: str, scored: float | None) -> None:
    rouge = BY_NAME["ROUGE-L"]
    assert value(rouge, [rouge.tally(Case("small", "", _summary(gold), _summary(brief)))]) == pytest.approx(scored)


def test_the_summary_is_held_to_the_parts_that_the_golds_stands_on() -> None:
    one, two = _at("finding", "F1", "Inspectors praised the carers."), _at("finding", "F2", WORDS_OF_ACTION)
    gold = Labels((one, two), (SummarySentence("So.", ("F1", "F2", "completeness")),))
    # The brief has both under other labels, and names one of them.
    brief = Labels((replace(two, label="F1"), replace(one, label="F2")), (SummarySentence("So.", ("F2",)),))
    assert _counts("covers the gold summary", Case("small", TEXT, gold, brief)) == {"hits": 1, "of": 2}


def test_a_summary_of_an_item_stands_on_parts_of_that_item() -> None:
    one, two = _at("finding", "F1", "Inspectors praised the carers."), replace(_at("finding", "F1", WORDS_OF_ACTION), item=1)
    gold = Labels((one, two), (SummarySentence("So.", ("F1",), 0), SummarySentence("So.", ("F1",), 1)))
    brief = replace(gold, summary=gold.summary[:1])
    assert _counts("covers the gold summary", Case("small", TEXT, gold, brief)) == {"hits": 1, "of": 2}


def test_only_a_quote_that_stands_where_the_brief_says_is_valid() -> None:
    quotes = (("Staff", TEXT.index("Staff")), ("Staff", 0), ("Staff", None), ("Nobody ever", None), ("", 0))
    assert _counts("evidence valid", Case("small", TEXT, Labels(), Labels(quotes=quotes))) == {"hits": 2, "of": 5}


RESULT: Json = {
    "brief": {"document": {"form": "other"}, "items": []},
    "integrity": {"sensitivity": "restricted", "quality_flags": [{"flag": "ocr_noise"}]},
    "provenance": {"cached": False},
    "usage": {"input_tokens": 100, "output_tokens": 20},
    "refused": [{}],
}


def _three() -> list[Case]:
    gold = Labels((Part("document", "document", 0, {"form": "other", "sensitivity": "restricted"}),))
    return [Case(name, TEXT, gold, Labels()) for name in "abc"]


def test_a_failure_is_a_brief_that_says_nothing_and_is_counted() -> None:
    done = {"seconds": 2.0, "cost": 0.5, "result": RESULT}
    failed = {"seconds": 4.0, "failure": {"kind": "EngineError", "message": "no answer"}}
    one, two, three = _three()
    scored = score([with_record(one, done), with_record(two, failed), with_record(three, failed)])
    assert scored.crashes == ()
    for name in ("documents briefed", "document form", "sensitivity"):
        assert scored.of(name).estimate.value == pytest.approx(1 / 3)
        assert scored.of(name).estimate.n == 3
    assert scored.of("words").estimate.n == 1
    assert scored.of("document form").documents == {"a": 1.0, "b": 0.0, "c": 0.0}
    assert scored.of("seconds a document").estimate.value == pytest.approx(10 / 3)
    assert scored.of("US dollars a document").estimate.n == 1
    assert scored.of("claims refused").estimate.value == 1.0


def test_a_brief_from_the_cache_took_nothing() -> None:
    cached = RESULT | {"provenance": {"cached": True}}
    case = with_record(_three()[0], {"seconds": 2.0, "cost": 0.5, "result": cached})
    assert case.running == Running(refused=1)


def test_the_repeats_of_a_document_are_counted_together() -> None:
    done: Json = {"seconds": 2.0, "cost": 0.5, "result": RESULT}
    failed: Json = {"failure": {}}
    repeats = [[with_record(case, record) for case in _three()] for record in (done, done, failed)]
    form = score(*repeats, metrics=[BY_NAME["document form"]]).of("document form")
    assert form.estimate.value == pytest.approx(2 / 3)
    assert form.estimate.n == 3


def test_a_metric_that_crashes_is_recorded_and_costs_the_others_nothing() -> None:
    def crashes(case: Case) -> dict[str, float]:
        if case.name == "b":
            raise KeyError("voice")
        return {"hits": 1, "of": 1}

    scored = score(_three(), metrics=[Metric("Test", "fragile", crashes), BY_NAME["documents briefed"]])
    assert [(crash.metric, crash.document, crash.error) for crash in scored.crashes] == [("fragile", "b", "KeyError")]
    assert scored.of("fragile").documents == {"a": 1.0, "b": None, "c": 1.0}
    assert scored.of("fragile").estimate.n == 2
    assert scored.of("documents briefed").estimate.n == 3


def test_every_metric_has_a_name_of_its_own() -> None:
    assert len(BY_NAME) == len(METRICS)


@pytest.mark.parametrize(
    ("gold", "brief", "counted"),
    [
        ("truncated_end", "excerpt", {"matched": 1, "predicted": 1, "gold": 1}),
        ("truncated_end", "complete", {"matched": 0, "predicted": 0, "gold": 1}),
        ("complete", "truncated_start", {"matched": 0, "predicted": 1, "gold": 0}),
        ("unknown", "complete", None),
        ("truncated_end", None, {"matched": 0, "predicted": 0, "gold": 1}),
    ],
)
def test_a_document_that_breaks_off_is_counted(gold: str, brief: str | None, counted: dict[str, int] | None) -> None:
    def whole(told: str) -> Part:
        return Part("document", "document", 0, {"completeness": told})

    assert _counts("cut off F1", _told([whole(gold)], [] if brief is None else [whole(brief)])) == counted


def test_quality_flags_are_counted_where_the_gold_has_a_word_on_them() -> None:
    def flagged(*flags: str) -> Labels:
        return Labels(flags=frozenset(flags))

    def counted(gold: Labels) -> Any:
        return _counts("quality flags F1", Case("small", "", gold, flagged("a", "b", "c")))

    assert counted(flagged("a", "d")) == {"matched": 1, "predicted": 3, "gold": 2}
    assert counted(flagged()) == {"matched": 0, "predicted": 3, "gold": 0}
    assert counted(Labels()) is None
