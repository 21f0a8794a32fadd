"""The fields of the Whoosh index."""

from __future__ import annotations

from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.fields import COLUMN, ID, STORED, FieldType, Schema

from indexer.query import DATE_FIELDS, TEXT_FIELDS

SCHEMA_VERSION = 2
BYTES_COLUMNS = ("id", "path", "source", "issuer", "author", "genre", "date")


def make_schema() -> Schema:
    """Return the schema: the file of a document, columns for filters and order, the stored record.

    The terms of the text fields are arrays beside each segment (`segment.py`), not Whoosh postings.
    """
    fields: dict[str, FieldType] = {"file": ID(), "record": STORED()}
    for name in TEXT_FIELDS:
        fields[f"{name}_length"] = COLUMN(NumericColumn("i"))
    for name in BYTES_COLUMNS:
        fields[f"{name}_column"] = COLUMN(VarBytesColumn())
    for name in DATE_FIELDS:
        fields[f"{name}_first"] = COLUMN(NumericColumn("i"))
        fields[f"{name}_last"] = COLUMN(NumericColumn("i"))
    return Schema(**fields)
