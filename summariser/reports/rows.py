"""The rows of the table of scores, as words: the same in the terminal, in Markdown and on the page."""

from collections.abc import Iterator
from dataclasses import dataclass

from summariser.evaluation.report import Report
from summariser.evaluation.scoring import Score

BLANK = "–"
HOW_TO_READ = (
    "A score of 1 is what the hand-made labels (the gold) say, 0 is nothing of it. Intervals are 95 %, by bootstrap over "
    "documents. Parts of a brief count as found if they stand on the same words of the source; their labels are scored on what "
    "was found. Precision: how much of what the brief has is in the gold; recall: how much of the gold is in the brief; F1: "
    "both in one; macro F1: rare labels weigh as much as common ones. Beside the engine stands what the commonest label "
    "everywhere (majority), the first three sentences (lead 3) and every sentence as a finding would score."
)
TOO_FEW = "There are too few documents here to tell any difference from chance, however large."
# What is shown of each document in a table of documents.
PER_DOCUMENT = (
    "reviews F1",
    "judgements F1",
    "findings F1",
    "finding voice",
    "finding polarity",
    "actions F1",
    "figures F1",
    "key facts held",
    "trap rate",
)


@dataclass(frozen=True)
class Row:
    """One metric: its value and interval in words, the documents it rests on, and what the baselines score."""

    group: str
    name: str
    value: str
    interval: str
    n: str
    beside: tuple[str, ...]
    score: Score


def rows(report: Report) -> Iterator[Row]:
    """Yield a row for each metric that applies to a document of the suite."""
    for score in report.scores.scores:
        estimate = score.estimate
        if estimate.n:
            yield Row(
                group=score.metric.group,
                name=f"{score.metric.name}{' (lower is better)' if score.metric.better == 'lower' else ''}",
                value=number(estimate.value),
                interval=interval(estimate.low, estimate.high),
                n=str(estimate.n),
                beside=tuple(number(other.value(score.metric.name)) for other in report.beside.values()),
                score=score,
            )


def number(value: float | None) -> str:
    """Return a score as it is shown: two decimals, more for small amounts, none for large ones."""
    if value is None:
        return BLANK
    if abs(value) >= 10:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 0.01 or value == 0 else f"{value:.4f}"


def interval(low: float | None, high: float | None) -> str:
    """Return an interval as it is shown."""
    return BLANK if low is None or high is None else f"{number(low)} to {number(high)}"


def signed(value: float | None) -> str:
    """Return a difference as it is shown."""
    return BLANK if value is None else f"{value:+.3f}"
