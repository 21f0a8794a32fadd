"""The number that an office gives to a document (科协发〔2021〕15号), in one form whatever its brackets and notation."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from indexer.analysis.numerals import parse_numeral
from indexer.parsing.layout.numbers import NUMBER, match_number_line

if TYPE_CHECKING:
    from indexer.parsing.layout.lines import Line
    from indexer.parsing.values.header import Header

_WHOLE = re.compile(NUMBER)
# 发文字号：…, 文 号 | …
_LABELLED = re.compile(rf"(?:发文字号|发文文号|公文文号|文件字号|文件编号|文\s*号)\s*[:：|｜]?\s*(?P<number>{NUMBER})")
# 关于…的通知（科协发〔2021〕15号）; not 关于废止（国发〔2020〕1号）, which speaks of another
_ENDS_TITLE = re.compile(
    rf"(?:通知|办法|意见|方案|决定|公告|通告|通报|批复|函|报告|规定|细则|条例|纪要|请示|决议|令)(?:\s*[(\[【]\s*|\s+)(?P<number>{NUMBER})\s*[)\]】]?$"
)
# At either end of the name of a file; behind a title something parts them.
_AT_EDGES = (
    re.compile(rf"\s*[(\[【]?(?P<number>{NUMBER})[)\]】]?[\s_\-—]*"),
    re.compile(rf"[\s_\-—(\[【]+(?P<number>{NUMBER})\s*[)\]】]?\s*$"),
)
_HEAD = 24
_LONGEST_LINE = 80
_LONGEST_HEADER = 1000  # of labels, all on one line


def normalize_number(printed: str) -> str:
    """Return a number in its one form; what is none comes back without white space around it."""
    match = _WHOLE.fullmatch(_plain(printed)) if len(printed) <= _LONGEST_LINE else None
    if match is None:
        return printed.strip()
    office = re.sub(r"[\s·]", "", match["office"])
    year = parse_numeral(match["year"] or match["bare"])
    return f"{office}〔{year}〕{parse_numeral(match['serial'])}号"


def split_number(name: str) -> tuple[str | None, str]:
    """Return the number that a name begins or ends with (None without one), and the rest of the name."""
    if "号" not in name:
        return None, name
    plain = "".join(map(_narrow, name))
    first, last = _AT_EDGES
    found = first.match(plain) or last.search(plain)
    if found is None:
        return None, name
    return normalize_number(found["number"]), name[: found.start()] + name[found.end() :]


def _narrow(character: str) -> str:
    """Return a character in its plain width, if that is one."""
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def read_number(lines: list[Line], title: str | None, *, header: Header) -> None:
    """Read a document's own number: from a label, the end of its title, or a line of its own before any sentence."""
    head = lines[:_HEAD]
    for line in head:
        found = _LABELLED.search(_plain(line.text)) if "号" in line.text else None
        if found:
            header.set("number", normalize_number(found["number"]), line, "label 发文字号")
            return
    found = _ENDS_TITLE.search(_plain(title[-_LONGEST_LINE:])) if title and "号" in title else None
    if found and head:
        header.set("number", normalize_number(found["number"]), head[0], "number at the end of the title")
        return
    for line in head:
        if "。" in line.text:
            return
        if (found := match_number_line(line.plain)) is not None:
            header.set("number", normalize_number(found["number"]), line, "number on a line of its own")
            return


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:_LONGEST_HEADER]).strip()
