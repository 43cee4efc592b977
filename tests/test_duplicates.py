"""Documents of a batch that say nearly the same are told, and no others."""

from dataclasses import replace
from pathlib import Path

from summariser.duplicates import Duplicates
from summariser.readers import from_text, read
from tests.conftest import SAMPLES

LETTER = (SAMPLES / "inspection_letter_focused_visit.txt").read_text(encoding="utf-8")


def test_a_copy_and_a_near_copy_are_told_by_the_first_of_them() -> None:
    batch = Duplicates()
    assert batch.twin("letter.txt", LETTER) is None
    assert batch.twin("again.txt", LETTER) == "letter.txt"
    assert batch.twin("mirror.txt", LETTER.replace("Wharf Street", "Quay Street").replace("\n", "\n\n").upper()) == "letter.txt"


def test_papers_on_one_subject_are_no_duplicates() -> None:
    batch = Duplicates()
    assert [batch.twin(path.name, read(path).text) for path in sorted(SAMPLES.iterdir())] == [None] * 9


def test_a_part_is_no_duplicate_of_the_whole() -> None:
    batch = Duplicates()
    batch.twin("whole", LETTER)
    assert batch.twin("half", LETTER[: len(LETTER) // 2]) is None


def test_short_and_wordless_texts_are_told_apart_too() -> None:
    batch = Duplicates()
    assert [batch.twin(text, text) for text in ("Yes.", "No.", "...", "Yes!")] == [None, None, None, "Yes."]


def test_a_batch_tells_of_a_duplicate_in_the_brief(tmp_path: Path) -> None:
    from summariser import batch
    from summariser.pipeline import Pipeline
    from summariser.settings import Settings

    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(LETTER, encoding="utf-8")
    pipeline = Pipeline("council_review", settings=Settings())
    assert len(list(batch.brief_files(pipeline, batch.files_in(folder, leaving_out=out), folder, out))) == 2
    assert "nearly the same as a.txt" in (out / "b.txt.md").read_text(encoding="utf-8")
    assert "nearly the same" not in (out / "a.txt.md").read_text(encoding="utf-8")


def test_what_a_document_says_does_not_hang_on_its_twin() -> None:
    document = from_text(LETTER)
    assert replace(document, twin="other").text == document.text
