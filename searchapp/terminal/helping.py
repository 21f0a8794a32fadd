"""Help that fits a screen: usage, examples, what is needed most; then everything else, nothing of it cut."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import click

from indexer import N_, ArchiveGroup, say
from searchapp.terminal.command import TypedCommand
from searchapp.terminal.options import OTHER, SECTIONS, Sorted
from searchapp.terminal.screen import width_of, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WIDEST, _NARROWEST = 80, 40
_GAP = 2
_WHOLE = 1000  # characters of a command's short help, which is never cut
_WIDEST_NAME = 26
# Of whom and when examples speak where no archive is open.
_PERSON, _YEAR = "王延飞", "2021"


class HelpfulCommand(TypedCommand):
    """A command with examples in its help, and its options in groups."""

    examples: tuple[str, ...] = ()

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help of this command."""
        formatter.write("\n".join([*_head(self, context), *_sections(self, context)]) + "\n")


class HelpfulGroup(ArchiveGroup):
    """A group of commands with examples in its help."""

    examples: tuple[str, ...] = ()
    command_class = HelpfulCommand

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help of this program."""
        commands = [
            (name, say(own.short_help or own.get_short_help_str(_WHOLE)))
            for name, own in self.commands.items()
            if not own.hidden
        ]
        lines = [*_head(self, context), "", say(N_("Commands:")), *_table(commands)]
        formatter.write("\n".join([*lines, *_sections(self, context)]) + "\n")


def width() -> int:
    """Return how wide help may be."""
    return max(min(shutil.get_terminal_size((_WIDEST, 0)).columns, _WIDEST), _NARROWEST)


def _head(command: HelpfulCommand | HelpfulGroup, context: click.Context) -> Iterator[str]:
    pieces = " ".join(command.collect_usage_pieces(context))
    yield say(N_("Usage: {line}"), line=f"{context.command_path} {pieces}")
    for paragraph in (command.help or "").split("\n\n"):
        yield ""
        yield from paragraph_lines(say(" ".join(paragraph.split())))
    if command.examples:
        yield ""
        yield say(N_("Examples:"))
        yield from (f"  {example}" for example in command.examples)


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    """Yield the options of a command, by their groups."""
    rows: dict[str, list[tuple[str, str]]] = {section: [] for section in SECTIONS}
    for own in command.get_params(context):
        record = own.get_help_record(context) if isinstance(own, click.Option) else None
        if record is not None:
            section = own.section if isinstance(own, Sorted) else OTHER
            rows[section].append((record[0], say(own.help or "")))  # type: ignore[attr-defined]
    for section, own_rows in rows.items():
        if own_rows:
            yield ""
            yield f"{say(section)}{say(':')}"
            yield from _table(own_rows)


def _table(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield lines of two columns."""
    column = min(max(width_of(name) for name, _ in rows), _WIDEST_NAME) + 2 * _GAP
    for name, says in rows:
        lines = paragraph_lines(says, indent=column)
        head = f"  {name}"
        if width_of(head) + _GAP > column:
            yield head
            head = ""
        first, *others = lines or [""]
        yield (head + " " * (column - width_of(head)) + first.lstrip()).rstrip()
        yield from others


def paragraph_lines(text: str, *, indent: int = 0) -> list[str]:
    """Return the lines of a paragraph of help."""
    return [" " * indent + text[start:end].strip() for start, end in wrap(text, width() - indent - 1)]


def syntax_lines() -> Iterator[str]:
    """Yield what may be typed, from the rows that the site's page of help reads as well."""
    from searchapp.syntax import EXAMPLES, IN_FIELDS, REMARKS, SPANS

    yield f"{say(N_('What may be typed'))}{say(':')}"
    yield from _table([(own.fill(_PERSON, _YEAR), say(own.says)) for own in EXAMPLES])
    yield ""
    yield f"{say(N_('Only in one field, with what is sought behind the colon'))}{say(':')}"
    rows = [(" ".join(f"{name}:" for name in typed), say(says)) for typed, says in IN_FIELDS]
    yield from _table([*rows, *((own.fill(_PERSON, _YEAR), say(own.says)) for own in SPANS)])
    for remark in REMARKS:
        yield ""
        yield from paragraph_lines(say(remark))
    yield ""
    yield from paragraph_lines(say(N_("In a shell put the query in single quotes: searchapp search '科普 -通知'.")))
