"""How text stands on a terminal: its width, its lines, its colours, and a bar that moves."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TextIO

from indexer.messages import N_, say

if TYPE_CHECKING:
    from collections.abc import Iterator

Colours = Literal["auto", "always", "never"]

# A line may break before and after a character of these, but not before or behind some marks (GB/T 15834, 5.1).
_WIDE = {"W", "F"}
_NOT_AT_START = "，。；：？！、）》〉」』】〕”’…—·％,.;:?!)]}%"
_NOT_AT_END = "（《〈「『【〔“‘([{"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_SECONDS_BETWEEN_MOVES = 0.1
_SECONDS_BEFORE_A_GUESS = 2.0
_NARROWEST_BAR = 8
_WIDEST_BAR = 30


def width_of(text: str) -> int:
    """Return how many columns a text takes on a terminal."""
    plain = _ANSI.sub("", text)
    return len(plain) if plain.isascii() else sum(map(_columns, plain))


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1


def wrap(text: str, width: int, *, indent: str = "", first: str | None = None) -> str:
    """Break a text into lines of at most some columns; between words, and between Chinese characters.

    Each line begins with `indent`, the first one with `first` where that is given. Colours may stand in the text.
    """
    lines: list[str] = []
    line = indent if first is None else first
    empty, used = True, width_of(line)
    for piece, gap in _pieces(text):
        needed = width_of(piece)
        if not empty and used + needed > width:
            lines.append(line.rstrip())
            line, used, empty = indent, width_of(indent), True
        line += piece + gap
        used += needed + len(gap)
        empty = False
    return "\n".join([*lines, line.rstrip()])


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield what must not be broken, with the space behind it."""
    for word in re.finditer(r"(\S+)(\s*)", text):
        pieces = unbroken(word[1])
        yield from ((piece, "") for piece in pieces[:-1])
        yield pieces[-1], " " * bool(word[2])


def unbroken(word: str) -> list[str]:
    """Return the parts of a word between which a line may break: before and behind most Chinese characters."""
    if word.isascii():
        return [word]
    pieces = [""]
    for part in re.findall(r"\x1b\[[0-9;]*m|.", word):
        before = _ANSI.sub("", pieces[-1])[-1:]
        may_break = (
            before
            and len(part) == 1
            and 2 in (_columns(before), _columns(part))
            and part not in _NOT_AT_START
            and before not in _NOT_AT_END
        )
        if may_break:
            pieces.append(part)
        else:
            pieces[-1] += part
    return pieces


def columns() -> int:
    """Return how many columns the terminal has; 80 where nobody knows."""
    return shutil.get_terminal_size().columns


def is_dumb() -> bool:
    """Tell whether the terminal can neither move nor colour."""
    return os.environ.get("TERM", "") in {"dumb", "unknown"}


def use_colour(stream: TextIO, choice: Colours = "auto") -> bool:
    """Tell whether to colour what goes to a stream, by --color, else NO_COLOR, TERM and whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and not is_dumb()


@dataclass
class Bar:
    """A line on a terminal that shows how many bytes of a work are done, how fast, and how long the rest takes.

    It is drawn over itself, keeps one column free, and is wiped away at its end.
    """

    label: str
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    _begun: float = 0.0
    _drawn: float = 0.0

    def move(self, done: int, total: int) -> None:
        """Show that so many bytes of all are done; not more often than an eye can see."""
        now = time.monotonic()
        self._begun = self._begun or now  # what comes before the first byte says nothing of the rate
        if now - self._drawn >= _SECONDS_BETWEEN_MOVES:
            self._drawn = now
            line = self.draw(done, total, seconds=now - self._begun)
            self.stream.write(f"\r{line}\x1b[K")
            self.stream.flush()

    def draw(self, done: int, total: int, *, seconds: float) -> str:
        """Return the line, with as much as there is room for."""
        share = min(done / total, 1.0) if total else 0.0
        facts = [f"{share:4.0%}", f"{spell_bytes(done)}/{spell_bytes(total)}"]
        if seconds >= _SECONDS_BEFORE_A_GUESS and done:
            left = spell_seconds((total - done) * seconds / done)
            facts += [f"{spell_bytes(done / seconds)}/s", say(N_("{time} left"), time=left)]
        room = columns() - 1
        while len(facts) > 1 and width_of(" ".join([self.label, *facts])) > room:
            facts.pop()
        told = " ".join([self.label, *facts])
        size = min(room - width_of(told) - 3, _WIDEST_BAR)
        if size < _NARROWEST_BAR:
            return told if width_of(told) <= room else facts[0].strip()
        filled = int(share * size)
        return " ".join([self.label, f"[{'#' * filled}{'-' * (size - filled)}]", *facts])

    def wipe(self) -> None:
        """Take the line away, so that what comes next stands on a clean one."""
        if self._drawn:
            self.stream.write("\r\x1b[K")
            self.stream.flush()


def spell_bytes(number: float) -> str:
    """Return a number of bytes for people."""
    for unit in ("B", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} GB"


def spell_seconds(seconds: float) -> str:
    """Return a time as 1:05, or 2:00:01 from an hour on."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
