"""Cuts a long document into windows: runs of whole segments that overlap, cut at headings where it can be done.

A window is sized in characters, so that where it is cut depends on the document and on one number alone; the same document
gives the same windows, and so the same questions, in every run.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from summariser.types import Segment

# A window is cut at a heading, or at least not inside a list or table, if there is one in this last part of it.
_LAST_PART = 0.35
# This much of a window is shown again at the head of the next, in whole segments.
_OVERLAP = 0.08
# Lines of the document's opening that every later window begins with: it tells whose paper this is, and of when.
_OPENING = 800
_OPENING_SEGMENTS = 8
# "[123] " and the end of the line.
_MARK = 7


@dataclass(frozen=True, slots=True)
class Window:
    """A run of segments, by their numbers; `orientation` numbers the ones before it that are shown besides.

    These are the document's opening, the headings above the run and the line that introduces its first list.
    """

    first: int
    last: int
    orientation: tuple[int, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return the numbers of all segments that it shows, in order."""
        return (*self.orientation, *range(self.first, self.last + 1))


def split(segments: Sequence[Segment], most: int) -> tuple[Window, ...]:
    """Return windows of at most `most` characters that hold every segment; one alone that is longer is a window.

    `segments` is the whole document, or, to split a window again, the run of it. Neighbours overlap by whole segments.
    """
    windows: list[Window] = []
    first, fresh = 0, 0  # where the window begins, and its first segment that no window before it holds
    while fresh < len(segments):
        while (far := _reach(segments, first, most)) <= fresh:  # what is repeated leaves no room
            first += 1
        end = far if far == len(segments) else _cut(segments, fresh, far)
        windows.append(Window(segments[first].number, segments[end - 1].number))
        first, fresh = max(_repeated(segments, end, most), first + 1), end
    return tuple(windows)


def oriented(window: Window, segments: Sequence[Segment], most: int) -> Window:
    """Return the window with what a reader of it needs of the document before it, in at most `most` characters.

    `segments` is the whole document. The nearest heading comes first, then those above it, then the document's opening.
    """
    head = segments[window.first - 1]
    near = [head.lead, *reversed(head.path)] if head.lead else [*reversed(head.path)]
    kept: set[int] = set()
    room = most
    for number in (*_columns(head, segments), *near, *opening(segments, min(most, _OPENING))):
        length = _length(segments[number - 1])
        if number < window.first and number not in kept and length <= room:
            kept.add(number)
            room -= length
    return Window(window.first, window.last, tuple(sorted(kept)))


def opening(segments: Sequence[Segment], most: int) -> list[int]:
    """Return the numbers of the first of these segments, of at most `most` characters."""
    numbers: list[int] = []
    for segment in segments[:_OPENING_SEGMENTS]:
        most -= _length(segment)
        if most < 0:
            break
        numbers.append(segment.number)
    return numbers


def _columns(head: Segment, segments: Sequence[Segment]) -> list[int]:
    """Return the number of the row that names a table's columns, if a window begins inside the table."""
    first = head.number
    while first > 1 and head.kind == "table_row" and segments[first - 2].kind == "table_row":
        first -= 1
    return [first] if first < head.number else []


def characters(segments: Sequence[Segment]) -> int:
    """Return how many characters it takes to show these segments, each behind its number."""
    return sum(_length(segment) for segment in segments)


def _length(segment: Segment) -> int:
    return segment.end - segment.start + _MARK


def _reach(segments: Sequence[Segment], first: int, most: int) -> int:
    """Return the end of the longest run from `first` that fits, of one segment at least."""
    end, length = first + 1, _length(segments[first])
    while end < len(segments) and length + _length(segments[end]) <= most:
        length += _length(segments[end])
        end += 1
    return end


def _cut(segments: Sequence[Segment], fresh: int, far: int) -> int:
    """Return where to end a window that could reach to `far`: before the highest heading of its last part, the latest of them.

    Without a heading it ends before a sentence, so that no list or table is cut in two.
    """
    early = max(fresh + 1, far - int((far - fresh) * _LAST_PART))
    places = range(far, early - 1, -1)
    headings = [place for place in places if segments[place].kind == "heading" and segments[place - 1].kind != "heading"]
    if headings:
        return min(headings, key=lambda place: len(segments[place].path))
    return next((place for place in places if segments[place].kind == "sentence"), far)


def _repeated(segments: Sequence[Segment], end: int, most: int) -> int:
    """Return where the window after one that ends at `end` begins: one segment before it or more."""
    first, length = end - 1, _length(segments[end - 1])
    while first > 0 and length + _length(segments[first - 1]) <= most * _OVERLAP:
        first -= 1
        length += _length(segments[first])
    return first
