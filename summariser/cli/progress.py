"""How far a batch has come, shown while it runs, and what came of it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from time import monotonic

import typer
from rich import progress as bars
from rich.console import Console
from rich.table import Table

from summariser import exports
from summariser.batch import Plan
from summariser.briefing import Briefed
from summariser.cli.costs import dollars
from summariser.cli.terminal import complain
from summariser.pipeline import lost
from summariser.types import Failure, Usage

# Seconds between two lines where there is no terminal.
_EVERY = 10.0
# Failures named one by one at the end; failures.jsonl has them all.
_NAMED = 20


class Progress:
    """What a run has done so far."""

    def __init__(self, plan: Plan, *, quiet: bool) -> None:
        self._plan, self._quiet = plan, quiet
        self._began = monotonic()
        self._usage = Usage()
        self._named: list[str] = []
        self.briefed = self.partly = self.cached = self.failed = 0

    @property
    def left(self) -> int:
        """How many documents the run has not come to."""
        return len(self._plan.files) - self.briefed - self.failed

    def follow(self, outcomes: Iterable[Briefed | Failure]) -> None:
        """Count what comes, and show it: a bar on a terminal, elsewhere a line now and then."""
        console = Console(stderr=True)
        if self._quiet or not self._plan.files:
            for came in outcomes:
                self._add(came)
        elif console.is_terminal:
            columns: tuple[bars.ProgressColumn, ...] = (
                bars.TextColumn("Briefing"),
                bars.BarColumn(),
                bars.MofNCompleteColumn(),
                bars.TimeRemainingColumn(),
                bars.TextColumn("{task.description}"),
            )
            with bars.Progress(*columns, console=console) as bar:
                task = bar.add_task("", total=len(self._plan.files))
                for came in outcomes:
                    self._add(came)
                    bar.update(task, advance=1, description=self._line())
        else:
            told = self._began
            for came in outcomes:
                self._add(came)
                if monotonic() - told >= _EVERY:
                    told = monotonic()
                    complain(f"{len(self._plan.files) - self.left:,} of {len(self._plan.files):,}; {self._line()}")

    def conclude(self, out: Path, unfinished: Usage) -> None:
        """Print what failed, and the closing table; `unfinished` was spent on documents that did not come to their end."""
        self._usage += unfinished
        for message in self._named:
            complain(message)
        if (more := self.failed + self.partly - len(self._named)) > 0:
            complain(f"{more:,} more are in {out / exports.FAILURES}")
        if not self._quiet:
            table = Table(show_header=False)
            for row in self._rows():
                table.add_row(*row)
            Console().print(table)
            typer.echo(f"The briefs are in {out}; {exports.INDEX}.csv lists them.")

    def _add(self, came: Briefed | Failure) -> None:
        self._usage += came.usage
        message = None
        if isinstance(came, Failure):
            self.failed += 1
            message = came.message
        else:
            self.briefed += 1
            self.cached += came.cached
            self.partly += came.partial
            message = " ".join(lost(came.losses)) or None
        if message and len(self._named) < _NAMED:
            # A reader names a file by its last name alone.
            message = message.removeprefix(f"{came.document.rpartition('/')[2]!r}: ")
            self._named.append(f"{came.document!r}: {message}")

    def _line(self) -> str:
        """Return in words how far the run has come."""
        minutes = max(monotonic() - self._began, 0.001) / 60
        told = [f"{self.cached:,} from the cache"] if self.cached else []
        told += [f"{self.failed:,} failed", f"{(self.briefed + self.failed) / minutes:,.0f} a minute"]
        if self._usage.requests:
            told.append(f"{self._usage.input_tokens + self._usage.output_tokens:,} tokens")
            told += [] if self._usage.cost is None else [dollars(self._usage.cost)]
        return ", ".join(told)

    def _rows(self) -> Iterator[tuple[str, str]]:
        plan, usage = self._plan, self._usage
        yield "briefed", f"{self.briefed:,}" + (f" ({self.cached:,} from the cache)" if self.cached else "")
        for name, count in (
            ("of them in part", self.partly),
            ("failed", self.failed),
            ("not come to", self.left),
            ("as they were", plan.kept),
            ("of them moved", plan.moved),
            ("no longer in the folder", plan.removed),
        ):
            if count:
                yield name, f"{count:,}"
        if usage.requests:
            yield "requests", f"{usage.requests:,}"
            yield "tokens", f"{usage.input_tokens:,} sent, {usage.output_tokens:,} received"
            yield "cost", "no price known" if usage.cost is None else dollars(usage.cost)
        yield "seconds", f"{monotonic() - self._began:,.1f}"
