"""Reads web pages: the main text without navigation, cookie notices and footers; offsets are into that text."""

import copy
import re
from collections.abc import Iterator
from typing import Any

import trafilatura

from summariser.errors import DocumentError
from summariser.readers import text
from summariser.readers.blocks import Block, heading, item, set_out
from summariser.types import Extract

# Characters that XML has no place for, as such or by number; the parser below gives up on a page that holds one.
_NOT_XML = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])(?!\d)|x0*(?:[0-8bcef]|1[\da-f])(?![\da-f]));?", re.I
)
_LEVEL = re.compile(r"[1-6]")
_HOLDERS = ("list", "quote", "div")
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?![.\d]*[1-9])", re.I)
_ASIDE = {"nav", "header", "footer", "aside", "form", "dialog", "script", "style", "template", "noscript", "button", "svg"}
_OF_THE_SITE = re.compile(r"cookie|consent|menu|nav|modal|popup|dialog|banner|share|search|dropdown", re.I)
_OPENS = re.compile(r"\btabs?\b|tab-?panel|accordion|collaps|expand", re.I)
_DATELINE = re.compile(r"\b(?:published|posted|last updated|date)\b(?: on)?:?\s[^.\n|<>]{0,30}\d{4}\b", re.I)


def extract(raw: bytes) -> Extract:
    """Return the main text of a page, with headings, list items and table rows each on a line of its own.

    Raises:
        DocumentError: it is not text, or there are no words on the page.
    """
    decoded = text.extract(raw)
    page = _NOT_XML.sub(" ", decoded.text)
    if "<html" not in page[:100_000].lower():
        page = f"<html><body>{page}</body></html>"
    root = trafilatura.load_html(page)
    if root is None:
        raise DocumentError("there are no words on the page")
    hidden = _drop_unseen(root)
    everything = trafilatura.html2txt(copy.deepcopy(root))
    found = trafilatura.bare_extraction(
        root, include_comments=False, include_tables=True, include_formatting=True, include_links=False, favor_recall=True
    )
    tree = getattr(found, "body", None)
    body = set_out(_blocks(tree)).text if tree is not None else ""
    if body:
        return Extract(text=_dated(body, everything), warnings=decoded.warnings, extracted=True, hidden=hidden)
    if not everything.strip():
        raise DocumentError("there are no words on the page")
    warnings = (*decoded.warnings, "No main text could be told apart, so the whole page was read.")
    return Extract(text=everything, warnings=warnings, extracted=True, hidden=hidden)


def _drop_unseen(root: Any) -> int:
    """Take out what a browser does not show; return how many characters of it stood among the words of the page.

    Menus, notices and forms that open on a click are hidden on most sites, and are not counted. Words behind a tab or in a
    fold are words of the page, and stay.
    """
    count = 0
    for node in [*root.iter("*")]:
        if node.getparent() is None or not (node.get("hidden") is not None or _UNSEEN.search(node.get("style") or "")):
            continue
        around = [node, *node.iterancestors()]
        if around[-1] is not root:  # it went with what it stood in
            continue
        names = " ".join(f"{each.get('id')} {each.get('class')}" for each in around)
        if _OPENS.search(names):
            node.attrib.pop("style", None)
            continue
        if not (_OF_THE_SITE.search(names) or any(each.tag in _ASIDE for each in around)):
            count += len("".join(node.itertext()).strip())
        node.drop_tree()
    return count


def _blocks(node: Any, depth: int = 0) -> Iterator[Block]:
    """Yield the blocks of a page's main text, which trafilatura gives in the terms of TEI: head, list, item, table, row ..."""
    yield from _lines(node.text)
    for part in node:
        if part.tag == "head":
            level = _LEVEL.search(part.get("rend", ""))
            yield heading(_words(part), int(level.group()) if level else 2)
        elif part.tag in _HOLDERS:
            yield from _blocks(part, depth)
        elif part.tag == "item":
            yield item(_words(part), depth)
            for inner in part.iterchildren("list"):
                yield from _blocks(inner, depth + 1)
        elif part.tag == "table":
            yield Block(rows=tuple(tuple(map(_words, row.iterchildren("cell"))) for row in part.iter("row")))
        else:
            yield from _lines(_words(part))
        yield from _lines(part.tail)


def _words(node: Any) -> str:
    """Return the words of an element, but for those of lists within it; a line break stays one."""
    parts = [node.text or ""]
    for part in node:
        if part.tag != "list":
            parts.append("\n" if part.tag == "lb" else f"{_words(part)} " if part.tag == "p" else _words(part))
        parts.append(part.tail or "")
    return "".join(parts)


def _lines(words: str | None) -> Iterator[Block]:
    return (Block(line) for line in (words or "").splitlines())


def _dated(body: str, everything: str) -> str:
    """Put the line that dates the page back on top; extraction takes it for metadata, and readers need it."""
    dateline = _DATELINE.search(everything[:20_000])
    return f"{dateline.group()}\n\n{body}" if dateline and dateline.group() not in body else body
