"""What is refused before a view sees it: foreign names, endless addresses, keys that open nothing, what is too much.

A refusal must cost next to nothing, or refusing would be the overload: its page is rendered once and kept, for nobody
in particular.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import socket
from contextlib import ExitStack
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote

from flask_babel import gettext
from werkzeug.wsgi import ClosingIterator

from indexer import AbandonedError
from searchapp.messages import N_
from searchapp.places import FullError, Places, Turn
from searchapp.views.arguments import keep_filters
from searchapp.views.arrival import IDENTITY
from searchapp.views.context import ENTRY, FOR_PROGRAMS, NO_ID, TURN, USE, VISITOR
from searchapp.views.origins import COMPONENT
from searchapp.views.preferences import choose_language
from searchapp.visitors import Reception, RefusedKeyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from wsgiref.types import StartResponse, WSGIEnvironment

    from flask import Flask, Response

    from indexer import Settings
    from searchapp.usage import Entry, Usage
    from searchapp.views.arrival import Identity
    from searchapp.visitors import Visitor

_log = logging.getLogger(__name__)

# Characters of an address, its escapes counted as what they stand for (each Chinese one is nine bytes of escapes): of a
# query no more than 1,000 are used, but a page that is pasted into the box is answered all the same.
LONGEST_ADDRESS = 8192
# Who waits for a place holds a thread of the server, and so does who is refused, for a moment. A burst of so many takes
# about as long as anybody waits.
WAITING_FOR_EACH = 12
EXPORTS, WAITING_EXPORTS = 1, 2
# Searches that turn out to take long: one at a time beside the others is as quick as several, and leaves them more.
LONG, WAITING_LONG = 1, 8
_SPARE = 8
# Asked of nobody, and without end: what pages are made of, and whether the process is up.
_FREE = ("/static", "/healthz", COMPONENT, "/favicon.ico", "/robots.txt", "/opensearch.xml")
_UNBUDGETED = ("/readyz", "/metrics")
_SEARCHING = (
    "/search", "/filters", "/term", "/sources", "/embed", "/export.", "/list", "/feed.atom", "/api/v1/search",
    "/api/v1/facets", "/api/v1/terms", "/api/v1/similar", "/api/v1/batch", "/api/v1/export.jsonl",
)  # fmt: skip
_EXPORTING = ("/export.csv", "/export.docx", "/list", "/feed.atom", "/api/v1/export.jsonl")
# What a refusal looks like: a problem, a page in a frame, or a page.
_SHAPES = (*FOR_PROGRAMS, "/embed", "/")
# Of how a frame wants to look, a refusal keeps these.
_LOOKS = re.compile(r"(?:^|&)((?:lang=(?:zh|en)|theme=(?:auto|light|dark)))(?=&|$)")
BUSY = N_("现在搜索的人太多，请稍后再试。")
SPENT = N_("这一分钟的检索次数或时间用完了，请稍后再试。")
TOO_LONG = N_("地址太长。")
_NOT_OURS = N_("网站不叫这个名称。如果名称没有错，请管理员把它写进设置 hosts。")
_LOGGED_NAMES = 100
# After these, the same may be asked once more: their pages have a button for it, and a form that holds what was asked.
RETRIED = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
# What stands for it in a page that is kept, and how the form writes a field that is not shown.
_ANY = "archive-search-asked"
_ASKED = {"q": _ANY, "from": _ANY}
_FIELD = '<input type="hidden" name="{}" value="{}">'
# One word for each refusal, here and by the server itself, for logs and counts.
REASONS = {
    HTTPStatus.BAD_REQUEST: "name",
    HTTPStatus.UNAUTHORIZED: "key",
    HTTPStatus.FORBIDDEN: "origin",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "size",
    HTTPStatus.REQUEST_URI_TOO_LONG: "address",
    HTTPStatus.TOO_MANY_REQUESTS: "budget",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "headers",
    HTTPStatus.NOT_IMPLEMENTED: "method",
    HTTPStatus.SERVICE_UNAVAILABLE: "busy",
}
# A Host header (RFC 9110, 7.2): a name or an address, and a port.
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\s:/@\[\]?#%\\]+)(?::\d{1,5})?")


def count_threads(searches: int) -> int:
    """Return how many threads a server needs, so that a refusal never waits for one."""
    return searches * (1 + WAITING_FOR_EACH) + LONG + WAITING_LONG + EXPORTS + WAITING_EXPORTS + _SPARE


class Guard:
    """Stands before an application; `answer` makes the answer for a status, a sentence in the reader's language, and
    the arguments that its page is to hold."""

    def __init__(
        self,
        app: Flask,
        settings: Settings,
        *,
        usage: Usage,
        answer: Callable[[HTTPStatus, str, Mapping[str, str]], Response],
    ) -> None:
        self._app, self._next, self._usage = app, app.wsgi_app, usage
        self._reception = Reception(settings)
        self._searches = Places(settings.threads, settings.threads * WAITING_FOR_EACH)
        self._long = Places(LONG, WAITING_LONG)
        self._exports = Places(EXPORTS, WAITING_EXPORTS)
        self.is_ours = Names(settings)
        self._answer = answer
        self._kept: dict[tuple[object, ...], tuple[list[tuple[str, str]], bytes]] = {}
        self._strangers: set[str] = set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand a request on, or refuse it."""
        name, path = environ.get("HTTP_HOST"), environ.get("PATH_INFO", "").rstrip("/") or "/"
        if name is not None and not self.is_ours(name):
            return self._refuse_name(name, environ, start_response=start_response)
        if len(path) + len(unquote(environ.get("QUERY_STRING", ""))) > LONGEST_ADDRESS:
            return self.refuse(HTTPStatus.REQUEST_URI_TOO_LONG, TOO_LONG, environ, start_response)
        if path.startswith(_FREE):
            return self._next(environ, start_response)
        return self._receive(environ, start_response, path=path)

    def _receive(self, environ: WSGIEnvironment, start_response: StartResponse, *, path: str) -> Iterable[bytes]:
        """Look who asks, and hand their request on as far as their budget goes."""
        try:
            visitor = environ[VISITOR] = self.receive(environ)
        except RefusedKeyError as error:
            challenge = [("WWW-Authenticate", "Bearer")]
            return self.refuse(HTTPStatus.UNAUTHORIZED, str(error), environ, start_response, more=challenge)
        if path in _UNBUDGETED:
            return self._next(environ, start_response)
        if wait := self._usage.wait(visitor.who):
            retry = [("Retry-After", str(wait))]
            return self.refuse(HTTPStatus.TOO_MANY_REQUESTS, SPENT, environ, start_response, more=retry)
        searches = int(path.startswith(_SEARCHING))
        return self._take_turn(environ, start_response, exporting=path in _EXPORTING, searches=searches)

    def count_places(self) -> list[tuple[str, int, int]]:
        """Return how many requests of each kind run, and how many wait."""
        kinds = {"search": self._searches, "long": self._long, "export": self._exports}
        return [(kind, *places.count()) for kind, places in kinds.items()]

    def receive(self, environ: WSGIEnvironment) -> Visitor:
        """Return who asks.

        Raises:
            RefusedKeyError: a key that opens nothing.
        """
        told: Identity = environ[IDENTITY]
        address, key = environ.get("REMOTE_ADDR", ""), environ.get("HTTP_AUTHORIZATION")
        return self._reception.receive(address, user=told.user, groups=told.groups, authorization=key)

    def deny(self, environ: WSGIEnvironment) -> HTTPStatus | None:
        """Return why a request will be refused, whatever it carries; None where nothing speaks against it yet."""
        try:
            visitor = self.receive(environ)
        except RefusedKeyError:
            return HTTPStatus.UNAUTHORIZED
        return HTTPStatus.TOO_MANY_REQUESTS if self._usage.wait(visitor.who) else None

    def _take_turn(
        self, environ: WSGIEnvironment, start_response: StartResponse, *, exporting: bool, searches: int
    ) -> Iterable[bytes]:
        """Hand a request on when its turn comes; an export keeps its place until all of it is sent."""
        places, long = (self._exports, self._exports) if exporting else (self._searches, self._long)
        is_abandoned = environ.get("waitress.client_disconnected", lambda: False)
        try:
            with ExitStack() as stack:
                turn = stack.enter_context(Turn.take(places, long, is_abandoned=is_abandoned))
                use = stack.enter_context(self._usage.measure(environ[VISITOR].who, searches=searches))
                answer = self._next({**environ, TURN: turn, USE: use}, start_response)
                return ClosingIterator(answer, stack.pop_all().close) if exporting else answer
        except (FullError, AbandonedError):  # nobody reads what the second one is told
            return self.refuse(HTTPStatus.SERVICE_UNAVAILABLE, BUSY, environ, start_response)

    def refuse(  # noqa: PLR0917
        self,
        status: HTTPStatus,
        sentence: str,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        *,
        more: Sequence[tuple[str, str]] = (),
    ) -> Iterable[bytes]:
        """Refuse a request with a sentence."""
        query = environ.get("QUERY_STRING", "")
        path = next(shape for shape in _SHAPES if environ.get("PATH_INFO", "/").startswith(shape) or shape == "/")
        fills = path == "/" and status in RETRIED
        looks = "&".join(sorted(set(_LOOKS.findall(query)))) if path == "/embed" else ""
        fixed = {
            "SCRIPT_NAME": environ.get("SCRIPT_NAME", ""),
            "wsgi.url_scheme": environ["wsgi.url_scheme"],
            "QUERY_STRING": looks,
        }
        with self._app.request_context({**environ, **fixed, "PATH_INFO": path, "HTTP_HOST": "localhost"}):
            key = status, sentence, path, *fixed.values(), (language := choose_language())
        if key not in self._kept:
            # A request that tells nothing of who asks but the language.
            with self._app.test_request_context(path, headers={"Accept-Language": language}, environ_overrides=fixed):
                response = self._answer(status, gettext(sentence), _ASKED if fills else {})
                self._kept[key] = list(response.headers), response.get_data()
        headers, body = self._kept[key]
        entry: Entry = environ[ENTRY]
        entry.refused, body = REASONS[status], body.replace(NO_ID.encode(), entry.id.encode())
        if fills:
            body = _fill(body, query)
            headers = [(name, str(len(body)) if name == "Content-Length" else value) for name, value in headers]
        start_response(f"{status.value} {status.phrase}", [*headers, *more])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def _refuse_name(self, name: str, environ: WSGIEnvironment, *, start_response: StartResponse) -> Iterable[bytes]:
        shown = name.encode("ascii", "backslashreplace").decode()[:100]
        if shown not in self._strangers and len(self._strangers) < _LOGGED_NAMES:
            self._strangers.add(shown)
            _log.warning("Asked for as %r, which is no name of this site; the setting `hosts` can allow it", shown)
        return self.refuse(HTTPStatus.BAD_REQUEST, _NOT_OURS, environ, start_response)


def _fill(body: bytes, query: str) -> bytes:
    """Put what was asked for into the form of a page that is kept for all."""
    pairs = parse_qsl(query, keep_blank_values=True, errors="ignore")
    typed = next((value for name, value in pairs if name == "q"), "")
    fields = "".join(_FIELD.format(*map(escape, pair)) for pair in keep_filters(pairs))
    filled = body.replace(_FIELD.format("from", _ANY).encode(), fields.encode())
    return filled.replace(_ANY.encode(), escape(typed).encode())


class Names:
    """The names under which a site may be asked for.

    Those of the setting `hosts` (.example allows all below it), and this machine itself. Where none are set, also any
    IP address: a page elsewhere cannot make a browser take one for its own, as it can a name (DNS rebinding).
    """

    def __init__(self, settings: Settings) -> None:
        listening = settings.metrics.rpartition(":")[0].lower() if settings.metrics else "localhost"
        self._names = {"localhost", settings.host.lower(), listening, socket.gethostname().lower(), *settings.hosts}
        self._below = tuple(name for name in settings.hosts if name.startswith("."))
        self._any_address = not settings.hosts

    def __call__(self, host: str) -> bool:
        """Tell whether a Host header names this site."""
        match = _HOST.fullmatch(host.lower())
        if match is None:
            return False
        name = match["name"].removesuffix(".")
        if name in self._names or name.endswith(self._below) or f".{name}" in self._below:
            return True
        try:
            address = ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return self._any_address or address.is_loopback
