"""The documents and the questions of the comparison: real news where it is at hand, else text made up by chance."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rjieba

from benchmarks.interface import Item, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NEWS = Path(__file__).parents[2] / "shared" / "bulk" / "news.jsonl.gz"
CORPUS = Path(__file__).parents[1] / "corpus"
_SEED = 20261122
_EACH = 8  # questions of each kind
_MADE_UP = 20_000


def read_items(count: int) -> Iterator[Item]:
    """Yield as many documents as are asked for; the archive is repeated, under other ids, where it has fewer."""
    known = list(_read_news() if NEWS.exists() else _make_up())
    for number in range(count):
        record = known[number % len(known)]
        day = int((record.get("date") or "0").replace("-", "")[:8])
        yield Item(
            id=f"{record['id']}-{number // len(known)}",
            title=record.get("title") or "",
            text=record["text"],
            source=record.get("source") or "",
            day=day if day > 10_000_000 else 0,
        )


def describe() -> str:
    """Say what the documents are."""
    return "real news" if NEWS.exists() else "synthetic texts (no news at hand)"


def _read_news() -> Iterator[dict[str, Any]]:
    with gzip.open(NEWS, "rt", encoding="utf-8") as stream:
        yield from map(json.loads, stream)


def _make_up() -> Iterator[dict[str, Any]]:
    """Make texts of the words of the sample corpus, as frequent as they are there."""
    chance = random.Random(_SEED)
    text = "".join(file.read_text(encoding="utf-8", errors="ignore") for file in sorted(CORPUS.rglob("*.txt")))
    words = [word for word in rjieba.cut(text) if word.strip()]
    for number in range(_MADE_UP):
        start = chance.randrange(len(words) - 20)
        yield {
            "id": f"made-up-{number}",
            "title": "".join(words[start : start + 6]),
            "text": "".join(chance.choices(words, k=400)),
            "source": chance.choice(["甲网", "乙报", "丙社", "丁刊"]),
            "date": f"{chance.randrange(2010, 2026)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
        }


def make_questions(items: list[Item]) -> list[Question]:
    """Return questions of all kinds, made of words and pieces of the documents; the same for the same documents."""
    chance = random.Random(_SEED)
    sample = chance.sample(items, min(2000, len(items)))
    cut = [[word for word in rjieba.cut(item.text) if len(word) > 1 and _is_han(word)] for item in sample]
    frequency = Counter(word for words in cut for word in set(words))
    ranked = [word for word, _ in frequency.most_common()]
    common, middle, rare = ranked[10:60], ranked[200:1500], ranked[4000:]
    pick = chance.choice
    # Words that stand together in one document, so that asking for all of them finds something.
    several = [sorted({word for word in words if frequency[word] > 3}) for words in cut]
    several = [words for words in several if len(words) >= 4]
    runs = [run for item in sample for run in item.text.replace("\n", "。").split("。") if len(run) > 20]

    def together(size: int) -> tuple[str, ...]:
        return tuple(chance.sample(pick(several), size))

    def piece(size: int) -> tuple[str, ...]:
        run = pick(runs)
        start = chance.randrange(len(run) - size)
        return (run[start : start + size],)

    kinds: dict[str, Callable[[str], Question]] = {
        "common term": lambda kind: Question(kind, (pick(common),), "all"),
        "term": lambda kind: Question(kind, (pick(middle),), "all"),
        "rare term": lambda kind: Question(kind, (pick(rare),), "all"),
        "2 terms, all": lambda kind: Question(kind, together(2), "all"),
        "3-4 terms, all": lambda kind: Question(kind, together(pick([3, 4])), "all"),
        "2-4 terms, any": lambda kind: Question(kind, together(pick([2, 3, 4])), "any"),
        "phrase of 4": lambda kind: Question(kind, _han_piece(piece, 4), "phrase"),
        "phrase of 6-10": lambda kind: Question(kind, _han_piece(piece, pick([6, 8, 10])), "phrase"),
        "term, dates": lambda kind: Question(kind, (pick(middle),), "all", first_day=20150101, last_day=20161231),
        "term, source": lambda kind: Question(kind, (pick(middle),), "all", source=pick(sample).source),
        "term, newest": lambda kind: Question(kind, (pick(middle),), "all", newest=True),
        "prefix": lambda kind: Question(kind, (pick(middle)[:2],), "prefix"),
    }
    return [make(kind) for kind, make in kinds.items() for _ in range(_EACH)]


def _han_piece(piece: Callable[[int], tuple[str, ...]], size: int) -> tuple[str, ...]:
    while True:
        found = piece(size)
        if _is_han(found[0]):
            return found


def _is_han(text: str) -> bool:
    return all("\u4e00" <= character <= "\u9fff" for character in text)


def read_some(count: int) -> list[Item]:
    """Return the first documents."""
    return list(islice(read_items(count), count))
