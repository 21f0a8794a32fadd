"""Who wrote a text, as it says itself: reporters, contributors in brackets, a name under the title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.analysis.normalize import simplify
from indexer.parsing.layout.header_lines import NAMES, ROLE
from indexer.parsing.layout.lines import squeeze
from indexer.parsing.people.names import is_name, is_surely_name
from indexer.parsing.values.header import clean_author

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.values.header import Header

_REPORTER = re.compile(
    rf"(?:^|(?<=[（(）)【\[\s，。、：:”]))(?:{ROLE}(?:\s*[:：/／|｜]\s*|\s+|(?<!作者))|作者\s*[:：/／|｜]\s*)"
    rf"(?P<names>{NAMES}|[\u4e00-\u9fff]{{2,3}}(?:[\s、]+[\u4e00-\u9fff]{{2,3}}){{0,9}})"
    rf"(?:\s*(?:{ROLE})\s*[:：]?\s*(?P<more>{NAMES}))?"
    r"(?=\s*(?:[）)\]】/／]|责任编辑|责编|整合|报道|文|实习|编辑|综合|采写|$)|\s)"
)
_IN_BRACKETS = re.compile(
    rf"[（(【\[]\s*(?:{ROLE}|文\s*[/／]\s*图|图\s*[/／]\s*文|文|图文|文图)\s*[:：/／|｜\s]?\s*(?P<names>[^（()）【】\[\]。：:，\d]{{2,36}}?)\s*"
    r"(?:[,，;；/／\s]\s*(?:责任编辑|责编|编辑|审核|校对|摄影)[^（()）]*)?[)）】\]]"
)
# 本报讯 (某某) 8月21日
_DATELINE_NAME = re.compile(rf"^.{{0,12}}[讯電电]\s*[（(]\s*(?P<names>{NAMES})\s*[)）]")
_WRITER_FIRST = re.compile(
    r"[（(]\s*(?P<names>[\u4e00-\u9fff]{2,4}(?:[\s、][\u4e00-\u9fff]{2,4}){0,3})\s*[/／]\s*(?:文|图文|文图|撰文)[^（()）]*[)）]"
)
_WROTE = re.compile(r"讯\s*[（(]|记者|通讯员|作者|撰文|撰稿|文\s*[/／:：图]|[/／图]\s*文")
_CONTRIBUTOR = re.compile(
    r"[。！？”]\s*[（(【](?:(?:供稿|来稿|通讯员|作者)[\s:：]*|文[\s:：/／]+)?(?P<name>[\u4e00-\u9fff\s、]{2,20})[）)】]$"
)
_CONTRIBUTOR_LINE = re.compile(r"[（(【](?P<name>[^（()）\d。，：:]{2,30})[）)】]$")
_NOT_A_NAME = {"报道", "整合", "通讯员", "记者", "摄", "综合", "实习生", "特约", "完", "责任编辑", "本报讯"}
_SPREAD = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])")
_LONGEST_NAME = 6
OPENING = 120
_ENDING = 60
EDGE = 12
_OF_PICTURE = re.compile(r"此件|附件|公开|完$|图|摄|编辑")
_PHOTOGRAPHED = re.compile(r"\s*摄")
_OTHER_HANDS = re.compile(r"[,，;；\s/／]*(?:责任编辑|责编|编辑|审核|校对|摄影|编发|整理|综合|报道)")


def read_author(lines: list[Line], paragraphs: list[str], *, header: Header) -> None:
    """Read who wrote a text from its first and last lines: a reporter, or a contributor in brackets at the end."""
    for line in [*lines[:EDGE], *lines[-EDGE:]] if len(lines) > 2 * EDGE else lines:
        long = len(line.plain) > OPENING
        for start in (0, len(line.plain) - _ENDING) if long else (0,):
            if _read_reporter(line, start, end=start + OPENING, header=header):
                return
    match = _CONTRIBUTOR.search(paragraphs[-1]) if paragraphs else None
    if match is None and paragraphs:
        match = _CONTRIBUTOR_LINE.fullmatch(paragraphs[-1])
    if match:
        name = clean_author(match["name"])
        line = next((line for line in reversed(lines) if match["name"] in line.text), lines[-1])
        if name and name not in _NOT_A_NAME and not _OF_PICTURE.search(name):
            header.set("author", name, line, "contributor in brackets")


def read_name_below(lines: list[Line], title: list[Line], *, header: Header) -> None:
    """Take a name that stands alone right under the title as the author's: of an essay, a speech, a poem."""
    below = lines.index(title[-1]) + 1 if title else len(lines)
    for line in lines[below : below + 1]:
        name = _SPREAD.sub("", line.plain) if len(line.plain) <= _LONGEST_NAME else ""
        if name and is_surely_name(name):
            header.set("author", squeeze(line.text), line, "name under the title")


def _read_reporter(line: Line, start: int, *, end: int, header: Header) -> bool:
    """Read the reporter whom a piece of a line names; in brackets whatever stands there, else only names."""
    text = line.plain[start:end]
    if not _WROTE.search(text):
        return False
    for pattern in (_DATELINE_NAME, _IN_BRACKETS, _WRITER_FIRST, _REPORTER):
        for match in pattern.finditer(text):
            if _PHOTOGRAPHED.match(text[match.end() :]) or "图片" in text[: match.start()][-12:]:
                continue
            spans = [match.span(name) for name in ("names", "more") if match.groupdict().get(name)]
            printed = " ".join(line.text[start + first : start + last] for first, last in spans)
            printed = _OTHER_HANDS.split(printed)[0]
            if text[: match.start("names")].endswith("文") and is_name(f"文{printed}") and not is_name(printed):
                printed = f"文{printed}"  # a surname, too
            names = [name for name in clean_author(printed).split() if name not in _NOT_A_NAME]
            if names and (pattern not in (_REPORTER, _DATELINE_NAME) or all(map(is_name, map(simplify, names)))):
                header.set("author", " ".join(names), line, "reporter named in the text")
                return True
    return False
