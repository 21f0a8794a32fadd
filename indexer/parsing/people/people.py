"""Who takes part in what a text reports, and how: chaired, attended, sat in, spoke."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer.document import Person
from indexer.parsing.people.mentions import find_mentions, find_rows
from indexer.parsing.people.names import NAME, is_surely_name
from indexer.parsing.people.offices import OFFICE
from indexer.parsing.people.quoted import NO_SETTING, Quotes
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.document import Part
    from indexer.parsing.people.mentions import Mention
    from indexer.parsing.people.quoted import Setting

_SENTENCE, _ENDS_SENTENCE = re.compile(r"[^。！？!?\n]+"), frozenset("。！？!?\n")
ACCOUNTS = Rules.of_words(
    "what is given as a speech",
    """讲话 报告 致辞 致词 发言 说明 汇报 介绍 点评 解读 授课 讲座 演讲 通报 宣讲 辅导 动员 部署 总结 分享 表态 党课 述职 讲解 交流""",
    how="fullmatch",
)
_CHAIRS = Rules(
    "who chairs",
    ("主持(?!制定|修订|编|研究|完成|国家|省|项目|日常|工作|人|词)", "主持会议"),
    ("召集(?=并主持|会议|召开)", "召集会议"),
)
_ATTENDS = Rules(
    "who attends",
    ("出席", "出席会议"), ("参加(?!工作|革命|高考)", "参加会议"), ("到会", "到会祝贺"), ("与会(?=[。，,]|并)", "与会并讲话"), ("莅临", "莅临指导"),
    ("参会", "参会"),
)  # fmt: skip
_SITS = Rules("who sits in", ("列席", "列席会议"))
_SPEAKS = Rules(
    "who speaks",
    *((rf"{do}(?<![工合写操动协运著创所]{do})(?:了|出|的)?[^，,。；]{{0,40}}?{ACCOUNTS}(?!精神)", f"{do}了报告") for do in "作做"),
    ("发表(?:了|的)?[^，,。；]{0,10}?(?:讲话|演讲|致辞|致词|感言)(?!精神)", "发表重要感言"),
    *((f"{word}(?!精神|人|稿|中|时|后|提纲|材料|摘登)", f"并{word}") for word in ["讲话", "发言"]),
    ("致[^，,。；]{0,6}[辞词]", "致欢迎辞"),
    ("宣读", "宣读决定"), ("宣布", "宣布开幕"), ("传达", "传达精神"), ("通报(?!表扬|批评)", "通报情况"), ("汇报", "汇报情况"),
    ("介绍(?!信)", "介绍情况"), ("主讲", "主讲"), ("授课", "授课"), ("领学", "领学文件"), ("讲授", "讲授党课"), ("宣讲(?!团|会)", "宣讲政策"),
    *((f"{word}(?:了)?[^，,。；]{{0,10}}?(?:意见|建议|看法|见解|要求|希望)", f"{word}了建议") for word in ["发表", "提出"]), ("建言(?!献策活动)", "积极建言"),
    *((f"{verb}(?:了)?[^，,。；]{{0,12}}?(?:党课|一课)", f"{verb}专题党课") for verb in "讲上"),
    ("点评", "点评作品"), ("讲了(?!解)", "讲了住房的事"), ("谈了", "谈了体会"),
)  # fmt: skip
_EVENTS: tuple[tuple[Part, Rules], ...] = (
    ("chaired", _CHAIRS),
    ("attended", _ATTENDS),
    ("sat in", _SITS),
    ("spoke", _SPEAKS),
)
# One alternation without groups, so that a search skips to where a word can begin.
_EVENT = re.compile("|".join(row.pattern for _, rules in _EVENTS for row in rules))
# By the first two letters of an event; what has none of them is a speech.
_PARTS: dict[str, Part] = {row.example[:2]: part for part, rules in _EVENTS[:-1] for row in rules}
# What tells that those named before are not who does what comes after.
_BREAKS = Rules(
    "what ends a list of those who do something",
    *((word, word) for word in ["委托", "陪同", "会见", "听取", "学习", "贯彻", "带领", "组织", "走访", "看望", "慰问", "调研", "当选", "选举", "聘", "表彰", "围绕", "关于", "向", "传达", "指出", "强调", "要求", "表示", "认为", "宣布", "通报", "揭牌", "参观", "审议", "部署", "邀请", "指导", "监督", "主持", "汇报"]),
    ("对[^外]", "对工作"), ("授[予旗]", "授旗"), ("说[，：“]", "说，"),
)  # fmt: skip
# Between who does something and the verb itself only these tell that it is not theirs: 受某某委托, 在某某的陪同下.
_NOT_THEIRS = Rules(
    "what tells that the nearest person is not who does it",
    *((word, word) for word in ["委托", "会见", "当选", "选举", "聘", "表彰", "邀请", "指出", "强调", "要求", "表示", "认为", "陪同下", "参观", "看望", "慰问", "揭牌", "请假"]),
    ("授[予旗]", "授旗"), ("说[，：“]", "说，"), ("的(?:指导|带领|领导|见证|陪同|主持|讲话|报告|发言|安排|指示|批示)", "的指示"), ("提名", "提名"),
)  # fmt: skip
# Between two verbs of the same people: 出席会议|并|讲话, 出席大会开幕式和闭幕式|并|讲话, 到会祝贺|并|讲话.
_SAME = re.compile(r"了?[^，,。；;]{0,24}?(?:[，,]?并[^，,。；;]{0,24}|[，,](?:代表[^，,]{0,20}|分别)?|、)?")
# Of somebody else's speech, which is studied: 学习贯彻…在大会上的重要|讲话.
_OF_OTHERS = re.compile(r"(?:传达|学习|贯彻|落实|领会|根据|按照|听取|精神|重温)[^，,]*$")
_STUDIED = re.compile(r"[的要]$|上$|^$|[了过]$")
_HAVE = re.compile(
    r"(?P<verb>出席|列席|参加)[^，,。；]{0,16}?的?(?:还)?(?:领导|专家|嘉宾|同志)?(?:有|包括)[:：]?(?P<list>[^。\n]+)"
)
# What the meeting does as well, where nobody is named right before: 某某主持会议，传达学习…
_PASSES_ON = re.compile("传达|通报|宣读|介绍|汇报")
_CHARGED = re.compile("^受[^，,。；]{1,20}委托")  # 王某|受市科协委托|作报告
_LISTENS = re.compile(r"听取[^，,。]*$")
_LONGEST_ZONE = 600


@dataclass
class _Known:
    role: str | None
    at: int
    parts: dict[Part, None] = field(default_factory=dict)


def find_people(
    body: str, mentions: list[Mention] | None = None, *, setting: Setting = NO_SETTING
) -> tuple[tuple[Person, ...], frozenset[str]]:
    """Return the people of a text in the order in which they appear, and the names of those whom it only quotes.

    `mentions` are those of the body, where known; `setting` is what else is known of the text.
    """
    mentions = find_mentions(body) if mentions is None else mentions
    known: dict[str, _Known] = {}
    for mention in mentions:
        own = known.setdefault(mention.name, _Known(mention.role, mention.at))
        if mention.role and len(mention.role) > len(own.role or ""):
            own.role = mention.role
    quotes = Quotes(body, mentions, setting=setting)
    _read_rows(body, mentions, known=known)
    for sentence, inside in _sentences_with(mentions, body):
        _read_events(sentence, inside, known=known, quotes=quotes)
    quoted = quotes.only_quoted({name: frozenset(own.parts) for name, own in known.items()})
    for name in quoted:
        known[name].parts = {"quoted": None} if quotes.is_cited(name) else {}
    people = sorted(known.items(), key=lambda item: item[1].at)
    return tuple(Person(name, own.role, tuple(own.parts) or ("mentioned",), own.at) for name, own in people), quoted


def _sentences_with(mentions: list[Mention], body: str) -> Iterator[tuple[re.Match[str], list[Mention]]]:
    """Yield the sentences that name somebody, each with its mentions."""
    place = 0
    while place < len(mentions):
        start = mentions[place].at
        while start and body[start - 1] not in _ENDS_SENTENCE:
            start -= 1
        sentence = _SENTENCE.match(body, start)
        if sentence is None:
            return
        first = place
        while place < len(mentions) and mentions[place].at < sentence.end():
            place += 1
        yield sentence, mentions[first:place]


def _read_rows(body: str, mentions: list[Mention], *, known: dict[str, _Known]) -> None:
    """Read the rows of minutes: 主持人：某某, 出席：某某、某某."""
    for row in find_rows(body):
        label = row["label"]
        part: Part = "chaired" if "主" in label or "召" in label else "sat in" if "列" in label else "attended"
        first, last = (bisect_left(mentions, row.span("list")[at], key=lambda own: own.at) for at in (0, 1))
        _note(known, mentions[first:last], part=part)


def _read_events(sentence: re.Match[str], mentions: list[Mention], *, known: dict[str, _Known], quotes: Quotes) -> None:
    """Note who did what in a sentence: its subject is what stands before the verb, and after the verb before it."""
    text, offset = sentence[0], sentence.start()
    have = _HAVE.search(text) if "有" in text or "包括" in text else None
    start = 0
    previous: list[Mention] = []
    for event in _EVENT.finditer(text):
        part = _PARTS.get(event[0][:2], "spoke")
        if have and event.start() == have.start("verb"):
            people = [mention for mention in mentions if offset + have.start("list") <= mention.at]
            _note(known, people, part=part)
            return
        zone = text[start : event.start()]
        if part == "spoke" and _is_studied(zone, event):
            start = event.end()
            continue
        people = []
        if len(zone) <= _LONGEST_ZONE:
            people = _subject(text, offset, mentions=mentions, start=start, end=event.start())
        if not people and _SAME.fullmatch(zone) and not (_PASSES_ON.match(event[0]) and "并" not in zone):
            people = previous
        _note(known, [own for own in people if not quotes.is_of_another(own)], part=part)
        previous = people or previous
        start = event.end()


def _is_studied(zone: str, event: re.Match[str]) -> bool:
    """Tell whether a speech is one that the text passes on, no act: 学习贯彻…的重要讲话, 某某关于工作的汇报."""
    if event[0][0] in "讲发致汇通介宣" and zone.endswith("的"):
        return True
    others = _OF_OTHERS.search(zone)
    return others is not None and event[0][0] in "讲作做发致" and _STUDIED.search(zone) is not None


def _subject(text: str, offset: int, *, mentions: list[Mention], start: int, end: int) -> list[Mention]:
    """Return the people before a verb, back to where something else is told."""
    people: list[Mention] = []
    right = end
    for mention in reversed(mentions):
        if mention.at - offset >= end:
            continue
        breaks = _BREAKS if people else _NOT_THEIRS
        zone = _CHARGED.sub("", text[max(0, mention.end - offset) : right])
        if mention.at - offset < start or breaks.search(zone):
            break
        listens = _LISTENS.search(text, start, max(start, mention.start - offset))
        if listens and not text.startswith(("作的", "所作"), end):
            break
        people.append(mention)
        right = mention.start - offset
    return people


def _note(known: dict[str, _Known], people: list[Mention], *, part: Part) -> None:
    for mention in people:
        known[mention.name].parts.setdefault(part)


def find_author_of_speech(title: str | None) -> str | None:
    """Return who gives a speech, where its title says so: 王延飞在全市科协工作会议上的讲话."""
    match = re.match(
        rf"(?P<name>{NAME})(?:同志)?(?:{OFFICE})?(?:同志)?[:：]?在.{{2,60}}(?:讲话|致辞|致词|发言|报告|演讲)",
        title or "",
    )
    return match["name"] if match and is_surely_name(match["name"]) else None
