"""What `summariser check` finds out of an endpoint: which ways of asking for JSON work, the context, the speed."""

import json
import socket
from typing import Any

import pytest

from summariser.clock import Clock
from summariser.engines.probe import Found, probe
from summariser.errors import AccessDenied, EngineBusy, EngineError, QuotaExhausted
from summariser.ledger import Traits
from summariser.limits import Limits
from summariser.settings import Settings
from summariser.types import Usage
from tests.loopback import Answer, Loopback

KEY = "sk-test-DO-NOT-LEAK-9d1f"
SAMPLE = {"evidence": [2], "statement": "They will look at it again in June.", "kind": "decision", "owner": None}
GOOD = Answer(content=json.dumps(SAMPLE))
CALLED = Answer(arguments=json.dumps(SAMPLE), finish="tool_calls")
OTHER = Answer(content='{"decision": "look again", "when": "June"}')
REFUSED = Answer(status=400, code="unsupported_parameter")


def look(server: Loopback, **changes: Any) -> Found:
    settings = Settings(**({"model": "small", "base_url": server.url, "api_key": KEY} | changes))
    return probe(settings, Limits(settings, None, Clock()))


def works(found: Found) -> dict[str, bool]:
    return {trial.dialect: trial.works for trial in found.trials}


def test_each_way_of_asking_is_tried_once_and_the_best_is_remembered() -> None:
    with Loopback(REFUSED, GOOD, CALLED, GOOD) as server:
        found = look(server)
    assert len(server.requests) == 4
    assert works(found) == {"strict": False, "schema": True, "tools": True, "json": True}
    assert found.traits == Traits("schema", None)
    assert [trial.usage for trial in found.trials] == [Usage(1), *[Usage(1, 100, 10)] * 3]
    assert found.trials[0].note == "the endpoint refused the request with status 400 (unsupported_parameter)"
    assert found.trials[1].note == found.trials[2].note == "the answer has the form asked for"
    assert found.tokens_per_second == pytest.approx(min(10 / trial.seconds for trial in found.trials[1:]))


@pytest.mark.parametrize(
    ("script", "best"),
    [
        ([GOOD, GOOD, CALLED, GOOD], "schema"),
        ([GOOD, OTHER, CALLED, GOOD], "strict"),
        ([OTHER, OTHER, CALLED, GOOD], "tools"),
        ([OTHER, OTHER, OTHER, GOOD], "json"),
    ],
)
def test_a_schema_with_bounds_is_better_than_one_without(script: list[Answer], best: Any) -> None:
    with Loopback(*script) as server:
        assert look(server).traits == Traits(best, None)
    assert len(server.requests) == 4


def test_the_official_endpoint_is_best_asked_strictly(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: resolve("127.0.0.1", *rest, **more))
    with Loopback(GOOD, GOOD, CALLED, GOOD) as server:
        found = look(server, base_url=f"http://api.openai.com:{server.port}/v1")
    assert found.traits == Traits("strict", None)
    assert len(server.requests) == 4
    assert not any("temperature" in asked.body for asked in server.requests)
    assert server.looked_up == ["/v1/models"]


def test_each_way_is_asked_in_the_way_of_a_run() -> None:
    with Loopback(GOOD, GOOD, CALLED, GOOD) as server:
        look(server, temperature=0.3, max_output_tokens=2_000)
    strict, schema, tools, words = (asked.body for asked in server.requests)
    bounded = schema["response_format"]["json_schema"]["schema"]
    assert strict["response_format"]["json_schema"]["strict"] is True
    assert "maxLength" not in json.dumps(strict)
    assert bounded["properties"]["statement"]["maxLength"] == 200
    assert "strict" not in schema["response_format"]["json_schema"]
    assert tools["tools"][0]["function"]["parameters"] == bounded
    assert words["response_format"] == {"type": "json_object"}
    assert {asked.body["temperature"] for asked in server.requests} == {0.3}
    assert {asked.body["max_tokens"] for asked in server.requests} == {2_000}


def test_the_prompt_does_not_give_away_the_form() -> None:
    with Loopback(GOOD, GOOD, CALLED, GOOD) as server:
        look(server)
    *by_schema, in_words = (json.dumps(asked.messages) for asked in server.requests)
    for name in ("JSON", "evidence", "statement", "kind", "owner"):
        assert not any(name in prompt for prompt in by_schema)
        assert name in in_words


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(status=422), "status 422"),
        (
            Answer(status=404, raw='{"error": {"message": "No endpoints found that support tool use.", "code": 404}}'),
            "status 404",
        ),
        (Answer(status=500), "status 500"),
        (Answer(held=True), "in time"),
        (Answer(content=json.dumps(SAMPLE), dropped=True), "broke off"),
        (Answer(raw="<html>", content_type="text/html"), "could not be read"),
        (Answer(content="I would say June."), "no JSON"),
        (Answer(content="{'evidence': [2]}"), "no JSON"),
        (Answer(content=""), "empty"),
        (OTHER, "schema was ignored"),
        (Answer(content=json.dumps(SAMPLE | {"more": 1})), "schema was ignored"),
        (Answer(content=json.dumps(SAMPLE | {"kind": "wish"})), "schema was ignored"),
        (Answer(content=json.dumps(SAMPLE), finish="length"), "cut off"),
        (Answer(refusal="No."), "refused to answer"),
    ],
)
def test_what_went_wrong_is_said_in_words(answer: Answer, told: str) -> None:
    with Loopback(answer, always=GOOD) as server:
        found = look(server, timeout=0.2 if answer.held else 10)
    assert len(server.requests) == 4
    assert works(found) == {"strict": False, "schema": True, "tools": True, "json": True}
    assert told in found.trials[0].note


@pytest.mark.parametrize(
    ("answer", "working", "told"),
    [
        (GOOD, True, "though no tool was called"),
        (OTHER, False, "no tool was called"),
        (Answer(arguments='{"evidence": ', finish="tool_calls"), False, "no JSON"),
        (Answer(arguments={"when": "June"}, finish="tool_calls"), False, "schema was ignored"),
    ],
)
def test_a_tool_that_is_not_called_is_told(answer: Answer, working: bool, told: str) -> None:
    with Loopback(GOOD, GOOD, answer, GOOD) as server:
        found = look(server)
    assert len(server.requests) == 4
    assert works(found)["tools"] is working
    assert told in found.trials[2].note


def test_where_nothing_works_nothing_is_remembered() -> None:
    with Loopback(always=OTHER) as server:
        found = look(server)
    assert len(server.requests) == 4
    assert not any(works(found).values())
    assert found.traits is None
    assert found.tokens_per_second is None


@pytest.mark.parametrize("before", [0, 2])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(status=401), AccessDenied),
        (Answer(status=404, code="model_not_found"), AccessDenied),
        (Answer(status=402), QuotaExhausted),
        (Answer(status=429), EngineBusy),
        (Answer(status=503), EngineBusy),
    ],
)
def test_what_no_other_way_would_change_ends_it_at_once(before: int, answer: Answer, kind: type[EngineError]) -> None:
    with Loopback(*[GOOD] * before, answer, always=GOOD) as server, pytest.raises(kind):
        look(server)
    assert len(server.requests) == before + 1
    assert server.looked_up == []


def test_a_server_that_is_not_there_ends_it_at_once() -> None:
    with Loopback() as server:
        pass
    with pytest.raises(EngineBusy, match="no connection"):
        look(server)


def test_the_ceiling_of_cost_holds_for_trials_too() -> None:
    with Loopback(always=GOOD) as server:
        settings = Settings(model="small", base_url=server.url, max_cost=0.5)
        with pytest.raises(QuotaExhausted):
            probe(settings, Limits(settings, lambda sent, made, cached: 1.0, Clock()))
    assert server.requests == []


MODELS: dict[str, tuple[dict[str, Any], int | None]] = {
    "vLLM": ({"/v1/models": {"data": [{"id": "small", "max_model_len": 8192}]}}, 8192),
    "OpenRouter": (
        {"/v1/models": {"data": [{"id": "big", "context_length": 1}, {"id": "small", "context_length": 2000}]}},
        2000,
    ),
    "llama.cpp": ({"/v1/models": {"data": [{"id": "/m.gguf", "meta": {"n_ctx": 4096, "n_ctx_train": 32768}}]}}, 4096),
    "older llama.cpp": (
        {
            "/v1/models": {"data": [{"id": "/m.gguf", "meta": {"n_ctx_train": 32768}}]},
            "/props": {"default_generation_settings": {"n_ctx": 2048}},
        },
        2048,
    ),
    "llama.cpp without its properties": ({"/v1/models": {"data": [{"id": "/m.gguf", "meta": {"n_ctx_train": 32768}}]}}, 32768),
    "another model": ({"/v1/models": {"data": [{"id": "a", "context_length": 1}, {"id": "b", "context_length": 2}]}}, None),
    "OpenAI": ({"/v1/models": {"object": "list", "data": [{"id": "small", "object": "model"}]}}, None),
    "odd": ({"/v1/models": {"data": {"small": 1}}, "/props": [1]}, None),
    "words": (
        {"/v1/models": {"data": [{"id": "small", "max_model_len": "8192", "context_length": -1}]}, "/props": "n_ctx"},
        None,
    ),
    "nothing": ({}, None),
}


@pytest.mark.parametrize(("pages", "context"), MODELS.values(), ids=MODELS)
def test_the_context_is_what_the_server_tells(pages: dict[str, Any], context: int | None) -> None:
    with Loopback(always=GOOD, pages=pages) as server:
        found = look(server)
    assert found.context_tokens == context
    assert found.traits == Traits("schema", context)
    assert len(server.requests) == 4


def test_what_the_list_of_models_tells_is_not_looked_up_again() -> None:
    pages = {"/v1/models": {"data": [{"id": "small", "max_model_len": 8192}]}, "/props": "should not be asked for"}
    with Loopback(always=GOOD, pages=pages) as server:
        look(server)
    assert server.looked_up == ["/v1/models"]


def test_what_the_server_does_not_tell_the_list_of_prices_may() -> None:
    with Loopback(always=GOOD) as server:
        found = look(server, model="gpt-4.1-mini")
    assert found.context_tokens is not None
    assert found.context_tokens > 100_000
    assert server.looked_up == ["/v1/models", "/props"]


def test_nothing_of_the_look_ups_can_fail_it() -> None:
    class Silent(Loopback):
        """A server that ends the connection when something is looked up."""

        def _handler(self) -> Any:
            class Handler(super()._handler()):  # type: ignore[misc]
                def do_GET(self) -> None:
                    self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\ncontent-type: application/json\r\n\r\n{")

            return Handler

    with Silent(always=GOOD) as server:
        assert look(server).context_tokens is None
    assert len(server.requests) == 4
