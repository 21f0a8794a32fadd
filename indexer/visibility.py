"""Groups of `access.toml` over an index: the one query for what their members may read, and which rules do nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.access import FIELDS
from indexer.analysis.normalize import fold
from indexer.parsing.values.issuers import find_below
from indexer.query import And, Below, Everything, Not, OneOf, Or, Query, Run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.access import Access, Condition, Group
    from indexer.engine import Reader


def find_visible(reader: Reader, groups: Iterable[Group]) -> Query | None:
    """Return what some groups together may read; None where that is everything."""
    parts = [_of_group(reader, group) for group in groups]
    if any(isinstance(part, Everything) for part in parts):
        return None
    return Or(tuple(parts)) if parts else Not(Everything())


def _of_group(reader: Reader, group: Group) -> Query:
    read: Query = Everything() if group.read == "all" else _any_of(reader, group.read)
    return And((read, Not(_any_of(reader, group.exceptions)))) if group.exceptions else read


def _any_of(reader: Reader, conditions: Iterable[Condition]) -> Query:
    parts = tuple(_of_condition(reader, condition) for condition in conditions)
    return Or(parts) if parts else Not(Everything())


def _of_condition(reader: Reader, condition: Condition) -> Query:
    return And(tuple(_of_field(reader, name, values=own) for name in FIELDS if (own := getattr(condition, name))))


def _of_field(reader: Reader, name: str, *, values: tuple[str, ...]) -> Query:
    """Return what has one of some values; how they are written (width, case, variants) does not matter."""
    if name == "path":
        return Below(name, values)
    counted = reader.run(Run(Everything(), limit=0, facets=(name,))).facets[name]
    known = [value for value, _ in counted if value]
    wanted = {fold(value.strip()).text for value in values}
    chosen = [value for value in known if fold(value).text in wanted]
    return OneOf(name, tuple(find_below(known, (*values, *chosen)) if name == "issuer" else chosen))


@dataclass(frozen=True, slots=True)
class Reach:
    """What a group may read: how many documents, and a sentence for each value of its rules that no document has."""

    name: str
    documents: int
    idle: list[str]


def find_reach(reader: Reader, access: Access) -> list[Reach]:
    """Look what the rules of each group do over an index; a rule that hides nothing is likelier a slip than meant."""
    found = []
    for name, group in access.groups.items():
        visible = find_visible(reader, [group])
        documents = reader.document_count if visible is None else reader.count([visible])[0]
        found.append(Reach(name, documents, _find_idle(reader, group, name=name)))
    return found


def _find_idle(reader: Reader, group: Group, *, name: str) -> list[str]:
    rules = (("read", () if group.read == "all" else group.read), ("except", group.exceptions))
    asked = [
        (
            f"group {name}: no document has the {field} {value}, which {rule} names",
            _of_field(reader, field, values=(value,)),
        )
        for rule, conditions in rules
        for condition in conditions
        for field in FIELDS
        for value in getattr(condition, field)
    ]
    counts = reader.count([query for _, query in asked]) if asked else []
    return [sentence for (sentence, _), count in zip(asked, counts, strict=True) if not count]
