"""What is shipped is whole: the wheel, installed elsewhere with what it says it needs, briefs a document."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLES

WHEELS = ROOT / ".venv" / "wheels"
SHIPPED = {"summariser": "summariser", "prompts": "summariser/_data/prompts", "schemas": "summariser/_data/schemas"}
SAMPLE = SAMPLES / "minutes_monitoring_visit.txt"

needs_wheels = pytest.mark.skipif(not WHEELS.is_dir(), reason="no folder of wheels to install from; `make unit` makes it")


def _ran(*command: str | Path, folder: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a command, and return what it printed."""
    ran = subprocess.run([*map(str, command)], cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def _sources() -> set[str]:
    """Return the files that belong to the package: those that git tracks, or without git those that are there."""
    if shutil.which("git") and (ROOT / ".git").exists():
        tracked = _ran("git", "ls-files", "-z", *SHIPPED, folder=ROOT).split("\0")
        return {name for name in tracked if name and (ROOT / name).is_file()}
    there = (path for folder in SHIPPED for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in there if "__pycache__" not in path.parts}


def _shipped(name: str) -> str:
    """Return where a source file lies in the wheel."""
    folder, _, rest = name.partition("/")
    return f"{SHIPPED[folder]}/{rest}"


@needs_wheels
def test_the_wheel_is_whole_and_briefs_a_document_elsewhere(tmp_path: Path) -> None:
    _ran(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "dist", ROOT, folder=tmp_path)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    sources = _sources()
    assert len(sources) > 40
    assert {_shipped(name) for name in sources} - names == set()
    for name in (
        "rules/authorities.txt",
        "_data/prompts/current.toml",
        "_data/prompts/brief/v1.md",
        "_data/schemas/general.py",
    ):
        assert f"summariser/{name}" in names
    assert {name.partition("/")[0].rpartition(".")[2] for name in names} == {"summariser", "dist-info"}
    assert [name for name in names if name.endswith((".pyc", ".part"))] == []

    work, home = tmp_path / "work", tmp_path / "home"
    work.mkdir()
    home.mkdir()
    shutil.copy(SAMPLE, work / "sample.txt")
    _ran(sys.executable, "-m", "venv", tmp_path / "venv", folder=tmp_path)
    python = tmp_path / "venv" / "bin" / "python"
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", "--no-index")
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "PIP_CONFIG_FILE": os.devnull}
    lock = ("--find-links", WHEELS, "--require-hashes", "-r", ROOT / "requirements.lock")
    _ran(*pip, *lock, folder=work, env=env)
    _ran(*pip, "--no-deps", wheel, folder=work, env=env)
    _ran(python, "-m", "pip", "check", folder=work, env=env)

    bare = {"PATH": os.environ["PATH"], "HOME": str(home)}
    told = json.loads(_ran(python.with_name("summariser"), "brief", "sample.txt", "--format", "json", folder=work, env=bare))
    assert told["document"]["name"] == "sample.txt"
    assert told["brief"]["document"]["form"] == "minutes_item"
    text = SAMPLE.read_bytes().decode("utf-8")
    quotes = [quote for finding in told["brief"]["items"][0]["findings"] for quote in finding["evidence"]]
    assert len(quotes) > 5
    assert all(text[quote["start"] : quote["end"]] == quote["quote"] for quote in quotes)
    shutil.copy(SAMPLE.with_name("press_release_ilacs.html"), work / "page.html")
    assert "Port Ellery" in _ran(python.with_name("summariser"), "brief", "page.html", folder=work, env=bare)
    place = _ran(python, "-c", "import summariser; print(summariser.__file__)", folder=work, env=bare)
    assert place.startswith(str(tmp_path))
