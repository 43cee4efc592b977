"""Names that no typist would choose, and things that only look like files, are read or refused at once, and break no run."""

import io
import json
import os
import re
import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import docx
import pytest
from typer.testing import CliRunner

from summariser import exports, readers
from summariser import folder as folder_module
from summariser.cli import app
from summariser.errors import DocumentError
from summariser.folder import files_in
from summariser.readers import read
from tests.printed import column, printed

WORDS = "The council’s plan for adult care was late again this year, and members asked for a report."
PAGE = f"<html><body><p>{WORDS}</p></body></html>".encode()


def _docx() -> bytes:
    document, target = docx.Document(), io.BytesIO()
    document.add_paragraph(WORDS)
    document.save(target)
    return target.getvalue()


def _zip(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def _refusal(path: Path) -> str:
    """Return why a file is refused; that must not take long."""
    told: list[BaseException] = []

    def attempt() -> None:
        try:
            read(path, seconds=5)
        except BaseException as error:
            told.append(error)

    # In a thread, since what waits for ever would hold up all the other tests.
    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive(), "it is still being read"
    (error,) = told
    assert isinstance(error, DocumentError), repr(error)
    return str(error)


def _batch(folder: Path, out: Path) -> tuple[int, str, list[dict[str, Any]]]:
    """Run the command over a folder, and return its exit code, what it printed, and the failures that it lists."""
    ran = CliRunner().invoke(app, ["batch", str(folder), "--out", str(out)])
    assert ran.exception is None or isinstance(ran.exception, SystemExit | DocumentError), repr(ran.exception)
    listed = out / exports.FAILURES
    failures = [json.loads(line) for line in listed.read_text("utf-8").splitlines()] if listed.exists() else []
    return ran.exit_code, ran.output, failures


# Too big


@pytest.mark.parametrize("name", ["big.pdf", "big.txt", "big.docx", "big"])
def test_a_file_that_is_far_too_big_is_refused_unread(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(500_000_000)
    start = time.monotonic()
    assert "500,000,000 bytes is too big" in _refusal(path)
    assert time.monotonic() - start < 1


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "growing.txt"
    path.write_bytes(b"words " * 1_000)
    monkeypatch.setattr(readers, "LARGEST", 10_000)
    opened: Callable[..., IO[Any]] = Path.open

    def grows(self: Path, *rest: Any, **options: Any) -> IO[Any]:
        with opened(self, "ab") as file:
            file.write(b"more words " * 10_000)
        return opened(self, *rest, **options)

    monkeypatch.setattr(Path, "open", grows)
    assert "too big" in _refusal(path)


# What is no file


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "pipe.txt"
    os.mkfifo(path)
    assert _refusal(path) == "'pipe.txt': not a file"


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/stdin", "/dev/tty", "/proc/self/mem"])
def test_a_device_is_refused_at_once(tmp_path: Path, device: str) -> None:
    if not Path(device).exists():
        pytest.skip("there is no such device here")
    _refusal(Path(device))
    link = tmp_path / "link.txt"
    link.symlink_to(device)
    assert _refusal(link).startswith("'link.txt': ")


def test_a_folder_a_dead_link_and_a_link_to_itself_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.pdf").mkdir()
    (tmp_path / "dead.pdf").symlink_to(tmp_path / "gone.pdf")
    (tmp_path / "self.pdf").symlink_to(tmp_path / "self.pdf")
    assert _refusal(tmp_path / "folder.pdf") == "'folder.pdf': not a file"
    assert _refusal(tmp_path / "dead.pdf") == "'dead.pdf': no such file"
    assert _refusal(tmp_path / "self.pdf").startswith("'self.pdf': ")


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(WORDS)
    assert _refusal(tmp_path / "a.txt" / "b.txt") == "'b.txt': no such file"


def test_a_file_that_vanishes_before_it_is_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "fleeting.txt"
    path.write_text(WORDS)
    opened: Callable[..., IO[Any]] = Path.open

    def vanishes(self: Path, *rest: Any) -> IO[Any]:
        self.unlink()
        return opened(self, *rest)

    monkeypatch.setattr(Path, "open", vanishes)
    assert _refusal(path) == "'fleeting.txt': cannot be read (No such file or directory)"


def test_a_file_in_a_folder_that_may_not_be_entered_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "shut"
    folder.mkdir()
    (folder / "a.txt").write_text(WORDS)
    folder.chmod(0)
    try:
        if os.access(folder / "a.txt", os.R_OK):
            pytest.skip("this user can read every file")
        assert _refusal(folder / "a.txt").startswith("'a.txt': ")
    finally:
        folder.chmod(0o700)


# Names

ODD_NAMES = {
    "newline": "minutes\nof may.txt",
    "quotes": "\"minutes\" 'of' `may`.txt",
    "escape": "\x1b[31mred\x07.txt",
    "right to left": "minutes\u202etxt.exe.txt",
    "hebrew": "פרוטוקול.txt",
    "not utf-8": os.fsdecode(b"caf\xe9 minutes.txt"),
    "longest": "m" * 251 + ".txt",
    "percent": "%s %(x)s {0} {} $x.txt",
    "markup": "[bold]a[bold] <b>b [link](x) `c`.txt",
    "option": "--help.txt",
    "space": " minutes .txt",
    "dots": "a..txt",
    "windows": "CON:aux*?.txt",
    "combining": "cafe\u0301.txt",
    "astral": "\U0001f600.txt",
    "upper case": "MINUTES.TXT",
}
odd_names = pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES.keys())


@odd_names
def test_a_file_with_an_odd_name_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(WORDS, encoding="utf-8")
    document = read(path)
    assert document.text == WORDS
    document.name.encode()


@odd_names
def test_an_odd_name_is_told_on_one_line_without_control_characters(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\0")
    told = _refusal(path)
    told.encode()
    assert told.isprintable()
    assert told.endswith("it is a binary file, not text")


def test_a_folder_of_odd_names_is_briefed(tmp_path: Path) -> None:
    folder, out = tmp_path / "papers", tmp_path / "out"
    folder.mkdir()
    for name in ODD_NAMES.values():
        (folder / name).write_text(WORDS, encoding="utf-8")
        bad = folder / f"bad {name}"[-100:]
        bad.write_bytes(b"\0")
    code, _, failures = _batch(folder, out)
    assert code == 1
    # The name of the longest is cut for its brief, so that there is room for more behind it.
    assert len(failures) == len(ODD_NAMES)
    assert len(list(out.rglob("*.md"))) == len(ODD_NAMES)
    assert list(out.glob("*.part")) == []


@pytest.mark.parametrize("name", [b"\xff\xfe.txt", b"caf\xe9.pdf", b"\x80"])
def test_a_name_that_is_not_utf_8_can_be_written(tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.write_bytes(b"\0\1")
    told = _refusal(path)
    told.encode()
    assert "\\x" in told or "\\udc" in told


# What a file is, and what its name says


@pytest.mark.parametrize(
    ("name", "raw", "kind"),
    [
        ("a.pdf", PAGE, "html"),
        ("a.pdf", _docx(), "docx"),
        ("a.docx", printed(column([WORDS])), "pdf"),
        ("a.docx", PAGE, "html"),
        ("a.html", printed(column([WORDS])), "pdf"),
        ("a.txt", PAGE, "html"),
        ("a.odt", _docx(), "docx"),
        ("a.rtf", _docx(), "docx"),
        ("a.PDF", _docx(), "docx"),
    ],
)
def test_a_file_is_read_as_what_it_is(tmp_path: Path, name: str, raw: bytes, kind: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    document = read(path)
    assert WORDS in document.text
    suffix = Path(name).suffix.lower()
    assert document.warnings == (f"Its name ends in {suffix}, but it was read as what it is: {kind}.",)


@pytest.mark.parametrize("name", ["paper", ".pdf", "paper.", "paper.2024", "paper.PDF"])
@pytest.mark.parametrize("raw", [printed(column([WORDS])), _docx(), PAGE], ids=["pdf", "docx", "html"])
def test_a_file_needs_no_suffix_to_be_known(tmp_path: Path, name: str, raw: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    assert WORDS in read(path).text


@pytest.mark.parametrize(
    "raw",
    [
        _zip(**{"a.txt": b"words"}),
        _zip(),
        _zip(**{"word/document.xml": b"words"}),
        _zip(**{"[Content_Types].xml": b""}),
        _zip(**{"../../etc/passwd": b"x", "word/document.xml": b"<x/>"}),
        _zip(**{"xl/workbook.xml": b"<x/>", "[Content_Types].xml": b"<Types/>"}),
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(18),
    ],
    ids=["texts", "empty", "words for xml", "no types", "climbing", "workbook", "mark", "end"],
)
@pytest.mark.parametrize("name", ["a.docx", "a.odt", "a.zip", "a.pdf"])
def test_a_zip_that_is_no_document_is_refused(tmp_path: Path, name: str, raw: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    told = _refusal(path)
    assert told.startswith(f"{name!r}: ")
    assert "crashed" not in told
    assert not (tmp_path.parent / "etc").exists()


def test_words_that_begin_like_another_format_are_words(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("The council scanned %PDF-1.4 files and PK\x0b files. It was good.\n")
    document = read(path)
    assert "The council scanned" in document.text


# Folders


@pytest.fixture
def looped(tmp_path: Path) -> Iterator[Path]:
    """A folder in which links lead round in circles."""
    folder = tmp_path / "papers"
    (folder / "may" / "deep").mkdir(parents=True)
    (folder / "may" / "a.txt").write_text(WORDS)
    (folder / "may" / "deep" / "up").symlink_to(folder, target_is_directory=True)
    (folder / "here").symlink_to(".", target_is_directory=True)
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "one.txt").symlink_to("two.txt")
    (folder / "two.txt").symlink_to("one.txt")
    (folder / "dead.txt").symlink_to("gone.txt")
    yield folder
    shutil.rmtree(folder)


def test_links_that_lead_in_circles_are_followed_once_or_not_at_all(looped: Path, tmp_path: Path) -> None:
    files = files_in(looped, leaving_out=tmp_path / "out")
    assert looped / "may" / "a.txt" in files
    assert len(files) < 8


def test_a_folder_with_links_in_circles_is_briefed(looped: Path, tmp_path: Path) -> None:
    code, told, failures = _batch(looped, tmp_path / "out")
    assert code == 1
    assert re.search(r"briefed +│ +1 ", told)
    assert "Traceback" not in told
    assert "may/a.txt" not in {failure["document"] for failure in failures}
    assert len(list((tmp_path / "out" / "may").glob("a.txt.*.md"))) == 1


def test_what_is_no_file_in_a_folder_holds_nothing_up(tmp_path: Path) -> None:
    folder, out = tmp_path / "papers", tmp_path / "out"
    folder.mkdir()
    (folder / "a.txt").write_text(WORDS)
    os.mkfifo(folder / "pipe.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "folder.txt").mkdir()
    code, told, failures = _batch(folder, out)
    assert re.search(r"briefed +│ +1 ", told)
    assert {failure["document"] for failure in failures} <= {"pipe.txt", "zero.txt"}
    assert code == (1 if failures else 0)


def test_a_file_that_vanishes_during_a_run_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, out = tmp_path / "papers", tmp_path / "out"
    folder.mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (folder / name).write_text(WORDS)
    found = files_in

    def then_gone(*given: Any, **named: Any) -> list[Path]:
        files = found(*given, **named)
        (folder / "b.txt").unlink()
        return files

    monkeypatch.setattr(folder_module, "files_in", then_gone)
    code, told, failures = _batch(folder, out)
    assert (code, [failure["document"] for failure in failures]) == (1, ["b.txt"])
    assert re.search(r"briefed +│ +2 ", told)
