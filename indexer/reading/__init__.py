"""A folder -> files -> text: walking, digests and encodings. Nothing here knows what the text means."""

from indexer.reading.decode import DecodedText, decode
from indexer.reading.files import (
    CHANGING,
    FoundFile,
    Lines,
    Root,
    WalkNotes,
    digest_file,
    read_file,
    read_lines,
    scan_lines,
    walk,
)

__all__ = [
    "CHANGING",
    "DecodedText",
    "FoundFile",
    "Lines",
    "Root",
    "WalkNotes",
    "decode",
    "digest_file",
    "read_file",
    "read_lines",
    "scan_lines",
    "walk",
]
