"""The formats that are read, each declared once: its endings, what reads it, what it holds."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

# Why a file is none that is read: what its ending names, or what it holds.
NOT_READ = "is of a format that is not read"
NO_TEXT = "has no ending that says what it is, and is no text"
EMPTY = "holds no text"
# An ending names a format; what stands behind the last dot of 2021.3.12会议 does not.
_ENDING = re.compile(r"\.(?=[a-z0-9_-]{0,7}[a-z])[a-z0-9_-]{1,8}")


@dataclass(frozen=True, slots=True)
class Format:
    """A format of files.

    Attributes:
        name: Of a `confined` one also the module of this folder that reads it, by `read(data) -> FileText`; of one that
            holds files, by `iter_entries(stream) -> Iterator[Entry]` (`boxes`).
        endings: Of file names, in small letters.
        says: What such files are, for README.
        is_confined: Whether a library parses it, which hostile files may break: in a process of its own.
        is_packed: Whether a file holds more text than bytes.
        holds_records: Whether each line is a document.
        holds_files: Whether it is a box of files, each of which is read by its own format.
        is_mail: Whether it is a text with headers itself, to which the files are attached.
        is_plain: Whether it is text as it stands, which a browser can show.
    """

    name: str
    endings: tuple[str, ...]
    says: str
    is_confined: bool = False
    is_packed: bool = False
    holds_records: bool = False
    holds_files: bool = False
    is_mail: bool = False
    is_plain: bool = False


FORMATS = (
    Format("text", (".txt", ".text", ".log"), "plain text", is_plain=True),
    Format("markdown", (".md",), "Markdown", is_plain=True),
    Format("records", (".jsonl",), "a document a line, as JSON (below)", holds_records=True),
    Format("html", (".html", ".htm"), "web pages", is_confined=True),
    Format("docx", (".docx", ".docm", ".dotx", ".dotm"), "Word", is_confined=True, is_packed=True),
    Format("doc", (".doc", ".wps", ".dot", ".wpt"), "Word before 2007 (from 6 on), and WPS", is_confined=True),
    Format("rtf", (".rtf",), "rich text", is_confined=True),
    Format("pdf", (".pdf",), "PDF", is_confined=True),
    Format("ofd", (".ofd",), "OFD", is_confined=True, is_packed=True),
    Format(
        "sheets",
        (".xlsx", ".xls", ".xlsm", ".xlsb", ".et", ".ods"),
        "spreadsheets: a line a row, what is hidden left out",
        is_confined=True,
        is_packed=True,
    ),
    Format("csv", (".csv", ".tsv"), "tables as text: one document, a line a row", is_confined=True),
    Format("pptx", (".pptx", ".pptm", ".ppsx"), "slides with their notes", is_confined=True, is_packed=True),
    Format("ppt", (".ppt", ".pps", ".dps"), "slides of PowerPoint before 2007, and of WPS", is_confined=True),
    Format("epub", (".epub",), "books", is_confined=True, is_packed=True),
    Format("mht", (".mht", ".mhtml"), "web pages in one file", is_confined=True),
    Format("mail", (".eml",), "mails with what is attached", is_confined=True, holds_files=True, is_mail=True),
    Format("archive", (".zip",), "archives of such files", is_confined=True, holds_files=True),
)
ENDINGS = tuple(ending for own in FORMATS for ending in own.endings)
_BY_ENDING = {ending: own for own in FORMATS for ending in own.endings}


_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,5}$")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")


def _name_of(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _suffix_of(path: str) -> str:
    """Return what stands behind the last dot of a name, with it, in small letters."""
    name = _name_of(path)
    dot = name.rfind(".")
    return name[dot:].lower() if 0 < dot < len(name) - 1 else ""


def stem_of(path: str) -> str:
    """Return the name of a file without its folders and its ending, as people read it."""
    stem = _ENDING.sub("", _name_of(path))
    if _ESCAPED.search(stem):  # saved from a web site under its address
        for encoding in ("utf-8", "gb18030"):
            with suppress(UnicodeDecodeError):
                return unquote_to_bytes(stem).decode(encoding).strip()
    return stem.strip()


def searched_name(path: str, parent: str | None, *, title: str | None) -> str:
    """Return the name by which a document is found: its file's, where that holds one document and is named in Chinese.

    None ("") where the title says all of it. Who types a name in pinyin is offered what that reads as.
    """
    if parent is not None or format_of(path).holds_records:
        return ""
    stem, said = stem_of(path), "".join((title or "").split())
    pairs = (run[at : at + 2] for run in _HAN.findall(stem) for at in range(max(1, len(run) - 1)))
    return stem if any(pair not in said for pair in pairs) else ""


def format_of(path: str) -> Format:
    """Return the format that the ending of a path names; what has another ending is taken for text."""
    return _BY_ENDING.get(_suffix_of(path), FORMATS[0])


def is_named(path: str) -> bool:
    """Tell whether the ending of a path names a format that is read."""
    return _suffix_of(path) in _BY_ENDING


def ending_of(path: str) -> str:
    """Return the ending of a path in small letters, `.jpg`; nothing where it has none that could name a format."""
    suffix = _suffix_of(path)
    return suffix if _ENDING.fullmatch(suffix) else ""
