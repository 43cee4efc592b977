"""Asks an engine one question: from the cache if it has answered before, else with patience; keeps what passes its checks."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from pydantic import BaseModel
from pydantic_core import from_json

from summariser.accept import Accepted, Unusable, accept
from summariser.cache import Cache
from summariser.engines import Engine, connect
from summariser.errors import DocumentWithheld, EngineBusy, EngineDown, EngineError, ReplyInvalid
from summariser.retry import RetryPolicy, ask_with_patience
from summariser.schemas import json_schema
from summariser.settings import Settings, is_official
from summariser.types import Document, Integrity, Message, Reply, Request, Segment

_SENSITIVE = {
    "restricted": "it is marked as not public",
    "public_special_category": "it tells of someone's health, harm or offences",
}
_MOST_REASONS = 8
# Documents one after the other for which an endpoint stayed busy to the end of all patience, before it is given up.
_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply, what of it stands, whether it came from the cache, and what the reader should know of that."""

    reply: Reply
    accepted: Accepted
    cached: bool
    notes: tuple[str, ...] = ()


class Asker:
    """Everything that stands between a question and an engine's answer."""

    def __init__(self, settings: Settings, engine: Engine | None = None, policy: RetryPolicy | None = None) -> None:
        """Set up a run of questions.

        Raises:
            SettingsError: the engine cannot be used as set.
        """
        self._settings = settings
        self.engine = engine or connect(settings)
        self._policy = policy or RetryPolicy(settings.attempts, settings.patience)
        self._busy = 0
        self._cache = Cache(settings.cache_dir, settings.cache_limit) if self.engine.keeps else None

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

    def request(
        self,
        document: Document,
        segments: tuple[Segment, ...],
        messages: tuple[Message, ...],
        *,
        model: type[BaseModel],
        answer: type[BaseModel],
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
            json_schema=json_schema(model, bounds=not official),
            sampling={
                "temperature": 0.0 if settings.temperature is None and not official else settings.temperature,
                "max_output_tokens": settings.max_output_tokens,
            },
            answer=answer,
            document=document,
            segments=segments,
            repeat=repeat,
        )

    def answer(self, request: Request) -> Answered:
        """Return the answer to a request.

        Raises:
            EngineError: the engine gave no answer that can be used.
            EngineUnusable: it would give none to any other request either.
        """
        if self._cache is None:
            reply = self._ask(request)
            return Answered(reply, _accepted(reply, request), cached=False)
        key = request.key
        with self._cache.sole(key):
            kept = _kept(self._cache.get(key), request)
            if kept:
                return kept
            reply = self._ask(request)
            accepted = _accepted(reply, request)
            if self._cache.put(key, json.dumps({"text": reply.text, "notes": reply.notes})):
                return Answered(reply, accepted, cached=False)
            full = "The cache is full, so this answer was not kept: summariser cache clear."
            return Answered(reply, accepted, cached=False, notes=(full,))

    def _ask(self, request: Request) -> Reply:
        """Ask, and give the endpoint up when it has been too busy too often without a break."""
        try:
            reply = ask_with_patience(self.engine.ask, request, self._policy)
        except EngineBusy as error:
            self._busy += 1
            if self._busy < _ENOUGH:
                raise
            message = f"given up after {self._busy} documents in a row without an answer: {error}"
            raise EngineDown(message, request, error.usage) from None
        except EngineError:
            self._busy = 0  # it does answer
            raise
        self._busy = 0
        return reply

    def close(self) -> None:
        """Let go of the cache's files."""
        if self._cache:
            self._cache.close()


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
