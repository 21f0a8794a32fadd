"""Dates as people type them into a form or a query: 2021, 2021-3, 2021年3月, ２０２１／３／１２."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date

_TYPED = re.compile(r"(\d{4})\s*(?:年|[-./])?\s*(?:(\d{1,2})\s*(?:月|[-./])?\s*(?:(\d{1,2})\s*日?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_OF_YEAR = re.compile(r"(\d{1,2})\s*[月/]\s*(\d{1,2})\s*日?")


def parse_date(typed: str) -> str | None:
    """Return the ISO date (day, month or year) that was typed, or None where it is no date of the calendar."""
    text = unicodedata.normalize("NFKC", typed).strip()
    match = _COMPACT.fullmatch(text) or _TYPED.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    return "-".join(
        f"{part:02}" if at else f"{part:04}" for at, part in enumerate((year, month, day)) if part is not None
    )


def parse_day_of_year(typed: str, today: date) -> str | None:
    """Return the last day that 3/12 or 3月12日 was, as an ISO date; None where it is no such day."""
    match = _DAY_OF_YEAR.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    if match is None:
        return None
    for year in (today.year, today.year - 1):
        try:
            day = date(year, int(match[1]), int(match[2]))
        except ValueError:
            continue
        if day <= today:
            return day.isoformat()
    return None


def make_period(start: tuple[int, int] | None, end: tuple[int, int] | None) -> tuple[int | None, int | None]:
    """Return the first and last day between two dates' spans; typed the other way round they mean the same days."""
    if start is not None and end is not None and start > end:
        start, end = end, start
    return start[0] if start else None, end[1] if end else None


def read_day(number: int) -> date:
    """Turn a number like 20210312 into the day; months and years may end with a 31st that they do not have."""
    year, month, day = number // 10000, number // 100 % 100, number % 100
    return date(year, month, min(day, monthrange(year, month)[1]))


def spell_date(iso: str | None) -> str:
    """Write an ISO date as a Chinese page shows it."""
    if not iso:
        return ""
    return "".join(f"{int(part)}{unit}" for part, unit in zip(iso.split("-"), "年月日", strict=False))
