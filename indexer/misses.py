"""What staff looked for and the archive did not hold: the query, how often, the last day. Nothing about who asked."""

from __future__ import annotations

import logging
import sqlite3
import threading
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)

MISSES_FILE = "misses.sqlite"
_SCHEMA = "CREATE TABLE IF NOT EXISTS misses (query TEXT PRIMARY KEY, count INTEGER NOT NULL, day TEXT NOT NULL)"
_MOST_KEPT = 1000
_DAYS_KEPT = 90
_LONGEST = 100
_NOTE = """
INSERT INTO misses VALUES (?, 1, ?)
ON CONFLICT (query) DO UPDATE SET count = count + 1, day = excluded.day
"""
_FORGET = """
DELETE FROM misses WHERE day < ? OR query NOT IN (SELECT query FROM misses ORDER BY day DESC, rowid DESC LIMIT ?)
"""
_PATIENCE = 0.2  # seconds; a search does not wait for its own log


@dataclass(frozen=True, slots=True)
class Miss:
    """A query that found nothing: how often it was asked, and on which day last (ISO)."""

    query: str
    count: int
    day: str


class MissLog:
    """The queries without hits, in one SQLite file; where that cannot be written, none are kept."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self.trouble: str | None = None

    def note(self, query: str) -> None:
        """Count a query that found nothing. A log that cannot be written stops no search."""
        text = " ".join(query.split())[:_LONGEST]
        if not text:
            return
        try:
            with self._lock, closing(sqlite3.connect(self._file, timeout=_PATIENCE)) as connection, connection:
                connection.execute(_SCHEMA)
                today = date.today()  # noqa: DTZ011 - the day of the house, as its people know it
                oldest = today - timedelta(days=_DAYS_KEPT)
                connection.execute(_NOTE, (text, today.isoformat()))
                connection.execute(_FORGET, (oldest.isoformat(), _MOST_KEPT))
            self.trouble = None
        except sqlite3.Error as error:
            if not isinstance(error, sqlite3.OperationalError):  # its bytes are not its own; it is a log, no more
                with suppress(OSError):
                    self._file.replace(self._file.with_name(f"{self._file.name}.damaged"))
            if self.trouble is None:
                _log.warning("Searches without hits are not kept: %s: %s", self._file, error)
            self.trouble = str(error)

    def read(self, most: int) -> list[Miss]:
        """Return the queries that were asked most often, the latest first among equals."""
        if not self._file.exists():
            return []
        try:
            # Not only for reading: what a killed site left half done is undone by who opens it next.
            with closing(sqlite3.connect(self._file, timeout=_PATIENCE)) as connection:
                rows = connection.execute(
                    "SELECT query, count, day FROM misses ORDER BY count DESC, day DESC, query LIMIT ?", (most,)
                ).fetchall()
        except sqlite3.Error as error:
            self.trouble = str(error)
            return []
        return [Miss(*row) for row in rows]
