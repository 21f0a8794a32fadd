"""What comes near a query that finds little: which documents, and what all of them lack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer import And, Everything, Near, Or, Query

if TYPE_CHECKING:
    from indexer import Reader, Sort
    from searchapp.language.parsing import ParsedQuery
    from searchapp.search.holdings import Holdings

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
    """A query for all that is complete and all that comes near, and the units that no such document holds."""

    query: Query
    given_up: list[str]


def relax(
    reader: Reader, parsed: ParsedQuery, *, filters: dict[str, Query], sort: Sort, shown: int, holdings: Holdings
) -> Relaxed | None:
    """Ask for what comes near a query that finds little, `shown` hits, and name what no such document holds."""
    assert parsed.query is not None
    if holdings.complete >= FEW_HITS:  # it is the filters that leave little
        return None
    if shown and (sort != "relevance" or holdings.as_typed):
        return None  # others follow complete hits neither by date, nor where each part stands as it was typed
    if len(parsed.near) < 2:
        return None
    exact = [unit.query for unit in parsed.units if unit.exact]
    # What was quoted is not given up for more hits than there are.
    allowed = And((Everything(), *parsed.required, *(exact if holdings.complete else ())))
    # What is near at all, and what is near among the chosen: the former counts beside other choices.
    scopes = (allowed, And((allowed, *filters.values()))) if filters else (allowed,)
    least = _LEAST_OF_QUOTED if all(unit.exact for unit in parsed.units) else 0.0
    near = Near(tuple(parsed.near), scopes, _RELAXED_SHARE, _MOST_NEAR, least)
    listed = Or((parsed.query, near))
    units = [unit for unit in parsed.units if not unit.minor]
    found, *held = reader.count([near, *(And((listed, unit.query)) for unit in units)])
    if not found:
        return None
    return Relaxed(listed, [unit.text for unit, count in zip(units, held, strict=True) if not count])
