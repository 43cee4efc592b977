"""How sure a score is said to be is how sure it is; what differs is found, and what does not is not."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest

from summariser.evaluation import statistics
from summariser.evaluation.agreement import Agreement, between, between_repeats
from summariser.evaluation.compare import Change, Comparison, compare
from summariser.evaluation.scoring import score
from summariser.evaluation.statistics import Difference, Estimate, difference, estimate, holm, value
from summariser.labels import Labels, Part
from summariser.metrics import METRICS, Metric
from summariser.metrics.cases import Case
from summariser.metrics.scores import Tally, accuracy
from tests.gold_strategies import codes

HEADLINES = [metric for metric in METRICS if metric.headline]
VOICES = codes("Voice")


def _none(case: Case) -> None:
    raise AssertionError(f"nothing is counted in {case.name}: the counts are given")


SHARE = Metric("Test", "share", _none)


def _tallies(rng: random.Random, documents: int, *, most: int = 8) -> list[Tally]:
    """Return hits among one to eight claims a document; some documents are hard and some easy, two thirds are right."""
    tallies: list[Tally] = []
    for _ in range(documents):
        ease, claims = rng.betavariate(6, 3), rng.randint(1, most)
        tallies.append({"hits": sum(rng.random() < ease for _ in range(claims)), "of": claims})
    return tallies


# --- Intervals


@given(st.integers(0, 5), st.lists(st.integers(1, 9), min_size=4, max_size=30))
@settings(max_examples=20, deadline=None)
def test_the_interval_of_a_constant_is_that_constant(fifths: int, sizes: list[int]) -> None:
    found = estimate(SHARE, [{"hits": fifths * size, "of": 5 * size} for size in sizes])
    assert (found.value, found.low, found.high) == pytest.approx((fifths / 5,) * 3)
    assert found.n == len(sizes)


def test_of_three_documents_nobody_can_say_how_sure_a_score_is() -> None:
    tallies: list[Tally] = [{"hits": 1, "of": 2}] * 4
    assert estimate(SHARE, tallies[:3]) == Estimate(0.5, None, None, 3)
    assert estimate(SHARE, tallies) == Estimate(0.5, 0.5, 0.5, 4)


def test_fewer_documents_make_a_wider_interval() -> None:
    tallies = _tallies(random.Random(3), 400)
    widths = []
    for documents in (400, 100, 25, 6):
        found = estimate(SHARE, tallies[:documents])
        assert found.low is not None
        assert found.high is not None
        widths.append(found.high - found.low)
    assert widths == sorted(widths)
    # A quarter of the documents make it about twice as wide.
    assert widths[1] / widths[0] == pytest.approx(2, abs=0.5)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12))
@settings(max_examples=30, deadline=None)
def test_an_interval_of_shares_lies_between_nothing_and_all(counts: list[tuple[int, int]]) -> None:
    found = estimate(SHARE, [{"hits": hits, "of": hits + misses} for hits, misses in counts])
    if found.low is not None and found.high is not None:
        assert 0 <= found.low <= found.high <= 1
    assert found.value is None or 0 <= found.value <= 1
    assert (found.value is None) == (sum(map(sum, counts)) == 0)


def test_the_interval_holds_the_truth_nineteen_times_in_twenty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "RESAMPLES", 500)
    rng = random.Random(5)
    held = 0
    for _ in range(400):
        found = estimate(SHARE, _tallies(rng, 40))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 2 / 3 <= found.high
    # A percentile interval of forty documents is a little too narrow.
    assert 0.91 <= held / 400 <= 0.965


def test_documents_are_drawn_whole() -> None:
    # Twelve claims of one document that are all right or all wrong are no more certain than one.
    alike = estimate(SHARE, [{"hits": 12 * right, "of": 12} for right in (0, 1) * 10])
    single = estimate(SHARE, [{"hits": right, "of": 1} for right in (0, 1) * 10])
    assert alike == single


def test_a_metric_that_applies_nowhere_has_no_value() -> None:
    assert estimate(SHARE, [None, None]) == Estimate(None, None, None, 0)
    assert value(SHARE, [None]) is None
    assert estimate(SHARE, [None, {"hits": 0, "of": 0}]) == Estimate(None, None, None, 1)
    assert difference(SHARE, [None], [None]) == Difference(None, None, None, None, 0)


def test_documents_to_which_a_metric_does_not_apply_are_left_out() -> None:
    tallies = _tallies(random.Random(1), 10)
    assert estimate(SHARE, [None, *tallies, None]) == estimate(SHARE, tallies)


@given(st.permutations(range(12)))
@settings(max_examples=10, deadline=None)
def test_the_order_of_documents_does_not_change_a_score(order: list[int]) -> None:
    tallies = _tallies(random.Random(1), 12)
    assert value(SHARE, [tallies[number] for number in order]) == pytest.approx(value(SHARE, tallies))


def test_the_same_run_gives_the_same_figures() -> None:
    one, other = _tallies(random.Random(1), 20), _tallies(random.Random(2), 20)
    table: list[Tally] = [{("a", "a"): 3, ("a", "b"): 1}, {("b", "b"): 2, ("b", "a"): 1}]
    labels = Metric("Test", "labels", _none, accuracy)
    assert estimate(SHARE, one) == estimate(SHARE, one)
    assert estimate(labels, table) == estimate(labels, table)
    assert difference(SHARE, one, other) == difference(SHARE, one, other)


# --- Differences


@pytest.mark.parametrize("documents", [1, 2, 30])
def test_nothing_differs_from_itself(documents: int) -> None:
    tallies = _tallies(random.Random(documents), documents)
    assert difference(SHARE, tallies, tallies) == Difference(0.0, 0.0, 0.0, 1.0, documents)


def test_a_difference_turned_round_is_its_opposite() -> None:
    one, other = _tallies(random.Random(1), 20), _tallies(random.Random(2), 20)
    there, back = difference(SHARE, one, other), difference(SHARE, other, one)
    assert there.value is not None
    assert back.value == pytest.approx(-there.value)
    assert back.p == pytest.approx(there.p, abs=0.02)
    first, second = value(SHARE, one), value(SHARE, other)
    assert first is not None
    assert second is not None
    assert there.value == pytest.approx(second - first)


def test_p_of_pure_noise_is_as_often_low_as_high(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "PERMUTATIONS", 999)
    monkeypatch.setattr(statistics, "RESAMPLES", 20)
    rng = numpy.random.default_rng(11)

    def noise() -> list[Tally]:
        return [{"hits": each, "of": 1.0} for each in rng.normal(size=15)]

    values = [difference(SHARE, noise(), noise()).p for _ in range(400)]
    assert kstest(values, "uniform").pvalue > 0.05
    assert sum(p is not None and p < 0.05 for p in values) / 400 == pytest.approx(0.05, abs=0.03)


def test_p_counts_the_ways_that_chance_could_do_as_much() -> None:
    # Of the 2 x 2 x 2 x 2 ways to swap four documents, two are as far apart as what is seen.
    worse: list[Tally] = [{"hits": 0, "of": 1}] * 4
    better: list[Tally] = [{"hits": 1, "of": 1}] * 4
    found = difference(SHARE, worse, better)
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)
    assert found.p == pytest.approx(2 / 16, abs=0.01)


def test_a_document_that_counts_in_one_run_only_is_a_document_of_both() -> None:
    one: list[Tally | None] = [{"hits": 1, "of": 1}, None, None]
    other: list[Tally | None] = [{"hits": 1, "of": 1}, {"hits": 0, "of": 1}, None]
    found = difference(SHARE, one, other)
    assert (found.value, found.n) == (-0.5, 2)
    alone = difference(SHARE, one[:1], [None])
    assert (alone.value, alone.p, alone.n) == (None, None, 1)


@pytest.mark.parametrize(
    ("given_p", "adjusted"),
    [
        # In order .005 x 4, .01 x 3, .03 x 2, .04 x 1; none may be below the one before it, so the last is .06 as well.
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.5, 0.6], [1.0, 1.0]),
        ([0.02], [0.02]),
        ([], []),
    ],
)
def test_p_is_corrected_for_asking_several_questions(given_p: list[float], adjusted: list[float]) -> None:
    assert holm(given_p) == pytest.approx(adjusted)


@given(st.lists(st.floats(0, 1), max_size=20))
@settings(max_examples=50, deadline=None)
def test_a_corrected_p_is_never_lower_and_keeps_its_rank(given_p: list[float]) -> None:
    adjusted = holm(given_p)
    assert all(before <= after <= 1 for before, after in zip(given_p, adjusted, strict=True))
    ranked = [after for _, after in sorted(zip(given_p, adjusted, strict=True))]
    assert ranked == sorted(ranked)


# --- Comparing runs


def _findings(voices: Sequence[str]) -> Labels:
    """Return a brief of findings that stand apart, with these voices."""
    fields = {"polarity": "neutral", "theme": "workforce"}
    return Labels(
        tuple(
            Part("finding", f"F{number}", 0, {**fields, "voice": voice}, spans=((10 * number, 10 * number + 8),))
            for number, voice in enumerate(voices)
        )
    )


def _suite(rng: random.Random) -> list[Case]:
    """Return forty documents of four to eight findings each, of whose voices four in five are told right."""
    cases = []
    for number in range(40):
        true = rng.choices(VOICES, k=rng.randint(4, 8))
        told = [voice if rng.random() < 0.8 else _other(rng, voice) for voice in true]
        cases.append(Case(str(number), "x" * 100, _findings(true), _findings(told)))
    return cases


def _other(rng: random.Random, voice: str) -> str:
    return rng.choice([each for each in VOICES if each != voice])


def _spoiled(rng: random.Random, cases: Sequence[Case], share: float) -> Iterator[Case]:
    """Yield the documents with this share of all voices, drawn from those that were right, told wrong."""
    voices = [[part.fields["voice"] for part in case.brief.parts] for case in cases]
    right = [
        (row, column)
        for row, case in enumerate(cases)
        for column, part in enumerate(case.gold.parts)
        if voices[row][column] == part.fields["voice"]
    ]
    for row, column in rng.sample(right, round(share * sum(map(len, voices)))):
        voices[row][column] = _other(rng, str(voices[row][column]))
    for case, told in zip(cases, voices, strict=True):
        yield replace(case, brief=_findings([str(voice) for voice in told]))


def _compared(cases: Sequence[Case], others: Sequence[Case]) -> Comparison:
    return compare(score(cases, metrics=HEADLINES), score(others, metrics=HEADLINES), cases, others)


def _change(comparison: Comparison, name: str) -> Change:
    return next(change for change in comparison.changes if change.metric.name == name)


def test_a_loss_of_ten_points_is_found_and_where_it_lies() -> None:
    rng = random.Random(13)
    cases = _suite(rng)
    spoiled = list(_spoiled(rng, cases, 0.10))
    found = _compared(cases, spoiled)
    voice = _change(found, "finding voice")
    assert (found.conclusion, voice.verdict) == ("worse", "worse")
    assert voice.difference.value == pytest.approx(-0.10, abs=0.003)
    assert voice.difference.high is not None
    assert voice.difference.high < 0
    assert {change.metric.name for change in found.changes if change.verdict != "cannot tell"} == {"finding voice"}
    told = sum(len(case.gold.parts) for case in cases)
    assert [(flip.field, flip.verdict) for flip in found.flips] == [("voice", "worse")] * round(told / 10)
    assert _compared(spoiled, cases).conclusion == "better"


def test_runs_that_score_alike_cannot_be_told_apart() -> None:
    cases = _suite(random.Random(13))
    found = _compared(cases, cases)
    assert found.conclusion == "cannot tell"
    assert found.flips == ()
    assert {change.difference.value for change in found.changes} <= {None, 0.0}
    assert {change.difference.p for change in found.changes} <= {None, 1.0}


def test_one_voice_more_or_less_cannot_be_told_from_chance() -> None:
    rng = random.Random(13)
    cases = _suite(rng)
    found = _compared(cases, list(_spoiled(rng, cases, 0.005)))
    assert found.conclusion == "cannot tell"
    assert [flip.verdict for flip in found.flips] == ["worse"]


def test_a_loss_is_not_made_good_by_a_gain_elsewhere() -> None:
    rng = random.Random(13)
    cases = _suite(rng)
    careful = [replace(case, brief=Labels(case.gold.parts[:2])) for case in cases]
    careless = list(_spoiled(rng, [replace(case, brief=case.gold) for case in cases], 0.5))
    found = _compared(careful, careless)
    assert _change(found, "findings F1").verdict == "better"
    assert _change(found, "finding voice").verdict == "worse"
    assert found.conclusion == "worse"


@pytest.mark.parametrize(
    ("better", "apart", "adjusted", "verdict"),
    [
        ("higher", 0.1, 0.049, "better"),
        ("higher", -0.1, 0.049, "worse"),
        ("lower", 0.1, 0.049, "worse"),
        ("lower", -0.1, 0.049, "better"),
        ("higher", 0.1, 0.05, "cannot tell"),
        ("higher", -0.1, None, "cannot tell"),
        ("higher", 0.0, 0.001, "cannot tell"),
        ("higher", None, 0.001, "cannot tell"),
    ],
)
def test_what_a_change_means(
    better: Literal["higher", "lower"], apart: float | None, adjusted: float | None, verdict: str
) -> None:
    metric = replace(SHARE, better=better)
    change = Change(metric, 0.5, 0.6, Difference(apart, None, None, adjusted, 10), adjusted)
    assert change.verdict == verdict


def test_only_headlines_decide() -> None:
    cases = _suite(random.Random(13))
    silent = [replace(case, brief=Labels()) for case in cases]
    quiet = [metric for metric in METRICS if metric.name in ("findings recall", "findings precision")]
    found = compare(score(cases, metrics=quiet), score(silent, metrics=quiet), cases, silent)
    assert _change(found, "findings recall").difference.value == -1.0
    assert found.conclusion == "cannot tell"


# --- Agreement of readers


def _read_twice(one: Sequence[str], other: Sequence[str]) -> dict[str, Agreement]:
    rows = between([Case("a", "", _findings(one), _findings(other))])
    return {row.name: row for row in rows}


def test_readers_who_agree_in_all_have_an_alpha_of_one() -> None:
    rows = _read_twice(VOICES, VOICES)
    assert rows["finding voice"] == Agreement("finding voice", 1.0, 1.0, len(VOICES))
    assert rows["findings F1"] == Agreement("findings F1", None, 1.0, 1)


def test_where_one_label_is_all_that_occurs_there_is_no_alpha() -> None:
    rows = _read_twice(["record"] * 4, ["record"] * 4)
    assert rows["finding voice"] == Agreement("finding voice", None, 1.0, 4)


def test_where_nothing_can_be_compared_there_is_neither_alpha_nor_share() -> None:
    assert _read_twice(["record"], ["record"])["action kind"] == Agreement("action kind", None, None, 0)
    assert between([]) == []


def test_alpha_of_an_example_in_print() -> None:
    # Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), example A: alpha = 0.095.
    meg, owen = ("0100000010", "1110010000")
    row = _read_twice(meg, owen)["finding voice"]
    assert row.alpha == pytest.approx(0.095, abs=0.0005)
    assert (row.share, row.n) == (0.6, 10)


def test_readers_who_label_by_chance_have_an_alpha_of_about_nothing() -> None:
    rng = random.Random(2)
    alpha = _read_twice(rng.choices(VOICES, k=300), rng.choices(VOICES, k=300))["finding voice"].alpha
    assert alpha == pytest.approx(0, abs=0.06)


def test_the_repeats_of_a_run_are_compared_with_the_first() -> None:
    first, again, other = ([Case("a", "", Labels(), _findings(voices))] for voices in ("abcd", "abcd", "abca"))
    row = next(row for row in between_repeats([first, again, other]) if row.name == "finding voice")
    assert (row.share, row.n) == (7 / 8, 8)
