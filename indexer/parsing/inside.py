"""What a text says of itself outside its header: reporters, contributors, signatures, datelines, days of meetings."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from indexer.analysis.normalize import simplify
from indexer.parsing.articles import signer_of
from indexer.parsing.dates import find_dates, find_month_days, to_day
from indexer.parsing.header import NAMES, ROLE, clean_author
from indexer.parsing.lines import squeeze
from indexer.parsing.people.names import is_name, is_surely_name
from indexer.parsing.values.issuers import is_issuer, issuer_in_title, normalize_issuer
from indexer.parsing.values.meeting_days import find_last_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.parsing.articles import Article
    from indexer.parsing.header import Header
    from indexer.parsing.lines import Line

_REPORTER = re.compile(
    rf"(?:^|(?<=[（(）)【\[\s，。、：:”]))(?:{ROLE}(?:\s*[:：/／|｜]\s*|\s+|(?<!作者))|作者\s*[:：/／|｜]\s*)"
    rf"(?P<names>{NAMES}|[\u4e00-\u9fff]{{2,3}}(?:[\s、]+[\u4e00-\u9fff]{{2,3}}){{0,9}})"
    rf"(?:\s*(?:{ROLE})\s*[:：]?\s*(?P<more>{NAMES}))?"
    r"(?=\s*(?:[）)\]】/／]|责任编辑|责编|整合|报道|文|实习|编辑|综合|采写|$)|\s)"
)
_IN_BRACKETS = re.compile(
    rf"[（(【\[]\s*(?:{ROLE}|文\s*[/／]\s*图|图\s*[/／]\s*文|文|图文|文图)\s*[:：/／|｜\s]?\s*(?P<names>[^（()）【】\[\]。：:，\d]{{2,36}}?)\s*"
    r"(?:[,，;；/／\s]\s*(?:责任编辑|责编|编辑|审核|校对|摄影)[^（()）]*)?[)）】\]]"
)
# 本报讯 (某某) 8月21日
_DATELINE_NAME = re.compile(rf"^.{{0,12}}[讯電电]\s*[（(]\s*(?P<names>{NAMES})\s*[)）]")
_WRITER_FIRST = re.compile(
    r"[（(]\s*(?P<names>[\u4e00-\u9fff]{2,4}(?:[\s、][\u4e00-\u9fff]{2,4}){0,3})\s*[/／]\s*(?:文|图文|文图|撰文)[^（()）]*[)）]"
)
_WROTE = re.compile(r"讯\s*[（(]|记者|通讯员|作者|撰文|撰稿|文\s*[/／:：图]|[/／图]\s*文")
_DATELINE = re.compile(
    r"(?:据)?(?P<name>[\u4e00-\u9fff]{2,8}?(?:社|网|报|在线|台))(?:[\u4e00-\u9fff]{2,6}?)?\d{1,2}月\d{1,2}日(?:电|讯|消息)"
)
_CONTRIBUTOR = re.compile(
    r"[。！？”]\s*[（(【](?:(?:供稿|来稿|通讯员|作者)[\s:：]*|文[\s:：/／]+)?(?P<name>[\u4e00-\u9fff\s、]{2,20})[）)】]$"
)
_CONTRIBUTOR_LINE = re.compile(r"[（(【](?P<name>[^（()）\d。，：:]{2,30})[）)】]$")
_NOT_A_NAME = {"报道", "整合", "通讯员", "记者", "摄", "综合", "实习生", "特约", "完", "责任编辑", "本报讯"}
_CITED = re.compile(r"《([^《》\n]{2,80}(?:〈[^〉\n]{1,60}〉[^《》\n]{0,40})?)》")
_MOST_CITES = 200
_HELD_BY = re.compile(
    r"(?:日|上午|下午|晚|[，,])\s*(?P<holder>[^，,。；;：:\s\d“”《》]{3,24}?)(?:党组|党委)?(?:在[^，,。]{2,12})?(?:召开|举行|举办|组织召开)"
)
_YESTERDAY_IN_TITLE = re.compile(r"(?<![\u4e00-\u9fff]{0}今)昨(?:日|天)?(?:在|召开|举行|开幕|闭幕|成立)")
_TO_COME = re.compile(r"定于|将于|拟于|兹定|将在|即将")
_LEARNT = re.compile(r"(?:传达|学习|贯彻|落实)[^，,]{0,40}$")
_NAMED_DAY = re.compile(
    r"(?:.{0,24}?[电讯)）]\s*)?(?:(?<!\d)(?P<day>3[01]|[12]\d|[1-9])日(?:上午|下午|晚|，|,|(?=[\u4e00-\u9fff]))|(?P<ago>昨日|昨天|昨|今日|今天)(?:上午|下午|晚|，|,|(?=[\u4e00-\u9fff])))"
)
_LATER_DAY = re.compile(
    r"(?<![\d月至、-])(?P<day>3[01]|[12]\d|[1-9])日(?=上午|下午|晚|在|召开|举行|开幕|闭幕)|(?P<ago>昨日|昨天|今日|今天)(?=上午|下午|晚|在|召开|举行|开幕)"
)
_WEEKDAY = re.compile(r"\s*[（(]?星期[一二三四五六日天][)）]?$")
_SPREAD = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff])")
_LONGEST_NAME = 6
_LATEST = 60
_LAST_LINES = 12
_LONGEST_NAMING = 200
_HELD = re.compile(r"召开|举行|举办|主持|开幕|闭幕|会议|大会|座谈|研讨|培训")
# The row of minutes that gives the time of their meeting.
_MINUTES_TIME = re.compile(
    r"(?:[一二三四五六七八九十\d]{1,2}[、.．])?\s*(?:会议|开会)?时\s*间\s*[:：](?P<when>[^\n]{6,60})"
)
_OPENING_LINES = 6
_OPENING = 120
_ENDING = 60
_EDGE = 12
_LONGEST_DATE_LINE = 40
_TRUNCATED = re.compile(
    r"剩余\s*\d+\s*%|内容被隐藏|(?:全文|本文)共\s*\d+\s*字.{0,20}(?:会员|登录|下载)|(?:打开|查看|阅读|展开|点击)(?:阅读|查看|展开)?(?:全文|全部|更多)(?!件)"
)
_ANONYMISED = re.compile(r"[×✕]{1,}|(?<![A-Za-z])[XxＸｘ]{2,3}(?![A-Za-z])")
_CROSSES = "×✕XxＸｘ"
_LEAST_ANONYMISED = 2
_OF_PICTURE = re.compile(r"此件|附件|公开|完$|图|摄|编辑")
_PHOTOGRAPHED = re.compile(r"\s*摄")
_OTHER_HANDS = re.compile(r"[,，;；\s/／]*(?:责任编辑|责编|编辑|审核|校对|摄影|编发|整理|综合|报道)")
_SENTENCE_ENDS = re.compile(r"[。！？\n]")
_WIRED = re.compile(r"[电讯]|消息")


def read_signed(article: Article, header: Header) -> None:
    """Read who signed an article and when: its own signature says more than the head of its bulletin."""
    signer = signer_of(article)
    if article.signed is not None:
        header.set("date", find_dates(article.signed.text)[0].iso, article.signed, "signature")
    if signer and article.signer is not None:
        header.set("source", signer, article.signer, "signature")


def read_signature_date(body: list[Line], header: Header) -> None:
    """Take the date that signs a text."""
    for line in [*reversed(body[-4:]), *body[:8]]:
        text = _WEEKDAY.sub("", line.text) if len(line.text) <= _LONGEST_DATE_LINE else ""
        dates = find_dates(text)
        if len(dates) == 1 and len(dates[0].iso) == 10 and dates[0].end - dates[0].start >= len(text) - 2:
            header.set("date", dates[0].iso, line, "signature date")


def read_dateline(paragraphs: list[str], body: list[Line], *, header: Header) -> None:
    """Take the agency that a report opens with: 据某某社某地12月5日电."""
    match = _DATELINE.match(paragraphs[0]) if paragraphs else None
    if match:
        header.set("source", match["name"], body[0], "dateline")


def read_author(lines: list[Line], paragraphs: list[str], *, header: Header) -> None:
    """Read who wrote a text from its first and last lines: a reporter, or a contributor in brackets at the end."""
    for line in [*lines[:_EDGE], *lines[-_EDGE:]] if len(lines) > 2 * _EDGE else lines:
        long = len(line.plain) > _OPENING
        for start in (0, len(line.plain) - _ENDING) if long else (0,):
            if _read_reporter(line, start, end=start + _OPENING, header=header):
                return
    match = _CONTRIBUTOR.search(paragraphs[-1]) if paragraphs else None
    if match is None and paragraphs:
        match = _CONTRIBUTOR_LINE.fullmatch(paragraphs[-1])
    if match:
        name = clean_author(match["name"])
        line = next((line for line in reversed(lines) if match["name"] in line.text), lines[-1])
        if name and name not in _NOT_A_NAME and not _OF_PICTURE.search(name):
            header.set("author", name, line, "contributor in brackets")


def read_name_below(lines: list[Line], title: list[Line], *, header: Header) -> None:
    """Take a name that stands alone right under the title as the author's: of an essay, a speech, a poem."""
    below = lines.index(title[-1]) + 1 if title else len(lines)
    for line in lines[below : below + 1]:
        name = _SPREAD.sub("", line.plain) if len(line.plain) <= _LONGEST_NAME else ""
        if name and is_surely_name(name):
            header.set("author", squeeze(line.text), line, "name under the title")


def _read_reporter(line: Line, start: int, *, end: int, header: Header) -> bool:
    """Read the reporter whom a piece of a line names; in brackets whatever stands there, else only names."""
    text = line.plain[start:end]
    if not _WROTE.search(text):
        return False
    for pattern in (_DATELINE_NAME, _IN_BRACKETS, _WRITER_FIRST, _REPORTER):
        for match in pattern.finditer(text):
            if _PHOTOGRAPHED.match(text[match.end() :]) or "图片" in text[: match.start()][-12:]:
                continue
            spans = [match.span(name) for name in ("names", "more") if match.groupdict().get(name)]
            printed = " ".join(line.text[start + first : start + last] for first, last in spans)
            printed = _OTHER_HANDS.split(printed)[0]
            if text[: match.start("names")].endswith("文") and is_name(f"文{printed}") and not is_name(printed):
                printed = f"文{printed}"  # a surname, too
            names = [name for name in clean_author(printed).split() if name not in _NOT_A_NAME]
            if names and (pattern not in (_REPORTER, _DATELINE_NAME) or all(map(is_name, map(simplify, names)))):
                header.set("author", " ".join(names), line, "reporter named in the text")
                return True
    return False


def read_meeting_date(paragraphs: list[str], title: str | None, *, body: list[Line], header: Header) -> None:
    """Read the first day of the meeting from the opening sentences; what its date lacks comes from the publication."""
    published = header.values.get("date")
    if not body:
        return
    if title and published and len(published) == 10 and _YESTERDAY_IN_TITLE.search(title):
        header.set("meeting_date", _days_before(published, 1), body[0], "昨 in the title")
        return
    for paragraph in paragraphs[:_OPENING_LINES]:
        row = _MINUTES_TIME.match(paragraph) if header.values.get("genre") == "会议" else None
        dates = find_dates(row["when"]) if row else []
        if row and dates and len(dates[0].iso) == len("2021-03-12"):
            _set_days(
                dates[0].iso, row["when"][dates[0].end :], line=body[0], header=header, rule="时间 in the minutes"
            )
            return
    prose = [text for text in paragraphs if "。" in text]
    for paragraph in (prose or paragraphs)[:2]:
        for sentence in _SENTENCE_ENDS.split(paragraph[: 3 * _OPENING])[:2]:
            if _TO_COME.search(sentence) or not _HELD.search(sentence):
                continue
            iso, following = _find_day(sentence, published)
            if iso:
                _set_days(iso, following, line=body[0], header=header, rule="day in the opening sentence")
                return


def _set_days(iso: str, following: str, *, line: Line, header: Header, rule: str) -> None:
    """Keep the first day of a meeting, and the last one where what follows the first tells it."""
    if "meeting_date" in header.values:
        return
    header.set("meeting_date", iso, line, rule)
    if (last := find_last_day(iso, following)) is not None:
        header.set("meeting_until", last, line, rule)


def _find_day(sentence: str, published: str | None) -> tuple[str | None, str]:
    """Return the day that a sentence on a meeting begins with, and what follows it."""
    for match, year, month, day in find_month_days(sentence):
        if _WIRED.match(sentence[match.end() :]) or match.start() > _LATEST:
            continue
        held = _HELD.search(sentence, match.end())
        if held is None or _LEARNT.search(sentence[: match.start()]):
            continue
        return to_day(year or _infer_year(month, day, published=published), month, day=day), sentence[match.end() :]
    if published is None or len(published) != 10:
        return None, ""
    named = _NAMED_DAY.match(sentence) or _LATER_DAY.search(sentence[: _LATEST * 2])
    if named is None or not _HELD.search(sentence, named.end()):
        return None, ""
    if named["day"] is None:
        return _days_before(published, 1 if named["ago"].startswith("昨") else 0), ""
    day = int(named["day"])
    year, month = int(published[:4]), int(published[5:7])
    if day > int(published[8:]):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return to_day(year, month, day=day), sentence[named.end("day") :]


def _infer_year(month: int, day: int, *, published: str | None) -> int:
    """Return the last year in which a day was before the publication; 0 where that is not known."""
    if published is None or len(published) < 7:
        return 0
    year = int(published[:4])
    is_later = f"{month:02}-{day:02}" > published[5:] + ("-31" if len(published) == 7 else "")
    return year - 1 if is_later else year


def _days_before(iso: str, days: int) -> str:
    return (date.fromisoformat(iso) - timedelta(days=days)).isoformat()


def read_issuer(article: Article, title: str | None, *, body: list[Line], header: Header, page: list[Line]) -> None:
    """Find the organisation that issues a text: the one that signs it, that its title begins with, that held the meeting."""
    if "issuer" in header.values:
        return
    text = "\n".join(line.plain for line in page if len(line.plain) < _LONGEST_NAMING or line in body[:2])
    for printed, line, rule in _issuers(article, title, body=body, header=header):
        header.set("issuer", normalize_issuer(printed, text), line, rule)
        return


def _issuers(
    article: Article, title: str | None, *, body: list[Line], header: Header
) -> Iterator[tuple[str, Line, str]]:
    signer = signer_of(article)
    if signer and article.signer is not None and is_issuer(signer):
        yield signer, article.signer, "signature"
    for index in range(len(body) - 1, max(0, len(body) - _LAST_LINES), -1):
        above = body[index - 1]
        if _is_day(body[index]) and is_issuer(squeeze(above.text)):
            two = (
                index > 1
                and is_issuer(squeeze(body[index - 2].text))
                and len(body[index - 2].text) < _LONGEST_DATE_LINE
            )
            yield (f"{squeeze(body[index - 2].text)} " if two else "") + squeeze(above.text), above, "signature"
            break
    for index, line in enumerate(body[:_EDGE]):
        if index and _is_day(line) and is_issuer(squeeze(body[index - 1].text)):
            two = index > 1 and is_issuer(squeeze(body[index - 2].text))
            yield (
                (f"{squeeze(body[index - 2].text)} " if two else "") + squeeze(body[index - 1].text),
                line,
                "signature",
            )
            break
    source = header.values.get("source", "")
    if body and title and (named := issuer_in_title(title)):
        yield named, body[0], "issuer that the title begins with"
    if body and (held := _HELD_BY.search(body[0].text[:_OPENING])) and is_issuer(held["holder"]):
        yield held["holder"], body[0], "issuer that held the meeting"
    if body and is_issuer(source):
        yield source, body[0], "the source is an organisation"


def _is_day(line: Line) -> bool:
    dates = find_dates(line.text) if len(line.text) <= _LONGEST_DATE_LINE else []
    return len(dates) == 1 and dates[0].end - dates[0].start >= len(line.text) - 2


def find_cites(title: str | None, body: str) -> tuple[str, ...]:
    """Return the titles of documents that a text names, each once, in their order."""
    found = dict.fromkeys(match[1].strip() for match in _CITED.finditer(f"{title or ''}\n{body}"))
    return tuple(found)[:_MOST_CITES]


def find_flags(body: str, lines: list[Line]) -> tuple[str, ...]:
    """Return what is wrong with a text: cut off by its site, names crossed out."""
    flags = []
    if any(_TRUNCATED.search(line.text) for line in lines[-8:]):
        flags.append("truncated")
    crossed = any(cross in body for cross in _CROSSES)
    if crossed and len(_ANONYMISED.findall(body)) >= _LEAST_ANONYMISED:
        flags.append("anonymised")
    return tuple(flags)
