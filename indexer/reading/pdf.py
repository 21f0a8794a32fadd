"""PDF -> the lines of its pages, without running heads and page numbers."""

from __future__ import annotations

import io
import unicodedata

import pypdf
from pypdf.errors import PdfReadError

from indexer.errors import UnreadableFileError
from indexer.radicals import RADICALS
from indexer.reading.decode import ONLY_PICTURES, FileText
from indexer.reading.ocr import Recognizer
from indexer.reading.pages import without_edges

MOST_PAGES = 10_000
_MOST_TEXT = 32 << 20
_LEAST_TEXT = 20  # characters; less, on pictures of pages, is the mark of the program that scanned them
_NO_TEXT = {"Cc", "Co", "Cn", "Cs"}  # categories of characters that no text is made of
_MOST_LOST = 0.1


# Fonts map many characters to the radicals that look like them: ⽉ for 月. Those of Kangxi have a standard equal.
_RADICALS = {point: unicodedata.normalize("NFKC", chr(point)) for point in range(0x2F00, 0x2FD6)} | {
    ord(radical): character for radical, character in RADICALS.items()
}


def read(data: bytes) -> FileText:
    """Return the text of a PDF, flagged where it holds only pictures of its pages.

    Raises:
        UnreadableFileError: it is none, needs a password, or is too long.
    """
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableFileError("needs a password; save it without one")
        if len(reader.pages) > MOST_PAGES:
            raise UnreadableFileError(f"has {len(reader.pages)} pages, more than {MOST_PAGES}")
        pages, size, recognizer = [], 0, Recognizer()
        for page in reader.pages:
            lines = [line for line in map(str.strip, page.extract_text().splitlines()) if line]
            pages.append(lines if sum(map(len, lines)) >= _LEAST_TEXT else lines + recognizer.read(page))
            size += sum(map(len, pages[-1]))
            if size > _MOST_TEXT:
                raise UnreadableFileError(f"holds more than {_MOST_TEXT >> 20} million characters")
    except PdfReadError as error:
        raise UnreadableFileError(f"is damaged, or no real PDF file ({error})") from None
    text = "\n".join(line for page in without_edges(pages) for line in page)
    if reader.pages and (not size or (len(text) < _LEAST_TEXT and all(len(page.images) for page in reader.pages))):
        return FileText(text, "pdf", flags=(ONLY_PICTURES,))
    lost = sum(unicodedata.category(character) in _NO_TEXT for character in text if character != "\n")
    if lost > len(text) * _MOST_LOST:
        raise UnreadableFileError(
            "has fonts that do not say which characters they show; run it through text recognition first"
        )
    flags = (
        *(("pages-without-text",) if not all(pages) else ()),
        *(("recognized-text",) if recognizer.has_read else ()),
    )
    return FileText(text.translate(_RADICALS), "pdf", doubtful="\ufffd" in text, flags=flags)
