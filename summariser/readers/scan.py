"""Reads pages that are pictures, by way of Tesseract where it is installed."""

import importlib
import os
import shutil
import statistics
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2

from summariser.errors import DocumentError
from summariser.readers.child import alive
from summariser.readers.layout import Line

_HOW = "install the program tesseract and `pip install 'summariser[ocr]'` to have it read"
# In dots an inch; what Tesseract's makers advise for letters of the usual size.
_RESOLUTION = 300
_POINTS = 72
_MOST_PAGES = 300
_SECONDS_A_PAGE = 50
_SURE = 30.0
# A word is as high as its letters, of which few fill the size of the print.
_FULL_SIZE = 1.3


def require() -> None:
    """Make sure that pictures of pages can be read.

    Raises:
        DocumentError: Tesseract, or the package that calls it, is not installed.
    """
    if not _tesseract():
        raise DocumentError(f"it is a scan without a text layer; {_HOW}")


class Scanned(NamedTuple):
    """Pages with those that were pictures read, the numbers of these, and of those that were not read, and why."""

    pages: list[list[Line]]
    read: tuple[int, ...]
    unread: tuple[int, ...]
    warnings: tuple[str, ...]


def fill(document: pypdfium2.PdfDocument, pages: list[list[Line]], bare: list[int]) -> Scanned:
    """Read the pages that are pictures, as far as that is possible here; `bare` are their places among the pages."""
    tesseract = _tesseract()
    read = bare[:_MOST_PAGES] if tesseract else []
    filled = list(pages)
    for place in read:
        filled[place] = list(_lines(tesseract, document[place]))
        alive()
    unread = tuple(place + 1 for place in bare[len(read) :])
    warnings: tuple[str, ...] = ()
    if unread:
        why = f"only {_MOST_PAGES} pages of a document are read so" if tesseract else _HOW
        warnings = (f"{len(unread)} scanned pages were not read, the first of them page {unread[0]}: {why}.",)
    return Scanned(filled, tuple(place + 1 for place in read), unread, warnings)


def _tesseract() -> Any:
    """Return the package that calls Tesseract, or None where either of them is missing."""
    if shutil.which("tesseract") is None:
        return None
    try:
        return importlib.import_module("pytesseract")
    except ImportError:
        return None


def _lines(tesseract: Any, page: pypdfium2.PdfPage) -> Iterator[Line]:
    """Yield the lines that Tesseract sees on a page."""
    height = page.get_height()
    # On few cores Tesseract's threads wait for each other, and a page takes ten times as long.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    picture = page.render(scale=_RESOLUTION / _POINTS, grayscale=True).to_pil()
    try:
        seen = tesseract.image_to_data(picture, timeout=_SECONDS_A_PAGE, output_type=tesseract.Output.DICT)
    except RuntimeError:
        raise DocumentError(f"a scanned page took longer than {_SECONDS_A_PAGE} seconds to read") from None
    rows: dict[tuple[int, ...], list[int]] = {}
    for at, word in enumerate(seen["text"]):
        if word.strip() and float(seen["conf"][at]) >= _SURE:
            rows.setdefault(tuple(seen[name][at] for name in ("block_num", "par_num", "line_num")), []).append(at)
    # The height of a line of print differs with its letters, so the page is taken to be of one size, and shows no headings.
    size = statistics.median(seen["height"][at] for words in rows.values() for at in words) if rows else 0
    points = _POINTS / _RESOLUTION
    for words in rows.values():
        yield Line(
            text=" ".join(seen["text"][at] for at in words),
            left=seen["left"][words[0]] * points,
            right=(seen["left"][words[-1]] + seen["width"][words[-1]]) * points,
            top=min(seen["top"][at] for at in words) * points,
            bottom=max(seen["top"][at] + seen["height"][at] for at in words) * points,
            size=size * points * _FULL_SIZE,
            bold=False,
            hyphenated=False,
            height=height,
        )
