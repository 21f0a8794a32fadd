"""The whole way from the text of a file to its documents."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import blake2b
from pathlib import PurePosixPath

from indexer.document import Document, Evidence
from indexer.parsing.articles import Article, signer_of, split_articles
from indexer.parsing.dates import find_dates, find_month_days, to_day
from indexer.parsing.genre import genre_of
from indexer.parsing.header import NAMES, ROLE, Header, clean_author, read_after, read_header, read_publisher
from indexer.parsing.layout import Layout, join_title, lay_out, trail_end
from indexer.parsing.lines import Line, is_salutation, split_lines
from indexer.parsing.names import is_name
from indexer.parsing.paragraphs import join_lines

Hints = dict[str, tuple[str, str]]

_TRAILING_SITE = re.compile(r"\s*(?:[-_|｜–—]+\s*[^-_|｜–—]{2,16}(?:网|新闻|频道|在线|客户端|协会|学会|门户)|[|｜])$")
_ENACTED = re.compile(r"《(?P<title>[^》]{4,60})》[^。]{0,40}(?:已经|经|现)[^。]{0,80}(?:通过|印发|公布|发布)")
_REPORTER = re.compile(
    rf"(?:^|(?<=[（(【\[\s，。、：:”]))(?:{ROLE}(?:\s*[:：/／|｜]\s*|\s+|(?<!作者))|作者\s*[:：/／|｜]\s*)"
    rf"(?P<names>{NAMES}|[\u4e00-\u9fff]{{2,3}}(?:[\s、]+[\u4e00-\u9fff]{{2,3}}){{0,4}})"
    rf"(?:\s*(?:{ROLE})\s*[:：]?\s*(?P<more>{NAMES}))?"
    r"(?=\s*(?:[）)\]】/／]|责任编辑|责编|整合|报道|文|实习|编辑|综合|采写|$)|\s)"
)
_IN_BRACKETS = re.compile(
    rf"[（(【\[]\s*(?:{ROLE}|文\s*[/／]\s*图|图\s*[/／]\s*文|文|图文|文图)\s*[:：/／|｜\s]?\s*(?P<names>[^（()）【】\[\]。：:，\d]{{2,36}}?)\s*"
    r"(?:[,，;；/／\s]\s*(?:责任编辑|责编|编辑|审核|校对|摄影)[^（()）]*)?[)）】\]]"
)
_WRITER_FIRST = re.compile(
    r"[（(]\s*(?P<names>[\u4e00-\u9fff]{2,4}(?:[\s、][\u4e00-\u9fff]{2,4}){0,3})\s*[/／]\s*(?:文|图文|文图|撰文)[^（()）]*[)）]"
)
_WROTE = re.compile(r"记者|通讯员|作者|撰文|撰稿|文\s*[/／:：图]|[/／图]\s*文")
_DATELINE = re.compile(
    r"(?:据)?(?P<name>[\u4e00-\u9fff]{2,8}?(?:社|网|报|在线|台))(?:[\u4e00-\u9fff]{2,6}?)?\d{1,2}月\d{1,2}日(?:电|讯|消息)"
)
_CONTRIBUTOR = re.compile(
    r"[。！？”]\s*[（(【](?:供稿|来稿|通讯员|作者|文)?[\s:：]*(?P<name>[\u4e00-\u9fff\s、]{2,20})[）)】]$"
)
_CONTRIBUTOR_LINE = re.compile(r"[（(【](?P<name>[^（()）\d。，：:]{2,30})[）)】]$")
_NOT_A_NAME = {"报道", "整合", "通讯员", "记者", "摄", "综合", "实习生", "特约", "完", "责任编辑", "本报讯"}
_HELD = re.compile(r"召开|举行|举办|主持|开幕|闭幕|会议|大会|座谈|研讨|培训")
_OPENING = 120
_ENDING = 60
_EDGE = 12
_LAST = 3
_LONGEST_DATE_LINE = 40
_TRUNCATED = re.compile(
    r"剩余\s*\d+\s*%|内容被隐藏|(?:全文|本文)共\s*\d+\s*字.{0,20}(?:会员|登录|下载)|(?:打开|查看|阅读|展开|点击)(?:阅读|查看|展开)?(?:全文|全部|更多)(?!件)"
)
_ANONYMISED = re.compile(r"[×✕]{1,}|(?<![A-Za-z])[XxＸｘ]{2,3}(?![A-Za-z])")
_CROSSES = "×✕XxＸｘ"
_LEAST_ANONYMISED = 2


def parse_text(
    text: str,
    path: str,
    *,
    doubtful: bool = False,
    given: dict[str, str] | None = None,
    hints: Hints | None = None,
) -> list[Document]:
    """Turn the text of one file into its documents, in their order; a file without text has none.

    What is `given` (by a record that brings its own values) is trusted over what the text says; `hints` (what a page
    says of itself in its markup) only where the text says nothing.
    """
    lines = split_lines(text)
    if PurePosixPath(path).suffix.lower() == ".md":
        lines = [_without_markup(line) for line in lines]
    articles = split_articles(lines)
    documents = [
        _parse_article(
            article,
            path,
            order,
            whole=lines if len(articles) == 1 else article.lines,
            given=given or {},
            hints=hints or {},
        )
        for order, article in enumerate(articles)
    ]
    documents = [document for document in documents if document.body or document.title]
    if len(documents) > 1:
        documents = [replace(document, parent=path) for document in documents]
    if doubtful:
        documents = [replace(document, flags=(*document.flags, "encoding-doubtful")) for document in documents]
    return documents


def parse_body(text: str, path: str, given: dict[str, str]) -> Document:
    """Turn a text into a document whose title, source and date are given: all of it is body, nothing is a header."""
    header = Header(dict(given))
    lines = split_lines(text)
    _read_inside(lines, lines, [line.text for line in lines], given["title"], header)
    return _make_document(path, 0, given["title"], header, [line.text for line in lines], lines=lines)


def _without_markup(line: Line) -> Line:
    """Take the marks of Markdown headings and bold type off a line."""
    text, plain = (re.sub(r"^#{1,6}\s+|\*\*", "", form) for form in (line.text, line.plain))
    return replace(line, text=text, plain=plain)


def make_id(path: str, order: int) -> str:
    """Make the id of a document that brings none: it stays the same as long as its file keeps its name."""
    return blake2b(f"{path}#{order}".encode(), digest_size=8).hexdigest()


def _parse_article(
    article: Article,
    path: str,
    order: int,
    *,
    whole: list[Line],
    given: dict[str, str],
    hints: Hints,
) -> Document:
    layout = lay_out(article.lines, hints)
    header = Header(dict(given))
    _read_signed(article, header)
    read_header(layout.header, header)
    title = given.get("title") or _read_title(layout, whole, header)
    body_lines, glued = _cut_glued_title(layout.body, title)
    paragraphs = join_lines(body_lines)
    read_after([*(line for line in body_lines[-_LAST:] if line.text[0] in "[【（("), *layout.after], header)
    read_publisher(whole[:3], header)
    _read_signature_date(body_lines, header)
    _read_dateline(paragraphs, body_lines, header)
    _read_inside([*layout.header, *body_lines, *layout.after], body_lines, paragraphs, title, header)
    _read_hints(hints, header)
    if glued and title:
        header.evidence["title"] = Evidence(layout.body[0].number, "title glued to the body", title)
    return _make_document(path, order, title, header, paragraphs, lines=article.lines)


def _read_hints(hints: Hints, header: Header) -> None:
    """Take what a page says of itself in its markup, where its text says nothing."""
    for name in ("date", "source", "author", "column", "url"):
        if name not in hints or name in header.values:
            continue
        value, rule = hints[name]
        dates = find_dates(value)
        if name == "date":
            value = dates[0].iso if dates else ""
        if value:
            header.values[name] = value
            header.evidence[name] = Evidence(0, rule, value[:200])


def _read_inside(lines: list[Line], body: list[Line], paragraphs: list[str], title: str | None, header: Header) -> None:
    """Read what stands in the text itself rather than in its header."""
    _read_author(lines, paragraphs, header)
    _read_meeting_date(paragraphs, body, header)
    genre, rule = genre_of(title, paragraphs)
    if genre and body:
        header.set("genre", genre, body[0], rule)


def _make_document(
    path: str, order: int, title: str | None, header: Header, paragraphs: list[str], *, lines: list[Line]
) -> Document:
    body = "\n".join(paragraphs)
    return Document(
        id=make_id(path, order),
        path=path,
        order=order,
        title=title,
        source=header.values.get("source"),
        issuer=header.values.get("issuer"),
        date=header.values.get("date"),
        meeting_date=header.values.get("meeting_date"),
        author=header.values.get("author"),
        editor=header.values.get("editor"),
        column=header.values.get("column"),
        genre=header.values.get("genre"),
        url=header.values.get("url"),
        flags=_flags(body, lines),
        body=body,
        evidence=header.evidence,
    )


# --- values


def _read_title(layout: Layout, lines: list[Line], header: Header) -> str | None:
    if layout.title:
        text = join_title([line.text for line in layout.title])
        header.evidence["title"] = Evidence(layout.title[0].number, "line above the body", text)
        return _TRAILING_SITE.sub("", text)
    for line in lines:
        match = re.match(r"(?:本文标题|原标题)\s*[:：]\s*(?P<title>\S.*)", line.text)
        if match:
            header.evidence["title"] = Evidence(line.number, "label 本文标题", line.text)
            return match["title"]
    crumb = trail_end(lines)
    if crumb and any(first.text.startswith(crumb) for first in layout.body[:1]):
        header.evidence["title"] = Evidence(lines[0].number, "last breadcrumb", crumb)
        return crumb
    for line in layout.body[:3]:
        match = _ENACTED.search(line.text)
        if match and is_salutation(layout.body[0].text):
            header.evidence["title"] = Evidence(line.number, "document that the notice enacts", line.text[:200])
            return match["title"]
    return None


def _cut_glued_title(body: list[Line], title: str | None) -> tuple[list[Line], bool]:
    """Take a title off the front of the line that runs on into the body without a break."""
    if title and body and body[0].text.startswith(title) and len(body[0].text) > len(title):
        return [replace(body[0], text=body[0].text[len(title) :].lstrip()), *body[1:]], True
    return body, False


def _read_signed(article: Article, header: Header) -> None:
    """Read who signed an article and when: its own signature says more than the head of its bulletin."""
    signer = signer_of(article)
    if article.signed is not None:
        header.set("date", find_dates(article.signed.text)[0].iso, article.signed, "signature")
    if signer and article.signer is not None:
        header.set("source", signer, article.signer, "signature")


def _read_signature_date(body: list[Line], header: Header) -> None:
    for line in [*reversed(body[-4:]), *body[:8]]:
        dates = find_dates(line.text) if len(line.text) <= _LONGEST_DATE_LINE else []
        if len(dates) == 1 and len(dates[0].iso) == 10 and dates[0].end - dates[0].start >= len(line.text) - 2:
            header.set("date", dates[0].iso, line, "signature date")


def _read_dateline(paragraphs: list[str], body: list[Line], header: Header) -> None:
    """Take the agency that a report opens with: 据某某社某地12月5日电."""
    match = _DATELINE.match(paragraphs[0]) if paragraphs else None
    if match:
        header.set("source", match["name"], body[0], "dateline")


def _read_author(lines: list[Line], paragraphs: list[str], header: Header) -> None:
    """Read who wrote a text from its first and last lines: a reporter, or a contributor in brackets at the end."""
    for line in [*lines[:_EDGE], *lines[-_EDGE:]] if len(lines) > 2 * _EDGE else lines:
        long = len(line.plain) > _OPENING
        for start in (0, len(line.plain) - _ENDING) if long else (0,):
            if _read_reporter(line, start, start + _OPENING, header):
                return
    match = _CONTRIBUTOR.search(paragraphs[-1]) if paragraphs else None
    if match is None and paragraphs:
        match = _CONTRIBUTOR_LINE.fullmatch(paragraphs[-1])
    if match:
        name = clean_author(match["name"])
        line = next((line for line in reversed(lines) if match["name"] in line.text), lines[-1])
        if name and name not in _NOT_A_NAME and not re.search(r"此件|附件|公开|完$|图|摄", name):
            header.set("author", name, line, "contributor in brackets")


def _read_reporter(line: Line, start: int, end: int, header: Header) -> bool:
    """Read the reporter whom a piece of a line names; in brackets whatever stands there, else only names."""
    text = line.plain[start:end]
    if not _WROTE.search(text):
        return False
    for pattern in (_IN_BRACKETS, _WRITER_FIRST, _REPORTER):
        for match in pattern.finditer(text):
            if re.match(r"\s*摄", text[match.end() :]) or "图片" in text[: match.start()][-12:]:
                continue
            spans = [match.span(name) for name in ("names", "more") if match.groupdict().get(name)]
            printed = " ".join(line.text[start + first : start + last] for first, last in spans)
            printed = re.split(r"[,，;；\s/／]*(?:责任编辑|责编|编辑|审核|校对|摄影|编发|整理|综合|报道)", printed)[0]
            names = [name for name in clean_author(printed).split() if name not in _NOT_A_NAME]
            if names and (pattern is not _REPORTER or all(map(is_name, names))):
                header.set("author", " ".join(names), line, "reporter named in the text")
                return True
    return False


def _read_meeting_date(paragraphs: list[str], body: list[Line], header: Header) -> None:
    """Read the day of the meeting from the opening sentence; the year comes from the publication date."""
    published = header.values.get("date")
    for paragraph in paragraphs[:2]:
        opening = re.split(r"[。！？]", paragraph[: 2 * _OPENING])[0]
        found = [day for day in find_month_days(opening) if not re.match(r"[电讯]|消息", opening[day[0].end() :])]
        if not found:
            continue
        match, year, month, day = found[0]
        if match.start() > 40 or not _HELD.search(opening[match.end() :]):
            continue
        if year is None and published and len(published) >= 7:
            year = int(published[:4])
            if f"{month:02}-{day:02}" > published[5:] + ("-31" if len(published) == 7 else ""):
                year -= 1
        iso = to_day(year, month, day) if year else None
        if iso:
            header.set("meeting_date", iso, body[0], "day in the opening sentence")
        return


def _flags(body: str, lines: list[Line]) -> tuple[str, ...]:
    flags = []
    if any(_TRUNCATED.search(line.text) for line in lines[-8:]):
        flags.append("truncated")
    crossed = any(cross in body for cross in _CROSSES)
    if crossed and len(_ANONYMISED.findall(body)) >= _LEAST_ANONYMISED:
        flags.append("anonymised")
    return tuple(flags)
