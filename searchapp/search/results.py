"""What a search gives to pages, JSON and the terminal: plain values that outlive the index they came from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from searchapp.fields import BY_NAME, SCOPES
from searchapp.language.dates import read_day
from searchapp.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer import Document, Key
    from searchapp.language.parsed import Understood
    from searchapp.search.request import SearchRequest, Within

Marks = list[tuple[int, int]]
# What is said of a query that was not taken as it stands, by the note; of one that is too long, by what was too much.
_NOTES = {
    "any": N_("按任一词检索（任选其一），包含得多的在前。"),
    "no_document": N_("没有文件的“%(field)s”符合“%(text)s”，已把它当作文字检索。"),
    "no_answer": N_("没有文件的“%(field)s”符合“%(text)s”。"),
    "no_date": N_("“%(text)s”不是日期，可写成 2021、2021-03、2021-03-12、2021..2022 或 近三年；已当作文字检索。"),
    "no_value": N_("“%(text)s”后面没有内容，已当作文字检索。"),
    "nothing": N_("“%(text)s”里没有可以检索的文字：标点、符号和表情不检索，请输入字词。"),
    "all_excluded": N_("排除之后一份文件也不剩：减号表示不含，请加上要找的词，或去掉一个减号。"),
    "file": N_("按文件名“%(text)s”检索。"),
    "decoded": N_("网址里的编码已还原，按“%(text)s”检索。"),
    "id": N_("“%(text)s”是一份文件的编号。"),
    **{f"no_{scope.kind}": scope.nowhere for scope in SCOPES},
}
_TOO_LONG = N_("查询太长，只用了前 %(characters)s 个字符。")
_TOO_MANY = N_("查询太长，只用了前 %(parts)s 个词。")
_TOO_MUCH = N_("查询太长，只用了前 %(characters)s 个字符里的前 %(parts)s 个词。")
_LONGEST_SHOWN = 60
# What stands in the line of facts of every hit; other values are shown where they are marked.
_IN_FACTS = ("source", "author", "genre")


@dataclass(frozen=True, slots=True)
class Spelling:
    """Another query that may have been meant: a word that no document holds, and one of the archive in its place."""

    query: str
    word: str
    instead: str


@dataclass(frozen=True, slots=True)
class Wider:
    """The same search in wider places, for who finds nothing in narrow ones: how it is asked, how many it finds."""

    query: str
    within: Within
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the archive holds at all, for who finds nothing in it."""

    documents: int
    sources: int
    first_year: str | None
    last_year: str | None


@dataclass(frozen=True, slots=True)
class Snippet:
    """Whole sentences of one paragraph (numbered from 1), with the marked ranges in code points of `text`.

    It is `quoted` where a speaker was asked for who said it elsewhere, not at the meeting that the text tells of.
    """

    text: str
    marks: Marks
    paragraph: int
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A text that was looked for, and in how many places of the title and of the body it stands."""

    text: str
    title: int
    body: int


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a document is a hit: what it holds, and the paragraph (from 1) that holds the most of it together."""

    matches: list[Match] = field(default_factory=list)
    paragraph: int | None = None
    together: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that matched: score, marked title, best passages, how many places are marked in all, and why.

    What neither title nor body holds may stand in a value beside them, or in its `file_name`: there are
    `value_marks`, by field, and by these fields it was `found_by`.

    `missing` are the parts of the query that it does not hold, `apart` those whose words it holds, but not together.
    `reprint_count` other hits are near-identical; these are their ids, and the first of them are `reprints`.
    """

    document: Document
    score: float
    title_marks: Marks
    snippets: list[Snippet]
    hit_count: int
    reasons: Reasons = field(default_factory=Reasons)
    missing: list[str] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)
    reprints: list[Document] = field(default_factory=list)
    reprint_ids: list[Key] = field(default_factory=list)
    value_marks: dict[str, Marks] = field(default_factory=dict)
    found_by: tuple[str, ...] = ()

    @property
    def name_marks(self) -> Marks:
        """Where the name of its file is marked."""
        return self.value_marks.get("file_name", [])

    @property
    def file_name(self) -> str:
        """The name of its file, where something of the query stands in that alone; else ""."""
        from indexer import searched_name

        own = self.document
        return searched_name(own.path, own.parent, title=own.title) if self.name_marks else ""

    @property
    def shown_values(self) -> list[tuple[str, str, str]]:
        """What is to be said of marked values: field, its label, and its text unless the line of facts has it."""
        shown = []
        for name in self.value_marks:
            if name == "file_name":
                shown.append((name, N_("文件名"), self.file_name))
            elif name not in _IN_FACTS:
                shown.append((name, BY_NAME[name].label, getattr(self.document, name)))
            elif name in self.found_by:
                shown.append((name, BY_NAME[name].label, ""))
        return shown

    @property
    def reprint_count(self) -> int:
        """Number of other hits that are near-identical."""
        return len(self.reprint_ids)


BestKind = Literal["number", "title", "curated"]


@dataclass(frozen=True, slots=True)
class Best:
    """What answers a query as a whole: the document that has this `number` or `title`, or what people chose for it.

    That is a document of the archive, or a `url` elsewhere; its own `title` wins over that of a document.
    """

    kind: BestKind
    document: Document | None
    title: str | None = None
    note: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Hits that share a value (None: those without one): the exact total, and the first of them."""

    value: str | None
    total: int
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Tried:
    """A part of a query, and how many documents hold it."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, how many hits have it, and whether the request chose it."""

    value: str | None
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of hits with the exact total, the facets, and how far the search was relaxed.

    `total` counts documents, `cards` what is listed: near-identical documents are one card. Where hits are listed by
    `groups` instead, `cards` counts these.

    `complete` is the number of documents that hold every part of the query, where others are listed as well; None where
    nothing else is. `given_up` is what none of those listed holds, `apart` what they hold in pieces. `spellings` are
    other queries, where something that was typed stands nowhere; with `instead` all of the page is what that one finds.
    Where nothing is complete, `tried` says how many documents hold each part, and `coverage` what there is to find;
    where no place holds all that has to stand in one, `wider` ones may.

    A `partial` page is as far as its budget went: the total is a lower bound, there may be better hits and more of
    them, and no facet is counted.

    What is `best` answers the query as a whole, and stands above the hits; it counts in no number.
    """

    raw_query: str
    total: int
    cards: int
    page: int
    size: int
    hits: list[Hit]
    facets: dict[str, list[FacetValue]]
    complete: int | None = None
    given_up: list[str] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)
    understood: list[Understood] = field(default_factory=list)
    spellings: list[Spelling] = field(default_factory=list)
    instead: Spelling | None = None
    tried: list[Tried] = field(default_factory=list)
    wider: list[Wider] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    coverage: Coverage | None = None
    partial: bool = False
    best: list[Best] = field(default_factory=list)
    took_ms: float = 0.0

    def as_asked(self, wanted: SearchRequest) -> SearchRequest:
        """Return the request that was answered with this page: with another query, where one was searched `instead`."""
        return replace(wanted, raw_query=self.instead.query) if self.instead else wanted

    def counts(self, facet: str) -> dict[str | None, int]:
        """Return the values of a facet with their hits."""
        return {value.value: value.count for value in self.facets[facet]}

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.cards // self.size))


def say_note(one: Understood, translate: Callable[[str], str] = str) -> str:
    """Write the sentence that a note stands for."""
    sentence, values = note_of(one)
    return translate(sentence) % {
        name: translate(value) if name == "field" and value else value for name, value in values.items()
    }


def note_of(one: Understood) -> tuple[str, dict[str, str]]:
    """Return the sentence that a note stands for, with what to put into it: `text`, `field`, numbers."""
    text = one.text if len(one.text) <= _LONGEST_SHOWN else f"{one.text[:_LONGEST_SHOWN]}…"
    if one.cut is None:
        assert one.note is not None
        return _NOTES[one.note], {"text": text, "field": BY_NAME[one.field].label if one.field else ""}
    used = {"characters": f"{one.cut.characters_used:,}", "parts": str(one.cut.parts_used)}
    if one.cut.parts_used == one.cut.parts_given:
        return _TOO_LONG, used
    return (_TOO_MANY if one.cut.characters_used == one.cut.characters_given else _TOO_MUCH), used


def spell_days(
    period: tuple[int | None, int | None], words: tuple[str, str, str] = ("{0} 至 {1}", "{0} 以来", "{1} 以前")
) -> str:
    """Write a period for a reader: 2021-01-01 至 2025-12-31; `words` are for a closed one, and without end or start."""
    first, last = (iso_day(day) for day in period)
    if first and first == last:
        return first
    return words[0 if first and last else 1 if first else 2].format(first, last)


def iso_day(day: int | None) -> str | None:
    """Write a day number (20210312) as an ISO date."""
    return read_day(day).isoformat() if day else None
