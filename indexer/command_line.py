"""What both programs share on the command line: options, exit codes, one-line errors, output that never fails."""

from __future__ import annotations

import errno
import functools
import logging
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from indexer.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer.plain import SearchSettings
    from indexer.settings import Configuration, Settings

EXIT_ERROR = 2
EXIT_INCOMPLETE = 1
# C0 without tab and line end, C1, and the marks of direction (Unicode TR 36, 2.9), which can show a name backwards.
_ACTING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")


# Whether it can be read is said better by who reads it, and by the exit code of `status`.
_NAMED = click.Path(path_type=Path, readable=False)


class ArchiveGroup(click.Group):
    """A group of commands whose every known error is one sentence and exit code 2, never a traceback."""

    def main(self, *arguments: Any, **options: Any) -> NoReturn:
        """Run as a program."""
        signal.signal(signal.SIGTERM, _stop)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        handler = logging.StreamHandler()
        handler.setFormatter(_Disarming("%(message)s"))
        logging.basicConfig(level=logging.WARNING, handlers=[handler])
        super().main(*arguments, **options)
        sys.exit(0)

    def invoke(self, context: click.Context) -> Any:
        """Run a command; turn what it refuses into a message."""
        try:
            return super().invoke(context)
        except ArchiveError as error:
            _fail(context, str(error))
        except KeyboardInterrupt:
            _fail(context, "interrupted; nothing was left half done")
        except OSError as error:
            if error.errno == errno.EPIPE:  # click ends quietly when nobody reads on
                raise
            _fail(context, f"{error.filename or 'the system'}: {error.strerror or error}")


def _stop(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _fail(context: click.Context, sentence: str) -> NoReturn:
    for line in sentence.splitlines():
        print_error(f"{context.info_name}: {line}")
    context.exit(EXIT_ERROR)


def common_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--config` and `--index`, before or after its name; it gets them as `config` and `index`."""

    @click.option(
        "--config",
        type=_NAMED,
        metavar="FILE",
        help="Settings file.  [default: archive.toml]",
    )
    @click.option(
        "--index",
        type=_NAMED,
        metavar="DIR",
        help="Folder of the index.  [default: index]",
    )
    @functools.wraps(command)
    def wrapped(*arguments: Any, config: Path | None, index: Path | None, **options: Any) -> Any:
        context = click.get_current_context()
        shared = context.ensure_object(dict)
        shared.update({name: value for name, value in (("config", config), ("index", index)) if value is not None})
        return command(*arguments, **options)

    return wrapped


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
