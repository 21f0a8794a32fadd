"""The index that the site serves: opened once for all threads, followed from generation to generation."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from indexer import ArchiveError, Everything, Or, Run, SettingsError, Term, open_index, use_dictionary
from searchapp.overview import Overview, read_overview
from searchapp.ranking import SCORING
from searchapp.request import FACETS
from searchapp.suggestions import Suggester

if TYPE_CHECKING:
    from pathlib import Path

    from indexer import OpenIndex

_log = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 1.0


class LiveIndex:
    """Hands out the open index, and opens a new generation when CURRENT names one.

    Requests that began on the old generation end on it: it is released with its last user.
    """

    def __init__(self, folder: Path, dictionary: Path | None) -> None:
        self._folder = folder
        self._dictionary = dictionary
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._open: OpenIndex | None = None
        self._stamp: tuple[int, int] | None = None
        self._looked = float("-inf")
        self._doubted = False
        self._suggester: Suggester | None = None
        self._overview: Overview | None = None

    def get(self) -> OpenIndex:
        """Return the open index.

        Raises:
            ArchiveError: there is none that can be opened; says why.
        """
        with self._lock:
            now = time.monotonic()
            current = self._open
            if current is not None and now - self._looked < _SECONDS_BETWEEN_LOOKS:
                return current
            self._looked = now
        # Opening verifies every checksum: one thread does it, while the others go on with what is open.
        if not self._opening.acquire(blocking=current is None):
            assert current is not None
            return current
        try:
            return self._follow()
        finally:
            self._opening.release()

    def doubt(self) -> None:
        """Verify what is open before it is used again: a search failed in a way that good files cannot cause."""
        self._doubted = True
        self._looked = float("-inf")

    def _follow(self) -> OpenIndex:
        stamp = self._read_stamp()
        if self._doubted:
            self._doubted, self._open = False, None
        if self._open is not None and stamp == self._stamp:
            return self._open
        try:
            opened = open_index(self._folder)
        except ArchiveError as error:
            if self._open is None:
                raise
            _log.error("The new generation cannot be opened; going on with the old one. %s", error)
            self._stamp = stamp
            return self._open
        try:  # queries are cut with the words that a new generation was
            use_dictionary(self._dictionary)
        except SettingsError as error:
            _log.error("Going on with the words read before. %s", error)
        # Read the columns now, not in somebody's first search.
        opened.reader.run(Run(Or((Everything(), Term("的"))), scoring=SCORING, facets=FACETS))
        _log.info("Serving %s, %d documents", opened.generation.folder.name, opened.reader.document_count)
        self._suggester = Suggester(opened.reader)
        self._overview = read_overview(opened.reader)
        self._open, self._stamp = opened, stamp
        return opened

    def suggester(self) -> Suggester:
        """Return what suggests queries from the open index."""
        self.get()
        assert self._suggester is not None
        return self._suggester

    def overview(self) -> Overview:
        """Return what the open index holds in all."""
        self.get()
        assert self._overview is not None
        return self._overview

    def _read_stamp(self) -> tuple[int, int] | None:
        try:
            status = (self._folder / "CURRENT").stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns
