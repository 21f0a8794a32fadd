"""The headline of a newspaper's article among its kicker and subhead, which stand over and under it in lines of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from indexer.parsing.layout.kinds import LineKind
from indexer.parsing.layout.lines import is_button, is_navigation
from indexer.parsing.layout.speakers import read_speaker
from indexer.parsing.layout.title_lines import can_be_headline, is_subtitle, letters_of, runs_on
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.parsing.layout.lines import Line

_MOST = 5
_SHORTER = 0.8
_KICKERS = Rules(
    "how a kicker ends, or that it tells more than the headline under it",
    (r"(?:强调|指出|要求|表示|提出|时说|致辞|批示)[:：]?$", "市长在调研时强调"),
    (r"[:：—]$", "新春走基层："),
    (r"[—－-]{1,3}.{2,12}系列(?:报道|之)\S{0,6}$", "走村串户——乡村振兴系列报道之三"),
)
_SUBHEADS = Rules(
    "what a subhead tells, under a headline",
    (r"出席(?:会议|活动|仪式)?(?:并讲话|并致辞)?$", "市委书记出席并讲话"),
    (r"主持(?:会议)?$", "市长主持"),
    (r"参加$", "副市长参加"),
)


class Headline(NamedTuple):
    """Which lines are the headline, and which stand over and under it."""

    title: list[int]
    beside: list[int]


def find_headline(lines: Sequence[Line], kinds: Sequence[LineKind], *, known: Sequence[str]) -> Headline | None:
    """Return the headline of an article whose first lines hold nothing but it, up to its byline or first sentence."""
    block: list[int] = []
    for index, line in enumerate(lines):
        if kinds[index] is LineKind.FURNITURE or is_button(line.plain) or is_navigation(line.plain):
            if block:
                break
            continue
        if kinds[index] not in (LineKind.SHORT, LineKind.HEADING) or not can_be_headline(line):
            break
        if block and read_speaker(line) is not None:  # who wrote
            break
        block.append(index)
    if not block or len(block) > _MOST:
        return None
    rows = _rows(lines, block)
    dashed = [row for row in rows[1:] if is_subtitle(lines[row[0]].text)]
    plain = [row for row in rows if row not in dashed]
    title = _choose(lines, plain, known=known)
    return Headline(title, [index for index in block if index not in title])


def _rows(lines: Sequence[Line], block: list[int]) -> list[list[int]]:
    """Return the lines of a block, those that are one wrapped over two together."""
    rows = [[block[0]]]
    for index in block[1:]:
        if runs_on(lines[index - 1].text, lines[index].text):
            rows[-1].append(index)
        else:
            rows.append([index])
    return rows


def _choose(lines: Sequence[Line], rows: list[list[int]], *, known: Sequence[str]) -> list[int]:
    """Return the row that is the headline: what the page calls itself, the middle one of three, the shorter one of two."""
    texts = ["".join(lines[index].plain for index in row) for row in rows]
    names = [letters_of(name) for name in known]
    for row, text in zip(rows, texts, strict=True):
        if any(letters_of(text) and letters_of(text) in name for name in names):
            return row
    if len(rows) == 1:
        return rows[0]
    if len(rows) > 2:
        return rows[0] if _SUBHEADS.find(texts[1]) and _SUBHEADS.find(texts[2]) else rows[1]
    has_kicker = _KICKERS.find(texts[0]) is not None
    is_longer = len(texts[1]) <= len(texts[0]) * _SHORTER and not _SUBHEADS.find(texts[1])
    return rows[1] if has_kicker or is_longer else rows[0]
