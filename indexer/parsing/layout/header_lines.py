"""Which lines carry values of a header: labels, a bare date, a byline, the name of a paper."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from indexer.parsing.dates import FoundDate, find_dates
from indexer.parsing.layout.labels import (
    BARRED,
    FIELD_OF,
    LONGEST_HEADER_LINE,
    MAY_BE_LABELLED,
    all_labels,
    blank_address,
    has_tools_alone,
    is_trap,
    label_of,
)
from indexer.parsing.layout.lines import Line, is_spoken
from indexer.parsing.people.names import NAME, is_surely_name
from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable

TIME = r"\d{1,2}\s*[:：时]\s*\d{2}(?:\s*[:：分]\s*\d{2}\s*秒?)?分?"
CLOCK = re.compile(TIME)
_LETTERS = re.compile(r"[\u4e00-\u9fffA-Za-z]+")
_IN_BOX = re.compile(r"[\[【（(][^\[\]【】（）()]{2,20}[\]】）)]\s*[\[【（(]")  # [某镇科协][2016-5-3]
_EDGE = re.compile(r"[|｜·\s]$")
_CLOCK_ALONE = re.compile(rf"\s*{TIME}\s*")
_COMMA = re.compile(r"[，。；、]")
UNDATED_YEAR = re.compile(r"\d{2}-\d{2}\s*" + TIME)
_DESKS = Rules.of_words(
    "words before 记者: for whom or how somebody reports",
    "全媒体 融媒体 首席 见习 实习 学生 校园 特约 本刊 本报 本网 本台 专栏 驻站 通讯 网站 文字 图片 摄影",
    example="{}记者",
    behind="(?=记者)",
)
_HANDS = Rules.of_words(
    "words for those who write",
    "记者 通讯员 作者 撰文 撰稿 报道员 实习生 特约评论员 评论员",
    example="{} 王芳",
)
_HOUSES = Rules.of_words(
    "what the name ends with of a newspaper or site for which somebody reports",
    "报 网 台 社 在线 杂志 客户端 融媒体 新闻 周刊",
    example="青禾{}记者",
    before="[\u4e00-\u9fff]{2,10}?",
    behind="(?=记者)",
    how="match",
)
ROLE = rf"(?:《[^》]{{1,12}}》\s*)?(?:[\u4e00-\u9fff]{{2,10}}?{_HOUSES})?{_DESKS}*{_HANDS}"
NAMES = rf"{NAME}(?:[\s、，,/／]+(?:(?:{ROLE})\s*)?{NAME}){{0,5}}"
_AGENCY = r"[\u4e00-\u9fff]{2,10}(?:报|網|网|社|台|新闻)"
# What those did besides writing who are named before it; who only took the picture did not write.
DEEDS = r"(?:文并摄|摄并文|文[/／]?图|图[/／]?文|摄影报道|报道|报导)"
# 本报记者王某, □通讯员 甲 乙 记者 丙, 某报／记者丁／某地报道
SIGNED_BY = re.compile(
    rf"[□■◎●▲◆]?\s*(?:(?P<source>{_AGENCY})\s*[/／]\s*)?(?:{ROLE}\s*[/／:：|｜\s]?|文\s*[/／:：|｜\s])"
    rf"\s*(?P<names>{NAMES}(?:\s*{ROLE}\s*{NAMES})*)\s*(?:[/／]\s*\S{{2,4}}(?:报道|报导|报)|{DEEDS})?"
)
AT_PAPER = re.compile(rf"(?P<names>{NAMES})\s*[/／]\s*(?P<source>[\u4e00-\u9fff]{{2,10}}(?:报|网|社|台|新闻|周刊))")
_PAPERS = Rules.of_words(
    "what the names of newspapers, agencies and news sites end with",
    "报 通讯社 电视台 网 周刊 杂志",
    example="青禾{}",
    before=r"[\u4e00-\u9fff]{2,10}",
    how="fullmatch",
)
PAPER = re.compile(rf"[\u4e00-\u9fff]{{2,10}}{_PAPERS}|新华社|中新社|新华网")
BYLINE = re.compile(
    rf"[（(【\[]?\s*(?:{ROLE}|文|图文|文图|文/图|图/文)\s*[/／:：|｜\s]\s*(?:{ROLE}\s*)?"
    rf"(?P<names>{NAMES}|[\u4e00-\u9fff]{{2,3}}(?:\s+[\u4e00-\u9fff]{{2,3}}){{0,4}})"
    rf"\s*(?:{DEEDS}|[摄文图/／]+|摄影)?(?:[（(][\u4e00-\u9fff]{{3,20}}[)）])?\s*[)）】\]]?$"
)
# □ 王小禾, as newspapers sign essays
BOXED = re.compile(rf"[□■]\s*(?P<names>{NAME}(?:[\s、]+{NAME}){{0,3}})\s*{DEEDS}?")
# 本报记者冯岩秦小满
_GLUED_BYLINE = re.compile(
    rf"[□■◎●▲◆]?\s*(?:本[报刊网台社]|[\u4e00-\u9fff]{{2,6}}[报网社])(?:特约|见习|实习|首席|全媒体)?(?:记者|通讯员)\s*(?:{NAME}){{2,3}}"
)
_WROTE = re.compile(r"(?:执笔|采写|撰文|撰稿|作者|文|图文|文图)\s*[/／|｜丨]\s*[\u4e00-\u9fff·]\S{1,28}")
_AUTHOR = re.compile(r"[（(【\[]\s*(?:本文)?作者\s*[:：][^（()）。]{2,40}[）)】\]]")
_ANY_LABEL = re.compile(r"[\u4e00-\u9fff]{2,6}\s*[:：]")
PRINTED_IN = re.compile(r"[（(]?《(?P<name>[\u4e00-\u9fff]{2,12}(?:报|刊|周刊|杂志))》\s*[（(,，]?\s*(?=\d{4})")
# What every byline has: a sign or a gap behind the role; a character of a role, or a bar. They are looked for first.
_PARTED = re.compile(r"[/／:：|｜\s]")
_OF_HANDS = re.compile(rf"[文/／|｜丨{''.join(sorted({row.pattern[-1] for row in _HANDS}))}]")
_SENTENCE_MARK = re.compile(r"[。？！；]")
LONGEST_BYLINE = 50
_LONGEST_TITLED = 14
_LONGEST_DAY = 80
_LONGEST_BESIDE = 24
_SHORT = 12
_FAR = 40
# Under the title of a law, and part of it: （2001年3月1日某会议通过）
_ADOPTED = re.compile(r"[（(][^（()）]{8,}(?:发布|通过|公布|施行|修订|修正|批准|颁布)[^（()）]{0,4}[）)]")
_SPOKEN_BY = re.compile(rf"记者\s*[:：]\s*(?:{NAMES})?\s*(?:摄|报道)?")


def is_header_line(line: Line) -> bool:
    """Tell whether a line carries header values: labels, a bare date, a byline."""
    return len(line.plain) <= LONGEST_HEADER_LINE and _is_header(line.plain)


@lru_cache(maxsize=512)
def _is_header(plain: str) -> bool:
    if _SENTENCE_MARK.search(plain):
        return False
    text = blank_address(plain)
    if _ADOPTED.fullmatch(text) or (is_spoken(text) and _SPOKEN_BY.fullmatch(text) is None):
        return False
    labels = all_labels(text) if MAY_BE_LABELLED.search(text) else ()
    if labels and _begins_with(text, labels[0]):
        return not has_tools_alone(plain)
    if labels and _has_whole_labels(text):
        return True
    return any(form(text) for form in _FORMS) or _is_day_alone(text)


def _begins_with(text: str, label: re.Match[str]) -> bool:
    """Tell whether nothing but signs, a day or a bracket stands before the first label of a line."""
    return label.start() < _FAR and (not text[: label.start()].strip(SIGNS) or _starts_header(text))


def _has_whole_labels(text: str) -> bool:
    """Tell whether a line has several labels, one of them of those that only headers have (发布时间)."""
    return len(_ANY_LABEL.findall(text)) > 1 and any(len(label_of(own)) == 4 for own in all_labels(text))


def _is_signed_by(text: str) -> bool:
    """Tell whether a short line names who wrote, by a role before or a newspaper behind the names; not of a picture."""
    if len(text) > LONGEST_BYLINE or (text[-1] == "摄" and not text.endswith("文并摄")):
        return False
    if (boxed := BOXED.fullmatch(text)) is not None:
        return all(map(is_surely_name, re.split(r"[\s、]+", boxed["names"])))
    return _OF_HANDS.search(text) is not None and any(
        form.fullmatch(text) for form in (SIGNED_BY, AT_PAPER, _GLUED_BYLINE, _WROTE)
    )


# The forms in which a line without a label carries values.
_FORMS: tuple[Callable[[str], object], ...] = (
    UNDATED_YEAR.match,
    lambda text: _PARTED.search(text) and BYLINE.fullmatch(text),
    _is_signed_by,
    PRINTED_IN.match,
    lambda text: "|" in text and BARRED.search(text),
)


def is_dated(line: Line) -> bool:
    """Tell whether a header line gives a day."""
    return not is_trap(line) and any(len(found.iso) == 10 for found in find_dates(line.plain))


def is_paper(line: Line) -> bool:
    """Tell whether a line is the name of a newspaper, an agency or a news site, and nothing else."""
    return len(line.plain) <= _LONGEST_TITLED and PAPER.fullmatch(line.plain) is not None


def _starts_header(text: str) -> bool:
    dates = find_dates(text)
    return text[0] in "[【（(•·◆|" or bool(dates and dates[0].start <= 2)


def is_signed(line: Line) -> bool:
    """Tell whether a line names in brackets who wrote the text, as its last line may."""
    names = {FIELD_OF[label_of(match)] for match in all_labels(line.plain)}
    return line.text[0] in "[【（(" and not names & {"source", "date", "url"}


def names_author(line: Line) -> bool:
    """Tell whether a line is nothing but the author, as pages add it: (作者：某某 某大学教授)."""
    return len(line.plain) <= LONGEST_BYLINE and _AUTHOR.fullmatch(line.plain) is not None


def is_bare_date(line: Line) -> bool:
    """Recognise a date (and time) with at most a short name beside it: `2018年12月28日 19:55 某报`."""
    return _is_day_alone(blank_address(line.plain))


def _is_day_alone(text: str) -> bool:
    text = text.strip()
    if len(text) > _LONGEST_DAY:
        return False
    dates = [found for found in find_dates(text) if len(found.iso) == len("2018-12-28")]
    if not dates or len({found.iso for found in dates}) > 1 or not _is_at_edge(text, dates[0]):
        return False
    rest = text
    for found in reversed(dates):
        rest = rest[: found.start] + " " + rest[found.end :]
    rest = CLOCK.sub(" ", rest)
    return len("".join(_LETTERS.findall(rest))) <= _LONGEST_BESIDE and not _COMMA.search(rest)


def _is_at_edge(text: str, day: FoundDate) -> bool:
    """Tell whether a day stands at the beginning, behind a gap, or behind a short name and before the hour alone."""
    if day.start <= 1 or _EDGE.search(text[: day.start]) or _IN_BOX.fullmatch(text[: day.start]):
        return True
    return day.start <= _SHORT and _CLOCK_ALONE.fullmatch(text[day.end :]) is not None


SIGNS = " \t\u3000|｜;；,，]】[【/／-—•·"
