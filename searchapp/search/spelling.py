"""A word that no document holds -> words of the archive that may have been meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from searchapp.search.pinyin import read_alike, read_aloud

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from numpy.typing import NDArray

    from indexer import Vocabulary

    Array = NDArray[Any]

_MOST = 3
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
        off = (same != typed).sum(axis=1)
        sounds = [
            (read(same) == read(typed)).all(axis=1) & (read(typed) > 0).all() for read in (read_aloud, read_alike)
        ]
        for kind, which in enumerate((*sounds, off == 1)):
            yield from _rows(words[length], which, kind=kind)
    if length > _SHORTEST and length - 1 in words:
        shorter = words[length - 1]
        for left_out in range(length):
            yield from _rows(shorter, (shorter.points == np.delete(typed, left_out)).all(axis=1), kind=_ONE_OFF)
    if length > _SHORTEST and length + 1 in words:
        longer = words[length + 1]
        for too_many in range(length + 1):
            yield from _rows(longer, (np.delete(longer.points, too_many, axis=1) == typed).all(axis=1), kind=_ONE_OFF)


def _rows(words: Vocabulary, which: Array, *, kind: int) -> Iterator[tuple[int, str, int]]:
    """Yield the most frequent of some words."""
    rows = np.flatnonzero(which)
    rows = rows[np.argsort(-words.documents[rows], kind="stable")][:_LOOKED_AT]
    for row in rows.tolist():
        yield kind, "".join(map(chr, words.points[row].tolist())), int(words.documents[row])
