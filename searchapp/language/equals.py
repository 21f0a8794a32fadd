"""What people of a house mean by their words: synonyms and periods, from files that may change at any time."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from indexer import SettingsError
from searchapp.language.forms import find_forms
from searchapp.language.periods import Calendar, read_calendar
from searchapp.language.synonyms import Synonyms, read_synonyms

if TYPE_CHECKING:
    from pathlib import Path

    from indexer import Settings
    from searchapp.language.cutting import Equals

_log = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 1.0


@cache
def _built_in() -> Calendar:
    return read_calendar()


@dataclass(frozen=True)
class Lexicon:
    """Synonyms and periods, as they are known at one moment."""

    synonyms: Synonyms = field(default_factory=Synonyms)
    calendar: Calendar = field(default_factory=_built_in)

    def find_equals(self, folded: str) -> list[Equals]:
        """Return what has other names or other forms in a folded text, in order and apart from each other."""
        found: list[Equals] = []
        both = [*self.synonyms.find(folded), *find_forms(folded)]
        for one in sorted(both, key=lambda one: (one.start, -one.end)):
            if not found or one.start >= found[-1].end:
                found.append(one)
        return found


def read_lexicon(settings: Settings) -> Lexicon:
    """Read the files of synonyms and periods that the settings name.

    Raises:
        SettingsError: a file cannot be read, or holds a mistake.
    """
    synonyms = read_synonyms(settings.synonyms) if settings.synonyms else Synonyms()
    return Lexicon(synonyms, read_calendar(settings.calendar))


class LiveLexicon:
    """The lexicon of a running site: read again when a file changes; a mistake leaves what was read before."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._looked = time.monotonic()
        self._stamps = self._read_stamps()
        self._lexicon = read_lexicon(settings)

    def get(self) -> Lexicon:
        """Return what the files say."""
        with self._lock:
            now = time.monotonic()
            if now - self._looked >= _SECONDS_BETWEEN_LOOKS:
                self._looked = now
                self._follow()
            return self._lexicon

    def _follow(self) -> None:
        stamps = self._read_stamps()
        if stamps == self._stamps:
            return
        self._stamps = stamps
        try:
            self._lexicon = read_lexicon(self._settings)
            _log.info("Read synonyms and periods again")
        except SettingsError as error:
            _log.error("Going on with the synonyms and periods read before. %s", error)

    def _read_stamps(self) -> list[tuple[int, int, int] | None]:
        return [_stamp(file) for file in (self._settings.synonyms, self._settings.calendar) if file is not None]


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
