"""Cuts a document into the numbered segments that claims cite: sentences, headings, list items and table rows.

A segment is a span of the unaltered text; nothing is repaired, joined or dropped, so its words are the document's own.
"""

import re
from collections.abc import Iterator

import nupunkt

from summariser.types import Document, Segment, SegmentKind

_LINE = re.compile(r"[^\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")
_NUMBERED = r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+"
_BULLET = re.compile(rf"\s*(?:[•·▪◦●○‣∙*+o\uf0b7–—-]\s+(?:{_NUMBERED})?|{_NUMBERED})(?=\S)")
_MARKDOWN_HEADING = re.compile(r"\s*#{1,6}\s+\S")
_RULE = re.compile(r"[\s|:=_*-]+")
_TERMINAL = re.compile(r"[.!?:;…][\"'”’)\]*_]*$")
_INTRODUCES = re.compile(r"(?:[:;]\s*[-–—]?|\s[-–—])[*_]*$")

# Abbreviations of the field before which no sentence ends, for the sentence model splits after them.
_NOT_THE_END = re.compile(
    r"(?:^|[\s(])(?:Cllrs?|Rev|Hon|Dr|Mrs?|Ms|Prof|Sir|St|No|Nos|para|paras|pp?|s|ss|Sch|Art|reg|approx|incl|e\.g|i\.e"
    r"|viz|cf|vs?|Ltd|plc|Co|Rd|Ave|Dept|Gov)\.$",
    re.IGNORECASE,
)
_NEVER_OPENS = re.compile(r"[a-z,;)\]]")
# Beyond this a line is wrapped text rather than a heading, and is worth joining to the next.
_WRAPPED = 55
_HEADING = 120


def segment(document: Document) -> tuple[Segment, ...]:
    """Return the segments of `document` in order, numbered from 1; no word of the text lies in two of them."""
    text = document.text
    segments: list[Segment] = []
    lead: int | None = None
    listing = False
    for start, end, kind in _blocks(text):
        prose = kind in ("sentence", "list_item")
        for left, right in _sentences(text, start, end) if prose else [(start, end)]:
            segments.append(Segment(len(segments) + 1, left, right, kind, lead if kind == "list_item" else None))
        # Link labels often stand between "The report says:" and its list, so a heading takes over only where no line
        # has announced the list, or after the list.
        if kind == "sentence":
            lead = len(segments) if _INTRODUCES.search(text[start:end]) else None
        elif kind == "heading" and (lead is None or listing):
            lead = len(segments)
        listing = kind == "list_item"
    return tuple(segments)


def shown(text: str) -> str:
    """Return the words of a segment on one line, for display and for prompts; offsets are not true to it."""
    return " ".join(text.split())


def _blocks(text: str) -> Iterator[tuple[int, int, SegmentKind]]:
    """Yield (start, end, kind) of each run of lines that belong together."""
    pending: tuple[int, int, SegmentKind] | None = None
    for start, end in _lines(text):
        kind = _kind(text[start:end])
        if kind is None:
            continue
        if pending and _continues(text, pending, start, end, kind):
            pending = (pending[0], end, "sentence" if pending[2] == "heading" else pending[2])
            continue
        if pending:
            yield pending
        pending = (start, end, kind)
    if pending:
        yield pending


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of each line that has words, without the space around them."""
    for line in _LINE.finditer(text):
        words = line.group()
        stripped = words.strip()
        if stripped:
            start = line.start() + len(words) - len(words.lstrip())
            yield start, start + len(stripped)


def _kind(line: str) -> SegmentKind | None:
    if _RULE.fullmatch(line):
        return None
    if line.startswith("|") or line.count("|") >= 2 or line.count("\t") >= 2:
        return "table_row"
    if _MARKDOWN_HEADING.match(line):
        return "heading"
    if _BULLET.match(line):
        return "list_item"
    if len(line) <= _HEADING and not _TERMINAL.search(line) and not _INTRODUCES.search(line):
        return "heading"
    return "sentence"


def _continues(text: str, pending: tuple[int, int, SegmentKind], start: int, end: int, kind: SegmentKind) -> bool:
    """Say whether a line goes on from the one before it, as in text wrapped at a fixed width."""
    _, last, before = pending
    if kind not in ("sentence", "heading") or before == "table_row" or text.count("\n", last, start) > 1:
        return False
    previous = text[text.rfind("\n", 0, last) + 1 : last]
    if _MARKDOWN_HEADING.match(previous) or end - start > _HEADING:
        return False
    opens_low = bool(_NEVER_OPENS.match(text[start]))
    wrapped = len(previous) >= _WRAPPED and not _TERMINAL.search(previous)
    if before == "list_item":
        return wrapped or (opens_low and not _TERMINAL.search(previous))
    return (opens_low and len(previous) >= _WRAPPED) or (wrapped and len(previous) <= _HEADING)


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the bounds of the sentences in one block, without the mark of a list item."""
    if mark := _BULLET.match(text, start, end):
        start = mark.end()
    spans: list[tuple[int, int]] = []
    joined = False
    for left, right in nupunkt.sent_spans(text[start:end]):
        piece = text[start + left : start + right]
        words = piece.strip()
        if not words:
            continue
        begin = start + left + len(piece) - len(piece.lstrip())
        span = (begin, begin + len(words))
        if spans and (joined or _NEVER_OPENS.match(words)):
            spans[-1] = (spans[-1][0], span[1])
        else:
            spans.append(span)
        joined = bool(_NOT_THE_END.search(words))
    return spans
