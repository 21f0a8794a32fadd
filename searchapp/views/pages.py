"""The pages around a search: form, results, filters, all sources, a term over time, help."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from indexer import ArchiveError, Everything, QueryError, Run, fold
from searchapp.document.anchors import name_paragraphs
from searchapp.fields import BY_NAME, FIELDS, FILTERS, GROUPS
from searchapp.messages import N_
from searchapp.search.filters import make_filters, whole
from searchapp.search.history import trace
from searchapp.search.request import LIST, SearchRequest
from searchapp.search.run import NoSuchPageError, search
from searchapp.syntax import EXAMPLES, REMARKS, SPANS
from searchapp.views.arguments import clean, read_count, read_request, write_arguments
from searchapp.views.context import (
    answer_search,
    keep_nowhere,
    lexicon,
    live_index,
    note_miss,
    note_search,
    open_index,
    settings,
    translate_error,
    view,
)
from searchapp.views.documents import document_url_with
from searchapp.views.hits import describe_list
from searchapp.views.narrowing import count_values_of, describe_narrowing, find_mistakes, keep

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response as BaseResponse

    from indexer import Found
    from searchapp.fields import SearchField
    from searchapp.search.overview import Overview
    from searchapp.search.results import Hit, ResultPage, Snippet

pages = Blueprint("pages", __name__)

_SORTS = (("relevance", N_("相关度")), ("newest", N_("最新")), ("oldest", N_("最早")))
_GROUPS = ((LIST, N_("列表")), *((own.name, own.group) for own in GROUPS))
_NEIGHBOURS = 2
_ALL_VALUES = 10**9
_NAMES_ON_PAGE = 200
# So many values of a list are counted while somebody ticks.
_COUNTED_VALUES = 300


@pages.get("/")
def home() -> str:
    """Show the search box and what the archive holds."""
    page = search(open_index().reader, SearchRequest(size=5))
    overview = view().overview
    return render_template("home.html", page=page, overview=overview, years=overview.years(), raw_query="")


@pages.get("/search")
def results() -> tuple[str, int] | BaseResponse:
    """Show one page of results."""
    if clean(request.args.get("find", "")):  # Enter in the box that looks for sources, where no script is
        return redirect(f"{url_for('pages.sources')}?{request.query_string.decode()}")
    size = settings().page_size
    try:
        wanted = read_request(request.args, size, calendar=lexicon().calendar)
        page = answer_search(wanted)
    except NoSuchPageError:
        raise
    except QueryError as error:
        if find_mistakes(request.args, calendar=lexicon().calendar):
            return filters()  # which says so beside the box
        return _refuse(error)
    if not wanted.raw_query and not wanted.has_filters and not request.args:
        return redirect(url_for("pages.home"))
    if page.partial:
        keep_nowhere()
    look_for_miss(wanted, page)
    overview = view().overview
    link = _linker(wanted, size)
    state = write_arguments(wanted, page=page.page, default_size=size)
    asked = write_arguments(page.as_asked(wanted), page=page.page, default_size=size)
    shown = render_template(
        "results.html",
        page=page,
        request_=wanted,
        raw_query=wanted.raw_query,
        state=state,
        sorts=_SORTS,
        groupings=_GROUPS,
        fields=FILTERS,
        grouped=BY_NAME.get(wanted.group),
        link=link,
        address_of=lambda hit: address_of(hit, asked),
        passage_of=lambda hit, snippet: _passage_of(hit, snippet, state=asked),
        address_of_document=lambda document: document_url_with(document.id, asked),
        page_numbers=_page_numbers(page.page, page.pages),
        unfiltered=_linker(wanted.without_filters(), size)(),
        overview=overview,
        narrowing=describe_narrowing(wanted, page, overview=overview, calendar=lexicon().calendar, size=size),
        warnings=_find_gaps(wanted, overview),
        **describe_list(wanted, link=link, state=state),
    )
    return shown, 200


def look_for_miss(wanted: SearchRequest, page: ResultPage) -> None:
    """Keep what the archive does not hold; what filters or narrow places leave out, or the log leads to, is none."""
    found = (
        page.partial
        or page.best
        or page.wider
        or wanted.inside != "all"
        or (page.total if page.complete is None else page.complete)
    )
    from_log = (request.referrer or "").endswith(url_for("status.show"))
    if wanted.raw_query and not found and not wanted.has_filters and page.page == 1 and not from_log:
        note_miss(wanted)


def _refuse(error: QueryError) -> tuple[str, int]:
    """Say what is wrong with a request, without losing the rest of it."""
    state = [(name, value) for name, value in request.args.items(multi=True) if name not in ("page", "from", "to")]
    shown = render_template(
        "error.html",
        sentence=translate_error(error),
        status=400,
        raw_query=request.args.get("q", ""),
        state=urlencode(state),
        kept=[(name, value) for name, value in state if name != "q"],
    )
    return shown, 400


@pages.get("/filters")
def filters() -> tuple[str, int]:
    """Show what narrows a search on a page of its own: for windows that have no room for it beside the hits."""
    size = settings().page_size
    try:
        wanted, mistakes = _read_leniently()
        page = answer_search(replace(wanted, offset=0, size=1, group=LIST))
    except QueryError as error:
        return _refuse(error)
    if page.partial:
        keep_nowhere()
    overview, calendar = view().overview, lexicon().calendar
    link = _linker(wanted, size, to="pages.filters")
    narrowing = describe_narrowing(
        wanted, page, overview=overview, calendar=calendar, size=size, typed=request.args, mistakes=mistakes
    )
    shown = render_template(
        "choosing.html",
        page=page,
        narrowing=narrowing,
        request_=wanted,
        raw_query=wanted.raw_query,
        fields=FILTERS,
        overview=overview,
        link=link,
        results=link(to="pages.results"),
        unfiltered=_linker(wanted.without_filters(), size, to="pages.filters")(),
    )
    return shown, 400 if mistakes else 200


@pages.get("/filters.json")
def count_boxes() -> Response:
    """Answer with what the boxes and the button would say; a script asks while somebody ticks.

    A list that is `cut` may hold more values than are counted here.
    """
    size = settings().page_size
    wanted, mistakes = _read_leniently()
    page = answer_search(replace(wanted, offset=0, size=1, group=LIST), most_values=_COUNTED_VALUES)
    keep_nowhere()
    overview = view().overview
    narrowing = describe_narrowing(wanted, page, overview=overview, calendar=lexicon().calendar, size=size)
    counts, cut = ({}, []) if page.partial else count_values_of(page, narrowing)
    context = {"narrowing": narrowing, "request_": wanted, "link": _linker(wanted, size)}
    return jsonify(
        told=narrowing.told,
        view=narrowing.view,
        mistakes=mistakes,
        counts=counts,
        cut=cut,
        drawn=render_template("drawn.html", **context),
    )


def _read_leniently() -> tuple[SearchRequest, dict[str, str]]:
    """Read a request without the ends of its period that mean nothing; return what is wrong with these as well.

    Raises:
        QueryError: something else has no meaning.
    """
    calendar = lexicon().calendar
    mistakes = find_mistakes(request.args, calendar=calendar)
    known = MultiDict((name, value) for name, value in request.args.items(multi=True) if name not in mistakes)
    wanted = read_request(known, settings().page_size, calendar=calendar)
    return wanted, {name: translate_error(error) for name, error in mistakes.items()}


@pages.get("/sources")
def sources() -> tuple[str, int]:
    """List every source of the archive with its hits; names can be looked for."""
    size = settings().page_size
    try:
        wanted, mistakes = _read_leniently()
        every = replace(wanted, offset=0, size=1, group=LIST)
        page = whole(answer_search(every, most_values=_ALL_VALUES))
    except QueryError as error:
        return _refuse(error)
    sought = clean(request.args.get("find", ""))
    counts = page.counts("source")
    totals = view().overview.counts("source")
    key = fold(sought).text
    found = [
        (name, counts.get(name, 0), total) for name, total in totals.items() if not key or key in _fold_name(name or "")
    ]
    found.sort(key=lambda row: (row[0] is None, -row[1], -row[2], row[0] or ""))
    first = (read_count(request.args, "page", default=1, largest=_ALL_VALUES) - 1) * _NAMES_ON_PAGE
    arguments = keep(wanted, (), size=size)
    shown = render_template(
        "sources.html",
        found=found[first : first + _NAMES_ON_PAGE],
        total=len(found),
        following=first // _NAMES_ON_PAGE + 2 if len(found) > first + _NAMES_ON_PAGE else None,
        sought=sought,
        mistakes=mistakes,
        instead=page.instead,
        arguments=arguments,
        request_=wanted,
        raw_query=wanted.raw_query,
        link=_linker(wanted, size),
    )
    return shown, 200


@lru_cache(maxsize=1 << 17)
def _fold_name(name: str) -> str:
    return fold(name).text


@pages.get("/term")
def term() -> tuple[str, int]:
    """Show a term over the months of the archive: how often, where it stands first and last.

    What was typed without any operator is looked for as it stands: it is a term, not words beside each other.
    """
    size = settings().page_size
    try:
        typed = read_request(request.args, size, calendar=lexicon().calendar)
        years = view().overview.years(typed.dated_by)
        history = trace(open_index().reader, typed, years=years, lexicon=lexicon())
        note_search(history.page.total, is_hit=bool(history.page.total))
    except QueryError as error:
        return _refuse(error)
    counted = replace(history.request, sort="relevance", size=typed.size)
    state = write_arguments(counted, default_size=size)
    shown = render_template(
        "term.html",
        history=history,
        raw_query=typed.raw_query,
        link=_linker(counted, size),
        passage_of=lambda hit, snippet: _passage_of(hit, snippet, state=state),
        address_of=lambda hit: address_of(hit, state),
    )
    return shown, 200


@pages.get("/help")
def explain() -> str:
    """Explain how to search, with examples that find something in this archive."""
    if isinstance(live_index().look(), ArchiveError):  # there is none yet to take them from
        return render_template("help.html", raw_query="", finds=None, remarks=REMARKS)
    overview = view().overview
    open_reader = open_index().reader

    def first(facet: str, otherwise: str = "") -> str:
        return next((value for value in overview.counts(facet) if value), otherwise)

    def finds(example: str) -> bool:
        return search(open_reader, SearchRequest(example, match="all", size=1), lexicon=lexicon()).total > 0

    person = first("people", "王延飞")
    some = search(open_reader, SearchRequest(f"人:{person}", size=1), lexicon=lexicon()).hits
    year = next((hit.document.date[:4] for hit in some if hit.document.date), first("year", "2021"))
    known = {"date": year, "meeting_date": first("year", year), "said": person}
    uncounted = tuple(own.name for own in FIELDS if own.says and not (own.example or own.counted or own.name in known))
    values = open_reader.run(Run(Everything(), limit=0, facets=uncounted)).facets

    def example_of(own: SearchField) -> str:
        if own.name in uncounted:  # nothing of it where the search ran out of time
            return next((value for value, _ in values.get(own.name, ()) if value), "")
        return own.example or known.get(own.name) or first(own.name)

    in_fields = [(f"{own.typed[0]}:{value}", own.says) for own in FIELDS if own.says and (value := example_of(own))]
    return render_template(
        "help.html",
        raw_query="",
        finds=finds,
        common=[(own.fill(person, year), own.says) for own in EXAMPLES],
        in_fields=in_fields,
        spans=[(own.fill(person, year), own.says) for own in SPANS],
        remarks=REMARKS,
    )


# --- what a page of results needs


def _linker(wanted: SearchRequest, size: int, *, to: str = "pages.results") -> Callable[..., str]:
    """Return a function that makes the address of this search, or of another page on it, with some of it changed."""

    def link(page: int = 1, to: str = to, **changes: object) -> str:
        arguments = write_arguments(wanted.change(**changes), page=page, default_size=size)
        return f"{url_for(to)}?{arguments}" if arguments else url_for(to)

    return link


def address_of(hit: Hit, state: str) -> str:
    """Return the address of a document at its first passage."""
    return _passage_of(hit, next((snippet for snippet in hit.snippets if snippet.marks), None), state=state)


def _passage_of(hit: Hit, snippet: Snippet | None, *, state: str) -> str:
    """Return the address of a document at a passage, with the arguments of the search, so that its page leads back."""
    address = document_url_with(hit.document.id, state)
    return f"{address}#{name_paragraphs(hit.document.body)[snippet.paragraph - 1]}" if snippet else address


def _find_gaps(wanted: SearchRequest, overview: Overview) -> list[tuple[str, str, str]]:
    """Return where a request asks for days of which there is nothing: (source, or "" for all; first, last year)."""
    years = overview.years(wanted.dated_by)
    chosen = wanted.values("year")
    if not years or not (wanted.date_from or wanted.date_to or chosen):
        return []
    days = wanted.without_filters().change(date_from=wanted.date_from, date_to=wanted.date_to, year=chosen)
    asked = [end[:4] for end in (wanted.date_from, wanted.date_to, *chosen) if end]
    if not asked:  # only what has no date
        return []
    gaps = []
    sources = list(filter(None, wanted.values("source")))
    any_source, *each = _narrow([days, *(days.change(source=(source,)) for source in sources)])
    if min(asked) < years[-1] or max(asked) > years[0] or not any_source.total:
        gaps.append(("", years[-1], years[0]))
    empty = [source for source, found in zip(sources, each, strict=True) if not found.total]
    year = BY_NAME["year"].column(wanted.dated_by)
    undated = [wanted.without_filters().change(source=(source,)) for source in empty]
    for source, found in zip(empty, _narrow(undated, (year,)), strict=True):
        known = sorted(value for value, _ in found.facets.get(year, ()) if value)
        gaps += [(source, known[0], known[-1])] if known else []
    return gaps


def _narrow(requests: list[SearchRequest], facets: tuple[str, ...] = ()) -> list[Found]:
    """Count what the filters of requests leave of the archive."""
    reader = open_index().reader
    runs = [Run(Everything(), filters=make_filters(reader, own), limit=0, facets=facets) for own in requests]
    return reader.run_many(runs) if runs else []


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
