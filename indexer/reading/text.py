"""The text of a file, whatever its format: plain text is decoded here, everything else in a confined process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.errors import UnreadableFileError
from indexer.reading.confined import read_box, read_confined
from indexer.reading.decode import FileText, decode
from indexer.reading.files import CHANGING, FoundFile
from indexer.reading.formats import format_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.reading.boxes import Member, Place


def read_text(path: str, data: bytes) -> FileText:
    """Return the text of a file's bytes; the ending of its path says what format it is.

    Raises:
        UnreadableFileError: the bytes are not text, not of that format, or past a limit.
    """
    found = format_of(path)
    return read_confined(found.name, data) if found.is_confined else decode(data)


def read_members(
    file: FoundFile, *, start: Place = (), end: Place | None = None, is_listing: bool = False
) -> Iterator[Member]:
    """Yield the members of a box of files with their texts, from one place up to another; of a listing without texts.

    Raises:
        UnreadableFileError: it cannot be read, is not of its format, or is not what it was when it was found.
    """
    path = file.disk_path
    try:
        yield from read_box(format_of(file.path).name, path, start=start, end=end, is_listing=is_listing)
        status = path.stat()
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror}") from None
    if (status.st_size, status.st_mtime_ns) != (file.size, file.modified):
        raise UnreadableFileError(CHANGING)
