"""Judged questions -> how well they are answered: one row for each set (`make relevance`).

A set is a folder with `corpus.jsonl` (documents as the indexer takes them), `queries.jsonl` (`id`, `text`) and
`qrels.tsv` (query, document, grade). The sets lie beside the project, in `../shared/relevance`; the questions to the
sample corpus, in `tests/relevance`, are always there.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from indexer import Settings, open_index
from indexer.updating.pipeline import update_index
from searchapp.search.request import SearchRequest
from searchapp.search.run import search

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PROJECT = Path(__file__).parent.parent
SHARED = PROJECT.parent / "shared" / "relevance"
OWN = PROJECT / "tests" / "relevance"
_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Measured:
    """What a set of questions measured: means over all queries, those without hits counting as 0.

    nDCG@10 has gains 2^grade - 1 (Burges et al. 2005); `first` is the share whose first hit is judged relevant,
    `found` that of relevant documents among the first ten, `none` the number of queries without hits.
    """

    queries: int
    ndcg: float
    first: float
    found: float
    none: int
    ms: float


@dataclass(frozen=True)
class JudgedSet:
    """Documents, queries and grades; the documents of one set may be asked the queries of another."""

    name: str
    documents: Path
    queries: Path
    grades: Path

    @classmethod
    def of_folder(cls, folder: Path) -> JudgedSet:
        """Return the set of a folder."""
        return cls(folder.name, folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels.tsv")

    def fingerprint(self) -> str:
        """Return what changes whenever the data do."""
        digest = hashlib.sha256()
        for part in (self.documents, self.queries, self.grades):
            files = sorted(file for file in part.rglob("*") if file.is_file()) if part.is_dir() else [part]
            for file in files:
                digest.update(file.read_bytes())
        return digest.hexdigest()[:16]

    def read_queries(self, step: int = 1) -> list[tuple[str, str]]:
        """Return every query (or every second, third ...) as id and text."""
        rows = [json.loads(line) for line in self.queries.read_text(encoding="utf-8").splitlines()]
        return [(row["id"], row["text"]) for row in rows[::step]]

    def read_grades(self) -> dict[str, dict[str, int]]:
        """Return the grade of each judged document of each query."""
        grades: dict[str, dict[str, int]] = {}
        for line in self.grades.read_text(encoding="utf-8").splitlines():
            query, document, grade = line.split("\t")
            grades.setdefault(query, {})[document] = int(grade)
        return grades


def measure(judged: JudgedSet, index: Path, *, step: int = 1) -> Measured:
    """Index the documents of a set and ask its queries.

    The index is made in `index`, and used as it is where it is there already.
    """
    if not index.exists():
        update_index(Settings(index=index), [judged.documents])
    reader = open_index(index, thorough=False).reader
    queries, grades = judged.read_queries(step), judged.read_grades()
    ndcg = first = found = 0.0
    none = 0
    started = time.perf_counter()
    for name, text in queries:
        page = search(reader, SearchRequest(raw_query=text, size=_DEPTH))
        own = grades.get(name, {})
        gained = [own.get(hit.document.id, 0) for hit in page.hits]
        ndcg += _discounted(gained) / (_discounted(sorted(own.values(), reverse=True)[:_DEPTH]) or 1.0)
        first += bool(gained and gained[0])
        found += sum(grade > 0 for grade in gained) / max(1, sum(grade > 0 for grade in own.values()))
        none += not page.hits
    ms = (time.perf_counter() - started) * 1000 / len(queries)
    return Measured(len(queries), ndcg / len(queries), first / len(queries), found / len(queries), none, ms)


def _discounted(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades))


def find_sets() -> list[JudgedSet]:
    """Return the questions to the sample corpus and the sets that are beside the project.

    Where there is a set in simplified and in traditional characters, each is asked the queries of the other, too.
    """
    own = JudgedSet("sample corpus", PROJECT / "corpus", OWN / "queries.jsonl", OWN / "qrels.tsv")
    sets = {path.parent.name: JudgedSet.of_folder(path.parent) for path in sorted(SHARED.glob("*/qrels.tsv"))}
    crossed = []
    for name, simple in sets.items():
        other = sets.get(name.replace("_simp", "_trad"))
        if other is not None and other is not simple:
            crossed.append(
                JudgedSet(f"{other.name}, asked in simplified", other.documents, simple.queries, other.grades)
            )
            crossed.append(
                JudgedSet(f"{simple.name}, asked in traditional", simple.documents, other.queries, simple.grades)
            )
    return [own, *sets.values(), *crossed]


def show(rows: Iterable[tuple[JudgedSet, Measured]]) -> None:
    """Print a table, row by row."""
    print("| set | queries | nDCG@10 | first hit right | found in ten | no hits | ms a query |")
    print("|---|---|---|---|---|---|---|")
    for judged, row in rows:
        numbers = f"{row.ndcg:.4f} | {row.first:.3f} | {row.found:.3f} | {row.none} | {row.ms:.1f}"
        print(f"| {judged.name} | {row.queries} | {numbers} |", flush=True)


def main(names: list[str]) -> None:
    """Measure the sets whose names begin with one of the given ones, or all."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = [judged for judged in find_sets() if not names or judged.name.startswith(tuple(names))]
        show((judged, measure(judged, Path(folder) / judged.documents.parent.name)) for judged in chosen)


if __name__ == "__main__":
    main(sys.argv[1:])
