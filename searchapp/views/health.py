"""Whether the process is up, and whether it has an index to serve."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify

from indexer import ArchiveError
from searchapp.views.context import live_index

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> Response:
    """Answer as long as the process does."""
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Answer with the generation that is served, its age and its size; 503 where there is none."""
    try:
        index = live_index().get()
    except ArchiveError as error:
        return jsonify(status="unavailable", reason=str(error)), 503
    manifest = index.generation.manifest
    age = datetime.now(UTC) - datetime.fromisoformat(manifest.created)
    return jsonify(
        status="degraded" if index.degraded else "ok",
        generation=index.generation.number,
        created=manifest.created,
        age_seconds=round(age.total_seconds()),
        documents=index.reader.document_count,
    ), 200
