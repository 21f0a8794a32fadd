"""Analysed texts -> postings, inverted whole with a sort of packed numbers instead of term by term."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis.normalize import BOUNDARY
from indexer.engine.whoosh.packed import ranges
from indexer.engine.whoosh.terms import encode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.analysis.analyzer import AnalyzedTexts

    Array = NDArray[Any]

_DOCUMENT_BITS = 32
# Pairs that occur this often get postings of their own: telling the documents of many places apart takes long.
COMMON = 4096


@dataclass(frozen=True, slots=True)
class Postings:
    """Documents of some terms that follow each other, how many each has, and how often it occurs in each."""

    documents: Array
    sizes: Array
    counts: Array


def invert_words(texts: AnalyzedTexts) -> tuple[list[bytes], Postings]:
    """Return the words, sorted, and their postings."""
    encoded = [encode(word) for word in texts.vocabulary]
    order = sorted(range(len(encoded)), key=encoded.__getitem__)
    ranks = np.empty(len(order), dtype=np.uint64)
    ranks[order] = np.arange(len(order), dtype=np.uint64)
    keys = ranks[texts.words] << np.uint64(_DOCUMENT_BITS) | texts.owners
    return [encoded[number] for number in order], _count(keys, len(order))


def rank_characters(characters: Array) -> tuple[Array, Array]:
    """Return the different characters, sorted (BOUNDARY, the last of them, left out), and the rank of each one."""
    table = np.zeros(0x110000, dtype=np.uint32)
    table[characters] = 1
    alphabet = np.flatnonzero(table)
    table[alphabet] = np.arange(len(alphabet), dtype=np.uint32)
    if len(alphabet) and alphabet[-1] == ord(BOUNDARY):
        alphabet = alphabet[:-1]
    return alphabet.astype(np.uint32), table[characters]


def invert_characters(ranks: Array, starts: Array, *, alphabet: int) -> Postings:
    """Return the postings of every character."""
    owners = np.repeat(np.arange(len(starts) - 1, dtype=np.uint64), np.diff(starts))
    keys = ranks.astype(np.uint64) << np.uint64(_DOCUMENT_BITS) | owners
    return _count(keys[ranks < alphabet], alphabet)


def invert_pairs(ranks: Array, alphabet: int) -> tuple[Array, Array, Array]:
    """Return the pairs of neighbours, sorted, how often each occurs, and where."""
    rank_bits, place_bits = max(alphabet - 1, 1).bit_length(), max(len(ranks) - 1, 1).bit_length()
    whole = np.flatnonzero((ranks[:-1] < alphabet) & (ranks[1:] < alphabet)).astype(np.uint64)
    firsts, seconds = ranks[whole].astype(np.uint64), ranks[whole + np.uint64(1)].astype(np.uint64)
    if 2 * rank_bits + place_bits <= 64:
        keys = (firsts << np.uint64(rank_bits) | seconds) << np.uint64(place_bits) | whole
        keys.sort()
        places = keys & np.uint64((1 << place_bits) - 1)
        pairs = keys >> np.uint64(place_bits)
    else:  # a single text of many millions of characters, most of them different
        pairs = firsts << np.uint64(rank_bits) | seconds
        order = np.argsort(pairs, kind="stable")
        pairs, places = pairs[order], whole[order]
    first = _firsts(pairs)
    sizes = np.diff(np.append(first, len(pairs)))
    codes = pair_codes(
        pairs[first] >> np.uint64(rank_bits), pairs[first] & np.uint64((1 << rank_bits) - 1), alphabet=alphabet
    )
    return codes, sizes, places.astype(np.uint32)


def pair_codes(firsts: Array, seconds: Array, *, alphabet: int) -> Array:
    """Return pairs of ranks as single numbers, in four bytes where the alphabet allows it."""
    kind = np.dtype(np.uint32 if alphabet <= 1 << 16 else np.uint64)
    codes: Array = firsts.astype(kind) << kind.type(kind.itemsize * 4)
    codes |= seconds.astype(kind)
    return codes


def place_documents(places: Array, sizes: Array, *, starts: Array) -> tuple[Array, Postings]:
    """Return which of the terms are common, and the postings that their places make."""
    common = np.flatnonzero(sizes >= COMMON)
    first = (np.cumsum(sizes) - sizes)[common]
    found = np.searchsorted(starts, places[ranges(first, sizes[common])], side="right") - 1
    keys = np.repeat(np.arange(len(common)), sizes[common]) << _DOCUMENT_BITS | found
    return common, _count_sorted(keys, len(common))


def _count(keys: Array, terms: int) -> Postings:
    keys.sort()
    return _count_sorted(keys, terms)


def _count_sorted(keys: Array, terms: int) -> Postings:
    first = _firsts(keys)
    owners = (keys[first] >> keys.dtype.type(_DOCUMENT_BITS)).astype(np.int64)
    return Postings(
        keys[first].astype(np.uint32), np.bincount(owners, minlength=terms), np.diff(np.append(first, len(keys)))
    )


def _firsts(values: Array) -> Array:
    """Return where a new value begins."""
    if not len(values):
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
