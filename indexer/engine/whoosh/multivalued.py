"""Fields of which a document has several values, and the passages that its text gives to speakers."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis.normalize import BOUNDARY, fold
from indexer.engine.whoosh.columns import Texts, write_strings
from indexer.query import LISTED_FIELDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.analysis.analyzer import AnalyzedTexts
    from indexer.document import Document
    from indexer.engine.whoosh.arrays import ArrayFile, ArrayFileWriter

    Array = NDArray[Any]

SPEECH = "speech"
# Everything that is kept as lists: of the passages the values are the speakers.
LISTS = (*LISTED_FIELDS, SPEECH)
SPANS = ("first", "last")


def write_lists(file: ArrayFileWriter, documents: list[Document]) -> None:
    """Write the values of the listed fields."""
    for name in LISTED_FIELDS:
        write_values(file, name, values=[_values_of(document, name) for document in documents])


def _values_of(document: Document, name: str) -> list[str]:
    match name:
        case "people":
            return list(dict.fromkeys(person.name for person in document.people))
        case "speaker":
            return list(document.speakers)
        case "series":
            return [document.meeting.series] if document.meeting else []
        case _:
            return list(document.cites)


def write_speech(file: ArrayFileWriter, documents: list[Document], *, bodies: AnalyzedTexts) -> None:
    """Write who speaks in which passages of the folded bodies; places count from the beginning of each body."""
    speech = [document.speech for document in documents]
    write_values(file, SPEECH, values=[[passage.speaker for passage in own] for own in speech])
    spans = np.array([(passage.start, passage.end) for own in speech for passage in own], dtype=np.int64).reshape(-1, 2)
    owners = np.repeat(np.arange(len(documents)), [len(own) for own in speech])
    if len(spans):
        # In the originals, which the folded characters cover, each text has one place more than characters.
        begins = np.array(list(accumulate((len(document.body) + 1 for document in documents), initial=0)))
        covered = bodies.folded.places()[0]
        spans = np.searchsorted(covered, spans + begins[owners][:, None]) - bodies.starts[owners][:, None]
    for at, name in enumerate(SPANS):
        file.append(f"{SPEECH}/{name}", spans[:, at].astype(np.uint32))


def write_values(file: ArrayFileWriter, name: str, *, values: list[list[str]]) -> None:
    """Write a list of values for each document."""
    different = sorted({value for own in values for value in own})
    codes = {value: code for code, value in enumerate(different)}
    ends = np.cumsum([len(own) for own in values], dtype=np.uint32)
    write_listed(
        file,
        name,
        ends=ends,
        codes=np.array([codes[value] for own in values for value in own], dtype=np.uint32),
        values=different,
    )


def write_listed(file: ArrayFileWriter, name: str, *, ends: Array, codes: Array, values: list[str]) -> None:
    """Write lists of codes, where each document's list ends, and the values, also as they are searched."""
    file.append(f"{name}/lists", ends.astype(np.uint32))
    file.append(f"{name}/codes", codes.astype(np.uint32))
    write_strings(file, name, texts=values)
    write_strings(file, f"{name}/folded", texts=[fold(value.replace(BOUNDARY, " ")).text for value in values])


class Listed:
    """A listed field of a segment: `codes` of all values, one list after the other, and the document of each."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self.sizes: Array = np.zeros(file.size("id/ends"), dtype=np.int64)
        self.codes: Array = np.empty(0, dtype=np.uint32)
        self.values: Texts | tuple[str, ...] = ()
        self.folded: Texts | tuple[str, ...] = ()
        if f"{name}/lists" in file:  # what was laid out before there was such a field has it empty
            self.sizes = np.diff(file[f"{name}/lists"].astype(np.int64), prepend=0)
            self.codes = file[f"{name}/codes"]
            self.values, self.folded = Texts(file, name), Texts(file, f"{name}/folded")

    def owners(self) -> Array:
        """Return the document of each code."""
        return np.repeat(np.arange(len(self.sizes), dtype=np.uint32), self.sizes)
