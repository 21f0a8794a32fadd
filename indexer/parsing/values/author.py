"""Who wrote a text, as it says itself: reporters, contributors in brackets, a name under the title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.analysis.normalize import simplify
from indexer.parsing.layout.header_lines import NAMES, ROLE
from indexer.parsing.layout.lines import squeeze
from indexer.parsing.people.names import is_name, is_surely_name
from indexer.parsing.rules import Rules
from indexer.parsing.values.clean import clean_author, split_run

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.values.header import Header

_BRACKET = re.compile(r"[（(【\[〔](?P<inside>[^（()）【】\[\]〔〕]{2,60})[)）】\]〕]")
_WRITES = Rules(
    "what those are called or did who wrote a text, in brackets before their names",
    (str(ROLE), "记者 李小禾"),
    (r"执笔|采写|来稿|供稿|撰稿|撰文|撰写|主笔", "采写：李小禾"),
    (r"(?:报道|报导|通讯|采访|文稿|文案)(?=\s*[:：/／])", "报道：李小禾"),
    (r"(?<![\u4e00-\u9fff])(?:文\s*[/／]\s*图|图\s*[/／]\s*文)", "文/图 李小禾"),
    (r"(?<![\u4e00-\u9fff])(?:图文|文图|文字|文)(?=\s*[:：/／|｜丨\s])", "文：李小禾"),
)
_HANDS = Rules(
    "what those did whom a bracket names; those who wrote are in the group",
    (rf"(?P<wrote>{_WRITES})", "记者 李小禾"),
    (r"责任编辑|(?:视频|文字|图片|网络|本文)?编辑|责编|编发|编审", "责编 李小禾"),
    (r"审核|校对|初审|终审|监制|统筹|整理|综合|制作|记录|联系人", "审核 李小禾"),
    (r"摄影|图片|视频|供图|(?<![\u4e00-\u9fff])[图摄](?=\s*[:：/／])", "摄影 李小禾"),
    (r"来源", "来源 云泽"),
)
_REMARK = Rules(
    "what stands in brackets at the end, looks like a name, and is none",
    (r"[完略组]$|[^供来投撰]稿$", "通过稿"),
    (r"^[全本此下]文|简称", "全文见官网"),
    (r"图", "左图"),
    (r"[左右上下前后][一二三四五起]", "左一"),
    (r"盖章|签名|张贴|司仪", "盖章"),
    (r"高清|那些年|[^\s]安夜", "高清"),
)
_SIGNS = " \u3000:：/／|｜丨,，;；、"
# 叶知秋/文图
_WRITER_FIRST = Rules(
    "names before what they did, in brackets",
    (r"\s*[/／]\s*(?:文图|图文|撰文|文)(?![\u4e00-\u9fff])", "叶知秋/文图"),
    (r"\s+(?:文\s*[/／]\s*图|图\s*[/／]\s*文|文图|图文|供稿|撰稿)$", "叶知秋 文/图"),
    before=r"(?P<names>[\u4e00-\u9fff]{2,4}(?:[\s、][\u4e00-\u9fff]{2,4}){0,3})",
    how="match",
)
_LIST = rf"(?:{NAMES}|[\u4e00-\u9fff]{{2,3}}(?:[\s、]+[\u4e00-\u9fff]{{2,3}}){{0,9}})"
_REPORTER = Rules(
    "reporters whom running text names",
    (rf"{ROLE}(?:\s*[:：/／|｜]\s*|\s+|(?<!作者))", "记者李小禾 报道"),
    before=r"(?:^|(?<=[（(）)【\[\s，。、：:”]))",
    behind=rf"(?P<names>{_LIST})(?:\s*(?:{ROLE})\s*[:：]?\s*(?P<more>{NAMES}))?"
    r"(?=\s*(?:[）)\]】〕/／]|责任编辑|责编|整合|报道|文|实习|编辑|综合|采写|$)|\s)",
)
# 本报记者甲某乙某某, all of a line
_RUN = re.compile(rf"[□■◎●▲◆]?\s*{ROLE}\s*(?P<names>[\u4e00-\u9fff]{{4,12}})")
# 本报讯 (某某) 8月21日
_WIRE = re.compile(r"^.{0,12}[讯電电]\s*$")
_WROTE = re.compile(
    r"讯\s*[（(]|记[ \u3000]*者|通[ \u3000]*讯[ \u3000]*员|作[ \u3000]*者|撰[文稿写]|供稿|采[写访]|执笔|主笔|报[道导]|通讯|文[字稿案]|文\s*[/／:：图]|[/／图]\s*文"
)
_CONTRIBUTOR = re.compile(r"(?:^|[。！？”])\s*[（(【](?P<name>[^（()）\d。，：:【】]{2,30})[）)】]$")
# 院办供稿, the last line
_GAVE = re.compile(r"(?P<name>[\u4e00-\u9fff\s、]{2,16}?)\s*(?:供稿|撰稿|来稿)[）)]?")
_NOT_A_NAME = {"报道", "整合", "通讯员", "记者", "摄", "综合", "实习生", "特约", "完", "责任编辑", "本报讯"}
_SPREAD = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])")
_SPREAD_ROLE = Rules(
    "labels whose characters stand apart",
    (r"(?<![\u4e00-\u9fff])记[ \u3000]+者", "记 者"),
    (r"通[ \u3000]*讯[ \u3000]*员", "通 讯 员"),
    (r"作[ \u3000]+者", "作 者"),
)
_LONGEST_NAME = 6
_LONGEST_OFFICE = 40
OPENING = 120
_ENDING = 60
EDGE = 12
_LAST = 3
_PHOTOGRAPHED = re.compile(r"\s*摄")
_OTHER_HANDS = re.compile(r"[,，;；\s/／]*(?:责任编辑|责编|编辑|审核|校对|摄影|编发|整理|综合|报道)")


def read_author(lines: list[Line], paragraphs: list[str], *, header: Header) -> None:
    """Read who wrote a text from its first and last lines: a reporter, or a contributor in brackets at the end."""
    for line in [*lines[:EDGE], *lines[-EDGE:]] if len(lines) > 2 * EDGE else lines:
        long = len(line.plain) > OPENING
        for start in (0, len(line.plain) - _ENDING) if long else (0,):
            if _WROTE.search(line.plain, start, start + OPENING):
                _read_reporter(line, start, end=start + OPENING, header=header)
    if paragraphs and lines:
        _read_contributor(lines, paragraphs[-1], header=header)


def read_name_below(lines: list[Line], title: list[Line], *, header: Header) -> None:
    """Take a name that stands under the title alone as the author's: of an essay, a speech, a poem."""
    below = lines.index(title[-1]) + 1 if title else len(lines)
    for line in lines[below : below + 1]:
        name = _SPREAD.sub("", line.plain) if len(line.plain) <= _LONGEST_NAME else ""
        if name and is_surely_name(name):
            header.offer("author", squeeze(line.text), line, "name under the title", "under the title")


def _close_up(text: str) -> str:
    """Return a text in which spread labels stand together, as long as it was."""
    return (
        _SPREAD_ROLE.sub(lambda found: squeeze(found[0]).rjust(len(found[0])), text)
        if " " in text or "\u3000" in text
        else text
    )


def _read_reporter(line: Line, start: int, *, end: int, header: Header) -> None:
    """Read the reporters whom a piece of a line names: in brackets whatever stands behind their role, else only names."""
    text = _close_up(line.plain[start:end])
    printed = line.text[start:end]
    for bracket in _BRACKET.finditer(text):
        if _PHOTOGRAPHED.match(text[bracket.end() :]) or "图片" in text[: bracket.start()][-12:]:
            continue
        inside = printed[slice(*bracket.span("inside"))]
        first = _WRITER_FIRST.match(bracket["inside"])
        if first:
            header.offer("author", _names(inside[: first.end("names")]), line, "writer in brackets", "role in brackets")
        elif written := _read_hands(bracket["inside"], inside):
            header.offer("author", _names(written), line, "reporter named in the text", "role in brackets")
        elif _WIRE.match(text[: bracket.start()]):
            header.offer("author", _names(inside), line, "name behind the dateline", "dateline")
    for found in _REPORTER.finditer(text):
        if _PHOTOGRAPHED.match(text[found.end() :]) or "图片" in text[: found.start()][-12:]:
            continue
        spans = [found.span(name) for name in ("names", "more") if found[name]]
        written = _names(_OTHER_HANDS.split(" ".join(printed[first:last] for first, last in spans))[0])
        if written and all(map(is_name, map(simplify, written.split()))):
            header.offer("author", written, line, "reporter named in the text", "role in the text")
    run = _RUN.fullmatch(text) if len(line.plain) <= _LONGEST_OFFICE else None
    if run and len(names := split_run(run["names"])) > 1:
        header.offer("author", " ".join(names), line, "byline", "byline")


def _read_hands(inside: str, printed: str) -> str:
    """Return those named in brackets as writing, without those who edited, photographed and the like."""
    hands = [
        own for own in _HANDS.finditer(inside) if own.start() == 0 or inside[own.start() - 1] in _SIGNS or own["wrote"]
    ]
    if not hands or not any(own["wrote"] for own in hands) or _WORK_OF.match(inside):
        return ""
    ends = [*(own.start() for own in hands[1:]), len(inside)]
    pieces = [printed[own.end() : end] for own, end in zip(hands, ends, strict=True) if own["wrote"]]
    return " ".join(piece.strip(_SIGNS) for piece in pieces if piece.strip(_SIGNS))


_WORK_OF = re.compile(r"[^\s:：/／]{0,4}(?:作者(?:系|为|单位|简介|是)|图片来源)|来源")


def _names(printed: str) -> str:
    return " ".join(name for name in clean_author(printed).split() if name not in _NOT_A_NAME)


def _read_contributor(lines: list[Line], paragraph: str, *, header: Header) -> None:
    """Read whom the end of a text names in brackets, or as having sent it."""
    match = _CONTRIBUTOR.search(paragraph) if paragraph[-1] in "）)】]" else None
    if match and not _REMARK.find(simplify(match["name"])) and not _HANDS.match(match["name"]):
        line = next((line for line in reversed(lines) if match["name"] in line.text), lines[-1])
        header.offer("author", _names(match["name"]), line, "contributor in brackets", "brackets at the end")
    for line in lines[-_LAST:]:
        gave = _GAVE.fullmatch(line.plain) if "稿" in line.plain[-2:] else None
        if gave:
            header.offer(
                "author", _names(line.text[slice(*gave.span("name"))]), line, "contributor", "role in brackets"
            )
