"""A document is cut into numbered segments that lose no word, share none, and are the sentences a reader would see."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from summariser.boilerplate import is_boilerplate
from summariser.segments import segment, shown
from summariser.types import Document, Segment
from tests.conftest import SAMPLES, SEEDS, needs_seeds

MEGABYTES = 2_000_000
PIECES = [
    *("The committee noted", " the report.", " Cllr. Smith", " e.g.", " 3.4", "No. 5", " 48%", "word", "?", "!", ":", ";", "…"),
    *(
        "\n",
        "\n\n",
        "\r\n",
        "\r\n\r\n",
        "\r",
        "\u2028",
        "\x85",
        "\x0b",
        "\x0c",
        "\x1c",
        "\t",
        " ",
        "  ",
        "\u00a0",
        "\u200b",
        "\0",
    ),
    *(
        "• ",
        "- ",
        "– ",
        "* ",
        "o ",
        "1. ",
        "12) ",
        "(a) ",
        "iv. ",
        "# ",
        "## ",
        "| a | b |",
        "|---|",
        "***",
        "____",
        "“",
        "”",
        "é",
    ),
    *(
        "so it went on, and on, with no end to it at all that anyone had seen",
        " and then",
        "\ud7ff",
        "ﬁ",
        "٣",
        "²",
        "漢字",
        "😀",
    ),
]
anything = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=120),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=40).map("".join),
)
# What may stand before a list item and in no segment.
MARK = re.compile(r"(?:o\s+)?(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])?|o")


def _document(text: str) -> Document:
    return Document(name="a.txt", text=text, sha256="0" * 64)


def _segments(text: str) -> tuple[Segment, ...]:
    return segment(_document(text))


def _words(text: str) -> list[str]:
    return [text[span.start : span.end] for span in _segments(text)]


def _kinds(text: str) -> list[tuple[str, str]]:
    return [(span.kind, shown(text[span.start : span.end])) for span in _segments(text)]


def _leads(text: str) -> dict[str, str | None]:
    """Return what each list item of the text is introduced by."""
    spans = _segments(text)
    lines = [shown(text[span.start : span.end]) for span in spans]
    return {
        line: lines[span.lead - 1] if span.lead else None
        for line, span in zip(lines, spans, strict=True)
        if span.kind == "list_item"
    }


def _holds(text: str) -> None:
    """Check what is true of the segments of every text."""
    spans = _segments(text)
    assert [span.number for span in spans] == list(range(1, len(spans) + 1))
    end = 0
    for span in spans:
        assert end <= span.start < span.end <= len(text)
        words = text[span.start : span.end]
        assert words == words.strip()
        _holds_marks_alone(text[end : span.start])
        assert span.lead is None or (span.kind == "list_item" and span.lead < span.number)
        end = span.end
    _holds_marks_alone(text[end:])


def _holds_marks_alone(gap: str) -> None:
    """Check that what is left out between two segments has no words but the mark of a list item, or is boilerplate."""
    for line in gap.splitlines():
        if is_boilerplate(line):
            continue
        kept = re.sub(r"[^\w().\s]|_", "", line).strip()
        assert not any(character.isalnum() for character in kept) or MARK.fullmatch(kept), gap


@given(anything)
@settings(deadline=None, max_examples=600)
@example("1. \n2. x")
@example("- 1. (a) x")
@example("The first line of a paragraph that is wrapped at a fixed width of\r\nsixty. And so on.")
def test_segments_hold_every_word_once_and_in_order(text: str) -> None:
    _holds(text)


@pytest.mark.parametrize("folder", [pytest.param(SEEDS, marks=needs_seeds, id="seeds"), pytest.param(SAMPLES, id="samples")])
def test_real_documents_are_cut_without_loss(folder: Path) -> None:
    paths = sorted(folder.iterdir())
    assert paths
    for path in paths:
        _holds(path.read_bytes().decode("utf-8"))


@given(anything)
@settings(deadline=None)
def test_a_segment_is_shown_on_one_line(text: str) -> None:
    line = shown(text)
    assert len(line.splitlines()) <= 1
    assert line.split() == text.replace("\xad", "").split()


def test_an_empty_document_has_no_segments() -> None:
    assert _segments("") == ()
    assert _segments(" \n\u00a0\r\n\t\n---\n") == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "The item was moved by Cllr. Smith and seconded by Cllrs. Jones and Patel.",
        "It was led by Dr. Marsh, Prof. Lee and Mrs. Okafor of St. Anne's.",
        "Members took item No. 12 before Nos. 4 and 5.",
        "This is set out in para. 3.4 of the report and paras. 6 to 8 of its annex.",
        "Some services, e.g. Respite care, were closed.",
        "The main provider, i.e. Marlow Care Ltd. of Leeds, was warned.",
        "Care was bought from Brightside Co. Ltd. of York.",
        "The duty lies in s. 17 of the Act, and see pp. 4 to 6.",
        "The case of Smith v. Jones was cited.",
        "The rate rose from 3.4 to 5.25 per cent, at a cost of £1.2 million.",
        "The visit of 14.03.2018 was followed on 3.4.2018 by a letter.",
        "Ms. A. B. Carter took the chair.",
        "“Is it safe?” she asked.",
        "The report (see para. 2.) was noted.",
    ],
)
def test_a_sentence_does_not_end_at_an_abbreviation_or_a_decimal(sentence: str) -> None:
    text = f"The committee met in March. {sentence} It was then noted."
    assert _words(text) == ["The committee met in March.", sentence, "It was then noted."]


def test_sentences_are_parted() -> None:
    text = "It was late. Why was it late? Nobody said! On 14 March 2018 it was closed. In all, 48% were met."
    assert _words(text) == [
        "It was late.",
        "Why was it late?",
        "Nobody said!",
        "On 14 March 2018 it was closed.",
        "In all, 48% were met.",
    ]


@pytest.mark.parametrize(
    "mark",
    [*("•", "·", "▪", "◦", "●", "○", "‣", "∙", "*", "+", "o", "-", "–", "—", "\uf0b7"), "1.", "12)", "(3)", "a.", "(b)", "iv)"],
)
@pytest.mark.parametrize("space", [" ", "\t", "         ", "\u00a0"])
def test_the_mark_of_a_list_item_is_in_no_segment(mark: str, space: str) -> None:
    text = f"The team found:\n\n{mark}{space}staff are praised\n{mark}{space}Records are late.\n"
    assert _kinds(text)[1:] == [("list_item", "staff are praised"), ("list_item", "Records are late.")]


def test_a_bullet_before_a_number_is_one_mark() -> None:
    assert _kinds("- 1. Staff are praised.") == [("list_item", "Staff are praised.")]


def test_a_list_item_of_two_sentences_is_two_segments_with_one_lead() -> None:
    text = "The team found:\n- Staff are praised. Records are late.\n"
    assert _leads(text) == {"Staff are praised.": "The team found:", "Records are late.": "The team found:"}


def test_a_wrapped_list_item_goes_on_in_the_next_line() -> None:
    text = "The team found:\n- staff who are praised by the families that they\n  work with, and records\n- a plan\n"
    assert list(_leads(text)) == ["staff who are praised by the families that they work with, and records", "a plan"]


@pytest.mark.parametrize("intro", ["The report says:", "The strengths are –", "**The team found:**", "Among them;"])
def test_the_line_before_a_list_introduces_it(intro: str) -> None:
    assert _leads(f"Some text goes first.\n\n{intro}\n\n- Staff are praised.\n- Records are late.\n") == {
        "Staff are praised.": intro,
        "Records are late.": intro,
    }


def test_link_labels_do_not_come_between_a_list_and_its_introduction() -> None:
    text = "The report says:\n\nPeer review letter click to read\n\n- Staff are praised.\n- Records are late.\n"
    assert set(_leads(text).values()) == {"The report says:"}


def test_a_heading_introduces_the_list_below_it() -> None:
    assert _leads("It was noted.\n\nStrengths\n\n- Staff are praised.\n") == {"Staff are praised.": "Strengths"}


def test_a_heading_after_a_list_introduces_the_next_one() -> None:
    text = "The report says:\n- Staff are praised.\n\nRisks\n- Records are late.\n"
    assert _leads(text) == {"Staff are praised.": "The report says:", "Records are late.": "Risks"}


def test_a_sentence_that_announces_nothing_introduces_no_list() -> None:
    assert _leads("The report says:\n- One is good.\n\nThe committee met.\n\n- Two is late.\n")["Two is late."] is None


def test_the_rows_of_a_table_are_segments_and_its_rule_is_not() -> None:
    text = "| Measure | 2019 | 2020 |\n|:--------|-----:|-----:|\n| Visits. In time | 48% | 61% |\nLate\t12\t9\n"
    assert _kinds(text) == [
        ("table_row", "Measure | 2019 | 2020"),
        ("table_row", "Visits. In time | 48% | 61%"),
        ("table_row", "Late 12 9"),
    ]


def test_headings_are_kept_apart_from_what_follows() -> None:
    text = (
        "# Annual report\nThe service was inspected in March.\n\nWhat we found\n\nStaff are praised.\n### Next steps\nA plan\n"
    )
    assert _kinds(text) == [
        ("heading", "Annual report"),
        ("sentence", "The service was inspected in March."),
        ("heading", "What we found"),
        ("sentence", "Staff are praised."),
        ("heading", "Next steps"),
        ("heading", "A plan"),
    ]


TITLE = "Children's social care in Thornby: what the inspectors found last autumn"


@pytest.mark.parametrize(
    "below",
    [
        "Published on Tuesday, with a statement of the leader and a list of the dates on which inspectors came to the town.",
        "Report of the Director of Children",
        "Meeting of Cabinet, Tuesday 18 July 2023",
        "Inspection dates: 11 to 15 September 2023",
        "Officers brought the findings to members of the committee and its guests, who heard them out",
    ],
)
def test_a_long_title_does_not_run_into_the_line_below(below: str) -> None:
    assert _words(f"{TITLE}\n{below}\n") == [TITLE, below]


def test_a_long_title_goes_on_in_a_shorter_line() -> None:
    assert [shown(piece) for piece in _words(f"{TITLE}\nWinter and spring visits\n")] == [f"{TITLE} Winter and spring visits"]


@pytest.mark.parametrize(
    "line", ["12 AMHP posts and thirty social workers, who work", "Ofsted and CQC: the service is better than it was"]
)
def test_prose_that_is_wrapped_at_a_word_that_ends_no_title_goes_on(line: str) -> None:
    words = "The children's services directorate of the county council has"
    assert [shown(piece) for piece in _words(f"{words}\n{line}.\n")] == [f"{words} {line}."]


def test_numbered_paragraphs_that_run_on_are_parted() -> None:
    text = (
        "2.3 Seventeen files had no plan six weeks after the call. 2.4 We were troubled by that, as paras. 2.1 and 2.2 say.\n"
    )
    assert _words(text) == [
        "2.3 Seventeen files had no plan six weeks after the call.",
        "2.4 We were troubled by that, as paras. 2.1 and 2.2 say.",
    ]


WRAPPED = (
    "The committee considered a report of the director that set out how the{0}"
    "service had changed since the last inspection, and that asked the two{0}"
    "Cabinet members to note the progress made. They were told of more work{0}"
    "to do.{0}"
)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_wrapped_paragraph_is_joined_into_its_sentences(newline: str) -> None:
    words = [shown(piece) for piece in _words(WRAPPED.format(newline))]
    assert words == [
        "The committee considered a report of the director that set out how the service had changed since the last "
        "inspection, and that asked the two Cabinet members to note the progress made.",
        "They were told of more work to do.",
    ]


@pytest.mark.parametrize("newline", ["\r", "\u2028", "\x0b"])
def test_a_paragraph_wrapped_with_other_line_ends_is_joined(newline: str) -> None:
    text = f"Minutes of the meeting{newline}{newline}" + WRAPPED.format(newline)
    assert [shown(piece) for piece in _words(text)] == [shown(piece) for piece in _words(text.replace(newline, "\n"))]


def test_paragraphs_of_one_line_are_not_joined() -> None:
    long = "The committee considered a report of the director that set out how the service had changed since March."
    text = f"{long}\n{long}\nIt was noted.\n{long}\n\n{long.rstrip('.')}\n\n{long}\n"
    assert _words(text) == [long, long, "It was noted.", long, long.rstrip("."), long]


def test_a_blank_line_ends_a_paragraph() -> None:
    text = WRAPPED.format("\n").replace("\nto do.", "\n\nto do.")
    assert _words(text)[-1] == "to do."


@pytest.mark.parametrize(
    "unit",
    [
        *("• an item of the list\n", "a", "\n", " ", "It was so. ", ".", "e.g. ", "| a | b |\n", "Cllr. ", "word ", "#"),
        *("and so it went on and on without an end to any of it all\n", "; ", "\0", "1. Item\n\n", '"'),
        "The committee met and considered the report of the director on it\r\n",
    ],
)
def test_two_megabytes_are_cut_in_bounded_time(unit: str) -> None:
    text = unit * (MEGABYTES // len(unit))
    began = time.perf_counter()
    _segments(text)
    assert time.perf_counter() - began < 20


@pytest.mark.parametrize("newline", ["\r", "\u2028"])
def test_time_is_bounded_for_other_line_ends(newline: str) -> None:
    text = f"The plan{newline}" * 11_000
    began = time.perf_counter()
    _segments(text)
    assert time.perf_counter() - began < 2
