"""Readers beside a writer, and files that no index can take (T06 T08)."""

from __future__ import annotations

import random
import threading
from pathlib import Path

from indexer import open_index
from tests.failpoints import Forks
from tests.faults.conftest import Count, Tallying
from tests.faults.house import Archive, Updating, held, indexer


def count_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_readers_that_open_while_it_is_written(
    tmp_path: Path, count: Count, rnd: random.Random, tallying: Tallying, forks: Forks
) -> None:
    """T06: no error, no mixed content, a view that is held does not change, and deleted files are let go."""
    tally = tallying("T06 readers beside a writer")
    archive, index = Archive(tmp_path / "archive", 20, 200), tmp_path / "index"
    assert indexer("index", archive.folder, "--processes", 1, "--index", index).returncode == 0
    updating = Updating(archive, index, rnd, tally, forks)
    view = open_index(index)
    first = [document.body for document in view.reader.iter_documents()]

    def read() -> None:
        for _ in range(count(4000) // 2):
            state = held(index)
            tally.expect(state in updating.committed, "no committed state", str(state)[:200])
            tally.count("opened")

    files = count_files()
    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    updating.stop()
    tally.expect([document.body for document in view.reader.iter_documents()] == first, "a view that was held changed")
    tally.expect(count_files() <= files + 4, "descriptors grow", files, count_files())


def test_files_that_cannot_be_taken_cost_no_others(
    tmp_path: Path, count: Count, rnd: random.Random, tallying: Tallying
) -> None:
    """T08: one in a hundred is bad; exactly the others are found, and each bad one is reported with its reason."""
    tally = tallying("T08 poisoned archive")
    size = max(count(300), 100)
    archive, index = Archive(tmp_path / "archive", size, 120), tmp_path / "index"
    kinds = [
        ("bin.txt", bytes(range(256)) * 8),
        ("half.docx", b"PK\3\4 not a package"),
        ("bad.pdf", b"%PDF-1.4 broken"),
        ("deep.html", b"<div>" * 200_000),
        ("none.jsonl", b"{not json}\n"),
        ("lone.jsonl", b'{"text": "\\ud800", "id": "\\ud800"}\n'),
        ("bytes.txt", b"\xff\xff\xfd" * 100),
    ]
    bad = max(1, size // 100)
    for number in range(bad):
        name, data = kinds[number % len(kinds)]
        (archive.folder / f"bad{number}-{name}").write_bytes(data)
    done = indexer("index", archive.folder, "--index", index, timeout=1200)
    tally.expect(done.returncode == 0, "exit code", done.returncode, done.stderr)
    state = held(index)
    tally.expect(state == archive.model, "not all others are found", str(state)[:200])
    told = {line.split(":")[1].strip() for line in done.stderr.splitlines() if line.startswith("failed:")}
    tally.notes |= {"documents found": len(archive.model), "bad files": bad, "of them reported": len(told)}
    tally.expect(len(told) == bad, "reported", sorted(told))
    again = indexer("index", "--index", index, timeout=1200)
    tally.expect(held(index) == archive.model and again.returncode == 0, "the next run", again.stderr)
