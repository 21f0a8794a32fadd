"""Slides (.pptx) -> their titles, texts, tables and notes, slide after slide, without what stands on each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.errors import UnreadableFileError
from indexer.reading.decode import FileText
from indexer.reading.packages import Package
from indexer.reading.rows import join_row

if TYPE_CHECKING:
    from collections.abc import Iterator

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DIAGRAM_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}t"
_SHAPES = {f"{_P}sp", f"{_P}cxnSp", f"{_P}graphicFrame"}
_TITLES = {"title", "ctrTitle"}
_FURNITURE = {"sldNum", "dt", "ftr", "hdr", "sldImg"}
_BREAKS = {f"{_A}br": "\n", f"{_A}tab": "\t"}


def read(data: bytes) -> FileText:
    """Return the text of a presentation.

    Raises:
        UnreadableFileError: it is none, is locked, or unpacks to more than it should.
    """
    package = Package(data)
    name = package.main_part("ppt/presentation.xml")
    if name not in package:
        raise UnreadableFileError("is an archive, but no presentation")
    parts = package.related(name)
    slides = [parts[slide.get(_ID)][1] for slide in package.parse(name).iter(f"{_P}sldId") if slide.get(_ID) in parts]
    texts = [list(_iter_slide(package, slide)) for slide in slides]
    cover = "\n".join(texts[0]).count("\n") + 1 if texts and texts[0] else 0
    text = "\n".join(line for lines in texts for line in lines)
    hints = {"cover": (str(cover), "first slide")} if cover else {}
    if cover and any(_holder_of(shape) in _TITLES for shape in _shapes_of(package.parse(slides[0]))):
        hints["heading"] = (texts[0][0], "title of the first slide")
    return FileText(text, "pptx", hints=hints)


def _iter_slide(package: Package, name: str) -> Iterator[str]:
    """Yield the lines of a slide: its title, what else is on it, its notes."""
    shapes = _shapes_of(package.parse(name))
    for shape in sorted(shapes, key=lambda shape: _holder_of(shape) not in _TITLES):  # all others stay in their order
        yield from _iter_lines(shape)
    for kind, part in package.related(name).values():
        if kind == "diagramData":
            for text in package.parse(part).iter(_DIAGRAM_TEXT):
                yield from _iter_lines(text)
        elif kind == "notesSlide":
            for shape in _shapes_of(package.parse(part)):
                yield from _iter_lines(shape)


def _shapes_of(root: Any) -> list[Any]:
    found, pending = [], [root]
    while pending:
        node = pending.pop()
        if node.tag in _SHAPES and _holder_of(node) not in _FURNITURE:
            found.append(node)
        elif node.tag not in _SHAPES and node.tag != _FALLBACK:
            pending.extend(reversed(node))
    return found


def _holder_of(shape: Any) -> str | None:
    """Return what a shape holds the place of on its slide: title, number, date."""
    return next((holder.get("type", "obj") for holder in shape.iter(f"{_P}ph")), None)


def _iter_lines(root: Any) -> Iterator[str]:
    pending = [root]
    while pending:
        node = pending.pop()
        if node.tag == f"{_A}tr":
            yield from join_row([list(_iter_lines(cell)) for cell in node.iterchildren(f"{_A}tc")])
        elif node.tag == f"{_A}p":
            yield "".join(
                part.text or "" if part.tag == f"{_A}t" else _BREAKS.get(part.tag, "") for part in node.iter()
            )
        elif node.tag != _FALLBACK:
            pending.extend(reversed(node))
