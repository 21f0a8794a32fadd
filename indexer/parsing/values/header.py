"""The values of header lines, and of those around an article: each piece is a candidate, the best of a field its value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer.analysis import words
from indexer.analysis.normalize import simplify
from indexer.document import Evidence
from indexer.parsing.dates import FoundDate, find_dates
from indexer.parsing.layout.header_lines import (
    AT_PAPER,
    BOXED,
    BYLINE,
    CLOCK,
    LONGEST_BYLINE,
    NAMES,
    PRINTED_IN,
    ROLE,
    SIGNED_BY,
    SIGNS,
    TIME,
    UNDATED_YEAR,
    is_bare_date,
    is_header_line,
    is_paper,
)
from indexer.parsing.layout.labels import (
    FIELD_OF,
    LONGEST_VALUE,
    blank_address,
    can_follow,
    find_labels,
    is_trap,
    label_of,
)
from indexer.parsing.layout.lines import Line, column_of, ends_article, is_button, is_tool
from indexer.parsing.people.names import NAME, is_name
from indexer.parsing.rules import Rules
from indexer.parsing.values.candidates import CLUES, LEAST, Candidate, score, shape_of
from indexer.parsing.values.clean import clean_author, clean_source, clean_value, split_byline
from indexer.parsing.values.issuers import is_issuer

if TYPE_CHECKING:
    from collections.abc import Sequence


_WEB_ADDRESS = re.compile(r"https?://\S+|www\.\S+")
_DAY_OR_CLOCK = re.compile(r"^\d{2}-\d{2}\s*|" + TIME)
_PIECES = re.compile(r"\s{2,}|[|｜丨·∙\[\]【】]|\s")
# 文/某某, 执笔/某某、某某&某某
_WRITER = Rules(
    "who wrote, behind a stroke, also with a pen name",
    (r"(?:图文|文图|文字|文)\s*[/／]", "文/李小禾"),
    (r"(?:撰文|撰稿|撰写|执笔|主笔|采写|编写|文案)\s*[/／]", "执笔/南山客"),
    before=r"(?:^|(?<=[\s(（【\[]))",
    behind=r"\s*(?P<names>[\u4e00-\u9fff·]{2,6}(?:(?:[\s、]|\s*[&＆]\s*)[\u4e00-\u9fff·]{2,6}){0,4})(?=\s{2,}|\s\d|[)）】\]]|\s[\u4e00-\u9fff]{1,4}\s*[/／:：]|$)",
)
_EDITOR_BESIDE = re.compile(rf"\s(?:编辑|责编)\s+(?P<name>{NAME})(?=\s|$)")
_REPORTER_BESIDE = re.compile(rf"\s(?:{ROLE})\s+(?P<names>{NAMES})(?=\s|$)")
_HAND = Rules(
    "how a piece beside the day begins or is that says what somebody did",
    (ROLE, "记者王小源"),
    (r"责任编辑|责编|编辑|校对|审核", "责编"),
    how="match",
)
_UNIT = re.compile(r"\s(?:工作)?单位\s*[:：]\s*(?P<name>[\u4e00-\u9fff（()）]{3,24})")
_SENT_FROM = re.compile(r"(?:发表|发布)于[\u4e00-\u9fff]{2,8}$")
_BEHIND_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?\s*·\s*[^\s·]{2,20}$")
_PLACE_BEHIND = re.compile(r"\d{1,2}:\d{2}\s+(?P<place>[\u4e00-\u9fff]{2,3})$")
_CREATOR = re.compile("创作者|官方[账帐]号")
_FOLLOW = re.compile(r"[+＋]?\s*(?:已)?关注(?:作者|我们|TA)?")
_OTHER_HAND = re.compile(r"责|编|校|审")
_FROM = Rules(
    "how a place is told that a page was written or read at, or who typed it",
    (r"来自(?![:：])", "来自云泽"),
    (r"(?:发表|发布)于(?![:：])", "发表于云南"),
    (r"IP属地", "IP属地云南"),
    (r"由(?=[a-zA-Z])|by$", "由admin"),
    how="match",
)
_FIRST_PRINTED = Rules(
    "where a text was printed first, at its end",
    (
        r"(?:原载|原刊|刊|载|摘自|转载?自|来源)\s*(?:于|[:：])?\s*《(?P<name>[\u4e00-\u9fff]{2,12})》[^（()）]{0,30}[）)】]?$",
        "（原载《云泽日报》）",
    ),
    (
        r"(?:原载|原刊|刊|载)于?[\d年月日.\-]{8,11}\s*《(?P<behind>[\u4e00-\u9fff]{2,12})》",
        "（原载2021年3月12日《云泽日报》）",
    ),
    (
        r"(?:\S{1,60})?\[N\][.．]\s*(?P<cited>[\u4e00-\u9fff]{2,12})\s*[,，]\s*(?=\d{4})",
        "[N].云泽日报,2021-03-12(003).",
    ),
    before=r"[（(【]?\s*",
    how="match",
)
# 云泽日报2021年3月12日第3版, alone in the last line
_CLIPPED = re.compile(
    r"[（(—\s]*(?P<name>[\u4e00-\u9fff]{2,8}报)\s*[,，]?\s*(?:19|20)\d\d\s*[年.\-/]\s*\d{1,2}\s*[月.\-/]\s*\d{1,2}\s*日?"
    r"\s*(?:第?\s*[A-Z]?\d{1,3}\s*版)?[）)]?"
)
# 转载请注明：title | name
_TO_CITE = Rules(
    "how a foot or brackets at the end say whose a text is",
    (
        r"转载\S{0,6}注明.{2,80}[|｜—–-]\s*(?P<name>[\u4e00-\u9fff\w]{2,16})(?=\s{2,}|\s*\+|$)",
        "转载请注明：会议召开 | 云泽日报",
    ),
    (
        r"[（(]?本文(?:来自|来源于?|转自|摘自|选自|原载于?)\s*[:：]?\s*《?(?P<from>[\u4e00-\u9fff]{2,16})》?[，,。）)]",
        "本文来自云泽日报，",
    ),
    (r"[（(](?:据|转自|摘自|选自|原载于?|来源)\s*[:：]?\s*《?(?P<of>[\u4e00-\u9fff]{2,16})》?[）)]$", "（据云泽日报）"),
    how="match",
)
_BODY_LABEL = Rules.of_words(
    "labels under which whose page it is stands beside its day",
    "学校 单位 部门 机构 院系 学院 科室 处室 支部 协会 学会 报送单位 上报单位 投稿单位 报送 信源 主管",
    example="{}：云泽县",
    before=r"[•·]?\s*",
    behind=r"\s*[:：]\s*(?P<name>[\u4e00-\u9fff（()）]{3,24})$",
    how="fullmatch",
)
# A row of a form: its day is that of the meeting.
_OF_MEETING = re.compile(r"(?:会议|活动|培训|开会|召开)\s*(?:时间|日期|地点)|主持人")
_COLON = re.compile("[:：]")
_NOTHING = frozenset({"section", "furniture", "place", "nobody"})
_REPORTED = re.compile("报道|报导")
_WIRED = re.compile(r"(?<=[社网报台])(?:讯|消息|电)$")
# A row of a table whose label has no colon: 来源	某报
_BARE_LABEL = re.compile(r"(?P<label>(?:文章|信息|稿件|新闻)?来源|作者)\s+(?P<value>\S{2,20}(?: \S{2,4}){0,3})")
# Labels that tell of an event as well as of a page: below a text they count beside those of a page alone.
_OF_EVENTS = frozenset({"时间", "日期"})
_EVENT = Rules.of_words(
    "rows that show that a day below a text is that of an event",
    "地点 主讲 报名 主持 出席 参加 会议 活动 嘉宾 联系 电话 服务 对象 议题 议程 费用 集合",
    example="{}：某",
    before=r"\S{0,2}",
    behind=r"\S{0,4}\s*[:：]",
    how="match",
)
_OFFICE_LABEL = re.compile(r"(?:发布|发文|供稿|来稿|来源)(?:单位|机构|机关|部门)|信息提供")
_LONGER_LABEL = re.compile(r"(?<=\S)\s+[\u4e00-\u9fff]{1,2}$")
_DOUBT = 4  # what may speak against what stands behind a label
LONGEST_LABELLED = 1000
LONGEST_CITED = 120
_SIGNER = re.compile(r"(?:落款|单位|签名|盖章)\s*[:：]\s*")
_OF_DATA = re.compile(r"[（(【]\s*(?:资料|数据|图片)来源")
_NEAR = 4
_BESIDE = 3
_LONGEST_PIECE = 20
_LONGEST_NEAR = 24


@dataclass
class Header:
    """Values found in a header, each with its evidence; what is not there is missing.

    Attributes:
        values: The value of each field.
        evidence: Where it came from.
        nothing: Pieces of lines, by their number, that say nothing of the text: sections, buttons, places.
        taken: Lines of which all has become a value, though no label says so.
    """

    values: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    nothing: dict[int, list[str]] = field(default_factory=dict)
    taken: list[tuple[str, Line]] = field(default_factory=list)
    _candidates: dict[str, list[Candidate]] = field(default_factory=dict)

    def set(self, name: str, value: str, line: Line, rule: str) -> None:  # noqa: PLR0917
        """Keep a value unless an earlier line gave one."""
        if value and name not in self.values:
            self.values[name] = value
            self.evidence[name] = Evidence(line.number, rule, line.text[:200])

    def offer(self, name: str, value: str, line: Line, rule: str, *clues: str) -> None:  # noqa: PLR0917
        """Add a candidate for source or author, which counts once `settle` has weighed all of them."""
        if value:
            own = Candidate(value, line, rule, score(name, (*clues, *_shape(name, value))))
            self._candidates.setdefault(name, []).append(own)

    def settle(self) -> None:
        """Make the best candidate of each field that has no value its value, if enough speaks for it."""
        for name in ("author", "source"):
            if name in self.values or name not in self._candidates:
                continue
            ranked = sorted(self._candidates[name], key=lambda own: -own.score)
            if name == "author":  # of a body and a person, the person wrote; who signs for a bulletin is no person
                ranked.sort(key=lambda own: (-own.score, "body" in _shape("author", own.value)))
                signed = [
                    own.value for own in self._candidates.get("source", ()) if own.score >= CLUES["signature"].source
                ]
                ranked = [own for own in ranked if own.value not in signed]
            if name == "source":  # a pen name beside the day is that of the author
                names = self.values.get("author", "").split()
                ranked = [
                    own for own in ranked if own.score >= CLUES["label"].source - _DOUBT or own.value not in names
                ]
            if not ranked or ranked[0].score < LEAST[name]:
                continue
            best = ranked[0]
            other = next((own for own in ranked if own.value != best.value), None)
            behind = f" (before: {other.value[:LONGEST_VALUE]}, {other.rule})" if other else ""
            self.set(name, best.value, best.line, best.rule + behind)

    def has(self, name: str) -> bool:
        """Tell whether there is a value, or a candidate that will become one."""
        return name in self.values or any(own.score >= LEAST[name] for own in self._candidates.get(name, ()))

    def drop(self, line: Line, piece: str) -> None:
        """Remember that a piece of a line says nothing of the text."""
        self.nothing.setdefault(line.number, []).append(piece)


def _shape(name: str, value: str) -> tuple[str, ...]:
    """Return the looks of a value: of authors, those of the names, whatever stands between them."""
    shape = shape_of(value)
    if name == "author" and " " in value and "name" not in shape:
        return ("name",) if any("name" in shape_of(part) for part in value.split()) else shape
    return shape


def read_header(lines: list[Line], header: Header) -> None:
    """Read the values of header lines, labelled ones first."""
    known = [line for line in lines if not is_trap(line)]
    for number, line in enumerate(known):
        following = known[number + 1] if number + 1 < len(known) else None
        _read_labels(line, following, header=header)
    for line in known:
        column = column_of(line.plain)
        if column:
            header.set("column", column, line, "line above the title")
    for line in known:
        printed = PRINTED_IN.search(line.plain)
        if printed:
            header.offer("source", printed["name"], line, "newspaper and its day", "printed in")
        if is_paper(line):
            header.offer("source", line.text, line, "name beside the header", "line beside the day")
        else:
            _read_unlabelled(line, header)
    for name in ("signed", "updated"):
        if name in header.values:
            rule = "day of the document" if name == "signed" else "day of the last change"
            found = header.evidence[name]
            header.values.setdefault("date", header.values[name])
            header.evidence.setdefault("date", Evidence(found.line, rule, found.text))
    for name in ("signed", "updated"):
        header.values.pop(name, None)
        header.evidence.pop(name, None)


def read_beside(lines: list[Line], title: list[Line], *, dated: list[Line], header: Header) -> None:
    """Read the lines over and under those with the day: a newspaper, an account, a body, who wrote it."""
    wanted, titles = set(map(id, dated)), set(map(id, title))
    below_title = 0
    for at, line in enumerate(lines):
        below_title = at if at and id(lines[at - 1]) in titles else below_title
        if id(line) not in wanted or not find_dates(line.plain):
            continue
        first = max(at - _BESIDE, 0, below_title)
        _read_account(lines, at, first=first, header=header)
        for near in (*reversed(lines[first:at]), *lines[at + 1 : at + 1 + _BESIDE]):
            if near not in title and len(near.plain) <= _LONGEST_NEAR:
                _read_near(near, header, is_account=near.number < line.number and CLOCK.search(line.plain) is not None)


def _read_account(lines: list[Line], at: int, *, first: int, header: Header) -> None:
    """Take the line between title and day as an account where its button to follow it, or its rank, stands beside."""
    beside = lines[max(0, at - 2) : at + 3]
    is_account = (
        _CREATOR.search(lines[at].plain)
        or _is_sent_from(lines[at])
        or any(_FOLLOW.fullmatch(line.plain) for line in beside)
    )
    if first == 0 or not is_account or CLOCK.search(lines[at].plain) is None:
        return
    account = next((line for line in reversed(lines[first:at]) if not is_button(line.plain)), None)
    if account is None and at + 2 < len(lines) and _FOLLOW.fullmatch(lines[at + 2].plain):
        account = lines[at + 1]  # under the day, over its button
    if account is None or len(account.plain) > _LONGEST_NEAR or is_header_line(account):
        return
    names = account.text.split()
    if len(names) == 2 and _is_sent_from(lines[at]):
        header.offer("author", names[0], account, "account over the date", "account")
        header.offer("source", names[1], account, "account over the date", "account of the page")
        header.taken.append((names[1], account))
    else:
        header.offer("source", account.text, account, "account over its button", "account of the page")
        header.taken.append((account.text, account))


def _is_sent_from(line: Line) -> bool:
    """Tell whether behind day and clock stands a place alone, as on pages of accounts: 2023年5月6日 18:30 山东."""
    found = _PLACE_BEHIND.search(line.plain)
    return found is not None and words.is_place(found["place"])


def _read_near(line: Line, header: Header, *, is_account: bool) -> None:
    """Read a line beside that with the day; where an account would stand, a body is one, elsewhere it signs."""
    named = _BODY_LABEL.find(line.plain)
    if named:
        header.offer("source", named["name"], line, "label beside the day", "label of a body")
        header.taken.append((named["name"], line))
        return
    bare = _BARE_LABEL.fullmatch(line.plain)
    if bare:
        name = "source" if bare["label"].endswith("来源") else "author"
        value = (clean_source if name == "source" else clean_author)(line.text[slice(*bare.span("value"))])
        header.offer(name, value, line, f"label {bare['label']}", "label")
        header.taken.append((value, line))
        return
    if writer := _WRITER.find(line.plain):
        header.offer("author", clean_author(line.text[slice(*writer.span("names"))]), line, "byline", "label")
        header.taken.append((clean_author(line.text[slice(*writer.span("names"))]), line))
        return
    shape = shape_of(line.text)
    if {"known", "medium"}.intersection(shape) or (is_account and {"body", "account name"}.intersection(shape)):
        header.offer("source", line.text, line, "name beside the header", "line beside the day")
        header.taken.append((line.text, line))


def read_after(lines: list[Line], header: Header, *, is_text: bool = False) -> None:
    """Read labelled values from under the body, where the header had none; bare days only where they are no text."""
    goes_on = True  # under a list of other articles or of comments stand the days of those
    for number, line in enumerate(lines):
        goes_on = goes_on and not (ends_article(line.plain) and not is_header_line(line))
        if is_trap(line) or _OF_DATA.match(line.plain) or _read_printed(line, header):
            continue
        if not _may_tell(line) or _is_of_event(lines, number):
            continue
        _read_labels(line, lines[number + 1] if number + 1 < len(lines) else None, header=header)
        if goes_on and number < _NEAR and is_bare_date(line) and (not is_text or _names_medium(line)):
            _read_unlabelled(line, header)


def _may_tell(line: Line) -> bool:
    """Tell whether a line under a text can have labels of it: as headers have them, in brackets, or several."""
    if is_header_line(line) or line.text[0] in "[【（(":
        return True
    return len(line.plain) <= LONGEST_LABELLED and len(find_labels(line.plain)) > 1


def _read_printed(line: Line, header: Header) -> bool:
    """Read whom a line under a text says to cite, or where it was printed first; tell whether it says the latter."""
    cited = _TO_CITE.find(line.plain[:LONGEST_CITED])
    if cited:
        name = cited["name"] or cited["from"] or cited["of"]
        header.offer("source", name, line, "name to be cited", "copyright")
    clipped = _CLIPPED.fullmatch(line.plain) if len(line.plain) <= LONGEST_BYLINE else None
    printed = clipped or PRINTED_IN.match(line.plain) or _FIRST_PRINTED.find(line.plain[:LONGEST_CITED])
    if printed is None:
        return False
    name = next(name for name in printed.groups() if name)
    header.offer("source", name, line, "newspaper and its day", "printed in")
    if dates := find_dates(line.plain):
        header.set("date", dates[0].iso, line, "newspaper and its day")
    return True


def _names_medium(line: Line) -> bool:
    """Tell whether a line with a day names a newspaper, a site or the like beside it."""
    return any({"known", "medium"}.intersection(shape_of(piece)) for piece in _PIECES.split(line.plain) if piece)


def _is_of_event(lines: list[Line], number: int) -> bool:
    """Tell whether a row with a time below a text is of an event: no label of a page stands beside, or one of an event does."""
    labels = {label_of(match) for match in find_labels(lines[number].plain)}
    if not labels or not labels <= _OF_EVENTS:
        return False
    beside = [*lines[max(0, number - 1) : number], *lines[number + 1 : number + 2]]
    if any(_EVENT.find(line.plain) for line in beside):
        return True
    above = _SIGNER.sub("", lines[number - 1].plain) if number else ""
    if labels == {"日期"} and is_issuer(above):
        return False
    return not any(
        FIELD_OF[label_of(match)] in {"source", "author", "url", "editor"}
        for line in beside
        for match in find_labels(line.plain)
    )


def behind(label: re.Match[str]) -> int:
    """Return where the value of a label begins; what was blanked behind it, an address, is its value."""
    return label.start() + len(label[0].rstrip())


def _read_labels(line: Line, following: Line | None, *, header: Header) -> None:
    matches = find_labels(blank_address(line.plain)) if len(line.plain) <= LONGEST_LABELLED else []
    for index, match in enumerate(matches):
        end = matches[index + 1].start() if index + 1 < len(matches) else len(line.text)
        raw = line.text[behind(match) : end]
        if index + 1 < len(matches):  # the beginning of a longer label: 原作者, 信息录入
            raw = _LONGER_LABEL.sub("", raw)
        clue = "label"
        if not raw.strip() and index + 1 == len(matches) and following is not None and can_follow(following):
            raw, clue = following.text, "label over it"
        _read_value(label_of(match), raw, line=line, clue=clue, header=header)


def _read_value(label: str, raw: str, *, line: Line, clue: str, header: Header) -> None:
    name, rule = FIELD_OF[label], f"label {label}"
    dates = find_dates(raw)
    if name in {"source", "author", "editor"} and dates:  # 来源:某某发布2023-06-15 17:40
        header.set("date", dates[0].iso, line, f"date after label {label}")
        raw = raw[: dates[0].start]
    if name in {"date", "published", "signed", "updated"} and dates:
        header.set("date" if name == "published" else name, dates[0].iso, line, rule)
        if name == "date":
            _read_beside(CLOCK.sub(" ", raw[dates[0].end :]), (), line=line, header=header)
    elif name in {"source", "published"}:
        if label == "来自" and "place" in shape_of(clean_source(raw)):  # where somebody wrote
            header.drop(line, clean_source(raw))
            return
        clue = "label 发布" if name == "published" else "label of an office" if _OFFICE_LABEL.fullmatch(label) else clue
        header.offer("source", clean_source(raw), line, rule, clue)
    elif name == "url":
        address = _WEB_ADDRESS.search(line.text)
        if address:
            header.set("url", address[0], line, rule)
    elif name == "author":
        unit = _UNIT.search(raw) if "作者" in label else None
        if unit:  # 作者：某某　单位：某院
            header.offer("source", unit["name"], line, "label 单位 beside the author", "label of a body")
            header.drop(line, unit[0])
        header.offer("author", clean_author(raw), line, rule, clue)
    elif name in {"editor", "column"}:
        if label.startswith("发布") and {"body", "medium"}.intersection(shape_of(clean_source(raw))):
            header.offer("source", clean_source(raw), line, rule, "label 发布")
            return
        header.set(name, clean_value(raw)[:LONGEST_VALUE], line, rule)


def _read_unlabelled(line: Line, header: Header) -> None:
    if _read_byline(line, header):
        return
    _read_hands(line, header)
    if _OF_MEETING.search(line.plain):
        return
    label = next(iter(find_labels(line.plain)), None)
    unlabelled = blank_address(line.text[: label.start()] if label else line.text)
    dates = find_dates(unlabelled)
    if dates:
        header.set("date", dates[0].iso, line, "date in the header")
    if dates or UNDATED_YEAR.match(line.text):
        _read_beside(unlabelled, dates, line=line, header=header)


def _read_byline(line: Line, header: Header) -> bool:
    """Read a line that is nothing but a byline; tell whether it is one."""
    names = split_byline(line.plain) if len(line.plain) <= LONGEST_BYLINE else []
    if names:
        header.offer("author", " ".join(names), line, "byline", "byline")
        return True
    for pattern in (SIGNED_BY, AT_PAPER):
        signed = pattern.fullmatch(line.plain) if len(line.plain) <= LONGEST_BYLINE else None
        if signed:
            first, last = signed.span("names")
            last = len(line.text) if _REPORTED.match(line.plain[last:]) else last  # 记者某某／某地报道
            header.offer("author", clean_author(line.text[first:last]), line, "byline", "byline")
            if signed["source"]:
                header.offer("source", line.text[slice(*signed.span("source"))], line, "byline", "byline")
            return True
    byline = BYLINE.fullmatch(line.text) or (BOXED.fullmatch(line.text) if is_header_line(line) else None)
    if byline:
        header.offer("author", clean_author(byline["names"]), line, "byline", "byline")
    return byline is not None


def _read_hands(line: Line, header: Header) -> None:
    """Read who wrote and who edited, named by what they did among other things on a line."""
    beside = _REPORTER_BESIDE.search(line.text)
    writer = _WRITER.search(line.text) or (beside if beside and all(map(is_name, beside["names"].split())) else None)
    if writer:
        header.offer("author", clean_author(writer["names"]), line, "byline", "label")
    editor = _EDITOR_BESIDE.search(line.text)
    if editor:
        header.set("editor", editor["name"], line, "name beside 编辑")


def _read_beside(text: str, dates: Sequence[FoundDate], *, line: Line, header: Header) -> None:
    """Read what stands beside a day: the publisher, names of people, and much that is neither."""
    for found in reversed(dates):
        text = text[: found.start] + "  " + text[found.end :]
    if is_tool(text.strip()):
        return
    without_clock = _DAY_OR_CLOCK.sub("  ", text)
    clock = ("clock",) if CLOCK.search(line.plain) else ()
    pieces = [piece.strip(SIGNS) for piece in _PIECES.split(_WRITER.sub("  ", without_clock).strip())]
    pieces = _without_hands([piece for piece in pieces if piece and not is_button(piece)], line, header=header)
    if _offer_account(pieces, line=line, header=header):
        return
    names = [
        piece
        for piece in pieces
        if is_name(simplify(piece)) and not {"known", "medium", "body"}.intersection(shape_of(piece))
    ]
    alone = "only one beside the day" if len(pieces) == 1 else "one of several"
    for piece in pieces:
        if piece not in names and 2 <= len(piece) <= _LONGEST_PIECE:
            header.offer("source", _WIRED.sub("", piece), line, "name beside the date", "beside the day", alone, *clock)
    if names and header.has("source"):
        clues = ("beside the day", "source beside it")
        header.offer("author", " ".join(names), line, "names beside the date", *clues)


def _offer_account(pieces: list[str], *, line: Line, header: Header) -> bool:
    """Take the account, and its author, of a line as platforms print it; tell whether it is one.

    原创 author account day, account day 发表于 place, day·account; 原创 before one name alone is the author's or a medium's.
    """
    is_original = len(pieces) > 1 and pieces[0] == "原创"
    if not (is_original or (pieces and (_SENT_FROM.search(line.plain) or _BEHIND_CLOCK.search(line.plain)))):
        return False
    names = pieces[1:] if is_original else pieces
    if is_original and len(names) == 1 and not {"known", "medium"}.intersection(shape_of(names[0])):
        header.offer("author", names[0], line, "account beside the date", "account")
        return True
    if len(names) > 1:
        header.offer("author", names[0], line, "account beside the date", "account")
    account = names[1] if len(names) > 1 else names[0]
    header.offer("source", account, line, "account beside the date", "account of the page")
    return True


def _without_hands(pieces: list[str], line: Line, *, header: Header) -> list[str]:
    """Return the pieces beside a day but for those who wrote or edited, and what says nothing of the text."""
    found: list[str] = []
    skips = False
    for piece in pieces:
        plain = simplify(piece)
        hand = _HAND.find(plain)
        away = _FROM.find(plain)
        if skips or away or _NOTHING.intersection(shape_of(piece)):
            header.drop(line, piece)
            skips = away is not None and away.end() == len(plain)
        elif named := _BODY_LABEL.find(plain):
            header.offer("source", piece[slice(*named.span("name"))], line, "label beside the day", "label of a body")
            header.drop(line, piece)
        elif _COLON.search(piece):  # a label that nobody knows, and its value
            continue
        elif hand and not _OTHER_HAND.search(hand[0]) and is_name(plain[hand.end() :]):
            header.offer("author", clean_author(piece[hand.end() :]), line, "byline", "byline")
        elif hand and hand.end() == len(plain):
            skips = _OTHER_HAND.search(hand[0]) is not None
        else:
            found.append(piece)
    return found
