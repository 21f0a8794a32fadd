"""Names with dots between their parts, which are written with any dot and with none: 阿不都·热西提, 阿不都热西提."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from indexer import SEPARATOR, cut_words, fold, is_known_word
from searchapp.language.cutting import Equals, is_asking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer import FoldedText

IDEOGRAPH = "[\\u3007\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\U00020000-\\U0003ffff]"
# The dots between the parts of a name, and what is typed for them.
DOTS = "·•・‧∙⋅･᛫-"
_HEAD = 2
_DOT = re.compile(f"(?<={IDEOGRAPH})[{DOTS}](?={IDEOGRAPH})")


def join(folded: str) -> str:
    """Return a folded text without separators."""
    return folded.replace(SEPARATOR, "")


def has_dot(text: str) -> bool:
    """Tell whether a dot stands between two ideographs of a text."""
    return _DOT.search(text) is not None


def find_dotted(text: str, folded: FoldedText) -> list[Equals]:
    """Return where the words on both sides of a dot stand in a folded text, with what they are without it."""
    if not has_dot(text):
        return []
    words = cut_words(folded)
    spans: list[tuple[int, int]] = []
    for match in _DOT.finditer(text):
        start, end = _find_name(words, int(np.searchsorted(folded.starts, match.start())))
        if match[0] == "-" and all(is_known_word(word) for at, word in words if start <= at < end):
            continue  # it joins words (科普-通知) as well as names
        if spans and start < spans[-1][1]:  # a name of three parts
            start = spans.pop()[0]
        spans.append((start, end))
    return [Equals(start, end, (join(folded.text[start:end]),), together=False) for start, end in spans]


def _find_name(words: list[tuple[int, str]], dot: int) -> tuple[int, int]:
    """Return where the words beside a dot begin and end; neighbouring characters that are cut apart are one."""
    start, near = dot, ""
    for at, word in reversed([own for own in words if own[0] < dot]):
        if near and not (at + len(word) == start and _is_single(word) and _is_single(near)):
            break
        start, near = at, word
    end, near = dot + 1, ""
    for at, word in [own for own in words if own[0] > dot]:
        if near and not (at == end and _is_single(word) and _is_single(near)):
            break
        end, near = at + len(word), word
    return start, end


def _is_single(word: str) -> bool:
    return len(word) == 1 and not is_asking(word)


class DottedNames:
    """Names that an archive writes with dots, found by what they are without."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_head: dict[str, dict[str, tuple[str, ...]]] = {}
        for name in names:
            folded = fold(name).text
            own = self._by_head.setdefault(join(folded)[:_HEAD], {})
            own[join(folded)] = tuple(dict.fromkeys((*own.get(join(folded), ()), folded)))

    def written(self, joined: str) -> tuple[str, ...]:
        """Return how a name is written, folded, that is `joined` without dots."""
        return self._by_head.get(joined[:_HEAD], {}).get(joined, ())

    def find(self, folded: str) -> Iterator[Equals]:
        """Yield where names stand in a folded text without their dots, with what they are with these."""
        end = 0
        for at in range(len(folded) - 1 if self._by_head else 0):
            beginning_so = self._by_head.get(folded[at : at + _HEAD], ())
            found = max((name for name in beginning_so if folded.startswith(name, at)), key=len, default="")
            if found and at >= end:
                end = at + len(found)
                yield Equals(at, end, self.written(found), together=False)
