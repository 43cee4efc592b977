"""The command that tells what the briefs of a folder say together; it imports on use what takes a second to load."""

from enum import StrEnum
from typing import Annotated

import typer

from summariser.cli.batches import Out


class Form(StrEnum):
    """The forms in which `report` prints."""

    md = "md"
    json = "json"


def report(out: Out, form: Annotated[Form, typer.Option("--format", help="How to print the report.")] = Form.md) -> None:
    """Print what is asked, promised, found wrong and judged across a folder of briefs, and what is missing from it."""
    from summariser.reports import folder_json, folder_markdown  # noqa: PLC0415
    from summariser.reports.folder import reading  # noqa: PLC0415

    with reading(out) as folder:
        for line in folder_markdown.render(folder) if form is Form.md else folder_json.render(folder):
            typer.echo(line)
