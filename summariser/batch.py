"""Briefs a folder: every file ends as a brief or as a listed failure."""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from summariser import readers
from summariser.duplicates import Duplicates
from summariser.errors import DocumentError, EngineError, EngineUnusable, SettingsError
from summariser.pipeline import Pipeline
from summariser.result import Result
from summariser.types import Failure, Usage
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

    `failures.jsonl` there lists the failures of this run, and if it has to end, every file that it did not come to.

    Raises:
        EngineUnusable: nothing more can be asked; what is done is written.
        SettingsError: nothing can be written to `out`.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"briefs cannot be written to {str(out)!r} ({error.strerror})") from None
    with (out / FAILURES).open("w", encoding="utf-8") as failures:
        duplicates = Duplicates()

        def listed(failure: Failure) -> None:
            failures.write(json.dumps(asdict(failure), ensure_ascii=False) + "\n")
            failures.flush()

        for number, path in enumerate(files):
            try:
                outcome = _brief(pipeline, path, folder, out, duplicates)
            except EngineUnusable as error:
                kind = type(error).__name__
                listed(Failure(_name(path, folder), kind, str(error), error.usage))
                for rest in files[number + 1 :]:
                    listed(Failure(_name(rest, folder), kind, f"the run ended before it: {error}"))
                raise
            if isinstance(outcome, Failure):
                listed(outcome)
            yield outcome


def _name(path: Path, folder: Path) -> str:
    return readers.printable(str(path.relative_to(folder)))


def _brief(pipeline: Pipeline, path: Path, folder: Path, out: Path, duplicates: Duplicates) -> Result | Failure:
    name = _name(path, folder)
    try:
        document = pipeline.read(path)
        result = pipeline.run(replace(document, twin=duplicates.twin(name, document.text)))
    except EngineUnusable:
        raise
    except (DocumentError, EngineError) as error:
        usage = error.usage if isinstance(error, EngineError) else Usage()
        return Failure(name, type(error).__name__, str(error), usage)
    try:
        _write(result, out / path.relative_to(folder))
    except OSError as error:
        return Failure(name, "OSError", f"its brief cannot be written ({error.strerror})", result.usage)
    return result


def _write(result: Result, stem: Path) -> None:
    """Write a brief in every form beside each other; the file's own suffix stays in the name, so none overwrites another."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    for suffix, render in WRITERS.items():
        target = stem.with_name(f"{stem.name}.{suffix}")
        partial = target.with_name(target.name + ".part")
        partial.write_text(render(result), encoding="utf-8")
        partial.replace(target)
