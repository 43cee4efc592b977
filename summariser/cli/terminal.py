"""What every command shares: its options, its exit codes, complaints, progress, and a pipeline that is let go of."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import track

from summariser import logs
from summariser.pipeline import Pipeline
from summariser.settings import Settings, load_settings

FAILED, NOT_STARTED, INTERRUPTED = 1, 2, 130

Schema = Annotated[str, typer.Option(help="Kind of brief; `summariser schemas` lists them.")]
Model = Annotated[str | None, typer.Option(help="Model to ask; without one nothing leaves the machine.")]
BaseUrl = Annotated[str | None, typer.Option(help="OpenAI-compatible endpoint; without one, OpenAI's own.")]
AllowSensitive = Annotated[
    bool, typer.Option("--allow-sensitive", help="Send even restricted or private documents to the endpoint.")
]
Workers = Annotated[int | None, typer.Option(help="Most requests to the model at the same time.")]
MaxCost = Annotated[float | None, typer.Option(help="Most that the run may cost, in US dollars.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what would be asked and what it may cost, and send nothing.")]

_Outcome = TypeVar("_Outcome")


def settings_of(*, allow_sensitive: bool = False, **flags: object) -> Settings:
    """Return the settings of a command; a flag that is not given leaves the decision to them. Messages are printed as set."""
    settings = load_settings(allow_sensitive=allow_sensitive or None, **flags)
    logs.to_stderr(settings.log)
    return settings


@contextmanager
def pipeline_of(schema: str, settings: Settings) -> Iterator[Pipeline]:
    """Hold a pipeline while a command uses it."""
    pipeline = Pipeline(schema, settings=settings)
    try:
        with interruptible():
            yield pipeline
    finally:
        pipeline.close()


@contextmanager
def interruptible() -> Iterator[None]:
    """End a command that is interrupted with a word on what is kept."""
    try:
        yield
    except KeyboardInterrupt:
        complain("interrupted; what is finished is kept, and answers that were paid for are in the cache")
        raise typer.Exit(INTERRUPTED) from None


def complain(what: object) -> None:
    """Say on standard error what went wrong."""
    typer.echo(f"summariser: {what}", err=True)


def shown(outcomes: Iterable[_Outcome], total: int, doing: str) -> Iterator[_Outcome]:
    """Show progress on a terminal, and only there."""
    console = Console(stderr=True)
    yield from track(outcomes, doing, total=total, console=console, disable=not console.is_terminal)
