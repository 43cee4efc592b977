"""A small OpenAI-compatible server on loopback: it answers from a script, and keeps what it was asked.

Also the document and the answer that tests of the engine, the cache and the request key share.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from summariser.types import Usage

NOTE = "The visiting team saw 48% of the case files. It found that staff were praised by families.\n"
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
    """One answer of the script: a completion, or with `status` an error, or with `raw` a body sent as it is."""

    content: str | None = None
    refusal: str | None = None
    finish: str = "stop"
    tokens: tuple[int, int] = (100, 10)
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
        message = {"role": "assistant", "content": self.content, "refusal": self.refusal}
        choice = {"index": 0, "message": message, "finish_reason": self.finish, "logprobs": None}
        sent, made = self.tokens
        usage = {"prompt_tokens": sent, "completion_tokens": made, "total_tokens": sent + made}
        about = {"id": "c1", "object": "chat.completion", "created": 0, "model": "m", "usage": usage}
        return json.dumps(about | {"choices": [choice] if self.choices else []}).encode()


@dataclass(frozen=True)
class Asked:
    """A request as it arrived; header names are in lower case."""

    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, str]]:
        messages: list[dict[str, str]] = self.body["messages"]
        return messages


class Loopback:
    """Serves `script` answer by answer, then `always`; `requests` is what came, `usage` what was counted for it.

    A request beyond the script is answered with 418, which nothing waits for, and is in `requests` like the others.
    """

    def __init__(self, *script: Answer, always: Answer = Answer(status=418, code="script_ended")) -> None:
        self.requests: list[Asked] = []
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

    def _take(self, asked: Asked) -> Answer:
        with self._guard:
            self.requests.append(asked)
            answer = next(self._script, self._always)
            told = answer.status == 200 and answer.raw is None and not (answer.dropped or answer.held)
            counted = answer.tokens if told else (0, 0)
            self.usage += Usage(1, *counted)
        return answer

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10  # HTTP/1.0, so each connection ends with its answer

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["content-length"]))
                asked = Asked({name.lower(): value for name, value in self.headers.items()}, json.loads(raw))
                answer = loopback._take(asked) if self.path == "/v1/chat/completions" else Answer(status=404)
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
