"""The one gate through which every request to an endpoint goes: how many at once, how often, for how long, for how much.

Libraries for rates (limits, pyrate-limiter, throttled-py, token-bucket) were looked at: none takes back what was not used
or lets through what is larger than its bucket, and none knows of holds or money, which have to be decided in one step.
"""

import logging
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition, Lock

from summariser.clock import Clock
from summariser.errors import DeadlinePassed, EngineBusy, EngineError, QuotaExhausted, RunStopped, SettingsError
from summariser.settings import Settings
from summariser.tally import Alone, Shared
from summariser.types import Request, Usage

log = logging.getLogger(__name__)

# From the input, output and cached input tokens of one request to US dollars; the cached are among the input tokens.
Price = Callable[[int, int, int], float]

# Seconds' worth of requests or tokens that may be taken at once; endpoints count a minute's limit by the second too.
_BURST = 1.0
# Sums of floats are a little off, so a ceiling is kept to a billionth: one that is three times a price lets three through.
_CLOSE = 1 + 1e-9
# Seconds after which a wait for tokens is looked at again, as a request that took fewer than expected shortens it.
_GLANCE = 1.0


@dataclass(frozen=True, slots=True)
class Size:
    """How large a request is: tokens expected in all (for the rate), and the most tokens that it can be charged for.

    Where money is short, the answer may be limited to fewer than `most_output`, down to `least_output`, if that is given.
    """

    expected: int
    most_input: int
    most_output: int
    least_output: int | None = None


class Turn:
    """Leave to send one request, what is set aside for it, and the most output tokens that this pays for."""

    __slots__ = ("_limits", "halvings", "most_output", "over", "reserved", "settled", "size")

    def __init__(self, limits: "Limits", size: Size) -> None:
        self._limits = limits
        self.size = size
        self.most_output = size.most_output
        self.reserved = 0.0
        self.settled = False
        self.over = False
        self.halvings = 0

    def settle(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> Usage:
        """Book what the request really took in place of what was set aside, and return it; `cost` is None without a price.

        Raises:
            RuntimeError: the turn is settled already, or over.
        """
        return self._limits._settle(self, input_tokens, output_tokens, cached_tokens)


class Limits:
    """Lets requests through as the settings and the endpoint allow; one object is shared by all threads of a process.

    Several processes keep to the same limits by sharing their tally.
    """

    def __init__(self, settings: Settings, price: Price | None, clock: Clock, shared: Shared | None = None) -> None:
        """Begin a run, whose deadline counts from now, or take part in the one that shares its tally.

        Raises:
            SettingsError: there is a ceiling, and no price to keep it by.
        """
        if settings.max_cost is not None and price is None:
            raise SettingsError(
                f"no price of the model {settings.model!r} is known, so --max-cost cannot be kept to; "
                "SUMMARISER_INPUT_PRICE and SUMMARISER_OUTPUT_PRICE give one"
            )
        self._settings = settings
        self._price = price
        self._clock = clock
        self._requests = _Rate(settings.requests_per_minute)
        self._tokens = _Rate(settings.tokens_per_minute)
        # Guards the figures, and tells of each turn that is settled or over.
        self._changed = shared or Alone(Condition())
        self._tally = self._changed.tally
        # Whoever has it waits for the next turn; the others wait for it, so none is woken in vain or overtaken for ever.
        self._door = Lock()
        with self._changed:
            self._tally.begin(clock.now(), seconds=settings.deadline, allowed=settings.workers)

    @property
    def spent(self) -> float | None:
        """Return the US dollars settled so far, without what may have been lost, or None if no price is known."""
        return None if self._price is None else self._tally.settled

    @contextmanager
    def turn(self, request: Request, size: Size) -> Iterator[Turn]:
        """Wait until one request may be sent, and watch how it ends; never within another turn of the same thread.

        A turn that ends without being settled counts in full towards the ceiling, unless an error says that nothing was
        charged for. What the body raises passes through.

        Raises:
            DeadlinePassed: the run's time is over, or would be before the request may be sent or sent again.
            QuotaExhausted: it might cost more than is left.
            RunStopped: the run was told to stop.
        """
        turn = self._begin(request, size)
        try:
            yield turn
        except BaseException as error:
            self._close(turn, request, error)
            raise
        self._close(turn, request, None)

    def stop(self) -> None:
        """Stop the clock, wake all who wait, and let nothing more through."""
        self._clock.stop()
        with self._changed:
            self._changed.tell()

    def _begin(self, request: Request, size: Size) -> Turn:
        turn = Turn(self, size)
        with self._door:
            while pause := self._enter(turn, request):
                self._clock.sleep(pause)
        return turn

    def _enter(self, turn: Turn, request: Request) -> float:
        """Let a turn begin and return 0, or return the seconds after which to try again."""
        with self._changed:
            while True:
                if self._clock.stopped:
                    raise RunStopped("the run was told to stop", request)
                # Before any wait: what can never be paid for is not worth one.
                self._afford(turn.size, request)
                now = self._clock.now()
                if pause := self._pause(turn, request, now):
                    return pause
                if sum(self._tally.flying) < int(self._tally.allowed) and self._reserve(turn):
                    break
                self._changed.wait()
            tally = self._tally
            turn.halvings = tally.halvings
            tally.flying[self._changed.place] += 1
            tally.requests_paid = self._requests.after(tally.requests_paid, 1, now)
            tally.tokens_paid = self._tokens.after(tally.tokens_paid, turn.size.expected, now)
            return 0.0

    def _reserve(self, turn: Turn) -> bool:
        """Set aside what the turn may cost, with as long an answer as there is money for, or return False."""
        flying = sum(self._tally.reserved)
        size, output = turn.size, turn.size.most_output
        if not self._fits(flying, self._most(size, output)):
            least = output if size.least_output is None else min(size.least_output, output)
            outputs = range(least, output)
            # The longest that fits; a price never falls with the length.
            place = bisect_left(outputs, True, key=lambda tokens: not self._fits(flying, self._most(size, tokens)))
            if not place:
                return False
            output = outputs[place - 1]
        turn.most_output, turn.reserved = output, self._most(size, output)
        self._tally.reserved[self._changed.place] += turn.reserved
        return True

    def _afford(self, size: Size, request: Request) -> None:
        """Raise QuotaExhausted if the request does not fit under the ceiling, even if all others came to cost nothing."""
        least = self._most(size, size.most_output if size.least_output is None else min(size.least_output, size.most_output))
        if self._fits(least):
            return
        tally = self._tally
        lost = f" (${tally.lost:.4f} of it perhaps, on requests whose answers were lost)" if tally.lost else ""
        raise QuotaExhausted(
            f"${tally.settled + tally.lost:.4f} of ${self._settings.max_cost:.4f} is spent{lost}, and the next request may "
            f"cost ${least:.4f}; raise --max-cost or SUMMARISER_MAX_COST, and the same command goes on with the rest",
            request,
        )

    def _fits(self, *costs: float) -> bool:
        ceiling = self._settings.max_cost
        return ceiling is None or sum(costs, self._tally.settled + self._tally.lost) <= ceiling * _CLOSE

    def _pause(self, turn: Turn, request: Request, now: float) -> float:
        """Return the seconds to sleep before hold and rates may let the turn begin, or 0; raise DeadlinePassed if too many."""
        tally = self._tally
        fixed = max(now, tally.held, self._requests.ready(tally.requests_paid, 1))
        tokens = self._tokens.ready(tally.tokens_paid, turn.size.expected)
        if (moment := max(fixed, tokens)) >= tally.end:
            raise self._late(moment - now, request)
        return fixed - now if fixed > now else min(max(0.0, tokens - now), _GLANCE)

    def _late(self, wait: float, request: Request, usage: Usage | None = None) -> DeadlinePassed:
        given = f"the {self._settings.deadline:g} s that the run was given"
        why = f"the next request would have to wait {wait:.0f} s, beyond {given}" if wait > 0 else f"{given} are over"
        return DeadlinePassed(f"{why}; the same command goes on with the rest; SUMMARISER_DEADLINE sets it", request, usage)

    def _cost(self, input_tokens: int, output_tokens: int, cached_tokens: int) -> float | None:
        return None if self._price is None else self._price(input_tokens, output_tokens, cached_tokens)

    def _most(self, size: Size, output_tokens: int) -> float:
        """Return the most that a request can cost with an answer of at most so many tokens, or 0 without a price."""
        return self._cost(size.most_input, output_tokens, 0) or 0.0

    def _settle(self, turn: Turn, input_tokens: int, output_tokens: int, cached_tokens: int) -> Usage:
        cost = self._cost(input_tokens, output_tokens, cached_tokens)
        with self._changed:
            if turn.settled or turn.over:
                raise RuntimeError("a turn is settled once, before it ends")
            turn.settled = True
            self._release(turn)
            tally, less = self._tally, input_tokens + output_tokens - turn.size.expected
            tally.settled += cost or 0.0
            tally.tokens_paid = self._tokens.after(tally.tokens_paid, less, self._clock.now())
            self._changed.tell()
        return Usage(0, input_tokens, output_tokens, cost)

    def _release(self, turn: Turn) -> float:
        """Give back what is set aside for a turn, and return how much it was."""
        reserved, turn.reserved = turn.reserved, 0.0
        self._tally.reserved[self._changed.place] -= reserved
        return reserved

    def _close(self, turn: Turn, request: Request, error: BaseException | None) -> None:
        """Book how a turn ended and let the next one in; raise DeadlinePassed if the endpoint asks for too long a wait."""
        busy = error if isinstance(error, EngineBusy) else None
        with self._changed:
            tally, place = self._tally, self._changed.place
            turn.over = True
            reserved = self._release(turn)
            tally.flying[place] -= 1
            if not tally.flying[place]:
                tally.reserved[place] = 0.0  # differences of floats leave a trace
            if busy:
                self._slow_down(turn)
                self._hold(busy.retry_after or 0.0)
            elif turn.settled:
                tally.allowed = min(self._settings.workers, tally.allowed + 1 / tally.allowed)
            if not isinstance(error, EngineError) or (busy and busy.lost):
                tally.lost += reserved
            self._changed.tell()
            late = tally.held >= tally.end
        if busy and busy.retry_after and late:
            raise self._late(busy.retry_after, request, busy.usage) from None

    def _hold(self, seconds: float) -> None:
        until = self._clock.now() + seconds
        longer = until - max(self._tally.held, self._clock.now())
        self._tally.held = max(self._tally.held, until)
        # Many requests that are turned away together ask for nearly the same wait, which is told once.
        if longer > 1 and until < self._tally.end:
            log.warning("the endpoint asks to wait %.0f s; all workers wait", seconds)

    def _slow_down(self, turn: Turn) -> None:
        """Halve the number of requests at once, unless the turn began before that was last done."""
        if turn.halvings == self._tally.halvings:
            self._tally.allowed = max(1.0, self._tally.allowed / 2)
            self._tally.halvings += 1


class _Rate:
    """The generic cell rate algorithm (ITU-T I.371, annex A, as a virtual schedule) for amounts of any size.

    What is larger than the burst waits until everything before it is paid for, and is paid for after it; so it does get
    through, alone. Without a rate, nothing waits.
    """

    def __init__(self, per_minute: int | None) -> None:
        self._each = 60 / per_minute if per_minute else 0.0

    def ready(self, paid: float, amount: int) -> float:
        """Return the earliest moment at which so much may be taken, if what was taken is paid for at the moment `paid`."""
        return paid + min(amount * self._each, _BURST) - _BURST

    def after(self, paid: float, amount: int, now: float) -> float:
        """Return when all is paid for, if so much is taken now; a negative amount is given back."""
        return max(paid, now) + amount * self._each
