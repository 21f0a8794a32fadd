"""A file of named arrays: written once, mapped into memory, shared by all threads, checked where it is touched.

Layout, little-endian: magic and version; the arrays, each aligned to 64 bytes; a CRC-32 for each block of 64 KiB of all
that; a JSON directory of the arrays; and a tail of fixed size: places and lengths of checks and directory, the CRC-32
of both, the magic again. A wrong byte anywhere is damage, and is told as such, never as a term that is not there.
"""

from __future__ import annotations

import json
import mmap
import struct
import tempfile
import zlib
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from indexer.errors import DamagedIndexError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[Any]

_MAGIC = b"ASarrays"
_VERSION = 2
_HEAD = _MAGIC + _VERSION.to_bytes(8, "little")
_ALIGNMENT = 64
_BLOCK_BITS = 16
_BLOCK = 1 << _BLOCK_BITS
_TAIL = struct.Struct("<QQQI8s")  # length of the arrays, of the checks, of the directory; CRC-32 of the two; magic
_HELD = 1 << 20  # bytes of an array that are held in memory before they go to a temporary file
_COPIED = 1 << 20


class ArrayFileWriter:
    """Writes a file of arrays whose parts may be appended in any order, in bounded memory."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._parts: dict[str, IO[bytes]] = {}
        self._kinds: dict[str, np.dtype[Any]] = {}

    def append(self, name: str, array: Array) -> None:
        """Append to the array of a name; all parts of it have one type."""
        kind = array.dtype.newbyteorder("<")
        if name not in self._parts:
            self._parts[name] = tempfile.SpooledTemporaryFile(_HELD, dir=str(self._file.parent))  # noqa: SIM115
            self._kinds[name] = kind
        if kind != self._kinds[name]:
            raise TypeError(f"{name} is of {self._kinds[name]}, not of {kind}")
        self._parts[name].write(np.ascontiguousarray(array, dtype=kind).view(np.uint8).data)

    def close(self) -> None:
        """Put the parts together into the file."""
        directory: dict[str, tuple[str, int, int]] = {}
        with self._file.open("wb") as stream:
            checked = _Checked(stream)
            checked.write(_HEAD)
            for name, part in self._parts.items():
                checked.write(b"\0" * (-checked.length % _ALIGNMENT))
                kind = self._kinds[name]
                directory[name] = (kind.str, checked.length, part.tell() // kind.itemsize)
                part.seek(0)
                while chunk := part.read(_COPIED):
                    checked.write(chunk)
                part.close()
            checks = np.array(checked.finish(), dtype="<u4").tobytes()
            listing = json.dumps(directory).encode()
            stream.write(checks + listing)
            own = zlib.crc32(listing, zlib.crc32(checks))
            stream.write(_TAIL.pack(checked.length, len(checks), len(listing), own, _MAGIC))

    def discard(self) -> None:
        """Forget what was appended."""
        for part in self._parts.values():
            part.close()


class _Checked:
    """A stream with a CRC-32 for each block that passes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._checks: list[int] = []
        self._open = 0
        self.length = 0

    def write(self, data: bytes) -> None:
        self._stream.write(data)
        view = memoryview(data)
        while view:
            piece = view[: _BLOCK - self.length % _BLOCK]
            self._open = zlib.crc32(piece, self._open)
            self.length += len(piece)
            view = view[len(piece) :]
            if self.length % _BLOCK == 0:
                self._checks.append(self._open)
                self._open = 0

    def finish(self) -> list[int]:
        if self.length % _BLOCK:
            self._checks.append(self._open)
        return self._checks


def write_arrays(file: Path, arrays: Mapping[str, Array]) -> None:
    """Write whole arrays to a new file."""
    writer = ArrayFileWriter(file)
    for name, array in arrays.items():
        writer.append(name, array)
    writer.close()


class ArrayFile:
    """The mapped arrays of a file; each block is checked when it is first touched, and never again.

    Raises:
        DamagedIndexError: on opening, when the frame of the file is not as written; on access, when its bytes are not.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            with file.open("rb") as stream:
                self._bytes = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # an empty file cannot be mapped
            raise self._damage("is empty") from None
        except FileNotFoundError:
            raise
        except OSError as error:
            raise self._damage(f"cannot be read ({error.strerror})") from None
        if len(self._bytes) < len(_HEAD) + _TAIL.size:
            raise self._damage("is too short")
        if self._bytes[: len(_MAGIC)] != _MAGIC or self._bytes[-len(_MAGIC) :] != _MAGIC:
            raise self._damage("does not begin and end like a file of arrays")
        if self._bytes[: len(_HEAD)] != _HEAD:
            raise self._damage(f"is not of version {_VERSION}")
        length, checks, listing, own, _ = _TAIL.unpack(self._bytes[-_TAIL.size :])
        if length + checks + listing + _TAIL.size != len(self._bytes):
            raise self._damage("has not the length that was written")
        frame = self._bytes[length : length + checks + listing]
        if zlib.crc32(frame) != own:
            raise self._damage("has a directory other than was written")
        self._length = length
        self._whole: dict[str, Array] = {}
        self._checks = np.frombuffer(frame, dtype="<u4", count=checks // 4)
        self._unchecked = bytearray(b"\1" * len(self._checks))
        self._views: dict[str, tuple[Array, int]] = {
            name: (np.frombuffer(self._bytes, dtype=np.dtype(kind), count=count, offset=at), at)
            for name, (kind, at, count) in json.loads(frame[checks:]).items()
        }

    def __contains__(self, name: str) -> bool:
        return name in self._views

    def __getitem__(self, name: str) -> Array:
        """Return a whole array."""
        if name not in self._whole:
            view, at = self._views[name]
            self._check(at, at + view.nbytes)
            self._whole[name] = view
        return self._whole[name]

    def size(self, name: str) -> int:
        """Return the number of elements of an array."""
        return len(self._views[name][0])

    def piece(self, name: str, start: int, *, end: int) -> Array:
        """Return a slice of an array; only the blocks that it lies in are touched."""
        view, at = self._views[name]
        width = view.itemsize
        first, last = at + start * width >> _BLOCK_BITS, at + end * width + _BLOCK - 1 >> _BLOCK_BITS
        if self._unchecked.find(1, first, last) >= 0:
            self._check(at + start * width, at + end * width)
        return view[start:end]

    def release(self) -> None:
        """Let go of the memory of what was read; it is mapped again when it is touched."""
        self._bytes.madvise(mmap.MADV_DONTNEED)

    def check(self) -> None:
        """Check all that was not touched yet."""
        self._check(0, self._length)

    def _check(self, start: int, end: int) -> None:
        first, last = start >> _BLOCK_BITS, (end + _BLOCK - 1) >> _BLOCK_BITS
        block = self._unchecked.find(1, first, last)
        while block >= 0:
            at = block << _BLOCK_BITS
            with memoryview(self._bytes)[at : min(at + _BLOCK, self._length)] as data:
                if zlib.crc32(data) != self._checks[block]:
                    raise self._damage("has other bytes than were written")
            self._unchecked[block] = 0
            block = self._unchecked.find(1, block + 1, last)

    def _damage(self, what: str) -> DamagedIndexError:
        return DamagedIndexError(self._file.parent, [f"{self._file.name} {what}"])
