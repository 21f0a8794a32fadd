"""Which organisation a text says that issued it: who signs it, whom its title begins with, who held the meeting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.parsing.dates import find_dates
from indexer.parsing.layout.articles import signer_of
from indexer.parsing.layout.lines import squeeze
from indexer.parsing.values.author import EDGE, OPENING
from indexer.parsing.values.issuers import is_issuer, issuer_in_title, normalize_issuer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.parsing.layout.articles import Article
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.values.header import Header

_HELD_BY = re.compile(
    r"(?:日|上午|下午|晚|[，,])\s*(?P<holder>[^，,。；;：:\s\d“”《》]{3,24}?)(?:党组|党委)?(?:在[^，,。]{2,12})?(?:召开|举行|举办|组织召开)"
)
_LAST_LINES = 12
_LONGEST_NAMING = 200
LONGEST_DATE_LINE = 40


def read_issuer(article: Article, title: str | None, *, body: list[Line], header: Header, page: list[Line]) -> None:
    """Find the organisation that issues a text: the one that signs it, that its title begins with, that held the meeting."""
    if "issuer" in header.values:
        return
    text = "\n".join(line.plain for line in page if len(line.plain) < _LONGEST_NAMING or line in body[:2])
    for printed, line, rule in _issuers(article, title, body=body, header=header):
        header.set("issuer", normalize_issuer(printed, text), line, rule)
        return


def _issuers(
    article: Article, title: str | None, *, body: list[Line], header: Header
) -> Iterator[tuple[str, Line, str]]:
    signer = signer_of(article)
    if signer and article.signer is not None and is_issuer(signer):
        yield signer, article.signer, "signature"
    for index in range(len(body) - 1, max(0, len(body) - _LAST_LINES), -1):
        above = body[index - 1]
        if _is_day(body[index]) and is_issuer(squeeze(above.text)):
            two = (
                index > 1 and is_issuer(squeeze(body[index - 2].text)) and len(body[index - 2].text) < LONGEST_DATE_LINE
            )
            yield (f"{squeeze(body[index - 2].text)} " if two else "") + squeeze(above.text), above, "signature"
            break
    for index, line in enumerate(body[:EDGE]):
        if index and _is_day(line) and is_issuer(squeeze(body[index - 1].text)):
            two = index > 1 and is_issuer(squeeze(body[index - 2].text))
            yield (
                (f"{squeeze(body[index - 2].text)} " if two else "") + squeeze(body[index - 1].text),
                line,
                "signature",
            )
            break
    source = header.values.get("source", "")
    if body and title and (named := issuer_in_title(title)):
        yield named, body[0], "issuer that the title begins with"
    if body and (held := _HELD_BY.search(body[0].text[:OPENING])) and is_issuer(held["holder"]):
        yield held["holder"], body[0], "issuer that held the meeting"
    if body and is_issuer(source):
        yield source, body[0], "the source is an organisation"


def _is_day(line: Line) -> bool:
    dates = find_dates(line.text) if len(line.text) <= LONGEST_DATE_LINE else []
    return len(dates) == 1 and dates[0].end - dates[0].start >= len(line.text) - 2
