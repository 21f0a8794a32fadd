"""The fields of the Whoosh index. Text fields take what the analyzer counted, not text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh.columns import NumericColumn, VarBytesColumn
from whoosh.fields import COLUMN, ID, STORED, FieldType, Schema
from whoosh.formats import Frequency
from whoosh.formats import Positions as PositionsFormat
from whoosh.system import pack_uint

from indexer.query import DATE_FIELDS, TEXT_FIELDS

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

SCHEMA_VERSION = 1
BYTES_COLUMNS = ("id", "path", "source", "issuer", "author", "genre", "date")


class CountedField(FieldType):
    """Terms with their frequencies: a Counter in, Whoosh postings out."""

    def __init__(self) -> None:
        self.format = Frequency()
        self.scorable = False
        self.stored = False

    def index(self, value: Counter[str], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (term, frequency, weight, posting value)."""
        return ((term.encode(), count, float(count), pack_uint(count)) for term, count in value.items())


class PositionedField(FieldType):
    """Terms with their positions: a dict of lists in, Whoosh postings out."""

    def __init__(self) -> None:
        self.format = PositionsFormat()
        self.scorable = False
        self.stored = False

    def index(self, value: dict[str, list[int]], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield (term, frequency, weight, posting value)."""
        encode = self.format.encode
        return ((term.encode(), len(places), float(len(places)), encode(places)) for term, places in value.items())


def make_schema() -> Schema:
    """Return the schema: three kinds of terms for each text field, columns for filters and order, the stored record."""
    fields: dict[str, FieldType] = {"file": ID(), "record": STORED()}
    for name in TEXT_FIELDS:
        fields[f"{name}_words"] = CountedField()
        fields[f"{name}_characters"] = CountedField()
        fields[f"{name}_pairs"] = PositionedField()
        fields[f"{name}_length"] = COLUMN(NumericColumn("i"))
    for name in BYTES_COLUMNS:
        fields[f"{name}_column"] = COLUMN(VarBytesColumn())
    for name in DATE_FIELDS:
        fields[f"{name}_first"] = COLUMN(NumericColumn("i"))
        fields[f"{name}_last"] = COLUMN(NumericColumn("i"))
    return Schema(**fields)
