"""What may be typed, each with an example: the help page of the site and `searchapp help query` read these rows."""

from __future__ import annotations

from dataclasses import dataclass

from searchapp.fields import FIELDS, SCOPES
from searchapp.messages import N_


@dataclass(frozen=True, slots=True)
class Example:
    """A query, with a place for a {person} and a {year} of the archive, and what it asks."""

    typed: str
    says: str

    def fill(self, person: str, year: str) -> str:
        """Return the query with names that the archive knows."""
        return self.typed.format(person=person, year=year)


EXAMPLES = (
    Example("{person} {year}", N_("空格隔开的几部分都要有")),
    Example("“{person}”", N_("引号里的文字原样出现")),
    Example("会议 -通知", N_("减号排除")),
    Example("科普 或 培训", N_("任一个")),
    Example("（科普 或 培训） 会议", N_("括号分组")),
    *(Example(f"{scope.typed[0]}:({scope.example})", scope.says) for scope in reversed(SCOPES)),
    Example("说:会议", N_("会议指出、强调、要求了什么")),
    Example("日期:{year}年上半年", N_("时期：去年、近三年、2021年上半年、十四五期间")),
)
# Below what stands in one field.
SPANS = (Example("日期:{year}..", N_("从某年起；..2021 到某年为止")),)
# What may stand before a colon, and what it asks.
IN_FIELDS = tuple((own.typed, own.says) for own in (*FIELDS, *SCOPES) if own.typed and own.says)
REMARKS = (
    N_("全角半角、大小写、简繁体不分；2021年3月12日、2021-03-12 和 二〇二一年三月十二日 是同一天。"),
    N_("包含全部词的文件不到一百份时，也列出相近的文件，并说明缺了什么；词典里的一个词（换届选举）也可能分开出现。"),
    N_(
        "打错一个字、只打拼音或首字母，会给出档案里的写法；毫无疑问时先列它的结果并说明。加引号或点“只按原字检索”就不改。"
    ),
)
