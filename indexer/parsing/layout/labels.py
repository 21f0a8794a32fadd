"""The labels of a header (来源：, 发布时间：), in a row, glued, barred or spread, and what a line with labels is."""

from __future__ import annotations

import re
from functools import lru_cache

from indexer.parsing.dates import find_dates
from indexer.parsing.layout.lines import Line, is_button, is_tool
from indexer.parsing.rules import Rules

# Label -> the field it fills; "" reads the label only to know where a value ends. The longest label wins.
_LABELS = {
    "source": """来源 来源于 文章来源 信息来源 稿件来源 稿源 新闻来源 资料来源 本文来源 来自 文章出处 出处 来源单位 当前报纸名称 发布单位 发布机构
        发布机关 发布部门 发文单位 发文机关 发文机构 供稿单位 供稿部门 来稿单位 信息提供 发文部门 报送单位 上报单位 投稿单位 公告单位 转自 原载 摘自 转载自 信源""",
    "date": """发布时间 发布日期 发布于 发布时间 发表时间 发表日期 发表于 本文发布于 日期 时间 添加时间 录入时间 发稿时间
        上传时间 编辑时间 公布日期 刊发时间 信息时间 刊发日期 刊登时间 刊登日期 登载时间 上网时间 上网日期 创建时间 入库时间 提交时间 公布时间 公开日期 文章时间 新闻时间 稿件时间 出版日期 本期出版日期 日期查询 发文时间 公告日期""",
    "signed": "成文日期 发文日期 印发日期 生成日期 签发日期",
    "updated": "更新时间 更新日期 修改时间 最后更新 更新于 最后更新于 最后修改于 最后编辑于 最后修改 修改日期",
    "published": "发布 发表",
    "author": """作者 文字作者 文章作者 撰稿人 撰稿 撰文 供稿人 供稿 投稿人 通讯员 记者 文字 文图 图文 文/图 图/文 文 编撰 报道
        来稿人 来稿 稿件作者 原作者 采写 执笔 执笔人 本文作者 投稿 撰写 撰写人 主笔 采编 文案""",
    "editor": """责任编辑 责编 编辑 网络编辑 本文编辑 编校 编审 录入 录入者 录入人 上传者 发布人 发布者 信息员 信息发布
        本期编辑 初审编辑""",
    "column": "栏目 所属栏目 所属频道 所属分类 频道 分类",
    "url": "网址 链接 链接地址 原文链接 原文地址 本文链接",
    "": """归档时间 访问时间 浏览时间 废止时间 废止日期 失效时间 失效日期 生效时间 生效日期 施行时间 施行日期 实施时间 实施日期 审核人 审核 审稿 初审 复审 终审 一审 二审 三审 校对 核发 签发 监制 浏览次数 浏览数量 浏览量
        浏览 浏览数 浏览人次 点阅数 点阅次数 点阅人次 信息索引 信息分类 信息类别 组配分类 体裁分类 点击次数 点击数 点击量 点击率 点击 查看次数 查看 阅读次数 阅读人次 阅读量 阅读数 阅读 访问量 访问次数 人气
        字数 语音阅读 语音播报 语音朗读 字体 字体大小 字号 打印 分享 分享到 收藏 图片 图片作者 图 摄影 摄 推荐人 推荐 评论 视力保护色 保护视力色 护眼色 原标题 关键词 关键字 标签 索引号 文号
        发文字号 有效性 主题分类 主题词 内容概述 内容分类 公开方式 公开形式 公开时限 识别码 摘要""",
}
FIELD_OF = {label: name for name, labels in _LABELS.items() for label in labels.split()}
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
# Behind the first character of a label, so that the search for labels knows with which characters they can begin.
_NOT_INSIDE = "".join(rf"(?<!{edge}[\u4e00-\u9fff]{{{count}}}%s)" for edge in ("^", r"\s") for count in (1, 2, 3, 4))
_NAMES_EDITOR = re.compile(r"责任编辑|责编|[（(【\[]\s*编辑")
_STOP = re.compile(r"[。；]")
_SPACES = re.compile(r"[ \u3000]+")
_PUNCTUATED = re.compile(r"[。，！？；]")


def _spaced(label: str) -> str:
    """Let two characters of a label stand apart (来 源); one alone must not end a longer word."""
    if label in {"日期", "时间"}:  # not those of something else: 开工日期
        return label[0] + _NOT_INSIDE.replace("%s", label[0]) + rf"[ \u3000]{{0,4}}{label[1]}"
    if label == "链接":  # not 友情链接
        return r"链(?<![\u4e00-\u9fff]链)接"
    if len(label) == 2:
        return rf"{label[0]}[ \u3000]{{0,4}}{label[1]}"
    return rf"{label}(?<![\u4e00-\u9fff]{label})" if len(label) == 1 else re.escape(label)


# A colon may be missing before a date or a count: 发布时间2012年3月5日, 阅读1187次; and before a name alone.
_ENDS_OF_LABELS = Rules(
    "what stands between a label and its value",
    (r"\s*[:：]\s*[|｜]?\s*", "来源："),
    (r"(?<=责任编辑)\s+(?=[\u4e00-\u9fff]{2,4}\s*(?:$|[）)】\]]))", "责任编辑 王芳"),
    (r"(?<=文章作者)\s+(?=[\u4e00-\u9fff]{2,4}(?:\s|$))", "文章作者 王芳"),
    (r"(?<=[时日][间期])\s*(?=\d{4}\s*[-年./:])", "发布时间2012年3月5日"),
    (r"(?<=[布表]于)\s*(?=\d{4}\s*[-年./:])", "发布于2012-03-05"),
    (r"(?<=[阅浏点][读览击])\s*(?=[\d,.]+\s*(?:次|万|$|\s))", "阅读1187次"),
)
LABELS = Rules(
    "the labels of a header, the longest first",
    *((_spaced(label), f"{label}：") for label in sorted(FIELD_OF, key=len, reverse=True)),
    before="(?P<label>",
    behind=f"){_ENDS_OF_LABELS}",
)
LABEL = LABELS.pattern
# Between bars not even that: | 来源CSDN | 作者魏星
_OWN_CELLS = Rules.of_words(
    "labels that have a cell of a table for themselves",
    "来源 作者 发布时间 发布日期 发布机构 发布单位 发文机关 发文单位 成文日期 生成日期 责任编辑",
    example="{} | 某",
    before=r"(?:^|(?<=[\s|｜]))",
    behind=r"\s+[|｜]\s+",
)
BARRED = re.compile(
    r"(?P<label>来源|作者)(?=[^\s:：|｜]{2,20}\s*(?:[|｜]|$))"
    rf"|(?:^|(?<=[\s|｜]))(?P<own>{_OWN_CELLS})\s+[|｜]\s+"
)
_TRAP_DAY = re.compile(r"星期[一二三四五六日天]|今天是|归档时间|访问时间")
_ADDRESS = re.compile(r"(?:https?://|www\.)[\w.\-/?=&%#:]*?(?=(?:19|20)\d\d\s*年|\s|[\u4e00-\u9fff]|$)")
# What every label needs: a colon or bar, or a date or count right behind it. Looked for first, because it is quick.
MAY_BE_LABELLED = re.compile(r"[:：|｜]|[期间于读览击]\s*\d|(?:责任编辑|文章作者)\s")
LONGEST_HEADER_LINE = 160
LONGEST_VALUE = 40
_LONGEST_TRAP = 80


def has_only_tools(line: Line) -> bool:
    """Tell whether a line begins with a label, and all its labels are of buttons, counters and the like."""
    return has_tools_alone(line.plain)


@lru_cache(maxsize=512)
def has_tools_alone(text: str) -> bool:
    """Tell the same of a text in simplified characters."""
    if len(text) > LONGEST_HEADER_LINE or not MAY_BE_LABELLED.search(text):
        return False
    matches = all_labels(text)
    return (
        bool(matches)
        and matches[0].start() <= 3
        and all(not FIELD_OF[label_of(match)] for match in matches)
        and not find_dates(text)
    )


def has_publishing_label(line: Line) -> bool:
    """Tell whether a line has a label that pages put to their articles (来源, 发布时间), not only a day or a name."""
    return any(FIELD_OF[own] in _VALUED and own not in _PLAIN_LABELS for own in map(label_of, find_labels(line.plain)))


def names_editor_only(line: Line) -> bool:
    """Tell whether the only labels of a line are editors, reviewers, counters: what stands under an article."""
    names = {FIELD_OF[label_of(match)] for match in all_labels(line.plain)}
    return bool(names) and not names & _VALUED and "editor" in names


def names_editor(line: Line) -> bool:
    """Tell whether a line names the editor who answers for an article."""
    return _NAMES_EDITOR.search(line.plain) is not None


def has_empty_label(line: Line) -> bool:
    """Tell whether a line is a label whose value, if there is one, stands on the next."""
    match = LABEL.fullmatch(line.plain.lstrip("•·◆-— ").rstrip()) if len(line.plain) <= 12 else None
    return match is not None and FIELD_OF[label_of(match)] in _VALUED


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
        any(FIELD_OF[label_of(match)] == name for match in all_labels(line.plain))
        and bool(find_dates(line.plain))
        and "归档时间" not in line.plain
        and "访问时间" not in line.plain
    )


def label_of(match: re.Match[str]) -> str:
    """Return the label of a match without white space."""
    return _SPACES.sub("", match["label"] or match["own"])


def blank_address(text: str) -> str:
    """Blank the address of a page, which may run into the date behind it; all else keeps its place."""
    return _ADDRESS.sub(lambda match: " " * len(match[0]), text) if "http" in text or "www." in text else text


@lru_cache(maxsize=512)
def all_labels(text: str) -> tuple[re.Match[str], ...]:
    """Return the labels of a text in their order, but for those between bars."""
    return tuple(LABEL.finditer(text))


@lru_cache(maxsize=128)
def find_labels(text: str) -> tuple[re.Match[str], ...]:
    """Return the labels of a header line in their order."""
    if not MAY_BE_LABELLED.search(text):
        return ()
    found = list(all_labels(text))
    if "|" in text or "｜" in text:
        found += [match for match in BARRED.finditer(text) if not any(match.start() == own.start() for own in found)]
        found.sort(key=lambda match: match.start())
    return tuple(found)


def can_follow(line: Line) -> bool:
    """Tell whether a line can be the value of the label above it."""
    return (
        len(line.text) <= 24
        and LABEL.search(line.plain) is None
        and not _PUNCTUATED.search(line.text)
        and not is_tool(line.plain)
        and not is_button(line.plain)
    )
