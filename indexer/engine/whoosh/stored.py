"""Stored documents: each a compressed frame of its own, so that a page unpacks ten documents and no more."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import zstandard

from indexer.disk import sync
from indexer.document import from_record, to_record
from indexer.engine.whoosh.arrays import ArrayFile, write_arrays
from indexer.errors import DamagedIndexError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.document import Document
    from indexer.engine.whoosh.arrays import ArrayFileWriter

    Array = NDArray[Any]

# What a page of hits does not need.
_DETAILS = ("people", "speech", "cites", "lines", "evidence")
_LEVEL = 5  # 90 MB/s here; level 3 is twice as quick and a twentieth longer, level 9 three times as slow
# A dictionary of what records share saves a third of the bytes. An index has one, learnt once there is enough text.
_DICTIONARY_FILE = "dictionary.arrays"
_DICTIONARY = 500_000
_LEAST_SAMPLE = 2_000_000
_MOST_SAMPLE = 7_000_000


def encode_record(document: Document) -> bytes:
    """Return what is stored of a document: its fields and its details, each a line of JSON, then the body as it is."""
    record = to_record(document)
    body = record.pop("body")
    details = {name: record.pop(name) for name in _DETAILS}
    lines = (json.dumps(record, ensure_ascii=False), json.dumps(details, ensure_ascii=False), body)
    return "\n".join(lines).encode()


def decode_record(stored: bytes, *, evidence: bool = True) -> dict[str, Any]:
    """Turn what is stored back into a record; evidence and other details that nobody asks for are not read."""
    fields, details, body = stored.split(b"\n", 2)
    record: dict[str, Any] = json.loads(fields)
    record["body"] = body.decode()
    return record | json.loads(details) if evidence else record


class RecordsWriter:
    """Appends compressed records to a file of arrays."""

    def __init__(self, file: ArrayFileWriter) -> None:
        self._file = file
        self._written = 0
        self.add(np.empty(0, dtype=np.uint8), np.empty(0, dtype=np.int64))

    def add_records(self, records: list[bytes], dictionary: bytes) -> None:
        """Compress and append records."""
        compressor = zstandard.ZstdCompressor(level=_LEVEL, dict_data=zstandard.ZstdCompressionDict(dictionary))
        frames = [compressor.compress(record) for record in records]
        self.add(np.frombuffer(b"".join(frames), dtype=np.uint8), np.array([len(frame) for frame in frames]))

    def add(self, frames: Array, sizes: Array) -> None:
        """Append frames as they are."""
        self._file.append("record/frames", frames)
        self._file.append("record/ends", (self._written + np.cumsum(sizes)).astype(np.uint64))
        self._written += len(frames)


def read_compression(folder: Path) -> bytes:
    """Return the dictionary of an index, or nothing where it has none."""
    file = folder / _DICTIONARY_FILE
    return ArrayFile(file)["dictionary"].tobytes() if file.exists() else b""


def learn_dictionary(folder: Path, records: list[bytes]) -> None:
    """Make the dictionary of an index, where there is none yet and the records are enough for one.

    Only while nobody else prepares records of this index: they would be compressed without it, or with another.
    """
    total = sum(map(len, records))
    if total < _LEAST_SAMPLE or (folder / _DICTIONARY_FILE).exists():
        return
    try:
        sample: list[Any] = records[:: total // _MOST_SAMPLE + 1]
        learnt = bytes(zstandard.train_dictionary(min(_DICTIONARY, total // 16), sample).as_bytes())
    except zstandard.ZstdError:  # few or odd samples
        return
    file = folder / _DICTIONARY_FILE
    write_arrays(file, {"dictionary": np.frombuffer(learnt, dtype=np.uint8)})
    sync(file)


class Records:
    """The records of a segment. Many threads may read: each has decompressors of its own."""

    def __init__(self, file: ArrayFile, folder: Path) -> None:
        self._file, self._folder = file, folder
        dictionary = read_compression(folder)
        # Records that were written before there was a dictionary do without.
        known = zstandard.ZstdCompressionDict(dictionary)
        self._dictionaries = {0: zstandard.ZstdCompressionDict(b""), known.dict_id(): known}
        self._own = threading.local()

    def read(self, number: int, *, evidence: bool = True) -> Document:
        """Return a document."""
        return from_record(self.read_record(number, evidence=evidence))

    def read_record(self, number: int, *, evidence: bool = True) -> dict[str, Any]:
        """Return the record of a document."""
        start = int(self._file.piece("record/ends", number - 1, end=number)[0]) if number else 0
        end = int(self._file.piece("record/ends", number, end=number + 1)[0])
        frame = self._file.piece("record/frames", start, end=end).data
        stored = self._decompressor(zstandard.get_frame_parameters(frame).dict_id).decompress(frame)
        return decode_record(stored, evidence=evidence)

    def frames(self, first: int, last: int) -> tuple[Array, Array]:
        """Return the frames of documents that follow each other, and their sizes."""
        ends = self._file["record/ends"].astype(np.int64)
        starts = np.concatenate(([0], ends))[first : last + 1]
        return self._file.piece("record/frames", int(starts[0]), end=int(starts[-1])), np.diff(starts)

    def _decompressor(self, dictionary: int) -> zstandard.ZstdDecompressor:
        known: dict[int, zstandard.ZstdDecompressor] = self._own.__dict__.setdefault("known", {})
        if dictionary not in self._dictionaries:
            raise DamagedIndexError(self._folder, [f"the dictionary {dictionary} of its records is missing"])
        if dictionary not in known:
            known[dictionary] = zstandard.ZstdDecompressor(dict_data=self._dictionaries[dictionary])
        return known[dictionary]
