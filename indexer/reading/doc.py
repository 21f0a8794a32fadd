"""Word documents of before 2007 (.doc, and .wps of WPS) -> their paragraphs, one a line, as `docx` gives them.

Written against [MS-DOC]: all texts of a document (main text, notes, heads of pages, comments, text boxes) are one row
of characters, cut into pieces; where it has tables, and what was deleted, stands in pages of runs beside it.
"""

from __future__ import annotations

import re
import struct
from array import array
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from indexer.errors import UnreadableFileError
from indexer.reading.decode import FileText, decode
from indexer.reading.rows import join_row
from indexer.reading.storages import read_streams

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC = (0xA5EC, 0xA5DC)  # of Word 97, of Word 6
_FIRST_OF_97 = 193
_FLAGS, _LOCKED, _SECOND_TABLE = 0x0A, 0x0100, 0x0200
_LANGUAGE, _CHINESE = 0x06, 0x04  # its number in the lower bits
_LIMITS = 0x18  # begin and end of the text, in Word 6
_COUNTS = 0x4C  # characters of main text, notes, heads of pages, macros, comments, endnotes, text boxes
_PLACES = 0x9A  # pairs of offset and length in the table stream
_CHARACTERS, _PARAGRAPHS, _PIECES, _ANCHORS, _BOXES = 12, 13, 33, 40, 56  # numbers of such pairs
_ANCHOR, _BOX, _SHAPE = 26, 22, 14  # sizes of an anchor and of a text box, and where the latter names its shape
_PAGE = 512
_NARROW = 1 << 30
_OPERANDS = (1, 1, 2, 4, 2, 2, 0, 3)  # bytes, by the upper three bits of a property; 0: they tell themselves
_DEFINES_TABLE, _STANDS_ELSEWHERE = 0xD608, (0x6645, 0x6646)
_IS_IN_TABLE, _ENDS_ROW, _IS_DELETED, _IS_HIDDEN = 0x2416, 0x2417, 0x0800, 0x083C
_FIELDS = re.compile("[\x13\x14\x15]")
_LINES = re.compile("[^\r\x07\x0c]*[\r\x07\x0c]?")
_UNSEEN = "\0"
# What stands for other than itself; other characters below a space stand for pictures, notes and the like.
_SIGNS = {**dict.fromkeys(range(32)), 0x09: "\t", 0x0B: "\n", 0x0E: "\n", 0x1E: "-", 0xA0: " "}


@dataclass(frozen=True, slots=True)
class _Piece:
    """The characters from `start` up to `end`; they lie `at` a place of the stream, each `width` bytes wide."""

    start: int
    end: int
    at: int
    width: int


@dataclass(frozen=True, slots=True)
class _Text:
    """A row of characters, without what nobody sees; of which spans are in tables, end rows, and what stands where."""

    characters: str
    in_tables: list[tuple[int, int]]
    row_ends: list[tuple[int, int]]
    boxes: list[tuple[int, list[str]]]


def read(data: bytes) -> FileText:
    """Return the text of a Word document.

    Raises:
        UnreadableFileError: it is none, is locked, or damaged.
    """
    try:
        return _read_streams(read_streams(data, "WordDocument", "0Table", "1Table", "Data"))
    except (struct.error, IndexError, ValueError):
        raise UnreadableFileError(
            "is damaged or cut off, or no real .doc file; open it in Word and save it anew"
        ) from None


def _read_streams(streams: dict[str, bytes]) -> FileText:
    if "WordDocument" not in streams:
        raise UnreadableFileError("holds no Word document; open it in its own program and save it as .docx")
    main = streams["WordDocument"]
    magic, version = struct.unpack_from("<HH", main)
    (flags,) = struct.unpack_from("<H", main, _FLAGS)
    if magic not in _MAGIC:
        raise UnreadableFileError("is from a program older than Word 6; open it in Word and save it as .docx")
    if flags & _LOCKED:
        raise UnreadableFileError("needs a password; save it without one")
    if version < _FIRST_OF_97:
        return _read_word_6(main)
    table = streams.get("1Table" if flags & _SECOND_TABLE else "0Table", b"")
    return FileText("\n".join(_read_97(main, table, data=streams.get("Data", b""))), "doc")


def _read_word_6(main: bytes) -> FileText:
    start, end = struct.unpack_from("<II", main, _LIMITS)
    (language,) = struct.unpack_from("<H", main, _LANGUAGE)
    found = FileText(main[start:end].decode("cp1252", "replace"), "doc")
    with suppress(UnreadableFileError):
        guess = decode(main[start:end])
        found = found if guess.doubtful and language & 0x3FF != _CHINESE else guess
    text = _Text(_without_unseen(found.text, []), [], [], [])
    return FileText("\n".join(_iter_lines(text, 0, end=len(found.text))), "doc", found.doubtful)


def _read_97(main: bytes, table: bytes, *, data: bytes) -> list[str]:
    pieces = _find_pieces(_part(main, table, number=_PIECES))
    runs = _find_runs(main, table, pieces=pieces, data=data)
    characters = _without_unseen(
        "".join(_decode(piece, main) for piece in pieces), sorted(runs[_IS_DELETED] + runs[_IS_HIDDEN])
    )
    counts = struct.unpack_from("<7i", main, _COUNTS)
    ends = [0, *accumulate(counts)]
    text = _Text(characters, runs[_IS_IN_TABLE], runs[_ENDS_ROW], [])
    boxes = _find_boxes(main, table, text=text, start=ends[6], end=ends[7])
    lines = list(_iter_lines(_Text(characters, text.in_tables, text.row_ends, boxes), 0, end=ends[1]))
    for start, end in (ends[1:3], ends[5:7]):  # notes, and those at the end
        lines += _iter_lines(text, start, end=end)
    return [line.encode("utf-16", "surrogatepass").decode("utf-16", "replace") for line in lines]


def _part(main: bytes, table: bytes, *, number: int) -> bytes:
    at, length = struct.unpack_from("<II", main, _PLACES + 8 * number)
    return table[at : at + length]


def _places(plex: bytes, size: int) -> tuple[list[int], list[bytes]]:
    """Return the places of a list, one more than it has entries, and its entries of some size."""
    count = max(0, (len(plex) - 4) // (4 + size))
    entries = [plex[at : at + size] for at in range(4 * (count + 1), 4 * (count + 1) + count * size, size)]
    return list(struct.unpack_from(f"<{count + 1}I", plex)) if count else [], entries


def _find_pieces(clx: bytes) -> list[_Piece]:
    at = 0
    while clx[at : at + 1] == b"\1":  # properties come first
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if clx[at : at + 1] != b"\2":
        raise ValueError("without its list of pieces")
    places, entries = _places(clx[at + 5 :], 8)
    pieces = []
    for (start, end), entry in zip(pairwise(places), entries, strict=True):
        (where,) = struct.unpack_from("<I", entry, 2)
        narrow = bool(where & _NARROW)
        where &= _NARROW - 1
        if end > start:
            pieces.append(_Piece(start, end, where // 2 if narrow else where, 1 if narrow else 2))
    return pieces


def _decode(piece: _Piece, main: bytes) -> str:
    """Return the characters of a piece, each half of a pair as one, so that places stay."""
    raw = main[piece.at : piece.at + (piece.end - piece.start) * piece.width]
    if piece.width == 1:
        text = raw.decode("cp1252", "replace")
    else:
        text = array("I", memoryview(raw[: len(raw) & ~1]).cast("H")).tobytes().decode("utf-32", "surrogatepass")
    if len(text) < piece.end - piece.start:
        raise ValueError("its text ends too early")
    return text


def _find_runs(main: bytes, table: bytes, *, pieces: list[_Piece], data: bytes) -> dict[int, list[tuple[int, int]]]:
    """Return the spans of characters that have a property: stand in a table, end a row, are deleted or hidden."""
    found: dict[int, list[tuple[int, int]]] = {_IS_IN_TABLE: [], _ENDS_ROW: [], _IS_DELETED: [], _IS_HIDDEN: []}
    by_place = sorted(pieces, key=lambda piece: piece.at)
    places = [piece.at for piece in by_place]
    for number in (_PARAGRAPHS, _CHARACTERS):
        for start, end, properties in _iter_runs(main, _part(main, table, number=number), of=number):
            held = [sort for sort, value in _iter_properties(properties, data) if sort in found and value[:1] == b"\1"]
            if not held:
                continue
            first = max(0, bisect_right(places, start) - 1)
            for piece in by_place[first : bisect_right(places, end)]:
                begin = piece.start + max(0, start - piece.at) // piece.width
                stop = min(piece.end, piece.start + (end - piece.at) // piece.width)
                for sort in held if begin < stop else ():
                    found[sort].append((begin, stop))
    return {sort: sorted(spans) for sort, spans in found.items()}


def _iter_runs(main: bytes, plex: bytes, *, of: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield runs of bytes in the stream with the properties of their paragraphs or characters."""
    size = 13 if of == _PARAGRAPHS else 1
    for entry in _places(plex, 4)[1]:
        at = (int.from_bytes(entry, "little") & 0x3FFFFF) * _PAGE
        page = main[at : at + _PAGE]
        if len(page) < _PAGE:
            continue
        count = page[-1]
        if 4 * (count + 1) + count * size > _PAGE:
            continue
        places = struct.unpack_from(f"<{count + 1}I", page)
        for number, (start, end) in enumerate(pairwise(places)):
            where = 2 * page[4 * (count + 1) + number * size]
            if where:
                yield start, end, _grouped(page, where, of=of)


def _grouped(page: bytes, where: int, *, of: int) -> bytes:
    """Return the properties that lie at a place of a page; those of a paragraph come behind its style."""
    length = page[where]
    if of == _CHARACTERS:
        return page[where + 1 : where + 1 + length]
    if length:
        return page[where + 3 : where + 2 * length]
    return page[where + 4 : where + 2 + 2 * page[where + 1]]


def _iter_properties(properties: bytes, data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 < len(properties):
        (sort,) = struct.unpack_from("<H", properties, at)
        size = _OPERANDS[sort >> 13]
        at += 2
        if sort == _DEFINES_TABLE:
            size = int.from_bytes(properties[at : at + 2], "little") + 1
        elif not size:
            size = properties[at] + 1
        value = properties[at : at + size]
        if sort in _STANDS_ELSEWHERE:
            where = int.from_bytes(value, "little")
            length = int.from_bytes(data[where : where + 2], "little")
            yield from _iter_properties(data[where + 2 : where + 2 + length], b"")
        else:
            yield sort, value
        at += size


def _without_unseen(text: str, unseen: list[tuple[int, int]]) -> str:
    """Put a sign that is dropped for what nobody sees: the deleted, the hidden, what makes a field; places stay."""
    parts, kept = [], 0
    for start, end in [*unseen, (len(text), len(text))]:
        parts += [text[kept:start], _UNSEEN * (end - max(start, kept))]
        kept = max(kept, end)
    text = "".join(parts)
    parts, kept = [], 0
    fields: list[bool] = []  # of those that are open: does their result follow?
    for match in _FIELDS.finditer(text):
        at = match.start()
        parts.append(text[kept:at] if all(fields) else _UNSEEN * (at - kept))
        parts.append(_UNSEEN)
        kept = at + 1
        if match[0] == "\x13":
            fields.append(False)
        elif fields and match[0] == "\x14":
            fields[-1] = True
        elif fields:
            fields.pop()
    return "".join(parts) + text[kept:]


def _find_boxes(main: bytes, table: bytes, *, text: _Text, start: int, end: int) -> list[tuple[int, list[str]]]:
    """Return the lines of each text box, with the place that it hangs on (the last one where that is not told)."""
    anchors = {
        entry[:4]: place for place, entry in zip(*_places(_part(main, table, number=_ANCHORS), _ANCHOR), strict=False)
    }
    places, entries = _places(_part(main, table, number=_BOXES), _BOX)
    boxes = []
    for (first, last), entry in zip(pairwise(places), entries, strict=True):
        lines = list(_iter_lines(text, start + first, end=min(start + last, end)))
        boxes.append((anchors.get(entry[_SHAPE : _SHAPE + 4], len(text.characters)), lines))
    return sorted(boxes)


def _iter_lines(text: _Text, start: int, *, end: int) -> Iterator[str]:
    """Yield the lines of a stretch: its paragraphs and the rows of its tables, text boxes behind what they hang on."""
    boxes = list(reversed(text.boxes))
    cells: list[list[str]] = []
    cell: list[str] = []
    for match in _LINES.finditer(text.characters, start, end):
        line, at = match[0].translate(_SIGNS), match.end() - 1
        if match[0].endswith("\x07") and _ends_row(text, at, line=line, cells=cells):
            yield from join_row(cells)
            cells = []
        elif match[0].endswith("\x07"):
            cells.append([*cell, line])
            cell = []
        elif _covers(text.in_tables, at):
            cell.append(line)
        else:
            yield from join_row(cells)
            yield line
            cells = []
        while boxes and not cells and not cell and boxes[-1][0] <= at:
            yield from boxes.pop()[1]
    yield from join_row([*cells, cell])
    for _, lines in reversed(boxes):
        yield from lines


def _ends_row(text: _Text, at: int, *, line: str, cells: list[list[str]]) -> bool:
    """Tell whether the mark of a cell ends a row; where nothing says so (Word 6), an empty one does."""
    return _covers(text.row_ends, at) if text.row_ends else not line and bool(cells)


def _covers(spans: list[tuple[int, int]], at: int) -> bool:
    number = bisect_right(spans, (at, 1 << 32)) - 1
    return number >= 0 and spans[number][0] <= at < spans[number][1]
