"""The name under which an answer is kept: all that decides the answer changes it, and nothing else does."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from summariser.brief import Brief, Part
from summariser.engines.canned import CannedEngine
from summariser.pipeline import Pipeline
from summariser.readers import from_text
from summariser.settings import Settings
from summariser.types import Dialect, Document, Message, Request, Segment
from tests.conftest import request_of
from tests.loopback import NOTE, general

# A busy machine is no fault of the code.

TEXT = st.text(max_size=8)
NAME = st.none() | TEXT
MESSAGES = st.lists(st.builds(Message, st.sampled_from(["system", "user"]), TEXT), max_size=2).map(tuple)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
OBJECT = st.dictionaries(TEXT, JSON, max_size=2)
SAMPLING = st.dictionaries(TEXT, st.none() | st.integers() | st.floats(allow_nan=False), max_size=2)

# What decides the answer, with a strategy for its values; the rest of a request serves to check the answer.
DECISIVE: dict[str, st.SearchStrategy[Any]] = {
    "engine": TEXT,
    "model": NAME,
    "base_url": NAME,
    "messages": MESSAGES,
    "json_schema": OBJECT,
    "dialect": st.sampled_from(get_args(Dialect)),
    "sampling": SAMPLING,
    "repeat": st.integers(0, 9),
}
INDIFFERENT = {"schema", "answer", "document", "segments", "run"}

# Settings of which the same is true, with another value for each than the one in BASE.
BASE: dict[str, Any] = {"base_url": "http://127.0.0.1:1/v1", "temperature": 0.1, "max_output_tokens": 1000}
DECISIVE_SETTINGS = {
    "base_url": "http://127.0.0.1:2/v1",
    "temperature": 0.2,
    "max_output_tokens": 1001,
    "reasoning_effort": "low",
    "dialect": "tools",
}
# The size of a window and of the context decide where a long document is cut, and a document that fits is not.
INDIFFERENT_SETTINGS: dict[str, Any] = {
    "window_tokens": 6_000,
    "context_tokens": 60_000,
    "api_key": "sk-other",
    "api_version": "2031-01-01",
    "headers": {"X-Title": "briefs"},
    "deadline": 60.0,
    "workers": 3,
    "requests_per_minute": 10,
    "tokens_per_minute": 10_000,
    "max_cost": 1.0,
    "input_price": 1.0,
    "output_price": 2.0,
    "max_characters": 5_000,
    "timeout": 1.5,
    "attempts": 9,
    "patience": 7.0,
    "cache_limit": 2**20,
    "log": "info",
    "read_seconds": 5.0,
    "approved_endpoints": ("https://models.example.org/v1",),
    "allow_sensitive": True,
}


def _request(**parts: Any) -> Request:
    given = {"engine": "e", "model": None, "base_url": None, "messages": (), "json_schema": {}, "sampling": {}} | parts
    return Request(schema="s", answer=Brief, document=from_text(NOTE), segments=(), **given)


REQUESTS = st.builds(_request, **DECISIVE)


@pytest.mark.parametrize("part", DECISIVE)
@given(data=st.data(), request_=REQUESTS)
def test_any_change_of_what_decides_the_answer_changes_it(data: st.DataObject, request_: Request, part: str) -> None:
    other = data.draw(DECISIVE[part])
    assume(other != getattr(request_, part))
    assert replace(request_, **{part: other}).key != request_.key


@given(TEXT, TEXT, st.integers(0, 24))
def test_text_that_moves_between_messages_changes_it(one: str, other: str, cut: int) -> None:
    both = one + other
    moved = (both[:cut], both[cut:])
    assume(moved != (one, other))
    told = [tuple(Message("user", text) for text in texts) for texts in ((one, other), moved)]
    assert _request(messages=told[0]).key != _request(messages=told[1]).key


def test_the_order_of_messages_changes_it() -> None:
    one, other = Message("system", "a"), Message("user", "b")
    assert _request(messages=(one, other)).key != _request(messages=(other, one)).key


def _turned(value: Any) -> Any:
    """Return the same JSON with the keys of every mapping in the opposite order."""
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(element) for element in value] if isinstance(value, list) else value


@given(request_=REQUESTS)
def test_the_order_of_keys_does_not(request_: Request) -> None:
    turned = replace(request_, json_schema=_turned(request_.json_schema), sampling=_turned(request_.sampling))
    assert turned.key == request_.key


@given(request_=REQUESTS, name=TEXT, text=TEXT)
def test_what_only_checks_the_answer_does_not(request_: Request, name: str, text: str) -> None:
    document = Document(name=name, text=text, sha256="0" * 64)
    other = replace(request_, schema="other", answer=Part, document=document, segments=(Segment(1, 0, 1, "heading"),), run="r2")
    assert other.key == request_.key


def test_every_part_of_a_request_is_one_or_the_other() -> None:
    assert {part.name for part in fields(Request)} == set(DECISIVE) | INDIFFERENT


@given(request_=REQUESTS)
def test_it_is_a_plain_file_name(request_: Request) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", request_.key)


Key = Callable[..., str]


@pytest.fixture
def key(tmp_path: Path) -> Key:
    """Return the key of the request that a pipeline makes under the settings given."""

    def ask(text: str = NOTE, *, schema: str = "general", model: str = "m", **changes: Any) -> str:
        engine = CannedEngine([general()], model=model)
        given: dict[str, Any] = {"cache_dir": tmp_path / "cache", **BASE, **changes}
        pipeline = Pipeline(schema, settings=Settings(**given), engine=engine)
        try:
            return request_of(pipeline, from_text(text)).key
        finally:
            pipeline.close()

    return ask


@pytest.mark.parametrize("name", DECISIVE_SETTINGS)
def test_a_setting_that_decides_changes_it(key: Key, name: str) -> None:
    assert key(**{name: DECISIVE_SETTINGS[name]}) != key()


@pytest.mark.parametrize("name", [*INDIFFERENT_SETTINGS, "cache_dir"])
def test_any_other_setting_does_not(key: Key, tmp_path: Path, name: str) -> None:
    other = INDIFFERENT_SETTINGS | {"cache_dir": tmp_path / "elsewhere"}
    assert Settings(**BASE).model_dump()[name] != other[name]
    assert key(**{name: other[name]}) == key()


def test_every_setting_is_one_or_the_other() -> None:
    assert set(Settings.model_fields) == {"model", "cache_dir"} | set(DECISIVE_SETTINGS) | set(INDIFFERENT_SETTINGS)


def test_model_schema_and_text_change_it(key: Key) -> None:
    keys = {key(), key(model="n"), key(schema="council_review"), key(NOTE + "More.")}
    assert len(keys) == 4


def test_the_same_text_from_another_file_does_not(tmp_path: Path) -> None:
    engine = CannedEngine([general()], keeps=True)
    pipeline = Pipeline("general", settings=Settings(cache_dir=tmp_path), engine=engine)
    first, second = pipeline.run(from_text(NOTE, "a.txt")), pipeline.run(from_text(NOTE, "b.txt"))
    pipeline.close()
    assert len(engine.requests) == 1
    assert (first.document.name, second.document.name) == ("a.txt", "b.txt")
    assert second.provenance.cached
