"""What past requests to a model tell of the next: how long its tokens are, how much it writes, what its endpoint can do.

Numbers alone are written down, with the model's name and the endpoint's address: no words of a document, no key.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from summariser.errors import SettingsError
from summariser.settings import OFFICIAL
from summariser.types import Dialect

_FILE = "ledger.sqlite"
# Seconds that a process waits for another to finish writing, which takes that one less than a thousandth.
_WAIT = 10

# Of a damaged file SQLite may complain in broken words, which Python then cannot read.
_FAULTS = (sqlite3.Error, UnicodeDecodeError)

# English text has some four characters a token, and tables, names and JSON fewer.
_RATIO = 3.5
_LEAST, _MOST = 1.0, 6.0
_ENOUGH = 10
_LATEST = 50
_TOLERANCE = 0.2

# A guess at what a structured brief takes, for a thousand characters of document, which holds until calls tell better.
_OUTPUT = (120.0, 250.0, 500.0)
_ENOUGH_OUTPUT = 5
_LATEST_OUTPUT = 200
_SHARES = (0.1, 0.5, 0.9)

_KEPT = 10_000
_PRUNED_EVERY = 1_000

_TABLES = (
    f"""CREATE TABLE IF NOT EXISTS models (
        id INTEGER PRIMARY KEY, endpoint TEXT NOT NULL, model TEXT NOT NULL, traits TEXT,
        characters_per_token REAL CHECK (characters_per_token BETWEEN {_LEAST} AND {_MOST}), UNIQUE (endpoint, model))""",
    """CREATE TABLE IF NOT EXISTS calls (
        id INTEGER PRIMARY KEY, model_id INTEGER NOT NULL REFERENCES models,
        characters INTEGER NOT NULL CHECK (characters >= 0), input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
        output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
        document_characters INTEGER NOT NULL CHECK (document_characters >= 0), seconds REAL NOT NULL CHECK (seconds >= 0))""",
    "CREATE INDEX IF NOT EXISTS calls_of_a_model ON calls (model_id)",
)
_BOOK = """INSERT INTO calls (model_id, characters, input_tokens, output_tokens, document_characters, seconds)
    VALUES (?, ?, ?, ?, ?, ?)"""
# Damage can put words where numbers were, and words count as more than any number; adding 0 makes them none.
_COUNT = "SELECT COUNT(*) FROM calls WHERE model_id = ? AND input_tokens + 0 > 0"
_SUMS = """SELECT COUNT(*), TOTAL(characters), TOTAL(input_tokens) FROM (SELECT characters, input_tokens FROM calls
    WHERE model_id = ? AND input_tokens + 0 > 0 ORDER BY id DESC LIMIT ?)"""
_WRITTEN = """SELECT output_tokens * 1000.0 / document_characters FROM calls
    WHERE model_id = ? AND input_tokens + 0 > 0 AND document_characters + 0 > 0 AND output_tokens >= 0
    ORDER BY id DESC LIMIT ?"""
_SETTLED = "SELECT characters_per_token FROM models WHERE id = ? AND characters_per_token BETWEEN ? AND ?"
# As bytes, as it may be no text.
_FOUND_OUT = "SELECT CAST(traits AS BLOB) FROM models WHERE id = ?"
_PRUNE = """DELETE FROM calls WHERE model_id = ?1 AND id <=
    (SELECT id FROM calls WHERE model_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)"""


@dataclass(frozen=True, slots=True)
class Call:
    """One answered request: what was sent and received, and how long it took in seconds.

    `characters` are of all that was sent and counts as tokens, messages and schema; `document_characters` of the part of the
    document in it.
    """

    characters: int
    input_tokens: int
    output_tokens: int
    document_characters: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Traits:
    """What `summariser check` found out about a model at an endpoint."""

    dialect: Dialect
    context_tokens: int | None


@dataclass(frozen=True, slots=True)
class Pace:
    """What past calls tell of a model.

    `calls` counts those whose tokens the server told; `output` is a low, a typical and a high number of output tokens for a
    thousand characters of document, for estimates.
    """

    calls: int = 0
    characters_per_token: float = _RATIO
    output: tuple[float, float, float] = _OUTPUT


# The number is the version of what stands beside it.
_TRAITS = TypeAdapter(tuple[Literal[1], Traits])


class Ledger:
    """What was booked of one model at one endpoint, in a file that its owner alone can read. Threads and processes share it.

    Raises:
        SettingsError: the file is damaged or cannot be written, or the base URL is no address.
    """

    def __init__(self, folder: Path, base_url: str | None, model: str) -> None:
        self._path = folder / _FILE
        self._guard = threading.Lock()
        self._booked = 0
        endpoint = _address(base_url or OFFICIAL)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
            # SQLite gives the files that it puts beside this one the same mode. Opening this one by hand, when it is there,
            # would undo the locks that another connection of this process holds; `touch` does not.
            self._path.touch(mode=0o600)
            self._path.chmod(0o600)
        except OSError as error:
            raise SettingsError(f"calls cannot be booked in {str(self._path)!r} ({error.strerror})") from None
        with self._usable():
            # Outside a transaction of ours every statement is one of its own.
            self._rows = sqlite3.connect(self._path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
            try:
                self._model = self._opened(endpoint, model)
            except _FAULTS:
                self._rows.close()
                raise

    def _opened(self, endpoint: str, model: str) -> int:
        """Make what is missing, drop what is old, and return the number of the model."""
        self._log_ahead()
        # After a power cut the last calls may be missing, and the file is whole.
        self._rows.execute("PRAGMA synchronous = NORMAL")
        for table in _TABLES:
            self._rows.execute(table)
        which = "SELECT id FROM models WHERE endpoint = ? AND model = ?"
        row = self._rows.execute(which, (endpoint, model)).fetchone()
        if row is None:
            self._rows.execute("INSERT OR IGNORE INTO models (endpoint, model) VALUES (?, ?)", (endpoint, model))
            row = self._rows.execute(which, (endpoint, model)).fetchone()
        if row is None:
            raise sqlite3.DatabaseError("a row that was written is not there")
        number = int(row[0])
        self._rows.execute(_PRUNE, (number, _KEPT))
        return number

    def _log_ahead(self) -> None:
        """Let readers and a writer work at once. Of several that make the file together, SQLite fails some without a wait."""
        until = time.monotonic() + _WAIT
        while True:
            try:
                self._rows.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
                time.sleep(0.01)
            else:
                return

    def book(self, call: Call) -> None:
        """Write down a call; one that cannot be written, or makes no sense, is left out, as the run matters more."""
        with self._guard, suppress(*_FAULTS, OverflowError):
            self._rows.execute(_BOOK, (self._model, *astuple(call)))
            self._booked += 1
            if self._booked % _PRUNED_EVERY == 0:
                self._rows.execute(_PRUNE, (self._model, _KEPT))

    def pace(self) -> Pace:
        """Return what the calls so far tell.

        Documents are cut by `characters_per_token`, and answers are kept by how documents were cut, so it stays as it was
        first settled, after ten calls, until the latest fifty are more than a fifth off. It is settled here and nowhere else:
        a run that asks once cuts all its documents alike. `output` follows the latest two hundred calls.

        Raises:
            SettingsError: the file is damaged or cannot be written.
        """
        with self._guard, self._usable(), self._alone():
            (calls,) = self._rows.execute(_COUNT, (self._model,)).fetchone()
            written = [each for (each,) in self._rows.execute(_WRITTEN, (self._model, _LATEST_OUTPUT))]
            return Pace(calls, self._ratio(), _spread(written))

    def _ratio(self) -> float:
        (kept,) = self._rows.execute(_SETTLED, (self._model, _LEAST, _MOST)).fetchone() or (None,)
        settled = _settled(kept, *self._rows.execute(_SUMS, (self._model, _LATEST)).fetchone())
        if settled != kept:
            self._rows.execute("UPDATE models SET characters_per_token = ? WHERE id = ?", (settled, self._model))
        return _RATIO if settled is None else settled

    def remember(self, traits: Traits) -> None:
        """Keep what was found out about the model, in place of what was known.

        Raises:
            SettingsError: the file is damaged or cannot be written.
        """
        kept = _TRAITS.dump_json((1, traits)).decode()
        with self._guard, self._usable():
            self._rows.execute("UPDATE models SET traits = ? WHERE id = ?", (kept, self._model))

    def traits(self) -> Traits | None:
        """Return what was found out about the model, or None; what another version kept counts as nothing.

        Raises:
            SettingsError: the file is damaged or cannot be read.
        """
        with self._guard, self._usable():
            row = self._rows.execute(_FOUND_OUT, (self._model,)).fetchone()
        try:
            return _TRAITS.validate_json(row[0] if row else b"", strict=True)[1]
        except ValidationError:
            return None

    def close(self) -> None:
        """Let go of the file; what is booked afterwards is left out."""
        with self._guard:
            self._rows.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other process write in between, so that two agree on what is settled."""
        self._rows.execute("BEGIN IMMEDIATE")
        with self._rows:  # commits, or takes back
            yield

    @contextmanager
    def _usable(self) -> Iterator[None]:
        """Say in a sentence why the file is of no use."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise SettingsError(
                f"the ledger {str(self._path)!r} cannot be used ({error}): close what holds it, make room, or delete that file"
            ) from None
        except _FAULTS:
            raise SettingsError(f"the ledger {str(self._path)!r} is damaged; delete that file") from None


def _settled(kept: float | None, calls: int, characters: float, tokens: float) -> float | None:
    """Return the ratio that holds from now on, by the one that held and the sums over the latest calls."""
    if calls < (_ENOUGH if kept is None else _LATEST):
        return kept
    ratio = min(max(characters / tokens, _LEAST), _MOST)
    return ratio if kept is None or abs(ratio - kept) > _TOLERANCE * kept else kept


def _spread(values: list[float]) -> tuple[float, float, float]:
    if len(values) < _ENOUGH_OUTPUT:
        return _OUTPUT
    values.sort()
    low, typical, high = (values[round(share * (len(values) - 1))] for share in _SHARES)
    return low, typical, high


def _address(base_url: str) -> str:
    """Return scheme, host, port and path; a name, a password and what is asked for may be secrets."""
    try:
        parts = urlsplit(base_url)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except (ValueError, KeyError):
        raise SettingsError("the base URL is no address; it has the form https://host:port/path") from None
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}{parts.path.rstrip('/')}"
