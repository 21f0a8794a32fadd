"""What kind of text a document is, by its title and opening."""

from __future__ import annotations

import re

from indexer.parsing.rules import Rules

GENRE_OF_SPEECHES = "讲话"
_BRACKET = r"(?:[（(].{1,20}[）)])?$"
# The first table that finds something wins: a notice about a meeting is a notice, a speech at a meeting is a speech.
_TITLES = (
    (
        "通知",
        Rules(
            "titles of notices",
            ("通知", "关于开会的通知"), ("通告", "通告"), ("公告", "公告"), ("公示", "名单公示"), ("启事", "征稿启事"),
            ("邀请函", "邀请函（第二轮）"), ("(?:复|来|公|贺)?函$", "关于开会的函"), ("倡议书", "倡议书"),
        ),
    ),
    (
        GENRE_OF_SPEECHES,
        Rules(
            "titles of speeches",
            ("(?:上|中|时)的?(?:重要)?(?:讲话|致辞|致词|发言|演讲)(?!精神)", "在全会上的讲话（二）选登"),
            ("(?<![并表作了])(?:讲话|致辞|致词|发言|演讲)(?:稿|全文|摘要|提纲)?" + _BRACKET, "开学典礼讲话稿"),
            ("[闭开]幕[词辞]", "闭幕词"), ("献词", "新年献词"),
        ),
    ),
    (
        "方案",
        Rules(
            "titles of plans",
            ("(?:方案|规划|计划|要点|预案)" + _BRACKET, "实施方案（试行）"), ("工作要点", "工作要点解读"), ("工作安排$", "工作安排"),
        ),
    ),
    (
        "制度",
        Rules(
            "titles of rules",
            ("(?:规则|条例|章程|细则|规定|制度|准则|规程)" + _BRACKET, "工作规则（修订）"), ("[^方说想看]法" + _BRACKET, "科普法"),
        ),
    ),
    (
        "报告",
        Rules(
            "titles of reports",
            ("(?:总结|汇报|报告|述职|白皮书|纪实)(?:提纲|材料|摘要)?" + _BRACKET, "考察报告"), ("工作总结", "工作总结范文"),
            ("述职报告", "述职报告选登"), ("调研报告", "调研报告节选"), ("评估汇报", "评估汇报节选"),
        ),
    ),
    (
        "会议",
        Rules(
            "titles that tell of a meeting",
            # 人大常委会开展检查, 学会理事会换届 name a body: only where nothing follows it, or what a meeting does
            ("(?:(?:常委|理事|执委)会)(?=$|[（(]|会议|召开|举行|在|扩大|暨|[\\s，,])", "学会理事会在京"),
            ("(?:会议|大会|全会|全委会)", "代表大会"), ("例会", "例会"), ("年会", "学术年会"),
            ("(?:座谈|研讨|推进|交流|部署|动员|联席|代表)会", "工作推进会"), ("研讨班", "研讨班"), ("论坛", "青年论坛"),
            ("召开", "学代会召开"), ("开幕", "书市开幕"), ("闭幕", "书市闭幕"), ("[纪紀][要錄录]", "纪要"),
        ),
    ),
)  # fmt: skip
_HOLDS = re.compile(
    "|".join(f"{verb}[^。]{{0,60}}(?:会|论坛|年会)" for verb in ("召开", "举行", "举办"))
    + "|会[^。]{0,24}(?:召开|举行|举办|开幕|闭幕)"
)
_NOT_HELD = Rules.of_words("what is held and is no meeting", "新闻发布会 会展 博览会 运动会 音乐会 演唱会 晚会")
_OPENING = 160
_ADDRESSED = Rules.of_words("salutations of a speech", "各位 同志们 尊敬的 女士们 老师们 同学们", how="match")
_TO_SOMEBODY = re.compile(r"[^。]{2,60}[:：]")
_NOTIFIES = Rules.of_words("wording of a notice", "通知如下 现将 现就 请遵照执行 现予印发")
_OF_PRESS = Rules(
    "marks of a press report",
    ("记者", "记者从会上获悉"),
    ("本报讯", "本报讯"),
    (r"讯[（(]", "晚报讯（王某）"),
    (r"\d日电", "5日电"),
)


def genre_of(title: str | None, paragraphs: list[str], *, is_news: bool = False) -> tuple[str | None, str]:
    """Return the genre and the rule that found it; (None, "") where no rule fits.

    What carries the marks of a publication (`is_news`) and is nothing else is news.
    """
    for genre, rules in _TITLES if title else ():
        match = rules.find(title or "")
        if match:
            return genre, f"{match[0]} in the title"
    opening = "".join(paragraphs[:2])[:_OPENING]
    if _ADDRESSED.find(opening):
        return GENRE_OF_SPEECHES, "salutation"
    if _TO_SOMEBODY.match(opening) and _NOTIFIES.find("".join(paragraphs[:3])):
        return "通知", "a notice by its wording"
    if _HOLDS.search(opening) and not _NOT_HELD.find(opening):
        return "会议", "a meeting in the opening sentences"
    if is_news or _OF_PRESS.find(opening):
        return "新闻", "marks of a publication"
    return None, ""
