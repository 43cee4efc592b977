"""Reads web pages: the main text without navigation, cookie notices and footers; offsets are into that text."""

import re

import trafilatura

from summariser.errors import DocumentError
from summariser.readers.text import Extract
from summariser.readers.text import extract as decode


def extract(raw: bytes) -> Extract:
    """Return the main text of a page, with headings, list items and table rows each on a line of its own.

    Raises:
        DocumentError: it is not text, or there are no words on the page.
    """
    page, warnings, _ = decode(raw)
    body = trafilatura.extract(
        page, output_format="markdown", include_comments=False, include_tables=True, include_formatting=False,
        include_links=False, favor_recall=True,
    )  # fmt: skip
    if body and body.strip():
        # A blank line between any two blocks, or a heading would read as the first line of the paragraph below it.
        return Extract(re.sub(r"\n+", "\n\n", body), warnings, extracted=True)
    everything = trafilatura.html2txt(page)
    if not everything.strip():
        raise DocumentError("there are no words on the page")
    return Extract(everything, (*warnings, "No main text could be told apart, so the whole page was read."), extracted=True)
