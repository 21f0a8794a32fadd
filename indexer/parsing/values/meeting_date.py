"""The days of the meeting that a text tells of."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from indexer.parsing.dates import find_dates, find_month_days, to_day
from indexer.parsing.values.author import OPENING
from indexer.parsing.values.meeting_days import find_last_day

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.values.header import Header

_YESTERDAY_IN_TITLE = re.compile(r"(?<![\u4e00-\u9fff]{0}今)昨(?:日|天)?(?:在|召开|举行|开幕|闭幕|成立)")
_TO_COME = re.compile(r"定于|将于|拟于|兹定|将在|即将")
_LEARNT = re.compile(r"(?:传达|学习|贯彻|落实)[^，,]{0,40}$")
_NAMED_DAY = re.compile(
    r"(?:.{0,24}?[电讯)）]\s*)?(?:(?<!\d)(?P<day>3[01]|[12]\d|[1-9])日(?:上午|下午|晚|，|,|(?=[\u4e00-\u9fff]))|(?P<ago>昨日|昨天|昨|今日|今天)(?:上午|下午|晚|，|,|(?=[\u4e00-\u9fff])))"
)
_LATER_DAY = re.compile(
    r"(?<![\d月至、-])(?P<day>3[01]|[12]\d|[1-9])日(?=上午|下午|晚|在|召开|举行|开幕|闭幕)|(?P<ago>昨日|昨天|今日|今天)(?=上午|下午|晚|在|召开|举行|开幕)"
)
_LATEST = 60
_HELD = re.compile(r"召开|举行|举办|主持|开幕|闭幕|会议|大会|座谈|研讨|培训")
# The row of minutes that gives the time of their meeting.
_MINUTES_TIME = re.compile(
    r"(?:[一二三四五六七八九十\d]{1,2}[、.．])?\s*(?:会议|开会)?时\s*间\s*[:：\t](?P<when>[^\n]{6,60})"
)
_OPENING_LINES = 6
_SENTENCE_ENDS = re.compile(r"[。！？\n]")
_WIRED = re.compile(r"[电讯]|消息")


def read_meeting_date(paragraphs: list[str], title: str | None, *, body: list[Line], header: Header) -> None:
    """Read the first day of the meeting from the opening sentences; what its date lacks comes from the publication."""
    published = header.values.get("date")
    if not body:
        return
    if title and published and len(published) == 10 and _YESTERDAY_IN_TITLE.search(title):
        header.set("meeting_date", _days_before(published, 1), body[0], "昨 in the title")
        return
    for paragraph in paragraphs[:_OPENING_LINES]:
        row = _MINUTES_TIME.match(paragraph) if header.values.get("genre") == "会议" else None
        dates = find_dates(row["when"]) if row else []
        if row and dates and len(dates[0].iso) == len("2021-03-12"):
            _set_days(
                dates[0].iso, row["when"][dates[0].end :], line=body[0], header=header, rule="时间 in the minutes"
            )
            return
    prose = [text for text in paragraphs if "。" in text]
    for paragraph in (prose or paragraphs)[:2]:
        for sentence in _SENTENCE_ENDS.split(paragraph[: 3 * OPENING])[:2]:
            if _TO_COME.search(sentence) or not _HELD.search(sentence):
                continue
            iso, following = _find_day(sentence, published)
            if iso:
                _set_days(iso, following, line=body[0], header=header, rule="day in the opening sentence")
                return


def _set_days(iso: str, following: str, *, line: Line, header: Header, rule: str) -> None:
    """Keep the first day of a meeting, and the last one where what follows the first tells it."""
    if "meeting_date" in header.values:
        return
    header.set("meeting_date", iso, line, rule)
    if (last := find_last_day(iso, following)) is not None:
        header.set("meeting_until", last, line, rule)


def _find_day(sentence: str, published: str | None) -> tuple[str | None, str]:
    """Return the day that a sentence on a meeting begins with, and what follows it."""
    for match, year, month, day in find_month_days(sentence):
        if _WIRED.match(sentence[match.end() :]) or match.start() > _LATEST:
            continue
        held = _HELD.search(sentence, match.end())
        if held is None or _LEARNT.search(sentence[: match.start()]):
            continue
        return to_day(year or _infer_year(month, day, published=published), month, day=day), sentence[match.end() :]
    if published is None or len(published) != 10:
        return None, ""
    named = _NAMED_DAY.match(sentence) or _LATER_DAY.search(sentence[: _LATEST * 2])
    if named is None or not _HELD.search(sentence, named.end()):
        return None, ""
    if named["day"] is None:
        return _days_before(published, 1 if named["ago"].startswith("昨") else 0), ""
    day = int(named["day"])
    year, month = int(published[:4]), int(published[5:7])
    if day > int(published[8:]):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return to_day(year, month, day=day), sentence[named.end("day") :]


def _infer_year(month: int, day: int, *, published: str | None) -> int:
    """Return the last year in which a day was before the publication; 0 where that is not known."""
    if published is None or len(published) < 7:
        return 0
    year = int(published[:4])
    is_later = f"{month:02}-{day:02}" > published[5:] + ("-31" if len(published) == 7 else "")
    return year - 1 if is_later else year


def _days_before(iso: str, days: int) -> str:
    return (date.fromisoformat(iso) - timedelta(days=days)).isoformat()
