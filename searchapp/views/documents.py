"""The document page: the marked text, its outline, whom and what it names, what is like it, and the original file."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from io import BytesIO
from itertools import accumulate, groupby, islice
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

from indexer import (
    And,
    ArchiveError,
    Below,
    OneOf,
    Range,
    Run,
    date_span,
    decode,
    find_original,
    format_of,
    heading_of,
    hierarchy,
    names_inside,
)
from searchapp.document.anchors import name_paragraphs
from searchapp.document.citations import cite
from searchapp.document.comparison import MOST_SENTENCES, compare
from searchapp.document.finding import LONGEST_FOUND, find_text
from searchapp.document.flags import FLAGS
from searchapp.document.outline import make_outline, paragraphs_of
from searchapp.document.quoting import can_add, find_paragraphs, read_quoted, show_sentences
from searchapp.document.similar import find_similar, tell_differences
from searchapp.fields import TABLED
from searchapp.messages import N_
from searchapp.search.chosen import mark_document
from searchapp.search.request import MatchMode, SearchRequest
from searchapp.search.snippets import share_marks
from searchapp.views.arguments import clean, read_literal, read_words
from searchapp.views.context import lexicon, live_index, open_index, view, visitor
from searchapp.views.returning import came_from

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.wrappers import Response as BaseResponse

    from indexer import DateField, Document, OpenIndex, Reader
    from searchapp.document.citations import Citation
    from searchapp.document.outline import OutlineEntry
    from searchapp.search.marks import Marked
    from searchapp.search.results import Marks

documents = Blueprint("documents", __name__)

_MOST_REPRINTS = 50
_MOST_ATTACHED = 50
_MOST_PEOPLE = 40
_MOST_NAMED_ISSUERS = 12
# Names are looked for one by one, so a text and the list of issuers have to be bounded.
_LONGEST_FOR_ISSUERS = 50_000
_MOST_ISSUERS = 2000
_MOST_KNOWN = 100
_NEAR_IN_SERIES = 12
_MOST_IN_SERIES = 200
_OF_QUOTING = ("p", "s", "add", "hit")
_COLOURS = 6
_DESCRIPTION = 150  # characters of a text that a preview shows
_REFERENCES = {"ris": ("application/x-research-info-systems", "ris"), "bibtex": ("application/x-bibtex", "bib")}
_PARTS = {
    "chaired": N_("主持"),
    "attended": N_("出席"),
    "sat in": N_("列席"),
    "spoke": N_("讲话"),
    "quoted": N_("引述"),
}


@dataclass(frozen=True, slots=True)
class MarkedParagraph:
    """A paragraph of a body: number from 1, anchor, its marks with the colours of their terms; is it a heading?"""

    number: int
    anchor: str
    text: str
    marks: Marks
    colours: list[int]
    is_heading: bool = False


@documents.get("/documents/<path:document_id>")
def show(document_id: str) -> str:
    """Show a document, with what a query matches marked in it; `only` leaves what one speaker says."""
    index = open_index()
    document, reader = find_document(index, document_id), index.reader
    raw_query = clean(request.args.get("q", ""))
    only = clean(request.args.get("only", ""))
    marked = _mark(reader, document)
    paragraphs = split_paragraphs(document.body, marked)
    said = paragraphs_of(document, only) if only else set()
    citation = _cite(document)
    anchors = [paragraph.anchor for paragraph in paragraphs]
    return render_template(
        "document.html",
        document=document,
        title_marks=marked.title,
        places=len(marked.title) + len(marked.body),
        terms=[(match.text, at % _COLOURS) for at, match in enumerate(marked.reasons.matches) if match.body],
        paragraphs=[own for at, own in enumerate(paragraphs) if not said or at in said],
        only=only if said else "",
        speakers=_speakers(document),
        tabled=TABLED,
        citation=citation,
        description=describe(document),
        outline=[(entry, anchors[entry.paragraph]) for entry in _shown(make_outline(document), said)],
        flags=[gettext(FLAGS[flag]) for flag in document.flags if flag in FLAGS],
        raw_query=raw_query,
        sought=_sought(),
        state=_state("only", "find"),
        marking=_state("only"),
        kept=[pair for pair in request.args.items(multi=True) if pair[0] != "find"],
        parts=[
            (gettext(label), [person for person in document.people if part in person.parts])
            for part, label in _PARTS.items()
        ],
        named=[person for person in document.people if set(person.parts) <= {"mentioned"}][:_MOST_PEOPLE],
        issuers=hierarchy(document.issuer) if document.issuer else (),
        named_issuers=_find_named_issuers(document),
        reprints=_find_reprints(reader, document),
        neighbours=_find_neighbours(reader, document),
        holder=_find_holder(reader, document),
        attached=_find_attached(reader, document),
    )


def _speakers(document: Document) -> list[tuple[str, bool]]:
    """Return whose words a text holds, each once, and whether it only quotes them."""
    quoted: dict[str, bool] = {}
    for passage in document.speech:
        quoted[passage.speaker] = passage.quoted and quoted.get(passage.speaker, True)
    return list(quoted.items())


def _mark_paragraphs(reader: Reader, document: Document) -> list[MarkedParagraph]:
    return split_paragraphs(document.body, _mark(reader, document))


def _mark(reader: Reader, document: Document) -> Marked:
    """Return what somebody looks for in this text, else what the query matches."""
    if sought := _sought():
        return find_text(document, sought)
    raw_query = clean(request.args.get("q", ""))
    match: MatchMode = "any" if request.args.get("match") == "any" else "auto"
    wanted = SearchRequest(raw_query, literal=read_literal(request.args), match=match, **read_words(request.args))
    return mark_document(reader, document, request=wanted, lexicon=lexicon())


def _sought() -> str:
    """Return what somebody looks for in this text alone."""
    return clean(request.args.get("find", ""))[:LONGEST_FOUND].strip()


def _state(*but: str) -> str:
    """Return the arguments of this page but for some, as those of an address."""
    return urlencode([(name, value) for name, value in request.args.items(multi=True) if name not in but])


def _shown(outline: list[OutlineEntry], said: set[int]) -> list[OutlineEntry]:
    return [entry for entry in outline if not said or entry.paragraph in said]


def _cite(document: Document) -> Citation:
    address = url_for("documents.show", document_id=document.id, _external=True)
    return cite(document, address, today=date.today())  # noqa: DTZ011 - the day of who cites


def _find_reprints(reader: Reader, document: Document) -> list[Document]:
    """Return the other documents that are near-identical to one, the oldest first."""
    family = [key for key in reader.find_family(document.id) if key != document.id]
    others = filter(None, reader.read(family, evidence=False))
    return sorted(others, key=lambda own: own.date or "9999")[:_MOST_REPRINTS]


def _find_holder(reader: Reader, document: Document) -> Document | None:
    """Return the mail that a document is attached to, if it is to any."""
    if document.parent is None or document.parent == document.path:
        return None
    return next(filter(None, reader.read(list(reader.find_keys(OneOf("path", (document.parent,))))[:1])), None)


def _find_attached(reader: Reader, document: Document) -> list[Document]:
    """Return what is attached to a mail, by its name."""
    if not format_of(document.path).is_mail:
        return []
    found = filter(None, reader.read(list(reader.find_keys(Below("path", (document.path,)))), evidence=False))
    attached = [own for own in found if own.parent == document.path != own.path]
    return sorted(attached, key=lambda own: own.path)[:_MOST_ATTACHED]


def _find_named_issuers(document: Document) -> list[tuple[str, int]]:
    """Return the issuers of the archive that a document names, with how often, the most frequent first."""
    text = f"{document.title or ''}\n{document.body[:_LONGEST_FOR_ISSUERS]}"
    issuers = islice(filter(None, view().overview.counts("issuer")), _MOST_ISSUERS)
    known = [name for name in issuers if name in text][:_MOST_KNOWN]
    counts = Counter({name: text.count(name) for name in known})
    for name in known:  # 山东省科协 is not 省科协 once more
        counts[name] -= sum(text.count(longer) for longer in known if name in longer and name != longer)
    return [(name, count) for name, count in counts.most_common(_MOST_NAMED_ISSUERS) if count > 0]


def _find_neighbours(reader: Reader, document: Document) -> tuple[Document | None, Document | None]:
    """Return the meetings of the same series before and after that of a document, by their days.

    Other documents of the same meeting are none, nor what the numbers say is not before or after it.
    """
    day = day_of(document)
    if document.series is None or day is None:
        return None, None
    dated_by: DateField = "meeting_date" if document.meeting_date else "date"
    same = OneOf("series", (document.series,))
    found: list[Document | None] = []
    for sort, span in (("newest", (None, date_span(day)[0] - 1)), ("oldest", (date_span(day)[1] + 1, None))):
        run = Run(And((same, Range(dated_by, *span))), sort=sort, limit=_NEAR_IN_SERIES, dated_by=dated_by)  # type: ignore[arg-type]
        others = filter(None, reader.read([key for key, _ in reader.run(run).hits], evidence=False))
        found.append(next((own for own in others if _follows(document, own, backwards=sort == "newest")), None))
    return found[0], found[1]


def _follows(document: Document, other: Document, *, backwards: bool) -> bool:
    """Tell whether the numbers of two meetings allow that one is the next after the other, or the one before it."""
    own, its = document.meeting, other.meeting
    if own is None or its is None or own.session != its.session or not (own.number and its.number):
        return True
    return its.number < own.number if backwards else its.number > own.number


@documents.get("/documents/<path:document_id>/similar")
def show_similar(document_id: str) -> str:
    """Show the documents that are like one, what they share with it, and what they have otherwise."""
    index = open_index()
    document = find_document(index, document_id)
    found = find_similar(index.reader, document)
    return render_template(
        "similar.html",
        document=document,
        sharing=[(own, tell_differences(document, own.document)) for own in found if own.shared],
        topical=[own for own in found if not own.shared],
        raw_query="",
    )


@documents.get("/documents/<path:document_id>/cite")
def quote(document_id: str) -> str | Response:
    """Show the sentences of paragraphs, to be ticked, and those that are with their citation in all styles.

    Without a paragraph it is the citation of the document. A `format` sends the reference as a file.
    """
    index = open_index()
    document = find_document(index, document_id)
    if request.args.get("format") in _REFERENCES:
        return _send_reference(document, request.args["format"])
    add = request.args.get("add")
    numbers = find_paragraphs(document, request.args.getlist("p"), add=add if add in {"before", "after"} else None)  # type: ignore[arg-type]
    if numbers is None:
        abort(404, gettext("这份文件里没有这一段，它可能已经改过。"))
    shown = show_sentences(
        document,
        numbers,
        ticks=set(request.args.getlist("s")),
        marks={own.number: own.marks for own in _mark_paragraphs(index.reader, document)} if numbers else {},
        hit=request.args.get("hit", type=int),
    )
    text, quoted, anchor = read_quoted(shown)
    return render_template(
        "cite.html",
        document=document,
        shown=shown,
        text=text,
        quoted=quoted,
        anchor=anchor or (shown[0].anchor if shown else ""),
        more=can_add(document, numbers),
        kept=[pair for pair in request.args.items(multi=True) if pair[0] not in _OF_QUOTING],
        state=_state(*_OF_QUOTING),
        citation=_cite(document),
        raw_query="",
    )


def _send_reference(document: Document, form: str) -> Response:
    """Send what other programs keep of a document among their references."""
    citation, (kind, ending) = _cite(document), _REFERENCES[form]
    text = citation.ris if form == "ris" else citation.bibtex
    response = Response(text, content_type=f"{kind}; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{citation.key}.{ending}")
    return response


@documents.get("/compare")
def compare_two() -> str | BaseResponse:
    """Show two documents side by side, sentence by sentence; of one alone, what it can be compared with.

    Of those that were ticked in a list (`id`) these are the first two. What is the same is folded, unless all is to be
    shown or nothing is the same.
    """
    if chosen := request.args.getlist("id"):
        return redirect(url_for("documents.compare_two", a=chosen[0], b=chosen[1] if len(chosen) > 1 else None))
    index = open_index()
    left = find_document(index, clean(request.args.get("a", "")))
    if not request.args.get("b"):
        return _choose_other(index.reader, left)
    right = find_document(index, clean(request.args.get("b", "")))
    comparison = compare(left.body, right.body)
    shows_all = request.args.get("show") == "all"
    back = came_from() or url_for("documents.show", document_id=left.id)
    return render_template(
        "compare.html",
        left=left,
        right=right,
        comparison=comparison,
        runs=comparison.fold(shows_all=shows_all) if comparison else [],
        shows_all=shows_all,
        back=back,
        back_label=_name_return(back),
        series=left.series if left.series == right.series else None,
        most=MOST_SENTENCES,
        raw_query="",
    )


def _name_return(address: str) -> str:
    """Return what a link back is called."""
    path = address.partition("?")[0]
    if path == url_for("pages.results"):
        label = gettext("‹ 回到结果")
    elif path.startswith(url_for("documents.show", document_id="")):
        label = gettext("‹ 回到文件")
    else:
        label = gettext("‹ 返回")
    return str(label)


def _choose_other(reader: Reader, document: Document) -> str:
    """Show the other meetings of a document's series by year, and its reprints: what one compares it with."""
    back = came_from() or url_for("documents.show", document_id=document.id)
    return render_template(
        "compare_with.html",
        document=document,
        years=_find_series(reader, document),
        reprints=_find_reprints(reader, document),
        back=back,
        back_label=_name_return(back),
        raw_query="",
    )


def _find_series(reader: Reader, document: Document) -> list[tuple[str, list[Document]]]:
    """Return the documents of other meetings of a series by year, the newest first."""
    if document.series is None:
        return []
    run = Run(OneOf("series", (document.series,)), sort="newest", limit=_MOST_IN_SERIES, dated_by="meeting_date")
    own = day_of(document)
    found = filter(None, reader.read([key for key, _ in reader.run(run).hits], evidence=False))
    others = [other for other in found if other.id != document.id and (own is None or day_of(other) != own)]
    others.sort(key=lambda other: day_of(other) or "", reverse=True)
    return [(year, list(group)) for year, group in groupby(others, lambda other: (day_of(other) or "")[:4])]


def day_of(document: Document) -> str | None:
    """Return the day by which a document of a series is before or after others: of its meeting, else its own."""
    return document.meeting_date or document.date


@documents.get("/documents/<path:document_id>/raw")
def raw(document_id: str) -> Response:
    """Send what a document was read from: its file, the file in an archive or a mail, or the line of its record."""
    index = open_index()
    document = find_document(index, document_id)
    own = format_of(document.path)
    if not own.holds_records and not _may_read_all(index, document):
        abort(404, gettext("原文件不提供下载。"))
    original = find_original(index.generation.manifest.read_roots(), document)
    if original is None:
        abort(404, gettext("原文件已经不在原来的位置，可能被移动或删除。"))
    kind = "application/json" if original.is_record else "text/plain" if own.is_plain else "application/octet-stream"
    response = send_file(
        original.file or BytesIO(original.data),
        mimetype=kind,
        as_attachment=not own.is_plain,
        download_name=re.sub(r"[\x00-\x1f\x7f]", " ", original.name),
        etag=_tag_of(original.file, original.data),
    )
    if own.is_plain:
        encoding = _encoding_of(original.file.read_bytes() if original.file else original.data)
        response.headers["Content-Type"] = f"text/plain; charset={encoding}" if encoding else "text/plain"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
    )
    return response


def _tag_of(file: Path | None, data: bytes) -> str:
    """Return the tag of an original; Werkzeug's own fails at names of files that are no UTF-8."""
    if file is None:
        return blake2b(data, digest_size=16).hexdigest()
    status = file.stat()
    return blake2b(f"{status.st_ino} {status.st_size} {status.st_mtime_ns}".encode(), digest_size=16).hexdigest()


def _may_read_all(index: OpenIndex, document: Document) -> bool:
    """Tell whether this visitor may read all documents of a document's file, and of the files in it."""
    groups = visitor().groups
    if groups is not None and format_of(document.path).is_mail and names_inside(groups, document.path):
        return False  # what a rule names may be no document, because it cannot be read
    same_file = [Below("path", (document.path,))]
    return index.reader.count(same_file) == live_index().view().reader.count(same_file)


def describe(document: Document) -> str:
    """Return the beginning of a text, as previews of links show it."""
    text = " ".join(document.body[: 2 * _DESCRIPTION].split())
    return text if len(text) <= _DESCRIPTION else f"{text[:_DESCRIPTION]}…"


def document_url(document_id: str, wanted: SearchRequest) -> str:
    """Return the address of a document, with what to mark in it."""
    literal = 1 if wanted.literal else None
    return url_for("documents.show", document_id=document_id, q=wanted.raw_query or None, literal=literal)


def document_url_with(document_id: str, arguments: str) -> str:
    """Return the address of a document with the arguments of a search, to which its page leads back."""
    address = url_for("documents.show", document_id=document_id)
    return f"{address}?{arguments}" if arguments else address


def find_document(index: OpenIndex, document_id: str) -> Document:
    """Return the document with an id; without one the answer is 404."""
    (document,) = index.reader.read([document_id])
    if document is None:
        abort(404, gettext("没有这份文件，它可能已从档案中移除。"))
    return document


def split_paragraphs(body: str, marked: Marked) -> list[MarkedParagraph]:
    """Hand the marks of a body to its paragraphs; a mark that runs over a paragraph's end is cut there."""
    texts = body.split("\n")
    ends = list(accumulate(len(text) + 1 for text in texts))
    spans = [(end - 1 - len(text), end - 1) for text, end in zip(texts, ends, strict=True)]
    colours = {start: term % _COLOURS for (start, _), term in zip(marked.body, marked.terms, strict=True)}
    found = []
    shared = share_marks(spans, marked.body)
    for number, (text, anchor, ((start, end), own)) in enumerate(
        zip(texts, name_paragraphs(body), shared, strict=True), start=1
    ):
        marks = [(max(s, start) - start, min(e, end) - start) for s, e in own]
        found.append(
            MarkedParagraph(number, anchor, text, marks, [colours[s] for s, _ in own], heading_of(text) == text)
        )
    return found


def _encoding_of(data: bytes) -> str | None:
    try:
        return decode(data).encoding
    except ArchiveError:
        return None
