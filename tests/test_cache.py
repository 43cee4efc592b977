"""The folder of kept answers: text alone goes in and out, nothing is lost in silence, and nothing is asked twice at once."""

import json
import os
import pickle
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summariser.cache import Cache
from summariser.engines.canned import CannedEngine
from summariser.errors import EngineRefused
from summariser.pipeline import Pipeline
from summariser.readers import from_text
from summariser.result import Result
from summariser.settings import Settings
from summariser.types import Document, Reply, Request, Usage
from tests.conftest import request_of
from tests.loopback import NOTE, general

KEY = "0" * 64
DOCUMENT = "d" * 64
LIMIT = 2**30
PICKLED = 4  # diskcache's mode of a row that is a pickle
PATIENCE = 20  # seconds after which a test that waits for a thread has failed

# A busy machine is no fault of the code.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "answers"


@pytest.fixture
def cache(folder: Path) -> Iterator[Cache]:
    with closing(Cache(folder, LIMIT)) as cache:
        yield cache


@contextmanager
def _pipeline(engine: Any, folder: Path, limit: int = LIMIT) -> Iterator[Pipeline]:
    with closing(Pipeline("general", settings=Settings(cache_dir=folder, cache_limit=limit), engine=engine)) as pipeline:
        yield pipeline


def _alter(folder: Path, statement: str, *values: Any) -> None:
    """Do to the table of answers what the cache itself would not."""
    with closing(sqlite3.connect(folder / "cache.db")) as rows, rows:
        assert rows.execute(statement, values).rowcount == 1


# No pickle


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self._mark),)


def test_the_bomb_of_these_tests_is_live(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    pickle.loads(pickle.dumps(Bomb(mark)))
    assert mark.is_dir()


def test_a_pickled_value_is_a_miss_and_is_never_loaded(cache: Cache, folder: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    cache.put(KEY, "an answer", document=DOCUMENT)
    _alter(folder, "UPDATE Cache SET mode = ?, value = ?", PICKLED, pickle.dumps(Bomb(mark)))
    assert cache.get(KEY) is None
    assert cache.stats().answers == 1
    assert not mark.exists()
    assert cache.put(KEY, "another", document=DOCUMENT)
    assert cache.get(KEY) == "another"
    assert not mark.exists()


def test_a_pickled_file_is_a_miss_and_is_never_loaded(cache: Cache, folder: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    cache.put(KEY, "an answer", document=DOCUMENT)
    (folder / "bomb.val").write_bytes(pickle.dumps(Bomb(mark)))
    _alter(folder, "UPDATE Cache SET mode = ?, value = NULL, filename = 'bomb.val'", PICKLED)
    assert cache.get(KEY) is None
    assert cache.clear() == 1
    assert not mark.exists()


def test_a_pickled_key_is_never_loaded(cache: Cache, folder: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    cache.put(KEY, "an answer", document=DOCUMENT)
    _alter(folder, "UPDATE Cache SET key = ?, raw = 0", pickle.dumps(Bomb(mark)))
    assert cache.get(KEY) is None
    assert cache.put(KEY, "another", document=DOCUMENT)
    with pytest.raises(ValueError, match="not text"):
        list(cache._store)
    assert cache.stats().answers == 2
    assert cache.clear() == 2
    assert not mark.exists()


@pytest.mark.parametrize("column", ["size", "mode", "filename", "value", "raw", "key", "tag", "expire_time"])
def test_no_column_of_a_row_can_be_made_to_load_one(cache: Cache, folder: Path, tmp_path: Path, column: str) -> None:
    mark = tmp_path / "mark"
    cache.put(KEY, "an answer", document=DOCUMENT)
    _alter(folder, f"UPDATE Cache SET {column} = ?", pickle.dumps(Bomb(mark)))
    cache.get(KEY)
    assert not mark.exists()


@pytest.mark.parametrize("value", [1, 1.5, b"bytes", sqlite3.Binary(b"bytes")])
def test_a_row_that_is_not_text_is_a_miss(cache: Cache, folder: Path, value: Any) -> None:
    cache.put(KEY, "an answer", document=DOCUMENT)
    _alter(folder, "UPDATE Cache SET value = ?", value)
    assert cache.get(KEY) is None


@pytest.mark.parametrize("value", [None, 1, b"bytes", ["text"], {"text": "x"}, NOTE.encode()])
def test_text_alone_is_stored(cache: Cache, value: Any) -> None:
    with pytest.raises(TypeError):
        cache.put(KEY, value, document=DOCUMENT)
    with pytest.raises(TypeError):
        cache._store.set(KEY, value)
    with pytest.raises(TypeError):
        cache._store.set(value, "text")
    assert cache.stats().answers == 0


def test_every_row_is_written_as_plain_text(cache: Cache, folder: Path) -> None:
    cache.put(KEY, "short", document=DOCUMENT)
    cache.put("1" * 64, "long " * 100_000, document=DOCUMENT)
    with closing(sqlite3.connect(folder / "cache.db")) as rows:
        assert {mode for (mode,) in rows.execute("SELECT mode FROM Cache")} == {1}
        assert {raw for (raw,) in rows.execute("SELECT raw FROM Cache")} == {1}


# What is kept comes back


@given(text=st.text())
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    with closing(Cache(tmp_path_factory.getbasetemp() / "any", LIMIT)) as cache:
        assert cache.put(KEY, text, document=DOCUMENT)
        assert cache.get(KEY) == text


@pytest.mark.parametrize("piece", ["x", "é\n", "\N{GRINNING FACE}", '{"a": "\\r\\n"}', "\0", "\u2028"])
def test_a_long_text_comes_back(cache: Cache, folder: Path, piece: str) -> None:
    text = piece * (1_200_000 // len(piece))
    assert cache.put(KEY, text, document=DOCUMENT)
    with closing(Cache(folder, LIMIT)) as again:
        assert again.get(KEY) == text


@pytest.mark.parametrize("piece", ["line\r\n", "line\r"])
def test_a_long_text_keeps_its_line_ends(cache: Cache, piece: str) -> None:
    text = piece * 200_000
    cache.put(KEY, text, document=DOCUMENT)
    assert cache.get(KEY) == text


def test_nothing_is_kept_under_another_key(cache: Cache) -> None:
    cache.put(KEY, "an answer", document=DOCUMENT)
    assert cache.get("1" * 64) is None


# Folder, limit, stats, clear


@pytest.mark.parametrize("before", [None, 0o755, 0o777])
def test_the_folder_is_its_owners_alone(folder: Path, before: int | None) -> None:
    if before is not None:
        folder.mkdir()
        folder.chmod(before)
    umask = os.umask(0)
    try:
        Cache(folder, LIMIT).close()
    finally:
        os.umask(umask)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_at_the_limit_nothing_is_added_and_nothing_dropped(folder: Path) -> None:
    with closing(Cache(folder, LIMIT)) as roomy:
        empty = roomy.stats().size
    limit = empty + 400_000
    with closing(Cache(folder, limit)) as cache:
        kept = [number for number in range(20) if cache.put(f"{number:064}", "x" * 50_000, document=DOCUMENT)]
        assert 1 < len(kept) < 20
        assert cache.stats().size <= limit
        assert all(cache.get(f"{number:064}") == "x" * 50_000 for number in kept)
        assert cache.stats().answers == len(kept)
        assert cache.clear() == len(kept)
        assert cache.put(KEY, "x" * 50_000, document=DOCUMENT)


def test_a_reader_is_told_that_an_answer_was_not_kept(folder: Path) -> None:
    engine = CannedEngine([general(), general()], keeps=True)
    for _ in range(2):
        with _pipeline(engine, folder, limit=0) as pipeline:
            result = pipeline.run(from_text(NOTE))
            assert [warning for warning in result.warnings if "cache is full" in warning]
            assert not result.provenance.cached
    assert len(engine.requests) == 2


def test_a_full_cache_still_answers(folder: Path) -> None:
    engine = CannedEngine([general()], keeps=True)
    with _pipeline(engine, folder) as pipeline:
        assert pipeline.run(from_text(NOTE)).warnings == ()
    with _pipeline(engine, folder, limit=0) as pipeline:
        again = pipeline.run(from_text(NOTE))
    assert again.provenance.cached
    assert again.warnings == ()


def test_stats_count_what_is_there(cache: Cache, folder: Path) -> None:
    before = cache.stats()
    cache.put(KEY, "x" * 1_000_000, document=DOCUMENT)
    cache.put(KEY, "x" * 1_500_000, document=DOCUMENT)
    cache.put("1" * 64, "short", document=DOCUMENT)
    after = cache.stats()
    assert (before.folder, before.answers, before.limit) == (folder, 0, LIMIT)
    assert after.answers == 2
    assert 1_490_000 <= after.size - before.size < 1_600_000


def test_the_answers_about_one_document_are_forgotten_alone(cache: Cache) -> None:
    cache.put(KEY, "short", document=DOCUMENT)
    cache.put("1" * 64, "long", document="other")
    assert cache.forget(DOCUMENT) == 1
    assert (cache.get(KEY), cache.get("1" * 64)) == (None, "long")
    assert cache.forget(DOCUMENT) == 0


def test_clear_forgets_every_answer(cache: Cache, folder: Path) -> None:
    cache.put(KEY, "short", document=DOCUMENT)
    cache.put("1" * 64, "long " * 100_000, document=DOCUMENT)
    assert cache.clear() == 2
    assert cache.get(KEY) is None
    assert cache.stats().answers == 0
    assert list(folder.rglob("*.val")) == []
    assert cache.clear() == 0


# What a pipeline makes of it


@pytest.mark.parametrize(
    "row",
    [
        json.dumps({"text": "{}", "notes": []}),
        json.dumps({"text": general("52%", key_points=[], topics=0), "notes": []}),
        json.dumps({"text": general()}),
        json.dumps({"text": 3, "notes": []}),
        json.dumps([general()]),
        "null",
        "no JSON",
        "",
        "[" * 100_000,
    ],
)
def test_a_kept_answer_that_no_longer_passes_is_asked_for_again(folder: Path, row: str) -> None:
    engine = CannedEngine([general(), general(document_form="letter")], keeps=True)
    with _pipeline(engine, folder) as pipeline:
        first = pipeline.run(from_text(NOTE))
        with closing(Cache(folder, LIMIT)) as cache:
            cache.put(engine.requests[0].key, row, document=DOCUMENT)
        second = pipeline.run(from_text(NOTE))
        third = pipeline.run(from_text(NOTE))
    assert len(engine.requests) == 2
    assert [result.provenance.cached for result in (first, second, third)] == [False, False, True]
    assert second.brief.model_dump()["document_form"] == third.brief.model_dump()["document_form"] == "letter"


def test_a_poisoned_row_is_asked_for_again_and_mended(folder: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    engine = CannedEngine([general(), general()], keeps=True)
    with _pipeline(engine, folder) as pipeline:
        pipeline.run(from_text(NOTE))
        _alter(folder, "UPDATE Cache SET mode = ?, value = ?", PICKLED, pickle.dumps(Bomb(mark)))
        assert not pipeline.run(from_text(NOTE)).provenance.cached
        assert pipeline.run(from_text(NOTE)).provenance.cached
    assert not mark.exists()


def test_the_notes_of_an_engine_are_kept_with_its_answer(folder: Path) -> None:
    engine = CannedEngine([Reply(general(), Usage(1, 10, 1), ("read this",))], keeps=True)
    with _pipeline(engine, folder) as pipeline:
        results = [pipeline.run(from_text(NOTE)) for _ in range(2)]
    assert [result.warnings for result in results] == [("read this",), ("read this",)]
    assert [result.usage for result in results] == [Usage(1, 10, 1), Usage()]


def test_an_answer_of_the_embedded_engine_is_not_kept(folder: Path) -> None:
    engine = CannedEngine([general(), general()], keeps=True)
    engine.keeps = False
    with _pipeline(engine, folder) as pipeline:
        assert [pipeline.run(from_text(NOTE)).provenance.cached for _ in range(2)] == [False, False]
    assert not folder.exists()


# Several at once


class Arrivals:
    """Counts who has come to the door of a key, before it opens for the first of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._seen = threading.Semaphore(0)
        sole = Cache.sole

        @contextmanager
        def counted(cache: Cache, key: str) -> Iterator[None]:
            self._seen.release()
            with sole(cache, key):
                yield

        monkeypatch.setattr(Cache, "sole", counted)

    def wait_for(self, number: int) -> None:
        for _ in range(number):
            assert self._seen.acquire(timeout=PATIENCE), "a thread never came to ask"


class Slow:
    """Answers only when `hold` lets it, and counts how often it was asked."""

    name, model, keeps = "slow", "slow", True

    def __init__(self, hold: Callable[[int], None]) -> None:
        self._hold = hold
        self._guard = threading.Lock()
        self.asked = 0

    def ask(self, request: Request) -> Reply:
        with self._guard:
            self.asked += 1
            turn = self.asked
        self._hold(turn)
        return Reply(general(), Usage(1, 10, 1))


def _at_once(pipeline: Pipeline, documents: list[Document]) -> list[Result | BaseException]:
    with ThreadPoolExecutor(len(documents)) as pool:
        futures = [pool.submit(pipeline.run, document) for document in documents]
        return [future.exception() or future.result() for future in futures]


def test_the_same_question_is_in_flight_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrivals = Arrivals(monkeypatch)
    engine = Slow(lambda turn: arrivals.wait_for(6))
    with _pipeline(engine, folder) as pipeline:
        results = _at_once(pipeline, [from_text(NOTE)] * 6)
    assert engine.asked == 1
    briefs = [result for result in results if isinstance(result, Result)]
    assert len(briefs) == 6
    assert sorted(result.provenance.cached for result in briefs) == [False] + [True] * 5
    assert sum((result.usage for result in briefs), Usage()) == Usage(1, 10, 1)


def test_different_questions_do_not_wait_for_each_other(folder: Path) -> None:
    together = threading.Barrier(3)

    def meet(turn: int) -> None:
        together.wait(PATIENCE)

    engine = Slow(meet)
    with _pipeline(engine, folder) as pipeline:
        results = _at_once(pipeline, [from_text(NOTE + extra) for extra in ("", "Two.", "Three.")])
    assert engine.asked == 3
    assert all(isinstance(result, Result) for result in results)


def test_a_failure_is_not_handed_to_those_in_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrivals = Arrivals(monkeypatch)
    requests: list[Request] = []

    def fail_first(turn: int) -> None:
        if turn == 1:
            arrivals.wait_for(3)
            raise EngineRefused("no", requests[0])

    engine = Slow(fail_first)
    with _pipeline(engine, folder) as pipeline:
        requests.append(request_of(pipeline, from_text(NOTE)))
        results = _at_once(pipeline, [from_text(NOTE)] * 3)
    assert engine.asked == 2
    assert sorted(type(result).__name__ for result in results) == ["EngineRefused", "Result", "Result"]
