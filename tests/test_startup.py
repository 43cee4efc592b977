"""What takes seconds to import is imported on use alone: help, the embedded engine and a kept answer do without."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from summariser.pipeline import summarise
from summariser.settings import Settings
from tests.conftest import ROOT, SAMPLES
from tests.loopback import NOTE, Answer, Loopback, general

HEAVY = ("genai_prices", "instructor", "openai", "scipy", "trafilatura")
PROGRAM = """
import json, sys
code = 0
try:
    exec(sys.argv.pop(1))
except SystemExit as stop:
    code = stop.code
print("\\n" + json.dumps({"code": code, "loaded": sorted(name for name in sys.modules if "." not in name)}))
"""
COMMAND = "from summariser import cli; cli.main()"


class Ran(NamedTuple):
    """How a fresh process ended, what it printed, and which of the heavy libraries it had loaded by then."""

    code: int
    out: str
    heavy: list[str]


def _fresh(code: str, *arguments: str | Path, folder: Path) -> Ran:
    """Run `code` in a process of its own, with the settings of the test's environment."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, code, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ | {"PYTHONUTF8": "1"},
        timeout=120,
        check=True,
    )
    out, _, last = ran.stdout.rstrip("\n").rpartition("\n")
    told = json.loads(last)
    assert "summariser" in told["loaded"]
    assert ran.stderr == ""
    return Ran(told["code"] or 0, out, [name for name in HEAVY if name in told["loaded"]])


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.txt"
    path.write_text(NOTE)
    return path


def test_importing_the_package_loads_nothing_heavy(tmp_path: Path) -> None:
    assert _fresh("import summariser", folder=tmp_path) == Ran(0, "", [])


@pytest.mark.parametrize(
    "arguments",
    [
        "--help",
        "brief --help",
        "batch --help",
        "eval --help",
        "eval run --help",
        "label --help",
        "--version",
        "schemas",
        "cache stats",
    ],
)
def test_commands_that_brief_nothing_load_nothing_heavy(tmp_path: Path, arguments: str) -> None:
    ran = _fresh(COMMAND, *arguments.split(), folder=tmp_path)
    assert (ran.code, ran.heavy) == (0, [])
    assert ran.out.strip()


def test_the_embedded_engine_loads_no_client(tmp_path: Path, note: Path) -> None:
    ran = _fresh(COMMAND, "brief", note, folder=tmp_path)
    assert (ran.code, ran.heavy) == (0, [])
    assert ran.out.startswith("# note.txt")


def test_a_web_page_is_read_elsewhere_and_loads_nothing_here(tmp_path: Path) -> None:
    ran = _fresh(COMMAND, "brief", SAMPLES / "press_release_ilacs.html", folder=tmp_path)
    assert (ran.code, ran.heavy) == (0, [])
    assert "Port Ellery" in ran.out


def test_a_kept_answer_is_told_without_the_client_and_the_endpoint(tmp_path: Path, note: Path) -> None:
    with Loopback(Answer(content=general())) as server:
        settings = Settings.model_validate({"model": "small", "base_url": server.url, "cache_dir": tmp_path / "cache"})
        fresh = summarise(note, schema="general", settings=settings)
    options = ("--schema", "general", "--format", "json", "--model", "small", "--base-url", server.url)
    ran = _fresh(COMMAND, "brief", note, *options, folder=tmp_path)
    assert (ran.code, ran.heavy) == (0, [])
    told = json.loads(ran.out)
    assert told["provenance"]["cached"]
    assert not fresh.provenance.cached
    assert told["brief"] == json.loads(fresh.to_json())["brief"]
    assert len(server.requests) == 1


def test_a_question_to_a_model_loads_the_client(tmp_path: Path, note: Path) -> None:
    """Without this the tests above could pass by looking for the wrong names."""
    with Loopback(Answer(content=general())) as server:
        options = ("--schema", "general", "--model", "small", "--base-url", server.url)
        ran = _fresh(COMMAND, "brief", note, *options, folder=tmp_path)
    assert (ran.code, ran.heavy) == (0, ["genai_prices", "instructor", "openai"])
    assert len(server.requests) == 1


def test_scoring_a_suite_loads_what_scoring_needs_and_no_client(tmp_path: Path) -> None:
    ran = _fresh(COMMAND, "eval", "--check", ROOT / "evals" / "council_review", folder=tmp_path)
    assert (ran.code, ran.heavy) == (0, ["scipy"])
