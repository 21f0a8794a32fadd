"""What a list of hits shows: the passages that fit beside each, and the columns of the table with their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from searchapp.fields import FILTERS
from searchapp.messages import N_
from searchapp.search.snippets import ONE_LINE, TWO_LINES, fit
from searchapp.views.preferences import read_choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from searchapp.search.request import SearchRequest
    from searchapp.search.results import Hit, Snippet

# So much of a line is left to a passage, whatever stands before it; and so much has the line of a table.
_LEAST_ROOM = 18
_ROOM_IN_TABLE = 28
_WIDTH_OF_DATE, _WIDTH_OF_REPRINTS = 6, 8
_DAYS = (("date", N_("日期")), ("meeting_date", N_("会议日期")))
_OTHERS = (("source", N_("来源")), ("title", N_("标题")), ("places", N_("处数")))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: in which order it stands (as ARIA says it), and what orders all hits by it.

    That is an `address` where the engine can; else a script orders what is on the page.
    """

    name: str
    label: str
    address: str = ""
    sorted: str = ""

    @property
    def by_script(self) -> bool:
        """Tell whether only a script orders by it."""
        return not self.address


def describe_list(wanted: SearchRequest, *, link: Callable[..., str], state: str) -> dict[str, Any]:
    """Return what the template of hits is told: the view, its columns, the passages of a hit, the search in pairs."""
    view = read_choice("view")
    return {
        "view": view,
        "columns": _columns(wanted, link) if view == "table" else [],
        "passages_of": _PASSAGES[view],
        "state_pairs": [(name, value) for name, value in parse_qsl(state) if name != "page"],
        "narrowed_to": _narrowed_to(wanted),
    }


def _narrowed_to(wanted: SearchRequest) -> str:
    """Return what tells this search from others with the same query, where it is called by its query."""
    days = "..".join((wanted.date_from or "", wanted.date_to or "")) if wanted.date_from or wanted.date_to else ""
    values = [value for own in FILTERS for value in wanted.values(own.name)]
    return "、".join(filter(None, (*wanted.also, *values, days)))


def _columns(wanted: SearchRequest, link: Callable[..., str]) -> list[Column]:
    """Return the columns; by which day hits are narrowed is not changed by ordering them by the other."""
    is_narrowed = bool(wanted.date_from or wanted.date_to or wanted.values("year") or wanted.group != "none")
    found = []
    for name, label in _DAYS:
        is_order = wanted.dated_by == name and wanted.sort != "relevance"
        order = {"newest": "descending", "oldest": "ascending"}[wanted.sort] if is_order else ""
        other = "oldest" if order == "descending" else "newest"
        can = wanted.dated_by == name or not is_narrowed
        found.append(Column(name, label, link(sort=other, dated_by=name) if can else "", order))
    return found + [Column(name, label) for name, label in _OTHERS]


def _on_card(hit: Hit) -> list[Snippet]:
    return fit(hit.snippets, TWO_LINES)


def _in_row(hit: Hit) -> list[Snippet]:
    told = "".join((hit.document.source or "", *hit.missing, *hit.apart))
    room = ONE_LINE - _WIDTH_OF_DATE - len(told) - (_WIDTH_OF_REPRINTS if hit.reprint_count else 0)
    return fit(hit.snippets, max(_LEAST_ROOM, room))[:1]


def _in_table(hit: Hit) -> list[Snippet]:
    return fit(hit.snippets, _ROOM_IN_TABLE)[:1]


_PASSAGES = {"cards": _on_card, "compact": _in_row, "table": _in_table}
