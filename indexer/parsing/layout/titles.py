"""The title of an article: the line near its start that says most of what the body says, and the lines it was wrapped over."""

from __future__ import annotations

import re
from itertools import pairwise

from indexer.parsing.layout.kinds import (
    LineKind,
    kind_of,
)
from indexer.parsing.layout.labels import is_trap
from indexer.parsing.layout.lines import (
    Line,
    is_button,
    is_caption,
    is_heading,
    is_navigation,
    is_title_like,
    is_tool,
)
from indexer.parsing.layout.numbers import is_number_line
from indexer.parsing.layout.paragraphs import word_spans

_HAN_PAIR = re.compile(r"[\u3400-\u9fff]")
_LEAST_SCORE = 1.0
_ORGANISATION = re.compile(
    r"[^，。“”《》]{2,30}(?:协会|学会|科协|联合会|委员会|人民政府|办公室|办公厅|办事处|党组|厅|局|司|[务书事理织传划财监审研技]处|部|网|(?<![通简汇公喜周月快捷申填])报|社|频道|中心|门户|平台)$"
)
_UNFINISHED = re.compile(r"(?:[的和与及暨在、对于《“（(—]|参加|举行|召开|开展|举办|进行|推进|加强|学习|贯彻|传达)$")
_ISSUED = re.compile(
    r"(?:办法|规定|方案|通知|意见|条例|规则|细则|规划|要点|章程|报告|决定|公告|决议|批复|函)(?:[（(].{1,6}[）)])?$"
)
_SENTENCE = re.compile(r"。(?!。*$)|(?<!。)。$|[，、,]$")
_BULLETS = "•·◆■●▲★※"
_SUBTITLE = re.compile(r"[—－–-]{1,3}\s*\S")
SHORT_TITLE = 8
_ABOUT = ("关于", "關于", "關於")
_MOST_TITLE_LINES = 3
_HALF_A_TITLE = 0.33  # what the other lines of a title score at the least, of the best, unless the text speaks of them
_LEAST_OVERLAP = 0.1
_IN_A_BOX = re.compile(r"【(?![^】]*(?:通知|公告|通报|关于|启事|声明))[^】]{2,12}】")  # a column
_NO_TITLE = re.compile(
    rf"(?:{_SUBTITLE.pattern})|[（(][^（()）]*[）)]$|(?:{_IN_A_BOX.pattern})$|(?:记者|问|答|[QA]\d?|主持人|摘要|导读|核心提示|编者按|本报讯)\s*[:：]|文\s*[|｜/／]"
)
_TWO_LABELS = re.compile(r"[\u4e00-\u9fff]{1,8}[:：]\s*\S+\s+[\u4e00-\u9fff]{1,8}[:：]")
_FEW = 3
_FIRST_OVER_HEADER = 1.5
_LABELLED = re.compile(r"[\u4e00-\u9fff]{2,6}\s*[:：]")
_FEW_HAN = re.compile(r"[\u4e00-\u9fff]{2,3}")
_NO_LETTERS = re.compile(r"[\s\W_]+")


def find_title(
    lines: list[Line], kinds: list[LineKind], *, top: int, start: int, text: str, hints: dict[str, tuple[str, str]]
) -> list[Line]:
    """Return the lines of the title, or none."""
    known = [hints[name][0] for name in ("title", "heading", "page title") if name in hints]
    headers = [index for index in range(top, start) if kinds[index] is LineKind.HEADER and not is_trap(lines[index])]
    last = start
    while headers and last < len(lines) and last < start + _FEW and kinds[last] in (LineKind.SHORT, LineKind.HEADING):
        last += 1
    scored = []
    for index in range(top, last):
        if kinds[index] in (LineKind.SHORT, LineKind.PROSE, LineKind.HEADING) and can_be_title(lines[index], lines):
            score = _score_title(lines, index, start=start, headers=headers, text=text, known=known)
            scored.append((score, index))
    if not headers:
        scored = [(score, index) for score, index in scored if not _is_broken_off(lines, index)]
    if not scored:
        return []
    score, best = max(scored, key=lambda pair: (pair[0], -pair[1]))
    if score < _LEAST_SCORE:
        return []
    while best + 1 in {index for _, index in scored} and lines[best].text in lines[best + 1].text:
        best += 1  # the short name of what the next line calls in full
    above = [header for header in headers if header < best]
    if above and not any(index < above[-1] for own, index in scored if own >= _LEAST_SCORE):
        # Newspapers print the headline under the date, and what tells more under that.
        best = min(index for _, index in scored if above[-1] < index <= best)
    strong = {
        index
        for own, index in scored
        if own > score * _HALF_A_TITLE or _overlap(lines[index].plain, text) > _LEAST_OVERLAP
    }
    found = _join_wrapped(
        lines, kinds, best=best, candidates={index for own, index in scored if own > 0}, last=last, start=start
    )
    while (
        found[0] is not lines[best]
        and lines.index(found[0]) not in strong
        and not runs_on(found[0].text, found[1].text)
    ):
        found = found[1:]  # a slogan of the site
    return found


def can_be_title(line: Line, lines: list[Line]) -> bool:
    """Tell whether a line can be a title; very short ones (专访) only where the text begins with them."""
    text = line.text
    if _NO_TITLE.match(text) or is_number_line(line.plain) or is_caption(text) or _SENTENCE.search(text):
        return False
    if _TWO_LABELS.match(line.plain):
        return False
    return is_title_like(text) or (line is lines[0] and _FEW_HAN.fullmatch(text) is not None)


def names_body(text: str) -> bool:
    """Tell whether a text is the name of a body, a site or a newspaper, and no document that one issued."""
    return _ORGANISATION.fullmatch(text) is not None and _ISSUED.search(text) is None


def has_title_over(lines: list[Line], header: int) -> bool:
    """Tell whether a line that can be a title stands right over a header."""
    above = [line for line in lines[max(0, header - _FEW) : header] if not is_tool(line.plain)]
    return (
        bool(above)
        and kind_of(above[-1]) is LineKind.SHORT
        and len(above[-1].text) >= SHORT_TITLE
        and can_be_title(above[-1], lines)
        and not names_body(above[-1].text)
    )


def _is_broken_off(lines: list[Line], index: int) -> bool:
    """Tell whether a line is the beginning of a sentence that goes on in the next."""
    below = lines[index + 1] if index + 1 < len(lines) else None
    return below is not None and not below.indented and word_spans(lines[index].text, below.text)


def _score_title(
    lines: list[Line], index: int, *, start: int, headers: list[int], text: str, known: list[str]
) -> float:
    line = lines[index]
    plain = line.plain
    # A line of the body that may be the headline must not speak for itself.
    score = 6 * _overlap(plain, text.replace(plain, "", 1) if index >= start else text)
    squeezed = letters_of(plain)
    score += max((4.0 for name in known if squeezed and squeezed in letters_of(name)), default=0.0)
    if headers:
        above = [header for header in headers if header > index]
        gap = _gap(lines, index, last=above[0]) if above else _gap(lines, headers[-1], last=index)
        score += max(0.0, 2.5 - 0.8 * gap) if above else max(0.0, 1.5 - 0.8 * gap)
    score -= 0.15 * _gap(lines, index, last=start)
    if index == 0:
        score += 0.7 if headers else 2.0
        score += _FIRST_OVER_HEADER * (headers[:1] == [1] and len(plain) < _FEW + 1)
    if index and is_navigation(lines[index - 1].plain):
        score += 1.0
    if not 8 <= len(plain) <= 50:
        score -= 1.0 if len(plain) > 3 else 2.0
    if _ISSUED.search(plain):
        score += 1.0
    elif _ORGANISATION.fullmatch(plain):
        score -= 4.0
    if index >= start and headers:
        score -= 1.0
    if headers and index > headers[-1] and has_title_over(lines, headers[0]):
        score -= 3.0
    if is_heading(plain) and plain[0] not in _BULLETS:
        score -= 8.0
    if line.after_blank or index == 0:
        score += 0.3
    score += 0.8 * (sum(1 for other in lines[: start + 1] if squeezed and squeezed in letters_of(other.plain)) > 1)
    return score


def _gap(lines: list[Line], first: int, *, last: int) -> int:
    """Count the lines between two that are neither blank nor tools."""
    return sum(1 for line in lines[first + 1 : last] if not is_tool(line.plain) and not is_button(line.plain))


def _overlap(title: str, text: str) -> float:
    """Return the share of the title's pairs of characters that the body holds, too."""
    pairs = {first + second for first, second in pairwise(title) if _HAN_PAIR.match(first) and _HAN_PAIR.match(second)}
    if not pairs or not text:
        return 0.0
    return sum(pair in text for pair in pairs) / len(pairs)


def letters_of(text: str) -> str:
    """Return a text without white space and signs."""
    return _NO_LETTERS.sub("", text)


def _join_wrapped(
    lines: list[Line], kinds: list[LineKind], *, best: int, candidates: set[int], last: int, start: int
) -> list[Line]:
    """Return the best line with the lines around it that are the same title, wrapped."""
    first = best
    while (
        best - first < _MOST_TITLE_LINES
        and first
        and _stands_over(lines, kinds, index=first - 1, candidates=candidates)
    ):
        first -= 1
    title = lines[first : best + 1]
    following = best + 1
    while (
        following < last
        and len(title) < _MOST_TITLE_LINES
        and kinds[following] in (LineKind.SHORT, LineKind.HEADING)
        and (can_be_title(lines[following], lines) or _SUBTITLE.match(lines[following].text))
        and lines[following].indented <= title[0].indented
        and not _is_broken_off(lines, following)
        and _is_of_title(title[-1].text, lines[following], may_end=following < start)
    ):
        title.append(lines[following])
        following += 1
    return title


def _is_of_title(title: str, line: Line, *, may_end: bool) -> bool:
    """Tell whether a line under a title is more of it, and no row of the text: a label, a table's head, a verse."""
    if _SUBTITLE.match(line.text) or runs_on(title, line.text):
        return True
    return may_end and _LABELLED.match(line.text) is None and not is_heading(line.text)


def _stands_over(lines: list[Line], kinds: list[LineKind], *, index: int, candidates: set[int]) -> bool:
    """Tell whether a line is the first half of the title below it, or the headline over a subtitle; not a menu entry."""
    line, below = lines[index], lines[index + 1]
    if kinds[index] is not LineKind.SHORT or len(line.text) < SHORT_TITLE - 3 or _IN_A_BOX.fullmatch(line.text):
        return False
    if runs_on(line.text, below.text):
        return True
    if index not in candidates or below.text in line.text or line.text in below.text or is_button(line.plain):
        return False
    in_menu = index > 1 and kinds[index - 1] is kinds[index - 2] is LineKind.SHORT
    return not in_menu and not _ORGANISATION.fullmatch(line.plain)


def runs_on(text: str, following: str) -> bool:
    """Tell whether a title line goes on in the next: it ends open, or names only the body that issues the text."""
    is_open = any(text.count(left) > text.count(right) for left, right in ("“”", "《》", "（）", "()"))
    names_issuer = _ORGANISATION.search(text) is not None and (
        _ISSUED.search(following) is not None or following.startswith((*_ABOUT, "印发", "转发"))
    )
    is_half = text.startswith(_ABOUT) and not _ISSUED.search(text) and _ISSUED.search(following) is not None
    return is_open or names_issuer or is_half or _UNFINISHED.search(text) is not None


def count_wrapped(lines: list[str]) -> int:
    """Return how many lines a title was wrapped over; a subtitle under it (after a dash, or on its own) is none."""
    dash = next((index for index, text in enumerate(lines) if index and _SUBTITLE.match(text)), None)
    if dash is not None:
        return dash
    count = min(1, len(lines))
    while count < len(lines) and _is_glued("".join(lines[:count]), lines[count]):
        count += 1
    return count


def join_title(lines: list[str]) -> str:
    """Join the lines of a title; two whole headlines have a space between them."""
    title = lines[0]
    for text in lines[1:]:
        title += text if _is_glued(title, text) else f" {text}"
    return title


def _is_glued(title: str, text: str) -> bool:
    return len(title) < SHORT_TITLE or runs_on(title, text)
