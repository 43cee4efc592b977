"""The commands say what they do, print briefs on stdout alone, and end every error in one sentence and an exit code."""

import json
import re
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from summariser import asking
from summariser.engines.canned import CannedEngine
from summariser.errors import QuotaExhausted
from summariser.types import Request
from tests.conftest import SAMPLES, Run
from tests.loopback import NOTE, Answer, Loopback, general

MINUTES = SAMPLES / "minutes_monitoring_visit.txt"
KEY = "sk-very-secret"


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text(NOTE)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.txt").write_text(f"Paper {name}. {NOTE}")
    return folder


def _sentence(err: str) -> str:
    """Return the one sentence on stderr."""
    assert "Traceback" not in err
    (line,) = err.splitlines()
    assert line.startswith("summariser: ")
    return line.removeprefix("summariser: ")


def _engine(monkeypatch: pytest.MonkeyPatch, *answers: str | Callable[[Request], str]) -> CannedEngine:
    """Let the commands ask a canned engine."""
    engine = CannedEngine(answers, keeps=True)
    monkeypatch.setattr(asking, "connect", lambda *_: engine)
    monkeypatch.setenv("SUMMARISER_WORKERS", "1")  # or nobody could say which document has which answer
    return engine


def _raising(error: BaseException) -> Callable[[Request], str]:
    def raising(request: Request) -> str:
        raise error

    return raising


def _counts(out: str) -> dict[str, str]:
    """Return what the closing table tells, but for the time."""
    rows = (re.split(r"\s*[│|]\s*", line.strip("│| ")) for line in out.splitlines() if "│" in line)
    return {name.strip(): told.strip() for name, told in rows if name.strip() != "seconds"}


def _broke(request: Request) -> str:
    raise QuotaExhausted("the account has no quota left; top it up and run again", request)


# Help and lists


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("", "brief|batch|schemas|cache|Turn documents into briefs"),
        ("brief", "FILE...|--schema|--model|--base-url|--format|md|json|nothing leaves the machine"),
        ("batch", "--out|--schema|--model|--base-url|--include|--exclude|--retry-failed|--force|--quiet|list of failures"),
        ("export", "--format|csv|jsonl|parquet|sqlite|--to"),
        ("purge", "--document|Delete a document's briefs"),
        ("schemas", "List the kinds of brief"),
        ("cache", "stats|clear"),
        ("cache stats", "Show how many answers"),
        ("cache clear", "Forget every answer"),
    ],
)
def test_every_command_explains_itself(run: Run, arguments: str, told: str) -> None:
    code, out, err = run(*arguments.split(), "--help")
    assert (code, err) == (0, "")
    assert [words for words in told.split("|") if words not in " ".join(out.split())] == []


@pytest.mark.parametrize("arguments", ["", "cache"])
def test_a_command_without_arguments_shows_its_help(run: Run, arguments: str) -> None:
    code, out, err = run(*arguments.split())
    assert code == 2
    assert "Usage: summariser" in out + err
    assert "Traceback" not in err


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert run("--version") == (0, f"{version('summariser')}\n", "")


def test_the_schemas_are_listed_with_what_they_are_for(run: Run) -> None:
    code, out, err = run("schemas")
    assert (code, err) == (0, "")
    names = [line.split(":")[0] for line in out.splitlines()]
    assert names == ["council_review", "general"]
    assert all(len(line.split(": ", 1)[1]) > 20 for line in out.splitlines())


# Briefs


def test_a_brief_is_printed_as_markdown(run: Run) -> None:
    code, out, err = run("brief", MINUTES)
    assert (code, err) == (0, "")
    assert out.startswith(r"# minutes\_monitoring\_visit.txt")
    assert "## How this brief was made" in out


def test_a_brief_is_printed_as_json(run: Run) -> None:
    code, out, err = run("brief", MINUTES, "--format", "json")
    assert (code, err) == (0, "")
    data = json.loads(out)
    assert data["document"]["name"] == MINUTES.name
    assert data["brief"]["document"]["form"] == "minutes_item"


def test_a_brief_of_another_kind_is_made_on_demand(run: Run, note: Path) -> None:
    code, out, _ = run("brief", note, "--schema", "general", "--format", "json")
    assert code == 0
    assert json.loads(out)["provenance"]["schema"] == "general"


def test_several_briefs_follow_each_other(run: Run, note: Path) -> None:
    code, out, err = run("brief", note, MINUTES)
    assert (code, err) == (0, "")
    assert out.index("# note.txt") < out.index(r"# minutes\_monitoring\_visit.txt")


def test_one_failing_file_leaves_the_others_and_ends_in_1(run: Run, note: Path) -> None:
    code, out, err = run("brief", note.with_name("gone.txt"), note)
    assert code == 1
    assert _sentence(err) == "'gone.txt': no such file"
    assert out.startswith("# note.txt")


def test_a_folder_is_no_document(run: Run, folder: Path) -> None:
    code, out, err = run("brief", folder)
    assert (code, out) == (1, "")
    assert _sentence(err) == "'papers': not a file"


# A run that cannot start


def test_an_unknown_schema_ends_in_2(run: Run, note: Path) -> None:
    code, out, err = run("brief", note, "--schema", "reveiw")
    assert (code, out) == (2, "")
    assert _sentence(err) == "no schema 'reveiw'; there are: council_review, general"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["brief"], "Missing argument 'FILE...'"),
        (["brief", "note.txt", "--frmt", "json"], "No such option"),
        (["brief", "note.txt", "--format", "xml"], "'xml' is not one of 'md', 'json'"),
        (["batch", "papers"], "Missing option '--out'"),
        (["breif", "note.txt"], "No such command 'breif'"),
    ],
    ids=["no file", "option", "format", "no out", "command"],
)
def test_a_wrong_command_line_ends_in_2(run: Run, arguments: list[str], told: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["brief", "batch"])
def test_a_model_without_a_key_ends_in_2_and_names_the_setting(run: Run, folder: Path, tmp_path: Path, command: str) -> None:
    batch = ["batch", folder, "--out", tmp_path / "out"]
    code, out, err = run(*(["brief", folder / "a.txt"] if command == "brief" else batch), "--model", "small")
    assert (code, out) == (2, "")
    assert "SUMMARISER_API_KEY" in _sentence(err)


def test_a_missing_folder_ends_in_2(run: Run, tmp_path: Path) -> None:
    code, out, err = run("batch", "nowhere", "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert _sentence(err) == "'nowhere' is not a folder"
    assert not (tmp_path / "out").exists()


def test_an_empty_folder_ends_in_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, out, err = run("batch", tmp_path / "empty", "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert "there are no files in" in _sentence(err)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("ATTEMPTS", "99", "attempts"), ("TEMPERATURE", KEY, "temperature"), ("MAX_CHARACTERS", "many", "max_characters")],
)
def test_a_wrong_setting_ends_in_2_and_is_named_but_not_shown(
    run: Run, note: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"SUMMARISER_{name}", value)
    code, out, err = run("brief", note)
    assert (code, out) == (2, "")
    assert f"{told}: " in _sentence(err)
    assert value not in err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("attempts = ", "summariser.toml cannot be read"),
        ("atempts = 3\n", "atempts: "),
        ("attempts = 'three'\n", "attempts: "),
    ],
    ids=["broken", "unknown", "no number"],
)
def test_a_wrong_settings_file_ends_in_2(run: Run, note: Path, text: str, told: str) -> None:
    Path("summariser.toml").write_text(text)
    code, out, err = run("brief", note)
    assert (code, out) == (2, "")
    assert told in _sentence(err)


def test_a_file_for_a_folder_of_briefs_ends_in_2(run: Run, folder: Path, note: Path) -> None:
    code, out, err = run("batch", folder, "--out", note)
    assert (code, out) == (2, "")
    assert "note.txt" in _sentence(err)


def test_a_folder_that_lies_in_the_folder_of_briefs_ends_in_2_and_says_why(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    code, out, err = run("batch", "papers", "--out", ".")
    assert (code, out) == (2, "")
    assert _sentence(err) == "there are no files in 'papers' but those below '.', where the briefs go"


def test_a_file_for_the_folder_of_the_cache_ends_in_2(run: Run, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARISER_CACHE_DIR", str(note))
    code, out, err = run("cache", "stats")
    assert (code, out) == (2, "")
    assert "note.txt" in _sentence(err)


def test_a_broken_cache_ends_in_2(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "cache.db").write_text("this is no database, but long enough to be looked at " * 20)
    monkeypatch.setenv("SUMMARISER_CACHE_DIR", str(tmp_path / "broken"))
    code, out, err = run("cache", "stats")
    assert (code, out) == (2, "")
    assert "broken" in _sentence(err)


# Folders


def test_a_folder_is_briefed_and_counted(run: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, told, err = run("batch", folder, "--out", out)
    assert (code, err) == (0, "")
    assert _counts(told) == {"briefed": "3"}
    assert told.endswith(f"The briefs are in {out}; index.csv lists them.\n")
    assert [re.sub(r"\.[0-9a-f]{8}\.", ".", path.name) for path in sorted(out.glob("?.txt.*"))] == [
        f"{name}.txt.{form}" for name in "abc" for form in ("json", "md")
    ]


def test_a_folder_with_a_failing_file_ends_in_1_and_tells_which(run: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "b.txt").write_bytes(b"\0")
    code, told, err = run("batch", folder, "--out", tmp_path / "out")
    assert code == 1
    assert _counts(told) == {"briefed": "2", "failed": "1"}
    assert _sentence(err) == "'b.txt': it is a binary file, not text"


def test_no_progress_is_shown_where_there_is_no_terminal(run: Run, folder: Path, tmp_path: Path) -> None:
    _, out, err = run("batch", folder, "--out", tmp_path / "out")
    assert "Briefing" not in out + err
    assert "\x1b" not in out + err
    assert _counts(out) == {"briefed": "3"}


def test_a_dry_run_leaves_nothing_behind(run: Run, folder: Path, tmp_path: Path) -> None:
    code, told, _ = run("batch", folder, "--out", tmp_path / "out", "--dry-run")
    assert code == 0
    assert told.startswith("3 files; ")
    assert not (tmp_path / "out").exists()
    run("batch", folder, "--out", tmp_path / "out")
    (folder / "d.txt").write_text(NOTE)
    assert run("batch", folder, "--out", tmp_path / "out", "--dry-run").out.startswith("1 files; ")


def test_quiet_tells_what_failed_and_nothing_else(run: Run, folder: Path, tmp_path: Path) -> None:
    assert run("batch", folder, "--out", tmp_path / "out", "--quiet") == (0, "", "")
    (folder / "b.txt").write_bytes(b"\0")
    code, out, err = run("batch", folder, "--out", tmp_path / "out", "--quiet")
    assert (code, out) == (1, "")
    assert _sentence(err) == "'b.txt': it is a binary file, not text"


def test_progress_on_a_terminal_leaves_stdout_alone(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    _, out, err = run("batch", folder, "--out", tmp_path / "out")
    assert "Briefing" in err
    assert _counts(out) == {"briefed": "3"}
    assert "\x1b" not in out


# A model's endpoint


def test_a_model_is_asked_and_its_answer_kept(run: Run, note: Path) -> None:
    with Loopback(Answer(content=general())) as server:
        options = ("--schema", "general", "--format", "json", "--model", "small", "--base-url", server.url)
        first, again = (run("brief", note, *options) for _ in range(2))
    assert len(server.requests) == 1
    assert (first.code, again.code, first.err, again.err) == (0, 0, "", "")
    assert [json.loads(ran.out)["provenance"]["cached"] for ran in (first, again)] == [False, True]
    assert run("cache", "stats").out.startswith("1 answers, ")


def test_a_refused_key_ends_in_1_and_is_not_shown(run: Run, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARISER_API_KEY", KEY)
    with Loopback(Answer(status=401, code="invalid_api_key")) as server:
        code, out, err = run("brief", note, "--model", "small", "--base-url", server.url)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert (code, out) == (1, "")
    assert "the API key was not accepted" in _sentence(err)
    assert KEY not in err


@pytest.mark.parametrize(("status", "told"), [(401, "the API key was not accepted"), (404, "does not know the model 'small'")])
def test_a_bad_key_or_an_unknown_model_ends_a_batch_with_one_sentence(
    run: Run, folder: Path, tmp_path: Path, status: int, told: str
) -> None:
    with Loopback(always=Answer(status=status)) as server:
        code, _, err = run(
            *("batch", folder, "--out", tmp_path / "out", "--model", "small", "--base-url", server.url, "--workers", 1)
        )
    assert code == 1
    assert told in _sentence(err)
    assert len(server.requests) == 1


def test_an_account_without_money_ends_the_run(run: Run, note: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = _engine(monkeypatch, _broke, _broke)
    code, _, err = run("brief", note, folder / "a.txt", "--schema", "general")
    assert code == 1
    assert "no quota left" in err
    assert len(engine.requests) == 1


def test_an_account_without_money_ends_a_batch_in_1(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = general(key_points=[], summary=[])
    engine = _engine(monkeypatch, answer, _broke)
    code, _, err = run("batch", folder, "--out", tmp_path / "out", "--schema", "general")
    assert code == 1
    assert "no quota left" in _sentence(err)
    assert len(engine.requests) == 2
    assert len(list((tmp_path / "out").glob("a.txt.*.json"))) == 1


def test_an_answer_that_is_no_brief_ends_in_1(run: Run, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _engine(monkeypatch, "I would rather not")
    code, out, err = run("brief", note, "--schema", "general")
    assert (code, out) == (1, "")
    assert "the answer is no brief" in _sentence(err)
    assert "rather" not in err


# Interrupted


def test_an_interrupted_brief_ends_in_130_with_a_sentence(run: Run, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _engine(monkeypatch, _raising(KeyboardInterrupt()))
    code, out, err = run("brief", note, "--schema", "general")
    assert (code, out) == (130, "")
    assert "interrupted" in _sentence(err)


def test_an_interrupted_batch_keeps_what_is_done(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _engine(monkeypatch, general(key_points=[], summary=[]), _raising(KeyboardInterrupt()))
    code, _, err = run("batch", folder, "--out", tmp_path / "out", "--schema", "general")
    assert code == 130
    assert "interrupted; what is finished is kept" in _sentence(err)
    assert len(list((tmp_path / "out").glob("?.txt.*.json"))) == 1
    lines = (tmp_path / "out" / "failures.jsonl").read_text().splitlines()
    assert [json.loads(line)["document"] for line in lines] == ["b.txt", "c.txt"]


# The cache


def test_the_cache_is_counted_and_emptied(run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = general(key_points=[], summary=[])
    _engine(monkeypatch, answer, answer, answer)
    run("batch", folder, "--out", tmp_path / "out", "--schema", "general")
    code, out, err = run("cache", "stats")
    assert (code, err) == (0, "")
    assert out.startswith("3 answers, ")
    assert str(tmp_path / "cache") in out
    assert run("cache", "clear") == (0, "3 answers forgotten\n", "")
    assert run("cache", "stats").out.startswith("0 answers, ")
    assert run("cache", "clear").out == "0 answers forgotten\n"
