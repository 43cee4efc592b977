"""Reads files in a process of its own, so that a file that hangs, crashes or eats memory takes nothing with it.

The process is kept for the next file. A request is a line of JSON and the file's bytes; the answer is a line of JSON, before
which a line without content may come any number of times to say that work goes on.
"""

import atexit
import contextlib
import importlib
import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import IO, Any

from summariser import interrupts
from summariser.errors import DocumentError
from summariser.types import Extract

# In bytes; beyond it a reader is refused more, and the file with it.
MEMORY = 4 * 2**30
# Libraries keep what they have cached; a process that starts afresh now and then keeps memory level.
_MOST_FILES = 200
_MOST_IDLE = 4
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_SERVE = "from summariser.readers.child import serve; serve()"


def read(reader: str, raw: bytes, *, seconds: float) -> Extract:
    """Let the module `reader` of this package extract the text of `raw` in a process of its own.

    Raises:
        DocumentError: the reader refused, crashed, or showed no sign of life for `seconds`.
    """
    try:
        child = _take()
    except OSError as error:
        raise DocumentError(f"no process to read it in could be started ({error.strerror})") from None
    try:
        answer = child.ask(reader, raw, seconds)
    except BaseException:
        child.close()
        raise
    _give_back(child)
    if "error" in answer:
        raise DocumentError(answer["error"])
    return _extract(answer)


class _Child:
    """One process that reads."""

    def __init__(self) -> None:
        # Where hostile files are read no key lies about.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("SUMMARISER_", "OPENAI_"))}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        with interrupts.held_back():
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and a constant
                # -P, or a module in the working folder that is named like one of ours would be run.
                [sys.executable, "-P", "-c", _SERVE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                # A group of its own, to be ended together with the programs that a reader has started.
                start_new_session=True,
            )
        self.files = 0

    def ask(self, reader: str, raw: bytes, seconds: float) -> dict[str, Any]:
        """Return the answer for one file, or raise a DocumentError that says why there is none."""
        self.files += 1
        late = threading.Event()
        assert self._process.stdin and self._process.stdout  # noqa: S101 - both are pipes, made above
        line = b"\n"
        with contextlib.suppress(BrokenPipeError), _limit(seconds, self._stop, late):
            self._process.stdin.write(json.dumps({"reader": reader, "size": len(raw)}).encode() + b"\n")
            self._process.stdin.write(raw)
            self._process.stdin.flush()
        while line == b"\n":
            with _limit(seconds, self._stop, late):
                line = self._process.stdout.readline()
        if late.is_set():
            raise DocumentError(f"reading it took longer than {seconds:g} seconds; give it more with SUMMARISER_READ_SECONDS")
        if not line.endswith(b"\n"):
            raise DocumentError("reading it crashed the reader; save it again from the program that made it")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process."""
        self._stop()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.wait()

    def is_alive(self) -> bool:
        """Say whether the process still runs."""
        return self._process.poll() is None

    def _stop(self) -> None:
        if self._process.poll() is not None:
            return
        if not hasattr(os, "killpg"):  # Windows
            self._process.kill()
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


@contextlib.contextmanager
def _limit(seconds: float, stop: Callable[[], None], late: threading.Event) -> Iterator[None]:
    """Stop the process if the work within takes longer than `seconds`."""

    def expire() -> None:
        late.set()
        stop()

    timer = threading.Timer(seconds, expire)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


_idle: list[_Child] = []
_lock = threading.Lock()


def _take() -> _Child:
    with _lock:
        while _idle:
            child = _idle.pop()
            if child.is_alive():
                return child
            child.close()
    return _Child()


def _give_back(child: _Child) -> None:
    with _lock:
        if child.files < _MOST_FILES and len(_idle) < _MOST_IDLE:
            _idle.append(child)
            return
    child.close()


@atexit.register
def _close_all() -> None:
    while _idle:
        _idle.pop().close()


def _extract(answer: dict[str, Any]) -> Extract:
    found: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in answer.items()}
    return Extract(**found | {"furniture": tuple((start, end) for start, end in answer["furniture"])})


# What follows runs in the child.


def alive() -> None:
    """Tell the parent that a long piece of work goes on; outside a child this does nothing."""
    if _answers:
        _answers.write(b"\n")
        _answers.flush()


_answers: IO[bytes] | None = None


def serve() -> None:
    """Answer requests until the parent is gone."""
    global _answers  # noqa: PLW0603 - there is one pipe to the parent in the process
    # On Windows nothing holds it back.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nothing that a library prints may get between the answers.
    _answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _bound_memory()
    if hasattr(select, "poll"):  # not on Windows, where the end of a file has to be waited for
        threading.Thread(target=_end_with_parent, daemon=True).start()
    while header := sys.stdin.buffer.readline():
        request = json.loads(header)
        raw = sys.stdin.buffer.read(request["size"])
        answer = json.dumps(_answer(request["reader"], raw))
        _answers.write(answer.encode() + b"\n")
        _answers.flush()


def _end_with_parent() -> None:
    """End the process when the parent is gone, also in the middle of a file."""
    hangup = select.poll()
    hangup.register(0, 0)
    hangup.poll()
    os.killpg(0, signal.SIGKILL)


def _answer(reader: str, raw: bytes) -> dict[str, Any]:
    try:
        data = asdict(importlib.import_module(f"summariser.readers.{reader}").extract(raw))
    except DocumentError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": f"reading it takes more than {MEMORY // 2**30} GB of memory"}
    except Exception as error:
        # A broken file can break a library anywhere; which error it was is of use, its words may be the document's.
        return {"error": f"it is damaged, or of a kind that the {reader} reader does not know ({type(error).__name__})"}
    return {name: _whole(value) for name, value in data.items()}


def _whole(value: Any) -> Any:
    """Return a value without halves of characters, which nothing could write down."""
    if isinstance(value, str):
        return _HALF_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", value)
    return [_whole(part) for part in value] if isinstance(value, list | tuple) else value


def _bound_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
