"""The manifest of a generation: what built it, from which archive, and the checksum of every file."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes

from indexer.disk import write_synced
from indexer.errors import DamagedIndexError, IndexFormatError

if TYPE_CHECKING:
    from indexer.reading import Root

FORMAT = 1
MANIFEST = "manifest.json"
# The first value is the SHA-256 of the whole text without it. A manifest that begins with its format is of an earlier
# version, and has none.
_OWN = re.compile(r'\{\n "sha256": "([0-9a-f]{64})",\n')
_WITHOUT_OWN = '{\n "format": '


@dataclass(frozen=True, slots=True)
class RootEntry:
    """A root of the archive: its path, percent-encoded because it may hold any bytes, and its label."""

    location: str
    label: str

    @classmethod
    def of(cls, root: Root) -> RootEntry:
        """Return what a manifest says of a root."""
        return cls(quote(os.fsencode(root.path)), root.label)

    @property
    def root(self) -> Root:
        """Return the root."""
        from indexer.reading import Root  # whoever only searches need not wait for what reads files

        return Root(Path(os.fsdecode(unquote_to_bytes(self.location))), self.label)


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a file of a generation must be."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is: what built it, from which archive, how much it holds, and the checksum of every file.

    `previous` is the generation that was live when this one was made. `parsed_by` names everything but the files that
    decided what documents they became, "" where that differs between documents or is not known.
    """

    format: int
    engine: str
    fingerprint: dict[str, str]
    created: str
    documents: int
    files: int
    roots: list[RootEntry]
    previous: int | None
    checksums: dict[str, Checksum]
    parsed_by: str = ""

    def read_roots(self) -> list[Root]:
        """Return the roots of the archive."""
        return [entry.root for entry in self.roots]


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a generation.

    Raises:
        IndexFormatError: another version wrote it.
        DamagedIndexError: it is not there, or no manifest.
    """
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
        is_sure = not text.startswith(_WITHOUT_OWN)
        if is_sure and not _is_whole(text):
            raise DamagedIndexError(folder, [f"{MANIFEST} has other bytes than were written"])
        record = json.loads(text)
        if record["format"] != FORMAT:
            raise IndexFormatError(folder, [f"the format of the index ({record['format']} to {FORMAT})"])
        manifest = _from_record(record) if is_sure else _check(text)
        datetime.fromisoformat(manifest.created)
    except (OSError, ValueError, TypeError, KeyError) as error:  # pydantic's errors are ValueErrors
        reason = str(error).partition("\n")[0]
        raise DamagedIndexError(folder, [f"{MANIFEST} cannot be read ({reason})"]) from None
    return manifest


def _from_record(record: dict[str, Any]) -> Manifest:
    """Return a manifest whose bytes are those that were written."""
    values = {own.name: record[own.name] for own in fields(Manifest) if own.name in record}
    values["roots"] = [RootEntry(**root) for root in values["roots"]]
    values["checksums"] = {name: Checksum(**own) for name, own in values["checksums"].items()}
    return Manifest(**values)


def _check(text: str) -> Manifest:
    """Return a manifest whose bytes nothing vouches for, if it can be one at all."""
    from pydantic import TypeAdapter

    return TypeAdapter(Manifest).validate_json(text)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a generation whose files are all on disk."""
    text = json.dumps({"sha256": "", **asdict(manifest)}, ensure_ascii=False, indent=1) + "\n"
    own = hashlib.sha256(text.encode()).hexdigest()
    write_synced(folder / MANIFEST, text.replace('"sha256": ""', f'"sha256": "{own}"', 1))


def _is_whole(text: str) -> bool:
    match = _OWN.match(text)
    return match is not None and match[1] == hashlib.sha256(text.replace(match[1], "", 1).encode()).hexdigest()
