"""Text -> tokens: words that rank, and pairs of neighbouring characters that guarantee every substring is found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from indexer.analysis import words
from indexer.analysis.normalize import NORMALIZER_VERSION, SEPARATOR, FoldedText, fold

ANALYZER_VERSION = 1

Kind = Literal["word", "character", "pair"]


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the folded text: its position there, and the range of the original that it covers."""

    text: str
    kind: Kind
    position: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Postings:
    """What an index keeps of one text: how often each word and character occurs, where each pair stands."""

    words: Counter[str]
    characters: Counter[str]
    pairs: dict[str, list[int]]
    length: int


def fingerprint() -> dict[str, str]:
    """Name everything that decides which tokens a text has; an index built by another set must be rebuilt."""
    return {
        "analyzer": str(ANALYZER_VERSION),
        "normalizer": str(NORMALIZER_VERSION),
        "words": words.describe_cutter(),
    }


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
        if word.strip(SEPARATOR):
            found.append((position, word))
        position += len(word)
    return found


def query_words(text: str) -> list[str]:
    """Cut typed text into its words, each once, in their order."""
    return list(dict.fromkeys(word for _, word in cut_words(fold(text))))


def make_postings(text: str) -> Postings:
    """Count what the index keeps of one text."""
    folded = fold(text).text
    found = words.cut(folded)
    counted = Counter(word for word in found if word != SEPARATOR)
    for word in list(counted):
        # Index mode: the finer words inside a longer one count too (科学技术协会 also as 科学, 技术, 协会).
        if len(word) > 2:
            for finer in _finer_words(word):
                counted[finer] += counted[word]
    pairs: dict[str, list[int]] = {}
    for position in range(len(folded) - 1):
        pairs.setdefault(folded[position : position + 2], []).append(position)
    characters = Counter(folded)
    characters.pop(SEPARATOR, None)
    return Postings(words=counted, characters=characters, pairs=pairs, length=len(found))


def _finer_words(word: str) -> set[str]:
    finer = {word[start : start + size] for size in (2, 3) for start in range(len(word) - size + 1)} - {word}
    return {piece for piece in finer if words.is_one_word(piece)}
