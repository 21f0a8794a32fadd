"""Web pages that were saved as one file (.mht) -> the lines that a browser shows; their pictures hold no text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from indexer.errors import UnreadableFileError
from indexer.reading.mail import leaves_of, read_message, read_part

if TYPE_CHECKING:
    from indexer.reading.decode import FileText


def read(data: bytes) -> FileText:
    """Return the text of the page, and where it was saved from; where it is made of frames, theirs.

    Raises:
        UnreadableFileError: it is no saved page.
    """
    parts = [part for part in leaves_of(read_message(data)) if part.get_content_type() == "text/html"]
    if not parts:
        raise UnreadableFileError("holds no web page; save it again as a page")
    page = read_part(parts[0])
    frames = [] if page.text.strip() else [read_part(part).text for part in parts[1:]]
    address = str(parts[0].get("Content-Location", "")).strip()
    hints = {"url": (address, "Content-Location of the page")} if address.startswith("http") else {}
    return replace(page, text="\n".join([page.text, *frames]).strip("\n"), hints=hints | page.hints)
