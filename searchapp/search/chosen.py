"""Documents that somebody chose among hits, as hits of the same query."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from searchapp.search.holdings import Holdings
from searchapp.search.marks import find_together
from searchapp.search.run import make_hit, read_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer import Key, Reader
    from searchapp.language.equals import Lexicon
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
