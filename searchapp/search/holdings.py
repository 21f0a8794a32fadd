"""What the archive holds of the parts of a query: asked once, read by everything that has to know it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import compress
from typing import TYPE_CHECKING

from indexer import And

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer import Key, Reader
    from searchapp.language.parsed import ParsedQuery, Unit


@dataclass(frozen=True, slots=True)
class Holdings:
    """How many documents hold each unit of a query and how many all of it, whatever else narrows the search.

    It stands `as_typed` where each part of several pieces does so in one of the complete documents. `rows` say which of
    the units the documents hold that were asked about, and `apart` of which they hold the finer words.
    """

    units: tuple[Unit, ...] = ()
    counts: tuple[int, ...] = ()
    complete: int = 0
    as_typed: bool = True
    rows: Mapping[Key, list[bool]] = field(default_factory=dict)
    apart: Mapping[Key, frozenset[str]] = field(default_factory=dict)

    def missing_in(self, key: Key) -> tuple[list[str], list[str]]:
        """Return the units that a document does not hold, and those whose finer words it holds apart from each other.

        Of a document that was not asked about there are none.
        """
        missing = [unit.text for unit, held in zip(self.units, self.rows.get(key, ()), strict=False) if not held]
        apart = self.apart.get(key, frozenset())
        return [text for text in missing if text not in apart], [text for text in missing if text in apart]

    def holds_none(self, key: Key) -> bool:
        """Tell whether a document was asked about and holds no unit but minor ones."""
        row = self.rows.get(key)
        return row is not None and not any(held for unit, held in zip(self.units, row, strict=True) if not unit.minor)

    def asked_about(self, reader: Reader, keys: Sequence[Key]) -> Holdings:
        """Return the same with the rows of some documents."""
        if not keys:
            return self
        compounds = [unit for unit in self.units if unit.finer]
        asked = [*(unit.query for unit in self.units), *(unit.apart for unit in compounds)]
        held = dict(zip(keys, reader.holds(keys, asked), strict=True))
        names, first = [unit.text for unit in compounds], len(self.units)
        apart = {key: frozenset(compress(names, own[first:])) for key, own in held.items()}
        return replace(self, rows={key: own[:first] for key, own in held.items()}, apart=apart)


def read_holdings(reader: Reader, parsed: ParsedQuery) -> Holdings:
    """Ask what the archive holds of a query."""
    assert parsed.query is not None
    units = tuple(parsed.units)
    typed = [And((parsed.query, phrase)) for phrase in parsed.phrases]
    complete, *counts = reader.count([parsed.query, *(unit.query for unit in units), *typed])
    return Holdings(units, tuple(counts[: len(units)]), complete, all(counts[len(units) :]))
