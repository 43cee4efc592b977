"""Whatever happens to the bytes of a file, reading it ends in a document or in a refusal, in time, and costs nobody else.

`SUMMARISER_FUZZ=5000` sets how many broken files are read, and with it which; what became of them is printed under `pytest -s`.
"""

import io
import os
import random
import re
import resource
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import docx
import odfdo
import pytest

from summariser import readers
from summariser.errors import DocumentError
from summariser.readers import child
from tests.conftest import SHARED
from tests.printed import Drawn, column, printed, scanned

CRASHERS = Path(__file__).parent / "crashers"
FILES = int(os.environ.get("SUMMARISER_FUZZ", "400"))
# A second of a busy machine; real files of this size take a hundredth of that.
SECONDS = 10.0
WORDS = (
    "The council’s plan for adult care was late again, and inspectors found that families waited for an answer for too long."
)


# Seeds, one or more of every format


def _docx() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Review"
    document.add_heading("Review of adult care", 1)
    document.add_paragraph(WORDS)
    document.add_paragraph("Recruit more staff.", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, words in zip(table._cells, ["Measure", "Score", "Assessing needs", "2"], strict=True):
        cell.text = words
    document.sections[0].footer.paragraphs[0].text = "Eastmere Council"
    return _saved(document.save)


def _odt() -> bytes:
    document = odfdo.Document("text")
    document.body.clear()
    document.body.append(odfdo.Header(1, "Review of adult care"))
    document.body.append(odfdo.Paragraph(WORDS))
    document.body.append(odfdo.List(["Recruit more staff.", "Publish the plan."]))
    table = odfdo.Table("Scores")
    for row in (["Measure", "Score"], ["Assessing needs", "2"]):
        table.append(odfdo.Row())
        table.set_row_values(table.height - 1, row)
    document.body.append(table)
    return _saved(document.save)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    target = io.BytesIO()
    save(target)
    return target.getvalue()


def _rtf() -> bytes:
    return (
        rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Calibri;}}{\*\generator Word;}{\info{\title Review}}"
        rb"\pard\b Review of adult care\b0\par The council\'92s plan \u8211 ? was late.\par"
        rb"{\pntext\'b7\tab}Recruit more staff.\par\trowd\cellx1000\cellx2000\intbl Measure\cell Score\cell\row"
        rb"\pard{\footer Eastmere Council\par}{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}{\pict\bin4 abcd}\par}"
    )


def _eml() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "A <a@eastmere.example>", "b@eastmere.example", "Review – adult care"
    message["Date"] = "Mon, 6 May 2024 09:00:00 +0100"
    message.set_content(WORDS)
    message.add_alternative(f"<html><body><p>{WORDS}</p></body></html>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="plan.pdf")
    return message.as_bytes()


def _seeds() -> Iterator[tuple[str, bytes]]:
    for encoding in ("utf-8", "utf-16", "cp1252", "shift_jis", "utf-32"):
        yield ".txt", (WORDS.replace("’", "'") + "\n").encode(encoding) * 3
    page = f"<!DOCTYPE html><html><head><title>R</title></head><body><h1>Review</h1><p>{WORDS}</p><ul><li>One<li>Two</ul>"
    yield ".html", (page + "<table><tr><td>a<td>2</table></body></html>").encode()
    plain = printed(column([WORDS[:80], WORDS[80:]]), [Drawn(72, 60, "ﬁne \U0001f600", 20, True), *column(["• One"])])
    yield ".pdf", plain
    yield ".pdf", scanned(plain, 2)
    reports = sorted((SHARED / "ofsted").glob("*.pdf"), key=lambda path: path.stat().st_size)
    yield from ((".pdf", path.read_bytes()) for path in reports[:2])
    yield from ((".docx", _docx()), (".odt", _odt()), (".rtf", _rtf()), (".eml", _eml()))


@pytest.fixture(scope="module")
def seeds() -> list[tuple[str, bytes]]:
    return list(_seeds())


# What happens to files


def _flipped(raw: bytes, chance: random.Random) -> bytes:
    data = bytearray(raw)
    for _ in range(chance.choice([1, 1, 4, 30])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw))]


def _piece(raw: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(raw))
    return start, min(len(raw), start + chance.choice([1, 3, 20, 300, len(raw) // 4 + 1]))


def _holed(raw: bytes, chance: random.Random) -> bytes:
    start, end = _piece(raw, chance)
    return raw[:start] + raw[end:]


def _doubled(raw: bytes, chance: random.Random) -> bytes:
    start, end = _piece(raw, chance)
    return raw[:end] + raw[start:end] * chance.choice([1, 1, 40]) + raw[end:]


def _swapped(raw: bytes, chance: random.Random) -> bytes:
    (a, b), (c, d) = sorted([_piece(raw, chance), _piece(raw, chance)])
    return raw[:a] + raw[c:d] + raw[min(b, c) : c] + raw[a : min(b, c)] + raw[d:]


TAG = re.compile(rb"<[^<>]{1,200}>|\\[a-z]{1,12}-?\d*|\{|\}|/[A-Za-z]{1,20}|\b[A-Z][A-Za-z-]{2,20}: |\b\d{1,9}\b")
ODD = [
    b"",
    b"-1",
    b"0",
    b"99999999999",
    b"4294967296",
    b"\0",
    b"\xff\xfe",
    b"%s%n",
    b"<" * 99,
    b"\\u-10179 ?",
    b"&#xd800;",
    b"=?x?q?=D8?=",
]


def _marks_swapped(raw: bytes, chance: random.Random) -> bytes:
    """Swap two marks: tags, control words, keys, header names or numbers."""
    marks = list(TAG.finditer(raw, *_window(raw, chance)))
    if len(marks) < 2:
        return _flipped(raw, chance)
    one, other = sorted(chance.sample(marks, 2), key=lambda mark: mark.start())
    between = raw[one.end() : other.start()]
    return raw[: one.start()] + other.group() + between + one.group() + raw[other.end() :]


def _mark_blown_up(raw: bytes, chance: random.Random) -> bytes:
    """Put something odd in place of a mark, or the mark very often."""
    marks = list(TAG.finditer(raw, *_window(raw, chance)))
    if not marks:
        return _doubled(raw, chance)
    mark = chance.choice(marks)
    put = chance.choice([*ODD, mark.group() * chance.choice([2, 300, 20_000]), mark.group() + b"A" * 100_000])
    return raw[: mark.start()] + put + raw[mark.end() :]


def _window(raw: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(max(1, len(raw) - 4_000))
    return start, start + 4_000


BYTEWISE = [_flipped, _cut, _holed, _doubled, _swapped, _marks_swapped, _mark_blown_up]


def _rezipped(raw: bytes, chance: random.Random) -> bytes:
    """Break members of a zip file, which is then whole again but for what is in it."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = [(member.filename, archive.read(member)) for member in archive.infolist()]
    # What is read are a few of the members.
    weights = [20 if re.search(r"(^|/)(document|content|styles)\.xml$|rels|Types|manifest", name) else 1 for name, _ in members]
    broken = set(chance.choices(range(len(members)), weights, k=chance.choice([1, 1, 2])))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, (name, content) in enumerate(members):
            if at in broken and not chance.randrange(12):
                continue
            change = chance.choice(BYTEWISE)
            archive.writestr(name, change(content, chance) if at in broken and content else content)
    return target.getvalue()


def _broken(suffix: str, raw: bytes, chance: random.Random) -> bytes:
    if suffix in (".docx", ".odt") and chance.randrange(4):
        return _rezipped(raw, chance)
    for _ in range(chance.choice([1, 1, 1, 2, 5])):
        raw = chance.choice(BYTEWISE)(raw, chance) or b"x"
    return raw


# What must come of it


def _outcome(path: Path) -> str:
    """Read a file and return in a few words what came of it."""
    start = time.monotonic()
    try:
        document = readers.read(path, seconds=SECONDS)
    except DocumentError as error:
        told = str(error)
        assert told.startswith(f"{path.name!r}: "), told
        assert len(told) < 400
        assert time.monotonic() - start < SECONDS + 3
        return told.removeprefix(f"{path.name!r}: ")
    assert document.text.strip()
    document.text.encode()
    "".join([*document.warnings, *document.attachments]).encode()
    size = len(document.text)
    assert all(0 <= start <= end <= size for start, end in document.furniture)
    assert all(0 <= start <= size for start in document.page_starts)
    assert list(document.page_starts) == sorted(document.page_starts)
    return "read"


def _resident() -> int:
    """Return the bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _children() -> int:
    return sum(len(path.read_text().split()) for path in Path("/proc/self/task").glob("*/children"))


CRASHED = "crashed the reader"
LATE = "took longer than"


def test_broken_files_are_read_or_refused(seeds: list[tuple[str, bytes]], tmp_path: Path) -> None:
    chance = random.Random(FILES)
    # Real reports take a hundred times longer than what is made for a test.
    weights = [0.1 if len(raw) > 100_000 else 1 for _, raw in seeds]
    told: Counter[tuple[str, str]] = Counter()
    bad: list[str] = []
    slowest = (0.0, "")
    before, after = _resident(), 0
    for number in range(FILES):
        ((suffix, raw),) = chance.choices(seeds, weights)
        path = tmp_path / f"broken{suffix}"
        path.write_bytes(_broken(suffix, raw, chance))
        start = time.monotonic()
        outcome = _outcome(path)
        slowest = max(slowest, (time.monotonic() - start, f"{number} {suffix}"))
        told[suffix, outcome] += 1
        if CRASHED in outcome or LATE in outcome:
            bad.append(f"file {number} ({suffix}): {outcome}")
            # Where it can be looked at, and be taken into the folder of crashers.
            path.rename(tmp_path / f"bad-{number}{suffix}")
        if number == FILES // 2:
            after = _resident()
    for (suffix, outcome), count in sorted(told.items()):
        print(f"{count:6} {suffix:6} {outcome}")  # noqa: T201 - the report of a long run
    print(f"{FILES} files; slowest {slowest}; memory {before:,} -> {after:,} -> {_resident():,} bytes")  # noqa: T201
    assert bad == []
    assert _resident() < after + 200_000_000
    assert _children() <= 4
    assert {suffix for suffix, outcome in told if outcome == "read"} == {suffix for suffix, _ in seeds}


@pytest.mark.parametrize("path", sorted(CRASHERS.iterdir()) if CRASHERS.is_dir() else [], ids=lambda path: path.name)
def test_what_once_broke_a_reader_does_so_no_more(path: Path) -> None:
    outcome = _outcome(path)
    assert CRASHED not in outcome
    assert LATE not in outcome


def test_the_process_that_read_broken_files_reads_whole_ones(seeds: list[tuple[str, bytes]], tmp_path: Path) -> None:
    for number, (suffix, raw) in enumerate(seeds):
        path = tmp_path / f"{number}{suffix}"
        path.write_bytes(raw)
        assert _outcome(path) == "read"
    assert len(child._idle) == 1
