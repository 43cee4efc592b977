"""The engines that answer requests, behind one method: `ask(request) -> Reply`.

To add one, write a module here and a case in `connect`.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Protocol

from summariser.settings import Settings
from summariser.types import Reply, Request


class Engine(Protocol):
    """Whatever can answer a request."""

    @property
    def name(self) -> str:
        """What kind of engine it is, for the provenance of the brief."""

    @property
    def model(self) -> str | None:
        """The model it asks, or None."""

    @property
    def keeps(self) -> bool:
        """Whether an answer costs enough to be kept."""

    def ask(self, request: Request) -> Reply:
        """Return an answer as JSON text, not yet trusted."""


class _OnUse:
    """A model endpoint whose libraries, seconds in the loading, are imported only when a question is really asked."""

    name = "openai"
    keeps = True

    def __init__(self, settings: Settings) -> None:
        self.model = settings.model
        self._settings = settings

    @cached_property
    def _ask(self) -> Callable[[Request], Reply]:
        from summariser.engines.openai import OpenAIEngine

        return OpenAIEngine(self._settings).ask

    def ask(self, request: Request) -> Reply:
        return self._ask(request)


def connect(settings: Settings) -> Engine:
    """Return the engine that the settings name: the model's endpoint, or without a model the embedded one."""
    if settings.model:
        return _OnUse(settings)
    from summariser.engines.extractive import ExtractiveEngine

    return ExtractiveEngine()
