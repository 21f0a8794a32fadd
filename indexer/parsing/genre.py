"""What kind of text a document is, by its title and opening."""

from __future__ import annotations

import re

# The first rule that fits wins: a notice about a meeting is a notice, a speech at a meeting is a speech.
_TITLE_RULES = (
    ("通知", r"通知|通告|公告|函$"),
    ("讲话", r"讲话|致辞|致词|闭幕词|开幕词|发言|演讲"),
    ("方案", r"方案|规划|计划|要点"),
    ("制度", r"规则|办法|条例|章程|细则|规定|制度|监察法|法$"),
    ("报告", r"总结|汇报|报告|述职"),
    ("会议", r"会议|大会|全会|全委会|常委会|座谈会|研讨会|推进会|交流会|会召开|召开"),
)


def genre_of(title: str | None, paragraphs: list[str]) -> tuple[str | None, str]:
    """Return the genre and the rule that found it; (None, "") where no rule fits."""
    for genre, pattern in _TITLE_RULES:
        match = re.search(pattern, title or "")
        if match:
            return genre, f"{match[0]} in the title"
    opening = paragraphs[0][:120] if paragraphs else ""
    if re.match(r"(?:各位|同志们|尊敬的)", opening):
        return "讲话", "salutation"
    if re.search(r"召开.{0,20}会", opening):
        return "会议", "a meeting in the opening sentence"
    if re.search(r"记者|本报讯|讯[（(]", opening):
        return "新闻", "a reporter in the opening sentence"
    return None, ""
