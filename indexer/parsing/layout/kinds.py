"""What a line of a page is by its own looks, and what it weighs: prose for the body, menus and labels against it."""

from __future__ import annotations

import re
from enum import Enum, auto
from itertools import accumulate

from indexer.parsing.layout.header_lines import is_dated, is_header_line
from indexer.parsing.layout.labels import has_only_tools, has_publishing_label, is_trap, names_editor, names_editor_only
from indexer.parsing.layout.lines import (
    Line,
    column_of,
    ends_article,
    ends_surely,
    is_button,
    is_heading,
    is_menu,
    is_navigation,
    is_page_heading,
    is_prose,
    is_salutation,
    is_tool,
    split_trail,
)


class LineKind(Enum):
    """What a line is by its own looks."""

    PROSE = auto()
    SHORT = auto()
    HEADING = auto()
    SALUTATION = auto()
    HEADER = auto()
    FURNITURE = auto()
    END = auto()
    SURE_END = auto()


# What a line adds to the run that may be the body. Prose counts by its length, up to a limit, so that one long comment
# does not outweigh an article; a handful of menu entries outweighs no sentence, but a whole menu does.
MOST_PROSE = 120
_WEIGHT = {
    LineKind.SHORT: -5,
    LineKind.HEADING: 3,
    LineKind.SALUTATION: 12,
    LineKind.HEADER: -25,
    LineKind.FURNITURE: -12,
    LineKind.END: -40,
    LineKind.SURE_END: -100,
}
_ABOVE_ALL = -1000  # above the link to the text stands none of it
_TRAIL = -60  # above it is the page, below it the article
_ROW = re.compile(r"[•·]?\s*[\u4e00-\u9fff]{1,8}\s*[:：]\s*(?:[^。；？！]{0,12}|[^。；？！]*(?:\d|[:：])[^。；？！]*)$")
_LONGEST_ROW = 60
# The time of something to come, with the day of the week: no header, and no day of viewing.
_APPOINTMENT = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{0,3}[）)]?[、.．]?\s*(?:报到|会议|活动|培训|报名|截止|召开|考试|举办|比赛|开会|接待|办公|服务|咨询|上课|出发|返程|截稿|征集|申报|评审|公示|开幕|讲座|学习|集合|面试|投稿)(?:截止)?(?:日期|时间)\s*[:：]"
)
_OF_MINUTES = re.compile(
    r"(?:时\s*间|地\s*点|主\s*席|主持|出席|列席|缺席|请假|记录|参加|参会|与会|议题|人\s*员|会议)\S{0,4}\s*[:：]"
)
_NOTICE = re.compile(r"【?版权声明")  # of the pictures above
_WHEN = re.compile(r"(?:会议)?时\s*间\s*[:：]")
_WHERE = re.compile(r"(?:会议)?地\s*点\s*[:：]")
# These stand under articles, and inside papers as well.
_MAY_END = re.compile(
    r"(?:关键词|关键字|标签|Key ?words?)\s*[:：].*|【?版权声明.*|声明|(?:关于|联系)我们|[（(]完[）)]", re.IGNORECASE
)
_LETTER = re.compile(r"[\u3400-\u9fff]{2}|\.[A-Za-z]{3}|^[-• ]*[A-Za-z]{3}")
_HALF = 0.5
_NEAR_TOP = 8
_SHORTEST_TRAIL = 4
_LEAST_ABOVE = 100
_FOOT = 8
_LEAST_SENTENCE = 40
_OF_SITES = re.compile(r"转载|授权|版权|注明|责任编辑|本站|本网")
_DAY_FIRST = re.compile(r"\d{4}\s*[-年./]")
_EMPTY_COUNTER = re.compile(
    r"(?:阅读|浏览|点击|访问)(?:次数|量|数)?\s*[:：]\s*次?|(?:字号|字体)\s*[:：]?(?:\s*[大中小【】\[\]|])*"
)
_ORIGINAL = re.compile(r"原标?题\s*[:：]")
# A menu entry alone is a word as well.
_WEAK = re.compile(r"(?:登录|注册|首页|网站首页|今天是|当前时间|请输入.*)$")
_KEYWORDS = re.compile(r"(?:关键[词字]|标签)\s*[:：]")
_SHORT_DAY = re.compile(r"(?<!\d)\d{2}-\d{2}(?!\d)")
_CLOCK = re.compile(r"\d{1,2}[:：]\d{2}")
_SKIP = re.compile(r"(?:跳|转)到?至?主要?[内內]容")
_OTHER_NEWS = re.compile(r"(?:新闻推荐|猜你喜欢|为(?:您|你)推荐|热门推荐|相关(?:新闻|阅读))\s*[:：]?$")
# Who owns a page, as its foot says; 版权所有 侵权必究 stands in books.
_OWNER = re.compile(
    r"版权所有\W{0,3}(?!侵权|翻印|违者|$)\w|(?:copyright|©)[^。]*\d{4}|all rights reserved|ICP[备证]\s*[:：]?\s*\d{5}|凡本[网站報报刊]|声明\s*[:：]\s*凡|GMT[+＋]8",
    re.IGNORECASE,
)
_NAMED_HAND = re.compile(r"(?:编辑|审核|校对)\s*[:：]")
_CLOSING = re.compile(r"[【\[]?\s*(?:上|下)一[篇条页]|[【\[(（]?\s*(?:打印|关闭|返回)|分享")
# Labels whose values are words of the article, not counts or buttons.
_TELLS = re.compile(
    r"(?:摘要|关键[词字]|标签|主题词|主题分类|内容概述|内容分类|索引号|文号|发文字号|审核人?|审稿|校对|[初复终一二三]审|核发|签发|监制|图|摄影?|推荐人)\s*[:：]\s*(?=\S*[\u4e00-\u9fffA-Za-z\d])"
)


def kinds_of(lines: list[Line]) -> list[LineKind]:
    """Return the kinds of lines. A line that names the editor ends an article, unless none has begun."""
    kinds: list[LineKind] = []
    has_begun = False
    columns: set[str] = set()
    for index, line in enumerate(lines):
        kind = kind_of(line)
        if (
            kind is LineKind.HEADER
            and _WHEN.match(line.plain)
            and any(_WHERE.match(below.plain) for below in lines[index + 1 : index + 3])
        ):
            kind = LineKind.HEADING  # the head of minutes
        if kind is LineKind.FURNITURE and is_navigation(line.plain):
            columns.update(split_trail(line.text)[:-1])
        elif kind is LineKind.SHORT and line.text in columns:
            kind = LineKind.FURNITURE
        elif (
            kind is LineKind.SHORT
            and not has_begun
            and _is_row(line)
            and kinds
            and kinds[-1] is LineKind.HEADER
            and not _OF_MINUTES.match(line.plain)
        ):
            kind = LineKind.HEADER  # one more row of the table that the labels stand in
        if kind is LineKind.HEADER and has_begun and _ends_by_editor(line):
            kind = LineKind.SURE_END
        kinds.append(kind)
        has_begun = has_begun or kind is LineKind.SALUTATION or (kind is LineKind.PROSE and "。" in line.text)
    return _without_false_ends(lines, kinds)


def _ends_by_editor(line: Line) -> bool:
    """Tell whether a line names the editor as the foot of an article does, not as a header that begins with its day."""
    return names_editor_only(line) or (names_editor(line) and not (is_dated(line) and _DAY_FIRST.match(line.plain)))


def _without_false_ends(lines: list[Line], kinds: list[LineKind]) -> list[LineKind]:
    """Take lines that end an article only where none follows (关键词：…, 声明) for text where more of it does."""
    prose = [len(line.text) if kind is LineKind.PROSE else 0 for line, kind in zip(lines, kinds, strict=True)]
    before = list(accumulate(prose, initial=0))
    found = []
    for index, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        following = kinds[index + 1 : index + 3]
        goes_on = following[:1] == [LineKind.PROSE] or following == [LineKind.HEADING, LineKind.PROSE]
        goes_on = goes_on or (_NOTICE.match(line.plain) is not None and LineKind.PROSE in kinds[index + 1 : index + 5])
        is_false = (
            kind in (LineKind.END, LineKind.SURE_END)
            and goes_on
            and _MAY_END.fullmatch(line.plain) is not None
            and before[-1] - before[index] >= before[index] * _HALF
        )
        found.append(LineKind.SHORT if is_false else kind)
    return found


def _is_row(line: Line) -> bool:
    return len(line.text) <= _LONGEST_ROW and _ROW.match(line.text) is not None


def kind_of(line: Line) -> LineKind:  # noqa: PLR0911 - a list of kinds, the surest first
    """Return what a line is by its own looks."""
    text = line.plain
    if len(text) >= MOST_PROSE or ("。" in text and is_prose(text)):
        return LineKind.SURE_END if ends_surely(text) else LineKind.PROSE
    if _APPOINTMENT.match(text):
        return LineKind.HEADING
    if is_header_line(line) or is_trap(line):
        return LineKind.HEADER
    if is_salutation(text):
        return LineKind.SALUTATION
    if ends_surely(text):
        return LineKind.SURE_END
    if ends_article(text):
        return LineKind.END
    if is_navigation(text) or is_page_heading(text) or is_tool(text) or is_button(text) or has_only_tools(line):
        return LineKind.FURNITURE
    if is_prose(text):
        return LineKind.PROSE
    if is_menu(text) or column_of(text) is not None:
        return LineKind.FURNITURE
    if is_heading(text):
        return LineKind.HEADING
    return LineKind.SHORT


def weigh(line: Line, kind: LineKind) -> int:
    """Return what a line adds to the run that may be the body."""
    if kind is LineKind.FURNITURE and _SKIP.match(line.plain):
        return _ABOVE_ALL
    if kind is LineKind.PROSE:
        return min(len(line.text), MOST_PROSE)
    if kind is LineKind.FURNITURE and is_navigation(line.plain):
        return _TRAIL
    if kind is LineKind.SHORT and line.text[-1] in "。；：，、;:,":
        return len(line.text)
    if kind is LineKind.SHORT and line.text[-1] in "！？”":  # so do headlines
        return 1
    return _WEIGHT[kind]


def kind_in_text(line: Line, kind: LineKind) -> LineKind:
    """Return what a line is in a text around which no page stands: there, nothing is furniture and nothing ends it."""
    if kind in (LineKind.END, LineKind.SURE_END):
        return LineKind.HEADER if is_header_line(line) else LineKind.PROSE if is_prose(line.plain) else LineKind.SHORT
    if kind is not LineKind.FURNITURE or is_navigation(line.plain) or column_of(line.plain) or is_empty_counter(line):
        return kind
    return LineKind.PROSE if is_prose(line.plain) else LineKind.SHORT


def is_empty_counter(line: Line) -> bool:
    """Tell whether a line is a counter or switch that shows nothing (阅读: 次), which no text says."""
    return _EMPTY_COUNTER.fullmatch(line.plain) is not None


class Page(Enum):
    """How surely a text was copied from a page with what stands around the article."""

    NONE = auto()
    LIKELY = auto()
    SURE = auto()


def find_page(lines: list[Line], kinds: list[LineKind]) -> Page:
    """Tell whether a text was copied from a page.

    A trail, a foot with the owner, a list of other news say so alone; buttons, counters and ends of articles only
    beside a header, for they are words of any text as well (分享, 校对：某某).
    """
    signs = surely = prose = keywords = 0
    labelled = dated = False
    below = _nothing_below(lines, kinds)
    for index, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind is LineKind.HEADER and not is_trap(line):
            dated = dated or (index < _NEAR_TOP and (is_dated(line) or _SHORT_DAY.search(line.plain) is not None))
            labelled = labelled or has_publishing_label(line) or (dated and _CLOCK.search(line.plain) is not None)
        elif kind in (LineKind.PROSE, LineKind.SHORT):
            prose += len(line.text)
        elif kind is LineKind.HEADER:
            signs += line.plain.startswith("今天是")
        elif kind in (LineKind.HEADING, LineKind.SALUTATION):
            continue
        elif (
            _is_anchor(line, kind, index=index, is_list=_is_trail_beside(lines, kinds, index=index))
            or (prose > _LEAST_ABOVE and _OTHER_NEWS.match(line.plain))
            or (kind is LineKind.SURE_END and index >= below and _OWNER.search(line.plain))
        ):
            return Page.SURE
        elif _is_sign(line, kind):
            signs += 1
            surely += kind is LineKind.SURE_END
        else:
            keywords += _KEYWORDS.match(line.plain) is not None
    header = labelled + dated
    beside = header + min(signs + (keywords if header > 1 else 0), 2) > 2
    return Page.LIKELY if beside or (signs > 2 and surely > 0) else Page.NONE


def _nothing_below(lines: list[Line], kinds: list[LineKind]) -> int:
    """Return where the foot of a text begins: some last lines that go on with no sentence and no heading."""
    index = len(lines)
    while index > max(0, len(lines) - _FOOT) and kinds[index - 1] not in (
        LineKind.PROSE,
        LineKind.HEADING,
        LineKind.SALUTATION,
    ):
        index -= 1
    return index


def _is_trail_beside(lines: list[Line], kinds: list[LineKind], *, index: int) -> bool:
    """Tell whether the line above or below leads somewhere, too: several trails are a list of them."""
    beside = [at for at in (index - 1, index + 1) if 0 <= at < len(lines)]
    return any(kinds[at] is LineKind.FURNITURE and is_navigation(lines[at].plain) for at in beside)


def _is_anchor(line: Line, kind: LineKind, *, index: int, is_list: bool) -> bool:
    text = line.plain.lstrip("•· ")
    if kind is LineKind.FURNITURE:
        if _SKIP.match(text) or _ORIGINAL.match(text):
            return True
        return (
            is_navigation(text)
            and text[0] not in ">»›＞"
            and "总第" not in text
            and ((index < _NEAR_TOP and not is_list) or "首页" in text or "位置" in text)
            and len(text) >= _SHORTEST_TRAIL
            and _WEAK.match(text) is None
        )
    return False


def names_hand(line: Line) -> bool:
    """Tell whether a line names an editor or a reader of proofs, as rosters do as well as feet of pages."""
    return _NAMED_HAND.match(line.plain) is not None


def _is_sign(line: Line, kind: LineKind) -> bool:
    text = line.plain
    if kind is LineKind.END:
        return _MAY_END.fullmatch(text) is None and not names_hand(line)
    if (
        kind is LineKind.SURE_END and len(text) >= _LEAST_SENTENCE and "。" in text
    ):  # words of the text, as far as one knows
        return _OF_SITES.search(text) is not None
    return kind is LineKind.SURE_END or (is_navigation(text) and "总第" not in text) or is_of_page(line)


def closes_article(line: Line) -> bool:
    """Tell whether a line stands right under an article, not under all that its page shows."""
    return _CLOSING.match(line.plain) is not None or names_editor(line)


def is_of_page(line: Line) -> bool:
    """Tell furniture that is surely the page's from what only looks like it: numbers, rows of names."""
    is_word = _LETTER.search(line.plain) is not None
    return (
        (is_tool(line.plain) and _TELLS.match(line.plain) is None)
        or (is_word and is_button(line.plain))
        or (has_only_tools(line) and _TELLS.match(line.plain) is None)
    )
