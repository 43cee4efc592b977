"""Word, OpenDocument and Rich Text files give the words that a reader sees, with their structure, or are refused."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from summariser.errors import DocumentError
from summariser.readers import docx as word
from summariser.readers import html, odt, rtf
from summariser.readers.archive import OLE
from summariser.segments import segment
from summariser.types import Document, Extract
from tests.conftest import SAMPLES

MUTATIONS = hypothesis_settings(deadline=None, max_examples=200)


# Files, built


def _saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _docx(*body: str) -> bytes:
    """Build a Word file from the XML of its body, in which the prefix w stands for Word's names."""
    document = docx.Document()
    for xml in body:
        for part in parse_xml(f"<w:body {nsdecls('w', 'r', 'wp', 'a')}>{xml}</w:body>"):
            document.element.body.insert(-1, part)
    return _saved(document)


def _run(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


_WHITE = '<w:color w:val="FFFFFF"/>'
_WIDE = '<w:gridSpan w:val="2"/>'
_TALL = '<w:vMerge w:val="restart"/>'


def _zip(members: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def _changed(raw: bytes, **members: bytes) -> bytes:
    """Return a zip file with other contents of the members named (dots for "__", folders for "_in_")."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        contents: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    for key, data in members.items():
        contents[key.replace("_in_", "/").replace("__", ".")] = data
    return _zip(contents)


_ODF = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
        ("fo", "xsl-fo-compatible"),
    )
)


def _odt(body: str, styles: str = "", master: str = "", **others: str) -> bytes:
    root = f'{_ODF} xmlns:xlink="http://www.w3.org/1999/xlink"'
    members: dict[str, bytes | str] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": (
            f"<office:document-content {root}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
        ),
        "styles.xml": (
            f"<office:document-styles {root}><office:master-styles><style:master-page>{master}</style:master-page>"
            "</office:master-styles></office:document-styles>"
        ),
        "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="urn:x"/>',
    }
    return _zip({**members, **{name.replace("__", "."): data for name, data in others.items()}})


def _rtf(body: str) -> bytes:
    head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset2 Symbol;}{\f2\fcharset204 Times;}}"
    styles = r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2 heading 2;}{\*\cs10 Default;}}"
    return f"{head}{styles}{body}}}".encode("cp1252")


def _refusal(read: Callable[[bytes], Extract], raw: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        read(raw)
    return str(caught.value)


# The same document in every format has the same segments

_ITEM = re.compile(r"(?:[-*•]|\d+\.) +")


def _markdown(text: str) -> Iterator[tuple[str, int, str | list[list[str]]]]:
    """Yield the blocks of a Markdown text: kind, level, and words or rows."""
    rows: list[list[str]] = []
    for line in [*map(str.strip, text.splitlines()), ""]:
        if line.startswith("|"):
            if not re.fullmatch(r"[|\s:-]+", line):
                rows.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if rows:
            yield "table", 0, rows
            rows = []
        if mark := re.match(r"(#+) ", line):
            yield "heading", len(mark.group(1)), line[mark.end() :]
        elif mark := _ITEM.match(line):
            yield "item", 0, line[mark.end() :]
        elif line and line != "---":
            yield "paragraph", 0, line


def _as_docx(text: str) -> bytes:
    document = docx.Document()
    for kind, level, content in _markdown(text):
        if isinstance(content, list):
            table = document.add_table(len(content), len(content[0]), style="Light Grid Accent 1")
            for row, cells in zip(table.rows, content, strict=True):
                for cell, words in zip(row.cells, cells, strict=True):
                    cell.text = words
        elif kind == "heading":
            document.add_heading(content, level)
        else:
            document.add_paragraph(content, style="List Bullet" if kind == "item" else None)
    return _saved(document)


def _as_odt(text: str) -> bytes:
    def p(words: str) -> str:
        return f"<text:p>{escape(words).replace('  ', ' <text:s/>')}</text:p>"

    body = ""
    for kind, level, content in _markdown(text):
        if isinstance(content, list):
            rows = ("".join(f"<table:table-cell>{p(cell)}</table:table-cell>" for cell in row) for row in content)
            body += "<table:table>" + "".join(f"<table:table-row>{row}</table:table-row>" for row in rows) + "</table:table>"
        elif kind == "heading":
            body += f'<text:h text:outline-level="{level}">{escape(content)}</text:h>'
        else:
            body += f"<text:list><text:list-item>{p(content)}</text:list-item></text:list>" if kind == "item" else p(content)
    return _odt(body)


def _as_rtf(text: str) -> bytes:
    def escaped(words: str) -> str:
        return "".join(f"\\u{ord(c)}?" if ord(c) > 127 else f"\\{c}" if c in "\\{}" else c for c in words)

    body = ""
    for kind, level, content in _markdown(text):
        if isinstance(content, list):
            for row in content:
                body += r"\trowd\pard\intbl " + "".join(escaped(cell) + r"\cell " for cell in row) + "\\row\n"
        else:
            mark = {"heading": rf"\outlinelevel{level - 1} ", "item": r"\ls1\ilvl0 ", "paragraph": " "}[kind]
            body += rf"\pard{mark}{escaped(content)}\par" + "\n"
    return _rtf(body)


def _as_html(text: str) -> bytes:
    body = ""
    items = ""
    for kind, level, content in [*_markdown(text), ("end", 0, "")]:
        if kind == "item":
            items += f"<li>{escape(str(content))}</li>"
            continue
        body += f"<ul>{items}</ul>" if items else ""
        items = ""
        if isinstance(content, list):
            rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in content)
            body += "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
        elif content:
            body += f"<h{level}>{escape(content)}</h{level}>" if kind == "heading" else f"<p>{escape(content)}</p>"
    page = f"<!DOCTYPE html><html><head><title>Paper</title></head><body><main><article>{body}</article></main></body></html>"
    return page.encode()


def segments_of(extract: Extract) -> list[tuple[str, list[str], str, list[str]]]:
    """Return kind and words of each segment, a row as its cells, with what leads into it and the headings it stands under."""
    fields = {name: getattr(extract, name) for name in Extract.__slots__}
    document = Document(name="a", sha256="", **fields)
    segments = segment(document)

    def words(number: int) -> str:
        return " ".join(document.text[segments[number - 1].start : segments[number - 1].end].split())

    return [
        (
            each.kind,
            [cell.strip() for cell in words(each.number).strip("| ").split("|")],
            words(each.lead) if each.lead else "",
            [words(number) for number in each.path],
        )
        for each in segments
    ]


@pytest.mark.parametrize(
    "build, read", [(_as_docx, word), (_as_odt, odt), (_as_rtf, rtf), (_as_html, html)], ids=["docx", "odt", "rtf", "html"]
)
@pytest.mark.parametrize("name", ["peer_feedback_adults.md", "improvement_plan.md"])
def test_a_document_has_the_segments_of_its_markdown(name: str, build: Callable[[str], bytes], read: Any) -> None:
    text = (SAMPLES / name).read_text()
    extract = read.extract(build(text))
    assert extract.extracted
    assert (extract.warnings, extract.hidden, extract.furniture) == ((), 0, ())
    assert segments_of(extract) == segments_of(Extract(text=text))


# Word


def test_word_blocks_in_order() -> None:
    document = docx.Document()
    document.add_heading("Report", 0)
    document.add_heading("Findings", 2)
    document.add_paragraph("First.\nSame line. ")
    document.add_paragraph("   ")
    document.add_paragraph("One", style="List Number")
    document.add_paragraph("Deeper", style="List Bullet 2")
    table = document.add_table(2, 2)
    table.cell(0, 0).text = "A\tb\nc"
    table.cell(1, 1).text = "“d”\u00a0e"
    document.add_paragraph("Last.")
    assert word.extract(_saved(document)).text == (
        "# Report\n\n## Findings\n\nFirst. Same line.\n\n- One\n\n  - Deeper\n\n| A b c |  |\n|  | “d”\u00a0e |\n\nLast."
    )


def test_word_headings_by_localised_style_outline_or_name() -> None:
    def p(properties: str) -> str:
        return f"<w:p><w:pPr>{properties}</w:pPr>{_run('x')}</w:p>"

    raw = _docx(p('<w:outlineLvl w:val="2"/>'), p('<w:pStyle w:val="Heading1"/><w:outlineLvl w:val="9"/>'))
    assert word.extract(raw).text == "### x\n\nx"
    document = docx.Document()
    document.styles["Heading 3"].element.styleId = "berschrift3"
    own = document.styles.add_style("Kapitel", WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = document.styles["Heading 3"]
    document.add_paragraph("y").style = own
    assert word.extract(_saved(document)).text == "### y"


def test_word_lists_by_numbering_nest_and_can_be_switched_off() -> None:
    def p(level: int, number: int, style: str = "ListParagraph") -> str:
        numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{numbering}</w:pPr>{_run("x")}</w:p>'

    raw = _docx(p(0, 3), p(1, 3), p(2, 3), p(0, 0, "ListBullet"), p(0, 3, "Heading2"))
    assert word.extract(raw).text == "- x\n\n  - x\n\n    - x\n\nx\n\n## x"


def test_word_hidden_words_are_left_out_and_counted() -> None:
    invisible = ["<w:vanish/>", _WHITE, '<w:sz w:val="2"/>']
    visible = ['<w:vanish w:val="0"/>', '<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000080"/>', '<w:sz w:val="16"/>']
    raw = _docx(f"<w:p>{''.join(_run('abc', p) for p in invisible)}{''.join(_run('x', p) for p in visible)}</w:p>")
    extract = word.extract(raw)
    assert (extract.text, extract.hidden) == ("xxx", 9)


def test_word_white_on_a_dark_cell_can_be_read() -> None:
    def cell(fill: str) -> str:
        shade = f'<w:tcPr><w:shd w:val="clear" w:fill="{fill}"/></w:tcPr>'
        return f"<w:tc>{shade}<w:p>{_run('white', _WHITE)}</w:p></w:tc>"

    extract = word.extract(_docx(f"<w:tbl><w:tr>{cell('1F3864')}{cell('auto')}</w:tr></w:tbl>"))
    assert (extract.text, extract.hidden) == ("| white |  |", 5)


def test_word_revisions_links_fields_and_controls() -> None:
    raw = _docx(
        f"<w:p>{_run('Keep ')}<w:del>{_run('gone').replace('w:t', 'w:delText')}</w:del><w:ins>{_run('new ')}</w:ins>"
        f"<w:hyperlink>{_run('link ')}</w:hyperlink><w:moveFrom>{_run('from')}</w:moveFrom>"
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF x</w:instrText></w:r>'
        f'{_run("inner")}<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_run("shown")}'
        f'<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:noBreakHyphen/><w:softHyphen/><w:br/></w:r>{_run("end")}</w:p>'
        f"<w:sdt><w:sdtContent><w:p>{_run('In a control.')}</w:p></w:sdtContent></w:sdt>"
    )
    assert word.extract(raw).text == "Keep new link shown\u2011\u00ad end\n\nIn a control."


def test_word_merged_cells_stand_once_and_inner_tables_are_flattened() -> None:
    def cell(words: str, properties: str = "", more: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{_run(words)}</w:p>{more}</w:tc>"

    inner = f"<w:tbl><w:tr>{cell('in')}{cell('side')}</w:tr></w:tbl><w:p/>"
    raw = _docx(
        f"<w:tbl><w:tr>{cell('wide', _WIDE)}{cell('tall', _TALL)}</w:tr>"
        f"<w:tr>{cell('a')}{cell('b', '', inner)}{cell('', '<w:vMerge/>')}</w:tr>"
        f"<w:tr><w:trPr><w:del/></w:trPr>{cell('gone')}</w:tr></w:tbl>",
        f"<w:tbl><w:tr>{cell('A box')}</w:tr></w:tbl>",
    )
    assert word.extract(raw).text == "| wide | tall |\n| a | b in side |  |\n\nA box"


def test_word_text_boxes_are_read_once() -> None:
    box = f"<w:txbxContent><w:p>{_run('Boxed')}</w:p></w:txbxContent>"
    names = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    raw = _docx(
        f"<w:p><w:r><mc:AlternateContent {names}><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>{_run('Beside')}</w:p>"
    )
    assert word.extract(raw).text == "Beside\n\nBoxed"


def test_word_headers_notes_comments_and_embedded_files() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Body.")
    document.add_comment(paragraph.runs, "Secret remark")
    document.sections[0].header.paragraphs[0].text = "Council report"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    document.add_section().header.is_linked_to_previous = False
    document.sections[1].header.paragraphs[0].text = "Council report"
    raw = _saved(document)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        relations = archive.read("word/_rels/document.xml.rels")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    more = f'<Relationship Id="rId90" Type="{kind}footnotes" Target="footnotes.xml"/>'
    more += f'<Relationship Id="rId91" Type="{kind}image" Target="../NULL"/></Relationships>'
    note = f'<w:footnote w:id="2"><w:p>{_run("A note.")}</w:p></w:footnote>'
    rule = '<w:footnote w:id="0" w:type="separator"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    raw = _changed(
        raw,
        word_in__rels_in_document__xml__rels=relations.replace(b"</Relationships>", more.encode()),
        word_in_footnotes__xml=f"<w:footnotes {nsdecls('w')}>{rule}{note}</w:footnotes>".encode(),
        word_in_embeddings_in_budget__xlsx=b"x",
    )
    extract = word.extract(raw)
    assert extract.text == "Body.\n\n## Footnotes\n\n- A note.\n\nCouncil report\n\nPage 1"
    assert [extract.text[start:end] for start, end in extract.furniture] == ["Council report", "Page 1"]
    assert extract.warnings == ("Comments were not read.",)
    assert extract.attachments == ("budget.xlsx",)


def test_word_saved_as_strict_open_xml_is_read() -> None:
    raw = _docx(f"<w:p>{_run('Strict.')}</w:p>")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members: dict[str, bytes | str] = {
            name: archive.read(name)
            .replace(b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/wordprocessingml/main")
            .replace(b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships")
            for name in archive.namelist()
        }  # fmt: skip
    assert word.extract(_zip(members)).text == "Strict."


@pytest.mark.parametrize(
    "kind, cause",
    [
        ("application/vnd.ms-word.document.macroEnabled.main+xml", "macros"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", "template"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "Excel"),
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml", "PowerPoint"),
        ("application/octet-stream", "not a Word file"),
    ],
)
def test_other_office_files_are_refused_as_what_they_are(kind: str, cause: str) -> None:
    raw = _docx(f"<w:p>{_run('x')}</w:p>")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        types = archive.read("[Content_Types].xml").replace(
            b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", kind.encode()
        )
    assert cause in _refusal(word.extract, _changed(raw, **{"[Content_Types]__xml": types}))


@pytest.mark.parametrize("raw", [b"", b"PK", b"Just text", b"%PDF-1.7", _zip({"a.txt": "x"})])
def test_what_is_no_office_file_is_refused(raw: bytes) -> None:
    for read in (word.extract, odt.extract, rtf.extract):
        assert "save it" in _refusal(read, raw) or "new copy" in _refusal(read, raw)


def test_a_password_is_named_as_the_cause() -> None:
    assert "encrypted" in _refusal(word.extract, OLE + bytes(512))
    manifest = {"META-INF/manifest.xml": "<m><encryption-data/></m>"}
    assert "encrypted" in _refusal(odt.extract, _odt("", **manifest))
    raw = bytearray(_zip({"content.xml": "x"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + offset] |= 1
    assert "encrypted" in _refusal(odt.extract, bytes(raw))


# OpenDocument


def test_odt_blocks_in_order() -> None:
    raw = _odt(
        '<text:p text:style-name="P1">Report</text:p><text:h text:outline-level="2">Find<text:s text:c="2"/>ings</text:h>'
        "<text:p>One\n  two<text:tab/>three<text:line-break/>four <text:a>link</text:a></text:p><text:p/>"
        "<text:list><text:list-item><text:p>Outer</text:p><text:p>More.</text:p><text:list><text:list-item><text:p>Inner</text:p>"
        "</text:list-item></text:list></text:list-item></text:list>"
        "<text:list><text:list-item><text:h>Numbered</text:h></text:list-item></text:list>"
        "<text:section><text:p>In a section.</text:p></text:section>",
        '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
        '<style:style style:name="Title" style:family="paragraph"/>',
    )
    assert odt.extract(raw).text == (
        "# Report\n\n## Find  ings\n\nOne two\tthree four link\n\n- Outer\n\nMore.\n\n  - Inner\n\n# Numbered\n\nIn a section."
    )


def test_odt_what_nobody_sees_is_left_out() -> None:
    styles = "".join(
        f'<style:style style:name="{name}" style:family="text"><style:text-properties {look}/></style:style>'
        for name, look in (
            ("T1", 'text:display="none"'),
            ("T2", 'fo:color="#FFFFFF"'),
            ("T3", 'fo:color="#ffffff" fo:background-color="#000080"'),
            ("T4", 'fo:font-size="1pt"'),
        )
    )
    spans = "".join(f'<text:span text:style-name="T{n}">abc</text:span>' for n in range(1, 5))
    raw = _odt(
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Deleted</text:p></text:deletion></text:changed-region>"
        f"</text:tracked-changes><text:p>{spans} seen<office:annotation><text:p>Remark</text:p></office:annotation></text:p>"
        '<text:section text:display="none"><text:p>xyz</text:p></text:section>'
        '<text:p><text:hidden-paragraph text:is-hidden="true"/>12</text:p>',
        styles,
    )
    extract = odt.extract(raw)
    assert (extract.text, extract.hidden, extract.warnings) == ("abc seen", 14, ("Comments were not read.",))


def test_odt_tables_boxes_notes_headers_and_objects() -> None:
    def cell(words: str, attributes: str = "", kind: str = "table-cell") -> str:
        return f"<table:{kind} {attributes}><text:p>{words}</text:p></table:{kind}>"

    covered = "<table:covered-table-cell/>"
    wide = 'table:number-columns-spanned="2"'
    raw = _odt(
        f"<table:table><table:table-header-rows><table:table-row>{cell('wide', wide)}{covered}{cell('tall')}</table:table-row>"
        f"</table:table-header-rows><table:table-row>{cell('a')}{cell('b')}{covered}</table:table-row></table:table>"
        "<text:p>Words<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p>"
        "</text:note-body></text:note>.<draw:frame><draw:text-box><text:p>Boxed</text:p></draw:text-box></draw:frame></text:p>"
        '<text:p><draw:frame><draw:object xlink:href="./Object 1"/></draw:frame></text:p>',
        master="<style:header><text:p>Council</text:p></style:header><style:footer><text:p>Page 1</text:p></style:footer>",
    )
    extract = odt.extract(raw)
    assert extract.text == (
        "| wide | tall |\n| a | b |  |\n\nWords.\n\nBoxed\n\n## Footnotes\n\n- A note.\n\nCouncil\n\nPage 1"
    )
    assert [extract.text[start:end] for start, end in extract.furniture] == ["Council", "Page 1"]
    assert extract.attachments == ("Object 1",)


def test_odt_repetitions_are_bounded() -> None:
    many = 'table:number-columns-repeated="999999999"'
    raw = _odt(
        f'<text:p>a<text:s text:c="999999999"/>b</text:p><table:table><table:table-row><table:table-cell {many}>'
        "<text:p>x</text:p></table:table-cell></table:table-row>"
        f"<table:table-row><table:covered-table-cell {many}/></table:table-row></table:table>"
    )
    assert len(odt.extract(raw).text) < 1_000


def test_other_opendocument_files_are_refused() -> None:
    content = f"<office:document-content {_ODF}><office:body><office:spreadsheet/></office:body></office:document-content>"
    assert "spreadsheet" in _refusal(odt.extract, _zip({"content.xml": content}))


# Rich Text


@pytest.mark.parametrize(
    "body, text",
    [
        (r"\pard\s1 A\par\pard\s2 B\par\pard\outlinelevel2 C\par\pard d\par", "# A\n\n## B\n\n### C\n\nd"),
        ("\\u233\n?\n" r"caf\'e9 \'96 \u8217?s \u-10179?\u-8704?\~\_\-\emdash\line x", "écafé – ’s 😀\u00a0\u2011\u00ad— x"),
        (r"{\f2\'cf\'f0} {\f1\'b7} {\uc2\u233\'c3\'a9}{\uc0\u233}x", "Пр • ééx"),
        (r"a{\v hidden}b\v hid\v0 c{\deleted gone}{\fs2 tiny}\par", "abc"),
        (r"{\field{\*\fldinst{HYPERLINK http://x}}{\fldrslt link}} and HYPERLINK", "link and HYPERLINK"),
        (r"{\pict\pngblip 89504e47\bin6 }}{{\x}after {\*\unknown x}{\info{\title t}}{\upr{A}{\*\ud{\u258?}}}", "after Ă"),
        (r"{\listtext\f1\'b7\tab}\pard\ls1\ilvl0 a\par{\pntext 1.\tab}b\par\pard\ls2\ilvl1 c\par\pard d", "- a\n\n- b\n\n  - c\n\nd"),  # noqa: E501
        (r"\trowd\pard\intbl A\cell B\par C\cell\row\trowd D\cell\cell\row\pard e\par", "| A | B C |\n| D |  |\n\ne"),
        (r"\trowd\intbl a\cell{\intbl\itap2 in\nestcell side\nestcell{\nonesttables\par}}\cell\row\pard e", "| a | in side |\n\ne"),  # noqa: E501
        (r"x{\footnote\pard A note.\par}y\par", "xy\n\n## Footnotes\n\n- A note."),
        (r"{\shp{\*\shpinst{\sp{\sn n}{\sv v}}{\shptxt\pard Boxed\par}}{\shprslt no}}Beside\par", "Boxed\n\nBeside"),
        (r"\{a\}\\b", "{a}\\b"),
    ],
    ids="headings signs charsets hidden links skipped lists tables inner notes boxes escapes".split(),
)  # fmt: skip
def test_rich_text(body: str, text: str) -> None:
    extract = rtf.extract(_rtf(body))
    assert (extract.text, extract.warnings) == (text, ())
    assert extract.text.encode()


def test_rich_text_beside_the_page() -> None:
    objects = r"{\object{\*\objclass Excel.Sheet.8}{\*\objdata 01}{\result{\pict 00}}}"
    extract = rtf.extract(_rtf(rf"{{\header Council\par}}Body{{\v abc}}.{objects}{{\*\annotation Remark}}\par"))
    assert extract.text == "Body.\n\nCouncil"
    assert [extract.text[start:end] for start, end in extract.furniture] == ["Council"]
    assert (extract.hidden, extract.attachments) == (3, ("Excel.Sheet.8",))
    assert extract.warnings == ("Comments were not read.",)


def test_rich_text_that_breaks_off_is_read_with_a_warning() -> None:
    assert "breaks off" in rtf.extract(_rtf("Half a sentence")[:-6]).warnings[0]


def test_rich_text_nested_without_end_is_refused() -> None:
    assert "nested" in _refusal(rtf.extract, b"{\\rtf1" + b"{" * 1_000_000)


# Hostile files


def _bomb(name: str) -> bytes:
    return _zip({"mimetype": "x", name: b"<a>" + b" " * 20_000_000})


@pytest.mark.parametrize("read", [word.extract, odt.extract])
def test_zip_bombs_are_refused(read: Callable[[bytes], Extract]) -> None:
    assert "far more" in _refusal(read, _bomb("content.xml"))
    assert "far more" in _refusal(read, _zip({f"{n}.bin": b"" for n in range(10_001)}, zipfile.ZIP_STORED))


def test_a_declared_size_is_not_believed() -> None:
    raw = bytearray(_bomb("content.xml"))
    size = (20_000_003).to_bytes(4, "little")
    while (found := raw.find(size)) >= 0:
        raw[found : found + 4] = (1_000).to_bytes(4, "little")
    assert _refusal(odt.extract, bytes(raw))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037"])
def test_entities_are_refused_before_they_are_read(encoding: str) -> None:
    declared = {"utf-8-sig": "utf-8", "cp037": "ebcdic-cp-us"}.get(encoding, encoding)
    bomb = f'<?xml version="1.0" encoding="{declared}"?><!DOCTYPE a [<!ENTITY b "cccc">]><a>&b;</a>'.encode(encoding)
    assert "its XML" in _refusal(odt.extract, _zip({"content.xml": bomb}))
    assert "its XML" in _refusal(word.extract, _changed(_docx(), word_in_document__xml=bomb))
    assert "its XML" in _refusal(word.extract, _changed(_docx(), word_in_styles__xml=bomb))


def test_deep_nesting_is_refused() -> None:
    deep = "<w:p>" * 5_000 + "</w:p>" * 5_000
    xml = f"<w:document {nsdecls('w')}><w:body>{deep}</w:body></w:document>"
    assert _refusal(word.extract, _changed(_docx(), word_in_document__xml=xml.encode()))


def test_styles_that_inherit_from_themselves_end() -> None:
    styles = f'<w:styles {nsdecls("w")}><w:style w:styleId="A"><w:basedOn w:val="A"/></w:style></w:styles>'
    raw = _docx(f'<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr>{_run("x")}</w:p>')
    assert word.extract(_changed(raw, word_in_styles__xml=styles.encode())).text == "x"


_SMALL = {
    "docx": (word.extract, _as_docx("# A\n\nWords.\n\n- b\n\n| c | d |\n")),
    "odt": (odt.extract, _as_odt("# A\n\nWords.\n\n- b\n\n| c | d |\n")),
    "rtf": (rtf.extract, _as_rtf("# A\n\nWords – more.\n\n- b\n\n| c | d |\n")),
}


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_a_file_cut_anywhere_is_refused(kind: str) -> None:
    read, raw = _SMALL[kind]
    for cut in range(0, len(raw) - 1, len(raw) // 50):
        assert "new copy" in _refusal(read, raw[:cut])


def test_rich_text_cut_anywhere_is_read_with_a_warning_or_refused() -> None:
    read, raw = _SMALL["rtf"]
    for cut in range(0, len(raw) - 1, len(raw) // 50):
        try:
            assert read(raw[:cut]).warnings
        except DocumentError:
            assert cut < 10


def _attempt(read: Callable[[bytes], Extract], raw: bytes) -> None:
    try:
        extract = read(raw)
    except DocumentError:
        return
    extract.text.encode()
    assert all(0 <= start < end <= len(extract.text) for start, end in extract.furniture)


def mutated(raw: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Return `raw` with pieces of it replaced; places count from 0 to 65,535 across it."""
    for place, length, piece in edits:
        start = place * len(raw) // 65_536
        raw = raw[:start] + piece + raw[start + length :]
    return raw


edits = st.lists(st.tuples(st.integers(0, 65_535), st.integers(0, 8), st.binary(max_size=8)), min_size=1, max_size=4)


@pytest.mark.parametrize("kind", _SMALL)
@MUTATIONS
@given(changes=edits)
def test_a_mutated_file_is_read_or_refused(kind: str, changes: list[tuple[int, int, bytes]]) -> None:
    read, raw = _SMALL[kind]
    _attempt(read, mutated(raw, changes))


@pytest.mark.parametrize("kind, member", [("docx", "word/document.xml"), ("docx", "word/styles.xml"), ("odt", "content.xml")])
@MUTATIONS
@given(changes=edits)
def test_mutated_xml_in_a_whole_archive_is_read_or_refused(
    kind: str, member: str, changes: list[tuple[int, int, bytes]]
) -> None:
    read, raw = _SMALL[kind]
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        data = archive.read(member)
    _attempt(read, _changed(raw, **{member: mutated(data, changes)}))


_WORDS = [
    rb"\par",
    rb"\cell",
    rb"\row",
    rb"\u-1",
    rb"\'",
    rb"\bin9",
    rb"{\footnote",
    rb"{\*",
    rb"\uc",
    rb"\f2",
    rb"\ansicpg",
    b"{",
    b"}",
]


@MUTATIONS
@given(st.lists(st.sampled_from(_WORDS) | st.binary(max_size=4)))
def test_rich_text_of_any_control_words_is_read_or_refused(words: list[bytes]) -> None:
    _attempt(rtf.extract, b"{\\rtf1" + b"".join(words))
