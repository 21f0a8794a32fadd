"""A request and an open index -> a page of results."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from indexer import Among, And, Everything, Not, OneOf, Or, Query, QueryError, Range, Run, date_span, idf, is_known_word
from searchapp.dates import make_period, parse_date
from searchapp.language import LONGEST_QUERY, ParsedQuery, Unit, parse_query
from searchapp.ranking import FACETS, SCORING
from searchapp.results import Coverage, FacetValue, Hit, ResultPage, Spelling
from searchapp.snippets import find_marks, make_snippets
from searchapp.spelling import find_spellings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer import Document, Found, Reader, Sort
    from searchapp.lexicon import Lexicon

Match = Literal["auto", "all", "any"]
LARGEST_PAGE = 100
# So few complete hits leave room on the first page for what comes near.
_FEW_HITS = 10
# A relaxed search keeps what holds at least this share, by idf, of what the nearest document holds. On judged questions
# .2 to .35 rank as well as no limit at all, .5 costs up to .003 nDCG@10; and .3 lists some ten to twenty documents.
_RELAXED_SHARE = 0.33
# What holds less of a quoted text is not near it. (Of a question the best answer may hold less than a third.)
_LEAST_OF_QUOTED = 0.5
_MOST_SPELLINGS = 4
# A word that some documents hold may still be a slip, if another one is so much more frequent.
_MUCH_MORE = 20
# Nobody reads further through what only comes near (more are listed where all of them are equally near).
_MOST_NEAR = 100
# So many reprints are listed under a hit; all of them stand on its page.
_MOST_REPRINTS = 20


class NoSuchPageError(QueryError):
    """The page lies beyond the last one."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What somebody asks: the typed query, filters, order and slice. Dates are ISO, as exact as they were typed.

    A `literal` one is asked without synonyms, other forms of dates and numbers, or periods beside words; one that
    `fold`s lists near-identical documents once.
    """

    raw_query: str = ""
    date_from: str | None = None
    date_to: str | None = None
    sources: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    sort: Sort = "relevance"
    match: Match = "auto"
    literal: bool = False
    fold: bool = False
    offset: int = 0
    size: int = 10

    @property
    def has_filters(self) -> bool:
        """Tell whether anything but the query narrows the search."""
        chosen = (self.sources, self.years, self.genres, self.people, self.series)
        return bool(self.date_from or self.date_to or any(chosen))


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


def search(reader: Reader, request: SearchRequest, lexicon: Lexicon | None = None) -> ResultPage:
    """Search, relax where nothing holds every part, and make the snippets of the page.

    Raises:
        QueryError: the query passes a limit, or the page lies beyond the last one.
    """
    started = time.perf_counter()
    parsed = parse_query(request.raw_query, lexicon, literal=request.literal)
    if parsed.query is None and request.raw_query.strip():
        nothing: dict[str, list[FacetValue]] = {name: [] for name in FACETS}
        return ResultPage(request.raw_query, 0, 0, 1, request.size, [], nothing, coverage=_cover(reader))
    run = make_run(parsed, request)
    found = reader.run(run)
    complete = found.total
    few = parsed.query is not None and request.match == "auto" and complete < _FEW_HITS
    relaxed = _relax(reader, parsed, request, complete) if few else None
    if relaxed is not None:
        found = reader.run(replace(run, query=relaxed.query, ideal=run.query))
    if request.offset >= max(found.cards, 1):
        pages = max(1, -(-found.cards // request.size))
        raise NoSuchPageError(f"没有第 {request.offset // request.size + 1} 页：结果共 {found.total} 条，{pages} 页。")
    documents = reader.read_documents([number for number, _ in found.hits], evidence=bool(parsed.speakers))
    hits = []
    for document, (number, score) in zip(documents, found.hits, strict=True):
        missing = relaxed.missing_in(number) if relaxed else []
        near = bool(missing) and relaxed is not None and relaxed.holds_none(number)
        hit = make_hit(document, parsed, score, missing, near=near)
        others = found.reprints.get(number, [])
        shown = reader.read_documents(others[:_MOST_REPRINTS], evidence=False)
        hits.append(replace(hit, reprints=shown, reprint_count=len(others)))
    return ResultPage(
        raw_query=request.raw_query,
        total=found.total,
        cards=found.cards,
        page=request.offset // request.size + 1,
        size=request.size,
        hits=hits,
        facets=_facets(found, request),
        complete=complete if relaxed else None,
        given_up=relaxed.given_up if relaxed else [],
        understood=parsed.understood,
        spellings=[] if complete else _find_spellings(reader, parsed, request, lexicon),
        coverage=None if found.total else _cover(reader),
        took_ms=round((time.perf_counter() - started) * 1000, 2),
    )


def make_hit(document: Document, parsed: ParsedQuery, score: float, missing: list[Unit], *, near: bool) -> Hit:
    """Mark a document and choose its passages; one that only comes `near` holds none of the units."""
    marked = find_marks(document, parsed.needles, near=near, speakers=parsed.speakers)
    snippets = make_snippets(document.body, marked.body)
    texts = [unit.text for unit in missing]
    return Hit(document, score, marked.title, snippets, len(marked.title) + len(marked.body), marked.reasons, texts)


def comes_near(reader: Reader, parsed: ParsedQuery, number: int) -> bool:
    """Tell whether a document holds none of the units of a query."""
    return not any(_is_among(number, reader.match(unit.query)) for unit in parsed.units if not unit.minor)


def make_run(parsed: ParsedQuery, request: SearchRequest) -> Run:
    """Return what to ask the engine, nothing relaxed."""
    query = _choose_query(parsed, request.match)
    ranked = not isinstance(query, Everything)
    return Run(
        query=query,
        filters=_filters(request),
        scoring=SCORING if ranked else None,
        sort=request.sort if ranked or request.sort == "oldest" else "newest",
        offset=request.offset,
        limit=request.size,
        facets=FACETS,
        fold=request.fold,
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
    for name, values in (("people", request.people), ("series", request.series)):
        if values:
            filters[name] = OneOf(name, tuple(value or None for value in values))
    if request.years:
        undated = Not(Range("date", None, None))
        filters["year"] = Or(tuple(Range("date", *date_span(year)) if year else undated for year in request.years))
    return filters


def _facets(found: Found, request: SearchRequest) -> dict[str, list[FacetValue]]:
    chosen = {
        "source": set(request.sources),
        "year": set(request.years),
        "genre": set(request.genres),
        "people": set(request.people),
        "series": set(request.series),
    }
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
    units = [unit.query for unit in parsed.units if not unit.minor]
    if match == "any" and units:
        either = And((Or(tuple(units)), *parsed.required))
        return either if parsed.whole is None else Or((either, parsed.whole))
    return parsed.query


@dataclass(frozen=True, slots=True)
class _Relaxed:
    """The documents that come near a query, all documents that hold each of its units, and what no near one does."""

    query: Query
    holding: list[tuple[Unit, NDArray[np.int64]]]
    given_up: list[str]

    def missing_in(self, number: int) -> list[Unit]:
        """Return the units that a document does not hold."""
        return [unit for unit, numbers in self.holding if not _is_among(number, numbers)]

    def holds_none(self, number: int) -> bool:
        """Tell whether a document holds no unit but minor ones."""
        return not any(_is_among(number, numbers) for unit, numbers in self.holding if not unit.minor)


def _relax(reader: Reader, parsed: ParsedQuery, request: SearchRequest, shown: int) -> _Relaxed | None:
    """Ask for what comes near a query that finds little, `shown` hits, and name what no such document holds."""
    assert parsed.query is not None
    complete = reader.match(parsed.query)
    if len(complete) >= _FEW_HITS:  # it is the filters that leave little
        return None
    if shown and not _wants_company(reader, parsed, request, complete):
        return None
    exact = [unit.query for unit in parsed.units if unit.exact]
    # What was quoted is not given up for more hits than there are.
    required = parsed.required + (exact if len(complete) else [])
    allowed = reader.match(And((Everything(), *required)))
    if len(parsed.near) < 2 or not len(allowed):
        return None
    found = [reader.match(query) for query in parsed.near]
    # What is rare says more: a document that holds it is nearer than one that holds something common.
    weights = [idf(reader.document_count, len(numbers)) for numbers in found]
    held = np.zeros(1 + max(int(numbers.max(initial=0)) for numbers in (allowed, *found)))
    for numbers, weight in zip(found, weights, strict=True):
        held[numbers] += weight
    if held[allowed].max() <= sum(weights) * (_LEAST_OF_QUOTED if all(unit.exact for unit in parsed.units) else 0.0):
        return None
    listed = np.union1d(complete, _choose_nearest(held, allowed))
    filters = tuple(_filters(request).values())
    if filters:  # what is near among the chosen, and what is near at all, for the counts beside other choices
        within = np.intersect1d(allowed, reader.match(And(filters)), assume_unique=True)
        listed = np.union1d(listed, _choose_nearest(held, within))
    holding = [(unit, reader.match(unit.query)) for unit in parsed.units]
    given_up = [
        unit.text
        for unit, numbers in holding
        if not unit.minor and not len(np.intersect1d(listed, numbers, assume_unique=True))
    ]
    return _Relaxed(Among(tuple(listed.tolist())), holding, given_up)


def _wants_company(reader: Reader, parsed: ParsedQuery, request: SearchRequest, complete: NDArray[np.int64]) -> bool:
    """Tell whether others may follow complete hits: not by date, nor where each part stands as it was typed."""
    if request.sort != "relevance":
        return False
    return any(not len(np.intersect1d(complete, reader.match(phrase), assume_unique=True)) for phrase in parsed.phrases)


def _choose_nearest(held: NDArray[np.float64], allowed: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return those of the documents that hold most, by what each document holds."""
    own = held[allowed]
    best = float(own.max(initial=0.0))
    if not best:
        return allowed[:0]
    least = best * _RELAXED_SHARE
    if np.count_nonzero(own >= least) > _MOST_NEAR:
        last = float(np.partition(own, -_MOST_NEAR)[-_MOST_NEAR])
        least = min(best, float(np.nextafter(last, np.inf)))
    return allowed[own >= least]


def _find_spellings(
    reader: Reader, parsed: ParsedQuery, request: SearchRequest, lexicon: Lexicon | None
) -> list[Spelling]:
    """Return other queries that find something, with words of the archive for those that hardly a document holds."""
    found: list[Spelling] = []
    for unit in parsed.units:
        if unit.text not in request.raw_query:
            continue
        held = len(reader.match(unit.query))
        if held and is_known_word(unit.text):
            continue
        for instead in find_spellings(reader, unit.text, least=_MUCH_MORE * held):
            query = request.raw_query.replace(unit.text, instead)
            other = parse_query(query, lexicon, literal=request.literal).query if len(query) <= LONGEST_QUERY else None
            if other is not None and len(reader.match(And((other, *_filters(request).values())))):
                found.append(Spelling(query, unit.text, instead))
    return found[:_MOST_SPELLINGS]


def _cover(reader: Reader) -> Coverage:
    facets = reader.run(Run(Everything(), facets=("source", "year"), limit=1)).facets
    years = [year for year, _ in facets["year"] if year]
    sources = sum(source is not None for source, _ in facets["source"])
    return Coverage(reader.document_count, sources, min(years, default=None), max(years, default=None))


def _is_among(number: int, numbers: NDArray[np.int64]) -> bool:
    at = int(np.searchsorted(numbers, number))
    return at < len(numbers) and int(numbers[at]) == number
