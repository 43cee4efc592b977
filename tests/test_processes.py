"""Documents briefed by several processes: the same comes of them as of threads, and nothing is left behind, whoever dies."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from summariser import processes as module
from summariser import readers
from summariser.briefing import Briefed, Came, Ended, Job
from summariser.errors import EngineDown
from summariser.pipeline import Pipeline
from summariser.processes import Processes, Staff, Threads
from summariser.readers import from_text, read
from summariser.settings import Settings
from summariser.types import Document, Failure, Loss, Usage
from tests.conftest import ROOT, SAMPLES
from tests.counting_server import PATIENCE, CountingServer, children_of, is_alive, until
from tests.loopback import NOTE

KEY = "sk-very-secret-9c1"
SHORT = "Staff told us that they were well supported. We found that 48% of the plans were late.\n"


@contextmanager
def _processes(settings: Settings, schema: str = "council_review", most: int = 2) -> Iterator[Processes]:
    """Hold processes, which leave no child behind."""
    before = children_of(os.getpid())
    staff = Processes(schema, settings, most)
    try:
        yield staff
    except BaseException:
        # A test that failed does not wait for what is held for it.
        for pid in _workers(staff):
            os.kill(pid, signal.SIGKILL)
        raise
    finally:
        staff.stop()
        staff.close()
        assert children_of(os.getpid()) <= before


@contextmanager
def _threads(settings: Settings, schema: str = "council_review") -> Iterator[Threads]:
    with closing(Pipeline(schema, settings=settings)) as pipeline:
        staff = Threads(pipeline)
        try:
            yield staff
        finally:
            staff.close()


def _job(document: Document, out: Path, name: str | None = None) -> Job:
    name = name or readers.printable(document.name)
    return Job(document, name, str(out / name))


def _paper(number: int) -> Document:
    return replace(from_text(f"{NOTE}This is paper {number}, edition 1.\n"), name=f"{number}.txt")


def _all(staff: Staff, documents: list[Document], out: Path) -> list[Came]:
    futures = [staff.submit(_job(document, out)) for document in documents]
    return [future.result(PATIENCE) for future in futures]


def _timeless(came: Came) -> Came:
    return replace(came, seconds=0.0) if isinstance(came, Briefed) else came


def _workers(staff: Processes) -> list[int]:
    return [each._process.pid for each in staff._all]


def _written(out: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in out.iterdir()}


def _asking(server: CountingServer, folder: Path, **changes: Any) -> Settings:
    given: dict[str, Any] = {"model": "small", "base_url": server.url, "api_key": KEY, "cache_dir": folder / "cache"}
    return Settings(**(given | changes))


# What comes of it


def test_with_the_embedded_engine_it_comes_to_the_same_as_with_threads(settings: Settings, tmp_path: Path) -> None:
    documents = [read(path) for path in sorted(SAMPLES.glob("*.txt"))]
    # A name in an encoding that nobody knows has half characters in it.
    documents += [from_text("\n".join(f"{SHORT}{number}" for number in range(60))), from_text(SHORT, name="caf\udce9.txt")]
    with _threads(settings) as staff:
        expected = _all(staff, documents, tmp_path / "threads")
    with _processes(settings) as staff:
        came = _all(staff, documents, tmp_path / "processes")
    assert list(map(_timeless, came)) == list(map(_timeless, expected))
    assert _written(tmp_path / "processes") == _written(tmp_path / "threads")
    assert all(isinstance(each, Briefed) for each in came[:-1])


CAME: list[Came] = [
    Briefed(
        "a/ü\n\"'\u2028.txt",
        {
            "documents": [{"a": 1, "b": 1.0, "c": True, "d": None, "e": "", "f": -0.5}],
            "figures": [{"value": 1e300}, {"value": 2}],
        },
        (Loss("part", (0, 10), "TooLong", "it was too long"), Loss("summary", None, "EngineBusy", "busy")),
        Usage(2, 30, 4, 0.25),
        cached=True,
        seconds=1.5,
    ),
    Failure("b.txt", "ReplyInvalid", "no brief", Usage(1, 2, 3, None)),
    Ended("c.txt", "QuotaExhausted", "no money", Usage(1), "openai", "m", "key"),
]


@pytest.mark.parametrize("came", CAME, ids=lambda came: type(came).__name__)
def test_what_came_of_a_document_is_told_from_one_process_to_another_as_it_is(came: Came) -> None:
    number, told = module._TOLD.validate_json(module._TOLD.dump_json((7, came)))
    assert (number, told) == (7, came)
    assert repr(told) == repr(came)  # 1, 1.0 and True are equal, and not the same


def test_large_documents_that_fail_at_once_block_nobody(tmp_path: Path) -> None:
    settings = Settings.model_validate({"model": "small", "base_url": "http://127.0.0.1:9/v1", "max_characters": 1_000})
    documents = [replace(from_text(f"{number} {SHORT * 12_000}"), name=f"{number}.txt") for number in range(12)]
    with _processes(settings, "general", most=1) as staff:
        came = _all(staff, documents, tmp_path)
    assert [(each.document, type(each).__name__) for each in came] == [(each.name, "Failure") for each in documents]
    assert not list(tmp_path.glob("*.json"))


# With a model


def test_processes_ask_a_model_as_threads_do_and_the_same_question_once(tmp_path: Path) -> None:
    documents = [_paper(number) for number in range(6)]
    # Of the second, which is not where the one with the least to do would get it.
    twin = replace(documents[1], name="twin.txt")
    with CountingServer(holds=True) as server:
        settings = _asking(server, tmp_path, workers=4)
        environment = dict(os.environ)
        with _processes(settings, "general") as staff:
            submitted = [*documents[:2], twin, *documents[2:]]
            futures = [staff.submit(_job(document, tmp_path / "processes")) for document in submitted]
            server.until(lambda: len(server.requests) == 3, "as many are under way as can be, since the twin waits")
            for pid in _workers(staff):
                _check_no_secrets(pid, environment)
            server.let_through()
            came = [future.result(PATIENCE) for future in futures]
            same = [came.pop(2), came.pop(1)]
        assert set(server.counts().values()) == {1}
        assert len(server.requests) == 6
        # Whichever of the two came to ask first was answered, and the other was told the same.
        assert sorted(each.cached for each in same if isinstance(each, Briefed)) == [False, True]
        assert next(each.usage for each in same if isinstance(each, Briefed) and each.cached) == Usage()
        del documents[1]
        elsewhere = settings.model_copy(update={"cache_dir": tmp_path / "another cache"})
        with _threads(elsewhere, "general") as threads:
            expected = _all(threads, documents, tmp_path / "threads")
    assert list(map(_timeless, came)) == list(map(_timeless, expected))
    for document in documents:
        for suffix in ("json", "md"):
            name = f"{document.name}.{suffix}"
            assert (tmp_path / "processes" / name).read_text() == (tmp_path / "threads" / name).read_text()


def _check_no_secrets(pid: int, environment: dict[str, str]) -> None:
    shown = Path(f"/proc/{pid}/cmdline").read_bytes()
    told = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    assert KEY.encode() not in shown
    assert not any(KEY.encode() in each for each in told)
    given = {f"{name}={value}".encode() for name, value in environment.items()}
    assert {each.partition(b"=")[0] for each in told if each and each not in given} <= {b"PYTHONPATH"}


def test_a_stop_ends_what_waits_to_ask_and_lets_what_is_asked_come(tmp_path: Path) -> None:
    with CountingServer(holds=True) as server:
        # The second would have to wait for a minute, and the fourth for a thread.
        settings = _asking(server, tmp_path, workers=3, requests_per_minute=1)
        with _processes(settings, "general", most=1) as staff:
            futures: list[Future[Came]] = [staff.submit(_job(_paper(number), tmp_path)) for number in range(5)]
            server.until(lambda: server.requests, "the first is asked")
            asked = server.requests[0].paper[0]
            staff.stop()
            others = [future for number, future in enumerate(futures) if number != asked]
            for future in others:
                came = future.result(PATIENCE)
                assert isinstance(came, Ended)
                assert came.error == "RunStopped"
            assert not futures[asked].done()
            server.let_through()
            assert isinstance(futures[asked].result(PATIENCE), Briefed)
        assert len(server.requests) == 1


# Processes that die


def test_one_that_dies_fails_its_documents_and_another_takes_its_place(settings: Settings, tmp_path: Path) -> None:
    documents = [replace(from_text(f"{SHORT}{number}"), name=f"{number}.txt") for number in range(4)]
    with _processes(settings) as staff:
        first, second = (staff.submit(_job(document, tmp_path)) for document in documents[:2])
        dies, lives = _workers(staff)
        # One that is held is certainly not at its end.
        os.kill(dies, signal.SIGSTOP)
        os.kill(dies, signal.SIGKILL)
        came = first.result(PATIENCE)
        assert came == Failure("0.txt", "ProcessDied", "the process that briefed it died (-9); the same command tries it again")
        assert isinstance(second.result(PATIENCE), Briefed)
        until(lambda: not is_alive(dies))
        again = [staff.submit(_job(document, tmp_path)) for document in (documents[0], documents[2], documents[3])]
        assert all(isinstance(future.result(PATIENCE), Briefed) for future in again)
        assert lives in _workers(staff)
        assert dies not in _workers(staff)
        assert len(_workers(staff)) == 2
    assert len(list(tmp_path.glob("*.json"))) == 4


def test_no_interrupt_reaches_one_not_even_at_its_birth(settings: Settings, tmp_path: Path) -> None:
    with _processes(settings) as staff:
        begun = staff.submit(_job(_paper(0), tmp_path))
        for process in _workers(staff):
            os.kill(process, signal.SIGINT)
        assert isinstance(begun.result(PATIENCE), Briefed)
        assert "SigBlk:\t0000000000000002" in Path(f"/proc/{_workers(staff)[0]}/status").read_text()


# A process of a script without guards, in a folder with files named like modules

SCRIPT = f"""
import sys, threading
from pathlib import Path
from summariser import Settings
from summariser.pipeline import Pipeline
from summariser.processes import staff_for
from summariser.briefing import Job
from summariser.readers import from_text
here = Path(sys.argv[1])
settings = Settings(cache_dir=here / "cache")
pipeline = Pipeline("council_review", settings=settings)
staff = staff_for(pipeline, 40)
def submit(number):
    return staff.submit(Job(from_text({SHORT!r} * 40 + str(number)), f"{{number}}.txt", str(here / str(number))))
came = [future.result() for future in [submit(number) for number in range(4)]]
print(type(staff).__name__, *(type(each).__name__ for each in came), flush=True)
for number in range(300):
    submit(number)
print("busy", flush=True)
threading.Event().wait()
"""


def _script(tmp_path: Path) -> subprocess.Popen[str]:
    (tmp_path / "scripts").mkdir()
    work = tmp_path / "work"
    work.mkdir()
    for name in ("json.py", "summariser.py", "typing.py"):
        (work / name).write_text("raise SystemExit('this is the wrong module')\n")
    script = tmp_path / "scripts" / "unguarded.py"
    script.write_text(SCRIPT)
    return subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=work,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="on one core there is one process")
def test_a_script_needs_no_guard_and_when_it_is_killed_its_processes_end_at_once(tmp_path: Path) -> None:
    with _script(tmp_path) as running:
        assert running.stdout
        assert running.stderr
        assert running.stdout.readline().split() == ["Processes", *["Briefed"] * 4]
        assert running.stdout.readline() == "busy\n"
        children = children_of(running.pid)
        assert len(children) == 2
        assert all(map(is_alive, children))
        running.kill()
        until(lambda: not any(map(is_alive, children)), "its processes end", seconds=2)
        assert running.stderr.read() == ""
    assert 4 <= len(list(tmp_path.glob("*.json"))) < 300


def test_processes_that_cannot_start_end_the_run_and_do_not_fail_every_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SERVE", "raise SystemExit(3)")
    documents = [_paper(number) for number in range(6)]
    with _processes(Settings(), "general", most=1) as staff:
        came = [staff.submit(_job(document, tmp_path)).result(PATIENCE) for document in documents]
    assert [type(each).__name__ for each in came] == ["Failure"] * 3 + ["Ended"] * 3
    assert isinstance(came[-1], Ended)
    assert isinstance(came[-1].exception(), EngineDown)
