"""A made-up house: an archive whose true content is known, its index, our two programs, and what came of each trial."""

from __future__ import annotations

import http.client
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer import ArchiveError, open_index
from tests.conftest import program
from tests.failpoints import Failpoint, Forks

_COMMON = (
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能好都然没日于起还发成事"
    "只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部"
)
_MARK = re.compile(r"mark([a-z0-9]+?)v(\d+)end")


class Archive:
    """A folder of text files, each of which names itself and its version, and what should be in the index of it."""

    def __init__(self, folder: Path, files: int, characters: int = 400) -> None:
        self.folder, self._characters = folder, characters
        self.model: dict[str, int] = {}
        folder.mkdir(parents=True)
        for number in range(files):
            self.put(f"d{number}", 0)

    def put(self, name: str, version: int) -> None:
        """Write a file."""
        rnd = random.Random(f"{name}/{version}")
        body = "".join(
            rnd.choice(_COMMON) if rnd.random() > 0.06 else rnd.choice("，。") for _ in range(self._characters)
        )
        lines = [body[at : at + 120] + "。" for at in range(0, len(body), 120)]
        head = f"关于第{rnd.randrange(1, 99)}次工作会议的通知\n来源：某某日报 2021-0{rnd.randrange(1, 9)}-1{rnd.randrange(9)}\n\n"
        text = head + "\n".join(lines) + f"\n本文编号 mark{name}v{version}end 到此为止。\n"
        (self.folder / f"{name}.txt").write_text(text, encoding="utf-8")
        self.model[name] = version

    def drop(self, name: str) -> None:
        """Remove a file."""
        (self.folder / f"{name}.txt").unlink()
        del self.model[name]

    def change(self, rnd: random.Random, version: int, *, changed: int = 6, added: int = 2, dropped: int = 2) -> None:
        """Change some files, remove some, add some."""
        for name in rnd.sample(sorted(self.model), min(changed, len(self.model))):
            self.put(name, version)
        for name in rnd.sample(sorted(self.model), dropped):
            self.drop(name)
        for number in range(added):
            self.put(f"n{version}x{number}", version)


def held(index: Path) -> dict[str, int] | str:
    """Return what an index holds, every byte of it checked; or why that cannot be told."""
    try:
        opened = open_index(index)
        if opened.degraded:
            return f"degraded: {opened.degraded}"
        texts = [document.body for document in opened.reader.iter_documents()]
    except ArchiveError as error:
        return str(error)
    marks = [match.groups() for text in texts for match in _MARK.finditer(text)]
    found = {name: int(version) for name, version in marks}
    return found if len(found) == len(marks) else "documents are there twice"


def leftovers(index: Path) -> list[str]:
    """Return what lies in an index folder and has no business there."""
    known = re.compile(r"gen-\d{6}|CURRENT|LOCK|(state|misses)\.sqlite|completions\.json")
    return [path.name for path in index.iterdir() if not known.fullmatch(path.name)]


@dataclass
class Tally:
    """What came of the trials of one kind of fault: figures, and what must never be."""

    kind: str
    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    notes: dict[str, object] = field(default_factory=dict)

    def count(self, outcome: str, *, when: bool = True) -> None:
        """Count an outcome."""
        self.counts[outcome] += when

    def refuse(self, what: str, *details: object) -> None:
        """Note what must never be."""
        self.counts[f"WRONG: {what}"] += 1
        self.wrong.append(f"{what}: {' | '.join(map(str, details))}"[:600])

    def expect(self, right: bool, what: str, *details: object) -> None:
        """Note what is not right."""
        if not right:
            self.refuse(what, *details)

    def __str__(self) -> str:
        figures = {**dict(sorted(self.counts.items())), **self.notes}
        return f"{self.kind}: {', '.join(f'{value} {name}' for name, value in figures.items())}"


def indexer(*words: object, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    """Run `indexer` to its end."""
    command = [program("indexer"), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=timeout, check=False)


def start(*words: object) -> subprocess.Popen[bytes]:
    """Begin to run `indexer` in a session of its own."""
    command = [program("indexer"), *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def processes_below(pid: int) -> list[int]:
    """Return the processes that a process has started, and they."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        parents.setdefault(parent, []).append(int(folder.name))
    found, wave = [], [pid]
    while wave:
        wave = [child for parent in wave for child in parents.get(parent, [])]
        found += wave
    return found


def kill(pids: list[int]) -> None:
    """Kill processes, those that are still there."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


@dataclass(frozen=True)
class Answer:
    """What a site answered (status 0: nothing), and after how many seconds."""

    status: int
    body: bytes
    headers: dict[str, str]
    seconds: float


class Site:
    """A running `searchapp serve`."""

    def __init__(self, index: Path, log: Path, **settings: object) -> None:
        self.log = log
        environment = {**os.environ, **{f"ARCHIVE_{name.upper()}": str(value) for name, value in settings.items()}}
        self._errors = log.open("ab")
        self.process = subprocess.Popen(
            [program("searchapp"), "serve", "--port", "0", "--index", str(index)],
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        assert " at http://" in line, log.read_text(errors="replace")
        self.port = int(line.split(" at http://127.0.0.1:")[1].split("/")[0])

    def get(self, path: str, *, timeout: float = 30, port: int = 0, **headers: str) -> Answer:
        """Ask."""
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers=headers)
            got = connection.getresponse()
            body = got.read()
            names = {name.lower(): value for name, value in got.getheaders()}
            return Answer(got.status, body, names, time.monotonic() - begun)
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, repr(error).encode(), {}, time.monotonic() - begun)
        finally:
            connection.close()

    def megabytes(self) -> int:
        """Return the memory that is the process's own."""
        return int(re.findall(r"RssAnon:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())[0]) >> 10

    def files(self) -> int:
        """Return how many descriptors are open, and maps of files that are gone."""
        here = Path(f"/proc/{self.process.pid}")
        return len(list((here / "fd").iterdir())) + (here / "maps").read_text().count("(deleted)")

    def stop(self) -> None:
        """End it, if it has not ended yet."""
        if self._errors.closed:
            return
        self.process.terminate()
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._errors.close()


class Updating:
    """A thread that changes an archive and brings its index up to date, again and again; every fourth time it rebuilds."""

    def __init__(self, archive: Archive, index: Path, rnd: random.Random, tally: Tally, forks: Forks) -> None:
        self.committed = [dict(archive.model)]
        self._archive, self._index, self._rnd, self._tally, self._forks = archive, index, rnd, tally, forks
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._update)
        self._thread.start()

    def _update(self) -> None:
        while not self._ended.is_set():
            version = len(self.committed)
            self._archive.change(self._rnd, version)
            self.committed.append(dict(self._archive.model))
            command = "index" if version % 4 else "reindex"
            words = [command, "--processes", 1, "--index", self._index]
            done = self._forks.run(Failpoint(str(self._index)), *words)
            self._tally.expect(done.returncode == 0, "an update failed", done.stderr)

    def stop(self) -> None:
        """Stop, and note how many updates there were."""
        self._ended.set()
        self._thread.join()
        self._tally.notes["updates meanwhile"] = len(self.committed) - 1


@dataclass
class Halfway:
    """An index, and a command that would bring it up to date with a changed archive in so many storage calls."""

    archive: Archive
    index: Path
    before: dict[str, int]
    words: list[object]
    calls: int
    _base: Path

    @classmethod
    def make(cls, folder: Path, command: list[str], forks: Forks) -> Halfway:
        """Make an archive and its index, change the archive, and count the calls of the command."""
        archive, index, base = Archive(folder / "archive", 40), folder / "index", folder / "base"
        assert indexer("index", archive.folder, "--processes", 1, "--index", base).returncode == 0
        before = dict(archive.model)
        archive.change(random.Random(1), 1)
        words = [*command, "--processes", 1, "--index", index]
        shutil.copytree(base, index)
        calls = forks.run(Failpoint(str(index)), *words).passed
        return cls(archive, index, before, words, calls, base)

    def restore(self) -> None:
        """Put the index back as it was before the command."""
        shutil.rmtree(self.index)
        shutil.copytree(self._base, self.index)


class Asking:
    """Threads that ask a site one path after the other until they are stopped."""

    def __init__(
        self,
        site: Site,
        paths: list[str],
        *,
        threads: int = 1,
        pause: float = 0.1,
        is_right: Callable[[Answer], bool] | None = None,
    ) -> None:
        self._site, self._paths, self._pause = site, paths, pause
        self._is_right = is_right or (lambda answer: answer.status == 200)
        self.answers: list[Answer] = []
        self.wrong: list[str] = []
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number,), daemon=True) for number in range(threads)]
        for thread in self._threads:
            thread.start()

    def _ask(self, number: int) -> None:
        while not self._ended.is_set():
            path = self._paths[number % len(self._paths)]
            number += 1
            answer = self._site.get(path)
            self.answers.append(answer)
            if not self._is_right(answer):
                self.wrong.append(f"{path} {answer.status} {answer.body[:200]!r}")
            self._ended.wait(self._pause)

    def stop(self) -> list[Answer]:
        """Stop, and return all answers."""
        self._ended.set()
        for thread in self._threads:
            thread.join(60)
        return self.answers


def spread(seconds: list[float]) -> str:
    """Return the median, the 99th percentile and the maximum of some times, in milliseconds."""
    if not seconds:
        return "none"
    ordered = sorted(seconds)
    last = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    return f"p50 {1000 * statistics.median(ordered):.0f} p99 {1000 * last:.0f} max {1000 * ordered[-1]:.0f} ms"


def percentile(seconds: list[float], share: float) -> float:
    """Return a percentile of some times."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def as_text(value: Any) -> str:
    """Return what a command said, on one line."""
    return " ".join(str(value).split())
