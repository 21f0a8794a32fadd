"""The engine-neutral query tree: what `searchapp.language` makes of typed text, what every engine can run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

# The id of a document: its only name outside an engine.
Key = str

Sort = Literal["relevance", "newest", "oldest"]
DateField = Literal["date", "meeting_date"]
# What can hold words together.
Kind = Literal["paragraph", "sentence", "speech"]
TEXT_FIELDS = ("title", "body")
# Texts as well, and no evidence: what is found by them alone comes last.
UNWEIGHED_FIELDS = ("file_name",)
KEYWORD_FIELDS = ("source", "issuer", "author", "genre", "number", "place", "complete", "path")
# Of these, what plain text is also looked for in, because a reader sees it beside the text.
SHOWN_FIELDS = ("source", "issuer", "author", "number", "place", "date", "file_name")
LISTED_FIELDS = ("people", "speaker", "series", "cites")  # of which a document has several values
MOST_WORDS = 1000  # that a pattern may match
MOST_LISTED = 50
DATE_FIELDS = ("date", "meeting_date")


@dataclass(frozen=True, slots=True)
class Term:
    """A word: its characters occur somewhere; weighed as a word where the analyzer cut it so.

    Its synonyms are found in its place; together they are weighed as one word. One that stands `alone` is no part of a
    longer number or Latin word, as synonyms never are: 3.5% is not in 13.5%.
    """

    text: str
    synonyms: tuple[str, ...] = ()
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A run of characters that occurs verbatim, up to white space, width, case and variants; or a synonym of it.

    Its `pairs` of neighbouring characters are evidence too, however much of it a document holds; None is all of them.
    Where it is only a `part` of what was typed, to hold it verbatim says less than to hold all of it so.
    """

    text: str
    synonyms: tuple[str, ...] = ()
    pairs: tuple[str, ...] | None = None
    part: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words that match: `*` stands for any text, `?` for one character; at most MOST_WORDS different ones."""

    text: str


@dataclass(frozen=True, slots=True)
class And:
    """Every part matches."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part matches."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not match."""

    part: Query


@dataclass(frozen=True, slots=True)
class Field:
    """The part matches inside one field (of TEXT_FIELDS, KEYWORD_FIELDS or LISTED_FIELDS)."""

    name: str
    part: Query


@dataclass(frozen=True, slots=True)
class Said:
    """A text stands in what one of the speakers says; without a text, one of them says anything."""

    speakers: tuple[str, ...]
    part: Term | Phrase | Pattern | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """One place of a kind holds what the part asks of texts: a paragraph, a sentence, what somebody says in one go.

    A title is a paragraph and a sentence of its own. Exclusions count in that place alone; what the part asks of fields
    counts for the document.
    """

    kind: Kind
    part: Query


@dataclass(frozen=True, slots=True)
class Range:
    """A date (of DATE_FIELDS) can lie between two days, both included; numbers like 20210312, None is open."""

    name: str
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class OneOf:
    """A keyword or listed field holds exactly one of the values; None stands for documents without a value."""

    name: str
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Below:
    """A keyword field holds one of the values, or what lies below it: 内部 and 内部/2021/纪要.txt, not 内部刊物."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Documents that hold much of a query, but not all of it.

    One is as near as the sum of the idf of the `parts` that it holds: what is rare says more. Within each of the
    `scopes` those come near that hold at least a `share` of what the nearest one there holds, `most` of them (more,
    where they are equally near). None does where none in the first scope holds more than `least` of all weights.

    With a `ranking` only the `best` of these do, in each scope, first of what is ideal.
    """

    parts: tuple[Query, ...]
    scopes: tuple[Query, ...]
    share: float
    most: int
    least: float = 0.0
    ranking: Ranking | None = None
    best: int = 0


@dataclass(frozen=True, slots=True)
class Everything:
    """All documents."""


Query = Term | Phrase | Pattern | And | Or | Not | Field | Said | Within | Range | OneOf | Below | Near | Everything


@dataclass(frozen=True, slots=True)
class Scoring:
    """Weights of the evidence; the numbers and their reasons stand in `searchapp.search.ranking`."""

    k1: float
    b: float
    title: float
    word: float
    gram: float
    pair: float
    phrase: float
    passage: float
    verbatim: float
    verbatim_part: float
    dated: float
    ideal: float
    together: float
    first: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """How to rank: by what documents hold of the `evidence`, weighed by the scoring; what is `ideal` may come first."""

    evidence: Query
    scoring: Scoring
    ideal: Query | None = None


@dataclass(frozen=True, slots=True)
class Recency:
    """How evidence loses worth with the age of its document: in `half_life` years half of what lies above `floor`.

    What is dated later than `today` (like 20210312) is as new as can be, and makes nothing else old.
    """

    half_life: float
    floor: float
    today: int


@dataclass(frozen=True, slots=True)
class Run:
    """What to ask an engine: which documents, in which order, which slice, which facets.

    `filters` narrow the hits. A facet is counted over the hits of the query and of all filters but its own, so that
    the other values of a chosen facet keep their counts.

    Of a listed field the facet names the `most_listed` most frequent values only: there may be very many of them.

    `fold` lists only the first of near-identical documents.

    Hits are ranked by what they hold of the query, or of `evidence` where that is given. What matches an `ideal` counts
    a little more, and comes first where one passage of it holds much of the evidence together.
    The newest and oldest are so by the date field that they are `dated_by`. With `recency` evidence counts by age; that
    moves nothing before what comes first for being verbatim or ideal.
    """

    query: Query
    filters: dict[str, Query] = field(default_factory=dict)
    scoring: Scoring | None = None
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 10
    facets: tuple[str, ...] = ()
    most_listed: int = MOST_LISTED
    evidence: Query | None = None
    ideal: Query | None = None
    fold: bool = False
    dated_by: DateField = "date"
    recency: Recency | None = None
