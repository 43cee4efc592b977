"""A file that hangs, crashes or eats memory takes a process with it that nobody misses, and never the caller's."""

import contextlib
import gc
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from summariser import readers
from summariser.errors import DocumentError
from summariser.readers import child
from tests.conftest import ROOT
from tests.printed import column, printed

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are counted where Linux shows them")

SECRET = "Jane Roe, 7 Mill Lane"
SECONDS = 20.0
# A reader for which the file is a program, so that a test says what happens in the process.
READER = """
from summariser.types import Extract
def extract(raw):
    scope = {"told": Extract(text="")}
    exec(raw.decode(), scope)
    return scope["told"] if "said" not in scope else Extract(text=str(scope["said"]))
"""
CUSTOM = "import summariser.readers\nsummariser.readers.__path__.append({!r})\n"
PID = "import os; said = os.getpid()"
# The soft limit is put down for the time, or filling the memory would take the test seconds.
GREEDY = """
import resource
soft, hard = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (2**29, hard))
kept = []
try:
    while True: kept.append(bytearray(2**24))
finally:
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
"""


@pytest.fixture(scope="module", autouse=True)
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Let the processes that start know the reader `odd`; return the folder on their path that brings this about."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "readers").mkdir()
    (folder / "readers" / "odd.py").write_text(READER)
    (folder / "sitecustomize.py").write_text(CUSTOM.format(str(folder / "readers")))
    child._close_all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "path", [str(folder), *sys.path])
        yield folder
    child._close_all()


@pytest.fixture(autouse=True)
def _none_left() -> Iterator[None]:
    """Let no test leave a process behind, but for those that wait for the next file."""
    yield
    assert _children() == {idle._process.pid for idle in child._idle}


@pytest.fixture
def fresh() -> None:
    """Begin without processes."""
    child._close_all()


def _run(program: str, *, seconds: float = SECONDS) -> str:
    return child.read("odd", program.encode(), seconds=seconds).text


def _refusal(program: str, *, seconds: float = SECONDS) -> str:
    with pytest.raises(DocumentError) as caught:
        _run(program, seconds=seconds)
    return str(caught.value)


def _children() -> set[int]:
    """Return the processes that this one has started and not yet waited for."""
    started: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        # A thread may end meanwhile; what it has started then counts as another's.
        with contextlib.suppress(OSError):
            started.update(map(int, (task / "children").read_text().split()))
    return started


@contextmanager
def _ended(pid: int) -> Iterator[Callable[[], bool]]:
    """Yield a function that says whether the process ends within two seconds."""
    watch = os.pidfd_open(pid)
    try:
        yield lambda: bool(select.select([watch], [], [], 2)[0])
    finally:
        os.close(watch)


class Meeting:
    """Where processes wait for each other: each says who it is, and goes on when it is let."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(SECONDS)
        self._waiting: list[socket.socket] = []
        # What a program does to take part.
        self.program = (
            "import os, socket\n"
            f"meeting = socket.create_connection({self._server.getsockname()!r})\n"
            "meeting.sendall(os.getpid().to_bytes(4, 'big')); meeting.recv(1)\n"
        )

    def arrived(self) -> int:
        """Return the number of the process that arrives next."""
        connection, _ = self._server.accept()
        self._waiting.append(connection)
        return int.from_bytes(connection.recv(4), "big")

    def let_go(self) -> None:
        while self._waiting:
            with self._waiting.pop() as connection:
                connection.sendall(b".")

    def close(self) -> None:
        while self._waiting:
            self._waiting.pop().close()
        self._server.close()


@pytest.fixture
def meeting() -> Iterator[Meeting]:
    with closing(Meeting()) as place:
        yield place


# What goes wrong inside


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(
    "program",
    [
        "while True: pass",
        "import time; time.sleep(600)",
        "import sys; sys.stdin.buffer.read()",
    ],
)
def test_what_takes_too_long_is_stopped(program: str) -> None:
    told = _refusal(program, seconds=0.5)
    assert told == "reading it took longer than 0.5 seconds; give it more with SUMMARISER_READ_SECONDS"
    assert _children() == set()


def test_what_ignores_every_signal_is_stopped() -> None:
    program = "import signal\nfor n in (1, 2, 3, 13, 15): signal.signal(n, signal.SIG_IGN)\nwhile True: pass"
    assert "took longer" in _refusal(program, seconds=0.5)


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.abort()",
        "import ctypes; ctypes.string_at(0)",
        "import os; os._exit(0)",
        "import sys; sys.exit(3)",
        "import os; os.closerange(0, 99)",
        "import os; os.close(0); os.close(1); os._exit(1)",
        "import summariser.readers.child as c; c._answers.write(b'half an ans'); c._answers.flush(); import os; os._exit(0)",
    ],
)
def test_a_crash_is_one_file_refused(program: str) -> None:
    assert _refusal(program) == "reading it crashed the reader; save it again from the program that made it"
    assert _run("said = 'the next'") == "the next"


@pytest.mark.parametrize("error", ["ValueError", "KeyError", "RecursionError", "AssertionError", "StopIteration", "OSError"])
def test_an_error_is_named_without_its_words(error: str) -> None:
    assert _refusal(f"raise {error}({SECRET!r})") == (
        f"it is damaged, or of a kind that the odd reader does not know ({error})"
    )


def test_recursion_without_end_is_refused() -> None:
    assert "(RecursionError)" in _refusal("def f(): f()\nf()")


def test_a_reader_that_gives_no_extract_is_an_error() -> None:
    assert "damaged" in (told := _refusal("told = None")) or "crashed" in told


@pytest.mark.parametrize("program", [f"bytearray({2**33})", GREEDY, "'x' * 2**40"], ids=["once", "by and by", "far too much"])
def test_memory_has_a_bound(program: str) -> None:
    first = _run(PID)
    assert _refusal(program) == "reading it takes more than 4 GB of memory"
    assert _run(PID) == first


def test_what_is_printed_gets_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    program = (
        "import os, sys, subprocess\n"
        f"print({SECRET!r}, flush=True); print({SECRET!r}, file=sys.stderr, flush=True)\n"
        "os.write(1, b'{}\\n'); os.write(2, b'{}\\n'); subprocess.run(['echo', '{}'])\n"
        "said = 'good'"
    )
    assert _run(program) == "good"
    assert _run(program) == "good"
    assert capfd.readouterr() == ("", "")


def test_half_characters_become_signs_of_what_is_lost() -> None:
    assert _run("said = 'a\\ud800b\\udfff'") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"


def test_half_characters_in_names_do_not_get_out() -> None:
    program = IMPORT + b"Extract(text='x', attachments=('a\\udc80.doc',), warnings=('b\\ud800',))"
    extract = child.read("odd", program, seconds=SECONDS)
    "".join([*extract.attachments, *extract.warnings]).encode()


IMPORT = b"from summariser.types import Extract; told = "


def test_all_that_a_reader_finds_comes_through() -> None:
    program = IMPORT + (
        b"Extract(text='caf\\u00e9 \\U0001f600\\n', extracted=True, warnings=('w',), page_starts=(0, 3),"
        b" furniture=((0, 1), (2, 3)), attachments=('a.doc',), hidden=7)"
    )
    extract = child.read("odd", program, seconds=SECONDS)
    assert (extract.text, extract.extracted, extract.warnings) == ("café \U0001f600\n", True, ("w",))
    assert (extract.page_starts, extract.furniture) == ((0, 3), ((0, 1), (2, 3)))
    assert (extract.attachments, extract.hidden) == (("a.doc",), 7)


def test_a_long_text_comes_through() -> None:
    assert len(_run("said = 'é\\n' * 10_000_000")) == 20_000_000


def test_signs_of_life_prolong(meeting: Meeting) -> None:
    program = (
        "import time\nfrom summariser.readers.child import alive\nfor _ in range(8): time.sleep(0.2); alive()\nsaid = 'done'"
    )
    assert _run("said = 'warm'") == "warm"
    assert _run(program, seconds=1) == "done"


def test_life_that_ends_is_noticed() -> None:
    program = "from summariser.readers.child import alive\nfor _ in range(50): alive()\nwhile True: pass"
    assert "took longer than 0.5 seconds" in _refusal(program, seconds=0.5)


def test_signs_of_life_mean_nothing_here() -> None:
    child.alive()


# Processes come and go


@pytest.mark.usefixtures("fresh")
def test_a_process_serves_many_files_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_MOST_FILES", 10)
    pids = [_run(PID) for _ in range(25)]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [10, 10, 5]
    assert len(_children()) == 1


@pytest.mark.usefixtures("fresh")
def test_two_hundred_files_are_the_most_that_one_serves() -> None:
    pids = [_run(PID) for _ in range(201)]
    assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [200, 1]


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("program", ["import os; os.abort()", "while True: pass"])
def test_a_process_that_failed_is_replaced(program: str) -> None:
    first = _run(PID)
    _refusal(program, seconds=0.5)
    assert _run(PID) != first
    assert len(_children()) == 1


@pytest.mark.usefixtures("fresh")
def test_a_process_that_ended_while_idle_is_replaced() -> None:
    first = int(_run(PID))
    with _ended(first) as ended:
        os.kill(first, signal.SIGKILL)
        assert ended()
    assert int(_run(PID)) != first
    assert len(_children()) == 1


@pytest.mark.usefixtures("fresh")
def test_files_read_at_once_have_processes_of_their_own(meeting: Meeting) -> None:
    many = 5
    with ThreadPoolExecutor(many) as pool:
        reading = [pool.submit(_run, f"{meeting.program}said = {at}") for at in range(many)]
        pids = {meeting.arrived() for _ in range(many)}
        assert pids == _children()
        meeting.let_go()
        assert [future.result() for future in reading] == [str(at) for at in range(many)]
    assert len(pids) == many
    assert len(_children()) <= 4


def test_one_that_hangs_does_not_hold_up_another(meeting: Meeting) -> None:
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(_run, f"{meeting.program}said = 'slow'")
        meeting.arrived()
        assert _run("said = 'quick'") == "quick"
        meeting.let_go()
        assert slow.result() == "slow"


@pytest.mark.usefixtures("fresh")
def test_nothing_is_left_open() -> None:
    def count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    _run("said = 1")
    child._close_all()
    gc.collect()  # what earlier tests have left to the collector is not ours to count
    before = count()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for program in ("said = 1", "import os; os.abort()", "said = 2", "raise ValueError"):
            try:
                _run(program)
            except DocumentError:
                continue
        child._close_all()
        gc.collect()
    assert [str(warning.message) for warning in caught] == []
    assert (count(), _children()) == (before, set())


def test_programs_that_a_reader_started_end_with_it(meeting: Meeting) -> None:
    inner = f"{meeting.program}while True: pass"
    program = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {inner!r}])"
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(_refusal, program, seconds=4)
        pid = meeting.arrived()
        with _ended(pid) as ended:
            assert "took longer" in reading.result()
            try:
                assert ended()
            finally:
                _kill(pid)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


# Interruptions


def test_an_interrupt_that_reaches_the_process_is_ignored(meeting: Meeting) -> None:
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(_run, f"{meeting.program}said = 'done'")
        os.kill(meeting.arrived(), signal.SIGINT)
        meeting.let_go()
        assert reading.result() == "done"


@pytest.mark.usefixtures("fresh")
def test_an_interrupted_caller_leaves_no_process() -> None:
    with pytest.raises(KeyboardInterrupt):
        _run("import os, signal; os.kill(os.getppid(), signal.SIGINT)\nwhile True: pass")
    assert _children() == set()
    assert _run("said = 'again'") == "again"


# The caller, run as a program of its own
CALLER = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
from summariser.readers import child
def run(program, seconds=20):
    return child.read("odd", program.encode(), seconds=seconds).text
"""


@contextmanager
def _caller(program: str, *options: str, folder: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start a program that reads."""
    path = os.pathsep.join(path for path in sys.path if path)
    with subprocess.Popen(
        [sys.executable, *options, "-c", CALLER + program],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _printed(program: str, *options: str, folder: Path, **environment: str) -> str:
    """Run a program that reads to its end, and return what it printed."""
    with _caller(program, *options, folder=folder, **environment) as process:
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    return out.strip()


def test_an_idle_process_ends_with_its_caller(tmp_path: Path, meeting: Meeting) -> None:
    program = f"run({meeting.program!r})\nexec({meeting.program!r})"
    with _caller(program, folder=tmp_path) as process, _ended(meeting.arrived()) as ended:
        meeting.let_go()
        assert meeting.arrived() == process.pid
        process.kill()
        assert ended()


def test_a_busy_process_ends_with_its_caller(tmp_path: Path, meeting: Meeting) -> None:
    with _caller(f"run({meeting.program + 'while True: pass'!r})", folder=tmp_path) as process:
        pid = meeting.arrived()
        with _ended(pid) as ended:
            meeting.let_go()
            process.kill()
            try:
                assert ended()
            finally:
                _kill(pid)


def test_an_interrupt_to_the_whole_group_ends_the_run_cleanly(tmp_path: Path, meeting: Meeting) -> None:
    program = f"try:\n    run({meeting.program!r})\nexcept KeyboardInterrupt:\n    print('stopped')"
    with _caller(program, folder=tmp_path) as process:
        with _ended(meeting.arrived()) as ended:
            os.killpg(process.pid, signal.SIGINT)
            assert ended()
        assert process.communicate(timeout=30) == ("stopped\n", "")


def test_a_caller_that_forks_shares_no_process(tmp_path: Path) -> None:
    program = (
        "first = run('import os; said = os.getpid()')\n"
        "forked = os.fork()\n"
        "again = run('import os; said = os.getpid()')\n"
        "print(again != first if not forked else again == first, flush=True)\n"
        "os._exit(0) if not forked else os.waitpid(forked, 0)"
    )
    assert _printed(program, folder=tmp_path) == "True\nTrue"


@pytest.mark.usefixtures("fresh")
def test_it_starts_without_a_path_of_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    assert _run("said = 'good'") == "good"
    monkeypatch.chdir(tmp_path)
    child._close_all()
    assert _run("said = 'good'") == "good"


def test_it_starts_from_an_isolated_caller(tmp_path: Path, site: Path) -> None:
    program = f"sys.path.insert(0, {str(site)!r})\nprint(run('said = 4'))"
    assert _printed(program, "-I", folder=tmp_path) == "4"


def test_modules_in_the_working_folder_are_not_run(tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    for name in ("json", "docx", "lxml", "ctypes", "sitecustomize"):
        (folder / f"{name}.py").write_text("import os; os._exit(7)")
    # As the installed command does, whose first place for modules is its own folder.
    program = "print(run('import json, ctypes, docx, lxml, summariser; said = 4'))"
    assert _printed(program, "-P", folder=folder) == "4"


def test_the_working_folder_may_vanish(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    assert _printed("os.rmdir(os.getcwd())\nprint(run('said = 4'))", folder=gone) == "4"


# What the caller sees


def test_warnings_that_are_errors_disturb_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _run("said = 1") == "1"
        assert "crashed" in _refusal("import os; os.abort()")
        assert "damaged" in _refusal("raise ValueError")
        assert "longer" in _refusal("while True: pass", seconds=0.5)
        child._close_all()
        gc.collect()


def test_a_reader_may_warn() -> None:
    assert _run("import warnings; warnings.warn('old', DeprecationWarning); said = 1") == "1"


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_a_run_in_which_warnings_are_errors_reads_the_same(tmp_path: Path, kind: str) -> None:
    page = {"pdf": printed(column(["Members noted it."])), "html": b"<html><body><p>Members noted it.</p></body></html>"}
    (tmp_path / "paper").write_bytes(page[kind])
    program = f"print(child.read({kind!r}, open('paper', 'rb').read(), seconds=20).text.strip())"
    program = program.replace("open('paper', 'rb').read()", "__import__('pathlib').Path('paper').read_bytes()")
    assert _printed(program, folder=tmp_path, PYTHONWARNINGS="error") == "Members noted it."


@pytest.mark.parametrize(
    "program",
    [
        f"raise ValueError({SECRET!r})",
        f"x = {SECRET!r}; import os; os.abort()",
        f"import sys; sys.exit({SECRET!r})",
        f"x = {SECRET!r}\nwhile True: pass",
        f"class Odd({'Exception'}): pass\nraise Odd({SECRET!r})",
        f"import logging; logging.critical({SECRET!r}); 1 / 0",
    ],
)
def test_no_word_of_the_file_gets_into_an_error_or_a_log(
    program: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setitem(readers.READERS, ".odd", "odd")
    path = tmp_path / "paper.odd"
    path.write_text(program)
    with pytest.raises(DocumentError) as caught:
        readers.read(path, seconds=1)
    told = "".join(traceback.format_exception(caught.value, chain=True)) + repr(caught.value.__context__)
    assert SECRET not in told
    assert SECRET not in "".join(capfd.readouterr()) + caplog.text
    assert str(caught.value).startswith("'paper.odd': ")


def test_a_thread_that_waits_for_a_reader_stops_no_other_thread(meeting: Meeting) -> None:
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(_run, f"{meeting.program}said = 'done'")
        meeting.arrived()
        assert threading.active_count() < 10
        meeting.let_go()
        assert reading.result() == "done"
    clocks = [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]
    for clock in clocks:
        clock.join(5)
    assert not any(clock.is_alive() for clock in clocks)


def test_no_key_lies_about_where_files_are_read(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARISER_API_KEY", "sk-mine")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
    assert _run("import os; said = [name for name in os.environ if 'sk-mine' in os.environ[name]]") == "[]"


def test_want_of_processes_is_the_documents_failure(fresh: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("subprocess.Popen", fails)
    with pytest.raises(DocumentError, match=r"no process .* could be started \(Resource temporarily unavailable\)"):
        child.read("odd", b"", seconds=9)
