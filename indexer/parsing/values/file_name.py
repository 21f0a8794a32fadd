"""What the name of a file says of its text: title, day and number, the last source where the text itself has none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from indexer.analysis.words import is_common_word
from indexer.parsing.dates import FoundDate, find_dates, to_day
from indexer.parsing.values.number import split_number
from indexer.reading.formats import stem_of

NAME_OF_FILE = "name of the file"

# Names that a program gave, or somebody who gave none: nothing that they hold is about the text.
_GIVEN_BY_NOBODY = re.compile(
    r"新建|(?:未|无)(?:命名|标题|题)|无题|默认|(?:微信|QQ|钉钉|企业微信)(?:图片|截图|文件|文档|聊天)|(?:屏幕)?截[图屏]|扫描|扫一扫|打印机|传真|拍照|照片|图片|录音"
    r"|(?:文档|文件|文本|工作簿|演示文稿|幻灯片|表格)\s*[\d（(]|(?:文档|文件|文本(?:文档)?|附件|正文|副本|复件|下载)$"
    r"|(?i:img|image|dsc[nf]?|pic|photo|scan|screenshot|mmexport|wx|wechat|qq|untitled|noname|unnamed|new|document|doc|file|text|download|tmp|temp|output|page|book|fax|ocr)(?![A-Za-z])"
)
_COMPACT_DAY = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)", re.ASCII
)
_WORD = re.compile(r"[^\W\d_]")
_HAN = re.compile(r"[\u3400-\u9fff]")
# Before the day of an index number or an address there may be letters: t20210312_4417.
_BEFORE_DAY = re.compile(r"(?:[A-Za-z]{1,12}[_-]?|[（(【\[_\-\s])*")
# What people add to a name and do not mean as part of the title, each with its brackets: 关于…的通知（终稿）(1) - 副本
_VERSION = r"(?:最?终稿?|定稿|初稿|草稿|最终版?|修[改订][稿版]?|送审稿|打印[稿版]?|扫描[件版]?|电子版|复[印件]+|副本|拷贝|备份|全文|(?i:copy|final|ver\.?|v)\s*\d*(?:\.\d+)?)"
_VERSIONS = re.compile(rf"(?:\s*(?:[（(\[【]\s*(?:{_VERSION}|\d{{1,2}})\s*[）)\]】]|[\s_\-—]+{_VERSION}))+$")
_COPY_OF = re.compile(r"^(?:复件|副本|拷贝)[\s_\-—:：]+|^(?:附件\s*)?\d{1,3}(?:[.、．_\-—:：]+|\s+)(?=\D)")
_EDGES = " \t\u3000_-—.·、,，+~()（）[]【】"
_BRACKETS = (("(", ")"), ("（", "）"), ("[", "]"), ("【", "】"))
_ANY_BRACKET = re.compile(r"[(（\[【)）\]】]")
_LEAST_TITLE = 4
_WEAK_TITLE = 4  # 决定, 工作总结: so short a title says less than the name that holds it
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class FileName:
    """The name of a file without folders and ending, and what it says: each is None where it says nothing surely."""

    stem: str
    title: str | None = None
    date: str | None = None
    number: str | None = None

    def is_better_than(self, title: str | None) -> bool:
        """Tell whether a text had better be called by this name: it has no title, or a single word that the name holds."""
        if self.title is None:
            return False
        return title is None or (
            len(title) <= _WEAK_TITLE and len(title) < len(self.title) and title in self.title and is_common_word(title)
        )


@lru_cache(maxsize=256)
def read_file_name(path: str) -> FileName:
    """Read the name of a file, by its path in the archive."""
    stem = stem_of(path)
    if _GIVEN_BY_NOBODY.match(stem):
        return FileName(stem)
    number, rest = split_number(_VERSIONS.sub("", stem))
    day, rest = _split_day(rest)
    if number is None:
        number, rest = split_number(rest)
    return FileName(stem, _read_title(rest), day, number)


def _split_day(text: str) -> tuple[str | None, str]:
    """Return the day (or month) that a name begins or ends with, and the rest; one that is written out stays in it.

    A name that holds several tells of a span, or of something else.
    """
    found = [*find_dates(text), *_find_compact(text)]
    if len({one.iso for one in found}) != 1 or len(found) > 1:
        return None, text
    day = found[0]
    before, behind = text[: day.start], text[day.end :]
    if not _BEFORE_DAY.fullmatch(before) and _WORD.search(behind):
        return None, text
    if "年" in text[day.start : day.end]:
        return day.iso, text
    return day.iso, before if _WORD.search(before) and not _WORD.search(behind) else behind


def _find_compact(text: str) -> list[FoundDate]:
    """Return the days that are written as 20210312."""
    found = []
    for match in _COMPACT_DAY.finditer(text):
        iso = to_day(int(match["year"]), int(match["month"]), day=int(match["day"]))
        if iso is not None:
            found.append(FoundDate(iso, *match.span()))
    return found


def _read_title(rest: str) -> str | None:
    """Return what is left of a name as a title; None where that is too little to be one."""
    title = _trim(_COPY_OF.sub("", _VERSIONS.sub("", _trim(rest)))).replace("_", " ")
    if len(_HAN.findall(title)) < _LEAST_TITLE or len(title) > _LONGEST or _GIVEN_BY_NOBODY.match(title):
        return None
    return None if is_common_word(title) else title


def _trim(text: str) -> str:
    """Return a text without the signs at its ends, but for brackets that have their other half inside."""
    trimmed = text.strip(_EDGES)
    at = text.find(trimmed)
    if trimmed == text or _ANY_BRACKET.search(text) is None:
        return trimmed
    if any(trimmed.count(left) > trimmed.count(right) for left, right in _BRACKETS):
        trimmed += text[at + len(trimmed) : at + len(trimmed) + 1]
    if any(trimmed.count(left) < trimmed.count(right) for left, right in _BRACKETS) and at:
        trimmed = text[at - 1] + trimmed
    return trimmed
