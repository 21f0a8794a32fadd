"""What evidence is worth by the age of the document that holds it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from indexer.engine.postings import UNDATED

if TYPE_CHECKING:
    from indexer.engine.postings import Array, Floats, PostingSource
    from indexer.query import DateField, Recency

# Months of 31 days, so that days can be told apart without a calendar; no age is wrong by more than a week a year.
_MONTH, _YEAR = 31, 372
# After so many half-lives nothing is left to lose that a score could show.
_MOST_HALVES = 20


def weigh_ages(source: PostingSource, recency: Recency, *, dated_by: DateField) -> Floats:
    """Return for each document how much of its evidence counts, 1 at most.

    Ages count from the newest live document, so that an archive that ended long ago still has new ones. What is dated
    later than today, by a slip of the pen, makes nothing else old. Documents without a day get the average of those
    with one: as a whole they neither gain nor lose.
    """
    days = source.days(dated_by)[0].astype(np.int32)
    dated = days != UNDATED
    worth = _by_age(recency.half_life, recency.floor)
    newest = days[source.live & (days <= recency.today)].max(initial=UNDATED)
    ages = np.clip(_in_order(newest) - _in_order(days), 0, len(worth) - 1) if newest else np.zeros_like(days)
    weights: Floats = worth[ages]
    # Counted by ages, so that the sum is the same in whatever order the documents lie.
    counted = np.bincount(ages[source.live & dated], minlength=len(worth))
    weights[~dated] = (counted * worth).sum() / counted.sum() if counted.any() else 1.0
    return weights


@lru_cache(maxsize=4)
def _by_age(half_life: float, floor: float) -> Floats:
    """Return what evidence is worth by the age of its document in days."""
    oldest_told = round(_MOST_HALVES * half_life * _YEAR)
    halves = np.arange(oldest_told + 1) / (half_life * _YEAR)
    worth: Floats = (floor + (1 - floor) * 0.5**halves).astype(np.float32)
    return worth


def _in_order(days: Array) -> Array:
    """Return numbers that differ by how many days lie between days like 20210312."""
    ordered: Array = days // 10_000 * _YEAR + days // 100 % 100 * _MONTH + days % 100
    return ordered
