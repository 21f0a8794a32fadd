"""Kills: at random moments, at every storage call of a commit and of a switch, of a rebuild again and again (T01 T02 T09)."""

from __future__ import annotations

import json
import random
import subprocess
import time
from pathlib import Path

import pytest

from tests.failpoints import Failpoint, Forks
from tests.faults.conftest import Count, Serve, Tallying
from tests.faults.house import Archive, Asking, Halfway, Tally, held, indexer, kill, leftovers, processes_below, start

COMMANDS = {"index": ["index"], "reindex": ["reindex", "--allow-shrink"]}


def wait_for_a_moment(run: subprocess.Popen[bytes], index: Path, rnd: random.Random, lasts: float) -> None:
    """Wait for some moment of a run that lasts about so long; of three, two lie within writing, sealing and switching."""
    if rnd.random() < 0.3:
        time.sleep(rnd.random() * lasts)
        return
    sign = rnd.choice(["gen-*", "gen-*/manifest.json.new", "state.sqlite.new", "CURRENT.new"])
    before, until = set(index.glob(sign)), time.monotonic() + 20
    while run.poll() is None and set(index.glob(sign)) <= before and time.monotonic() < until:
        pass
    time.sleep(rnd.random() * (0.3 if sign == "gen-*" else 0.02))


def judge(tally: Tally, index: Path, allowed: list[dict[str, int]]) -> None:
    """Count whether an index is one of the states that it may be in."""
    state = held(index)
    if isinstance(state, str):
        tally.refuse("unreadable", state)
    elif state not in allowed:
        tally.refuse("mixed or lost", len(state), [len(own) for own in allowed])
    else:
        tally.count("new state" if state == allowed[-1] else "old state")


def run_again(tally: Tally, index: Path, archive: Archive) -> None:
    """Count whether the next run, without any help, brings everything up to date and leaves nothing behind."""
    done = indexer("index", "--processes", 1, "--index", index)
    state = held(index)
    tally.expect(
        done.returncode == 0 and state == archive.model, "the next run", done.returncode, done.stderr, str(state)[:80]
    )
    tally.expect(not leftovers(index), "left over", leftovers(index))
    tally.count("right after the next run")


@pytest.mark.parametrize("command", COMMANDS)
def test_kills_at_random_moments(
    command: str, tmp_path: Path, count: Count, rnd: random.Random, tallying: Tallying, serve: Serve
) -> None:
    """T01: the whole tree of processes, killed while a site is asked."""
    tally = tallying(f"T01 kill -9, {command}")
    archive, index = Archive(tmp_path / "archive", 120), tmp_path / "index"
    begun = time.monotonic()
    assert indexer("index", archive.folder, "--index", index).returncode == 0
    lasts = time.monotonic() - begun
    site = serve(index)
    asking = Asking(site, ["/api/v1/search?q=%E4%BC%9A%E8%AE%AE", "/readyz", "/search?q=%E9%80%9A%E7%9F%A5"])
    for trial in range(1, count(8) + 1):
        before = dict(archive.model)
        archive.change(rnd, trial)
        run = start(*COMMANDS[command], "--processes", 2, "--index", index)
        wait_for_a_moment(run, index, rnd, lasts)
        try:
            run.wait(0.001)
            tally.count("ended before the kill")
        except subprocess.TimeoutExpired:
            below = processes_below(run.pid)
            kill([run.pid, *below])
            run.wait(30)
            tally.count("killed")
        assert run.stderr is not None
        run.stderr.close()
        judge(tally, index, [before, archive.model])
        run_again(tally, index, archive)
    tally.notes["answers meanwhile"] = len(asking.stop())
    site.stop()
    tally.expect(not asking.wrong, "a reader was told something wrong", *asking.wrong[:3])


@pytest.mark.parametrize("command", COMMANDS)
def test_kills_at_every_storage_call(
    command: str, tmp_path: Path, count: Count, tallying: Tallying, forks: Forks
) -> None:
    """T02: before each call that changes the index folder, and after each sync."""
    tally = tallying(f"T02 killed at each storage call, {command}")
    half = Halfway.make(tmp_path, COMMANDS[command], forks)
    archive, index = half.archive, half.index
    tally.notes["calls"] = half.calls
    points = [(at, after) for at in range(1, half.calls + 1) for after in (False, True)]
    for at, after in points[:: max(1, len(points) // count(30))]:
        half.restore()
        done = forks.run(Failpoint(str(index), at, after=after), *half.words)
        tally.count("killed" if done.returncode == -9 else "ended before")
        judge(tally, index, [half.before, archive.model])
        done = forks.run(Failpoint(str(index)), "index", "--processes", 1, "--index", index)
        tally.expect(done.returncode == 0 and held(index) == archive.model, "the next run", at, after, done.stderr)
        tally.expect(not leftovers(index), "left over", at, after, leftovers(index))


def test_a_rebuild_that_is_killed_again_and_again_gives_what_a_clean_one_does(
    tmp_path: Path, count: Count, rnd: random.Random, tallying: Tallying
) -> None:
    """T09."""
    tally = tallying("T09 rebuild killed and resumed")
    archive, index = Archive(tmp_path / "archive", 120), tmp_path / "index"
    assert indexer("index", archive.folder, "--index", index).returncode == 0
    archive.change(rnd, 1)
    for _ in range(count(5)):
        run = start("reindex", "--allow-shrink", "--index", index)
        time.sleep(rnd.random() * 1.5)
        kill([run.pid, *processes_below(run.pid)])
        run.communicate()
        tally.count("killed")
    assert indexer("reindex", "--allow-shrink", "--index", index).returncode == 0
    assert indexer("index", archive.folder, "--index", tmp_path / "clean").returncode == 0
    exports = [indexer("export", "--index", own).stdout for own in (index, tmp_path / "clean")]
    tally.expect(exports[0] == exports[1], "other documents than a clean run", *map(len, exports))
    tally.notes["documents the same"] = sum(1 for line in exports[0].splitlines() if json.loads(line))
