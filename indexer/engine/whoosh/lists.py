"""Ascending lists of numbers (documents, places) in few bytes, packed and unpacked whole by numpy.

Every number is cut in two: its low byte (or two) is stored as it is, its high part in one of two ways, whichever is
shorter for the list: as one or two bytes, or as Elias and Fano do (Elias 1974, "Efficient storage and retrieval by
content and address"): one bit for each number, one for each step of the high part. Which way follows from the length
of the list, so nothing says it. Counts take four bits each, and those from 15 stand in a list of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.engine.whoosh.arrays import ArrayFile, ArrayFileWriter

    Array = NDArray[Any]

LARGE_COUNT = 15
_ARANGE = np.arange(1 << 16, dtype=np.uint32)
# From here on it is quicker to look for the steps of the high part than for the numbers.
_MANY = 1 << 15


@dataclass(frozen=True, slots=True)
class Shape:
    """How lists of numbers below `universe` are cut: `low_bits` (8 or 16) stored whole, the rest as steps."""

    universe: int
    low_bits: int

    @property
    def steps(self) -> int:
        """Number of different high parts."""
        return (max(self.universe, 1) - 1 >> self.low_bits) + 1

    @property
    def width(self) -> int:
        """Bytes of a high part that is stored as it is."""
        return 0 if self.steps == 1 else 1 if self.steps <= 1 << 8 else 2 if self.steps <= 1 << 16 else 4

    @property
    def low_type(self) -> np.dtype[Any]:
        """Type of the low parts."""
        return np.dtype(np.uint8 if self.low_bits == 8 else np.uint16)

    def high_bytes(self, sizes: Array) -> tuple[Array, Array]:
        """Return for lists of some lengths the bytes of their high parts, and which of them are kept as bits."""
        plain, bits = sizes * self.width, sizes + self.steps + 7 >> 3
        return np.minimum(plain, bits), bits < plain


def pack(values: Array, sizes: Array, shape: Shape) -> tuple[Array, Array, Array]:
    """Pack lists that follow each other; return low parts, bytes of the high parts, and their number for each list."""
    low = values.astype(shape.low_type)
    high_sizes, as_bits = shape.high_bytes(sizes)
    packed = np.zeros(int(high_sizes.sum()), dtype=np.uint8)
    if shape.width:
        highs = values >> shape.low_bits
        of_bits = np.repeat(as_bits, sizes)
        bytes_of_bits = np.repeat(as_bits, high_sizes)
        packed[~bytes_of_bits] = highs[~of_bits].astype(f"<u{shape.width}").view(np.uint8)
        starts = _starts(high_sizes[as_bits]) * 8
        ones = highs[of_bits].astype(np.int64) + ranges(starts, sizes[as_bits])
        bits = np.zeros(int(high_sizes[as_bits].sum()) * 8, dtype=np.uint8)
        bits[ones] = 1
        packed[bytes_of_bits] = np.packbits(bits)
    return low, packed, high_sizes


def unpack(low: Array, high: Array, shape: Shape) -> Array:
    """Unpack one list."""
    size = len(low)
    if not shape.width:
        return low.astype(np.uint32)
    if len(high) == size * shape.width:
        values = high.view(f"<u{shape.width}").astype(np.uint32)
    else:
        bits = np.unpackbits(high, count=size + shape.steps)
        if size < _MANY:
            values = np.flatnonzero(bits).astype(np.uint32)
            values -= _ARANGE[:size]
        else:
            ends = np.flatnonzero(bits == 0)
            values = np.repeat(np.arange(shape.steps, dtype=np.uint32), np.diff(ends, prepend=-1) - 1)
    values <<= np.uint32(shape.low_bits)
    values |= low
    return values


def unpack_lists(low: Array, high: Array, sizes: Array, shape: Shape) -> Array:
    """Unpack lists that follow each other."""
    if not shape.width:
        return low.astype(np.uint32)
    high_sizes, as_bits = shape.high_bytes(sizes)
    of_bits = np.repeat(as_bits, sizes)
    bytes_of_bits = np.repeat(as_bits, high_sizes)
    values = np.empty(len(low), dtype=np.uint32)
    values[~of_bits] = high[~bytes_of_bits].view(f"<u{shape.width}")
    ones = np.flatnonzero(np.unpackbits(high[bytes_of_bits]))
    values[of_bits] = ones - ranges(_starts(high_sizes[as_bits]) * 8, sizes[as_bits])
    values <<= np.uint32(shape.low_bits)
    values |= low
    return values


def ranges(starts: Array, sizes: Array) -> Array:
    """Return the numbers from each start on, as many as its size says, one range after the other."""
    found: Array = np.arange(int(sizes.sum()), dtype=np.int64)
    found += np.repeat(starts - _starts(sizes), sizes)
    return found


def _starts(sizes: Array) -> Array:
    ends: Array = np.cumsum(sizes, dtype=np.int64)
    return ends - sizes


def pack_counts(counts: Array) -> Array:
    """Pack an even number of counts, two in a byte."""
    small = np.minimum(counts, LARGE_COUNT).astype(np.uint8)
    packed: Array = small[0::2] | small[1::2] << 4
    return packed


def unpack_counts(packed: Array) -> Array:
    """Unpack counts; LARGE_COUNT stands for itself and more."""
    counts = np.empty(2 * len(packed), dtype=np.uint8)
    np.bitwise_and(packed, 15, out=counts[0::2])
    np.right_shift(packed, 4, out=counts[1::2])
    return counts


class ListsWriter:
    """Appends lists to a file of arrays, under the names `group/low`, `group/high` and so on.

    `most` bounds how many numbers are written in all; it decides the width of the places.
    """

    def __init__(self, file: ArrayFileWriter, group: str, shape: Shape, most: int, *, counted: bool) -> None:
        self._file, self._group, self._shape, self._counted = file, group, shape, counted
        self._places = np.dtype(np.uint32 if most * max(shape.width, 1) < 1 << 32 else np.uint64)
        self._written = self._high_written = 0
        self._odd = np.empty(0, dtype=np.uint8)
        self._append("starts", np.zeros(1, dtype=self._places))
        self._append("high_starts", np.zeros(1, dtype=self._places))
        self._append("low", np.empty(0, dtype=shape.low_type))
        self._append("high", np.empty(0, dtype=np.uint8))
        if counted:
            self._append("counts", np.empty(0, dtype=np.uint8))
            self._append("large", np.empty(0, dtype=np.uint32))
            self._append("large_at", np.empty(0, dtype=self._places))

    def add(self, values: Array, sizes: Array, counts: Array | None = None) -> None:
        """Append lists that follow each other in `values`, each as long as `sizes` says."""
        low, high, high_sizes = pack(values, sizes, self._shape)
        self._append("low", low)
        self._append("high", high)
        self._append("starts", (self._written + np.cumsum(sizes)).astype(self._places))
        self._append("high_starts", (self._high_written + np.cumsum(high_sizes)).astype(self._places))
        if counts is not None:
            large = np.flatnonzero(counts >= LARGE_COUNT)
            self._append("large", counts[large].astype(np.uint32))
            self._append("large_at", (large + self._written).astype(self._places))
            small = np.concatenate((self._odd, np.minimum(counts, LARGE_COUNT).astype(np.uint8)))
            whole = len(small) // 2 * 2
            self._append("counts", pack_counts(small[:whole]))
            self._odd = small[whole:]
        self._written += len(values)
        self._high_written += len(high)

    def close(self) -> None:
        """Write the last count."""
        if len(self._odd):
            self._append("counts", pack_counts(np.append(self._odd, np.uint8(0))))

    def _append(self, name: str, array: Array) -> None:
        self._file.append(f"{self._group}/{name}", array)


class Lists:
    """The lists of a group, read from a file of arrays."""

    def __init__(self, file: ArrayFile, group: str, shape: Shape) -> None:
        self._file, self.shape = file, shape
        self._starts, self._high_starts = f"{group}/starts", f"{group}/high_starts"
        self._low, self._high = f"{group}/low", f"{group}/high"
        self._counts, self._large, self._large_at = f"{group}/counts", f"{group}/large", f"{group}/large_at"

    def __len__(self) -> int:
        return self._file.size(self._starts) - 1

    def sizes(self) -> Array:
        """Return the length of every list."""
        return np.diff(self._file[self._starts].astype(np.int64))

    def size(self, at: int) -> int:
        """Return the length of a list."""
        start, end = self._file.piece(self._starts, at, at + 2).tolist()
        return int(end - start)

    def values(self, at: int) -> Array:
        """Return a list."""
        start, end = self._file.piece(self._starts, at, at + 2).tolist()
        low = self._file.piece(self._low, start, end)
        high_start, high_end = self._file.piece(self._high_starts, at, at + 2).tolist()
        return unpack(low, self._file.piece(self._high, high_start, high_end), self.shape)

    def counts(self, at: int) -> Array:
        """Return the counts of a list."""
        start, end = self._file.piece(self._starts, at, at + 2).tolist()
        return self._read_counts(start, end)

    def many_values(self, first: int, last: int) -> tuple[Array, Array]:
        """Return the lists from `first` up to `last`, one after the other, and their lengths."""
        starts = self._file.piece(self._starts, first, last + 1).astype(np.int64)
        low = self._file.piece(self._low, int(starts[0]), int(starts[-1]))
        high_start = int(self._file.piece(self._high_starts, first, first + 1)[0])
        high_end = int(self._file.piece(self._high_starts, last, last + 1)[0])
        sizes = np.diff(starts)
        return unpack_lists(low, self._file.piece(self._high, high_start, high_end), sizes, self.shape), sizes

    def many_counts(self, first: int, last: int) -> Array:
        """Return the counts of the lists from `first` up to `last`."""
        start = int(self._file.piece(self._starts, first, first + 1)[0])
        end = int(self._file.piece(self._starts, last, last + 1)[0])
        return self._read_counts(start, end)

    def _read_counts(self, start: int, end: int) -> Array:
        packed = self._file.piece(self._counts, start >> 1, end + 1 >> 1)
        counts = unpack_counts(packed)[start & 1 : (start & 1) + end - start]
        if not (counts == LARGE_COUNT).any():
            return counts
        large_at = self._file[self._large_at]
        kind = large_at.dtype.type
        first, last = np.searchsorted(large_at, [kind(start), kind(end)]).tolist()
        wide = counts.astype(np.uint32)
        wide[large_at[first:last].astype(np.int64) - start] = self._file.piece(self._large, first, last)
        return wide
