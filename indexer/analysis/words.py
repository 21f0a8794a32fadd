"""Cutting text into words: the only module that knows jieba.

rjieba (jieba in Rust, the same words, some 20 times faster) cuts where it is installed; jieba itself where it is not.
"""

from __future__ import annotations

import logging
import os
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def cut(text: str) -> list[str]:
    """Cut text into jieba's words; joined again they are the text."""
    return _cutter()(text)


def is_one_word(text: str) -> bool:
    """Tell whether the dictionary alone (no guessing) reads the text as a single word."""
    return len(_dictionary_cutter()(text)) == 1


def is_known_word(text: str) -> bool:
    """Tell whether the dictionary has a word."""
    return _known_word()(text)


def describe_cutter() -> str:
    """Name the cutter and its version, for the fingerprint of an index."""
    name = "rjieba" if _rjieba_is_here() else "jieba"
    return f"{name} {metadata.version(name)}"


def _rjieba_is_here() -> bool:
    try:
        import rjieba  # noqa: F401
    except ImportError:
        return False
    return True


@cache
def _cutter() -> Callable[[str], list[str]]:
    return _make_cutter(guess=True)


@cache
def _dictionary_cutter() -> Callable[[str], list[str]]:
    return _make_cutter(guess=False)


@cache
def _known_word() -> Callable[[str], bool]:
    if _rjieba_is_here():
        import rjieba

        has_word: Callable[[str], bool] = rjieba.has_word
        return has_word
    jieba = _load_jieba()
    jieba.initialize()
    return lambda text: jieba.FREQ.get(text, 0) > 0  # parts of words are there too, with 0


def _make_cutter(*, guess: bool) -> Callable[[str], list[str]]:
    if _rjieba_is_here():
        import rjieba

        return lambda text: rjieba.cut(text, guess)
    jieba = _load_jieba()
    return lambda text: jieba.lcut(text, HMM=guess)


@cache
def _load_jieba() -> Any:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # jieba would unmarshal /tmp/jieba.cache, which anybody on the machine may have planted.
    tokenizer.tmp_dir = str(_private_folder())
    return tokenizer


def _private_folder() -> Path:
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache_home / "archive-search"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
