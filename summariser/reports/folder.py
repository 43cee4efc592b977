"""What the briefs of a folder say together, read from the records of its batch: what is asked and promised, concerns, grades.

The records are only read, as they are at one moment, and a run that is at work on them goes on. Lists are read row by row; of
grades and reviews, those of one authority are held at a time. What a schema does not have is None in every row.
"""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from summariser.claim_tables import quoted
from summariser.errors import SettingsError
from summariser.metrics.dates import days
from summariser.records import FILE, path_of
from summariser.reports.folder_authorities import forms

Row = dict[str, Any]

# What is decided or proposed in a meeting, or called for from outside, binds nobody as a review or a promise does.
_APART = ("committee_decision", "member_proposal", "third_party_call")
_LEDGER = frozenset({"document", "state", "source", "error", "message", "brief"})
_PLACE = ("document", "item", "quote", "start", "end", "page")
_WHOSE = ("voice", "relay")
_ACTIONS = ("action_id", "statement", "kind", "status", "owner", "owner_status", "due", "due_status", "review_id", *_WHOSE)
_FINDINGS = ("finding_id", "statement", "theme", "polarity", "time", "review_id", *_WHOSE)
_REVIEWS = ("review_id", "regime", "role", "name_as_stated", "conducted_by", "fieldwork", "report_date")
_JUDGEMENTS = ("judgement_id", "aspect", "scale", "value_code", "value_as_stated", "time", *_WHOSE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_BY_AUTHORITY = "authority IS NULL, authority COLLATE NOCASE, authority"


class Theme(NamedTuple):
    """How many concerns there are of one theme in the documents of one year; past ones are counted, and told apart."""

    theme: str | None
    year: int | None
    concerns: int
    past: int
    voices: Mapping[str, int]
    documents: Mapping[str, int]


class Authority(NamedTuple):
    """The reviews and the judgements that are told of one authority; where none is named, of one document."""

    name: str | None
    reviews: list[Row]
    judgements: list[Row]


@contextmanager
def reading(out: Path) -> Iterator["Folder"]:
    """Hold the records of a folder of briefs, without keeping anybody from them.

    Raises:
        SettingsError: there are none, or they are damaged, of another program or version, or cannot be read.
    """
    path = path_of(out)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as rows:
            rows.row_factory = sqlite3.Row
            # From here on all is read as it is now, whatever a run writes meanwhile.
            rows.execute("BEGIN")
            yield Folder(out, rows)
    except sqlite3.OperationalError as error:
        raise SettingsError(f"{str(path)!r} cannot be read ({error})") from None
    except sqlite3.DatabaseError:
        raise SettingsError(f"{str(path)!r} is damaged; brief the folder anew into another") from None


class Folder:
    """What the records of a batch hold. It is good while they are held by `reading`."""

    def __init__(self, out: Path, rows: sqlite3.Connection) -> None:
        self.out = out
        self._rows = rows
        tables = [name for (name,) in rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        self._columns = {
            table: {row["name"] for row in rows.execute(f"PRAGMA table_info({quoted(table)})")} for table in tables
        }
        if not self._columns.get("documents", set()) >= _LEDGER:
            raise SettingsError(f"{str(out / FILE)!r} was not made by this version; brief the folder anew into another")
        counted = "SELECT authority, COUNT(*) FROM items WHERE authority IS NOT NULL GROUP BY authority"
        self.authorities = forms((str(name), n) for name, n in rows.execute(counted)) if self._has("items", "authority") else {}
        # Functions that SQL knows by these names.
        rows.create_function("listed", 1, self._listed, deterministic=True)
        rows.create_function("last_day", 1, last_day, deterministic=True)
        rows.create_function("year_of", 1, year_of, deterministic=True)

    def states(self) -> Mapping[str, int]:
        """Return how many documents there are in each state, and under "removed" how many are gone from the folder."""
        states = Counter[str]()
        for state, n in self._rows.execute("SELECT state, COUNT(*) FROM documents GROUP BY state"):
            states[state] = n
        (removed,) = self._rows.execute("SELECT COUNT(*) FROM documents WHERE source = 'removed'").fetchone()
        return {name: states[name] for name in ("briefed", "partial", "failed", "waiting")} | {"removed": removed}

    def actions(self, *, apart: bool = False) -> Iterator[Row]:
        """Yield what is asked, required and promised, by authority and then by the last day that the date due can mean.

        Dates that name no year follow as they are written, then what has none. With `apart`, yield instead what committees
        decided, members proposed and others called for.
        """
        kinds = ", ".join(f"'{kind}'" for kind in _APART)
        where = f"kind IN ({kinds})" if apart else f"kind IS NULL OR kind NOT IN ({kinds})"
        order = f"{_BY_AUTHORITY}, due_by IS NULL, due_by, due IS NULL, document, start"
        yield from self._told("actions", _ACTIONS, where=where, order=order, also="last_day(due) AS due_by")

    def themes(self) -> Iterator[Theme]:
        """Yield how many concerns there are by theme and year of the document, those of undated documents last."""
        order = "theme IS NULL, theme, year IS NULL, year, document"
        of_year = groupby(self._concerns(order), key=lambda row: (row["theme"], row["year"]))
        for (theme, year), rows in of_year:
            voices, documents, past = Counter[str](), Counter[str](), 0
            for row in rows:
                voices[row["voice"] or "not_told"] += 1
                documents[row["document"]] += 1
                past += row["time"] == "past"
            yield Theme(theme, year, voices.total(), past, dict(voices.most_common()), dict(documents.most_common()))

    def concerns(self) -> Iterator[Row]:
        """Yield every concern, by theme, year and document."""
        return self._concerns("theme IS NULL, theme, year IS NULL, year, document, start")

    def examples(self, theme: str | None, most: int) -> list[Row]:
        """Return a few present concerns of one theme, each of another document: reviewers' first, and the latest of those."""
        order = "voice IS NOT 'reviewer', year IS NULL, year DESC, document_date DESC, document, start"
        found: dict[str, Row] = {}
        for row in self._concerns(order, "AND theme IS ? AND time IS NOT 'past'", (theme,)):
            found.setdefault(row["document"], row)
            if len(found) == most:
                break
        return list(found.values())

    def by_authority(self) -> Iterator[Authority]:
        """Yield the reviews and judgements of one authority after another; those of none, document by document."""
        wanted = dict.fromkeys((*_REVIEWS, *_JUDGEMENTS))
        parts = [
            self._select(table, tuple(wanted), f"'{table}' AS part, rowid AS place")
            for table in ("reviews", "judgements")
            if table in self._columns
        ]
        if not parts:
            return
        both = " UNION ALL ".join(parts)
        found = self._rows.execute(f"SELECT * FROM ({both}) ORDER BY {_BY_AUTHORITY}, document, part, place")  # noqa: S608

        def whose(row: Row) -> tuple[str | None, str | None]:
            return row["authority"], row["document"] if row["authority"] is None else None

        for (name, _), rows in groupby(map(dict, found), key=whose):
            told = Authority(name, [], [])
            for row in rows:
                (told.reviews if row["part"] == "reviews" else told.judgements).append(row)
            yield told

    def missing(self) -> Iterator[Row]:
        """Yield the documents that failed, were briefed in part, were not come to, or are gone from the folder.

        `earlier_brief` says whether an earlier brief of one that failed is in this report.
        """
        losses = "losses" if self._has("documents", "losses") else "NULL"
        found = f"""SELECT document, state, source = 'removed' AS removed, error,
            CASE state WHEN 'partial' THEN {losses} ELSE message END AS message,
            state = 'failed' AND brief IS NOT NULL AS earlier_brief
            FROM documents WHERE state != 'briefed' OR source = 'removed' ORDER BY document"""  # noqa: S608 - a name of ours
        for row in self._rows.execute(found):
            yield dict(row) | {"removed": bool(row["removed"]), "earlier_brief": bool(row["earlier_brief"])}

    def _concerns(self, order: str, more: str = "", values: Sequence[Any] = ()) -> Iterator[Row]:
        also = "year_of(document_date) AS year"
        return self._told("findings", _FINDINGS, where=f"polarity = 'concern' {more}", order=order, also=also, values=values)

    def _told(
        self, table: str, wanted: Sequence[str], *, where: str, order: str, also: str, values: Sequence[Any] = ()
    ) -> Iterator[Row]:
        """Yield the rows of a table, which the schema may not have."""
        if table in self._columns:
            inner = f"SELECT *, {also} FROM ({self._select(table, wanted)})"  # noqa: S608 - names of ours, or quoted
            for row in self._rows.execute(f"SELECT * FROM ({inner}) WHERE {where} ORDER BY {order}", tuple(values)):  # noqa: S608
                yield dict(row) | {"statement": row["statement"] or row["quote"]}

    def _select(self, table: str, wanted: Sequence[str], also: str = "") -> str:
        """Return the question for the rows of a table with their authority and the date of their document."""
        columns = [
            f"{quoted(name) if self._has(table, name) else 'NULL'} AS {quoted(name)}" for name in (*wanted, *_PLACE) if name
        ]
        here = f"document = {quoted(table)}.document"
        of_item = f"(SELECT listed(authority) FROM items WHERE {here} AND item = {quoted(table)}.item LIMIT 1)"  # noqa: S608
        authority = of_item if self.authorities and self._has(table, "item") else "NULL"
        dated = f"(SELECT document_date FROM documents WHERE {here})"  # noqa: S608 - names of ours, or quoted
        document_date = dated if self._has("documents", "document_date") else "NULL"
        told = [f"{authority} AS authority", f"{document_date} AS document_date", *columns, *([also] if also else [])]
        return f"SELECT {', '.join(told)} FROM {quoted(table)}"  # noqa: S608 - names of ours, or quoted

    def _listed(self, name: object) -> str | None:
        return None if name is None else self.authorities.get(str(name))

    def _has(self, table: str, column: str) -> bool:
        return column in self._columns.get(table, ())


def last_day(due: object) -> str | None:
    """Return the last day that a date can mean ("2024-09" its 30th), also of one that other words lead up to."""
    words = str(due).split()
    for told in dict.fromkeys((" ".join(words), " ".join(words[-3:]), " ".join(words[-2:]), *words[-1:])):
        if (found := days(told)) and not (told != " ".join(words) and told.isdigit()):
            return found[1].isoformat()
    return None


def year_of(when: object) -> int | None:
    """Return the one year that a date names."""
    found: tuple[date, date] | None = days(when)
    years = {found[0].year, found[1].year} if found else {int(year) for year in _YEAR.findall(str(when))}
    return years.pop() if len(years) == 1 else None
