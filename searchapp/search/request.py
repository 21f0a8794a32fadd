"""What somebody asks for, as one value: the typed query, filters, order, grouping and slice."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from indexer import (
    DateField,
    QueryError,
    Sort,
    date_span,
    parse_numeral,
)
from searchapp.fields import BY_NAME
from searchapp.language.dates import parse_date, parse_day_of_year, read_day
from searchapp.language.parsing import parse_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from searchapp.fields import SearchField
    from searchapp.language.equals import Lexicon
    from searchapp.language.parsed import ParsedQuery
    from searchapp.language.periods import Calendar

# Where the words of a query have to stand: anywhere, or in the title.
Inside = Literal["all", "title"]
# What has to hold all of them together.
Within = Literal["document", "paragraph", "sentence", "speech"]
MatchMode = Literal["auto", "all", "any"]
LIST = "none"  # hits are not grouped
LARGEST_PAGE = 100
MOST_ALSO = 8
_NUMERAL = re.compile("[〇○零一二三四五六七八九十]+(?=[年月日号])")
_EXCLUDED = "not_"
_FLAG = ("1", "0")  # how addresses call the values of a field that has two


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What somebody asks: the typed query, filters, order and slice. Dates are ISO, as exact as they were typed.

    `chosen` and `excluded` are values of fields, by their names; "" is no value. All that has to do with days goes by
    the date field that it is `dated_by`. An issuer stands for those below it as well. Hits are grouped by the field
    that `group` names. A `literal` request is asked without synonyms, other forms of dates, numbers and names, periods
    beside words, or another spelling; one that `fold`s lists near-identical documents once. Where `recent` ones come
    first, evidence counts by age; that changes the order by relevance and no other.

    The words of the query stand `inside` the title, or anywhere, and all of them `within` one place of a kind. What it
    finds is searched for what is typed in `also`, each a query of its own, which has to hold as it stands.
    """

    raw_query: str = ""
    inside: Inside = "all"
    within: Within = "document"
    also: tuple[str, ...] = ()
    date_from: str | None = None
    date_to: str | None = None
    dated_by: DateField = "date"
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    excluded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = "relevance"
    match: MatchMode = "auto"
    group: str = LIST
    literal: bool = False
    fold: bool = False
    recent: bool = False
    offset: int = 0
    size: int = 10

    @property
    def has_filters(self) -> bool:
        """Tell whether anything but the query narrows the search."""
        chosen = any(self.chosen.values()) or any(self.excluded.values())
        return bool(self.date_from or self.date_to or chosen or self.also)

    def without_filters(self) -> SearchRequest:
        """Return the same request with nothing that narrows it but the query."""
        return replace(self, date_from=None, date_to=None, chosen={}, excluded={}, also=())

    def parse(
        self,
        lexicon: Lexicon | None,
        typed: str | None = None,
        *,
        as_text: frozenset[str] = frozenset(),
        thorough: bool = False,
    ) -> ParsedQuery:
        """Parse the query, or another one that is `typed` in its place, and what its hits are searched for."""
        parsed = parse_query(
            self.raw_query if typed is None else typed,
            lexicon,
            literal=self.literal,
            in_title=self.inside == "title",
            within=None if self.within == "document" else self.within,
            as_text=as_text,
            thorough=thorough,
        )
        others = [parse_query(own, lexicon, literal=self.literal, thorough=thorough) for own in self.also]
        return (
            replace(
                parsed,
                needles=[*parsed.needles, *(needle for own in others for needle in own.needles)],
                understood=list(dict.fromkeys(one for own in (parsed, *others) for one in own.understood)),
                also=tuple(own.query for own in others if own.query is not None),
            )
            if others
            else parsed
        )

    def values(self, name: str) -> tuple[str, ...]:
        """Return the chosen values of a field."""
        return self.chosen.get(name, ())

    def excluded_values(self, name: str) -> tuple[str, ...]:
        """Return the values of a field that are left out."""
        return self.excluded.get(name, ())

    def change(self, **changes: Any) -> SearchRequest:
        """Return the same request with some of it changed; fields by their names: `year=("2021",)`, `not_source=()`.

        Raises:
            QueryError: a year is none, or a value that is one of two.
        """
        chosen, excluded = dict(self.chosen), dict(self.excluded)
        for name in BY_NAME.keys() & changes.keys():
            chosen[name] = tuple(read_value(BY_NAME[name], value) for value in changes.pop(name))
        for name in [name for name in changes if name.startswith(_EXCLUDED)]:
            excluded[name.removeprefix(_EXCLUDED)] = tuple(changes.pop(name))
        return replace(self, **changes, chosen=chosen, excluded=excluded)


def read_value(own: SearchField, typed: str) -> str:
    """Read a value of a field that somebody chooses, into the form that the index has; "" is no value.

    Raises:
        QueryError: it is to be a year, or one of two values, and is none.
    """
    if own.shape != "years" or not typed:
        value = own.normal(typed)
        if own.shape == "flag" and value and value not in map(own.normal, _FLAG):
            raise QueryError(
                "参数 {name}=“{typed}”应是 {choices} 之一。",
                name=own.argument,
                typed=typed[:40],
                choices="、".join(_FLAG),
            )
        return value
    year = parse_date(typed)
    if year is None or len(year) != 4:
        raise QueryError("年份“{typed}”应是四位数字，例如 2021。", typed=typed[:40])
    return year


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
    start: str | None, end: str | None, *, calendar: Calendar, names: tuple[str, str]
) -> tuple[str | None, str | None]:
    """Read the two ends of a period, each a date, a day without a year (the last one) or a period like 近三年.

    A period that stands alone, at the start or at the end, is meant whole; ends the other way round are turned.

    Raises:
        QueryError: one of them is none of these; it is called by its name.
    """
    opening, closing = (
        _read_end(start, names[0], calendar=calendar),
        _read_end(end, names[1], calendar=calendar, last=True),
    )
    first = opening[0] if opening else closing[0] if closing else None
    last = closing[1] if closing else opening[1] if opening else None
    return (last, first) if first and last and date_span(first)[0] > date_span(last)[1] else (first, last)


def _read_end(
    typed: str | None, name: str, *, calendar: Calendar, last: bool = False
) -> tuple[str | None, str | None] | None:
    """Return what was typed at one end as ISO dates: a date at the end where it stands, a period with both."""
    text = _NUMERAL.sub(lambda match: str(parse_numeral(match[0])), (typed or "").strip()).replace("号", "日")
    if not text:
        return None
    day = parse_date(text) or parse_day_of_year(text, calendar.today())
    period = calendar.parse((typed or "").strip()) if day is None else None
    if period is None:
        day = day or read_date(typed, name)
        return (None, day) if last else (day, None)
    begins, ends = (read_day(number).isoformat() if number else None for number in period)
    return begins, ends
