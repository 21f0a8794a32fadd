"""What is compared: documents, questions, pages of results, and what an engine must offer to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Item:
    """A document to index; `day` is written like 20210312, 0 when unknown."""

    id: str
    title: str
    text: str
    source: str
    day: int


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for: all parts, any part, the first part as an exact phrase, or words that begin with it.

    Days are both included and leave undated documents out.
    """

    kind: str
    parts: tuple[str, ...]
    how: Literal["all", "any", "phrase", "prefix"]
    first_day: int | None = None
    last_day: int | None = None
    source: str | None = None
    newest: bool = False

    def days(self) -> tuple[int, int] | None:
        """The first and the last day asked for, or None when any will do."""
        if self.first_day is None and self.last_day is None:
            return None
        return self.first_day or 1, self.last_day or 99991231


@dataclass(frozen=True, slots=True)
class Page:
    """A page of results: exact total, best ten with excerpts, and counts by source and year over all hits."""

    total: int
    ids: list[str]
    snippets: list[str]
    sources: dict[str, int]
    years: dict[int, int]


class Searcher(Protocol):
    """An open index."""

    def page(self, question: Question) -> Page:
        """Answer with everything that a page of results shows."""

    def ids(self, question: Question) -> list[str]:
        """Answer with the best ten ids only."""


class Peer(Protocol):
    """An engine with a way of feeding it."""

    name: str
    finds_all: bool

    def build(self, folder: Path, items: Iterable[Item]) -> None:
        """Index the items into a folder that is empty or does not exist yet."""

    def open(self, folder: Path) -> Searcher:
        """Open what `build` left in the folder."""
