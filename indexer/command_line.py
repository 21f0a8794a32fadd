"""What both programs share on the command line: help, options, exit codes, one-line errors, output that never fails."""

from __future__ import annotations

import errno
import functools
import inspect
import itertools
import logging
import os
import re
import signal
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from indexer.completions import read_completions
from indexer.errors import ArchiveError
from indexer.messages import N_, say, speak_for, tell
from indexer.screen import columns, use_colour, width_of, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from click.shell_completion import CompletionItem

    from indexer.plain import SearchSettings
    from indexer.screen import Colours
    from indexer.settings import Configuration, Settings

EXIT_ERROR = 2
EXIT_INCOMPLETE = 1
EXIT_CLOSED = 128 + signal.SIGPIPE  # as shells report a program that wrote to a closed pipe
# C0 without tab and line end, C1, and the marks of direction (Unicode TR 36, 2.9), which can show a name backwards.
_ACTING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")
_ACTING_IN_BASH = re.compile(r"[\s\\'\"`$&|;<>()*?\[\]!#{}~]")
_MOST_COLUMNS = 100
_FEWEST_COLUMNS = 30
_WIDEST_TERM = 30
# No argument can hold it, so it may stand before one that is text though it begins with a dash.
_IS_TEXT = "\0"

# Whether it can be read is said better by who reads it, and by the exit code of `status`.
_NAMED = click.Path(path_type=Path, readable=False)


# --- help


@dataclass(frozen=True)
class Section:
    """A part of the help: its heading, a note below it, and whether its options are only named, not explained.

    The manual page explains all of them.
    """

    heading: str
    note: str = ""
    compact: bool = False


OPTIONS = Section(N_("Options"))
GENERAL = Section(N_("General options"))


class Formatter(click.HelpFormatter):
    """Writes help in the language and the width of the terminal; Chinese characters take two columns, and break."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.width = max(min(self.width, columns() - 2), _FEWEST_COLUMNS)

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        self.write(f"{'':>{self.current_indent}}{say(N_('{heading}:'), heading=tell(heading))}\n")

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:  # noqa: PLR0917 - click's
        """Write how a command is called."""
        usage = prefix or say(N_("Usage:"))
        start = f"{usage}{' ' * usage.isascii()}{prog} "
        self.write(wrap(args, self.width, indent=" " * width_of(start), first=start) + "\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs; one that begins with a backspace (click's mark) keeps its lines."""
        self.write("\n\n".join(self._paragraph(own) for own in paragraphs(text)) + "\n")

    def _paragraph(self, text: str) -> str:
        indent = " " * self.current_indent
        if text.startswith("\b\n"):
            return "\n".join(f"{indent}{tell(line)}" for line in text.splitlines()[1:])
        return wrap(tell(text), self.width, indent=indent)

    def write_dl(self, rows: Any, col_max: int = 0, col_spacing: int = 2) -> None:  # noqa: PLR0917
        """Write terms, and beside them what they mean."""
        rows = list(rows)
        widest = min(max(width_of(term) for term, _ in rows), col_max or min(_WIDEST_TERM, self.width // 3))
        for term, meaning in rows:
            start = f"{'':>{self.current_indent}}{term}"
            room = self.current_indent + widest + col_spacing
            if not meaning:
                self.write(f"{start}\n")
                continue
            if width_of(start) > room - col_spacing:
                self.write(f"{start}\n")
                start = ""
            start += " " * (room - width_of(start))
            self.write(wrap(meaning, self.width, indent=" " * room, first=start) + "\n")


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a help text, each on one line, as they are translated."""
    parts = re.split(r"\n\s*\n", inspect.cleandoc(text))
    return [part if part.startswith("\b\n") else " ".join(part.split()) for part in parts if part.strip()]


class ArchiveContext(click.Context):
    """A run of a command; it writes without colours where NO_COLOR or the terminal says so."""

    formatter_class = Formatter

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"max_content_width": _MOST_COLUMNS, **options})
        if self.color is None and not use_colour(sys.stdout):
            self.color = False


class Option(click.Option):
    """An option that stands in a section of the help."""

    def __init__(self, *arguments: Any, section: Section = OPTIONS, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.section = section

    def get_help_record(self, context: click.Context) -> tuple[str, str] | None:
        """Return how it is written, and what it means."""
        return record_of(self, context)


def record_of(option: click.Option, context: click.Context) -> tuple[str, str] | None:
    """Return how an option is written, and what it means, in the language of the terminal."""
    record = None if option.hidden else click.Option.get_help_record(option, context)
    if record is None or isinstance(option.show_default, bool | None):
        extra = record[1].removeprefix(option.help or "") if record else ""
    else:
        extra = "  [" + say(N_("default: {default}"), default=option.show_default) + "]"
    return record and (record[0], tell(option.help or "") + extra)


class _Speaking(click.Command):
    """What commands and groups have in common: sections of options, examples, exit status."""

    context_class = ArchiveContext

    def __init__(
        self,
        *arguments: Any,
        examples: Sequence[tuple[str, str]] = (),
        exit_codes: Sequence[tuple[str, str]] = (),
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.examples, self.exit_codes = examples, exit_codes

    def format_usage(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how it is called."""
        formatter.write_usage(context.command_path, " ".join(map(tell, self.collect_usage_pieces(context))))

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write examples, then the options by their sections."""
        if self.examples:
            with formatter.section(N_("Examples")):
                _write_examples(self.examples, formatter)
        sections = self.sections(context)
        for section, options in sections.items():
            _write_section(section, options, context=context, formatter=formatter)

    def sections(self, context: click.Context) -> dict[Section, list[click.Option]]:
        """Return the sections of its help with the options of each; what all commands have comes last."""
        found: dict[Section, list[click.Option]] = {}
        for own in self.get_params(context):
            if isinstance(own, click.Option) and not own.hidden:
                found.setdefault(getattr(own, "section", GENERAL), []).append(own)
        return dict(sorted(found.items(), key=lambda pair: pair[0] is GENERAL))

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the exit codes mean."""
        super().format_epilog(context, formatter)
        if self.exit_codes:
            codes = say(N_("; ")).join(f"{code} {tell(meaning)}" for code, meaning in self.exit_codes)
            told = say(N_("Exit status: {codes}"), codes=codes)
            formatter.write_paragraph()
            formatter.write(wrap(told, formatter.width, indent="  ", first="") + "\n")

    def get_short_help_str(self, limit: int = 0) -> str:  # noqa: ARG002 - nothing is cut
        """Return the first paragraph of its help."""
        return tell(next(iter(paragraphs(self.help or "")), ""))

    def shell_complete(self, context: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return what may stand here, with what it means in the language of the terminal."""
        items = super().shell_complete(context, incomplete)
        for item in items:
            item.help = tell(item.help or "")
        return items

    def get_help_option(self, context: click.Context) -> click.Option | None:
        """Return -h and --help, in the language of the terminal."""
        option = super().get_help_option(context)
        if option is not None:
            option.help = N_("Show this message and exit.")
        return option


def _write_examples(examples: Sequence[tuple[str, str]], formatter: click.HelpFormatter) -> None:
    """Write what to type, and beside it what it does; below it where there is no room beside all of them."""
    rows = [(line, tell(meaning)) for line, meaning in examples]
    widest = max(width_of(line) for line, _ in rows)
    if all(widest + width_of(meaning) + 4 <= formatter.width for _, meaning in rows):
        formatter.write_dl(rows, col_max=widest)
        return
    for line, meaning in rows:
        formatter.write(f"  {line}\n" + wrap(meaning, formatter.width, indent=" " * 6) + "\n")


def _write_section(
    section: Section, options: list[click.Option], *, context: click.Context, formatter: click.HelpFormatter
) -> None:
    records = [record for own in options if (record := record_of(own, context))]
    with formatter.section(section.heading):
        if section.note:
            formatter.write_text(section.note)
        if not section.compact:
            formatter.write_dl(records)
            return
        names = " ".join(name for own in options for name in own.opts)
        formatter.write(wrap(names, formatter.width, indent=" " * formatter.current_indent) + "\n")


class ArchiveCommand(_Speaking):
    """A command with examples; what begins with one dash may be text, what begins with two is an option."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Read the command line; where unknown options are text, refuse those with two dashes nevertheless."""
        if context.ignore_unknown_options and not context.resilient_parsing:
            arguments = list(_mark_texts(self, context, arguments=arguments))
        try:
            rest = super().parse_args(context, arguments)
        except click.MissingParameter as error:  # click puts a stop behind it that is of no language
            message = error.format_message().removesuffix(".")
            raise click.UsageError(say(N_("{message}."), message=message), context) from None
        context.params.update({name: _unmark(value) for name, value in context.params.items()})
        return rest


def _mark_texts(command: click.Command, context: click.Context, *, arguments: list[str]) -> Iterator[str]:
    """Yield the arguments, marked where they are text though they begin with one dash: -通知, -h2.

    Raises:
        NoSuchOption: one begins with two dashes, and is none that there is.
    """
    known = {
        name: own
        for own in command.get_params(context)
        if isinstance(own, click.Option)
        for name in (*own.opts, *own.secondary_opts)
    }
    rest = iter(arguments)
    for own in rest:
        name = own.partition("=")[0] if own.startswith("--") else own
        if own == "--":
            yield own
            yield from rest
        elif name in known:
            yield own
            if name == own and not known[name].is_flag and not known[name].count:
                yield from itertools.islice(rest, 1)
        elif own.startswith("--"):
            raise click.NoSuchOption(name, possibilities=known, ctx=context)
        else:
            yield f"{_IS_TEXT}{own}" if own.startswith("-") and own != "-" else own


def _unmark(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_unmark, value))
    return value.removeprefix(_IS_TEXT) if isinstance(value, str) else value


class ArchiveGroup(_Speaking, click.Group):
    """A group of commands whose every known error is one sentence and exit code 2, never a traceback."""

    command_class = ArchiveCommand

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the commands in the order in which they are needed."""
        return list(self.commands)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, then what holds for all of them."""
        self.format_commands(context, formatter)
        super().format_options(context, formatter)

    def main(self, *arguments: Any, **options: Any) -> NoReturn:
        """Run as a program."""
        signal.signal(signal.SIGTERM, _stop)
        speak_for()
        if any(name.endswith("_COMPLETE") for name in os.environ):
            _use_own_completion()
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        handler = logging.StreamHandler()
        handler.setFormatter(_Disarming("%(message)s"))
        logging.basicConfig(level=logging.WARNING, handlers=[handler])
        super().main(*arguments, **options)
        sys.exit(0)

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        """Read the command line; --help and --version write already here."""
        with _reader_may_go():
            return super().make_context(*arguments, **options)

    def invoke(self, context: click.Context) -> Any:
        """Run a command; turn what it refuses into a message."""
        try:
            with _reader_may_go():
                return super().invoke(context)
        except ArchiveError as error:
            _fail(context, tell_error(error))
        except KeyboardInterrupt:
            _fail(context, say(N_("interrupted; nothing was left half done")))
        except OSError as error:
            reason = tell(error.strerror or str(error))
            _fail(context, f"{error.filename or say(N_('the system'))}: {reason}")


@contextmanager
def _reader_may_go() -> Iterator[None]:
    """End as a program ends that writes to a closed pipe: quietly, and not with a code that means something else."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EPIPE:
            raise
        with suppress(OSError, ValueError):  # a stream of a test has no number
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.exceptions.Exit(EXIT_CLOSED) from None


def _stop(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def tell_error(error: ArchiveError) -> str:
    """Return what an error says, in the language of the terminal."""
    return say(error.sentence, **error.values) if error.values else tell(str(error))


def _fail(context: click.Context, sentence: str) -> NoReturn:
    for line in sentence.splitlines():
        print_error(f"{context.info_name}: {line}")
    context.exit(EXIT_ERROR)


# --- options


class Text(click.ParamType):  # type: ignore[type-arg]  # of click 8.1 it takes none
    """An argument that is text, not a name of a file, which may be any bytes."""

    name = "text"

    def convert(  # noqa: PLR0917 - click's
        self, value: Any, parameter: click.Parameter | None, context: click.Context | None
    ) -> Any:
        """Return the text; bytes that are none in the locale may be of a Chinese one, else they are refused."""
        typed = value.removeprefix(_IS_TEXT)
        try:
            typed.encode()
        except UnicodeEncodeError:
            with suppress(UnicodeDecodeError):
                decoded = os.fsencode(typed).decode("gb18030")
                if decoded.isprintable():
                    print_error(say(N_("an argument is not text in UTF-8; read as GB 18030: {typed}"), typed=decoded))
                    return decoded
            shown = os.fsencode(typed).decode("utf-8", "backslashreplace")
            self.fail(say(N_("“{typed}” is not text in UTF-8 or GB 18030."), typed=shown), parameter, context)
        return typed


TEXT = Text()


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--config` and `--index`, before or after its name; it gets them as `config` and `index`."""

    @click.option(
        "--config",
        cls=Option,
        section=GENERAL,
        type=_NAMED,
        metavar="FILE",
        show_default="archive.toml",
        help=N_("Settings file."),
    )
    @click.option(
        "--index",
        cls=Option,
        section=GENERAL,
        type=_NAMED,
        metavar="DIR",
        show_default="index",
        help=N_("Folder of the index."),
    )
    @functools.wraps(command)
    def wrapped(*arguments: Any, config: Path | None, index: Path | None, **options: Any) -> Any:
        context = click.get_current_context()
        shared = context.ensure_object(dict)
        shared.update({name: value for name, value in (("config", config), ("index", index)) if value is not None})
        return command(*arguments, **options)

    return wrapped


def complete_values(*names: str) -> Callable[..., list[CompletionItem]]:
    """Return what completes values of fields, as the index had them when it was last written; nothing without one."""

    def complete(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        kept: dict[str, list[str]] = {}
        with suppress(ArchiveError):
            kept = read_completions(_find_index(context))
        values = (value for name in names for value in kept.get(name, ()))
        return [CompletionItem(value) for value in values if value.startswith(incomplete)]

    return complete


def find_settings(context: click.Context) -> Settings:
    """Return the settings by what stands on the command line so far, for what completes it.

    Raises:
        SettingsError: they hold mistakes.
    """
    from indexer.settings import read_settings

    typed = _typed_so_far(context)
    return read_settings(typed["config"], {"index": typed["index"]}).settings


def _find_index(context: click.Context) -> Path:
    from indexer.plain import read_search_settings

    typed = _typed_so_far(context)
    return (read_search_settings(typed["config"], typed["index"]) or find_settings(context)).index


def _typed_so_far(context: click.Context) -> dict[str, Any]:
    typed: dict[str, Any] = {"config": None, "index": None}
    above: click.Context | None = context
    while above is not None:
        typed |= {name: above.params[name] for name in typed if typed[name] is None and above.params.get(name)}
        above = above.parent
    return typed


def _use_own_completion() -> None:
    """Let bash complete values that it would take for several words, and go on behind a colon."""
    from click.shell_completion import BashComplete, add_completion_class

    class OwnBash(BashComplete):
        source_template = BashComplete.source_template.replace("read type", "read -r type").replace(
            "COMPREPLY+=($value)", '[[ $value == *: ]] && compopt -o nospace\n            COMPREPLY+=("$value")'
        )

        def format_completion(self, item: CompletionItem) -> str:
            value = _ACTING_IN_BASH.sub(r"\\\g<0>", item.value) if item.type == "plain" else item.value
            return f"{item.type},{value}"

    add_completion_class(OwnBash)


def version_option(read_versions: Callable[[], dict[str, str]]) -> Callable[..., Any]:
    """Return the option `--version`: the version alone on the first line, then what decides what an index holds."""

    def show(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's
        if wanted and not context.resilient_parsing:
            from importlib.metadata import version

            print_line(version("archive-search"))
            for name, value in read_versions().items():
                label = tell(name)
                print_line(f"{label}{' ' * max(1, 13 - width_of(label))}{value}")
            context.exit()

    return click.option(
        "--version",
        cls=Option,
        section=GENERAL,
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help=N_("Show the version and exit."),
    )


def colour_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--color`; what it prints with click.echo is coloured, or not, as that says."""

    def choose(context: click.Context, _parameter: click.Parameter, choice: Colours) -> None:
        context.color = use_colour(sys.stdout, choice)

    option = click.option(
        "--color",
        cls=Option,
        section=GENERAL,
        type=click.Choice(["auto", "always", "never"]),
        metavar="WHEN",
        default="auto",
        expose_value=False,
        callback=choose,
        help=N_("Colours: auto (on a terminal, without NO_COLOR), always, never."),
    )
    return option(command)


def load_settings(**options: Any) -> Configuration:
    """Read the settings with what the command line says."""
    from indexer.settings import read_settings

    shared = click.get_current_context().ensure_object(dict)
    return read_settings(shared.get("config"), {"index": shared.get("index"), **options})


def load_search_settings() -> Settings | SearchSettings:
    """Read the settings that a search goes by; all of them where others are set beside, which have to be checked."""
    from indexer.plain import read_search_settings

    shared = click.get_current_context().ensure_object(dict)
    return read_search_settings(shared.get("config"), shared.get("index")) or load_settings().settings


def print_line(text: str = "") -> None:
    """Print a result line to standard output."""
    click.echo(_one_line(text))


def print_text(text: str) -> None:
    """Print a result of several lines to standard output."""
    click.echo(disarm(text))


def print_error(text: str) -> None:
    """Print a line about a failure, or about progress, to standard error."""
    click.echo(_one_line(text), err=True)


def _one_line(text: str) -> str:
    """Disarm a text that is one line; names of files in it may hold line ends."""
    return disarm(text).replace("\n", "\\u000a")


def disarm(text: str) -> str:
    """Write out what would act on a terminal instead of standing on it: control characters, and those that turn text.

    The form is JSON's, so that JSON stays what it was: a title with ESC [2J reads \\u001b[2J.
    """
    return _ACTING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class _Disarming(logging.Formatter):
    """Log lines carry names of files and titles, too."""

    def format(self, record: logging.LogRecord) -> str:
        return disarm(super().format(record))
