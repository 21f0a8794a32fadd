"""The options of a search in the terminal: those that narrow it follow from the table of fields."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexer import GENERAL, N_, TEXT, Option, Section, colour_option, complete_values
from searchapp.fields import DATED_BY, FILTERS, GROUPS, SCOPES, TYPED

if TYPE_CHECKING:
    from collections.abc import Callable

    from searchapp.fields import SearchField

    Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

MOST_HITS = 1000
FORMS = ("text", "json", "jsonl", "csv", "ids", "files", "count")
COMMON = Section(N_("Common options"))
VALUES = Section(
    N_("Only documents of these values"),
    N_("Each is followed by a VALUE, and may be given again for another one; `man searchapp` says more of them."),
    compact=True,
)
NARROW = Section(N_("Only some documents"))
READ = Section(N_("How the query is read"))
OUTPUT = Section(N_("Output"))
# How the arguments of a request are called that choose values of a field, or leave them out.
NARROWING = (*(own.name for own in FILTERS), *(f"not_{own.name}" for own in FILTERS if own.excludable))


def option(*names: str, section: Section, **attributes: Any) -> Decorator:
    """Return what gives a command an option; its values are text, unless it says otherwise."""
    own = {"type": TEXT} if not attributes.keys() & {"type", "is_flag"} and "/" not in names[0] else {}
    return click.option(*names, cls=Option, section=section, **{**own, **attributes})


def _choose(own: SearchField, *, without: bool = False) -> Decorator:
    """Return the option that chooses values of a field, or leaves them out."""
    argument, name = (own.not_argument, f"not_{own.name}") if without else (own.argument, own.name)
    says = f"{'No' if without else 'Only'} documents {own.means}."
    values = complete_values(own.name)
    return option(
        f"--{argument.replace('_', '-')}",
        name,
        section=NARROW if without else VALUES,
        multiple=True,
        metavar="VALUE",
        help=says,
        shell_complete=values,
    )


_SEARCHING = (
    option(
        "--from", "date_from", section=COMMON, metavar="DATE", help=N_("Earliest date: 2021, 2021-03-12 or 近三年.")
    ),
    option("--to", "date_to", section=COMMON, metavar="DATE", help=N_("Latest date, the day itself included.")),
    *map(_choose, FILTERS),
    *(_choose(own, without=True) for own in FILTERS if own.excludable),
    option(
        "--by",
        section=NARROW,
        type=click.Choice(list(DATED_BY)),
        metavar="DAY",
        default="date",
        help=N_("Days are of publication (date) or of the meeting."),
    ),
    option(
        "--in",
        "inside",
        section=READ,
        type=click.Choice(["all", "title"]),
        metavar="PLACE",
        default="all",
        help=N_("Where its words have to stand: `all`, or the `title` alone."),
    ),
    option(
        "--within",
        section=READ,
        type=click.Choice(["document", *(own.kind for own in reversed(SCOPES))]),
        metavar="PLACE",
        default="document",
        help=N_("All of it in one paragraph, sentence or speech."),
    ),
    option(
        "--also",
        section=NARROW,
        multiple=True,
        metavar="QUERY",
        help=N_("Only hits that this query finds as well."),
    ),
    option(
        "--match",
        section=READ,
        type=click.Choice(["auto", "all", "any"]),
        metavar="MODE",
        default="auto",
        help=N_("`auto` (all parts; few hits: near ones, too), `all` or `any`."),
    ),
    option("--literal", section=READ, is_flag=True, help=N_("No synonyms, no other forms of dates and numbers.")),
    option("--fold", section=OUTPUT, is_flag=True, help=N_("Near-identical documents (reprints) once.")),
    option(
        "--batch",
        section=OUTPUT,
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help=N_("A query a line (-: standard input), a line of JSON each."),
    ),
)
_LISTING = (
    option(
        "--limit",
        section=COMMON,
        type=click.IntRange(1, MOST_HITS),
        metavar="N",
        show_default="10",
        help=N_("Hits to show; of ids and files all."),
    ),
    option(
        "--offset",
        section=COMMON,
        type=click.IntRange(0),
        metavar="N",
        default=0,
        show_default="0",
        help=N_("Hits to skip."),
    ),
    option(
        "--sort",
        section=COMMON,
        type=click.Choice(["relevance", "newest", "oldest"]),
        metavar="ORDER",
        default="relevance",
        help=N_("relevance, newest or oldest."),
    ),
    option(
        "--format",
        "form",
        section=COMMON,
        type=click.Choice(FORMS),
        metavar="FORM",
        default="text",
        help=N_("text, json, jsonl, csv, ids, files or count."),
    ),
    option("--recent", section=OUTPUT, is_flag=True, help=N_("By relevance, but what is recent counts more.")),
    option(
        "--group",
        section=OUTPUT,
        type=click.Choice(["none", *(own.name for own in GROUPS)]),
        metavar="FIELD",
        default="none",
        help=N_("Hits by what they share: {fields}.").replace("{fields}", ", ".join(own.name for own in GROUPS)),
    ),
    option("--null", section=OUTPUT, is_flag=True, help=N_("End ids and files with NUL, for xargs -0.")),
)
_SHOWING = (
    colour_option,
    option(
        "--pager/--no-pager",
        section=GENERAL,
        default=True,
        help=N_("Show what does not fit in $PAGER (less), or do not."),
    ),
)


def complete_field(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Complete what may stand before a colon in a query."""
    return [f"{name}:" for name in TYPED if incomplete and name.startswith(incomplete)]


def searching_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what narrows a search and says how it is read."""
    return _give(command, _SEARCHING)


def listing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what says which hits are listed, and how."""
    return _give(command, _LISTING)


def showing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what says how a terminal shows it."""
    return _give(command, _SHOWING)


def _give(command: Callable[..., Any], options: tuple[Decorator, ...]) -> Callable[..., Any]:
    for own in reversed(options):
        command = own(command)
    return command


def is_narrowed(options: dict[str, Any]) -> bool:
    """Tell whether anything but the query says what to look for."""
    return any(options.get(name) for name in ("date_from", "date_to", "also", *NARROWING))
