"""The formats that are read, each declared once: its endings, what reads it, what it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

# Why a file is none that is read: what its ending names, or what it holds.
NOT_READ = "is of a format that is not read"
NO_TEXT = "has no ending that says what it is, and is no text"
# An ending names a format; what stands behind the last dot of 2021.3.12会议 does not.
_ENDING = re.compile(r"\.(?=[a-z0-9_-]{0,7}[a-z])[a-z0-9_-]{1,8}")


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files.

    Attributes:
        name: Of a `confined` one also the module of this folder that reads it, by `read(data) -> FileText`; of one that
            holds files, by `iter_entries(stream) -> Iterator[Entry]` (`boxes`).
        endings: Of file names, in small letters.
        is_confined: Whether a library parses it, which hostile files may break: in a process of its own.
        is_packed: Whether a file holds more text than bytes.
        holds_records: Whether each line is a document.
        holds_files: Whether it is a box of files, each of which is read by its own format.
        is_mail: Whether it is a text with headers itself, to which the files are attached.
        is_plain: Whether it is text as it stands, which a browser can show.
    """

    name: str
    endings: tuple[str, ...]
    is_confined: bool = False
    is_packed: bool = False
    holds_records: bool = False
    holds_files: bool = False
    is_mail: bool = False
    is_plain: bool = False


FORMATS = (
    Format("text", (".txt", ".text", ".log"), is_plain=True),
    Format("markdown", (".md",), is_plain=True),
    Format("records", (".jsonl",), holds_records=True),
    Format("html", (".html", ".htm"), is_confined=True),
    Format("docx", (".docx",), is_confined=True, is_packed=True),
    Format("pdf", (".pdf",), is_confined=True),
    Format("mht", (".mht", ".mhtml"), is_confined=True),
    Format("mail", (".eml",), is_confined=True, holds_files=True, is_mail=True),
    Format("archive", (".zip",), is_confined=True, holds_files=True),
)
ENDINGS = tuple(ending for own in FORMATS for ending in own.endings)
_BY_ENDING = {ending: own for own in FORMATS for ending in own.endings}


def format_of(path: str) -> Format:
    """Return the format that the ending of a path names; what has another ending is taken for text."""
    return _BY_ENDING.get(PurePosixPath(path).suffix.lower(), FORMATS[0])


def is_named(path: str) -> bool:
    """Tell whether the ending of a path names a format that is read."""
    return PurePosixPath(path).suffix.lower() in _BY_ENDING


def ending_of(path: str) -> str:
    """Return the ending of a path in small letters, `.jpg`; nothing where it has none that could name a format."""
    suffix = PurePosixPath(path).suffix.lower()
    return suffix if _ENDING.fullmatch(suffix) else ""
