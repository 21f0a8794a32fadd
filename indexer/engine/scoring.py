"""How well documents match: evidence of a query, weighed by BM25, the best documents first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from indexer.analysis.normalize import pairs_of
from indexer.analysis.words import is_known_word
from indexer.engine.postings import LOOK_UP_COST, NOTHING, WHOLE, Counts, PostingSource, add_counts, fold_query, idf
from indexer.query import (
    TEXT_FIELDS,
    And,
    Field,
    Or,
    Pattern,
    Phrase,
    Query,
    Range,
    Said,
    Scoring,
    Term,
    Within,
)

if TYPE_CHECKING:
    from indexer.engine.postings import Array, Floats, Mask, Numbers
    from indexer.query import Ranking

# So few documents are scored sooner than they are sorted out.
_FEW = 2000
_ROUNDING = 0.01
_GROUPS = 1024
# A passage is a window of so many characters, two or three sentences; windows overlap by half.
PASSAGE = 100


def score(
    lookups: Lookups, ranking: Ranking, *, numbers: Numbers, wanted: int | None, worth: Floats | None = None
) -> tuple[Numbers, Floats]:
    """Return documents and their scores, each the sum of the evidence of all positive leaves.

    Of `numbers` all are returned, or at least those that can be among the best `wanted`. Of the evidence of each
    document of the source only a part counts (1 at most), where its `worth` is given.
    """
    scores = _Scores(lookups.source, ranking.scoring, numbers=numbers, wanted=wanted)
    scores.worth = None if worth is None else worth[numbers]
    evidence = _weigh(lookups, scores, leaves=collect_leaves(ranking.evidence, ranking.scoring))
    return scores.add(evidence + _weigh_days(lookups, ranking))


def _weigh(lookups: Lookups, scores: _Scores, *, leaves: list[_Leaf]) -> list[_Evidence]:
    """Look the leaves up, each once with the sum of its weights."""
    weights: dict[tuple[str, str, tuple[str, ...]], float] = {}
    for leaf in leaves:
        key = (leaf.field, leaf.kind, leaf.texts)
        weights[key] = weights.get(key, 0.0) + leaf.weight
    evidence = []
    for (field, kind, texts), weight in weights.items():
        if lookups.source.budget.is_spent:  # what was matched is ordered by what was looked up
            break
        found = _find_leaf(lookups, field, kind=kind, texts=texts)
        if kind == "verbatim":
            holding = np.zeros(lookups.source.size, dtype=np.bool_)
            holding[found.documents] = True
            evidence.append(_Evidence(field, NOTHING, weight, holding))
        elif (weighed := scores.weigh(field, found, weight=weight)) is not None:
            evidence.append(weighed)
    return evidence


def _weigh_days(lookups: Lookups, ranking: Ranking) -> list[_Evidence]:
    """Weigh that documents are dated, by any of their dates, on the days that the evidence names."""
    source, named = lookups.source, dict[tuple[int | None, int | None], list[Range]]()
    for one in _collect_ranges(ranking.evidence):
        named.setdefault((one.first, one.last), []).append(one)
    evidence = []
    for ranges in named.values():
        if source.budget.is_spent:
            break
        holding: Mask = np.logical_or.reduce([lookups.mask(one) for one in ranges])
        frequency = int(np.count_nonzero(holding & source.live))
        evidence.append(_Evidence("", NOTHING, ranking.scoring.dated * idf(source.live_count, frequency), holding))
    return evidence


def _collect_ranges(query: Query) -> list[Range]:
    match query:
        case And(parts) | Or(parts):
            return [one for part in parts for one in _collect_ranges(part)]
        case Within(_, part):
            return _collect_ranges(part)
        case Range():
            return [query]
        case _:
            return []


def _find_leaf(lookups: Lookups, field: str, *, kind: str, texts: tuple[str, ...]) -> Counts:
    """Return the postings of a leaf: those of all its texts, in all its fields, as of one term."""
    parts = []
    for text in texts:
        if kind == "pattern":
            names = TEXT_FIELDS if field == WHOLE else (field,)
            parts += [lookups.matches(name, Pattern(text)) for name in names]
        # What the dictionary does not know is cut by guess, here so and there so: its characters count instead.
        elif kind == "word" and (text.isascii() or is_known_word(text)):
            parts.append(lookups.source.count_word(field, text))
        else:
            parts.append(lookups.find(field, text, is_synonym=kind == "alone" or text is not texts[0]))
    return add_counts(parts, lookups.source.size)


def weigh_passages(lookups: Lookups, ranking: Ranking, *, numbers: Numbers) -> tuple[Floats, Floats]:
    """Return for each of some documents (ascending) how much of the evidence its best passage holds, and which share.

    That is the sum of the idf of the different pairs of characters that one passage of the body holds, of those that
    the words of the query consist of. The share is of all such pairs that the document holds; for that a title is a
    passage as well, and it is 1 where there are none (a source matched). Without an ideal nobody asks for it.
    """
    best, share = np.zeros(len(numbers), dtype=np.float32), np.ones(len(numbers), dtype=np.float32)
    leaves = [leaf for leaf in collect_leaves(ranking.evidence, ranking.scoring) if leaf.field in (WHOLE, "body")]
    if sum(leaf.kind == "word" for leaf in leaves) < 2 or not ranking.scoring.passage:  # one word is near to itself
        return best, share
    if lookups.source.budget.is_spent:
        return best, share
    texts = {text for leaf in leaves if leaf.kind in ("word", "pair") for text in leaf.texts}
    pairs = sorted({pair for text in texts for pair in pairs_of(text)})
    owners, found, places = lookups.source.find_pairs("body", pairs, documents=numbers)
    live, size = lookups.source.live_count, len(pairs)
    counted = (_count_live(lookups.source, lookups.occurrences("body", pair)) for pair in pairs)
    weights = np.array([idf(live, frequency) for frequency in counted])
    half = PASSAGE // 2
    windows = 1 + int(places.max(initial=0)) // half
    window = owners.astype(np.int64) * windows + places // half
    second = places >= half  # each place lies in two windows, but for those at the beginning
    window, held = _sum_different(
        np.concatenate((window * size + found, (window[second] - 1) * size + found[second])), weights
    )
    np.maximum.at(best, window // windows, held)
    if ranking.ideal is not None:
        in_body = owners.astype(np.int64) * size + found
        owners, found, _ = lookups.source.find_pairs("title", pairs, documents=numbers)
        in_title = owners.astype(np.int64) * size + found
        together, own = best.copy(), np.zeros_like(best)
        titled, held = _sum_different(in_title, weights)
        together[titled] = np.maximum(together[titled], held)
        owning, held = _sum_different(np.concatenate((in_body, in_title)), weights)
        own[owning] = held
        np.divide(together, own, out=share, where=own > 0)
    return best, share


def _sum_different(held: Array, weights: Array) -> tuple[Array, Floats]:
    """Return the places of some entries (place * number of weights + weight), and the sum of different ones there."""
    held = np.unique(held)
    place, which = np.divmod(held, max(1, len(weights)))
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    totals: Floats = (
        np.add.reduceat(weights[which], starts).astype(np.float32) if len(held) else held.astype(np.float32)
    )
    return place[starts], totals


def _count_live(source: PostingSource, found: Counts) -> int:
    """Return how many documents hold a term. Deleted ones count in nothing: no score tells how an index came to be."""
    if source.live_count == source.size:
        return len(found.documents)
    return int(np.count_nonzero(source.live[found.documents]))


def collect_leaves(query: Query, scoring: Scoring, *, field: str | None = None) -> list[_Leaf]:
    """Return what counts as evidence for a query.

    Title and body count as one text; what stands in the title counts once more, as in a short text of its own.
    """
    whole = _Place(field or WHOLE, 1.0)
    places = [whole] if field is not None else [whole, _Place("title", scoring.title)]
    verbatim = []
    match query:
        case And(parts) | Or(parts):
            return [leaf for part in parts for leaf in collect_leaves(part, scoring, field=field)]
        case Field(name, part):
            return collect_leaves(part, scoring, field=name) if name in TEXT_FIELDS else []
        case Within(_, part):
            return collect_leaves(part, scoring, field=field)
        case Said(_, part) if part is not None:
            return collect_leaves(part, scoring, field="body")
        case Pattern(text):
            kinds: list[tuple[str, tuple[str, ...], float]] = [("pattern", (text,), scoring.word)]
        case Term(text, synonyms, alone):
            folded = tuple(map(fold_query, (text, *synonyms)))
            kinds = [("word", folded, scoring.word), ("alone" if alone else "text", folded, scoring.gram)]
        case Phrase(text, synonyms, chosen, part):
            folded = tuple(map(fold_query, (text, *synonyms)))
            pairs = pairs_of(folded[0]) if chosen is None else chosen
            kinds = [("pair", (pair,), scoring.pair) for pair in pairs] + [("text", folded, scoring.phrase)]
            weight = scoring.verbatim_part if part else scoring.verbatim
            verbatim = [_Leaf(whole.field, "verbatim", folded[:1], weight)]
        case _:
            return []
    found = [_Leaf(place.field, kind, texts, place.weight * own) for place in places for kind, texts, own in kinds]
    return [leaf for leaf in found + verbatim if leaf.texts[0]]


class Lookups(Protocol):
    """What ranking asks: which documents match, and where texts occur. Each is looked up once."""

    source: PostingSource

    def mask(self, query: Query, field: str | None = None) -> Mask:
        """Return a mask of the documents that match."""

    def occurrences(self, field: str, folded: str) -> Counts:
        """Return the documents in whose field a folded text occurs, and how often."""

    def find(self, field: str, folded: str, *, is_synonym: bool) -> Counts:
        """Return where a text occurs as it was typed, or as a synonym of that."""

    def matches(self, field: str, pattern: Pattern) -> Counts:
        """Return the documents in whose field words match a pattern, and how many do."""


class _Place(NamedTuple):
    """A text field, or all of them as one, and how much what stands there weighs."""

    field: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A piece of evidence to look for: a word, a text or a pair wherever words begin, one that stands alone, a pattern,
    or a verbatim text.

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


class _Scores:
    """Scores of some documents, summed up one piece of evidence after the other.

    Where only the best are wanted, documents that cannot be among them any more are let go on the way: those that would
    stay below the last wanted one even if all evidence to come added the most it can (MaxScore, Turtle and Flood 1995,
    "Query evaluation: strategies and optimizations", for whole arrays).
    """

    def __init__(self, source: PostingSource, scoring: Scoring, *, numbers: Numbers, wanted: int | None) -> None:
        self.scoring = scoring
        self._source, self._numbers = source, numbers
        self._wanted = len(numbers) if wanted is None else max(wanted, 1)
        self._scores = np.zeros(len(numbers), dtype=np.float32)
        self._norms: dict[str, Floats] = {}
        self.worth: Floats | None = None  # never above 1, so that nothing can add more than its most

    def weigh(self, field: str, found: Counts, *, weight: float) -> _Evidence | None:
        """Return postings with the most that they can add; None where they add nothing.

        BM25 (Robertson and Zaragoza 2009, eq. 3.15).
        """
        source = self._source
        frequency = _count_live(source, found)
        if not frequency or not weight:
            return None
        most = weight * idf(source.live_count, frequency) * (self.scoring.k1 + 1)
        return _Evidence(field, found, most)

    def add(self, evidence: list[_Evidence]) -> tuple[Numbers, Floats]:
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
            self.worth = None if self.worth is None else self.worth[kept]

    def _add_bm25(self, one: _Evidence) -> None:
        documents, counts = one.found.documents, one.found.counts
        scored, named = len(self._numbers), len(documents)
        if min(scored, named) * LOOK_UP_COST < max(scored, named):
            if scored < named:
                at, where = _find_among(self._numbers.astype(documents.dtype), documents)
            else:
                where, at = _find_among(documents.astype(np.int64), self._numbers)
            self._scores[at] += self._share(counts[where], one.field, at=at) * np.float32(one.most)
            return
        by_document = np.zeros(self._source.size, dtype=counts.dtype)
        by_document[documents] = counts
        share = self._share(by_document[self._numbers], one.field)
        share *= np.float32(one.most)
        self._scores += share

    def _share(self, counts: Array, field: str, *, at: Array | None = None) -> Floats:
        """Return how much of the most that it can add each document gets, or some of them."""
        frequencies: Floats = counts.astype(np.float32)
        frequencies /= frequencies + self._norm(field, at)
        if self.worth is not None:
            frequencies *= self.worth if at is None else self.worth[at]
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
