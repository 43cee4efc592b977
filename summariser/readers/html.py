"""Reads web pages: the main text without navigation, cookie notices and footers; offsets are into that text."""

import re

import trafilatura

from summariser.errors import DocumentError
from summariser.readers import text
from summariser.types import Extract

# Characters that XML has no place for, as such or by number; the parser below gives up on a page that holds one.
_NOT_XML = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])(?!\d)|x0*(?:[0-8bcef]|1[\da-f])(?![\da-f]));?", re.I
)
_DATELINE = re.compile(r"\b(?:published|posted|last updated|date)\b(?: on)?:?\s[^.\n|<>]{0,30}\d{4}\b", re.I)


def extract(raw: bytes) -> Extract:
    """Return the main text of a page, with headings, list items and table rows each on a line of its own.

    Raises:
        DocumentError: it is not text, or there are no words on the page.
    """
    decoded = text.extract(raw)
    page = _NOT_XML.sub(" ", decoded.text)
    if "<html" not in page[:100_000].lower():
        page = f"<html><body>{page}</body></html>"
    everything = trafilatura.html2txt(page)
    body = trafilatura.extract(
        page,
        output_format="markdown",
        include_comments=False,
        include_tables=True,
        include_formatting=False,
        include_links=False,
        favor_recall=True,
    )
    if body and body.strip():
        # A blank line between any two blocks, or a heading would read as the first line of the paragraph below it.
        return Extract(text=_dated(re.sub(r"\n+", "\n\n", body), everything), warnings=decoded.warnings, extracted=True)
    if not everything.strip():
        raise DocumentError("there are no words on the page")
    warnings = (*decoded.warnings, "No main text could be told apart, so the whole page was read.")
    return Extract(text=everything, warnings=warnings, extracted=True)


def _dated(body: str, everything: str) -> str:
    """Put the line that dates the page back on top; extraction takes it for metadata, and readers need it."""
    dateline = _DATELINE.search(everything[:20_000])
    return f"{dateline.group()}\n\n{body}" if dateline and dateline.group() not in body else body
