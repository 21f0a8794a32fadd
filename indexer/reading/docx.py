"""Word documents (.docx) -> their paragraphs, one a line: with text boxes, tables and notes, without heads of pages."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import TYPE_CHECKING, Any

import docx
from docx.opc.oxml import serialize_part_xml

from indexer.errors import UnreadableFileError
from indexer.reading.decode import FileText

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_ENTRIES = 10_000
MOST_UNPACKED = 512 << 20
MOST_RATIO = 200
_MOST_TEXT = 64 << 20  # of one part of the package
_SMALL = 1 << 20  # what is small may be packed well
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = f"{_W}txbxContent"
_TEXTS = (f"{_W}t", "{http://schemas.openxmlformats.org/officeDocument/2006/math}t")
_RELATIONS = "_rels/.rels"
_NOTES = ("/footnotes", "/endnotes")
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "\t", f"{_W}noBreakHyphen": "-"}


def read(data: bytes) -> FileText:
    """Return the text of a Word document.

    Raises:
        UnreadableFileError: it is none, is encrypted, or unpacks to more than it should.
    """
    _check_package(data)
    try:
        document = docx.Document(io.BytesIO(_without_dangling(data)))
    except (KeyError, ValueError) as error:
        raise UnreadableFileError(_explain(data)) from error
    lines = list(_iter_paragraphs(document.element.body))
    if not any(map(str.strip, lines)) and next(document.element.body.iter(f"{_W}altChunk"), None) is not None:
        raise UnreadableFileError("holds its text as an embedded page; open it in Word and save it again as .docx")
    for relation in document.part.rels.values():
        if relation.reltype.endswith(_NOTES) and not relation.is_external:
            lines += _iter_paragraphs(_parse_part(relation.target_part.blob))
    hints = {}
    title = next((p.text.strip() for p in document.paragraphs if _is_title(p)), "")
    if title:
        hints["heading"] = (title, "paragraph of style Title")
    return FileText("\n".join(lines), "docx", hints=hints)


def _check_package(data: bytes) -> None:
    """Refuse a package that is none, or a bomb; Python's zipfile holds each entry to the size that it declares."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFileError("is encrypted, or in the old .doc format; save it as .docx without a password")
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        raise UnreadableFileError("is no .docx file, or is cut off; save it again as .docx") from None
    entries = package.infolist()
    if len(entries) > MOST_ENTRIES:
        raise UnreadableFileError(f"holds {len(entries)} entries, more than {MOST_ENTRIES}")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise UnreadableFileError(f"unpacks to {unpacked >> 20} MB, more than {MOST_UNPACKED >> 20}")
    for entry in entries:
        if entry.file_size > _SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise UnreadableFileError(f"is packed more than {MOST_RATIO} to 1, as no real document is")
        if entry.filename.endswith(".xml") and entry.file_size > _MOST_TEXT:
            raise UnreadableFileError(f"holds {entry.file_size >> 20} MB of text, more than {_MOST_TEXT >> 20}")
    if "word/document.xml" not in package.namelist() and "[Content_Types].xml" not in package.namelist():
        raise UnreadableFileError("is an archive, but no .docx file")


def _explain(data: bytes) -> str:
    """Return why a package is no document that can be read."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        relations = package.read(_RELATIONS) if _RELATIONS in package.namelist() else b""
    if b"purl.oclc.org/ooxml" in relations:
        return "is saved as Strict Open XML; save it as an ordinary Word document (.docx)"
    return "is damaged, or another kind of Office document; save it as an ordinary Word document (.docx)"


def _without_dangling(data: bytes) -> bytes:
    """Return a package without the relations to parts that it does not hold, of which one costs the whole document."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = set(package.namelist())
        mended: dict[str, bytes] = {}
        for name in names:
            if not name.endswith(".rels"):
                continue
            relations = _parse_part(package.read(name))
            folder = posixpath.dirname(posixpath.dirname(name))
            for relation in list(relations):
                target = relation.get("Target", "")
                part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                if relation.get("TargetMode") != "External" and part not in names:
                    relations.remove(relation)
                    mended[name] = b""
            if name in mended:
                mended[name] = serialize_part_xml(relations)
        if not mended:
            return data
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w") as copy:
            for entry in package.infolist():
                copy.writestr(entry, mended.get(entry.filename) or package.read(entry))
    return output.getvalue()


def _parse_part(blob: bytes) -> Any:
    from docx.oxml.parser import parse_xml  # without entities, as python-docx reads every part

    return parse_xml(blob)


def _is_title(paragraph: Any) -> bool:
    return (getattr(paragraph.style, "name", "") or "").lower() in {"title", "标题"}


def _iter_paragraphs(root: Any) -> Iterator[str]:
    """Yield the text of every paragraph in reading order; the cells of a table row make one line."""
    for row_or_paragraph in _iter_blocks(root):
        if row_or_paragraph.tag == f"{_W}tr":
            cells = ("".join(_iter_text(cell)) for cell in _cells_of(row_or_paragraph))
            yield "\t".join(" ".join(cell.split()) for cell in cells)
        else:
            yield "".join(_iter_text(row_or_paragraph))


def _cells_of(row: Any) -> Iterator[Any]:
    """Yield the cells of a row, not those of tables in them."""
    pending = list(reversed(row))
    while pending:
        node = pending.pop()
        if node.tag == f"{_W}tc":
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
        if node.tag in (f"{_W}p", f"{_W}tr"):
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


def _iter_text(block: Any) -> Iterator[str]:
    pending = list(reversed(block))
    while pending:
        node = pending.pop()
        if node.tag in _TEXTS:
            yield node.text or ""
        elif node.tag in _BREAKS:
            yield _BREAKS[node.tag]
        elif node.tag == f"{_W}p":
            pending.extend(reversed(node))
            yield " "
        elif node.tag not in (_BOX, _FALLBACK, f"{_W}moveFrom"):
            pending.extend(reversed(node))
