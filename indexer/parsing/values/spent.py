"""Whether all that a line of header or foot says has become a value; what has not is text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from indexer.analysis.normalize import simplify
from indexer.parsing.dates import find_dates
from indexer.parsing.layout.header_lines import CLOCK, ROLE
from indexer.parsing.layout.labels import FIELD_OF, blank_address, find_labels, label_of
from indexer.parsing.layout.lines import Line, is_button, is_tool, squeeze
from indexer.parsing.rules import Rules
from indexer.parsing.values.candidates import NOBODY
from indexer.parsing.values.clean import WORD, without_office
from indexer.parsing.values.header import LONGEST_LABELLED, Header, behind

if TYPE_CHECKING:
    from collections.abc import Iterable

_WEEKDAY = re.compile(r"星期[一二三四五六日天]")
_BETWEEN = re.compile(r"[\s|｜丨:：、，,/／（）()\[\]【】《》〔〕·∙?？&＆\-—]+")
_ROLES = re.compile(
    rf"{ROLE}|(?:编辑|责编)(?=\s)|(?:执笔|撰文|采写|摄影报道|摄影|报道|报导|文并摄|摄并文|文图|图文|摄|文)(?=[\s/／|丨]|$)|[□■◎●▲◆]"
)
_SHORT_DAY = re.compile(r"\s*\d{1,2}-\d{1,2}\b")
_COUNTED = "浏览|阅读|点击|访问|评论|人气"
_COUNT = re.compile(rf"\d[\d,.]*\s*次?\s*(?:{_COUNTED})|(?:{_COUNTED})\S{{0,2}}\s*\d[\d,.]*")
_EDITION = re.compile(r"第?\s*[A-Z]?\d{1,3}\s*版")
_EMPTY_WORD = Rules(
    "words of a header that say nothing of the text",
    (r"[\d.,]+次|被", "12次"),
    (r"我要\S{2}|发表评论|参与互动", "我要纠错"),
    (r"[A-]{1,2}[+-]?|[大中小默认]{1,2}", "A+"),
    (r"原创|原载|原刊|转自|版权声明", "原创"),
    (r"(?:关闭|打印)\S{0,2}|点击\S{0,4}", "关闭窗口"),
    (r"(?i:posted|published|updated|date|time|by|on|at|views?)", "posted"),
    how="fullmatch",
)
_WEAK = frozenset({"", "signed", "updated"})


class _Piece(NamedTuple):
    """A piece of a line: the field that its label names (None before the first label), and what stands behind it."""

    name: str | None
    raw: str


def is_spent(line: Line, header: Header) -> bool:
    """Tell whether all that a line of header or foot says has become a value, or is a count or a button.

    What is not must stay in the text: the second author of a list, the row of a timetable that begins with a day.
    """
    values = [value for value in header.values.values() if value]
    if squeeze(line.text) in map(squeeze, values) or is_taken(line, header):
        return True
    pieces = _pieces_of(line)
    nothing = [*values, *header.nothing.get(line.number, ())]
    is_labelled = len(pieces) > 1
    if not is_labelled and not any(found.iso in values for found in find_dates(line.text)):
        return _rest_of(pieces[0].raw, nothing) == "" and line.number in {own.line for own in header.evidence.values()}
    own_rest = _rest_of(pieces[0].raw, nothing)
    has_value = any(_gave(piece, header) for piece in pieces) or (own_rest == "" and squeeze(pieces[0].raw) != "")
    if own_rest or any(_has_rest(piece, nothing, has_value=has_value) for piece in pieces[1:]):
        return False
    has_address = blank_address(line.text) != line.text and not any(value in line.text for value in _addresses(header))
    says_nothing = is_labelled and not any(squeeze(piece.raw) for piece in pieces)
    return has_value or (not has_address and (says_nothing or not is_labelled))


def is_taken(line: Line, header: Header) -> bool:
    """Tell whether a line beside the header has become a value as a whole."""
    return any(own is line and value in header.values.values() for value, own in header.taken)


def _pieces_of(line: Line) -> list[_Piece]:
    """Return what stands before the first label of a line, and behind each."""
    matches = find_labels(blank_address(line.plain)) if len(line.plain) <= LONGEST_LABELLED else []
    ends = [*(match.start() for match in matches), len(line.text)]
    pieces = (
        _Piece(FIELD_OF[label_of(match)], line.text[behind(match) : end])
        for match, end in zip(matches, ends[1:], strict=True)
    )
    return [_Piece(None, line.text[: ends[0]]), *pieces]


def _gave(piece: _Piece, header: Header) -> bool:
    """Tell whether the value of a field stands behind its label."""
    if piece.name is None:
        return False
    value = header.values.get("date" if piece.name in {"published", "signed", "updated"} else piece.name)
    if value is None and piece.name == "published":
        value = header.values.get("source")
    return value is not None and (
        any(found.iso == value for found in find_dates(piece.raw))
        or squeeze(value) in squeeze(piece.raw)
        or all(part in piece.raw for part in value.split())
    )


def _has_rest(piece: _Piece, nothing: Iterable[str], *, has_value: bool) -> bool:
    if has_value and piece.name in _WEAK:
        return False
    return _rest_of(without_office(piece.raw) if piece.name == "author" else piece.raw, nothing) != ""


def _addresses(header: Header) -> list[str]:
    return [header.values[name] for name in ("url", "source") if name in header.values]


def _rest_of(raw: str, values: Iterable[str]) -> str:
    """Return the words of a piece of a header that are in no value."""
    if not raw.strip():
        return ""
    raw = blank_address(raw)
    for found in reversed(find_dates(raw)):
        if found.iso in values:
            raw = f"{raw[: found.start]} {raw[found.end :]}"
    raw = _EDITION.sub(" ", _COUNT.sub(" ", CLOCK.sub(" ", raw)))
    for value in sorted(values, key=len, reverse=True):
        raw = raw.replace(value, " ")
        for part in value.split() if " " in value else ():
            raw = raw.replace(part, " ")
    raw = _ROLES.sub(" ", raw)
    raw = _WEEKDAY.sub(" ", raw)
    if _SHORT_DAY.match(raw):
        return raw
    pieces = [piece for piece in _BETWEEN.split(raw) if piece]
    return "".join(piece for piece in pieces if WORD.search(piece) and not _says_nothing(simplify(piece)))


def _says_nothing(piece: str) -> bool:
    """Tell whether a word of a header is a count, a button, or a name that stands for nobody."""
    return bool(_EMPTY_WORD.find(piece) or NOBODY.match(piece)) or is_tool(piece) or is_button(piece)
