"""The commands that score briefs against gold, compare runs, and draft gold; they import on use what takes a second to load."""

from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

from summariser.cli.terminal import (
    FAILED,
    AllowSensitive,
    BaseUrl,
    Model,
    Schema,
    complain,
    interruptible,
    pipeline_of,
    settings_of,
    shown,
)
from summariser.errors import EngineUnusable, SettingsError
from summariser.settings import Settings

if TYPE_CHECKING:
    from summariser.evaluation.compare import Comparison
    from summariser.evaluation.report import Report
    from summariser.evaluation.runs import Run
    from summariser.evaluation.suites import Suite

_MAIN = Path("evals/council_review")
_HELP = "Score briefs against hand-labelled gold: `summariser eval [SUITE]`. For its options: `summariser eval run --help`."
# Wide enough for every column where the output goes to a file.
_WIDTH = 200
# Documents shown one by one in the terminal; the reports have all.
_WORST = 10


class _RunByDefault(TyperGroup):
    """`summariser eval SUITE` scores a suite; `eval compare` and `eval rescore` are commands below it."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


class EngineName(StrEnum):
    """The engines that can be asked for by name."""

    extractive = "extractive"
    openai = "openai"


eval_app = typer.Typer(cls=_RunByDefault, help=_HELP)

Judge = Annotated[str | None, typer.Option(help="Model that judges key facts, traps and summary sentences.")]


@eval_app.command()
def run(
    suite: Annotated[Path, typer.Argument(help="Folder of the suite.")] = _MAIN,
    check: Annotated[bool, typer.Option("--check", help="Look for slips in the gold, and brief nothing.")] = False,
    engine: Annotated[EngineName | None, typer.Option(help="Engine; without one, the model's if one is named.")] = None,
    model: Model = None,
    base_url: BaseUrl = None,
    allow_sensitive: AllowSensitive = False,
    repeat: Annotated[int, typer.Option(min=1, max=20, help="How often to brief each document.")] = 1,
    judge: Judge = None,
    runs: Annotated[Path | None, typer.Option(help="Folder for the run; without one, `runs` beside the suite.")] = None,
    set_floor: Annotated[bool, typer.Option("--set-floor", help="Make these scores the embedded engine's floor.")] = False,
) -> None:
    """Brief every document of a suite and score the briefs (the default)."""
    from summariser.evaluation import checks, suites
    from summariser.evaluation.runs import begin, brief_all

    if check:
        _check(suite)
        return
    loaded = suites.load(suite)
    for name in loaded.unlabelled:
        complain(f"{name} has no gold and is left out")
    if faults := [fault for fault in checks.slips(loaded) if fault.file not in loaded.unlabelled]:
        complain(f"the gold has slips ({len(faults)}), which may cost scores: summariser eval --check {suite}")
    # An endpoint that is named for the judge alone is none of the engine's.
    settings = _with_engine(
        settings_of(model=model, base_url=base_url if model or not judge else None, allow_sensitive=allow_sensitive), engine
    )
    with pipeline_of(loaded.schema, settings) as pipeline:
        by = pipeline.made_with["model"] or pipeline.made_with["engine"]
        if drafted := sum(entry.gold.get("drafted_by") == by for entry in loaded.entries):
            complain(f"{drafted} gold files began as drafts of {by}, which flatters its scores")
        made = begin(loaded, pipeline, settings, repeats=repeat, runs=runs or suite.parent / "runs")
        try:
            for _ in shown(brief_all(made, loaded, pipeline), len(loaded.entries) * repeat, "Briefing"):
                pass
            if judge:
                _judge(made, loaded, settings_of(model=judge, base_url=base_url, allow_sensitive=allow_sensitive))
        except (KeyboardInterrupt, EngineUnusable):
            complain(f"to score what is finished: summariser eval rescore {made.folder}")
            raise
    _finish(made, loaded, set_floor=set_floor)


@eval_app.command()
def rescore(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.")],
    judge: Judge = None,
    base_url: BaseUrl = None,
    allow_sensitive: AllowSensitive = False,
) -> None:
    """Score the briefs of an earlier run again, with today's gold and metrics; no engine is asked."""
    from summariser.evaluation import runs, suites

    made = runs.load(folder)
    suite = suites.load(made.suite)
    if judge:
        settings = settings_of(model=judge, base_url=base_url, allow_sensitive=allow_sensitive)
        with interruptible():
            _judge(made, suite, settings)
    _finish(made, suite, set_floor=False)


@eval_app.command(name="compare")
def compare_command(
    before: Annotated[Path, typer.Argument(metavar="RUN_A", help="Folder of the run to compare with.")],
    after: Annotated[Path, typer.Argument(metavar="RUN_B", help="Folder of the run in question.")],
) -> None:
    """Say whether RUN_B is better or worse than RUN_A, or that nobody can tell; exits with 1 when it is worse."""
    from summariser.evaluation import report, runs, scoring, suites
    from summariser.evaluation.compare import compare
    from summariser.reports.markdown import compared
    from summariser.reports.rows import TOO_FEW

    first, second = runs.load(before), runs.load(after)
    if first.suite != second.suite:
        raise SettingsError("the two runs are of different suites")
    if first.folder.resolve() == second.folder.resolve():
        raise SettingsError("that is one run, and nothing to compare")
    suite = suites.load(second.suite)
    known = scoring.gold_cases(suite)
    one, other = (report.scored(each, suite, known) for each in (first, second))
    if (one.judged and one.judged.model) != (other.judged and other.judged.model):
        raise SettingsError("the two runs were not judged alike: eval rescore both with the same --judge, or with none")
    comparison = compare(one.scores, other.scores, one.cases, other.cases)
    path = second.folder / f"against-{first.name}.md"
    runs.write_whole(path, compared(comparison, first.name, second.name))
    _print_comparison(comparison)
    typer.echo(f"{len(comparison.flips)} labels came out differently: {path}")
    if comparison.too_few:
        typer.echo(TOO_FEW)
    typer.echo(f"{second.made_by} ({second.name}) against {first.made_by} ({first.name}): {comparison.conclusion}")
    raise typer.Exit(FAILED if comparison.conclusion == "worse" else 0)


def label(
    document: Annotated[Path, typer.Argument(help="Document to label.")],
    out: Annotated[Path | None, typer.Option(help="File for the draft; in a suite, its gold folder.")] = None,
    schema: Schema = "council_review",
    model: Model = None,
    base_url: BaseUrl = None,
    allow_sensitive: AllowSensitive = False,
) -> None:
    """Draft a gold file from a brief, to be corrected by reading the document; evaluation refuses drafts."""
    from summariser.evaluation.drafts import draft
    from summariser.evaluation.runs import write_whole

    in_suite = (document.parent.parent / "suite.toml").is_file()
    folder = document.parent.parent / "gold" if in_suite else Path()
    path = out if out and not out.is_dir() else (out or folder) / f"{document.stem}.json"
    if path.exists():
        raise SettingsError(f"{str(path)!r} is there already; gold is not overwritten")
    with pipeline_of(schema, settings_of(model=model, base_url=base_url, allow_sensitive=allow_sensitive)) as pipeline:
        text = draft(pipeline.run(pipeline.read(document)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        raise SettingsError(f"{str(path)!r} cannot be written ({error.strerror})") from None
    typer.echo(f'{path}: correct it while reading {document}, then take out the line "draft"')


def _with_engine(settings: Settings, engine: EngineName | None) -> Settings:
    if engine is EngineName.openai and not settings.model:
        raise SettingsError("the openai engine needs a model: name one with --model")
    if engine is EngineName.extractive:
        return settings.model_copy(update={"model": None, "base_url": None})
    return settings


def _check(suite: Path) -> None:
    from summariser.evaluation import checks

    faults = checks.check(suite)
    for fault in faults:
        complain(fault)
    typer.echo(f"{suite}: {len(faults)} {'fault' if len(faults) == 1 else 'faults'}" if faults else f"{suite}: no faults")
    raise typer.Exit(FAILED if faults else 0)


def _judge(made: "Run", suite: "Suite", settings: Settings) -> None:
    """Ask a judge about every brief, keeping what it said after each document."""
    from summariser import readers
    from summariser.evaluation import scoring
    from summariser.evaluation.judge import Judge as Asked
    from summariser.evaluation.report import keep_verdicts

    paths = {entry.name: entry.path for entry in suite.entries}
    known = scoring.gold_cases(suite)
    repeats = [scoring.cases_of(made, known, repeat) for repeat in range(made.repeats)]
    judge = Asked(settings)
    try:
        asked = judge.judge(repeats, lambda name: readers.read(paths[name]))
        for _, verdicts in shown(asked, len(known), "Judging"):
            keep_verdicts(made, verdicts)
    finally:
        judge.close()
    for name, why in verdicts.unjudged.items():
        complain(f"{name} was not judged: {why}")


def _finish(made: "Run", suite: "Suite", *, set_floor: bool) -> None:
    """Score a run, write its reports, print the table, and end with the right exit code."""
    from summariser.evaluation import floor, report
    from summariser.reports import REPORTS

    scored = report.scored(made, suite)
    report.keep(scored, {name: render(scored) for name, render in REPORTS.items()})
    _print_scores(scored)
    for name, why in scored.failures.items():
        complain(f"{name} has no brief: {why}")
    for crash in scored.scores.crashes:
        complain(f"the metric {crash.metric!r} failed on {crash.document} ({crash.error})")
    typer.echo(f"{scored.judging}\n{scored.briefed}: {', '.join(str(made.folder / name) for name in REPORTS)}")
    if set_floor:
        floor.lay(scored)
        typer.echo(f"These scores are the floor now: {floor.path_of(suite)}")
    fallen = floor.below(scored)
    for sentence in fallen:
        complain(sentence)
    unjudged = scored.judged.unjudged if scored.judged else ()
    raise typer.Exit(FAILED if scored.failures or scored.scores.crashes or fallen or unjudged else 0)


def _print_scores(scored: "Report") -> None:
    from summariser.reports.rows import PER_DOCUMENT, number, rows

    table = _table("", "score", "95 % interval", "documents", *scored.beside)
    # The reports have every row; macro F1 is for those who ask how rare labels fare.
    for _, members in groupby((row for row in rows(scored) if "macro" not in row.name), lambda row: row.group):
        table.add_section()
        for row in members:
            style = "bold" if row.score.metric.headline else None
            table.add_row(row.name, row.value, row.interval, row.n, *row.beside, style=style)
    _print(table)
    by_document = _table("the worst documents", "mean of bold", *PER_DOCUMENT)
    for case in scored.worst_first[:_WORST]:
        values = (scored.scores.of(name).documents[case.name] for name in PER_DOCUMENT)
        by_document.add_row(case.name, number(scored.mean(case.name)), *(number(value) for value in values))
    _print(by_document)


def _print_comparison(comparison: "Comparison") -> None:
    from summariser.reports.rows import BLANK, interval, number, signed

    table = _table("", "before", "after", "difference", "95 % interval", "p, corrected", "")
    for change in comparison.changes:
        if change.adjusted is not None:
            apart = change.difference
            spread = interval(apart.low, apart.high) if apart.low is not None else BLANK
            values = (number(change.before), number(change.after), signed(apart.value), spread, f"{change.adjusted:.4f}")
            table.add_row(change.metric.name, *values, change.verdict)
    _print(table)


def _table(first: str, *others: str) -> Table:
    table = Table()
    table.add_column(first, overflow="fold", min_width=20)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _print(table: Table) -> None:
    console = Console()
    Console(width=None if console.is_terminal else _WIDTH).print(table)
