"""Reads Rich Text (.rtf): the words that a reader of the page would see, with headings, lists and tables marked."""

import codecs
import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from summariser.errors import DocumentError
from summariser.readers.archive import refusing
from summariser.readers.blocks import Story, flat, line, set_out, symbol
from summariser.types import Extract

_TOKEN = re.compile(rb"\\([A-Za-z]{1,32})(-?\d{1,9})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\")
_SIGNS = {
    "tab": "\t", "line": " ", "lbr": " ", "emdash": "—", "endash": "–", "emspace": "\u2003", "enspace": "\u2002",
    "qmspace": "\u2005", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
}  # fmt: skip
_ESCAPES = {"~": "\u00a0", "-": "\u00ad", "_": "\u2011", "\\": "\\", "{": "{", "}": "}"}
# Groups whose words are no part of the page. The bullets and numbers of lists stand in groups too, and become marks.
_SKIPPED = set(
    "colortbl info pict object shprslt nonshppict nonesttables sn sv xe tc txe rxe upr fldinst filetbl listtext pntext "
    "pn annotation".split()
)
_STORIES = set("footnote shptxt header headerl headerr headerf footer footerl footerr footerf".split())
# Groups of names, which are looked up and not read.
_TABLES = {"fonttbl", "stylesheet", "objclass"}
# What is shown of groups that are skipped for the rest.
_SHOWN = {"ud", "shptxt", "result"}
_CODE_PAGES = {
    "77": "mac_roman", "128": "cp932", "129": "cp949", "130": "cp1361", "134": "gbk", "136": "cp950", "161": "cp1253",
    "162": "cp1254", "163": "cp1258", "177": "cp1255", "178": "cp1256", "186": "cp1257", "204": "cp1251", "222": "cp874",
    "238": "cp1250", "254": "cp437", "255": "cp850",
}  # fmt: skip
_SYMBOL = "symbol"
_CODE_PAGES["2"] = _SYMBOL
_OPENING = _SKIPPED | _STORIES | _TABLES | _SHOWN
_CHARACTER = {"v", "deleted", "fs", "uc", "f", "plain"}
_GLOBAL = {"ansicpg": "", "mac": "mac_roman", "pc": "cp437", "pca": "cp850", "deff": ""}
_HEADING = re.compile(r"(?:heading ?([1-9])|title)\s*;?", re.I)
_DEEPEST = 1_000


def extract(raw: bytes) -> Extract:
    """Return the words of a Rich Text file, then footnotes, then running headers and footers.

    Raises:
        DocumentError: it is not Rich Text, or is so broken that it cannot be followed.
    """
    if not raw.startswith(b"{\\rtf"):
        raise DocumentError("it is not a Rich Text file; open it in the program that made it and save it again")
    with refusing("it is not a whole Rich Text file; open it in Word and save it again"):
        reader = _Reader()
        whole = reader.read(raw)
        return set_out(
            reader.page.finish(),
            reader.notes,
            reader.furniture,
            hidden=reader.hidden,
            attachments=reader.attachments,
            warnings=[
                *(["Comments were not read."] if reader.commented else []),
                *([] if whole else ["The file breaks off in the middle; words may be missing at its end."]),
            ],
        )


@dataclass(slots=True)
class _Group:
    """What holds until a closing brace: `table` is the group of names that it lies in, `fallback` counts as in \\uc."""

    story: Story
    kind: str = ""
    table: str = ""
    starred: bool = False
    skipped: bool = False
    hidden: bool = False
    tiny: bool = False
    deleted: bool = False
    font: str = ""
    fallback: int = 1


class _Reader:
    """Follows the groups and control words of the format."""

    def __init__(self) -> None:
        self.page = Story()
        self.notes: list[str] = []
        self.furniture: list[str] = []
        self.attachments: list[str] = []
        self.hidden = 0
        self.commented = False
        self._group = _Group(self.page)
        self._code_page = "cp1252"
        self._default_font = ""
        self._fonts: dict[str, str] = {}
        self._levels: dict[int, int] = {}
        # The entry being read of a group of names.
        self._name: list[str] = []
        self._number = 0
        self._level = 0
        self._octets = bytearray()
        self._skip = 0

    def read(self, raw: bytes) -> bool:
        """Read it all; say whether the last brace is there."""
        outer: list[_Group] = []
        position = 0
        while match := _TOKEN.match(raw, position):
            position = match.end()
            if not match.lastindex:
                # The ends of lines mean nothing.
                continue
            word, number, octet, escape, brace, plain = match.groups()
            if octet or plain:
                self._text(bytes.fromhex(octet.decode()) if octet else plain)
                continue
            self._decode()
            if brace == b"{":
                outer.append(self._group)
                self._group = replace(self._group, kind="", starred=False)
                if len(outer) > _DEEPEST:
                    raise DocumentError("it is nested too deep to be a document; open it in Word and save it again")
            elif brace:
                self._close(outer.pop())
                if not outer:
                    return True
            elif word:
                value = int(number) if number else None
                position += max(value or 0, 0) if word == b"bin" else 0
                self._word(word.decode(), value)
            else:
                self._escape(escape.decode("latin-1"))
        self._decode()
        return False

    def _text(self, octets: bytes) -> None:
        """Take characters as bytes, but for those that stand in for a character of Unicode before them."""
        skipped = min(self._skip, len(octets))
        self._skip -= skipped
        self._octets += octets[skipped:]

    def _decode(self) -> None:
        """Turn the bytes gathered so far into words; a character may have several."""
        self._skip = 0
        if not self._octets:
            return
        code_page = self._fonts.get(self._group.font, self._code_page)
        if code_page == _SYMBOL:
            self._show("".join(symbol(0xF000 + code) if code >= 0x80 else chr(code) for code in self._octets))
        else:
            self._show(self._octets.decode(code_page, "replace"))
        self._octets.clear()

    def _show(self, words: str) -> None:
        group = self._group
        if group.skipped or group.deleted:
            return
        if group.table:
            self._name.append(words)
        elif group.hidden or group.tiny:
            self.hidden += len(words)
        else:
            group.story.words.append(words)

    def _escape(self, sign: str) -> None:
        if sign == "*":
            self._group.starred = True
        elif sign in "\r\n":
            self._word("par", None)
        else:
            self._show(_ESCAPES.get(sign, ""))

    def _close(self, outer: _Group) -> None:
        """End a group, and put what it held where it belongs."""
        group, self._group = self._group, outer
        if group.table == "objclass":
            self.attachments.append(line("".join(self._name)) or "an object without a name")
        elif group.table == "stylesheet" and (name := "".join(self._name).strip()):
            named = _HEADING.fullmatch(name)
            self._levels[self._number] = self._level or (int(named.group(1) or 1) if named else 0)
            self._number = self._level = 0
            self._name.clear()
        if group.story is outer.story:
            return
        blocks = group.story.finish()
        if group.kind == "shptxt":
            outer.story.insert(blocks)
        elif group.kind == "footnote":
            self.notes.append(" ".join(flat(blocks)))
        else:
            self.furniture += flat(blocks)

    def _word(self, word: str, number: int | None) -> None:
        group = self._group
        if word in _SIGNS:
            self._show(_SIGNS[word])
        elif group.starred or word in _OPENING:
            self._open(word)
        elif word == "u" and number is not None:
            self._show(symbol(number & 0xFFFF))
            self._skip = group.fallback
        elif word in _CHARACTER:
            self._character(word, number)
        elif group.table or word in _GLOBAL:
            self._define(word, number)
        elif not group.skipped:
            _layout(group.story, word, number, self._levels)

    def _open(self, word: str) -> None:
        """Begin a group that is not simply read."""
        group = self._group
        group.starred = False
        if word in _SHOWN:
            group.skipped = False
        if word in _TABLES:
            group.table, group.skipped = word, False
            self._name.clear()
        elif word in _STORIES and not group.skipped:
            group.kind, group.story = word, Story()
        elif word not in _SHOWN:
            self.commented |= word == "annotation"
            group.story.listed |= word in ("listtext", "pntext", "pn") and not group.skipped
            group.skipped = True

    def _character(self, word: str, number: int | None) -> None:
        """Take in how characters look from here on."""
        group = self._group
        if word == "v":
            group.hidden = number != 0
        elif word == "deleted":
            group.deleted = number != 0
        elif word == "fs":
            group.tiny = number is not None and number <= 2
        elif word == "uc":
            group.fallback = 1 if number is None else max(number, 0)
        elif word == "f":
            group.font = str(number)
        else:
            group.hidden = group.tiny = group.deleted = False
            group.font = self._default_font

    def _define(self, word: str, number: int | None) -> None:
        """Take in a definition: of a font, of a style, or of the file as a whole."""
        if word == "fcharset":
            self._fonts[self._group.font] = _CODE_PAGES.get(str(number), self._code_page)
        elif word == "s":
            self._number = number or 0
        elif word == "outlinelevel":
            self._level = _level(number)
        elif word == "deff":
            self._default_font = self._group.font = str(number)
        elif word in _GLOBAL:
            with contextlib.suppress(LookupError):
                self._code_page = codecs.lookup(_GLOBAL[word] or f"cp{number}").name


def _level(number: int | None) -> int:
    return number + 1 if number is not None and 0 <= number < 9 else 0


def _layout(story: Story, word: str, number: int | None, levels: Mapping[int, int]) -> None:
    """Follow a control word that ends or describes a paragraph, cell or row."""
    if word in ("par", "sect", "page", "nestcell"):
        story.end_paragraph()
    elif word == "cell":
        story.end_cell()
    elif word == "row":
        story.end_row()
    elif word == "pard":
        story.reset()
    elif word == "intbl":
        story.in_table = True
    elif word == "s":
        story.level = levels.get(number or 0, 0)
    elif word == "outlinelevel":
        story.level = _level(number)
    elif word == "ls":
        story.listed = bool(number)
    elif word == "ilvl":
        story.depth = number or 0
