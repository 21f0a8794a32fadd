"""What was typed and stands nowhere -> names, texts and words of the archive that may have been meant."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from indexer import Field, Phrase, Said, fold, is_known_word
from searchapp.fields import SCOPED, TYPED
from searchapp.language.cutting import is_asking
from searchapp.language.dotted import DOTS, IDEOGRAPH, join
from searchapp.search.lookalikes import NEARLY_SAME_SOUND, OTHER, SAME_SHAPE, SAME_SOUND, compare
from searchapp.search.names import LONGEST_NAME, NAMED, is_near, read_names
from searchapp.search.pinyin import is_syllable
from searchapp.search.spelling import find_read, find_spellings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer import Query, Reader, Vocabulary
    from searchapp.language.parsed import ParsedQuery, Unit
    from searchapp.search.names import NameKind

_SHORTEST = 2
# Nobody looks for slips in a pasted page: so many characters are looked at, and so many words that stand nowhere.
_MOST_TYPED, _MOST_WORDS = 80, 6
# What some documents hold may still be a slip, if something else is in so many times as many.
_MUCH_MORE = 20
# Of two characters one says too little to look through all texts for the other.
_LEAST_TEXT, _MOST_TEXT = 3, 12
# Of longer ones it is words that stand nowhere that are looked for, with so many characters on each side.
_LONGEST_WORD, _AROUND = 8, 2
_LONGEST_SUSPECT, _MOST_SUSPECTED = 4, 40
_MOST_LATIN = 24
# How sure an offer must be to be searched without being asked for, by the length of what was typed: the least likely
# kind of slip, and the least documents. More documents name more people who only sound alike, so an archive of a few
# needs one, and one of so many, two. Of 200 names that 37,000 news items do not hold, 2 to 5 are taken for others.
_SURE = {2: (SAME_SOUND, 20), 3: (SAME_SHAPE, 3), 4: (OTHER, 2)}
_FEW_NAMESAKES = 5000

_TYPED_TEXT = re.compile(f"{IDEOGRAPH}+(?:[{DOTS}]{IDEOGRAPH}+)*|[A-Za-z]+(?![0-9])")
_QUOTED = re.compile(r"[“「『《\"＂][^”」』》\"＂]*[”」』》\"＂]")
_FIELD = re.compile(r"(?:^|[\s(（])([-－−]?)([^\s:：()（）-]+)[:：][“「『《\"＂]?$")
_EXCLUDED = re.compile(r"(?:^|[\s(（])[-－−][“「『《\"＂]?$")
_TEXT_FIELDS = (None, "title", "body")


@dataclass(frozen=True, slots=True)
class Typed:
    """A stretch of a query: as it was typed, in which field it is asked, whether in quotes.

    `joined` is folded and has no dots; `places` are where its characters stand in the query.
    """

    raw_query: str
    text: str
    joined: str
    places: tuple[int, ...]
    field: str | None = None
    quoted: bool = False

    @property
    def query(self) -> Query:
        """What a document must hold to hold it."""
        if self.field == "said":
            return Said((self.text, self.joined))
        phrase = Phrase(self.text, (self.joined,))
        return phrase if self.field is None else Field(self.field, phrase)


@dataclass(frozen=True, slots=True)
class Offer:
    """What may have been meant by a part of what was typed: by which kind of slip, and how many documents hold it.

    Of one kind, names come first (`rank` 0, with the `name_kind`), then texts, then words. What it stands for is `held`
    by few documents, or by none.
    """

    typed: Typed
    start: int
    end: int
    instead: str
    kind: int
    rank: int
    documents: int = 0
    name_kind: NameKind | None = None
    held: int = 0

    @property
    def part(self) -> str:
        """What it stands for, as it is searched."""
        return self.typed.joined[self.start : self.end]

    @property
    def joined(self) -> str:
        """It, as it is searched, without dots."""
        return join(fold(self.instead).text)

    @property
    def word(self) -> str:
        """What it stands for, as it was typed."""
        return self.typed.raw_query[slice(*self._span)]

    @property
    def query(self) -> str:
        """The query with it."""
        start, end = self._span
        return self.typed.raw_query[:start] + self.instead + self.typed.raw_query[end:]

    @property
    def alone(self) -> Query:
        """What a document must hold to hold it."""
        return replace(self.typed, text=self.instead, joined=self.joined).query

    @property
    def _span(self) -> tuple[int, int]:
        places = self.typed.places
        return places[self.start], places[self.end - 1] + 1


# --- what was typed


def read_typed(raw_query: str) -> list[Typed]:
    """Return the stretches of a query that may hold slips: no exclusions, days, numbers, or names of fields."""
    quoted = [match.span() for match in _QUOTED.finditer(raw_query)]
    found: list[Typed] = []
    for match in _TYPED_TEXT.finditer(raw_query):
        start, end = match.span()
        field = _read_field(raw_query[:start])
        is_label = raw_query[end : end + 1] in (":", "：") and match[0].casefold() in TYPED.keys() | SCOPED.keys()
        if field == "" or is_label:
            continue
        places = tuple(start + at for at, character in enumerate(match[0]) if character not in DOTS)
        joined = join(fold(match[0]).text)
        if len(joined) == len(places) and sum(len(own.joined) for own in found) + len(joined) <= _MOST_TYPED:
            inside = any(first < start and end < last for first, last in quoted)
            found.append(Typed(raw_query, match[0], joined, places, field, inside))
    return list(_join_syllables(found))


def _join_syllables(typed: Sequence[Typed]) -> Iterator[Typed]:
    """Yield stretches, one for the syllables of a name that stand apart: wang yan fei."""
    for alone, own in groupby(typed, key=lambda one: None if is_syllable(one.joined) else one):
        group = list(own)
        if alone is not None or len(group) == 1 or any(one.field for one in group):
            yield from group
            continue
        places = tuple(place for one in group for place in one.places)
        text = group[0].raw_query[places[0] : places[-1] + 1]
        yield replace(group[0], text=text, joined="".join(one.joined for one in group), places=places)


def _read_field(before: str) -> str | None:
    """Return in which field something is asked, by what stands before it; "" where nothing is to be offered for it."""
    if _EXCLUDED.search(before):
        return ""
    named = _FIELD.search(before)
    own = TYPED.get(named[2].casefold()) if named else None
    if named and (named[1] or (own and own.shape == "day")):
        return ""
    return own.name if own else None


def find_suspects(reader: Reader, parsed: ParsedQuery, *, raw_query: str, few: bool) -> list[Typed]:
    """Return stretches that are found in pieces alone, but may be a name that was cut where none ends (王延|风).

    Where `few` documents hold the pieces, they may be a phrase as well (党史|学|教育).
    """
    if len(raw_query) > _MOST_SUSPECTED or not parsed.phrases:
        return []
    longest = _MOST_TEXT if few else _LONGEST_SUSPECT
    suspects = [own for own in read_typed(raw_query) if _is_suspect(own, parsed.units, longest=longest)]
    return find_missing(reader, suspects)


def _is_suspect(typed: Typed, units: Sequence[Unit], *, longest: int) -> bool:
    inside = {unit.text: unit.minor for unit in units if unit.text in typed.joined}
    length = len(typed.joined)
    if typed.field is not None or not _LEAST_TEXT <= length <= longest:
        return False
    # A short one may have lost a character that only joins words (金与正); of a longer one that says nothing.
    is_broken = sum(len(text) for text, minor in inside.items() if not minor) < length
    return is_broken if length <= _LONGEST_SUSPECT else any(inside.values())


def find_missing(reader: Reader, typed: Sequence[Typed]) -> list[Typed]:
    """Return what stands nowhere of what was typed."""
    counts = reader.count([own.query for own in typed]) if typed else []
    return [own for own, count in zip(typed, counts, strict=True) if not count]


# --- what may have been meant


def find_offers(
    reader: Reader, missing: Sequence[Typed], *, held: Sequence[Typed] = (), units: Sequence[tuple[Unit, int]] = ()
) -> list[Offer]:
    """Return what may have been meant instead of what stands nowhere, the best first.

    Of what is `held` only words are looked at, that hardly a document holds: `units` say how many hold each.
    """
    offers = list(_find_words(reader, [*missing, *held], units=units))
    offers += _find_latin(reader, [own for own in missing if own.joined.isascii()])
    chinese = [own for own in missing if not own.joined.isascii()]
    if chinese:
        offers += _find_names(reader, chinese)
        offers += _find_texts(reader, [own for own in chinese if own.field in _TEXT_FIELDS], units=units)
    offers.sort(key=lambda offer: (offer.kind, offer.rank, -offer.documents, offer.instead))
    return offers


def choose(offers: Sequence[Offer], *, size: int, sure: bool) -> Offer | None:
    """Return the first of some offers, from an archive of some size, where it is beyond doubt; else None.

    It is beyond doubt where the slip is likely, no other is as likely, and what was typed is no word or quoted text.
    Where that is found in pieces, none but a name is `sure` enough.
    """
    if not offers or (offers[0].rank and not sure):
        return None
    first, *others = offers
    if first.held or first.typed.quoted or is_known_word(first.part):
        return None
    rivals = [own for own in others if own.typed == first.typed and own.kind <= first.kind]
    rivals = [own for own in rivals if own.joined != first.joined]  # with another dot
    likely = _is_likely(first, size) and not any(_MUCH_MORE * own.documents > first.documents for own in rivals)
    return first if likely else None


def _is_likely(offer: Offer, size: int) -> bool:
    """Tell whether one offer by itself is likely enough to be searched at once."""
    length = len(offer.part)
    kind, documents = _SURE[min(max(length, min(_SURE)), max(_SURE))]
    if offer.kind == SAME_SOUND and offer.name_kind:
        documents = 1
    elif length > _SHORTEST:
        documents = min(documents, 1 + size // _FEW_NAMESAKES)
    joins = any(is_asking(character) for character in set(offer.joined) - set(offer.part))  # 王杰的 for 王杰德
    return offer.kind <= kind and offer.documents >= documents and not joins and is_near(offer.part, offer.joined)


def _judge(typed: str, meant: str) -> int | None:
    """Return by which kind of slip one text is typed for another that is near it; None where it is none at all."""
    if typed == meant:
        return SAME_SOUND
    if len(typed) == len(meant):
        off = [(one, other) for one, other in zip(typed, meant, strict=True) if one != other]
        return NEARLY_SAME_SOUND if len(off) > 1 else compare(*off[0])
    if len(typed) < len(meant):
        return OTHER
    at = next((at for at, (one, other) in enumerate(zip(typed, meant, strict=False)) if one != other), len(meant))
    if at and typed[at] == typed[at - 1]:  # typed twice
        return NEARLY_SAME_SOUND
    return None if meant in typed else OTHER


# --- names


def _find_names(reader: Reader, typed: Sequence[Typed]) -> list[Offer]:
    """Return names that are nearly a part of what was typed, where that part itself stands nowhere."""
    offers = [offer for own in typed for offer in _find_near_names(reader, own)]
    parts = list(dict.fromkeys(offer.part for offer in offers))
    held = dict(zip(parts, reader.count([Phrase(part) for part in parts]), strict=True)) if parts else {}
    offers = [replace(offer, held=held[offer.part]) for offer in offers]
    return [offer for offer in offers if offer.documents > _MUCH_MORE * offer.held]


def _find_near_names(reader: Reader, typed: Typed) -> Iterator[Offer]:
    names, text = read_names(reader), typed.joined
    asked = _name_kind(typed)
    if asked is None and typed.field not in _TEXT_FIELDS:
        return
    for start in range(len(text)):
        for end in range(start + _SHORTEST, min(len(text), start + LONGEST_NAME + 1) + 1):
            part = text[start:end]
            for name in names.find_near(part):
                kind = _judge(part, name.joined)
                is_whole = len(part) == len(text) or len(name.joined) > _LEAST_TEXT
                if kind is not None and asked in (None, name.kind) and (is_whole or kind < OTHER):
                    yield Offer(typed, start, end, name.text, kind, 0, name.count, name.kind)


def _name_kind(typed: Typed) -> NameKind | None:
    """Return which names alone may be meant in the field that is asked."""
    field = "people" if typed.field == "said" else typed.field
    return next((kind for kind in NAMED if kind == field), None)


# --- texts


def _find_texts(reader: Reader, typed: Sequence[Typed], *, units: Sequence[tuple[Unit, int]]) -> Iterator[Offer]:
    """Yield texts of the archive that differ in one character from what was typed."""
    windows = [(own, start, end) for own in typed for start, end in _find_windows(own, units)][:_MOST_WORDS]
    changed: list[Offer] = []
    gaps: list[tuple[Offer, str, str]] = []
    for own, start, end in windows:
        text, near = own.joined[start:end], Offer(own, start, end, "", OTHER, 1)
        changed += [replace(near, instead=meant, kind=kind) for meant, kind in _change(text)]
        gaps += [(near, text[:at], text[at:]) for at in range(1, len(text))]
        gaps += [(replace(near, instead=text[at]), text[:at], text[at + 1 :]) for at in range(len(text))]
    counts = reader.count([Phrase(offer.instead) for offer in changed]) if changed else []
    yield from (replace(offer, documents=count) for offer, count in zip(changed, counts, strict=True) if count)
    filled = reader.fill([(before, after) for _, before, after in gaps]) if gaps else []
    for (near, before, after), found in zip(gaps, filled, strict=True):
        for character, documents in found:
            if re.fullmatch(IDEOGRAPH, character):
                kind = compare(near.instead, character) if near.instead else OTHER
                yield replace(near, instead=before + character + after, kind=kind, documents=documents)


def _find_windows(typed: Typed, units: Sequence[tuple[Unit, int]]) -> Iterator[tuple[int, int]]:
    """Yield what to look for: what was typed, or of a long text the words that stand nowhere, with what is beside."""
    text, length = typed.joined, len(typed.joined)
    inside = [(unit, held) for unit, held in units if unit.text in text]
    if inside and length > _LONGEST_SUSPECT and all(held and is_known_word(unit.text) for unit, held in inside):
        return  # words that stand elsewhere, though not side by side
    if _LEAST_TEXT <= length <= _MOST_TEXT:
        yield 0, length
    for unit, held in inside if length > _MOST_TEXT else ():
        at = text.find(unit.text)
        if not held and at >= 0 and len(unit.text) <= _LONGEST_WORD and not is_known_word(unit.text):
            yield max(0, at - _AROUND), min(length, at + len(unit.text) + _AROUND)


def _change(text: str) -> Iterator[tuple[str, int]]:
    """Yield a text with a dot in it, with a character less, and with two of them swapped; and the kind of slip."""
    changed = [text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(len(text) - 1)]
    if len(text) > _LEAST_TEXT:
        changed += [text[:at] + text[at + 1 :] for at in range(len(text))]
        yield from ((f"{text[:at]}{DOTS[0]}{text[at:]}", SAME_SOUND) for at in range(1, len(text)))
    for one in dict.fromkeys(changed):
        if one != text and (kind := _judge(text, one)) is not None:
            yield one, kind


# --- Latin letters, words


def _find_latin(reader: Reader, typed: Sequence[Typed]) -> Iterator[Offer]:
    """Yield what is read as Latin letters that stand nowhere: names, words, and two words side by side."""
    for own in [own for own in typed if _SHORTEST <= len(own.joined) <= _MOST_LATIN]:
        asked, latin = _name_kind(own), own.joined
        for name in read_names(reader).find_read(latin):
            if asked in (None, name.kind):
                yield Offer(own, 0, len(latin), name.text, SAME_SOUND, 0, name.count, name.kind)
        if own.field in _TEXT_FIELDS:
            for text, count in find_read(reader, latin):
                yield Offer(own, 0, len(latin), text, SAME_SOUND, 1, count)


def _find_words(reader: Reader, typed: Sequence[Typed], *, units: Sequence[tuple[Unit, int]]) -> Iterator[Offer]:
    """Yield words for the units that hardly a document holds."""
    words: dict[int, Vocabulary] = {}
    rare = [(unit.text, held) for unit, held in units if not (held and is_known_word(unit.text))][:_MOST_WORDS]
    for text, held in rare:
        own = next((own for own in typed if text in own.joined and own.field is None), None)
        if own is None:
            continue
        at = own.joined.find(text)
        words = words or reader.vocabulary()
        for rank, word in enumerate(find_spellings(words, text, least=_MUCH_MORE * held), start=2):
            kind = _judge(text, word) if is_near(text, word) else None
            yield Offer(own, at, at + len(text), word, OTHER if kind is None else kind, rank, held=held)
