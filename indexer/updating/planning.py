"""What a run has to do: which folders are the archive, and which of their files are new, changed, moved or gone."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from indexer.errors import (
    ClosedFolderError,
    EmptyArchiveError,
    MissingArchiveError,
    MovedArchiveError,
    MoveError,
    NoArchiveNamedError,
    OverlappingArchiveError,
    ShrinkError,
    UnreadableFileError,
    UnusableArchiveError,
    VanishedArchiveError,
)
from indexer.overrides import (
    OVERRIDES_FILE,
    describe,
    merge_inside,
    merge_overrides,
    read_overrides,
    read_overrides_file,
)
from indexer.reading import (
    CLOSED,
    EXCLUDED,
    MAY_PASS,
    QUIETLY_LEFT_OUT,
    FoundFile,
    Root,
    WalkNotes,
    digest_file,
    format_of,
    read_file,
    read_members,
    read_text,
    walk,
)
from indexer.reading.files import readable_name
from indexer.reading.formats import ENDINGS
from indexer.store.state import LeftOut, SeenFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from indexer.document import Overrides
    from indexer.settings import Settings
    from indexer.store.generations import Generation


# So many files are compared to see whether one folder is another one that moved.
_COMPARED = 20


@dataclass
class Report:
    """What a run did. Paths are names inside the archive; `failed` and `left_out` pair each with its reason.

    `taken_over` counts the files whose documents a rebuild took from the live generation, because nothing had changed.
    `stale` says what of the index was made by other settings, and what to do about it; `notes` what else happened that
    the administrator should know.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    unchanged: int = 0
    taken_over: int = 0
    empty: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    documents: int = 0
    generation: int | None = None
    stale: str = ""
    notes: list[str] = field(default_factory=list)
    dry_run: bool = False
    seconds: float = 0.0

    def note(self, sentence: str) -> None:
        """Tell the administrator something, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def tell(self, left_out: Iterable[LeftOut]) -> None:
        """Name what of boxes of files was left out, but for what is meant to be."""
        for own in left_out:
            if own.failed:
                self.failed.append((own.path, own.reason))
            elif own.reason not in QUIETLY_LEFT_OUT:
                self.left_out.append((own.path, own.reason))

    def to_record(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    def to_log(self) -> dict[str, Any]:
        """Return what the log of runs keeps: of what is left out every night anew how much it was."""
        return {**self.to_record(), "left_out": len(self.left_out)}


@dataclass
class Plan:
    """What has to be done to the files of an archive.

    `known` are the files that the state knows, `in_scope` those below the roots that were looked at, `closed` what
    could not be looked at: files, and folders with a slash at the end. What lies there is neither found nor gone.
    `left_out` is what is not used, also where it was not looked at now, but for the files in boxes that are work.
    """

    roots: list[Root]
    found: dict[str, FoundFile]
    known: dict[str, SeenFile]
    in_scope: dict[str, SeenFile] = field(default_factory=dict)
    same: dict[str, SeenFile] = field(default_factory=dict)
    work: list[FoundFile] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    closed: dict[str, SeenFile] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    left_out_before: list[LeftOut] = field(default_factory=list)

    def looked_at(self, path: str) -> bool:
        """Tell whether a path lies below a root that this run looks at."""
        return any(path.partition("/")[0] == root.label for root in self.roots)

    @property
    def held_in_closed(self) -> dict[str, list[str]]:
        """For each closed path the files below it, or itself, of which the index holds documents."""
        held = [path for path, seen in self.known.items() if seen.documents]
        return {
            closed: own
            for closed in self.closed
            if (own := [path for path in held if path == closed or (closed[-1] == "/" and path.startswith(closed))])
        }


def resolve_roots(settings: Settings, paths: list[Path], *, live: Generation | None, replace_known: bool) -> list[Root]:
    """Return the roots of the archive: those named now, and those that the index knows (unless they are replaced).

    Raises:
        NoArchiveNamedError: there is none.
        MissingArchiveError, UnusableArchiveError: one that is to be indexed cannot be.
        OverlappingArchiveError: one lies in another.
    """
    roots = live.manifest.read_roots() if live and not replace_known else []
    for root in roots if not paths else []:
        whole_path(root.path, [other.path for other in roots if other != root])
    named = [whole_path(path) for path in paths or settings.archive]
    if not named and not roots:
        raise NoArchiveNamedError
    for path in dict.fromkeys(named):
        inner = next((root.path for root in roots if is_in(root.path, path) and root.path != path), None)
        if inner is not None:
            raise OverlappingArchiveError(path, inner)
        if not any(is_in(path, root.path) for root in roots):
            roots.append(Root(path, _label(path, {root.label for root in roots})))
    return roots


def name_roots(settings: Settings, live: Generation | None) -> list[Root]:
    """Return the roots that the index knows and those that the settings name, whether anything is there or not."""
    roots = live.manifest.read_roots() if live else []
    for path in (named.resolve() for named in settings.archive):
        if not any(is_in(path, root.path) for root in roots):
            roots.append(Root(path, _label(path, {root.label for root in roots})))
    return roots


def whole_path(path: Path, others: list[Path] | None = None) -> Path:
    """Return a path without `..` and links, so that one folder has one name.

    `others` are given where it is a root that the index knows: the other ones.

    Raises:
        MissingArchiveError: nothing is there.
        UnusableArchiveError: it cannot be looked at.
    """
    try:
        return path.resolve(strict=True)
    except FileNotFoundError:
        raise MissingArchiveError(path, others) from None
    except (OSError, RuntimeError) as error:  # pathlib tells of loops by a RuntimeError
        raise UnusableArchiveError(path, getattr(error, "strerror", None) or str(error)) from None


def is_in(path: Path, folder: Path) -> bool:
    """Tell whether a path is a folder or lies in it."""
    return path == folder or folder in path.parents


def _label(path: Path, taken: set[str]) -> str:
    name = readable_name(os.fsencode(path.name)) or "archive"
    candidates = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return next(candidate for candidate in candidates if candidate not in taken)


def make_plan(
    roots: list[Root],
    settings: Settings,
    *,
    known: dict[str, SeenFile],
    left_out: list[LeftOut],
    report: Report,
    rebuild: bool,
) -> Plan:
    """Compare the files of the roots with what the index knows of them; note in the report what that finds.

    Raises:
        EmptyArchiveError: there is no file, and none is known.
        UnusableArchiveError: a root of which nothing is known cannot be opened.
    """
    notes = WalkNotes()
    found = _find_files(roots, settings, notes=notes)
    _add_overrides(found, _read_overrides(roots, settings, known=known), report=report)
    report.left_out += notes.left_out
    report.failed += notes.closed
    plan = Plan(roots, found, known)
    plan.in_scope = {path: seen for path, seen in known.items() if plan.looked_at(path)}
    if not found and not plan.in_scope:
        shut = dict(notes.closed)
        for root in roots:
            if f"{root.label}/" in shut:
                raise UnusableArchiveError(root.path, shut[f"{root.label}/"].removeprefix(f"{CLOSED}: "))
        raise EmptyArchiveError([root.path for root in roots], list(ENDINGS))
    for path, reason in notes.closed:
        unread = SeenFile(path, "", "", 0, "failed")
        before = unread if rebuild else known.get(path, unread)
        plan.closed[path] = replace(before, outcome="failed", error=reason)
    folders = tuple(path for path in plan.closed if path.endswith("/"))
    missing = (known if rebuild else plan.in_scope).keys() - found.keys()
    plan.gone = sorted(path for path in missing if not path.startswith(folders) and path not in plan.closed)
    for path, file in found.items():
        seen = plan.in_scope.get(path)
        if rebuild or seen is None or not _is_same(file, seen, plan=plan, report=report):
            plan.work.append(file)
    plan.left_out_before = left_out
    plan.left_out = [LeftOut(path, reason) for path, reason in notes.left_out]
    plan.left_out += [LeftOut(path, EXCLUDED) for path in notes.excluded]
    if not rebuild:
        stays = [own for own in left_out if _stays(own, plan, folders=folders)]
        plan.left_out += stays
        report.tell([own for own in stays if own.file in plan.same])
    _sort_out(plan, report)
    return plan


def _stays(own: LeftOut, plan: Plan, *, folders: tuple[str, ...]) -> bool:
    """Tell whether what was left out before is so still: its file is as it was, or could not be looked at now."""
    path = own.file or own.path
    if path in plan.closed or path.startswith(folders) or not plan.looked_at(path):
        return True
    return bool(own.file) and own.file in plan.same


def _find_files(roots: list[Root], settings: Settings, *, notes: WalkNotes) -> dict[str, FoundFile]:
    """Return the files of all roots by name; two whose names read the same (UTF-8 and GBK bytes) get two names."""
    found: dict[str, FoundFile] = {}
    for root in roots:
        for file in walk(root, settings.exclude, notes=notes, but_for=settings.index):
            if file.path not in found:
                found[file.path] = file
                continue
            stem, dot, ending = file.path.rpartition(".")
            names = (f"{stem}~{number}{dot}{ending}" for number in count(2))
            name = next(name for name in names if name not in found)
            found[name] = replace(file, path=name)
    return found


def _read_overrides(
    roots: list[Root], settings: Settings, *, known: Iterable[str]
) -> Iterator[tuple[str, str, dict[str, Overrides]]]:
    """Yield each file of overrides by its name, with what stands before the names in it, and what it says.

    The one of the settings comes last, because it wins; what it says of roots that are not looked at now is left out.
    """
    for root in roots:
        if root.path.is_dir():
            yield f"{root.label}/{OVERRIDES_FILE}", f"{root.label}/", read_overrides(root.path)
    if settings.overrides is not None:
        elsewhere = {path.partition("/")[0] for path in known} - {root.label for root in roots}
        said = read_overrides_file(settings.overrides)
        yield (
            str(settings.overrides),
            "",
            {name: own for name, own in said.items() if name.partition("/")[0] not in elsewhere},
        )


def _add_overrides(
    found: dict[str, FoundFile], said: Iterable[tuple[str, str, dict[str, Overrides]]], *, report: Report
) -> None:
    """Give files what people say of them; note in the report which files they name in vain."""
    for place, above, names in said:
        for name, overrides in names.items():
            path = f"{above}{name}"
            box, inner = _find_box(path, found)
            if path in found:
                found[path] = replace(found[path], overrides=merge_overrides(found[path].overrides, overrides))
            elif box is not None:
                found[box.path] = replace(box, inside=merge_inside(box.inside, ((inner, overrides),)))
            else:
                report.failed.append((place, f'names "{name}", which is no file here'))


def _find_box(path: str, found: dict[str, FoundFile]) -> tuple[FoundFile | None, str]:
    """Return the box that a path leads into, and the path inside it; None where it leads into none."""
    at = path.find("/")
    while at >= 0:
        file = found.get(path[:at])
        if file is not None and format_of(file.path).holds_files:
            return file, path[at + 1 :]
        at = path.find("/", at + 1)
    return None, ""


def _is_same(file: FoundFile, seen: SeenFile, *, plan: Plan, report: Report) -> bool:
    """Tell whether a file is as it was: by its stamp, else by its digest. What failed may fail again."""
    if seen.outcome == "failed":
        return _fails_again(file, seen, plan=plan, report=report)
    stamp = stamp_of(file)
    if seen.stamp != stamp:
        try:
            digest = digest_file(file) + describe(file.said)
        except UnreadableFileError:
            return False
        if digest != seen.digest:
            return False
        seen = replace(seen, stamp=stamp)
    plan.same[file.path] = seen
    return True


def _fails_again(file: FoundFile, seen: SeenFile, *, plan: Plan, report: Report) -> bool:
    """Try a file that failed; where it fails for the same reason, nothing has changed."""
    if seen.stamp == stamp_of(file) and not seen.error.startswith(MAY_PASS):
        reason = seen.error  # the same bytes fail again, and some take half a minute to do so
    else:
        try:
            _try(file)
            reason = ""
        except UnreadableFileError as error:
            reason = str(error)
    if reason != seen.error:
        return False
    plan.same[file.path] = replace(seen, stamp=stamp_of(file))
    report.failed.append((file.path, reason))
    return True


def _try(file: FoundFile) -> None:
    """Read a file.

    Raises:
        UnreadableFileError: it cannot be.
    """
    if format_of(file.path).holds_files:
        list(read_members(file, is_listing=True))
    else:
        read_text(file.path, read_file(file)[0])


def stamp_of(file: FoundFile) -> str:
    """Return what tells whether a file was touched; not the time alone, which tools set back."""
    return f"{file.size}:{file.modified}:{file.changed}:{file.inode}{describe(file.said)}"


def _sort_out(plan: Plan, report: Report) -> None:
    """Tell added, changed, renamed and deleted apart for the report."""
    moved_from: dict[str, list[str]] = {}
    for path in plan.gone:
        moved_from.setdefault(plan.known[path].digest, []).append(path)
    for file in plan.work:
        if file.path in plan.known:
            report.changed.append(file.path)
            continue
        origins = moved_from.get(_digest_or_empty(file)) if moved_from else None
        if origins:
            report.renamed.append(f"{origins.pop()} -> {file.path}")
        else:
            report.added.append(file.path)
    renamed = {line.partition(" -> ")[0] for line in report.renamed}
    report.deleted = [path for path in plan.gone if path not in renamed]
    report.unchanged = len(plan.same)


def _digest_or_empty(file: FoundFile) -> str:
    try:
        return digest_file(file) + describe(file.said)
    except UnreadableFileError:
        return ""


def refuse_shrinking(plan: Plan, report: Report, *, settings: Settings, allow_shrink: bool, rebuild: bool) -> None:
    """Refuse a run that would remove what is likelier out of reach than gone, unless it is allowed.

    Raises:
        VanishedArchiveError: a folder that held files holds none, or cannot be opened.
        ClosedFolderError: a rebuild would drop the documents of what cannot be opened.
        ShrinkError: a large share of the files is gone.
    """
    if allow_shrink:
        return
    for root in plan.roots:
        below = f"{root.label}/"
        held = sum(path.startswith(below) for path in plan.in_scope)
        if held and not any(path.startswith(below) for path in plan.found) and root.path.is_dir():
            closed = plan.closed.get(below)
            reason = closed.error if closed else "holds no file to index"
            raise VanishedArchiveError(
                root.path, held, reason=reason, others=[own.path for own in plan.roots if own != root]
            )
    if rebuild:
        for path, held_files in plan.held_in_closed.items():
            raise ClosedFolderError(path, plan.closed[path].error, held=len(held_files))
    scope = len(plan.in_scope) or len(plan.known)
    if len(report.deleted) > settings.max_shrink * scope:
        raise ShrinkError(len(report.deleted), scope)


def refuse_moved(plan: Plan, live: Generation) -> None:
    """Refuse to add a folder that holds the files of a root which is not there any more: all would be there twice.

    Raises:
        MovedArchiveError: names the command that keeps the index.
    """
    before = live.manifest.read_roots()
    for old in before:
        if old.path.exists() and not old.path.is_symlink():
            continue
        known = {path.partition("/")[2]: seen for path, seen in plan.known.items() if _is_below(path, old)}
        for new in (root for root in plan.roots if root not in before):
            found = {path.partition("/")[2]: file for path, file in plan.found.items() if _is_below(path, new)}
            shared = sorted(known.keys() & found.keys())
            compared = shared[:: len(shared) // _COMPARED + 1]
            same = [name for name in compared if known[name].digest == (_digest_or_empty(found[name]) or None)]
            if 2 * len(same) > len(compared):
                raise MovedArchiveError(old.path, new.path)


def move_roots(live: Generation, old: Path, *, new: Path, known: Iterable[str], settings: Settings) -> list[Root]:
    """Return the roots of a generation where those at or below one path lie at or below another now.

    Raises:
        MoveError: there is none below the old path, or the new one holds none of the files.
        MissingArchiveError, UnusableArchiveError: one of them is not there.
        OverlappingArchiveError: one would lie in another.
    """
    roots = live.manifest.read_roots()
    moved: dict[str, Path] = {}
    for before in (old.absolute(), old.resolve()):  # where it was there may be a link to where it is
        below = [root for root in roots if is_in(root.path, before)]
        moved = moved or {root.label: whole_path(new / root.path.relative_to(before)) for root in below}
    if not moved:
        raise MoveError(f"the index knows nothing in {old}; it knows {', '.join(str(root.path) for root in roots)}")
    if all(moved.get(root.label, root.path) == root.path for root in roots):
        raise MoveError(f"{old} is {new}")
    there = [replace(root, path=moved.get(root.label, root.path)) for root in roots]
    for root in there:
        outer = next((own for own in there if own != root and is_in(root.path, own.path)), None)
        if outer is not None:
            raise OverlappingArchiveError(outer.path, root.path)
    for root in there:
        held = {path for path in known if path == root.label or _is_below(path, root)}
        if root.label in moved and held and not held.intersection(_find_files([root], settings, notes=WalkNotes())):
            raise MoveError(f"{root.path} holds none of the {len(held)} files that the index knows of {old}")
    return there


def _is_below(path: str, root: Root) -> bool:
    return path.startswith(f"{root.label}/")
