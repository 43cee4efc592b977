"""Cuts a document into the numbered segments that claims cite: sentences, headings, list items and table rows.

A segment is a span of the unaltered text; nothing is repaired, joined or dropped, so its words are the document's own.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import nupunkt

from summariser.boilerplate import boilerplate
from summariser.types import Document, Segment, SegmentKind, Span

_LINE = re.compile(r"[^\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")
_NUMBERED = r"\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+"
_BULLET = re.compile(rf"\s*(?:[•·▪◦●○‣∙*+o\uf0b7–—-]\s+(?:{_NUMBERED})?|{_NUMBERED})(?=\S)")
_MARKDOWN_HEADING = re.compile(r"\s*#{1,6}\s+(?=\S)")
_MAIL_HEADER = re.compile(r"(?:From|To|Cc|Bcc|Date|Sent|Subject|Reply-To): ")
_RULE = re.compile(r"[\s|:=_*-]+")
# How a sentence ends, and what may stand behind its end.
_TERMINAL = tuple(".!?:;…")
_CLOSING = "\"'”’)]*_"
_DASHES = tuple("-–—")

_BREAK = re.compile(r"\r\n|[\n\r\f\v\x1c-\x1e\x85\u2028\u2029]")

# Abbreviations of the field, after which the sentence model ends a sentence; the second kind goes before a number.
_TITLE = re.compile(
    r"(?:^|[\s(])(?:Cllrs?|Rev|Hon|Dr|Mrs?|Ms|Prof|Sir|St|Sch|Art|[Rr]eg|approx|incl|[Ee]\.g|[Ii]\.e|viz|cf|vs?|Ltd|plc|Co|Rd"
    r"|Ave|Dept|Gov)\.$"
)
_REFERENCE = re.compile(r"(?:^|[\s(])(?:[Nn]os?|[Pp]aras?|pp?|ss?)\.$")
# Wherever the sentence model ends a sentence, one of these marks stands before a character that is no letter or digit.
_MAY_END = re.compile(r"[.!?…]\W")
_ENDLESS = re.compile(r"[^\w\s]{300}")
_NEVER_OPENS = re.compile(r"[a-z,;)\]]")
# A paragraph's number within running text, which the sentence model takes for a number that ends a sentence.
_PARAGRAPH = re.compile(r"(?<=[.!?:;]) +(?=\d{1,2}\.\d{1,2}\.? [A-Z])")
# How a line begins that says something of the paper under its title ("Published 3 May", "Inspection dates: ..."), or a minute.
_OF_THE_PAPER = re.compile(
    r"(?:Published|Posted|Updated|Meeting of|Report (?:of|by|to)|[A-Z][\w']*(?: [\w']+){0,3}:) "
    r"|\d{1,3}(?:/\d{1,3})?[.)]? (?=[A-Z])[^a-z]{12,}$"
)
_NO_TITLE_ENDS = frozenset(
    "has have had by of with the a an and or to in on at for from is are was were be been that which its their".split()
)
# Beyond this a line is wrapped text rather than a heading, and is worth joining to the next.
_WRAPPED = 55
_HEADING = 120
_NEAR = 12
_LONGEST = 4_000
_DEEPEST = 9


def segment(document: Document) -> tuple[Segment, ...]:
    """Return the segments of `document` in order, numbered from 1; no word of the text lies in two of them.

    Words in none are the marks of headings and list items, and the boilerplate of the page.
    """
    text = document.text
    segments: list[Segment] = []
    headings: list[tuple[int, int]] = []  # rank and number of each heading that the next line stands under
    lead: int | None = None
    listing = False
    for start, end, kind in _blocks(text, boilerplate(document)):
        prose = kind in ("sentence", "list_item")
        rank = _rank(text[start:end]) if kind == "heading" else _DEEPEST
        headings = [(above, number) for above, number in headings if above < rank]
        path = tuple(number for _, number in headings)
        for left, right in _sentences(text, start, end) if prose else [_unmarked(text, start, end)]:
            for first, last in _portions(text, left, right):
                led_by = lead if kind == "list_item" else None
                segments.append(Segment(len(segments) + 1, first, last, kind, led_by, path, document.page(first)))
        if kind == "heading":
            headings.append((rank, len(segments)))
        # Link labels often stand between "The report says:" and its list, so a heading takes over only where no line
        # has announced the list, or after the list.
        if kind == "sentence":
            lead = len(segments) if _introduces(text[start:end]) else None
        elif kind == "heading" and (lead is None or listing):
            lead = len(segments)
        listing = kind == "list_item"
    return tuple(segments)


def _unmarked(text: str, start: int, end: int) -> Span:
    """Return the bounds of a heading or row without the marks around its words."""
    if mark := _MARKDOWN_HEADING.match(text, start, end):
        return mark.end(), end
    row = text[start:end]
    words = row.strip("| \t\xa0")
    return (start + row.index(words), start + row.index(words) + len(words)) if words else (start, end)


def _rank(heading: str) -> int:
    """Return how deep a heading stands: by its mark where it has one, and below all that have; capitals stand above others."""
    marks = len(heading) - len(heading.lstrip("#"))
    return marks or (7 if heading.isupper() else 8)


def shown(text: str) -> str:
    """Return the words of a segment on one line, for display and for prompts; offsets are not true to it."""
    return " ".join(text.replace("\N{SOFT HYPHEN}", "").split())


class _Block(NamedTuple):
    """A run of lines that belong together; `line` is where the last of them begins."""

    start: int
    end: int
    kind: SegmentKind
    line: int


def _blocks(text: str, left_out: Iterable[Span]) -> Iterator[tuple[int, int, SegmentKind]]:
    """Yield (start, end, kind) of each run of lines that belong together."""
    block: _Block | None = None
    outside = iter(left_out)
    span = next(outside, None)
    for start, end in _lines(text):
        while span and span[1] < end:
            span = next(outside, None)
        if span and span[0] <= start:
            continue
        kind = _kind(text[start:end])
        if kind is None:
            continue
        if block and _continues(text, block, start, end, kind):
            block = _Block(block.start, end, "sentence" if block.kind == "heading" else block.kind, start)
            continue
        if block:
            yield block[:3]
        block = _Block(start, end, kind, start)
    if block:
        yield block[:3]


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
    if len(line) <= _HEADING and not _MAIL_HEADER.match(line) and not _is_ended(line) and not _introduces(line):
        return "heading"
    return "sentence"


def _is_ended(line: str) -> bool:
    """Say whether a line ends as sentences do. A pattern for that, or for what follows, would be tried at every character."""
    return line.rstrip(_CLOSING).endswith(_TERMINAL)


def _introduces(line: str) -> bool:
    """Say whether a line announces what follows: it ends in a colon, a semicolon or a dash on its own."""
    words = line.rstrip("*_")
    before = words.removesuffix(words[-1]) if words.endswith(_DASHES) else words
    return before.rstrip().endswith((":", ";")) or (before != words and before != before.rstrip())


def _continues(text: str, block: _Block, start: int, end: int, kind: SegmentKind) -> bool:
    """Say whether a line goes on from the one before it, as in text wrapped at a fixed width."""
    if kind not in ("sentence", "heading") or block.kind == "table_row" or end - start > _HEADING:
        return False
    previous = text[block.line : block.end]
    if len(_BREAK.findall(text, block.end, start)) > 1 or _MARKDOWN_HEADING.match(previous):
        return False
    opens_low = bool(_NEVER_OPENS.match(text[start]))
    wrapped = len(previous) >= _WRAPPED and not _is_ended(previous)
    if block.kind == "heading" and not opens_low and _is_apart(previous, text[start:end]):
        return False
    if block.kind == "list_item":
        return wrapped or (opens_low and not _is_ended(previous))
    return (opens_low and len(previous) >= _WRAPPED) or (wrapped and len(previous) <= _HEADING)


def _is_apart(heading: str, line: str) -> bool:
    """Say whether a line under a heading begins something else: its first word would have fitted, or it tells of the paper."""
    if heading.rpartition(" ")[2] in _NO_TITLE_ENDS:
        return False
    first = line.partition(" ")[0]
    return len(heading) + len(f" {first}") <= len(line) or bool(_OF_THE_PAPER.match(line))


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the bounds of the sentences in one block, without the mark of a list item."""
    if mark := _BULLET.match(text, start, end):
        start = mark.end()
    spans: list[tuple[int, int]] = []
    # The sentence model takes a time that grows with the square of such a run.
    whole = not _MAY_END.search(text, start, end) or _ENDLESS.search(text, start, end)
    for left, right in [(start, end)] if whole else _stops(text, start, end):
        piece = text[left:right]
        words = piece.strip()
        if not words:
            continue
        begin = left + len(piece) - len(piece.lstrip())
        span = (begin, begin + len(words))
        if spans and (
            _NEVER_OPENS.match(words) or _abbreviated(text[max(spans[-1][0], spans[-1][1] - _NEAR) : spans[-1][1]], words)
        ):
            spans[-1] = (spans[-1][0], span[1])
        else:
            spans.append(span)
    return spans


def _stops(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the bounds of what the sentence model takes for sentences, in each numbered paragraph for itself."""
    begins = [start, *(gap.end() for gap in _PARAGRAPH.finditer(text, start, end)), end]
    for begin, stop in pairwise(begins):
        for left, right in nupunkt.sent_spans(text[begin:stop]):
            yield begin + left, begin + right


def _portions(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what is far too long for a sentence, text without structure, between words, so that no quote is a whole page."""
    while end - start > _LONGEST:
        cut = max(text.rfind(" ", start, start + _LONGEST), text.rfind("\n", start, start + _LONGEST))
        if cut <= start:
            break
        yield start, start + len(text[start:cut].rstrip())
        start = cut + len(text[cut : cut + _LONGEST]) - len(text[cut : cut + _LONGEST].lstrip())
    yield start, end


def _abbreviated(before: str, after: str) -> bool:
    """Say whether the point between two pieces ends an abbreviation rather than a sentence."""
    return bool(_TITLE.search(before) or (_REFERENCE.search(before) and after[0].isdigit()))
