"""Running a query tree over arrays: masks of documents, BM25 evidence, facets, order.

Knows no engine: whatever yields posting arrays and columns (`PostingSource`) can be searched with it.
"""

from __future__ import annotations

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
    Phrase,
    Query,
    Range,
    Run,
    Scoring,
    Term,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float64]

# Keyword fields that plain text is also looked for in, because a reader sees them beside the text.
_SHOWN_KEYWORDS = ("source", "issuer", "author", "date")
# A date is found by its year or its day, not by each of its digits: 20 would find everything.
_SHORTEST_SHOWN = {"date": 4}
_POSITION_BITS = 32
_UNDATED = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """Documents that hold a term, ascending, and how often each does."""

    documents: Numbers
    counts: Numbers


@dataclass(frozen=True, slots=True)
class Positions:
    """Every occurrence of a pair as document << 32 | position, ascending."""

    keys: Numbers


@dataclass(frozen=True, slots=True)
class KeywordColumn:
    """A value for each document: an index into `values`; None is no value. `folded` is how values are searched."""

    codes: Numbers
    values: list[str | None]
    folded: list[str]


class PostingSource(Protocol):
    """What an engine has to yield, for all documents at once; deleted ones count in `size` and are not `live`."""

    size: int
    live: Mask

    def counts(self, field: str, kind: str, term: str) -> Counts:
        """Return the postings of a word, character or pair of a text field."""

    def positions(self, field: str, pair: str) -> Positions:
        """Return the positions of a pair of a text field."""

    def lengths(self, field: str) -> Floats:
        """Return the length of a text field in words, for each document."""

    def keywords(self, field: str) -> KeywordColumn:
        """Return a keyword column; `date` gives the dates as people write them."""

    def days(self, field: str) -> tuple[Numbers, Numbers]:
        """Return first and last possible day of a date field (like 20210312, 0 without a date)."""

    def tie_order(self) -> Numbers:
        """Return a rank for each document that stays the same when the index is rebuilt."""


def run(source: PostingSource, request: Run) -> Found:
    """Search a source."""
    evaluation = Evaluation(source)
    matched = evaluation.mask(request.query) & source.live
    filters = {name: evaluation.mask(query) for name, query in request.filters.items()}
    hits = _all_of([matched, *filters.values()])
    numbers = np.flatnonzero(hits)
    scores = evaluation.scores(request.query, request.scoring)[numbers] if request.scoring else np.zeros(len(numbers))
    order = _order(source, request, numbers, scores)[request.offset : request.offset + request.limit]
    facets = {
        name: _count_facet(source, name, _all_of([matched, *(mask for own, mask in filters.items() if own != name)]))
        for name in request.facets
    }
    return Found(len(numbers), [(int(numbers[at]), float(scores[at])) for at in order], facets)


def _all_of(masks: list[Mask]) -> Mask:
    result: Mask = np.logical_and.reduce(masks)
    return result


def _order(source: PostingSource, request: Run, numbers: Numbers, scores: Floats) -> Numbers:
    days = source.days("date")[0][numbers]
    ties = source.tie_order()[numbers]
    undated = days == _UNDATED
    keys: tuple[NDArray[Any], ...]
    if request.sort == "relevance":
        keys = (ties, -days, -scores)
    elif request.sort == "newest":
        keys = (ties, -scores, -days)
    else:
        keys = (ties, -scores, days, undated)
    return np.lexsort(keys)


def _count_facet(source: PostingSource, name: str, hits: Mask) -> list[tuple[str | None, int]]:
    if name == "year":
        years, counts = np.unique(source.days("date")[0][hits] // 10_000, return_counts=True)
        return [
            (str(year) if year else None, int(count)) for year, count in zip(years[::-1], counts[::-1], strict=True)
        ]
    column = source.keywords(name)
    counted = np.bincount(column.codes[hits], minlength=len(column.values))
    pairs = [(column.values[code], int(counted[code])) for code in np.flatnonzero(counted)]
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
            case And(parts):
                return _all_of([self.mask(part, field) for part in parts])
            case Or(parts):
                result: Mask = np.logical_or.reduce([self.mask(part, field) for part in parts])
                return result
            case AtLeast(parts, minimum):
                enough: Mask = np.sum(np.array([self.mask(part, field) for part in parts]), axis=0) >= minimum
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
        for name in TEXT_FIELDS if field is None else (field,):
            if name in TEXT_FIELDS:
                mask[self.occurrences(name, text).documents] = True
        for name in _SHOWN_KEYWORDS if field is None else (field,):
            if name in (*KEYWORD_FIELDS, *_SHOWN_KEYWORDS):
                mask |= self._keyword_mask(name, text)
        return mask

    def _keyword_mask(self, name: str, text: str) -> Mask:
        column = self._source.keywords(name)
        sought = fold(text).text
        if len(sought) < _SHORTEST_SHOWN.get(name, 1):
            return np.zeros(self._source.size, dtype=np.bool_)
        holding = np.array([sought in value for value in column.folded], dtype=np.bool_)
        result: Mask = holding[column.codes]
        return result

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

    def occurrences(self, field: str, text: str) -> Counts:
        """Return the documents in whose field the folded text occurs, and how often."""
        key = (field, text)
        if key not in self._found:
            self._found[key] = self._count_occurrences(field, fold(text).text)
        return self._found[key]

    def _count_occurrences(self, field: str, text: str) -> Counts:
        if not text:
            return Counts(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
        if len(text) <= 2:  # postings of their own say it
            return self._source.counts(field, "characters" if len(text) == 1 else "pairs", text)
        # Every second pair, and the last one, cover the text; they must stand at the right distances.
        offsets = sorted({*range(0, len(text) - 1, 2), len(text) - 2})
        found: Numbers | None = None
        for offset in offsets:
            keys = self._source.positions(field, text[offset : offset + 2]).keys
            starts = keys[(keys & ((1 << _POSITION_BITS) - 1)) >= offset] - offset
            found = starts if found is None else np.intersect1d(found, starts, assume_unique=True)
            if not len(found):
                break
        assert found is not None
        documents, counts = np.unique(found >> _POSITION_BITS, return_counts=True)
        return Counts(documents, counts)

    # --- how well

    def scores(self, query: Query, scoring: Scoring) -> Floats:
        """Return a score for every document: the sum of the evidence of all positive leaves."""
        scores = np.zeros(self._source.size)
        self._add_scores(query, scoring, None, scores)
        return scores

    def _add_scores(self, query: Query, scoring: Scoring, field: str | None, scores: Floats) -> None:
        match query:
            case And(parts) | Or(parts) | AtLeast(parts):
                for part in parts:
                    self._add_scores(part, scoring, field, scores)
            case Field(name, part):
                self._add_scores(part, scoring, name, scores)
            case Term(text):
                for name, weight in self._weighted_fields(scoring, field):
                    words = self._source.counts(name, "words", fold(text).text)
                    self._add_bm25(name, words, weight * scoring.word, scoring, scores)
                    self._add_bm25(name, self.occurrences(name, text), weight * scoring.gram, scoring, scores)
            case Phrase(text):
                verbatim = np.zeros(self._source.size, dtype=np.bool_)
                folded = fold(text).text
                pairs = {folded[at : at + 2] for at in range(len(folded) - 1)}
                for name, weight in self._weighted_fields(scoring, field):
                    for pair in pairs:  # how much of the phrase a document holds, however it was cut
                        found = self._source.counts(name, "pairs", pair)
                        self._add_bm25(name, found, weight * scoring.pair, scoring, scores)
                    found = self.occurrences(name, text)
                    self._add_bm25(name, found, weight * scoring.phrase, scoring, scores)
                    verbatim[found.documents] = True
                scores[verbatim] += scoring.verbatim
            case _:
                pass

    def _weighted_fields(self, scoring: Scoring, field: str | None) -> list[tuple[str, float]]:
        weights = {"title": scoring.title, "body": 1.0}
        return [(name, weights[name]) for name in TEXT_FIELDS if field in (None, name)]

    def _add_bm25(self, field: str, found: Counts, weight: float, scoring: Scoring, scores: Floats) -> None:
        """Add BM25 (Robertson and Zaragoza 2009, eq. 3.15; idf with Lucene's + 1, so that it is never negative)."""
        if not weight or not self._source.live[found.documents].any():
            return
        lengths, live = self._source.lengths(field), self._source.live
        average = lengths[live].mean() or 1.0
        # Deleted documents count in nothing: scores do not depend on how an index came to be.
        frequency = live[found.documents].sum()
        idf = np.log1p((live.sum() - frequency + 0.5) / (frequency + 0.5))
        norm = scoring.k1 * (1 - scoring.b + scoring.b * lengths[found.documents] / average)
        scores[found.documents] += weight * idf * found.counts * (scoring.k1 + 1) / (found.counts + norm)
