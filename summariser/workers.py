"""Runs jobs on a bounded number of threads, taking the next only when one is free, so that nothing piles up."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

_Came = TypeVar("_Came")


def as_finished(
    jobs: Iterable[Callable[[], _Came]], workers: int, *, interrupted: Callable[[], object] = lambda: None
) -> Iterator[_Came]:
    """Yield what each job returns as it finishes; jobs are drawn in the caller's thread, at most `workers` ahead.

    An exception of a job, or an interrupt, ends the rest: `interrupted` is called, and what is running is waited for.
    """
    with ThreadPoolExecutor(workers) as pool:
        try:
            yield from as_done(map(pool.submit, jobs), workers)
        except BaseException:
            interrupted()
            raise


def as_done(begun: Iterable[Future[_Came]], most: int) -> Iterator[_Came]:
    """Yield what comes of each future as it is done; they are drawn, and so begun, when fewer than `most` are under way."""
    waiting = iter(begun)
    running: set[Future[_Came]] = set()
    while running := running.union(islice(waiting, most - len(running))):
        done, running = wait(running, return_when=FIRST_COMPLETED)
        yield from (future.result() for future in done)
