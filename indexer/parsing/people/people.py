"""Who takes part in what a text reports, and how: chaired, attended, sat in, spoke."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer.document import Person
from indexer.parsing.people.mentions import OFFICE, find_mentions
from indexer.parsing.people.names import NAME, is_name, is_surely_name

if TYPE_CHECKING:
    from indexer.document import Part
    from indexer.parsing.people.mentions import Mention

_SENTENCE = re.compile(r"[^。！？!?\n]+")
_ACCOUNTS = "讲话|报告|致辞|致词|发言|说明|汇报|介绍|点评|解读|授课|讲座|演讲|通报"
_EVENT = re.compile(
    r"(?P<chaired>主持(?!制定|修订|编|研究|完成|国家|省|项目|日常|工作|人))|(?P<attended>出席|参加|到会|与会(?=[。，,]|并)|莅临)|(?P<satin>列席)"
    rf"|(?P<spoke>(?<![工合写操动协运著创])[作做](?:了|出)?[^，,。；]{{0,24}}?(?:{_ACCOUNTS})(?!精神)|(?:讲话|发言)(?!精神|人|稿|中|时|后)|致[^，,。；]{{0,6}}?[辞词]|宣读|宣布|传达|通报|汇报|介绍|主讲|授课)"
)
_PARTS: dict[str, Part] = {"chaired": "chaired", "attended": "attended", "satin": "sat in", "spoke": "spoke"}
# What tells that those named before are not who does what comes after.
_BREAKS = re.compile(
    r"委托|陪同|会见|听取|学习|贯彻|带领|组织|走访|看望|慰问|调研|当选|选举|聘|表彰|围绕|关于|对[^外]|向|传达|指出|强调|要求|表示|认为|宣布|通报|说，|揭牌|参观|审议|部署|邀请|指导|监督|授[予旗]"
)
# Between two verbs of the same people: 出席会议|并|讲话, 出席大会开幕式和闭幕式|并|讲话, 到会祝贺|并|讲话.
_SAME = re.compile(r"了?[^，,。；;]{0,24}?(?:[，,]?并[^，,。；;]{0,24}|[，,](?:代表[^，,]{0,20}|分别)?|、)?")
_OF_OTHERS = re.compile(r"传达|学习|贯彻|落实|领会|根据|按照|按|精神")
_LABEL = re.compile(
    r"(?:^|\n)[ \u3000]*(?P<label>主\s*持(?:人)?|出\s*席(?:人员|领导|会议)?|列\s*席(?:人员)?|参\s*加(?:人员|人)?|参会(?:人员)?|与会(?:人员)?)\s*[:：](?P<list>[^\n]+)"
)
_HAVE = re.compile(r"(?P<verb>出席|列席|参加)[^，,。；]{0,16}?的?(?:还)?(?:领导)?有[:：]?(?P<list>[^。\n]+)")
_LONGEST_ZONE = 600


@dataclass
class _Known:
    role: str | None
    at: int
    parts: dict[Part, None] = field(default_factory=dict)


def find_people(body: str, mentions: list[Mention] | None = None) -> tuple[Person, ...]:
    """Return the people of a text in the order in which they appear; `mentions` are those of the body, where known."""
    mentions = find_mentions(body) if mentions is None else mentions
    known: dict[str, _Known] = {}
    for mention in mentions:
        own = known.setdefault(mention.name, _Known(mention.role, mention.at))
        if mention.role and len(mention.role) > len(own.role or ""):
            own.role = mention.role
    _read_labels(body, mentions, known=known)
    place = 0
    for sentence in _SENTENCE.finditer(body) if mentions else ():
        inside = []
        while place < len(mentions) and mentions[place].at < sentence.end():
            inside.append(mentions[place])
            place += 1
        if inside:
            _read_events(sentence, inside, known=known)
    people = sorted(known.items(), key=lambda item: item[1].at)
    return tuple(Person(name, own.role, tuple(own.parts) or ("mentioned",), own.at) for name, own in people)


def _read_labels(body: str, mentions: list[Mention], *, known: dict[str, _Known]) -> None:
    """Read the lines of minutes: 主持人：某某, 出席：某某、某某."""
    for line in _LABEL.finditer(body):
        label = line["label"]
        part: Part = "chaired" if "主" in label else "sat in" if "列" in label else "attended"
        _note(known, [mention for mention in mentions if line.start("list") <= mention.at < line.end()], part=part)
        for item in re.finditer(r"[^、，,；;。\s]+", line["list"]):
            if is_name(item[0]):
                known.setdefault(item[0], _Known(None, line.start("list") + item.start())).parts.setdefault(part)


def _read_events(sentence: re.Match[str], mentions: list[Mention], *, known: dict[str, _Known]) -> None:
    """Note who did what in a sentence: its subject is what stands before the verb, and after the verb before it."""
    text, offset = sentence[0], sentence.start()
    have = _HAVE.search(text)
    start = 0
    previous: list[Mention] = []
    for event in _EVENT.finditer(text):
        part = _PARTS[event.lastgroup or "spoke"]
        if have and event.start() == have.start("verb"):
            people = [mention for mention in mentions if offset + have.start("list") <= mention.at]
            _note(known, people, part=part)
            return
        if part == "spoke" and _OF_OTHERS.search(text[start : event.start()]) and event[0][0] in "讲作做发致":
            start = event.end()
            continue
        zone = text[start : event.start()]
        people = (
            []
            if len(zone) > _LONGEST_ZONE
            else _subject(text, offset, mentions=mentions, start=start, end=event.start())
        )
        if not people and _SAME.fullmatch(zone):
            people = previous
        _note(known, people, part=part)
        previous = people or previous
        start = event.end()


def _subject(text: str, offset: int, *, mentions: list[Mention], start: int, end: int) -> list[Mention]:
    """Return the people before a verb, back to where something else is told."""
    people: list[Mention] = []
    right = end
    for mention in reversed(mentions):
        if mention.at - offset >= end:
            continue
        if mention.at - offset < start or _BREAKS.search(text, max(0, mention.end - offset), right):
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
