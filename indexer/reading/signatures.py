"""What a file is by what it holds, whatever its name ends with: many a .doc is a web page, many an .xls a table."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import import_module

from indexer.errors import UnreadableFileError
from indexer.reading.decode import FileText, decode
from indexer.reading.packages import Package
from indexer.reading.storages import MARK, read_streams

_HEAD = 4096
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|div|p|style)\b", re.IGNORECASE)
_OWN_WORDS = (
    (b"http://schemas.microsoft.com/office/word/2003/wordml", "docx"),
    (b"http://schemas.microsoft.com/office/2006/xmlPackage", "docx"),
    (b"urn:schemas-microsoft-com:office:spreadsheet", "sheets"),
)
_IS_MHT = re.compile(rb"(?:^|\n)Content-Type:\s*multipart/related", re.IGNORECASE)
_MARKS = ((b"%PDF-", 64, "pdf"), (b"{\\rtf", 64, "rtf"))  # somewhere in so many bytes
# By how the name of a part or stream begins.
_PARTS = (
    ("word/", "docx"), ("xl/", "sheets"), ("ppt/", "pptx"), ("OFD.xml", "ofd"), ("META-INF/container.xml", "epub"),
)  # fmt: skip
_STREAMS = (("WordDocument", "doc"), ("Workbook", "sheets"), ("Book", "sheets"), ("PowerPoint Document", "ppt"))
_LOCKED = ("EncryptedPackage", "EncryptionInfo")
_ANY_TEXT = ("html", "csv")  # are what they are called, if they are text
_TEXT, _TABLES = "text", "sheets"
_TEXT_INSTEAD = {"doc": _TEXT, "sheets": "csv"}  # what programs of old gave these names, too


def read_by_content(name: str, data: bytes) -> FileText:
    """Return the text of bytes that are said to be of the format `name`, read as what they are.

    Raises:
        UnreadableFileError: they are nothing that can be read.
    """
    shown = find_format(data, name)
    if shown == _TEXT:
        return decode(data)
    found: FileText = import_module(f"indexer.reading.{shown}").read(data)
    return replace(found, is_table=found.is_table or name == _TABLES)


def find_format(data: bytes, name: str) -> str:
    """Return the name of the format of some bytes that are said to be of the format `name`, which is kept in doubt.

    Raises:
        UnreadableFileError: they are locked or damaged.
    """
    head = data[:_HEAD]
    if head.startswith(b"PK\x03\x04"):
        return _find_in_package(data) or name
    if head.startswith(MARK):
        return _find_in_storage(data) or name
    for mark, within, shown in _MARKS:
        if mark in head[:within]:
            return shown
    return name if name in _ANY_TEXT else _find_in_text(data, name)


def _find_in_text(data: bytes, name: str) -> str:
    head = data[:_HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"<"):
        return next((shown for words, shown in _OWN_WORDS if words in head), "html" if _PAGE.search(head) else name)
    if head.startswith(b"MIME-Version:") and _IS_MHT.search(head):
        return "mht"
    return _TEXT_INSTEAD[name] if name in _TEXT_INSTEAD and _is_text(data) else name


def _find_in_package(data: bytes) -> str:
    names = list(Package(data))
    return next((shown for start, shown in _PARTS for name in names if name.startswith(start)), "")


def _find_in_storage(data: bytes) -> str:
    held = read_streams(data, *_LOCKED, *(stream for stream, _ in _STREAMS), most=0)
    if any(stream in held for stream in _LOCKED):
        raise UnreadableFileError("needs a password; save it without one")
    return next((shown for stream, shown in _STREAMS if stream in held), "")


def _is_text(data: bytes) -> bool:
    try:
        found = decode(data)
    except UnreadableFileError:
        return False
    return not found.doubtful
