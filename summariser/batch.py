"""Briefs a folder: every file ends as a brief or as a listed failure, and the next run does only what is left."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel

from summariser import exports, folder
from summariser.briefing import Briefed, Came, Ended, Job
from summariser.duplicates import Duplicates, sketch_of
from summariser.engines import Engine
from summariser.errors import DocumentError, RunStopped, SettingsError
from summariser.pipeline import Pipeline
from summariser.processes import Staff, staff_for
from summariser.records import Known, Records
from summariser.settings import Settings, load_settings
from summariser.types import Failure, Usage
from summariser.workers import as_done

_LOCK = ".lock"


class Which(StrEnum):
    """Which documents a run is for: those that are due, those that failed, new and changed ones, or all."""

    due = "due"
    failed = "failed"
    changed = "changed"
    all = "all"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which files of a folder a run is for: those that are due, say, of those whose paths match these patterns."""

    which: Which = Which.due
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do: files to brief, by name, and how many are left as they are, have moved, or are no longer there."""

    files: Mapping[str, Path]
    kept: int
    moved: int
    removed: int


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """What will be recorded with the brief of a document that is under way."""

    sha256: str
    stem: str
    sketch: bytes
    future: "Future[Came]"


@contextmanager
def opened(out: Path) -> Iterator[Records]:
    """Hold the records of a folder of briefs, which is made if it is not there; nobody else can meanwhile.

    Raises:
        SettingsError: another run holds them, or they cannot be read or written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / _LOCK)
        lock.acquire(blocking=False)
    except Timeout:
        raise SettingsError(f"another run is at work in {str(out)!r}; wait for it, or name another folder") from None
    except OSError as error:
        raise SettingsError(f"briefs cannot be written to {str(out)!r} ({error.strerror})") from None
    try:
        records = Records(out)
        try:
            sweep(records, out)
            yield records
        finally:
            records.close()
    finally:
        lock.release()


def sweep(records: Records, out: Path) -> None:
    """Delete the files of briefs that were written and not recorded, or that others have replaced, and halves of files."""
    for brief in records.leftovers():
        exports.remove(out, brief)
    records.clear_leftovers()


class Batch:
    """One run over a folder, whose records are open."""

    def __init__(self, source: Path, out: Path, pipeline: Pipeline, records: Records) -> None:
        self._source, self._out, self._pipeline, self._records = source, out, pipeline, records
        self._recipe = _recipe(pipeline)
        self._stopped = False
        self._ended: Ended | None = None
        self._under_way: dict[str, _UnderWay] = {}
        # What was spent on documents that were not finished when the run ended.
        self.unfinished = Usage()
        self._files: Mapping[str, Path] = {}
        self._staff: Staff | None = None

    def plan(self, files: Sequence[Path], which: Which = Which.due) -> Plan:
        """Return what is to be done, which the records tell; documents that have moved are moved in them.

        Due are documents that are new, changed, failed, briefed in part, or briefed by another recipe: schema, prompt, engine,
        model, version, or a setting that decides.
        """
        known = self._records.known()
        chosen = folder.named(files, self._source)
        there = self._all_there(chosen) if known.keys() - chosen.keys() else chosen
        moved = self._move(known, chosen, there)
        due = {name: path for name, path in chosen.items() if self._is_due(name, path, known.get(name), which)}
        removed = known.keys() - there.keys()
        self._records.mark_removed(removed)
        kept = [name for name in chosen.keys() & known.keys() if name not in due and known[name].state == "briefed"]
        return Plan(due, len(kept), min(moved, len(kept)), len(removed))

    def _all_there(self, chosen: dict[str, Path]) -> dict[str, Path]:
        """Return all files of the folder by name, also those that this run is not for."""
        return chosen | folder.named(folder.files_in(self._source, leaving_out=self._out), self._source)

    def run(self, plan: Plan) -> Iterator[Briefed | Failure]:
        """Brief each file, and yield what comes of it when its briefs are written and it is in the records.

        Raises:
            EngineUnusable: nothing more can be asked; what is done is kept.
            OutputError, SettingsError: nothing more can be written.
        """
        self._files = plan.files
        if plan.files:
            self._records.expect(plan.files)
        self._staff = staff_for(self._pipeline, len(plan.files))
        try:
            for came in as_done(self._begun(plan.files), self._staff.most):
                self._record(came)
                if not isinstance(came, Ended):
                    yield came
        finally:
            self._wind_up()
        if self._ended:
            raise self._ended.exception()

    def stop(self) -> None:
        """Begin nothing new and ask nothing more; what is under way comes to its end. Any thread may call it."""
        self._stopped = True
        if self._staff:
            self._staff.stop()

    def _begun(self, files: Mapping[str, Path]) -> Iterator["Future[Came]"]:
        """Begin with each file in turn, in their order, for the sake of those that say the same."""
        assert self._staff  # noqa: S101 - there before the first is drawn
        duplicates = Duplicates()
        # What an earlier run has read is earlier, wherever its name stands.
        for known, sketch in self._records.sketches():
            if known not in files:
                duplicates.remember(known, sketch)
        for name, path in files.items():
            if self._stopped:
                return
            try:
                document = self._pipeline.read(path)
            except DocumentError as error:
                yield _done(Failure(name, type(error).__name__, str(error)))
                continue
            sketch = sketch_of(document.text)
            document = replace(document, twin=duplicates.twin(name, sketch))
            stem = folder.stem_of(name, document.sha256)
            self._records.begin(name, sha256=document.sha256, brief=stem)
            future = self._staff.submit(Job(document, name, str(self._out / stem)))
            self._under_way[name] = _UnderWay(document.sha256, stem, sketch, future)
            yield future

    def _record(self, came: Came) -> None:
        """Write down what came of a document."""
        made = self._under_way.pop(came.document, None)
        if isinstance(came, Ended):
            # What is under way comes to its end, and nothing new is begun. What was only told to stop has nothing to tell.
            stopped = came.error == RunStopped.__name__
            self._ended = self._ended or (None if stopped else came)
            if came.usage.requests or not stopped:
                self._records.ended(came)
            self.unfinished += came.usage
            self.stop()
        elif isinstance(came, Failure):
            self._records.failed(came, made.sha256 if made else folder.digest_of(self._files[came.document]))
        else:
            assert made  # noqa: S101 - it was under way
            older = self._records.brief_of(came.document)
            self._records.briefed(came, sha256=made.sha256, recipe=self._recipe, brief=made.stem, sketch=made.sketch)
            if older and older != made.stem:
                exports.remove(self._out, older)

    def _wind_up(self) -> None:
        """Wait for what is under way, also where the caller has gone; write it down, and the tables anew."""
        assert self._staff  # noqa: S101 - there since the run began
        self.stop()
        self._staff.close()
        for made in list(self._under_way.values()):
            if made.future.done() and not made.future.exception():
                self._record(made.future.result())
        self._under_way.clear()
        sweep(self._records, self._out)
        why = f"; the run ended: {self._ended.message}" if self._ended else ""
        exports.write(self._records, self._out, ended=f"no run has come to it yet{why}")

    def _is_due(self, name: str, path: Path, known: Known | None, which: Which) -> bool:
        if which is Which.all or known is None or known.state == "waiting":
            return which is not Which.failed or known is not None
        if known.state in ("failed", "partial"):
            return which is not Which.changed or known.tried != folder.digest_of(path)
        if which is Which.failed:
            return False
        changed = known.sha256 != folder.digest_of(path) or not exports.is_there(self._out, known.brief)
        return changed or (which is Which.due and known.recipe != self._recipe)

    def _move(self, known: dict[str, Known], chosen: dict[str, Path], there: dict[str, Path]) -> int:
        """Take over the briefs of documents that lie in another folder now; one that is named otherwise is briefed anew.

        The brief tells the file's name, but not its folder.
        """
        gone = {
            (entry.sha256, name.rpartition("/")[2]): name
            for name, entry in known.items()
            if name not in there and entry.state == "briefed"
        }
        moved = 0
        for name, path in chosen.items() if gone else ():
            if name in known or not (old := gone.pop((folder.digest_of(path), name.rpartition("/")[2]), None)):
                continue
            entry = known[old]
            stem = folder.stem_of(name, entry.sha256 or "")
            if entry.brief and exports.is_there(self._out, entry.brief):
                # Whenever it is cut short, the records name the one copy or the other, and the next run deletes the rest.
                self._records.begin(name, sha256=entry.sha256 or "", brief=stem)
                exports.copy(self._out, entry.brief, stem)
                self._records.rename(old, name, stem)
                exports.remove(self._out, entry.brief)
                del known[old]
                known[name] = replace(entry, brief=stem)
                moved += 1
        return moved


def summarise_folder(
    source: Path | str,
    out: Path | str,
    *,
    schema: str | type[BaseModel] = "council_review",
    model: str | None = None,
    base_url: str | None = None,
    settings: Settings | None = None,
    engine: Engine | None = None,
    selection: Selection | None = None,
) -> Iterator[Briefed | Failure]:
    """Brief every file of a folder that is due, and yield what comes of each as it is finished.

    The briefs, tables of what is in them, and the records that the next run goes on from are written to `out`.

    Raises:
        SettingsError: the run cannot start as it is set up, or another is at work there.
        DocumentError: there is no such folder, or nothing in it to brief.
        EngineUnusable: nothing more can be asked; the same call goes on with the rest.
        OutputError: nothing more can be written.
    """
    source, out = Path(source), Path(out)
    named = {name: value for name, value in (("model", model), ("base_url", base_url)) if value}
    settings = settings.model_copy(update=named) if settings else load_settings(**named)
    chosen = selection or Selection()
    files = folder.files_in(source, leaving_out=out, include=chosen.include, exclude=chosen.exclude)
    pipeline = Pipeline(schema, settings=settings, engine=engine)
    try:
        with opened(out) as records:
            batch = Batch(source, out, pipeline, records)
            yield from batch.run(batch.plan(files, chosen.which))
    finally:
        pipeline.close()


def _done(came: Came) -> "Future[Came]":
    future: Future[Came] = Future()
    future.set_result(came)
    return future


def _recipe(pipeline: Pipeline) -> str:
    """Return a digest of what decides how a document is briefed."""
    return hashlib.sha256(json.dumps(pipeline.recipe, sort_keys=True).encode()).hexdigest()[:16]
