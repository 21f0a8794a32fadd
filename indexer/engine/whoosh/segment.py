"""The posting arrays of one segment: written beside Whoosh's own files, found by term."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.engine.evaluate import Counts, Positions
from indexer.engine.whoosh.arrays import map_arrays, write_arrays
from indexer.engine.whoosh.inversion import FieldBatch, code_of
from indexer.query import TEXT_FIELDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.engine.whoosh.inversion import Postings

    Array = NDArray[np.int64]

ENDING = ".arrays"
_NOTHING = np.empty(0, dtype=np.int64)


def write_segment(stream: Any, batches: dict[str, FieldBatch]) -> None:
    """Invert the batches of all text fields and write their arrays."""
    arrays: dict[str, NDArray[Any]] = {}
    for field, batch in batches.items():
        for kind, postings in batch.invert():
            for name, array in _arrays_of(postings).items():
                arrays[f"{field}/{kind}/{name}"] = array
    write_arrays(stream, arrays)


def _arrays_of(postings: Postings) -> dict[str, NDArray[Any]]:
    arrays: dict[str, NDArray[Any]] = {
        "starts": postings.starts,
        "documents": postings.documents,
        "counts": postings.counts,
    }
    if isinstance(postings.terms, list):
        arrays["texts"] = np.frombuffer(b"".join(postings.terms), dtype=np.uint8)
        arrays["ends"] = np.cumsum([len(text) for text in postings.terms], dtype=np.int64)
    else:
        arrays["terms"] = postings.terms
    if postings.places is not None and postings.positions is not None:
        arrays |= {"places": postings.places, "positions": postings.positions}
    return {name: _narrow(array) for name, array in arrays.items()}


def _narrow(values: NDArray[Any]) -> NDArray[Any]:
    """Store whole numbers in as few bytes as the largest needs; a segment's documents mostly fit two."""
    return values.astype(np.min_scalar_type(values.max(initial=0)))


@dataclass(frozen=True, slots=True)
class SegmentPostings:
    """The mapped arrays of one segment whose documents are numbered from `offset` in the whole index."""

    arrays: dict[str, NDArray[Any]]
    offset: int

    def counts(self, field: str, kind: str, term: str) -> Counts:
        """Return documents and counts of a word or character."""
        at = self._find(f"{field}/{kind}", term)
        if at < 0:
            return Counts(_NOTHING, _NOTHING)
        documents, counts = self._postings(f"{field}/{kind}", at)
        return Counts(documents + self.offset, counts)

    def positions(self, field: str, pair: str) -> Positions:
        """Return every place of a pair."""
        group = f"{field}/pairs"
        at = self._find(group, pair)
        if at < 0:
            return Positions(_NOTHING)
        documents, counts = self._postings(group, at)
        places = self.arrays[f"{group}/places"]
        positions = self.arrays[f"{group}/positions"][places[at] : places[at + 1]]
        return Positions(np.repeat(documents + self.offset, counts) << 32 | positions.astype(np.int64))

    def feed(self, field: str, batch: FieldBatch, numbers: Array) -> None:
        """Add the postings of a field to the batch of a new segment; `numbers` are the new numbers, -1 for deleted."""
        owners, documents, counts = self._renumbered(f"{field}/words", numbers)
        batch.add_words(self._word_texts(field), owners, documents, counts)
        owners, documents, counts = self._renumbered(f"{field}/characters", numbers)
        batch.add_characters(self._codes(f"{field}/characters")[owners], documents, counts)
        group = f"{field}/pairs"
        codes = np.repeat(self._codes(group), np.diff(self.arrays[f"{group}/places"]))
        places = np.repeat(numbers[self.arrays[f"{group}/documents"]], self.arrays[f"{group}/counts"])
        kept = places >= 0
        positions = self.arrays[f"{group}/positions"][kept].astype(np.uint32)
        batch.add_pairs(codes[kept], places[kept].astype(np.uint32), positions)

    def _renumbered(self, group: str, numbers: Array) -> tuple[Array, NDArray[Any], NDArray[Any]]:
        """Return for each posting that is kept the index of its term, its new document number and its count."""
        starts = self.arrays[f"{group}/starts"]
        documents = numbers[self.arrays[f"{group}/documents"]]
        kept = documents >= 0
        owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))[kept]
        counts = self.arrays[f"{group}/counts"][kept].astype(np.uint32)
        return owners, documents[kept].astype(np.uint32), counts

    def _postings(self, group: str, at: int) -> tuple[Array, Array]:
        starts = self.arrays[f"{group}/starts"]
        piece = slice(starts[at], starts[at + 1])
        return self.arrays[f"{group}/documents"][piece].astype(np.int64), self.arrays[f"{group}/counts"][piece].astype(
            np.int64
        )

    def _codes(self, group: str) -> Array:
        return self.arrays[f"{group}/terms"].astype(np.int64)

    def _find(self, group: str, term: str) -> int:
        """Return the index of a term, or -1."""
        if f"{group}/terms" in self.arrays:
            return _find_code(self.arrays[f"{group}/terms"], code_of(term))
        return self._find_text(group, term.encode("utf-8", "surrogatepass"))

    def _find_text(self, group: str, sought: bytes) -> int:
        texts, ends = self.arrays[f"{group}/texts"], self.arrays[f"{group}/ends"]
        low, high = 0, len(ends)
        while low < high:
            middle = (low + high) // 2
            if texts[ends[middle - 1] if middle else 0 : ends[middle]].tobytes() < sought:
                low = middle + 1
            else:
                high = middle
        found = low < len(ends) and texts[ends[low - 1] if low else 0 : ends[low]].tobytes() == sought
        return low if found else -1

    def _word_texts(self, field: str) -> list[str]:
        texts = self.arrays[f"{field}/words/texts"].tobytes()
        ends = self.arrays[f"{field}/words/ends"].tolist()
        bounds = pairwise([0, *ends])
        return [texts[start:end].decode("utf-8", "surrogatepass") for start, end in bounds]


def _find_code(terms: NDArray[Any], code: int) -> int:
    if code > np.iinfo(terms.dtype).max:
        return -1
    sought = terms.dtype.type(code)  # of the same type: a plain int would have numpy convert the whole mapped array
    at = int(np.searchsorted(terms, sought))
    return at if at < len(terms) and terms[at] == sought else -1


def open_segment(folder: str, segment: Any, offset: int) -> SegmentPostings:
    """Map the posting arrays of a Whoosh segment."""
    return SegmentPostings(map_arrays(Path(folder) / segment.make_filename(ENDING)), offset)


def new_batches() -> dict[str, FieldBatch]:
    """Return an empty batch for each text field."""
    return {field: FieldBatch() for field in TEXT_FIELDS}
