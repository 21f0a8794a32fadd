"""A service manager as systemd is one, and clients that ask all the while, each request of which is counted."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

# What systemd does between fork and exec: the kept socket becomes descriptor 3, and the process is told that it is its own.
_HAND_OVER = """
import os, sys
if (kept := int(sys.argv[1])) >= 0:
    os.dup2(kept, 3)
    if kept != 3:
        os.close(kept)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES=sys.argv[2])
os.execv(sys.argv[3], sys.argv[3:])
"""


class ServiceManager:
    """Hears what a service tells, keeps its socket, and hands it to the next process (sd_notify(3), sd_listen_fds(3))."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "service.log"
        self._path = folder / "notify"
        self._heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._heard.bind(str(self._path))
        self.told: list[str] = []
        self.kept: tuple[str, int] | None = None  # name and descriptor
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, command: Sequence[str | Path], **variables: str) -> subprocess.Popen[bytes]:
        """Start a service, and wait until it is ready."""
        name, kept = self.kept or ("", -1)
        launcher = [sys.executable, "-S", "-c", _HAND_OVER, str(kept), name]
        environment = {**os.environ, "NOTIFY_SOCKET": str(self._path), "PYTHONUNBUFFERED": "1", **variables}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*launcher, *map(str, command)],
                stdout=log,
                stderr=log,
                env=environment,
                pass_fds=[kept] if kept >= 0 else [],
            )
        self.wait_for("READY=1")
        return self.process

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Stop the service; return its exit code. What it kept stays."""
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        self.process = None
        self._hear(0.05)
        return code

    def wait_for(self, beginning: str, *, seconds: float = 30) -> str:
        """Return the next line that is told and begins so; what was told before it is passed over."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            while self.told:
                if (line := self.told.pop(0)).startswith(beginning):
                    return line
            self._hear(0.1)
            assert self.process is None or self.process.poll() is None, self.log.read_text(errors="replace")
        raise AssertionError(f"nobody told {beginning}: {self.log.read_text(errors='replace')}")

    def _hear(self, seconds: float) -> None:
        """Take what was told, and do what it asks for."""
        self._heard.settimeout(seconds)
        while True:
            try:
                message, descriptors, _, _ = socket.recv_fds(self._heard, 4096, 8)
            except TimeoutError:
                return
            lines = message.decode().split("\n")
            self.told += lines
            values = dict(line.split("=", 1) for line in lines)
            if "FDSTOREREMOVE" in values and self.kept is not None and self.kept[0] == values["FDNAME"]:
                os.close(self.kept[1])
                self.kept = None
            if "FDSTORE" in values:
                assert self.kept is None, "FileDescriptorStoreMax=1"
                (descriptor,) = descriptors
                self.kept = values["FDNAME"], descriptor

    def find_port(self) -> int:
        """Return the port of the kept socket."""
        assert self.kept is not None
        with socket.socket(fileno=os.dup(self.kept[1])) as own:
            port: int = own.getsockname()[1]
        return port

    def close(self) -> None:
        """Stop everything."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=10)
        if self.kept is not None:
            os.close(self.kept[1])
        self._heard.close()


@dataclass
class Crowd:
    """Clients that ask one after the other, some with a connection for each request and some on one that they keep.

    A request fails if its connection is refused, is cut off, or has another answer than 200. As HTTP has it (RFC 9112,
    9.3.1), one that comes to a kept connection just as that is closed is asked again, once, on a new one; these count
    as `repeated`.
    """

    port: int
    paths: Sequence[str]
    asked: int = 0
    repeated: int = 0
    longest: float = 0.0
    failed: list[str] = field(default_factory=list)
    totals: dict[str, set[int]] = field(default_factory=dict)
    _ended: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Crowd:
        for number, keeps in enumerate((False, False, True, True)):
            self._threads.append(threading.Thread(target=self._ask_on, args=(number,), kwargs={"keeps": keeps}))
            self._threads[-1].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def wait_for_more(self, count: int) -> None:
        """Wait until so many more have been answered, or failed."""
        until = self.asked + count
        while self.asked < until:
            time.sleep(0.02)

    def __str__(self) -> str:
        figures = f"{self.asked} requests, {len(self.failed)} failed, {self.repeated} repeated"
        return f"{figures}, the longest waited {self.longest:.2f} s"

    def _ask_on(self, number: int, *, keeps: bool) -> None:
        connection: http.client.HTTPConnection | None = None
        for turn in range(number, 10**9):
            if self._ended.is_set():
                break
            path, begun = self.paths[turn % len(self.paths)], time.monotonic()
            is_used = connection is not None
            connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                is_open = self._ask(connection, path)
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                connection, is_open = None, False
                if is_used and isinstance(error, ConnectionError):  # RemoteDisconnected is one
                    self.repeated += 1
                    continue
                self.failed.append(f"{path}: {error!r}")
            with self._lock:
                self.asked += 1
                self.longest = max(self.longest, time.monotonic() - begun)
            if connection is not None and not (keeps and is_open):
                connection.close()
                connection = None
            time.sleep(0.02)
        if connection is not None:
            connection.close()

    def _ask(self, connection: http.client.HTTPConnection, path: str) -> bool:
        """Ask; return whether the connection stays open."""
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            self.failed.append(f"{path}: {answer.status} {body[:200]!r}")
        elif path.startswith("/api/"):
            with self._lock:
                self.totals.setdefault(path, set()).add(json.loads(body)["total"])
        return not answer.will_close
