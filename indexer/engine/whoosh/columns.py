"""What a segment knows of each document besides its texts and its record: id, keyword fields, days."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis.normalize import fold
from indexer.document import date_span
from indexer.query import DATE_FIELDS, KEYWORD_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from indexer.document import Document
    from indexer.engine.whoosh.arrays import ArrayFile, ArrayFileWriter

    Array = NDArray[Any]

# Fields with few values, each kept once; `date` as it is written, beside the days that it can mean.
CODED_FIELDS = (*KEYWORD_FIELDS, "date")


def write_columns(file: ArrayFileWriter, documents: list[Document]) -> None:
    """Write the columns of documents."""
    write_ids(file, [document.id for document in documents])
    for name in CODED_FIELDS:
        values = [getattr(document, name) or "" for document in documents]
        different = sorted(set(values))
        codes = {value: code for code, value in enumerate(different)}
        write_codes(file, name, codes=np.array([codes[value] for value in values], dtype=np.uint32), values=different)
    for name in DATE_FIELDS:
        spans = np.array([_span_of(document, name) for document in documents], dtype=np.uint32).reshape(-1, 2)
        file.append(f"{name}/first", spans[:, 0])
        file.append(f"{name}/last", spans[:, 1])


def _span_of(document: Document, name: str) -> tuple[int, int]:
    """Return the first and last possible day of a date field; that of a meeting lasts until its last day."""
    date = getattr(document, name)
    if not date:
        return 0, 0
    first, last = date_span(date)
    until = document.meeting_until if name == "meeting_date" else None
    return first, max(last, date_span(until)[1]) if until else last


def _steps_to(path: str) -> Iterator[str]:
    """Yield a path and what it lies in, from the outside."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)
    yield path


def write_ids(file: ArrayFileWriter, ids: list[str]) -> None:
    """Write the ids of documents, and their order."""
    write_strings(file, "id", texts=ids)
    order = sorted(range(len(ids)), key=ids.__getitem__)
    file.append("id/order", np.array(order, dtype=np.uint32))


def write_codes(file: ArrayFileWriter, name: str, *, codes: Array, values: list[str]) -> None:
    """Write a column of codes, and the values that they stand for, also as they are searched."""
    file.append(f"{name}/codes", codes.astype(_code_type(len(values))))
    write_strings(file, name, texts=values)
    write_strings(file, f"{name}/folded", texts=[fold(_spell(name, value)).text for value in values])


def _code_type(values: int) -> np.dtype[Any]:
    return np.min_scalar_type(max(values, 1))


def _spell(name: str, value: str) -> str:
    """Write an ISO date in the two ways that a page shows it, so that typing either finds it."""
    if name != "date" or not value:
        return value
    parts = [int(part) for part in value.split("-")]
    return value + " " + "".join(f"{number}{unit}" for number, unit in zip(parts, "年月日", strict=False))


def write_strings(file: ArrayFileWriter, name: str, *, texts: list[str]) -> None:
    """Write texts one after the other."""
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    file.append(f"{name}/texts", np.frombuffer(b"".join(encoded), dtype=np.uint8))
    file.append(f"{name}/ends", np.cumsum([len(text) for text in encoded], dtype=np.uint64))


class Texts:
    """Texts that were written one after the other."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._file, self._name = file, name

    def __len__(self) -> int:
        return self._file.size(f"{self._name}/ends")

    def __getitem__(self, at: int) -> str:
        ends = self._file[f"{self._name}/ends"]
        start = int(ends[at - 1]) if at else 0
        return (
            self._file.piece(f"{self._name}/texts", start, end=int(ends[at])).tobytes().decode("utf-8", "surrogatepass")
        )

    def __iter__(self) -> Iterator[str]:
        texts = self._file[f"{self._name}/texts"].tobytes()
        ends = self._file[f"{self._name}/ends"].tolist()
        return (texts[start:end].decode("utf-8", "surrogatepass") for start, end in pairwise([0, *ends]))


class Columns:
    """The columns of a segment."""

    def __init__(self, file: ArrayFile) -> None:
        self._file = file

    @cached_property
    def ids(self) -> Texts:
        """The ids by number."""
        return Texts(self._file, "id")

    @property
    def id_order(self) -> Array:
        """The numbers in the order of their ids."""
        return self._file["id/order"]

    def find_id(self, document_id: str) -> list[int]:
        """Return the numbers of all documents with an id; deleted ones may share it with a live one."""
        order = self.id_order
        at = bisect_left(range(len(order)), document_id, key=lambda place: self.ids[int(order[place])])
        found = []
        while at < len(order) and self.ids[int(order[at])] == document_id:
            found.append(int(order[at]))
            at += 1
        return found

    # What was laid out before there was a column has it empty: no document of it has a value.

    def codes(self, name: str) -> Array:
        """Return for each document the code of its value."""
        if f"{name}/codes" in self._file:
            return self._file[f"{name}/codes"]
        return np.zeros(self._file.size("id/ends"), dtype=np.uint8)

    def values(self, name: str) -> Texts | tuple[str]:
        """Return the values by code, in order; "" is none."""
        return Texts(self._file, name) if f"{name}/codes" in self._file else ("",)

    def folded(self, name: str) -> Texts | tuple[str]:
        """Return the values as they are searched, by code."""
        return Texts(self._file, f"{name}/folded") if f"{name}/codes" in self._file else ("",)

    def find_path(self, path: str) -> Array:
        """Return the numbers of the documents of a file."""
        paths = self.values("path")
        at = bisect_left(range(len(paths)), path, key=paths.__getitem__)
        if at == len(paths) or paths[at] != path:
            return np.empty(0, dtype=np.int64)
        order, codes = self._by_path
        return order[slice(*np.searchsorted(codes, (at, at + 1)))]

    @cached_property
    def _by_path(self) -> tuple[Array, Array]:
        """The numbers in the order of their paths, and the codes of these: whoever asks for one file asks for many."""
        codes = self.codes("path")
        order = np.argsort(codes, kind="stable")
        return order, codes[order]

    def find_below(self, name: str, wanted: set[str]) -> list[int]:
        """Return the numbers of the documents with any of some values, or one that lies below it as in a folder."""
        chosen = np.array([not wanted.isdisjoint(_steps_to(value)) for value in self.values(name)], dtype=np.bool_)
        found: list[int] = np.flatnonzero(chosen[self.codes(name)]).tolist()
        return found

    def days(self, name: str) -> tuple[Array, Array]:
        """Return for each document the first and last day that a date can mean; 0 without a date."""
        return self._file[f"{name}/first"], self._file[f"{name}/last"]
