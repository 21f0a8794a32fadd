"""The values of columns, counted over hits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.engine.postings import PERIODS, PostingSource, all_of
from indexer.query import (
    LISTED_FIELDS,
    Run,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.engine.postings import Mask, Numbers


def count_facets(
    source: PostingSource, request: Run, *, matched: Mask, filters: dict[str, Mask], numbers: Numbers
) -> dict[str, list[tuple[str | None, int]]]:
    """Count each facet over the hits of the query and of all filters but its own."""
    hits = all_of([matched, *filters.values()])
    together = tuple(name for name in request.facets if name not in filters)
    facets = _count_together(source, together, hits=hits, numbers=numbers, most=request.most_listed)
    for name in filters:
        if name in request.facets:
            others = all_of([matched, *(mask for own, mask in filters.items() if own != name)])
            facets |= _count_together(
                source, (name,), hits=others, numbers=np.flatnonzero(others), most=request.most_listed
            )
    return facets


def _count_together(
    source: PostingSource, names: tuple[str, ...], *, hits: Mask, numbers: Numbers, most: int
) -> dict[str, list[tuple[str | None, int]]]:
    """Count the values of some fields, all in one go over the hits."""
    listed = {name: _count_listed(source, name, hits=hits, most=most) for name in names if name in LISTED_FIELDS}
    names = tuple(name for name in names if name not in listed)
    if not names:
        return listed
    joint = source.joint(names)
    if 2 * len(numbers) > source.live_count:  # what is left out is sooner counted
        counted = joint.totals - np.bincount(joint.codes[source.live & ~hits], minlength=len(joint.totals))
    else:
        counted = np.bincount(joint.codes[numbers], minlength=len(joint.totals))
    met = np.flatnonzero(counted)
    facets: dict[str, list[tuple[str | None, int]]] = dict(listed)
    for name, own in zip(names, joint.parts, strict=True):
        column = source.keywords(name)
        counts = np.bincount(own[met], counted[met], len(column.values)).astype(np.int64)
        facets[name] = _list_values(name, column.values, counts=counts)
    return facets


def _count_listed(source: PostingSource, name: str, *, hits: Mask, most: int) -> list[tuple[str | None, int]]:
    """Count the values of a listed field; a document counts once for each of its values."""
    column = source.listed(name)
    counts = np.bincount(column.codes[hits[column.owners]], minlength=len(column.values))
    return _list_values(name, column.values, counts=counts, most=most)


def _list_values(
    name: str, values: Sequence[str | None], *, counts: NDArray[np.int64], most: int | None = None
) -> list[tuple[str | None, int]]:
    """Return values (ascending, no value first) that occur, `most` of them, with their counts, as they are shown.

    The most frequent come first, of years and months the newest; documents without one come last.
    """
    codes = np.flatnonzero(counts)
    codes = codes[::-1] if name in PERIODS else codes[np.argsort(-counts[codes], kind="stable")][:most]
    pairs = [(values[code], count) for code, count in zip(codes.tolist(), counts[codes].tolist(), strict=True)]
    none = [pair for pair in pairs if pair[0] is None]
    return [pair for pair in pairs if pair[0] is not None] + none if none else pairs
