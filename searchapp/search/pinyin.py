"""How Chinese characters are read: the only module that knows pypinyin. It never serves the ranking."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from numpy.typing import NDArray

    Array = NDArray[Any]

# What speakers of many regions do not tell apart, and input methods can be told to take as one.
_ALIKE_BEGINNINGS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"))
_ALIKE_ENDINGS = (("ing", "in"), ("eng", "en"), ("ang", "an"))
_BASIC_PLANE = 0x10000
_LOADING = threading.Lock()
_TONE_MARKS = "\u0300\u0301\u0304\u030c"
_LONGEST_SYLLABLE = 6
_VOWELS = frozenset("aeiouv")
# 曾 is read ceng and zeng; that 浩 was once read ge, too, helps nobody.
_MOST_READINGS = 2
# xianxian is 仙仙, 西安西安 and more; nobody means the twentieth.
_MOST_SPLITS = 16


def spell(text: str) -> list[str]:
    """Return the syllables of a text without tones (ü is v), as its words are read; other characters stay."""
    return [syllable.lower() for syllable in _load().lazy_pinyin(text, errors=_split)]


def _load() -> ModuleType:
    """Import pypinyin, in one thread at a time: its modules import each other, and two threads would meet halfway."""
    with _LOADING:
        import pypinyin.constants

        return pypinyin


def _split(rest: str) -> Any:  # pypinyin takes a list as well, but does not say so
    return list(rest)


def read_aloud(points: Array) -> Array:
    """Return for each code point a number for its usual reading without tone; 0 for what has none."""
    return _tables()[0][np.minimum(points, _BASIC_PLANE - 1)]


def read_alike(points: Array) -> Array:
    """Return for each code point a number for its usual reading, the same for readings that are easily mistaken."""
    return _tables()[1][np.minimum(points, _BASIC_PLANE - 1)]


def read_initials(points: Array) -> Array:
    """Return for each code point the code point of the first letter of its usual reading; itself where it has none."""
    points = np.minimum(points, _BASIC_PLANE - 1)
    initials = _tables()[2][points]
    return np.where(initials, initials, points)


@lru_cache(maxsize=4096)
def readings_of(character: str, *, alike: bool = False) -> frozenset[str]:
    """Return the usual readings of a character without tones; with `alike`, as they are easily mistaken."""
    listed = _load().constants.PINYIN_DICT.get(ord(character), "")
    syllables = [_without_tone(syllable) for syllable in listed.split(",")[:_MOST_READINGS] if syllable]
    return frozenset(map(_blur, syllables) if alike else syllables)


def is_syllable(latin: str) -> bool:
    """Tell whether Latin letters are one syllable."""
    return latin.isascii() and len(latin) <= _LONGEST_SYLLABLE and latin in _tables()[3]


def split_syllables(latin: str) -> list[tuple[str, ...]]:
    """Return the ways to read Latin letters as syllables, those of fewer syllables first."""
    splits = islice(_split_at(latin, 0), _MOST_SPLITS)
    return sorted(splits, key=len)


def _split_at(latin: str, at: int) -> Iterator[tuple[str, ...]]:
    if at == len(latin):
        yield ()
    numbers = _tables()[3]
    for end in range(min(len(latin), at + _LONGEST_SYLLABLE), at, -1):
        if latin[at:end] in numbers:
            for rest in _split_at(latin, end):
                yield (latin[at:end], *rest)


def number_syllables(syllables: tuple[str, ...]) -> Array:
    """Return the numbers of syllables, as `read_aloud` has them."""
    numbers = _tables()[3]
    return np.array([numbers[syllable] for syllable in syllables], dtype=np.uint16)


@cache
def _tables() -> tuple[Array, Array, Array, dict[str, int]]:
    exact, alike, initials = (np.zeros(_BASIC_PLANE, dtype=np.uint16) for _ in range(3))
    numbers: dict[str, int] = {}  # of usual readings, and of what they are mistaken for
    usual: set[str] = set()
    for point, readings in _load().constants.PINYIN_DICT.items():
        if point >= _BASIC_PLANE - 1:
            continue
        syllable = _without_tone(readings.partition(",")[0])
        usual.add(syllable)
        exact[point] = numbers.setdefault(syllable, len(numbers) + 1)
        alike[point] = numbers.setdefault(_blur(syllable), len(numbers) + 1)
        initials[point] = ord(syllable[0]) if syllable else 0
    spelled = {syllable: numbers[syllable] for syllable in usual if not _VOWELS.isdisjoint(syllable)}  # n, hm are none
    return exact, alike, initials, spelled


def _without_tone(syllable: str) -> str:
    parts = unicodedata.normalize("NFD", syllable)
    plain = "".join(part for part in parts if part not in _TONE_MARKS)
    return unicodedata.normalize("NFC", plain).replace("ü", "v")


def _blur(syllable: str) -> str:
    for letters, instead in _ALIKE_BEGINNINGS:
        if syllable.startswith(letters):
            syllable = instead + syllable.removeprefix(letters)
            break
    for letters, instead in _ALIKE_ENDINGS:
        if syllable.endswith(letters):
            return syllable.removesuffix(letters) + instead
    return syllable
