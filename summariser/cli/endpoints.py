"""The command that finds out what an endpoint can do."""

import typer
from rich.console import Console
from rich.table import Table

from summariser.cli.costs import dollars
from summariser.cli.terminal import FAILED, BaseUrl, Model, interruptible, settings_of
from summariser.engines import examine
from summariser.errors import SettingsError
from summariser.ledger import Ledger
from summariser.pipeline import Pipeline
from summariser.readers import from_text

_WHAT = {
    "strict": "strict JSON schema",
    "schema": "JSON schema",
    "tools": "parameters of a tool",
    "json": "JSON object, with the schema in the prompt",
}
# About a page, for the estimate of what a brief costs.
_PAGE = "The committee heard from the director and asked three questions about the report.\n" * 36
_WIDTH = 100


def check(model: Model = None, base_url: BaseUrl = None) -> None:
    """Find out what a model's endpoint can do, and remember it: four small questions are asked."""
    settings = settings_of(model=model, base_url=base_url)
    if settings.model is None:
        raise SettingsError("name the model to check: summariser check --model NAME --base-url URL")
    with interruptible():
        found = examine(settings)
    table = Table("asked for by", "works", "seconds", "tokens", "")
    for trial in found.trials:
        tokens = f"{trial.usage.input_tokens} + {trial.usage.output_tokens}"
        table.add_row(_WHAT[trial.dialect], "yes" if trial.works else "no", f"{trial.seconds:.1f}", tokens, trial.note)
    console = Console()
    Console(width=None if console.is_terminal else _WIDTH).print(table)
    typer.echo(f"Context length: {f'{found.context_tokens:,} tokens' if found.context_tokens else 'not told'}")
    if found.tokens_per_second:
        typer.echo(f"Speed: {found.tokens_per_second:.0f} tokens of output a second")
    if found.traits is None:
        typer.echo("No way of asking gave a valid answer, so this model cannot make briefs.")
        raise typer.Exit(FAILED)
    ledger = Ledger(settings.cache_dir, settings.base_url, settings.model)
    ledger.remember(found.traits)
    ledger.close()
    pipeline = Pipeline("council_review", settings=settings)
    cost = pipeline.estimate(from_text(_PAGE)).cost
    pipeline.close()
    typer.echo(f"A brief of one page: {f'about {dollars(cost[1])}' if cost else 'no price of this model is known'}")
    typer.echo(f"From now on this model is asked by {_WHAT[found.traits.dialect]} (SUMMARISER_DIALECT overrides it).")
