"""Which meeting a text reports: its series and its number in it (第七次党组会议, 五届五次全委会议, 省科协党组扩大会议).

A series is named by the body whose meetings they are and by their kind. Without a body, or a name of their own, meetings
are no series: 会议, 全体会议 and 学术年会 are words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.analysis import words
from indexer.analysis.numerals import parse_numeral
from indexer.document import Meeting
from indexer.parsing.rules import Rules
from indexer.parsing.values.issuers import holds_meetings, normalize_issuer

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIGITS = "[一二三四五六七八九十百零〇两\\d]"
_WIDE = r"(?:\(扩大\)|（扩大）|扩大)?"
# Names of one kind of meeting each; the first is the one that the series carries. Only the recurring ones of a body make
# a series without a number as well.
_RECURRING = (
    ("代表大会", r"(?:全国|会员|全体)*代表大会|党代会|会员大会"),
    ("中心组学习", r"(?:党[组委])?(?:理论)?(?:学习)?中心组(?:理论)?(?:集中|集体|专题|扩大)*学习(?:\(扩大\)|（扩大）)?(?:会议?)?"),
    ("党组会议", rf"党组{_WIDE}会议?"),
    ("党委会议", rf"党委{_WIDE}会议?"),
    ("主席团会议", r"主席团(?:全体)?会议"),
    ("主席办公会", rf"主席办公{_WIDE}会议?"),
    ("主席会议", rf"主席{_WIDE}会议?"),
    ("主任会议", r"主任会议"),
    ("委员长会议", r"委员长会议"),
    ("常务理事会", rf"常务理事(?:会{_WIDE}(?:会议)?|{_WIDE}会议?)"),
    ("会长办公会", rf"会长办公{_WIDE}会议?"),
    ("会长会议", rf"会长{_WIDE}会议?"),
    ("理事长办公会", rf"理事长办公{_WIDE}会议?"),
    ("理事长会议", rf"理事长{_WIDE}会议?"),
    ("理事会", rf"理事(?:会{_WIDE}(?:全体)?(?:会议)?|{_WIDE}会议?)"),
    ("执委会议", rf"执(?:行)?委(?:员会)?{_WIDE}(?:全体)?会议?"),
    ("常委会", rf"常(?:务)?委(?:员)?(?:会)?{_WIDE}(?:全体)?会议?|常委会"),
    ("全委会", rf"全(?:体)?委(?:员)?(?:会)?{_WIDE}(?:全体)?会议?"),
    ("常务会议", r"常务会议?"),
    ("办公会议", rf"(?:校长|院长|局长|市长|县长|区长|总经理)?办公{_WIDE}会议?"),
)  # fmt: skip
_COUNTED = (
    ("全体会议", rf"全体(?:委员)?{_WIDE}会议|全会"),
    ("集体学习", r"(?:集中|集体|专题)学习(?:会议?)?"),
    ("联席会议", r"联席会议?"),
    ("学术年会", r"(?:学术)?年会"),
    ("座谈会", r"座谈会"),
    ("工作会议", r"工作会议?"),
    ("论坛", r"论坛"),
    ("会议", r"会议"),
)
_KINDS = tuple((name, re.compile(f"(?:{pattern})$")) for name, pattern in (*_RECURRING, *_COUNTED))
_ANY_KIND = "|".join(pattern for _, pattern in (*_RECURRING, *_COUNTED))
_ORGAN = r"(?P<organ>[^，,。；;：:、\s“”《》]{0,24}?)"
# Each with the signs without which it finds nothing.
_NUMBERED = tuple(
    (signs, re.compile(pattern))
    for signs, pattern in (
        # 五届五次全委会议, 十三届四次会议
        ("届次", rf"(?P<session>第?{_DIGITS}{{1,4}}届)(?P<number>第?{_DIGITS}{{1,6}}次){_ORGAN}(?P<kind>{_ANY_KIND})"),
        # 第三届理事会第二次会议, 第十三届人大常委会第五次会议
        ("届次", rf"(?P<session>第?{_DIGITS}{{1,4}}届){_ORGAN}(?P<number>第?{_DIGITS}{{1,6}}次)(?P<kind>{_ANY_KIND})"),
        # 党组2021年第3次会议
        (
            "年次",
            rf"(?P<organ>党组|党委|理事会|常务会|办公会|领导小组|中心组)(?P<session>\d{{4}}年)(?:度)?(?P<number>第{_DIGITS}{{1,3}}次)(?P<kind>{_ANY_KIND})",
        ),
        # 2021年第七次党组会议, 第十次全国代表大会, 第93次常务会议
        ("次", rf"(?P<session>\d{{4}}年(?:度)?)?(?P<number>第{_DIGITS}{{1,6}}次){_ORGAN}(?P<kind>{_ANY_KIND})"),
        ("年次", rf"(?P<session>\d{{4}}年(?:度)?){_ORGAN}(?P<number>第{_DIGITS}{{1,3}}次)(?P<kind>{_ANY_KIND})"),
        # 第十九届学术年会
        (
            "届",
            rf"(?P<session>)(?P<number>第{_DIGITS}{{1,4}}届){_ORGAN}(?P<kind>(?:全国)?(?:会员)?(?<!人民)代表大会|会员大会|(?:学术)?年会|论坛)",
        ),
    )
)
_UNNUMBERED = re.compile("|".join(pattern for _, pattern in _RECURRING))
_IS_HELD = re.compile(r"(?:议|办公会|学习|学习会|大会)$")
_HELD_NEXT = re.compile(r"(?:召开|举行|开幕|闭幕)?(?:[，,。；（(]|$)|[在于][^，,。]{1,24}(?:召开|举行|开幕)")
_IS_CALLED = re.compile(r"召开(?!的)|举行|举办|开幕|闭幕")
# 党组召开扩大会议, 中心组举行集体学习: the verb stands between the body's part and the word for what it holds.
_VERB_BETWEEN = re.compile(
    r"(?P<part>党[组委]|中心组|理事会|常务理事会|常委会)(?:召开|举行|举办|开展)(?P<kind>[^，,。；;：:、\s“”《》]{0,10}?(?:会议|学习))"
)
_HOLDS = Rules.of_words("what is done with a meeting", "召开 举行 举办 开幕 闭幕 主持")
# Of what a text says about the meeting of somebody else.
_OF_ANOTHER = Rules.of_words(
    "what is done with the results of another meeting",
    "传达 贯彻 落实 宣传 精神 根据 按照 筹备 迎接 关于召开 选举产生 会见 直播 采访 喜迎 献礼",
)
_STUDIES = re.compile(r"学习(?!中心组)")
_GOES_ON = re.compile(
    r"(?:会议)?(?:[中室厅堂]|精神|代表(?!大会)|委员(?!会)|与会|期间|以来|之际|闭幕后|通过的|部署|要求|决议|第?\d+号|提案|议事|一般|每|[^，,。]{0,6}通过[，,）)]|规则|制度|办法|条例|章程)"
)
_IN_WORDS = frozenset("由向在对将")  # these stand inside words as well: 对外, 向阳, 将军
_ASIDE = re.compile(r"(?<=[\u4e00-\u9fff])[（(][^（()）]{1,20}[）)](?=[\u4e00-\u9fff]|$)")  # 市工商联(总商会)四届
# The name of a body begins behind these.
_BREAK = Rules(
    "what stands before the name of a body and belongs to the sentence",
    ("召开", "召开省政府"), ("举行", "举行省政府"), ("举办", "举办省政府"), ("主持", "主持省政府"), ("出席", "出席省科协"),
    ("参加", "参加省科协"), ("列席", "列席省科协"), ("祝贺", "祝贺省科协"), ("致信", "致信省科协"), ("致电", "致电省科协"),
    ("欢迎", "欢迎省科协"), ("关于", "关于省科协"), ("决定", "决定省科协"), ("[上下]午", "上午省科协"), ("晚上?", "晚省科协"),
    ("[昨今]天", "今天省科协"), ("近日", "近日省科协"), ("日前", "日前省科协"), (r"\d日", "12日省科协"), (r"(?<=[\d本上当])月", "本月省科协"),
    ("由", "由省科协"), ("向", "向省科协"), ("暨", "大会暨省科协"), ("(?<=[报网社])讯", "本报讯省科协"), ("(?<=[日社专])电", "新华社电省科协"), ("[）)]", "（记者李小禾）省科协"), ("值此", "值此省科协"), ("的", "隆重的省科协"),
    ("了", "开了省科协"), ("在", "在省科协"), ("同(?=全国|中国|各)", "同中国科协"), ("播发", "播发省科协"), ("——", "——省科协"), ("对", "对省科协"), ("将", "将省科协"), ("书记", "书记省科协"),
)  # fmt: skip
_NO_BODY = Rules(
    "what is no body", ("^(?:人大|政协|人大常委会|常委会|理事会|常务理事会|党[组委]|领导小组|委员会|机关|联席|主席团|会员|中央)+$", "理事会"), ("^(?:全[国省市县区州校院镇乡]|年度|第.)+$", "全省年度"),
    (r"[\d“”《》×在的了]", "3月省科协"), ("召开|举行|会晤", "召开省科协"), ("^[省市县区州中]$|^(?![省市县区州旗盟]委).{2}$", "市"), how="search",
)  # fmt: skip
_PARTS = Rules.of_words(
    "parts that hold the meetings of a body",
    "理事会 常务理事会 常委会 常务委员会 党组 党委 执委会 执行委员会 委员会 机关",
)
_PART_BEHIND = re.compile(rf"{_PARTS}$")
_LEADS = re.compile(r"^(?:[在于“”\"（）()]|举?办的)+")
_STATE = re.compile(r"^中华人民共和国(?=[\u4e00-\u9fff])")
_CONSULTS = re.compile(r"^(?:中国人民)?政(?:治)?协(?:商会议)?(?P<place>[\u4e00-\u9fff]{1,12}?)委员会")
# With these ends a name is that of a body as well.
_GROUPS = ("小组", "委员会", "理事会", "常委会", "指挥部", "专班", "中心组")
_SHORT = (("人民代表大会常务委员会", "人大常委会"), ("常务委员会", "常委会"), ("人民代表大会", "人大"))
_OWN_NAME = 4
_OPENING = 200
_PAGE = 4000
_CLAUSE_MARKS = "，,。；;\n：:"
_CLAUSES = re.compile(f"[{_CLAUSE_MARKS}]")
_HELD_BY = re.compile(r"由(?P<holder>[^，,。]{2,24}?)(?:召开|举行|举办|主办|主持)")
_VERBS = ("召开", "举行", "举办", "开幕")
_LONGEST_HOLDER = 40
_IS_YEAR = "年"


@dataclass(frozen=True, slots=True)
class _Found:
    """A meeting that a text names: what stands before its number, its own words, and where they are."""

    before: str
    organ: str
    kind: str
    name: str
    start: int
    session: str | None = None
    number: int | None = None


def find_meeting(title: str | None, body: str, *, issuer: str | None = None) -> Meeting | None:
    """Return the meeting of a series that a text is about, not those whose results it passes on; None where there is none.

    Where the sentence does not say whose meeting it is, it is that of the `issuer`.
    """
    page = f"{title}\n{body[:_PAGE]}"
    for find in (_find_numbered, _find_unnumbered):
        for text in filter(None, (title, body[:_OPENING])):
            for found in find(text):
                if not _is_held(found, text, in_title=text is title):
                    continue
                series = _series_of(found, text, issuer=issuer, page=page)
                if series:
                    return Meeting(series=series, name=found.name, session=found.session, number=found.number)
    return None


def _is_held(found: _Found, text: str, *, in_title: bool) -> bool:
    """Tell whether a text tells of a meeting as of one that takes place."""
    clause = _CLAUSES.split(text[: found.start])[-1]
    following = _CLAUSES.split(text[found.start + len(found.name) :])[0]
    if _OF_ANOTHER.search(clause) or _STUDIES.search(clause) or _GOES_ON.match(following):
        return False
    if found.number is None:
        return in_title or _IS_CALLED.search(clause + found.name + following) is not None
    return in_title or _HOLDS.search(clause + found.name + following) is not None


def _find_numbered(text: str) -> Iterator[_Found]:
    """Yield the meetings of a text that have a number, in order."""
    if "次" not in text and "届" not in text:  # every form has one of them
        return
    found: list[_Found] = []
    taken = bytearray(len(text))
    present = {sign for sign in "届次年" if sign in text}
    for form in (form for signs, form in _NUMBERED if present.issuperset(signs)):
        for match in form.finditer(text):
            start, end = match.span()
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(_read_numbered(match))
    yield from sorted(found, key=lambda own: own.start)


def _read_numbered(match: re.Match[str]) -> _Found:
    session = match["session"] or None
    if session:
        number = parse_numeral(re.sub(r"[第届年度]", "", session))
        session = f"{number}年" if _IS_YEAR in session else f"第{number}届" if number else session
    before = _before(match.string, match.start())
    number = parse_numeral(re.sub(r"[第次届]", "", match["number"]))
    return _Found(before, match["organ"], match["kind"], match[0], match.start(), session, number or None)


def _find_unnumbered(text: str) -> Iterator[_Found]:
    """Yield the recurring meetings of a body that a text names without a number."""
    if _IS_CALLED.search(text) is None and len(text) == _OPENING:
        return
    for match in _VERB_BETWEEN.finditer(text):
        yield _Found(_before(text, match.start()), match["part"], match["kind"], match[0], match.start())
    for match in _UNNUMBERED.finditer(text):
        before = _before(text, match.start())
        if before.endswith(_VERBS) or _IS_HELD.search(match[0]) or _HELD_NEXT.match(text, match.end()):
            yield _Found(before, "", match[0], match[0], match.start())


def _before(text: str, at: int) -> str:
    """Return what stands before a place in its clause."""
    start = max(text.rfind(mark, max(0, at - _LONGEST_HOLDER), at) for mark in _CLAUSE_MARKS)
    return text[max(start + 1, at - _LONGEST_HOLDER) : at]


def _series_of(found: _Found, text: str, *, issuer: str | None, page: str) -> str | None:
    """Name the series by the body whose meetings they are and by their kind; None where neither is more than a word."""
    following = _CLAUSES.split(text[found.start + len(found.name) :])[0]
    held_by = _HELD_BY.search(following)
    organ = re.sub(r"^(?:学?年度|召开|举行)+|(?:召开|举行)$", "", found.organ)
    nearest, *others = _bodies_before(found.before)
    holders = [*others, held_by["holder"] if held_by else "", issuer or ""]
    for holder in (nearest, *filter(_is_body, holders)):
        kind, body = _split_kind(_shorten(_join(holder, organ)), found.kind)
        if _is_body(body):
            name = _name(body, page)
            return _join(issuer if issuer and issuer.endswith(name) else name, kind)
    kind, body = _split_kind(_shorten(organ), found.kind)
    return body + kind if len(body) >= _OWN_NAME and not _NO_BODY.search(body) else None


def _bodies_before(before: str) -> list[str]:
    """Return what stands before the meeting as its body, and who holds it where a verb stands between; the nearest first."""
    last = 0
    pieces: list[str] = []
    before = _ASIDE.sub("", before)
    for match in _BREAK.finditer(before):
        if match[0] in _IN_WORDS and any(words.has_word_across(before, place) for place in match.span()):
            continue  # 对外友好协会, 将军书画协会
        pieces.append(before[last : match.start()])
        last = match.end()
    pieces.append(before[last:])
    nearest = pieces.pop()
    others = [piece for piece in reversed(pieces) if piece]
    return [_LEADS.sub("", nearest), *others[:1]]


def _is_body(text: str) -> bool:
    return len(text) > 1 and _NO_BODY.search(text) is None and (holds_meetings(text) or text.endswith(_GROUPS))


def _shorten(body: str) -> str:
    """Return the name of a body without the state, and with those of assemblies as everybody calls them."""
    body = _STATE.sub("", body)
    for long, short in _SHORT:
        body = body.replace(long, short)
    consults = _CONSULTS.match(body)
    return f"{consults['place']}政协{body[consults.end() :]}" if consults else body


def _split_kind(body: str, printed: str) -> tuple[str, str]:
    """Return the kind of a meeting, and the body without what belongs to the kind (理事会|会议)."""
    whole = body + printed
    for name, pattern in _KINDS:
        found = pattern.search(whole)
        if found and found.start() <= len(body):
            rest = whole[: found.start()]
            owner = rest.removesuffix("委员会")
            return ("全委会", owner) if name == "全体会议" and owner != rest and _is_body(owner) else (name, rest)
    return printed, body


def _name(body: str, page: str) -> str:
    """Return the one name of a body; a part that only holds its meetings is left out."""
    owner = _PART_BEHIND.sub("", body)
    if owner != body and holds_meetings(owner) and not owner.endswith(("省", "市", "县", "区", "州")):
        body = owner
    return normalize_issuer(body, page)


def _join(body: str, kind: str) -> str:
    """Return body and kind without what both say."""
    overlap = next((n for n in range(min(len(body), len(kind)), 1, -1) if body.endswith(kind[:n])), 0)
    return body + kind[overlap:]
