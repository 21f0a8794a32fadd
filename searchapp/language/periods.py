"""Periods as people name them: 去年, 近三年, 2021年上半年, 十四五期间, 党的二十大以来 -> first and last day."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from indexer import SettingsError, date_span, fold, parse_numeral, read_list
from searchapp.language.dates import make_period, parse_date, read_day

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BUILT_IN = Path(__file__).parent / "periods.txt"
Span = tuple[int | None, int | None]

_DASH = r"\s*(?:\.{2,3}|…|~|—+|–|至|到)\s*"
_HALVES = {"上半年": (1, 6), "下半年": (7, 12), "年初": (1, 3), "年底": (10, 12), "年末": (10, 12)}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_YEARS = {"今年": 0, "本年": 0, "去年": -1, "上年": -1, "前年": -2}
_LENGTHS = {"周": 7, "星期": 7, "天": 1, "日": 1}
_NUMERAL = r"(\d{1,4}|[一二两三四五六七八九十百]{1,4}|几)"


@dataclass(frozen=True)
class Calendar:
    """Named periods (by their folded names), and what day it is."""

    named: Mapping[str, Span]
    today: Callable[[], date] = date.today

    def parse(self, typed: str) -> Span | None:
        """Return first and last day of a typed period (numbers like 20210312, None is open); None for no period."""
        text = unicodedata.normalize("NFKC", typed).strip()
        if (span := self._parse_one(text)) is not None:
            return span
        compared = re.fullmatch(r"(>=|<=|>|<|≥|≤)\s*(.+)", text)
        if compared:
            return self._compare(compared[1], compared[2])
        turned = re.fullmatch(r"(.+?)(以来|至今|以后|之后|以前|之前|起)", text)
        if turned:
            sign = {"以前": "<", "之前": "<", "以后": ">=", "之后": ">="}.get(turned[2], ">=")
            return self._compare(sign, turned[1].removesuffix("以").removesuffix("至"))
        ends = text.split("-") if re.fullmatch(r"\d{4}-\d{4}", text) else re.split(_DASH, text)
        return self._between(*ends) if len(ends) == 2 and any(ends) else None

    def _between(self, start: str, end: str) -> Span | None:
        if re.fullmatch(r"\d{1,2}月(\d{1,2}日)?", end) and (year := re.match(r"\d{4}年", start)):
            end = year[0] + end  # 2021年3月至5月
        spans = [self._parse_closed(part) if part else None for part in (start, end)]
        if any(part and span is None for part, span in zip((start, end), spans, strict=True)):
            return None
        return make_period(*spans)

    def _compare(self, sign: str, typed: str) -> Span | None:
        span = self._parse_closed(typed)
        if span is None:
            return None
        first, last = span
        after, before = _shift(last, 1), _shift(first, -1)
        return {">": (after, None), "<=": (None, last), "≤": (None, last), "<": (None, before)}.get(sign, (first, None))

    def _parse_closed(self, text: str) -> tuple[int, int] | None:
        span = self._parse_one(text.strip())
        return (span[0], span[1]) if span and span[0] is not None and span[1] is not None else None

    def _parse_one(self, text: str) -> Span | None:
        """Read a date, a relative or a named period."""
        if (iso := parse_date(text)) is not None:
            return date_span(iso)
        if (named := self.named.get(fold(text).text)) is not None:
            return named
        return self._parse_relative(text) or self._parse_part_of_year(text)

    def _parse_relative(self, text: str) -> Span | None:
        today = self.today()
        monday = today - timedelta(days=today.weekday())
        this_month = today.replace(day=1)
        last_month_end = this_month - timedelta(days=1)
        days: dict[str, tuple[date, date]] = {
            "今天": (today, today),
            "昨天": (today - timedelta(days=1),) * 2,
            "前天": (today - timedelta(days=2),) * 2,
            "本周": (monday, today),
            "这周": (monday, today),
            "上周": (monday - timedelta(days=7), monday - timedelta(days=1)),
            "本月": (this_month, today),
            "这个月": (this_month, today),
            "上月": (last_month_end.replace(day=1), last_month_end),
            "上个月": (last_month_end.replace(day=1), last_month_end),
        }
        if text in days:
            return _number(days[text][0]), _number(days[text][1])
        if text in _YEARS:
            return date_span(str(today.year + _YEARS[text]))
        recent = re.fullmatch(rf"(?:最近|近|过去){_NUMERAL}个?(年|月|周|星期|天|日)(?:以?来|内|间)?", text)
        if recent:
            count = 3 if recent[1] == "几" else parse_numeral(recent[1])
            return _number(_go_back(today, count, unit=recent[2])), _number(today)
        return None

    def _parse_part_of_year(self, text: str) -> Span | None:
        match = re.fullmatch(r"(\d{4})年?(.+)|(今年|去年|前年)(.+)", text)
        if match is None:
            return None
        year = int(match[1]) if match[1] else self.today().year + _YEARS[match[3]]
        if not year:
            return None
        part = match[2] or match[4]
        months = _HALVES.get(part)
        quarter = re.fullmatch(r"第?([一二三四1-4])季度", part)
        if quarter:
            last = 3 * _QUARTERS[quarter[1]]
            months = (last - 2, last)
        month = re.fullmatch(r"(\d{1,2})月", part)
        if month and 1 <= int(month[1]) <= 12:
            months = (int(month[1]),) * 2
        if months is None:
            return None
        return date_span(f"{year:04}-{months[0]:02}")[0], date_span(f"{year:04}-{months[1]:02}")[1]


def _shift(number: int, days: int) -> int:
    try:
        return _number(read_day(number) + timedelta(days=days))
    except OverflowError:  # there is no day before the first, or after the last
        return number


def _number(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day


def _go_back(today: date, count: int, *, unit: str) -> date:
    """Return the day from which on a period that ends today is so long."""
    if unit in ("年", "月"):
        months = today.year * 12 + today.month - 1 - count * (12 if unit == "年" else 1)
        year, month = max(1, months // 12), months % 12 + 1
        return date(year, month, min(today.day, monthrange(year, month)[1]))
    return today - timedelta(days=min(count, 100_000) * _LENGTHS[unit])


def read_calendar(file: Path | None = None) -> Calendar:
    """Read the built-in periods, and those of a file of the same form (`name=other name: 2021-01-01..2025-12-31`).

    Raises:
        SettingsError: a file cannot be read, or a line is no period; says which and why.
    """
    named = _read_periods(BUILT_IN)
    return Calendar(named | _read_periods(file) if file is not None else named)


def _read_periods(file: Path) -> dict[str, Span]:
    named: dict[str, Span] = {}
    problems = []
    for number, line in enumerate(read_list(file, "the calendar"), start=1):
        text = unicodedata.normalize("NFKC", line.partition("#")[0]).strip()
        if not text:
            continue
        names, _, days = text.rpartition(":")
        ends = [end.strip() for end in days.split("..")]
        read = [parse_date(end) if end else None for end in ends]
        folded = [fold(name).text for name in names.split("=")]
        if len(ends) != 2 or not any(read) or any(end and not iso for end, iso in zip(ends, read, strict=True)):
            problems.append(f"{file}, line {number}: write a period as `name: 2021-01-01..2025-12-31`")
        elif not all(folded):
            problems.append(f"{file}, line {number}: the period has no name")
        else:
            start, end = (date_span(iso) if iso else None for iso in read)
            named |= dict.fromkeys(folded, (start[0] if start else None, end[1] if end else None))
    if problems:
        raise SettingsError(problems)
    return named
