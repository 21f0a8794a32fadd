"""A request and an open index -> a page of results."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from indexer import And, AtLeast, Everything, Not, OneOf, Or, Query, QueryError, Range, Run, date_span
from searchapp.dates import make_period, parse_date
from searchapp.language import ParsedQuery, Unit, parse_query
from searchapp.ranking import FACETS, SCORING
from searchapp.results import FacetValue, Hit, ResultPage
from searchapp.snippets import find_marks, make_snippets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer import Document, Found, Reader, Sort
    from searchapp.language import Needle

Match = Literal["auto", "all", "any"]
LARGEST_PAGE = 100
# A relaxed search keeps what holds at least this share of the words that the best document holds: at .6 it lost .02
# nDCG@10 on judged questions, whose best answer often lacks half of their words; below .4 nothing more is gained.
_RELAXED_SHARE = 0.4


class NoSuchPageError(QueryError):
    """The page lies beyond the last one."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What somebody asks: the typed query, filters, order and slice. Dates are ISO, as exact as they were typed."""

    raw_query: str = ""
    date_from: str | None = None
    date_to: str | None = None
    sources: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    sort: Sort = "relevance"
    match: Match = "auto"
    offset: int = 0
    size: int = 10

    @property
    def has_filters(self) -> bool:
        """Tell whether anything but the query narrows the search."""
        return bool(self.date_from or self.date_to or self.sources or self.years or self.genres)


def read_date(typed: str | None, name: str) -> str | None:
    """Read a date of a request.

    Raises:
        QueryError: it is no date of the calendar.
    """
    if typed is None or not typed.strip():
        return None
    iso = parse_date(typed)
    if iso is None:
        raise QueryError(f"{name}“{typed}”不是有效的日期。请写成 2021、2021-03 或 2021-03-12 这样。")
    return iso


def search(reader: Reader, request: SearchRequest) -> ResultPage:
    """Search, relax where nothing holds every part, and make the snippets of the page.

    Raises:
        QueryError: the query passes a limit, or the page lies beyond the last one.
    """
    started = time.perf_counter()
    parsed = parse_query(request.raw_query)
    if parsed.query is None and request.raw_query.strip():
        return ResultPage(request.raw_query, 0, 1, request.size, [], {name: [] for name in FACETS})
    given_up: list[str] = []
    found = reader.run(make_run(parsed, request))
    if not found.total and _may_relax(reader, parsed, request.match):
        relaxed, given_up = _relax(reader, parsed)
        found = reader.run(_make_run(relaxed, request))
    if request.offset >= max(found.total, 1):
        pages = max(1, -(-found.total // request.size))
        raise NoSuchPageError(f"没有第 {request.offset // request.size + 1} 页：结果共 {found.total} 条，{pages} 页。")
    documents = reader.read_documents([number for number, _ in found.hits], evidence=False)
    hits = [
        make_hit(document, parsed.needles, score) for document, (_, score) in zip(documents, found.hits, strict=True)
    ]
    return ResultPage(
        raw_query=request.raw_query,
        total=found.total,
        page=request.offset // request.size + 1,
        size=request.size,
        hits=hits,
        facets=_facets(found, request),
        given_up=given_up,
        took_ms=round((time.perf_counter() - started) * 1000, 2),
    )


def make_hit(document: Document, needles: list[Needle], score: float = 0.0) -> Hit:
    """Mark a document and choose its passages."""
    title_marks, body_marks = find_marks(document, needles)
    snippets = make_snippets(document.body, body_marks)
    return Hit(document, score, title_marks, snippets, len(title_marks) + len(body_marks))


def make_run(parsed: ParsedQuery, request: SearchRequest) -> Run:
    """Return what to ask the engine, nothing relaxed."""
    return _make_run(_choose_query(parsed, request.match), request)


def _make_run(query: Query, request: SearchRequest) -> Run:
    ranked = not isinstance(query, Everything)
    return Run(
        query=query,
        filters=_filters(request),
        scoring=SCORING if ranked else None,
        sort=request.sort if ranked or request.sort == "oldest" else "newest",
        offset=request.offset,
        limit=request.size,
        facets=FACETS,
    )


def _filters(request: SearchRequest) -> dict[str, Query]:
    filters: dict[str, Query] = {}
    if request.date_from or request.date_to:
        spans = [date_span(typed) if typed else None for typed in (request.date_from, request.date_to)]
        filters["date"] = Range("date", *make_period(*spans))
    if request.sources:
        filters["source"] = OneOf("source", tuple(source or None for source in request.sources))
    if request.genres:
        filters["genre"] = OneOf("genre", tuple(genre or None for genre in request.genres))
    if request.years:
        undated = Not(Range("date", None, None))
        filters["year"] = Or(tuple(Range("date", *date_span(year)) if year else undated for year in request.years))
    return filters


def _facets(found: Found, request: SearchRequest) -> dict[str, list[FacetValue]]:
    chosen = {"source": set(request.sources), "year": set(request.years), "genre": set(request.genres)}
    facets = {}
    for name, counted in found.facets.items():
        values = [FacetValue(value, count, (value or "") in chosen[name]) for value, count in counted]
        counted_values = {value or "" for value, _ in counted}
        # A chosen value stays in sight, so that it can be taken back, even where nothing has it.
        values += [FacetValue(value, 0, chosen=True) for value in sorted(chosen[name] - counted_values)]
        facets[name] = values
    return facets


# --- what to run


def _choose_query(parsed: ParsedQuery, match: Match) -> Query:
    if parsed.query is None:
        return Everything()
    if match == "any" and parsed.units:
        return _restricted(Or(tuple(unit.query for unit in parsed.units)), parsed)
    return parsed.query


def _may_relax(reader: Reader, parsed: ParsedQuery, match: Match) -> bool:
    """Tell whether to relax what found nothing: not where it is the filters that leave nothing."""
    if parsed.query is None or match != "auto" or len(parsed.units) < 2:
        return False
    return not len(reader.match(parsed.query))


def _relax(reader: Reader, parsed: ParsedQuery) -> tuple[Query, list[str]]:
    """Ask for the best partial match, and name the units that the best documents do not hold."""
    units = list({unit.text: unit for unit in parsed.units}.values())
    holding = _holding(reader, parsed, units)
    held = holding.sum(axis=0)
    best = int(held.max(initial=0))
    if not best:
        assert parsed.query is not None
        return parsed.query, []
    in_best: list[bool] = np.logical_or.reduce(holding[:, held == best], axis=1).tolist()
    given_up = [unit.text for at, unit in enumerate(units) if not in_best[at]]
    if not given_up:  # the best documents hold different parts of the query; say what the first of them lacks
        first = int(held.argmax())
        given_up = [unit.text for at, unit in enumerate(units) if not holding[at, first]]
    minimum = max(1, -(-best * int(_RELAXED_SHARE * 100) // 100))
    partly = AtLeast(tuple(unit.query for unit in units), minimum)
    # What was typed in one piece ranks what holds most of it, and is found where it stands verbatim.
    return _restricted(Or((partly, *parsed.phrases)) if parsed.phrases else partly, parsed), given_up


def _holding(reader: Reader, parsed: ParsedQuery, units: list[Unit]) -> NDArray[np.bool_]:
    """Return a row for each unit: which of the documents that meet the rest of the query hold it."""
    allowed = reader.match(_restricted(Everything(), parsed))
    return np.array([np.isin(allowed, reader.match(unit.query)) for unit in units])


def _restricted(query: Query, parsed: ParsedQuery) -> Query:
    return And((query, *parsed.required)) if parsed.required else query
