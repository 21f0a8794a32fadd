"""Which organisation a text says that issued it: who signs it, whom its title begins with, who held the meeting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.analysis.normalize import simplify
from indexer.parsing.dates import find_dates
from indexer.parsing.layout.articles import signer_of
from indexer.parsing.layout.lines import squeeze
from indexer.parsing.layout.title_lines import is_letterhead
from indexer.parsing.values.author import EDGE, OPENING
from indexer.parsing.values.issuers import is_issuer, issuer_in_title, normalize_issuer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.parsing.layout.articles import Article
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.values.header import Header

_HELD_BY = re.compile(
    r"(?:日|上午|下午|晚|，|,)\s*(?P<holder>[^，,。；;：:\s\d“”《》]{3,24}?)(?:党组|党委)?(?:在[^，,。]{2,12})?(?:召开|举行|举办|组织召开)"
)
_APPENDIX = re.compile(r"附\s*(?:录|件|表|图|錄|[:：])")
_LAST_LINES = 12
_LAST_PRINTED = 6
PRINTED_ON = re.compile(r"(?P<body>[\u4e00-\u9fff（）()]{4,30}?)\s+(?P<day>\S{8,16})\s*印发?(?:\s*[（(].{2,10}[）)])?")
_LONGEST_NAMING = 200
LONGEST_DATE_LINE = 40


def read_issuer(article: Article, title: str | None, *, body: list[Line], header: Header, page: list[Line]) -> None:
    """Find the organisation that issues a text: the one that signs it, that its title begins with, that held the meeting."""
    if "issuer" in header.values:
        return
    for printed, line, rule in _issuers(article, title, body=body, header=header, page=page):
        text = "\n".join(own.plain for own in page if len(own.plain) < _LONGEST_NAMING or own in body[:2])
        header.set("issuer", normalize_issuer(printed, text), line, rule)
        return


def _issuers(
    article: Article, title: str | None, *, body: list[Line], header: Header, page: list[Line]
) -> Iterator[tuple[str, Line, str]]:
    """Yield who may have issued a text, with the line and the rule that say so, the surest first."""
    signer = signer_of(article)
    if signer and article.signer is not None and _is_named(signer):
        yield signer, article.signer, "signature"
    if signed := next(filter(None, (_signed_by(body, day) for day in _days_that_sign(body))), None):
        yield *signed, "signature"
    if not body:
        return
    source = header.values.get("source", "")
    if (head := _letterhead(page)) is not None:
        yield *head, "letterhead"
    if title and (named := issuer_in_title(title)):
        yield named, body[0], "issuer that the title begins with"
    if (held := _HELD_BY.search(body[0].text[:OPENING])) and is_issuer(held["holder"]):
        yield held["holder"], body[0], "issuer that held the meeting"
    for line in body[-_LAST_PRINTED:]:
        if (printed := printed_by(line)) is not None:
            yield printed, line, "office that had it printed"
    if is_issuer(source):
        yield source, body[0], "the source is an organisation"


def _letterhead(page: list[Line]) -> tuple[str, Line] | None:
    """Return the body on whose paper a document is printed, with its number below: 某某协会文件."""
    for index, line in enumerate(page[:_LAST_PRINTED]):
        if line.plain.endswith("文件") and is_letterhead(page, index) and is_issuer(body := squeeze(line.plain)[:-2]):
            return body, line
    return None


def printed_by(line: Line) -> str | None:
    """Return the office that had a document printed: 某某办公室　2016年8月11日印发."""
    found = PRINTED_ON.fullmatch(line.plain) if len(line.plain) <= LONGEST_DATE_LINE * 2 else None
    return found["body"] if found and find_dates(found["day"]) and is_issuer(found["body"]) else None


def _days_that_sign(body: list[Line]) -> Iterator[int]:
    """Yield the places of the days that may stand under a signature: at the end, before an appendix, at the beginning."""
    last = len(body) - 1
    places = [*range(last, max(0, last - _LAST_LINES + 1), -1)]
    places += [at for at in range(1, last) if body[at + 1].text.startswith("附") and _APPENDIX.match(body[at + 1].text)]
    places += range(1, min(EDGE, last + 1))
    yield from (at for at in dict.fromkeys(places) if _is_day(body[at]))


def _signed_by(body: list[Line], day: int) -> tuple[str, Line] | None:
    """Return who stands above the day that signs a text, on one line or on two."""
    above = body[day - 1]
    if not _is_named(squeeze(above.text)):
        return None
    first = squeeze(body[day - 2].text) if day > 1 else ""
    both = _is_named(first) and len(first) < LONGEST_DATE_LINE
    return f"{first} {squeeze(above.text)}" if both else squeeze(above.text), above


def _is_named(text: str) -> bool:
    """Tell whether a line is an organisation, in simplified characters or in traditional ones."""
    return is_issuer(simplify(text))


def _is_day(line: Line) -> bool:
    dates = find_dates(line.text) if len(line.text) <= LONGEST_DATE_LINE else []
    return len(dates) == 1 and dates[0].end - dates[0].start >= len(line.text) - 2
