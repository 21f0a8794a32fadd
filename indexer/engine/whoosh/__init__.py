"""The embedded engine: a Whoosh index of words, characters and pairs, read into arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.engine import Reader, Writer


class WhooshEngine:
    """Makes, writes and reads Whoosh indexes."""

    @property
    def name(self) -> str:
        """Name, version and schema of the engine."""
        from importlib import metadata

        from indexer.engine.whoosh.schema import SCHEMA_VERSION

        return f"whoosh {metadata.version('whoosh')} schema {SCHEMA_VERSION}"

    def create(self, folder: Path) -> None:
        """Make an empty index in an empty folder."""
        from indexer.engine.whoosh.writer import create_index

        create_index(folder)

    def open_writer(self, folder: Path) -> Writer:
        """Start a batch of changes."""
        from indexer.engine.whoosh.writer import WhooshWriter

        return WhooshWriter(folder)

    def open_reader(self, folder: Path) -> Reader:
        """Open an index for reading."""
        from indexer.engine.whoosh.reader import WhooshReader

        return WhooshReader(folder)
