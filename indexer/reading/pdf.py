"""PDF -> the lines of its pages, without running heads and page numbers."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter

import pypdf
from pypdf.errors import PdfReadError

from indexer.errors import UnreadableFileError
from indexer.radicals import RADICALS
from indexer.reading.decode import FileText

MOST_PAGES = 10_000
_MOST_TEXT = 32 << 20
_PAGE_NUMBER = re.compile(r"[\s—–\-·•第/共页Pp.age]*\d{1,5}[\s—–\-·•页/共of]*\d{0,5}[\s—–\-·•页]*")
_LEAST_PAGES = 3
_EDGE = 2
_NO_TEXT = {"Cc", "Co", "Cn", "Cs"}  # categories of characters that no text is made of
_MOST_LOST = 0.1


# Fonts map many characters to the radicals that look like them: ⽉ for 月. Those of Kangxi have a standard equal.
_RADICALS = {point: unicodedata.normalize("NFKC", chr(point)) for point in range(0x2F00, 0x2FD6)} | {
    ord(radical): character for radical, character in RADICALS.items()
}


def read(data: bytes) -> FileText:
    """Return the text of a PDF.

    Raises:
        UnreadableFileError: it is none, needs a password, holds only pictures, or is too long.
    """
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableFileError("needs a password; save it without one")
        if len(reader.pages) > MOST_PAGES:
            raise UnreadableFileError(f"has {len(reader.pages)} pages, more than {MOST_PAGES}")
        pages, size = [], 0
        for page in reader.pages:
            lines = [line.strip() for line in page.extract_text().splitlines()]
            pages.append([line for line in lines if line])
            size += sum(map(len, pages[-1]))
            if size > _MOST_TEXT:
                raise UnreadableFileError(f"holds more than {_MOST_TEXT >> 20} million characters")
    except PdfReadError as error:
        raise UnreadableFileError(f"is damaged, or no real PDF file ({error})") from None
    if reader.pages and not size:
        raise UnreadableFileError("holds pictures of pages but no text; run it through text recognition first")
    text = "\n".join(line for page in _without_edges(pages) for line in page)
    lost = sum(unicodedata.category(character) in _NO_TEXT for character in text if character != "\n")
    if lost > len(text) * _MOST_LOST:
        raise UnreadableFileError(
            "has fonts that do not say which characters they show; run it through text recognition first"
        )
    flags = ("pages-without-text",) if not all(pages) else ()
    return FileText(text.translate(_RADICALS), "pdf", doubtful="\ufffd" in text, flags=flags)


def _without_edges(pages: list[list[str]]) -> list[list[str]]:
    """Drop the numbers of pages, and the lines that most pages begin or end with, but for where they first stand."""
    shift = _find_shift(pages)
    count = Counter(shape for number, page in enumerate(pages) for shape in _shapes_of(page, number, shift=shift))
    running = {shape for shape, pages_with in count.items() if pages_with >= max(_LEAST_PAGES, len(pages) * 0.6)}
    seen: set[str] = set()
    kept = []
    for number, page in enumerate(pages):
        edge = {*range(min(_EDGE, len(page))), *range(max(0, len(page) - _EDGE), len(page))}
        lines = []
        for place, line in enumerate(page):
            shape = _shape(line, number, shift=shift)
            if place in edge and (_numbers_page(line, number, shift=shift) or (shape in running and shape in seen)):
                continue
            seen.add(shape)
            lines.append(line)
        kept.append(lines)
    return kept


def _find_shift(pages: list[list[str]]) -> int | None:
    """Return by how much the printed numbers of pages are ahead of ours (from 0); None where none are printed."""
    shifts = Counter(
        int(found[0]) - number
        for number, page in enumerate(pages)
        for line in _edge_of(page)
        if _PAGE_NUMBER.fullmatch(line) and (found := re.search(r"\d+", line))
    )
    shift, times = shifts.most_common(1)[0] if shifts else (0, 0)
    return shift if times >= min(2, len(pages)) and (times > 1 or shift == 1) else None


def _numbers_page(line: str, number: int, *, shift: int | None) -> bool:
    if shift is None or _PAGE_NUMBER.fullmatch(line) is None:
        return False
    found = re.search(r"\d+", line)
    return found is not None and int(found[0]) == number + shift


def _edge_of(page: list[str]) -> list[str]:
    return page if len(page) <= 2 * _EDGE else page[:_EDGE] + page[-_EDGE:]


def _shapes_of(page: list[str], number: int, *, shift: int | None) -> set[str]:
    return {_shape(line, number, shift=shift) for line in _edge_of(page)}


def _shape(line: str, number: int, *, shift: int | None) -> str:
    """Return a line without the number of its page, where it stands as such: at an end, in 第3页, between dashes."""
    if shift is None:
        return line
    own = number + shift
    return re.sub(
        rf"^{own}(?=\s)|(?<=\s){own}$|(?<=第){own}(?=页)|(?<=第 ){own}(?= 页)|(?<=[-—–]){own}(?=[-—–])", "#", line
    )
