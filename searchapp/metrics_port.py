"""A port of its own for `/metrics`: monitors ask there without a place, a budget or a line in any log."""

from __future__ import annotations

import socket
import threading
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from searchapp.listening import PortInUseError

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

_SECONDS_IDLE = 30
_MOST_AT_ONCE = 20  # monitors are few; more connections would be threads and descriptors that the site needs


def serve_metrics(app: WSGIApplication, address: str) -> WSGIServer:
    """Answer a monitor at an address of its own, in threads of their own; return what does.

    Raises:
        PortInUseError: the port is taken, or the address is not ours.
    """
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
    """A server whose requests end with it, and of which only so many are answered at once."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[WSGIRequestHandler]) -> None:
        self._places = threading.BoundedSemaphore(_MOST_AT_ONCE)
        self.address_family = socket.getaddrinfo(*address, type=socket.SOCK_STREAM)[0][0]
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Bind, without asking for the name of the address."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, where there is a place; else close the connection."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and give the place back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, *_: Any) -> None:
        """Say nothing: it is a client that has left, or that says nothing."""


class _SilentHandler(WSGIRequestHandler):
    """Scrapes are in no log."""

    timeout = _SECONDS_IDLE

    def log_message(self, *_: object) -> None:
        """Say nothing."""
