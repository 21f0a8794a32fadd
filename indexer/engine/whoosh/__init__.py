"""The embedded engine: a Whoosh index whose segments are arrays of words, characters and pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.document import Document
    from indexer.engine import Piece, Reader, Writer


class WhooshEngine:
    """Makes, writes and reads Whoosh indexes."""

    @property
    def name(self) -> str:
        """Name of the engine and number of its layout; versions of Whoosh that read the same tables are one engine."""
        from indexer.engine.whoosh.schema import SCHEMA_VERSION

        return f"whoosh arrays {SCHEMA_VERSION}"

    def checks(self, name: str) -> bool:
        """Tell whether a file is one of arrays, whose blocks carry their own checks."""
        return name.endswith(".arrays")

    def create(self, folder: Path) -> None:
        """Make an empty index in an empty folder."""
        from indexer.engine.whoosh.writer import create_index

        create_index(folder)

    def prepare(self, folder: Path, documents: list[Document], *, alone: bool = False) -> Piece:
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
