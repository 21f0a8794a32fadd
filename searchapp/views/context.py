"""What every view needs of its application: the index, the settings, and sentences in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app
from flask_babel import gettext

if TYPE_CHECKING:
    from indexer import QueryError, Settings
    from searchapp.lexicon import Lexicon, LiveLexicon
    from searchapp.live import LiveIndex
    from searchapp.misses import MissLog

INDEX = "archive_index"
LEXICON = "archive_lexicon"
MISSES = "archive_misses"
SETTINGS = "archive_settings"


def live_index() -> LiveIndex:
    """Return the index that this application serves."""
    return cast("LiveIndex", current_app.extensions[INDEX])


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
