"""Briefs documents in several processes at once, since one interpreter keeps one core busy at most.

Each process has a pipeline of its own; their limits share one tally, so that together they keep to the rates and the ceiling of
one run. A job is a line of JSON on a process's standard input, what came of it a line on its standard output. A process that
dies fails the documents that it was busy with and no others.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from importlib.util import find_spec
from itertools import count
from typing import Any, Protocol

from pydantic import SecretStr, TypeAdapter

from summariser import interrupts, logs
from summariser.briefing import Came, Ended, Job, brief_document
from summariser.errors import EngineDown
from summariser.pipeline import Pipeline
from summariser.settings import Settings
from summariser.tally import MOST, Shared, shared_file
from summariser.types import Document, Failure, Usage

# Documents for each process, below which its start takes longer than it saves.
_WORTH = 10
# Processes that may die one after the other before any of them has told anything.
_STILLBORN = 3
_SERVE = "from summariser.processes import serve; serve()"
# The number of a job, and what came of it.
_TOLD: TypeAdapter[tuple[int, Came]] = TypeAdapter(tuple[int, Came])
_DOCUMENT = TypeAdapter(Document)


class Staff(Protocol):
    """Whoever briefs the documents of a batch."""

    def submit(self, job: Job) -> "Future[Came]":
        """Begin with a job, or put it in the queue."""

    def stop(self) -> None:
        """Let nothing more be asked; what waits to ask comes to its end."""

    def close(self) -> None:
        """Wait for what is under way, and let go of everything."""

    @property
    def most(self) -> int:
        """How many jobs are worth giving out at a time."""


class Threads:
    """Threads of this process."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self.most = pipeline.workers
        self._pool = ThreadPoolExecutor(pipeline.workers)

    def submit(self, job: Job) -> "Future[Came]":
        """Begin with a job, or put it in the queue."""
        return self._pool.submit(brief_document, self._pipeline, job)

    def stop(self) -> None:
        """Let nothing more be asked; what waits to ask comes to its end."""
        self._pipeline.stop()

    def close(self) -> None:
        """Wait for what is under way."""
        self._pool.shutdown()


def staff_for(pipeline: Pipeline, documents: int) -> Staff:
    """Return who is to brief so many documents: a process for each processor, if workers allow it and it is worth the start."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if pipeline.portable and hasattr(os, "lockf"):
        schema, settings = pipeline.portable
        most = min(processors, documents // _WORTH, settings.workers)
        if most > 1:
            return Processes(schema, settings, most)
    return Threads(pipeline)


class Processes:
    """Processes of our own, begun as there is work for them; not on Windows, where their limits could not be shared."""

    def __init__(self, schema: str, settings: Settings, most: int) -> None:
        """Set up at most `most` processes, which share the settings' workers evenly."""
        self._most = min(most, MOST - 1)
        # A processor of its own is given the next document before it has finished the last.
        self.most = settings.workers if settings.model else 2 * self._most
        self._file = shared_file()
        self._shared = Shared(self._file.fileno(), 0)
        self._setup = {
            "schema": schema,
            "settings": _revealed(settings),
            "file": self._file.fileno(),
            # As here: a program prints messages, a library leaves that to its caller.
            "logs": bool(logging.getLogger("summariser").handlers),
            "threads": -(-settings.workers // self._most) if settings.model else 1,
        }
        self._all: list[_Process] = []
        self._dead: list[_Process] = []
        self._stopped = False

    def submit(self, job: Job) -> "Future[Came]":
        """Give a job to the process that has the least to do, or to the one that is busy with the same text.

        So a question that two documents have in common is asked once.
        """
        self._dead += [each for each in self._all if each.dead]
        self._all = [each for each in self._all if not each.dead]
        if len(self._dead) >= _STILLBORN and not any(each.answered for each in (*self._all, *self._dead)):
            why = "the processes that brief die as they start; SUMMARISER_WORKERS=1 does without them and shows why"
            future: Future[Came] = Future()
            future.set_result(Ended(job.name, EngineDown.__name__, why, Usage()))
            return future
        same = [each for each in self._all if job.document.sha256 in each.busy_with()]
        chosen = same[0] if same else min(self._all, key=lambda each: len(each.busy_with()), default=None)
        if chosen is None or (not same and chosen.busy_with() and len(self._all) < self._most):
            taken = {each.place for each in self._all}
            place = next(place for place in range(1, MOST) if place not in taken)
            chosen = _Process(self._setup | {"place": place}, self._shared)
            self._all.append(chosen)
            if self._stopped:
                chosen.tell({"stop": True})
        return chosen.submit(job)

    def stop(self) -> None:
        """Let nothing more be asked; what waits to ask comes to its end."""
        self._stopped = True
        for each in list(self._all):
            each.tell({"stop": True})

    def close(self) -> None:
        """Wait for what is under way, and let go of everything."""
        for each in self._all:
            each.tell({"end": True})
        for each in (*self._all, *self._dead):
            each.join()
        self._file.close()


class _Process:
    """One process, as it is seen from this one."""

    def __init__(self, setup: dict[str, Any], shared: Shared) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        # The parent alone decides what Ctrl-C means.
        with interrupts.held_back():
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and a constant
                # -P, or a module in the working folder that is named like one of ours would be run.
                [sys.executable, "-P", "-c", _SERVE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
                pass_fds=[setup["file"]],
            )
        self.place: int = setup["place"]
        self._shared = shared
        self._guard = threading.Lock()
        # Of its own: while a message waits to be taken, what came of a job must get through.
        self._telling = threading.Lock()
        self._numbers = count()
        self._waiting: dict[int, tuple[Job, Future[Came]]] = {}
        self.answered = self.dead = False
        self.tell(setup)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def busy_with(self) -> list[str]:
        """Return the digests of the documents that it has been given and not told of."""
        with self._guard:
            return [job.document.sha256 for job, _ in self._waiting.values()]

    def submit(self, job: Job) -> "Future[Came]":
        """Give it a job."""
        future: Future[Came] = Future()
        with self._guard:
            number = next(self._numbers)
            self._waiting[number] = (job, future)
        self.tell({"job": number, "document": asdict(job.document), "name": job.name, "stem": job.stem})
        if self.dead:
            self._process.wait()
            self._fail_all()
        return future

    def tell(self, message: dict[str, Any]) -> None:
        """Send it a message; one that is dead hears nothing."""
        assert self._process.stdin  # noqa: S101 - a pipe, made above
        line = json.dumps(message).encode() + b"\n"
        with self._telling, suppress(OSError, ValueError):
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def join(self) -> None:
        """Wait until it has ended."""
        self._listener.join()

    def _listen(self) -> None:
        """Pass on what came of each job, until the process ends; then fail what it has left."""
        assert self._process.stdout and self._process.stdin  # noqa: S101 - pipes, made above
        try:
            for line in self._process.stdout:
                if not line.endswith(b"\n"):
                    break
                number, came = _TOLD.validate_json(line)
                self.answered = True
                with self._guard:
                    _, future = self._waiting.pop(number)
                future.set_result(came)
        finally:
            self._process.stdout.close()
            with self._telling, suppress(OSError):
                self._process.stdin.close()
            self._process.wait()
            self._shared.bury(self.place)
            # Only now: another process may be given its place.
            self.dead = True
            self._fail_all()

    def _fail_all(self) -> None:
        with self._guard:
            left = list(self._waiting.values())
            self._waiting.clear()
        for job, future in left:
            why = f"the process that briefed it died ({self._process.returncode}); the same command tries it again"
            future.set_result(Failure(job.name, "ProcessDied", why))


def _revealed(settings: Settings) -> dict[str, Any]:
    """Return settings as JSON that they can be made of again, secrets and all; it goes through a pipe and nowhere else."""

    def reveal(value: Any) -> Any:
        if isinstance(value, SecretStr):
            return value.get_secret_value()
        return {name: reveal(each) for name, each in value.items()} if isinstance(value, dict) else value

    data = settings.model_dump()
    return settings.model_dump(mode="json") | {name: reveal(data[name]) for name in ("api_key", "headers")}


# What follows runs in a process of its own.


def serve() -> None:
    """Brief what the parent sends, until it says that this was all, or is gone."""
    answers = os.fdopen(os.dup(1), "wb")
    # Nothing that a library prints may get between the answers.
    os.dup2(2, 1)
    # With each answer instructor tries to import this, which takes half a millisecond where it is not there.
    if find_spec("anthropic") is None:
        sys.modules["anthropic"] = None  # type: ignore[assignment]
    setup = json.loads(sys.stdin.buffer.readline())
    settings = Settings(**setup["settings"])
    if setup["logs"]:
        logs.to_stderr(settings.log)
    pipeline = Pipeline(setup["schema"], settings=settings, shared=Shared(setup["file"], setup["place"]))
    guard = threading.Lock()

    def done(number: int) -> Callable[["Future[Came]"], None]:
        def tell(future: "Future[Came]") -> None:
            line = _TOLD.dump_json((number, future.result())) + b"\n"
            with guard:
                answers.write(line)
                answers.flush()

        return tell

    pool = ThreadPoolExecutor(setup["threads"])
    for line in sys.stdin.buffer:
        message = json.loads(line)
        if "job" in message:
            job = Job(_DOCUMENT.validate_python(message["document"]), message["name"], message["stem"])
            pool.submit(brief_document, pipeline, job).add_done_callback(done(message["job"]))
        elif "stop" in message:
            pipeline.stop()
        else:
            pool.shutdown()
            pipeline.close()
            return
    # The parent was killed: nothing more is to be asked in its name, nor written.
    os.kill(os.getpid(), signal.SIGKILL)
