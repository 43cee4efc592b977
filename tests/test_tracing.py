"""The spans that OpenTelemetry is given: one a request, with the names of its conventions, and no text."""

import importlib.util
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from summariser.engines import _tracing
from summariser.errors import EngineBusy, RequestRejected
from tests.loopback import NOTE, Answer, Loopback, engine_at, general, question

KEY = "sk-test-DO-NOT-LEAK-9d1f"
FALSE = Answer(content=general("52%"), tokens=(1_000, 20), cached=600)
GOOD = Answer(content=general())


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """What was exported, with a provider of the test's own."""
    trace = pytest.importorskip("opentelemetry.sdk.trace")
    export = pytest.importorskip("opentelemetry.sdk.trace.export")
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    provider = trace.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(memory))
    monkeypatch.setattr(_tracing, "_TRACER", provider.get_tracer("summariser"))
    yield memory
    provider.shutdown()


def test_every_request_has_a_span_with_the_names_of_the_convention(spans: Any) -> None:
    with Loopback(FALSE, GOOD) as server, engine_at(server, api_key=KEY) as engine:
        engine.ask(question(server))
    first, second = spans.get_finished_spans()
    assert len(server.requests) == 2
    assert (first.name, first.kind.name, first.status.status_code.name) == ("chat small", "CLIENT", "UNSET")
    assert dict(first.attributes) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "small",
        "gen_ai.request.max_tokens": 1000,
        "gen_ai.request.temperature": 0.0,
        "gen_ai.output.type": "json",
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "gen_ai.response.model": "m",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 1_000,
        "gen_ai.usage.output_tokens": 20,
        "gen_ai.usage.cache_read.input_tokens": 600,
    }
    assert second.attributes["gen_ai.request.temperature"] == 0.5


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(Answer(status=503), EngineBusy), (Answer(status=400), RequestRejected), (Answer(held=True), EngineBusy)],
)
def test_a_failure_is_told_by_its_kind_alone(spans: Any, answer: Answer, kind: type[Exception]) -> None:
    with Loopback(answer) as server, engine_at(server, timeout=0.2) as engine, pytest.raises(kind):
        engine.ask(question(server))
    (span,) = spans.get_finished_spans()
    assert len(server.requests) == 1
    assert span.status.status_code.name == "ERROR"
    assert span.status.description is None
    assert span.attributes["error.type"] == kind.__name__
    assert span.events == ()


def test_what_the_server_does_not_tell_is_left_out(spans: Any) -> None:
    bare = Answer(
        raw='{"model": "a name\\nof two lines", "choices": [{"message": {"content": "{}"}, "finish_reason": "bored"}]}'
    )
    with Loopback(bare) as server, engine_at(server) as engine:
        engine.try_once(question(server))
    (span,) = spans.get_finished_spans()
    assert len(server.requests) == 1
    assert {name for name in span.attributes if "usage" in name or "response" in name} == {"gen_ai.response.finish_reasons"}
    assert span.attributes["gen_ai.response.finish_reasons"] == ("other",)


def test_no_text_key_or_password_gets_into_a_span(spans: Any) -> None:
    with Loopback(FALSE, GOOD, Answer(status=400, code="bad")) as server:
        place = server.url.replace("127.0.0.1", f"clerk:{KEY}@127.0.0.1")
        with engine_at(server, base_url=place, headers={"x-own": KEY}) as engine:
            engine.ask(question(server, base_url=place))
            with pytest.raises(RequestRejected):
                engine.ask(question(server, base_url=place))
    finished = spans.get_finished_spans()
    assert len(finished) == len(server.requests) == 3
    told = " ".join(f"{span.name} {dict(span.attributes)} {span.status.description} {span.events}" for span in finished)
    assert KEY not in told
    assert "clerk" not in told
    assert not any(sentence in told for sentence in (NOTE.strip(), "Brief it", "case files"))


@pytest.mark.parametrize(
    ("base_url", "provider", "address"),
    [
        (None, "openai", ("api.openai.com", 443)),
        ("https://ours.openai.azure.com", "azure.ai.openai", ("ours.openai.azure.com", 443)),
        ("https://api.groq.com/openai/v1", "groq", ("api.groq.com", 443)),
        ("https://generativelanguage.googleapis.com/v1beta/openai", "gcp.gemini", ("generativelanguage.googleapis.com", 443)),
        ("http://gpu:8000/v1", "openai", ("gpu", 8000)),
        ("http://gpu/v1", "openai", ("gpu", 80)),
    ],
)
def test_the_provider_is_known_by_its_address(
    spans: Any, base_url: str | None, provider: str, address: tuple[str, int]
) -> None:
    with Loopback() as server, _tracing.span(question(server, base_url=base_url), None):
        pass
    (span,) = spans.get_finished_spans()
    assert span.attributes["gen_ai.provider.name"] == provider
    assert (span.attributes["server.address"], span.attributes["server.port"]) == address
    assert "gen_ai.request.temperature" not in span.attributes


def test_without_the_library_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    found = importlib.util.find_spec("summariser.engines._tracing")
    assert found
    assert found.loader
    fresh = importlib.util.module_from_spec(found)
    found.loader.exec_module(fresh)
    monkeypatch.setattr("summariser.engines.openai.span", fresh.span)
    with Loopback(GOOD, Answer(status=503)) as server, engine_at(server) as engine:
        assert engine.ask(question(server)).text == GOOD.content
        with pytest.raises(EngineBusy):
            engine.ask(question(server))
    assert len(server.requests) == 2
    assert fresh._TRACER is None
