"""A pasted list of names or terms -> its items: somebody who pastes one looks for any of them."""

from __future__ import annotations

import re

# What the query language reads as more than text: a query with any of these is no list.
_OPERATORS = re.compile(r"""[“”"「」『』《》()（）|｜:：*＊?？!！。]|(?:^|\s)[-－−]|(?:^|\s)(?:OR|AND|或)(?:\s|$)""")
_LINES, _MARKS, _COMMAS, _BLANKS = (
    re.compile(r"[\n\r\t]+|\s{2,}"),
    re.compile("[、;；]"),
    re.compile("[，,]"),
    re.compile(r"\s+"),
)
_SLASHES = re.compile("[/／]")
_SEPARATORS = re.compile(r"[、;；，,/／\s]")
# 王　国 is a name of two characters, set as wide as those of three.
_SPREAD_NAME = re.compile(r"\w\s+\w")
_LONGEST_ITEM = 20
# What stands between commas or blanks is a name or a word where it is so short and Chinese, else a clause (床前明月光).
_NAME = re.compile("[\u3400-\u9fff·]{1,4}")


def split_list(typed: str) -> list[str]:
    """Return the different items of a list, in their order; none where the text is no list.

    One item a line, or a tab or several blanks between them: five or more. With 、 or ; between them: three or more.
    With commas or slashes: three or more names. With single blanks, as a browser pastes lines into a box: twelve or
    more names; fewer are words to be found together.
    """
    if len(_SEPARATORS.findall(typed)) < 2 or _OPERATORS.search(typed):
        return []
    for separator, least, is_item in (
        (_MARKS, 3, _is_short),
        (_COMMAS, 3, _is_name),
        (_SLASHES, 3, _is_name),
        (_LINES, 5, _is_short),
        (_BLANKS, 12, _is_name),
    ):
        pieces = separator.split(typed)
        if len(pieces) < least:
            continue
        items = list(dict.fromkeys(filter(None, map(_clean, pieces))))
        if len(items) >= least and all(map(is_item, items)):
            return items
    return []


def _clean(piece: str) -> str:
    item = piece.strip(" \u3000,，.")
    return "".join(item.split()) if _SPREAD_NAME.fullmatch(item) else item


def _is_short(item: str) -> bool:
    return len(item) <= _LONGEST_ITEM and not re.search(r"\s", item)


def _is_name(item: str) -> bool:
    return _NAME.fullmatch(item) is not None
