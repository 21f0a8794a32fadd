"""Slides of before 2007 (.ppt, and .dps of WPS) -> their texts, slide after slide, then the notes. See [MS-PPT]."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from indexer.errors import UnreadableFileError
from indexer.reading.decode import FileText
from indexer.reading.storages import read_streams

if TYPE_CHECKING:
    from collections.abc import Iterator

_SLIDE_STREAM, _USER_STREAM = "PowerPoint Document", "Current User"
_HEADER = struct.Struct("<HHI")  # instance and version, type, length
_CONTAINER = 0xF  # as version: of records that hold records
_LISTS, _SLIDES, _NOTES = 0x0FF0, 0, 2  # of texts with their slides, by instance
_SLIDE_OF_LIST, _WIDE, _NARROW = 0x03F3, 0x0FA0, 0x0FA8
_EDIT, _DIRECTORY = 0x0FF5, 0x1772
_LOCKED = 0xF3D1C4DF
_MOST_EDITS = 10_000
_PLACEHOLDER = "*"  # for numbers and dates
_SIGNS = {**dict.fromkeys(range(32)), 0x09: "\t", 0x0B: "\n", 0x0D: "\n"}


def read(data: bytes) -> FileText:
    """Return the text of a presentation.

    Raises:
        UnreadableFileError: it is none, is locked, or damaged.
    """
    streams = read_streams(data, _SLIDE_STREAM, _USER_STREAM)
    if len(streams) < 2:
        raise UnreadableFileError("holds no slides; open it in its own program and save it as .pptx")
    try:
        texts = _iter_texts(streams[_SLIDE_STREAM], streams[_USER_STREAM])
        lines = [line for text in texts for line in text.translate(_SIGNS).split("\n")]
    except (struct.error, IndexError, ValueError):
        raise UnreadableFileError("is damaged or cut off, or no real .ppt file; open it and save it anew") from None
    return FileText("\n".join(line for line in lines if line.strip() != _PLACEHOLDER), "ppt")


def _iter_texts(stream: bytes, user: bytes) -> Iterator[str]:
    """Yield the texts of the slides, then of their notes: what the outline holds of each, and what is drawn on it."""
    if struct.unpack_from("<I", user, 12)[0] == _LOCKED:
        raise UnreadableFileError("needs a password; save it without one")
    places, document = _find_places(stream, struct.unpack_from("<I", user, 16)[0])
    for wanted in (_SLIDES, _NOTES):
        for sort, instance, start, end in _iter_records(stream, places[document]):
            if sort != _LISTS or instance != wanted:
                continue
            slide = -1
            for inner, _, begin, stop in _iter_records(stream, start, end=end):
                if inner == _SLIDE_OF_LIST:
                    yield from _iter_drawn(stream, places.get(slide))
                    (slide,) = struct.unpack_from("<I", stream, begin)
                elif inner in (_WIDE, _NARROW):
                    yield _decode(stream[begin:stop], inner)
            yield from _iter_drawn(stream, places.get(slide))


def _find_places(stream: bytes, edit: int) -> tuple[dict[int, int], int]:
    """Return where things lie by their numbers, as the last of all edits left them, and the number of the document."""
    places: dict[int, int] = {}
    document = 0
    for _ in range(_MOST_EDITS):
        before, directory, number = struct.unpack_from("<III", stream, edit + _HEADER.size + 8)
        document = document or number
        _, sort, length = _HEADER.unpack_from(stream, directory)
        at, end = directory + _HEADER.size, min(directory + _HEADER.size + length, len(stream))
        while sort == _DIRECTORY and at < end:
            (word,) = struct.unpack_from("<I", stream, at)
            first, count = word & 0xFFFFF, word >> 20
            for shift, place in enumerate(struct.unpack_from(f"<{count}I", stream, at + 4)):
                places.setdefault(first + shift, place)
            at += 4 + 4 * count
        if not before or before >= edit:  # they lead backwards
            break
        edit = before
    if document not in places:
        raise ValueError("its document is missing")
    return places, document


def _iter_records(stream: bytes, start: int, *, end: int | None = None) -> Iterator[tuple[int, int, int, int]]:
    """Yield type, instance, begin and end of the records up to an end, or of those in the record at the start."""
    if end is None:
        end = start + _HEADER.size + _HEADER.unpack_from(stream, start)[2]
        start += _HEADER.size
    end = min(end, len(stream))
    while start + _HEADER.size <= end:
        version, sort, length = _HEADER.unpack_from(stream, start)
        start += _HEADER.size
        yield sort, version >> 4, start, min(start + length, end)
        start += length


def _iter_drawn(stream: bytes, place: int | None) -> Iterator[str]:
    """Yield the texts that lie anywhere in the record at a place."""
    pending = [iter(_iter_records(stream, place))] if place is not None else []
    while pending:
        record = next(pending[-1], None)
        if record is None:
            pending.pop()
            continue
        sort, _, start, end = record
        if sort in (_WIDE, _NARROW):
            yield _decode(stream[start:end], sort)
        elif _HEADER.unpack_from(stream, start - _HEADER.size)[0] & 0xF == _CONTAINER:
            pending.append(_iter_records(stream, start, end=end))


def _decode(raw: bytes, sort: int) -> str:
    return raw.decode("utf-16-le" if sort == _WIDE else "latin-1", "replace")
