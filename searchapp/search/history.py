"""A term over the months of an archive: how often, where it stands first and last."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from searchapp.language.parsing import LONGEST_QUERY
from searchapp.search.filters import whole
from searchapp.search.overview import EARLIEST, LATEST
from searchapp.search.request import LIST
from searchapp.search.run import search
from searchapp.search.timeline import make_timeline

if TYPE_CHECKING:
    from indexer import Reader, Sort
    from searchapp.language.equals import Lexicon
    from searchapp.search.request import SearchRequest
    from searchapp.search.results import Hit, ResultPage
    from searchapp.search.timeline import Timeline

# What the query language reads as more than text: a term with any of these is a query.
_OPERATORS = re.compile(r"""[\s“”"「」『』《》()（）|｜:：*]|^[-－−]""")
_ALL_MONTHS = 12 * 200


@dataclass(frozen=True, slots=True)
class History:
    """A term's documents: a page with all of their counts, the first and the last, how many are undated, and when.

    What was typed without any operator `is_plain`: it was looked for as it stands, as a term, not words beside each
    other. `request` is what was asked.
    """

    request: SearchRequest
    is_plain: bool
    page: ResultPage
    first: Hit | None
    last: Hit | None
    undated: int
    timeline: Timeline | None


def trace(reader: Reader, typed: SearchRequest, *, years: list[str], lexicon: Lexicon) -> History:
    """Follow a term through the `years` of an archive, the newest first.

    Raises:
        QueryError: a pattern matches too many words.
        OutOfTimeError: the budget does not suffice for all of it.
    """
    quotable = 0 < len(typed.raw_query) <= LONGEST_QUERY - 2
    is_plain = quotable and not _OPERATORS.search(typed.raw_query)
    query = f"“{typed.raw_query}”" if is_plain else typed.raw_query
    wanted = replace(typed, raw_query=query, group=LIST, offset=0, size=1, match="all", sort="oldest")
    page = whole(search(reader, wanted, lexicon=lexicon))
    # Days that no archive has are slips of the pen; they are neither the first nor the last.
    dated = replace(wanted, date_from=wanted.date_from or EARLIEST, date_to=wanted.date_to or LATEST)
    orders: tuple[Sort, ...] = ("oldest", "newest") if typed.raw_query else ()
    ends = [whole(search(reader, replace(dated, sort=sort), lexicon=lexicon)).hits for sort in orders]
    first, last = (next(iter(hits), None) for hits in ends) if ends else (None, None)
    timeline = make_timeline(page.counts("month"), years, most_months=_ALL_MONTHS) if wanted.raw_query else None
    return History(wanted, is_plain, page, first, last, page.counts("year").get(None, 0), timeline)
