"""A run over a posting source: matched, ranked, folded, sliced, counted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from indexer.engine import Found
from indexer.engine.facets import count_facets
from indexer.engine.postings import UNDATED, PostingSource, all_of
from indexer.engine.recency import weigh_ages
from indexer.engine.scoring import score, weigh_passages
from indexer.errors import OutOfTimeError
from indexer.query import Ranking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.engine.matching import Evaluation
    from indexer.engine.postings import Array, Floats, Mask, Numbers
    from indexer.query import Key, Run, Sort

# How many of the best hits are looked at for their best passage: beyond the first pages nobody notices the order.
_LOOKED_AT = 50


def run_many(evaluation: Evaluation, requests: Sequence[Run]) -> list[Found]:
    """Search again and again, as far as the budget of the source goes; what several runs share is looked up once."""
    return [_run(evaluation, request) for request in requests]


def _run(evaluation: Evaluation, request: Run) -> Found:
    source = evaluation.source
    try:
        matched = evaluation.live_mask(request.query)
        filters = {name: evaluation.live_mask(query) for name, query in request.filters.items()}
    except OutOfTimeError:
        return Found(0, [], partial=True)
    numbers = np.flatnonzero(all_of([matched, *filters.values()]))
    if request.fold and source.reprinted()[numbers].any():
        found = _fold(evaluation, request, numbers=numbers)
    else:
        hits = _name_hits(source, _choose_hits(evaluation, request, numbers=numbers))
        found = Found(len(numbers), hits, cards=len(numbers))
    if source.budget.is_spent:
        return replace(found, partial=True)
    return replace(found, facets=count_facets(source, request, matched=matched, filters=filters, numbers=numbers))


def _fold(evaluation: Evaluation, request: Run, *, numbers: Numbers) -> Found:
    """Choose hits of which no two are near-identical, the first in order of each family."""
    source, end = evaluation.source, request.offset + request.limit
    families = source.families()[numbers]
    cards = len(np.unique(families))
    wanted = end
    while True:  # until there are enough that differ
        ordered = _choose_hits(evaluation, replace(request, offset=0, limit=wanted), numbers=numbers)
        chosen = {int(source.families()[number]): (number, score) for number, score in reversed(ordered)}
        if len(chosen) >= end or len(ordered) == len(numbers):
            break
        wanted *= 2
    order = {number: at for at, (number, _) in enumerate(ordered)}
    hits = sorted(chosen.values(), key=lambda hit: order[hit[0]])[request.offset : end]
    dated = _day_order(source.days(request.dated_by)[0][numbers], "oldest")
    reprints = {}
    named = _name_hits(source, hits)
    for (number, _), (key, _) in zip(hits, named, strict=True):
        others = np.flatnonzero((families == source.families()[number]) & (numbers != number))
        if len(others):
            reprints[key] = source.keys_of(numbers[others[np.argsort(dated[others], kind="stable")]].tolist())
    return Found(len(numbers), named, cards=cards, reprints=reprints)


def _name_hits(source: PostingSource, hits: list[tuple[int, float]]) -> list[tuple[Key, float]]:
    keys = source.keys_of([number for number, _ in hits])
    return [(key, score) for key, (_, score) in zip(keys, hits, strict=True)]


def _choose_hits(evaluation: Evaluation, request: Run, *, numbers: Numbers) -> list[tuple[int, float]]:
    """Return the wanted slice of the hits, in order, with their scores."""
    if not request.limit:
        return []
    source, end = evaluation.source, request.offset + request.limit
    days = source.days(request.dated_by)[0]
    # Whatever surely lies beyond the last wanted hit need not be scored, nor put in order.
    near = numbers
    ranking = None
    if request.scoring is not None:
        ranking = Ranking(request.evidence or request.query, request.scoring, request.ideal)
    by_score = request.sort == "relevance" and ranking is not None
    if not by_score and end < len(numbers):
        dated = _day_order(days[numbers], request.sort)
        near = numbers[dated <= np.partition(dated, end - 1)[end - 1]]
    scores, worth = np.zeros(len(near), dtype=np.float32), None
    if ranking is not None:
        # What is ideal may come first in the end, however little of the evidence it holds.
        wanted = max(end, _LOOKED_AT) if by_score and request.ideal is None else None
        worth = weigh_ages(source, request.recency, dated_by=request.dated_by) if request.recency else None
        near, scores = score(evaluation, ranking, numbers=near, wanted=wanted, worth=worth)
    ties, dated = source.tie_order()[near], _day_order(days[near], request.sort)
    if by_score and ranking is not None and (request.offset < _LOOKED_AT or request.ideal is not None):
        ideal = np.zeros(len(near), dtype=np.bool_) if request.ideal is None else evaluation.mask(request.ideal)[near]
        looked_at = ideal.copy()
        looked_at[np.lexsort((ties, dated, -scores))[:_LOOKED_AT]] = True
        best, worthy = near[looked_at], None if worth is None else worth[near[looked_at]]
        scores[looked_at] += _add_passages(evaluation, ranking, numbers=best, ideal=ideal[looked_at], worth=worthy)
    order = np.lexsort((ties, dated, -scores) if by_score else (ties, -scores, dated))[request.offset : end]
    return list(zip(near[order].tolist(), scores[order].tolist(), strict=True))


def _add_passages(
    evaluation: Evaluation, ranking: Ranking, *, numbers: Numbers, ideal: Mask, worth: Floats | None
) -> Floats:
    """Return what their best passages, and to be ideal, add to the scores of some documents."""
    scoring = ranking.scoring
    held, share = weigh_passages(evaluation, ranking, numbers=numbers)
    added: Floats = held * np.float32(scoring.passage)
    if worth is not None:
        added *= worth
    added[ideal] += np.float32(scoring.ideal)
    added[ideal & (share >= scoring.together)] += np.float32(scoring.first)
    return added


def _day_order(days: Array, sort: Sort) -> Array:
    """Return numbers that put days in order; what has no day comes last."""
    if sort != "oldest":
        return -days.astype(np.int32)
    order = days.astype(np.int32)
    order[order == UNDATED] = np.iinfo(np.int32).max
    return order
