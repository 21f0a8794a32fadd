"""Whether a text was copied from a page, with what stands around the article, and what of it is surely the page's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from indexer.parsing.layout.header_lines import is_dated
from indexer.parsing.layout.kinds import MAY_END, SKIP, LineKind
from indexer.parsing.layout.labels import has_only_tools, has_publishing_label, is_trap, names_editor
from indexer.parsing.layout.lines import Line, is_button, is_edition, is_login, is_navigation, is_tool
from indexer.parsing.rules import Rules


class Page(Enum):
    """How surely a text was copied from a page with what stands around the article."""

    NONE = auto()
    LIKELY = auto()
    SURE = auto()


_LETTER = re.compile(r"[\u3400-\u9fff]{2}|\.[A-Za-z]{3}|^[-• ]*[A-Za-z]{3}")
_NEAR_TOP = 8
_SHORTEST_TRAIL = 4
_LEAST_ABOVE = 100
_FOOT = 8
_BELOW = 12
_FEW = 3
_LEAST_SENTENCE = 40
_OF_SITES = re.compile(r"转载|授权|版权|注明|责任编辑|本站|本网")
_ORIGINAL = re.compile(r"原标?题\s*[:：]")
# A menu entry alone is a word as well.
_WEAK = re.compile(r"(?:登录|注册|首页|网站首页|今天是|当前时间|请输入.*)$")
_KEYWORDS = re.compile(r"(?:关键[词字]|标签)\s*[:：]")
_SHORT_DAY = re.compile(r"(?<!\d)\d{2}-\d{2}(?!\d)")
_CLOCK = re.compile(r"\d{1,2}[:：]\d{2}")
_OTHER_NEWS = Rules.of_words(
    "the heading of a list of other news",
    "新闻推荐 猜你喜欢 喜欢此内容的人还喜欢 大家都在看 往期回顾 往期推荐 为您推荐 为你推荐 热门推荐 相关新闻 相关阅读",
    behind=r"\s*[:：]?$",
    how="match",
)
OWNERS = Rules(
    "who owns a page, as its foot says; 版权所有 侵权必究 stands in books",
    (r"版权所有\W{0,3}(?!侵权|翻印|违者|$)\w", "版权所有 某市科协"),
    (r"(?:copyright|©)[^。]*\d{4}", "Copyright 2020"),
    (r"all rights reserved", "All Rights Reserved"),
    (r"ICP[备证]\s*[:：]?\s*\d{5}", "某ICP备12345678号"),
    (r"凡本[网站報报刊]", "凡本网注明来源"),
    (r"声明\s*[:：]\s*凡", "声明：凡转载"),
    (r"GMT[+＋]8", "GMT+8, 2021-3-12"),
    flags=re.IGNORECASE,
)
_NAMED_HAND = re.compile(r"(?:编辑|审核|校对)\s*[:：]")
_CLOSING = re.compile(r"[【\[]?\s*(?:上|下)一[篇条页]|[【\[(（]?\s*(?:打印|关闭|返回)|分享")
_TELLS = Rules.of_words(
    "labels whose values are words of the article, not counts or buttons",
    "摘要 关键词 关键字 标签 主题词 主题分类 内容概述 内容分类 索引号 文号 发文字号 审核 审核人 审稿 校对 初审 复审 终审 一审 二审 三审"
    " 核发 签发 监制 图 摄 摄影 推荐人",
    example="{}：甲乙",
    behind=r"\s*[:：]\s*(?=\S*[\u4e00-\u9fffA-Za-z\d])",
    how="match",
)


@dataclass(slots=True)
class _Signs:
    """What was counted of a page: signs that furniture gives, how many of them surely, labels and a day of a header."""

    signs: int = 0
    surely: int = 0
    keywords: int = 0
    prose: int = 0
    labelled: bool = False
    dated: bool = False

    @property
    def page(self) -> Page:
        header = self.labelled + self.dated
        beside = header + min(self.signs + (self.keywords if header > 1 else 0), 2) > 2
        return Page.LIKELY if beside or (self.signs > 2 and self.surely > 0) else Page.NONE


def find_page(lines: list[Line], kinds: list[LineKind]) -> Page:
    """Tell whether a text was copied from a page.

    A trail, a foot with the owner, a list of other news say so alone; buttons, counters and ends of articles only
    beside a header, for they are words of any text as well (分享, 校对：某某).
    """
    signs = _Signs()
    below = _nothing_below(lines, kinds)
    if _asks_to_log_in(lines):
        return Page.SURE
    for index, kind in enumerate(kinds):
        if kind in (LineKind.PROSE, LineKind.SHORT):
            signs.prose += len(lines[index].text)
        elif kind is LineKind.HEADER:
            _count_header(lines[index], index, signs=signs)
        elif kind in (LineKind.HEADING, LineKind.SALUTATION):
            continue
        elif _says_page(lines, kinds, index=index, below=below, signs=signs):
            return Page.SURE
        else:
            _count_sign(lines[index], kind, signs=signs)
    return signs.page


def _count_header(line: Line, index: int, *, signs: _Signs) -> None:
    if is_trap(line):
        signs.signs += line.plain.startswith("今天是")
        return
    signs.dated = signs.dated or (index < _NEAR_TOP and (is_dated(line) or _SHORT_DAY.search(line.plain) is not None))
    has_clock = signs.dated and _CLOCK.search(line.plain) is not None
    signs.labelled = signs.labelled or has_publishing_label(line) or has_clock


def _count_sign(line: Line, kind: LineKind, *, signs: _Signs) -> None:
    if _is_sign(line, kind):
        signs.signs += 1
        signs.surely += kind is LineKind.SURE_END
    else:
        signs.keywords += _KEYWORDS.match(line.plain) is not None


def _says_page(lines: list[Line], kinds: list[LineKind], *, index: int, below: int, signs: _Signs) -> bool:
    """Tell whether a line says alone that a page stands around: a trail, a list of other news, the owner."""
    line, kind = lines[index], kinds[index]
    if _is_anchor(line, kind, index=index, is_list=_is_trail_beside(lines, kinds, index=index)):
        return True
    if signs.prose > _LEAST_ABOVE and _OTHER_NEWS.match(line.plain):
        return True
    return kind is LineKind.SURE_END and index >= below and OWNERS.search(line.plain) is not None


def _asks_to_log_in(lines: list[Line]) -> bool:
    """Tell whether the last lines are those of a box for visitors: 用户登录, 还没有账号?"""
    return len(lines) > _FOOT // 2 and all(is_login(line.plain) for line in lines[-2:])


def _nothing_below(lines: list[Line], kinds: list[LineKind]) -> int:
    """Return where the foot of a text begins: some last lines that go on with no sentence and no heading."""
    index = len(lines)
    text = (LineKind.PROSE, LineKind.HEADING, LineKind.SALUTATION)
    while index > max(0, len(lines) - _FOOT) and kinds[index - 1] not in text:
        index -= 1
    return index


def _is_trail_beside(lines: list[Line], kinds: list[LineKind], *, index: int) -> bool:
    """Tell whether the line above or below leads somewhere, too: several trails are a list of them."""
    beside = [at for at in (index - 1, index + 1) if 0 <= at < len(lines)]
    return any(kinds[at] is LineKind.FURNITURE and is_navigation(lines[at].plain) for at in beside)


def _is_anchor(line: Line, kind: LineKind, *, index: int, is_list: bool) -> bool:
    """Tell whether a line is a way to the article: a trail, a link to the text."""
    if kind is not LineKind.FURNITURE:
        return False
    text = line.plain.lstrip("•· ")
    if SKIP.match(text) or _ORIGINAL.match(text):
        return True
    if not is_navigation(text) or text[0] in ">»›＞" or "总第" in text or len(text) < _SHORTEST_TRAIL:
        return False
    is_near = (index < _NEAR_TOP and not is_list) or "首页" in text or "位置" in text
    return is_near and _WEAK.match(text) is None


def names_hand(line: Line) -> bool:
    """Tell whether a line names an editor or a reader of proofs, as rosters do as well as feet of pages."""
    return _NAMED_HAND.match(line.plain) is not None


def _is_sign(line: Line, kind: LineKind) -> bool:
    """Tell whether a line is a sign of a page beside others."""
    text = line.plain
    if kind is LineKind.END:
        return MAY_END.fullmatch(text) is None and not names_hand(line)
    if kind is LineKind.SURE_END and len(text) >= _LEAST_SENTENCE and "。" in text:
        return _OF_SITES.search(text) is not None  # else words of the text, as far as one knows
    return kind is LineKind.SURE_END or (is_navigation(text) and "总第" not in text) or is_of_page(line)


def closes_article(line: Line) -> bool:
    """Tell whether a line stands right under an article, not under all that its page shows."""
    return _CLOSING.match(line.plain) is not None or names_editor(line)


def is_of_page(line: Line) -> bool:
    """Tell furniture that is surely the page's from what only looks like it: numbers, rows of names."""
    if is_button(line.plain) and _LETTER.search(line.plain):
        return True
    return (is_tool(line.plain) or has_only_tools(line)) and _TELLS.match(line.plain) is None


def find_sparse(lines: list[Line], kinds: list[LineKind]) -> list[int]:
    """Return which lines are the article of a page that holds no sentences to go by (a poem, a roster, a letter), or none."""
    above = range(min(_BELOW, len(lines)))
    trails = [at for at in above if kinds[at] is LineKind.FURNITURE and _leads_here(lines[at])]
    first = trails[-1] + 1 if trails else 0
    header = next((index for index in range(first, len(lines)) if kinds[index] is LineKind.HEADER), None)
    if header is None or header - first > _FEW:
        return []
    begins = next((at for at in range(header + 1, len(lines)) if not _is_between(lines[at], kinds[at])), len(lines))
    of_head = (LineKind.HEADER, LineKind.FURNITURE)  # more labels and buttons between header and text
    text = next((index for index in range(begins, len(lines)) if kinds[index] not in of_head), begins)
    last = next((index for index in range(text, len(lines)) if _ends_sparse(lines, kinds, index=index)), len(lines))
    return [*range(first, header + 1), *range(begins, last)] if last > begins else []


def _leads_here(line: Line) -> bool:
    """Tell whether a line is the way to an article; the page of a newspaper may stand under its title."""
    return is_navigation(line.plain) and not is_edition(line.plain)


def _is_between(line: Line, kind: LineKind) -> bool:
    """Tell whether a line under a header is none of its article, but buttons and the like."""
    if kind in (LineKind.END, LineKind.SURE_END):
        return not names_hand(line)
    return kind is LineKind.FURNITURE and is_of_page(line)


def _ends_sparse(lines: list[Line], kinds: list[LineKind], *, index: int) -> bool:
    line = lines[index]
    if kinds[index] in (LineKind.END, LineKind.SURE_END):
        goes_on = any(below.text[-1] == "。" for below in lines[index + 1 : index + 3])
        return not names_hand(line) and not goes_on
    return kinds[index] is LineKind.FURNITURE and (is_of_page(line) or is_navigation(line.plain))
