"""Where a text names people, and with which office: 省科协副主席王延飞, 潘长旺会长, 李某、张某当选为…, 杜主席."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice

from indexer.analysis import words
from indexer.parsing.people.names import (
    BEGINS_NAME,
    DOTTED,
    NAME,
    SURNAME,
    is_name,
    is_surely_name,
    may_be_a_word,
    needs_no_context,
)

_HAN = "\u4e00-\u9fff"
# Offices that stand before a name as well as behind it (书记王延飞, 王延飞书记).
_TITLES = (
    "总书记|书记|主席|委员长|理事长|会长|秘书长|部长|厅长|局长|主任|市长|县长|区长|省长|镇长|乡长|州长|旗长|盟长|总理|院长|校长|所长|处长|科长|站长|馆长"
    "|台长|社长|行长|院士|教授|研究员|董事长|总经理|经理|总裁|总监|主编|总编辑|总编|政委|巡视员|调研员|监事长|队长|园长|厂长|医师|护士长|组长|工程师"
    "|会计师|经济师|农艺师|讲师|博士|村长|主委|顾问|参事|馆员|专员|总工"
)
_POLITE = "同志|先生|女士|老师"
# Words that an office ends with; in 市科协党组书记王延飞 the name is what follows the last of them.
OFFICE = (
    f"(?:{_TITLES}|政治委员|司令员|检察长|总师|常委|委员|成员|代表|监事|理事|干事|发言人|助理|召集人|技师|大使|公使|总会计师|执委|总队长|支队长|大队长"
    "|董事|首席科学家|科学家|秘书|联络员|辅导员|主任科员|科员|导师|负责人|领导)"
)
# What follows names. A name ends where one of them begins, or where the sentence does.
_FOLLOWS = re.compile(
    "|".join(
        sorted(
            set(
                (
                    f"{_TITLES}|{_POLITE}|同志|同|等|和|与|及|以及|主持|出席|列席|参加|讲话|作|做|致|指出|强调|要求|表示|说|介绍|认为|在|到|向|对|率|就|围绕"
                    "|传达|宣布|带队|一行|任|担任|为|代表|首先|还|也|并|分别|通报|汇报|总结|主讲|授课|深入|前往|赴|会见|陪同|签署|发表|提出|回顾|肯定|号召"
                    "|希望|领学|解读|带领|组织|安排|部署|宣读|当选|获|受|于|从|将|曾|已|亲|一同|共同|走访|慰问|调研|考察|视察|看望|检查|督导|听取|批示"
                    "|签发|的|应邀|简要|详细|全面|最后|随后|所作|所做|明确|特别|进行|交流|讲授|话|谈|是|给|以|与会|见证|启动|揭牌|颁奖|点评|发言|致辞|致词"
                    "|开场|当天|近日|来到|正在|作为|指导|监督|关于|到会|莅临|主任|寄语|勉励|提醒|建议|坦言|告诉|透露|谈到|提到|讲到|呼吁|鼓励|叮嘱|反映|补充|副|委托|因|先后|随|接受|授"
                ).split("|")
            ),
            key=len,
            reverse=True,
        )
    )
)
_STOP = re.compile(r"[，,、。；;：:！？!?\s（()）“”《》\n]|$")
# A person alone at the beginning of a clause is one where such a word follows.
_ACTS = re.compile(
    "主持|出席|列席|参加|到会|讲话|致|作了|作[^为]|做|指出|强调|要求|表示|说|介绍|认为|宣读|宣布|通报|汇报|传达|当选|担任|任|主讲|授课|发言|总结|谈到|提到"
    "|坦言|告诉|带队|一行|领学|代表|分别|带领|率|听取|走访|看望|调研|陪同|会见|提出|希望|号召|肯定|回顾|解读|首先|最后|呼吁|建议|补充|透露|勉励|寄语"
    "|提醒|讲到|鼓励|叮嘱|先后|应邀|还|也|并|同志|先生|女士"
)
_WEAKLY_ACTS = re.compile("在|向|对|就|为|到|将|等|接受|围绕|深入|前往|赴")
_PREFIX = "(?:第一|常务|执行|名誉|终身|高级|主任|副主任|副)*"
_HOLDS = re.compile(rf"{OFFICE}(?![国级处期远团人])")
_RANK = re.compile(rf"{_PREFIX}$")
_LONGEST_RANK = 8
_IS_TITLE = re.compile(f"(?:{_TITLES})$")
_IS_POLITE = re.compile(_POLITE)
_TAIL = re.compile(
    rf"(?:（[^）\n]{{1,12}}）|\([^)\n]{{1,12}}\))?(?:{_POLITE})?(?P<office>{_PREFIX}(?:{_TITLES})(?!们))?(?:（[^）\n]{{1,12}}）|\([^)\n]{{1,12}}\))?"
)
_SEPARATOR = re.compile(r"\s*、\s*|以及|[和与及](?=[\u4e00-\u9fff]{2})")
_INSIDE_OFFICE = re.compile(OFFICE)
_BECOMES = re.compile(
    rf"(?:等\d*[人名位]?)?(?:同志)?(?:分别|均)?(?:当选为?|被?选为|为|任|担任|出任|兼任)(?P<role>[^，,。；;：:、“”《》\s]{{0,24}}?{OFFICE})(?=[，,。；;、\s]|$)"
)
_DOTTED_AT = re.compile(rf"[{_HAN}]{{1,8}}(?:[·•．][{_HAN}]{{1,8}}?){{1,3}}(?={_FOLLOWS.pattern}|{_STOP.pattern})")
_SPACED_AT = re.compile(
    rf"(?P<first>{SURNAME})[ \u3000]{{1,4}}(?P<last>[{_HAN}])(?={_FOLLOWS.pattern}|{_STOP.pattern})"
)
_LIST_BEFORE = re.compile(rf"(?:[{_HAN}]{{2,4}}、)+$")
# Where a clause begins with what may be a name; the body stands behind one separator, so that its beginning counts.
_CLAUSE = re.compile(rf"[^{_HAN}·•．](?={SURNAME})")
_DOTTED_CLAUSE = re.compile(rf"[^{_HAN}·•．](?={SURNAME}|[{_HAN}]{{1,8}}[·•．])")
_IS_DOTTED = re.compile(DOTTED)
_DOT = re.compile("[·•．]")
# Behind these a person is named without an office.
_CALLS = re.compile(
    "选举|增补|推选|推举|聘任|聘请|任命|授予|看望慰问了?|看望了?|走访慰问了?|慰问了?|表彰了?|委托|特邀|邀请|由|为|有[:：]?|[:：]"
)
_CALLS_MANY = re.compile("[为有:：]")
_OFFICE_LAST = re.compile(rf"{_PREFIX}{OFFICE}$")
_BOUND = re.compile(r"[，,。；;：:！？\s“”《》（()）\n]|、")
_ASIDE = re.compile(r"“[^”\n]*”|《[^》\n]*》|（[^）\n]*）|\([^)\n]*\)")
# What stands before an office and belongs to the sentence.
_BEFORE_ROLE = re.compile(
    r"^.*(?:按照|根据|听取|传达|落实好?|贯彻|陪同|会见|经由|委托|聘请|欢迎|祝贺|作为|选举产生|选举|看望|慰问|审议|邀请|特邀|随后|会上|同时|首先|其中|此外|此次|有(?![限色机])|是|了(?!解)|受|由(?!于)|在(?!线)|对(?!外)|向(?!阳)|与会"
    rf"|(?:{OFFICE}|[员者家师])[和与及]|以及)(?=[{_HAN}]{{2}}|$)"
)
_ENDS_BODY = re.compile(r"[会协院学司委省市县区部局厅处校所社团厂科办党联盟室站心组村镇乡]$")
_AND_ROLE = re.compile(rf"(?P<name>{NAME})[和与及、]")
_LINKS = re.compile(r"^(?:[和与及、并即]|以及|其中|会议|大会|座谈会|仪式|活动|本次会议|此次会议|还有)+")
_OF_OFFICES = frozenset("副总正常原现前新老大党政市县省区委协会部组处局院校厂所站室科长任务工学文教")
_NO_NAME_BEFORE = _OF_OFFICES | frozenset("为任由")
_LONGEST_ROLE = 40
_LONGEST_LIST = 80
_MOST_KNOWN = 300  # names that are looked for again, each through the whole text
_MANY = 2
_HIGHEST = "总书记"  # there is one, who is called so without a name
_SURNAME_LAST = re.compile(rf"(?:{SURNAME})?$")
_ENDS_IN_OFFICE = re.compile(rf"{OFFICE}$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named from `at`; the phrase that names them runs from `start` (their office) to `end`."""

    name: str
    role: str | None
    start: int
    at: int
    end: int


def find_mentions(body: str) -> list[Mention]:
    """Return every place that names somebody, in order."""
    finder = _Finder(body)
    finder.read_offices()
    finder.read_clauses()
    finder.read_known()
    finder.read_surnames()
    return finder.in_order()


def name_at(body: str, at: int) -> tuple[str, int] | None:
    """Return the name that begins at a place, and where it ends; None where there is none.

    Of 李红讲 and 李红 before 话 or 讲话, the name is the one before the longer word.
    """
    dotted = _DOTTED_AT.match(body, at) if _DOT.search(body, at, at + _LONGEST_RANK) else None
    if dotted and not _INSIDE_OFFICE.search(dotted[0]):
        name = dotted[0]
        return (name, dotted.end()) if not name.startswith("其中") else None
    if body[at : at + 1] not in BEGINS_NAME or (at and body[at - 1].isdigit()):  # 2016年工作
        return None
    follows = _FOLLOWS.match(body, at)
    if follows and len(follows[0]) > 1:  # 宣读新的标准
        return None
    best: tuple[str, int] | None = None
    most = 0
    for length in (3, 2, 4):
        name = body[at : at + length]
        if len(name) < length or not is_name(name):
            continue
        office = _INSIDE_OFFICE.search(body, at + 1, at + length + _LONGEST_RANK)
        if office and office.start() < at + length:
            continue
        if name[-1] in "为任" and _HOLDS.match(body, at + length):  # 选举李某为主席
            continue
        follows = _FOLLOWS.match(body, at + length)
        score = len(follows[0]) if follows else 3 if _STOP.match(body, at + length) else 0
        if score > most and (score > 1 or not may_be_a_word(name)):
            best, most = (name, at + length), score
    if best is None:
        spaced = _SPACED_AT.match(body, at)
        return (spaced["first"] + spaced["last"], spaced.end()) if spaced else None
    return best


class _Finder:
    """Collects the mentions of a body, the surest first: a place that is taken stays as it is."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.found: dict[int, Mention] = {}
        self.titles: list[tuple[int, int, str]] = []

    def in_order(self) -> list[Mention]:
        return [self.found[at] for at in sorted(self.found)]

    def read_offices(self) -> None:
        for held in _HOLDS.finditer(self.body):
            office = held[0]
            if _IS_TITLE.match(office):
                rank = self._rank_before(held.start())
                at = self._name_before(rank)
                if at is not None:
                    self._note_before(at, rank, end=held.end())
                    continue
                self.titles.append((rank, held.end(), office))
            start, role = self._role_before(held.end())
            self._read_list(held.end(), role, start=start, surely=False)
        for polite in _IS_POLITE.finditer(self.body):
            at = self._name_before(polite.start())
            if at is not None and at not in self.found:
                self._note(Mention(self.body[at : polite.start()], None, at, at, polite.end()))

    def read_clauses(self) -> None:
        """Find people without an office: where a clause begins with a list of names or with what one does, and where a word calls for a name."""
        for call in _CALLS.finditer(self.body):
            at = call.end()
            if at in self.found or name_at(self.body, at) is None or may_be_a_word(self.body[at]):
                continue
            office = _OFFICE_LAST.search(self.body[max(0, call.start() - _LONGEST_RANK) : call.start()])
            role = office[0] if office and call[0] == "为" else None
            self._read_list(
                at, role, start=at, surely=True, least=_MANY if _CALLS_MANY.match(call[0]) and not role else 1
            )
        dotted = _DOT.search(self.body) is not None
        for clause in (_DOTTED_CLAUSE if dotted else _CLAUSE).finditer(f"\n{self.body}"):
            at = clause.start()
            if at in self.found or not (dotted or self.body[at : at + 1] in BEGINS_NAME):
                continue
            named = name_at(self.body, at)
            if named is None:
                continue
            name, end = named
            acts = _ACTS.match(self.body, end) or (
                len(name) > _MANY and not words.is_shipped_word(name[1:]) and _WEAKLY_ACTS.match(self.body, end)
            )
            self._read_list(at, None, start=at, surely=True, least=1 if acts else _MANY)

    def read_known(self) -> None:
        """Find those again who were named once."""
        first = dict.fromkeys(mention.name for mention in self.found.values())
        names = sorted(islice(first, _MOST_KNOWN), key=len, reverse=True)
        taken = bytearray(len(self.body) + 1)  # 1 where a mention stands: one look, however many there are
        for mention in self.found.values():
            taken[mention.at : mention.end] = b"\1" * (mention.end - mention.at)
        for name in names:
            at = self.body.find(name)
            while at >= 0:
                end = at + len(name)
                if not taken[at]:
                    tail = _TAIL.match(self.body, end)
                    self._note(Mention(name, None, at, at, tail.end() if tail else end))
                    taken[at:end] = b"\1" * len(name)
                at = self.body.find(name, end)

    def read_surnames(self) -> None:
        """Find who is called by surname and office: 杜主席 is the chairman Du of whom the text has spoken."""
        known = {(mention.name, mention.role) for mention in self.found.values() if mention.role}
        for start, end, office in self.titles:
            surname = _SURNAME_LAST.search(self.body[max(0, start - 2) : start])
            called = surname[0] if surname else ""
            if not called and office != _HIGHEST:
                continue
            at = start - len(called)
            who = {name for name, role in known if name.startswith(called) and office in (role or "")}
            if len(who) == 1 and not words.is_shipped_word(self.body[max(0, at - 1) : at + 1]) and at not in self.found:
                self._note(Mention(who.pop(), None, at, at, end))

    def _note(self, mention: Mention) -> None:
        self.found.setdefault(mention.at, mention)

    def _read_list(self, at: int, role: str | None, *, start: int, surely: bool, least: int = 1) -> None:
        """Note the people of a list that begins at a place, where there are as many as `least`."""
        people: list[Mention] = []
        while (named := name_at(self.body, at)) is not None:
            name, end = named
            sure = needs_no_context if least == 1 else is_surely_name
            if surely and not _IS_DOTTED.fullmatch(name) and not sure(name):
                break
            tail = _TAIL.match(self.body, end)
            own = tail["office"] if tail else None
            end = tail.end() if tail else end
            people.append(Mention(name, role or own, start, at, end))
            separator = _SEPARATOR.match(self.body, end)
            if separator is None:
                break
            at = start = separator.end()
            role = None if own and role is None else role
        if len(people) < least:
            return
        becomes = _BECOMES.match(self.body, people[-1].end) if surely else None
        for person in people:
            self._note(replace(person, role=person.role or becomes["role"]) if becomes else person)

    def _name_before(self, at: int) -> int | None:
        """Return where the name begins that ends right before an office; None where there is none."""
        body = self.body
        for length in (4, 3, 2):
            start = at - length
            name = body[max(0, start) : at]
            if start < 0 or not is_name(name) or name[-1] in _NO_NAME_BEFORE or _INSIDE_OFFICE.search(name):
                continue
            if start and words.is_shipped_word(body[start - 1 : start + 1]) and not _STOP.match(body, start - 1):
                continue
            if may_be_a_word(name) and start and not _STOP.match(body, start - 1):
                continue
            at_boundary = _STOP.match(body, start - 1) is not None if start else True
            if (is_surely_name(name) if at_boundary else needs_no_context(name)) or words.is_name_in_dictionary(name):
                return start
        return None

    def _rank_before(self, at: int) -> int:
        """Return where the rank begins that belongs to an office: 常务副|主席."""
        rank = _RANK.search(self.body[max(0, at - _LONGEST_RANK) : at])
        return at - len(rank[0]) if rank else at

    def _note_before(self, at: int, office_at: int, *, end: int) -> None:
        """Note a person with the office behind the name, and those of the list before (李某、张某副理事长)."""
        name = self.body[at:office_at]
        office = self.body[office_at:end]
        start, role = self._role_before(at)
        if role and _ENDS_IN_OFFICE.search(role):  # 学会秘书长陈旭教授
            self._note(Mention(name, role, start, at, end))
            return
        listed = _LIST_BEFORE.search(self.body, max(0, at - _LONGEST_LIST), at)
        role = (role or "").removesuffix("的")
        own = f"{role if _ENDS_BODY.search(role) else ''}{office}"
        if listed:
            place = listed.start()
            for other in listed[0].split("、"):
                if is_name(other) and place not in self.found:
                    self._note(Mention(other, office, place, place, place + len(other)))
                place += len(other) + 1
            own = office
        self._note(Mention(name, own, start, at, end))

    def _role_before(self, end: int) -> tuple[int, str | None]:
        """Return the office that is printed before a place, with those that belong to it across 、, and where it begins."""
        first = max(0, end - _LONGEST_ROLE)
        text = self.body[first:end]
        start = 0
        for match in _BOUND.finditer(_ASIDE.sub(_blank, text)):
            held = text[start : match.start()]
            if match[0] != "、" or not _ENDS_IN_OFFICE.search(held):
                start = match.end()
        for mention in reversed(self.found.values()):
            if first + start < mention.end <= end:
                start = mention.end - first
            if mention.end <= first:
                break
        role = text[start:]
        role = _LINKS.sub("", _BEFORE_ROLE.sub("", role))
        other = _AND_ROLE.match(role)
        if other and is_surely_name(other["name"]):  # 孙某和监事李某
            role = role[other.end() :]
        return end - len(role), role or None


def _blank(aside: re.Match[str]) -> str:
    """Return as many letters as an aside has, so that nothing in it is taken for punctuation."""
    return "字" * len(aside[0])
