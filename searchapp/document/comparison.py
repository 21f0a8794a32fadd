"""Two texts side by side: which sentences both have, which differ, and by which characters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Literal

from searchapp.document.anchors import words_of
from searchapp.search.snippets import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchapp.search.results import Marks

# Comparing takes time with the square of the number of sentences, in the worst case; books are not compared.
MOST_SENTENCES = 2000
# Sentences that share fewer of their pairs of characters are two different ones, not one that was changed.
_LEAST_ALIKE = 0.5
# Of a changed sentence the characters that differ are marked; of a very long one, or after so many, all of it.
_LONGEST_BY_CHARACTER = 400
MOST_CHARACTERS = 60_000
# Of the same sentences one stays in sight beside each change; to fold less than two saves nothing.
_BESIDE = 1
_FEWEST_FOLDED = 2
Change = Literal["same", "changed", "left", "right"]


@dataclass(frozen=True, slots=True)
class Row:
    """Sentences beside each other; None where one side has none. Marks are what the other side does not have."""

    kind: Change
    left: str | None
    right: str | None
    left_marks: Marks
    right_marks: Marks


@dataclass(frozen=True, slots=True)
class Run:
    """Rows in a row; those that are the same and far from what differs are `folded`."""

    rows: list[Row]
    folded: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rows, and how many of them are the same on both sides."""

    rows: list[Row]
    same: int

    def count(self, kind: Change) -> int:
        """Return how many rows are of a kind."""
        return sum(row.kind == kind for row in self.rows)

    @property
    def differs(self) -> bool:
        """Whether anything does."""
        return self.same < len(self.rows)

    def fold(self, *, shows_all: bool) -> list[Run]:
        """Return the rows with those folded that tell nothing: of a run of the same, all but the first and last."""
        if shows_all:
            return [Run(self.rows, folded=False)]
        runs: list[Run] = []
        for is_same, own in groupby(self.rows, lambda row: row.kind == "same"):
            rows = list(own)
            # What stands beside a change tells where it is; at either end of the text nothing is beside it.
            first = _BESIDE if runs else 0
            last = len(rows) - (_BESIDE if rows[-1] is not self.rows[-1] else 0)
            if not is_same or last - first < _FEWEST_FOLDED:
                runs.append(Run(rows, folded=False))
                continue
            parts = ((rows[:first], False), (rows[first:last], True), (rows[last:], False))
            runs += [Run(part, folded=folded) for part, folded in parts if part]
        return runs


def compare(left: str, right: str, *, marked: int = MOST_CHARACTERS) -> Comparison | None:
    """Compare two bodies sentence by sentence, and so many characters one by one; None where they are too long."""
    sentences = [split_sentences(body) for body in (left, right)]
    if max(map(len, sentences)) > MOST_SENTENCES:
        return None
    keys = [[words_of(text) for text in own] for own in sentences]
    rows: list[Row] = []
    characters = 0
    for kind, a, b, c, d in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        own, other = sentences[0][a:b], sentences[1][c:d]
        if kind == "equal":
            rows += [Row("same", one, two, [], []) for one, two in zip(own, other, strict=True)]
        else:
            for row in _pair(own, other):
                characters += len(row.left or "") + len(row.right or "") if row.kind == "changed" else 0
                rows.append(_mark_changes(row) if characters <= marked else row)
    return Comparison(rows, sum(row.kind == "same" for row in rows))


def _pair(left: list[str], right: list[str]) -> Iterator[Row]:
    """Put sentences that were changed beside each other, in order; the others stand alone."""
    at = 0
    for text in left:
        place = next((at + step for step, other in enumerate(right[at : at + 4]) if _alike(text, other)), None)
        if place is None:
            yield Row("left", text, None, [], [])
            continue
        for other in right[at:place]:
            yield Row("right", None, other, [], [])
        yield Row("changed", text, right[place], [(0, len(text))], [(0, len(right[place]))])
        at = place + 1
    for other in right[at:]:
        yield Row("right", None, other, [], [])


def _alike(left: str, right: str) -> bool:
    """Tell whether two sentences share most of their pairs of characters (Dice's coefficient)."""
    own, other = set(pairwise(left)), set(pairwise(right))
    return 2 * len(own & other) >= _LEAST_ALIKE * (len(own) + len(other))


def _mark_changes(row: Row) -> Row:
    """Mark the characters of a changed sentence that the other side does not have."""
    if row.left is None or row.right is None or max(len(row.left), len(row.right)) > _LONGEST_BY_CHARACTER:
        return row
    left_marks: Marks = []
    right_marks: Marks = []
    for kind, a, b, c, d in SequenceMatcher(None, row.left, row.right, autojunk=False).get_opcodes():
        if kind != "equal":
            left_marks += [(a, b)] if a < b else []
            right_marks += [(c, d)] if c < d else []
    return replace(row, left_marks=left_marks, right_marks=right_marks)
