"""Makes small PDF files for tests, byte by byte, so that a test decides what stands where and in which order it is drawn."""

import io
import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pypdfium2

A4 = (595, 842)
_PLAIN, _BOLD, _OTHER = "F1", "F2", "F3"


class Drawn(NamedTuple):
    """Words on a page; `x` and `y` are points from its upper left corner, `y` to the line that the letters stand on."""

    x: float
    y: float
    words: str
    size: float = 11
    bold: bool = False


class Page(NamedTuple):
    """A page as it is seen, with its words in the order in which they are drawn.

    `rotated` is what the file says that the page is turned by, its words being drawn so that they are upright all the same;
    `sideways` words run up the page. `origin` is where the file has the lower left corner, which need not be at nought.
    """

    drawn: Sequence[Drawn] = ()
    width: float = A4[0]
    height: float = A4[1]
    rotated: int = 0
    sideways: bool = False
    origin: tuple[float, float] = (0, 0)

    def box(self) -> tuple[float, float, float, float]:
        """Return the page's corners as the file has them, before it is turned."""
        wide, high = (self.height, self.width) if self.rotated % 180 else (self.width, self.height)
        left, low = self.origin
        return left, low, left + wide, low + high

    def matrix(self) -> tuple[float, ...]:
        """Return what takes words from the upright page to the page of the file."""
        _, _, right, high = self.box()
        left, low = self.origin
        if self.sideways:
            return 0, 1, -1, 0, right, low
        return {
            0: (1, 0, 0, 1, left, low),
            90: (0, 1, -1, 0, right, low),
            180: (-1, 0, 0, -1, right, high),
            270: (0, -1, 1, 0, left, high),
        }[self.rotated]


def column(
    lines: Iterable[str], *, x: float = 72, y: float = 100, size: float = 11, leading: float = 1.2, bold: bool = False
) -> list[Drawn]:
    """Return lines one below the other, the first at `y`."""
    return [Drawn(x, y + number * size * leading, line, size, bold) for number, line in enumerate(lines)]


def printed(*pages: Page | Sequence[Drawn], invisible: bool = False, described: bool = True) -> bytes:
    """Return a PDF of these pages.

    `invisible` words can be read but not seen, as in a scan that has been through OCR. Where fonts are not `described`, their
    names alone say which is bold.
    """
    sheets = [page if isinstance(page, Page) else Page(page) for page in pages]
    others = sorted({letter for sheet in sheets for drawn in sheet.drawn for letter in drawn.words if not _is_western(letter)})
    codes = {letter: code for code, letter in enumerate(others, 0x41)}
    fonts = 3 + 2 * len(sheets)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % (3 + 2 * at) for at in range(len(sheets))), len(sheets)),
    ]
    for at, sheet in enumerate(sheets):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[%g %g %g %g]/Rotate %d/Contents %d 0 R"
            b"/Resources<</Font<</F1 %d 0 R/F2 %d 0 R/F3 %d 0 R>>>>>>"
            % (*sheet.box(), sheet.rotated, 4 + 2 * at, fonts, fonts + 1, fonts + 2)
        )
        height = sheet.width if sheet.sideways else sheet.height
        content = b"".join(_drawing(drawn, height, codes) for drawn in sheet.drawn)
        objects.append(stream(b"%g %g %g %g %g %g cm %d Tr\n" % (*sheet.matrix(), 3 if invisible else 0) + content))
    for name, thickness in ((b"Helvetica", 80), (b"Helvetica-Bold", 140)):
        descriptor = b"/FontDescriptor<</Type/FontDescriptor/FontName/%s/Flags 32/StemV %d>>" % (name, thickness)
        objects.append(
            b"<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding%s>>" % (name, descriptor if described else b"")
        )
    objects.append(
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/FirstChar 0/LastChar 255/Widths[%s]/ToUnicode %d 0 R>>"
        % (b"600 " * 256, fonts + 3)
    )
    objects.append(stream(_to_unicode(codes)))
    return assembled(objects)


def scanned(pdf: bytes, *pages: int) -> bytes:
    """Return a PDF of pictures of the pages of `pdf` (of all, where none is numbered), which no program can read without OCR.

    The pages that `pages` leaves out keep their words.
    """
    source, target = pypdfium2.PdfDocument(pdf), pypdfium2.PdfDocument.new()
    try:
        for number in range(len(source)):
            if pages and number not in pages:
                target.import_pages(source, [number])
                continue
            size = source[number].get_size()
            sheet = target.new_page(*size)
            image = pypdfium2.PdfImage.new(target)
            image.set_bitmap(source[number].render(scale=200 / 72, grayscale=True))
            image.set_matrix(pypdfium2.PdfMatrix().scale(*size))
            sheet.insert_obj(image)
            sheet.gen_content()
        return _saved(target)
    finally:
        target.close()
        source.close()


def _saved(document: pypdfium2.PdfDocument) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def stream(content: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """Return a stream object, deflated if `packed`."""
    if packed:
        content, entries = zlib.compress(content, 9), entries + b"/Filter/FlateDecode"
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def assembled(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is the catalogue."""
    pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = []
    parts = [pdf]
    length = len(pdf)
    for number, content in enumerate(objects, 1):
        places.append(length)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        length += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\n" % (count, table, count, trailer))
    parts.append(b"startxref\n%d\n%%%%EOF\n" % length)
    return b"".join(parts)


def _is_western(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _drawing(drawn: Drawn, height: float, codes: dict[str, int]) -> bytes:
    """Return the operators that draw words, changing to the font of other scripts and back within them."""
    parts = [b"BT 1 0 0 1 %g %g Tm\n" % (drawn.x, height - drawn.y)]
    run, font = b"", ""
    for letter in drawn.words:
        wanted = _OTHER if letter in codes else _BOLD if drawn.bold else _PLAIN
        if wanted != font and run:
            parts.append(_shown(run, font, drawn.size))
            run = b""
        font = wanted
        run += bytes([codes[letter]]) if letter in codes else letter.encode("cp1252")
    if run:
        parts.append(_shown(run, font, drawn.size))
    return b"".join([*parts, b"ET\n"])


def _shown(run: bytes, font: str, size: float) -> bytes:
    return b"/%s %g Tf <%s> Tj\n" % (font.encode(), size, run.hex().encode())


def _to_unicode(codes: dict[str, int]) -> bytes:
    lines = b"\n".join(b"<%02x> <%s>" % (code, letter.encode("utf-16-be").hex().encode()) for letter, code in codes.items())
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n%d beginbfchar\n%s\nendbfchar\nendcmap end end"
        % (len(codes), lines)
    )
