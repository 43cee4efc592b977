"""Tells of each request in the log and, where OpenTelemetry is there (`pip install 'summariser[tracing]'`), in a span.

Names are those of the semantic conventions for generative AI clients, "gen-ai-spans", read 2026-11. Numbers and names alone
are told: no text, no key, and of the address the host alone.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from summariser.engines._dialects import Answer
from summariser.types import Request

try:
    from opentelemetry import trace
except ImportError:
    _TRACER = None
else:
    _TRACER = trace.get_tracer("summariser")

_log = logging.getLogger("summariser.engines.openai")

_OPENAI = "https://api.openai.com/v1"
# The conventions have names for these; what else speaks OpenAI's API is told under its name.
_PROVIDERS = (
    (".azure.com", "azure.ai.openai"),
    (".groq.com", "groq"),
    (".mistral.ai", "mistral_ai"),
    (".deepseek.com", "deepseek"),
    (".perplexity.ai", "perplexity"),
    (".x.ai", "x_ai"),
    ("generativelanguage.googleapis.com", "gcp.gemini"),
)


def tell(level: int, request: Request, message: str, *values: object) -> None:
    """Log something of a request, under its ids and those of its document and run; no text."""
    if _log.isEnabledFor(level):
        ids = request.ids
        _log.log(level, f"run %s: document %s: request %s: {message}", *ids.values(), *values, extra=ids)


@contextmanager
def span(request: Request, temperature: float | None) -> Iterator[Callable[[Answer], None]]:
    """Time one HTTP request; what is yielded is to be called with the answer. What the body raises passes through."""
    if _TRACER is None:
        yield _ignore
        return
    with _TRACER.start_as_current_span(
        f"chat {request.model}",
        kind=trace.SpanKind.CLIENT,
        attributes=_asked(request, temperature),
        # An exception is told by its kind; its words and its trace are not for a span.
        record_exception=False,
        set_status_on_exception=False,
    ) as current:

        def told(answer: Answer) -> None:
            current.set_attributes(_answered(answer))

        try:
            yield told
        except Exception as error:
            current.set_attribute("error.type", type(error).__name__)
            current.set_status(trace.StatusCode.ERROR)
            raise


def _ignore(answer: Answer) -> None:
    pass


def _asked(request: Request, temperature: float | None) -> dict[str, str | int | float]:
    address = urlsplit(request.base_url or _OPENAI)
    host = address.hostname or ""
    attributes: dict[str, str | int | float] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": next((name for end, name in _PROVIDERS if host.endswith(end)), "openai"),
        "gen_ai.request.model": request.model or "",
        "gen_ai.request.max_tokens": int(request.sampling["max_output_tokens"] or 0),
        "gen_ai.output.type": "json",
        "server.address": host,
        "server.port": address.port or (443 if address.scheme == "https" else 80),
    }
    return attributes if temperature is None else attributes | {"gen_ai.request.temperature": temperature}


def _answered(answer: Answer) -> dict[str, str | int | list[str]]:
    attributes: dict[str, str | int | list[str]] = {"gen_ai.response.finish_reasons": [answer.finish]}
    if answer.model:
        attributes["gen_ai.response.model"] = answer.model
    if answer.tokens:
        sent, made, cached = answer.tokens
        attributes["gen_ai.usage.input_tokens"] = sent
        attributes["gen_ai.usage.output_tokens"] = made
        attributes["gen_ai.usage.cache_read.input_tokens"] = cached
    return attributes
