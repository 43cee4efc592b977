"""Reads PDF files: the words of each page with where they stand, set into paragraphs; scanned pages by way of OCR."""

import ctypes
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from summariser.errors import DocumentError
from summariser.readers import scan
from summariser.readers.compose import compose
from summariser.readers.layout import Line, opens_with
from summariser.types import Extract, Span

# PDFium marks a hyphen at the end of a line, whose word goes on in the next, with the first of these.
_LINE = re.compile("[^\r\n\ufffe]+")
_HYPHEN = "\ufffe"
_CAUSES = {
    pdfium.FPDF_ERR_PASSWORD: "it is encrypted; save a copy without a password",
    pdfium.FPDF_ERR_FORMAT: "it is damaged, or no PDF at all; print it to PDF again",
    pdfium.FPDF_ERR_SECURITY: "its encryption is of an unknown kind; save a copy without it",
}
_MOST_PAGES = 10_000
# A page with fewer words than a heading has is a picture of a page, if it holds a picture.
_BARE = 20
_BOLD = 600
# A gap this many times the height of the letters parts two cells or columns rather than two words.
_GAP = 1.2
# The mean width of a letter in terms of its size, above which a line may hold such gaps, and above which it is likely to.
_WIDE = 0.45
_VERY_WIDE = 0.6
_PROBES = 3
_WIDE_CHARACTER = re.compile("[\U00010000-\U0010ffff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACE = re.compile(r" +")


def extract(raw: bytes) -> Extract:
    """Return the text of a PDF in reading order, with the pages it stands on.

    Raises:
        DocumentError: it is encrypted, damaged or without pages, or a scan that cannot be read here.
    """
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        cause = _CAUSES.get(getattr(error, "err_code", None), "it is damaged; print it to PDF again")
        raise DocumentError(cause) from None
    try:
        count = len(document)
        if not count:
            raise DocumentError("it has no pages")
        if count > _MOST_PAGES:
            raise DocumentError(f"it has {count:,} pages; the most that are read is {_MOST_PAGES:,}")
        return _read(document)
    finally:
        document.close()


def _read(document: pypdfium2.PdfDocument) -> Extract:
    pages: list[list[Line]] = []
    bare: list[int] = []
    damaged: list[int] = []
    hidden = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            damaged.append(number + 1)
            pages.append([])
            continue
        lines, unseen = _lines(page)
        hidden += unseen
        if sum(len(line.text) for line in lines) < _BARE and _has_picture(page):
            bare.append(number)
        pages.append(lines)
        page.close()
    warnings = [f"Page {number} is damaged and was not read." for number in damaged]
    if bare and not any(any(lines) for lines in pages):
        scan.require()
    seen = scan.fill(document, pages, bare)
    unread = tuple(sorted({*damaged, *seen.unread}))
    return replace(compose(seen.pages, (*warnings, *seen.warnings)), scanned=seen.read, unread=unread, hidden=hidden)


class _Words:
    """The characters of a page, with where each stands."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._words = page.get_textpage()
        self._width, self._height = page.get_size()
        self.text = _CONTROLS.sub(" ", self._words.get_text_range())
        # PDFium counts a character beyond the first 65,536 as two, and numbers also what it leaves out of the text.
        self._wide = [match.start() for match in _WIDE_CHARACTER.finditer(self.text)]
        self._plain = self._words.count_chars() == len(self.text)
        self._across, self._down = _directions(page)
        self._upright = self._across == (0, 1, 0) and self._down == (self._height, 0, -1)
        self._rectangle = pdfium.FS_RECTF()

    def close(self) -> None:
        self._words.close()

    def line(self, start: int, end: int, *, hyphenated: bool = False) -> Line:
        """Return a run of characters as a line."""
        left, _, _, top = self._box(start)
        _, right, bottom, _ = self._box(end - 1)
        index = self._index(end - 1)
        return Line(
            text=self.text[start:end],
            left=left,
            right=right,
            top=top,
            bottom=bottom,
            size=pdfium.FPDFText_GetFontSize(self._words, index),
            bold=self._is_bold(index),
            hyphenated=hyphenated,
            height=self._height,
        )

    def shows(self, line: Line) -> bool:
        """Say whether any of a line lies within the page."""
        return line.right > 0 and line.left < self._width and line.bottom > 0 and line.top < self._height

    def gap(self, left: int, right: int) -> float:
        """Return the points between the characters on either side of the space from `left` to `right`."""
        return self._box(right)[0] - self._box(left - 1)[1]

    def _box(self, at: int) -> tuple[float, float, float, float]:
        """Return left, right, bottom and top of a character, in points from the upper left corner of the page as it is seen."""
        box = self._rectangle
        pdfium.FPDFText_GetLooseCharBox(self._words, self._index(at), box)
        if self._upright:
            return box.left, box.right, self._height - box.bottom, self._height - box.top
        xs, ys = (
            sorted(base + a * x + b * y for x, y in ((box.left, box.bottom), (box.right, box.top)))
            for base, a, b in (self._across, self._down)
        )
        return xs[0], xs[1], ys[1], ys[0]

    def _is_bold(self, index: int) -> bool:
        weight = pdfium.FPDFText_GetFontWeight(self._words, index)
        if weight > 0:
            return bool(weight >= _BOLD)
        # The standard fonts need no description, so that only their name says it.
        name = ctypes.create_string_buffer(128)
        pdfium.FPDFText_GetFontInfo(self._words, index, name, len(name), None)
        return b"bold" in name.value.lower()

    def _index(self, at: int) -> int:
        """Return PDFium's number of a character."""
        if self._plain:
            return at
        return int(pdfium.FPDFText_GetCharIndexFromTextIndex(self._words, at + bisect_left(self._wide, at)))


def _corners(page: pypdfium2.PdfPage) -> tuple[float, float, float, float]:
    corners = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, ctypes.byref(corners))
    return corners.left, corners.bottom, corners.right, corners.top


def _directions(page: pypdfium2.PdfPage) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Return what turns a point of the file into how far across and down the page it is seen: base, by x, by y."""
    left, low, right, high = _corners(page)
    return {
        0: ((-left, 1, 0), (high, 0, -1)),
        90: ((-low, 0, 1), (-left, 1, 0)),
        180: ((right, -1, 0), (-low, 0, 1)),
        270: ((high, 0, -1), (right, -1, 0)),
    }[page.get_rotation()]


def _lines(page: pypdfium2.PdfPage) -> tuple[list[Line], int]:
    """Return the lines of a page in the order of its content, and how many characters stand beyond its edges.

    A line is cut where a gap parts cells or columns.
    """
    words = _Words(page)
    wholes: list[_Whole] = []
    hidden = 0
    try:
        for match in _LINE.finditer(words.text):
            text = match.group()
            start = match.start() + len(text) - len(text.lstrip())
            end = match.start() + len(text.rstrip())
            if start == end:
                continue
            line = words.line(start, end, hyphenated=words.text[match.end() : match.end() + 1] == _HYPHEN)
            if words.shows(line):
                wholes.append(_Whole(line, start, end))
            else:
                hidden += end - start
        return [line for whole, cuts in _gaps(words, wholes) for line in _cells(words, whole, cuts)], hidden
    finally:
        words.close()


class _Whole(NamedTuple):
    """A line as it came, and the bounds of its characters."""

    line: Line
    start: int
    end: int

    @property
    def spread(self) -> float:
        """Return the mean width of a letter in terms of its size."""
        return (self.line.right - self.line.left) / max(self.line.size * len(self.line.text), 0.1)


def _gaps(words: _Words, wholes: list[_Whole]) -> Iterator[tuple[_Whole, list[Span]]]:
    """Yield each line with the spaces in it that part cells or columns.

    To measure every space would take as long as all else together. So lines that look as if they held a gap are measured, and
    those that might hold one only on pages where one of a few such does.
    """
    wide = [whole for whole in wholes if _WIDE < whole.spread <= _VERY_WIDE]
    enough = _WIDE if any(_cuts(words, whole) for whole in wide[:: max(1, len(wide) // _PROBES)]) else _VERY_WIDE
    for whole in wholes:
        yield whole, _cuts(words, whole) if whole.spread > enough else []


def _cuts(words: _Words, whole: _Whole) -> list[Span]:
    mark = opens_with(whole.line.text)
    spaces = (match.span() for match in _SPACE.finditer(words.text, whole.start + mark, whole.end))
    return [space for space in spaces if words.gap(*space) > _GAP * whole.line.size]


def _cells(words: _Words, whole: _Whole, cuts: list[Span]) -> Iterator[Line]:
    """Yield the parts of a line between its cuts."""
    start = whole.start
    for left, right in cuts:
        yield words.line(start, left)
        start = right
    yield words.line(start, whole.end, hyphenated=whole.line.hyphenated) if cuts else whole.line


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
