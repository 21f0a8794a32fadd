"""What was found as something to take away: a spreadsheet, citations as a Word file or to be printed, and a feed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext

from indexer import date_span
from searchapp.document.word import MIMETYPE, CitationList, write_docx
from searchapp.fields import TABLED
from searchapp.language.dates import read_day
from searchapp.messages import N_
from searchapp.records import write_csv
from searchapp.search.chosen import read_chosen
from searchapp.search.filters import whole
from searchapp.search.request import LIST
from searchapp.views.arguments import read_chosen_ids, read_request, write_arguments
from searchapp.views.citing import make_entry, spell_day, tell_filters
from searchapp.views.context import MORE_TIME, answer_search, lexicon, open_index, settings
from searchapp.views.freshness import add_tag, answer_unchanged

if TYPE_CHECKING:
    from indexer import Document
    from searchapp.search.request import SearchRequest
    from searchapp.search.results import Hit, ResultPage

exports = Blueprint("exports", __name__)

MOST_ROWS = 2000
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|]')  # of files, on any system
_MOST_OF_QUERY = 60  # characters in the heading of a list
_MOST_ENTRIES = 50
_COLUMNS = (
    N_("序号"), N_("标题"), *(own.label for own in TABLED), N_("处数"), N_("片段"), N_("缺少"), N_("转载"), N_("网址"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Taken:
    """What is taken away: hits, and in sentences what has to be known of them as a whole."""

    request: SearchRequest
    hits: list[Hit]
    counted: str
    notes: list[str]


@exports.get("/export.csv")
def spreadsheet() -> Response:
    """Send the hits as CSV, which Excel reads as UTF-8 because it begins with a byte order mark."""
    taken = _take()
    heading = [gettext(name) for name in _COLUMNS]
    rows = [_row(number, hit) for number, hit in enumerate(taken.hits, start=1)]
    notes = [[note] for note in taken.notes]
    return _send(write_csv([heading, *rows, *notes]).encode("utf-8-sig"), "results.csv", mimetype="text/csv")


@exports.get("/export.docx")
def word_file() -> Response:
    """Send the hits with passages and citations as a Word file."""
    listed = _list(_take())
    data = write_docx(listed, creator=settings().site_title, made=datetime.now(UTC).astimezone())
    named = f"{_NOT_IN_NAMES.sub(' ', listed.title)}.docx"
    return _send(data, "citations.docx", mimetype=MIMETYPE, **{"filename*": f"UTF-8''{quote(named, safe='')}"})


@exports.get("/list")
def printed() -> str:
    """Show the same list of citations as a page to be printed."""
    taken = _take()
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name not in ("page", "size")]
    return render_template(
        "list.html",
        listed=_list(taken),
        raw_query=taken.request.raw_query,
        arguments=urlencode(arguments),
        state=write_arguments(_read(), default_size=settings().page_size),
    )


def _take() -> _Taken:
    """Find what the address asks for: hits of a search, or documents that were chosen among them."""
    wanted = _read()
    if chosen := read_chosen_ids(request.args):
        hits = read_chosen(open_index(times=MORE_TIME).reader, chosen, request=wanted, lexicon=lexicon())
        lost = len(chosen) - len(hits)
        gone = [gettext("选中的 %(n)s 份文件已不在档案里。", n=lost)] if lost else []
        return _Taken(wanted, hits, gettext("选出 %(n)s 份文件", n=len(hits)), gone)
    page = whole(answer_search(replace(wanted, size=MOST_ROWS), times=MORE_TIME))
    notes = []
    if page.instead:
        named = {"word": page.instead.word, "instead": page.instead.instead}
        notes.append(gettext("没有找到“%(word)s”，这是“%(instead)s”的结果。", **named))
    if page.cards > MOST_ROWS:
        notes.append(gettext("只导出前 %(n)s 条。", n=MOST_ROWS))
    return _Taken(wanted, page.hits, _count(page), notes)


def _count(page: ResultPage) -> str:
    """Say how many documents were found, and how many of them are whole hits."""
    if page.complete:
        near = page.total - page.complete
        return str(gettext("%(n)s 份文件包含全部词，另列相近的 %(near)s 份", n=page.complete, near=near))
    if page.complete is not None:
        return str(gettext("没有同时包含全部词的文件；最接近的 %(n)s 份", n=page.total))
    merged = gettext("，转载合并为 %(n)s 条", n=page.cards) if page.cards < page.total else ""
    return f"{gettext('共 %(n)s 份文件', n=page.total)}{merged}"


def _list(taken: _Taken) -> CitationList:
    """Make the list of what was taken: headed by the query, the filters, the day and the number."""
    today = datetime.now(UTC).astimezone().date()
    query = taken.request.raw_query
    shown = query if len(query) <= _MOST_OF_QUERY else f"{query[:_MOST_OF_QUERY]}…"
    told = [
        *tell_filters(taken.request),
        gettext("%(count)s；%(day)s 检索", count=taken.counted, day=spell_day(today.isoformat())),
        *taken.notes,
    ]
    title = gettext("“%(query)s”的引文清单", query=shown) if query else gettext("引文清单")
    return CitationList(title, told, [make_entry(hit, today=today) for hit in taken.hits])


def _send(data: bytes, name: str, *, mimetype: str, **named: str) -> Response:
    response = Response(data, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name, **named)
    return response


@exports.before_request
def _look_whether_unchanged() -> Any:
    return answer_unchanged() if request.endpoint == "exports.feed" else None


exports.after_request(add_tag)


@exports.get("/feed.atom")
def feed() -> Response:
    """Send the newest hits as an Atom feed (RFC 4287)."""
    wanted = replace(_read(), sort="newest", size=_MOST_ENTRIES, offset=0)
    page = whole(answer_search(wanted, times=MORE_TIME))
    arguments = write_arguments(wanted, default_size=_MOST_ENTRIES)
    shown = render_template(
        "feed.xml",
        page=page,
        raw_query=wanted.raw_query,
        here=f"{url_for('exports.feed', _external=True)}?{arguments}",
        results=f"{url_for('pages.results', _external=True)}?{arguments}",
        updated=max((_moment(hit.document) for hit in page.hits), default=datetime.fromtimestamp(0, UTC).isoformat()),
        moment=_moment,
        hash_of=_hash,
    )
    return Response(shown, mimetype="application/atom+xml")


def _read() -> SearchRequest:
    return replace(read_request(request.args, settings().page_size, calendar=lexicon().calendar), group=LIST, offset=0)


def _row(number: int, hit: Hit) -> list[str]:
    own = hit.document
    return [
        str(number),
        own.title or "",
        *(getattr(own, field.name) or "" for field in TABLED),
        str(hit.hit_count),
        " ".join(snippet.text for snippet in hit.snippets),
        "、".join((*hit.missing, *hit.apart)),
        str(hit.reprint_count),
        url_for("documents.show", document_id=own.id, _external=True),
    ]


def _moment(document: Document) -> str:
    """Return the first moment of a document's date, as feeds want it; the beginning of the epoch without one."""
    if document.date is None:
        return datetime.fromtimestamp(0, UTC).isoformat()
    return f"{read_day(date_span(document.date)[0]).isoformat()}T00:00:00+00:00"


def _hash(document: Document) -> str:
    """Return what changes with the text of a document, and with nothing else."""
    return hashlib.sha256(f"{document.heading}\n{document.body}".encode("utf-8", "surrogatepass")).hexdigest()
