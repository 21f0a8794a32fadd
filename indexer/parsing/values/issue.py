"""What the head and foot of an issue say of its articles: the newspaper and its day, who compiles a bulletin, who wrote for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.parsing.dates import find_dates
from indexer.parsing.layout.header_lines import LONGEST_BYLINE, PAPER
from indexer.parsing.layout.lines import is_menu, is_navigation, squeeze
from indexer.parsing.layout.mastheads import is_newspaper, newspaper_in
from indexer.parsing.people.names import is_name
from indexer.parsing.values.issuers import is_issuer

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.layout.mastheads import Masthead
    from indexer.parsing.layout.roles import Layout
    from indexer.parsing.values.header import Header

_GREETING = re.compile(r".{0,8}欢迎(?:您|你)?(?:访问|来到|光临)\s*(?P<name>[\u4e00-\u9fff\w]{2,20})")
_MASTHEAD = re.compile(r"国内统一(?:连续出版物|刊)号\s*[:：]?\s*[A-Z\d/-]*\s*(?P<name>[\u4e00-\u9fff]{2,12}社?)出版")
_EDITION = re.compile(
    rf"(?P<name>{PAPER.pattern})\s*(?:数字报纸?|电子报|电子版|\d{{4}}年\d{{1,2}}月\d{{1,2}}日\s*星期.)$"
)
# （某工会　某某）
_CONTRIBUTED = re.compile(
    r"[（(]\s*(?P<body>[\u4e00-\u9fff]{3,24})(?:[\s、，,]+(?P<names>[\u4e00-\u9fff]{2,4}))?\s*[）)]"
)
_COMPILED = re.compile(r"(?:主办|编印|编辑|编发|承办)(?:单位)?|[编印]|星期[一二三四五六日天]")
# 责编 李小禾　校对 王小川
_STAFF = re.compile(
    r"(?:(?P<edits>责任编辑|责编|本版编辑|(?<!术)编辑)|美术编辑|版式|美编|组版|校对|签发|值班[\u4e00-\u9fff]{2})"
    r"\s*[:：/]?\s*(?P<name>[\u4e00-\u9fff]{2,4})(?=\s|$)"
)
_BELOW = 6
_TOP = 3


def read_issue(head: Masthead | None, layout: Layout, *, page: list[Line], header: Header) -> None:
    """Read the head over an article, whole or only the name of a newspaper or a site, and who signs it in a bulletin."""
    if head is not None:
        _read_head(head, header)
    if head is not None and head.is_bulletin:
        _read_contributor(layout.body, header)
    _read_newspaper(layout.lines, layout.title, header=header)
    for line in page[:_TOP]:
        for pattern, rule in ((_GREETING, "greeting"), (_MASTHEAD, "masthead"), (_EDITION, "masthead")):
            if match := pattern.match(line.text):
                header.offer("source", match["name"], line, rule, "masthead")


def read_bulletin(head: Masthead | None, header: Header) -> None:
    """Take the column of an article from the head of its bulletin, which says it more surely than a line below."""
    if head is not None and head.is_bulletin and head.named is not None:
        header.set("column", f"{head.name} {head.number}", head.named, "head of the bulletin")


def unread_of_head(head: Masthead | None, lines: tuple[Line, ...], *, header: Header) -> list[Line]:
    """Return those of the lines of a head that say more than its values: its secrecy, who checked it, another day."""
    if head is None:
        return []
    if head.is_bulletin:
        return [line for line in lines if _says_more(line, head, header=header)]
    editor = header.values.get("editor")
    return [line for line in lines if any(found["name"] != editor for found in _STAFF.finditer(line.plain))]


def _says_more(line: Line, head: Masthead, *, header: Header) -> bool:
    """Tell whether a line of a bulletin's head says anything besides name, number, compiler and day of its article."""
    if is_navigation(line.plain) or is_menu(line.plain):
        return False
    rest = line.text
    for found in reversed(find_dates(rest)):
        if found.iso == header.values.get("date"):
            rest = f"{rest[: found.start]} {rest[found.end :]}"
    rest = squeeze(rest)
    for value in (head.name, head.number, header.values.get("source") or ""):
        rest = rest.replace(squeeze(value), "") if value else rest
    return re.search(r"\w", _COMPILED.sub("", rest)) is not None


def _read_head(head: Masthead, header: Header) -> None:
    """Take day and name of an issue from its head: of a newspaper the name, of a bulletin who compiles it."""
    if head.day is not None:
        dates = find_dates(head.day.plain)
        header.set("date", dates[0].iso if dates else "", head.day, "day of the issue")
    editors = ((found, line) for line in head.lines for found in _STAFF.finditer(line.plain) if found["edits"])
    for found, line in editors if not head.is_bulletin else ():
        header.set("editor", found["name"], line, "editor of the page")
    if head.compiled is not None:
        header.offer("source", head.compiler, head.compiled, "compiler of the bulletin", "compiler")
    elif head.named is not None and not head.is_bulletin:
        header.offer("source", head.name, head.named, "masthead", "masthead")


def _read_newspaper(lines: list[Line], title: list[Line], *, header: Header) -> None:
    """Take the newspaper whose name alone is the first line of a page, over the title and its day."""
    if lines and title and lines[0] not in title and "date" in header.values and is_newspaper(lines[0]):
        header.offer("source", newspaper_in(lines[0]), lines[0], "masthead", "masthead")
        header.taken.append((newspaper_in(lines[0]), lines[0]))


def _read_contributor(lines: list[Line], header: Header) -> None:
    """Take the body that the last lines of a bulletin's article name in brackets, with who wrote for it."""
    for line in lines[-_BELOW:]:
        found = _CONTRIBUTED.fullmatch(line.plain) if len(line.plain) <= LONGEST_BYLINE else None
        if found is None or not is_issuer(found["body"]) or (found["names"] and not is_name(found["names"])):
            continue
        header.offer("source", line.text[slice(*found.span("body"))], line, "signature", "signature")
        if found["names"]:
            header.offer("author", line.text[slice(*found.span("names"))], line, "contributor in brackets", "byline")
        header.taken.append((line.text[slice(*found.span("body"))], line))
