"""Answers that have not changed: an ETag of everything that one depends on, so that most need no search."""

from __future__ import annotations

import hashlib
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, cast

from flask import Response, current_app, g, request
from flask_babel import get_locale

from searchapp.views.context import USE, lexicon_stamps, settings, view, visitor

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

_FINGERPRINT = "archive_fingerprint"


def _fingerprint() -> str:
    """Return what tells this program and its settings from others; made once for an application."""
    known = current_app.extensions
    if _FINGERPRINT not in known:
        known[_FINGERPRINT] = version("archive-search") + settings().model_dump_json()
    return cast("str", known[_FINGERPRINT])


def tag_request() -> str:
    """Return what tells an answer from any other: version, settings, generation, address, day, groups and so on."""
    manifest = view().index.generation.manifest
    groups = visitor().groups
    told = (
        _fingerprint(),
        view().index.generation.number,
        manifest.created,
        request.url,
        str(get_locale()),
        date.today().isoformat(),  # noqa: DTZ011 - 近三年 moves with the day of the house
        None if groups is None else sorted(map(repr, groups)),
        lexicon_stamps(),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def answer_unchanged() -> BaseResponse | None:
    """Answer with 304 who has the answer already."""
    g.tag = tag_request()
    known = request.if_none_match
    if known.star_tag or not known.contains_weak(g.tag):  # * has no answer to compare with
        return None
    request.environ[USE].searches = 0
    response = Response(status=304)
    response.set_etag(g.tag, weak=True)
    return response


def add_tag(response: BaseResponse) -> BaseResponse:
    """Tag an answer that may be kept."""
    tag = g.get("tag")
    if tag is not None and response.status_code == 200 and not g.get("is_kept_nowhere"):
        response.set_etag(tag, weak=True)
    return response
