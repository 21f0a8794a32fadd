"""Pages of fixed layout in China's own format (.ofd, GB/T 33190) -> their lines, without running heads and numbers."""

from __future__ import annotations

import ofdkit

from indexer.errors import UnreadableFileError
from indexer.reading.decode import ONLY_PICTURES, FileText
from indexer.reading.packages import Package
from indexer.reading.pages import without_edges

MOST_PAGES = 10_000
_MOST_TEXT = 32 << 20


def read(data: bytes) -> FileText:
    """Return the text of the pages, none where they are only pictures.

    Raises:
        UnreadableFileError: it is none, is locked, or too long.
    """
    Package(data).check_all()
    pages: list[list[str]] = []
    size = 0
    try:
        with ofdkit.open(data) as document:
            if len(document.pages) > MOST_PAGES:
                raise UnreadableFileError(f"has {len(document.pages)} pages, more than {MOST_PAGES}")
            for page in document.pages:
                pages.append([line for line in map(str.strip, page.text().split("\n")) if line])
                size += sum(map(len, pages[-1]))
                if size > _MOST_TEXT:
                    raise UnreadableFileError(f"holds more than {_MOST_TEXT >> 20} million characters")
    except ofdkit.OFDError as error:
        raise UnreadableFileError(f"is damaged, or no real .ofd file ({error})") from None
    if not size:
        return FileText("", "ofd", flags=(ONLY_PICTURES,))
    flags = () if all(pages) else ("pages-without-text",)
    return FileText("\n".join(line for page in without_edges(pages) for line in page), "ofd", flags=flags)
