"""The index that the site serves: opened once for all threads, followed from generation to generation."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer import ArchiveError, Everything, Or, Run, SettingsError, Term, find_visible, open_index, use_dictionary
from searchapp.fields import FACETS
from searchapp.search.names import read_names
from searchapp.search.overview import Overview, read_overview
from searchapp.search.ranking import SCORING
from searchapp.search.suggestions import Suggester

if TYPE_CHECKING:
    from pathlib import Path

    from indexer import Group, OpenIndex, Reader

_log = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 1.0
_SECONDS_BETWEEN_TRIES = 5.0  # where nothing can be opened: each try reads every byte
# So many different sets of groups have what is learned of what they see at hand.
_MOST_VIEWS = 32
_SECONDS_BETWEEN_DOUBTS = 60.0  # of files that have just been found good
# Touches what every search does: postings, columns, facets, families.
_FACETS = tuple(own.name for own in FACETS)
_SMALL_SEARCH = Run(Or((Everything(), Term("的"))), scoring=SCORING, facets=_FACETS, fold=True, limit=1)


@dataclass(frozen=True, slots=True)
class View:
    """What somebody sees of an open index, with what is learned and counted of it once."""

    index: OpenIndex
    reader: Reader
    suggester: Suggester
    overview: Overview


def _make_view(index: OpenIndex, reader: Reader) -> View:
    reader.run(_SMALL_SEARCH)  # now, not in somebody's first search
    read_names(reader)
    return View(index, reader, Suggester(reader), read_overview(reader))


class LiveIndex:
    """Hands out the open index, and opens a new generation when CURRENT names one.

    Requests that began on the old generation end on it: it is released with its last user.
    """

    def __init__(self, folder: Path, dictionary: Path | None) -> None:
        self._folder = folder
        self._dictionary = dictionary
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._seeing = threading.Lock()
        self._open: OpenIndex | None = None
        self._stamp: tuple[int, int] | None = None
        self._looked = float("-inf")
        self._failed: tuple[ArchiveError, float] | None = None
        self._found_good = float("-inf")
        self._tried_out: tuple[OpenIndex, float] | None = None
        self._whole: View | None = None
        self._views: dict[frozenset[Group], View] = {}

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

    def doubt(self, doubted: OpenIndex, *, sure: bool) -> bool:
        """Verify an index that failed in a way that good files cannot cause; tell whether to ask again.

        What is not whole is replaced by the last good generation, or by nothing. Others go on with it meanwhile. Who is
        not `sure` that it is the files' fault is not believed twice a minute.
        """
        with self._opening:
            if self._open is not doubted:  # somebody else was quicker
                return True
            if not sure and time.monotonic() - self._found_good < _SECONDS_BETWEEN_DOUBTS:
                return False
            try:
                self._serve(self._read_stamp(), open_index(self._folder))
            except ArchiveError as error:
                _log.error("%s", error)
                self._open, self._failed = None, (error, time.monotonic())
                return False
            self._found_good = time.monotonic()
            return True

    def try_out(self) -> OpenIndex:
        """Return the open index after a real small search of it, done once a second at the most.

        Raises:
            ArchiveError: there is none, or it does not answer.
        """
        opened = self.get()
        tried = self._tried_out
        if tried is None or tried[0] is not opened or time.monotonic() - tried[1] >= _SECONDS_BETWEEN_LOOKS:
            found = opened.reader.run(_SMALL_SEARCH)
            opened.reader.read([key for key, _ in found.hits])
            self._tried_out = opened, time.monotonic()
        return opened

    def _follow(self) -> OpenIndex:
        stamp = self._read_stamp()
        if self._open is not None and stamp == self._stamp:
            return self._open
        if self._open is None and self._failed is not None:
            error, when = self._failed
            if time.monotonic() - when < _SECONDS_BETWEEN_TRIES and stamp == self._stamp:
                raise error
        try:
            return self._serve(stamp, open_index(self._folder))
        except ArchiveError as error:
            self._stamp = stamp
            if self._open is None:
                self._failed = error, time.monotonic()
                raise
            _log.error("The new generation cannot be opened; going on with the old one. %s", error)
            return self._open

    def _serve(self, stamp: tuple[int, int] | None, opened: OpenIndex) -> OpenIndex:
        try:  # queries are cut with the words that a new generation was
            use_dictionary(self._dictionary)
        except SettingsError as error:
            _log.error("Going on with the words read before. %s", error)
        _log.info("Serving %s, %d documents", opened.generation.folder.name, opened.reader.document_count)
        self._whole, self._views = _make_view(opened, opened.reader), {}
        self._open, self._stamp = opened, stamp
        return opened

    def view(self, groups: frozenset[Group] | None = None) -> View:
        """Return what those see who are in some groups of `access.toml`; None see everything.

        Raises:
            ArchiveError: there is no index that can be opened; says why.
        """
        self.get()
        whole = self._whole
        assert whole is not None
        if groups is None:
            return whole
        with self._seeing:
            view = self._views.pop(groups, None)
            if view is None or view.index is not whole.index:
                visible = find_visible(whole.reader, groups)
                view = whole if visible is None else _make_view(whole.index, whole.reader.only(visible))
            self._views[groups] = view  # those used last are kept
            if len(self._views) > _MOST_VIEWS:
                del self._views[next(iter(self._views))]
            return view

    def _read_stamp(self) -> tuple[int, int] | None:
        try:
            status = (self._folder / "CURRENT").stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns
