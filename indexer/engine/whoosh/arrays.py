"""A file of named arrays: written once, mapped into memory, shared by all threads.

Layout: magic and version, the arrays (each aligned to 64 bytes, little-endian), a JSON directory of their places, and
the length of the directory in the last 8 bytes. Checksums are the manifest's.
"""

from __future__ import annotations

import json
import mmap
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from indexer.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_MAGIC = b"ASarrays"
_VERSION = 1
_ALIGNMENT = 64
_TAIL = 8


def write_arrays(stream: BinaryIO, arrays: dict[str, NDArray[Any]]) -> None:
    """Write arrays to a new file."""
    directory: dict[str, tuple[str, int, int]] = {}
    at = stream.write(_MAGIC + _VERSION.to_bytes(4, "little"))
    for name, array in arrays.items():
        at += stream.write(b"\0" * (-at % _ALIGNMENT))
        plain = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        directory[name] = (plain.dtype.str, at, len(plain))
        at += stream.write(plain.tobytes())
    listing = json.dumps(directory).encode()
    stream.write(listing + len(listing).to_bytes(_TAIL, "little"))


def map_arrays(file: Path) -> dict[str, NDArray[Any]]:
    """Map the arrays of a file; nothing is read until it is used.

    Raises:
        EngineError: the file is not one of ours.
    """
    with file.open("rb") as stream:
        mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    head = len(_MAGIC) + 4
    if mapped[:head] != _MAGIC + _VERSION.to_bytes(4, "little"):
        raise EngineError(f"{file.name} is no file of arrays of version {_VERSION}")
    size = int.from_bytes(mapped[-_TAIL:], "little")
    directory = json.loads(mapped[-_TAIL - size : -_TAIL])
    return {
        name: np.frombuffer(mapped, dtype=np.dtype(kind), count=length, offset=at)
        for name, (kind, at, length) in directory.items()
    }
