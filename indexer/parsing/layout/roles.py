"""Which lines of an article are its title, its header, its body, and which are furniture of the page around them.

The body is the run of lines with the greatest weight; the title stands near its start. Each line has one role: the rules
give it in their order, and what none of them names is body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from indexer.parsing.layout.body import (
    BELOW,
    below_introduction,
    clean_body,
    closes_text,
    find_body,
    find_end,
    find_start,
    repeats,
    top_of,
    without_captions,
)
from indexer.parsing.layout.header_lines import names_author
from indexer.parsing.layout.header_rows import find_header, find_values_below, in_order
from indexer.parsing.layout.headlines import Headline, find_headline
from indexer.parsing.layout.kinds import LONGEST_COUNTER, LineKind, is_empty_counter, kind_in_text, kinds_of, weigh
from indexer.parsing.layout.labels import has_publishing_label, names_editor_only
from indexer.parsing.layout.lines import column_of, is_navigation, is_page_heading, split_trail
from indexer.parsing.layout.pages import Page, find_page, find_sparse
from indexer.parsing.layout.pieces import cut_lines
from indexer.parsing.layout.speakers import Speaker, find_under_title
from indexer.parsing.layout.title_lines import count_wrapped, is_title_again, names_body
from indexer.parsing.layout.titles import find_title

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line

Hints = dict[str, tuple[str, str]]

_LEAST_PROSE = 80
_FEW = 3
_MOST_LEFT_OUT = 300
_SHARE_LEFT_OUT = 0.3
_SAMPLE = 3000
# 张伟民 发表于 2021-03-04: who posted it
_POSTED = re.compile(r"[\u4e00-\u9fff]{2,4}\s+发[表布]于\s*[:：]?\s*\d{4}")
_NOTE = re.compile(r"[【\[（(]?\s*(?:编者按|编者的话|按语|按)\s*[】\]）):：]")


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
    speaker: Speaker | None = None

    def body_with(self, unread: list[Line]) -> list[Line]:
        """Return the body with lines of header and foot that turned out to be text, each in its place."""
        wanted = {id(line) for line in (*self.body, *unread)}
        return [line for line in self.lines if id(line) in wanted] if unread else self.body


class Role(Enum):
    """What a line is to its article."""

    TITLE = auto()
    SUBTITLE = auto()
    HEADER = auto()
    AFTER = auto()
    FURNITURE = auto()


@dataclass(slots=True)
class _Draft:
    """An article while its lines get their roles: where its title, header and body stand."""

    lines: list[Line]
    kinds: list[LineKind]
    start: int
    end: int
    title: list[int]
    header: list[int]
    values: set[int]
    speaker: Speaker | None = None
    beside: list[int] = field(default_factory=list)
    roles: dict[int, Role] = field(default_factory=dict)

    def give(self, role: Role, indexes: list[int]) -> None:
        """Give lines a role unless they have one."""
        for index in indexes:
            self.roles.setdefault(index, role)

    def of(self, role: Role) -> list[int]:
        """Return which lines have a role, in their order."""
        return sorted(index for index, own in self.roles.items() if own is role)

    def take(self, role: Role) -> list[Line]:
        """Return the lines that have a role."""
        return [self.lines[index] for index in self.of(role)]

    def ordered(self) -> list[Line]:
        """Return the lines of the header, the most telling first."""
        header = [index for index in self.header if self.roles.get(index) is Role.HEADER]
        return in_order(self.lines, header, values=self.values, title=self.title)


def lay_out(lines: list[Line], hints: Hints, *, is_newspaper: bool = False) -> Layout:
    """Tell the lines of an article apart; that of a newspaper's page stands under its head, which is none of them."""
    if len(lines) > 1 and _NOTE.match(lines[0].plain):
        below = lay_out(lines[1:], hints, is_newspaper=is_newspaper)
        if below.title:  # what the editors say first stands over it
            return replace(below, body=[lines[0], *below.body], lines=[lines[0], *below.lines])
    lines = cut_lines(lines)
    kinds = kinds_of(lines)
    if is_newspaper:
        return _lay_out_page(lines, kinds, hints=hints, page=Page.SURE, is_newspaper=True)
    page = find_page(lines, kinds)
    is_sparse = _is_sparse(lines, kinds)
    if page is Page.NONE or (page is Page.LIKELY and is_sparse and _is_list_of_buttons(kinds)):
        return _lay_out_text(lines, kinds, hints=hints)
    sparse = find_sparse(lines, kinds) if is_sparse else []
    if sparse:
        return _lay_out_sparse(lines, kinds, hints=hints, article=sparse)
    return _lay_out_page(lines, kinds, hints=hints, page=page)


def _is_sparse(lines: list[Line], kinds: list[LineKind]) -> bool:
    """Tell whether hardly a sentence stands in a text: a poem, a roster."""
    prose = 0
    for line, kind in zip(lines, kinds, strict=True):
        prose += len(line.text) if kind is LineKind.PROSE else 0
        if prose >= _LEAST_PROSE:
            return False
    return True


def _is_list_of_buttons(kinds: list[LineKind]) -> bool:
    """Tell whether what looks like furniture is the text itself, most of it, or too little to show a page."""
    below = kinds[kinds.index(LineKind.HEADER) + 1 :] if LineKind.HEADER in kinds else kinds
    like = sum(kind in (LineKind.FURNITURE, LineKind.END, LineKind.SURE_END) for kind in below)
    return like <= 1 or like * 2 >= len(below)


# --- a text without a page


def _lay_out_text(lines: list[Line], kinds: list[LineKind], *, hints: Hints) -> Layout:
    """Tell the lines of a text apart around which no page stands: all of them are body, but for title and labels."""
    printed, kinds = kinds, [kind_in_text(line, kind) for line, kind in zip(lines, kinds, strict=True)]
    start, end = find_body(lines, kinds)
    # The first sentence begins the text, however much more there is of what it covers.
    opens = (LineKind.PROSE, LineKind.SALUTATION)
    start = next((index for index in range(start) if kinds[index] in opens), start)
    draft = _draft(lines, kinds, hints=hints, start=start, end=end, top=0)
    _give_heading(draft)
    for rule in _RULES_OF_TEXT:
        rule(draft)
    _give_buttons(draft, printed)
    ordered = draft.ordered()
    after = draft.take(Role.AFTER)
    body = [line for index, line in enumerate(lines) if index not in draft.roles]
    return Layout(
        draft.take(Role.TITLE),
        draft.take(Role.SUBTITLE),
        ordered,
        body,
        after,
        lines,
        [*ordered, *after],
        speaker=draft.speaker,
    )


def _draft(
    lines: list[Line],
    kinds: list[LineKind],
    *,
    hints: Hints,
    start: int,
    end: int,
    top: int | None = None,
    headline: Headline | None = None,
) -> _Draft:
    """Find title and header of an article whose body is about where it was found."""
    if headline is not None:
        start = max(start, *(index + 1 for index in (*headline.title, *headline.beside)))
        header = find_header(lines, kinds, top=0, start=start, title=headline.title)
        values = find_values_below(lines, header)
        return _Draft(lines, kinds, start, end, headline.title, header, values, beside=headline.beside)
    text = "".join(line.plain for line in lines[start:end])[:_SAMPLE]
    first = top_of(lines, kinds, start=start)
    found = {id(line) for line in find_title(lines, kinds, top=first, start=start, text=text, hints=hints)}
    title = [index for index, line in enumerate(lines) if id(line) in found] if found else []
    header = find_header(lines, kinds, top=first if top is None else top, start=start, title=title)
    return _Draft(lines, kinds, start, end, title, header, find_values_below(lines, header))


def _give_heading(draft: _Draft) -> None:
    """Title, and the lines under it that are a subtitle; below the header nothing is."""
    wrapped = count_wrapped([draft.lines[index].text for index in draft.title])
    title, subtitle = draft.title[:wrapped], draft.title[wrapped:]
    draft.give(Role.SUBTITLE, draft.beside)
    if subtitle and draft.header and subtitle[0] > draft.header[-1]:
        subtitle = []
    draft.give(Role.TITLE, title)
    draft.give(Role.SUBTITLE, subtitle)
    if title:
        _give_speaker(draft, below=max((*title, *subtitle)) + 1)


def _give_speaker(draft: _Draft, *, below: int) -> None:
    """Who speaks under the title and when: with an office part of the heading, a name alone a line that carries a value."""
    under = find_under_title(draft.lines, below)
    if under.speaker is None and not under.days:
        return
    at = {id(line): index for index, line in enumerate(draft.lines[: below + BELOW])}
    draft.give(Role.SUBTITLE, [at[id(line)] for line in under.days])
    if under.speaker is None:
        return
    draft.speaker = under.speaker
    index = at[id(under.speaker.line)]
    if under.speaker.has_office:
        draft.give(Role.SUBTITLE, [index])
    elif index not in draft.header:
        draft.header.append(index)


def _give_header(draft: _Draft) -> None:
    """The lines that carry values, near the title, and columns over the text."""
    columns = [index for index in range(draft.start) if column_of(draft.lines[index].plain) is not None]
    draft.header += [index for index in columns if index not in draft.header]
    draft.give(Role.HEADER, [*draft.header, *draft.values])


def _give_foot(draft: _Draft) -> None:
    """The lines with labels that stand under the text, but for what closes it: who wrote it, its day."""
    lines, kinds = draft.lines, draft.kinds
    first = len(lines)
    while (
        first and kinds[first - 1] is LineKind.HEADER and first - 1 not in draft.header and len(lines) - first < BELOW
    ):
        first -= 1
    foot = [
        index for index in range(first, len(lines)) if not closes_text(lines, index) or names_editor_only(lines[index])
    ]
    draft.give(Role.AFTER, foot)


def _give_labels_again(draft: _Draft) -> None:
    """The lines that say the same as one of the header."""
    said = {draft.lines[index].text for index in draft.of(Role.HEADER)}
    if said:
        draft.give(Role.AFTER, [index for index, line in enumerate(draft.lines) if line.text in said])


def _give_counters(draft: _Draft) -> None:
    """Counters and switches that show nothing, and what pages say over every article."""
    lines = draft.lines
    over = max([draft.start, *(index + 1 for index in draft.title)])
    found = [
        index
        for index, line in enumerate(lines)
        if len(line.plain) <= LONGEST_COUNTER
        and (is_empty_counter(line) or (index < over and is_page_heading(line.plain)))
    ]
    draft.give(Role.FURNITURE, found)


def _give_title_again(draft: _Draft) -> None:
    """The title once more near itself, perhaps with the name of the site behind it."""
    title = draft.take(Role.TITLE)
    for index in range(min(draft.start + _FEW + 1, len(draft.lines))):
        if index in draft.roles:
            continue
        signs = index > draft.start and names_body(draft.lines[index].text)  # whom a title begins with may sign
        if not signs and is_title_again(draft.lines[index], title):
            draft.give(Role.FURNITURE, [index])


_RULES_OF_TEXT = (_give_header, _give_foot, _give_labels_again, _give_counters, _give_title_again)


def _give_buttons(draft: _Draft, printed: list[LineKind]) -> None:
    """Buttons and marks of pages that were printed on one line with the header."""
    numbers = {draft.lines[index].number for index in draft.of(Role.HEADER)}
    beside = [
        index
        for index, line in enumerate(draft.lines[: draft.start + BELOW])
        if line.number in numbers and printed[index] is LineKind.FURNITURE
    ]
    draft.give(Role.FURNITURE, beside)


# --- a page without sentences


def _lay_out_sparse(lines: list[Line], kinds: list[LineKind], *, hints: Hints, article: list[int]) -> Layout:
    """Tell the lines of a poem or a roster apart from its page: a text of its own between trail and foot."""
    last = article[-1] + 1
    layout = _lay_out_text([lines[at] for at in article], [kinds[at] for at in article], hints=hints)
    above = layout.lines.index(layout.title[0]) if layout.title else 0
    columns = {id(line) for line in layout.lines[:above] if column_of(line.plain) is not None}
    titles = [line.text for line in layout.title]
    body = [
        line for line in layout.body if id(line) not in columns and not any(repeats(line.text, text) for text in titles)
    ]
    spare = [line for line in layout.spare if not has_publishing_label(line)]
    return replace(layout, body=body, spare=spare, after=[*layout.after, *lines[last : last + BELOW]])


# --- a page


def _lay_out_page(
    lines: list[Line], kinds: list[LineKind], *, hints: Hints, page: Page, is_newspaper: bool = False
) -> Layout:
    """Tell the article of a page from what stands around it."""
    start, end = find_body(lines, kinds)
    known = [hints[name][0] for name in ("title", "heading", "page title") if name in hints]
    headline = find_headline(lines, kinds, known=known) if is_newspaper else None
    draft = _draft(lines, kinds, hints=hints, start=start, end=end, headline=headline)
    start = max(start, draft.start) if headline is not None else start
    start = find_start(lines, kinds, start=start, title=draft.title, header=draft.header)
    end = find_end(lines, kinds, end=max(start, end))
    start = max([start, *(index + 1 for index in draft.values)])
    _give_heading(draft)
    draft.give(Role.HEADER, draft.header)
    named = [*draft.take(Role.TITLE), *draft.take(Role.SUBTITLE)]
    whole = [lines[index] for index in draft.title]
    introduced = below_introduction(lines, kinds, header=draft.header)
    first = start if introduced is None else introduced
    body = clean_body(lines[first:end], kinds[first:end], title=[*whole, *named])
    body = [*_between(draft, start=start), *body] if introduced is None else body
    body = without_captions(body, lines[end] if end < len(lines) else None)
    left_out = _leaves_out(lines, kinds, start=start, end=end, page=page)
    signed = [line for line in body[-1:] if names_author(line)]
    body = body[: len(body) - len(signed)]
    after = [*signed, *lines[end : end + BELOW]]
    subtitle = draft.take(Role.SUBTITLE)
    ordered = draft.ordered()
    spare = [line for line in ordered if _POSTED.match(line.plain)]  # text unless that is read as its author
    return Layout(draft.take(Role.TITLE), subtitle, ordered, body, after, lines, spare, left_out, draft.speaker)


def _between(draft: _Draft, *, start: int) -> list[Line]:
    """Return what stands between header and body and is text: what opens it over a headline, a headline under that."""
    if not draft.header or not draft.title:
        return []
    lines, kinds = draft.lines, draft.kinds
    last = max(draft.header)
    return [
        lines[index]
        for index in range(last + 1, min(start, len(lines)))
        if index not in draft.roles and (index in draft.title or weigh(lines[index], kinds[index]) > 1)
    ]


def _leaves_out(lines: list[Line], kinds: list[LineKind], *, start: int, end: int, page: Page) -> bool:
    """Tell whether much running text stands outside the body.

    Where hardly anything says that this is a page, short lines count as well: they may be rows of the text.
    """
    counted = (LineKind.PROSE,) if page is Page.SURE else (LineKind.PROSE, LineKind.SHORT, LineKind.HEADING)
    prose = [len(line.text) if kind in counted else 0 for line, kind in zip(lines, kinds, strict=True)]
    outside = sum(prose) - sum(prose[start:end])
    return outside > max(_MOST_LEFT_OUT, sum(prose) * _SHARE_LEFT_OUT)


def trail_end(lines: list[Line]) -> str | None:
    """Return the last step of a breadcrumb trail above the text."""
    for line in lines[:3]:
        crumbs = split_trail(line.text)
        if is_navigation(line.plain) and len(crumbs) > 2 and crumbs[-1]:
            return crumbs[-1]
    return None
