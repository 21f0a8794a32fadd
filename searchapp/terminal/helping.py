"""What may be typed, from the rows that the site's page of help reads as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer import N_, columns, say, width_of, wrap
from searchapp.syntax import EXAMPLES, IN_FIELDS, REMARKS, SPANS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Of whom and when examples speak where no archive is open.
_PERSON, _YEAR = "王延飞", "2021"
_WIDEST, _WIDEST_TERM, _GAP = 80, 28, 2


def syntax_lines() -> Iterator[str]:
    """Yield what may be typed, in the language and the width of the terminal."""
    yield say(N_("What may be typed:"))
    yield from _table([(own.fill(_PERSON, _YEAR), say(own.says)) for own in EXAMPLES])
    yield ""
    yield say(N_("Only in one field, with what is sought behind the colon:"))
    rows = [(" ".join(f"{name}:" for name in typed), say(says)) for typed, says in IN_FIELDS]
    yield from _table([*rows, *((own.fill(_PERSON, _YEAR), say(own.says)) for own in SPANS)])
    for remark in (*REMARKS, N_("In a shell put the query in single quotes: searchapp search '科普 -通知'.")):
        yield ""
        yield from _wrapped(say(remark))


def _wrapped(text: str, *, first: str = "", indent: str = "") -> list[str]:
    return wrap(text, min(columns(), _WIDEST), first=first, indent=indent).split("\n")


def _table(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    room = _GAP + min(max(width_of(term) for term, _ in rows), _WIDEST_TERM) + _GAP
    for term, says in rows:
        start = f"{'':{_GAP}}{term}"
        if width_of(start) + _GAP > room:
            yield start
            start = ""
        yield from _wrapped(says, first=start + " " * (room - width_of(start)), indent=" " * room)
