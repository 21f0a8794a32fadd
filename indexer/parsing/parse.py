"""The whole way from the text of a file to its documents."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import PurePosixPath

from indexer.document import Document, Evidence
from indexer.parsing.articles import Article, signer_of, split_articles
from indexer.parsing.dates import find_dates, find_month_days, to_day
from indexer.parsing.genre import genre_of
from indexer.parsing.header import Header, is_bare_date, is_header_line, is_trap, read_header, read_publisher
from indexer.parsing.lines import (
    Line,
    column_of,
    ends_article,
    is_caption,
    is_heading,
    is_menu,
    is_navigation,
    is_prose,
    is_salutation,
    is_title_like,
    is_tool,
    split_lines,
    split_trail,
)
from indexer.parsing.paragraphs import join_lines

_FEW_CANDIDATES = 4
_LONGEST_HEADER = 14
_TRAILING_SITE = re.compile(r"\s*[-_|｜–—]\s*[^-_|｜–—]{2,16}(?:网|新闻|频道|在线|客户端)$")
_UNFINISHED_TITLE = re.compile(r"[的和与及暨在、对于《“（(]$")
_SUBTITLE = re.compile(r"[—－–-]{1,3}\s*\S")
_SHORT_TITLE = 8
_SCHEDULE = re.compile(r"(?:会议|活动)?(?:地点|议题|参加人员|参会人员|会期)\s*[:：]")
_ISSUER_LINE = re.compile(r"(?:协会|学会|科协|联合会|委员会|人民政府|办公室|办公厅|党组|厅|局)$")
_ISSUED = re.compile(r"(?:办法|规定|方案|通知|意见|条例|规则|细则|规划|要点|章程|报告|决定|公告)(?:[（(].{1,6}[）)])?$")
_ENACTED = re.compile(r"《(?P<title>[^》]{4,60})》[^。]{0,40}(?:已经|经|现)[^。]{0,80}(?:通过|印发|公布|发布)")
_REPORTER = re.compile(
    r"(?:记者|通讯员)\s*[:：]?\s*(?P<names>[\u4e00-\u9fff·]{2,4}(?:[\s、][\u4e00-\u9fff·]{2,4}){0,4}?)(?=\s*(?:[）)\]】]|责任编辑|整合|摄|报道|文|通讯员|实习|编辑))"
)
_DATELINE = re.compile(
    r"(?:据)?(?P<name>[\u4e00-\u9fff]{2,8}?(?:社|网|报|在线|台))(?:[\u4e00-\u9fff]{2,6}?)?\d{1,2}月\d{1,2}日(?:电|讯|消息)"
)
_CONTRIBUTOR = re.compile(r"[。！？”][（(](?P<name>[\u4e00-\u9fff\s]{2,20})[）)]$")
_NOT_A_NAME = {"报道", "整合", "通讯员", "记者", "摄", "综合", "实习生", "特约"}
_HELD = re.compile(r"召开|举行|举办|主持|开幕|闭幕|会议|大会|座谈|研讨|培训")
_OPENING = 120
_LONGEST_DATE_LINE = 40
_TRUNCATED = re.compile(
    r"剩余\s*\d+\s*%|内容被隐藏|(?:全文|本文)共\s*\d+\s*字.{0,20}(?:会员|登录|下载)|(?:打开|查看)全文(?!件)"
)
_ANONYMISED = re.compile(r"[×✕]{1,}|(?<![A-Za-z])[XxＸｘ]{2,3}(?![A-Za-z])")
_CROSSES = "×✕XxＸｘ"
_LEAST_ANONYMISED = 2


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which lines of an article are what."""

    title: list[Line]
    header: list[Line]
    body: list[Line]


def parse_text(text: str, path: str, *, doubtful: bool = False, given: dict[str, str] | None = None) -> list[Document]:
    """Turn the text of one file into its documents, in their order; a file without text has none.

    What is `given` (by a record that brings its own values) is trusted over what the text says.
    """
    lines = split_lines(text)
    if PurePosixPath(path).suffix.lower() == ".md":
        lines = [_without_markup(line) for line in lines]
    articles = split_articles(lines)
    documents = [
        _parse_article(article, path, order, whole=lines if len(articles) == 1 else article.lines, given=given or {})
        for order, article in enumerate(articles)
    ]
    documents = [document for document in documents if document.body or document.title]
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


def _parse_article(article: Article, path: str, order: int, *, whole: list[Line], given: dict[str, str]) -> Document:
    layout = _lay_out(article.lines)
    header = Header(dict(given))
    _read_signed(article, header)
    read_header(layout.header, header)
    read_publisher(whole[:3], header)
    title = given.get("title") or _read_title(layout, whole, header)
    body_lines, glued = _cut_glued_title(layout.body, title)
    paragraphs = join_lines(body_lines)
    _read_signature_date(body_lines, header)
    _read_dateline(paragraphs, body_lines, header)
    _read_inside(article.lines, body_lines, paragraphs, title, header)
    if glued and title:
        header.evidence["title"] = Evidence(layout.body[0].number, "title glued to the body", title)
    return _make_document(path, order, title, header, paragraphs, lines=article.lines)


def _read_inside(lines: list[Line], body: list[Line], paragraphs: list[str], title: str | None, header: Header) -> None:
    """Read what stands in the text itself rather than in its header."""
    _read_author(lines, paragraphs, header)
    _read_meeting_date(paragraphs, body, header)
    genre, rule = genre_of(title, paragraphs)
    if genre and body:
        header.set("genre", genre, body[0], rule)
    _read_address(lines, header)


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
        genre=header.values.get("genre"),
        url=header.values.get("url"),
        flags=_flags(body, lines),
        body=body,
        evidence=header.evidence,
    )


# --- which line is what


def _lay_out(lines: list[Line]) -> _Layout:
    first_prose = next((index for index, line in enumerate(lines) if _begins_body(line)), len(lines))
    anchor = next((i for i, line in enumerate(lines[:first_prose]) if _anchors_header(lines, i)), None)
    if anchor is None:
        return _lay_out_without_header(lines, first_prose)
    start, end = anchor, anchor + 1
    while start and is_header_line(lines[start - 1]):
        start -= 1
    for index in range(anchor + 1, min(anchor + _LONGEST_HEADER, len(lines))):
        if is_header_line(lines[index]):
            end = index + 1
        elif not (is_tool(lines[index].plain) or is_navigation(lines[index].plain)):
            break
    while end < len(lines) and is_tool(lines[end].plain):
        end += 1
    title = _title_above(lines[:start])
    if not title or _ISSUER_LINE.search(title[-1].text):
        below, body_start = _title_below(lines, end, first_prose)
        if below and (not title or _ISSUED.search(below[0].text)):
            title, end = below, body_start
    return _Layout(title, lines[start:end], _body_from(lines, end, title))


def _begins_body(line: Line) -> bool:
    if is_header_line(line) or is_navigation(line.plain):
        return False
    return is_prose(line.text) or (is_heading(line.text) and not is_title_like(line.text))


def _anchors_header(lines: list[Line], index: int) -> bool:
    """Tell whether a line is (the first) of a header: not a signature at the end, not the time of a meeting to come."""
    line = lines[index]
    if not is_header_line(line) or is_trap(line) or any(is_salutation(above.plain) for above in lines[:index]):
        return False
    if is_bare_date(line):
        below = sum(len(after.text) for after in lines[index + 1 :])
        return below >= sum(len(before.text) for before in lines[:index] if not _is_furniture(before))
    return not any(_SCHEDULE.match(after.plain) for after in lines[index + 1 : index + 3])


def _title_above(lines: list[Line]) -> list[Line]:
    """Take the title over a header; lines between the two are its second half or a subtitle."""
    candidates: list[Line] = []
    for line in reversed(lines):
        if _is_furniture(line):
            if candidates:
                break
            continue
        alone = candidates and candidates[0].after_blank
        if not _can_be_title(line, lines) or (len(line.text) < _SHORT_TITLE and alone):
            break
        candidates.insert(0, line)
        if len(candidates) == _FEW_CANDIDATES:
            break
    if len(candidates) == _FEW_CANDIDATES:  # a menu, not a title with subtitles
        candidates = candidates[-1:]
    return candidates


def _title_below(lines: list[Line], start: int, first_prose: int) -> tuple[list[Line], int]:
    """Take the title from between a date line and the body, as newspapers print it."""
    below = [line for line in lines[start:first_prose] if not _is_furniture(line)]
    if not below or len(below) > _FEW_CANDIDATES or not is_title_like(below[0].text) or is_salutation(below[0].text):
        return [], start
    return below[:1], lines.index(below[0]) + 1


def _lay_out_without_header(lines: list[Line], first_prose: int) -> _Layout:
    salutation = next((i for i, line in enumerate(lines[: first_prose + 1]) if is_salutation(line.plain)), first_prose)
    zone = lines[: min(first_prose, salutation)]
    candidates = [
        line for line in zone if not _is_furniture(line) and _can_be_title(line, lines) and not is_caption(line.text)
    ]
    if not candidates:
        start = next((i for i, line in enumerate(lines) if not _is_furniture(line)), len(lines))
        return _Layout([], [], _body_from(lines, start, []))
    # Many short lines over prose are a menu, and the last of them the title; without prose they are the text itself.
    is_menu_above = len(candidates) > _FEW_CANDIDATES and first_prose < len(lines)
    chosen = candidates[-1] if is_menu_above else candidates[0]
    title = [chosen]
    start = lines.index(chosen) + 1
    while start < len(lines) and lines[start] in candidates and _runs_on(title[-1].text, lines[start].text):
        title.append(lines[start])
        start += 1
    return _Layout(title, [], _body_from(lines, start, title))


def _can_be_title(line: Line, lines: list[Line]) -> bool:
    """Tell whether a line can be a title; very short ones (专访) only where the text begins with them."""
    return is_title_like(line.text) or (
        line is lines[0] and re.fullmatch(r"[\u4e00-\u9fff]{2,3}", line.text) is not None
    )


def _is_furniture(line: Line) -> bool:
    text = line.plain
    return (
        is_navigation(text)
        or is_menu(text)
        or is_tool(text)
        or is_trap(line)
        or ends_article(text)
        or column_of(text) is not None
    )


def _body_from(lines: list[Line], start: int, title: list[Line]) -> list[Line]:
    """Take the lines from the first of the body to the last: what follows an end mark is not the article."""
    titles = {line.text for line in title}
    body: list[Line] = []
    for line in lines[start:]:
        if ends_article(line.plain) and (body or not is_prose(line.text)):
            if any(is_prose(kept.text) for kept in body) or len(body) > 2:
                break
            continue
        if line.text in titles or (not body and (is_tool(line.plain) or is_navigation(line.plain))):
            continue
        body.append(line)
    while body and (is_tool(body[-1].plain) or is_navigation(body[-1].plain)):
        body.pop()
    return body


# --- values


def _read_title(layout: _Layout, lines: list[Line], header: Header) -> str | None:
    if layout.title:
        text = _join_title([line.text for line in layout.title])
        header.evidence["title"] = Evidence(layout.title[0].number, "line above the body", text)
        return _TRAILING_SITE.sub("", text)
    for line in lines:
        match = re.match(r"(?:本文标题|原标题)\s*[:：]\s*(?P<title>\S.*)", line.text)
        if match:
            header.evidence["title"] = Evidence(line.number, "label 本文标题", line.text)
            return match["title"]
    for line in lines[:3]:
        crumbs = split_trail(line.text)
        if (
            is_navigation(line.plain)
            and len(crumbs) > 2
            and bool(crumbs[-1])
            and any(first.text.startswith(crumbs[-1]) for first in layout.body[:1])
        ):
            header.evidence["title"] = Evidence(line.number, "last breadcrumb", line.text)
            return crumbs[-1]
    for line in layout.body[:3]:
        match = _ENACTED.search(line.text)
        if match and is_salutation(layout.body[0].text):
            header.evidence["title"] = Evidence(line.number, "document that the notice enacts", line.text[:200])
            return match["title"]
    return None


def _join_title(lines: list[str]) -> str:
    """Join a title that was wrapped over lines; a subtitle under it (after a dash, or on its own) stays outside."""
    dash = next((index for index, text in enumerate(lines) if index and _SUBTITLE.match(text)), None)
    title = lines[0]
    for text in lines[1:dash]:
        glued = len(title) < _SHORT_TITLE or _runs_on(title, text)
        if dash is None and not glued:
            break
        title += text if glued else f" {text}"
    return title


def _runs_on(text: str, following: str) -> bool:
    """Tell whether a title line goes on in the next: it ends open, or names only the body that issues the text."""
    is_open = any(text.count(left) > text.count(right) for left, right in ("“”", "《》", "（）", "()"))
    names_issuer = _ISSUER_LINE.search(text) is not None and _ISSUED.search(following) is not None
    return is_open or names_issuer or _UNFINISHED_TITLE.search(text) is not None


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
    where = [
        line
        for line in lines
        if "记者" in line.plain[:_OPENING] or (len(line.text) < _OPENING and "通讯员" in line.plain)
    ]
    for line in where:
        match = _REPORTER.search(line.plain)
        if match:
            printed = line.text[match.start("names") : match.end("names")]
            names = [name for name in re.split(r"[\s、]+", printed) if name not in _NOT_A_NAME]
            header.set("author", " ".join(names), line, "reporter in brackets")
    match = _CONTRIBUTOR.search(paragraphs[-1]) if paragraphs else None
    if match:
        line = next(
            (line for line in reversed(lines) if line.text.endswith(match["name"] + paragraphs[-1][-1])),
            lines[-1],
        )
        header.set("author", match["name"].strip(), line, "contributor in brackets")


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


def _read_address(lines: list[Line], header: Header) -> None:
    for line in lines:
        match = re.match(r"(?:链接地址|原文链接|原文地址|本文链接)\s*[:：]\s*(https?://\S.*)", line.text)
        if match:
            header.set("url", match[1].replace(" ", ""), line, "label 链接地址")


def _flags(body: str, lines: list[Line]) -> tuple[str, ...]:
    flags = []
    if any(_TRUNCATED.search(line.text) for line in lines[-8:]):
        flags.append("truncated")
    crossed = any(cross in body for cross in _CROSSES)
    if crossed and len(_ANONYMISED.findall(body)) >= _LEAST_ANONYMISED:
        flags.append("anonymised")
    return tuple(flags)
