"""Where the body of an article begins and ends on its page: the run of lines with the greatest weight, and what it drags in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.parsing.layout.header_lines import is_bare_date, is_dated, is_signed
from indexer.parsing.layout.header_rows import is_schedule
from indexer.parsing.layout.kinds import LineKind, is_post, weigh
from indexer.parsing.layout.labels import names_editor
from indexer.parsing.layout.lines import is_navigation
from indexer.parsing.layout.numbers import is_number_line
from indexer.parsing.layout.pages import OWNERS, closes_article, is_of_page
from indexer.parsing.layout.title_lines import SHORT_TITLE, has_title_over, says_title
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.parsing.layout.lines import Line

# The first run that weighs this share of the heaviest is the body: comments and recommended texts come after it.
_FIRST_SHARE = 0.25
_LEAST_BODY = 60
_SAME = 0.7
_HALF = 0.5
_ZONE = 40
_FEW = 3
BELOW = 12
_LEAST_HEADLINE = 14
_LEAST_AFTER_TABLE = 40
_LONGEST_NUMBER = 6
_LONGEST_UNIT = 16
_ENDS = (LineKind.SURE_END, LineKind.END)
_OUTSIDE = (LineKind.HEADER, LineKind.FURNITURE, *_ENDS)
_COLON = re.compile(r"[:：]")
# What pictures and buttons leave of themselves in a copied text.
_LEFTOVER = re.compile(r"\{\{.*\}\}|\S{0,200}\.(?:jpe?g|png|gif|bmp|webp)\S{0,12}|[`!\[\]()×xX<>|*•]{1,8}")
_CONTACTS = Rules(
    "rows in which a site says where it is found and when it is open",
    (r"(?:\S{0,6}地\s*址|地\s*点|\S{1,4}校区)\s*[:：]", "地址：学府路9号"),
    (r"\S{0,6}(?:电\s*话|热线|传\s*真)\s*(?:[:：]|$)", "服务电话"),
    (r"(?:邮\s*编|邮政编码)\s*[:：]?\s*\d{6}", "邮编：200011"),
    (r"\S{0,4}(?:邮\s*箱|[Ee]-?mail)\s*(?:[:：]|$)", "服务邮箱"),
    (r"(?:服务|办公|开放|营业|开馆|工作|门诊|接待)时间\s*(?:[:：]|$)", "办公时间：每天"),
    (r"(?:乘车|公交|交通)(?:路线|线路|指南)\s*(?:[:：]|$)", "乘车路线：2路"),
    (r"(?:网\s*址|官网|微信公众号|微博)\s*[:：]", "网址：www.example.com"),
    (r"[\d()（）+ -]{7,20}$", "0999-5550123"),
    (r"[\w.]{2,24}@[\w.]{4,24}$", "hq@example.edu"),
    (r"(?:友情|常用)链接|快速通道|常用网站", "常用链接"),
    how="match",
)
_LONGEST_CAPTION = 90
_PICTURED = r"\s*(?:摄影报道|摄影|摄|供图|图)"
_CAPTIONS = Rules(
    "what describes pictures under an article",
    (
        rf"图(?:为|片[:：]|中)[^。]{{2,70}}。?(?:[^。]{{0,24}}{_PICTURED}[）)]?)?",
        "图为工人正在安装水泵。本报记者 甲乙 摄",
    ),
    (
        rf"[（(]?(?:(?:本[报网台]|[\u4e00-\u9fff]{{2,8}}[报网社台])?\s*(?:首席|见习|实习)?(?:摄影)?(?:记者|通讯员))\s*[\u4e00-\u9fff\s、]{{2,16}}?{_PICTURED}[）)]?",
        "本报记者 甲乙 摄",
    ),
    (r"图\s*\d{1,2}\s*[:：].{1,40}", "图1：演练现场"),
    (r"[（(]?(?:图片|照片)由.{2,24}提供[）)]?", "（图片由云泽县人武部提供）"),
    (r"[（(]?(?:图片来源|图片|供图|摄影)\s*[:：/].{1,30}", "图片来源：云泽县融媒体中心"),
    how="fullmatch",
)
_OF_TEXT = re.compile(r"联系人|联系方式|报名|报送|(?:19|20)\d\d年|附件")
_INTRODUCED = re.compile(r"(?:主要|文字|节目|正文|视频|报道)内容|文字稿|正文")
_INTRODUCES = re.compile(r"(?:视频|内容|节目)?简介")


def find_body(lines: list[Line], kinds: list[LineKind]) -> tuple[int, int]:
    """Return where the body begins and ends: the first of the heavy runs between sure ends."""
    runs = _runs(lines, kinds)
    heaviest = max((weight for weight, _, _ in runs), default=0)
    if heaviest <= 0:
        return _find_sparse_body(lines, kinds)
    least = max(heaviest * _FIRST_SHARE, min(heaviest * _SAME, _LEAST_BODY))
    number, (_, start, end) = next((number, run) for number, run in enumerate(runs) if run[0] >= least)
    # Several articles, each closed by its editor, and nothing else: all of them are the text.
    like = [own for own in runs[number:] if own[0] >= heaviest * _HALF]
    if len(like) > 2 and all(names_editor(lines[own[2]]) for own in like[:-1] if own[2] < len(lines)):
        end = like[-1][2]
    return _below_header(lines, kinds, start=start, end=end), _with_tables(lines, kinds, end=end)


def _runs(lines: list[Line], kinds: list[LineKind]) -> list[tuple[int, int, int]]:
    """Return weight, start and end of the heaviest run between each two ends of articles."""
    runs = []
    first = 0
    for index in [*(at for at, kind in enumerate(kinds) if kind in _ENDS), len(lines)]:
        if index > first:
            runs.append(_heaviest_run(lines, kinds, first=first, last=index))
        first = index + 1
    return runs


def _heaviest_run(lines: list[Line], kinds: list[LineKind], *, first: int, last: int) -> tuple[int, int, int]:
    """Return weight, start and end of the heaviest run of lines (Kadane's algorithm)."""
    best = (0, first, first)
    weight, start = 0, first
    for index in range(first, last):
        if weight <= 0:
            weight, start = 0, index
        weight += weigh(lines[index], kinds[index])
        if weight > best[0]:
            best = (weight, start, index + 1)
    return best


def _with_tables(lines: list[Line], kinds: list[LineKind], *, end: int) -> int:
    """Return where a body ends that goes on in prose below the short rows of a table."""
    index = end
    while index < len(lines) and kinds[index] in (LineKind.SHORT, LineKind.HEADING, LineKind.PROSE):
        text = lines[index].text
        if kinds[index] is LineKind.PROSE and len(text) >= _LEAST_AFTER_TABLE and text[-1] in "。：；”":
            end = index + 1
        elif len(text) > _LEAST_HEADLINE:
            break
        index += 1
    return end


def _below_header(lines: list[Line], kinds: list[LineKind], *, start: int, end: int) -> int:
    """Return where a body begins below its header, where lines above the header weighed enough to be taken for text."""
    dated = [
        at
        for at in range(max(0, start - BELOW), min(start + BELOW, end))
        if kinds[at] is LineKind.HEADER and is_dated(lines[at])
    ]
    if not dated or dated[0] < start:
        return start
    for index in dated:  # notices of the site above title and header
        if index > start and has_title_over(lines, index):
            return index + 1
    opens = (LineKind.SALUTATION, LineKind.PROSE)
    first = next((at for at in range(start, min(start + _FEW + 2, end)) if at in dated or kinds[at] in opens), start)
    return first + 1 if first in dated else start


def _find_sparse_body(lines: list[Line], kinds: list[LineKind]) -> tuple[int, int]:
    """Return the body of a text without prose, a list or a poem: everything below its title and header."""
    header = next((index for index, kind in enumerate(kinds) if kind is LineKind.HEADER), len(lines))
    start = header + 1 if header + 1 < len(lines) else max(0, min(1, len(lines) - 1))
    while start < len(lines) and kinds[start] in (LineKind.HEADER, LineKind.FURNITURE):
        start += 1
    end = next((index for index in range(start + 1, len(lines)) if kinds[index] in _ENDS), len(lines))
    return start, max(start, end)


def top_of(lines: list[Line], kinds: list[LineKind], *, start: int) -> int:
    """Return the line at which what belongs to the article can begin: not above an end mark, not far above the body."""
    top = max(0, start - _ZONE)
    for index in range(start - 1, top - 1, -1):
        if kinds[index] is LineKind.SURE_END and lines[index].text[0] not in "[【（(":
            above = range(max(top, index - _FEW), index)
            if not any(kinds[at] is LineKind.HEADER and is_dated(lines[at]) for at in above):
                return index + 1
    return top


def find_start(
    lines: list[Line], kinds: list[LineKind], *, start: int, title: Sequence[int], header: Sequence[int]
) -> int:
    """Return where the body begins: below its title and header, with the short lines that lead in to it."""
    first = max((index + 1 for index in (*title, *header) if index < start + _FEW), default=None)
    if first is None:
        first = _start_without_title(lines, kinds, start=start)
    elif first < start - BELOW:
        first = start
    while first < len(lines) and kinds[first] in _OUTSIDE:
        first += 1
    return _below_title_again(lines, kinds, start=first, title=title)


def _start_without_title(lines: list[Line], kinds: list[LineKind], *, start: int) -> int:
    """Return where a text begins of which nothing says so: all of it is text, unless there is a menu above."""
    top = max((index for index in range(start) if is_navigation(lines[index].plain)), default=-1) + 1
    above = [index for index in range(top, start) if kinds[index] not in (LineKind.FURNITURE, *_ENDS)]
    entries = sum(_COLON.search(lines[index].text) is None for index in above)
    first = above[0] if above and entries <= _FEW + 1 else start
    while first and start - first < _FEW and kinds[first - 1] in (LineKind.HEADING, LineKind.SALUTATION):
        first -= 1
    return first


def _below_title_again(lines: list[Line], kinds: list[LineKind], *, start: int, title: Sequence[int]) -> int:
    """Return where a body begins that prints its title again, below buttons and the like."""
    whole = "".join(lines[index].text for index in title)
    for index in range(start, min(start + BELOW, len(lines))):
        if kinds[index] in (LineKind.PROSE, LineKind.SALUTATION) or is_number_line(lines[index].plain):
            break
        if len(lines[index].text) >= SHORT_TITLE and says_title(lines[index].text, whole):
            start = index + 1
    return start


def below_introduction(lines: list[Line], kinds: list[LineKind], *, header: Sequence[int]) -> int | None:
    """Return where the text of a broadcast begins: below 主要内容, over which its page introduces it in a sentence."""
    introduces = False
    first = max(header, default=0)
    for index in range(first, min(first + BELOW, len(lines))):
        introduces = introduces or _INTRODUCES.fullmatch(lines[index].plain) is not None
        if introduces and _INTRODUCED.fullmatch(lines[index].plain) and LineKind.PROSE in kinds[index + 1 : index + 3]:
            return index + 1
    return None


def closes_text(lines: list[Line], index: int) -> bool:
    """Tell whether a line that looks like a header belongs under a text: who wrote it, its day, a meeting to come."""
    return is_signed(lines[index]) or is_bare_date(lines[index]) or is_schedule(lines, index)


def find_end(lines: list[Line], kinds: list[LineKind], *, end: int) -> int:
    """Return where the body ends with its signature, tables and attachments, which are too short to weigh."""
    headlines = 0
    for index in range(end, len(lines)):
        if _closes_page(lines, kinds, index=index):
            # Up to the mark at which the article itself ends (上一篇, 打印) all is the article.
            last = index if headlines <= 1 or closes_article(lines[index]) else end
            return _above_contacts(lines, kinds, end=end, last=last)
        headlines += _is_headline(lines[index], kinds[index])
    last = len(lines) if headlines <= 1 else end  # a list of other articles
    return _above_contacts(lines, kinds, end=end, last=last)


def _closes_page(lines: list[Line], kinds: list[LineKind], *, index: int) -> bool:
    """Tell whether a line under a body is none of its signature, tables and attachments."""
    line, kind = lines[index], kinds[index]
    if kind is LineKind.HEADER:
        return not closes_text(lines, index)
    if kind is LineKind.FURNITURE:
        return is_of_page(line) or is_navigation(line.plain)
    return kind in _ENDS


def _is_headline(line: Line, kind: LineKind) -> bool:
    return (
        kind is LineKind.SHORT
        and len(line.text) > _LEAST_HEADLINE
        and line.text[-1] not in "。！？；：:）)”"
        and not _COLON.search(line.text)
    )


def _above_contacts(lines: list[Line], kinds: list[LineKind], *, end: int, last: int) -> int:
    """Return where a body ends above the rows in which its site says where it is found, over the foot of the page."""
    first = last
    while first > end and kinds[first - 1] is not LineKind.PROSE:
        first -= 1
    rows = [index for index in range(first, last) if _CONTACTS.match(lines[index].plain)]
    if len(rows) < 2 or any(_OF_TEXT.search(line.plain) for line in lines[first:last]):
        return last
    if last < len(lines) and not any(OWNERS.search(line.plain) for line in lines[last : last + BELOW]):
        return last
    has_unit = rows[0] > first and len(lines[rows[0] - 1].text) <= _LONGEST_UNIT
    return rows[0] - has_unit


def without_captions(body: list[Line], below: Line | None) -> list[Line]:
    """Return a body without what describes its pictures under it, and whose post begins where the next one does."""
    while len(body) > 1 and len(body[-1].text) <= _LONGEST_CAPTION and _CAPTIONS.find(body[-1].plain):
        body = body[:-1]
    if below is not None and is_post(below.plain) and len(body) > 1 and len(body[-1].text) <= _LONGEST_UNIT:
        body = body[:-1]
    return body


def repeats(text: str, title: str) -> bool:
    """Tell whether a line is the title once more, perhaps numbered."""
    return title in text and len(text) - len(title) <= _LONGEST_NUMBER


def clean_body(lines: list[Line], kinds: list[LineKind], *, title: list[Line]) -> list[Line]:
    """Drop what stands between the lines of a body and is none of it."""
    titles = {line.text for line in title}
    body: list[Line] = []
    has_begun = False
    for line, kind in zip(lines, kinds, strict=True):
        if _is_between(line, kind) or line.text in titles:
            continue
        if not has_begun and (kind is LineKind.HEADER or any(repeats(line.text, text) for text in titles)):
            continue
        has_begun = has_begun or weigh(line, kind) > 0
        body.append(line)
    return body


def _is_between(line: Line, kind: LineKind) -> bool:
    """Tell whether a line between those of a body is surely none of it."""
    return (
        (kind is LineKind.FURNITURE and is_of_page(line)) or kind in _ENDS or _LEFTOVER.fullmatch(line.text) is not None
    )
