"""Scores and comparisons as Markdown."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import shorten

from summariser.evaluation.agreement import Agreement
from summariser.evaluation.compare import Comparison
from summariser.evaluation.misses import Miss, answers, misses, places
from summariser.evaluation.report import Report
from summariser.metrics.cases import Case
from summariser.reports.rows import BLANK, HOW_TO_READ, PER_DOCUMENT, TOO_FEW, interval, number, rows, signed

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|&~])")
_LONGEST_QUOTE = 200


def render(report: Report) -> str:
    """Return the report on a run."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    about = report.run.about
    yield f"# {_escaped(report.suite.name)}: {_escaped(report.run.made_by)}"
    yield ""
    yield _escaped(report.suite.about)
    yield ""
    yield f"{report.briefed}, {about['started']}, version {about['version']}, prompt {about['prompt']}."
    yield _escaped(report.judging)
    yield ""
    yield HOW_TO_READ
    headlines = ("At a glance", [row for row in rows(report) if row.score.metric.headline])
    for group, members in (headlines, *((name, list(each)) for name, each in groupby(rows(report), key=lambda row: row.group))):
        yield from ("", f"## {group}", "")
        yield f"| | score | 95 % interval | documents | {' | '.join(report.beside)} |"
        yield f"|---|---|---|---|{'---|' * len(report.beside)}"
        for row in members:
            yield f"| {row.name} | {row.value} | {row.interval} | {row.n} | {' | '.join(row.beside)} |"
    yield from _agreement("How far two readers agree", report.readers)
    yield from _agreement("How far the repeats agree", report.steadiness)
    if report.failures:
        yield from ("", "## Documents without a brief", "")
        yield from (f"- {_escaped(name)}: {_escaped(why)}" for name, why in report.failures.items())
    if report.scores.crashes:
        yield from ("", "## Metrics that failed", "")
        yield from (f"- {each.metric} on {_escaped(each.document)}: {each.error}" for each in report.scores.crashes)
    yield from ("", "## Documents, the worst first", "")
    yield f"| | mean | {' | '.join(PER_DOCUMENT)} |"
    yield f"|---|---|{'---|' * len(PER_DOCUMENT)}"
    for case in report.worst_first:
        values = (number(report.scores.of(name).documents[case.name]) for name in PER_DOCUMENT)
        yield f"| {_escaped(case.name)} | {number(report.mean(case.name))} | {' | '.join(values)} |"
    for case in report.worst_first:
        yield from _document(case, report.mean(case.name))


def _agreement(title: str, agreements: Sequence[Agreement]) -> Iterator[str]:
    if agreements:
        yield from (
            "",
            f"## {title}",
            "",
            "| | Krippendorff's alpha | share that agrees | pairs or documents |",
            "|---|---|---|---|",
        )
        yield from (f"| {each.name} | {number(each.alpha)} | {number(each.share)} | {each.n} |" for each in agreements)


def _document(case: Case, mean: float) -> Iterator[str]:
    yield from ("", f"### {_escaped(case.name)} ({number(mean)})", "")
    if case.failed:
        yield "No brief."
        return
    for what, words in answers(case):
        yield f"- **{what}**: {_escaped(words)}"
    for miss in misses(case):
        yield f"- {_miss(miss, case)}"


def _miss(miss: Miss, case: Case) -> str:
    part = miss.gold or miss.brief
    what = f"**{miss.kind} {part.label if part else ''}**".replace(f"{miss.kind} {miss.kind}", miss.kind)
    words = " … ".join(case.text[start:end] for start, end in places(part, miss.field))
    quote = _escaped(shorten(words, _LONGEST_QUOTE, placeholder=" …"))
    if miss.field:
        return f"{what} {miss.field}: {_escaped(miss.expected)}, told as {_escaped(miss.given)} (“{quote}”)"
    state = "missing" if miss.gold else "not in the gold"
    told = f"; its words stand in {', '.join(miss.elsewhere)}" if miss.elsewhere else ""
    return f"{what} {state}: {_escaped(miss.expected or miss.given)} (“{quote}”){told}"


def compared(comparison: Comparison, before: str, after: str) -> str:
    """Return a comparison of two runs."""
    return "\n".join(_compared(comparison, before, after)) + "\n"


def _compared(comparison: Comparison, before: str, after: str) -> Iterator[str]:
    yield f"# {_escaped(after)} against {_escaped(before)}: {comparison.conclusion}"
    if comparison.too_few:
        yield from ("", TOO_FEW)
    yield from (
        "",
        "| | before | after | difference | 95 % interval | p | p, corrected | |",
        "|---|---|---|---|---|---|---|---|",
    )
    for change in comparison.changes:
        apart = change.difference
        if apart.n:
            chance = [BLANK if p is None else f"{p:.4f}" for p in (apart.p, change.adjusted)]
            cells = [change.metric.name, number(change.before), number(change.after), signed(apart.value)]
            cells += [interval(apart.low, apart.high), *chance, change.verdict if change.adjusted is not None else ""]
            yield f"| {' | '.join(cells)} |"
    yield from ("", f"## What came out differently ({len(comparison.flips)})", "")
    for flip in comparison.flips:
        told = f"gold {_escaped(flip.gold)}; {_escaped(flip.before)} (“{_escaped(flip.before_quote)}”)"
        told += f" became {_escaped(flip.after)} (“{_escaped(flip.after_quote)}”)"
        yield f"- {_escaped(flip.document)}, {flip.part}, {flip.field}: {told}: {flip.verdict}"


def _escaped(text: str) -> str:
    """Return words of a document so that Markdown shows them as they are, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
