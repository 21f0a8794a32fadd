"""Ascending lists of numbers (documents, places) in few bytes, packed and unpacked whole by numpy.

A number is cut in two: its low byte (or two), and the rest, its step. A list is kept in one of three ways, whichever
is the shortest; its length alone says which, so nothing else does.

- short: the low parts and the steps of all numbers;
- long: the low parts, and one bit for each number and each step (Elias 1974, "Efficient storage and retrieval by
  content and address of static files");
- dense: one bit for each number that could be there.

Low parts of all short and long lists stand in one array, steps of the short ones in another, bits in a third. Where
the parts of a list begin follows from where its numbers would begin, less the numbers of long and dense lists before
it; a small table names these lists. Counts take four bits each; those from 15 stand in an array of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from indexer.engine.whoosh.arrays import ArrayFile, ArrayFileWriter

    Array = NDArray[Any]

LARGE_COUNT = 15
_SHORT, _LONG, _DENSE = range(3)
_ARANGE = np.arange(1 << 16, dtype=np.uint32)
# From here on it is quicker to look for the ends of the steps than for the numbers.
_MANY = 1 << 15
_NUMBERS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Packing:
    """How lists of numbers below `universe` are cut: `low_bits` (8 or 16) are the low part, the rest is the step."""

    universe: int
    low_bits: int

    @cached_property
    def steps(self) -> int:
        """Number of different steps."""
        return (max(self.universe, 1) - 1 >> self.low_bits) + 1

    @cached_property
    def step_type(self) -> np.dtype[Any]:
        """Type of a step."""
        return np.min_scalar_type(self.steps - 1)

    @cached_property
    def low_type(self) -> np.dtype[Any]:
        """Type of a low part."""
        return np.dtype(np.uint8 if self.low_bits == 8 else np.uint16)

    @cached_property
    def _widths(self) -> tuple[int, int]:
        return self.low_type.itemsize, self.step_type.itemsize

    @cached_property
    def dense_bytes(self) -> int:
        """Bytes that the bits of a dense list take."""
        return self.universe + 7 >> 3

    def long_bytes(self, size: Any) -> Any:
        """Return the bytes that the bits of long lists of some length (or lengths) take."""
        return size + self.steps + 7 >> 3

    def kind(self, size: int) -> int:
        """Return how a list of some length is kept."""
        costs = self._costs(size)
        return costs.index(min(costs))

    def kinds(self, sizes: Array) -> Array:
        """Return how lists of some lengths are kept."""
        kinds: Array = np.stack(np.broadcast_arrays(*self._costs(sizes))).argmin(axis=0)
        return kinds

    def special_bytes(self, sizes: Array, kinds: Array) -> Array:
        """Return the bytes that the bits of long and dense lists take."""
        return np.where(kinds == _LONG, self.long_bytes(sizes), self.dense_bytes)

    def _costs(self, size: Any) -> tuple[Any, Any, Any]:
        """Return the bytes of a list of some length (or lengths) kept short, long and dense; the first least wins."""
        low, step = self._widths
        return size * (low + step), size * low + self.long_bytes(size), self.dense_bytes


def _unpack_long(low: Array, bits: Array, *, shape: Packing) -> Array:
    size = len(low)
    bits = np.unpackbits(bits, count=size + shape.steps).view(np.bool_)
    if size < _MANY:
        values = np.flatnonzero(bits).astype(np.uint32)
        values -= _ARANGE[:size]
    else:
        ends = np.flatnonzero(~bits)
        values = np.repeat(np.arange(shape.steps, dtype=np.uint32), np.diff(ends, prepend=-1) - 1)
    values <<= np.uint32(shape.low_bits)
    values |= low
    return values


def ranges(starts: Array, sizes: Array) -> Array:
    """Return the numbers from each start on, as many as its size says, one range after the other."""
    found: Array = np.arange(int(sizes.sum()), dtype=np.int64)
    found += np.repeat(starts - _starts(sizes), sizes)
    return found


def chunks(sizes: Array) -> Iterator[tuple[int, int]]:
    """Yield ranges of lists that hold some two million numbers together."""
    ends = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        before = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + _NUMBERS_AT_ONCE, side="right")))
        yield first, last
        first = last


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
    """Appends lists to a file of arrays, under the names `group/low`, `group/steps` and so on.

    `most` bounds how many numbers are written in all; it decides the width of the places.
    """

    def __init__(self, file: ArrayFileWriter, group: str, *, shape: Packing, most: int, counted: bool) -> None:
        self._file, self._group, self._shape = file, group, shape
        self._place = np.dtype(np.uint32 if most < 1 << 29 else np.uint64)  # no list takes 8 bytes a number
        self._lists = self._written = self._special = self._dense = self._bits = 0
        self._odd = np.empty(0, dtype=np.uint8)
        byte, number = np.dtype(np.uint8), np.dtype(np.uint32)
        empty = {"low": shape.low_type, "steps": shape.step_type, "bits": byte, "special": number}
        empty |= dict.fromkeys(("special_before", "dense_before", "special_bits"), self._place)
        if counted:
            empty |= {"counts": byte, "large": number, "large_at": self._place}
        for name, kind in empty.items():
            self._append(name, np.empty(0, dtype=kind))
        self._append("starts", np.zeros(1, dtype=self._place))

    def add(self, values: Array, sizes: Array, *, counts: Array | None = None) -> None:
        """Append lists that follow each other in `values`, each as long as `sizes` says."""
        shape = self._shape
        kinds = shape.kinds(sizes)
        short, dense = np.repeat(kinds == _SHORT, sizes), np.repeat(kinds == _DENSE, sizes)
        has_dense = bool(dense.any())
        self._append("low", (values[~dense] if has_dense else values).astype(shape.low_type))
        self._append("steps", (values >> shape.low_bits).astype(shape.step_type)[short])
        special = np.flatnonzero(kinds)
        own_sizes = sizes[special]
        bit_sizes = shape.special_bytes(own_sizes, kinds[special])
        bit_starts = np.cumsum(bit_sizes) - bit_sizes
        # A number of a dense list has the bit of its own; one of a long list that of its step, behind those before it.
        kept = values[~short].astype(np.int64)
        bits = (kept >> shape.low_bits) + ranges(np.zeros_like(own_sizes), own_sizes)
        if has_dense:
            bits = np.where(dense[~short], kept, bits)
        flags = np.zeros(int(bit_sizes.sum()) * 8, dtype=np.uint8)
        flags[bits + np.repeat(bit_starts * 8, own_sizes)] = 1
        self._append("bits", np.packbits(flags))
        self._append("special", (special + self._lists).astype(np.uint32))
        dense_sizes = own_sizes * (kinds[special] == _DENSE)
        self._append("special_before", self._before(own_sizes, self._special))
        self._append("dense_before", self._before(dense_sizes, self._dense))
        self._append("special_bits", (self._bits + bit_starts).astype(self._place))
        self._append("starts", (self._written + np.cumsum(sizes)).astype(self._place))
        if counts is not None:
            self._add_counts(counts)
        self._lists += len(sizes)
        self._special += int(own_sizes.sum())
        self._dense += int(dense_sizes.sum())
        self._bits += int(bit_sizes.sum())
        self._written += len(values)

    def close(self) -> None:
        """Write the last count."""
        if len(self._odd):
            self._append("counts", pack_counts(np.append(self._odd, np.uint8(0))))

    def _add_counts(self, counts: Array) -> None:
        large = np.flatnonzero(counts >= LARGE_COUNT)
        self._append("large", counts[large].astype(np.uint32))
        self._append("large_at", (large + self._written).astype(self._place))
        small = np.concatenate((self._odd, np.minimum(counts, LARGE_COUNT).astype(np.uint8)))
        whole = len(small) // 2 * 2
        self._append("counts", pack_counts(small[:whole]))
        self._odd = small[whole:]

    def _before(self, sizes: Array, known: int) -> Array:
        ends: Array = np.cumsum(sizes) - sizes + known
        return ends.astype(self._place)

    def _append(self, name: str, array: Array) -> None:
        self._file.append(f"{self._group}/{name}", array)


class Lists:
    """The lists of a group, read from a file of arrays."""

    def __init__(self, file: ArrayFile, group: str, *, shape: Packing) -> None:
        self._file, self._group, self.shape = file, group, shape
        self._low, self._steps, self._bits = f"{group}/low", f"{group}/steps", f"{group}/bits"
        self._counts = f"{group}/counts"

    def __len__(self) -> int:
        return self._file.size(f"{self._group}/starts") - 1

    # Small tables that every look-up needs.

    @cached_property
    def _starts(self) -> Array:
        return self._file[f"{self._group}/starts"]

    @cached_property
    def _special(self) -> Array:
        return self._file[f"{self._group}/special"]

    @cached_property
    def _special_before(self) -> Array:
        return self._file[f"{self._group}/special_before"]

    @cached_property
    def _dense_before(self) -> Array:
        return self._file[f"{self._group}/dense_before"]

    @cached_property
    def _special_bits(self) -> Array:
        return self._file[f"{self._group}/special_bits"]

    def sizes(self) -> Array:
        """Return the length of every list."""
        return np.diff(self._starts.astype(np.int64))

    def size(self, at: int) -> int:
        """Return the length of a list."""
        return int(self._starts[at + 1]) - int(self._starts[at])

    def values(self, at: int) -> Array:
        """Return a list."""
        start, end = int(self._starts[at]), int(self._starts[at + 1])
        size, shape = end - start, self.shape
        kind = shape.kind(size)
        special, special_before, dense_before = self._count_special(at)
        if kind == _DENSE:
            bits = self._read_bits(special, shape.dense_bytes)
            return np.flatnonzero(np.unpackbits(bits, count=shape.universe).view(np.bool_)).astype(np.uint32)
        low = self._file.piece(self._low, start - dense_before, end=end - dense_before)
        if kind == _LONG:
            return _unpack_long(low, self._read_bits(special, shape.long_bytes(size)), shape=shape)
        values = self._file.piece(self._steps, start - special_before, end=end - special_before).astype(np.uint32)
        values <<= np.uint32(shape.low_bits)
        values |= low
        return values

    def counts(self, at: int) -> Array:
        """Return the counts of a list."""
        return self._read_counts(int(self._starts[at]), int(self._starts[at + 1]))

    def many_values(self, first: int, last: int) -> tuple[Array, Array]:
        """Return the lists from `first` up to `last`, one after the other, and their lengths."""
        starts = self._starts[first : last + 1].astype(np.int64)
        sizes, shape = np.diff(starts), self.shape
        kinds = shape.kinds(sizes)
        of_number = np.repeat(kinds, sizes)
        special, special_before, dense_before = self._count_special(first)
        short, dense = of_number == _SHORT, of_number == _DENSE
        begin = int(starts[0])
        values = np.zeros(len(of_number), dtype=np.uint32)
        first = begin - special_before
        values[short] = self._file.piece(self._steps, first, end=first + int(short.sum()))
        own = np.flatnonzero(kinds)
        bit_sizes = shape.special_bytes(sizes[own], kinds[own])
        ones = np.flatnonzero(np.unpackbits(self._read_bits(special, int(bit_sizes.sum()))).view(np.bool_))
        ones -= np.repeat((np.cumsum(bit_sizes) - bit_sizes) * 8, sizes[own])
        ones -= np.where(np.repeat(kinds[own] == _LONG, sizes[own]), ranges(np.zeros_like(own), sizes[own]), 0)
        values[~short] = ones
        first = begin - dense_before
        values[~dense] <<= np.uint32(shape.low_bits)
        values[~dense] |= self._file.piece(self._low, first, end=first + int((~dense).sum()))
        return values, sizes

    def sizes_of(self, at: Array) -> Array:
        """Return the lengths of some lists."""
        sizes: Array = self._starts[at + 1].astype(np.int64) - self._starts[at]
        return sizes

    def values_of(self, at: Array) -> tuple[Array, Array]:
        """Return some lists (ascending), one after the other, and their lengths."""
        if len(at) and at[-1] - at[0] == len(at) - 1:
            return self.many_values(int(at[0]), int(at[-1]) + 1)
        sizes = self.sizes_of(at)
        kinds = self.shape.kinds(sizes)
        values = np.empty(int(sizes.sum()), dtype=np.uint32)
        ends = np.cumsum(sizes)
        short = np.flatnonzero(kinds == _SHORT)
        _, special_before, dense_before = self._count_specials(at[short])
        starts, own = self._starts[at[short]].astype(np.int64), sizes[short]
        read = self._file[self._steps][ranges(starts - special_before, own)].astype(np.uint32)
        read <<= np.uint32(self.shape.low_bits)
        read |= self._file[self._low][ranges(starts - dense_before, own)]
        values[ranges(ends[short] - own, own)] = read
        for which in np.flatnonzero(kinds != _SHORT).tolist():
            values[ends[which] - sizes[which] : ends[which]] = self.values(int(at[which]))
        return values, sizes

    def many_counts(self, first: int, last: int) -> Array:
        """Return the counts of the lists from `first` up to `last`."""
        return self._read_counts(int(self._starts[first]), int(self._starts[last]))

    def release(self) -> None:
        """Let go of the memory of what was read."""
        self._file.release()

    def _count_special(self, at: int) -> tuple[int, int, int]:
        """Return how many special lists stand before a list, and how many numbers special and dense ones hold."""
        known = self._special
        special = int(known.searchsorted(np.uint32(at)))
        if special < len(known):
            return special, int(self._special_before[special]), int(self._dense_before[special])
        if not special:
            return 0, 0, 0
        size = self.size(int(known[-1]))
        dense = size if self.shape.kind(size) == _DENSE else 0
        return special, int(self._special_before[-1]) + size, int(self._dense_before[-1]) + dense

    def _count_specials(self, at: Array) -> tuple[Array, Array, Array]:
        """Return the same for some lists."""
        special = self._special.searchsorted(at.astype(np.uint32))
        last = self._count_special(len(self))
        before, dense = (
            np.append(known, np.int64(end)).astype(np.int64)
            for known, end in ((self._special_before, last[1]), (self._dense_before, last[2]))
        )
        return special, before[special], dense[special]

    def _read_bits(self, special: int, size: int) -> Array:
        if not size:
            return np.empty(0, dtype=np.uint8)
        start = int(self._special_bits[special])
        return self._file.piece(self._bits, start, end=start + size)

    def _read_counts(self, start: int, end: int) -> Array:
        packed = self._file.piece(self._counts, start >> 1, end=end + 1 >> 1)
        counts = unpack_counts(packed)[start & 1 : (start & 1) + end - start]
        if not len(counts) or counts.max() < LARGE_COUNT:
            return counts
        large_at = self._file[f"{self._group}/large_at"]
        kind = large_at.dtype.type
        first, last = np.searchsorted(large_at, [kind(start), kind(end)]).tolist()
        wide = counts.astype(np.uint32)
        wide[large_at[first:last].astype(np.int64) - start] = self._file.piece(f"{self._group}/large", first, end=last)
        return wide
