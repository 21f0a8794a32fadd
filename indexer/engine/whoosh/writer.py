"""Writing a Whoosh index so that a power cut cannot destroy it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import NO_MERGE, SegmentWriter

from indexer.disk import sync
from indexer.document import date_span, to_record
from indexer.engine.whoosh.schema import BYTES_COLUMNS, make_schema
from indexer.engine.whoosh.segment import ENDING, new_batches, open_segment, write_segment
from indexer.errors import EngineError, RejectedDocumentError
from indexer.query import DATE_FIELDS

if TYPE_CHECKING:
    from types import TracebackType

    from indexer.document import Document
    from indexer.engine import AnalyzedDocument

_INDEX_NAME = "MAIN"
_MEMORY_MB = 256
_BATCH_CHARACTERS = 4_000_000  # some 400 MB while it is inverted
# A merge takes memory like a batch of as many characters: arrays take some 14 bytes for each.
_MERGED_BYTES = 14 * _BATCH_CHARACTERS
_FEWEST_MERGED = 5
_LEAST_LIVE_SHARE = 0.5


class SyncedFileStorage(FileStorage):
    """Whoosh's storage, which never syncs, with the order that survives a power cut.

    Whoosh writes segments, then a TOC under another name, then renames the TOC, then deletes the old files. So before
    the rename every file made since must be on disk, and after it the folder itself.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._made: set[str] = set()

    def create_file(self, name: str, *args: Any, **options: Any) -> Any:
        """Create a file and remember to sync it."""
        self._made.add(name)
        return super().create_file(name, *args, **options)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:  # noqa: FBT001, FBT002 - Whoosh's
        """Sync what was written, rename, sync the folder."""
        for name in self._made:
            if self.file_exists(name):
                sync(Path(self.folder) / name)
        self._made.clear()
        super().rename_file(oldname, newname, safe=safe)
        sync(Path(self.folder))


def create_index(folder: Path) -> None:
    """Make an empty index in a folder."""
    TOC.create(SyncedFileStorage(str(folder)), make_schema(), _INDEX_NAME)


def open_whoosh(folder: Path) -> FileIndex:
    """Open the Whoosh index of a folder; the schema is ours, never the pickled one."""
    return FileIndex(SyncedFileStorage(str(folder)), schema=make_schema(), indexname=_INDEX_NAME)


def _merge_within_bounds(writer: ArrayWriter, segments: list[Any]) -> list[Any]:
    """Merge the smallest segments once there are some, and any that is mostly deleted; never more than memory allows.

    Whoosh's own policy counts documents, and merges without bound where they are long.
    """
    merged: list[Any] = []
    total = 0
    for size, segment in sorted(((_size(writer, segment), segment) for segment in segments), key=lambda pair: pair[0]):
        total += size
        if total > _MERGED_BYTES:
            break
        merged.append(segment)
    if len(merged) < _FEWEST_MERGED:
        merged = []
    dead = [segment for segment in segments if segment not in merged and _live_share(segment) < _LEAST_LIVE_SHARE]
    dropped = [*merged, *dead[:1]]
    for segment in dropped:
        if not segment.doc_count():
            continue
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment not in dropped]


def _size(writer: ArrayWriter, segment: Any) -> int:
    size: int = writer.storage.file_length(segment.make_filename(ENDING))
    return size


def _live_share(segment: Any) -> float:
    return float(segment.doc_count() / max(1, segment.doc_count_all()))


class ArrayWriter(SegmentWriter):
    """Whoosh's writer of one segment, which also inverts the text fields of its documents into arrays."""

    def __init__(self, folder: Path) -> None:
        # One process and no compound files: parallel commits lose documents, compound files are copied into memory.
        super().__init__(open_whoosh(folder), limitmb=_MEMORY_MB, compound=False)
        self._batches = new_batches()

    def add_analyzed(self, analyzed: AnalyzedDocument) -> None:
        """Add a document."""
        number = self.docnum
        self.add_document(**_values(analyzed))
        self._batches["title"].add(number, analyzed.title)
        self._batches["body"].add(number, analyzed.body)

    def add_reader(self, reader: Any) -> None:
        """Add the documents of a segment that is merged into this one."""
        live = np.array([not reader.is_deleted(number) for number in range(reader.doc_count_all())], dtype=np.bool_)
        numbers = np.where(live, self.docnum + np.cumsum(live) - 1, -1)
        super().add_reader(reader)
        postings = open_segment(self.storage.folder, reader.segment(), 0)
        for field, batch in self._batches.items():
            postings.feed(field, batch, numbers)

    def _flush_segment(self) -> None:
        super()._flush_segment()
        stream = self.newsegment.create_file(self.storage, ENDING)
        write_segment(stream, self._batches)
        stream.close()


class WhooshWriter:
    """A batch of changes on a Whoosh index.

    Large batches reach the disk in pieces, so that memory is bounded; their generation is live only when it is whole.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._characters = 0
        self._writer = ArrayWriter(folder)

    def __enter__(self) -> WhooshWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._writer.cancel()
            return
        self._commit(merge=True)

    def add(self, analyzed: AnalyzedDocument) -> None:
        """Add a document; when Whoosh refuses it, the whole batch has to be cancelled."""
        try:
            self._writer.add_analyzed(analyzed)
        except OSError:
            raise
        except Exception as error:  # Whoosh raises what it likes; any of it leaves its batch unusable
            raise RejectedDocumentError(analyzed.document.path, f"the index refused it: {error!r}") from error
        self._characters += len(analyzed.title.folded) + len(analyzed.body.folded)
        if self._characters >= _BATCH_CHARACTERS:
            self._commit(merge=False)
            self._characters = 0
            self._writer = ArrayWriter(self._folder)

    def delete(self, path: str) -> None:
        """Delete all documents of a file."""
        self._writer.delete_by_term("file", path)

    def _commit(self, *, merge: bool) -> None:
        try:
            self._writer.commit(mergetype=_merge_within_bounds if merge else NO_MERGE)
        except OSError:
            raise
        except Exception as failure:  # Whoosh raises what it likes
            raise EngineError(repr(failure)) from failure


def _values(analyzed: AnalyzedDocument) -> dict[str, Any]:
    document = analyzed.document
    values: dict[str, Any] = {
        "file": document.path,
        "record": json.dumps(to_record(document), ensure_ascii=False),
    }
    values["title_length"], values["body_length"] = analyzed.title.length, analyzed.body.length
    for name in BYTES_COLUMNS:
        values[f"{name}_column"] = (getattr(document, name) or "").encode()
    for name in DATE_FIELDS:
        values[f"{name}_first"], values[f"{name}_last"] = _span(document, name)
    return values


def _span(document: Document, name: str) -> tuple[int, int]:
    date = getattr(document, name)
    return date_span(date) if date else (0, 0)
