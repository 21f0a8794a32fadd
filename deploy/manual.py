"""Write the manual pages of both programs, from the texts of their own help.

    python deploy/manual.py FOLDER

Own lines instead of click-man: that knows neither our groups of options, nor examples, exit codes and languages.
The same source gives the same bytes: the day of a page is that of SOURCE_DATE_EPOCH.
"""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.cli import main as indexer
from indexer.command_line import GENERAL, paragraphs, record_of
from indexer.messages import N_, say, tell
from indexer.screen import unbroken
from searchapp.cli import main as searchapp

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where man(1) looks for a language, and the locale that speaks it.
LANGUAGES = {"": "C.UTF-8", "zh_CN/": "zh_CN.UTF-8"}
PROGRAMS = {"indexer": indexer, "searchapp": searchapp}
_EARLIEST = 315532800  # as the Makefile says
_FILES = (
    ("archive.toml", N_("Settings file.")),
    ("/etc/archive-search/archive.toml", N_("Settings file of an installed package.")),
)
_ENVIRONMENT = (
    ("ARCHIVE_INDEX, ARCHIVE_PORT, …", N_("A setting each, before the settings file; `indexer config` lists them.")),
    (
        "LC_ALL, LC_MESSAGES, LANG",
        N_("Language of what is said: Chinese where it begins with zh, else English."),
    ),
    ("NO_COLOR", N_("Without colours.")),
    ("PAGER", N_("What shows long results on a terminal.")),
)


def write_manuals(folder: Path) -> None:
    """Write a page for each program and language below a folder of manuals."""
    for language, locale in LANGUAGES.items():
        os.environ["LC_ALL"] = locale
        for name, program in PROGRAMS.items():
            page = folder / f"{language}man1" / f"{name}.1"
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text("\n".join(_lines(name, program)) + "\n", encoding="utf-8")


def _lines(name: str, program: click.Group) -> Iterator[str]:
    day = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH") or _EARLIEST), UTC).date()
    title, *more = map(tell, paragraphs(program.help or ""))
    yield f'.TH {name.upper()} 1 {day} "archive-search {version("archive-search")}"'
    yield from (".ad l", ".nh")  # else groff stretches lines that it cannot break between Chinese characters
    yield from _section(N_("Name"))
    yield f"{name} \\- {_plain(title.rstrip('.。'))}"
    yield from _section(N_("Synopsis"))
    context = program.context_class(program, info_name=name, **program.context_settings)
    yield _usage(program, context)
    if more:
        yield from _section(N_("Description"))
        yield from _text(more)
    yield from _section(N_("Commands"))
    for words, command, own in _commands(program, context):
        yield f'.SS "{_plain(words)}"'
        yield from _command(command, own)
        if getattr(command, "exit_codes", None) != getattr(program, "exit_codes", None):
            yield from _exit_codes(command, heading=".PP")
    yield from _section(N_("General options"))
    yield from _list(record for own in _options(program, context) if (record := record_of(own, context)))
    yield from _examples(program)
    yield from _exit_codes(program)
    yield from _section(N_("Environment"))
    yield from _list((term, tell(meaning)) for term, meaning in _ENVIRONMENT)
    yield from _section(N_("Files"))
    yield from _list((term, tell(meaning)) for term, meaning in _FILES)
    yield from _section(N_("See also"))
    other = next(own for own in PROGRAMS if own != name)
    yield f".BR {other} (1)"


def _commands(group: click.Group, above: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    for name, command in group.commands.items():
        context = command.context_class(command, info_name=name, parent=above)
        if isinstance(command, click.Group):
            yield from _commands(command, context)
        else:
            yield context.command_path.partition(" ")[2], command, context


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    yield _usage(command, context)
    yield from _text(map(tell, paragraphs(command.help or "")))
    sections: dict[str, list[tuple[str, str]]] = {}
    for own in _options(command, context):
        section = getattr(own, "section", GENERAL)
        heading = section if isinstance(section, str) else section.heading
        if section is not GENERAL and (record := record_of(own, context)):
            sections.setdefault(heading, []).append(record)
    for heading, records in sections.items():
        yield from (".PP", f".I {_plain(say(N_('{heading}:'), heading=tell(heading)))}")
        yield from _list(records)
    yield from _examples(command, heading=".PP")


def _options(command: click.Command, context: click.Context) -> Iterator[click.Option]:
    yield from (own for own in command.get_params(context) if isinstance(own, click.Option))


def _usage(command: click.Command, context: click.Context) -> str:
    return f".B {_plain(' '.join([context.command_path, *map(tell, command.collect_usage_pieces(context))]))}"


def _examples(command: click.Command, *, heading: str = ".SH") -> Iterator[str]:
    rows = [(own, "") if isinstance(own, str) else own for own in getattr(command, "examples", ())]
    if rows:
        yield from _heading(N_("Examples"), heading)
        yield from _list((line, tell(meaning)) for line, meaning in rows)


def _exit_codes(command: click.Command, *, heading: str = ".SH") -> Iterator[str]:
    if codes := getattr(command, "exit_codes", ()):
        yield from _heading(N_("Exit status"), heading)
        yield from _list((code, tell(meaning)) for code, meaning in codes)


def _section(heading: str) -> Iterator[str]:
    yield from _heading(heading, ".SH")


def _heading(heading: str, kind: str) -> Iterator[str]:
    said = tell(heading)
    if kind == ".PP":
        yield from (".PP", f".I {_plain(say(N_('{heading}:'), heading=said))}")
    else:
        yield f'.SH "{_plain(said.upper())}"'


def _text(texts: Iterator[str] | list[str]) -> Iterator[str]:
    for text in texts:
        yield from (".PP", _plain(text))


def _list(rows: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> Iterator[str]:
    for term, meaning in rows:
        yield from (".TP", f".B {_plain(term)}", _plain(meaning) or "\\&")


def _plain(text: str) -> str:
    """Write a text so that nothing of it is a command of roff, each hyphen one to be copied, and Chinese can break."""
    escaped = re.sub(r"[\\-]", lambda match: {"\\": "\\e", "-": "\\-"}[match[0]], text).replace('"', "\\(dq")
    broken = " ".join("\\:".join(unbroken(word)) for word in escaped.split(" "))
    return re.sub(r"^(?=[.'])", r"\\&", broken)


if __name__ == "__main__":
    write_manuals(Path(sys.argv[1]))
