"""Where sentences and paragraphs of folded bodies end, a byte for each sentence; what one person says in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.engine.whoosh.packed import ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.analysis.analyzer import AnalyzedTexts
    from indexer.document import Document
    from indexer.engine.whoosh.arrays import ArrayFile, ArrayFileWriter

    Array = NDArray[Any]

EXTENTS = "body/extents"
# What ends a sentence. A semicolon does not: 一是……；二是……。 is one.
_SENTENCE_ENDS = "。．｡！？!?…⋯"
_PARAGRAPH_END = "\n"
# Lengths in seven bits: this one says that the sentence goes on in the next byte.
_GOES_ON = 127
_ENDS_PARAGRAPH = 128


@dataclass(frozen=True, slots=True)
class Extents:
    """Places of one kind in the bodies of a segment, ascending and apart.

    Each lasts from a place `first` up to, but not including, `last`. Some are pieces of one: `numbers` says which
    (ascending), and `owners` in which document each number is.
    """

    first: Array
    last: Array
    numbers: Array
    owners: Array

    def find(self, places: Array, length: int) -> tuple[Array, Array]:
        """Return the numbers of the extents that hold texts of a length whole, and which of the texts these are."""
        if not len(self.first):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        at = np.searchsorted(self.first, places, side="right") - 1
        held = np.flatnonzero((at >= 0) & (places.astype(np.int64) + length <= self.last[at]))
        return self.numbers[at[held]], held


def write_extents(file: ArrayFileWriter, documents: list[Document], *, bodies: AnalyzedTexts) -> None:
    """Write where the sentences and paragraphs of some bodies end."""
    text = "".join(part for document in documents for part in (document.body, _PARAGRAPH_END))
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    covered = bodies.folded.places()[0]
    ends = np.flatnonzero(np.isin(points, np.array([ord(sign) for sign in _SENTENCE_ENDS], dtype=np.uint32))) + 1
    paragraphs = np.flatnonzero(points == ord(_PARAGRAPH_END)) + 1
    starts = bodies.starts.astype(np.int64)
    boundaries = starts[1:] - 1  # nothing begins where a text ends
    begins = np.unique(np.concatenate((np.searchsorted(covered, ends), np.searchsorted(covered, paragraphs), starts)))
    begins = begins[~np.isin(begins, np.setdiff1d(boundaries, starts))]
    of_paragraphs = np.union1d(np.searchsorted(covered, paragraphs), starts)
    file.append(EXTENTS, _pack(np.diff(begins), np.isin(begins[1:], of_paragraphs)))


def _pack(lengths: Array, ends_paragraph: Array) -> Array:
    """Return the lengths of sentences as bytes."""
    last = np.cumsum(lengths // _GOES_ON + 1) - 1
    packed = np.full(int(last[-1]) + 1 if len(last) else 0, _GOES_ON, dtype=np.uint8)
    packed[last] = lengths % _GOES_ON + np.where(ends_paragraph, _ENDS_PARAGRAPH, 0)
    return packed


def select_extents(packed: Array, starts: Array, *, kept: Array) -> Array:
    """Return the bytes of some documents, of those that the texts from each of `starts` on have."""
    bounds = np.searchsorted(_ends(packed), starts, side="right")
    bounds[0] = 0
    return packed[ranges(bounds[kept], np.diff(bounds)[kept])]


def _ends(packed: Array) -> Array:
    return np.cumsum(packed & _GOES_ON, dtype=np.int64)


def read_extents(file: ArrayFile, *, paragraphs: bool) -> tuple[Array, Array]:
    """Return where the sentences, or the paragraphs, begin and end."""
    packed = file[EXTENTS]
    whole = packed >= _ENDS_PARAGRAPH if paragraphs else packed & _GOES_ON != _GOES_ON
    last = _ends(packed)[whole].astype(np.uint32)
    return np.concatenate((np.zeros(min(1, len(last)), dtype=np.uint32), last[:-1])), last


def join_passages(owners: Array, speakers: Array, *, first: Array, last: Array) -> Extents:
    """Return what each speaker says in one go: passages that nobody else's words stand between are one."""
    other = np.ones(len(owners), dtype=np.bool_)
    other[1:] = (owners[1:] != owners[:-1]) | (speakers[1:] != speakers[:-1])
    return Extents(first, last, np.cumsum(other) - 1, owners[other])
