"""Long documents are cut into windows that lose nothing, overlap by whole segments, and end where the document itself does."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from summariser.readers import from_text
from summariser.segments import segment
from summariser.types import Segment, SegmentKind
from summariser.windows import Window, characters, oriented, split

KINDS: tuple[SegmentKind, ...] = ("heading", "sentence", "list_item", "table_row")
# What is shown again at the head of a window takes no more than this share of it, unless one segment alone is longer.
REPEATED = 0.08
# Drawn in one piece, which takes a quarter of the time of drawing kind, length and rank each by itself.
PARTS = tuple(product(KINDS, (20, 3, 41, 77, 500), (1, 2, 3)))


def run(*parts: tuple[SegmentKind, int, int]) -> tuple[Segment, ...]:
    """Return segments of these kinds and lengths, each heading of a rank, as a document in which they follow each other."""
    made: list[Segment] = []
    above: list[tuple[int, int]] = []
    start, lead = 0, None
    for number, (kind, length, rank) in enumerate(parts, 1):
        if kind == "heading":
            above = [(known, place) for known, place in above if known < rank]
        path = tuple(place for _, place in above)
        made.append(Segment(number, start, start + length, kind, lead if kind == "list_item" else None, path))
        if kind == "heading":
            above.append((rank, number))
        lead = number if kind in ("heading", "sentence") else lead
        start += length + 2
    return tuple(made)


def like(length: int, *kinds: SegmentKind) -> tuple[Segment, ...]:
    """Return segments of these kinds, all of one length and one rank."""
    return run(*((kind, length, 1) for kind in kinds))


@st.composite
def documents(draw: st.DrawFn, *, least: int = 1) -> tuple[Segment, ...]:
    """Draw the segments of a document, some of them far longer than the others."""
    return run(*draw(st.lists(st.sampled_from(PARTS), min_size=least, max_size=30)))


def held(window: Window, segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Return the segments of a window's run."""
    return tuple(segments[number - 1] for number in range(window.first, window.last + 1))


def last_of_first(segments: Sequence[Segment], most: int) -> int:
    return split(segments, most)[0].last


# What holds for every document


@hypothesis_settings(max_examples=40)
@given(documents(), st.integers(1, 600))
def test_nothing_is_lost_and_every_window_brings_something_new(segments: tuple[Segment, ...], most: int) -> None:
    windows = split(segments, most)
    assert windows[0].first == 1
    assert windows[-1].last == len(segments)
    for before, after in pairwise(windows):
        assert before.first < after.first <= before.last + 1 <= after.last


@hypothesis_settings(max_examples=40)
@given(documents(), st.integers(1, 600))
def test_a_window_fits_or_is_one_segment(segments: tuple[Segment, ...], most: int) -> None:
    for window in split(segments, most):
        run = held(window, segments)
        assert characters(run) <= most or len(run) == 1


@hypothesis_settings(max_examples=40)
@given(documents(), st.integers(1, 600))
def test_neighbours_share_a_segment_wherever_there_is_room(segments: tuple[Segment, ...], most: int) -> None:
    for before, after in pairwise(split(segments, most)):
        shared = segments[after.first - 1 : before.last]
        if shared:
            assert len(shared) == 1 or characters(shared) <= most * REPEATED
        else:
            assert characters(segments[before.last - 1 : before.last + 1]) > most


def test_as_much_is_repeated_as_there_is_room_for() -> None:
    segments = run(*(("sentence", length, 1) for length in (100, 3, 3, 3, 3, 500)))
    first, second = split(segments, 543)
    assert (first.last, second.first, second.last) == (5, 3, 6)


@hypothesis_settings(max_examples=20)
@given(documents(), st.integers(1, 600))
def test_windows_depend_on_the_document_and_the_room_alone(segments: tuple[Segment, ...], most: int) -> None:
    assert split(list(segments), most) == split(segments, most)
    elsewhere = tuple(replace(each, start=each.start + 7_000, end=each.end + 7_000) for each in segments)
    assert split(elsewhere, most) == split(segments, most)


@hypothesis_settings(max_examples=40)
@given(documents(least=2), st.integers(1, 300), st.data())
def test_a_part_is_split_by_the_numbers_of_the_whole(segments: tuple[Segment, ...], most: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(segments)))
    last = data.draw(st.integers(first, len(segments)))
    part = split(segments[first - 1 : last], most)
    assert (part[0].first, part[-1].last) == (first, last)
    assert all(characters(held(window, segments)) <= most or window.first == window.last for window in part)


@hypothesis_settings(max_examples=40)
@given(documents(least=2), st.integers(1, 600), st.integers(0, 1_200))
@example(run(("heading", 5_000, 1), ("sentence", 40, 1), ("sentence", 40, 1)), 100, 1_200)
def test_what_is_shown_besides_stands_before_the_window(segments: tuple[Segment, ...], most: int, besides: int) -> None:
    for plain in split(segments, most):
        window = oriented(plain, segments, besides)
        head = segments[window.first - 1]
        assert (window.first, window.last) == (plain.first, plain.last)
        assert list(window.numbers) == sorted(set(window.numbers))
        assert all(1 <= number < window.first for number in window.orientation)
        assert characters([segments[number - 1] for number in window.orientation]) <= besides
        above = {*head.path, *([head.lead] if head.lead else [])}
        if characters([segments[number - 1] for number in {*above, *_row_before(head, segments)}]) <= besides:
            assert above <= set(window.orientation)
        assert oriented(window, segments, besides) == window


def _row_before(head: Segment, segments: Sequence[Segment]) -> list[int]:
    """Return the numbers of the rows of the table in which a window begins."""
    rows = []
    for number in range(head.number - 1, 0, -1):
        if head.kind != "table_row" or segments[number - 1].kind != "table_row":
            break
        rows.append(number)
    return rows[-1:]


ALL_SENTENCES: list[SegmentKind] = ["sentence"] * 40


def test_the_opening_is_the_first_lines_and_not_all_of_them() -> None:
    segments = like(40, *ALL_SENTENCES)
    assert oriented(Window(30, 40), segments, 5_000).orientation == (1, 2, 3, 4, 5, 6, 7, 8)
    assert oriented(Window(4, 40), segments, 5_000).orientation == (1, 2, 3)
    assert oriented(Window(1, 40), segments, 5_000).orientation == ()
    assert oriented(Window(30, 40), segments, 100).orientation == (1, 2)
    assert oriented(Window(30, 40), like(300, *ALL_SENTENCES), 5_000).orientation == (1, 2)
    assert oriented(Window(2, 3), like(5_000, *ALL_SENTENCES), 5_000).orientation == ()


def test_what_is_nearest_is_shown_where_there_is_no_room_for_all() -> None:
    parts: list[tuple[SegmentKind, int, int]] = [("sentence", 40, 1)] * 13
    parts[1:4] = [("heading", 40, rank) for rank in (1, 2, 3)]
    segments = run(*parts)
    assert oriented(Window(9, 13), segments, 5_000).orientation == (1, 2, 3, 4, 5, 6, 7, 8)
    assert oriented(Window(9, 13), segments, 47).orientation == (4,)
    assert oriented(Window(9, 13), segments, 100).orientation == (3, 4)
    assert oriented(Window(9, 13), segments, 190).orientation == (1, 2, 3, 4)


def test_what_fits_is_one_window() -> None:
    segments = like(40, "heading", "sentence", "heading", "sentence")
    assert split(segments, characters(segments)) == (Window(1, 4),)
    assert len(split(segments, characters(segments) - 1)) == 2
    assert split((), 100) == ()


# Where a window ends


TEN = 10 * (40 + 7)


@pytest.mark.parametrize("place", [7, 8, 9, 10])
def test_a_window_ends_before_a_heading_of_its_last_third(place: int) -> None:
    kinds = ALL_SENTENCES.copy()
    kinds[place] = "heading"
    assert last_of_first(like(40, *kinds), TEN) == place


@pytest.mark.parametrize("place", [2, 4, 6])
def test_a_heading_further_up_does_not_shorten_a_window(place: int) -> None:
    kinds = ALL_SENTENCES.copy()
    kinds[place] = "heading"
    assert last_of_first(like(40, *kinds), TEN) == 10


def test_a_chapter_goes_before_a_section_and_the_later_before_the_earlier() -> None:
    parts: list[tuple[SegmentKind, int, int]] = [("sentence", 40, 1)] * 20
    parts[0] = parts[7] = ("heading", 40, 1)
    parts[9] = ("heading", 40, 2)
    assert last_of_first(run(*parts), TEN) == 7
    parts[9] = ("heading", 40, 1)
    assert last_of_first(run(*parts), TEN) == 9


def test_a_heading_stays_with_the_heading_above_it() -> None:
    parts: list[tuple[SegmentKind, int, int]] = [("sentence", 40, 1)] * 20
    parts[8] = parts[9] = ("heading", 40, 1)
    assert last_of_first(run(*parts), TEN) == 8


@pytest.mark.parametrize("kind", ["list_item", "table_row"])
def test_without_a_heading_a_list_or_table_is_not_cut(kind: SegmentKind) -> None:
    kinds = ALL_SENTENCES.copy()
    kinds[8:14] = [kind] * 6
    # The sentence that announces the list goes with it.
    assert last_of_first(like(40, *kinds), TEN) == 7
    assert last_of_first(like(40, *[kind] * 20), TEN) == 10


WORDS = "The lamp by the bridge was lit all night. " * 40


def test_a_list_in_two_windows_keeps_the_line_that_announces_it() -> None:
    bulbs = "".join(f"- lamp number {n} of the street\n" for n in range(99))
    segments = segment(from_text(f"{WORDS}\n\nThe council will mend:\n{bulbs}"))
    announced = next(each.number for each in segments if each.kind == "list_item") - 1
    inside = [window for window in split(segments, 1_000) if segments[window.first - 1].kind == "list_item"]
    assert len(inside) > 2
    assert all(announced in oriented(window, segments, 1_200).orientation for window in inside)


def test_the_chapter_and_section_of_a_window_are_shown_above_it() -> None:
    segments = segment(from_text(f"# Report\n\n{WORDS}\n\n# Lamps\n\n{WORDS}\n\n## Broken ones\n\n{WORDS}"))
    titles = {each.number for each in segments if each.kind == "heading"}
    last = oriented(split(segments, 1_000)[-1], segments, 1_200)
    assert len(titles) == 3
    assert {number for number in last.orientation if number > 8} == titles - {1}


def test_a_table_in_two_windows_keeps_the_row_that_names_its_columns() -> None:
    rows = "".join(f"| Street number {n} | {n} | {n + 1} |\n" for n in range(99))
    segments = segment(from_text(f"{WORDS}\n\n| Street | Lit | Broken |\n|---|---|---|\n{rows}\n{WORDS}"))
    names = next(each.number for each in segments if each.kind == "table_row")
    windows = [oriented(window, segments, 1_200) for window in split(segments, 1_000)]
    inside = [window for window in windows if segments[window.first - 1].kind == "table_row" and window.first > names]
    assert inside
    assert all(names in window.numbers for window in inside)


# Odd documents


def test_a_gigantic_line_is_a_window_of_its_own() -> None:
    segments = run(("sentence", 40, 1), ("sentence", 90_000, 1), ("sentence", 40, 1), ("sentence", 40, 1))
    assert [(window.first, window.last) for window in split(segments, 1_000)] == [(1, 1), (2, 2), (3, 4)]
    assert oriented(Window(3, 4), segments, 1_200).orientation == (1,)


def test_a_document_of_headings_is_cut_where_it_is_full() -> None:
    segments = segment(from_text("".join(f"Part {number} of the work\n\n" for number in range(200))))
    assert {each.kind for each in segments} == {"heading"}
    windows = split(segments, 1_000)
    assert (windows[0].first, windows[-1].last) == (1, len(segments))
    assert all(characters(held(window, segments)) > 500 for window in windows[:-1])
