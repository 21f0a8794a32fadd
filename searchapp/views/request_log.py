"""What stands around everything else: gives a request its id, and notes in logs and counts how it was answered."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote
from uuid import UUID, uuid4

from searchapp.logs import REQUEST_ID, AccessLine, AccessLog, log_request
from searchapp.usage import Entry
from searchapp.views.context import ENTRY, VISITOR
from searchapp.visitors import is_within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from indexer import Settings
    from searchapp.usage import Requests

_log = logging.getLogger(__name__)

_Noted = tuple[dict[str, Any], AccessLine]  # a request as each of the logs has it

_PAUSE = 0.5  # seconds between the writing of lines
_MOST_WAITING = 10_000  # lines; where a log is stuck, older ones are left out
_SECONDS_TO_END = 5.0
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
    """Stands before an application; `find_route` tells the rule of a request that no view saw."""

    def __init__(
        self,
        app: WSGIApplication,
        settings: Settings,
        *,
        requests: Requests,
        find_route: Callable[[WSGIEnvironment], str | None],
    ) -> None:
        self._next, self._requests, self._find_route = app, requests, find_route
        self._trusted = settings.trusted_proxies
        self._log_queries, self._log_users = settings.log_queries, settings.log_users
        self._access_log = AccessLog(settings.access_log) if settings.access_log else None
        self._later: deque[_Noted] | None = None

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
        """Write lines a moment later, many at once, as long as the block runs.

        Nobody waits for a log then, not even for one that is stuck, and many lines cost less than each of them alone.
        """
        later: deque[_Noted] = deque(maxlen=_MOST_WAITING)
        self._later = later
        ended = threading.Event()

        def write() -> None:
            while not ended.wait(_PAUSE):
                self._write([later.popleft() for _ in range(len(later))])

        thread = threading.Thread(target=write, daemon=True, name="logs")
        thread.start()
        try:
            yield
        finally:
            self._later = None  # what is answered from here on is written at once
            ended.set()
            thread.join(_SECONDS_TO_END)
            self._write(list(later))

    def _note(self, entry: Entry, environ: WSGIEnvironment, *, status: int, size: int, seconds: float) -> None:
        if entry.route is None and environ:
            entry.route = self._find_route(environ)
        self._requests.count(entry, status=status, seconds=seconds)
        facts = self._describe(entry, environ, status=status, seconds=seconds)
        address, user = (_address(environ), _user(environ)) if self._log_users else ("-", "-")
        line = f"{entry.method} {self._show_address(entry, environ)} {environ.get('SERVER_PROTOCOL', '-')}"
        noted = facts, AccessLine(time.time(), address, user, line, status, size)
        later = self._later
        if later is None:
            self._write([noted])
        else:
            later.append(noted)
        REQUEST_ID.set("")

    def _write(self, noted: list[_Noted]) -> None:
        for facts, line in noted:
            log_request(_log, facts, moment=line.moment)
        if self._access_log is not None and noted:
            self._access_log.write(line for _, line in noted)

    def _describe(self, entry: Entry, environ: WSGIEnvironment, *, status: int, seconds: float) -> dict[str, Any]:
        """Return the members of a line of the log."""
        told: dict[str, Any] = {
            "id": entry.id,
            "method": entry.method,
            "route": entry.route,
            "status": status,
            "ms": round(1000 * seconds, 1),
            "total": entry.total,
            "searches": entry.searches if entry.searches > 1 else None,
            "partial": entry.partial or None,
            "refused": entry.refused,
        }
        if self._log_queries:
            told["query"] = unquote(environ.get("QUERY_STRING", "").replace("+", " ")) or None
        if self._log_users:
            told["who"] = environ[VISITOR].who if VISITOR in environ else None
            told["address"] = _address(environ)
        return {name: value for name, value in told.items() if value is not None or name == "route"}

    def _show_address(self, entry: Entry, environ: WSGIEnvironment) -> str:
        """Return what the access log shows of an address: its rule, where the rest of it may be text of somebody."""
        base: str = environ.get("SCRIPT_NAME", "")
        path: str = environ.get("PATH_INFO", "")
        if self._log_queries and environ:
            query = environ.get("QUERY_STRING")
            return f"{quote(base + path, encoding='latin-1')}{f'?{query}' if query else ''}"
        if entry.route is None:
            return "-"
        return base + (path if "<" in entry.route and _PLAIN.fullmatch(path) else entry.route)


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


def _address(environ: WSGIEnvironment) -> str:
    return environ.get("REMOTE_ADDR") or "-"


def _user(environ: WSGIEnvironment) -> str:
    """Return the name of a user or a key in the form of the access log; `-` for others."""
    kind, _, name = environ[VISITOR].who.partition(" ") if VISITOR in environ else ("", "", "")
    return _NO_NAME.sub("_", name) if kind in ("user", "key") else "-"
