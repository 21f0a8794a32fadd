"""Names that mean the same, from a file that people edit: 中国科协=中国科学技术协会=全国科协, a group a line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer import SettingsError, fold, read_list
from searchapp.language.cutting import Equals

if TYPE_CHECKING:
    from pathlib import Path

_MOST_NAMES = 20
_SHORTEST = 2


@dataclass(frozen=True)
class Synonyms:
    """Groups of names; by their folded form the others of the group, as they were written."""

    others: dict[str, tuple[str, ...]] = field(default_factory=dict)
    names: re.Pattern[str] | None = None

    def find(self, folded: str) -> list[Equals]:
        """Return where names stand in a folded text, the longest that begins first, and the others of their groups."""
        if self.names is None:
            return []
        found = []
        for match in self.names.finditer(folded):
            names = self.others[match[0]]
            texts = tuple(fold(name).text for name in names)
            found.append(Equals(match.start(), match.end(), texts, together=False, names=names))
        return found


def read_synonyms(file: Path) -> Synonyms:
    """Read groups of synonyms: names with `=` between them, a group a line; `#` begins a comment.

    Raises:
        SettingsError: the file cannot be read, or a line is no group; says which and why.
    """
    others: dict[str, tuple[str, ...]] = {}
    problems = []
    for number, line in enumerate(read_list(file, "the synonyms in"), start=1):
        names = [name.strip() for name in re.split("[=＝]", line.partition("#")[0]) if name.strip()]
        if not names:
            continue
        folded = [fold(name).text for name in names]
        known = [name for name, key in zip(names, folded, strict=True) if key in others]
        if len(set(folded)) < 2 or min(map(len, folded)) < _SHORTEST:
            problems.append(
                f"{file}, line {number}: a group needs two different names of two characters or more, with ="
            )
        elif len(names) > _MOST_NAMES:
            problems.append(
                f"{file}, line {number}: a group has at most {_MOST_NAMES} names, this one has {len(names)}"
            )
        elif known:
            problems.append(f"{file}, line {number}: {known[0]} is in another group already; put both on one line")
        else:
            others |= {
                key: tuple(name for name, other in zip(names, folded, strict=True) if other != key) for key in folded
            }
    if problems:
        raise SettingsError(problems)
    longest_first = sorted(others, key=lambda name: (-len(name), name))
    return Synonyms(others, re.compile("|".join(map(_bounded, longest_first))) if others else None)


def _bounded(name: str) -> str:
    """Return a pattern for a name: one of Latin letters is no part of a longer word."""
    pattern = re.escape(name)
    return rf"(?<![0-9a-z]){pattern}(?![0-9a-z])" if name.isascii() else pattern
