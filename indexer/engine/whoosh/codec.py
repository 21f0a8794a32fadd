"""Our segments as Whoosh sees them: a codec through which its own readers and searchers work on the arrays.

Writing goes another way (`writer`): Whoosh's hands over one posting at a time, ours inverts whole batches.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from indexer.engine.whoosh.schema import make_schema
from indexer.engine.whoosh.segment_reading import ENDING, Segment
from indexer.engine.whoosh.terms import encode
from indexer.query import TEXT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.engine.postings import Counts

INDEX_NAME = "MAIN"


def read_segments(folder: Path) -> list[ArraySegment]:
    """Return the segments that the table of contents of a folder names."""
    segments: list[ArraySegment] = TOC.read(FileStorage(str(folder)), INDEX_NAME, schema=make_schema()).segments
    return segments


class ArraySegment(base.Segment):
    """A segment in Whoosh's table of contents: its name, how many documents it has, which of them are deleted."""

    def __init__(self, indexname: str, documents: int = 0) -> None:
        super().__init__(indexname)
        self._documents = documents
        self._deleted: set[int] = set()

    def codec(self) -> ArrayCodec:
        """Return the codec that reads this segment."""
        return ArrayCodec()

    def file(self, folder: Path) -> Path:
        """Return where its arrays are."""
        return folder / str(self.make_filename(ENDING))

    def set_doc_count(self, doccount: int) -> None:
        """Set the number of documents, deleted ones included."""
        self._documents = doccount

    def doc_count_all(self) -> int:
        """Return the number of documents, deleted ones included."""
        return self._documents

    def deleted_count(self) -> int:
        """Return the number of deleted documents."""
        return len(self._deleted)

    def deleted_docs(self) -> Iterator[int]:
        """Return the numbers of deleted documents."""
        return iter(sorted(self._deleted))

    def delete_document(self, docnum: int, delete: bool = True) -> None:  # noqa: FBT001, FBT002 - Whoosh's
        """Mark a document as deleted, or take that back."""
        (self._deleted.add if delete else self._deleted.discard)(docnum)

    def is_deleted(self, docnum: int) -> bool:
        """Tell whether a document is deleted."""
        return docnum in self._deleted

    def should_assemble(self) -> bool:
        """Never: a compound file would be copied into memory."""
        return False


class ArrayCodec(base.Codec):
    """Reads array segments for Whoosh."""

    length_stats = False

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> _DocumentReader:
        """Return lengths, deletions and stored fields of a segment."""
        return _DocumentReader(Segment(segment.file(Path(storage.folder))), segment)

    def terms_reader(self, storage: Any, segment: ArraySegment) -> _TermsReader:
        """Return the words and paths of a segment."""
        return _TermsReader(Segment(segment.file(Path(storage.folder))))

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:  # noqa: ARG002 - Whoosh's
        """Return a new, empty segment."""
        return ArraySegment(indexname)


class _DocumentReader(base.PerDocumentReader):
    def __init__(self, arrays: Segment, segment: ArraySegment) -> None:
        self._arrays, self._segment = arrays, segment

    def doc_count(self) -> int:
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        return self._segment.doc_count_all()

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        return self._segment.deleted_docs()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:  # noqa: PLR0917
        field = self._arrays.fields.get(fieldname)
        return int(field.lengths[docnum]) if field else default

    def field_length(self, fieldname: str) -> int:
        field = self._arrays.fields.get(fieldname)
        return int(field.lengths.sum()) if field else 0

    def min_field_length(self, fieldname: str) -> int:
        field = self._arrays.fields.get(fieldname)
        return int(field.lengths.min(initial=1 << 31)) if field else 0

    def max_field_length(self, fieldname: str) -> int:
        field = self._arrays.fields.get(fieldname)
        return int(field.lengths.max(initial=0)) if field else 0

    def stored_fields(self, docnum: int) -> dict[str, str]:
        return {"record": json.dumps(self._arrays.records.read_record(docnum), ensure_ascii=False)}


class _TermsReader(base.TermsReader):
    """Words of the text fields, and paths; both are sorted as Whoosh expects."""

    def __init__(self, arrays: Segment) -> None:
        self._arrays = arrays

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return len(self._find(*term).documents) > 0

    def indexed_field_names(self) -> list[str]:
        return ["path", *TEXT_FIELDS]

    def terms(self) -> Iterator[tuple[str, bytes]]:
        return ((name, term) for name in sorted(self.indexed_field_names()) for term in self._terms(name))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return ((fieldname, term) for term in self._terms(fieldname) if term >= prefix)

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def cursor(self, fieldname: str, fieldobj: Any) -> base.FieldCursor:
        raise NotImplementedError("our readers find words by bisection; Whoosh's cursors are not offered")

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        found = self._find(fieldname, text)
        if not len(found.documents):
            raise TermNotFound(f"no term {fieldname}:{text!r}")
        field = self._arrays.fields.get(fieldname)
        lengths = field.lengths[found.documents] if field else found.counts
        return TermInfo(
            weight=float(found.counts.sum()),
            df=len(found.documents),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(found.counts.max()),
            minid=int(found.documents[0]),
            maxid=int(found.documents[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(self._find(fieldname, text).counts.sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return len(self._find(fieldname, text).documents)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:  # noqa: PLR0917
        info = self.term_info(fieldname, text)
        found = self._find(fieldname, text)
        weights = found.counts.astype(float).tolist()
        return ListMatcher(
            found.documents.tolist(), weights, scorer=scorer, format=format_, term=(fieldname, text), terminfo=info
        )

    def _terms(self, name: str) -> list[bytes]:
        if name in self._arrays.fields:
            return self._arrays.fields[name].lexicon.words()
        return [encode(path) for path in self._arrays.columns.values("path")]

    def _find(self, name: str, term: bytes) -> Counts:
        text = term.decode("utf-8", "surrogatepass")
        if name in self._arrays.fields:
            return self._arrays.fields[name].count_word(text)
        return self._arrays.count_path(text)
