"""The figures of a run that several processes share: together they keep to the limits of one, whoever of them dies."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from itertools import count
from typing import IO, Any

import pytest

from summariser import limits as module
from summariser.clock import Clock
from summariser.errors import EngineBusy, QuotaExhausted
from summariser.limits import Limits, Price, Size
from summariser.settings import Settings
from summariser.tally import MOST, Shared, shared_file
from tests import test_limits
from tests.conftest import ROOT
from tests.test_limits import DEFAULTS, REQUEST, Blocked, FakeClock, ask, busy, gate_of_threads, room

PATIENCE = 30.0
PROCESSES = 3
_FILES = 12
# What a request may cost, and what it comes to; the latter is less, as it mostly is.
RESERVED, SETTLED = 2.0, 1.0
SIZE = Size(10, 2, 0)


class Process:
    """A process that takes part in a tally, at a place of its own, and does what it is told."""

    def __init__(self, files: list[int], place: int) -> None:
        self.place = place
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from tests.test_tally import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            pass_fds=files,
        )

    def tell(self, what: str, **arguments: Any) -> None:
        """Tell it to do something."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"what": what} | arguments).encode() + b"\n")
        self._process.stdin.flush()

    def says(self, seconds: float = PATIENCE) -> bool:
        """Say whether it has something to answer, for which so many seconds are waited."""
        assert self._process.stdout
        return bool(select.select([self._process.stdout], [], [], seconds)[0])

    def hear(self) -> Any:
        """Return its answer."""
        assert self._process.stdout
        assert self.says()
        return json.loads(self._process.stdout.readline())

    def do(self, what: str, **arguments: Any) -> Any:
        """Tell it to do something, and return its answer."""
        self.tell(what, **arguments)
        return self.hear()

    def kill(self) -> None:
        """End it by SIGKILL."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()


class Group:
    """Some processes, and files that they can share tallies in; a test takes the next file."""

    def __init__(self) -> None:
        self._files: list[IO[bytes]] = [shared_file() for _ in range(_FILES)]
        self._next = count()
        self._places = count(1)
        self.members: list[Process] = []

    def share(self, *, least: int = PROCESSES, **settings: Any) -> Shared:
        """Let all take part in a new tally, and take part in it; there are at least so many."""
        while len(self.members) < least:
            self.members.append(Process([file.fileno() for file in self._files], next(self._places)))
        file = self._files[next(self._next)].fileno()
        for member in self.members:
            member.tell("join", file=file, place=member.place, settings=settings)
        for member in self.members:
            assert member.hear() is None
        return Shared(file, 0)

    def kill(self, member: Process) -> None:
        """Kill one."""
        member.kill()
        self.members.remove(member)

    def all(self, what: str, **arguments: Any) -> list[Any]:
        """Tell all to do something, and return their answers when all have done it."""
        for member in self.members:
            member.tell(what, **arguments)
        return [member.hear() for member in self.members]

    def close(self) -> None:
        """End them all."""
        for member in self.members:
            member.kill()
        for file in self._files:
            file.close()


@pytest.fixture(scope="module")
def group() -> Iterator[Group]:
    made = Group()
    yield made
    made.close()


Stamps = list[tuple[float, float]]


def _most_at_once(stamps: Stamps) -> int:
    """Return how many spans there were at most at one moment."""
    steps = sorted([(begin, 1) for begin, _ in stamps] + [(end, -1) for _, end in stamps])
    most = now = 0
    for _, step in steps:
        now += step
        most = max(most, now)
    return most


def _stamps(answers: list[Any]) -> Stamps:
    return [(begin, end) for answer in answers for begin, end in answer["stamps"]]


# What all processes keep to together


def test_no_more_are_under_way_in_all_processes_than_there_are_workers(group: Group) -> None:
    group.share(workers=4)
    stamps = _stamps(group.all("ask", threads=4, turns=8, seconds=0.004))
    assert len(stamps) == PROCESSES * 4 * 8
    assert _most_at_once(stamps) == 4


def test_no_more_is_spent_in_all_processes_than_the_ceiling(group: Group) -> None:
    shared = group.share(workers=6, max_cost=20 * SETTLED)
    answers = group.all("ask", threads=4, turns=8, seconds=0.001)
    done = len(_stamps(answers))
    # What is set aside for a request is more than it comes to, so the last of the money stays unspent.
    assert 20 - RESERVED / SETTLED < done <= 20
    assert sum(answer["refused"] for answer in answers) == PROCESSES * 4 * 8 - done
    assert shared.tally.settled == done * SETTLED
    assert (shared.tally.lost, sum(shared.tally.reserved), sum(shared.tally.flying)) == (0, 0, 0)


def test_the_rate_is_one_for_all_processes(group: Group) -> None:
    group.share(workers=8, requests_per_minute=60 * 50)
    stamps = _stamps(group.all("ask", threads=2, turns=10, seconds=0))
    first, last = min(begin for begin, _ in stamps), max(begin for begin, _ in stamps)
    # Fifty may begin at once, and then one every fiftieth of a second.
    assert len(stamps) == 60
    assert last - first >= (60 - 51) / 50 - 0.001


def test_what_one_is_told_to_wait_all_wait(group: Group) -> None:
    group.share(workers=8)
    one, *others = group.members
    until = one.do("busy", retry_after=0.4) + 0.4
    for other in others:
        other.tell("ask", threads=2, turns=1, seconds=0)
    begun = [begin for begin, _ in _stamps([other.hear() for other in others])]
    assert len(begun) == 4
    assert min(begun) >= until - 0.01


def test_what_one_is_slowed_down_to_all_are(group: Group) -> None:
    group.share(workers=8)
    one, *others = group.members
    one.do("busy", retry_after=None)
    for other in others:
        # Not settled, or each would raise the number again.
        other.tell("ask", threads=8, turns=4, seconds=0.004, settle=False)
    assert _most_at_once(_stamps([other.hear() for other in others])) == 4
    one.do("busy", retry_after=None)
    assert _most_at_once(_stamps(group.all("ask", threads=8, turns=2, seconds=0.004, settle=False))) == 2


def test_requests_that_were_under_way_together_slow_all_down_once(group: Group) -> None:
    shared = group.share(workers=16)
    group.all("begin", turns=2)
    group.all("end", retry_after=None)
    assert shared.tally.allowed == 8


def test_a_process_that_joins_later_begins_nothing_anew(group: Group) -> None:
    shared = group.share(workers=8)
    one, *_ = group.members
    one.do("busy", retry_after=1000)
    before = bytes(shared.tally)
    Limits(DEFAULTS.model_copy(update={"workers": 8}), None, Clock(), shared)
    assert bytes(shared.tally) == before


def test_a_place_that_is_given_back_in_one_process_lets_another_begin(group: Group) -> None:
    group.share(workers=1)
    one, other, _ = group.members
    one.do("begin", turns=1)
    other.tell("ask", threads=1, turns=1, seconds=0)
    assert not other.says(0.1)
    one.do("end", retry_after=0.0)
    assert len(other.hear()["stamps"]) == 1


def test_one_that_ends_in_good_order_leaves_nothing_to_lose(group: Group) -> None:
    shared = group.share(workers=2, max_cost=10.0)
    one, *_ = group.members
    one.do("ask", threads=2, turns=2, seconds=0)
    before = bytes(shared.tally)
    shared.bury(one.place)
    assert bytes(shared.tally) == before


# Processes that die


def test_one_that_dies_gives_its_places_back_and_what_it_had_set_aside_is_lost(group: Group) -> None:
    shared = group.share(least=2, workers=2, max_cost=10.0)
    dies, other = group.members[:2]
    dies.do("begin", turns=2)
    other.tell("ask", threads=1, turns=1, seconds=0)
    assert not other.says(0.1)
    group.kill(dies)
    assert not other.says(0.1)
    shared.bury(dies.place)
    assert len(other.hear()["stamps"]) == 1
    assert shared.tally.lost == 2 * RESERVED
    assert shared.tally.settled == SETTLED
    assert (sum(shared.tally.reserved), sum(shared.tally.flying)) == (0, 0)
    # What may have been charged counts towards the ceiling: of 10, 4 are lost and 1 is spent.
    done = other.do("ask", threads=1, turns=9, seconds=0)
    assert len(done["stamps"]) == 4
    assert "$9.0000 of $10.0000 is spent ($4.0000 of it perhaps" in done["why"]


def test_one_that_dies_with_the_lock_does_not_block_the_others(group: Group) -> None:
    group.share(least=2, workers=8)
    dies, *others = group.members
    dies.do("lock")
    for other in others:
        other.tell("ask", threads=1, turns=1, seconds=0)
    assert not any(other.says(0.1) for other in others)
    group.kill(dies)
    assert all(len(other.hear()["stamps"]) == 1 for other in others)
    assert others


# A shared tally in one process is like one of its own


class NeverWaits(Shared):
    """Says that somebody waits, instead of waiting."""

    def wait(self) -> None:
        raise Blocked


LAWS: list[Callable[[], None]] = [
    test_limits.test_as_many_begin_at_once_as_there_are_workers,
    test_limits.test_a_busy_endpoint_halves_the_number_and_each_success_raises_it,
    test_limits.test_the_number_grows_back_to_the_workers_and_no_further,
    test_limits.test_requests_that_were_in_flight_together_halve_once,
    test_limits.test_requests_of_any_minute_stay_within_rate_and_burst,
    test_limits.test_a_request_larger_than_a_minute_of_tokens_gets_through_alone,
    test_limits.test_tokens_given_back_are_not_saved_up_beyond_the_burst,
    test_limits.test_nobody_begins_before_the_longest_hold_is_over,
    test_limits.test_a_hold_that_comes_while_somebody_waits_is_kept_too,
    test_limits.test_a_ceiling_of_n_prices_lets_n_through,
    test_limits.test_three_at_once_for_thirty_cents,
    test_limits.test_exhausted_money_says_what_was_spent_and_what_to_do,
    test_limits.test_what_is_settled_is_returned_and_summed,
    test_limits.test_after_the_deadline_nothing_begins_and_what_began_may_end,
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__.removeprefix("test_"))
def test_the_laws_of_one_process_hold_for_a_shared_tally(law: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Limits] = []
    with ExitStack() as files:

        def gate(clock: Clock, price: Price | None = None, **settings: Any) -> Limits:
            shared = NeverWaits(files.enter_context(shared_file()).fileno(), 1 + len(made) % (MOST - 1))
            made.append(Limits(DEFAULTS.model_copy(update=settings), price, clock, shared))
            return made[-1]

        monkeypatch.setattr(test_limits, "gate", gate)
        law()
    assert made


def test_a_shared_tally_is_kept_to_by_all_threads_of_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    with shared_file() as file:
        shared = Shared(file.fileno(), 5)
        monkeypatch.setattr(module, "Alone", lambda _: shared)
        limits = gate_of_threads(Clock(), workers=3)
        with ThreadPoolExecutor(12) as pool:
            stamps = [stamp for each in pool.map(lambda _: _asked(limits, 4, 0.002, settle=True), range(12)) for stamp in each]
    assert len(stamps) == 48
    assert _most_at_once(stamps) <= 3
    assert list(shared.tally.flying) == [0] * MOST


def test_the_file_of_a_tally_is_in_no_folder() -> None:
    with shared_file() as file:
        assert os.fstat(file.fileno()).st_nlink == 0


def test_two_places_count_together_and_are_buried_one_by_one() -> None:
    with shared_file() as file:
        both = [Limits(DEFAULTS.model_copy(update={"workers": 5}), None, FakeClock(), NeverWaits(file.fileno(), place))
                for place in (1, 2)]  # fmt: skip
        opened = [test_limits.Open(both[0]) for _ in range(3)]
        assert room(both[1]) == 2
        NeverWaits(file.fileno(), 0).bury(2)
        assert room(both[1]) == 2
        NeverWaits(file.fileno(), 0).bury(1)
        assert room(both[1]) == 5
        del opened
        ask(both[1])


# What follows runs in a process of its own.


def serve() -> None:
    """Do what the test says, line by line."""
    limits: Limits | None = None
    shared: Shared | None = None
    opened: list[test_limits.Open] = []
    for line in sys.stdin.buffer:
        message = json.loads(line)
        what = message["what"]
        answer: Any = None
        if what == "join":
            shared = Shared(message["file"], message["place"])
            settings = Settings.model_construct(**(DEFAULTS.model_dump() | message["settings"]))
            limits = Limits(settings, _price, Clock(), shared)
        assert limits
        assert shared
        if what == "ask":
            answer = _ask_all(limits, message)
        elif what == "busy":
            with suppress(EngineBusy), limits.turn(REQUEST, SIZE):
                answer = time.monotonic()
                raise busy(message["retry_after"])
        elif what == "begin":
            opened = [test_limits.Open(limits, SIZE) for _ in range(message["turns"])]
        elif what == "end":
            while opened:
                opened.pop().end(busy(message["retry_after"]))
        elif what == "lock":
            shared.__enter__()
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _price(input_tokens: int, output_tokens: int, cached_tokens: int) -> float:
    return float(input_tokens + output_tokens)


def _asked(limits: Limits, turns: int, seconds: float, *, settle: bool) -> Stamps:
    stamps = []
    for _ in range(turns):
        with limits.turn(REQUEST, SIZE) as turn:
            begin = time.monotonic()
            time.sleep(seconds)
            if settle:
                turn.settle(1, 0)
            stamps.append((begin, time.monotonic()))
    return stamps


def _ask_all(limits: Limits, message: dict[str, Any]) -> dict[str, Any]:
    """Make requests in several threads, and tell when each began and ended, and how many there was no money for."""

    def work(_: int) -> tuple[Stamps, int, str]:
        stamps: Stamps = []
        refused, why = 0, ""
        for _turn in range(message["turns"]):
            try:
                stamps += _asked(limits, 1, message["seconds"], settle=message.get("settle", True))
            except QuotaExhausted as error:
                refused, why = refused + 1, str(error)
        return stamps, refused, why

    with ThreadPoolExecutor(message["threads"]) as pool:
        done = list(pool.map(work, range(message["threads"])))
    stamps = [stamp for each, _, _ in done for stamp in each]
    return {"stamps": stamps, "refused": sum(refused for _, refused, _ in done), "why": done[-1][2]}
