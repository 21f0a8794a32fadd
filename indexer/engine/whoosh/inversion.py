"""A batch of texts -> posting arrays, inverted whole with a sort instead of term by term."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis.normalize import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from indexer.analysis.analyzer import AnalyzedText

    Array = NDArray[np.int64]
    Numbers = NDArray[Any]  # documents, counts, positions: unsigned, as narrow as they are stored
    Triple = tuple[Array, Numbers, Numbers]

# A pair of characters as one number: 21 bits each, in the order of their UTF-8 text.
_CHARACTER_BITS = 21
_DOCUMENT_BITS = 32


@dataclass(frozen=True, slots=True)
class Postings:
    """Postings of one kind of terms, ordered by term, document, position.

    `terms` are numbers (characters, pairs) or UTF-8 texts; the postings of term i are documents and counts from
    `starts[i]` to `starts[i + 1]`; its positions, where the kind has them, from `places[i]` to `places[i + 1]`.
    """

    terms: Array | list[bytes]
    starts: Array
    documents: Numbers
    counts: Numbers
    places: Array | None = None
    positions: Numbers | None = None


def code_of(text: str) -> int:
    """Return the number of a character or of a pair."""
    code = 0
    for character in text:
        code = code << _CHARACTER_BITS | ord(character)
    return code


class FieldBatch:
    """The postings of one field for the documents of a new segment, in the order of their numbers."""

    def __init__(self) -> None:
        self._vocabulary: dict[str, int] = {}
        # Each list holds (terms, documents, counts or positions) of a document or of a merged segment.
        self._words: list[Triple] = []
        self._characters: list[Triple] = []
        self._pairs: list[Triple] = []

    def add(self, document: int, text: AnalyzedText) -> None:
        """Add the text of a document."""
        self._words.append(_owned(self._number(text.words), document, None))
        codes = np.frombuffer(text.folded.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
        self._characters.append(_owned(codes[codes != ord(SEPARATOR)], document, None))
        pairs = codes[:-1] << _CHARACTER_BITS | codes[1:]
        self._pairs.append(_owned(pairs, document, np.arange(len(pairs), dtype=np.uint32)))

    def add_words(self, texts: list[str], owners: Array, documents: Numbers, counts: Numbers) -> None:
        """Add postings of a merged segment: its words, and for each posting which of them it is of."""
        self._words.append((self._number(texts)[owners], documents, counts))

    def add_characters(self, codes: Array, documents: Numbers, counts: Numbers) -> None:
        """Add postings of a merged segment."""
        self._characters.append((codes, documents, counts))

    def add_pairs(self, codes: Array, documents: Numbers, positions: Numbers) -> None:
        """Add places of a merged segment, ordered by pair, document and position."""
        self._pairs.append((codes, documents, positions))

    def invert(self) -> Iterator[tuple[str, Postings]]:
        """Yield the postings of words, characters and pairs; the batch is used up by that."""
        yield "words", self._invert_words()
        yield "characters", _sum(*_join(self._characters))
        yield "pairs", _place(*_join(self._pairs))

    def _number(self, words: list[str]) -> Array:
        vocabulary = self._vocabulary
        return np.array([vocabulary.setdefault(word, len(vocabulary)) for word in words], dtype=np.int64)

    def _invert_words(self) -> Postings:
        texts = sorted((word.encode("utf-8", "surrogatepass"), number) for word, number in self._vocabulary.items())
        ranks = np.empty(len(texts), dtype=np.int64)
        ranks[[number for _, number in texts]] = np.arange(len(texts))
        words, documents, counts = _join(self._words)
        found = _sum(ranks[words], documents, counts)
        # Every word has a posting, unless its documents were deleted before a merge.
        assert not isinstance(found.terms, list)
        return Postings([texts[rank][0] for rank in found.terms.tolist()], found.starts, found.documents, found.counts)


def _owned(terms: Array, document: int, values: Numbers | None) -> Triple:
    ones = np.ones(len(terms), dtype=np.uint32)
    return terms, np.full(len(terms), document, dtype=np.uint32), ones if values is None else values


def _join(parts: list[Triple]) -> Triple:
    """Join the parts of a batch and free them."""
    if not parts:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint32), np.empty(0, dtype=np.uint32)
    terms, documents, values = (np.concatenate(column) for column in zip(*parts, strict=True))
    parts.clear()
    return terms, documents, values


def _sum(terms: Array, documents: Numbers, counts: Numbers) -> Postings:
    """Sum the counts of each term in each document."""
    keys = terms << _DOCUMENT_BITS | documents
    order = np.argsort(keys)
    keys, counts = keys[order], counts[order]
    first = _firsts(keys)
    sums = np.add.reduceat(counts, first) if len(first) else counts
    return _postings(keys[first] >> _DOCUMENT_BITS, keys[first] & ((1 << _DOCUMENT_BITS) - 1), sums)


def _place(pairs: Array, documents: Numbers, positions: Numbers) -> Postings:
    """Order places by pair; documents and positions of a pair ascend already, so a stable sort keeps them so."""
    order = np.argsort(pairs, kind="stable")
    pairs, documents, positions = pairs[order], documents[order], positions[order]
    first = np.flatnonzero(_changes(pairs) | _changes(documents))
    found = _postings(pairs[first], documents[first], np.diff(np.append(first, len(pairs))))
    places = np.append(0, np.cumsum(found.counts, dtype=np.int64))[found.starts]
    return Postings(found.terms, found.starts, found.documents, found.counts, places, positions)


def _postings(terms: Array, documents: Numbers, counts: Numbers) -> Postings:
    first = _firsts(terms)
    return Postings(terms[first], np.append(first, len(terms)), documents, counts)


def _firsts(values: Numbers) -> Array:
    return np.flatnonzero(_changes(values))


def _changes(values: Numbers) -> NDArray[np.bool_]:
    if not len(values):
        return np.empty(0, dtype=np.bool_)
    return np.concatenate(([True], values[1:] != values[:-1]))
