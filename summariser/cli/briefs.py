"""The command that prints briefs, and those that look at what briefs are made with."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from summariser import schemas
from summariser.cache import Cache
from summariser.cli.costs import tell_costs
from summariser.cli.terminal import (
    FAILED,
    AllowSensitive,
    BaseUrl,
    DryRun,
    MaxCost,
    Model,
    Schema,
    complain,
    pipeline_of,
    settings_of,
)
from summariser.errors import EngineUnusable, SettingsError, SummariserError
from summariser.pipeline import lost
from summariser.settings import load_settings
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
    max_cost: MaxCost = None,
    dry_run: DryRun = False,
    form: Annotated[Form, typer.Option("--format", help="How to print the briefs.")] = Form.md,
) -> None:
    """Brief documents and print the briefs."""
    failures = 0
    settings = settings_of(model=model, base_url=base_url, allow_sensitive=allow_sensitive, max_cost=max_cost)
    with pipeline_of(schema, settings) as pipeline:
        if dry_run:
            raise typer.Exit(tell_costs(pipeline, files, Path()))
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
                failures += result.partial
                for sentence in lost(result.losses):
                    complain(f"{result.document.name}: {sentence}")
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
