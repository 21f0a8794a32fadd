"""What kind of text a document is, by its title and opening."""

from __future__ import annotations

import re

GENRE_OF_SPEECHES = "讲话"
# The first rule that fits wins: a notice about a meeting is a notice, a speech at a meeting is a speech.
_TITLE_RULES = (
    ("通知", r"通知|通告|公告|公示|启事|邀请函|(?:复|来|公|贺)?函$|倡议书"),
    (
        GENRE_OF_SPEECHES,
        (
            r"(?:上|中|时)的?(?:重要)?(?:讲话|致辞|致词|发言|演讲)(?!精神)|(?<![并表作了])(?:讲话|致辞|致词|发言|演讲)(?:稿|全文|摘要|提纲)?(?:[（(].{1,20}[）)])?$"
            r"|[闭开]幕[词辞]|献词"
        ),
    ),
    ("方案", r"(?:方案|规划|计划|要点|预案)(?:[（(].{1,20}[）)])?$|工作要点|工作安排$"),
    ("制度", r"(?:规则|办法|条例|章程|细则|规定|制度|准则|规程|[^方说想看]法)(?:[（(].{1,20}[）)])?$"),
    (
        "报告",
        r"(?:总结|汇报|报告|述职|白皮书|纪实)(?:提纲|材料|摘要)?(?:[（(].{1,20}[）)])?$|工作总结|述职报告|调研报告|评估汇报",
    ),
    (
        "会议",
        r"(?:会议|大会|全会|全委会|常委会|座谈会|研讨会|推进会|交流会|例会|年会|理事会|执委会|部署会|动员会|联席会|代表会|研讨班|论坛)|会召开|召开|开幕|闭幕|纪要|紀錄|纪录",
    ),
)
_TITLE_PATTERNS = tuple((genre, re.compile(pattern)) for genre, pattern in _TITLE_RULES)
_HOLDS = re.compile(r"(?:召开|举行|举办)[^。]{0,60}(?:会|论坛|年会)|会[^。]{0,24}(?:召开|举行|举办|开幕|闭幕)")
_NOT_HELD = re.compile(r"新闻发布会|会展|博览会|运动会|音乐会|演唱会|晚会")
_OPENING = 160
_ADDRESSED = re.compile(r"(?:各位|同志们|尊敬的|女士们|老师们|同学们)")
_TO_SOMEBODY = re.compile(r"[^。]{2,60}[:：]")
_OF_PRESS = re.compile(r"记者|本报讯|讯[（(]|\d日电")


def genre_of(title: str | None, paragraphs: list[str], *, is_news: bool = False) -> tuple[str | None, str]:
    """Return the genre and the rule that found it; (None, "") where no rule fits.

    What carries the marks of a publication (`is_news`) and is nothing else is news.
    """
    for genre, pattern in _TITLE_PATTERNS:
        match = pattern.search(title or "")
        if match:
            return genre, f"{match[0]} in the title"
    opening = "".join(paragraphs[:2])[:_OPENING]
    if _ADDRESSED.match(opening):
        return GENRE_OF_SPEECHES, "salutation"
    if _TO_SOMEBODY.match(opening) and re.search(r"通知如下|现将|现就|请遵照执行|现予印发", "".join(paragraphs[:3])):
        return "通知", "a notice by its wording"
    if _HOLDS.search(opening) and not _NOT_HELD.search(opening):
        return "会议", "a meeting in the opening sentences"
    if is_news or _OF_PRESS.search(opening):
        return "新闻", "marks of a publication"
    return None, ""
