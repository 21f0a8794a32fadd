"""The words of a field, sorted by their UTF-8 text, and finding among them: one, by prefix, by pattern."""

from __future__ import annotations

import re
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.engine.whoosh.arrays import ArrayFile, ArrayFileWriter

    Array = NDArray[Any]

_HEAD = 8  # bytes of a word that are compared at once; a Chinese word of two characters has six
_END = b"\n"  # stands after each word; no folded text holds it


def encode(word: str) -> bytes:
    """Return the bytes that a word is kept as."""
    return word.encode("utf-8", "surrogatepass")


def write_lexicon(file: ArrayFileWriter, group: str, *, words: list[bytes]) -> None:
    """Write sorted words."""
    file.append(f"{group}/texts", np.frombuffer(b"".join(word + _END for word in words), dtype=np.uint8))
    ends = np.cumsum([len(word) + 1 for word in words], dtype=np.int64)
    file.append(f"{group}/ends", ends.astype(np.uint32))
    heads = np.frombuffer(b"".join(word[:_HEAD].ljust(_HEAD, b"\0") for word in words), dtype=">u8")
    file.append(f"{group}/heads", heads.astype(np.uint64))


class Terms:
    """The words of a field of a segment; each is known by its place."""

    def __init__(self, file: ArrayFile, group: str) -> None:
        self._file, self._group = file, group

    def __len__(self) -> int:
        return self._file.size(f"{self._group}/ends")

    def find(self, word: bytes) -> int:
        """Return the place of a word, or -1."""
        heads = self._file[f"{self._group}/heads"]
        head = np.uint64(int.from_bytes(word[:_HEAD].ljust(_HEAD, b"\0")))
        low, high = heads.searchsorted(head), heads.searchsorted(head, side="right")
        at = self._bisect(word, int(low), high=int(high))
        return at if at < high and self.word(at) == word else -1

    def find_prefix(self, prefix: bytes) -> tuple[int, int]:
        """Return the range of words that begin with a prefix."""
        return self._bisect(prefix), self._bisect(prefix + b"\xff")

    def find_pattern(self, pattern: str, most: int) -> Array:
        """Return the places of words that match a pattern (`*` any text, `?` one character), at most `most` + 1.

        What stands before the first sign narrows the search; the rest is one scan of the words' bytes.
        """
        plain = re.split(r"[*?]", pattern)[0]
        first, last = self.find_prefix(encode(plain)) if plain else (0, len(self))
        if first == last:
            return np.empty(0, dtype=np.int64)
        starts = self._starts()
        texts = self._file[f"{self._group}/texts"].data
        scan = _compile(pattern).finditer(texts, starts[first], starts[last] - len(_END))
        return np.searchsorted(starts, [match.start() for match in islice(scan, most + 1)])

    def words(self) -> list[bytes]:
        """Return all words."""
        texts = self._file[f"{self._group}/texts"].tobytes()
        return [texts[start : end - 1] for start, end in pairwise([0, *self._file[f"{self._group}/ends"].tolist()])]

    def points(self) -> tuple[Array, Array]:
        """Return the code points of all words, one after the other, and where each word ends."""
        text = self._file[f"{self._group}/texts"].tobytes().decode("utf-8", "surrogatepass")
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        return points, np.flatnonzero(points == ord(_END))

    def _starts(self) -> Array:
        return np.concatenate(([0], self._file[f"{self._group}/ends"].astype(np.int64)))

    def word(self, at: int) -> bytes:
        """Return the word at a place."""
        ends = self._file[f"{self._group}/ends"]
        start = int(ends[at - 1]) if at else 0
        return self._file[f"{self._group}/texts"][start : int(ends[at]) - 1].tobytes()

    def _bisect(self, word: bytes, low: int = 0, *, high: int | None = None) -> int:
        """Return the first place from `low` up to `high` whose word is not less."""
        high = len(self) if high is None else high
        while low < high:
            middle = (low + high) // 2
            if self.word(middle) < word:
                low = middle + 1
            else:
                high = middle
        return low


def _compile(pattern: str) -> re.Pattern[bytes]:
    """Compile a pattern to one over bytes.

    What stands between two `*` is sought from the left and not tried again, so that no pattern takes long.
    """
    first, *others = [_piece(piece) for piece in pattern.split("*")]
    if others:
        *middle, last = others
        first += b"".join(rb"(?>[^\n]*?" + piece + b")" for piece in middle if piece) + rb"[^\n]*" + last
    return re.compile(rb"(?m)^" + first + rb"$")


def _piece(text: str) -> bytes:
    one = rb"[^\x80-\xbf\n][\x80-\xbf]*"
    return one.join(re.escape(encode(part)) for part in text.split("?"))
