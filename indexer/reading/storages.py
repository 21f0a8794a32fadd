"""Storages of streams (OLE), as office formats of before 2007 are: which streams one holds, and their bytes."""

from __future__ import annotations

import io

import olefile

from indexer.errors import UnreadableFileError

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_streams(data: bytes, *names: str, most: int | None = None) -> dict[str, bytes]:
    """Return those of the named streams that a storage holds, `most` bytes of each.

    Raises:
        UnreadableFileError: it is no storage, or is damaged.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as storage:
            return {name: storage.openstream(name).read(most) for name in names if storage.exists(name)}
    except (OSError, ValueError, IndexError):
        raise UnreadableFileError("is damaged or cut off; open it in its own program and save it anew") from None
