"""Reading a Whoosh index into arrays, for many threads at once."""

from __future__ import annotations

import json
import threading
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis.normalize import fold
from indexer.document import from_record
from indexer.engine import evaluate
from indexer.engine.evaluate import Counts, KeywordColumn, Positions
from indexer.engine.whoosh.segment import open_segment
from indexer.engine.whoosh.writer import open_whoosh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.document import Document
    from indexer.engine import Found
    from indexer.query import Query, Run

_NOTHING = np.empty(0, dtype=np.int64)


class WhooshReader:
    """An open Whoosh index. Its arrays are shared; every call into Whoosh itself is made under one lock."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.RLock()
        self._reader = open_whoosh(folder).reader()
        # A site drops an old generation with its last request; its files are closed with it.
        self._closer = weakref.finalize(self, self._reader.close)
        self._leaves = [(leaf, at) for leaf, at in self._reader.leaf_readers() if leaf.segment() is not None]
        self._segments = [open_segment(str(folder), leaf.segment(), offset) for leaf, offset in self._leaves]
        self._columns: dict[str, Any] = {}
        self.size: int = self._reader.doc_count_all()
        self.live: NDArray[np.bool_] = np.ones(self.size, dtype=np.bool_)
        for leaf, offset in self._leaves:
            for number in range(leaf.doc_count_all()):
                if leaf.is_deleted(number):
                    self.live[offset + number] = False

    @property
    def document_count(self) -> int:
        """Number of documents."""
        return int(self.live.sum())

    def run(self, run: Run) -> Found:
        """Search."""
        return evaluate.run(self, run)

    def match(self, query: Query) -> NDArray[np.int64]:
        """Return the numbers of all documents that match."""
        return np.flatnonzero(evaluate.Evaluation(self).mask(query) & self.live)

    def read_documents(self, numbers: list[int]) -> list[Document]:
        """Return stored documents."""
        with self._lock:
            records = [self._reader.stored_fields(number)["record"] for number in numbers]
        return [from_record(json.loads(record)) for record in records]

    def find_number(self, document_id: str) -> int | None:
        """Return the number of the document with an id."""
        numbers: dict[str, int] = self._column(
            "numbers",
            lambda: {self._ids()[number]: number for number in np.flatnonzero(self.live).tolist()},
        )
        return numbers.get(document_id)

    def iter_documents(self) -> Iterator[tuple[int, Document]]:
        """Yield every document with its number, in the order of their ids."""
        order = np.flatnonzero(self.live)
        for number in order[np.argsort(self.tie_order()[order])].tolist():
            yield number, self.read_documents([number])[0]

    def close(self) -> None:
        """Release the files."""
        with self._lock:
            self._closer()

    # --- what evaluate.PostingSource asks for

    def counts(self, field: str, kind: str, term: str) -> Counts:
        """Return the postings of a word or character."""
        parts = [segment.counts(field, kind, term) for segment in self._segments]
        if len(parts) == 1:
            return parts[0]
        return Counts(
            np.concatenate([_NOTHING, *(part.documents for part in parts)]),
            np.concatenate([_NOTHING, *(part.counts for part in parts)]),
        )

    def positions(self, field: str, pair: str) -> Positions:
        """Return the positions of a pair."""
        parts = [segment.positions(field, pair) for segment in self._segments]
        return parts[0] if len(parts) == 1 else Positions(np.concatenate([_NOTHING, *(part.keys for part in parts)]))

    def lengths(self, field: str) -> NDArray[np.float64]:
        """Return the length of a text field for each document."""
        lengths: NDArray[np.float64] = self._column(
            f"{field}_length", lambda: np.array(self._numeric(f"{field}_length"), dtype=np.float64)
        )
        return lengths

    def keywords(self, field: str) -> KeywordColumn:
        """Return a keyword column."""
        column: KeywordColumn = self._column(f"keywords {field}", lambda: self._read_keywords(field))
        return column

    def days(self, field: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return first and last possible day of a date field."""
        return self._day(f"{field}_first"), self._day(f"{field}_last")

    def tie_order(self) -> NDArray[np.int64]:
        """Return the rank of each document's id."""
        ranks: NDArray[np.int64] = self._column("ranks", self._rank_ids)
        return ranks

    # --- out of Whoosh, under the lock

    def _day(self, name: str) -> NDArray[np.int64]:
        days: NDArray[np.int64] = self._column(name, lambda: np.array(self._numeric(name), dtype=np.int64))
        return days

    def _ids(self) -> list[str]:
        ids: list[str] = self._column("ids", lambda: self._texts("id_column"))
        return ids

    def _rank_ids(self) -> NDArray[np.int64]:
        ranks = np.empty(self.size, dtype=np.int64)
        ranks[sorted(range(self.size), key=self._ids().__getitem__)] = np.arange(self.size)
        return ranks

    def _read_keywords(self, field: str) -> KeywordColumn:
        values: dict[str | None, int] = {}
        texts = [text or None for text in self._texts(f"{field}_column")]
        if field == "date":
            texts = [_spell_date(text) for text in texts]
        codes = np.array([values.setdefault(text, len(values)) for text in texts], dtype=np.int64)
        return KeywordColumn(codes, list(values), [fold(value or "").text for value in values])

    def _column(self, name: str, read: Callable[[], Any]) -> Any:
        with self._lock:
            if name not in self._columns:
                self._columns[name] = read()
            return self._columns[name]

    def _texts(self, name: str) -> list[str]:
        return [bytes(value).decode() for value in self._values(name, b"")]

    def _numeric(self, name: str) -> list[int]:
        return [int(value) for value in self._values(name, 0)]

    def _values(self, name: str, default: Any) -> list[Any]:
        values: list[Any] = []
        for leaf, _ in self._leaves:
            count = leaf.doc_count_all()
            if leaf.has_column(name):
                column = leaf.column_reader(name)
                values += [column[number] for number in range(count)]
            else:
                values += [default] * count
        return values


def _spell_date(date: str | None) -> str | None:
    """Write an ISO date in the two ways that a page shows it, so that typing either finds it."""
    if date is None:
        return None
    parts = [int(part) for part in date.split("-")]
    spelled = "".join(f"{number}{unit}" for number, unit in zip(parts, "年月日", strict=False))
    return f"{date} {spelled}"
