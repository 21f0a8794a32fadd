"""A folder -> files -> text: walking, digests, encodings and formats. Nothing here knows what the text means."""

from indexer.reading.boxes import Member, Place
from indexer.reading.confined import unpack_member, use_recognition
from indexer.reading.decode import ONLY_PICTURES, FileText, decode, decode_lines
from indexer.reading.files import (
    CHANGING,
    CLOSED,
    EXCLUDED,
    MAY_PASS,
    QUIETLY_LEFT_OUT,
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
from indexer.reading.text import read_members, read_text

__all__ = [
    "CHANGING",
    "CLOSED",
    "EXCLUDED",
    "MAY_PASS",
    "ONLY_PICTURES",
    "QUIETLY_LEFT_OUT",
    "FileText",
    "Format",
    "FoundFile",
    "Lines",
    "Member",
    "Place",
    "Root",
    "WalkNotes",
    "decode",
    "decode_lines",
    "digest_file",
    "format_of",
    "read_file",
    "read_lines",
    "read_members",
    "read_text",
    "scan_lines",
    "scan_text",
    "size_of_text",
    "unpack_member",
    "use_recognition",
    "walk",
]
