"""A time for tests, in which nobody really waits."""

import threading

from summariser.clock import Clock


class Waits(Clock):
    """A time that passes only while somebody sleeps; `waits` holds how long each time."""

    def __init__(self, waits: list[float] | None = None) -> None:
        super().__init__()
        self.time = 0.0
        self.waits = waits if waits is not None else []
        self._guard = threading.Lock()

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        with self._guard:
            self.waits.append(seconds)
            self.time += seconds
