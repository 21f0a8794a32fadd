"""A request and an open index -> a page of results."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from indexer import (
    LISTED_FIELDS,
    And,
    Everything,
    OneOf,
    Or,
    OutOfTimeError,
    Phrase,
    Query,
    QueryError,
    Run,
    fold,
)
from searchapp.fields import BY_NAME, FACETS
from searchapp.language.equals import Lexicon
from searchapp.language.parsed import ParsedQuery, Understood
from searchapp.language.parsing import LONGEST_QUERY
from searchapp.search.best import find_best
from searchapp.search.filters import make_filters, whole
from searchapp.search.holdings import Holdings, read_holdings
from searchapp.search.marks import Places, find_marks, find_quoted, find_together
from searchapp.search.names import know_names
from searchapp.search.ranking import SCORING, prefer_recent
from searchapp.search.readings import find_values, find_wider, offer_any, read_otherwise
from searchapp.search.relaxing import FEW_HOLD_A_WORD, LISTED, Relaxed, relax
from searchapp.search.request import LIST, MatchMode, SearchRequest
from searchapp.search.results import Best, Coverage, FacetValue, Group, Hit, ResultPage, Spelling, Tried, Wider
from searchapp.search.slips import choose, find_offers, find_suspects, read_typed
from searchapp.search.snippets import make_snippets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer import Document, Found, Key, Reader
    from searchapp.fields import SearchField
    from searchapp.language.parsed import Asked
    from searchapp.search.slips import Offer

_MOST_SPELLINGS = 5
# So many of what may have been meant are tried.
_MOST_OFFERS = 12
# Where fewer documents name a day, the spans that hold it are looked for as well.
_FEW_HITS = 10
# So many reprints are listed under a hit; all of them stand on its page.
_MOST_REPRINTS = 20
# The name of what narrows a search beside its columns.
_ALSO = "also"
# So many hits are shown of each group; the group's own page has the rest.
_HITS_OF_GROUP = 3


class NoSuchPageError(QueryError):
    """The page lies beyond the last one."""


def search(
    reader: Reader, request: SearchRequest, *, lexicon: Lexicon | None = None, most_values: int = 0
) -> ResultPage:
    """Search, relax where nothing holds every part, and make the snippets of the page.

    A facet names its most frequent values, as many as its field says or `most_values`, and all years and months. A
    reader with a budget gives what that allows: such a page is `partial`.

    Raises:
        QueryError: a pattern matches too many words, or the page lies beyond the last one.
        OutOfTimeError: the budget does not suffice to group the hits.
        AbandonedError: nobody waits for the answer.
    """
    started = time.perf_counter()
    reader = reader.within(reader.budget)  # what one step looks up, the others need not
    lexicon = know_names(lexicon or Lexicon(), reader)
    parsed = request.parse(lexicon)
    nothing: dict[str, list[FacetValue]] = {own.name: [] for own in FACETS}
    if parsed.query is None and request.raw_query.strip():
        return ResultPage(
            request.raw_query, 0, 0, 1, request.size, [], nothing, understood=parsed.understood, coverage=_cover(reader)
        )
    answer = _ask(reader, parsed, run=make_run(reader, parsed, request=request), request=request, lexicon=lexicon)
    facets, partial = nothing, answer.found.partial
    try:
        if not partial:
            answer = _list(reader, _widen(reader, answer, request=request, lexicon=lexicon))
            partial = answer.found.partial
        if not partial:
            facets = _facets(reader, answer, request=request, most_values=most_values)
            if answer.empty and not answer.spellings:
                filters = answer.run.filters.values()
                values = find_values(reader, answer.empty, request=request, filters=filters, lexicon=lexicon)
                answer = replace(answer, spellings=values)
            if not answer.complete:
                answer = _help(reader, answer, request=request, lexicon=lexicon)
    except OutOfTimeError:
        facets, partial = nothing, True
        answer = _list(reader, answer)
    hits: list[Hit] = []
    groups: list[Group] = []
    if request.group != LIST:
        cards, groups = _group(reader, answer, request=request)
    else:
        cards = answer.found.cards
        if not partial:
            _refuse_beyond(request, cards, total=answer.found.total)
        (hits,) = _read_hits(reader, answer, founds=[answer.found])
        if len(hits) < len(answer.found.hits):
            facets, partial = nothing, True
    return ResultPage(
        raw_query=request.raw_query,
        total=answer.found.total,
        cards=cards,
        page=request.offset // request.size + 1,
        size=request.size,
        hits=hits,
        groups=groups,
        facets=facets,
        complete=answer.complete if answer.relaxed else None,
        given_up=answer.relaxed.given_up if answer.relaxed else [],
        apart=answer.relaxed.apart if answer.relaxed else [],
        understood=answer.parsed.understood,
        spellings=answer.spellings,
        instead=answer.instead,
        tried=answer.tried,
        wider=answer.wider,
        coverage=answer.coverage,
        partial=partial,
        best=[] if partial or request.offset else _best(reader, answer, request=request, hits=hits, lexicon=lexicon),
        took_ms=round((time.perf_counter() - started) * 1000, 2),
    )


def _best(reader: Reader, answer: _Answer, *, request: SearchRequest, hits: list[Hit], lexicon: Lexicon) -> list[Best]:
    """Return what answers the query as a whole."""
    if not request.raw_query:
        return []
    # What has the query as its title holds all of it.
    shown = [own for hit in hits if not (hit.missing or hit.apart) for own in (hit.document, *hit.reprints)]
    more = len(shown) < answer.complete and not _has_all_verbatim(answer, request, hits=hits)
    return find_best(
        reader, request.raw_query, filters=answer.run.filters, answers=lexicon.answers, shown=shown, more=more
    )


def _has_all_verbatim(answer: _Answer, request: SearchRequest, *, hits: list[Hit]) -> bool:
    """Tell whether all that holds the query as typed is among the first hits, because the last of these does not."""
    typed = request.raw_query.strip()
    weighed = any(isinstance(own, Phrase) and own.text == typed for own in answer.parsed.phrases)
    return weighed and request.sort == "relevance" and bool(hits) and hits[-1].score < SCORING.verbatim


def count_values(
    reader: Reader, request: SearchRequest, *, own: SearchField, lexicon: Lexicon | None = None
) -> tuple[list[FacetValue], Spelling | None]:
    """Count all values of one facet over what a search finds, those with most hits first (years: the newest).

    Also return what was searched instead, if anything was.

    Raises:
        QueryError: a pattern matches too many words.
        OutOfTimeError: the budget does not suffice.
    """
    answer = _find_answer(reader, request, lexicon=lexicon)
    if answer is None:
        return [], None
    column, chosen = own.column(request.dated_by), set(request.values(own.name))
    every = replace(answer.run, facets=(column,), most_listed=reader.document_count)
    counted = whole(reader.run(every)).facets[column]
    return [FacetValue(value, count, (value or "") in chosen) for value, count in counted], answer.instead


def find_all(
    reader: Reader, request: SearchRequest, *, lexicon: Lexicon | None = None
) -> tuple[list[Key], Spelling | None]:
    """Return all documents that a search lists, in the order of their keys, and what was searched instead, if so.

    Raises:
        QueryError: a pattern matches too many words.
        OutOfTimeError: the budget does not suffice.
    """
    answer = _find_answer(reader, request, lexicon=lexicon)
    if answer is None:
        return [], None
    return reader.find_keys(And((answer.run.query, *answer.run.filters.values()))), answer.instead


def list_keys(reader: Reader, request: SearchRequest, *, lexicon: Lexicon | None = None) -> list[Key]:
    """Return all documents that a search lists, in its own order, from the first one on.

    Raises:
        QueryError: a pattern matches too many words.
        OutOfTimeError: the budget does not suffice.
    """
    answer = _find_answer(reader, request, lexicon=lexicon)
    if answer is None:
        return []
    found = reader.run(replace(answer.run, facets=(), limit=reader.document_count))
    return [key for key, _ in whole(found).hits]


def _find_answer(reader: Reader, request: SearchRequest, *, lexicon: Lexicon | None) -> _Answer | None:
    """Return the run that a search lists hits of, relaxed where it is; None where nothing can be found."""
    lexicon = know_names(lexicon or Lexicon(), reader)
    parsed = request.parse(lexicon)
    if parsed.query is None and request.raw_query.strip():
        return None
    run = replace(make_run(reader, parsed, request=request), offset=0, limit=0)
    answer = _ask(reader, parsed, run=run, request=request, lexicon=lexicon)
    whole(answer.found)
    return _widen(reader, answer, request=request, lexicon=lexicon)


def read_query(reader: Reader, request: SearchRequest, *, lexicon: Lexicon | None = None) -> ParsedQuery:
    """Return what a search reads a query as, with whatever it can mark: all spans that hold a day as well."""
    lexicon = know_names(lexicon or Lexicon(), reader)
    parsed = request.parse(lexicon, thorough=True)
    if parsed.query is None:
        return parsed
    run = replace(make_run(reader, parsed, request=request), facets=(), offset=0, limit=0)
    try:
        return _ask(reader, replace(parsed, has_days=False), run=run, request=request, lexicon=lexicon).parsed
    except QueryError:  # too many words begin so: what one document holds of them can be marked all the same
        return parsed


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is known so far: the run and what it found, what it was before it was relaxed, what may help.

    What is complete is only counted, not `listed`, until it is known whether others are listed as well.
    """

    parsed: ParsedQuery
    run: Run
    found: Found
    listed: bool = False
    complete: int = 0
    holdings: Holdings = field(default_factory=Holdings)
    relaxed: Relaxed | None = None
    spellings: list[Spelling] = field(default_factory=list)
    instead: Spelling | None = None
    tried: list[Tried] = field(default_factory=list)
    wider: list[Wider] = field(default_factory=list)
    coverage: Coverage | None = None
    empty: tuple[Asked, ...] = ()


def _ask(reader: Reader, parsed: ParsedQuery, *, run: Run, request: SearchRequest, lexicon: Lexicon | None) -> _Answer:
    """Count what is complete, where little names a day also spans around it; what finds nothing is read otherwise."""
    answer = _count(reader, parsed, run=run, request=request)
    if parsed.has_days and answer.found.total < _FEW_HITS and not answer.found.partial:
        parsed = request.parse(lexicon, thorough=True)
        run = _run_like(run, reader, parsed=parsed, request=request)
        answer = _count(reader, parsed, run=run, request=request)
    if answer.found.total or answer.found.partial or parsed.query is None:
        return answer
    try:
        reading = read_otherwise(reader, parsed, request=request, lexicon=lexicon)
    except OutOfTimeError:
        return replace(answer, found=replace(answer.found, partial=True))
    if reading is None:
        return answer
    run = _run_like(run, reader, parsed=reading.parsed, request=request)
    answer = _count(reader, reading.parsed, run=run, request=request)
    return replace(answer, empty=reading.empty)


def _count(reader: Reader, parsed: ParsedQuery, *, run: Run, request: SearchRequest) -> _Answer:
    """Count what is complete; where nothing else may be listed, list it at once."""
    listed = request.match == "all" or parsed.query is None
    return _Answer(parsed, run, reader.run(run if listed else replace(run, limit=0, facets=())), listed=listed)


def _run_like(run: Run, reader: Reader, *, parsed: ParsedQuery, request: SearchRequest) -> Run:
    """Return the run of another query, for the same slice."""
    return replace(make_run(reader, parsed, request=request), offset=run.offset, limit=run.limit)


def _list(reader: Reader, answer: _Answer) -> _Answer:
    """Find the hits of what was only counted."""
    return answer if answer.listed or answer.relaxed else replace(answer, found=reader.run(answer.run), listed=True)


def _widen(reader: Reader, answer: _Answer, *, request: SearchRequest, lexicon: Lexicon | None) -> _Answer:
    """Look for what was meant and for what comes near; what finds nothing at all is only offered, not searched."""
    spelt = _spell(reader, answer, request=request, lexicon=lexicon)
    wider = _relax(reader, spelt, request=request)
    if spelt.instead is None or wider.found.total:
        return wider
    return _relax(reader, replace(answer, spellings=[spelt.instead, *spelt.spellings]), request=request)


def _relax(reader: Reader, answer: _Answer, *, request: SearchRequest) -> _Answer:
    """Look also for what comes near, where little is complete."""
    complete, parsed, run = answer.found.total, answer.parsed, answer.run
    answer = replace(answer, complete=complete)
    # Of `any` part whatever holds one answers the query; only where nothing does, finer words are left to look for.
    few = complete < {"auto": LISTED, "any": 1, "all": 0}[request.match]
    if parsed.query is None or (complete and (not few or len(parsed.near) < 2)):
        return answer
    answer = replace(answer, holdings=read_holdings(reader, parsed))
    if not few:
        return answer
    holdings = answer.holdings
    relaxed = offer_any(parsed, holdings, sort=request.sort, shown=complete) if request.match == "auto" else None
    if relaxed is not None:
        parsed = replace(parsed, understood=[*parsed.understood, Understood(request.raw_query, note="any")])
    else:
        relaxed = relax(reader, parsed, filters=run.filters, sort=request.sort, shown=complete, holdings=holdings)
    if relaxed is None:
        return answer
    wider = replace(run, query=relaxed.query, evidence=relaxed.ranking.evidence, ideal=relaxed.ranking.ideal)
    found = whole(reader.run(wider))
    holdings = holdings.asked_about(reader, [key for key, _ in found.hits])
    return replace(answer, parsed=parsed, run=wider, found=found, holdings=holdings, relaxed=relaxed)


def _help(reader: Reader, answer: _Answer, *, request: SearchRequest, lexicon: Lexicon) -> _Answer:
    """Say what may help who finds nothing complete."""
    parsed, wider = answer.parsed, list[Wider]()
    if parsed.scopes and not answer.found.total:
        filters = answer.run.filters.values()
        wider = find_wider(reader, parsed, request=request, filters=filters, lexicon=lexicon)
    if wider:
        notes = dict.fromkeys(Understood(request.raw_query, note=own.scope.note) for own in parsed.scopes)
        parsed = replace(parsed, understood=[*notes, *parsed.understood])
    return replace(
        answer,
        parsed=parsed,
        wider=wider,
        tried=_try_parts(reader, answer),
        coverage=None if answer.found.total else _cover(reader),
    )


def _try_parts(reader: Reader, answer: _Answer) -> list[Tried]:
    """Return how many documents hold each part of a query; none where it has but one."""
    parsed, holdings = answer.parsed, answer.holdings
    counts = reader.count([unit.query for unit in parsed.alone]) if parsed.alone else []
    alone = list(zip(parsed.alone, counts, strict=True))
    words = [] if parsed.speakers else list(zip(holdings.units, holdings.counts, strict=True))
    longer = [(unit, count) for unit, count in words if not unit.minor]
    parts = [*alone, *longer] if len(alone) + len(longer) > 1 else [*alone, *words]
    return [Tried(unit.text, count) for unit, count in parts] if len(parts) > 1 else []


def make_run(reader: Reader, parsed: ParsedQuery, *, request: SearchRequest) -> Run:
    """Return what to ask the engine, nothing relaxed."""
    query = _choose_query(parsed, request.match)
    ranked = not isinstance(query, Everything)
    grouped = request.group != LIST
    filters = make_filters(reader, request)
    if parsed.also:
        filters[_ALSO] = And(parsed.also)
    return Run(
        query=query,
        evidence=None if parsed.typed is None else Or((query, parsed.typed)),
        filters=filters,
        scoring=SCORING if ranked else None,
        sort=request.sort if ranked or request.sort == "oldest" else "newest",
        offset=0 if grouped else request.offset,
        limit=0 if grouped else request.size,
        facets=tuple(own.column(request.dated_by) for own in FACETS),
        fold=request.fold,
        dated_by=request.dated_by,
        recency=prefer_recent() if request.recent and ranked and request.sort == "relevance" else None,
    )


def _choose_query(parsed: ParsedQuery, match: MatchMode) -> Query:
    if parsed.query is None:
        return Everything()
    units = [unit.query for unit in parsed.units if not unit.minor]
    if match == "any" and units:
        either = And((Or(tuple(units)), *parsed.required))
        return either if parsed.whole is None else Or((either, parsed.whole))
    return parsed.query


def _refuse_beyond(request: SearchRequest, cards: int, *, total: int) -> None:
    if request.offset >= max(cards, 1):
        raise NoSuchPageError(
            "没有第 {page} 页：结果共 {total} 条，{pages} 页。",
            page=request.offset // request.size + 1,
            total=total,
            pages=max(1, -(-cards // request.size)),
        )


# --- hits


def _read_hits(reader: Reader, answer: _Answer, *, founds: Sequence[Found]) -> list[list[Hit]]:
    """Return the hits of each of some runs, as far as the budget goes."""
    parsed, keys = answer.parsed, [key for found in founds for key, _ in found.hits]
    others = {key: own[:_MOST_REPRINTS] for found in founds for key, own in found.reprints.items()}
    holdings = answer.holdings
    wanted = list(dict.fromkeys((*keys, *(key for own in others.values() for key in own))))
    documents = dict(zip(wanted, reader.read(wanted, evidence=bool(parsed.speakers)), strict=True)) if wanted else {}
    known = [document for key in dict.fromkeys(keys) if (document := documents[key]) is not None]
    together = dict(zip((own.id for own in known), find_together(reader, known, needles=parsed.needles), strict=True))
    pages: list[list[Hit]] = []
    for found in founds:
        hits: list[Hit] = []
        for key, score in found.hits:
            if hits and reader.budget.is_spent:
                break
            if (document := documents[key]) is None:
                continue
            reprints = [own for other in others.get(key, ()) if (own := documents[other]) is not None]
            missing, apart = holdings.missing_in(key)
            hit = make_hit(document, parsed, score=score, near=holdings.holds_none(key), places=together[document.id])
            ids = found.reprints.get(key, [])
            hits.append(replace(hit, missing=missing, apart=apart, reprints=reprints, reprint_ids=ids))
        pages.append(hits)
    return pages


def make_hit(document: Document, parsed: ParsedQuery, *, score: float, near: bool, places: Places) -> Hit:
    """Mark a document and choose its passages; one that only comes `near` holds none of the units."""
    marked = find_marks(document, parsed.needles, near=near, speakers=parsed.speakers, places=places)
    snippets = make_snippets(document.body, marked.show, varied=bool(places))
    if quoted := find_quoted(document, parsed.speakers):
        snippets = [replace(snippet, quoted=snippet.paragraph in quoted) for snippet in snippets]
    hit = Hit(document, score, marked.title, snippets, len(marked.title) + len(marked.body), marked.reasons)
    return replace(hit, value_marks=marked.values, found_by=marked.found_by) if marked.values else hit


# --- groups


def _group(reader: Reader, answer: _Answer, *, request: SearchRequest) -> tuple[int, list[Group]]:
    """Return how many groups there are, and those of the page."""
    own, found = BY_NAME[request.group], whole(answer.found)
    values = _group_values(reader, answer, request=request)
    _refuse_beyond(request, len(values), total=found.total)
    shown = values[request.offset : request.offset + request.size]
    runs = []
    for value in shown:
        only = SearchRequest(dated_by=request.dated_by).change(**{own.name: (value or "",)})
        narrowed = {**answer.run.filters, "group": And(tuple(make_filters(reader, only).values()))}
        runs.append(replace(answer.run, filters=narrowed, facets=(), limit=_HITS_OF_GROUP))
    founds = [whole(each) for each in reader.run_many(runs)]
    if answer.relaxed:
        listed = [key for each in founds for key, _ in each.hits]
        answer = replace(answer, holdings=answer.holdings.asked_about(reader, listed))
    pages = _read_hits(reader, answer, founds=founds)
    if any(len(hits) < len(each.hits) for hits, each in zip(pages, founds, strict=True)):
        raise OutOfTimeError
    return len(values), [Group(*group) for group in zip(shown, (each.total for each in founds), pages, strict=True)]


def _group_values(reader: Reader, answer: _Answer, *, request: SearchRequest) -> list[str | None]:
    """Return the values to group by, those with most hits first (years: the newest); what has none comes last."""
    own, found = BY_NAME[request.group], answer.found
    counted = found.facets[own.column(request.dated_by)]
    if own.name in LISTED_FIELDS:  # all of them
        every = replace(answer.run, facets=(own.name,), most_listed=reader.document_count)
        counted = whole(reader.run(every)).facets[own.name]
    chosen, refused = set(request.values(own.name)), request.excluded_values(own.name)
    values = [value for value, _ in counted if (not chosen or (value or "") in chosen) and (value or "") not in refused]
    if own.name in LISTED_FIELDS and not chosen and found.total > sum(count for _, count in counted):
        values.append(None)
    return values


# --- facets, and what helps who finds nothing


def _facets(
    reader: Reader, answer: _Answer, *, request: SearchRequest, most_values: int
) -> dict[str, list[FacetValue]]:
    """Return the facets; a chosen value stays in sight, so that it can be taken back, even where little has it."""
    facets: dict[str, list[FacetValue]] = {}
    hidden: list[tuple[SearchField, str]] = []
    for own in FACETS:
        counted = answer.found.facets[own.column(request.dated_by)]
        if not own.dated:
            counted = counted[: max(own.most, most_values)]
        chosen = set(request.values(own.name))
        facets[own.name] = [FacetValue(value, count, (value or "") in chosen) for value, count in counted]
        hidden += [(own, value) for value in sorted(chosen - {value or "" for value, _ in counted})]
    # No hit has a year that is not counted: all years are.
    asked = [(own, value) for own, value in hidden if not own.dated]
    runs = [_count_run(answer.run, own.name, value=value) for own, value in asked]
    totals = dict(zip(asked, (whole(found).total for found in reader.run_many(runs)), strict=True)) if runs else {}
    for own, value in hidden:
        facets[own.name].append(FacetValue(value or None, totals.get((own, value), 0), chosen=True))
    return facets


def _count_run(run: Run, column: str, *, value: str) -> Run:
    """Return what counts the hits with a value as its facet would: whatever else of that column is chosen."""
    filters = {name: query for name, query in run.filters.items() if name != column}
    return replace(run, filters={**filters, "own": OneOf(column, (value or None,))}, facets=(), offset=0, limit=0)


def _spell(reader: Reader, answer: _Answer, *, request: SearchRequest, lexicon: Lexicon | None) -> _Answer:
    """Say what may have been meant by what stands nowhere; where that is beyond doubt, ask for it instead."""
    if answer.parsed.items:  # names of a list that nothing holds are others, not slips
        return answer
    offers = _find_offers(reader, answer, raw_query=request.raw_query)
    known: dict[str, tuple[Offer, Query]] = {}
    typed = fold(request.raw_query).text
    for offer in offers:
        query = offer.query
        if len(known) == _MOST_OFFERS or len(query) > LONGEST_QUERY:
            continue
        folded = fold(query).text  # 沈硯秋 is 沈砚秋, and what was typed is no offer
        other = request.parse(lexicon, query).query if folded not in (*known, typed) else None
        if other is not None:
            known[folded] = offer, other
    found = _find_held(reader, list(known.values()), filters=tuple(answer.run.filters.values()))
    spellings = [Spelling(offer.query, offer.word, offer.instead) for offer in found][:_MOST_SPELLINGS]
    may_change = request.match == "auto" and not request.literal
    if not may_change or choose(found, size=reader.document_count, sure=not answer.found.total) is None:
        return replace(answer, spellings=spellings)
    parsed = request.parse(lexicon, spellings[0].query)
    run = _run_like(answer.run, reader, parsed=parsed, request=request)
    answer = _count(reader, parsed, run=run, request=request)
    whole(answer.found)
    return replace(answer, instead=spellings[0], spellings=spellings[1:])


def _find_offers(reader: Reader, answer: _Answer, *, raw_query: str) -> list[Offer]:
    """Return what may have been meant, where nothing is found, or a name in pieces alone."""
    parsed = answer.parsed
    if parsed.query is None:
        return []
    if answer.found.total:
        suspects = find_suspects(reader, parsed, raw_query=raw_query, few=answer.found.total < FEW_HOLD_A_WORD)
        return find_offers(reader, suspects) if suspects else []
    typed, units = read_typed(raw_query), parsed.units
    asked = [*(unit.query for unit in units), *(own.query for own in typed)]
    counts = reader.count([parsed.query, *asked]) if typed else [1]
    if counts[0]:  # it is the filters that leave nothing
        return []
    held = counts[len(units) + 1 :]
    missing = [own for own, count in zip(typed, held, strict=True) if not count]
    others = [own for own, count in zip(typed, held, strict=True) if count]
    return find_offers(reader, missing, held=others, units=list(zip(units, counts[1:], strict=False)))


def _find_held(reader: Reader, offers: list[tuple[Offer, Query]], *, filters: tuple[Query, ...]) -> list[Offer]:
    """Return what finds something with all that was typed beside it; where nothing does, what finds something alone."""
    if not offers:
        return []
    queries = [query for _, query in offers] + [offer.alone for offer, _ in offers]
    counts = reader.count([And((query, *filters)) for query in queries])
    together, alone = counts[: len(offers)], counts[len(offers) :]
    counted = [replace(offer, documents=count) for (offer, _), count in zip(offers, alone, strict=True)]
    held = [offer for offer, count in zip(counted, together, strict=True) if count]
    return held or [offer for offer in counted if offer.documents]


def _cover(reader: Reader) -> Coverage:
    facets = whole(reader.run(Run(Everything(), facets=("source", "year"), limit=1))).facets
    years = [year for year, _ in facets["year"] if year]
    sources = sum(source is not None for source, _ in facets["source"])
    return Coverage(reader.document_count, sources, min(years, default=None), max(years, default=None))
