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
    waiting = iter(jobs)
    running: list[Future[_Came]] = []
    with ThreadPoolExecutor(workers) as pool:
        try:
            while True:
                running += (pool.submit(job) for job in islice(waiting, workers - len(running)))
                if not running:
                    return
                wait(running, return_when=FIRST_COMPLETED)
                done = [future for future in running if future.done()]
                running = [future for future in running if future not in done]
                yield from (future.result() for future in done)
        except BaseException:
            interrupted()
            raise
