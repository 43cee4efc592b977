"""Jobs on threads: as many at once as there are workers, drawn as they are needed, and an end that does not wait for ever."""

from collections.abc import Callable, Iterator
from functools import partial
from operator import pos
from threading import Event

import pytest

from summariser.workers import as_finished


def test_no_more_jobs_are_drawn_than_there_are_workers() -> None:
    drawn: list[int] = []

    def jobs() -> Iterator[Callable[[], int]]:
        for number in range(9):
            drawn.append(number)
            yield partial(pos, number)

    came = as_finished(jobs(), 2)
    first = next(came)
    assert drawn == [0, 1]
    assert sorted([first, *came]) == drawn == list(range(9))


def test_every_job_is_done_once() -> None:
    assert sorted(as_finished((partial(pos, number) for number in range(50)), 7)) == list(range(50))


def test_an_interrupt_wakes_those_who_wait_before_it_waits_for_them() -> None:
    stopped = Event()
    woken: list[bool] = []

    def jobs() -> Iterator[Callable[[], None]]:
        yield lambda: woken.append(stopped.wait(5))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(as_finished(jobs(), 2, interrupted=stopped.set))
    assert woken == [True]


def test_what_a_job_raises_ends_the_rest() -> None:
    stopped = Event()
    done: list[int] = []

    def fails() -> None:
        raise ValueError("no")

    jobs: list[Callable[[], None]] = [fails, *(partial(done.append, 1) for _ in range(9))]
    with pytest.raises(ValueError, match="no"):
        list(as_finished(jobs, 1, interrupted=stopped.set))
    assert stopped.is_set()
    assert done == []
