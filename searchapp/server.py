"""Serving the site through a production WSGI server."""

from __future__ import annotations

import json
import logging
import resource
import select
import signal
import sys
import threading
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

import waitress
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask
from waitress.utilities import Error

from indexer import BY_THE_CLOCK, ArchiveError, find_reach, read_access, read_warnings
from searchapp import create_app
from searchapp.listening import BACKLOG, listen
from searchapp.logs import REQUEST_ID, configure_logs
from searchapp.metrics_port import serve_metrics
from searchapp.search.best import find_idle
from searchapp.systemd import notify
from searchapp.views import MOST_BODY, compile_templates, deny
from searchapp.views.api import BATCH, MOST_BATCH_BODY
from searchapp.views.context import INDEX, LEXICON, REQUEST_LOG
from searchapp.views.guard import REASONS, SPENT, TOO_LONG, count_threads
from searchapp.views.metrics import make_metrics_app
from searchapp.views.request_log import ID_HEADER
from searchapp.visitors import UNKNOWN_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer import OpenIndex, Reader, Settings
    from searchapp.following import Followed
    from searchapp.language.equals import Lexicon
    from searchapp.live import LiveIndex
    from searchapp.views.request_log import RequestLog


_log = logging.getLogger(__name__)

_MOST_HEADER = 96 << 10  # an address of LONGEST_ADDRESS Chinese characters, as nine bytes of escapes each, and the rest
_LEAST_CONNECTIONS, _MOST_CONNECTIONS = 100, 1000
_OTHER_FILES = 200  # index, logs, libraries
_SECONDS_IDLE = 30
_SECONDS_BETWEEN_LOOKS = 1.0  # at connections that have been idle for too long
# How long what has begun may take once the process is to end; deploy/ gives it 60 seconds (TimeoutStopSec).
_LEAST_PATIENCE, _MOST_PATIENCE = 10.0, 45.0
# A connection that is idle, or has sent half a request, is closed once nothing came for so long: whoever asks again at
# once is answered, and told that the connection ends.
_SECONDS_SILENT, _SECONDS_HALF = 0.2, 2.0
_SECONDS_BETWEEN_GOODBYES = 0.02
_SECONDS_FOR_THREADS = 1.0
# Seconds that a thread goes on while others wait for the interpreter. Beside four costly queries the slowest of the
# normal ones takes .41 s so, and .54 s at Python's .005.
_SWITCH = 0.0005
_SENTENCES = {
    400: "请求的格式不对。",
    401: UNKNOWN_KEY,
    429: SPENT,
    413: "请求带的内容太多。",
    414: f"{TOO_LONG}检索只用前 1,000 个字符：请只贴开头一部分。",
    431: "请求的地址或头部太长。",
    501: "不支持这样的请求。",
}


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until told to end, then answer what has begun; `announce` gets the address once it is listened on.

    A site without an index that it can read is served as well: it says so, and goes on to the first one that it can.

    Raises:
        SettingsError: the settings, or a file that they name, hold a mistake.
        PortInUseError: the port is taken, or the address is not ours.
    """
    configure_logs(settings)
    app = create_app(settings)
    listener = listen(settings.host, settings.port)
    metrics = serve_metrics(make_metrics_app(app), settings.metrics) if settings.metrics else None
    notify("READY=1", "STATUS=opening the index")  # who connects waits; opening a large index takes its time
    live: LiveIndex = app.extensions[INDEX]
    live.look()
    compile_templates(app)
    connections: dict[int, Any] = {}
    server: Any = waitress.create_server(
        app,
        map=connections,
        sockets=[listener.socket],
        backlog=BACKLOG,
        threads=count_threads(settings.threads),
        ident=None,
        server_name=settings.host,
        clear_untrusted_proxy_headers=False,  # whom to believe is decided in one place (views/arrival)
        max_request_body_size=MOST_BATCH_BODY + 1,  # what other addresses may carry, and who may: _Parser
        max_request_header_size=_MOST_HEADER,
        channel_request_lookahead=1,  # so that a client that leaves is noticed while its request waits
        connection_limit=_raise_connection_limit(),
        asyncore_use_poll=True,  # select() ends at descriptor 1,023
        channel_timeout=_SECONDS_IDLE,
        cleanup_interval=_SECONDS_IDLE // 4,
    )
    server.channel_class, server.is_ending = _Channel, False
    log: RequestLog = app.extensions[REQUEST_LOG]
    sys.setswitchinterval(_SWITCH)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a task that waits for a thread is no news
    ending, ended = _Ending(server.pull_trigger), threading.Event()
    reporter = _Reporter(settings, app.extensions[LEXICON])
    threading.Thread(target=live.watch, args=(reporter, ended), daemon=True, name="watch").start()
    announce(listener.address)
    try:
        with log.writing_later():
            while not ending.is_told:
                wasyncore.loop(_SECONDS_BETWEEN_LOOKS, use_poll=True, map=connections, count=1)
            notify("STOPPING=1")
            ended.set()
            _answer_the_rest(server, connections, is_kept=listener.is_kept, seconds=_find_patience(settings))
    finally:
        server.task_dispatcher.shutdown(timeout=_SECONDS_FOR_THREADS)
        server.close()
        if metrics is not None:
            metrics.shutdown()
            metrics.server_close()


class _Ending:
    """Notes that somebody wants the process to end (SIGTERM, or SIGINT); whoever says so twice does not wait."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self.is_told, self._wake = False, wake
        self._before = {number: signal.signal(number, self._note) for number in (signal.SIGTERM, signal.SIGINT)}

    def _note(self, _number: int, _frame: object) -> None:
        self.is_told = True
        for number, before in self._before.items():
            signal.signal(number, before)
        self._wake()


class _Reporter:
    """Reports what is served, or why nothing is; of the first index also what does not fit to it."""

    def __init__(self, settings: Settings, lexicon: Followed[Lexicon]) -> None:
        self._settings, self._lexicon, self._is_first = settings, lexicon, True

    def __call__(self, outcome: OpenIndex | ArchiveError) -> None:
        """Report to the service manager and the log."""
        if isinstance(outcome, ArchiveError):
            notify(f"STATUS=no index yet: {outcome}")
            return
        number, count = outcome.generation.number, outcome.reader.document_count
        degraded = f", degraded: {outcome.degraded}" if outcome.degraded else ""
        notify(f"STATUS=serving generation {number}, {count} documents{degraded}")
        if self._is_first:
            self._is_first = False
            for sentence in self._find_mistakes(outcome.reader):
                _log.warning("%s", sentence)

    def _find_mistakes(self, reader: Reader) -> Iterator[str]:
        yield from read_warnings(self._settings.index)
        try:
            if self._settings.access is not None:
                for reach in find_reach(reader, read_access(self._settings.access)):
                    yield from reach.idle
            yield from find_idle(reader, self._lexicon.get().answers)
        except ArchiveError as error:  # a file that was changed since the start; who follows it says so, too
            yield str(error)


def _find_patience(settings: Settings) -> float:
    """Return how long what has begun may take: a search by the clock, within what a service manager waits."""
    return min(max(_LEAST_PATIENCE, BY_THE_CLOCK * settings.search_seconds), _MOST_PATIENCE)


def _answer_the_rest(server: Any, connections: dict[int, Any], *, is_kept: bool, seconds: float) -> None:
    """Answer what has come, and close each connection once it has nothing more to say.

    Who connects from now on waits for the next process, where the service manager keeps the socket; else the socket is
    closed at once, so that a proxy can ask another site.
    """
    _accept_waiting(server)
    server.accepting, server.is_ending = False, True
    if not is_kept:
        server.del_channel()
        server.socket.close()
    began, now = time.time(), time.time()
    while server.active_channels and now < began + seconds:
        for channel in list(server.active_channels.values()):
            channel.end(began, now=now)
        wasyncore.loop(_SECONDS_BETWEEN_GOODBYES, use_poll=True, map=connections, count=1)
        now = time.time()
    if server.active_channels:
        _log.warning("%d connections were cut off after %.0f seconds", len(server.active_channels), seconds)
    for channel in list(server.active_channels.values()):
        channel.handle_close()


def _accept_waiting(server: Any) -> None:
    """Accept the connections that wait already."""
    waiting = select.poll()
    waiting.register(server.socket, select.POLLIN)
    for _ in range(BACKLOG):
        if not waiting.poll(0):
            break
        server.handle_accept()


def _raise_connection_limit() -> int:
    """Allow as many open connections as the system does, within reason; return how many there may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(_LEAST_CONNECTIONS, min(_MOST_CONNECTIONS, soft - _OTHER_FILES))


class _Refusal(ErrorTask):  # type: ignore[misc]
    """What Waitress refuses before there is a request, in our words and form."""

    def execute(self) -> None:
        """Answer."""
        code = self.request.error.code
        if code == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE and b"\n" not in self.request.header_plus:
            code = HTTPStatus.REQUEST_URI_TOO_LONG.value  # the first line alone is too long
        status = HTTPStatus(code)
        sentence = _SENTENCES.get(code, status.phrase)
        log: RequestLog = self.channel.server.application.extensions[REQUEST_LOG]
        own = REQUEST_ID.get() or log.read_id(
            self.channel.describe(self.request.headers)
        )  # one that failed had one already
        REQUEST_ID.set(own)
        reason = "request" if code == HTTPStatus.BAD_REQUEST else REASONS.get(status, "error")
        if "/api/" in (getattr(self.request, "path", None) or ""):
            problem = {"type": "about:blank", "title": status.phrase, "status": code, "detail": sentence}
            problem["instance"] = UUID(own).urn
            kind, body = "application/problem+json", json.dumps(problem, ensure_ascii=False).encode()
        else:
            kind, body = "text/plain; charset=utf-8", f"{sentence}\n".encode()
        self.status = f"{code} {status.phrase}"
        self.response_headers += [("Content-Type", kind), ("X-Content-Type-Options", "nosniff")]
        self.response_headers += [("Cache-Control", "no-store"), ("Content-Security-Policy", "default-src 'none'")]
        self.response_headers += [("Referrer-Policy", "same-origin")]
        if code == HTTPStatus.UNAUTHORIZED:
            self.response_headers.append(("WWW-Authenticate", "Bearer"))
        if code == HTTPStatus.TOO_MANY_REQUESTS:
            self.response_headers.append(("Retry-After", "60"))
        self.response_headers.append((ID_HEADER, own))
        self.set_close_on_finish()
        self.content_length = len(body)
        log.note_refusal(getattr(self.request, "command", None) or "-", status=code, size=len(body), reason=reason)
        self.write(body)


class _DeniedError(Error):  # type: ignore[misc]
    """A request whose body is not read."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.code, self.reason = status.value, status.phrase


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Reads a request: a large body only for a batch, and only of who may ask and has not spent their budget."""

    def __init__(self, adj: Any, denies: Callable[[dict[str, str]], HTTPStatus | None]) -> None:
        super().__init__(adj)
        self._denies = denies

    def received(self, data: bytes) -> int:
        """Take some bytes; return how many of them belong to this request."""
        was_finished = self.headers_finished
        consumed: int = super().received(data)
        if self.error is None and self.headers_finished:
            if not was_finished and (self.content_length or self.chunked):
                self._look_at_body()
            elif self.body_bytes_received > self._most_body():
                self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return consumed

    def _look_at_body(self) -> None:
        status: HTTPStatus | None = None
        if self.content_length > self._most_body():
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        elif self._most_body() > MOST_BODY:
            status = self._denies(self.headers)
        if status is not None:
            self._refuse(status)

    def _most_body(self) -> int:
        return MOST_BATCH_BODY if self.path.rstrip("/").endswith(BATCH) else MOST_BODY

    def _refuse(self, status: HTTPStatus) -> None:
        self.error, self.completed, self.expect_continue = _DeniedError(status), True, False


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose refusals are ours."""

    error_task_class = _Refusal

    def parser_class(self, adj: Any) -> _Parser:
        """Return what reads the next request."""
        return _Parser(adj, self._denies)

    def service(self) -> None:
        """Answer a request; the last one before the process ends says that the connection ends with it."""
        if self.server.is_ending and len(self.requests) == 1:
            self.requests[0].headers["CONNECTION"] = "close"
        super().service()

    def end(self, began: float, *, now: float) -> None:
        """Close the connection if nothing has come on it for a moment, since the process `began` to end."""
        if not self.requests and not self.total_outbufs_len:
            patience = _SECONDS_SILENT if self.request is None else _SECONDS_HALF
            if now - max(began, self.last_activity) > patience:
                self.will_close = True

    def _denies(self, headers: dict[str, str]) -> HTTPStatus | None:
        return deny(self.server.application, self.describe(headers))

    def describe(self, headers: dict[str, str]) -> dict[str, str]:
        """Return what an application would be told of where a request is from, and of its headers."""
        address = self.addr[0] if self.addr else ""
        return {"REMOTE_ADDR": address, **{f"HTTP_{name}": value for name, value in headers.items()}}
