"""The JSON API. Types and examples of what it takes and answers are the document at `/api/v1/openapi.json`."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from dataclasses import asdict, replace
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any, Literal, NotRequired, cast, get_args

from flask import Blueprint, Response, current_app, jsonify, render_template, request, stream_with_context, url_for
from flask_babel import gettext
from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict
from werkzeug.datastructures import MultiDict

from indexer import VALUES, Document, Meeting, OutOfTimeError, QueryError, Speech, fold, to_record
from searchapp.document.similar import MOST_SIMILAR, find_similar
from searchapp.fields import BY_NAME, FACETS, TABLED
from searchapp.messages import N_
from searchapp.records import (
    HIT_FIELDS,
    FacetRecord,
    FacetValueRecord,
    HitRecord,
    PageRecord,
    document_values,
    hit_record,
    page_record,
)
from searchapp.search.history import trace
from searchapp.search.request import LARGEST_PAGE, LIST
from searchapp.search.run import NoSuchPageError, count_values, find_all
from searchapp.search.suggestions import MOST_SUGGESTIONS, Suggestion, SuggestionKind
from searchapp.views import arguments
from searchapp.views.arguments import (
    CURSOR,
    FILTERING,
    OTHERS,
    Argument,
    clean,
    drop_halves,
    read_count,
    read_program_request,
    refuse_empty,
)
from searchapp.views.context import (
    MORE_TIME,
    TOO_COSTLY,
    USE,
    answer_search,
    keep_nowhere,
    lexicon,
    note_search,
    open_index,
    settings,
    status_of,
    translate_error,
    view,
)
from searchapp.views.documents import document_url, find_document
from searchapp.views.freshness import add_tag, answer_unchanged
from searchapp.views.openapi import Operation, describe, documented, operation_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from indexer import Reader
    from searchapp.search.request import SearchRequest
    from searchapp.search.results import ResultPage
    from searchapp.usage import Use

api = Blueprint("api", __name__, url_prefix="/api/v1")
about_api = Blueprint("about_api", __name__)

_PRIVATE = ("location", "evidence")
BATCH = "/api/v1/batch"
MOST_IN_BATCH, MOST_BATCH_BODY = 100, 1 << 20
_READ_AT_ONCE = 200
# After so many seconds a stream ends with where to go on, so that it holds its place for nobody's slow line.
_STREAM_SECONDS = 30.0
_EXPORTED = ("id", "title", *(own.name for own in TABLED), "url", "path", "original_url", "body")
_BY_DEFAULT = frozenset(_EXPORTED) - {"body"}
_DAYS = {
    "from": "earliest day: 2021, 2021-03 or 2021-03-12",
    "to": "latest day, the day itself included: 2021, 2021-03 or 2021-03-12",
}
_NO_CURSOR = N_("这个 cursor 不属于这次检索，请从头再取。")
_NOT_FIELDS = N_("参数 fields 里的“{typed}”应是 {choices} 之一，用逗号隔开。")
_NOT_A_FACET = N_("参数 field=“{typed}”应是 {choices} 之一。")
_NOT_A_BATCH = N_('请求内容应是 JSON：{{"searches": [{{"q": "科普"}}]}}，最多 {most} 个检索。')
_NOT_A_SEARCH = N_("第 {number} 个检索：{why}")
_NOT_A_VALUE = N_("参数 {name} 应是文字、数字或它们的列表。")


# Programs write days in one way, whatever else people may type.
# What says which words are looked for, and where.
_SAYING = ("q", "in", "within", "also")
SEARCH = tuple(replace(own, means=_DAYS.get(own.name, own.means)) for own in arguments.SEARCH)


# --- types


def _listed(names: tuple[str, ...]) -> Any:
    one = "|".join(names)
    return Annotated[str, Field(pattern=f"^(?:{one})(?:,(?:{one}))*$")]


class SuggestionRecord(TypedDict):
    """A text to search for, what it is, and in how many documents it stands, 0 where that is not known.

    A title that one document alone has comes with the id of that document and the address of its page.
    """

    text: str
    kind: SuggestionKind
    count: int
    id: NotRequired[str]
    url: NotRequired[str]


class SuggestRecord(TypedDict):
    """What somebody who has typed so far may be looking for."""

    query: str
    suggestions: list[SuggestionRecord]


class SimilarRecord(TypedDict):
    """A document like another one, with how many sentences both have, and the first of these."""

    id: str
    title: str | None
    source: str | None
    date: str | None
    url: str
    shared: int
    sentences: list[str]


class SimilarsRecord(TypedDict):
    """Documents like one."""

    id: str
    similar: list[SimilarRecord]


class YearRecord(TypedDict):
    """A year: its documents in all, by month (January first), and those known by their year only."""

    label: str
    count: int
    months: list[int]
    rough: int


class TermRecord(TypedDict):
    """A term over the years, the oldest first; first and last are the documents where it stands so."""

    query: str
    total: int
    undated: int
    first: HitRecord | None
    last: HitRecord | None
    years: list[YearRecord]


class ArchiveRecord(TypedDict):
    """What can be searched: how many documents, of which years and sources, how old the index is."""

    documents: int
    first_year: str | None
    last_year: str | None
    source_count: int
    sources: list[FacetValueRecord]
    generation: int
    created: str
    age_seconds: int
    degraded: bool


class PersonRecord(TypedDict):
    """Somebody whom a text names: their role, what they did, where (offset in the body, line of the file)."""

    name: str
    role: str | None
    parts: list[str]
    at: int
    line: int


# Whatever has one value at most: each of `VALUES`, and what a document is called.
_PLAIN = dict.fromkeys((*VALUES, "parent", "title", "subtitle", "date_precision"), str | None)


class _DocumentRecord(TypedDict):
    id: str
    path: str
    order: int
    body: str
    flags: list[str]
    meeting: Meeting | None
    people: list[PersonRecord]
    speech: list[Speech]
    cites: list[str]
    lines: list[tuple[int, int]]
    document_url: str


DocumentRecord: Any = TypedDict("DocumentRecord", {**_DocumentRecord.__annotations__, **_PLAIN})  # type: ignore[misc]
DocumentRecord.__doc__ = (
    "A document: its text as `body`, and what was read of it. Offsets count code points of the body; `lines` says from "
    "which offset on which line of the file it was; `url` is where it came from, `document_url` its page here."
)


class _LineRecord(TypedDict):
    end: NotRequired[bool]
    total: NotRequired[int]
    instead: NotRequired[str]


_VALUES = dict.fromkeys(_EXPORTED, NotRequired[str | None])
LineRecord: Any = TypedDict("LineRecord", {**_LineRecord.__annotations__, **_VALUES})  # type: ignore[misc]
LineRecord.__doc__ = (
    "A line of an export: a document with the `fields` that were wanted; the last one says whether that was all."
)


def _whole_number(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# Of what several values can be said, which are texts; a year may be a number.
_LISTED = {own.name: own for own in (*SEARCH, *FILTERING) if "list" in str(own.type)}
_LISTED_TEXTS = _LISTED.keys() - {"year"}


def _in_batch(own: Argument) -> Any:
    """Return the type that a member of a search has: a single value needs no list."""
    if own.name in ("size", "page"):
        return Annotated[own.type, BeforeValidator(_whole_number)]
    return own.type | get_args(get_args(own.type)[0])[0] if own.name in _LISTED else own.type


# A search of a batch: any argument of /api/v1/search, several values as a list.
BatchSearch: Any = TypedDict(  # type: ignore[misc]
    "BatchSearch",
    {own.name: NotRequired[_in_batch(own)] for own in (*SEARCH, *FILTERING)},
)
BatchSearch.__doc__ = "A search of a batch; its members are the arguments of a search, but for `cursor` and `fields`."


class BatchRequest(TypedDict):
    """Several searches."""

    searches: Annotated[list[BatchSearch], Field(min_length=1, max_length=MOST_IN_BATCH)]


class BatchProblem(TypedDict):
    """Why one search of a batch has no answer."""

    status: int
    detail: str


class BatchRecord(TypedDict):
    """The answers to a batch in its order, each a page or a problem."""

    results: list[PageRecord | BatchProblem]


# --- answers


@api.before_request
def _look_whether_unchanged() -> Any:
    own = operation_of(current_app.view_functions[request.endpoint or ""])
    return answer_unchanged() if own is not None and own.is_kept and request.method in ("GET", "HEAD") else None


api.after_request(add_tag)


@api.get("/search")
@documented(
    Operation(
        answer=PageRecord,
        arguments=(*SEARCH, CURSOR, replace(OTHERS["fields"], type=_listed((*HIT_FIELDS, "facets"))), *FILTERING),
        problems=[HTTPStatus.NOT_FOUND],
    )
)
def search_json() -> Response:
    """Answer a search.

    The hits after these are those of the same arguments with the `cursor` of the answer, which wins over `page`. Where
    an index was updated in between, as `generation` tells, hits may be missed or come again.
    """
    wanted = _read()
    fields = _read_fields((*HIT_FIELDS, "facets"))
    digest = _digest()
    if typed := request.args.get("cursor"):
        wanted = replace(wanted, offset=_read_cursor(typed, digest))
    page = answer_search(wanted)
    if page.partial:
        keep_nowhere()
    record = _page_record(page, wanted, fields=fields)
    following = wanted.offset + wanted.size
    more = following < page.cards and not page.partial
    record["cursor"] = _write_cursor(following, digest) if more else None
    return jsonify(record)


def _page_record(page: ResultPage, wanted: SearchRequest, *, fields: frozenset[str] | None = None) -> dict[str, Any]:
    asked = page.as_asked(wanted)
    record = page_record(page, lambda document: document_url(document.id, asked), fields=fields, translate=gettext)
    return {**record, "generation": view().index.generation.number}


@api.get("/suggest")
@documented(
    Operation(
        answer=SuggestRecord,
        arguments=(
            replace(SEARCH[0], type=str, means="what was typed so far", example="科"),
            Argument("size", Annotated[int, Field(ge=1, le=MOST_SUGGESTIONS)], "suggestions at most", 5),
        ),
        is_kept=False,
    )
)
def suggest_json() -> Response:
    """Answer with what somebody who has typed so far may be looking for."""
    typed = clean(request.args.get("q", ""))
    refuse_empty(request.args, ["size"])
    most = read_count(request.args, "size", default=MOST_SUGGESTIONS, largest=MOST_SUGGESTIONS)
    found = view().suggester.find(typed, most)
    return jsonify({"query": typed, "suggestions": [_suggestion_record(one) for one in found]})


def _suggestion_record(one: Suggestion) -> SuggestionRecord:
    record: SuggestionRecord = {"text": one.text, "kind": one.kind, "count": one.count}
    return {**record, "id": one.id, "url": url_for("documents.show", document_id=one.id)} if one.id else record


_ID = Argument("document_id", str, "the id of a document, as hits have it")


@api.get("/documents/<path:document_id>")
@documented(Operation(answer=DocumentRecord, path=[_ID], problems=[HTTPStatus.NOT_FOUND]))
def document_json(document_id: str) -> Response:
    """Answer with one document: its text as `body`, and everything that is known of it."""
    document = find_document(open_index(), document_id)
    record = {name: value for name, value in to_record(document).items() if name not in _PRIVATE}
    return jsonify(record | {"document_url": url_for("documents.show", document_id=document.id)})


@api.get("/similar/<path:document_id>")
@documented(Operation(answer=SimilarsRecord, path=[_ID], problems=[HTTPStatus.NOT_FOUND]))
def similar_json(document_id: str) -> Response:
    """Answer with documents like one: those that share most sentences with it first."""
    index = open_index()
    document = find_document(index, document_id)
    similar = [
        {
            **_brief(own.document),
            "url": url_for("documents.show", document_id=own.document.id),
            "shared": own.shared,
            "sentences": own.sentences,
        }
        for own in find_similar(index.reader, document)[:MOST_SIMILAR]
    ]
    return jsonify({"id": document.id, "similar": similar})


def _brief(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in ("id", "title", "source", "date")}


_COUNTED = tuple(own.name for own in FACETS)


@api.get("/facets")
@documented(
    Operation(
        answer=FacetRecord,
        required=[replace(OTHERS["field"], type=Literal[_COUNTED], example="source")],
        arguments=(*(own for own in SEARCH if own.name not in ("sort", "group", "fold")), OTHERS["prefix"], *FILTERING),
    )
)
def facets_json() -> Response:
    """Answer with all values of one facet over what a search finds, a page at a time."""
    wanted = replace(_read(), group=LIST)
    typed = request.args.get("field", "")
    if typed not in _COUNTED:
        raise QueryError(_NOT_A_FACET, typed=typed[:40], choices="、".join(_COUNTED))
    head = fold(clean(request.args.get("prefix", ""))).text
    counted, instead = count_values(open_index().reader, wanted, own=BY_NAME[typed], lexicon=lexicon())
    note_search(None, is_hit=bool(counted))
    values = [one for one in counted if not head or fold(one.value or "").text.startswith(head)]
    shown = values[wanted.offset : wanted.offset + wanted.size]
    return jsonify(
        field=typed,
        total=len(values),
        page=wanted.offset // wanted.size + 1,
        size=wanted.size,
        instead=asdict(instead) if instead else None,
        values=[{"value": one.value, "count": one.count} for one in shown],
    )


@api.get("/terms")
@documented(
    Operation(
        answer=TermRecord,
        arguments=(
            *(own for own in SEARCH if own.name in (*_SAYING, "from", "to", "by", "literal")),
            *FILTERING,
        ),
    )
)
def terms_json() -> Response:
    """Answer with a term over the years: how many documents have it, which is the first, which the last.

    What is typed without any operator is looked for as it stands.
    """
    wanted = _read()
    years = view().overview.years(wanted.dated_by)
    history = trace(open_index().reader, wanted, years=years, lexicon=lexicon())
    note_search(history.page.total, is_hit=bool(history.page.total))
    ends = [
        None if hit is None else hit_record(hit, document_url(hit.document.id, history.request))
        for hit in (history.first, history.last)
    ]
    return jsonify(
        query=wanted.raw_query,
        total=history.page.total,
        undated=history.undated,
        first=ends[0],
        last=ends[1],
        years=[asdict(year) for year in history.timeline.years] if history.timeline else [],
    )


@api.get("/archive")
@documented(Operation(answer=ArchiveRecord, is_kept=False))
def archive_json() -> Response:
    """Answer with what there is to be searched, and how old the index is."""
    seen = view()
    manifest, years = seen.index.generation.manifest, seen.overview.years()
    sources = seen.overview.counts("source")
    age = datetime.now(UTC) - datetime.fromisoformat(manifest.created)
    return jsonify(
        documents=seen.overview.documents,
        first_year=years[-1] if years else None,
        last_year=years[0] if years else None,
        source_count=len(sources),
        sources=[{"value": value, "count": count} for value, count in list(sources.items())[:LARGEST_PAGE]],
        generation=seen.index.generation.number,
        created=manifest.created,
        age_seconds=max(0, round(age.total_seconds())),
        degraded=bool(seen.index.degraded),
    )


@api.post(BATCH.removeprefix("/api/v1"))
@documented(
    Operation(
        answer=BatchRecord,
        body=BatchRequest,
        body_example={"searches": [{"q": "科普"}, {"q": "会议", "source": ["白渚日报"], "size": 3}]},
        is_kept=False,
    )
)
def batch_json() -> Response:
    """Answer several searches at once; one without an answer (no such page, out of time) has a problem in its place."""
    request.max_content_length = MOST_BATCH_BODY
    searches = [_read_one(own, number) for number, own in enumerate(_read_batch(), start=1)]
    use: Use = request.environ[USE]
    use.searches = len(searches)
    open_reader = open_index(times=MORE_TIME).reader
    results = [_answer_one(open_reader, wanted) for wanted in searches]
    keep_nowhere()
    return jsonify(results=results)


def _read_batch() -> list[dict[str, Any]]:
    try:
        body = json.loads(request.get_data())
    except (ValueError, RecursionError):
        body = None
    searches = body.get("searches") if isinstance(body, dict) else None
    right = isinstance(searches, list) and all(isinstance(own, dict) for own in searches)
    if not right or not 1 <= len(cast("list[Any]", searches)) <= MOST_IN_BATCH:
        raise QueryError(_NOT_A_BATCH, most=MOST_IN_BATCH)
    return cast("list[dict[str, Any]]", searches)


def _read_one(asked: Mapping[str, Any], number: int) -> SearchRequest:
    """Read one search of a batch; what is wrong with it is wrong with the batch."""
    try:
        known = ((own.name, asked[own.name]) for own in (*SEARCH, *FILTERING) if own.name in asked)
        pairs = [(name, text) for name, value in known for text in _texts(value, name)]
        return read_program_request(MultiDict(pairs), settings().page_size, calendar=lexicon().calendar)
    except QueryError as error:
        raise QueryError(_NOT_A_SEARCH, number=number, why=translate_error(error)) from None


def _answer_one(reader: Reader, wanted: SearchRequest) -> dict[str, Any]:
    try:
        return _page_record(answer_search(wanted, reader=reader), wanted)
    except QueryError as error:
        return {"status": status_of(error).value, "detail": translate_error(error)}
    except OutOfTimeError:
        return {"status": HTTPStatus.SERVICE_UNAVAILABLE.value, "detail": gettext(TOO_COSTLY)}


def _texts(value: object, name: str) -> list[str]:
    values = value if isinstance(value, list) else [value]
    kinds = str if name in _LISTED_TEXTS else str | int | float
    if not all(isinstance(own, kinds) and not isinstance(own, bool) for own in values):
        raise QueryError(_NOT_A_VALUE, name=name[:40])
    return [drop_halves(str(_whole_number(own))) for own in values]


@api.get("/export.jsonl")
@documented(
    Operation(
        answer=LineRecord,
        media_type="application/x-ndjson",
        arguments=(
            *(own for own in SEARCH if own.name in (*_SAYING, "from", "to", "by", "match", "literal")),
            Argument("cursor", str, "the `id` of the last line that arrived: go on behind it"),
            replace(OTHERS["fields"], type=_listed(_EXPORTED), means="what each line is to hold", example="title,date"),
            *FILTERING,
        ),
        is_kept=False,
    )
)
def export_jsonl() -> Response:
    """Send all documents that a search finds, one a line, in the order of their ids.

    The last line is `{"end": true, "total": n}`. Where it says `"end": false`, or is not there, ask again with the id
    of the last document as `cursor`. It names the query that was searched `instead`, where one was beyond doubt.
    """
    wanted = _read()
    fields = _read_fields(_EXPORTED) or _BY_DEFAULT
    reader = open_index(times=MORE_TIME).reader
    keys, instead = find_all(reader, wanted, lexicon=lexicon())
    note_search(len(keys), is_hit=bool(keys))
    after = request.args.get("cursor", "")
    left = [key for key in keys if key > after]
    told = {"total": len(keys), **({"instead": instead.query} if instead else {})}
    lines = _write_lines(reader, left, fields=fields, told=told)
    keep_nowhere()
    return Response(stream_with_context(lines), mimetype="application/x-ndjson")


def _write_lines(reader: Reader, keys: list[str], *, fields: frozenset[str], told: dict[str, Any]) -> Iterator[str]:
    write = current_app.json.dumps
    until = time.monotonic() + _STREAM_SECONDS
    for first in range(0, len(keys), _READ_AT_ONCE):
        if time.monotonic() > until:
            yield write({"end": False, **told}) + "\n"
            return
        for document in reader.read(keys[first : first + _READ_AT_ONCE], evidence=False):
            if document is not None:
                values = {
                    **document_values(document, url_for("documents.show", document_id=document.id)),
                    "body": document.body,
                }
                yield write({name: value for name, value in values.items() if name in fields or name == "id"}) + "\n"
    yield write({"end": True, **told}) + "\n"


@api.get("/openapi.json")
def openapi_json() -> Response:
    """Answer with the OpenAPI 3.1 document of this API."""
    return jsonify(_describe())


@about_api.get("/api")
def explain() -> str:
    """Explain the API: every operation with its arguments, and an example that can be tried."""
    return render_template("api.html", raw_query="", api=_describe())


def _describe() -> dict[str, Any]:
    known = current_app.extensions.get("archive_openapi")
    if known is None:
        info = {
            "title": settings().site_title,
            "version": version("archive-search"),
            "description": "What is in v1 is only added to. Errors are problem details (RFC 9457).",
        }
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - as Flask documents it
        known = current_app.extensions["archive_openapi"] = describe(app, info=info)
    return {**known, "servers": [{"url": request.script_root or "/"}]}


# --- what they read


def _read() -> SearchRequest:
    return read_program_request(request.args, settings().page_size, calendar=lexicon().calendar)


def _read_fields(choices: tuple[str, ...]) -> frozenset[str] | None:
    """Read what each hit is to hold; None where nothing is said."""
    typed = request.args.get("fields")
    if typed is None:
        return None
    names = [name.strip() for name in typed.split(",")]
    if unknown := [name for name in names if name not in choices]:
        raise QueryError(_NOT_FIELDS, typed=unknown[0][:40], choices="、".join(choices))
    return frozenset(names)


def _digest() -> bytes:
    """Return what tells this search from others, whichever of its hits are asked for."""
    told = sorted((name, value) for name, value in request.args.items(multi=True) if name not in _SLICE)
    return hashlib.sha256(repr(told).encode()).digest()[:6]


_SLICE = ("cursor", "page", "size", "fields")


def _write_cursor(offset: int, digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest + offset.to_bytes(6)).decode()


def _read_cursor(typed: str, digest: bytes) -> int:
    try:
        raw = base64.b64decode(typed.encode(), altchars=b"-_", validate=True)
    except ValueError:
        raw = b""
    if len(raw) != 12 or raw[:6] != digest:
        raise NoSuchPageError(_NO_CURSOR)
    return int.from_bytes(raw[6:])
