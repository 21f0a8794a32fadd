"""From what was typed to a page of results: settings, the open index, the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from indexer import DamagedIndexError, load_search_settings, open_index, say, use_dictionary
from searchapp.fields import DATED_BY
from searchapp.language.equals import read_lexicon
from searchapp.search.request import LIST, MOST_ALSO, SearchRequest, read_days
from searchapp.terminal.options import NARROWING

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer import OpenIndex, SearchSettings, Settings
    from searchapp.language.equals import Lexicon

Result = TypeVar("Result")

USUAL_HITS = 10


def on_whole_index(work: Callable[[OpenIndex, Lexicon], Result]) -> Result:
    """Do something with the index; again with the last good generation, where the live one turns out to be damaged."""
    settings, lexicon = read_words()
    try:
        return work(open_index(settings.index, thorough=False), lexicon)
    except DamagedIndexError:
        return work(open_index(settings.index), lexicon)


def read_words(*, many: bool = False) -> tuple[Settings | SearchSettings, Lexicon]:
    """Return the settings and what words mean by them, for one query or `many`."""
    settings = load_search_settings()
    use_dictionary(settings.dictionary, rarely=not many)
    return settings, read_lexicon(settings)


def make_request(query: str, options: dict[str, Any], *, lexicon: Lexicon) -> SearchRequest:
    """Return what the options ask for.

    Raises:
        QueryError: a date or a year is none.
        click.UsageError: there is too much of something.
    """
    if len(options["also"]) > MOST_ALSO:
        raise click.UsageError(say("--also can be given {most} times at most", most=MOST_ALSO))
    ends = (options.get("date_from"), options.get("date_to"))
    date_from, date_to = read_days(*ends, calendar=lexicon.calendar, names=("--from ", "--to "))
    return SearchRequest(
        raw_query=query,
        inside=options["inside"],
        within=options["within"],
        also=options["also"],
        date_from=date_from,
        date_to=date_to,
        dated_by=DATED_BY[options["by"]],
        group=options.get("group", LIST),
        fold=bool(options.get("fold", False)),
        recent=options.get("recent", False),
        sort=options.get("sort", "relevance"),
        match=options.get("match", "auto"),
        literal=options.get("literal", False),
        offset=options.get("offset", 0),
        size=options.get("limit") or USUAL_HITS,
    ).change(**{name: options[name] for name in NARROWING if options.get(name)})
