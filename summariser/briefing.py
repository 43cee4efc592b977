"""One document of a batch: briefed, and its briefs written; what came of it can be told from one process to another."""

import errno
import logging
import traceback
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from summariser import errors
from summariser.errors import DocumentError, EngineError, EngineUnusable, OutputError, SettingsError, SummariserError
from summariser.pipeline import Pipeline
from summariser.types import Document, Failure, Loss, Usage
from summariser.writers import WRITERS
from summariser.writers.json import as_data
from summariser.writers.tables import Tables, tables_of
from summariser.writers.whole import whole

log = logging.getLogger(__name__)

# What fails one brief for these reasons fails the others too.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})


@dataclass(frozen=True, slots=True)
class Job:
    """A document, its name within the batch, and where its briefs go: a path to which each writer adds its suffix."""

    document: Document
    name: str
    stem: str


@dataclass(frozen=True, slots=True)
class Briefed:
    """A document whose briefs are written; `tables` are the rows that tell what is in them, `seconds` is how long it took."""

    document: str
    tables: Tables
    losses: tuple[Loss, ...]
    usage: Usage
    cached: bool
    seconds: float

    @property
    def partial(self) -> bool:
        """Say whether something is missing that a better day would have given."""
        return bool(self.losses)


@dataclass(frozen=True, slots=True)
class Ended:
    """A document with which the run has to end: the error that says why, in parts."""

    document: str
    error: str
    message: str
    usage: Usage
    engine: str = ""
    model: str | None = None
    key: str = ""

    def exception(self) -> SummariserError:
        """Return the error."""
        kind: type[SummariserError] = getattr(errors, self.error)
        return kind(self.message, self, self.usage) if issubclass(kind, EngineUnusable) else kind(self.message)


Came = Briefed | Failure | Ended


def brief_document(pipeline: Pipeline, job: Job) -> Came:
    """Brief one document and write its briefs; whatever goes wrong is told and not raised."""
    began = perf_counter()
    try:
        result = pipeline.run(job.document)
        written = {suffix: render(result) for suffix, render in WRITERS.items()}
        tables = tables_of(as_data(result))
    except SettingsError as error:
        return Ended(job.name, type(error).__name__, str(error), Usage())
    except EngineUnusable as error:
        return Ended(job.name, type(error).__name__, str(error), error.usage, error.engine, error.model, error.key)
    except (DocumentError, EngineError) as error:
        usage = error.usage if isinstance(error, EngineError) else Usage()
        return Failure(job.name, type(error).__name__, str(error), usage)
    except Exception as error:
        # Nothing of the document may get into a log, and the words of a foreign error can be the document's.
        log.error("%s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))  # noqa: TRY400
        return Failure(job.name, type(error).__name__, "an error of this program; please report it, with what the log says")
    try:
        _write(written, Path(job.stem))
    except OSError as error:
        why = f"its brief cannot be written ({error.strerror})"
        if error.errno in _FULL:
            more = "; make room, and the same command goes on with the rest"
            return Ended(job.name, OutputError.__name__, why + more, result.usage)
        return Failure(job.name, type(error).__name__, why, result.usage)
    seconds = perf_counter() - began
    return Briefed(job.name, tables, result.losses, result.usage, result.provenance.cached, seconds)


def _write(written: dict[str, str], stem: Path) -> None:
    """Write a brief in every form beside each other, each of them whole or not at all."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    for suffix, text in written.items():
        target = stem.with_name(f"{stem.name}.{suffix}")
        with whole(target) as partial:
            partial.write_text(text, encoding="utf-8")
