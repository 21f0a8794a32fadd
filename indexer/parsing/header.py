"""The header of an article: labelled and unlabelled values for source, date, author and address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from indexer.document import Evidence
from indexer.parsing.dates import find_dates
from indexer.parsing.lines import Line, is_tool

# Label -> the field it fills; "" reads the label only to know where a value ends. The longest label wins.
_LABELS = {
    "source": """来源 文章来源 信息来源 稿件来源 新闻来源 资料来源 文章出处 出处 发布单位 发布机构 发布机关
        发文单位 发文机关 供稿单位 供稿部门 来稿单位""",
    "date": """日期 时间 发布时间 发布日期 发表时间 发表日期 成文日期 发文日期 印发日期 添加时间
        录入时间 发稿时间 上传时间 编辑时间""",
    "updated": "更新时间 更新日期 修改时间 最后更新",
    "published": "发布 发表",
    "author": "作者 文章作者 撰稿人 撰稿 撰文 供稿人 供稿 投稿人 通讯员 记者 发布人 发布者 文字",
    "url": "网址 链接地址 原文链接 原文地址 本文链接",
    "": """归档时间 访问时间 浏览时间 责任编辑 责编 编辑 审核人 审核 校对 浏览次数 浏览数量 浏览量 浏览 点击次数
        点击数 点击量 点击 阅读次数 阅读人次 阅读量 阅读数 阅读 访问量 人气 字数 字体 字号 打印 分享 收藏 图片 摄影
        推荐人 评论 栏目 分类 视力保护色 原标题 关键词 索引号 文号""",
}
_FIELD_OF = {label: name for name, labels in _LABELS.items() for label in labels.split()}
_LABEL = re.compile(
    r"(?P<label>" + "|".join(sorted(map(re.escape, _FIELD_OF), key=len, reverse=True)) + r")\s*[:：]\s*"
)
_UPDATED = re.compile(r"(?:" + "|".join(_LABELS["updated"].split()) + r")\s*[:：]")
_TRAP_DAY = re.compile(r"星期[一二三四五六日天]|今天是|归档时间|访问时间")
_TIME = r"\d{1,2}\s*[:：时]\s*\d{2}(?:\s*[:：分]\s*\d{2}\s*秒?)?分?"
_UNDATED_YEAR = re.compile(r"\d{2}-\d{2}\s+" + _TIME)
_VALUE_END = re.compile(r"\s{2,}|[\]】|｜]|[【\[]|\s+(?=(?:字体|字号|打印|分享|收藏|阅读|浏览|点击|大\s*中\s*小))")
_NOT_A_SOURCE = re.compile(
    r"新闻\d*$|\d|首页|正文|原创$|^(?:大|中|小|打印|关闭|收藏|分享|微博|微信|缩小字体|放大字体)+$"
)
_BYLINE = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8})?(?:记者|通讯员|撰文|文)\s*[/／:：\s]\s*(?P<names>[\u4e00-\u9fff·]{2,4}(?:[\s、][\u4e00-\u9fff·]{2,4}){0,4})$"
)
_WRITER = re.compile(
    r"(?:^|\s)(?:文|图文)\s*[/／]\s*(?P<names>[\u4e00-\u9fff·]{2,4}(?:[\s、][\u4e00-\u9fff·]{2,4}){0,4})(?=\s{2,}|$)"
)
_GREETING = re.compile(r".{0,8}欢迎(?:您|你)?(?:访问|来到|光临)\s*(?P<name>[\u4e00-\u9fff\w]{2,20})")
_MASTHEAD = re.compile(r"国内统一(?:连续出版物|刊)号\s*[:：]?\s*[A-Z\d/-]*\s*(?P<name>[\u4e00-\u9fff]{2,12}社?)出版")
_LONGEST_HEADER_LINE = 150


@dataclass
class Header:
    """Values found in a header, each with its evidence; what is not there is missing."""

    values: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def set(self, name: str, value: str, line: Line, rule: str) -> None:
        """Keep a value unless an earlier line gave one."""
        if value and name not in self.values:
            self.values[name] = value
            self.evidence[name] = Evidence(line.number, rule, line.text[:200])


def is_header_line(line: Line) -> bool:
    """Tell whether a line carries header values: labels, a bare date, a byline."""
    text = line.plain
    if len(text) > _LONGEST_HEADER_LINE or re.search(r"[。？！；]", text):
        return False
    label = _LABEL.search(text)
    if label is not None and label.start() < 40 and (label.start() == 0 or _starts_header(text)):
        return True
    return bool(_UNDATED_YEAR.match(text) or _BYLINE.fullmatch(text) or is_bare_date(line))


def is_trap(line: Line) -> bool:
    """Tell whether a line's date is the viewing or archiving day, not the day of publication."""
    return bool(_TRAP_DAY.search(line.plain))


def _starts_header(text: str) -> bool:
    dates = find_dates(text)
    return text[0] in "[【（(" or bool(dates and dates[0].start <= 2)


def is_bare_date(line: Line) -> bool:
    """Recognise a date (and time) with at most a short name beside it: `2018年12月28日 19:55 某报`."""
    text = line.plain
    dates = [found for found in find_dates(text) if len(found.iso) == 10]
    if len(dates) != 1:
        return False
    rest = text[: dates[0].start] + " " + text[dates[0].end :]
    rest = re.sub(_TIME, " ", rest)
    names = re.findall(r"[\u4e00-\u9fffA-Za-z]+", rest)
    at_edge = dates[0].start <= 1 or re.search(r"[|｜·\s]$", text[: dates[0].start]) is not None
    return at_edge and len("".join(names)) <= 24 and not re.search(r"[，。；、]", rest)


def read_header(lines: list[Line], header: Header) -> None:
    """Read the values of header lines, labelled ones first."""
    for line in lines:
        if not is_trap(line):
            _read_labels(line, header)
    for line in lines:
        if not is_trap(line):
            _read_unlabelled(line, header)
    for line in lines:
        match = _UPDATED.search(line.plain)
        dates = find_dates(line.text[match.end() :]) if match else []
        if dates:
            header.set("date", dates[0].iso, line, "day of the last change")


def read_publisher(lines: list[Line], header: Header) -> None:
    """Take the site that greets its visitors, or the newspaper whose masthead it is, as the source."""
    for line in lines:
        for pattern, rule in ((_GREETING, "greeting"), (_MASTHEAD, "masthead")):
            match = pattern.match(line.text)
            if match:
                header.set("source", match["name"], line, rule)


def _read_labels(line: Line, header: Header) -> None:
    matches = list(_LABEL.finditer(line.plain))
    for index, match in enumerate(matches):
        end = matches[index + 1].start() if index + 1 < len(matches) else len(line.text)
        value = clean_value(line.text[match.end() : end])
        name = _FIELD_OF[match["label"]]
        dates = find_dates(line.text[match.end() : end])
        if dates and name in {"source", "author"}:  # 来源:某某发布2023-06-15 17:40
            value = clean_value(line.text[match.end() : match.end() + dates[0].start])
            header.set("date", dates[0].iso, line, f"date after label {match['label']}")
        if name in {"date", "published"} and dates:
            header.set("date", dates[0].iso, line, f"label {match['label']}")
        elif name == "published":
            header.set("source", value, line, f"label {match['label']}")
        elif name == "url":
            header.set("url", line.text[match.end() :].replace(" ", ""), line, f"label {match['label']}")
        elif name in {"source", "author"}:
            header.set(name, value, line, f"label {match['label']}")


def _join_names(names: str) -> str:
    return " ".join(re.split(r"[\s、]+", names))


def clean_value(raw: str) -> str:
    """Cut a value where the next thing on its line begins, and take off brackets and signs."""
    raw = raw.strip()
    cut = _VALUE_END.search(raw)
    return raw[: cut.start()].strip() if cut and cut.start() else ("" if cut else raw.strip(" \u3000|｜;；,，]】"))


def _read_unlabelled(line: Line, header: Header) -> None:
    byline = _BYLINE.fullmatch(line.text)
    if byline:
        header.set("author", _join_names(byline["names"]), line, "byline")
        return
    writer = _WRITER.search(line.text)
    if writer:
        header.set("author", _join_names(writer["names"]), line, "byline")
    label = _LABEL.search(line.plain)
    unlabelled = line.text[: label.start()] if label else line.text
    dates = find_dates(unlabelled)
    if dates:
        header.set("date", dates[0].iso, line, "date in the header")
    rest = unlabelled
    for found in reversed(dates):
        rest = rest[: found.start] + "  " + rest[found.end :]
    rest = re.sub(r"^\d{2}-\d{2}\s|" + _TIME, "  ", rest)
    if (dates or _UNDATED_YEAR.match(line.text)) and not is_tool(rest.strip()):
        for piece in re.split(r"\s{2,}|[|｜·\[\]]|\s", rest.strip()):
            if 2 <= len(piece.strip()) <= 20 and not _NOT_A_SOURCE.search(piece.strip()):
                header.set("source", piece.strip(), line, "name beside the date")
                break
