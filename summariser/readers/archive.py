"""Opens the zip files that office formats are, and the XML in them, within bounds."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lxml import etree

from summariser.errors import DocumentError

_MEMBERS = 10_000
# In bytes, unpacked. A report of 400 pages has some 10 MB of XML; pictures are not unpacked at all.
_DECLARED = 300_000_000
_UNPACKED = 100_000_000
_BIG = 1_000_000
_RATIO = 200
_CHUNK = 65_536
# The mark of the container that Word 97 wrote, and in which Office puts files that have a password.
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_READ = (".xml", ".rels", "mimetype")
# In these encodings markup looks as in ASCII once the zero bytes are gone, so that no document type can hide.
_ENCODINGS = {"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1", "windows-1252"}
_ENCODING = re.compile(rb"""^<\?xml[^>]{0,200}?encoding\s*=\s*["']([^"']*)""")
_BYTE_ORDER = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@contextmanager
def refusing(cause: str) -> Iterator[None]:
    """Turn whatever a parser raises over a broken file, want of memory included, into a DocumentError with this cause."""
    try:
        yield
    except DocumentError:
        raise
    except Exception:
        raise DocumentError(cause) from None


def unpack(raw: bytes, format_name: str) -> dict[str, bytes]:
    """Return the members of a zip file by name; all but XML come as empty bytes, since nothing reads them.

    Raises:
        DocumentError: it is broken, encrypted, or unpacks to more than any document holds.
    """
    with refusing(f"it is not a whole {format_name} file (broken zip); get a new copy"):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
            if len(members) > _MEMBERS or sum(member.file_size for member in members) > _DECLARED:
                raise DocumentError("it unpacks to far more than a document holds; save it again without large pictures")
            contents: dict[str, bytes] = {}
            budget = _UNPACKED
            for member in members:
                data = _bounded(archive, member, budget) if member.filename.endswith(_READ) else b""
                budget -= len(data)
                contents[member.filename] = data
        return contents


def _bounded(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: int) -> bytes:
    """Unpack one member in small steps, since the size that it declares may be a lie."""
    if member.flag_bits & 1:
        raise DocumentError("it is encrypted; save it without a password")
    pieces: list[bytes] = []
    size = 0
    with archive.open(member) as stream:
        while piece := stream.read(_CHUNK):
            pieces.append(piece)
            size += len(piece)
            if size > budget or (size > _BIG and size > _RATIO * member.compress_size):
                raise DocumentError("it unpacks to far more than a document holds (a zip bomb); do not use it")
    return b"".join(pieces)


def parse(xml: bytes) -> Any:
    """Return the root of an XML document that has no document type, hence no entities.

    Raises:
        DocumentError: it has one, or is in an encoding that could hide one.
        lxml.etree.XMLSyntaxError: it is broken.
    """
    plain = xml.replace(b"\0", b"").lstrip(b"".join(_BYTE_ORDER))
    encoding = _ENCODING.match(plain)
    if encoding and encoding.group(1).decode("latin-1").lower() not in _ENCODINGS:
        raise DocumentError("its XML is in an encoding that office programs do not write; save it again as a new file")
    if not plain.lstrip().startswith(b"<") or b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise DocumentError("its XML is not as office programs write it (a document type); save it again as a new file")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    return etree.fromstring(xml, parser)


def related(members: Mapping[str, bytes], source: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and name of each member that an Office file's `source` refers to, "" being the file as a whole.

    References to what is not there are not unusual, and are left out.
    """
    folder, name = posixpath.split(source)
    relations = members.get(posixpath.join(folder, "_rels", f"{name}.rels"))
    for relation in parse(relations) if relations else ():
        # An absolute target drops the folder; one that climbs out of the archive names nothing in it.
        target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
        if relation.get("TargetMode") != "External" and target in members:
            yield posixpath.basename(relation.get("Type", "")), target
