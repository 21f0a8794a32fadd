"""A search as something to take away: a spreadsheet of its hits, and a feed of the newest ones."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext

from indexer import date_span
from searchapp.fields import TABLED
from searchapp.language.dates import read_day
from searchapp.messages import N_
from searchapp.records import write_csv
from searchapp.search.filters import whole
from searchapp.search.request import LIST
from searchapp.views.arguments import read_request, write_arguments
from searchapp.views.context import MORE_TIME, answer_search, lexicon, settings
from searchapp.views.freshness import add_tag, answer_unchanged

if TYPE_CHECKING:
    from indexer import Document
    from searchapp.search.request import SearchRequest
    from searchapp.search.results import Hit

exports = Blueprint("exports", __name__)

MOST_ROWS = 2000
_MOST_ENTRIES = 50
_COLUMNS = (
    N_("序号"), N_("标题"), *(own.label for own in TABLED), N_("处数"), N_("片段"), N_("缺少"), N_("转载"), N_("网址"),
)  # fmt: skip


@exports.get("/export.csv")
def spreadsheet() -> Response:
    """Send the hits as CSV, which Excel reads as UTF-8 because it begins with a byte order mark."""
    wanted = _read()
    heading = [gettext(name) for name in _COLUMNS]
    page = whole(answer_search(replace(wanted, size=MOST_ROWS), times=MORE_TIME))
    rows = [_row(number, hit) for number, hit in enumerate(page.hits, start=1)]
    if page.instead:
        named = {"word": page.instead.word, "instead": page.instead.instead}
        rows.append([gettext("没有找到“%(word)s”，这是“%(instead)s”的结果。", **named)])
    if page.cards > MOST_ROWS:
        rows.append([gettext("只导出前 %(n)s 条。", n=MOST_ROWS)])
    response = Response(write_csv([heading, *rows]).encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="results.csv"'
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
