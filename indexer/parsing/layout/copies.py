"""What a file holds besides its text once: the numbers of printed pages inside sentences, and the whole text a second time."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from indexer.parsing.layout.lines import is_complete, is_heading, squeeze
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.parsing.layout.lines import Line

_NUMBER = r"(?:\d{1,4}|[０-９]{1,4}|[IVXivxⅠ-Ⅻ]{1,5}|[一二三四五六七八九十]{1,4})"
_PAGE_NUMBERS = Rules(
    "a line that is the number of a printed page",
    (rf"[-—－–─~～·•.\s【\[（(<《]+\s*{_NUMBER}\s*[-—－–─~～·•.\s】\]）)>》]+", "— 3 —"),
    (rf"第\s*{_NUMBER}\s*页(?:\s*[,，/／|｜]?\s*[（(]?共\s*{_NUMBER}\s*页[）)]?)?", "第 4 页 共 9 页"),
    (rf"{_NUMBER}\s*[/／]\s*{_NUMBER}", "4 / 9"),
    (r"(?:[Pp](?:age)?)[.\s]*\d{1,4}", "P.8"),
    how="fullmatch",
)
_BARE_NUMBER = re.compile(r"\d{1,4}|[０-９]{1,4}")
_DIGITS = re.compile(r"\d+")
_LONGEST_NUMBER = 16
_BEGINS = re.compile(r"[\u3400-\u9fff]")
_LEAST_BEFORE = 8
_LEAST_BESIDE_BARE = 12
_LEAST_SENTENCE = 30
_LEAST_COPY = 60
_LONGEST_BETWEEN = 20
_MOST_BETWEEN = 2
_MOST_OF_IT = 0.7


def join_over_pages(lines: list[Line]) -> list[Line]:
    """Return lines without the page numbers between two halves of a sentence; the second half goes on.

    Where there are such, the other numbers in the same form are those of pages, too.
    """
    numbers = {
        index
        for index, line in enumerate(lines[1:-1], 1)
        if (len(line.text) <= _LONGEST_NUMBER and _is_page_number(lines, index))
        or (line.text == lines[0].text and _is_running_head(lines, index))
    }
    if not numbers:
        return lines
    forms = {_form_of(lines[index].text) for index in numbers} - {""}
    found: list[Line] = []
    for index, line in enumerate(lines):
        if index in numbers or (len(line.text) <= _LONGEST_NUMBER and _form_of(line.text) in forms):
            continue
        found.append(replace(line, goes_on=True) if index - 1 in numbers else line)
    return found


def _is_running_head(lines: list[Line], index: int) -> bool:
    """Tell whether a line that says the same as the first of the file stands inside a sentence, as a page prints it over its text."""
    if index < 2 or len(lines[0].text) < _LEAST_BEFORE:
        return False
    before, below = lines[index - 1].text, lines[index + 1].text
    return len(before) >= _LEAST_BEFORE and not is_complete(before) and not is_heading(below)


def _form_of(text: str) -> str:
    """Return how the number of a page is printed (— # —), nothing for a number alone or what is none."""
    is_alone = _BARE_NUMBER.fullmatch(text) is not None
    return "" if is_alone or _PAGE_NUMBERS.fullmatch(text) is None else _DIGITS.sub("#", text)


def _is_page_number(lines: list[Line], index: int) -> bool:
    """Tell whether a line is the number of a page inside a sentence, and no row of a table."""
    text, before, below = lines[index].text, lines[index - 1].text, lines[index + 1].text
    is_bare = _BARE_NUMBER.fullmatch(text) is not None
    if not is_bare and _PAGE_NUMBERS.fullmatch(text) is None:
        return False
    least = _LEAST_BESIDE_BARE if is_bare else _LEAST_BEFORE
    if len(before) < least or is_complete(before) or (is_bare and len(below) < least):
        return False
    return _BEGINS.match(below) is not None and not is_heading(below)


def without_second_copy(lines: list[Line]) -> list[Line]:
    """Return the lines of a text without its second copy, where it is printed twice from beginning to end."""
    seen: dict[str, int] = {}
    for index, line in enumerate(lines):
        if len(line.text) < _LEAST_SENTENCE:
            continue
        first = seen.setdefault(line.text, index)
        if first < index:
            copy = _copy_at(lines, first, second=index)
            return lines if copy is None else [*lines[: copy[0]], *lines[copy[1] :]]
    return lines


def _copy_at(lines: list[Line], first: int, *, second: int) -> tuple[int, int] | None:
    """Return where a copy begins and ends of which the same sentence was found at two places."""
    room = min(first, second - first - 1)
    above = _same(lines, ((first - step, second - step) for step in range(1, room + 1)))
    room = min(second - above - first, len(lines) - second)
    below = _same(lines, ((first + step, second + step) for step in range(room)))
    between = lines[first + below : second - above]
    said = sum(len(line.text) for line in lines[first - above : first + below])
    whole = sum(len(line.text) for line in lines)
    is_all = len(between) <= _MOST_BETWEEN and all(len(line.text) <= _LONGEST_BETWEEN for line in between)
    if not is_all or said < _LEAST_COPY or said * 2 < whole * _MOST_OF_IT:
        return None
    return second - above, second + below


def _same(lines: list[Line], pairs: Iterable[tuple[int, int]]) -> int:
    """Count the pairs of lines, from the first on, that say the same."""
    return sum(1 for _ in takewhile(lambda pair: _says_same(lines[pair[0]], lines[pair[1]]), pairs))


def _says_same(line: Line, other: Line) -> bool:
    return line.text == other.text or squeeze(line.text) == squeeze(other.text)
