"""jieba's dictionary where it lies on disk: cuts a short text without loading it, which takes longer than a search.

Only what is sure is said: a text of other characters, or one with characters that jieba would guess a word of, is left
to jieba. The result is jieba's own: the most probable path through the words of the dictionary.
"""

from __future__ import annotations

import mmap
import re
from functools import cache
from importlib.util import find_spec
from math import log
from pathlib import Path

# Longer texts are none that somebody types, and cost more than loading the dictionary.
_SHORT = re.compile(r"[\u4e00-\u9fa5]{1,24}")
# The sum of all frequencies of the dictionary.
TOTAL = 60101967
_ALL = log(TOTAL)
# Words with letters stand before this one, in no order. Of the others one is far from its place, some a line or two.
_FIRST = "\n一 ".encode()
_MISPLACED = "高富帅"
_NEAR = 100


def _is_sure(text: str) -> bool:
    return _SHORT.fullmatch(text) is not None and _MISPLACED not in text


class Dictionary:
    """The words of Chinese characters alone, found by halving: their lines are in order."""

    def __init__(self, file: Path) -> None:
        self.file = file
        with file.open("rb") as stream:
            self._data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self._first = self._data.find(_FIRST)

    @classmethod
    @cache
    def find(cls) -> Dictionary | None:
        """Return the dictionary of the installed jieba, or None."""
        spec = find_spec("jieba")
        file = Path(spec.origin).parent / "dict.txt" if spec is not None and spec.origin else None
        return cls(file) if file is not None and file.is_file() else None

    def frequency(self, word: str) -> int | None:
        """Return how frequent a word is, 0 for what is none, None where that is not known."""
        if not _is_sure(word):
            return None
        return self._read(word)[0]

    def cut(self, text: str) -> list[str] | None:
        """Return a text in jieba's words, or None where only jieba knows."""
        if not _is_sure(text):
            return None
        end = len(text)
        # From each place on the best path to the end: what it weighs, and where its first word ends.
        best: list[tuple[float, int]] = [(0.0, end)] * (end + 1)
        known = [self._words_at(text, start) for start in range(end)]
        for start in reversed(range(end)):
            ways = {start + 1: 1} | known[start]
            best[start] = max((log(own) - _ALL + best[after][0], after) for after, own in ways.items())
        cuts, start, alone = [], 0, 0
        while start < end:
            after = best[start][1]
            cuts.append(text[start:after])
            alone = alone + 1 if after == start + 1 else 0
            if alone > 1:  # of characters side by side jieba may guess a word
                return None
            start = after
        return cuts

    def _words_at(self, text: str, start: int) -> dict[int, int]:
        """Return where the words that begin at a place end, with their frequencies."""
        found: dict[int, int] = {}
        for end in range(start + 1, len(text) + 1):
            frequency, begins_others = self._read(text[start:end])
            if frequency:
                found[end] = frequency
            if not begins_others:
                break
        return found

    def _read(self, word: str) -> tuple[int, bool]:
        """Return how frequent a word is (0: it is none), and whether any word begins so."""
        sought = f"\n{word}".encode()
        at = self._find(sought[1:])
        lines = self._data[max(at - _NEAR, self._first) : at + _NEAR]
        found = lines.find(sought + b" ")
        if found < 0:
            return 0, sought in lines
        return int(lines[found + len(sought) + 1 :].split(b" ", 1)[0]), True

    def _find(self, word: bytes) -> int:
        """Return where the first line begins that is not before a word."""
        low, high, misplaced = self._first + 1, len(self._data), _MISPLACED.encode()
        while low < high:
            start = end = self._data.rfind(b"\n", low, (low + high) // 2) + 1 or low
            if self._data[start : start + len(misplaced)] == misplaced:
                end = self._data.find(b"\n", start) + 1
            if self._data[end : self._data.find(b" ", end)] < word:
                after = self._data.find(b"\n", end, high)
                low = high if after < 0 else after + 1
            else:
                high = start
        return low
