"""The whole way of an archive into an index: plan what changed, build a generation beside the live one, switch."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from indexer import generations
from indexer.analysis.analyzer import use_dictionary
from indexer.building import Build, started_at
from indexer.errors import DamagedIndexError, IndexFormatError, NoIndexError, UnreadableFileError
from indexer.overrides import find_overrides
from indexer.planning import Plan, Report, is_in, make_plan, refuse_shrinking, resolve_roots, whole_path
from indexer.reading import FoundFile, Root, WalkNotes, walk
from indexer.reading.files import readable_name
from indexer.state import SeenFile, open_state, read_state

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.building import Progress
    from indexer.generations import Generation
    from indexer.settings import Settings


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
    if dry_run:
        _, report, live = _plan_update(settings, paths, allow_shrink=allow_shrink)
        report.dry_run = True
        return _finish_unchanged(report, live, started)
    with generations.lock_for_writing(settings.index, "indexer index"):
        plan, report, live = _plan_update(settings, paths, allow_shrink=allow_shrink)
        if live is None or plan.work or plan.gone:
            return Build(
                settings, plan, report, "index", live, allow_shrink=allow_shrink, progress=progress, started=started
            ).run()
        _finish_unchanged(report, live, started)
        with open_state(settings.index) as state:
            if any(plan.known[path].stamp != seen.stamp for path, seen in plan.same.items()):
                state.write_files(live.number, {**plan.known, **plan.same}.values())
            state.add_run("index", started_at(report), report.seconds, report.to_record())
        return report


def rebuild_index(
    settings: Settings, paths: list[Path], *, allow_shrink: bool = False, progress: Progress | None = None
) -> Report:
    """Build a new generation from the files alone, verify it, and switch to it.

    Raises:
        ArchiveError: with one sentence, when nothing could be done; the index is then as it was.
    """
    started = time.monotonic()
    use_dictionary(settings.dictionary)
    with generations.lock_for_writing(settings.index, "indexer reindex"):
        live = _live_or_newest(settings.index)
        roots = resolve_roots(settings, paths, live, replace_known=bool(paths))
        report = Report()
        plan = make_plan(roots, settings.exclude, _read_known(settings.index, live), report, rebuild=True)
        refuse_shrinking(plan, report, settings, allow_shrink=allow_shrink)
        return Build(
            settings,
            plan,
            report,
            "reindex",
            live,
            rebuild=True,
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
        problems = generations.find_damage(previous)
        if problems:
            raise DamagedIndexError(previous.folder, problems)
        generations.make_current(settings.index, previous)
        return previous


def find_file(path: Path) -> FoundFile:
    """Return one file by its path on disk, as `inspect` needs it.

    Raises:
        MissingArchiveError: it is not there.
        UnreadableFileError: it is no file that is indexed.
    """
    whole = whole_path(path)
    notes = WalkNotes()
    files = list(walk(Root(whole, readable_name(os.fsencode(whole.name))), [], notes)) if whole.is_file() else []
    if not files:
        reason = notes.left_out[0][1] if notes.left_out else "is not a file"
        raise UnreadableFileError(f"{path} {reason}")
    return replace(files[0], overrides=find_overrides(whole))


def _plan_update(
    settings: Settings, paths: list[Path], *, allow_shrink: bool
) -> tuple[Plan, Report, Generation | None]:
    live = generations.read_current(settings.index)
    if live is not None:
        _refuse_unfit(live)
    roots = resolve_roots(settings, paths, live, replace_known=False)
    known = _read_known(settings.index, live)
    report = Report()
    if live is not None and (stale := generations.changed_since(live).get(generations.DICTIONARY)):
        report.stale = f"{stale} changed; older documents keep their words until `indexer reindex`"
    scope = [root for root in roots if not paths or any(is_in(whole_path(path), root.path) for path in paths)]
    plan = make_plan(scope, settings.exclude, known, report, rebuild=False)
    plan.roots = roots
    refuse_shrinking(plan, report, settings, allow_shrink=allow_shrink)
    return plan, report, live


def _read_known(index: Path, live: Generation | None) -> dict[str, SeenFile]:
    """Return the files of the live generation; where the state was lost, as far as the index itself knows them."""
    if live is None:
        return {}
    with read_state(index) as state:
        known = state.read_files(live.number)
    if len(known) == live.manifest.files or generations.changed_since(live) or generations.find_damage(live):
        return known
    reader = generations.engine().open_reader(live.folder)
    held = Counter(document.path for _, document in reader.iter_documents())
    return {path: SeenFile(path, "", "", count, "indexed") for path, count in held.items()}


def _refuse_unfit(live: Generation) -> None:
    """Refuse to build on a generation that another version made, or that is damaged."""
    changes = generations.changed_since(live)
    changes.pop(generations.DICTIONARY, None)
    if changes:
        raise IndexFormatError(live.folder, list(changes.values()))
    problems = generations.find_damage(live)
    if problems:
        raise DamagedIndexError(live.folder, problems)


def _finish_unchanged(report: Report, live: Generation | None, started: float) -> Report:
    report.documents = live.manifest.documents if live else 0
    report.generation = live.number if live else None
    report.seconds = round(time.monotonic() - started, 3)
    return report


def _live_or_newest(index: Path) -> Generation | None:
    """Return the live generation; a rebuild does not need it to be whole, or of our version."""
    try:
        return generations.read_current(index)
    except (DamagedIndexError, IndexFormatError):
        known = generations.list_generations(index)
        return known[-1] if known else None
