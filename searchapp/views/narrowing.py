"""What a page shows to narrow a search with: periods, years with their months, issuers, what a form has to keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from flask_babel import gettext

from indexer import QueryError
from searchapp.fields import FILTERS, SCOPES
from searchapp.language.dates import read_day
from searchapp.messages import N_
from searchapp.search.overview import grow_tree
from searchapp.search.request import MOST_ALSO, read_days
from searchapp.search.results import FacetValue
from searchapp.search.timeline import find_open_years, make_timeline, within
from searchapp.views.arguments import write_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from searchapp.language.periods import Calendar
    from searchapp.search.overview import Branch, Overview
    from searchapp.search.request import SearchRequest
    from searchapp.search.results import ResultPage
    from searchapp.search.timeline import Timeline, Year

# Values of the index that are no text of the archive, but ours.
SPOKEN = (N_("原文完整"), N_("原文不完整"))
# What has controls of its own; everything else of a request is kept in hidden ones.
_DRAWN = ("q", "from", "to", "by")
_BOXES = tuple(own.argument for own in FILTERS)
# Whose values are boxes with counts.
COUNTED = tuple(own for own in FILTERS if own.counted)
_INSIDES = (("all", N_("全文")), ("title", N_("标题")))
_SCOPES = (("document", N_("同篇")), *((own.kind, own.label) for own in reversed(SCOPES)))
_QUICK = (N_("近一周"), N_("近一月"), N_("今年"), N_("去年"))
_ENDS = {"from": N_("开始日期"), "to": N_("结束日期")}


@dataclass(frozen=True, slots=True)
class Quick:
    """A period that one click asks for; it may be chosen, and it may lie outside of what the archive holds."""

    label: str
    date_from: str
    date_to: str
    chosen: bool
    outside: bool


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What narrows a search, as pages show it.

    Attributes:
        told: How many documents there are, as a sentence.
        view: The same, as the button that leads to them says it.
        insides: Where the words of the query may have to stand, with how that reads.
        scopes: What may have to hold all of them together, with how that reads; nothing where there is one word.
        most_also: How many times hits can be searched once more.
        chosen: How many filters are set.
        kept: What the form of the search has to keep besides its visible controls: names and values.
        quick: Periods that one click asks for.
        timeline: The hits over time.
        years: Every year of the archive, and none, with its hits.
        months: The months of each year that was chosen, or that the dates lie in.
        tree: The issuers.
        typed: What was typed as a date and is none, by the argument.
        mistakes: What is wrong with it, by the argument.
    """

    told: str
    view: str
    insides: tuple[tuple[str, str], ...]
    scopes: tuple[tuple[str, str], ...]
    most_also: int
    chosen: int
    kept: list[tuple[str, str]]
    quick: list[Quick]
    timeline: Timeline
    years: list[FacetValue]
    months: dict[str, Year]
    tree: list[Branch]
    typed: Mapping[str, str]
    mistakes: Mapping[str, str]


def describe_narrowing(
    wanted: SearchRequest,
    page: ResultPage,
    *,
    overview: Overview,
    calendar: Calendar,
    size: int,
    typed: Mapping[str, str] | None = None,
    mistakes: Mapping[str, str] | None = None,
) -> Narrowing:
    """Return what narrows a request, counted by the page that answers it."""
    years = overview.years(wanted.dated_by)
    ends = (wanted.date_from, wanted.date_to)
    counts = page.counts("month")
    chosen = wanted.values("year")
    return Narrowing(
        told=tell_total(page),
        view=tell_view(page),
        insides=_INSIDES,
        scopes=_SCOPES if len(wanted.raw_query.split()) > 1 or wanted.within != "document" else (),
        most_also=MOST_ALSO,
        chosen=count_chosen(wanted),
        kept=keep(wanted, _DRAWN if page.partial else (*_DRAWN, *_BOXES), size=size),
        quick=_find_quick(calendar, ends, years=years),
        timeline=make_timeline(counts, within(years, chosen), date_from=ends[0], date_to=ends[1]),
        years=[] if page.partial else _complete_years(page, years),
        months={} if page.partial else find_open_years(counts, years, chosen=chosen, ends=ends),
        tree=[] if page.partial else count_issuers(wanted, page, overview=overview),
        typed=typed or {},
        mistakes=mistakes or {},
    )


def count_chosen(wanted: SearchRequest) -> int:
    """Return how many filters are set, each end of a period one."""
    values = sum(len(wanted.values(own.name)) + len(wanted.excluded_values(own.name)) for own in FILTERS)
    return len(wanted.also) + values + bool(wanted.date_from) + bool(wanted.date_to)


def keep(wanted: SearchRequest, drawn: tuple[str, ...], *, size: int) -> list[tuple[str, str]]:
    """Return the arguments of a request that have no control among those that are drawn."""
    pairs = parse_qsl(write_arguments(wanted, default_size=size), keep_blank_values=True)
    return [(name, value) for name, value in pairs if name not in drawn]


def tell_total(page: ResultPage) -> str:
    """Return how many documents there are, as a sentence."""
    number = f"{page.total:,}"
    if not page.partial:
        return str(gettext("共 %(n)s 份文件", n=number))
    return str(gettext("至少 %(n)s 份文件", n=number) if page.total else gettext("没有做完"))


def tell_view(page: ResultPage) -> str:
    """Return what the button says that leads to the hits."""
    return str(gettext("查看") if page.partial else gettext("查看 %(n)s 份", n=f"{page.total:,}"))


def count_issuers(wanted: SearchRequest, page: ResultPage, *, overview: Overview) -> list[Branch]:
    """Return the issuers of the hits as a tree."""
    counts = {one.value: one.count for one in page.facets["issuer"] if one.value}
    return grow_tree(counts, overview.below, chosen=wanted.values("issuer"))


def count_values_of(page: ResultPage, narrowing: Narrowing) -> tuple[dict[str, dict[str, int]], list[str]]:
    """Return the hits of each value by its argument, and the arguments that may have more values than these."""
    counts = {own.argument: {one.value or "": one.count for one in page.facets[own.name]} for own in COUNTED}
    counts["issuer"] = dict(_flatten(narrowing.tree))
    cut = [own.argument for own in COUNTED if len(page.facets[own.name]) >= own.most and own.shape == "list"]
    return counts, cut


def _flatten(branches: list[Branch]) -> Iterator[tuple[str, int]]:
    for branch in branches:
        yield branch.value, branch.count
        yield from _flatten(branch.below)


def find_mistakes(typed: Mapping[str, str], *, calendar: Calendar) -> dict[str, QueryError]:
    """Return what is wrong with each end of a period that means nothing."""
    mistakes: dict[str, QueryError] = {}
    for name, called in _ENDS.items():
        try:
            read_days(typed.get(name), None, calendar=calendar, names=(called, called))
        except QueryError as error:
            mistakes[name] = error
    return mistakes


def _find_quick(calendar: Calendar, ends: tuple[str | None, str | None], *, years: list[str]) -> list[Quick]:
    found = []
    for label in _QUICK:
        span = calendar.parse(label)
        if span is None or span[0] is None or span[1] is None:  # a calendar of one's own may say something else
            continue
        first, last = (read_day(day).isoformat() for day in (span[0], span[1]))
        if (first[4:], last[4:]) == ("-01-01", "-12-31"):
            first, last = first[:4], last[:4]
        outside = not years or first[:4] > years[0] or last[:4] < years[-1]
        found.append(Quick(label, first, last, chosen=ends == (first, last), outside=outside))
    return found


def _complete_years(page: ResultPage, years: list[str]) -> list[FacetValue]:
    """Return every year of the archive, and none, with its hits, zeros as well."""
    values = {value.value or "": value for value in page.facets["year"]}
    shown = sorted({*years, *(year for year in values if year)}, reverse=True)
    rows = [values.get(year) or FacetValue(year, 0, chosen=False) for year in shown]
    return [*rows, values[""]] if "" in values else rows
