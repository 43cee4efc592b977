"""A batch that is killed goes on where it was: nothing is lost, nothing is asked twice, and what it leaves can be opened.

SUMMARISER_KILLS=1 in the environment makes these tests as large as the promise: 300 documents and 20 kills, 2,000 documents.
"""

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pandas  # type: ignore[import-untyped]
import pytest

from summariser.cache import Cache
from summariser.records import FILE
from summariser.settings import Settings
from tests.conftest import SAMPLES
from tests.counting_server import (
    COMMAND,
    CountingServer,
    Launcher,
    Running,
    batch_of,
    children_of,
    is_alive,
    launcher,
    until,
    write_paper,
    write_papers,
)

FULL = "SUMMARISER_KILLS" in os.environ
WORKERS = 8
# Read here, as a test is kept from the machine's own settings.
SEED = int(os.environ.get("SUMMARISER_SEED", time.time_ns() % 10_000))


@pytest.fixture(scope="module")
def runs() -> Iterator[Launcher]:
    with launcher() as made:
        yield made


def _documents(out: Path) -> list[dict[str, Any]]:
    """Return the rows of the documents in the records; as the file is read alone, it changes nothing in the folder."""
    with closing(sqlite3.connect(f"file:{out / FILE}?mode=ro", uri=True)) as rows:
        rows.row_factory = sqlite3.Row
        return [dict(row) for row in rows.execute("SELECT * FROM documents ORDER BY document")]


def _below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _held(out: Path) -> dict[str, tuple[int, int]]:
    """Return the size and the moment of change of every file, but for the lock and SQLite's own."""
    files = [out / name for name in _below(out) if not name.startswith((".lock", FILE))]
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


def _check_whole(folder: Path, out: Path) -> None:
    """Every document has one brief in both forms, whole and of the document as it is, and the tables agree with that."""
    names = sorted(_below(folder))
    rows = _documents(out)
    assert [(row["document"], row["state"]) for row in rows] == [(name, "briefed") for name in names]
    assert len({row["brief"] for row in rows}) == len(names)
    briefs = {f"{row['brief']}.{suffix}" for row in rows for suffix in ("json", "md")}
    there = {name for name in _below(out) if name.endswith((".json", ".md", ".part"))}
    assert there == briefs
    for row in rows:
        data = json.loads((out / f"{row['brief']}.json").read_text(encoding="utf-8"))
        assert data["document"]["sha256"] == row["sha256"]
        text = (out / f"{row['brief']}.md").read_text(encoding="utf-8")
        assert text.startswith(f"# {Path(row['document']).name}")
        assert text.endswith("\n")
        assert row["sha256"][:8] in text or row["sha256"] in text
    lines = [json.loads(line) for line in (out / "briefs.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted(line["document"]["sha256"] for line in lines) == sorted(row["sha256"] for row in rows)
    index = pandas.read_csv(out / "index.csv", dtype=str, encoding="utf-8-sig")
    assert list(index["document"]) == names
    assert (out / "failures.jsonl").read_text(encoding="utf-8") == ""


# Killed at any moment


def _kept() -> int:
    """Return how many answers are in the cache."""
    cache = Cache(Settings().cache_dir, 2**30)
    try:
        return cache.stats().answers
    finally:
        cache.close()


def _kill(run: Running, server: CountingServer, random: Random, answers: int) -> bool:
    """Kill a run some moment after so many answers, and say if it was so; it may be at its end before."""
    server.until(lambda: server.answered >= answers or run.ended(), f"{answers} answers")
    moment = time.monotonic() + random.uniform(0, 0.1)
    until(lambda: time.monotonic() >= moment or run.ended(), "a random moment")
    if run.ended():
        return False
    children = children_of(run.pid)
    run.kill()
    until(lambda: not any(map(is_alive, children)), "its processes end")
    return True


def _change_some(folder: Path, out: Path, random: Random) -> int:
    """Change some of the documents that are briefed, and return how many."""
    briefed: list[str] = []
    # A run may be killed before there are records.
    with suppress(sqlite3.OperationalError):
        briefed = [row["document"] for row in _documents(out) if row["state"] == "briefed"]
    changed = [name for name in random.sample(briefed, min(2, len(briefed))) if "edition 1" in (folder / name).read_text()]
    for name in changed:
        write_paper(folder, int(Path(name).stem), edition=2)
    return len(changed)


@pytest.mark.parametrize(
    ("documents", "kills", "one_core"),
    # That processes end with their parent, and ask nothing more, is tested by itself; each kill of several takes seconds.
    [(300, 20, False), (300, 20, True)] if FULL else [(60, 4, True)],
    ids=["processes", "threads"] if FULL else ["threads"],
)
def test_killed_at_random_moments_it_loses_at_most_the_answers_in_flight(
    runs: Launcher, tmp_path: Path, documents: int, kills: int, one_core: bool
) -> None:
    sys.stdout.write(f"SUMMARISER_SEED={SEED}\n")
    random = Random(SEED)
    folder, out = write_papers(tmp_path / "papers", documents), tmp_path / "out"
    changed, lost = 0, [0]
    with CountingServer() as server:
        arguments = batch_of(folder, out, server, "--workers", str(WORKERS))
        for answers in sorted(random.sample(range(documents), kills)):
            run = runs.start(arguments, tmp_path, one_core=one_core)
            if _kill(run, server, random, answers + changed):
                lost.append(len(server.requests) - _kept())
                changed += _change_some(folder, out, random)
        last = runs.start(arguments, tmp_path, one_core=one_core)
        assert last.code() == 0, last.err
        _check_whole(folder, out)
        # What is sent and not kept at a kill was in flight: a worker has no more than one such request.
        assert all(0 <= after - before <= WORKERS for before, after in pairwise(lost))
        assert len(server.counts()) == documents + changed
        assert len(server.requests) == documents + changed + lost[-1]
        # And what is whole is left alone.
        before, asked = _held(out), len(server.requests)
        assert runs.start(arguments, tmp_path, one_core=one_core).code() == 0
        assert _held(out) == before
        assert len(server.requests) == asked


# What a kill may leave behind, at moments that are too short to be met at random


BEFORE_REMOVING = "from summariser import exports\nexports.remove = dies"
BEFORE_RECORDING = "from summariser.records import Records\nRecords.briefed = dies"
BEFORE_REPLACING = "from pathlib import Path\nPath.replace = dies"


def _die(runs: Launcher, home: Path, arguments: list[str], moment: str) -> None:
    """Begin a run that ends as if it were killed at a moment: nothing after it is done."""
    code = f"import os\ndef dies(*_, **__):\n    os._exit(99)\n{moment}\n{COMMAND}"
    assert runs.start(arguments, home, code=code, one_core=True).code() == 99


def _go_on(runs: Launcher, home: Path, arguments: list[str]) -> None:
    run = runs.start(arguments, home, one_core=True)
    assert run.code() == 0, run.err


def test_a_brief_that_was_replaced_goes_even_if_the_run_died_before_it_could(runs: Launcher, tmp_path: Path) -> None:
    folder, out = write_papers(tmp_path / "papers", 1), tmp_path / "out"
    _go_on(runs, tmp_path, batch_of(folder, out))
    write_paper(folder, 0, edition=2)
    _die(runs, tmp_path, batch_of(folder, out), BEFORE_REMOVING)
    _go_on(runs, tmp_path, batch_of(folder, out))
    _check_whole(folder, out)


def test_a_brief_that_was_never_recorded_goes_when_its_document_has_changed(runs: Launcher, tmp_path: Path) -> None:
    folder, out = write_papers(tmp_path / "papers", 1), tmp_path / "out"
    _die(runs, tmp_path, batch_of(folder, out), BEFORE_RECORDING)
    write_paper(folder, 0, edition=2)
    _go_on(runs, tmp_path, batch_of(folder, out))
    _check_whole(folder, out)


def test_half_a_brief_goes_when_its_document_has_changed(runs: Launcher, tmp_path: Path) -> None:
    folder, out = write_papers(tmp_path / "papers", 1), tmp_path / "out"
    _die(runs, tmp_path, batch_of(folder, out), BEFORE_REPLACING)
    assert any(name.endswith(".part") for name in _below(out))
    write_paper(folder, 0, edition=2)
    _go_on(runs, tmp_path, batch_of(folder, out))
    _check_whole(folder, out)


def test_a_brief_that_was_written_and_not_recorded_is_made_again_in_its_place(runs: Launcher, tmp_path: Path) -> None:
    folder, out = write_papers(tmp_path / "papers", 2), tmp_path / "out"
    with CountingServer() as server:
        _die(runs, tmp_path, batch_of(folder, out, server, "--workers", "1"), BEFORE_RECORDING)
        assert len(server.requests) in (1, 2)
        _go_on(runs, tmp_path, batch_of(folder, out, server, "--workers", "1"))
        assert set(server.counts().values()) == {1}
    _check_whole(folder, out)


# With the embedded engine

SAYS = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.iterdir()) if path.suffix in (".txt", ".md")]
SIZES = (100, 2_000) if FULL else (20, 120)
# Megabytes by which the larger of the two may need more; the promise is 50.
LEVEL = 50 if FULL else 6


# The command, which tells at its end how much memory it has held at a time.
MEASURED = f"""
import re, sys
from pathlib import Path
{COMMAND.partition(";")[0]}
try:
    main()
finally:
    status = Path("/proc/self/status").read_text()
    sys.stderr.write("peak " + re.search(r"VmHWM:\\s+([0-9]+) kB", status)[1])
"""


def _write_short(folder: Path, count: int) -> Path:
    """Write short documents, no two of which say the same."""
    folder.mkdir()
    for number in range(count):
        text = SAYS[number % len(SAYS)]
        (folder / f"{number:04}.txt").write_text(f"Paper {number} of the archive.\n\n{text[:900]}\n", encoding="utf-8")
    return folder


class Archive(NamedTuple):
    """A folder of documents, that of their briefs, and the seconds and megabytes that it took to make them."""

    folder: Path
    out: Path
    seconds: float
    peak: float


def _archive(runs: Launcher, home: Path, count: int, *, one_core: bool = False) -> Archive:
    folder, out = _write_short(home / f"papers{count}", count), home / f"out{count}"
    began = time.monotonic()
    run = runs.start(batch_of(folder, out), home, code=MEASURED, one_core=one_core)
    assert run.code() == 0, run.err
    return Archive(folder, out, time.monotonic() - began, int(run.err.rpartition("peak ")[2]) / 1024)


@pytest.fixture(scope="module")
def archive(runs: Launcher, tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return _archive(runs, tmp_path_factory.mktemp("archive"), SIZES[1])


def test_every_document_has_one_brief(archive: Archive) -> None:
    _check_whole(archive.folder, archive.out)


def test_a_second_run_writes_nothing_and_takes_little_time(archive: Archive, runs: Launcher, tmp_path: Path) -> None:
    before = _held(archive.out)
    began = time.monotonic()
    run = runs.start(batch_of(archive.folder, archive.out), tmp_path)
    assert run.code() == 0
    # The start alone takes a good part of the time that a small folder takes.
    assert time.monotonic() - began < archive.seconds * (0.05 if FULL else 0.5)
    assert _held(archive.out) == before
    assert f"as they were │ {SIZES[1]:,}" in run.out


@pytest.mark.skipif(not FULL, reason="the processes that it needs take seconds to start, and one process is measured below")
def test_many_documents_take_no_more_memory_than_few(archive: Archive, runs: Launcher, tmp_path: Path) -> None:
    # Below forty documents there is one process, which briefs them itself.
    few = _archive(runs, tmp_path, max(SIZES[0], 40))
    assert archive.peak - few.peak < LEVEL


def test_many_documents_take_no_more_memory_than_few_in_one_process(runs: Launcher, tmp_path: Path) -> None:
    few, many = (_archive(runs, tmp_path, count, one_core=True) for count in SIZES)
    assert many.peak - few.peak < LEVEL


def test_datasette_finds_a_finding_by_a_word_of_it(archive: Archive, tmp_path: Path) -> None:
    out = archive.out
    with closing(sqlite3.connect(f"file:{out / FILE}?mode=ro", uri=True)) as rows:
        statements = [text for (text,) in rows.execute("SELECT statement FROM findings")]
    common = Counter(word for text in statements for word in set(re.findall(r"[a-z]{8,}", text)))
    # A word of few findings; without an index Datasette returns all.
    word, count = min(common.items(), key=lambda item: (item[1], item[0]))
    path = f"/briefs/findings.json?_search={word}&_shape=array&_size=1000"
    ran = subprocess.run(
        [sys.executable, "-m", "datasette", str(out / FILE), "--get", path],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=60,
        check=True,
    )
    found = json.loads(ran.stdout)
    assert sum(word in row["statement"] for row in found) == count
    assert len(found) < len(statements)


def test_a_spreadsheet_has_every_row_and_every_cell(archive: Archive) -> None:
    out = archive.out
    index = pandas.read_csv(out / "index.csv", dtype=str, encoding="utf-8-sig", keep_default_na=False)
    rows = _documents(out)
    assert len(index) == SIZES[1]
    for name in ("document", "state", "sha256", "brief", "title", "summary", "publisher"):
        told = [cell.removeprefix("'") for cell in index[name]]
        assert told == [(row[name] or "").removeprefix("'").replace("\r\n", "\n") for row in rows], name
    for table in ("findings", "actions", "judgements", "figures"):
        with closing(sqlite3.connect(f"file:{out / FILE}?mode=ro", uri=True)) as records:
            (count,) = records.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
        assert count
        assert len(pandas.read_csv(out / f"{table}.csv", dtype=str, encoding="utf-8-sig")) == count
