"""Placeholder."""

from summariser.types import Reply, Request


class ExtractiveEngine:
    """Placeholder."""

    name = "extractive"
    keeps = False
    model: str | None = None

    def ask(self, request: Request) -> Reply:
        """Placeholder."""
        return Reply("{}")
