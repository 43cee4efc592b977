"""One document, start to finish: read, cut, ask, check, cite. Library, batch and eval all come through here."""

import asyncio
import json
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel
from pydantic_core import from_json

from summariser import prompts, readers, schemas
from summariser.accept import Accepted, Unusable, accept, checked
from summariser.brief import cited
from summariser.cache import Cache
from summariser.engines import Engine, connect
from summariser.errors import DocumentError, DocumentWithheld, ReplyInvalid
from summariser.evidence import quote
from summariser.integrity import inspect
from summariser.result import Result
from summariser.retry import RetryPolicy, ask_with_patience
from summariser.segments import segment
from summariser.settings import Settings, is_official, load_settings
from summariser.support import Source
from summariser.types import Document, Integrity, Provenance, Reply, Request, Segment, Usage

_SENSITIVE = {
    "restricted": "it is marked as not public",
    "public_special_category": "it tells of someone's health, harm or offences",
}
_MOST_REASONS = 8


class Pipeline:
    """Everything a run decides once; `run` is the one loop body of every caller."""

    def __init__(
        self,
        schema: str | type[BaseModel],
        *,
        settings: Settings,
        engine: Engine | None = None,
        policy: RetryPolicy | None = None,
    ) -> None:
        """Set up a run.

        Raises:
            SettingsError: there is no such schema or prompt, or the engine cannot be used as set.
        """
        self._settings = settings
        self._schema = schemas.load(schema)
        self._prompt = prompts.load("brief")
        self._engine = engine or connect(settings)
        self._policy = policy or RetryPolicy(settings.attempts, settings.patience)
        self._cache = Cache(settings.cache_dir, settings.cache_limit) if self._engine.keeps else None
        self._digest = self._schema.digest

    def read(self, path: Path) -> Document:
        """Read one file within the time that the settings give.

        Raises:
            DocumentError: it cannot be read.
        """
        return readers.read(path, seconds=self._settings.read_seconds)

    def run(self, document: Document) -> Result:
        """Brief one document.

        Raises:
            DocumentError: it is too long for a model, or too sensitive for the endpoint.
            EngineError: the engine gave no answer that can be used.
        """
        if self._engine.keeps and len(document.text) > self._settings.max_characters:
            most = self._settings.max_characters
            raise DocumentError(
                f"{document.name!r}: {len(document.text):,} characters are too many for one call to a model; the limit is "
                f"{most:,} (SUMMARISER_MAX_CHARACTERS)"
            )
        segments = segment(document)
        integrity = inspect(document, segments)
        if self._engine.keeps:
            self._hold_back(document, integrity)
        request = self._request(document, segments)
        reply, accepted, cached, notes = self._answer(request)
        numbers = sorted(cited(accepted.brief))
        # The class that checks itself against the document has served; what travels on is the schema's own.
        brief = self._schema.model.model_validate(accepted.brief.model_dump(by_alias=True))
        return Result(
            document=document,
            integrity=integrity,
            brief=brief,
            evidence={number: quote(document, request.segments, number) for number in numbers},
            refused=accepted.refused,
            provenance=self._provenance(document, cached),
            usage=Usage() if cached else reply.usage,
            warnings=(*document.warnings, *notes, *reply.notes, *_set_aside(accepted)),
        )

    def close(self) -> None:
        """Let go of the cache's files."""
        if self._cache:
            self._cache.close()

    def _hold_back(self, document: Document, integrity: Integrity) -> None:
        """Keep a sensitive document from an endpoint outside the machine, unless that is allowed."""
        if integrity.sensitivity not in _SENSITIVE or self._settings.may_send_sensitive():
            return
        host = urlsplit(self._settings.base_url or "").hostname or "OpenAI's endpoint"
        why = ", ".join(dict.fromkeys(mark.kind.replace("_", " ") for mark in integrity.marks[:_MOST_REASONS]))
        raise DocumentWithheld(
            f"{document.name!r}: {_SENSITIVE[integrity.sensitivity]} ({why}), so it was not sent to {host}; use a model on "
            "this machine or none, name the endpoint in SUMMARISER_APPROVED_ENDPOINTS, or allow it with --allow-sensitive"
        )

    def _request(self, document: Document, segments: tuple[Segment, ...]) -> Request:
        settings = self._settings
        official = is_official(settings.base_url)
        return Request(
            engine=self._engine.name,
            model=self._engine.model,
            base_url=settings.base_url,
            messages=self._prompt.render(document, segments),
            schema=self._schema.name,
            json_schema=schemas.json_schema(self._schema.model, bounds=not official),
            sampling={
                "temperature": 0.0 if settings.temperature is None and not official else settings.temperature,
                "max_output_tokens": settings.max_output_tokens,
            },
            answer=checked(self._schema.model, Source(document, segments)),
            document=document,
            segments=segments,
        )

    def _answer(self, request: Request) -> tuple[Reply, Accepted, bool, tuple[str, ...]]:
        """Return the reply, what of it stands, whether it came from the cache, and what the reader should know."""
        if self._cache is None:
            reply = ask_with_patience(self._engine.ask, request, self._policy)
            return reply, self._accept(reply, request), False, ()
        key = request.key
        with self._cache.sole(key):
            kept = _kept(self._cache.get(key), request)
            if kept:
                return *kept, True, ()
            reply = ask_with_patience(self._engine.ask, request, self._policy)
            accepted = self._accept(reply, request)
            if self._cache.put(key, json.dumps({"text": reply.text, "notes": reply.notes})):
                return reply, accepted, False, ()
            return reply, accepted, False, ("The cache is full, so this answer was not kept: summariser cache clear.",)

    def _accept(self, reply: Reply, request: Request) -> Accepted:
        try:
            return accept(reply.text, request.answer)
        except Unusable as error:
            message = f"the answer is no brief: {error}"
            raise ReplyInvalid(message, request, reply.usage, raw=reply.text) from None

    def _provenance(self, document: Document, cached: bool) -> Provenance:
        return Provenance(
            document_sha256=document.sha256,
            characters=len(document.text),
            schema=self._schema.name,
            schema_digest=self._digest,
            prompt=self._prompt.name,
            prompt_digest=self._prompt.digest,
            engine=self._engine.name,
            model=self._engine.model,
            version=version("summariser"),
            cached=cached,
        )


def _set_aside(accepted: Accepted) -> list[str]:
    count = len(accepted.refused)
    return [f"Set aside, because the document does not bear them out: {count} parts of the answer."] if count else []


def _kept(row: str | None, request: Request) -> tuple[Reply, Accepted] | None:
    """Return a kept answer that still passes today's checks, or None."""
    try:
        data = from_json(row or "")
        reply = Reply(data["text"], notes=tuple(data["notes"]))
        return reply, accept(reply.text, request.answer)
    except (ValueError, KeyError, TypeError):
        return None


def summarise(
    source: Path | str,
    *,
    schema: str | type[BaseModel] = "council_review",
    model: str | None = None,
    base_url: str | None = None,
    settings: Settings | None = None,
    engine: Engine | None = None,
) -> Result:
    """Brief one document: a file, or text.

    A string that names a file, or is one word with a known suffix (".txt", ".md", ".html" ...), is taken as a path; any
    other string is the text itself. Without a model the embedded engine is used, and nothing leaves the machine.

    Raises:
        SettingsError: the run cannot start as it is set up.
        DocumentError: the document cannot be read.
        EngineError: the engine gave no answer that can be used.
    """
    named = {name: value for name, value in (("model", model), ("base_url", base_url)) if value}
    settings = settings.model_copy(update=named) if settings else load_settings(**named)
    pipeline = Pipeline(schema, settings=settings, engine=engine)
    try:
        return pipeline.run(_document(source, pipeline))
    finally:
        pipeline.close()


async def asummarise(
    source: Path | str,
    *,
    schema: str | type[BaseModel] = "council_review",
    model: str | None = None,
    base_url: str | None = None,
    settings: Settings | None = None,
    engine: Engine | None = None,
) -> Result:
    """Do what `summarise` does in a thread, for callers that must not wait."""
    return await asyncio.to_thread(
        summarise, source, schema=schema, model=model, base_url=base_url, settings=settings, engine=engine
    )


def _document(source: Path | str, pipeline: Pipeline) -> Document:
    if isinstance(source, Path):
        return pipeline.read(source)
    if "\n" not in source and len(source) < 1024 and "\0" not in source:
        path = Path(source)
        if readers.is_file(path) or (readers.is_known(path) and len(source.split()) == 1):
            return pipeline.read(path)
    return readers.from_text(source)
