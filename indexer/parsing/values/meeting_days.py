"""The last day of a meeting, where it lasts several: 3月12日至14日, 3月12－14日, 2019.3.12-14, 三月十二日至十四日."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from indexer.analysis.numerals import parse_numeral
from indexer.parsing.dates import DAY_IN_WORDS, MONTH_IN_WORDS, TO, fold_digits, to_day
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    import re

_YEAR = r"(?:(?P<year>(?:19|20)\d\d)\s*年\s*)?"
_MONTH, _DAY = rf"(?P<month>1[0-2]|0?[1-9]|{MONTH_IN_WORDS})", rf"(?P<day>3[01]|[12]\d|0?[1-9]|{DAY_IN_WORDS})"
_PART = r"[日号]?\s*(?:[（(](?:星期|周)[一二三四五六日天][）)])?\s*(?:[上下]午|早上|晚上?)?\s*"
# What follows the first day, of which the month may have been the last character: |日至14日, |-14日, |日、13日.
_UNTIL = (
    Rules("until a day and its sign", (rf"{_PART}{TO}\s*{_YEAR}(?:{_MONTH}\s*月\s*)?{_DAY}\s*[日号]", "日至4月1日"), how="match"),
    Rules(
        "until a day behind dots or dashes",
        (rf"\s*{TO}\s*(?:(?P<year>(?:19|20)\d\d)\s*[./-]\s*)?(?:{_MONTH}\s*[./-]\s*)?{_DAY}(?![\d月年.:：时点])", "-14，"),
        how="match",
    ),
    Rules(
        "the next day, and the one after it",
        (rf"[日号]?\s*[、和及]\s*(?:\d{{1,2}}[日号]?\s*[、和及]\s*)?(?:{_MONTH}\s*月\s*)?{_DAY}\s*[日号]", "日、13日"),
        how="match",
    ),
)  # fmt: skip
# Nothing that is called a meeting lasts longer; it is a campaign, or two dates.
_LONGEST = 31
_LONGEST_LISTED = 3


def find_last_day(first: str, following: str) -> str | None:
    """Return the last day (ISO) of a meeting by its first one and what follows that in the text; None if there is none."""
    plain = fold_digits(following[:40])
    for rules in _UNTIL:
        if (found := rules.find(plain)) is not None:
            return _read(found, date.fromisoformat(first), most=_LONGEST_LISTED if rules is _UNTIL[-1] else _LONGEST)
    return None


def _read(found: re.Match[str], begins: date, *, most: int) -> str | None:
    groups = found.groupdict()
    year = int(groups.get("year") or begins.year)
    month = parse_numeral(groups["month"]) if groups["month"] else begins.month
    if not groups.get("year") and month < begins.month:  # over the turn of the year
        year += 1
    last = to_day(year, month, day=parse_numeral(groups["day"]))
    return last if last is not None and 0 < (date.fromisoformat(last) - begins).days <= most else None
