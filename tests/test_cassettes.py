"""Replays what a real model answered, so that what is sent and how it is read are tested against a real server.

The model is a very small one. Its answers are poor, and prove the plumbing alone: that the request is one which a real
server takes, that its answer is read, re-asked and booked. Of the quality of a brief they say nothing.
"""

import re
import socket
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.loopback import NOTE, Answer, Loopback, general
from tests.record_cassettes import CASES, CASSETTES, outcome, recorder

PATHS = sorted(CASSETTES.glob("*.yaml"))
ANEW = "it asks otherwise than when this was recorded; see tests/record_cassettes.py on how to record it anew"
SECRETS = re.compile(
    r"authorization|bearer|(?<![a-z])sk-\w|cookie|api[-_]?key|openai-|x-stainless|user-agent|x-request-id|/root|/home|/tmp"
    r"|127\.0\.0\.1|localhost",
    re.IGNORECASE,
)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse even loopback, which the other tests may use."""

    def refuse(self: socket.socket, address: Any) -> None:
        raise AssertionError("a cassette is replayed without any connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def _about(path: Path) -> dict[str, Any]:
    about: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["about"]
    return about


def test_there_are_cassettes_of_every_case() -> None:
    assert {_about(path)["case"] for path in PATHS} == set(CASES)
    for path in PATHS:
        assert path.stem.startswith(re.sub(r"[^a-z0-9]+", "-", _about(path)["model"].lower()))


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8089/v1", "http://elsewhere.example:1/v1"])
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
@pytest.mark.usefixtures("no_network")
def test_what_came_of_it_comes_of_it_again(path: Path, base_url: str, tmp_path: Path) -> None:
    about = _about(path)
    with recorder("none").use_cassette(str(path)) as cassette:
        found = outcome(CASES[about["case"]], about["model"], base_url, tmp_path)
    assert cassette.all_played, ANEW
    assert len(cassette) == found["usage"]["requests"]
    assert found == about["outcome"]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
@pytest.mark.usefixtures("no_network")
def test_another_question_does_not_get_the_old_answer(path: Path, tmp_path: Path) -> None:
    about = _about(path)
    case = CASES[about["case"]]
    with recorder("none").use_cassette(str(path)) as cassette:
        found = outcome(case, about["model"], "http://127.0.0.1:8089/v1", tmp_path, case.text.replace("noted", "rejected"))
    assert found["kind"] in ("EngineBusy", "EngineDown")
    assert cassette.play_count == 0


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_cassette_holds_no_secret(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert SECRETS.findall(text) == []
    for interaction in yaml.safe_load(text)["interactions"]:
        assert set(interaction["request"]["headers"]) | set(interaction["response"]["headers"]) == {"content-type"}


def test_a_recording_writes_no_secret_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUMMARISER_API_KEY", "sk-test-DO-NOT-LEAK-9d1f")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-test-DO-NOT-LEAK")
    tape = tmp_path / "tape.yaml"
    told = {"set-cookie": "session=DO-NOT-LEAK", "openai-organization": "org-test-DO-NOT-LEAK", "x-request-id": "r1"}
    with Loopback(Answer(content=general(), headers=told)) as server:
        with recorder("once").use_cassette(str(tape)):
            found = outcome(CASES["ferry"], "small", server.url, tmp_path / "fresh", NOTE)
        headers = server.requests[0].headers
        with recorder("none").use_cassette(str(tape)) as cassette:
            again = outcome(CASES["ferry"], "small", "http://elsewhere.example/v1", tmp_path / "again", NOTE)
    assert found["kind"] == "brief"
    assert again == found
    assert cassette.all_played
    assert len(server.requests) == 1
    assert "DO-NOT-LEAK" in headers["authorization"]
    assert headers["openai-organization"] == "org-test-DO-NOT-LEAK"
    text = tape.read_text(encoding="utf-8")
    assert "DO-NOT-LEAK" not in text
    assert SECRETS.findall(text) == []
