"""What a server says when it gives no answer, by status, by code and by words, and which error of ours that is.

Its words may hold the prompt: they are matched, and never told.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from urllib.parse import urlsplit, urlunsplit

from summariser.engines._dialects import dig
from summariser.errors import (
    AccessDenied,
    DeadlinePassed,
    EngineBusy,
    EngineError,
    EngineRefused,
    EngineUnusable,
    QuotaExhausted,
    RequestRejected,
    TooLong,
)
from summariser.types import Request, Usage

_CODE = re.compile(r"[\w.-]{1,64}")
_PAYMENT_REQUIRED = 402
_TOO_LARGE = 413
_STATUS_BUSY = frozenset({408, 409, 425, 429})
_NO_MONEY = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_FILTERED = frozenset({"content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation", "invalid_prompt"})
_TOO_LONG = frozenset({"context_length_exceeded", "exceed_context_size_error", "string_above_max_length"})
_TOO_LONG_WORDS = (
    "maximum context length",  # OpenAI, vLLM, OpenRouter, DeepSeek, Mistral, llama-cpp-python
    "context length exceeded",
    "available context size",  # llama.cpp, and Ollama where it hands its error on
    "prompt too long",  # Ollama
    "context length of only",  # LM Studio
    "greater than the context length",  # LM Studio
    "longer than the model's context length",  # SGLang
    "exceed context window",  # llama-cpp-python
    "exceeds the context window",  # OpenAI
    "context window exceed",  # LiteLLM, MiniMax
    "input tokens exceed",  # OpenAI
    "input token count",  # Gemini
    "maximum prompt length",  # xAI
    "exceeded model token limit",  # Moonshot
    "prompt is too long",  # Anthropic, by way of a proxy
    "input is too long",  # Bedrock, likewise
    "too many tokens",
    "reduce the length",
)
# OpenAI's words for a request that is larger than all that may be sent in a minute, which no wait cures.
_LARGER_THAN_RATE = "request too large"
# OpenRouter's words where it has the model, and nobody who offers it takes such a request.
_NOBODY_TAKES_IT = "no endpoints found that"


def error_in(data: object) -> tuple[int, object] | None:
    """Return status and error of an answer that tells of an error with status 200, as OpenRouter's may, or None."""
    error = dig(data, "error") or dig(data, "choices", 0, "error")
    if not error:
        return None
    code = dig(error, "code")
    return code if isinstance(code, int) else 200, error


def error_of(status: int, error: object, request: Request, usage: Usage, retry_after: float | None = None) -> EngineError:
    """Return our error for status and body of one of a server's; of its words only the code is told."""
    code = dig(error, "code")
    codes = {each for each in (code, dig(error, "type"), dig(error, "innererror", "code")) if isinstance(each, str)}
    said = error if isinstance(error, str) else dig(error, "message")
    words = said.lower() if isinstance(said, str) else ""
    detail = f" ({code})" if isinstance(code, str) and _CODE.fullmatch(code) else ""
    if status == _PAYMENT_REQUIRED or codes & _NO_MONEY:
        return QuotaExhausted("the account has no quota left; top it up and run again", request, usage)
    if status == _TOO_LARGE or codes & _TOO_LONG or _too_long(status, words):
        return TooLong(f"the document is too long for the model or the endpoint{detail}", request, usage)
    if status in _STATUS_BUSY or status >= 500:
        return EngineBusy(f"the endpoint is busy (status {status})", request, usage, retry_after=retry_after)
    # OpenRouter quotes what its moderation did not like.
    if codes & _FILTERED or dig(error, "metadata", "flagged_input"):
        return EngineRefused(f"the endpoint's content filter stopped the request{detail}", request, usage)
    if status == 401:
        return AccessDenied(f"the API key was not accepted; check SUMMARISER_API_KEY{detail}", request, usage)
    if status == 404 and _NOBODY_TAKES_IT not in words:
        told = f"the endpoint does not know the model {request.model!r}, or the base URL is wrong{detail}"
        return AccessDenied(told, request, usage)
    if status == 403:
        return RequestRejected(f"the API key may not use this model or endpoint{detail}", request, usage)
    return RequestRejected(f"the endpoint refused the request with status {status}{detail}", request, usage)


def _too_long(status: int, words: str) -> bool:
    if status in _STATUS_BUSY:
        return _LARGER_THAN_RATE in words
    return any(each in words for each in _TOO_LONG_WORDS)


def wait_asked(headers: Mapping[str, str]) -> float | None:
    """Return the wait that a server asks for, in milliseconds, in seconds or as a date (RFC 9110, 10.2.3), or None."""
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            asked = float(headers[name]) / unit
        except (KeyError, ValueError):
            continue
        if isfinite(asked):
            return max(0.0, asked)
    try:
        until = parsedate_to_datetime(headers["retry-after"])
        return max(0.0, (until.astimezone(UTC) - datetime.now(UTC)).total_seconds())
    except (KeyError, ValueError, OverflowError):
        return None


def address(base_url: str | None) -> str:
    """Return the endpoint as it may be shown, without the name and password that a URL can hold."""
    if base_url is None:
        return "OpenAI"
    parts = urlsplit(base_url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


def unasked(error: EngineError, status: int | None) -> str:
    """Return the note that says why an answer still has its faults; `status` is that of the endpoint's no."""
    if not isinstance(error, EngineUnusable):
        return f"Asked about its faults again without success: {error}."
    money = "the account has no quota left" if status else "the money that the run may spend is spent"
    time = "the time of the run is over" if isinstance(error, DeadlinePassed) else "the run was told to stop"
    return f"Not asked about its faults again: {money if isinstance(error, QuotaExhausted) else time}."
