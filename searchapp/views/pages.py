"""The pages around a search: form, results, filters, all sources, a term over time, help."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from indexer import QueryError, fold
from searchapp.anchors import name_paragraphs
from searchapp.messages import N_
from searchapp.overview import grow_tree
from searchapp.request import SearchRequest
from searchapp.search import NoSuchPageError, search
from searchapp.timeline import make_timeline
from searchapp.views.arguments import clean, read_request, write_arguments
from searchapp.views.context import lexicon, live_index, misses, settings, translate_error
from searchapp.views.documents import document_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response as BaseResponse

    from searchapp.overview import Overview
    from searchapp.results import Hit, ResultPage, Snippet

pages = Blueprint("pages", __name__)

_SORTS = (("relevance", N_("相关度")), ("newest", N_("最新")), ("oldest", N_("最早")))
_GROUPS = (("none", N_("列表")), ("series", N_("按会议")), ("year", N_("按年")), ("source", N_("按来源")))
_NEIGHBOURS = 2
_ALL_MONTHS = 12 * 200


@pages.get("/")
def home() -> str:
    """Show the search box and what the archive holds."""
    page = search(live_index().get().reader, SearchRequest(size=5))
    overview = live_index().overview()
    return render_template("home.html", page=page, overview=overview, years=overview.years(), raw_query="")


@pages.get("/search")
def results() -> tuple[str, int] | BaseResponse:
    """Show one page of results."""
    size = settings().page_size
    try:
        wanted = read_request(request.args, size, lexicon().calendar)
        page = search(live_index().get().reader, wanted, lexicon())
    except NoSuchPageError:
        raise
    except QueryError as error:
        return _refuse(error)
    if not wanted.raw_query and not wanted.has_filters and not request.args:
        return redirect(url_for("pages.home"))
    if wanted.raw_query and not (page.complete or page.total) and not wanted.has_filters:
        misses().note(wanted.raw_query)
    overview = live_index().overview()
    years = overview.years(wanted.dated_by)
    link = _linker(wanted, size)
    shown = render_template(
        "results.html",
        page=page,
        request_=wanted,
        raw_query=wanted.raw_query,
        sorts=_SORTS,
        groupings=_GROUPS,
        link=link,
        address_of=lambda hit: _address_of(hit, wanted),
        passage_of=lambda hit, snippet: _passage_of(hit, snippet, wanted),
        address_of_document=lambda document: document_url(document.id, wanted),
        page_numbers=_page_numbers(page.page, page.pages),
        unfiltered=_linker(wanted.without_filters(), size)(),
        overview=overview,
        years=_complete_years(page, years),
        tree=grow_tree(
            {one.value: one.count for one in page.facets["issuer"] if one.value},
            overview.counts("issuer"),
            wanted.issuers,
        ),
        timeline=make_timeline(_counts(page, "month"), years, wanted.date_from, wanted.date_to),
        warnings=_find_gaps(wanted, overview, page),
    )
    return shown, 200


def _refuse(error: QueryError) -> tuple[str, int]:
    sentence = translate_error(error)
    return render_template("error.html", sentence=sentence, status=400, raw_query=request.args.get("q", "")), 400


@pages.get("/sources")
def sources() -> tuple[str, int]:
    """List every source of the archive with its hits; names can be looked for."""
    size = settings().page_size
    try:
        wanted = read_request(request.args, size, lexicon().calendar)
        page = search(live_index().get().reader, replace(wanted, offset=0, size=1, group="none"), lexicon())
    except QueryError as error:
        return _refuse(error)
    sought = clean(request.args.get("find", ""))
    counts = _counts(page, "source")
    totals = live_index().overview().counts("source")
    key = fold(sought).text
    found = [(name, counts.get(name, 0), total) for name, total in totals.items() if key in fold(name or "").text]
    found.sort(key=lambda row: (row[0] is None, -row[1], -row[2], row[0] or ""))
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name not in ("find", "page")]
    shown = render_template(
        "sources.html",
        found=found,
        sought=sought,
        arguments=arguments,
        request_=wanted,
        raw_query=wanted.raw_query,
        link=_linker(wanted, size),
    )
    return shown, 200


@pages.get("/term")
def term() -> tuple[str, int]:
    """Show a term over the months of the archive: how often, where it stands first and last."""
    size = settings().page_size
    try:
        wanted = replace(read_request(request.args, size, lexicon().calendar), group="none", offset=0, match="all")
        reader = live_index().get().reader
        ends = [search(reader, replace(wanted, sort=sort, size=1), lexicon()) for sort in ("oldest", "newest")]
    except QueryError as error:
        return _refuse(error)
    overview = live_index().overview()
    page = ends[0]
    years = overview.years(wanted.dated_by)
    shown = render_template(
        "term.html",
        page=page,
        request_=wanted,
        raw_query=wanted.raw_query,
        first=_dated(ends[0], wanted),
        last=_dated(ends[1], wanted),
        link=_linker(wanted, size),
        passage_of=lambda hit, snippet: _passage_of(hit, snippet, wanted),
        address_of=lambda hit: _address_of(hit, wanted),
        timeline=make_timeline(_counts(page, "month"), years, most_months=_ALL_MONTHS) if wanted.raw_query else None,
    )
    return shown, 200


def _dated(page: ResultPage, wanted: SearchRequest) -> Hit | None:
    """Return the only hit of a page, if it has a date."""
    return next((hit for hit in page.hits if getattr(hit.document, wanted.dated_by)), None)


@pages.get("/help")
def explain() -> str:
    """Explain how to search, with examples from this archive."""
    overview = live_index().overview()

    def first(facet: str, otherwise: str) -> str:
        return next((value for value in overview.counts(facet) if value), otherwise)

    years = [year for year, count in overview.counts("year").items() if year and count]
    return render_template(
        "help.html",
        raw_query="",
        person=first("people", "王延飞"),
        source=first("source", "日报"),
        series=first("series", "党组会议"),
        year=years[0] if years else "2021",
    )


# --- what a page of results needs


def _linker(wanted: SearchRequest, size: int) -> Callable[..., str]:
    """Return a function that makes the address of this search with some of it changed."""

    def link(page: int = 1, to: str = "pages.results", **changes: object) -> str:
        changed = replace(wanted, **changes)  # type: ignore[arg-type]
        arguments = write_arguments(changed, page=page, default_size=size)
        return f"{url_for(to)}?{arguments}" if arguments else url_for(to)

    return link


def _counts(page: ResultPage, facet: str) -> dict[str | None, int]:
    return {value.value: value.count for value in page.facets[facet]}


def _complete_years(page: ResultPage, years: list[str]) -> list[tuple[str, int, bool]]:
    """Return every year of the archive, and none, with its hits (zeros as well) and whether it is chosen."""
    values = {value.value or "": value for value in page.facets["year"]}
    shown = sorted({*years, *(year for year in values if year)}, reverse=True)
    rows = [(year, values[year].count, values[year].chosen) if year in values else (year, 0, False) for year in shown]
    return [*rows, ("", values[""].count, values[""].chosen)] if "" in values else rows


def _address_of(hit: Hit, wanted: SearchRequest) -> str:
    """Return the address of a document at its first passage."""
    if hit.snippets and any(snippet.marks for snippet in hit.snippets):
        return _passage_of(hit, next(snippet for snippet in hit.snippets if snippet.marks), wanted)
    return document_url(hit.document.id, wanted)


def _passage_of(hit: Hit, snippet: Snippet, wanted: SearchRequest) -> str:
    anchors = name_paragraphs(hit.document.body)
    return f"{document_url(hit.document.id, wanted)}#{anchors[snippet.paragraph - 1]}"


def _find_gaps(wanted: SearchRequest, overview: Overview, page: ResultPage) -> list[tuple[str, str, str]]:
    """Return what a request asks for beyond what the archive covers: (source or "" for all of it, first, last year)."""
    years = overview.years(wanted.dated_by)
    gaps: list[tuple[str, str, str]] = []
    if not years:
        return gaps
    asked = sorted(filter(None, ((wanted.date_from or "")[:4], (wanted.date_to or "")[:4], *wanted.years)))
    if asked and (asked[0] < years[-1] or asked[-1] > years[0]):
        gaps.append(("", years[-1], years[0]))
    if asked and wanted.sources:
        counts = _counts(page, "source")
        reader = live_index().get().reader
        for source in wanted.sources:
            if source and not counts.get(source):
                own = search(reader, SearchRequest(sources=(source,), dated_by=wanted.dated_by, size=1))
                known = sorted(value.value for value in own.facets["year"] if value.value)
                if known and (asked[-1] < known[0] or asked[0] > known[-1]):
                    gaps.append((source, known[0], known[-1]))
    return gaps


def _page_numbers(current: int, last: int) -> list[int | None]:
    """Return the page numbers to show, None for a gap: 1 … 4 5 6 … 20."""
    near = range(max(1, current - _NEIGHBOURS), min(last, current + _NEIGHBOURS) + 1)
    numbers: list[int | None] = []
    for number in sorted({1, last, *near}):
        previous = numbers[-1] if numbers else None
        if previous is not None and number > previous + 1:
            numbers.append(None)
        numbers.append(number)
    return numbers
