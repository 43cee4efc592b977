"""Waits for a busy engine, and is the only place that does: the SDK and instructor are told not to."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential
from tenacity.stop import stop_before_delay

from summariser.errors import EngineBusy, EngineError
from summariser.types import Reply, Request, Usage

log = logging.getLogger(__name__)

_BACKOFF = wait_random_exponential(multiplier=1, max=60)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often to ask a busy engine, and for how many seconds in all; `sleep` is replaced by tests."""

    attempts: int = 4
    patience: float = 600
    sleep: Callable[[float], None] = time.sleep


def ask_with_patience(ask: Callable[[Request], Reply], request: Request, policy: RetryPolicy) -> Reply:
    """Ask until there is an answer, waiting as long as the server says, or ever longer where it does not.

    Every attempt's usage is booked once, on the reply or on the error.

    Raises:
        EngineBusy: still busy after the last attempt, or the wait it asks for is beyond the policy's patience.
        EngineError: anything that waiting does not cure, at once.
    """
    spent = Usage()

    def attempt() -> Reply:
        nonlocal spent
        try:
            return ask(request)
        except EngineError as error:
            spent += error.usage
            raise

    retrying = Retrying(
        stop=stop_after_attempt(policy.attempts) | stop_before_delay(policy.patience),
        wait=_wait,
        retry=retry_if_exception_type(EngineBusy),
        sleep=policy.sleep,
        before_sleep=_tell,
        reraise=True,
    )
    try:
        reply = retrying(attempt)
    except EngineError as error:
        error.usage = spent
        raise
    return replace(reply, usage=spent + reply.usage)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, EngineBusy) else None
    return asked if asked is not None else _BACKOFF(state)


def _tell(state: RetryCallState) -> None:
    log.warning("engine busy, attempt %d; waiting %.1f s", state.attempt_number, state.upcoming_sleep)
