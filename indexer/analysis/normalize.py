"""Text as it is searched: one folding of characters for documents and queries, with a way back to the original.

The folded text is made character by character, whatever stands around, so that any piece of a document folds to a
piece of the folded document. That is what makes every visible substring findable.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.analysis import SEPARATOR
from indexer.radicals import RADICALS

if TYPE_CHECKING:
    from numpy.typing import NDArray

# 4: variation selectors vanish; radicals of Japanese forms are the characters that Chinese texts have.
NORMALIZER_VERSION = 4

# Stands after each text where several are folded at once. No character: a text that holds it shows nothing there.
BOUNDARY = "\U0010ffff"
_PUNCTUATION = "。"
_ARABIC = "0123456789"
_NUMERALS = "零〇一二两三四五六七八九十廿卅百千万亿"
_LATIN = "abcdefghijklmnopqrstuvwxyz0123456789"
# What, behind a name or behind its last letter, belongs to other words: 人社部门, 环保法规, 东北大学, 中国企业.
_GOES_ON = {
    "部": "门",
    "法": "律规制治院庭官定人",
    "办": "公理法案事学好",
    "大": "学荒街桥道厦队",
    "委": "员",
    "行": "业动政事为程",
    "国企": "业",
    "民企": "业",
    "外企": "业",
    "国航": "天空",
    "北航": "空",
    "国投": "资",
    "民进": "党",
    "民革": "命",
    "建国": "会",
    "外贸": "易",
    "彩电": "影",
    "学联": "合盟",
    "台联": "播合",
    "科普": "里夫特利",
    "中考": "试",
    "房改": "造",
    "手机": "床",
    "美协": "定议",
    "北外": "滩国",
    "体检": "察",
    "武大": "郎伟",
    "地铁": "矿",
    "记协": "议",
}

# Marks inside a sentence that people forget when they quote it: 树牢“四个意识” is also found as 树牢四个意识.
_SILENT = frozenset("\"'`´‘’‚‛“”„‟«»‹›「」『』﹁﹂﹃﹄〝〞〟《》〈〉＂＇｢｣")

# Signs that tell one thing from another (3.5% and 3.5, C# and C++ and C): they are kept as characters of their own.
KEPT_SIGNS = frozenset("%‰#+")
# What chooses between forms of one character (U+FE00 of 中, U+E0100 of 葛) or shows nothing at all, and is no letter.
_SELECTORS = frozenset(map(chr, (0x034F, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))

# What a character of the original becomes, packed as folded character | kind, so that one table look-up folds it.
_KIND_SHIFT = 21
_CHARACTER = (1 << _KIND_SHIFT) - 1
_UNKNOWN, _DROPPED, _SPACE, _BREAK, _SPACED, _UNSPACED, _SEVERAL = range(7)

_table: NDArray[np.uint32] = np.zeros(0x110000, dtype=np.uint32)
# The same for one character at a time: letters as they fold, other kinds as signs that no folded text holds.
_signs: NDArray[np.uint32] = np.zeros(0x110000, dtype=np.uint32)
_SIGNS = {_DROPPED: 1, _SPACE: 2, _BREAK: 3, _SEVERAL: 4}
_BREAK_SIGN, _SEVERAL_SIGN = "\3", "\4"
# What may stand between two letters: nothing that shows, a separator's punctuation, or spaces between spaced words.
_JOINED, _JOINED_SPACED = "[\1\2]*", "\1*"
_PARTED, _PARTED_SPACED = "[\1\2]*\3[\1\2\3]*", "\1*[\2\3][\1\2\3]*"
_simple: NDArray[np.uint32] = np.zeros(0x110000, dtype=np.uint32)
_expansions: dict[int, tuple[int, ...]] = {}


@dataclass(frozen=True, slots=True)
class FoldedText:
    """Folded text and, for each of its characters, the range of the original that it stands for (code points).

    A separator's range is empty in no case: it covers the run of punctuation that it replaces.
    """

    text: str
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Turn a range of the folded text into the range of the original that shows it."""
        return int(self.starts[start]), int(self.ends[end - 1])


def fold(text: str) -> FoldedText:
    """Fold width, case, accents, traditional characters, quotes and white space; keep a map to the original.

    Punctuation becomes SEPARATOR, one for each run, but for KEPT_SIGNS; white space counts only between two spaced
    words (Latin, digits). Nothing stands at the edges: a folded text starts and ends with a letter, digit,
    ideograph or kept sign, or is empty.
    """
    points = _points(text)
    packed = _look_up(points)
    if len(packed) and packed.min() >= _SPACED << _KIND_SHIFT and packed.max() < _SEVERAL << _KIND_SHIFT:
        places = np.arange(len(packed))  # nothing but letters, as most words and phrases are
        return FoldedText(text_of(_signs[points]), places, places + 1)
    letters, shown, broken = _fold_points(points, packed)
    return FoldedText(text_of(_with_separators(letters, broken)), *_places(shown, broken))


@dataclass(frozen=True, slots=True)
class FoldedTexts:
    """Several folded texts: their code points, with BOUNDARY after each text."""

    characters: NDArray[np.uint32]
    _shown: NDArray[np.int64]
    _broken: NDArray[np.int64]

    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the range of the originals, one after the other with one place between, that each character covers."""
        return _places(self._shown, self._broken)


def fold_texts(texts: list[str]) -> FoldedTexts:
    """Fold several texts at once."""
    clean = [text.replace(BOUNDARY, _PUNCTUATION) if BOUNDARY in text else text for text in texts]
    points = _points("".join(part for text in clean for part in (text, BOUNDARY)))
    packed = _look_up(points)
    packed[points == ord(BOUNDARY)] = _UNSPACED << _KIND_SHIFT | ord(BOUNDARY)
    letters, shown, broken = _fold_points(points, packed)
    return FoldedTexts(_with_separators(letters, broken), shown, broken)


def _points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def text_of(points: NDArray[np.uint32]) -> str:
    """Turn code points into text."""
    return points.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


def _fold_points(
    points: NDArray[np.uint32], packed: NDArray[np.uint32]
) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
    """Return the letters, their places in the original, and after which of them a separator belongs."""
    kinds: NDArray[np.uint32] = packed >> np.uint32(_KIND_SHIFT)
    shown = np.flatnonzero(kinds >= _SPACED)
    letters: NDArray[np.uint32] = packed[shown] & np.uint32(_CHARACTER)
    if (kinds[shown] == _SEVERAL).any():
        shown, letters = _expand(shown, letters, kinds=kinds[shown], points=points)
    spaced = kinds[shown] == _SPACED
    parted = _between(kinds == _BREAK, shown) | (_between(kinds == _SPACE, shown) & spaced[:-1] & spaced[1:])
    inside = letters != ord(BOUNDARY)
    return letters, shown, np.flatnonzero(parted & inside[:-1] & inside[1:])


def _places(shown: NDArray[np.int64], broken: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return where in the original each folded character begins and ends."""
    starts = np.insert(shown, broken + 1, shown[broken] + 1)
    return starts, np.insert(shown + 1, broken + 1, shown[broken + 1])


def _with_separators(letters: NDArray[np.uint32], broken: NDArray[np.int64]) -> NDArray[np.uint32]:
    folded: NDArray[np.uint32] = np.insert(letters, broken + 1, ord(SEPARATOR))
    return folded


def align(text: str) -> str | None:
    """Fold a text one character for one, for `make_finder`; None where a character folds to several.

    What is no letter stands there as a sign of its kind. This is ten times as quick as `fold`.
    """
    points = _points(text)
    aligned = text_of(_signs[points])
    if "\0" in aligned:  # characters that were never met
        _look_up(points)
        aligned = text_of(_signs[points])
    return None if _SEVERAL_SIGN in aligned else aligned


def pairs_of(text: str) -> list[str]:
    """Return the different pairs of neighbouring letters of a folded text, in their order."""
    pairs = dict.fromkeys(text[at : at + 2] for at in range(len(text) - 1))
    return [pair for pair in pairs if SEPARATOR not in pair]


def joined_to(letter: str) -> str:
    """Return the letters that belong to the same number or Latin word as a letter beside them: 1 to 5, 十 to 五.

    After a sign they are more of the same: C+ is no part of C++.
    """
    if letter in KEPT_SIGNS:
        return letter
    if letter in _ARABIC:
        return _ARABIC
    if letter in _NUMERALS:
        return _NUMERALS
    return _LATIN if letter in _LATIN else ""


def joined_behind(folded: str) -> str:
    """Return the letters that, behind a text, are no new word: 人社部 is not in 人社部门, nor 国企 in 中国企业."""
    return _GOES_ON.get(folded) or _GOES_ON.get(folded[-1]) or joined_to(folded[-1])


def may_end_a_number(folded: str) -> bool:
    """Tell whether a folded text may be what follows a point or comma (5亿 of 3.5亿).

    One that begins as a year is not, nor one that has such a sign itself: 12:00 may stand behind 2021-03-12.
    """
    return folded[0] in _ARABIC and not folded[:4].isdecimal() and SEPARATOR not in folded


def stands_alone(folded: str) -> re.Pattern[str]:
    """Compile a pattern that finds a folded text in another where it is no part of a longer number or Latin word."""
    return re.compile(_alone(folded, re.escape(folded)))


def _alone(folded: str, pattern: str) -> str:
    before, after = joined_to(folded[0]), joined_behind(folded)
    decimal = rf"(?<![0-9][{SEPARATOR}{_BREAK_SIGN}])" if may_end_a_number(folded) else ""
    return decimal + (f"(?<![{before}])" if before else "") + pattern + (f"(?![{after}])" if after else "")


@lru_cache(maxsize=1000)
def make_finder(folded: str, *, begins_word: bool = False, alone: bool = False) -> re.Pattern[str]:
    """Compile a pattern that finds in an aligned text what `folded` is in the folded one, from first to last letter.

    A text (of plain letters and digits) that `begins_word` is found as the whole of each word that begins with it; one
    that stands `alone` only where it is no part of a longer number or Latin word.
    """
    pieces = [re.escape(folded[0])]
    for at, (before, letter) in enumerate(pairwise(folded), start=1):
        right = folded[at + 1] if letter == SEPARATOR else letter
        spaced = not (_is_unspaced(before) or _is_unspaced(right))
        if letter == SEPARATOR:
            pieces.append(_PARTED_SPACED if spaced else _PARTED)
        else:
            pieces.append(("" if before == SEPARATOR else _JOINED_SPACED if spaced else _JOINED) + re.escape(letter))
    found = "".join(pieces)
    if alone:
        return re.compile(_alone(folded, found))
    return re.compile(f"(?<![0-9a-z]){found}(?:{_JOINED_SPACED}[0-9a-z])*" if begins_word else found)


def simplify(text: str) -> str:
    """Turn traditional characters into simplified ones, one for one."""
    if text.isascii():
        return text
    if len(text) < _FEW_CHARACTERS:
        return text.translate(_simple_of)
    points = _points(text)
    simple = _simple[points]
    if (simple == points).all():
        return text
    if not simple.all():
        for point in np.unique(points[simple == 0]).tolist():
            _simple[point] = _simple_of[point]
        simple = _simple[points]
    return text_of(simple)


class _SimpleOf(dict[int, int]):
    """The simplified character of each by code point, looked for when it is first asked for."""

    def __missing__(self, point: int) -> int:
        simple = self[point] = ord(_simplify(chr(point)))
        return simple


_simple_of = _SimpleOf()
_FEW_CHARACTERS = 100  # are sooner looked up one by one than as an array


def _look_up(points: NDArray[np.uint32]) -> NDArray[np.uint32]:
    packed = _table[points]
    if packed.all():
        return packed
    for point in np.unique(points[packed == 0]).tolist():
        packed_point = _fold_character(point)
        _signs[point] = _SIGNS.get(packed_point >> _KIND_SHIFT, packed_point & _CHARACTER)
        _table[point] = packed_point
    return _table[points]


def _between(marked: NDArray[np.bool_], shown: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell for each pair of neighbours in `shown` whether a marked character of the original lies between them."""
    before = np.cumsum(marked)
    return before[shown[1:]] > before[shown[:-1]]


def _expand(
    shown: NDArray[np.int64],
    letters: NDArray[np.uint32],
    *,
    kinds: NDArray[np.uint32],
    points: NDArray[np.uint32],
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Write out characters that fold to several (㎡ -> m2); each of them stands for the same original."""
    many = {int(at): _expansions[int(points[shown[at]])] for at in np.flatnonzero(kinds == _SEVERAL)}
    counts = np.ones(len(shown), dtype=np.int64)
    counts[list(many)] = [len(expansion) for expansion in many.values()]
    at_first = np.cumsum(counts) - counts
    letters = np.repeat(letters, counts)
    for at, expansion in many.items():
        letters[at_first[at] : at_first[at] + len(expansion)] = expansion
    return np.repeat(shown, counts), letters


def _fold_character(point: int) -> int:
    kind, letters = _classify(chr(point))
    if len(letters) > 1:
        _expansions[point] = tuple(map(ord, letters))
        return (_SEVERAL << _KIND_SHIFT) | point
    return (kind << _KIND_SHIFT) | (ord(letters) if letters else 0)


def _classify(character: str) -> tuple[int, str]:
    character = RADICALS.get(character, character)
    category = unicodedata.category(character)
    if character in _SILENT or character in _SELECTORS or category == "Cf":
        return _DROPPED, ""
    if character == SEPARATOR:  # folded text folds to itself
        return _BREAK, ""
    if character.isspace() or category == "Cc":
        return _SPACE, ""
    folded = unicodedata.normalize("NFKC", character).casefold()
    if not _is_hangul(character):
        folded = unicodedata.normalize("NFKD", folded)
    letters = "".join(_simplify(letter) for letter in folded if _is_letter(letter))
    if letters:
        return (_UNSPACED if _is_unspaced(letters[0]) else _SPACED), letters
    return (_DROPPED if unicodedata.combining(character) else _BREAK), ""


def _is_letter(character: str) -> bool:
    if character in KEPT_SIGNS:
        return True
    category = unicodedata.category(character)
    # Accents (marks with a combining class) fold away; vowel signs of Indic scripts are letters; so may private use be.
    return category[0] in "LN" or category == "Co" or (category[0] == "M" and not unicodedata.combining(character))


def _is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3"


def _is_unspaced(character: str) -> bool:
    """Tell whether no spaces tell words apart: Han, kana, bopomofo, private use, and signs (5 % is 5%)."""
    point = ord(character)
    return (
        character in KEPT_SIGNS
        or 0x2E80 <= point <= 0x312F
        or 0x3190 <= point <= 0x9FFF
        or 0xE000 <= point <= 0xFAFF
        or 0x1B000 <= point <= 0x1B2FF
        or point >= 0x20000
    )


def _simplify(character: str) -> str:
    if not character >= "\u2e80":
        return character
    simple: str = _converter().convert(character)
    return simple if len(simple) == 1 else character


@cache
def _converter() -> Any:
    import opencc  # loads its tables, which analysis of plain simplified text never needs at import

    return opencc.OpenCC("t2s")
