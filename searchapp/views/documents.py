"""The document page: the marked text, its metadata, and the original file."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, render_template, request, send_file, url_for

from indexer import ArchiveError, decode
from searchapp.language import parse_query
from searchapp.relaxing import comes_near
from searchapp.snippets import find_marks, share_marks
from searchapp.views.arguments import clean, read_literal
from searchapp.views.context import lexicon, live_index

if TYPE_CHECKING:
    from indexer import Document, OpenIndex
    from searchapp.request import SearchRequest
    from searchapp.results import Marks

documents = Blueprint("documents", __name__)

_HEADING = re.compile(
    r"(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|第[一二三四五六七八九十]+[章节])[^。；]*[^。；，：:,]$"
)
_LONGEST_HEADING = 50
_MOST_REPRINTS = 50
_TEXT_ENDINGS = {".txt", ".md"}
_PARTS = {"chaired": "主持", "attended": "出席", "sat in": "列席", "spoke": "讲话"}
_FLAGS = {
    "damaged-characters": "有字符丢失",
    "truncated": "原文不完整",
    "anonymised": "部分内容以 × 代替",
    "encoding-doubtful": "编码不确定",
}


@dataclass(frozen=True, slots=True)
class MarkedParagraph:
    """A paragraph of a body with its own marks."""

    text: str
    marks: Marks

    @property
    def is_heading(self) -> bool:
        """Tell whether it reads as a heading: numbered, short, and no sentence."""
        return len(self.text) < _LONGEST_HEADING and _HEADING.match(self.text) is not None


@documents.get("/documents/<path:document_id>")
def show(document_id: str) -> str:
    """Show a document, with what a query matches marked in it."""
    document, index = find_document(live_index().get(), document_id)
    raw_query = clean(request.args.get("q", ""))
    parsed = parse_query(raw_query, lexicon(), literal=read_literal(request.args))
    marked = find_marks(document, parsed.needles, speakers=parsed.speakers)
    if parsed.units and not (marked.title or marked.body):
        number = index.reader.find_number(document_id)
        near = number is not None and comes_near(index.reader, parsed, number)
        marked = find_marks(document, parsed.needles, near=near, speakers=parsed.speakers)
    return render_template(
        "document.html",
        document=document,
        title_marks=marked.title,
        places=len(marked.title) + len(marked.body),
        paragraphs=split_paragraphs(document.body, marked.body),
        flags=[_FLAGS[flag] for flag in document.flags if flag in _FLAGS],
        raw_query=raw_query,
        parts=[
            (label, [person for person in document.people if part in person.parts]) for part, label in _PARTS.items()
        ],
        reprints=_find_reprints(index, document_id),
    )


def _find_reprints(index: OpenIndex, document_id: str) -> list[Document]:
    """Return the other documents that are near-identical to one, the oldest first."""
    number = index.reader.find_number(document_id)
    family = index.reader.find_family(number).tolist() if number is not None else []
    others = index.reader.read_documents([own for own in family if own != number], evidence=False)
    return sorted(others, key=lambda own: own.date or "9999")[:_MOST_REPRINTS]


@documents.get("/documents/<path:document_id>/raw")
def raw(document_id: str) -> Response:
    """Send the original file, as it is on disk."""
    document, index = find_document(live_index().get(), document_id)
    file = _find_original(index, document)
    if file is None:
        abort(404, "原文件已经不在原来的位置，可能被移动或删除。")
    is_text = file.suffix.lower() in _TEXT_ENDINGS
    response = send_file(
        file,
        mimetype="text/plain" if is_text else "application/octet-stream",
        as_attachment=not is_text,
        download_name=re.sub(r"[\x00-\x1f\x7f]", " ", Path(document.path).name),
    )
    if is_text:
        encoding = _encoding_of(file)
        response.headers["Content-Type"] = f"text/plain; charset={encoding}" if encoding else "text/plain"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def document_url(document_id: str, wanted: SearchRequest) -> str:
    """Return the address of a document, with what to mark in it."""
    literal = 1 if wanted.literal else None
    return url_for("documents.show", document_id=document_id, q=wanted.raw_query or None, literal=literal)


def find_document(index: OpenIndex, document_id: str) -> tuple[Document, OpenIndex]:
    """Return the document with an id; without one the answer is 404."""
    number = index.reader.find_number(document_id)
    if number is None:
        abort(404, "没有这份文件，它可能已从档案中移除。")
    return index.reader.read_documents([number])[0], index


def split_paragraphs(body: str, marks: Marks) -> list[MarkedParagraph]:
    """Hand the marks of a body to its paragraphs; a mark that runs over a paragraph's end is cut there."""
    texts = body.split("\n")
    ends = list(accumulate(len(text) + 1 for text in texts))
    spans = [(end - 1 - len(text), end - 1) for text, end in zip(texts, ends, strict=True)]
    return [
        MarkedParagraph(text, [(max(s, start) - start, min(e, end) - start) for s, e in own])
        for text, ((start, end), own) in zip(texts, share_marks(spans, marks), strict=True)
    ]


def _find_original(index: OpenIndex, document: Document) -> Path | None:
    """Return the original file, only if it is a real file inside its root: links may lead anywhere."""
    label = document.path.partition("/")[0]
    for root in index.generation.manifest.read_roots():
        if root.label == label:
            file = root.open_path(document.location)
            whole = Path(os.path.realpath(file))
            inside = whole == root.path or root.path in whole.parents
            return whole if inside and whole.is_file() else None
    return None


def _encoding_of(file: Path) -> str | None:
    try:
        return decode(file.read_bytes()).encoding
    except (OSError, ArchiveError):
        return None
