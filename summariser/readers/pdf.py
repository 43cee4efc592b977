"""Reads PDF files: the words of each page with where they stand, set into paragraphs; scanned pages by way of OCR."""

import ctypes
import re
from bisect import bisect_left
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from summariser.errors import DocumentError
from summariser.readers import scan
from summariser.readers.compose import compose
from summariser.readers.layout import Line
from summariser.types import Extract

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
# The mean width of a letter in its size's terms, above which a line holds such gaps.
_WIDE = 0.62
_WIDE_CHARACTER = re.compile("[\U00010000-\U0010ffff]")
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
    warnings: list[str] = []
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            warnings.append(f"Page {number + 1} is damaged and was not read.")
            pages.append([])
            continue
        lines = list(_lines(page))
        if sum(len(line.text) for line in lines) < _BARE and _has_picture(page):
            bare.append(number)
        pages.append(lines)
        page.close()
    if not bare:
        return compose(pages, warnings)
    if len(bare) == len(pages) or not any(pages):
        scan.require()
    return compose(*scan.fill(document, pages, bare, warnings))


class _Words:
    """The characters of a page, with where each stands."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._words = page.get_textpage()
        self._height = page.get_height()
        self.text = self._words.get_text_range()
        # PDFium counts a character beyond the first 65,536 as two, and numbers also what it leaves out of the text.
        self._wide = [match.start() for match in _WIDE_CHARACTER.finditer(self.text)]
        self._plain = self._words.count_chars() == len(self.text)

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
            top=self._height - top,
            bottom=self._height - bottom,
            size=pdfium.FPDFText_GetFontSize(self._words, index),
            bold=pdfium.FPDFText_GetFontWeight(self._words, index) >= _BOLD,
            hyphenated=hyphenated,
            height=self._height,
        )

    def gap(self, left: int, right: int) -> float:
        """Return the points between the characters on either side of a space."""
        return self._box(right)[0] - self._box(left)[1]

    def _box(self, at: int) -> tuple[float, float, float, float]:
        """Return left, right, bottom and top of a character, in points from the lower left corner of the page."""
        box = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(self._words, self._index(at), ctypes.byref(box))
        return box.left, box.right, box.bottom, box.top

    def _index(self, at: int) -> int:
        """Return PDFium's number of a character."""
        if self._plain:
            return at
        return int(pdfium.FPDFText_GetCharIndexFromTextIndex(self._words, at + bisect_left(self._wide, at)))


def _lines(page: pypdfium2.PdfPage) -> Iterator[Line]:
    """Yield the lines of a page in the order of its content, cut where a gap parts cells or columns."""
    words = _Words(page)
    try:
        for match in _LINE.finditer(words.text):
            line = match.group()
            start = match.start() + len(line) - len(line.lstrip())
            end = match.start() + len(line.rstrip())
            if start < end:
                yield from _cells(words, start, end, hyphenated=words.text[match.end() : match.end() + 1] == _HYPHEN)
    finally:
        words.close()


def _cells(words: _Words, start: int, end: int, *, hyphenated: bool) -> Iterator[Line]:
    """Yield one line, or its cells if it is far wider than its letters."""
    line = words.line(start, end, hyphenated=hyphenated)
    if line.right - line.left > _WIDE * line.size * len(line.text):
        for space in _SPACE.finditer(words.text, start, end):
            if words.gap(space.start() - 1, space.end()) > _GAP * line.size:
                yield words.line(start, space.start())
                start = space.end()
        line = words.line(start, end, hyphenated=hyphenated)
    yield line


def _has_picture(page: pypdfium2.PdfPage) -> bool:
    return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))
