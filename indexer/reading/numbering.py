"""Word's own numbers before paragraphs (一、 1. 第一条) -> text: readers see them, but they stand in no paragraph."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_VALUE = f"{_W}val"
_LEVELS = 9
_UNCOUNTED = ("bullet", "none")
_CLOSING = "、，。．：）】》"
_LONGEST_NUMBER = 5
_MOST_STYLES = 20  # one based on the other
_DIGITS, _FORMAL = "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def _count(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number > 99:
        return str(number)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones or not tens else "")


def _count_formally(number: int) -> str:
    tens, ones = divmod(number, 10)
    if number > 99:
        return str(number)
    return (f"{_FORMAL[tens]}拾" if tens else "") + (_FORMAL[ones] if ones or not tens else "")


def _spell(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    found = ""
    for value, sign in _ROMAN:
        times, number = divmod(number, value)
        found += sign * times
    return found


def _among(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting"), _count),
    **dict.fromkeys(("taiwaneseCounting", "taiwaneseCountingThousand"), _count),
    **dict.fromkeys(("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"), _spell),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional"), _count_formally),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _among("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")),
    "decimalEnclosedParen": _among("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    "decimalEnclosedFullstop": _among("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
    "ideographTraditional": _among(_STEMS),
    "ideographZodiac": _among(_BRANCHES),
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "decimalZero": lambda number: f"{number:02}",
}  # fmt: skip


class Numbering:
    """The lists of a document, from its parts `numbering` and `styles`, as they go on from paragraph to paragraph."""

    def __init__(self, lists: list[Any], styles: list[Any]) -> None:
        self._abstract = {own.get(f"{_W}abstractNumId"): own for root in lists for own in root.iter(f"{_W}abstractNum")}
        self._lists = {own.get(f"{_W}numId"): own for root in lists for own in root.iter(f"{_W}num")}
        self._styles = {own.get(f"{_W}styleId"): own for root in styles for own in root.iter(f"{_W}style")}
        self._counts: dict[Any, dict[int, int]] = defaultdict(dict)
        self._levels: dict[str, dict[str, Any]] = {}
        self._begun: set[tuple[str, int]] = set()

    def write_into(self, root: Any) -> None:
        """Put the number of each paragraph below a root before its text."""
        for paragraph in root.iter(f"{_W}p") if self._lists else ():
            held, level = self._find_list(paragraph)
            is_seen = held in self._lists and next(paragraph.iterancestors(_FALLBACK), None) is None
            if is_seen and (number := self._next(held, level)):
                run = paragraph.makeelement(f"{_W}r")
                text = run.makeelement(f"{_W}t")
                text.text = number if number[-1] in _CLOSING else f"{number} "
                run.append(text)
                paragraph.insert(0 if paragraph.find(f"{_W}pPr") is None else 1, run)

    def _find_list(self, paragraph: Any) -> tuple[str, int]:
        """Return the list that a paragraph or its style belongs to ("" if to none), and the level in it."""
        own, style = paragraph.find(f"{_W}pPr/{_W}numPr"), _value(paragraph, f"{_W}pPr/{_W}pStyle")
        level = _value(own, f"{_W}ilvl") if own is not None else ""
        held = _value(own, f"{_W}numId") if own is not None else ""
        for _ in range(_MOST_STYLES):
            if held or style not in self._styles:
                break
            held = _value(self._styles[style], f"{_W}pPr/{_W}numPr/{_W}numId")
            level = level or _value(self._styles[style], f"{_W}pPr/{_W}numPr/{_W}ilvl")
            style = _value(self._styles[style], f"{_W}basedOn")
        return held, min(_whole(level or "0"), _LEVELS - 1)

    def _next(self, held: str, level: int) -> str:
        """Return the number of the next paragraph of a list at a level."""
        own = self._lists[held]
        abstract = _value(own, f"{_W}abstractNumId")
        if held not in self._levels:
            parts = (self._abstract.get(abstract, ()), own)
            self._levels[held] = {found.get(f"{_W}ilvl"): found for part in parts for found in _levels_of(part)}
        levels = self._levels[held]
        self._step(held, level, levels=levels)
        here = levels.get(str(level))
        if _value(here, f"{_W}numFmt") in _UNCOUNTED:
            return ""
        text = _value(here, f"{_W}lvlText")
        for at in range(level + 1):
            show = _FORMATS.get(_value(levels.get(str(at)), f"{_W}numFmt"), str)
            text = text.replace(f"%{at + 1}", show(self._counts[abstract].get(at, 1)))
        return text.strip()

    def _step(self, held: str, level: int, *, levels: dict[str, Any]) -> None:
        """Count on at a level of a list, where it begins anew from what it says; deeper levels begin anew."""
        own = self._lists[held]
        counts = self._counts[_value(own, f"{_W}abstractNumId")]
        first = _whole(_value(levels.get(str(level)), f"{_W}start"))
        restart = _value(own, f"{_W}lvlOverride[@{_W}ilvl='{level}']/{_W}startOverride")
        if restart and (held, level) not in self._begun:
            counts[level] = _whole(restart)
        else:
            counts[level] = counts[level] + 1 if level in counts else first
        self._begun.add((held, level))
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]


def _levels_of(part: Any) -> list[Any]:
    return list(part.iter(f"{_W}lvl")) if len(part) else []


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < _LONGEST_NUMBER else 1


def _value(node: Any, path: str) -> str:
    found = node.find(path) if node is not None else None
    return found.get(_VALUE, "") if found is not None else ""
