"""What callers get: a finished brief that can write itself."""

from summariser.types import Outcome
from summariser.writers import json, markdown


class Result(Outcome):
    """A brief, the evidence for each of its claims, and what was refused, with what made it and what it cost."""

    def to_markdown(self) -> str:
        """Return the brief for people, each claim with its owner and its quote."""
        return markdown.render(self)

    def to_json(self) -> str:
        """Return the brief for programs; evidence is quotes with offsets into the document's text."""
        return json.render(self)
