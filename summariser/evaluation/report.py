"""Everything that is told of a run, brought together once for the terminal, the Markdown and the page."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from summariser import gold
from summariser.errors import SettingsError
from summariser.evaluation import scoring
from summariser.evaluation.agreement import Agreement, between_readers, between_repeats
from summariser.evaluation.baselines import baselines
from summariser.evaluation.judge import Judged, judged
from summariser.evaluation.runs import Run, write_whole
from summariser.evaluation.scoring import Scores
from summariser.evaluation.suites import Entry, Suite
from summariser.metrics.answers import can_be_tried, facts_held
from summariser.metrics.cases import Case

JUDGE = "judge.json"


@dataclass(frozen=True)
class Report:
    """A scored run. `repeats` holds the cases of each repeat; the first is what misses are shown of."""

    run: Run
    suite: Suite
    scores: Scores
    repeats: Sequence[Sequence[Case]]
    failures: Mapping[str, str]
    judged: Judged | None

    @cached_property
    def beside(self) -> Mapping[str, Scores]:
        """Return what each baseline scores."""
        return {name: scoring.score(each.cases, metrics=each.metrics) for name, each in baselines(self.cases).items()}

    @cached_property
    def readers(self) -> Sequence[Agreement]:
        """Return how far the second readings of the suite agree with its gold."""
        return between_readers(self.suite)

    @cached_property
    def steadiness(self) -> Sequence[Agreement]:
        """Return how far the repeats of the run agree."""
        return between_repeats(self.repeats) if len(self.repeats) > 1 else []

    @property
    def cases(self) -> Sequence[Case]:
        """Return the cases of the first repeat."""
        return self.repeats[0]

    @property
    def failed(self) -> set[str]:
        """Return the documents without a brief in the first repeat."""
        return {case.name for case in self.cases if case.failed}

    @property
    def briefed(self) -> str:
        """Return how many documents have a brief, in words."""
        return f"{len(self.cases) - len(self.failed)} of {len(self.cases)} documents have a brief"

    @property
    def worst_first(self) -> list[Case]:
        """Return the cases by their mean over the headline metrics that apply, the worst first."""
        return sorted(self.cases, key=lambda case: self.mean(case.name))

    def mean(self, document: str) -> float:
        """Return the mean of the headline scores that apply to one document, and 0 if it has no brief."""
        if document in self.failed:
            return 0.0
        values = [
            value for score in self.scores.scores if score.metric.headline and (value := score.documents[document]) is not None
        ]
        return sum(values) / len(values) if values else 0.0

    @property
    def judging(self) -> str:
        """Return the sentence that says how key facts and traps were scored."""
        if self.judged is None:
            facts = [held for case in self.cases for held in facts_held(case)]
            traps = [trap for case in self.cases for trap in case.traps if can_be_tried(trap, case)]
            return (
                f"Key facts and traps were scored by overlap of evidence, without a judge: {len(facts) - facts.count(None)} of "
                f"{len(facts)} facts and {len(traps)} of {sum(len(case.traps) for case in self.cases)} traps could be tried."
            )
        told = ", ".join(f"{right} of {asked} {kind}" for kind, (right, asked) in self.judged.agreement.items())
        unjudged = len(self.judged.unjudged)
        rest = f" Of {unjudged} documents it gave no verdict; they were scored by overlap of evidence." if unjudged else ""
        return (
            f"Key facts, traps and summary sentences were scored by {self.judged.model} as judge. Asked about the gold, it "
            f"agreed with the hand labels on {told}.{rest}"
        )


def scored(run: Run, suite: Suite, known: Sequence[Case] | None = None) -> Report:
    """Score a run; no engine is asked.

    Raises:
        SettingsError: the suite has other documents now, or the words of one have changed.
        DocumentError: a document of the suite cannot be read.
    """
    if set(run.about["documents"]) != {entry.name for entry in suite.entries}:
        raise SettingsError(f"the run {run.name!r} is of other documents than {suite.name!r} has now: run it again")
    known = known or scoring.gold_cases(suite)
    if changed := [entry.name for entry in suite.entries if _has_changed(run, entry)]:
        raise SettingsError(f"the words of {', '.join(changed)} have changed since the run {run.name!r}: run it again")
    verdicts = _verdicts(run)
    repeats = [scoring.cases_of(run, known, repeat, verdicts.verdicts if verdicts else None) for repeat in range(run.repeats)]
    failures = {
        f"{name}{f' (repeat {repeat})' if repeat else ''}": failure["message"]
        for repeat in range(run.repeats)
        for name in run.about["documents"]
        if (failure := run.record(name, repeat).get("failure"))
    }
    return Report(
        run=run,
        suite=suite,
        scores=scoring.score(*repeats),
        repeats=repeats,
        failures=failures,
        judged=verdicts,
    )


def keep(report: Report, written: Mapping[str, str]) -> None:
    """Write the scores and the reports into the run's folder."""
    about = {"suite_digest": report.suite.digest, "judging": report.judging}
    data = {**about, **scoring.as_data(report.scores), "failures": dict(report.failures)}
    write_whole(report.run.folder / "scores.json", json.dumps(data, ensure_ascii=False, indent=1))
    for name, text in written.items():
        write_whole(report.run.folder / name, text)


def keep_verdicts(run: Run, verdicts: Judged) -> None:
    """Write down what a judge said."""
    write_whole(run.folder / JUDGE, json.dumps(verdicts.as_data(), ensure_ascii=False, indent=1))


def _has_changed(run: Run, entry: Entry) -> bool:
    """Say whether a brief was made of another file than is there now, so that its offsets mean nothing."""
    result = run.record(entry.name, 0).get("result")
    return result is not None and result["document"]["sha256"] != hashlib.sha256(entry.path.read_bytes()).hexdigest()


def _verdicts(run: Run) -> Judged | None:
    path = run.folder / JUDGE
    return judged(gold.read_json(path)) if path.is_file() else None
