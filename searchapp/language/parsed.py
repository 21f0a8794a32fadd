"""What a query was read as: a tree with what it came from, and what there is to say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from indexer import And, OtherName, Query, Term, Within

if TYPE_CHECKING:
    from searchapp.fields import SearchScope

# What a sentence has to say of a query, beside what was taken to mean more: too long, so its beginning was used (cut);
# a list, so any of it was looked for (any); a field that no document answers (no_document; an operator
# stays one: no_answer), or a day that is none
# (no_date), so the text was looked for; a field without a value (no_value); nothing to look for (nothing); what is
# excluded is everything (all_excluded); what was pasted names a file (file) or a document (id), or has the escapes of
# an address (decoded); no place of a kind holds all that has to stand in one (no_speech, no_sentence, no_paragraph).
Note = Literal[
    "cut",
    "any",
    "no_document",
    "no_answer",
    "no_date",
    "no_value",
    "nothing",
    "all_excluded",
    "file",
    "decoded",
    "id",
    "no_speech",
    "no_sentence",
    "no_paragraph",
]


@dataclass(frozen=True, slots=True)
class Cut:
    """How much of a query that is too long was used, and how much there was; parts are those of what was used."""

    characters_used: int
    characters_given: int
    parts_used: int
    parts_given: int


@dataclass(frozen=True, slots=True)
class Understood:
    """What was taken to mean more than its characters: a name with its synonyms, or a period with its days.

    Without either it is a date or a number, which is looked for in its other notations; or what was typed was not
    taken as it stands, as its `note` says: of a part that asks a `field`, or of a query that was `cut`.

    Of its synonyms, those are `renamed` that it has earlier or later. Days are numbers like 20210312; None is open.
    Periods are typed beside other words, or in a `named_field`. What was published, or held as a meeting, on one of its
    `days` is found as well, and so is what names `spans` around a day.
    """

    text: str
    synonyms: tuple[str, ...] = ()
    renamed: tuple[OtherName, ...] = ()
    period: tuple[int | None, int | None] | None = None
    named_field: bool = False
    days: tuple[int, int] | None = None
    spans: bool = False
    note: Note | None = None
    field: str = ""
    cut: Cut | None = None

    @property
    def same_names(self) -> tuple[str, ...]:
        """The synonyms that it has at the same time."""
        renamed = {other.text for other in self.renamed}
        return tuple(name for name in self.synonyms if name not in renamed)

    @property
    def earlier_names(self) -> list[tuple[list[str], int | None]]:
        """The names that it had before, by the year (None where it differs) in which it got another."""
        return self._names_by_year("earlier")

    @property
    def later_names(self) -> list[tuple[list[str], int | None]]:
        """The names that it had afterwards, by the year (None where it differs) in which it got them."""
        return self._names_by_year("later")

    def _names_by_year(self, when: str) -> list[tuple[list[str], int | None]]:
        names: dict[int | None, list[str]] = {}
        for other in self.renamed:
            if other.when == when:
                names.setdefault(other.year, []).append(other.text)
        return [(own, year) for year, own in names.items()]


@dataclass(frozen=True, slots=True)
class Needle:
    """What to mark: the verbatim text where it occurs, else its words; in one text field, or in both (None).

    One that begins a word marks the whole of each word that it begins. `forms` mean the same as the verbatim text, and
    `equals` as some of the words; both count only where they are no part of a longer number or Latin word, and so does
    the verbatim text that stands `alone`. Where a word does not occur, its `finer` words are marked, and where nothing
    else is, `spans` of days. What has to stand `within` some place is marked there alone.
    """

    verbatim: str
    words: tuple[str, ...]
    field: str | None = None
    begins_word: bool = False
    forms: tuple[str, ...] = ()
    equals: tuple[str, ...] = ()
    finer: tuple[tuple[str, tuple[str, ...]], ...] = ()
    alone: bool = False
    spans: tuple[str, ...] = ()
    within: Within | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece that relaxation may give up: what was typed, and what it asks.

    An exact one was quoted; a minor one is a single character beside longer pieces. One that the
    dictionary holds as a word may consist of `finer` words, which often stand apart: 换届选举 of 换届 and 选举; then
    `evidence` weighs these, where the query itself does not, and of a number it weighs longer ones that hold it.
    """

    text: str
    query: Query
    exact: bool = False
    minor: bool = False
    finer: tuple[str, ...] = ()
    evidence: tuple[Query, ...] = ()

    @property
    def apart(self) -> Query:
        """What a document must hold that has the finer words, wherever they stand."""
        return And(tuple(map(Term, self.finer)))


@dataclass(frozen=True, slots=True)
class Asked:
    """A part that asks a field: its name and value as typed (`来源:` and `某报`), the field, and what it asks."""

    label: str
    value: str
    field: str
    query: Query

    @property
    def text(self) -> str:
        """The part as typed."""
        return self.label + self.value


@dataclass(frozen=True, slots=True)
class Scoped:
    """What has to hold some of a query together, and where its name and colon stand; None where that was chosen."""

    scope: SearchScope
    label: tuple[int, int] | None = None


@dataclass
class ParsedQuery:
    """A query tree with what it came from: needles to mark, units to relax, and what must stay when relaxing.

    A document that comes `near` the query holds some of these. `phrases` are the parts of several pieces, as typed, and
    `whole` is all of the text, where it is looked for beside what it was taken to mean, and `typed` is it where it was
    typed in several parts: what holds these one after the other says most. Where there are `speakers`, one of them has
    to say the words. What was `asked` of fields may be looked for as text; `alone` are parts that say, each for itself,
    why nothing is found. Of a list, `items` are what it may be enough to hold one of. One that names a day
    (`has_days`) can be parsed more thoroughly. What it finds must hold all that it is searched for `also`. Some
    of it has to stand in places of a kind, the `scopes`.
    """

    query: Query | None
    needles: list[Needle] = field(default_factory=list)
    understood: list[Understood] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    near: list[Query] = field(default_factory=list)
    phrases: list[Query] = field(default_factory=list)
    required: list[Query] = field(default_factory=list)
    whole: Query | None = None
    typed: Query | None = None
    speakers: tuple[str, ...] = ()
    asked: list[Asked] = field(default_factory=list)
    alone: list[Unit] = field(default_factory=list)
    items: tuple[Query, ...] = ()
    only_excludes: bool = False
    has_days: bool = False
    also: tuple[Query, ...] = ()
    scopes: list[Scoped] = field(default_factory=list)
