"""What a folder of briefs holds besides the briefs: tables for spreadsheets, one line a brief, a list of failures."""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

from summariser.errors import OutputError
from summariser.records import FILE, Records
from summariser.writers import WRITERS
from summariser.writers.csv import write_csv
from summariser.writers.parquet import write_parquet
from summariser.writers.tables import DOCUMENTS
from summariser.writers.whole import whole

BRIEFS = "briefs.jsonl"
FAILURES = "failures.jsonl"
INDEX = "index"


class Format(StrEnum):
    """The forms in which the tables of a batch are written."""

    csv = "csv"
    jsonl = "jsonl"
    parquet = "parquet"
    sqlite = "sqlite"


def write(records: Records, out: Path, *, ended: str) -> None:
    """Write the tables, the briefs as lines and the failures, unless they are there and nothing has changed.

    `ended` is what is told of a document that the run did not come to.

    Raises:
        OutputError: they cannot be written.
    """
    tables = [_path(table, out, Format.csv) for table in records.tables()]
    if not records.stale and all(path.exists() for path in (*tables, out / BRIEFS, out / FAILURES)):
        return
    export(records, out, out, Format.csv)
    export(records, out, out, Format.jsonl)
    with _writable(out):
        _write_lines(out / FAILURES, _failures(records, ended))
    records.exported()


def export(records: Records, out: Path, to: Path, form: Format) -> list[Path]:
    """Write what a folder of briefs holds in another form, to the folder `to`; return the files.

    CSV and Parquet have a file for each table, the documents in one called index; JSON Lines a line for each brief; SQLite is
    one file with all the tables.

    Raises:
        OutputError: they cannot be written.
        SettingsError: Parquet is wanted, and pyarrow is not installed.
    """
    with _writable(to):
        to.mkdir(parents=True, exist_ok=True)
        if form is Format.jsonl:
            return [_write_lines(to / BRIEFS, _briefs(records, out))]
        if form is Format.sqlite:
            return [_copy(records, out, to / FILE)]
        return [_write_table(records, table, to, form) for table in records.tables()]


@contextmanager
def _writable(to: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{str(to)!r} cannot be written to ({error.strerror})") from None


def drop(records: Records, out: Path, form: Format) -> None:
    """Delete the tables that were written in a form beside the briefs."""
    with _writable(out):
        for table in records.tables():
            _path(table, out, form).unlink(missing_ok=True)


def is_there(out: Path, brief: str | None) -> bool:
    """Say whether a brief lies where it should, in every form."""
    return brief is not None and all(path.is_file() and path.stat().st_size for path in _files(out, brief))


def copy(out: Path, old: str, new: str) -> None:
    """Copy a brief in all its forms to another place.

    Raises:
        OutputError: it cannot be written there.
    """
    with _writable(out):
        for here, there in zip(_files(out, old), _files(out, new), strict=True):
            there.parent.mkdir(parents=True, exist_ok=True)
            with whole(there) as partial:
                shutil.copyfile(here, partial)


def remove(out: Path, brief: str) -> None:
    """Delete a brief in all its forms, also what is half written.

    Raises:
        OutputError: it cannot be deleted.
    """
    with _writable(out):
        for path in _files(out, brief):
            path.unlink(missing_ok=True)
            path.with_name(path.name + ".part").unlink(missing_ok=True)


def _files(out: Path, brief: str) -> list[Path]:
    return [out / f"{brief}.{suffix}" for suffix in WRITERS]


def _path(table: str, to: Path, form: Format) -> Path:
    """Return where a table is written; one of a schema that is called index makes way for ours."""
    name = INDEX if table == DOCUMENTS else f"{table}_" if table.rstrip("_") == INDEX else table
    return to / f"{name}.{form}"


def _write_table(records: Records, table: str, to: Path, form: Format) -> Path:
    path = _path(table, to, form)
    columns = records.columns(table)
    if form is Format.csv:
        write_csv(path, columns, records.rows(table))
    else:
        write_parquet(path, columns, records.rows(table))
    return path


def _copy(records: Records, out: Path, path: Path) -> Path:
    if path.resolve() != (out / FILE).resolve():
        if (path.parent / BRIEFS).exists():
            raise OutputError(f"{str(path.parent)!r} holds the briefs of another batch, which {FILE} is the memory of")
        with whole(path) as partial:
            partial.unlink(missing_ok=True)
            records.copy(partial)
    return path


def _write_lines(path: Path, lines: Iterable[str]) -> Path:
    with whole(path) as partial, partial.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    return path


def _briefs(records: Records, out: Path) -> Iterator[str]:
    """Yield each brief as one line of JSON."""
    for row in records.query("SELECT brief FROM documents WHERE brief IS NOT NULL ORDER BY document"):
        path = out / f"{row['brief']}.json"
        if path.is_file():
            # A line break in a string of JSON is written as an escape, so the breaks in the file are between its parts.
            yield "".join(line.lstrip() for line in path.read_text(encoding="utf-8").split("\n"))


def _failures(records: Records, ended: str) -> Iterator[str]:
    """Yield a line for each document without a brief, or with one from which something is missing."""
    found = "SELECT * FROM documents WHERE state != 'briefed' AND source = 'there' ORDER BY document"
    for row in map(dict, records.query(found)):
        yield json.dumps(_failure(row, ended), ensure_ascii=False)


def _failure(row: Mapping[str, Any], ended: str) -> dict[str, Any]:
    kind, message = row["error"], row["message"]
    if row["state"] == "waiting":
        kind, message = kind or "NotReached", message or ended
    elif row["state"] == "partial":
        kind, message = "PartlyRead", row["losses"]
    usage = {name: row[name] for name in ("requests", "input_tokens", "output_tokens", "cost")}
    return {"document": row["document"], "kind": kind, "message": message, "attempts": row["attempts"], "usage": usage}
