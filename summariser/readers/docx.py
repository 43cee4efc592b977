"""Reads Word files (.docx): the words that a reader of the page would see, with headings, lists and tables marked."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from summariser.errors import DocumentError
from summariser.readers.archive import OLE, parse, refusing, related, unpack
from summariser.readers.blocks import Block, flat, heading, item, line, set_out, symbol
from summariser.types import Extract

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Files saved as "Strict Open XML" differ in this name, as far as their words go.
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_PARAGRAPH, _TABLE, _ROW, _CELL, _RUN, _BOX = (_W + name for name in ("p", "tbl", "tr", "tc", "r", "txbxContent"))
# Wrappers that are transparent to a reader: what they hold reads on as if they were not there.
_OPEN = {
    _W + name
    for name in ("ins", "moveTo", "hyperlink", "sdt", "sdtContent", "smartTag", "customXml", "fldSimple", "bdo", "dir")
} | {_MC + "Choice"}
_DRAWN = {_W + "drawing", _W + "pict", _W + "object"}
_SIGNS = {_W + "tab": "\t", _W + "br": " ", _W + "cr": " ", _W + "noBreakHyphen": "\u2011", _W + "softHyphen": "\u00ad"}
_NOTES, _RUNNING = ("footnotes", "endnotes"), ("header", "footer")
_HEADING = re.compile(r"heading ?([1-9])", re.I)
_LISTED = re.compile(r"list (?:bullet|number)(?: ([2-5]))?", re.I)
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OTHERS = (
    ("macroEnabled", "it holds macros; save it as a Word document without macros (.docx)"),
    ("template", "it is a Word template; save it as a Word document (.docx)"),
    ("spreadsheet", "it is an Excel workbook, not a Word file; export it to PDF or copy its words into a Word file"),
    ("presentation", "it is a PowerPoint file, not a Word file; export it to PDF or copy its words into a Word file"),
)


def extract(raw: bytes) -> Extract:
    """Return the words of a Word file in their order on the page, then footnotes, then running headers and footers.

    Raises:
        DocumentError: it is broken, encrypted, a bomb, or another kind of Office file.
    """
    if raw.startswith(OLE):
        raise DocumentError("it is encrypted, or an old Word file (.doc); save it as an open .docx")
    members = unpack(raw, "Word")
    with refusing("it is not a whole Word file (broken XML); open it in Word and save it again"):
        main = _main(members)
        parts = list(related(members, main))
        root = _part(members, main)
        reader = _Reader(_Styles([_part(members, name) for kind, name in parts if kind == "styles"]))
        body = root.find(_W + "body")
        shaded = root.find(_W + "background") is not None
        blocks = [] if body is None else list(reader.blocks(body, shaded=shaded))
        stories = [(kind, _part(members, name)) for kind, name in parts if kind in (*_NOTES, *_RUNNING, "comments")]
        return set_out(
            blocks,
            notes=[" ".join(flat(reader.blocks(note))) for kind, story in stories if kind in _NOTES for note in story],
            furniture=[words for kind, story in stories if kind in _RUNNING for words in flat(reader.blocks(story))],
            hidden=reader.hidden,
            attachments=[line(posixpath.basename(name)) for name in members if re.search(r"/embeddings/[^/]+$", name)],
            warnings=["Comments were not read."] if any(kind == "comments" and len(story) for kind, story in stories) else [],
        )


def _main(members: Mapping[str, bytes]) -> str:
    """Return the name of the member that holds the text, having made sure that it is a plain Word document."""
    main = next((name for kind, name in related(members, "") if kind == "officeDocument"), None)
    if main is None or "[Content_Types].xml" not in members:
        raise DocumentError("it is a zip file but not a Word file; save it from Word as .docx")
    types = parse(members["[Content_Types].xml"])
    kind = next((t.get("ContentType", "") for t in types if t.get("PartName", "").lower() == f"/{main}".lower()), "")
    if kind != _MAIN:
        raise DocumentError(next((cause for mark, cause in _OTHERS if mark in kind), "it is not a Word file"))
    return main


def _part(members: Mapping[str, bytes], name: str) -> Any:
    return parse(members[name].replace(_STRICT, _W.strip("{}").encode()))


def _inner(element: Any) -> Iterator[Any]:
    """Yield the children of `element`, with what transparent wrappers hold in their place.

    Of alternative renderings only the first is yielded. Deletions are yielded whole, and nobody looks into them.
    """
    for child in element:
        if child.tag in _OPEN:
            yield from _inner(child)
        elif child.tag == _MC + "AlternateContent":
            yield from _inner(child[0] if len(child) else child)
        else:
            yield child


def _boxes(element: Any) -> Iterator[Any]:
    """Yield the outermost text boxes in a drawing."""
    for child in _inner(element):
        if child.tag == _BOX:
            yield child
        else:
            yield from _boxes(child)


def _value(parent: Any, path: str) -> str | None:
    """Return the `val` of a property, or None if there is no such property."""
    found = None if parent is None else parent.find("/".join(_W + step for step in path.split("/")))
    return None if found is None else str(found.get(_W + "val", ""))


def _number(value: str | None, otherwise: int) -> int:
    return int(value) if value and re.fullmatch(r"-?\d{1,6}", value) else otherwise


def _is_shaded(properties: Any) -> bool:
    """Say whether something has a ground of its own, on which white words can be read."""
    if properties is None:
        return False
    shade = properties.find(_W + "shd")
    fill = shade is not None and (shade.get(_W + "fill", "auto").upper() not in ("AUTO", "FFFFFF"))
    pattern = shade is not None and shade.get(_W + "val") not in (None, "clear", "nil")
    return bool(fill or pattern or _value(properties, "highlight") not in (None, "none"))


class _Face(NamedTuple):
    """How a run looks, as far as it decides whether it can be seen; None is for what is not said."""

    vanish: bool | None = None
    white: bool | None = None
    tiny: bool | None = None

    @classmethod
    def of(cls, properties: Any) -> "_Face":
        vanish, color, size = (_value(properties, name) for name in ("vanish", "color", "sz"))
        return cls(
            None if vanish is None else vanish not in ("0", "false", "off"),
            None if color is None else color.upper() == "FFFFFF",
            None if size is None else _number(size, 20) <= 2,
        )

    def over(self, other: "_Face") -> "_Face":
        return _Face(*(theirs if mine is None else mine for mine, theirs in zip(self, other, strict=True)))


_UNLISTED = -1


class _Style(NamedTuple):
    """What a style says of its paragraphs; level 0 is for no heading."""

    level: int = 0
    depth: int = _UNLISTED
    face: _Face = _Face()
    shaded: bool = False


class _Styles:
    """The styles of a document by their id, each with what it inherits."""

    def __init__(self, roots: list[Any]) -> None:
        self._elements = {s.get(_W + "styleId"): s for root in roots for s in root.iterfind(_W + "style")}
        self._known: dict[str | None, _Style] = {}

    def __getitem__(self, name: str | None) -> _Style:
        if name not in self._known:
            self._known[name] = self._resolve(name)
        return self._known[name]

    def _resolve(self, name: str | None) -> _Style:
        levels: list[int | None] = []
        depths: list[int | None] = []
        face, shaded = _Face(), False
        for style_id, style in self._chain(name):
            levels.append(_level(style_id, style))
            listed = _LISTED.fullmatch(_value(style, "name") or "")
            depths.append(int(listed.group(1) or 1) - 1 if listed else _depth(style.find(_W + "pPr")))
            face = face.over(_Face.of(style.find(_W + "rPr")))
            # A style of a table shades some of its cells; which ones is more than is worth finding out.
            shaded = shaded or any(_is_shaded(shade.getparent()) for shade in style.iter(_W + "shd"))
        level = next((level for level in levels if level is not None), 0)
        return _Style(level, next((depth for depth in depths if depth is not None), _UNLISTED), face, shaded)

    def _chain(self, name: str | None) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        while name is not None and name not in seen and name in self._elements:
            seen.add(name)
            yield name, self._elements[name]
            name = _value(self._elements[name], "basedOn")


def _level(style_id: str, style: Any) -> int | None:
    """Return the heading level that a style gives, 0 where it says that there is none, None where it says nothing."""
    outline = _value(style, "pPr/outlineLvl")
    if outline is not None:
        return _outline(outline)
    name = _value(style, "name") or ""
    if name.lower() == "title":
        return 1
    return int(named.group(1)) if (named := _HEADING.fullmatch(name) or _HEADING.fullmatch(style_id)) else None


def _outline(value: str) -> int:
    return int(value) + 1 if value in tuple("012345678") else 0


def _depth(properties: Any) -> int | None:
    """Return how deep in a list numbering puts a paragraph, _UNLISTED where it is switched off, None without any."""
    number, depth = _value(properties, "numPr/numId"), _value(properties, "numPr/ilvl")
    if number is None and depth is None:
        return None
    return _UNLISTED if number == "0" else _number(depth, 0)


class _Reader:
    """Walks the text, and counts what it leaves out because nobody would see it."""

    def __init__(self, styles: _Styles) -> None:
        self.hidden = 0
        self._styles = styles

    def blocks(self, container: Any, *, shaded: bool = False) -> Iterator[Block]:
        """Yield the paragraphs and tables in `container`; `shaded` says that white words can be read there."""
        for block in _inner(container):
            if block.tag == _PARAGRAPH:
                yield from self._paragraph(block, shaded=shaded)
            elif block.tag == _TABLE:
                yield from self._table(block, shaded=shaded)

    def _paragraph(self, paragraph: Any, *, shaded: bool) -> Iterator[Block]:
        style = self._styles[_value(paragraph, "pPr/pStyle")]
        words, boxes = self._words(paragraph, style, shaded=shaded)
        outline = _value(paragraph, "pPr/outlineLvl")
        level = style.level if outline is None else _outline(outline)
        depth = _depth(paragraph.find(_W + "pPr"))
        if depth is None or (depth == 0 and style.depth > 0):
            depth = style.depth
        if level:
            yield heading(words, level)
        else:
            yield Block(words) if depth == _UNLISTED else item(words, depth)
        for box in boxes:
            # A drawn box may have a ground of any colour.
            yield from self.blocks(box, shaded=True)

    def _table(self, table: Any, *, shaded: bool) -> Iterator[Block]:
        shaded = shaded or self._styles[_value(table, "tblPr/tblStyle")].shaded or _is_shaded(table.find(_W + "tblPr"))
        kept = [row for row in _inner(table) if row.tag == _ROW and row.find(f"{_W}trPr/{_W}del") is None]
        rows = [[cell for cell in _inner(row) if cell.tag == _CELL] for row in kept]
        if len(rows) == 1 and len(rows[0]) == 1:
            # A single cell is a frame around ordinary text.
            yield from self.blocks(rows[0][0], shaded=True)
        else:
            # A cell that goes on from the one above has no words; one that is wider than others is there once.
            yield Block(rows=tuple(tuple(self._cell(cell, shaded=shaded) for cell in row) for row in rows))

    def _cell(self, cell: Any, *, shaded: bool) -> str:
        return " ".join(flat(self.blocks(cell, shaded=shaded or _is_shaded(cell.find(_W + "tcPr")))))

    def _words(self, paragraph: Any, style: _Style, *, shaded: bool) -> tuple[str, list[Any]]:
        """Return the words of a paragraph that can be seen, and the text boxes fastened to it."""
        shown: list[str] = []
        boxes: list[Any] = []
        # One entry for each field that has begun: whether its code is still going on. A code never spans paragraphs.
        fields: list[bool] = []
        shaded = shaded or style.shaded or _is_shaded(paragraph.find(_W + "pPr"))
        for run in _inner(paragraph):
            if run.tag == _RUN:
                pieces = [piece for part in _inner(run) for piece in self._piece(part, fields, boxes)]
                if self._is_hidden(run.find(_W + "rPr"), style, shaded=shaded):
                    self.hidden += len("".join(pieces))
                else:
                    shown += pieces
            elif run.tag.startswith(_M):
                shown += [text.text or "" for text in run.iter(_M + "t")]
        return "".join(shown), boxes

    @staticmethod
    def _piece(part: Any, fields: list[bool], boxes: list[Any]) -> Iterator[str]:
        if part.tag == _W + "fldChar":
            kind = part.get(_W + "fldCharType")
            if kind == "begin":
                fields.append(True)
            elif fields:
                fields.pop()
                fields += [False] if kind == "separate" else []
        elif part.tag in _DRAWN:
            boxes += _boxes(part)
        elif any(fields):
            return
        elif part.tag == _W + "t":
            yield part.text or ""
        elif part.tag in _SIGNS:
            yield _SIGNS[part.tag]
        elif part.tag == _W + "sym":
            yield symbol(int(part.get(_W + "char", "20"), 16))

    def _is_hidden(self, properties: Any, style: _Style, *, shaded: bool) -> bool:
        face = _Face.of(properties).over(self._styles[_value(properties, "rStyle")].face).over(style.face)
        shaded = shaded or _is_shaded(properties)
        return bool(face.vanish or face.tiny or (face.white and not shaded))
