"""A batch in a real terminal: what it shows, and what Ctrl-C does to it."""

import fcntl
import os
import re
import struct
import termios
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pexpect import EOF, fdpexpect  # type: ignore[import-untyped]

from summariser.cli.terminal import INTERRUPTED
from tests.counting_server import (
    PATIENCE,
    CountingServer,
    Launcher,
    Running,
    batch_of,
    children_of,
    is_alive,
    launcher,
    until,
    write_papers,
)

CTRL_C = b"\x03"
HIDDEN, SHOWN = "\x1b[?25l", "\x1b[?25h"
FINISHING = "finishing what is under way; Ctrl-C again stops at once"
RESUME = "interrupted; what is finished is kept, and the same command goes on with the rest"
STOPPED = "stopped; the same command goes on with the rest"
_CODE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture(scope="module")
def runs() -> Iterator[Launcher]:
    with launcher() as made:
        yield made


class Terminal:
    """A terminal of 40 lines, and a run in it that was begun from there."""

    def __init__(self, runs: Launcher, folder: Path, arguments: list[str], *, one_core: bool = True) -> None:
        self._keyboard, self._screen = os.openpty()
        fcntl.ioctl(self._screen, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self._seen = fdpexpect.fdspawn(self._keyboard, timeout=PATIENCE, encoding="utf-8")
        self.shown = ""
        name = os.ttyname(self._screen)
        self.run: Running = runs.start(arguments, folder, terminal=name, one_core=one_core, TERM="xterm-256color")

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._keyboard, keys)

    def expect(self, pattern: str) -> None:
        """Wait until something is shown."""
        self._seen.expect(pattern)
        self.shown += self._seen.before + self._seen.after

    def end(self) -> str:
        """Wait until the run has ended, and return all that was shown."""
        until(self.run.ended, "the run ends")
        os.close(self._screen)
        self.shown += self._rest()
        os.close(self._keyboard)
        return self.shown

    def _rest(self) -> str:
        rest = ""
        with suppress(OSError, EOF):
            while True:
                rest += self._seen.read_nonblocking(10_000, timeout=0)
        return rest


def _words(shown: str) -> str:
    """Return what was shown without the codes that move and colour it, in one line."""
    return " ".join(_CODE.sub("", shown).split())


def test_ctrl_c_finishes_what_is_under_way_and_the_next_run_does_the_rest(runs: Launcher, tmp_path: Path) -> None:
    folder, out = write_papers(tmp_path / "papers", 12), tmp_path / "out"
    with CountingServer(holds=True) as server:
        arguments = batch_of(folder, out, server, "--workers", "2")
        terminal = Terminal(runs, tmp_path, arguments)
        server.let_through(3)
        server.until(lambda: server.answered == 3 and len(server.requests) == 5, "two are under way")
        terminal.expect("3/12")
        terminal.press(CTRL_C)
        terminal.expect(re.escape(FINISHING))
        assert not terminal.run.ended()
        server.let_through()
        shown = terminal.end()
        assert terminal.run.code() == INTERRUPTED
        assert RESUME in _words(shown)
        assert "5/12" in shown
        assert re.search(r"briefed │ 5 │.*not come to │ 7 │", _words(shown))
        assert shown.rindex(SHOWN) > shown.rindex(HIDDEN)
        assert "Traceback" not in shown
        assert len(server.requests) == 5
        assert len(list(out.rglob("*.txt.*.json"))) == 5
        rest = Terminal(runs, tmp_path, arguments)
        shown = rest.end()
        assert rest.run.code() == 0
        assert "7/7" in shown
        assert re.search(r"briefed │ 7 │.*as they were │ 5 │", _words(shown))
        assert len(server.requests) == 12
        assert set(server.counts().values()) == {1}


def test_ctrl_c_twice_ends_at_once_and_shows_the_cursor_again(runs: Launcher, tmp_path: Path) -> None:
    folder, out = write_papers(tmp_path / "papers", 6), tmp_path / "out"
    with CountingServer(holds=True) as server:
        arguments = batch_of(folder, out, server, "--workers", "2")
        terminal = Terminal(runs, tmp_path, arguments)
        server.until(lambda: len(server.requests) == 2, "two are under way")
        terminal.expect("0/6")
        terminal.press(CTRL_C)
        terminal.expect(re.escape(FINISHING))
        terminal.press(CTRL_C)
        # Nothing is answered, so what is under way would never be finished.
        shown = terminal.end()
        assert terminal.run.code() == INTERRUPTED
        assert STOPPED in _words(shown)
        assert shown.rindex(SHOWN) > shown.rindex(HIDDEN)
        server.let_through()
        assert runs.start(arguments, tmp_path, one_core=True).code() == 0
        assert len(server.requests) == 6 + 2


def test_ctrl_c_ends_those_who_wait_for_the_rate(runs: Launcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, out = write_papers(tmp_path / "papers", 6), tmp_path / "out"
    monkeypatch.setenv("SUMMARISER_REQUESTS_PER_MINUTE", "1")
    with CountingServer() as server:
        terminal = Terminal(runs, tmp_path, batch_of(folder, out, server, "--workers", "3"))
        terminal.expect("1/6")
        terminal.press(CTRL_C)
        shown = terminal.end()
        assert terminal.run.code() == INTERRUPTED
        assert RESUME in _words(shown)
        assert re.search(r"briefed │ 1 │ │ not come to │ 5 │", _words(shown))
        assert len(server.requests) == 1
    # They were not come to, which is no failure of theirs.
    assert len((out / "failures.jsonl").read_text().splitlines()) == 5
    assert (out / "failures.jsonl").read_text().count('"NotReached"') == 5


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="on one core there is one process")
@pytest.mark.parametrize("starting", [True, False], ids=["while they start", "while they work"])
def test_ctrl_c_is_the_batchs_own_and_not_its_processes(runs: Launcher, tmp_path: Path, starting: bool) -> None:
    """The terminal sends it to all of them."""
    folder, out = write_papers(tmp_path / "papers", 400), tmp_path / "out"
    terminal = Terminal(runs, tmp_path, batch_of(folder, out), one_core=False)
    if starting:
        until(lambda: any(map(_is_ours, children_of(terminal.run.pid))), "a process has begun")
    else:
        terminal.expect(r"[1-9][0-9]*/400")
    children = children_of(terminal.run.pid)
    terminal.press(CTRL_C)
    shown = terminal.end()
    assert terminal.run.code() == INTERRUPTED
    assert RESUME in _words(shown)
    assert "KeyboardInterrupt" not in shown
    assert " died " not in shown
    assert '"ProcessDied"' not in (out / "failures.jsonl").read_text()
    assert not any(map(is_alive, children))


def _is_ours(pid: int) -> bool:
    try:
        return b"summariser.processes" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_a_bar_shows_how_many_are_done_of_how_many(runs: Launcher, tmp_path: Path) -> None:
    folder, out = write_papers(tmp_path / "papers", 5), tmp_path / "out"
    (folder / "scan.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    terminal = Terminal(runs, tmp_path, batch_of(folder, out))
    shown = terminal.end()
    assert terminal.run.code() == 1
    for part in ("6/6", "━", "1 failed", "a minute", HIDDEN, SHOWN):
        assert part in shown, part
    assert "scan.png" in _words(shown)
    assert re.search(r"briefed │ 5 │ │ failed │ 1 │", _words(shown))


def test_quiet_shows_what_failed_and_nothing_else(runs: Launcher, tmp_path: Path) -> None:
    folder, out = write_papers(tmp_path / "papers", 3), tmp_path / "out"
    (folder / "scan.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    terminal = Terminal(runs, tmp_path, batch_of(folder, out, None, "--quiet"))
    shown = terminal.end()
    assert terminal.run.code() == 1
    assert "\x1b" not in shown
    assert re.fullmatch(r"summariser: '?scan\.png'?: .*\r\n", shown)


def test_what_is_no_terminal_gets_plain_lines(runs: Launcher, tmp_path: Path) -> None:
    folder, out = write_papers(tmp_path / "papers", 3), tmp_path / "out"
    (folder / "scan.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    run = runs.start(batch_of(folder, out), tmp_path, one_core=True)
    assert run.code() == 1
    printed = run.out + run.err
    assert not set(printed) & {"\x1b", "\r", "\b"}
    assert re.fullmatch(r"summariser: '?scan\.png'?: .*\n", run.err)
    assert "━" not in printed
    assert re.search(r"briefed +│ 3", run.out)
    quiet = runs.start(batch_of(folder, out, None, "--quiet", "--force"), tmp_path, one_core=True)
    assert quiet.code() == 1
    assert (quiet.out, quiet.err) == ("", run.err)


def test_where_there_is_no_terminal_a_line_is_told_now_and_then(runs: Launcher, tmp_path: Path) -> None:
    folder, out = write_papers(tmp_path / "papers", 4), tmp_path / "out"
    often = "import summariser.cli.progress as shown\nshown._EVERY = 0.0\nfrom summariser.cli import main\nmain()"
    run = runs.start(batch_of(folder, out), tmp_path, code=often, one_core=True)
    assert run.code() == 0
    assert [line.split(";")[0] for line in run.err.splitlines()] == [f"summariser: {done} of 4" for done in (1, 2, 3, 4)]
    assert all("failed" in line and "a minute" in line for line in run.err.splitlines())
