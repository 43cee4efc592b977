"""The tables of the records that hold what is in the briefs: made as rows come, with full-text search over their words."""

import sqlite3
from collections.abc import Mapping

from summariser.writers.parts import Cell, Row
from summariser.writers.tables import DOCUMENTS, Kind, Tables, kinds_of

_TYPES: Mapping[Kind, str] = {"text": "TEXT", "integer": "INTEGER", "number": "REAL"}
_KINDS = {name: kind for kind, name in _TYPES.items()}
_TABLES = """SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
    AND substr(name, 1, 1) != '_' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"""
# Beyond it SQLite holds no whole numbers.
_GREATEST = 2**63 - 1


class ClaimTables:
    """The tables in an open database, the documents among them; whoever writes opens and ends the transaction."""

    def __init__(self, rows: sqlite3.Connection) -> None:
        self._rows = rows
        self._columns: dict[str, dict[str, Kind]] = {}
        self.reload()

    def reload(self) -> None:
        """Look anew at what is there, after a change was taken back."""
        self._columns = {name: self._found(name) for (name,) in self._rows.execute(_TABLES).fetchall()}

    def names(self) -> list[str]:
        """Return the names of the tables, the documents first."""
        return sorted(self._columns, key=lambda name: (name != DOCUMENTS, name))

    def columns(self, table: str) -> dict[str, Kind]:
        """Return the columns of a table, and what each holds."""
        return dict(self._columns[table])

    def insert(self, tables: Tables, document: str) -> None:
        """Add rows to tables, which are made or widened as needed; a document's own row takes the place of an older one."""
        for table, rows in tables.items():
            for row in rows:
                named: Row = row | {"document": document}
                self._fit(table, named)
                columns, places = ", ".join(map(quoted, named)), ", ".join("?" * len(named))
                self._rows.execute(
                    f"INSERT OR REPLACE INTO {quoted(table)} ({columns}) VALUES ({places})", [*map(_storable, named.values())]
                )

    def delete(self, document: str) -> None:
        """Delete the rows of a document but for its own."""
        for table in self._columns.keys() - {DOCUMENTS}:
            self._rows.execute(f"DELETE FROM {quoted(table)} WHERE document = ?", (document,))

    def forget_words(self) -> None:
        """Let the indexes forget the words of what was deleted, which they otherwise do when they come to it."""
        for table in self._columns.keys() - {DOCUMENTS}:
            index = quoted(table + "_fts")
            self._rows.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")

    def _found(self, table: str) -> dict[str, Kind]:
        return {row[1]: _KINDS[row[2]] for row in self._rows.execute(f"PRAGMA table_info({quoted(table)})")}

    def _fit(self, table: str, row: Row) -> None:
        """See that there is a table, and in it a column for each cell of a row."""
        known = self._columns.get(table)
        if known is not None and row.keys() <= known.keys():
            return
        kinds = kinds_of(table, row)
        if known is None:
            columns = ", ".join(f"{quoted(name)} {_TYPES[kind]}" for name, kind in kinds.items() if name != "document")
            self._rows.execute(f"CREATE TABLE {quoted(table)} (document TEXT NOT NULL REFERENCES documents, {columns})")
            # Without an index SQLite's VACUUM may number the rows anew, and the words would be those of others.
            self._rows.execute(f"CREATE INDEX {quoted(table + '_of_document')} ON {quoted(table)} (document)")
        else:
            for name in [name for name in row if name not in known]:
                self._rows.execute(f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(name)} {_TYPES[kinds[name]]}")
        self._columns[table] = self._found(table)
        if table != DOCUMENTS:
            self._make_searchable(table)

    def _make_searchable(self, table: str) -> None:
        """Index the words of a table anew, kept up to date by triggers (SQLite's manual, FTS5, 4.4.3: external content)."""
        columns = [name for name, kind in self._columns[table].items() if kind == "text" and name != "document"]
        index, names = quoted(table + "_fts"), ", ".join(map(quoted, columns))
        new, old = (", ".join(f"{side}.{quoted(name)}" for name in columns) for side in ("new", "old"))
        add = f"INSERT INTO {index} (rowid, {names}) VALUES (new.rowid, {new});"
        drop = f"INSERT INTO {index} ({index}, rowid, {names}) VALUES ('delete', old.rowid, {old});"
        events = {name: quoted(f"{table}_{name.lower()}") for name in ("INSERT", "DELETE", "UPDATE")}
        for trigger in events.values():
            self._rows.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        self._rows.execute(f"DROP TABLE IF EXISTS {index}")
        # Datasette knows an index by these very words, without blanks.
        self._rows.execute(
            f"CREATE VIRTUAL TABLE {index} USING fts5({names}, content={quoted(table)}, tokenize='porter unicode61')"
        )
        self._rows.execute(f"INSERT INTO {index} ({index}) VALUES ('rebuild')")
        for event, what in zip(events, (add, drop, drop + add), strict=True):
            self._rows.execute(f"CREATE TRIGGER {events[event]} AFTER {event} ON {quoted(table)} BEGIN {what} END")


def quoted(name: str) -> str:
    """Return a name as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def _storable(cell: Cell) -> Cell:
    return float(cell) if isinstance(cell, int) and abs(cell) > _GREATEST else cell
