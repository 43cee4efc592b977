"""The one place that waits: how often it asks, how long it waits, for what, and what it books."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import tenacity
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from summariser.brief import Brief
from summariser.engines.canned import CannedEngine
from summariser.errors import EngineBusy, EngineError, EngineRefused, QuotaExhausted, ReplyInvalid
from summariser.pipeline import Pipeline
from summariser.readers import from_text
from summariser.retry import RetryPolicy, ask_with_patience
from summariser.settings import Settings
from summariser.types import Reply, Request, Usage
from tests.clocks import Waits
from tests.loopback import NOTE, general

# A busy machine is no fault of the code.
unhurried = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

REQUEST = Request("canned", "m", None, (), "s", {}, {}, Brief, from_text(NOTE), ())
REPLY = Reply("{}", Usage(1, 10, 1))


def _busy(retry_after: float | None = None, usage: Usage | None = None) -> EngineBusy:
    return EngineBusy("busy", REQUEST, usage or Usage(1, 100, 0), retry_after=retry_after)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Waits:
    """The clock by which the retry policy goes."""
    clock = Waits()
    monkeypatch.setattr(tenacity, "time", SimpleNamespace(monotonic=clock.now, sleep=clock.sleep))
    return clock


@pytest.mark.parametrize("attempts", [1, 2, 4, 7])
def test_attempts_are_all_attempts(attempts: int) -> None:
    waits: list[float] = []
    engine = CannedEngine(_busy() for _ in range(20))
    with pytest.raises(EngineBusy):
        ask_with_patience(engine.ask, REQUEST, RetryPolicy(attempts, clock=Waits(waits)))
    assert len(engine.requests) == attempts
    assert len(waits) == attempts - 1
    assert all(0 <= wait <= 60 for wait in waits)


def test_the_first_answer_ends_the_waiting() -> None:
    waits: list[float] = []
    engine = CannedEngine([_busy(), REPLY, REPLY])
    assert ask_with_patience(engine.ask, REQUEST, RetryPolicy(clock=Waits(waits))).text == "{}"
    assert engine.requests == [REQUEST, REQUEST]
    assert len(waits) == 1


CURELESS: list[Callable[[], Exception]] = [
    lambda: EngineRefused("no", REQUEST, Usage(1)),
    lambda: QuotaExhausted("no money", REQUEST, Usage(1)),
    lambda: ReplyInvalid("no brief", REQUEST, Usage(1), raw=""),
    lambda: EngineError("no", REQUEST, Usage(1)),
    lambda: TimeoutError("not one of ours"),
    lambda: ConnectionError("not one of ours"),
]


@pytest.mark.parametrize("cureless", CURELESS, ids=lambda make: type(make()).__name__)
def test_only_a_busy_engine_is_waited_for(cureless: Callable[[], Exception]) -> None:
    waits: list[float] = []
    errors = [_busy(), cureless()]
    asked: list[Request] = []

    def ask(request: Request) -> Reply:
        asked.append(request)
        raise errors[len(asked) - 1]

    with pytest.raises(type(errors[1])) as caught:
        ask_with_patience(ask, REQUEST, RetryPolicy(clock=Waits(waits)))
    assert caught.value is errors[1]
    assert len(asked) == 2
    assert len(waits) == 1


@unhurried
@given(asked=st.floats(0, 10**7))
def test_a_wait_that_the_server_asks_for_is_kept_to_whatever_its_length(asked: float) -> None:
    waits: list[float] = []
    engine = CannedEngine([_busy(asked), REPLY])
    ask_with_patience(engine.ask, REQUEST, RetryPolicy(2, 600, Waits(waits)))
    assert waits == [asked]


def test_patience_is_for_all_waits_together(monkeypatch: pytest.MonkeyPatch, clock: Waits) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    engine = CannedEngine(_busy() for _ in range(20))
    with pytest.raises(EngineBusy):
        ask_with_patience(engine.ask, REQUEST, RetryPolicy(20, 20, clock))
    assert clock.waits == [1, 2, 4, 8]
    assert len(engine.requests) == 5


def test_patience_does_not_end_before_a_wait_that_is_asked_for(clock: Waits) -> None:
    engine = CannedEngine([_busy(40), _busy(40), REPLY])
    assert ask_with_patience(engine.ask, REQUEST, RetryPolicy(20, 20, clock)).text == "{}"
    assert clock.waits == [40, 40]


def test_time_spent_asking_counts_too(monkeypatch: pytest.MonkeyPatch, clock: Waits) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: high)

    def ask(request: Request) -> Reply:
        clock.time += 70
        raise _busy()

    with pytest.raises(EngineBusy):
        ask_with_patience(ask, REQUEST, RetryPolicy(20, 100, clock))
    assert clock.waits == [1]


def test_without_patience_nothing_is_waited_for() -> None:
    waits: list[float] = []
    engine = CannedEngine([_busy(), REPLY])
    with pytest.raises(EngineBusy):
        ask_with_patience(engine.ask, REQUEST, RetryPolicy(4, 0, Waits(waits)))
    assert len(engine.requests) == 1
    assert waits == []


def test_waits_grow_where_the_server_names_none(monkeypatch: pytest.MonkeyPatch, clock: Waits) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    engine = CannedEngine(_busy() for _ in range(20))
    with pytest.raises(EngineBusy):
        ask_with_patience(engine.ask, REQUEST, RetryPolicy(9, 600, clock))
    assert clock.waits == [1, 2, 4, 8, 16, 32, 60, 60]


USAGES = st.builds(Usage, st.integers(0, 5), st.integers(0, 10**6), st.integers(0, 10**6))


@unhurried
@given(usages=st.lists(USAGES, min_size=1, max_size=6))
def test_usage_is_summed_on_success(usages: list[Usage]) -> None:
    *failed, last = usages
    engine = CannedEngine([*(_busy(0, usage) for usage in failed), Reply("{}", last)])
    reply = ask_with_patience(engine.ask, REQUEST, RetryPolicy(6, clock=Waits()))
    assert reply == Reply("{}", sum(usages, Usage()))


@unhurried
@given(usages=st.lists(USAGES, min_size=1, max_size=6), refused=st.booleans())
def test_usage_is_summed_on_failure(usages: list[Usage], refused: bool) -> None:
    *failed, last = usages
    end = EngineRefused("no", REQUEST, last) if refused else _busy(0, last)
    engine = CannedEngine([*(_busy(0, usage) for usage in failed), end])
    with pytest.raises(type(end)) as caught:
        ask_with_patience(engine.ask, REQUEST, RetryPolicy(len(usages), clock=Waits()))
    assert caught.value.usage == sum(usages, Usage())


def test_the_notes_of_a_reply_survive() -> None:
    engine = CannedEngine([_busy(0), Reply("{}", Usage(1), ("read this",))])
    assert ask_with_patience(engine.ask, REQUEST, RetryPolicy(clock=Waits())).notes == ("read this",)


def test_a_wait_is_told_without_the_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    engine = CannedEngine([_busy(3), REPLY])
    ask_with_patience(engine.ask, REQUEST, RetryPolicy(clock=Waits()))
    (record,) = caplog.records
    run, document, request = REQUEST.ids.values()
    told = f"run {run}: document {document}: request {request}: engine busy, attempt 1; waiting 3.0 s"
    assert record.getMessage() == told
    assert REQUEST.ids.items() <= record.__dict__.items()


def test_the_settings_decide(tmp_path: Path) -> None:
    for attempts, patience in ((20, 0), (1, 600)):
        engine = CannedEngine([_busy(), _busy(), general()])
        settings = Settings(cache_dir=tmp_path, attempts=attempts, patience=patience)
        pipeline = Pipeline("general", settings=settings, engine=engine)
        with pytest.raises(EngineBusy):
            pipeline.run(from_text(NOTE))
        assert len(engine.requests) == 1
        pipeline.close()
