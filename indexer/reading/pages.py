"""The lines of pages, as formats of fixed layout give them -> one text without running heads and numbers of pages."""

from __future__ import annotations

import re
from collections import Counter

_PAGE_NUMBER = re.compile(r"[\s—–\-·•第/共页Pp.age]*\d{1,5}[\s—–\-·•页/共of]*\d{0,5}[\s—–\-·•页]*")
_LEAST_PAGES = 3
_EDGE = 2


def without_edges(pages: list[list[str]]) -> list[list[str]]:
    """Drop the numbers of pages, and the lines that most pages begin or end with, but for where they first stand."""
    shift = _find_shift(pages)
    count = Counter(shape for number, page in enumerate(pages) for shape in _shapes_of(page, number, shift=shift))
    running = {shape for shape, pages_with in count.items() if pages_with >= max(_LEAST_PAGES, len(pages) * 0.6)}
    seen: set[str] = set()
    kept = []
    for number, page in enumerate(pages):
        edge = {*range(min(_EDGE, len(page))), *range(max(0, len(page) - _EDGE), len(page))}
        lines = []
        for place, line in enumerate(page):
            shape = _shape(line, number, shift=shift)
            if place in edge and (_numbers_page(line, number, shift=shift) or (shape in running and shape in seen)):
                continue
            seen.add(shape)
            lines.append(line)
        kept.append(lines)
    return kept


def _find_shift(pages: list[list[str]]) -> int | None:
    """Return by how much the printed numbers of pages are ahead of ours (from 0); None where none are printed."""
    shifts = Counter(
        int(found[0]) - number
        for number, page in enumerate(pages)
        for line in _edge_of(page)
        if _PAGE_NUMBER.fullmatch(line) and (found := re.search(r"\d+", line))
    )
    shift, times = shifts.most_common(1)[0] if shifts else (0, 0)
    return shift if times >= min(2, len(pages)) and (times > 1 or shift == 1) else None


def _numbers_page(line: str, number: int, *, shift: int | None) -> bool:
    if shift is None or _PAGE_NUMBER.fullmatch(line) is None:
        return False
    found = re.search(r"\d+", line)
    return found is not None and int(found[0]) == number + shift


def _edge_of(page: list[str]) -> list[str]:
    return page if len(page) <= 2 * _EDGE else page[:_EDGE] + page[-_EDGE:]


def _shapes_of(page: list[str], number: int, *, shift: int | None) -> set[str]:
    return {_shape(line, number, shift=shift) for line in _edge_of(page)}


def _shape(line: str, number: int, *, shift: int | None) -> str:
    """Return a line without the number of its page, where it stands as such: at an end, in 第3页, between dashes."""
    if shift is None:
        return line
    own = number + shift
    return re.sub(
        rf"^{own}(?=\s)|(?<=\s){own}$|(?<=第){own}(?=页)|(?<=第 ){own}(?= 页)|(?<=[-—–]){own}(?=[-—–])", "#", line
    )
