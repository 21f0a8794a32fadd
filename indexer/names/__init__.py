"""Names that mean the same: those that we ship, and the one reader of files of names.

A line of such a file is a group. `#` begins a comment.

    中国科协=中国科学技术协会=全国科协      where one is typed, the others are looked for, too
    南大>南京大学                          only from left to right: 南京大学 is not looked for as 南大
    卫生部>2013>国家卫计委>2018>国家卫健委  names of one body one after the other, with the years of the changes
    科委>>科技局                           the same, where the year differs from place to place
    文化部+国家旅游局>2018>文化和旅游部     bodies that became one; neither means the other
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple

from indexer.analysis.normalize import fold
from indexer.errors import SettingsError
from indexer.plain import read_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

# What we ship, by kind. Names of letters alone are written as they fold, so that few need folding (tests see to it).
SHIPPED = ("bodies", "renamed", "places", "schools", "companies", "terms", "laws")
_MOST_NAMES = 20
_SHORTEST = 2
_CHANGE = re.compile(r"[>＞](?:\s*((?:[12]\d{3})?)\s*[>＞])?")
_MERGED = re.compile("[+＋]")
_EQUAL = re.compile("[=＝]")


class OtherName(NamedTuple):
    """Another name of what a name means: at the same time, or earlier or later, with the year of that change."""

    text: str
    folded: str
    when: Literal["same", "earlier", "later"] = "same"
    year: int | None = None


# By a folded name the other ones.
Others = dict[str, tuple[OtherName, ...]]


@cache
def read_shipped() -> Mapping[str, tuple[OtherName, ...]]:
    """Return the names that we ship, each with its others."""
    others: Others = {}
    for kind in SHIPPED:
        for line in read_shipped_lines(kind):
            others |= parse_group(line, _fold_shipped).others()
    return others


def read_shipped_lines(kind: str) -> list[str]:
    """Return the groups of a kind, as they are written."""
    text = files(__package__).joinpath(f"{kind}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def read_names(file: Path) -> Others:
    """Read the groups of a file.

    Raises:
        SettingsError: the file cannot be read, or a line is no group; says which and why.
    """
    others: Others = {}
    problems = []
    for number, line in enumerate(read_list(file, "the synonyms in"), start=1):
        text = line.partition("#")[0]
        if not _EQUAL.sub("", text).strip():
            continue
        group = parse_group(text)
        problem = group.find_problem(others)
        if problem:
            problems.append(f"{file}, line {number}: {problem}")
        else:
            others |= group.others()
    if problems:
        raise SettingsError(problems)
    return others


# The names of one body at one time.
_Body = list[OtherName]


class NameGroup(NamedTuple):
    """A line: stages one after the other, each of one or more bodies, and the years (or None) of the changes between.

    A `directed` one has two stages and no change: its first names are looked for as the second, too.
    """

    stages: list[list[_Body]]
    years: list[int | None]
    directed: int = 0

    def find_problem(self, known: Others) -> str | None:
        """Say what is wrong with the line beside others, if anything is."""
        bodies = [body for stage in self.stages for body in stage]
        names = [name.folded for body in bodies for name in body]
        if not all(bodies) or len(set(names)) < 2 or min(map(len, names)) < _SHORTEST:
            return "a group needs two different names of two characters or more, with ="
        if len(names) > _MOST_NAMES:
            return f"a group has at most {_MOST_NAMES} names, this one has {len(names)}"
        if self.directed > 1 or (self.directed and self.years):
            return "write a direction as short>full, once, and a change of names as old>2018>new"
        years = [year for year in self.years if year]
        if years != sorted(set(years)):
            return "the years of changes have to ascend"
        again = next((name.text for name in self._find_names() if name.folded in known), None)
        return f"{again} is in another group already; put both on one line" if again else None

    def _find_names(self) -> list[OtherName]:
        """Return the names that have others: of a direction, those at its beginning."""
        stages = self.stages[:1] if self.directed else self.stages
        return [name for stage in stages for body in stage for name in body]

    def others(self) -> Others:
        """Return the names that have others, each with those."""
        found: Others = {}
        for place, stage in enumerate(self.stages[:1] if self.directed else self.stages):
            beside = [other for at in range(len(self.stages)) if at != place for other in self._see(at, place)]
            for body in stage:
                for name in body:
                    others = [*body, *beside] if beside else body
                    found[name.folded] = tuple(one for one in others if one.folded != name.folded)
        return found

    def _see(self, at: int, place: int) -> Iterable[OtherName]:
        """Return the names of a stage as they are seen from another."""
        names = (name for body in self.stages[at] for name in body)
        if self.directed:
            return names
        year = self.years[at if at < place else at - 1]
        return (name._replace(when="earlier" if at < place else "later", year=year) for name in names)


def parse_group(line: str, fold_name: Callable[[str], str] | None = None) -> NameGroup:
    """Read a line as a group, whatever it says."""
    fold_name = fold_name or _fold
    if ">" not in line and "＞" not in line:
        return NameGroup([[_read_body(line, fold_name)]], [])
    parts = _CHANGE.split(line)
    changes = [year for year in parts[1::2] if year is not None]
    # C++ is a name; only where names change, bodies become one.
    stages = [_MERGED.split(stage) if changes else [stage] for stage in parts[0::2]]
    bodies = [[_read_body(body, fold_name) for body in stage] for stage in stages]
    return NameGroup(bodies, [int(year) if year else None for year in changes], len(parts) // 2 - len(changes))


def _read_body(text: str, fold_name: Callable[[str], str]) -> _Body:
    return [OtherName(name, fold_name(name)) for part in _EQUAL.split(text) if (name := part.strip())]


def _fold(name: str) -> str:
    return fold(name).text


def _fold_shipped(name: str) -> str:
    return name if name.isalpha() else fold(name).text
