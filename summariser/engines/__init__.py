"""The engines that answer requests, behind one method: `ask(request) -> Reply`.

To add one, write a module here and a case in `connect`.
"""

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from summariser.clock import Clock
from summariser.ledger import Ledger
from summariser.limits import Limits, Price
from summariser.settings import Settings
from summariser.tally import Shared
from summariser.types import Reply, Request

if TYPE_CHECKING:
    from summariser.engines.openai import OpenAIEngine
    from summariser.engines.probe import Found


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

    def __init__(self, settings: Settings, clock: Clock, ledger: Ledger | None, shared: Shared | None) -> None:
        self.model = settings.model
        self._settings, self._clock, self._ledger, self._shared = settings, clock, ledger, shared
        self._guard = Lock()
        if settings.max_cost is not None:
            # A ceiling that cannot be kept is known before anything is read.
            self._limits = _limits(settings, clock, shared)

    @cached_property
    def _limits(self) -> Limits:
        return _limits(self._settings, self._clock, self._shared)

    @cached_property
    def _engine(self) -> "OpenAIEngine":
        from summariser.engines.openai import OpenAIEngine

        return OpenAIEngine(self._settings, self._limits, self._ledger)

    def ask(self, request: Request) -> Reply:
        with self._guard:  # threads that came first together share one client
            engine = self._engine
        return engine.ask(request)

    def stop(self) -> None:
        """Let nothing more be sent, if anything was."""
        if "_limits" in vars(self):
            self._limits.stop()

    def close(self) -> None:
        """Close the connections, if any was made."""
        if "_engine" in vars(self):
            self._engine.close()


def price_of(settings: Settings) -> Price | None:
    """Return what a request to the settings' model costs, or None if no price is known; the list of prices is loaded on use."""
    from summariser import prices

    return prices.price_of(settings)


def _limits(settings: Settings, clock: Clock, shared: Shared | None = None) -> Limits:
    return Limits(settings, price_of(settings), clock, shared)


def examine(settings: Settings) -> "Found":
    """Find out what the settings' endpoint can do, by asking it a few small questions.

    Raises:
        EngineError: it cannot be reached, or gives no access.
    """
    from summariser.engines.probe import probe

    return probe(settings, _limits(settings, Clock()))


def connect(
    settings: Settings, clock: Clock | None = None, ledger: Ledger | None = None, shared: Shared | None = None
) -> Engine:
    """Return the engine that the settings name: the model's endpoint, or without a model the embedded one.

    With `shared` it keeps to its limits together with other processes.

    Raises:
        SettingsError: a ceiling of cost is set, and no price is known.
    """
    if settings.model:
        return _OnUse(settings, clock or Clock(), ledger, shared)
    from summariser.engines.extractive import ExtractiveEngine

    return ExtractiveEngine()
