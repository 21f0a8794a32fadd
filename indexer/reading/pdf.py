"""PDF -> the lines of its pages, without running heads and page numbers."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter

import pypdf
from pypdf.errors import PdfReadError

from indexer.errors import UnreadableFileError
from indexer.reading.decode import FileText

MOST_PAGES = 10_000
_MOST_TEXT = 32 << 20
_PAGE_NUMBER = re.compile(r"[\s—–\-·•第/共页Pp.age]*\d{1,5}[\s—–\-·•页/共of]*\d{0,5}[\s—–\-·•页]*")
_LEAST_PAGES = 3
_EDGE = 2


# Fonts map many characters to the radicals that look like them: ⽉ for 月. Those of the first block have a standard
# equal; of the second, these are met in Chinese texts.
_RADICALS = {point: unicodedata.normalize("NFKC", chr(point)) for point in range(0x2F00, 0x2FD6)} | dict(
    zip(
        map(ord, "⻓⻅⻆⻉⻋⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⺠⺟⻄⻁⻑⻒⻭⻯⻱⺼⻌⻫⻲"),
        "长见角贝车门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟民母西虎長长齒竜龟月辶齐龜",
        strict=True,
    )
)


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
    return FileText(text.translate(_RADICALS), "pdf", doubtful="\ufffd" in text)


def _without_edges(pages: list[list[str]]) -> list[list[str]]:
    """Drop page numbers, and lines that most pages begin or end with (but for their numbers)."""
    edges: Counter[str] = Counter()
    for page in pages:
        edges.update({_shape(line) for line in _edge_of(page)})
    running = {shape for shape, count in edges.items() if count >= max(_LEAST_PAGES, len(pages) * 0.6)}
    kept = []
    for number, page in enumerate(pages):
        first, last = 0, len(page)
        # The first page keeps its head: the title may stand there, and nowhere else.
        while first < min(_EDGE, last) and ((number and _shape(page[first]) in running) or _is_number(page[first])):
            first += 1
        while last > max(first, len(page) - _EDGE) and (
            _shape(page[last - 1]) in running or _is_number(page[last - 1])
        ):
            last -= 1
        kept.append(page[first:last])
    return kept


def _edge_of(page: list[str]) -> list[str]:
    return page[:_EDGE] + page[-_EDGE:]


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _is_number(line: str) -> bool:
    return _PAGE_NUMBER.fullmatch(line) is not None
