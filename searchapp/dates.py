"""Dates as people type them into a form or a query: 2021, 2021-3, 2021年3月, ２０２１／３／１２."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from indexer import date_span

_TYPED = re.compile(r"(\d{4})\s*(?:年|[-./])?\s*(?:(\d{1,2})\s*(?:月|[-./])?\s*(?:(\d{1,2})\s*日?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


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


def parse_period(typed: str) -> tuple[int | None, int | None] | None:
    """Return first and last day of a typed period (a date, `2021..2022`, `>=2021-03`, `<2020`); None for no period."""
    text = unicodedata.normalize("NFKC", typed).strip()
    compared = re.fullmatch(r"(>=|<=|>|<)\s*(.+)", text)
    if compared:
        return _compare(compared[1], compared[2])
    ends = re.split(r"\.{2,3}|~|至|到", text)
    if len(ends) == 2 and any(ends):
        spans = [date_span(iso) if (iso := parse_date(end)) else None for end in ends]
        if all(span or not end.strip() for span, end in zip(spans, ends, strict=True)):
            return make_period(*spans)
        return None
    iso = parse_date(text)
    return date_span(iso) if iso else None


def make_period(start: tuple[int, int] | None, end: tuple[int, int] | None) -> tuple[int | None, int | None]:
    """Return the first and last day between two dates' spans; typed the other way round they mean the same days."""
    if start is not None and end is not None and start > end:
        start, end = end, start
    return start[0] if start else None, end[1] if end else None


def _compare(sign: str, typed: str) -> tuple[int | None, int | None] | None:
    iso = parse_date(typed)
    if iso is None:
        return None
    first, last = date_span(iso)
    return {">=": (first, None), ">": (last + 1, None), "<=": (None, last), "<": (None, first - 1)}[sign]


def spell_date(iso: str | None) -> str:
    """Write an ISO date as a Chinese page shows it."""
    if not iso:
        return ""
    return "".join(f"{int(part)}{unit}" for part, unit in zip(iso.split("-"), "年月日", strict=False))
