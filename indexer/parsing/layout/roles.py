"""Which lines of an article are its title, its header, its body, and which are furniture of the page around them.

The body is the run of lines with the greatest weight; the title stands near its start.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from indexer.parsing.dates import find_dates
from indexer.parsing.layout.header_lines import is_bare_date, is_dated, is_paper, is_signed
from indexer.parsing.layout.kinds import (
    LineKind,
    Page,
    closes_article,
    find_page,
    is_empty_counter,
    is_of_page,
    kind_in_text,
    kinds_of,
    names_hand,
    weigh,
)
from indexer.parsing.layout.labels import (
    can_follow,
    has_empty_label,
    has_publishing_label,
    is_trap,
    names_editor,
    names_editor_only,
)
from indexer.parsing.layout.lines import (
    Line,
    column_of,
    is_navigation,
    split_trail,
)
from indexer.parsing.layout.numbers import is_number_line
from indexer.parsing.layout.pieces import cut_lines
from indexer.parsing.layout.title_lines import SHORT_TITLE, count_wrapped, has_title_over, letters_of
from indexer.parsing.layout.titles import find_title


@dataclass(frozen=True, slots=True)
class Layout:
    """The lines of an article by what they are; `after` are those below the body that may still tell of it.

    Those in `spare` are text as well unless values are read from them. `left_out` tells that much running text stands elsewhere, which may be comments and other articles, or a mistake.
    """

    title: list[Line]
    subtitle: list[Line]
    header: list[Line]
    body: list[Line]
    after: list[Line]
    lines: list[Line]
    spare: list[Line]
    left_out: bool = False

    def body_with(self, unread: list[Line]) -> list[Line]:
        """Return the body with lines of header and foot that turned out to be text, each in its place."""
        wanted = {id(line) for line in (*self.body, *unread)}
        return [line for line in self.lines if id(line) in wanted] if unread else self.body


# The first run that weighs this share of the heaviest is the body: comments and recommended texts come after it.
_FIRST_SHARE = 0.25
_LEAST_BODY = 60
_SAME = 0.7
_ZONE = 40
_BELOW = 12
_LEAST_PROSE = 80
_FEW = 3
_MOST_LEFT_OUT = 300
_SHARE_LEFT_OUT = 0.3
_LEAST_HEADLINE = 14
_LEAST_AFTER_TABLE = 40
_LONGEST_NUMBER = 6
_SCHEDULE = re.compile(r"(?:会议|活动)?(?:地点|议题|参加人员|参会人员|会期)\s*[:：]")
_HALF = 0.5
_SAMPLE = 3000
_DAY_IN_BRACKETS = re.compile(r"[（(]\s*[\d〇○零一二三四五六七八九十年月日.\-]{8,11}\s*[）)]")
_SITE_BEHIND = re.compile(r"(?<![-_|｜–—])[-_|｜–—]+\s*[^-_|｜–—]{2,12}$")  # tried once for each run of dashes
_WEEKDAY = re.compile(r"星期[一二三四五六日天]")
_COLON = re.compile(r"[:：]")
# What pictures and buttons leave of themselves in a copied text.
_LEFTOVER = re.compile(r"\{\{.*\}\}|\S{0,200}\.(?:jpe?g|png|gif|bmp|webp)\S{0,12}|[`!\[\]()×xX<>|*•]{1,8}")


def lay_out(lines: list[Line], hints: dict[str, tuple[str, str]]) -> Layout:
    """Tell the lines of an article apart."""
    lines = cut_lines(lines)
    kinds = kinds_of(lines)
    page = find_page(lines, kinds)
    is_sparse = (
        sum(len(line.text) for line, kind in zip(lines, kinds, strict=True) if kind is LineKind.PROSE) < _LEAST_PROSE
    )
    if page is Page.NONE or (page is Page.LIKELY and is_sparse and _is_list_of_buttons(kinds)):
        return _lay_out_text(lines, kinds, hints=hints)
    sparse = _sparse_article(lines, kinds) if is_sparse else None
    if sparse is not None:
        first, last = sparse
        layout = _lay_out_text(lines[first:last], kinds[first:last], hints=hints)
        spare = [line for line in layout.spare if not has_publishing_label(line)]
        above = layout.lines.index(layout.title[0]) if layout.title else 0
        columns = {id(line) for line in layout.lines[:above] if column_of(line.plain) is not None}
        titles = [line.text for line in layout.title]
        body = [
            line
            for line in layout.body
            if id(line) not in columns and not any(_repeats(line.text, text) for text in titles)
        ]
        return replace(layout, body=body, spare=spare, after=[*layout.after, *lines[last : last + _BELOW]])
    return _lay_out_page(lines, kinds, hints=hints, page=page)


def _is_list_of_buttons(kinds: list[LineKind]) -> bool:
    """Tell whether what looks like furniture is the text itself, most of it, or too little to show a page."""
    below = kinds[kinds.index(LineKind.HEADER) + 1 :] if LineKind.HEADER in kinds else kinds
    like = sum(kind in (LineKind.FURNITURE, LineKind.END, LineKind.SURE_END) for kind in below)
    return like <= 1 or like * 2 >= len(below)


def _sparse_article(lines: list[Line], kinds: list[LineKind]) -> tuple[int, int] | None:
    """Return the first and last line of a page that holds no sentences to go by: a poem, a roster, a letter."""
    trails = [
        index
        for index, line in enumerate(lines[:_BELOW])
        if kinds[index] is LineKind.FURNITURE and is_navigation(line.plain)
    ]
    first = trails[-1] + 1 if trails else 0
    header = next((index for index in range(first, len(lines)) if kinds[index] is LineKind.HEADER), None)
    if header is None or header - first > _FEW:
        return None
    last = next((index for index in range(header, len(lines)) if _ends_sparse(lines, kinds, index=index)), len(lines))
    return (first, last) if last - header > 1 else None


def _ends_sparse(lines: list[Line], kinds: list[LineKind], *, index: int) -> bool:
    line = lines[index]
    if kinds[index] in (LineKind.END, LineKind.SURE_END):
        goes_on = any(below.text[-1] == "。" for below in lines[index + 1 : index + 3])
        return not names_hand(line) and not goes_on
    return kinds[index] is LineKind.FURNITURE and (is_of_page(line) or is_navigation(line.plain))


def _lay_out_text(lines: list[Line], kinds: list[LineKind], *, hints: dict[str, tuple[str, str]]) -> Layout:
    """Tell the lines of a text apart around which no page stands: all of them are body, but for title and labels."""
    kinds = [kind_in_text(line, kind) for line, kind in zip(lines, kinds, strict=True)]
    start, end = _find_body(lines, kinds)
    # The first sentence begins the text, however much more there is of what it covers.
    start = min([start, *(index for index in range(start) if kinds[index] in (LineKind.PROSE, LineKind.SALUTATION))])
    text = "".join(line.plain for line in lines[start:end])[:_SAMPLE]
    title = find_title(lines, kinds, top=_top_of(lines, kinds, start=start), start=start, text=text, hints=hints)
    header = _find_header(lines, kinds, top=0, start=start, title=title)
    values = _values_below(lines, header)
    title, subtitle = _part(title)
    if subtitle and header and lines.index(subtitle[0]) > header[-1]:  # under the header it is text
        subtitle = []
    subtitle += _day_below(lines, [*title, *subtitle])
    header += [index for index in range(start) if index not in header and column_of(lines[index].plain) is not None]
    first = len(lines)
    while first and kinds[first - 1] is LineKind.HEADER and first - 1 not in header and len(lines) - first < _BELOW:
        first -= 1
    after = [
        line
        for index, line in enumerate(lines[first:], first)
        if not _closes_text(lines, index) or names_editor_only(line)
    ]
    ordered = _in_order(lines, header, values=values, title=title)
    labels = {line.text for line in ordered}
    after += [line for line in lines if line.text in labels and line not in ordered and line not in after]
    apart = {id(line) for line in (*title, *subtitle, *ordered, *after)}
    body = [
        line
        for index, line in enumerate(lines)
        if id(line) not in apart
        and not is_empty_counter(line)
        and not (index <= start + _FEW and _is_title_again(line, title))
    ]
    spare = [line for line in (*ordered, *after) if line not in subtitle]
    return Layout(title, subtitle, ordered, body, after, lines, spare)


def _is_title_again(line: Line, title: list[Line]) -> bool:
    """Tell whether a line near a title says the same once more, perhaps with the name of the site behind it."""
    letters = letters_of("".join(line.text for line in title))
    text = line.text
    if not title or len(text) < SHORT_TITLE or text[-1] in ":：":
        return False
    least = 1 if line.number < title[0].number else max(1, len(letters) // 2)
    own = letters_of(_SITE_BEHIND.sub("", text))
    return any(len(said) >= least and said in letters for said in (own, letters_of(text)))


def _lay_out_page(lines: list[Line], kinds: list[LineKind], *, hints: dict[str, tuple[str, str]], page: Page) -> Layout:
    """Tell the article of a page from what stands around it."""
    start, end = _find_body(lines, kinds)
    text = "".join(line.plain for line in lines[start:end])[:_SAMPLE]
    top = _top_of(lines, kinds, start=start)
    title = find_title(lines, kinds, top=top, start=start, text=text, hints=hints)
    header = _find_header(lines, kinds, top=top, start=start, title=title)
    start = _find_start(lines, kinds, start=start, title=title, header=header)
    start = _below_title_once_more(lines, kinds, start=start, title=title)
    end = _find_end(lines, kinds, end=max(start, end))
    values = _values_below(lines, header)
    start = max([start, *(index + 1 for index in values)])
    body = _clean_body(lines[start:end], kinds[start:end], title=title)
    if header and title:  # what opens the text over a headline that stands under the header
        between = [index for index in range(header[-1] + 1, min(start, len(lines))) if lines[index] not in title]
        body = [*(lines[index] for index in between if weigh(lines[index], kinds[index]) > 1), *body]
    title, subtitle = _part(title)
    if subtitle and header and lines.index(subtitle[0]) > header[-1]:  # under the header it is text
        subtitle, body = [], [*subtitle, *body]
    if title:
        subtitle += _day_below(lines, [*title, *subtitle])
    ordered = _in_order(lines, header, values=values, title=title)
    # Where hardly anything says that this is a page, short lines count as well: they may be rows of the text.
    counted = (LineKind.PROSE,) if page is Page.SURE else (LineKind.PROSE, LineKind.SHORT, LineKind.HEADING)
    prose = [len(line.text) if kind in counted else 0 for line, kind in zip(lines, kinds, strict=True)]
    outside = sum(prose) - sum(prose[start:end])
    left_out = outside > max(_MOST_LEFT_OUT, sum(prose) * _SHARE_LEFT_OUT)
    return Layout(title, subtitle, ordered, body, lines[end : end + _BELOW], lines, [], left_out)


def _values_below(lines: list[Line], header: list[int]) -> set[int]:
    """Return which lines are the values of labels on the line above them."""
    return {
        index + 1
        for index in header
        if index + 1 < len(lines) and has_empty_label(lines[index]) and can_follow(lines[index + 1])
    } - set(header)


def _part(title: list[Line]) -> tuple[list[Line], list[Line]]:
    """Return title and subtitle."""
    wrapped = count_wrapped([line.text for line in title])
    return title[:wrapped], title[wrapped:]


def _day_below(lines: list[Line], heading: list[Line]) -> list[Line]:
    """Return the day in brackets that stands right under a heading, as under that of a speech."""
    below = lines.index(heading[-1]) + 1 if heading else len(lines)
    return [line for line in lines[below : below + 1] if _DAY_IN_BRACKETS.fullmatch(line.text)]


def _in_order(lines: list[Line], header: list[int], *, values: set[int], title: list[Line]) -> list[Line]:
    """Return the lines of a header, those under the title first: they say more of the article than those over it."""
    if title:
        at = lines.index(title[0])
        header = sorted(header, key=lambda index: index < at)
    return [lines[at] for index in header for at in (index, index + 1) if at == index or at in values]


# --- lines


# --- the body


def _find_body(lines: list[Line], kinds: list[LineKind]) -> tuple[int, int]:
    """Return where the body begins and ends: the first of the heavy runs between sure ends."""
    runs: list[tuple[int, int, int]] = []
    first = 0
    for index in range(len(lines) + 1):
        if index == len(lines) or kinds[index] in (LineKind.SURE_END, LineKind.END):
            if index > first:
                runs.append(_heaviest_run(lines, kinds, first=first, last=index))
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
    return _below_header(lines, kinds, start=start, end=end), _with_tables(lines, kinds, end=end)


def _with_tables(lines: list[Line], kinds: list[LineKind], *, end: int) -> int:
    """Return where a body ends that goes on in prose below the short rows of a table."""
    index = end
    while index < len(lines) and kinds[index] in (LineKind.SHORT, LineKind.HEADING, LineKind.PROSE):
        if (
            kinds[index] is LineKind.PROSE
            and len(lines[index].text) >= _LEAST_AFTER_TABLE
            and lines[index].text[-1] in "。：；”"
        ):
            end = index + 1
        elif len(lines[index].text) > _LEAST_HEADLINE:
            break
        index += 1
    return end


def _below_header(lines: list[Line], kinds: list[LineKind], *, start: int, end: int) -> int:
    """Return where a body begins below its header, where lines above the header weighed enough to be taken for text."""
    if any(kinds[at] is LineKind.HEADER and is_dated(lines[at]) for at in range(max(0, start - _BELOW), start)):
        return start
    for index in range(start + 1, min(start + _BELOW, end)):  # notices of the site above title and header
        if kinds[index] is LineKind.HEADER and is_dated(lines[index]) and has_title_over(lines, index):
            return index + 1
    for index in range(start, min(start + _FEW + 2, end)):
        if kinds[index] in (LineKind.SALUTATION, LineKind.PROSE):
            return start
        if kinds[index] is LineKind.HEADER and is_dated(lines[index]):
            return index + 1
    return start


def _heaviest_run(lines: list[Line], kinds: list[LineKind], *, first: int, last: int) -> tuple[int, int, int]:
    """Return weight, start and end of the heaviest run of lines (Kadane's algorithm)."""
    best = (0, first, first)
    weight, start = 0, first
    for index in range(first, last):
        line = lines[index]
        own = weigh(line, kinds[index])
        if weight <= 0:
            weight, start = 0, index
        weight += own
        if weight > best[0]:
            best = (weight, start, index + 1)
    return best


def _find_sparse_body(lines: list[Line], kinds: list[LineKind]) -> tuple[int, int]:
    """Return the body of a text without prose, a list or a poem: everything below its title and header."""
    header = [index for index, kind in enumerate(kinds) if kind is LineKind.HEADER]
    ends = [index for index, kind in enumerate(kinds) if kind in (LineKind.SURE_END, LineKind.END)]
    start = header[0] + 1 if header and header[0] + 1 < len(lines) else min(1, len(lines) - 1) if lines else 0
    while start < len(lines) and kinds[start] in (LineKind.HEADER, LineKind.FURNITURE):
        start += 1
    end = next((index for index in ends if index > start), len(lines))
    return start, max(start, end)


def _top_of(lines: list[Line], kinds: list[LineKind], *, start: int) -> int:
    """Return the line at which what belongs to the article can begin: not above an end mark, not far above the body."""
    top = max(0, start - _ZONE)
    for index in range(start - 1, top - 1, -1):
        if kinds[index] is LineKind.SURE_END and lines[index].text[0] not in "[【（(":
            above = range(max(top, index - _FEW), index)
            if not any(kinds[at] is LineKind.HEADER and is_dated(lines[at]) for at in above):
                return index + 1
    return top


def _find_start(lines: list[Line], kinds: list[LineKind], *, start: int, title: list[Line], header: list[int]) -> int:
    """Return where the body begins: below its title and header, with the short lines that lead in to it."""
    below = [lines.index(line) + 1 for line in title] + [index + 1 for index in header]
    first = max((index for index in below if index <= start + _FEW), default=None)
    if first is None:
        # Without a title nothing says where the text begins: all of it does, unless there is a menu above.
        top = max((index for index in range(start) if is_navigation(lines[index].plain)), default=-1) + 1
        above = [
            index
            for index in range(top, start)
            if kinds[index] not in (LineKind.FURNITURE, LineKind.END, LineKind.SURE_END)
        ]
        entries = sum(_COLON.search(lines[index].text) is None for index in above)
        first = above[0] if above and entries <= _FEW + 1 else start
        while first and start - first < _FEW and kinds[first - 1] in (LineKind.HEADING, LineKind.SALUTATION):
            first -= 1
    elif first < start - _BELOW:
        first = start
    while first < len(lines) and kinds[first] in (LineKind.HEADER, LineKind.FURNITURE, LineKind.END, LineKind.SURE_END):
        first += 1
    return first


def _closes_text(lines: list[Line], index: int) -> bool:
    """Tell whether a line that looks like a header belongs under a text: who wrote it, its day, a meeting to come."""
    return is_signed(lines[index]) or is_bare_date(lines[index]) or _is_schedule(lines, index)


def _below_title_once_more(lines: list[Line], kinds: list[LineKind], *, start: int, title: list[Line]) -> int:
    """Return where a body begins that prints its title again, below buttons and the like."""
    squeezed = letters_of("".join(line.text for line in title))
    for index in range(start, min(start + _BELOW, len(lines))):
        if kinds[index] in (LineKind.PROSE, LineKind.SALUTATION) or is_number_line(lines[index].plain):
            break
        if len(lines[index].text) >= SHORT_TITLE and letters_of(lines[index].text) in squeezed:
            start = index + 1
    return start


def _find_end(lines: list[Line], kinds: list[LineKind], *, end: int) -> int:
    """Return where the body ends with its signature, tables and attachments, which are too short to weigh."""
    headlines = 0
    for index in range(end, len(lines)):
        line, kind = lines[index], kinds[index]
        if kind is LineKind.HEADER and _closes_text(lines, index):
            continue
        if kind is LineKind.FURNITURE and not is_of_page(line) and not is_navigation(line.plain):
            continue
        if kind in (LineKind.SURE_END, LineKind.END, LineKind.FURNITURE, LineKind.HEADER):
            # Up to the mark at which the article itself ends (上一篇, 打印) all is the article.
            return index if headlines <= 1 or closes_article(line) else end
        headlines += (
            kind is LineKind.SHORT
            and len(line.text) > _LEAST_HEADLINE
            and line.text[-1] not in "。！？；：:）)”"
            and not _COLON.search(line.text)
        )
    return len(lines) if headlines <= 1 else end  # a list of other articles


def _repeats(text: str, title: str) -> bool:
    """Tell whether a line is the title once more, perhaps numbered."""
    return title in text and len(text) - len(title) <= _LONGEST_NUMBER


def _clean_body(lines: list[Line], kinds: list[LineKind], *, title: list[Line]) -> list[Line]:
    """Drop what stands between the lines of a body and is none of it."""
    titles = {line.text for line in title}
    body: list[Line] = []
    has_begun = False
    for line, kind in zip(lines, kinds, strict=True):
        if (kind is LineKind.FURNITURE and is_of_page(line)) or _LEFTOVER.fullmatch(line.text):
            continue
        if kind in (LineKind.END, LineKind.SURE_END) or line.text in titles:
            continue
        if not has_begun and (kind is LineKind.HEADER or any(_repeats(line.text, text) for text in titles)):
            continue
        has_begun = has_begun or weigh(line, kind) > 0
        body.append(line)
    return body


# --- the title


# --- the header


def _find_header(lines: list[Line], kinds: list[LineKind], *, top: int, start: int, title: list[Line]) -> list[int]:
    """Return which lines are the header: near the title, above the body; not those far above, which are of the page."""
    first = _first_of_header(lines, kinds, top=top, index=lines.index(title[0])) if title else top
    last = max([start, *(lines.index(line) + 1 for line in title)])
    found: list[int] = []
    for index in range(first, len(lines)):
        if len(found) > _ZONE or _is_table_of_days(lines, kinds, index=index):
            break
        of_today = index + 1 < len(lines) and _WEEKDAY.fullmatch(lines[index + 1].plain)
        if kinds[index] is LineKind.HEADER and not is_trap(lines[index]) and not of_today:
            if index >= last and (index > last + _FEW or _is_schedule(lines, index)):
                break
            if index and is_paper(lines[index - 1]) and index - 1 not in found and lines[index - 1] not in title:
                found.append(index - 1)
            found.append(index)
            if index + 1 < len(lines) and is_paper(lines[index + 1]) and is_dated(lines[index]):
                found.append(index + 1)
            last = max(last, found[-1] + 1) if found[-1] >= start else last
        elif index >= last and kinds[index] is not LineKind.FURNITURE:
            break
    return found


def _is_table_of_days(lines: list[Line], kinds: list[LineKind], *, index: int) -> bool:
    """Tell whether a line is the first of several that begin with a day each: a roster, a chronicle."""
    rows = lines[index : index + _FEW]
    if len(rows) < _FEW or any(kind is not LineKind.HEADER for kind in kinds[index : index + _FEW]):
        return False
    if any(has_publishing_label(row) for row in rows):
        return False
    days = {found[0].iso for row in rows if (found := find_dates(row.plain)) and found[0].start == 0}
    return len(days) == _FEW


def _first_of_header(lines: list[Line], kinds: list[LineKind], *, top: int, index: int) -> int:
    """Return where the labels above a title begin; a few other lines may stand between, not a menu."""
    first, others = index, 0
    while index > top and others <= _FEW:
        index -= 1
        if kinds[index] is LineKind.HEADER:
            first, others = index, 0
        elif not (index and has_empty_label(lines[index - 1])) and kinds[index] is not LineKind.FURNITURE:
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
