"""Disks that fail, are full, are cut off from power or bring back other bytes (T03 T04 T05 T11 T12 T15)."""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import struct
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from indexer import ArchiveError, Settings, open_index
from indexer.status import check_index
from tests.conftest import edit_manifest
from tests.failpoints import Failpoint, Forks
from tests.faults.conftest import Count, Serve, Tallying
from tests.faults.house import Archive, Asking, Halfway, Tally, Updating, as_text, held, indexer, leftovers, start
from tests.faults.test_kills import COMMANDS, judge, run_again, wait_for_a_moment

_SHUT_DOWN = 0x8004587D  # FS_IOC_SHUTDOWN of ext4 and xfs
_PROBES = ("/api/v1/search?q=%E4%BC%9A%E8%AE%AE", "/search?q=%E9%80%9A%E7%9F%A5", "/readyz")


def sh(*words: object) -> None:
    subprocess.run([*map(str, words)], check=True, capture_output=True)


def mount(folder: Path, *options: object) -> None:
    """Mount something, or skip the test where that is not allowed."""
    folder.mkdir(exist_ok=True)
    if os.geteuid():
        pytest.skip("needs root, to mount a file system")
    done = subprocess.run(["mount", *map(str, options), str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"cannot mount here: {done.stderr.strip()}")


def unmount(folder: Path) -> None:
    for _ in range(50):
        if subprocess.run(["umount", str(folder)], capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.1)


@pytest.mark.parametrize("fault", ["EIO", "ENOSPC", "EDQUOT", "EROFS"])
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
def test_writes_that_fail(
    fault: str, command: str, lasting: bool, tmp_path: Path, count: Count, tallying: Tallying, forks: Forks
) -> None:
    """T04: at each storage call, once or from then on: an exit code, a sentence, the old state; then the next run."""
    tally = tallying(f"T04 {fault} {'from' if lasting else 'at'} each storage call, {command}")
    half = Halfway.make(tmp_path, COMMANDS[command], forks)
    for at in range(1, half.calls + 1, max(1, half.calls // count(6))):
        try_failpoint(half, Failpoint(str(half.index), at, fault, lasting=lasting), tally, forks)


@pytest.mark.parametrize("command", COMMANDS)
def test_writes_that_fail_in_their_midst(
    command: str, tmp_path: Path, count: Count, rnd: random.Random, tallying: Tallying, forks: Forks
) -> None:
    """T04: what is written is cut where a file gets too large."""
    tally = tallying(f"T04 a file cannot grow, {command}")
    half = Halfway.make(tmp_path, COMMANDS[command], forks)
    largest = max(file.stat().st_size for file in half.index.rglob("*") if file.is_file())
    for _ in range(count(8)):
        try_failpoint(half, Failpoint(str(half.index), largest=rnd.randrange(4096, largest + 4096)), tally, forks)


def try_failpoint(half: Halfway, failpoint: Failpoint, tally: Tally, forks: Forks) -> None:
    """Count what comes of a fault: an exit code and a sentence, the old state or the new one; then the next run."""
    half.restore()
    index, new = half.index, half.archive.model
    done = forks.run(failpoint, *half.words)
    tally.count(f"exit {done.returncode}")
    tally.expect(done.returncode in (0, 2), "exit code", failpoint, done.returncode, done.stderr)
    tally.expect("Traceback" not in done.stderr, "traceback", failpoint, done.stderr)
    said = done.stderr.partition("failpoints passed")[0].strip()
    tally.expect(bool(said) or done.returncode == 0, "no sentence", failpoint)
    state = held(index)
    tally.expect(state in (half.before, new), "neither old nor new", failpoint, str(state)[:200])
    tally.expect(done.returncode != 0 or state == new, "silent", failpoint, as_text(said))
    done = forks.run(Failpoint(str(index)), "index", "--processes", 1, "--index", index)
    tally.expect(done.returncode == 0 and held(index) == new, "the next run", failpoint, done.stderr)
    tally.expect(not leftovers(index), "left over", failpoint, leftovers(index))


def test_a_full_disk(tmp_path: Path, count: Count, tallying: Tallying, serve: Serve) -> None:
    """T05: more free space with each trial, until there is enough; a site is asked meanwhile."""
    tally = tallying("T05 full disk")
    disk = tmp_path / "disk"
    archive, base = Archive(tmp_path / "archive", 60), tmp_path / "base"
    assert indexer("index", archive.folder, "--processes", 1, "--index", base).returncode == 0
    size = sum(file.stat().st_size for file in base.rglob("*") if file.is_file())
    mount(disk, "-t", "tmpfs", "-o", f"size={size + (6 << 20)}", "tmpfs")
    try:
        index = disk / "index"
        shutil.copytree(base, index)
        site = serve(index)
        asking = Asking(site, [*_PROBES, "/search?q=%E9%BE%98%E9%9D%90"])
        for trial in range(count(12)):
            before = held(index)
            for number in range(5):
                archive.put(f"d{number}", 1000 + trial)
            room = os.statvfs(disk)
            left = 24 * 1024 * trial
            (disk / "fill").write_bytes(b"\0" * max(0, room.f_bavail * room.f_frsize - left))
            done = indexer(*(["index"] if trial % 3 else ["reindex"]), "--processes", 1, "--index", index)
            tally.count(f"exit {done.returncode}")
            tally.expect("Traceback" not in done.stderr, "traceback", done.stderr)
            tally.expect(done.returncode in (0, 2), "exit code", done.returncode, done.stderr)
            state = held(index)
            tally.expect(state in (before, archive.model), "neither old nor new", str(state)[:200])
            tally.expect(done.returncode != 0 or state == archive.model, "silent")
            (disk / "fill").unlink()
            run_again(tally, index, archive)
        tally.notes["answers meanwhile"] = len(asking.stop())
        site.stop()
        tally.expect(not asking.wrong, "a reader was told something wrong", *asking.wrong[:3])
    finally:
        unmount(disk)


@pytest.mark.parametrize("kind", ["ext4", "xfs"])
def test_power_cuts(kind: str, tmp_path: Path, count: Count, rnd: random.Random, tallying: Tallying) -> None:
    """T03: the file system is shut down after or within an update, mounted again, and all that was acknowledged is there."""
    if shutil.which(f"mkfs.{kind}") is None:
        pytest.skip(f"mkfs.{kind} is not installed")
    tally = tallying(f"T03 power cut, {kind}")
    disk, image, base = tmp_path / "disk", tmp_path / "image", tmp_path / "base"
    archive = Archive(tmp_path / "first", 40)
    index = disk / "index"
    sh("truncate", "-s", "320M" if kind == "xfs" else "64M", base)
    sh(f"mkfs.{kind}", "-q", "-F" if kind == "ext4" else "-f", base)
    mount(disk, "-o", "loop", base)
    assert indexer("index", archive.folder, "--processes", 1, "--index", index).returncode == 0
    unmount(disk)
    for trial in range(count(3)):
        shutil.rmtree(archive.folder)
        archive = Archive(archive.folder, 40)
        shutil.copyfile(base, image)
        mount(disk, "-o", "loop", image)
        for update in range(rnd.randrange(2)):
            archive.change(rnd, 10 * trial + update + 1)
            assert indexer("index", "--processes", 1, "--index", index).returncode == 0
        allowed = [dict(archive.model)]
        if rnd.random() < 0.6:
            archive.change(rnd, 10 * trial + 9)
            allowed.append(dict(archive.model))
            run = start(
                "index" if rnd.random() < 0.7 else "reindex", "--allow-shrink", "--processes", 1, "--index", index
            )
            wait_for_a_moment(run, index, rnd, 2.0)
            where = "within an update"
        else:
            run = None
            time.sleep(rnd.choice([0, 0.3, 2]))
            where = "after an update"
        (disk / "control").write_bytes(b"x" * 4096)  # never synced: if it is there, this was no cut
        with (disk / "control").open("rb") as stream:
            fcntl.ioctl(stream, _SHUT_DOWN, struct.pack("I", rnd.choice([1, 2])))
        if run is not None:
            if run.poll() == 0:
                allowed = allowed[-1:]
            run.kill()
            run.communicate()
        unmount(disk)
        mount(disk, "-o", "loop", image)
        tally.count(where)
        control = disk / "control"
        tally.count("control file lost", when=not (control.exists() and control.stat().st_size))
        judge(tally, index, allowed)
        run_again(tally, index, archive)
        status = indexer("status", "--index", index)
        tally.expect(status.returncode == 0, "status", status.stderr)
        unmount(disk)


# --- other bytes than were written

_WAYS = ("bit", "cut", "zero", "delete", "swap", "longer")


def damage(file: Path, way: str, rnd: random.Random) -> bool:
    """Damage a file in the place where it lies (as a disk does: all links to it have it); tell whether a byte changed."""
    old = file.read_bytes()
    if way == "delete":
        file.unlink()
        return True
    new = old + b"\1" * 10 if way == "longer" else old
    if old and way == "bit":
        at = rnd.randrange(len(old))
        new = old[:at] + bytes([old[at] ^ 1 << rnd.randrange(8)]) + old[at + 1 :]
    elif old and way == "cut":
        new = old[: rnd.randrange(len(old))]
    elif old and way == "zero":
        at = rnd.randrange(max(1, len(old) - 4096))
        new = old[:at] + b"\0" * min(4096, len(old) - at) + old[at + 4096 :]
    elif way == "swap":
        others = [own for own in file.parent.iterdir() if own.is_file() and own != file]
        new = rnd.choice(others).read_bytes() if others else old
    with file.open("r+b") as stream:
        stream.write(new)
        stream.truncate()
    return new != old


def test_damage_of_any_file(tmp_path: Path, count: Count, rnd: random.Random, tallying: Tallying) -> None:
    """T11: found and named by `check`; a reader gets right answers, the last good generation, or a refusal; then repaired."""
    tally = tallying("T11 damage")
    archive, base, index = Archive(tmp_path / "archive", 40), tmp_path / "base", tmp_path / "index"
    states = []
    for version in range(4):
        if version:
            archive.change(random.Random(version), version)
        assert indexer("index", archive.folder, "--processes", 1, "--index", base).returncode == 0
        states.append(dict(archive.model))
    unchecked = {"LOCK", "completions.json"}  # the latter is a comfort of shells, and no search reads it
    files = sorted(path.relative_to(base) for path in base.rglob("*") if path.is_file() and path.name not in unchecked)
    todo = [(file, way) for file in files for way in _WAYS]
    chosen = [*rnd.sample(todo, min(len(todo), count(40)))]
    chosen += [rnd.choice(todo) for _ in range(count(40) - len(chosen))]
    for number, (file, way) in enumerate(chosen):
        shutil.rmtree(index, ignore_errors=True)
        sh("cp", "-a", base, index)  # keeps hard links
        if not damage(index / file, way, rnd):
            tally.count("no byte changed")
            continue
        tally.count("damaged")
        problems, _ = check_index(Settings(index=index))
        tally.expect(bool(problems), "check is silent", file, way)
        named = file.name in "; ".join(problems) or file.name == "CURRENT"
        tally.expect(named or not problems, "check names another file", file, way, problems)
        try:
            opened = open_index(index)
            found = {document.path: document.body for document in opened.reader.iter_documents()}
            marks = {text.rpartition("mark")[2].partition("end")[0].partition("v") for text in found.values()}
            state = {name: int(version) for name, _, version in marks}
            tally.expect(state in states, "wrong answer", file, way)
            tally.expect(state == states[-1] or bool(opened.degraded), "an old answer as if it were new", file, way)
            tally.count("last good generation served" if opened.degraded else "right answer")
        except ArchiveError as error:
            tally.refuse("no generation is left", file, way, error)
        if number % max(1, len(chosen) // 8) == 0:
            done = indexer("check", "--repair", "--index", index)
            tally.expect(done.returncode == 0 and held(index) == archive.model, "repair", file, way, done.stderr)
            tally.expect(check_index(Settings(index=index))[0] == [], "not repaired", file, way)
            tally.count("repaired")


def test_indexes_that_cannot_be_opened(tmp_path: Path, tallying: Tallying) -> None:
    """T12: each is a sentence, deletes nothing, and ends with exit code 2 where it must."""
    tally = tallying("T12 opening")
    archive, base = Archive(tmp_path / "archive", 10), tmp_path / "base"
    assert indexer("index", archive.folder, "--processes", 1, "--index", base).returncode == 0
    manifest = "gen-000001/manifest.json"

    index = tmp_path / "index"

    def become_folder(name: str) -> None:
        (index / name).unlink()
        (index / name).mkdir()

    def become_empty() -> None:
        shutil.rmtree(index)
        index.mkdir()

    def become_file() -> None:
        shutil.rmtree(index)
        index.write_text("x")

    cases: dict[str, Callable[[], object]] = {
        "no folder": partial(shutil.rmtree, index),
        "a file": become_file,
        "an empty folder": become_empty,
        "a newer format": partial(edit_manifest, index / "gen-000001", '"format": 1', '"format": 2'),
        "another engine": partial(edit_manifest, index / "gen-000001", '"engine": "', '"engine": "other '),
        "another normalizer": partial(edit_manifest, index / "gen-000001", '"normalizer": "', '"normalizer": "9'),
        "another parser": partial(edit_manifest, index / "gen-000001", '"parser": "', '"parser": "9'),
        "no manifest": (index / manifest).unlink,
        "a manifest of nothing": partial((index / manifest).write_text, "{}"),
        "CURRENT missing": (index / "CURRENT").unlink,
        "CURRENT garbage": partial((index / "CURRENT").write_bytes, b"\xff\xfe"),
        "CURRENT elsewhere": partial((index / "CURRENT").write_text, "gen-000009\n"),
        "CURRENT a folder": partial(become_folder, "CURRENT"),
        "state a folder": partial(become_folder, "state.sqlite"),
    }
    for name, prepare in cases.items():
        if index.is_dir():
            shutil.rmtree(index)
        else:
            index.unlink(missing_ok=True)
        shutil.copytree(base, index)
        prepare()
        before = sorted(path for path in index.rglob("*") if path.is_file())
        for command in ("status", "check", "export", "doctor"):
            done = indexer(command, "--index", index)
            tally.expect(
                "Traceback" not in done.stderr and done.returncode in ((0, 1, 2, 3) if command == "status" else (0, 2)),
                "no sentence",
                name,
                command,
                done.stderr,
            )
            tally.expect(
                done.returncode == 0 or bool(done.stderr.strip() or done.stdout.strip()), "silent", name, command
            )
        tally.expect(sorted(path for path in index.rglob("*") if path.is_file()) == before, "deleted or added", name)
        tally.count("cases")


def test_copies_made_while_it_is_updated(
    tmp_path: Path, count: Count, rnd: random.Random, tallying: Tallying, forks: Forks
) -> None:
    """T15: `cp -r` at any time gives an index that opens as one committed generation."""
    tally = tallying("T15 copies")
    archive, index = Archive(tmp_path / "archive", 40), tmp_path / "index"
    assert indexer("index", archive.folder, "--processes", 1, "--index", index).returncode == 0
    updating = Updating(archive, index, rnd, tally, forks)
    for number in range(count(6)):
        copy = tmp_path / f"copy{number}"
        time.sleep(0.5 * (number % 3))
        subprocess.run(["cp", "-r", str(index), str(copy)], capture_output=True, check=False)
        state = held(copy)
        degraded = isinstance(state, str) and state.startswith("degraded")
        tally.expect(degraded or state in updating.committed, "no committed generation", str(state)[:200])
        tally.count("one committed generation", when=not degraded)
        tally.count("the last good generation of the copy", when=degraded)
        shutil.rmtree(copy)
    updating.stop()
