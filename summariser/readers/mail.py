"""Reads e-mail messages (.eml): subject, sender, recipients, date and the words of the message; attachments by name only."""

import contextlib
import email
import email.policy
import re
from collections.abc import Iterable, Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from summariser.errors import DocumentError
from summariser.readers import html, text
from summariser.readers.archive import refusing
from summariser.types import Extract

_PARTS = 1_000
_DEPTH = 20
# Lines that may be borders between parts; the library would build a message out of each.
_BORDERS = 20_000
_SHOWN = ("From", "To", "Cc", "Date")
_LONGEST_NAME = 200
# Control characters, line ends, lone surrogates, and marks that turn the direction of writing to disguise a name.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_SEALED = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
_SEALED_CAUSE = "it is encrypted or sealed; open it in the mail program and save its words as text"
_QUOTED = re.compile(r"(>*)( ?)(.*)", re.S)


def extract(raw: bytes) -> Extract:
    """Return the subject as a heading, a line for each of the sender, recipients and date, and the message.

    Raises:
        DocumentError: it is not an e-mail message, is encrypted, or has more parts than a message has.
    """
    if raw.count(b"\n--") > _BORDERS:
        raise DocumentError("it has more parts than an e-mail message has")
    with refusing("it is not a whole e-mail message; save it again from the mail program"):
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        if not any(name in message for name in ("From", "Subject", "Date", "Received")):
            raise DocumentError("it is not an e-mail message")
        top = []
        if subject := _header(message, "Subject"):
            top.append(f"# {subject}")
        top += [f"{name}: {value}" for name in _SHOWN if (value := _header(message, name))]
        reader = _Reader()
        body = "\n\n".join(reader.words(message, 0))
        if body.lstrip().startswith("-----BEGIN PGP MESSAGE-----"):
            raise DocumentError(_SEALED_CAUSE)
        if not body.strip():
            reader.warnings.append("The message itself has no words.")
        return Extract(
            text="\n\n".join([*top, body]).rstrip(),
            extracted=True,
            attachments=tuple(reader.attachments),
            warnings=tuple(dict.fromkeys(reader.warnings)),
        )


class _Reader:
    """Gathers the words of the parts that a mail program would show, and the names of the others."""

    def __init__(self) -> None:
        self.attachments: list[str] = []
        self.warnings: list[str] = []
        self._parts = 0

    def words(self, part: Message, depth: int) -> Iterator[str]:
        """Yield the words of each part in `part` that is shown."""
        self._parts += 1
        if self._parts > _PARTS or depth > _DEPTH:
            raise DocumentError("it has more parts than an e-mail message has")
        kind = part.get_content_type()
        if kind in _SEALED:
            raise DocumentError(_SEALED_CAUSE)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            inner = [inner for inner in part.get_payload() if isinstance(inner, Message)]
            if kind == "multipart/alternative":
                yield from self._preferred(inner, depth)
            else:
                for child in inner:
                    yield from self.words(child, depth + 1)
        elif kind in ("text/plain", "text/html") and not _is_attached(part):
            yield self._text(part, is_html=kind == "text/html")
        else:
            self.attachments.append(_name(part, kind))

    def _preferred(self, versions: Iterable[Message], depth: int) -> Iterator[str]:
        """Yield one of several versions of the same: that in plain text, or else the last that has words."""
        read = [(version.get_content_type(), list(self.words(version, depth + 1))) for version in versions]
        worded = [(kind, words) for kind, words in read if any(map(str.strip, words))]
        plain = [words for kind, words in worded if kind == "text/plain"]
        yield from (plain or [words for _, words in reversed(worded)] or [[]])[0]

    def _text(self, part: Message, *, is_html: bool) -> str:
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes) or not payload.strip():
            return ""
        words = self._decoded(payload, part.get_content_charset())
        if is_html:
            page = html.extract(words.encode())
            self.warnings += page.warnings
            return page.text
        words = words.replace("\r\n", "\n")
        if str(part.get_param("format", "")).lower() == "flowed":
            words = _unflowed(words, delete_space=str(part.get_param("delsp", "")).lower() == "yes")
        return words.strip("\n")

    def _decoded(self, payload: bytes, charset: str | None) -> str:
        try:
            words = payload.decode(charset or "utf-8")
            words.encode()
        except (LookupError, ValueError):
            guess = text.extract(payload)
            self.warnings += guess.warnings
            return guess.text
        return words.removeprefix("\ufeff")


def _header(message: Message, name: str) -> str:
    """Return a header on one line, or nothing if the message has none of that name.

    It is decoded here since the library's own parser raises over some real ones and takes long over long ones.
    """
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return _plain(raw)


def _plain(raw: str) -> str:
    # Bytes that are not ASCII come from the parser as surrogates; mail programs that send them mean one of these two.
    octets = raw.encode("utf-8", "surrogateescape")
    try:
        raw = octets.decode("utf-8")
    except UnicodeDecodeError:
        raw = octets.decode("cp1252", "replace")
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", raw)
    with contextlib.suppress(LookupError, ValueError, MessageError):
        unfolded = str(make_header(decode_header(unfolded)))
    return " ".join(_UNPRINTABLE.sub(" ", unfolded).split(" ")).strip()


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _name(part: Message, kind: str) -> str:
    """Return the name of an attachment: its file's, an attached message's subject, or what kind it is of."""
    name = part.get_filename()
    inner = part.get_payload()
    if not name and kind == "message/rfc822" and isinstance(inner, list) and inner and isinstance(inner[0], Message):
        name = _header(inner[0], "Subject")
    return _plain(name or "")[:_LONGEST_NAME] or f"without a name ({_plain(kind)})"


def _unflowed(words: str, *, delete_space: bool) -> str:
    """Join the lines that a mail program has wrapped, which it marks with a space at their end."""
    lines: list[str] = []
    quote = None
    for entry in words.split("\n"):
        marks, stuffing, content = _QUOTED.fullmatch(entry).groups()  # type: ignore[union-attr]
        if quote == marks and content != "-- ":
            lines[-1] += content
        else:
            lines.append(f"{marks}{stuffing if marks else ''}{content}")
        flows = content.endswith(" ") and content != "-- "
        if flows and delete_space:
            lines[-1] = lines[-1][:-1]
        quote = marks if flows else None
    return "\n".join(lines)
