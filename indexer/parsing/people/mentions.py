"""Where a text names people, and with which office: 省科协副主席王延飞, 潘长旺会长, 李某、张某当选为…, 杜主席."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from indexer.analysis import words
from indexer.parsing.people.names import (
    BEGINS_NAME,
    COMPOUND,
    DOTTED,
    NAME,
    PAIRS,
    SURNAME,
    SURNAMES,
    is_name,
    is_no_name,
    is_surely_name,
    may_be_a_word,
    may_be_name,
    needs_no_context,
)
from indexer.parsing.people.offices import CALLINGS, NOT_BEFORE, NOT_CALLED, OFFICE, POLITE, PREFIX, TITLES
from indexer.parsing.rules import Rules, any_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_HAN = "\u4e00-\u9fff"
_BEGINS = f"[{''.join(sorted(BEGINS_NAME))}]"
# A name ends where one of them begins, or where the sentence does.
_FOLLOWS = Rules.of_words(
    "what follows names",
    """同 等 和 与 及 以及 主持 出席 列席 参加 讲话 作 做 致 指出 强调 要求 表示 说 介绍 认为 在 到 向 对 率 就 围绕 传达 宣布 带队 一行 任 担任 为
    代表 首先 还 也 并 分别 通报 汇报 总结 主讲 授课 深入 前往 赴 会见 陪同 签署 发表 提出 回顾 肯定 号召 希望 领学 解读 带领 组织 安排 部署
    宣读 当选 获 受 于 从 将 曾 已 亲 一同 共同 走访 慰问 调研 考察 视察 看望 检查 督导 听取 批示 签发 的 应邀 简要 详细 全面 最后 随后 所作
    所做 明确 特别 进行 交流 讲授 话 谈 是 给 以 与会 见证 启动 揭牌 颁奖 点评 发言 致辞 致词 开场 当天 近日 来到 正在 作为 指导 监督 关于
    到会 莅临 寄语 勉励 提醒 建议 坦言 告诉 透露 谈到 提到 讲到 呼吁 鼓励 叮嘱 反映 补充 副 委托 因 先后 随 接受 授 则 均 回应 答复 询问 回答
    直言 感慨 感叹 笑言 解释 回忆 接过 主动 现场 当场 代 率先 提议 倡议 请假 缺席 未 不 没 都 用 把 被 让 又 再 才 便 自 来自 时 其 这 那 一直
    也是 既 虽 曾任 现任 毕业 出生 生于 长期 从事 带 拿 看 站 坐 走 笑 想 记 认真 逐一 逐条 深情 动情 由衷 有感而发 赞 表态 宣讲 演讲 主张 重申 推介 阐述 分析
    陈述 说明 展示 分享 结合 针对 紧紧 如是说 说道 讲道 写道 问道 答道 称 答 问 喊 讲 听 提 送 逐 最 接 随即 当即 一边 依次 轮流 即兴 着重 召集 逐项 话锋 有备而来 感谢 祝贺 同意 赞同 反问 追问 嘱咐 承诺 牵头 负责 参会 到场 莅会 做客 现身 亮相 总结道""",
    how="fullmatch",
)
_BY_FIRST: dict[str, list[str]] = {}
for _row in _FOLLOWS:
    _BY_FIRST.setdefault(_row.example[0], []).append(_row.example)
# Behind parts joined by dots, where single characters are syllables, only these of them end a name.
_ONE_LETTER = "等和与及在到向对率就还也并作做致将曾已的说是为任则"
_FOLLOWING = f"(?:{'|'.join(row.pattern for row in _FOLLOWS if len(row.example) > 1)}|[{_ONE_LETTER}])"
_OFFICE_WORDS = tuple(row.example for row in TITLES) + tuple(row.example for row in POLITE)
for _word in _OFFICE_WORDS:
    _BY_FIRST.setdefault(_word[0], []).append(_word)
# By their first letter, the longest first; a tuple is asked for as a whole before its words are.
_WORDS_BY_FIRST = {letter: tuple(sorted(own, key=len, reverse=True)) for letter, own in _BY_FIRST.items()}
# How somebody says something: 高兴地说, 语重心长地告诉.
_DEGREE = frozenset("地得")
_SPACES = frozenset(" \u3000")
_ADVERBIAL = re.compile(rf"[{_HAN}]{{2,6}}[地得](?:说|问|讲|告诉|表示|回答|介绍|谈|笑|合|告|回忆|点)")
# As the last letter of three they begin what follows a name of two: 万钢|也作了发言
_ADVERBS = frozenset("则便也还均都又")
_NOT_LAST = frozenset(_ONE_LETTER + "便均都又被把让给因既虽未不没")
# Those of them that end names of three as well, right behind an office: 魏凤和, 孙志均
_MAY_BE_LAST = frozenset("和与及均")
_SEPARATES = frozenset("、，,和与及")
_BEGINS_OTHERS = ("副", "与会", "在座", "在场", "自治", "其他", "来自", "现任", "时任")
_STOPS = frozenset('，,、。；;：:！？!? \t\r\u3000\n(（)）“”"《》…—-－|｜/／·')
# A person alone at the beginning of a clause is one where such a word follows.
_ACTS = Rules.of_words(
    "what people do",
    """主持 出席 列席 参加 到会 讲话 致 作 做 指出 强调 要求 表示 说 介绍 认为 宣读 宣布 通报 汇报 传达 当选 担任 任 主讲 授课 发言 总结 谈到 提到
    坦言 告诉 带队 一行 领学 代表 分别 带领 率 听取 走访 看望 调研 陪同 会见 提出 希望 号召 肯定 回顾 解读 首先 最后 呼吁 建议 补充 透露 勉励 寄语
    提醒 讲到 鼓励 叮嘱 先后 应邀 还 也 并 同志 先生 女士 则 回应 答复 询问 回答 直言 感慨 感叹 笑言 解释 回忆 提议 倡议 如是说 说道 讲道 表态
    宣讲 分享 阐述 重申 笑着 接过 当场 当即 随即 主动 一边 依次 轮流 逐一 现场 率先 召集 讲了 谈了 请假 缺席 深入 前往 来到 考察 视察 慰问 检查 督导""",
    how="match",
)
# Words behind a name and a colon: 王某：“好。”, 王某（主席）：先修路，再通车。
_SPEAKS_AT = re.compile(r"(?:（[^）\n]{2,20}）)?[：:](?:“|[^\n：:]{6,40}?[，。！？])")
_WHEN = re.compile(
    r"(?:今天|昨天|(?:\d{1,2}月)?\d{1,2}日)?(?:[上下]午|晚上?)?(?:在[^，,。；：\n]{1,16}?(?=[主出会作发强]))?"
)
_OPENS_WORDS, _BEGINS_DAY = frozenset("（：:"), frozenset("今昨上下晚在")
_NOT_DONE = re.compile("[作做]为(?!.{0,6}代表)|作业")
_WEAKLY_ACTS = re.compile("[在向对就为到将等赴受应]|围绕")
_HOLDS = re.compile(f"(?:{OFFICE}){NOT_BEFORE}")
_NAMED_BEFORE = re.compile(f"(?:{OFFICE}){NOT_BEFORE}[{_HAN}]{{2,4}}[、，,和与及]")
_CALLED = re.compile(f"{CALLINGS}{NOT_CALLED}")
# Whoever is called by what they do: 预报员米小圈说; their names need a verb behind them.
_DOER = re.compile(f"[员师者工手](?={_BEGINS})")
_RANK = re.compile(rf"{PREFIX}$")
_IN_RANKS = frozenset(PREFIX) - frozenset("(?:|)*")
_LONGEST_RANK = 8
_AWHILE = ("代表", "委员", "常委", "理事", "监事", "顾问", "会员")
_BEHIND_NAMES = frozenset(row.example for row in TITLES)
_BEHIND = r"(?:（[^）\n]{1,16}）|\([^)\n]{1,16}\))?"
_TAIL = re.compile(rf"{_BEHIND}(?:{POLITE})?(?P<office>{PREFIX}{TITLES}{NOT_BEFORE})?{_BEHIND}")
_SEPARATOR = re.compile(r"\s*[、]\s*|[，,]?(?:以及|还有)|[和与及](?=[\u4e00-\u9fff]{2})")
# With what a list can go on behind a name, or behind what stands there first: a note in brackets, an office.
_MAY_GO_ON = re.compile(
    rf"[、\s和与及（(]|[，,]?(?:以及|还有)|[{''.join(sorted({word[0] for word in _OFFICE_WORDS} | _IN_RANKS))}]"
)
_INSIDE_OFFICE = re.compile(OFFICE)
_BECOMES = re.compile(
    rf"(?:等\d*[人名位]?)?(?:同志)?(?:分别|均)?(?:当选为?|被?选为|为|任|担任|出任|兼任)(?P<role>[^，,。；;：:、“”《》\s]{{0,24}}?{OFFICE})(?=[，,。；;、\s]|$)"
)
_DOTTED_AT = re.compile(
    rf"[{_HAN}]{{1,8}}(?:[·•．][{_HAN}]{{1,8}}?){{1,3}}(?={_FOLLOWING}|{TITLES}|{POLITE}|[^{_HAN}·•．]|$)"
)
_SPACED_AT = re.compile(rf"(?P<first>{SURNAME})[ \u3000]{{1,4}}(?P<last>[{_HAN}])(?={_FOLLOWING}|[^{_HAN}]|$)")
_GOES_ON = re.compile(r"(?:[（(][^）)\n]{1,12}[）)])?、")
# In a list of names even a word is one: 封晓、和风、苟建华
_LISTED_WORD = re.compile(rf"{_BEGINS}[{_HAN}]{{1,2}}(?=[、，,。；（(等])")
_LISTED = re.compile(rf"[{_HAN}]{{3}}(?=[、，,。；（(等])")
# Whose people is printed behind the name: 阿支洛曲（彝族）
_OF_A_PEOPLE = re.compile(rf"[{_HAN}]{{2,6}}(?=[（(](?:[男女][，,、])?[{_HAN}]{{1,5}}族[，,、）)])")
_STRANGER = re.compile(rf"[{_HAN}]{{3}}(?![{_HAN}]{{0,4}}团)|[{_HAN}]{{2}}(?=、)")
_NO_STRANGER = frozenset(
    "的了在是和与及同为对将把被一二三四五六七八九十不大小上下这那其该本各每全副总正原前后已要并或者们从向以于等中也还就都又再他她我你它会有"
)
_LIST_BEFORE = re.compile(rf"(?:[{_HAN}]{{2,4}}、)+$")
# Where a clause begins with what may be a name; the body stands behind one separator, so that its beginning counts.
# Only people do so, right behind a name that may as well be words: 沙明远表示, 沙明远副主席出席.
_ONLY_PEOPLE = Rules.of_words(
    "what only people do",
    "表示 指出 强调 认为 出席 主持 介绍说 告诉记者 说， 说： 坦言 致辞 讲话",
    how="match",
)
# Behind a name of two to four letters stands a word or a mark, or how somebody speaks.
_END = f"(?:[^{_HAN}]|$|(?=[{''.join(_WORDS_BY_FIRST)}]){any_of(word for own in _WORDS_BY_FIRST.values() for word in own)})"
_LONG = "".join(f"[{''.join(sorted({own[at] for own in COMPOUND | PAIRS}))}]" for at in (0, 1)) + f"[{_HAN}]{{2}}"
_MAY_BE_NAME = f"{_BEGINS}(?:[ \u3000]|[{_HAN}]{{1,2}}{_END}|[{_HAN}]{{3,9}}[地得])|{_LONG}{_END}"
_CLAUSE = re.compile(rf"[^{_HAN}·•．](?={_MAY_BE_NAME})")
_DOTTED_CLAUSE = re.compile(rf"[^{_HAN}·•．](?={_MAY_BE_NAME}|[{_HAN}]{{1,8}}[·•．])")
_IS_DOTTED = re.compile(DOTTED)
_DOT = re.compile("[·•．]")
# Behind these a person is named without an office.
_CALLS = Rules.of_words(
    "behind what a person is named without an office",
    """选举 增补 推选 推举 聘任 聘请 任命 授予 看望慰问 看望慰问了 看望 看望了 走访慰问 走访慰问了 慰问 慰问了 表彰 表彰了 委托 特邀 邀请 由 为 有 有：
    有: ： : 分别是 分别为 包括 听取了 请""",
    how="fullmatch",
)
_CALLS_AT, _DOTTED_CALLS_AT = re.compile(f"{_CALLS}(?={_BEGINS})"), re.compile(str(_CALLS))
_IS_POLITE = re.compile(str(POLITE))
_CALLS_MANY = re.compile("[为有:：是括请]")
_OFFICE_LAST = re.compile(rf"{PREFIX}{OFFICE}$")
_BOUND = re.compile(r"[，,。；;：:！？\s“”《》（()）\n]|、")
_ASIDE = re.compile(r"“[^”\n]*”|《[^》\n]*》|（[^）\n]*）|\([^)\n]*\)")
_BEFORE_MORE = rf"(?=[{_HAN}]{{2}}|$)"
# What stands before an office and belongs to the sentence.
_BEFORE_ROLE = Rules(
    "what stands before an office and belongs to the sentence",
    *((word, f"{word}王某") for word in ["按照", "根据", "听取", "传达", "落实", "贯彻", "陪同", "会见", "经由", "委托", "聘请", "欢迎", "祝贺", "作为", "选举产生", "选举", "看望", "慰问", "审议", "邀请", "特邀", "学习", "领会", "深入", "随后", "会上", "同时", "首先", "其中", "此外", "此次", "是", "受", "与会", "以及", "来自", "出席会议的", "参加会议的"]),
    ("有(?![限色机])", "有省科协"), ("了(?!解)", "看了省科协"), ("由(?!于)", "由省科协"), ("在(?!线)", "在省科协"), ("对(?!外)", "对省科协"),
    ("向(?!阳)", "向省科协"),
    behind=_BEFORE_MORE,
)  # fmt: skip
# The same where others are joined to them: 书记和|主席.
_OR_OTHERS = re.compile(rf"(?:{_BEFORE_ROLE}|(?:{OFFICE}|[员者家师])[和与及]){_BEFORE_MORE}")
_JOINED = frozenset("和与及")
_ENDS_BODY = re.compile(r"[会协院学司委省市县区部局厅处校所社团厂科办党联盟室站心组村镇乡]$")
_AND_ROLE = re.compile(rf"(?P<name>{NAME})[和与及、]")
_LINKS = re.compile(r"^(?:[和与及、并即]|以及|其中|会议|大会|座谈会|仪式|活动|本次会议|此次会议|还有)+")
_OF_OFFICES = frozenset("副总正常原现前新老大党政市县省区委协会部组处局院校厂所站室科长任务工学文教")
_NO_NAME_BEFORE = _OF_OFFICES | frozenset("为任由")
# The rows of minutes that say who took part: 主持人：某某, 出席	某某、某某.
_LABELS = Rules(
    "labels of those who took part",
    (r"(?:会议)?主\s*持\s*人?|召\s*集\s*人", "主 持 人"),
    (r"出\s*席(?:会议)?(?:人员?|领导)?", "出席领导"),
    (r"列\s*席(?:会议)?(?:人员)?", "列席人员"),
    (r"参\s*加(?:会议)?(?:人员|人)?", "参加人员"),
    (r"参\s*会(?:人员|领导)?", "参会人员"),
    (r"与\s*会(?:人员|领导)?", "与会人员"),
    (r"到\s*会(?:人员|领导)?", "到会人员"),
    how="fullmatch",
)  # fmt: skip
_ROW = re.compile(
    rf"(?:^|[\n\t \u3000])(?:[一二三四五六七八九十\d]{{1,2}}[、.．])?(?P<label>{_LABELS})\s*[:：\t|｜]\s*(?P<list>[^\n\t]+?(?:\n[ \u3000]{{0,12}}(?:[{_HAN}]{{2,4}}[ 、\u3000]+){{0,12}}[{_HAN}]{{2,4}}(?=[ \u3000]*(?:\n|$))){{0,8}})"
    r"(?=\t|[ \u3000]{1,20}[\u4e00-\u9fff \u3000]{1,8}[:：]|\n|$)"
)
# How a label ends; where none does, there are no rows.
_ENDS_LABEL = re.compile(r"[:：\t|｜](?<=[持人席员导加会\s].)")
_ITEM = re.compile(rf"(?P<name>[{_HAN}][{_HAN}·•．]{{1,12}}|[{_HAN}][ \u3000]{{1,4}}[{_HAN}])(?=[\s、，,；;。（(]|$)")
_ENDS_ORGANISATION = frozenset("学院校会局厅部委所司团社")
_NOT_LISTED_FIRST = frozenset("各全有相其市县区省镇乡局科村本该另及和与等两三四五六七八九十一二第特")
_NOT_LISTED_LAST = frozenset("等们长员科室局部处会队组站院校所司位人方层办委记席任师名")
_LONGEST_ROLE = 40
_LONGEST_LIST = 80
_MOST_KNOWN = 300  # names that are looked for again, each through the whole text
_MANY = 2
_CROWD = 3  # a list of so many names needs no more evidence for each of them
_HIGHEST = "总书记"  # there is one, who is called so without a name
_ENDS_IN_OFFICE = re.compile(rf"{OFFICE}$")
_STOP_WEIGHT = 3
_WORD_WEIGHT = 0.5  # any word of the dictionary behind what needs nothing else to be a name


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
    finder.read_rows()
    finder.read_clauses()
    finder.read_known()
    finder.read_surnames()
    return finder.in_order()


def find_rows(body: str) -> Iterator[re.Match[str]]:
    """Return the rows of minutes that say who took part, each with its label and its list."""
    return _ROW.finditer(body) if _ENDS_LABEL.search(body) else iter(())


def _weight_behind(body: str, at: int) -> int:
    """Return how surely a name ends at a place: the length of the word that follows; 0 where it does not end there."""
    letter = body[at : at + 1]
    following = _WORDS_BY_FIRST.get(letter)
    if following is None:
        return 0 if "\u4e00" <= letter <= "\u9fff" else _STOP_WEIGHT
    if body.startswith(following, at):
        for word in following:
            if body.startswith(word, at):
                return len(word)
    return 0


def _weight_of_sentence(body: str, name: str, *, end: int, sure: bool, adverbial: bool) -> float:
    """Return how surely a name ends before what is no usual follower: 深有感触地说, or any word behind a sure name."""
    if adverbial and _ADVERBIAL.match(body, end):
        return _MANY
    if not sure or not needs_no_context(name):
        return 0
    spans = words.is_shipped_word(body[end - 1 : end + 1])
    if spans and _weight_behind(body, end + 1):  # 黄强|视频|发言, but not 习近平|日前
        return 0
    return _WORD_WEIGHT if words.is_common_word(body[end : end + 2]) else 0


def name_at(body: str, at: int, *, sure: bool = False, dotted: bool = True) -> tuple[str, int] | None:
    """Return the name that begins at a place, and where it ends; None where there is none.

    Of 李红讲 and 李红 before 话 or 讲话, the name is the one before the longer word. Where it is `sure` that a name comes
    (behind an office, in a list of names), more reads as one.
    """
    found = _DOTTED_AT.match(body, at) if dotted and _DOT.search(body, at, at + _LONGEST_RANK) else None
    if found and not _INSIDE_OFFICE.search(found[0]):
        return (found[0], found.end()) if not found[0].startswith("其中") else None
    if body[at : at + 1] not in BEGINS_NAME or (at and body[at - 1].isdigit()):  # 2016年工作
        return None
    if body[at] in _WORDS_BY_FIRST and _weight_behind(body, at) > 1:  # 宣读新的标准
        return None
    best, most = None, 0.0
    adverbial = not _DEGREE.isdisjoint(body[at + 4 : at + 11])  # 高兴地说
    pair = body[at : at + 2]
    for length in (4, 3, 2) if pair in COMPOUND or pair in PAIRS else (3, 2):
        end = at + length
        weight: float = _weight_behind(body, end) if end <= len(body) else 0
        if not weight and (sure or adverbial):
            weight = _weight_of_sentence(body, body[at:end], end=end, sure=sure, adverbial=adverbial)
        if weight <= most or (length == _CROWD and _runs_on(body, at, end=end, weight=weight, sure=sure)):
            continue
        if _reads_as_name(body, at, end=end, weight=weight, sure=sure):
            best, most = (body[at:end], end), weight
    if best is None and not _SPACES.isdisjoint(body[at + 1 : at + 3]):
        spaced = _SPACED_AT.match(body, at)
        return (spaced["first"] + spaced["last"], spaced.end()) if spaced else None
    return best


def _runs_on(body: str, at: int, *, end: int, weight: float, sure: bool) -> bool:
    """Tell whether three letters are a name of two and what follows it: 万钢|也作了发言, 池莲|则认为."""
    last = body[end - 1]
    if not is_name(body[at : end - 1]):
        return False
    if sure and weight >= 1 and last in _MAY_BE_LAST:  # 部长魏凤和作了说明, 主席孙志均出席会议
        return _stands_in_list(body, at) if last == "均" else last in _JOINED and _joins(body, end)
    return last in _ADVERBS or (last in _NOT_LAST and weight <= 1)


def _joins(body: str, at: int) -> bool:
    """Tell whether a person, their office or those present begin at a place, so that what stands before it joins them."""
    if body.startswith(_BEGINS_OTHERS, at) or _INSIDE_OFFICE.match(body, at):
        return True
    return any(is_surely_name(body[at : at + length]) and _weight_behind(body, at + length) for length in (3, 2))


def _stands_in_list(body: str, at: int) -> bool:
    """Tell whether others are named in the sentence before a name: 主席李红和副主席|张波均出席."""
    if body[at - 1 : at] in _SEPARATES:
        return True
    first = max(0, at - _LONGEST_LIST)
    first = max(first, body.rfind("。", first, at), body.rfind("\n", first, at))
    return _NAMED_BEFORE.search(body, first, at) is not None


def _reads_as_name(body: str, at: int, *, end: int, weight: float, sure: bool) -> bool:
    """Tell whether what stands between two places is a name, behind which a word of some weight follows."""
    name = body[at:end]
    if weight <= 1 and may_be_a_word(name) and not (sure and len(name) == _CROWD):
        return False
    if weight <= 1 and len(name) == _CROWD and name[0] == name[-1]:  # 何去何|从, 边听边|记
        return False
    if not (is_name(name) or (sure and may_be_name(name))):
        return False
    if name[0] == "和" and _ACTS.match(body, end) is None:
        return False
    if name[-1] in "为任" and _HOLDS.match(body, end):  # 选举李某为主席
        return False
    office = _INSIDE_OFFICE.search(body, at + 1, end + _LONGEST_RANK)
    return office is None or office.start() >= end


def _may_be_listed(word: str) -> bool:
    """Tell whether a word in a row of names can be one more, and no body, office or number of people."""
    return (
        len(word) in {2, 3}
        and word[0] not in _NOT_LISTED_FIRST
        and word[-1] not in _NOT_LISTED_LAST
        and not is_no_name(word)
    )


class _Finder:
    """Collects the mentions of a body, the surest first: a place that is taken stays as it is."""

    def __init__(self, body: str) -> None:
        self.body = body
        self.dotted = _DOT.search(body) is not None
        self.has_peoples = "族" in body
        self.found: dict[int, Mention] = {}
        self.titles: list[tuple[int, int, str]] = []
        self.looked = 0  # how often the whole text was looked through for a name

    def in_order(self) -> list[Mention]:
        return [self.found[at] for at in sorted(self.found)]

    def read_offices(self) -> None:
        """Find people by their offices, which stand before their names or behind them."""
        for held in _HOLDS.finditer(self.body):
            office = held[0]
            rank = self._rank_before(held.start())
            at = self._name_before(rank) if self._stands_behind(office, held.end()) else None
            joined = at in self.found and self.found[at].end < rank  # 主席李红和|副主席张波
            if at is not None and not joined:
                self._note_before(at, rank, end=held.end())
                continue
            self.titles.append((rank, held.end(), office))
            named = self._next_at(held.end(), [], surely=False)
            if named is not None:
                start, role = self._role_before(held.end())
                self._read_list(held.end(), role, first=named, start=start, surely=False)
        for called in _CALLED.finditer(self.body):
            at = called.end()
            named = None if at in self.found else self._name_at(at) or self._stranger_at(at, listed=False)
            if named is not None:
                start, role = self._role_before(called.end())
                listed = self.body.startswith("、", named[1]) and self._name_at(named[1] + 1) is not None
                acts = is_surely_name(named[0]) and (listed or self._acts(*named))
                first = self._next_at(at, [], surely=not acts)
                self._read_list(at, role, first=first, start=start, surely=not acts)
        for doer in _DOER.finditer(self.body):
            at = doer.end()
            within = words.is_shipped_word(self.body[at - 1 : at + 1])  # 机械工|程学会
            named = self._name_at(at) if at not in self.found and not within else None
            if named and len(named[0]) == _CROWD and is_surely_name(named[0]) and _ACTS.match(self.body, named[1]):
                self._note(Mention(named[0], None, doer.end(), doer.end(), named[1]))
        for polite in _IS_POLITE.finditer(self.body):
            at = self._name_before(polite.start())
            if at is not None and at not in self.found:
                self._note(Mention(self.body[at : polite.start()], None, at, at, polite.end()))

    def read_rows(self) -> None:
        """Find those whom a row of minutes lists: 出席：邸小龙 凤求凰、郎平川（女）."""
        for row in find_rows(self.body):
            items = [
                (item, re.sub(r"\s", "", item["name"]))
                for item in _ITEM.finditer(self.body, row.start("list"), row.end("list"))
            ]
            sure = {name for _, name in items if is_name(name) or may_be_name(name)}
            # Among names a word without a surname is one as well: 贝小舟、占堆、从容
            has_commas = (
                "、" in row["list"]
            )  # then what stands before a gap is an office: 监事 李小禾、, as at the beginning of a line
            is_list = len(items) > 1 and len(sure) * 2 >= len(items)
            for item, name in items:
                begins = self.body[item.start() - 1 : item.start()] == "\n"
                has_gap = self.body[item.end() : item.end() + 1] in {" ", "\u3000"}
                may_be = is_list and not (has_gap and (has_commas or begins)) and _may_be_listed(name)
                if item.start() not in self.found and (name in sure or may_be):
                    self._note(Mention(name, None, item.start(), item.start(), item.end("name")))

    def _stands_behind(self, office: str, end: int) -> bool:
        """Tell whether an office can be that of the name before it; 代表 and the like only where the clause goes on."""
        if office not in _BEHIND_NAMES:
            return False
        return not office.endswith(_AWHILE) or _weight_behind(self.body, end) > 0

    def read_clauses(self) -> None:
        """Find people without an office: where a clause begins with a list of names or with what one does, and where a word calls for a name."""
        for call in (_DOTTED_CALLS_AT if self.dotted else _CALLS_AT).finditer(self.body):
            at = call.end()
            if at in self.found or at == len(self.body):
                continue
            if may_be_a_word(self.body[at]) or (named := self._name_at(at)) is None:
                continue
            office = _OFFICE_LAST.search(self.body[max(0, call.start() - _LONGEST_RANK) : call.start()])
            role = office[0] if office and call[0] == "为" else None
            many = _CALLS_MANY.search(call[0]) and not role
            self._read_list(at, role, first=named, start=at, surely=True, least=_MANY if many else 1)
        for clause in (_DOTTED_CLAUSE if self.dotted else _CLAUSE).finditer(f"\n{self.body}"):
            at = clause.start()
            if at in self.found:
                continue
            if (named := name_at(self.body, at, dotted=self.dotted)) is not None:
                acts = self._acts(*named)
                if acts or _MAY_GO_ON.match(self.body, named[1]):
                    self._read_list(at, None, first=named, start=at, surely=True, least=1 if acts else _MANY)
            else:
                self._note_among_words(at)

    def _note_among_words(self, at: int) -> None:
        """Note a name that begins at a place, all letters of which may be words, before what only people do: 沙明远表示."""
        end = at + _CROWD
        name = self.body[at:end]
        if len(name) < _CROWD or not may_be_a_word(name) or not may_be_name(name):
            return
        tail = _TAIL.match(self.body, end)
        if not _ONLY_PEOPLE.match(self.body, tail.end() if tail else end):
            return
        if not (_INSIDE_OFFICE.search(name) or _belongs_to_office(name)):
            self._note(Mention(name, tail["office"] if tail else None, at, at, tail.end() if tail else end))

    def _acts(self, name: str, end: int) -> bool:
        """Tell whether what follows a name is what people do."""
        letter = self.body[end : end + 1]
        if letter in _OPENS_WORDS and _SPEAKS_AT.match(self.body, end):
            return self.body.startswith("“", end + 1) or len(name) > _MANY
        if not _DEGREE.isdisjoint(self.body[end + 2 : end + 7]) and _ADVERBIAL.match(self.body, end):
            return True
        when = _WHEN.match(self.body, end) if letter in _BEGINS_DAY or letter.isdecimal() else None
        if _ACTS.match(self.body, when.end() if when else end):
            return _NOT_DONE.match(self.body, end) is None
        return (
            len(name) > _MANY and not words.is_shipped_word(name[1:]) and _WEAKLY_ACTS.match(self.body, end) is not None
        )

    def _name_at(self, at: int, *, sure: bool = False) -> tuple[str, int] | None:
        if not self.dotted and self.body[at : at + 1] not in BEGINS_NAME:
            return None
        return name_at(self.body, at, sure=sure, dotted=self.dotted)

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
        for start, end, office in self.titles if known else ():
            before = self.body[max(0, start - 2) : start]
            called = before if before in COMPOUND else before[-1:] if before[-1:] in SURNAMES else ""
            if not called and office != _HIGHEST:
                continue
            at = start - len(called)
            who = {name for name, role in known if name.startswith(called) and office in (role or "")}
            if len(who) == 1 and not words.is_shipped_word(self.body[max(0, at - 1) : at + 1]) and at not in self.found:
                self._note(Mention(who.pop(), None, at, at, end))

    def _note(self, mention: Mention) -> None:
        self.found.setdefault(mention.at, mention)

    def _read_list(
        self, at: int, role: str | None, *, first: tuple[str, int] | None, start: int, surely: bool, least: int = 1
    ) -> None:
        """Note the people of a list that begins at a place with its first name, where there are as many as `least`."""
        people: list[Mention] = []
        sure = needs_no_context if least == 1 else is_surely_name
        named = first
        while named is not None:
            name, end = named
            if surely and not _IS_DOTTED.fullmatch(name) and not (sure(name) or len(people) >= _CROWD - 1):
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
            named = self._next_at(at, people, surely=surely)
        if len(people) < least:
            return
        becomes = _BECOMES.match(self.body, people[-1].end) if surely else None
        for person in people:
            self._note(replace(person, role=person.role or becomes["role"]) if becomes else person)

    def _next_at(self, at: int, before: list[Mention], *, surely: bool) -> tuple[str, int] | None:
        """Return the name that begins at a place of a list, and where it ends."""
        named = self._name_at(at, sure=bool(before) or not surely)
        if named is None and before and (word := _LISTED_WORD.match(self.body, at)) is not None:
            is_other = is_no_name(word[0]) or _INSIDE_OFFICE.search(word[0]) or word[0][-1] in _OF_OFFICES
            named = None if is_other else (word[0], word.end())
        if named is None and (before or not surely):
            named = self._stranger_at(at, listed=bool(before))
        return named

    def _stranger_at(self, at: int, *, listed: bool) -> tuple[str, int] | None:
        """Return what must be a name behind an office or between others in a list, though no known surname begins it."""
        people = _OF_A_PEOPLE.match(self.body, at) if self.has_peoples else None
        if people is not None:
            return people[0], people.end()
        if self.body[at : at + 1] in _NO_STRANGER:
            return None
        found = _STRANGER.match(self.body, at)
        if found is None or _INSIDE_OFFICE.search(self.body, at, found.end() + _MANY):
            return None
        name, end = found[0], found.end()
        if name[-1] in _NOT_LAST or is_no_name(name) or words.is_shipped_word(name):
            return None
        return (name, end) if self._is_stranger(name, end, listed=listed) else None

    def _is_stranger(self, name: str, end: int, *, listed: bool) -> bool:
        """Tell whether what stands behind and elsewhere shows that a word without a surname is a name."""
        following = _GOES_ON.match(self.body, end)
        goes_on = following is not None and self._may_be_listed(following.end())
        if following is not None and self._name_at(following.end(), sure=True):
            return True
        if len(name) < _CROWD:
            return listed and goes_on
        weight = _weight_behind(self.body, end)
        acts = weight > 1 and self.body[end : end + 1] not in _STOPS
        is_word = words.is_shipped_word(name[:2]) or (words.is_shipped_word(name[1:]) and not (acts or goes_on))
        return (weight > 1 or goes_on) and (not is_word or self._stands_again(name, end))

    def _may_be_listed(self, at: int) -> bool:
        """Tell whether what begins at a place of a list may be a name as well."""
        item = _LISTED.match(self.body, at)
        return self._name_at(at, sure=True) is not None or (item is not None and not words.is_shipped_word(item[0]))

    def _stands_again(self, name: str, end: int) -> bool:
        """Tell whether a text names somebody again who may be a stranger; it is looked through for a few of them only."""
        self.looked += 1
        return self.looked <= _MOST_KNOWN and (self.body.find(name, end) >= 0 or self.body.find(name) < end - len(name))

    def _name_before(self, at: int) -> int | None:
        """Return where the name begins that ends right before an office; None where there is none."""
        body = self.body
        for length in (4, 3, 2):
            start = at - length
            if start < 0 or body[start] not in BEGINS_NAME:
                continue
            name = body[start:at]
            bounded = start == 0 or body[start - 1] in _STOPS
            if bounded and length == _CROWD and self._speaks_behind(at) and may_be_name(name):
                return None if _INSIDE_OFFICE.search(name) else start
            if length == _CROWD and start and body[start - 1] in _ENDS_ORGANISATION and may_be_name(name):
                known = words.is_shipped_word(body[start - 1 : start + 1]) or words.is_shipped_word(name[:2])
                if not known and not _INSIDE_OFFICE.search(name) and not _belongs_to_office(name):
                    return start
            if not is_name(name) or _belongs_to_office(name) or _INSIDE_OFFICE.search(name):
                continue
            at_boundary = start == 0 or body[start - 1] in _STOPS or body[start - 1] == "的"
            within = words.is_shipped_word(body[start - 1 : start + 1]) or words.is_shipped_word(body[start - 1 : at])
            if not at_boundary and (may_be_a_word(name) or within):
                continue
            if (is_surely_name(name) if at_boundary else needs_no_context(name)) or words.is_name_in_dictionary(name):
                return start
        return None

    def _speaks_behind(self, at: int) -> bool:
        """Tell whether an office is followed by what people do, so that a name must stand before it: 干将军|委员说."""
        office = _HOLDS.match(self.body, at)
        return office is not None and _ACTS.match(self.body, office.end()) is not None

    def _rank_before(self, at: int) -> int:
        """Return where the rank begins that belongs to an office: 常务副|主席."""
        if self.body[at - 1 : at] not in _IN_RANKS:
            return at
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
        last = 0
        for match in (_BEFORE_ROLE if _JOINED.isdisjoint(role) else _OR_OTHERS).finditer(role):
            last = match.end()
        role = _LINKS.sub("", role[last:])
        other = _AND_ROLE.match(role)
        if other and is_surely_name(other["name"]):  # 孙某和监事李某
            role = role[other.end() :]
        return end - len(role), role or None


def _belongs_to_office(name: str) -> bool:
    """Tell whether a name before an office would end with what the office begins with: 华大学|校长, 某某副|主席."""
    if name[-1] in "文学新正大老工教党政" and len(name) == _CROWD:
        return words.is_common_word(name[1:])
    return name[-1] in _NO_NAME_BEFORE


def _blank(aside: re.Match[str]) -> str:
    """Return as many letters as an aside has, so that nothing in it is taken for punctuation."""
    return "字" * len(aside[0])
