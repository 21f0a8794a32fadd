"""A request and an open index -> a page of results."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from indexer import LISTED_FIELDS, And, Everything, OneOf, Or, OutOfTimeError, Query, QueryError, Run, is_known_word
from searchapp.language.parsing import LONGEST_QUERY, ParsedQuery, Unit, parse_query
from searchapp.search.filters import make_filters
from searchapp.search.marks import find_marks
from searchapp.search.ranking import SCORING
from searchapp.search.relaxing import FEW_HITS, Relaxed, relax
from searchapp.search.request import FACETS, FIELD_OF, Match, SearchRequest, column_of
from searchapp.search.results import Coverage, FacetValue, Group, Hit, ResultPage, Spelling, Tried
from searchapp.search.snippets import make_snippets
from searchapp.search.spelling import find_spellings

if TYPE_CHECKING:
    from indexer import Document, Found, Reader
    from searchapp.language.equals import Lexicon

_MOST_SPELLINGS = 4
# A word that some documents hold may still be a slip, if another one is so much more frequent.
_MUCH_MORE = 20
# So many reprints are listed under a hit; all of them stand on its page.
_MOST_REPRINTS = 20
# So many hits are shown of each group; the group's own page has the rest.
_HITS_OF_GROUP = 3
# Nobody looks through more values of a facet; the page of all sources asks for all.
MOST_VALUES = 200


class NoSuchPageError(QueryError):
    """The page lies beyond the last one."""


def search(
    reader: Reader, request: SearchRequest, lexicon: Lexicon | None = None, *, most_values: int = MOST_VALUES
) -> ResultPage:
    """Search, relax where nothing holds every part, and make the snippets of the page.

    A facet names its most frequent values, `most_values` at the most, and all years and months. A reader with a budget
    gives what that allows: such a page is `partial`.

    Raises:
        QueryError: the query passes a limit, or the page lies beyond the last one.
        OutOfTimeError: the budget does not suffice to group the hits.
        AbandonedError: nobody waits for the answer.
    """
    started = time.perf_counter()
    parsed = parse_query(request.raw_query, lexicon, literal=request.literal)
    if parsed.query is None and request.raw_query.strip():
        nothing: dict[str, list[FacetValue]] = {name: [] for name in FACETS}
        return ResultPage(request.raw_query, 0, 0, 1, request.size, [], nothing, coverage=_cover(reader))
    run = make_run(reader, parsed, request)
    found = reader.run(run)
    complete = found.total
    few = parsed.query is not None and request.match == "auto" and complete < FEW_HITS and not found.partial
    relaxed, partial = None, found.partial
    facets: dict[str, list[FacetValue]] = {name: [] for name in FACETS}
    spellings: list[Spelling] = []
    tried: list[Tried] = []
    coverage = None
    try:
        near = relax(reader, parsed, run.filters, request.sort, complete) if few else None
        if near is not None:
            wider = replace(run, query=near.query, ideal=run.query)
            found, run, relaxed = _whole(reader.run(wider)), wider, near
        if not partial:
            facets = _facets(reader, run, found, request, most_values)
        if not complete and not partial:
            spellings = _find_spellings(reader, parsed, request, run.filters, lexicon)
            tried = _count_parts(reader, parsed)
            coverage = None if found.total else _cover(reader)
    except OutOfTimeError:
        partial = True
    groups: list[Group] = []
    hits: list[Hit] = []
    cards = found.cards
    if request.group != "none":
        values = _group_values(reader, run, _whole(found), request)
        cards = len(values)
        _refuse_beyond(request, cards, found.total)
        shown = values[request.offset : request.offset + request.size]
        groups = [_read_group(reader, run, parsed, relaxed, request=request, value=value) for value in shown]
    else:
        if not partial:
            _refuse_beyond(request, cards, found.total)
        hits = _read_hits(reader, found, parsed, relaxed)
        partial = partial or len(hits) < len(found.hits)
    return ResultPage(
        raw_query=request.raw_query,
        total=found.total,
        cards=cards,
        page=request.offset // request.size + 1,
        size=request.size,
        hits=hits,
        groups=groups,
        facets={name: [] for name in FACETS} if partial else facets,
        complete=complete if relaxed else None,
        given_up=relaxed.given_up if relaxed else [],
        understood=parsed.understood,
        spellings=spellings,
        tried=tried,
        coverage=coverage,
        partial=partial,
        took_ms=round((time.perf_counter() - started) * 1000, 2),
    )


def _whole(found: Found) -> Found:
    if found.partial:
        raise OutOfTimeError
    return found


def make_run(reader: Reader, parsed: ParsedQuery, request: SearchRequest) -> Run:
    """Return what to ask the engine, nothing relaxed."""
    query = _choose_query(parsed, request.match)
    ranked = not isinstance(query, Everything)
    grouped = request.group != "none"
    return Run(
        query=query,
        filters=make_filters(reader, request),
        scoring=SCORING if ranked else None,
        sort=request.sort if ranked or request.sort == "oldest" else "newest",
        offset=0 if grouped else request.offset,
        limit=0 if grouped else request.size,
        facets=tuple(column_of(name, request.dated_by) for name in FACETS),
        fold=request.fold,
        dated_by=request.dated_by,
    )


def _choose_query(parsed: ParsedQuery, match: Match) -> Query:
    if parsed.query is None:
        return Everything()
    units = [unit.query for unit in parsed.units if not unit.minor]
    if match == "any" and units:
        either = And((Or(tuple(units)), *parsed.required))
        return either if parsed.whole is None else Or((either, parsed.whole))
    return parsed.query


def _refuse_beyond(request: SearchRequest, cards: int, total: int) -> None:
    if request.offset >= max(cards, 1):
        raise NoSuchPageError(
            "没有第 {page} 页：结果共 {total} 条，{pages} 页。",
            page=request.offset // request.size + 1,
            total=total,
            pages=max(1, -(-cards // request.size)),
        )


# --- hits


def _read_hits(reader: Reader, found: Found, parsed: ParsedQuery, relaxed: Relaxed | None) -> list[Hit]:
    documents = reader.read_documents([number for number, _ in found.hits], evidence=bool(parsed.speakers))
    hits: list[Hit] = []
    for document, (number, score) in zip(documents, found.hits, strict=True):
        if hits and reader.budget.is_spent:
            break
        missing = relaxed.missing_in(number) if relaxed else []
        near = bool(missing) and relaxed is not None and relaxed.holds_none(number)
        hit = make_hit(document, parsed, score, missing, near=near)
        others = found.reprints.get(number, [])
        shown = reader.read_documents(others[:_MOST_REPRINTS], evidence=False)
        hits.append(replace(hit, reprints=shown, reprint_count=len(others)))
    return hits


def make_hit(document: Document, parsed: ParsedQuery, score: float, missing: list[Unit], *, near: bool) -> Hit:
    """Mark a document and choose its passages; one that only comes `near` holds none of the units."""
    marked = find_marks(document, parsed.needles, near=near, speakers=parsed.speakers)
    snippets = make_snippets(document.body, marked.body)
    texts = [unit.text for unit in missing]
    return Hit(document, score, marked.title, snippets, len(marked.title) + len(marked.body), marked.reasons, texts)


# --- groups


def _group_values(reader: Reader, run: Run, found: Found, request: SearchRequest) -> list[str | None]:
    """Return the values to group by, those with most hits first (years: the newest); what has none comes last."""
    counted = found.facets[column_of(request.group, request.dated_by)]
    if request.group in LISTED_FIELDS:  # all of them
        every = replace(run, facets=(request.group,), most_listed=reader.document_count)
        counted = _whole(reader.run(every)).facets[request.group]
    chosen = set(request.chosen(request.group))
    refused = request.not_sources if request.group == "source" else ()
    values = [value for value, _ in counted if (not chosen or (value or "") in chosen) and (value or "") not in refused]
    if request.group == "series" and not chosen and found.total > sum(count for _, count in counted):
        values.append(None)
    return values


def _read_group(
    reader: Reader, run: Run, parsed: ParsedQuery, relaxed: Relaxed | None, *, request: SearchRequest, value: str | None
) -> Group:
    own = SearchRequest(dated_by=request.dated_by, **{FIELD_OF[request.group]: (value or "",)})  # type: ignore[arg-type]
    narrowed = {**run.filters, "group": And(tuple(make_filters(reader, own).values()))}
    found = _whole(reader.run(replace(run, filters=narrowed, facets=(), limit=_HITS_OF_GROUP)))
    hits = _read_hits(reader, found, parsed, relaxed)
    if len(hits) < len(found.hits):
        raise OutOfTimeError
    return Group(value, found.total, hits)


# --- facets, and what helps who finds nothing


def _facets(
    reader: Reader, run: Run, found: Found, request: SearchRequest, most_values: int
) -> dict[str, list[FacetValue]]:
    facets = {}
    for name in FACETS:
        column = column_of(name, request.dated_by)
        counted = found.facets[column]
        if name not in ("year", "month"):
            counted = counted[:most_values]
        chosen = set(request.chosen(name))
        values = [FacetValue(value, count, (value or "") in chosen) for value, count in counted]
        # A chosen value stays in sight, so that it can be taken back, even where nothing or little has it.
        hidden = sorted(chosen - {value or "" for value, _ in counted})
        values += [FacetValue(value or None, _count(reader, run, column, value), chosen=True) for value in hidden]
        facets[name] = values
    return facets


def _count(reader: Reader, run: Run, column: str, value: str) -> int:
    """Count the hits with a value, as its facet would: whatever else of that column is chosen."""
    if column.endswith("year"):
        return 0
    filters = {name: query for name, query in run.filters.items() if name != column}
    own = replace(run, filters={**filters, "own": OneOf(column, (value or None,))}, facets=(), offset=0, limit=0)
    return _whole(reader.run(own)).total


def _count_parts(reader: Reader, parsed: ParsedQuery) -> list[Tried]:
    """Count the documents that hold each part of a query alone, where there are several parts."""
    parts = [unit for unit in parsed.units if not unit.minor]
    return [Tried(unit.text, len(reader.match(unit.query))) for unit in parts] if len(parts) > 1 else []


def _find_spellings(
    reader: Reader, parsed: ParsedQuery, request: SearchRequest, filters: dict[str, Query], lexicon: Lexicon | None
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
            if other is not None and len(reader.match(And((other, *filters.values())))):
                found.append(Spelling(query, unit.text, instead))
    return found[:_MOST_SPELLINGS]


def _cover(reader: Reader) -> Coverage:
    facets = _whole(reader.run(Run(Everything(), facets=("source", "year"), limit=1))).facets
    years = [year for year, _ in facets["year"] if year]
    sources = sum(source is not None for source, _ in facets["source"])
    return Coverage(reader.document_count, sources, min(years, default=None), max(years, default=None))
