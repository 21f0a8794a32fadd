"""One file with what no run can build anew, and the index where it is wanted: consistent while others go on writing.

A tar of regular files, packed by gzip. The first is `manifest.json`, which names every other one.
"""

from __future__ import annotations

import fcntl
import grp
import gzip
import hashlib
import io
import json
import os
import pwd
import shutil
import sqlite3
import tarfile
import tempfile
import time
import zlib
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote, unquote_to_bytes

from pydantic import TypeAdapter

from indexer.disk import NEW, taking_place_of
from indexer.errors import ArchiveError, BackupError, DamagedIndexError, IndexFormatError, NoIndexError
from indexer.inventory import INVENTORY, MISSES, SETTINGS, STATE, Place, find_places, find_roots
from indexer.store import generations
from indexer.store.manifest import MANIFEST, RootEntry
from indexer.store.state import STATE_FILE
from indexer.updating.planning import name_roots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.settings import Configuration, Settings
    from indexer.store.generations import Generation
    from indexer.updating.building import Progress

_ROWS = {row.name: row for row in INVENTORY}
FORMAT = 1
CONTENTS = "manifest.json"
INDEX = "index"
_PRIVATE = 0o600  # keys and access rules are in it
_LEVEL = 1  # 50 MB/s, and 0.59 of the size; 9 makes it 0.58 at 9 MB/s, because most of an index is packed already
_IN_MEMORY = 1 << 20
_BLOCK = 1 << 20
_ATTEMPTS = 20
_SECONDS_BETWEEN_ATTEMPTS = 0.05
_MOST_CONTENTS = 64 << 20


@dataclass(frozen=True, slots=True)
class Item:
    """A file in a backup: its name there, the row of the inventory, where it lay, what it is, and whose it was.

    Its `origin` is percent-encoded: it may hold any bytes. What lay beside a root of the archive has its `label`.
    """

    member: str
    row: str
    origin: str
    label: str
    size: int
    sha256: str
    mode: int
    owner: str
    group: str

    @property
    def path(self) -> Path:
        """Return where it lay."""
        return Path(os.fsdecode(unquote_to_bytes(self.origin)))


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds, and what it lacks though something names it, each with the reason.

    Where the index is in it, `generation` is its number, and `indexed` names those of the `roots` that it knows, by
    their labels. `mode`, `owner` and `group` are those of the folder of the index; no mode where there was none.
    """

    format: int
    version: str
    created: str
    roots: list[RootEntry]
    indexed: list[str]
    generation: int | None
    mode: int
    owner: str
    group: str
    lacking: list[tuple[str, str]]
    items: list[Item]


@dataclass
class BackupReport:
    """What a backup holds: each file with its row, and what it lacks, with the reason."""

    file: str
    created: str = ""
    bytes: int = 0
    generation: int | None = None
    files: list[tuple[str, str]] = field(default_factory=list)
    lacking: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0

    def to_record(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


Taken = list[tuple[Item, IO[bytes]]]


def write_backup(
    configuration: Configuration, file: Path, *, with_index: bool, force: bool, progress: Progress | None = None
) -> BackupReport:
    """Write a backup, whole or not at all; tell how many bytes of how many are in it.

    Raises:
        BackupError: it could not be written, or there is one of that name already.
    """
    started = time.monotonic()
    report = BackupReport(str(file), created=datetime.now(UTC).astimezone().isoformat(timespec="seconds"))
    index = configuration.settings.index
    with ExitStack() as held, _replacing(file, force=force) as stream:
        taken: Taken = []
        generation, sealed = _take_generation(index, held, lacking=report.lacking) if with_index else (None, [])
        for place in find_places(configuration):
            try:
                taken.append(_take(place, held, sealed=sealed))
            except (OSError, sqlite3.Error) as error:
                if (reason := _why_lacking(place, error)) is not None:
                    report.lacking.append((f"{place.file} ({place.row.name})", reason))
        report.files = [(item.row, str(item.path)) for item, _ in taken]
        if generation is not None:
            report.generation = generation.number
            taken += [(item, source) for item, source in sealed if item.row == INDEX]
        contents = _list_contents(taken, generation, settings=configuration.settings, report=report)
        _write(stream, contents, sources=[source for _, source in taken], progress=progress)
        report.bytes = stream.tell()
    report.seconds = round(time.monotonic() - started, 3)
    return report


def _why_lacking(place: Place, error: OSError | sqlite3.Error) -> str | None:
    """Return why a file is not in the backup; None where there is none, and need not be."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        if place.row.kind == "kept" or (place.root is not None and os.access(place.root.path, os.F_OK)):
            return None
        return "is missing" if place.root is None else f"the archive is not there: {place.root.path}"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


# --- taking


def _take(place: Place, held: ExitStack, *, sealed: Taken) -> tuple[Item, IO[bytes]]:
    """Return a file as it is now, which nobody changes any more."""
    for item, source in sealed:
        if item.row == place.row.name == STATE:
            return item, source
    if place.row.name == MISSES:
        return _enter(place, io.BytesIO(_copy_database(place.file)), status=place.file.stat())
    copy = held.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - `held` closes it
    with place.file.open("rb") as stream:
        shutil.copyfileobj(stream, copy, _BLOCK)
        return _enter(place, copy, status=os.fstat(stream.fileno()))


def _copy_database(file: Path) -> bytes:
    """Return a database that others may be writing, as it is between two of their changes."""
    file.stat()  # SQLite would make it
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(":memory:")) as copy:
        source.backup(copy)
        return copy.serialize()


def _take_generation(
    index: Path, held: ExitStack, *, lacking: list[tuple[str, str]]
) -> tuple[Generation | None, Taken]:
    """Return the live generation with its files and the state that goes with it, held open.

    A file that is open can be read to its end, whatever a run that ends meanwhile removes.
    """
    for attempt in range(_ATTEMPTS):
        try:
            live = generations.read_current(index)
            if live is None:
                raise NoIndexError(index)
            with ExitStack() as opened:
                names = [MANIFEST, *live.manifest.checksums]
                files = {name: opened.enter_context((live.folder / name).open("rb")) for name in names}
                state = opened.enter_context((index / STATE_FILE).open("rb")) if (index / STATE_FILE).exists() else None
                if generations.read_current(index) == live:
                    held.push(opened.pop_all())
                    break
        except (ArchiveError, OSError) as error:
            if attempt == _ATTEMPTS - 1 or isinstance(error, NoIndexError | IndexFormatError):
                lacking.append((f"{index} (index)", str(error)))
                return None, []
        time.sleep(_SECONDS_BETWEEN_ATTEMPTS)
    else:
        raise BackupError(f"{index} changed again and again; run again when `indexer` is done")
    taken = [_enter(Place(_ROWS[STATE], index / STATE_FILE), state, status=os.fstat(state.fileno()))] if state else []
    for name, source in files.items():
        item, _ = _enter(Place(_ROWS[INDEX], live.folder / name), source, status=os.fstat(source.fileno()))
        expected = live.manifest.checksums.get(name)
        if expected and (item.size, item.sha256) != (expected.size, expected.sha256):
            damage = DamagedIndexError(live.folder, [f"{name} has other bytes than were written"])
            lacking.append((f"{index} (index)", str(damage)))
            return None, []
        taken.append((item, source))
    return live, taken


def _enter(place: Place, source: IO[bytes], *, status: os.stat_result) -> tuple[Item, IO[bytes]]:
    """Return what the manifest says of a file, and its bytes from the beginning."""
    source.seek(0)
    digest = hashlib.sha256()
    while block := source.read(_BLOCK):
        digest.update(block)
    size = source.tell()
    source.seek(0)
    above = f"{place.root.label}/" if place.root else ""
    name = quote(os.fsencode(place.file.name)) if place.row.name != INDEX else place.file.name
    item = Item(
        member=f"{place.row.name}/{above}{name}",
        row=place.row.name,
        origin=quote(os.fsencode(place.file.resolve())),
        label=place.root.label if place.root else "",
        size=size,
        sha256=digest.hexdigest(),
        mode=status.st_mode & 0o777,
        owner=_user(status.st_uid),
        group=_group(status.st_gid),
    )
    return item, source


def _user(number: int) -> str:
    with suppress(KeyError):
        return pwd.getpwuid(number).pw_name
    return ""


def _group(number: int) -> str:
    with suppress(KeyError):
        return grp.getgrgid(number).gr_name
    return ""


# --- writing


@contextmanager
def _replacing(file: Path, *, force: bool) -> Iterator[BinaryIO]:
    """Yield what takes the place of a file once it is whole and on disk; nobody but its owner may read it.

    Raises:
        BackupError: there is such a file already, somebody else is writing it, or it cannot be written.
    """
    if file.is_dir() or (os.path.lexists(file) and not force):
        raise BackupError(f"{file} is there already; name another file, or replace it with --force")
    temporary = file.with_name(f"{file.name}{NEW}")
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(temporary, flags, _PRIVATE), "r+b") as stream:
            if not _lock(stream, temporary):
                raise BackupError(f"{file} is being written by another process")
            with taking_place_of(file, stream):
                stream.truncate()  # what was left by a run that was killed
                os.fchmod(stream.fileno(), _PRIVATE)
                yield stream
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror or error}") from None


def _lock(stream: BinaryIO, path: Path) -> bool:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


def _list_contents(
    taken: Taken, generation: Generation | None, *, settings: Settings, report: BackupReport
) -> Contents:
    roots = name_roots(settings, generation) if generation else find_roots(settings)
    folder = settings.index.stat() if settings.index.is_dir() else None
    return Contents(
        format=FORMAT,
        version=metadata.version("archive-search"),
        created=report.created,
        roots=[RootEntry.of(root) for root in roots],
        indexed=[root.label for root in generation.manifest.roots] if generation else [],
        generation=report.generation,
        mode=folder.st_mode & 0o7777 if folder else 0,
        owner=_user(folder.st_uid) if folder else "",
        group=_group(folder.st_gid) if folder else "",
        lacking=report.lacking,
        items=[item for item, _ in taken],
    )


def _write(stream: BinaryIO, contents: Contents, *, sources: list[IO[bytes]], progress: Progress | None = None) -> None:
    done, total = 0, sum(item.size for item in contents.items)
    text = json.dumps(asdict(contents), ensure_ascii=False, indent=1).encode("utf-8", "replace")
    with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=_LEVEL, format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(_describe(CONTENTS, len(text), mode=_PRIVATE), io.BytesIO(text))
        for item, source in zip(contents.items, sources, strict=True):
            described = _describe(item.member, item.size, mode=item.mode)
            described.uname, described.gname = item.owner, item.group
            tar.addfile(described, source)
            done += item.size
            if progress:
                progress(done, total)


def _describe(name: str, size: int, *, mode: int) -> tarfile.TarInfo:
    described = tarfile.TarInfo(name)
    described.size, described.mode, described.mtime = size, mode, int(time.time())
    return described


# --- reading


class _Told(io.FileIO):
    """A file that tells how much of it has been read, in several passes."""

    def __init__(self, file: Path, progress: Progress, *, passes: int) -> None:
        super().__init__(os.fspath(file))
        self._progress, self._done, self._total = progress, 0, passes * file.stat().st_size

    def readinto(self, buffer: Any, /) -> int | None:
        """Read."""
        number = super().readinto(buffer)
        self._done += number or 0
        self._progress(self._done, self._total)
        return number


@contextmanager
def open_file(file: Path, *, progress: Progress | None = None, passes: int = 1) -> Iterator[BinaryIO]:
    """Open the file of a backup; whoever replaces it meanwhile changes nothing of what is read.

    Raises:
        BackupError: it cannot be read.
    """
    try:
        stream = io.BufferedReader(_Told(file, progress, passes=passes)) if progress else file.open("rb")
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror or error}") from None
    with stream:
        yield stream


def check_backup(file: BinaryIO) -> tuple[Contents, bytes | None]:
    """Read a backup to its end; return what it holds, and the bytes of its settings file.

    Raises:
        BackupError: it cannot be read, was made by a later version, or holds anything but what it says.
    """
    settings = None
    try:
        with open_backup(file) as (contents, items):
            for item, source in items:
                digest = hashlib.sha256()
                while block := source.read(_BLOCK):
                    digest.update(block)
                    if item.row == SETTINGS:
                        settings = (settings or b"") + block
                if digest.hexdigest() != item.sha256:
                    raise BackupError(f"{file.name} is damaged: {item.member} has other bytes than were written")
    except OSError as error:
        raise BackupError(f"{file.name} cannot be read: {error.strerror or error}") from None
    return contents, settings


@contextmanager
def open_backup(file: BinaryIO) -> Iterator[tuple[Contents, Iterator[tuple[Item, IO[bytes]]]]]:
    """Yield what a backup holds, and its files with their bytes, in order.

    Raises:
        BackupError: as `check_backup`, but that nobody looks at the bytes.
        OSError: it cannot be read.
    """
    try:
        file.seek(0)
        with gzip.open(file) as packed, tarfile.open(fileobj=packed, mode="r:") as tar:
            first = tar.next()
            if first is None or first.name != CONTENTS or not first.isreg() or first.size > _MOST_CONTENTS:
                raise BackupError(f"{file.name} is no backup of an archive")
            contents = _parse_contents(_open_member(tar, first).read(), file.name)
            yield contents, _iter_items(tar, contents, file=file.name, packed=packed)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BackupError(f"{file.name} is damaged, or no backup: {error}") from None


def _parse_contents(text: bytes, file: str) -> Contents:
    try:
        if (made := json.loads(text)["format"]) != FORMAT:
            raise BackupError(f"{file} is a backup of format {made}, which this version cannot read")
        return TypeAdapter(Contents).validate_json(text)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{file} is no backup of an archive: {str(error).partition(chr(10))[0]}") from None


def _iter_items(
    tar: tarfile.TarFile, contents: Contents, *, file: str, packed: gzip.GzipFile
) -> Iterator[tuple[Item, IO[bytes]]]:
    """Yield the files that a backup says it holds; refuse all else: links, devices, names that lead elsewhere."""
    expected = {item.member: item for item in contents.items}
    while (member := tar.next()) is not None:
        item = expected.pop(member.name, None)
        if item is not None and item.row not in _ROWS:
            raise BackupError(f"{file} holds {item.row}, which version {contents.version} knows and this one does not")
        if item is None or not member.isreg() or not _leads_home(item):
            raise BackupError(f"{file} holds {member.name!r}, which is none of the files that it says it holds")
        yield item, _open_member(tar, member)
    if expected:
        raise BackupError(f"{file} is damaged: it lacks {', '.join(expected)}")
    while packed.read(_BLOCK):  # the checksum of it all stands at its end
        pass


def _leads_home(item: Item) -> bool:
    """Tell whether the name of a file is one below its row, and leads nowhere else."""
    first, *others = item.member.split("/")
    return first == item.row and bool(others) and not {"", ".", ".."} & {*others}


def _open_member(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    source = tar.extractfile(member)
    assert source is not None  # it is a regular file
    return source
