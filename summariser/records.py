"""What a batch has done and found, in one SQLite file: a row for each document, and tables of what its briefs hold.

It is the batch's memory, from which the next run knows what is left to do, and a product too, to be opened in Datasette. A
document's row and those of its claims are written in one transaction, so none is there without the others.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summariser.briefing import Briefed, Ended
from summariser.claim_tables import ClaimTables, quoted
from summariser.errors import OutputError, SettingsError
from summariser.types import Failure, Usage
from summariser.writers.tables import DOCUMENTS, LEDGER, Kind

FILE = "briefs.sqlite"
_VERSION = 1
# Marks the file as ours: "SUMM".
_APPLICATION = 0x53554D4D
# Every document's row begins with these, whatever its schema.
_LEDGER = """CREATE TABLE documents (document TEXT PRIMARY KEY, state TEXT NOT NULL, error TEXT, message TEXT,
    source TEXT NOT NULL DEFAULT 'there', sha256 TEXT, tried TEXT, recipe TEXT, brief TEXT, attempts INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0, requests INTEGER NOT NULL DEFAULT 0, input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0, cost REAL)"""
# Names that begin with a low line are our own affair. A leftover is a brief whose files are to be deleted, unless a document
# has come to own it: one that is about to be written, until it is recorded, or one in whose place another has come.
_INTERNAL = (
    "CREATE TABLE _sketches (document TEXT PRIMARY KEY, sketch BLOB NOT NULL)",
    "CREATE TABLE _digests (document TEXT, sha256 TEXT, PRIMARY KEY (document, sha256))",
    "CREATE TABLE _leftovers (brief TEXT PRIMARY KEY)",
    "CREATE TABLE _changes (made INTEGER NOT NULL, exported INTEGER NOT NULL)",
    "INSERT INTO _changes VALUES (0, 0)",
)
_OF_DOCUMENTS = ("_sketches", "_digests")
_WAIT = 30
_USAGE = ("requests", "input_tokens", "output_tokens")
# What is not of interest to most readers of the table comes last in it.
_LAST = frozenset(LEDGER) - {"state", "error", "message"} | {*_USAGE, "sha256", "cost"}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a document: its digest and recipe when it was last briefed, its state, and where its briefs lie.

    `tried` is its digest when it was last tried, whatever came of it. States: waiting (not yet come to), briefed, partial
    (something is missing from the brief), failed.
    """

    state: str
    sha256: str | None
    recipe: str | None
    brief: str | None
    tried: str | None = None


def path_of(out: Path) -> Path:
    """Return where the records of a folder of briefs lie.

    Raises:
        SettingsError: there are none.
    """
    if not (out / FILE).is_file():
        raise SettingsError(f"{str(out)!r} holds no briefs of a batch: it has no {FILE}")
    return out / FILE


class Records:
    """The records of one folder of briefs. One thread uses them.

    Raises:
        OutputError: there is no room for more.
        SettingsError: the file is damaged, of another program or version, or cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        with self._usable():
            self._rows = sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None)
            self._rows.row_factory = sqlite3.Row
            try:
                self._open()
            except BaseException:
                self._rows.close()
                raise

    def _open(self) -> None:
        asked = ("PRAGMA application_id", "PRAGMA user_version", "SELECT COUNT(*) FROM sqlite_master")
        application, version, tables = (self._rows.execute(question).fetchone()[0] for question in asked)
        if tables and (application, version) != (_APPLICATION, _VERSION):
            raise SettingsError(f"{str(self._path)!r} was not made by this version; name another folder for the briefs")
        self._rows.execute("PRAGMA journal_mode = WAL")
        # After a power cut the last briefs may not be recorded, and are made again; the file is whole.
        self._rows.execute("PRAGMA synchronous = NORMAL")
        if not tables:
            with self._whole():
                for statement in (_LEDGER, *_INTERNAL):
                    self._rows.execute(statement)
                self._rows.execute(f"PRAGMA application_id = {_APPLICATION}")
                self._rows.execute(f"PRAGMA user_version = {_VERSION}")
        self._tables = ClaimTables(self._rows)

    def tables(self) -> list[str]:
        """Return the names of the tables that hold rows for a reader, the documents first."""
        return self._tables.names()

    def known(self) -> dict[str, Known]:
        """Return what is known of each document, by name."""
        with self._usable():
            rows = self._rows.execute("SELECT document, state, sha256, recipe, brief, tried FROM documents")
            return {name: Known(*rest) for name, *rest in rows}

    def sketches(self) -> Iterator[tuple[str, bytes]]:
        """Yield the names and sketches of the documents that were read, by name."""
        told = "SELECT document, sketch FROM _sketches JOIN documents USING (document) WHERE source = 'there' ORDER BY 1"
        yield from map(tuple, self.query(told))

    def expect(self, names: Iterable[str]) -> None:
        """Note that these documents wait to be briefed; an earlier brief of one stays until then."""
        with self._whole():
            told = """INSERT INTO documents (document, state) VALUES (?, 'waiting')
                ON CONFLICT DO UPDATE SET state = 'waiting', error = NULL, message = NULL"""
            self._rows.executemany(told, ((name,) for name in names))

    def begin(self, name: str, *, sha256: str, brief: str) -> None:
        """Note that a document of this digest is under way, and where its briefs will lie."""
        with self._whole():
            self._rows.execute("INSERT OR IGNORE INTO _digests VALUES (?, ?)", (name, sha256))
            self._rows.execute("INSERT OR IGNORE INTO _leftovers VALUES (?)", (brief,))

    def leftovers(self) -> list[str]:
        """Return the briefs whose files are to be deleted, since no document owns them."""
        found = "SELECT brief FROM _leftovers WHERE brief NOT IN (SELECT brief FROM documents WHERE brief IS NOT NULL)"
        return [str(brief) for (brief,) in self.query(found)]

    def clear_leftovers(self) -> None:
        """Note that the files of all leftovers are deleted."""
        with self._whole():
            # Row by row: to empty a whole table is written down even if there is nothing in it.
            self._rows.execute("DELETE FROM _leftovers WHERE TRUE")

    def digests_of(self, name: str) -> list[str]:
        """Return the digests of all that a document has been while it was briefed."""
        return [str(digest) for (digest,) in self.query("SELECT sha256 FROM _digests WHERE document = ?", (name,))]

    def brief_of(self, name: str) -> str | None:
        """Return where the briefs of a document lie, if there are any."""
        return next((brief for (brief,) in self.query("SELECT brief FROM documents WHERE document = ?", (name,))), None)

    def briefed(self, came: Briefed, *, sha256: str, recipe: str, brief: str, sketch: bytes) -> None:
        """Write down a brief and what is in it, in place of what there was; what attempts have cost adds up.

        `sketch` is what stands for the document when others are compared with it.
        """
        state = "partial" if came.partial else "briefed"
        with self._whole():
            before = self._spent(came.document)
            self._tables.delete(came.document)
            older = "INSERT OR IGNORE INTO _leftovers SELECT brief FROM documents WHERE document = ? AND brief != ?"
            self._rows.execute(older, (came.document, brief))
            [content] = came.tables[DOCUMENTS]
            row = content | {"state": state, "sha256": sha256, "recipe": recipe, "brief": brief, "source": "there"}
            row["tried"] = sha256
            row |= {"error": None, "message": None, "attempts": before["attempts"] + 1}
            row |= {"seconds": before["seconds"] + came.seconds} | _added(before, came.usage)
            self._tables.insert({**came.tables, DOCUMENTS: [row]}, came.document)
            self._rows.execute("INSERT OR REPLACE INTO _sketches VALUES (?, ?)", (came.document, sketch))
            self._rows.execute("DELETE FROM _leftovers WHERE brief = ?", (brief,))

    def failed(self, failure: Failure, sha256: str | None = None) -> None:
        """Write down that a document, of this digest, failed; an earlier brief of it stays."""
        told = {"state": "failed", "error": failure.kind, "message": failure.message, "tried": sha256}
        self._write_down(failure.document, told, failure.usage)

    def ended(self, came: Ended) -> None:
        """Write down what was spent on a document with which the run had to end; it still waits."""
        self._write_down(came.document, {"error": came.error, "message": came.message}, came.usage)

    def _write_down(self, name: str, told: dict[str, Any], usage: Usage) -> None:
        with self._whole():
            before = self._spent(name)
            told |= {"attempts": before["attempts"] + 1} | _added(before, usage)
            columns = ", ".join(f"{column} = ?" for column in told)
            self._rows.execute(f"UPDATE documents SET {columns} WHERE document = ?", (*told.values(), name))

    def rename(self, old: str, new: str, brief: str) -> None:
        """Note that a document has moved, and its briefs with it."""
        with self._whole():
            self._rows.execute("INSERT OR IGNORE INTO _leftovers SELECT brief FROM documents WHERE document = ?", (old,))
            for table in (*self.tables(), *_OF_DOCUMENTS):
                self._rows.execute(f"UPDATE OR REPLACE {quoted(table)} SET document = ? WHERE document = ?", (new, old))
            self._rows.execute("UPDATE documents SET brief = ?, source = 'there' WHERE document = ?", (brief, new))

    def mark_removed(self, names: Iterable[str]) -> None:
        """Note which documents are no longer in the folder; the others are."""
        with self._whole():
            gone = set(names)
            marked = {name for (name,) in self._rows.execute("SELECT document FROM documents WHERE source = 'removed'")}
            for source, which in (("removed", gone - marked), ("there", marked - gone)):
                self._rows.executemany("UPDATE documents SET source = ? WHERE document = ?", [(source, name) for name in which])

    def forget(self, name: str) -> None:
        """Delete all that is known of a document, and its words wherever they stand in the file.

        Raises:
            SettingsError: another program has the file open, so that they could not be deleted from its log.
        """
        self._empty_log()
        with self._whole():
            self._tables.delete(name)
            for table in (DOCUMENTS, *_OF_DOCUMENTS):
                self._rows.execute(f"DELETE FROM {quoted(table)} WHERE document = ?", (name,))
            self._tables.forget_words()
        with self._usable():
            self._rows.execute("VACUUM")
        self._empty_log()

    def _empty_log(self) -> None:
        for busy, *_ in self.query("PRAGMA wal_checkpoint(TRUNCATE)"):
            if busy:
                raise SettingsError(f"{str(self._path)!r} is open in another program; close that, and try again")

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table by document, in the order in which they were written."""
        yield from map(dict, self.query(f"SELECT * FROM {quoted(table)} ORDER BY document, rowid"))

    def columns(self, table: str) -> dict[str, Kind]:
        """Return the columns of a table, and what each holds; what is the batch's own affair comes last."""
        found = self._tables.columns(table)
        return dict(sorted(found.items(), key=lambda column: column[0] in _LAST)) if table == DOCUMENTS else found

    def copy(self, path: Path) -> None:
        """Write a copy of the tables to a new file."""
        with self._usable():
            self._rows.execute("VACUUM INTO ?", (str(path),))

    def query(self, sql: str, values: Iterable[Any] = ()) -> Iterator[sqlite3.Row]:
        """Yield what a question in SQL finds."""
        with self._usable():
            yield from self._rows.execute(sql, tuple(values))

    @property
    def stale(self) -> bool:
        """Say whether something has changed since the tables were last written out."""
        return any(made != exported for made, exported in self.query("SELECT made, exported FROM _changes"))

    def exported(self) -> None:
        """Note that the tables are written out."""
        with self._usable():
            self._rows.execute("UPDATE _changes SET exported = made")

    def close(self) -> None:
        """Let go of the file, whose log is written into it."""
        self._rows.close()

    def _spent(self, name: str) -> Mapping[str, Any]:
        row = self._rows.execute(
            "SELECT attempts, seconds, requests, input_tokens, output_tokens, cost FROM documents WHERE document = ?", (name,)
        ).fetchone()
        if row and row["attempts"]:
            return dict(row)
        return {"attempts": 0, "seconds": 0.0, "cost": 0.0, **dict.fromkeys(_USAGE, 0)}

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """Make one change of what is done within, or none."""
        with self._usable():
            self._rows.execute("BEGIN IMMEDIATE")
            before = self._rows.total_changes
            try:
                yield
                if self._rows.total_changes != before:
                    self._rows.execute("UPDATE _changes SET made = made + 1")
                self._rows.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._rows.execute("ROLLBACK")
                    self._tables.reload()
                raise

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                why = f"{str(self._path)!r} cannot be written ({error}): make room, and the same command goes on with the rest"
                raise OutputError(why) from None
            raise SettingsError(f"{str(self._path)!r} cannot be used ({error}): close what holds it, and try again") from None
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            raise SettingsError(f"{str(self._path)!r} is damaged; name another folder for the briefs") from None


def _added(before: Mapping[str, Any], usage: Usage) -> dict[str, Any]:
    """Return what a document has cost so far; of what has no known price, the cost is not known."""
    cost = None if usage.cost is None or before["cost"] is None else before["cost"] + usage.cost
    return {name: before[name] + getattr(usage, name) for name in _USAGE} | {"cost": cost}
