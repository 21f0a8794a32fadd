"""Commands whose arguments are text: what begins with two dashes is an option, known or refused; all else is text."""

from __future__ import annotations

import difflib
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import click

from indexer import print_error, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# In an address, a script or a file of another time it may be any of these; whatever else fits is read by accident.
_ENCODINGS = ("utf-8", "gb18030")
_DASHES = "--"


class TypedCommand(click.Command):
    """A command that takes text: -通知 and -h2o are words of it, --limt is a mistake, and what follows -- is text."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """Read options and text, wherever they stand among each other."""
        options = {name: own for own in self.get_params(context) if isinstance(own, click.Option) for name in own.opts}
        given, typed = _set_apart(arguments, options, context=context)
        return super().parse_args(context, [*given, _DASHES, *map(read_argument, typed)])


def _set_apart(
    arguments: Sequence[str], options: Mapping[str, click.Option], *, context: click.Context
) -> tuple[list[str], list[str]]:
    """Return the options with their values, and the text."""
    given: list[str] = []
    typed: list[str] = []
    rest = iter(arguments)
    for one in rest:
        name, attached, value = one.partition("=") if one.startswith(_DASHES) else (one, "", "")
        own = options.get(name)
        if one == _DASHES:
            typed.extend(rest)
        elif own is not None:
            given.append(f"{name}={_read_value(own, value)}" if attached else name)
            if not attached and _takes_value(own):
                given += [_read_value(own, value) for value in [next(rest, None)] if value is not None]
        elif one.startswith(_DASHES):
            _refuse(name, options, context=context)
        else:
            typed.append(one)
    return given, typed


def _takes_value(own: click.Option) -> bool:
    return not own.is_flag and not own.count


def _read_value(own: click.Option, value: str) -> str:
    """Read the value of an option; a name of a file may be any bytes."""
    return value if isinstance(own.type, click.Path) else read_argument(value)


def _refuse(name: str, options: Mapping[str, click.Option], *, context: click.Context) -> NoReturn:
    near = difflib.get_close_matches(name, options, n=3, cutoff=0.6)
    sentence = (
        say("there is no option {name}; did you mean {near}?", name=name, near=" ".join(near))
        if near
        else say("there is no option {name}; what follows -- is text", name=name)
    )
    raise click.UsageError(sentence, context)


def read_argument(typed: str) -> str:
    """Return what was typed as text: bytes of another encoding are decoded, and that is said.

    Raises:
        click.UsageError: they are no text.
    """
    if not any("\ud800" <= own <= "\udfff" for own in typed):
        return typed
    try:
        data = os.fsencode(typed)
    except UnicodeEncodeError:
        data = typed.encode("utf-8", "surrogatepass")
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.isprintable():
            print_error(
                say("an argument is not in the encoding of this terminal; read as {encoding}: {typed}",
                    encoding=encoding.upper(), typed=text)
            )  # fmt: skip
            return text
    shown = data.decode("ascii", "backslashreplace")
    raise click.UsageError(
        say("the bytes of an argument are text neither in UTF-8 nor in GB18030: {shown}", shown=shown)
    )


@contextmanager
def until_closed() -> Iterator[None]:
    """Print as long as somebody reads: that `head` has seen enough is no error, and changes no exit code."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())  # else the interpreter would fail once more when it ends
        os.close(nowhere)
