"""Names that mean the same: those that we ship, and those of a file that people edit, which wins over them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from indexer import SEPARATOR, OtherName, read_names, read_shipped
from searchapp.language.cutting import Equals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# What stands before the name of a law or an authority in full: 中华人民共和国劳动法 is 劳动法.
_STATE = "中华人民共和国"
_LAW = re.compile(
    r"[\u4e00-\u9fff]{1,24}?(?:法|法典|条例|[部委署院局]|委员会)"
    rf"(?=$|[{SEPARATOR}第的]|实施|修[正订改]|草案|解释|宣传|学习)"
)
_LATIN_OR_DIGIT = re.compile("[0-9a-z]")


@dataclass(frozen=True)
class Synonyms:
    """By a folded name its other names; and how long those are that begin with two characters, the longest first."""

    others: Mapping[str, tuple[OtherName, ...]]
    lengths: Mapping[str, tuple[int, ...]]

    def find(self, folded: str) -> list[Equals]:
        """Return where names stand in a folded text, the longest that begins first, and the others of their groups."""
        found = []
        at = 0
        while at < len(folded) - 1:
            one = self._find_at(folded, at)
            if one is not None and one.texts:
                found.append(one)
            at = one.end if one is not None else at + 1
        return found

    def _find_at(self, folded: str, at: int) -> Equals | None:
        for length in self.lengths.get(folded[at : at + 2], ()):
            name = folded[at : at + length]
            others = self.others.get(name)
            if others is not None and not (name.isascii() and _is_inside_word(folded, at, end=at + length)):
                return _make_equals(at, others, end=at + length)
        return self._find_of_state(folded, at) if folded.startswith(_STATE, at) else None

    def _find_of_state(self, folded: str, at: int) -> Equals | None:
        """Read the name of a law or an authority behind that of the state."""
        start = at + len(_STATE)
        named = self._find_at(folded, start)
        if named is not None:
            name, texts = folded[start : named.end], named.texts
            return replace(named, start=at, texts=(name, *texts), names=(name, *named.names))
        law = _LAW.match(folded, start)
        return Equals(at, law.end(), (law[0],), together=False, names=(law[0],)) if law else None


def read_synonyms(file: Path | None = None) -> Synonyms:
    """Read the names that we ship, and those of a file; a name that both have is the file's alone.

    Raises:
        SettingsError: the file cannot be read, or a line is no group; says which and why.
    """
    return _combine(read_names(file)) if file is not None else _shipped()


@cache
def _shipped() -> Synonyms:
    return _with_lengths(read_shipped())


def _combine(own: Mapping[str, tuple[OtherName, ...]]) -> Synonyms:
    """Return the names that we ship with those of a house: where it says what 人大 is, nothing of ours is called so."""
    shipped = {
        name: kept
        for name, others in read_shipped().items()
        if name not in own and (kept := tuple(other for other in others if other.folded not in own))
    }
    return _with_lengths(shipped | dict(own))


def _with_lengths(others: Mapping[str, tuple[OtherName, ...]]) -> Synonyms:
    """Return names that can be found: with those that are only looked for (四川大学), so that 川大 is not in them."""
    plain = {other.folded: () for own in others.values() for other in own if other.folded not in others}
    lengths: dict[str, set[int]] = {}
    for name in (*others, *plain):
        lengths.setdefault(name[:2], set()).add(len(name))
    return Synonyms({**plain, **others}, {head: tuple(sorted(own, reverse=True)) for head, own in lengths.items()})


def _make_equals(start: int, others: tuple[OtherName, ...], *, end: int) -> Equals:
    texts = tuple(other.folded for other in others)
    names = tuple(other.text for other in others)
    renamed = tuple(other for other in others if other.when != "same")
    return Equals(start, end, texts, together=False, names=names, renamed=renamed)


def _is_inside_word(folded: str, start: int, *, end: int) -> bool:
    """Tell whether a name of Latin letters is a part of a longer word."""
    return any(_LATIN_OR_DIGIT.match(beside) for beside in (folded[start - 1 : start], folded[end : end + 1]) if beside)
