"""What a file is by what it holds, whatever its name ends with: many a .doc is a web page, many an .xls a table of HTML."""

from __future__ import annotations

import io
import re

import olefile

from indexer.errors import UnreadableFileError
from indexer.reading.decode import decode
from indexer.reading.packages import Package

_HEAD = 4096
_STORAGE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|div|p|style)\b", re.IGNORECASE)
_OWN_WORDS = (
    (b"http://schemas.microsoft.com/office/word/2003/wordml", "docx"),
    (b"http://schemas.microsoft.com/office/2006/xmlPackage", "docx"),
    (b"urn:schemas-microsoft-com:office:spreadsheet", "sheets"),
)
# By how the name of a part or stream begins.
_PARTS = (
    ("word/", "docx"), ("xl/", "sheets"), ("ppt/", "pptx"), ("OFD.xml", "ofd"), ("META-INF/container.xml", "epub"),
)  # fmt: skip
_STREAMS = (("WordDocument", "doc"), ("Workbook", "sheets"), ("Book", "sheets"), ("PowerPoint Document", "ppt"))
_LOCKED = ("EncryptedPackage", "EncryptionInfo")
_ANY_TEXT = ("html", "csv")  # are what they are called, if they are text
_TEXT_INSTEAD = {"doc": "text", "sheets": "csv"}  # what programs of old gave these names, too


def find_format(data: bytes, name: str) -> str:
    """Return the name of the format of some bytes that are said to be of the format `name`, which is kept in doubt.

    Raises:
        UnreadableFileError: they are locked.
    """
    head = data[:_HEAD]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _find_in_package(data) or name
    if head.startswith(_STORAGE):
        return _find_in_storage(data) or name
    if b"{\\rtf" in head[:64]:
        return "rtf"
    if name in _ANY_TEXT:
        return name
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if text.startswith(b"<"):
        return next((format_ for words, format_ in _OWN_WORDS if words in text), "html" if _PAGE.search(text) else name)
    return _TEXT_INSTEAD[name] if name in _TEXT_INSTEAD and _is_text(data) else name


def _find_in_package(data: bytes) -> str:
    names = list(Package(data))
    return next((format_ for start, format_ in _PARTS for name in names if name.startswith(start)), "")


def _find_in_storage(data: bytes) -> str:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as storage:
            if any(map(storage.exists, _LOCKED)):
                raise UnreadableFileError("needs a password; save it without one")
            return next((format_ for stream, format_ in _STREAMS if storage.exists(stream)), "")
    except (OSError, ValueError, IndexError):
        return ""


def _is_text(data: bytes) -> bool:
    try:
        found = decode(data)
    except UnreadableFileError:
        return False
    return not found.doubtful
