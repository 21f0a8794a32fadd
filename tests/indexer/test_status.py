"""What `indexer status` tells a monitor: a state with its reasons, and an exit code for each."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from indexer import Settings
from indexer.cli import main
from indexer.errors import IndexLockedError, ShrinkError
from indexer.status import read_health
from indexer.store.generations import LOCK, lock_for_writing, read_writing
from indexer.store.state import STATE_FILE, open_state
from indexer.updating.pipeline import update_index
from tests.conftest import Run, Write, edit_manifest, program

FILES = {f"{number}.txt": f"标题{number}\n来源：甲\n\n第{number}个文件写的是科普。" for number in range(5)}


def tell(indexer: Run, *arguments: str | Path) -> tuple[int, str, list[str]]:
    """Return the exit code, state and reasons; text and JSON must agree."""
    told = indexer("status", "--json", *arguments)
    report = json.loads(told.stdout)
    shown = indexer("status", *arguments)
    lines = shown.stdout.splitlines()
    assert lines[0] == f"state        {report['state']}"
    assert [line[13:] for line in lines if line.startswith("because ")] == report["reasons"]
    assert shown.exit_code == told.exit_code
    return told.exit_code, report["state"], report["reasons"]


def cut(index: Path) -> None:
    victim = next((index / "gen-000001").glob("*.arrays"))
    victim.write_bytes(victim.read_bytes()[:-1])


def remove_file(index: Path) -> None:
    next((index / "gen-000001").glob("*.arrays")).unlink()


BROKEN: dict[str, tuple[Callable[[Path], object], str]] = {
    "no CURRENT": (lambda index: (index / "CURRENT").unlink(), "CURRENT is missing"),
    "odd CURRENT": (lambda index: (index / "CURRENT").write_text("x"), "CURRENT names no generation"),
    "no generation": (lambda index: (index / "CURRENT").write_text("gen-000009"), "manifest.json cannot be read"),
    "manifest": (lambda index: (index / "gen-000001/manifest.json").write_text("{"), "manifest.json"),
    "short file": (cut, "bytes instead of"),
    "lost file": (remove_file, "is missing"),
    "analyzer": (lambda index: edit_manifest(index / "gen-000001", '"analyzer": "4"', '"analyzer": "3"'), "the analyzer (3 to 4) changed"),
    "engine": (lambda index: edit_manifest(index / "gen-000001", '"engine": "whoosh', '"engine": "other'), "the engine"),
    "format": (lambda index: edit_manifest(index / "gen-000001", '"format": ', '"format": 9'), "the format of the index"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_cannot_be_served_is_broken(write: Write, indexer: Run, settings: Settings, what: str) -> None:
    update_index(settings, [write(FILES)])
    damage, sentence = BROKEN[what]
    damage(settings.index)
    code, state, reasons = tell(indexer)
    assert (code, state) == (2, "broken")
    assert sentence in reasons[0]
    assert "indexer " in reasons[0]  # what to do


def test_no_index_is_broken_and_a_good_one_fresh(write: Write, indexer: Run) -> None:
    code, state, reasons = tell(indexer)
    assert (code, state, "make one with `indexer index FOLDER`" in reasons[0]) == (2, "broken", True)
    indexer("index", write(FILES))
    assert tell(indexer) == tell(indexer, "--max-age", "1h") == (0, "fresh", [])
    assert indexer("status").stdout.count("\n") > 10


def test_another_parser_is_stale(write: Write, indexer: Run, settings: Settings) -> None:
    update_index(settings, [write(FILES)])
    edit_manifest(settings.index / "gen-000001", '"parser": "', '"parser": "0')
    code, state, reasons = tell(indexer)
    assert (code, state) == (1, "stale")
    assert reasons[0].startswith("the parser (0")


def test_age_counts_since_the_last_good_run_not_since_the_last_change(
    write: Write, indexer: Run, settings: Settings
) -> None:
    archive = write(FILES)
    update_index(settings, [archive])
    with open_state(settings.index) as state:
        state._connection.execute("UPDATE runs SET started = '2021-03-12T02:30:00+08:00', seconds = 60")
        state._connection.commit()
    code, name, reasons = tell(indexer, "--max-age", "26")
    assert (code, name) == (1, "stale")
    assert "no run has ended well since 2021-03-12T02:31:00+08:00, more than 26 hours ago" in reasons
    assert tell(indexer, "--max-age", "9999d")[0] == 0
    assert tell(indexer)[0] == 0  # nothing is said about age
    update_index(settings, [])  # changes nothing, makes no generation
    assert tell(indexer, "--max-age", "26h") == (0, "fresh", [])


def test_files_that_cannot_be_read_are_a_failure(write: Write, indexer: Run) -> None:
    indexer("index", write({**FILES, "bad.txt": b"\x00\x01\x02\xff" * 50}))
    code, state, reasons = tell(indexer, "--max-age", "0")
    assert (code, state) == (1, "failing")
    assert reasons[0].startswith("1 file of the archive could not be read: archive/bad.txt: ")
    assert len(reasons) == 2  # too old, too


def test_a_run_that_was_refused_is_told_until_one_ends_well(write: Write, indexer: Run, settings: Settings) -> None:
    archive = write(FILES)
    update_index(settings, [archive])
    for name in list(FILES)[1:]:
        (archive / name).rename(archive.parent / name)
    with pytest.raises(ShrinkError):
        update_index(settings, [])
    code, state, reasons = tell(indexer)
    assert (code, state) == (1, "failing")
    assert f"`indexer index`, process {os.getpid()} on " in reasons[0]
    assert "4 of 5 indexed files are gone from the archive" in reasons[0]
    indexer("rollback")  # is refused as well, and no run
    assert tell(indexer) == (1, "failing", reasons)
    for name in list(FILES)[1:]:
        (archive.parent / name).rename(archive / name)
    update_index(settings, [])
    assert tell(indexer) == (0, "fresh", [])


def test_a_run_that_was_killed_is_told(write: Write, indexer: Run, settings: Settings) -> None:
    archive = write(FILES)
    update_index(settings, [archive])
    many = {f"{number}/{name}": text for number in range(100) for name, text in FILES.items()}
    write(many)
    with subprocess.Popen(
        [program("indexer"), "--index", settings.index, "index", "--quiet"], env=os.environ
    ) as process:
        until = time.monotonic() + 30
        while not read_writing(settings.index).holder and time.monotonic() < until:
            time.sleep(0.005)
        writing = json.loads(indexer("status", "--json").stdout)["writing"]
        process.send_signal(signal.SIGKILL)
    assert f"process {process.pid} on" in writing
    code, state, reasons = tell(indexer)
    assert (code, state, f"process {process.pid}" in reasons[0], "was killed" in reasons[0]) == (
        1,
        "failing",
        True,
        True,
    )


def test_who_looks_stops_no_writer(write: Write, settings: Settings) -> None:
    """A look shares the lock for a moment; a writer that comes just then waits, one that comes to a writer does not."""
    update_index(settings, [write(FILES)])
    descriptor = os.open(settings.index / LOCK, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    released = subprocess.Popen(["sleep", "0.4"], pass_fds=[descriptor])
    os.close(descriptor)
    with lock_for_writing(settings.index, "indexer index"):
        assert released.wait() == 0
        assert read_writing(settings.index).holder.startswith("`indexer index`")
        with pytest.raises(IndexLockedError), lock_for_writing(settings.index, "indexer reindex"):
            pass
    assert read_writing(settings.index).failure == ""


def test_wrong_settings_leave_the_question_open(indexer: Run, tmp_path: Path) -> None:
    file = tmp_path / "archive.toml"
    file.write_text('keep = 0\nunknown = 1\ndictionary = "none.txt"', encoding="utf-8")
    code, state, reasons = tell(indexer, "--config", file)
    assert (code, state, len(reasons)) == (3, "unknown", 2)
    file.write_text('dictionary = "none.txt"', encoding="utf-8")
    assert tell(indexer, "--config", tmp_path / "other.toml")[:2] == (3, "unknown")


def test_who_may_not_read_the_index_cannot_say(write: Write, settings: Settings) -> None:
    update_index(settings, [write(FILES)])
    settings.index.chmod(0o755)
    for path in (settings.index / "gen-000001/manifest.json", settings.index):
        mode = path.stat().st_mode
        path.chmod(0)
        code, told = as_nobody(settings.index)
        path.chmod(mode)
        assert (code, told["state"]) == (3, "unknown")
        assert "may not be read by this user" in told["reasons"][0]  # and nobody is told to repair it


def as_nobody(index: Path) -> tuple[int, dict[str, Any]]:
    """Ask as a user who owns nothing; permissions do not stop root."""
    for folder in index.parents:
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    read, write_end = os.pipe()
    if (child := os.fork()) == 0:
        if not os.geteuid():
            os.setgid(65534)
            os.setuid(65534)
        result = CliRunner().invoke(main, ["--index", str(index), "status", "--json"])
        os.write(write_end, json.dumps([result.exit_code, result.stdout]).encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read, "rb") as stream:
        code, text = json.load(stream)
    os.waitpid(child, 0)
    return code, json.loads(text or '{"state": "none"}')


def test_a_damaged_state_leaves_the_question_open(write: Write, indexer: Run, settings: Settings) -> None:
    update_index(settings, [write(FILES)])
    (settings.index / STATE_FILE).write_bytes(b"no database at all")
    code, state, reasons = tell(indexer)
    assert (code, state) == (3, "unknown")
    assert f"{settings.index / STATE_FILE} is damaged" in reasons[0]
    assert json.loads(indexer("status", "--json").stdout)["documents"] == 5
    (settings.index / STATE_FILE).unlink()
    code, state, reasons = tell(indexer)
    assert (code, state) == (3, "unknown")
    assert "it is missing" in reasons[0]


@pytest.mark.parametrize("arguments", [["--max-age", "soon"], ["--max-age", "1.5"], ["--nonsense"], ["x"]])
def test_wrong_use_is_no_broken_index(indexer: Run, arguments: list[str]) -> None:
    told = indexer("status", *arguments)
    assert (told.exit_code, told.stdout) == (3, "")
    assert "Error: " in told.stderr


def test_room_on_the_disk_is_told(write: Write, settings: Settings) -> None:
    update_index(settings, [write(FILES)])
    disk = read_health(settings)["disk"]
    assert disk["free"] > disk["needed"] > 0
