"""A word that no document holds -> words of the archive that may have been meant; Latin letters -> what is read so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer import Phrase
from searchapp.search.pinyin import number_syllables, read_alike, read_aloud, read_initials, split_syllables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from numpy.typing import NDArray

    from indexer import Reader, Vocabulary

    Array = NDArray[Any]

_MOST = 3
_MOST_READ = 8
_LOOKED_AT = 50
_ONE_OFF = 2
_SHORTEST, _LONGEST = 2, 8


def find_spellings(words: dict[int, Vocabulary], word: str, *, least: int = 0) -> list[str]:
    """Return words of a vocabulary that sound like a folded word, or differ from it in one character; the best first.

    Each stands in more than `least` documents.

    What shares a character and sounds the same comes first, then what sounds nearly so, then what is one character off
    (wrong, missing, or too many); of each kind first what shares more characters, then what more documents hold. Of
    longer words half must be shared. Of two characters one says too little: there a character off counts only where
    nothing sounds alike.
    """
    if not _SHORTEST <= len(word) <= _LONGEST or word.isascii() or any(letter.isdecimal() for letter in word):
        return []
    typed = np.array([ord(character) for character in word], dtype=np.uint32)
    found: dict[str, tuple[bool, int, int, int]] = {}
    for kind, candidate, documents in _find_alike(words, typed):
        shared = len(set(candidate) & set(word))
        rank = (not shared, kind, -shared, -documents)
        right = candidate != word and documents > least and (len(word) == _SHORTEST or 2 * shared >= len(word))
        if right and (candidate not in found or found[candidate] > rank):
            found[candidate] = rank
    best = sorted(found, key=lambda candidate: (found[candidate], candidate))
    if len(word) == _SHORTEST and any(found[candidate][1] < _ONE_OFF for candidate in best):
        best = [candidate for candidate in best if found[candidate][1] < _ONE_OFF]
    return best[:_MOST]


def _find_alike(words: dict[int, Vocabulary], typed: Array) -> Iterator[tuple[int, str, int]]:
    """Yield candidates: kind (0 sounds the same, 1 nearly so, 2 one character off), word, number of documents."""
    length = len(typed)
    if length in words:
        same = words[length].points
        off = sum((same[:, at] != typed[at]).view(np.uint8) for at in range(length))
        for kind, read in enumerate((read_aloud, read_alike)):
            sound = read(typed)
            if (sound > 0).all():
                sounding = _rows_like(len(same), (read(same[:, at]) == sound[at] for at in range(length)))
                yield from _rows(words[length], sounding, kind=kind)
        yield from _rows(words[length], np.flatnonzero(off == 1), kind=_ONE_OFF)
    if length > _SHORTEST and length - 1 in words:
        shorter = words[length - 1]
        for left_out in range(length):
            rest = np.delete(typed, left_out)
            like = _rows_like(len(shorter.points), (shorter.points[:, at] == rest[at] for at in range(length - 1)))
            yield from _rows(shorter, like, kind=_ONE_OFF)
    if length > _SHORTEST and length + 1 in words:
        longer = words[length + 1]
        for too_many in range(length + 1):
            rest = np.delete(np.arange(length + 1), too_many)
            like = _rows_like(len(longer.points), (longer.points[:, own] == typed[at] for at, own in enumerate(rest)))
            yield from _rows(longer, like, kind=_ONE_OFF)


def _rows_like(size: int, columns: Iterator[Array]) -> Array:
    """Return the rows that hold in each of some columns; most do not in the first."""
    rows = np.arange(size)
    for column in columns:
        rows = rows[column[rows]]
        if not len(rows):
            break
    return rows


def _rows(words: Vocabulary, rows: Array, *, kind: int) -> Iterator[tuple[int, str, int]]:
    """Yield the most frequent of some words."""
    rows = rows[np.argsort(-words.documents[rows], kind="stable")][:_LOOKED_AT]
    for row in rows.tolist():
        yield kind, "".join(map(chr, words.points[row].tolist())), int(words.documents[row])


# --- Latin letters


def find_read(reader: Reader, latin: str) -> list[tuple[str, int]]:
    """Return the texts that are read as some Latin letters: words, else two words; in full, else by their initials."""
    words = reader.vocabulary()
    splits = split_syllables(latin)
    found = [one for split in splits for one in _read_words(words, number_syllables(split), read=read_aloud)]
    if not found:
        pairs = {first + second for split in splits for first, second in _read_pairs(words, split)}
        counts = reader.count([Phrase(pair) for pair in sorted(pairs)]) if pairs else []
        found = [(pair, count) for pair, count in zip(sorted(pairs), counts, strict=True) if count]
    if not found:
        typed = np.array([ord(letter) for letter in latin], dtype=np.uint32)
        found = list(_read_words(words, typed, read=read_initials))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:_MOST_READ]


def _read_words(
    words: dict[int, Vocabulary], sought: Array, *, read: Callable[[Array], Array]
) -> Iterator[tuple[str, int]]:
    """Yield the most frequent words that are read so, with their documents."""
    own = words.get(len(sought))
    if own is not None:
        rows = _rows_like(len(own.points), (read(own.points[:, at]) == sought[at] for at in range(len(sought))))
        for _, word, documents in _rows(own, rows, kind=0):
            if not word.isascii():
                yield word, documents


def _read_pairs(words: dict[int, Vocabulary], split: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for at in range(_SHORTEST, len(split) - 1):
        first, second = (
            [word for word, _ in _read_words(words, number_syllables(own), read=read_aloud)][:_MOST]
            for own in (split[:at], split[at:])
        )
        yield from ((one, other) for one in first for other in second)
