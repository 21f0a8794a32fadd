"""One file -> its articles: bulletins end each with a dated signature, digests begin each with a header of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from indexer.analysis.normalize import simplify
from indexer.parsing.dates import find_dates
from indexer.parsing.layout.header_lines import is_header_line
from indexer.parsing.layout.labels import LONGEST_HEADER_LINE, is_trap
from indexer.parsing.layout.lines import Line, column_of, heads_list, is_edition, is_prose, is_title_like
from indexer.parsing.layout.mastheads import Masthead, find_masthead, item_of, letters

_SIGNATURE = re.compile(
    r"(?P<signer>[^\[\]【】（）()。，]{2,30}?)?\s*[\[【（(〔]\s*(?P<date>[^\[\]【】（）()]{6,20})\s*[\]】）)〕]$"
)
# The signer and the date in one bracket: （某协会办公室 2021年7月21日）
_ENCLOSED = re.compile(
    r"[\[【（(〔]\s*(?P<signer>[^\d\[\]【】（）()。，]{2,30}?)\s*(?P<date>\d{4}[^\[\]【】（）()]{4,14})\s*[\]】）)〕]$"
)
_APPENDIX = re.compile(r"附(?:件|录|表|图|则)?\s*(?:[:：\d一二三四五]|$)")
_RULE = re.compile(r"([=\-*_—－＝～~])\1{5,}$")
_FULL = re.compile(r"来源|发布(?:时间|日期)|发表(?:时间|日期)|更新(?:时间|日期)")
_RULED = frozenset("=-*_—－＝～~")
_WIRE = re.compile(r"本[报刊]讯\s*[（(：:]?")
_LONGEST_SIGNER = 30
_LONGEST_SIGNATURE = 120
_LEAST_PROSE = 30
_MOST_ABOVE = 3
_PROSE_MARK = re.compile("[。，,]")
_STOP = re.compile(r"[。，]")


@dataclass(frozen=True, slots=True)
class Article:
    """The lines of one article, the lines with the signer and the date (None where nobody did), and the head of its issue.

    The lines of the head stand over the first article alone.
    """

    lines: list[Line]
    signer: Line | None = None
    signed: Line | None = None
    head: Masthead | None = None
    over: tuple[Line, ...] = ()


def split_articles(lines: list[Line]) -> list[Article]:
    """Split a file where it holds several articles; most hold one. The head of an issue is that of all of them."""
    head = find_masthead(lines)
    if head is None:
        return _split(lines)
    below = lines[len(head.lines) :]
    parts = _split_at_contents(below[len(head.contents) :], head) if head.is_bulletin else _split_at_wires(below)
    if len(parts) > 1 and all(map(_has_prose, parts)):
        articles = [Article(part) for part in parts]
    else:
        articles = _split(below[len(head.contents) :] if head.has_all_contents(below) else below)
    return [
        replace(article, head=head, over=() if order else tuple(head.lines)) for order, article in enumerate(articles)
    ]


def _split(lines: list[Line]) -> list[Article]:
    by_signature = _split_at_signatures(lines)
    if by_signature:
        return by_signature
    for split in (_split_at_rules, _split_at_editions, _split_at_headers):
        parts = split(lines)
        if len(parts) > 1 and all(_has_prose(part) for part in parts):
            return [Article(part) for part in parts]
    return [Article([line for line in lines if not _is_rule(line)])]


def _split_at_wires(lines: list[Line]) -> list[list[Line]]:
    """Split the page of a newspaper before each headline over 本报讯, where there are several."""
    starts = [
        at - 1
        for at, line in enumerate(lines)
        if at
        and _WIRE.match(line.plain)
        and len(lines[at - 1].text) <= _LONGEST_SIGNER
        and not is_prose(lines[at - 1].text)
    ]
    if len(starts) < 2:
        return [lines]
    return [lines[first:last] for first, last in pairwise([0, *starts[1:], len(lines)])]


def _split_at_contents(lines: list[Line], head: Masthead) -> list[list[Line]]:
    """Split before each headline that the contents of a bulletin announce."""
    wanted = {letters(item) for item in head.items}
    starts = [at for at, line in enumerate(lines) if letters(line.text) in wanted]
    if len(starts) != len(wanted) or starts[:1] != [0]:
        return [lines]
    for at in starts:  # ● 某会召开
        item = item_of(lines[at])
        lines[at] = replace(lines[at], text=item, plain=simplify(item))
    return [lines[first:last] for first, last in pairwise([*starts, len(lines)])]


def _split_at_signatures(lines: list[Line]) -> list[Article]:
    found = [(index, match) for index, line in enumerate(lines) if (match := _match_signature(line.text)) is not None]
    signed = _without_lists(lines, [(index, match) for index, match in found if _is_date(match["date"])])
    if not signed:
        return []
    articles = []
    start = 0
    prose = list(accumulate((len(line.text) if _PROSE_MARK.search(line.text) else 0 for line in lines), initial=0))
    for index, match in signed:
        if prose[index] - prose[start] >= _LEAST_PROSE:
            articles.append(_signed_article(lines, start, end=index, is_signed=bool(match["signer"])))
            start = index + 1
    rest = lines[start:]
    if articles and _has_prose(rest):
        articles.append(Article(rest))
    elif articles and rest:  # an attachment or a contact under the signature
        articles[-1] = replace(articles[-1], lines=[*articles[-1].lines, *rest])
    return articles


def _without_lists(lines: list[Line], signed: list[tuple[int, re.Match[str]]]) -> list[tuple[int, re.Match[str]]]:
    """Return the signatures that are no rows of a list of other articles with their days, one under another."""
    if not signed:
        return []
    ends = (at for at, line in enumerate(lines) if at and len(line.text) <= _LONGEST_SIGNER and heads_list(line.plain))
    last = next(ends, len(lines))
    rows = {index for index, _ in signed}
    return [(index, match) for index, match in signed if index < last and not rows & {index - 1, index + 1}]


def _signed_article(lines: list[Line], start: int, *, end: int, is_signed: bool) -> Article:
    """Return the article over a signature; the signer stands beside the day, or on the line above it."""
    line, above = lines[end], lines[end - 1]
    if is_signed:
        return Article(lines[start:end], line, line)
    if len(above.text) <= _LONGEST_SIGNER and not _STOP.search(above.text):
        return Article(lines[start : end - 1], above, line)
    return Article(lines[start:end], None, line)


def _match_signature(text: str) -> re.Match[str] | None:
    if len(text) > _LONGEST_SIGNATURE or text[-1] not in "]】）)〕":
        return None
    return _ENCLOSED.fullmatch(text) or _SIGNATURE.fullmatch(text)


def signer_of(article: Article) -> str | None:
    """Return the organisation that signed an article."""
    if article.signer is None:
        return None
    match = _match_signature(article.signer.text)
    return (match["signer"] if match else article.signer.text).strip() or None


def above_appendix(lines: list[Line]) -> list[Line]:
    """Return the lines of a text above its appendix, where its day stands right over that; none where there is none."""
    for index, line in enumerate(lines):
        if index and line.text[0] == "附" and _APPENDIX.match(line.plain) and _is_date(lines[index - 1].text):
            return lines[:index]
    return []


def _is_date(text: str) -> bool:
    dates = find_dates(text)
    return len(dates) == 1 and dates[0].end - dates[0].start >= len(text.strip()) - 1


def _is_rule(line: Line) -> bool:
    return line.text[0] in _RULED and _RULE.fullmatch(line.text) is not None


def _split_at_rules(lines: list[Line]) -> list[list[Line]]:
    if not any(map(_is_rule, lines)):
        return [lines]
    parts: list[list[Line]] = [[]]
    for line in lines:
        if _is_rule(line):
            parts.append([])
        else:
            parts[-1].append(line)
    return [part for part in parts if part]


def _split_at_editions(lines: list[Line]) -> list[list[Line]]:
    """Split before each mark of a newspaper's page (第2版, 专栏:) that has a headline under it."""
    is_mark = [is_edition(line.plain) for line in lines]
    starts = [
        index
        for index, own in enumerate(is_mark)
        if own and not (index and is_mark[index - 1]) and _has_headline(lines, is_mark, mark=index)
    ]
    if not starts or starts[0] > _MOST_ABOVE:
        return [lines]
    bounds = [0, *starts[1:], len(lines)]
    return [lines[start:end] for start, end in pairwise(bounds)]


def _has_headline(lines: list[Line], is_mark: list[bool], *, mark: int) -> bool:
    """Tell whether under a mark and those right below it stands a short line, as a headline does."""
    below = next((index for index in range(mark, len(lines)) if not is_mark[index]), None)
    return below is not None and not is_prose(lines[below].text) and lines[below].text[-1] not in "。；，"


def _split_at_headers(lines: list[Line]) -> list[list[Line]]:
    """Split before each title that has a labelled header under it and prose after that."""
    labelled = [index for index, line in enumerate(lines) if index and _has_full_label(line.plain)]
    if len(labelled) < 2:
        return [lines]
    starts = [
        index - 1
        for index in labelled
        if _is_full_header(lines[index])
        and is_title_like(lines[index - 1].text)
        and not is_header_line(lines[index - 1])
        and column_of(lines[index - 1].text) is None
        and any(is_prose(after.text) for after in lines[index + 1 : index + 4])
    ]
    bounds = [0, *starts[1:], len(lines)]
    return [lines[start:end] for start, end in pairwise(bounds)]


def _has_full_label(plain: str) -> bool:
    return len(plain) <= LONGEST_HEADER_LINE and _FULL.search(plain) is not None


def _is_full_header(line: Line) -> bool:
    return is_header_line(line) and not is_trap(line) and bool(find_dates(line.text))


def _has_prose(lines: list[Line]) -> bool:
    return sum(len(line.text) for line in lines if _PROSE_MARK.search(line.text)) >= _LEAST_PROSE
