"""What is refused before a view sees it: foreign names, endless addresses, more requests than there are places.

A refusal must cost next to nothing, or refusing would be the overload: its page is rendered once and kept.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, request
from flask_babel import gettext
from werkzeug.sansio.utils import host_is_trusted

from indexer import AbandonedError
from searchapp.messages import N_
from searchapp.places import FullError, Places, Turn
from searchapp.views.context import TURN
from searchapp.views.preferences import choose_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from flask import Flask

    from indexer import Settings

_log = logging.getLogger(__name__)

LONGEST_ADDRESS = 8192
# Who waits for a place holds a thread of the server, and so does who is refused, for a moment.
WAITING_FOR_EACH = 4
EXPORTS, WAITING_EXPORTS = 1, 2
LONG, WAITING_LONG = 1, 4  # searches that turn out to take long
_SPARE = 8
_SECONDS_TO_RETRY = "5"
_FREE = ("/static/", "/healthz", "/readyz")
_EXPORTING = ("/export.csv", "/feed.atom")
_BUSY = N_("现在搜索的人太多，请稍后再试。")
_TOO_LONG = N_("地址太长。")
_LOGGED_NAMES = 100


def count_threads(searches: int) -> int:
    """Return how many threads a server needs, so that a refusal never waits for one."""
    return searches * (1 + WAITING_FOR_EACH) + EXPORTS + WAITING_EXPORTS + LONG + WAITING_LONG + _SPARE


class Guard:
    """Stands before an application; `answer` makes the answer for a status and a sentence in the reader's language."""

    def __init__(self, app: Flask, settings: Settings, answer: Callable[[HTTPStatus, str], Response]) -> None:
        self._app, self._next = app, app.wsgi_app
        self._searches = Places(settings.threads, settings.threads * WAITING_FOR_EACH)
        self._exports = Places(EXPORTS, WAITING_EXPORTS)
        self._long = Places(LONG, WAITING_LONG)
        self._names = [*settings.hosts, "localhost", settings.host, socket.gethostname(), socket.getfqdn()]
        self._answer = answer
        self._kept: dict[tuple[HTTPStatus, bool, str], tuple[list[tuple[str, str]], bytes]] = {}
        self._strangers: set[str] = set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand a request on, or refuse it."""
        name = environ.get("HTTP_HOST", "")
        if name and not self._is_ours(name):
            return self._refuse_name(name, environ, start_response)
        if len(environ.get("PATH_INFO", "")) + len(environ.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
            short = {**environ, "QUERY_STRING": "", "PATH_INFO": environ.get("PATH_INFO", "")[:8]}
            return self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG, _TOO_LONG, short, start_response)
        path = environ.get("PATH_INFO", "")
        if path.startswith(_FREE):
            return self._next(environ, start_response)
        exporting = path in _EXPORTING
        places, long = (self._exports, self._exports) if exporting else (self._searches, self._long)
        is_abandoned = environ.get("waitress.client_disconnected", lambda: False)
        try:
            with Turn.take(places, long, is_abandoned) as turn:
                return self._next({**environ, TURN: turn}, start_response)
        except FullError:
            return self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, _BUSY, environ, start_response)
        except AbandonedError:  # nobody reads this
            return self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, _BUSY, environ, start_response)

    def _refuse(
        self, status: HTTPStatus, sentence: str, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        plain = {**environ, "QUERY_STRING": ""}
        with self._app.request_context(plain):
            key = status, request.path.startswith("/api"), choose_language()
            if key not in self._kept:
                response = self._answer(status, gettext(sentence))
                self._kept[key] = list(response.headers), response.get_data()
        headers, body = self._kept[key]
        start_response(f"{status.value} {status.phrase}", headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    # --- names

    def _is_ours(self, name: str) -> bool:
        return _is_address(name) or host_is_trusted(name, self._names)

    def _refuse_name(self, name: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        shown = name.encode("ascii", "backslashreplace").decode()[:100]
        if shown not in self._strangers and len(self._strangers) < _LOGGED_NAMES:
            self._strangers.add(shown)
            _log.warning("Asked for as %r, which is no name of this site; the setting `hosts` can allow it", shown)
        with self._app.request_context({**environ, "HTTP_HOST": "localhost", "QUERY_STRING": "", "PATH_INFO": "/"}):
            sentence = gettext("这个网站不叫“%(name)s”。如果名称没有错，请管理员把它写进设置 hosts。", name=shown)
            response = self._answer(HTTPStatus.BAD_REQUEST, sentence)
        return response(environ, start_response)


@lru_cache(maxsize=1000)
def _is_address(name: str) -> bool:
    """Tell whether a Host header names an IP address, which nobody can forge to lead elsewhere."""
    host = name.rpartition("]")[0].removeprefix("[") if name.startswith("[") else name.partition(":")[0]
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
