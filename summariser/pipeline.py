"""One document, start to finish: read, cut, ask, check, cite. Library, batch and eval all come through here."""

import asyncio
from collections.abc import Iterable
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from summariser import readers, schemas
from summariser.asking import Asker
from summariser.brief import cited
from summariser.engines import Engine, price_of
from summariser.errors import DocumentError
from summariser.estimate import Estimate, estimate
from summariser.evidence import quote
from summariser.integrity import inspect
from summariser.reading import Paper, Read, Reader
from summariser.result import Result
from summariser.retry import RetryPolicy
from summariser.segments import segment
from summariser.settings import Settings, load_settings
from summariser.tally import Shared
from summariser.types import Document, Loss, Provenance

# The settings that have a say in what a model answers.
_DECISIVE = {"base_url", "temperature", "reasoning_effort", "dialect", "max_output_tokens", "window_tokens", "context_tokens"}


class Pipeline:
    """Everything a run decides once; `run` is the one loop body of every caller, and threads may share it.

    `workers` is how many documents are worth briefing at the same time: one, where the engine is this machine's own processor.
    """

    def __init__(
        self,
        schema: str | type[BaseModel],
        *,
        settings: Settings,
        engine: Engine | None = None,
        policy: RetryPolicy | None = None,
        shared: Shared | None = None,
    ) -> None:
        """Set up a run; `shared` is what it keeps to its limits by, if it is one process of several.

        Raises:
            SettingsError: there is no such schema or prompt, or the engine cannot be used as set.
        """
        self._settings = settings
        self._schema = schemas.load(schema)
        # What another process can make the same pipeline of, if anything.
        self.portable = (schema, settings) if isinstance(schema, str) and not (engine or policy) else None
        self._asker = Asker(settings, engine, policy, shared)
        self._engine = self._asker.engine
        self.workers = settings.workers if self._engine.keeps else 1
        self._reader = Reader(self._schema, self._asker, workers=self.workers)
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
        paper = self._paper(document, repeat)
        read = self._reader.read(paper)
        return Result(
            document=document,
            integrity=paper.integrity,
            brief=read.brief,
            evidence={number: quote(document, paper.segments, number) for number in sorted(cited(read.brief))},
            refused=read.refused,
            provenance=self._provenance(document, read.cached),
            usage=read.usage,
            warnings=(*document.warnings, *read.notes, *_set_aside(read)),
            read=read.read,
            losses=read.losses,
        )

    def _paper(self, document: Document, repeat: int = 0) -> Paper:
        """Return a document that may be asked about, with all that is known of it before.

        Raises:
            DocumentError: it is too long for a model, or too sensitive for the endpoint.
        """
        most = self._settings.max_characters
        if self._engine.keeps and len(document.text) > most:
            raise DocumentError(
                f"{document.name!r}: {len(document.text):,} characters are more than may be sent to a model; the limit is "
                f"{most:,} (SUMMARISER_MAX_CHARACTERS)"
            )
        segments = segment(document)
        integrity = inspect(document, segments)
        self._asker.hold_back(document, integrity)
        return Paper(document, segments, integrity, repeat)

    def estimate(self, document: Document) -> Estimate:
        """Return what briefing a document would take; nothing is sent.

        Raises:
            DocumentError: it is too long for a model, or too sensitive for the endpoint.
        """
        return estimate(self._paper(document), self._reader, self._asker, price_of(self._settings))

    @property
    def past_calls(self) -> int:
        """Return how many past calls to the model the estimates rest on; without any they are guesses."""
        return self._asker.pace.calls

    def stop(self) -> None:
        """Let nothing more be asked; what waits to ask ends with RunStopped."""
        self._asker.stop()

    def close(self) -> None:
        """Let go of the cache's files."""
        self._asker.close()

    @cached_property
    def made_with(self) -> dict[str, Any]:
        """Return what every brief of this run is made with, by the names of `Provenance`."""
        return {
            "schema": self._schema.name,
            "schema_digest": self._digest,
            "prompt": self._reader.prompt.name,
            "prompt_digest": self._reader.prompt.digest,
            "engine": self._engine.name,
            "model": self._engine.model,
            "version": version("summariser"),
        }

    @property
    def recipe(self) -> dict[str, Any]:
        """Return all that decides how a document is briefed."""
        decisive = self._settings.model_dump(mode="json", include=_DECISIVE) if self._engine.keeps else {}
        return self.made_with | decisive

    def _provenance(self, document: Document, cached: bool) -> Provenance:
        return Provenance(document_sha256=document.sha256, characters=len(document.text), cached=cached, **self.made_with)


def _set_aside(read: Read) -> list[str]:
    count = len(read.refused)
    return [f"Set aside, because the document does not bear them out: {count} parts of the answer."] if count else []


def lost(losses: Iterable[Loss]) -> list[str]:
    """Return a sentence for each thing that is missing from a brief."""
    return [
        f"Not read: characters {loss.span[0]:,} to {loss.span[1]:,}: {loss.message}."
        if loss.span
        else f"The whole could not be summed up: {loss.message}."
        for loss in losses
    ]


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
