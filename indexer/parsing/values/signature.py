"""What the foot and the dateline of a text say: who signed it and when, which agency wired it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.analysis.normalize import simplify
from indexer.parsing.dates import find_dates
from indexer.parsing.layout.articles import signer_of
from indexer.parsing.people.names import is_name
from indexer.parsing.rules import Rules
from indexer.parsing.values.issuer import LONGEST_DATE_LINE
from indexer.parsing.values.issuers import is_issuer

if TYPE_CHECKING:
    from indexer.parsing.layout.articles import Article
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.values.header import Header

_DATELINE = Rules(
    "how reports of agencies, newspapers and sites open",
    (
        r"[（(]?据?(?P<name>[\u4e00-\u9fff]{2,8}?(?:社|网|报|在线|台))(?:[\u4e00-\u9fff]{2,6}?)?\d{1,2}月\d{1,2}日(?:电|讯|消息)",
        "据新华社北京3月12日电",
    ),
    (
        r"[（(](?P<wire>[\u4e00-\u9fff]{2,6}社)记者[\u4e00-\u9fff、 ]{4,24}\d{1,2}日电[）)]",
        "（中央社记者李小禾台北12日电）",
    ),
    (
        r"(?![本我])(?P<own>[\u4e00-\u9fff]{2,10}?(?:社|网|报|台|在线))(?:快?讯|消息)(?=\s*[（(：:]|\s)",
        "云泽网讯（记者",
    ),
    how="match",
)
_PRINTED = re.compile(r"(?:原载|原刊|载|摘自|转?载?自|来源)?\s*(?:于|[:：])?\s*《(?P<name>[^》]{2,16})》.{0,8}")
# 某县科协 2021年3月12日, 某县科协办公室　　2021年3月12日印发
_SIGNED = re.compile(
    r"(?P<who>[\u4e00-\u9fff（）]{3,24}\s+)?(?P<day>\d{4}\s*[年.-]\s*\d{1,2}\s*[月.-]\s*\d{1,2}日?)(?P<printed>\s*印发)?"
)
# （新华社某地3月12日电）, behind the last sentence
_TRADITIONAL = re.compile("[訊電報網臺]")
_WIRED = re.compile(r"[（(](?:据)?(?P<name>[\u4e00-\u9fff]{2,6}?社)[\u4e00-\u9fff]{0,8}\d{1,2}月\d{1,2}日[电讯][）)]$")
_LONGEST_WIRED = 40
_WEEKDAY = re.compile(
    r"\s*[（(]?星期[一二三四五六日天][)）]?$|[，,、\s]\s*(?:根据|据)?(?:现场|会议|讲话)?(?:录音|记录)(?:整理|稿)?(?=[）)]$)"
)
_GROUP = re.compile(r"[\u4e00-\u9fff]{3,20}(?:[会社团队组站班室]|班子)")  # signs, though it is no organisation
_BETWEEN = re.compile(r"[、\s，,]+")
_LAST = 4
_FIRST = 8
_DAY = len("2021-03-12")
_MONTH = len("2021-03")


def read_signed(article: Article, header: Header) -> None:
    """Read who signed an article and when: its own signature says more than the head of its bulletin."""
    signer = signer_of(article)
    if article.signed is not None:
        header.set("date", find_dates(article.signed.text)[0].iso, article.signed, "signature")
    if signer and article.signer is not None:
        printed = _PRINTED.fullmatch(signer)
        header.offer("source", printed["name"] if printed else signer, article.signer, "signature", "signature")


def read_signature_date(body: list[Line], header: Header) -> None:
    """Take the date that signs a text: in its last lines or under its title; a month alone where a body signs."""
    if "date" in header.values:
        return
    for line in [*reversed(body[-_LAST:]), *body[:_FIRST]]:
        day = _date_of(line, _DAY)
        if day:
            header.set("date", day, line, "signature date")
            return
    for line in body[-_LAST:]:
        signed = _SIGNED.fullmatch(line.plain) if len(line.plain) <= LONGEST_DATE_LINE else None
        dates = (
            find_dates(signed["day"])
            if signed and (signed["printed"] or is_issuer((signed["who"] or "").strip()))
            else ()
        )
        if dates:
            header.set("date", dates[0].iso, line, "signature date")
            return
    for above, line in zip(body[-_LAST:], body[-_LAST + 1 :], strict=False):
        month = _date_of(line, _MONTH)
        if month and _signs(above.plain):
            header.set("date", month, line, "month of the signature")


def _signs(text: str) -> bool:
    """Tell whether a line over a month is a signature: bodies, or a body or its group with those who wrote for it."""
    parts = _BETWEEN.split(text.strip())
    bodies = [part for part in parts if is_issuer(part) or _GROUP.fullmatch(part)]
    return bool(bodies) and all(part in bodies or is_name(part) for part in parts)


def _date_of(line: Line, length: int) -> str | None:
    """Return the date that is all that a line says, if it is as exact as wanted."""
    text = _WEEKDAY.sub("", line.text) if len(line.text) <= LONGEST_DATE_LINE else ""
    dates = find_dates(text)
    whole = len(dates) == 1 and len(dates[0].iso) == length and dates[0].end - dates[0].start >= len(text) - 2
    return dates[0].iso if whole else None


def read_dateline(paragraphs: list[str], body: list[Line], *, header: Header) -> None:
    """Take the agency that a report opens with: 据某某社某地12月5日电."""
    opening = paragraphs[0][:_LONGEST_WIRED] if paragraphs else ""
    match = _DATELINE.match(simplify(opening) if _TRADITIONAL.search(opening) else opening)
    if match:
        header.offer("source", match["name"] or match["wire"] or match["own"], body[0], "dateline", "dateline")
    ending = paragraphs[-1][-_LONGEST_WIRED:] if paragraphs else ""
    match = _WIRED.search(ending) if ending.endswith(("）", ")")) else None
    if match:
        header.offer("source", match["name"], body[-1], "dateline", "dateline")
