"""What tests of whole batches share: papers, an endpoint that counts what it is asked by paper, and runs of the command.

A run is a process of its own, which can be killed. It is forked from one that has loaded the libraries already, since loading
them takes longer than most runs; what it runs is the command as it stands.
"""

import atexit
import fcntl
import gc
import json
import os
import re
import subprocess
import sys
import termios
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from tests.loopback import NOTE, Answer, general

# Seconds after which what a test waits for will not come.
PATIENCE = 60.0
# Not from the tests' own set-up, which loads the command; that asks on being loaded if there is a terminal.
ROOT = Path(__file__).resolve().parent.parent
COMMAND = "from summariser.cli import main; main()"
# Loaded before the fork: other people's libraries, and the modules of ours that ask nothing of the terminal.
_LOADED = ("rich.progress", "rich.table", "typer", "summariser", "summariser.engines.openai", "summariser.engines.extractive")
_NUMBER = re.compile(r"This is paper (\d+), edition (\d+)\.")

Paper = tuple[int, int]


def write_paper(folder: Path, number: int, edition: int = 1) -> Path:
    """Write a paper that the server knows again by number and edition."""
    path = folder / f"{number % 3}" / f"{number:04}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{NOTE}This is paper {number}, edition {edition}.\n", encoding="utf-8")
    return path


def write_papers(folder: Path, count: int) -> Path:
    """Write papers 0 to `count` less one, and return the folder."""
    for number in range(count):
        write_paper(folder, number)
    return folder


def until(condition: Callable[[], object], what: str = "", seconds: float = PATIENCE) -> None:
    """Wait until something is so, or fail."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"in {seconds:g} s it did not come to it: {what}"
        time.sleep(0.002)


@dataclass
class Asked:
    """A request: which paper it was about, when it arrived, and when the answer was sent, if it was."""

    paper: Paper
    arrived: float
    answered: float | None = None


class CountingServer:
    """Answers every request about a paper with a brief after `seconds`, or, while it `holds`, when it is told to."""

    def __init__(self, *, seconds: float = 0.02, holds: bool = False) -> None:
        self.requests: list[Asked] = []
        self._seconds = seconds
        self._let_through = 0 if holds else sys.maxsize
        self._changed = threading.Condition()
        self._over = False
        self._body = Answer(content=general()).body()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with self._changed:
            self._over = True
            self._changed.notify_all()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def answered(self) -> int:
        """Return how many requests have been answered."""
        return sum(asked.answered is not None for asked in list(self.requests))

    def counts(self) -> Counter[Paper]:
        """Return how often each paper was asked about."""
        return Counter(asked.paper for asked in list(self.requests))

    def let_through(self, count: int = sys.maxsize) -> None:
        """Answer so many more requests, those that wait and those to come; without a number all."""
        with self._changed:
            self._let_through += count
            self._changed.notify_all()

    def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait until something is so that arrivals and answers may bring about, or fail."""
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE), f"it did not come to it: {what}"

    def _answer(self, asked: Asked, send: Callable[[bytes], None]) -> None:
        with self._changed:
            self.requests.append(asked)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._let_through > 0 or self._over)
            self._let_through -= 1
            self._changed.wait_for(lambda: self._over, self._seconds)
        if not self._over:
            with suppress(OSError):
                send(self._body)
        with self._changed:
            asked.answered = time.monotonic()
            self._changed.notify_all()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_POST(self) -> None:
                arrived = time.monotonic()
                raw = self.rfile.read(int(self.headers["content-length"])).decode()
                found = _NUMBER.search(raw)
                assert found
                server._answer(Asked((int(found[1]), int(found[2])), arrived), self._send)

            def _send(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        return Handler


def batch_of(folder: Path, out: Path, server: CountingServer | None = None, *more: str) -> list[str]:
    """Return the arguments that brief a folder, with a server's model or without any."""
    model = ["--schema", "general", "--model", "small", "--base-url", server.url] if server else []
    return ["batch", str(folder), "--out", str(out), *model, *more]


class Running:
    """A run that may be under way; without a terminal, what it printed is in two files of its folder."""

    def __init__(self, launcher: "Launcher", pid: int, folder: Path) -> None:
        self.pid = pid
        self._launcher, self._folder = launcher, folder
        self._code: int | None = None

    def kill(self) -> float:
        """End it by SIGKILL, and return the moment."""
        moment = time.monotonic()
        os.kill(self.pid, 9)
        assert self.code() == -9
        return moment

    def ended(self) -> bool:
        """Say whether it has ended."""
        if self._code is None:
            self._code = self._launcher.order({"ended": self.pid})["code"]
        return self._code is not None

    def code(self) -> int:
        """Wait until it ends, and return its exit code, or the signal as a negative number."""
        until(self.ended, "the run ends", 20 * PATIENCE)
        assert self._code is not None
        return self._code

    @property
    def out(self) -> str:
        """Return what it has printed."""
        return (self._folder / "printed.out").read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        """Return what it has complained of."""
        return (self._folder / "printed.err").read_text(encoding="utf-8")


class Launcher:
    """Starts runs, which are forks of one process that has loaded much."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from tests.counting_server import launch; launch()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd="/",
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        self._running: list[Running] = []
        # So that no test takes the loading for a part of its run.
        self.order({"ready": True})

    def order(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Give an order, and return what is told of it."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told

    def start(
        self,
        arguments: Sequence[str | Path],
        folder: Path,
        *,
        code: str = COMMAND,
        terminal: str | None = None,
        one_core: bool = False,
        **environment: str,
    ) -> Running:
        """Start a run in a folder; on one core a batch has no processes but its own."""
        order: dict[str, Any] = {"code": code, "arguments": list(map(str, arguments)), "folder": str(folder)}
        order |= {"terminal": terminal, "one_core": one_core, "environment": dict(os.environ) | environment}
        running = Running(self, self.order(order)["pid"], folder)
        self._running.append(running)
        return running

    def close(self) -> None:
        """End all that still runs."""
        for running in self._running:
            if not running.ended():
                running.kill()
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        assert self._process.wait(PATIENCE) == 0
        self._process.stdout.close()


@contextmanager
def launcher() -> Iterator[Launcher]:
    """Hold what starts runs."""
    made = Launcher()
    try:
        yield made
    finally:
        made.close()


def children_of(pid: int) -> set[int]:
    """Return the processes that a process has begun and that are not gone, ended ones that nobody waited for among them."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == pid:
                    found.add(int(entry.name))
    return found


def is_alive(pid: int) -> bool:
    """Say whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


# What follows runs in the process that is forked.


def launch() -> None:
    """Fork a run for every order, or tell how one has ended."""
    for name in _LOADED:
        __import__(name)
    gc.freeze()
    for line in iter(sys.stdin.buffer.readline, b""):
        order = json.loads(line)
        if "ended" in order:
            pid, status = os.waitpid(order["ended"], os.WNOHANG)
            told = {"code": os.waitstatus_to_exitcode(status) if pid else None}
        elif "ready" in order:
            told = {}
        elif pid := os.fork():
            told = {"pid": pid}
        else:
            _end(_run(order))
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def _run(order: dict[str, Any]) -> int:
    os.setsid()
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    if order["terminal"]:
        streams = [os.open(order["terminal"], os.O_RDWR)] * 3
        fcntl.ioctl(streams[0], termios.TIOCSCTTY, 0)
    else:
        written = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        streams = [os.open("/dev/null", os.O_RDONLY), os.open("printed.out", written), os.open("printed.err", written)]
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - as the interpreter opens them
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115
    if order["one_core"]:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    sys.argv = ["summariser", *order["arguments"]]
    try:
        exec(compile(order["code"], "<run>", "exec"), {"__name__": "__main__"})
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else stop.code is not None
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _end(code: int) -> NoReturn:
    """End as the interpreter does, but do not take down all that was loaded, which takes as long as to load it."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
