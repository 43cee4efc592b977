"""Writes a finished brief in the forms that people and programs read.

To add one, write a module here with `render(outcome) -> str`, and a line in the table below. `tables` tells a brief as rows
instead, which `csv` and `parquet` write for many briefs at once.
"""

from collections.abc import Callable, Mapping

from summariser.types import Outcome
from summariser.writers import json, markdown

WRITERS: Mapping[str, Callable[[Outcome], str]] = {"md": markdown.render, "json": json.render}
