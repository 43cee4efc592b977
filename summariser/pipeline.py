"""One document, start to finish: read, cut, ask, check, cite. Library, batch and eval all come through here."""

import asyncio
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from summariser import prompts, readers, schemas
from summariser.accept import Accepted, checked
from summariser.asking import Asker
from summariser.brief import cited
from summariser.engines import Engine
from summariser.errors import DocumentError
from summariser.evidence import quote
from summariser.integrity import inspect
from summariser.result import Result
from summariser.retry import RetryPolicy
from summariser.segments import segment
from summariser.settings import Settings, load_settings
from summariser.support import Source
from summariser.types import Document, Provenance, Request, Segment, Usage


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
        self._asker = Asker(settings, engine, policy)
        self._engine = self._asker.engine
        self._digest = self._schema.digest

    def read(self, path: Path) -> Document:
        """Read one file within the time that the settings give.

        Raises:
            DocumentError: it cannot be read.
        """
        return readers.read(path, seconds=self._settings.read_seconds)

    def run(self, document: Document, *, repeat: int = 0) -> Result:
        """Brief one document; `repeat` counts the times that it has been asked about before on purpose.

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
        self._asker.hold_back(document, integrity)
        request = self._request(document, segments, repeat)
        answered = self._asker.answer(request)
        reply, accepted = answered.reply, answered.accepted
        numbers = sorted(cited(accepted.brief))
        # The class that checks itself against the document has served; what travels on is the schema's own.
        brief = self._schema.model.model_validate(accepted.brief.model_dump(by_alias=True))
        return Result(
            document=document,
            integrity=integrity,
            brief=brief,
            evidence={number: quote(document, request.segments, number) for number in numbers},
            refused=accepted.refused,
            provenance=self._provenance(document, answered.cached),
            usage=Usage() if answered.cached else reply.usage,
            warnings=(*document.warnings, *answered.notes, *reply.notes, *_set_aside(accepted)),
        )

    def close(self) -> None:
        """Let go of the cache's files."""
        self._asker.close()

    def _request(self, document: Document, segments: tuple[Segment, ...], repeat: int = 0) -> Request:
        return self._asker.request(
            document,
            segments,
            self._prompt.render(document, segments),
            model=self._schema.model,
            answer=checked(self._schema.model, Source(document, segments)),
            name=self._schema.name,
            repeat=repeat,
        )

    @property
    def made_with(self) -> dict[str, Any]:
        """Return what every brief of this run is made with, by the names of `Provenance`."""
        return {
            "schema": self._schema.name,
            "schema_digest": self._digest,
            "prompt": self._prompt.name,
            "prompt_digest": self._prompt.digest,
            "engine": self._engine.name,
            "model": self._engine.model,
            "version": version("summariser"),
        }

    def _provenance(self, document: Document, cached: bool) -> Provenance:
        return Provenance(document_sha256=document.sha256, characters=len(document.text), cached=cached, **self.made_with)


def _set_aside(accepted: Accepted) -> list[str]:
    count = len(accepted.refused)
    return [f"Set aside, because the document does not bear them out: {count} parts of the answer."] if count else []


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
