"""The metrics, one small function each. To add one, write a function in a module here and a line in the table.

A metric counts something in one document (`tally`; None where it does not apply) and makes a score of the counts of many
(`score`). Documents without a brief are counted as briefs that say nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from summariser.labels import Kind
from summariser.metrics.answers import key_facts, trap_rate, traps_avoided
from summariser.metrics.cases import Case
from summariser.metrics.claims import evidence, figure_value, found, labelled, mistaken, refused
from summariser.metrics.costs import briefed, spent
from summariser.metrics.facets import abstention, cut, direction, facet, fact, flags
from summariser.metrics.scores import Array, Sums, Tally, accuracy, f1, macro_f1, precision, ratio, recall
from summariser.metrics.summaries import coverage, rouge_l, supported, words

Tallier = Callable[[Case], Tally | None]


@dataclass(frozen=True)
class Metric:
    """One thing to measure. `better` says which way is good; a `headline` metric decides comparisons and the floor."""

    group: str
    name: str
    tally: Tallier
    score: Callable[[Sums], Array] = ratio
    better: Literal["higher", "lower", "neither"] = "higher"
    headline: bool = False

    @property
    def confuses(self) -> bool:
        """Say whether the counts are a confusion table."""
        return self.score is accuracy


def _facets() -> list[Metric]:
    rows: list[tuple[str, Kind, str]] = [
        ("document form", "document", "form"),
        ("item relation", "document", "item_relation"),
        ("completeness", "document", "completeness"),
        ("sensitivity", "document", "sensitivity"),
        ("item form", "item", "form"),
        ("service area", "item", "service_area"),
        ("cycle stage", "item", "cycle_stage"),
    ]
    shown = {"document form", "service area", "cycle stage"}
    return [
        metric
        for name, kind, field in rows
        for metric in (
            Metric("Facets", name, facet(kind, field), accuracy, headline=name in shown),
            Metric("Facets", f"{name}, macro F1", facet(kind, field), macro_f1),
        )
    ]


def _found(group: str, name: str, tally: Tallier, *, headline: bool = True) -> list[Metric]:
    return [
        Metric(group, f"{name} precision", tally, precision),
        Metric(group, f"{name} recall", tally, recall),
        Metric(group, f"{name} F1", tally, f1, headline=headline),
    ]


def _labelled(kind: Kind, names: tuple[str, ...], headlines: tuple[str, ...] = ()) -> list[Metric]:
    return [
        metric
        for name in names
        for metric in (
            Metric("Labels of what matches", f"{kind} {name}", labelled(kind, name), accuracy, headline=name in headlines),
            Metric("Labels of what matches", f"{kind} {name}, macro F1", labelled(kind, name), macro_f1),
        )
    ]


METRICS: tuple[Metric, ...] = (
    *_facets(),
    Metric("Facets", "direction of travel", direction),
    Metric("Facts", "authority", fact("item", "authority"), headline=True),
    Metric("Facts", "document date", fact("document", "document_date"), headline=True),
    Metric("Facts", "title", fact("document", "title")),
    Metric("Facts", "publisher", fact("document", "publisher")),
    *_found("Facts", "left open", abstention, headline=False),
    *_found("Facts", "cut off", cut, headline=False),
    *_found("Facts", "quality flags", flags, headline=False),
    *_found("Claims", "items", found("item"), headline=False),
    *_found("Claims", "reviews", found("review")),
    *_found("Claims", "judgements", found("judgement")),
    *_found("Claims", "findings", found("finding")),
    *_found("Claims", "actions", found("action")),
    *_found("Claims", "figures", found("figure")),
    *_labelled("finding", ("voice", "polarity", "theme", "time", "relay"), ("voice", "polarity", "theme")),
    *_labelled("action", ("kind", "status", "voice"), ("kind", "voice")),
    *_labelled("figure", ("voice",)),
    *_labelled("judgement", ("voice",)),
    *_labelled("review", ("role", "outcome_status")),
    Metric("Labels of what matches", "figure value", figure_value),
    Metric("Labels of what matches", "owner of an action", fact("action", "owner")),
    Metric("Labels of what matches", "date due of an action", fact("action", "due")),
    Metric("Owners confused", "reviewer told as authority", mistaken("reviewer", "authority"), better="lower"),
    Metric("Owners confused", "authority told as reviewer", mistaken("authority", "reviewer"), better="lower"),
    Metric("Trust", "evidence valid", evidence, headline=True),
    Metric("Trust", "key facts held", key_facts, headline=True),
    Metric("Trust", "traps avoided, of those met", traps_avoided, headline=True),
    Metric("Trust", "trap rate", trap_rate, better="lower"),
    Metric("Trust", "claims refused", refused, better="lower"),
    Metric("Summary", "covers the gold summary", coverage, headline=True),
    Metric("Summary", "ROUGE-L", rouge_l),
    Metric("Summary", "sentences borne out (judge)", supported),
    Metric("Summary", "words", words, better="neither"),
    Metric("Run", "documents briefed", briefed, headline=True),
    Metric("Run", "seconds a document", spent("seconds"), better="lower"),
    Metric("Run", "input tokens a document", spent("input_tokens"), better="lower"),
    Metric("Run", "output tokens a document", spent("output_tokens"), better="lower"),
    Metric("Run", "US dollars a document", spent("cost"), better="lower"),
)
