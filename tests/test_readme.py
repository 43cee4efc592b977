"""The README is true: its brief, its help, its settings, its commands and its code are what a reader gets."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from summariser import schemas, summarise
from summariser.cli import app
from summariser.settings import Settings

from .conftest import ROOT, SAMPLES

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def test_the_brief_that_is_shown_is_the_brief_that_is_made() -> None:
    made = set(summarise(SAMPLES / "minutes_monitoring_visit.txt").to_markdown().splitlines())
    shown = [line for line in blocks("markdown")[0].splitlines() if line]
    assert len(shown) > 8
    assert [line for line in shown if line not in made] == []


def test_the_report_that_is_shown_is_in_the_brief_that_is_made() -> None:
    made = summarise(SAMPLES / "issue_history_cut_off.txt").to_markdown().splitlines()
    assert [line for line in blocks("text")[0].splitlines() if line not in made] == []


def test_the_help_that_is_shown_is_the_help_that_is_printed() -> None:
    printed = CliRunner().invoke(app, ["--help"], prog_name="summariser", terminal_width=80).output
    assert next(block for block in blocks("text") if block.startswith("Usage:")).split() == printed.split()


def test_every_setting_is_in_the_table_with_its_default() -> None:
    rows = {row.split("|")[1]: row.split("|")[2:] for row in README.splitlines() if row.startswith("| `SUMMARISER_")}
    for name, field in Settings.model_fields.items():
        row = next(rest for key, rest in rows.items() if f"`SUMMARISER_{name.upper()}`" in key)
        assert row[1].strip() == field.description
        if name != "cache_dir":
            assert row[0].strip().replace("none", "None") == str(None if field.default == () else field.default)
    assert len(rows) == len(Settings.model_fields)


def test_the_library_example_runs(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", blocks("python")[0]], capture_output=True, text=True, cwd=tmp_path, check=True, timeout=60
    )
    assert ran.stdout.startswith("Resolved: That the update be noted.\nResolved: That the update be noted. 0 35\n# text")


def test_the_example_of_a_kind_of_document_is_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "site_visit.py").write_text(blocks("python")[1], encoding="utf-8")
    monkeypatch.setattr(schemas, "SCHEMAS", tmp_path)
    for name in [name for name in sys.modules if name.startswith("summariser_schemas")]:
        monkeypatch.delitem(sys.modules, name)
    schema = schemas.load("site_visit")
    assert "observations" in schemas.json_schema(schema.model)["properties"]
    for name in [name for name in sys.modules if name.startswith("summariser_schemas")]:
        sys.modules.pop(name)


def test_every_command_and_option_that_is_shown_exists() -> None:
    commands = re.findall(r"\.venv/bin/summariser (\w+(?: (?:compare|rescore))?)([^\n#]*)", README)
    assert {name for name, _ in commands} == set(
        "brief|batch|report|export|purge|check|eval|eval compare|eval rescore|label".split("|")
    )
    for name, rest in commands:
        usage = CliRunner().invoke(app, [*("eval run" if name == "eval" else name).split(), "--help"]).output
        assert all(option in usage for option in re.findall(r"--[\w-]+", rest))


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make (\w+)`|^make (\w+)$", README, re.MULTILINE))))
def test_every_make_target_that_is_named_exists(target: tuple[str, str]) -> None:
    assert re.search(rf"^{''.join(target)}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
