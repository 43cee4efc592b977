"""Documents of a batch that say nearly the same are told, also those of earlier runs, and no others."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest

from summariser.batch import summarise_folder
from summariser.briefing import Briefed
from summariser.duplicates import Duplicates, sketch_of
from summariser.engines.canned import CannedEngine
from summariser.readers import from_text, read
from summariser.records import Records
from summariser.settings import Settings
from tests.conftest import SAMPLES
from tests.loopback import general

LETTER = (SAMPLES / "inspection_letter_focused_visit.txt").read_text(encoding="utf-8")
MIRROR = LETTER.replace("Wharf Street", "Quay Street").replace("\n", "\n\n").upper()
# Of the sketch of SENTENCE, so that it is seen when another release of a library makes other sketches.
FIGURES = [3_268_732_581, 3_378_641_275, 3_431_614_885]
SENTENCE = "The visiting team saw 48% of the case files."


def _twin(batch: Duplicates, name: str, text: str) -> str | None:
    return batch.twin(name, sketch_of(text))


def test_a_copy_and_a_near_copy_are_told_by_the_first_of_them() -> None:
    batch = Duplicates()
    assert _twin(batch, "letter.txt", LETTER) is None
    assert _twin(batch, "again.txt", LETTER) == "letter.txt"
    assert _twin(batch, "mirror.txt", MIRROR) == "letter.txt"


def test_what_is_only_remembered_is_told_as_a_twin_too() -> None:
    batch = Duplicates()
    batch.remember("letter.txt", sketch_of(LETTER))
    assert _twin(batch, "mirror.txt", MIRROR) == "letter.txt"


def test_papers_on_one_subject_are_no_duplicates() -> None:
    batch = Duplicates()
    assert [_twin(batch, path.name, read(path).text) for path in sorted(SAMPLES.iterdir())] == [None] * 9


def test_a_part_is_no_duplicate_of_the_whole() -> None:
    batch = Duplicates()
    _twin(batch, "whole", LETTER)
    assert _twin(batch, "half", LETTER[: len(LETTER) // 2]) is None


def test_short_and_wordless_texts_are_told_apart_too() -> None:
    batch = Duplicates()
    assert [_twin(batch, text, text) for text in ("Yes.", "No.", "...", "Yes!")] == [None, None, None, "Yes."]


def test_a_sketch_is_of_512_bytes_and_the_same_every_time() -> None:
    """It is kept from one run to the next, so that one made by another release or machine must be the same."""
    sketch = sketch_of(SENTENCE)
    assert len(sketch) == 512 == len(sketch_of("")) == len(sketch_of(LETTER))
    assert sketch == sketch_of(SENTENCE.upper().replace(" ", "\n"))
    assert np.frombuffer(sketch, "<u4")[:3].tolist() == FIGURES


# In a batch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


def _run(settings: Settings, folder: Path) -> Iterator[str]:
    """Brief what is due, and yield the Markdown of each brief after its name."""
    engine = CannedEngine(repeat(general(key_points=[], summary=[])))
    out = folder.parent / "out"
    for came in summarise_folder(folder, out, schema="general", settings=settings, engine=engine):
        assert isinstance(came, Briefed)
        [path] = [path for path in out.rglob("*.md") if path.relative_to(out).as_posix().startswith(f"{came.document}.")]
        yield f"{came.document}: {path.read_text(encoding='utf-8')}"


def _told(settings: Settings, folder: Path) -> dict[str, str | None]:
    """Return of each document that is briefed as what it is told."""
    mark = "nearly the same as "
    told = (text.partition(": ") for text in _run(settings, folder))
    return {name: text.partition(mark)[2].split()[0].rstrip(".,;:)") if mark in text else None for name, _, text in told}


def test_a_batch_tells_of_a_duplicate_in_the_brief(settings: Settings, folder: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(LETTER, encoding="utf-8")
    assert _told(settings, folder) == {"a.txt": None, "b.txt": "a.txt"}


def test_the_near_duplicate_of_a_document_of_an_earlier_run_is_told(settings: Settings, folder: Path) -> None:
    (folder / "a.txt").write_text(LETTER, encoding="utf-8")
    assert _told(settings, folder) == {"a.txt": None}
    (folder / "b.txt").write_text(MIRROR, encoding="utf-8")
    assert _told(settings, folder) == {"b.txt": "a.txt"}
    (folder / "c.txt").write_text(MIRROR, encoding="utf-8")
    assert _told(settings, folder)["c.txt"] in ("a.txt", "b.txt")


def test_it_is_told_too_if_its_name_comes_first(settings: Settings, folder: Path) -> None:
    (folder / "b.txt").write_text(LETTER, encoding="utf-8")
    assert _told(settings, folder) == {"b.txt": None}
    (folder / "a.txt").write_text(MIRROR, encoding="utf-8")
    assert _told(settings, folder) == {"a.txt": "b.txt"}


def test_a_document_is_no_twin_of_its_own_earlier_state(settings: Settings, folder: Path) -> None:
    (folder / "a.txt").write_text(LETTER, encoding="utf-8")
    assert _told(settings, folder) == {"a.txt": None}
    (folder / "a.txt").write_text(MIRROR, encoding="utf-8")
    assert _told(settings, folder) == {"a.txt": None}


def test_what_a_document_said_before_it_changed_makes_no_twin(settings: Settings, folder: Path) -> None:
    (folder / "a.txt").write_text(LETTER, encoding="utf-8")
    assert _told(settings, folder) == {"a.txt": None}
    (folder / "a.txt").write_text("Something quite other is told of here, and of nothing else.", encoding="utf-8")
    (folder / "b.txt").write_text(LETTER, encoding="utf-8")
    assert _told(settings, folder) == {"a.txt": None, "b.txt": None}


def test_a_purged_document_makes_no_twin(settings: Settings, folder: Path) -> None:
    (folder / "a.txt").write_text(LETTER, encoding="utf-8")
    assert _told(settings, folder) == {"a.txt": None}
    (folder / "a.txt").unlink()
    with closing(Records(folder.parent / "out")) as records:
        records.forget("a.txt")
        assert list(records.sketches()) == []
    (folder / "b.txt").write_text(LETTER, encoding="utf-8")
    assert _told(settings, folder) == {"b.txt": None}


def test_names_in_any_order_are_compared_with_those_before_them(settings: Settings, folder: Path) -> None:
    """Files come folder by folder and the records by the whole name, where "-" sorts before "/"."""
    (folder / "a-b.txt").write_text(LETTER, encoding="utf-8")
    assert _told(settings, folder) == {"a-b.txt": None}
    (folder / "a").mkdir()
    (folder / "a" / "x.txt").write_text(MIRROR, encoding="utf-8")
    assert _told(settings, folder) == {"a/x.txt": "a-b.txt"}


def test_what_a_document_says_does_not_hang_on_its_twin() -> None:
    document = from_text(LETTER)
    assert replace(document, twin="other").text == document.text
