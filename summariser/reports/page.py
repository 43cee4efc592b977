"""Scores as one page for a browser: no script, nothing loaded, every word of a document escaped."""

from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path
from textwrap import shorten
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from summariser.evaluation.misses import Miss, answers, misses, places
from summariser.evaluation.report import Report
from summariser.labels import Labels, Part
from summariser.metrics.cases import Case
from summariser.metrics.facets import id_of
from summariser.reports.rows import HOW_TO_READ, PER_DOCUMENT, Row, number, rows
from summariser.types import Span

_LONGEST_QUOTE = 400


def render(report: Report) -> str:
    """Return the page."""
    about = report.run.about
    environment = Environment(
        autoescape=True, loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["number"] = number
    return environment.get_template("page.html").render(
        title=f"{report.suite.name}: {report.run.made_by}",
        report=report,
        about=about,
        how_to_read=HOW_TO_READ,
        groups=[("At a glance", [_drawn(row) for row in rows(report) if row.score.metric.headline])]
        + [(group, [_drawn(row) for row in members]) for group, members in groupby(rows(report), lambda row: row.group)],
        confusions=list(_confusions(report)),
        per_document=PER_DOCUMENT,
        documents=[_document(place, case, report) for place, case in enumerate(report.worst_first)],
    )


def _drawn(row: Row) -> dict[str, Any]:
    """Return a row with the lengths of its bars in per cent; amounts that are no share have none."""
    estimate = row.score.estimate
    share = estimate.value is not None and row.score.metric.group != "Run" and row.score.metric.better != "neither"
    spread = share and estimate.low is not None and estimate.high is not None
    low, high = (estimate.low or 0.0, estimate.high or 0.0) if spread else (0.0, 0.0)
    return {
        **{name: getattr(row, name) for name in ("name", "value", "interval", "n", "beside", "score")},
        "bar": round(100 * (estimate.value or 0.0), 1) if share else None,
        "low": round(100 * low, 1) if spread else None,
        "width": round(100 * (high - low), 1),
    }


def _confusions(report: Report) -> Iterator[dict[str, Any]]:
    for score in report.scores.scores:
        if not score.metric.confuses or not score.estimate.n:
            continue
        counts: dict[tuple[str, str], float] = {}
        for tally in score.tallies:
            for pair, count in (tally or {}).items():
                counts[pair] = counts.get(pair, 0) + count * report.run.repeats
        down = sorted({gold for gold, _ in counts})
        across = sorted({told for pair in counts for told in pair})
        yield {
            "name": score.metric.name,
            "across": across,
            "down": [(gold, [(told, round(counts.get((gold, told), 0))) for told in across]) for gold in down],
        }


def _document(place: int, case: Case, report: Report) -> dict[str, Any]:
    pieces = list(_pieces(f"d{place}", case))
    starts = [(piece["start"], piece["end"], piece["anchor"]) for piece in pieces if piece["kind"]]
    return {
        "name": case.name,
        "anchor": f"d{place}",
        "mean": report.mean(case.name),
        "failed": case.failed,
        "answers": [] if case.failed else list(answers(case)),
        "misses": [] if case.failed else [_shown(miss, case, starts) for miss in misses(case)],
        "pieces": pieces,
    }


def _shown(miss: Miss, case: Case, starts: list[tuple[int, int, str]]) -> dict[str, Any]:
    part = miss.gold or miss.brief
    label = part.label if part and part.label != miss.kind else ""
    state = miss.field or ("missing" if miss.gold else "not in the gold")
    elsewhere = f"its words stand in {', '.join(miss.elsewhere)}" if miss.elsewhere else ""
    return {
        "what": " ".join(word for word in (miss.kind, label, state.replace("_", " ")) if word),
        "gold": _side(miss.gold, miss.field, miss.expected, case, starts),
        "brief": _side(miss.brief, miss.field, miss.given or elsewhere, case, starts),
    }


def _side(part: Part | None, field: str | None, words: str, case: Case, starts: list[tuple[int, int, str]]) -> dict[str, str]:
    spans = places(part, field)
    quote = " … ".join(case.text[start:end] for start, end in spans)
    anchor = next((name for start, end, name in starts if spans and start <= spans[0][0] < end), "")
    return {"words": words, "quote": shorten(quote, _LONGEST_QUOTE, placeholder=" …"), "anchor": anchor}


def _pieces(prefix: str, case: Case) -> Iterator[dict[str, Any]]:
    """Cut the text where what is marked begins or ends, each piece with who stands on it."""
    gold, brief = _stood_on(case.gold), _stood_on(case.brief)
    edges = sorted({0, len(case.text), *(edge for span in (*gold, *brief) for edge in span)})
    for start, end in pairwise(edges):
        by = [any(one <= start and end <= other for one, other in spans) for spans in (gold, brief)]
        kind = {(True, True): "both", (True, False): "gold", (False, True): "brief"}.get((by[0], by[1]), "")
        yield {"start": start, "end": end, "kind": kind, "text": case.text[start:end], "anchor": f"{prefix}-{start}"}


def _stood_on(labels: Labels) -> list[Span]:
    """Return the places that claims stand on; those of titles and dates would hide them."""
    parts = {id_of(part): part for part in labels.parts if part.kind in ("judgement", "finding", "action", "figure")}
    return [span for part in parts.values() for span in part.spans]
