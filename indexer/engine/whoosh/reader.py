"""Reading all segments of a Whoosh index as one, for many threads at once."""

from __future__ import annotations

import copy
import threading
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from indexer.budget import UNLIMITED
from indexer.engine import LONGEST_IN_VOCABULARY, Held, Vocabulary, collecting, matching
from indexer.engine.postings import (
    NOTHING,
    PERIODS,
    WHOLE,
    Counts,
    JointColumn,
    KeywordColumn,
    ListedColumn,
    add_counts,
)
from indexer.engine.whoosh.cache import PostingCache
from indexer.engine.whoosh.codec import read_segments
from indexer.engine.whoosh.multivalued import Listed
from indexer.engine.whoosh.reprints import LEAST_SHARED, find_families, open_families, read_families, read_signatures
from indexer.engine.whoosh.segment_reading import Segment, TextField
from indexer.errors import QueryError
from indexer.query import MOST_WORDS, TEXT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.budget import Budget
    from indexer.document import Document
    from indexer.engine import Found, Kept
    from indexer.query import Key, Kind, Query, Run, Within

    Array = NDArray[Any]
# Some hundred frequent words at 100,000 documents.
_CACHED_BYTES = 64 << 20
# So many keys have their numbers at hand; without them each costs a search of all ids.
_REMEMBERED = 1 << 16


class WhooshReader:
    """An open Whoosh index: the arrays of its segments, and its table of contents as it was when it was opened."""

    def __init__(self, folder: Path) -> None:
        listed = read_segments(folder)
        self._segments = [Segment(segment.file(folder)) for segment in listed]
        sizes = [segment.size for segment in self._segments]
        self._offsets = [sum(sizes[:at]) for at in range(len(sizes))]
        self.size = sum(sizes)
        self.live: NDArray[np.bool_] = np.ones(self.size, dtype=np.bool_)
        for segment, offset in zip(listed, self._offsets, strict=True):
            self.live[[offset + number for number in segment.deleted_docs()]] = False
        self.live_count = int(self.live.sum())
        self._families = open_families(folder)
        self._lock = threading.RLock()
        self._columns: dict[str, Any] = {}
        self._live_columns: dict[str, Any] = {}  # of which every reader of some documents has its own
        self._only_some = False
        self._numbers: dict[Key, int] = {}
        self.cache = PostingCache(_CACHED_BYTES)
        self.budget = UNLIMITED
        self._evaluation: matching.Evaluation | None = None  # of one page; without a budget, threads share a reader

    @property
    def document_count(self) -> int:
        """Number of documents."""
        return self.live_count

    def within(self, budget: Budget) -> WhooshReader:
        """Return this reader with a budget, for one thread; everything that was read is shared."""
        own = copy.copy(self)
        own.budget = budget
        own._evaluation = matching.Evaluation(own)  # noqa: SLF001 - its own
        return own

    def only(self, query: Query) -> WhooshReader:
        """Return this reader of some documents; whatever is counted over documents is counted anew over these."""
        own = copy.copy(self)
        own.live = self._evaluate().live_mask(query)
        own.live_count = int(own.live.sum())
        own._live_columns, own._numbers, own._evaluation, own._only_some = {}, {}, None, True  # noqa: SLF001 - its own
        own._lock = threading.RLock()  # noqa: SLF001
        return own

    def _evaluate(self) -> matching.Evaluation:
        return self._evaluation or matching.Evaluation(self)

    def run(self, run: Run) -> Found:
        """Search."""
        return self.run_many([run])[0]

    def run_many(self, runs: Sequence[Run]) -> list[Found]:
        """Search several times."""
        return collecting.run_many(self._evaluate(), runs)

    def count(self, queries: Sequence[Query], *, among: Query | None = None) -> list[int]:
        """Return for each query how many documents match, or how many of those that match another one."""
        return matching.count(self._evaluate(), queries, among=among)

    def holds(self, keys: Sequence[Key], queries: Sequence[Query]) -> list[list[bool]]:
        """Return for each document whether it matches each of the queries."""
        return matching.holds(self._evaluate(), keys, queries=queries)

    def find_keys(self, query: Query) -> list[Key]:
        """Return all documents that match."""
        return matching.find_keys(self._evaluate(), query)

    def find_file(self, path: str) -> list[Key]:
        """Return the documents of a file."""
        found = [
            offset + number
            for segment, offset in zip(self._segments, self._offsets, strict=True)
            for number in segment.columns.find_path(path).tolist()
        ]
        return self.keys_of([number for number in found if self.live[number]])

    def read(self, keys: Sequence[Key], *, evidence: bool = True) -> list[Document | None]:
        """Return stored documents."""
        numbers = self.numbers_of(keys).tolist()
        return [self._read(number, evidence=evidence) if number >= 0 else None for number in numbers]

    def _read(self, number: int, *, evidence: bool = True) -> Document:
        at = self._segment_of(number)
        return self._segments[at].records.read(number - self._offsets[at], evidence=evidence)

    def find_family(self, key: Key) -> list[Key]:
        """Return the documents that are near-identical to one, itself among them."""
        number = self._number_of(key)
        if number < 0:
            return []
        return matching.keys_in_order(self, np.flatnonzero((self.families() == self.families()[number]) & self.live))

    def families_of(self, keys: Sequence[Key]) -> list[Key]:
        """Return for each document the one that its family is called by."""
        families, numbers = self.families(), self.numbers_of(keys).tolist()
        return [self._key_of(int(families[at])) if at >= 0 else key for key, at in zip(keys, numbers, strict=True)]

    def find_alike(self, key: Key, most: int) -> list[Key]:
        """Return the documents that have clauses in common with one."""
        number = self._number_of(key)
        if number < 0:
            return []
        at = self._segment_of(number)
        own = read_signatures(self._segments[at])[number - self._offsets[at]]
        shared = self._gather([np.count_nonzero(read_signatures(each) == own, axis=1) for each in self._segments])
        others = self.live & (self.families() != self.families()[number])
        found = np.flatnonzero((shared >= LEAST_SHARED) & others)
        order = np.lexsort((self.tie_order()[found], -shared[found]))[:most]
        return self.keys_of(found[order].tolist())

    def vocabulary(self) -> dict[int, Vocabulary]:
        """Return the words of the text fields by their length."""
        words: dict[int, Vocabulary] = self._live_column("vocabulary", self._read_vocabulary)
        return words

    def fill(self, gaps: Sequence[tuple[str, str]]) -> list[list[tuple[str, int]]]:
        """Return for each gap between two folded texts what stands in it, and in how many documents."""
        return [self._fill(before, after) for before, after in gaps]

    def _fill(self, before: str, after: str) -> list[tuple[str, int]]:
        found: dict[int, list[Array]] = {}
        for segment, offset in zip(self._segments, self._offsets, strict=True):
            for field in (segment.fields[name] for name in TEXT_FIELDS):
                self.budget.check()
                for character, documents in field.find_between(before, after):
                    found.setdefault(character, []).append(documents + np.uint32(offset))
        counts = {chr(own): int(self.live[np.unique(np.concatenate(parts))].sum()) for own, parts in found.items()}
        return sorted(((own, count) for own, count in counts.items() if count), key=lambda pair: (-pair[1], pair[0]))

    def keep(self, name: str, make: Callable[[], Kept]) -> Kept:
        """Return what was made of these documents once."""
        kept = self._live_columns
        if (made := kept.get(f"kept {name}")) is None:  # made twice at worst: nobody waits for whoever makes it
            made = kept.setdefault(f"kept {name}", make())
        found: Kept = made
        return found

    def _live_words(self) -> dict[str, list[Array]]:
        """Return for each text field, segment by segment, in how many documents each word stands; deleted ones count.

        In a reader of some documents, none but these do.
        """
        if not self._only_some:
            return {name: [own.fields[name].words.sizes() for own in self._segments] for name in TEXT_FIELDS}
        found: dict[str, list[Array]] = self._live_column("words", self._count_live_words)
        return found

    def iter_documents(self, step: int = 1) -> Iterator[Document]:
        """Yield every document (or every second, third ...), in the order of their keys."""
        order = np.flatnonzero(self.live)
        yield from map(self._read, order[np.argsort(self.tie_order()[order])][::step].tolist())

    def check(self) -> None:
        """Read every byte of every file that was not read yet.

        Raises:
            DamagedIndexError: a byte is not as it was written.
        """
        for segment in self._segments:
            segment.file.check()
            _ = segment.records  # reads the dictionary of the records
        if self._families is not None:
            self._families.check()

    # --- what PostingSource asks for

    def keys_of(self, numbers: Sequence[int]) -> list[Key]:
        """Return the keys of documents; what was told is soon asked for, so their numbers are remembered."""
        keys = [self._key_of(number) for number in numbers]
        if len(self._numbers) > _REMEMBERED:
            self._numbers.clear()
        self._numbers.update(zip(keys, numbers, strict=True))
        return keys

    def numbers_of(self, keys: Sequence[Key]) -> NDArray[np.int64]:
        """Return the numbers of live documents; -1 for what there is not."""
        return np.array([self._number_of(key) for key in keys], dtype=np.int64)

    def _key_of(self, number: int) -> Key:
        at = self._segment_of(number)
        return self._segments[at].columns.ids[number - self._offsets[at]]

    def _number_of(self, key: Key) -> int:
        if (known := self._numbers.get(key)) is not None:
            return known
        for segment, offset in zip(self._segments, self._offsets, strict=True):
            for number in segment.columns.find_id(key):
                if self.live[offset + number]:
                    return offset + number
        return -1

    def count_word(self, field: str, word: str) -> Counts:
        """Return the postings of a word."""
        return self.cache.get((field, "word", word), lambda: self._count(field, "count_word", text=word))

    def count_text(self, field: str, text: str) -> Counts:
        """Return in which documents a folded text occurs, and how often."""
        return self.cache.get((field, "text", text), lambda: self._count(field, "count_text", text=text))

    def count_alone(self, field: str, text: str) -> Counts:
        """Return in which documents a folded text occurs and is no part of a longer number or Latin word."""
        return self.cache.get((field, "alone", text), lambda: self._count(field, "count_alone", text=text))

    def count_said(self, speaker: str, text: str) -> Counts:
        """Return in which documents somebody says a folded text."""
        return self.cache.get(
            (speaker, "said", text), lambda: self._join([s.count_said(speaker, text) for s in self._segments])
        )

    def listed(self, field: str) -> ListedColumn:
        """Return a listed field."""
        column: ListedColumn = self._column(f"listed {field}", lambda: self._read_listed(field))
        return column

    def _count(self, field: str, how: Literal["count_word", "count_text", "count_alone"], *, text: str) -> Counts:
        if field == WHOLE:
            return add_counts([getattr(self, how)(name, text) for name in TEXT_FIELDS], self.size)
        return self._join([getattr(segment.fields[field], how)(text) for segment in self._segments])

    # --- places that hold something together

    def extents(self, kind: Kind) -> Array:
        """Return the document of each place of a kind: in each segment those of the bodies, and the titles."""
        owners: Array = self._column(f"extents {kind}", lambda: self._read_extents(kind))
        return owners

    def _read_extents(self, kind: Kind) -> Array:
        parts = []
        for segment, offset in zip(self._segments, self._offsets, strict=True):
            parts.append(segment.extents(kind).owners + np.uint32(offset))
            if kind != "speech":
                parts.append(np.arange(offset, offset + segment.size, dtype=np.uint32))
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.uint32)

    def _extents_before(self, kind: Kind) -> list[int]:
        """Return how many places there are before those of each segment, and in all."""
        sizes = [
            len(segment.extents(kind).owners) + (segment.size if kind != "speech" else 0) for segment in self._segments
        ]
        return [sum(sizes[:at]) for at in range(len(sizes) + 1)]

    def find_within(self, kind: Kind, text: str, *, field: str, alone: bool) -> NDArray[np.int64]:
        """Return which places of a kind hold a folded text."""
        found = [np.empty(0, dtype=np.int64)]
        for segment, before in zip(self._segments, self._extents_before(kind), strict=False):
            if field in (WHOLE, "body"):
                found.append(segment.find_within(kind, text, alone=alone) + before)
            if field in (WHOLE, "title") and kind != "speech":
                title = segment.fields["title"]
                held = np.unique(title.documents_of(title.places_of(text, alone=alone))).astype(np.int64)
                found.append(held + before + len(segment.extents(kind).owners))
        return np.concatenate(found)

    def find_pattern_within(self, kind: Kind, pattern: str, *, field: str) -> NDArray[np.int64]:
        """Return which places of a kind hold a word that matches a pattern."""
        names = TEXT_FIELDS if field == WHOLE else (field,)
        words = dict.fromkeys(word for name in names for word in self._find_words(name, pattern)[2])
        found = [
            self.find_within(kind, word.decode("utf-8", "surrogatepass"), field=field, alone=True) for word in words
        ]
        return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *found]))

    def find_said_within(self, kind: Kind, text: str, *, speaker: str) -> NDArray[np.int64]:
        """Return in which places of a kind somebody says a folded text."""
        found = [np.empty(0, dtype=np.int64)]
        for segment, before in zip(self._segments, self._extents_before(kind), strict=False):
            found.append(segment.find_said_within(kind, text, speaker=speaker) + before)
        return np.concatenate(found)

    def lift(self, kind: Kind, numbers: NDArray[np.int64], *, to: Kind) -> NDArray[np.int64]:
        """Return which places of a kind hold some of another kind whole."""
        bounds, above = self._extents_before(kind), self._extents_before(to)
        found = [np.empty(0, dtype=np.int64)]
        for at, segment in enumerate(self._segments):
            own = numbers[(numbers >= bounds[at]) & (numbers < bounds[at + 1])] - bounds[at]
            inner, outer = segment.extents(kind), segment.extents(to)
            bodies = own[own < len(inner.owners)]
            first, last = inner.first[bodies], inner.last[bodies]
            within = np.searchsorted(outer.first, first, side="right") - 1
            held = (within >= 0) & (last <= outer.last[within])
            found.append(outer.numbers[within[held]] + above[at])
            titles = own[own >= len(inner.owners)] - len(inner.owners)
            found.append(titles + len(outer.owners) + above[at])
        return np.unique(np.concatenate(found))

    def places_within(self, keys: Sequence[Key], within: Within) -> list[Held]:
        """Return which places of some documents hold together what is asked."""
        numbers = self._evaluate().places(within)
        owners = self.extents(within.kind)[numbers]
        return [
            self._describe_places(within.kind, numbers[owners == number], document=number)
            if number >= 0
            else Held(title=False, places=[])
            for number in self.numbers_of(keys).tolist()
        ]

    def _describe_places(self, kind: Kind, numbers: NDArray[np.int64], *, document: int) -> Held:
        at = self._segment_of(document)
        segment = self._segments[at]
        extents, start = segment.extents(kind), int(segment.fields["body"].starts[document - self._offsets[at]])
        places: list[list[tuple[int, int]]] = []
        own = numbers - self._extents_before(kind)[at]
        in_body = own[own < len(extents.owners)]
        for number in in_body.tolist():
            pieces = slice(*np.searchsorted(extents.numbers, (number, number + 1)))
            first, last = extents.first[pieces].astype(np.int64), extents.last[pieces].astype(np.int64)
            places.append(list(zip((first - start).tolist(), (last - start).tolist(), strict=True)))
        return Held(len(in_body) < len(own), places)

    def find_pairs(self, field: str, pairs: list[str], *, documents: NDArray[np.int64]) -> tuple[Array, Array, Array]:
        """Return where pairs of characters stand in some documents."""
        parts = []
        bounds = np.searchsorted(documents, [*self._offsets, self.size])
        for segment, offset, first, last in zip(self._segments, self._offsets, bounds[:-1], bounds[1:], strict=True):
            if first < last:
                owners, found, places = segment.fields[field].find_pairs(pairs, documents[first:last] - offset)
                parts.append((owners + first, found, places))
        if not parts:
            return (np.empty(0, dtype=np.int64),) * 3
        owners, found, places = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return owners, found, places

    def count_pattern(self, field: str, pattern: str) -> Counts:
        """Return the postings of all words that match a pattern."""
        fields, places, _ = self._find_words(field, pattern)
        return self._join([own.count_words(found) for own, found in zip(fields, places, strict=True)])

    def _find_words(self, field: str, pattern: str) -> tuple[list[TextField], list[Array], set[bytes]]:
        """Return the field in each segment, the places of the words there that match a pattern, and these words."""
        fields = [segment.fields[field] for segment in self._segments]
        most = max((len(own.lexicon) for own in fields), default=0) if self._only_some else MOST_WORDS
        places = [own.lexicon.find_pattern(pattern, most) for own in fields]
        if self._only_some and sum(map(len, places)) > MOST_WORDS:  # words of other documents are not there
            live = self._live_words()[field]
            places = [found[own[found] > 0] for own, found in zip(live, places, strict=True)]
        words = {own.lexicon.word(at) for own, found in zip(fields, places, strict=True) for at in found.tolist()}
        if len(words) > MOST_WORDS:
            raise QueryError(
                "“{pattern}”匹配的词太多（超过 {most} 个），请写得更长一些。", pattern=pattern, most=MOST_WORDS
            )
        return fields, places, words

    def lengths(self, field: str) -> tuple[NDArray[np.float32], float]:
        """Return the lengths of a text field (or WHOLE), and the average of the live ones."""
        lengths: NDArray[np.float32] = self._column(f"{field} lengths", lambda: self._read_lengths(field))
        return lengths, self._live_column(f"{field} average", lambda: self._average(lengths))

    def keywords(self, field: str) -> KeywordColumn:
        """Return a keyword column."""
        column: KeywordColumn = self._column(field, lambda: self._read_keywords(field))
        return column

    def joint(self, fields: tuple[str, ...]) -> JointColumn:
        """Return keyword columns as one."""
        column: JointColumn = self._live_column(f"joint {fields}", lambda: self._count_joint(fields))
        return column

    def days(self, field: str) -> tuple[Array, Array]:
        """Return first and last possible day of a date field."""
        found: tuple[Array, Array] = self._column(f"{field} days", lambda: self._read_days(field))
        return found

    def families(self) -> Array:
        """Return for each document the first of its family."""
        families: Array = self._live_column("families", self._read_families)
        return families

    def reprinted(self) -> NDArray[np.bool_]:
        """Return which documents share a family with others."""
        mask: NDArray[np.bool_] = self._live_column("reprinted", self._find_reprinted)
        return mask

    def tie_order(self) -> Array:
        """Return the rank of each document's id."""
        ranks: Array = self._column("ranks", self._rank_ids)
        return ranks

    # --- columns of all segments, made once

    def _column(self, name: str, read: Callable[[], Any]) -> Any:
        return self._once(self._columns, name, make=read)

    def _live_column(self, name: str, read: Callable[[], Any]) -> Any:
        """Return what depends on which documents there are."""
        return self._once(self._live_columns, name, make=read)

    def _once(self, made: dict[str, Any], name: str, *, make: Callable[[], Any]) -> Any:
        if name not in made:
            with self._lock:
                if name not in made:
                    made[name] = make()
        return made[name]

    def _read_lengths(self, field: str) -> NDArray[np.float32]:
        names = TEXT_FIELDS if field == WHOLE else (field,)
        parts = [self._gather([segment.fields[name].lengths for segment in self._segments]) for name in names]
        lengths: NDArray[np.float32] = np.sum(parts, axis=0, dtype=np.float32)
        return lengths

    def _average(self, lengths: NDArray[np.float32]) -> float:
        return float(lengths[self.live].mean()) or 1.0 if self.live_count else 1.0

    def _read_families(self) -> Array:
        """Return families; among some documents they are found anew, for others may have joined two of them."""
        if not self._only_some:
            return read_families(self._families, self.size)
        return find_families(self._gather([read_signatures(each) for each in self._segments]), self.live)

    def _count_live_words(self) -> dict[str, list[Array]]:
        return {
            name: [
                segment.fields[name].count_live_words(self.live[offset : offset + segment.size])
                for segment, offset in zip(self._segments, self._offsets, strict=True)
            ]
            for name in TEXT_FIELDS
        }

    def _read_vocabulary(self) -> dict[int, Vocabulary]:
        """Read all words; one that several segments or fields have is there once, with the most documents of one."""
        found: dict[int, list[tuple[Array, Array]]] = {}
        for name, counted in self._live_words().items():
            for segment, documents in zip(self._segments, counted, strict=True):
                points, ends = segment.fields[name].lexicon.points()
                starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
                for length in range(2, LONGEST_IN_VOCABULARY + 1):
                    own = np.flatnonzero((ends - starts == length) & (documents > 0))
                    rows = points[starts[own][:, None] + np.arange(length)]
                    found.setdefault(length, []).append((rows, documents[own]))
        words = {}
        for length, parts in found.items():
            rows = np.concatenate([rows for rows, _ in parts])
            documents = np.concatenate([documents for _, documents in parts])
            order = np.lexsort((-documents, *rows.T))
            rows, documents = rows[order], documents[order]
            first = np.append(True, (rows[1:] != rows[:-1]).any(axis=1))[: len(rows)]
            words[length] = Vocabulary(rows[first], documents[first])
        return words

    def _read_days(self, field: str) -> tuple[Array, Array]:
        days = [segment.columns.days(field) for segment in self._segments]
        return self._gather([first for first, _ in days]), self._gather([last for _, last in days])

    def _find_reprinted(self) -> NDArray[np.bool_]:
        families = self.families()
        sizes = np.bincount(families, minlength=self.size)
        return (sizes > 1)[families]

    def _rank_ids(self) -> Array:
        ranks = np.empty(self.size, dtype=np.uint32)
        if len(self._segments) == 1:
            order = self._segments[0].columns.id_order
        else:
            ids = [document_id for segment in self._segments for document_id in segment.columns.ids]
            order = np.array(sorted(range(self.size), key=ids.__getitem__), dtype=np.int64)
        ranks[order] = np.arange(self.size, dtype=np.uint32)
        return ranks

    def _read_keywords(self, field: str) -> KeywordColumn:
        if field in PERIODS:
            return self._read_periods(*PERIODS[field])
        folded: dict[str, str] = {}
        for segment in self._segments:
            columns = segment.columns
            folded.update(zip(columns.values(field), columns.folded(field), strict=True))
        values = sorted(folded)
        place = {value: at for at, value in enumerate(values)}
        codes = []
        for segment in self._segments:
            own = np.array(
                [place[value] for value in segment.columns.values(field)], dtype=np.min_scalar_type(len(values))
            )
            codes.append(own[segment.columns.codes(field)])
        return _make_column(self._gather(codes), values, folded=[folded[value] for value in values])

    def _read_listed(self, field: str) -> ListedColumn:
        lists = [Listed(segment.file, field) for segment in self._segments]
        folded: dict[str, str] = {}
        for own in lists:
            folded.update(zip(own.values, own.folded, strict=True))
        values = sorted(folded)
        place = {value: at for at, value in enumerate(values)}
        codes = [np.array([place[value] for value in own.values], dtype=np.uint32)[own.codes] for own in lists]
        owners = [own.owners() + np.uint32(offset) for own, offset in zip(lists, self._offsets, strict=True)]
        return ListedColumn(self._gather(owners), self._gather(codes), values, [folded[value] for value in values])

    def _read_periods(self, field: str, length: int) -> KeywordColumn:
        days, codes = np.unique(np.stack(self.days(field)), axis=1, return_inverse=True)
        shown = [_period(first, last)[:length] for first, last in days.T.tolist()]
        values = sorted(set(shown))
        place = {value: at for at, value in enumerate(values)}
        return _make_column(np.array([place[value] for value in shown], dtype=np.uint32)[codes], values, folded=values)

    def _count_joint(self, fields: tuple[str, ...]) -> JointColumn:
        codes, parts, size = self._column(f"joint {fields}", lambda: self._join_columns(fields))
        return JointColumn(codes, parts, np.bincount(codes[self.live], minlength=size))

    def _join_columns(self, fields: tuple[str, ...]) -> tuple[Array, list[Array], int]:
        columns = [self.keywords(field) for field in fields]
        sizes = [len(column.values) for column in columns]
        numbers = np.ravel_multi_index([column.codes.astype(np.int64) for column in columns], sizes)
        combinations, codes = np.unique(numbers, return_inverse=True)
        parts = list(np.unravel_index(combinations, sizes)) if len(combinations) else [combinations] * len(fields)
        return codes, parts, len(combinations)

    def _gather(self, parts: list[Array]) -> Array:
        if len(parts) == 1:
            return parts[0]
        return np.concatenate([np.empty(0, dtype=np.uint8), *parts])

    # --- segments

    def _segment_of(self, number: int) -> int:
        return bisect_right(self._offsets, number) - 1

    def _join(self, parts: list[Counts]) -> Counts:
        """Put what each segment found together, numbered as in the whole index."""
        if len(parts) == 1:
            return parts[0]
        found = [(part, offset) for part, offset in zip(parts, self._offsets, strict=True) if len(part.documents)]
        if not found:
            return NOTHING
        return Counts(
            np.concatenate([part.documents + np.uint32(offset) for part, offset in found]),
            np.concatenate([part.counts for part, _ in found]),
        )


def _period(first: int, last: int) -> str:
    """Return the month (2021-03) in which some days begin, or the year where they are all of it; "" without a date."""
    if (first % 10_000, last % 10_000) == (101, 1231):
        return f"{first // 10_000:04}"
    return f"{first // 10_000:04}-{first // 100 % 100:02}" if first else ""


def _make_column(codes: Array, values: list[str], *, folded: list[str]) -> KeywordColumn:
    starts = [0]
    for text in folded:
        starts.append(starts[-1] + len(text) + 1)
    return KeywordColumn(codes, [value or None for value in values], "".join(f"{text}\n" for text in folded), starts)
