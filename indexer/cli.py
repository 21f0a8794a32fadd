"""The administrator's program: make, update, check and look into an index."""

from __future__ import annotations

import json
import re
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexer.command_line import (
    EXIT_ERROR,
    EXIT_INCOMPLETE,
    ArchiveCommand,
    ArchiveGroup,
    common_options,
    load_settings,
    print_error,
    print_line,
    print_text,
)
from indexer.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from indexer.api_keys import Scope
    from indexer.updating.planning import Report

_WATCH_SECONDS = 2.0
_SECONDS_BETWEEN_LOG_LINES = 15.0
_TOLD_APART = {"body", "evidence", "path", "order", "location", "people", "speech", "lines"}
_NAMED = 3
_MOST_MISSES = 1000
_SECRETS = {"salt", "digest"}
# What a monitor is told by `indexer status`, and what people are shown of it.
_EXIT_CODES = {"fresh": 0, "stale": 1, "failing": 1, "broken": 2, "unknown": 3}
_SHOWN = (
    "index", "generation", "created", "age", "last_good_run", "writing", "documents", "files", "empty_files",
    "generations", "roots", "built_by",
)  # fmt: skip
_AGE = re.compile(r"(\d{1,5})([hd]?)")

_paths = click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
_quiet = click.option("--quiet", is_flag=True, help="Print nothing but errors.")
_json = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
_processes = click.option(
    "--processes", type=click.IntRange(0, 256), metavar="N", help="Processes that prepare documents; 0 is one a core."
)
_memory = click.option(
    "--memory", type=click.IntRange(500), metavar="MB", help="Memory that the run may use in all.  [default: 1000]"
)
_shrink = click.option("--allow-shrink", is_flag=True, help="Go on although many files are gone from the archive.")


@click.group(cls=ArchiveGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="archive-search", message="%(version)s")
@common_options
def main() -> None:
    """Make and keep the search index of an archive of Chinese texts.

    Exit codes: 0 done, 2 wrong use or error.
    """


@main.command()
@_paths
@common_options
@click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@click.option("--watch", is_flag=True, help="Go on watching the archive, and index what changes.")
@_processes
@_memory
@_shrink
@_quiet
@_json
def index(
    paths: tuple[Path, ...],
    *,
    dry_run: bool,
    watch: bool,
    processes: int | None,
    memory: int | None,
    allow_shrink: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Bring the index up to date with the archive: changed, new, renamed and deleted files.

    Without PATH: every folder that the index knows, or `archive` of the settings.
    """
    from indexer.errors import EmptyArchiveError
    from indexer.updating.pipeline import update_index

    settings = load_settings(processes=processes, memory=memory).settings

    def update() -> Report:
        with _progress(quiet=quiet) as progress:
            return update_index(settings, list(paths), allow_shrink=allow_shrink, dry_run=dry_run, progress=progress)

    try:
        _print_report(update(), quiet=quiet, as_json=as_json)
    except EmptyArchiveError as error:
        if not watch or dry_run:
            raise
        _print_unless(quiet, f"{error}. Waiting for the first one")
    if watch and not dry_run:
        _watch(update, quiet=quiet, as_json=as_json)


@main.command()
@_paths
@common_options
@click.option(
    "--if-needed", is_flag=True, help="Only where the index is missing, damaged, or built by another version."
)
@click.option(
    "--keep",
    type=click.IntRange(1, 100),
    metavar="N",
    help="Generations to keep, the new one included.  [default: 2]",
)
@_processes
@_memory
@_shrink
@_quiet
@_json
def reindex(
    paths: tuple[Path, ...],
    *,
    if_needed: bool,
    keep: int | None,
    processes: int | None,
    memory: int | None,
    allow_shrink: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Build a new generation of all files, verify it, switch to it.

    Files are parsed again where they, their overrides, the parser or a library changed, or the live index is damaged.
    With PATH the archive is from then on those folders; without, every folder that the index knows.
    """
    from indexer.updating.pipeline import reasons_to_rebuild, rebuild_index

    settings = load_settings(keep=keep, processes=processes, memory=memory).settings
    if if_needed:
        reasons = reasons_to_rebuild(settings)
        if not reasons:
            _print_unless(quiet, json.dumps({"needed": False}) if as_json else "no rebuild needed")
            return
        if not quiet:
            for reason in reasons:
                print_error(f"rebuilding because of: {reason}")
    with _progress(quiet=quiet) as progress:
        report = rebuild_index(settings, list(paths), allow_shrink=allow_shrink, progress=progress)
    _print_report(report, quiet=quiet, as_json=as_json)


class _WrongUseError(click.UsageError):
    """Wrong use that a monitor must not take for a broken index."""

    exit_code = _EXIT_CODES["unknown"]


class _MonitorCommand(ArchiveCommand):
    """A command that a monitor runs: wrong use is no state of what it looks at."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Read the options."""
        try:
            return super().parse_args(context, arguments)
        except click.UsageError as error:
            raise _WrongUseError(error.format_message(), context) from None


def _read_age(_context: click.Context, _parameter: click.Parameter, typed: str | None) -> timedelta | None:
    """Read a number of hours or days: 26, 26h, 2d."""
    match = _AGE.fullmatch(typed or "")
    if typed is not None and match is None:
        raise click.BadParameter(f"{typed!r} is no age; write hours or days, such as 26, 26h or 2d")
    return timedelta(**{"days" if match[2] == "d" else "hours": int(match[1])}) if match else None


@main.command(cls=_MonitorCommand)
@common_options
@click.option(
    "--max-age", callback=_read_age, metavar="HOURS|Nd", help="How old the last good run may be: 26, 26h, 2d."
)
@_json
def status(*, max_age: timedelta | None, as_json: bool) -> None:
    """Show the live generation and the last run, for people and monitors.

    Exit codes: 0 fresh; 1 stale, or something failed; 2 broken; 3 nobody can say (also wrong use).
    """
    from indexer.status import read_health

    report: dict[str, Any]
    try:
        report = read_health(load_settings().settings, max_age=max_age)
    except ArchiveError as error:
        report = {"state": "unknown", "reasons": str(error).splitlines()}
    if as_json:
        print_text(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print_health(report)
    sys.exit(_EXIT_CODES[report["state"]])


def _print_health(report: dict[str, Any]) -> None:
    print_line(f"{'state':<13}{report['state']}")
    for reason in report["reasons"]:
        print_line(f"{'because':<13}{reason}")
    for name in _SHOWN:
        if name in report:
            print_line(f"{name.replace('_', ' ').removesuffix(' run'):<13}{_in_words(report[name] or None)}")
    if run := report.get("last_run"):
        print_line(f"{'last run':<13}indexer {run['command']}, {run['started']}, {run['seconds']:.1f} s")
    if disk := report.get("disk"):
        print_line(f"{'disk':<13}{disk['free'] >> 20} MB free; a rebuild may need {disk['needed'] >> 20} MB")
    for file in report.get("failed", ()):
        print_line(f"failed: {file['path']}: {file['reason']}")
    for group in report.get("left_out", ()):
        print_line(_say_left_out(group))
    for sentence in report.get("warnings", ()):
        print_line(sentence)


@main.command()
@common_options
@click.option("--repair", is_flag=True, help="Mend what is damaged: from the archive, or by removing old generations.")
@_quiet
@_json
def check(*, repair: bool, quiet: bool, as_json: bool) -> None:
    """Verify every checksum, and that every document can be read and is found by its own text.

    Older generations and the state of the files are looked through as well.
    """
    from indexer.status import check_index, repair_index

    settings = load_settings().settings
    problems, documents = check_index(settings)
    if as_json:
        print_line(json.dumps({"documents": documents, "problems": problems}, ensure_ascii=False))
    elif not problems:
        _print_unless(quiet, f"{documents} documents, all readable and findable; every checksum is right")
    for problem in problems:
        print_error(problem)
    if problems and repair:
        with _progress(quiet=quiet) as progress:
            _print_report(repair_index(settings, progress=progress), quiet=quiet, as_json=as_json)
        problems, _ = check_index(settings)
        for problem in problems:
            print_error(f"still: {problem}")
    if problems:
        sys.exit(EXIT_ERROR)


@main.command()
@common_options
@click.option("--all", "show_all", is_flag=True, help="Name every document, not only the first of each kind.")
@click.option("--misses", "show_misses", is_flag=True, help="List the searches of the site without hits instead.")
@_json
def doctor(*, show_all: bool, show_misses: bool, as_json: bool) -> None:
    """Report what is missing or odd over the whole archive, with counts and files."""
    from indexer.doctor import examine

    if show_misses:
        _print_misses(as_json=as_json)
        return
    report = examine(load_settings())
    if as_json:
        print_text(json.dumps(report, ensure_ascii=False, indent=2))
        return
    total = report["documents"]
    print_line(f"{total} documents")
    for finding in report["findings"]:
        places = finding["places"] if show_all else finding["places"][:_NAMED]
        more = finding["count"] - len(places)
        share = f" ({100 * finding['count'] / total:.1f} %)" if total and not finding["of_files"] else ""
        print_line(f"{finding['count']}{share} {finding['sentence']}:")
        for place in places:
            print_line(f"    {place}")
        if more:
            print_line(f"    and {more} more (--all names them)")


def _print_misses(*, as_json: bool) -> None:
    from indexer.misses import MISSES_FILE, MissLog

    settings = load_settings().settings
    log = MissLog(settings.misses or settings.index / MISSES_FILE)
    misses = log.read(_MOST_MISSES)
    if log.trouble:
        raise ArchiveError(f"searches without hits cannot be read: {log.trouble}")
    if as_json:
        print_text(json.dumps([asdict(miss) for miss in misses], ensure_ascii=False, indent=2))
        return
    for miss in misses:
        print_line(f"{miss.count:6}  {miss.day}  {miss.query}")


@main.command()
@common_options
@_quiet
def rollback(*, quiet: bool) -> None:
    """Serve the previous generation again."""
    from indexer.updating.pipeline import roll_back

    generation = roll_back(load_settings().settings)
    _print_unless(quiet, f"serving {generation.folder.name}, made {generation.manifest.created}")


@main.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@common_options
@_quiet
def move(old: Path, new: Path, *, quiet: bool) -> None:
    """Tell the index that the archive in OLD lies in NEW now; nothing is read or built again.

    OLD need not exist: an index that came from another machine names the path of there.
    """
    from indexer.inventory import find_left_behind, find_places
    from indexer.updating.pipeline import move_archive

    configuration = load_settings()
    before = find_places(configuration)
    generation = move_archive(configuration.settings, old, new=new)
    for sentence in find_left_behind(configuration, old, before=before):
        print_error(sentence)
    roots = ", ".join(str(root.path) for root in generation.manifest.read_roots())
    _print_unless(quiet, f"the archive is now {roots}; `indexer index` brings the index up to date with it")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@common_options
@click.option("--with-index", is_flag=True, help="Take the live generation of the index, too.")
@click.option("--force", is_flag=True, help="Replace FILE where it is there already.")
@_quiet
@_json
def backup(file: Path, *, with_index: bool, force: bool, quiet: bool, as_json: bool) -> None:
    """Write what no run can build anew to one FILE: settings, words, rules, overrides, keys, misses, state.

    The site and a run of `indexer` may go on meanwhile. FILE is a .tar.gz that nobody but you may read.
    Exit codes: 0 all of it; 1 something that is named could not be taken, and is listed; 2 nothing was written.
    """
    from indexer.backup import write_backup

    report = write_backup(load_settings(), file, with_index=with_index, force=force)
    for what, reason in report.lacking:
        print_error(f"not in the backup: {what}: {reason}")
    if as_json:
        print_text(json.dumps(report.to_record(), ensure_ascii=False, indent=2))
    elif not quiet:
        for row, path in report.files:
            print_line(f"{row:<15}{path}")
        if report.generation is not None:
            print_line(f"{'index':<15}generation {report.generation}")
        print_line(f"{file}: {len(report.files)} files, {report.bytes / 1e6:.1f} MB, {report.seconds:.1f} s")
    if report.lacking:
        sys.exit(EXIT_INCOMPLETE)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@common_options
@click.option(
    "--root",
    "moved",
    multiple=True,
    metavar="OLD=NEW",
    help="Folder of the archive there, and where it lies here (repeatable).",
)
@click.option("--dry-run", is_flag=True, help="Check FILE and say what would be put where; change nothing.")
@click.option("--force", is_flag=True, help="Replace files that differ, and serve the index of FILE.")
@_quiet
@_json
def restore(file: Path, *, moved: tuple[str, ...], dry_run: bool, force: bool, quiet: bool, as_json: bool) -> None:
    """Put what a backup holds where its settings name it: the settings to --config, an index beside any other.

    All of FILE is checked before anything is written. Exit codes: 0 all of it; 1 something could not be put back,
    and is listed; 2 nothing was changed.
    """
    from indexer.restore import restore_backup

    shared = click.get_current_context().ensure_object(dict)
    report = restore_backup(
        file,
        shared.get("config"),
        options={"index": shared.get("index")},
        moved=dict(_read_move(own) for own in moved),
        force=force,
        dry_run=dry_run,
    )
    for what, reason in report.failed:
        print_error(f"not restored: {what}: {reason}")
    for sentence in report.notes:
        print_error(sentence)
    if as_json:
        print_text(json.dumps(report.to_record(), ensure_ascii=False, indent=2))
    elif not quiet:
        would = "would be " if dry_run else ""
        for name in ("restored", "replaced", "same"):
            for row, path in getattr(report, name):
                print_line(f"{'' if name == 'same' else would}{name}: {path} ({row})")
    if report.failed:
        sys.exit(EXIT_INCOMPLETE)


def _read_move(text: str) -> tuple[Path, Path]:
    old, sign, new = text.partition("=")
    if not (old and sign and new):
        raise click.BadParameter(f"{text!r} is not OLD=NEW", param_hint="--root")
    return Path(old), Path(new)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@common_options
@_json
def inspect(file: Path, *, as_json: bool) -> None:
    """Show what one file becomes: documents, values, and the line and rule that each value came from."""
    from indexer.document import to_record
    from indexer.errors import UnreadableFileError
    from indexer.reading import use_recognition
    from indexer.updating.extraction import read_documents
    from indexer.updating.pipeline import find_file

    settings = load_settings().settings
    use_recognition(wanted=settings.ocr)
    try:
        documents, problems, encoding = read_documents(find_file(file, settings))
    except UnreadableFileError as error:
        raise UnreadableFileError(f"{file} {error}") from None
    records = [to_record(document) for document in documents]
    if as_json:
        report = {"file": str(file), "encoding": encoding, "documents": records, "problems": problems}
        print_text(json.dumps(report, ensure_ascii=False, indent=2))
        return
    print_line(f"{file}: {encoding}, {len(documents)} document{'s' * (len(documents) != 1)}")
    for record in records:
        print_line()
        for name, value in record.items():
            if name not in _TOLD_APART:
                print_line(f"{name:<15}{_in_words(value)}{_evidence(record['evidence'].get(name))}")
        for person in record["people"]:
            role = f" ({person['role']})" if person["role"] else ""
            print_line(f"{'person':<15}{person['name']}{role}: {', '.join(person['parts'])}   <- line {person['line']}")
        for said in record["speech"]:
            opening = record["body"][said["start"] : said["end"]][:30].replace("\n", " ")
            sure = "" if said["sure"] else " (probably)"
            print_line(f"{'said':<15}{said['speaker']}{sure} {said['verb']}: {opening}…")
        print_line(f"{'body':<15}{record['body'][:60]!r} … {record['body'][-40:]!r} ({len(record['body'])} characters)")
    for problem in problems:
        print_error(problem)


@main.command()
@click.argument("text")
@common_options
@_json
def analyze(text: str, *, as_json: bool) -> None:
    """Show how the analyzer cuts a text: tokens with position, offsets and kind."""
    from indexer.analysis.analyzer import analyze as analyze_text
    from indexer.analysis.analyzer import use_dictionary

    use_dictionary(load_settings().settings.dictionary)
    tokens = analyze_text(text)
    if as_json:
        print_line(json.dumps([asdict(token) for token in tokens], ensure_ascii=False))
        return
    print_line("position  start  end  kind       text")
    for token in tokens:
        shown = token.text.replace("\x1f", "␟")
        print_line(f"{token.position:>8}  {token.start:>5}  {token.end:>3}  {token.kind:<9}  {shown}")


@main.command()
@common_options
def export() -> None:
    """Print every document of the index as JSON Lines."""
    from indexer.document import to_record
    from indexer.store.generations import open_index

    reader = open_index(load_settings().settings.index).reader
    for document in reader.iter_documents():
        print_line(json.dumps(to_record(document), ensure_ascii=False))


@main.command()
@common_options
@_json
def config(*, as_json: bool) -> None:
    """Show every setting, its value, and what set it."""
    from indexer.settings import Settings

    configuration = load_settings()
    values = configuration.settings.model_dump(mode="json")
    if as_json:
        report = {name: {"value": value, "origin": configuration.origins[name]} for name, value in values.items()}
        print_text(json.dumps(report, ensure_ascii=False, indent=2))
        return
    for name, value in values.items():
        print_line(
            f"{name} = {json.dumps(value, ensure_ascii=False)}  # {configuration.origins[name]}: "
            f"{Settings.model_fields[name].description}"
        )


@main.command("access")
@common_options
@_json
def show_access(*, as_json: bool) -> None:
    """Show how many documents each group may read, and which of its rules no document meets."""
    from indexer.access import read_access
    from indexer.store.generations import open_index
    from indexer.visibility import find_reach

    settings = load_settings().settings
    if settings.access is None:
        raise ArchiveError("everybody may read everything: the setting `access` names no file")
    reader = open_index(settings.index).reader
    reaches = find_reach(reader, read_access(settings.access))
    if as_json:
        print_text(json.dumps([asdict(reach) for reach in reaches], ensure_ascii=False, indent=2))
        return
    for reach in reaches:
        print_line(f"{reach.name}: {reach.documents} of {reader.document_count} documents")
    for reach in reaches:
        for sentence in reach.idle:
            print_error(sentence)


@main.group(cls=ArchiveGroup)
def key() -> None:
    """Make, list and revoke the keys by which programs ask the site."""


def _key_file() -> Path:
    from indexer.api_keys import API_KEYS_FILE

    settings = load_settings().settings
    return settings.keys or settings.index / API_KEYS_FILE


@key.command("add")
@click.argument("name")
@common_options
@click.option("--group", "groups", multiple=True, help="Group of access.toml whose documents it reads (repeatable).")
@click.option(
    "--scope", type=click.Choice(["read", "admin"]), default="read", show_default=True, help="What it may do."
)
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Its last day, such as 2027-12-31.")
def key_add(name: str, *, groups: tuple[str, ...], scope: Scope, expires: datetime | None) -> None:
    """Make a key for a program and print it; it is shown once, and kept as a salted hash."""
    from indexer.access import check_groups
    from indexer.api_keys import add_api_key

    check_groups(load_settings().settings.access, groups)
    until = expires.date() if expires else None
    print_line(add_api_key(_key_file(), name, groups=groups, scope=scope, expires=until))


@key.command("list")
@common_options
@_json
def key_list(*, as_json: bool) -> None:
    """List the keys: for whom, which groups, which scope, until when."""
    from indexer.api_keys import read_api_keys

    keys = [
        {name: value for name, value in asdict(own).items() if name not in _SECRETS}
        for own in read_api_keys(_key_file())
    ]
    if as_json:
        print_text(json.dumps(keys, ensure_ascii=False, indent=2))
        return
    for own in keys:
        groups = ", ".join(own["groups"]) or "no group"
        print_line(
            f"{own['name']}  {own['scope']}  {groups}  since {own['created']}, until {own['expires'] or 'revoked'}"
        )


@key.command("revoke")
@click.argument("name")
@common_options
@_quiet
def key_revoke(name: str, *, quiet: bool) -> None:
    """Revoke a key, named by its name or id; it opens nothing within a second."""
    from indexer.api_keys import revoke_api_key

    revoked = revoke_api_key(_key_file(), name)
    _print_unless(quiet, f"revoked {revoked.name}")


# --- how things are shown


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Yield what reports progress to standard error: a bar on a terminal, sparse lines elsewhere."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with click.progressbar(length=0, label="indexing", file=sys.stderr, show_pos=True) as bar:

            def move(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            yield move
    else:
        last = [time.monotonic()]

        def log(done: int, total: int) -> None:
            if time.monotonic() - last[0] >= _SECONDS_BETWEEN_LOG_LINES:
                last[0] = time.monotonic()
                print_error(f"{done} of {total} files")

        yield log


def _watch(update: Callable[[], Report], *, quiet: bool, as_json: bool) -> None:
    from indexer.errors import ArchiveError

    _print_unless(quiet, "watching; stop with Ctrl-C")
    refused = ""
    while True:
        time.sleep(_WATCH_SECONDS)
        try:
            report = update()
        except ArchiveError as error:
            if str(error) != refused:  # once, not every two seconds
                print_error(f"indexer: {error}")
            refused = str(error)
            continue
        refused = ""
        if report.added or report.changed or report.renamed or report.deleted:
            _print_report(report, quiet=quiet, as_json=as_json)


def _print_report(report: Report, *, quiet: bool, as_json: bool) -> None:
    from indexer.status import group_left_out
    from indexer.store.state import LeftOut

    for path, reason in report.failed:
        print_error(f"failed: {path}: {reason}")
    for sentence in [report.stale, *report.notes] if report.stale else report.notes:
        print_error(sentence)
    if as_json:
        print_line(json.dumps(report.to_record(), ensure_ascii=False))
        return
    if quiet:
        return
    for group in group_left_out(LeftOut(path, reason) for path, reason in report.left_out):
        print_error(_say_left_out(group.to_record()))
    if report.dry_run:
        for name in ("added", "changed", "renamed", "deleted"):
            for path in getattr(report, name):
                print_line(f"would be {name}: {path}")
    counts = ", ".join(f"{len(getattr(report, name))} {name}" for name in ("added", "changed", "renamed", "deleted"))
    failed = len({path for path, _ in report.failed})
    where = f"generation {report.generation}" if report.generation else "no index yet"
    print_line(
        f"files: {counts}, {report.unchanged} unchanged, {len(report.empty)} empty, {failed} failed"
        f"{f', {report.taken_over} not parsed again' if report.taken_over else ''}; "
        f"{report.documents} documents, {where}, {report.seconds:.1f} s"
    )


def _say_left_out(group: dict[str, Any]) -> str:
    more = group["count"] - 1
    named = group["examples"][0] + (f" and {more} more" if more else "")
    return f"left out: {named}: {group['reason']}" + (f" ({group['ending']})" if group["ending"] else "")


def _print_unless(quiet: bool, text: str) -> None:  # noqa: FBT001 - reads as one
    if not quiet:
        print_line(text)


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "-"
    if isinstance(value, dict):
        return ", ".join(f"{name} {part}" for name, part in value.items() if part is not None)
    return "-" if value is None else str(value)


def _evidence(found: dict[str, Any] | None) -> str:
    return f"   <- line {found['line']}, {found['rule']}" if found else ""
