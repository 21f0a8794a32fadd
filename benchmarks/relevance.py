"""Judged questions -> how well they are answered: one row for each set (`make relevance`).

A set is a folder with `corpus.jsonl` (documents as the indexer takes them), `queries.jsonl` (`id`, `text`) and
`qrels.tsv` (query, document, grade). The sets lie beside the project, in `../shared/relevance`; two more are made of
the news beside it, and the questions to the sample corpus, in `tests/relevance`, are always there.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import random
import re
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from indexer import Settings, is_known_word, open_index, split_word
from indexer.updating.pipeline import update_index
from searchapp.search.request import SearchRequest
from searchapp.search.run import search

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PROJECT = Path(__file__).parent.parent
SHARED = PROJECT.parent / "shared" / "relevance"
NEWS = PROJECT.parent / "shared" / "bulk" / "news.jsonl.gz"
OWN = PROJECT / "tests" / "relevance"
_DEPTH, _FAR = 10, 100
# A sample asks about so many queries of each set, and none in the other characters: all sets within a minute.
_SAMPLE = 70
_HEADLINES, _COMPOUNDS = 400, 200
_CROSSED = ", asked in "
_SOME_NEWS = 10_000


class Answered(NamedTuple):
    """How well one query is answered; see `Measured`."""

    ndcg: float
    recall: float
    first: float
    found: float
    none: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """What a set of questions measured, query by query, and as means over all of them; without hits it is 0.

    nDCG@10 has gains 2^grade - 1 (Burges et al. 2005); `recall` is the share of relevant documents among the first
    hundred hits, `found` that among the first ten, `first` the share of queries whose first hit is judged relevant,
    `none` the number of queries without hits; `ms` is processor time for a page of ten.
    """

    answers: dict[str, Answered]
    ms: float

    def mean(self, name: str) -> float:
        """Return the mean of one measure."""
        return math.fsum(getattr(answer, name) for answer in self.answers.values()) / max(1, len(self.answers))

    @property
    def ndcg(self) -> float:
        """nDCG@10."""
        return self.mean("ndcg")

    @property
    def none(self) -> int:
        """Number of queries without hits."""
        return sum(answer.none for answer in self.answers.values())

    def compare(self, before: Measured, name: str) -> tuple[float, float]:
        """Return by how much a measure is better than before on the same queries, and the standard error of that."""
        both = self.answers.keys() & before.answers.keys()
        gains = [getattr(self.answers[query], name) - getattr(before.answers[query], name) for query in both]
        mean = sum(gains) / max(1, len(gains))
        return mean, math.sqrt(sum((gain - mean) ** 2 for gain in gains)) / max(1, len(gains))


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


def measure(judged: JudgedSet, index: Path, *, step: int = 1, depth: int = _FAR) -> Measured:
    """Index the documents of a set and ask its queries, for so many hits.

    The index is made in `index`, and used as it is where it is there already.
    """
    if not index.exists():
        update_index(Settings(index=index), [judged.documents])
    reader = open_index(index, thorough=False).reader
    queries, grades = judged.read_queries(step), judged.read_grades()
    answers: dict[str, Answered] = {}
    seconds = 0.0
    for name, text in queries:
        started = time.process_time()
        page = search(reader, SearchRequest(raw_query=text, size=_DEPTH))
        seconds += time.process_time() - started
        if depth > _DEPTH:
            page = search(reader, SearchRequest(raw_query=text, size=depth))
        answers[name] = _judge([hit.document.id for hit in page.hits], grades.get(name, {}))
    return Measured(answers, seconds * 1000 / max(1, len(queries)))


def _judge(hits: list[str], grades: dict[str, int]) -> Answered:
    gained = [grades.get(hit, 0) for hit in hits]
    relevant = max(1, sum(grade > 0 for grade in grades.values()))
    best = _discounted(sorted(grades.values(), reverse=True)[:_DEPTH]) or 1.0
    return Answered(
        _discounted(gained[:_DEPTH]) / best,
        sum(grade > 0 for grade in gained) / relevant,
        float(bool(gained and gained[0])),
        sum(grade > 0 for grade in gained[:_DEPTH]) / relevant,
        not hits,
    )


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
                JudgedSet(f"{other.name}{_CROSSED}simplified", other.documents, simple.queries, other.grades)
            )
            crossed.append(
                JudgedSet(f"{simple.name}{_CROSSED}traditional", simple.documents, other.queries, simple.grades)
            )
    return [own, *sets.values(), *crossed]


def make_news_sets(folder: Path, *, most: int | None = None) -> Iterator[JudgedSet]:
    """Make two sets of the news beside the project: `headlines`, and `compounds` that stand in two pieces.

    A headline is asked of all news (or the first, so many at `most`) without their titles; what it stood over is right.
    A compound is a word of the dictionary, of two words of two characters, asked of news that hold these within ten
    characters; one of them is right, so these figures only compare.
    """
    if not NEWS.is_file():
        return
    with gzip.open(NEWS, "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in islice(stream, most)]
    chance = random.Random(5)
    titles = Counter(row["title"] for row in rows)
    headed = [row for row in rows if titles[row["title"]] == 1 and len(row["title"]) >= 10 and len(row["text"]) >= 150]
    bare = [row | {"title": "", "text": row["text"].replace(row["title"], "")} for row in rows]
    asked = [(row["title"], row["id"]) for row in chance.sample(headed, min(_HEADLINES, len(headed)))]
    yield _write_set(folder / "headlines", bare, asked)
    yield _write_set(folder / "compounds", rows[:_SOME_NEWS], _find_compounds(rows[:_SOME_NEWS]))


def _find_compounds(rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Return words of the dictionary that few news hold, each with the id of one that holds it in two pieces."""
    texts = {row["id"]: row["title"] + "\n" + row["text"] for row in rows}
    runs = Counter(text[at : at + 2] for text in texts.values() for at in range(len(text) - 1))
    common = [pair for pair, count in runs.most_common(3000) if re.fullmatch("[\u4e00-\u9fff]{2}", pair)]
    chance = random.Random(5)
    found: list[tuple[str, str]] = []
    while len(found) < _COMPOUNDS:
        first, second = chance.sample(common, 2)
        word = first + second
        if not (is_known_word(word) and split_word(word) == (first, second)):
            continue
        apart = re.compile(f"{first}.{{1,10}}{second}|{second}.{{0,10}}{first}")
        both = {key: text for key, text in texts.items() if first in text and second in text}
        if sum(word in text for text in both.values()) < _DEPTH:
            close = [key for key, text in both.items() if word not in text and apart.search(text)]
            found += [(word, chance.choice(close))] if close else []
    return found


def _write_set(folder: Path, rows: Iterable[dict[str, str]], asked: Iterable[tuple[str, str]]) -> JudgedSet:
    folder.mkdir()
    judged = JudgedSet.of_folder(folder)
    judged.documents.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    numbered = list(enumerate(asked))
    queries = (json.dumps({"id": f"q{n}", "text": text}, ensure_ascii=False) + "\n" for n, (text, _) in numbered)
    judged.queries.write_text("".join(queries), encoding="utf-8")
    judged.grades.write_text("".join(f"q{n}\t{right}\t1\n" for n, (_, right) in numbered), encoding="utf-8")
    return judged


def show(rows: Iterable[tuple[JudgedSet, Measured]], before: dict[str, Measured]) -> None:
    """Print a table, row by row; where a set was measured `before`, also by how much it is better, and the error."""
    print("| set | queries | nDCG@10 | recall@100 | first hit right | found in ten | no hits | CPU ms |")
    print("|---|---|---|---|---|---|---|---|")
    for judged, row in rows:
        cells = [judged.name, str(len(row.answers))]
        for name in ("ndcg", "recall", "first", "found"):
            gain, error = row.compare(before[judged.name], name) if judged.name in before else (0.0, 0.0)
            cells.append(f"{row.mean(name):.4f}" + (f" ({gain:+.4f} ± {error:.4f})" if judged.name in before else ""))
        print(f"| {' | '.join(cells)} | {row.none} | {row.ms:.1f} |", flush=True)


def _read(file: Path) -> dict[str, Measured]:
    kept = json.loads(file.read_text(encoding="utf-8"))
    return {
        name: Measured({query: Answered(*values) for query, values in answers.items()}, 0.0)
        for name, answers in kept.items()
    }


@click.command()
@click.argument("names", nargs=-1)
@click.option("--sample", is_flag=True, help=f"Ask about {_SAMPLE} queries of each set.")
@click.option("--keep", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures of each query there.")
@click.option("--against", type=click.Path(path_type=Path, exists=True), help="Compare with figures that were kept.")
def main(names: tuple[str, ...], *, sample: bool, keep: Path | None, against: Path | None) -> None:
    """Measure the sets whose NAMES begin so, or all."""
    with tempfile.TemporaryDirectory() as folder:
        made = (
            make_news_sets(Path(folder), most=_SOME_NEWS if sample else None)
            if not names or any(name in ("headlines", "compounds") for name in names)
            else ()
        )
        chosen = [judged for judged in (*find_sets(), *made) if not names or judged.name.startswith(names)]
        chosen = [judged for judged in chosen if not (sample and _CROSSED in judged.name)]
        measured: dict[str, Measured] = {}
        for judged in chosen:
            step = max(1, len(judged.read_queries()) // _SAMPLE) if sample else 1
            measured[judged.name] = measure(judged, Path(folder) / f"{judged.documents.parent.name}-index", step=step)
        show(((judged, measured[judged.name]) for judged in chosen), _read(against) if against else {})
        if keep is not None:
            keep.write_text(json.dumps({name: row.answers for name, row in measured.items()}), encoding="utf-8")


if __name__ == "__main__":
    main()
