"""The fields of the Whoosh index, as Whoosh itself sees them."""

from __future__ import annotations

from whoosh.fields import ID, STORED, TEXT, Schema

from indexer.query import TEXT_FIELDS


def make_schema() -> Schema:
    """Return the schema: texts, the path of a document's file, the stored record (JSON).

    Whoosh's own analyzers never see the texts: `pieces` writes their postings, `codec` lets Whoosh read them.
    """
    return Schema(path=ID(), record=STORED(), **{name: TEXT(stored=False, phrase=False) for name in TEXT_FIELDS})
