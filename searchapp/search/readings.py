"""Other ways to read what finds nothing: fields as text, escapes, names of files; and lists, any item of which."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from heapq import nlargest
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from indexer import And, Everything, Field, Or, Phrase, Ranking, Run, fold
from searchapp.fields import BY_NAME, SCOPES
from searchapp.language.parsed import Needle, ParsedQuery, Understood, Unit
from searchapp.language.parsing import parse_query
from searchapp.messages import N_
from searchapp.search.ranking import SCORING
from searchapp.search.relaxing import Relaxed
from searchapp.search.results import Spelling, Wider

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer import Query, Reader, Sort
    from searchapp.fields import SearchScope
    from searchapp.language.equals import Lexicon
    from searchapp.language.parsed import Asked
    from searchapp.search.holdings import Holdings
    from searchapp.search.request import SearchRequest

_MOST_VALUES = 3
_LOOKED_AT = 20
# Values with fewer characters in common are other values (白渚日报 and 澜江日报 share half).
_LEAST_SHARED = 0.6
_ESCAPES = re.compile("(?:%[0-9A-Fa-f]{2})+")
_FILE = re.compile(r"(?:.*[/\\])?[^/\\]*[^/\\.\s]\.[A-Za-z0-9]{2,5}")
_ID = re.compile(r"\S{1,200}")
# Of three words side by side the few documents that hold them all are meant; of a list, also what holds some.
_LONG_LIST = 5
_FEW_COMPLETE = 10
# So a value stands in a query as it is; any other needs quotes.
_PLAIN_VALUE = re.compile(r"[^\s“”\"「」『』《》()（）|｜*＊＂]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """Another reading of a query, and what was asked of fields that no document answers."""

    parsed: ParsedQuery
    empty: tuple[Asked, ...] = ()


def read_otherwise(
    reader: Reader, parsed: ParsedQuery, *, request: SearchRequest, lexicon: Lexicon | None
) -> Reading | None:
    """Return how else a query that finds nothing can be read, with a note that says so; None where it cannot.

    Raises:
        OutOfTimeError: the budget is spent.
    """
    counts = reader.count([one.query for one in parsed.asked]) if parsed.asked else []
    empty = tuple(one for one, count in zip(parsed.asked, counts, strict=True) if not count)
    typed = request.raw_query
    if empty:
        return _read_as_text(reader, parsed, empty=empty, request=request, lexicon=lexicon)
    if parsed.only_excludes:
        return Reading(_noted(parsed, [Understood(typed, note="all_excluded")]))
    return _read_address(reader, parsed, request=request, lexicon=lexicon)


def _read_as_text(
    reader: Reader, parsed: ParsedQuery, *, empty: tuple[Asked, ...], request: SearchRequest, lexicon: Lexicon | None
) -> Reading:
    """Read pasted lines as text; what was typed as an operator stays one, and the text is tried beside it.

    A line has a full-width colon (标题：如何写好总结), as operators rarely have, or stands so in some document.
    """
    held = reader.count([Phrase(one.text, pairs=()) for one in empty])
    lines = frozenset(one.text for one, count in zip(empty, held, strict=True) if count or "：" in one.label)
    notes = [
        Understood(one.text, note="no_document" if one.text in lines else "no_answer", field=one.field) for one in empty
    ]
    if lines:
        alone = [Unit(one.text, one.query) for one in empty if one.text in lines]
        parsed = request.parse(lexicon, as_text=lines)
    else:
        alone = []
    for one in empty:
        text = parse_query(one.value, lexicon, literal=request.literal).query
        if text is not None and one.text not in lines and one.field != "said":  # of who speaks the name is tried anyway
            alone.append(Unit(one.value, text))
    return Reading(_noted(parsed, notes, alone=alone), empty)


def _noted(parsed: ParsedQuery, notes: list[Understood], *, alone: Iterable[Unit] = ()) -> ParsedQuery:
    return replace(parsed, understood=[*notes, *parsed.understood], alone=[*alone, *parsed.alone])


def _read_address(
    reader: Reader, parsed: ParsedQuery, *, request: SearchRequest, lexicon: Lexicon | None
) -> Reading | None:
    """Read a pasted piece of an address: %E9%80%9A is 通, the rest may name a file or a document."""
    typed = _unescape(request.raw_query)
    if _FILE.fullmatch(typed) and (held := _find_file(reader, typed)):
        query = Field("path", Phrase(held))
        needles = [Needle(fold(held).text, (), "path")]
        return Reading(ParsedQuery(query, needles, [Understood(held, note="file", field="path")]))
    if _ID.fullmatch(typed) and reader.read([typed], evidence=False)[0] is not None:
        return Reading(_noted(parsed, [Understood(typed, note="id")]))
    if typed != request.raw_query:
        other = request.parse(lexicon, typed)
        if other.query is not None and reader.count([other.query])[0]:
            return Reading(_noted(other, [Understood(typed, note="decoded")]))
    return None


def _unescape(typed: str) -> str:
    """Return a text with the escapes of an address read, where they are text in UTF-8."""

    def read(escapes: re.Match[str]) -> str:
        try:
            text = unquote_to_bytes(escapes[0]).decode()
        except UnicodeDecodeError:
            return escapes[0]
        return text if text.isprintable() else escapes[0]

    return _ESCAPES.sub(read, typed)


def _find_file(reader: Reader, typed: str) -> str:
    """Return the path, or only the name, by which the archive has a file; "" where it has none."""
    path = typed.replace("\\", "/")
    names = list(dict.fromkeys((path, path.rpartition("/")[2])))
    counts = reader.count([Field("path", Phrase(name)) for name in names])
    return next((name for name, count in zip(names, counts, strict=True) if count), "")


# --- values that may have been meant


def find_values(
    reader: Reader, empty: Iterable[Asked], *, request: SearchRequest, filters: Iterable[Query], lexicon: Lexicon | None
) -> list[Spelling]:
    """Return queries with values of the archive near those that no document has, if they find something.

    Raises:
        OutOfTimeError: the budget is spent.
    """
    fields = {one: "people" if one.field == "said" else one.field for one in empty}
    listed = tuple(
        {own: None for own in fields.values() if own not in ("title", "body") and BY_NAME[own].shape != "day"}
    )
    run = Run(Everything(), limit=0, facets=listed, most_listed=reader.document_count)
    values = reader.run(run).facets if listed else {}
    offered: dict[Spelling, Query] = {}
    for one, field in fields.items():
        for value in _choose_near(BY_NAME[field].normal(one.value), values.get(field, [])):
            instead = one.label + (value if _PLAIN_VALUE.fullmatch(value) else f"“{value}”")
            query = request.raw_query.replace(one.text, instead)
            other = request.parse(lexicon, query).query
            if other is not None:
                offered[Spelling(query, one.value, value)] = And((other, *filters))
    counts = reader.count(list(offered.values())) if offered else []
    return [spelling for spelling, count in zip(offered, counts, strict=True) if count]


def _choose_near(text: str, values: list[tuple[str | None, int]]) -> list[str]:
    """Return the values that hold a text, stand in it, or share most of their characters with it."""
    typed = fold(text).text
    known = set(typed)
    # Folding each of ten thousand values would take longer than the search; only those that share most are compared.
    shared = (
        (2 * common / (len(typed) + len(value)), count, value)
        for value, count in values
        if value
        and (common := len(known.intersection(value)))
        and (4 * common >= len(typed) + len(value) or value in text)
    )
    near = [(_share(typed, fold(value).text), count, value) for _, count, value in nlargest(_LOOKED_AT, shared)]
    near.sort(key=lambda row: (-row[0], -row[1], row[2]))
    return [value for share, _, value in near[:_MOST_VALUES] if share >= _LEAST_SHARED]


def _share(one: str, other: str) -> float:
    """Return which part of the characters of two texts they have in common; one that holds the other is near."""
    rest = list(other)
    for character in one:
        if character in rest:
            rest.remove(character)
    common = len(other) - len(rest)
    share = 2 * common / max(1, len(one) + len(other))
    is_part = min(len(one), len(other)) > 1 and (one in other or other in one)
    return 1 + share if is_part else share


# --- wider places


def find_wider(
    reader: Reader, parsed: ParsedQuery, *, request: SearchRequest, filters: Iterable[Query], lexicon: Lexicon | None
) -> list[Wider]:
    """Return the same search in wider places, of those that find something.

    Raises:
        OutOfTimeError: the budget is spent.
    """
    asked = {own.scope.kind for own in parsed.scopes}
    narrowest = min(map(_KINDS.index, asked))
    wider = [own for own in SCOPES[narrowest + 1 :] if own.kind not in asked and "speech" not in asked]
    others = [(scope, _widen(request, parsed, to=scope)) for scope in (*wider, None)]
    read = [(scope, other, other.parse(lexicon).query) for scope, other in others]
    asking = [(scope, other, And((query, *filters))) for scope, other, query in read if query is not None]
    counts = reader.count([query for _, _, query in asking])
    return [
        Wider(other.raw_query, other.within, scope.wider if scope else N_("同一份文件里都有"), count)
        for (scope, other, _), count in zip(asking, counts, strict=True)
        if count
    ]


_KINDS = tuple(scope.kind for scope in SCOPES)


def _widen(request: SearchRequest, parsed: ParsedQuery, *, to: SearchScope | None) -> SearchRequest:
    """Return a request in which nothing has to stand in a narrower place than one of a kind; None is the document."""
    query, within = request.raw_query, request.within
    for own in reversed(parsed.scopes):
        if to is not None and _KINDS.index(own.scope.kind) >= _KINDS.index(to.kind):
            continue
        if own.label is None:
            within = to.kind if to else "document"
        else:
            start, end = own.label
            names = [name for name in to.typed if name.isascii() == query[start].isascii()] if to else []
            query = query[:start] + "".join(f"{name}:" for name in names[:1]) + query[end:]
    return replace(request, raw_query=query, within=within)


# --- lists


def offer_any(parsed: ParsedQuery, holdings: Holdings, *, sort: Sort, shown: int) -> Relaxed | None:
    """Ask for any item of a list that nothing holds all of; of a longer one also behind the few documents, `shown`.

    None where it is no list, or all of it stands somewhere as it was typed.
    """
    few = len(parsed.items) >= _LONG_LIST and holdings.complete < _FEW_COMPLETE and sort == "relevance"
    if not parsed.items or not any(holdings.counts) or (shown and not (few and not holdings.as_typed)):
        return None
    assert parsed.query is not None
    given_up = [unit.text for unit, count in zip(holdings.units, holdings.counts, strict=True) if not count]
    # Each item that stands verbatim counts more than all words together, so what holds more of them comes first.
    return Relaxed(Or((parsed.query, *parsed.items)), Ranking(parsed.query, SCORING), given_up, [])
