"""Waits for a busy engine, and is the only place that does: the SDK and instructor are told not to."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential
from tenacity.stop import stop_any, stop_before_delay

from summariser.clock import Clock
from summariser.errors import EngineBusy, EngineError
from summariser.types import Reply, Request, Usage

log = logging.getLogger(__name__)

_BACKOFF = wait_random_exponential(multiplier=1, max=60)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often to ask a busy engine, and for how many seconds to wait in all where it does not say how long.

    A wait that it does ask for is kept to whatever its length; `limits` holds it against the deadline of the run.
    """

    attempts: int = 6
    patience: float = 600
    clock: Clock = field(default_factory=Clock)


def ask_with_patience(ask: Callable[[Request], Reply], request: Request, policy: RetryPolicy) -> Reply:
    """Ask until there is an answer, waiting as long as the server says, or ever longer where it does not.

    Every attempt's usage is booked once, on the reply or on the error.

    Raises:
        EngineBusy: still busy after the last attempt, or when the policy's patience is at an end.
        EngineError: anything that waiting does not cure, at once.
    """
    spent = Usage()

    def tell(state: RetryCallState) -> None:
        ids = request.ids
        told = (*ids.values(), state.attempt_number, state.upcoming_sleep)
        log.info("run %s: document %s: request %s: engine busy, attempt %d; waiting %.1f s", *told, extra=ids)

    def attempt() -> Reply:
        nonlocal spent
        try:
            return ask(request)
        except EngineError as error:
            spent += error.usage
            raise

    retrying = Retrying(
        stop=stop_any(stop_after_attempt(policy.attempts), _OutOfPatience(policy.patience)),
        wait=_wait,
        retry=retry_if_exception_type(EngineBusy),
        sleep=policy.clock.sleep,
        before_sleep=tell,
        reraise=True,
    )
    try:
        reply = retrying(attempt)
    except EngineError as error:
        error.usage = spent
        raise
    return replace(reply, usage=spent + reply.usage)


def _asked(state: RetryCallState) -> float | None:
    """Return the wait in seconds that the server asked for, or None."""
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after if isinstance(error, EngineBusy) else None


def _wait(state: RetryCallState) -> float:
    asked = _asked(state)
    return asked if asked is not None else _BACKOFF(state)


class _OutOfPatience(stop_before_delay):
    """Stops before a wait of our own choosing that would be one too long, and never before one that the server asked for."""

    def __call__(self, retry_state: RetryCallState) -> bool:
        return _asked(retry_state) is None and super().__call__(retry_state)
