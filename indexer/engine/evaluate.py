"""Running a query tree over arrays: masks of documents, BM25 evidence, facets, order.

Knows no engine: whatever yields posting arrays and columns (`PostingSource`) can be searched with it.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from indexer.analysis.normalize import fold, joined_to, pairs_of
from indexer.analysis.words import is_known_word
from indexer.engine import Found
from indexer.errors import OutOfTimeError
from indexer.query import (
    DATE_FIELDS,
    KEYWORD_FIELDS,
    LISTED_FIELDS,
    TEXT_FIELDS,
    Among,
    And,
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
    Said,
    Scoring,
    Sort,
    Term,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.budget import Budget

    Array = NDArray[Any]
    Numbers = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float32]

# Keyword fields that plain text is also looked for in, because a reader sees them beside the text.
_SHOWN_KEYWORDS = ("source", "issuer", "author", "date")
# A date is found by its year or its day, not by each of its digits: 20 would find everything.
_SHORTEST_SHOWN = {"date": 4}
# Columns made of a date field, with the length of their values: 2021, 2021-03.
PERIODS = {
    "year": ("date", 4),
    "month": ("date", 7),
    "meeting_year": ("meeting_date", 4),
    "meeting_month": ("meeting_date", 7),
}
_UNDATED = 0
# Looking one document up among many costs as much as going through so many.
_LOOK_UP_COST = 16
# So few documents are scored sooner than they are sorted out.
_FEW = 2000
_ROUNDING = 0.01
# So few values are sooner compared one by one than looked up for every document.
_FEW_VALUES = 8
_GROUPS = 1024
# How many of the best hits are looked at for their best passage: beyond the first pages nobody notices the order.
_LOOKED_AT = 50
# A passage is a window of so many characters, two or three sentences; windows overlap by half.
PASSAGE = 100
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

    def find_pairs(self, field: str, pairs: list[str], documents: Numbers) -> tuple[Array, Array, Array]:
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

    def joint(self, fields: tuple[str, ...]) -> JointColumn:
        """Return keyword columns as one, so that they are counted together."""

    def families(self) -> Array:
        """Return for each document the number of the first that is near-identical to it."""

    def reprinted(self) -> Mask:
        """Return which documents have others that are near-identical to them."""

    def days(self, field: str) -> tuple[Array, Array]:
        """Return first and last possible day of a date field (like 20210312, 0 without a date)."""

    def tie_order(self) -> Array:
        """Return a rank for each document that stays the same when the index is rebuilt."""


def run(source: PostingSource, request: Run) -> Found:
    """Search a source, as far as its budget goes."""
    evaluation = Evaluation(source)
    try:
        matched = evaluation.mask(request.query) & source.live
        filters = {name: evaluation.mask(query) for name, query in request.filters.items()}
    except OutOfTimeError:
        return Found(0, [], partial=True)
    numbers = np.flatnonzero(_all_of([matched, *filters.values()]))
    if request.fold and source.reprinted()[numbers].any():
        found = _fold(evaluation, request, numbers)
    else:
        found = Found(len(numbers), _choose_hits(evaluation, request, numbers), cards=len(numbers))
    if source.budget.is_spent:
        return replace(found, partial=True)
    return replace(found, facets=_count_all_facets(source, request, matched, filters, numbers))


def _count_all_facets(
    source: PostingSource, request: Run, matched: Mask, filters: dict[str, Mask], numbers: Numbers
) -> dict[str, list[tuple[str | None, int]]]:
    """Count each facet over the hits of the query and of all filters but its own."""
    hits = _all_of([matched, *filters.values()])
    together = tuple(name for name in request.facets if name not in filters)
    facets = _count_facets(source, together, hits, numbers, request.most_listed)
    for name in filters:
        if name in request.facets:
            others = _all_of([matched, *(mask for own, mask in filters.items() if own != name)])
            facets |= _count_facets(source, (name,), others, np.flatnonzero(others), request.most_listed)
    return facets


def _fold(evaluation: Evaluation, request: Run, numbers: Numbers) -> Found:
    """Choose hits of which no two are near-identical, the first in order of each family."""
    source, end = evaluation.source, request.offset + request.limit
    families = source.families()[numbers]
    cards = len(np.unique(families))
    wanted = end
    while True:  # until there are enough that differ
        ordered = _choose_hits(evaluation, replace(request, offset=0, limit=wanted), numbers)
        chosen = {int(source.families()[number]): (number, score) for number, score in reversed(ordered)}
        if len(chosen) >= end or len(ordered) == len(numbers):
            break
        wanted *= 2
    order = {number: at for at, (number, _) in enumerate(ordered)}
    hits = sorted(chosen.values(), key=lambda hit: order[hit[0]])[request.offset : end]
    dated = _day_order(source.days(request.dated_by)[0][numbers], "oldest")
    reprints = {}
    for number, _ in hits:
        others = np.flatnonzero((families == source.families()[number]) & (numbers != number))
        if len(others):
            reprints[number] = numbers[others[np.argsort(dated[others], kind="stable")]].tolist()
    return Found(len(numbers), hits, cards=cards, reprints=reprints)


def _all_of(masks: list[Mask]) -> Mask:
    result = masks[0]
    for mask in masks[1:]:
        result = result & mask
    return result


def _choose_hits(evaluation: Evaluation, request: Run, numbers: Numbers) -> list[tuple[int, float]]:
    """Return the wanted slice of the hits, in order, with their scores."""
    if not request.limit:
        return []
    source, end = evaluation.source, request.offset + request.limit
    days = source.days(request.dated_by)[0]
    # Whatever surely lies beyond the last wanted hit need not be scored, nor put in order.
    near = numbers
    by_score = request.sort == "relevance" and request.scoring is not None
    if not by_score and end < len(numbers):
        dated = _day_order(days[numbers], request.sort)
        near = numbers[dated <= np.partition(dated, end - 1)[end - 1]]
    scores = np.zeros(len(near), dtype=np.float32)
    if request.scoring is not None:
        near, scores = evaluation.score(request, near, max(end, _LOOKED_AT) if by_score else None)
    ties, dated = source.tie_order()[near], _day_order(days[near], request.sort)
    if by_score and request.offset < _LOOKED_AT:
        best = np.sort(np.lexsort((ties, dated, -scores))[:_LOOKED_AT])
        scores[best] += evaluation.score_passages(request, near[best])
    order = np.lexsort((ties, dated, -scores) if by_score else (ties, -scores, dated))[request.offset : end]
    return list(zip(near[order].tolist(), scores[order].tolist(), strict=True))


def _day_order(days: Array, sort: Sort) -> Array:
    """Return numbers that put days in order; what has no day comes last."""
    if sort != "oldest":
        return -days.astype(np.int32)
    order = days.astype(np.int32)
    order[order == _UNDATED] = np.iinfo(np.int32).max
    return order


def _count_facets(
    source: PostingSource, names: tuple[str, ...], hits: Mask, numbers: Numbers, most: int
) -> dict[str, list[tuple[str | None, int]]]:
    """Count the values of some fields, all in one go over the hits."""
    listed = {name: _count_listed(source, name, hits, most) for name in names if name in LISTED_FIELDS}
    names = tuple(name for name in names if name not in listed)
    if not names:
        return listed
    joint = source.joint(names)
    if 2 * len(numbers) > source.live_count:  # what is left out is sooner counted
        counted = joint.totals - np.bincount(joint.codes[source.live & ~hits], minlength=len(joint.totals))
    else:
        counted = np.bincount(joint.codes[numbers], minlength=len(joint.totals))
    met = np.flatnonzero(counted)
    facets: dict[str, list[tuple[str | None, int]]] = dict(listed)
    for name, own in zip(names, joint.parts, strict=True):
        column = source.keywords(name)
        counts = np.bincount(own[met], counted[met], len(column.values)).astype(np.int64)
        codes = np.flatnonzero(counts)
        facets[name] = _sort_values(name, [column.values[code] for code in codes.tolist()], counts[codes].tolist())
    return facets


def _count_listed(source: PostingSource, name: str, hits: Mask, most: int) -> list[tuple[str | None, int]]:
    """Count the values of a listed field; a document counts once for each of its values."""
    column = source.listed(name)
    counts = np.bincount(column.codes[hits[column.owners]], minlength=len(column.values))
    codes = np.flatnonzero(counts)
    if len(codes) > most:  # the most frequent ones
        codes = np.sort(codes[np.argsort(-counts[codes], kind="stable")[:most]])
    return _sort_values(name, [column.values[code] for code in codes.tolist()], counts[codes].tolist())


def _sort_values(name: str, values: list[str | None], counts: list[int]) -> list[tuple[str | None, int]]:
    """Put the most frequent first, years and months the newest first; documents without one come last."""
    pairs = list(zip(values, counts, strict=True))
    if name in PERIODS:
        return sorted(pairs, key=lambda pair: pair[0] or "", reverse=True)
    return sorted(pairs, key=lambda pair: (pair[0] is None, -pair[1], pair[0] or ""))


class Evaluation:
    """One run over one source; remembers what it looked up, because matching and scoring need the same postings."""

    def __init__(self, source: PostingSource) -> None:
        self.source = source
        self._found: dict[tuple[str, str], Counts] = {}

    # --- which documents

    def mask(self, query: Query, field: str | None = None) -> Mask:  # noqa: PLR0911 - one line for each kind of node
        """Return a mask of the documents that match (deleted ones included).

        Raises:
            OutOfTimeError: the budget of the source is spent.
        """
        self.source.budget.check()
        match query:
            case Term(text, synonyms) | Phrase(text, synonyms, _):
                return self._text_mask((text, *synonyms), field)
            case Pattern():
                return self._pattern_mask(query, field)
            case And(parts):
                return self._mask_of_all(parts, field)
            case Or(parts):
                result: Mask = np.logical_or.reduce([self.mask(part, field) for part in parts])
                return result
            case Not(part):
                return ~self.mask(part, field)
            case Field(name, part):
                return self.mask(part, name)
            case Said():
                return self._said_mask(query)
            case Range(name, first, last):
                return self._range_mask(name, first, last)
            case OneOf(name, values):
                return self._one_of_mask(name, values)
            case Among(numbers):
                among = np.zeros(self.source.size, dtype=np.bool_)
                among[list(numbers)] = True
                return among
            case Everything():
                return np.ones(self.source.size, dtype=np.bool_)

    def _mask_of_all(self, parts: tuple[Query, ...], field: str | None) -> Mask:
        first, *others = parts
        both = self.mask(first, field)
        for part in others:
            if not both.any():
                break
            both = both & self.mask(part, field)
        return both

    def _text_mask(self, texts: tuple[str, ...], field: str | None) -> Mask:
        mask = np.zeros(self.source.size, dtype=np.bool_)
        for number, folded in enumerate(map(fold_query, texts)):
            for name in TEXT_FIELDS if field is None else (field,):
                if name in TEXT_FIELDS:
                    found = self.occurrences(name, folded) if not number else self._find_synonym(name, folded)
                    mask[found.documents] = True
            for name in _SHOWN_KEYWORDS if field is None else (field,):
                if name in (*KEYWORD_FIELDS, *_SHOWN_KEYWORDS):
                    self._add_keywords(name, folded, mask, alone=number > 0)
                elif name in LISTED_FIELDS and folded:
                    self._add_listed(name, folded, mask)
        return mask

    def _add_listed(self, name: str, sought: str, mask: Mask) -> None:
        """Add the documents one of whose values holds the folded text."""
        column = self.source.listed(name)
        holding = np.array([sought in value for value in column.folded], dtype=np.bool_)
        if len(holding):
            mask[column.owners[holding[column.codes]]] = True

    def _one_of_mask(self, name: str, values: tuple[str | None, ...]) -> Mask:
        """Return the documents that have one of the values; None stands for those that have none."""
        if name not in LISTED_FIELDS:
            keywords = self.source.keywords(name)
            found: Mask = np.array([value in values for value in keywords.values], dtype=np.bool_)[keywords.codes]
            return found
        column = self.source.listed(name)
        mask = np.zeros(self.source.size, dtype=np.bool_)
        if None in values:
            mask[:] = True
            mask[column.owners] = False
        chosen = np.array([value in values for value in column.values], dtype=np.bool_)
        if len(chosen):
            mask[column.owners[chosen[column.codes]]] = True
        return mask

    def _said_mask(self, said: Said) -> Mask:
        mask = np.zeros(self.source.size, dtype=np.bool_)
        texts: tuple[str, ...] = ("",)
        if isinstance(said.part, Term | Phrase):
            texts = tuple(filter(None, map(fold_query, (said.part.text, *said.part.synonyms))))
        for speaker in filter(None, map(fold_query, said.speakers)):
            for text in texts:
                mask[self.source.count_said(speaker, text).documents] = True
        return mask & self.mask(said.part) if isinstance(said.part, Pattern) else mask

    def _pattern_mask(self, pattern: Pattern, field: str | None) -> Mask:
        mask = np.zeros(self.source.size, dtype=np.bool_)
        for name in TEXT_FIELDS if field is None else (field,):
            if name in TEXT_FIELDS:
                mask[self.matches(name, pattern).documents] = True
        return mask

    def _add_keywords(self, name: str, sought: str, mask: Mask, *, alone: bool) -> None:
        """Add the documents that have the folded text in a keyword field."""
        if len(sought) < _SHORTEST_SHOWN.get(name, 1):
            return
        column = self.source.keywords(name)
        folded, found = column.folded, []
        before, after = (joined_to(sought[0]), joined_to(sought[-1])) if alone else ("", "")
        at = folded.find(sought)
        while at >= 0:
            # Each value has a line end after it; before the first there is nothing.
            if (at and folded[at - 1] in before) or folded[at + len(sought)] in after:
                at = folded.find(sought, at + 1)
                continue
            found.append(bisect_right(column.starts, at) - 1)
            at = folded.find(sought, column.starts[found[-1] + 1])
        if not found:
            return
        if len(found) <= _FEW_VALUES:
            for code in found:
                mask |= column.codes == code
        else:
            holding = np.zeros(len(column.values), dtype=np.bool_)
            holding[found] = True
            mask |= holding[column.codes]

    def _range_mask(self, name: str, first: int | None, last: int | None) -> Mask:
        if name not in DATE_FIELDS:
            raise ValueError(name)
        starts, ends = self.source.days(name)
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
            self._found[key] = self.source.count_text(field, folded) if folded else NOTHING
        return self._found[key]

    def _find_synonym(self, field: str, folded: str) -> Counts:
        """Return where a synonym occurs: not inside a longer Latin word (CAST) or number (5年, 五年)."""
        return self.source.count_alone(field, folded) if folded else NOTHING

    def matches(self, field: str, pattern: Pattern) -> Counts:
        """Return the documents in whose field words match a pattern, and how many do."""
        key = (field, f"*{pattern.text}")
        if key not in self._found:
            self._found[key] = self.source.count_pattern(field, fold_pattern(pattern.text))
        return self._found[key]

    # --- how well

    def score(self, request: Run, numbers: Numbers, wanted: int | None) -> tuple[Numbers, Floats]:
        """Return documents and their scores, each the sum of the evidence of all positive leaves.

        Of `numbers` all are returned, or at least those that can be among the best `wanted`.
        """
        assert request.scoring is not None
        ranking = _Ranking(self.source, request.scoring, numbers, wanted)
        evidence = self._weigh(ranking, collect(request.ideal or request.query, request.scoring))
        if request.ideal is not None:
            evidence.append(_Evidence("", NOTHING, request.scoring.ideal, self.mask(request.ideal)))
        return ranking.score(evidence)

    def _weigh(self, ranking: _Ranking, leaves: list[_Leaf]) -> list[_Evidence]:
        """Look the leaves up, each once with the sum of its weights."""
        weights: dict[tuple[str, str, tuple[str, ...]], float] = {}
        for leaf in leaves:
            key = (leaf.field, leaf.kind, leaf.texts)
            weights[key] = weights.get(key, 0.0) + leaf.weight
        evidence = []
        for (field, kind, texts), weight in weights.items():
            if self.source.budget.is_spent:  # what was matched is ordered by what was looked up
                break
            found = self._find_leaf(field, kind, texts)
            if kind == "verbatim":
                holding = np.zeros(self.source.size, dtype=np.bool_)
                holding[found.documents] = True
                evidence.append(_Evidence(field, NOTHING, weight, holding))
            elif (weighed := ranking.weigh(field, found, weight)) is not None:
                evidence.append(weighed)
        return evidence

    def _find_leaf(self, field: str, kind: str, texts: tuple[str, ...]) -> Counts:
        """Return the postings of a leaf: those of all its texts, in all its fields, as of one term."""
        parts = []
        for number, text in enumerate(texts):
            if kind == "pattern":
                names = TEXT_FIELDS if field == WHOLE else (field,)
                parts += [self.matches(name, Pattern(text)) for name in names]
            # What the dictionary does not know is cut by guess, here so and there so: its characters count instead.
            elif kind == "word" and (text.isascii() or is_known_word(text)):
                parts.append(self.source.count_word(field, text))
            else:
                parts.append(self.occurrences(field, text) if not number else self._find_synonym(field, text))
        return add_counts(parts, self.source.size)

    # --- how near to each other

    def score_passages(self, request: Run, numbers: Numbers) -> Floats:
        """Return for each of some documents (ascending) how much of the query its best passage holds.

        That is the sum of the idf of the different pairs of characters that one passage of the body holds, of those
        that the query's words consist of.
        """
        scoring = request.scoring
        assert scoring is not None
        best = np.zeros(len(numbers), dtype=np.float32)
        leaves = [leaf for leaf in collect(request.ideal or request.query, scoring) if leaf.field in (WHOLE, "body")]
        if sum(leaf.kind == "word" for leaf in leaves) < 2 or not scoring.passage:  # one word is near to itself
            return best
        if self.source.budget.is_spent:
            return best
        texts = {text for leaf in leaves if leaf.kind in ("word", "pair") for text in leaf.texts}
        pairs = sorted({pair for text in texts for pair in pairs_of(text)})
        owners, found, places = self.source.find_pairs("body", pairs, numbers)
        if not len(owners):
            return best
        live, size = self.source.live_count, len(pairs)
        weights = np.array([idf(live, len(self.occurrences("body", pair).documents)) for pair in pairs])
        half = PASSAGE // 2
        windows = 1 + int(places.max()) // half
        window = owners.astype(np.int64) * windows + places // half
        second = places >= half  # each place lies in two windows, but for those at the beginning
        held = np.concatenate((window * size + found, (window[second] - 1) * size + found[second]))
        held.sort()
        held = held[np.append(True, held[1:] != held[:-1])]
        window, pair = np.divmod(held, size)
        starts = np.flatnonzero(np.diff(window, prepend=-1))
        totals = np.add.reduceat(weights[pair], starts).astype(np.float32)
        np.maximum.at(best, window[starts] // windows, totals)
        return best * np.float32(scoring.passage)


def collect(query: Query, scoring: Scoring, field: str | None = None) -> list[_Leaf]:
    """Return what counts as evidence for a query.

    Title and body count as one text; what stands in the title counts once more, as in a short text of its own.
    """
    whole = _Place(field or WHOLE, 1.0)
    places = [whole] if field is not None else [whole, _Place("title", scoring.title)]
    verbatim = []
    match query:
        case And(parts) | Or(parts):
            return [leaf for part in parts for leaf in collect(part, scoring, field)]
        case Field(name, part):
            return collect(part, scoring, name) if name in TEXT_FIELDS else []
        case Said(_, part) if part is not None:
            return collect(part, scoring, "body")
        case Pattern(text):
            kinds: list[tuple[str, tuple[str, ...], float]] = [("pattern", (text,), scoring.word)]
        case Term(text, synonyms):
            folded = tuple(map(fold_query, (text, *synonyms)))
            kinds = [("word", folded, scoring.word), ("text", folded, scoring.gram)]
        case Phrase(text, synonyms, chosen):
            folded = tuple(map(fold_query, (text, *synonyms)))
            pairs = pairs_of(folded[0]) if chosen is None else chosen
            kinds = [("pair", (pair,), scoring.pair) for pair in pairs] + [("text", folded, scoring.phrase)]
            verbatim = [_Leaf(whole.field, "verbatim", folded[:1], scoring.verbatim)]
        case _:
            return []
    found = [_Leaf(place.field, kind, texts, place.weight * own) for place in places for kind, texts, own in kinds]
    return [leaf for leaf in found + verbatim if leaf.texts[0]]


class _Place(NamedTuple):
    """A text field, or all of them as one, and how much what stands there weighs."""

    field: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A piece of evidence to look for: a word, a text or a pair wherever words begin, a pattern, or a verbatim text.

    Several texts (a word and its synonyms) count as one term.
    """

    field: str
    kind: str
    texts: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Postings and the most that they can add to a score; or the documents (`holding`) that get all of it."""

    field: str
    found: Counts
    most: float
    holding: Mask | None = None


class _Ranking:
    """Scores of some documents, summed up one piece of evidence after the other.

    Where only the best are wanted, documents that cannot be among them any more are let go on the way: those that would
    stay below the last wanted one even if all evidence to come added the most it can (MaxScore, Turtle and Flood 1995,
    "Query evaluation: strategies and optimizations", for whole arrays).
    """

    def __init__(self, source: PostingSource, scoring: Scoring, numbers: Numbers, wanted: int | None) -> None:
        self.scoring = scoring
        self._source, self._numbers = source, numbers
        self._wanted = len(numbers) if wanted is None else max(wanted, 1)
        self._scores = np.zeros(len(numbers), dtype=np.float32)
        self._norms: dict[str, Floats] = {}

    def weigh(self, field: str, found: Counts, weight: float) -> _Evidence | None:
        """Return postings with the most that they can add; None where they add nothing.

        BM25 (Robertson and Zaragoza 2009, eq. 3.15).
        """
        source = self._source
        # Deleted documents count in nothing: scores do not depend on how an index came to be.
        frequency = len(found.documents)
        if source.live_count < source.size:
            frequency = int(np.count_nonzero(source.live[found.documents]))
        if not frequency or not weight:
            return None
        most = weight * idf(source.live_count, frequency) * (self.scoring.k1 + 1)
        return _Evidence(field, found, most)

    def score(self, evidence: list[_Evidence]) -> tuple[Numbers, Floats]:
        """Return documents and their scores."""
        # What is rare says most: first what can add the most, so that there is soon little to hope for.
        evidence = sorted(evidence, key=lambda one: -one.most)
        done, to_come = 0.0, sum(one.most for one in evidence)
        for one in evidence:
            if one.holding is not None:
                self._scores[one.holding[self._numbers]] += np.float32(one.most)
            else:
                self._add_bm25(one)
            done, to_come = done + one.most, to_come - one.most
            if done > to_come:
                self._let_go(to_come)
        return self._numbers, self._scores

    def _let_go(self, to_come: float) -> None:
        if len(self._numbers) <= max(_FEW, self._wanted):
            return
        kept = self._scores >= _lower_bound(self._scores, self._wanted) - np.float32(to_come + _ROUNDING)
        if 2 * np.count_nonzero(kept) < len(kept):
            self._numbers, self._scores = self._numbers[kept], self._scores[kept]
            self._norms = {name: norm[kept] for name, norm in self._norms.items()}

    def _add_bm25(self, one: _Evidence) -> None:
        documents, counts = one.found.documents, one.found.counts
        scored, named = len(self._numbers), len(documents)
        if min(scored, named) * _LOOK_UP_COST < max(scored, named):
            if scored < named:
                at, where = _find_among(self._numbers.astype(documents.dtype), documents)
            else:
                where, at = _find_among(documents.astype(np.int64), self._numbers)
            self._scores[at] += self._share(counts[where], self._norm(one.field, at)) * np.float32(one.most)
            return
        by_document = np.zeros(self._source.size, dtype=counts.dtype)
        by_document[documents] = counts
        share = self._share(by_document[self._numbers], self._norm(one.field))
        share *= np.float32(one.most)
        self._scores += share

    def _share(self, counts: Array, norm: Floats) -> Floats:
        """Return how much of the most that it can add each document gets."""
        frequencies: Floats = counts.astype(np.float32)
        frequencies /= frequencies + norm
        return frequencies

    def _norm(self, field: str, at: Array | None = None) -> Floats:
        """Return what stands beside the count in BM25's denominator, for all of the documents or some."""
        if field in self._norms:
            return self._norms[field] if at is None else self._norms[field][at]
        lengths, average = self._source.lengths(field)
        k1, b = np.float32(self.scoring.k1), np.float32(self.scoring.b)
        norm: Floats = lengths[self._numbers if at is None else self._numbers[at]] * (k1 * b / np.float32(average))
        norm += k1 * (1 - b)
        if at is None:
            self._norms[field] = norm
        return norm


def add_counts(parts: list[Counts], size: int) -> Counts:
    """Return the sums of some postings, of documents below `size`."""
    found = sorted((part for part in parts if len(part.documents)), key=lambda part: -len(part.documents))
    if len(found) < 2:
        return found[0] if found else NOTHING
    if sum(len(part.documents) for part in found[1:]) * _LOOK_UP_COST > size:
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


def idf(documents: int, frequency: int) -> float:
    """Return the inverse document frequency, with Lucene's + 1, so that it is never negative."""
    return math.log1p(max(0.0, documents - frequency + 0.5) / (frequency + 0.5))


def _find_among(few: Array, many: Array) -> tuple[Array, Array]:
    """Return where the numbers are that two ascending arrays share, in the one and in the other."""
    at = np.searchsorted(many, few)
    at[at == len(many)] = 0
    shared = np.flatnonzero(many[at] == few)
    return shared, at[shared]


def _lower_bound(scores: Floats, wanted: int) -> np.float32:
    """Return what at least `wanted` scores reach: the greatest of that many groups of them."""
    groups = max(_GROUPS, 4 * wanted)
    if len(scores) > 2 * groups:
        whole = len(scores) // groups * groups
        scores = scores[:whole].reshape(-1, groups).max(axis=0)
    bound: np.float32 = np.partition(scores, len(scores) - wanted)[len(scores) - wanted]
    return bound


@lru_cache(maxsize=10_000)
def fold_query(text: str) -> str:
    """Fold a piece of a query; one search asks for the same pieces many times."""
    return fold(text).text


def fold_pattern(text: str) -> str:
    """Fold what stands between the signs of a pattern."""
    return "".join(piece if piece in ("*", "?") else fold(piece).text for piece in re.split(r"([*?])", text))
