"""A folder -> files -> text: walking, digests, encodings and formats. Nothing here knows what the text means."""

from indexer.reading.confined import use_recognition
from indexer.reading.decode import ONLY_PICTURES, FileText, decode, decode_lines
from indexer.reading.files import (
    CHANGING,
    CLOSED,
    MAY_PASS,
    FoundFile,
    Lines,
    Root,
    WalkNotes,
    digest_file,
    read_file,
    read_lines,
    scan_lines,
    scan_text,
    size_of_text,
    walk,
)
from indexer.reading.formats import Format, format_of
from indexer.reading.text import read_text

__all__ = [
    "CHANGING",
    "CLOSED",
    "MAY_PASS",
    "ONLY_PICTURES",
    "FileText",
    "Format",
    "FoundFile",
    "Lines",
    "Root",
    "WalkNotes",
    "decode",
    "decode_lines",
    "digest_file",
    "format_of",
    "read_file",
    "read_lines",
    "read_text",
    "scan_lines",
    "scan_text",
    "size_of_text",
    "use_recognition",
    "walk",
]
