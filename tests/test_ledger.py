"""The ledger of past calls: what it tells is steady, it never stands in the way of a run, and it holds no secrets."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from fractions import Fraction
from functools import cache, partial
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summariser import ledger as module
from summariser.errors import SettingsError
from summariser.ledger import Call, Ledger, Traits
from summariser.types import Dialect
from tests.conftest import ROOT

URL = "http://127.0.0.1:8089/v1"
DEFAULT = 3.5
GUESS = (120.0, 250.0, 500.0)
PATIENCE = 20  # seconds after which a test that waits for a thread has failed

CALL = Call(characters=8_000, input_tokens=2_000, output_tokens=500, document_characters=4_000, seconds=1.5)
calls = st.builds(
    Call,
    characters=st.integers(0, 100_000),
    input_tokens=st.one_of(st.just(0), st.integers(1, 30_000)),
    output_tokens=st.integers(0, 5_000),
    document_characters=st.one_of(st.just(0), st.integers(1, 50_000)),
    seconds=st.floats(0, 300),
)
traits = st.builds(Traits, dialect=st.sampled_from(get_args(Dialect)), context_tokens=st.none() | st.integers(1, 10**7))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def ledger(folder: Path) -> Iterator[Ledger]:
    with closing(Ledger(folder, URL, "small")) as ledger:
        yield ledger


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Ledger]]:
    """Ledgers of models that were never asked, in one file: quicker than a file for each example."""
    folder = tmp_path_factory.mktemp("fresh")
    opened: list[Ledger] = []

    def make() -> Ledger:
        opened.append(Ledger(folder, URL, f"model {len(opened)}"))
        return opened[-1]

    yield make
    for ledger in opened:
        ledger.close()


@contextmanager
def _raw(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the file as another program would."""
    with closing(sqlite3.connect(folder / "ledger.sqlite", timeout=PATIENCE, isolation_level=None)) as rows:
        yield rows


def _book(ledger: Ledger, number: int, characters: int = 4_000, tokens: int = 1_000) -> None:
    for _ in range(number):
        ledger.book(Call(characters, tokens, 300, 3_000, 1.0))


def _ratio(ledger: Ledger) -> float:
    return ledger.pace().characters_per_token


# The ratio is steady


def test_until_ten_calls_told_their_tokens_the_ratio_is_the_default(ledger: Ledger) -> None:
    _book(ledger, 9, 2_000)
    _book(ledger, 30, 2_000, tokens=0)
    assert (ledger.pace().calls, _ratio(ledger)) == (9, DEFAULT)
    _book(ledger, 1, 2_000)
    assert (ledger.pace().calls, _ratio(ledger)) == (10, 2.0)


def test_the_ratio_is_of_the_sums_and_not_a_mean_of_ratios(ledger: Ledger) -> None:
    _book(ledger, 9, 200, 100)
    _book(ledger, 1, 50_000, 10_000)
    assert _ratio(ledger) == 51_800 / 10_900


@pytest.mark.parametrize(("characters", "ratio"), [(10, 1.0), (1_000_000, 6.0)])
def test_a_ratio_that_no_text_has_is_bounded(ledger: Ledger, characters: int, ratio: float) -> None:
    _book(ledger, 10, characters)
    assert _ratio(ledger) == ratio


def test_a_settled_ratio_stays_while_the_latest_are_within_a_fifth(ledger: Ledger) -> None:
    _book(ledger, 10, 4_000)
    assert _ratio(ledger) == 4.0
    for characters in (4_790, 3_210, 4_700):
        _book(ledger, 50, characters)
        assert _ratio(ledger) == 4.0


@pytest.mark.parametrize("characters", [4_810, 3_190])
def test_a_settled_ratio_follows_the_latest_fifty_that_are_more_than_a_fifth_off(ledger: Ledger, characters: int) -> None:
    _book(ledger, 10, 4_000)
    _ratio(ledger)
    _book(ledger, 49, characters)
    assert _ratio(ledger) == 4.0
    _book(ledger, 5, 1_000_000, tokens=0)
    _book(ledger, 1, characters)
    assert _ratio(ledger) == characters / 1_000
    _book(ledger, 10, 4_000)
    assert _ratio(ledger) == characters / 1_000


def test_ten_odd_calls_do_not_unsettle_a_ratio_before_there_are_fifty(ledger: Ledger) -> None:
    _book(ledger, 10, 4_000)
    _ratio(ledger)
    _book(ledger, 39, 1_000)
    assert _ratio(ledger) == 4.0


def test_a_ratio_outlives_the_ledger_that_settled_it(folder: Path) -> None:
    for characters in (4_000, 4_500, 3_500):
        with closing(Ledger(folder, URL, "small")) as ledger:
            _book(ledger, 60, characters)
            assert _ratio(ledger) == 4.0


class Ruled:
    """What the rule says, worked out with exact fractions over all that was booked."""

    def __init__(self) -> None:
        self.told: list[Call] = []
        self.settled: Fraction | None = None

    def ratio(self) -> float:
        latest = self.told[-50:]
        if len(latest) >= (10 if self.settled is None else 50):
            ratio = Fraction(sum(call.characters for call in latest), sum(call.input_tokens for call in latest))
            ratio = min(max(ratio, Fraction(1)), Fraction(6))
            if self.settled is None or abs(ratio / self.settled - 1) > Fraction(1, 5):
                self.settled = ratio
        return DEFAULT if self.settled is None else float(self.settled)


@settings(max_examples=20)
@given(runs=st.lists(st.tuples(calls, st.integers(1, 60)), max_size=6))
def test_whatever_is_booked_the_ratio_goes_by_the_rule(fresh: Callable[[], Ledger], runs: list[tuple[Call, int]]) -> None:
    ledger, ruled = fresh(), Ruled()
    for call, number in runs:
        for _ in range(number):
            ledger.book(call)
        ruled.told += [call] * number if call.input_tokens else []
        pace = ledger.pace()
        assert pace.characters_per_token == pytest.approx(ruled.ratio(), rel=1e-12)
        assert pace.calls == len(ruled.told)
        assert ledger.pace() == pace


# What is written for a thousand characters


def test_a_guess_holds_until_five_calls_told_their_tokens(ledger: Ledger) -> None:
    for _ in range(4):
        ledger.book(CALL)
    ledger.book(Call(8_000, 0, 0, 4_000, 1.0))
    ledger.book(Call(8_000, 2_000, 500, 0, 1.0))
    assert ledger.pace().output == GUESS
    ledger.book(CALL)
    assert ledger.pace().output == (125.0, 125.0, 125.0)


def test_low_typical_and_high_are_of_the_latest_two_hundred(ledger: Ledger) -> None:
    for tokens in [*range(10_000, 10_300), *range(100, 301)]:
        ledger.book(Call(4_000, 1_000, tokens, 1_000, 1.0))
    assert ledger.pace().output == (121.0, 201.0, 280.0)


@settings(max_examples=20)
@given(booked=st.lists(calls, max_size=40))
def test_the_three_are_of_calls_and_as_many_lie_below_as_should(fresh: Callable[[], Ledger], booked: list[Call]) -> None:
    ledger = fresh()
    for call in booked:
        ledger.book(call)
    told = ledger.pace().output
    seen = [c.output_tokens * 1_000 / c.document_characters for c in booked if c.input_tokens and c.document_characters]
    if len(seen) < 5:
        assert told == GUESS
        return
    assert set(told) <= set(seen)
    for share, value in zip((0.1, 0.5, 0.9), told, strict=True):
        rank = share * (len(seen) - 1) + 0.5
        assert sum(each < value for each in seen) <= rank + 1e-9
        assert sum(each <= value for each in seen) >= rank - 1e-9


# Traits


@settings(max_examples=20)
@given(first=traits, second=traits)
def test_traits_come_back_and_the_last_hold(fresh: Callable[[], Ledger], first: Traits, second: Traits) -> None:
    ledger = fresh()
    assert ledger.traits() is None
    for found in (first, second):
        ledger.remember(found)
        assert ledger.traits() == found


@pytest.mark.parametrize(
    "row",
    [
        None,
        "",
        "no JSON",
        "null",
        "3",
        "[" * 100_000,
        '[1, {"dialect": "schema"}]',
        '[1, {"dialect": "verse", "context_tokens": null}]',
        '[1, {"dialect": "schema", "context_tokens": "8192"}]',
        '[2, {"dialect": "schema", "context_tokens": null}]',
        '{"dialect": "schema", "context_tokens": null}',
        b"\xff\xfe",
        b"\x80\x04N.",
        7,
        1.5,
    ],
)
def test_a_row_that_holds_no_traits_counts_as_none(ledger: Ledger, folder: Path, row: Any) -> None:
    ledger.remember(Traits("schema", None))
    with _raw(folder) as rows:
        assert rows.execute("UPDATE models SET traits = ?", (row,)).rowcount == 1
    assert ledger.traits() is None
    ledger.remember(Traits("tools", 4_096))
    assert ledger.traits() == Traits("tools", 4_096)


def test_traits_that_are_no_text_count_as_none(ledger: Ledger, folder: Path) -> None:
    with _raw(folder) as rows:
        assert rows.execute("UPDATE models SET traits = CAST(x'5BFF5D' AS TEXT)").rowcount == 1
    assert ledger.traits() is None


# Models and endpoints


@pytest.mark.parametrize(
    ("base_url", "address"),
    [
        (None, "https://api.openai.com:443/v1"),
        ("https://api.openai.com/v1/", "https://api.openai.com:443/v1"),
        ("https://API.openai.com:443/v1", "https://api.openai.com:443/v1"),
        ("http://127.0.0.1:8089/v1", "http://127.0.0.1:8089/v1"),
        ("http://localhost", "http://localhost:80"),
        ("http://[::1]:8000/v1/", "http://[::1]:8000/v1"),
        ("https://ann:secret@host.example/a/b?key=secret#secret", "https://host.example:443/a/b"),
        ("https://secret@host.example:8443?api-key=secret", "https://host.example:8443"),
    ],
)
def test_an_endpoint_is_kept_by_its_address(folder: Path, base_url: str | None, address: str) -> None:
    with closing(Ledger(folder, base_url, "small")), _raw(folder) as rows:
        assert rows.execute("SELECT endpoint FROM models").fetchall() == [(address,)]


@settings(max_examples=15)
@given(
    secret=st.text(min_size=1).map(lambda text: "S3cr3t" + quote(text, safe="!$&'()*+,;=")),
    form=st.sampled_from(
        ["{}@host", "ann:{}@host", "{}:x@host:81", "host/v1?{}", "host?a={}&b=c", "host/v1#{}", "ann:{}@host/?x=1#y"]
    ),
)
def test_no_secret_of_an_address_is_written(tmp_path_factory: pytest.TempPathFactory, secret: str, form: str) -> None:
    folder = tmp_path_factory.mktemp("secret")
    with closing(Ledger(folder, "http://" + form.format(secret), "small")) as ledger:
        ledger.book(CALL)
        ledger.remember(Traits("schema", None))
        assert ledger.pace().calls == 1
        held = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"http://host" in held
    assert b"S3cr3t" not in held


@pytest.mark.parametrize("base_url", ["http://host:99999/v1", "http://host:secret/v1", "http://[secret/v1", "ftp://secret/v1"])
def test_an_address_that_is_none_is_refused_and_not_shown(folder: Path, base_url: str) -> None:
    with pytest.raises(SettingsError, match="base URL is no address") as caught:
        Ledger(folder, base_url, "small")
    assert "secret" not in str(caught.value)


def test_each_model_at_each_endpoint_has_a_pace_and_traits_of_its_own(folder: Path) -> None:
    with closing(Ledger(folder, URL, "small")) as ledger:
        _book(ledger, 20, 2_000)
        ledger.remember(Traits("json", 4_096))
    for base_url, model in [(URL, "large"), (None, "small"), ("http://127.0.0.1:8090/v1", "small")]:
        with closing(Ledger(folder, base_url, model)) as other:
            assert (other.pace().calls, _ratio(other), other.traits()) == (0, DEFAULT, None)
    with closing(Ledger(folder, URL + "/?trace=1", "small")) as again:
        assert (again.pace().calls, _ratio(again), again.traits()) == (20, 2.0, Traits("json", 4_096))


def test_words_are_written_of_models_and_endpoints_alone(ledger: Ledger, folder: Path) -> None:
    ledger.remember(Traits("schema", 8_192))
    ledger.book(CALL)
    with _raw(folder) as rows:
        tables = [name for (name,) in rows.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        words = {c for t in tables for _, c, kind, *_ in rows.execute(f"PRAGMA table_info({t})") if kind == "TEXT"}
        booked = rows.execute("SELECT * FROM calls").fetchall()
    assert words == {"endpoint", "model", "traits"}
    assert booked == [(1, 1, 8_000, 2_000, 500, 4_000, 1.5)]


# Files


@pytest.mark.parametrize("before", [None, 0o644, 0o666])
def test_the_files_are_their_owners_alone(folder: Path, before: int | None) -> None:
    if before is not None:
        folder.mkdir()
        (folder / "ledger.sqlite").touch()
        (folder / "ledger.sqlite").chmod(before)
    umask = os.umask(0)
    try:
        with closing(Ledger(folder, URL, "small")) as ledger:
            ledger.book(CALL)
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    finally:
        os.umask(umask)
    assert modes == {"ledger.sqlite": 0o600, "ledger.sqlite-wal": 0o600, "ledger.sqlite-shm": 0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("content", [b"no database " * 100, b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_file_that_is_no_ledger_is_named_with_what_to_do(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / "ledger.sqlite").write_bytes(content)
    with pytest.raises(SettingsError, match=r"ledger\.sqlite' is damaged; delete that file"):
        Ledger(folder, URL, "small")


def test_damage_that_sqlite_tells_of_in_broken_words_is_told_in_a_sentence(tmp_path: Path) -> None:
    whole = _whole(tmp_path / "whole")
    (tmp_path / "ledger.sqlite").write_bytes(whole.replace(b"CREATE INDEX", b"CREATE \x80NDEX"))
    with pytest.raises(SettingsError, match=r"ledger\.sqlite' is damaged; delete that file"):
        Ledger(tmp_path, URL, "small")


def test_a_file_with_other_tables_is_named_with_what_to_do(folder: Path) -> None:
    folder.mkdir()
    with _raw(folder) as rows:
        rows.execute("CREATE TABLE models (name TEXT)")
    with pytest.raises(SettingsError, match=r"ledger\.sqlite' cannot be used \(.*\): .* delete that file"):
        Ledger(folder, URL, "small")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"calls cannot be booked in .*file"):
        Ledger(tmp_path / "file" / "cache", URL, "small")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(SettingsError, match=r"calls cannot be booked in .*closed"):
        Ledger(tmp_path / "closed" / "cache", URL, "small")


@settings(max_examples=20)
@given(place=st.floats(0, 1), garbage=st.none() | st.binary(min_size=1, max_size=200))
def test_damage_is_told_in_a_sentence_or_does_no_harm(
    tmp_path_factory: pytest.TempPathFactory, place: float, garbage: bytes | None
) -> None:
    whole = _whole(tmp_path_factory.getbasetemp() / "whole")
    path = tmp_path_factory.mktemp("damaged") / "ledger.sqlite"
    start = int(place * len(whole))
    path.write_bytes(whole[:start] + (b"" if garbage is None else garbage + whole[start + len(garbage) :]))
    try:
        with closing(Ledger(path.parent, URL, "small")) as ledger:
            ledger.book(CALL)
            ledger.traits()
            assert 1 <= _ratio(ledger) <= 6
    except SettingsError as error:
        assert "ledger.sqlite" in str(error)


@cache
def _whole(folder: Path) -> bytes:
    """Return the bytes of a ledger in which there is something of everything."""
    with closing(Ledger(folder, URL, "small")) as ledger:
        _book(ledger, 60)
        ledger.remember(Traits("schema", 8_192))
        ledger.pace()
    return (folder / "ledger.sqlite").read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE calls SET input_tokens = 'many'",
        "UPDATE calls SET output_tokens = x'00'",
        "UPDATE calls SET output_tokens = -1",
        "UPDATE calls SET document_characters = 'words'",
        "UPDATE calls SET characters = 9e999",
        "UPDATE models SET characters_per_token = 'much'",
        "UPDATE models SET characters_per_token = -3",
        "DELETE FROM models",
    ],
)
def test_rows_that_make_no_sense_do_no_harm(ledger: Ledger, folder: Path, damage: str) -> None:
    _book(ledger, 60)
    ledger.remember(Traits("schema", 8_192))
    ledger.pace()
    with _raw(folder) as rows:
        rows.execute("PRAGMA ignore_check_constraints = ON")
        assert rows.execute(damage).rowcount > 0
    pace = ledger.pace()
    assert 1 <= pace.characters_per_token <= 6
    assert all(isinstance(each, float) and each >= 0 for each in pace.output)
    assert ledger.traits() in (None, Traits("schema", 8_192))


# Booking never stands in the way


@pytest.mark.parametrize(
    "call",
    [
        Call(-1, 1, 1, 1, 1.0),
        Call(1, -1, 1, 1, 1.0),
        Call(1, 1, -1, 1, 1.0),
        Call(1, 1, 1, -1, 1.0),
        Call(1, 1, 1, 1, -1.0),
        Call(1, 1, 1, 1, float("nan")),
        Call(1, 2**63, 1, 1, 1.0),
        Call(10**30, 1, 1, 1, 1.0),
    ],
)
def test_a_call_that_makes_no_sense_is_left_out(ledger: Ledger, folder: Path, call: Call) -> None:
    ledger.book(call)
    ledger.book(CALL)
    assert ledger.pace().calls == 1
    with _raw(folder) as rows:
        assert rows.execute("SELECT COUNT(*) FROM calls").fetchone() == (1,)


def test_the_largest_numbers_that_can_be_written_do_no_harm(ledger: Ledger) -> None:
    for _ in range(60):
        ledger.book(Call(2**63 - 1, 2**63 - 1, 2**63 - 1, 1, 1e308))
    assert (ledger.pace().calls, _ratio(ledger)) == (60, 1.0)


def test_a_call_that_cannot_be_written_is_left_out_and_a_pace_says_why(ledger: Ledger) -> None:
    _book(ledger, 10)
    ledger._rows.execute("PRAGMA query_only = ON")
    _book(ledger, 5)
    with pytest.raises(SettingsError, match=r"cannot be used \(attempt to write a readonly database\)"):
        ledger.pace()
    with pytest.raises(SettingsError, match="cannot be used"):
        ledger.remember(Traits("schema", None))
    ledger._rows.execute("PRAGMA query_only = OFF")
    assert (ledger.pace().calls, _ratio(ledger)) == (10, 4.0)


def test_a_call_booked_after_the_end_is_left_out(ledger: Ledger) -> None:
    ledger.close()
    ledger.book(CALL)
    ledger.close()


def test_the_oldest_calls_are_forgotten_and_those_of_others_are_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 100)
    monkeypatch.setattr(module, "_PRUNED_EVERY", 50)
    with closing(Ledger(folder, URL, "other")) as other, closing(Ledger(folder, URL, "small")) as ledger:
        _book(other, 120)
        for tokens in range(1, 350):
            ledger.book(Call(tokens, tokens, 300, 3_000, 1.0))
            assert ledger.pace().calls <= 150
        assert ledger.pace().calls == 149
        assert other.pace().calls == 120
    with closing(Ledger(folder, URL, "small")) as ledger, _raw(folder) as rows:
        assert ledger.pace().calls == 100
        assert rows.execute(
            "SELECT MIN(c.characters) FROM calls c JOIN models m ON m.id = model_id WHERE m.model = 'small'"
        ).fetchone() == (250,)


def test_ten_thousand_calls_are_kept() -> None:
    assert (module._KEPT, module._PRUNED_EVERY) == (10_000, 1_000)


# Several at once


def test_many_threads_book_every_call(ledger: Ledger) -> None:
    start = threading.Barrier(64)

    def work(_: int) -> None:
        start.wait(PATIENCE)
        for _ in range(10):
            ledger.book(CALL)
            ledger.traits()
        ledger.pace()

    with ThreadPoolExecutor(64) as pool:
        list(pool.map(work, range(64)))
    assert (ledger.pace().calls, _ratio(ledger)) == (64 * 10, 4.0)


def test_all_may_make_the_file_at_the_same_moment(tmp_path: Path) -> None:
    for turn in range(3):
        start = threading.Barrier(8)

        def work(_: int, start: threading.Barrier = start, folder: Path = tmp_path / str(turn)) -> None:
            start.wait(PATIENCE)
            with closing(Ledger(folder, URL, "small")) as ledger:
                ledger.book(CALL)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))
        with closing(Ledger(tmp_path / str(turn), URL, "small")) as ledger:
            assert ledger.pace().calls == 8


def _failing(monkeypatch: pytest.MonkeyPatch, code: int, times: int) -> None:
    """Have the switch to a log fail as it does now and then, when several processes make the file together."""
    left = [times]

    class Failing(sqlite3.Connection):
        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            if "journal_mode" in statement and left[0]:
                left[0] -= 1
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorcode = code
                raise error
            return super().execute(statement, *values)

    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Failing))


def test_a_switch_that_fails_because_others_switch_is_tried_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _failing(monkeypatch, sqlite3.SQLITE_BUSY, 3)
    with closing(Ledger(folder, URL, "small")) as ledger:
        assert ledger._rows.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize(("code", "wait"), [(sqlite3.SQLITE_FULL, 10), (sqlite3.SQLITE_BUSY, 0.02)])
def test_a_switch_is_not_tried_for_ever(folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, wait: float) -> None:
    monkeypatch.setattr(module, "_WAIT", wait)
    _failing(monkeypatch, code, 20)
    with pytest.raises(SettingsError, match="cannot be used"):
        Ledger(folder, URL, "small")


def test_a_model_that_another_adds_at_the_same_moment_is_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[Any] = []

    class Late(sqlite3.Connection):
        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            cursor = super().execute(statement, *values)
            if statement.startswith("SELECT id FROM models") and not added:
                added.append(values[0])
                with _raw(folder) as rows:
                    rows.execute("INSERT INTO models (id, endpoint, model) VALUES (7, ?, ?)", added[0])
            return cursor

    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Late))
    with closing(Ledger(folder, URL, "small")) as ledger, _raw(folder) as rows:
        ledger.book(CALL)
        assert rows.execute("SELECT model_id FROM calls").fetchall() == [(7,)]
    assert added


def test_those_who_settle_at_the_same_moment_agree(folder: Path) -> None:
    start = threading.Barrier(8)

    def work(number: int) -> float:
        with closing(Ledger(folder, URL, "small")) as ledger:
            _book(ledger, 3, 4_000)
            start.wait(PATIENCE)
            ledger.book(Call(1_000 * number, 1_000, 300, 3_000, 1.0))
            return _ratio(ledger)

    with ThreadPoolExecutor(8) as pool:
        ratios = set(pool.map(work, range(8)))
    assert len(ratios) == 1
    assert ratios != {DEFAULT}


def test_a_pace_is_not_settled_while_another_process_writes(ledger: Ledger, folder: Path) -> None:
    _book(ledger, 10, 2_000)
    with ThreadPoolExecutor(1) as pool, _raw(folder) as rows:
        rows.execute("BEGIN IMMEDIATE")
        rows.execute("UPDATE models SET characters_per_token = 5")
        ratio = pool.submit(_ratio, ledger)
        with pytest.raises(TimeoutError):
            ratio.result(0.1)
        rows.execute("COMMIT")
        assert ratio.result(PATIENCE) == 5.0


def test_a_call_waits_until_another_process_has_written(ledger: Ledger, folder: Path) -> None:
    with ThreadPoolExecutor(1) as pool, _raw(folder) as rows:
        rows.execute("BEGIN IMMEDIATE")
        booked = pool.submit(ledger.book, CALL)
        with pytest.raises(TimeoutError):
            booked.result(0.1)
        rows.execute("COMMIT")
        booked.result(PATIENCE)
    assert ledger.pace().calls == 1


def test_two_processes_book_into_one_file(ledger: Ledger, folder: Path) -> None:
    program = """
import sys
from pathlib import Path
from summariser.ledger import Call, Ledger
ledger = Ledger(Path(sys.argv[1]), sys.argv[2], "small")
print(flush=True)
for _ in range(200):
    ledger.book(Call(4_000, 1_000, 300, 3_000, 1.0))
print(ledger.pace().characters_per_token)
"""
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(folder), URL], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "\n"
        _book(ledger, 200)
        assert child.stdout.read() == "4.0\n"
    assert (child.returncode, ledger.pace().calls, _ratio(ledger)) == (0, 400, 4.0)
