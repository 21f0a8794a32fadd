"""Answers that people give to some queries, by what is typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from indexer import SEPARATOR, fold

if TYPE_CHECKING:
    from searchapp.language.best_file import Answer

_ENDS = f"{SEPARATOR} "


@lru_cache(maxsize=1 << 12)  # titles come again on page after page
def fold_whole(typed: str) -> str:
    """Return a whole query or title as it is compared: without width, case, variants, quotes and marks at its ends."""
    return fold(typed).text.strip(_ENDS)


@dataclass(frozen=True)
class Answers:
    """All answers in their order, and by each folded query those to it."""

    every: tuple[Answer, ...] = ()
    by_query: dict[str, list[Answer]] = field(default_factory=dict)

    def find(self, typed: str) -> list[Answer]:
        """Return the answers to a query as it was typed."""
        return self.by_query.get(fold_whole(typed), []) if self.by_query else []
