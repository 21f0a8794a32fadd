"""Whether two versions answer alike: 900 queries through the JSON API and the document page, then what differs.

    python -m benchmarks.equality answer ARCHIVE INDEX FILE    with each version, over its own index of one archive
    python -m benchmarks.equality compare FILE FILE

ARCHIVE is a folder with one .jsonl file. Compared are totals, hits with scores, marks and reasons, what is missing,
facets that both versions have, spellings and what was tried; also the processor's time for all of it, as a ratio.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer import Settings
from searchapp import create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SEED = 20261130
_EACH = 60
_CLAUSE = re.compile(r"[\u4e00-\u9fff]{4,}")
_MARKED = re.compile(r"<mark[^>]*>(.*?)</mark>", re.DOTALL)
_PASSING = ("took_ms",)  # differs from run to run


def make_queries(archive: Path) -> Iterator[dict[str, str]]:
    """Yield the arguments of 900 searches, sixty of each kind, made of the archive's own texts by a fixed chance."""
    chance = random.Random(_SEED)
    (file,) = archive.glob("*.jsonl")
    texts: list[dict[str, str]] = list(map(json.loads, file.read_text(encoding="utf-8").splitlines()))

    def clause(least: int = 4) -> str:
        while True:
            found = _CLAUSE.findall(chance.choice(texts)["text"])
            long: list[str] = [text for text in found if len(text) >= least]
            if long:
                return chance.choice(long)

    def piece(shortest: int, longest: int) -> str:
        text, length = clause(longest), chance.randint(shortest, longest)
        start = chance.randrange(len(text) - length + 1)
        return text[start : start + length]

    def slip(text: str) -> str:
        at = chance.randrange(len(text))
        return text[:at] + chance.choice(clause()) + text[at + 1 :]

    def source() -> str:
        return chance.choice(texts).get("source", "")

    def year() -> str:
        return str(chance.choice(texts).get("date") or "2015")[:4]

    kinds: tuple[Callable[[], dict[str, str]], ...] = (
        lambda: {"q": piece(2, 2)},
        lambda: {"q": piece(3, 4)},
        lambda: {"q": piece(5, 12)},
        lambda: {"q": f"{piece(2, 4)} {piece(2, 4)}"},
        lambda: {"q": f"{piece(2, 3)} {piece(2, 3)} {piece(2, 3)}", "fold": "0"},
        lambda: {"q": f"哪次会议提出过{piece(4, 8)}？"},
        lambda: {"q": f"“{slip(clause(6))}”"},
        lambda: {"q": slip(piece(3, 4))},
        lambda: {"q": f"{piece(2, 4)} -{piece(2, 2)}"},
        lambda: {"q": f"（{piece(2, 3)} 或 {piece(2, 3)}） {piece(2, 2)}"},
        lambda: {"q": f"标题:{piece(2, 3)}", "sort": "newest"},
        lambda: {"q": f"{piece(2, 4)} {piece(2, 4)}", "match": "any", "page": "2"},
        lambda: {"q": piece(2, 4), "source": source(), "year": year()},
        lambda: {"q": f"{piece(2, 3)} {piece(4, 6)}", "from": year(), "group": chance.choice(("year", "source"))},
        lambda: {"q": f"日期:{year()} 第{chance.randint(1, 30)}次 说:会议", "sort": "oldest"},
    )
    for make in kinds:
        for _ in range(_EACH):
            yield make()


def answer(archive: Path, index: Path, file: Path) -> None:
    """Ask everything of this version; write a line for each query."""
    client = create_app(Settings(index=index, search_seconds=60)).test_client()
    client.get("/api/v1/search?q=会议")
    with file.open("w", encoding="utf-8") as stream:
        for arguments in make_queries(archive):
            began = time.process_time()
            record = client.get("/api/v1/search", query_string=arguments).get_json()
            seconds = time.process_time() - began
            marks = []
            for hit in record.get("hits", ())[:2]:
                page = client.get(hit["url"]).get_data(as_text=True)
                marks.append(_MARKED.findall(page))
            line = {"arguments": arguments, "answer": record, "marks": marks, "seconds": seconds}
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")


def compare(before: Path, after: Path) -> int:
    """Print what differs; return how many answers do."""
    lines = [[json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] for file in (before, after)]
    different = 0
    for old, new in zip(*lines, strict=True):
        assert old["arguments"] == new["arguments"]
        found = list(_differences(old["answer"], new["answer"], "")) + (
            ["marks"] if old["marks"] != new["marks"] else []
        )
        if found:
            different += 1
            print(json.dumps(old["arguments"], ensure_ascii=False), "; ".join(found[:4]))
    seconds = [sum(line["seconds"] for line in own) for own in lines]
    print(f"{len(lines[0])} queries, {different} answered differently, {seconds[1] / seconds[0]:.2f} of the CPU time")
    return different


def _differences(old: Any, new: Any, where: str) -> Iterator[str]:
    """Yield the places in which two answers differ; what only the later one has is no difference."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name, value in old.items():
            if name not in _PASSING:
                yield from _differences(value, new.get(name), f"{where}.{name}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for at, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differences(one, other, f"{where}[{at}]")
    elif old != new:
        yield f"{where}: {str(old)[:60]} -> {str(new)[:60]}"


if __name__ == "__main__":
    _, command, *paths = sys.argv
    files = [Path(path) for path in paths]
    if command == "answer":
        answer(*files)
    else:
        sys.exit(min(1, compare(*files)))
