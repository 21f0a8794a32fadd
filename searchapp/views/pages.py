"""The search page: form, results, filters, paging."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from indexer import QueryError
from searchapp.request import SearchRequest
from searchapp.search import NoSuchPageError, search
from searchapp.views.arguments import read_request, write_arguments
from searchapp.views.context import lexicon, live_index, settings
from searchapp.views.documents import document_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response as BaseResponse

pages = Blueprint("pages", __name__)

_SORTS = (("relevance", "相关度"), ("newest", "最新"), ("oldest", "最早"))
_NEIGHBOURS = 2


@pages.get("/")
def home() -> str:
    """Show the search box and what the archive holds."""
    page = search(live_index().get().reader, SearchRequest(size=5))
    return render_template("home.html", page=page, raw_query="")


@pages.get("/search")
def results() -> tuple[str, int] | BaseResponse:
    """Show one page of results."""
    size = settings().page_size
    wanted = SearchRequest(size=size)
    try:
        wanted = read_request(request.args, size, lexicon().calendar)
        page = search(live_index().get().reader, wanted, lexicon())
    except NoSuchPageError:
        raise
    except QueryError as error:
        return render_template("error.html", sentence=str(error), status=400, raw_query=request.args.get("q", "")), 400
    if not wanted.raw_query and not wanted.has_filters and not request.args:
        return redirect(url_for("pages.home"))
    link = _linker(wanted, size)
    shown = render_template(
        "results.html",
        page=page,
        request_=wanted,
        raw_query=wanted.raw_query,
        sorts=_SORTS,
        link=link,
        address_of=lambda hit: document_url(hit.document.id, wanted),
        address_of_document=lambda document: document_url(document.id, wanted),
        page_numbers=_page_numbers(page.page, page.pages),
        unfiltered=link(sources=(), years=(), genres=(), people=(), series=(), date_from=None, date_to=None),
    )
    return shown, 200


def _linker(wanted: SearchRequest, size: int) -> Callable[..., str]:
    """Return a function that makes the address of this search with some of it changed."""

    def link(page: int = 1, **changes: object) -> str:
        changed = replace(wanted, **changes)  # type: ignore[arg-type]
        return f"{url_for('pages.results')}?{write_arguments(changed, page=page, default_size=size)}"

    return link


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
