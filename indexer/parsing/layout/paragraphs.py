"""Lines -> paragraphs: lines broken inside a sentence are joined again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.analysis import words
from indexer.parsing.layout.lines import is_complete, is_heading, is_salutation
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line

_OPEN_END = re.compile(r"[，、,（(《“‘\-—－和与及的]$")
_INSIDE = re.compile(r"[，,：:]")
# Lines that stand alone whatever is above them: a day below a text, the rows of a notice.
_DAY = re.compile(r"(?:\d{4}|[二〇○零一二三四五六七八九]{4})年.{1,3}月.{1,3}日$")
_ROWS = Rules(
    "the rows of a notice, each a line of its own",
    *(
        (r"\s*".join(label), f"{label}：")
        for label in [
            "联系人",
            "电话",
            "联系电话",
            "地址",
            "邮编",
            "邮政编码",
            "传真",
            "邮箱",
            "电子邮箱",
            "网址",
            "时间",
            "地点",
            "附件",
            "主送",
            "抄送",
            "参加人员",
            "出席人员",
            "列席人员",
            "主持人",
            "记录",
            "报到时间",
            "会议时间",
            "活动时间",
            "培训时间",
            "报到地点",
            "会议地点",
            "活动地点",
            "培训地点",
        ]
    ),
    behind=r"\s*\d?\s*[：:]",
    how="match",
)
_SENTENCE_MARK = re.compile(r"[。，、；,]")
_LONG = 60
_AROUND = 8
_SEEN = 400  # of a long paragraph, so that a text of broken lines takes no quadratic time
_WRAP_TOLERANCE = 3
_LEAST_WRAPPED = 4
_NARROWEST_WRAP = 16
_LATIN_END = re.compile(r"[A-Za-z0-9,.;:]$")
_LATIN_START = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """The paragraphs of a body, and at which offset of it each line of the file begins: (offset, line number)."""

    texts: list[str]
    lines: list[tuple[int, int]]

    @property
    def body(self) -> str:
        """The paragraphs as one text."""
        return "\n".join(self.texts)

    def under(self, above: Paragraphs) -> Paragraphs:
        """Return these paragraphs below others."""
        start = len(above.body) + 1 if self.texts else 0
        lines = [(start + at, number) for at, number in self.lines]
        return Paragraphs([*above.texts, *self.texts], [*above.lines, *lines])


def keep_lines(lines: list[Line]) -> Paragraphs:
    """Return every line as a paragraph, but for those that a page number had parted."""
    texts: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    for line in lines:
        if line.goes_on and texts:
            places.append((at, line.number))
            texts[-1] += line.text
        else:
            at += bool(texts)
            places.append((at, line.number))
            texts.append(line.text)
        at += len(line.text)
    return Paragraphs(texts, places)


def join_lines(lines: list[Line]) -> Paragraphs:
    """Return the paragraphs that the lines were before a page break or a fixed width cut them."""
    width = _wrap_width(lines)
    paragraphs: list[list[str]] = []
    places: list[tuple[int, int]] = []
    at = 0
    glued = ""
    previous: Line | None = None
    for line in lines:
        if previous is not None and (line.goes_on or _continues(glued, previous, line=line, width=width)):
            gap = _gap(glued, line.text)
            paragraphs[-1].append(gap + line.text)
            glued = glued[-_SEEN:] + gap + line.text
        else:
            gap = "\n" if paragraphs else ""
            paragraphs.append([line.text])
            glued = line.text
        places.append((at + len(gap), line.number))
        at += len(gap) + len(line.text)
        previous = line
    return Paragraphs(["".join(parts) for parts in paragraphs], places)


def _continues(paragraph: str, previous: Line, *, line: Line, width: int | None) -> bool:
    """Tell whether a line goes on with the paragraph above it."""
    fills = width is not None and not line.after_blank and _is_full(previous, width)
    if line.indented or (not fills and is_complete(paragraph)):
        return False
    if is_heading(line.text) or is_salutation(paragraph) or _stands_alone(line.text):
        return False
    return fills or _is_open(paragraph, line.text)


def _stands_alone(text: str) -> bool:
    return _DAY.match(text) is not None or _ROWS.match(text) is not None


def _is_open(paragraph: str, following: str) -> bool:
    """Tell whether a paragraph without a stop at its end was broken inside a sentence."""
    if is_heading(paragraph) and "。" not in paragraph:
        return False
    if "。" in paragraph or _OPEN_END.search(paragraph) or len(paragraph) >= _LONG:
        return True
    return bool(_INSIDE.search(paragraph)) and word_spans(paragraph, following)


def _wrap_width(lines: list[Line]) -> int | None:
    """Return the width at which a text was wrapped, or None where its lines are whole paragraphs."""
    width = max((_width(line) for line in lines if not line.after_blank or line.number == lines[0].number), default=0)
    if width < _NARROWEST_WRAP:
        return None
    full = [line for line in lines if _is_full(line, width)]
    wrapped = len(full) >= _LEAST_WRAPPED and len(full) * 3 >= len(lines)
    return width if wrapped and _run_on(full) else None


def _run_on(lines: list[Line]) -> bool:
    """Tell lines of a running text from rows that are about equally long: sentences go on over their ends."""
    marked = sum(_SENTENCE_MARK.search(line.text) is not None for line in lines)
    ended = sum(is_complete(line.text) for line in lines)
    return marked * 2 >= len(lines) and ended * 2 < len(lines)


def _width(line: Line) -> int:
    return len(line.text) + (2 if line.indented else 0)


def _is_full(line: Line, width: int) -> bool:
    return _width(line) >= width - _WRAP_TOLERANCE


def word_spans(left: str, right: str) -> bool:
    """Tell whether a dictionary word stands across the break, as 教育 does in 党史学习教 / 育是."""
    tail, head = left[-_AROUND:], right[:_AROUND]
    return not tail[-1:].isdigit() and words.has_word_across(tail + head, len(tail))


def _gap(left: str, right: str) -> str:
    latin = _LATIN_END.search(left) and _LATIN_START.match(right)
    return " " if latin else ""
