"""Whom a text only quotes: whose speech at another meeting it passes on, studies or cites, so that they took no part in its own.

What decides is whose meeting the text tells of, by its title, its source and its sentences. A general secretary who is
quoted in the report of a city's association did not speak there; in the report of the meeting that he attended he did.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.parsing.people.offices import TITLES
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from indexer.document import Part
    from indexer.parsing.people.mentions import Mention

# The highest offices of the state, whose holders are quoted everywhere and present at few meetings.
_HIGHEST = Rules(
    "highest offices",
    ("总书记", "总书记"),
    ("国家主席", "国家主席"),
    ("总(?<!副总)理(?!事)", "国务院总理"),
    ("委(?<!副委)员长", "全国人大常委会委员长"),
    ("军委主席", "中央军委主席"),
    ("政治局常委", "中央政治局常委"),
)
# Those whom texts quote without an office, as far as nobody else is called so.
_QUOTED_EVERYWHERE = frozenset(
    [
        "习近平",
        "李克强",
        "栗战书",
        "王沪宁",
        "胡锦涛",
        "温家宝",
        "江泽民",
        "朱镕基",
        "吴邦国",
        "贾庆林",
        "俞正声",
        "毛泽东",
        "周恩来",
        "刘少奇",
        "邓小平",
        "马克思",
        "恩格斯",
    ]
)
_STUDIES = Rules.of_words(
    "what is done with the speech of somebody elsewhere",
    """传达 学习 贯彻 落实 领会 研读 宣讲 宣传 重温 按照 根据 遵照 牢记 践行 响应 引用 围绕 结合 聆听 收看 收听 深刻理解 把握 对标 对照 遵循 印发 依据""",
)
_WORDS_OF = "讲话|批示|指示|论述|精神|回信|贺信|嘱托|要求|思想|报告|致辞|文章|寄语|部署|发言|重要"
_PASSED_ON = re.compile(_WORDS_OF)
# Words of somebody that are studied, whatever stands before: 习近平总书记重要论述
_SURELY_PASSED_ON = Rules(
    "words of somebody that are passed on, behind their name",
    (
        r"[^，,。；]{0,44}?的?(?:系列|一系列)*(?:重要|最新)+(?:讲话|论述|指示|批示|回信|贺信|要求|文章|思想)",
        "总书记在座谈会上的重要讲话",
    ),
    (r"[^，,。；]{0,54}?(?:讲话|批示|指示|回信|贺信|论述)(?:和[^，,。；]{1,20})?精神", "书记在会上的讲话精神"),
    how="match",
)
# What somebody does who is there; their own words of others do not make them quoted.
_DOES = re.compile("出席|主持|参加|传达|学习|贯彻|领会|强调|指出|要求|并讲话|作了?[^，,]{0,12}报告")
# What a speech is answered with, by those who were not there.
_ECHO = re.compile("反响|热议|单行本|学习问答")
_SAYS = re.compile(
    r"(?:同志|总书记|主席|总理|先生)*(?:在[^，,。；]{0,40})?(?:曾|曾经|多次|反复|明确|深刻|还|一再|专门)*(?:指出|强调|要求|说|提出|讲)(?!明)"
)
# Between two whose speeches are studied: 传达了某某的报告和|某某的讲话
_LIST = re.compile(r"[^。；\n]{0,60}(?:[、，,和与及]|以及)[^，,。；\n]{0,24}")
_CLAUSE = re.compile(r"[，,。；;！？!?\n]")
_BEFORE, _AFTER = 60, 80
_ACTS_IN_TITLE = re.compile(
    rf"(?:同志|{TITLES})?(?:[^，,。；]{{0,30}}?)(?:主持|出席|参加|会见|考察|调研|视察|看望|慰问|致辞|发表|主旨|同|与|在[^，,。]{{2,40}}(?:强调|指出|讲话|致辞|座谈)|强调|指出)"
)
# A day and a place where somebody is: what they say there is no quotation.
_ON_A_DAY = re.compile(
    r"^\s*(?:[^，,。]{0,20}[，,电讯])?\s*(?:\d{4}年)?\d{1,2}(?:月\d{1,2})?日[^，,。；]{0,8}[，,]?[^，,。；]{0,30}$"
)
_IS_THERE = re.compile(r"[^，,。；]{0,24}?(?:出席|主持召开|来到|考察)(?!了?[^。\n]{0,60}?(?:上的|时的|精神))")
_NEWS_OF_STATE = re.compile(r"新华|央视|新闻联播|人民日报|中国政府网|CCTV|CNTV|中央电视台|中央人民政府")
_STATE = re.compile(r"^(?:中央|全国|中共|国务院|两院|十[一二三四五六七八九]届|纪念|庆祝)")
_HEAD = 60


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a text beside its body: title, source, and whether it is somebody's speech as a whole."""

    title: str = ""
    source: str = ""
    is_speech: bool = False


NO_SETTING = Setting()


class Quotes:
    """Tells of the people of a text whether what it reports of them belongs to the meeting that it tells of."""

    def __init__(self, body: str, mentions: Iterable[Mention], *, setting: Setting) -> None:
        self.setting = setting
        self._studied_at: set[int] = set()
        self._highest: set[str] = set()
        self._there: set[str] = set()
        mentions = list(mentions)
        last: Mention | None = None
        self._studied: set[str] = set()
        self._said: set[str] = set()
        for place, mention in enumerate(mentions):
            following = mentions[place + 1].start if place + 1 < len(mentions) else len(body)
            printed = f"{body[mention.start : mention.end]}{mention.role or ''}"
            if mention.name in _QUOTED_EVERYWHERE or _HIGHEST.search(printed):
                self._highest.add(mention.name)
                if not setting.is_speech and _is_there(body, mention, opens=mentions[0].at):
                    self._there.add(mention.name)
            between = body[last.end : mention.start] if last is not None else "。"
            goes_on = last is not None and last.at in self._studied_at and _LIST.fullmatch(between) is not None
            if _is_studied(body, mention, before_next=following, goes_on=goes_on):
                self._studied_at.add(mention.at)
                self._studied.add(mention.name)
            elif _SAYS.match(body, mention.end):
                self._said.add(mention.name)
            last = mention
        self._studies = _STUDIES.search(setting.title) is not None or _ECHO.search(setting.title) is not None
        there = frozenset[str]() if self._studies else self._there
        self._acting = {name for name in self._highest if name in there or _acts_in(setting.title, name)}
        news = (
            _NEWS_OF_STATE.search(setting.source) or _NEWS_OF_STATE.search(body[:_HEAD]) or _STATE.match(setting.title)
        )
        self._of_state = bool(self._acting - there) or (news is not None and not self._studies)

    def is_cited(self, name: str) -> bool:
        """Tell whether a text passes on, studies or gives what somebody said."""
        return name in self._studied or name in self._said

    def is_of_another(self, mention: Mention) -> bool:
        """Tell whether what somebody does where they are mentioned belongs to another meeting than that of the text."""
        if mention.at in self._studied_at:
            return True
        present = mention.name in self._acting or (self._of_state and not self._studies)
        return mention.name in self._highest and not present

    def only_quoted(self, parts: Mapping[str, frozenset[Part]]) -> frozenset[str]:
        """Return who takes no part and is quoted, if anything of them is told at all."""
        absent = {name for name, own in parts.items() if not own and name not in self._acting}
        if self.setting.is_speech:
            return frozenset(absent)
        return frozenset(name for name in absent if name in self._highest or name in self._studied)


def _is_studied(body: str, mention: Mention, *, before_next: int, goes_on: bool) -> bool:
    """Tell whether a mention stands in what is said of a speech held elsewhere; a list of such may go on behind a comma."""
    after = body[mention.end : min(mention.end + _AFTER, before_next)]
    if _PASSED_ON.search(after) is None:
        return False
    surely = _SURELY_PASSED_ON.match(after)
    if surely and not _DOES.search(surely[0]):
        return True
    ends = _CLAUSE.search(after)
    clause = after[: ends.start()] if ends else after
    if _PASSED_ON.search(clause) is None:
        return False
    if goes_on:
        return _DOES.search(clause) is None
    return _STUDIES.search(_CLAUSE.split(body[max(0, mention.start - _BEFORE) : mention.start])[-1]) is not None


def _is_there(body: str, mention: Mention, *, opens: int) -> bool:
    """Tell whether the first sentence to name anybody says that on some day somebody attends or visits.

    Later ones may tell of other meetings, and what studies a speech tells of that where it was held.
    """
    if _IS_THERE.match(body, mention.end) is None:
        return False
    first = max(0, mention.start - _BEFORE)
    first = max(first, *(body.rfind(mark, first, mention.start) + 1 for mark in "。\n"))
    before = body[first : mention.start]
    return opens >= first and _ON_A_DAY.match(before) is not None and _STUDIES.search(before) is None


def _acts_in(title: str, name: str) -> bool:
    """Tell whether a title says that somebody does something, not that their words are studied."""
    at = title.find(name)
    if (
        at < 0
        or _ECHO.search(title, at)
        or _STUDIES.search(title, 0, at)
        or _SURELY_PASSED_ON.match(title, at + len(name))
    ):
        return False
    return _ACTS_IN_TITLE.match(title, at + len(name)) is not None
