"""ZIP archives -> their entries, with the names that people gave them."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO

from indexer.errors import UnreadableFileError
from indexer.reading.boxes import BOMB, MOST_ENTRIES, Entry, is_bomb
from indexer.reading.files import IS_LINK, IS_SPECIAL, readable_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MOST_MENDED = 256 << 20
_ENCRYPTED, _IS_UTF8 = 0x1, 0x800  # bits of the flags of an entry
_UNICODE_PATH = 0x7075  # the extra field that names an entry in UTF-8 beside its name in another encoding
_EXTRA, _UNICODE_HEAD = struct.Struct("<HH"), struct.Struct("<BL")


def iter_entries(stream: BinaryIO) -> Iterator[Entry]:
    """Yield the files of an archive in the order of its directory; no more of each than that says it holds.

    Raises:
        UnreadableFileError: it is no archive, or holds too many entries.
    """
    try:
        archive = _open(stream)
    except (zipfile.BadZipFile, NotImplementedError, struct.error) as error:
        raise UnreadableFileError(f"is no .zip file, or is cut off ({error}); pack it again") from None
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise UnreadableFileError(f"holds {len(entries)} entries, more than {MOST_ENTRIES}; split it")
    for entry in entries:
        if not entry.filename.endswith("/"):
            problem, left_out = _find_problem(entry), _why_no_file(entry)
            yield Entry(_name_of(entry), entry.file_size, _reader(archive, entry), problem=problem, left_out=left_out)


def _open(stream: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except UnicodeDecodeError:  # some programs say UTF-8 and write GBK: then nothing is said
        stream.seek(0)
        data = bytearray(stream.read(_MOST_MENDED))
        for mark, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
            at = data.find(mark)
            while at >= 0 and at + flags + 1 < len(data):
                data[at + flags + 1] &= ~(_IS_UTF8 >> 8) & 0xFF
                at = data.find(mark, at + len(mark))
        return zipfile.ZipFile(io.BytesIO(data))


def _find_problem(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & _ENCRYPTED:
        return "needs a password; pack it without one"
    if is_bomb(entry):
        return BOMB
    return ""


def _why_no_file(entry: zipfile.ZipInfo) -> str:
    mode = entry.external_attr >> 16
    if stat.S_ISLNK(mode):
        return IS_LINK
    return IS_SPECIAL if stat.S_IFMT(mode) and not stat.S_ISREG(mode) else ""


def _reader(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            return archive.read(entry)
        except NotImplementedError:
            raise UnreadableFileError("is packed in a way that is not read; pack it again as .zip") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise UnreadableFileError(f"is damaged in its archive ({error})") from None

    return read


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry: the one in UTF-8 where it has such, else read as what it seems to be."""
    if entry.flag_bits & _IS_UTF8:
        return entry.orig_filename
    raw = entry.orig_filename.encode("cp437")
    return _find_unicode_path(entry.extra, raw) or readable_name(raw)


def _find_unicode_path(extra: bytes, raw: bytes) -> str:
    """Return the name that an extra field gives for these bytes of a name; nothing where there is none."""
    at = 0
    while at + _EXTRA.size <= len(extra):
        kind, size = _EXTRA.unpack_from(extra, at)
        field = extra[at + _EXTRA.size : at + _EXTRA.size + size]
        if kind == _UNICODE_PATH and len(field) > _UNICODE_HEAD.size:
            _, checksum = _UNICODE_HEAD.unpack_from(field)
            return field[_UNICODE_HEAD.size :].decode("utf-8", "ignore") if checksum == zlib.crc32(raw) else ""
        at += _EXTRA.size + size
    return ""
