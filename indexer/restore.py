"""A backup to where it belongs on this machine: everything is checked before anything is written."""

from __future__ import annotations

import grp
import hashlib
import io
import json
import os
import pwd
import shlex
import shutil
import time
import tomllib
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO

from indexer.backup import INDEX, Item, check_backup, open_backup, open_file
from indexer.completions import COMPLETIONS_FILE
from indexer.disk import NEW, taking_place_of
from indexer.errors import (
    ArchiveError,
    BackupError,
    DamagedIndexError,
    DamagedStateError,
    IndexFolderError,
    IndexFormatError,
    SettingsError,
)
from indexer.inventory import INVENTORY, MISSES, SETTINGS, STATE, find_named_below, locate
from indexer.overrides import OVERRIDES_FILE
from indexer.plain import DEFAULT_FILE
from indexer.reading import Root
from indexer.reading.files import readable_name
from indexer.settings import read_settings
from indexer.store import generations
from indexer.store.generations import CURRENT, LOCK, Generation
from indexer.store.manifest import MANIFEST, read_manifest
from indexer.store.state import STATE_FILE, LeftOut, SeenFile, read_state
from indexer.updating.building import switch_to
from indexer.updating.planning import Report, is_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer.settings import Configuration
    from indexer.updating.building import Progress

_BLOCK = 1 << 20
_PRIVATE = 0o700
_JOURNAL = "-journal"  # of SQLite; one that is not its own would spoil a database


@dataclass
class RestoreReport:
    """What a restore did, or would do: what it put where, what is there as it was, and what stays out, and why."""

    file: str
    created: str
    dry_run: bool
    restored: list[tuple[str, str]] = field(default_factory=list)
    replaced: list[tuple[str, str]] = field(default_factory=list)
    same: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    generation: int | None = None
    seconds: float = 0.0

    def to_record(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Step:
    """A file of a backup and where it goes; `differs` from what is there."""

    item: Item
    target: Path
    is_there: bool
    differs: bool


def restore_backup(
    file: Path,
    config: Path | None,
    *,
    options: dict[str, Any],
    moved: Mapping[Path, Path],
    force: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> RestoreReport:
    """Put the files of a backup where its settings name them, and its index beside the one that is there.

    `moved` says of folders of the archive where they lie on this machine.

    Raises:
        BackupError: it is not whole, or would replace what differs; nothing was changed.
        SettingsError: the settings in it, or those of this machine, hold mistakes; nothing was changed.
    """
    with open_file(file, progress=progress, passes=1 if dry_run else 2) as stream:
        return _Restore(stream, config, options=options, moved=moved, dry_run=dry_run).run(force=force)


class _Restore:
    def __init__(
        self, file: BinaryIO, config: Path | None, *, options: dict[str, Any], moved: Mapping[Path, Path], dry_run: bool
    ) -> None:
        for new in moved.values():
            if not new.is_dir():
                raise BackupError(f"{new} is no folder")
        self._started = time.monotonic()
        self._file = file
        self._moved = {Path(os.path.normpath(old.absolute())): new.resolve() for old, new in moved.items()}
        self._contents, settings = check_backup(file)
        self.report = RestoreReport(file.name, self._contents.created, dry_run)
        self._changed: dict[str, bytes] = {}
        self._configuration = self._settle(settings, config, options=options)
        self._origins = {entry.label: entry.root.path for entry in self._contents.roots}
        self._roots = [Root(_follow(path, self._moved), label) for label, path in self._origins.items()]

    @property
    def _indexed(self) -> list[Root]:
        return [root for root in self._roots if root.label in self._contents.indexed]

    @property
    def _index(self) -> Path:
        return self._configuration.settings.index

    # --- what goes where

    def _settle(self, settings: bytes | None, config: Path | None, *, options: dict[str, Any]) -> Configuration:
        """Return the settings that will hold: those of the backup, where it has some, read from where they will lie."""
        if settings is None:
            return read_settings(config if config and config.exists() else None, options)
        item = next(item for item in self._contents.items if item.row == SETTINGS)
        try:
            text = settings.decode()
            moved = _move_archive(text, item.path.parent, moved=self._moved)
        except ValueError as error:
            raise SettingsError([f"the settings in {self._file.name} cannot be read: {error}"]) from None
        if moved != text:
            self._changed[item.member] = moved.encode()
            self.report.notes.append("the setting `archive` names the folders of this machine now")
        config = config or DEFAULT_FILE
        configuration = read_settings(config, options, text=moved)
        self._moved = {**_find_relative(text, item.path.parent, now=config.resolve().parent), **self._moved}
        return configuration

    def run(self, *, force: bool) -> RestoreReport:
        """Do it, unless that would replace what differs."""
        steps = self._plan()
        if (in_the_way := self._find_in_the_way(steps)) and not force:
            raise BackupError(
                "\n".join(f"{what} is there and differs" for what in in_the_way)
                + f"\n{self._file.name} was not restored: to replace what differs, run again with --force"
            )
        with_index = self._contents.generation is not None and not self._holds_same_index()
        if not self.report.dry_run:
            self._make_index_folder()
        self._put_files(steps)
        if with_index:
            self._put_index()
        elif self._contents.generation is not None:
            self.report.same.append((INDEX, str(self._index)))
        self._name_strangers(steps)
        self._advise()
        self.report.seconds = round(time.monotonic() - self._started, 3)
        return self.report

    def _plan(self) -> list[_Step]:
        steps = []
        for item in self._contents.items:
            if item.row == INDEX or (item.row == STATE and not self._wants_state()):
                continue
            target, reason = self._find_target(item)
            if target is None:
                self.report.failed.append((f"{item.path} ({item.row})", reason))
                continue
            there = _digest(target)
            step = _Step(item, target, is_there=there is not None, differs=there not in {None, self._expected(item)})
            steps.append(step)
        return steps

    def _wants_state(self) -> bool:
        """Tell whether the state goes in alone: it tells of one index, and goes with that, or where there is none."""
        if self._contents.generation is not None:
            return False
        if generations.list_generations(self._index):
            self.report.notes.append("the state was left out: it does not belong to the index that is here")
            return False
        return True

    def _expected(self, item: Item) -> str:
        changed = self._changed.get(item.member)
        return item.sha256 if changed is None else hashlib.sha256(changed).hexdigest()

    def _find_target(self, item: Item) -> tuple[Path | None, str]:
        if item.row != OVERRIDES_FILE:
            row = next(row for row in INVENTORY if row.name == item.row)
            return locate(row, self._configuration), f"no setting `{item.row}` says where it goes"
        origin = self._origins.get(item.label, item.path.parent)
        root = _follow(origin, self._moved)
        if not root.is_dir():
            return None, f"{root} is not there; --root {origin}=NEW says where this machine has it"
        return root / OVERRIDES_FILE, ""

    def _find_in_the_way(self, steps: list[_Step]) -> list[str]:
        found = [f"{step.target} ({step.item.row})" for step in steps if step.differs]
        is_other = generations.list_generations(self._index) and not self._holds_same_index()
        if self._contents.generation is not None and is_other:
            found.append(f"{self._index} (index)")
        return found

    def _holds_same_index(self) -> bool:
        """Tell whether the live generation is the one of the backup, and knows the same folders."""
        with suppress(DamagedIndexError, IndexFormatError):
            live = generations.read_current(self._index)
            if live is not None:
                ours = {name: own.sha256 for name, own in live.manifest.checksums.items()}
                theirs = {_name_of(own): own.sha256 for own in self._contents.items if own.row == INDEX}
                theirs.pop(MANIFEST, None)
                return ours == theirs and live.manifest.read_roots() == self._indexed
        return False

    # --- doing it

    def _make_index_folder(self) -> None:
        """Make the folder of the index as it was: whoever could not read the index there shall not read it here."""
        if self._index.exists() or not self._contents.mode:
            return
        try:
            self._index.mkdir(mode=_PRIVATE, parents=True)
            if os.geteuid() == 0:
                os.chown(self._index, *_find_owner(self._contents.owner, self._contents.group))
            self._index.chmod(self._contents.mode)
        except OSError as error:
            raise IndexFolderError(self._index, error.strerror or str(error)) from None

    def _put_files(self, steps: list[_Step]) -> None:
        wanted = {step.item.member: step for step in steps if step.differs or not step.is_there}
        self.report.same += [_entry(step) for step in steps if step.item.member not in wanted]
        if self.report.dry_run or not wanted:
            for step in wanted.values():
                self._note_done(step)
            return
        with open_backup(self._file) as (_, items):
            for item, source in items:
                if item.member not in wanted:
                    continue
                step = wanted.pop(item.member)
                changed = self._changed.get(item.member)
                try:
                    _put(item, source if changed is None else io.BytesIO(changed), target=step.target)
                except OSError as error:
                    hint = "; the setting `overrides` may name a file elsewhere" if item.row == OVERRIDES_FILE else ""
                    reason = f"cannot be written: {error.strerror or error}{hint}"
                    self.report.failed.append((f"{step.target} ({item.row})", reason))
                else:
                    self._note_done(step)
                if not wanted:
                    break

    def _note_done(self, step: _Step) -> None:
        (self.report.replaced if step.differs else self.report.restored).append(_entry(step))

    def _put_index(self) -> None:
        """Put the generation of the backup beside those that are there, and make it the live one, if it is sound."""
        if self.report.dry_run:
            self.report.restored.append((INDEX, str(self._index)))
            return
        what = f"{self._index} (index)"
        try:
            with generations.lock_for_writing(self._index, "indexer restore"):
                generation = self._take_generation()
                _hand_over(self._index, generation.folder)
        except IndexFormatError as error:
            why = f"was built by another version ({', '.join(error.changes)} changed); `indexer index` builds it anew"
            self.report.failed.append((what, why))
        except DamagedIndexError as error:
            self.report.failed.append((what, error.told))
        except ArchiveError as error:
            self.report.failed.append((what, str(error)))
        else:
            self.report.generation = generation.number
            self.report.restored.append((INDEX, str(self._index)))

    def _take_generation(self) -> Generation:
        live = generations.read_latest(self._index)
        number, folder = generations.make_folder(self._index)
        beside = folder / "beside"
        try:
            beside.mkdir()
            self._unpack(folder, beside)
            manifest = read_manifest(beside)
            rows, left_out = self._read_state(beside)
            if (beside / STATE_FILE).exists() and not (self._index / STATE_FILE).exists():
                (beside / STATE_FILE).rename(self._index / STATE_FILE)  # for its log of runs
            shutil.rmtree(beside)
            generation = self._seal(Generation(number, folder, manifest), live)
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise IndexFolderError(self._index, error.strerror or str(error)) from None
            raise
        report = Report(documents=generation.manifest.documents, generation=number)
        report.seconds = round(time.monotonic() - self._started, 3)
        switch_to(
            self._configuration.settings, generation, seen=rows, left_out=left_out, command="restore", report=report
        )
        self.report.notes += report.notes
        return generation

    def _seal(self, unpacked: Generation, live: Generation | None) -> Generation:
        folder = unpacked.folder
        if {file.name for file in folder.iterdir()} != unpacked.manifest.checksums.keys():
            raise DamagedIndexError(folder, [f"{self._file.name} holds other files than its index says"])
        return generations.take_generation(unpacked, previous=live, roots=self._indexed)

    def _unpack(self, folder: Path, beside: Path) -> None:
        with open_backup(self._file) as (_, items):
            for item, source in items:
                if item.row in {INDEX, STATE}:
                    is_listed = item.row == INDEX and _name_of(item) != MANIFEST
                    target = (folder if is_listed else beside) / _name_of(item)
                    with target.open("xb") as stream:
                        shutil.copyfileobj(source, stream, _BLOCK)

    def _read_state(self, folder: Path) -> tuple[dict[str, SeenFile], list[LeftOut]]:
        number = self._contents.generation
        assert number is not None
        try:
            with read_state(folder) as state:
                return state.read_files(number), state.read_left_out(number)
        except DamagedStateError as error:
            self.report.notes.append(str(error))
            return {}, []

    def _name_strangers(self, steps: list[_Step]) -> None:
        """Say which owners of files this machine does not know: root made what was theirs its own."""
        owners = {(step.item.owner, step.item.group) for step in steps if not step.is_there}
        unknown = {
            name for own in owners for name, number in zip(own, _find_owner(*own), strict=True) if name and number < 0
        }
        if unknown and os.geteuid() == 0:
            names = ", ".join(sorted(unknown))
            self.report.notes.append(f"no user or group here is called {names}: what was theirs belongs to root")

    def _advise(self) -> None:
        """Say what is left to do."""
        self.report.notes += [f"the backup lacks {what}: {reason}" for what, reason in self._contents.lacking]
        for root in self._roots:
            if not os.access(root.path, os.F_OK):
                move = shlex.join(["indexer", "move", str(root.path), "NEW_FOLDER"])
                again = f"--root {self._origins[root.label]}=NEW_FOLDER"
                way = f"`{move}`" if self._contents.generation is not None else again
                self.report.notes.append(f"the archive {root.path} is not there: mount it, or say by {way} where it is")
        for old in self._moved:
            for name, path in find_named_below(self._configuration, old):
                self.report.notes.append(f"the setting `{name}` still names {path}")
        if self._contents.generation is not None or generations.list_generations(self._index):
            return
        named = {path.resolve() for path in self._configuration.settings.archive}
        all_named = named >= {root.path for root in self._roots}
        build = shlex.join(["indexer", "index", *([] if all_named else [str(root.path) for root in self._roots])])
        self.report.notes.append(f"the index is not in this backup: `{build}` builds it anew")
        for root in self._roots:
            if (label := readable_name(os.fsencode(root.path.name))) != root.label:
                self.report.notes.append(
                    f"paths and addresses of documents will begin with {label} instead of {root.label}, "
                    "also for rules of access and overrides; a backup --with-index keeps them"
                )


def _follow(path: Path, moved: Mapping[Path, Path]) -> Path:
    for old, new in moved.items():
        if is_in(path, old):
            return new / path.relative_to(old)
    return path


def _find_relative(text: str, before: Path, *, now: Path) -> dict[Path, Path]:
    """Return where the folders lay that settings name relative to their own, and where they lie by settings of now."""
    named = [path for path in tomllib.loads(text).get("archive", []) if not Path(path).is_absolute()]
    places = {Path(os.path.normpath(before / path)): (now / path).resolve() for path in named}
    return {old: new for old, new in places.items() if old != new}


def _move_archive(text: str, folder: Path, *, moved: Mapping[Path, Path]) -> str:
    """Return settings whose `archive` names the folders where they lie now; as they are, where that cannot be done."""
    before = tomllib.loads(text)
    archive = before.get("archive")
    if not isinstance(archive, list) or not all(isinstance(path, str) for path in archive):
        return text
    there = [Path(os.path.normpath(folder / path)) for path in archive]
    now = [
        path if _follow(own, moved) == own else str(_follow(own, moved))
        for path, own in zip(archive, there, strict=True)
    ]
    written = text
    for old, new in zip(archive, now, strict=True):
        for quoted in (json.dumps(old, ensure_ascii=False), f"'{old}'"):
            if old != new:
                written = written.replace(quoted, json.dumps(new, ensure_ascii=False))
    return written if tomllib.loads(written) == {**before, "archive": now} else text


def _entry(step: _Step) -> tuple[str, str]:
    return step.item.row, str(step.target)


def _name_of(item: Item) -> str:
    return item.member.rpartition("/")[2]


def _digest(file: Path) -> str | None:
    """Return the digest of a file; None where there is none, something where it cannot be read."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return ""


def _put(item: Item, source: IO[bytes], *, target: Path) -> None:
    """Put a file in its place, whole or not at all, with the rights of what was there, else of what was backed up."""
    target = target.resolve()
    if not target.parent.exists():
        target.parent.mkdir(parents=True)
        if os.geteuid() == 0:  # SQLite writes beside its files
            os.chown(target.parent, *_find_owner(item.owner, item.group))
    temporary = target.with_name(f"{target.name}{NEW}")
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(temporary, flags, 0o600), "wb") as stream, taking_place_of(target, stream):
        shutil.copyfileobj(source, stream, _BLOCK)
        status = target.stat() if target.exists() else None
        os.fchmod(stream.fileno(), status.st_mode & 0o777 if status else item.mode)
        if os.geteuid() == 0:
            user, group = (status.st_uid, status.st_gid) if status else _find_owner(item.owner, item.group)
            os.fchown(stream.fileno(), user, group)
        if item.row == MISSES:
            target.with_name(f"{target.name}{_JOURNAL}").unlink(missing_ok=True)


def _find_owner(user: str, group: str) -> tuple[int, int]:
    """Return the numbers of a user and a group of this machine; -1 where there is none of that name."""
    numbers = [-1, -1]
    with suppress(KeyError):
        numbers[0] = pwd.getpwnam(user).pw_uid
    with suppress(KeyError):
        numbers[1] = grp.getgrnam(group).gr_gid
    return numbers[0], numbers[1]


def _hand_over(index: Path, generation: Path) -> None:
    """Give what a restore wrote into an index to whoever the folder belongs to, readable for whom that is."""
    folder = index.stat()
    beside = (index / name for name in (LOCK, CURRENT, STATE_FILE, COMPLETIONS_FILE))
    for path in (*filter(Path.exists, beside), generation, *generation.iterdir()):
        if os.geteuid() == 0:
            os.chown(path, folder.st_uid, folder.st_gid)
        path.chmod(folder.st_mode & (0o2755 if path.is_dir() else 0o644))
