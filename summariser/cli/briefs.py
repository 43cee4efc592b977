"""The commands that make briefs, and those that look at what briefs are made with."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from summariser import batch, schemas
from summariser.cache import Cache
from summariser.cli.terminal import FAILED, AllowSensitive, BaseUrl, Model, Schema, complain, pipeline_of, settings_of, shown
from summariser.errors import EngineUnusable, SettingsError, SummariserError
from summariser.settings import load_settings
from summariser.types import Failure
from summariser.writers import WRITERS

cache_app = typer.Typer(no_args_is_help=True, help="Look at or empty the cache of answers.")


class Form(StrEnum):
    """The forms in which `brief` prints."""

    md = "md"
    json = "json"


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
    with pipeline_of(schema, settings_of(model, base_url, allow_sensitive)) as pipeline:
        for file in files:
            try:
                result = pipeline.run(pipeline.read(file))
            except (SettingsError, EngineUnusable):
                raise
            except SummariserError as error:
                failures += 1
                complain(error)
            else:
                typer.echo(WRITERS[form](result))
    raise typer.Exit(FAILED if failures else 0)


def batch_command(
    folder: Annotated[Path, typer.Argument(help="Folder of documents; folders below it are read too.")],
    out: Annotated[Path, typer.Option(help="Folder for the briefs.")],
    schema: Schema = "council_review",
    model: Model = None,
    base_url: BaseUrl = None,
    allow_sensitive: AllowSensitive = False,
) -> None:
    """Brief every document of a folder: a JSON and a Markdown brief each, and a list of failures."""
    with pipeline_of(schema, settings_of(model, base_url, allow_sensitive)) as pipeline:
        files = batch.files_in(folder, leaving_out=out)
        outcomes = batch.brief_files(pipeline, files, folder, out)
        failures = [outcome for outcome in shown(outcomes, len(files), "Briefing") if isinstance(outcome, Failure)]
    for failure in failures:
        complain(failure.message)
    typer.echo(f"{len(files) - len(failures)} briefed, {len(failures)} failed: {out}")
    raise typer.Exit(FAILED if failures else 0)


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


@contextmanager
def _cache() -> Iterator[Cache]:
    settings = load_settings()
    cache = Cache(settings.cache_dir, settings.cache_limit)
    try:
        yield cache
    finally:
        cache.close()
