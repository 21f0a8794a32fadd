"""Dates in any notation of the genre -> ISO dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from indexer.analysis.numerals import parse_numeral
from indexer.document import LIKELY_YEARS

_WIDE = str.maketrans("０１２３４５６７８９．／－", "0123456789./-")
_ANY_DIGIT = re.compile("[0-9０-９年]")
_ANY_LATIN = re.compile("[A-Za-z]{3}")
_ANY_WIDE = re.compile("[０-９．／－]")

# Years of the Republic, as Taiwan counts them: 民國114年1月13日.
_REPUBLIC = re.compile(
    r"(?<![\d年])(?:民[国國]\s*)?(?P<year>1[0-4]\d|(?<=[国國])\d{2}|(?<=[国國] )\d{2})\s*年\s*(?P<month>1[0-2]|0?[1-9])\s*月\s*(?P<day>3[01]|[12]\d|0?[1-9])\s*日"
)
# 111-03-21 alone, or behind the label of a day; elsewhere it may be any number.
_REPUBLIC_IN_FIGURES = re.compile(
    r"(?:^|(?<=[期间間于於][:：]))\s*(?P<year>1[0-4]\d)([-./])(?P<month>0[1-9]|1[0-2])\2(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?=\s*(?:$|\d{1,2}:\d{2}|[^\d\s\-./]))"
)
_FIRST_OF_REPUBLIC = 1911
# What stands for a zero in 二〇一九: the sign itself, circles, letters and digits that look like it.
_ZEROS = "〇○◯ＯｏOoΟο０0零"
YEAR_IN_WORDS = f"[一二][{_ZEROS}一二三四五六七八九]{{3}}"
_PLAIN_ZEROS = str.maketrans(dict.fromkeys(_ZEROS, "〇"))
_ANY_YEAR = re.compile(rf"(?:19|20)\d\d|(?<!\d)1[0-4]\d(?:\s*年|[-./]\d\d[-./])|民[国國]|{YEAR_IN_WORDS}\s*年")
_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*(?:年|[-./]|:(?=\d\d:\d\d\s))\s*(?P<month>1[0-2]|0?[1-9])(?:\s*(?:月|[-./:])\s*(?P<day>3[01]|[12]\d|0?[1-9])"
    r"(?:\s*日|(?![\d]))(?!\.\d))?(?:\s*月)?"
)
_DAY_FIRST = re.compile(
    r"(?<![\d.])(?P<day>3[01]|[12]\d|0?[1-9])\.(?P<month>1[0-2]|0?[1-9])\.(?P<year>(?:19|20)\d\d)(?!\d)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_MONTH = r"(?P<month>(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6})\.?"
# Jan 9, 2011; 9 January 2011
_ENGLISH = (
    re.compile(
        rf"\b{_ENGLISH_MONTH}\s+(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\s*,?\s*(?P<year>(?:19|20)\d\d)\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?[\s-]+{_ENGLISH_MONTH}[\s,-]*(?P<year>(?:19|20)\d\d)\b",
        re.IGNORECASE,
    ),
)
MONTH_IN_WORDS = "十[一二]?|[一二三四五六七八九正元]"
DAY_IN_WORDS = "三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九]"
_CHINESE = re.compile(
    rf"(?P<year>{YEAR_IN_WORDS})\s*年\s*(?P<month>{MONTH_IN_WORDS}|1[0-2]|0?[1-9])\s*月"
    rf"(?:\s*(?P<day>{DAY_IN_WORDS}|3[01]|[12]\d|0?[1-9])\s*日)?"
)
# What joins the first and the last day of a span: 12日至14日, 12-14日.
_DASH = "[-—–―~～〜－]{1,3}"
TO = f"(?:[至到]|{_DASH})"
_MONTH_DAY = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)\s*年\s*)?(?<!\d)(?P<month>1[0-2]|0?[1-9])\s*月\s*(?P<day>3[01]|[12]\d|0?[1-9])\s*"
    rf"(?:[日号]|(?=\s*(?:{TO}|、)))"
)
_MONTH_DAY_IN_WORDS = re.compile(
    rf"(?:(?P<year>{YEAR_IN_WORDS})\s*年\s*)?(?<![十一二三四五六七八九])(?P<month>{MONTH_IN_WORDS})\s*月\s*(?P<day>{DAY_IN_WORDS})\s*"
    rf"(?:[日号]|(?=\s*(?:{TO}|、)))"
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """An ISO date and where in the text it stands."""

    iso: str
    start: int
    end: int


@lru_cache(maxsize=512)
def find_dates(text: str) -> tuple[FoundDate, ...]:
    """Return every date with a year, in order. Impossible ones (30 February) are left out."""
    if not _ANY_DIGIT.search(text):
        return ()
    plain = fold_digits(text)
    found: list[FoundDate] = []
    if not _ANY_YEAR.search(plain):
        return ()
    for pattern, sign in ((_YEAR_FIRST, ""), (_DAY_FIRST, "."), (_CHINESE, "年")):
        for match in pattern.finditer(plain) if sign in plain else ():
            iso = _to_iso(match["year"], match["month"], day=match["day"])
            if iso is not None:
                found.append(FoundDate(iso, match.start(), match.end()))
    for pattern in _ENGLISH if _ANY_LATIN.search(plain) else ():
        for match in pattern.finditer(plain):
            iso = to_day(int(match["year"]), _MONTHS.index(match["month"][:3].lower()) + 1, day=int(match["day"]))
            if iso is not None:
                found.append(FoundDate(iso, match.start(), match.end()))
    for pattern in (_REPUBLIC, _REPUBLIC_IN_FIGURES) if "年" in plain else (_REPUBLIC_IN_FIGURES,):
        for match in pattern.finditer(plain):
            iso = to_day(int(match["year"]) + _FIRST_OF_REPUBLIC, int(match["month"]), day=int(match["day"]))
            if iso is not None:
                found.append(FoundDate(iso, match.start(), match.end()))
    return tuple(sorted(found, key=lambda item: item.start))


@dataclass(frozen=True, slots=True)
class FoundDay:
    """A month and a day, with the year where that is printed as well, and where in the text they stand."""

    year: int | None
    month: int
    day: int
    start: int
    end: int


def find_month_days(text: str) -> list[FoundDay]:
    """Return every `M月D日` of a text in order, in figures and in words."""
    if "月" not in text:
        return []
    found = []
    for pattern in (_MONTH_DAY, _MONTH_DAY_IN_WORDS):
        for match in pattern.finditer(fold_digits(text)):
            year = parse_numeral(match["year"].translate(_PLAIN_ZEROS)) if match["year"] else None
            month, day = (_read_words(match[name]) for name in ("month", "day"))
            found.append(FoundDay(year, month, day, match.start(), match.end()))
    return sorted(found, key=lambda own: own.start)


def _read_words(printed: str) -> int:
    """Return a month or a day in figures or in words; 正 and 元 are the first month."""
    return 1 if printed in {"正", "元"} else parse_numeral(printed)


def to_day(year: int, month: int, *, day: int) -> str | None:
    """Return an ISO date, or None where the calendar has no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def fold_digits(text: str) -> str:
    """Make full-width digits, and the signs that stand between them in dates, plain, one character for one."""
    text = text.replace("年元月", "年1月")
    return text.translate(_WIDE) if _ANY_WIDE.search(text) else text


def _to_iso(year: str, month: str, *, day: str | None) -> str | None:
    numbers = [
        parse_numeral(year if year.isascii() else year.translate(_PLAIN_ZEROS)),
        *(_read_words(part) for part in (month, day) if part),
    ]
    if not LIKELY_YEARS[0] <= numbers[0] <= LIKELY_YEARS[1]:
        return None
    if len(numbers) == 2:
        return f"{numbers[0]:04}-{numbers[1]:02}"
    return to_day(numbers[0], numbers[1], day=numbers[2])
