"""Text -> tokens: words that rank, and pairs of neighbouring characters that guarantee every substring is found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
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
class AnalyzedText:
    """What an index keeps of one text: its folded form, and its words, one for each time that they occur."""

    folded: str
    words: list[str]
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


def analyze_text(text: str) -> AnalyzedText:
    """Fold a text and cut its words; finer words inside longer ones (科学 in 科学技术) are words too."""
    folded = fold(text).text
    found = [word for word in words.cut(folded) if word != SEPARATOR]
    finer = [piece for word in found if len(word) > 2 for piece in _finer_words(word)]
    return AnalyzedText(folded, found + finer, len(found))


@lru_cache(maxsize=100_000)
def _finer_words(word: str) -> tuple[str, ...]:
    pieces = {word[start : start + size] for size in (2, 3) for start in range(len(word) - size + 1)} - {word}
    return tuple(sorted(piece for piece in pieces if words.is_one_word(piece)))
