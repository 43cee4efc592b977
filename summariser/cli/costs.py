"""What a run would cost, told before it."""

from collections.abc import Sequence
from functools import reduce
from operator import add
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from summariser import readers
from summariser.cli.terminal import FAILED, complain
from summariser.errors import DocumentError
from summariser.estimate import Estimate
from summariser.pipeline import Pipeline

# As wide as a table that names its documents needs, where the output is no terminal.
_WIDTH = 132
_COLUMNS = ("requests", "cached", "input tokens", "output tokens", "US dollars")


def tell_costs(pipeline: Pipeline, files: Sequence[Path], folder: Path) -> int:
    """Print what briefing these files would take, and return the exit code; nothing is sent."""
    if pipeline.made_with["model"] is None:
        typer.echo(f"{len(files)} files; no model is named, so nothing would be sent and nothing would be spent.")
        return 0
    table = Table("document", *(Column(name, no_wrap=True) for name in _COLUMNS))
    estimates: list[Estimate] = []
    for file in files:
        name = readers.printable(str(file.relative_to(folder) if file.is_relative_to(folder) else file))
        try:
            estimates.append(pipeline.estimate(pipeline.read(file)))
        except DocumentError as error:
            complain(error)
        else:
            table.add_row(escape(name), *_cells(estimates[-1]))
    if estimates:
        table.add_section()
        table.add_row(f"{len(estimates)} documents", *_cells(reduce(add, estimates)))
    console = Console()
    Console(width=None if console.is_terminal else _WIDTH).print(table)
    basis = f"the last {pipeline.past_calls:,} calls" if pipeline.past_calls else "no past calls, so they are guesses"
    typer.echo(f"Nothing was sent. The tokens are estimated from {basis}; asking again about faults in answers adds to them.")
    return FAILED if len(estimates) < len(files) else 0


def dollars(amount: float) -> str:
    """Return a sum of money with as many places as it takes to see it."""
    return f"${amount:,.2f}" if amount >= 1 or amount == 0 else f"${amount:.2g}"


def _cells(estimate: Estimate) -> tuple[str, ...]:
    low, likely, high = estimate.output_tokens
    output = f"{likely:,.0f} ({low:,.0f} to {high:,.0f})"
    cost = "no price known"
    if estimate.cost is not None:
        least, middle, most = map(dollars, estimate.cost)
        cost = f"{middle} ({least} to {most})"
    return f"{estimate.requests:,}", f"{estimate.cached:,}", f"{estimate.input_tokens:,}", output, cost
