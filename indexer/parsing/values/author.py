"""Who wrote a text, as it says itself: reporters, contributors in brackets, a name under the title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.analysis.normalize import simplify
from indexer.parsing.layout.header_lines import NAMES, ROLE
from indexer.parsing.layout.lines import squeeze
from indexer.parsing.people.names import is_name, is_surely_name
from indexer.parsing.rules import Rules
from indexer.parsing.values.clean import OFFICE_END, clean_author, split_byline

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.values.header import Header

_BRACKET = re.compile(r"[（(【\[〔](?P<inside>[^（()）【】\[\]〔〕]{2,60})[)）】\]〕]")
_WRITES = Rules(
    "what those are called or did who wrote a text, in brackets before their names",
    (str(ROLE), "记者 李小禾"),
    (r"执笔人?|采写|[来供撰]稿人?|撰文|撰写|主笔", "采写：李小禾"),
    (r"(?:报道|报导|通讯|采访|文稿|文案)(?=\s*[:：/／])", "报道：李小禾"),
    (r"(?<![\u4e00-\u9fff])(?:文\s*[/／]\s*图|图\s*[/／]\s*文)", "文/图 李小禾"),
    (r"(?<![\u4e00-\u9fff])(?:图文|文图|文字|文)(?=\s*[:：/／|｜丨\s])", "文：李小禾"),
)
_HANDS = Rules(
    "what those did whom a bracket names; those who wrote are in the group",
    (rf"(?P<wrote>{_WRITES})", "记者 李小禾"),
    (r"责任编辑|(?:视频|文字|图片|网络|本文)?编辑|责编|编发|编审", "责编 李小禾"),
    (r"审核|校对|初审|终审|审稿人?|监制|统筹|整理|综合|制作|记录|联系人", "审核 李小禾"),
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
    (r"\s+文(?=\s)", "李小禾 文 王小源 图"),
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
# 本报讯 (某某) 8月21日
_WIRE = re.compile(r"^.{0,12}[讯電电]\s*$")
_WROTE = re.compile(
    r"讯\s*[（(]|实[ \u3000]*习|记[ \u3000]*者|通[ \u3000]*讯[ \u3000]*员|作[ \u3000]*者|撰[文稿写]|供稿|采[写访]|执笔|主笔|报[道导]|通讯|文[字稿案]|文(?<=\s文)\s|文\s*[/／:：图]|/\s*文|／\s*文|图\s*文"
)
_CONTRIBUTOR = Rules(
    "whom the end of a text names in brackets",
    (r"[（(【](?P<name>[^（()）\d。，：:【】]{2,30})[）)】]$", "。（李小禾）"),
    (
        r"[（(](?P<who>[\u4e00-\u9fff]{2,4})\s*[，,]\s*(?:作者|笔者)?(?:系|为|单位|现任)[^（()）]{2,40}[）)]$",
        "（李小禾，作者系云泽大学教授）",
    ),
    before=r"(?:^|[。！？”])\s*",
)
_ABOUT = re.compile(r"[【\[（(]?作者简介\s*[】\])）:：]+\s*(?P<name>[\u4e00-\u9fff]{2,4})(?=[，,、（(：:\s])")
# 院办供稿, the last line
_GAVE = re.compile(r"(?P<name>[\u4e00-\u9fff\s、]{2,16}?)\s*(?:供稿|撰稿|来稿)[）)]?")
_NOT_A_NAME = {"报道", "整合", "通讯员", "记者", "摄", "综合", "实习生", "特约", "完", "责任编辑", "本报讯"}
_SPREAD = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])")
_SPREAD_ROLE = Rules(
    "labels whose characters stand apart",
    (r"记[ \u3000]+者", "记 者"),
    (r"作[ \u3000]+者", "作 者"),
    (r"[\u4e00-\u9fff](?:[ \u3000][\u4e00-\u9fff]){2,5}(?![\u4e00-\u9fff])", "通 讯 员"),
    before=r"(?<![\u4e00-\u9fff])",
)
_FEW_NAMES = r"[\u4e00-\u9fff·]{2,4}(?:[\s、&]+[\u4e00-\u9fff·]{2,4}){0,4}"
# Lines that are a byline and nothing else; a pen name only where what they did is said.
_LINES = Rules(
    "lines that name who wrote a text",
    (rf"[□■◎●▲◆※]\s*(?P<boxed>{_FEW_NAMES})", "□李小禾 王小源"),
    (rf"[□■◎●▲◆※]?\s*(?P<first>{_FEW_NAMES})\s*[/／]\s*(?:文|文图|图文)", "山南客/文"),
    (rf"(?:演讲|讲话|致辞|致词)人?\s*[:：]\s*(?P<spoke>{_FEW_NAMES})", "演讲人：邵远山"),
    (rf"(?:文|文字|撰文)\s+(?P<wrote>{_FEW_NAMES})\s+(?:摄影?|图片?|编辑)\s.{{2,20}}", "文字 山南客 摄影 顾老三"),
    (rf"(?:文|图文|文图)\s*[/／]\s*(?P<credit>{_FEW_NAMES})\s*[（(][^（()）]{{2,20}}[）)]", "文/李小禾（县总工会）"),
    how="fullmatch",
)
# Somebody and their office, under a title or under a text: 邵远山（某学会理事长）, 某学会 理事长 邵远山
_HOLDERS = Rules(
    "lines with a name and an office",
    (r"(?P<name>[\u4e00-\u9fff]{2,4})\s*[（(][^（()）]{2,36}[）)]", "邵远山（云泽县水利学会理事长）"),
    (
        r"[\u4e00-\u9fff（）]{2,30}\s+[\u4e00-\u9fff、]{2,12}\s+(?P<behind>[\u4e00-\u9fff]{2,4})",
        "云泽县水利学会 理事长 邵远山",
    ),
    how="fullmatch",
)
_DASHES = re.compile(r"^[—\-－]{1,2}\s*|^[（(\[【]\s*|\s*[）)\]】]$")
_LONGEST_NAME = 6
_LONGEST_BYLINE = 40
OPENING = 120
_ENDING = 60
EDGE = 12
_LAST = 3
_UNDER = 3
_PHOTOGRAPHED = re.compile(r"\s*摄")
_OTHER_HANDS = re.compile(r"[,，;；\s/／]*(?:责任编辑|责编|编辑|审核|校对|摄影|编发|整理|综合|报道)")


def read_author(lines: list[Line], paragraphs: list[str], *, header: Header) -> None:
    """Read who wrote a text from its first and last lines: a reporter, or a contributor in brackets at the end."""
    for line in [*lines[:EDGE], *lines[-EDGE:]] if len(lines) > 2 * EDGE else lines:
        if len(line.plain) <= _LONGEST_BYLINE:
            _read_line(line, header)
        long = len(line.plain) > OPENING
        for start in (0, len(line.plain) - _ENDING) if long else (0,):
            if _WROTE.search(line.plain, start, start + OPENING):
                _read_reporter(line, start, end=start + OPENING, header=header)
    if paragraphs and lines:
        _read_contributor(lines, paragraphs[-1], header=header)


def read_name_below(lines: list[Line], title: list[Line], *, subtitle: list[Line], header: Header) -> None:
    """Take a name that stands under the title as the author's, alone or with an office: of an essay, a speech, a poem."""
    heading = [*title, *subtitle]
    below = lines.index(heading[-1]) + 1 if heading else len(lines)
    for line in [*subtitle, *lines[below : below + 1]]:
        if len(line.plain) <= _LONGEST_NAME + 2:
            name = _SPREAD.sub("", _DASHES.sub("", line.plain))
            if is_surely_name(name):
                value = squeeze(_DASHES.sub("", line.text))
                header.offer("author", value, line, "name under the title", "under the title")
    for line in [*subtitle, *lines[below : below + _UNDER]]:
        if len(line.plain) <= _LONGEST_BYLINE:
            _read_line(line, header)
        if _read_holder(line, header, clue="speaker"):
            return


def _read_holder(line: Line, header: Header, *, clue: str) -> bool:
    """Read a line that is somebody's name and office; tell whether it is one."""
    held = _HOLDERS.find(line.plain) if len(line.plain) <= _LONGEST_BYLINE else None
    if held is None:
        return False
    name = held["name"] or held["behind"]
    office = line.plain.replace(name, " ").strip(" （()）")
    if not OFFICE_END.find(office) or not is_surely_name(name):
        return False
    header.offer(
        "author", line.text[slice(*held.span("name" if held["name"] else "behind"))], line, "name and office", clue
    )
    return True


def _read_line(line: Line, header: Header) -> None:
    """Read a line that is a byline and nothing else."""
    found = _LINES.find(line.plain)
    if found is None:
        return
    group = next(name for name, value in found.groupdict().items() if value)
    names = _names(line.text[slice(*found.span(group))])
    if group != "boxed" or all(map(is_name, map(simplify, names.split()))):
        header.offer("author", names, line, "byline", "byline")


def _close_up(plain: str, text: str) -> tuple[str, str]:
    """Return both forms of a line with spread labels standing together, as long as they were."""
    if " " not in plain and "\u3000" not in plain:
        return plain, text
    for found in _SPREAD_ROLE.finditer(plain):
        first, last = found.span()
        plain = plain[:first] + squeeze(plain[first:last]).rjust(last - first) + plain[last:]
        text = text[:first] + squeeze(text[first:last]).rjust(last - first) + text[last:]
    return plain, text


def _read_reporter(line: Line, start: int, *, end: int, header: Header) -> None:
    """Read the reporters whom a piece of a line names: in brackets whatever stands behind their role, else only names."""
    text, printed = _close_up(line.plain[start:end], line.text[start:end])
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
    names = split_byline(text) if len(line.plain) <= _LONGEST_BYLINE else []
    if names:
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
    name = (match["name"] or match["who"]) if match else ""
    if name and not _REMARK.find(simplify(name)) and not _HANDS.match(name):
        line = next((line for line in reversed(lines) if name in line.text), lines[-1])
        header.offer("author", _names(name), line, "contributor in brackets", "brackets at the end")
    for line in lines[-_LAST:]:
        about = _ABOUT.match(line.plain)
        if about:
            header.offer(
                "author", line.text[slice(*about.span("name"))], line, "note on the author", "role in brackets"
            )
        _read_holder(line, header, clue="brackets at the end")
        gave = _GAVE.fullmatch(line.plain) if "稿" in line.plain[-2:] else None
        if gave:
            header.offer(
                "author", _names(line.text[slice(*gave.span("name"))]), line, "contributor", "role in brackets"
            )
