"""The page for the administrator: what is served, what it holds, what could not be read, what was not found."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, render_template

from indexer import ArchiveError, read_failures
from searchapp.views.context import misses, open_index, require_administrator, settings, usage, view

status = Blueprint("status", __name__)

_MOST_MISSES = 100
_MOST_FAILURES = 500
_MOST_USERS = 50


@status.get("/status")
def show() -> str:
    """Show the state of the index and of the search."""
    require_administrator()
    index = open_index()
    manifest = index.generation.manifest
    try:
        failures, trouble = read_failures(settings().index, index.generation.number), None
    except ArchiveError as error:
        failures, trouble = [], str(error)
    overview = view().overview
    created = datetime.fromisoformat(manifest.created)
    return render_template(
        "status.html",
        raw_query="",
        generation=index.generation.number,
        created=created.astimezone().strftime("%Y-%m-%d %H:%M"),
        age=datetime.now(UTC) - created,
        degraded=index.degraded,
        manifest=manifest,
        overview=overview,
        years=overview.years(),
        failures=failures[:_MOST_FAILURES],
        failure_count=len(failures),
        trouble=trouble,
        misses=misses().read(_MOST_MISSES),
        misses_trouble=misses().trouble,
        # Who searches is not for everybody; as long as nobody is said to be the administrator, everybody is.
        users=usage().read()[:_MOST_USERS] if settings().access or settings().admin_networks else None,
    )
