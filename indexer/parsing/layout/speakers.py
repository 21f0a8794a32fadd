"""What stands between the title of a speech and its first words: who speaks, in which office, on what day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from indexer.parsing.people.names import NAME, is_name, is_surely_name
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line

_MOST_LINES = 3
_LONGEST_LINE = 48
_LONGEST_NAME = 6
# Days are masked as 20XX年8月16日.
_DAY_IN_BRACKETS = re.compile(
    r"[（(]\s*[\dXx×＊*〇○零一二三四五六七八九十年月日.\-]{7,12}(?:\s*[，,、\s]\s*(?:根据|据)?(?:现场|会议|讲话)?(?:录音|记录)(?:整理|稿)?)?\s*[）)]"
)
# ——2017年1月9日在某县人民代表大会上
GIVEN = re.compile(
    r"(?:[—－–⸺-]{1,3}\s*)?(?P<day>\d{4}[^在]{4,12}?)\s*在[^，。]{2,60}(?:会|会议|班|论坛|仪式|典礼|[开闭]幕式)上?(?=[）)]?$)"
)
_SPREAD = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])")
_OFFICES = Rules.of_words(
    "what the office of a speaker ends with, before the name",
    "局 科 所 校 院 会 部 室 站 村 镇 乡 厂 连 公司 中学 小学 大学 集团 长 书记 主席 主任 理事 代表 教授 院士 经理 董事 干事 员 师 总裁 总监 秘书",
    example="青禾县农技{} 吴思远",
    before=r"[\u4e00-\u9fff（）()、·]{1,30}",
    behind=rf"[ \u3000]+(?P<name>{NAME}|[\u4e00-\u9fff][ \u3000]+[\u4e00-\u9fff])$",
    how="match",
)


# 邵远山（某市兰花协会会长）
_BEHIND = re.compile(rf"(?P<name>{NAME})\s*[（(][\u4e00-\u9fff、·]{{4,30}}[）)]")


class Speaker(NamedTuple):
    """Who speaks, as the line under a title says; the office there is part of the heading, a name alone is none."""

    line: Line
    name: str
    has_office: bool


class UnderTitle(NamedTuple):
    """The lines under the title of a speech: its speaker, and the days in brackets."""

    speaker: Speaker | None
    days: list[Line]


def find_under_title(lines: list[Line], below: int) -> UnderTitle:
    """Return what the few lines under a title say of its speaker and day; a name alone only beside a day."""
    speaker = None
    days: list[Line] = []
    for line in lines[below : below + _MOST_LINES]:
        own = read_speaker(line) if speaker is None else None
        if own is not None:
            speaker = own
        elif _DAY_IN_BRACKETS.fullmatch(line.text) or GIVEN.match(line.plain):
            days.append(line)
        else:
            break
    return UnderTitle(speaker, days)


def read_speaker(line: Line) -> Speaker | None:
    """Return the speaker whom a line names, with the office or alone."""
    plain = line.plain
    if len(plain) > _LONGEST_LINE:
        return None
    if len(plain) <= _LONGEST_NAME:
        name = _SPREAD.sub("", plain)
        reads = is_name if name != plain else is_surely_name  # words are not printed with a gap: 罗　兰
        if reads(name):
            return Speaker(line, _SPREAD.sub("", line.text), has_office=False)
    found = _OFFICES.match(plain) or _BEHIND.fullmatch(plain)
    if found is None or not is_name(_SPREAD.sub("", found["name"])):
        return None
    return Speaker(line, _SPREAD.sub("", line.text[slice(*found.span("name"))]), has_office=True)
