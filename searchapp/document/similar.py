"""Documents like one: first those that share sentences with it, then those that speak of the same things."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer import Or, Run, Term, cut_words, fold
from searchapp.document.anchors import words_of
from searchapp.document.comparison import compare
from searchapp.search.ranking import SCORING
from searchapp.search.snippets import split_sentences

if TYPE_CHECKING:
    from indexer import Document, Key, Reader
    from searchapp.document.comparison import Row

MOST_SIMILAR = 6
_MOST_SHARING = 20
_MOST_SENTENCES = 5
_SHORTEST_SENTENCE = 12  # shorter ones (会议还研究了其他事项。) stand everywhere
_MOST_TOPICAL = 50
_MOST_WORDS = 16
_LONGEST = 50_000  # of a body is looked through for sentences; a book shares its beginning, or little
_LONGEST_COMPARED = 20_000
_MOST_CHANGED = 3
_MARKED = 2000  # characters of the changed sentences that are shown, compared one by one
_READ = 4000  # of a body, from its beginning, says what it is about
_NO_TOPIC = re.compile(r"[\d\W_a-z]*")


@dataclass(frozen=True, slots=True)
class Similar:
    """A document like another one, with how many of its sentences the other one has too, and the first of them."""

    document: Document
    shared: int
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class Differences:
    """How many sentences are the same, the first changed ones, and how many each of both documents has alone."""

    same: int
    changed: list[Row]
    changes: int
    here: int
    there: int


def tell_differences(document: Document, other: Document) -> Differences | None:
    """Return how another document that shares sentences with one differs from it; None where both are long."""
    if max(len(document.body), len(other.body)) > _LONGEST_COMPARED:
        return None
    comparison = compare(document.body, other.body, marked=_MARKED)
    if comparison is None:
        return None
    changed = [row for row in comparison.rows if row.kind == "changed"]
    return Differences(
        comparison.same, changed[:_MOST_CHANGED], len(changed), comparison.count("left"), comparison.count("right")
    )


def find_similar(reader: Reader, document: Document) -> list[Similar]:
    """Return documents like one, but for its reprints: those with most sentences in common first."""
    own = _sentences_of(document)
    sharing = _read(reader, reader.find_alike(document.id, _MOST_SHARING), own=own)
    found = sorted((one for one in sharing if one.shared), key=lambda one: -one.shared)[:MOST_SIMILAR]
    if len(found) < MOST_SIMILAR:
        taken = {one.document.id for one in found}
        topical = _find_topical(reader, document)
        found += [one for one in _read(reader, topical, own=own) if one.document.id not in taken][
            : MOST_SIMILAR - len(found)
        ]
    return found


def _read(reader: Reader, keys: list[Key], *, own: dict[str, str]) -> list[Similar]:
    found = []
    for other in filter(None, reader.read(keys, evidence=False)):
        shared = [own[key] for key in _sentences_of(other) if key in own]
        found.append(Similar(other, len(shared), shared[:_MOST_SENTENCES]))
    return found


def _sentences_of(document: Document) -> dict[str, str]:
    """Return the sentences of a document by their words."""
    sentences = {words_of(text): text for text in split_sentences(document.body[:_LONGEST])}
    return {key: text for key, text in sentences.items() if len(key) >= _SHORTEST_SENTENCE}


def _find_topical(reader: Reader, document: Document) -> list[Key]:
    """Return the documents that hold most of what a document says most often, one of each family of reprints."""
    text = f"{document.title or ''}\n" * 2 + document.body[:_READ]
    counts = Counter(word for _, word in cut_words(fold(text)) if len(word) > 1 and not _NO_TOPIC.fullmatch(word))
    words = sorted(counts, key=lambda word: (-counts[word] * len(word), word))[:_MOST_WORDS]
    if not words:
        return []
    query = Or(tuple(Term(word) for word in words))
    hits = reader.run(Run(query, scoring=SCORING, limit=_MOST_TOPICAL)).hits
    own, *families = reader.families_of([document.id, *(key for key, _ in hits)])
    first: dict[Key, Key] = {}
    for family, (key, _) in zip(families, hits, strict=True):
        if family != own:
            first.setdefault(family, key)
    return list(first.values())[: 2 * MOST_SIMILAR]
