"""Which files of a folder are briefed, by what names they go, and that no brief lies outside or in another's place."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from summariser import folder as folders
from summariser import readers
from summariser.errors import DocumentError, SummariserError

# What a file system can hold as one part of a path, bytes that are no UTF-8 among them, written as it can be.
_BYTES = st.binary(min_size=1, max_size=255).filter(lambda raw: not {0, ord("/")} & set(raw) and raw not in (b".", b".."))
_WORDS = st.text(st.sampled_from("aB. \n\r\t\"'=|:*?<>\\~é\u202e\U0001f4c4-"), min_size=1, max_size=300).map(
    lambda text: text.encode()[:255].decode(errors="ignore")
)
_PARTS = st.one_of(
    _BYTES.map(lambda raw: readers.printable(os.fsdecode(raw))),
    _WORDS.filter(lambda text: text not in ("", ".", "..")),
    st.sampled_from(["...", ". .", " ", "..\\..", "a" * 255, "é" * 127, "C:", "~", "-", "con", "a.txt", "a.txt ", "a.txt."]),
)
NAMES = st.lists(_PARTS, min_size=1, max_size=4).map("/".join)
DIGESTS = st.sampled_from([hashlib.sha256(text).hexdigest() for text in (b"one", b"two")])


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    papers = tmp_path / "papers"
    for name in ("b.TXT", "a.txt", "a.pdf", "2023/May/a.docx", "2023/may.txt", ".hidden.txt", ".git/a.txt", "2023/.DS_Store"):
        path = papers / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")
    return papers


def _names(papers: Path, out: Path | None = None, **patterns: Any) -> list[str]:
    files = folders.files_in(papers, leaving_out=out or papers.parent / "out", **patterns)
    return [path.relative_to(papers).as_posix() for path in files]


# Which files


def test_the_files_are_those_that_are_not_hidden_in_a_fixed_order(papers: Path) -> None:
    assert _names(papers) == _names(papers) == ["2023/May/a.docx", "2023/may.txt", "a.pdf", "a.txt", "b.TXT"]


def test_the_order_is_not_that_of_the_file_system(papers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = os.walk
    before = _names(papers)

    def backwards(*arguments: Any, **named: Any) -> Iterator[tuple[str, list[str], list[str]]]:
        for place, below, names in walk(*arguments, **named):
            below.sort(reverse=True)
            yield place, below, sorted(names, reverse=True)

    monkeypatch.setattr(os, "walk", backwards)
    assert _names(papers) == before


def test_a_folder_that_is_hidden_itself_may_be_read(tmp_path: Path) -> None:
    papers = tmp_path / ".papers"
    papers.mkdir()
    (papers / "a.txt").write_text("words")
    assert _names(papers) == ["a.txt"]


def test_a_link_to_a_folder_is_not_followed_and_a_link_to_nothing_is_listed(papers: Path) -> None:
    (papers / "round").symlink_to(papers)
    (papers / "gone.txt").symlink_to(papers / "nowhere.txt")
    (papers / "loop.txt").symlink_to(papers / "loop.txt")
    os.mkfifo(papers / "pipe.txt")
    assert set(_names(papers)) - {"2023/May/a.docx", "2023/may.txt", "a.pdf", "a.txt", "b.TXT"} == {"gone.txt", "loop.txt"}


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        ({"include": ["*.txt"]}, ["2023/may.txt", "a.txt", "b.TXT"]),
        ({"include": ["*.TXT", "*.pdf"]}, ["2023/may.txt", "a.pdf", "a.txt", "b.TXT"]),
        ({"include": ["may/*.docx"]}, ["2023/May/a.docx"]),
        ({"include": ["2023/*"]}, ["2023/May/a.docx", "2023/may.txt"]),
        ({"exclude": ["a.*"]}, ["2023/may.txt", "b.TXT"]),
        ({"include": ["a.*"], "exclude": ["*.pdf", "*.docx"]}, ["a.txt"]),
    ],
)
def test_patterns_choose_by_the_end_of_the_path_whatever_the_case(
    papers: Path, patterns: dict[str, Any], found: list[str]
) -> None:
    assert _names(papers, **patterns) == found


@pytest.mark.parametrize("patterns", [{"include": ["*.odt"]}, {"exclude": ["*"]}, {"include": ["a.txt"], "exclude": ["a.*"]}])
def test_patterns_that_leave_nothing_are_an_error_that_says_so(papers: Path, patterns: dict[str, Any]) -> None:
    with pytest.raises(DocumentError, match=r"^none of the 5 files in '.*papers' is to be briefed by these patterns$"):
        _names(papers, **patterns)


@pytest.mark.parametrize("pattern", ["", "."])
def test_an_empty_pattern_is_an_answer_or_an_error_of_ours(papers: Path, pattern: str) -> None:
    with suppress(SummariserError):
        _names(papers, include=[pattern])


# OUT and FOLDER, one in the other


@pytest.mark.parametrize("inside", ["out", "2023/out", "a.md"])
def test_what_lies_in_the_folder_of_briefs_is_left_out(papers: Path, inside: str) -> None:
    out = papers / inside
    before = _names(papers, out)
    (out / "below").mkdir(parents=True)
    for name in ("a.txt.md", "briefs.sqlite", "below/a.json"):
        (out / name).write_text("a brief")
    assert _names(papers, out) == before


def test_a_link_to_a_brief_is_not_followed_back(papers: Path) -> None:
    out = papers.parent / "out"
    out.mkdir()
    (out / "a.md").write_text("a brief")
    (papers / "briefs.md").symlink_to(out / "a.md")
    assert "briefs.md" not in _names(papers, out)


def test_the_folder_of_briefs_is_known_by_a_link_and_by_a_way_round(papers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (papers / "out").mkdir()
    (papers / "out" / "a.md").write_text("a brief")
    (papers.parent / "link").symlink_to(papers / "out")
    monkeypatch.chdir(papers)
    for out in (papers.parent / "link", Path("out"), Path("2023/../out")):
        assert "out/a.md" not in _names(papers, out)


@pytest.mark.parametrize("above", [".", ".."])
def test_a_folder_inside_the_folder_of_briefs_is_refused_in_words(papers: Path, above: str) -> None:
    out = papers / above
    with pytest.raises(DocumentError, match=r"no files in '.*papers' but those below '.*', where the briefs go$"):
        _names(papers, out)


# Folders that cannot be read


def test_an_empty_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "empty" / "below").mkdir(parents=True)
    (tmp_path / "empty" / ".hidden").write_text("words")
    with pytest.raises(DocumentError, match=r"^there are no files in '.*empty'$"):
        _names(tmp_path / "empty")


@pytest.mark.parametrize("name", ["gone", "file.txt"])
def test_what_is_no_folder_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").write_text("words")
    with pytest.raises(DocumentError, match=rf"{name}' is not a folder$"):
        _names(tmp_path / name)


def _deny(monkeypatch: pytest.MonkeyPatch, denied: Path) -> None:
    """Let a folder be listed by nobody; taking the permission away does not keep the superuser, who may run the tests, out."""
    scandir = os.scandir

    def refusing(path: Any) -> Any:
        if Path(os.fsdecode(path)) == denied:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)


@pytest.mark.parametrize("below", ["", "2023", "2023/May"])
def test_a_folder_without_permission_is_an_error_that_names_it(
    papers: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    _deny(monkeypatch, papers / below)
    with pytest.raises(DocumentError, match=rf"the folder '.*{Path('papers', below)}' cannot be read \(Permission denied\)$"):
        _names(papers)


def test_a_hidden_folder_without_permission_is_not_our_affair(papers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _deny(monkeypatch, papers / ".git")
    assert len(_names(papers)) == 5


def test_a_folder_whose_files_may_be_listed_but_not_looked_at_is_an_error_in_words(
    papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is with the permission to read a folder, and none to go through it."""
    stat = Path.stat

    def refusing(self: Path, **named: Any) -> os.stat_result:
        if self.parent == papers / "2023":
            raise PermissionError(13, "Permission denied", str(self))
        return stat(self, **named)

    monkeypatch.setattr(Path, "stat", refusing)
    with suppress(SummariserError):
        assert "2023/may.txt" in _names(papers)


# Names


def test_a_name_is_the_path_within_the_folder_as_it_can_be_written(tmp_path: Path) -> None:
    assert folders.name_of(tmp_path / "a" / 'b "c"\nd.txt', tmp_path) == 'a/b "c"\nd.txt'
    assert folders.name_of(tmp_path / os.fsdecode(b"caf\xe9.txt"), tmp_path) == "caf\\udce9.txt"


def test_the_digest_is_of_the_bytes_and_none_of_what_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"\0words\r\n")
    assert folders.digest_of(tmp_path / "a") == hashlib.sha256(b"\0words\r\n").hexdigest()
    assert folders.digest_of(tmp_path / "gone") is None
    assert folders.digest_of(tmp_path) is None
    monkeypatch.setattr(readers, "LARGEST", 7)
    assert folders.digest_of(tmp_path / "a") is None


@given(NAMES, DIGESTS)
def test_a_brief_lies_inside_its_folder_under_a_name_that_fits(name: str, sha256: str) -> None:
    stem = folders.stem_of(name, sha256)
    parts = stem.split("/")
    assert len(parts) == len(name.split("/"))
    assert not {"", ".", ".."} & set(parts)
    assert not [part for part in parts if part.startswith((".", "/")) or part.endswith((".", " "))]
    assert all(len(f"{part}.json.part".encode()) <= 255 for part in parts)
    assert not [char for char in stem if char in '\\:*?"<>|' or ord(char) < 32 or 0x7F <= ord(char) < 0xA0]
    assert Path("/out", stem).resolve().is_relative_to("/out")


@given(NAMES, NAMES, DIGESTS, DIGESTS)
def test_no_two_briefs_lie_in_one_place(one: str, other: str, first: str, second: str) -> None:
    assume((one, first) != (other, second))
    assert folders.stem_of(one, first).lower() != folders.stem_of(other, second).lower()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a:b.txt", "a_b.txt"),
        ("a\nb.txt", "a\tb.txt"),
        ("x" * 250 + ".txt", "x" * 251 + ".txt"),
        ("a/b.txt", "a /b.txt"),
        ("a.txt", "a.txt."),
        ("...", ".."),
        ("_.a", ".a"),
        ("A.txt", "a.txt"),
        ("a?/b.txt", "a*/b.txt"),
    ],
)
def test_names_that_are_the_same_when_made_harmless_are_told_apart(one: str, other: str) -> None:
    sha256 = hashlib.sha256(b"the same").hexdigest()
    assert folders.stem_of(one, sha256).lower() != folders.stem_of(other, sha256).lower()
    assert folders.stem_of(one, sha256) == folders.stem_of(one, sha256)


def test_what_a_careful_person_names_keeps_its_name() -> None:
    assert folders.stem_of("2023/May/Minutes of 3 May – ünï.pdf", "0" * 64).startswith("2023/May/Minutes of 3 May – ünï.pdf.")


def test_a_pattern_that_matches_a_folder_is_for_all_that_is_in_it(tmp_path: Path) -> None:
    for name in ("a.txt", "drafts/b.txt", "drafts/old/c.txt", "2023/drafts/d.txt"):
        path = tmp_path / "papers" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")
    for pattern in ("drafts", "drafts/*", "Drafts"):
        left = folders.files_in(tmp_path / "papers", leaving_out=tmp_path / "out", exclude=[pattern])
        assert [path.name for path in left] == ["a.txt"], pattern
