"""Run `indexer` with a fault at its k-th call of the operating system: killed there, or told that the call failed.

The calls are those that Python's audit events tell of (opening for writing, renaming, linking, removing, making folders,
listing folders, connecting to SQLite) and os.fsync. `python -m tests.failpoints '{...}' index ...` runs the command
with the fields of a Failpoint, and prints, as its last line on standard error, how many calls there were. Without
arguments it reads one such command a line, runs each in a fork of a process that has loaded everything, and answers with
a line: that makes hundreds of faults cheap.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import traceback
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
    Where there is a `largest` size, a write that would make a file larger fails in its midst (EFBIG), as on a full disk.
    """

    within: str
    at: int = 0
    fault: str = "kill"
    lasting: bool = False
    after: bool = False
    lists: bool = False
    largest: int = 0


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


@dataclass(frozen=True)
class Done:
    """How a command ended: its exit code (minus the signal that ended it) and what it said on standard error."""

    returncode: int
    stderr: str

    @property
    def passed(self) -> int:
        """How many calls there were, of a command that was not killed."""
        return int(self.stderr.rpartition(COUNTED)[2])


class Forks:
    """A process that has loaded everything, and runs each command in a fork of itself."""

    def __init__(self, errors: Path) -> None:
        self._errors = errors
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.failpoints"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
        )

    def run(self, failpoint: Failpoint, *words: object) -> Done:
        """Run `indexer` with a fault to its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"failpoint": asdict(failpoint), "words": [*map(str, words)], "errors": str(self._errors)}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Done(int(self._process.stdout.readline()), self._errors.read_text(errors="replace"))

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


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

        if self.failpoint.largest:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.failpoint.largest, resource.RLIM_INFINITY))
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
    """Run a command with the fault that the first argument tells, or those that are read."""
    if len(sys.argv) == 1:
        _serve()
    else:
        _run(Failpoint(**json.loads(sys.argv[1])), sys.argv[2:])


def _run(failpoint: Failpoint, words: list[str]) -> None:
    from indexer.cli import main as indexer

    armed = Armed(failpoint)
    armed.arm()
    try:
        indexer(words, prog_name="indexer")
    finally:
        sys.stderr.write(f"{COUNTED}{armed.passed}\n")
        sys.stderr.flush()


def _serve() -> None:
    from indexer.analysis.analyzer import analyze
    from indexer.engine.whoosh import reader, writer  # noqa: F401 - so that no fork has to
    from indexer.store import generations
    from indexer.updating import building, pipeline  # noqa: F401

    generations.builder_fingerprint()
    analyze("读入词典和各种表格")
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            with Path(order["errors"]).open("w") as errors, Path(os.devnull).open("w") as null:
                os.dup2(errors.fileno(), 2)
                os.dup2(null.fileno(), 1)
            code = 0
            try:
                _run(Failpoint(**order["failpoint"]), order["words"])
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else 2
            except BaseException:
                traceback.print_exc()
                code = 77
            sys.stderr.flush()
            os._exit(code)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
