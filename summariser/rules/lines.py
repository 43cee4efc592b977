"""The view of a document that the rules read: its segments as lines, with the words, their place, and their paragraph."""

import re
from dataclasses import dataclass

from summariser.evidence import fold
from summariser.segments import shown
from summariser.types import Document, Segment, SegmentKind

_MARKS = re.compile(r"[*_]{2}")
# Labels of a paper's own page: not furniture, but nothing that anybody found or will do.
_LABEL = re.compile(
    r"^(?:read more|learn more)\b|^comments?$|^contact (?:the|democratic)|^supporting documents|^additional documents|pdf icon"
    r"|click (?:to|here)|^(?:view|download|print)\b.{0,60}$|^webcast|^wards? affected|^key decision:|terms and conditions"
    r"|^(?:home|menu|search)\b.{0,40}$|^posted in",
    re.I,
)
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Line:
    """One segment as the rules see it: `words` on one line with straight quotes, for matching and not for quoting."""

    number: int
    words: str
    kind: SegmentKind
    lead: int | None
    paragraph: int
    boilerplate: bool

    def has(self, pattern: re.Pattern[str]) -> bool:
        """Say whether the pattern stands in the words."""
        return bool(pattern.search(self.words))


def lines_of(document: Document, segments: tuple[Segment, ...]) -> list[Line]:
    """Return the lines of a document; two lines are of one paragraph if no line break parts them."""
    lines: list[Line] = []
    paragraph, end = 0, 0
    for segment in segments:
        if "\n" in document.text[end : segment.start]:
            paragraph += 1
        end = segment.end
        raw = document.text[segment.start : segment.end]
        # A segment of this length is no sentence but a page without structure; its opening is enough to know it by.
        words = _MARKS.sub("", shown(fold(raw[:_LONGEST])))
        boilerplate = len(words) < 300 and bool(_LABEL.search(words))
        lines.append(Line(segment.number, words, segment.kind, segment.lead, paragraph, boilerplate))
    return lines
