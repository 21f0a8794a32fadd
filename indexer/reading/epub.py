"""Books (.epub) -> the text of their pages in reading order."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from indexer.errors import UnreadableFileError
from indexer.reading import html
from indexer.reading.decode import FileText
from indexer.reading.packages import Package

_CONTAINER = "META-INF/container.xml"


def read(data: bytes) -> FileText:
    """Return the text of a book.

    Raises:
        UnreadableFileError: it is none, is locked, or unpacks to more than it should.
    """
    package = Package(data)
    root = next((own.get("full-path", "") for own in package.parse(_CONTAINER).iter("{*}rootfile")), "")
    contents = package.parse(root)
    places = {item.get("id"): unquote(item.get("href", "")) for item in contents.iter("{*}item")}
    names = [
        posixpath.normpath(posixpath.join(posixpath.dirname(root), places[item.get("idref")]))
        for item in contents.iter("{*}itemref")
        if places.get(item.get("idref"))
    ]
    if not names:
        raise UnreadableFileError("names no pages; get it again")
    pages = [html.read(package.read(name)) for name in names if name in package]
    title = next((own.text.strip() for own in contents.iter("{*}title") if own.text and own.text.strip()), "")
    hints = {"page title": (title, "title of the book")} if title else {}
    return FileText("\n".join(page.text for page in pages), "epub", hints=hints)
