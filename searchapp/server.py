"""Serving the site through a production WSGI server."""

from __future__ import annotations

import json
import logging
import resource
import socket
import sys
import threading
from http import HTTPStatus
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Any
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import waitress
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask
from waitress.utilities import Error

from indexer import ArchiveError, find_reach, read_access, read_warnings
from searchapp import create_app
from searchapp.logs import REQUEST_ID, configure_logs
from searchapp.search.best import find_idle
from searchapp.views import MOST_BODY, deny
from searchapp.views.api import BATCH, MOST_BATCH_BODY
from searchapp.views.context import INDEX, LEXICON, REQUEST_LOG
from searchapp.views.guard import REASONS, SPENT, TOO_LONG, count_threads
from searchapp.views.metrics import make_metrics_app
from searchapp.views.request_log import ID_HEADER
from searchapp.visitors import UNKNOWN_KEY

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIApplication

    from indexer import Settings
    from searchapp.views.request_log import RequestLog


_log = logging.getLogger(__name__)

_MOST_HEADER = 96 << 10  # an address of LONGEST_ADDRESS Chinese characters, as nine bytes of escapes each, and the rest
_LEAST_CONNECTIONS, _MOST_CONNECTIONS = 100, 1000
_OTHER_FILES = 200  # index, logs, libraries
_SECONDS_IDLE = 30
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


class PortInUseError(ArchiveError):
    """The address to listen on cannot be had."""

    def __init__(self, host: str, port: int, *, reason: str, choice: str = "--port") -> None:
        super().__init__(
            f"cannot listen on {host}:{port}: {reason}; choose another with {choice}, or stop what uses it"
        )


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until interrupted; `announce` gets the address once it is listened on.

    Raises:
        ArchiveError: there is no index to serve.
        PortInUseError: the port is taken, or the address is not ours.
    """
    configure_logs(settings)
    app = create_app(settings)
    app.extensions[INDEX].get()  # say now, not at the first request, that there is none
    for sentence in read_warnings(settings.index):
        _log.warning("%s", sentence)
    if settings.access is not None:
        for reach in find_reach(app.extensions[INDEX].get().reader, read_access(settings.access)):
            for sentence in reach.idle:
                _log.warning("%s", sentence)
    for sentence in find_idle(app.extensions[INDEX].get().reader, app.extensions[LEXICON].get().answers):
        _log.warning("%s", sentence)
    listener = _listen(settings.host, settings.port)
    server: Any = waitress.create_server(
        app,
        sockets=[listener],
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
    server.channel_class = _Channel
    log: RequestLog = app.extensions[REQUEST_LOG]
    metrics = _serve_metrics(make_metrics_app(app), settings.metrics) if settings.metrics else None
    sys.setswitchinterval(_SWITCH)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a task that waits for a thread is no news
    host, port = listener.getsockname()[:2]
    announce(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
    try:
        with log.writing_later():
            server.run()
    finally:
        server.close()
        if metrics is not None:
            metrics.shutdown()
            metrics.server_close()


def _serve_metrics(app: WSGIApplication, address: str) -> WSGIServer:
    """Answer a monitor at a port of its own, in threads of their own; return what does."""
    host, _, port = address.rpartition(":")
    try:
        listener = _MetricsServer((host.strip("[]"), int(port)), _SilentHandler)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PortInUseError(host, int(port), reason=reason, choice="the setting metrics") from None
    listener.set_app(app)
    threading.Thread(target=listener.serve_forever, daemon=True, name="metrics").start()
    return listener


class _MetricsServer(ThreadingMixIn, WSGIServer):
    """A server whose requests end with it."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[WSGIRequestHandler]) -> None:
        self.address_family = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)[0][0]
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Bind, without asking for the name of the address."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()


class _SilentHandler(WSGIRequestHandler):
    """Scrapes are in no log."""

    timeout = _SECONDS_IDLE

    def log_message(self, *_: object) -> None:
        """Say nothing."""


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

    def _denies(self, headers: dict[str, str]) -> HTTPStatus | None:
        return deny(self.server.application, self.describe(headers))

    def describe(self, headers: dict[str, str]) -> dict[str, str]:
        """Return what an application would be told of where a request is from, and of its headers."""
        address = self.addr[0] if self.addr else ""
        return {"REMOTE_ADDR": address, **{f"HTTP_{name}": value for name, value in headers.items()}}


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortInUseError(host, port, reason=error.strerror or str(error)) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortInUseError(host, port, reason=error.strerror or str(error)) from None
    return listener
