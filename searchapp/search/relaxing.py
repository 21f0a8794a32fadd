"""What comes near a query that finds little: which documents, by what they are ranked, and what all of them lack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer import And, Near, Not, Or, Query, Ranking
from searchapp.search.ranking import SCORING

if TYPE_CHECKING:
    from indexer import Reader, Sort
    from searchapp.language.parsed import ParsedQuery, Unit
    from searchapp.search.holdings import Holdings

# What comes near fills the list up to a hundred: nobody reads further, and whoever asked in a sentence has a good
# answer among so many.
LISTED = 100
# A word that so few documents hold may as well stand apart in others (换届选举); of a more frequent one these say less.
FEW_HOLD_A_WORD = 10
# What holds at least this share, by idf, of what the nearest document holds is ranked, so many at most: the best answer
# of a long question may hold little of it, and ranking knows better than this sum.
_RANKED_SHARE = 0.2
_MOST_RANKED = 1000
# What holds less of a quoted text is not near it. (Of a question the best answer may hold less than a third.)
_LEAST_OF_QUOTED = 0.5


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A query for what is complete and what comes near, and how to rank it.

    `given_up` are the units that none of these hold, `apart` those of which some hold the finer words.
    """

    query: Query
    ranking: Ranking
    given_up: list[str]
    apart: list[str]


def relax(
    reader: Reader, parsed: ParsedQuery, *, filters: dict[str, Query], sort: Sort, shown: int, holdings: Holdings
) -> Relaxed | None:
    """Ask for what comes near a query that finds little, `shown` hits, and name what no such document holds."""
    assert parsed.query is not None
    most = FEW_HOLD_A_WORD if len(parsed.units) == 1 else LISTED
    if holdings.complete >= most:  # it is the filters that leave little
        return None
    if (shown and sort != "relevance") or len(parsed.near) < 2:
        return None
    split = [unit for unit, count in zip(parsed.units, holdings.counts, strict=True) if _may_stand_apart(unit, count)]
    finer = [query for unit in parsed.units if unit in split or not unit.finer for query in unit.evidence]
    exact = [unit.query for unit in parsed.units if unit.exact]
    # What was quoted is not given up for more hits than there are.
    allowed = And((Not(parsed.query), *parsed.required, *(exact if holdings.complete else ())))
    # What is near at all, and what is near among the chosen: the former counts beside other choices.
    scopes = (allowed, And((allowed, *filters.values()))) if filters else (allowed,)
    least = _LEAST_OF_QUOTED if all(unit.exact for unit in parsed.units) else 0.0
    ideal = _take_apart(parsed.query, {unit.query: unit.apart for unit in split})
    evidence = Or((parsed.query, *finer, *([parsed.typed] if parsed.typed else ())))
    ranking = Ranking(evidence, SCORING, ideal)
    near = Near(tuple(parsed.near), scopes, _RANKED_SHARE, _MOST_RANKED, least, ranking, LISTED - shown)
    listed = Or((parsed.query, near))
    units = [unit for unit in parsed.units if not unit.minor]
    asked = (*(unit.query for unit in units), *(unit.apart for unit in split))
    found, *held = reader.count([near, *asked], among=listed)
    if not found:
        return None
    lacking = [unit.text for unit, count in zip(units, held, strict=False) if not count]
    pieces = {unit.text for unit, count in zip(split, held[len(units) :], strict=True) if count}
    return Relaxed(
        listed,
        ranking,
        [text for text in lacking if text not in pieces],
        [text for text in lacking if text in pieces],
    )


def _may_stand_apart(unit: Unit, held: int) -> bool:
    return bool(unit.finer) and held < FEW_HOLD_A_WORD


def _take_apart(query: Query, apart: dict[Query, Query]) -> Query:
    """Return a query in which some words are looked for in finer words as well."""
    match query:
        case And(parts):
            return And(tuple(_take_apart(part, apart) for part in parts))
        case Or(parts):
            return Or(tuple(_take_apart(part, apart) for part in parts))
        case _:
            return Or((query, apart[query])) if query in apart else query
