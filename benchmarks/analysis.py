"""How fast texts are analysed, beside jieba's own analyzer for Whoosh, in one run (`make bench` prints it first).

Ours is everything that an index needs of a text: folding, words with the finer ones inside them, characters, pairs with
their places, and the way back from each place to the original.
"""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING

from benchmarks.archive import describe, read_items
from indexer.analysis.analyzer import analyze_texts
from indexer.analysis.normalize import fold
from indexer.engine.whoosh.inversion import invert_pairs, rank_characters

if TYPE_CHECKING:
    from collections.abc import Callable

_DOCUMENTS = 4000
_FEW = 200  # of the slow analyzer's


def _analyse(texts: list[str]) -> None:
    analyzed = analyze_texts(texts)
    alphabet, ranks = rank_characters(analyzed.characters)
    invert_pairs(ranks, len(alphabet))
    for text in texts:
        fold(text)  # the map to the original, which only marks ask for


def _analyse_with_jieba(texts: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from jieba.analyse import ChineseAnalyzer

    analyzer = ChineseAnalyzer()
    for text in texts:
        for _token in analyzer(text, positions=True, chars=True):
            pass


def _speed(work: Callable[[list[str]], object], texts: list[str]) -> float:
    """Return megabytes of UTF-8 text in a second of CPU time."""
    started = time.process_time()
    work(texts)
    return sum(len(text.encode()) for text in texts) / 1e6 / (time.process_time() - started)


def main() -> None:
    """Print both speeds."""
    texts = [item.text for item in read_items(_DOCUMENTS)]
    _analyse(texts[:_FEW])  # load the dictionaries
    _analyse_with_jieba(texts[:1])
    without_map = _speed(analyze_texts, texts)
    ours, jieba = _speed(_analyse, texts), _speed(_analyse_with_jieba, texts[:_FEW])
    print(f"{describe()}, one core: ours {ours:.1f} MB/s, everything included ({without_map:.1f} for words and folding)")
    print(f"jieba's analyzer for Whoosh {jieba:.2f} MB/s: ours is {ours / jieba:.0f} times as fast")


if __name__ == "__main__":
    main()
