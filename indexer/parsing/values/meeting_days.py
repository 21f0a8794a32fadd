"""The last day of a meeting, where it lasts several: 3月12日至14日, 2021年3月30日—4月1日."""

from __future__ import annotations

import re
from datetime import date

from indexer.parsing.dates import fold_digits, to_day

_UNTIL = re.compile(
    r"[日号]?\s*(?:(?:上午|下午|晚)\s*)?(?:至|到|[-—–―－~～]{1,2})\s*(?:(?P<year>(?:19|20)\d\d)\s*年\s*)?"
    r"(?:(?P<month>1[0-2]|0?[1-9])\s*月\s*)?(?P<day>3[01]|[12]\d|0?[1-9])\s*[日号]"
)
# Nothing that is called a meeting lasts longer; it is a campaign, or two dates.
_LONGEST = 31


def find_last_day(first: str, following: str) -> str | None:
    """Return the last day (ISO) of a meeting by its first one and what follows that in the text; None if there is none."""
    found = _UNTIL.match(fold_digits(following))
    if found is None:
        return None
    begins = date.fromisoformat(first)
    year, month = int(found["year"] or begins.year), int(found["month"] or begins.month)
    if found["year"] is None and month < begins.month:  # over the turn of the year
        year += 1
    last = to_day(year, month, day=int(found["day"]))
    return last if last is not None and 0 < (date.fromisoformat(last) - begins).days <= _LONGEST else None
