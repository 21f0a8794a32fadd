"""What narrows a request -> queries, each under the column whose facet it does not touch."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from indexer import (
    And,
    Everything,
    Not,
    OneOf,
    Or,
    Query,
    Range,
    Run,
    date_span,
    hierarchy,
)
from searchapp.language.dates import make_period
from searchapp.search.request import SearchRequest, column_of

if TYPE_CHECKING:
    from indexer import Reader


def make_filters(reader: Reader, request: SearchRequest) -> dict[str, Query]:
    """Return what narrows a request, each under the column whose facet it does not touch."""
    day = request.dated_by
    filters: dict[str, Query] = {}
    if request.date_from or request.date_to:
        spans = [date_span(typed) if typed else None for typed in (request.date_from, request.date_to)]
        filters[column_of("month", day)] = Range(day, *make_period(*spans))
    if request.years:
        undated = Not(Range(day, None, None))
        either = Or(tuple(Range(day, *date_span(year)) if year else undated for year in request.years))
        filters[column_of("year", day)] = either
    sources = (
        *([_one_of("source", request.sources)] if request.sources else ()),
        *([Not(_one_of("source", request.not_sources))] if request.not_sources else ()),
    )
    if sources:
        filters["source"] = And(sources)
    if request.issuers:
        filters["issuer"] = _one_of("issuer", expand_issuers(reader, request.issuers))
    for name in ("genre", "people", "series"):
        if values := request.chosen(name):
            filters[name] = _one_of(name, values)
    return filters


def _one_of(name: str, values: tuple[str, ...]) -> OneOf:
    return OneOf(name, tuple(value or None for value in values))


def expand_issuers(reader: Reader, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Return issuing bodies with all bodies of the archive that are below them."""
    counted = reader.run(Run(Everything(), limit=0, facets=("issuer",))).facets["issuer"]
    below = (value for value, _ in counted if value and set(path_of(value)) & set(chosen))
    return tuple(dict.fromkeys((*chosen, *below)))


@lru_cache(maxsize=1 << 16)
def path_of(body: str) -> tuple[str, ...]:
    """Return a body with those above it, the highest first: 中国科协, 山东省科协, 聊城市科协."""
    return hierarchy(body)
