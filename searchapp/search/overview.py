"""What an archive holds in all: counted once for each generation, shown beside every search."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer import LIKELY_YEARS, Everything, Run, hierarchy
from searchapp.fields import BY_NAME, DATED_BY, FACETS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer import DateField, Reader

# Years that are surely slips of the pen would stretch every list of years.
EARLIEST, LATEST = map(str, LIKELY_YEARS)
# A slip that is likely (2099) stretches them no less: after so many years without a document a list goes on at once.
_MOST_EMPTY = 5


@dataclass(frozen=True, slots=True)
class Overview:
    """The number of documents, and for each column its values with their counts, the most frequent first.

    `below` counts for each issuer the documents of it and of those below it.
    """

    documents: int
    columns: dict[str, dict[str | None, int]]
    below: dict[str, int] = field(default_factory=dict)

    def counts(self, facet: str, dated_by: DateField = "date") -> dict[str | None, int]:
        """Return the values of a facet with their counts over the whole archive."""
        return self.columns[BY_NAME[facet].column(dated_by)]

    def years(self, dated_by: DateField = "date") -> list[str]:
        """Return every year from the first to the last that a document is of, the newest first.

        Some between them may be empty; where many in a row are, none of these is listed.
        """
        counts = self.counts("year", dated_by)
        known = sorted((int(year) for year in counts if year and EARLIEST <= year <= LATEST), reverse=True)
        years: list[int] = []
        for year in known:
            if years and years[-1] - year <= _MOST_EMPTY:
                years += range(years[-1] - 1, year, -1)
            years.append(year)
        return [f"{year:04}" for year in years]


def read_overview(reader: Reader) -> Overview:
    """Count what a reader's index holds."""
    columns = list(dict.fromkeys(own.column(day) for day in DATED_BY.values() for own in FACETS))
    found = reader.run(Run(Everything(), limit=0, facets=tuple(columns)))
    below: Counter[str] = Counter()
    for name, count in found.facets["issuer"]:
        for step in hierarchy(name) if name else ():
            below[step] += count
    return Overview(found.total, {name: dict(values) for name, values in found.facets.items()}, dict(below))


@dataclass(frozen=True, slots=True)
class Branch:
    """An issuer with those below it: how many hits and how many documents of the archive are theirs, all in all."""

    value: str
    count: int
    total: int
    chosen: bool
    below: list[Branch]

    @property
    def in_sight(self) -> bool:
        """Tell whether it or one below it was chosen."""
        return self.chosen or any(branch.in_sight for branch in self.below)


def grow_tree(counts: dict[str, int], totals: dict[str, int], *, chosen: Iterable[str]) -> list[Branch]:
    """Return issuers as a tree (全国 > 省 > 市): what was chosen first, then those with most hits.

    `counts` are the hits of each issuer itself, `totals` the documents of each with those below it.
    """
    wanted = set(chosen)
    children: dict[str | None, set[str]] = {}
    own: Counter[str] = Counter()
    for name in {*counts, *wanted}:
        above: str | None = None
        for step in hierarchy(name):
            children.setdefault(above, set()).add(step)
            own[step] += counts.get(name, 0)
            above = step

    def grow(above: str | None) -> list[Branch]:
        branches = [
            Branch(name, own[name], totals.get(name, 0), chosen=name in wanted, below=grow(name))
            for name in children.get(above, ())
        ]
        return sorted(branches, key=lambda one: (not one.in_sight, -one.count, one.value))

    return grow(None)
