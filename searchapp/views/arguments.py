"""The arguments of an address -> a SearchRequest, and back: the whole state of a search is in its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict, cast, get_args
from urllib.parse import urlencode

from pydantic import Field

from indexer import LACKS_TEXT, WHOLE_TEXT, QueryError, Sort
from searchapp.fields import DATED_BY, FILTERS, GROUPS, SearchField
from searchapp.language.parsing import LONGEST_QUERY
from searchapp.messages import N_
from searchapp.search.request import (
    LARGEST_PAGE,
    LIST,
    MOST_ALSO,
    Inside,
    MatchMode,
    SearchRequest,
    Within,
    read_days,
    read_value,
)
from searchapp.search.suggestions import MOST_SUGGESTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.datastructures import MultiDict

    from searchapp.language.periods import Calendar

_LARGEST_NUMBER = 10**12
_MOST_VALUES = 64
_LONGEST_VALUE = 200


# A date of the calendar as a program writes it: a year, a month of it or a day (ISO 8601), leap days exact; or nothing.
_ISO_DATE = (
    r"^(?:|[12][0-9]{3}(?:-(?:(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|1[0-9]|2[0-8]))?"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31))?"
    r"|(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:1[26]|2[048])00)-02-29)$"
)
_YEAR = r"^(?:|[12][0-9]{3})$"
_FLAG = f"^(?:|[01]|{WHOLE_TEXT}|{LACKS_TEXT})$"  # the latter as facets have it
_Page = Annotated[int, Field(ge=1, le=_LARGEST_NUMBER)]


class Words(TypedDict):
    """Of a request, where its words have to stand, and what else its hits have to hold."""

    inside: Inside
    within: Within
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of addresses: its type as the API documents it, what it means, an example."""

    name: str
    type: Any
    means: str
    example: Any = None


_TYPED = Annotated[str, Field(max_length=_LONGEST_VALUE)]
_DATE = Annotated[str, Field(pattern=_ISO_DATE)]
# What a search takes, besides the fields that can be chosen.
SEARCH = (
    Argument("q", str, f"what was typed; of a longer one the first {LONGEST_QUERY:,} characters are used", "科普 会议"),
    Argument("in", Inside, "`title`: the words of the query stand in the title; `all`: anywhere", "title"),
    Argument(
        "within",
        Within,
        "what holds all words of the query together: the `document`, one `paragraph`, one `sentence`, or one `speech` "
        "(what one person says in one go)",
        "paragraph",
    ),
    Argument(
        "also",
        Annotated[list[_TYPED], Field(max_length=MOST_ALSO)],
        f"what hits are searched for, as by a query of its own, never relaxed; repeatable, at most {MOST_ALSO}",
        ["通知"],
    ),
    Argument("from", _DATE, "earliest day: 2021, 2021-03, 2021-03-12, 3/12 or 近三年", "2021-03"),
    Argument("to", _DATE, "latest day, the day itself included", "2022"),
    Argument(
        "by", Literal["date", "meeting"], "`date` or `meeting`: which day `from`, `to`, `year` and the order go by"
    ),
    Argument("sort", Sort, "`relevance`, `newest` or `oldest`", "newest"),
    Argument("recent", Literal["0", "1"], "`1`: evidence counts by age, the order by relevance prefers what is recent"),
    Argument(
        "match",
        MatchMode,
        "`auto` (what comes near as well, where little is complete), `all` or `any` of the parts",
        "all",
    ),
    Argument(
        "group",
        Literal[(LIST, *(own.name for own in GROUPS))],
        f"`none`, or the field by which hits are listed: {', '.join(f'`{own.name}`' for own in GROUPS)}",
    ),
    Argument(
        "literal",
        Literal["0", "1"],
        "`1`: no synonyms, no other forms of dates, numbers and names, no periods, no other spelling",
    ),
    Argument("fold", Literal["1", "0"], "`0` lists reprints one by one"),
    Argument("page", _Page, "from 1 on"),
    Argument(
        "size",
        Annotated[int, Field(ge=1, le=LARGEST_PAGE)],
        f"hits on a page, at most {LARGEST_PAGE}; suggestions, at most {MOST_SUGGESTIONS}",
        10,
    ),
)


def _describe(own: SearchField) -> list[Argument]:
    one = Annotated[str, Field(max_length=_LONGEST_VALUE)]
    exact = {"years": _YEAR, "flag": _FLAG}.get(own.shape)
    value = Annotated[str, Field(pattern=exact)] if exact else one
    several = Annotated[list[value], Field(max_length=_MOST_VALUES)]  # type: ignore[valid-type]
    without = "" if own.shape == "flag" else ", empty for those without"
    found = [Argument(own.argument, several, f"only documents {own.means}; repeatable{without}")]
    if own.excludable:
        found.append(Argument(own.not_argument, several, f"no documents {own.means}; repeatable"))
    return found


FILTERING = tuple(argument for own in FILTERS for argument in _describe(own))
CURSOR = Argument(
    "cursor",
    Annotated[str, Field(max_length=_LONGEST_VALUE)],
    "where the hits go on: `cursor` of the answer before (API)",
)
MOST_CHOSEN = 100
CHOSEN = Argument(
    "id",
    Annotated[list[Annotated[str, Field(max_length=_LONGEST_VALUE)]], Field(max_length=MOST_CHOSEN)],
    f"only these documents, in this order; repeatable, at most {MOST_CHOSEN} (`/export.csv`, `/export.docx`, `/list`)",
)
# What single pages and answers take.
OTHERS = {
    own.name: own
    for own in (
        CURSOR,
        Argument("fields", str, "what each hit is to hold, separated by commas, and whether `facets` are wanted (API)"),
        Argument("field", str, "the facet (`/api/v1/facets`)"),
        Argument("prefix", str, "how its values begin (`/api/v1/facets`)", "澜江"),
        Argument("only", str, "leave what one speaker says (`/documents/<id>`)"),
        Argument("p", str, "the anchor of a paragraph; repeatable (`/documents/<id>/cite`)"),
        Argument("s", str, "a sentence that is quoted: anchor, dot, place from 0; repeatable (`/documents/<id>/cite`)"),
        Argument("hit", str, "which match of the paragraph somebody looks at, from 0 (`/documents/<id>/cite`)"),
        Argument("add", str, "`before` or `after`: the next paragraph as well (`/documents/<id>/cite`)"),
        Argument("a", str, "the one document (`/compare`)"),
        Argument("b", str, "the other document (`/compare`)"),
        CHOSEN,
        Argument("find", str, "part of a name (`/sources`, `/status`); what to mark in the text (`/documents/<id>`)"),
        Argument("back", str, "the page of this site that one came from (`/compare`)"),
        Argument("next", str, "where to go back to (`/preferences`, with `lang`, `size`, `theme`, `keys`, `view`)"),
        Argument("show", str, "`both`, `box` or `results` (`/embed`); `all`: what is the same as well (`/compare`)"),
        Argument("filters", str, "`none`, `dates`, `sources` or `all`: what can be chosen in the frame (`/embed`)"),
        Argument("theme", str, "`auto`, `light` or `dark` (`/embed`)"),
        Argument("accent", str, "the colour of links, such as 1f5a73 (`/embed`)"),
        Argument("lang", str, "`zh` or `en` (`/embed`)"),
        Argument("target", str, "`_top`, `_blank` or `_self`: where links open (`/embed`)"),
        Argument("home", str, "`0` hides the link to the whole site (`/embed`)"),
        Argument("lock", str, "arguments that the frame does not offer to change, separated by commas (`/embed`)"),
        Argument("url", str, "the address of a document or search (`/oembed`)"),
        Argument("format", str, "`json`, the only form (`/oembed`); `ris` or `bibtex` (`/documents/<id>/cite`)"),
        Argument("maxwidth", str, "the most pixels that a card may be wide (`/oembed`)"),
        Argument("maxheight", str, "the most pixels that a card may be high (`/oembed`)"),
    )
}
ARGUMENTS = {own.name: own.means for own in (*SEARCH, *OTHERS.values(), *FILTERING)}
# An argument of these that a program sends must say something; a form sends empty ones.
_NEVER_EMPTY = tuple(own.name for own in SEARCH if own.name not in ("q", "also", "from", "to"))


def read_program_request(arguments: MultiDict[str, str], default_size: int, *, calendar: Calendar) -> SearchRequest:
    """Read a request of a program.

    Raises:
        QueryError: as `read_request`, and for what a program says without saying anything.
    """
    refuse_empty(arguments, _NEVER_EMPTY)
    return read_request(arguments, default_size, calendar=calendar)


def refuse_empty(arguments: MultiDict[str, str], names: Iterable[str]) -> None:
    """Refuse arguments that are there and say nothing.

    Raises:
        QueryError: one of them is so.
    """
    for name in names:
        if name in arguments and not arguments[name].strip():
            raise QueryError("参数 {name} 是空的：写一个值，或不写这个参数。", name=name)


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
        **read_words(arguments),
        date_from=date_from,
        date_to=date_to,
        dated_by=DATED_BY[read_choice(arguments, "by", choices=tuple(DATED_BY))],
        chosen=chosen,
        excluded=excluded,
        sort=cast("Sort", read_choice(arguments, "sort", choices=get_args(Sort))),
        match=cast("MatchMode", read_choice(arguments, "match", choices=get_args(MatchMode))),
        group=read_choice(arguments, "group", choices=(LIST, *(own.name for own in GROUPS))),
        literal=read_literal(arguments),
        fold=read_choice(arguments, "fold", choices=("1", "0")) == "1",
        recent=read_choice(arguments, "recent", choices=("0", "1")) == "1",
        offset=(page - 1) * size,
        size=size,
    )


def write_arguments(request: SearchRequest, *, page: int = 1, default_size: int, **changes: object) -> str:
    """Return the query string of a request, shortest form, with some arguments changed."""
    values: dict[str, object] = {
        "q": request.raw_query[:LONGEST_QUERY],  # no more is read, and a page has a hundred links
        "in": request.inside if request.inside != "all" else None,
        "within": request.within if request.within != "document" else None,
        "also": list(request.also),
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
        "recent": 1 if request.recent else None,
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


def keep_filters(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what a form has to hold, so that the next search is narrowed and ordered as the one of these arguments."""
    names = {own.name for own in (*SEARCH, *FILTERING)} - {"q", "page", "size"}
    return [(name, value) for name, value in pairs if name in names][:_MOST_VALUES]


def read_words(arguments: MultiDict[str, str]) -> Words:
    """Read where the words of a query have to stand, and what else its hits have to hold.

    Raises:
        QueryError: an argument has no meaning.
    """
    return {
        "inside": cast("Inside", read_choice(arguments, "in", choices=get_args(Inside))),
        "within": cast("Within", read_choice(arguments, "within", choices=get_args(Within))),
        "also": tuple(filter(None, _read_values(arguments, "also", most=MOST_ALSO))),
    }


def read_literal(arguments: MultiDict[str, str]) -> bool:
    """Read whether the query is to be taken literally."""
    return read_choice(arguments, "literal", choices=("0", "1")) == "1"


def clean(text: str) -> str:
    """Drop what no text can hold: lone surrogates (bad escapes in an address) and NUL."""
    return drop_halves(text).replace("\0", "").strip()


def drop_halves(text: str) -> str:
    """Drop lone surrogates, which cannot even be said in an answer."""
    return text.encode("utf-8", "ignore").decode()


def _read_field(arguments: MultiDict[str, str], own: SearchField) -> tuple[str, ...]:
    return tuple(read_value(own, value) for value in _read_values(arguments, own.argument))


def read_chosen_ids(arguments: MultiDict[str, str]) -> tuple[str, ...]:
    """Read the ids of documents that were chosen, in their order; empty ones choose nothing.

    Raises:
        QueryError: they are too many, or too long.
    """
    return tuple(filter(None, _read_values(arguments, CHOSEN.name, most=MOST_CHOSEN)))


def _read_values(arguments: MultiDict[str, str], name: str, *, most: int = _MOST_VALUES) -> tuple[str, ...]:
    typed = arguments.getlist(name)
    values = tuple(dict.fromkeys(clean(value) for value in typed))
    if len(typed) > most or any(len(value) > _LONGEST_VALUE for value in typed):
        raise QueryError(
            "参数 {name} 太多或太长：最多 {most} 个，每个最多 {longest} 个字符。",
            name=name,
            most=most,
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


def read_choice(arguments: MultiDict[str, str], name: str, *, choices: tuple[str, ...]) -> str:
    """Read one of some values; the first where there is none.

    Raises:
        QueryError: it is none of them.
    """
    typed = arguments.get(name, "").strip() or choices[0]
    if typed not in choices:
        raise QueryError(
            "参数 {name}=“{typed}”应是 {choices} 之一。",
            name=name,
            typed=typed[:40],
            choices="、".join(filter(None, choices)),
        )
    return typed
