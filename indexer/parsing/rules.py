"""Tables of rules: each row is a pattern with a text that it alone finds, so that a test can ask whether it is needed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_NOTHING = "(?!)"


class Rule(NamedTuple):
    """A regular expression, and a text that it finds and no other row of its table finds in the same way."""

    pattern: str
    example: str


class Rules:
    """Rows of patterns that are tried as one, the first that fits; in other patterns a table stands for its rows.

    Attributes:
        purpose: What the rules find, in a few words.
        rows: The rules in their order; of two that fit, the earlier one counts.
        how: How they are asked: anywhere in a text, at its beginning, or for all of it.
        find: Looks for the rules in a text in the way that they are meant to be asked.
    """

    def __init__(
        self,
        purpose: str,
        *rows: tuple[str, str],
        before: str = "",
        behind: str = "",
        how: Literal["search", "match", "fullmatch"] = "search",
        flags: re.RegexFlag = re.NOFLAG,
    ) -> None:
        self.purpose = purpose
        self.rows = tuple(Rule(*row) for row in rows)
        self.how = how
        self._around = before, behind
        self._flags = flags
        self.pattern = self._compile(self.rows)
        self.search, self.match, self.fullmatch = self.pattern.search, self.pattern.match, self.pattern.fullmatch
        self.find: Callable[[str], re.Match[str] | None] = getattr(self.pattern, how)
        self.finditer, self.sub, self.split = self.pattern.finditer, self.pattern.sub, self.pattern.split

    @classmethod
    def of_words(
        cls,
        purpose: str,
        words: str,
        *,
        example: str = "{}",
        before: str = "",
        behind: str = "",
        how: Literal["search", "match", "fullmatch"] = "search",
    ) -> Rules:
        """Make a table of plain words (white space between them), the longest first; `{}` in the example is the word."""
        each = sorted(words.split(), key=len, reverse=True)
        rows = ((re.escape(word), example.format(word)) for word in each)
        return cls(purpose, *rows, before=before, behind=behind, how=how)

    def find_without(self, row: Rule, text: str) -> re.Match[str] | None:
        """Look in the same way as if there were no such row."""
        without = self._compile(other for other in self.rows if other != row)
        found: re.Match[str] | None = getattr(without, self.how)(text)
        return found

    def _compile(self, rows: Iterable[Rule]) -> re.Pattern[str]:
        before, behind = self._around
        return re.compile(f"{before}{_join(rows)}{behind}", self._flags)

    def __str__(self) -> str:
        return _join(self.rows)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rows)


def any_of(words: Iterable[str]) -> str:
    """Return plain words as one group of a pattern, those with the same first letter together, else in their order."""
    behind: dict[str, list[str]] = {}
    for word in words:
        behind.setdefault(word[0], []).append(word[1:])
    groups = (f"{letter}(?:{'|'.join(rest)})" if any(rest) else letter for letter, rest in behind.items())
    return f"(?:{'|'.join(groups)})"


def _join(rows: Iterable[Rule]) -> str:
    """Return rows as one group of a pattern; where there are none, it finds nothing."""
    patterns = [row.pattern for row in rows]
    if all(map(str.isalpha, patterns)) and patterns:
        return any_of(patterns)
    return f"(?:{'|'.join(patterns) or _NOTHING})"
