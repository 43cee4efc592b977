"""Every file of a folder ends as a brief or as a listed failure, and what is written is whole."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from summariser import batch
from summariser.engines.canned import CannedEngine
from summariser.errors import DocumentError, EngineBusy, EngineRefused, QuotaExhausted
from summariser.pipeline import Pipeline
from summariser.result import Result
from summariser.retry import RetryPolicy
from summariser.settings import Settings
from summariser.types import Failure, Request, Usage
from tests.clocks import Waits
from tests.conftest import SAMPLES
from tests.loopback import NOTE, general

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
SECRET = "Jane Roe, 7 Mill Lane"
KEY = "sk-very-secret"
ANSWER = general(key_points=[], summary=[])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with sub-folders, hidden files, names that differ in their suffix alone, and files that nobody can brief."""
    folder = tmp_path / "papers"
    for name, raw in {
        "a.txt": f"Paper a. {NOTE}".encode(),
        "a.md": f"Paper a in Markdown. {NOTE}".encode(),
        "a.html": f"<html><body><p>Paper a as a page. {NOTE}</p></body></html>".encode(),
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


GOOD = ["2023/june.TXT", "2023/may/a.txt", "a.html", "a.md", "a.txt"]
BAD = {
    "empty.md": "there is no text in it",
    "noname": "no reader for 'a name without suffix'",
    "scan.png": "no reader for '.png'",
    "scan.txt": "it is a binary file, not text",
}


@contextmanager
def _pipeline(settings: Settings, engine: CannedEngine | None = None) -> Iterator[Pipeline]:
    policy = RetryPolicy(attempts=2, clock=Waits())
    with closing(Pipeline("general", settings=settings, engine=engine, policy=policy)) as pipeline:
        yield pipeline


def _run(settings: Settings, folder: Path, out: Path, engine: CannedEngine | None = None) -> list[Result | Failure]:
    with _pipeline(settings, engine) as pipeline:
        return list(batch.brief_files(pipeline, batch.files_in(folder, leaving_out=out), folder, out))


def _written(out: Path) -> set[str]:
    return {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}


def _failures(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "failures.jsonl").read_text(encoding="utf-8").splitlines()]


def _raising(kind: Callable[[str, Request], Exception], message: str) -> Callable[[Request], str]:
    def raising(request: Request) -> str:
        raise kind(message, request)

    return raising


# Which files


def test_the_files_are_those_that_are_not_hidden_in_a_fixed_order(folder: Path, tmp_path: Path) -> None:
    files = batch.files_in(folder, leaving_out=tmp_path / "out")
    assert [str(path.relative_to(folder)) for path in files] == sorted([*GOOD, *BAD])
    assert files == batch.files_in(folder, leaving_out=tmp_path / "out")


def test_a_folder_that_is_hidden_itself_may_be_read(tmp_path: Path) -> None:
    folder = tmp_path / ".papers"
    folder.mkdir()
    (folder / "a.txt").write_text(NOTE)
    assert batch.files_in(folder, leaving_out=tmp_path / "out") == [folder / "a.txt"]


@pytest.mark.parametrize("inside", ["out", "2023/out", "briefs.md"])
def test_briefs_inside_the_folder_are_not_briefed_again(settings: Settings, folder: Path, inside: str) -> None:
    out = folder / inside
    first = _run(settings, folder, out)
    again = _run(settings, folder, out)
    assert len(first) == len(again) == len(GOOD) + len(BAD)
    assert not any("out" in str(path.relative_to(folder)) for path in batch.files_in(folder, leaving_out=out))
    assert _written(out) == {f"{name}.{form}" for name in GOOD for form in ("md", "json")} | {"failures.jsonl"}


def test_a_link_to_a_folder_of_briefs_is_not_followed_back(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.md").write_text("a brief")
    (folder / "briefs.md").symlink_to(out / "a.md")
    names = [path.name for path in batch.files_in(folder, leaving_out=out)]
    assert "briefs.md" not in names
    assert "a.md" in names


def test_an_empty_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "empty" / "below").mkdir(parents=True)
    (tmp_path / "empty" / ".hidden").write_text("words")
    with pytest.raises(DocumentError, match=r"^there are no files in '.*empty'$"):
        batch.files_in(tmp_path / "empty", leaving_out=tmp_path / "out")


@pytest.mark.parametrize("name", ["gone", "file.txt"])
def test_what_is_no_folder_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("words")
    with pytest.raises(DocumentError, match=rf"{name}' is not a folder"):
        batch.files_in(tmp_path / name, leaving_out=tmp_path / "out")


# What is written


def test_each_file_ends_as_briefs_or_as_a_failure(settings: Settings, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    outcomes = _run(settings, folder, out)
    told = {outcome.document if isinstance(outcome, Failure) else outcome.document.name for outcome in outcomes}
    assert len(outcomes) == len(GOOD) + len(BAD)
    assert told == {Path(name).name for name in GOOD} | set(BAD)
    assert _written(out) == {f"{name}.{form}" for name in GOOD for form in ("md", "json")} | {"failures.jsonl"}
    assert [failure["document"] for failure in _failures(out)] == sorted(BAD)


def test_a_failure_tells_its_kind_and_its_cause(settings: Settings, folder: Path, tmp_path: Path) -> None:
    _run(settings, folder, tmp_path / "out")
    for failure in _failures(tmp_path / "out"):
        assert failure["kind"] == "DocumentError"
        assert BAD[failure["document"]] in failure["message"]
        assert failure["usage"] == {"requests": 0, "input_tokens": 0, "output_tokens": 0, "cost": 0.0}


def test_each_brief_is_that_of_its_own_file(settings: Settings, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    results = [outcome for outcome in _run(settings, folder, out) if isinstance(outcome, Result)]
    for result, name in zip(results, GOOD, strict=True):
        assert (out / f"{name}.json").read_text(encoding="utf-8") == result.to_json()
        assert (out / f"{name}.md").read_text(encoding="utf-8") == result.to_markdown()
    digests = [json.loads((out / f"{name}.json").read_text())["document"]["sha256"] for name in GOOD]
    assert len(set(digests)) == len(GOOD)


def test_the_samples_are_briefed_without_a_failure(tmp_path: Path, settings: Settings) -> None:
    with closing(Pipeline("council_review", settings=settings)) as pipeline:
        files = batch.files_in(SAMPLES, leaving_out=tmp_path)
        outcomes = list(batch.brief_files(pipeline, files, SAMPLES, tmp_path / "out"))
    assert len(outcomes) == len(list(SAMPLES.iterdir()))
    assert all(isinstance(outcome, Result) for outcome in outcomes)
    assert _failures(tmp_path / "out") == []
    assert len(_written(tmp_path / "out")) == 2 * len(outcomes) + 1


def test_nothing_half_written_is_left(settings: Settings, folder: Path, tmp_path: Path) -> None:
    _run(settings, folder, tmp_path / "out")
    assert [name for name in _written(tmp_path / "out") if name.endswith(".part")] == []


def test_a_brief_takes_its_place_only_when_it_is_whole(
    settings: Settings, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each brief is written beside its place, and moved there in one step."""
    out = tmp_path / "out"
    replace = Path.replace
    moved: list[tuple[str, str]] = []

    def watched(self: Path, target: Path) -> Path:
        assert not target.exists()
        assert self.read_text(encoding="utf-8").endswith(("\n", "}"))
        moved.append((self.name, target.name))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    _run(settings, folder, out)
    assert len(moved) == 2 * len(GOOD)
    assert all(partial == f"{name}.part" for partial, name in moved)


def test_a_second_run_lists_its_own_failures_alone(settings: Settings, folder: Path, tmp_path: Path) -> None:
    _run(settings, folder, tmp_path / "out")
    for name in BAD:
        (folder / name).unlink()
    _run(settings, folder, tmp_path / "out")
    assert _failures(tmp_path / "out") == []


def test_outcomes_come_as_they_are_made(settings: Settings, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with _pipeline(settings) as pipeline:
        outcomes = batch.brief_files(pipeline, batch.files_in(folder, leaving_out=out), folder, out)
        next(outcomes)
        assert _written(out) == {"2023/june.TXT.md", "2023/june.TXT.json", "failures.jsonl"}
        assert len(list(outcomes)) == len(GOOD) + len(BAD) - 1


# Engines that fail


def test_an_account_without_money_ends_the_run_and_keeps_what_is_done(settings: Settings, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    engine = CannedEngine([ANSWER, ANSWER, _raising(QuotaExhausted, "no quota left")], keeps=True)
    with pytest.raises(QuotaExhausted, match="no quota left"):
        _run(settings, folder, out, engine)
    assert len(engine.requests) == 3
    assert _written(out) == {f"{name}.{form}" for name in GOOD[:2] for form in ("md", "json")} | {"failures.jsonl"}
    listed = {failure["document"]: failure["message"] for failure in _failures(out)}
    assert {*GOOD[:2], *listed} == {path.relative_to(folder).as_posix() for path in batch.files_in(folder, leaving_out=out)}
    assert "no quota left" in listed[GOOD[2]]
    assert sum("the run ended before it" in message for message in listed.values()) >= 1


def test_a_run_goes_on_where_the_money_ended(settings: Settings, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(QuotaExhausted):
        _run(settings, folder, out, CannedEngine([ANSWER, ANSWER, _raising(QuotaExhausted, "none left")], keeps=True))
    engine = CannedEngine([ANSWER] * 3, keeps=True)
    outcomes = _run(settings, folder, out, engine)
    assert len(engine.requests) == 3
    assert [outcome.provenance.cached for outcome in outcomes if isinstance(outcome, Result)] == [
        True,
        True,
        False,
        False,
        False,
    ]


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
        "usage": {"requests": 1, "input_tokens": 90, "output_tokens": 5, "cost": 0.0},
    }
    assert told["a.md"]["kind"] == "ReplyInvalid"


def test_a_busy_engine_is_waited_for_and_then_listed(settings: Settings, folder: Path, tmp_path: Path) -> None:
    busy = _raising(EngineBusy, "the endpoint is busy (status 503)")
    engine = CannedEngine([busy, ANSWER, busy, busy, ANSWER, ANSWER, ANSWER], keeps=True)
    _run(settings, folder, tmp_path / "out", engine)
    told = [failure["document"] for failure in _failures(tmp_path / "out") if failure["kind"] == "EngineBusy"]
    assert told == ["2023/may/a.txt"]
    assert len(engine.requests) == 7


def test_neither_key_nor_text_is_written_among_the_failures(tmp_path: Path, folder: Path) -> None:
    settings = Settings.model_validate({"cache_dir": tmp_path / "cache", "api_key": KEY, "max_characters": 1_000})
    for path in folder.rglob("*.txt"):
        path.write_text(f"{SECRET} said so. {NOTE}")
    (folder / "a.md").write_text(f"{SECRET}. " * 100)
    (folder / "scan.txt").write_bytes(SECRET.encode() + b"\0")
    refusing = _raising(lambda message, request: EngineRefused(message, request, Usage(1)), "the model refused")
    answer = json.dumps({"key_points": SECRET})
    _run(settings, folder, tmp_path / "out", CannedEngine([refusing, answer, SECRET, answer, refusing, refusing], keeps=True))
    assert {failure["kind"] for failure in _failures(tmp_path / "out")} == {"DocumentError", "EngineRefused", "ReplyInvalid"}
    told = (tmp_path / "out" / "failures.jsonl").read_text(encoding="utf-8")
    assert len(told.splitlines()) == len(GOOD) + len(BAD)
    assert [words for words in (SECRET, "Jane", "Mill Lane", KEY, "case files") if words in told] == []


# Names that no careful person gives


@pytest.mark.parametrize(
    "name", ["a b.txt", "ünï.txt", "a\nb.txt", "..txt.txt", "-x.txt", "a.txt.md", "a.json", "failures.jsonl"]
)
def test_odd_names_are_kept(settings: Settings, tmp_path: Path, name: str) -> None:
    folder, out = tmp_path / "papers", tmp_path / "out"
    folder.mkdir()
    (folder / name).write_text(NOTE)
    (folder / "a.txt").write_text(NOTE)
    outcomes = _run(settings, folder, out)
    hidden = name.startswith(".")
    assert len(outcomes) == (1 if hidden else 2)
    written = _written(out) - {"a.txt.md", "a.txt.json", "failures.jsonl"}
    good = not hidden and not name.endswith((".json", ".jsonl"))
    assert written == ({f"{name}.md", f"{name}.json"} if good else set())
    assert [failure["document"] for failure in _failures(out)] == ([] if good or hidden else [name])


@pytest.mark.parametrize("suffix", [b".txt", b".png"])
def test_a_name_in_another_encoding_does_not_end_the_run(settings: Settings, tmp_path: Path, suffix: bytes) -> None:
    folder, out = tmp_path / "papers", tmp_path / "out"
    folder.mkdir()
    (folder / os.fsdecode(b"caf\xe9" + suffix)).write_text(NOTE)
    (folder / "z.txt").write_text(NOTE)
    assert len(_run(settings, folder, out)) == 2
    assert (out / "z.txt.json").is_file()
    assert len(_failures(out)) == (suffix == b".png")


def test_a_folder_named_like_a_brief_does_not_end_the_run(settings: Settings, tmp_path: Path) -> None:
    folder, out = tmp_path / "papers", tmp_path / "out"
    (folder / "a.txt.md").mkdir(parents=True)
    (folder / "a.txt").write_text(NOTE)
    (folder / "a.txt.md" / "b.txt").write_text(NOTE)
    assert len(_run(settings, folder, out)) == 2


def test_a_link_that_leads_nowhere_is_listed(settings: Settings, tmp_path: Path) -> None:
    folder, out = tmp_path / "papers", tmp_path / "out"
    folder.mkdir()
    (folder / "a.txt").write_text(NOTE)
    (folder / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    _run(settings, folder, out)
    assert [failure["document"] for failure in _failures(out)] == ["gone.txt"]
