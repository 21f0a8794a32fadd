"""Full-text engines behind one interface, to compare how they search Chinese text.

Two families: engines fed with words (a text is found when the segmenter cut it out of the document the same way) and
engines fed with characters or pairs of characters (every substring is found). `Peer.finds_all` tells them apart.
All of them search title and text, with the title weighing `TITLE_WEIGHT` times, and none of them builds with more than
one thread of its own.
"""

import re
import sqlite3
import sys
from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import rjieba
from jieba.analyse import ChineseAnalyzer
from tantivy import (
    Document,
    FieldType,
    Index,
    Occur,
    Query,
    Schema,
    SchemaBuilder,
    TextAnalyzer,
    TextAnalyzerBuilder,
    Tokenizer,
)
from whoosh import fields, highlight, index
from whoosh import query as whoosh_query
from whoosh.query.spans import SpanNear
from whoosh.sorting import Count

from benchmarks.interface import Item, Page, Peer, Question, Searcher

TITLE_WEIGHT = 3.0
BEST = 10
EXCERPT_LENGTH = 150
EXCERPT_LEAD = 40
MEMORY_MB = 256


def excerpt(text: str, parts: Sequence[str], words: Sequence[str] = ()) -> str:
    """Cut the text around the first part found, or else the first word found, and mark every one in the cut."""
    lower = text.lower()
    for needles in (parts, words):
        found = [at for needle in needles if (at := lower.find(needle.lower())) >= 0]
        if found:
            start = max(0, min(found) - EXCERPT_LEAD)
            pattern = "|".join(re.escape(needle) for needle in sorted(needles, key=len, reverse=True))
            return re.sub(pattern, r"<mark>\g<0></mark>", text[start : start + EXCERPT_LENGTH], flags=re.IGNORECASE)
    return text[:EXCERPT_LENGTH]


def fine_words(text: str) -> list[str]:
    """Words as they are indexed: long words are preceded by the shorter ones inside them."""
    return rjieba.cut_for_search(text.lower())


def plain_words(text: str) -> list[str]:
    """The fewest words that cover the text, punctuation left out: what a query needs to look up."""
    return [word for word in rjieba.cut(text.lower()) if any(map(str.isalnum, word))]


def phrase_words(text: str) -> list[str]:
    """Words of a phrase in the order in which they are indexed; a phrase that is one word is that word only."""
    plain = plain_words(text)
    return plain if plain == [text.lower()] else [word for word in fine_words(text) if not word.isspace()]


def question_words(question: Question) -> list[str]:
    """All plain words of a question."""
    return [word for part in question.parts for word in plain_words(part)]


# Whoosh


class _MarkFormatter(highlight.Formatter):
    """Wraps matched words in a bare <mark>."""

    def format_token(self, text: str, token: Any, replace: bool = False) -> str:  # noqa: FBT001, FBT002
        return f"<mark>{highlight.get_text(text, token, replace)}</mark>"


class _Distance(SpanNear):
    """A SpanNear that can stand in an Or, which asks for sizes."""

    def estimate_size(self, reader: Any) -> Any:
        """At most as many as have both sides, whatever their distance."""
        return self.q.estimate_size(reader)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a query with its place in it."""

    text: str
    start: int
    end: int


class WhooshPeer:
    """Whoosh with jieba's own analyzer for it, as its users set it up."""

    name = "whoosh words"
    finds_all = False

    def build(self, folder: Path, items: Iterable[Item]) -> None:
        """Index in one process and one commit."""
        folder.mkdir(parents=True, exist_ok=True)
        schema = fields.Schema(
            id=fields.ID(stored=True, unique=True),
            title=fields.TEXT(stored=True, analyzer=ChineseAnalyzer()),
            body=fields.TEXT(stored=True, analyzer=ChineseAnalyzer()),
            source=fields.ID(stored=True, sortable=True),
            day=fields.NUMERIC(int, stored=True, sortable=True),
            year=fields.NUMERIC(int, sortable=True),
        )
        with closing(index.create_in(folder, schema)) as new:
            writer = new.writer(limitmb=MEMORY_MB)
            for item in items:
                writer.add_document(
                    id=item.id,
                    title=item.title,
                    body=item.text,
                    source=item.source,
                    day=item.day,
                    year=item.day // 10000,
                )
            writer.commit()

    def open(self, folder: Path) -> Searcher:
        """Open the index."""
        return _WhooshSearcher(index.open_dir(folder).searcher())


class _WhooshSearcher:
    def __init__(self, searcher: Any) -> None:
        self._searcher = searcher
        self._analyzer = searcher.schema["body"].analyzer

    def page(self, question: Question) -> Page:
        results = self._search(question, groupedby=["source", "year"], maptype=Count)
        results.fragmenter = highlight.ContextFragmenter(maxchars=EXCERPT_LENGTH, surround=EXCERPT_LEAD)
        results.formatter = _MarkFormatter()
        best = results[:BEST]  # grouped results ignore the limit
        return Page(
            total=len(results),
            ids=[hit["id"] for hit in best],
            snippets=[hit.highlights("body", top=1) or excerpt(hit["body"], question.parts) for hit in best],
            sources=results.groups("source"),
            years={year: count for year, count in results.groups("year").items() if year},
        )

    def ids(self, question: Question) -> list[str]:
        return [hit["id"] for hit in self._search(question)]

    def _search(self, question: Question, **grouping: Any) -> Any:
        return self._searcher.search(
            self._query(question).normalize(),
            limit=BEST,
            filter=self._filter(question),
            sortedby="day" if question.newest else None,
            reverse=question.newest,
            **grouping,
        )

    def _query(self, question: Question) -> Any:
        match question.how:
            case "all":
                return whoosh_query.And([self._words(part) for part in question.parts])
            case "any":
                return whoosh_query.Or([self._words(part) for part in question.parts])
            case "phrase":
                return self._phrase(question.parts[0])
            case "prefix":
                prefix = question.parts[0].lower()
                return _either_field(lambda field, boost: whoosh_query.Prefix(field, prefix, boost=boost))

    def _words(self, part: str) -> Any:
        return whoosh_query.And([_whoosh_word(word.text) for word in self._cut(part)])

    def _phrase(self, part: str) -> Any:
        """Words at their exact distances: jieba numbers them by character, which whoosh's own Phrase cannot match."""
        words = self._cut(part)
        if not words:
            return whoosh_query.NullQuery

        def in_field(field: str, boost: float) -> Any:
            phrase = whoosh_query.Term(field, words[0].text, boost=boost)
            for before, after in pairwise(words):
                distance = after.start - before.start
                last = whoosh_query.Term(field, after.text, boost=boost)
                phrase = _Distance(phrase, last, slop=distance, mindist=distance)
            return phrase

        return _either_field(in_field)

    def _cut(self, part: str) -> list[_Word]:
        """The analyzer's words, less those inside a longer one."""
        words = [_Word(token.text, token.startchar, token.endchar) for token in self._analyzer(part)]
        return [
            word
            for word in words
            if not any(other != word and other.start <= word.start and word.end <= other.end for other in words)
        ]

    def _filter(self, question: Question) -> Any:
        filters = []
        if days := question.days():
            filters.append(whoosh_query.NumericRange("day", *days))
        if question.source is not None:
            filters.append(whoosh_query.Term("source", question.source))
        return whoosh_query.And(filters) if filters else None


def _whoosh_word(text: str) -> Any:
    return _either_field(lambda field, boost: whoosh_query.Term(field, text, boost=boost))


def _either_field(make: Callable[[str, float], Any]) -> Any:
    return whoosh_query.Or([make("title", TITLE_WEIGHT), make("body", 1.0)])


# Tantivy


class _TantivyPeer(ABC):
    """What the tantivy peers share: the stored and the fast fields, and how a question is put together."""

    name: str
    finds_all: bool

    def build(self, folder: Path, items: Iterable[Item]) -> None:
        """Index with one thread and one commit, then wait for merges."""
        folder.mkdir(parents=True, exist_ok=True)
        new = Index(self._schema(), str(folder), reuse=False)
        self._register(new)
        writer = new.writer(MEMORY_MB * 1_000_000, 1)
        for item in items:
            document = Document(source=item.source, day=item.day, year=item.day // 10000)
            document.add_text("id", item.id)
            document.add_bytes("text", item.text.encode())
            document.add_bytes("title", item.title.encode())
            self.fill(document, "title", item.title)
            self.fill(document, "body", item.text)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> Searcher:
        """Open the index."""
        existing = Index.open(str(folder))
        self._register(existing)
        return _TantivySearcher(self, existing)

    def query(self, schema: Schema, question: Question) -> Query:
        """The question, filters included."""
        parts = question.parts
        match question.how:
            case "any":
                query = _some([query for part in parts for query in self.texts(schema, part)])
            case "all":
                query = _every([_some(self.texts(schema, part)) for part in parts])
            case "phrase":
                query = _some(self.phrases(schema, parts[0]))
            case "prefix":
                query = _some(self.prefixes(schema, parts[0]))
        filters = [query]
        if days := question.days():
            filters.append(Query.range_query(schema, "day", FieldType.Integer, *days))
        if question.source is not None:
            filters.append(Query.term_query(schema, "source", question.source))
        return _every(filters)

    def analyzers(self) -> dict[str, TextAnalyzer]:
        """Analyzers that the fields name and tantivy does not have by itself."""
        return {}

    @abstractmethod
    def add_fields(self, builder: SchemaBuilder) -> None:
        """Add the fields to search."""

    @abstractmethod
    def fill(self, document: Document, field: str, text: str) -> None:
        """Put a text where `add_fields` has the places for the field, "title" or "body"."""

    @abstractmethod
    def texts(self, schema: Schema, part: str) -> list[Query]:
        """Queries one of which must match for the part to be found."""

    @abstractmethod
    def phrases(self, schema: Schema, part: str) -> list[Query]:
        """The same for the part as an exact phrase."""

    @abstractmethod
    def prefixes(self, schema: Schema, part: str) -> list[Query]:
        """The same for words that begin with the part."""

    def _register(self, opened: Index) -> None:
        """Tell the analyzers to an index, which keeps only their names on disk."""
        for name, analyzer in self.analyzers().items():
            opened.register_tokenizer(name, analyzer)

    def _schema(self) -> Schema:
        builder = SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_bytes_field("title", stored=True)
        builder.add_bytes_field("text", stored=True)
        builder.add_text_field("source", fast=True, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("day", fast=True, indexed=True)
        builder.add_integer_field("year", fast=True)
        self.add_fields(builder)
        return builder.build()


class _TantivySearcher:
    def __init__(self, peer: _TantivyPeer, opened: Index) -> None:
        self._peer = peer
        self._schema = opened.schema
        self._searcher = opened.searcher()

    def page(self, question: Question) -> Page:
        query = self._peer.query(self._schema, question)
        documents = self._best(query, newest=question.newest)
        counts = self._searcher.aggregate(query, _TANTIVY_FACETS)
        sources = {bucket["key"]: bucket["doc_count"] for bucket in counts["sources"]["buckets"]}
        years = {int(bucket["key"]): bucket["doc_count"] for bucket in counts["years"]["buckets"]}
        words = [] if self._peer.finds_all else question_words(question)
        return Page(
            total=sum(years.values()),
            ids=[_stored_id(document) for document in documents],
            snippets=[excerpt(_stored_text(document), question.parts, words) for document in documents],
            sources=sources,
            years={year: count for year, count in years.items() if year},
        )

    def ids(self, question: Question) -> list[str]:
        query = self._peer.query(self._schema, question)
        return [_stored_id(document) for document in self._best(query, newest=question.newest)]

    def _best(self, query: Query, *, newest: bool) -> list[Document]:
        found = self._searcher.search(query, BEST, count=False, order_by_field="day" if newest else None)
        return [self._searcher.doc(address) for _, address in found.hits]


_TANTIVY_FACETS = {
    "sources": {"terms": {"field": "source", "size": 65000}},
    "years": {"terms": {"field": "year", "size": 65000}},
}


class TantivyWordsPeer(_TantivyPeer):
    """Tantivy fed with rjieba's words."""

    name = "tantivy words"
    finds_all = False

    def add_fields(self, builder: SchemaBuilder) -> None:
        """One field of words for the title and one for the body."""
        for field in _FIELDS:
            builder.add_text_field(f"{field}_words", tokenizer_name="whitespace")

    def fill(self, document: Document, field: str, text: str) -> None:
        """Words and punctuation, separated by spaces."""
        document.add_text(f"{field}_words", " ".join(fine_words(text)))

    def texts(self, schema: Schema, part: str) -> list[Query]:
        """All plain words of the part, wherever they stand."""
        words = [self._word(schema, word) for word in plain_words(part)]
        return words[0] if len(words) == 1 else [_every([_some(word) for word in words])]

    def phrases(self, schema: Schema, part: str) -> list[Query]:
        """The words in the order in which they are indexed."""
        words = list(enumerate(phrase_words(part)))
        return _either(lambda field: _sequence(schema, f"{field}_words", words))

    def prefixes(self, schema: Schema, part: str) -> list[Query]:
        """Words by a regular expression."""
        pattern = re.escape(part.lower()) + ".*"
        return _either(lambda field: Query.regex_query(schema, f"{field}_words", pattern))

    def _word(self, schema: Schema, word: str) -> list[Query]:
        return _either(lambda field: Query.term_query(schema, f"{field}_words", word))


class _SubstringPeer(_TantivyPeer):
    """What the peers that find every substring share: each way of asking for a part asks for it as a substring."""

    finds_all = True

    @abstractmethod
    def substring(self, schema: Schema, field: str, part: str) -> Query:
        """Find the part in the field."""

    def texts(self, schema: Schema, part: str) -> list[Query]:
        """The part as a substring."""
        return _either(lambda field: self.substring(schema, field, part))

    def phrases(self, schema: Schema, part: str) -> list[Query]:
        """The part as a substring."""
        return self.texts(schema, part)

    def prefixes(self, schema: Schema, part: str) -> list[Query]:
        """The part as a substring: there are no words here that could begin with it."""
        return self.texts(schema, part)


class TantivyCharactersPeer(_SubstringPeer):
    """Tantivy fed with single characters; a part is a phrase of them."""

    name = "tantivy characters"

    def add_fields(self, builder: SchemaBuilder) -> None:
        """One field of characters for the title and one for the body."""
        for field in _FIELDS:
            builder.add_text_field(f"{field}_characters", tokenizer_name="whitespace")

    def fill(self, document: Document, field: str, text: str) -> None:
        """Characters, separated by spaces."""
        document.add_text(f"{field}_characters", _grams(text, 1))

    def substring(self, schema: Schema, field: str, part: str) -> Query:
        """The characters one after the other."""
        return _sequence(schema, f"{field}_characters", list(enumerate(_without_spaces(part))))


class TantivyPairsPeer(_SubstringPeer):
    """Tantivy fed with overlapping pairs of characters, and with single characters for parts that are one."""

    name = "tantivy pairs"

    def analyzers(self) -> dict[str, TextAnalyzer]:
        """Characters without useful positions, which a part of one character does not need."""
        return {"singles": TextAnalyzerBuilder(Tokenizer.ngram(1, 1)).build()}

    def add_fields(self, builder: SchemaBuilder) -> None:
        """Fields of pairs and of characters for the title and for the body."""
        for field in _FIELDS:
            builder.add_text_field(f"{field}_pairs", tokenizer_name="whitespace")
            builder.add_text_field(f"{field}_singles", tokenizer_name="singles", index_option="freq")

    def fill(self, document: Document, field: str, text: str) -> None:
        """Pairs, separated by spaces, and the text as it is."""
        document.add_text(f"{field}_pairs", _grams(text, 2))
        document.add_text(f"{field}_singles", text.lower())

    def substring(self, schema: Schema, field: str, part: str) -> Query:
        """As few pairs as cover the part, at their exact distances."""
        spaceless = _without_spaces(part)
        if len(spaceless) == 1:
            return Query.term_query(schema, f"{field}_singles", part.lower())
        last = len(spaceless) - 2
        starts = [*range(0, last, 2), last]
        return _sequence(schema, f"{field}_pairs", [(start, spaceless[start : start + 2]) for start in starts])


_FIELDS = ("title", "body")
_CODES = f"utf-32-{sys.byteorder[0]}e"
_SPACE = re.compile("[ \t\n\r\f]")


def _without_spaces(text: str) -> str:
    """Lower case with a visible character for every space at which tantivy's whitespace tokenizer would cut."""
    return _SPACE.sub("\u2581", text.lower())


def _grams(text: str, length: int) -> str:
    """All runs of so many characters, separated by spaces; in arrays, as joining strings takes ten times as long."""
    codes = array("I", _without_spaces(text).encode(_CODES))
    count = len(codes) - length + 1
    grams = array("I", [ord(" ")]) * (count * (length + 1))
    for place in range(length):
        grams[place :: length + 1] = codes[place : place + max(count, 0)]
    return grams.tobytes().decode(_CODES)


def _either(make: Callable[[str], Query]) -> list[Query]:
    return [Query.boost_query(make("title"), TITLE_WEIGHT), make("body")]


def _some(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])


def _every(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])


def _sequence(schema: Schema, field: str, tokens: list[tuple[int, str]]) -> Query:
    """Tokens at the given positions to each other; tantivy's phrases need two or more."""
    if not tokens:
        return Query.empty_query()
    if len(tokens) == 1:
        return Query.term_query(schema, field, tokens[0][1])
    return Query.phrase_query(schema, field, list(tokens))


def _stored_id(document: Document) -> str:
    return str(document.get_first("id"))


def _stored_text(document: Document) -> str:
    stored = document.get_first("text")
    return stored.decode() if isinstance(stored, bytes) else ""


# SQLite


class Fts5Peer:
    """SQLite's FTS5 without content of its own, fed with rjieba's words; the originals stand in ordinary tables."""

    name = "fts5 words"
    finds_all = False

    def build(self, folder: Path, items: Iterable[Item]) -> None:
        """Index in one transaction, then merge into one tree."""
        folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(folder / _DATABASE)) as new, new:
            new.executescript(f"""
                PRAGMA cache_size = -{MEMORY_MB * 1000};
                CREATE TABLE facts (number INTEGER PRIMARY KEY, id TEXT, source TEXT, year INTEGER, day INTEGER);
                CREATE TABLE texts (number INTEGER PRIMARY KEY, title TEXT, text TEXT);
                CREATE VIRTUAL TABLE words USING fts5(title, body, content='', tokenize='unicode61');
                INSERT INTO words (words, rank) VALUES ('hashsize', {MEMORY_MB * 1_000_000 // 4});
                BEGIN;
            """)
            for number, item in enumerate(items):
                facts = (number, item.id, item.source, item.day // 10000, item.day)
                words = (number, " ".join(fine_words(item.title)), " ".join(fine_words(item.text)))
                new.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?)", facts)
                new.execute("INSERT INTO texts VALUES (?, ?, ?)", (number, item.title, item.text))
                new.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", words)
            new.execute("INSERT INTO words (words) VALUES ('optimize')")

    def open(self, folder: Path) -> Searcher:
        """Open the database for reading."""
        database = sqlite3.connect(f"file:{folder / _DATABASE}?mode=ro", uri=True)
        database.execute(f"PRAGMA cache_size = -{MEMORY_MB * 1000}")
        return _Fts5Searcher(database)


class _Fts5Searcher:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def page(self, question: Question) -> Page:
        numbers = self._best(question)
        source, condition, values = _fts5_from(question, facts=True)
        sources: dict[str, int] = {}
        years: dict[int, int] = {}
        counts = f"SELECT source, year, count(*) FROM {source} WHERE {condition} GROUP BY source, year"
        for name, year, count in self._database.execute(counts, values):
            sources[name] = sources.get(name, 0) + count
            years[year] = years.get(year, 0) + count
        words = question_words(question)
        texts = [self._database.execute("SELECT text FROM texts WHERE number = ?", number) for number in numbers]
        return Page(
            total=sum(years.values()),
            ids=self._ids(numbers),
            snippets=[excerpt(text, question.parts, words) for rows in texts for (text,) in rows],
            sources=sources,
            years={year: count for year, count in years.items() if year},
        )

    def ids(self, question: Question) -> list[str]:
        return self._ids(self._best(question))

    def _best(self, question: Question) -> list[tuple[int]]:
        source, condition, values = _fts5_from(question, facts=question.newest)
        order = "day DESC" if question.newest else f"bm25(words, {TITLE_WEIGHT}, 1.0)"
        best = f"SELECT words.rowid FROM {source} WHERE {condition} ORDER BY {order} LIMIT {BEST}"
        return self._database.execute(best, values).fetchall()

    def _ids(self, numbers: list[tuple[int]]) -> list[str]:
        rows = [self._database.execute("SELECT id FROM facts WHERE number = ?", number) for number in numbers]
        return [str(identity) for row in rows for (identity,) in row]


_DATABASE = "peer.sqlite"


def _fts5_from(question: Question, *, facts: bool) -> tuple[str, str, list[str | int]]:
    """Tables, condition and values for a question; the facts are joined when wanted or when a filter needs them."""
    conditions = ["words MATCH ?"]
    values: list[str | int] = [_fts5_match(question)]
    if days := question.days():
        conditions.append("day BETWEEN ? AND ?")
        values += days
    if question.source is not None:
        conditions.append("source = ?")
        values.append(question.source)
    joined = facts or len(conditions) > 1
    tables = "words CROSS JOIN facts ON facts.number = words.rowid" if joined else "words"
    return tables, " AND ".join(conditions), values


def _fts5_match(question: Question) -> str:
    match question.how:
        case "all":
            return " AND ".join(_fts5_words(part) for part in question.parts)
        case "any":
            return " OR ".join(_fts5_words(part) for part in question.parts)
        case "phrase":
            return _quoted(" ".join(phrase_words(question.parts[0])))
        case "prefix":
            return _quoted(question.parts[0]) + "*"


def _fts5_words(part: str) -> str:
    return "(" + (" AND ".join(map(_quoted, plain_words(part))) or '""') + ")"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


PEERS: tuple[Peer, ...] = (
    WhooshPeer(),
    TantivyWordsPeer(),
    TantivyCharactersPeer(),
    TantivyPairsPeer(),
    Fts5Peer(),
)
