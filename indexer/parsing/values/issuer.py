"""Which organisation a text says that issued it: who signs it, whom its title begins with, who held the meeting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.analysis.normalize import simplify
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
    r"(?:日|上午|下午|晚|，|,)\s*(?P<holder>[^，,。；;：:\s\d“”《》]{3,24}?)(?:党组|党委)?(?:在[^，,。]{2,12})?(?:召开|举行|举办|组织召开)"
)
_APPENDIX = re.compile(r"附\s*(?:录|件|表|图|錄|[:：])")
_LAST_LINES = 12
_LONGEST_NAMING = 200
LONGEST_DATE_LINE = 40


def read_issuer(article: Article, title: str | None, *, body: list[Line], header: Header, page: list[Line]) -> None:
    """Find the organisation that issues a text: the one that signs it, that its title begins with, that held the meeting."""
    if "issuer" in header.values:
        return
    for printed, line, rule in _issuers(article, title, body=body, header=header):
        text = "\n".join(own.plain for own in page if len(own.plain) < _LONGEST_NAMING or own in body[:2])
        header.set("issuer", normalize_issuer(printed, text), line, rule)
        return


def _issuers(
    article: Article, title: str | None, *, body: list[Line], header: Header
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
    if title and (named := issuer_in_title(title)):
        yield named, body[0], "issuer that the title begins with"
    if (held := _HELD_BY.search(body[0].text[:OPENING])) and is_issuer(held["holder"]):
        yield held["holder"], body[0], "issuer that held the meeting"
    if is_issuer(source):
        yield source, body[0], "the source is an organisation"


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
