"""Placeholder."""

from summariser.types import Outcome


def render(outcome: Outcome) -> str:
    """Placeholder."""
    return str(outcome.document)
