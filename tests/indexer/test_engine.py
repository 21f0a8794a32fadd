"""What any engine must give: the answers of a naive search over the same documents. Run here on the embedded one."""

from __future__ import annotations

import json
import math
import os
import random
import re
import tempfile
import threading
from collections import Counter
from contextlib import ExitStack
from dataclasses import fields, replace
from fnmatch import fnmatchcase
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.index import open_dir
from whoosh.query import And as WhooshAnd
from whoosh.query import Term as WhooshTerm

from indexer.analysis.analyzer import analyze_texts
from indexer.analysis.normalize import fold, stands_alone
from indexer.budget import Budget
from indexer.document import Document, Meeting, Person, Speech, date_span
from indexer.engine import Prepared, Reader
from indexer.engine.matching import is_short_name
from indexer.engine.postings import PERIODS, fold_pattern
from indexer.engine.whoosh import WhooshEngine
from indexer.errors import QueryError
from indexer.query import (
    DATE_FIELDS,
    LISTED_FIELDS,
    And,
    Below,
    Everything,
    Field,
    Near,
    Not,
    OneOf,
    Or,
    Pattern,
    Phrase,
    Query,
    Range,
    Ranking,
    Recency,
    Run,
    Said,
    Scoring,
    Sort,
    Term,
    Within,
)

SCORING = Scoring(
    k1=1.2,
    b=0.75,
    title=2.0,
    word=1.0,
    gram=1.0,
    pair=1.0,
    phrase=2.0,
    passage=0.5,
    verbatim=1000.0,
    verbatim_part=10.0,
    dated=1.0,
    ideal=10.0,
    together=0.5,
    first=1e5,
)
FACETS = ("source", *PERIODS, "people")


def build(folder: Path, *batches: list[Document], delete: tuple[str, ...] = ()) -> Reader:
    engine = WhooshEngine()
    engine.create(folder)
    for batch in batches:
        with engine.open_writer(folder) as writer:
            writer.add(engine.prepare(folder, batch))
    if delete:
        with engine.open_writer(folder) as writer:
            for path in delete:
                writer.delete(path)
    return engine.open_reader(folder)


def found_ids(reader: Reader, query: Query) -> set[str]:
    return set(reader.find_keys(query))


# --- the naive search that is the truth


def holds(text: str | None, sought: str) -> bool:
    return bool(fold(sought).text) and fold(sought).text in fold(text or "").text


def holds_synonym(name: str, text: str, synonym: str) -> bool:
    folded = fold(synonym).text
    if not folded:
        return False
    if len(folded) < 2 and name in ("title", "body"):
        return holds(text, synonym)
    if name in ("title", "body") and is_short_name(folded) and folded not in analyze_texts([text]).vocabulary:
        return False
    return stands_alone(folded).search(fold(text).text) is not None


def naive(query: Query, document: Document, field: str | None = None) -> bool:  # noqa: C901, PLR0912 - a line for each kind
    match query:
        case Term(text, synonyms) | Phrase(text, synonyms, _):
            shown = ("title", "body", "source", "issuer", "author") if field is None else (field,)
            if field in LISTED_FIELDS:
                return any(holds(own, one) for own in listed(document, field) for one in (text, *synonyms))
            return any(
                holds(own, text) or any(holds_synonym(name, own, synonym) for synonym in synonyms)
                for name, own in ((name, getattr(document, name) or "") for name in shown)
            )
        case Pattern(text):
            names = ("title", "body") if field is None else (field,)
            texts = [getattr(document, name) or "" for name in names if name in ("title", "body")]
            return any(fnmatchcase(word, fold_pattern(text)) for own in texts for word in words_of(own))
        case And(parts):
            return all(naive(part, document, field) for part in parts)
        case Or(parts):
            return any(naive(part, document, field) for part in parts)
        case Not(part):
            return not naive(part, document, field)
        case Field(name, part):
            return naive(part, document, name)
        case Said(speakers, part):
            return any(
                holds(own.speaker, speaker) and (part is None or naive_said(part, document.body[own.start : own.end]))
                for own in document.speech
                for speaker in speakers
            )
        case Within():
            return any(naive_within(query.part, document, unit, query.kind) for unit in units_of(query.kind, document))
        case Range(name, first, last):
            date = getattr(document, name)
            span = date_span(date) if date else None
            return span is not None and span[1] >= (first or 0) and span[0] <= (last or 99_999_999)
        case OneOf(name, values):
            own_values = listed(document, name)
            return bool(set(own_values) & set(values)) or (not own_values and None in values)
        case Below(name, values):
            value = getattr(document, name) or ""
            return any(value == own or value.startswith(f"{own}/") for own in values)
        case Everything():
            return True
        case Near():  # of all documents together: `naive_near`
            raise TypeError(query)


# A paragraph, sentence or speech: the ranges of the body that it has, or the title.
Unit = list[tuple[int, int]] | Literal["title"]


def units_of(kind: str, document: Document) -> list[Unit]:
    if kind == "speech":
        going_on = groupby(document.speech, key=lambda passage: passage.speaker)
        return [[(passage.start, passage.end) for passage in own] for _, own in going_on]
    pattern = r"[^\n]+" if kind == "paragraph" else r"[^\n。]+"
    return ["title", *([match.span()] for match in re.finditer(pattern, document.body))]


def naive_within(query: Query, document: Document, unit: Unit, kind: str, field: str | None = None) -> bool:
    match query:
        case Term(text, synonyms) | Phrase(text, synonyms, _):
            name = "title" if unit == "title" else "body"
            asked = [(text, False), *((synonym, True) for synonym in synonyms)]
            return field in (None, name) and any(occurs(document, unit, sought, alone) for sought, alone in asked)
        case Said(speakers, Phrase(text)):
            said = [own for own in document.speech if any(holds(own.speaker, speaker) for speaker in speakers)]
            return unit != "title" and any(
                occurs(document, unit, text, alone=False, inside=(own.start, own.end)) for own in said
            )
        case And(parts):
            return all(naive_within(part, document, unit, kind, field) for part in parts)
        case Or(parts):
            return any(naive_within(part, document, unit, kind, field) for part in parts)
        case Not(part):
            return not naive_within(part, document, unit, kind, field)
        case Field("body", part):
            return naive_within(part, document, unit, kind, "body")
        case Within("sentence", part) if kind != "speech":
            inner = units_of("sentence", document)
            return any(naive_within(part, document, own, "sentence") for own in inner if is_part(own, unit))
        case Within(own_kind, part) if own_kind == kind:
            return naive_within(part, document, unit, kind)
        case _:
            return naive(query, document)


def is_part(inner: Unit, outer: Unit) -> bool:
    if "title" in (inner, outer):
        return inner == outer
    return outer[0][0] <= inner[0][0] and inner[0][1] <= outer[0][1]  # type: ignore[operator]


def occurs(document: Document, unit: Unit, sought: str, alone: bool, inside: tuple[int, int] | None = None) -> bool:
    """Tell whether a text stands in a unit, whatever stands around that, and inside a passage where that is given."""
    name, text = ("title", document.title or "") if unit == "title" else ("body", document.body)
    ranges = [(0, len(text))] if unit == "title" else unit
    folded, wanted = fold(text), fold(sought).text
    if not wanted or (alone and not holds_synonym(name, text, sought)):
        return False
    pattern = stands_alone(wanted).pattern if alone and len(wanted) > 1 else re.escape(wanted)
    spots = [
        folded.original(match.start(), match.start() + len(wanted))
        for match in re.finditer(f"(?={pattern})", folded.text)
    ]
    places = [own for own in spots if inside is None or (inside[0] <= own[0] and own[1] <= inside[1])]
    return any(first <= start and end <= last for start, end in places for first, last in ranges)


def naive_said(part: Query, passage: str) -> bool:
    assert isinstance(part, Term | Phrase)
    return any(holds(passage, text) for text in (part.text, *part.synonyms))


def listed(document: Document, name: str) -> list[str]:
    match name:
        case "people":
            return [person.name for person in document.people]
        case "speaker":
            return list(document.speakers)
        case "series":
            return [document.meeting.series] if document.meeting else []
        case "cites":
            return list(document.cites)
        case _:
            value = getattr(document, name)
            return [value] if value else []


def words_of(text: str) -> list[str]:
    return analyze_texts([text]).vocabulary


# Few characters, so that random texts meet: Han, Latin, a digit, punctuation, silent marks, space, a traditional one.
TEXTS = st.text(alphabet="会议科学协a1五十，“ 學", max_size=14)
BODIES = st.text(alphabet="会议科学协a1五十，。\n“ 學", max_size=20)
SHORT_TEXTS = st.text(alphabet="会议科学", min_size=1, max_size=2)
DATES = st.sampled_from([None, "2021", "2021-03", "2021-03-12", "2022-12-31"])
NAMES = st.sampled_from(["会议", "科a", "十五"])


@st.composite
def with_people(draw: st.DrawFn, documents: st.SearchStrategy[Document]) -> Document:
    """Give a document people, passages that they say, a meeting and what it cites."""
    document = draw(documents)
    places = sorted(draw(st.lists(st.integers(0, len(document.body)), max_size=4)))
    speech = tuple(
        Speech(draw(NAMES), "说", start, end, sure=True) for start, end in zip(places[::2], places[1::2], strict=False)
    )
    people = tuple(Person(name, None, ("spoke",), 0) for name in draw(st.sets(NAMES)))
    meeting = draw(st.none() | st.builds(Meeting, NAMES, st.just("会")))
    return replace(document, people=people, speech=speech, meeting=meeting, cites=tuple(draw(st.sets(NAMES))))


def examples(most: int) -> int:
    """Return how many examples are tried; where the engine runs once more, on the other Whoosh, a third of them."""
    return most // 3 if os.environ.get("HYPOTHESIS_PROFILE") == "few" else most


DOCUMENTS = st.lists(
    with_people(
        st.builds(
            Document,
            id=st.just(""),
            path=st.just(""),
            title=st.none() | TEXTS,
            body=BODIES,
            source=st.sampled_from([None, "科协", "会议a"]),
            date=DATES,
            meeting_date=DATES,
        )
    ),
    max_size=8,
)
LEAVES = st.one_of(
    st.builds(Term, TEXTS, st.lists(TEXTS, max_size=2).map(tuple)),
    st.builds(Pattern, st.text(alphabet="会议科a1*?", min_size=1, max_size=5)),
    st.builds(Phrase, TEXTS),
    st.builds(Field, st.sampled_from(["title", "body", "source"]), st.builds(Phrase, TEXTS)),
    st.builds(
        Range,
        st.sampled_from(DATE_FIELDS),
        st.sampled_from([None, 20210101, 20210331]),
        st.sampled_from([None, 20210312, 20221230]),
    ),
    st.builds(Field, st.sampled_from(LISTED_FIELDS), st.builds(Phrase, NAMES)),
    st.builds(OneOf, st.sampled_from(LISTED_FIELDS), st.sampled_from([("会议",), (None,), ("科a", None), ()])),
    st.builds(Said, st.lists(NAMES, min_size=1, max_size=2).map(tuple), st.none() | st.builds(Phrase, SHORT_TEXTS)),
    st.builds(OneOf, st.just("source"), st.sampled_from([("科协",), (None,), ("科协", "会议a"), ()])),
    st.builds(Below, st.just("source"), st.sampled_from([("科协",), ("科",), ()])),
    st.builds(
        Within,
        st.sampled_from(["paragraph", "sentence", "speech"]),
        st.recursive(
            st.one_of(
                st.builds(Phrase, SHORT_TEXTS),
                st.builds(Term, TEXTS, st.lists(SHORT_TEXTS, max_size=1).map(tuple)),
                st.builds(Said, NAMES.map(lambda name: (name,)), st.builds(Phrase, SHORT_TEXTS)),
                st.builds(Field, st.sampled_from(["title", "body", "source"]), st.builds(Phrase, SHORT_TEXTS)),
                st.just(Everything()),
            ),
            lambda inner: st.one_of(
                st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple)),
                st.builds(Or, st.lists(inner, min_size=1, max_size=2).map(tuple)),
                st.builds(Not, inner),
                st.builds(Within, st.just("sentence"), inner),
            ),
            max_leaves=4,
        ),
    ),
    st.just(Everything()),
)
QUERIES: st.SearchStrategy[Query] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=examples(150))
@given(DOCUMENTS, st.lists(QUERIES, min_size=5, max_size=5), st.data())
def test_random_queries_find_what_a_naive_search_finds(
    bare: list[Document], queries: list[Query], data: st.DataObject
) -> None:
    documents = [replace(document, id=f"d{n}", path=f"f{n}") for n, document in enumerate(bare)]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(documents)), max_size=3)))
    batches = [documents[start:end] for start, end in pairwise([0, *cuts, len(documents)])]
    deleted = data.draw(st.sets(st.sampled_from(documents).map(lambda d: d.path))) if documents else set()
    alive = [document for document in documents if document.path not in deleted]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as bounds:
        # As large archives are: pairs that are common, segments that are merged, a few postings at a time.
        for name, small in (
            ("inversion.COMMON", 2),
            ("writer._MERGED_AT_ONCE", 2),
            ("writer._PIECES_AT_ONCE", 2),
            ("packed._NUMBERS_AT_ONCE", 3),
        ):
            if data.draw(st.booleans()):
                bounds.enter_context(patch(f"indexer.engine.whoosh.{name}", small))
        reader = build(Path(folder), *batches, delete=tuple(sorted(deleted)))
        assert reader.document_count == len(alive)
        truth = [[naive(query, document) for query in queries] for document in alive]
        assert reader.count(queries) == [sum(row[at] for row in truth) for at in range(len(queries))]
        among = [sum(row[at] and row[0] for row in truth) for at in range(len(queries))]
        assert reader.count(queries, among=queries[0]) == among
        asked = [*(document.id for document in alive), "none", *(f"d{path[1:]}" for path in sorted(deleted))]
        nothing = [False] * len(queries)
        assert reader.holds(asked, queries) == [*truth, *(nothing for _ in asked[len(alive) :])]
        for number, query in enumerate(queries):
            expected = {document.id for document, row in zip(alive, truth, strict=True) if row[number]}
            assert reader.find_keys(query) == sorted(expected), query
            page = reader.run(Run(query, scoring=SCORING, limit=100, facets=FACETS))
            assert page.total == len(expected) == len(page.hits)
            for name in FACETS[:-1]:
                field, width = PERIODS.get(name, (name, 100))
                values = [(getattr(d, field) or "")[:width] or None for d in alive if d.id in expected]
                assert dict(page.facets[name]) == Counter(values)
            people = Counter(name for d in alive if d.id in expected for name in listed(d, "people"))
            assert dict(page.facets["people"]) == people


def pieces_of(documents: list[Document], chance: random.Random) -> Phrase:
    """Return some characters that stand side by side in one of some documents, often across the end of a sentence."""
    own = chance.choice(documents)
    text = fold(own.body if chance.random() < 0.8 else own.title or "").text
    at = chance.randrange(len(text) + 1)
    return Phrase(text[at : at + chance.randint(1, 4)])


def scribbled(number: int, chance: random.Random) -> Document:
    """Return a document of few characters, of which somebody says two passages."""
    body = "".join(chance.choices("会议科学协a1五，。\n ", k=chance.randint(0, 40)))
    places = sorted(chance.sample(range(len(body) + 1), min(4, len(body))))
    speech = tuple(
        Speech(chance.choice(("甲", "乙")), "说", start, end, sure=True)
        for start, end in zip(places[::2], places[1::2], strict=False)
    )
    title = "".join(chance.choices("会议科学", k=3))
    return Document(f"d{number}", f"f{number}", title=title, body=body, speech=speech)


@pytest.mark.parametrize("seed", range(12))
def test_what_stands_together_is_what_stands_so_in_the_text(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    documents = [scribbled(number, chance) for number in range(20)]
    gone = tuple(own.path for own in documents if chance.random() < 0.2)
    reader = build(tmp_path, documents[:7], documents[7:], delete=gone)
    for _ in range(40):
        one, other = pieces_of(documents, chance), pieces_of(documents, chance)
        part = chance.choice(
            (
                And((one, other)),
                And((one, Not(other))),
                Or((And((one, Within("sentence", other))), Field("body", one))),
            )
        )
        query = Within(chance.choice(("paragraph", "sentence", "speech")), part)
        expected = {own.id for own in documents if own.path not in gone and naive(query, own)}
        assert found_ids(reader, query) == expected, query
        for own, held in zip(documents, reader.places_within([own.id for own in documents], query), strict=True):
            assert (held.title or bool(held.places)) == (own.id in expected), query


GAPS = [
    ("会", "科"),
    ("会议", ""),
    ("", "a1"),
    ("议科", "会"),
    ("a", "1会"),
    ("会议", "科协"),
    ("龘", "会"),
    ("会", "龘"),
]


def naive_fill(before: str, after: str, *, texts: list[str]) -> Counter[str]:
    """Return in how many documents, given by their folded texts, each character stands in a gap."""
    found: Counter[str] = Counter()
    for text in texts:
        gaps = re.finditer(f"(?={re.escape(before)}(.){re.escape(after)})", text, re.DOTALL)
        found.update({gap[1] for gap in gaps} - {"\x1f", "\n"})
    return found


@settings(max_examples=examples(100))
@given(DOCUMENTS, st.lists(st.tuples(SHORT_TEXTS, SHORT_TEXTS), max_size=4), st.data())
def test_gaps_are_filled_with_what_stands_in_them(
    bare: list[Document], typed: list[tuple[str, str]], data: st.DataObject
) -> None:
    documents = [replace(document, id=f"d{n}", path=f"f{n}") for n, document in enumerate(bare)]
    deleted = data.draw(st.sets(st.sampled_from(documents).map(lambda d: d.path))) if documents else set()
    gaps = [(fold(before).text, fold(after).text) for before, after in typed]
    gaps = [*GAPS, *(gap for gap in gaps if all(gap) or max(map(len, gap)) > 1)]
    alive = [document for document in documents if document.path not in deleted]
    texts = ["\n".join(fold(text or "").text for text in (own.title, own.body)) for own in alive]
    with tempfile.TemporaryDirectory() as folder:
        reader = build(Path(folder), documents[:3], documents[3:], delete=tuple(sorted(deleted)))
        for gap, found in zip(gaps, reader.fill(gaps), strict=True):
            assert dict(found) == naive_fill(*gap, texts=texts), gap
            assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))


def test_a_document_counts_once_for_what_stands_in_a_gap_of_its_title_and_its_body(tmp_path: Path) -> None:
    documents = [Document("a", "a", title="王延飞", body="王延飞与王亚飞，王、飞"), Document("b", "b", body="王延飞")]
    assert build(tmp_path, documents).fill([("王", "飞"), ("王延", ""), ("", "延飞")]) == [
        [("延", 2), ("亚", 1)],
        [("飞", 2)],
        [("王", 2)],
    ]


def test_what_is_kept_of_a_reader_is_made_once_and_for_its_documents_alone(tmp_path: Path) -> None:
    reader = build(tmp_path, [Document("a", "a", body="一"), Document("b", "b", body="二")])
    some = reader.only(Phrase("一"))
    made: list[int] = []

    def keep(own: Reader) -> int:
        def make() -> int:
            made.append(own.document_count)
            return own.document_count

        return own.keep("size", make)

    assert [keep(own) for own in (reader, reader.within(Budget(1)), some, some.within(Budget(1)))] == [2, 2, 1, 1]
    assert made == [2, 1]


def answers(reader: Reader, queries: list[Query], keys: list[str]) -> dict[str, Any]:
    """Return whatever a reader tells."""
    page = [
        reader.run(Run(query, scoring=SCORING, limit=100, facets=FACETS, fold=fold))
        for query in queries
        for fold in (False, True)
    ]
    return {
        "count": (reader.document_count, reader.count(queries)),
        "holds": reader.holds(keys, queries),
        "pages": page,
        "keys": [reader.find_keys(query) for query in queries],
        "read": reader.read(keys),
        "families": ([reader.find_family(key) for key in keys], reader.families_of(keys)),
        "alike": [reader.find_alike(key, 5) for key in keys],
        "all": list(reader.iter_documents()),
        "gaps": reader.fill(GAPS),
        "words": {
            ("".join(map(chr, row)), count)
            for own in reader.vocabulary().values()
            for row, count in zip(own.points.tolist(), own.documents.tolist(), strict=True)
        },
    }


@settings(max_examples=examples(50))
@given(DOCUMENTS, st.lists(QUERIES, min_size=3, max_size=3), st.data())
def test_a_reader_of_some_documents_tells_what_an_index_of_these_would(
    bare: list[Document], queries: list[Query], data: st.DataObject
) -> None:
    documents = [replace(document, id=f"d{n}", path=f"f{n}") for n, document in enumerate(bare)]
    chosen = data.draw(st.sets(st.sampled_from(documents).map(lambda own: own.path))) if documents else set()
    near = Near(tuple(queries), (Everything(),), 0.5, 3)
    with tempfile.TemporaryDirectory() as whole, tempfile.TemporaryDirectory() as part:
        some = build(Path(whole), documents).only(Below("path", tuple(chosen)))
        alone = build(Path(part), [document for document in documents if document.path in chosen])
        keys = [document.id for document in documents]
        assert answers(some, [*queries, near], keys) == answers(alone, [*queries, near], keys)


def test_what_joins_two_families_joins_none_for_whom_it_is_not_there(tmp_path: Path) -> None:
    clauses = [f"这是第{n}条关于科普工作的规定" for n in range(100)]
    texts = {"a": clauses[:80], "b": clauses[10:90], "c": clauses[20:]}
    documents = [Document(key, key, body="，".join(own)) for key, own in texts.items()]
    reader = build(tmp_path, documents)
    assert reader.find_family("a") == ["a", "b", "c"]
    some = reader.only(Below("path", ("a", "c")))
    assert some.find_family("a") == ["a"]
    assert some.run(Run(Term("科普"), fold=True)).cards == 2


def naive_near(near: Near, documents: list[Document]) -> set[str]:
    """Return what comes near, as the docstring of `Near` says it."""
    held = {own.id: {n for n, part in enumerate(near.parts) if naive(part, own)} for own in documents}
    frequency = [sum(n in parts for parts in held.values()) for n in range(len(near.parts))]
    weights = [math.log1p((len(documents) - n + 0.5) / (n + 0.5)) for n in frequency]
    score = {key: sum(weights[n] for n in parts) for key, parts in held.items()}
    found: set[str] = set()
    for number, scope in enumerate(near.scopes):
        own = {document.id: score[document.id] for document in documents if naive(scope, document)}
        best = max(own.values(), default=0.0)
        if not number and best <= near.least * sum(weights):
            return set()
        enough = sorted((value for value in own.values() if best and value >= near.share * best), reverse=True)
        if len(enough) > near.most:  # the first ones, without those that only draw level with the next
            least = min(value for value in enough if value > enough[near.most - 1] or value == best)
        else:
            least = near.share * best
        found |= {key for key, value in own.items() if best and value >= least}
    return found


@settings(max_examples=examples(60))
@given(DOCUMENTS, st.lists(LEAVES, min_size=1, max_size=4), QUERIES, st.sampled_from([0.0, 0.5]), st.integers(1, 3))
def test_what_comes_near_is_what_its_definition_says(
    bare: list[Document], parts: list[Query], scope: Query, least: float, most: int
) -> None:
    documents = [replace(document, id=f"d{n}", path=f"f{n}") for n, document in enumerate(bare)]
    near = Near(tuple(parts), (Everything(), scope), 0.33, most, least)
    with tempfile.TemporaryDirectory() as folder:
        reader = build(Path(folder), documents)
        assert set(reader.find_keys(near)) == naive_near(near, documents)
        assert reader.run(Run(Or((near, scope)), limit=0)).total == len(reader.find_keys(Or((near, scope))))


def test_runs_together_are_what_they_are_alone(reader: Reader) -> None:
    runs = [
        Run(Term("科协"), scoring=SCORING, facets=("source",)),
        Run(Term("科协"), filters={"source": OneOf("source", ("甲",))}, sort="newest"),
        Run(Everything(), limit=2, offset=1),
    ]
    assert reader.run_many(runs) == [reader.run(run) for run in runs]
    assert reader.run_many([]) == []


def test_documents_alike_are_named_by_what_they_share(tmp_path: Path) -> None:
    clauses = [f"第{number}条要求各单位认真落实有关事项" for number in range(30)]
    documents = [
        Document("one", "one", body="，".join(clauses)),
        Document("much", "much", body="，".join(clauses[:18]) + "，其余都是别的内容" * 3),
        Document("else", "else", body="，".join(f"天气预报说明天有{number}级风" for number in range(30))),
    ]
    reader = build(tmp_path, documents)
    assert reader.find_alike("one", 5) == ["much"]
    assert reader.find_alike("none", 5) == []
    assert len(reader.find_alike("one", 0)) == 0


@settings(max_examples=examples(60))
@given(st.integers(0, 2**32), st.sampled_from(["会议", "科协 会议 工作", "“会议工作”", "会 或 议", "工作讨论"]))
def test_the_best_hits_are_the_same_whether_all_are_scored_or_not(seed: int, typed: str) -> None:
    """Holds the letting go of hopeless documents to a run that scores every one."""
    chance = random.Random(seed)
    documents = [
        Document(f"d{n:03}", f"f{n}", title=scribble(chance, 3), body=scribble(chance, 30), date=f"20{n % 20:02}")
        for n in range(120)
    ]
    with tempfile.TemporaryDirectory() as folder:
        reader = build(Path(folder), documents, delete=("f3", "f50"))
        words = tuple(typed.replace("或", " ").strip("“”").split())
        query: Query = Or((And(tuple(Term(word) for word in words)), Phrase(words[0])))
        whole = reader.run(Run(query, scoring=SCORING, limit=1000)).hits
        assert [score for _, score in whole] == sorted((score for _, score in whole), reverse=True)
        with patch("indexer.engine.scoring._FEW", 0), patch("indexer.engine.scoring._GROUPS", 4):
            for offset, limit in ((0, 1), (0, 10), (7, 5), (30, 10)):
                part = reader.run(Run(query, scoring=SCORING, offset=offset, limit=limit)).hits
                assert [key for key, _ in part] == [key for key, _ in whole[offset : offset + limit]]
                assert [score for _, score in part] == pytest.approx(
                    [score for _, score in whole[offset : offset + limit]], rel=1e-4
                )


def worth(document: Document, documents: list[Document], recency: Recency) -> float:
    """Return what evidence counts for by age, as the docstring of `Recency` says it."""

    def count(day: int) -> int:
        return day // 10_000 * 372 + day // 100 % 100 * 31 + day % 100

    days = {own.id: date_span(own.date)[0] for own in documents if own.date}
    newest = max((day for day in days.values() if day <= recency.today), default=0)
    values = {
        key: recency.floor + (1 - recency.floor) * 0.5 ** (max(0, count(newest) - count(day)) / 372 / recency.half_life)
        for key, day in days.items()
    }
    found: float = values[document.id] if document.date else sum(values.values()) / len(values)
    return found


@settings(max_examples=examples(60))
@given(st.integers(0, 2**32), st.sampled_from(["会议", "科协 会议 工作", "会 工作讨论"]), st.booleans())
def test_evidence_counts_by_age_whether_all_documents_are_scored_or_not(seed: int, typed: str, fold: bool) -> None:
    """Holds scores with recency to those without it, times what the age leaves; and letting go to scoring all."""
    chance = random.Random(seed)
    dates = [None, "2035-05-05", *(f"20{year:02}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}" for year in range(22))]  # fmt: skip
    documents = [
        Document(f"d{n:03}", f"f{n}", title=scribble(chance, 3), body=scribble(chance, 30), date=chance.choice(dates))
        for n in range(120)
    ]
    documents[3] = replace(documents[3], date="2022-01-01")  # what is deleted makes nothing old
    recency = Recency(half_life=3.0, floor=0.4, today=20220101)
    alive = [own for own in documents if own.path not in ("f3", "f40")]
    words = typed.split()
    with tempfile.TemporaryDirectory() as folder:
        reader = build(Path(folder), documents, delete=("f3", "f40"))
        query: Query = Or((*(Term(word) for word in words), Phrase(words[0])))
        run = Run(
            query, scoring=replace(SCORING, verbatim=0.0, verbatim_part=0.0, passage=0.0), limit=1000, recency=recency
        )
        plain = dict(reader.run(replace(run, recency=None)).hits)
        expected = {own.id: plain[own.id] * worth(own, alive, recency) for own in alive if own.id in plain}
        assert dict(reader.run(run).hits) == pytest.approx(expected, rel=1e-4)
        run = replace(run, fold=fold, scoring=SCORING)
        whole = reader.run(run).hits
        with patch("indexer.engine.scoring._FEW", 0), patch("indexer.engine.scoring._GROUPS", 4):
            for offset, limit in ((0, 1), (0, 10), (7, 5)):
                part = reader.run(replace(run, offset=offset, limit=limit)).hits
                assert [key for key, _ in part] == [key for key, _ in whole[offset : offset + limit]]


def test_what_a_passage_holds_counts_by_age_too(tmp_path: Path) -> None:
    texts = {"a": "2020-01-01", "b": "2022-01-01"}
    documents = [Document(key, key, body=f"科普工作会议{key}", date=day) for key, day in texts.items()]
    reader = build(tmp_path, documents)
    run = Run(
        And((Term("科普"), Term("会议"))), scoring=replace(SCORING, passage=5.0), recency=Recency(2.0, 0.0, 20220101)
    )
    scores = dict(reader.run(run).hits)
    assert scores["a"] == pytest.approx(scores["b"] / 2, rel=1e-4)


def test_age_moves_nothing_between_classes_and_no_order_by_date(tmp_path: Path) -> None:
    documents = [
        Document("old", "old", body="科普工作会议在此召开，讨论科普工作。", date="1990-01-01"),
        Document("new", "new", body="会议讨论工作，科普为先，工作会议科普。" * 3, date="2021-12-31"),
        Document("rest", "rest", body="科普工作", date="2021-06-30"),
    ]
    reader = build(tmp_path, documents)
    recency = Recency(half_life=0.5, floor=0.01, today=20220101)
    run = Run(Or((And((Term("科普"), Term("会议"))), Phrase("科普工作会议"))), scoring=SCORING, recency=recency)
    assert ids(reader, run) == ["old", "new"]
    ideal = replace(run, query=Or((Term("科普"), run.query)), ideal=Phrase("科普工作会议"))
    assert ids(reader, ideal)[0] == "old"
    for sort in ("newest", "oldest"):
        assert ids(reader, replace(run, sort=sort)) == ids(reader, replace(run, sort=sort, recency=None))


def test_an_archive_without_days_is_ranked_as_ever(tmp_path: Path) -> None:
    documents = [Document(f"d{n}", f"d{n}", body="科普工作。" * (n + 1)) for n in range(3)]
    reader = build(tmp_path, documents)
    run = Run(Term("科普"), scoring=SCORING)
    assert reader.run(replace(run, recency=Recency(3.0, 0.5, 20220101))).hits == reader.run(run).hits


def test_a_document_that_is_behind_may_still_come_first(tmp_path: Path) -> None:
    """After the rarest word it holds nothing and fifty rivals half of what is to come; yet that may all be its own."""
    filler = "其余 " * 12
    documents = [Document(f"rare{n}", f"r{n}", body=f"alpha {filler}") for n in range(50)]
    documents += [Document("both", "both", body="beta gamma " * 6)]
    documents += [Document(f"one{n}", f"o{n}", body=f"{'beta' if n % 2 else 'gamma'} {filler}") for n in range(900)]
    documents += [Document(f"none{n}", f"n{n}", body=f"其余 {filler}") for n in range(1000)]
    reader = build(tmp_path, documents)
    nothing = dict.fromkeys((own.name for own in fields(Scoring)), 0.0)
    scoring = replace(Scoring(**nothing), k1=1.2, b=0.75, word=1.0)
    query = Or((Everything(), Term("alpha"), Term("beta"), Term("gamma")))
    with patch("indexer.engine.scoring._FEW", 0), patch("indexer.engine.scoring._GROUPS", 4):
        assert [key for key, _ in reader.run(Run(query, scoring=scoring, limit=1)).hits] == ["both"]


def test_near_identical_documents_are_one_card_and_all_of_them_count(tmp_path: Path) -> None:
    clauses = [f"第{number}条要求各单位认真落实有关事项" for number in range(30)]
    documents = [
        Document("old", "old", title="原文", body="，".join(clauses), date="2021-03-12", source="甲"),
        Document("copy", "copy", title="转载", body="。".join(clauses[:-3]) + "。", date="2021-03-14", source="乙"),
        Document(
            "late", "late", title="又一处", body="，".join([*clauses, "编者按语"]), date="2021-03-20", source="丙"
        ),
        Document("other", "other", title="别的", body="，".join(reversed(clauses[:6])) + "，其余都是别的内容" * 3),
    ]
    for batches in ([documents], [documents[:1], documents[1:3], documents[3:]]):
        folder = tmp_path / str(len(batches))
        folder.mkdir()
        reader = build(folder, *batches)
        run = Run(Phrase("认真落实"), scoring=SCORING, facets=("source",), fold=True)
        orders: list[tuple[Sort, str, list[str]]] = [
            ("newest", "late", ["old", "copy"]),
            ("oldest", "old", ["copy", "late"]),
        ]
        for sort, first, others in orders:
            found = reader.run(replace(run, sort=sort))
            assert (found.total, found.cards, [key for key, _ in found.hits]) == (4, 2, [first, "other"])
            assert found.reprints == {first: others}
            assert sum(count for _, count in found.facets["source"]) == 4
        assert reader.run(replace(run, offset=1, limit=1)).hits == reader.run(run).hits[1:]
        assert reader.run(replace(run, fold=False)).cards == 4
        assert reader.find_family("copy") == ["copy", "late", "old"]
        assert reader.find_family("other") == ["other"]
        assert reader.find_family("none") == []
        assert len(set(reader.families_of(["old", "copy", "late"]))) == 1
        assert reader.families_of(["other", "none"]) == ["other", "none"]


def test_a_family_loses_what_is_deleted(tmp_path: Path) -> None:
    body = "，".join(f"第{number}条要求各单位认真落实有关事项" for number in range(30))
    documents = [Document(name, name, body=body) for name in "abc"]
    reader = build(tmp_path, documents, delete=("a",))
    found = reader.run(Run(Everything(), fold=True))
    assert (found.total, found.cards) == (2, 1)


def scribble(chance: random.Random, most: int) -> str:
    return "".join(chance.choices(["会议", "科协", "工作", "讨论", "，", "的"], k=chance.randint(1, most)))


# --- what the naive search does not say


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    documents = [
        Document("a", "a", title="科协会议", body="会议召开。科协科协科协。", source="甲", date="2021-03-12"),
        Document("b", "b", title="其他", body="科协会议在此召开，讨论工作。" * 20, source="乙", date="2022-01-01"),
        Document("c", "c", body="无关的文字", source="乙", date="2020"),
        Document("d", "d", title="无日期", body="科协"),
    ]
    return build(tmp_path, documents)


def ids(reader: Reader, run: Run) -> list[str]:
    return [key for key, _ in reader.run(run).hits]


def test_the_best_hit_comes_first_and_scores_fall(reader: Reader) -> None:
    found = reader.run(Run(Term("科协"), scoring=SCORING))
    scores = [score for _, score in found.hits]
    assert ids(reader, Run(Term("科协"), scoring=SCORING))[0] == "a"
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)


def test_newest_and_oldest_put_the_undated_last(reader: Reader) -> None:
    assert ids(reader, Run(Everything(), sort="newest")) == ["b", "a", "c", "d"]
    assert ids(reader, Run(Everything(), sort="oldest")) == ["c", "a", "b", "d"]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (20210312, 20210312, {"day", "month", "year", "days"}),
        (20210315, None, {"month", "year"}),
        (20210314, 20210320, {"month", "year", "days"}),
        (None, 20210311, {"month", "year"}),
        (20210401, None, {"year"}),
        (20220101, None, set()),
        (None, None, {"day", "month", "year", "days"}),
    ],
)
def test_a_period_finds_what_can_lie_in_it(
    tmp_path: Path, first: int | None, last: int | None, found: set[str]
) -> None:
    """A date that is known by its year or month can be any day of it; a meeting lasts until its last day."""
    dates: dict[str, tuple[str | None, str | None]] = {
        "day": ("2021-03-12", None),
        "month": ("2021-03", None),
        "year": ("2021", None),
    }
    dates |= {"days": ("2021-03-12", "2021-03-14"), "none": (None, None)}
    documents = [
        Document(name, name, body="会", meeting_date=day, meeting_until=until) for name, (day, until) in dates.items()
    ]
    reader = build(tmp_path, documents)
    assert found_ids(reader, Range("meeting_date", first, last)) == found


def test_a_meeting_counts_in_the_month_in_which_it_begins(tmp_path: Path) -> None:
    documents = [
        Document("a", "a", body="会", meeting_date="2021-03-30", meeting_until="2021-04-02"),
        Document("b", "b", body="会", meeting_date="2021"),
        Document("c", "c", body="会", meeting_date="2021-04"),
    ]
    found = build(tmp_path, documents).run(Run(Everything(), facets=("meeting_month", "meeting_year")))
    assert found.facets["meeting_month"] == [("2021-04", 1), ("2021-03", 1), ("2021", 1)]
    assert found.facets["meeting_year"] == [("2021", 3)]


def test_a_slice_is_the_same_as_in_the_whole_list(reader: Reader) -> None:
    whole = ids(reader, Run(Everything(), sort="newest"))
    assert ids(reader, Run(Everything(), sort="newest", offset=1, limit=2)) == whole[1:3]
    assert reader.run(Run(Everything(), offset=10**12, limit=5)).hits == []


def test_a_chosen_facet_keeps_the_counts_of_its_other_values(reader: Reader) -> None:
    run = Run(Everything(), filters={"source": OneOf("source", ("甲",))}, facets=("source", "year"))
    found = reader.run(run)
    assert found.total == 1
    assert found.facets["source"] == [("乙", 2), ("甲", 1), (None, 1)]
    assert found.facets["year"] == [("2021", 1)]


def test_order_is_the_same_however_the_index_was_built(tmp_path: Path) -> None:
    documents = [Document(f"d{n}", f"f{n}", body="同样的文字") for n in range(20)]
    (tmp_path / "one").mkdir()
    (tmp_path / "many").mkdir()
    one = build(tmp_path / "one", documents)
    many = build(tmp_path / "many", documents[13:], documents[:5], documents[5:13])
    run = Run(Term("文字"), scoring=SCORING, limit=20)
    assert ids(one, run) == ids(many, run)


def test_a_stored_document_comes_back_whole(tmp_path: Path) -> None:
    document = Document("x/ y?", "f", body="𠮷野家\n第二段", title="标题", flags=("truncated",), location="%FF")
    reader = build(tmp_path, [document])
    assert reader.read(["none", "x/ y?"]) == [None, document]
    assert reader.read([]) == []


def test_the_vocabulary_has_each_word_once_by_its_length(tmp_path: Path) -> None:
    documents = [Document("a", "a", title="科协 alpha", body="alpha beta"), Document("b", "b", body="beta gamma")]
    words = build(tmp_path, documents[:1], documents[1:]).vocabulary()
    found = {
        "".join(map(chr, row)): count
        for own in words.values()
        for row, count in zip(own.points.tolist(), own.documents.tolist(), strict=True)
    }
    assert all(own.points.shape[1] == length for length, own in words.items())
    assert {word: found[word] for word in ("alpha", "beta", "gamma", "科协")} == dict.fromkeys(
        ("alpha", "beta", "gamma", "科协"), 1
    )


def test_an_empty_index_answers(tmp_path: Path) -> None:
    reader = build(tmp_path)
    found = reader.run(Run(Term("会"), scoring=SCORING, facets=("source", "year", "genre")))
    assert (found.total, found.hits, reader.document_count) == (0, [], 0)


def test_a_batch_that_fails_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    engine = WhooshEngine()
    build(tmp_path, [Document("a", "a", body="一")])
    with pytest.raises(ZeroDivisionError), engine.open_writer(tmp_path) as writer:
        writer.add(engine.prepare(tmp_path, [Document("b", "b", body="二")]))
        writer.delete("a")
        raise ZeroDivisionError
    reader = engine.open_reader(tmp_path)
    assert [document.id for document in reader.iter_documents()] == ["a"]
    assert len(list(tmp_path.glob("MAIN*.arrays"))) == 1
    with engine.open_writer(tmp_path) as writer:  # no lock was left behind
        writer.delete("a")


def test_positions_and_counts_beyond_sixteen_bits_are_kept(tmp_path: Path) -> None:
    body = "会" * 70_000 + "末尾的话" + "\U0010ffff𠮷" + "\ue000"
    reader = build(tmp_path, [Document("a", "a", body=body), Document("b", "b", body="别的话")])
    for text in ("末尾的话", "会末尾", "𠮷", "\U0010ffff", "\ue000", "话"):
        assert "a" in found_ids(reader, Phrase(text)) or not fold(text).text, text
    assert found_ids(reader, Phrase("尾的话")) == {"a"}


def test_bm25_is_what_the_formula_says(tmp_path: Path) -> None:
    documents = [
        Document("a", "a", body="科协会议科协"),
        Document("b", "b", body="科协"),
        Document("c", "c", body="别的文字在这里"),
        Document("d", "d", body="科协科协科协"),
    ]
    reader = build(tmp_path, documents, delete=("d",))
    nothing = dict.fromkeys((own.name for own in fields(Scoring)), 0.0)
    scoring = replace(Scoring(**nothing), k1=1.2, b=0.75, word=1.0)
    found = dict(reader.run(Run(Term("科协"), scoring=scoring)).hits)
    lengths = {name: len(analyze_texts([body]).words) for name, body in (("a", "科协会议科协"), ("b", "科协"))}
    average = (lengths["a"] + lengths["b"] + analyze_texts(["别的文字在这里"]).lengths[0]) / 3
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    for name, count in (("a", 2), ("b", 1)):
        expected = idf * count * 2.2 / (count + 1.2 * (1 - 0.75 + 0.75 * lengths[name] / average))
        assert found[name] == pytest.approx(expected, rel=1e-5)


def test_title_and_body_are_scored_as_one_text(tmp_path: Path) -> None:
    """However a text is shared out among the two fields, it scores the same; only the title's own share differs."""
    texts = [("科协", "会议讨论工作"), ("科协会议", "讨论工作"), ("", "科协会议讨论工作")]
    documents = [Document(f"d{n}", f"f{n}", title=title, body=body) for n, (title, body) in enumerate(texts)]
    reader = build(tmp_path, [*documents, Document("x", "x", body="别的")])
    scoring = replace(SCORING, title=0.0, passage=0.0)
    query = And((Term("科协"), Term("会议"), Term("工作")))
    scores = [score for _, score in reader.run(Run(query, scoring=scoring)).hits]
    assert scores == pytest.approx([scores[0]] * 3)


def test_synonyms_weigh_as_one_word(tmp_path: Path) -> None:
    """A rare synonym must not count for more than the common name that was typed."""
    documents = [Document(f"d{n}", f"f{n}", body="科协开会") for n in range(20)]
    documents += [Document("rare", "rare", body="科普协会开会"), Document("both", "both", body="科协科普协会")]
    reader = build(tmp_path, documents)
    found = dict(reader.run(Run(Term("科协", ("科普协会",)), scoring=SCORING, limit=30)).hits)
    assert len(found) == 22
    assert found["rare"] == pytest.approx(found["d3"], rel=0.2)
    assert found["both"] > found["d3"]


def test_words_near_each_other_rank_before_words_far_apart(tmp_path: Path) -> None:
    filler = "其间说了许多别的话。" * 20
    documents = [
        Document("far", "far", body="科协在这里。" + filler + "经费在那里。" + filler),
        Document("near", "near", body=filler + "科协说到了经费。" + filler + "就这样。" * 3),
    ]
    reader = build(tmp_path, documents)
    query = And((Term("科协"), Term("经费")))
    assert ids(reader, Run(query, scoring=SCORING))[0] == "near"
    apart = reader.run(Run(query, scoring=replace(SCORING, passage=0.0))).hits
    assert apart[0][1] == pytest.approx(apart[1][1], rel=0.02)


def test_what_is_ideal_comes_first_where_one_passage_holds_much_of_it(tmp_path: Path) -> None:
    filler = "以及许多别的话，" * 40
    documents = [
        Document("part", "part", body="科协" * 9),
        Document("whole", "whole", body=f"科协的经费，{filler}"),
        Document("scattered", "scattered", body=f"科协，{filler * 9}经费"),
        Document("titled", "titled", title="经费，科协", body=filler),
        Document("none", "none", body="无关"),
    ]
    reader = build(tmp_path, documents)
    ideal = And((Term("科协"), Term("经费")))
    run = Run(Everything(), scoring=replace(SCORING, ideal=0.0, together=0.9), evidence=ideal, ideal=ideal)
    assert set(ids(reader, run)[:2]) == {"titled", "whole"}
    assert ids(reader, run)[2:] == ["part", "scattered", "none"]
    assert ids(reader, replace(run, scoring=replace(SCORING, ideal=1e3, together=0.9)))[2] == "scattered"


def test_what_is_dated_on_the_days_that_are_named_counts_once(tmp_path: Path) -> None:
    dates = {"day": ("2021-03-12", None), "meeting": (None, "2021-03-12"), "both": ("2021-03-12", "2021-03-12")}
    documents = [Document(name, name, body="科协", date=day, meeting_date=held) for name, (day, held) in dates.items()]
    documents.append(Document("other", "other", body="科协", date="2020-01-01"))
    reader = build(tmp_path, documents)
    days = [Range(name, 20210312, 20210312) for name in DATE_FIELDS]
    hits = dict(reader.run(Run(Or((Term("科协"), *days)), scoring=SCORING)).hits)
    assert hits["day"] == hits["meeting"] == hits["both"] > hits["other"]


def test_the_best_of_what_comes_near_are_those_that_rank_best(tmp_path: Path) -> None:
    documents = [
        Document(f"d{n}", f"f{n}", body="科协" * (n + 1) + "，其余" * 9 + ("经费" if n == 2 else "")) for n in range(9)
    ]
    reader = build(tmp_path, documents)
    evidence = Term("科协")
    near = Near((evidence, Term("其余")), (Everything(), Not(Term("经费"))), 0.2, 9, 0.0, Ranking(evidence, SCORING), 2)
    assert reader.find_keys(near) == ["d7", "d8"]
    first = Ranking(evidence, SCORING, ideal=Term("经费"))
    assert reader.find_keys(replace(near, ranking=first)) == ["d2", "d7", "d8"]


def test_a_pattern_that_matches_too_many_words_is_refused(tmp_path: Path) -> None:
    reader = build(tmp_path, [Document("a", "a", body=" ".join(f"w{n}" for n in range(1001)))])
    assert len(reader.find_keys(Pattern("w1*"))) == 1
    with pytest.raises(QueryError, match="超过 1000 个"):
        reader.find_keys(Pattern("w*"))
    assert len(reader.find_keys(Pattern("*?*?*?*?*?*?*?*?*?*x"))) == 0


def test_words_of_documents_that_are_not_there_do_not_make_a_pattern_too_wide(tmp_path: Path) -> None:
    documents = [Document("a", "a", body=" ".join(f"w{n}" for n in range(1001))), Document("b", "b", body="w1 w2")]
    reader = build(tmp_path, documents)
    assert reader.only(Below("path", ("b",))).find_keys(Pattern("w*")) == ["b"]
    with pytest.raises(QueryError, match="超过 1000 个"):
        reader.only(Below("path", ("a",))).find_keys(Pattern("w*"))


def test_below_is_a_folder_and_not_a_beginning(tmp_path: Path) -> None:
    paths = ("内部/2021/a.txt", "内部刊物/b.txt", "内部")
    reader = build(tmp_path, [Document(path, path, body="会议") for path in paths])
    assert reader.find_keys(Below("path", ("内部",))) == ["内部", "内部/2021/a.txt"]
    assert reader.find_keys(Below("path", ("内部/2021/a.txt", "内部刊物"))) == ["内部/2021/a.txt", "内部刊物/b.txt"]


def test_many_threads_read_one_index(tmp_path: Path) -> None:
    documents = [Document(f"d{n}", f"f{n}", title=f"标题{n}", body=f"会议第{n}次，讨论。" * 30) for n in range(300)]
    reader = build(tmp_path, documents[:200], documents[200:])
    wrong: list[str] = []

    def read(own: int) -> None:
        for step in range(200):
            n = (own * 37 + step * 11) % 300
            if reader.read([f"d{n}"]) != [documents[n]] or found_ids(reader, Phrase(f"第{n}次")) != {f"d{n}"}:
                wrong.append(f"d{n}")

    threads = [threading.Thread(target=read, args=(own,)) for own in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_whoosh_itself_reads_the_index(tmp_path: Path) -> None:
    """It is a Whoosh index: its own reader finds words, paths, lengths, deletions and stored fields in it."""
    documents = [
        Document("a", "f/a", title="科协会议", body="会议召开，讨论科普。科普科普。"),
        Document("b", "f/b", title="其他", body="科普"),
        Document("c", "f/c", body="无关"),
    ]
    build(tmp_path, documents[:2], documents[2:], delete=("f/b",))
    index = open_dir(str(tmp_path), indexname="MAIN")
    with index.searcher() as searcher:
        assert searcher.doc_count() == 2
        assert searcher.doc_count_all() == 3
        assert [json.loads(hit["record"])["id"] for hit in searcher.search(WhooshTerm("body", "科普"))] == ["a"]
        assert [json.loads(hit["record"])["id"] for hit in searcher.search(WhooshTerm("path", "f/c"))] == ["c"]
        assert not list(searcher.search(WhooshTerm("body", "没有")))
        both = WhooshAnd([WhooshTerm("title", "会议"), WhooshTerm("body", "科普")])
        assert len(searcher.search(both)) == 1
        reader = searcher.reader()
        assert reader.doc_frequency("body", "科普") == 2
        assert reader.frequency("body", "科普") == 4
        assert ("body", "科普".encode()) in list(reader.all_terms())
        assert reader.doc_field_length(1, "body") == 1


def test_many_small_batches_make_few_segments_and_the_same_answers(tmp_path: Path) -> None:
    documents = [
        Document(f"d{n:02}", f"f{n}", title=f"标题{n}", body=f"科协会议{n}，讨论工作。" * (n % 3 + 1))
        for n in range(60)
    ]
    (tmp_path / "whole").mkdir()
    (tmp_path / "pieces").mkdir()
    whole = build(tmp_path / "whole", documents)
    gone = tuple(f"f{n}" for n in range(0, 60, 2))
    pieces = build(tmp_path / "pieces", *([document] for document in documents), delete=gone)
    assert len(list((tmp_path / "pieces").glob("MAIN*.arrays"))) < 20
    left = [document for document in documents if int(document.path[1:]) % 2]
    for text in ("会议", "科协会议1", "讨论工作", "题3", "。"):
        assert found_ids(pieces, Phrase(text)) == found_ids(whole, Phrase(text)) & {document.id for document in left}
    assert list(pieces.iter_documents()) == left


def test_a_segment_that_is_mostly_deleted_is_written_anew(tmp_path: Path) -> None:
    documents = [Document(f"d{n}", f"f{n}", body=f"科协会议第{n}次，讨论工作。") for n in range(12)]
    build(tmp_path, documents)
    with WhooshEngine().open_writer(tmp_path) as writer:
        for n in range(8):
            writer.delete(f"f{n}")
    reader = WhooshEngine().open_reader(tmp_path)
    assert reader.size == reader.document_count == 4  # type: ignore[attr-defined]
    assert found_ids(reader, Phrase("第9次")) == {"d9"}
    assert not found_ids(reader, Phrase("第3次"))


def test_the_dictionary_is_learnt_alone_and_serves_what_comes_after(tmp_path: Path) -> None:
    chance = random.Random(1)
    text = ["".join(chance.choices("会议科协工作讨论，的。", k=700)) for _ in range(1500)]
    documents = [Document(f"d{n}", f"f{n}", title=f"标题{n}", body=body) for n, body in enumerate(text)]
    engine = WhooshEngine()
    engine.create(tmp_path)
    pieces: list[Prepared] = []
    for first, alone in ((0, False), (500, False), (0, True), (1000, False)):
        part = [replace(d, id=f"{d.id}-{len(pieces)}") for d in documents[first : first + 1500]]
        pieces.append(engine.prepare(tmp_path, part, alone=alone))
        assert (tmp_path / "dictionary.arrays").exists() == (len(pieces) > 2)
    with engine.open_writer(tmp_path) as writer:
        for piece in pieces:
            writer.add(piece)
    reader = engine.open_reader(tmp_path)
    assert reader.document_count == 1500 + 1000 + 1500 + 500
    for document in reader.iter_documents():
        assert document.body == text[int(document.path[1:])], document.id


def test_words_too_long_to_count_give_no_nan(tmp_path: Path) -> None:
    reader = build(tmp_path, [Document(f"d{n}", f"f{n}", body="a" * 70 + str(n)) for n in range(3)])
    hits = reader.run(Run(Term("a" * 70), scoring=SCORING)).hits
    assert len(hits) == 3
    assert all(math.isfinite(score) for _, score in hits)
