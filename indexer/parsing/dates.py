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
_FIRST_OF_REPUBLIC = 1911
_ANY_YEAR = re.compile(r"(?:19|20)\d\d|(?<!\d)1[0-4]\d\s*年|民[国國]|[一二][〇○零一二三四五六七八九]{3}年")
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
_CHINESE = re.compile(
    r"(?P<year>[一二][〇○零一二三四五六七八九]{3})年(?P<month>十[一二]?|[一二三四五六七八九])月"
    r"(?:(?P<day>三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])日)?"
)
_MONTH_DAY = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)\s*年\s*)?(?<!\d)(?P<month>1[0-2]|0?[1-9])\s*月\s*(?P<day>3[01]|[12]\d|0?[1-9])\s*"
    r"(?:[日号]|(?=\s*[-—–至、]))"
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
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _CHINESE):
        for match in pattern.finditer(plain):
            iso = _to_iso(match["year"], match["month"], day=match["day"])
            if iso is not None:
                found.append(FoundDate(iso, match.start(), match.end()))
    for pattern in _ENGLISH if _ANY_LATIN.search(plain) else ():
        for match in pattern.finditer(plain):
            iso = to_day(int(match["year"]), _MONTHS.index(match["month"][:3].lower()) + 1, day=int(match["day"]))
            if iso is not None:
                found.append(FoundDate(iso, match.start(), match.end()))
    for match in _REPUBLIC.finditer(plain):
        iso = to_day(int(match["year"]) + _FIRST_OF_REPUBLIC, int(match["month"]), day=int(match["day"]))
        if iso is not None:
            found.append(FoundDate(iso, match.start(), match.end()))
    return tuple(sorted(found, key=lambda item: item.start))


def find_month_days(text: str) -> list[tuple[re.Match[str], int | None, int, int]]:
    """Return every `M月D日` of a text as (match, year or None, month, day)."""
    matches = _MONTH_DAY.finditer(fold_digits(text))
    return [(m, int(m["year"]) if m["year"] else None, int(m["month"]), int(m["day"])) for m in matches]


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
    numbers = [parse_numeral(part) for part in (year, month, day) if part is not None]
    if not LIKELY_YEARS[0] <= numbers[0] <= LIKELY_YEARS[1]:
        return None
    if len(numbers) == 2:
        return f"{numbers[0]:04}-{numbers[1]:02}"
    return to_day(numbers[0], numbers[1], day=numbers[2])
