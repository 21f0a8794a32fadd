"""Whether all that a line of header or foot says has become a value; what has not is text."""

from __future__ import annotations

import re

from indexer.analysis.normalize import simplify
from indexer.parsing.dates import find_dates
from indexer.parsing.layout.header_lines import CLOCK, ROLE
from indexer.parsing.layout.labels import FIELD_OF, blank_address, find_labels, label_of
from indexer.parsing.layout.lines import Line, is_button, is_tool, squeeze
from indexer.parsing.values.header import LONGEST_LABELLED, NOBODY, REPORTER_OF, WORD, Header

_WEEKDAY = re.compile(r"星期[一二三四五六日天]")
_BETWEEN = re.compile(r"[\s|｜:：、，,/／（）()\[\]【】《》·?？\-—]+")
_ROLES = re.compile(rf"{ROLE}|(?:编辑|责编)(?=\s)|(?:摄影|报道|报导|文图|图文|摄|文)(?=\s|$)|[□■◎●▲◆]")
_SHORT_DAY = re.compile(r"\s*\d{1,2}-\d{1,2}\b")
_COUNT = re.compile(
    r"\d[\d,.]*\s*次?\s*(?:浏览|阅读|点击|访问|评论|人气)|(?:浏览|阅读|点击|访问|评论|人气)\S{0,2}\s*\d[\d,.]*"
)
_EMPTY_WORD = re.compile(
    r"[\d.,]+次|被|我要\S{2}|发表评论|参与互动|[A-]{1,2}[+-]?|[大中小默认]{1,2}|原创|(?:关闭|打印)\S{0,2}|点击\S{0,4}"
    r"|(?i:posted|published|updated|date|time|by|on|at|views?)"
)


def is_spent(line: Line, header: Header) -> bool:
    """Tell whether all that a line of header or foot says has become a value, or is a count or a button.

    What is not must stay in the text: the second author of a list, the row of a timetable that begins with a day.
    """
    text = line.text
    values = [value for value in header.values.values() if value]
    if squeeze(text) in map(squeeze, values):
        return True
    matches = find_labels(blank_address(line.plain)) if len(line.plain) <= LONGEST_LABELLED else []
    starts = [match.start() for match in matches]
    pieces = [text[: starts[0] if starts else len(text)]]
    has_value = False
    names = []
    for match, end in zip(matches, [*starts[1:], len(text)], strict=False):
        name, raw = FIELD_OF[label_of(match)], text[match.end() : end]
        value = header.values.get(name if name not in {"published", "signed", "updated"} else "date")
        has_value = has_value or (value is not None and _is_in(value, raw))
        names.append(name)
        pieces.append(raw)
    if not matches and not any(found.iso in values for found in find_dates(text)):
        return all(_rest_of(piece, values) == "" for piece in pieces) and line.number in _lines_of(header)
    rests = [_rest_of(pieces[0], values)]
    has_value = has_value or (rests[0] == "" and squeeze(pieces[0]) != "")
    for name, raw in zip(names, pieces[1:], strict=True):
        known = has_value and (name == "" or name in {"signed", "updated"})
        rests.append("" if known else _rest_of(REPORTER_OF.sub("", raw) if name == "author" else raw, values))
    has_address = blank_address(text) != text and header.values.get("url", "") not in text
    return (
        not any(rests)
        and (has_value or not matches or not any(map(squeeze, pieces)))
        and (has_value or not has_address)
    )


def _is_in(value: str, raw: str) -> bool:
    return (
        any(found.iso == value for found in find_dates(raw))
        or squeeze(value) in squeeze(raw)
        or all(part in raw for part in value.split())
    )


def _lines_of(header: Header) -> set[int]:
    return {own.line for own in header.evidence.values()}


def _rest_of(raw: str, values: list[str]) -> str:
    """Return the words of a piece of a header that are in no value."""
    raw = blank_address(raw)
    for found in reversed(find_dates(raw)):
        if found.iso in values:
            raw = f"{raw[: found.start]} {raw[found.end :]}"
    raw = _COUNT.sub(" ", CLOCK.sub(" ", raw))
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
    return (
        _EMPTY_WORD.fullmatch(piece) is not None
        or NOBODY.match(piece) is not None
        or is_tool(piece)
        or is_button(piece)
    )
