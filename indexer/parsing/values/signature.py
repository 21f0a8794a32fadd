"""What the foot and the dateline of a text say: who signed it and when, which agency wired it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.parsing.dates import find_dates
from indexer.parsing.layout.articles import signer_of
from indexer.parsing.values.issuer import LONGEST_DATE_LINE

if TYPE_CHECKING:
    from indexer.parsing.layout.articles import Article
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.values.header import Header

_DATELINE = re.compile(
    r"(?:据)?(?P<name>[\u4e00-\u9fff]{2,8}?(?:社|网|报|在线|台))(?:[\u4e00-\u9fff]{2,6}?)?\d{1,2}月\d{1,2}日(?:电|讯|消息)"
)
_WEEKDAY = re.compile(r"\s*[（(]?星期[一二三四五六日天][)）]?$")


def read_signed(article: Article, header: Header) -> None:
    """Read who signed an article and when: its own signature says more than the head of its bulletin."""
    signer = signer_of(article)
    if article.signed is not None:
        header.set("date", find_dates(article.signed.text)[0].iso, article.signed, "signature")
    if signer and article.signer is not None:
        header.set("source", signer, article.signer, "signature")


def read_signature_date(body: list[Line], header: Header) -> None:
    """Take the date that signs a text."""
    for line in [*reversed(body[-4:]), *body[:8]]:
        text = _WEEKDAY.sub("", line.text) if len(line.text) <= LONGEST_DATE_LINE else ""
        dates = find_dates(text)
        if len(dates) == 1 and len(dates[0].iso) == 10 and dates[0].end - dates[0].start >= len(text) - 2:
            header.set("date", dates[0].iso, line, "signature date")


def read_dateline(paragraphs: list[str], body: list[Line], *, header: Header) -> None:
    """Take the agency that a report opens with: 据某某社某地12月5日电."""
    match = _DATELINE.match(paragraphs[0]) if paragraphs else None
    if match:
        header.set("source", match["name"], body[0], "dateline")
