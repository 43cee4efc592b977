"""The engines that answer requests, behind one method: `ask(request) -> Reply`.

To add one, write a module here and a case in `connect`.
"""

from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from summariser.clock import Clock
from summariser.errors import SettingsError
from summariser.ledger import Ledger
from summariser.limits import Limits, Price
from summariser.settings import Settings
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

    def __init__(self, settings: Settings, clock: Clock, ledger: Ledger | None) -> None:
        self.model = settings.model
        self._settings, self._clock, self._ledger = settings, clock, ledger
        self._guard = Lock()
        if settings.max_cost is not None and price_of(settings) is None:
            raise SettingsError(
                f"no price of the model {settings.model!r} is known, so the run cannot be kept below a cost; "
                "set SUMMARISER_INPUT_PRICE and SUMMARISER_OUTPUT_PRICE, in US dollars for a million tokens"
            )

    @cached_property
    def _engine(self) -> "OpenAIEngine":
        from summariser.engines.openai import OpenAIEngine

        limits = Limits(self._settings, price_of(self._settings), self._clock)
        return OpenAIEngine(self._settings, limits, self._ledger)

    def ask(self, request: Request) -> Reply:
        with self._guard:  # threads that came first together share one client
            engine = self._engine
        return engine.ask(request)

    def close(self) -> None:
        """Close the connections, if any was made."""
        if "_engine" in vars(self):
            self._engine.close()


def price_of(settings: Settings) -> Price | None:
    """Return what a request to the settings' model costs, or None if no price is known; the list of prices is loaded on use."""
    from summariser import prices

    return prices.price_of(settings)


def examine(settings: Settings) -> "Found":
    """Find out what the settings' endpoint can do, by asking it a few small questions.

    Raises:
        EngineError: it cannot be reached, or gives no access.
    """
    from summariser.engines.probe import probe

    return probe(settings, Limits(settings, price_of(settings), Clock()))


def connect(settings: Settings, clock: Clock | None = None, ledger: Ledger | None = None) -> Engine:
    """Return the engine that the settings name: the model's endpoint, or without a model the embedded one.

    Raises:
        SettingsError: a ceiling of cost is set, and no price is known.
    """
    if settings.model:
        return _OnUse(settings, clock or Clock(), ledger)
    from summariser.engines.extractive import ExtractiveEngine

    return ExtractiveEngine()
