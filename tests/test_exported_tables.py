"""What a folder of briefs holds besides the briefs: every row in every form, every brief as a line, nothing half written."""

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from summariser import exports
from summariser.briefing import Briefed
from summariser.errors import OutputError, SettingsError
from summariser.exports import Format
from summariser.records import FILE, Records
from summariser.types import Failure, Loss, Usage
from summariser.writers import WRITERS
from summariser.writers.parts import Row
from tests.conftest import Run

SHA = "a" * 64
# Strings that a spreadsheet, a reader of lines or a database might take for something else.
STATEMENTS = [
    "Staff were kind.",
    "=HYPERLINK(1)",
    "-2 beds",
    'She said "no"; twice, and\nleft\r\nagain',
    "a line\u2028and another\u2029 and\x85 one more\x0b",
    "  ünï \U0001f600 \ufeff\u202e ",
    "",
    "'quoted",
    "x" * 2_000,
    "[1, 2]",
    "NULL",
    "007",
]
NUMBERS: list[float | int | None] = [0, -1, 2.5, None, 1e300, -0.125, 3, 4, 5, 6, 7, 8]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    out = tmp_path / "out"
    out.mkdir()
    return out


@pytest.fixture
def records(out: Path) -> Iterator[Records]:
    """Records of two documents, one with all the odd strings, of one that failed, one read in part, and one not come to."""
    with closing(Records(out)) as records:
        records.expect(["2023/a.txt", "b.txt", "c.txt", "d.txt", "e.txt"])
        _add(records, out, "2023/a.txt", STATEMENTS)
        _add(records, out, "b.txt", ["Waits were long."], loss="the model refused a part")
        records.failed(Failure("c.txt", "EngineRefused", "the model refused\nit\u2028all", Usage(1, 9, 1, 0.25)))
        _add(records, out, "e.txt", [])
        yield records


def _add(records: Records, out: Path, name: str, statements: list[str], loss: str = "") -> None:
    """Add a document as a batch does, and its brief in each form."""
    findings: list[Row] = [
        {"document": "file", "finding_id": f"F{number}", "statement": statement, "start": number, "end": 9}
        for number, statement in enumerate(statements)
    ]
    figures: list[Row] = [{"document": "file", "value": value, "unit": "days"} for value in NUMBERS[: len(statements)]]
    row: Row = {"document": "file", "title": name, "findings_count": len(findings), "losses": loss}
    tables = {"documents": [row]} | ({"findings": findings, "figures": figures} if findings else {})
    losses = (Loss("part", (0, 9), "EngineRefused", loss),) if loss else ()
    came = Briefed(name, tables, losses, Usage(1, 90, 5, 0.5), cached=False, seconds=0.5)
    records.briefed(came, sha256=SHA, recipe="recipe", brief=f"{name}.0", sketch=bytes(512))
    (out / name).parent.mkdir(exist_ok=True)
    for form in WRITERS:
        data = {"document": {"name": name}, "brief": {"findings": statements}}
        told = json.dumps(data, ensure_ascii=False, indent=2) if form == "json" else name
        (out / f"{name}.0.{form}").write_text(told, encoding="utf-8")


def _lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _export(records: Records, out: Path, to: Path, form: Format) -> list[str]:
    return [path.relative_to(to).as_posix() for path in exports.export(records, out, to, form)]


# The forms


def test_csv_has_a_row_for_each_row(records: Records, out: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    assert _export(records, out, to, Format.csv) == ["index.csv", "figures.csv", "findings.csv"]
    for table, name in (("documents", "index"), ("findings", "findings"), ("figures", "figures")):
        rows = _csv(to / f"{name}.csv")
        told = list(records.rows(table))
        assert len(rows) == len(told)
        assert {tuple(row) for row in rows} == {tuple(records.columns(table))}
        for row, own in zip(rows, told, strict=True):
            assert row.keys() == own.keys()
            for column, value in own.items():
                plain = "" if value is None else str(value)
                # An apostrophe keeps a cell from being a formula.
                assert row[column] in (plain, f"'{plain}")
    assert [row["statement"] for row in _csv(to / "findings.csv")][1:3] == ["'=HYPERLINK(1)", "'-2 beds"]
    assert [row["value"] for row in _csv(to / "figures.csv")][:4] == ["0.0", "-1.0", "2.5", ""]
    assert len(_csv(to / "index.csv")) == 5


def test_parquet_has_a_row_for_each_row_and_the_kinds_of_the_columns(records: Records, out: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    to = tmp_path / "to"
    assert _export(records, out, to, Format.parquet) == ["index.parquet", "figures.parquet", "findings.parquet"]
    for table, name in (("documents", "index"), ("findings", "findings"), ("figures", "figures")):
        read = parquet.read_table(to / f"{name}.parquet")
        assert read.to_pylist() == list(records.rows(table))
    kinds = {name: str(kind) for name, kind in zip(read.schema.names, read.schema.types, strict=True)}
    assert kinds == {"document": "string", "value": "double", "unit": "string"}


def test_sqlite_has_a_row_for_each_row(records: Records, out: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    assert _export(records, out, to, Format.sqlite) == [FILE]
    with closing(Records(to)) as copy:
        assert copy.tables() == records.tables()
        for table in records.tables():
            assert list(copy.rows(table)) == list(records.rows(table))
    assert _export(records, out, to, Format.sqlite) == [FILE]


def test_sqlite_in_the_folder_of_briefs_is_the_file_that_is_there(records: Records, out: Path, tmp_path: Path) -> None:
    before = list(records.rows("findings"))
    (tmp_path / "link").symlink_to(out)
    for to in (out, tmp_path / "link"):
        assert exports.export(records, out, to, Format.sqlite) == [to / FILE]
    assert list(records.rows("findings")) == before


def test_jsonl_has_a_line_for_each_brief_that_says_the_same(records: Records, out: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    assert _export(records, out, to, Format.jsonl) == ["briefs.jsonl"]
    names = ["2023/a.txt", "b.txt", "e.txt"]
    briefs = [json.loads((out / f"{name}.0.json").read_text(encoding="utf-8")) for name in names]
    assert _lines(to / "briefs.jsonl") == briefs
    assert "a line\u2028and another" in briefs[0]["brief"]["findings"][4]


def test_a_brief_that_is_gone_is_no_line(records: Records, out: Path) -> None:
    (out / "b.txt.0.json").unlink()
    exports.export(records, out, out, Format.jsonl)
    assert [line["document"]["name"] for line in _lines(out / "briefs.jsonl")] == ["2023/a.txt", "e.txt"]


@pytest.mark.parametrize("form", Format)
def test_records_of_nothing_are_exported_too(out: Path, tmp_path: Path, form: Format) -> None:
    with closing(Records(out)) as records:
        [name] = _export(records, out, tmp_path / "to", form)
    assert (tmp_path / "to" / name).is_file()


@pytest.mark.parametrize("form", Format)
def test_the_command_tells_the_files_that_it_has_written(
    records: Records, out: Path, tmp_path: Path, run: Run, form: Format
) -> None:
    ran = run("export", out, "--format", form, "--to", tmp_path / "to")
    assert (ran.code, ran.err) == (0, "")
    assert [Path(line).is_file() for line in ran.out.splitlines()] == [True] * (3 if form in ("csv", "parquet") else 1)
    assert {Path(line) for line in ran.out.splitlines()} == set((tmp_path / "to").iterdir())


def test_the_command_refuses_what_is_no_folder_of_briefs(tmp_path: Path, run: Run) -> None:
    ran = run("export", tmp_path, "--format", "csv")
    assert ran.code != 0
    assert "holds no briefs of a batch" in ran.err
    assert not (tmp_path / FILE).exists()


def test_parquet_without_its_library_is_an_error_that_tells_what_to_install(
    records: Records, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", absent)
    with pytest.raises(SettingsError, match=r"summariser\[parquet\]"):
        exports.export(records, out, tmp_path / "to", Format.parquet)


@pytest.mark.parametrize("form", Format)
def test_where_nothing_can_be_written_the_error_is_in_words(records: Records, out: Path, tmp_path: Path, form: Format) -> None:
    (tmp_path / "file").write_text("words")
    for to in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match=r"^'.*' cannot be written to \(.+\)$"):
            exports.export(records, out, to, form)


@pytest.mark.parametrize("form", Format)
def test_an_export_that_breaks_off_leaves_what_was_there(
    records: Records, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Format
) -> None:
    to = tmp_path / "to"
    exports.export(records, out, to, form)
    before = {path: path.read_bytes() for path in to.iterdir()}
    _add(records, out, "new.txt", ["Beds were few."])
    replace = Path.replace

    def refusing(self: Path, target: Path) -> Path:
        if target.parent == to:
            raise OSError(28, "No space left on device")
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", refusing)
        with pytest.raises(OutputError, match="No space left on device"):
            exports.export(records, out, to, form)
    assert {path: path.read_bytes() for path in to.iterdir()} == before
    exports.export(records, out, to, form)
    assert {path: path.read_bytes() for path in to.iterdir()} != before


# Those that a run writes


def test_the_list_of_failures_names_file_kind_and_cause_of_each(records: Records, out: Path) -> None:
    exports.write(records, out, ended="the run ended before it")
    told = {"attempts": 1, "usage": {"requests": 1, "input_tokens": 90, "output_tokens": 5, "cost": 0.5}}
    *listed, waiting = _lines(out / "failures.jsonl")
    assert listed == [
        {"document": "b.txt", "kind": "PartlyRead", "message": "the model refused a part"} | told,
        {
            "document": "c.txt",
            "kind": "EngineRefused",
            "message": "the model refused\nit\u2028all",
            "attempts": 1,
            "usage": {"requests": 1, "input_tokens": 9, "output_tokens": 1, "cost": 0.25},
        },
    ]
    assert (waiting["document"], waiting["kind"], waiting["message"]) == ("d.txt", "NotReached", "the run ended before it")
    assert (waiting["attempts"], waiting["usage"]["requests"]) == (0, 0)


def test_what_has_not_changed_is_not_written_again(records: Records, out: Path) -> None:
    exports.write(records, out, ended="")
    for name in ("index.csv", "findings.csv", "briefs.jsonl", "failures.jsonl"):
        (out / name).write_text("as it was")
    exports.write(records, out, ended="")
    assert {(out / name).read_text() for name in ("index.csv", "findings.csv", "briefs.jsonl", "failures.jsonl")} == {
        "as it was"
    }
    records.mark_removed(["b.txt"])
    exports.write(records, out, ended="")
    assert {row["document"]: row["source"] for row in _csv(out / "index.csv")}["b.txt"] == "removed"
    assert len(_csv(out / "findings.csv")) == len(STATEMENTS) + 1


def test_tables_that_could_not_be_written_are_written_by_the_next_run(
    records: Records, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (out / "index.csv").mkdir()
    with pytest.raises(OutputError):
        exports.write(records, out, ended="")
    (out / "index.csv").rmdir()
    exports.write(records, out, ended="")
    assert len(_csv(out / "index.csv")) == 5


def test_a_table_from_which_all_rows_are_gone_has_a_head_alone(records: Records, out: Path) -> None:
    exports.write(records, out, ended="")
    for name in ("2023/a.txt", "b.txt"):
        records.forget(name)
    exports.write(records, out, ended="")
    assert _csv(out / "findings.csv") == []
    assert "statement" in (out / "findings.csv").read_text(encoding="utf-8-sig")


# The briefs themselves


def test_a_brief_is_there_if_it_is_there_in_every_form(records: Records, out: Path) -> None:
    assert exports.is_there(out, "b.txt.0")
    assert not exports.is_there(out, None)
    (out / "b.txt.0.md").unlink()
    assert not exports.is_there(out, "b.txt.0")


def test_a_brief_is_copied_in_every_form(records: Records, out: Path) -> None:
    exports.copy(out, "b.txt.0", "2024/may/b.txt.1")
    assert exports.is_there(out, "b.txt.0")
    assert exports.is_there(out, "2024/may/b.txt.1")
    (out / "b.txt.0.md").write_text("")
    assert not exports.is_there(out, "b.txt.0"), "an empty file is what a power cut may leave"


def test_the_memory_of_another_batch_is_not_written_over(records: Records, out: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "briefs.jsonl").write_text("")
    with pytest.raises(OutputError, match="another batch"):
        exports.export(records, out, other, exports.Format.sqlite)


def test_a_brief_is_removed_in_every_form_also_if_it_is_not_there(records: Records, out: Path) -> None:
    exports.remove(out, "b.txt.0")
    exports.remove(out, "b.txt.0")
    assert not list(out.glob("b.txt*"))


def test_any_program_can_read_the_records_file(records: Records, out: Path) -> None:
    """It is opened as Datasette opens it, while a run holds it."""
    with closing(sqlite3.connect(f"file:{out / FILE}?mode=ro", uri=True)) as reader:
        asked = "SELECT statement FROM findings WHERE rowid IN (SELECT rowid FROM findings_fts WHERE findings_fts MATCH 'wait')"
        assert reader.execute(asked).fetchall() == [("Waits were long.",)]
