"""Running a query tree over arrays: masks of documents, BM25 evidence, facets, order.

Knows no engine: whatever yields posting arrays and columns (`PostingSource`) can be searched with it.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from indexer.analysis.normalize import fold
from indexer.engine import Found
from indexer.query import (
    DATE_FIELDS,
    KEYWORD_FIELDS,
    TEXT_FIELDS,
    And,
    AtLeast,
    Everything,
    Field,
    Not,
    OneOf,
    Or,
    Pattern,
    Phrase,
    Query,
    Range,
    Run,
    Scoring,
    Term,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Numbers = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float32]

# Keyword fields that plain text is also looked for in, because a reader sees them beside the text.
_SHOWN_KEYWORDS = ("source", "issuer", "author", "date")
# A date is found by its year or its day, not by each of its digits: 20 would find everything.
_SHORTEST_SHOWN = {"date": 4}
# Columns made of the date: 2021, 2021-03.
PERIODS = {"year": 4, "month": 7}
_UNDATED = 0
# So much quicker is it to look one document up among many than to score one more document.
_LOOK_UP_COST = 16


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


class PostingSource(Protocol):
    """What an engine has to yield, for all documents at once; deleted ones count in `size` and are not `live`."""

    size: int
    live: Mask
    live_count: int

    def count_word(self, field: str, word: str) -> Counts:
        """Return the postings of a word of a text field."""

    def count_pattern(self, field: str, pattern: str, most: int) -> Counts:
        """Return the postings of all words that match a pattern, summed.

        Raises:
            QueryError: more than `most` words match.
        """

    def count_text(self, field: str, text: str) -> Counts:
        """Return in which documents a folded text occurs in a text field, wherever words begin, and how often."""

    def lengths(self, field: str) -> tuple[Floats, float]:
        """Return the length of a text field in words for each document, and the average of the live ones."""

    def keywords(self, field: str) -> KeywordColumn:
        """Return a keyword column; also `date` (folded as people write dates), and the PERIODS of it."""

    def days(self, field: str) -> tuple[Array, Array]:
        """Return first and last possible day of a date field (like 20210312, 0 without a date)."""

    def tie_order(self) -> Array:
        """Return a rank for each document that stays the same when the index is rebuilt."""


def run(source: PostingSource, request: Run) -> Found:
    """Search a source."""
    evaluation = Evaluation(source)
    matched = evaluation.mask(request.query) & source.live
    filters = {name: evaluation.mask(query) for name, query in request.filters.items()}
    hits = _all_of([matched, *filters.values()])
    numbers = np.flatnonzero(hits)
    scores = np.zeros(len(numbers), dtype=np.float32)
    if request.scoring:
        scores = evaluation.scores(request.query, request.scoring, numbers)
    order = _order(source, request, numbers, scores)
    facets = {}
    for name in request.facets:
        counted = numbers
        if name in filters:
            counted = np.flatnonzero(_all_of([matched, *(mask for own, mask in filters.items() if own != name)]))
        facets[name] = _count_facet(source, name, counted)
    return Found(len(numbers), [(int(numbers[at]), float(scores[at])) for at in order], facets)


def _all_of(masks: list[Mask]) -> Mask:
    result = masks[0]
    for mask in masks[1:]:
        result = result & mask
    return result


def _order(source: PostingSource, request: Run, numbers: Numbers, scores: Floats) -> Numbers:
    """Return the places of the wanted slice of hits, in order."""
    end = request.offset + request.limit
    days = source.days("date")[0]
    first: Array = -scores
    if request.sort == "newest":
        first = -days[numbers].astype(np.int32)
    elif request.sort == "oldest":
        first = days[numbers].astype(np.int32)
        first[first == _UNDATED] = np.iinfo(np.int32).max
    # Whatever lies beyond the last wanted place need not be put in order.
    near: Numbers = np.arange(len(numbers))
    if end < len(numbers):
        near = np.flatnonzero(first <= np.partition(first, end - 1)[end - 1])
    ties = source.tie_order()[numbers[near]]
    second: Array = -days[numbers[near]].astype(np.int32) if request.sort == "relevance" else -scores[near]
    return near[np.lexsort((ties, second, first[near]))][request.offset : end]


def _count_facet(source: PostingSource, name: str, hits: Numbers) -> list[tuple[str | None, int]]:
    """Count values: the most frequent first, years and months the newest first; documents without one come last."""
    column = source.keywords(name)
    counted = np.bincount(column.codes[hits], minlength=len(column.values))
    codes = np.flatnonzero(counted)
    pairs = [(column.values[code], count) for code, count in zip(codes.tolist(), counted[codes].tolist(), strict=True)]
    if name in PERIODS:
        return sorted(pairs, key=lambda pair: pair[0] or "", reverse=True)
    return sorted(pairs, key=lambda pair: (pair[0] is None, -pair[1], pair[0] or ""))


class Evaluation:
    """One run over one source; remembers what it looked up, because matching and scoring need the same postings."""

    def __init__(self, source: PostingSource) -> None:
        self._source = source
        self._found: dict[tuple[str, str], Counts] = {}

    # --- which documents

    def mask(self, query: Query, field: str | None = None) -> Mask:  # noqa: PLR0911 - one line for each kind of node
        """Return a mask of the documents that match (deleted ones included)."""
        match query:
            case Term(text) | Phrase(text):
                return self._text_mask(text, field)
            case Pattern():
                return self._pattern_mask(query, field)
            case And(parts):
                return _all_of([self.mask(part, field) for part in parts])
            case Or(parts):
                result: Mask = np.logical_or.reduce([self.mask(part, field) for part in parts])
                return result
            case AtLeast(parts, minimum):
                enough: Mask = np.sum([self.mask(part, field) for part in parts], axis=0) >= minimum
                return enough
            case Not(part):
                return ~self.mask(part, field)
            case Field(name, part):
                return self.mask(part, name)
            case Range(name, first, last):
                return self._range_mask(name, first, last)
            case OneOf(name, values):
                column = self._source.keywords(name)
                chosen: Mask = np.array([value in values for value in column.values], dtype=np.bool_)[column.codes]
                return chosen
            case Everything():
                return np.ones(self._source.size, dtype=np.bool_)

    def _text_mask(self, text: str, field: str | None) -> Mask:
        mask = np.zeros(self._source.size, dtype=np.bool_)
        folded = fold(text).text
        for name in TEXT_FIELDS if field is None else (field,):
            if name in TEXT_FIELDS:
                mask[self.occurrences(name, folded).documents] = True
        for name in _SHOWN_KEYWORDS if field is None else (field,):
            if name in (*KEYWORD_FIELDS, *_SHOWN_KEYWORDS):
                self._add_keywords(name, folded, mask)
        return mask

    def _pattern_mask(self, pattern: Pattern, field: str | None) -> Mask:
        mask = np.zeros(self._source.size, dtype=np.bool_)
        for name in TEXT_FIELDS if field is None else (field,):
            if name in TEXT_FIELDS:
                mask[self.matches(name, pattern).documents] = True
        return mask

    def _add_keywords(self, name: str, sought: str, mask: Mask) -> None:
        """Add the documents that have the folded text in a keyword field."""
        if len(sought) < _SHORTEST_SHOWN.get(name, 1):
            return
        column = self._source.keywords(name)
        at = column.folded.find(sought)
        if at < 0:
            return
        holding = np.zeros(len(column.values), dtype=np.bool_)
        while at >= 0:
            place = bisect_right(column.starts, at) - 1
            holding[place] = True
            at = column.folded.find(sought, column.starts[place + 1])
        mask |= holding[column.codes]

    def _range_mask(self, name: str, first: int | None, last: int | None) -> Mask:
        if name not in DATE_FIELDS:
            raise ValueError(name)
        starts, ends = self._source.days(name)
        mask: Mask = starts != _UNDATED
        if first is not None:
            mask &= ends >= first
        if last is not None:
            mask &= starts <= last
        return mask

    # --- where a text occurs

    def occurrences(self, field: str, folded: str) -> Counts:
        """Return the documents in whose field a folded text occurs, and how often."""
        key = (field, folded)
        if key not in self._found:
            self._found[key] = self._source.count_text(field, folded) if folded else NOTHING
        return self._found[key]

    def matches(self, field: str, pattern: Pattern) -> Counts:
        """Return the documents in whose field words match a pattern, and how many do."""
        key = (field, f"*{pattern.text}")
        if key not in self._found:
            self._found[key] = self._source.count_pattern(field, fold_pattern(pattern.text), pattern.most)
        return self._found[key]

    # --- how well

    def scores(self, query: Query, scoring: Scoring, numbers: Numbers) -> Floats:
        """Return a score for each of the documents: the sum of the evidence of all positive leaves."""
        evidence: dict[tuple[str, str, str], float] = {}
        verbatim: list[tuple[str, str]] = []
        patterns: list[tuple[str, Pattern]] = []
        self._collect(query, scoring, None, evidence, verbatim, patterns)
        ranking = _Ranking(self._source, scoring, numbers)
        for (name, kind, text), weight in evidence.items():
            found = self._source.count_word(name, text) if kind == "word" else self.occurrences(name, text)
            ranking.add_bm25(name, found, weight)
        for name, pattern in patterns:
            ranking.add_bm25(name, self.matches(name, pattern), scoring.word * _weights(scoring)[name])
        groups: dict[str, list[Counts]] = {}
        for name, text in verbatim:
            groups.setdefault(text, []).append(self.occurrences(name, text))
        for counts in groups.values():
            ranking.add_bonus(counts, scoring.verbatim)
        return ranking.result()

    def _collect(
        self,
        query: Query,
        scoring: Scoring,
        field: str | None,
        evidence: dict[tuple[str, str, str], float],
        verbatim: list[tuple[str, str]],
        patterns: list[tuple[str, Pattern]],
    ) -> None:
        """Gather what counts as evidence, each piece once with the sum of its weights."""

        def weigh(name: str, kind: str, text: str, weight: float) -> None:
            if text and weight:
                evidence[name, kind, text] = evidence.get((name, kind, text), 0.0) + weight

        names = [(name, weight) for name, weight in _weights(scoring).items() if field in (None, name)]
        match query:
            case And(parts) | Or(parts) | AtLeast(parts):
                for part in parts:
                    self._collect(part, scoring, field, evidence, verbatim, patterns)
            case Field(name, part):
                self._collect(part, scoring, name, evidence, verbatim, patterns)
            case Term(text):
                folded = fold(text).text
                for name, weight in names:
                    weigh(name, "word", folded, weight * scoring.word)
                    weigh(name, "text", folded, weight * scoring.gram)
            case Phrase(text):
                folded = fold(text).text
                for name, weight in names:
                    for pair in {folded[at : at + 2] for at in range(len(folded) - 1)}:
                        # how much of the phrase a document holds, however it was cut
                        weigh(name, "text", pair, weight * scoring.pair)
                    weigh(name, "text", folded, weight * scoring.phrase)
                    verbatim.append((name, folded))
            case Pattern():
                patterns += [(name, query) for name, _ in names]
            case _:
                pass


def _weights(scoring: Scoring) -> dict[str, float]:
    return {"title": scoring.title, "body": 1.0}


class _Ranking:
    """Scores of some documents, summed up term by term."""

    def __init__(self, source: PostingSource, scoring: Scoring, numbers: Numbers) -> None:
        self._source, self._scoring, self._numbers = source, scoring, numbers
        self._sums = np.zeros(source.size, dtype=np.float32)
        self._norms: dict[str, Floats] = {}

    def add_bm25(self, field: str, found: Counts, weight: float) -> None:
        """Add BM25 (Robertson and Zaragoza 2009, eq. 3.15; idf with Lucene's + 1, so that it is never negative)."""
        source, k1 = self._source, self._scoring.k1
        # Deleted documents count in nothing: scores do not depend on how an index came to be.
        frequency = len(found.documents)
        if source.live_count < source.size:
            frequency = int(np.count_nonzero(source.live[found.documents]))
        if not frequency or not len(self._numbers):
            return
        documents, counts = self._wanted(found)
        if not len(documents):
            return
        idf = math.log1p((source.live_count - frequency + 0.5) / (frequency + 0.5))
        frequencies = counts.astype(np.float32)
        shares = self._norm(field)[documents]
        shares += frequencies
        np.divide(frequencies, shares, out=frequencies)
        frequencies *= np.float32(weight * idf * (k1 + 1))
        self._sums[documents] += frequencies

    def add_bonus(self, found: list[Counts], bonus: float) -> None:
        """Add the same to every document that any of the postings names."""
        holding = np.zeros(self._source.size, dtype=np.bool_)
        for counts in found:
            holding[counts.documents] = True
        self._sums[holding] += np.float32(bonus)

    def result(self) -> Floats:
        """Return the scores."""
        scores: Floats = self._sums[self._numbers]
        return scores

    def _wanted(self, found: Counts) -> tuple[Array, Array]:
        """Return the postings of the documents that are scored, where those are few; else all."""
        if len(self._numbers) * _LOOK_UP_COST > len(found.documents):
            return found.documents, found.counts
        at = np.searchsorted(found.documents, self._numbers.astype(found.documents.dtype))
        at[at == len(found.documents)] = 0
        at = at[found.documents[at] == self._numbers]
        return found.documents[at], found.counts[at]

    def _norm(self, field: str) -> Floats:
        if field not in self._norms:
            lengths, average = self._source.lengths(field)
            k1, b = np.float32(self._scoring.k1), np.float32(self._scoring.b)
            self._norms[field] = k1 * (1 - b) + lengths * (k1 * b / np.float32(average))
        return self._norms[field]


def fold_pattern(text: str) -> str:
    """Fold what stands between the signs of a pattern."""
    return "".join(piece if piece in "*?" else fold(piece).text for piece in re.split(r"([*?])", text))
