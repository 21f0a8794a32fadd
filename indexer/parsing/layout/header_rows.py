"""Which lines of an article are its header: those near the title that carry values, with what stands right under it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.parsing.dates import find_dates
from indexer.parsing.layout.header_lines import is_dated, is_paper
from indexer.parsing.layout.kinds import LineKind
from indexer.parsing.layout.labels import can_follow, has_empty_label, has_publishing_label, is_trap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.parsing.layout.lines import Line

ZONE = 40
_FEW = 3
_SCHEDULE = re.compile(r"(?:会议|活动)?(?:地点|议题|参加人员|参会人员|会期)\s*[:：]")
_WEEKDAY = re.compile(r"星期[一二三四五六日天]")


def find_header(lines: list[Line], kinds: list[LineKind], *, top: int, start: int, title: Sequence[int]) -> list[int]:
    """Return which lines are the header: near the title, above the body; not those far above, which are of the page."""
    first = _first_of_header(lines, kinds, top=top, index=title[0]) if title else top
    last = max([start, *(index + 1 for index in title)])
    found: list[int] = []
    for index in range(first, len(lines)):
        if len(found) > ZONE or _is_table_of_days(lines, kinds, index=index):
            break
        if not _may_be_of_header(lines, kinds, index=index):
            if index >= last and kinds[index] is not LineKind.FURNITURE:
                break
        elif index >= last and (index > last + _FEW or is_schedule(lines, index)):
            break
        else:
            found += _with_papers(lines, index, found=found, title=title)
            last = max(last, found[-1] + 1) if found[-1] >= start else last
    return found


def _may_be_of_header(lines: list[Line], kinds: list[LineKind], *, index: int) -> bool:
    """Tell whether a line carries values, and no day of viewing, as today's over the day of the week."""
    if kinds[index] is not LineKind.HEADER or is_trap(lines[index]):
        return False
    return index + 1 == len(lines) or _WEEKDAY.fullmatch(lines[index + 1].plain) is None


def _with_papers(lines: list[Line], index: int, *, found: list[int], title: Sequence[int]) -> list[int]:
    """Return a line of a header with the names of newspapers that stand alone above and below it."""
    own = [index]
    if index and is_paper(lines[index - 1]) and index - 1 not in found and index - 1 not in title:
        own.insert(0, index - 1)
    if index + 1 < len(lines) and is_paper(lines[index + 1]) and is_dated(lines[index]):
        own.append(index + 1)
    return own


def _is_table_of_days(lines: list[Line], kinds: list[LineKind], *, index: int) -> bool:
    """Tell whether a line is the first of several that begin with a day each: a roster, a chronicle."""
    rows = lines[index : index + _FEW] if kinds[index] is LineKind.HEADER else []
    if len(rows) < _FEW or any(kind is not LineKind.HEADER for kind in kinds[index : index + _FEW]):
        return False
    if any(has_publishing_label(row) for row in rows):
        return False
    days = {found[0].iso for row in rows if (found := find_dates(row.plain)) and found[0].start == 0}
    return len(days) == _FEW


def _first_of_header(lines: list[Line], kinds: list[LineKind], *, top: int, index: int) -> int:
    """Return where the labels above a title begin; a few other lines may stand between, not a menu."""
    first, others = index, 0
    while index > top and others <= _FEW:
        index -= 1
        if kinds[index] is LineKind.HEADER:
            first, others = index, 0
        elif not (index and has_empty_label(lines[index - 1])) and kinds[index] is not LineKind.FURNITURE:
            others += 1
    return first


def is_schedule(lines: list[Line], index: int) -> bool:
    """Tell whether a line gives the time of a meeting to come, among its place and its agenda."""
    return any(_SCHEDULE.match(line.plain) for line in lines[index + 1 : index + 3])


def find_values_below(lines: list[Line], header: list[int]) -> set[int]:
    """Return which lines are the values of labels on the line above them."""
    return {
        index + 1
        for index in header
        if index + 1 < len(lines) and has_empty_label(lines[index]) and can_follow(lines[index + 1])
    } - set(header)


def in_order(lines: list[Line], header: list[int], *, values: set[int], title: Sequence[int]) -> list[Line]:
    """Return the lines of a header, those under the title first: they say more of the article than those over it."""
    if title:
        header = sorted(header, key=lambda index: index < title[0])
    return [lines[at] for index in header for at in (index, index + 1) if at == index or at in values]
