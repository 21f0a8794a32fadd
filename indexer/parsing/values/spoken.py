"""What the lines under a title say of a speech or report: the day of the meeting at which it was given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.parsing.dates import find_dates
from indexer.parsing.layout.speakers import GIVEN

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.values.header import Header

# 在全县教育工作会议上的讲话
_AT_MEETING = re.compile(r"在[^，。]{2,60}(?:会|会议|班|论坛|仪式|典礼|[开闭]幕式)上")
_DAY_ALONE = re.compile(
    r"[（(]?\s*[\d〇○零一二三四五六七八九十]{4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日[^（()）]{0,12}[）)]?"
)
_NEAR = 5  # lines under the title


def read_day_of_speech(title: str | None, subtitle: list[Line], *, header: Header) -> None:
    """Take the day under the title as that of the meeting at which a speech was given, if the title says at which."""
    for line in subtitle:
        given = GIVEN.match(line.plain)
        dates = find_dates(given["day"]) if given else ()
        if dates:
            header.set("date", dates[0].iso, line, "day under the title")
            header.set("meeting_date", dates[0].iso, line, "day under the title")
            return
    day, over = header.evidence.get("date"), header.evidence.get("title")
    if not title or day is None or over is None or not _AT_MEETING.search(title):
        return
    if 0 < day.line - over.line <= _NEAR and _DAY_ALONE.fullmatch(day.text):
        header.values.setdefault("meeting_date", header.values["date"])
        header.evidence.setdefault("meeting_date", day)


def is_given_at_meeting(subtitle: list[Line]) -> bool:
    """Tell whether the line under a title says at which meeting a report was given."""
    return any(GIVEN.match(line.plain) for line in subtitle)
