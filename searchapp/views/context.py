"""What every view needs of its application: the index and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from indexer import Settings
    from searchapp.lexicon import Lexicon, LiveLexicon
    from searchapp.live import LiveIndex

INDEX = "archive_index"
LEXICON = "archive_lexicon"
SETTINGS = "archive_settings"


def live_index() -> LiveIndex:
    """Return the index that this application serves."""
    return cast("LiveIndex", current_app.extensions[INDEX])


def lexicon() -> Lexicon:
    """Return the synonyms and periods as their files say now."""
    return cast("LiveLexicon", current_app.extensions[LEXICON]).get()


def settings() -> Settings:
    """Return the settings of this application."""
    return cast("Settings", current_app.extensions[SETTINGS])
