"""A query tree over a posting source -> which documents match, as a mask."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

from indexer.analysis.normalize import joined_behind, joined_to
from indexer.analysis.words import is_known_word
from indexer.engine.nearness import choose_near
from indexer.engine.postings import NOTHING, UNDATED, WHOLE, Counts, PostingSource, fold_pattern, fold_query
from indexer.engine.scoring import score
from indexer.query import (
    DATE_FIELDS,
    KEYWORD_FIELDS,
    LISTED_FIELDS,
    SHOWN_FIELDS,
    TEXT_FIELDS,
    UNWEIGHED_FIELDS,
    And,
    Below,
    Everything,
    Field,
    Near,
    Not,
    OneOf,
    Or,
    Pattern,
    Phrase,
    Query,
    Range,
    Said,
    Term,
    Within,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.engine.postings import Mask, Numbers
    from indexer.query import Key, Kind, Ranking

# A date is found by its year or its day, not by each of its digits: 20 would find everything.
_SHORTEST_SHOWN = {"date": 4}
_SHORTEST_UNWEIGHED = 2
# Masks that are remembered, in bytes: parts of a query are asked for again and again while one page is made.
_REMEMBERED_BYTES = 16 << 20
_LEAST_MASKS = 8
# So few values are sooner compared one by one than looked up for every document.
_FEW_VALUES = 8


class Evaluation:
    """The work of one page, or of one call, over a source; remembers what it looked up. Not for several threads."""

    def __init__(self, source: PostingSource) -> None:
        self.source = source
        self._found: dict[tuple[str, str], Counts] = {}
        self._masks: dict[tuple[Query, str | None], Mask] = {}
        self._places: dict[Within, Numbers] = {}
        self._most_masks = max(_LEAST_MASKS, _REMEMBERED_BYTES // max(1, source.size))

    # --- which documents

    def mask(self, query: Query, field: str | None = None) -> Mask:
        """Return a mask of the documents that match (deleted ones included).

        Raises:
            OutOfTimeError: the budget of the source is spent.
        """
        found = self._masks.pop((query, field), None)
        if found is None:
            self.source.budget.check()
            found = self._find_mask(query, field)
        self._masks[query, field] = found  # the last ones used are kept
        if len(self._masks) > self._most_masks:
            del self._masks[next(iter(self._masks))]
        return found

    def _find_mask(self, query: Query, field: str | None) -> Mask:  # noqa: C901, PLR0911, PLR0912 - one line for each kind of node
        match query:
            case Term(text, synonyms, alone):
                return self._text_mask((text, *synonyms), field, alone=alone)
            case Phrase(text, synonyms, _):
                return self._text_mask((text, *synonyms), field)
            case Pattern():
                return self._pattern_mask(query, field)
            case And(parts):
                return self._mask_of_all(parts, field)
            case Or(parts):
                result: Mask = np.logical_or.reduce([self.mask(part, field) for part in parts])
                return result
            case Not(part):
                return ~self.mask(part, field)
            case Field(name, part):
                return self.mask(part, name)
            case Said():
                return self._said_mask(query)
            case Within():
                return self._within_mask(query)
            case Range(name, first, last):
                return self._range_mask(name, first, last=last)
            case OneOf(name, values):
                return self._one_of_mask(name, values)
            case Below(name, values):
                return self._below_mask(name, values)
            case Near():
                return self._near_mask(query)
            case Everything():
                return np.ones(self.source.size, dtype=np.bool_)

    def live_mask(self, query: Query) -> Mask:
        """Return a mask of the documents that match and are not deleted."""
        return self.mask(query) & self.source.live

    def _near_mask(self, near: Near) -> Mask:
        parts, scopes = ([self.live_mask(query) for query in own] for own in (near.parts, near.scopes))
        mask = np.zeros(self.source.size, dtype=np.bool_)
        for chosen in choose_near(near, parts, scopes=scopes, live=self.source.live_count):
            mask[chosen if near.ranking is None else self._choose_best(near.ranking, chosen, most=near.best)] = True
        return mask

    def _choose_best(self, ranking: Ranking, numbers: Numbers, *, most: int) -> Numbers:
        """Return the best of some documents (ascending)."""
        if len(numbers) <= most:
            return numbers
        ideal = None if ranking.ideal is None else self.mask(ranking.ideal)
        named, scores = score(self, ranking, numbers=numbers, wanted=most if ideal is None else None)
        if ideal is not None:
            scores[ideal[named]] += np.float32(ranking.scoring.first)
        return named[np.lexsort((self.source.tie_order()[named], -scores))[:most]]

    def _mask_of_all(self, parts: tuple[Query, ...], field: str | None) -> Mask:
        first, *others = parts
        both = self.mask(first, field)
        for part in others:
            if not both.any():
                break
            both = both & self.mask(part, field)
        return both

    def _text_mask(self, texts: tuple[str, ...], field: str | None, *, alone: bool = False) -> Mask:
        mask = np.zeros(self.source.size, dtype=np.bool_)
        typed, *_ = texts = tuple(map(fold_query, texts))
        for folded in texts:
            is_synonym = alone or folded is not typed
            for name in TEXT_FIELDS if field is None else (field,):
                if name in TEXT_FIELDS:
                    mask[self.find(name, folded, is_synonym=is_synonym).documents] = True
            for name in SHOWN_FIELDS if field is None else (field,):
                if name in (*KEYWORD_FIELDS, "date"):
                    self._add_keywords(name, folded, mask=mask, alone=is_synonym)
                elif name in UNWEIGHED_FIELDS and len(folded) >= _SHORTEST_UNWEIGHED:
                    # 12 is no part of the name 2012-总结, nor is art of party.
                    mask[self.source.count_alone(name, folded).documents] = True
                elif name in LISTED_FIELDS and folded:
                    self._add_listed(name, folded, mask=mask)
        return mask

    def _add_listed(self, name: str, sought: str, *, mask: Mask) -> None:
        """Add the documents one of whose values holds the folded text."""
        column = self.source.listed(name)
        holding = np.array([sought in value for value in column.folded], dtype=np.bool_)
        if len(holding):
            mask[column.owners[holding[column.codes]]] = True

    def _one_of_mask(self, name: str, values: tuple[str | None, ...]) -> Mask:
        """Return the documents that have one of the values; None stands for those that have none."""
        if name not in LISTED_FIELDS:
            keywords = self.source.keywords(name)
            found: Mask = np.array([value in values for value in keywords.values], dtype=np.bool_)[keywords.codes]
            return found
        column = self.source.listed(name)
        mask = np.zeros(self.source.size, dtype=np.bool_)
        if None in values:
            mask[:] = True
            mask[column.owners] = False
        chosen = np.array([value in values for value in column.values], dtype=np.bool_)
        if len(chosen):
            mask[column.owners[chosen[column.codes]]] = True
        return mask

    def _below_mask(self, name: str, values: tuple[str, ...]) -> Mask:
        keywords, heads = self.source.keywords(name), tuple(f"{value}/" for value in values)
        below = [value is not None and (value in values or value.startswith(heads)) for value in keywords.values]
        found: Mask = np.array(below, dtype=np.bool_)[keywords.codes]
        return found

    def _said_mask(self, said: Said) -> Mask:
        mask = np.zeros(self.source.size, dtype=np.bool_)
        texts: tuple[str, ...] = ("",)
        if isinstance(said.part, Term | Phrase):
            texts = tuple(filter(None, map(fold_query, (said.part.text, *said.part.synonyms))))
        for speaker in filter(None, map(fold_query, said.speakers)):
            for text in texts:
                mask[self.source.count_said(speaker, text).documents] = True
        return mask & self.mask(said.part) if isinstance(said.part, Pattern) else mask

    # --- which places hold something together

    def _within_mask(self, within: Within) -> Mask:
        mask = np.zeros(self.source.size, dtype=np.bool_)
        mask[self.source.extents(within.kind)[self.places(within)]] = True
        return mask

    def places(self, within: Within) -> Numbers:
        """Return the numbers of the places that hold together what is asked (those of deleted documents included)."""
        if within not in self._places:
            self._places[within] = np.flatnonzero(self.places_mask(within.kind, within.part))
        return self._places[within]

    def places_mask(self, kind: Kind, query: Query, *, field: str = WHOLE) -> Mask:  # noqa: PLR0911 - as above
        """Return a mask of the places of a kind that hold what is asked.

        Raises:
            OutOfTimeError: the budget of the source is spent.
        """
        self.source.budget.check()
        match query:
            case Term() | Phrase() | Pattern():
                return self._mark_places(kind, self._find_places(kind, query, field=field))
            case Said(_, part) if part is not None:
                return self._mark_places(kind, self._find_said_places(kind, query, part=part))
            case And((first, *others)):
                both = self.places_mask(kind, first, field=field)
                for part in others:
                    if not both.any():
                        break
                    both &= self.places_mask(kind, part, field=field)
                return both
            case Or(parts):
                result: Mask = np.logical_or.reduce([self.places_mask(kind, part, field=field) for part in parts])
                return result
            case Not(part):
                return ~self.places_mask(kind, part, field=field)
            case Field("body", part):
                return self.places_mask(kind, part, field="body")
            case Within(inner_kind, part) if inner_kind == kind:
                return self.places_mask(kind, part)
            case Within("sentence", part) if kind == "paragraph":
                inner = np.flatnonzero(self.places_mask("sentence", part))
                return self._mark_places(kind, self.source.lift("sentence", inner, to=kind))
            case _:  # whatever else is asked counts for the document
                found: Mask = self.mask(query)[self.source.extents(kind)]
                return found

    def _mark_places(self, kind: Kind, numbers: Numbers) -> Mask:
        mask = np.zeros(len(self.source.extents(kind)), dtype=np.bool_)
        mask[numbers] = True
        return mask

    def _find_places(self, kind: Kind, query: Term | Phrase | Pattern, *, field: str) -> Numbers:
        if isinstance(query, Pattern):
            return self.source.find_pattern_within(kind, fold_pattern(query.text), field=field)
        typed, *others = map(fold_query, (query.text, *query.synonyms))
        first = self._find_synonym_places if isinstance(query, Term) and query.alone else self._find_text_places
        found = [first(kind, typed, field=field)]
        return np.concatenate(found + [self._find_synonym_places(kind, text, field=field) for text in others])

    def _find_text_places(self, kind: Kind, folded: str, *, field: str) -> Numbers:
        return self.source.find_within(kind, folded, field=field, alone=False)

    def _find_synonym_places(self, kind: Kind, folded: str, *, field: str) -> Numbers:
        """Return where a synonym stands; a name of two characters where its document has it as a word."""
        if not is_short_name(folded):
            return self.source.find_within(kind, folded, field=field, alone=True)
        found = self.source.find_within(kind, folded, field=field, alone=bool(joined_behind(folded)))
        held = np.zeros(self.source.size, dtype=np.bool_)
        for name in TEXT_FIELDS if field == WHOLE else (field,):
            held[self._find_synonym(name, folded).documents] = True
        return found[held[self.source.extents(kind)[found]]]

    def _find_said_places(self, kind: Kind, said_by: Said, *, part: Term | Phrase | Pattern) -> Numbers:
        if isinstance(part, Pattern):
            said = self.mask(said_by)[self.source.extents(kind)]
            return np.flatnonzero(said & self.places_mask(kind, part, field="body"))
        texts = filter(None, map(fold_query, (part.text, *part.synonyms)))
        names = list(filter(None, map(fold_query, said_by.speakers)))
        found = [self.source.find_said_within(kind, text, speaker=name) for text in texts for name in names]
        return np.concatenate([np.empty(0, dtype=np.int64), *found])

    def _pattern_mask(self, pattern: Pattern, field: str | None) -> Mask:
        mask = np.zeros(self.source.size, dtype=np.bool_)
        for name in TEXT_FIELDS if field is None else (field,):
            if name in TEXT_FIELDS:
                mask[self.matches(name, pattern).documents] = True
        return mask

    def _add_keywords(self, name: str, sought: str, *, mask: Mask, alone: bool) -> None:
        """Add the documents that have the folded text in a keyword field."""
        if len(sought) < _SHORTEST_SHOWN.get(name, 1):
            return
        column = self.source.keywords(name)
        folded, found = column.folded, []
        before, after = (joined_to(sought[0]), joined_behind(sought)) if alone else ("", "")
        at = folded.find(sought)
        while at >= 0:
            # Each value has a line end after it; before the first there is nothing.
            if (at and folded[at - 1] in before) or folded[at + len(sought)] in after:
                at = folded.find(sought, at + 1)
                continue
            found.append(bisect_right(column.starts, at) - 1)
            at = folded.find(sought, column.starts[found[-1] + 1])
        if not found:
            return
        if len(found) <= _FEW_VALUES:
            for code in found:
                mask |= column.codes == code
        else:
            holding = np.zeros(len(column.values), dtype=np.bool_)
            holding[found] = True
            mask |= holding[column.codes]

    def _range_mask(self, name: str, first: int | None, *, last: int | None) -> Mask:
        if name not in DATE_FIELDS:
            raise ValueError(name)
        starts, ends = self.source.days(name)
        mask: Mask = starts != UNDATED
        if first is not None:
            mask &= ends >= first
        if last is not None:
            mask &= starts <= last
        return mask

    # --- where a text occurs

    def occurrences(self, field: str, folded: str) -> Counts:
        """Return the documents in whose field a folded text occurs, and how often."""
        key = (field, folded)
        if key not in self._found:
            self._found[key] = self.source.count_text(field, folded) if folded else NOTHING
        return self._found[key]

    def find(self, field: str, folded: str, *, is_synonym: bool) -> Counts:
        """Return where a text occurs as it was typed, or as a synonym of that."""
        return self._find_synonym(field, folded) if is_synonym else self.occurrences(field, folded)

    def _find_synonym(self, field: str, folded: str) -> Counts:
        """Return where a synonym occurs: not inside a longer Latin word (CAST) or number (5年, 五年).

        One of two characters (人大) stands across two words too often (北人大街, 商人大会); so it has to be a word.
        """
        if not folded:
            return NOTHING
        if not is_short_name(folded):
            return self.source.count_alone(field, folded)
        found = self.source.count_word(field, folded)
        if joined_behind(folded):  # a finer word may lie across the words of a longer one: 北大 in 东北大学
            kept = np.isin(found.documents, self.source.count_alone(field, folded).documents, assume_unique=True)
            return Counts(found.documents[kept], found.counts[kept])
        return found

    def matches(self, field: str, pattern: Pattern) -> Counts:
        """Return the documents in whose field words match a pattern, and how many do."""
        key = (field, f"*{pattern.text}")
        if key not in self._found:
            self._found[key] = self.source.count_pattern(field, fold_pattern(pattern.text))
        return self._found[key]


def is_short_name(folded: str) -> bool:
    """Tell whether a text is a word of two characters and no number (两届)."""
    return len(folded) == 2 and not any(map(joined_to, folded)) and is_known_word(folded)


def count(evaluation: Evaluation, queries: Sequence[Query], *, among: Query | None = None) -> list[int]:
    """Return for each query how many documents match, or how many of those that match another one."""
    allowed = evaluation.source.live if among is None else evaluation.live_mask(among)
    return [int(np.count_nonzero(evaluation.mask(query) & allowed)) for query in queries]


def find_keys(evaluation: Evaluation, query: Query) -> list[Key]:
    """Return all documents that match, in the order of their keys."""
    return keys_in_order(evaluation.source, np.flatnonzero(evaluation.live_mask(query)))


def holds(evaluation: Evaluation, keys: Sequence[Key], *, queries: Sequence[Query]) -> list[list[bool]]:
    """Return for each document whether it matches each of the queries."""
    numbers = evaluation.source.numbers_of(keys)
    known = numbers >= 0
    found = np.zeros((len(keys), len(queries)), dtype=np.bool_)
    for column, query in enumerate(queries):
        found[known, column] = evaluation.live_mask(query)[numbers[known]]
    rows: list[list[bool]] = found.tolist()
    return rows


def keys_in_order(source: PostingSource, numbers: Numbers) -> list[Key]:
    """Return the keys of documents, sorted."""
    return source.keys_of(numbers[np.argsort(source.tie_order()[numbers])].tolist())
