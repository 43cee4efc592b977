"""Turns files into documents.

To add a format, put a module here with `extract(raw) -> Extract`, and its suffixes into the table below.
"""

import hashlib
import re
from dataclasses import fields
from pathlib import Path

from summariser.errors import DocumentError
from summariser.readers import child, text
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
    ".pdf": "pdf",
    ".docx": "docx",
    ".odt": "odt",
    ".rtf": "rtf",
    ".eml": "mail",
}
# In bytes; a council pack with its scans is seldom over 100 MB.
LARGEST = 200_000_000
# In characters; a pack of 400 pages has under two million.
LONGEST = 50_000_000
# In seconds.
PATIENCE = 60.0

_HEAD = 1024
_PAGE = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", re.I | re.S)


def read(path: Path, *, seconds: float = PATIENCE) -> Document:
    """Read one file; `seconds` is how long it may take. What a file is, its first bytes say rather than its suffix.

    Raises:
        DocumentError: it is missing, empty, too big, of an unknown format, damaged, encrypted, or takes too long.
    """
    name = printable(path.name)
    if not is_file(path):
        raise DocumentError(f"{name!r}: {'not a file' if _is_there(path) else 'no such file'}")
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise DocumentError(f"{name!r}: {size:,} bytes is too big; the limit is {LARGEST:,}")
        with path.open("rb") as file:
            reader, note = _reader(path, file.read(_HEAD))
            file.seek(0)
            raw = file.read(LARGEST + 1)
            if len(raw) > LARGEST:
                raise DocumentError(f"{name!r}: more than {LARGEST:,} bytes is too big")
    except OSError as error:
        raise DocumentError(f"{name!r}: cannot be read ({error.strerror})") from None
    if not raw:
        raise DocumentError(f"{name!r}: there is no text in it, not one byte")
    try:
        # Text needs no library that could hang or crash on it, and starting a process takes longer than reading it.
        extract = text.extract(raw) if reader == "text" else child.read(reader, raw, seconds=seconds)
    except DocumentError as error:
        raise DocumentError(f"{name!r}: {error}") from None
    return _document(name, raw, extract, note)


def from_text(words: str, name: str = "text") -> Document:
    """Take text that is already at hand.

    Raises:
        DocumentError: it is empty, too big, or holds half a character.
    """
    try:
        raw = words.encode("utf-8")
    except UnicodeEncodeError:
        raise DocumentError(f"{name!r}: the text holds lone surrogates, which are not characters") from None
    return _document(name, raw, Extract(text=words))


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


def _reader(path: Path, head: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the name of the reader for a file, and a note if its suffix names another."""
    named = READERS.get(path.suffix.lower())
    seen = _sniffed(head, named)
    if seen is None and named is None:
        known = ", ".join(READERS)
        name = printable(path.name)
        raise DocumentError(f"{name!r}: no reader for {path.suffix or 'a name without suffix'!r}; there are: {known}")
    if seen and named and seen != named:
        return seen, (f"Its name ends in {path.suffix.lower()}, but it was read as what it is: {seen}.",)
    return seen or named or "", ()


def _sniffed(head: bytes, named: str | None) -> str | None:
    """Return the reader for what the first bytes show, or None where they show nothing for certain."""
    # Mail servers and web servers put lines before it; in what is named as text, it is a word like others.
    if head.lstrip().startswith(b"%PDF-") or (b"%PDF-" in head and named in ("pdf", None)):
        return "pdf"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(b"PK\x03\x04"):
        if b"application/vnd.oasis.opendocument.text" in head:
            return "odt"
        return "docx" if b"word/" in head or b"[Content_Types].xml" in head else named
    if named != "mail" and _PAGE.match(head):
        return "html"
    return None


def _document(name: str, raw: bytes, extract: Extract, warnings: tuple[str, ...] = ()) -> Document:
    if not extract.text.strip():
        raise DocumentError(f"{name!r}: there is no text in it")
    if len(extract.text) > LONGEST:
        raise DocumentError(f"{name!r}: {len(extract.text):,} characters is too long; the limit is {LONGEST:,}")
    found = {f.name: getattr(extract, f.name) for f in fields(extract)}
    found["warnings"] = (*warnings, *extract.warnings)
    return Document(name=name, sha256=hashlib.sha256(raw).hexdigest(), **found)
