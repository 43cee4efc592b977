"""The engine for OpenAI-compatible endpoints, against a server on loopback: what is sent, how often, and what comes back.

Requests are counted where they arrive, because three libraries on the way could each try again on its own.
"""

import json
import logging
import re
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from summariser import schemas
from summariser.engines.openai import OpenAIEngine
from summariser.errors import (
    AccessDenied,
    DeadlinePassed,
    EngineBusy,
    EngineDown,
    EngineError,
    EngineRefused,
    EngineUnusable,
    QuotaExhausted,
    ReplyInvalid,
    RequestRejected,
    RunStopped,
    SettingsError,
    TooLong,
)
from summariser.ledger import Call, Ledger
from summariser.limits import Limits, Size, Turn
from summariser.pipeline import Pipeline, summarise
from summariser.readers import from_text
from summariser.result import Result
from summariser.retry import RetryPolicy
from summariser.settings import Settings
from summariser.types import Message, Request, Usage
from tests.clocks import Waits
from tests.loopback import NOTE, Answer, Asked, Loopback, engine_at, general, question

KEY = "sk-test-DO-NOT-LEAK-9d1f"
SECRET = "The zephyr lantern of Quillmere hums at dusk."
GOOD = Answer(content=general())
FALSE = Answer(content=general("52%"))
BROKEN = Answer(content='{"title": "no brief"}')

Brief = Callable[..., Result]


@pytest.fixture
def waits() -> list[float]:
    """The seconds that the retry policy would have slept."""
    return []


@pytest.fixture
def brief(tmp_path: Path, waits: list[float]) -> Brief:
    """Brief a text by way of a server, with a new pipeline for each call and one cache for the test."""

    def run(server: Loopback, text: str = NOTE, *, attempts: int = 3, **changes: Any) -> Result:
        with _pipeline(server, tmp_path, RetryPolicy(attempts, clock=Waits(waits)), **changes) as pipeline:
            return pipeline.run(from_text(text))

    return run


def _settings(server: Loopback, tmp_path: Path, **changes: Any) -> Settings:
    given: dict[str, Any] = {"model": "small", "base_url": server.url, "api_key": KEY, "cache_dir": tmp_path / "cache"}
    return Settings(**(given | changes))


@contextmanager
def _pipeline(server: Loopback, tmp_path: Path, policy: RetryPolicy, **changes: Any) -> Iterator[Pipeline]:
    pipeline = Pipeline("general", settings=_settings(server, tmp_path, **changes), policy=policy)
    try:
        yield pipeline
    finally:
        pipeline.close()


# How often the endpoint is asked


def test_what_is_asked_of_this_machine_goes_through_no_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback(GOOD) as server, Loopback(GOOD) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        summarise(NOTE, schema="general", settings=_settings(server, tmp_path))
    assert (len(server.requests), len(proxy.requests)) == (1, 0)


@pytest.mark.parametrize("status", [307, 308])
def test_no_endpoint_passes_a_document_on_to_another(tmp_path: Path, status: int) -> None:
    with Loopback(GOOD) as other:
        moved = Answer(status=status, headers={"location": f"{other.url}/chat/completions"})
        with Loopback(moved) as server, pytest.raises(EngineRefused):
            summarise(NOTE, schema="general", settings=_settings(server, tmp_path))
    assert other.requests == []


def test_a_valid_answer_takes_one_request(tmp_path: Path) -> None:
    with Loopback(GOOD) as server:
        result = summarise(NOTE, schema="general", settings=_settings(server, tmp_path))
    assert len(server.requests) == 1
    assert result.brief.model_dump(mode="json") == json.loads(general())
    assert (result.provenance.engine, result.provenance.model, result.provenance.cached) == ("openai", "small", False)
    assert result.evidence[1].quote == "The visiting team saw 48% of the case files."


def test_a_fault_is_asked_about_once_by_name(brief: Brief) -> None:
    with Loopback(FALSE, GOOD) as server:
        result = brief(server)
    first, second = (asked.messages for asked in server.requests)
    assert result.refused == ()
    assert second[:2] == first
    assert {"role": "assistant", "content": FALSE.content} in second[2:]
    assert second[-1]["role"] == "user"
    assert "52% is not in the cited words" in second[-1]["content"]


def test_what_is_kept_is_not_asked_again(tmp_path: Path, brief: Brief) -> None:
    with Loopback(GOOD) as server:
        with _pipeline(server, tmp_path, RetryPolicy(1)) as pipeline:
            fresh, again = pipeline.run(from_text(NOTE)), pipeline.run(from_text(NOTE))
        elsewhere = brief(server)
    assert len(server.requests) == 1
    for kept in (again, elsewhere):
        assert kept.brief == fresh.brief
        assert kept.evidence == fresh.evidence
        assert kept.provenance.cached
        assert kept.usage == Usage()


@pytest.mark.parametrize("attempts", [1, 3, 4])
def test_a_busy_endpoint_is_asked_as_often_as_set_and_no_more(brief: Brief, waits: list[float], attempts: int) -> None:
    with Loopback(always=Answer(status=503)) as server, pytest.raises(EngineBusy, match="503") as caught:
        brief(server, attempts=attempts)
    assert len(server.requests) == attempts
    assert len(waits) == attempts - 1
    assert caught.value.usage == Usage(attempts)


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 529])
def test_a_busy_endpoint_is_asked_again(brief: Brief, waits: list[float], status: int) -> None:
    with Loopback(Answer(status=status, code="later"), GOOD) as server:
        assert not brief(server).provenance.cached
    assert len(server.requests) == 2
    assert len(waits) == 1


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (400, "status 400"),
        (401, "SUMMARISER_API_KEY"),
        (403, "may not use"),
        (404, "'small'"),
        (413, "too long"),
        (422, "status 422"),
    ],
)
def test_a_refused_request_is_not_repeated(brief: Brief, waits: list[float], status: int, told: str) -> None:
    with Loopback(Answer(status=status, code="no_such_thing"), GOOD) as server:
        with pytest.raises(AccessDenied if status in (401, 404) else EngineRefused, match=told) as caught:
            brief(server)
        assert len(server.requests) == 1
        assert waits == []
        assert "no_such_thing" in str(caught.value)
        assert caught.value.usage == Usage(1)
        assert not brief(server).provenance.cached


@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "insufficient_quota"), (400, "billing_hard_limit_reached"), (403, "billing_not_active")],
)
def test_no_wait_cures_an_empty_account(brief: Brief, waits: list[float], status: int, code: str) -> None:
    empty = Answer(status=status, code=code, headers={"retry-after": "1"})
    with Loopback(always=empty) as server, pytest.raises(QuotaExhausted, match="top it up"):
        brief(server)
    assert len(server.requests) == 1
    assert waits == []


STOPPED = {
    "refusal": (Answer(refusal="I won't"), "refused to answer"),
    "content filter, though the JSON is whole": (Answer(content=general(), finish="content_filter"), "content filter"),
    "cut off, though the JSON is whole": (Answer(content=general(), finish="length"), "MAX_OUTPUT_TOKENS"),
    "no choices": (Answer(choices=False), "without choices"),
    "a page in place of JSON": (Answer(raw="<html>hello</html>", content_type="text/html"), "could not be read"),
    "half of the JSON": (Answer(raw='{"choices": [{"ind'), "could not be read"),
    "other JSON": (Answer(raw='["choices"]'), "could not be read"),
}


@pytest.mark.parametrize(("answer", "told"), STOPPED.values(), ids=STOPPED)
def test_an_answer_that_cannot_be_used_is_refused_and_not_kept(brief: Brief, answer: Answer, told: str) -> None:
    with Loopback(answer, GOOD) as server:
        with pytest.raises(EngineRefused, match=told) as caught:
            brief(server)
        assert len(server.requests) == 1
        assert caught.value.usage == server.usage
        assert not brief(server).provenance.cached
    assert len(server.requests) == 2


@pytest.mark.parametrize(("answer", "told"), STOPPED.values(), ids=STOPPED)
def test_a_second_answer_that_cannot_be_used_does_not_cost_the_first(brief: Brief, answer: Answer, told: str) -> None:
    with Loopback(FALSE, answer) as server:
        result = brief(server)
    assert len(server.requests) == 2
    assert result.usage == server.usage
    assert "key_points[0]" in {part.path for part in result.refused}
    assert any(re.search(f"Asked about its faults again without success: .*{told}", note) for note in result.warnings)


@pytest.mark.parametrize(("answer", "told"), STOPPED.values(), ids=STOPPED)
def test_where_nothing_of_the_first_can_stand_the_second_is_held_to_the_same(brief: Brief, answer: Answer, told: str) -> None:
    with Loopback(BROKEN, answer) as server, pytest.raises(EngineRefused, match=told) as caught:
        brief(server)
    assert len(server.requests) == 2
    assert caught.value.usage == server.usage


def test_a_second_answer_of_broken_shape_does_not_cost_the_first(brief: Brief) -> None:
    with Loopback(FALSE, BROKEN) as server:
        result = brief(server)
    assert len(server.requests) == 2
    assert "key_points[0]" in {part.path for part in result.refused}


@pytest.mark.parametrize("answer", [Answer(content=general(), dropped=True), Answer(held=True)], ids=["dropped", "silent"])
def test_a_lost_answer_is_worth_asking_again(brief: Brief, waits: list[float], answer: Answer) -> None:
    with Loopback(answer, answer) as server, pytest.raises(EngineBusy) as caught:
        brief(server, attempts=2, timeout=0.3)
    assert len(server.requests) == 2
    assert len(waits) == 1
    assert caught.value.usage == Usage(2)


def test_a_server_that_is_not_there_is_named(brief: Brief, waits: list[float]) -> None:
    with Loopback() as server:
        pass
    with pytest.raises(EngineBusy, match=server.url):
        brief(server, attempts=2)
    assert len(waits) == 1


# Answers that stay invalid


def test_what_fails_twice_is_set_aside_alone(brief: Brief) -> None:
    with Loopback(FALSE, FALSE) as server:
        result = brief(server)
    assert len(server.requests) == 2
    assert result.brief.model_dump()["key_points"] == []
    point = next(refused for refused in result.refused if refused.path == "key_points[0]")
    assert point.reason == "52 is not in the cited words"
    assert point.content["statement"] == "52% of the case files were seen"


@pytest.mark.parametrize("content", [BROKEN.content, "", "[]", "I am sorry", "```json\n[1, 2]\n```"])
def test_a_broken_shape_ends_the_document_and_is_not_kept(brief: Brief, content: str) -> None:
    broken = Answer(content=content)
    with Loopback(broken, broken, GOOD) as server:
        with pytest.raises(ReplyInvalid) as caught:
            brief(server)
        assert len(server.requests) == 2
        assert caught.value.raw == content
        assert caught.value.usage == server.usage
        assert not brief(server).provenance.cached
    assert len(server.requests) == 3


def test_a_number_that_is_none_is_not_believed(brief: Brief) -> None:
    figure = {"evidence": [1], "figure_id": "N1", "measure": "case files", "value": float("nan"), "unit": "percent"}
    odd = Answer(content=general(figures=[figure]))
    with Loopback(odd, odd) as server:
        result = brief(server)
    assert result.brief.model_dump()["figures"] == []


def test_an_empty_answer_is_asked_about_once(brief: Brief) -> None:
    with Loopback(Answer(content=None), GOOD) as server:
        assert brief(server).refused == ()
    assert len(server.requests) == 2


# What it cost


def test_every_attempt_is_booked_once(brief: Brief) -> None:
    script = [
        Answer(content=general("52%"), tokens=(1_000, 20)),
        Answer(status=503),
        Answer(content=general("53%"), tokens=(30_000, 400)),
        Answer(content=general(), tokens=(500_000, 6_000)),
    ]
    with Loopback(*script) as server:
        result = brief(server)
    assert result.usage == server.usage == Usage(4, 531_000, 6_420)


def test_what_a_failure_cost_is_booked_too(brief: Brief) -> None:
    script = [FALSE, Answer(status=503), Answer(refusal="I won't", tokens=(7, 1))]
    with Loopback(*script) as server, pytest.raises(EngineRefused) as caught:
        brief(server)
    assert caught.value.usage == server.usage == Usage(3, 107, 11)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "2", "retry-after-ms": "1500"}, 1.5),
        ({"retry-after": "300"}, 300.0),
        ({"retry-after": "-3"}, 0.0),
    ],
)
def test_the_wait_is_what_the_server_asks_for(
    brief: Brief, waits: list[float], headers: dict[str, str], expected: float
) -> None:
    with Loopback(Answer(status=429, headers=headers), GOOD) as server:
        brief(server)
    assert waits == [expected]


@pytest.mark.parametrize(("ahead", "least", "most"), [(120, 100, 120), (-120, 0, 0)])
def test_a_wait_may_be_asked_for_as_a_date(brief: Brief, waits: list[float], ahead: int, least: int, most: int) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)
    with Loopback(Answer(status=429, headers={"retry-after": until}), GOOD) as server:
        brief(server)
    assert len(waits) == 1
    assert least <= waits[0] <= most


@pytest.mark.parametrize("asked", ["", "soon", "nan", "inf", "Tue, 99 Foo 2026 10:00:00 GMT"])
def test_a_wait_that_makes_no_sense_is_ours_to_choose(brief: Brief, waits: list[float], asked: str) -> None:
    with Loopback(Answer(status=429, headers={"retry-after": asked}), GOOD) as server:
        brief(server)
    assert len(waits) == 1
    assert 0 <= waits[0] <= 60


def test_an_endpoint_that_stays_busy_for_three_documents_is_given_up(tmp_path: Path, waits: list[float]) -> None:
    with (
        Loopback(always=Answer(status=503)) as server,
        _pipeline(server, tmp_path, RetryPolicy(2, clock=Waits(waits))) as pipeline,
    ):
        for number in range(2):
            with pytest.raises(EngineBusy):
                pipeline.run(from_text(f"{NOTE} {number}"))
        with pytest.raises(EngineDown, match=r"3 documents in a row .*status 503") as caught:
            pipeline.run(from_text(f"{NOTE} 3"))
        assert caught.value.usage == Usage(2)
        assert len(server.requests) == 6


@pytest.mark.parametrize("between", [GOOD, Answer(status=400)])
def test_an_endpoint_that_answers_now_and_then_is_not_given_up(tmp_path: Path, waits: list[float], between: Answer) -> None:
    busy = Answer(status=503)
    with (
        Loopback(busy, busy, between, busy, busy) as server,
        _pipeline(server, tmp_path, RetryPolicy(1, clock=Waits(waits))) as pipeline,
    ):
        kinds = []
        for number in range(5):
            try:
                kinds.append(type(pipeline.run(from_text(f"{NOTE} {number}"))).__name__)
            except EngineError as error:
                kinds.append(type(error).__name__)
    assert kinds == ["EngineBusy", "EngineBusy", "Result" if between is GOOD else "RequestRejected", "EngineBusy", "EngineBusy"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(307, RequestRejected), (400, RequestRejected), (403, RequestRejected), (413, TooLong), (418, RequestRejected),
     (422, RequestRejected)],
)  # fmt: skip
def test_a_refusal_says_whether_another_document_may_do(status: int, kind: type[EngineError]) -> None:
    with Loopback(Answer(status=status)) as server, engine_at(server) as engine, pytest.raises(EngineRefused) as caught:
        engine.ask(question(server))
    assert type(caught.value) is kind
    assert len(server.requests) == 1


def test_an_answer_that_was_cut_off_may_do_of_a_part() -> None:
    with Loopback(Answer(content=general(), finish="length")) as server, engine_at(server) as engine:
        with pytest.raises(TooLong, match="1000 tokens; raise SUMMARISER_MAX_OUTPUT_TOKENS") as caught:
            engine.ask(question(server))
        assert engine.limits.spent is None
    assert len(server.requests) == 1
    assert caught.value.usage == server.usage == Usage(1, 100, 10)


# What may have been charged for


@pytest.mark.parametrize(
    ("answer", "lost"),
    [
        (Answer(held=True), True),
        (Answer(content=general(), dropped=True), True),
        (Answer(status=429), False),
        (Answer(status=500), False),
        (Answer(status=503), False),
    ],
    ids=["silent", "dropped", "429", "500", "503"],
)
def test_an_answer_that_may_have_been_given_is_told_from_one_that_was_not(answer: Answer, lost: bool) -> None:
    with Loopback(answer) as server, engine_at(server, timeout=0.2) as engine, pytest.raises(EngineBusy) as caught:
        engine.ask(question(server))
    assert caught.value.lost is lost
    assert caught.value.usage == Usage(1)
    assert len(server.requests) == 1


def test_a_server_that_was_never_reached_has_charged_nothing() -> None:
    with Loopback() as server:
        pass
    with engine_at(server) as engine, pytest.raises(EngineBusy, match="no connection") as caught:
        engine.ask(question(server))
    assert not caught.value.lost


@pytest.mark.parametrize(
    ("kind", "lost", "told"),
    [
        (httpx2.ConnectTimeout, False, "no connection"),
        (httpx2.PoolTimeout, False, "no connection"),
        (httpx2.LocalProtocolError, False, "no connection"),
        (httpx2.WriteTimeout, True, "in time"),
        (httpx2.ReadError, True, "broke off"),
        (httpx2.RemoteProtocolError, True, "broke off"),
    ],
)
def test_what_happened_on_the_way_decides_what_may_be_lost(
    monkeypatch: pytest.MonkeyPatch, kind: type[httpx2.TransportError], lost: bool, told: str
) -> None:
    def fail(self: httpx2.HTTPTransport, request: httpx2.Request) -> httpx2.Response:
        raise kind(SECRET)

    monkeypatch.setattr(httpx2.HTTPTransport, "handle_request", fail)
    with Loopback() as server, engine_at(server) as engine, pytest.raises(EngineBusy, match=told) as caught:
        engine.ask(question(server))
    assert caught.value.lost is lost
    assert SECRET not in str(caught.value)
    assert server.requests == []


# Taking turns


class Seen(Limits):
    """Limits that keep what was asked of them, and let through as many requests as `let`, and then raise `end`."""

    let = 99
    end: type[EngineError] = RunStopped

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.sizes: list[Size] = []

    @contextmanager
    def turn(self, request: Request, size: Size) -> Iterator[Turn]:
        if len(self.sizes) >= self.let:
            raise self.end("no more", request)
        self.sizes.append(size)
        with super().turn(request, size) as turn:
            yield turn


def seen(engine: OpenAIEngine) -> list[Size]:
    """Return the sizes of the requests for which an engine took a turn."""
    assert isinstance(engine.limits, Seen)
    return engine.limits.sizes


@pytest.mark.parametrize("dialect", ["strict", "schema", "tools", "json"])
def test_no_tokenizer_makes_more_of_a_request_than_is_set_aside(dialect: Any) -> None:
    odd = "Żółć 試驗 \N{MAN}\N{ZERO WIDTH JOINER}\N{ROCKET} " * 50
    with Loopback(FALSE, GOOD) as server, engine_at(server, limits=Seen) as engine:
        request = question(server, dialect=dialect)
        long = (*request.messages[:1], Message("user", odd))
        engine.ask(question(server, dialect=dialect, messages=long))
    assert len(server.requests) == len(seen(engine)) == 2
    for asked, size in zip(server.requests, seen(engine), strict=True):
        texts = [message["content"] for message in asked.messages] + [json.dumps(dict(request.json_schema), ensure_ascii=False)]
        sent = sum(len(text.encode()) for text in (texts if dialect != "json" else texts[:-1]))
        assert sent + 300 < size.most_input < sent + 2000  # chat templates and their own first words count too
        assert size.most_output == 1000
        assert 0 < size.expected < size.most_input


def test_what_is_expected_follows_what_past_calls_tell(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, "http://127.0.0.1/v1", "small")
    for _ in range(20):
        ledger.book(Call(2_000, 1_000, 900, 1_000, 1.0))
    sizes = []
    for each in (ledger, None):
        with Loopback(GOOD) as server, engine_at(server, limits=Seen, ledger=each) as engine:
            engine.ask(question(server))
        sizes += seen(engine)
        assert len(server.requests) == 1
    ledger.close()
    sent = len("Brief it.") + len(NOTE) + len(json.dumps(server.requests[0].body["response_format"], ensure_ascii=False))
    assert sizes[0].expected == int(sent / 2 + 900 * len(NOTE) / 1000)
    assert sizes[1].expected == int(sent / 3.5 + 250 * len(NOTE) / 1000)


def price(sent: int, made: int, cached: int) -> float:
    return (sent * 10 + made * 100 - cached * 5) / 1000


def test_each_request_is_settled_for_what_it_took() -> None:
    script = [Answer(content=general("52%"), tokens=(1_000, 20)), Answer(content=general(), tokens=(2_000, 30), cached=800)]
    with Loopback(*script) as server, engine_at(server, price=price, max_cost=1e6) as engine:
        reply = engine.ask(question(server))
        assert engine.limits.spent == pytest.approx(reply.usage.cost)
    assert reply.usage == server.usage == Usage(2, 3_000, 50)
    assert reply.usage.cost == pytest.approx(10 + 2 + 20 + 3 - 4)
    assert reply.notes == ()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(content=general(), counted=False),
        Answer(raw='{"choices": [{"message": {"content": "{}"}}], "usage": {"prompt_tokens": "many"}}'),
        Answer(raw='{"choices": [{"ind'),
    ],
    ids=["none", "words", "half an answer"],
)
def test_what_is_not_told_counts_as_much_as_it_might_have_cost(answer: Answer) -> None:
    with Loopback(GOOD) as server, engine_at(server, limits=Seen, price=price) as engine:
        engine.ask(question(server))
        most = price(seen(engine)[0].most_input, 1000, 0)
    with Loopback(answer, GOOD) as server, engine_at(server, price=price, max_cost=1.5 * most) as engine:
        request = question(server)
        tried = engine.try_once(request)
        assert engine.limits.spent == 0
        with pytest.raises(QuotaExhausted):
            engine.ask(request)
    assert tried.usage == Usage(1)
    assert tried.usage.cost is None
    assert len(server.requests) == 1


def test_nothing_is_sent_without_the_money_for_it() -> None:
    with (
        Loopback(GOOD) as server,
        engine_at(server, price=price, max_cost=0.01) as engine,
        pytest.raises(QuotaExhausted, match="--max-cost") as caught,
    ):
        engine.ask(question(server))
    assert server.requests == []
    assert caught.value.usage == Usage()


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (QuotaExhausted, "the money that the run may spend is spent"),
        (DeadlinePassed, "the time of the run is over"),
        (RunStopped, "the run was told to stop"),
    ],
)
def test_an_answer_with_faults_is_kept_where_it_cannot_be_asked_about(error: type[EngineUnusable], why: str) -> None:
    ending = type("Ending", (Seen,), {"let": 1, "end": error})
    with Loopback(FALSE, GOOD) as server, engine_at(server, limits=ending) as engine:
        reply = engine.ask(question(server))
        with pytest.raises(error):
            engine.ask(question(server))
    assert len(server.requests) == 1
    assert reply.text == FALSE.content
    assert reply.notes == (f"Not asked about its faults again: {why}.",)
    assert reply.usage == server.usage == Usage(1, 100, 10)


def test_the_ceiling_of_cost_keeps_the_answer_that_was_paid_for() -> None:
    with Loopback(GOOD) as server, engine_at(server, limits=Seen, price=price) as engine:
        engine.ask(question(server))
        most = price(seen(engine)[0].most_input, 1000, 0)
    dear = Answer(content=general("52%"), tokens=(100, 1000))
    with Loopback(dear, GOOD) as server, engine_at(server, price=price, max_cost=most) as engine:
        reply = engine.ask(question(server))
    assert len(server.requests) == 1
    assert reply.text == FALSE.content
    assert reply.notes == ("Not asked about its faults again: the money that the run may spend is spent.",)


def test_a_second_answer_that_the_money_cuts_off_leaves_the_first() -> None:
    with Loopback(GOOD) as server, engine_at(server, limits=Seen, price=price) as engine:
        engine.ask(question(server))
        most = price(seen(engine)[0].most_input, 1000, 0)
    cut = Answer(content=general(), finish="length")
    with Loopback(FALSE, cut) as server, engine_at(server, price=price, max_cost=most) as engine:
        reply = engine.ask(question(server))
    assert len(server.requests) == 2
    assert server.requests[1].body["max_tokens"] < server.requests[0].body["max_tokens"] == 1000
    assert reply.text == FALSE.content
    assert reply.notes == ("Not asked about its faults again: the money that the run may spend is spent.",)
    assert reply.usage == server.usage == Usage(2, 200, 20)


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (Answer(status=429, code="insufficient_quota"), "the account has no quota left"),
        (Answer(status=429, headers={"retry-after": "99999"}), "the time of the run is over"),
    ],
)
def test_the_first_answer_outlives_an_endpoint_that_is_done_with_us(second: Answer, why: str) -> None:
    with Loopback(FALSE, second) as server, engine_at(server) as engine:
        reply = engine.ask(question(server))
    assert len(server.requests) == 2
    assert reply.text == FALSE.content
    assert reply.notes == (f"Not asked about its faults again: {why}.",)
    assert reply.usage == server.usage == Usage(2, 100, 10)


@pytest.mark.parametrize("second", [Answer(status=503), Answer(status=401)])
def test_other_failures_of_the_second_question_are_failures(second: Answer) -> None:
    with Loopback(FALSE, second) as server, engine_at(server) as engine, pytest.raises(EngineError) as caught:
        engine.ask(question(server))
    assert isinstance(caught.value, EngineBusy | AccessDenied)
    assert len(server.requests) == 2
    assert caught.value.usage == server.usage


def test_each_answer_is_booked_in_the_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(tmp_path, "http://127.0.0.1/v1", "small")
    calls: list[Call] = []
    monkeypatch.setattr(ledger, "book", calls.append)
    script = [FALSE, Answer(content=general(), tokens=(7, 8)), Answer(status=503), Answer(content=general(), counted=False)]
    with Loopback(*script) as server, engine_at(server, ledger=ledger) as engine:
        engine.ask(question(server))
        with pytest.raises(EngineBusy):
            engine.ask(question(server))
        engine.ask(question(server))
    ledger.close()
    assert len(server.requests) == 4
    assert [(call.input_tokens, call.output_tokens, call.document_characters) for call in calls] == [
        (100, 10, len(NOTE)),
        (7, 8, len(NOTE)),
    ]
    assert calls[0].characters < calls[1].characters
    assert all(0 < call.seconds < 60 for call in calls)


def test_as_many_are_asked_at_once_as_there_are_workers() -> None:
    together = threading.Barrier(6, timeout=10)

    class Together(Loopback):
        def _take(self, asked: Asked) -> Answer:
            together.wait()
            return super()._take(asked)

    with Together(always=GOOD) as server, engine_at(server, workers=6) as engine, ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(engine.ask, [question(server)] * 6))
    assert {reply.usage for reply in replies} == {Usage(1, 100, 10)}
    assert len(server.requests) == 6


def test_instructor_is_not_left_to_make_a_schema_for_each_request(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback(FALSE, GOOD) as server, engine_at(server) as engine:
        request = question(server)
        model = schemas.load("general").model
        monkeypatch.setattr(model, "model_json_schema", lambda *_, **__: pytest.fail("takes milliseconds"))
        assert engine.ask(request).text == GOOD.content
    assert len(server.requests) == 2


# What is sent


def test_the_answer_is_asked_for_by_schema(brief: Brief) -> None:
    with Loopback(FALSE, GOOD) as server:
        brief(server)
    wanted = {"name": "brief", "schema": schemas.json_schema(schemas.load("general").model)}
    for asked in server.requests:
        assert asked.body["response_format"] == {"type": "json_schema", "json_schema": wanted}
        assert set(asked.body) == {"model", "messages", "response_format", "max_tokens", "temperature"}


@pytest.mark.parametrize("schema", schemas.available())
def test_local_servers_understand_every_pattern(schema: str) -> None:
    sent = json.dumps(schemas.json_schema(schemas.load(schema).model))
    assert [pattern for pattern in re.findall(r'"pattern": "(.*?)"', sent) if "\\" in pattern] == []


@pytest.mark.parametrize(("given", "first", "second"), [(None, 0, 0.5), (0.2, 0.2, 0.5), (0.9, 0.9, 0.9)])
def test_the_second_question_is_asked_warmer(brief: Brief, given: float | None, first: float, second: float) -> None:
    with Loopback(FALSE, GOOD) as server:
        brief(server, temperature=given, max_output_tokens=1234)
    assert [asked.body["temperature"] for asked in server.requests] == [first, second]
    assert [asked.body["max_tokens"] for asked in server.requests] == [1234, 1234]
    assert {asked.body["model"] for asked in server.requests} == {"small"}


def test_the_official_endpoint_is_spoken_to_in_its_dialect(brief: Brief, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = socket.getaddrinfo

    def here(host: Any, *rest: Any, **more: Any) -> Any:
        return resolve("127.0.0.1" if host == "api.openai.com" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    with Loopback(FALSE, GOOD) as server:
        brief(server, base_url=f"http://api.openai.com:{server.port}/v1", max_output_tokens=1234)
    wanted = schemas.json_schema(schemas.load("general").model, bounds=False)
    for asked in server.requests:
        assert set(asked.body) == {"model", "messages", "response_format", "max_completion_tokens"}
        assert asked.body["max_completion_tokens"] == 1234
        assert asked.body["response_format"]["json_schema"]["schema"] == wanted


def test_the_fixed_part_comes_first_and_stays_the_same(brief: Brief) -> None:
    with Loopback(FALSE, GOOD, FALSE) as server:
        brief(server)
        brief(server, "Quite another text.\n")  # the script ends with the second question
    systems = {asked.messages[0]["content"].encode() for asked in server.requests}
    assert len(server.requests) == 4
    assert len(systems) == 1
    assert {asked.messages[0]["role"] for asked in server.requests} == {"system"}
    assert "$" not in systems.pop().decode()


def test_a_document_that_looks_like_a_template_arrives_as_it_is(brief: Brief) -> None:
    lines = ["Sum {{ 7*7 }} here.", "Gone {# x #} now.", "Cost {% if 1 %}$document $count ${count} $$5 {0} %s.", "\\n \\u0041."]
    with Loopback(FALSE, GOOD) as server:
        brief(server, NOTE + "".join(f"\n{line}\n" for line in lines))
    for asked in server.requests:
        for line in lines:
            assert line in asked.messages[1]["content"]


def test_the_key_goes_into_its_header_alone(brief: Brief) -> None:
    with Loopback(GOOD, GOOD) as server:
        brief(server)
        brief(server, NOTE + "More.", api_key=None)
    named, nameless = server.requests
    assert [name for name, value in named.headers.items() if KEY in value] == ["authorization"]
    assert KEY not in json.dumps(named.body)
    assert KEY not in json.dumps(nameless.headers)


def test_no_key_and_no_server_of_your_own_cannot_start(tmp_path: Path) -> None:
    with Loopback() as server, pytest.raises(SettingsError, match="SUMMARISER_API_KEY"):
        summarise(NOTE, schema="general", settings=_settings(server, tmp_path, base_url=None, api_key=None))
    assert server.requests == []


@pytest.mark.parametrize(
    ("settings", "first", "second"),
    [({}, None, None), ({"temperature": 0.2}, 0.2, 0.5)],
)
def test_a_reasoning_model_is_asked_in_its_own_terms(settings: dict[str, Any], first: Any, second: Any) -> None:
    sampling = {"temperature": 0.0, "max_output_tokens": 900, "reasoning_effort": "low"}
    with Loopback(FALSE, GOOD) as server, engine_at(server, **settings) as engine:
        engine.ask(question(server, sampling=sampling))
    assert [asked.body["reasoning_effort"] for asked in server.requests] == ["low", "low"]
    assert [asked.body["max_completion_tokens"] for asked in server.requests] == [900, 900]
    assert [asked.body.get("temperature") for asked in server.requests] == [first, second]
    assert not any("max_tokens" in asked.body for asked in server.requests)


def test_a_deployment_on_azure_is_asked_by_its_name() -> None:
    with Loopback(Answer(status=429, headers={"retry-after": "3"}), FALSE, GOOD) as server:
        place = server.url.removesuffix("/v1")
        with engine_at(server, base_url=place, api_version="2024-10-21", api_key=KEY) as engine:
            with pytest.raises(EngineBusy) as caught:
                engine.ask(question(server))
            assert engine.ask(question(server)).text == GOOD.content
    assert caught.value.retry_after == 3.0
    assert [asked.path for asked in server.requests] == [
        "/openai/deployments/small/chat/completions?api-version=2024-10-21"
    ] * 3
    for asked in server.requests:
        assert asked.headers["api-key"] == KEY
        assert "authorization" not in asked.headers
        assert asked.body["max_completion_tokens"] == 1000


def test_azure_without_its_address_cannot_start() -> None:
    with (
        Loopback() as server,
        pytest.raises(SettingsError, match="--base-url https"),
        engine_at(server, base_url=None, api_version="2024-10-21"),
    ):
        pass


def test_headers_go_with_every_request() -> None:
    headers = {"X-Title": "briefs", "Authorization": f"Basic {KEY}"}
    with Loopback(FALSE, GOOD) as server, engine_at(server, headers=headers, api_key=None) as engine:
        engine.ask(question(server))
    assert [asked.headers["x-title"] for asked in server.requests] == ["briefs", "briefs"]
    assert [asked.headers["authorization"] for asked in server.requests] == [f"Basic {KEY}"] * 2


@pytest.mark.parametrize("given", [{"api_key": f"{KEY}\n"}, {"api_key": "schlüssel"}, {"headers": {"X": f"{KEY}\r\nY: z"}}])
def test_what_no_header_can_carry_is_told_before_anything_is_asked(given: dict[str, Any]) -> None:
    with Loopback() as server, pytest.raises(SettingsError, match="line break") as caught, engine_at(server, **given):
        pass
    assert KEY not in str(caught.value)


# What is told of it


def test_every_request_is_logged_under_its_ids(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "summariser.engines.openai")
    with Loopback(FALSE, GOOD, Answer(status=503)) as server, engine_at(server) as engine:
        request = question(server)
        engine.ask(request)
        with pytest.raises(EngineBusy):
            engine.ask(request)
    records = [record for record in caplog.records if record.name == "summariser.engines.openai"]
    assert [record.levelname for record in records] == ["DEBUG", "INFO", "DEBUG", "INFO", "DEBUG", "INFO"]
    for record in records:
        assert record.__dict__["document"] == request.document.sha256[:12]
        assert record.__dict__["request"] == request.key[:12]
        assert request.key[:12] in record.getMessage()
    said = [record.getMessage() for record in records]
    assert said[0].endswith("sent to small, dialect schema, attempt 1")
    assert said[2].endswith("attempt 2")
    assert re.search(r"answered in \d+\.\d s: 100 tokens in, 10 out, stop$", said[1])
    assert said[5].endswith("EngineBusy (status 503)")
    assert len(server.requests) == 3


# What must not get out

OUTCOMES: dict[str, list[Answer]] = {
    "brief": [GOOD],
    "second question": [FALSE, GOOD],
    "set aside": [FALSE, FALSE],
    "broken": [Answer(content=SECRET), Answer(content=json.dumps({"title": SECRET}))],
    "fields of its own": [Answer(content=general(title=SECRET)), Answer(content=general(title={SECRET: SECRET}))],
    "busy": [Answer(status=503), Answer(status=429), Answer(content=SECRET, dropped=True)],
    "unknown key": [Answer(status=401, raw=json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}))],
    "too long": [Answer(status=400, raw=json.dumps({"error": {"message": SECRET, "param": SECRET}}))],
    "no money": [Answer(status=429, code="insufficient_quota")],
    "refusal": [Answer(content=json.dumps({"title": SECRET})), Answer(refusal=SECRET)],
    "cut off": [Answer(content=SECRET, finish="length")],
    "not JSON": [Answer(raw=SECRET), Answer(raw=SECRET, content_type="text/plain")],
}


@pytest.mark.parametrize("script", OUTCOMES.values(), ids=OUTCOMES)
def test_neither_key_nor_text_gets_out(
    tmp_path: Path, brief: Brief, caplog: pytest.LogCaptureFixture, script: list[Answer]
) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    with Loopback(*script) as server:
        try:
            brief(server, NOTE + SECRET)
        except EngineError as error:
            told = [str(error), repr(error), *map(str, error.args), *traceback.format_exception(error)]
    told += [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
    assert any(record.name.startswith("httpcore2") for record in caplog.records), "nobody was listening"
    assert SECRET in server.requests[0].messages[1]["content"]
    for line in told:
        assert KEY not in line
        assert SECRET not in line
    kept = [path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert kept
    assert not any(KEY.encode() in raw for raw in kept)


def test_a_field_of_the_models_own_is_set_aside(brief: Brief) -> None:
    odd = Answer(content=general(**{SECRET: "said"}))
    with Loopback(odd, odd) as server:
        result = brief(server, NOTE + SECRET)
    assert [(refused.path, refused.content) for refused in result.refused] == [(SECRET, "said")]


def test_a_password_in_the_base_url_does_not_get_out(brief: Brief) -> None:
    with Loopback() as server:
        pass
    with pytest.raises(EngineBusy) as caught:
        brief(server, base_url=server.url.replace("127.0.0.1", f"clerk:{KEY}@127.0.0.1"), attempts=1)
    assert KEY not in str(caught.value)


def test_the_key_is_not_shown_by_what_holds_it(tmp_path: Path) -> None:
    with Loopback() as server:
        settings = _settings(server, tmp_path)
    for shown in (repr(settings), str(settings), settings.model_dump_json(), repr(settings.model_dump())):
        assert KEY not in shown
