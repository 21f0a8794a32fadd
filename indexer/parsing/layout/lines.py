"""The lines of a text, and what a line looks like: navigation, tools, prose, a title, the end of an article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from indexer.analysis.normalize import simplify
from indexer.parsing.layout.ends import LIKELY_ENDS, LISTS, OWNED, SURE_ENDS
from indexer.parsing.layout.furniture import (
    BOXED_BUTTONS,
    BUTTON_WORDS,
    BUTTONS,
    CLOSERS,
    COUNTERS,
    EDITIONS,
    ENTRIES,
    FIELDS,
    LOGIN,
    NAVIGATION,
    PAGE_HEADINGS,
    SWITCHES,
)
from indexer.parsing.rules import Rules

_PARAGRAPH_INDENT = re.compile(r"(\u3000| {2,}|\t|\xa0{2,})")
_INDENTS = " \u3000\t\xa0"
_LONGEST_PATTERNED = 200
# White space, marks without width, and the bars that tables leave at the ends of lines.
_LINE_ENDS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_EDGES = " \t\r\f\v\u3000\xa0\u2002\u2003\u2009\ufeff\u200b\u200c\u200d\u2060|｜"
# A label in a box is one with a colon: 【来源】 某报.
_BOXED_LABEL = re.compile(r"^【(来源|作者|撰文|撰稿|通讯员|记者|供稿|责任编辑|编辑|审核|摄影|日期|时间|发布时间)】")
# ... or one with a bar: 文丨某某, 来源|某报.
_BARRED = "文|图|文字|图文|撰文|撰稿|作者|记者|来源|编辑|责编|校对|审核|采写|执笔|摄影"
_BARRED_LABEL = re.compile(
    rf"(?:^|(?<=[\s（(【]))({_BARRED})[|｜丨](?=[^\s|｜丨])|^({_BARRED}) [|｜丨](?= [^\s|｜丨]{{2,24}}$)"
)
_PROSE_LENGTH = 30
_LONG_LINE = 80
_LONGEST_TITLE = 120
_LONGEST_TOOL = 40
_LONGEST_STEP = 60
_LONGEST_PAIR = 24
_LONGEST_END_MARK = 150
_LONGEST_LIKELY_END = 30
_LONGEST_OWNER = 80


_ESCAPES = re.compile(r"(?:\\[rnt])+")  # marks of line ends that a copy spelled out
_WHITE = re.compile(r"\s+")
_TWO_LETTERS = re.compile(r"[^\s|｜·]{2}")
_SPOKEN = re.compile(r"(?:记者|问|答|主持人)\s*[:：]")
_SITE_AND_COLUMN = re.compile(r"\S{2,12}\s*[·|｜]\s*(\S{2,8})")
_GAPS = re.compile(r"\s{2,}")
_STOP = re.compile(r"[，。；]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TWO_HAN = re.compile(r"[\u3400-\u9fff]{2}")
_NO_HEADLINE = re.compile(r"[\d\W]+$|第\d+期")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: its number in the file (from 1), its text, and how it stands there.

    `plain` is the text in simplified characters, one for one, for the patterns that know a header or a footer.
    It `goes_on` with the sentence of the line above, from which only the number of a page parted it.
    """

    number: int
    text: str
    plain: str
    indented: bool
    after_blank: bool
    goes_on: bool = False


def split_lines(text: str, first_line: int = 1) -> list[Line]:
    """Return the lines of a text that hold something, trimmed."""
    lines = []
    after_blank = True
    simple = simplify(text)  # one for one, so its lines are those of the text
    number = first_line - 1
    goes_on = False  # form feeds and the like end lines here, but in no editor
    for whole, simple_line in zip(text.splitlines(keepends=True), simple.splitlines(keepends=True), strict=True):
        number += not goes_on
        goes_on = whole[-1] not in "\r\n"
        raw = whole.rstrip(_LINE_ENDS)
        trimmed = raw.strip(_EDGES)
        if trimmed and not (trimmed[0] == "\\" and _ESCAPES.fullmatch(trimmed)):
            plain = simple_line.rstrip(_LINE_ENDS).strip(_EDGES) if len(trimmed) <= _LONGEST_PATTERNED else trimmed
            if plain[0] == "【":
                plain = _BOXED_LABEL.sub(r"\1: ", plain)
            if "|" in plain or "丨" in plain or "｜" in plain:
                plain = _BARRED_LABEL.sub(lambda found: found[1] + ":" if found[1] else f"{found[2]} :", plain)
            lines.append(
                Line(
                    number, trimmed, plain, raw[0] in _INDENTS and _PARAGRAPH_INDENT.match(raw) is not None, after_blank
                )
            )
        after_blank = not trimmed
    return lines


def squeeze(text: str) -> str:
    """Return a text without white space."""
    return _WHITE.sub("", text)


# The first characters of what OWNED looks for: one class is searched quickly.
_MAY_OWN = re.compile("[版AaIi]")
# Tables that are asked as one.
_NAVIGATION = re.compile("|".join(f"(?:{own.pattern.pattern})" for own in (NAVIGATION, ENTRIES, FIELDS)))
_TOOL = re.compile("|".join(f"(?:{own.pattern.pattern})" for own in (SWITCHES, COUNTERS, CLOSERS)))
# A menu printed on one line: several short words and nothing that makes a sentence.
_MENU = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,6}(?:[\s|｜·]+[\u4e00-\u9fffA-Za-z]{1,6}){2,}$")
_TRAIL_MARK = re.compile(r"[>»›＞]+")
_TAGGED = re.compile(r"[\[【][^\]】]{1,6}[\]】]\s*[\u3400-\u9fff]{6}")  # [分享]某会召开: a tag, and the title
_LONGEST_BUTTON = 24
_SPREAD = re.compile(r"\S(?:\s+\S){1,3}")
_BOX = re.compile(r"[\[【〖（(]\s*(.{1,24}?)\s*[\]】〗）)]")
_COLUMN = re.compile(r"[·•◆■●★▲※]\s*(?P<name>\S.{0,28}?)\s*[·•◆■●★▲※]?$")
_BULLETS = "·•◆■●▲★※"
_SECTION = re.compile(r".{0,6}(?:动态|活动|新闻|要闻|公告|资讯|简报|简讯|快讯|专栏|频道|信息|消息)$")
_LONGEST_SECTION = 8
_SALUTATION = re.compile(
    r"(?:各位|同志们|尊敬的|各[^。]{1,120}|[^。]{2,80}(?:部门|单位|政府|委员会|协会|学会|科协))[^。]{0,40}[:：]$"
)
# 一、 （三） 4. ⑤
_ITEM = r"[一二三四五六七八九十百壹贰叁肆伍陆柒捌玖拾]{1,4}\s*[、.．]|[（(]\s*[一二三四五六七八九十百\d]{1,4}\s*[）)]|\d{1,2}\s*[、.．](?!\d)|[①-⑳]"
# What stands before 部分, 章 or 条: 第二部分
_DIVISION = r"第[一二三四五六七八九十百零〇\d]{1,5}\s*"
_HEADING = re.compile(
    rf"(?:{_ITEM}|{_DIVISION}[章节条编款部]|#{{1,6}}\s|[-*·•◆■●]\s|附(?:件|则|录)?\s*[:：\d]|抄(?:送|报)\s*[:：])"
)
# 第三部分 and 第三章 begin a heading, 第三部门 does not; nor does 第一条战线.
_TITLED = re.compile(rf"(?P<number>{_ITEM}|{_DIVISION}(?:[章节编款]|部分|部(?=\s|$)))(?P<title>[^。；]*[^。；，：:,]|)")
_ARTICLE = re.compile(rf"{_DIVISION}条(?=\s|$)")
_COUNTED = re.compile(r"[\d①-⑳]")
_LONGEST_HEADING = 50
_SHORTEST_ITEM = 4
_CAPTION = re.compile(r"(?:图为|上图|下图|图片来源|供图|资料图)")
_SURELY_TERMINAL = frozenset("。！？；：…!?;:.”」』）)】]")
_MAY_CLOSE = frozenset("’》\"'")
_TERMINAL = re.compile(r"[。！？；：…!?;:.]\s*[”’」』）)》】\]\"']*$|[”」』）)】\]]$")


GENRES = Rules.of_words(
    "a kind of text that is the whole title of one",
    "命令 说明 简历 讣告 讣闻 感谢信 表扬信 倡议书 通知 公告 公示 通告 通报 启事 贺信 贺电 贺词 慰问信 慰问电 邀请函 邀请信 承诺书 声明 致辞 致词 会议纪要 纪要"
    " 会议记录 工作简报 简报 公开信 唁电 悼词 请柬 请示 报告 决定 决议 批复 建议书 申请书 保证书 证明 介绍信 委托书 道歉信 自荐信 挑战书 征稿启事 招聘启事"
    " 寻人启事 寻物启事 更正启事 更正 补充通知 紧急通知 重要通知 致歉声明 郑重声明 严正声明 祝词 答谢词 颁奖词 开幕词 闭幕词 欢迎词 主持词 发言稿 讲话稿"
    " 复函 公函 演讲稿 述职报告 工作总结 工作报告 情况说明 家书 倡议 答谢信 决心书 责任书 协议书 意向书 喜报 捷报 求职信 证明信",
    how="fullmatch",
)
_LONGEST_GENRE = 14


def is_genre(text: str) -> bool:
    """Tell whether a line says nothing but what kind of text it stands over: 讣　告, 感谢信."""
    return len(text) <= _LONGEST_GENRE and GENRES.fullmatch(squeeze(text)) is not None


@lru_cache(maxsize=512)
def is_navigation(text: str) -> bool:
    """Tell whether a line is a breadcrumb, a greeting or a menu entry."""
    return _is_trail(text) or _NAVIGATION.match(text) is not None or is_edition(text)


def is_edition(text: str) -> bool:
    """Tell whether a line says on which page of a newspaper an article stands."""
    return (
        len(text) <= _LONGEST_TOOL
        and ("版" in text or text.startswith("专栏"))
        and EDITIONS.fullmatch(text) is not None
    )


def is_login(text: str) -> bool:
    """Tell whether a line is of a box in which visitors log in."""
    return len(text) <= _LONGEST_BUTTON and LOGIN.fullmatch(text) is not None


def is_page_heading(text: str) -> bool:
    """Tell whether a line is what every page of a site says over its articles: 新闻详情页."""
    return len(text) <= _LONGEST_SECTION and PAGE_HEADINGS.fullmatch(text) is not None


def split_trail(text: str) -> list[str]:
    """Return the steps of a trail like 首页 > 新闻 > 正文; any other text is one step."""
    return [step.strip() for step in _TRAIL_MARK.split(text)]


def _is_trail(text: str) -> bool:
    """Recognise a trail: short names between at least two marks."""
    if len(text) >= _LONGEST_TITLE or "。" in text or _TRAIL_MARK.search(text) is None:
        return False
    steps = split_trail(text)
    if not steps[0]:  # the beginning of the trail stands on the line above
        steps = steps[1:]
        return bool(steps) and all(0 < len(step) <= _LONGEST_STEP for step in steps) and len(text) <= _LONGEST_STEP
    return (len(steps) > 2 or (len(steps) == 2 and len(text) <= _LONGEST_PAIR)) and all(
        len(step) <= _LONGEST_STEP for step in steps
    )


def is_menu(text: str) -> bool:
    """Tell whether a line lists several short words, as menus do over an article (and lists of names under one)."""
    if _MENU.match(text) is None:
        return False
    return _TWO_LETTERS.search(text) is not None and _HAN.search(text) is not None


@lru_cache(maxsize=512)
def is_tool(text: str) -> bool:
    """Tell whether a line is a button, a counter or a font switch."""
    if len(text) >= _LONGEST_TOOL or _TOOL.match(text) is None:
        return False
    return not is_spoken(text) and not _TAGGED.match(text)


def is_spoken(text: str) -> bool:
    """Tell whether a short line is part of an interview: 问：…, 记者：…."""
    return _SPOKEN.match(text) is not None


def column_of(text: str) -> str | None:
    """Return the column that a line like `· 工作动态 ·` or `学术活动` names."""
    if len(text) <= _LONGEST_SECTION and _SECTION.match(text):
        return text
    if text[0] not in _BULLETS and not ("·" in text or "|" in text or "｜" in text):
        return None
    printed = _SITE_AND_COLUMN.fullmatch(text)
    if printed and _SECTION.match(printed[1]):
        return printed[1]
    match = _COLUMN.fullmatch(text)
    return match["name"] if match else None


@lru_cache(maxsize=512)
def is_button(text: str) -> bool:
    """Tell whether a line is a button to share, follow, praise or report, or a counter beside one."""
    if len(text) > _LONGEST_BUTTON:
        return False
    if (box := _BOX.fullmatch(text)) is not None and BOXED_BUTTONS.fullmatch(box[1]):
        return True
    plain = _WHITE.sub("", text) if _SPREAD.fullmatch(text) else text
    return BUTTON_WORDS.fullmatch(plain) is not None or BUTTONS.fullmatch(plain) is not None


@lru_cache(maxsize=512)
def ends_surely(text: str) -> bool:
    """Tell whether a line stands under articles and never in one: copyright, editors, the next article."""
    if len(text) >= _LONGEST_END_MARK:
        return False
    if SURE_ENDS.match(text):
        return True
    owned = OWNED.search(text) if _MAY_OWN.search(text) else None
    return owned is not None and owned.start() <= _LONGEST_OWNER and "。" not in text[: owned.start()]


def ends_article(text: str) -> bool:
    """Tell whether a line begins what follows an article: editors, related links, comments, copyright."""
    if ends_surely(text) or is_login(text):
        return True
    if len(text) > _LONGEST_LIKELY_END or _STOP.search(text):
        return False
    likely = (_GAPS.sub(" ", text) if _GAPS.search(text) else text).strip(" :：>»…—-")
    return LISTS.fullmatch(likely) is not None or LIKELY_ENDS.fullmatch(likely) is not None


def heads_list(text: str) -> bool:
    """Tell whether a line is the heading of a list of other articles: 相关新闻."""
    return LISTS.fullmatch(text.strip(" :：>»…—-")) is not None


def is_salutation(text: str) -> bool:
    """Tell whether a line addresses the readers or listeners, as speeches and notices begin."""
    return text[-1:] in {":", "："} and _SALUTATION.match(text) is not None


def is_prose(text: str) -> bool:
    """Tell whether a line is a sentence of running text rather than a title, label or menu."""
    return len(text) >= _LONG_LINE or (len(text) >= _PROSE_LENGTH and "。" in text)


def is_heading(text: str) -> bool:
    """Tell whether a line begins with a heading's or list item's number or mark."""
    return bool(_HEADING.match(text))


def heading_of(paragraph: str) -> str | None:
    """Return what a paragraph says as a heading: all of a short numbered one that is no sentence; the number of an article.

    1.张三 and ①张三 are items of a list, no headings: behind digits stand at least four characters of one.
    """
    if (article := _ARTICLE.match(paragraph)) is not None:
        return paragraph if len(paragraph) < _LONGEST_HEADING and "。" not in paragraph else article[0]
    titled = _TITLED.fullmatch(paragraph) if len(paragraph) < _LONGEST_HEADING else None
    if titled is None or (_COUNTED.search(titled["number"]) and len(titled["title"].strip()) < _SHORTEST_ITEM):
        return None
    return paragraph


def is_caption(text: str) -> bool:
    """Tell whether a line describes a picture."""
    return bool(_CAPTION.match(text))


def is_title_like(text: str) -> bool:
    """Tell whether a line could be the title of an article."""
    if not 4 <= len(text) <= _LONGEST_TITLE or not _TWO_HAN.search(text) or "@" in text:
        return False
    if text[-1] in "；：:;" or (text[-1] == "。" and text[-2] != "。"):
        return False
    return _NO_HEADLINE.match(text) is None and not is_salutation(text)


def is_complete(text: str) -> bool:
    """Tell whether a line ends where a sentence can end."""
    last = text[-1:]
    return last in _SURELY_TERMINAL or ((last in _MAY_CLOSE or last.isspace()) and _TERMINAL.search(text) is not None)
