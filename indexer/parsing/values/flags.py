"""What is odd about a text (cut off, names crossed out), and the documents that it names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexer.parsing.rules import Rules

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line

_CITED = re.compile(r"《([^《》\n]{2,80}(?:〈[^〉\n]{1,60}〉[^《》\n]{0,40})?)》")
_MOST_CITES = 200
_TRUNCATED = Rules(
    "the rest is elsewhere",
    (r"剩余\s*\d+\s*%", "剩余 62%"),
    ("内容被隐藏", "内容被隐藏"),
    *((rf"{text}共\s*\d+\s*字.{{0,20}}(?:会员|登录|下载)", f"{text}共 3000 字，登录后可见") for text in ["全文", "本文"]),
    *((f"{do}(?:阅读|查看|展开)?(?:全文|全部|更多)(?!件|评论|回复|留言|新闻|资讯|内容推荐|精彩)", f"{do}全文") for do in ["打开", "查看", "阅读", "展开", "点击"]),
)  # fmt: skip
_ANONYMISED = re.compile(r"[×✕]{1,}|(?<![A-Za-z])[XxＸｘ]{2,3}(?![A-Za-z])")
_CROSSES = "×✕XxＸｘ"
_LEAST_ANONYMISED = 2


def find_cites(title: str | None, body: str) -> tuple[str, ...]:
    """Return the titles of documents that a text names, each once, in their order."""
    found = dict.fromkeys(match[1].strip() for match in _CITED.finditer(f"{title or ''}\n{body}"))
    return tuple(found)[:_MOST_CITES]


def find_flags(body: str, lines: list[Line]) -> tuple[str, ...]:
    """Return what is wrong with a text: cut off by its site, names crossed out."""
    flags = []
    if any(_TRUNCATED.search(line.text) for line in lines[-8:]):
        flags.append("truncated")
    crossed = any(cross in body for cross in _CROSSES)
    if crossed and len(_ANONYMISED.findall(body)) >= _LEAST_ANONYMISED:
        flags.append("anonymised")
    return tuple(flags)
