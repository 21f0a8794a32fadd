"""The days of the meeting that a text tells of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from indexer.analysis.numerals import parse_numeral
from indexer.parsing.dates import TO, find_dates, find_month_days, to_day
from indexer.parsing.rules import Rules
from indexer.parsing.values.author import OPENING
from indexer.parsing.values.genre import GENRE_OF_SPEECHES
from indexer.parsing.values.meeting_days import find_last_day

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.values.header import Header

_YESTERDAY_IN_TITLE = re.compile(r"昨(?:日|天)?(?:在|召开|举行|开幕|闭幕|成立)")
_TO_COME = Rules.of_words("of a meeting to come", "定于 将于 拟于 兹定 将在 即将", how="match")
_LEARNT = re.compile(r"(?:传达|学习|贯彻|落实)[^，,]{0,40}$")
_HELD = Rules.of_words(
    "what is told of meetings", "召开 举行 举办 主持 开幕 闭幕 会议 大会 座谈 研讨 培训", how="match"
)
_HELD_HERE = re.compile(r"[^，,。；;]{0,40}?(?:召开|举行|举办|开幕|闭幕|主持)")
# A day without its month begins a sentence, or stands right before what happens: 3日，某会举行; 某会3日上午举行.
_NUMBER = rf"(?<![\d月至、－-])(?P<day>3[01]|[12]\d|[1-9])(?:日|(?={TO}\d{{1,2}}日))"
_AGO = r"(?P<ago>昨日|昨天|昨|今日|今天)(?:[（(](?P<inside>\d{1,2})日[）)])?"
_THEN = rf"(?=\s*(?:{TO}|上午|下午|中午|晚|，|,|[\u4e00-\u9fff]))"
_NAMED_DAY = re.compile(rf"(?:.{{0,24}}?[电讯)）]\s*)?(?:{_NUMBER}{_THEN}|{_AGO}{_THEN})")
_LATER_DAY = re.compile(rf"(?:{_NUMBER}|{_AGO})(?=(?:{TO}\d{{1,2}}日)?(?:上午|下午|晚|在|召开|举行|开幕|闭幕))")
_LASTS = re.compile(r"为期(?P<days>[一两二三四五六七八九十\d]{1,2})[天日]")
_LATEST = 60
_LATEST_WHERE_HELD = 200
_OPENS = 3
# The row of minutes that gives the time of their meeting, in a line of text or in one of a table.
_MINUTES_TIME = re.compile(
    r"(?:[一二三四五六七八九十\d]{1,2}[、.．])?\s*(?P<own>会\s*[议議]|开会|召开)?\s*(?:[时時]\s*[间間]|日\s*期)\s*[:：\t|｜]\s*(?P<when>[^\n]{6,60})"
)
# 时间 alone says so where such a row stands beside it.
_BESIDE = re.compile(
    r"\s*(?:会议|开会)?(?:地\s*[点點]|主\s*持\s*人?|出\s*席|参\s*会|参\s*加|列\s*席|记\s*录)[\u4e00-\u9fff]{0,2}\s*[:：\t|｜]"
)
_HEAD = 8
_LONGEST_DAY = 16
_ROWS = 30
_NEAR = 3
# News tells the year of a meeting of longer ago; a day that seems that old is one to come.
_LONGEST_AGO = 6  # months
_MOST_SENTENCES = 2
_SENTENCE_ENDS = re.compile(r"[。！？\n]")
_WIRED = re.compile(r"[电讯]|消息")


@dataclass(frozen=True, slots=True)
class _Day:
    """A day (ISO), where in a sentence it begins, and what follows it there."""

    iso: str
    start: int
    following: str


def read_meeting_date(
    lines: list[Line], paragraphs: list[str], *, title: str | None, body: list[Line], header: Header
) -> None:
    """Read the first day of the meeting from the rows of its minutes, or from the opening sentences.

    What the date of a sentence lacks comes from the publication.
    """
    published = header.values.get("date")
    if not body:
        return
    if title and _is_day(published) and _YESTERDAY_IN_TITLE.search(title):
        header.set("meeting_date", _days_before(published or "", 1), body[0], "昨 in the title")
        return
    if (row := _find_row(lines[:_ROWS])) is not None:
        _set_days(row[0], line=row[1], header=header, rule="时间 in the minutes")
        return
    if header.values.get("genre") == GENRE_OF_SPEECHES and (spoken := _find_day_alone(lines[:_HEAD])) is not None:
        _set_days(spoken[0], line=spoken[1], header=header, rule="day under the title of a speech")
        return
    tells_of_meeting = header.values.get("genre") == "会议" and header.evidence["genre"].rule.endswith("title")
    prose = [text for text in paragraphs if "。" in text]
    for paragraph in (prose or paragraphs)[:2]:
        for sentence in _SENTENCE_ENDS.split(paragraph[: 3 * OPENING])[:_MOST_SENTENCES]:
            day = _find_day(sentence, published, tells_of_meeting=tells_of_meeting)
            if day:
                _set_days(day, line=body[0], header=header, rule="day in the opening sentence")
                return
        tells_of_meeting = False  # only the first sentences need no word for it


def _is_day(iso: str | None) -> bool:
    return iso is not None and len(iso) == len("2021-03-12")


def _find_row(lines: list[Line]) -> tuple[_Day, Line] | None:
    """Return the day of the row that says when it was; 时间 alone says so only before any sentence and beside 地点."""
    sentences = False
    for at, line in enumerate(lines):
        row = _MINUTES_TIME.match(line.text)
        dates = find_dates(row["when"]) if row else ()
        if row and dates and _is_day(dates[0].iso):
            near = lines[max(0, at - _NEAR) : at + _NEAR + 1]
            own = row["own"] or (not sentences and any(_BESIDE.match(other.text) for other in near))
            if own:
                return _Day(dates[0].iso, 0, row["when"][dates[0].end :]), line
        sentences = sentences or "。" in line.text
    return None


def _find_day_alone(lines: list[Line]) -> tuple[_Day, Line] | None:
    """Return the day that stands in brackets on a line of its own: （2021年5月28日）."""
    for line in lines:
        text = line.text.strip()
        dates = find_dates(text) if text[:1] in "（(" and text[-1:] in "）)" and len(text) <= _LONGEST_DAY else ()
        if len(dates) == 1 and _is_day(dates[0].iso):
            return _Day(dates[0].iso, 0, ""), line
    return None


def _set_days(day: _Day, *, line: Line, header: Header, rule: str) -> None:
    """Keep the first day of a meeting, and the last one where what follows the first tells it."""
    if "meeting_date" in header.values:
        return
    header.set("meeting_date", day.iso, line, rule)
    last = find_last_day(day.iso, day.following)
    if last is None and (lasts := _LASTS.search(day.following)):
        last = _days_before(day.iso, 1 - parse_numeral(lasts["days"]))
    if last is not None and last > day.iso:
        header.set("meeting_until", last, line, rule)


def _find_day(sentence: str, published: str | None, *, tells_of_meeting: bool) -> _Day | None:
    """Return the day that a sentence on a meeting gives to it.

    Of a text that `tells_of_meeting` already, the sentence needs no word for it where it begins with the day.
    """
    held = _HELD.search(sentence)
    if (held is None and not tells_of_meeting) or _TO_COME.search(sentence):
        return None
    for day in _days_in(sentence, published):
        if _WIRED.match(day.following) or day.start > _LATEST_WHERE_HELD:
            continue
        if held is None and (day.start > _OPENS or "将" in sentence):
            continue
        if day.start > _LATEST and not _HELD_HERE.match(day.following):
            continue
        if held and not _HELD.search(day.following):
            continue
        if not _LEARNT.search(sentence[: day.start]):
            return day
    return _find_short_day(sentence, published or "") if held and _is_day(published) else None


def _days_in(sentence: str, published: str | None) -> list[_Day]:
    """Return the days of a sentence in order, those of `M月D日` with the year that they lack."""
    found: dict[int, _Day] = {}
    for whole in find_dates(sentence):
        if _is_day(whole.iso):
            found[whole.end] = _Day(whole.iso, whole.start, sentence[whole.end :])
    ends = sorted(found)
    for own in find_month_days(sentence):
        if any(found[end].start <= own.start < end for end in ends):
            continue
        iso = to_day(own.year or _infer_year(own.month, own.day, published=published), own.month, day=own.day)
        if iso:
            found[own.end] = _Day(iso, own.start, sentence[own.end :])
    return sorted(found.values(), key=lambda day: day.start)


def _find_short_day(sentence: str, published: str) -> _Day | None:
    """Return the day that a sentence gives without its month (3日, 昨日), by the day of the publication."""
    named = _NAMED_DAY.match(sentence) or _LATER_DAY.search(sentence[: _LATEST * 2])
    if named is None or not _HELD.search(sentence, named.end()):
        return None
    printed = named["day"] or named["inside"]
    if printed is None:
        iso = _days_before(published, 1 if named["ago"].startswith("昨") else 0)
        return _Day(iso, named.start(), sentence[named.end() :])
    day, year, month = int(printed), int(published[:4]), int(published[5:7])
    if day > int(published[8:]):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    found = to_day(year, month, day=day)
    return _Day(found, named.start(), sentence[named.end() :]) if found else None


def _infer_year(month: int, day: int, *, published: str | None) -> int:
    """Return the year in which a day was shortly before the publication; 0 where that is not known, or it is to come."""
    if published is None or len(published) < 7:
        return 0
    year = int(published[:4])
    if f"{month:02}-{day:02}" <= published[5:] + ("-31" if len(published) == 7 else ""):
        return year
    return year - 1 if (int(published[5:7]) - month) % 12 <= _LONGEST_AGO else 0


def _days_before(iso: str, days: int) -> str:
    return (date.fromisoformat(iso) - timedelta(days=days)).isoformat()
