"""Packages of parts (zip), as most office formats are: opened so that no part unpacks to more than it may."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from lxml import etree

from indexer.errors import UnreadableFileError
from indexer.reading.boxes import BOMB, MOST_ENTRIES, MOST_MEMBER, MOST_UNPACKED, is_bomb

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCKED = 1  # bit of an entry's flags
_RELATION = "{*}Relationship"
# ISO's own names of the elements (Strict Open XML) stand for those that programs write.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/presentationml/main", b"http://schemas.openxmlformats.org/presentationml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)  # fmt: skip


class Package:
    """A package, of which each part is unpacked when it is asked for; nothing is ever written to the disk.

    Raises:
        UnreadableFileError: it is none, or is cut off, or holds too many parts.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise UnreadableFileError("is damaged or cut off; get it again, or save it anew") from None
        self._entries = {entry.filename.replace("\\", "/"): entry for entry in self._zip.infolist()}
        if len(self._zip.infolist()) > MOST_ENTRIES:
            raise UnreadableFileError(f"holds {len(self._zip.infolist())} entries, more than {MOST_ENTRIES}")
        self._unpacked = 0

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def read(self, name: str) -> bytes:
        """Return the bytes of a part.

        Raises:
            UnreadableFileError: there is no such part, it is locked or damaged, or unpacks to more than it may.
        """
        entry = self._entries.get(name)
        if entry is None:
            raise UnreadableFileError(f"is damaged: it lacks its part {name}")
        self._check(entry)
        try:
            return self._zip.read(entry)  # no more than the entry declares, else its checksum differs
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
            raise UnreadableFileError(f"is damaged: its part {name[:100]} cannot be unpacked") from None

    def _check(self, entry: zipfile.ZipInfo) -> None:
        if entry.flag_bits & _LOCKED:
            raise UnreadableFileError("needs a password; save it without one")
        if entry.file_size > MOST_MEMBER:
            raise UnreadableFileError(f"holds a part of {entry.file_size >> 20} MB, more than {MOST_MEMBER >> 20}")
        if is_bomb(entry):
            raise UnreadableFileError(BOMB)
        self._unpacked += entry.file_size
        if self._unpacked > MOST_UNPACKED:
            raise UnreadableFileError(f"unpacks to more than {MOST_UNPACKED >> 20} MB")

    def check_all(self) -> None:
        """Unpack every part once, for libraries that unpack by themselves and believe nothing but the packed bytes.

        Raises:
            UnreadableFileError: as `read`.
        """
        for name in self:
            self.read(name)

    def parse(self, name: str) -> Any:
        """Return the root element of a part.

        Raises:
            UnreadableFileError: as `read`.
        """
        return parse_xml(self.read(name))

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """Return what a part ("" is the package) is related to: by their ids the kind, and the name of a part held."""
        folder, base = posixpath.split(name)
        relations = f"{folder}/_rels/{base}.rels".lstrip("/")
        if relations not in self:
            return {}
        found = {}
        for relation in self.parse(relations).iter(_RELATION):
            target = unquote(relation.get("Target", "")).replace("\\", "/")
            part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            if relation.get("TargetMode") != "External" and part in self:
                found[relation.get("Id", "")] = (relation.get("Type", "").rsplit("/", 1)[-1], part)
        return found

    def main_part(self, usual: str) -> str:
        """Return the name of the part that the package is about, which programs may call otherwise than `usual`."""
        return next((part for kind, part in self.related("").values() if kind == "officeDocument"), usual)


def parse_xml(data: bytes) -> Any:
    """Return the root element of some markup; entities stay what they are, and nothing else is opened."""
    for strict, usual in _STRICT:
        data = data.replace(strict, usual)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    return etree.fromstring(data, parser)
