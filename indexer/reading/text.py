"""The text of a file, whatever its format: plain text is decoded here, everything else in a confined process."""

from __future__ import annotations

from indexer.reading.confined import read_confined
from indexer.reading.decode import FileText, decode
from indexer.reading.formats import format_of


def read_text(path: str, data: bytes) -> FileText:
    """Return the text of a file's bytes; the ending of its path says what format it is.

    Raises:
        UnreadableFileError: the bytes are not text, not of that format, or past a limit.
    """
    found = format_of(path)
    return read_confined(found.name, data) if found.is_confined else decode(data)
