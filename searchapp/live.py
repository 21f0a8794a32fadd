"""The index that the site serves: opened once for all threads, followed from generation to generation."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from indexer import ArchiveError, open_index

if TYPE_CHECKING:
    from pathlib import Path

    from indexer import OpenIndex

_log = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 1.0


class LiveIndex:
    """Hands out the open index, and opens a new generation when CURRENT names one.

    Requests that began on the old generation end on it: it is released with its last user.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open: OpenIndex | None = None
        self._stamp: tuple[int, int] | None = None
        self._looked = float("-inf")

    def get(self) -> OpenIndex:
        """Return the open index.

        Raises:
            ArchiveError: there is none that can be opened; says why.
        """
        with self._lock:
            now = time.monotonic()
            if self._open is None or now - self._looked >= _SECONDS_BETWEEN_LOOKS:
                self._looked = now
                self._follow()
            assert self._open is not None
            return self._open

    def _follow(self) -> None:
        stamp = self._read_stamp()
        if self._open is not None and stamp == self._stamp:
            return
        try:
            self._open = open_index(self._folder)
            self._stamp = stamp
            _log.info(
                "Serving %s, %d documents",
                self._open.generation.folder.name,
                self._open.reader.document_count,
            )
        except ArchiveError as error:
            if self._open is None:
                raise
            self._stamp = stamp
            _log.error("The new generation cannot be opened; going on with the old one. %s", error)

    def _read_stamp(self) -> tuple[int, int] | None:
        try:
            status = (self._folder / "CURRENT").stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns
