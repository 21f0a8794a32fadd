"""What every run saw and did: the files behind each generation, with outcome and reason, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from indexer.errors import IndexFolderError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

STATE_FILE = "state.sqlite"
Outcome = Literal["indexed", "empty", "failed"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    generation INTEGER NOT NULL, path TEXT NOT NULL, stamp TEXT NOT NULL, digest TEXT NOT NULL,
    documents INTEGER NOT NULL, outcome TEXT NOT NULL, error TEXT NOT NULL, PRIMARY KEY (generation, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, command TEXT NOT NULL, started TEXT NOT NULL, seconds REAL NOT NULL, report TEXT NOT NULL
);
"""
_RUNS_KEPT = 1000


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as the last run left it: how it looked on disk, its digest, how many documents it gave, and any error.

    A failed file keeps the digest and the documents of the last time it could be read.
    """

    path: str
    stamp: str
    digest: str
    documents: int
    outcome: Outcome
    error: str = ""


class State:
    """The open state file of an index. Rows of a generation describe exactly that generation."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def read_files(self, generation: int) -> dict[str, SeenFile]:
        """Return the files of a generation by path."""
        rows = self._connection.execute(
            "SELECT path, stamp, digest, documents, outcome, error FROM files WHERE generation = ? ORDER BY path",
            (generation,),
        )
        return {row[0]: SeenFile(*row) for row in rows}

    def write_files(self, generation: int, files: Iterable[SeenFile]) -> None:
        """Keep the files of a generation, in place of any kept before."""
        with self._connection:
            self._connection.execute("DELETE FROM files WHERE generation = ?", (generation,))
            self._connection.executemany(
                "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)",
                ((generation, f.path, f.stamp, f.digest, f.documents, f.outcome, f.error) for f in files),
            )

    def forget(self, kept: Iterable[int]) -> None:
        """Drop the rows of all generations but those kept."""
        numbers = list(kept)
        marks = ", ".join("?" * len(numbers))
        with self._connection:
            self._connection.execute(f"DELETE FROM files WHERE generation NOT IN ({marks})", numbers)  # noqa: S608 - only ?

    def add_run(self, command: str, started: str, seconds: float, report: dict[str, Any]) -> None:
        """Log a run, and drop the oldest ones."""
        with self._connection:
            self._connection.execute(
                "INSERT INTO runs (command, started, seconds, report) VALUES (?, ?, ?, ?)",
                (command, started, seconds, json.dumps(report, ensure_ascii=False)),
            )
            self._connection.execute("DELETE FROM runs WHERE id <= (SELECT max(id) FROM runs) - ?", (_RUNS_KEPT,))

    def last_run(self) -> dict[str, Any] | None:
        """Return the last run's command, start, seconds and report."""
        row = self._connection.execute(
            "SELECT command, started, seconds, report FROM runs ORDER BY id DESC LIMIT 1"
        ).fetchone()
        return {"command": row[0], "started": row[1], "seconds": row[2], "report": json.loads(row[3])} if row else None


@contextmanager
def open_state(index: Path) -> Iterator[State]:
    """Open the state of an index for writing, making it where there is none."""
    file = index / STATE_FILE
    try:
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript(_SCHEMA)
            yield State(connection)
    except sqlite3.Error as error:
        raise IndexFolderError(file, f"{error}; if the file is damaged, remove it and run `indexer reindex`") from error


@contextmanager
def read_state(index: Path) -> Iterator[State]:
    """Open the state of an index for reading only; without a file it is empty."""
    file = index / STATE_FILE
    try:
        source = f"{file.resolve().as_uri()}?mode=ro" if file.exists() else ":memory:"
        with closing(sqlite3.connect(source, uri=file.exists())) as connection:
            if source == ":memory:":
                connection.executescript(_SCHEMA)
            yield State(connection)
    except sqlite3.Error as error:
        raise IndexFolderError(file, f"{error}; if the file is damaged, remove it and run `indexer reindex`") from error
