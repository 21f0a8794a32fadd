"""What stands around everything else: gives a request its id, and notes in logs and counts how it was answered."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import deque
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, unquote
from uuid import UUID, uuid4

from searchapp.logs import MOST_WAITING, REQUEST_ID, AccessLine, AccessLog, keep_lines, log_request, take_all
from searchapp.usage import Entry
from searchapp.views.context import ENTRY, VISITOR
from searchapp.visitors import is_within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from indexer import Settings
    from searchapp.usage import Requests
    from searchapp.visitors import Visitor

_log = logging.getLogger(__name__)

_PAUSE = 0.5  # seconds between the writing of lines
_SECONDS_TO_END = 2.0
ID_HEADER = "X-Request-ID"
_ID_VARIABLE = "HTTP_X_REQUEST_ID"
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"))
_OTHER = "OTHER"  # what else clients may call a method is text of theirs
# An id (RFC 9562), or 32 hex digits, as nginx's $request_id.
_ID = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Of an address, what is no text of anybody: the id of a document is a hash, but that of a record is what its file says.
_PLAIN = re.compile(r"(?:/api/v1)?/(?:documents|similar)/[0-9a-f]{16}(?:/[a-z]+)?|/static/[a-z0-9_.-]+")

_NO_NAME = re.compile(r'[\s"\[\]]')  # ends a name in the common log format


class RequestLog:
    """Stands before an application; `find_route` tells the rule of a path and a method that no view saw."""

    def __init__(
        self,
        app: WSGIApplication,
        settings: Settings,
        *,
        requests: Requests,
        find_route: Callable[[str, str], str | None],
    ) -> None:
        self._next, self._requests, self._find_route = app, requests, find_route
        self._trusted = settings.trusted_proxies
        self._log_queries, self._log_users = settings.log_queries, settings.log_users
        self._access_log = AccessLog(settings.access_log) if settings.access_log else None
        self._uncounted: deque[_Answered] = deque(maxlen=MOST_WAITING)
        self._unwritten: deque[_Answered] = deque(maxlen=MOST_WAITING)
        self._is_later = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand a request on, and note how it was answered."""
        started = time.perf_counter()
        entry = environ[ENTRY] = Entry(self.read_id(environ), known_method(environ["REQUEST_METHOD"]))
        REQUEST_ID.set(entry.id)
        answer: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            answer[:] = int(status[:3]), _read_length(headers)
            return start_response(status, [*headers, (ID_HEADER, entry.id)], *error)

        def finish(size: int) -> None:
            self._note(entry, environ, status=answer[0], size=size, seconds=time.perf_counter() - started)

        body = self._next(environ, start)
        if answer[1] is None:
            return _Stream(body, finish)
        finish(answer[1])
        return body

    def note_refusal(self, method: str, *, status: int, size: int, reason: str) -> None:
        """Note an answer of the server, to what has not become a request."""
        entry = Entry(REQUEST_ID.get(), known_method(method), refused=reason)
        self._note(entry, {}, status=status, size=size, seconds=0.0)

    def read_id(self, environ: WSGIEnvironment) -> str:
        """Return the id that a trusted proxy gave a request, or a new one."""
        told = environ.pop(_ID_VARIABLE, "")
        if told and _ID.fullmatch(told) and is_within(environ.get("REMOTE_ADDR", ""), self._trusted):
            return str(UUID(told))
        return str(uuid4())

    @contextmanager
    def writing_later(self) -> Iterator[None]:
        """Count and write a moment later, many at once, as long as the block runs: requests and all other lines.

        Nobody waits for a log then, not even for one that is stuck, and many cost less than each of them alone.
        """
        ended, news = threading.Event(), threading.Event()
        kept = keep_lines(news)

        def work() -> None:
            if self._access_log is not None:
                self._access_log.write([])  # says at once what is wrong with it
            while not ended.is_set():
                news.wait(_PAUSE)  # what is no request is told at once
                try:
                    self._work_off()
                except Exception:
                    _log.exception("Some requests are in no log")
                news.clear()
                for own in kept:
                    own.write()

        thread = threading.Thread(target=work, daemon=True, name="logs")
        thread.start()
        self._is_later = True
        try:
            yield
        finally:
            ended.set()
            news.set()
            thread.join(_SECONDS_TO_END)
            if not thread.is_alive():  # else a log is stuck, and nothing more is told
                self._is_later = False  # what is answered from here on is written at once
                for own in kept:
                    own.is_later = False
                    own.write()
                self._work_off()

    def count(self) -> None:
        """Count what was answered up to now."""
        for own in take_all(self._uncounted):
            self._find(own)
            self._requests.count(own.entry, status=own.status, seconds=own.seconds)

    def _note(self, entry: Entry, environ: WSGIEnvironment, *, status: int, size: int, seconds: float) -> None:
        get = environ.get
        own = _Answered(
            entry, status, size, seconds, time.time(), get("SCRIPT_NAME", ""), get("PATH_INFO", ""),
            get("QUERY_STRING", ""), get("SERVER_PROTOCOL", "-"), get("REMOTE_ADDR") or "-", get(VISITOR),
        )  # fmt: skip
        self._uncounted.append(own)
        self._unwritten.append(own)
        if not self._is_later:
            self._work_off()
        REQUEST_ID.set("")

    def _work_off(self) -> None:
        self.count()
        written = list(take_all(self._unwritten))
        for own in written:
            self._find(own)
            log_request(_log, self._describe(own), moment=own.moment)
        if self._access_log is not None and written:
            self._access_log.write(map(self._make_line, written))

    def _find(self, own: _Answered) -> None:
        if own.entry.route is None and own.path:
            own.entry.route = self._find_route(own.path, own.entry.method)

    def _describe(self, own: _Answered) -> dict[str, Any]:
        """Return the members of a line of the log."""
        entry = own.entry
        told: dict[str, Any] = {
            "id": entry.id,
            "method": entry.method,
            "route": entry.route,
            "status": own.status,
            "ms": round(1000 * own.seconds, 1),
            "total": entry.total,
            "searches": entry.searches if entry.searches > 1 else None,
            "partial": entry.partial or None,
            "refused": entry.refused,
        }
        if self._log_queries:
            told["query"] = unquote(own.query.replace("+", " ")) or None
        if self._log_users:
            told["who"] = own.visitor.who if own.visitor else None
            told["address"] = own.address
        return {name: value for name, value in told.items() if value is not None or name == "route"}

    def _make_line(self, own: _Answered) -> AccessLine:
        address, user = (own.address, _name(own.visitor)) if self._log_users else ("-", "-")
        line = f"{own.entry.method} {self._show_address(own)} {own.protocol}"
        return AccessLine(own.moment, address, user, line, own.status, own.size)

    def _show_address(self, own: _Answered) -> str:
        """Return what the access log shows of an address: its rule, where the rest of it may be text of somebody."""
        route = own.entry.route
        if self._log_queries and own.path:
            return f"{quote(own.base + own.path, encoding='latin-1')}{f'?{own.query}' if own.query else ''}"
        if route is None:
            return "-"
        is_known = own.status < HTTPStatus.BAD_REQUEST and "<" in route
        return own.base + (own.path if is_known and _PLAIN.fullmatch(own.path) else route)


class _Answered(NamedTuple):
    """A request that was answered, with what of it may be told."""

    entry: Entry
    status: int
    size: int
    seconds: float
    moment: float
    base: str
    path: str
    query: str
    protocol: str
    address: str
    visitor: Visitor | None


class _Stream:
    """A body that is made while it is sent; its end is the end of the request."""

    def __init__(self, body: Iterable[bytes], finish: Callable[[int], None]) -> None:
        self._body, self._finish, self._size = body, finish, 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._body:
            self._size += len(piece)
            yield piece

    def close(self) -> None:
        """Note the request, whoever stopped reading."""
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._finish(self._size)


def known_method(method: str) -> str:
    """Return a method as it is logged and counted."""
    return method if method in _METHODS else _OTHER


def _read_length(headers: list[tuple[str, str]]) -> int | None:
    """Return how many bytes an answer says it has; None where it does not, and may be a stream."""
    return next((int(value) for name, value in headers if name.lower() == "content-length"), None)


def _name(visitor: Visitor | None) -> str:
    """Return the name of a user or a key in the form of the access log; `-` for others."""
    kind, _, name = visitor.who.partition(" ") if visitor else ("", "", "")
    return _NO_NAME.sub("_", name) if kind in ("user", "key") else "-"
