"""What an engine has to yield to be searched: postings and columns of all documents at once, as arrays."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from indexer.analysis.normalize import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.budget import Budget
    from indexer.query import Key, Kind

    Array = NDArray[Any]
    Numbers = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float32]

# Columns made of a date field, with the length of their values: 2021, 2021-03.
PERIODS = {
    "year": ("date", 4),
    "month": ("date", 7),
    "meeting_year": ("meeting_date", 4),
    "meeting_month": ("meeting_date", 7),
}
UNDATED = 0
# Looking one document up among many costs as much as going through so many.
LOOK_UP_COST = 16
# Both text fields as one.
WHOLE = "title and body"


@dataclass(frozen=True, slots=True)
class Counts:
    """Documents that hold a term, ascending, and how often each does."""

    documents: Array
    counts: Array


NOTHING = Counts(np.empty(0, dtype=np.uint32), np.empty(0, dtype=np.uint8))


@dataclass(frozen=True, slots=True)
class KeywordColumn:
    """A value for each document: an index into `values`; None is no value.

    `folded` are the values as they are searched, each with a line end after it; value i begins at `starts[i]`.
    """

    codes: Array
    values: list[str | None]
    folded: str
    starts: list[int]


@dataclass(frozen=True, slots=True)
class ListedColumn:
    """Several values for each document: entry i says that `owners[i]` has `values[codes[i]]`.

    `folded` are the values as they are searched.
    """

    owners: Array
    codes: Array
    values: list[str]
    folded: list[str]


@dataclass(frozen=True, slots=True)
class JointColumn:
    """Several keyword columns as one: a code for each combination of values.

    `parts` gives for each of the columns the code of its value in a combination, `totals` the live documents with it.
    """

    codes: Array
    parts: list[Array]
    totals: Array


class PostingSource(Protocol):
    """What an engine has to yield, for all documents at once; deleted ones count in `size` and are not `live`."""

    size: int
    live: Mask
    live_count: int
    budget: Budget

    def count_word(self, field: str, word: str) -> Counts:
        """Return the postings of a word of a text field (or WHOLE)."""

    def count_pattern(self, field: str, pattern: str) -> Counts:
        """Return the postings of all words that match a pattern, summed.

        Raises:
            QueryError: more than MOST_WORDS words match.
        """

    def count_text(self, field: str, text: str) -> Counts:
        """Return which documents hold a folded text in a text field (or WHOLE), wherever words begin, how often."""

    def count_alone(self, field: str, text: str) -> Counts:
        """Return the same for a text of two letters or more, where it is no part of a longer number or Latin word."""

    def find_pairs(self, field: str, pairs: list[str], *, documents: Numbers) -> tuple[Array, Array, Array]:
        """Return where pairs of characters stand in some documents (ascending).

        Three arrays, an entry for each occurrence: which of the documents, which of the pairs, and the place in the
        text. Pairs that stand nearly everywhere may be left out.
        """

    def lengths(self, field: str) -> tuple[Floats, float]:
        """Return the length of a text field (or WHOLE) in words for each document, and the average of the live ones."""

    def keywords(self, field: str) -> KeywordColumn:
        """Return a keyword column; also `date` (folded as people write dates), and the PERIODS."""

    def listed(self, field: str) -> ListedColumn:
        """Return a listed field."""

    def count_said(self, speaker: str, text: str) -> Counts:
        """Return in which documents somebody with a folded name says a folded text (or anything), and how often."""

    def extents(self, kind: Kind) -> Array:
        """Return the document of each place of a kind, by the numbers of these places.

        Titles are paragraphs and sentences as well.
        """

    def find_within(self, kind: Kind, text: str, *, field: str, alone: bool) -> Numbers:
        """Return which places of a kind hold a folded text in a text field (or WHOLE), or hold it where it is `alone`.

        All of it has to stand in the place.
        """

    def find_pattern_within(self, kind: Kind, pattern: str, *, field: str) -> Numbers:
        """Return the same for any word that matches a pattern.

        Raises:
            QueryError: more than MOST_WORDS words match.
        """

    def find_said_within(self, kind: Kind, text: str, *, speaker: str) -> Numbers:
        """Return in which places of a kind somebody with a folded name says a folded text."""

    def lift(self, kind: Kind, numbers: Numbers, *, to: Kind) -> Numbers:
        """Return which places of a kind hold some of another kind whole."""

    def joint(self, fields: tuple[str, ...]) -> JointColumn:
        """Return keyword columns as one, so that they are counted together."""

    def families(self) -> Array:
        """Return for each document the number of the first that is near-identical to it."""

    def reprinted(self) -> Mask:
        """Return which documents have others that are near-identical to them."""

    def days(self, field: str) -> tuple[Array, Array]:
        """Return first and last possible day of a date field (like 20210312, 0 without a date)."""

    def keys_of(self, numbers: Sequence[int]) -> list[Key]:
        """Return the keys of documents by their numbers."""

    def numbers_of(self, keys: Sequence[Key]) -> Numbers:
        """Return the numbers of live documents by their keys; -1 for what there is not."""

    def tie_order(self) -> Array:
        """Return a rank for each document that stays the same when the index is rebuilt."""


def all_of(masks: list[Mask]) -> Mask:
    """Return what all masks hold."""
    result = masks[0]
    for mask in masks[1:]:
        result = result & mask
    return result


def add_counts(parts: list[Counts], size: int) -> Counts:
    """Return the sums of some postings, of documents below `size`."""
    found = sorted((part for part in parts if len(part.documents)), key=lambda part: -len(part.documents))
    if len(found) < 2:
        return found[0] if found else NOTHING
    if sum(len(part.documents) for part in found[1:]) * LOOK_UP_COST > size:
        totals = np.zeros(size, dtype=np.uint32)
        for part in found:
            totals[part.documents] += part.counts.astype(np.uint32)
        documents = np.flatnonzero(totals)
        return Counts(documents.astype(np.uint32), totals[documents])
    documents, counts = found[0].documents, found[0].counts.astype(np.uint32)
    for part in found[1:]:
        at = np.searchsorted(documents, part.documents)
        shared = documents[np.minimum(at, len(documents) - 1)] == part.documents
        counts[at[shared]] += part.counts[shared].astype(np.uint32)
        new = at[~shared]
        documents = np.insert(documents, new, part.documents[~shared])
        counts = np.insert(counts, new, part.counts[~shared])
    return Counts(documents, counts)


@lru_cache(maxsize=10_000)
def fold_query(text: str) -> str:
    """Fold a piece of a query; one search asks for the same pieces many times."""
    return fold(text).text


def fold_pattern(text: str) -> str:
    """Fold what stands between the signs of a pattern."""
    return "".join(piece if piece in ("*", "?") else fold(piece).text for piece in re.split(r"([*?])", text))


def idf(documents: int, frequency: int) -> float:
    """Return the inverse document frequency, with Lucene's + 1, so that it is never negative."""
    return math.log1p(max(0.0, documents - frequency + 0.5) / (frequency + 0.5))
