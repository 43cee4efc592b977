"""The commands for folders: brief one, write its tables in another form, forget a document."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from summariser import exports, folder
from summariser.batch import Batch, Which, opened
from summariser.cache import Cache
from summariser.cli.costs import tell_costs
from summariser.cli.progress import Progress
from summariser.cli.terminal import (
    FAILED,
    INTERRUPTED,
    AllowSensitive,
    BaseUrl,
    DryRun,
    MaxCost,
    Model,
    Schema,
    Workers,
    complain,
    pipeline_of,
    settings_of,
)
from summariser.errors import DocumentError, SettingsError, SummariserError
from summariser.records import FILE, path_of
from summariser.settings import load_settings

# Shows the cursor of a terminal again, which a bar hides.
_CURSOR = b"\x1b[?25h" if sys.stderr.isatty() else b""

Out = Annotated[Path, typer.Argument(help="Folder of briefs that a batch has made.")]


def batch_command(
    source: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder of documents; folders below it are read too.")],
    out: Annotated[Path, typer.Option(help="Folder for the briefs.")],
    schema: Schema = "council_review",
    model: Model = None,
    base_url: BaseUrl = None,
    include: Annotated[list[str] | None, typer.Option(help="Only files like this, such as '*.pdf'; may be repeated.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="No files like this; may be repeated.")] = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Only documents that failed or were cut short.")] = False,
    only_changed: Annotated[bool, typer.Option("--only-changed", help="Only documents that are new or have changed.")] = False,
    force: Annotated[bool, typer.Option("--force", help="All documents, whatever an earlier run has done.")] = False,
    allow_sensitive: AllowSensitive = False,
    workers: Workers = None,
    max_cost: MaxCost = None,
    dry_run: DryRun = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress and no table, only what failed.")] = False,
) -> None:
    """Brief every document of a folder: a JSON and a Markdown brief each, tables of what is in them, a list of failures.

    The same command goes on where the last one ended: it does what is new, changed, failed, or was made in another way.
    """
    which = _which(retry_failed=retry_failed, only_changed=only_changed, force=force)
    settings = settings_of(model=model, base_url=base_url, allow_sensitive=allow_sensitive, workers=workers, max_cost=max_cost)
    files = folder.files_in(source, leaving_out=out, include=include or (), exclude=exclude or ())
    if dry_run and not (out / FILE).exists():
        with pipeline_of(schema, settings) as pipeline:
            raise typer.Exit(tell_costs(pipeline, files, source))
    with pipeline_of(schema, settings) as pipeline, opened(out) as records:
        batch = Batch(source, out, pipeline, records)
        plan = batch.plan(files, which)
        if dry_run:
            raise typer.Exit(tell_costs(pipeline, list(plan.files.values()), source))
        progress = Progress(plan, quiet=quiet)
        try:
            with _stopped_by_interrupt(batch) as interrupted:
                progress.follow(batch.run(plan))
        except SummariserError:
            if progress.left < len(plan.files):
                progress.conclude(out, batch.unfinished)
            raise
        progress.conclude(out, batch.unfinished)
    if interrupted.is_set() and progress.left:
        complain("interrupted; what is finished is kept, and the same command goes on with the rest")
        raise typer.Exit(INTERRUPTED)
    raise typer.Exit(FAILED if progress.failed or progress.partly else 0)


def export_command(
    out: Out,
    form: Annotated[exports.Format, typer.Option("--format", help="The form.")],
    to: Annotated[Path | None, typer.Option(help="Folder to write to; without one, that of the briefs.")] = None,
) -> None:
    """Write the tables of a batch in another form."""
    path_of(out)
    with opened(out) as records:
        for path in exports.export(records, out, to or out, form):
            typer.echo(path)


def purge_command(
    out: Out,
    document: Annotated[str, typer.Option(help="The document, by its path within the folder that was briefed.")],
) -> None:
    """Delete a document's briefs, what the records hold of it, and the answers about it in the cache."""
    path_of(out)
    settings = load_settings()
    with opened(out) as records:
        known = records.known().get(document)
        if known is None:
            raise DocumentError(f"there is no document {document!r} in {str(out)!r}; index.csv lists them")
        # The records come last, as they alone know what else there is to delete if this is cut short.
        cache = Cache(settings.cache_dir, settings.cache_limit)
        try:
            answers = sum(map(cache.forget, records.digests_of(document)))
        finally:
            cache.close()
        if known.brief:
            exports.remove(out, known.brief)
        exports.drop(records, out, exports.Format.parquet)
        records.forget(document)
        exports.write(records, out, ended="no run has come to it yet")
    typer.echo(f"{document}: deleted, with {answers} answers in the cache; the file itself is untouched")


def _which(*, retry_failed: bool, only_changed: bool, force: bool) -> Which:
    chosen = [
        which for which, given in ((Which.failed, retry_failed), (Which.changed, only_changed), (Which.all, force)) if given
    ]
    if len(chosen) > 1:
        raise SettingsError("only one of --retry-failed, --only-changed and --force can be meant")
    return chosen[0] if chosen else Which.due


@contextmanager
def _stopped_by_interrupt(batch: Batch) -> Iterator[threading.Event]:
    """Let an interrupt end a run when what is under way is finished, and a second one at once."""
    asked = threading.Event()

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        # What is buffered, or takes a lock, may be in use by what is interrupted here.
        if asked.is_set():
            os.write(2, _CURSOR + b"\nsummariser: stopped; the same command goes on with the rest\n")
            os._exit(INTERRUPTED)
        asked.set()
        os.write(2, b"\nsummariser: finishing what is under way; Ctrl-C again stops at once\n")
        threading.Thread(target=batch.stop, daemon=True).start()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
