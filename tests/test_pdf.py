"""A PDF gives the words that stand on its pages, each once, on its page and in the order in which people read them."""

import functools
import re
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from textwrap import wrap

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from summariser.errors import DocumentError
from summariser.readers import child, read
from summariser.segments import segment, shown
from summariser.types import Document
from tests.conftest import SHARED
from tests.printed import Drawn, Page, assembled, column, printed, scanned, stream

OFSTED = SHARED / "ofsted"
PLAN = (
    "The council’s plan for adult care was late again this year, and inspectors found that staff at the front door were "
    "stretched and that families waited for an answer for too long. Managers knew of it."
)
HELP = (
    "Leaders in Eastmere have put more money into early help since the spring, and children who come into care now see their "
    "social worker more often than before. Members welcomed it and asked for a report."
)
CARERS = (
    "Carers in Port Ellery told the panel that respite was hard to find. Two homes have closed since last winter, and none has "
    "opened. The director promised that a new contract will be let before the summer."
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"

needs_ofsted = pytest.mark.skipif(not OFSTED.is_dir(), reason="the shared folder of real documents is not here")
needs_qpdf = pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf, which encrypts, is not installed")
needs_pdftotext = pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext, to compare with, is not installed")


def _read(raw: bytes, *, seconds: float = 60) -> Document:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "paper.pdf"
        path.write_bytes(raw)
        return read(path, seconds=seconds)


def _paragraphs(document: Document) -> list[str]:
    return document.text.rstrip("\n").split("\n\n")


def _pages(document: Document) -> list[str]:
    return [document.text[start:end] for start, end in pairwise([*document.page_starts, len(document.text)])]


def _running(document: Document) -> list[str]:
    return [document.text[start:end] for start, end in document.furniture]


def _sentences(document: Document) -> list[str]:
    return [document.text[s.start : s.end] for s in segment(document)]


def _rows(rows: list[list[str]], edges: list[float], *, y: float = 100, leading: float = 18) -> list[Drawn]:
    """Return the cells of a table, row by row."""
    return [Drawn(x, y + at * leading, cell) for at, row in enumerate(rows) for x, cell in zip(edges, row, strict=True)]


# Pages


def test_every_word_knows_its_page() -> None:
    pages = [[f"Ward {ward} page{number}x heard the report and asked." for ward in "abc"] for number in range(1, 13)]
    document = _read(printed(*(column(lines, leading=3) for lines in pages)))
    assert len(document.page_starts) == 12
    for number in range(1, 13):
        places = [match.start() for match in re.finditer(f"page{number}x", document.text)]
        assert [document.page(place) for place in places] == [number] * 3


def test_an_empty_page_is_counted() -> None:
    document = _read(printed(column(["First words."]), [], [], column(["Last words."]), []))
    assert len(document.page_starts) == 5
    assert document.page(document.text.index("First")) == 1
    assert document.page(document.text.index("Last")) == 4
    assert list(document.page_starts) == sorted(document.page_starts)


def test_a_file_of_empty_pages_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"^'paper\.pdf': there is no text in it$"):
        _read(printed([], []))


def test_a_paragraph_that_runs_over_the_page_is_one_and_its_words_keep_their_pages() -> None:
    lines = wrap(" ".join([PLAN, HELP, CARERS]), 80)
    document = _read(printed(column(["Opening."], y=60) + column(lines[:4]), column(lines[4:])))
    (told,) = [paragraph for paragraph in _paragraphs(document) if paragraph.startswith("The council")]
    assert told == " ".join(lines)
    assert [document.page(document.text.index(line)) for line in lines] == [1] * 4 + [2] * (len(lines) - 4)


@pytest.mark.xfail(strict=True, reason="a block that is all of its page is not joined to the next page")
def test_a_paragraph_that_is_all_of_its_page_runs_over_too() -> None:
    lines = wrap(" ".join([PLAN, HELP, CARERS, PLAN]), 80)
    document = _read(printed(column(lines[:3]), column(lines[3:6]), column(lines[6:])))
    assert " ".join(lines) in document.text
    assert [document.page(document.text.index(lines[at])) for at in (0, 2, 3, 5, 6)] == [1, 1, 2, 2, 3]


def test_five_hundred_pages_are_read_in_time() -> None:
    lines = wrap(" ".join([PLAN, HELP, CARERS] * 5), 80)
    raw = printed(*([Drawn(72, 40, "Eastmere Council", 9), *column(lines), Drawn(280, 810, f"{n}", 9)] for n in range(1, 501)))
    start = time.monotonic()
    document = _read(raw)
    assert time.monotonic() - start < 20
    assert len(document.page_starts) == 500
    assert len(document.furniture) == 1000


# No word lost or doubled

words = st.text(LETTERS, min_size=2, max_size=9)
lines_of_words = st.builds(
    Drawn,
    x=st.sampled_from([60, 72, 90, 240, 400]),
    y=st.just(0),
    words=st.lists(words, min_size=1, max_size=3).map(" ".join),
    size=st.sampled_from([8, 11, 16]),
    bold=st.booleans(),
)


@st.composite
def sheets(draw: st.DrawFn) -> list[Drawn]:
    """Pages of lines below each other or, on the same height, in cells that do not touch."""
    sheet: list[Drawn] = []
    y = 30.0
    for bare in draw(st.lists(lines_of_words, max_size=14)):
        y += draw(st.sampled_from([17, 20, 60]))
        line = bare._replace(y=y, size=min(bare.size, 11) if bare.x > 200 else bare.size)
        sheet.append(line)
        if line.x < 100 and draw(st.booleans()):
            sheet.append(line._replace(x=380, size=8, words=draw(words)))
    return sheet


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[a-z]+", text.replace("\u00ad", "")))


@given(pages=st.lists(sheets(), min_size=1, max_size=4))
@hypothesis_settings(max_examples=30)
def test_no_word_is_lost_doubled_or_put_on_another_page(pages: list[list[Drawn]]) -> None:
    drawn = [Counter(word for line in sheet for word in line.words.split()) for sheet in pages]
    if not any(drawn):
        return
    document = _read(printed(*pages))
    assert [_words(page) for page in _pages(document)] == drawn
    assert all(document.text[start:end].strip() for start, end in document.furniture)
    assert list(document.page_starts) == sorted(document.page_starts)


pieces = st.sampled_from("- – — • o * | # 1. 4.2 (a) £ 48% ’ “late” well- -led \U0001f600 ō é | re-use co-".split())


@given(
    pages=st.lists(st.lists(st.lists(st.one_of(words, pieces), min_size=1, max_size=9), max_size=12), min_size=1, max_size=3)
)
@hypothesis_settings(max_examples=30)
def test_no_letter_is_lost_whatever_marks_stand_around(pages: list[list[list[str]]]) -> None:
    drawn = [Counter(re.findall(r"[^\W_]", "".join("".join(line) for line in sheet))) for sheet in pages]
    if not any(drawn):
        return
    raw = printed(*(column([" ".join(line) for line in sheet], leading=1.3) for sheet in pages))
    # A bullet may be written as another one.
    told = [Counter(re.findall(r"[^\W_]", page)) for page in _pages(_read(raw))]
    for seen, wanted in zip(told, drawn, strict=True):
        seen["o"] = wanted["o"] if seen["o"] <= wanted["o"] else seen["o"]
    assert told == drawn


# Running lines


def _sheets(count: int, heads: list[str], foot: str = "Page {} of {}", lines: int = 8) -> list[list[Drawn]]:
    """Return pages over which one text runs on, with a line above and below it."""
    body = wrap(" ".join([PLAN, HELP, CARERS] * (1 + count * lines // 7)), 80)
    return [
        [
            Drawn(72, 40, heads[at % len(heads)], 9),
            *column(["Opening."] if not at else [], y=80),
            *column(body[at * lines : (at + 1) * lines]),
            Drawn(280, 810, foot.format(at + 1, count), 9),
        ]
        for at in range(count)
    ]


@pytest.mark.parametrize("count", [2, 3, 12])
@pytest.mark.parametrize("foot", ["Page {} of {}", "{}", "- {} -", "Eastmere Council, May 2024, {}/{}"])
def test_running_lines_are_told_apart_and_cut_no_sentence(count: int, foot: str) -> None:
    pages = _sheets(count, ["Eastmere Council: annual review"], foot)
    document = _read(printed(*pages))
    feet = [foot.format(number, count) for number in range(1, count + 1)]
    assert Counter(_running(document)) == Counter(feet) + Counter({"Eastmere Council: annual review": count})
    assert [document.page(start) for start, _ in document.furniture] == [at for at in range(1, count + 1) for _ in "hf"]
    body = " ".join(line.words for sheet in pages for line in sheet if line.size == 11).removeprefix("Opening. ")
    pieces = {re.sub(r"\s+", " ", piece) for piece in re.split(r"(?<=\.) ", body)[:-1]}
    assert pieces - set(_sentences(document)) == set()


def test_the_page_number_of_a_single_page_is_told_apart() -> None:
    document = _read(printed(*_sheets(1, ["Eastmere Council: annual review"])))
    assert _running(document) == ["Page 1 of 1"]
    assert "Eastmere Council: annual review" in _paragraphs(document)


def test_heads_may_differ_on_left_and_right_pages() -> None:
    document = _read(printed(*_sheets(8, ["Annual review", "Port Ellery Council"], "{}")))
    running = _running(document)
    assert (running.count("Annual review"), running.count("Port Ellery Council"), len(running)) == (4, 4, 16)


def test_what_the_body_repeats_is_no_running_line() -> None:
    pages = [column(["Recommendation", *wrap(f"Case {at}. {PLAN}", 80)], y=300) for at in range(6)]
    document = _read(printed(*pages))
    assert document.furniture == ()
    assert document.text.count("Recommendation") == 6


def test_a_page_whose_corner_is_not_at_nought_keeps_its_margins() -> None:
    pages = _sheets(3, ["Eastmere Council: annual review"])
    plain, moved = (_read(printed(*(Page(p, origin=at) for p in pages))) for at in ((0, 0), (200, -700)))
    assert (plain.text, plain.furniture) == (moved.text, moved.furniture)


# Columns and tables

LEFT, RIGHT = (column(wrap(f"{one} {two}", 38), x=x) for one, two, x in ((PLAN, CARERS, 60), (HELP, HELP, 320)))


def _is_in_order(document: Document, *texts: str) -> bool:
    """Say whether the words of the texts follow each other, however they are set into paragraphs."""
    return " ".join(texts) in " ".join(document.text.split())


def test_columns_drawn_one_after_the_other_are_read_so() -> None:
    document = _read(printed(LEFT + RIGHT))
    assert _is_in_order(document, PLAN, CARERS, HELP, HELP)


def test_columns_drawn_row_by_row_are_read_one_after_the_other() -> None:
    rows = [line for at in range(max(len(LEFT), len(RIGHT))) for side in (LEFT, RIGHT) for line in side[at : at + 1]]
    assert _is_in_order(_read(printed(rows)), PLAN, CARERS, HELP, HELP)


def test_columns_below_a_title_are_read_one_after_the_other() -> None:
    rows = [line for pair in zip(LEFT, RIGHT, strict=False) for line in pair]
    document = _read(printed([Drawn(60, 60, "Review of adult care", 20), *rows]))
    assert document.text.startswith("# Review of adult care\n\n")
    assert _is_in_order(document, *(line.words for side in (LEFT, RIGHT) for line in side[: len(rows) // 2]))


def test_a_paragraph_in_a_column_is_one() -> None:
    document = _read(printed(LEFT + RIGHT))
    assert f"{PLAN} {CARERS}" in _paragraphs(document)


@pytest.mark.parametrize(
    ("rows", "edges"),
    [
        ([["Measure", "Score"], ["Assessing needs", "2"], ["Care provision", "3"], ["Safe systems", "2"]], [72, 300]),
        (
            [
                ["Action", "Owner", "Due"],
                ["Recruit nine social workers", "Head of adult care", "May 2024"],
                ["Publish the plan", "Director", "June 2024"],
            ],
            [72, 280, 440],
        ),
        (
            [["Year", "2021", "2022", "2023"], ["Visits", "1,204", "1,377", "1,412"], ["Late", "12%", "9%", "8%"]],
            [72, 200, 260, 320],
        ),
    ],
    ids=["two", "three", "numbers"],
)
@pytest.mark.parametrize(
    "leading",
    [
        13.2,
        18,
        40,
    ],
)
def test_the_rows_of_a_table_are_lines(rows: list[list[str]], edges: list[float], leading: float) -> None:
    document = _read(printed([*column(wrap(PLAN, 80), y=60), *_rows(rows, edges, y=140, leading=leading)]))
    assert _paragraphs(document)[1:] == [f"| {' | '.join(row)} |" for row in rows]
    assert [s.kind for s in segment(document)][-len(rows) :] == ["table_row"] * len(rows)


def test_cells_that_nearly_fill_their_columns_stay_apart() -> None:
    rows = [["Recruit nine social workers for the front door", "Head of adult care and housing", "May 2024"]] * 3
    document = _read(printed(_rows(rows, [72, 320, 490])))
    assert _paragraphs(document) == [f"| {' | '.join(row)} |" for row in rows]


def test_a_cell_may_have_several_lines() -> None:
    long = "Recruit nine more social workers and two managers for the front door"
    short = "Head of adult care with the lead member"
    sheet: list[Drawn] = []
    for y in (100, 170):
        sheet += [*column(wrap(long, 30), y=y), *column(wrap(short, 22), x=280, y=y), *column(["May 2024"], x=440, y=y)]
    assert _paragraphs(_read(printed(sheet))) == [f"| {long} | {short} | May 2024 |"] * 2


# Hyphens


def test_a_hyphen_that_print_put_there_becomes_soft() -> None:
    document = _read(printed(column(["Members of the commit-", "tee were told that the committee meets in May."])))
    assert document.text.startswith("Members of the commit\u00adtee were told")


def test_a_soft_hyphen_is_not_shown() -> None:
    document = _read(printed(column(["Members of the commit-", "tee were told that the committee meets in May."])))
    (sentence,) = _sentences(document)
    assert shown(sentence) == "Members of the committee were told that the committee meets in May."


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["It is a well-", "led council with long-", "term plans."], "It is a well-led council with long-term plans."),
        (["The self-", "assessment was late."], "The self-assessment was late."),
        (["It covers 2023-", "24 and 2024-", "25 in full."], "It covers 2023-24 and 2024-25 in full."),
        (["The Port Ellery-", "Eastmere line was shut."], "The Port Ellery-Eastmere line was shut."),
        (["The plan -", "late again - was noted."], "The plan - late again - was noted."),
    ],
    ids=["compound", "once", "years", "names", "dash"],
)
def test_any_other_hyphen_is_kept(lines: list[str], told: str) -> None:
    assert _paragraphs(_read(printed(column(lines)))) == [told]


@pytest.mark.xfail(strict=True, reason="PDFium marks no hyphen at the end of a page")
def test_a_word_that_is_cut_by_the_end_of_a_page_is_one() -> None:
    first = column(["Opening."], y=60) + column(["The committee met.", "It asked the commit-"])
    document = _read(printed(first, column(["tee of the whole council for a report."])))
    assert "It asked the commit\u00adtee of the whole council for a report." in document.text
    assert document.page(document.text.index("\u00adtee")) == 1
    assert document.page(document.text.index("\u00adtee") + 1) == 2


# Headings and paragraphs


def test_headings_stand_out_by_size() -> None:
    sheet = [
        Drawn(72, 80, "Review of adult care", 20),
        *column(wrap(PLAN, 80), y=120),
        Drawn(72, 220, "What works", 14),
        *column(wrap(HELP, 80), y=245),
    ]
    assert _paragraphs(_read(printed(sheet))) == ["# Review of adult care", PLAN, "## What works", HELP]


@pytest.mark.parametrize(
    "described",
    [
        True,
        False,
    ],
    ids=["described", "named"],
)
def test_headings_stand_out_by_being_bold(described: bool) -> None:
    sheet = [
        Drawn(72, 80, "What works", 11, bold=True),
        *column(wrap(PLAN, 80), y=100),
        Drawn(72, 190, "What is next", 11, bold=True),
        *column(wrap(HELP, 80), y=210),
    ]
    assert _paragraphs(_read(printed(sheet, described=described))) == ["# What works", PLAN, "# What is next", HELP]


def test_a_heading_may_have_several_lines() -> None:
    title = ["Review of adult care in the town", "of Eastmere and its villages"]
    sheet = [*column(title, y=60, size=20, bold=True), *column(wrap(PLAN, 80), y=140)]
    assert _paragraphs(_read(printed(sheet))) == [f"# {' '.join(title)}", PLAN]


def test_a_bold_word_in_a_sentence_is_no_heading() -> None:
    sheet = [
        *column(wrap(PLAN, 80)),
        Drawn(72, 200, "Members", 11, bold=True),
        Drawn(122, 200, "asked for a report on it before the summer."),
        *column(wrap(HELP, 80), y=260),
    ]
    assert _paragraphs(_read(printed(sheet))) == [PLAN, "Members asked for a report on it before the summer.", HELP]


def test_what_is_bold_throughout_has_no_headings() -> None:
    document = _read(printed(column(wrap(PLAN, 80), bold=True)))
    assert _paragraphs(document) == [PLAN]


@pytest.mark.parametrize("bullet", "• ▪ ◼ ● ○ ‣ ∙ ➢ ✓ – — - * o".split())
@pytest.mark.parametrize("hangs", [True, False], ids=["hanging", "flush"])
def test_bullets_of_any_kind_begin_items(bullet: str, hangs: bool) -> None:
    items = ["recruit more staff for the front door of the service", "publish what it spends"]
    sheet = column(["The council will:"], y=80)
    for at, words in enumerate(items):
        first, *rest = wrap(words, 30)
        y = 100 + 40 * at
        sheet += (
            [Drawn(72, y, bullet), Drawn(90, y, first), *column(rest, x=90, y=y + 13)]
            if hangs
            else [Drawn(72, y, f"{bullet} {first}"), *column(rest, y=y + 13)]
        )
    document = _read(printed(sheet))
    assert _paragraphs(document) == ["The council will:", *(f"- {words}" for words in items)]
    assert [s.kind for s in segment(document)] == ["sentence", "list_item", "list_item"]


@pytest.mark.parametrize("leading", [13.2, 40], ids=["tight", "apart"])
def test_numbered_paragraphs_are_parted(leading: float) -> None:
    marks = ["1.", "2.", "4.2", "4.3.1", "(a)", "(ii)", "12)"]
    sheet = [
        drawn
        for at, mark in enumerate(marks)
        for drawn in (Drawn(72, 100 + at * leading, mark), Drawn(110, 100 + at * leading, f"Members noted part {at} of it."))
    ]
    told = [f"{mark} Members noted part {at} of it." for at, mark in enumerate(marks)]
    assert _paragraphs(_read(printed(sheet))) == told


@pytest.mark.parametrize("how", ["space", "indent", "short line"])
def test_paragraphs_are_parted(how: str) -> None:
    texts = [PLAN, HELP, CARERS]
    sheet: list[Drawn] = []
    y = 100.0
    for text in texts:
        for at, line in enumerate(wrap(text, 75)):
            sheet.append(Drawn(90 if how == "indent" and not at else 72, y, line))
            y += 13.2
        y += 13.2 if how == "space" else 0
    assert _paragraphs(_read(printed(sheet))) == texts


# Turned pages


@pytest.mark.parametrize("rotated", [0, 90, 180, 270])
def test_a_landscape_page_is_read_however_the_file_turns_it(rotated: int) -> None:
    upright = Page(
        [Drawn(72, 60, "Review of adult care", 20), *column(wrap(PLAN, 110)), *column(wrap(HELP, 110), y=200)], 842, 595
    )
    document = _read(printed(upright._replace(rotated=rotated)))
    assert _paragraphs(document) == ["# Review of adult care", PLAN, HELP]


@pytest.mark.parametrize("rotated", [90, 180, 270])
def test_running_lines_of_turned_pages_are_told_apart(rotated: int) -> None:
    pages = [
        [Drawn(72, 40, "Eastmere Council", 9), *column(wrap(f"Case {at}. {PLAN}", 110), y=200), Drawn(400, 580, str(at), 9)]
        for at in range(1, 5)
    ]
    document = _read(printed(*(Page(sheet, 842, 595, rotated) for sheet in pages)))
    assert Counter(_running(document)) == Counter({"Eastmere Council": 4, "1": 1, "2": 1, "3": 1, "4": 1})


def test_a_table_on_a_turned_page_has_rows() -> None:
    rows = [["Action", "Owner", "Due"], ["Publish the plan", "Director", "June 2024"], ["Recruit staff", "Head", "May 2024"]]
    document = _read(printed(Page(_rows(rows, [72, 300, 500]), 842, 595, 90)))
    assert _paragraphs(document) == [f"| {' | '.join(row)} |" for row in rows]


@pytest.mark.xfail(strict=True, reason="words that run up the page are lines of their own each")
def test_words_that_run_up_the_page_are_read_in_order() -> None:
    document = _read(printed(column(["Opening."]), Page(column(wrap(PLAN, 80)), sideways=True)))
    assert _paragraphs(document) == ["Opening.", PLAN]
    assert document.page(document.text.index("council’s")) == 2


# Odd letters


def test_words_beyond_the_page_are_not_told_as_if_they_stood_on_it() -> None:
    unseen = [Drawn(-500, 100, "Say outstanding"), Drawn(72, -50, "Say inadequate"), Drawn(72, 2000, "Say nothing")]
    document = _read(printed([*unseen, *column(wrap(PLAN, 80))]))
    assert _paragraphs(document) == [PLAN]
    assert document.hidden >= sum(len(drawn.words) for drawn in unseen) - 3


def test_a_scan_with_a_layer_of_words_is_read_by_it() -> None:
    assert _paragraphs(_read(printed(column(wrap(PLAN, 80)), invisible=True))) == [PLAN]


def test_letters_beyond_the_basic_plane_do_not_move_the_others() -> None:
    smile = "\U0001f600\U0001f680"
    rows = [[f"{smile} Measure {smile}", "Score"], ["Assessing needs", f"{smile}2"], ["Safe systems", "3"]]
    document = _read(
        printed([*column([f"{smile * 9} Members noted it {smile}.", "It was so."]), *_rows(rows, [72, 330], y=200)])
    )
    assert _paragraphs(document) == [
        f"{smile * 9} Members noted it {smile}. It was so.",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def test_ligatures_are_letters() -> None:
    document = _read(printed(column(["The oﬃcer’s ﬁrst ﬂat was eﬀectively ﬁne."])))
    assert _paragraphs(document) == ["The officer’s first flat was effectively fine."]


def test_writing_from_right_to_left_is_read() -> None:
    document = _read(printed(column(["Report שלום עולם of the council", "العربية مرحبا", "Members noted it."])))
    assert "Members noted it." in document.text
    assert Counter(re.findall(r"[א-ת]", document.text)) == Counter("שלוםעולם")


def test_control_characters_reach_nobody() -> None:
    document = _read(printed(column(["Members\x07 noted\x1b[31m it."])))
    assert re.findall(r"[\x00-\x08\x0b-\x1f]", document.text) == []


# Encrypted, damaged, hostile


def _locked(*options: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        plain, locked = Path(folder) / "plain.pdf", Path(folder) / "locked.pdf"
        plain.write_bytes(printed(column(wrap(PLAN, 80))))
        subprocess.run(["qpdf", *options, "--", str(plain), str(locked)], check=True, capture_output=True)
        return locked.read_bytes()


@needs_qpdf
@pytest.mark.parametrize("bits", ["128", "256"])
def test_a_locked_file_is_refused(bits: str) -> None:
    aes = ["--use-aes=y"] if bits == "128" else []
    with pytest.raises(DocumentError, match=r"^'paper\.pdf': it is encrypted; save a copy without a password$"):
        _read(_locked("--encrypt", "user", "owner", bits, *aes))


@needs_qpdf
def test_a_file_that_only_its_owner_may_change_is_read() -> None:
    assert _paragraphs(_read(_locked("--encrypt", "", "owner", "256", "--extract=n", "--print=none"))) == [PLAN]


@needs_qpdf
def test_a_packed_file_is_read() -> None:
    assert _paragraphs(_read(_locked("--object-streams=generate", "--compress-streams=y", "--linearize"))) == [PLAN]


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
ONE = printed(column(wrap(PLAN, 80)))
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def _single(contents: bytes, *more: bytes, page: bytes = b"") -> bytes:
    """Return a file of one page, object 4 being its contents, 5 its font, and what follows from 6."""
    return assembled(
        [
            CATALOGUE,
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>%s>>>>" % page,
            contents,
            FONT,
            *more,
        ]
    )


def _tree(depth: int) -> list[bytes]:
    """Return a tree of pages that goes down far before it has a page."""
    nodes = [b"<</Type/Pages/Kids[%d 0 R]/Count 1/Parent %d 0 R>>" % (at + 3, max(at + 1, 2)) for at in range(depth)]
    return [CATALOGUE, *nodes, b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]>>" % (depth + 1)]


REFUSED = {
    "not a PDF": (b"These are words.", "damaged, or no PDF"),
    "a mark alone": (b"%PDF-1.7\n", "damaged"),
    "bytes": (b"%PDF-1.7\n" + bytes(range(256)) * 40, "damaged"),
    "a third": (ONE[: len(ONE) // 3], ""),
    "no pages": (assembled([CATALOGUE, b"<</Type/Pages/Kids[]/Count 0>>"]), ""),
    "no tree": (assembled([b"<</Type/Catalog>>"]), ""),
    "no catalogue": (assembled([b"<<>>"]), ""),
    "a tree that loops": (assembled([CATALOGUE, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"]), ""),
    "a lying count": (assembled([CATALOGUE, b"<</Type/Pages/Kids[]/Count 2000000000>>"]), ""),
    "a negative count": (assembled([CATALOGUE, b"<</Type/Pages/Kids[]/Count -5>>"]), ""),
    "a deep tree": (assembled(_tree(3_000)), ""),
    "deep brackets": (assembled([b"<</Type/Catalog/Pages 2 0 R/X %s>>" % (b"[" * 200_000)]), ""),
    "a page for contents": (_single(b"3 0 R"), ""),
    "unknown encryption": (assembled([CATALOGUE], b"/Encrypt<</Filter/Weird/V 99>>/ID[(a)(b)]"), ""),
}


@pytest.mark.parametrize(("raw", "cause"), REFUSED.values(), ids=REFUSED.keys())
def test_a_broken_file_is_refused_with_its_cause(raw: bytes, cause: str) -> None:
    start = time.monotonic()
    with pytest.raises(DocumentError, match=r"^'paper\.pdf': ") as caught:
        _read(raw, seconds=20)
    assert cause in str(caught.value)
    assert "crashed" not in str(caught.value)
    assert time.monotonic() - start < 10


MENDED = {
    "xref elsewhere": re.sub(rb"startxref\n\d+", b"startxref\n7", ONE),
    "xref gone": re.sub(rb"xref\n0 .*?trailer", b"trailer", ONE, flags=re.S),
    "offsets wrong": ONE.replace(b"%PDF-1.7\n", b"%PDF-1.7\n% one more line\n"),
    "mail before it": b"From: me\r\n\r\n" + ONE,
    "rubbish behind it": ONE + b"\0" * 5_000,
    "lengths wrong": re.sub(rb"/Length \d+", b"/Length 3", ONE),
}


@pytest.mark.parametrize("raw", MENDED.values(), ids=MENDED.keys())
def test_a_file_that_can_be_mended_is_read(raw: bytes) -> None:
    assert _paragraphs(_read(raw)) == [PLAN]


def test_a_damaged_page_is_named_and_the_others_are_read() -> None:
    raw = printed(column(["First words."]), column(["Lost words."]), column(["Last words."]))
    document = _read(raw.replace(b"5 0 obj\n<</Type/Page/", b"5 0 obj\n<</Type/Font/"))
    assert document.page(document.text.index("First")) == 1
    assert document.page(document.text.index("Last")) == 3
    assert "Lost" in document.text or any("Page 2" in warning for warning in document.warnings)


WORDS = b"BT /F1 9 Tf 1 0 0 1 72 700 Tm (Members noted it.) Tj ET "
BOMBS = {
    "objects": _single(stream(b" " * 400_000_000, b"/Type/ObjStm/N 1/First 5", packed=True)),
    "contents": _single(stream(WORDS + b"q Q " * 10_000_000, packed=True)),
    "words": _single(stream(b"BT /F1 9 Tf " + b"(word )Tj " * 2_000_000 + b"ET", packed=True)),
    "brackets in contents": _single(stream(WORDS + b"[" * 10_000_000, packed=True)),
    "saved states": _single(stream(b"q " * 5_000_000 + WORDS, packed=True)),
    "a form in itself": _single(
        stream(WORDS + b"/X Do " * 50),
        stream(b"/X Do " * 50, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"),
        page=b"/XObject<</X 6 0 R>>",
    ),
    "forms that double": _single(
        stream(WORDS + b"/X Do "),
        *(
            stream(b"/X Do " * 10, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (at + 7))
            for at in range(12)
        ),
        stream(WORDS, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F1 5 0 R>>>>"),
        page=b"/XObject<</X 6 0 R>>",
    ),
}


@pytest.mark.parametrize("raw", BOMBS.values(), ids=BOMBS.keys())
def test_a_small_file_that_is_much_work_is_stopped_or_read(raw: bytes) -> None:
    assert len(raw) < 1_000_000
    start = time.monotonic()
    try:
        document = _read(raw, seconds=1)
    except DocumentError as error:
        told = str(error)
        assert re.match(
            r"'paper\.pdf': .*(SUMMARISER_READ_SECONDS|GB of memory|there is no text in it|crashed the reader)", told
        )
    else:
        assert len(document.text) < 20_000_000
    assert time.monotonic() - start < 8


# Scans


@pytest.fixture
def without_tesseract(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Let the processes that read start where no program is found."""
    child._close_all()
    monkeypatch.setenv("PATH", str(tmp_path))
    yield
    child._close_all()


@pytest.fixture
def tesseract() -> None:
    pytest.importorskip("pytesseract")
    if not shutil.which("tesseract"):
        pytest.skip("tesseract is not installed")


@functools.cache
def _scan() -> bytes:
    texts = [PLAN, HELP]
    return scanned(printed(*(column(wrap(text, 60), size=14) for text in texts)))


@functools.cache
def _mixed() -> bytes:
    return scanned(printed(*(column(wrap(text, 60), size=14) for text in (PLAN, HELP, CARERS))), 1)


def test_a_scan_is_read(tesseract: None) -> None:
    document = _read(_scan())
    assert [_alike(page, text) for page, text in zip(_pages(document), (PLAN, HELP), strict=True)] == [True, True]
    assert (document.scanned, document.unread) == ((1, 2), ())


def test_a_scanned_page_among_others_is_read(tesseract: None) -> None:
    document = _read(_mixed())
    assert _pages(document)[0].split() == PLAN.split()
    assert _alike(_pages(document)[1], HELP)
    assert (document.scanned, document.unread) == ((2,), ())


def _alike(page: str, text: str) -> bool:
    ours, theirs = (Counter(re.findall(r"[a-z]+", words.lower())) for words in (page, text))
    return sum((ours & theirs).values()) >= 0.9 * sum(theirs.values())


@pytest.mark.usefixtures("without_tesseract")
def test_a_scan_that_cannot_be_read_says_what_to_install() -> None:
    with pytest.raises(DocumentError, match=r"^'paper\.pdf': it is a scan without a text layer; install .*tesseract.*\[ocr\]"):
        _read(_scan())


@pytest.mark.usefixtures("without_tesseract")
def test_a_scanned_page_that_cannot_be_read_is_named() -> None:
    document = _read(_mixed())
    (warning,) = document.warnings
    assert "page 2" in warning
    assert "install the program tesseract" in warning
    assert (document.scanned, document.unread) == ((), (2,))
    assert document.page(document.text.index("Carers in")) == 3
    assert "Leaders" not in document.text


# Real reports

# Of each: the page, looked up in the output of pdftotext for that page alone, and words that stand on it.
QUOTES = [
    ("barnsley", 2, "resultant plans accurately identify the support required"),
    ("bromley", 5, "app, available to carers, children and social work staff"),
    ("calderdale", 8, "being very much part of their fostering"),
    ("cheshire-east", 2, "helps build families’ resilience and improves outcomes"),
    ("dudley", 6, "However, they are not supported to complete mandatory"),
    ("greenwich", 8, "This strong example of the commitment of housing"),
    ("hackney", 9, "However, not all care leavers in custody are"),
    ("hammersmith-and-fulham", 12, "by senior leaders whom they describe as ‘credible’"),
    ("hampshire", 6, "understand the decisions reached and the progress that"),
    ("islington", 9, "are the fundamental and consistent threads that run"),
    ("kensington-and-chelsea", 2, "in locality teams are allocated to children"),
    ("knowsley", 11, "requires improvement to be good across all areas"),
    ("leicestershire", 5, "For children missing education, the authority ensures"),
    ("middlesbrough", 11, "skills at a pace that is right for them"),
    ("trafford", 3, "review currently taking place to reshape the service"),
    ("westminster", 9, "they are continually challenging their ways of working"),
]
# Of each: the page on which the sentence begins, the words before its end, and those after.
OVER = [
    ("barnsley", 2, "Parental", "consent is appropriately considered and recorded"),
    ("dudley", 3, "Some", "children remain in private fostering arrangements"),
    ("hampshire", 2, "in the new", "family help teams"),
    ("kensington-and-chelsea", 2, "for any next steps,", "with a comprehensive analysis"),
    ("plymouth", 2, "When thresholds", "for statutory services have been met"),
    ("tower-hamlets", 3, "Others", "are too focused on recording difficulties"),
    ("windsor-maidenhead", 3, "at all stages of", "the work, including in developing"),
]


@functools.cache
def _report(name: str) -> Document:
    return read(OFSTED / f"{name}.pdf")


@needs_ofsted
@pytest.mark.parametrize(("name", "page", "quote"), QUOTES, ids=[name for name, _, _ in QUOTES])
def test_a_quote_stands_on_its_page(name: str, page: int, quote: str) -> None:
    document = _report(name)
    assert document.page(document.text.index(quote)) == page
    assert document.text.count(quote) == 1


@needs_ofsted
@pytest.mark.parametrize(("name", "page", "before", "after"), OVER, ids=[f"{name} {page}" for name, page, _, _ in OVER])
def test_a_sentence_that_runs_over_the_page_is_whole(name: str, page: int, before: str, after: str) -> None:
    document = _report(name)
    quote = f"{before} {after}"
    place = document.text.index(quote)
    (found,) = [s for s in segment(document) if s.start <= place < s.end]
    assert found.end >= place + len(quote)
    assert document.page(found.start) == page
    assert document.page(place + len(quote) - 1) == page + 1


@needs_ofsted
@needs_pdftotext
def test_every_real_report_agrees_with_another_reader() -> None:
    paths = sorted(OFSTED.glob("*.pdf"))
    assert len(paths) == 22
    apart: list[tuple[str, int]] = []
    for path in paths:
        document = _report(path.stem)
        assert document.warnings == ()
        assert len(document.furniture) > len(document.page_starts)
        told = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, text=True, check=True).stdout.split("\f")
        for number, (ours, theirs) in enumerate(zip(_pages(document), told[:-1], strict=True), 1):
            if _agreement(ours, theirs) < 0.995:
                apart.append((path.stem, number))
    assert apart == []


def _agreement(*texts: str) -> float:
    """Return the share of words that two texts have in common, however their lines are cut."""
    one, other = (Counter(re.findall(r"[^\W_]+", re.sub(r"[-\u00ad]\s*", "", text))) for text in texts)
    return sum((one & other).values()) / max(1, one.total(), other.total())
