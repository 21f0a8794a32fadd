"""What a file holds besides its text once: the numbers of printed pages inside sentences, and the whole text a second time."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from indexer.parsing.layout.lines import is_button, is_complete, is_heading, is_menu, is_navigation, squeeze
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.parsing.layout.lines import Line

_NUMBER = r"(?:\d{1,4}|[０-９]{1,4}|[IVXivxⅠ-Ⅻ]{1,5}|[一二三四五六七八九十]{1,4})"
_PAGE_NUMBERS = Rules(
    "a line that is the number of a printed page, also where only one is seen",
    (rf"[-—－–─~～·•.\s]*[-—－–─~～·•.]\s*{_NUMBER}\s*[-—－–─~～·•.][-—－–─~～·•.\s]*", "— 3 —"),
    (rf"第\s*{_NUMBER}\s*页(?:\s*[,，/／|｜]?\s*[（(]?共\s*{_NUMBER}\s*页[）)]?)?", "第 4 页 共 9 页"),
    (r"(?:[Pp](?:age)?)[.\s]*\d{1,4}", "P.8"),
    how="fullmatch",
)
# Of a score (3/2), an answer or a cell only what stands around it, and the next number, tells a page apart.
_OF_ALL = re.compile(r"(?P<own>\d{1,4})\s*[/／]\s*(?P<all>\d{1,4})")
_BARE_NUMBER = re.compile(r"\d{1,3}|[０-９]{1,3}")
_DIGITS = re.compile(r"\d+")
_STOPS = re.compile("[，。；]")
_STOPS_OR_LIST = re.compile("[，。；、]")
_COUNTED = re.compile(
    "[万亿千百十年月日号时点分秒个名人次项件家所户位只头台辆亩米元克吨斤公平里岁多余几届期条款章节页卷册部套座栋间处场张份篇种类级批组队支艘架棵株倍成周天小]"
)
_COUNTS = re.compile(r"[\d〇零一二三四五六七八九十百千万亿第约近达到至共]$")
_LONGEST_NUMBER = 16
_BEGINS = re.compile(r"[\u3400-\u9fff]")
_LEAST_BEFORE = 8
_LEAST_BESIDE_BARE = 12
_LEAST_PROSE = 20
_LEAST_SENTENCE = 30
_LEAST_COPY = 60
_LONGEST_BETWEEN = 20
_MOST_BETWEEN = 2
_MOST_OF_IT = 0.7


def join_over_pages(lines: list[Line]) -> list[Line]:
    """Return lines without the page numbers between two halves of a sentence; the second half goes on.

    Where there are such, the other numbers in the same form are those of pages, too. The first line of a file once more
    beside a number or inside a long sentence is the head that each page prints.
    """
    numbers = _page_breaks(lines)
    if not numbers:
        return lines
    forms = {_form_of(lines[index].text) for index in numbers} - {""}
    found: list[Line] = []
    for index, line in enumerate(lines):
        if index in numbers or (len(line.text) <= _LONGEST_NUMBER and _form_of(line.text) in forms):
            continue
        found.append(replace(line, goes_on=True) if index - 1 in numbers else line)
    return found


def _page_breaks(lines: list[Line]) -> set[int]:
    """Return where numbers and heads of pages stand inside a sentence."""
    heads = {index for index in range(1, len(lines)) if lines[index].text == lines[0].text}
    heads = heads if lines and len(lines[0].text) >= _LEAST_BEFORE else set()
    numbers = _numbers_of_pages(lines)
    found: set[int] = set()
    for index in range(1, len(lines) - 1):
        if index in found or not (index in numbers or index in heads):
            continue
        both = {index, index + 1}
        is_pair = bool(both & numbers) and bool(both & heads) and both <= numbers | heads
        last = index + is_pair
        if last + 1 < len(lines) and _is_broken(lines, index, below=last + 1, numbers=numbers):
            found |= {index, last}
    return found


def _is_broken(lines: list[Line], first: int, *, below: int, numbers: set[int]) -> bool:
    """Tell whether the line before a number or a head of a page is prose whose sentence goes on below, and no row of a table."""
    before, after = lines[first - 1].text, lines[below].text
    if len(before) < _LEAST_BEFORE or is_complete(before) or _BEGINS.match(after) is None or is_heading(after):
        return False
    if not numbers & {first, below - 1}:  # a head alone: a song says its first line again as well
        return (
            len(before) >= _LEAST_PROSE and _STOPS.search(before) is not None and _BEGINS.match(before[-1]) is not None
        )
    if any(_BARE_NUMBER.fullmatch(lines[at].text) for at in range(first, below)):
        is_prose = _STOPS.search(before) and (len(after) >= _LEAST_PROSE or _STOPS.search(after))
        is_counted = _COUNTED.match(after) or _COUNTS.search(before)
        return bool(is_prose) and not is_counted and min(len(before), len(after)) >= _LEAST_BESIDE_BARE
    return len(before) >= _LEAST_PROSE or _STOPS_OR_LIST.search(before) is not None


def _numbers_of_pages(lines: list[Line]) -> set[int]:
    """Return which lines can be numbers of pages: by their form, or as one goes up from the other by one."""
    short = [(index, line.text) for index, line in enumerate(lines) if len(line.text) <= _LONGEST_NUMBER]
    bare = [(index, int(text)) for index, text in short if _BARE_NUMBER.fullmatch(text)]
    of_all = [(index, match) for index, text in short if (match := _OF_ALL.fullmatch(text))]
    found = {index for index, text in short if _PAGE_NUMBERS.fullmatch(text)} | _ascending(bare)
    counts = [(index, int(match["own"])) for index, match in of_all]
    if len({match["all"] for _, match in of_all}) == 1 and all(
        int(match["own"]) <= int(match["all"]) for _, match in of_all
    ):
        found |= _ascending(counts) if _ascending(counts) == {index for index, _ in counts} else set()
    return found


def _ascending(numbers: list[tuple[int, int]]) -> set[int]:
    """Return the places whose number is one more than that before or one less than the next; the only one has none."""
    if len(numbers) == 1:
        return {numbers[0][0]}
    pairs = [(one[0], other[0]) for one, other in pairwise(numbers) if other[1] == one[1] + 1]
    return {index for pair in pairs for index in pair}


def _form_of(text: str) -> str:
    """Return how the number of a page is printed (— # —), nothing for a number alone or what is none."""
    is_one = _OF_ALL.fullmatch(text) is not None or _PAGE_NUMBERS.fullmatch(text) is not None
    return _DIGITS.sub("#", text) if is_one else ""


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
    over = lines[: first - above]
    is_all = len(between) <= _MOST_BETWEEN and all(_is_between_copies(line, over) for line in between)
    if not is_all or said < _LEAST_COPY or said * 2 < whole * _MOST_OF_IT:
        return None
    return second - above, second + below


def _is_between_copies(line: Line, over: list[Line]) -> bool:
    """Tell whether a line between two copies is a button, or stands over the first as well; another is the title of another text."""
    if len(line.text) > _LONGEST_BETWEEN:
        return False
    is_of_page = is_button(line.plain) or is_menu(line.plain) or is_navigation(line.plain)
    return is_of_page or any(_says_same(line, other) for other in over)


def _same(lines: list[Line], pairs: Iterable[tuple[int, int]]) -> int:
    """Count the pairs of lines, from the first on, that say the same."""
    return sum(1 for _ in takewhile(lambda pair: _says_same(lines[pair[0]], lines[pair[1]]), pairs))


def _says_same(line: Line, other: Line) -> bool:
    return line.text == other.text or squeeze(line.text) == squeeze(other.text)
