"""Turns files into documents.

To add a format, put a module here with `extract(raw) -> Extract`, and its suffixes into the table below.
"""

import hashlib
import importlib
from dataclasses import fields
from pathlib import Path

from summariser.errors import DocumentError
from summariser.types import Document, Extract

# Modules are named, not imported, so that a run pays only for the formats that it meets.
READERS = {
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
# In bytes. A council pack of 400 pages is under 2 MB of text.
LARGEST = 50_000_000


def read(path: Path) -> Document:
    """Read one file.

    Raises:
        DocumentError: it is missing, empty, too big, of an unknown format, or not what its suffix says.
    """
    name = printable(path.name)
    reader = READERS.get(path.suffix.lower())
    if not is_file(path):
        raise DocumentError(f"{name!r}: {'not a file' if _is_there(path) else 'no such file'}")
    if reader is None:
        known = ", ".join(READERS)
        raise DocumentError(f"{name!r}: no reader for {path.suffix or 'a name without suffix'!r}; there are: {known}")
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise DocumentError(f"{name!r}: {size:,} bytes is too big; the limit is {LARGEST:,}")
        raw = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{name!r}: cannot be read ({error.strerror})") from None
    module = importlib.import_module(f"summariser.readers.{reader}")
    try:
        extract = module.extract(raw)
    except DocumentError as error:
        raise DocumentError(f"{name!r}: {error}") from None
    return _document(name, raw, extract)


def from_text(text: str, name: str = "text") -> Document:
    """Take text that is already at hand.

    Raises:
        DocumentError: it is empty, too big, or holds half a character.
    """
    try:
        raw = text.encode("utf-8")
    except UnicodeEncodeError:
        raise DocumentError(f"{name!r}: the text holds lone surrogates, which are not characters") from None
    if len(raw) > LARGEST:
        raise DocumentError(f"{name!r}: {len(raw):,} bytes is too big; the limit is {LARGEST:,}")
    return _document(name, raw, Extract(text=text))


def is_file(path: Path) -> bool:
    """Say whether `path` names a file; a name that no file can have names none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def printable(name: str) -> str:
    """Return a file name as it can be written, whatever bytes the file system holds for it."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def is_known(path: Path) -> bool:
    """Say whether the suffix of `path` has a reader."""
    return path.suffix.lower() in READERS


def _document(name: str, raw: bytes, extract: Extract) -> Document:
    if not extract.text.strip():
        raise DocumentError(f"{name!r}: there is no text in it")
    return Document(
        name=name, sha256=hashlib.sha256(raw).hexdigest(), **{f.name: getattr(extract, f.name) for f in fields(extract)}
    )
