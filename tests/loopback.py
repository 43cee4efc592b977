"""A small OpenAI-compatible server on loopback: it answers from a script, and keeps what it was asked.

Also the document and the answer that tests of the engine, the cache and the request key share.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from summariser import schemas
from summariser.accept import Checked
from summariser.clock import Clock
from summariser.ledger import Ledger
from summariser.limits import Limits, Price
from summariser.readers import from_text
from summariser.segments import segment
from summariser.settings import Settings
from summariser.support import Source
from summariser.types import Message, Request, Usage
from tests.clocks import Waits

if TYPE_CHECKING:
    from summariser.engines.openai import OpenAIEngine

NOTE = "The visiting team saw 48% of the case files. It found that staff were praised by families.\n"
# OpenAI's own form of the path, and Azure's.
_CHAT = re.compile(r"/v1/chat/completions|/openai/deployments/[^/]+/chat/completions")
SILENT: dict[str, Any] = {"evidence": [], "value": None, "status": "not_stated"}


def general(share: str = "48%", **changes: Any) -> str:
    """Return an answer for the schema `general` that is true to NOTE; another share is not."""
    point = {"evidence": [1], "point_id": "P1", "statement": f"{share} of the case files were seen", "speaker": None}
    answer: dict[str, Any] = {
        "title": SILENT,
        "document_date": SILENT,
        "audience": SILENT,
        "document_form": "report",
        "topics": [],
    }
    answer |= {"key_points": [point], "actions": [], "figures": [], "dates": []}
    answer |= {"summary": [{"text": "Case files were seen.", "supports": ["P1"]}]}
    return json.dumps(answer | changes)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer of the script: a completion, or with `status` an error, or with `raw` a body sent as it is.

    `arguments` are those of a tool call, as JSON or as an object. `counted` says whether the usage is told.
    """

    content: str | None = None
    arguments: str | dict[str, Any] | None = None
    refusal: str | None = None
    finish: str = "stop"
    tokens: tuple[int, int] = (100, 10)
    cached: int | None = None
    counted: bool = True
    choices: bool = True
    status: int = 200
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: str | None = None
    content_type: str = "application/json"
    dropped: bool = False
    held: bool = False

    def body(self) -> bytes:
        """Return the body in the form that the API documents."""
        if self.raw is not None:
            return self.raw.encode()
        if self.status != 200:
            error = {"message": "an error of the script", "type": "script", "param": None, "code": self.code}
            return json.dumps({"error": error}).encode()
        message: dict[str, Any] = {"role": "assistant", "content": self.content, "refusal": self.refusal}
        if self.arguments is not None:
            call = {"id": "t1", "type": "function", "function": {"name": "brief", "arguments": self.arguments}}
            message["tool_calls"] = [call]
        choice = {"index": 0, "message": message, "finish_reason": self.finish, "logprobs": None}
        about = {"id": "c1", "object": "chat.completion", "created": 0, "model": "m", "usage": self._usage()}
        return json.dumps(about | {"choices": [choice] if self.choices else []}).encode()

    def _usage(self) -> dict[str, Any] | None:
        sent, made = self.tokens
        usage = {"prompt_tokens": sent, "completion_tokens": made, "total_tokens": sent + made}
        details = {} if self.cached is None else {"prompt_tokens_details": {"cached_tokens": self.cached}}
        return usage | details if self.counted else None


@dataclass(frozen=True)
class Asked:
    """A request as it arrived; header names are in lower case."""

    headers: dict[str, str]
    body: dict[str, Any]
    path: str = ""

    @property
    def messages(self) -> list[dict[str, str]]:
        messages: list[dict[str, str]] = self.body["messages"]
        return messages


class Loopback:
    """Serves `script` answer by answer, then `always`; `requests` is what came, `usage` what was counted for it.

    A request beyond the script is answered with 418, which nothing waits for, and is in `requests` like the others. `pages`
    are what may be looked up besides, by path, and `looked_up` is what was.
    """

    def __init__(
        self,
        *script: Answer,
        always: Answer = Answer(status=418, code="script_ended"),
        pages: Mapping[str, Any] | None = None,
    ) -> None:
        self.requests: list[Asked] = []
        self.looked_up: list[str] = []
        self._pages = pages or {}
        self.usage = Usage()
        self._script: Iterator[Answer] = iter(script)
        self._always = always
        self._guard = threading.Lock()
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        # Threads that are not daemons are joined on closing, so none outlives the test with its socket open.
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer_by(self, answers: Iterator[Answer]) -> None:
        """Go on with these answers, which may be without end."""
        self._script = answers

    def _take(self, asked: Asked) -> Answer:
        with self._guard:
            self.requests.append(asked)
            answer = next(self._script, self._always)
            told = answer.status == 200 and answer.raw is None and answer.counted and not (answer.dropped or answer.held)
            counted = answer.tokens if told else (0, 0)
            self.usage += Usage(1, *counted)
        return answer

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10  # HTTP/1.0, so each connection ends with its answer

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(headers, json.loads(raw), self.path)
                known = _CHAT.fullmatch(urlsplit(self.path).path)
                self._send(loopback._take(asked) if known else Answer(status=404))

            def do_GET(self) -> None:
                loopback.looked_up.append(self.path)
                page = loopback._pages.get(self.path)
                self._send(Answer(status=404) if page is None else Answer(raw=json.dumps(page)))

            def _send(self, answer: Answer) -> None:
                if answer.held:
                    loopback._over.wait(self.timeout)
                    return
                body = answer.body()
                self.send_response(answer.status)
                headers = {"content-type": answer.content_type, "content-length": str(len(body)), **answer.headers}
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if answer.dropped else body)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        return Handler


def question(server: Loopback, **changes: Any) -> Request:
    """Return a request about NOTE, whose answer is checked against it."""
    document = from_text(NOTE)
    segments = segment(document)
    model = schemas.load("general").model
    request = Request(
        engine="openai",
        model="small",
        base_url=server.url,
        messages=(Message("system", "Brief it."), Message("user", NOTE)),
        schema="general",
        json_schema=schemas.json_schema(model),
        sampling={"temperature": 0.0, "max_output_tokens": 1000},
        answer=Checked(model, Source(document, segments)),
        document=document,
        segments=segments,
    )
    return replace(request, **changes)


@contextmanager
def engine_at(
    server: Loopback,
    *,
    limits: Callable[[Settings, Price | None, Clock], Limits] = Limits,
    price: Price | None = None,
    ledger: Ledger | None = None,
    **changes: Any,
) -> "Iterator[OpenAIEngine]":
    """Make an engine that asks a server, and close its connections."""
    from summariser.engines.openai import (
        OpenAIEngine,  # seconds in the loading, and most tests of this file's readers need none
    )

    settings = Settings(**({"model": "small", "base_url": server.url, "api_key": "sk-test"} | changes))
    engine = OpenAIEngine(settings, limits(settings, price, Waits()), ledger)
    try:
        yield engine
    finally:
        engine.close()
