"""Pages of results as plain values: JSON for the API and the terminal, tables for spreadsheets.

The types of the JSON stand beside what makes it; the API is documented by them.
"""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal, NotRequired

from typing_extensions import TypedDict

from searchapp.document.anchors import name_paragraphs
from searchapp.fields import TABLED
from searchapp.language.parsed import Note
from searchapp.search.results import (
    Best,
    BestKind,
    Coverage,
    Hit,
    Reasons,
    ResultPage,
    Spelling,
    Tried,
    iso_day,
    say_note,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence, Set

    from indexer import Document
    from searchapp.language.parsed import Understood


class SnippetRecord(TypedDict):
    """Whole sentences of a paragraph. Marks count Unicode code points of the text; `#anchor` leads to the paragraph."""

    text: str
    marks: list[tuple[int, int]]
    paragraph: int
    anchor: str
    quoted: NotRequired[bool]


class ReprintRecord(TypedDict):
    """A document that is near-identical to a hit."""

    id: str
    title: str | None
    source: str | None
    date: str | None


class ReprintsRecord(TypedDict):
    """How many hits are near-identical to one, and the first of them."""

    count: int
    documents: list[ReprintRecord]


class _HitRecord(TypedDict):
    id: str
    title: NotRequired[str | None]
    title_marks: NotRequired[list[tuple[int, int]]]
    score: NotRequired[float]
    hit_count: NotRequired[int]
    url: NotRequired[str]
    path: NotRequired[str]
    original_url: NotRequired[str | None]
    missing: NotRequired[list[str]]
    apart: NotRequired[list[str]]
    reasons: NotRequired[Reasons]
    reprints: NotRequired[ReprintsRecord]
    snippets: NotRequired[list[SnippetRecord]]


# A document has one value at most of each of these fields.
_TABLED = {own.name: NotRequired[str | None] for own in TABLED}
HitRecord: Any = TypedDict("HitRecord", {**_HitRecord.__annotations__, **_TABLED})  # type: ignore[misc]
HitRecord.__doc__ = "A hit; `fields` chooses what it holds. `url` is its page here, `original_url` where it came from."
HIT_FIELDS = tuple(HitRecord.__annotations__)


class FacetValueRecord(TypedDict):
    """A value of a facet (null: none), and how many hits have it."""

    value: str | None
    count: int


class FacetRecord(TypedDict):
    """Values of a facet: `total` of them, and a page of these, those with most hits first (years: the newest)."""

    field: str
    total: int
    page: int
    size: int
    instead: Spelling | None
    values: list[FacetValueRecord]


class RelaxedRecord(TypedDict):
    """How many documents are complete where others are listed, what no listed one holds, and what stands apart."""

    complete: int
    given_up: list[str]
    apart: list[str]


class RenamedRecord(TypedDict):
    """One of the synonyms that names the same body before or after a change, and the year if it is one for all."""

    name: str
    when: Literal["earlier", "later"]
    year: int | None


class CutRecord(TypedDict):
    """How much of a query that is too long was used, of how much; parts are those of the characters that were used."""

    characters_used: int
    characters_given: int
    parts_used: int
    parts_given: int


UnderstoodRecord = TypedDict(
    "UnderstoodRecord",
    {
        "text": str,
        "from": NotRequired[str | None],
        "to": NotRequired[str | None],
        "synonyms": NotRequired[list[str]],
        "renamed": NotRequired[list[RenamedRecord]],
        "days": NotRequired[list[str | None]],
        "spans": NotRequired[bool],
        "note": NotRequired[Note],
        "says": NotRequired[str],
        "field": NotRequired[str],
        "cut": NotRequired[CutRecord],
    },
)
UnderstoodRecord.__doc__ = (
    "What was taken to mean more than its letters: a period, or other names of the same. What is dated between `days`"
    " (first and last) is found as well, and with `spans` what names a span around the day. A `note` says what was not "
    "taken as it stands, and it `says` so in a sentence: too long (`cut`), a list of which `any` is enough, a `field` "
    "that no document answers (`no_answer`), also looked for as text (`no_document`), a day that is none (`no_date`), "
    "a field without a value, nothing to look for, everything excluded; or a pasted name of a `file`, an `id`, "
    "escapes of an address; no single paragraph, sentence or speech that holds all (`no_paragraph` and so on)."
)


class GroupRecord(TypedDict):
    """Hits that share a value: how many, and the first of them."""

    value: str | None
    total: int
    hits: list[HitRecord]


class BestRecord(TypedDict):
    """What answers a query as a whole: the document of that number or title, or what people chose for it.

    `url` is its page here, or an address elsewhere, which has no `id`.
    """

    kind: BestKind
    id: str | None
    title: str | None
    note: str | None
    source: str | None
    date: str | None
    url: str


class WiderRecord(TypedDict):
    """The same search in wider places, where no narrow one holds all: its `q` and `within`, and how many it finds."""

    query: str
    within: Literal["document", "paragraph", "sentence", "speech"]
    count: int


class PageRecord(TypedDict):
    """A page of hits. Where it is `partial`, the search took too long: `total` is a lower bound, facets are empty.

    Of `spellings` that may have been meant, one that is beyond doubt is searched `instead`, and is not among them:
    hits, totals and facets are those of its query. A `literal` search, and one with `match=all`, is never changed so.
    """

    query: str
    total: int
    partial: bool
    best: list[BestRecord]
    cards: int
    relaxed: RelaxedRecord | None
    understood: list[UnderstoodRecord]
    spellings: list[Spelling]
    instead: Spelling | None
    tried: list[Tried]
    wider: NotRequired[list[WiderRecord]]
    coverage: Coverage | None
    took_ms: float
    page: int
    size: int
    cursor: NotRequired[str | None]
    generation: NotRequired[int]
    hits: list[HitRecord]
    groups: NotRequired[list[GroupRecord]]
    facets: NotRequired[dict[str, list[FacetValueRecord]]]


# A spreadsheet would run what begins so (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(rows: Iterable[Sequence[object]]) -> str:
    """Write a table as CSV (RFC 4180), in which no text is a formula to whoever opens it."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    for row in rows:
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in row])
    return lines.getvalue()


def document_values(document: Document, url: str) -> dict[str, Any]:
    """Return what hits and lines of an export say of a document."""
    return {
        "id": document.id,
        "title": document.title,
        **{own.name: getattr(document, own.name) for own in TABLED},
        "url": url,
        "path": document.path,
        "original_url": document.url,
    }


def hit_record(hit: Hit, url: str, *, fields: Set[str] = frozenset(HIT_FIELDS)) -> dict[str, Any]:
    """Turn a hit into what the JSON API and the terminal print: the id and the `fields` that are wanted."""
    document = hit.document
    record = {
        **document_values(document, url),
        "title_marks": [list(mark) for mark in hit.title_marks],
        "score": round(hit.score, 4),
        "hit_count": hit.hit_count,
        "missing": hit.missing,
        "apart": hit.apart,
        "reasons": asdict(hit.reasons) if "reasons" in fields else None,
        "reprints": {
            "count": hit.reprint_count,
            "documents": [
                {"id": own.id, "title": own.title, "source": own.source, "date": own.date} for own in hit.reprints
            ],
        },
        "snippets": _snippet_records(hit) if "snippets" in fields else [],
    }
    return {name: value for name, value in record.items() if name in fields or name == "id"}


def _snippet_records(hit: Hit) -> list[dict[str, Any]]:
    anchors = name_paragraphs(hit.document.body) if hit.snippets else []
    return [
        {
            "text": snippet.text,
            "marks": [list(mark) for mark in snippet.marks],
            "paragraph": snippet.paragraph,
            **({"quoted": True} if snippet.quoted else {}),
            "anchor": anchors[snippet.paragraph - 1],
        }
        for snippet in hit.snippets
    ]


def understood_record(one: Understood, translate: Callable[[str], str] = str) -> dict[str, Any]:
    """Say what a query was taken to mean, or what is to be said of it."""
    if one.note:
        about = {"field": one.field} if one.field else {"cut": asdict(one.cut)} if one.cut else {}
        return {"text": one.text, "note": one.note, "says": say_note(one, translate), **about}
    if one.period is not None:
        return {"text": one.text, "from": iso_day(one.period[0]), "to": iso_day(one.period[1])}
    renamed = [{"name": other.text, "when": other.when, "year": other.year} for other in one.renamed]
    record: dict[str, Any] = {"text": one.text, "synonyms": list(one.synonyms)}
    if renamed:
        record["renamed"] = renamed
    if one.days:
        record["days"] = [iso_day(day) for day in one.days]
    return record | ({"spans": True} if one.spans else {})


def _relaxed_record(page: ResultPage) -> dict[str, Any]:
    return {"complete": page.complete, "given_up": page.given_up, "apart": page.apart}


def _best_record(one: Best, url_of: Callable[[Document], str]) -> dict[str, Any]:
    own = one.document
    return {
        "kind": one.kind,
        "id": own and own.id,
        "title": one.title or (own and own.title),
        "note": one.note,
        "source": own and own.source,
        "date": own and own.date,
        "url": one.url if own is None else url_of(own),
    }


def page_record(
    page: ResultPage,
    url_of: Callable[[Document], str],
    *,
    fields: Set[str] | None = None,
    translate: Callable[[str], str] = str,
) -> dict[str, Any]:
    """Turn a page into what the JSON API prints, with the address of each document; without `fields`, everything."""
    wanted = frozenset(HIT_FIELDS) if fields is None else fields

    def records(hits: Iterable[Hit]) -> list[dict[str, Any]]:
        return [hit_record(hit, url_of(hit.document), fields=wanted) for hit in hits]

    groups = [{"value": group.value, "total": group.total, "hits": records(group.hits)} for group in page.groups]
    facets = {
        name: [{"value": value.value, "count": value.count} for value in values] for name, values in page.facets.items()
    }
    wider = [{"query": own.query, "within": own.within, "count": own.count} for own in page.wider]
    return {
        "query": page.raw_query,
        "total": page.total,
        "partial": page.partial,
        "best": [_best_record(one, url_of) for one in page.best],
        "cards": page.cards,
        "relaxed": None if page.complete is None else _relaxed_record(page),
        "understood": [understood_record(one, translate) for one in page.understood],
        "spellings": [asdict(spelling) for spelling in page.spellings],
        "instead": asdict(page.instead) if page.instead else None,
        "tried": [asdict(part) for part in page.tried],
        "coverage": asdict(page.coverage) if page.coverage else None,
        "took_ms": page.took_ms,
        "page": page.page,
        "size": page.size,
        "hits": records(page.hits),
        **({"wider": wider} if wider else {}),
        **({"groups": groups} if groups else {}),
        **({"facets": facets} if fields is None or "facets" in fields else {}),
    }
