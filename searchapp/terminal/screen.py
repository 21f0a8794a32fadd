"""What a terminal shows: colours where they are wanted, lines as wide as it is, a pager for what does not fit."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import click

from indexer import disarm, is_dumb, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from searchapp.search.results import Marks

_NARROWEST = 20
# What no line begins with, and what none ends with (GB/T 15834-2011, 5.1).
_CLOSING = set("，。、；：？！’”）》〉」』】〕…—～·,.;:?!)]}%‰")
_OPENING = set("‘“（《〈「『【〔([{")
# As git tells less: end if all of it fits, pass colours on, leave what was read on the screen.
_FOR_PAGERS = {"LESS": "FRX", "LESSCHARSET": "utf-8", "LV": "-c"}


@dataclass(frozen=True, slots=True)
class Screen:
    """Where text goes to: in `colour` or not; on a terminal, `width` columns by `height` lines, maybe through a pager.

    What is no terminal has no width: there each text stays on a line of its own, for other programs.
    """

    colour: bool
    width: int | None = None
    height: int = 0
    paged: bool = False

    def show(self, lines: Iterable[str]) -> None:
        """Show finished lines, through the pager where they do not fit."""
        text = "".join(f"{line}\n" for line in lines)
        if self.paged and text.count("\n") >= self.height and _page(text if self.colour else click.unstyle(text)):
            return
        click.echo(text, nl=False, color=self.colour)

    def lay_out(
        self, text: str, marks: Marks | None = None, *, indent: str = "", hang: str | None = None, bold: bool = False
    ) -> list[str]:
        """Return the lines of a text with its marks coloured, the first after `indent`, the others after `hang`."""
        shown, moved = _disarm(text, marks or [])
        hang = indent if hang is None else hang
        lines = [(0, len(shown))]
        if self.width is not None:
            lines = break_lines(
                shown, max(self.width - width_of(hang), _NARROWEST), first=width_of(indent) - width_of(hang)
            )
        return [(hang if at else indent) + _paint(shown, span, marks=moved, bold=bold) for at, span in enumerate(lines)]


def find_screen(*, coloured: bool, pager: bool) -> Screen:
    """Return what standard output is, with what the environment says of it."""
    if not sys.stdout.isatty():
        return Screen(coloured)
    size = shutil.get_terminal_size()
    return Screen(coloured, size.columns, size.lines, pager and not is_dumb())


_width = cache(width_of)  # of a character


def break_lines(text: str, width: int, *, first: int = 0) -> list[tuple[int, int]]:
    """Return the lines of a text as ranges of it, so that marks can be found in them; `first` columns are taken.

    Words of letters stay whole, no line begins with a sign that closes nor ends with one that opens.
    """
    lines: list[tuple[int, int]] = []
    start, column, breaks, at_break = 0, first, 0, 0
    for at, character in enumerate(text):
        own = _width(character)
        if column + own > width and at > start and not character.isspace():
            end = breaks if breaks > start else at
            column = column - at_break if breaks > start else 0
            lines.append((start, end))
            start = end
        column += own
        if at + 1 < len(text) and _may_break(character, text[at + 1]):
            breaks, at_break = at + 1, column
    return [*lines, (start, len(text))]


def _may_break(before: str, after: str) -> bool:
    if after.isspace() or before in _OPENING or after in _CLOSING:
        return False
    return before.isspace() or _width(before) == 2 or _width(after) == 2


def _paint(text: str, span: tuple[int, int], *, marks: Marks, bold: bool) -> str:
    """Return a piece of a text with the marks that reach into it."""
    start, end = span
    pieces, at = [], start
    for mark in marks:
        first, last = max(mark[0], at), min(mark[1], end)
        if first < last:
            pieces += [_plain(text[at:first], bold=bold), click.style(text[first:last], fg="yellow", bold=True)]
            at = last
    return "".join([*pieces, _plain(text[at:end].rstrip() if end < len(text) else text[at:end], bold=bold)])


def _plain(text: str, *, bold: bool) -> str:
    return click.style(text, bold=True) if bold and text else text


def _disarm(text: str, marks: Marks) -> tuple[str, Marks]:
    """Write out what would act on a terminal or end a line, and move the marks along."""
    if _one_line(text) == text:
        return text, marks
    places = [0]
    shown = []
    for character in text:
        shown.append(_one_line(character))
        places.append(places[-1] + len(shown[-1]))
    return "".join(shown), [(places[start], places[end]) for start, end in marks]


def _one_line(text: str) -> str:
    return re.sub(r"[\r\n]", lambda end: f"\\u{ord(end[0]):04x}", disarm(text))


def _page(text: str) -> bool:
    """Show a text in the reader's pager; tell whether there is one."""
    command: list[str] = []
    with suppress(ValueError):  # a quotation mark that is not closed
        command = shlex.split(os.environ.get("PAGER", "less"))
    if not command or command == ["cat"] or shutil.which(command[0]) is None:
        return False
    environment = {**_FOR_PAGERS, **os.environ}
    pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)  # noqa: S603 - what the reader chose
    assert pager.stdin is not None
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C means something of its own to a pager
    try:
        with suppress(BrokenPipeError):  # whoever has read enough quits
            pager.stdin.write(text.encode(sys.stdout.encoding or "utf-8", "backslashreplace"))
        with suppress(BrokenPipeError):
            pager.stdin.close()
        pager.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    return True
