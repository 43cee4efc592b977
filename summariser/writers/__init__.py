"""Writes a finished brief in the forms that people and programs read.

To add one, write a module here with `render(outcome) -> str`, and a line in the table below.
"""

from collections.abc import Callable, Mapping

from summariser.types import Outcome
from summariser.writers import json, markdown

WRITERS: Mapping[str, Callable[[Outcome], str]] = {"md": markdown.render, "json": json.render}
