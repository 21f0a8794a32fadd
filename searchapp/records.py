"""Pages of results as plain values: JSON for the API and the terminal, tables for spreadsheets."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from searchapp.document.anchors import name_paragraphs
from searchapp.fields import TABLED
from searchapp.search.results import Hit, ResultPage, iso_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from searchapp.language.parsing import Understood


# A spreadsheet would run what begins so (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(rows: Iterable[Sequence[object]]) -> str:
    """Write a table as CSV (RFC 4180), in which no text is a formula to whoever opens it."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    for row in rows:
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in row])
    return lines.getvalue()


def hit_record(hit: Hit, url: str) -> dict[str, Any]:
    """Turn a hit into what the JSON API and the terminal print."""
    document = hit.document
    anchors = name_paragraphs(document.body) if hit.snippets else []
    return {
        "id": document.id,
        "title": document.title,
        **{own.name: getattr(document, own.name) for own in TABLED},
        "score": round(hit.score, 4),
        "hit_count": hit.hit_count,
        "url": url,
        "missing": hit.missing,
        "reasons": asdict(hit.reasons),
        "reprints": {
            "count": hit.reprint_count,
            "documents": [
                {"id": own.id, "title": own.title, "source": own.source, "date": own.date} for own in hit.reprints
            ],
        },
        "snippets": [
            {
                "text": snippet.text,
                "marks": [list(mark) for mark in snippet.marks],
                "paragraph": snippet.paragraph,
                "anchor": anchors[snippet.paragraph - 1],
            }
            for snippet in hit.snippets
        ],
    }


def _understood_record(one: Understood) -> dict[str, Any]:
    if one.period is not None:
        return {"text": one.text, "from": iso_day(one.period[0]), "to": iso_day(one.period[1])}
    return {"text": one.text, "synonyms": list(one.synonyms)}


def page_record(page: ResultPage, url_of: Callable[[Hit], str]) -> dict[str, Any]:
    """Turn a page into what the JSON API prints, with the address of each hit."""
    groups = [
        {"value": group.value, "total": group.total, "hits": [hit_record(hit, url_of(hit)) for hit in group.hits]}
        for group in page.groups
    ]
    return {
        "query": page.raw_query,
        "total": page.total,
        "partial": page.partial,
        "cards": page.cards,
        "relaxed": None if page.complete is None else {"complete": page.complete, "given_up": page.given_up},
        "understood": [_understood_record(one) for one in page.understood],
        "spellings": [asdict(spelling) for spelling in page.spellings],
        "tried": [asdict(part) for part in page.tried],
        "coverage": asdict(page.coverage) if page.coverage else None,
        "took_ms": page.took_ms,
        "page": page.page,
        "size": page.size,
        "hits": [hit_record(hit, url_of(hit)) for hit in page.hits],
        **({"groups": groups} if groups else {}),
        "facets": {
            name: [{"value": value.value, "count": value.count} for value in values]
            for name, values in page.facets.items()
        },
    }
