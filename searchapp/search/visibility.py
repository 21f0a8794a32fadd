"""Groups of `access.toml` -> the one query that stands for what their members may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer import And, Below, Everything, Not, OneOf, Or
from searchapp.search.filters import expand_issuers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer import Condition, Group, Query, Reader


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
    parts: list[Query] = []
    if condition.source:
        parts.append(OneOf("source", condition.source))
    if condition.issuer:
        parts.append(OneOf("issuer", expand_issuers(reader, condition.issuer)))
    if condition.genre:
        parts.append(OneOf("genre", condition.genre))
    if condition.path:
        parts.append(Below("path", tuple(path.strip("/") for path in condition.path)))
    return And(tuple(parts))
