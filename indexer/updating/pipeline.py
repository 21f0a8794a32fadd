"""The whole way of an archive into an index: plan what changed, build a generation beside the live one, switch."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer import completions
from indexer.analysis.analyzer import use_dictionary
from indexer.errors import DamagedIndexError, DamagedStateError, IndexFormatError, NoIndexError, UnreadableFileError
from indexer.overrides import find_overrides, merge_inside, merge_overrides, pick_overrides, read_overrides_file
from indexer.reading import FoundFile, Root, WalkNotes, use_recognition, walk
from indexer.reading.files import readable_name
from indexer.store import generations
from indexer.store.state import LeftOut, SeenFile, open_state, read_state
from indexer.updating.building import Build, keep_completions, started_at, switch_to
from indexer.updating.planning import (
    Plan,
    Report,
    is_in,
    make_plan,
    move_roots,
    name_roots,
    refuse_moved,
    refuse_shrinking,
    resolve_roots,
    whole_path,
)

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.settings import Settings
    from indexer.store.generations import Generation
    from indexer.updating.building import Progress


def update_index(
    settings: Settings,
    paths: list[Path],
    *,
    allow_shrink: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Bring the index up to date with the archive: only what changed is read, parsed and written.

    Raises:
        ArchiveError: with one sentence, when nothing could be done; the index is then as it was.
    """
    started = time.monotonic()
    use_dictionary(settings.dictionary)
    use_recognition(wanted=settings.ocr)
    if dry_run:
        planned = _plan(settings, paths, allow_shrink=allow_shrink)
        planned.report.dry_run = True
        return _finish_unchanged(planned.report, planned.live, started=started)
    with generations.lock_for_writing(settings.index, "indexer index"):
        planned = _plan(settings, paths, allow_shrink=allow_shrink)
        if planned.live is None or planned.rebuild or planned.plan.work or planned.plan.gone:
            return planned.build(settings, "index", allow_shrink=allow_shrink, progress=progress, started=started)
        report = _finish_unchanged(planned.report, planned.live, started=started)
        with open_state(settings.index) as state:
            rows = {**planned.plan.known, **planned.plan.same, **planned.plan.closed}
            left_out = sorted(planned.plan.left_out)
            if rows != planned.rows or left_out != sorted(planned.plan.left_out_before):
                state.write_files(planned.live.number, rows.values(), left_out=left_out)
            state.add_run("index", started_at(report), seconds=report.seconds, report=report.to_log())
        if not completions.are_of(settings.index, planned.live.number):
            keep_completions(settings.index, planned.live)
        return report


def rebuild_index(
    settings: Settings, paths: list[Path], *, allow_shrink: bool = False, progress: Progress | None = None
) -> Report:
    """Build a new generation of all files, verify it, and switch to it.

    Raises:
        ArchiveError: with one sentence, when nothing could be done; the index is then as it was.
    """
    started = time.monotonic()
    use_dictionary(settings.dictionary)
    use_recognition(wanted=settings.ocr)
    with generations.lock_for_writing(settings.index, "indexer reindex"):
        live = generations.read_latest(settings.index)
        roots = resolve_roots(settings, paths, live=live, replace_known=bool(paths))
        planned = _plan_rebuild(settings, roots, live=live, report=Report(), allow_shrink=allow_shrink)
        return planned.build(settings, "reindex", allow_shrink=allow_shrink, progress=progress, started=started)


def move_archive(settings: Settings, old: Path, *, new: Path) -> Generation:
    """Say that what was indexed below one path lies below another now; its documents, ids and state are kept.

    Raises:
        NoIndexError: there is no index.
        DamagedIndexError: it is not whole.
        MoveError: nothing of the index lies below the old path, or nothing of it is below the new one.
        MissingArchiveError, OverlappingArchiveError: the new path is not there, or holds another folder of the index.
    """
    if generations.read_current(settings.index) is None:
        raise NoIndexError(settings.index)
    with generations.lock_for_writing(settings.index, "indexer move"):
        live = generations.read_current(settings.index)
        assert live is not None
        generations.refuse_damage(live)
        report = Report()
        rows, left_out = _read_known(settings.index, live, report=report)
        roots = move_roots(live, old, new=whole_path(new), known=rows, settings=settings)
        generation = generations.link_generation(settings.index, live, roots=roots)
        switch_to(
            settings,
            generation,
            seen=rows,
            left_out=left_out,
            command="move",
            report=_finish_unchanged(report, generation, started=time.monotonic()),
        )
        return generation


@dataclass(frozen=True)
class _Planned:
    """What a run is going to do; `rows` are those that the state has of the live generation now."""

    plan: Plan
    report: Report
    live: Generation | None
    rows: dict[str, SeenFile]
    rebuild: bool = False

    def build(
        self, settings: Settings, command: str, *, allow_shrink: bool, progress: Progress | None, started: float
    ) -> Report:
        """Do it."""
        return Build(
            settings,
            self.plan,
            self.report,
            command,
            self.live,
            rebuild=self.rebuild,
            allow_shrink=allow_shrink,
            progress=progress,
            started=started,
        ).run()


def reasons_to_rebuild(settings: Settings) -> list[str]:
    """Return why `reindex --if-needed` would rebuild; empty when the live generation is whole and built by us."""
    use_dictionary(settings.dictionary)
    try:
        live = generations.read_current(settings.index)
    except (DamagedIndexError, IndexFormatError) as error:
        return [str(error)]
    if live is None:
        return [str(NoIndexError(settings.index))]
    return [*generations.changed_since(live).values(), *generations.find_damage(live)]


def roll_back(settings: Settings) -> Generation:
    """Serve the previous generation.

    Raises:
        NoIndexError: there is no index.
        NoGenerationError: there is no earlier generation.
        IndexFormatError: the earlier generation cannot be read by this version.
        DamagedIndexError: it is not whole.
    """
    with generations.lock_for_writing(settings.index, "indexer rollback"):
        live = generations.read_current(settings.index)
        if live is None:
            raise NoIndexError(settings.index)
        previous = generations.choose_previous(settings.index, live)
        generations.refuse_other_versions(previous)
        generations.refuse_damage(previous)
        generations.make_current(settings.index, previous)
        keep_completions(settings.index, previous)
        report = _finish_unchanged(Report(), previous, started=time.monotonic())
        with open_state(settings.index) as state:
            state.add_run("rollback", started_at(report), seconds=report.seconds, report=report.to_log())
        return previous


def find_file(path: Path, settings: Settings | None = None) -> FoundFile:
    """Return one file by its path on disk, as `inspect` needs it.

    With settings its name is the one that it has in the index, and their `overrides` count.

    Raises:
        MissingArchiveError: it is not there.
        UnreadableFileError: it is no file that is indexed.
    """
    whole = whole_path(path)
    notes = WalkNotes()
    name = _name_in_archive(whole, settings) if settings else readable_name(os.fsencode(whole.name))
    files = list(walk(Root(whole, name), [], notes=notes)) if whole.is_file() else []
    if not files:
        reason = notes.left_out[0][1] if notes.left_out else "is not a file"
        raise UnreadableFileError(f"{path} {reason}")
    overrides, inside = find_overrides(whole)
    if settings and settings.overrides:
        own, own_inside = pick_overrides(name, read_overrides_file(settings.overrides))
        overrides, inside = merge_overrides(overrides, own), merge_inside(inside, own_inside)
    return replace(files[0], overrides=overrides, inside=inside)


def _name_in_archive(file: Path, settings: Settings) -> str:
    """Return the name of a file in the archive; of one that lies in none of its folders its own name."""
    root = next(
        (root for root in name_roots(settings, generations.read_latest(settings.index)) if is_in(file, root.path)), None
    )
    if root is None:
        return readable_name(os.fsencode(file.name))
    return "/".join([root.label, *(readable_name(os.fsencode(step)) for step in file.relative_to(root.path).parts)])


def _plan(settings: Settings, paths: list[Path], *, allow_shrink: bool) -> _Planned:
    """Plan an update, or a rebuild where there is a live generation and it is damaged."""
    report = Report()
    try:
        live = generations.read_current(settings.index)
        if live is not None:
            _refuse_unfit(live)
    except DamagedIndexError as error:
        report.note(f"{error.told}; it is built anew from the files")
        live = generations.read_latest(settings.index)
        roots = resolve_roots(settings, paths, live=live, replace_known=False)
        return _plan_rebuild(settings, roots, live=live, report=report, allow_shrink=allow_shrink)
    return _plan_update(settings, paths, live=live, report=report, allow_shrink=allow_shrink)


def _plan_update(
    settings: Settings, paths: list[Path], *, live: Generation | None, report: Report, allow_shrink: bool
) -> _Planned:
    roots = resolve_roots(settings, paths, live=live, replace_known=False)
    rows, left_out = _read_known(settings.index, live, report=report)
    if live is not None and (stale := generations.changed_since(live).get(generations.DICTIONARY)):
        report.stale = f"{stale} changed; older documents keep their words until `indexer reindex`"
    scope = [root for root in roots if not paths or any(is_in(whole_path(path), root.path) for path in paths)]
    plan = make_plan(scope, settings, known=_files_of(rows), left_out=left_out, report=report, rebuild=False)
    plan.closed |= {path: seen for path, seen in rows.items() if path.endswith("/") and not plan.looked_at(path)}
    if live is not None and not allow_shrink:
        refuse_moved(plan, live)
    refuse_shrinking(plan, report, settings=settings, allow_shrink=allow_shrink, rebuild=False)
    plan.roots = roots
    return _Planned(plan, report, live, rows)


def _plan_rebuild(
    settings: Settings, roots: list[Root], *, live: Generation | None, report: Report, allow_shrink: bool
) -> _Planned:
    rows, _ = _read_known(settings.index, live, report=report)
    plan = make_plan(roots, settings, known=_files_of(rows), left_out=[], report=report, rebuild=True)
    refuse_shrinking(plan, report, settings=settings, allow_shrink=allow_shrink, rebuild=True)
    return _Planned(plan, report, live, rows, rebuild=True)


def _files_of(rows: dict[str, SeenFile]) -> dict[str, SeenFile]:
    """Leave out the folders that could not be opened."""
    return {path: seen for path, seen in rows.items() if not path.endswith("/")}


def _read_known(index: Path, live: Generation | None, *, report: Report) -> tuple[dict[str, SeenFile], list[LeftOut]]:
    """Return what the state has of the live generation; where it was lost, the files that the index itself knows."""
    if live is None:
        return {}, []
    try:
        with read_state(index) as state:
            rows, left_out = state.read_files(live.number), state.read_left_out(live.number)
    except DamagedStateError as error:
        report.note(f"{error.told}; it is made anew, and every file of the archive is read")
        rows, left_out = {}, []
    if rows or generations.changed_since(live) or generations.find_damage(live):
        return rows, left_out
    reader = generations.engine().open_reader(live.folder)
    held = Counter(document.file for document in reader.iter_documents())
    return {path: SeenFile(path, "", "", count, "indexed") for path, count in held.items()}, []


def _refuse_unfit(live: Generation) -> None:
    """Refuse to build on a generation that another version made, or that is damaged."""
    changes = generations.changed_since(live)
    changes.pop(generations.DICTIONARY, None)
    if changes:
        raise IndexFormatError(live.folder, list(changes.values()))
    generations.refuse_damage(live)


def _finish_unchanged(report: Report, live: Generation | None, *, started: float) -> Report:
    report.documents = live.manifest.documents if live else 0
    report.generation = live.number if live else None
    report.seconds = round(time.monotonic() - started, 3)
    return report
