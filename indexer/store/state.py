"""What every run saw and did: the files behind each generation, with outcome and reason, in one SQLite file.

The file is never changed in place: a copy is changed, given its checksum, synced, and takes the place of the old one.
So no journal ever stands beside it, whoever is killed, and who may only read can read it. A state that is lost or
damaged costs no more than reading the files of the archive again: the next run begins it anew.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import zlib
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from indexer.disk import NEW, sync
from indexer.errors import DamagedStateError, IndexFolderError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

STATE_FILE = "state.sqlite"
Outcome = Literal["indexed", "empty", "failed"]

# "ASst". A file without id and checksum was written by a version that changed it in place.
_APPLICATION = 0x41537374
_SCHEMA = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA application_id = {_APPLICATION};
CREATE TABLE IF NOT EXISTS files (
    generation INTEGER NOT NULL, path TEXT NOT NULL, stamp TEXT NOT NULL, digest TEXT NOT NULL,
    documents INTEGER NOT NULL, outcome TEXT NOT NULL, error TEXT NOT NULL, PRIMARY KEY (generation, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS left_out (
    generation INTEGER NOT NULL, path TEXT NOT NULL, reason TEXT NOT NULL, file TEXT NOT NULL, failed INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, command TEXT NOT NULL, started TEXT NOT NULL, seconds REAL NOT NULL, report TEXT NOT NULL
);
"""
_RUNS_KEPT = 1000
# Places in SQLite's header (sqlite.org/fileformat.html, 1.3): the user version, where the CRC-32 of all other bytes
# stands, and the application id.
_CHECKSUM, _ID = slice(60, 64), slice(68, 72)
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as the last run left it: how it looked on disk, its digest, how many documents it gave, and any error.

    A failed file keeps the digest and the documents of the last time it could be read. A folder that could not be
    opened is a failed file without documents, whose path ends in a slash.
    """

    path: str
    stamp: str
    digest: str
    documents: int
    outcome: Outcome
    error: str = ""


@dataclass(frozen=True, slots=True, order=True)
class LeftOut:
    """What the last run came by and did not use, and why: a file that is none of those that are read, or a part of one.

    Of a part, `file` is the path of the file that holds it, and `failed` tells that it should have been read.
    """

    path: str
    reason: str
    file: str = ""
    failed: bool = False


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

    def read_left_out(self, generation: int) -> list[LeftOut]:
        """Return what was left out of a generation, by path."""
        if not self._connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'left_out'").fetchone():
            return []  # an earlier version kept the files alone
        rows = self._connection.execute(
            "SELECT path, reason, file, failed FROM left_out WHERE generation = ? ORDER BY path, reason", (generation,)
        )
        return [LeftOut(path, reason, file, bool(failed)) for path, reason, file, failed in rows]

    def generations(self) -> set[int]:
        """Return the generations whose files are known."""
        return {row[0] for row in self._connection.execute("SELECT DISTINCT generation FROM files")}

    def write_files(self, generation: int, files: Iterable[SeenFile], *, left_out: Iterable[LeftOut] = ()) -> None:
        """Keep the files of a generation and what was left out of it, in place of any kept before."""
        with self._connection:
            self._connection.execute("DELETE FROM left_out WHERE generation = ?", (generation,))
            self._connection.executemany(
                "INSERT INTO left_out VALUES (?, ?, ?, ?, ?)",
                ((generation, own.path, own.reason, own.file, own.failed) for own in left_out),
            )
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
            for table in ("files", "left_out"):
                self._connection.execute(f"DELETE FROM {table} WHERE generation NOT IN ({marks})", numbers)  # noqa: S608 - only ?

    def add_run(self, command: str, started: str, *, seconds: float, report: dict[str, Any]) -> None:
        """Log a run, and drop the oldest ones."""
        with self._connection:
            self._connection.execute(
                "INSERT INTO runs (command, started, seconds, report) VALUES (?, ?, ?, ?)",
                (command, started, seconds, json.dumps(report, ensure_ascii=False)),
            )
            self._connection.execute("DELETE FROM runs WHERE id <= (SELECT max(id) FROM runs) - ?", (_RUNS_KEPT,))

    def count_failed(self) -> dict[int, int]:
        """Return for each generation how many files, folders and parts of files could not be used."""
        counts: dict[int, int] = {}
        for table, failed in (("files", "error != ''"), ("left_out", "failed")):
            if self._connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchone():
                rows = self._connection.execute(f"SELECT generation, count(*) FROM {table} WHERE {failed} GROUP BY 1")  # noqa: S608 - from above
                for generation, count in rows:
                    counts[generation] = counts.get(generation, 0) + count
        return counts

    def last_good_run(self) -> str | None:
        """Return when the archive was last looked through from end to end, as an ISO time; None where it never was."""
        row = self._connection.execute(
            "SELECT started, seconds FROM runs WHERE command IN ('index', 'reindex') ORDER BY id DESC LIMIT 1"
        ).fetchone()
        return (datetime.fromisoformat(row[0]) + timedelta(seconds=round(row[1]))).isoformat() if row else None

    def last_run(self) -> dict[str, Any] | None:
        """Return the last run's command, start, seconds and report."""
        row = self._connection.execute(
            "SELECT command, started, seconds, report FROM runs ORDER BY id DESC LIMIT 1"
        ).fetchone()
        try:
            report = json.loads(row[3]) if row else None
        except ValueError as error:
            raise sqlite3.DatabaseError(f"the report of the last run cannot be read ({error})") from None
        return {"command": row[0], "started": row[1], "seconds": row[2], "report": report} if row else None


@contextmanager
def open_state(index: Path) -> Iterator[State]:
    """Change the state of an index, whole or not at all; one that is missing or damaged is begun anew.

    Raises:
        IndexFolderError: it cannot be written; it is then as it was.
    """
    file, copy = index / STATE_FILE, index / f"{STATE_FILE}{NEW}"
    try:
        with suppress(DamagedStateError):
            if _verify(file):
                shutil.copyfile(file, copy)
        with closing(sqlite3.connect(copy)) as connection:
            connection.executescript(_SCHEMA)
            yield State(connection)
        _write_checksum(copy)
        copy.replace(file)
        sync(index)
        _journal_of(file).unlink(missing_ok=True)
    except (sqlite3.Error, OSError) as error:
        raise IndexFolderError(file, getattr(error, "strerror", None) or str(error)) from error
    finally:
        with suppress(OSError):
            copy.unlink(missing_ok=True)


@contextmanager
def read_state(index: Path) -> Iterator[State]:
    """Open the state of an index for reading only; without a file it is empty.

    Raises:
        DamagedStateError: it is not what was written.
    """
    file = index / STATE_FILE
    source = f"{file.resolve().as_uri()}?mode=ro&immutable=1" if _verify(file) else ":memory:"
    try:
        with closing(sqlite3.connect(source, uri=True)) as connection:
            if source == ":memory:":
                connection.executescript(_SCHEMA)
            yield State(connection)
    except sqlite3.Error as error:
        raise DamagedStateError(file, str(error)) from error


def _verify(file: Path) -> bool:
    """Tell whether there is a state, which is then what was written.

    Raises:
        DamagedStateError: it is not.
    """
    try:
        head, checksum = _checksum(file)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise DamagedStateError(file, f"cannot be read: {error.strerror}") from None
    if not any(head[_ID] + head[_CHECKSUM]):
        _finish_change(file)
    elif head[_ID] != _APPLICATION.to_bytes(4, "big") or head[_CHECKSUM] != checksum:
        raise DamagedStateError(file, "has other bytes than were written")
    return True


def _finish_change(file: Path) -> None:
    """Bring a file that an earlier version changed in place to its end or its beginning, and look through it."""
    mode = "rw" if _journal_of(file).exists() else "ro"
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode={mode}", uri=True)) as own:
            problem = own.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        problem = str(error)
    if problem != "ok":
        raise DamagedStateError(file, problem)


def _journal_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-journal")


def _write_checksum(file: Path) -> None:
    _, checksum = _checksum(file)
    with file.open("r+b") as stream:
        stream.seek(_CHECKSUM.start)
        stream.write(checksum)
    sync(file)


def _checksum(file: Path) -> tuple[bytes, bytes]:
    """Return the head of a file, and the CRC-32 of all its bytes but those where that stands."""
    with file.open("rb") as stream:
        block = head = stream.read(_BLOCK)
        crc = zlib.crc32(block[: _CHECKSUM.start] + block[_CHECKSUM.stop :])
        while block := stream.read(_BLOCK):
            crc = zlib.crc32(block, crc)
    return head, crc.to_bytes(4, "big")
