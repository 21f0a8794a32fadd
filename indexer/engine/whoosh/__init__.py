"""The embedded engine: a Whoosh index whose segments are arrays of words, characters and pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.query import DATE_FIELDS, KEYWORD_FIELDS, LISTED_FIELDS, TEXT_FIELDS, UNWEIGHED_FIELDS

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.document import Document
    from indexer.engine import Prepared, Reader, Writer

# Of everything below this folder: what an index of another number holds is laid out in another way.
SCHEMA_VERSION = 7


class WhooshEngine:
    """Makes, writes and reads Whoosh indexes."""

    @property
    def name(self) -> str:
        """Name, layout and fields of the engine; versions of Whoosh that read the same tables are one engine."""
        fields = " ".join((*TEXT_FIELDS, *UNWEIGHED_FIELDS, *KEYWORD_FIELDS, *LISTED_FIELDS, *DATE_FIELDS))
        return f"whoosh arrays {SCHEMA_VERSION}: {fields}"

    def checks(self, name: str) -> bool:
        """Tell whether a file is one of arrays, whose blocks carry their own checks."""
        return name.endswith(".arrays")

    def create(self, folder: Path) -> None:
        """Make an empty index in an empty folder."""
        from indexer.engine.whoosh.writer import create_index

        create_index(folder)

    def prepare(self, folder: Path, documents: list[Document], *, alone: bool = False) -> Prepared:
        """Analyse documents and write them as a segment that a writer can add."""
        from indexer.engine.whoosh.writer import prepare_piece

        return prepare_piece(folder, documents, alone=alone)

    def open_writer(self, folder: Path) -> Writer:
        """Start a batch of changes."""
        from indexer.engine.whoosh.writer import WhooshWriter

        return WhooshWriter(folder)

    def open_reader(self, folder: Path) -> Reader:
        """Open an index for reading."""
        from indexer.engine.whoosh.reader import WhooshReader

        return WhooshReader(folder)
