"""The number that an office gives to a document (科协发〔2021〕15号), in one form whatever its brackets and notation."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from indexer.analysis.numerals import parse_numeral

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.values.header import Header

_DIGITS = "[0-9〇○零一二两三四五六七八九十百]"
_YEAR = r"(?P<year>(?:19|20)\d\d|[一二][〇○零一二三四五六七八九]{3})"
# 科协发, 科 协 发, 中科协办发组字; never what speaks of a document: 学习国发〔2021〕15号
_OFFICE = (
    r"(?P<office>(?![^〔\[【〖(<{]{0,12}(?:关于|通知|学习|贯彻|落实|转发|解读|废止|根据|按照|文件))"
    r"(?:[\u4e00-\u9fffA-Za-z]{1,14}|[\u4e00-\u9fff](?:[ ·][\u4e00-\u9fff]){1,9}))"
)
# 〔2021〕15号, [2021]第15号, (2021年)十五号; without brackets only behind what ends as such codes do: 科协发2021年第15号
_NUMBER = (
    rf"{_OFFICE}(?:\s*[〔\[【〖(<〈{{「]\s*{_YEAR}\s*年?\s*[〕\]】〗)>〉}}」]\s*(?:第\s*)?|(?<=[发字函办令文]){_YEAR.replace('year', 'bare')}(?:年?第|年|[-—]))"
    rf"(?P<serial>{_DIGITS}{{1,6}})\s*号"
)
_WHOLE = re.compile(_NUMBER)
# 发文字号：…, 文 号 | …
_LABELLED = re.compile(rf"(?:发文字号|发文文号|公文文号|文件字号|文件编号|文\s*号)\s*[:：|｜]?\s*(?P<number>{_NUMBER})")
# 关于…的通知（科协发〔2021〕15号）; not 关于废止（国发〔2020〕1号）, which speaks of another
_ENDS_TITLE = re.compile(
    rf"(?:通知|办法|意见|方案|决定|公告|通告|通报|批复|函|报告|规定|细则|条例|纪要|请示|决议|令)(?:\s*[(\[【]\s*|\s+)(?P<number>{_NUMBER})\s*[)\]】]?$"
)
# A line of its own, in brackets, under a letterhead, beside who signs: 省科协文件 科协发〔2021〕15号　签发人：某某
_ALONE = re.compile(
    rf"(?:[\u4e00-\u9fff]{{2,20}}文件\s+)?[(\[【]?\s*(?P<number>{_NUMBER})\s*[)\]】]?(?:\s*签发人?\s*[:：].*)?"
)
# At either end of the name of a file; behind a title something parts them.
_AT_EDGES = (
    re.compile(rf"\s*[(\[【]?(?P<number>{_NUMBER})[)\]】]?[\s_\-—]*"),
    re.compile(rf"[\s_\-—(\[【]+(?P<number>{_NUMBER})\s*[)\]】]?\s*$"),
)
_HEAD = 24
_LONGEST_LINE = 80
_LONGEST_HEADER = 1000  # of labels, all on one line


def normalize_number(printed: str) -> str:
    """Return a number in its one form; what is none comes back without white space around it."""
    match = _WHOLE.fullmatch(_plain(printed)) if len(printed) <= _LONGEST_LINE else None
    if match is None:
        return printed.strip()
    office = re.sub(r"[\s·]", "", match["office"])
    year = parse_numeral(match["year"] or match["bare"])
    return f"{office}〔{year}〕{parse_numeral(match['serial'])}号"


def split_number(name: str) -> tuple[str | None, str]:
    """Return the number that a name begins or ends with (None without one), and the rest of the name."""
    if "号" not in name:
        return None, name
    plain = "".join(map(_narrow, name))
    first, last = _AT_EDGES
    found = first.match(plain) or last.search(plain)
    if found is None:
        return None, name
    return normalize_number(found["number"]), name[: found.start()] + name[found.end() :]


def _narrow(character: str) -> str:
    """Return a character in its plain width, if that is one."""
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def is_number_line(text: str) -> bool:
    """Tell whether a line is nothing but a number, with brackets around it or who signs beside it."""
    return _read_line(text) is not None


def _read_line(text: str) -> str | None:
    """Return the number that a line is."""
    if "号" not in text or len(text) > _LONGEST_LINE:
        return None
    found = _ALONE.fullmatch(_plain(text))
    return normalize_number(found["number"]) if found else None


def read_number(lines: list[Line], title: str | None, *, header: Header) -> None:
    """Read a document's own number: from a label, the end of its title, or a line of its own before any sentence."""
    head = lines[:_HEAD]
    for line in head:
        found = _LABELLED.search(_plain(line.text)) if "号" in line.text else None
        if found:
            header.set("number", normalize_number(found["number"]), line, "label 发文字号")
            return
    found = _ENDS_TITLE.search(_plain((title or "")[-_LONGEST_LINE:]))
    if found and head:
        header.set("number", normalize_number(found["number"]), head[0], "number at the end of the title")
        return
    for line in head:
        if "。" in line.text:
            return
        if (number := _read_line(line.text)) is not None:
            header.set("number", number, line, "number on a line of its own")
            return


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:_LONGEST_HEADER]).strip()
