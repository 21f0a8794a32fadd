"""The head over the articles of an issue: of a newspaper's page with its day, of a bulletin with its number and contents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.analysis.normalize import simplify
from indexer.parsing.dates import find_dates
from indexer.parsing.layout.lines import is_button, is_menu, is_navigation, is_prose, squeeze
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line

_TOP = 12
_LONGEST = 90
_LONGEST_NAME = 20
_MOST_ITEMS = 24
_WEEKDAY = r"[（(]?星期[一二三四五六日天][）)]?"
DAY_OF_ISSUE = re.compile(
    r"(?:19|20)\d\d(?:\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|([-./])\d{1,2}\1\d{1,2})\s*" + _WEEKDAY,
)
_WORD = re.compile(r"\w")
_TODAY = re.compile(r"今天是|今日|当前时间|现在是")
# A newspaper by its name alone, and with what its digital edition adds.
_NEWSPAPER = re.compile(
    r"(?<![\u4e00-\u9fff])(?P<name>[\u4e00-\u9fff]{2,8}?报)(?:(?:数字|电子)(?:报纸?|版|报刊))?(?![\u4e00-\u9fff])"
)
_NO_NEWSPAPER = re.compile(r"(?:数字|电子|简|播|通|公|海|汇|举|快|申|预|情|壁|专|喜|捷|电|填|呈|转|上|回)报$")
_PIECES = Rules(
    "what the head of a newspaper's page says besides its name",
    (DAY_OF_ISSUE.pattern.replace(r"([-./])", "(?P<sign>[-./])").replace(r"\1", "(?P=sign)"), "2019年11月07日 星期四"),
    (r"农历[\u4e00-\u9fff]{2,16}", "农历辛卯年七月二十"),
    (
        r"(?:当前版|本版)?\s*[:：]?\s*第?\s*[A-Z]?\d{1,3}\s*版(?:\s*[:：/]?\s*[\u4e00-\u9fff·]{1,8}(?=\s|$))?",
        "第A03版：民生",
    ),
    (r"第[一二三四五六七八九十]{1,3}版(?:\s*[:：/]?\s*[\u4e00-\u9fff·]{1,8}(?=\s|$))?", "第三版 综合"),
    (
        r"[□■]?\s*(?:责任编辑|责编|本版编辑|本版责编|编辑|美术编辑|版式|美编|组版|校对|值班\S{2})\s*[:：/]?\s*[\u4e00-\u9fff]{1,4}(?=\s|$)",
        "责编 李小禾",
    ),
    (r"国内统一(?:连续出版物|刊)号\s*[:：]?\s*[A-Z\d/\s—-]*", "国内统一刊号：CN00-0000"),
    (r"邮发代号\s*[:：]?\s*[\d—-]+", "邮发代号：1-23"),
    (r"(?:总)?第\s*\d+\s*期", "总第4321期"),
    (r"今日\s*\S{1,4}\s*版", "今日八版"),
    (r"(?<=\s)出版(?=\s|$)", "2021年3月12日 出版"),
    (r"[□■]?\s*版名\s*[:：/]?\s*[\u4e00-\u9fff·]{1,8}", "□版名 副刊"),
    (r"[□■]?\s*(?:电话|热线|传真|新闻热线)\s*[:：]?\s*[\d-]{5,16}", "□电话 0599-0000000"),
    (r"(?<!\S)[A-Z]\d{1,3}(?:\s+[\u4e00-\u9fff]{2,4})?(?=\s|$)", "A12 港闻"),
    (
        r"(?<!\S)[A-Z]?\d{1,2}\s+(?:要闻|综合|本地|县区|民生|时政|经济|社会|文化|副刊|教育|健康|法治|国内|国际|体育|广告|专版|专题|理论|视点|深度|都市|城事)(?=\s|$)",
        "3 综合",
    ),
    (r"(?:数字|电子)(?:报刊?|版|报纸)(?:平台)?|往期回顾|返回(?:目录|首页)|(?:标题|版面)导航|版面概览", "数字报刊平台"),
    (r"(?:上|下)一[版期篇]|(?:放大|缩小|默认)\s*[+＋\-－oO○]?|全文复制|朗读", "上一版"),
    (r"[A-Z]{2,}(?:\s+[A-Z]{2,})*(?=\s|$)", "YUNZE RIBAO"),
    (r"(?:https?://|www\.)[\w./-]+", "www.yunze.example"),
)
_EDITION = re.compile(r"第\s*(?:[A-Z]?\d{1,3}|[一二三四五六七八九十]{1,3})\s*版|[A-Z]\d{1,3}\s*版")
# Under a page: 云泽报社 地址：…
_HOUSE = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,8}报)社?\s*(?:版权所有|地址|出版)")
_NUMBER_OF_ISSUE = re.compile(
    r"(?P<name>[\u4e00-\u9fff][\u4e00-\u9fff·\s]{1,19}?)?\s*[（(【\[]?\s*"
    r"(?P<number>总第\s*\d{1,5}\s*期|(?:(?:19|20)\d\d\s*年?[，,\s]?)?\s*第\s*[\d一二三四五六七八九十百〇○零]{1,5}\s*期"
    r"(?:\s*[（(]?\s*总第?\s*[\d一二三四五六七八九十百〇○零]{1,5}\s*期\s*[）)]?)?)\s*[）)】\]]?"
)
_BULLETINS = Rules.of_words(
    "what the names of bulletins end with",
    "简报 信息 通讯 动态 快报 专报 简讯 参考 情况 通报 要情 摘编 内参 月报 周报 季报 专刊 会刊 交流 之窗 之声 工作",
    example="云泽{}",
    before=r"[\u4e00-\u9fff]{2,18}",
    how="fullmatch",
)
_COMPILER = re.compile(
    r"(?P<label>(?:主办|编印|编辑|编发|承办)(?:单位)?\s*[:：]\s*)?(?P<body>[\u4e00-\u9fff（）()]{3,40}?)\s*(?P<did>编印|编发|编辑|主办|编|印)?(?:\s+(?P<day>\S.*))?"
)
_SECRECY = Rules(
    "what stands over the name of a bulletin",
    (r"内部(?:资料|刊物|交流|参考).{0,12}", "内部资料　注意保存"),
    (r"(?:机密|秘密|绝密)\S{0,8}", "秘密"),
    (r"编号\s*[:：]?\s*\d+", "编号：12"),
    how="fullmatch",
)
_CONTENTS = re.compile(r"[★☆●◆■【\[]*\s*(?:本期)?(?:目\s*录|导\s*读|要\s*目|内容(?:提要|导读))\s*[★☆●◆■】\]]*\s*[:：]?")
_ITEM = re.compile(
    r"^(?:[◆●▲★※■□•·▶►◇○*-]+|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[、.．])\s*"
)
_LEADERS = re.compile(r"[\s.…·—-]*[（(]?\d{0,3}[）)]?$")


@dataclass(frozen=True, slots=True)
class Masthead:
    """The head of an issue.

    Attributes:
        lines: Its lines, none of which is of an article.
        name: The newspaper or bulletin; empty where the head does not say.
        named: The line with the name.
        day: The line with the day of the issue.
        number: The number of a bulletin as it is printed; newspapers have none here.
        compiler: Who compiles a bulletin.
        items: What its contents announce.
        contents: The rows of them, which are text where they lead to no articles of their own.
    """

    lines: list[Line]
    name: str = ""
    named: Line | None = None
    day: Line | None = None
    number: str = ""
    compiler: str = ""
    compiled: Line | None = None
    items: tuple[str, ...] = ()
    contents: tuple[Line, ...] = ()

    @property
    def is_bulletin(self) -> bool:
        """Whether it is the head of a bulletin, not of a page of a newspaper."""
        return bool(self.number)

    def has_all_contents(self, below: list[Line]) -> bool:
        """Whether its contents, which the lines below it begin with, announce one article alone, the one that stands there."""
        return len(self.items) == 1 and _ITEM.match(below[len(self.contents)].text) is None


def find_masthead(lines: list[Line]) -> Masthead | None:
    """Return the head of the newspaper or bulletin over the first article of a text, if there is one."""
    top = lines[:_TOP]
    said = "\n".join([line.plain for line in top])
    if "期" in said and (found := _find_bulletin(lines)) is not None:
        return found
    return _find_newspaper(lines) if "星期" in said or "版" in said or "报" in said else None


# --- newspapers


def _find_newspaper(lines: list[Line]) -> Masthead | None:
    """Return the head of a page: its lines from the first on, with a day, and the name or the number of the page."""
    count = 0
    name, named, day = "", None, None
    has_edition = False
    for line in lines[:_TOP]:
        own = newspaper_in(line)
        if not _is_of_head(line, own):
            break
        count += 1
        if own and not name:
            name, named = own, line
        if day is None and not _TODAY.search(line.plain) and _says_day(line, name):
            day = line
        has_edition = has_edition or _EDITION.search(line.plain) is not None
    if day is None or count == len(lines) or not (name or has_edition):
        return None
    if not name:
        name, named = _house_below(lines)
    return Masthead(lines[:count], name, named, day)


def _says_day(line: Line, name: str) -> bool:
    """Tell whether a line of a head gives the day of the issue: with the day of the week, or beside name or page."""
    if DAY_OF_ISSUE.search(line.plain):
        return True
    return bool(find_dates(line.plain)) and bool(name or _EDITION.search(line.plain))


def newspaper_in(line: Line) -> str:
    """Return the newspaper that a line of a head names at its beginning, or nothing."""
    found = _NEWSPAPER.search(line.plain) if len(line.plain) <= _LONGEST and "报" in line.plain else None
    if found is None or found.start() > 1 or _NO_NEWSPAPER.search(found["name"]):
        return ""
    return line.text[slice(*found.span("name"))]


def is_newspaper(line: Line) -> bool:
    """Tell whether a line is the name of a newspaper and nothing else."""
    return newspaper_in(line) != "" and _NEWSPAPER.fullmatch(line.plain) is not None


def _is_of_head(line: Line, name: str) -> bool:
    """Tell whether all that a line says is of the head of a page: name, day, page, way to others."""
    text = line.plain
    if len(text) > _LONGEST or is_prose(text):
        return False
    if is_navigation(text) or is_button(text) or is_menu(text):
        return True
    rest = _NEWSPAPER.sub(" ", text, count=1) if name else text
    for found in reversed(find_dates(rest)):
        rest = f"{rest[: found.start]} {rest[found.end :]}" if not DAY_OF_ISSUE.search(rest) else rest
    return _WORD.search(_PIECES.sub(" ", rest)) is None


def _house_below(lines: list[Line]) -> tuple[str, Line | None]:
    """Return the newspaper of whose house the foot of a page speaks, or that stands there alone."""
    for line in reversed(lines[-6:]):
        found = _HOUSE.search(line.plain)
        if found:
            return line.text[slice(*found.span("name"))], line
        if (name := newspaper_in(line)) and name == line.text:
            return name, line
    return "", None


# --- bulletins


def _find_bulletin(lines: list[Line]) -> Masthead | None:
    """Return the head of a bulletin: its name, its number, who compiles it and when, its contents."""
    at, found = next(
        (
            (at, found)
            for at, line in enumerate(lines[:6])
            if len(line.plain) <= _LONGEST // 2 and (found := _NUMBER_OF_ISSUE.fullmatch(line.plain))
        ),
        (0, None),
    )
    if found is None or any(is_prose(line.plain) for line in lines[:at]):
        return None
    name, named = _name_of_bulletin(lines, at, glued=found["name"] or "")
    if named is None:
        return None
    count, compiler, compiled, day = _compiler_below(lines, at + 1)
    is_journal = "总" in found["number"] or "年" in found["number"]
    if compiler is None and not is_journal and _BULLETINS.find(simplify(name)) is None:
        return None
    while count < len(lines) and (is_navigation(lines[count].plain) or is_menu(lines[count].plain)):
        count += 1
    last, items = _contents_below(lines, count)
    number = _without_half(lines[at].text[slice(*found.span("number"))].strip())
    rows = tuple(lines[count:last])
    head = Masthead(lines[:count], name, named, day, number, compiler or "", compiled, items, rows)
    return head if last < len(lines) else None


def _without_half(number: str) -> str:
    """Return the number of an issue without a bracket that was opened before it."""
    is_half = number[-1] in "）)" and "（" not in number and "(" not in number
    return number[:-1].rstrip() if is_half else number


def _name_of_bulletin(lines: list[Line], at: int, *, glued: str) -> tuple[str, Line | None]:
    """Return the name of a bulletin beside or over its number; over that stands nothing but its secrecy."""
    if glued.strip():
        return (squeeze(glued), lines[at]) if all(_SECRECY.find(line.plain) for line in lines[:at]) else ("", None)
    over = [line for line in lines[:at] if not _SECRECY.find(line.plain)]
    if len(over) != 1 or len(squeeze(over[0].plain)) > _LONGEST_NAME:
        return "", None
    return squeeze(over[0].text), over[0]


def _compiler_below(lines: list[Line], first: int) -> tuple[int, str | None, Line | None, Line | None]:
    """Return where the lines with compiler and day end, the compiler with its line, and the line with the day."""
    compiler, compiled, day = None, None, None
    at = first
    while at < min(first + 3, len(lines)):
        line = lines[at]
        text = line.plain
        dates = find_dates(text) if len(text) <= _LONGEST else ()
        own = _COMPILER.fullmatch(text) if len(text) <= _LONGEST and compiler is None else None
        if dates and not re.search(r"\w", text[: dates[0].start] + text[dates[0].end :]):
            day = day or line
        elif own and (own["label"] or own["did"] or (own["day"] and dates) or _is_over_day(lines, at)):
            compiler, compiled = line.text[slice(*own.span("body"))].strip(), line
            day = line if dates else day
        else:
            break
        at += 1
    return at, compiler, compiled, day


def _is_over_day(lines: list[Line], at: int) -> bool:
    """Tell whether under a line stands a day alone."""
    below = lines[at + 1].plain if at + 1 < len(lines) else ""
    dates = find_dates(below) if len(below) <= _LONGEST_NAME else ()
    return bool(dates) and not re.search(r"\w", below[: dates[0].start] + below[dates[0].end :])


def _contents_below(lines: list[Line], first: int) -> tuple[int, tuple[str, ...]]:
    """Return where the contents of a bulletin end, and what they announce; only what stands below again is one."""
    if first >= len(lines) or _CONTENTS.fullmatch(lines[first].plain) is None:
        return first, ()
    items: list[str] = []
    at = first + 1
    while at < min(first + _MOST_ITEMS, len(lines)):
        item = item_of(lines[at])
        if items and letters(lines[at].text) == letters(items[0]) and lines[at].text == items[0]:
            break
        if not any(letters(line.text) == letters(item) for line in lines[at + 1 :]):
            break
        items.append(item)
        at += 1
    return (at, tuple(items)) if items else (first, ())


def item_of(line: Line) -> str:
    """Return what a row of contents announces, without its mark and the number of the page."""
    return _LEADERS.sub("", _ITEM.sub("", line.text))


def letters(text: str) -> str:
    """Return the words of a line, by which a headline is known again."""
    return re.sub(r"\W+", "", text)
