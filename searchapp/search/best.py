"""What answers a whole query before any hit: the document of that number or title, and what people recommend for it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from indexer import And, Field, OneOf, OutOfTimeError, Phrase, Run
from searchapp.language.answers import fold_whole
from searchapp.search.ranking import SHORTEST_FIRST
from searchapp.search.results import Best

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indexer import Document, Query, Reader
    from searchapp.language.answers import Answers
    from searchapp.language.best_file import Answer

# What is shorter is a word, whose documents are many; what is longer is no title.
_SHORTEST, _LONGEST = 4, 60
# Shorter ones are mostly words that hundreds of titles hold: they are looked for beyond the first hits (.1 ms) only
# where one of these has just that title.
_SHORTEST_LOOKED_FOR = 6
# Marks, quotes and white space that a title may have beside what is typed of it.
_MOST_MARKS = 12
# Characters that may fold to several, as ㎡ does to m2.
_MOST_SPELT_OUT = 2
# As lengths are counted in words, several titles may be as short as the text that is looked for.
_SHORTEST_TITLES = 5
# So many documents of one file are looked through for the second, third ...
_MOST_OF_FILE = 200
_NUMBER = re.compile(r".+〔[0-9]{4}〕[0-9]+号")
_AROUND = "“”\"「」『』《》〈〉'‘’ \u3000\t。．.，,、；;：:"


def find_best(
    reader: Reader, typed: str, *, filters: Mapping[str, Query], answers: Answers, shown: Sequence[Document], more: bool
) -> list[Best]:
    """Return what answers a query as a whole, each document once, as far as the budget goes.

    `shown` are the first hits; where there are no `more`, every document of such a title is one of them.
    """
    try:
        found = _find_direct(reader, typed, filters=filters, shown=shown, more=more)
        for answer in answers.find(typed):
            found += _show(reader, answer, filters=filters)
    except OutOfTimeError:
        return []
    return _once(found)


def find_idle(reader: Reader, answers: Answers) -> list[str]:
    """Return a sentence for each answer whose document does not exist."""
    return [
        f"the answer to “{answer.queries[0]}” names the document {answer.document}, which does not exist"
        for answer in answers.every
        if answer.document is not None and _find_named(reader, answer.document) is None
    ]


def _once(found: list[Best]) -> list[Best]:
    """Return each document once, where it stands first, with what people note of it."""
    kept: dict[str, Best] = {}
    for one in found:
        own = one.url or "" if one.document is None else f"#{one.document.id}"
        known = kept.setdefault(own, one)
        kept[own] = replace(known, note=known.note or one.note)
    return list(kept.values())


# --- a number or a title


def _find_direct(
    reader: Reader, typed: str, *, filters: Mapping[str, Query], shown: Sequence[Document], more: bool
) -> list[Best]:
    """Return the document whose number or title was typed, where all documents that have it are near-identical."""
    if (number := read_number(typed)) is not None:
        run = Run(OneOf("number", (number,)), filters=dict(filters), sort="oldest", limit=1, fold=True)
        found = reader.run(run)
        documents = reader.read([key for key, _ in found.hits], evidence=False) if found.cards == 1 else []
        return [Best("number", own) for own in documents if own is not None]
    folded = fold_whole(typed) if _SHORTEST <= len(typed) <= _LONGEST + _MOST_MARKS else ""
    if not _SHORTEST <= len(folded) <= _LONGEST:
        return []
    titled = _choose_titled(shown, folded)
    if more and (titled or len(folded) >= _SHORTEST_LOOKED_FOR):
        titled = _find_titled(reader, folded, filters=filters)
    if len(titled) > 1 and len(set(reader.families_of([own.id for own in titled]))) > 1:
        return []
    return [Best("title", own) for own in titled[:1]]


def read_number(typed: str) -> str | None:
    """Return the number of a document, in its one form, where a query is nothing else: 云科协发[2022]第9号."""
    text = typed.strip(_AROUND)
    if not (text.endswith(("号", "號")) or text[-1:].isdecimal()) or len(text) > _LONGEST:
        return None
    from indexer import normalize_number  # its patterns are many, and most queries end before

    number = normalize_number(f"{text.rstrip('号號')}号")
    return number if _NUMBER.fullmatch(number) else None


def _choose_titled(documents: Iterable[Document | None], folded: str) -> list[Document]:
    letters = _count_letters(folded)
    return [
        own
        for own in documents
        if own is not None
        and own.title is not None
        and abs(_count_letters(own.title) - letters) <= _MOST_SPELT_OUT  # folding costs more
        and fold_whole(own.title) == folded
    ]


def _count_letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _find_titled(reader: Reader, folded: str, *, filters: Mapping[str, Query]) -> list[Document]:
    """Return a document of each family with just this title; of the titles that hold it, this one is the shortest."""
    holding = Field("title", Phrase(folded, pairs=()))
    if not any(reader.count([holding])):
        return []
    run = Run(holding, filters=dict(filters), scoring=SHORTEST_FIRST, limit=_SHORTEST_TITLES, fold=True)
    hits = reader.run(run).hits
    keys = [key for key, score in hits if score == hits[0][1]]
    return _choose_titled(reader.read(keys, evidence=False), folded) if keys else []


# --- what people recommend


def _show(reader: Reader, answer: Answer, *, filters: Mapping[str, Query]) -> list[Best]:
    """Return an answer as this reader may see it, where it is in what a search is narrowed to.

    What lies elsewhere has no date or source, so that it is in no narrowed search.
    """
    if answer.document is None:
        return [] if filters else [Best("curated", None, title=answer.title, note=answer.note, url=answer.url)]
    document = _find_named(reader, answer.document)
    if document is None or (filters and not reader.holds([document.id], [And(tuple(filters.values()))])[0][0]):
        return []
    return [Best("curated", document, title=answer.title, note=answer.note)]


def _find_named(reader: Reader, named: str) -> Document | None:
    """Return the document of an id or of a path, the latter with or without the folder of the archive in front.

    `简报.txt#2` is the second document of a file.
    """
    (document,) = reader.read([named], evidence=False)
    if document is not None:
        return document
    path = named.partition("#")[0]
    for query in (OneOf("path", (path,)), Field("path", Phrase(f"/{path}"))):
        keys = [key for key, _ in reader.run(Run(query, limit=_MOST_OF_FILE)).hits]
        for own in reader.read(keys, evidence=False) if keys else ():
            if own is not None and named in _names_of(own):
                return own
    return None


def _names_of(document: Document) -> list[str]:
    numbered = f"{document.path}#{document.order + 1}"
    names = [numbered] if document.order else [numbered, document.path]
    return [*names, *(name.partition("/")[2] for name in names)]
