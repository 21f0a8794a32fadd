"""The original of a document: the file on disk, the file in a box of files, or the line of a record."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from indexer.errors import UnreadableFileError
from indexer.reading import decode, format_of, unpack_member

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.document import Document
    from indexer.reading import Root


_LARGEST = 32 << 20  # bytes of a file of records that is read whole for one of them


@dataclass(frozen=True, slots=True)
class Original:
    """What a document was read from: a whole `file` on disk, or else `data`; its name for people.

    Of a record it is the line alone, as JSON in UTF-8, whatever the file is written in.
    """

    name: str
    file: Path | None = None
    data: bytes = b""
    is_record: bool = False


def find_original(roots: Iterable[Root], document: Document) -> Original | None:
    """Return the original of a document; None where it is not there any more, or is not what it was.

    It is only read if it is a real file inside its root: links may lead anywhere.
    """
    file = _find_file(roots, document)
    if file is None:
        return None
    name = document.path.rpartition("/")[2]
    try:
        data = unpack_member(file, format_of(document.file), wanted=document.member) if document.member else None
        if not format_of(document.path).holds_records:
            return Original(name, file) if data is None else Original(name, data=data)
        record = _read_record(file if data is None else data, document)
    except (OSError, UnreadableFileError):
        return None
    stem = name.rpartition(".")[0]
    return Original(f"{stem}-{document.order + 1}.json", data=record, is_record=True) if record else None


def _find_file(roots: Iterable[Root], document: Document) -> Path | None:
    label = document.path.partition("/")[0]
    for root in roots:
        if root.label == label:
            whole = Path(os.path.realpath(root.open_path(document.location_on_disk)))
            inside = whole == root.path or root.path in whole.parents
            return whole if inside and whole.is_file() else None
    return None


def _read_record(source: Path | bytes, document: Document) -> bytes:
    """Return the line that a document is of; nothing where another record stands there now, which others may not read.

    Raises:
        OSError, UnreadableFileError: the file cannot be read.
    """
    from indexer.parsing import parse_records  # whoever only searches need not wait for the patterns of parsing

    with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
        for line in _iter_readings(stream, document.order):
            documents, _ = parse_records(line, document.path, first_line=document.order + 1)
            if documents and documents[0].body == document.body:
                return line.strip().encode()
    return b""


def _iter_readings(stream: BinaryIO, number: int) -> Iterator[str]:
    """Yield a line of a file by its number (from 0), first as its own bytes say, then as those of the whole file do."""
    raw = next((line for at, line in enumerate(stream) if at == number), b"")
    with suppress(UnreadableFileError):
        yield decode(raw).text
    if stream.seek(0, os.SEEK_END) > _LARGEST:
        return
    stream.seek(0)
    yield from decode(stream.read()).text.split("\n")[number : number + 1]
