"""What somebody who is typing may be about to type: names, titles, phrases, words; and what a slip was meant to be."""

from __future__ import annotations

import logging
import re
import threading
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from indexer import SEPARATOR, ArchiveError, Everything, Field, Phrase, Run, cut_words, fold
from searchapp.language.cutting import is_asking
from searchapp.search.names import NameKind, read_names
from searchapp.search.pinyin import read_initials, spell
from searchapp.search.ranking import SHORTEST_FIRST
from searchapp.search.slips import find_missing, find_offers, read_typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer import Query, Reader

_log = logging.getLogger(__name__)

SuggestionKind = Literal["phrase", "source", "author", "title", "word", "person", "issuer", "series"]

# What is suggested of the names that an archive has in its fields.
_KINDS: dict[NameKind, SuggestionKind] = {
    "people": "person",
    "source": "source",
    "issuer": "issuer",
    "author": "author",
    "series": "series",
}
MOST_SUGGESTIONS = 10
LONGEST = 40
_TITLES = 3
_SAME_TITLES = 10  # are counted; who reads the list sees that there are several
# Titles, and the openings of bodies, hold the names that people search by; the newest are enough to know them.
_READ_DOCUMENTS = 3000
_OPENING = 200
_LONGEST_PHRASE = 12
_MOST_WORDS_IN_PHRASE = 4
_MOST_KNOWN = 5000
_FEW_DOCUMENTS = 500
_MOSTLY = 0.8
# A new generation is learned in less, but for large archives, whose first requests get what is known by then.
_PATIENCE = 0.5  # seconds
_LATIN = re.compile("[a-z]+")
_NOT_NAMES = re.compile(r"[\d\W_]*")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text to search for, what it is, and in how many documents it stands, as far as that is known.

    A title that one document alone has comes with the `id` of that document, which can be opened at once.
    """

    text: str
    kind: SuggestionKind
    count: int
    id: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """A suggestion that was learned, with its text folded, and the initials and syllables as it is read aloud."""

    suggestion: Suggestion
    folded: str
    initials: str
    spelled: str

    def find(self, typed: str) -> int | None:
        """Return 0 where a folded text begins it, 1 where it stands further on, None where it does not."""
        readings = (self.initials, self.spelled) if _LATIN.fullmatch(typed) else ()
        places = [place for text in (self.folded, *readings) if (place := text.find(typed)) >= 0]
        return min(1, *places) if places and self.folded != typed else None


def _read(text: str, kind: SuggestionKind, *, count: int) -> _Known:
    folded = fold(text).text
    syllables = spell(folded)
    initials = "".join(syllable[:1] for syllable in syllables)
    return _Known(Suggestion(text, kind, count), folded, initials, "".join(syllables))


class Suggester:
    """Suggestions from one open index. Its phrases are learned from documents beside the first requests."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._known: list[_Known] = []
        self._learning = threading.Thread(target=self._learn, daemon=True, name="suggestions")
        self._learning.start()

    def wait(self) -> None:
        """Wait until everything is learned."""
        self._learning.join()

    def find(self, typed: str, most: int = MOST_SUGGESTIONS) -> list[Suggestion]:
        """Return suggestions for what was typed so far: what begins so first, then what holds it further on.

        Latin letters are also compared with how Chinese texts are read, by their initials (kxdz) or in full (kexie).
        """
        folded = fold(typed[:LONGEST]).text
        if not folded:
            return []
        self._learning.join(_PATIENCE)
        found = [(place, one.suggestion) for one in self._known if (place := one.find(folded)) is not None]
        found += [(0, suggestion) for suggestion in self._find_titles(typed)]
        found += self._find_words(folded)
        found.sort(key=lambda pair: (pair[0], pair[1].kind == "title", -pair[1].count, len(pair[1].text)))
        kept = list({suggestion.text: suggestion for _, suggestion in reversed(found)}.values())[::-1]
        # A title is a whole answer: there is room for some, however many phrases begin so.
        titles = [suggestion for suggestion in kept if suggestion.kind == "title"][: min(_TITLES, most // 3)]
        others = [suggestion for suggestion in kept if suggestion.kind != "title"][: most - len(titles)]
        return self._count(others) + self._identify(titles) or self._find_meant(typed)[:most]

    def _count(self, suggestions: list[Suggestion]) -> list[Suggestion]:
        """Count the documents that hold phrases and words, wherever they were learned."""
        texts = [one.text for one in suggestions if one.kind in ("phrase", "word")]
        counts = dict(zip(texts, self._reader.count([Phrase(text) for text in texts]), strict=True)) if texts else {}
        return [replace(one, count=counts.get(one.text, one.count)) for one in suggestions]

    def _identify(self, titles: list[Suggestion]) -> list[Suggestion]:
        """Count the documents of each title, and leave those their ids whose title no other one has."""
        holding = [Field("title", Phrase(one.text)) for one in titles]
        held = self._reader.count(holding) if titles else []
        return [
            one if count == 1 else self._count_titled(one, query)
            for one, query, count in zip(titles, holding, held, strict=True)
        ]

    def _count_titled(self, one: Suggestion, holding: Query) -> Suggestion:
        """Count the documents with just this title; of the titles that hold it, it is the shortest."""
        hits = self._reader.run(Run(holding, scoring=SHORTEST_FIRST, limit=_SAME_TITLES)).hits
        documents = self._reader.read([key for key, _ in hits], evidence=False)
        own = fold(one.text).text
        same = sum(document is not None and fold(document.title or "").text == own for document in documents)
        return one if same == 1 else replace(one, count=same, id="")

    # --- from the index

    def _find_titles(self, typed: str) -> list[Suggestion]:
        hits = self._reader.run(Run(Field("title", Phrase(typed)), sort="newest", limit=_TITLES)).hits
        documents = self._reader.read([key for key, _ in hits], evidence=False)
        return [Suggestion(own.title, "title", 1, own.id) for own in documents if own and own.title]

    def _find_words(self, folded: str) -> Iterator[tuple[int, Suggestion]]:
        """Yield the most frequent words that begin so, or whose initials do."""
        latin = _LATIN.fullmatch(folded) is not None
        typed = np.array([ord(character) for character in folded], dtype=np.uint32)
        for length, words in self._reader.vocabulary().items():
            if length < len(typed) or (length == len(typed) and not latin):
                continue
            heads = words.points[:, : len(typed)]
            which = (heads == typed).all(axis=1)
            if latin:
                which |= (read_initials(heads) == typed).all(axis=1)
            rows = np.flatnonzero(which)
            for row in rows[np.argsort(-words.documents[rows], kind="stable")][:MOST_SUGGESTIONS].tolist():
                word = "".join(map(chr, words.points[row].tolist()))
                if word != folded and words.documents[row] > 1:
                    yield 0, Suggestion(word, "word", int(words.documents[row]))

    def _find_meant(self, typed: str) -> list[Suggestion]:
        """Return what may have been meant by what stands nowhere; where it is one of several words, uncounted."""
        offers = find_offers(self._reader, find_missing(self._reader, read_typed(typed)))
        found: dict[str, Suggestion] = {}
        for offer in offers:
            kind = _KINDS.get(offer.name_kind, "phrase") if offer.name_kind else "phrase"
            alone = offer.query == offer.instead
            found.setdefault(offer.query, Suggestion(offer.query, kind if alone else "phrase", offer.documents * alone))
        return list(found.values())

    # --- learned

    def _learn(self) -> None:
        try:
            self._learn_names()
            self._learn_phrases()
        except ArchiveError as error:  # requests go on without them
            _log.error("Suggestions could not be learned. %s", error)

    def _learn_names(self) -> None:
        facets = self._reader.run(Run(Everything(), limit=1, facets=tuple(_KINDS), most_listed=_MOST_KNOWN)).facets
        for name, kind in _KINDS.items():
            known = [_read(value, kind, count=count) for value, count in facets[name][:_MOST_KNOWN] if value]
            self._known = [*self._known, *known]
        read_names(self._reader).warm()

    def _learn_phrases(self) -> None:
        newest = self._reader.run(Run(Everything(), sort="newest", limit=_READ_DOCUMENTS)).hits
        counts: Counter[tuple[str, ...]] = Counter()
        for key, _ in newest:
            (document,) = self._reader.read([key], evidence=False)
            if document is None:
                continue
            texts = (document.title or "", document.body[:_OPENING])
            counts.update({phrase for text in texts for phrase in find_phrases(text)})
        # What is counted in some documents stands for all, so that phrases and words compare.
        share = self._reader.document_count / max(1, len(newest))
        chosen = _choose_phrases(counts, least=1 if len(newest) < _FEW_DOCUMENTS else 2)
        known = [_read("".join(phrase), "phrase", count=round(count * share)) for phrase, count in chosen]
        self._known = [*self._known, *known]


def _choose_phrases(counts: Counter[tuple[str, ...]], least: int) -> list[tuple[tuple[str, ...], int]]:
    """Return the most frequent phrases, without those that hardly ever stand without the same word beside them."""
    parts = {
        part
        for phrase, count in counts.items()
        for part in (phrase[1:], phrase[:-1])
        if len(part) > 1 and count >= _MOSTLY * counts[part]
    }
    frequent = [(phrase, count) for phrase, count in counts.items() if count >= least and phrase not in parts]
    return sorted(frequent, key=lambda pair: (-pair[1], len(pair[0]), pair[0]))[:_MOST_KNOWN]


def find_phrases(text: str) -> Iterator[tuple[str, ...]]:
    """Yield runs of two to four words of a text that may be a name: no punctuation, no joining word at an end."""
    folded = fold(text)
    words = cut_words(folded)
    for first, (start, word) in enumerate(words):
        if not _may_end(word):
            continue
        for last in range(first + 1, min(first + _MOST_WORDS_IN_PHRASE, len(words))):
            phrase = folded.text[start : words[last][0] + len(words[last][1])]
            if len(phrase) > _LONGEST_PHRASE or SEPARATOR in phrase:
                break
            if _may_end(words[last][1]):
                yield tuple(word for _, word in words[first : last + 1])


def _may_end(word: str) -> bool:
    return len(word) > 1 and not is_asking(word) and not _NOT_NAMES.fullmatch(word)
