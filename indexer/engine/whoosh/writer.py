"""Writing a Whoosh index: pieces become segments, segments are merged, and a table of contents makes it true."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex, LockError, clean_files

from indexer.disk import sync
from indexer.engine.whoosh.codec import INDEX_NAME, ArraySegment
from indexer.engine.whoosh.merging import merge_segments
from indexer.engine.whoosh.reprints import write_families
from indexer.engine.whoosh.schema import make_schema
from indexer.engine.whoosh.segment_reading import Segment
from indexer.engine.whoosh.segment_writing import write_piece
from indexer.errors import EngineError

if TYPE_CHECKING:
    from types import TracebackType

    from numpy.typing import NDArray

    from indexer.document import Document

# So many segments of about one size become one: few enough to look terms up in, rare enough to rewrite.
_MERGED_AT_ONCE = 10
# Pieces of one batch nobody looks terms up in; they wait for more company.
_PIECES_AT_ONCE = 32
# Places count up to 2**32; what is larger together stays apart.
_MOST_CHARACTERS = 3 << 30
# A segment of which less is alive is written anew, so that deleted documents do not take room for ever.
_LEAST_LIVE_SHARE = 0.5


class _SyncedStorage(FileStorage):
    """Whoosh's storage with the order that survives a power cut: what a table names is on disk before it is renamed."""

    def rename_file(self, oldname: str, newname: str, *, safe: bool = False) -> None:
        """Sync the file, rename it, sync the folder."""
        sync(Path(self.folder) / oldname)
        super().rename_file(oldname, newname, safe=safe)
        sync(Path(self.folder))


def create_index(folder: Path) -> None:
    """Make an empty index in a folder."""
    TOC.create(_SyncedStorage(str(folder)), make_schema(), INDEX_NAME)


def open_whoosh(folder: Path) -> FileIndex:
    """Open the Whoosh index of a folder; the schema is ours, never the pickled one."""
    return FileIndex(_SyncedStorage(str(folder)), schema=make_schema(), indexname=INDEX_NAME)


def prepare_piece(folder: Path, documents: list[Document], *, alone: bool) -> ArraySegment:
    """Write documents as a segment that no table of contents names yet; any process may do it."""
    segment = ArraySegment(INDEX_NAME, len(documents))
    write_piece(segment.file(folder), documents, alone=alone)
    return segment


class WhooshWriter:
    """A batch of changes on a Whoosh index.

    Pieces are merged as they come, so that there are never many; what is given in one order gives one index.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index = open_whoosh(folder)
        self._lock = self._index.lock("WRITELOCK")
        if not self._lock.acquire():
            raise EngineError("Whoosh's lock is held by another writer") from LockError()
        toc = TOC.read(self._index.storage, INDEX_NAME, schema=make_schema())
        self._generation: int = toc.generation + 1
        self._old: list[ArraySegment] = toc.segments
        self._new: list[ArraySegment] = []
        self._gone: set[str] = set()
        self._opened: dict[str, Segment] = {}

    def __enter__(self) -> WhooshWriter:
        return self

    def __exit__(  # noqa: PLR0917
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._commit()
            else:
                for segment in self._new:
                    self._remove(segment)
        finally:
            self._lock.release()

    def add(self, piece: ArraySegment) -> None:
        """Add the documents of a piece."""
        self._new.append(piece)
        self._new = self._merge_alike(self._new, _PIECES_AT_ONCE)

    def delete(self, path: str) -> None:
        """Delete all documents of a file and of what it holds, but none of those that were added in this batch."""
        self._gone.add(path)

    def _commit(self) -> None:
        """Delete, merge what can be merged, then make it true."""
        kept = []
        for segment in self._old:
            for number in self._open(segment).columns.find_below("path", self._gone) if self._gone else ():
                segment.delete_document(number)
            share = segment.doc_count() / max(1, segment.doc_count_all())
            if share >= _LEAST_LIVE_SHARE:
                kept.append(segment)
            elif share:
                kept.append(self._merge([segment]))
        if not self._old and self._size(self._new) <= _MOST_CHARACTERS and len(self._new) > 1:
            self._new = [self._merge(self._new)]
        segments = self._merge_alike([*kept, *self._new], _MERGED_AT_ONCE)
        for segment in segments:
            sync(segment.file(self._folder))
        write_families(self._folder, [self._open(segment) for segment in segments], live=self._live(segments))
        storage = self._index.storage
        TOC(make_schema(), segments, self._generation).write(storage, INDEX_NAME)
        clean_files(storage, INDEX_NAME, self._generation, segments)

    def _merge_alike(self, segments: list[ArraySegment], most: int) -> list[ArraySegment]:
        """Merge segments of about one size once there are so many of them, so that there are always few in all."""
        tiers: dict[int, list[ArraySegment]] = {}
        for segment in segments:
            size = max(1, self._size([segment]))
            tiers.setdefault(int(np.log(size) / np.log(most)), []).append(segment)
        for alike in tiers.values():
            if len(alike) >= most and self._size(alike) <= _MOST_CHARACTERS:
                at = segments.index(alike[0])
                merged = self._merge(alike)
                rest = [segment for segment in segments if segment not in alike]
                return self._merge_alike([*rest[:at], merged, *rest[at:]], most)
        return segments

    def _live(self, segments: list[ArraySegment]) -> NDArray[np.bool_]:
        """Return which documents of segments are not deleted, over all of them."""
        parts = [np.empty(0, dtype=np.bool_)]
        for segment in segments:
            live = np.ones(segment.doc_count_all(), dtype=np.bool_)
            live[list(segment.deleted_docs())] = False
            parts.append(live)
        return np.concatenate(parts)

    def _merge(self, segments: list[ArraySegment]) -> ArraySegment:
        merged = ArraySegment(INDEX_NAME)
        opened = [(self._open(segment), self._live([segment])) for segment in segments]
        merged.set_doc_count(merge_segments(merged.file(self._folder), opened))
        for segment in segments:
            self._remove(segment)
        return merged

    def _size(self, segments: list[ArraySegment]) -> int:
        """Return how many characters segments hold."""
        return sum(field.total for segment in segments for field in self._open(segment).fields.values())

    def _open(self, segment: ArraySegment) -> Segment:
        name = str(segment.segment_id())
        if name not in self._opened:
            self._opened[name] = Segment(segment.file(self._folder))
        return self._opened[name]

    def _remove(self, segment: ArraySegment) -> None:
        self._opened.pop(str(segment.segment_id()), None)
        with suppress(FileNotFoundError):
            segment.file(self._folder).unlink()
