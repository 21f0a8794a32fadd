"""The text of a file, whatever its format: plain text is decoded here, everything else in a confined process."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from indexer.reading.confined import read_confined
from indexer.reading.decode import FileText, decode

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN_ENDINGS = (".txt", ".md", ".jsonl")


def read_text(path: str, data: bytes) -> FileText:
    """Return the text of a file's bytes; the ending of its path says what format it is.

    Raises:
        UnreadableFileError: the bytes are not text, not of that format, or past a limit.
    """
    read = READERS.get(PurePosixPath(path).suffix.lower())
    return read(data) if read else decode(data)


def _confine(name: str) -> Callable[[bytes], FileText]:
    return lambda data: read_confined(name, data)


# Ending -> what reads it. A format is a module with a function `read(data) -> FileText`.
READERS: dict[str, Callable[[bytes], FileText]] = {
    ".html": _confine("html"),
    ".htm": _confine("html"),
    ".docx": _confine("docx"),
    ".pdf": _confine("pdf"),
}
ENDINGS = (*PLAIN_ENDINGS, *READERS)
