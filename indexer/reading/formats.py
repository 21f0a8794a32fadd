"""The formats that are read, each declared once: its endings, what reads it, what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files.

    Attributes:
        name: Of a `confined` one also the module of this folder that reads it, by `read(data) -> FileText`.
        endings: Of file names, in small letters.
        is_confined: Whether a library parses it, which hostile files may break: in a process of its own.
        is_packed: Whether a file holds more text than bytes.
        holds_records: Whether each line is a document.
        is_plain: Whether it is text as it stands, which a browser can show.
    """

    name: str
    endings: tuple[str, ...]
    is_confined: bool = False
    is_packed: bool = False
    holds_records: bool = False
    is_plain: bool = False


FORMATS = (
    Format("text", (".txt",), is_plain=True),
    Format("markdown", (".md",), is_plain=True),
    Format("records", (".jsonl",), holds_records=True),
    Format("html", (".html", ".htm"), is_confined=True),
    Format("docx", (".docx", ".docm", ".dotx", ".dotm"), is_confined=True, is_packed=True),
    Format("doc", (".doc", ".wps", ".dot", ".wpt"), is_confined=True),
    Format("rtf", (".rtf",), is_confined=True),
    Format("pdf", (".pdf",), is_confined=True),
    Format("ofd", (".ofd",), is_confined=True, is_packed=True),
    Format("sheets", (".xlsx", ".xls", ".xlsm", ".xlsb", ".et", ".ods"), is_confined=True, is_packed=True),
    Format("csv", (".csv", ".tsv"), is_confined=True),
    Format("pptx", (".pptx", ".pptm", ".ppsx"), is_confined=True, is_packed=True),
    Format("ppt", (".ppt", ".pps", ".dps"), is_confined=True),
    Format("epub", (".epub",), is_confined=True, is_packed=True),
)
ENDINGS = tuple(ending for own in FORMATS for ending in own.endings)
_BY_ENDING = {ending: own for own in FORMATS for ending in own.endings}


def format_of(path: str) -> Format:
    """Return the format that the ending of a path names; what has another ending is taken for text."""
    return _BY_ENDING.get(PurePosixPath(path).suffix.lower(), FORMATS[0])
