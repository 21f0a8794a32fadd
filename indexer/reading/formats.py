"""The formats that are read, each declared once: its endings, what reads it, what it holds."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote_to_bytes


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
    Format("docx", (".docx",), is_confined=True, is_packed=True),
    Format("pdf", (".pdf",), is_confined=True),
)
ENDINGS = tuple(ending for own in FORMATS for ending in own.endings)
_BY_ENDING = {ending: own for own in FORMATS for ending in own.endings}


_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,5}$")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")


def stem_of(path: str) -> str:
    """Return the name of a file without its folders and its ending, as people read it."""
    stem = _ENDING.sub("", PurePosixPath(path).name)
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
    return _BY_ENDING.get(PurePosixPath(path).suffix.lower(), FORMATS[0])
