"""The JSON API."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request, url_for

from indexer import to_record
from searchapp.records import page_record
from searchapp.search.run import search
from searchapp.search.suggestions import MOST_SUGGESTIONS
from searchapp.views.arguments import clean, read_count, read_request
from searchapp.views.context import keep_nowhere, lexicon, open_index, settings, view
from searchapp.views.documents import document_url, find_document

api = Blueprint("api", __name__, url_prefix="/api/v1")

_PRIVATE = ("path", "location", "evidence")


@api.get("/search")
def search_json() -> Response:
    """Answer a search."""
    wanted = read_request(request.args, settings().page_size, calendar=lexicon().calendar)
    page = search(open_index().reader, wanted, lexicon=lexicon())
    if page.partial:
        keep_nowhere()
    return jsonify(page_record(page, lambda hit: document_url(hit.document.id, wanted)))


@api.get("/suggest")
def suggest_json() -> Response:
    """Answer with what somebody who has typed so far may be looking for."""
    typed = clean(request.args.get("q", ""))
    most = read_count(request.args, "size", default=MOST_SUGGESTIONS, largest=MOST_SUGGESTIONS)
    found = view().suggester.find(typed, most)
    return jsonify({"query": typed, "suggestions": [asdict(suggestion) for suggestion in found]})


@api.get("/documents/<path:document_id>")
def document_json(document_id: str) -> Response:
    """Answer with one document."""
    document = find_document(open_index(), document_id)
    record = {name: value for name, value in to_record(document).items() if name not in _PRIVATE}
    return jsonify(record | {"document_url": url_for("documents.show", document_id=document.id)})
