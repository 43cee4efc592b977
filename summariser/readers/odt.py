"""Reads OpenDocument texts (.odt): the words that a reader of the page would see, with headings, lists and tables marked."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from summariser.errors import DocumentError
from summariser.readers.archive import parse, refusing, unpack
from summariser.readers.blocks import Block, flat, heading, item, line, set_out
from summariser.types import Extract

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TEXT, _TABLE, _DRAW, _STYLE = (f"{{{_OASIS}{name}:1.0}}" for name in ("office", "text", "table", "drawing", "style"))
_FO = f"{{{_OASIS}xsl-fo-compatible:1.0}}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_OTHERS = {
    "spreadsheet": "it is a spreadsheet, not a text; export it to PDF or copy its words into a text",
    "presentation": "it is a presentation, not a text; export it to PDF or copy its words into a text",
    "drawing": "it is a drawing, not a text; export it to PDF",
}
_PARAGRAPHS = {_TEXT + "p", _TEXT + "h"}
_CELLS = {_TABLE + "table-cell", _TABLE + "covered-table-cell"}
_ROW_GROUPS = {_TABLE + name for name in ("table-header-rows", "table-rows", "table-row-group")}
_SIGNS = {_TEXT + "tab": "\t", _TEXT + "line-break": " "}
# What deletions, comments and the like hold is no part of the page; nor is the description of a picture.
_CLOSED = {
    _TEXT + "tracked-changes",
    _TEXT + "ruby-text",
    _TEXT + "note-citation",
    _OFFICE + "annotation",
    _OFFICE + "forms",
    _OFFICE + "event-listeners",
    f"{{{_OASIS}svg-compatible:1.0}}title",
    f"{{{_OASIS}svg-compatible:1.0}}desc",
}
_SPACE = re.compile(r"[ \t\r\n]+")
# More repetitions than this are a trap, or empty cells up to the edge of a sheet.
_REPEATED = 64
_POINTS = re.compile(r"([\d.]{1,8})pt")


def extract(raw: bytes) -> Extract:
    """Return the words of a text in their order on the page, then footnotes, then running headers and footers.

    Raises:
        DocumentError: it is broken, encrypted, a bomb, or another kind of OpenDocument file.
    """
    members = unpack(raw, "OpenDocument")
    if b"encryption-data" in members.get("META-INF/manifest.xml", b""):
        raise DocumentError("it is encrypted; save it without a password")
    if "content.xml" not in members:
        raise DocumentError("it is a zip file but not an OpenDocument text; save it again as .odt")
    with refusing("it is not a whole OpenDocument text (broken XML); open it in its program and save it again"):
        content = parse(members["content.xml"])
        common = parse(members["styles.xml"]) if members.get("styles.xml") else None
        body = content.find(_OFFICE + "body")
        kinds = [child.tag.removeprefix(_OFFICE) for child in (() if body is None else body)]
        if body is None or "text" not in kinds:
            raise DocumentError(next((_OTHERS[kind] for kind in kinds if kind in _OTHERS), "it is not an OpenDocument text"))
        reader = _Reader([content] if common is None else [common, content])
        blocks = list(reader.blocks(body.find(_OFFICE + "text")))
        # The styles of headers have names of their own, which may be those of other styles in the text.
        margins = _Reader([] if common is None else [common])
        running = [] if common is None else [part for page in common.iter(_STYLE + "master-page") for part in page]
        furniture = [words for part in running for words in flat(margins.blocks(part))]
        return set_out(
            blocks,
            reader.notes,
            furniture,
            hidden=reader.hidden + margins.hidden,
            attachments=reader.attachments,
            warnings=["Comments were not read."] if next(content.iter(_OFFICE + "annotation"), None) is not None else [],
        )


class _Styles:
    """What styles say of how words look, each with what it inherits, the later files over the earlier."""

    def __init__(self, roots: list[Any]) -> None:
        self._elements: dict[tuple[str, str], Any] = {}
        for style in chain.from_iterable(root.iter(_STYLE + "style") for root in roots):
            self._elements[style.get(_STYLE + "family", ""), style.get(_STYLE + "name", "")] = style
        self._known: dict[tuple[str, str], tuple[dict[str, str], bool]] = {}

    def look(self, family: str, name: str | None) -> tuple[Mapping[str, str], bool]:
        """Return the properties of a style's words, and whether it is the style of a document's title."""
        key = (family, name or "")
        if key not in self._known:
            styles = list(self._chain(*key))
            look: dict[str, str] = {}
            for style in reversed(styles):
                look |= {name: value for part in style for name, value in part.attrib.items()}
            self._known[key] = look, any(style.get(_STYLE + "name") == "Title" for style in styles)
        return self._known[key]

    def _chain(self, family: str, name: str) -> Iterator[Any]:
        seen: set[str] = set()
        while name not in seen and (style := self._elements.get((family, name))) is not None:
            seen.add(name)
            yield style
            name = style.get(_STYLE + "parent-style-name", "")


def _has_ground(look: Mapping[str, str]) -> bool:
    return look.get(_FO + "background-color", "transparent").lower() not in ("transparent", "#ffffff")


def _is_invisible(look: Mapping[str, str], *, shaded: bool) -> bool:
    points = _POINTS.fullmatch(look.get(_FO + "font-size", ""))
    tiny = bool(points) and points is not None and float(points.group(1)) <= 1
    white = look.get(_FO + "color", "").lower() == "#ffffff" and not shaded and not _has_ground(look)
    return look.get(_TEXT + "display") == "none" or tiny or white


class _Reader:
    """Walks a text; gathers notes and attachments on the way, and counts what it leaves out as nobody would see it."""

    def __init__(self, roots: list[Any]) -> None:
        self.hidden = 0
        self.notes: list[str] = []
        self.attachments: list[str] = []
        self._styles = _Styles(roots)

    def blocks(self, container: Any, depth: int = -1, *, bullet: bool = False, shaded: bool = False) -> Iterator[Block]:
        """Yield the paragraphs, lists and tables in `container`, which lies in `depth` + 1 lists.

        `bullet` says that the first paragraph is a list item; `shaded`, that white words can be read there.
        """
        for child in container:
            if child.tag in _PARAGRAPHS:
                yield from self._paragraph(child, depth if bullet else -1, shaded=shaded)
                bullet = False
            elif child.tag == _TEXT + "list":
                for entry in child:
                    yield from self.blocks(entry, depth + 1, bullet=entry.tag == _TEXT + "list-item", shaded=shaded)
            elif child.tag == _TABLE + "table":
                yield from self._table(child, shaded=shaded)
            elif child.tag in (_DRAW + "object", _DRAW + "object-ole"):
                self.attachments.append(line(child.get(_XLINK + "href", "").removeprefix("./")) or "an object without a name")
            elif child.tag == _TEXT + "section" and child.get(_TEXT + "display") == "none":
                self.hidden += sum(map(len, flat(self.blocks(child, shaded=True))))
            elif child.tag not in _CLOSED:
                # A drawn box may have a ground of any colour.
                yield from self.blocks(child, depth, bullet=bullet, shaded=shaded or child.tag.startswith(_DRAW))

    def _paragraph(self, paragraph: Any, depth: int, *, shaded: bool) -> Iterator[Block]:
        look, is_title = self._styles.look("paragraph", paragraph.get(_TEXT + "style-name"))
        boxes: list[Block] = []
        pieces = list(self._inline(paragraph, look, boxes, shaded=shaded or _has_ground(look)))
        words = "".join(pieces)
        if any(field.get(_TEXT + "is-hidden") == "true" for field in paragraph.iter(_TEXT + "hidden-paragraph")):
            self.hidden += len(words)
        elif paragraph.tag == _TEXT + "h":
            level = paragraph.get(_TEXT + "outline-level", "1")
            yield heading(words, int(level) if level.isdecimal() else 1)
        elif is_title:
            yield heading(words, 1)
        else:
            yield Block(words) if depth < 0 else item(words, depth)
        yield from boxes

    def _inline(self, element: Any, look: Mapping[str, str], boxes: list[Block], *, shaded: bool) -> Iterator[str]:
        """Yield the words in `element` that can be seen; what floats beside them goes into `boxes`."""
        yield from self._seen(element.text, look, shaded=shaded)
        for child in element:
            if child.tag == _TEXT + "span":
                inner, _ = self._styles.look("text", child.get(_TEXT + "style-name"))
                yield from self._inline(child, {**look, **inner}, boxes, shaded=shaded)
            elif child.tag == _TEXT + "s":
                yield " " * min(int(child.get(_TEXT + "c", "1")), _REPEATED)
            elif child.tag in _SIGNS:
                yield _SIGNS[child.tag]
            elif child.tag == _TEXT + "note":
                self.notes.append(" ".join(flat(self.blocks(child))))
            elif child.tag.startswith(_DRAW):
                boxes += self.blocks([child], shaded=True)
            elif child.tag == _TEXT + "hidden-text" and child.get(_TEXT + "is-hidden") == "true":
                self.hidden += len(child.get(_TEXT + "string-value", ""))
            elif child.tag not in _CLOSED:
                yield from self._inline(child, look, boxes, shaded=shaded)
            yield from self._seen(child.tail, look, shaded=shaded)

    def _seen(self, words: str | None, look: Mapping[str, str], *, shaded: bool) -> Iterator[str]:
        words = _SPACE.sub(" ", words or "")
        if _is_invisible(look, shaded=shaded):
            self.hidden += len(words)
        else:
            yield words

    def _table(self, table: Any, *, shaded: bool) -> Iterator[Block]:
        shaded = shaded or self._has_ground(table)
        rows = [(row, [cell for cell in row if cell.tag in _CELLS]) for row in _rows(table)]
        if len(rows) == 1 and len(rows[0][1]) == 1:
            # A single cell is a frame around ordinary text.
            yield from self.blocks(rows[0][1][0], shaded=True)
        else:
            yield Block(rows=tuple(tuple(self._cells(cells, shaded=shaded or self._has_ground(row))) for row, cells in rows))

    def _cells(self, cells: list[Any], *, shaded: bool) -> Iterator[str]:
        """Yield the words of the cells in a row; of merged ones, those beside the first are left out, those below empty."""
        beside = 0
        for cell in cells:
            words = " ".join(flat(self.blocks(cell, shaded=shaded or self._has_ground(cell))))
            repeated = min(int(cell.get(_TABLE + "number-columns-repeated", "1")), _REPEATED)
            if cell.tag == _TABLE + "covered-table-cell":
                yield from [""] * (repeated - beside)
                beside = max(beside - repeated, 0)
            else:
                yield from [words] * repeated
                beside = int(cell.get(_TABLE + "number-columns-spanned", "1")) - 1

    def _has_ground(self, part: Any) -> bool:
        family = "table-" + part.tag.removeprefix(_TABLE).removeprefix("table-")
        name = part.get(_TABLE + "style-name")
        return _has_ground(self._styles.look("table" if part.tag == _TABLE + "table" else family, name)[0])


def _rows(table: Any) -> Iterator[Any]:
    """Yield the rows of a table, not those of tables in its cells."""
    for part in table:
        if part.tag == _TABLE + "table-row":
            yield part
        elif part.tag in _ROW_GROUPS:
            yield from _rows(part)
