"""A sensitive document does not leave the machine unless the user says so; loopback is the machine."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from summariser.cli import app
from summariser.engines.canned import CannedEngine
from summariser.errors import DocumentWithheld
from summariser.pipeline import Pipeline
from summariser.readers import from_text
from summariser.settings import Settings, is_loopback
from tests.loopback import general

RESTRICTED = "NOT FOR PUBLICATION\n\nReport of the Director\n\nThe placement will close in May."
PRIVATE = (
    "Ombudsman decision\n\nMr X complained that the Council failed his mother, Mrs Y, who had dementia. Mrs Y was neglected at "
    "the home and died in hospital. The Council was at fault."
)
PUBLIC = "Minutes\n\nThe press were excluded for the exempt report. The committee noted the rest."
OUTSIDE = "https://models.example.org/v1"


def _run(tmp_path: Path, text: str, **given: object) -> CannedEngine:
    engine = CannedEngine([general()], model="m", keeps=True)
    settings = Settings.model_validate({"cache_dir": tmp_path, "model": "m", **given})
    pipeline = Pipeline("general", settings=settings, engine=engine)
    try:
        pipeline.run(from_text(text, "paper"))
    finally:
        pipeline.close()
    return engine


@pytest.mark.parametrize(
    "base_url", [None, OUTSIDE, "http://10.0.0.7/v1", "http://localhost.example.org/v1", "http://0.0.0.0/v1"]
)
@pytest.mark.parametrize(("text", "why"), [(RESTRICTED, "marked as not public"), (PRIVATE, "someone's health, harm")])
def test_a_sensitive_document_is_not_sent_outside(tmp_path: Path, base_url: str | None, text: str, why: str) -> None:
    with pytest.raises(DocumentWithheld, match=rf"^'paper': .*{why}.*SUMMARISER_APPROVED_ENDPOINTS.*--allow-sensitive"):
        _run(tmp_path, text, base_url=base_url)


@pytest.mark.parametrize(
    "given",
    [
        {"base_url": "http://127.0.0.1:8080/v1"},
        {"base_url": "http://localhost/v1"},
        {"base_url": "http://[::1]:1/v1"},
        {"base_url": OUTSIDE, "allow_sensitive": True},
        {"base_url": OUTSIDE, "approved_endpoints": f"https://other.example.org, {OUTSIDE}"},
        {"base_url": OUTSIDE, "approved_endpoints": "https://models.example.org:443"},
        {"approved_endpoints": ["https://api.openai.com/v1"]},
    ],
)
@pytest.mark.parametrize("text", [RESTRICTED, PRIVATE])
def test_it_is_sent_within_the_machine_and_where_allowed(tmp_path: Path, text: str, given: dict[str, object]) -> None:
    assert len(_run(tmp_path, text, **given).requests) == 1


@pytest.mark.parametrize(
    "approved",
    ["http://models.example.org", "https://models.example.org:8443", "https://example.org", "models.example.org", ","],
)
def test_an_endpoint_is_approved_by_scheme_host_and_port(tmp_path: Path, approved: str) -> None:
    with pytest.raises(DocumentWithheld):
        _run(tmp_path, RESTRICTED, base_url=OUTSIDE, approved_endpoints=approved)


def test_a_public_document_goes_to_any_endpoint(tmp_path: Path) -> None:
    assert len(_run(tmp_path, PUBLIC, base_url=OUTSIDE).requests) == 1


def test_the_embedded_engine_briefs_it_and_says_how_sensitive_it_is(tmp_path: Path) -> None:
    path = tmp_path / "paper.txt"
    path.write_text(RESTRICTED, encoding="utf-8")
    told = CliRunner().invoke(app, ["brief", str(path)])
    assert told.exit_code == 0
    assert "**Sensitivity**: restricted (protective marking)" in told.output


def test_the_command_says_why_and_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARISER_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("SUMMARISER_API_KEY", "sk-none")
    path = tmp_path / "paper.txt"
    path.write_text(RESTRICTED, encoding="utf-8")
    told = CliRunner().invoke(app, ["brief", str(path), "--model", "m", "--base-url", OUTSIDE])
    assert told.exit_code == 1
    assert "protective marking" in told.output
    assert "models.example.org" in told.output
    assert "placement" not in told.output


@pytest.mark.parametrize(
    ("base_url", "inside"),
    [
        ("http://127.0.0.1/v1", True),
        ("http://127.9.9.9:1/v1", True),
        ("http://[::1]/v1", True),
        ("http://LOCALHOST:11434/v1", True),
        (None, False),
        ("https://api.openai.com/v1", False),
        ("http://127.0.0.1.example.org/v1", False),
        ("http://user@127.0.0.1@example.org/v1", False),
        ("http://192.168.0.2/v1", False),
    ],
)
def test_loopback_is_told_by_the_address(base_url: str | None, inside: bool) -> None:
    assert is_loopback(base_url) is inside
