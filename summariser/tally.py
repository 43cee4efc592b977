"""What the limits of a run count, and the lock on it: in one process, or shared by all the processes of a run.

Shared, it lies in a file without a name that each process maps into its memory. The lock on it is the kernel's, which lets go
when a process dies, so that no process can leave the others waiting for ever.
"""

import ctypes
import mmap
import os
import tempfile
from threading import Condition, Lock
from typing import IO, Any

# The most processes that may share a tally.
MOST = 64
# Seconds after which a process that waits looks again, as no other can wake it.
_GLANCE = 0.005


class Tally(ctypes.Structure):
    """The figures, all 0 at first; moments are the clock's, sums of money are US dollars.

    `flying` and `reserved` have a place for each process, for what is under way in one is over when it dies.
    """

    _fields_ = (
        ("begun", ctypes.c_int),
        ("end", ctypes.c_double),
        ("held", ctypes.c_double),
        ("requests_paid", ctypes.c_double),
        ("tokens_paid", ctypes.c_double),
        ("allowed", ctypes.c_double),
        ("halvings", ctypes.c_int),
        ("settled", ctypes.c_double),
        ("lost", ctypes.c_double),
        ("flying", ctypes.c_int * MOST),
        ("reserved", ctypes.c_double * MOST),
    )
    begun: int
    end: float
    held: float
    requests_paid: float
    tokens_paid: float
    allowed: float
    halvings: int
    settled: float
    lost: float
    flying: "ctypes.Array[ctypes.c_int]"
    reserved: "ctypes.Array[ctypes.c_double]"

    def begin(self, now: float, *, seconds: float, allowed: int) -> None:
        """Begin a run of so many seconds, unless it has begun; `allowed` is how many requests may be under way."""
        if not self.begun:
            self.begun = 1
            self.held = now
            self.end = now + seconds
            self.requests_paid = self.tokens_paid = float("-inf")
            self.allowed = allowed


class Alone:
    """A tally of one process, and the lock on it."""

    place = 0

    def __init__(self, changed: Condition) -> None:
        self.tally = Tally()
        self._changed = changed

    def __enter__(self) -> Tally:
        self._changed.__enter__()
        return self.tally

    def __exit__(self, *raised: Any) -> None:
        self._changed.__exit__(*raised)

    def wait(self) -> None:
        """Let go of the lock until something may have changed; to be called with the lock held."""
        self._changed.wait()

    def tell(self) -> None:
        """Wake those who wait; to be called with the lock held."""
        self._changed.notify_all()


class Shared:
    """A tally that several processes share, and the lock on it; `place` is this process's own among `MOST`.

    Not on Windows, which has no such locks.
    """

    def __init__(self, file: int, place: int) -> None:
        """Take part, by an open file such as `shared_file` returns; it is kept open."""
        self.place = place
        self._file = file
        self._memory = mmap.mmap(file, ctypes.sizeof(Tally))
        self.tally = Tally.from_buffer(self._memory)
        self._here = Condition(Lock())

    def __enter__(self) -> Tally:
        self._here.acquire()
        os.lockf(self._file, os.F_LOCK, 0)
        return self.tally

    def __exit__(self, *raised: object) -> None:
        os.lockf(self._file, os.F_ULOCK, 0)
        self._here.release()

    def wait(self) -> None:
        """Let go of the lock until something may have changed; to be called with the lock held."""
        os.lockf(self._file, os.F_ULOCK, 0)
        self._here.wait(_GLANCE)
        os.lockf(self._file, os.F_LOCK, 0)

    def tell(self) -> None:
        """Wake those of this process who wait; to be called with the lock held."""
        self._here.notify_all()

    def bury(self, place: int) -> None:
        """Close the account of a process that has died: what it had set aside may have been charged for."""
        with self as tally:
            tally.lost += tally.reserved[place]
            tally.reserved[place] = 0.0
            tally.flying[place] = 0
            self.tell()


def shared_file() -> IO[bytes]:
    """Return an open file for a tally, which is gone when the last process has closed it."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - it is the caller's to close
    # All of it is written, or on a full disk the first figure would end the process.
    file.write(bytes(ctypes.sizeof(Tally)))
    file.flush()
    file.seek(0)
    return file
