"""The numbers of documents (科协发〔2021〕15号) as they stand on a page: their notations, and the line that is one."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = "[0-9〇○零一二两三四五六七八九十百]"
_YEAR = r"(?P<year>(?:19|20)\d\d|[一二][〇○零一二三四五六七八九]{3})"
# 科协发, 科 协 发, 中科协办发组字; never what speaks of a document: 学习国发〔2021〕15号
_OFFICE = (
    r"(?P<office>(?![^〔\[【〖(<{]{0,12}(?:关于|通知|学习|贯彻|落实|转发|解读|废止|根据|按照|文件))"
    r"(?:[\u4e00-\u9fffA-Za-z]{1,14}|[\u4e00-\u9fff](?:[ ·][\u4e00-\u9fff]){1,9}))"
)
# 〔2021〕15号, [2021]第15号, (2021年)十五号; without brackets only behind what ends as such codes do: 科协发2021年第15号
_IN_BRACKETS = rf"\s*[〔\[【〖(<〈{{「]\s*{_YEAR}\s*年?\s*[〕\]】〗)>〉}}」]\s*(?:第\s*)?"
_BARE = rf"(?<=[发字函办令文]){_YEAR.replace('year', 'bare')}(?:年?第|年|[-—])"
NUMBER = rf"{_OFFICE}(?:{_IN_BRACKETS}|{_BARE})(?P<serial>{_DIGITS}{{1,6}})\s*号"
# A line of its own, in brackets, under a letterhead, beside who signs: 省科协文件 科协发〔2021〕15号　签发人：某某
_ALONE = re.compile(
    rf"(?:[\u4e00-\u9fff]{{2,20}}文件\s+)?[(\[【]?\s*(?P<number>{NUMBER})\s*[)\]】]?(?:\s*签发人?\s*[:：].*)?"
)
_LONGEST_LINE = 80


def match_number_line(plain: str) -> re.Match[str] | None:
    """Return the number that a line in simplified characters is, with brackets around it or who signs beside it."""
    if "号" not in plain or len(plain) > _LONGEST_LINE:
        return None
    return _ALONE.fullmatch(unicodedata.normalize("NFKC", plain).strip())


def is_number_line(plain: str) -> bool:
    """Tell whether a line is nothing but a number."""
    return match_number_line(plain) is not None
