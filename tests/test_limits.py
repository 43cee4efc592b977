"""The gate before an endpoint: how many requests at once, how often, until when and for how much, whatever the threads do."""

import logging
import random
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from summariser import limits as module
from summariser.brief import Brief
from summariser.clock import Clock
from summariser.errors import (
    AccessDenied,
    DeadlinePassed,
    EngineBusy,
    EngineError,
    EngineRefused,
    QuotaExhausted,
    RunStopped,
    SettingsError,
)
from summariser.limits import Limits, Price, Size, Turn
from summariser.readers import from_text
from summariser.settings import Settings
from summariser.types import Request, Usage
from tests.clocks import Waits
from tests.loopback import NOTE

brisk = hypothesis_settings(max_examples=60)

PATIENCE = 20  # seconds after which a test that waits for a thread has failed
REQUEST = Request("openai", "m", None, (), "s", {}, {}, Brief, from_text(NOTE), ())
SMALL = Size(10, 8, 2)
DEFAULTS = Settings.model_construct()


class FakeClock(Waits):
    """A time that passes only while somebody sleeps; `meanwhile` is what happens first."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] = lambda: None

    def sleep(self, seconds: float) -> None:
        self.meanwhile()
        if self.stopped:
            return
        assert seconds > 0
        super().sleep(seconds)


class Blocked(BaseException):
    """Somebody waits for another turn to end, which in a test of one thread would be for ever."""


class NeverWaits(threading.Condition):
    """Says that somebody waits, instead of waiting."""

    def wait(self, timeout: float | None = None) -> bool:
        raise Blocked


class Tells(threading.Condition):
    """Lets a test know that somebody waits; the lock is held until the wait has begun."""

    waiting = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.waiting.set()
        return super().wait(timeout)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """An event that is set when somebody waits for another turn to end."""
    monkeypatch.setattr(Tells, "waiting", threading.Event())
    monkeypatch.setattr(module, "Condition", Tells)
    return Tells.waiting


class Queue:
    """A lock that lets a test know that somebody waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.waiting = threading.Event()

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            self.waiting.set()
            self._lock.acquire()

    def __exit__(self, *raised: object) -> None:
        self._lock.release()


def spawn(work: Callable[..., None], *arguments: Any) -> Future[None]:
    """Run something in a thread of its own, which outlives no test run even if it hangs."""
    future: Future[None] = Future()

    def run() -> None:
        try:
            work(*arguments)
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(None)

    threading.Thread(target=run, daemon=True).start()
    return future


def per_token(input_tokens: int, output_tokens: int, cached_tokens: int) -> float:
    return float(input_tokens + 4 * output_tokens - cached_tokens / 2)


def gate_of_threads(clock: Clock, price: Price | None = None, **settings: Any) -> Limits:
    return Limits(DEFAULTS.model_copy(update=settings), price, clock)


def gate(clock: Clock, price: Price | None = None, **settings: Any) -> Limits:
    """Return a gate for one thread, which raises Blocked where it would wait for another."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "Condition", NeverWaits)
        return gate_of_threads(clock, price, **settings)


def busy(retry_after: float | None = None, *, lost: bool = False, usage: Usage | None = None) -> EngineBusy:
    return EngineBusy("busy", REQUEST, usage or Usage(1), retry_after=retry_after, lost=lost)


def ask(limits: Limits, size: Size = SMALL, error: BaseException | None = None) -> None:
    """Make a request that takes as much as was expected, or fails."""
    with limits.turn(REQUEST, size) as turn:
        if error:
            raise error
        turn.settle(size.most_input, size.most_output)


def fail(limits: Limits, error: BaseException, size: Size = SMALL) -> None:
    with pytest.raises(type(error)) as caught:
        ask(limits, size, error)
    assert caught.value is error


def room(limits: Limits) -> int:
    """Return how many turns begin before one has to wait; they change nothing, as they are never settled."""
    begun = 0
    with ExitStack() as open_turns, pytest.raises(Blocked):
        for _ in range(1000):
            open_turns.enter_context(limits.turn(REQUEST, SMALL))
            begun += 1
    return begun


class Open:
    """A turn that a test begins and ends by hand, as another thread might."""

    def __init__(self, limits: Limits, size: Size = SMALL) -> None:
        self._context: AbstractContextManager[Turn] = limits.turn(REQUEST, size)
        self.turn = self._context.__enter__()

    def end(self, error: BaseException | None = None) -> None:
        if error is None:
            self._context.__exit__(None, None, None)
        else:
            assert not self._context.__exit__(type(error), error, None)

    def succeed(self, tokens: tuple[int, int] = (8, 2)) -> None:
        self.turn.settle(*tokens)
        self.end()


# --- How many at once


@brisk
@given(workers=st.integers(1, 20))
def test_as_many_begin_at_once_as_there_are_workers(workers: int) -> None:
    limits = gate(FakeClock(), workers=workers)
    assert room(limits) == workers
    assert room(limits) == workers


def test_whoever_waits_for_a_slot_gets_it(waiting: threading.Event) -> None:
    limits = gate_of_threads(FakeClock(), workers=1)
    first = Open(limits)
    second = spawn(ask, limits)
    assert waiting.wait(PATIENCE)
    assert not second.done()
    first.end()
    second.result(PATIENCE)


def test_a_busy_endpoint_halves_the_number_and_each_success_raises_it() -> None:
    limits = gate(FakeClock(), workers=8)
    seen = []
    for error in [busy(), busy(), None, None, None, busy(), busy(), busy(), None]:
        if error:
            fail(limits, error)
        else:
            ask(limits)
        seen.append(room(limits))
    # 4, 2, then 2.5, 2.9, 3.24, then 1.6, 1, 1, then 2.
    assert seen == [4, 2, 2, 2, 3, 1, 1, 1, 2]


def test_the_number_grows_back_to_the_workers_and_no_further() -> None:
    limits = gate(FakeClock(), workers=3)
    fail(limits, busy())
    for _ in range(100):
        ask(limits)
    assert room(limits) == 3


def test_requests_that_were_in_flight_together_halve_once() -> None:
    limits = gate(FakeClock(), workers=16)
    together = [Open(limits) for _ in range(8)]
    for turn in together[:4]:
        turn.end(busy())
    assert room(limits) == 4  # of 8, four are still open
    later = Open(limits)
    for turn in together[4:]:
        turn.end(busy())
    assert room(limits) == 7
    later.end(busy())
    assert room(limits) == 4


@pytest.mark.parametrize("error", [EngineRefused("no", REQUEST), ValueError("no"), None])
def test_what_is_neither_a_success_nor_a_busy_endpoint_leaves_the_number(error: Exception | None) -> None:
    limits = gate(FakeClock(), workers=4)
    fail(limits, busy())
    for _ in range(9):
        if error:
            fail(limits, error)
        else:
            Open(limits).end()
    assert room(limits) == 2


@brisk
@given(workers=st.integers(1, 9), steps=st.lists(st.tuples(st.sampled_from(["begin", "succeed", "busy"]), st.integers(0, 99))))
def test_the_number_stays_between_one_and_the_workers(workers: int, steps: list[tuple[str, int]]) -> None:
    limits = gate(FakeClock(), workers=workers)
    flying: list[Open] = []
    for step, which in steps:
        if step == "begin":
            try:
                flying.append(Open(limits))
            except Blocked:
                assert flying
        elif flying:
            turn = flying.pop(which % len(flying))
            if step == "busy":
                turn.end(busy())
            else:
                turn.succeed()
        assert len(flying) <= workers
    while flying:
        flying.pop().end()
    assert 1 <= room(limits) <= workers


ENDS: list[BaseException] = [
    AccessDenied("bad key", REQUEST),
    EngineError("no", REQUEST),
    QuotaExhausted("no money", REQUEST),
    ValueError("a mistake of ours"),
    KeyboardInterrupt(),
    SystemExit(2),
]


@pytest.mark.parametrize("error", ENDS, ids=lambda error: type(error).__name__)
def test_what_the_body_raises_passes_and_frees_the_slot(error: BaseException) -> None:
    limits = gate(FakeClock(), workers=1)
    fail(limits, error)
    assert room(limits) == 1


# --- How often

SIZES = st.integers(0, 3000).map(lambda tokens: Size(tokens, tokens, 0))


def starts(limits: Limits, clock: FakeClock, sizes: list[Size], gaps: list[float]) -> list[float]:
    """Make one request after the other with gaps between, and return when each began."""
    seen = []
    for size, gap in zip(sizes, gaps, strict=True):
        clock.time += gap
        with limits.turn(REQUEST, size) as turn:
            seen.append(clock.time)
            turn.settle(size.expected, 0)
    return seen


@brisk
@given(rate=st.integers(1, 600), gaps=st.lists(st.floats(0, 30), min_size=1, max_size=60))
def test_requests_of_any_minute_stay_within_rate_and_burst(rate: int, gaps: list[float]) -> None:
    clock = FakeClock()
    began = starts(gate(clock, requests_per_minute=rate), clock, [SMALL] * len(gaps), gaps)
    burst = max(1, rate / 60)
    for first in range(len(began)):
        for span in (1, 10, 60):
            count = sum(began[first] <= moment < began[first] + span - 1e-6 for moment in began)
            assert count <= rate * span / 60 + burst + 1e-6


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(60, [0, 1, 2, 3]), (1, [0, 60, 120, 180]), (120, [0, 0, 0.5, 1]), (None, [0, 0, 0, 0])],
)
def test_requests_are_no_slower_than_the_rate(rate: int | None, expected: list[float]) -> None:
    clock = FakeClock()
    assert starts(gate(clock, requests_per_minute=rate), clock, [SMALL] * 4, [0] * 4) == pytest.approx(expected)


def test_time_in_which_nothing_is_asked_is_not_saved_up() -> None:
    clock = FakeClock()
    began = starts(gate(clock, requests_per_minute=60), clock, [SMALL] * 4, [0, 500, 0, 0])
    assert began == pytest.approx([0, 500, 501, 502])


@brisk
@given(data=st.data(), rate=st.integers(1000, 100_000), sizes=st.lists(SIZES, min_size=1, max_size=40))
def test_tokens_of_any_span_stay_within_rate_and_burst(data: st.DataObject, rate: int, sizes: list[Size]) -> None:
    clock = FakeClock()
    gaps = data.draw(st.lists(st.floats(0, 10), min_size=len(sizes), max_size=len(sizes)))
    began = starts(gate(clock, tokens_per_minute=rate), clock, sizes, gaps)
    burst = rate / 60
    for first in range(len(sizes)):
        taken = 0.0
        for last in range(first, len(sizes)):
            # Of a request that is larger than the bucket, only as much as the bucket holds has to be there.
            due = taken + min(sizes[last].expected, burst)
            assert due <= (began[last] - began[first]) * rate / 60 + burst + 1e-3
            taken += sizes[last].expected


def test_a_request_larger_than_a_minute_of_tokens_gets_through_alone() -> None:
    clock = FakeClock()
    huge = Size(5000, 5000, 0)
    began = starts(gate(clock, tokens_per_minute=1000), clock, [SMALL, huge, SMALL, huge, huge], [0] * 5)
    assert began == pytest.approx([0, 0.6, 300 + 0.2, 300 + 1.2, 600 + 1.2], abs=0.01)


@pytest.mark.parametrize(("real", "next_start"), [(100, 1), (1000, 10), (2000, 20), (0, 0)])
def test_the_tokens_that_were_really_taken_are_what_counts(real: int, next_start: float) -> None:
    clock = FakeClock()
    limits = gate(clock, tokens_per_minute=6000)
    with limits.turn(REQUEST, Size(1000, 1000, 1000)) as turn:
        turn.settle(real - real // 4, real // 4)
    with limits.turn(REQUEST, Size(1000, 1000, 1000)):
        assert clock.time == pytest.approx(next_start)


def test_tokens_given_back_are_not_saved_up_beyond_the_burst() -> None:
    clock = FakeClock()
    limits = gate(clock, tokens_per_minute=6000)
    first = Open(limits, Size(1000, 1000, 0))
    clock.time = 30
    first.succeed((0, 0))
    began = starts(limits, clock, [Size(100, 100, 0)] * 3, [0] * 3)
    assert began == pytest.approx([30, 31, 32])


def test_tokens_given_back_shorten_the_wait_of_whoever_waits_for_them() -> None:
    clock = FakeClock()
    limits = gate(clock, tokens_per_minute=6000)
    first = Open(limits, Size(6000, 6000, 0))
    clock.meanwhile = lambda: first.succeed((200, 0)) if not clock.waits else None
    ask(limits, Size(500, 500, 0))
    assert clock.time == pytest.approx(2)


# --- Holds


@brisk
@given(asked=st.lists(st.tuples(st.floats(0, 100), st.floats(0, 1000)), min_size=1, max_size=8))
def test_nobody_begins_before_the_longest_hold_is_over(asked: list[tuple[float, float]]) -> None:
    clock = FakeClock()
    limits = gate(clock, workers=8)
    together = [Open(limits) for _ in asked]
    until = 0.0
    for turn, (gap, seconds) in zip(together, asked, strict=True):
        clock.time += gap
        turn.end(busy(seconds))
        until = max(until, clock.time + seconds)
    for _ in range(3):
        with limits.turn(REQUEST, SMALL):
            assert clock.time == pytest.approx(until)
            assert clock.time >= until


def test_a_hold_that_comes_while_somebody_waits_is_kept_too() -> None:
    clock = FakeClock()
    limits = gate(clock)
    first = Open(limits)
    fail(limits, busy(10))
    clock.meanwhile = lambda: first.end(busy(70)) if not clock.waits else None
    ask(limits)
    assert clock.time == pytest.approx(70)


def test_every_worker_keeps_to_a_hold() -> None:
    clock = FakeClock()
    limits = gate_of_threads(clock, workers=16, deadline=1000)
    fail(limits, busy(300))
    began: list[float] = []
    together = threading.Barrier(16)

    def work() -> None:
        together.wait(PATIENCE)
        with limits.turn(REQUEST, SMALL):
            began.append(clock.time)

    for future in [spawn(work) for _ in range(16)]:
        future.result(PATIENCE)
    assert began == [300] * 16
    assert clock.waits == [300]


def test_one_sleeps_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Queue()
    monkeypatch.setattr(module, "Lock", lambda: queue)
    clock = FakeClock()
    limits = gate_of_threads(clock)
    fail(limits, busy(300))
    asleep = threading.Event()
    queued: list[bool] = []

    def meanwhile() -> None:
        asleep.set()
        queued.append(queue.waiting.wait(PATIENCE))

    clock.meanwhile = meanwhile
    first = spawn(ask, limits)
    assert asleep.wait(PATIENCE)
    second = spawn(ask, limits)
    first.result(PATIENCE)
    second.result(PATIENCE)
    assert queued == [True]


def test_a_long_hold_is_told_once_without_the_text(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    limits = gate(clock, workers=8)
    together = [Open(limits) for _ in range(6)]
    for number, turn in enumerate(together[:4]):
        clock.time += 0.01
        turn.end(busy(300 + number / 10))
    together[4].end(busy(2))
    assert [record.getMessage() for record in caplog.records] == ["the endpoint asks to wait 300 s; all workers wait"]
    assert caplog.records[0].levelno == logging.WARNING
    together[5].end(busy(900))
    assert len(caplog.records) == 2


@pytest.mark.parametrize("asked", [None, 0.0, 1.0])
def test_a_short_hold_is_not_told(asked: float | None, caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    limits = gate(clock)
    fail(limits, busy(asked))
    ask(limits)
    assert clock.time == (asked or 0)
    assert caplog.records == []


# --- The deadline


@pytest.mark.parametrize("asked", [100.0, 86_400.0, float("inf")])
def test_a_hold_beyond_the_deadline_ends_the_run_at_once(asked: float, caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()
    clock.time = 50
    limits = gate(clock, deadline=100)
    other = Open(limits)
    usage = Usage(3, 20, 1)
    with pytest.raises(DeadlinePassed) as caught:
        ask(limits, error=busy(asked, usage=usage))
    assert caught.value.usage == usage
    assert "SUMMARISER_DEADLINE" in str(caught.value)
    other.succeed()
    with pytest.raises(DeadlinePassed, match="beyond the 100 s"):
        ask(limits)
    assert clock.waits == []
    assert caplog.records == []


def test_a_hold_within_the_deadline_is_waited_for() -> None:
    clock = FakeClock()
    clock.time = 500
    limits = gate(clock, deadline=100)
    fail(limits, busy(99))
    ask(limits)
    assert clock.waits == [99]


def test_a_wait_for_the_rate_beyond_the_deadline_is_not_begun() -> None:
    clock = FakeClock()
    for rate in ("requests_per_minute", "tokens_per_minute"):
        limits = gate(clock, None, deadline=50, **{rate: 1})
        ask(limits, Size(1000, 1000, 0))
        with pytest.raises(DeadlinePassed):
            ask(limits)
    assert clock.waits == []


def test_after_the_deadline_nothing_begins_and_what_began_may_end() -> None:
    clock = FakeClock()
    limits = gate(clock, per_token, deadline=50)
    first = Open(limits)
    clock.time = 50
    with pytest.raises(DeadlinePassed, match=r"the 50 s that the run was given are over; the same command goes on"):
        ask(limits)
    first.succeed()
    assert limits.spent == 16


def test_whoever_waits_for_a_slot_past_the_deadline_does_not_begin(waiting: threading.Event) -> None:
    clock = FakeClock()
    limits = gate_of_threads(clock, workers=1, deadline=50)
    first = Open(limits)
    second = spawn(ask, limits)
    assert waiting.wait(PATIENCE)
    clock.time = 60
    first.succeed()
    with pytest.raises(DeadlinePassed):
        second.result(PATIENCE)


def test_a_busy_endpoint_that_asks_for_no_wait_stays_busy_after_the_deadline() -> None:
    clock = FakeClock()
    limits = gate(clock, deadline=50)
    first = Open(limits)
    clock.time = 60
    first.end(busy())


# --- Money


def test_a_ceiling_needs_a_price() -> None:
    with pytest.raises(SettingsError, match=r"model 'm'.*SUMMARISER_INPUT_PRICE and SUMMARISER_OUTPUT_PRICE"):
        gate(FakeClock(), model="m", max_cost=1)
    assert gate(FakeClock(), per_token, model="m", max_cost=1).spent == 0


def test_what_is_settled_is_returned_and_summed() -> None:
    limits = gate(FakeClock(), per_token)
    with limits.turn(REQUEST, SMALL) as turn:
        usage = turn.settle(100, 10, 40)
        assert usage == Usage(0, 100, 10)
        assert usage.cost == limits.spent == 120
    ask(limits)
    assert limits.spent == 136


def test_without_a_price_there_is_no_cost() -> None:
    limits = gate(FakeClock())
    with limits.turn(REQUEST, SMALL) as turn:
        usage = turn.settle(100, 10)
    assert usage == Usage(0, 100, 10)
    assert usage.cost is None
    assert limits.spent is None


def test_a_turn_is_settled_once_and_before_it_ends() -> None:
    limits = gate(FakeClock(), per_token)
    with limits.turn(REQUEST, SMALL) as turn:
        turn.settle(1, 0)
        with pytest.raises(RuntimeError):
            turn.settle(1, 0)
    with limits.turn(REQUEST, SMALL) as forgotten:
        pass
    with pytest.raises(RuntimeError):
        forgotten.settle(1, 0)
    assert limits.spent == 1


CEILINGS: list[Callable[[float, int], float]] = [lambda price, count: price * count, lambda price, count: sum([price] * count)]


@brisk
@given(price=st.floats(1e-9, 1e3), count=st.integers(1, 80), ceiling=st.sampled_from(CEILINGS))
def test_a_ceiling_of_n_prices_lets_n_through(price: float, count: int, ceiling: Callable[[float, int], float]) -> None:
    limits = gate(FakeClock(), lambda *tokens: price, max_cost=ceiling(price, count))
    for _ in range(count):
        ask(limits)
    with pytest.raises(QuotaExhausted):
        ask(limits)
    assert limits.spent == pytest.approx(price * count)


def test_three_at_once_for_thirty_cents() -> None:
    limits = gate(FakeClock(), lambda *tokens: 0.1, max_cost=0.3)
    assert 0.1 + 0.1 + 0.1 > 0.3
    three = [Open(limits) for _ in range(3)]
    with pytest.raises(Blocked):
        Open(limits)
    for turn in three:
        turn.succeed()
    with pytest.raises(QuotaExhausted):
        Open(limits)


def test_what_is_free_of_charge_needs_no_money() -> None:
    limits = gate(FakeClock(), lambda *tokens: 0.0, max_cost=0)
    ask(limits)
    with pytest.raises(QuotaExhausted):
        ask(gate(FakeClock(), per_token, max_cost=0))


def test_exhausted_money_says_what_was_spent_and_what_to_do() -> None:
    limits = gate(FakeClock(), per_token, max_cost=100)
    ask(limits)
    fail(limits, busy(lost=True))
    with pytest.raises(QuotaExhausted) as caught:
        ask(limits, Size(10, 80, 0))
    told = str(caught.value)
    for part in ("$32.0000 of $100.0000", "$16.0000", "$80.0000", "--max-cost", "SUMMARISER_MAX_COST", "the same command"):
        assert part in told
    assert caught.value.usage == Usage()


NOTHING_CHARGED = [EngineRefused("no", REQUEST), AccessDenied("bad key", REQUEST), busy(), EngineError("no", REQUEST)]
PERHAPS_CHARGED = [busy(lost=True), ValueError("a mistake of ours"), KeyboardInterrupt(), None]


@pytest.mark.parametrize("error", NOTHING_CHARGED, ids=lambda error: type(error).__name__)
def test_what_was_not_charged_for_is_free_again(error: Exception) -> None:
    limits = gate(FakeClock(), per_token, max_cost=16)
    for _ in range(5):
        fail(limits, error)
    ask(limits)
    assert limits.spent == 16


@pytest.mark.parametrize("error", PERHAPS_CHARGED, ids=lambda error: type(error).__name__)
def test_what_may_have_been_charged_for_counts_towards_the_ceiling_alone(error: BaseException | None) -> None:
    limits = gate(FakeClock(), per_token, max_cost=47)
    for _ in range(2):
        if error:
            fail(limits, error)
        else:
            Open(limits).end()
    assert limits.spent == 0
    with pytest.raises(QuotaExhausted):
        ask(limits)


@pytest.mark.parametrize("error", [*NOTHING_CHARGED, *PERHAPS_CHARGED], ids=lambda error: type(error).__name__)
def test_what_was_settled_stays_so_however_the_body_ends(error: BaseException | None) -> None:
    limits = gate(FakeClock(), per_token, max_cost=17)
    first = Open(limits)
    first.turn.settle(1, 0)
    first.end(error)
    assert limits.spent == 1
    ask(limits)
    assert limits.spent == 17


def test_whoever_waits_for_money_gets_what_others_free(waiting: threading.Event) -> None:
    limits = gate_of_threads(FakeClock(), per_token, max_cost=20)
    first = Open(limits)
    second = spawn(ask, limits)
    assert waiting.wait(PATIENCE)
    first.turn.settle(1, 0)
    second.result(PATIENCE)  # the first turn need not be over
    assert limits.spent == 17
    first.end()


def test_whoever_waits_for_money_in_vain_is_told(waiting: threading.Event) -> None:
    limits = gate_of_threads(FakeClock(), per_token, max_cost=20)
    first = Open(limits)
    second = spawn(ask, limits)
    assert waiting.wait(PATIENCE)
    first.succeed()
    with pytest.raises(QuotaExhausted):
        second.result(PATIENCE)


def test_money_that_nobody_can_free_is_not_waited_for() -> None:
    clock = FakeClock()
    limits = gate(clock, per_token, max_cost=40, requests_per_minute=1)
    ask(limits)
    flying = Open(limits)
    with pytest.raises(QuotaExhausted):
        ask(limits, Size(10, 30, 0))
    assert clock.waits == [60]  # of the second turn
    flying.end()


def test_books_tell_the_truth_where_more_was_charged_than_set_aside() -> None:
    limits = gate(FakeClock(), per_token, max_cost=20)
    Open(limits).succeed((100, 0))
    assert limits.spent == 100
    with pytest.raises(QuotaExhausted):
        ask(limits)


STEPS = st.tuples(st.sampled_from(["begin", "settle", "end", "refuse", "lose"]), st.integers(0, 99), st.integers(0, 50))


@brisk
@given(ceiling=st.integers(0, 200), steps=st.lists(STEPS, max_size=60))
def test_no_interleaving_spends_more_than_the_ceiling(ceiling: int, steps: list[tuple[str, int, int]]) -> None:
    limits = gate(FakeClock(), lambda sent, received, cached: sent / 7, max_cost=ceiling / 7, workers=50)
    flying: dict[Open, int] = {}  # to what it may still cost
    gone = 0  # settled, or perhaps charged for
    for step, which, tokens in steps:
        turn = list(flying)[which % len(flying)] if flying else None
        if step == "begin":
            fits = gone + sum(flying.values()) + tokens <= ceiling
            try:
                flying[Open(limits, Size(tokens, tokens, 0))] = tokens
            except (Blocked, QuotaExhausted) as error:
                assert not fits
                assert isinstance(error, Blocked) == (gone + tokens <= ceiling)
            else:
                assert fits
        elif turn and step == "settle" and flying[turn]:
            real = min(tokens, flying[turn])
            turn.succeed((real, 0))
            gone += real
            del flying[turn]
        elif turn:
            gone += 0 if step == "refuse" else flying.pop(turn)
            flying.pop(turn, None)
            turn.end({"refuse": EngineRefused("no", REQUEST), "lose": busy(lost=True)}.get(step))
        assert gone + sum(flying.values()) <= ceiling
    assert limits.spent is not None
    assert limits.spent * 7 <= gone + 1e-6


# --- Stopping


def test_whoever_comes_after_the_stop_is_turned_away() -> None:
    clock = FakeClock()
    limits = gate(clock)
    limits.stop()
    assert clock.stopped
    with pytest.raises(RunStopped):
        ask(limits)


@pytest.mark.parametrize("settings", [{"workers": 1}, {"max_cost": 16}], ids=["slot", "money"])
def test_whoever_waits_for_another_turn_is_woken_by_the_stop(settings: dict[str, Any], waiting: threading.Event) -> None:
    limits = gate_of_threads(FakeClock(), per_token, **settings)
    first = Open(limits)
    others = [spawn(ask, limits) for _ in range(5)]
    assert waiting.wait(PATIENCE)
    limits.stop()
    for other in others:
        with pytest.raises(RunStopped):
            other.result(PATIENCE)
    first.succeed()
    assert limits.spent == 16


def test_whoever_sleeps_is_woken_by_the_stop() -> None:
    asleep = threading.Event()

    class RealClock(Clock):
        def sleep(self, seconds: float) -> None:
            asleep.set()
            super().sleep(seconds)

    limits = gate_of_threads(RealClock())
    fail(limits, busy(3600))
    others = [spawn(ask, limits) for _ in range(5)]
    assert asleep.wait(PATIENCE)
    limits.stop()
    for other in others:
        with pytest.raises(RunStopped):
            other.result(PATIENCE)


# --- All at once


class Endpoint:
    """What an endpoint sees of many threads: how many requests, how many at once, and what they cost."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._guard = threading.Lock()
        self._flying = 0
        self.begun = 0
        self.most = 0
        self.gone = 0.0
        self.turned_away = 0

    def ask(self, chance: random.Random) -> None:
        """Make a request that ends in some way."""
        size = Size(chance.randint(1, 300), chance.randint(1, 20), chance.randint(1, 5))
        most = per_token(size.most_input, size.most_output, 0)
        try:
            with self._limits.turn(REQUEST, size) as turn:
                with self._guard:
                    self._flying += 1
                    self.most = max(self.most, self._flying)
                    self.begun += 1
                try:
                    time.sleep(0)  # lets others in
                    self._end(turn, size, most, chance)
                finally:
                    with self._guard:
                        self._flying -= 1
        except QuotaExhausted:
            with self._guard:
                self.turned_away += 1
        except (EngineError, ValueError):
            pass

    def _end(self, turn: Turn, size: Size, most: float, chance: random.Random) -> None:
        how = chance.random()
        if how < 0.1:
            raise busy(chance.choice([None, 0.5, 5]))
        if how < 0.2:
            raise EngineRefused("no", REQUEST)
        if how < 0.25:
            self._book(most)
            raise chance.choice([busy(lost=True), ValueError("a mistake of ours")])
        usage = turn.settle(chance.randint(0, size.most_input), chance.randint(0, size.most_output))
        self._book(usage.cost or 0)
        if how < 0.3:
            raise EngineRefused("cut off", REQUEST)

    def _book(self, cost: float) -> None:
        with self._guard:
            self.gone += cost


@pytest.mark.parametrize("max_cost", [None, 3000, 60])
def test_many_threads_all_get_through_and_no_limit_is_broken(max_cost: float | None) -> None:
    clock = FakeClock()
    limits = gate_of_threads(
        clock, per_token, workers=12, max_cost=max_cost, requests_per_minute=6000, tokens_per_minute=600_000
    )
    endpoint = Endpoint(limits)

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(25):
            endpoint.ask(chance)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for each in [spawn(work, seed) for seed in range(24)]:
            each.result(PATIENCE)
    finally:
        sys.setswitchinterval(before)
    assert endpoint.begun + endpoint.turned_away == 24 * 25
    assert (endpoint.turned_away > 0) == (max_cost is not None)
    assert endpoint.most <= 12
    assert endpoint.gone <= (max_cost or float("inf")) + 1e-6
    assert endpoint.begun <= 100 * clock.time + 100
