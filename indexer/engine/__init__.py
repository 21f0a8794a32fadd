"""The protocol between us and a search engine: whatever indexes and searches does it through these few calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    import numpy as np
    from numpy.typing import NDArray

    from indexer.budget import Budget
    from indexer.document import Document
    from indexer.query import Key, Query, Run, Within


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found: the exact total, a slice as (key, score), and the facets' (value, count) lists.

    Where reprints are folded, `cards` counts each family once, a slice has one document of each, and `reprints` gives,
    by its key, the others of the family that are found as well, in the order of their dates.

    What ran out of its budget is `partial`: there may be more than the total, and better hits; no facet was counted.
    """

    total: int
    hits: list[tuple[Key, float]]
    facets: dict[str, list[tuple[str | None, int]]] = field(default_factory=dict)
    cards: int = 0
    reprints: dict[Key, list[Key]] = field(default_factory=dict)
    partial: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """Where a document holds something together: in its `title`, and at `places` of its folded body.

    A place is a list of ranges, for what somebody says in one go may be several passages; they may end behind the text.
    """

    title: bool
    places: list[list[tuple[int, int]]]


LONGEST_IN_VOCABULARY = 12
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of one length: a row of code points for each, and in how many documents it stands."""

    points: NDArray[np.uint32]
    documents: NDArray[np.int64]


class Reader(Protocol):
    """An open index; serves many threads, and stays as it was when it was opened."""

    @property
    def document_count(self) -> int:
        """Number of documents."""

    @property
    def budget(self) -> Budget:
        """What each search of this reader comes out of."""

    def within(self, budget: Budget) -> Reader:
        """Return this reader with a budget for whatever one thread asks of it; everything that was read is shared."""

    def only(self, query: Query) -> Reader:
        """Return this reader as if there were no documents but those that match now; what was read is shared.

        Nothing tells of the others: they count in no total, facet, vocabulary, family or weight.
        """

    def run(self, run: Run) -> Found:
        """Search: match, filter, score, sort, slice and count facets; as far as the budget goes."""

    def run_many(self, runs: Sequence[Run]) -> list[Found]:
        """Do several runs, in their order; what they share is done once."""

    def count(self, queries: Sequence[Query], *, among: Query | None = None) -> list[int]:
        """Return for each query how many documents match, or how many of those that match another one.

        Raises:
            OutOfTimeError: the budget is spent.
        """

    def holds(self, keys: Sequence[Key], queries: Sequence[Query]) -> list[list[bool]]:
        """Return for each document (a row) whether it matches each of the queries.

        Raises:
            OutOfTimeError: the budget is spent.
        """

    def find_keys(self, query: Query) -> list[Key]:
        """Return all documents that match, in the order of their keys.

        Raises:
            OutOfTimeError: the budget is spent.
        """

    def places_within(self, keys: Sequence[Key], within: Within) -> list[Held]:
        """Return where documents hold together what a node asks.

        Raises:
            OutOfTimeError: the budget is spent.
        """

    def find_file(self, path: str) -> list[Key]:
        """Return the documents of a file, in no order."""

    def read(self, keys: Sequence[Key], *, evidence: bool = True) -> list[Document | None]:
        """Return stored documents, with or without the evidence for their values; None for what there is not."""

    def find_family(self, key: Key) -> list[Key]:
        """Return the documents that are near-identical to one, itself among them, in the order of their keys."""

    def families_of(self, keys: Sequence[Key]) -> list[Key]:
        """Return for each document the one that its family is called by (itself without any)."""

    def find_alike(self, key: Key, most: int) -> list[Key]:
        """Return the documents, `most` at the most, that have clauses in common with one, those with most first."""

    def vocabulary(self) -> dict[int, Vocabulary]:
        """Return the words of the text fields by their length, those of 2 to LONGEST_IN_VOCABULARY characters.

        Deleted documents may count; in a reader of some documents `only`, none but these do.
        """

    def fill(self, gaps: Sequence[tuple[str, str]]) -> list[list[tuple[str, int]]]:
        """Return for each gap the characters that stand in it in the text fields, and in how many documents each does.

        A gap lies between two folded texts; one of them may be empty where the other has two characters or more. The
        characters of most documents come first. Separators stand in no gap.

        Raises:
            OutOfTimeError: the budget is spent.
        """

    def keep(self, name: str, make: Callable[[], Kept]) -> Kept:
        """Return what `make` made of these documents: once for each name, as long as there is a reader of them."""

    def iter_documents(self, step: int = 1) -> Iterator[Document]:
        """Yield every document (or every second, third ...), in the order of their keys."""

    def check(self) -> None:
        """Read everything that was not read yet.

        Raises:
            DamagedIndexError: something is not as it was written.
        """


# Documents that an engine has prepared; what it is made of is the engine's affair, only that pickle can carry it.
Prepared = Any


class Writer(Protocol):
    """A batch of changes: committed whole when its context ends well, cancelled whole when it does not."""

    def add(self, piece: Prepared) -> None:
        """Add the documents of a piece."""

    def delete(self, path: str) -> None:
        """Delete all documents of a file, and of the files in it, that were there before this batch."""

    def __enter__(self) -> Writer: ...

    def __exit__(  # noqa: PLR0917
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Engine(Protocol):
    """A search engine: makes an empty index in a folder, writes it, reads it."""

    @property
    def name(self) -> str:
        """Name and version, for the manifest."""

    def checks(self, name: str) -> bool:
        """Tell whether a reader checks a file's bytes itself, when it first touches them; never true of pickles."""

    def create(self, folder: Path) -> None:
        """Make an empty index in an empty folder."""

    def prepare(self, folder: Path, documents: list[Document], *, alone: bool = False) -> Prepared:
        """Analyse documents and put them, as a piece, where a writer of the same folder can add it.

        Any process may do this, beside others and beside a writer. While it is `alone`, the engine may learn from the
        documents what serves all pieces to come.
        """

    def open_writer(self, folder: Path) -> Writer:
        """Start a batch of changes."""

    def open_reader(self, folder: Path) -> Reader:
        """Open the index for reading; its files must have been verified before."""
