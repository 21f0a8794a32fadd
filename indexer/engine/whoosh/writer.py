"""Writing a Whoosh index so that a power cut cannot destroy it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.writing import SegmentWriter

from indexer.disk import sync
from indexer.document import date_span, to_record
from indexer.engine.whoosh.schema import BYTES_COLUMNS, make_schema
from indexer.errors import EngineError, RejectedDocumentError
from indexer.query import DATE_FIELDS

if TYPE_CHECKING:
    from types import TracebackType

    from indexer.document import Document
    from indexer.engine import AnalyzedDocument

_INDEX_NAME = "MAIN"
_MEMORY_MB = 256


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


class WhooshWriter:
    """A batch of changes on a Whoosh index."""

    def __init__(self, folder: Path) -> None:
        # One process and no compound files: parallel commits lose documents, compound files are copied into memory.
        self._writer = SegmentWriter(open_whoosh(folder), limitmb=_MEMORY_MB, compound=False)

    def __enter__(self) -> WhooshWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._writer.cancel()
            return
        try:
            self._writer.commit()
        except OSError:
            raise
        except Exception as failure:  # Whoosh raises what it likes
            raise EngineError(repr(failure)) from failure

    def add(self, analyzed: AnalyzedDocument) -> None:
        """Add a document; when Whoosh refuses it, the whole batch has to be cancelled."""
        try:
            self._writer.add_document(**_values(analyzed))
        except OSError:
            raise
        except Exception as error:  # Whoosh raises what it likes; any of it leaves its batch unusable
            raise RejectedDocumentError(analyzed.document.path, f"the index refused it: {error!r}") from error

    def delete(self, path: str) -> None:
        """Delete all documents of a file."""
        self._writer.delete_by_term("file", path)


def _values(analyzed: AnalyzedDocument) -> dict[str, Any]:
    document = analyzed.document
    values: dict[str, Any] = {
        "file": document.path,
        "record": json.dumps(to_record(document), ensure_ascii=False),
    }
    for name, postings in (("title", analyzed.title), ("body", analyzed.body)):
        values[f"{name}_words"] = postings.words
        values[f"{name}_characters"] = postings.characters
        values[f"{name}_pairs"] = postings.pairs
        values[f"{name}_length"] = postings.length
    for name in BYTES_COLUMNS:
        values[f"{name}_column"] = (getattr(document, name) or "").encode()
    for name in DATE_FIELDS:
        values[f"{name}_first"], values[f"{name}_last"] = _span(document, name)
    return values


def _span(document: Document, name: str) -> tuple[int, int]:
    date = getattr(document, name)
    return date_span(date) if date else (0, 0)
