"""Runs jobs on a bounded number of threads, taking the next only when one is free, so that nothing piles up."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

_Came = TypeVar("_Came")


def as_finished(jobs: Iterable[Callable[[], _Came]], workers: int) -> Iterator[_Came]:
    """Yield what each job returns as it finishes; jobs are drawn in the caller's thread, at most `workers` ahead.

    An exception of a job ends the rest, once those that are running have finished.
    """
    waiting = iter(jobs)
    running: list[Future[_Came]] = []
    with ThreadPoolExecutor(workers) as pool:
        while True:
            running += (pool.submit(job) for job in islice(waiting, workers - len(running)))
            if not running:
                return
            wait(running, return_when=FIRST_COMPLETED)
            done = [future for future in running if future.done()]
            running = [future for future in running if future not in done]
            yield from (future.result() for future in done)
