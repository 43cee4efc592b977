"""Asks any OpenAI-compatible endpoint for a brief, through instructor: JSON by schema, one re-ask that names the faults.

The only module that knows openai and instructor. Each of their errors becomes one of ours here, without the text that
theirs carry. Nothing here waits but for its turn, by `limits.py`; a busy endpoint is for `retry.py`.
"""

import json
import logging
import ssl
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import httpx2
import instructor
import openai
from instructor.core import InstructorRetryException

from summariser.accept import Unusable, accept
from summariser.engines import _dialects, _faults
from summariser.engines._dialects import Answer, ChatMessage
from summariser.engines._tracing import span, tell
from summariser.errors import AccessDenied, EngineBusy, EngineError, EngineRefused, SettingsError
from summariser.ledger import Call, Ledger, Pace
from summariser.limits import Limits, Size
from summariser.settings import OFFICIAL, Settings, is_loopback
from summariser.types import Reply, Request, Usage

# At debug level these loggers write whole requests, and instructor writes parts of answers even as errors.
for _name in ("openai", "instructor"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

# An answer takes minutes, but a connection that takes longer than this will not come.
_CONNECT_SECONDS = 20.0
# An answer of fewer tokens is not worth asking for.
_LEAST_OUTPUT = 500
# Failures of which it is certain that the endpoint never had the request.
_UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.LocalProtocolError, httpx2.PoolTimeout, httpx2.ProxyError)


@dataclass(frozen=True, slots=True)
class Tried:
    """How one request went: an answer that nobody has checked, or else an error, with its HTTP status where it has one."""

    answer: Answer | None
    error: EngineError | None
    status: int | None
    usage: Usage
    seconds: float


class OpenAIEngine:
    """Asks one model at one endpoint. Threads may share it."""

    def __init__(self, settings: Settings, limits: Limits, ledger: Ledger | None) -> None:
        """Set up a connection without making it.

        Raises:
            SettingsError: the key, a header or the base URL is missing or cannot be used.
        """
        self.settings = settings
        self.limits = limits
        self.ledger = ledger
        # Once, as what it tells is not to change while a run goes on.
        self.pace = ledger.pace() if ledger else Pace()
        self.client = _client(settings)

    def ask(self, request: Request) -> Reply:
        """Send the request, and once more if the answer fails its checks; return the last answer as it came.

        Where the second question could not be asked, or came to nothing, the first answer is returned if anything of it can
        stand, with a note that says so.

        Raises:
            EngineBusy: a timeout, a lost connection, 429 or 5xx.
            EngineRefused: a refusal, a content filter, or an answer that cannot be read.
            TooLong: the document does not fit the model's context, or the answer its limit.
            RequestRejected: the endpoint does not take such a request.
            EngineUnusable: there is no money, time or access.
        """
        exchange = _Exchange(self, request)
        current = _exchange.set(exchange)
        try:
            _create(response_model=_Checked, messages=_chat(request), max_retries=1, strict=False)
        except InstructorRetryException as error:
            cause = error.__cause__
            exchange.answers.sort(key=lambda answer: _can_stand(answer, request))
            if isinstance(cause, EngineError) and not (exchange.notes and _can_stand(exchange.answers[-1], request)):
                raise cause from None
            if not exchange.answers:
                raise EngineRefused(f"the endpoint's answer could not be read ({type(cause).__name__})", request,
                                    exchange.usage) from None  # fmt: skip
            # An answer that still has faults goes on as it is, the latest of which anything can stand: what of it does is
            # decided in one place, `accept`.
        finally:
            _exchange.reset(current)
        return Reply(exchange.answers[-1].text, exchange.usage, exchange.notes)

    def try_once(self, request: Request) -> Tried:
        """Send the request a single time, and return how it went."""
        exchange = _Exchange(self, request)
        answer, error = None, None
        try:
            answer = exchange.send(_chat(request))
        except EngineError as failure:
            error = failure
        return Tried(answer, error, exchange.status, exchange.usage, exchange.seconds)

    def look_up(self, path: str) -> object:
        """Return what the endpoint tells at a path or URL, or None if it tells nothing; never fails."""
        try:
            return self.client.get(path, cast_to=object, options={"timeout": _CONNECT_SECONDS})
        except (openai.OpenAIError, ValueError, RecursionError):
            return None

    def close(self) -> None:
        """Close the connections."""
        self.client.close()


class _Exchange:
    """The calls made for one request: what was answered and what it cost."""

    def __init__(self, engine: OpenAIEngine, request: Request) -> None:
        self._engine = engine
        self.request = request
        # The part of the document that is asked about stands in the user's messages, with little besides.
        shown = sum(len(message.content) for message in request.messages if message.role == "user")
        self._document_characters = min(shown, len(request.document.text))
        self.answers: list[Answer] = []
        self.notes: tuple[str, ...] = ()
        self._paid = 0
        self.status: int | None = None
        self.usage = Usage()
        self.seconds = 0.0

    def send(self, messages: list[ChatMessage]) -> Answer:
        """Make one HTTP request, in its turn, and return a whole, unfiltered answer."""
        body = _dialects.body_of(self.request, messages, self._engine.settings, again=bool(self.answers))
        try:
            answer = self._take_turn(body)
            self.answers.append(_dialects.whole(answer, self.request, self.usage, self._paid))
        except EngineError as error:
            status = f" (status {self.status})" if self.status else ""
            tell(logging.INFO, self.request, "%s%s", type(error).__name__, status)
            if self.answers and not isinstance(error, EngineBusy | AccessDenied):
                self.notes = (_faults.unasked(error, self.status),)
            raise
        return self.answers[-1]

    def _take_turn(self, body: dict[str, Any]) -> Answer | None:
        """Return the answer, or None if what came cannot be read."""
        pace, most = self._engine.pace, int(self.request.sampling["max_output_tokens"] or 0)
        characters, most_input = _dialects.measured(body)
        typical = min(most, pace.output[1] * self._document_characters / 1000)
        # Where money is short, an answer may be kept to twice what is long for such a document.
        least = max(_LEAST_OUTPUT, int(2 * pace.output[2] * self._document_characters / 1000))
        size = Size(int(characters / pace.characters_per_token + typical), most_input, most, min(least, most))
        with self._engine.limits.turn(self.request, size) as turn:
            self.usage += Usage(requests=1)
            self._paid = turn.most_output
            answer = self._timed(_dialects.limited(body, self._paid))
            if answer and answer.tokens:
                self.usage += turn.settle(*answer.tokens)
            else:
                # What it cost is not told. The turn is left open, and so counts as much as it might have cost.
                self.usage += Usage(cost=None)
        if answer and answer.tokens and self._engine.ledger:
            self._engine.ledger.book(Call(characters, *answer.tokens[:2], self._document_characters, self.seconds))
        return answer

    def _timed(self, body: dict[str, Any]) -> Answer | None:
        asked = (self.request.model, self.request.dialect, self.usage.requests)
        tell(logging.DEBUG, self.request, "sent to %s, dialect %s, attempt %d", *asked)
        self.status = None
        begun = perf_counter()
        try:
            with span(self.request, body.get("temperature")) as told:
                answer = self._post(body)
                if answer:
                    told(answer)
        finally:
            self.seconds = perf_counter() - begun
        if answer:
            came = (self.seconds, *(answer.tokens or "??")[:2], answer.finish)
            tell(logging.INFO, self.request, "answered in %.1f s: %s tokens in, %s out, %s", *came)
        return answer

    def _post(self, body: dict[str, Any]) -> Answer | None:
        try:
            # The SDK's `create` would look through the whole body for names to change, and there are none.
            data = self._engine.client.post("/chat/completions", cast_to=object, body=body)
            if isinstance(data, str):  # it was not said to be JSON, and may be all the same
                data = json.loads(data)
        except openai.OpenAIError as error:
            raise self._translated(error) from None
        except (ValueError, RecursionError):
            return None
        if failure := _faults.error_in(data):
            self.status, said = failure
            raise _faults.error_of(self.status, said, self.request, self.usage)
        return _dialects.read(data)

    def _translated(self, error: openai.OpenAIError) -> EngineError:
        """Return our error for one of the SDK's; its own text may hold the prompt, so only code and status are told."""
        request, usage = self.request, self.usage
        if isinstance(error, openai.APIStatusError):
            self.status = error.status_code
            wait = _faults.wait_asked(error.response.headers)
            return _faults.error_of(self.status, error.body, request, usage, wait)
        if not isinstance(error, openai.APIConnectionError):
            return EngineRefused(f"the endpoint's answer could not be read ({type(error).__name__})", request, usage)
        where = _faults.address(request.base_url)
        if isinstance(error.__cause__, _UNSENT):
            return EngineBusy(f"no connection to {where}; is the server up, and the base URL right?", request, usage)
        if isinstance(error, openai.APITimeoutError):
            return EngineBusy("the endpoint did not answer in time; raise SUMMARISER_TIMEOUT", request, usage, lost=True)
        return EngineBusy(f"the connection to {where} broke off before the whole answer had come", request, usage, lost=True)


_exchange: ContextVar[_Exchange] = ContextVar("exchange")


def _send(**call: Any) -> SimpleNamespace:
    """Stand in for the SDK's `create`, so that instructor sees only whole, unfiltered answers, and those as plain JSON."""
    message = SimpleNamespace(role="assistant", content=_exchange.get().send(call["messages"]).text)
    return SimpleNamespace(choices=[SimpleNamespace(finish_reason="stop", message=message)])


class _Checked(instructor.OpenAISchema):
    """Stands in for what the answer must validate as.

    Of the class of a brief, instructor would make a schema and a subclass for each request, which takes longer than the rest.
    """

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        return {}

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> "_Checked":
        _exchange.get().request.answer.model_validate_json(json_data, strict=False)
        return cls()


_create = instructor.patch(create=_send, mode=instructor.Mode.JSON_SCHEMA)


def _can_stand(answer: Answer, request: Request) -> bool:
    """Say whether a brief can be made of an answer by setting parts aside."""
    try:
        accept(answer.text, request.answer)
    except Unusable:
        return False
    return True


def _chat(request: Request) -> list[ChatMessage]:
    return [{"role": message.role, "content": message.content} for message in request.messages]


def _client(settings: Settings) -> openai.OpenAI:
    key = settings.api_key.get_secret_value() if settings.api_key else None
    headers = {name: value.get_secret_value() for name, value in settings.headers.items()}
    if settings.api_version and not settings.base_url:
        raise SettingsError("an API version is for Azure: name your resource with --base-url https://NAME.openai.azure.com")
    if key is None and settings.base_url is None:
        raise SettingsError("no API key: set SUMMARISER_API_KEY, or name a local server with --base-url")
    if not all(text.isascii() and text.isprintable() for text in (key or "", *headers, *headers.values())):
        raise SettingsError("the API key or a header holds what no header can carry; is there a line break at its end?")
    local = is_loopback(settings.base_url)
    # To load the authorities that sign certificates takes a tenth of a second; http on this machine has no use for them.
    plain = local and str(settings.base_url).startswith("http:")
    common: dict[str, Any] = {
        "api_key": key or "none",
        "max_retries": 0,
        "timeout": openai.Timeout(settings.timeout, connect=min(settings.timeout, _CONNECT_SECONDS)),
        "default_headers": headers,
        # What is asked of this machine stays on it, whatever proxy the environment names; and no endpoint passes a document
        # on to another, which nobody has approved.
        "http_client": openai.DefaultHttpxClient(
            trust_env=not local,
            follow_redirects=False,
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else True,
            limits=httpx2.Limits(max_connections=settings.workers, max_keepalive_connections=settings.workers),
        ),
    }
    if settings.api_version:
        return openai.AzureOpenAI(azure_endpoint=settings.base_url or "", api_version=settings.api_version, **common)
    return openai.OpenAI(base_url=settings.base_url or OFFICIAL, **common)
