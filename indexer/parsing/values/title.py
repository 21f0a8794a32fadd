"""The title of a document: the lines above its body, or what else names it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from indexer.document import Evidence
from indexer.parsing.layout.lines import is_genre, is_salutation, squeeze
from indexer.parsing.layout.roles import trail_end
from indexer.parsing.layout.title_lines import full_title, join_title

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.layout.roles import Layout
    from indexer.parsing.values.header import Header

_TRAILING_SITE = re.compile(
    r"\s*(?:[-_|｜–—]+\s*[^-_|｜–—]{2,16}(?:网|新闻|频道|在线|客户端|协会|学会|门户)|[|｜]|(?<=.{8})详细内容)$"
)
_ENACTED = re.compile(r"《(?P<title>[^》]{4,60})》[^。]{0,40}(?:已经|经|现)[^。]{0,80}(?:通过|印发|公布|发布)")
_ORIGINAL_TITLE = re.compile(r"[（(]?(?:本文)?(?:标题|原标题|原题)\s*[:：]\s*(?P<title>\S.*)")
# 新华社某地6月10日电 题：…
_WIRED = re.compile(
    r"(?P<agency>[\u4e00-\u9fff]{2}社)[\u4e00-\u9fff]{0,10}\d{1,2}月\d{1,2}日电\s*题\s*[:：]\s*(?=\S{4})"
)
_SUBJECT = re.compile(
    r"(?:主\s*旨|事\s*由)\s*[:：]\s*(?P<title>\S.{6,80}?)(?:[，,]\s*[请請敬].{0,8})?。?$"
)  # of an official letter
# [本地] 全市老年大学工作座谈会举行
_TAG = re.compile(
    r"(?:[\[［]\s*(?P<column>[\u3400-\u9fff]{2,6})\s*[\]］]\s*){1,3}(?=\S{6})|【(?P<copied>转载|转帖|转发|原创|全文)】(?=\S{6})"
)
_MINUTES = re.compile(r"(?:会议|例会|工作例会|办公会议?)?(?:纪要|记录)[表单]?")
_TOPIC = re.compile(r"(?:会议)?(?:名称|主题|题目)\s*\t\s*(?P<topic>[^\t]{4,60})")
_FORM = 12


def read_title(layout: Layout, lines: list[Line], *, header: Header) -> str | None:
    """Return the title: the lines above the body, or what else names the text."""
    if layout.title:
        return _title_of(layout, lines, header=header)
    for line in lines:
        match = _ORIGINAL_TITLE.match(line.text) or _SUBJECT.match(line.text)
        if match:
            header.evidence["title"] = Evidence(line.number, "label 本文标题", line.text)
            return match["title"]
    crumb = trail_end(lines)
    if crumb and any(first.text.startswith(crumb) for first in layout.body[:1]):
        header.evidence["title"] = Evidence(lines[0].number, "last breadcrumb", crumb)
        return crumb
    for line in layout.body[:3]:
        match = _ENACTED.search(line.text)
        if match and is_salutation(layout.body[0].text):
            header.evidence["title"] = Evidence(line.number, "document that the notice enacts", line.text[:200])
            return match["title"]
    return None


def _title_of(layout: Layout, lines: list[Line], *, header: Header) -> str:
    """Return the title of the lines above a body: in full where the page cut it off, without the tag before it."""
    text, line, rule = join_title([line.text for line in layout.title]), layout.title[0], "line above the body"
    whole = full_title(text, lines)
    if whole is not None:
        text, line, rule = _without_label(whole.text), whole, "title in full"
    if (wired := _WIRED.match(text)) is not None:
        header.offer("source", wired["agency"], line, "dateline", "dateline")
        text = text[wired.end() :]
    tag = _TAG.match(text)
    if tag:
        header.set("column", tag["column"] or "", line, "tag before the title")
        text = text[tag.end() :]
    if _MINUTES.fullmatch(text) and (topic := _read_topic(lines)) is not None:
        text = f"{text} {topic}"
    if is_genre(text):
        text = squeeze(text)
    header.evidence["title"] = Evidence(line.number, rule, text)
    return _TRAILING_SITE.sub("", text).lstrip("•·◆■●▲★※ ")


def _without_label(text: str) -> str:
    """Return a title without the label and the signs around it: 本文原标题：《…》."""
    match = _ORIGINAL_TITLE.match(text)
    return _without_signs(match["title"]) if match else text


def _without_signs(title: str) -> str:
    """Return a title without the signs around it, and without a bracket that nothing opened."""
    title = title.strip("《》“” ")
    return title[:-1].strip("《》“” ") if title[-1:] in "）)" and title.count("（") + title.count("(") == 0 else title


def _read_topic(lines: list[Line]) -> str | None:
    """Return what the minutes of a meeting are about, as their form says."""
    for line in lines[:_FORM]:
        match = _TOPIC.match(line.plain)
        if match:
            return line.text[slice(*match.span("topic"))].strip()
    return None


def cut_glued_title(body: list[Line], title: str | None) -> tuple[list[Line], bool]:
    """Take a title off the front of the line that runs on into the body without a break."""
    if title and body and body[0].text.startswith(title) and len(body[0].text) > len(title):
        return [replace(body[0], text=body[0].text[len(title) :].lstrip(" \u3000:：")), *body[1:]], True
    return body, False
