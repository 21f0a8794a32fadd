"""Whether the process is up, and whether it has an index that answers."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify

from indexer import ArchiveError, DamagedIndexError, IndexFormatError, NoIndexError
from searchapp.live import UNSERVED
from searchapp.views.context import live_index, runs, seconds_since, visitor

_log = logging.getLogger(__name__)

health = Blueprint("health", __name__)

# What is told to anybody: no paths; those are in the log and in `indexer check`.
_REASONS = {
    NoIndexError: "there is no index; make one with `indexer index`",
    IndexFormatError: "another version built the index; run `indexer reindex --if-needed`",
    DamagedIndexError: "the index is damaged; run `indexer check --repair`",
}
_NEWER = "another version built the newest generation; an older one is served"
_DAMAGED = "the newest generation is damaged; an older one is served"


@health.get("/healthz")
def healthz() -> Response:
    """Answer as long as the process does."""
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Answer, after a small search, with the generation that is served, its age, size and last good run; else with 503.

    The size is for whoever may read everything, and for the administrator.
    """
    try:
        try:
            index = live_index().try_out()
        except Exception as error:
            if isinstance(error, ArchiveError) and not isinstance(error, DamagedIndexError):
                raise
            if not live_index().doubt(live_index().get(), sure=isinstance(error, DamagedIndexError)):
                raise
            index = live_index().try_out()
    except Exception as error:
        if not isinstance(error, UNSERVED):
            _log.error("Not ready: %s", error)
        return jsonify(status="unavailable", reason=_REASONS.get(type(error), "it does not answer; see the log")), 503
    manifest = index.generation.manifest
    last_good = runs().last_good
    counted = {"documents": index.reader.document_count} if visitor().groups is None or visitor().is_admin else {}
    return jsonify(
        status="degraded" if index.degraded else "ok",
        generation=index.generation.number,
        created=manifest.created,
        age_seconds=round(seconds_since(manifest.created)),
        seconds_since_good_run=round(seconds_since(last_good)) if last_good else None,
        reason=_say_degraded(index.degraded) if index.degraded else None,
        **counted,
    ), 200


def _say_degraded(why: str) -> str:
    """Say in a few words, without paths, why it is not the newest generation that is served."""
    return _NEWER if why.startswith("rebuild needed") else _DAMAGED
