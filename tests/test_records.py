"""What a batch remembers agrees with itself, can be searched, is refused where it is not ours, and forgets what it must."""

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from summariser import records as module
from summariser.briefing import Briefed
from summariser.errors import OutputError, SettingsError
from summariser.records import FILE, Known, Records
from summariser.types import Failure, Loss, Usage
from summariser.writers.parts import Row

SHA = "a" * 64
SKETCH = bytes(512)
PAID = Usage(2, 100, 10, 0.5)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with closing(Records(tmp_path)) as records:
        yield records


def _came(name: str, *statements: str, usage: Usage = PAID, losses: tuple[Loss, ...] = (), **document: Any) -> Briefed:
    """Return a brief as the batch hands it over: its own rows name the file and not the path."""
    findings: list[Row] = [
        {"document": "file", "item": None, "finding_id": f"F{number}", "statement": statement, "start": number}
        for number, statement in enumerate(statements)
    ]
    row: Row = {"document": "file", "sha256": "of the file", "title": "Title", "losses": ""} | document
    # As the real rows do, it brings the usage of this attempt.
    row |= {"requests": usage.requests, "input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
    tables: dict[str, list[Row]] = {"documents": [row | {"cost": usage.cost}]}
    return Briefed(name, tables | ({"findings": findings} if findings else {}), losses, usage, cached=False, seconds=1.5)


def _write(records: Records, came: Briefed, *, sha256: str = SHA, brief: str = "stem") -> None:
    records.expect([came.document])
    records.briefed(came, sha256=sha256, recipe="recipe", brief=brief, sketch=SKETCH)


def _document(records: Records, name: str) -> dict[str, Any]:
    [row] = [row for row in records.rows("documents") if row["document"] == name]
    return row


def _found(records: Records, words: str, table: str = "findings") -> list[tuple[str, str]]:
    asked = (
        f"SELECT f.document, f.statement FROM {table} f JOIN {table}_fts ON {table}_fts.rowid = f.rowid "
        f"WHERE {table}_fts MATCH ? ORDER BY f.document, f.rowid"
    )
    return [(row["document"], row["statement"]) for row in records.query(asked, (words,))]


def _check(records: Records) -> None:
    """See that the file is whole, and that each index tells of the rows that are there and of no others."""
    assert [row[0] for row in records.query("PRAGMA integrity_check")] == ["ok"]
    for table in records.tables():
        if table != "documents":
            list(records.query(f"INSERT INTO {table}_fts ({table}_fts, rank) VALUES ('integrity-check', 1)"))


def _bytes(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


# A document and what is in it


def test_a_brief_is_a_row_of_its_document_and_rows_of_its_claims(records: Records) -> None:
    _write(records, _came("2023/a.txt", "Staff were kind.", "Waits were long."), brief="2023/a.txt.0")
    assert records.tables() == ["documents", "findings"]
    row = _document(records, "2023/a.txt")
    assert (row["state"], row["sha256"], row["recipe"], row["brief"], row["title"]) == (
        "briefed",
        SHA,
        "recipe",
        "2023/a.txt.0",
        "Title",
    )
    assert [(each["document"], each["statement"]) for each in records.rows("findings")] == [
        ("2023/a.txt", "Staff were kind."),
        ("2023/a.txt", "Waits were long."),
    ]
    assert records.known() == {"2023/a.txt": Known("briefed", SHA, "recipe", "2023/a.txt.0", SHA)}
    assert list(records.sketches()) == [("2023/a.txt", SKETCH)]


def test_a_brief_made_anew_takes_the_place_of_the_old_one_and_of_no_other(records: Records) -> None:
    for name in ("a.txt", "b.txt"):
        _write(records, _came(name, "Staff were kind.", "Waits were long."))
    _write(records, _came("a.txt", "Beds were few."), sha256="b" * 64, brief="new")
    assert [(row["document"], row["statement"]) for row in records.rows("findings")] == [
        ("a.txt", "Beds were few."),
        ("b.txt", "Staff were kind."),
        ("b.txt", "Waits were long."),
    ]
    assert records.brief_of("a.txt") == "new"
    assert records.known()["a.txt"].sha256 == "b" * 64
    _check(records)


def test_a_brief_in_part_is_told_as_such(records: Records) -> None:
    loss = Loss("part", (0, 9), "EngineRefused", "refused")
    _write(records, _came("a.txt", losses=(loss,)))
    assert records.known()["a.txt"].state == "partial"


def test_all_outlives_the_program(tmp_path: Path) -> None:
    with closing(Records(tmp_path)) as records:
        _write(records, _came("a.txt", "Staff were kind."))
        records.expect(["b.txt"])
        before = records.known(), list(records.rows("findings")), list(records.sketches())
    with closing(Records(tmp_path)) as records:
        assert (records.known(), list(records.rows("findings")), list(records.sketches())) == before
        assert records.known()["b.txt"] == Known("waiting", None, None, None)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_what_is_expected_again_keeps_what_is_known(records: Records) -> None:
    _write(records, _came("a.txt", "Staff were kind."))
    records.expect(["a.txt", "b.txt"])
    assert records.known() == {
        "a.txt": Known("waiting", SHA, "recipe", "stem", SHA),
        "b.txt": Known("waiting", None, None, None, None),
    }
    assert len(list(records.rows("findings"))) == 1
    assert records.brief_of("b.txt") is records.brief_of("c.txt") is None


def test_a_failure_keeps_the_brief_that_there_was(records: Records) -> None:
    _write(records, _came("a.txt", "Staff were kind."))
    records.failed(Failure("a.txt", "EngineRefused", "the model refused", Usage(1, 9, 1, 0.25)))
    row = _document(records, "a.txt")
    assert (row["state"], row["error"], row["message"], row["brief"]) == (
        "failed",
        "EngineRefused",
        "the model refused",
        "stem",
    )
    assert len(list(records.rows("findings"))) == 1
    _write(records, _came("a.txt", "Staff were kind."))
    row = _document(records, "a.txt")
    assert (row["state"], row["error"], row["message"]) == ("briefed", None, None)


# What it has cost


def test_what_attempts_have_cost_adds_up(records: Records) -> None:
    records.expect(["a.txt"])
    records.failed(Failure("a.txt", "EngineRefused", "no", Usage(1, 9, 1, 0.25)))
    _write(records, _came("a.txt", usage=PAID))
    _write(records, _came("a.txt", usage=Usage()))
    records.failed(Failure("a.txt", "EngineRefused", "no", Usage(1, 1, 1, 0.125)))
    row = _document(records, "a.txt")
    assert (row["attempts"], row["requests"], row["input_tokens"], row["output_tokens"]) == (4, 4, 110, 12)
    assert row["cost"] == 0.875
    assert row["seconds"] == 3.0


def test_a_cost_that_is_not_known_is_told_as_none(records: Records) -> None:
    _write(records, _came("a.txt", usage=PAID))
    _write(records, _came("a.txt", usage=Usage(1, 9, 9, None)))
    assert _document(records, "a.txt")["cost"] is None


def test_a_cost_that_was_never_known_is_not_known_after_a_free_attempt(records: Records) -> None:
    """As when a model without a known price has answered, and the brief is made again from the cache."""
    _write(records, _came("a.txt", usage=Usage(1, 9, 9, None)))
    _write(records, _came("a.txt", usage=Usage()))
    assert _document(records, "a.txt")["cost"] is None


# All or nothing


class _Cut(list[Row]):
    """Rows of which the first come, and then an interrupt."""

    def __iter__(self) -> Iterator[Row]:
        yield from super().__iter__()
        raise KeyboardInterrupt


def _broken(name: str, *statements: str, **document: Any) -> Briefed:
    came = _came(name, *statements, **document)
    came.tables["findings"] = _Cut(came.tables["findings"])
    return came


def _all(records: Records) -> list[Any]:
    return [records.known(), *(list(records.rows(table)) for table in records.tables()), list(records.sketches())]


@pytest.mark.parametrize("before", [(), ("Staff were kind.",)])
def test_an_error_in_the_middle_leaves_all_as_it_was(tmp_path: Path, before: tuple[str, ...]) -> None:
    with closing(Records(tmp_path)) as records:
        _write(records, _came("a.txt", *before))
        held = records.tables(), _all(records)
        with pytest.raises(KeyboardInterrupt):
            came = _broken("a.txt", "Waits were long.", "Beds were few.", new="column")
            records.briefed(came, sha256="b" * 64, recipe="other", brief="new", sketch=bytes(range(256)) * 2)
        assert (records.tables(), _all(records)) == held
        _check(records)
    with closing(Records(tmp_path)) as records:
        assert (records.tables(), _all(records)) == held


def test_after_an_error_in_the_middle_the_next_brief_is_written(records: Records) -> None:
    """The error undoes the making of a table, and with it what is remembered of its columns."""
    with pytest.raises(KeyboardInterrupt):
        _write(records, _broken("a.txt", "Staff were kind."))
    _write(records, _came("b.txt", "Staff were kind."))
    assert _found(records, "kind") == [("b.txt", "Staff were kind.")]


def test_what_is_not_closed_is_whole_all_the_same(tmp_path: Path) -> None:
    """A copy of the files as they are between two documents is what a killed run leaves."""
    here = tmp_path / "here"
    here.mkdir()
    with closing(Records(here)) as records:
        for number in range(20):
            _write(records, _came(f"{number:02}.txt", "Staff were kind."))
        shutil.copytree(here, tmp_path / "there")
        _write(records, _came("20.txt", "Staff were kind."))
    with closing(Records(tmp_path / "there")) as records:
        assert len(records.known()) == 20 == len(list(records.rows("findings")))
        _check(records)


def test_a_full_disk_is_an_error_in_words_and_what_is_done_is_kept(tmp_path: Path) -> None:
    with closing(Records(tmp_path)) as records:
        _write(records, _came("a.txt", "Staff were kind."))
        pages = next(records.query("PRAGMA page_count"))[0]
        list(records.query(f"PRAGMA max_page_count = {pages + 1}"))
        with pytest.raises(OutputError, match=r"briefs.sqlite' cannot be written \(database or disk is full\): make room"):
            _write(records, _came("b.txt", *("Waits were long. " * 99 for _ in range(99))))
        assert list(records.known()) == ["a.txt", "b.txt"]
        assert records.known()["b.txt"].state == "waiting"
        assert len(list(records.rows("findings"))) == 1
    with closing(Records(tmp_path)) as records:
        _write(records, _came("b.txt", *("Waits were long. " * 99 for _ in range(99))))
        assert len(list(records.rows("findings"))) == 100


@pytest.mark.parametrize(
    "doing",
    [
        *(doing for doing in ("sketches", "exported", "stale")),
        "forget",
        "rows",
        "known",
        "copy",
    ],
)
def test_every_question_answers_an_error_of_the_file_with_a_sentence(tmp_path: Path, doing: str) -> None:
    with closing(Records(tmp_path)) as records:
        for number in range(9):
            _write(records, _came(f"{number}.txt", *("Staff were kind. " * 50 for _ in range(50))))
    raw = bytearray((tmp_path / FILE).read_bytes())
    page = int.from_bytes(raw[16:18], "big")
    records = Records(tmp_path)
    # Everything behind the list of tables is overwritten under its feet, as a failing disk does.
    raw[page:] = random.Random(1).randbytes(len(raw) - page)
    (tmp_path / FILE).write_bytes(raw)
    with closing(records), pytest.raises(SettingsError, match=r"is damaged|cannot be used"):
        match doing:
            case "sketches":
                list(records.sketches())
            case "exported":
                records.exported()
            case "stale":
                _ = records.stale
            case "forget":
                records.forget("0.txt")
            case "rows":
                list(records.rows("findings"))
            case "known":
                records.known()
            case "copy":
                records.copy(tmp_path / "copy")


# Whose file it is


def _foreign(path: Path, application: int = 0, version: int = 0) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE documents (document TEXT PRIMARY KEY)")
        other.execute("INSERT INTO documents VALUES ('theirs')")
        other.execute(f"PRAGMA application_id = {application}")
        other.execute(f"PRAGMA user_version = {version}")
        other.commit()


@pytest.mark.parametrize(("application", "version"), [(0, 0), (1, 1), (0x53554D4D, 0), (0x53554D4D, 99)])
def test_a_file_of_another_program_or_version_is_refused_and_left_as_it_is(
    tmp_path: Path, application: int, version: int
) -> None:
    _foreign(tmp_path / FILE, application, version)
    before = _bytes(tmp_path)
    with pytest.raises(SettingsError, match=r"briefs.sqlite' was not made by this version; name another folder"):
        Records(tmp_path)
    assert _bytes(tmp_path) == before


@pytest.mark.parametrize("raw", [b"words and no database at all" * 99, b"SQLite format 3\0" + b"\xff" * 4_000])
def test_a_damaged_file_is_refused_and_left_as_it_is(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / FILE).write_bytes(raw)
    with pytest.raises(SettingsError, match=r"briefs.sqlite' is damaged; name another folder"):
        Records(tmp_path)
    assert (tmp_path / FILE).read_bytes() == raw


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_that_is_cut_short_is_refused_when_it_is_used_at_the_latest(tmp_path: Path, share: float) -> None:
    with closing(Records(tmp_path)) as records:
        for number in range(9):
            _write(records, _came(f"{number}.txt", *("Staff were kind. " * 50 for _ in range(50))))
    size = (tmp_path / FILE).stat().st_size
    os.truncate(tmp_path / FILE, int(size * share))
    with pytest.raises(SettingsError, match=r"is damaged|cannot be used"):
        _use(tmp_path)


def _use(folder: Path) -> None:
    with closing(Records(folder)) as records:
        records.known()
        for table in records.tables():
            list(records.rows(table))
        _write(records, _came("new.txt", "Staff were kind."))


def test_a_folder_in_its_place_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(SettingsError, match="cannot be used"):
        Records(tmp_path)


def test_an_empty_file_is_begun(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    with closing(Records(tmp_path)) as records:
        _write(records, _came("a.txt"))
        assert list(records.known()) == ["a.txt"]


# Another schema


def test_columns_and_tables_of_a_later_schema_are_added(tmp_path: Path) -> None:
    with closing(Records(tmp_path)) as records:
        _write(records, _came("a.txt", "Staff were kind.", mood="calm"))
    with closing(Records(tmp_path)) as records:
        came = _came("b.txt", "Waits were long.", regime="ofsted", characters=9)
        came.tables["findings"][0] |= {"theme": "access", "page": 3}
        came.tables["figures"] = [{"document": "file", "value": 4.5, "unit": "days"}]
        _write(records, came)
        assert records.tables() == ["documents", "figures", "findings"]
        first, second = records.rows("documents")
        assert (first["mood"], first["regime"], second["mood"], second["regime"]) == ("calm", None, None, "ofsted")
        assert [(row["theme"], row["page"]) for row in records.rows("findings")] == [(None, None), ("access", 3)]
        columns = records.columns("figures")
        assert (columns["document"], columns["value"], columns["unit"]) == ("text", "number", "text")
        assert records.columns("documents")["characters"] == "integer"
        _check(records)


def test_words_in_a_column_that_came_later_are_found_too(records: Records) -> None:
    _write(records, _came("a.txt", "Staff were kind."))
    came = _came("b.txt", "Waits were long.")
    came.tables["findings"][0]["quote"] = "People waited for a zeppelin."
    _write(records, came)
    assert _found(records, "zeppelin") == [("b.txt", "Waits were long.")]


def test_names_of_tables_and_columns_are_names_and_nothing_else(records: Records) -> None:
    came = _came("a.txt")
    odd = 'o"dd; DROP TABLE documents; --'
    came.tables[odd] = [{"document": "file", 'a"b': "words", "select": "from", "ünï": "x"}]
    _write(records, came)
    [row] = records.rows(odd)
    assert row == {"document": "a.txt", 'a"b': "words", "select": "from", "ünï": "x"}
    assert list(records.known()) == ["a.txt"]


@pytest.mark.parametrize("table", ["changes", "sketches", "things_fts"])
def test_a_table_of_a_schema_may_have_any_name(records: Records, table: str) -> None:
    came = _came("a.txt")
    came.tables[table] = [{"document": "file", "statement": "Staff were kind."}]
    _write(records, came)
    assert any(row.get("statement") == "Staff were kind." for name in records.tables() for row in records.rows(name))


@pytest.mark.parametrize("number", [2**63, -(10**30)])
def test_a_number_beyond_those_of_the_file_is_kept(records: Records, number: int) -> None:
    _write(records, _came("a.txt", score=number))
    assert float(_document(records, "a.txt")["score"]) == pytest.approx(float(number))


# Search


def test_a_finding_is_found_by_a_word_and_by_its_other_forms(records: Records) -> None:
    _write(records, _came("a.txt", "Carers were waiting for assessments.", "Staff were kind."))
    _write(records, _came("b.txt", "The roof leaks."))
    for words in ("wait", "waited", "WAITING", "assessment", "carer AND assess*"):
        assert _found(records, words) == [("a.txt", "Carers were waiting for assessments.")]
    assert _found(records, "giraffe") == []


def test_a_finding_is_no_longer_found_when_the_document_is_done_again_without_it(records: Records) -> None:
    _write(records, _came("a.txt", "Carers were waiting."))
    _write(records, _came("a.txt", "Staff were kind."))
    assert _found(records, "waiting") == []
    assert _found(records, "kind") == [("a.txt", "Staff were kind.")]
    _check(records)


def test_after_a_document_is_forgotten_the_others_are_found_as_before(records: Records) -> None:
    """The index refers to rows by number, which must stay theirs when the file is written anew."""
    for number in range(30):
        _write(records, _came(f"{number:02}.txt", f"Carers saw number{number}.", "Staff were kind."))
    for number in (0, 7, 15):
        records.forget(f"{number:02}.txt")
    for number in range(30):
        gone = number in (0, 7, 15)
        assert _found(records, f"number{number}") == ([] if gone else [(f"{number:02}.txt", f"Carers saw number{number}.")])
    _check(records)


# Moved, removed, forgotten


def test_a_document_that_has_moved_takes_everything_with_it(records: Records) -> None:
    _write(records, _came("a.txt", "Staff were kind."), brief="old")
    _write(records, _came("b.txt", "Waits were long."))
    records.mark_removed(["a.txt"])
    records.rename("a.txt", "2023/a.txt", "new")
    assert records.known()["2023/a.txt"] == Known("briefed", SHA, "recipe", "new", SHA)
    assert "a.txt" not in records.known()
    assert _document(records, "2023/a.txt")["source"] == "there"
    assert [row["document"] for row in records.rows("findings")] == ["2023/a.txt", "b.txt"]
    assert [name for name, _ in records.sketches()] == ["2023/a.txt", "b.txt"]
    assert _found(records, "kind") == [("2023/a.txt", "Staff were kind.")]
    _check(records)


def test_what_is_removed_is_marked_and_what_comes_back_is_there_again(records: Records) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        _write(records, _came(name))
    for gone in (["a.txt", "b.txt"], ["b.txt"], []):
        records.mark_removed(gone)
        assert [row["document"] for row in records.rows("documents") if row["source"] == "removed"] == gone


def test_what_changes_nothing_is_no_change(records: Records) -> None:
    _write(records, _came("a.txt"))
    records.mark_removed(["a.txt"])
    records.exported()
    records.mark_removed(["a.txt"])
    records.forget("b.txt")
    assert not records.stale
    records.mark_removed([])
    assert records.stale


def test_no_word_of_a_forgotten_document_stands_in_the_file_or_its_log(tmp_path: Path) -> None:
    with closing(Records(tmp_path)) as records:
        for number in range(30):
            # What is written before and after lies around it in the index and in the log.
            words = "Xanthippe" if number == 15 else "Staff"
            _write(records, _came(f"{number}.txt", f"{words} was kind to Ocelotine{words}.", title=f"{words} told"))
        _write(records, _came("15.txt", "Xanthippe was kind again."))
        records.failed(Failure("15.txt", "Refused", "Xanthippe refused"))
        assert b"Xanthippe" in _bytes(tmp_path)
        # Some builds of SQLite overwrite what is deleted, others leave it.
        list(records.query("PRAGMA secure_delete = 0"))
        records.forget("15.txt")
        # The index holds stems.
        assert [words for words in (b"xanthipp", b"ocelotinexanth", b"15.txt") if words in _bytes(tmp_path).lower()] == []
        assert len(records.known()) == 29
        _check(records)
    assert b"xanthipp" not in _bytes(tmp_path).lower()


def test_nothing_is_said_to_be_forgotten_while_a_reader_holds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody has the file open in Datasette, its log cannot be emptied."""
    monkeypatch.setattr(module, "_WAIT", 0)
    with closing(Records(tmp_path)) as records, closing(sqlite3.connect(tmp_path / FILE)) as reader:
        _write(records, _came("a.txt", "Xanthippe was kind."))
        _write(records, _came("b.txt", "Staff were kind."))
        list(records.query("PRAGMA wal_checkpoint(TRUNCATE)"))
        rows = reader.execute("SELECT * FROM findings")
        rows.fetchone()
        try:
            records.forget("a.txt")
        except SettingsError:
            return
        assert b"xanthippe" not in _bytes(tmp_path).lower()


def test_a_copy_holds_the_same_rows_and_the_search(records: Records, tmp_path: Path) -> None:
    _write(records, _came("a.txt", "Carers were waiting."))
    records.forget("none")
    (tmp_path / "copy").mkdir()
    records.copy(tmp_path / "copy" / FILE)
    with closing(Records(tmp_path / "copy")) as copy:
        assert [list(copy.rows(table)) for table in copy.tables()] == [list(records.rows(table)) for table in records.tables()]
        assert _found(copy, "wait") == [("a.txt", "Carers were waiting.")]
