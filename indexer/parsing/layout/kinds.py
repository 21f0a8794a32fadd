"""What a line of a page is by its own looks, and what it weighs: prose for the body, menus and labels against it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import accumulate

from indexer.parsing.layout.header_lines import is_dated, is_header_line
from indexer.parsing.layout.labels import has_tools_alone, is_trap, names_editor, names_editor_only
from indexer.parsing.layout.lines import (
    Line,
    column_of,
    ends_article,
    ends_surely,
    is_button,
    is_genre,
    is_heading,
    is_menu,
    is_navigation,
    is_page_heading,
    is_prose,
    is_salutation,
    is_tool,
    split_trail,
)
from indexer.parsing.layout.numbers import is_number_line
from indexer.parsing.rules import Rules


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
_APPOINTMENTS = Rules.of_words(
    "the time of something to come, with the day of the week: no header, and no day of viewing",
    "报到 会议 活动 培训 报名 截止 召开 考试 举办 比赛 开会 接待 办公 服务 咨询 上课 出发 返程 截稿 征集 申报 评审 公示 开幕 讲座 学习 集合"
    " 面试 投稿",
    example="{}时间：6月14日（星期四）",
    before=r"[（(]?[一二三四五六七八九十\d]{0,3}[）)]?[、.．]?\s*",
    behind=r"(?:截止)?(?:日期|时间)\s*[:：]",
    how="match",
)
_OF_MINUTES = Rules.of_words(
    "rows of minutes, which are text",
    "主持 出席 列席 缺席 请假 记录 参加 参会 与会 议题 会议",
    example="{}人员：张三",
    behind=r"\S{0,4}\s*[:：]",
    how="match",
)
_SPREAD_OF_MINUTES = re.compile(r"(?:时\s*间|地\s*点|主\s*席|人\s*员)\S{0,4}\s*[:：]")
_NOTICE = re.compile(r"【?版权声明")  # of the pictures above
_WHEN = re.compile(r"(?:会议)?时\s*间\s*[:：]")
_WHERE = re.compile(r"(?:会议)?(?:地\s*点|主\s*持|出\s*席|列\s*席|参\s*加|参\s*会|记\s*录)\S{0,3}\s*[:：]")
MAY_END = Rules(
    "what stands under articles, and inside papers as well",
    (r"(?:关键词|关键字|标签|Key ?words?)\s*[:：].*", "关键词：书屋；读者"),
    (r"【?版权声明.*", "【版权声明】"),
    (r"声明", "声明"),
    (r"(?:关于|联系)我们", "联系我们"),
    (r"[（(]完[）)]", "（完）"),
    how="fullmatch",
    flags=re.IGNORECASE,
)
_HALF = 0.5
_DAY_FIRST = re.compile(r"\d{4}\s*[-年./]")
_EMPTY_COUNTER = re.compile(
    r"(?:阅读|浏览|点击|访问)(?:次数|量|数)?\s*[:：]\s*次?|(?:字号|字体)\s*[:：]?(?:\s*[大中小【】\[\]|])*"
)
SKIP = re.compile(r"(?:跳|转)到?至?主要?[内內]容")
_SERIAL = re.compile(r"[（(〔\[]?\d{4}[）)〕\]]?\s*年?\s*第?\s*\d{1,4}\s*号")
_BODY = re.compile(r"[\u4e00-\u9fff]{3,22}(?:[局厅部委会院社府办处室司校馆站所]|中心)")
_POST = re.compile(r"发表于\s*\d{4}-\d{1,2}-\d{1,2}\s+\d{1,2}:\d{2}")
_FOLLOW = re.compile(r"[+＋]?\s*(?:已)?关注(?:作者|我们|TA)?")
_LONGEST_ACCOUNT = 12
LONGEST_COUNTER = 30


@dataclass(slots=True)
class _Seen:
    """What stands above a line: the columns that trails name, the kind of the line before, whether the text has begun."""

    columns: set[str] = field(default_factory=set)
    previous: LineKind | None = None
    has_begun: bool = False


def kinds_of(lines: list[Line]) -> list[LineKind]:
    """Return the kinds of lines. A line that names the editor ends an article, unless none has begun."""
    kinds: list[LineKind] = []
    seen = _Seen()
    for index, line in enumerate(lines):
        kind = kind_of(line)
        if seen.has_begun and is_post(line.plain):
            kind = LineKind.SURE_END
        elif is_genre(line.plain) and _is_title_of_kind(lines, index, kinds=kinds):
            kind = LineKind.SHORT
        elif kind is LineKind.HEADER:
            kind = _kind_of_header(lines, index, seen=seen)
        elif kind is LineKind.SHORT:
            kind = _kind_of_short(lines, index, seen=seen)
        elif kind is LineKind.FURNITURE and is_navigation(line.plain):
            seen.columns.update(split_trail(line.text)[:-1])
        kinds.append(kind)
        seen.previous = kind
        if kind is LineKind.SALUTATION or (kind is LineKind.PROSE and "。" in line.text):
            seen.has_begun = True
    return _without_false_ends(lines, kinds)


def is_post(text: str) -> bool:
    """Tell whether a line is that with the minute over a post in a forum."""
    return "发表于" in text and _POST.match(text) is not None


def _is_title_of_kind(lines: list[Line], index: int, *, kinds: list[LineKind]) -> bool:
    """Tell whether the name of a kind of text stands over one: nothing but the page's above it, its first words below."""
    above = (LineKind.FURNITURE, LineKind.HEADER)
    is_first = all(kind in above or _BODY.fullmatch(lines[at].plain) for at, kind in enumerate(kinds))
    if index + 1 >= len(lines) or not is_first:
        return False
    below = lines[index + 1].plain
    return is_prose(below) or below[-1] in "：:，。！" or is_number_line(below) or _SERIAL.fullmatch(below) is not None


def _kind_of_header(lines: list[Line], index: int, *, seen: _Seen) -> LineKind:
    """Return what a line with labels is where it stands: the head of minutes, the foot of an article, or a header."""
    line = lines[index]
    if _WHEN.match(line.plain) and any(_WHERE.match(below.plain) for below in lines[index + 1 : index + 3]):
        return LineKind.HEADING
    return LineKind.SURE_END if seen.has_begun and _ends_by_editor(line) else LineKind.HEADER


def _kind_of_short(lines: list[Line], index: int, *, seen: _Seen) -> LineKind:
    """Return what a short line is where it stands: a step of the trail, an account, one more row of the labels."""
    line = lines[index]
    if line.text in seen.columns or _is_account(lines, index):
        return LineKind.FURNITURE
    is_row = not seen.has_begun and seen.previous is LineKind.HEADER and _is_row(line)
    return LineKind.HEADER if is_row else LineKind.SHORT


def _is_account(lines: list[Line], index: int) -> bool:
    """Tell whether a line is the account over its button 关注."""
    return (
        len(lines[index].text) <= _LONGEST_ACCOUNT
        and index + 1 < len(lines)
        and _FOLLOW.fullmatch(lines[index + 1].plain) is not None
    )


def _ends_by_editor(line: Line) -> bool:
    """Tell whether a line names the editor as the foot of an article does, not as a header that begins with its day."""
    return names_editor_only(line) or (names_editor(line) and not (is_dated(line) and _DAY_FIRST.match(line.plain)))


def _without_false_ends(lines: list[Line], kinds: list[LineKind]) -> list[LineKind]:
    """Take lines that end an article only where none follows (关键词：…, 声明) for text where more of it does."""
    ends = [index for index, kind in enumerate(kinds) if kind in (LineKind.END, LineKind.SURE_END)]
    if not ends:
        return kinds
    prose = [len(line.text) if kind is LineKind.PROSE else 0 for line, kind in zip(lines, kinds, strict=True)]
    before = list(accumulate(prose, initial=0))
    found = list(kinds)
    for index in ends:
        is_middle = before[-1] - before[index] >= before[index] * _HALF
        if is_middle and _goes_on_below(lines, kinds, index=index) and MAY_END.fullmatch(lines[index].plain):
            found[index] = LineKind.SHORT
    return found


def _goes_on_below(lines: list[Line], kinds: list[LineKind], *, index: int) -> bool:
    following = kinds[index + 1 : index + 3]
    if following[:1] == [LineKind.PROSE] or following == [LineKind.HEADING, LineKind.PROSE]:
        return True
    return _NOTICE.match(lines[index].plain) is not None and LineKind.PROSE in kinds[index + 1 : index + 5]


def _is_row(line: Line) -> bool:
    """Tell whether a line is a row of a table of labels, and none of minutes."""
    if len(line.text) > _LONGEST_ROW or _ROW.match(line.text) is None:
        return False
    return not _OF_MINUTES.match(line.plain) and not _SPREAD_OF_MINUTES.match(line.plain)


def kind_of(line: Line) -> LineKind:
    """Return what a line is by its own looks: the first of the kinds whose test it passes."""
    text = line.plain
    if len(text) >= MOST_PROSE or ("。" in text and is_prose(text)):
        return LineKind.SURE_END if ends_surely(text) else LineKind.PROSE
    if ("间" in text or "期" in text) and _APPOINTMENTS.match(text):
        return LineKind.HEADING
    if is_header_line(line) or is_trap(line):
        return LineKind.HEADER
    for kind, is_of in _TESTS:
        if is_of(text):
            return kind
    return LineKind.SHORT


def _is_furniture(text: str) -> bool:
    return is_navigation(text) or is_page_heading(text) or is_tool(text) or is_button(text) or has_tools_alone(text)


def _is_entry(text: str) -> bool:
    return is_menu(text) or column_of(text) is not None


# In their order, below headers: what is asked earlier is the surer sign.
_TESTS = (
    (LineKind.SALUTATION, is_salutation),
    (LineKind.SURE_END, ends_surely),
    (LineKind.END, ends_article),
    (LineKind.FURNITURE, _is_furniture),
    (LineKind.PROSE, is_prose),
    (LineKind.FURNITURE, _is_entry),
    (LineKind.HEADING, is_heading),
)


def weigh(line: Line, kind: LineKind) -> int:
    """Return what a line adds to the run that may be the body."""
    if kind is LineKind.PROSE:
        return min(len(line.text), MOST_PROSE)
    if kind is LineKind.FURNITURE:
        if SKIP.match(line.plain):
            return _ABOVE_ALL
        if is_navigation(line.plain):
            return _TRAIL
    if kind is LineKind.SHORT:
        if line.text[-1] in "。；：，、;:,":
            return len(line.text)
        if line.text[-1] in "！？”":  # so do headlines
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
    return len(line.plain) <= LONGEST_COUNTER and _EMPTY_COUNTER.fullmatch(line.plain) is not None
