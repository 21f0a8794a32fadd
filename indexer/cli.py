"""The administrator's program: make, update, check and look into an index."""

from __future__ import annotations

import functools
import json
import re
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexer.command_line import (
    EXIT_ERROR,
    EXIT_INCOMPLETE,
    GENERAL,
    TEXT,
    ArchiveCommand,
    ArchiveGroup,
    Option,
    common_options,
    find_settings,
    load_settings,
    print_error,
    print_line,
    print_text,
    tell_error,
    version_option,
)
from indexer.errors import ArchiveError
from indexer.messages import N_, say, tell
from indexer.screen import Bar, is_dumb, spell_bytes, width_of

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
# Words that are made of names in reports and rows.
_WORDS = (
    N_("fresh"), N_("stale"), N_("failing"), N_("broken"), N_("unknown"), N_("default"),
    N_("index"), N_("generation"), N_("created"), N_("age"), N_("last good"), N_("writing"), N_("documents"),
    N_("files"), N_("empty files"), N_("generations"), N_("roots"), N_("built by"),
    N_("would be added"), N_("would be changed"), N_("would be renamed"), N_("would be deleted"),
    N_("would be restored"), N_("would be replaced"), N_("restored"), N_("replaced"), N_("same"),
    N_("engine"), N_("parser"), N_("analyzer"), N_("normalizer"), N_("words"), N_("dictionary"), N_("none"),
)  # fmt: skip
_AGE = re.compile(r"(\d{1,5})([hd]?)")

_option = functools.partial(click.option, cls=Option)
_paths = click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
_quiet = _option("--quiet", section=GENERAL, is_flag=True, help="Print nothing but errors.")
_json = _option("--json", "as_json", section=GENERAL, is_flag=True, help="Print the report as JSON.")
_processes = _option(
    "--processes",
    type=click.IntRange(0, 256),
    metavar="N",
    show_default="0",
    help="Processes that prepare documents; 0 is one a core.",
)
_memory = _option(
    "--memory",
    type=click.IntRange(500),
    metavar="MB",
    show_default="1000",
    help="Memory that the run may use in all.",
)
# What most commands end with; others say more.
_DONE = (("0", N_("done")), ("2", N_("wrong use or error")))
_LISTED = (("0", N_("all of it")), ("1", N_("something is missing and listed")), ("2", N_("nothing was changed")))
_shrink = _option("--allow-shrink", is_flag=True, help="Go on although many files are gone from the archive.")


def _read_versions() -> dict[str, str]:
    from indexer.status import read_versions

    return read_versions()


@click.group(
    cls=ArchiveGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    examples=(
        ("indexer index /srv/archive", N_("make an index of a folder")),
        ("indexer index", N_("bring it up to date")),
        ("indexer status", N_("say how it is")),
    ),
    exit_codes=_DONE,
)
@version_option(_read_versions)
@common_options
def main() -> None:
    """Make and keep the search index of an archive of Chinese texts.

    `indexer COMMAND --help` says more of a command.
    """


@main.command(
    examples=(
        ("indexer index /srv/archive", N_("make an index, or add a folder")),
        ("indexer index --dry-run", N_("only say what would change")),
        ("indexer index --watch", N_("go on as files change")),
    ),
    exit_codes=_DONE,
)
@_paths
@common_options
@_option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
@_option("--watch", is_flag=True, help="Go on watching the archive, and index what changes.")
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
    """Bring the index up to date with the archive.

    What changed, is new, renamed or deleted is seen. Without PATH: every folder that the index knows, or `archive` of
    the settings.
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
        _print_unless(quiet, say(N_("{reason}. Waiting for the first one"), reason=tell_error(error)))
    if watch and not dry_run:
        _watch(update, quiet=quiet, as_json=as_json)


@main.command(
    examples=(
        ("indexer reindex --if-needed", N_("after an upgrade")),
        ("indexer reindex /srv/new", N_("from now on this folder alone")),
    ),
    exit_codes=_DONE,
)
@_paths
@common_options
@_option("--if-needed", is_flag=True, help="Only where the index is missing, damaged, or built by another version.")
@_option(
    "--keep",
    type=click.IntRange(1, 100),
    metavar="N",
    show_default="2",
    help="Generations to keep, the new one included.",
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
            _print_unless(quiet, json.dumps({"needed": False}) if as_json else say(N_("no rebuild needed")))
            return
        if not quiet:
            for reason in reasons:
                print_error(say(N_("rebuilding because of: {reason}"), reason=tell(reason)))
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
        raise click.BadParameter(
            say(N_("{typed!r} is no age; write hours or days, such as 26, 26h or 2d"), typed=typed)
        )
    return timedelta(**{"days" if match[2] == "d" else "hours": int(match[1])}) if match else None


@main.command(
    cls=_MonitorCommand,
    examples=(
        ("indexer status", N_("for people")),
        ("indexer status --max-age 26h --json", N_("for a monitor")),
    ),
    exit_codes=(
        ("0", N_("fresh")),
        ("1", N_("stale, or something failed")),
        ("2", N_("broken")),
        ("3", N_("nobody can say (also wrong use)")),
    ),
)
@common_options
@_option("--max-age", callback=_read_age, metavar="HOURS|Nd", help="How old the last good run may be: 26, 26h, 2d.")
@_json
def status(*, max_age: timedelta | None, as_json: bool) -> None:
    """Show how the index and the last run are, for people and monitors."""
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
    _print_fact(N_("state"), say(report["state"]))
    for reason in report["reasons"]:
        _print_fact(N_("because"), tell(reason))
    for name in _SHOWN:
        if name in report:
            value = report[name] or None
            if isinstance(value, dict):
                value = [f"{say(part)} {tell(of)}" for part, of in value.items()]
            _print_fact(name.replace("_", " ").removesuffix(" run"), tell(_in_words(value)))
    if run := report.get("last_run"):
        _print_fact(N_("last run"), f"indexer {run['command']}, {run['started']}, {run['seconds']:.1f} s")
    if disk := report.get("disk"):
        room = {name: disk[name] >> 20 for name in ("free", "needed")}
        _print_fact(N_("disk"), say(N_("{free} MB free; a rebuild may need {needed} MB"), **room))
    for file in report.get("failed", ()):
        _print_failure(file["path"], file["reason"])
    for group in report.get("left_out", ()):
        print_line(_say_left_out(group))
    for sentence in report.get("warnings", ()):
        print_line(tell(sentence))


@main.command(
    examples=(("indexer check --repair", N_("mend what is damaged")),),
    exit_codes=(("0", N_("whole")), ("2", N_("damaged, or wrong use"))),
)
@common_options
@_option("--repair", is_flag=True, help="Mend what is damaged: from the archive, or by removing old generations.")
@_quiet
@_json
def check(*, repair: bool, quiet: bool, as_json: bool) -> None:
    """Verify every checksum, and that every document is found.

    Each has to be readable, and found by its own text. Older generations and the state of the files are looked through
    as well.
    """
    from indexer.status import check_index, repair_index

    settings = load_settings().settings
    problems, documents = check_index(settings)
    if as_json:
        print_line(json.dumps({"documents": documents, "problems": problems}, ensure_ascii=False))
    elif not problems:
        whole = N_("{documents} documents, all readable and findable; every checksum is right")
        _print_unless(quiet, say(whole, documents=documents))
    for problem in problems:
        print_error(tell(problem))
    if problems and repair:
        with _progress(quiet=quiet) as progress:
            _print_report(repair_index(settings, progress=progress), quiet=quiet, as_json=as_json)
        problems, _ = check_index(settings)
        for problem in problems:
            print_error(say(N_("still: {problem}"), problem=tell(problem)))
    if problems:
        sys.exit(EXIT_ERROR)


@main.command(
    examples=(
        ("indexer doctor", N_("what the archive lacks")),
        ("indexer doctor --misses", N_("what people looked for in vain")),
    ),
    exit_codes=_DONE,
)
@common_options
@_option("--all", "show_all", is_flag=True, help="Name every document, not only the first of each kind.")
@_option("--misses", "show_misses", is_flag=True, help="List the searches of the site without hits instead.")
@_json
def doctor(*, show_all: bool, show_misses: bool, as_json: bool) -> None:
    """Report what is missing or odd over the whole archive."""
    from indexer.doctor import examine

    if show_misses:
        _print_misses(as_json=as_json)
        return
    report = examine(load_settings())
    if as_json:
        print_text(json.dumps(report, ensure_ascii=False, indent=2))
        return
    total = report["documents"]
    print_line(say(N_("{number} documents"), number=total))
    for finding in report["findings"]:
        places = finding["places"] if show_all else finding["places"][:_NAMED]
        more = finding["count"] - len(places)
        percent = f"{100 * finding['count'] / total:.1f}" if total else "0"
        share = "" if finding["of_files"] else say(N_(" ({percent} %)"), percent=percent)
        heading = N_("{count} {finding}:") if finding["of_files"] else N_("{count}{share} {finding}:")
        print_line(say(heading, count=finding["count"], share=share, finding=tell(finding["sentence"])))
        for place in places:
            print_line(f"    {tell(place) if finding['of_files'] else place}")
        if more:
            print_line("    " + say(N_("and {more} more (--all names them)"), more=more))


def _print_misses(*, as_json: bool) -> None:
    from indexer.misses import MISSES_FILE, MissLog

    settings = load_settings().settings
    log = MissLog(settings.misses or settings.index / MISSES_FILE)
    misses = log.read(_MOST_MISSES)
    if log.trouble:
        raise ArchiveError(N_("searches without hits cannot be read: {reason}"), reason=log.trouble)
    if as_json:
        print_text(json.dumps([asdict(miss) for miss in misses], ensure_ascii=False, indent=2))
        return
    for miss in misses:
        print_line(f"{miss.count:6}  {miss.day}  {miss.query}")


@main.command(exit_codes=_DONE)
@common_options
@_quiet
def rollback(*, quiet: bool) -> None:
    """Serve the previous generation again."""
    from indexer.updating.pipeline import roll_back

    generation = roll_back(load_settings().settings)
    made = {"generation": generation.folder.name, "day": generation.manifest.created}
    _print_unless(quiet, say(N_("serving {generation}, made {day}"), **made))


@main.command(
    examples=(("indexer move /mnt/old /srv/archive", N_("the same files lie elsewhere now")),),
    exit_codes=_DONE,
)
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@common_options
@_quiet
def move(old: Path, new: Path, *, quiet: bool) -> None:
    """Tell the index that the archive in OLD lies in NEW now.

    Nothing is read or built again. OLD need not exist: an index that came from another machine names the path of there.
    """
    from indexer.inventory import find_left_behind, find_places
    from indexer.updating.pipeline import move_archive

    configuration = load_settings()
    before = find_places(configuration)
    generation = move_archive(configuration.settings, old, new=new)
    for sentence in find_left_behind(configuration, old, before=before):
        print_error(tell(sentence))
    roots = ", ".join(str(root.path) for root in generation.manifest.read_roots())
    told = N_("the archive is now {roots}; `indexer index` brings the index up to date with it")
    _print_unless(quiet, say(told, roots=roots))


@main.command(
    examples=(
        ("indexer backup /var/backups/archive.tar.gz --force", N_("each night, over the one before")),
        ("indexer backup move.tar.gz --with-index", N_("for another machine")),
    ),
    exit_codes=(_LISTED[0], ("1", N_("something is missing and listed")), ("2", N_("nothing was written"))),
)
@click.argument("file", type=click.Path(path_type=Path))
@common_options
@_option("--with-index", is_flag=True, help="Take the live generation of the index, too.")
@_option("--force", is_flag=True, help="Replace FILE where it is there already.")
@_quiet
@_json
def backup(file: Path, *, with_index: bool, force: bool, quiet: bool, as_json: bool) -> None:
    """Write what no run can build anew to one FILE.

    That is settings, words, rules, overrides, keys, misses and state. The site and a run of `indexer` may go on
    meanwhile. FILE is a .tar.gz that nobody but you may read.
    """
    from indexer.backup import write_backup

    with _progress(quiet=quiet, label=N_("backing up")) as progress:
        report = write_backup(load_settings(), file, with_index=with_index, force=force, progress=progress)
    for what, reason in report.lacking:
        print_error(say(N_("not in the backup: {what}: {reason}"), what=what, reason=tell(reason)))
    if as_json:
        print_text(json.dumps(report.to_record(), ensure_ascii=False, indent=2))
    elif not quiet:
        for row, path in report.files:
            print_line(f"{row:<15}{path}")
        if report.generation is not None:
            print_line(f"{'index':<15}" + say(N_("generation {number}"), number=report.generation))
        told = N_("{file}: {files} files, {megabytes} MB, {seconds} s")
        size = {"files": len(report.files), "megabytes": f"{report.bytes / 1e6:.1f}"}
        print_line(say(told, file=file, seconds=f"{report.seconds:.1f}", **size))
    if report.lacking:
        sys.exit(EXIT_INCOMPLETE)


@main.command(
    examples=(
        ("indexer restore move.tar.gz --dry-run", N_("say what would be put where")),
        ("indexer restore move.tar.gz --root /old=/srv/archive", N_("the archive lies elsewhere here")),
    ),
    exit_codes=_LISTED,
)
@click.argument("file", type=click.Path(path_type=Path))
@common_options
@_option(
    "--root",
    "moved",
    multiple=True,
    metavar="OLD=NEW",
    help="Folder of the archive there, and where it lies here (repeatable).",
)
@_option("--dry-run", is_flag=True, help="Check FILE and say what would be put where; change nothing.")
@_option("--force", is_flag=True, help="Replace files that differ, and serve the index of FILE.")
@_quiet
@_json
def restore(file: Path, *, moved: tuple[str, ...], dry_run: bool, force: bool, quiet: bool, as_json: bool) -> None:
    """Put what a backup holds where its settings name it.

    The settings go to --config, an index beside any other. All of FILE is checked before anything is written.
    """
    from indexer.restore import restore_backup

    shared = click.get_current_context().ensure_object(dict)
    with _progress(quiet=quiet, label=N_("restoring")) as progress:
        report = restore_backup(
            file,
            shared.get("config"),
            options={"index": shared.get("index")},
            moved=dict(_read_move(own) for own in moved),
            force=force,
            dry_run=dry_run,
            progress=progress,
        )
    for what, reason in report.failed:
        print_error(say(N_("not restored: {what}: {reason}"), what=what, reason=tell(reason)))
    for sentence in report.notes:
        print_error(tell(sentence))
    if as_json:
        print_text(json.dumps(report.to_record(), ensure_ascii=False, indent=2))
    elif not quiet:
        for name in ("restored", "replaced", "same"):
            told = name if name == "same" or not dry_run else f"would be {name}"
            for row, path in getattr(report, name):
                print_line(say(N_("{done}: {path} ({row})"), done=say(told), path=path, row=row))
    if report.failed:
        sys.exit(EXIT_INCOMPLETE)


def _read_move(text: str) -> tuple[Path, Path]:
    old, sign, new = text.partition("=")
    if not (old and sign and new):
        raise click.BadParameter(say(N_("{typed!r} is not OLD=NEW"), typed=text), param_hint="--root")
    return Path(old), Path(new)


@main.command(
    examples=(("indexer inspect /srv/archive/2021/通知.docx", N_("why it is found as it is")),), exit_codes=_DONE
)
@click.argument("file", type=click.Path(path_type=Path))
@common_options
@_json
def inspect(file: Path, *, as_json: bool) -> None:
    """Show what one file becomes, and where each value came from.

    That is the line, and the rule that found it.
    """
    from indexer.document import to_record
    from indexer.errors import UnreadableFileError
    from indexer.reading import use_recognition
    from indexer.updating.extraction import read_documents
    from indexer.updating.pipeline import find_file

    settings = load_settings().settings
    use_recognition(wanted=settings.ocr)
    found = find_file(file, settings)
    try:
        documents, problems, encoding = read_documents(found)
    except UnreadableFileError as error:
        raise UnreadableFileError(N_("{file} {reason}"), file=file, reason=str(error)) from None
    records = [to_record(document) for document in documents]
    if as_json:
        report = {"file": str(file), "encoding": encoding, "documents": records, "problems": problems}
        print_text(json.dumps(report, ensure_ascii=False, indent=2))
        return
    number = (
        N_("{file}: {encoding}, 1 document") if len(documents) == 1 else N_("{file}: {encoding}, {number} documents")
    )
    print_line(say(number, file=file, encoding=encoding, number=len(documents)))
    for record in records:
        print_line()
        _print_document(record)
    for problem in problems:
        print_error(tell(problem))


def _print_document(record: dict[str, Any]) -> None:
    for name, value in record.items():
        if name not in _TOLD_APART:
            print_line(f"{name:<15}{_in_words(value)}{_evidence(record['evidence'].get(name))}")
    for person in record["people"]:
        role = f" ({person['role']})" if person["role"] else ""
        where = say(N_("line {line}"), line=person["line"])
        print_line(f"{'person':<15}{person['name']}{role}: {', '.join(map(tell, person['parts']))}   <- {where}")
    for said in record["speech"]:
        opening = record["body"][said["start"] : said["end"]][:30].replace("\n", " ")
        sure = "" if said["sure"] else say(N_(" (probably)"))
        print_line(f"{'said':<15}{said['speaker']}{sure} {said['verb']}: {opening}…")
    body = record["body"]
    length = say(N_("({number} characters)"), number=len(body))
    print_line(f"{'body':<15}{body[:60]!r} … {body[-40:]!r} {length}")


@main.command(examples=(("indexer analyze 科协党组会议", N_("how a text is cut")),), exit_codes=_DONE)
@click.argument("text", type=TEXT)
@common_options
@_json
def analyze(text: str, *, as_json: bool) -> None:
    """Show how a text is cut.

    Each token has its position, offsets and kind.
    """
    from indexer.analysis.analyzer import analyze as analyze_text
    from indexer.analysis.analyzer import use_dictionary

    use_dictionary(load_settings().settings.dictionary)
    tokens = analyze_text(text)
    if as_json:
        print_line(json.dumps([asdict(token) for token in tokens], ensure_ascii=False))
        return
    print_line("position  start  end  kind       text")  # names of fields, as in the JSON
    for token in tokens:
        shown = token.text.replace("\x1f", "␟")
        print_line(f"{token.position:>8}  {token.start:>5}  {token.end:>3}  {token.kind:<9}  {shown}")


@main.command(examples=(("indexer export > documents.jsonl", N_("all of it, one document a line")),), exit_codes=_DONE)
@common_options
def export() -> None:
    """Print every document of the index as JSON Lines."""
    from indexer.document import to_record
    from indexer.store.generations import open_index

    reader = open_index(load_settings().settings.index).reader
    for document in reader.iter_documents():
        print_line(json.dumps(to_record(document), ensure_ascii=False))


@main.command(exit_codes=_DONE)
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
        origin, meaning = configuration.origins[name], Settings.model_fields[name].description or ""
        comment = say(N_("{origin}: {meaning}"), origin=say(origin), meaning=tell(meaning))
        print_line(f"{name} = {json.dumps(value, ensure_ascii=False)}  # {comment}")


@main.command("access", exit_codes=_DONE)
@common_options
@_json
def show_access(*, as_json: bool) -> None:
    """Show how many documents each group may read.

    Rules that no document meets are named.
    """
    from indexer.access import read_access
    from indexer.store.generations import open_index
    from indexer.visibility import find_reach

    settings = load_settings().settings
    if settings.access is None:
        raise ArchiveError(N_("everybody may read everything: the setting `access` names no file"))
    reader = open_index(settings.index).reader
    reaches = find_reach(reader, read_access(settings.access))
    if as_json:
        print_text(json.dumps([asdict(reach) for reach in reaches], ensure_ascii=False, indent=2))
        return
    for reach in reaches:
        told = N_("{group}: {documents} of {all} documents")
        print_line(say(told, group=reach.name, documents=reach.documents, all=reader.document_count))
    for reach in reaches:
        for sentence in reach.idle:
            print_error(tell(sentence))


@main.group(
    cls=ArchiveGroup, examples=(("indexer key add 门户", N_("a key for a program of that name")),), exit_codes=_DONE
)
def key() -> None:
    """Make, list and revoke the keys by which programs ask the site."""


def _key_file() -> Path:
    from indexer.api_keys import API_KEYS_FILE

    settings = load_settings().settings
    return settings.keys or settings.index / API_KEYS_FILE


def _complete_key(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from indexer.api_keys import API_KEYS_FILE, read_api_keys

    with suppress(ArchiveError):
        settings = find_settings(context)
        names = [own.name for own in read_api_keys(settings.keys or settings.index / API_KEYS_FILE)]
        return [name for name in names if name.startswith(incomplete)]
    return []


def _complete_group(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    from indexer.access import read_access

    with suppress(ArchiveError):
        if (file := find_settings(context).access) is not None:
            return [name for name in read_access(file).groups if name.startswith(incomplete)]
    return []


@key.command(
    "add", examples=(("indexer key add 门户 --group 党组 --expires 2027-12-31", N_("for a year")),), exit_codes=_DONE
)
@click.argument("name", type=TEXT)
@common_options
@_option(
    "--group",
    "groups",
    multiple=True,
    type=TEXT,
    metavar="GROUP",
    shell_complete=_complete_group,
    help="Group of access.toml whose documents it reads (repeatable).",
)
@_option("--scope", type=click.Choice(["read", "admin"]), default="read", show_default=True, help="What it may do.")
@_option("--expires", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Its last day, such as 2027-12-31.")
def key_add(name: str, *, groups: tuple[str, ...], scope: Scope, expires: datetime | None) -> None:
    """Make a key for a program and print it.

    It is shown once, and kept as a salted hash.
    """
    from indexer.access import check_groups
    from indexer.api_keys import add_api_key

    check_groups(load_settings().settings.access, groups)
    until = expires.date() if expires else None
    print_line(add_api_key(_key_file(), name, groups=groups, scope=scope, expires=until))


@key.command("list", exit_codes=_DONE)
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
        groups = ", ".join(own["groups"]) or say(N_("no group"))
        told = N_("since {first}, until {last}") if own["expires"] else N_("since {first}, until revoked")
        days = say(told, first=own["created"], last=own["expires"])
        print_line(f"{own['name']}  {own['scope']}  {groups}  {days}")


@key.command("revoke", exit_codes=_DONE)
@click.argument("name", type=TEXT, shell_complete=_complete_key)
@common_options
@_quiet
def key_revoke(name: str, *, quiet: bool) -> None:
    """Revoke a key, named by its name or id.

    Within a second it opens nothing.
    """
    from indexer.api_keys import revoke_api_key

    revoked = revoke_api_key(_key_file(), name)
    _print_unless(quiet, say(N_("revoked {name}"), name=revoked.name))


# --- how things are shown


@contextmanager
def _progress(*, quiet: bool, label: str = N_("indexing")) -> Iterator[Callable[[int, int], None] | None]:
    """Yield what is told how many bytes of how many are done: a bar on a terminal, sparse lines elsewhere."""
    if quiet:
        yield None
    elif sys.stderr.isatty() and not is_dumb():
        bar = Bar(say(label))
        try:
            yield bar.move
        finally:
            bar.wipe()
    else:
        last = [time.monotonic()]

        def log(done: int, total: int) -> None:
            if time.monotonic() - last[0] >= _SECONDS_BETWEEN_LOG_LINES:
                last[0] = time.monotonic()
                print_error(say(N_("{done} of {total}"), done=spell_bytes(done), total=spell_bytes(total)))

        yield log


def _watch(update: Callable[[], Report], *, quiet: bool, as_json: bool) -> None:
    _print_unless(quiet, say(N_("watching; stop with Ctrl-C")))
    refused = ""
    while True:
        time.sleep(_WATCH_SECONDS)
        try:
            report = update()
        except ArchiveError as error:
            if str(error) != refused:  # once, not every two seconds
                print_error(f"indexer: {tell_error(error)}")
            refused = str(error)
            continue
        refused = ""
        if report.added or report.changed or report.renamed or report.deleted:
            _print_report(report, quiet=quiet, as_json=as_json)


def _print_report(report: Report, *, quiet: bool, as_json: bool) -> None:
    from indexer.status import group_left_out
    from indexer.store.state import LeftOut

    for path, reason in report.failed:
        _print_failure(path, reason, error=True)
    for sentence in [report.stale, *report.notes] if report.stale else report.notes:
        print_error(tell(sentence))
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
                print_line(say(N_("{done}: {path}"), done=say(f"would be {name}"), path=path))
    print_line(_say_counts(report))


def _say_counts(report: Report) -> str:
    told = N_(
        "files: {added} added, {changed} changed, {renamed} renamed, {deleted} deleted, {unchanged} unchanged, "
        "{empty} empty, {failed} failed{taken_over}; {documents} documents, {where}, {seconds} s"
    )
    known = N_("generation {number}") if report.generation else N_("no index yet")
    return say(
        told,
        **{name: len(getattr(report, name)) for name in ("added", "changed", "renamed", "deleted", "empty")},
        unchanged=report.unchanged,
        failed=len({path for path, _ in report.failed}),
        taken_over=say(N_(", {number} not parsed again"), number=report.taken_over) if report.taken_over else "",
        documents=report.documents,
        where=say(known, number=report.generation),
        seconds=f"{report.seconds:.1f}",
    )


def _print_failure(path: str, reason: str, *, error: bool = False) -> None:
    told = say(N_("failed: {path}: {reason}"), path=path, reason=tell(reason))
    (print_error if error else print_line)(told)


def _say_left_out(group: dict[str, Any]) -> str:
    more = group["count"] - 1
    named = group["examples"][0] + (say(N_(" and {more} more"), more=more) if more else "")
    told = say(N_("left out: {files}: {reason}"), files=named, reason=tell(group["reason"]))
    return told + (f" ({group['ending']})" if group["ending"] else "")


def _print_fact(name: str, value: str) -> None:
    """Print a row of a table; names in Chinese are wider than they are long."""
    told = say(name)
    print_line(f"{told}{' ' * max(1, 13 - width_of(told))}{value}")


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
    if not found:
        return ""
    return "   <- " + say(N_("line {line}, {rule}"), line=found["line"], rule=tell(found["rule"]))
