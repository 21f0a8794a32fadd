"""What holds much of a query, but not all of it: the arithmetic behind `Near`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.engine.postings import idf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.engine.postings import Mask, Numbers
    from indexer.query import Near


def choose_near(near: Near, parts: list[Mask], *, scopes: list[Mask], live: int) -> list[Numbers]:
    """Return the documents that come near in each scope, by which hold each part and which are in each scope."""
    held, total = np.zeros(len(scopes[0])), 0.0
    for mask in parts:
        numbers = np.flatnonzero(mask)
        weight = idf(live, len(numbers))
        held[numbers] += weight
        total += weight
    allowed = [np.flatnonzero(mask) for mask in scopes]
    if held[allowed[0]].max(initial=0.0) <= total * near.least:
        return []
    return [_choose_nearest(near, held, allowed=scope) for scope in allowed]


def _choose_nearest(near: Near, held: NDArray[np.float64], *, allowed: Numbers) -> Numbers:
    """Return those of the documents that hold most, by what each document holds."""
    own = held[allowed]
    best = float(own.max(initial=0.0))
    if not best:
        return allowed[:0]
    least = best * near.share
    if np.count_nonzero(own >= least) > near.most:
        last = float(np.partition(own, -near.most)[-near.most])
        least = min(best, float(np.nextafter(last, np.inf))) if near.ranking is None else last
    return allowed[own >= least]
