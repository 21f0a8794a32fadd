"""Files that people edit while the site runs: read again when one of them changes."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from indexer import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_log = logging.getLogger(__name__)

_SECONDS_BETWEEN_LOOKS = 1.0
Value = TypeVar("Value")


class Followed(Generic[Value]):
    """What some files say; a mistake in them, which is told to the log, leaves what was read before."""

    def __init__(self, files: Iterable[Path | None], *, read: Callable[[], Value], what: str) -> None:
        self._files = [file for file in files if file is not None]
        self._read, self._what = read, what
        self._lock = threading.Lock()
        self._looked = time.monotonic()
        self._stamps = self._read_stamps()
        self._value = read()

    def get(self) -> Value:
        """Return what the files say."""
        with self._lock:
            now = time.monotonic()
            if now - self._looked >= _SECONDS_BETWEEN_LOOKS:
                self._looked = now
                self._follow()
            return self._value

    @property
    def stamps(self) -> object:
        """What tells these files from what they were, to whoever keeps what follows from them."""
        return self._stamps

    def _follow(self) -> None:
        stamps = self._read_stamps()
        if stamps == self._stamps:
            return
        self._stamps = stamps
        try:
            self._value = self._read()
            _log.info("Read %s again", self._what)
        except ArchiveError as error:
            _log.error("Going on with the %s read before. %s", self._what, error)

    def _read_stamps(self) -> list[tuple[int, int, int] | None]:
        return [_stamp(file) for file in self._files]


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
