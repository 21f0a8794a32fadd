"""How fast texts are analysed, beside jieba's own analyzer for Whoosh, in one run (`make bench` prints it first).

Ours is everything that an index needs of a text: folding, words with the finer ones inside them, characters, pairs with
their places, and the way back from each place to the original.
"""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.archive import describe, read_items
from indexer.analysis.analyzer import analyze_texts
from indexer.analysis.normalize import fold_texts
from indexer.engine.whoosh.inversion import rank_characters

if TYPE_CHECKING:
    from collections.abc import Callable

_DOCUMENTS = 4000
_FEW = 200  # of the slow analyzer's


def _analyse(texts: list[str]) -> float:
    """Analyse texts; return the CPU seconds that it took."""
    started = time.process_time()
    analyzed = analyze_texts(texts)
    _, ranks = rank_characters(analyzed.characters)
    pairs = ranks[:-1].astype(np.uint64) << np.uint64(32) | ranks[1:]  # each stands where it begins
    done = time.process_time() - started
    folded = fold_texts(texts)  # what analyze_texts folded, which keeps no way back for an index that needs none
    started = time.process_time()
    starts, _ = folded.places()
    assert len(starts) == len(pairs) + 1
    return done + time.process_time() - started


def _analyse_with_jieba(texts: list[str]) -> float:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from jieba.analyse import ChineseAnalyzer

    analyzer = ChineseAnalyzer()
    started = time.process_time()
    for text in texts:
        for _token in analyzer(text, positions=True, chars=True):
            pass
    return time.process_time() - started


def _speed(work: Callable[[list[str]], float], texts: list[str]) -> float:
    """Return megabytes of UTF-8 text in a second of CPU time, in the best of three turns."""
    return sum(len(text.encode()) for text in texts) / 1e6 / min(work(texts) for _ in range(3))


def main() -> None:
    """Print both speeds."""
    texts = [item.text for item in read_items(_DOCUMENTS)]
    _analyse(texts[:_FEW])  # load the dictionaries
    _analyse_with_jieba(texts[:1])
    ours, jieba = _speed(_analyse, texts), _speed(_analyse_with_jieba, texts[:_FEW])
    print(f"{describe()}, one core: ours {ours:.1f} MB/s (folding, words, pairs, offsets)")
    print(f"jieba's analyzer for Whoosh {jieba:.2f} MB/s: ours is {ours / jieba:.0f} times as fast")


if __name__ == "__main__":
    main()
