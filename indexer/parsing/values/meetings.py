"""Which meeting a text reports: its series and its number in it (第七次党组会议, 五届五次全委会议)."""

from __future__ import annotations

import re

from indexer.analysis.numerals import parse_numeral
from indexer.document import Meeting
from indexer.parsing.values.issuers import holds_meetings, normalize_issuer

_DIGITS = "[一二三四五六七八九十百零〇两\\d]"
# Names of one kind of meeting; the first is the one that the series carries.
_KINDS = (
    ("代表大会", r"(?:全国|会员|全体)?(?:会员)?代表大会(?:第[一二三四五六七八九十]+次会议)?|党代会|会员大会"),
    ("党组会议", r"党组(?:理论学习中心组)?(?:\(扩大\)|（扩大）|扩大)?会议?"),
    ("党委会议", r"党委(?:\(扩大\)|（扩大）|扩大)?会议?"),
    ("主席团会议", r"主席团(?:会议|全体会议)"),
    ("主席办公会", r"主席办公会议?"),
    ("主席会议", r"主席(?:\(扩大\)|（扩大）|扩大)?会议?"),
    ("主任会议", r"主任会议"),
    ("常务理事会", r"常务理事会(?:\(扩大\)|（扩大）)?(?:会议)?|常务理事会议"),
    ("理事会", r"理事会(?:\(扩大\)|（扩大）)?(?:全体)?(?:会议)?|理事会议"),
    ("执委会议", r"执(?:行)?委(?:员会)?(?:\(扩大\)|（扩大）)?(?:全体)?会议?"),
    ("常委会", r"常(?:务)?委(?:员)?(?:会)?(?:\(扩大\)|（扩大）|扩大)?(?:会议|会|全体会议)|常委会"),
    ("全委会", r"全(?:体)?委(?:员)?(?:会)?(?:\(扩大\)|（扩大）)?(?:会议|会|全体会议)|委员会(?:\(扩大\)|（扩大）)?全体会议|全体(?:委员)?(?:\(扩大\)|（扩大）|扩大)?会议|全会"),
    ("常务会议", r"(?:政府)?常务会议"),
    ("办公会议", r"(?:校长|院长|局长|会长|理事长|市长|县长|总经理)?办公会议?"),
    ("领导小组会议", r"领导小组(?:\(扩大\)|（扩大）)?(?:全体)?会议"),
    ("联席会议", r"联席会议?"),
    ("学术年会", r"(?:学术)?年会"),
    ("座谈会", r"座谈会"),
    ("工作会议", r"工作会议?"),
    ("会议", r"会议"),
)  # fmt: skip
_KIND = "|".join(f"(?:{pattern})" for _, pattern in _KINDS)
_ORGAN = r"[^，,。；;：:、\s“”《》]{0,24}?"
_FORMS = (
    # 五届五次全委会议, 十三届四次会议
    re.compile(
        rf"(?P<session>第?{_DIGITS}{{1,4}}届)(?P<number>第?{_DIGITS}{{1,3}}次)(?P<organ>{_ORGAN})(?P<kind>{_KIND})"
    ),
    # 第三届理事会第二次会议, 第十三届人大常委会第五次会议
    re.compile(
        rf"第?(?P<session>{_DIGITS}{{1,4}}届)(?P<organ>[^，,。；;：:、\s“”《》]{{2,24}}?)(?P<number>第{_DIGITS}{{1,3}}次)(?P<kind>(?:全体|常务|主任)?(?:\(扩大\)|（扩大）|扩大)?会议|全会|会议)"
    ),
    # 党组2021年第3次会议
    re.compile(
        rf"(?P<organ>党组|党委|理事会|常务会|办公会|领导小组)(?P<session>\d{{4}}年)(?:度)?(?P<number>第{_DIGITS}{{1,3}}次)(?P<kind>(?:扩大|\(扩大\)|（扩大）)?会议)"
    ),
    # 2021年第七次党组会议, 第十次全国代表大会, 第93次常务会议
    re.compile(rf"(?P<session>\d{{4}}年(?:度)?)?(?P<number>第{_DIGITS}{{1,4}}次)(?P<organ>{_ORGAN})(?P<kind>{_KIND})"),
    re.compile(rf"(?P<session>\d{{4}}年(?:度)?)(?P<organ>{_ORGAN})(?P<number>第{_DIGITS}{{1,3}}次)(?P<kind>{_KIND})"),
    # 领导小组召开第一次会议
    re.compile(
        rf"(?P<session>)(?P<organ>领导小组|理事会|委员会|联席会议)(?:召开|举行)(?P<number>第{_DIGITS}{{1,3}}次)(?P<kind>(?:全体|工作)?会议)"
    ),
    # 第十九届学术年会
    re.compile(
        rf"(?P<session>)(?P<number>第{_DIGITS}{{1,4}}届)(?P<organ>{_ORGAN})(?P<kind>(?:全国)?(?:会员)?代表大会|会员大会|(?:学术)?年会|论坛)"
    ),
)
_HOLDS = re.compile(r"召开|举行|举办|开幕|闭幕|主持")
# Of what a meeting learns about another: 传达学习…会议精神.
_LEARNS = re.compile(r"传达|学习|贯彻|落实|宣传|精神|根据|按照|筹备|迎接|关于召开|选举产生")
_HOLDS_ALL = re.compile(r"(?:主持)?(?:召开|举行|举办)")
_OPENING = 160
_PAGE = 4000
_CLAUSES = re.compile(r"[，,。；;\n]")


def find_meeting(title: str | None, body: str) -> Meeting | None:
    """Return the numbered meeting that a text is about, not those whose results it passes on; None where there is none."""
    for text in (title or "", body[:_OPENING]):
        for found, start in _find_numbered(text):
            clause = _CLAUSES.split(text[:start])[-1]
            following = _CLAUSES.split(text[start + len(found.name) :])[0]
            if _LEARNS.search(clause) or following.startswith("精神"):
                continue
            if text is title or _HOLDS.search(clause + found.name + following):
                return _with_holder(found, clause, following=following, page=f"{title}\n{body[:_PAGE]}")
    return None


def _find_numbered(text: str) -> list[tuple[Meeting, int]]:
    found: list[tuple[Meeting, int]] = []
    if "次" not in text and "届" not in text:  # every form has one of them
        return found
    taken = bytearray(len(text))
    for form in _FORMS:
        for match in form.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append((_read_meeting(match), match.start()))
    return sorted(found, key=lambda pair: pair[1])


def _read_meeting(match: re.Match[str]) -> Meeting:
    printed, organ = match["kind"], match["organ"] or ""
    kind = next((name for name, pattern in _KINDS[:-1] if re.search(pattern, organ + printed)), organ + printed)
    organ = re.sub(r"^(?:学?年度|召开|举行)|(?:召开|举行)$", "", organ)
    organ = re.sub("|".join(pattern for name, pattern in _KINDS if name == kind) or "(?!)", "", organ)
    organ = (
        re.sub(r"(?:理事会|常委会|党组|党委|领导小组|执委会|执行委员会|委员会)$", "", organ)
        if kind != "会议"
        else organ
    )
    session = match["session"]
    if session:
        number = parse_numeral(re.sub(r"[第届年度]", "", session))
        session = f"{number}年" if "年" in session else f"第{number}届" if number else session
    number = parse_numeral(re.sub(r"[第次届]", "", match["number"]))
    series = re.sub(r"(.{2,6}?)\1", r"\1", organ + kind)
    return Meeting(series=series, name=match[0], session=session or None, number=number)


def _with_holder(meeting: Meeting, clause: str, *, following: str, page: str) -> Meeting:
    """Name the series by the organisation whose meetings they are, where the sentence says it."""
    after = _HOLDS_ALL.split(clause)[-1]
    before = _HOLDS_ALL.split(clause)[-2] if _HOLDS_ALL.search(clause) else ""
    held_by = re.search(r"由(?P<holder>[^，,。]{2,24}?)(?:召开|举行|举办|主办|主持)", following)
    if meeting.series.startswith(("人大", "人民代表大会", "政协")) and re.search(r"[省市县区镇乡州]$", after):
        after = re.sub(r"^.*?(?=[\u4e00-\u9fff]{0,6}[省市县区镇乡州]$)", "", after)
        return Meeting(after + meeting.series, meeting.name, meeting.session, meeting.number)
    for text in (after, before, held_by["holder"] if held_by else ""):
        holder = _holder_in(text)
        if holder is not None:
            holder = normalize_issuer(holder, page)
            overlap = next((n for n in range(len(holder), 1, -1) if meeting.series.startswith(holder[-n:])), 0)
            return Meeting(
                holder[: len(holder) - overlap] + meeting.series, meeting.name, meeting.session, meeting.number
            )
    return meeting


def _holder_in(text: str) -> str | None:
    """Return the organisation that a text ends with."""
    text = re.sub(r"^.*(?:日|上午|下午|晚上?|昨天|今天|近日|关于|主持|决定|暨)|^在", "", text.strip("“”"))
    found = re.search(r"(?P<holder>[^，,。；;：:\s“”《》]{2,24}?)(?:党组|党委|在[^，,。]{2,12})?$", text)
    return found["holder"] if found and holds_meetings(found["holder"]) else None
