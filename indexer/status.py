"""What an index is and whether it is whole, for the administrator."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from platform import python_version
from typing import TYPE_CHECKING, Any

from indexer.analysis.analyzer import use_dictionary
from indexer.errors import ArchiveError, DamagedIndexError, DamagedStateError, IndexFormatError, NoIndexError
from indexer.reading.boxes import LITTER
from indexer.reading.files import EXCLUDED, IS_LINK, IS_SPECIAL
from indexer.reading.formats import EMPTY, NO_TEXT, NOT_READ, ending_of
from indexer.store import generations
from indexer.store.manifest import FORMAT
from indexer.store.state import STATE_FILE, LeftOut, read_state

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer.settings import Settings
    from indexer.store.state import State
    from indexer.updating.building import Progress
    from indexer.updating.planning import Report


_KINDS = {
    NOT_READ: "format",
    NO_TEXT: "no text",
    EMPTY: "empty",
    IS_LINK: "link",
    IS_SPECIAL: "special",
    EXCLUDED: "excluded",
    LITTER: "litter",
}
_EXAMPLES = 3


@dataclass
class LeftOutGroup:
    """What was left out for one reason, by its paths. Formats that are not read go by their `ending`.

    `kind` is one word for the reason: format, no text, empty, link, special, excluded, litter or other.
    """

    kind: str
    reason: str
    ending: str = ""
    paths: list[str] = field(default_factory=list)

    def to_record(self) -> dict[str, Any]:
        """Return plain values: of the paths their count and the first ones."""
        examples = self.paths[:_EXAMPLES]
        return {
            "kind": self.kind,
            "reason": self.reason,
            "ending": self.ending,
            "count": len(self.paths),
            "examples": examples,
        }


@dataclass(frozen=True, slots=True)
class RunLog:
    """What a monitor wants to know of the runs: when the last good one ended, how many files failed by generation."""

    last_good: str | None = None
    failed_files: dict[int, int] = field(default_factory=dict)


def read_run_log(index: Path) -> RunLog:
    """Return what a monitor wants to know of the runs.

    Raises:
        DamagedStateError: nobody knows.
    """
    with read_state(index) as state:
        return RunLog(state.last_good_run(), state.count_failed())


def run_log_files(index: Path) -> list[Path]:
    """Return the files that a log of runs is read from."""
    return [index / STATE_FILE]


def read_health(settings: Settings, *, max_age: timedelta | None = None) -> dict[str, Any]:
    """Return what a monitor has to know: the `state` and its `reasons` first, then as much as `read_status` can tell.

    The state is fresh; stale (other parser or dictionary, no good run for `max_age`); failing (files, or the last run);
    broken (nothing that this version can serve); or unknown (nobody may look, or the state of the runs is damaged).
    """
    try:
        _refuse_broken(settings.index)
        status = read_status(settings)
    except (NoIndexError, DamagedIndexError, IndexFormatError) as error:
        if isinstance(error.__context__, PermissionError):
            return {"state": "unknown", "reasons": [f"{error.__context__.filename} may not be read by this user"]}
        writing = generations.read_writing(settings.index)
        return {"state": "broken", "reasons": [str(error), *_tell_failure(writing.failure)], "writing": writing.holder}
    except (ArchiveError, OSError) as error:
        return {"state": "unknown", "reasons": [str(error)]}
    failures, ages = _find_failures(status), _find_ages(status, max_age)
    found = [("unknown", status["trouble"]), ("failing", failures), ("stale", ages)]
    state = next((name for name, reasons in found if reasons), "fresh")
    return {"state": state, "reasons": [*filter(None, [status["trouble"]]), *failures, *ages], **status}


def _refuse_broken(index: Path) -> None:
    """Refuse what cannot be served; whether the bytes are right is for `check`, here their number is enough."""
    live = generations.read_current(index)
    if live is None:
        raise NoIndexError(index)
    generations.refuse_other_versions(live)
    if problems := generations.find_damage(live, but_for=lambda _: True):
        raise DamagedIndexError(live.folder, problems)


def _find_failures(status: dict[str, Any]) -> list[str]:
    failed = status["failed"]
    reasons = []
    if failed:
        count = f"{len(failed)} file{'s' * (len(failed) != 1)} of the archive could not be read"
        more = ", and others" if len(failed) > 1 else ""
        reasons = [f"{count}: {failed[0]['path']}: {failed[0]['reason']}{more}"]
    return [*reasons, *_tell_failure(status["last_failure"])]


def _tell_failure(failure: str) -> list[str]:
    return [f"the last run did not end well: {failure}"] if failure else []


def _find_ages(status: dict[str, Any], max_age: timedelta | None) -> list[str]:
    reasons = [f"{change} changed; run `indexer reindex`" for change in status["rebuild_needed"]]
    since = datetime.fromisoformat(status["last_good_run"] or status["created"])
    if max_age is not None and datetime.now(UTC) - since > max_age:
        hours = max_age.total_seconds() / 3600
        reasons.append(f"no run has ended well since {since.isoformat()}, more than {hours:g} hours ago")
    return reasons


def read_versions() -> dict[str, str]:
    """Return what decides what an index holds, and what it is run by."""
    builder = generations.builder_fingerprint()
    return {
        "engine": f"{generations.engine().name.partition(':')[0]}, Whoosh {version('whoosh')}",
        "index format": str(FORMAT),
        **{name: builder[name] for name in ("parser", "analyzer", "normalizer", "words")},
        "Python": python_version(),
    }


def read_status(settings: Settings) -> dict[str, Any]:
    """Return what is known of the live generation.

    Raises:
        NoIndexError: there is none.
    """
    use_dictionary(settings.dictionary)
    live = generations.read_current(settings.index)
    if live is None:
        raise NoIndexError(settings.index)
    trouble, unused, empty, last_run, last_good = None, [], 0, None, None
    writing = generations.read_writing(settings.index)
    try:
        _refuse_lost_state(settings.index)
        with read_state(settings.index) as state:
            unused = _read_unused(state, live.number)
            empty = sum(file.outcome == "empty" for file in state.read_files(live.number).values())
            last_run, last_good = state.last_run(), state.last_good_run()
    except DamagedStateError as error:
        trouble = str(error)
    manifest = live.manifest
    age = datetime.now(UTC) - datetime.fromisoformat(manifest.created)
    rebuild_needed = list(generations.changed_since(live).values())
    return {
        "index": str(settings.index),
        "generation": live.number,
        "created": manifest.created,
        "age": str(age).partition(".")[0],
        "documents": manifest.documents,
        "files": manifest.files,
        "empty_files": empty,
        "generations": [generation.number for generation in generations.list_generations(settings.index)],
        "roots": [str(root.path).encode("utf-8", "replace").decode() for root in manifest.read_roots()],
        "built_by": {"engine": manifest.engine, **manifest.fingerprint},
        "rebuild_needed": rebuild_needed,
        "stale_documents": manifest.documents if rebuild_needed else 0,
        "failed": [{"path": own.path, "reason": own.reason} for own in unused if own.failed],
        "left_out": [group.to_record() for group in group_left_out(unused)],
        "last_run": last_run,
        "last_good_run": last_good,
        "last_failure": writing.failure,
        "writing": writing.holder,
        "disk": generations.measure_disk(settings.index, live),
        "trouble": trouble,
        "warnings": read_warnings(settings.index),
    }


def read_unused(index: Path, generation: int) -> list[LeftOut]:
    """Return all that lies in the archive and is not in the index, and why, by path.

    Those that `failed` are files, folders, and files in other ones, that the last run could not use, whole or in part.

    Raises:
        DamagedStateError: nobody knows.
    """
    with read_state(index) as state:
        return _read_unused(state, generation)


def _read_unused(state: State, generation: int) -> list[LeftOut]:
    files = state.read_files(generation).values()
    failed = [LeftOut(file.path, file.error, failed=True) for file in files if file.error]
    empty = [LeftOut(file.path, EMPTY) for file in files if file.outcome == "empty"]
    return sorted([*failed, *empty, *state.read_left_out(generation)])


def group_left_out(unused: Iterable[LeftOut]) -> list[LeftOutGroup]:
    """Return what was left out, but did not fail, by reason and ending; what is no mistake last."""
    groups: dict[tuple[str, str], LeftOutGroup] = {}
    for own in unused:
        if not own.failed:
            ending = ending_of(own.path) if own.reason == NOT_READ else ""
            empty = LeftOutGroup(_KINDS.get(own.reason, "other"), own.reason, ending)
            groups.setdefault((own.reason, ending), empty).paths.append(own.path)
    rank = {kind: number for number, kind in enumerate(_KINDS.values())}
    return sorted(groups.values(), key=lambda group: (rank.get(group.kind, -1), -len(group.paths), group.ending))


def read_warnings(index: Path) -> list[str]:
    """Return sentences about what may harm a running site."""
    try:
        exposed = generations.find_exposed(index)
    except (DamagedIndexError, IndexFormatError):
        return []
    if not exposed:
        return []
    danger = "can be written by others than its owner; whoever cuts a file of the index ends a running site"
    return [f"{exposed[0]} {danger}. Run `chmod -R go-w {index}`"]


def check_index(settings: Settings) -> tuple[list[str], int]:
    """Verify all generations and the state; return a sentence for each problem, and the number of documents served.

    Raises:
        NoIndexError: there is none.
    """
    problems, documents = _check_live(settings)
    older, others = _check_others(settings.index)
    problems += [f"damaged: {folder / problem} (an older generation)" for folder in older for problem in older[folder]]
    return problems + others, documents


def repair_index(settings: Settings, *, progress: Progress | None = None) -> Report:
    """Mend what `check_index` finds: build the live generation or the state anew, drop older generations.

    Raises:
        ArchiveError: as `rebuild_index`.
    """
    from indexer.updating.pipeline import rebuild_index, update_index  # loads all that parses

    if _check_live(settings)[0]:
        report = rebuild_index(settings, [], progress=progress)
    else:
        report = update_index(settings, [], progress=progress)
    with generations.lock_for_writing(settings.index, "indexer check --repair"):
        if (live := generations.read_current(settings.index)) is not None:
            generations.make_current(settings.index, live)
        for folder in _check_others(settings.index)[0]:
            generations.remove_generation(folder)
            report.note(f"{folder.name} was damaged and has been removed")
    return report


def _check_others(index: Path) -> tuple[dict[Path, list[str]], list[str]]:
    """Return what is wrong with each older generation, and sentences about the state and CURRENT."""
    known: set[int] = set()
    problems = []
    try:
        known, last = _read_last(index)
        live = generations.read_current(index)
        current = index / generations.CURRENT
        if live is not None and last is not None and last > live.number:
            problems.append(
                f"damaged: {current} names {live.folder.name}, but the last run made generation {last} live; "
                "`indexer index` brings it up to date"
            )
        elif live is not None and not current.read_bytes().endswith(b"\n"):
            problems.append(f"damaged: {current} was cut; `indexer check --repair` writes it anew")
    except DamagedStateError as error:
        problems.append(str(error))
    except (DamagedIndexError, IndexFormatError):  # as was said of the live one
        return {}, problems
    return generations.find_damaged(index, known), problems


def _read_last(index: Path) -> tuple[set[int], int | None]:
    """Return the generations that the state knows, and the one that the last run left live."""
    _refuse_lost_state(index)
    with read_state(index) as state:
        run = state.last_run()
        return state.generations(), run["report"].get("generation") if run else None


def _refuse_lost_state(index: Path) -> None:
    """Refuse an index with a generation and no state: each run leaves one."""
    file = index / STATE_FILE
    if not file.exists():
        raise DamagedStateError(file, "it is missing")


def _check_live(settings: Settings) -> tuple[list[str], int]:
    try:
        live = generations.read_current(settings.index)
    except DamagedIndexError as error:
        return [str(error)], 0
    if live is None:
        raise NoIndexError(settings.index)
    try:
        generations.refuse_other_versions(live)
    except IndexFormatError as error:
        return [str(error)], live.manifest.documents
    problems = [f"damaged: {live.folder / name}" for name in generations.find_damage(live)]
    if problems:
        return problems, live.manifest.documents
    from indexer.updating.building import verify_documents  # loads all that parses

    reader = generations.engine().open_reader(live.folder)
    problems = verify_documents(reader)
    ids = Counter(document.id for document in reader.iter_documents())
    problems += [f"{count} documents have the id {name!r}" for name, count in ids.items() if count > 1]
    if reader.document_count != live.manifest.documents:
        problems.append(f"the index holds {reader.document_count} documents instead of {live.manifest.documents}")
    return problems, reader.document_count
