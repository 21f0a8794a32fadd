"""The values of header lines, and of those around an article: labels first, then what stands beside a day."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer.analysis.normalize import simplify
from indexer.document import Evidence
from indexer.parsing.dates import FoundDate, find_dates
from indexer.parsing.layout.header_lines import (
    AT_PAPER,
    BYLINE,
    CLOCK,
    LONGEST_BYLINE,
    NAMES,
    PAPER,
    PRINTED_IN,
    ROLE,
    SIGNED_BY,
    SIGNS,
    TIME,
    UNDATED_YEAR,
    is_bare_date,
    is_header_line,
    is_paper,
)
from indexer.parsing.layout.labels import (
    FIELD_OF,
    LONGEST_VALUE,
    blank_address,
    can_follow,
    find_labels,
    is_trap,
    label_of,
)
from indexer.parsing.layout.lines import Line, column_of, is_button, is_tool
from indexer.parsing.people.names import NAME, is_name

if TYPE_CHECKING:
    from collections.abc import Sequence

WORD = re.compile(r"\w")
_WEB_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_QUOTED_TITLE = re.compile(r"^《([^》]+)》$")
_SEPARATORS = re.compile(r"[\s、，,/／;；]+")
_COLON_OR_STOP = re.compile(r"[:：。]")
_DAY_OR_CLOCK = re.compile(r"^\d{2}-\d{2}\s*|" + TIME)
_PIECES = re.compile(r"\s{2,}|[|｜·\[\]]|\s")
_VALUE_END = re.compile(
    r"\s{2,}|[?？]{2,}|\s本文已?(?:影响|被|阅读)|[\]】|｜]|[【\[]|\s*(?:字体|字号|打印|分享|收藏|阅读|浏览|点击|举报|关注|转载|订阅|评论|大\s*中\s*小|我要\S{0,4}|我有话说|返回|查看更多|发表评论|参与互动)(?:\s|$|[:：\d【\[（(]|到)"
)
_NOT_A_SOURCE = re.compile(
    r"记者|通讯员|根据|整理|楼层|只看|星期|放大|缩小|上一|下一|新闻\d*$|\d|首页|正文|原创$|上午|下午|^(?:大|中|小|打印|关闭|收藏|分享|微博|微信|缩小字体|放大字体|作者|来源|举报|评论|关注|点击|次|阅读|浏览"
    r"|星期.|^被|标签|字体|我要|楼层|只看|编印|发布|发表|更新|编辑|版权|转载|优质|热度)+$|^(?i:posted|published|updated|date|time|by|on|at|views?|admin|home|read)\s*[:：]?$|^https?:|^www\.|@"
)
_EDITION = re.compile(
    rf"(?P<name>{PAPER.pattern})\s*(?:数字报纸?|电子报|电子版|\d{{4}}年\d{{1,2}}月\d{{1,2}}日\s*星期.)$"
)
_WRITER = re.compile(
    rf"(?:^|\s)(?:文|图文|文图)\s*[/／]\s*(?P<names>{NAMES}|[\u4e00-\u9fff·]{{2,4}}(?:[\s、][\u4e00-\u9fff·]{{2,4}}){{0,4}})(?=\s{{2,}}|$)"
)
_GREETING = re.compile(r".{0,8}欢迎(?:您|你)?(?:访问|来到|光临)\s*(?P<name>[\u4e00-\u9fff\w]{2,20})")
_MASTHEAD = re.compile(r"国内统一(?:连续出版物|刊)号\s*[:：]?\s*[A-Z\d/-]*\s*(?P<name>[\u4e00-\u9fff]{2,12}社?)出版")
_PAGE_OF_ISSUE = re.compile(r"第\s*[A-Z]?\d{1,3}\s*版")
_DAY_OF_ISSUE = re.compile(
    r"(?:19|20)\d\d\s*年\s*(?:1[0-2]|0?[1-9])\s*月\s*(?:3[01]|[12]\d|0?[1-9])\s*日\s*星期[一二三四五六日天]"
)
_BELOW_PAGE = 6
LONGEST_LABELLED = 1000
_NEAR = 4
# 某县融媒体中心记者某某: where they work is no name of theirs.
REPORTER_OF = re.compile(
    r"^\s*[\u4e00-\u9fff]{2,12}(?:中心|报社|台|局|社|部|网|报)\s*(?:全媒体)?记者\s*(?=[\u4e00-\u9fff])"
)
# 来源：某报 记者 某某 编辑 某某
_OTHER_HAND = re.compile(rf"(?<=\S)\s+(?:{ROLE}|编辑|责编)\s+(?=\S)")
_EDITOR_BESIDE = re.compile(rf"\s(?:编辑|责编)\s+(?P<name>{NAME})(?=\s|$)")
_REPORTER_BESIDE = re.compile(rf"\s(?:{ROLE})\s+(?P<names>{NAMES})(?=\s|$)")
_SPREAD_NAME = re.compile(r"^\s*([\u4e00-\u9fff])[ \u3000]+([\u4e00-\u9fff])\s*$")
NOBODY = re.compile(
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
        printed = PRINTED_IN.search(line.plain)
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
        printed = PRINTED_IN.match(line.plain)
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


def _read_labels(line: Line, following: Line | None, *, header: Header) -> None:
    matches = find_labels(blank_address(line.plain)) if len(line.plain) <= LONGEST_LABELLED else []
    for index, match in enumerate(matches):
        end = matches[index + 1].start() if index + 1 < len(matches) else len(line.text)
        raw = line.text[match.end() : end]
        if not raw.strip() and index + 1 == len(matches) and following is not None and can_follow(following):
            raw = following.text
        label = label_of(match)
        _read_value(FIELD_OF[label], label, raw=raw, line=line, header=header)


def _read_value(name: str, label: str, *, raw: str, line: Line, header: Header) -> None:
    dates = find_dates(raw)
    rule = f"label {label}"
    if name in {"source", "author", "editor"} and dates:  # 来源:某某发布2023-06-15 17:40
        header.set("date", dates[0].iso, line, f"date after label {label}")
        raw = raw[: dates[0].start]
    if name in {"date", "published", "signed", "updated"} and dates:
        header.set("date" if name == "published" else name, dates[0].iso, line, rule)
        rest = CLOCK.sub(" ", raw[dates[0].end :])
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
        header.set(name, clean_value(raw)[:LONGEST_VALUE], line, rule)


def clean_value(raw: str) -> str:
    """Cut a value where the next thing on its line begins, and take off brackets and signs."""
    raw = raw.strip(SIGNS)
    cut = _VALUE_END.search(simplify(raw))
    value = (raw[: cut.start()] if cut.start() else "") if cut else raw
    value = value.strip(SIGNS)
    for left, right in ("()", "（）", "【】"):
        if value.endswith(right) and left not in value:
            value = value[:-1]
        if value.startswith(left) and right not in value:
            value = value[1:]
    return value.strip(SIGNS)


def clean_source(raw: str) -> str:
    """Return the name of a publisher without title marks and what follows it."""
    hand = _OTHER_HAND.search(raw)
    value = clean_value(raw[: hand.start()] if hand else raw)
    value = _QUOTED_TITLE.sub(r"\1", value)
    return (
        ""
        if len(value) > LONGEST_VALUE or NOBODY.fullmatch(value) or not WORD.search(value) or value[-1] in ":："
        else value
    )


# 作者：某某（某院研究员、副院长）
_OFFICE_BEHIND = re.compile(r"(?<=[\u4e00-\u9fff])\s*[（(][^（()）]{4,}[）)]?\s*$")


def clean_author(raw: str) -> str:
    """Return the names of authors, a space between them, without their office and what they did besides writing."""
    raw = _OFFICE_BEHIND.sub("", REPORTER_OF.sub("", raw))
    value = clean_value(_SPREAD_NAME.sub(r"\1\2", raw))
    if value.startswith("《"):  # a newspaper
        return ""
    value = re.sub(
        rf"(?:^|(?<=[\s、/／,，]))(?:{ROLE})\s*[:：]?\s*|(?:本报|特约|见习|实习)?(?:记者|通讯员)", " ", value
    )
    value = value.strip(SIGNS)
    value = re.sub(r"\s*[/／]?\s*(?:摄影报道|摄影|报道|摄|文/图|图/文|文图|图文|提供|供图|供稿)$", "", value).strip(
        SIGNS
    )
    if not value or len(value) > LONGEST_VALUE or NOBODY.fullmatch(value) or _COLON_OR_STOP.search(value):
        return ""
    parts = [part for part in _SEPARATORS.split(value) if part and part not in {"文", "摄", "图"}]
    spread = [part for part in parts if len(part) == 1]
    if len(parts) == len(spread) == 2:  # 张 三
        return "".join(parts)
    return " ".join(parts)


def _read_unlabelled(line: Line, header: Header) -> None:
    for pattern in (SIGNED_BY, AT_PAPER):
        signed = pattern.fullmatch(line.plain) if len(line.plain) <= LONGEST_BYLINE else None
        if signed:
            header.set("author", clean_author(line.text[slice(*signed.span("names"))]), line, "byline")
            if signed["source"]:
                header.set("source", line.text[slice(*signed.span("source"))], line, "byline")
            return
    byline = BYLINE.fullmatch(line.text)
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
    if dates or UNDATED_YEAR.match(line.text):
        _read_beside(unlabelled, dates, line=line, header=header)


def _read_beside(text: str, dates: Sequence[FoundDate], *, line: Line, header: Header) -> None:
    """Read what stands beside an unlabelled date: the publisher, and behind it names of people."""
    for found in reversed(dates):
        text = text[: found.start] + "  " + text[found.end :]
    text = _DAY_OR_CLOCK.sub("  ", text)
    if is_tool(text.strip()):
        return
    pieces = [piece.strip(SIGNS) for piece in _PIECES.split(text.strip())]
    pieces = [piece for piece in pieces if piece and not is_button(piece)]
    if len(pieces) > 1 and pieces[0] == "原创":
        header.set("source" if PAPER.fullmatch(pieces[1]) else "author", pieces[1], line, "account beside the date")
        return
    names = [piece for piece in pieces if is_name(piece)]
    for piece in pieces:
        if (
            2 <= len(piece) <= 20
            and not _NOT_A_SOURCE.search(simplify(piece))
            and piece not in names
            and piece not in FIELD_OF
        ):
            header.set("source", piece, line, "name beside the date")
            break
    if names and "source" in header.values:
        header.set("author", " ".join(names), line, "names beside the date")
