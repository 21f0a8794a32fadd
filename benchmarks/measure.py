"""One engine, one size: build or ask, in a process of its own; prints what it measured as a line of JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.archive import make_questions, read_items, read_some
from benchmarks.ours import Ours

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.interface import Peer, Question

_TURNS = 7
_SLOW_SECONDS = 0.5  # after so long a turn one is enough


def engines() -> dict[str, Peer]:
    """Return all engines by name."""
    from benchmarks.peers import PEERS  # needs what only `make bench` installs

    return {peer.name: peer for peer in (Ours(), Ours(kept=False), *PEERS)}


def measure_build(peer: Peer, size: int, folder: Path) -> dict[str, Any]:
    """Build an index; return CPU seconds, peak memory in MB, and the size of the index over that of the text."""
    items = read_some(size)
    text = sum(len(item.title.encode()) + len(item.text.encode()) for item in items)
    before = _cpu_seconds()
    peer.build(folder, iter(items))
    seconds = _cpu_seconds() - before
    size_on_disk = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu": seconds, "peak_mb": peak, "text_mb": text / 1e6, "index_over_text": size_on_disk / text}


def measure_questions(peer: Peer, size: int, folder: Path) -> dict[str, Any]:
    """Ask every question several times; return the quickest turn of each, in milliseconds, and its total."""
    questions = make_questions(list(read_items(min(size, 10_000))))
    started = time.perf_counter()
    searcher = peer.open(folder)
    searcher.page(questions[0])
    first = time.perf_counter() - started
    answers = []
    for question in questions:
        page_ms, page = _quickest(searcher.page, question)
        ids_ms, _ = _quickest(searcher.ids, question)
        answers.append({"kind": question.kind, "page_ms": page_ms, "ids_ms": ids_ms, "total": page.total})
    return {"first_ms": first * 1000, "answers": answers}


def _quickest(ask: Callable[[Question], Any], question: Question) -> tuple[float, Any]:
    best = float("inf")
    for _ in range(_TURNS):
        started = time.perf_counter()
        answer = ask(question)
        took = time.perf_counter() - started
        best = min(best, took)
        if took > _SLOW_SECONDS:
            break
    return best * 1000, answer


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    what, name, size, folder = sys.argv[1:]
    measured = (measure_build if what == "build" else measure_questions)(engines()[name], int(size), Path(folder))
    print(json.dumps(measured))
