"""What the first slide of a presentation says besides its title: who presents it, and when."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.parsing.dates import find_dates
from indexer.parsing.layout.lines import squeeze
from indexer.parsing.people.names import is_surely_name
from indexer.parsing.rules import Rules
from indexer.parsing.values.clean import clean_author
from indexer.parsing.values.issuers import is_issuer

if TYPE_CHECKING:
    from indexer.parsing.layout.roles import Layout
    from indexer.parsing.values.header import Header

_PRESENTERS = Rules.of_words(
    "labels of who presents",
    "汇报人 主讲人 主讲 讲师 演讲人 报告人 授课人 讲授人 分享人 答辩人 制作人 宣讲人 授课教师 主讲教师",
    example="{}：李小禾",
    behind=r"\s*[:：]\s*(?P<names>\S.{0,24})$",
    how="match",
)
# 云泽县档案馆业务科　李小禾
_AND_BODY = re.compile(
    r"(?P<body>[\u4e00-\u9fff]{4,24})\s+(?P<name>[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]\s+[\u4e00-\u9fff])"
)
_PART = re.compile(r"[科室部处院系局馆站所中心]$")


def read_cover(layout: Layout, last: int, *, header: Header) -> None:
    """Read the lines of the first slide, up to the `last`: who presents, by label or behind a body, and a day or month."""
    for line in layout.lines:
        if line in layout.title or line.number > last:
            continue
        if presents := _PRESENTERS.find(line.plain):
            name = clean_author(line.text[slice(*presents.span("names"))])
            header.offer("author", name, line, "who presents, on the first slide", "label")
            header.taken.append((name, line))
            continue
        both = _AND_BODY.fullmatch(line.plain)
        if both and is_surely_name(squeeze(both["name"])) and (is_issuer(both["body"]) or _PART.search(both["body"])):
            header.offer("author", squeeze(both["name"]), line, "name on the first slide", "byline")
        dates = find_dates(line.plain)
        if len(dates) == 1 and dates[0].end - dates[0].start >= len(line.plain) - 1:
            header.set("date", dates[0].iso, line, "day on the first slide")
            header.taken.append((dates[0].iso, line))
    header.settle()
