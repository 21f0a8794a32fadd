"""Lines -> pieces: what a page printed on one line (title, labels, day, body, buttons) is cut apart before it gets a kind.

Each piece is a line of its own with the number of the line that it stood on; nothing but signs between them is dropped.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from indexer.parsing.dates import find_dates
from indexer.parsing.layout.header_lines import CLOCK, is_header_line
from indexer.parsing.layout.labels import LABEL, LONGEST_VALUE, MAY_BE_LABELLED, blank_address
from indexer.parsing.layout.lines import is_button, is_edition, is_genre, is_prose, is_title_like, is_tool, squeeze
from indexer.parsing.layout.numbers import is_number_line
from indexer.parsing.layout.title_lines import TOLD, names_body
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.parsing.layout.lines import Line

_ZONE = 60  # lines in which a header may stand; pages have menus of as many above
_LONG = 120
_SEEN = 400
_EDGES = " \t\u3000\xa0|｜‖"
_HEAD = 4
_FEW = 3
_FEW_LETTERS = 12
_FAR = 200
_SHORTEST_TITLE = 8
_LONGEST_ROW = 140
_LONGEST_NAME = 24
_STOP = re.compile(r"[。；]")
_COLON = re.compile("[:：]")
_BOX = re.compile(r"[\[【〖(（版]")
_WORD = re.compile(r"\w")
_WHITE = re.compile(r"[\s|｜‖]")
_GAP = re.compile(r"\s{2,}|\t\s*|\s*[|｜‖]\s*")
_HAN_ONLY = re.compile(r"[\u3400-\u9fff]{2,7}")
_NAMED = re.compile(
    r"(?:(?:发文|文章|信息|文件)?(?:标\s*题|名\s*称)|主\s*题(?=\s*[:：]\s*[\[【]))\s*[:：]\s*(?P<title>\S.*?)\s*(?:[\[【].{2,6}[\]】])?$"
)
_OF_MAIL = re.compile(r"(?:发件人|收件人|发送人)\s*[:：]")
_SUBJECT = re.compile(r"主\s*题\s*[:：]\s*(?P<title>\S.*)")
_NUMBERED = (
    re.compile(r"《(?P<title>[^《》]{8,80})》\s*(?P<number>[^《》（(]{6,40})"),
    re.compile(r"(?P<number>\S{4,24}\s?\S{1,8}号)\s+(?P<title>[^《》]{8,80}|[^《》]{2,60}《[^《》]{2,60}》.{0,12})"),
    re.compile(r"(?P<number>[^《》]{6,40}?)\s*(?P<open>《)(?P<title>[^《》]{8,80})》"),
    re.compile(r"《(?P<title>[^《》]{8,80})》\s*[（(](?P<number>[^（()）]{6,40})[）)]"),
)
_MAY_HOLD_HEADER = re.compile(r"(?:时间|日期|来源|作者|发布|发表于)\s*(?:[:：]|\d{4})")
_TITLE_AND_DAY = re.compile(r"[^。；]{8,60}?\s(?P<day>(?:19|20)\d\d(?:年\d{1,2}月\d{1,2}日|([-/.])\d{1,2}\2\d{1,2}))\s")
# What the last label of a run holds: a day, a count, a word up to the next white space, or nothing.
_DAY_VALUE = re.compile(r"\d{4}[\d年月日./:：\s-]+")
_COUNT = re.compile(r"(?:点击|浏览|阅读|人气)\S{0,3}[:：]?\s*\d*")
_SIZES = re.compile(r"\s*\[?\s*(?:大|中|小|默认)(?:\s+(?:大|中|小|默认)){1,3}\s*\]?")
_COUNT_VALUE = re.compile(r"[\d,.]+(?![\d年月日./-])\s*次?")
_WORD_VALUE = re.compile(r"[^\s，。！？；]{0,16}(?=\s|$)")
OPENINGS = Rules(
    "words with which the first sentence of news begins, behind a label that holds nothing",
    (r"近日|近期|近来", "近日，"),
    (r"日前|目前", "日前，"),
    (r"(?:昨|今|当)[日天晚]", "昨日，"),
    (r"\d{1,2}月\d{1,2}日", "9月13日上午"),
    (r"本报讯|本网讯|[\u4e00-\u9fff]{2,8}(?:消息|讯)[（(：:]", "本报讯"),
    (r"为(?=[^\s]{2})", "为贯彻落实"),
    how="match",
)
# ... and with which it begins behind a headline that it was glued to; 于 and the like make the day part of a sentence.
_OPENS = re.compile(r"(?<![在于自从至到、年])(?:近日|日前|本报讯|\d{1,2}月\d{1,2}日(?:上午|下午|晚)?[，,])")
_LONGEST_GLUED = 60
_BOXES = re.compile(r"[\[\]【】（）()\s]+")
_IN_BOXES = re.compile(
    r"(?P<title>[^\[\]【】（）()]{8,60}?)\s*(?P<rest>(?:[\[【（(][^\[\]【】（）()]{2,20}[\]】）)]\s*){1,3})"
)
_SENTENCE_MARK = re.compile(r"[，。！？；]")
_PUNCTUATION = re.compile(r"[，。；,;]")
TITLE_ENDS = Rules.of_words(
    "what the title of a text ends with that is glued to a salutation",
    "讲话 讲话提纲 致辞 致词 祝词 贺词 发言 发言稿 发言提纲 发言材料 讲稿 讲话稿 报告 演讲 演讲稿 主持词 主持稿 开幕词 闭幕词 倡议书 通知 公告 通告 通报 函 慰问信 公开信"
    " 感谢信 邀请函 决定 意见 批复 贺信",
    example="大会的{}各位代表：",
    behind=r"(?=[\s\u3000]*(?:尊敬的|敬爱的|亲爱的|各位|各|[\u4e00-\u9fff]{1,3}们[、:：,，!！]))",
)
_SPREAD = re.compile(r"[\u3400-\u9fff“”《》](?:[ \u3000]{1,8}[\u3400-\u9fff“”《》\d]){1,40}")
_COLUMNS = Rules.of_words(
    "columns of sites that stand glued before a title, where all of a page stands on one line",
    "机关动态 工作动态 学会动态 基层动态 新闻动态 校园动态 党建动态 部门动态 行业动态 科协动态 图片新闻 新闻中心 通知公告 学校要闻 校园新闻 时政要闻"
    " 综合新闻 热点新闻",
    example="{}某市科协召开全委会议",
    behind=r"(?=[\u4e00-\u9fff“《]{8})",
    how="match",
)
_ADDRESSED = Rules(
    "how a salutation begins, up to its colon",
    (r"(?:尊敬的|敬爱的|亲爱的)[^。！？:：]{2,60}[:：!！]", "尊敬的各位领导、各位来宾："),
    (r"各位[^。！？:：，,]{2,40}[:：!！,，]", "各位代表、同志们:"),
    (r"各(?!位)[^。！？:：，,]{2,60}[:：]", "各县区科协、各市级学会："),
    (r"[\u4e00-\u9fff]{1,3}们(?:、[\u4e00-\u9fff]{1,6}们)*[:：!！,，]", "同志们:"),
    how="match",
)
# 您现在的位置：首页 > 协会动态 > 正文, up to the title behind it
_TRAIL = re.compile(
    r"(?:(?:您|你)?(?:现在|当前|目前|所在)?的?(?:所在)?位置\s*[:：]?\s*)?(?:首页|主页|^[^\s>»›＞。]{2,16})(?:\s*[>»›＞]+\s*[^\s>»›＞。]{1,40}){1,5}\s"
)
_STEP = re.compile("[>»›＞]")
_FOOT_WORDS = Rules.of_words(
    "rows of the foot of a page that was printed on one line",
    "上一篇 下一篇 上一条 下一条 上一页 下一页 责任编辑 责编 版权所有 主办单位 承办单位 地址 技术支持 备案号 联系电话 邮编 分享到 打印本页 关闭窗口 相关新闻 相关阅读"
    " 相关文章 免责声明 版权声明 友情链接 编辑 浏览次数 返回顶部",
    example=" {}：",
    before=r"\s[\[【（(]?(?P<word>",
    behind=r")(?=[\s:：】\])）]|$)",
)
_FOOT_ROWS = re.compile(rf"\s[\[【]?{_FOOT_WORDS}")
_FOOT = re.compile(
    rf"(?<=[。！？”）)])\s+(?:[\[【（(]?{_FOOT_WORDS}\s*[:：】\]]|[\[【（(](?:打印|关闭|收藏|返回)\S{{0,4}}[\]】）)])"
)
_BUTTON_BEHIND = re.compile(
    r"(?<=[。！？”…）)])\s*(?P<button>返回搜狐[，,]\s*查看更多|举报\s*/\s*反馈|返回[，,]\s*查看更多)$"
)
# A button in a box behind the title of a thread: 老茶馆要拆了 [复制链接]
_BOX_BEHIND = re.compile(
    r"(?<=\S)\s*(?P<button>[\[【](?:复制链接|复制|打印|打印本页|关闭|关闭窗口|收藏|推荐|分享|举报)[\]】])$"
)
# 索引号 000014349/2023-00118 信息分类 人事信息
_CELL_LABELS = (
    "索引号 信息索引 信息分类 信息类别 发布机构 发布单位 发文机关 发文机构 发文单位 制发机关 生成日期 成文日期 发布日期 发文日期 公开日期 印发日期 文号 发文字号 主题词"
    " 关键词 主题分类 体裁分类 组配分类 有效性 公开方式 公开形式 信息名称 名称 标题 内容概述 公开类别 信息来源 公开范围 公开时限 有效期"
)
_CELLS = Rules(
    "labels of the table over the documents of an office",
    *((r"[ \u3000]*".join(word), f"{word} 某") for word in sorted(_CELL_LABELS.split(), key=len, reverse=True)),
    before=r"(?:^|(?<=\s))(?P<label>",
    behind=r")\s(?=\s*[^\s:：])",
)
_TABLE = 10
_LEAST_CELLS = 3
_BESIDE = re.compile(
    r"(?<=\s)第?(?:[A-Z]?\d{1,3}|[一二三四五六七八九十]{1,3})版(?:\s*[:：]\s*\S{0,12})?|[\[【〖(（][^\[\]【】〖〗()（）]{1,24}[\]】〗)）]"
)


def cut_lines(lines: list[Line]) -> list[Line]:
    """Return the lines of an article as pieces of one role each, in their order."""
    lines = [part for line in _with_colons(lines) for part in _cut_page(line)]
    first = next((at for at, line in enumerate(lines[:_ZONE]) if is_prose(line.text)), len(lines[:_ZONE]) - 1)
    above = lines[: first + 1]  # with the first sentence, to which a title may be glued
    short = (line.plain for line in above if len(line.plain) <= _LONG)
    is_list = sum(_NAMED.match(plain) is not None for plain in short) > 1
    rows = {line.number for line in _rows(above)}
    pieces: list[Line] = []
    for at, line in enumerate(above):
        own = _unspread(line) if at < _HEAD else line
        pieces += _cut_above(own, pieces, is_list=is_list, in_rows=line.number in rows)
    for line in lines[first + 1 :]:
        places = _at_labels(line) if len(line.text) > _LONG else None
        pieces += (line,) if places is None else _at(line, (0, *places, len(line.text)))
    return _join_couplet(pieces)


def _cut_above(line: Line, before: list[Line], *, is_list: bool, in_rows: bool) -> list[Line]:
    """Cut a line that stands above the first sentence of an article, by the first rule that fits."""
    if not is_list and (named := _named(line, before)) is not None:
        return [named]
    if not in_rows and (row := _cut_row(line)) is not None:
        return [piece for part in row for piece in _cut_buttons(part)]
    for rule in _RULES:
        places = rule(line)
        if places is not None and len(own := _at(line, (0, *places, len(line.text)))) > 1:
            return [piece for part in own for piece in _cut_buttons(part)]
    if (again := _title_again(line, before)) is not None:
        return _at(line, (0, again, len(line.text)))
    return _cut_buttons(line)


def _with_colons(lines: list[Line]) -> list[Line]:
    """Return lines in which the labels of a table of an office, printed without colons, are labels."""
    top = lines[:_TABLE]
    cells = [
        list(_CELLS.finditer(line.plain)) if len(line.plain) <= _LONGEST_ROW and _WHITE.search(line.plain) else []
        for line in top
    ]
    rows = [own for own in cells if own and own[0].start() == 0]
    if len(rows) < 2 or sum(map(len, rows)) < _LEAST_CELLS:
        return lines
    found = [
        replace(line, plain=_CELLS.sub(lambda cell: f"{squeeze(cell['label'])}：".ljust(len(cell[0])), line.plain))
        if own and own[0].start() == 0
        else line
        for line, own in zip(top, cells, strict=True)
    ]
    return [*found, *lines[_TABLE:]]


def _cut_page(line: Line) -> list[Line]:
    """Return a whole page that was printed on one line in its parts: the way to it, title to text, each row of its foot.

    A button that runs on behind the last sentence is cut off any line.
    """
    text = line.plain
    if text[-2:] in {"更多", "反馈"} and (button := _BUTTON_BEHIND.search(text)) is not None:
        return _at(line, (0, button.start("button"), len(text)))
    if text[-1] in "]】" and (button := _BOX_BEHIND.search(text[-_FEW_LETTERS:])) is not None:
        return _at(line, (0, max(0, len(text) - _FEW_LETTERS) + button.start("button"), len(text)))
    if len(text) <= _LONG:
        return [line]
    trail = _TRAIL.search(text[:_SEEN]) if _STEP.search(text, 0, _SEEN) else None
    first = trail.end() if trail else 0
    foot = _FOOT.search(text, first) if _WHITE.search(text, first) else None
    last = foot.start() if foot else len(text)
    if not first and last == len(text):
        return [line]
    rows = [found.start() for found in _FOOT_ROWS.finditer(text, last)]
    above = [found for found in (trail.start(), first) if found] if trail else []
    return _at(line, sorted({0, *above, last, *rows, len(text)}))


def _unspread(line: Line) -> Line:
    """Return a title whose characters stand apart without the space between: 会 议 纪 要, 公 告."""
    if not _SPREAD.fullmatch(line.plain):
        return line
    text, plain = squeeze(line.text), squeeze(line.plain)
    return replace(line, text=text, plain=plain) if len(text) > _FEW or is_genre(plain) else line


def _at(line: Line, places: Sequence[int]) -> list[Line]:
    """Return the pieces of a line between places, without the white space around them."""
    pieces: list[Line] = []
    for first, last in pairwise(places):
        text = line.text[first:last]
        cut = text.strip(_EDGES).lstrip(f"{_EDGES}:：" if pieces else None)
        if _WORD.search(cut):
            start = first + text.index(cut)
            plain = line.plain[start : start + len(cut)]
            pieces.append(replace(line, text=cut, plain=plain, after_blank=line.after_blank and not pieces))
    return pieces or [line]


# --- the rules, in their order


def _named(line: Line, before: list[Line]) -> Line | None:
    """Return the title that a row of a table names, or the subject of a mail: 标题：…"""
    if len(line.plain) > _LONG or _COLON.search(line.plain) is None:
        return None
    in_mail = any(_OF_MAIL.match(own.plain) for own in before[-6:])
    named = (_SUBJECT if in_mail else _NAMED).match(line.plain)
    if named is None or not is_title_like(named["title"]):
        return None
    return replace(line, text=line.text[slice(*named.span("title"))], plain=named["title"])


def _at_number(line: Line) -> Sequence[int] | None:
    """Return where 文号《title》 and 《title》（文号） are cut."""
    if "号" not in line.plain or len(line.plain) > _LONG:
        return None
    for pattern in _NUMBERED:
        found = pattern.fullmatch(line.plain)
        if found and is_number_line(found["number"]) and is_title_like(found["title"]):
            return sorted({*found.span("title"), *found.span("number")} - {0, len(line.text)})
    return None


def _at_labels(line: Line) -> Sequence[int] | None:
    """Return where in a line the labels of a header begin and end that stand behind a title, or between it and the body."""
    text = blank_address(line.plain[:_SEEN])
    if not _MAY_HOLD_HEADER.search(text, 0, _FAR):
        return _at_day_inside(line)
    run = _run_of_labels(text)
    if not run or _STOP.search(text[: run[0].start()]):
        return None
    start, last = _with_day_before(text, run[0].start()), run[-1]
    is_long = len(line.text) > _LONG
    has_body = is_long or "。" in text
    end = last.end() + _length_of_value(text[last.end() :]) if has_body else len(text)
    if not find_dates(text[start : end + 20]):
        return None
    if not _is_title(text[:start].strip(_EDGES)) and not (is_long and len(run) > 1):
        return None
    column = _COLUMNS.match(text) if is_long else None
    return (column.end(), start, end) if column else (start, end)


def _with_day_before(text: str, start: int) -> int:
    """Return where the labels of a line begin, with the day and its clock right before them."""
    day = next(reversed(find_dates(text[:start])), None)
    if day is None or CLOCK.sub("", text[day.end : start]).strip():
        return start
    return day.start


def _run_of_labels(text: str) -> list[re.Match[str]]:
    """Return the labels of a line that follow each other, with no more between them than a value."""
    run: list[re.Match[str]] = []
    for match in LABEL.finditer(text):
        if match.start() >= _FAR if not run else match.start() - run[-1].end() > LONGEST_VALUE:
            break
        run.append(match)
    return run


def _length_of_value(text: str) -> int:
    """Return how much of what follows the last label of a run is its value."""
    if (found := _SIZES.match(text) or _DAY_VALUE.match(text) or _COUNT_VALUE.match(text)) is not None:
        return found.end()
    if OPENINGS.match(text):
        return 0
    found = _WORD_VALUE.match(text)
    return found.end() if found else 0


def _at_day_inside(line: Line) -> Sequence[int] | None:
    """Return where the day stands in a long line that begins with title and day, each with a space behind."""
    match = _TITLE_AND_DAY.match(line.plain[:_SEEN]) if len(line.text) > _LONG else None
    return match.span("day") if match else None


def _at_salutation(line: Line) -> Sequence[int] | None:
    """Return where the salutation begins that a title was glued to."""
    found = TITLE_ENDS.search(line.plain[:80])
    if (
        found is None
        or found.end() < _SHORTEST_TITLE
        or _ADDRESSED.match(line.plain[found.end() : 160].lstrip()) is None
    ):
        return None
    title = line.plain[: found.end()]
    is_whole = all(title.count(left) == title.count(right) for left, right in ("《》", "“”", "（）", "()"))
    return (found.end(),) if is_whole and _SENTENCE_MARK.search(title) is None else None


def _at_opening(line: Line) -> Sequence[int] | None:
    """Return where the first sentence begins that a headline was glued to: 某会召开座谈会3月5日，…"""
    text = line.plain[:_SEEN]
    opening = _OPENS.search(text, _SHORTEST_TITLE, _LONGEST_GLUED) if len(line.text) > _LONG else None
    title = text[: opening.start()] if opening else ""
    return (len(title),) if title and TOLD.search(title) and _PUNCTUATION.search(title) is None else None


def _at_boxes(line: Line) -> Sequence[int] | None:
    """Return where the boxes begin behind a title that hold source and day: 某某调研[某镇科协][2016-5-3]."""
    boxes = _IN_BOXES.fullmatch(line.plain) if line.plain[-1] in "]】）)" and len(line.plain) <= _LONG else None
    if boxes is None or not _is_title(boxes["title"]):
        return None
    return (boxes.end("title"),) if any(_is_day(text) for text in _BOXES.split(boxes["rest"]) if text) else None


_RULES: tuple[Callable[[Line], Sequence[int] | None], ...] = (
    _at_number,
    _at_labels,
    _at_salutation,
    _at_opening,
    _at_boxes,
)


def _cut_row(line: Line) -> list[Line] | None:
    """Return the title of a row that holds title, source and day with gaps between, and the rest of the row."""
    title = _columns(line.plain)
    if title is None:
        return None
    own = _at(line, (title[0], title[1]))
    rest = [_at(line, bounds)[0] for bounds in ((0, title[0]), (title[1], len(line.text))) if bounds[0] < bounds[1]]
    text, plain = "  ".join(part.text for part in rest), "  ".join(part.plain for part in rest)
    return [*own, replace(line, text=text, plain=plain, after_blank=False)]


@lru_cache(maxsize=128)
def _columns(text: str) -> tuple[int, int] | None:
    """Return where the title of a row begins and ends, beside a day and short names; None where the line is none."""
    if len(text) > _LONGEST_ROW or "。" in text or _WHITE.search(text) is None:
        return None
    dates = [found for found in find_dates(text) if len(found.iso) == len("2021-03-12")]
    if len(dates) != 1:
        return None
    bounds = [0, *(at for gap in _GAP.finditer(text) for at in gap.span()), len(text)]
    columns = list(zip(bounds[::2], bounds[1::2], strict=True))
    day = next((own for own in columns if own[0] <= dates[0].start < own[1]), None)
    if day is None or len(columns) == 1 or not _is_day(text[slice(*day)]):
        return None
    return _title_among(text, columns, day=day)


def _title_among(text: str, columns: list[tuple[int, int]], *, day: tuple[int, int]) -> tuple[int, int] | None:
    """Return the title among the columns of a row: the longest, at its beginning or right behind the day."""
    rest = [own for own in columns if own != day]
    title = max(rest, key=lambda own: own[1] - own[0])
    others = [own for own in rest if own != title]
    at_edge = title == columns[0] or (bool(others) and columns[:2] == [day, title])
    is_short = all(last - first <= _LONGEST_NAME for first, last in others)
    return title if at_edge and is_short and _is_title(text[slice(*title)]) else None


def _is_day(text: str) -> bool:
    """Tell whether a column holds a day, its clock and brackets, and nothing else."""
    found = next((own for own in find_dates(text) if len(own.iso) == len("2021-03-12")), None)
    rest = CLOCK.sub("", text[: found.start] + text[found.end :]) if found else text
    rest = _COUNT.sub("", rest)
    return _WORD.search(rest) is None


def _is_title(text: str) -> bool:
    return (
        len(text) >= _SHORTEST_TITLE
        and is_title_like(text)
        and not names_body(text)
        and not MAY_BE_LABELLED.search(text[:6])
        and not text[0].isdigit()
    )


def _rows(lines: list[Line]) -> list[Line]:
    """Return the lines that hold title and day where several do one under another: a list, no header."""
    held = [line for line in lines if _columns(line.plain) is not None]
    return held if len(held) > 1 else []


def _title_again(line: Line, before: list[Line]) -> int | None:
    """Return where a line ends to say the title above once more and goes on with the text: 某会讲话:同志们:…"""
    if len(line.text) <= _LONG:
        return None
    for own in before:
        if len(own.text) >= _SHORTEST_TITLE and line.text.startswith(own.text) and line.text[len(own.text)] in ":： ":
            return len(own.text)
    return None


def _cut_buttons(line: Line) -> list[Line]:
    """Cut buttons and pages of newspapers off a header line: 时间:2013-5-21 [下载该文章], 2013-5-21 第03版：综合."""
    if len(line.text) > _LONGEST_ROW or _BOX.search(line.plain) is None or not is_header_line(line):
        return [line]
    boxes = [box for box in _BESIDE.finditer(line.plain) if is_button(box[0]) or is_tool(box[0]) or is_edition(box[0])]
    if not boxes or not boxes[0].start():
        return [line]
    return _at(line, (0, *sorted({at for box in boxes for at in box.span()} - {len(line.text)}), len(line.text)))


def _join_couplet(lines: list[Line]) -> list[Line]:
    """Join a headline that a newspaper set in two rows of the same length, between the page's mark and the byline."""
    for at, (first, second) in enumerate(pairwise(lines[:6])):
        if (
            len(first.text) == len(second.text)
            and _HAN_ONLY.fullmatch(first.text)
            and _HAN_ONLY.fullmatch(second.text)
            and at + 2 < len(lines)
            and at
            and is_edition(lines[at - 1].plain)
        ):
            joined = replace(first, text=first.text + second.text, plain=first.plain + second.plain)
            return [*lines[:at], joined, *lines[at + 2 :]]
    return lines
