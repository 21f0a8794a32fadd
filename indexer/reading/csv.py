"""Tables as text (.csv, .tsv) -> a line for each row; one document, whatever its rows are."""

from __future__ import annotations

import csv
import io
from collections import Counter

from indexer.errors import UnreadableFileError
from indexer.reading.decode import FileText, decode
from indexer.reading.rows import join_row

_DELIMITERS = ",\t;|"
_SAMPLE = 100  # rows
_LONGEST_CELL = 10_000_000


def read(data: bytes) -> FileText:
    """Return the rows of a table, cells parted by tabs.

    Raises:
        UnreadableFileError: its bytes are not text, or a quotation mark is never closed.
    """
    found = decode(data)
    csv.field_size_limit(_LONGEST_CELL)
    delimiter = max(_DELIMITERS, key=lambda sign: _regularity(found.text, sign))
    try:
        rows = list(csv.reader(io.StringIO(found.text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFileError(f"is no table that can be read ({error})") from None
    lines = [line for row in rows for line in join_row([cell.splitlines() for cell in row])]
    return FileText("\n".join(lines), found.encoding, found.doubtful, is_table=True)


def _regularity(text: str, delimiter: str) -> int:
    """Return how many of the first rows have the same number of cells, more than one, when parted at a sign."""
    sizes: Counter[int] = Counter()
    try:
        for _, row in zip(range(_SAMPLE), csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), strict=False):
            sizes[len(row)] += len(row) > 1
    except csv.Error:
        return 0
    return max(sizes.values(), default=0)
