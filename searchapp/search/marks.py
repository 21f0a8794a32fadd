"""What matches in a document, as marked ranges of its title and body, and why."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING

from indexer import SEPARATOR, FoldedText, align, fold, make_finder, pairs_of, stands_alone
from searchapp.search.results import Marks, Match, Reasons

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer import Document, Held, Reader, Speech, Within
    from searchapp.language.parsed import Needle
_OPENING_WORDS = 12
# What stands beside the text: plain text is looked for in most of it, and who names such a field means it.
_VALUES = ("source", "issuer", "author", "number", "place")
_NAMED_VALUES = (*_VALUES, "genre", "path")
_TEXTS = (None, "title", "body")
_LINE_END = re.compile("\n")


@dataclass(frozen=True, slots=True)
class Together:
    """Where a document holds together what has to stand in one place: in the `title`, and at places of its body.

    A place is a list of ranges in code points.
    """

    title: bool
    places: list[Marks]

    def keep(self, name: str, marks: Marks) -> Marks:
        """Return the marks of the title or body that lie in one of the places."""
        if name == "title":
            return marks if self.title else []
        return [mark for mark in marks if any(_lies_in(mark, place) for place in self.places)]


def _lies_in(mark: tuple[int, int], place: Marks) -> bool:
    return any(first <= mark[0] and mark[1] <= last for first, last in place)


Places = dict["Within", Together]


def find_together(reader: Reader, documents: Sequence[Document], *, needles: list[Needle]) -> list[Places]:
    """Return for each document that a search found where it holds together what some needles have to stand in."""
    asked = list(dict.fromkeys(needle.within for needle in needles if needle.within is not None))
    if not asked:
        return [{} for _ in documents]
    folded = [fold(document.body) for document in documents]
    keys = [document.id for document in documents]
    held = [reader.places_within(keys, own) for own in asked]
    return [
        {own: _place(text, each[at]) for own, each in zip(asked, held, strict=True)} for at, text in enumerate(folded)
    ]


def _place(text: FoldedText, held: Held) -> Together:
    size = len(text.text)
    places = [[text.original(first, min(last, size)) for first, last in place if first < size] for place in held.places]
    return Together(held.title, list(filter(None, places)))


@dataclass(frozen=True, slots=True)
class Marked:
    """What matches in title and body as ranges in code points (adjacent and overlapping ones are one), and why.

    `terms` says for each mark of the body which of the texts that were found it is (from 0, in the order of reasons).
    `values` are ranges of what stands beside the text (or in the `file_name`), by field: of fields that were
    asked, and of those that hold what neither title nor body does, by which the document is `found_by`. To `show` are
    the marks of one place only, of several that hold the same together, and all others.
    """

    title: Marks
    body: Marks
    reasons: Reasons
    terms: list[int] = field(default_factory=list)
    values: dict[str, Marks] = field(default_factory=dict)
    found_by: tuple[str, ...] = ()
    show: Marks = field(default_factory=list)


def find_marks(
    document: Document,
    needles: list[Needle],
    *,
    near: bool = False,
    speakers: tuple[str, ...] = (),
    places: Places | None = None,
) -> Marked:
    """Find what matches in a document.

    Where a typed part (or another form of it) occurs in the document only that is marked, else each of its words, else
    the spans of days that hold its day. Of a document that only comes `near` and holds no word whole, what it holds of
    them is marked. Where there are `speakers`, only what one of them says; without words, the beginning of what they
    say. What has to stand together is marked in those `places` that hold it.
    """
    asked = [needle for needle in needles if needle.field not in _TEXTS]
    needles = [needle for needle in needles if needle.field in _TEXTS]
    if speakers:
        said = [(passage.start, passage.end) for passage in find_passages(document, speakers)]
        needles = [replace(needle, field="body") for needle in needles]
        marked = find_marks(document, needles, near=near, places=places)
        is_said = [any(first <= s and e <= last for first, last in said) for s, e in marked.body]
        body, terms = list(compress(marked.body, is_said)), list(compress(marked.terms, is_said))
        if not needles:
            body = [(first, min(last, first + _OPENING_WORDS)) for first, last in said]
            terms = [0] * len(body)
        values = _mark_asked(document, asked)
        return Marked([], body, marked.reasons, terms, values, show=_choose_shown(body, places or {}))
    texts = {"title": _Searched(document.title or ""), "body": _Searched(document.body)}
    found: dict[str, dict[str, Marks]] = {"title": {}, "body": {}}
    for needle in needles:
        fields = [name for name in texts if needle.field in (None, name)]
        together = None if places is None or needle.within is None else places.get(needle.within)
        typed = ((needle.verbatim,), needle.forms, needle.alone)
        for sought, equal, alone in (typed, (needle.words, needle.equals, False), ((), needle.spans, False)):
            spots = {
                name: texts[name].find_each(sought, begins_word=needle.begins_word, alone=alone) for name in fields
            }
            for name, own in spots.items():
                if equal:
                    own.update(texts[name].find_each(equal, alone=True))
                _add(found[name], _keep(own, together, name=name))
            held = {word for name, own in spots.items() for word in _keep(own, together, name=name)}
            finer = [piece for word, pieces in needle.finer if word in sought and word not in held for piece in pieces]
            for name in fields if finer else ():
                _add(found[name], _keep(texts[name].find_each(finer), together, name=name))
            if held:
                break
    if near and not any(found.values()):
        for needle in needles:
            words = needle.words or (needle.verbatim,)
            pairs = [pair for word in words if len(word) > 2 for pair in pairs_of(word)]
            for name in (name for name in texts if needle.field in (None, name)):
                found[name].update(texts[name].find_each(pairs))
    marks = {name: _merge([place for places in own.values() for place in places]) for name, own in found.items()}
    body = _cut_at_paragraphs(document.body, marks["body"])
    reasons = _find_reasons(document.body, found["title"], in_body=found["body"])
    values = {} if near else _mark_values(document, needles, held=found["title"].keys() | found["body"].keys())
    return Marked(
        marks["title"],
        body,
        reasons,
        _find_terms(body, found),
        values | _mark_asked(document, asked) if asked else values,
        tuple(values),
        _choose_shown(body, places or {}),
    )


def _add(found: dict[str, Marks], others: dict[str, Marks]) -> None:
    """Add where texts occur; of one that is asked for twice, here and there, all places count."""
    for text, marks in others.items():
        found[text] = marks if text not in found else sorted({*found[text], *marks})


def _keep(found: dict[str, Marks], together: Together | None, *, name: str) -> dict[str, Marks]:
    """Return where texts occur in places that hold all of it, of those that do."""
    if together is None:
        return found
    return {text: kept for text, marks in found.items() if (kept := together.keep(name, marks))}


def _choose_shown(marks: Marks, places: Places) -> Marks:
    """Return the marks without those of all places but one, the shortest, that hold the same together."""
    for together in places.values():
        first, *others = sorted(together.places, key=_length) or [[]]
        marks = [mark for mark in marks if _lies_in(mark, first) or not any(_lies_in(mark, place) for place in others)]
    return marks


def _length(place: Marks) -> int:
    return sum(last - first for first, last in place)


def _mark_values(document: Document, needles: list[Needle], *, held: set[str]) -> dict[str, Marks]:
    """Return where what neither title nor body holds stands beside them, by field, or in the name of the file."""
    sought = [
        (needle, missing)
        for needle in needles
        if needle.field is None
        and needle.within is None
        and not held.intersection((needle.verbatim, *needle.forms, *needle.spans))
        if (missing := [word for word in needle.words or (needle.verbatim,) if word not in held])
    ]
    if not sought:
        return {}
    marks: dict[str, Marks] = {}
    for name in (*_VALUES, "file_name"):
        if shown := _value_of(document, name):
            text = _Searched(shown)
            marks[name] = [place for needle, words in sought for place in _find_in_value(text, needle, words=words)]
    return {name: _merge(places) for name, places in marks.items() if places}


def _mark_asked(document: Document, needles: list[Needle]) -> dict[str, Marks]:
    """Return where what was asked of fields stands in their values."""
    marks: dict[str, Marks] = {}
    for needle in needles:
        if shown := _value_of(document, needle.field or ""):
            places = _find_in_value(_Searched(shown), needle, words=needle.words)
            marks[needle.field or ""] = _merge([*marks.get(needle.field or "", []), *places])
    return {name: places for name, places in marks.items() if places}


def _value_of(document: Document, name: str) -> str:
    """Return what stands beside the text: a value of a document, or the name by which its file is found."""
    if name == "file_name":
        from indexer import searched_name  # few documents are looked at for the names of their files

        return searched_name(document.path, document.parent, title=document.title)
    return str(getattr(document, name) or "") if name in _NAMED_VALUES else ""


def _find_in_value(text: _Searched, needle: Needle, *, words: Iterable[str]) -> Marks:
    """Return where a value holds a part as typed, else some words; where none of them is held, also what equals one."""
    return (
        text.find(needle.verbatim, begins_word=needle.begins_word, alone=needle.alone)
        or _flat(text.find_each(needle.forms, alone=True))
        or _flat(text.find_each(words))
        or (_flat(text.find_each(needle.equals, alone=True)) if set(words) >= set(needle.words) else [])
    )


def _flat(found: dict[str, Marks]) -> Marks:
    return [place for places in found.values() for place in places]


def _find_terms(marks: Marks, found: dict[str, dict[str, Marks]]) -> list[int]:
    """Return for each mark which text begins it, of several the longest; what goes on in a paragraph is as before."""
    begins: dict[int, tuple[int, int]] = {}
    for term, text in enumerate(dict.fromkeys((*found["title"], *found["body"]))):
        for start, end in found["body"].get(text, ()):
            begins[start] = max(begins.get(start, (0, 0)), (end, term))
    terms: list[int] = []
    for start, _ in marks:
        terms.append(begins[start][1] if start in begins else terms[-1] if terms else 0)
    return terms


def find_passages(document: Document, speakers: tuple[str, ...]) -> list[Speech]:
    """Return the passages of a document that one of some people says, by their names as they were typed."""
    names = [fold(speaker).text for speaker in speakers]
    return [passage for passage in document.speech if any(name in fold(passage.speaker).text for name in names)]


def find_quoted(document: Document, speakers: tuple[str, ...]) -> set[int]:
    """Return the paragraphs (from 1) in which some people are only quoted."""
    quoted: dict[int, bool] = {}
    for passage in find_passages(document, speakers) if speakers else ():
        paragraph = document.body.count("\n", 0, passage.start) + 1
        quoted[paragraph] = passage.quoted and quoted.get(paragraph, True)
    return {paragraph for paragraph, only in quoted.items() if only}


def _find_reasons(body: str, in_title: dict[str, Marks], *, in_body: dict[str, Marks]) -> Reasons:
    matches = [
        Match(text.replace(SEPARATOR, " "), len(in_title.get(text, ())), len(in_body.get(text, ())))
        for text in dict.fromkeys((*in_title, *in_body))
    ]
    if len(in_body) < 2:
        return Reasons(matches)
    ends = [match.start() for match in _LINE_END.finditer(body)]
    together: dict[int, list[str]] = {}
    for text, places in in_body.items():
        for paragraph in {bisect_right(ends, start) for start, _ in places}:
            together.setdefault(paragraph, []).append(text)
    best = max(together, key=lambda paragraph: (len(together[paragraph]), -paragraph))
    return Reasons(matches, best + 1, together[best]) if len(together[best]) > 1 else Reasons(matches)


def _cut_at_paragraphs(body: str, marks: Marks) -> Marks:
    """Cut marks that run over the end of a paragraph: each piece is a marked place of its own."""
    pieces: Marks = []
    for start, end in marks:
        if "\n" not in body[start:end]:
            pieces.append((start, end))
            continue
        at = start
        for line in body[start:end].split("\n"):
            if line.strip():
                pieces.append((at, at + len(line)))
            at += len(line) + 1
    return pieces


class _Searched:
    """A text in which folded texts are found: over its aligned form, or by folding where that cannot be."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._aligned = align(text)

    def find(self, sought: str, *, begins_word: bool = False, alone: bool = False) -> Marks:
        """Return where a folded text occurs (or the words that it begins, or only `alone`), as ranges of the text."""
        if self._aligned is not None:
            finder = make_finder(sought, begins_word=begins_word, alone=alone)
            return [match.span() for match in finder.finditer(self._aligned)]
        if begins_word or alone:
            finder = stands_alone(sought) if alone else make_finder(sought, begins_word=True)
            return [self._folded.original(*match.span()) for match in finder.finditer(self._folded.text)]
        return _find_folded(self._folded, sought)

    def find_each(self, sought: Iterable[str], *, begins_word: bool = False, alone: bool = False) -> dict[str, Marks]:
        """Return where each of some folded texts occurs, of those that do."""
        found = {text: self.find(text, begins_word=begins_word, alone=alone) for text in sought}
        return {text: places for text, places in found.items() if places}

    @cached_property
    def _folded(self) -> FoldedText:
        return fold(self._text)


def _find_folded(folded: FoldedText, sought: str) -> Marks:
    found = []
    at = folded.text.find(sought)
    while at >= 0:
        found.append(folded.original(at, at + len(sought)))
        at = folded.text.find(sought, at + len(sought))
    return found


def _merge(ranges: Marks) -> Marks:
    merged: Marks = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
