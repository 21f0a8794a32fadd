"""The site: `create_app(settings)` makes the Flask application over an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from indexer import Settings


def create_app(settings: Settings) -> Flask:
    """Return the application that serves the index of these settings; it writes nothing but the log of misses."""
    from searchapp.views import make_app

    return make_app(settings)
