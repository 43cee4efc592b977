"""The commands; the only file that prints or sets an exit code.

Exit codes: 0 all done; 1 done with failures; 2 could not start; 130 interrupted.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from summariser import batch, schemas
from summariser.cache import Cache
from summariser.errors import EngineError, QuotaExhausted, SettingsError, SummariserError
from summariser.pipeline import Pipeline
from summariser.settings import load_settings
from summariser.types import Failure
from summariser.writers import WRITERS

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
cache_app = typer.Typer(no_args_is_help=True, help="Look at or empty the cache of answers.")
app.add_typer(cache_app, name="cache")

_FAILED, _NOT_STARTED, _INTERRUPTED = 1, 2, 130

Schema = Annotated[str, typer.Option(help="Kind of brief; `summariser schemas` lists them.")]
Model = Annotated[str | None, typer.Option(help="Model to ask; without one nothing leaves the machine.")]
BaseUrl = Annotated[str | None, typer.Option(help="OpenAI-compatible endpoint; without one, OpenAI's own.")]

AllowSensitive = Annotated[
    bool, typer.Option("--allow-sensitive", help="Send even restricted or private documents to the endpoint.")
]


class Form(StrEnum):
    """The forms in which `brief` prints."""

    md = "md"
    json = "json"


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("summariser"))
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Turn documents into briefs whose every claim quotes its source."""


@app.command()
def brief(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Documents to brief.")],
    schema: Schema = "council_review",
    model: Model = None,
    base_url: BaseUrl = None,
    allow_sensitive: AllowSensitive = False,
    form: Annotated[Form, typer.Option("--format", help="How to print the briefs.")] = Form.md,
) -> None:
    """Brief documents and print the briefs."""
    failures = 0
    with _pipeline(schema, model, base_url, allow_sensitive) as pipeline:
        for file in files:
            try:
                result = pipeline.run(pipeline.read(file))
            except (SettingsError, QuotaExhausted):
                raise
            except SummariserError as error:
                failures += 1
                _complain(error)
            else:
                typer.echo(WRITERS[form](result))
    raise typer.Exit(_FAILED if failures else 0)


@app.command(name="batch")
def batch_command(
    folder: Annotated[Path, typer.Argument(help="Folder of documents; folders below it are read too.")],
    out: Annotated[Path, typer.Option(help="Folder for the briefs.")],
    schema: Schema = "council_review",
    model: Model = None,
    base_url: BaseUrl = None,
    allow_sensitive: AllowSensitive = False,
) -> None:
    """Brief every document of a folder: a JSON and a Markdown brief each, and a list of failures."""
    with _pipeline(schema, model, base_url, allow_sensitive) as pipeline:
        files = batch.files_in(folder, leaving_out=out)
        outcomes = batch.brief_files(pipeline, files, folder, out)
        failures = [outcome for outcome in _shown(outcomes, len(files)) if isinstance(outcome, Failure)]
    for failure in failures:
        _complain(failure.message)
    typer.echo(f"{len(files) - len(failures)} briefed, {len(failures)} failed: {out}")
    raise typer.Exit(_FAILED if failures else 0)


@app.command(name="schemas")
def schemas_command() -> None:
    """List the kinds of brief."""
    for name in schemas.available():
        typer.echo(f"{name}: {schemas.describe(schemas.load(name).model)}")


@cache_app.command()
def stats() -> None:
    """Show how many answers are kept, and where."""
    with _cache() as cache:
        kept = cache.stats()
    typer.echo(f"{kept.answers} answers, {kept.size:,} of {kept.limit:,} bytes, in {kept.folder}")


@cache_app.command()
def clear() -> None:
    """Forget every answer."""
    with _cache() as cache:
        typer.echo(f"{cache.clear()} answers forgotten")


def main() -> None:
    """Run the command line; errors of ours become one sentence and an exit code."""
    try:
        app()
    except SummariserError as error:
        _complain(error)
        raise SystemExit(_FAILED if isinstance(error, EngineError) else _NOT_STARTED) from None


def _complain(what: object) -> None:
    typer.echo(f"summariser: {what}", err=True)


def _shown(outcomes: Iterable[object], total: int) -> Iterator[object]:
    """Show progress on a terminal, and only there."""
    console = Console(stderr=True)
    yield from track(outcomes, "Briefing", total=total, console=console, disable=not console.is_terminal)


@contextmanager
def _pipeline(schema: str, model: str | None, base_url: str | None, allow_sensitive: bool) -> Iterator[Pipeline]:
    # A flag that is not given leaves the decision to the settings.
    settings = load_settings(model=model, base_url=base_url, allow_sensitive=allow_sensitive or None)
    pipeline = Pipeline(schema, settings=settings)
    try:
        yield pipeline
    except KeyboardInterrupt:
        _complain("interrupted; what is finished is kept, and answers that were paid for are in the cache")
        raise typer.Exit(_INTERRUPTED) from None
    finally:
        pipeline.close()


@contextmanager
def _cache() -> Iterator[Cache]:
    settings = load_settings()
    cache = Cache(settings.cache_dir, settings.cache_limit)
    try:
        yield cache
    finally:
        cache.close()
