"""Hits over time: bars by month or by year, as a page draws them and as a table lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from indexer import date_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# More bars than these are too thin to be hit; years stand in for months then, and each of them opens its months.
_MOST_MONTHS = 120
_MONTHS = tuple(f"{month:02}" for month in range(1, 13))
_TALLEST = 100
_LEAST = 3  # a bar of one document among thousands can still be seen


@dataclass(frozen=True, slots=True)
class Bar:
    """A month (2021-03) or a year: hits, place from 0, height in percent, and whether the request wants it."""

    label: str
    count: int
    at: int
    height: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Year:
    """A year: its hits in all, by month (January first), and those known by their year only."""

    label: str
    count: int
    months: tuple[int, ...]
    rough: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars from the first to the last one, empty ones included; the years that they lie in, the oldest first."""

    unit: Literal["month", "year"]
    bars: list[Bar]
    years: list[Year]

    @property
    def count(self) -> int:
        """The number of hits in all of it."""
        return sum(year.count for year in self.years)


def make_timeline(
    counts: Mapping[str | None, int],
    years: list[str],
    *,
    date_from: str | None = None,
    date_to: str | None = None,
    most_months: int = _MOST_MONTHS,
) -> Timeline:
    """Draw counts by month (and by year, for what is known no better) over some years, the newest first.

    Where dates are given, only the years around them are drawn, and what lies between them is chosen.
    """
    first = date_span(date_from)[0] if date_from else None
    last = date_span(date_to)[1] if date_to else None
    shown = [
        year
        for year in reversed(years)
        if (first is None or int(year) >= first // 10_000) and (last is None or int(year) <= last // 10_000)
    ]
    rows = [_make_year(year, counts) for year in shown]
    by_month = 12 * len(shown) <= most_months
    labels = [f"{year}-{month}" for year in shown for month in _MONTHS] if by_month else shown
    heights = [counts.get(label, 0) for label in labels] if by_month else [row.count for row in rows]
    tallest = max(heights, default=0)
    bars = [
        Bar(label, count, at, _height(count, tallest), chosen=bool(first or last) and _within(label, first, last=last))
        for at, (label, count) in enumerate(zip(labels, heights, strict=True))
    ]
    return Timeline("month" if by_month else "year", bars, rows)


def within(years: list[str], chosen: Iterable[str]) -> list[str]:
    """Return the years from the first to the last one that was chosen; all of them where none was."""
    known = [year for year in chosen if year]
    return [year for year in years if min(known) <= year <= max(known)] if known else years


def find_open_years(
    counts: Mapping[str | None, int],
    years: list[str],
    *,
    chosen: Iterable[str],
    ends: tuple[str | None, str | None],
) -> dict[str, Year]:
    """Return the years whose months are worth a look: those with hits that were chosen, or that both dates lie in."""
    first, last = (end[:4] if end else None for end in ends)
    opened = {*chosen, *([first] if first and first == last else ())}
    rows = {year: _make_year(year, counts) for year in years if year in opened}
    return {year: row for year, row in rows.items() if row.count}


def _make_year(year: str, counts: Mapping[str | None, int]) -> Year:
    months = tuple(counts.get(f"{year}-{month}", 0) for month in _MONTHS)
    rough = counts.get(year, 0)
    return Year(year, sum(months) + rough, months, rough)


def _height(count: int, tallest: int) -> int:
    return max(_LEAST, round(count * _TALLEST / tallest)) if count else 0


def _within(label: str, first: int | None, *, last: int | None) -> bool:
    start, end = date_span(label)
    return start <= (last or end) and end >= (first or start)
