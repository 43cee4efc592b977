"""Keeps Ctrl-C, which a terminal sends to every process in front of it, from those that only their parent may end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_back() -> Iterator[None]:
    """Begin processes that no interrupt reaches: what a thread holds back, they hold back from their birth to their end.

    An interrupt that comes meanwhile reaches another thread of this process, or this one afterwards. Does nothing on Windows.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
