"""The Flask application: one blueprint for each kind of page, one place that turns errors into answers."""

from __future__ import annotations

import logging
import re
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urlencode
from uuid import UUID

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from flask_babel import Babel, get_locale, gettext
from flask_compress import Compress
from werkzeug.exceptions import HTTPException
from werkzeug.urls import uri_to_iri

from indexer import (
    MISSES_FILE,
    AbandonedError,
    ArchiveError,
    DamagedIndexError,
    IndexFormatError,
    MissLog,
    NoIndexError,
    OutOfTimeError,
    QueryError,
    Settings,
    use_dictionary,
)
from searchapp.afterwards import Afterwards
from searchapp.language.dates import spell_date
from searchapp.language.equals import follow_lexicon
from searchapp.language.parsing import LONGEST_QUERY
from searchapp.live import UNSERVED, LiveIndex
from searchapp.messages import N_
from searchapp.places import FullError
from searchapp.search.results import note_of, spell_days
from searchapp.usage import Requests, Usage
from searchapp.views import api, documents, embedding, exports, health, metrics, pages, preferences, status
from searchapp.views.arguments import keep_filters
from searchapp.views.arrival import Arrival
from searchapp.views.context import (
    AFTERWARDS,
    ARRIVAL,
    FOR_PROGRAMS,
    GUARD,
    INDEX,
    LEXICON,
    MISSES,
    ORIGINS,
    REQUEST_LOG,
    REQUESTS,
    SETTINGS,
    TOO_COSTLY,
    USAGE,
    VISITOR,
    entry,
    forget_view,
    live_index,
    make_policy,
    request_id,
    status_of,
    translate_error,
)
from searchapp.views.guard import BUSY, RETRIED, TOO_LONG, Guard
from searchapp.views.marked import mark_up, split_marked
from searchapp.views.openapi import PROBLEM
from searchapp.views.origins import COMPONENT, CrossOrigin, Origins
from searchapp.views.request_log import RequestLog

if TYPE_CHECKING:
    from collections.abc import Mapping
    from wsgiref.types import WSGIEnvironment

    from werkzeug.routing import Map

_log = logging.getLogger(__name__)

_SECONDS_TO_RETRY = "5"
_FRAME = "/embed"
_SAME_FOR_ALL = ("static", "embedding.component", "embedding.favicon", "embedding.robots")
_LONG_STATE = 3000  # bytes of the arguments of an address
MOST_BODY = 8192  # bytes that a request may carry; a batch may carry more
_SENTENCES = {
    HTTPStatus.NOT_FOUND: N_("没有这个页面。"),
    HTTPStatus.METHOD_NOT_ALLOWED: N_("这个地址不接受这种请求方法。"),
    HTTPStatus.REQUEST_URI_TOO_LONG: TOO_LONG,
}
_UNSERVED = {
    NoIndexError: N_("索引还没有建好，暂时不能检索。请稍后再试；如果一直这样，请联系管理员。"),
    IndexFormatError: N_("网站换了新版本，索引正在重新建立，暂时不能检索。请稍后再试；如果一直这样，请联系管理员。"),
}
_CONVERTED = re.compile(r"<(?:path:)?document_id>")
_COMPRESSED = ["text/html", "text/css", "text/javascript", "application/json", "image/svg+xml"]


def make_app(settings: Settings) -> Flask:
    """Make the application."""
    app = Flask("searchapp", template_folder="templates", static_folder="static")
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["spell_days"] = _spell_days
    app.jinja_env.filters["split_marked"] = split_marked
    app.jinja_env.filters["mark_up"] = mark_up
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    app.config["COMPRESS_MIMETYPES"] = _COMPRESSED
    Babel(app, locale_selector=preferences.choose_language)
    Compress(app)
    app.extensions[SETTINGS] = settings
    app.extensions[MISSES] = MissLog(settings.misses or settings.index / MISSES_FILE)
    app.extensions[AFTERWARDS] = Afterwards()
    app.extensions[LEXICON] = follow_lexicon(settings)
    use_dictionary(settings.dictionary)  # say now, not at the first request, what is wrong with it
    app.extensions[INDEX] = LiveIndex(settings.index, settings.dictionary)
    app.jinja_env.filters["spell_date"] = _spell_date
    app.jinja_env.globals["note_of"] = note_of
    app.jinja_env.globals["comforts"] = preferences.CHOICES
    for blueprint in (
        pages.pages,
        documents.documents,
        embedding.embedding,
        api.about_api,
        api.api,
        exports.exports,
        health.health,
        metrics.metrics,
        status.status,
        preferences.preferences,
    ):
        app.register_blueprint(blueprint)
    app.before_request(_note_route)
    app.context_processor(lambda: _describe_page(settings))
    app.after_request(_add_headers)
    app.register_error_handler(Exception, _answer_error)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BODY
    usage = Usage(searches=settings.searches_per_minute, milliseconds=settings.milliseconds_per_minute)
    app.extensions[USAGE] = usage
    guard = app.extensions[GUARD] = Guard(app, settings, usage=usage, answer=_refuse)
    origins = app.extensions[ORIGINS] = Origins(settings)
    shared = CrossOrigin(guard, origins, refuse=guard.refuse)
    arrival = app.extensions[ARRIVAL] = Arrival(shared, settings)
    counted = app.extensions[REQUESTS] = Requests()
    log = RequestLog(arrival, settings, requests=counted, find_route=partial(_find_route, app.url_map))
    app.extensions[REQUEST_LOG] = app.wsgi_app = log  # type: ignore[method-assign]
    return app


def compile_templates(app: Flask) -> None:
    """Do once what each of the first requests would do for itself: after a restart they come all at the same time."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)


def deny(app: Flask, environ: WSGIEnvironment) -> HTTPStatus | None:
    """Return why a request will be refused, before what it carries is read; None where it may go on."""
    app.extensions[ARRIVAL].identify(environ)
    guard: Guard = app.extensions[GUARD]
    return guard.deny(environ)


def _note_route() -> None:
    if (own := entry()) is not None and request.url_rule is not None:
        own.route = tell_rule(request.url_rule.rule)


def _find_route(rules: Map, path: str, method: str) -> str | None:  # noqa: PLR0917 - what a router is asked
    """Return the rule that a request would have followed, had it not been refused."""
    try:
        rule, _ = rules.bind("").match(path, method, return_rule=True)
    except HTTPException:
        return None
    return tell_rule(rule.rule)


def tell_rule(rule: str) -> str:
    """Return a rule as people read it: /documents/<id>."""
    return _CONVERTED.sub("<id>", rule)


def _refuse(status: HTTPStatus, sentence: str, asked: Mapping[str, str]) -> Response:  # noqa: PLR0917 - as the guard calls it
    """Make the whole answer to a request that no view saw."""
    return _add_headers(_problem(status, sentence, asked))


def _describe_page(settings: Settings) -> dict[str, Any]:
    """Return what every page says of itself."""
    language = str(get_locale())
    query = request.query_string.decode("utf-8", "replace")
    if len(query) > _LONG_STATE:  # each escape would be escaped again, in a dozen links
        pairs = [(name, value[:LONGEST_QUERY]) for name, value in request.args.items(multi=True)]
        query = uri_to_iri(urlencode(pairs))
    here = f"{quote(request.path)}{f'?{query}' if query else ''}" if request.endpoint != "preferences.choose" else "/"
    visitor = request.environ.get(VISITOR)
    return {
        "site_title": settings.site_title,
        "language": language,
        "other_language": next((code, name) for code, name in preferences.LANGUAGES.items() if code != language),
        "chosen": {name: preferences.read_choice(name) for name in preferences.CHOICES},
        "today": date.today().isoformat(),  # noqa: DTZ011 - the day of who prints a page
        "this_address": request.script_root + here,
        "may_administer": visitor is not None and visitor.is_admin,
        "request_id": request_id(),
    }


def _spell_date(iso: str | None) -> str:
    """Write an ISO date as the reader's language does; English keeps it as it is."""
    return spell_date(iso) if _is_chinese() else iso or ""


def _spell_days(period: tuple[int | None, int | None]) -> str:
    """Write a period as the reader's language does."""
    return spell_days(period) if _is_chinese() else spell_days(period, ("{0} to {1}", "since {0}", "until {1}"))


def _is_chinese() -> bool:
    return str(get_locale()) == "zh"


def _add_headers(response: Response) -> Response:
    """Add what every answer says: what a browser may do with it, and who may keep it."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", make_policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.is_secure:  # elsewhere browsers ignore it, and complain
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    failed = response.status_code >= HTTPStatus.BAD_REQUEST
    if request.endpoint not in _SAME_FOR_ALL or failed:
        # All of them speak the reader's language, and show what their key opens.
        response.vary.update(("Cookie", "Accept-Language", "Authorization"))
        passing = g.get("is_kept_nowhere") or failed
        headers.setdefault("Cache-Control", "no-store" if passing else "private, max-age=0")
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.setdefault("Retry-After", _SECONDS_TO_RETRY)
    return response


def _answer_error(error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.code is not None:
        return _answer_http(error, error.code)
    if isinstance(error, QueryError):
        return _problem(status_of(error), translate_error(error))
    if isinstance(error, OutOfTimeError | AbandonedError | FullError):
        if (own := entry()) is not None:
            own.refused = "busy" if isinstance(error, FullError) else "time"
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, gettext(BUSY if isinstance(error, FullError) else TOO_COSTLY))
    if (again := _ask_again(error)) is not None:
        return again
    if isinstance(error, ArchiveError):
        if not isinstance(error, UNSERVED):
            _log.error("%s", error)
        sentence = _UNSERVED.get(type(error), N_("检索暂时不可用：没有可用的索引。请联系管理员。"))
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, gettext(sentence))
    own = entry()
    _log.error("Unexpected error %s at %s", request_id(), own.route if own else "-", exc_info=error)
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, gettext("出错了，管理员可以在日志中看到原因。"))


def _answer_http(error: HTTPException, code: int) -> Response:
    if code < HTTPStatus.BAD_REQUEST:
        return cast("Response", error.get_response())
    status = HTTPStatus(code)
    ours = error.description if error.description != type(error).description else None
    answer = _problem(status, ours or gettext(_SENTENCES.get(status, status.phrase)))
    if "Allow" in (original := error.get_response()).headers:
        answer.headers["Allow"] = original.headers["Allow"]
    return answer


def _ask_again(error: Exception) -> Response | None:
    """Answer once more, where what was open turns out to be damaged: from the last good generation."""
    if g.get("was_asked_again") or (isinstance(error, ArchiveError) and not isinstance(error, DamagedIndexError)):
        return None
    g.was_asked_again = True
    try:
        sure = isinstance(error, DamagedIndexError)
        if not live_index().doubt(forget_view(), sure=sure):
            return None
        return current_app.make_response(current_app.dispatch_request())
    except Exception as second:
        return _answer_error(second)


def _problem(status: HTTPStatus, sentence: str, asked: Mapping[str, str] | None = None) -> Response:  # noqa: PLR0917
    if request.path.startswith(_FRAME) and request.path != COMPONENT:
        return embedding.show_in_frame(sentence, status=status.value)
    if request.path.startswith(FOR_PROGRAMS):
        told = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": sentence}
        response = jsonify(**told, instance=UUID(request_id()).urn)
        response.mimetype = PROBLEM
    else:
        may_retry = status in RETRIED
        arguments = list(request.args.items(multi=True) if asked is None else asked.items())
        typed = next((value for name, value in arguments if name == "q"), "")
        kept = keep_filters(arguments) if may_retry else []
        values = {"sentence": sentence, "raw_query": typed, "kept": kept, "may_retry": may_retry}
        response = Response(render_template("error.html", status=status.value, **values))
    response.status_code = status.value
    return response
