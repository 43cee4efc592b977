"""Scores a run: every metric over all documents, with its interval and what each document contributes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from summariser.errors import DocumentError
from summariser.evaluation.runs import Record, Run
from summariser.evaluation.statistics import Estimate, estimate, value
from summariser.evaluation.suites import Suite, text_of
from summariser.gold import read_labels
from summariser.labels import Labels, labels
from summariser.metrics import METRICS, Metric
from summariser.metrics.cases import Case, Running, Verdicts
from summariser.metrics.scores import Tally


@dataclass(frozen=True)
class Score:
    """What one metric says of a run; `documents` holds its value for each document alone, None where it does not apply."""

    metric: Metric
    estimate: Estimate
    tallies: tuple[Tally | None, ...]
    documents: Mapping[str, float | None]


@dataclass(frozen=True)
class Crash:
    """A metric that failed on a document: it counts nothing there, and is told of."""

    metric: str
    document: str
    error: str


@dataclass(frozen=True)
class Scores:
    """The scores of a run, in the order of the table of metrics."""

    scores: tuple[Score, ...]
    crashes: tuple[Crash, ...]

    def of(self, name: str) -> Score:
        """Return the score of one metric by its name."""
        return next(score for score in self.scores if score.metric.name == name)

    def value(self, name: str) -> float | None:
        """Return the value of one metric by its name; None if it does not apply or was not asked for."""
        return next((score.estimate.value for score in self.scores if score.metric.name == name), None)


def gold_cases(suite: Suite) -> list[Case]:
    """Return the documents of a suite with their gold and no briefs yet.

    A document that cannot be read has no words, and so no brief either: its gold is all missed.

    Raises:
        SettingsError: a gold file has not the shape of a brief.
    """
    cases = []
    for entry in suite.entries:
        try:
            text = text_of(entry)
        except DocumentError:
            text = ""
        gold = read_labels(entry.name, entry.gold, text)
        cases.append(Case(name=entry.name, text=text, gold=gold, brief=Labels(), facts=entry.facts, traps=entry.traps))
    return cases


def cases_of(run: Run, known: Sequence[Case], repeat: int, verdicts: Mapping[str, Verdicts] | None = None) -> list[Case]:
    """Return the documents with what a run made of them."""
    return [
        replace(with_record(case, run.record(case.name, repeat)), verdicts=(verdicts or {}).get(f"{case.name}.{repeat}"))
        for case in known
    ]


def with_record(case: Case, record: Record) -> Case:
    """Return a document with what came of it."""
    if "result" not in record:
        usage = record["failure"].get("usage", {})
        tokens = Running(record.get("seconds"), usage.get("input_tokens"), usage.get("output_tokens"))
        return replace(case, failed=True, running=tokens)
    result = record["result"]
    asked = not result["provenance"]["cached"]
    usage = result["usage"]
    running = Running(
        seconds=record["seconds"] if asked else None,
        input_tokens=usage["input_tokens"] if asked else None,
        output_tokens=usage["output_tokens"] if asked else None,
        cost=record["cost"] if asked else None,
        refused=len(result["refused"]),
    )
    return replace(case, brief=labels(as_labelled(result), case.text), running=running)


def as_labelled(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return a written brief in the shape of a gold file, which holds the report on integrity too."""
    brief, integrity = dict(result["brief"]), result["integrity"]
    report = {"sensitivity": integrity["sensitivity"], "quality_flags": integrity["quality_flags"]}
    return brief | {"document": dict(brief["document"]) | report}


def score(cases: Sequence[Case], *more: Sequence[Case], metrics: Iterable[Metric] = METRICS) -> Scores:
    """Score the documents of a run; of a repeated run, a document counts with the mean of its repeats."""
    scores: list[Score] = []
    crashes: list[Crash] = []
    for metric in metrics:
        repeats = [_tallies(metric, each, crashes) for each in (cases, *more)]
        tallies = tuple(_mean(of_one) for of_one in zip(*repeats, strict=True))
        try:
            alone = {case.name: value(metric, [tally]) for case, tally in zip(cases, tallies, strict=True)}
            scores.append(Score(metric, estimate(metric, tallies), tallies, alone))
        except Exception as error:  # as below
            crashes.append(Crash(metric.name, "all documents", type(error).__name__))
            nothing = dict.fromkeys((case.name for case in cases), None)
            scores.append(Score(metric, Estimate(None, None, None, 0), tuple(None for _ in cases), nothing))
    return Scores(tuple(scores), tuple(crashes))


def _tallies(metric: Metric, cases: Sequence[Case], crashes: list[Crash]) -> list[Tally | None]:
    tallies: list[Tally | None] = []
    for case in cases:
        try:
            tallies.append(metric.tally(case))
        except Exception as error:  # a fault of one metric must not cost the others; it is recorded and shown
            crashes.append(Crash(metric.name, case.name, type(error).__name__))
            tallies.append(None)
    return tallies


def _mean(tallies: Sequence[Tally | None]) -> Tally | None:
    counted = [tally for tally in tallies if tally is not None]
    total: dict[Any, float] = {}
    for tally in counted:
        for key, count in tally.items():
            total[key] = total.get(key, 0.0) + count / len(tallies)
    return total if counted else None


def as_data(scores: Scores) -> dict[str, Any]:
    """Return the scores as plain values, for `scores.json`."""
    return {
        "metrics": {
            score.metric.name: {
                "group": score.metric.group,
                "better": score.metric.better,
                "headline": score.metric.headline,
                "value": score.estimate.value,
                "low": score.estimate.low,
                "high": score.estimate.high,
                "n": score.estimate.n,
                "documents": dict(score.documents),
            }
            for score in scores.scores
        },
        "crashes": [vars(crash) for crash in scores.crashes],
    }
