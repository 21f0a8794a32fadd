"""Text -> tokens: words that rank, and pairs of neighbouring characters that guarantee every substring is found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from indexer.analysis import SEPARATOR, words
from indexer.analysis.normalize import (
    BOUNDARY,
    KEPT_SIGNS,
    NORMALIZER_VERSION,
    FoldedText,
    FoldedTexts,
    fold,
    fold_texts,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Array = NDArray[Any]

ANALYZER_VERSION = 4
# Texts are cut this many characters at a time: a cut makes an object for each word, and few stay in the fast memory.
_CUT_CHARACTERS = 20_000
_NO_WORD, _END = 0, 1
_SHORTEST_COMPOUND = 4
_LATIN_RUN = re.compile("[0-9a-z]+")

TokenKind = Literal["word", "character", "pair"]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the folded text: its position there, and the range of the original that it covers."""

    text: str
    kind: TokenKind
    position: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AnalyzedTexts:
    """What an index keeps of a field of some documents.

    `characters` are the folded code points of all texts, BOUNDARY after each, text i from `starts[i]` on. `words` are
    indexes into `vocabulary`, one for each time that a word occurs, `owners` the texts that they occur in.
    `lengths` are the texts' lengths in words as cut, without the finer words inside longer ones. `folded` knows where
    in the originals each character was.
    """

    characters: Array
    starts: Array
    vocabulary: list[str]
    words: Array
    owners: Array
    lengths: Array
    folded: FoldedTexts


def fingerprint() -> dict[str, str]:
    """Name everything that decides which tokens a text has."""
    return {
        "analyzer": str(ANALYZER_VERSION),
        "normalizer": str(NORMALIZER_VERSION),
        "words": words.describe_cutter(),
        "dictionary": words.describe_dictionary(),
    }


def use_dictionary(file: Path | None, *, rarely: bool = False) -> None:
    """Cut with the words of a user dictionary from now on, in this process.

    Who cuts `rarely` does not wait for all words to be loaded.

    Raises:
        SettingsError: it cannot be read, or a line is no entry.
    """
    before = words.describe_dictionary()
    words.load_dictionary(file, rarely=rarely)
    if words.describe_dictionary() != before:
        _finer_words.cache_clear()


def analyze(text: str) -> list[Token]:
    """Return every token of a text as the index knows it, in the order of the text."""
    folded = fold(text)
    tokens = [
        Token(word, "word", position, *folded.original(position, position + len(word)))
        for position, word in cut_words(folded)
    ]
    for position, character in enumerate(folded.text):
        if character != SEPARATOR:
            tokens.append(Token(character, "character", position, *folded.original(position, position + 1)))
        pair = folded.text[position : position + 2]
        if len(pair) == 2:
            tokens.append(Token(pair, "pair", position, *folded.original(position, position + 2)))
    order = {"word": 0, "character": 1, "pair": 2}
    return sorted(tokens, key=lambda token: (token.position, order[token.kind]))


def cut_words(folded: FoldedText) -> list[tuple[int, str]]:
    """Cut folded text into words with their positions; what is no word (separators) is left out."""
    found = []
    position = 0
    for word in words.cut(folded.text):
        if _is_kept(word):
            found.append((position, word))
        position += len(word)
    return found


def analyze_texts(texts: list[str]) -> AnalyzedTexts:
    """Fold texts and cut their words; finer words inside longer ones (科学 in 科学技术) are words too."""
    folded = fold_texts(texts)
    characters = folded.characters
    ends = np.flatnonzero(characters == ord(BOUNDARY))
    starts = np.concatenate(([0], ends + 1))
    vocabulary = _Vocabulary()
    found = [np.empty(0, dtype=np.uint32)]
    for first, last in _cut_in_chunks(starts):
        cut = words.cut(text_of(characters[first:last]))
        found.append(np.fromiter(map(vocabulary.__getitem__, cut), dtype=np.uint32, count=len(cut)))
    numbers = np.concatenate(found)
    owners = np.cumsum(numbers == _END)
    kept = numbers > _END
    numbers, owners = numbers[kept], owners[kept].astype(np.uint32)
    lengths = np.bincount(owners, minlength=len(texts))
    finer, finer_owners = _add_finer(vocabulary, numbers, owners=owners)
    return AnalyzedTexts(
        characters,
        starts,
        list(vocabulary)[_END + 1 :],
        np.concatenate((numbers, finer)) - np.uint32(_END + 1),
        np.concatenate((owners, finer_owners)),
        lengths,
        folded,
    )


class _Vocabulary(dict[str, int]):
    """Numbers words in the order in which they are met."""

    def __init__(self) -> None:
        super().__init__({SEPARATOR: _NO_WORD, BOUNDARY: _END})

    def __missing__(self, word: str) -> int:
        if not _is_kept(word):
            return _NO_WORD
        number = self[word] = len(self)
        return number


def _is_kept(word: str) -> bool:
    return len(word) <= words.LONGEST_WORD and word != SEPARATOR and word not in KEPT_SIGNS


def _cut_in_chunks(starts: Array) -> Iterator[tuple[int, int]]:
    """Yield ranges of characters that hold whole texts, and so many characters or little more."""
    first = 0
    for start in starts[1:].tolist():
        if start - first >= _CUT_CHARACTERS or start == starts[-1]:
            yield first, start
            first = start


def _add_finer(vocabulary: _Vocabulary, numbers: Array, *, owners: Array) -> tuple[Array, Array]:
    """Return the finer words of all words, and their owners; they are added to the vocabulary."""
    pieces = [_finer_words(word) if len(word) > 1 else () for word in list(vocabulary)]
    sizes = np.array([len(piece) for piece in pieces])
    flat = np.array([vocabulary[piece] for group in pieces for piece in group], dtype=np.uint32)
    starts = np.array([0, *accumulate(sizes.tolist())][:-1])
    counts = sizes[numbers]
    at = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return flat[np.repeat(starts[numbers], counts) + at], np.repeat(owners, counts)


def split_word(word: str) -> tuple[str, ...]:
    """Return what a word of the dictionary of four characters or more consists of: 换届选举 of 换届 and 选举.

    That are words of two characters or more, as few as possible; where there are none (彼得罗夫), two halves.
    """
    if len(word) < _SHORTEST_COMPOUND or word.isascii():
        return ()
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(2, len(word) + 1):
        for start in range(end - 1):
            before, piece = best[start], word[start:end]
            if before is None or piece == word or not words.is_known_word(piece):
                continue
            if (known := best[end]) is None or len(before) + 1 < len(known):
                best[end] = (*before, piece)
    half = len(word) // 2
    return best[-1] or (word[:half], word[half:])


@lru_cache(maxsize=400_000)
def _finer_words(word: str) -> tuple[str, ...]:
    pieces = {word[start : start + size] for size in (2, 3) for start in range(len(word) - size + 1)} - {word}
    latin = [] if word.isascii() else _LATIN_RUN.findall(word)  # AI in a dictionary's 东方AI论坛
    return tuple(sorted({piece for piece in pieces if words.is_known_word(piece)} | set(latin)))
