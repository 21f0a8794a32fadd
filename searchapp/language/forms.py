"""Dates, ordinals and numbers in a folded text -> the other ways in which they are written.

Folded text has plain digits, and SEPARATOR for every hyphen, dot or slash; so 2021-3-12 and ２０２１．３．１２ are
one already, and what is left is 2021年3月12日, 2021-03-12, 20210312 and 二〇二一年三月十二日.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from indexer import SEPARATOR
from searchapp.language.cutting import Equals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DIGITS = "零一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ZEROS = "〇零0" + SEPARATOR  # 二○二一 folds to a separator in the place of the circle
_HAN = "[一二两三四五六七八九十百千零〇]"
# What is counted in the names of meetings, plans and periods; a number before anything else may be a part of a word.
_COUNTED = "届次个项条章节名位人年月日号批万亿元"
_COUNTED_BY_PAIRS = "个项条次届名位年"  # 两个, but 二月
# What follows a five-year plan; 14.5 alone may be any number.
_PLANNED = ("规划", "时期", "期间", "发展", "开局", "收官", "末", "以来", "建设", "目标", "工作", "重点")
_NUMERAL = re.compile(rf"\d+|{_HAN}+")
_NUMBER = rf"(?:\d{{1,4}}|{_HAN}{{1,6}})"
_YEAR = rf"(?<!\d)(?P<year>(?:19|20)\d\d|[一二][九{_ZEROS}][{_DIGITS}〇0{SEPARATOR}]{{2}})"
_MONTH = "(?P<month>0?[1-9]|1[0-2]|十[一二]?|[一二三四五六七八九])"
_DAY = "(?P<day>0?[1-9]|[12]\\d|3[01]|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_MOST_NUMBER = 9999


def find_forms(folded: str) -> list[Equals]:
    """Return where dates and numbers stand in a folded text, the longest that begins first, and their other forms."""
    found: list[Equals] = []
    at = 0
    while at < len(folded):
        one = next(_read_at(folded, at), None)
        if one is not None:
            found.append(one)
        at = one.end if one is not None else at + 1
    return found


def _read_at(folded: str, at: int) -> Iterator[Equals]:
    for pattern, make in _PATTERNS:
        match = pattern.match(folded, at)
        if match is None:
            continue
        texts = [text for text in dict.fromkeys(make(match)) if text != match[0]]
        if texts:
            yield Equals(match.start(), match.end(), tuple(texts), together=True)


# --- dates


def _day_forms(match: re.Match[str]) -> list[str]:
    year, month, day = (parse_numeral(match[name]) for name in ("year", "month", "day"))
    try:
        date(year, month, day)
    except ValueError:
        return []
    numbers = [f"{year}年{month}月{day}日", f"{year}年{month:02}月{day:02}日", f"{year}年{month}月{day}号"]
    numbers += [SEPARATOR.join((str(year), f"{month:02}", f"{day:02}")), f"{year}{month:02}{day:02}"]
    numbers.append(SEPARATOR.join(map(str, (year, month, day))))
    return [*numbers, *(f"{spelled}年{spell_number(month)}月{spell_number(day)}日" for spelled in _spell_year(year))]


def _month_forms(match: re.Match[str]) -> list[str]:
    year, month = parse_numeral(match["year"]), parse_numeral(match["month"])
    numbers = [f"{year}年{month}月", f"{year}年{month:02}月"]
    numbers += [f"{year}{SEPARATOR}{month:02}", f"{year}{SEPARATOR}{month}"]
    return [*numbers, *(f"{spelled}年{spell_number(month)}月" for spelled in _spell_year(year))]


def _year_forms(match: re.Match[str]) -> list[str]:
    year = parse_numeral(match["year"])
    return [f"{year}年", *(f"{spelled}年" for spelled in _spell_year(year))]


def _month_day_forms(match: re.Match[str]) -> list[str]:
    month, day = parse_numeral(match["month"]), parse_numeral(match["day"])
    numbers = [f"{month}月{day}日", f"{month:02}月{day:02}日", f"{month}月{day}号"]
    return [*numbers, f"{spell_number(month)}月{spell_number(day)}日"]


def _spell_year(year: int) -> list[str]:
    """Return a year in Chinese digits, with each of the ways to write a zero."""
    spelled = "".join(_DIGITS[int(digit)] for digit in str(year))
    return [spelled.replace("零", zero) for zero in ("〇", "零", SEPARATOR, "0")] if "零" in spelled else [spelled]


# --- numbers


def _plan_forms(match: re.Match[str]) -> list[str]:
    """Five-year plans: 十四五, 14·5规划."""
    number = parse_numeral(match["plan"])
    dotted = f"{number}{SEPARATOR}5"
    return [f"{spell_number(number)}五", *(dotted + following for following in _PLANNED)]


def _number_forms(match: re.Match[str]) -> list[str]:
    """Numbers with what they count, several in a row: 第七次, 五届五次, 二十大."""
    text = match[0]
    if text.startswith("一") and len(text) == 2 and text[1] != "月":  # 一个, 一次: an article more than a number
        return []
    if not all(_is_number(numeral) for numeral in _NUMERAL.findall(text)):
        return []
    spelled = _NUMERAL.sub(lambda found: spell_number(parse_numeral(found[0])), text)
    forms = [_NUMERAL.sub(lambda found: str(parse_numeral(found[0])), text), spelled]
    if not text.startswith("第"):
        forms.append(re.sub(rf"(?<!{_HAN})二(?=[{_COUNTED_BY_PAIRS}])", "两", spelled))
    if len(_NUMERAL.findall(text)) > 1:  # 五届五次 and 第五届第五次
        forms += [form.replace("第", "") for form in forms]
        forms += [re.sub(rf"(?<!第)({_NUMERAL.pattern})", r"第\1", form) for form in forms]
    return forms


def _is_number(numeral: str) -> bool:
    """Tell whether it is a number: 五一 is a holiday, not 51, and 百 in 百度 no number at all."""
    if not numeral.isdecimal() and len(numeral) > 1 and not any(unit in numeral for unit in _UNITS):
        return False
    return numeral not in ("百", "千") and 0 < parse_numeral(numeral) <= _MOST_NUMBER


def parse_numeral(text: str) -> int:
    """Read a number in digits, Chinese digits (二〇二一) or Chinese numerals (一百零五); 0 where it is none."""
    if text.isdecimal():
        return int(text)
    plain = text.replace("两", "二")
    if not any(unit in plain for unit in _UNITS):
        digits = ["0" if character in _ZEROS else str(_DIGITS.find(character)) for character in plain]
        return int("".join(digits)) if "-1" not in digits else 0
    total = digit = 0
    for character in plain:
        if character in _UNITS:
            total += max(digit, 1) * _UNITS[character]
            digit = 0
        elif character not in _ZEROS:
            if digit:  # 十四五 is no number
                return 0
            digit = _DIGITS.index(character)
    return total + digit


def spell_number(number: int) -> str:
    """Write a number below 10,000 in Chinese numerals."""
    digits = [int(digit) for digit in str(number)]
    spelled = ""
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit:
            spelled += _DIGITS[digit] + ("", "十", "百", "千")[place]
        elif spelled and not spelled.endswith("零"):
            spelled += "零"
    spelled = spelled.rstrip("零")
    return spelled[1:] if spelled.startswith("一十") else spelled


_PATTERNS: list[tuple[re.Pattern[str], Callable[[re.Match[str]], list[str]]]] = [
    (re.compile(rf"{_YEAR}年{_MONTH}月{_DAY}[日号]"), _day_forms),
    (re.compile(rf"{_YEAR}{SEPARATOR}{_MONTH}{SEPARATOR}{_DAY}(?!\d)"), _day_forms),
    (re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>[0-3]\d)(?!\d)"), _day_forms),
    (re.compile(rf"{_YEAR}年{_MONTH}月"), _month_forms),
    (re.compile(rf"(?<!\d)(?P<year>(?:19|20)\d\d){SEPARATOR}(?P<month>0[1-9]|1[0-2])(?!\d)"), _month_forms),
    (re.compile(rf"{_YEAR}年"), _year_forms),
    (re.compile(rf"(?<!\d){_MONTH}月{_DAY}[日号]"), _month_day_forms),
    (re.compile(rf"(?<!{_HAN})(?P<plan>十[一二三四五六七八九])五(?!{_HAN})"), _plan_forms),
    (re.compile(rf"(?<![\d{SEPARATOR}])(?P<plan>1[1-9]){SEPARATOR}5(?!\d)"), _plan_forms),
    (
        re.compile(rf"(?<![\d{_DIGITS}十百千{SEPARATOR}])(?:1\d|2\d|[一二]?十[一二三四五六七八九]?|二十)大(?!{_HAN})"),
        _number_forms,
    ),
    (
        re.compile(
            rf"(?<![\d{_DIGITS}十百千])(?<!\d{SEPARATOR})第?{_NUMBER}[{_COUNTED}](?:第?{_NUMBER}[{_COUNTED}])*"
            rf"(?:{_NUMBER}中全会)?"
        ),
        _number_forms,
    ),
    (re.compile(rf"第{_NUMBER}(?!\d|{_HAN})"), _number_forms),
]
