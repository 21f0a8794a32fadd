"""What stands behind a label or in a byline -> the name of a publisher, the names of authors, and nothing else."""

from __future__ import annotations

import re
from itertools import accumulate, pairwise

from indexer.analysis import words
from indexer.analysis.normalize import simplify
from indexer.parsing.layout.header_lines import ROLE, SIGNS
from indexer.parsing.layout.labels import LONGEST_VALUE
from indexer.parsing.people.names import is_name, is_surely_name
from indexer.parsing.rules import Rules
from indexer.parsing.values.candidates import NOBODY, has_proper_part
from indexer.parsing.values.issuers import is_issuer

WORD = re.compile(r"\w")
_QUOTED_TITLE = re.compile(r"^《([^》]+)》(?:\s*[（(]?(?:(?:19|20)\d\d\s*年|第\s*\d).*)?$")
_SEPARATORS = re.compile(r"[\s、，,/／;；&＆|｜丨]+")
_COLON_OR_STOP = re.compile(r"[:：。]")
_BRACKETS = (("(", ")"), ("（", "）"), ("【", "】"), ("〔", "〕"), ("《", "》"))
_ENDS_VALUE = Rules(
    "where the next thing on a line begins and a value ends",
    (r"\s{2,}", "云泽日报  下一个"),
    (r"[?？]{2,}", "云泽镇???"),
    (r"[\[\]【】|｜丨]", "云泽日报【大】"),
    (r"\s+(?=[\u4e00-\u9fff]{2,6}\s*[:：])", "云泽日报 主讲人：某"),
    (r"，(?=版权|转载|如|记者|作者|原)", "云泽日报，版权归作者"),
)
_BUTTON_BEHIND = Rules.of_words(
    "buttons and counters behind a value on its line",
    "本文已影响 本文被 字体 字号 打印 分享 收藏 阅读 浏览 点击 举报 关注 转载 订阅 评论 大中小 我要 我要评论 我要投稿 我有话说 返回 查看 参与互动",
    example="云泽日报 {}",
    before=r"\s*",
    behind=r"(?:\s|$|[:：\d【\[（(]|到|首页|更多)",
)
_BUTTON_GLUED = Rules.of_words(
    "what runs on behind a name without a space",
    "返回 查看 点击 关注 打开 下载 更多 分享 收藏 举报 打印 参与互动 阅读 浏览 责任编辑 责编",
    example="李小禾{}",
)
# 来源：某报 记者 某某 编辑 某某
_OTHER_HAND = re.compile(rf"(?<=\S)\s+(?:{ROLE}|编辑|责编)\s+(?=\S)")
# 某县融媒体中心记者某某: where they work is no name of theirs.
REPORTER_OF = re.compile(r"^\s*(?P<where>[\u4e00-\u9fff]{2,12}?)\s*(?:全媒体)?记者\s*(?=[\u4e00-\u9fff])")
# 作者：某某（某院研究员、副院长）
_OFFICE_BEHIND = re.compile(r"(?<=[\u4e00-\u9fff])\s*[（(][^（()）]{4,}[）)]?\s*$")
_ROLE_BEFORE = re.compile(rf"(?:^|(?<=[\s、/／,，]))(?:{ROLE})\s*[:：]?\s*|(?:本报|特约|见习|实习)?(?:记者|通讯员)")
_DID = Rules.of_words(
    "what somebody did, behind their name",
    "摄影 报道 报导 摄 文并摄 摄并文 摄影报道 文/图 图/文 文图 图文 提供 供图 供稿 撰文 整理",
    example="李小禾 {}",
    before=r"\s*[/／]?\s*",
    behind="$",
)
_ROLE = re.compile(str(ROLE))
_MARKS = "□■◎●▲◆ "
_REPORTED_FROM = re.compile(r"[\u4e00-\u9fff]{2,4}(?:报道|报导|報導)")  # 台北报道
_NATION = re.compile(r"^\s*[【\[（(〔][\u4e00-\u9fff]{1,3}[】\]）)〕]\s*(?=[\u4e00-\u9fff]+[·•])")  # 【美】约翰·某某
_WIRED_BEHIND = re.compile(r"\d{1,2}日[电電讯訊]$")  # 王小源台北12日电
_SPREAD_NAME = re.compile(r"^\s*([\u4e00-\u9fff])[ \u3000]+([\u4e00-\u9fff])\s*$")
_LONGEST_NAME = 4
_PLACE = 2  # two characters before 记者 are oftener where somebody works than who
_RANKS = frozenset("省市县区镇乡村州旗盟")  # what a place before them is of, which is no name
_LEAST_RUN = 4
_LONGEST_RUN = 12
# What an office in a name's shadow ends in: 某大学副教授
OFFICE_END = Rules.of_words(
    "what the words behind a name end in that say what somebody is",
    "教授 院长 主任 讲师 记者 研究员 书记 主席 会长 理事长 校长 处长 部长 局长 老师 博士 学生 同学 工程师 编辑 馆长 所长 科长 秘书长",
    example="云泽大学{}",
    behind="$",
)


def clean_value(raw: str) -> str:
    """Cut a value where the next thing on its line begins, and take off brackets and signs."""
    raw = raw.strip(SIGNS)
    plain = simplify(raw)
    cuts = [found.start() for rules in (_ENDS_VALUE, _BUTTON_BEHIND) if (found := rules.search(plain))]
    value = raw[: min(cuts)] if cuts else raw
    value = value.strip(SIGNS)
    for left, right in _BRACKETS:
        if value.endswith(right) and left not in value:
            value = value[:-1]
        if value.startswith(left) and right not in value:
            value = value[1:]
    return value.strip(SIGNS)


def clean_source(raw: str) -> str:
    """Return the name of a publisher without title marks and what follows it."""
    hand = _OTHER_HAND.search(raw)
    value = clean_value(raw[: hand.start()] if hand else raw)
    value = _QUOTED_TITLE.sub(r"\1", value) if value.startswith("《") else value
    is_none = len(value) > LONGEST_VALUE or NOBODY.find(value) or not WORD.search(value) or value[-1] in ":："
    return "" if is_none else value


def clean_author(raw: str) -> str:
    """Return the names of authors, a space between them, without their office and what they did besides writing."""
    raw = _OFFICE_BEHIND.sub("", without_office(_NATION.sub("", raw)))
    value = clean_value(_SPREAD_NAME.sub(r"\1\2", raw))
    if value.startswith("《"):  # a newspaper
        return ""
    value = _ROLE_BEFORE.sub(" ", value).strip(SIGNS)
    value = _DID.sub("", value).strip(SIGNS)
    if not value or len(value) > LONGEST_VALUE or NOBODY.find(value) or _COLON_OR_STOP.search(value):
        return ""
    parts = [part for part in _SEPARATORS.split(value) if part and part not in {"文", "摄", "图"}]
    parts = [part for part in parts if len(parts) == 1 or not _REPORTED_FROM.fullmatch(part)]
    if len(parts) == 1 and (did := _DID.search(simplify(parts[0]))) and did.start() > 1:  # 報道
        parts = [parts[0][: did.start()]]
    spread = [part for part in parts if len(part) == 1]
    if len(parts) == len(spread) == 2:  # 张 三
        return "".join(parts)
    return " ".join(own for part in _only_names(parts) for own in _names_in(part))


def without_office(raw: str) -> str:
    """Take off where a reporter works: 某县融媒体中心记者某某; who stands there by name stays."""
    of = REPORTER_OF.match(raw)
    stays = of is None or (len(of["where"]) > _PLACE and is_name(simplify(of["where"])))
    return raw if of is None or stays else raw[of.end() :]


def _only_names(parts: list[str]) -> list[str]:
    """Leave out the bodies that people among the authors belong to: 李小禾 县总工会."""
    people = [part for part in parts if not _is_body_or_office(simplify(part))]
    return people if people and all(len(part) <= _LONGEST_NAME or is_name(simplify(part)) for part in people) else parts


def _is_body_or_office(plain: str) -> bool:
    return is_issuer(plain) or (OFFICE_END.find(plain) is not None and not is_name(plain))


def _names_in(part: str) -> list[str]:
    """Return the names in a word of a byline: without what runs on behind one, and each of several without a space."""
    plain = simplify(part)
    if plain[-1] == "等" and is_name(plain[:-1]):
        return [part[:-1]]
    if len(part) < _LONGEST_NAME or is_name(plain):
        return [part]
    ends = _ends_of_names(plain)
    if not ends and len(plain) > _LONGEST_NAME and OFFICE_END.find(plain):
        return []  # an office whose holder cannot be told from it
    return [part[first:last] for first, last in pairwise((0, *ends))] if ends else [part]


def _ends_of_names(plain: str) -> list[int]:
    """Return where each name in a word of a byline ends; nothing where the whole word is one."""
    if wired := _WIRED_BEHIND.search(plain):
        return [end for end in (3, 2) if is_surely_name(plain[:end]) and wired.start() - end > 1][:1]
    glued = _BUTTON_GLUED.search(plain)
    if glued and _PLACE <= glued.start() <= _LONGEST_NAME:
        return [glued.start()]
    if not is_issuer(plain) and len(run := split_run(plain)) > 1:
        return list(accumulate(map(len, run)))
    return [end] if (end := _end_of_name(plain)) else []


def _end_of_name(plain: str) -> int:
    """Return where a name ends behind which its body or office runs on (童一舟青杨大学副教授), or 0."""
    has_office = OFFICE_END.find(plain) is not None
    for end in (4, 3, 2):
        rest = plain[end:]
        if (
            len(rest) > _PLACE
            and is_name(plain[:end])
            and not (end == _PLACE and rest[0] in _RANKS)
            and not words.has_word_across(plain, end)
            and len(_first_word(rest)) > 1
            and (has_office or (is_issuer(rest) and has_proper_part(rest)))
        ):
            return end
    return 0


def _first_word(plain: str) -> str:
    """Return the word that a text begins with; a rank (县) and what it governs are one."""
    first, *following = words.cut(plain)
    return first + following[0] if first in _RANKS and following else first


def split_byline(plain: str) -> list[str]:
    """Return the names of a byline whose roles and names run together (本报记者冯岩通讯员秦小满), or nothing for any other text."""
    first = _ROLE.match(plain.lstrip(_MARKS))
    parts = [part for part in _ROLE.split(plain.lstrip(_MARKS)) if part] if first else []
    runs = [split_run(part) for part in parts]
    return [name for run in runs for name in run] if all(runs) else []


def split_run(plain: str) -> list[str]:
    """Return the names that run together in a text (冯岩秦小满), or nothing where it is no run of names."""
    if not _LEAST_RUN <= len(plain) <= _LONGEST_RUN:
        return [plain] if is_surely_name(plain) else []
    for end in (4, 3, 2):
        rest = split_run(plain[end:]) if is_surely_name(plain[:end]) else []
        if rest:
            return [plain[:end], *rest]
    return []
