"""Jobs on threads: as many at once as there are workers, drawn as they are needed, and an end that does not wait for ever."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import partial
from operator import pos
from threading import Event

import pytest

from summariser.workers import as_done, as_finished


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


# Futures that somebody else completes


def test_no_more_are_begun_than_may_be_under_way_and_the_next_when_one_is_done() -> None:
    drawn: list[Future[int]] = []
    order = [2, 0, 3, 1, 6, 4, 5]

    def begun() -> Iterator["Future[int]"]:
        for _ in order:
            drawn.append(Future())
            # The third comes first, and another each time that one more is begun.
            if len(drawn) > 2:
                place = order[len(drawn) - 3]
                drawn[place].set_result(place)
            yield drawn[-1]

    came = as_done(begun(), 3)
    assert drawn == []
    seen = []
    for place in order[:5]:
        seen.append(next(came))
        assert seen[-1] == place
        assert len(drawn) == min(7, 2 + len(seen))
    for place in order[5:]:
        drawn[place].set_result(place)
    assert sorted(seen + list(came)) == sorted(order)


def test_what_is_done_before_it_is_drawn_is_yielded_like_the_rest() -> None:
    def begun() -> Iterator["Future[int]"]:
        for number in range(20):
            future: Future[int] = Future()
            future.set_result(number)
            yield future

    assert sorted(as_done(begun(), 4)) == list(range(20))


def test_nothing_begun_comes_to_nothing() -> None:
    assert list(as_done(iter(()), 3)) == []


def test_whoever_begins_may_end_before_all_is_begun_and_what_is_under_way_still_comes() -> None:
    """As a batch does that was told to stop."""
    stopped: list[bool] = []

    def begun() -> Iterator["Future[int]"]:
        for number in range(100):
            if stopped:
                return
            future: Future[int] = Future()
            future.set_result(number)
            yield future

    came = as_done(begun(), 5)
    first = next(came)
    stopped.append(True)
    assert sorted([first, *came]) == [0, 1, 2, 3, 4]


def test_what_a_future_raises_is_raised_here() -> None:
    future: Future[int] = Future()
    future.set_exception(ValueError("no"))
    with pytest.raises(ValueError, match="no"):
        list(as_done(iter([future]), 1))
