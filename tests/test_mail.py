"""An e-mail gives its subject, its people, its date and its words, and names what came with it."""

import base64
import quopri
import re
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from summariser.errors import DocumentError
from summariser.readers.mail import extract
from summariser.types import Extract
from tests.conftest import SAMPLES
from tests.test_office import edits, mutated, segments_of

PAGE = "<html><body><p>The café has closed, and the council says why in a letter to all residents.</p></body></html>"


def _message(body: str = "Words.\n", **headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in ({"Subject": "Closing", "From": "a@b.example"} | headers).items():
        message[name] = value
    message.set_content(body)
    return message


def _read(message: EmailMessage) -> Extract:
    return extract(message.as_bytes())


def _raw(*lines: str, body: bytes = b"Words.") -> bytes:
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _refusal(raw: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        extract(raw)
    return str(caught.value)


def test_the_head_comes_first_and_then_the_words() -> None:
    date = "Tue, 05 Mar 2024 10:00:00 +0000"
    found = _read(_message("Dear all,\n\n- one\n- two\n> quoted\n-- \nMe\n", To="c@d.example", Cc="e@f.example", Date=date))
    assert found == Extract(
        text="# Closing\n\nFrom: a@b.example\n\nTo: c@d.example\n\nCc: e@f.example\n\n"
        f"Date: {date}\n\nDear all,\n\n- one\n- two\n> quoted\n-- \nMe",
        extracted=True,
    )


@pytest.mark.parametrize("name", ["peer_feedback_adults.md", "improvement_plan.md"])
def test_a_document_has_the_segments_of_its_markdown(name: str) -> None:
    text = (SAMPLES / name).read_text()
    found = segments_of(_read(_message(text, To="c@d.example")))
    assert [(kind, words) for kind, words, *_ in found[:3]] == [
        ("heading", ["Closing"]),
        ("sentence", ["From: a@b.example"]),
        ("sentence", ["To: c@d.example"]),
    ]
    # The subject is the heading of all.
    whole = segments_of(Extract(text=f"# Closing\n\n{text}"))[1:]
    assert found[3:] == whole


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_charsets_and_encodings(charset: str, encoding: str) -> None:
    words = "The café costs £5 – “dear”."
    body = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(words.encode(charset))
    name = charset.removesuffix("-sig")
    found = extract(
        _raw("Subject: a", f"Content-Type: text/plain; charset={name}", f"Content-Transfer-Encoding: {encoding}", body=body)
    )
    assert (found.text, found.warnings) == (f"# a\n\n{words}", ())


@pytest.mark.parametrize("charset", ["us-ascii", "x-unknown", "utf-8", "hex", "utf-7"])
def test_a_charset_that_is_wrong_is_guessed(charset: str) -> None:
    body = "The café costs £5 – “dear” and the council’s reply is here.".encode("cp1252")
    found = extract(_raw("Subject: a", f"Content-Type: text/plain; charset={charset}", body=body))
    assert found.text.endswith("The café costs £5 – “dear” and the council’s reply is here.")
    assert "cp1252" in found.warnings[0]


@pytest.mark.parametrize(
    "header, shown",
    [
        ("=?utf-8?b?Q2Fmw6k=?= =?utf-8?q?_closes?=", "Café closes"),
        ("=?iso-8859-1?q?Caf=E9?= closes", "Café closes"),
        ("Two\r\n lines", "Two lines"),
        ("=?utf-8?q?a=0Ab=0D=00c?=", "a b c"),
        ("=?x-unknown?q?a?=", "=?x-unknown?q?a?="),
        ("=?utf-8?b?not base64!?=", "=?utf-8?b?not base64!?="),
        ("", ""),
    ],
)
def test_subjects(header: str, shown: str) -> None:
    assert extract(_raw(f"Subject: {header}", "From: a")).text == (f"# {shown}\n\n" if shown else "") + "From: a\n\nWords."


def test_a_head_that_is_not_ascii_is_read() -> None:
    assert extract(b"Subject: Caf\xe9 \x96 closed\r\n\r\nWords.").text.startswith("# Café – closed\n")
    assert extract("Subject: Café\r\n\r\nWords.".encode()).text.startswith("# Café\n")


def test_plain_text_is_preferred_to_the_page_that_says_the_same() -> None:
    message = _message("Plain.\n")
    message.add_alternative(PAGE, subtype="html")
    assert _read(message).text.endswith("\n\nPlain.")
    message = _message("\n")
    message.add_alternative(PAGE, subtype="html")
    assert "The café has closed" in _read(message).text


def test_a_page_alone_is_read_as_one() -> None:
    message = EmailMessage()
    message["Subject"] = "Closing"
    message.set_content(PAGE, subtype="html", charset="cp1252")
    message.add_related(b"x", "image", "png", filename="logo.png")
    found = _read(message)
    assert found.text == "# Closing\n\nThe café has closed, and the council says why in a letter to all residents."
    assert found.attachments == ("logo.png",)


def test_attachments_are_named_and_not_read() -> None:
    message = _message()
    message.add_attachment(b"x", "application", "pdf", filename="Räport.pdf")
    message.add_attachment("Secret", filename="notes.txt")
    message.add_attachment(_message("Inner secret", Subject="The first letter"))
    message.add_attachment(b"x", "application", "octet-stream")
    found = _read(message)
    assert found.attachments == ("Räport.pdf", "notes.txt", "The first letter", "without a name (application/octet-stream)")
    assert "ecret" not in found.text


def test_the_name_of_an_attachment_is_one_printable_line() -> None:
    name = "=?utf-8?q?invoice=0A=E2=80=AEfdp=2Eexe?="
    raw = _raw("Subject: a", "Content-Type: application/pdf", f'Content-Disposition: attachment; filename="{name}"')
    found = extract(raw)
    assert found.attachments == ("invoice fdp.exe",)
    assert found.warnings == ("The message itself has no words.",)


@pytest.mark.parametrize(
    "delsp, body, words",
    [
        ("no", "One line \r\nthat goes on.\r\n\r\nNext \r\n-- \r\nMe", "One line that goes on.\n\nNext \n-- \nMe"),
        ("no", "> quoted \r\n> on\r\nmine \r\n> theirs\r\n From", "> quoted on\nmine \n> theirs\nFrom"),
        ("yes", "Donau \r\ndampf", "Donaudampf"),
    ],
)
def test_flowed_lines_are_joined(delsp: str, body: str, words: str) -> None:
    raw = _raw("Subject: a", f"Content-Type: text/plain; format=flowed; delsp={delsp}", body=body.encode())
    assert extract(raw).text == f"# a\n\n{words}"


@pytest.mark.parametrize("raw", [b"", b"Just words.\n", b"X-Note: a\n\nWords.", b"\xff\xfe\x00", b"%PDF-1.7\n"])
def test_what_is_no_message_is_refused(raw: bytes) -> None:
    assert _refusal(raw) == "it is not an e-mail message"


@pytest.mark.parametrize("kind", ["multipart/encrypted; boundary=x", "application/pkcs7-mime", "text/plain"])
def test_an_encrypted_message_is_refused(kind: str) -> None:
    assert "encrypted" in _refusal(_raw("Subject: a", f"Content-Type: {kind}", body=b"-----BEGIN PGP MESSAGE-----\n--x\n\nyz"))


def test_more_parts_than_a_message_has_are_refused() -> None:
    head = ("Subject: a", "Content-Type: multipart/mixed; boundary=x")
    assert "more parts" in _refusal(_raw(*head, body=b"\n--x\n\na" * 1_001))
    assert "more parts" in _refusal(_raw(*head, body=b"\n--x\n\na" * 1_000_000))
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n" % (n, n) for n in range(50))
    assert "more parts" in _refusal(b"Subject: a\n" + nested)
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n" % (n, n) for n in range(5_000))
    assert "e-mail message" in _refusal(b"Subject: a\n" + nested)


def _small() -> bytes:
    message = _message("Wörds.\n\n- a\n", To="ü <c@d.example>", Date="Tue, 05 Mar 2024 10:00:00 +0000")
    message.add_alternative(PAGE, subtype="html")
    message.add_attachment(b"x", "application", "pdf", filename="Räport.pdf")
    message.add_attachment(_message("Inner", Subject="First"))
    return message.as_bytes()


SMALL = _small()


def _attempt(raw: bytes) -> None:
    try:
        found = extract(raw)
    except DocumentError:
        return
    found.text.encode()
    assert not any(re.search(r"[\x00-\x1f]", name) for name in found.attachments)


def test_a_message_cut_anywhere_is_read_or_refused() -> None:
    for cut in range(0, len(SMALL), len(SMALL) // 50):
        _attempt(SMALL[:cut])


@hypothesis_settings(deadline=None, max_examples=200)
@given(edits)
def test_a_mutated_message_is_read_or_refused(changes: list[tuple[int, int, bytes]]) -> None:
    _attempt(mutated(SMALL, changes))


@hypothesis_settings(deadline=None, max_examples=200)
@given(st.text(max_size=40), st.text(max_size=40), st.binary(max_size=40))
def test_any_head_is_read_or_refused(kind: str, name: str, body: bytes) -> None:
    disposition = f"Content-Disposition: attachment; filename={name}"
    _attempt(_raw(f"Subject: {kind}", f"From: {name}", f"Content-Type: text/plain; charset={kind}", disposition, body=body))
    _attempt(_raw(f"Subject: {kind}", f"Content-Type: {kind}", body=body))
