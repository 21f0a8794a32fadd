"""The names that documents of an archive are known by: people, sources, issuers, authors, series, places."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice, product
from typing import TYPE_CHECKING, Literal, get_args

from indexer import Everything, Run, fold
from searchapp.language.dotted import DottedNames, has_dot, join
from searchapp.search.pinyin import readings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer import Reader
    from searchapp.language.equals import Lexicon

NameKind = Literal["people", "source", "issuer", "author", "series", "place"]
NAMED: tuple[NameKind, ...] = get_args(NameKind)
LONGEST_NAME = 24
_SHORTEST_NAME = 2
# Of each field the most frequent are known; what hardly a document names is found in the text.
_MOST_KNOWN = 20_000
# 曾 is read zeng and ceng, and so is whoever is called so.
_MOST_READINGS = 16


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written and folded (`joined`: without the dots between its parts), and its documents."""

    text: str
    joined: str
    kind: NameKind
    count: int


class Names:
    """Names of one archive, found by what is nearly the same, and by how they are read."""

    def __init__(self, values: Iterable[tuple[str, NameKind, int]]) -> None:
        self._values = tuple(values)

    def warm(self) -> None:
        """Make what is made when it is first asked for."""
        _ = self._variants, self._spelled

    def find_near(self, typed: str) -> Iterator[Name]:
        """Yield the names that are a folded text, or differ from it in a character: wrong, missing, added, swapped."""
        found: set[int] = set()
        for variant in _leave_one_out(typed):
            found.update(at for at in self._variants.get(variant, ()) if is_near(typed, self._names[at].joined))
        yield from (self._names[at] for at in sorted(found))

    def find_read(self, latin: str) -> list[Name]:
        """Return the names that are read so: in full (wangyanfei), then by their initials (wyf)."""
        return [
            self._names[at]
            for at in dict.fromkeys((*self._spelled[0].get(latin, ()), *self._spelled[1].get(latin, ())))
        ]

    @cached_property
    def _names(self) -> tuple[Name, ...]:
        return tuple(Name(text, join(fold(text).text), kind, count) for text, kind, count in self._values)

    @cached_property
    def _variants(self) -> dict[str, list[int]]:
        variants: dict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(self._names):
            for variant in _leave_one_out(name.joined):
                variants[variant].append(at)
        return dict(variants)

    @cached_property
    def _spelled(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        full: dict[str, list[int]] = defaultdict(list)
        initials: dict[str, list[int]] = defaultdict(list)
        for at, name in enumerate(self._names):
            for syllables in islice(product(*map(_read_character, name.joined)), _MOST_READINGS):
                for read, spelled in ((full, "".join(syllables)), (initials, "".join(one[0] for one in syllables))):
                    if at not in read[spelled][-1:]:
                        read[spelled].append(at)
        return dict(full), dict(initials)

    @cached_property
    def dotted(self) -> DottedNames:
        """Those that have dots between their parts."""
        return DottedNames(text for text, _, _ in self._values if has_dot(text))


def know_names(lexicon: Lexicon, reader: Reader) -> Lexicon:
    """Return a lexicon that knows how an archive writes names with dots between their parts."""
    return replace(lexicon, dotted=read_names(reader).dotted)


def read_names(reader: Reader) -> Names:
    """Return the names of an archive, those of most documents first; read once for each reader."""
    return reader.keep("names", lambda: Names(_read(reader)))


def _read(reader: Reader) -> Iterator[tuple[str, NameKind, int]]:
    facets = reader.run(Run(Everything(), limit=1, facets=NAMED, most_listed=_MOST_KNOWN)).facets
    for kind in NAMED:
        for value, count in facets[kind][:_MOST_KNOWN]:
            if value and _SHORTEST_NAME <= len(value) <= LONGEST_NAME and not value.isascii():
                yield value, kind, count


def _read_character(character: str) -> list[str]:
    return sorted(readings_of(character)) or [character]


def _leave_one_out(text: str) -> set[str]:
    return {text, *(text[:at] + text[at + 1 :] for at in range(len(text)))}


def is_near(one: str, other: str) -> bool:
    """Tell whether texts are equal, or differ in one character that is wrong, missing or added, or in two swapped."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b or b[1:] == a
