"""Documents that somebody chose, marked as hits of a query."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from searchapp.search.holdings import Holdings
from searchapp.search.marks import find_marks, find_together
from searchapp.search.run import make_hit, read_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer import Document, Key, Reader
    from searchapp.language.equals import Lexicon
    from searchapp.search.marks import Marked
    from searchapp.search.request import SearchRequest
    from searchapp.search.results import Hit


def read_chosen(reader: Reader, keys: Sequence[Key], *, request: SearchRequest, lexicon: Lexicon) -> list[Hit]:
    """Return the documents that are called so, in that order, marked as hits of a request; nothing narrows them."""
    parsed = read_query(reader, request.without_filters(), lexicon=lexicon)
    documents = [own for own in reader.read(keys, evidence=bool(parsed.speakers)) if own is not None]
    holdings = Holdings(tuple(parsed.units)).asked_about(reader, [own.id for own in documents] if parsed.units else [])
    hits = []
    together = find_together(reader, documents, needles=parsed.needles)
    for own, places in zip(documents, together, strict=True):
        missing, apart = holdings.missing_in(own.id)
        hit = make_hit(own, parsed, score=0.0, near=holdings.holds_none(own.id), places=places)
        hits.append(replace(hit, missing=missing, apart=apart))
    return hits


def mark_document(reader: Reader, document: Document, *, request: SearchRequest, lexicon: Lexicon) -> Marked:
    """Return what of one document a request finds; of one that holds none of it as a whole, what comes near."""
    parsed = read_query(reader, request, lexicon=lexicon)
    (places,) = find_together(reader, [document], needles=parsed.needles)
    marked = find_marks(document, parsed.needles, speakers=parsed.speakers, places=places)
    if parsed.units and not (marked.title or marked.body):
        near = Holdings(tuple(parsed.units)).asked_about(reader, [document.id]).holds_none(document.id)
        marked = find_marks(document, parsed.needles, near=near, speakers=parsed.speakers, places=places)
    return marked
