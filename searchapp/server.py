"""Serving the site through a production WSGI server."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import waitress

from indexer import ArchiveError
from searchapp import create_app
from searchapp.views.context import INDEX

if TYPE_CHECKING:
    from collections.abc import Callable

    from indexer import Settings


class PortInUseError(ArchiveError):
    """The address to listen on cannot be had."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {reason}; choose another with --port, or stop what uses it")


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until interrupted; `announce` gets the address once it is listened on.

    Raises:
        ArchiveError: there is no index to serve.
        PortInUseError: the port is taken, or the address is not ours.
    """
    app = create_app(settings)
    app.extensions[INDEX].get()  # say now, not at the first request, that there is none
    listener = _listen(settings.host, settings.port)
    # Twice as many threads as searches: the others answer 503, health checks and style sheets under load.
    server: Any = waitress.create_server(
        app, sockets=[listener], threads=settings.threads * 2, ident=None, clear_untrusted_proxy_headers=True
    )
    host, port = listener.getsockname()[:2]
    announce(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
    try:
        server.run()
    finally:
        server.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortInUseError(host, port, error.strerror or str(error)) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise PortInUseError(host, port, error.strerror or str(error)) from None
    return listener
