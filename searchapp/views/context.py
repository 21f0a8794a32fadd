"""What every view needs of its application: the index, the settings, and sentences in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from flask import current_app, g, request
from flask_babel import gettext

from indexer import Budget, OutOfTimeError

if TYPE_CHECKING:
    from indexer import OpenIndex, QueryError, Settings
    from searchapp.language.equals import Lexicon, LiveLexicon
    from searchapp.live import LiveIndex
    from searchapp.places import Turn
    from searchapp.search.misses import MissLog
    from searchapp.search.results import ResultPage

INDEX = "archive_index"
LEXICON = "archive_lexicon"
MISSES = "archive_misses"
SETTINGS = "archive_settings"
TURN = "archive_search.turn"  # in the environment of a request: its turn among all of them


def live_index() -> LiveIndex:
    """Return the index that this application serves."""
    return cast("LiveIndex", current_app.extensions[INDEX])


def open_index(*, times: float = 1) -> OpenIndex:
    """Return the open index with the budget of one request (so many `times` what a search has)."""
    g.used_index = used = live_index().get()
    turn: Turn = request.environ[TURN]
    budget = Budget(settings().search_seconds * times, turn.is_abandoned, at_length=turn.become_long)
    return replace(used, reader=used.reader.within(budget))


def used_index() -> OpenIndex:
    """Return the index that this request has used, which may not be the open one any more."""
    return cast("OpenIndex", g.get("used_index")) or live_index().get()


def whole(page: ResultPage) -> ResultPage:
    """Return a page that is not partial.

    Raises:
        OutOfTimeError: it is.
    """
    if page.partial:
        raise OutOfTimeError
    return page


def keep_nowhere() -> None:
    """Let nobody keep the answer to this request."""
    g.is_kept_nowhere = True


def lexicon() -> Lexicon:
    """Return the synonyms and periods as their files say now."""
    return cast("LiveLexicon", current_app.extensions[LEXICON]).get()


def misses() -> MissLog:
    """Return the log of searches without hits."""
    return cast("MissLog", current_app.extensions[MISSES])


def settings() -> Settings:
    """Return the settings of this application."""
    return cast("Settings", current_app.extensions[SETTINGS])


def translate_error(error: QueryError) -> str:
    """Return the sentence of an error in the reader's language."""
    values = {
        name: gettext(value) if isinstance(value, str) and value else value for name, value in error.values.items()
    }
    return str(gettext(error.sentence)).format(**values)
