"""Time as a run sees it: what o'clock it is, and waiting that a stop cuts short. Tests put a clock of their own here."""

import threading
import time


class Clock:
    """The machine's own time, in seconds that never run backwards."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    def now(self) -> float:
        """Return the time in seconds from some fixed moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, or return at once when the run is told to stop."""
        # A wait of months overflows the machine's own timer.
        self._stop.wait(min(seconds, threading.TIMEOUT_MAX))

    def stop(self) -> None:
        """Wake all who wait, and let nobody wait again."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """Say whether the run was told to stop."""
        return self._stop.is_set()
