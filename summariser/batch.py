"""Briefs a folder: every file ends as a brief or as a listed failure."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from summariser import readers
from summariser.duplicates import Duplicates
from summariser.errors import DocumentError, EngineError, EngineUnusable, SettingsError
from summariser.pipeline import Pipeline, lost
from summariser.result import Result
from summariser.types import Document, Failure, Usage
from summariser.workers import as_finished
from summariser.writers import WRITERS

FAILURES = "failures.jsonl"


def files_in(folder: Path, *, leaving_out: Path) -> list[Path]:
    """Return the files below `folder` in a fixed order, hidden ones and those below `leaving_out` apart.

    Raises:
        DocumentError: there is no such folder, or no file in it.
    """
    if not folder.is_dir():
        raise DocumentError(f"{str(folder)!r} is not a folder")
    out = leaving_out.resolve()
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if (path.is_file() or (path.is_symlink() and not path.exists()))
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and out not in Path(os.path.realpath(path)).parents
    ]
    if not files:
        overlap = (
            f" but those below {str(leaving_out)!r}, where the briefs go"
            if out in (folder.resolve(), *folder.resolve().parents)
            else ""
        )
        raise DocumentError(f"there are no files in {str(folder)!r}{overlap}")
    return files


def brief_files(pipeline: Pipeline, files: list[Path], folder: Path, out: Path) -> Iterator[Result | Failure]:
    """Brief each file and write its briefs below `out`, yielding each outcome as it comes.

    `failures.jsonl` there lists the failures of this run and the briefs from which something is missing, and if the run has to
    end, every file that it did not come to.

    Raises:
        EngineUnusable: nothing more can be asked; what is done is written.
        SettingsError: nothing can be written to `out`.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"briefs cannot be written to {str(out)!r} ({error.strerror})") from None
    with (out / FAILURES).open("w", encoding="utf-8") as failures:

        def listed(failure: Failure) -> None:
            failures.write(json.dumps(asdict(failure), ensure_ascii=False) + "\n")
            failures.flush()

        waiting = iter(files)
        ended: EngineUnusable | None = None
        jobs = _jobs(pipeline, waiting, folder, out)
        for name, outcome in as_finished(jobs, pipeline.workers, interrupted=pipeline.stop):
            if isinstance(outcome, EngineUnusable):
                # What is under way comes to its end, and nothing new is begun.
                pipeline.stop()
                ended = ended or outcome
                listed(Failure(name, type(outcome).__name__, str(outcome), outcome.usage))
                for rest in waiting:
                    listed(Failure(_name(rest, folder), type(ended).__name__, f"the run ended before it: {ended}"))
                continue
            if failure := _to_list(name, outcome):
                listed(failure)
            yield outcome
    if ended:
        raise ended


def _jobs(
    pipeline: Pipeline, files: Iterable[Path], folder: Path, out: Path
) -> Iterator[Callable[[], tuple[str, Result | Failure | EngineUnusable]]]:
    """Yield what is to be done for each file; files are read in their order, for the sake of those that say the same."""
    duplicates = Duplicates()
    for path in files:
        name = _name(path, folder)
        try:
            document = pipeline.read(path)
        except DocumentError as error:
            yield partial(_unchanged, name, Failure(name, type(error).__name__, str(error)))
        else:
            document = replace(document, twin=duplicates.twin(name, document.text))
            yield partial(_brief, pipeline, document, name, out / path.relative_to(folder))


def _unchanged(name: str, failure: Failure) -> tuple[str, Failure]:
    return name, failure


def _brief(pipeline: Pipeline, document: Document, name: str, stem: Path) -> tuple[str, Result | Failure | EngineUnusable]:
    try:
        result = pipeline.run(document)
    except EngineUnusable as error:
        return name, error
    except (DocumentError, EngineError) as error:
        usage = error.usage if isinstance(error, EngineError) else Usage()
        return name, Failure(name, type(error).__name__, str(error), usage)
    try:
        _write(result, stem)
    except OSError as error:
        return name, Failure(name, "OSError", f"its brief cannot be written ({error.strerror})", result.usage)
    return name, result


def _to_list(name: str, outcome: Result | Failure) -> Failure | None:
    """Return what `failures.jsonl` says of an outcome: also a brief from which something is missing is listed there."""
    if isinstance(outcome, Failure):
        return outcome
    if not outcome.partial:
        return None
    return Failure(name, "PartlyRead", " ".join(lost(outcome.losses)), outcome.usage)


def _name(path: Path, folder: Path) -> str:
    return readers.printable(str(path.relative_to(folder)))


def _write(result: Result, stem: Path) -> None:
    """Write a brief in every form beside each other; the file's own suffix stays in the name, so none overwrites another."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    for suffix, render in WRITERS.items():
        target = stem.with_name(f"{stem.name}.{suffix}")
        partial = target.with_name(target.name + ".part")
        partial.write_text(render(result), encoding="utf-8")
        partial.replace(target)
