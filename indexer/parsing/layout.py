"""Which lines of an article are its title, its header, its body, and which are furniture of the page around them.

Every line gets a kind and a weight: prose weighs for the body, menus and labels against it. The body is the run of lines
with the greatest weight; the title is the line near its start that says most of what the body says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import accumulate, pairwise

from indexer.parsing.header import (
    can_follow,
    has_empty_label,
    has_only_tools,
    is_bare_date,
    is_dated,
    is_header_line,
    is_paper,
    is_signed,
    is_trap,
    names_editor,
    names_editor_only,
    splits_header,
)
from indexer.parsing.lines import (
    Line,
    column_of,
    ends_article,
    ends_surely,
    is_button,
    is_caption,
    is_heading,
    is_menu,
    is_navigation,
    is_prose,
    is_salutation,
    is_title_like,
    is_tool,
    split_trail,
)
from indexer.parsing.paragraphs import word_spans


class Kind(Enum):
    """What a line is by its own looks."""

    PROSE = auto()
    SHORT = auto()
    HEADING = auto()
    SALUTATION = auto()
    HEADER = auto()
    FURNITURE = auto()
    END = auto()
    SURE_END = auto()


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of an article by what they are; `after` are those below the body that may still tell of it.

    `left_out` tells that much running text stands elsewhere, which may be comments and other articles, or a mistake.
    """

    title: list[Line]
    subtitle: list[Line]
    header: list[Line]
    body: list[Line]
    after: list[Line]
    left_out: bool = False


# What a line adds to the run that may be the body. Prose counts by its length, up to a limit, so that one long comment
# does not outweigh an article; a handful of menu entries outweighs no sentence, but a whole menu does.
_MOST_PROSE = 120
_WEIGHT = {
    Kind.SHORT: -5,
    Kind.HEADING: 3,
    Kind.SALUTATION: 12,
    Kind.HEADER: -25,
    Kind.FURNITURE: -12,
    Kind.END: -40,
    Kind.SURE_END: -100,
}
_TRAIL = -60  # above it is the page, below it the article
# The first run that weighs this share of the heaviest is the body: comments and recommended texts come after it.
_FIRST_SHARE = 0.25
_LEAST_BODY = 60
_SAME = 0.7
_ZONE = 40
_BELOW = 12
_LONGEST_TAIL = 40
_FEW = 3
_ROW = re.compile(r"[•·]?\s*[\u4e00-\u9fff]{1,8}\s*[:：]\s*(?:[^。；？！]{0,12}|[^。；？！]*(?:\d|[:：])[^。；？！]*)$")
_LONGEST_ROW = 60
_TITLED = re.compile(
    r"(?:发文|文章|信息|文件)?(?:标\s*题|名\s*称)\s*[:：]\s*(?P<title>\S.*?)\s*(?:[\[【].{2,6}[\]】])?$"
)
_MOST_LEFT_OUT = 300
_SHARE_LEFT_OUT = 0.3
_LEAST_HEADLINE = 14
_LEAST_AFTER_TABLE = 40
_LONGEST_NUMBER = 6
_SCHEDULE = re.compile(r"(?:会议|活动)?(?:地点|议题|参加人员|参会人员|会期)\s*[:：]")
# The time of something to come, with the day of the week: no header, and no day of viewing.
_APPOINTMENT = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{0,3}[）)]?[、.．]?\s*(?:报到|会议|活动|培训|报名|截止|召开|考试|举办|比赛|开会|接待|办公|服务|咨询|上课|出发|返程|截稿|征集|申报|评审|公示|开幕|讲座|学习|集合|面试|投稿)(?:截止)?(?:日期|时间)\s*[:：]"
)
# These stand under articles, and inside papers as well.
_MAY_END = re.compile(
    r"(?:关键词|关键字|标签|Key ?words?)\s*[:：].*|声明|(?:关于|联系)我们|[（(]完[）)]", re.IGNORECASE
)
_HALF = 0.5
_SAMPLE = 3000
_HAN_PAIR = re.compile(r"[\u3400-\u9fff]")
_LEAST_SCORE = 1.0
_ORGANISATION = re.compile(
    r"[^，。“”《》]{2,30}(?:协会|学会|科协|联合会|委员会|人民政府|办公室|办公厅|办事处|党组|厅|局|司|部|网|(?<![通简汇公喜周月快捷申填])报|社|频道|中心|门户|平台)$"
)
_UNFINISHED = re.compile(r"(?:[的和与及暨在、对于《“（(—]|参加|举行|召开|开展|举办|进行|推进|加强|学习|贯彻|传达)$")
_ISSUED = re.compile(
    r"(?:办法|规定|方案|通知|意见|条例|规则|细则|规划|要点|章程|报告|决定|公告|决议|批复|函)(?:[（(].{1,6}[）)])?$"
)
_SENTENCE = re.compile(r"。|[，、,]$")
_BULLETS = "•·◆■●▲★※"
_COLON = re.compile(r"[:：]")
_LETTER = re.compile(r"[\u3400-\u9fff]{2}|\.[A-Za-z]{3}|^[-• ]*[A-Za-z]{3}")
# What pictures and buttons leave of themselves in a copied text.
_LEFTOVER = re.compile(r"\{\{.*\}\}|[`!\[\]()×xX<>|*•]{1,8}")
_SUBTITLE = re.compile(r"[—－–-]{1,3}\s*\S")
_SHORT_TITLE = 8
_ABOUT = ("关于", "關于", "關於")
_MOST_TITLE_LINES = 3
_HALF_A_TITLE = 0.33  # what the other lines of a title score at the least, of the best, unless the text speaks of them
_LEAST_OVERLAP = 0.1
_NUMBER_OF_DOCUMENT = re.compile(r"\S{1,20}[〔\[【（(]\s*\d{4}\s*[〕\]】）)]\s*第?\s*\d+\s*号$")
_NO_TITLE = re.compile(
    rf"(?:{_NUMBER_OF_DOCUMENT.pattern})|(?:{_SUBTITLE.pattern})|[（(][^（()）]*[）)]$|(?:记者|问|答|主持人|摘要|导读|核心提示|编者按|本报讯)\s*[:：]"
)


def lay_out(lines: list[Line], hints: dict[str, tuple[str, str]]) -> Layout:
    """Tell the lines of an article apart."""
    lines = _unglue(lines)
    kinds = _kinds_of(lines)
    is_page = any(map(_is_of_some_page, lines, kinds))
    if not is_page:  # what looks like a menu is a table
        kinds = [
            Kind.SHORT if kind is Kind.FURNITURE and column_of(line.plain) is None else kind
            for line, kind in zip(lines, kinds, strict=True)
        ]
    start, end = _find_body(lines, kinds)
    text = "".join(line.plain for line in lines[start:end])[:_SAMPLE]
    top = _top_of(lines, kinds, start)
    title = _find_title(lines, kinds, top, start, text=text, hints=hints)
    header = _find_header(lines, kinds, top, start, title)
    start = _find_start(lines, kinds, start, title, header, is_page=is_page)
    start = _below_title_once_more(lines, kinds, start, title)
    end = _find_end(lines, kinds, max(start, end)) if is_page else _last_line(lines, kinds, max(start, end))
    values = {
        index + 1
        for index in header
        if index + 1 < len(lines) and has_empty_label(lines[index]) and can_follow(lines[index + 1])
    } - set(header)
    start = max([start, *(index + 1 for index in values)])
    body = _clean_body(lines[start:end], kinds[start:end], title)
    if title:  # what stands under the title says more of the article than what stands over it
        at = lines.index(title[0])
        header.sort(key=lambda index: index < at)
        values = {index for index in values if index not in header}
    wrapped = count_wrapped([line.text for line in title])
    title, subtitle = title[:wrapped], title[wrapped:]
    if subtitle and header and lines.index(subtitle[0]) > header[-1]:  # under the header it is text
        subtitle, body = [], [*subtitle, *body]
    ordered = [at for index in header for at in (index, index + 1) if at == index or at in values]
    prose = [len(line.text) if kind is Kind.PROSE else 0 for line, kind in zip(lines, kinds, strict=True)]
    outside = sum(prose) - sum(prose[start:end])
    left_out = outside > max(_MOST_LEFT_OUT, sum(prose) * _SHARE_LEFT_OUT)
    return Layout(title, subtitle, [lines[index] for index in ordered], body, lines[end : end + _BELOW], left_out)


# --- lines


def _unglue(lines: list[Line]) -> list[Line]:
    """Split long lines on which title, header and body were run together."""
    found: list[Line] = []
    for line in lines:
        is_above = not found or not is_prose(found[-1].text)
        titled = _TITLED.match(line.plain) if is_above and len(line.plain) <= _MOST_PROSE else None
        if titled and is_title_like(titled["title"]):
            first, last = titled.span("title")
            found.append(replace(line, text=line.text[first:last], plain=line.plain[first:last]))
            continue
        parts = splits_header(line) if len(line.text) > _MOST_PROSE else None
        if parts is None:
            found.append(line)
            continue
        for first, last in pairwise((0, *parts, len(line.text))):
            text = line.text[first:last]
            if text.strip():
                lead = len(text) - len(text.lstrip())
                cut = text.strip()
                found.append(replace(line, text=cut, plain=line.plain[first + lead : first + lead + len(cut)]))
    return found


def _kinds_of(lines: list[Line]) -> list[Kind]:
    """Return the kinds of lines. A line that names the editor ends an article, unless none has begun."""
    kinds: list[Kind] = []
    has_begun = False
    columns: set[str] = set()
    for line in lines:
        kind = _kind_of(line)
        if kind is Kind.FURNITURE and is_navigation(line.plain):
            columns.update(split_trail(line.text)[:-1])
        elif kind is Kind.SHORT and line.text in columns:
            kind = Kind.FURNITURE
        elif kind is Kind.SHORT and not has_begun and _is_row(line) and kinds and kinds[-1] is Kind.HEADER:
            kind = Kind.HEADER  # one more row of the table that the labels stand in
        if kind is Kind.HEADER and has_begun and (names_editor_only(line) or names_editor(line)):
            kind = Kind.SURE_END
        kinds.append(kind)
        has_begun = has_begun or kind is Kind.SALUTATION or (kind is Kind.PROSE and "。" in line.text)
    return _without_false_ends(lines, kinds)


def _without_false_ends(lines: list[Line], kinds: list[Kind]) -> list[Kind]:
    """Take lines that end an article only where none follows (关键词：…, 声明) for text where more of it does."""
    prose = [len(line.text) if kind is Kind.PROSE else 0 for line, kind in zip(lines, kinds, strict=True)]
    before = list(accumulate(prose, initial=0))
    found = []
    for index, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        following = kinds[index + 1 : index + 3]
        goes_on = following[:1] == [Kind.PROSE] or following == [Kind.HEADING, Kind.PROSE]
        is_false = (
            kind in (Kind.END, Kind.SURE_END)
            and goes_on
            and _MAY_END.fullmatch(line.plain) is not None
            and before[-1] - before[index] >= before[index] * _HALF
        )
        found.append(Kind.SHORT if is_false else kind)
    return found


def _is_row(line: Line) -> bool:
    return len(line.text) <= _LONGEST_ROW and _ROW.match(line.text) is not None


def _kind_of(line: Line) -> Kind:  # noqa: PLR0911 - a list of kinds, the surest first
    text = line.plain
    if len(text) >= _MOST_PROSE or ("。" in text and is_prose(text)):
        return Kind.SURE_END if ends_surely(text) else Kind.PROSE
    if _APPOINTMENT.match(text):
        return Kind.HEADING
    if is_header_line(line) or is_trap(line):
        return Kind.HEADER
    if is_salutation(text):
        return Kind.SALUTATION
    if ends_surely(text):
        return Kind.SURE_END
    if ends_article(text):
        return Kind.END
    if is_navigation(text) or is_tool(text) or is_button(text) or has_only_tools(line):
        return Kind.FURNITURE
    if is_prose(text):
        return Kind.PROSE
    if is_menu(text) or column_of(text) is not None:
        return Kind.FURNITURE
    if is_heading(text):
        return Kind.HEADING
    return Kind.SHORT


def _weigh(line: Line, kind: Kind) -> int:
    if kind is Kind.PROSE:
        return min(len(line.text), _MOST_PROSE)
    if kind is Kind.FURNITURE and is_navigation(line.plain):
        return _TRAIL
    if kind is Kind.SHORT and line.text[-1] in "。；：，、":
        return len(line.text)
    if kind is Kind.SHORT and line.text[-1] in "！？”":  # so do headlines
        return 1
    return _WEIGHT[kind]


# --- the body


def _find_body(lines: list[Line], kinds: list[Kind]) -> tuple[int, int]:
    """Return where the body begins and ends: the first of the heavy runs between sure ends."""
    runs: list[tuple[int, int, int]] = []
    first = 0
    for index in range(len(lines) + 1):
        if index == len(lines) or kinds[index] in (Kind.SURE_END, Kind.END):
            if index > first:
                runs.append(_heaviest_run(lines, kinds, first, index))
            first = index + 1
    heaviest = max((weight for weight, _, _ in runs), default=0)
    if heaviest <= 0:
        return _find_sparse_body(lines, kinds)
    least = max(heaviest * _FIRST_SHARE, min(heaviest * _SAME, _LEAST_BODY))
    number, (_, start, end) = next((number, run) for number, run in enumerate(runs) if run[0] >= least)
    # Several articles, each closed by its editor, and nothing else: all of them are the text.
    like = [own for own in runs[number:] if own[0] >= heaviest * _HALF]
    if len(like) > 2 and all(names_editor(lines[own[2]]) for own in like[:-1] if own[2] < len(lines)):
        end = like[-1][2]
    return _below_header(lines, kinds, start, end), _with_tables(lines, kinds, end)


def _with_tables(lines: list[Line], kinds: list[Kind], end: int) -> int:
    """Return where a body ends that goes on in prose below the short rows of a table."""
    index = end
    while index < len(lines) and kinds[index] in (Kind.SHORT, Kind.HEADING, Kind.PROSE):
        if (
            kinds[index] is Kind.PROSE
            and len(lines[index].text) >= _LEAST_AFTER_TABLE
            and lines[index].text[-1] in "。：；”"
        ):
            end = index + 1
        elif len(lines[index].text) > _LEAST_HEADLINE:
            break
        index += 1
    return end


def _below_header(lines: list[Line], kinds: list[Kind], start: int, end: int) -> int:
    """Return where a body begins below its header, where lines above the header weighed enough to be taken for text."""
    if any(kinds[at] is Kind.HEADER and is_dated(lines[at]) for at in range(max(0, start - _BELOW), start)):
        return start
    for index in range(start + 1, min(start + _BELOW, end)):  # notices of the site above title and header
        if kinds[index] is Kind.HEADER and is_dated(lines[index]) and _has_title_over(lines, index):
            return index + 1
    for index in range(start, min(start + _FEW + 2, end)):
        if kinds[index] in (Kind.SALUTATION, Kind.PROSE):
            return start
        if kinds[index] is Kind.HEADER and is_dated(lines[index]):
            return index + 1
    return start


def _heaviest_run(lines: list[Line], kinds: list[Kind], first: int, last: int) -> tuple[int, int, int]:
    """Return weight, start and end of the heaviest run of lines (Kadane's algorithm)."""
    best = (0, first, first)
    weight, start = 0, first
    for index in range(first, last):
        line = lines[index]
        own = _weigh(line, kinds[index])
        if weight <= 0:
            weight, start = 0, index
        weight += own
        if weight > best[0]:
            best = (weight, start, index + 1)
    return best


def _find_sparse_body(lines: list[Line], kinds: list[Kind]) -> tuple[int, int]:
    """Return the body of a text without prose, a list or a poem: everything below its title and header."""
    header = [index for index, kind in enumerate(kinds) if kind is Kind.HEADER]
    ends = [index for index, kind in enumerate(kinds) if kind in (Kind.SURE_END, Kind.END)]
    start = header[0] + 1 if header and header[0] + 1 < len(lines) else min(1, len(lines) - 1) if lines else 0
    while start < len(lines) and kinds[start] in (Kind.HEADER, Kind.FURNITURE):
        start += 1
    end = next((index for index in ends if index > start), len(lines))
    return start, max(start, end)


def _top_of(lines: list[Line], kinds: list[Kind], start: int) -> int:
    """Return the line at which what belongs to the article can begin: not above an end mark, not far above the body."""
    top = max(0, start - _ZONE)
    for index in range(start - 1, top - 1, -1):
        if kinds[index] is Kind.SURE_END and lines[index].text[0] not in "[【（(":
            above = range(max(top, index - _FEW), index)
            if not any(kinds[at] is Kind.HEADER and is_dated(lines[at]) for at in above):
                return index + 1
    return top


def _find_start(
    lines: list[Line], kinds: list[Kind], start: int, title: list[Line], header: list[int], *, is_page: bool
) -> int:
    """Return where the body begins: below its title and header, with the short lines that lead in to it."""
    below = [lines.index(line) + 1 for line in title] + [index + 1 for index in header]
    first = max((index for index in below if index <= start + _FEW), default=None)
    if first is None:
        # Without a title nothing says where the text begins: all of it does, unless there is a menu above.
        above = [index for index in range(start) if kinds[index] not in (Kind.FURNITURE, Kind.END, Kind.SURE_END)]
        first = above[0] if above and (len(above) <= _FEW + 1 or not is_page) else start
        while first and start - first < _FEW and kinds[first - 1] in (Kind.HEADING, Kind.SALUTATION):
            first -= 1
    elif is_page and first < start - _BELOW:
        first = start
    while first < len(lines) and kinds[first] in (Kind.HEADER, Kind.FURNITURE, Kind.END, Kind.SURE_END):
        first += 1
    return first


def _last_line(lines: list[Line], kinds: list[Kind], end: int) -> int:
    """Return where the text of a file ends that is no page: above the labels that it may close with."""
    first = len(lines)
    while first > end and kinds[first - 1] is Kind.HEADER:
        first -= 1
    labels = (index for index in range(first, len(lines)) if not _closes_text(lines, index))
    return next(labels, len(lines))


def _closes_text(lines: list[Line], index: int) -> bool:
    """Tell whether a line that looks like a header belongs under a text: who wrote it, its day, a meeting to come."""
    return is_signed(lines[index]) or is_bare_date(lines[index]) or _is_schedule(lines, index)


def _below_title_once_more(lines: list[Line], kinds: list[Kind], start: int, title: list[Line]) -> int:
    """Return where a body begins that prints its title again, below buttons and the like."""
    squeezed = _squeeze("".join(line.text for line in title))
    for index in range(start, min(start + _BELOW, len(lines))):
        if kinds[index] in (Kind.PROSE, Kind.SALUTATION) or _NUMBER_OF_DOCUMENT.match(lines[index].text):
            break
        if len(lines[index].text) >= _SHORT_TITLE and _squeeze(lines[index].text) in squeezed:
            start = index + 1
    return start


def _find_end(lines: list[Line], kinds: list[Kind], end: int) -> int:
    """Return where the body ends with its signature, contributor and attachments, which are too short to weigh."""
    headlines = 0
    for index in range(end, min(end + _LONGEST_TAIL, len(lines))):
        line, kind = lines[index], kinds[index]
        if kind is Kind.HEADER and _closes_text(lines, index):
            continue
        if kind is Kind.FURNITURE and not _is_of_page(line) and not is_navigation(line.plain):
            continue
        if kind in (Kind.SURE_END, Kind.END, Kind.FURNITURE, Kind.HEADER):
            return index
        if (
            kind is Kind.SHORT
            and len(line.text) > _LEAST_HEADLINE
            and line.text[-1] not in "。！？；：:）)”"
            and not _COLON.search(line.text)
        ):
            headlines += 1
            if headlines > 1:  # a list of other articles
                return end
    return min(end + _LONGEST_TAIL, len(lines))


def _repeats(text: str, title: str) -> bool:
    """Tell whether a line is the title once more, perhaps numbered."""
    return title in text and len(text) - len(title) <= _LONGEST_NUMBER


def _is_of_some_page(line: Line, kind: Kind) -> bool:
    """Tell whether a line shows that the text was copied from a page with all that stands around."""
    if kind in (Kind.END, Kind.SURE_END):
        return True
    return kind is Kind.FURNITURE and (_is_of_page(line) or is_navigation(line.plain))


def _is_of_page(line: Line) -> bool:
    """Tell furniture that is surely the page's from what only looks like it: numbers, rows of names."""
    is_word = _LETTER.search(line.plain) is not None
    return is_tool(line.plain) or (is_word and is_button(line.plain)) or has_only_tools(line)


def _clean_body(lines: list[Line], kinds: list[Kind], title: list[Line]) -> list[Line]:
    """Drop what stands between the lines of a body and is none of it."""
    titles = {line.text for line in title}
    body: list[Line] = []
    has_begun = False
    for line, kind in zip(lines, kinds, strict=True):
        if (kind is Kind.FURNITURE and _is_of_page(line)) or _LEFTOVER.fullmatch(line.text):
            continue
        if kind in (Kind.END, Kind.SURE_END):
            continue
        if not has_begun and (kind is Kind.HEADER or any(_repeats(line.text, text) for text in titles)):
            continue
        has_begun = has_begun or _weigh(line, kind) > 0
        body.append(line)
    return body


# --- the title


def _find_title(
    lines: list[Line], kinds: list[Kind], top: int, start: int, *, text: str, hints: dict[str, tuple[str, str]]
) -> list[Line]:
    """Return the lines of the title, or none."""
    known = [hints[name][0] for name in ("title", "heading", "page title") if name in hints]
    headers = [index for index in range(top, start) if kinds[index] is Kind.HEADER and not is_trap(lines[index])]
    last = start
    while headers and last < len(lines) and last < start + _FEW and kinds[last] in (Kind.SHORT, Kind.HEADING):
        last += 1
    scored = []
    for index in range(top, last):
        if kinds[index] in (Kind.SHORT, Kind.PROSE, Kind.HEADING) and _can_be_title(lines[index], lines):
            score = _score_title(lines, index, start, headers, text=text, known=known)
            scored.append((score, index))
    if not headers:
        scored = [(score, index) for score, index in scored if not _is_broken_off(lines, index)]
    if not scored:
        return []
    score, best = max(scored, key=lambda pair: (pair[0], -pair[1]))
    if score < _LEAST_SCORE:
        return []
    above = [header for header in headers if header < best]
    if above and not any(index < above[-1] for own, index in scored if own >= _LEAST_SCORE):
        # Newspapers print the headline under the date, and what tells more under that.
        best = min(index for _, index in scored if above[-1] < index <= best)
    strong = {
        index
        for own, index in scored
        if own > score * _HALF_A_TITLE or _overlap(lines[index].plain, text) > _LEAST_OVERLAP
    }
    found = _join_wrapped(lines, kinds, best, {index for own, index in scored if own > 0}, last)
    while (
        found[0] is not lines[best]
        and lines.index(found[0]) not in strong
        and not runs_on(found[0].text, found[1].text)
    ):
        found = found[1:]  # a slogan of the site
    return found


def _can_be_title(line: Line, lines: list[Line]) -> bool:
    """Tell whether a line can be a title; very short ones (专访) only where the text begins with them."""
    text = line.text
    if _NO_TITLE.match(text) or is_caption(text) or _SENTENCE.search(text):
        return False
    return is_title_like(text) or (line is lines[0] and re.fullmatch(r"[\u4e00-\u9fff]{2,3}", text) is not None)


def _has_title_over(lines: list[Line], header: int) -> bool:
    """Tell whether a line that can be a title stands right over a header."""
    above = [line for line in lines[max(0, header - _FEW) : header] if not is_tool(line.plain)]
    return (
        bool(above)
        and _kind_of(above[-1]) is Kind.SHORT
        and len(above[-1].text) >= _SHORT_TITLE
        and _can_be_title(above[-1], lines)
        and not (_ORGANISATION.fullmatch(above[-1].text) and not _ISSUED.search(above[-1].text))
    )


def _is_broken_off(lines: list[Line], index: int) -> bool:
    """Tell whether a line is the beginning of a sentence that goes on in the next."""
    below = lines[index + 1] if index + 1 < len(lines) else None
    return below is not None and not below.indented and word_spans(lines[index].text, below.text)


def _score_title(
    lines: list[Line], index: int, start: int, headers: list[int], *, text: str, known: list[str]
) -> float:
    line = lines[index]
    plain = line.plain
    score = 6 * _overlap(plain, text)
    squeezed = _squeeze(plain)
    score += max((4.0 for name in known if squeezed and squeezed in _squeeze(name)), default=0.0)
    if headers:
        above = [header for header in headers if header > index]
        gap = _gap(lines, index, above[0]) if above else _gap(lines, headers[-1], index)
        score += max(0.0, 2.5 - 0.8 * gap) if above else max(0.0, 1.5 - 0.8 * gap)
    score -= 0.15 * _gap(lines, index, start)
    if index == 0:
        score += 0.7 if headers else 2.0
    if not 8 <= len(plain) <= 50:
        score -= 1.0 if len(plain) > 3 else 2.0
    if _ISSUED.search(plain):
        score += 1.0
    elif _ORGANISATION.fullmatch(plain):
        score -= 4.0
    if index >= start and headers:
        score -= 1.0
    if headers and index > headers[-1] and _has_title_over(lines, headers[0]):
        score -= 3.0
    if is_heading(plain) and plain[0] not in _BULLETS:
        score -= 8.0
    if line.after_blank or index == 0:
        score += 0.3
    score += 0.8 * (sum(1 for other in lines[: start + 1] if squeezed and squeezed in _squeeze(other.plain)) > 1)
    return score


def _gap(lines: list[Line], first: int, last: int) -> int:
    """Count the lines between two that are neither blank nor tools."""
    return sum(1 for line in lines[first + 1 : last] if not is_tool(line.plain) and not is_button(line.plain))


def _overlap(title: str, text: str) -> float:
    """Return the share of the title's pairs of characters that the body holds, too."""
    pairs = {first + second for first, second in pairwise(title) if _HAN_PAIR.match(first) and _HAN_PAIR.match(second)}
    if not pairs or not text:
        return 0.0
    return sum(pair in text for pair in pairs) / len(pairs)


def _squeeze(text: str) -> str:
    return re.sub(r"[\s\W_]+", "", text)


def _join_wrapped(lines: list[Line], kinds: list[Kind], best: int, candidates: set[int], last: int) -> list[Line]:
    """Return the best line with the lines around it that are the same title, wrapped."""
    first = best
    while best - first < _MOST_TITLE_LINES and first and _stands_over(lines, kinds, first - 1, candidates):
        first -= 1
    title = lines[first : best + 1]
    following = best + 1
    while (
        following < last
        and len(title) < _MOST_TITLE_LINES
        and kinds[following] in (Kind.SHORT, Kind.HEADING)
        and (_can_be_title(lines[following], lines) or _SUBTITLE.match(lines[following].text))
        and lines[following].indented <= title[0].indented
        and not _is_broken_off(lines, following)
    ):
        title.append(lines[following])
        following += 1
    return title


def _stands_over(lines: list[Line], kinds: list[Kind], index: int, candidates: set[int]) -> bool:
    """Tell whether a line is the first half of the title below it, or the headline over a subtitle; not a menu entry."""
    line, below = lines[index], lines[index + 1]
    if kinds[index] is not Kind.SHORT or len(line.text) < _SHORT_TITLE - 3:
        return False
    if runs_on(line.text, below.text):
        return True
    if index not in candidates or below.text in line.text or below.text.startswith(line.text) or is_button(line.plain):
        return False
    in_menu = index > 1 and kinds[index - 1] is kinds[index - 2] is Kind.SHORT
    return not in_menu and not _ORGANISATION.fullmatch(line.text)


def runs_on(text: str, following: str) -> bool:
    """Tell whether a title line goes on in the next: it ends open, or names only the body that issues the text."""
    is_open = any(text.count(left) > text.count(right) for left, right in ("“”", "《》", "（）", "()"))
    names_issuer = _ORGANISATION.search(text) is not None and (
        _ISSUED.search(following) is not None or following.startswith((*_ABOUT, "印发", "转发"))
    )
    is_half = text.startswith(_ABOUT) and not _ISSUED.search(text) and _ISSUED.search(following) is not None
    return is_open or names_issuer or is_half or _UNFINISHED.search(text) is not None


def count_wrapped(lines: list[str]) -> int:
    """Return how many lines a title was wrapped over; a subtitle under it (after a dash, or on its own) is none."""
    dash = next((index for index, text in enumerate(lines) if index and _SUBTITLE.match(text)), None)
    if dash is not None:
        return dash
    count = min(1, len(lines))
    while count < len(lines) and _is_glued("".join(lines[:count]), lines[count]):
        count += 1
    return count


def join_title(lines: list[str]) -> str:
    """Join the lines of a title; two whole headlines have a space between them."""
    title = lines[0]
    for text in lines[1:]:
        title += text if _is_glued(title, text) else f" {text}"
    return title


def _is_glued(title: str, text: str) -> bool:
    return len(title) < _SHORT_TITLE or runs_on(title, text)


# --- the header


def _find_header(lines: list[Line], kinds: list[Kind], top: int, start: int, title: list[Line]) -> list[int]:
    """Return which lines are the header: near the title, above the body; not those far above, which are of the page."""
    first = _first_of_header(lines, kinds, top, lines.index(title[0])) if title else top
    last = max([start, *(lines.index(line) + 1 for line in title)])
    found: list[int] = []
    for index in range(first, len(lines)):
        if kinds[index] is Kind.HEADER and not is_trap(lines[index]):
            if index >= last and (index > last + _FEW or _is_schedule(lines, index)):
                break
            if index and is_paper(lines[index - 1]) and index - 1 not in found and lines[index - 1] not in title:
                found.append(index - 1)
            found.append(index)
            if index + 1 < len(lines) and is_paper(lines[index + 1]) and is_dated(lines[index]):
                found.append(index + 1)
            last = max(last, found[-1] + 1) if found[-1] >= start else last
        elif index >= last and kinds[index] is not Kind.FURNITURE:
            break
    return found


def _first_of_header(lines: list[Line], kinds: list[Kind], top: int, index: int) -> int:
    """Return where the labels above a title begin; a few other lines may stand between, not a menu."""
    first, others = index, 0
    while index > top and others <= _FEW:
        index -= 1
        if kinds[index] is Kind.HEADER:
            first, others = index, 0
        elif not (index and has_empty_label(lines[index - 1])) and kinds[index] is not Kind.FURNITURE:
            others += 1
    return first


def _is_schedule(lines: list[Line], index: int) -> bool:
    """Tell whether a line gives the time of a meeting to come, among its place and its agenda."""
    return any(_SCHEDULE.match(line.plain) for line in lines[index + 1 : index + 3])


def trail_end(lines: list[Line]) -> str | None:
    """Return the last step of a breadcrumb trail above the text."""
    for line in lines[:3]:
        crumbs = split_trail(line.text)
        if is_navigation(line.plain) and len(crumbs) > 2 and crumbs[-1]:
            return crumbs[-1]
    return None
