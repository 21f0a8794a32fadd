"""One segment: everything that some documents gave, in one file of arrays beside Whoosh's table of contents."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis import SEPARATOR
from indexer.analysis.normalize import joined_behind, joined_to, may_end_a_number
from indexer.engine.postings import NOTHING, Counts
from indexer.engine.whoosh.arrays import ArrayFile
from indexer.engine.whoosh.columns import Columns
from indexer.engine.whoosh.extents import Extents, join_passages, read_extents
from indexer.engine.whoosh.multivalued import SPANS, SPEECH, Listed
from indexer.engine.whoosh.packed import Lists, Packing, chunks, ranges
from indexer.engine.whoosh.stored import Records
from indexer.engine.whoosh.terms import Terms, encode
from indexer.query import TEXT_FIELDS, UNWEIGHED_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.query import Kind

    Array = NDArray[Any]

ENDING = ".arrays"
DOCUMENT_BITS, PLACE_BITS = 8, 16  # low bits of documents and of places in packed lists
_MOST_STARTS_IN_CELL = 4
_MUCH_LONGER = 8
_MOST_PLACES = 1 << 16
# What stands beside a text that is found in so many places, or beside a character, says little and takes long.
_MOST_GAPS, _MOST_BESIDE = 1 << 14, 1 << 18
_PASSAGES_KEPT = 64


class Segment:
    """The mapped arrays of a segment."""

    def __init__(self, file: Path) -> None:
        self._folder = file.parent
        self.file = ArrayFile(file)
        self.columns = Columns(self.file)
        self.size = self.file.size("id/ends")
        self.fields = {name: TextField(self.file, name) for name in (*TEXT_FIELDS, *UNWEIGHED_FIELDS)}
        self._passages: dict[str, tuple[Array, Array, Array]] = {}
        self._extents: dict[Kind, Extents] = {}

    @cached_property
    def records(self) -> Records:
        """The stored documents."""
        return Records(self.file, self._folder)

    @cached_property
    def speech(self) -> Listed:
        """Who speaks in the passages of the bodies."""
        return Listed(self.file, SPEECH)

    def find_passages(self, speaker: str) -> tuple[Array, Array, Array]:
        """Return the documents of a folded name's passages, and at which places of the body each begins and ends."""
        if speaker not in self._passages:
            speaking = np.array([speaker in name for name in self.speech.folded], dtype=np.bool_)
            own = np.flatnonzero(speaking[self.speech.codes]) if len(speaking) else np.empty(0, dtype=np.int64)
            documents = self.speech.owners()[own]
            begins = self.fields["body"].starts[documents].astype(np.int64)
            first, last = (self.file[f"{SPEECH}/{name}"][own] + begins for name in SPANS)
            self._passages = {**dict(list(self._passages.items())[-_PASSAGES_KEPT:]), speaker: (documents, first, last)}
        return self._passages[speaker]

    def count_said(self, speaker: str, text: str) -> Counts:
        """Return the documents in which somebody says a folded text (or anything, where there is none)."""
        documents, first, last = self.find_passages(speaker)
        if text and len(documents):
            places = self.fields["body"].find_text(text).astype(np.int64)
            within = np.searchsorted(first, places, side="right") - 1
            inside = (within >= 0) & (places + len(text) <= last[within])
            documents = documents[within[inside]]
        found, counts = np.unique(documents, return_counts=True)
        return Counts(found.astype(np.uint32), counts.astype(np.uint32))

    def extents(self, kind: Kind) -> Extents:
        """Return the places of a kind in the bodies."""
        if kind not in self._extents:
            self._extents[kind] = self._read_extents(kind)
        return self._extents[kind]

    def _read_extents(self, kind: Kind) -> Extents:
        body = self.fields["body"]
        if kind == "speech":
            owners = self.speech.owners()
            begins = body.starts[owners].astype(np.int64)
            first, last = (self.file[f"{SPEECH}/{name}"] + begins for name in SPANS)
            return join_passages(owners, self.speech.codes, first=first, last=last)
        first, last = read_extents(self.file, paragraphs=kind == "paragraph")
        return Extents(first, last, np.arange(len(first)), body.documents_of(first))

    def find_within(self, kind: Kind, text: str, *, alone: bool) -> Array:
        """Return the numbers of the places of a kind whose text holds a folded one, each once."""
        places = self.fields["body"].places_of(text, alone=alone)
        return np.unique(self.extents(kind).find(places, len(text))[0])

    def find_said_within(self, kind: Kind, text: str, *, speaker: str) -> Array:
        """Return the same for what somebody with a folded name says."""
        _, first, last = self.find_passages(speaker)
        places = self.fields["body"].places_of(text, alone=False)
        said = Extents(first, last, np.arange(len(first)), first).find(places, len(text))[1]
        return np.unique(self.extents(kind).find(places[said], len(text))[0])

    def count_path(self, path: str) -> Counts:
        """Return the documents of a file."""
        documents = self.columns.find_path(path)
        return Counts(documents, np.ones(len(documents), dtype=np.uint8))


class TextField:
    """The postings of a text field. All texts of a segment stand one after the other; a place counts from the first."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self.file, self.name = file, name
        self.starts: Array = file[f"{name}/starts"]
        self.total = int(self.starts[-1])
        documents = Packing(len(self.starts) - 1, DOCUMENT_BITS)
        self.lexicon = Terms(file, f"{name}/words")
        self.words = Lists(file, f"{name}/words", shape=documents)
        self.characters = Lists(file, f"{name}/characters", shape=documents)
        self.pairs = Lists(file, f"{name}/pairs", shape=Packing(self.total, PLACE_BITS))
        self.common = Lists(file, f"{name}/common", shape=documents)

    @cached_property
    def lengths(self) -> Array:
        """Length of each document's text in words."""
        return self.file[f"{self.name}/lengths"]

    @cached_property
    def alphabet(self) -> Array:
        """The different characters, ascending."""
        return self.file[f"{self.name}/alphabet"]

    @cached_property
    def pair_codes(self) -> Array:
        """The different pairs, ascending, as ranks of their characters."""
        return self.file[f"{self.name}/pairs/codes"]

    @cached_property
    def common_pairs(self) -> Array:
        """Which of the pairs have postings of documents of their own."""
        return self.file[f"{self.name}/common/pairs"]

    @cached_property
    def _ranks(self) -> dict[str, int]:
        return {chr(point): rank for rank, point in enumerate(self.alphabet.tolist())}

    # --- postings

    def count_word(self, word: str) -> Counts:
        """Return the documents with a word."""
        at = self.lexicon.find(encode(word))
        return NOTHING if at < 0 else Counts(self.words.values(at), self.words.counts(at))

    def count_live_words(self, live: Array) -> Array:
        """Return for each word in how many of the documents it stands that a mask holds."""
        counted = np.zeros(len(self.lexicon), dtype=np.int64)
        for first, last in chunks(self.words.sizes()):
            documents, sizes = self.words.many_values(first, last)
            words = np.repeat(np.arange(last - first), sizes)
            counted[first:last] = np.bincount(words[live[documents]], minlength=last - first)
        return counted

    def count_words(self, places: Array) -> Counts:
        """Return the documents with any of some words, and how often they have one of them."""
        if not len(places):
            return NOTHING
        totals = np.zeros(len(self.starts) - 1, dtype=np.int64)
        ends = np.flatnonzero(np.diff(places, append=-1) != 1)
        for first, last in zip([0, *(ends[:-1] + 1).tolist()], ends.tolist(), strict=True):
            documents, _ = self.words.many_values(int(places[first]), int(places[last]) + 1)
            counts = self.words.many_counts(int(places[first]), int(places[last]) + 1)
            totals += np.bincount(documents, counts, len(totals)).astype(np.int64)
        found = np.flatnonzero(totals)
        return Counts(found.astype(np.uint32), totals[found])

    def count_text(self, text: str) -> Counts:
        """Return the documents in which a folded text occurs, and how often."""
        if len(text) == 1:
            at = self._ranks.get(text, -1)
            return NOTHING if at < 0 or text == SEPARATOR else _read(self.characters, at)
        if len(text) == 2:
            pair = self._find_pair(text)
            if pair < 0:
                return NOTHING
            common = int(self.common_pairs.searchsorted(np.uint32(pair)))
            if common < len(self.common_pairs) and self.common_pairs[common] == pair:
                return _read(self.common, common)
        return self._count_places(self.find_text(text))

    def count_alone(self, text: str) -> Counts:
        """Return the documents in which a folded text occurs and is no part of a longer number or Latin word."""
        return self.count_text(text) if len(text) < 2 else self._count_places(self._find_alone(text))

    def places_of(self, text: str, *, alone: bool) -> Array:
        """Return the places where a folded text begins, ascending; or only those where it stands `alone`."""
        if len(text) > 1:
            return self._find_alone(text) if alone else self.find_text(text)
        return self._find_everywhere(text) if text and text != SEPARATOR else np.empty(0, dtype=np.uint32)

    def _find_everywhere(self, character: str) -> Array:
        """Return where a character stands: before another one, or at the end of a text."""
        counts, places = self.count_text(character), self._find_character(character)
        begins, ends = (self.starts[counts.documents + shift] for shift in (np.uint32(0), np.uint32(1)))
        followed = places.searchsorted(ends) - places.searchsorted(begins)
        return np.union1d(places, ends[followed < counts.counts] - np.uint32(2))

    def _find_alone(self, text: str) -> Array:
        places = self.find_text(text)
        beside = [(before + text[0], -1) for before in joined_to(text[0])]
        beside += [(text[-1] + after, len(text) - 1) for after in joined_behind(text)]
        for pair, offset in beside:
            at = self._find_pair(pair)
            if at >= 0 and len(places):
                shifted = places.astype(np.int64) + offset
                joined = self.pairs.values(at)
                nearest = np.searchsorted(joined, shifted)
                nearest[nearest == len(joined)] = 0
                places = places[joined[nearest] != shifted]
        for digit in joined_to("1") if may_end_a_number(text) and len(places) else "":
            longer = self.find_text(digit + SEPARATOR + text) + np.uint32(2)
            places = np.setdiff1d(places, longer, assume_unique=True)
        return places

    def find_text(self, text: str) -> Array:
        """Return the places where a folded text begins, ascending."""
        if len(text) < 2:
            return self._find_character(text)
        # Every second pair, and the last one, cover the text; they must stand at the right distances.
        offsets = sorted({*range(0, len(text) - 1, 2), len(text) - 2})
        pairs = {offset: self._find_pair(text[offset : offset + 2]) for offset in offsets}
        if min(pairs.values()) < 0:
            return np.empty(0, dtype=np.uint32)
        first, *others = sorted(offsets, key=lambda offset: self.pairs.size(pairs[offset]))
        found = self.pairs.values(pairs[first])
        found -= np.uint32(first)  # what begins before the first text wraps around, and meets no pair
        for offset in others:
            if not len(found):
                break
            found = _intersect(found + np.uint32(offset), self.pairs.values(pairs[offset])) - np.uint32(offset)
        return found

    def _find_character(self, character: str) -> Array:
        """Return where a character stands that another one follows."""
        rank = self._ranks.get(character, -1)
        codes = self.pair_codes
        if rank < 0:
            return np.empty(0, dtype=np.uint32)
        bits = codes.dtype.itemsize * 4
        first, last = codes.searchsorted(np.array([rank << bits, (rank + 1) << bits], dtype=np.uint64)).tolist()
        return np.sort(self.pairs.many_values(first, last)[0]) if first < last else np.empty(0, dtype=np.uint32)

    def find_pairs(self, pairs: list[str], documents: Array) -> tuple[Array, Array, Array]:
        """Return where pairs stand in some documents: the number among the documents, and among the pairs, and where.

        Pairs that stand in very many places are left out: reading them takes long, and says little.
        """
        starts, ends = self.starts[documents].astype(np.uint32), self.starts[documents + 1].astype(np.uint32)
        bounds = np.stack((starts, ends), axis=1).ravel()
        owners, found, where = [], [], []
        for number, pair in enumerate(pairs):
            at = self._find_pair(pair)
            if at < 0 or self.pairs.size(at) > _MOST_PLACES:
                continue
            places = self.pairs.values(at)
            between = np.searchsorted(places, bounds)
            first, sizes = between[0::2], np.diff(between)[0::2]
            holding = np.flatnonzero(sizes)
            if not len(holding):
                continue
            sizes = sizes[holding]
            own = places[ranges(first[holding], sizes)]
            owner = np.repeat(holding, sizes)
            owners.append(owner)
            found.append(np.full(len(own), number))
            where.append((own - starts[owner]).astype(np.int64))
        if not owners:
            return (np.empty(0, dtype=np.int64),) * 3
        return np.concatenate(owners), np.concatenate(found), np.concatenate(where)

    # --- what stands in a gap

    def find_between(self, before: str, after: str) -> Iterator[tuple[int, Array]]:
        """Yield each character that stands between two folded texts, and the documents in which it does.

        One of the texts may be empty, where the other has two characters or more. What would be sought in very many
        places is left out.
        """
        gaps = self._find_gaps(before, after)
        codes = self._codes_of(before, "") if before else self._codes_of("", after)
        if not 0 < len(gaps) <= _MOST_GAPS or (read := self._read_pairs(codes)) is None:
            return
        places, owners = read
        places += np.uint32(1 if before else 0)
        nearest = np.searchsorted(gaps, places)
        nearest[nearest == len(gaps)] = 0
        met = np.flatnonzero(gaps[nearest] == places)
        places, owners = places[met], owners[met]
        first = np.flatnonzero(np.diff(owners, prepend=-1))
        ranks = codes[owners[first]] & self._second if before else codes[owners[first]] >> self._bits
        for rank, found in zip(ranks.tolist(), np.split(places, first[1:]), strict=False):
            if len(before) > 1 and len(after) == 1:  # that is not looked for yet
                found = _intersect(*sorted((found, self._places_of(rank, after)), key=len))  # noqa: PLW2901
            if len(found) and self.alphabet[rank] != ord(SEPARATOR):
                yield int(self.alphabet[rank]), np.unique(self.documents_of(found))

    def _find_gaps(self, before: str, after: str) -> Array:
        """Return the places of all gaps beside those of two texts that have two characters, or before the second."""
        sides = [self.find_text(before) + np.uint32(len(before))] if len(before) > 1 else []
        if len(after) > 1 and not (sides and not len(sides[0])):
            sides.append(self.find_text(after) - np.uint32(1))
        if not sides:
            read = self._read_pairs(self._codes_of("", after))
            return np.empty(0, dtype=np.uint32) if read is None else np.sort(read[0])
        return _intersect(*sorted(sides, key=len)) if len(sides) == 2 else sides[0]

    def _read_pairs(self, codes: Array) -> tuple[Array, Array] | None:
        """Return the places of some pairs, and of which pair each is; None where they are very many."""
        at = self.pair_codes.searchsorted(codes)
        if int(self.pairs.sizes_of(at).sum()) > _MOST_BESIDE:
            return None
        places, sizes = self.pairs.values_of(at)
        return places, np.repeat(np.arange(len(at)), sizes)

    def _places_of(self, rank: int, after: str) -> Array:
        """Return where a character stands before another one."""
        other = self._ranks.get(after, -1)
        at = self._find_code(rank, other) if other >= 0 else -1
        return self.pairs.values(at) if at >= 0 else np.empty(0, dtype=np.uint32)

    def _codes_of(self, before: str, after: str) -> Array:
        """Return the pairs that begin as one text ends, or end as the other begins."""
        codes, rank = self.pair_codes, self._ranks.get(before[-1:] or after[:1], -1)
        if rank < 0:
            return codes[:0]
        if not before:
            ending: Array = codes[(codes & self._second) == rank]
            return ending
        bits = int(self._bits)
        first, last = codes.searchsorted(np.array([rank << bits, (rank + 1) << bits], dtype=np.uint64)).tolist()
        return codes[first:last]

    @cached_property
    def _bits(self) -> Any:
        return self.pair_codes.dtype.type(self.pair_codes.dtype.itemsize * 4)

    @cached_property
    def _second(self) -> Any:
        return self.pair_codes.dtype.type((1 << int(self._bits)) - 1)

    # --- where a place lies

    def documents_of(self, places: Array) -> Array:
        """Return the documents that hold ascending places."""
        cells, bits, most = self._cells
        if most > _MOST_STARTS_IN_CELL:
            return (np.searchsorted(self.starts, places, side="right") - 1).astype(np.uint32)
        documents: Array = cells[places >> bits]
        ends = self.starts[1:]
        for _ in range(most):
            documents += places >= ends[documents]
        return documents

    @cached_property
    def _cells(self) -> tuple[Array, np.uint32, int]:
        """The document at the start of each cell of places, the bits of a cell, and the most starts in one cell."""
        average = self.total // max(1, len(self.starts) - 1)
        bits = max(2, average.bit_length() - 4)
        starts = self.starts[1:-1] >> np.uint32(bits)
        cells = (self.total >> bits) + 1
        in_cell = np.bincount(starts, minlength=cells)
        before = np.cumsum(in_cell) - in_cell
        return before.astype(np.uint32), np.uint32(bits), int(in_cell.max(initial=0))

    def _count_places(self, places: Array) -> Counts:
        if not len(places):
            return NOTHING
        documents = self.documents_of(places)
        first = np.flatnonzero(documents[1:] != documents[:-1])
        first += 1
        first = np.concatenate(([0], first))
        counts = np.diff(first, append=len(places))
        return Counts(documents[first], counts.astype(np.min_scalar_type(counts.max())))

    # --- terms

    def _find_pair(self, text: str) -> int:
        first, second = self._ranks.get(text[0], -1), self._ranks.get(text[1], -1)
        if first < 0 or second < 0:
            return -1
        return self._find_code(first, second)

    def _find_code(self, first: int, second: int) -> int:
        codes = self.pair_codes
        sought = codes.dtype.type(first << codes.dtype.itemsize * 4 | second)
        at = int(codes.searchsorted(sought))
        return at if at < len(codes) and codes[at] == sought else -1


def _intersect(few: Array, many: Array) -> Array:
    """Return what two ascending arrays share; `few` is the shorter one."""
    if len(few) * _MUCH_LONGER > len(many):  # sorting both together is quicker than looking each one up
        both = np.concatenate((few, many))
        both.sort(kind="stable")
        return np.compress(both[1:] == both[:-1], both[1:])
    at = np.searchsorted(many, few)
    at[at == len(many)] = 0
    return np.compress(many[at] == few, few)


def _read(lists: Lists, at: int) -> Counts:
    return Counts(lists.values(at), lists.counts(at))
