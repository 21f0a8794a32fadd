"""Documents -> the file of a new segment; any process can do it, beside others that do the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis.analyzer import analyze_texts
from indexer.engine.whoosh.arrays import ArrayFileWriter
from indexer.engine.whoosh.columns import write_columns
from indexer.engine.whoosh.extents import write_extents
from indexer.engine.whoosh.inversion import (
    Postings,
    invert_characters,
    invert_pairs,
    invert_words,
    place_documents,
    rank_characters,
)
from indexer.engine.whoosh.multivalued import write_lists, write_speech
from indexer.engine.whoosh.packed import ListsWriter, Packing
from indexer.engine.whoosh.reprints import write_signatures
from indexer.engine.whoosh.segment_reading import DOCUMENT_BITS, PLACE_BITS
from indexer.engine.whoosh.stored import RecordsWriter, encode_record, learn_dictionary, read_compression
from indexer.engine.whoosh.terms import write_lexicon
from indexer.reading.formats import searched_name

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.analysis.analyzer import AnalyzedTexts
    from indexer.document import Document

    Array = NDArray[Any]


def write_piece(file: Path, documents: list[Document], *, alone: bool) -> None:
    """Analyse documents and write them as a segment; `alone` while no other piece of the index is written."""
    writer = ArrayFileWriter(file)
    try:
        write_columns(writer, documents)
        records = [encode_record(document) for document in documents]
        if alone:
            learn_dictionary(file.parent, records)
        RecordsWriter(writer).add_records(records, read_compression(file.parent))
        write_texts(writer, "title", texts=analyze_texts([document.heading for document in documents]))
        names = [searched_name(document.path, document.parent, title=document.title) for document in documents]
        write_texts(writer, "file_name", texts=analyze_texts(names))
        bodies = analyze_texts([document.body for document in documents])
        write_texts(writer, "body", texts=bodies)
        write_lists(writer, documents)
        write_signatures(writer, documents)
        write_speech(writer, documents, bodies=bodies)
        write_extents(writer, documents, bodies=bodies)
        writer.close()
    except BaseException:
        writer.discard()
        raise


def write_texts(file: ArrayFileWriter, name: str, *, texts: AnalyzedTexts) -> None:
    """Invert the texts of a field and write their postings."""
    field = FieldWriter(file, name, starts=texts.starts.astype(np.uint32), lengths=texts.lengths.astype(np.uint32))
    words, postings = invert_words(texts)
    field.begin_words(words, len(postings.documents))
    field.add_words(postings)
    alphabet, ranks = rank_characters(texts.characters)
    postings = invert_characters(ranks, texts.starts, alphabet=len(alphabet))
    field.begin_characters(alphabet, len(postings.documents))
    field.add_characters(postings)
    codes, sizes, places = invert_pairs(ranks, len(alphabet))
    field.begin_pairs(codes)
    field.add_pairs(places, sizes)
    field.close()


class FieldWriter:
    """Writes the postings of a field, its words, characters and pairs each in one go or in several."""

    def __init__(self, file: ArrayFileWriter, name: str, *, starts: Array, lengths: Array) -> None:
        self._file, self._name, self._starts = file, name, starts
        self._documents = Packing(len(starts) - 1, DOCUMENT_BITS)
        self._total = int(starts[-1])
        self._pairs_done = 0
        file.append(f"{name}/starts", starts)
        file.append(f"{name}/lengths", lengths)

    def begin_words(self, words: list[bytes], most: int) -> None:
        """Write the words; at most so many postings will follow."""
        write_lexicon(self._file, f"{self._name}/words", words=words)
        self._words = self._open("words", self._documents, most=most, counted=True)

    def add_words(self, postings: Postings) -> None:
        """Append the postings of the next words."""
        self._words.add(postings.documents, postings.sizes, counts=postings.counts)

    def begin_characters(self, alphabet: Array, most: int) -> None:
        """Write the characters; at most so many postings will follow."""
        self._file.append(f"{self._name}/alphabet", alphabet.astype(np.uint32))
        self._characters = self._open("characters", self._documents, most=most, counted=True)

    def add_characters(self, postings: Postings) -> None:
        """Append the postings of the next characters."""
        self._characters.add(postings.documents, postings.sizes, counts=postings.counts)

    def begin_pairs(self, codes: Array) -> None:
        """Write the pairs."""
        self._file.append(f"{self._name}/pairs/codes", codes)
        self._file.append(f"{self._name}/common/pairs", np.empty(0, dtype=np.uint32))
        self._pairs = self._open("pairs", Packing(self._total, PLACE_BITS), most=self._total, counted=False)
        self._common = self._open("common", self._documents, most=self._total, counted=True)

    def add_pairs(self, places: Array, sizes: Array) -> None:
        """Append the places of the next pairs, and for common ones the documents that they lie in."""
        self._pairs.add(places, sizes)
        common, postings = place_documents(places, sizes, starts=self._starts)
        self._file.append(f"{self._name}/common/pairs", (common + self._pairs_done).astype(np.uint32))
        self._common.add(postings.documents, postings.sizes, counts=postings.counts)
        self._pairs_done += len(sizes)

    def close(self) -> None:
        """Finish what was begun."""
        for lists in (self._words, self._characters, self._pairs, self._common):
            lists.close()

    def _open(self, group: str, shape: Packing, *, most: int, counted: bool) -> ListsWriter:
        return ListsWriter(self._file, f"{self._name}/{group}", shape=shape, most=most, counted=counted)
