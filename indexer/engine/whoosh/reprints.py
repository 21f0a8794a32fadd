"""Reprints: documents that share most of their clauses, by MinHash, as families over the whole index.

A signature (Broder 1997) is kept with each document: 64 smallest hashes of its clauses, 16 bits of each (b-bit minwise
hashing, Li and Konig 2010). Two texts agree in that share of the 64, about, which their clauses have in common.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from rensa import RMinHash

from indexer.disk import sync
from indexer.engine.whoosh.arrays import ArrayFile, ArrayFileWriter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.document import Document
    from indexer.engine.whoosh.segment_reading import Segment

    Array = NDArray[Any]

SIGNATURE = "signature"
HASHES = 64
_SEED = 1
# Documents that agree in one band at least are compared; at 16 bands of 4, of texts that share .7 of their clauses all
# but one in eighty are, of those that share a fifth one in forty.
_BAND = 4
_ALIKE = 0.7
# Texts that agree in two of the hashes have some three hundredths of their clauses in common; one may be a chance.
LEAST_SHARED = 2
_FILE = "families.arrays"
_CLAUSE_END = re.compile(r"[^\u3400-\u9fff0-9A-Za-z]+")
_SHORTEST_CLAUSE = 4
_LEAST_CLAUSES = 4


def write_signatures(file: ArrayFileWriter, documents: list[Document]) -> None:
    """Write the signature of each document."""
    rows = RMinHash.digest_matrix_from_token_sets([_clauses(document.body) for document in documents], HASHES, _SEED)
    hashes = np.array(rows.to_rows(), dtype=np.uint64).reshape(len(documents), HASHES)
    file.append(SIGNATURE, (hashes & np.uint64(0xFFFF)).astype(np.uint16).ravel())


def _clauses(body: str) -> list[str]:
    """Return the different clauses of a text; of one that has hardly any, the text itself."""
    clauses = {clause for clause in _CLAUSE_END.split(body) if len(clause) >= _SHORTEST_CLAUSE}
    return list(clauses) if len(clauses) >= _LEAST_CLAUSES else [_CLAUSE_END.sub("", body)]


def read_signatures(segment: Segment) -> Array:
    """Return the signatures of a segment, a row for each document."""
    rows: Array = segment.file[SIGNATURE].reshape(-1, HASHES)
    return rows


def write_families(folder: Path, segments: list[Segment], *, live: Array) -> None:
    """Find the families of an index, and write for each document which is the first of its family."""
    signatures = np.concatenate([np.empty((0, HASHES), np.uint16), *(read_signatures(own) for own in segments)])
    file = folder / _FILE
    file.unlink(missing_ok=True)  # the one of the generation that this one began as shares the name, not the file
    writer = ArrayFileWriter(file)
    try:
        writer.append("family", find_families(signatures, live))
        writer.close()
        sync(file)
    except BaseException:
        writer.discard()
        raise


def open_families(folder: Path) -> ArrayFile | None:
    """Open the families of an index; one that nothing was ever committed to has none."""
    file = folder / _FILE
    return ArrayFile(file) if file.exists() else None


def read_families(file: ArrayFile | None, size: int) -> Array:
    """Return for each document the number of the first of its family; a document that has none is its own."""
    return file["family"] if file is not None else np.arange(size, dtype=np.uint32)


def find_families(signatures: Array, live: Array) -> Array:
    """Group documents whose signatures agree; what is not live belongs to no family."""
    first = np.arange(len(signatures), dtype=np.uint32)
    numbers = np.flatnonzero(live)
    for left, right in _pairs(signatures, numbers):
        a, b = _root(first, int(left)), _root(first, int(right))
        first[max(a, b)] = min(a, b)
    for number in range(len(first)):  # ascending: what it points to is settled
        first[number] = first[first[number]]
    return first


def _pairs(signatures: Array, numbers: Array) -> Iterator[tuple[int, int]]:
    """Yield pairs of documents that are alike."""
    for start in range(0, HASHES, _BAND):
        band = np.ascontiguousarray(signatures[numbers, start : start + _BAND]).view(np.uint64).ravel()
        order = np.argsort(band, kind="stable")
        same = np.flatnonzero(band[order[1:]] == band[order[:-1]])
        left, right = numbers[order[same]], numbers[order[same + 1]]
        for at in range(0, len(left), 65536):
            few = slice(at, at + 65536)
            alike = (signatures[left[few]] == signatures[right[few]]).mean(axis=1) >= _ALIKE
            yield from zip(left[few][alike].tolist(), right[few][alike].tolist(), strict=True)


def _root(first: Array, number: int) -> int:
    while int(first[number]) != number:
        number = int(first[number])
    return number
