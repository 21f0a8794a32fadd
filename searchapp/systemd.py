"""What a service manager is told, and the sockets that it keeps for us: sd_notify(3), sd_listen_fds(3) of systemd.

Without `NOTIFY_SOCKET` and `LISTEN_FDS` in the environment nothing here does anything.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import dataclass

# Descriptors are handed over from here on (SD_LISTEN_FDS_START).
_FIRST = 3
_PATIENCE = 5.0  # seconds
_NAME_OF_ALL = "unknown"  # what systemd calls those that nobody has named


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A socket that the service manager kept or made for us."""

    name: str
    socket: socket.socket


def can_notify() -> bool:
    """Tell whether a service manager wants to be told."""
    return os.environ.get("NOTIFY_SOCKET", "").startswith(("/", "@"))


def notify(*lines: str, keep: socket.socket | None = None) -> None:
    """Tell the service manager something, each line as NAME=VALUE; with `keep` it gets a socket to keep.

    Whether it listens is its own affair: who serves does not stop for that.
    """
    if not can_notify():
        return
    address = os.environ["NOTIFY_SOCKET"]
    message = "\n".join(line.replace("\n", " ") for line in lines).encode()
    if address.startswith("@"):  # of the abstract name space, unix(7)
        address = f"\0{address[1:]}"
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
        own.settimeout(_PATIENCE)
        own.connect(address)
        if keep is None:
            own.send(message)
        else:
            socket.send_fds(own, [message], [keep.fileno()])


def take_sockets() -> list[HandedOver]:
    """Take what the service manager hands over to this process; a second call finds nothing, nor does a child."""
    told = {name: os.environ.pop(name, "") for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")}
    if told["LISTEN_PID"] != str(os.getpid()) or not told["LISTEN_FDS"].isdecimal():
        return []
    names = told["LISTEN_FDNAMES"].split(":") if told["LISTEN_FDNAMES"] else []
    found = []
    for place in range(int(told["LISTEN_FDS"])):
        descriptor = _FIRST + place
        try:
            own = socket.socket(fileno=descriptor)
        except OSError:  # something else than a socket is none of ours
            with suppress(OSError):
                os.close(descriptor)
            continue
        own.set_inheritable(False)
        found.append(HandedOver(names[place] if place < len(names) else _NAME_OF_ALL, own))
    return found
