"""Who a text names, in which role, and what they did: chaired, attended, sat in, spoke."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer.analysis import words
from indexer.document import Person
from indexer.parsing.names import DOTTED, NAME, SURNAME, is_name, is_surely_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.document import Part

# Words that an office ends with; in 市科协党组书记王延飞 the name is what follows the last of them.
OFFICE = (
    "(?:总书记|书记|主席|理事长|会长|秘书长|部长|厅长|局长|主任|市长|县长|区长|省长|镇长|乡长|州长|旗长|盟长|总理|院长|校长|所长|处长|科长|站长|馆长|台长"
    "|社长|行长|院士|教授|研究员|董事长|总经理|经理|总裁|总监|主编|总编辑|总编|政委|政治委员|司令员|检察长|工程师|总师|常委|委员|成员|代表|顾问|巡视员"
    "|调研员|监事长|监事|理事|干事|专员|发言人|队长|园长|厂长|医师|护士长|助理|参事|馆员|召集人|组长|会计师|经济师|农艺师|技师|大使|公使"
    "|主委|总会计师|执委|总队长|支队长|大队长|讲师|博士|村长|董事|首席科学家|科学家|秘书|联络员|辅导员)"
)
_AFTER = (
    "同志|同|先生|女士|等|和|与|及|以及|主持|出席|列席|参加|讲话|作|致|指出|强调|要求|表示|说|介绍|认为|在|到|向|对|率|就|围绕|传达|宣布|带队|一行"
    "|任|担任|为|代表|首先|还|也|并|分别|通报|汇报|总结|主讲|授课|深入|前往|赴|会见|陪同|签署|发表|提出|回顾|肯定|号召|希望|领学|解读|带领|组织|安排"
    "|部署|宣读|当选|获|受|于|从|将|曾|已|亲|一同|共同|走访|慰问|调研|考察|视察|看望|检查|督导|听取|批示|签发|的|应邀|简要|详细|全面|最后|随后|主任|书记"
    "|院士|教授|主席|会长|理事长|秘书长|所作|所做|明确|特别|进行|交流|讲授|做|话|谈|是|给|以|与会|见证|启动|揭牌|颁奖|点评|发言|致辞|致词|开场"
)
# A name ends where the sentence does, or where one of the words begins that follow names.
ENDS_NAME = rf"(?=[，,、。；;：:！？!?\s（()）“”《》\n]|{_AFTER}|$)"
SEEN_NAME = f"(?:[\u4e00-\u9fff]{{1,8}}(?:[·•．][\u4e00-\u9fff]{{1,8}}?){{1,3}}{ENDS_NAME}|{SURNAME}[\u4e00-\u9fff]{{2}}{ENDS_NAME}|{SURNAME}[\u4e00-\u9fff]{ENDS_NAME})"
# In a list these are offices as well; elsewhere they are any people: 有的代表满足于….
_OFFICE_IN_LIST = f"(?:{OFFICE}|领导|专家|学者|党员|校友|老师|负责人|志愿者|嘉宾|同志)"
_MENTION = re.compile(rf"{OFFICE}(?P<name>{SEEN_NAME})")
# The other order, where it is safe: 习近平总书记, 李某同志.
_NAME_FIRST = re.compile(rf"(?P<name>{SURNAME}[\u4e00-\u9fff]{{1,2}}?)(?P<office>总书记|总理|同志)(?!们)")
_ASIDE = re.compile(r"“[^”\n]*”|《[^》\n]*》|（[^）\n]*）|\([^)\n]*\)")
_BEFORE_ROLE = re.compile(
    r"^.*(?:按照|根据|听取了?|传达了?|落实好?|学习了?|邀请|陪同|会见了?|经由|由|受|在|对|向|与|和|及)(?=[\u4e00-\u9fff]{2})"
)
_SENTENCE = re.compile(r"[^。；;！？!?\n]+")
_EVENT = re.compile(
    r"主持召开|主持|出席|列席|参加|到会|与会(?=[。，,]|并)|作(?:了)?[^，,。；]{0,16}?(?:讲话|报告|致辞|致词|发言)|讲话|致辞|致词|发言|传达(?:学习)?了|通报了|宣读了|汇报了|介绍了"
)
_PARTS: dict[str, Part] = {
    "主持召开": "chaired", "主持": "chaired", "出席": "attended", "参加": "attended", "到会": "attended", "与会": "attended",
    "列席": "sat in",
}  # fmt: skip
_SEPARATOR = re.compile(r"[，,、；;\s]+")
_AND = re.compile(r"以及|和|及|与")
_HONORIFIC = re.compile(
    r"(?:同志|先生|女士|院士|教授|研究员|工程师|主任|主席|会长|书记|秘书长|理事长|部长|局长|院长|等(?:[^，,、]{0,12})?|一行|博士|代表|为[^，,、]{2,10}|分别|应邀|共同|亲自|也|还|亲临|并)$"
)
_LEAD = re.compile(r"^(?:会议|大会|座谈会|仪式|活动|本次会议|此次会议|会上)?(?:由|是由|特邀|邀请)")
_OF_OFFICES = frozenset("副总正常原现前新老大党政市县省区委协会部组处局院校厂所站室科长任务工学文教")
_COMMON = re.compile(rf"{OFFICE}$|[的了在等各部处科室局会员人市县省区]")
_LONGEST_ROLE = 40
_LONGEST_ZONE = 600


@dataclass
class _Known:
    role: str | None
    at: int
    parts: dict[Part, None] = field(default_factory=dict)


def find_people(body: str) -> tuple[Person, ...]:
    """Return the people of a text in the order in which they appear."""
    known: dict[str, _Known] = {}
    for match in _MENTION.finditer(body):
        name = match["name"]
        if not is_name(name):
            continue
        before = _named_before(body, match.start())
        if before is not None:  # 习近平总书记从战略高度: the name stood first
            _note(known, before, match[0][: -len(name)], match.start() - len(before), "mentioned")
        else:
            _note(known, name, _role_before(body, match.start("name")), match.start("name"), "mentioned")
    for match in _NAME_FIRST.finditer(body):
        if _named_before(body, match.start("office")) == match["name"]:
            office = None if match["office"] == "同志" else match["office"]
            _note(known, match["name"], office, match.start(), "mentioned")
    for sentence in _SENTENCE.finditer(body):
        if _EVENT.search(sentence[0]):
            _read_events(sentence[0], sentence.start(), known)
    people = sorted(known.items(), key=lambda item: item[1].at)
    return tuple(Person(name, own.role, _parts_of(own), own.at) for name, own in people)


def _named_before(body: str, at: int) -> str | None:
    """Return the name that ends right before an office, or None."""
    for length in (3, 2):
        name = body[max(0, at - length) : at]
        if len(name) < length or not is_name(name) or name[-1] in _OF_OFFICES:
            continue
        if (length == 3 and words.is_known_word(name)) or not words.is_known_word(name[1:]):
            return name
    return None


def _parts_of(own: _Known) -> tuple[Part, ...]:
    did = tuple(part for part in own.parts if part != "mentioned")
    return did or ("mentioned",)


def _note(known: dict[str, _Known], name: str, role: str | None, at: int, part: Part) -> None:
    own = known.setdefault(name, _Known(role, at))
    if role and len(role) > len(own.role or ""):
        own.role = role
    own.at = min(own.at, at)
    own.parts.setdefault(part)


def _role_before(body: str, end: int) -> str | None:
    """Return the office that is printed before a name, with those that belong to it across 、."""
    text = body[max(0, end - _LONGEST_ROLE) : end]
    start = 0
    for match in re.finditer(r"[，,。；;：:！？\s“”《》（()）\n]|、", _ASIDE.sub(_blank, text)):
        held = text[start : match.start()]
        if match[0] != "、" or not re.search(rf"{OFFICE}$", held):
            start = match.end()
    return _BEFORE_ROLE.sub("", text[start:]) or None


def _blank(aside: re.Match[str]) -> str:
    """Return as many letters as an aside has, so that nothing in it is taken for punctuation."""
    return "字" * len(aside[0])


def _read_events(sentence: str, offset: int, known: dict[str, _Known]) -> None:
    """Note who did what in a sentence: its subject is what stands before the verb, and after the verb before it."""
    start = 0
    previous: list[tuple[str, str | None, int]] = []
    for event in _EVENT.finditer(sentence):
        zone = sentence[start : event.start()]
        found = [] if len(zone) > _LONGEST_ZONE else list(_list_people(zone, known))
        also = not found and re.fullmatch(r"(?:会议|大会|座谈会|仪式|开幕式|活动)?(?:并|，并|,并)?", zone) is not None
        people = previous if also else [(name, role, offset + start + at) for name, role, at in found]
        part: Part = _PARTS.get(event[0], "spoke")
        for name, role, at in people:
            _note(known, name, role, at, part)
        previous = people or previous
        start = event.end()


def _list_people(zone: str, known: dict[str, _Known]) -> Iterator[tuple[str, str | None, int]]:
    """Yield (name, role, place) of a list like 省科协党组成员、副主席秦维强、陈爱国."""
    role: str | None = None
    is_list = False
    for text, at in _split(zone, _SEPARATOR):
        parsed = _parse_item(text, known, is_list=is_list)
        pieces = list(_split(text, _AND))
        if parsed is None or (len(pieces) > 1 and is_name(pieces[0][0]) and is_name(pieces[-1][0][-3:])):
            if len(pieces) > 1:
                for piece, inner in pieces:
                    one = _parse_item(piece, known, is_list=is_list)
                    if one is not None:
                        own = _join_role(role if not is_list else None, one[0]) or (role if not one[0] else None)
                        yield one[1], own, at + inner + one[2]
                        is_list, role = True, own
                continue
            is_office = re.search(rf"{_OFFICE_IN_LIST}$", text) is not None
            role, is_list = (_join_role(role if not is_list else None, text) if is_office else None), False
            continue
        printed, name, inner = parsed
        role = _join_role(None if is_list else role, printed) if printed else role
        yield name, role, at + inner
        is_list = True


def _join_role(before: str | None, role: str | None) -> str | None:
    if not before or not role:
        return _BEFORE_ROLE.sub("", _LEAD.sub("", role)) if role else before
    return f"{before}、{role}"


def _split(text: str, separator: re.Pattern[str]) -> Iterator[tuple[str, int]]:
    start = 0
    for match in separator.finditer(_ASIDE.sub(_blank, text)):
        if match.start() > start:
            yield text[start : match.start()], start
        start = match.end()
    if start < len(text):
        yield text[start:], start


def _parse_item(text: str, known: dict[str, _Known], *, is_list: bool) -> tuple[str | None, str, int] | None:
    """Return role, name and place of the name in an item of a list, or None where it names nobody."""
    core = _HONORIFIC.sub("", text)
    core = _HONORIFIC.sub("", core)
    dotted = re.search(rf"({_OFFICE_IN_LIST})({DOTTED})$", core)
    if dotted:
        return core[: dotted.start(2)], dotted[2], dotted.start(2)
    bare = _LEAD.sub("", core)
    if is_name(bare) and (
        bare in known or is_list or (is_surely_name(bare) and not (len(bare) > 2 and words.is_known_word(bare[1:])))
    ):
        return None, bare, len(core) - len(bare)
    if (
        is_list
        and re.fullmatch(r"[\u4e00-\u9fff]{3}", core)
        and not words.is_known_word(core)
        and not _COMMON.search(core)
    ):
        return None, core, 0
    for length in (3, 2, 4):
        name, role = core[-length:], core[:-length]
        if len(name) == length and role and is_name(name) and re.search(rf"{_OFFICE_IN_LIST}$", role):
            return role, name, len(role)
    return None


def find_author_of_speech(title: str | None) -> str | None:
    """Return who gives a speech, where its title says so: 王延飞在全市科协工作会议上的讲话."""
    match = re.match(
        rf"(?P<name>{NAME})(?:同志)?(?:{OFFICE})?(?:同志)?[:：]?在.{{2,60}}(?:讲话|致辞|致词|发言|报告|演讲)",
        title or "",
    )
    return match["name"] if match and is_surely_name(match["name"]) else None
