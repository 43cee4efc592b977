"""Every file of a folder ends as a brief or as a listed failure, what is written is whole, and nothing is done twice."""

import csv
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain, repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel, Field

from summariser import batch
from summariser.batch import Batch, Plan, Selection, Which, summarise_folder
from summariser.brief import Brief, Claim
from summariser.briefing import Briefed
from summariser.cache import Cache
from summariser.engines.canned import Answer, CannedEngine
from summariser.errors import (
    AccessDenied,
    DocumentError,
    EngineBusy,
    EngineRefused,
    OutputError,
    QuotaExhausted,
    SettingsError,
)
from summariser.folder import digest_of, files_in, name_of, stem_of
from summariser.pipeline import Pipeline
from summariser.records import FILE, Records
from summariser.retry import RetryPolicy
from summariser.settings import Settings
from summariser.types import Failure, Loss, Request, Usage
from summariser.writers import tables
from tests import loopback
from tests.clocks import Waits
from tests.conftest import SAMPLES, Run
from tests.loopback import NOTE, Loopback, general

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
SECRET = "Jane Roe, 7 Mill Lane"
KEY = "sk-very-secret"
ANSWER = general(key_points=[], summary=[])
# What a run writes besides the briefs.
TABLES = {"briefs.jsonl", FILE, "failures.jsonl", "index.csv"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with sub-folders, hidden files, names that differ in their suffix alone, and files that nobody can brief."""
    folder = tmp_path / "papers"
    for name, raw in {
        "a.txt": f"Paper a. {NOTE}".encode(),
        "a.md": f"Paper a in Markdown. {NOTE}".encode(),
        "a.markdown": f"Paper a at length. {NOTE}".encode(),
        "2023/may/a.txt": f"Paper of May. {NOTE}".encode(),
        "2023/june.TXT": f"Paper of June. {NOTE}".encode(),
        ".hidden.txt": b"Not for us.",
        ".git/config.txt": b"Not for us either.",
        "2023/.DS_Store": b"\0",
        "scan.png": PNG,
        "scan.txt": PNG,
        "empty.md": b"",
        "noname": b"words",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return folder


GOOD = ["2023/june.TXT", "2023/may/a.txt", "a.markdown", "a.md", "a.txt"]
BAD = {
    "empty.md": "there is no text in it",
    "noname": "no reader for 'a name without suffix'",
    "scan.png": "no reader for '.png'",
    "scan.txt": "it is a binary file, not text",
}


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder of three papers, each with a word of its own."""
    papers = tmp_path / "in"
    (papers / "2023").mkdir(parents=True)
    for name, word in (("2023/c.txt", "Xanthippe"), ("a.txt", "Zebedee"), ("b.txt", "Ocelotine")):
        (papers / name).write_text(_text(word))
    return papers


PAPERS = ["2023/c.txt", "a.txt", "b.txt"]


def _text(word: str) -> str:
    return f"{word} told us of it. {NOTE}"


def _echo(request: Request) -> str:
    """Answer with the first sentence of the document as a key point."""
    segment = request.segments[0]
    words = request.document.text[segment.start : segment.end]
    return general(key_points=[{"evidence": [1], "point_id": "P1", "statement": words, "speaker": None}])


def _engine(*answers: Answer, keeps: bool = False, model: str = "canned") -> CannedEngine:
    """Return an engine that gives these answers, and the document's own words to whatever else it is asked."""
    return CannedEngine(chain(answers, repeat(_echo)), keeps=keeps, model=model)


@contextmanager
def _pipeline(settings: Settings, engine: CannedEngine | None = None) -> Iterator[Pipeline]:
    policy = RetryPolicy(attempts=2, clock=Waits())
    with closing(Pipeline("general", settings=settings, engine=engine, policy=policy)) as pipeline:
        yield pipeline


def _planned(
    settings: Settings, folder: Path, out: Path, engine: CannedEngine | None = None, which: Which = Which.due, **patterns: Any
) -> tuple[Plan, list[Briefed | Failure]]:
    with _pipeline(settings, engine) as pipeline, batch.opened(out) as records:
        run = Batch(folder, out, pipeline, records)
        plan = run.plan(files_in(folder, leaving_out=out, **patterns), which)
        return plan, list(run.run(plan))


def _run(
    settings: Settings, folder: Path, out: Path, engine: CannedEngine | None = None, which: Which = Which.due
) -> list[Briefed | Failure]:
    return _planned(settings, folder, out, engine, which)[1]


def _done(settings: Settings, folder: Path, out: Path, which: Which = Which.due, **changes: Any) -> list[str]:
    """Run with an engine that never fails, and return the names of the documents that it was asked about."""
    engine = _engine(**changes)
    came = [outcome.document for outcome in _run(settings, folder, out, engine, which)]
    assert len(engine.requests) == len(came)
    return came


def _written(out: Path) -> set[str]:
    """Return what lies below a folder of briefs, but for the mark that a run holds it."""
    return {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()} - {".lock"}


def _stem(folder: Path, name: str) -> str:
    return stem_of(name, hashlib.sha256((folder / name).read_bytes()).hexdigest())


def _stems(folder: Path, names: Iterable[str]) -> set[str]:
    return {f"{_stem(folder, name)}.{form}" for name in names for form in ("md", "json")}


def _brief(folder: Path, out: Path, name: str) -> str:
    return (out / f"{_stem(folder, name)}.json").read_text(encoding="utf-8")


def _failures(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "failures.jsonl").read_text(encoding="utf-8").splitlines()]


def _listed(out: Path) -> dict[str, str]:
    return {failure["document"]: failure["kind"] for failure in _failures(out)}


def _index(out: Path) -> dict[str, dict[str, str]]:
    """Return the rows of index.csv by document, of which there must be one each."""
    with (out / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["document"] for row in rows}) == len(rows)
    return {row["document"]: row for row in rows}


def _documents(out: Path) -> dict[str, dict[str, Any]]:
    with closing(Records(out)) as records:
        return {row["document"]: row for row in records.rows("documents")}


def _raising(kind: Callable[[str, Request], Exception], message: str) -> Callable[[Request], str]:
    def raising(request: Request) -> str:
        raise kind(message, request)

    return raising


def _bytes(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()).lower()


# Which files


@pytest.mark.parametrize("inside", ["out", "2023/out", "briefs.md"])
def test_briefs_inside_the_folder_are_not_briefed_again(settings: Settings, folder: Path, inside: str) -> None:
    out = folder / inside
    first = _run(settings, folder, out)
    again = _run(settings, folder, out, which=Which.all)
    assert len(first) == len(again) == len(GOOD) + len(BAD)
    assert not any("out" in str(path.relative_to(folder)) for path in files_in(folder, leaving_out=out))
    assert {name for name in _written(out) if not name.endswith(".csv")} == _stems(folder, GOOD) | TABLES - {"index.csv"}


def test_a_folder_inside_the_folder_of_briefs_is_refused_before_anything_is_written(settings: Settings, papers: Path) -> None:
    before = _written(papers.parent)
    with pytest.raises(DocumentError, match="where the briefs go"):
        list(summarise_folder(papers, papers.parent, settings=settings))
    (papers / "empty").mkdir()
    with pytest.raises(DocumentError, match="there are no files"):
        list(summarise_folder(papers / "empty", papers.parent / "out", settings=settings))
    pages = Selection(include=["*.pdf"])
    with pytest.raises(DocumentError, match="by these patterns"):
        list(summarise_folder(papers, papers.parent / "out", settings=settings, selection=pages))
    assert _written(papers.parent) == before


# What is written


def test_each_file_ends_as_briefs_or_as_a_failure(settings: Settings, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    outcomes = _run(settings, folder, out)
    assert sorted(outcome.document for outcome in outcomes) == sorted([*GOOD, *BAD])
    assert {outcome.document for outcome in outcomes if isinstance(outcome, Failure)} == set(BAD)
    assert {name for name in _written(out) if not name.endswith(".csv")} == _stems(folder, GOOD) | TABLES - {"index.csv"}
    assert [failure["document"] for failure in _failures(out)] == sorted(BAD)
    assert {name: row["state"] for name, row in _index(out).items()} == {
        **dict.fromkeys(GOOD, "briefed"),
        **dict.fromkeys(BAD, "failed"),
    }


def test_a_failure_tells_its_kind_and_its_cause(settings: Settings, folder: Path, tmp_path: Path) -> None:
    _run(settings, folder, tmp_path / "out")
    rows = _documents(tmp_path / "out")
    for failure in _failures(tmp_path / "out"):
        assert failure["kind"] == "DocumentError"
        assert BAD[failure["document"]] in failure["message"]
        assert failure["attempts"] == 1
        assert failure["usage"] == {"requests": 0, "input_tokens": 0, "output_tokens": 0, "cost": 0.0}
        row = rows[failure["document"]]
        assert (row["state"], row["error"], row["message"]) == ("failed", failure["kind"], failure["message"])


def test_each_brief_is_that_of_its_own_file(settings: Settings, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _run(settings, folder, out)
    with _pipeline(settings) as pipeline:
        for name in GOOD:
            result = pipeline.run(pipeline.read(folder / name))
            assert _brief(folder, out, name) == result.to_json()
            assert (out / f"{_stem(folder, name)}.md").read_text(encoding="utf-8") == result.to_markdown()
            assert _documents(out)[name]["sha256"] == result.document.sha256 == digest_of(folder / name)


def test_the_samples_are_briefed_without_a_failure(tmp_path: Path, settings: Settings) -> None:
    outcomes = list(summarise_folder(SAMPLES, tmp_path / "out", settings=settings))
    assert len(outcomes) == len(list(SAMPLES.iterdir()))
    assert all(isinstance(outcome, Briefed) for outcome in outcomes)
    assert _failures(tmp_path / "out") == []
    assert _stems(SAMPLES, [path.name for path in SAMPLES.iterdir()]) <= _written(tmp_path / "out")
    with closing(Records(tmp_path / "out")) as records:
        asked = (
            "SELECT DISTINCT document FROM findings WHERE rowid IN (SELECT rowid FROM findings_fts WHERE findings_fts MATCH ?)"
        )
        assert len([*records.query(asked, ("staff",))]) > 1


def test_nothing_half_written_is_left(settings: Settings, folder: Path, tmp_path: Path) -> None:
    _run(settings, folder, tmp_path / "out")
    assert [name for name in _written(tmp_path / "out") if name.endswith((".part", "-wal", "-shm"))] == []


def test_a_brief_takes_its_place_only_when_it_is_whole(
    settings: Settings, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file is written beside its place, and moved there in one step."""
    out = tmp_path / "out"
    replace = Path.replace
    moved: list[tuple[str, str]] = []

    def watched(self: Path, target: Path) -> Path:
        assert not target.exists()
        raw = self.read_text(encoding="utf-8")
        assert raw.endswith(("\n", "}")) or not raw
        moved.append((self.name, target.name))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    _run(settings, folder, out)
    assert {name for _, name in moved} == {Path(name).name for name in _written(out) - {FILE}}
    assert all(partial == f"{name}.part" for partial, name in moved)


def test_outcomes_come_as_they_are_made(settings: Settings, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with _pipeline(settings) as pipeline, batch.opened(out) as records:
        run = Batch(folder, out, pipeline, records)
        outcomes = run.run(run.plan(files_in(folder, leaving_out=out)))
        first = next(outcomes)
        assert first.document == "2023/june.TXT"
        assert _stems(folder, ["2023/june.TXT"]) <= _written(out)
        assert records.known()["2023/june.TXT"].state == "briefed"
        assert not _stems(folder, ["a.txt"]) & _written(out)
        assert len(list(outcomes)) == len(GOOD) + len(BAD) - 1


# A second run


def test_a_second_run_does_nothing_and_writes_nothing(settings: Settings, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert _done(settings, papers, out) == PAPERS
    for path in out.rglob("*"):
        os.utime(path, ns=(10**18, 10**18))
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in out.rglob("*") if path.is_file()}
    engine = _engine()
    plan, outcomes = _planned(settings, papers, out, engine)
    assert (plan, outcomes, engine.requests) == (Plan({}, 3, 0, 0), [], [])
    after = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in out.rglob("*") if path.is_file()}
    lock = {out / ".lock": (0, b"")}
    assert after | lock == before | lock


def test_new_and_changed_documents_are_done_and_the_others_are_not(settings: Settings, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, _engine())
    (papers / "a.txt").write_text(_text("Quentin"))
    (papers / "new.txt").write_text(_text("Yolanda"))
    plan, outcomes = _planned(settings, papers, out, engine := _engine())
    assert [outcome.document for outcome in outcomes] == ["a.txt", "new.txt"]
    assert (len(engine.requests), plan.kept) == (2, 2)
    assert _done(settings, papers, out) == []


def test_a_change_of_the_date_alone_is_no_change(settings: Settings, papers: Path, tmp_path: Path) -> None:
    _run(settings, papers, tmp_path / "out", _engine())
    os.utime(papers / "a.txt", (1, 1))
    assert _done(settings, papers, tmp_path / "out") == []


def test_a_brief_that_is_gone_is_made_again(settings: Settings, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, _engine())
    for name, form in (("a.txt", "md"), ("b.txt", "json")):
        (out / f"{_stem(papers, name)}.{form}").unlink()
    assert _done(settings, papers, out) == ["a.txt", "b.txt"]
    assert _stems(papers, PAPERS) <= _written(out)


@pytest.mark.parametrize(
    "name",
    [
        "index.csv",
        "briefs.jsonl",
        "failures.jsonl",
        "key_points.csv",
    ],
)
def test_a_table_that_is_gone_is_written_again_without_a_request(
    settings: Settings, papers: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, _engine())
    before = (out / name).read_bytes()
    (out / name).unlink()
    assert _done(settings, papers, out) == []
    assert (out / name).read_bytes() == before


def _fail_b_and_cut_c(settings: Settings, papers: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Brief a.txt; let b.txt fail, and something be missing from the brief of 2023/c.txt."""
    refusing = _raising(lambda message, request: EngineRefused(message, request, Usage(1)), "the model refused")
    with monkeypatch.context() as patched:
        run = Pipeline.run

        def cut(self: Pipeline, document: Any, **named: Any) -> Any:
            result = run(self, document, **named)
            losses = (Loss("part", (5, 9), "EngineRefused", "the model refused a part"),) if document.name == "c.txt" else ()
            return type(result)(**{name: getattr(result, name) for name in result.__dataclass_fields__} | {"losses": losses})

        patched.setattr(Pipeline, "run", cut)
        _run(settings, papers, out, _engine(_echo, _echo, refusing))


def test_what_failed_and_what_was_read_in_part_is_done_again(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    _fail_b_and_cut_c(settings, papers, out, monkeypatch)
    told = {failure["document"]: failure for failure in _failures(out)}
    assert {name: failure["kind"] for name, failure in told.items()} == {"2023/c.txt": "PartlyRead", "b.txt": "EngineRefused"}
    assert told["2023/c.txt"]["message"] == "part 5–9: the model refused a part"
    assert told["b.txt"]["message"] == "the model refused"
    assert {name: row["state"] for name, row in _index(out).items()} == {
        "2023/c.txt": "partial",
        "a.txt": "briefed",
        "b.txt": "failed",
    }
    assert _done(settings, papers, out) == ["2023/c.txt", "b.txt"]
    assert _failures(out) == []
    assert _done(settings, papers, out) == []


def test_retry_failed_is_for_what_failed_alone(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    _fail_b_and_cut_c(settings, papers, out, monkeypatch)
    (papers / "a.txt").write_text(_text("Quentin"))
    (papers / "new.txt").write_text(_text("Yolanda"))
    assert _done(settings, papers, out, Which.failed) == ["2023/c.txt", "b.txt"]
    assert _done(settings, papers, out, Which.failed) == []
    assert _done(settings, papers, out) == ["a.txt", "new.txt"]


def test_only_changed_is_for_what_is_new_or_changed_alone(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    _fail_b_and_cut_c(settings, papers, out, monkeypatch)
    (papers / "a.txt").write_text(_text("Quentin"))
    (papers / "new.txt").write_text(_text("Yolanda"))
    assert set(_done(settings, papers, out, Which.changed, model="other")) >= {"a.txt", "new.txt"}
    assert "2023/c.txt" not in _done(settings, papers, out, Which.changed, model="third")
    (papers / "2023" / "c.txt").write_text(_text("Wilhelmina"))
    assert "2023/c.txt" in _done(settings, papers, out, Which.changed)


def test_only_changed_leaves_alone_what_failed_and_is_as_it_was(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    _fail_b_and_cut_c(settings, papers, out, monkeypatch)
    assert _done(settings, papers, out, Which.changed) == []


def test_force_is_for_all(settings: Settings, papers: Path, tmp_path: Path) -> None:
    _run(settings, papers, tmp_path / "out", _engine())
    assert _done(settings, papers, tmp_path / "out", Which.all) == PAPERS
    rows = _documents(tmp_path / "out")
    assert {(row["attempts"], row["requests"]) for row in rows.values()} == {(2, 2)}
    assert _stems(papers, PAPERS) == {name for name in _written(tmp_path / "out") if name.endswith((".md", ".json"))}


def test_another_model_or_setting_that_decides_makes_all_due(settings: Settings, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert _done(settings, papers, out, keeps=True) == PAPERS
    assert _done(settings, papers, out, keeps=True) == []
    assert _done(settings, papers, out, keeps=True, model="other") == PAPERS
    warm = settings.model_copy(update={"temperature": 0.7})
    assert _done(warm, papers, out, keeps=True, model="other") == PAPERS
    # How a run is made does not decide what comes of it.
    slow = warm.model_copy(update={"workers": 3, "timeout": 5, "attempts": 2, "log": "debug"})
    assert _done(slow, papers, out, keeps=True, model="other") == []


def test_another_schema_makes_all_due(settings: Settings, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out)
    outcomes = list(summarise_folder(papers, out, settings=settings, schema="council_review"))
    assert [outcome.document for outcome in outcomes] == PAPERS
    assert {row["schema"] for row in _index(out).values()} == {"council_review"}
    assert _done(settings, papers, out, Which.changed) == []


def test_what_an_answer_has_cost_is_not_paid_again_when_the_document_is(
    settings: Settings, papers: Path, tmp_path: Path
) -> None:
    """A brief that is made anew comes from the cache."""
    _run(settings, papers, tmp_path / "out", engine := _engine(keeps=True))
    outcomes = _run(settings, papers, tmp_path / "out", engine, Which.all)
    assert [outcome.cached for outcome in outcomes if isinstance(outcome, Briefed)] == [True] * 3
    assert len(engine.requests) == 3
    assert {row["requests"] for row in _documents(tmp_path / "out").values()} == {1}


# Changed, moved, renamed, removed


def test_the_old_brief_of_a_changed_document_is_gone_when_the_new_one_is_there(
    settings: Settings, papers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, _engine())
    old = _stems(papers, ["a.txt"])
    (papers / "a.txt").write_text(_text("Quentin"))
    with _pipeline(settings, _engine()) as pipeline, batch.opened(out) as records:
        run = Batch(papers, out, pipeline, records)
        for outcome in run.run(run.plan(files_in(papers, leaving_out=out))):
            assert outcome.document == "a.txt"
            assert not old & _written(out)
            assert _stems(papers, ["a.txt"]) <= _written(out)
    assert b"zebedee" not in _bytes(out)
    assert "Quentin" in (out / "key_points.csv").read_text(encoding="utf-8-sig")


def test_a_failed_second_attempt_keeps_the_old_brief_and_says_that_it_failed(
    settings: Settings, papers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, _engine())
    old, lines = _stems(papers, ["a.txt"]), (out / "briefs.jsonl").read_text()
    (papers / "a.txt").write_text(_text("Quentin"))
    refusing = _raising(lambda message, request: EngineRefused(message, request, Usage(1)), "the model refused")
    _run(settings, papers, out, _engine(refusing))
    assert _listed(out) == {"a.txt": "EngineRefused"}
    assert old <= _written(out)
    assert (out / "briefs.jsonl").read_text() == lines
    row = _index(out)["a.txt"]
    assert (row["state"], row["error"], row["attempts"], row["requests"]) == ("failed", "EngineRefused", "2", "2")
    assert _done(settings, papers, out) == ["a.txt"]
    assert not old & _written(out)


def test_a_moved_file_keeps_its_brief_without_a_request(settings: Settings, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, _engine())
    before, old = _brief(papers, out, "a.txt"), _stems(papers, ["a.txt"])
    (papers / "2024" / "may").mkdir(parents=True)
    (papers / "a.txt").rename(papers / "2024" / "may" / "a.txt")
    plan, outcomes = _planned(settings, papers, out, engine := _engine())
    assert (plan, outcomes, engine.requests) == (Plan({}, 3, 1, 0), [], [])
    assert _brief(papers, out, "2024/may/a.txt") == before
    assert not old & _written(out)
    assert sorted(_index(out)) == ["2023/c.txt", "2024/may/a.txt", "b.txt"]
    with (out / "key_points.csv").open(encoding="utf-8-sig", newline="") as file:
        assert sorted(row["document"] for row in csv.DictReader(file)) == ["2023/c.txt", "2024/may/a.txt", "b.txt"]
    assert _planned(settings, papers, out, engine)[0] == Plan({}, 3, 0, 0)


def test_a_copy_is_a_document_of_its_own(settings: Settings, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, _engine())
    shutil.copy(papers / "a.txt", papers / "2023" / "a.txt")
    assert _done(settings, papers, out) == ["2023/a.txt"]
    assert sorted(_index(out)) == ["2023/a.txt", *PAPERS]


def test_of_two_copies_of_what_is_gone_one_takes_over_its_brief(settings: Settings, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, _engine())
    (papers / "2024").mkdir()
    shutil.copy(papers / "a.txt", papers / "2023" / "a.txt")
    (papers / "a.txt").rename(papers / "2024" / "a.txt")
    plan, outcomes = _planned(settings, papers, out, engine := _engine())
    assert (plan.moved, plan.removed, len(outcomes), len(engine.requests)) == (1, 0, 1, 1)
    assert sorted(_index(out)) == ["2023/a.txt", "2023/c.txt", "2024/a.txt", "b.txt"]
    assert _stems(papers, ["2023/a.txt", "2024/a.txt"]) <= _written(out)


def test_a_file_with_another_name_is_briefed_anew_since_the_brief_tells_the_name(
    settings: Settings, papers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, _engine())
    (papers / "a.txt").rename(papers / "z.txt")
    plan, outcomes = _planned(settings, papers, out, _engine())
    assert ([outcome.document for outcome in outcomes], plan.moved, plan.removed) == (["z.txt"], 0, 1)
    assert json.loads(_brief(papers, out, "z.txt"))["document"]["name"] == "z.txt"
    assert _index(out)["a.txt"]["source"] == "removed"


def test_a_moved_document_whose_brief_is_gone_is_briefed_and_its_old_place_is_told_as_removed(
    settings: Settings, papers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, _engine())
    (out / f"{_stem(papers, 'a.txt')}.md").unlink()
    (papers / "a.txt").rename(papers / "2023" / "a.txt")
    plan, outcomes = _planned(settings, papers, out, _engine())
    assert ([outcome.document for outcome in outcomes], plan.moved, plan.removed) == (["2023/a.txt"], 0, 1)


def test_a_move_that_is_broken_off_is_made_good_by_the_next_run(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, engine := _engine(keeps=True))
    (papers / "a.txt").rename(papers / "2023" / "a.txt")
    with monkeypatch.context() as patched:
        patched.setattr(Records, "rename", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            _run(settings, papers, out, engine)
    _run(settings, papers, out, engine)
    assert _stems(papers, ["2023/a.txt", "2023/c.txt", "b.txt"]) == {name for name in _written(out) if ".txt." in name}
    assert {row["state"] for row in _index(out).values()} == {"briefed"}
    assert len(engine.requests) == 3


def test_an_old_brief_that_a_killed_run_has_left_is_gone_after_the_next(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new brief is recorded, and the run ends before the old one is deleted."""
    out = tmp_path / "out"
    _run(settings, papers, out, _engine())
    (papers / "a.txt").write_text(_text("Quentin"))
    with monkeypatch.context() as patched:
        patched.setattr("summariser.exports.remove", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            _run(settings, papers, out, _engine())
    _run(settings, papers, out, _engine())
    assert _stems(papers, PAPERS) == {name for name in _written(out) if ".txt." in name}


def test_a_removed_file_is_told_and_its_brief_kept_and_what_comes_back_is_there_again(
    settings: Settings, papers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, engine := _engine())
    briefs, text = _stems(papers, ["a.txt"]), (papers / "a.txt").read_bytes()
    (papers / "a.txt").unlink()
    assert _planned(settings, papers, out, engine)[0] == Plan({}, 2, 0, 1)
    assert briefs <= _written(out)
    assert {name: row["source"] for name, row in _index(out).items()} == {
        "2023/c.txt": "there",
        "a.txt": "removed",
        "b.txt": "there",
    }
    assert len((out / "briefs.jsonl").read_text().splitlines()) == 3
    (papers / "a.txt").write_bytes(text)
    assert _planned(settings, papers, out, engine)[0] == Plan({}, 3, 0, 0)
    assert {row["source"] for row in _index(out).values()} == {"there"}
    assert len(engine.requests) == 3


def test_a_document_that_failed_and_was_removed_is_told_as_removed(settings: Settings, folder: Path, tmp_path: Path) -> None:
    """Its failure is part of the record until it is purged."""
    out = tmp_path / "out"
    _run(settings, folder, out)
    for name in BAD:
        (folder / name).unlink()
    plan, _ = _planned(settings, folder, out)
    assert plan.removed == len(BAD)
    assert {row["source"] for name, row in _index(out).items() if name in BAD} == {"removed"}


def test_a_file_that_is_left_out_by_a_pattern_is_not_told_as_removed(settings: Settings, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (papers / os.fsdecode(b"caf\xe9.txt")).write_text(_text("Quentin"))
    (papers / "new.md").write_text(_text("Yolanda"))
    _run(settings, papers, out, _engine())
    plan, _ = _planned(settings, papers, out, _engine(), include=["*.md"])
    assert plan.removed == 0


def test_a_file_in_another_encoding_is_not_told_as_removed_while_it_is_there(
    settings: Settings, papers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    (papers / os.fsdecode(b"caf\xe9.txt")).write_text(_text("Quentin"))
    _run(settings, papers, out, _engine())
    assert _planned(settings, papers, out, _engine())[0] == Plan({}, 4, 0, 0)


def test_what_is_recorded_is_the_digest_of_what_was_read(settings: Settings, papers: Path, tmp_path: Path) -> None:
    """The file changes while it is being briefed; the next run sees that, and briefs what is there now."""
    out = tmp_path / "out"
    read = digest_of(papers / "a.txt")

    def changing(request: Request) -> str:
        (papers / "a.txt").write_text(_text("Quentin"))
        return _echo(request)

    _run(settings, papers, out, _engine(_echo, changing))
    row = _index(out)["a.txt"]
    assert row["sha256"] == read
    assert json.loads((out / f"{row['brief']}.json").read_text())["document"]["sha256"] == read
    assert _done(settings, papers, out) == ["a.txt"]
    assert _index(out)["a.txt"]["sha256"] == digest_of(papers / "a.txt") != read


def test_a_file_that_changes_between_plan_and_run_is_briefed_as_it_is_then(
    settings: Settings, papers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with _pipeline(settings, _engine()) as pipeline, batch.opened(out) as records:
        run = Batch(papers, out, pipeline, records)
        plan = run.plan(files_in(papers, leaving_out=out))
        (papers / "a.txt").write_text(_text("Quentin"))
        (papers / "b.txt").unlink()
        outcomes = list(run.run(plan))
    assert [outcome.document for outcome in outcomes if isinstance(outcome, Failure)] == ["b.txt"]
    assert _index(out)["a.txt"]["sha256"] == digest_of(papers / "a.txt")
    assert "Quentin" in _brief(papers, out, "a.txt")
    assert _planned(settings, papers, out, _engine())[0] == Plan({}, 2, 0, 1)


# Engines that fail


def test_an_account_without_money_ends_the_run_and_keeps_what_is_done(settings: Settings, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    engine = CannedEngine([ANSWER, ANSWER, _raising(QuotaExhausted, "no quota left")], keeps=True)
    with pytest.raises(QuotaExhausted, match="no quota left"):
        _run(settings, folder, out, engine)
    assert len(engine.requests) == 3
    assert {name for name in _written(out) if not name.endswith(".csv")} == _stems(folder, GOOD[:2]) | TABLES - {"index.csv"}
    listed = {failure["document"]: failure for failure in _failures(out)}
    assert {*GOOD[:2], *listed} == {*GOOD, *BAD}
    assert (listed[GOOD[2]]["kind"], listed[GOOD[2]]["message"]) == ("QuotaExhausted", "no quota left")
    told = "no run has come to it yet; the run ended: no quota left"
    for name in GOOD[3:]:
        assert (listed[name]["kind"], listed[name]["message"]) == ("NotReached", told)
    assert {name: row["state"] for name, row in _index(out).items() if name in GOOD} == dict(
        zip(GOOD, ["briefed"] * 2 + ["waiting"] * 3, strict=True)
    )


@pytest.mark.parametrize("which", [Which.due, Which.failed])
def test_a_run_goes_on_where_the_money_ended(settings: Settings, folder: Path, tmp_path: Path, which: Which) -> None:
    out = tmp_path / "out"
    with pytest.raises(QuotaExhausted):
        _run(settings, folder, out, CannedEngine([ANSWER, ANSWER, _raising(QuotaExhausted, "none left")], keeps=True))
    engine = CannedEngine([ANSWER] * 3, keeps=True)
    outcomes = _run(settings, folder, out, engine, which)
    assert [outcome.document for outcome in outcomes if isinstance(outcome, Briefed)] == GOOD[2:]
    assert len(engine.requests) == 3
    assert set(_listed(out)) == set(BAD)


def test_a_changed_document_that_a_run_did_not_come_to_is_listed(settings: Settings, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, _engine())
    for name in PAPERS:
        (papers / name).write_text(_text("Quentin"))
    with pytest.raises(QuotaExhausted):
        _run(settings, papers, out, _engine(_echo, _raising(QuotaExhausted, "none left")))
    assert _listed(out) == {"a.txt": "QuotaExhausted", "b.txt": "NotReached"}


def test_what_a_run_has_paid_for_the_document_at_which_it_ended_is_counted(
    settings: Settings, papers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ending = _raising(lambda message, request: QuotaExhausted(message, request, Usage(3, 900, 50, 0.5)), "none left")
    with pytest.raises(QuotaExhausted):
        _run(settings, papers, out, _engine(ending))
    row = _documents(out)["2023/c.txt"]
    assert (row["requests"], row["input_tokens"], row["cost"]) == (3, 900, 0.5)


def test_a_wrong_key_costs_one_request_and_the_next_run_does_all(settings: Settings, papers: Path, tmp_path: Path) -> None:
    with Loopback(always=loopback.Answer(status=401)) as server:
        reaching = settings.model_copy(update={"model": "small", "base_url": server.url})
        with pytest.raises(AccessDenied):
            list(summarise_folder(papers, tmp_path / "out", settings=reaching, schema="general"))
        assert len(server.requests) == 1
    assert sorted(_listed(tmp_path / "out").values()) == ["AccessDenied", "NotReached", "NotReached"]
    with Loopback(always=loopback.Answer(content=ANSWER)) as server:
        reaching = settings.model_copy(update={"model": "small", "base_url": server.url})
        assert len(list(summarise_folder(papers, tmp_path / "out", settings=reaching, schema="general"))) == 3
        assert list(summarise_folder(papers, tmp_path / "out", settings=reaching, schema="general")) == []
        assert len(server.requests) == 3
    row = _documents(tmp_path / "out")["a.txt"]
    assert (row["requests"], row["input_tokens"], row["output_tokens"]) == (1, 100, 10)


def test_a_refused_document_is_listed_and_the_others_go_on(settings: Settings, folder: Path, tmp_path: Path) -> None:
    refusing = _raising(lambda message, request: EngineRefused(message, request, Usage(1, 90, 5)), "the model refused")
    engine = CannedEngine([ANSWER, refusing, ANSWER, "no brief at all", ANSWER], keeps=True)
    outcomes = _run(settings, folder, tmp_path / "out", engine)
    assert len(outcomes) == len(GOOD) + len(BAD)
    told = {failure["document"]: failure for failure in _failures(tmp_path / "out")}
    assert set(told) == {*BAD, "2023/may/a.txt", "a.md"}
    assert told["2023/may/a.txt"] == {
        "document": "2023/may/a.txt",
        "kind": "EngineRefused",
        "message": "the model refused",
        "attempts": 1,
        "usage": {"requests": 1, "input_tokens": 90, "output_tokens": 5, "cost": 0.0},
    }
    assert told["a.md"]["kind"] == "ReplyInvalid"


def test_what_attempts_have_used_adds_up(settings: Settings, papers: Path, tmp_path: Path) -> None:
    refusing = _raising(lambda message, request: EngineRefused(message, request, Usage(1, 90, 5, 0.5)), "the model refused")
    for _ in range(2):
        _run(settings, papers, tmp_path / "out", _engine(*(refusing,) * 3))
    _run(settings, papers, tmp_path / "out", _engine())
    for row in _documents(tmp_path / "out").values():
        assert (row["attempts"], row["requests"], row["input_tokens"], row["output_tokens"]) == (3, 3, 180, 10)
        assert row["cost"] == 1.0


def test_a_busy_engine_is_waited_for_and_then_listed(settings: Settings, folder: Path, tmp_path: Path) -> None:
    busy = _raising(EngineBusy, "the endpoint is busy (status 503)")
    engine = CannedEngine([busy, ANSWER, busy, busy, ANSWER, ANSWER, ANSWER], keeps=True)
    _run(settings, folder, tmp_path / "out", engine)
    told = [failure["document"] for failure in _failures(tmp_path / "out") if failure["kind"] == "EngineBusy"]
    assert told == ["2023/may/a.txt"]
    assert len(engine.requests) == 7


def test_an_error_of_this_program_is_listed_without_the_documents_words(
    settings: Settings, papers: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(request: Request) -> str:
        raise RuntimeError(request.document.text)

    outcomes = _run(settings, papers, tmp_path / "out", _engine(broken))
    assert len(outcomes) == 3
    assert _listed(tmp_path / "out") == {"2023/c.txt": "RuntimeError"}
    assert b"xanthippe" not in _bytes(tmp_path / "out")
    assert "Xanthippe" not in caplog.text
    assert "RuntimeError" in caplog.text


class Count(Claim):
    """A number of things."""

    label: ClassVar[str] = "count_id"
    count_id: str = Field(max_length=4)
    things: int


class Counts(Brief):
    """What was counted."""

    counts: list[Count] = Field(max_length=9)


class Source(BaseModel):
    """Of a schema of somebody's own: fields with names that our tables use too."""

    source: str
    state: str
    message: str
    attempts: int
    seconds: float


class Point(Claim):
    """One thing that was seen."""

    label: ClassVar[str] = "point_id"
    point_id: str = Field(max_length=4)
    statement: str = Field(max_length=200)


class Changes(Brief):
    """What has changed."""

    changes: list[Point] = Field(max_length=9)


class Index(Brief):
    """A schema whose list has the name of our own table."""

    index: list[Point] = Field(max_length=9)


def _by(schema: type[BaseModel], answer: dict[str, Any], settings: Settings, papers: Path) -> Path:
    """Brief a folder by a schema of somebody's own, and return the folder of briefs."""
    engine = CannedEngine(repeat(json.dumps(answer)))
    out = papers.parent / "out"
    assert len(list(summarise_folder(papers, out, schema=schema, settings=settings, engine=engine))) == 3
    return out


def test_a_field_of_a_schema_that_is_named_like_a_column_of_ours_keeps_its_value(settings: Settings, papers: Path) -> None:
    given = {"source": "ofsted", "state": "Ohio", "message": "be kind", "attempts": 7, "seconds": 0.25}
    out = _by(Source, given, settings, papers)
    row = _index(out)["a.txt"]
    assert {"ofsted", "Ohio", "be kind", "7", "0.25"} <= set(row.values())
    assert (row["state"], row["source"]) == ("briefed", "there")


class Placed(Claim):
    """A point with the names that SQLite keeps for itself."""

    label: ClassVar[str] = "placed_id"
    placed_id: str
    statement: str
    rank: int
    rowid: str


class Places(Brief):
    """A list of them."""

    places: list[Placed] = Field(max_length=9)


def test_a_field_may_be_named_as_sqlite_names_its_own(settings: Settings, papers: Path) -> None:
    words = "The visiting team saw 48% of the case files."
    point = {"evidence": [2], "placed_id": "P1", "statement": words, "rank": 7, "rowid": "x"}
    out = _by(Places, {"places": [point], "summary": []}, settings, papers)
    assert _failures(out) == []
    assert "rank_" in (out / "places.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("schema", [Changes, Index])
def test_a_list_of_a_schema_may_be_named_like_a_table_of_ours(
    settings: Settings, papers: Path, schema: type[BaseModel]
) -> None:
    point = {"evidence": [2], "point_id": "P1", "statement": "The visiting team saw 48% of the case files."}
    field = schema.__name__.lower()
    out = _by(schema, {field: [point], "summary": []}, settings, papers)
    assert len(_index(out)) == 3
    assert "state" in _index(out)["a.txt"]
    assert any("The visiting team saw" in path.read_text(encoding="utf-8-sig") for path in out.glob("*.csv"))


def test_a_number_that_is_too_great_for_the_table_does_not_end_the_run(settings: Settings, papers: Path) -> None:
    class Great(BaseModel):
        """A brief with a number."""

        score: int

    _by(Great, {"score": 10**30}, settings, papers)


def test_a_document_that_cannot_be_told_in_rows_does_not_end_the_run(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables_of = tables.tables_of

    def broken(data: dict[str, Any]) -> Any:
        if data["document"]["name"] == "a.txt":
            raise KeyError("something that no schema had before")
        return tables_of(data)

    monkeypatch.setattr("summariser.briefing.tables_of", broken)
    outcomes = _run(settings, papers, tmp_path / "out", _engine())
    assert [outcome.document for outcome in outcomes if isinstance(outcome, Failure)] == ["a.txt"]
    assert len(outcomes) == 3


def test_neither_key_nor_text_is_written_among_the_failures(tmp_path: Path, folder: Path) -> None:
    settings = Settings.model_validate({"cache_dir": tmp_path / "cache", "api_key": KEY, "max_characters": 1_000})
    for path in folder.rglob("*.txt"):
        path.write_text(f"{SECRET} said so. {NOTE}")
    (folder / "a.md").write_text(f"{SECRET}. " * 100)
    (folder / "scan.txt").write_bytes(SECRET.encode() + b"\0")
    refusing = _raising(lambda message, request: EngineRefused(message, request, Usage(1)), "the model refused")
    answer = json.dumps({"key_points": SECRET})
    out = tmp_path / "out"
    _run(settings, folder, out, CannedEngine([refusing, answer, SECRET, answer, refusing, refusing], keeps=True))
    assert set(_listed(out).values()) == {"DocumentError", "EngineRefused", "ReplyInvalid"}
    told = (out / "failures.jsonl").read_text(encoding="utf-8")
    assert len(told.splitlines()) == len(GOOD) + len(BAD)
    assert [words for words in (SECRET, "Jane", "Mill Lane", KEY, "case files") if words.lower().encode() in _bytes(out)] == []


# No room, no permission, not alone


def _refuse_writing(monkeypatch: pytest.MonkeyPatch, number: int, matches: Callable[[Path], bool], limit: int = 0) -> None:
    """Let the writing of files that match fail, after the first `limit`."""
    write, count = Path.write_text, iter(range(999))

    def refusing(self: Path, *arguments: Any, **named: Any) -> int:
        if matches(self) and next(count) >= limit:
            raise OSError(number, os.strerror(number), str(self))
        return write(self, *arguments, **named)

    monkeypatch.setattr(Path, "write_text", refusing)


@pytest.mark.parametrize(("form", "number"), [("md", errno.ENOSPC), ("json", errno.EDQUOT), ("json", errno.EROFS)])
def test_a_full_disk_ends_the_run_with_one_sentence_and_the_next_run_goes_on(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, number: int
) -> None:
    out = tmp_path / "out"
    with monkeypatch.context() as patched:
        _refuse_writing(patched, number, lambda path: path.name.endswith(f".{form}.part"), limit=1)
        with pytest.raises(OutputError) as caught:
            _run(settings, papers, out, engine := _engine(keeps=True))
    told = f"its brief cannot be written ({os.strerror(number)}); make room, and the same command goes on with the rest"
    assert str(caught.value) == told
    assert len(engine.requests) == 2
    assert _listed(out) == {"a.txt": "OutputError", "b.txt": "NotReached"}
    assert not [name for name in _written(out) if name.endswith(".part")]
    assert [outcome.document for outcome in _run(settings, papers, out, engine)] == ["a.txt", "b.txt"]
    # What was answered before there was no room is in the cache.
    assert len(engine.requests) == 3
    assert _failures(out) == []


def test_a_brief_that_alone_cannot_be_written_is_a_failure_of_its_own(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _refuse_writing(monkeypatch, errno.EACCES, lambda path: path.name.startswith("a.txt"))
    outcomes = _run(settings, papers, tmp_path / "out", _engine())
    assert [(outcome.document, outcome.message) for outcome in outcomes if isinstance(outcome, Failure)] == [
        ("a.txt", "its brief cannot be written (Permission denied)")
    ]
    assert len(outcomes) == 3


@pytest.mark.parametrize(
    "name",
    [
        "failures.jsonl",
        "index.csv",
        "briefs.jsonl",
    ],
)
def test_a_disk_too_full_for_the_tables_ends_the_run_with_one_sentence(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    out = tmp_path / "out"
    open_file = Path.open

    def refusing(self: Path, *arguments: Any, **named: Any) -> Any:
        if self.name == f"{name}.part":
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return open_file(self, *arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refusing)
        with pytest.raises(OutputError, match="No space left on device"):
            _run(settings, papers, out, _engine())
    assert _done(settings, papers, out) == []
    assert len(_index(out)) == 3


def _fill(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the records' file grow by not one page more than it has."""
    begin = Records.__init__

    def full(self: Records, folder: Path) -> None:
        begin(self, folder)
        pages = next(self.query("PRAGMA page_count"))[0]
        list(self.query(f"PRAGMA max_page_count = {pages}"))

    monkeypatch.setattr(Records, "__init__", full)


def test_records_without_room_end_the_run_with_one_sentence_and_the_next_run_goes_on(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, _engine())
    for number in range(9):
        (papers / f"{number}.txt").write_text(_text(f"Number{number} of the many. " * 20))
    with monkeypatch.context() as patched:
        _fill(patched)
        with pytest.raises(OutputError, match=r"briefs.sqlite' cannot be written \(database or disk is full\): make room"):
            _run(settings, papers, out, _engine())
    _run(settings, papers, out, _engine())
    assert len(_index(out)) == 12
    assert {row["state"] for row in _index(out).values()} == {"briefed"}
    assert _stems(papers, _index(out)) == {name for name in _written(out) if name.endswith((".md", ".json"))}


def test_where_nothing_can_be_written_nothing_is_begun(settings: Settings, papers: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("words")
    for out in (tmp_path / "file", tmp_path / "file" / "out", Path("/proc/nowhere/out")):
        with pytest.raises(SettingsError, match=rf"^briefs cannot be written to '{out}' \(.+\)$"):
            list(summarise_folder(papers, out, settings=settings, engine=(engine := _engine())))
        assert engine.requests == []


def test_no_permission_for_the_folder_of_briefs_is_an_error_in_words(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(self: Path, **_: Any) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "mkdir", refusing)
        with (
            pytest.raises(SettingsError, match=r"^briefs cannot be written to '.*out' \(Permission denied\)$"),
            batch.opened(tmp_path / "out"),
        ):
            pass
    with batch.opened(tmp_path / "out"):
        pass


@pytest.fixture
def bound(papers: Path) -> Iterator[Path]:
    """Three papers of somebody whom permissions bind, and whom we are meanwhile: they do not bind the superuser."""
    with TemporaryDirectory() as place:
        copy = Path(place, "in")
        shutil.copytree(papers, copy)
        superuser = os.geteuid() == 0
        for path in [Path(place), copy, *copy.rglob("*")] if superuser else []:
            os.chown(path, 65_534, 65_534)
        if superuser:
            os.seteuid(65_534)
        try:
            yield copy
        finally:
            if superuser:
                os.seteuid(0)
            copy.parent.chmod(0o700)


@pytest.mark.parametrize("made", [True, False])
def test_a_folder_of_briefs_without_permission_is_an_error_in_words(settings: Settings, bound: Path, made: bool) -> None:
    out = bound.parent / "out"
    if made:
        out.mkdir(mode=0o500)
    else:
        bound.parent.chmod(0o500)
    with pytest.raises(SettingsError, match=rf"^briefs cannot be written to '{out}' \(Permission denied\)$"):
        _run(settings, bound, out, engine := _engine())
    assert engine.requests == []


@pytest.mark.parametrize("mode", [0o000, 0o400])
def test_records_without_permission_are_an_error_in_words(settings: Settings, bound: Path, mode: int) -> None:
    out = bound.parent / "out"
    _run(settings, bound, out, _engine())
    (out / FILE).chmod(mode)
    (bound / "a.txt").write_text(_text("Quentin"))
    with pytest.raises(SettingsError, match=r"briefs.sqlite' cannot be used"):
        _run(settings, bound, out, _engine())


def test_what_may_not_be_read_or_written_is_a_failure_of_its_own(settings: Settings, bound: Path) -> None:
    out = bound.parent / "out"
    (out / "2023").mkdir(parents=True, mode=0o500)
    (bound / "a.txt").chmod(0o000)
    assert len(_run(settings, bound, out, _engine())) == 3
    assert {failure["document"]: failure["message"] for failure in _failures(out)} == {
        "2023/c.txt": "its brief cannot be written (Permission denied)",
        "a.txt": "'a.txt': cannot be read (Permission denied)",
    }
    (out / "2023").chmod(0o700)
    (bound / "a.txt").chmod(0o600)
    assert _done(settings, bound, out) == ["2023/c.txt", "a.txt"]


@pytest.mark.parametrize("mode", [0o000, 0o100])
def test_a_folder_of_papers_without_permission_is_an_error_in_words(settings: Settings, bound: Path, mode: int) -> None:
    (bound / "2023").chmod(mode)
    try:
        with pytest.raises(DocumentError, match=r"the folder '.*2023' cannot be read \(Permission denied\)"):
            _run(settings, bound, bound.parent / "out", _engine())
    finally:
        (bound / "2023").chmod(0o700)


def test_what_is_in_a_folder_that_may_be_listed_and_not_entered_is_listed(settings: Settings, bound: Path) -> None:
    (bound / "2023").chmod(0o400)
    try:
        assert len(_run(settings, bound, bound.parent / "out", _engine())) == 3
        assert _listed(bound.parent / "out") == {"2023/c.txt": "DocumentError"}
    finally:
        (bound / "2023").chmod(0o700)


def test_a_second_run_on_one_folder_of_briefs_is_refused_with_a_sentence(
    settings: Settings, papers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    told = rf"^another run is at work in '{out}'; wait for it, or name another folder$"
    outcomes = summarise_folder(papers, out, settings=settings, schema="general", engine=_engine())
    next(outcomes)
    with pytest.raises(SettingsError, match=told):
        _run(settings, papers, out, second := _engine())
    assert second.requests == []
    assert len(list(outcomes)) == 2
    assert _run(settings, papers, out, second) == []


def test_a_run_of_another_process_is_seen_and_its_end_too(settings: Settings, papers: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out)
    hold = "import sys, filelock; held = filelock.FileLock(sys.argv[1]); held.acquire(); print('held', flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(out / ".lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout and other.stdout.readline() == "held\n"
        before = _bytes(out)
        for command in (
            ("batch", papers, "--out", out),
            ("purge", out, "--document", "a.txt"),
            ("export", out, "--format", "jsonl"),
        ):
            ran = run(*command)
            assert ran.code != 0
            assert f"another run is at work in '{out}'" in ran.err
            assert "Traceback" not in ran.err
        assert _bytes(out) == before
        other.kill()
    assert _done(settings, papers, out) == PAPERS


# Names that no careful person gives

ODD = [
    b"a b.txt",
    "ünï.txt".encode(),
    b"a\nb.txt",
    b"a\r\nb.txt",
    b'say "a", b.txt',
    b"it's; a.txt",
    b"a..txt",
    b"a...txt",
    b"\\..\\..\\a.txt",
    b"C:\\a.txt",
    b"a:b*c?d<e>f|g.txt",
    b"a?b*c?d<e>f|g.txt",
    b"a_b_c_d_e_f_g.txt",
    b"=HYPERLINK(1).txt",
    b"-x.txt",
    b"@a.txt",
    b"'=a.txt",
    b"a.txt.md",
    b"a.json.txt",
    b"failures.jsonl.txt",
    b"index.csv.txt",
    b"x" * 251 + b".txt",
    b"x" * 250 + b"y.txt",
    "é".encode() * 125 + b".txt",
    b"caf\xe9.txt",
    b"\xff\xfe.txt",
    b"\xff\xfd.txt",
    "\u2028.txt".encode(),
    "\ufeff.txt".encode(),
    b" .txt",
    b"~.txt",
    b"%2e%2e%2fa.txt",
    b"$(rm -rf).txt",
    b"con.txt",
    b"A.txt",
    b"a.txt",
]


def test_documents_of_any_names_have_each_a_whole_brief_of_its_own(settings: Settings, tmp_path: Path) -> None:
    papers, out = tmp_path / "papers", tmp_path / "deep" / "out"
    for number, raw in enumerate(ODD):
        below = papers / "below" / os.fsdecode(raw)
        below.mkdir(parents=True)
        (papers / os.fsdecode(raw)).write_text(_text(f"Number{number}"))
        (below / "a.txt").write_text(_text(f"Below{number}"))
    (papers / "a.txt ").write_text("Its suffix, with a blank behind it, is none that a reader knows.")
    before = set(tmp_path.rglob("*"))
    files = files_in(papers, leaving_out=out)
    outcomes = _run(settings, papers, out, _engine())
    names = {name_of(path, papers) for path in files}
    assert (len(files), len(outcomes), len(names)) == (2 * len(ODD) + 1,) * 3
    assert {outcome.document for outcome in outcomes} == names
    assert list(_listed(out)) == ["a.txt "]
    # An apostrophe keeps a cell from being a formula, and is the one thing that differs.
    cells = _index(out)
    assert {cell if cell in names else cell.removeprefix("'") for cell in cells} == names
    assert {"'=HYPERLINK(1).txt", "'-x.txt", "'@a.txt", "''=a.txt"} <= set(cells)
    briefs = {row["brief"]: row["sha256"] for row in _documents(out).values() if row["brief"]}
    for brief, sha256 in briefs.items():
        assert json.loads((out / f"{brief}.json").read_text(encoding="utf-8"))["document"]["sha256"] == sha256
        assert (out / f"{brief}.md").stat().st_size > 0
    # The files differ, so each has its own brief if as many digests are told as there are.
    assert set(briefs.values()) | {digest_of(papers / "a.txt ")} == {digest_of(path) for path in files}
    new = set(tmp_path.rglob("*")) - before - {out.parent, out}
    assert [path for path in new if not path.resolve().is_relative_to(out)] == []
    lines = [json.loads(line) for line in (out / "briefs.jsonl").read_text(encoding="utf-8").split("\n")[:-1]]
    assert lines == [json.loads((out / f"{brief}.json").read_text(encoding="utf-8")) for brief in briefs]
    assert len(lines) == len(files) - 1
    assert [outcome.document for outcome in _run(settings, papers, out, _engine())] == ["a.txt "]


def test_two_files_whose_names_are_written_alike_are_two_documents(settings: Settings, tmp_path: Path) -> None:
    papers, out = tmp_path / "papers", tmp_path / "out"
    papers.mkdir()
    (papers / os.fsdecode(b"caf\xe9.txt")).write_text(_text("Zebedee"))
    (papers / "caf\\udce9.txt").write_text(_text("Ocelotine"))
    assert len(_run(settings, papers, out, _engine())) == 2
    assert len(_index(out)) == 2


@pytest.mark.parametrize("name", [FILE, "index.csv", "key_points.csv", "briefs.jsonl", "failures.jsonl"])
def test_a_folder_of_documents_may_be_named_like_what_a_run_writes(settings: Settings, papers: Path, name: str) -> None:
    out = papers.parent / "out"
    (papers / name).mkdir()
    (papers / name / "a.txt").write_text(_text("Quentin"))
    assert len(_run(settings, papers, out, _engine())) == 4
    assert _failures(out) == []
    assert _done(settings, papers, out) == []


@pytest.mark.parametrize("suffix", [b".txt", b".png"])
def test_a_name_in_another_encoding_does_not_end_the_run(settings: Settings, tmp_path: Path, suffix: bytes) -> None:
    folder, out = tmp_path / "papers", tmp_path / "out"
    folder.mkdir()
    (folder / os.fsdecode(b"caf\xe9" + suffix)).write_text(NOTE)
    (folder / "z.txt").write_text(NOTE)
    assert len(_run(settings, folder, out)) == 2
    assert _stems(folder, ["z.txt"]) <= _written(out)
    assert len(_failures(out)) == (suffix == b".png")


def test_a_folder_named_like_a_brief_does_not_end_the_run(settings: Settings, tmp_path: Path) -> None:
    folder, out = tmp_path / "papers", tmp_path / "out"
    (folder / "a.txt.md").mkdir(parents=True)
    (folder / "a.txt").write_text(NOTE)
    (folder / f"{_stem(folder, 'a.txt')}.md").mkdir()
    (folder / "a.txt.md" / "b.txt").write_text(NOTE)
    assert len(_run(settings, folder, out)) == 2
    assert _failures(out) == []


def test_a_link_that_leads_nowhere_is_listed(settings: Settings, tmp_path: Path) -> None:
    folder, out = tmp_path / "papers", tmp_path / "out"
    folder.mkdir()
    (folder / "a.txt").write_text(NOTE)
    (folder / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    _run(settings, folder, out)
    assert [failure["document"] for failure in _failures(out)] == ["gone.txt"]


# Ended by the caller


def test_outcomes_may_be_left_before_their_end_without_losing_what_is_done(
    settings: Settings, papers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    outcomes = summarise_folder(papers, out, settings=settings, schema="general", engine=(engine := _engine()))
    assert [next(outcomes).document, next(outcomes).document] == PAPERS[:2]
    outcomes.close()  # type: ignore[attr-defined]
    assert _listed(out) == {"b.txt": "NotReached"}
    assert {name: row["state"] for name, row in _index(out).items()} == dict(
        zip(PAPERS, ["briefed", "briefed", "waiting"], strict=True)
    )
    rest = summarise_folder(papers, out, settings=settings, schema="general", engine=engine)
    assert [outcome.document for outcome in rest] == PAPERS[2:]
    assert len(engine.requests) == 3


def test_several_at_once_may_be_left_too_and_nothing_is_asked_twice(settings: Settings, tmp_path: Path) -> None:
    papers, out = tmp_path / "papers", tmp_path / "out"
    papers.mkdir()
    for number in range(20):
        (papers / f"{number:02}.txt").write_text(_text(f"Number{number}"))
    several = settings.model_copy(update={"workers": 4})
    engine = _engine(keeps=True)
    outcomes = summarise_folder(papers, out, settings=several, schema="general", engine=engine)
    seen = [next(outcomes).document for _ in range(5)]
    outcomes.close()  # type: ignore[attr-defined]
    assert len(engine.requests) <= 5 + 4
    rows = _index(out)
    assert [rows[name]["state"] for name in seen] == ["briefed"] * 5
    rest = list(summarise_folder(papers, out, settings=several, schema="general", engine=engine))
    # What was under way is done too, though nobody was there to be told.
    left = [name for name, row in rows.items() if row["state"] != "briefed"]
    assert sorted(outcome.document for outcome in rest) == sorted(left)
    assert {row["state"] for row in _index(out).values()} == {"briefed"}
    assert len(engine.requests) == 20
    assert _failures(out) == []


def test_what_was_under_way_when_the_caller_left_is_in_the_records_if_its_brief_is_there(
    settings: Settings, papers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    both = Barrier(2)

    def together(request: Request) -> str:
        both.wait(10)
        return _echo(request)

    two = settings.model_copy(update={"workers": 2})
    engine = _engine(together, together, keeps=True)
    outcomes = summarise_folder(papers, out, settings=two, schema="general", engine=engine)
    next(outcomes)
    outcomes.close()  # type: ignore[attr-defined]
    assert len(engine.requests) == 2
    briefed = [name for name, row in _index(out).items() if row["state"] == "briefed"]
    assert _stems(papers, briefed) == {name for name in _written(out) if ".txt." in name}


def test_a_run_that_is_stopped_finishes_what_is_under_way_and_begins_nothing(
    settings: Settings, papers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with _pipeline(settings, engine := _engine()) as pipeline, batch.opened(out) as records:
        run = Batch(papers, out, pipeline, records)
        outcomes = run.run(run.plan(files_in(papers, leaving_out=out)))
        next(outcomes)
        run.stop()
        assert list(outcomes) == []
    assert len(engine.requests) == 1
    assert _listed(out) == {"a.txt": "NotReached", "b.txt": "NotReached"}


def test_an_error_of_the_caller_keeps_what_is_done(settings: Settings, papers: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(ZeroDivisionError):
        for _ in summarise_folder(papers, out, settings=settings, schema="general", engine=_engine()):
            raise ZeroDivisionError
    assert _done(settings, papers, out) == PAPERS[1:]


def test_a_file_that_was_renamed_is_no_twin_of_what_is_gone_and_no_failure_outlives_its_file(
    settings: Settings, papers: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    (papers / "broken.txt").write_bytes(b"\0")
    _run(settings, papers, out, _engine())
    assert list(_listed(out)) == ["broken.txt"]
    (papers / "broken.txt").unlink()
    (papers / "a.txt").rename(papers / "z.txt")
    _run(settings, papers, out, _engine())
    assert "nearly the same as a.txt" not in _brief(papers, out, "z.txt")
    assert _listed(out) == {}


def test_a_purge_that_failed_can_be_tried_again(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, _engine(keeps=True))
    with monkeypatch.context() as patched:
        patched.setattr("summariser.exports.remove", _fail)
        assert run("purge", out, "--document", "a.txt").code == 1
    assert run("purge", out, "--document", "a.txt").code == 0
    assert b"zebedee" not in _bytes(out) + _bytes(settings.cache_dir)


def _fail(*_: object) -> None:
    raise OutputError("it is held by another program")


# Purged


@pytest.fixture
def purged(settings: Settings, papers: Path, tmp_path: Path, run: Run) -> Callable[[str], str]:
    """Purge a document by the command, and return what it says."""

    def purge(name: str) -> str:
        ran = run("purge", tmp_path / "out", "--document", name)
        assert (ran.code, ran.err) == (0, "")
        return ran.out

    return purge


def test_no_word_of_a_purged_document_is_left(
    settings: Settings, papers: Path, tmp_path: Path, purged: Callable[[str], str]
) -> None:
    out = tmp_path / "out"
    _run(settings, papers, out, _engine(keeps=True))
    assert b"zebedee" in _bytes(out)
    sha256 = digest_of(papers / "a.txt")
    assert sha256
    assert purged("a.txt") == "a.txt: deleted, with 1 answers in the cache; the file itself is untouched\n"
    # The index holds stems.
    assert (b"zebede" in _bytes(out), b"a.txt" in _bytes(out)) == (False, False)
    assert (b"xanthippe" in _bytes(out), b"ocelotine" in _bytes(out)) == (True, True)
    with closing(Cache(settings.cache_dir, settings.cache_limit)) as cache:
        assert (cache.stats().answers, cache.forget(sha256)) == (2, 0)
    assert sorted(_index(out)) == ["2023/c.txt", "b.txt"]
    assert len((out / "briefs.jsonl").read_text().splitlines()) == 2
    assert (papers / "a.txt").is_file()


def test_no_word_of_a_purged_document_is_left_in_the_files_of_the_cache(
    settings: Settings, papers: Path, tmp_path: Path, purged: Callable[[str], str]
) -> None:
    _run(settings, papers, tmp_path / "out", _engine(keeps=True))
    assert b"zebedee" in _bytes(settings.cache_dir)
    purged("a.txt")
    assert b"zebedee" not in _bytes(settings.cache_dir)


def test_the_answers_about_an_earlier_state_of_a_purged_document_are_forgotten_too(
    settings: Settings, papers: Path, tmp_path: Path, purged: Callable[[str], str]
) -> None:
    _run(settings, papers, tmp_path / "out", engine := _engine(keeps=True))
    earlier = digest_of(papers / "a.txt")
    (papers / "a.txt").write_text(_text("Quentin"))
    _run(settings, papers, tmp_path / "out", engine)
    purged("a.txt")
    with closing(Cache(settings.cache_dir, settings.cache_limit)) as cache:
        assert cache.forget(earlier or "") == 0


def test_the_answers_about_a_purged_document_that_failed_are_forgotten_too(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, purged: Callable[[str], str]
) -> None:
    """Its answer is in the cache, and its brief cannot be written."""
    with monkeypatch.context() as patched:
        _refuse_writing(patched, errno.EACCES, lambda path: path.name.startswith("a.txt"))
        _run(settings, papers, tmp_path / "out", _engine(keeps=True))
    assert _listed(tmp_path / "out") == {"a.txt": "PermissionError"}
    purged("a.txt")
    with closing(Cache(settings.cache_dir, settings.cache_limit)) as cache:
        assert cache.forget(digest_of(papers / "a.txt") or "") == 0


@pytest.mark.parametrize(
    "form",
    [
        "parquet",
        "sqlite",
        "jsonl",
        "csv",
    ],
)
def test_no_word_of_a_purged_document_is_left_in_what_was_exported_beside_the_briefs(
    settings: Settings, papers: Path, tmp_path: Path, run: Run, purged: Callable[[str], str], form: str
) -> None:
    _run(settings, papers, tmp_path / "out", _engine())
    assert run("export", tmp_path / "out", "--format", form).code == 0
    purged("a.txt")
    assert b"zebedee" not in _bytes(tmp_path / "out")


def test_no_word_is_left_of_a_purged_document_whose_run_was_killed(
    settings: Settings, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, purged: Callable[[str], str]
) -> None:
    """Its brief was written, and the run ended before it was in the records."""
    out = tmp_path / "out"
    killed = tmp_path / "killed"

    def briefed(*_: object, **__: object) -> None:
        # What lies there now is what a kill at this moment leaves.
        shutil.copytree(out, killed)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Records, "briefed", briefed)
        with pytest.raises(KeyboardInterrupt):
            _run(settings, papers, out, _engine(keeps=True))
    shutil.rmtree(out)
    killed.rename(out)
    assert b"xanthippe" in _bytes(out)
    purged("2023/c.txt")
    assert b"xanthippe" not in _bytes(out)


def _interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_purged_document_that_is_still_there_is_briefed_by_the_next_run(
    settings: Settings, papers: Path, tmp_path: Path, purged: Callable[[str], str]
) -> None:
    _run(settings, papers, tmp_path / "out", _engine())
    purged("a.txt")
    assert _done(settings, papers, tmp_path / "out") == ["a.txt"]


def test_a_document_that_nobody_knows_cannot_be_purged(settings: Settings, papers: Path, tmp_path: Path, run: Run) -> None:
    _run(settings, papers, tmp_path / "out", _engine())
    before = _bytes(tmp_path / "out")
    ran = run("purge", tmp_path / "out", "--document", "c.txt")
    assert ran.code != 0
    assert "there is no document 'c.txt'" in ran.err
    assert _bytes(tmp_path / "out") == before
    ran = run("purge", papers, "--document", "a.txt")
    assert ran.code != 0
    assert "holds no briefs of a batch" in ran.err
    assert not (papers / FILE).exists()
