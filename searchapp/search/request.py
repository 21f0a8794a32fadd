"""What somebody asks for, as one value: the typed query, filters, order, grouping and slice."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from indexer import (
    DateField,
    QueryError,
    Sort,
    date_span,
)
from searchapp.language.dates import parse_date, parse_day_of_year, read_day
from searchapp.language.forms import read_number

if TYPE_CHECKING:
    from searchapp.language.periods import Calendar

Match = Literal["auto", "all", "any"]
Group = Literal["none", "series", "year", "source"]
DATED_BY: tuple[DateField, ...] = get_args(DateField)
LARGEST_PAGE = 100
_NUMERAL = re.compile("[〇○零一二三四五六七八九十]+(?=[年月日号])")
# What is counted over the hits of every search.
FACETS = ("source", "issuer", "year", "month", "genre", "people", "series")
# The field of a request that holds the chosen values of a facet.
FIELD_OF = {
    "source": "sources",
    "issuer": "issuers",
    "year": "years",
    "genre": "genres",
    "people": "people",
    "series": "series",
}


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What somebody asks: the typed query, filters, order and slice. Dates are ISO, as exact as they were typed.

    All that has to do with days goes by the date field that it is `dated_by`. An issuer stands for those below it as
    well. A `literal` request is asked without synonyms, other forms of dates and numbers, or periods beside words; one
    that `fold`s lists near-identical documents once.
    """

    raw_query: str = ""
    date_from: str | None = None
    date_to: str | None = None
    dated_by: DateField = "date"
    sources: tuple[str, ...] = ()
    not_sources: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    sort: Sort = "relevance"
    match: Match = "auto"
    group: Group = "none"
    literal: bool = False
    fold: bool = False
    offset: int = 0
    size: int = 10

    @property
    def has_filters(self) -> bool:
        """Tell whether anything but the query narrows the search."""
        chosen = (self.sources, self.not_sources, self.issuers, self.years, self.genres, self.people, self.series)
        return bool(self.date_from or self.date_to or any(chosen))

    def without_filters(self) -> SearchRequest:
        """Return the same request with nothing that narrows it but the query."""
        nothing: dict[str, Any] = dict.fromkeys(FIELD_OF.values(), ())
        return replace(self, date_from=None, date_to=None, not_sources=(), **nothing)

    def chosen(self, facet: str) -> tuple[str, ...]:
        """Return the chosen values of a facet; "" is no value."""
        values: tuple[str, ...] = getattr(self, FIELD_OF[facet]) if facet in FIELD_OF else ()
        return values


def column_of(facet: str, dated_by: DateField) -> str:
    """Return the column of the index that a facet counts: years and months are those of one of the two dates."""
    return f"meeting_{facet}" if facet in ("year", "month") and dated_by == "meeting_date" else facet


def read_date(typed: str | None, name: str) -> str | None:
    """Read a date of a request.

    Raises:
        QueryError: it is no date of the calendar.
    """
    if typed is None or not typed.strip():
        return None
    iso = parse_date(typed)
    if iso is None:
        raise QueryError(
            "{name}“{typed}”不是有效的日期。请写成 2021、2021-03、2021-03-12 或 近三年 这样。",
            name=name,
            typed=typed[:40],
        )
    return iso


def read_days(
    start: str | None, end: str | None, calendar: Calendar, names: tuple[str, str]
) -> tuple[str | None, str | None]:
    """Read the two ends of a period, each a date, a day without a year (the last one) or a period like 近三年.

    A period that stands alone, at the start or at the end, is meant whole; ends the other way round are turned.

    Raises:
        QueryError: one of them is none of these; it is called by its name.
    """
    opening, closing = _read_end(start, names[0], calendar), _read_end(end, names[1], calendar, last=True)
    first = opening[0] if opening else closing[0] if closing else None
    last = closing[1] if closing else opening[1] if opening else None
    return (last, first) if first and last and date_span(first)[0] > date_span(last)[1] else (first, last)


def _read_end(
    typed: str | None, name: str, calendar: Calendar, *, last: bool = False
) -> tuple[str | None, str | None] | None:
    """Return what was typed at one end as ISO dates: a date at the end where it stands, a period with both."""
    text = _NUMERAL.sub(lambda match: str(read_number(match[0])), (typed or "").strip()).replace("号", "日")
    if not text:
        return None
    day = parse_date(text) or parse_day_of_year(text, calendar.today())
    period = calendar.parse((typed or "").strip()) if day is None else None
    if period is None:
        day = day or read_date(typed, name)
        return (None, day) if last else (day, None)
    begins, ends = (read_day(number).isoformat() if number else None for number in period)
    return begins, ends
