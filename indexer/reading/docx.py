"""Word documents (.docx) -> their paragraphs, one a line: with text boxes, tables and notes, without heads of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.errors import UnreadableFileError
from indexer.reading.decode import FileText
from indexer.reading.numbering import Numbering
from indexer.reading.packages import Package, parse_xml
from indexer.reading.rows import join_row

if TYPE_CHECKING:
    from collections.abc import Iterator

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WORD_2003 = b"http://schemas.microsoft.com/office/word/2003/wordml"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = f"{_W}txbxContent"
_ROW, _CELL, _PARAGRAPH, _RUN = f"{_W}tr", f"{_W}tc", f"{_W}p", f"{_W}r"
_OFF = ("0", "false", "off")
_TEXTS = (f"{_W}t", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t")
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "\t", f"{_W}noBreakHyphen": "-"}
_UNSEEN = (_BOX, _FALLBACK, f"{_W}moveFrom")
_HEAD = 64
_NOTES = ("footnotes", "endnotes")
_LISTED = ("styles", "numbering")
_TITLES = ("title", "标题")


def read(data: bytes) -> FileText:
    """Return the text of a Word document, in a package or as one page of markup (Word 2003).

    Raises:
        UnreadableFileError: it is none, is locked, or unpacks to more than it should.
    """
    if not data.startswith(b"PK\x03\x04"):
        if b"<" not in data[:_HEAD]:
            raise UnreadableFileError("is no .docx file, or is cut off; save it again as .docx")
        root = parse_xml(data.replace(_WORD_2003, _W[1:-1].encode()))
        return FileText("\n".join(line for body in root.iter(f"{_W}body") for line in _iter_lines(body)), "docx")
    package = Package(data)
    name = package.main_part("word/document.xml")
    if name not in package:
        raise UnreadableFileError("is an archive, but no .docx file")
    related = package.related(name)
    body = package.parse(name)
    styles, lists = ([package.parse(part) for kind, part in related.values() if kind == own] for own in _LISTED)
    title = _find_title(body, styles)
    Numbering(lists, styles).write_into(body)
    lines = list(_iter_lines(body))
    if not any(map(str.strip, lines)) and next(body.iter(f"{_W}altChunk"), None) is not None:
        raise UnreadableFileError("holds its text as an embedded page; open it in Word and save it again as .docx")
    for kind, part in related.values():
        if kind in _NOTES:
            lines += _iter_lines(package.parse(part))
    hints = {"heading": (title, "paragraph of style Title")} if title else {}
    return FileText("\n".join(lines), "docx", hints=hints)


def _is_hidden(node: Any) -> bool:
    if node.tag != _RUN:
        return False
    hidden = node.find(f"{_W}rPr/{_W}vanish")
    return hidden is not None and hidden.get(f"{_W}val", "1") not in _OFF


def _find_title(body: Any, styles: list[Any]) -> str:
    """Return the text of the first paragraph in the style of titles."""
    named = {
        style.get(f"{_W}styleId")
        for root in styles
        for style in root.iter(f"{_W}style")
        for name in style.iterchildren(f"{_W}name")
        if name.get(f"{_W}val", "").lower() in _TITLES
    }
    for style in body.iter(f"{_W}pStyle"):
        if style.get(f"{_W}val") in named:
            text = "".join(_iter_text(style.getparent().getparent())).strip()
            if text:
                return text
    return ""


def _iter_lines(root: Any) -> Iterator[str]:
    """Yield the text of every paragraph and table row in reading order."""
    for block in _iter_blocks(root):
        if block.tag == _ROW:
            yield from join_row([list(_iter_lines(cell)) for cell in _cells_of(block)])
        else:
            yield "".join(_iter_text(block))


def _cells_of(row: Any) -> Iterator[Any]:
    """Yield the cells of a row, not those of tables in them."""
    pending = list(reversed(row))
    while pending:
        node = pending.pop()
        if node.tag == _CELL:
            yield node
        else:
            pending.extend(reversed(node))


def _iter_blocks(root: Any) -> Iterator[Any]:
    """Yield table rows and the paragraphs outside tables, those of text boxes behind the one that they hang on."""
    pending = list(reversed(root))
    while pending:
        node = pending.pop()
        if node.tag == _FALLBACK:
            continue
        if node.tag == _ROW:
            yield node
        elif node.tag == _PARAGRAPH:
            yield node
            inner = [box for box in node.iter(_BOX) if not _is_inside(box, node)]
            pending.extend(child for box in reversed(inner) for child in reversed(box))
        else:
            pending.extend(reversed(node))


def _is_inside(box: Any, root: Any) -> bool:
    """Tell whether a text box hangs in another one below the root, or in what only old programs show."""
    node = box.getparent()
    while node is not root:
        if node.tag in (_FALLBACK, _BOX):
            return True
        node = node.getparent()
    return False


def _iter_text(paragraph: Any) -> Iterator[str]:
    pending = list(reversed(paragraph))
    while pending:
        node = pending.pop()
        if node.tag in _TEXTS:
            yield node.text or ""
        elif node.tag in _BREAKS:
            yield _BREAKS[node.tag]
        elif node.tag not in _UNSEEN and not _is_hidden(node):
            pending.extend(reversed(node))
