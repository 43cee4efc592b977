"""What every test stands on: no network but loopback, no settings of the machine, no cache of the user."""

import logging
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from summariser import cli
from summariser.pipeline import Pipeline
from summariser.settings import Settings
from summariser.types import Document, Request

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SEEDS = SHARED / "seeds"
SAMPLES = ROOT / "evals" / "samples"

# A busy machine makes an example slow now and then, which says nothing of the code.
hypothesis_settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("unhurried")

needs_seeds = pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared folder of real documents is not here")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep a test from the machine's own settings, keys and cache, and from what a command before it set."""
    logging.getLogger("summariser").setLevel(logging.NOTSET)
    logging.getLogger("summariser").handlers.clear()
    for name in list(os.environ):
        if name.startswith(("SUMMARISER_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SUMMARISER_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave the machine."""
    connect: Callable[..., Any] = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError("a test tried to reach the network")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of the embedded engine with a cache of the test's own, and one worker, so that things happen in order."""
    return Settings(cache_dir=tmp_path / "cache", workers=1)


def request_of(pipeline: Pipeline, document: Document) -> Request:
    """Return the request that a pipeline makes of a document that fits in one."""
    paper = pipeline._paper(document)
    [window] = pipeline._reader.windows(paper)
    return pipeline._reader.request(paper, window)


class Ran(NamedTuple):
    """How a command ended and what it wrote."""

    code: int | str | None
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line as the entry point does, in an empty folder."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")

    def run(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["summariser", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        return Ran(caught.value.code or 0, *capsys.readouterr())

    return run
