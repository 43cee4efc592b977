"""Asks any OpenAI-compatible endpoint for a brief, through instructor: strict JSON schema, one re-ask that names the faults.

The only module that knows openai and instructor. Each of their errors becomes one of ours here, without the text that
theirs carry, and nothing here waits: that is for `retry.py`.
"""

import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import instructor
import openai
from instructor.core import InstructorRetryException
from openai.types.chat import ChatCompletion

from summariser.errors import AccessDenied, EngineBusy, EngineError, EngineRefused, QuotaExhausted, SettingsError
from summariser.settings import Settings, is_loopback, is_official
from summariser.types import Reply, Request, Usage

# At debug level these loggers write whole requests, and instructor writes parts of answers even as errors.
for _name in ("openai", "instructor"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

# Asked again at the same temperature a small model gives the same answer, faults included.
_REASK_TEMPERATURE = 0.5
_REASKS = 1
_PAYMENT_REQUIRED = 402
_STATUS_BUSY = frozenset({408, 409, 425, 429})
_NO_MONEY = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")


class OpenAIEngine:
    """Asks one model at one endpoint."""

    def __init__(self, settings: Settings) -> None:
        key = settings.api_key.get_secret_value() if settings.api_key else None
        if key is None and settings.base_url is None:
            raise SettingsError("no API key: set SUMMARISER_API_KEY, or name a local server with --base-url")
        self._client = openai.OpenAI(
            api_key=key or "none",
            base_url=settings.base_url or "https://api.openai.com/v1",
            max_retries=0,
            timeout=settings.timeout,
            # What is asked of this machine stays on it, whatever proxy the environment names; and no endpoint passes a
            # document on to another, which nobody has approved.
            http_client=openai.DefaultHttpxClient(trust_env=not is_loopback(settings.base_url), follow_redirects=False),
        )

    def ask(self, request: Request) -> Reply:
        """Send the request, and once more if the answer fails its checks; return the last answer as it came.

        Raises:
            EngineBusy: a timeout, a lost connection, 429 or 5xx.
            EngineRefused: 4xx, a refusal, a content filter, or an answer cut off at its longest.
            QuotaExhausted: the account has no money left.
            AccessDenied: the key or the model is not accepted.
        """
        exchange = _Exchange(self._client, request)
        create = instructor.patch(create=exchange.send, mode=instructor.Mode.JSON_SCHEMA)
        messages = [{"role": message.role, "content": message.content} for message in request.messages]
        try:
            create(response_model=request.answer, messages=messages, max_retries=_REASKS, strict=False)
        except InstructorRetryException as error:
            cause = error.__cause__
            if isinstance(cause, EngineError):
                raise cause from None
            if not exchange.answers:
                raise EngineRefused(f"the endpoint's answer could not be read ({type(cause).__name__})", request,
                                    exchange.usage) from None  # fmt: skip
            # An answer that still has faults goes on as it is: what of it may stand is decided in one place, `accept`.
        return Reply(exchange.answers[-1], exchange.usage)


class _Exchange:
    """The calls made for one request: what was answered and what it cost."""

    def __init__(self, client: openai.OpenAI, request: Request) -> None:
        self._client = client
        self._request = request
        self.answers: list[str] = []
        self.usage = Usage()

    def send(self, **call: Any) -> ChatCompletion:
        """Make one HTTP request in place of the SDK's `create`, so that instructor sees only whole, unfiltered answers."""
        messages = call["messages"]
        self.usage += Usage(requests=1)
        try:
            completion: object = self._client.chat.completions.create(messages=messages, **self._parameters())
        except openai.OpenAIError as error:
            raise _translated(error, self._request, self.usage) from None
        except ValueError:
            completion = None
        # A body that is not JSON, or JSON of another kind; left alone, instructor would take it for a fault of the answer.
        if not isinstance(completion, ChatCompletion):
            raise EngineRefused("the endpoint's answer could not be read", self._request, self.usage)
        if completion.usage:
            self.usage += Usage(0, completion.usage.prompt_tokens, completion.usage.completion_tokens)
        self.answers.append(self._content(completion))
        return completion

    def _parameters(self) -> dict[str, Any]:
        request = self._request
        official = is_official(request.base_url)
        temperature = request.sampling["temperature"]
        if self.answers and temperature is not None:
            temperature = max(temperature, _REASK_TEMPERATURE)
        limit = "max_completion_tokens" if official else "max_tokens"
        parameters: dict[str, Any] = {
            "model": request.model,
            limit: request.sampling["max_output_tokens"],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "brief", "strict": True, "schema": dict(request.json_schema)},
            },
        }
        return parameters if temperature is None else parameters | {"temperature": temperature}

    def _content(self, completion: ChatCompletion) -> str:
        """Return the answer, or say in one sentence why there is none.

        The finish reason comes first: an answer that was cut off or filtered may be valid JSON all the same.
        """
        if not completion.choices:
            raise EngineRefused("the endpoint sent an answer without choices", self._request, self.usage)
        choice = completion.choices[0]
        if choice.message.refusal:
            raise EngineRefused("the model refused to answer", self._request, self.usage)
        if choice.finish_reason == "content_filter":
            raise EngineRefused("the endpoint's content filter stopped the answer", self._request, self.usage)
        if choice.finish_reason == "length":
            most = self._request.sampling["max_output_tokens"]
            message = f"the answer was cut off at {most} tokens; raise SUMMARISER_MAX_OUTPUT_TOKENS"
            raise EngineRefused(message, self._request, self.usage)
        return choice.message.content or ""


def _translated(error: openai.OpenAIError, request: Request, usage: Usage) -> EngineError:
    """Return our error for one of the SDK's; its own text may hold the prompt, so only code and status are told."""
    if isinstance(error, openai.APITimeoutError):
        return EngineBusy("the endpoint did not answer in time; raise SUMMARISER_TIMEOUT", request, usage)
    if isinstance(error, openai.APIConnectionError):
        where = _address(request.base_url)
        return EngineBusy(f"no connection to {where}; is the server up, and the base URL right?", request, usage)
    if not isinstance(error, openai.APIStatusError):
        return EngineRefused(f"the endpoint's answer could not be read ({type(error).__name__})", request, usage)
    status, code = error.status_code, error.code or ""
    if code in _NO_MONEY or status == _PAYMENT_REQUIRED:
        return QuotaExhausted("the account has no quota left; top it up and run again", request, usage)
    if status in _STATUS_BUSY or status >= 500:
        asked = _seconds(error.response.headers)
        return EngineBusy(f"the endpoint is busy (status {status})", request, usage, retry_after=asked)
    detail = f" ({code})" if code else ""
    hopeless = {
        401: "the API key was not accepted; check SUMMARISER_API_KEY",
        404: f"the endpoint does not know the model {request.model!r}, or the base URL is wrong",
    }
    if status in hopeless:
        return AccessDenied(hopeless[status] + detail, request, usage)
    # 403 is also how some endpoints turn away one document for what stands in it.
    told = {
        403: "the API key may not use this model or endpoint",
        413: "the document is too long for this endpoint",
    }
    return EngineRefused(told.get(status, f"the endpoint refused the request with status {status}") + detail, request, usage)


def _address(base_url: str | None) -> str:
    """Return the endpoint as it may be shown, without the name and password that a URL can hold."""
    if base_url is None:
        return "OpenAI"
    parts = urlsplit(base_url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


def _seconds(headers: Any) -> float | None:
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
