"""Candidates for source and author: what speaks for each and what against, and which is sure enough to be the value."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from indexer.analysis import words
from indexer.analysis.normalize import simplify
from indexer.parsing.layout.labels import FIELD_OF
from indexer.parsing.layout.lines import is_button, is_tool
from indexer.parsing.people.names import is_name, is_surely_name
from indexer.parsing.rules import Rules
from indexer.parsing.values.issuers import is_issuer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from indexer.parsing.layout.lines import Line


class Candidate(NamedTuple):
    """What a line gives for a field, by which rule, and how much speaks for it."""

    value: str
    line: Line
    rule: str
    score: int


class Clue(NamedTuple):
    """What a clue adds to a candidate for the source and to one for the author, and why."""

    source: int
    author: int
    why: str


# A value needs this much; with less it is unknown, which is better than a guess.
LEAST = {"source": 5, "author": 6}
_NO = -20
CLUES = {
    # where it stands
    "signature": Clue(20, 0, "who signs an article of a bulletin says more than the head of the bulletin"),
    "label": Clue(12, 12, "来源：, 作者： leave no doubt; only what can be no name at all is refused"),
    "label over it": Clue(5, 5, "an empty label may have lost its value, and the next line be another thing"),
    "label of an office": Clue(8, 0, "发布机构：, 供稿单位： say who publishes, less plainly than 来源："),
    "label of a body": Clue(4, 0, "学校：, 单位： beside the day name whom a text is of or only whom it is about"),
    "label 发布": Clue(9, 0, "发布： names a body, an account or the person at the keyboard"),
    "printed in": Clue(10, 0, "《某报》 before a day is where a text was printed"),
    "masthead": Clue(10, 0, "a greeting or the line with the registration number names the site or paper"),
    "compiler": Clue(6, 0, "某办公室编 in the head of a bulletin; who signs an article there says more"),
    "byline": Clue(6, 9, "记者 某某 on a line of its own, or 某报/记者 某某"),
    "role in brackets": Clue(0, 7, "（记者 某某）, also with a pen name"),
    "role in the text": Clue(0, 4, "本报记者 某某 in running text, where other words follow: only with a name"),
    "dateline": Clue(3, 4, "某报讯（某某）, 据某社某地某日电"),
    "brackets at the end": Clue(0, 3, "contributors stand there, and remarks of all kinds"),
    "beside the day": Clue(2, 2, "publishers stand there, and sections, buttons, places, people"),
    "only one beside the day": Clue(1, 0, "where nothing else stands there, the publisher does oftener"),
    "one of several": Clue(-1, 0, "among several names, one like nothing known may be a pen name"),
    "clock": Clue(1, 0, "who prints the minute is a site, and sites name their sources"),
    "line beside the day": Clue(2, 1, "on the line over or under the day, as accounts and newspapers print it"),
    "account": Clue(3, 8, "原创 before a name means that of the account's author"),
    "account of the page": Clue(11, 0, "account day 发表于 place, or over its button 关注, whatever it is called"),
    "under the title": Clue(0, 3, "of an essay, a speech, a poem"),
    "speaker": Clue(0, 4, "under the title of a speech, behind an office or beside its day"),
    "copyright": Clue(3, 0, "转载请注明：title | name"),
    "source beside it": Clue(0, 1, "where the publisher is named as well, a name is the author's"),
    # what it looks like
    "known": Clue(5, _NO, "on the list of media"),
    "medium": Clue(4, -3, "ends as newspapers, agencies, sites and channels do"),
    "body": Clue(4, 3, "ends as associations, authorities, schools and their parts do"),
    "account name": Clue(3, 0, "发布, 宣传, 新闻 behind a proper name"),
    "proper": Clue(2, 0, "has a part that is a place or no word of the dictionary, as brands have"),
    "office": Clue(1, 2, "ends as parts of bodies do (院办, 立案二庭), and not as a name that needs no more"),
    "name": Clue(-6, 3, "a person"),
    "perhaps a name": Clue(-4, 2, "a person, or a word that begins like a surname"),
    "address": Clue(0, _NO, "www.…, only behind a label"),
    # what speaks against it
    "nobody": Clue(_NO, _NO, "未知, admin, 暂无"),
    "furniture": Clue(_NO, _NO, "a button, a counter, a label"),
    "button": Clue(-5, -4, "has a word of buttons in it, as a few names have as well"),
    "login": Clue(
        -5, -4, "a word in Latin letters: the name at the keyboard or a switch of the page, only behind a label"
    ),
    "digits": Clue(-6, -6, "a number, a clock, a count; media with digits stand on the list"),
    "section": Clue(-7, -9, "of a newspaper or site: 综合·公告, 时政新闻"),
    "place": Clue(-7, -9, "发表于云南 says where, not who"),
    "words": Clue(-4, -4, "common words alone: neither a brand nor a pen name is like that, only behind a label"),
    "long": Clue(-3, -4, "longer than names are, and like nothing known"),
}

_MEDIUM = Rules.of_words(
    "what names of newspapers, agencies, sites and channels end in",
    "报 网 社 台 刊 杂志 客户端 传媒 融媒 媒体中心 公众号 在线 网站 电视 卫视 广播 通讯 周末 之声",
    example="云泽{}",
    behind="$",
)
_NO_MEDIUM = Rules.of_words(
    "what ends like a medium and is none",
    "简报 播报 通报 公报 海报 汇报 举报 快报名 申报 预报 情报 壁报 官网 本网 内网 联网 全网 上网 校园网 平台 讲台 后台 阳台 合作社 旅行社 旅社 "
    "停刊 增刊 期刊 副刊 看电视 书报",
    example="云泽{}",
    behind="$",
)
_ACCOUNT = Rules.of_words(
    "what names of accounts and channels end in behind a proper name",
    "发布 宣传 新闻 报道 资讯 观察 视界 热线 先锋 号 教育 党建 科普 政务 普法 公安 检察 交警 中院 法院 统战 青年 微讯 播报 文旅",
    example="云泽{}",
    behind="$",
)
_ACCOUNT_FIRST = Rules.of_words(
    "what names of accounts begin with before a proper name",
    "微 掌上 云上 智慧 平安 文明 健康 清风 法治 看 爱 今日",
    example="{}云泽",
    how="match",
)
_SECTION = Rules.of_words(
    "sections of newspapers and columns of sites",
    "新闻 要闻 快讯 简讯 头条 综合 公告 通知 时政 民生 社会 副刊 专刊 特刊 专版 专栏 专题 广告 动态 信息 资讯 活动 公示 评论 理论 经济 财经 "
    "文化 教育 科技 体育 娱乐 国内 国际 本地 地方 县区 区县 基层 焦点 聚焦 关注 热点 看点 视点 速递 速览 之窗 风采 园地 天地 论坛 讲坛 读书 "
    "健康 法治 法制 党建 旅游 生活 城事 都市 深度 调查 特稿 人物 图片 视频 正文 详情 简报 通讯 深读 封面 版面 头版 导读 政务 农业 三农 城乡 乡村 乡镇 "
    "校园 学术 科普 工作 媒体 媒体聚焦 今日 中心 周刊 重点 热门 推荐 最新 其他 其它 报道 权威 发布 部门 行业 企业 会员 协会 学会 机关 群团 统战 我的",
    example="{}",
    how="fullmatch",
)
_OFFICE = Rules.of_words(
    "what names of parts of bodies end in",
    "办 科 室 部 处 庭 组 队 站 所 委 工会 委会",
    example="院{}",
    before=".",
    behind="$",
)
_PAGE = Rules(
    "numbers of pages, columns and the weather beside the day",
    (r"[A-Z]?\d{1,3}", "A03"),
    (r"第?[A-Z]?[\d一二三四五六七八九十]{1,3}版[:：]?[\u4e00-\u9fff]{0,4}", "第三版"),
    (r"[A-Z]", "B"),
    (r"[晴阴多云转到间小中大阵雷雨雪雾霾℃~]{2,10}", "阴转小雨"),
    how="fullmatch",
)
_DO = Rules.of_words(
    "what buttons ask a reader to do, and what switches of a page say",
    "下载 注册 登录 纠错 回复 道具 倒序 楼层 浏览 阅读 转发 转载 分享 打印 关闭 收藏 举报 返回 查看 点击 放大 缩小 字体 字号 小字 大字 默认 繁体 简体 "
    "朗读 播报 语音 二维码 扫码 扫一扫 上一 下一 首页 主页 订阅 投稿 反馈 留言 复制 编辑 发表 更新 更多 只看 显示 热度 人气 跟贴 参与 互动 "
    "置顶 我要 标签 版权 楼主 沙发 正文 隐藏 放入 加载 积分 大图 全部 已 星期 上午 下午 整理 根据",
    example="{}",
)
_NO_BODY = Rules.of_words(
    "what stands in no name of a body", "归 由 给 把 被 让 已 将 是 为 请 系 本 该 我", example="{}"
)
# Names that stand for nobody.
NOBODY = Rules(
    "names that stand for nobody",
    (r"未知|不详|暂?无", "暂无"),
    (r"佚名|匿名", "匿名"),
    (r"[aA]dmin|null", "admin"),
    (r"(?:系统|超级)?管理员", "系统管理员"),
    (r"(?:打印|关闭)\S{0,4}", "打印本页"),
    behind="$",
    how="match",
)
_NO_WORD = re.compile(
    r"(?i:(?:posted|published|updated|date|time|by|on|at|views?|home|read|admin)\s*[:：]?)|.*官方[账帐]号"
)
_DIGIT = re.compile(r"\d")
_DASH_OR_BRACKET = re.compile("[-－—（(]")
_LONGEST_UNSHAPED = 14
_LEAST_UNKNOWN = 2
_LITTLE = frozenset("的了在是我你他她它这那和与或及不也就都到上下中里一二三大小多少第")
_EDGES = " 《》“”\"'【】[]"


@cache
def read_sources() -> frozenset[str]:
    """Return the media whose names do not say what they are."""
    text = files(__package__).joinpath("sources.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def score(field: str, clues: Iterable[str]) -> int:
    """Return what clues add up to for a field."""
    return sum(getattr(CLUES[clue], field) for clue in clues)


def _is_furniture(plain: str) -> bool:
    return plain in FIELD_OF or is_button(plain) or is_tool(plain) or _NO_WORD.fullmatch(plain) is not None


# What decides alone, the first that fits.
_LOOKS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("nobody", NOBODY.find),
    ("known", lambda plain: plain in read_sources()),
    ("address", re.compile(r"www\.|http").match),
    ("furniture", _is_furniture),
    ("login", re.compile(r"[A-Za-z][A-Za-z\d_.-]*").fullmatch),
)


@lru_cache(maxsize=1 << 12)
def shape_of(text: str) -> tuple[str, ...]:
    """Return the clues that a piece of a header gives by its own looks, whatever stands around it."""
    plain = simplify(text).strip(_EDGES)
    clue = next((clue for clue, looks in _LOOKS if looks(plain)), None)
    if clue is not None:
        return (clue,)
    shape = _shape_of_medium(plain) or _shape_of_words(plain)
    return (*shape, "digits") if _DIGIT.search(plain) else shape


def _shape_of_medium(plain: str) -> tuple[str, ...]:
    """Return the clue of a medium, a body or a person; none where a text is like none of them."""
    first = _DASH_OR_BRACKET.split(plain, maxsplit=1)[0].strip(_EDGES)
    if first in read_sources() or any(
        len(part) > 1 and _MEDIUM.find(part) and not _NO_MEDIUM.find(part) and not _is_section(part)
        for part in (plain, first)
    ):
        return ("medium",)
    names = plain.split()
    if names and all(map(is_surely_name, names)):
        return ("name",)
    if _is_body(plain):
        return ("body",)
    if names and all(map(is_name, names)):
        return ("perhaps a name",)
    return ()


def _is_body(plain: str) -> bool:
    return is_issuer(plain) and not _NO_BODY.find(plain) and not _is_section(plain)


def _shape_of_words(plain: str) -> tuple[str, ...]:
    """Return what words that are like no name say of themselves: a section, a button, a place, a brand."""
    if _is_section(plain):
        return ("section",)
    if words.is_place(plain):
        return ("place",)
    is_proper = has_proper_part(plain)
    does = _DO.find(plain) is not None
    if is_proper and (_ACCOUNT.find(plain) or (_ACCOUNT_FIRST.find(plain) and not does)):
        return ("account name",)
    if does:
        return ("button",)
    if _OFFICE.find(plain):
        return ("office",)
    long = ("long",) if len(plain) > _LONGEST_UNSHAPED else ()
    return (*long, "proper" if is_proper else "words")


def _is_section(plain: str) -> bool:
    """Tell whether all parts of a text are names of sections: 综合·公告, 时政新闻."""
    parts = [part for part in plain.replace("/", "·").replace("、", "·").split("·") if part]
    return all(
        _PAGE.find(part) or _SECTION.find(part) or all(map(_SECTION.find, words.cut_shipped(part))) for part in parts
    )


def has_proper_part(plain: str) -> bool:
    """Tell whether a text has a part that is the name of a place or no word of the dictionary."""
    parts = words.cut_shipped(plain)
    apart = any(
        len(first) == len(second) == 1 and not _LITTLE.intersection((first, second))
        for first, second in pairwise(parts)
    )
    return apart or any(
        (len(part) >= _LEAST_UNKNOWN and not words.is_shipped_word(part)) or (words.is_place(part) and part != plain)
        for part in parts
    )
