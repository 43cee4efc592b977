"""The view of a document that the rules read: its segments as lines, with the words, their place, and their paragraph."""

import re
from dataclasses import dataclass
from functools import cached_property

from summariser.evidence import lowered, plain
from summariser.types import Document, Segment, SegmentKind

_MARKS = re.compile(r"[*_]{2}")
# Labels of a paper's own page: not furniture, but nothing that anybody found or will do.
_LABEL = re.compile(
    r"(?:read more|learn more)\b|comments?$|contact (?:the|democratic)|supporting documents|additional documents"
    r"|(?:view|download|print)\b.{0,60}$|webcast|wards? affected|key decision:|home(?: ?page)?(?: ?[|>/»·].{0,40})?$|(?:menu|search)\b.{0,40}$|posted in"
)
_IN_LABELS = ("pdf icon", "click to", "click here", "terms and conditions")
_LONGEST = 2_000
_WIDEST_MARK = 12
# What parts the columns of a table that was copied as text: a tab, or more space than stands behind a sentence.
_GAP = re.compile(r"[ \xa0]*\t\s*|(?<=[^\s.!?:;])[ \xa0]{2}(?=\S)|[ \xa0]{3,}")
_FEWEST_CELLS = 3
# What a segment leaves out at the ends of a row, empty cells among it.
_BARS, _WIDEST = "| \t\xa0", 80


_TOKEN = re.compile(r"\d+|[a-z]+(?:'[a-z]+)?|[£%()?!:;|\"•]")
_MOST_TOKENS = 80
_IGNORES_CASE = int(re.IGNORECASE)  # as a number, for to ask of a flag takes as long as a search
# Patterns by identity, for to hash one takes as long as to search with it; each is held, so that no other gets its number.
_IN_LOWER: dict[int, tuple[re.Pattern[str], re.Pattern[str]]] = {}


def in_lower(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Return a pattern that finds in `low` what one that ignores case finds in `words`, in a fifth of the time."""
    known = _IN_LOWER.get(id(pattern))
    if known is None:
        text = re.sub(
            r"\\.|[A-Z]", lambda found: found.group() if found.group()[0] == "\\" else found.group().lower(), pattern.pattern
        )
        known = _IN_LOWER[id(pattern)] = (pattern, re.compile(text, pattern.flags & ~re.IGNORECASE))
    return known[1]


@dataclass(frozen=True)
class Line:
    """One segment as the rules see it: `words` on one line with straight quotes, for matching and not for quoting.

    `low` is `words` in lower case, in which a search takes a fifth of the time of one that ignores case. `mark` is what stands
    before the words of a list item: its number, letter or bullet. `rows` are the cells of a table row; of text in columns, which
    no segment keeps apart, those of every line of the text that has three or more.
    """

    number: int
    words: str
    low: str
    kind: SegmentKind
    lead: int | None
    paragraph: int
    boilerplate: bool
    mark: str = ""
    rows: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def tokens(self) -> list[str]:
        """The words and the marks that matter to the linear models; a number is told by its length alone."""
        return [f"<{len(token)}>" if token.isdigit() else token for token in _TOKEN.findall(self.low)[:_MOST_TOKENS]]

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Say whether the pattern stands in the words; one that ignores case is asked of them in lower case."""
        if pattern.flags & _IGNORES_CASE:
            return in_lower(pattern).search(self.low) is not None
        return pattern.search(self.words) is not None


def lines_of(document: Document, segments: tuple[Segment, ...]) -> list[Line]:
    """Return the lines of a document; two lines are of one paragraph if no line break parts them."""
    lines: list[Line] = []
    paragraph, end = 0, 0
    for segment in segments:
        if document.text.find("\n", end, segment.start) != -1:
            paragraph += 1
        end = segment.end
        raw = document.text[segment.start : segment.end]
        # A segment of this length is no sentence but a page without structure; its opening is enough to know it by.
        words = " ".join(plain(raw[:_LONGEST]).split())
        if "*" in words or "_" in words:
            words = _MARKS.sub("", words)
        low = lowered(words)
        boilerplate = len(words) < 300 and bool(_LABEL.match(low) or any(map(low.__contains__, _IN_LABELS)))
        mark = _mark(document.text, segment.start) if segment.kind == "list_item" else ""
        rows = _rows(document.text, segment)
        lines.append(Line(segment.number, words, low, segment.kind, segment.lead, paragraph, boilerplate, mark, rows))
    return lines


def _mark(text: str, start: int) -> str:
    """Return what stands on the line before a list item, where that is as short as numbers are."""
    begin = text.rfind("\n", max(0, start - _WIDEST_MARK), start)
    return text[begin + 1 : start].strip() if begin != -1 or start < _WIDEST_MARK else ""


def _rows(text: str, segment: Segment) -> tuple[tuple[str, ...], ...]:
    """Return the cells of the table rows in a segment: of its whole line, as an empty first cell is no part of the segment."""
    if segment.kind == "table_row":
        start, end = segment.start, segment.end
        while start > 0 and text[start - 1] in _BARS and segment.start - start < _WIDEST:
            start -= 1
        while end < len(text) and text[end] in _BARS and end - segment.end < _WIDEST:
            end += 1
        return (_cells(text[start:end][:_LONGEST]),)
    raw = text[segment.start : segment.end][: 2 * _LONGEST]
    if "\t" not in raw and "  " not in raw:
        return ()
    rows = tuple(_cells(line) for line in raw.splitlines() if line.strip())
    return rows if any(len(row) >= _FEWEST_CELLS for row in rows) else ()


def _cells(row: str) -> tuple[str, ...]:
    row = row.strip(" \xa0\r\n")
    # The bar at the end of a row that has none at its start parts off an empty cell.
    row = row.removeprefix("|").removesuffix("|") if row.startswith("|") else row
    parts = row.split("|") if "|" in row else row.split("\t")
    parts = _GAP.split(row) if len(parts) == 1 else parts
    return tuple(_MARKS.sub("", " ".join(plain(cell).split())) for cell in parts)


def shortened(words: str, most: int) -> str:
    """Return as many whole words as go into `most` characters, and dots for the rest."""
    return words if len(words) <= most else words[: most - 4].rsplit(" ", 1)[0] + " ..."
