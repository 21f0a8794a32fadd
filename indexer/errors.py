"""Every way in which our own work can be refused: one base error, one subclass per reason."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from indexer.messages import N_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


# How the reason begins why the engine, not the file, stopped a document.
REFUSED = N_("the index refused it")


class ArchiveError(Exception):
    """Something that a person has to know: its text says what, where and what to do.

    The `sentence` has a {name} for each of the `values`; a terminal or a site says it in its own language.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values) if values else sentence)
        self.sentence = sentence
        self.values = values


class SettingsError(ArchiveError):
    """The settings hold mistakes; one sentence for each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class OverridesError(ArchiveError):
    """An `overrides.toml` holds mistakes; one sentence for each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join([*mistakes, "nothing was changed"]))
        self.mistakes = mistakes


class MissingArchiveError(ArchiveError):
    """A path that should hold documents is not there; `others` are the other folders of an index that knows it."""

    def __init__(self, path: Path, others: Sequence[Path] | None = None) -> None:
        if others is None:
            super().__init__(
                N_("{path} does not exist; nothing was changed. Check the path, or that the disk is mounted"), path=path
            )
        else:
            super().__init__(
                N_(
                    "{path} does not exist; nothing was changed. Check the path, or that the disk is mounted; "
                    "if it moved, run `{move}`; if it is gone for good, run `{left}`"
                ),
                path=path,
                **_ways_out(path, others),
            )


class VanishedArchiveError(ArchiveError):
    """A folder that held files holds none, or cannot be opened: it is likelier unmounted than emptied."""

    def __init__(self, path: Path, held: int, *, reason: str, others: Sequence[Path]) -> None:
        super().__init__(
            N_(
                "{path} {reason}, but the index knows {held} files of it; nothing was changed. "
                "Check that its disk is mounted and readable; if it is meant to be empty, run again with "
                "--allow-shrink; if it moved, run `{move}`; if it is gone for good, run `{left}`"
            ),
            path=path,
            reason=reason,
            held=held,
            **_ways_out(path, others),
        )


class MovedArchiveError(ArchiveError):
    """A folder that is to be added holds the files of one that is not there any more."""

    def __init__(self, old: Path, new: Path) -> None:
        super().__init__(
            N_(
                "{new} holds the files of {old}, which does not exist any more; nothing was changed. "
                "If the archive moved, run `{move}`; if {old} will come back, mount it, and run again"
            ),
            old=old,
            new=new,
            move=shlex.join(["indexer", "move", str(old), str(new)]),
        )


class MoveError(ArchiveError):
    """The archive cannot be said to have moved so; the reason says why not."""

    def __init__(self, reason: str) -> None:
        super().__init__(N_("{reason}; nothing was changed"), reason=reason)


def _ways_out(path: Path, others: Sequence[Path]) -> dict[str, str]:
    move = shlex.join(["indexer", "move", str(path), "NEW_FOLDER"])
    left = shlex.join(["indexer", "reindex", *(map(str, others) if others else ["OTHER_FOLDER"]), "--allow-shrink"])
    return {"move": move, "left": left}


class ClosedFolderError(ArchiveError):
    """A rebuild cannot read a folder whose documents the index holds; without them it would drop them."""

    def __init__(self, folder: str, reason: str, *, held: int) -> None:
        super().__init__(
            N_(
                "{folder} {reason}, and the index holds {held} files of it, which a rebuild would drop; "
                "nothing was changed. Make it readable, or run again with --allow-shrink"
            ),
            folder=folder,
            reason=reason,
            held=held,
        )


class BackupError(ArchiveError):
    """A backup cannot be written, or is not what it should be; the reason says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(N_("{reason}; nothing was changed"), reason=reason)


class NoArchiveNamedError(ArchiveError):
    """Neither the command nor the settings nor an earlier run says what to index."""

    def __init__(self) -> None:
        super().__init__(
            N_("no archive named: give a folder, as in `indexer index corpus`, or set `archive` in archive.toml")
        )


class UnusableArchiveError(ArchiveError):
    """A path cannot be looked at: it is too long, goes round in links, or lies where we may not read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(N_("{path} cannot be opened: {reason}; nothing was changed"), path=path, reason=reason)


class OverlappingArchiveError(ArchiveError):
    """A folder holds another one that is indexed on its own; its documents would be there twice."""

    def __init__(self, path: Path, inner: Path) -> None:
        super().__init__(
            N_(
                "{path} holds {inner}, which is in the index already; nothing was changed. "
                "To index the whole folder instead, run `indexer reindex {path}`"
            ),
            path=path,
            inner=inner,
        )


class EmptyArchiveError(ArchiveError):
    """The archive has no file that can be indexed."""

    def __init__(self, paths: list[Path], endings: list[str]) -> None:
        super().__init__(
            N_("no file to index in {paths}; nothing was changed. Documents are files that end in {endings}"),
            paths=", ".join(map(str, paths)),
            endings=", ".join(endings),
        )


class ShrinkError(ArchiveError):
    """A run would remove so many files that a mistake is likelier than an intention."""

    def __init__(self, removed: int, known: int) -> None:
        super().__init__(
            N_(
                "{removed} of {known} indexed files are gone from the archive or cannot be used now; "
                "nothing was changed. If that is meant, run again with --allow-shrink"
            ),
            removed=removed,
            known=known,
        )


class UnreadableFileError(ArchiveError):
    """One file cannot become text; the reason goes into the report and the run goes on."""


class NoIndexError(ArchiveError):
    """There is no index where one was expected."""

    def __init__(self, folder: Path) -> None:
        super().__init__(N_("there is no index in {folder}; make one with `indexer index FOLDER`"), folder=folder)


class NoGenerationError(ArchiveError):
    """There is no earlier generation to roll back to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(N_("{folder} holds no earlier generation to roll back to"), folder=folder)


class IndexFormatError(ArchiveError):
    """The index was written by another version of this program, or with other settings."""

    def __init__(self, folder: Path, changes: list[str]) -> None:
        super().__init__(
            N_("rebuild needed: {changes} changed since {folder} was built; run `indexer reindex --if-needed`"),
            changes=", ".join(changes),
            folder=folder,
        )
        self.changes = changes


class DamagedIndexError(ArchiveError):
    """The bytes on disk are not the bytes that were written."""

    def __init__(self, generation: Path, problems: list[str]) -> None:
        shown = "; ".join(problems[:3]) + (f" and {len(problems) - 3} more" if len(problems) > 3 else "")
        super().__init__(
            N_("the index is damaged in {generation}: {problems}; run `indexer check --repair`"),
            generation=generation,
            problems=shown,
        )
        self.told = f"the index is damaged in {generation}: {shown}"
        self.problems = problems


class DamagedStateError(ArchiveError):
    """The state file of an index is not what was written; the index itself needs it for nothing but speed."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(
            N_(
                "{file} is damaged ({reason}); the next `indexer index` makes it anew "
                "and reads every file of the archive"
            ),
            file=file,
            reason=reason,
        )
        self.told = f"{file} is damaged ({reason})"


class IndexLockedError(ArchiveError):
    """Another process is writing this index."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(
            N_("{folder} is being written by {holder}; wait until it is done, or stop it, and run again"),
            folder=folder,
            holder=holder,
        )


class RejectedDocumentError(ArchiveError):
    """The engine could not take a document; the batch was cancelled."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(N_("{path}: {reason}"), path=path, reason=reason)
        self.path = path
        self.reason = reason


class WorkerError(ArchiveError):
    """A process that prepared documents was killed."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "a worker process was killed, perhaps because memory ran out; nothing was changed. "
                "Run again, with a smaller --memory or with --processes 1"
            )
        )


class EngineError(ArchiveError):
    """The engine failed while it wrote; what was live before still is."""

    def __init__(self, reason: str) -> None:
        super().__init__(N_("the index could not be written ({reason}); nothing was changed"), reason=reason)


class IndexFolderError(ArchiveError):
    """The index folder cannot be made or written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(N_("the index cannot be written to {folder}: {reason}"), folder=folder, reason=reason)


class OutOfTimeError(ArchiveError):
    """A search costs more than it may."""

    def __init__(self) -> None:
        super().__init__(N_("the search took too long; make it shorter, or narrow it by days or sources"))


class AbandonedError(ArchiveError):
    """Nobody waits for the answer any more."""

    def __init__(self) -> None:
        super().__init__(N_("who asked has gone"))


class QueryError(ArchiveError):
    """A query is over a limit. Staff read this, so its sentence is Chinese."""
