"""A part of a query -> what it asks for, what comes near it, what is marked, and what it was taken to mean."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer import (
    SEPARATOR,
    And,
    Everything,
    FoldedText,
    Or,
    Pattern,
    Phrase,
    Query,
    Term,
    is_known_word,
    split_word,
)
from searchapp.fields import BY_NAME
from searchapp.language.cutting import (
    LEAST_ASKED,
    MOST_ASKED,
    Equals,
    Piece,
    cut_pieces,
    find_joined,
    find_pairs,
    is_asking,
    show_signs,
)
from searchapp.language.dotted import find_dotted, has_dot, join
from searchapp.language.parsed import Needle, Understood, Unit

if TYPE_CHECKING:
    from searchapp.language.equals import Lexicon

# What may be typed for the beginning of a word. Chinese words are found by any part of them, so there is no need.
_BEGINNING = re.compile("[0-9a-z]+")
_ANY_TEXT = ("*", "＊")
# A quoted text of so many pairs may be remembered wrongly; of a shorter one (a name) a part says nothing.
_LEAST_ASKED = 4
_COLUMNS = re.compile(r"[\W\d]+\s[\W\d]+")  # figures out of a table
_CUT_NUMBER = re.compile(r"[.．,，·:：/]\d")  # .5% out of 3.5%
# What hits show and can be marked in: both texts, and of the values beside them those that have one at most.
_MARKED = (None, "title", "body", "source", "issuer", "author", "genre", "number", "place", "path")


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it was read: what it asks, and how relaxation may treat it.

    One that `only_asks` (什么是) is left out beside others; one that names a `period` means it beside others. What a
    group demands beside its words (fields, periods, exclusions) stays `required` when the group is given up.
    """

    query: Query
    units: tuple[Unit, ...] = ()
    near: tuple[Query, ...] = ()
    needles: tuple[Needle, ...] = ()
    understood: tuple[Understood, ...] = ()
    only_asks: bool = False
    phrase: Query | None = None
    period: Understood | None = None
    required: tuple[Query, ...] = ()
    only_excludes: bool = False
    speakers: tuple[str, ...] = ()
    has_day: bool = False


@dataclass(frozen=True, slots=True)
class _Typed:
    """A part as it was typed: its text, in which field it is asked, and how many pieces it may be cut into.

    It is `placed` where it has to stand in one field or place.
    """

    text: str
    folded: FoldedText
    field: str | None
    share: int
    placed: bool


class PartMaker:
    """Makes the parts of one query, of which `whole` is the text."""

    def __init__(self, whole: str, lexicon: Lexicon, *, literal: bool, thorough: bool) -> None:
        self._whole = whole
        self._lexicon = lexicon
        self.calendar = lexicon.calendar
        self._literal = literal
        self._thorough = thorough

    def make(self, text: str, folded: FoldedText, *, field: str | None, exact: bool, placed: bool = False) -> Part:
        """Return what a part asks, of a field or (None) of everything; exactly as it stands where it was quoted.

        What is `placed` has to stand in the text itself: there the day of the document is none.
        """
        share = max(LEAST_ASKED, MOST_ASKED * len(text) // len(self._whole))
        typed = _Typed(text, folded, field, share, placed or field is not None)
        if exact or (field is not None and BY_NAME[field].whole):
            return _make_quoted(typed, forms=() if exact or self._literal else self.find_names(text, folded))
        if _BEGINNING.fullmatch(folded.text) and text.endswith(_ANY_TEXT):
            pattern = Pattern(f"{folded.text}*")
            return Part(pattern, (Unit(text, pattern),), (pattern,), _make_needle(typed, begins_word=True))
        return self._make_plain(typed)

    def _make_plain(self, typed: _Typed) -> Part:
        text, folded, share = typed.text, typed.folded, typed.share
        signs = show_signs(folded, text)
        dotted = [] if self._literal else find_dotted(text, folded)
        pieces = cut_pieces(
            folded,
            lambda whole: find_joined(signs, self._find_equals(whole, signs, placed=typed.placed, dotted=dotted)),
            most=share,
        )
        if not pieces:  # a run of letters that is too long to be a word is found as it stands
            return _make_quoted(typed)
        # Of letter by letter, any part is meant; the first of some figures, or what a sign begins, may end a number.
        if self._literal or _COLUMNS.fullmatch(self._whole) or _CUT_NUMBER.match(text):
            pieces = [replace(piece, alone=False) for piece in pieces]
        has_day = any(piece.is_day for piece in pieces)
        shown = _worth_marking(pieces)
        words = tuple(text for piece in shown if not piece.alone for text in piece.texts)
        equals = tuple(equal for piece in shown for equal in _marked_alone(piece))
        spans = tuple(span for piece in pieces for spans in piece.spans for span in spans)
        understood = tuple(
            Understood(
                _as_typed(piece, folded, typed=text),
                piece.names,
                renamed=piece.renamed,
                days=piece.days,
                spans=any(piece.spans),
            )
            for piece in pieces
            if piece.equals
        )
        only_asks = all(is_asking(piece.text) for piece in pieces)
        if len(pieces) == 1 and pieces[0].text == folded.text:
            query, alone = pieces[0].query, pieces[0].alone
            finer = _split(pieces[0])
            compound = ((folded.text, finer),) if finer else ()
            needle = _make_needle(typed, words, forms=equals, finer=compound, alone=alone, spans=spans)
            near: tuple[Query, ...] = tuple(map(Term, find_pairs(folded, share))) if finer else (query,)
            evidence: tuple[Query, ...] = (*map(Term, finer), Phrase(text)) if finer else ()
            if alone:  # inside a longer number it is near
                evidence = (Term(folded.text),)
                near = (query, *evidence)
            unit = Unit(text, query, finer=finer, evidence=evidence)
            return Part(query, (unit,), near, needle, understood, only_asks, has_day=has_day)
        pairs = find_pairs(folded, share)
        phrase = Phrase(text, pairs=pairs, part=text != self._whole.strip())
        query = Or((And(tuple(map(_demand, pieces))), phrase))
        units = tuple(
            Unit(
                _as_typed(piece, folded, typed=text),
                piece.query,
                minor=piece not in shown,
                finer=_split(piece),
            )
            for piece in pieces
            if not piece.optional
        )
        equal = [piece for piece in pieces if piece.equals]
        near = tuple(Term(pair) for pair in pairs if not any(pair in piece.text for piece in equal))
        compounds = tuple((unit.text, unit.finer) for unit in units if unit.finer)
        return Part(
            query,
            units,
            (*near, *(piece.query for piece in equal)),
            _make_needle(typed, words, equals=equals, finer=compounds, spans=spans),
            understood,
            only_asks,
            phrase,
            has_day=has_day,
        )

    def _find_equals(self, folded: str, shown: str, *, placed: bool, dotted: list[Equals]) -> list[Equals]:
        if self._literal:
            return []
        found = self._lexicon.find_equals(folded, shown, thorough=self._thorough)
        if placed:  # a day of a field is no day of the document, and a span stands in its texts
            found = [replace(one, days=None, spans=((), ()), is_day=False) for one in found]
        return found + [one for one in dotted if all(one.end <= own.start or own.end <= one.start for own in found)]

    def find_names(self, text: str, folded: FoldedText) -> tuple[str, ...]:
        """Return how a name is written with other dots, or none: all of these are the same name."""
        joined = join(folded.text)
        return (*((joined,) if has_dot(text) else ()), *self._lexicon.dotted.written(joined))


def _make_quoted(typed: _Typed, *, forms: tuple[str, ...] = ()) -> Part:
    phrase = Phrase(typed.text, forms)
    pairs = find_pairs(typed.folded, typed.share)
    near = tuple(Term(pair) for pair in pairs) if len(pairs) >= _LEAST_ASKED else (phrase,)
    return Part(phrase, (Unit(typed.text, phrase, exact=True),), near, _make_needle(typed))


def _make_needle(
    typed: _Typed,
    words: tuple[str, ...] = (),
    *,
    begins_word: bool = False,
    forms: tuple[str, ...] = (),
    equals: tuple[str, ...] = (),
    finer: tuple[tuple[str, tuple[str, ...]], ...] = (),
    alone: bool = False,
    spans: tuple[str, ...] = (),
) -> tuple[Needle, ...]:
    """Return what to mark of a part: nothing where it asks for a field that hits do not show."""
    if typed.field not in _MARKED:
        return ()
    return (Needle(typed.folded.text, words, typed.field, begins_word, forms, equals, finer, alone, spans),)


def _split(piece: Piece) -> tuple[str, ...]:
    """Return the finer words of a piece that is one word of the dictionary."""
    return split_word(piece.text) if len(piece.words) == 1 and is_known_word(piece.text) else ()


def _worth_marking(pieces: list[Piece]) -> list[Piece]:
    """Leave out single characters (人, 会) beside longer pieces: they would be marked all over the text."""
    return [piece for piece in pieces if len(piece.text) > 1] or pieces


def _demand(piece: Piece) -> Query:
    """Return what a document must hold of a piece, with all that is evidence."""
    return Or((piece.query, Everything())) if piece.optional else piece.query


def _as_typed(piece: Piece, folded: FoldedText, *, typed: str) -> str:
    """Return a piece with the signs that were typed between its letters; without any as it folds."""
    if SEPARATOR not in piece.text:
        return piece.text
    at = folded.text.find(piece.text)
    start, end = folded.original(at, at + len(piece.text))
    return typed[start:end]


def _marked_alone(piece: Piece) -> tuple[str, ...]:
    """Return what is marked of a piece only where it is no part of a longer number."""
    return (*((piece.text,) if piece.alone else ()), *piece.equals)
