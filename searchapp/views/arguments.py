"""The arguments of an address -> a SearchRequest, and back: the whole state of a search is in its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args
from urllib.parse import urlencode

from indexer import QueryError, Sort
from searchapp.language.dates import parse_date
from searchapp.messages import N_
from searchapp.search.request import LARGEST_PAGE, Group, Match, SearchRequest, read_days

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from indexer import DateField
    from searchapp.language.periods import Calendar

_LARGEST_NUMBER = 10**12
_MOST_VALUES = 64
_LONGEST_VALUE = 200


_DATED_BY: dict[str, DateField] = {"date": "date", "meeting": "meeting_date"}


def read_request(arguments: MultiDict[str, str], default_size: int, calendar: Calendar) -> SearchRequest:
    """Read a request; the calendar knows what 近三年 means.

    Raises:
        QueryError: an argument has no meaning; says which and what to write instead.
    """
    size = read_number(arguments, "size", default_size, largest=LARGEST_PAGE)
    page = read_number(arguments, "page", 1, largest=_LARGEST_NUMBER)
    ends = (arguments.get("from"), arguments.get("to"))
    date_from, date_to = read_days(*ends, calendar, (N_("开始日期"), N_("结束日期")))
    sources = _read_values(arguments, "source")  # what is chosen is not left out
    return SearchRequest(
        raw_query=clean(arguments.get("q", "")),
        date_from=date_from,
        date_to=date_to,
        dated_by=_DATED_BY[_read_choice(arguments, "by", tuple(_DATED_BY))],
        sources=sources,
        not_sources=tuple(name for name in _read_values(arguments, "not_source") if name not in sources),
        issuers=_read_values(arguments, "issuer"),
        years=tuple(_read_year(year) for year in _read_values(arguments, "year")),
        genres=_read_values(arguments, "genre"),
        people=_read_values(arguments, "person"),
        series=_read_values(arguments, "series"),
        sort=cast("Sort", _read_choice(arguments, "sort", get_args(Sort))),
        match=cast("Match", _read_choice(arguments, "match", get_args(Match))),
        group=cast("Group", _read_choice(arguments, "group", get_args(Group))),
        literal=read_literal(arguments),
        fold=_read_choice(arguments, "fold", ("1", "0")) == "1",
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
        "source": list(request.sources),
        "not_source": list(request.not_sources),
        "issuer": list(request.issuers),
        "year": list(request.years),
        "genre": list(request.genres),
        "person": list(request.people),
        "series": list(request.series),
        "sort": request.sort if request.sort != "relevance" else None,
        "match": request.match if request.match != "auto" else None,
        "group": request.group if request.group != "none" else None,
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
    return _read_choice(arguments, "literal", ("0", "1")) == "1"


def clean(text: str) -> str:
    """Drop what no text can hold: lone surrogates (bad escapes in an address) and NUL."""
    return text.encode("utf-8", "ignore").decode().replace("\0", "").strip()


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


def read_number(arguments: MultiDict[str, str], name: str, default: int, *, largest: int) -> int:
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


def _read_year(typed: str) -> str:
    if not typed:  # documents without a date
        return ""
    year = parse_date(typed)
    if year is None or len(year) != 4:
        raise QueryError("年份“{typed}”应是四位数字，例如 2021。", typed=typed[:40])
    return year


def _read_choice(arguments: MultiDict[str, str], name: str, choices: tuple[str, ...]) -> str:
    typed = arguments.get(name, "").strip() or choices[0]
    if typed not in choices:
        raise QueryError(
            "参数 {name}=“{typed}”应是 {choices} 之一。", name=name, typed=typed[:40], choices="、".join(choices)
        )
    return typed
