"""Several segments -> one, without the deleted documents: arrays in, arrays out, in bounded memory.

Documents keep their order. The terms of all segments are put in order first; then their postings are carried over for
some terms at a time, so that memory holds a few million postings, however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.engine.whoosh.arrays import ArrayFileWriter
from indexer.engine.whoosh.columns import CODED_FIELDS, write_codes, write_ids
from indexer.engine.whoosh.extents import EXTENTS, select_extents
from indexer.engine.whoosh.inversion import Postings, pair_codes
from indexer.engine.whoosh.multivalued import LISTS, SPANS, SPEECH, Listed, write_listed
from indexer.engine.whoosh.packed import chunks, ranges
from indexer.engine.whoosh.reprints import SIGNATURE, read_signatures
from indexer.engine.whoosh.segment_writing import FieldWriter
from indexer.engine.whoosh.stored import RecordsWriter
from indexer.query import DATE_FIELDS, TEXT_FIELDS, UNWEIGHED_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.engine.whoosh.packed import Lists
    from indexer.engine.whoosh.segment_reading import Segment, TextField

    Array = NDArray[Any]

_RECORDS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class _Source:
    """A segment that is merged: which of its documents are kept, and what number each becomes (-1 for none)."""

    segment: Segment
    kept: Array
    numbers: Array

    @property
    def is_whole(self) -> bool:
        return len(self.kept) == len(self.numbers)


def merge_segments(file: Path, segments: list[tuple[Segment, Array]]) -> int:
    """Write the documents of segments that are not deleted (a mask for each) as one; return how many they are."""
    sources, count = [], 0
    for segment, live in segments:
        kept = np.flatnonzero(live)
        numbers = np.full(len(live), -1, dtype=np.int64)
        numbers[kept] = np.arange(count, count + len(kept))
        count += len(kept)
        sources.append(_Source(segment, kept, numbers))
    writer = ArrayFileWriter(file)
    try:
        _merge_columns(writer, sources)
        _merge_records(writer, sources)
        for name in (*TEXT_FIELDS, *UNWEIGHED_FIELDS):
            _merge_field(writer, name, sources=sources)
        writer.close()
    except BaseException:
        writer.discard()
        raise
    return count


def _merge_columns(writer: ArrayFileWriter, sources: list[_Source]) -> None:
    ids = [list(source.segment.columns.ids) for source in sources]
    write_ids(writer, [own[at] for own, source in zip(ids, sources, strict=True) for at in source.kept.tolist()])
    for name in CODED_FIELDS:
        codes = [source.segment.columns.codes(name)[source.kept] for source in sources]
        used = [np.unique(own) for own in codes]
        values = [list(source.segment.columns.values(name)) for source in sources]
        different = sorted({own[code] for own, few in zip(values, used, strict=True) for code in few.tolist()})
        new = {value: code for code, value in enumerate(different)}
        maps = [np.array([new.get(value, 0) for value in own], dtype=np.uint32) for own in values]
        write_codes(
            writer, name, codes=np.concatenate([to[own] for to, own in zip(maps, codes, strict=True)]), values=different
        )
    for name in DATE_FIELDS:
        for end, column in enumerate(("first", "last")):
            for source in sources:
                writer.append(f"{name}/{column}", source.segment.columns.days(name)[end][source.kept])
    for name in LISTS:
        _merge_lists_of(writer, name, sources=sources)
    for source in sources:
        writer.append(SIGNATURE, read_signatures(source.segment)[source.kept].ravel())
        extents = source.segment.file[EXTENTS]
        starts = source.segment.fields["body"].starts
        writer.append(EXTENTS, extents if source.is_whole else select_extents(extents, starts, kept=source.kept))


def _merge_lists_of(writer: ArrayFileWriter, name: str, *, sources: list[_Source]) -> None:
    """Carry over the lists of a field, for documents that are kept."""
    lists = [Listed(source.segment.file, name) for source in sources]
    kept = [source.numbers[own.owners()] >= 0 for own, source in zip(lists, sources, strict=True)]
    codes = [own.codes[mask] for own, mask in zip(lists, kept, strict=True)]
    values = [list(own.values) for own in lists]
    different = sorted({own[code] for own, few in zip(values, codes, strict=True) for code in np.unique(few).tolist()})
    new = {value: code for code, value in enumerate(different)}
    maps = [np.array([new.get(value, 0) for value in own], dtype=np.uint32) for own in values]
    sizes = [own.sizes[source.kept] for own, source in zip(lists, sources, strict=True)]
    joined = np.concatenate([to[own] for to, own in zip(maps, codes, strict=True)])
    write_listed(writer, name, ends=np.cumsum(np.concatenate(sizes)), codes=joined, values=different)
    for column in SPANS if name == SPEECH else ():
        for source, mask in zip(sources, kept, strict=True):
            writer.append(f"{name}/{column}", source.segment.file[f"{name}/{column}"][mask])


def _merge_records(writer: ArrayFileWriter, sources: list[_Source]) -> None:
    records = RecordsWriter(writer)
    for source in sources:
        for first in range(0, source.segment.size, _RECORDS_AT_ONCE):
            last = min(first + _RECORDS_AT_ONCE, source.segment.size)
            frames, sizes = source.segment.records.frames(first, last)
            kept = source.numbers[first:last] >= 0
            if not kept.all():
                starts = np.cumsum(sizes) - sizes
                frames = frames[ranges(starts[kept], sizes[kept])]
            records.add(frames, sizes[kept])
        source.segment.file.release()


def _merge_field(writer: ArrayFileWriter, name: str, *, sources: list[_Source]) -> None:
    fields = [source.segment.fields[name] for source in sources]
    sizes = np.concatenate([np.diff(field.starts)[source.kept] for field, source in zip(fields, sources, strict=True)])
    starts = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))
    lengths = np.concatenate([field.lengths[source.kept] for field, source in zip(fields, sources, strict=True)])
    merged = FieldWriter(writer, name, starts=starts.astype(np.uint32), lengths=lengths)
    _merge_words(merged, fields, sources=sources)
    alphabet = np.unique(np.concatenate([field.alphabet for field in fields]))
    ranks = [np.searchsorted(alphabet, field.alphabet) for field in fields]
    _merge_characters(merged, fields, sources=sources, alphabet=alphabet, ranks=ranks)
    _merge_pairs(merged, fields, sources=sources, starts=starts, ranks=ranks, alphabet=len(alphabet))
    merged.close()


def _merge_words(merged: FieldWriter, fields: list[TextField], *, sources: list[_Source]) -> None:
    words = sorted(set(chain.from_iterable(field.lexicon.words() for field in fields)))
    place = {word: at for at, word in enumerate(words)}
    terms = [np.array([place[word] for word in field.lexicon.words()], dtype=np.int64) for field in fields]
    del place
    lists = [field.words for field in fields]
    if not all(source.is_whole for source in sources):
        # Words of which no document is left are left out.
        alive = np.zeros(len(words), dtype=np.bool_)
        for own, source, numbers in zip(lists, sources, terms, strict=True):
            for first, last in chunks(own.sizes()):
                documents, sizes = own.many_values(first, last)
                alive[np.repeat(numbers[first:last], sizes)[source.numbers[documents] >= 0]] = True
        words = [word for word, left in zip(words, alive.tolist(), strict=True) if left]
        new = np.cumsum(alive) - 1
        terms = [np.where(alive[numbers], new[numbers], -1) for numbers in terms]
    merged.begin_words(words, sum(int(own.sizes().sum()) for own in lists))
    move = [partial(_renumber, source) for source in sources]
    for postings in _merge_lists(lists, terms, count=len(words), move=move):
        merged.add_words(postings)


def _merge_characters(
    merged: FieldWriter, fields: list[TextField], *, sources: list[_Source], alphabet: Array, ranks: list[Array]
) -> None:
    lists = [field.characters for field in fields]
    merged.begin_characters(alphabet, sum(int(own.sizes().sum()) for own in lists))
    move = [partial(_renumber, source) for source in sources]
    for postings in _merge_lists(lists, ranks, count=len(alphabet), move=move):
        merged.add_characters(postings)


def _merge_pairs(
    merged: FieldWriter,
    fields: list[TextField],
    *,
    sources: list[_Source],
    starts: Array,
    ranks: list[Array],
    alphabet: int,
) -> None:
    own_codes = []
    for field, own in zip(fields, ranks, strict=True):
        half = field.pair_codes.dtype.itemsize * 4
        mask = field.pair_codes.dtype.type((1 << half) - 1)
        own_codes.append(pair_codes(own[field.pair_codes >> half], own[field.pair_codes & mask], alphabet=alphabet))
    codes = np.unique(np.concatenate(own_codes))
    terms = [np.searchsorted(codes, own) for own in own_codes]
    merged.begin_pairs(codes)
    move = [partial(_move_places, field, source, starts=starts) for field, source in zip(fields, sources, strict=True)]
    for postings in _merge_lists([field.pairs for field in fields], terms, count=len(codes), move=move, counted=False):
        merged.add_pairs(postings.documents, postings.sizes)


def _renumber(source: _Source, documents: Array) -> tuple[Array, Array | None]:
    """Return the new numbers of documents, and which of them are kept (None for all)."""
    if source.is_whole:
        return documents + np.uint32(source.numbers[0] if len(source.numbers) else 0), None
    new = source.numbers[documents]
    return new, new >= 0


def _move_places(field: TextField, source: _Source, places: Array, *, starts: Array) -> tuple[Array, Array | None]:  # noqa: PLR0917
    """Return where places lie among the texts of the new segment."""
    if source.is_whole:
        return places + (starts[source.numbers[0]] if len(source.numbers) else 0), None
    documents = (np.searchsorted(field.starts, places, side="right") - 1).astype(np.int64)
    kept = source.numbers[documents] >= 0
    return places + (starts[source.numbers[documents]] - field.starts[documents]), kept


def _merge_lists(
    lists: list[Lists],
    terms: list[Array],
    *,
    count: int,
    move: Sequence[Callable[[Array], tuple[Array, Array | None]]],
    counted: bool = True,
) -> Iterator[Postings]:
    """Yield the merged lists of all terms in order, some terms at a time.

    `terms` says for each list of each segment which term it is of (ascending; -1 for none of them).
    """
    sizes = np.zeros(count, dtype=np.int64)
    for own, numbers in zip(lists, terms, strict=True):
        wanted = numbers >= 0
        sizes[numbers[wanted]] += own.sizes()[wanted]
    for first, last in chunks(sizes):
        parts = [
            _carry(own, numbers, first=first, last=last, move=carry, counted=counted)
            for own, numbers, carry in zip(lists, terms, move, strict=True)
        ]
        yield _interleave(parts)
        for own in lists:
            own.release()


def _carry(
    lists: Lists,
    terms: Array,
    *,
    first: int,
    last: int,
    move: Callable[[Array], tuple[Array, Array | None]],
    counted: bool,
) -> Postings:
    """Return what a segment has for the terms from `first` up to `last`, moved to the new segment."""
    wanted = np.flatnonzero((terms >= first) & (terms < last))
    if not len(wanted):
        nothing = np.empty(0, dtype=np.int64)
        return Postings(nothing, np.zeros(last - first, dtype=np.int64), nothing)
    begin, end = int(wanted[0]), int(wanted[-1]) + 1
    values, sizes = lists.many_values(begin, end)
    counts = lists.many_counts(begin, end) if counted else np.empty(0, dtype=np.uint8)
    values, kept = move(values)
    if kept is None:
        own_sizes = np.zeros(last - first, dtype=np.int64)
        own_sizes[terms[wanted] - first] = sizes[wanted - begin]
        return Postings(values, own_sizes, counts)
    owners = np.repeat(terms[begin:end] - first, sizes)[kept]
    own_sizes = np.bincount(owners, minlength=last - first)
    return Postings(values[kept], own_sizes, counts[kept] if counted else counts)


def _interleave(parts: list[Postings]) -> Postings:
    """Put the lists of several segments together, term by term; segments are in the order of their documents."""
    sizes: Array = np.stack([part.sizes for part in parts]).sum(axis=0, dtype=np.int64)
    values = np.empty(int(sizes.sum()), dtype=np.uint32)
    counted = any(len(part.counts) for part in parts)
    counts = np.empty(len(values) if counted else 0, dtype=np.uint32)
    begin = np.cumsum(sizes) - sizes
    for part in parts:
        at = ranges(begin, part.sizes)
        values[at] = part.documents
        if counted:
            counts[at] = part.counts
        begin = begin + part.sizes
    return Postings(values, sizes, counts)
