"""The socket that the site listens on: a new one, or that of the process before, which the service manager has kept.

While one process ends and the next one begins, connections wait in its queue, and none is refused.
"""

from __future__ import annotations

import logging
import socket
from dataclasses import dataclass
from typing import Any

from indexer import ArchiveError
from searchapp.systemd import can_notify, notify, take_sockets

_log = logging.getLogger(__name__)

BACKLOG = 1024  # what may wait while the site begins
_NAME = "http"  # of the socket that we give to the service manager
_ANY_PORT = 0


class PortInUseError(ArchiveError):
    """The address to listen on cannot be had."""

    def __init__(self, host: str, port: int, *, reason: str, choice: str = "--port") -> None:
        super().__init__(
            f"cannot listen on {host}:{port}: {reason}; choose another with {choice}, or stop what uses it"
        )


@dataclass(frozen=True, slots=True)
class Listener:
    """A socket that is listened on, and whether the service manager has it as well."""

    socket: socket.socket
    is_kept: bool

    @property
    def address(self) -> str:
        """Where browsers find it."""
        host, port = self.socket.getsockname()[:2]
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def listen(host: str, port: int) -> Listener:
    """Listen on an address; the service manager, where there is one, gets the socket to keep.

    Raises:
        PortInUseError: the port is taken, or the address is not ours.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise PortInUseError(host, port, reason=error.strerror or str(error)) from None
    if (handed := _take_over(address)) is not None:
        return handed
    try:
        own = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortInUseError(host, port, reason=error.strerror or str(error)) from None
    try:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own.bind(address)
        own.listen(BACKLOG)
    except OSError as error:
        own.close()
        raise PortInUseError(host, port, reason=error.strerror or str(error)) from None
    notify("FDSTORE=1", f"FDNAME={_NAME}", keep=own)
    return Listener(own, is_kept=can_notify())


def _take_over(address: Any) -> Listener | None:
    """Return the socket that was handed over for an address; others, from before the settings changed, are closed."""
    found = None
    for handed in take_sockets():
        if found is None and _is_at(handed.socket, address):
            found = handed
            continue
        _log.warning("The service manager kept a socket for another address than %s:%d; it is closed", *address[:2])
        handed.socket.close()
        if handed.name == _NAME:
            notify("FDSTOREREMOVE=1", f"FDNAME={_NAME}")
    return Listener(found.socket, is_kept=True) if found is not None else None


def _is_at(own: socket.socket, address: Any) -> bool:
    if own.type != socket.SOCK_STREAM or own.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    host, port = own.getsockname()[:2]
    listens = own.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    return bool(listens) and host == address[0] and address[1] in (port, _ANY_PORT)
