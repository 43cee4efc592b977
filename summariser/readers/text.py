"""Reads plain text and Markdown, in any encoding, without altering a character."""

import codecs

import charset_normalizer

from summariser.errors import DocumentError
from summariser.types import Extract

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = "cp1252"
# Control characters that no text has; a form feed, tab, line feed or escape may occur.
_NOT_TEXT = bytes(set(range(0x20)) - {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1B})


def extract(raw: bytes) -> Extract:
    """Decode a text file.

    Raises:
        DocumentError: it is a binary file, or no encoding makes sense of it.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            try:
                return Extract(text=raw.decode(encoding))
            except UnicodeDecodeError:
                raise DocumentError(f"it is marked as {encoding} but is not; save it again as UTF-8") from None
    if raw.translate(None, delete=_NOT_TEXT) != raw:
        raise DocumentError("it is a binary file, not text")
    try:
        return Extract(text=raw.decode("utf-8"))
    except UnicodeDecodeError:
        guesses = charset_normalizer.from_bytes(raw)
    # Of encodings that differ in a few letters, the one of Windows in the west, where a pound sign stays one.
    best = next((guess for guess in guesses if _WESTERN in guess.could_be_from_charset), guesses.best())
    if best is None:
        raise DocumentError("its encoding cannot be told; save it as UTF-8")
    encoding = _WESTERN if _WESTERN in best.could_be_from_charset else best.encoding
    return Extract(text=raw.decode(encoding), warnings=(f"The encoding was taken to be {encoding}.",))
