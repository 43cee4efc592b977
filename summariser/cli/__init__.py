"""The commands; the only package that prints or sets an exit code.

Exit codes: 0 all done; 1 done with failures, or an evaluation below its floor or worse; 2 could not start; 130 interrupted.
"""

from importlib.metadata import version
from typing import Annotated

import typer

from summariser.cli import batches, briefs, endpoints, evals, reports
from summariser.cli.terminal import FAILED, NOT_STARTED, complain
from summariser.errors import EngineError, OutputError, SummariserError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
app.command()(briefs.brief)
app.command(name="batch")(batches.batch_command)
app.command(name="export")(batches.export_command)
app.command()(reports.report)
app.command(name="purge")(batches.purge_command)
app.command()(endpoints.check)
app.add_typer(evals.eval_app, name="eval")
app.command()(evals.label)
app.command(name="schemas")(briefs.schemas_command)
app.add_typer(briefs.cache_app, name="cache")


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


def main() -> None:
    """Run the command line; errors of ours become one sentence and an exit code."""
    try:
        app()
    except SummariserError as error:
        complain(error)
        raise SystemExit(FAILED if isinstance(error, EngineError | OutputError) else NOT_STARTED) from None
