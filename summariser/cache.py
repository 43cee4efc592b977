"""Keeps finished, validated answers as text under `Request.key`, so that nothing is paid for twice.

Stored rows can't run code: diskcache unpickles what it finds (CVE-2025-69872), so the disk below stores and reads plain
strings alone. Nothing is dropped in silence: at the limit new answers are refused, and the caller says so.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diskcache

from summariser.errors import SettingsError

_PICKLED = diskcache.core.MODE_PICKLE


class _TextDisk(diskcache.Disk):  # type: ignore[misc]
    """A disk of strings: any other value is refused when stored, and any other row when read."""

    def put(self, key: Any) -> tuple[str, bool]:
        return _text(key), True

    def get(self, key: Any, raw: bool) -> str:
        if not raw:
            raise ValueError("the cache holds a key that is not text")
        return _text(key)

    def store(self, value: Any, read: bool, key: Any = diskcache.core.UNKNOWN) -> Any:
        return super().store(_text(value), read, key=key)

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> str:
        if mode == _PICKLED:
            raise ValueError("the cache holds a value that is not text")
        return _text(super().fetch(mode, filename, value, read))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"the cache holds text alone, not {type(value).__name__}")
    return value


@dataclass(frozen=True, slots=True)
class CacheStats:
    """How many answers are kept, in how many bytes, where, and up to which limit in bytes."""

    folder: Path
    answers: int
    size: int
    limit: int


class Cache:
    """A folder of answers, readable by its owner alone. Threads may share it.

    Raises:
        SettingsError: the folder holds something else, or a damaged cache.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        except OSError as error:
            raise SettingsError(f"answers cannot be kept in {str(folder)!r} ({error.strerror})") from None
        self._folder = folder
        self._limit = limit
        try:
            # Text of any length goes into the database: files would be read back with their line ends changed.
            self._store = diskcache.Cache(
                str(folder), disk=_TextDisk, eviction_policy="none", cull_limit=0, size_limit=2**62, disk_min_file_size=2**40
            )
        except sqlite3.DatabaseError:
            raise SettingsError(f"the cache in {str(folder)!r} is damaged; delete that folder") from None
        # A lock and how many threads hold it or wait for it; it is dropped when there are none.
        self._locks: dict[str, tuple[threading.Lock, int]] = {}
        self._guard = threading.Lock()

    def get(self, key: str) -> str | None:
        """Return the answer kept under `key`, or None; a row that is not plain text counts as none."""
        try:
            value = self._store.get(key, retry=True)
        except (TypeError, ValueError):
            return None
        return value if isinstance(value, str) else None

    def put(self, key: str, text: str, *, document: str) -> bool:
        """Keep an answer about a document, named by its digest; return False if the cache is at its limit and did not."""
        if self._store.volume() + len(text) > self._limit:
            return False
        return bool(self._store.set(key, text, retry=True, tag=document))

    @contextmanager
    def sole(self, key: str) -> Iterator[None]:
        """Hold `key` for one thread, so that the same question is never in flight twice."""
        with self._guard:
            lock, count = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = lock, count + 1
        try:
            with lock:
                yield
        finally:
            with self._guard:
                lock, count = self._locks.pop(key)
                if count > 1:
                    self._locks[key] = lock, count - 1

    def stats(self) -> CacheStats:
        """Return what the cache holds."""
        return CacheStats(self._folder, len(self._store), int(self._store.volume()), self._limit)

    def forget(self, document: str) -> int:
        """Forget the answers about a document, named by its digest, with every word of them; return how many there were."""
        count = int(self._store.evict(document, retry=True))
        # What is deleted stays in the file until its place is needed.
        with closing(sqlite3.connect(self._folder / diskcache.core.DBNAME, isolation_level=None)) as rows:
            rows.execute("VACUUM")
            rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return count

    def clear(self) -> int:
        """Forget every answer; return how many there were."""
        return int(self._store.clear(retry=True))

    def close(self) -> None:
        """Let go of the files."""
        self._store.close()
