"""The index that the site serves: opened once for all threads, followed from generation to generation."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer import (
    ArchiveError,
    DamagedIndexError,
    Everything,
    IndexFormatError,
    NoIndexError,
    OpenIndex,
    Or,
    Run,
    SettingsError,
    Term,
    find_visible,
    open_index,
    use_dictionary,
)
from searchapp.fields import FACETS
from searchapp.search.names import read_names
from searchapp.search.overview import Overview, read_overview
from searchapp.search.ranking import SCORING
from searchapp.search.suggestions import Suggester

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from indexer import Group, Reader

_log = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 1.0
# Where nothing can be opened, and CURRENT says what it said: a try may read every byte, so that a long one is followed
# by a longer pause.
_SECONDS_BETWEEN_TRIES, _PAUSE_FOR_EACH_SECOND = 5.0, 20
_NOTHING, _GOING_ON = "Nothing can be searched now", "Going on with the generation that is open"
# So many different sets of groups have what is learned of what they see at hand.
_MOST_VIEWS = 32
_SECONDS_BETWEEN_DOUBTS = 60.0  # of files that have just been found good
# Touches what every search does: postings, columns, facets, families.
_FACETS = tuple(own.name for own in FACETS)
_SMALL_SEARCH = Run(Or((Everything(), Term("的"))), scoring=SCORING, facets=_FACETS, fold=True, limit=1)


class ClosedIndexError(ArchiveError):
    """An index cannot be opened, for a reason that neither its bytes nor its version explain."""

    def __init__(self, folder: Path, error: Exception) -> None:
        super().__init__(f"the index in {folder} cannot be opened: {error or type(error).__name__}")


# Why nothing is served; who meets one of these need not tell the log.
UNSERVED = (NoIndexError, IndexFormatError, DamagedIndexError, ClosedIndexError)


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

    Requests that began on the old generation end on it: it is released with its last user. A generation that cannot be
    opened is tried once; what is open is gone on with until CURRENT names another one. Why nothing is served, or what
    is not the live generation, is told to the log once.
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
        self._failed: ArchiveError | None = None
        self._told = ""
        self._try_again = float("-inf")
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
        # Opening verifies every checksum: one thread does it, while the others go on with what is open, or are told
        # that nothing is. They wait for the first one only.
        if not self._opening.acquire(blocking=current is None and self._failed is None):
            return self._what_is_open()
        try:
            return self._follow()
        finally:
            self._opening.release()

    def watch(self, tell: Callable[[OpenIndex | ArchiveError], None], ended: threading.Event) -> None:
        """Follow the generations, also when nobody asks; `tell` what is served, or why nothing is, whenever it changes.

        So no request has to open a new generation, and a site without visitors lets go of the old one.
        """
        told: object = None
        while not ended.is_set():
            outcome = self.look()
            known = outcome if isinstance(outcome, OpenIndex) else str(outcome)
            if known != told:
                told = known
                try:
                    tell(outcome)
                except Exception:  # whatever it is, the generations are followed
                    _log.exception("What is served cannot be told")
            ended.wait(_SECONDS_BETWEEN_LOOKS)

    def look(self) -> OpenIndex | ArchiveError:
        """Return what is served, or why nothing is."""
        try:
            return self.get()
        except ArchiveError as error:
            return error

    def doubt(self, doubted: OpenIndex, *, sure: bool) -> bool:
        """Verify an index that failed in a way that good files cannot cause; tell whether to ask again.

        What is not whole is replaced by the last good generation, or by nothing. Others go on with it meanwhile. Who is
        not `sure` that it is the files' fault is not believed twice a minute, nor where the files are not there to be
        verified: another version has built anew, and removed what is open.
        """
        with self._opening:
            if self._open is not doubted:  # somebody else was quicker
                return True
            if not sure and time.monotonic() - self._found_good < _SECONDS_BETWEEN_DOUBTS:
                return False
            try:
                self._serve(self._read_stamp(), open_index(self._folder))
            except ArchiveError as error:
                self._found_good = time.monotonic()
                if sure or isinstance(error, DamagedIndexError):
                    self._fail(error, what=_NOTHING)
                    self._open = None
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

    def _what_is_open(self) -> OpenIndex:
        failed = self._failed  # before what is open: another thread may be about to exchange both
        if (opened := self._open) is not None:
            return opened
        assert failed is not None
        raise failed.with_traceback(None)  # it is raised again and again

    def _follow(self) -> OpenIndex:
        stamp = self._read_stamp()
        if stamp == self._stamp and (self._open is not None or time.monotonic() < self._try_again):
            return self._what_is_open()
        began = time.monotonic()
        try:
            return self._serve(stamp, open_index(self._folder, held=self._open))
        except Exception as error:  # whatever it is, what is open is still good, and the next generation may be
            self._stamp = stamp
            self._fail(error, what=_NOTHING if self._open is None else _GOING_ON)
        self._try_again = time.monotonic() + max(
            _SECONDS_BETWEEN_TRIES, (time.monotonic() - began) * _PAUSE_FOR_EACH_SECOND
        )
        return self._what_is_open()

    def _fail(self, error: Exception, *, what: str) -> None:
        """Note why nothing new can be opened, and tell the log `what` follows; the same reason is told once."""
        known = isinstance(error, ArchiveError)
        self._failed = error if isinstance(error, ArchiveError) else ClosedIndexError(self._folder, error)
        sentence = f"{what}: {self._failed}"
        if sentence != self._told:
            self._told = sentence
            _log.error("%s", sentence, exc_info=None if known else error)

    def _serve(self, stamp: tuple[int, int] | None, opened: OpenIndex) -> OpenIndex:
        if self._open is not None and self._whole is not None and opened.reader is self._open.reader:
            self._keep_views(self._whole, opened)
        else:
            self._read_words()
            _log.info("Serving %s, %d documents", opened.generation.folder.name, opened.reader.document_count)
            self._whole, self._views = _make_view(opened, opened.reader), {}
        self._open, self._stamp, self._failed, self._told = opened, stamp, None, ""
        return opened

    def _read_words(self) -> None:
        """Cut queries with the words that a new generation was cut with."""
        try:
            use_dictionary(self._dictionary)
        except SettingsError as error:
            _log.error("Going on with the words read before. %s", error)

    def _keep_views(self, whole: View, opened: OpenIndex) -> None:
        """Note in all views that what is open is not the live generation any more."""
        with self._seeing:
            self._whole = replace(whole, index=opened)
            self._views = {
                groups: replace(own, index=opened) for groups, own in self._views.items() if own is not whole
            }

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
