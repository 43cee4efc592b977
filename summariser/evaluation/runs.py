"""A run: an engine's briefs of a suite's documents, kept in a folder with all that made them, to be scored again at will."""

import json
import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from os.path import relpath
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from summariser import gold
from summariser.errors import DocumentError, EngineError, EngineUnusable, SettingsError
from summariser.evaluation.suites import Entry, Suite
from summariser.pipeline import Pipeline
from summariser.settings import Settings
from summariser.types import Failure, Usage
from summariser.workers import as_finished
from summariser.writers.json import as_data

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
# Settings that say where things lie on this machine, or are secret, have no place in a record.
_LEFT_OUT = {"api_key", "cache_dir", "base_url", "headers"}
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """A run's folder; `about` says what made it."""

    folder: Path
    about: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return the name of its folder."""
        return self.folder.name

    @property
    def made_by(self) -> str:
        """Return what made its briefs, in words."""
        about = self.about
        return about["model"] or f"the {about['engine']} engine {about['version']}"

    @property
    def repeats(self) -> int:
        """Return how often each document was briefed."""
        return int(self.about["repeats"])

    @property
    def suite(self) -> Path:
        """Return the folder of the suite that it is of."""
        return Path(self.folder / self.about["suite"]["folder"]).resolve()

    def record(self, name: str, repeat: int) -> Record:
        """Return what came of one document; one that the run did not come to is a failure."""
        path = self._path(name, repeat)
        if not path.is_file():
            return {"failure": {"document": name, "kind": "NotRun", "message": "the run ended before this document"}}
        record = gold.read_json(path)
        if not (isinstance(record, dict) and ({"result", "seconds", "cost"} <= set(record) or "failure" in record)):
            raise SettingsError(f"{str(path)!r} is no record of a brief")
        return record

    def keep(self, name: str, repeat: int, record: Record) -> None:
        """Write down what came of one document."""
        write_whole(self._path(name, repeat), json.dumps(record, ensure_ascii=False, indent=1))

    def _path(self, name: str, repeat: int) -> Path:
        return self.folder / "briefs" / f"{name}{f'.{repeat}' if repeat else ''}.json"


def begin(suite: Suite, pipeline: Pipeline, settings: Settings, *, repeats: int, runs: Path) -> Run:
    """Make the folder of a new run and write down what will make it.

    Raises:
        SettingsError: nothing can be written there.
    """
    made = pipeline.made_with
    started = datetime.now(UTC)
    name = _UNSAFE.sub("-", f"{started:%Y%m%d-%H%M%S-%f}-{suite.name}-{made['model'] or made['engine']}")
    folder = runs / name
    about = {
        "suite": {"name": suite.name, "folder": relpath(suite.folder, folder), "digest": suite.digest},
        "started": started.isoformat(timespec="seconds"),
        "repeats": repeats,
        **made,
        "endpoint": urlsplit(settings.base_url).hostname if settings.base_url else None,
        "settings": settings.model_dump(mode="json", exclude=_LEFT_OUT),
        "python": platform.python_version(),
        "documents": [entry.name for entry in suite.entries],
    }
    try:
        (folder / "briefs").mkdir(parents=True)
        write_whole(folder / "run.json", json.dumps(about, ensure_ascii=False, indent=1))
    except OSError as error:
        raise SettingsError(f"the run cannot be written to {str(folder)!r} ({error.strerror})") from None
    return Run(folder, about)


def brief_all(run: Run, suite: Suite, pipeline: Pipeline) -> Iterator[Record]:
    """Brief every document of a suite, as often as the run says, and keep what comes of each.

    Raises:
        EngineUnusable: nothing more can be asked; what is done is kept.
    """
    jobs = (partial(_brief, entry, pipeline, repeat) for repeat in range(run.repeats) for entry in suite.entries)
    ended: EngineUnusable | None = None
    for entry, repeat, record in as_finished(jobs, pipeline.workers, interrupted=pipeline.stop):
        if isinstance(record, EngineUnusable):
            ended = ended or record
            pipeline.stop()
            continue
        run.keep(entry.name, repeat, record)
        yield record
    if ended:
        raise ended


def _brief(entry: Entry, pipeline: Pipeline, repeat: int) -> tuple[Entry, int, Record | EngineUnusable]:
    began = perf_counter()
    try:
        result = pipeline.run(pipeline.read(entry.path), repeat=repeat)
    except EngineUnusable as error:
        return entry, repeat, error
    except (DocumentError, EngineError) as error:
        usage = error.usage if isinstance(error, EngineError) else Usage()
        failure = Failure(entry.name, type(error).__name__, str(error), usage)
        return entry, repeat, {"seconds": perf_counter() - began, "failure": asdict(failure)}
    seconds = perf_counter() - began
    return entry, repeat, {"seconds": seconds, "cost": result.usage.cost, "result": as_data(result)}


def load(folder: Path) -> Run:
    """Open a run that was made before.

    Raises:
        SettingsError: there is none in this folder.
    """
    if not (folder / "run.json").is_file():
        raise SettingsError(f"{str(folder)!r} holds no run: it has no run.json")
    about = gold.read_json(folder / "run.json")
    if not (isinstance(about, dict) and {"suite", "repeats", "engine", "documents"} <= set(about)):
        raise SettingsError(f"{str(folder / 'run.json')!r} does not say what was run")
    return Run(folder, about)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    partial = path.with_name(path.name + ".part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
