"""Hits as entries of a list of citations, and what narrowed a search, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, url_for
from flask_babel import gettext

from searchapp.document.citations import cite
from searchapp.document.word import Entry, Passage
from searchapp.fields import BY_NAME, FILTERS, SCOPES
from searchapp.views.marked import split_marked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from searchapp.search.request import SearchRequest
    from searchapp.search.results import Hit, Marks, Snippet

_LONGEST_TITLE = 40  # characters of a text that stand for a title


def make_entry(hit: Hit, *, today: date) -> Entry:
    """Return a hit as it is cited today."""
    own = hit.document
    address = url_for("documents.show", document_id=own.id, _external=True)
    citation = cite(own, address, today=today)
    title = _split(own.title, hit.title_marks) if own.title else [(f"{own.body[:_LONGEST_TITLE]}…", False)]
    return Entry(
        title,
        address,
        " · ".join(_facts(hit)),
        [_passage(snippet) for snippet in hit.snippets],
        [(gettext("出处："), citation.plain), ("GB/T 7714：", citation.standard)],
    )


def tell_filters(wanted: SearchRequest) -> Iterator[str]:
    """Yield what narrowed a search, a sentence for each filter."""
    if wanted.inside == "title":
        yield gettext("只在标题里")
    yield from (gettext(scope.says) for scope in SCOPES if scope.kind == wanted.within)
    if wanted.also:
        yield gettext("在结果中检索：%(queries)s", queries="、".join(wanted.also))
    for own in FILTERS:
        for before, values in (("", wanted.values(own.name)), (gettext("不含 "), wanted.excluded_values(own.name))):
            if values:
                named = "、".join(value or gettext(own.unstated) for value in values)
                yield f"{gettext(own.label)}{gettext('：')}{before}{named}"
    first, last = wanted.date_from, wanted.date_to
    if first or last:
        ends = [
            *([gettext("自 %(day)s", day=spell_day(first))] if first else ()),
            *([gettext("至 %(day)s", day=spell_day(last))] if last else ()),
        ]
        yield f"{gettext(BY_NAME[wanted.dated_by].label)}{gettext('：')}{' '.join(ends)}"


def spell_day(iso: str) -> str:
    """Write an ISO date as the reader's language does."""
    return str(current_app.jinja_env.filters["spell_date"](iso))


def _facts(hit: Hit) -> Iterator[str]:
    own = hit.document
    yield from filter(None, (own.source, spell_day(own.date) if own.date else None))
    if own.meeting_date and own.meeting_date != own.date:
        yield gettext("%(day)s 会议", day=spell_day(own.meeting_date))
    yield from filter(None, (own.author, own.genre, own.number))
    if hit.missing:
        yield f"{gettext('缺少：')}{'、'.join(hit.missing)}"


def _passage(snippet: Snippet) -> Passage:
    quoted = [(gettext("引述："), False)] if snippet.quoted else []
    place = gettext("（第 %(n)s 段）", n=snippet.paragraph)
    return Passage([*quoted, *_split(snippet.text, snippet.marks)], place)


def _split(text: str, marks: Marks) -> list[tuple[str, bool]]:
    return [(piece, colour is not None) for piece, colour in split_marked(text, marks)]
