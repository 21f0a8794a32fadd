"""Stored documents: each a compressed frame of its own, so that a page unpacks ten documents and no more."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import zstandard

from indexer.document import from_record, to_record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.document import Document
    from indexer.engine.whoosh.arrays import ArrayFile, ArrayFileWriter

    Array = NDArray[Any]

_LEVEL = 3  # 128 MB/s here; level 9 takes four times as long and saves a tenth
# A dictionary of what records share saves a third of the bytes; there must be some text to learn it from.
_DICTIONARY = 110_000
_LEAST_SAMPLE = 10 * _DICTIONARY
_MOST_SAMPLE = 100 * _DICTIONARY
_NO_DICTIONARY = 0


class RecordsWriter:
    """Appends records to a file of arrays, as documents or as frames of other segments."""

    def __init__(self, file: ArrayFileWriter) -> None:
        self._file = file
        self._written = 0
        self._dictionaries = {b"": _NO_DICTIONARY}
        self.add_frames(np.empty(0, dtype=np.uint8), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint16), [b""])

    def add_documents(self, documents: list[Document]) -> None:
        """Compress and append documents."""
        records = [json.dumps(to_record(document), ensure_ascii=False).encode() for document in documents]
        dictionary = _learn_dictionary(records)
        compressor = zstandard.ZstdCompressor(level=_LEVEL, dict_data=zstandard.ZstdCompressionDict(dictionary))
        frames = [compressor.compress(record) for record in records]
        self.add_frames(
            np.frombuffer(b"".join(frames), dtype=np.uint8),
            np.array([len(frame) for frame in frames], dtype=np.int64),
            np.zeros(len(frames), dtype=np.uint16),
            [dictionary],
        )

    def add_frames(self, frames: Array, sizes: Array, dictionaries: Array, known: list[bytes]) -> None:
        """Append frames as they are, each with the index of its dictionary in `known`."""
        ours = [self._dictionaries.setdefault(dictionary, len(self._dictionaries)) for dictionary in known]
        self._file.append("record/frames", frames)
        self._file.append("record/ends", (self._written + np.cumsum(sizes)).astype(np.uint64))
        self._file.append("record/dictionaries", np.array(ours, dtype=np.uint16)[dictionaries])
        self._written += len(frames)

    def close(self) -> None:
        """Write the dictionaries."""
        known = list(self._dictionaries)
        self._file.append("dictionary/texts", np.frombuffer(b"".join(known), dtype=np.uint8))
        self._file.append("dictionary/ends", np.cumsum([len(dictionary) for dictionary in known], dtype=np.uint64))


def _learn_dictionary(records: list[bytes]) -> bytes:
    total = sum(map(len, records))
    if total < _LEAST_SAMPLE:
        return b""
    try:
        sample = records[:: total // _MOST_SAMPLE + 1]
        return bytes(zstandard.train_dictionary(min(_DICTIONARY, total // 100), sample).as_bytes())
    except zstandard.ZstdError:  # few or odd samples
        return b""


class Records:
    """The records of a segment. Many threads may read: each has decompressors of its own."""

    def __init__(self, file: ArrayFile) -> None:
        self._file = file
        self.dictionaries = self._read_dictionaries()
        self._dictionaries = [zstandard.ZstdCompressionDict(dictionary) for dictionary in self.dictionaries]
        self._own = threading.local()

    def read(self, number: int) -> Document:
        """Return a document."""
        return from_record(json.loads(self.read_json(number)))

    def read_json(self, number: int) -> bytes:
        """Return the record of a document, as JSON."""
        start = int(self._file.piece("record/ends", number - 1, number)[0]) if number else 0
        end = int(self._file.piece("record/ends", number, number + 1)[0])
        dictionary = int(self._file.piece("record/dictionaries", number, number + 1)[0])
        record: bytes = self._decompressor(dictionary).decompress(self._file.piece("record/frames", start, end))
        return record

    def frames(self, first: int, last: int) -> tuple[Array, Array, Array]:
        """Return frames of documents that follow each other, their sizes, and the indexes of their dictionaries."""
        ends = self._file["record/ends"].astype(np.int64)
        starts = np.concatenate(([0], ends))[first : last + 1]
        frames = self._file.piece("record/frames", int(starts[0]), int(starts[-1]))
        return frames, np.diff(starts), self._file.piece("record/dictionaries", first, last)

    def _decompressor(self, dictionary: int) -> zstandard.ZstdDecompressor:
        known: dict[int, zstandard.ZstdDecompressor] = self._own.__dict__.setdefault("known", {})
        if dictionary not in known:
            known[dictionary] = zstandard.ZstdDecompressor(dict_data=self._dictionaries[dictionary])
        return known[dictionary]

    def _read_dictionaries(self) -> list[bytes]:
        texts = self._file["dictionary/texts"].tobytes()
        ends = self._file["dictionary/ends"].tolist()
        return [texts[start:end] for start, end in zip([0, *ends], ends, strict=False)]
