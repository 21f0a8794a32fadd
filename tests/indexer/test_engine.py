"""What any engine must give: the answers of a naive search over the same documents. Run here on the embedded one."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis.analyzer import analyze_texts
from indexer.analysis.normalize import fold
from indexer.document import Document, date_span
from indexer.engine import Reader
from indexer.engine.evaluate import fold_pattern
from indexer.engine.whoosh import WhooshEngine
from indexer.query import (
    And,
    AtLeast,
    Everything,
    Field,
    Not,
    OneOf,
    Or,
    Pattern,
    Phrase,
    Query,
    Range,
    Run,
    Scoring,
    Term,
)

SCORING = Scoring(k1=1.2, b=0.75, title=2.0, word=1.0, gram=1.0, pair=1.0, phrase=2.0, verbatim=1000.0)


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
    return {document.id for document in reader.read_documents(reader.match(query).tolist())}


# --- the naive search that is the truth


def holds(text: str | None, sought: str) -> bool:
    return bool(fold(sought).text) and fold(sought).text in fold(text or "").text


def naive(query: Query, document: Document, field: str | None = None) -> bool:
    match query:
        case Term(text) | Phrase(text):
            if field is not None:
                return holds(getattr(document, field), text)
            return any(holds(getattr(document, name), text) for name in ("title", "body", "source", "issuer", "author"))
        case Pattern(text):
            names = ("title", "body") if field is None else (field,)
            texts = [getattr(document, name) or "" for name in names if name in ("title", "body")]
            return any(fnmatchcase(word, fold_pattern(text)) for own in texts for word in words_of(own))
        case And(parts):
            return all(naive(part, document, field) for part in parts)
        case Or(parts):
            return any(naive(part, document, field) for part in parts)
        case AtLeast(parts, minimum):
            return sum(naive(part, document, field) for part in parts) >= minimum
        case Not(part):
            return not naive(part, document, field)
        case Field(name, part):
            return naive(part, document, name)
        case Range(name, first, last):
            date = getattr(document, name)
            span = date_span(date) if date else None
            return span is not None and span[1] >= (first or 0) and span[0] <= (last or 99_999_999)
        case OneOf(name, values):
            return getattr(document, name) in values
        case Everything():
            return True


def words_of(text: str) -> list[str]:
    return analyze_texts([text]).vocabulary


# Few characters, so that random texts meet: Han, Latin, a digit, punctuation, silent marks, space, a traditional one.
TEXTS = st.text(alphabet="会议科学协a1，“ 學", max_size=14)
DATES = st.sampled_from([None, "2021", "2021-03", "2021-03-12", "2022-12-31"])
DOCUMENTS = st.lists(
    st.builds(
        Document,
        id=st.just(""),
        path=st.just(""),
        title=st.none() | TEXTS,
        body=TEXTS,
        source=st.sampled_from([None, "科协", "会议a"]),
        date=DATES,
    ),
    max_size=8,
)
LEAVES = st.one_of(
    st.builds(Term, TEXTS),
    st.builds(Pattern, st.text(alphabet="会议科a1*?", min_size=1, max_size=5)),
    st.builds(Phrase, TEXTS),
    st.builds(Field, st.sampled_from(["title", "body", "source"]), st.builds(Phrase, TEXTS)),
    st.builds(
        Range, st.just("date"), st.sampled_from([None, 20210101, 20210331]), st.sampled_from([None, 20210312, 20221230])
    ),
    st.builds(OneOf, st.just("source"), st.sampled_from([("科协",), (None,), ("科协", "会议a"), ()])),
    st.just(Everything()),
)
QUERIES: st.SearchStrategy[Query] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AtLeast, st.lists(inner, min_size=1, max_size=3).map(tuple), st.integers(1, 3)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(DOCUMENTS, st.lists(QUERIES, min_size=5, max_size=5), st.data())
def test_random_queries_find_what_a_naive_search_finds(
    bare: list[Document], queries: list[Query], data: st.DataObject
) -> None:
    documents = [replace(document, id=f"d{n}", path=f"f{n}") for n, document in enumerate(bare)]
    cut = data.draw(st.integers(0, len(documents)))
    deleted = data.draw(st.sets(st.sampled_from(documents).map(lambda d: d.path))) if documents else set()
    alive = [document for document in documents if document.path not in deleted]
    with tempfile.TemporaryDirectory() as folder:
        reader = build(Path(folder), documents[:cut], documents[cut:], delete=tuple(sorted(deleted)))
        assert reader.document_count == len(alive)
        for query in queries:
            expected = {document.id for document in alive if naive(query, document)}
            assert found_ids(reader, query) == expected, query
            page = reader.run(Run(query, scoring=SCORING, limit=100, facets=("source", "year")))
            assert page.total == len(expected) == len(page.hits)
            for name, value in (("source", "科协"), ("source", None)):
                counted = dict(page.facets[name]).get(value, 0)
                assert counted == sum(d.id in expected and d.source == value for d in alive)


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
    return [document.id for document in reader.read_documents([number for number, _ in reader.run(run).hits])]


def test_the_best_hit_comes_first_and_scores_fall(reader: Reader) -> None:
    found = reader.run(Run(Term("科协"), scoring=SCORING))
    scores = [score for _, score in found.hits]
    assert ids(reader, Run(Term("科协"), scoring=SCORING))[0] == "a"
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)


def test_newest_and_oldest_put_the_undated_last(reader: Reader) -> None:
    assert ids(reader, Run(Everything(), sort="newest")) == ["b", "a", "c", "d"]
    assert ids(reader, Run(Everything(), sort="oldest")) == ["c", "a", "b", "d"]


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
    number = reader.find_number("x/ y?")
    assert number is not None
    assert reader.read_documents([number]) == [document]
    assert reader.find_number("none") is None


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
    assert [document.id for _, document in reader.iter_documents()] == ["a"]
    assert len(list(tmp_path.glob("*.arrays"))) == 1
    with engine.open_writer(tmp_path) as writer:  # no lock was left behind
        writer.delete("a")


def test_positions_and_counts_beyond_sixteen_bits_are_kept(tmp_path: Path) -> None:
    body = "会" * 70_000 + "末尾的话" + "\U0010ffff𠮷" + "\ue000"
    reader = build(tmp_path, [Document("a", "a", body=body), Document("b", "b", body="别的话")])
    for text in ("末尾的话", "会末尾", "𠮷", "\U0010ffff", "\ue000", "话"):
        assert "a" in found_ids(reader, Phrase(text)) or not fold(text).text, text
    assert found_ids(reader, Phrase("尾的话")) == {"a"}
