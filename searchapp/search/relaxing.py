"""What comes near a query that finds little: which documents, what each of them lacks, what all of them lack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from indexer import Among, And, Everything, Query, idf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer import Reader, Sort
    from searchapp.language.parsing import ParsedQuery, Unit

# So few complete hits leave room on the first page for what comes near.
FEW_HITS = 10
# A relaxed search keeps what holds at least this share, by idf, of what the nearest document holds. On judged questions
# .2 to .35 rank as well as no limit at all, .5 costs up to .003 nDCG@10; and .3 lists some ten to twenty documents.
_RELAXED_SHARE = 0.33
# What holds less of a quoted text is not near it. (Of a question the best answer may hold less than a third.)
_LEAST_OF_QUOTED = 0.5
# Nobody reads further through what only comes near (more are listed where all of them are equally near).
_MOST_NEAR = 100


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The documents that come near a query, all documents that hold each of its units, and what no near one does."""

    query: Query
    holding: list[tuple[Unit, NDArray[np.int64]]]
    given_up: list[str]

    def missing_in(self, number: int) -> list[Unit]:
        """Return the units that a document does not hold."""
        return [unit for unit, numbers in self.holding if not _is_among(number, numbers)]

    def holds_none(self, number: int) -> bool:
        """Tell whether a document holds no unit but minor ones."""
        return not any(_is_among(number, numbers) for unit, numbers in self.holding if not unit.minor)


def relax(reader: Reader, parsed: ParsedQuery, filters: dict[str, Query], sort: Sort, shown: int) -> Relaxed | None:
    """Ask for what comes near a query that finds little, `shown` hits, and name what no such document holds."""
    assert parsed.query is not None
    complete = reader.match(parsed.query)
    if len(complete) >= FEW_HITS:  # it is the filters that leave little
        return None
    if shown and not _wants_company(reader, parsed, sort, complete):
        return None
    exact = [unit.query for unit in parsed.units if unit.exact]
    # What was quoted is not given up for more hits than there are.
    required = parsed.required + (exact if len(complete) else [])
    allowed = reader.match(And((Everything(), *required)))
    if len(parsed.near) < 2 or not len(allowed):
        return None
    found = [reader.match(query) for query in parsed.near]
    # What is rare says more: a document that holds it is nearer than one that holds something common.
    weights = [idf(reader.document_count, len(numbers)) for numbers in found]
    held = np.zeros(1 + max(int(numbers.max(initial=0)) for numbers in (allowed, *found)))
    for numbers, weight in zip(found, weights, strict=True):
        held[numbers] += weight
    if held[allowed].max() <= sum(weights) * (_LEAST_OF_QUOTED if all(unit.exact for unit in parsed.units) else 0.0):
        return None
    listed = np.union1d(complete, _choose_nearest(held, allowed))
    narrowing = tuple(filters.values())
    if narrowing:  # what is near among the chosen, and what is near at all, for the counts beside other choices
        within = np.intersect1d(allowed, reader.match(And(narrowing)), assume_unique=True)
        listed = np.union1d(listed, _choose_nearest(held, within))
    holding = [(unit, reader.match(unit.query)) for unit in parsed.units]
    given_up = [
        unit.text
        for unit, numbers in holding
        if not unit.minor and not len(np.intersect1d(listed, numbers, assume_unique=True))
    ]
    return Relaxed(Among(tuple(listed.tolist())), holding, given_up)


def _wants_company(reader: Reader, parsed: ParsedQuery, sort: Sort, complete: NDArray[np.int64]) -> bool:
    """Tell whether others may follow complete hits: not by date, nor where each part stands as it was typed."""
    if sort != "relevance":
        return False
    return any(not len(np.intersect1d(complete, reader.match(phrase), assume_unique=True)) for phrase in parsed.phrases)


def _choose_nearest(held: NDArray[np.float64], allowed: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return those of the documents that hold most, by what each document holds."""
    own = held[allowed]
    best = float(own.max(initial=0.0))
    if not best:
        return allowed[:0]
    least = best * _RELAXED_SHARE
    if np.count_nonzero(own >= least) > _MOST_NEAR:
        last = float(np.partition(own, -_MOST_NEAR)[-_MOST_NEAR])
        least = min(best, float(np.nextafter(last, np.inf)))
    return allowed[own >= least]


def comes_near(reader: Reader, parsed: ParsedQuery, number: int) -> bool:
    """Tell whether a document holds none of the units of a query."""
    return not any(_is_among(number, reader.match(unit.query)) for unit in parsed.units if not unit.minor)


def _is_among(number: int, numbers: NDArray[np.int64]) -> bool:
    at = int(np.searchsorted(numbers, number))
    return at < len(numbers) and int(numbers[at]) == number
