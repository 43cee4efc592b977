"""Asks an engine one question: from the cache if it has answered before, else with patience; keeps what passes its checks."""

import json
import logging
import threading
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

from pydantic import BaseModel
from pydantic_core import from_json

from summariser.accept import Accepted, Unusable, accept
from summariser.cache import Cache
from summariser.engines import Engine, connect
from summariser.errors import (
    DocumentWithheld,
    EngineBusy,
    EngineDown,
    EngineError,
    EngineUnusable,
    ReplyInvalid,
    RequestRejected,
    RunStopped,
    SettingsError,
)
from summariser.ledger import Ledger, Pace, Traits
from summariser.retry import RetryPolicy, ask_with_patience
from summariser.schemas import json_schema
from summariser.settings import Settings, is_official
from summariser.tally import Shared
from summariser.types import Answer, Dialect, Document, Integrity, Message, Reply, Request, Segment

log = logging.getLogger(__name__)

_SENSITIVE = {
    "restricted": "it is marked as not public",
    "public_special_category": "it tells of someone's health, harm or offences",
}
_MOST_REASONS = 8
# Documents one after the other that may fail in the same way before the endpoint is given up. A refusal that is about one
# document (a content filter, a document that is too long) counts for nothing.
_ENOUGH: tuple[tuple[type[EngineError], int], ...] = ((EngineBusy, 3), (RequestRejected, 5), (ReplyInvalid, 10))
# Room left for what a server adds to a request of its own.
_SPARE = 200
_LEAST_WINDOW = 300


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply, what of it stands, whether it came from the cache, and what the reader should know of that."""

    reply: Reply
    accepted: Accepted
    cached: bool
    notes: tuple[str, ...] = ()


class Asker:
    """Everything that stands between a question and an engine's answer. Threads may share it."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine | None = None,
        policy: RetryPolicy | None = None,
        shared: Shared | None = None,
    ) -> None:
        """Set up a run of questions; `shared` is what it keeps to its limits by, if other processes ask in the same run.

        Raises:
            SettingsError: the engine cannot be used as set.
        """
        self.run = uuid4().hex[:8]
        self._settings = settings
        self._policy = policy or RetryPolicy(settings.attempts, settings.patience)
        self._ledger = Ledger(settings.cache_dir, settings.base_url, settings.model) if settings.model and not engine else None
        self.engine = engine or connect(settings, self._policy.clock, self._ledger, shared)
        self._breaker = _Breaker()
        self._cache = Cache(settings.cache_dir, settings.cache_limit) if self.engine.keeps else None
        traits = self._ledger.traits() if self._ledger else None
        self.dialect = _dialect(settings, traits)
        self._context = settings.context_tokens or (traits.context_tokens if traits else None)
        self.pace = self._ledger.pace() if self._ledger else Pace()

    def hold_back(self, document: Document, integrity: Integrity) -> None:
        """Keep a sensitive document from an endpoint outside the machine, unless that is allowed.

        Raises:
            DocumentWithheld: it may not go there.
        """
        if not self.engine.keeps or integrity.sensitivity not in _SENSITIVE or self._settings.may_send_sensitive():
            return
        host = urlsplit(self._settings.base_url or "").hostname or "OpenAI's endpoint"
        why = ", ".join(dict.fromkeys(mark.kind.replace("_", " ") for mark in integrity.marks[:_MOST_REASONS]))
        raise DocumentWithheld(
            f"{document.name!r}: {_SENSITIVE[integrity.sensitivity]} ({why}), so it was not sent to {host}; use a model on "
            "this machine or none, name the endpoint in SUMMARISER_APPROVED_ENDPOINTS, or allow it with --allow-sensitive"
        )

    @property
    def most_output(self) -> int:
        """Return the longest answer, in tokens, that may be asked for: never more than half of a known context."""
        most = self._settings.max_output_tokens
        return min(most, self._context // 2) if self._context else most

    def room(self, fixed: int) -> int:
        """Return how many characters of a document go into one request beside `fixed` characters of prompt and schema.

        Raises:
            SettingsError: the model's context leaves none.
        """
        most = self._settings.window_tokens
        if self._context:
            most = min(most, self._context - self.most_output - _SPARE - int(fixed / self.pace.characters_per_token))
            if most < _LEAST_WINDOW:
                raise SettingsError(
                    f"a context of {self._context:,} tokens leaves no room for a document beside the prompt and an answer of "
                    f"{self.most_output:,}; lower SUMMARISER_MAX_OUTPUT_TOKENS, or give the server a longer context"
                )
        return int(most * self.pace.characters_per_token)

    def request(
        self,
        document: Document,
        segments: tuple[Segment, ...],
        messages: tuple[Message, ...],
        *,
        model: type[BaseModel],
        answer: Answer,
        name: str,
        repeat: int = 0,
    ) -> Request:
        """Return a question to the engine, as the settings have it; `model` is what is asked for, `answer` also checks it."""
        settings = self._settings
        official = is_official(settings.base_url)
        return Request(
            engine=self.engine.name,
            model=self.engine.model,
            base_url=settings.base_url,
            messages=messages,
            schema=name,
            json_schema=json_schema(model, bounds=self.dialect != "strict"),
            sampling={
                "temperature": 0.0 if settings.temperature is None and not official else settings.temperature,
                "max_output_tokens": self.most_output,
                "reasoning_effort": settings.reasoning_effort,
            },
            answer=answer,
            document=document,
            segments=segments,
            dialect=self.dialect,
            repeat=repeat,
            run=self.run,
        )

    def kept(self, request: Request) -> Answered | None:
        """Return the answer that the cache holds and that still passes its checks, or None."""
        return _kept(self._cache.get(request.key), request) if self._cache else None

    def answer(self, request: Request) -> Answered:
        """Return the answer to a request.

        Raises:
            EngineError: the engine gave no answer that can be used.
            EngineUnusable: it would give none to any other request either.
        """
        if self._cache is None:
            reply = self._ask(request)
            return Answered(reply, self._checked(reply, request), cached=False)
        key = request.key
        with self._cache.sole(key):
            kept = _kept(self._cache.get(key), request)
            if kept:
                ids = request.ids
                log.debug("run %s: document %s: request %s: from the cache", *ids.values(), extra=ids)
                return kept
            reply = self._ask(request)
            accepted = self._checked(reply, request)
            if self._cache.put(key, json.dumps({"text": reply.text, "notes": reply.notes}), document=request.document.sha256):
                return Answered(reply, accepted, cached=False)
            full = "The cache is full, so this answer was not kept: summariser cache clear."
            return Answered(reply, accepted, cached=False, notes=(full,))

    def _ask(self, request: Request) -> Reply:
        """Ask, and give the endpoint up when it has failed too often in the same way."""
        if self._policy.clock.stopped:
            raise RunStopped("the run was told to stop", request)
        try:
            return ask_with_patience(self.engine.ask, request, self._policy)
        except EngineUnusable:
            raise
        except EngineError as error:
            self._breaker.failed(error, request)
            raise

    def _checked(self, reply: Reply, request: Request) -> Accepted:
        try:
            accepted = _accepted(reply, request)
        except ReplyInvalid as error:
            self._breaker.failed(error, request)
            raise
        self._breaker.answered()
        return accepted

    def stop(self) -> None:
        """Let nothing more be asked, and wake all who wait to ask."""
        self._policy.clock.stop()
        if stop := getattr(self.engine, "stop", None):
            stop()

    def close(self) -> None:
        """Let go of connections and of the cache's files."""
        if close := getattr(self.engine, "close", None):
            close()
        if self._cache:
            self._cache.close()
        if self._ledger:
            self._ledger.close()


class _Breaker:
    """Counts documents that failed in one way without a good answer between them, and ends the run when there are too many."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kind: type[EngineError] | None = None
        self._documents: set[str] = set()

    def failed(self, error: EngineError, request: Request) -> None:
        """Count a failure; those of the windows of one document are one.

        Raises:
            EngineDown: that is enough.
        """
        kind, enough = next(((kind, most) for kind, most in _ENOUGH if isinstance(error, kind)), (None, 0))
        with self._guard:
            if kind is not self._kind:
                self._documents.clear()
            self._kind = kind
            self._documents.add(request.document.sha256)
            count = len(self._documents)
        if kind and count >= enough:
            message = f"given up after {count} documents in a row that failed alike: {error}"
            raise EngineDown(message, request, error.usage) from None

    def answered(self) -> None:
        """Begin to count anew."""
        with self._guard:
            self._kind = None
            self._documents.clear()


def _dialect(settings: Settings, traits: Traits | None) -> Dialect:
    """Return how JSON is asked for: as set, else as found by a check, else as the endpoint is likely to understand."""
    if settings.dialect != "auto":
        return settings.dialect
    if traits:
        return traits.dialect
    return "strict" if is_official(settings.base_url) else "schema"


def _accepted(reply: Reply, request: Request) -> Accepted:
    try:
        return accept(reply.text, request.answer)
    except Unusable as error:
        message = f"the answer is no brief: {error}"
        raise ReplyInvalid(message, request, reply.usage, raw=reply.text) from None


def _kept(row: str | None, request: Request) -> Answered | None:
    """Return a kept answer that still passes today's checks, or None."""
    try:
        data = from_json(row or "")
        reply = Reply(data["text"], notes=tuple(data["notes"]))
        return Answered(reply, accept(reply.text, request.answer), cached=True)
    except (ValueError, KeyError, TypeError):
        return None
