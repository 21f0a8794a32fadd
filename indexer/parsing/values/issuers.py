"""The organisation that issues a text, under one name: aliases, those named only by rank (省科协), who is above whom."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from indexer.names import read_shipped
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable

# Long name -> the short one that everybody uses; and the one of that kind for the whole country.
_KINDS = {
    "科学技术协会": ("科协", "中国科协"),
    "社会科学界联合会": ("社科联", None),
    "妇女联合会": ("妇联", "全国妇联"),
    "残疾人联合会": ("残联", "中国残联"),
    "文学艺术界联合会": ("文联", "中国文联"),
    "归国华侨联合会": ("侨联", "中国侨联"),
    "工商业联合会": ("工商联", "全国工商联"),
    "作家协会": ("作协", "中国作协"),
    "红十字会": ("红十字会", "中国红十字会"),
    "总工会": ("总工会", "全国总工会"),
    "人民代表大会常务委员会": ("人大常委会", "全国人大常委会"),
    "人民代表大会": ("人大", "全国人大"),
    "人民政府": ("人民政府", "国务院"),
    "政治协商会议": ("政协", "全国政协"),
}
_SHORT = dict(_KINDS.values())
_TOPS = {top: short for short, top in _SHORT.items() if top}
# Parts of an organisation speak for it.
_PART = re.compile(r"(?:党组|机关党委|理事会|(?<!人大)(?<!政协)常委会|常务委员会)$")
# What belongs to one and issues texts under its own name.
_OFFICE = re.compile(r"(?:办公厅|办公室|秘书处|(?<=科协)[\u4e00-\u9fff]{2,6}[部处])$")
_PARTY = frozenset({"中共"})
# What the name of an organisation ends in: 中国科协, 云泽银行, 省知联会, 某某（集团）公司(筹).
ORGANISATION = Rules(
    "what the name of an organisation ends in",
    *((word, f"某{word}") for word in ["领导小组", "治丧小组", "供销社", "合作社", "联合社", "联社", "科协", "协会", "学会", "分会", "专委会", "商会", "研究会", "促进会", "基金会", "联合会", "联谊会", "委员会", "知联会", "妇联", "残联", "文联", "作协", "侨联", "工商联", "社科联", "红十字会", "工会", "团委", "常委会", "人大", "政协", "政府", "国务院", "办公厅", "办公室", "党组", "党委", "公司", "集团", "大学", "学院", "中学", "小学", "中心", "法院", "检察院", "学社", "总社", "支部", "银行", "军区", "民盟", "民建", "民进", "农工党", "致公党", "民革", "台盟", "联盟"]),
    ("[院厅局部委处所馆校]", "市科技局"),
)  # fmt: skip
_IN_BRACKETS_BEHIND = r"(?:[（(][^）)]{1,10}[）)])?$"
_IS_ORGANISATION = re.compile(f"{ORGANISATION}{_IN_BRACKETS_BEHIND}")
# A meeting is also held by a place, an office or a works: 云泽市召开…
_HOLDS_MEETINGS = re.compile(rf"(?:{ORGANISATION}|[省市县区镇乡村州旗盟]|[办室社站园厂]|民主党派){_IN_BRACKETS_BEHIND}")
_NO_ORGANISATION = re.compile(r"[，。；：:！？“”《》\d]|关于|报$|网$|(?<![总学销作合联])社$|日报|晚报|新闻|来源")
_RANK = re.compile(r"^(?:中共)?(?P<rank>[省市县区州盟旗]|自治区)(?=[\u4e00-\u9fff]{2})")
_IN_TITLE = re.compile(
    r"^(?P<issuer>[\u4e00-\u9fff（）()]{3,40}?(?:\s[\u4e00-\u9fff]{3,30}?)?)(?=关于|印发|转发|召开|举行|举办|开展|传达|学习|部署|组织|启动|发布|党组|领导|调研|赴)"
)


# What an issuer does, which is no part of its name; and what may stand behind one in a title.
_GOES = Rules.of_words(
    "what an issuer does and is no part of its name",
    "到 赴 在 向 被 由 、 关于 召开 举行 主持 调研 承办 主办 直播 播发 明天 致信 致电 会见",
)
_ENDS_ISSUER = Rules(
    "what may stand behind an issuer in a title",
    *((word, word) for word in ["第", "走访", "慰问", "开展", "组织", "举行", "举办", "召开", "召集", "调研", "学习", "传达", "部署", "启动", "成立", "完成", "获", "赴", "到", "在", "为", "与", "和", "关于", "印发", "转发", "发布", "积极", "认真", "深入", "扎实", "全面", "顺利", "隆重", "成功", "联合", "参加", "推进", "助力", "领导", "党组", "一行"]),
    (r"(?:会长|理事长|主席|主任|秘书长|院长|校长|局长|[县市区]长)?(?:办公|常务|工作|专题|联席)会(?:议|纪要|记录)", "会长办公会议"),
    (r"[一二三四五六七八九十\d]+届", "九届"), (r"[:：，,\s]", "："),
    how="match",
)  # fmt: skip
_BEFORE_END = re.compile(f"(?={_ENDS_ISSUER})")
_SHORTEST, _LONGEST_IN_TITLE = 3, 26
_SESSION = re.compile(r"第?[一二三四五六七八九十百\d]+届(?:第?[一二三四五六七八九十百\d]+次)?")
_IN_BRACKETS = re.compile(r"[（(][^）)]*[）)]$")
# What stands before 省科协 in a sentence and is no name of a place: 召开市人大, 当选为省社科联
_NO_PLACE = re.compile(r"[在由和与及对向各全我本为日月开行持了的任于是加席]")
_BARE_GOVERNMENT = re.compile(r"(?<!人民)政府$")


class Region(NamedTuple):
    """A province and its cities, all in the short form (聊城)."""

    name: str
    sign: str
    cities: frozenset[str]


@cache
def read_regions() -> dict[str, Region]:
    """Return the provinces by name."""
    found = {}
    for line in files(__package__).joinpath("regions.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, sign, *cities = line.split()
            found[name] = Region(name, sign, frozenset(cities))
    return found


@cache
def _aliases() -> dict[str, str]:
    """Return the other names of those for the whole country: 中国科学技术协会 is 中国科协."""
    return {other.text: top for top in _TOPS for other in read_shipped().get(top, ()) if other.when == "same"}


def is_issuer(text: str) -> bool:
    """Tell whether a text is the name of an association, an authority, a company or a part of one."""
    return 3 <= len(text) <= 40 and _IS_ORGANISATION.search(text) is not None and not _NO_ORGANISATION.search(text)


def holds_meetings(text: str) -> bool:
    """Tell whether a text ends with the name of what can hold a meeting."""
    return _HOLDS_MEETINGS.search(text) is not None


def issuer_in_title(title: str) -> str | None:
    """Return the issuer that a title begins with: 中国科协办公厅关于…."""
    match = _IN_TITLE.match(title)
    if match and all(map(is_issuer, match["issuer"].split())) and not _GOES.search(match["issuer"]):
        return match["issuer"]
    ends = [found.start() for found in _BEFORE_END.finditer(title, _SHORTEST)]
    for end in reversed(ends):
        if end > _LONGEST_IN_TITLE:
            continue
        issuer = _SESSION.sub("", title[:end])
        if is_issuer(issuer) and not _GOES.search(issuer):
            return issuer
    return None


def normalize_issuer(printed: str, page: str) -> str:
    """Return the one name of an issuer; the text of its page tells which province 省科协 means."""
    if " " in printed:
        return printed
    name = _aliases().get(printed, printed)
    name = _IN_BRACKETS.sub("", name)
    owner = _PART.sub("", name)
    if len(owner) >= 3 and (is_issuer(owner) or owner in _TOPS):
        name = owner
    name = _aliases().get(name, name)
    name = _BARE_GOVERNMENT.sub("人民政府", name)
    for long, (short, _) in _KINDS.items():
        if name.endswith(long):
            name = name.removesuffix(long) + short
    whole = _find_whole(name, printed, page=page)
    if whole:
        return whole
    rank = _RANK.match(name)
    if rank is None or (rank["rank"] == "市" and name.startswith("市场")):
        return name
    region = _find_region(rank["rank"], page)
    return region + name[rank.end() :].lstrip() if region else name


def _find_whole(name: str, printed: str, *, page: str) -> str | None:
    """Return the name with its place before it, where the page has it: 白渚市残联 for 市残联."""
    if not _RANK.match(name) or name.startswith("市场"):
        return None
    long_forms = (name.removesuffix(s) + long for long, (s, _) in _KINDS.items() if name.endswith(s))
    forms = {name, printed, *long_forms}
    found: Counter[str] = Counter()
    for form in forms:
        found.update(
            match[1] for match in re.finditer(rf"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{{2,3}}){re.escape(form)}", page)
        )
    place = next((place for place, _ in found.most_common(3) if not _NO_PLACE.search(place)), None)
    return place + name if place else None


def find_below(issuers: Iterable[str], chosen: Iterable[str]) -> list[str]:
    """Return those of some issuers that are one of the chosen or below it."""
    wanted = set(chosen)
    return [name for name in issuers if wanted.intersection(hierarchy(name))]


@lru_cache(maxsize=1 << 16)
def hierarchy(issuer: str) -> tuple[str, ...]:
    """Return an issuer with those above it, the highest first: 中国科协, 山东省科协, 聊城市科协."""
    part = _OFFICE.search(issuer)
    if part and len(issuer) > len(part[0]) + 2 and issuer.removesuffix(part[0]) not in _PARTY:
        return (*hierarchy(issuer.removesuffix(part[0])), issuer)
    short = next((short for short in _SHORT if issuer.endswith(short) and issuer != short), None)
    if issuer in _TOPS or short is None:
        return (issuer,)
    top = _SHORT[short]
    region = issuer.removesuffix(short)
    province = next(
        (
            own.name
            for own in read_regions().values()
            if region == own.name
            or region.startswith(own.name)
            or re.sub(r"[市州盟]$", "", region) in _plain(own.cities)
        ),
        None,
    )
    path = [top] if top else []
    if province and region != province:
        path.append(province + short)
    return (*path, issuer)


def _plain(cities: frozenset[str]) -> frozenset[str]:
    return frozenset(city.rstrip("州盟") if len(city) > 2 else city for city in cities) | cities


def _find_region(rank: str, page: str) -> str | None:
    """Return the province or city that a page is of."""
    if rank in {"省", "自治区"}:
        for own in read_regions().values():
            if f"{own.sign}ICP" in page:
                return own.name
        named = Counter({own.name: page.count(own.name) for own in read_regions().values()})
        name, count = named.most_common(1)[0]
        return name if count else _province_of_city(page)
    if rank == "市":
        found: Counter[str] = Counter(
            re.findall(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{2,4}市)(?=[\u4e00-\u9fff])", page)
        )
        known = dict.fromkeys(f"{city}市" for own in read_regions().values() for city in sorted(own.cities))
        found += Counter({name: page.count(name) for name in known if name in page})
        best = [name for name, _ in found.most_common(3) if name in known]
        if best:
            return best[0]
        bare = Counter({city: page.count(city.removesuffix("市")) for city in known})
        city, count = bare.most_common(1)[0]
        return city if count else None
    return None


def _province_of_city(page: str) -> str | None:
    counts = Counter({own.name: sum(page.count(f"{city}市") for city in own.cities) for own in read_regions().values()})
    name, count = counts.most_common(1)[0]
    return name if count else None
