"""The arguments of an address -> a SearchRequest, and back: the whole state of a search is in its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args
from urllib.parse import urlencode

from indexer import QueryError, Sort
from searchapp.fields import DATED_BY, FILTERS, GROUPS, SearchField
from searchapp.messages import N_
from searchapp.search.request import LARGEST_PAGE, LIST, MatchMode, SearchRequest, read_days, read_value

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from searchapp.language.periods import Calendar

_LARGEST_NUMBER = 10**12
_MOST_VALUES = 64
_LONGEST_VALUE = 200


# What a search takes, besides the fields that can be chosen, and what single pages take: for README.
ARGUMENTS = {
    "q": "what was typed",
    "from": "earliest day: 2021, 2021-03, 2021-03-12, 3/12 or 近三年",
    "to": "latest day, the day itself included",
    "by": "`date` or `meeting`: which day `from`, `to`, `year` and the order go by",
    "sort": "`relevance`, `newest` or `oldest`",
    "match": "`auto` (what comes near follows where little is complete), `all` or `any` of the parts",
    "group": "`none`, or the field by which hits are listed: {groups}",
    "literal": "`1`: no synonyms, other forms of dates and numbers, or periods",
    "fold": "`0` lists reprints one by one",
    "page": "from 1 on",
    "size": "hits on a page, at most {largest}; suggestions, at most 10",
    "only": "leave what one speaker says (`/documents/<id>`)",
    "p": "the anchor of a paragraph (`/documents/<id>/cite`)",
    "a": "the one document (`/compare`)",
    "b": "the other document (`/compare`)",
    "find": "part of a name (`/sources`)",
    "next": "where to go back to (`/preferences`, with `lang`, `size`, `theme`, `keys`)",
}


def read_request(arguments: MultiDict[str, str], default_size: int, *, calendar: Calendar) -> SearchRequest:
    """Read a request; the calendar knows what 近三年 means.

    Raises:
        QueryError: an argument has no meaning; says which and what to write instead.
    """
    size = read_count(arguments, "size", default=default_size, largest=LARGEST_PAGE)
    page = read_count(arguments, "page", default=1, largest=_LARGEST_NUMBER)
    ends = (arguments.get("from"), arguments.get("to"))
    date_from, date_to = read_days(*ends, calendar=calendar, names=(N_("开始日期"), N_("结束日期")))
    chosen = {own.name: _read_field(arguments, own) for own in FILTERS}
    excluded = {
        own.name: tuple(
            value for value in _read_values(arguments, f"not_{own.argument}") if value not in chosen[own.name]
        )
        for own in FILTERS
        if own.excludable
    }  # what is chosen is not left out
    return SearchRequest(
        raw_query=clean(arguments.get("q", "")),
        date_from=date_from,
        date_to=date_to,
        dated_by=DATED_BY[_read_choice(arguments, "by", choices=tuple(DATED_BY))],
        chosen=chosen,
        excluded=excluded,
        sort=cast("Sort", _read_choice(arguments, "sort", choices=get_args(Sort))),
        match=cast("MatchMode", _read_choice(arguments, "match", choices=get_args(MatchMode))),
        group=_read_choice(arguments, "group", choices=(LIST, *(own.name for own in GROUPS))),
        literal=read_literal(arguments),
        fold=_read_choice(arguments, "fold", choices=("1", "0")) == "1",
        offset=(page - 1) * size,
        size=size,
    )


def write_arguments(request: SearchRequest, *, page: int = 1, default_size: int, **changes: object) -> str:
    """Return the query string of a request, shortest form, with some arguments changed."""
    values: dict[str, object] = {
        "q": request.raw_query,
        "from": request.date_from,
        "to": request.date_to,
        "by": "meeting" if request.dated_by == "meeting_date" else None,
    }
    for own in FILTERS:
        values[own.argument] = list(request.values(own.name))
        if own.excludable:
            values[own.not_argument] = list(request.excluded_values(own.name))
    values |= {
        "sort": request.sort if request.sort != "relevance" else None,
        "match": request.match if request.match != "auto" else None,
        "group": request.group if request.group != LIST else None,
        "literal": 1 if request.literal else None,
        "fold": None if request.fold else 0,
        "size": request.size if request.size != default_size else None,
        "page": page if page > 1 else None,
        **changes,
    }
    pairs: list[tuple[str, object]] = []
    for name, value in values.items():
        if isinstance(value, list):
            pairs += [(name, item) for item in value]
        elif value not in (None, ""):
            pairs.append((name, value))
    return urlencode(pairs)


def read_literal(arguments: MultiDict[str, str]) -> bool:
    """Read whether the query is to be taken literally."""
    return _read_choice(arguments, "literal", choices=("0", "1")) == "1"


def clean(text: str) -> str:
    """Drop what no text can hold: lone surrogates (bad escapes in an address) and NUL."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "").strip()


def _read_field(arguments: MultiDict[str, str], own: SearchField) -> tuple[str, ...]:
    return tuple(read_value(own, value) for value in _read_values(arguments, own.argument))


def _read_values(arguments: MultiDict[str, str], name: str) -> tuple[str, ...]:
    values = tuple(dict.fromkeys(clean(value) for value in arguments.getlist(name)))
    if len(values) > _MOST_VALUES or any(len(value) > _LONGEST_VALUE for value in values):
        raise QueryError(
            "参数 {name} 太多或太长：最多 {most} 个，每个最多 {longest} 个字符。",
            name=name,
            most=_MOST_VALUES,
            longest=_LONGEST_VALUE,
        )
    return values


def read_count(arguments: MultiDict[str, str], name: str, *, default: int, largest: int) -> int:
    """Read a whole number from 1 on.

    Raises:
        QueryError: it is none, or too large.
    """
    typed = arguments.get(name, "").strip()
    if not typed:
        return default
    if not (typed.isascii() and typed.isdigit() and len(typed) < 20 and 1 <= int(typed) <= largest):
        raise QueryError(
            "参数 {name}=“{typed}”应是 1 到 {largest} 之间的整数。", name=name, typed=typed[:40], largest=largest
        )
    return int(typed)


def _read_choice(arguments: MultiDict[str, str], name: str, *, choices: tuple[str, ...]) -> str:
    typed = arguments.get(name, "").strip() or choices[0]
    if typed not in choices:
        raise QueryError(
            "参数 {name}=“{typed}”应是 {choices} 之一。", name=name, typed=typed[:40], choices="、".join(choices)
        )
    return typed
