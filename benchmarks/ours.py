"""This project as a peer: indexed by the indexer, asked through the search of the site."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.interface import Item, Page, Question
from indexer import Settings, open_index
from indexer.updating.pipeline import update_index
from searchapp.language.parsing import parse_query
from searchapp.search.request import SearchRequest
from searchapp.search.run import make_run, search

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer import Reader


class Ours:
    """The index and the search of this project; `kept` says whether postings that were read may be kept."""

    finds_all = True

    def __init__(self, *, kept: bool = True) -> None:
        self.name = "ours" if kept else "ours, nothing kept"
        self._kept = kept

    def build(self, folder: Path, items: Iterable[Item]) -> None:
        """Index the items, in one process, so that CPU seconds compare."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "items.jsonl"
        with file.open("w", encoding="utf-8") as stream:
            for item in items:
                stream.write(json.dumps(_record(item), ensure_ascii=False) + "\n")
        update_index(Settings(index=folder / "index", processes=1), [file])
        file.unlink()

    def open(self, folder: Path) -> OurSearcher:
        """Open the index."""
        return OurSearcher(open_index(folder / "index", thorough=False).reader, kept=self._kept)


def _record(item: Item) -> dict[str, str]:
    day = str(item.day)
    date = f"{day[:4]}-{day[4:6]}-{day[6:]}" if item.day else ""
    return {"id": item.id, "title": item.title, "text": item.text, "source": item.source, "date": date}


class OurSearcher:
    """The open index."""

    def __init__(self, reader: Reader, *, kept: bool) -> None:
        self._reader = reader
        self._kept = kept

    def page(self, question: Question) -> Page:
        """Answer with everything that a page of results shows."""
        if not self._kept:
            self._reader.cache.clear()  # type: ignore[attr-defined]
        page = search(self._reader, make_request(question))
        return Page(
            page.total,
            [hit.document.id for hit in page.hits],
            [hit.snippets[0].text if hit.snippets else "" for hit in page.hits],
            {value.value or "": value.count for value in page.facets["source"]},
            {int(value.value or 0): value.count for value in page.facets["year"]},
        )

    def ids(self, question: Question) -> list[str]:
        """Answer with the best ten ids: the same search without facets and snippets."""
        if not self._kept:
            self._reader.cache.clear()  # type: ignore[attr-defined]
        run = replace(
            make_run(self._reader, parse_query(make_request(question).raw_query), request=make_request(question)),
            facets=(),
        )
        return [key for key, _ in self._reader.run(run).hits]


def make_request(question: Question) -> SearchRequest:
    """Write a question as somebody would type it."""
    typed = {
        "all": " ".join(question.parts),
        "any": " 或 ".join(question.parts),
        "phrase": f"“{question.parts[0]}”",
        "prefix": f"{question.parts[0]}*",
    }
    return SearchRequest(
        raw_query=typed[question.how],
        date_from=_iso(question.first_day),
        date_to=_iso(question.last_day),
        sort="newest" if question.newest else "relevance",
        match="all",
    ).change(source=() if question.source is None else (question.source,))


def _iso(day: int | None) -> str | None:
    return f"{day // 10_000}-{day // 100 % 100:02}-{day % 100:02}" if day else None
