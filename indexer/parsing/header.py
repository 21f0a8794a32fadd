"""The header of an article: labelled and unlabelled values for source, date, author, editor, column and address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from indexer.analysis.normalize import simplify
from indexer.document import Evidence
from indexer.parsing.dates import FoundDate, find_dates
from indexer.parsing.lines import Line, column_of, is_button, is_spoken, is_tool, squeeze
from indexer.parsing.people.names import NAME, is_name

if TYPE_CHECKING:
    from collections.abc import Sequence

# Label -> the field it fills; "" reads the label only to know where a value ends. The longest label wins.
_LABELS = {
    "source": """来源 来源于 文章来源 信息来源 稿件来源 稿源 新闻来源 资料来源 本文来源 来自 文章出处 出处 来源单位 当前报纸名称 发布单位 发布机构
        发布机关 发布部门 发文单位 发文机关 发文机构 供稿单位 供稿部门 来稿单位 信息提供 发文部门""",
    "date": """发布时间 发布日期 发布于 发布时间 发表时间 发表日期 发表于 本文发布于 日期 时间 添加时间 录入时间 发稿时间
        上传时间 编辑时间 公布日期 刊发时间 信息时间 刊发日期 刊登时间 刊登日期 登载时间 上网时间 上网日期 创建时间 入库时间 提交时间 公布时间 公开日期 文章时间 新闻时间 稿件时间 出版日期 本期出版日期 日期查询 发文时间""",
    "signed": "成文日期 发文日期 印发日期 生成日期 签发日期",
    "updated": "更新时间 更新日期 修改时间 最后更新 更新于 最后更新于 最后修改于 最后编辑于 最后修改 修改日期",
    "published": "发布 发表",
    "author": """作者 文字作者 文章作者 撰稿人 撰稿 撰文 供稿人 供稿 投稿人 通讯员 记者 文字 文图 图文 文/图 图/文 文 编撰 报道
        来稿人 稿件作者""",
    "editor": """责任编辑 责编 编辑 网络编辑 本文编辑 编校 编审 录入 录入者 录入人 上传者 发布人 发布者 信息员 信息发布
        本期编辑 初审编辑""",
    "column": "栏目 所属栏目 所属频道 所属分类 频道 分类",
    "url": "网址 链接地址 原文链接 原文地址 本文链接",
    "": """归档时间 访问时间 浏览时间 废止时间 废止日期 失效时间 失效日期 生效时间 生效日期 施行时间 施行日期 实施时间 实施日期 审核人 审核 审稿 初审 复审 终审 一审 二审 三审 校对 核发 签发 监制 浏览次数 浏览数量 浏览量
        浏览 浏览数 点击次数 点击数 点击量 点击率 点击 查看次数 查看 阅读次数 阅读人次 阅读量 阅读数 阅读 访问量 访问次数 人气
        字数 语音阅读 语音播报 语音朗读 字体 字体大小 字号 打印 分享 分享到 收藏 图片 图片作者 图 摄影 摄 推荐人 推荐 评论 视力保护色 保护视力色 护眼色 原标题 关键词 关键字 标签 索引号 文号
        发文字号 有效性 主题分类 主题词 内容概述 内容分类 公开方式 公开形式 公开时限 识别码 摘要""",
}
_FIELD_OF = {label: name for name, labels in _LABELS.items() for label in labels.split()}
_VALUED = {"source", "date", "signed", "updated", "published", "author", "url", "column"}

# Labels that stand in texts of all kinds as well.
_PLAIN_LABELS = frozenset(
    [
        "日期",
        "时间",
        "作者",
        "记者",
        "通讯员",
        "文",
        "文字",
        "图文",
        "报道",
        "供稿",
        "出处",
        "成文日期",
        "签发日期",
        "印发日期",
        "分类",
    ]
)


_NOT_INSIDE = "".join(rf"(?<!{edge}[\u4e00-\u9fff]{{{count}}})" for edge in ("^", r"\s") for count in (1, 2, 3, 4))
_NAMES_EDITOR = re.compile(r"责任编辑|责编|[（(【\[]\s*编辑")
_TIME = r"\d{1,2}\s*[:：时]\s*\d{2}(?:\s*[:：分]\s*\d{2}\s*秒?)?分?"
_STOP = re.compile(r"[。；]")
_SPACES = re.compile(r"[ \u3000]+")
_CLOCK = re.compile(_TIME)
_LETTERS = re.compile(r"[\u4e00-\u9fffA-Za-z]+")
_EDGE = re.compile(r"[|｜·\s]$")
_CLOCK_ALONE = re.compile(rf"\s*{_TIME}\s*")
_COMMA = re.compile(r"[，。；、]")
_WEEKDAY = re.compile(r"星期[一二三四五六日天]")
_BETWEEN = re.compile(r"[\s|｜:：、，,/／（）()\[\]【】《》·?？\-—]+")
_WORD = re.compile(r"\w")
_PUNCTUATED = re.compile(r"[。，！？；]")
_WEB_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_QUOTED_TITLE = re.compile(r"^《([^》]+)》$")
_SEPARATORS = re.compile(r"[\s、，,/／;；]+")
_COLON_OR_STOP = re.compile(r"[:：。]")
_DAY_OR_CLOCK = re.compile(r"^\d{2}-\d{2}\s*|" + _TIME)
_PIECES = re.compile(r"\s{2,}|[|｜·\[\]]|\s")


def _spaced(label: str) -> str:
    """Let two characters of a label stand apart (来 源); one alone must not end a longer word."""
    if label in {"日期", "时间"}:  # not those of something else: 开工日期
        return _NOT_INSIDE + rf"{label[0]}[ \u3000]{{0,4}}{label[1]}"
    if len(label) == 2:
        return rf"{label[0]}[ \u3000]{{0,4}}{label[1]}"
    return rf"(?<![\u4e00-\u9fff]){re.escape(label)}" if len(label) == 1 else re.escape(label)


# A colon may be missing before a date or a count: 发布时间2012年3月5日, 阅读1187次.
_LABEL = re.compile(
    r"(?P<label>"
    + "|".join(map(_spaced, sorted(_FIELD_OF, key=len, reverse=True)))
    + r")(?:\s*[:：]\s*[|｜]?\s*|(?<=责任编辑)\s+(?=[\u4e00-\u9fff]{2,4}\s*(?:$|[）)】\]]))|(?<=文章作者)\s+(?=[\u4e00-\u9fff]{2,4}(?:\s|$))|(?:(?<=[时日][间期])|(?<=[布表]于))\s*(?=\d{4}\s*[-年./:])|(?<=[阅浏点][读览击])\s*(?=[\d,.]+\s*(?:次|万|$|\s)))"
)
# Between bars not even that: | 来源CSDN | 作者魏星
_BARRED = re.compile(
    r"(?P<label>来源|作者)(?=[^\s:：|｜]{2,20}\s*(?:[|｜]|$))|(?:^|(?<=[\s|｜]))(?P<own>来源|作者|发布时间|发布日期|发布机构|发布单位|发文机关|发文单位|成文日期|生成日期|责任编辑)\s+[|｜]\s+"
)
_TRAP_DAY = re.compile(r"星期[一二三四五六日天]|今天是|归档时间|访问时间")
_UNDATED_YEAR = re.compile(r"\d{2}-\d{2}\s*" + _TIME)
_VALUE_END = re.compile(
    r"\s{2,}|[?？]{2,}|\s本文已?(?:影响|被|阅读)|[\]】|｜]|[【\[]|\s*(?:字体|字号|打印|分享|收藏|阅读|浏览|点击|举报|关注|转载|订阅|评论|大\s*中\s*小|我要\S{0,4}|我有话说|返回|查看更多|发表评论|参与互动)(?:\s|$|[:：\d【\[（(]|到)"
)
_NOT_A_SOURCE = re.compile(
    r"记者|通讯员|根据|整理|楼层|只看|星期|放大|缩小|上一|下一|新闻\d*$|\d|首页|正文|原创$|上午|下午|^(?:大|中|小|打印|关闭|收藏|分享|微博|微信|缩小字体|放大字体|作者|来源|举报|评论|关注|点击|次|阅读|浏览"
    r"|星期.|^被|标签|字体|我要|楼层|只看|编印|发布|发表|更新|编辑|版权|转载|优质|热度)+$|^(?i:posted|published|updated|date|time|by|on|at|views?|admin|home|read)\s*[:：]?$|^https?:|^www\.|@"
)
ROLE = (
    r"(?:《[^》]{1,12}》\s*)?(?:[\u4e00-\u9fff]{2,10}?(?:报|网|台|社|在线|杂志|客户端|融媒体|新闻|周刊))?(?:全媒体|融媒体|首席|见习|实习|学生|校园|特约|本刊|本报|本网|本台|专栏|驻站|通讯|网站|文字|图片|摄影)*"
    r"(?:记者|通讯员|作者|撰文|撰稿|报道员|实习生|特约评论员|评论员)"
)
NAMES = rf"{NAME}(?:[\s、，,/／]+(?:(?:{ROLE})\s*)?{NAME}){{0,5}}"
# 本报记者王某, □通讯员 甲 乙 记者 丙, 某报／记者丁／某地报道
_SIGNED_BY = re.compile(
    rf"[□■◎●▲◆]?\s*(?:(?P<source>[\u4e00-\u9fff]{{2,10}}(?:报|網|网|社|台|新闻))\s*[/／]\s*)?(?:{ROLE}\s*[/／:：|｜\s]?|文\s*[/／:：|｜\s])\s*(?P<names>{NAMES}(?:\s*{ROLE}\s*{NAMES})*)"
    r"\s*(?:[/／]\s*\S{2,4}(?:报道|报导|报)|报道|报导)?"
)
_AT_PAPER = re.compile(rf"(?P<names>{NAMES})\s*[/／]\s*(?P<source>[\u4e00-\u9fff]{{2,10}}(?:报|网|社|台|新闻|周刊))")
_PAPER = re.compile(
    r"[\u4e00-\u9fff]{2,10}(?:日报|晚报|时报|早报|商报|报|通讯社|新华社|新闻网|电视台|网|周刊|杂志)|新华社|中新社|新华网"
)
_EDITION = re.compile(
    rf"(?P<name>{_PAPER.pattern})\s*(?:数字报纸?|电子报|电子版|\d{{4}}年\d{{1,2}}月\d{{1,2}}日\s*星期.)$"
)
_BYLINE = re.compile(
    rf"[（(【\[]?\s*(?:{ROLE}|文|图文|文图|文/图|图/文)\s*[/／:：|｜\s]\s*(?:{ROLE}\s*)?(?P<names>{NAMES}|[\u4e00-\u9fff]{{2,3}}(?:\s+[\u4e00-\u9fff]{{2,3}}){{0,4}})"
    r"\s*(?:[摄文图/／]+|摄影|报道)?\s*[)）】\]]?$"
)
_WRITER = re.compile(
    rf"(?:^|\s)(?:文|图文|文图)\s*[/／]\s*(?P<names>{NAMES}|[\u4e00-\u9fff·]{{2,4}}(?:[\s、][\u4e00-\u9fff·]{{2,4}}){{0,4}})(?=\s{{2,}}|$)"
)
_GREETING = re.compile(r".{0,8}欢迎(?:您|你)?(?:访问|来到|光临)\s*(?P<name>[\u4e00-\u9fff\w]{2,20})")
_ROLES = re.compile(rf"{ROLE}|(?:编辑|责编)(?=\s)|(?:摄影|报道|报导|文图|图文|摄|文)(?=\s|$)|[□■◎●▲◆]")
_MASTHEAD = re.compile(r"国内统一(?:连续出版物|刊)号\s*[:：]?\s*[A-Z\d/-]*\s*(?P<name>[\u4e00-\u9fff]{2,12}社?)出版")
_ADDRESS = re.compile(r"(?:https?://|www\.)[\w.\-/?=&%#:]*?(?=(?:19|20)\d\d\s*年|\s|[\u4e00-\u9fff]|$)")
_ANY_LABEL = re.compile(r"[\u4e00-\u9fff]{2,6}\s*[:：]")
_PRINTED_IN = re.compile(r"[（(]?《(?P<name>[\u4e00-\u9fff]{2,12}(?:报|刊|周刊|杂志))》\s*[（(,，]?\s*(?=\d{4})")
# What every label needs: a colon or bar, or a date or count right behind it. Looked for first, because it is quick.
_MAY_BE_LABELLED = re.compile(r"[:：|｜]|[期间于读览击]\s*\d|(?:责任编辑|文章作者)\s")
_SENTENCE_MARK = re.compile(r"[。？！；]")
_GLUED = re.compile(r"(?:时间|日期|来源|作者)\s*(?:[:：]|\d{4})")
_TITLE_AND_DAY = re.compile(r"[^。；]{8,60}?\s(?P<day>(?:19|20)\d\d(?:年\d{1,2}月\d{1,2}日|([-/.])\d{1,2}\2\d{1,2}))\s")
_PAGE_OF_ISSUE = re.compile(r"第\s*[A-Z]?\d{1,3}\s*版")
_DAY_OF_ISSUE = re.compile(
    r"(?:19|20)\d\d\s*年\s*(?:1[0-2]|0?[1-9])\s*月\s*(?:3[01]|[12]\d|0?[1-9])\s*日\s*星期[一二三四五六日天]"
)
_BELOW_PAGE = 6
_LONGEST_HEADER_LINE = 160
_LONGEST_LABELLED = 1000
_LONGEST_VALUE = 40
_NEAR = 4
_LONGEST_BYLINE = 50
_LONGEST_TITLED = 14
_LONGEST_TRAP = 80
_SHORT_DAY = re.compile(r"\s*\d{1,2}-\d{1,2}\b")
_COUNT = re.compile(
    r"\d[\d,.]*\s*次?\s*(?:浏览|阅读|点击|访问|评论|人气)|(?:浏览|阅读|点击|访问|评论|人气)\S{0,2}\s*\d[\d,.]*"
)
_EMPTY_WORD = re.compile(
    r"[\d.,]+次|被|我要\S{2}|发表评论|参与互动|[A-]{1,2}[+-]?|[大中小默认]{1,2}|原创|(?:关闭|打印)\S{0,2}|点击\S{0,4}"
    r"|(?i:posted|published|updated|date|time|by|on|at|views?)"
)
# 某县融媒体中心记者某某: where they work is no name of theirs.
_REPORTER_OF = re.compile(
    r"^\s*[\u4e00-\u9fff]{2,12}(?:中心|报社|台|局|社|部|网|报)\s*(?:全媒体)?记者\s*(?=[\u4e00-\u9fff])"
)
# 来源：某报 记者 某某 编辑 某某
_OTHER_HAND = re.compile(rf"(?<=\S)\s+(?:{ROLE}|编辑|责编)\s+(?=\S)")
_EDITOR_BESIDE = re.compile(rf"\s(?:编辑|责编)\s+(?P<name>{NAME})(?=\s|$)")
_REPORTER_BESIDE = re.compile(rf"\s(?:{ROLE})\s+(?P<names>{NAMES})(?=\s|$)")
_SPREAD_NAME = re.compile(r"^\s*([\u4e00-\u9fff])[ \u3000]+([\u4e00-\u9fff])\s*$")
# Under the title of a law, and part of it: （2001年3月1日某会议通过）
_ADOPTED = re.compile(r"[（(][^（()）]{8,}(?:发布|通过|公布|施行|修订|修正|批准|颁布)[^（()）]{0,4}[）)]")
_SPOKEN_BY = re.compile(rf"记者\s*[:：]\s*(?:{NAMES})?\s*(?:摄|报道)?")
_NOBODY = re.compile(
    r"(?:未知|佚名|匿名|无|暂无|不详|admin|Admin|管理员|系统管理员|超级管理员|null|打印\S{0,4}|关闭\S{0,4})$"
)


@dataclass
class Header:
    """Values found in a header, each with its evidence; what is not there is missing."""

    values: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def set(self, name: str, value: str, line: Line, rule: str) -> None:  # noqa: PLR0917
        """Keep a value unless an earlier line gave one."""
        if value and name not in self.values:
            self.values[name] = value
            self.evidence[name] = Evidence(line.number, rule, line.text[:200])


def is_header_line(line: Line) -> bool:
    """Tell whether a line carries header values: labels, a bare date, a byline."""
    return len(line.plain) <= _LONGEST_HEADER_LINE and _is_header(line)


@lru_cache(maxsize=512)
def _is_header(line: Line) -> bool:
    if len(line.plain) > _LONGEST_HEADER_LINE or _SENTENCE_MARK.search(line.plain):
        return False
    text = blank_address(line.plain)
    label = _LABEL.search(text) if _MAY_BE_LABELLED.search(text) else None
    if _ADOPTED.fullmatch(text):
        return False
    if is_spoken(text) and _SPOKEN_BY.fullmatch(text) is None:
        return False
    if label is not None and label.start() < 40 and (not text[: label.start()].strip(_SIGNS) or _starts_header(text)):
        return not has_only_tools(line)
    if (
        label is not None
        and len(_ANY_LABEL.findall(text)) > 1
        and any(len(_label_of(own)) == 4 for own in _LABEL.finditer(text))
    ):
        return True
    return bool(
        _UNDATED_YEAR.match(text)
        or _BYLINE.fullmatch(text)
        or (
            len(text) <= _LONGEST_BYLINE
            and text[-1] != "摄"  # of a picture
            and (_SIGNED_BY.fullmatch(text) or _AT_PAPER.fullmatch(text))
        )
        or _PRINTED_IN.match(text)
        or ("|" in text and _BARRED.search(text) is not None)
        or is_bare_date(line)
    )


def has_only_tools(line: Line) -> bool:
    """Tell whether a line begins with a label, and all its labels are of buttons, counters and the like."""
    if len(line.plain) > _LONGEST_HEADER_LINE or not _MAY_BE_LABELLED.search(line.plain):
        return False
    matches = list(_LABEL.finditer(line.plain))
    return (
        bool(matches)
        and matches[0].start() <= 3
        and all(not _FIELD_OF[_label_of(match)] for match in matches)
        and not find_dates(line.plain)
    )


def is_dated(line: Line) -> bool:
    """Tell whether a header line gives a day."""
    return not is_trap(line) and any(len(found.iso) == 10 for found in find_dates(line.plain))


def has_publishing_label(line: Line) -> bool:
    """Tell whether a line has a label that pages put to their articles (来源, 发布时间), not only a day or a name."""
    return any(
        _FIELD_OF[own] in _VALUED and own not in _PLAIN_LABELS for own in map(_label_of, find_labels(line.plain))
    )


def names_editor_only(line: Line) -> bool:
    """Tell whether the only labels of a line are editors, reviewers, counters: what stands under an article."""
    names = {_FIELD_OF[_label_of(match)] for match in _LABEL.finditer(line.plain)}
    return bool(names) and not names & _VALUED and "editor" in names


def names_editor(line: Line) -> bool:
    """Tell whether a line names the editor who answers for an article."""
    return _NAMES_EDITOR.search(line.plain) is not None


def is_paper(line: Line) -> bool:
    """Tell whether a line is the name of a newspaper, an agency or a news site, and nothing else."""
    return len(line.plain) <= _LONGEST_TITLED and _PAPER.fullmatch(line.plain) is not None


def has_empty_label(line: Line) -> bool:
    """Tell whether a line is a label whose value, if there is one, stands on the next."""
    match = _LABEL.fullmatch(line.plain.lstrip("•·◆-— ").rstrip()) if len(line.plain) <= 12 else None
    return match is not None and _FIELD_OF[_label_of(match)] in _VALUED


def is_trap(line: Line) -> bool:
    """Tell whether a line's date is the viewing or archiving day, not the day of publication."""
    text = line.plain
    return (
        len(text) <= _LONGEST_TRAP
        and _TRAP_DAY.search(text) is not None
        and not _STOP.search(text)
        and not _has_label(line, "date")
    )


def _has_label(line: Line, name: str) -> bool:
    return (
        any(_FIELD_OF[_label_of(match)] == name for match in _LABEL.finditer(line.plain))
        and bool(find_dates(line.plain))
        and "归档时间" not in line.plain
        and "访问时间" not in line.plain
    )


def _label_of(match: re.Match[str]) -> str:
    return _SPACES.sub("", match["label"] or match["own"])


def _starts_header(text: str) -> bool:
    dates = find_dates(text)
    return text[0] in "[【（(•·◆|" or bool(dates and dates[0].start <= 2)


def is_signed(line: Line) -> bool:
    """Tell whether a line names in brackets who wrote the text, as its last line may."""
    names = {_FIELD_OF[_label_of(match)] for match in _LABEL.finditer(line.plain)}
    return line.text[0] in "[【（(" and not names & {"source", "date", "url"}


def blank_address(text: str) -> str:
    """Blank the address of a page, which may run into the date behind it; all else keeps its place."""
    return _ADDRESS.sub(lambda match: " " * len(match[0]), text) if "http" in text or "www." in text else text


def is_bare_date(line: Line) -> bool:
    """Recognise a date (and time) with at most a short name beside it: `2018年12月28日 19:55 某报`."""
    text = blank_address(line.plain).strip()
    if len(text) > 80:
        return False
    dates = [found for found in find_dates(text) if len(found.iso) == 10]
    if not dates or len({found.iso for found in dates}) > 1:
        return False
    rest = text
    for found in reversed(dates):
        rest = rest[: found.start] + " " + rest[found.end :]
    rest = _CLOCK.sub(" ", rest)
    names = _LETTERS.findall(rest)
    at_edge = dates[0].start <= 1 or _EDGE.search(text[: dates[0].start]) is not None
    at_edge = at_edge or (dates[0].start <= 12 and _CLOCK_ALONE.fullmatch(text[dates[0].end :]) is not None)
    return at_edge and len("".join(names)) <= 24 and not _COMMA.search(rest)


def splits_header(line: Line) -> tuple[int, int] | None:
    """Return where in a long line the labels of a header begin and end, where title, header and body were run together."""
    text = line.plain[:400]
    if not _GLUED.search(text, 0, 200):
        return _split_at_day(text)
    matches = [match for match in _LABEL.finditer(text) if match.start() < 200]
    if len(matches) < 2 or _STOP.search(text[: matches[0].start()]):
        return None
    run = [matches[0]]
    for match in matches[1:]:
        if match.start() - run[-1].end() > _LONGEST_VALUE:
            break
        run.append(match)
    start, last = run[0].start(), run[-1]
    if len(run) < 2 or not find_dates(text[start : last.end() + 20]):
        return None
    value = re.match(r"[\d,.]+\s*次?|\d{4}[\d年月日./:：\s-]+|\S{0,16}(?=\s)|(?=\S)$", text[last.end() :])
    return (start, last.end() + value.end()) if value else None


def _split_at_day(text: str) -> tuple[int, int] | None:
    """Return where the day stands in a long line that begins with title and day, each with a space behind."""
    match = _TITLE_AND_DAY.match(text)
    return match.span("day") if match else None


def read_header(lines: list[Line], header: Header) -> None:
    """Read the values of header lines, labelled ones first."""
    known = [line for line in lines if not is_trap(line)]
    for number, line in enumerate(known):
        following = known[number + 1] if number + 1 < len(known) else None
        _read_labels(line, following, header=header)
    for line in known:
        column = column_of(line.plain)
        if column:
            header.set("column", column, line, "line above the title")
    for line in known:
        printed = _PRINTED_IN.search(line.plain)
        if printed:
            header.set("source", printed["name"], line, "newspaper and its day")
        if is_paper(line):
            header.set("source", line.text, line, "name beside the header")
        else:
            _read_unlabelled(line, header)
    for name in ("signed", "updated"):
        if name in header.values:
            rule = "day of the document" if name == "signed" else "day of the last change"
            found = header.evidence[name]
            header.values.setdefault("date", header.values[name])
            header.evidence.setdefault("date", Evidence(found.line, rule, found.text))
    for name in ("signed", "updated"):
        header.values.pop(name, None)
        header.evidence.pop(name, None)


def read_after(lines: list[Line], header: Header) -> None:
    """Read labelled values from under the body, where the header had none."""
    for number, line in enumerate(lines):
        if is_trap(line) or not (is_header_line(line) or line.text[0] in "[【（("):
            continue
        printed = _PRINTED_IN.match(line.plain)
        if printed:
            header.set("source", printed["name"], line, "newspaper and its day")
            header.set("date", find_dates(line.plain)[0].iso, line, "newspaper and its day")
        _read_labels(line, lines[number + 1] if number + 1 < len(lines) else None, header=header)
        if number < _NEAR and is_bare_date(line):
            _read_unlabelled(line, header)


def read_issue(lines: list[Line], header: Header) -> None:
    """Take day and name of a newspaper's issue from around its page number: 第A08版:城事, 2019年06月28日 星期五."""
    at = next((index for index, line in enumerate(lines[:_NEAR]) if _PAGE_OF_ISSUE.match(line.plain)), None)
    if at is None:
        return
    for line in lines[at : at + _BELOW_PAGE]:
        day = _DAY_OF_ISSUE.fullmatch(line.plain)
        if day is not None:
            header.set("date", find_dates(line.plain)[0].iso, line, "day of the issue")
    if is_paper(lines[-1]):
        header.set("source", lines[-1].text, lines[-1], "masthead")


def read_publisher(lines: list[Line], header: Header) -> None:
    """Take the site that greets its visitors, or the newspaper whose masthead it is, as the source."""
    for line in lines:
        for pattern, rule in ((_GREETING, "greeting"), (_MASTHEAD, "masthead"), (_EDITION, "masthead")):
            match = pattern.match(line.text)
            if match:
                header.set("source", match["name"], line, rule)


def is_spent(line: Line, header: Header) -> bool:
    """Tell whether all that a line of header or foot says has become a value, or is a count or a button.

    What is not must stay in the text: the second author of a list, the row of a timetable that begins with a day.
    """
    text = line.text
    values = [value for value in header.values.values() if value]
    if squeeze(text) in map(squeeze, values):
        return True
    matches = find_labels(blank_address(line.plain)) if len(line.plain) <= _LONGEST_LABELLED else []
    starts = [match.start() for match in matches]
    pieces = [text[: starts[0] if starts else len(text)]]
    has_value = False
    names = []
    for match, end in zip(matches, [*starts[1:], len(text)], strict=False):
        name, raw = _FIELD_OF[_label_of(match)], text[match.end() : end]
        value = header.values.get(name if name not in {"published", "signed", "updated"} else "date")
        has_value = has_value or (value is not None and _is_in(value, raw))
        names.append(name)
        pieces.append(raw)
    if not matches and not any(found.iso in values for found in find_dates(text)):
        return all(_rest_of(piece, values) == "" for piece in pieces) and line.number in _lines_of(header)
    rests = [_rest_of(pieces[0], values)]
    has_value = has_value or (rests[0] == "" and squeeze(pieces[0]) != "")
    for name, raw in zip(names, pieces[1:], strict=True):
        known = has_value and (name == "" or name in {"signed", "updated"})
        rests.append("" if known else _rest_of(_REPORTER_OF.sub("", raw) if name == "author" else raw, values))
    has_address = blank_address(text) != text and header.values.get("url", "") not in text
    return (
        not any(rests)
        and (has_value or not matches or not any(map(squeeze, pieces)))
        and (has_value or not has_address)
    )


def _is_in(value: str, raw: str) -> bool:
    return (
        any(found.iso == value for found in find_dates(raw))
        or squeeze(value) in squeeze(raw)
        or all(part in raw for part in value.split())
    )


def _lines_of(header: Header) -> set[int]:
    return {own.line for own in header.evidence.values()}


def _rest_of(raw: str, values: list[str]) -> str:
    """Return the words of a piece of a header that are in no value."""
    raw = blank_address(raw)
    for found in reversed(find_dates(raw)):
        if found.iso in values:
            raw = f"{raw[: found.start]} {raw[found.end :]}"
    raw = _COUNT.sub(" ", _CLOCK.sub(" ", raw))
    for value in sorted(values, key=len, reverse=True):
        raw = raw.replace(value, " ")
        for part in value.split() if " " in value else ():
            raw = raw.replace(part, " ")
    raw = _ROLES.sub(" ", raw)
    raw = _WEEKDAY.sub(" ", raw)
    if _SHORT_DAY.match(raw):
        return raw
    pieces = [piece for piece in _BETWEEN.split(raw) if piece]
    return "".join(piece for piece in pieces if _WORD.search(piece) and not _says_nothing(simplify(piece)))


def _says_nothing(piece: str) -> bool:
    """Tell whether a word of a header is a count, a button, or a name that stands for nobody."""
    return (
        _EMPTY_WORD.fullmatch(piece) is not None
        or _NOBODY.match(piece) is not None
        or is_tool(piece)
        or is_button(piece)
    )


@lru_cache(maxsize=128)
def find_labels(text: str) -> tuple[re.Match[str], ...]:
    """Return the labels of a header line in their order."""
    if not _MAY_BE_LABELLED.search(text):
        return ()
    found = list(_LABEL.finditer(text))
    if "|" in text or "｜" in text:
        found += [match for match in _BARRED.finditer(text) if not any(match.start() == own.start() for own in found)]
        found.sort(key=lambda match: match.start())
    return tuple(found)


def _read_labels(line: Line, following: Line | None, *, header: Header) -> None:
    matches = find_labels(blank_address(line.plain)) if len(line.plain) <= _LONGEST_LABELLED else []
    for index, match in enumerate(matches):
        end = matches[index + 1].start() if index + 1 < len(matches) else len(line.text)
        raw = line.text[match.end() : end]
        if not raw.strip() and index + 1 == len(matches) and following is not None and can_follow(following):
            raw = following.text
        label = _label_of(match)
        _read_value(_FIELD_OF[label], label, raw=raw, line=line, header=header)


def can_follow(line: Line) -> bool:
    """Tell whether a line can be the value of the label above it."""
    return (
        len(line.text) <= 24
        and _LABEL.search(line.plain) is None
        and not _PUNCTUATED.search(line.text)
        and not is_tool(line.plain)
        and not is_button(line.plain)
    )


def _read_value(name: str, label: str, *, raw: str, line: Line, header: Header) -> None:
    dates = find_dates(raw)
    rule = f"label {label}"
    if name in {"source", "author", "editor"} and dates:  # 来源:某某发布2023-06-15 17:40
        header.set("date", dates[0].iso, line, f"date after label {label}")
        raw = raw[: dates[0].start]
    if name in {"date", "published", "signed", "updated"} and dates:
        header.set("date" if name == "published" else name, dates[0].iso, line, rule)
        rest = _CLOCK.sub(" ", raw[dates[0].end :])
        if name == "date" and (value := clean_source(rest.strip(" |｜"))) and not _NOT_A_SOURCE.search(value):
            header.set("source", value, line, "name beside the date")
    elif name in {"source", "published"}:
        header.set("source", clean_source(raw), line, rule)
    elif name == "url":
        address = _WEB_ADDRESS.search(line.text)
        if address:
            header.set("url", address[0], line, rule)
    elif name == "author":
        header.set("author", clean_author(raw), line, rule)
    elif name in {"editor", "column"}:
        header.set(name, clean_value(raw)[:_LONGEST_VALUE], line, rule)


def clean_value(raw: str) -> str:
    """Cut a value where the next thing on its line begins, and take off brackets and signs."""
    raw = raw.strip(_SIGNS)
    cut = _VALUE_END.search(simplify(raw))
    value = (raw[: cut.start()] if cut.start() else "") if cut else raw
    value = value.strip(_SIGNS)
    for left, right in ("()", "（）", "【】"):
        if value.endswith(right) and left not in value:
            value = value[:-1]
        if value.startswith(left) and right not in value:
            value = value[1:]
    return value.strip(_SIGNS)


_SIGNS = " \u3000|｜;；,，]】[【/／-—•·"


def clean_source(raw: str) -> str:
    """Return the name of a publisher without title marks and what follows it."""
    hand = _OTHER_HAND.search(raw)
    value = clean_value(raw[: hand.start()] if hand else raw)
    value = _QUOTED_TITLE.sub(r"\1", value)
    return (
        ""
        if len(value) > _LONGEST_VALUE or _NOBODY.fullmatch(value) or not _WORD.search(value) or value[-1] in ":："
        else value
    )


# 作者：某某（某院研究员、副院长）
_OFFICE_BEHIND = re.compile(r"(?<=[\u4e00-\u9fff])\s*[（(][^（()）]{4,}[）)]?\s*$")


def clean_author(raw: str) -> str:
    """Return the names of authors, a space between them, without their office and what they did besides writing."""
    raw = _OFFICE_BEHIND.sub("", _REPORTER_OF.sub("", raw))
    value = clean_value(_SPREAD_NAME.sub(r"\1\2", raw))
    if value.startswith("《"):  # a newspaper
        return ""
    value = re.sub(
        rf"(?:^|(?<=[\s、/／,，]))(?:{ROLE})\s*[:：]?\s*|(?:本报|特约|见习|实习)?(?:记者|通讯员)", " ", value
    )
    value = value.strip(_SIGNS)
    value = re.sub(r"\s*[/／]?\s*(?:摄影报道|摄影|报道|摄|文/图|图/文|文图|图文|提供|供图|供稿)$", "", value).strip(
        _SIGNS
    )
    if not value or len(value) > _LONGEST_VALUE or _NOBODY.fullmatch(value) or _COLON_OR_STOP.search(value):
        return ""
    parts = [part for part in _SEPARATORS.split(value) if part and part not in {"文", "摄", "图"}]
    spread = [part for part in parts if len(part) == 1]
    if len(parts) == len(spread) == 2:  # 张 三
        return "".join(parts)
    return " ".join(parts)


def _read_unlabelled(line: Line, header: Header) -> None:
    for pattern in (_SIGNED_BY, _AT_PAPER):
        signed = pattern.fullmatch(line.plain) if len(line.plain) <= _LONGEST_BYLINE else None
        if signed:
            header.set("author", clean_author(line.text[slice(*signed.span("names"))]), line, "byline")
            if signed["source"]:
                header.set("source", line.text[slice(*signed.span("source"))], line, "byline")
            return
    byline = _BYLINE.fullmatch(line.text)
    if byline:
        header.set("author", clean_author(byline["names"]), line, "byline")
        return
    beside = _REPORTER_BESIDE.search(line.text)
    writer = _WRITER.search(line.text) or (beside if beside and all(map(is_name, beside["names"].split())) else None)
    editor = _EDITOR_BESIDE.search(line.text)
    if editor:
        header.set("editor", editor["name"], line, "name beside 编辑")
    if writer:
        header.set("author", clean_author(writer["names"]), line, "byline")
    label = next(iter(find_labels(line.plain)), None)
    unlabelled = blank_address(line.text[: label.start()] if label else line.text)
    dates = find_dates(unlabelled)
    if dates:
        header.set("date", dates[0].iso, line, "date in the header")
    if dates or _UNDATED_YEAR.match(line.text):
        _read_beside(unlabelled, dates, line=line, header=header)


def _read_beside(text: str, dates: Sequence[FoundDate], *, line: Line, header: Header) -> None:
    """Read what stands beside an unlabelled date: the publisher, and behind it names of people."""
    for found in reversed(dates):
        text = text[: found.start] + "  " + text[found.end :]
    text = _DAY_OR_CLOCK.sub("  ", text)
    if is_tool(text.strip()):
        return
    pieces = [piece.strip(_SIGNS) for piece in _PIECES.split(text.strip())]
    pieces = [piece for piece in pieces if piece and not is_button(piece)]
    if len(pieces) > 1 and pieces[0] == "原创":
        header.set("source" if _PAPER.fullmatch(pieces[1]) else "author", pieces[1], line, "account beside the date")
        return
    names = [piece for piece in pieces if is_name(piece)]
    for piece in pieces:
        if (
            2 <= len(piece) <= 20
            and not _NOT_A_SOURCE.search(simplify(piece))
            and piece not in names
            and piece not in _FIELD_OF
        ):
            header.set("source", piece, line, "name beside the date")
            break
    if names and "source" in header.values:
        header.set("author", " ".join(names), line, "names beside the date")
