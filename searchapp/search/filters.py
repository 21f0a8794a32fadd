"""What narrows a request -> queries, each under the column whose facet it does not touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from indexer import (
    And,
    Everything,
    Not,
    OneOf,
    Or,
    OutOfTimeError,
    Query,
    Range,
    Run,
    date_span,
)
from searchapp.fields import BY_NAME, FILTERS
from searchapp.language.dates import make_period

if TYPE_CHECKING:
    from indexer import DateField, Found, Reader
    from searchapp.fields import SearchField
    from searchapp.search.request import SearchRequest
    from searchapp.search.results import ResultPage

Finding = TypeVar("Finding", "Found", "ResultPage")


def make_filters(reader: Reader, request: SearchRequest) -> dict[str, Query]:
    """Return what narrows a request, each under the column whose facet it does not touch."""
    day = request.dated_by
    filters: dict[str, Query] = {}
    if request.date_from or request.date_to:
        spans = [date_span(typed) if typed else None for typed in (request.date_from, request.date_to)]
        filters[BY_NAME["month"].column(day)] = Range(day, *make_period(*spans))
    for own in FILTERS:
        narrowing = (
            *([_choose(reader, own, values=values, day=day)] if (values := request.values(own.name)) else ()),
            *([Not(_one_of(own.name, values))] if (values := request.excluded_values(own.name)) else ()),
        )
        if narrowing:
            filters[own.column(day)] = And(narrowing) if len(narrowing) > 1 else narrowing[0]
    return filters


def _choose(reader: Reader, own: SearchField, *, values: tuple[str, ...], day: DateField) -> Query:
    """Return the query for documents that have one of the values of a field."""
    if own.shape == "years":
        undated = Not(Range(day, None, None))
        return Or(tuple(Range(day, *date_span(year)) if year else undated for year in values))
    return _one_of(own.name, expand_issuers(reader, values) if own.shape == "tree" else values)


def _one_of(name: str, values: tuple[str, ...]) -> OneOf:
    return OneOf(name, tuple(value or None for value in values))


def whole(found: Finding) -> Finding:
    """Return what was found, or the page of it, all of it.

    Raises:
        OutOfTimeError: it is partial.
    """
    if found.partial:
        raise OutOfTimeError
    return found


def expand_issuers(reader: Reader, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """Return issuers with all issuers of the archive that are below them."""
    from indexer import find_below  # its patterns take longer to make than most searches

    counted = whole(reader.run(Run(Everything(), limit=0, facets=("issuer",)))).facets["issuer"]
    return tuple(dict.fromkeys((*chosen, *find_below((value for value, _ in counted if value), chosen))))
