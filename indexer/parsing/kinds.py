"""What a line of a page is by its own looks, and what it weighs: prose for the body, menus and labels against it."""

from __future__ import annotations

import re
from enum import Enum, auto
from itertools import accumulate

from indexer.parsing.header import (
    has_only_tools,
    is_header_line,
    is_trap,
    names_editor,
    names_editor_only,
)
from indexer.parsing.lines import (
    Line,
    column_of,
    ends_article,
    ends_surely,
    is_button,
    is_heading,
    is_menu,
    is_navigation,
    is_prose,
    is_salutation,
    is_tool,
    split_trail,
)


class Kind(Enum):
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
    Kind.SHORT: -5,
    Kind.HEADING: 3,
    Kind.SALUTATION: 12,
    Kind.HEADER: -25,
    Kind.FURNITURE: -12,
    Kind.END: -40,
    Kind.SURE_END: -100,
}
_TRAIL = -60  # above it is the page, below it the article
_ROW = re.compile(r"[•·]?\s*[\u4e00-\u9fff]{1,8}\s*[:：]\s*(?:[^。；？！]{0,12}|[^。；？！]*(?:\d|[:：])[^。；？！]*)$")
_LONGEST_ROW = 60
# The time of something to come, with the day of the week: no header, and no day of viewing.
_APPOINTMENT = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{0,3}[）)]?[、.．]?\s*(?:报到|会议|活动|培训|报名|截止|召开|考试|举办|比赛|开会|接待|办公|服务|咨询|上课|出发|返程|截稿|征集|申报|评审|公示|开幕|讲座|学习|集合|面试|投稿)(?:截止)?(?:日期|时间)\s*[:：]"
)
# These stand under articles, and inside papers as well.
_MAY_END = re.compile(
    r"(?:关键词|关键字|标签|Key ?words?)\s*[:：].*|声明|(?:关于|联系)我们|[（(]完[）)]", re.IGNORECASE
)
_LETTER = re.compile(r"[\u3400-\u9fff]{2}|\.[A-Za-z]{3}|^[-• ]*[A-Za-z]{3}")
_HALF = 0.5


def kinds_of(lines: list[Line]) -> list[Kind]:
    """Return the kinds of lines. A line that names the editor ends an article, unless none has begun."""
    kinds: list[Kind] = []
    has_begun = False
    columns: set[str] = set()
    for line in lines:
        kind = kind_of(line)
        if kind is Kind.FURNITURE and is_navigation(line.plain):
            columns.update(split_trail(line.text)[:-1])
        elif kind is Kind.SHORT and line.text in columns:
            kind = Kind.FURNITURE
        elif kind is Kind.SHORT and not has_begun and _is_row(line) and kinds and kinds[-1] is Kind.HEADER:
            kind = Kind.HEADER  # one more row of the table that the labels stand in
        if kind is Kind.HEADER and has_begun and (names_editor_only(line) or names_editor(line)):
            kind = Kind.SURE_END
        kinds.append(kind)
        has_begun = has_begun or kind is Kind.SALUTATION or (kind is Kind.PROSE and "。" in line.text)
    return _without_false_ends(lines, kinds)


def _without_false_ends(lines: list[Line], kinds: list[Kind]) -> list[Kind]:
    """Take lines that end an article only where none follows (关键词：…, 声明) for text where more of it does."""
    prose = [len(line.text) if kind is Kind.PROSE else 0 for line, kind in zip(lines, kinds, strict=True)]
    before = list(accumulate(prose, initial=0))
    found = []
    for index, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        following = kinds[index + 1 : index + 3]
        goes_on = following[:1] == [Kind.PROSE] or following == [Kind.HEADING, Kind.PROSE]
        is_false = (
            kind in (Kind.END, Kind.SURE_END)
            and goes_on
            and _MAY_END.fullmatch(line.plain) is not None
            and before[-1] - before[index] >= before[index] * _HALF
        )
        found.append(Kind.SHORT if is_false else kind)
    return found


def _is_row(line: Line) -> bool:
    return len(line.text) <= _LONGEST_ROW and _ROW.match(line.text) is not None


def kind_of(line: Line) -> Kind:  # noqa: PLR0911 - a list of kinds, the surest first
    """Return what a line is by its own looks."""
    text = line.plain
    if len(text) >= MOST_PROSE or ("。" in text and is_prose(text)):
        return Kind.SURE_END if ends_surely(text) else Kind.PROSE
    if _APPOINTMENT.match(text):
        return Kind.HEADING
    if is_header_line(line) or is_trap(line):
        return Kind.HEADER
    if is_salutation(text):
        return Kind.SALUTATION
    if ends_surely(text):
        return Kind.SURE_END
    if ends_article(text):
        return Kind.END
    if is_navigation(text) or is_tool(text) or is_button(text) or has_only_tools(line):
        return Kind.FURNITURE
    if is_prose(text):
        return Kind.PROSE
    if is_menu(text) or column_of(text) is not None:
        return Kind.FURNITURE
    if is_heading(text):
        return Kind.HEADING
    return Kind.SHORT


def weigh(line: Line, kind: Kind) -> int:
    """Return what a line adds to the run that may be the body."""
    if kind is Kind.PROSE:
        return min(len(line.text), MOST_PROSE)
    if kind is Kind.FURNITURE and is_navigation(line.plain):
        return _TRAIL
    if kind is Kind.SHORT and line.text[-1] in "。；：，、":
        return len(line.text)
    if kind is Kind.SHORT and line.text[-1] in "！？”":  # so do headlines
        return 1
    return _WEIGHT[kind]


def is_of_some_page(line: Line, kind: Kind) -> bool:
    """Tell whether a line shows that the text was copied from a page with all that stands around."""
    if kind in (Kind.END, Kind.SURE_END):
        return True
    return kind is Kind.FURNITURE and (is_of_page(line) or is_navigation(line.plain))


def is_of_page(line: Line) -> bool:
    """Tell furniture that is surely the page's from what only looks like it: numbers, rows of names."""
    is_word = _LETTER.search(line.plain) is not None
    return is_tool(line.plain) or (is_word and is_button(line.plain)) or has_only_tools(line)
