"""Run `indexer` with a fault at its k-th call of the operating system: killed there, or told that the call failed.

The calls are those that Python's audit events tell of (opening for writing, renaming, linking, removing, making folders,
listing folders, connecting to SQLite) and os.fsync. `python -m tests.failpoints '{...}' index ...` runs the command
with the fields of a Failpoint, and prints, as its last line on standard error, how many calls there were.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

COUNTED = "failpoints passed: "
# Event -> the place of the path among its arguments; flock has a descriptor instead.
WRITES = {
    "open": 0,
    "os.rename": 0,
    "os.link": 0,
    "os.remove": 0,
    "os.mkdir": 0,
    "os.rmdir": 0,
    "os.truncate": 0,
    "shutil.copyfile": 1,
    "sqlite3.connect": 0,
    "fcntl.flock": None,
}
LISTS = {"os.scandir": 0}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Failpoint:
    """At which call (from 1; 0 is none) what happens: `kill`, or the name of an errno.

    Only calls count whose path holds the text `within`. `lasting` faults go on with every later call, `after` ones come
    once the call has been done (only syncs know that). `lists` counts the listing of folders instead of writing.
    """

    within: str
    at: int = 0
    fault: str = "kill"
    lasting: bool = False
    after: bool = False
    lists: bool = False


def run_with(failpoint: Failpoint, *words: object, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """Run `indexer` with a fault to its end."""
    command = [sys.executable, "-m", "tests.failpoints", json.dumps(asdict(failpoint)), *map(str, words)]
    here = Path(__file__).parent.parent
    return subprocess.run(
        command, capture_output=True, text=True, errors="replace", timeout=timeout, cwd=here, check=False
    )


def count_calls(failpoint: Failpoint, *words: object) -> int:
    """Return how many calls a command makes."""
    done = run_with(failpoint, *words)
    assert done.returncode == 0, done.stderr
    return int(done.stderr.rpartition(COUNTED)[2])


class Armed:
    """A failpoint at work in this process."""

    def __init__(self, failpoint: Failpoint) -> None:
        self.failpoint, self.passed = failpoint, 0
        self._events = LISTS if failpoint.lists else WRITES

    def arm(self) -> None:
        """Listen to the calls from now on."""
        real_sync = os.fsync

        def sync(descriptor: int) -> None:
            if not self.failpoint.after:
                self._pass(f"descriptor {descriptor}")
            real_sync(descriptor)
            if self.failpoint.after:
                self._pass(f"descriptor {descriptor}")

        if not self.failpoint.lists:
            os.fsync = sync  # type: ignore[assignment]
        sys.addaudithook(self._hear)

    def _hear(self, event: str, values: tuple[Any, ...]) -> None:
        if event not in self._events:
            return
        place = self._events[event]
        if event == "open" and not (isinstance(values[2], int) and values[2] & _WRITING):
            return
        path = str(values[place]) if place is not None and not isinstance(values[place], bytes) else ""
        if place is not None and isinstance(values[place], bytes):
            path = os.fsdecode(values[place])
        if place is None or self.failpoint.within in path:
            self._pass(path)

    def _pass(self, path: str) -> None:
        self.passed += 1
        point = self.failpoint
        if self.passed == point.at or (point.lasting and point.at and self.passed > point.at):
            if point.fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            number = getattr(errno, point.fault)
            raise OSError(number, os.strerror(number), path)


def main() -> None:
    """Run a command with the fault that the first argument tells."""
    from indexer.cli import main as indexer

    armed = Armed(Failpoint(**json.loads(sys.argv[1])))
    armed.arm()
    try:
        indexer(sys.argv[2:], prog_name="indexer")
    finally:
        sys.stderr.write(f"{COUNTED}{armed.passed}\n")


if __name__ == "__main__":
    main()
