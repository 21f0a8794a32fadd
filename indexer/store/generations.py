"""Generations of an index: built beside the live one, sealed with checksums, switched to atomically, kept for rollback.

On disk: `CURRENT` names the live generation; `gen-000007/` is an index of the engine plus `manifest.json`; `LOCK` says
who writes. A generation without a manifest is an unfinished one, and the next writer removes it.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import re
import shutil
import socket
import stat
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from indexer.analysis.analyzer import fingerprint
from indexer.analysis.words import NO_DICTIONARY
from indexer.completions import COMPLETIONS_FILE
from indexer.disk import NEW, copy_file, is_exposed, sync, write_synced
from indexer.engine.whoosh import WhooshEngine
from indexer.errors import (
    DamagedIndexError,
    IndexFolderError,
    IndexFormatError,
    IndexLockedError,
    NoGenerationError,
    NoIndexError,
)
from indexer.parsing import PARSER_VERSION
from indexer.store.manifest import FORMAT, MANIFEST, Checksum, Manifest, RootEntry, read_manifest, write_manifest
from indexer.store.state import STATE_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator
    from pathlib import Path

    from indexer.engine import Engine, Reader
    from indexer.reading import Root

_log = logging.getLogger(__name__)

CURRENT = "CURRENT"
LOCK = "LOCK"
# Stands in CURRENT from the first run's beginning to its end: a CURRENT that is missing has been lost.
_NONE_YET = "none"
# The commands whose end is news: what they leave in the lock stands until one of them ends well.
_RUNS = ("indexer index", "indexer reindex")
# Who only looks whether there is a writer shares the lock for a moment, longer on a busy machine: a run waits for that.
_LOCK_ATTEMPTS, _LOCK_PAUSE = 100, 0.05
_LONGEST_LOCK = 2000  # bytes
_FOLDER = re.compile(r"gen-(\d{6,})")
# What may differ from us in an index that we read and update: nothing of it decides what is found, only how it ranks.
DICTIONARY = "dictionary"
_AND = " and "
_STALE_BUT_READABLE = ("parser", DICTIONARY)
_OPEN_ATTEMPTS = 20
# A copy of the index, and the update on top of it, which may write all of it once more.
_ROOM_FOR_COPY = 2
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Generation:
    """A sealed generation on disk."""

    number: int
    folder: Path
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """A generation that is open for reading; `degraded` says why it is not the one that CURRENT names."""

    generation: Generation
    reader: Reader
    degraded: str | None = None


@dataclass(frozen=True, slots=True)
class Writing:
    """What the lock of an index tells: its `holder`, or else the `failure` that the last run ended with; or nothing."""

    holder: str = ""
    failure: str = ""


def engine() -> Engine:
    """Return the engine that indexes are made with."""
    return WhooshEngine()


def builder_fingerprint() -> dict[str, str]:
    """Name everything that decides what an index of an archive holds."""
    return {**fingerprint(), "parser": str(PARSER_VERSION)}


# --- reading


def read_current(index: Path) -> Generation | None:
    """Return the live generation, or None where there is no index."""
    name = _read_name(index)
    if name is None:
        if list_generations(index):
            raise DamagedIndexError(index, [f"{CURRENT} is missing"])
        return None
    if name == _NONE_YET:
        return None
    if not _FOLDER.fullmatch(name):
        raise DamagedIndexError(index, [f"{CURRENT} names no generation"])
    return _read_generation(index / name)


def _read_name(index: Path) -> str | None:
    """Return what CURRENT says; None where it is not there."""
    try:
        return (index / CURRENT).read_text(encoding="ascii").removesuffix("\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise DamagedIndexError(index, [f"{CURRENT} cannot be read ({error})"]) from None


def read_latest(index: Path) -> Generation | None:
    """Return the live generation, whole or not; where that cannot be told, the newest; None where there is none."""
    try:
        return read_current(index)
    except (DamagedIndexError, IndexFormatError):
        known = list_generations(index)
        return known[-1] if known else None


def list_generations(index: Path) -> list[Generation]:
    """Return all sealed generations whose manifest can be read, oldest first."""
    found = []
    for folder in sorted(index.glob("gen-*")):
        try:
            found.append(_read_generation(folder))
        except (DamagedIndexError, IndexFormatError):
            continue
    return sorted(found, key=lambda generation: generation.number)


def _read_generation(folder: Path) -> Generation:
    match = _FOLDER.fullmatch(folder.name)
    manifest = read_manifest(folder)
    assert match is not None
    return Generation(int(match[1]), folder, manifest)


def open_index(index: Path, *, thorough: bool = True, held: OpenIndex | None = None) -> OpenIndex:
    """Open the live generation for reading. Never deletes.

    Where it is damaged, or another version built it, what is `held` open is gone on with, or the last good generation
    is opened; it then says why it is `degraded`.

    Unless it is to be `thorough`, files that the engine checks while it reads them are not read now: whoever meets a
    DamagedIndexError then opens again, thoroughly.

    Raises:
        NoIndexError: there is none.
        IndexFormatError: another version built the live one, and none that we can read is whole.
        DamagedIndexError: no generation is whole.
    """
    for attempt in range(_OPEN_ATTEMPTS):
        generation = None
        try:
            generation = read_current(index)
            if generation is None:
                raise NoIndexError(index)
            return OpenIndex(generation, _open_verified(generation, thorough=thorough))
        except (DamagedIndexError, IndexFormatError, FileNotFoundError) as error:
            # A writer may have switched and pruned while we looked; then CURRENT has moved and the next look is good.
            if _has_moved(index, generation) and attempt < _OPEN_ATTEMPTS - 1:
                continue
            if held is not None and (generation is None or generation.number != held.generation.number):
                _log.error("%s. Going on with %s", error, held.generation.folder.name)
                return replace(held, degraded=str(error))
            return _open_last_good(index, generation, error=error)
    raise NoIndexError(index)


def _has_moved(index: Path, generation: Generation | None) -> bool:
    try:
        current = read_current(index)
    except (DamagedIndexError, IndexFormatError):
        return False
    return current is not None and (generation is None or current.number != generation.number)


def _open_verified(generation: Generation, *, thorough: bool = True) -> Reader:
    refuse_other_versions(generation)
    problems = find_damage(generation, but_for=engine().checks)
    if problems:
        raise DamagedIndexError(generation.folder, problems)
    reader = engine().open_reader(generation.folder)
    if thorough:
        reader.check()
    return reader


def _open_last_good(index: Path, live: Generation | None, *, error: Exception) -> OpenIndex:
    """Open the generation that was live before, or the newest one that is whole and that we can read."""
    known = [own for own in reversed(list_generations(index)) if live is None or own.number != live.number]
    before = live.manifest.previous if live else None
    for generation in sorted(known, key=lambda own: own.number != before):
        try:
            reader = _open_verified(generation)
        except (DamagedIndexError, IndexFormatError, FileNotFoundError):
            continue
        _log.error("%s. Serving %s instead", error, generation.folder.name)
        return OpenIndex(generation, reader, degraded=str(error))
    if isinstance(error, DamagedIndexError | IndexFormatError):
        raise error
    raise DamagedIndexError(index, [str(error)]) from error


def changed_since(generation: Generation) -> dict[str, str]:
    """Return what differs between the builder of a generation and us: name -> words for people."""
    built, ours = {DICTIONARY: NO_DICTIONARY} | generation.manifest.fingerprint, builder_fingerprint()
    changes = {
        name: f"the {name} ({built.get(name, 'none')} to {ours.get(name, 'none')})"
        for name in sorted({*built, *ours})
        if built.get(name) != ours.get(name)
    }
    if generation.manifest.engine != engine().name:
        changes["engine"] = f"the engine ({generation.manifest.engine} to {engine().name})"
    return changes


def refuse_other_versions(generation: Generation) -> None:
    """Refuse a generation that we cannot read; what another parser made, or another dictionary cut, can be read.

    Raises:
        IndexFormatError: says what another version built.
    """
    changes = changed_since(generation)
    for stale in _STALE_BUT_READABLE:
        changes.pop(stale, None)
    if changes:
        raise IndexFormatError(generation.folder, list(changes.values()))


def find_damage(generation: Generation, *, but_for: Callable[[str], bool] | None = None) -> list[str]:
    """Compare every file of a generation with its checksum; return a few words for each that differs.

    Of files `but_for` which somebody else answers, only the size is compared.
    """
    problems = []
    for name, expected in generation.manifest.checksums.items():
        file = generation.folder / name
        try:
            trusted = but_for is not None and but_for(name)
            size, digest = (file.stat().st_size, expected.sha256) if trusted else _checksum(file)
        except FileNotFoundError:
            problems.append(f"{name} is missing")
            continue
        except OSError as error:
            problems.append(f"{name} cannot be read ({error.strerror})")
            continue
        if size != expected.size:
            problems.append(f"{name} has {size} bytes instead of {expected.size}")
        elif digest != expected.sha256:
            problems.append(f"{name} has other bytes than were written")
    return problems


def refuse_damage(generation: Generation) -> None:
    """Compare every file of a generation with its checksum.

    Raises:
        DamagedIndexError: one differs.
    """
    problems = find_damage(generation)
    if problems:
        raise DamagedIndexError(generation.folder, problems)


def find_damaged(index: Path, known: Container[int]) -> dict[Path, list[str]]:
    """Return the generations beside the live one that are damaged, and what is wrong with each.

    One without a manifest is unfinished (perhaps somebody writes it), unless it is `known` to have been finished.

    Raises:
        DamagedIndexError: nobody can tell which is the live one.
    """
    live = _read_name(index)
    damaged = {}
    for folder in sorted(index.glob("gen-*")):
        match = _FOLDER.fullmatch(folder.name)
        if folder.name == live or not match or not ((folder / MANIFEST).exists() or int(match[1]) in known):
            continue
        try:
            problems = find_damage(_read_generation(folder))
        except DamagedIndexError as error:
            problems = error.problems
        except IndexFormatError:  # another version made it; it cannot be told
            continue
        if problems:
            damaged[folder] = problems
    return damaged


def find_exposed(index: Path) -> list[Path]:
    """Return the folders and files of an index that others than its owner may write.

    Who cuts a file that is mapped ends the process that reads it (SIGBUS), and no check can come before that.
    """
    live = read_current(index)
    files = [live.folder, *(live.folder / name for name in live.manifest.checksums)] if live else []
    return [path for path in (index, *files) if path.exists() and is_exposed(path)]


# --- writing


@contextmanager
def lock_for_writing(index: Path, command: str) -> Iterator[None]:
    """Hold the index against other writers; the kernel lets go of it when we die, however we die.

    Raises:
        IndexLockedError: somebody else holds it; says who and since when.
        IndexFolderError: the folder cannot be made or written.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(index / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise IndexFolderError(index, error.strerror or str(error)) from None
    try:
        _take_lock(descriptor, index)
        _remove_unfinished(index)  # first: on a full disk it makes room
        before = "" if command in _RUNS else _read_lock(descriptor)
        holder = f"`{command}`, process {os.getpid()} on {socket.gethostname()}, since {_now()}"
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, holder.encode(), 0)
        except OSError as error:
            raise IndexFolderError(index, error.strerror or str(error)) from None
        try:
            yield
        except BaseException as error:
            _leave(descriptor, f"{holder}\n{_describe_end(error)}" if command in _RUNS else before)
            raise
        _leave(descriptor, before)
    finally:
        os.close(descriptor)


def _take_lock(descriptor: int, index: Path) -> None:
    for _ in range(_LOCK_ATTEMPTS):
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # those who look share it, a writer does not
        except BlockingIOError:
            break
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        time.sleep(_LOCK_PAUSE)
    raise IndexLockedError(index, _read_lock(descriptor).partition("\n")[0] or "another process")


def _leave(descriptor: int, text: str) -> None:
    """Leave a text in the lock; whoever reads it next finds the lock free, whatever it says."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(errors="replace")[:_LONGEST_LOCK], 0)


def _describe_end(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return f"was interrupted on {_now()}"
    return f"failed on {_now()}: {error or type(error).__name__}"


def _read_lock(descriptor: int) -> str:
    return os.pread(descriptor, _LONGEST_LOCK, 0).decode(errors="replace")


def read_writing(index: Path) -> Writing:
    """Return who writes an index now, and how the last run ended where it did not end well."""
    try:
        descriptor = os.open(index / LOCK, os.O_RDONLY)
    except OSError:
        return Writing()
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        holder, _, end = _read_lock(descriptor).strip("\0").partition("\n")
        return Writing(failure=f"{holder}, {end or 'was killed'}" if holder else "")
    except BlockingIOError:
        return Writing(holder=_read_lock(descriptor).partition("\n")[0] or "another process")
    except OSError:
        return Writing()
    finally:
        os.close(descriptor)


def _remove_unfinished(index: Path) -> None:
    try:
        live = _read_name(index)
    except DamagedIndexError:
        live = None
    for folder in index.glob("gen-*"):
        if folder.name != live and not (folder / MANIFEST).exists():
            shutil.rmtree(folder, ignore_errors=True)
    for name in (CURRENT, STATE_FILE, COMPLETIONS_FILE):
        with suppress(OSError):
            (index / f"{name}{NEW}").unlink()


def start_generation(index: Path, base: Generation | None, *, copied: bool = False) -> tuple[int, Path]:
    """Make the folder of the next generation: empty, or with the files of its base, linked or copied."""
    number, folder = make_folder(index)
    if base is None:
        engine().create(folder)
    else:
        for name in base.manifest.checksums:
            take = copy_file if copied else os.link
            take(base.folder / name, folder / name)
    return number, folder


def make_folder(index: Path) -> tuple[int, Path]:
    """Make the folder of the next generation, without any file."""
    numbers = [int(match[1]) for folder in index.glob("gen-*") if (match := _FOLDER.fullmatch(folder.name))]
    if not numbers and not (index / CURRENT).exists():
        write_synced(index / CURRENT, f"{_NONE_YET}\n")
    number = max(numbers, default=0) + 1
    folder = index / f"gen-{number:06}"
    folder.mkdir()
    return number, folder


# --- a generation that shares no file with the live one, so that no bad file takes all of them


def needs_spare(index: Path, live: Generation, *, days: int) -> bool:
    """Tell whether no generation of the last days is a spare: shares no file with the live one."""
    since = datetime.now(UTC) - timedelta(days=days)
    others = [other for other in list_generations(index) if datetime.fromisoformat(other.manifest.created) >= since]
    return not any(is_apart(other, live) for other in others)


def lacks_room(index: Path, live: Generation) -> str:
    """Say why the live generation cannot be copied and then updated on this disk; "" where it can."""
    size = sum(checksum.size for checksum in live.manifest.checksums.values())
    free = shutil.disk_usage(index).free
    if free > _ROOM_FOR_COPY * size:
        return ""
    return f"it needs {_ROOM_FOR_COPY * size >> 20} MB, {free >> 20} MB are free"


def measure_disk(index: Path, live: Generation) -> dict[str, int]:
    """Return how many bytes are free where an index lies, and how many a rebuild of it may need for a while."""
    size = sum(checksum.size for checksum in live.manifest.checksums.values())
    return {"free": shutil.disk_usage(index).free, "needed": _ROOM_FOR_COPY * size}


def is_apart(one: Generation, other: Generation) -> bool:
    """Tell whether two generations share no file: damage of a file of the one leaves the other whole."""
    return not _inodes(one) & _inodes(other)


def _inodes(generation: Generation) -> set[tuple[int, int]]:
    found = set()
    for name in generation.manifest.checksums:
        with suppress(OSError):
            status = (generation.folder / name).stat()
            found.add((status.st_dev, status.st_ino))
    return found


def _fingerprint_on(base: Generation | None) -> dict[str, str]:
    """Return what built a generation; the words of what it took over were cut with the dictionary of then."""
    ours = builder_fingerprint()
    if base is None:
        return ours
    then = base.manifest.fingerprint.get(DICTIONARY, NO_DICTIONARY).split(_AND)
    # What was cut with several is stale for each of them.
    return ours | {DICTIONARY: _AND.join(dict.fromkeys([*then, ours[DICTIONARY]]))}


def seal_generation(
    number: int,
    folder: Path,
    *,
    base: Generation | None,
    previous: Generation | None,
    documents: int,
    files: int,
    roots: list[Root],
    parsed_by: str = "",
) -> Generation:
    """Sync every file of a finished generation, write its manifest, sync that: from here on it is one."""
    for leftover in folder.glob("*_WRITELOCK"):
        leftover.unlink()
    known = base.manifest.checksums if base else {}
    checksums = {
        file.name: _checksum_entry(file, base.folder / file.name if base else None, known=known.get(file.name))
        for file in sorted(folder.iterdir())
    }
    manifest = Manifest(
        format=FORMAT,
        engine=engine().name,
        fingerprint=_fingerprint_on(base),
        created=_now(),
        documents=documents,
        files=files,
        roots=[RootEntry.of(root) for root in roots],
        previous=previous.number if previous else None,
        checksums=checksums,
        parsed_by=parsed_by,
    )
    write_manifest(folder, manifest)
    sync(folder.parent)
    return Generation(number, folder, manifest)


def link_generation(index: Path, base: Generation, *, roots: list[Root]) -> Generation:
    """Make a generation that differs from its base in nothing but where the archive lies."""
    number, folder = start_generation(index, base)
    manifest = replace(base.manifest, roots=[RootEntry.of(root) for root in roots], previous=base.number)
    write_manifest(folder, manifest)
    sync(index)
    return Generation(number, folder, manifest)


def take_generation(unpacked: Generation, *, previous: Generation | None, roots: list[Root]) -> Generation:
    """Seal a generation that was made elsewhere, whose files lie in its folder; its roots may lie elsewhere now.

    Raises:
        IndexFormatError: we cannot read it.
        DamagedIndexError: it is not what its manifest says.
    """
    refuse_other_versions(unpacked)
    refuse_damage(unpacked)
    for name in unpacked.manifest.checksums:
        sync(unpacked.folder / name)
    engine().open_reader(unpacked.folder).check()
    entries = [RootEntry.of(root) for root in roots]
    manifest = replace(unpacked.manifest, roots=entries, previous=previous.number if previous else None)
    write_manifest(unpacked.folder, manifest)
    sync(unpacked.folder.parent)
    return replace(unpacked, manifest=manifest)


def make_current(index: Path, generation: Generation) -> None:
    """Serve a generation from now on."""
    write_synced(index / CURRENT, f"{generation.folder.name}\n")


def remove_unless_current(index: Path, generation: Generation) -> None:
    """Remove a generation that could not be made current; it may be all the same, if only the last sync failed."""
    with suppress(DamagedIndexError):
        if _read_name(index) != generation.folder.name:
            remove_generation(generation.folder)


def remove_generations(index: Path, kept: list[int]) -> None:
    """Remove the generations that are not kept; readers that have them open go on reading."""
    for folder in index.glob("gen-*"):
        match = _FOLDER.fullmatch(folder.name)
        if match and int(match[1]) not in kept:
            remove_generation(folder)


def remove_generation(folder: Path) -> None:
    """Remove a generation."""
    with suppress(OSError):
        # Without its manifest it is no generation any more, whatever happens next.
        (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def choose_kept(index: Path, live: Generation, *, keep: int) -> list[int]:
    """Choose the generations to keep: the live one, the one that was live before it, then the newest.

    Where more than one is kept, and none of them is a spare, the newest spare is kept as well.
    """
    known = {generation.number: generation for generation in list_generations(index)}
    preferred = [
        live.number,
        *([live.manifest.previous] if live.manifest.previous in known else []),
        *reversed(known),
    ]
    numbers = [number for number in dict.fromkeys(preferred) if number is not None]
    spare = next((number for number in numbers[1:] if is_apart(known[number], live)), None) if keep > 1 else None
    return [number for number in numbers if number in numbers[:keep] or number == spare]


def choose_previous(index: Path, live: Generation) -> Generation:
    """Choose the generation to roll back to.

    Raises:
        NoGenerationError: there is no earlier one.
    """
    earlier = [generation for generation in list_generations(index) if generation.number < live.number]
    before = [generation for generation in earlier if generation.number == live.manifest.previous]
    if not earlier:
        raise NoGenerationError(index)
    return (before or earlier)[-1]


def _checksum_entry(file: Path, linked: Path | None, *, known: Checksum | None) -> Checksum:
    if linked is not None and known is not None and linked.exists() and file.samefile(linked):
        return known
    sync(file)
    return Checksum(*_checksum(file))


def _checksum(file: Path) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    with file.open("rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise FileNotFoundError(file)
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def _now() -> str:
    return datetime.now(UTC).astimezone().isoformat(timespec="seconds")
