"""Cutting text into words: the only module that knows jieba.

rjieba (jieba in Rust, the same words, some 20 times faster) cuts where it is installed; jieba itself where it is not.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.analysis.lookup import Dictionary
from indexer.analysis.normalize import fold
from indexer.errors import SettingsError
from indexer.plain import read_list

if TYPE_CHECKING:
    from collections.abc import Callable


# What jieba's own user dictionaries look like: word, frequency, part of speech; the last two may be missing.
_ENTRY = re.compile(r"(.+?)(?:\s+([0-9]{1,9}))?(?:\s+([a-z]+))?")
NO_DICTIONARY = "none"
_PLACE = "ns"
_PERSON = "nr"  # how the dictionary's tags of the names of people begin
# Longer runs (addresses, codes) are found by their pairs; nobody types them as one word.
LONGEST_WORD = 64


@dataclass(frozen=True, slots=True)
class DictionaryEntry:
    """A word of a user dictionary, folded; without a frequency it gets one at which it is cut whole."""

    word: str
    frequency: int | None
    tag: str | None


def read_dictionary(file: Path) -> tuple[DictionaryEntry, ...]:
    """Read a user dictionary in jieba's format: a word a line, with its frequency and part of speech if they are known.

    Raises:
        SettingsError: it cannot be read, or a line is no entry; says which and why.
    """
    entries, problems = [], []
    for number, line in enumerate(read_list(file, "the dictionary"), start=1):
        match = _ENTRY.fullmatch(line.strip())
        if match is None or match[1].startswith("#"):
            continue
        word = fold(match[1]).text
        if not word or len(word) > LONGEST_WORD:
            problems.append(f"{file}, line {number}: {match[1]!r} is no word (1 to {LONGEST_WORD} characters)")
        else:
            entries.append(DictionaryEntry(word, int(match[2] or 0) or None, match[3]))
    if problems:
        raise SettingsError(problems)
    return tuple(entries)


def load_dictionary(file: Path | None, *, rarely: bool = False) -> None:
    """Cut with the words of a user dictionary from now on, in this process; None is jieba's dictionary alone.

    What is cut `rarely` is looked up on disk, as long as that can be: to load all words takes longer than a search.

    Raises:
        SettingsError: it cannot be read, or a line is no entry.
    """
    global _own, _rarely  # noqa: PLW0603 - a process has one dictionary, as it has one jieba
    _rarely = rarely
    entries = read_dictionary(file) if file is not None else ()
    if entries != _own.entries:
        _own = _Words(entries) if entries else _SHIPPED


def describe_dictionary() -> str:
    """Name the user dictionary by its entries, for the fingerprint of an index."""
    if not _own.entries:
        return NO_DICTIONARY
    text = "\n".join(f"{entry.word} {entry.frequency} {entry.tag}" for entry in _own.entries)
    return f"{len(_own.entries)} words, {hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def cut(text: str) -> list[str]:
    """Cut text into jieba's words; joined again they are the text."""
    return _own.cut(text)


def is_known_word(text: str) -> bool:
    """Tell whether the dictionary has a word."""
    return _own.has_word(text)


# What a document is made of must not depend on the words of a house, which change: these know jieba's dictionary alone.


def has_word_across(text: str, place: int) -> bool:
    """Tell whether a word of the shipped dictionary (no guessing) begins before a place and ends behind it."""
    at = 0
    for word in _SHIPPED.cut_known(text):
        if at < place < at + len(word):
            return True
        at += len(word)
    return False


def cut_shipped(text: str) -> list[str]:
    """Cut text into words of the shipped dictionary; joined again they are the text."""
    return _SHIPPED.cut(text)


def is_shipped_word(text: str) -> bool:
    """Tell whether the shipped dictionary has a word."""
    return _SHIPPED.has_word(text)


def is_common_word(text: str) -> bool:
    """Tell whether the shipped dictionary has a word and does not call it a person's name."""
    return _SHIPPED.has_word(text) and not (_SHIPPED.tag(text) or "").startswith(_PERSON)


def is_place(text: str) -> bool:
    """Tell whether the shipped dictionary has a word as the name of a place."""
    return _SHIPPED.has_word(text) and (_SHIPPED.tag(text) or "") == _PLACE


def is_name_in_dictionary(text: str) -> bool:
    """Tell whether the shipped dictionary has a word as a person's name."""
    return _SHIPPED.has_word(text) and (_SHIPPED.tag(text) or "").startswith(_PERSON)


@cache
def describe_cutter() -> str:
    """Name the cutter and its version, for the fingerprint of an index."""
    name = "rjieba" if _rjieba_is_here() else "jieba"
    return f"{name} {_version_of(name)}"


def _version_of(name: str) -> str:
    """Return the version of a library, from the name of the folder that says so, or else from what lies in it."""
    spec = find_spec(name)
    beside = Path(spec.origin).parent.parent if spec is not None and spec.origin else None
    named = [own.name for own in beside.glob(f"{name}-*.dist-info")] if beside is not None else []
    if len(named) == 1:
        return named[0].removeprefix(f"{name}-").removesuffix(".dist-info")
    from importlib import metadata

    return metadata.version(name)


@cache
def _rjieba_is_here() -> bool:
    return find_spec("rjieba") is not None


class _Words:
    """jieba with the words of a user dictionary (or of none), each part loaded when it is first used."""

    def __init__(self, entries: tuple[DictionaryEntry, ...] = ()) -> None:
        self.entries = entries

    @cached_property
    def cut(self) -> Callable[[str], list[str]]:
        """What cuts a text, and guesses words that the dictionary does not have."""
        return self._make_cutter(guess=True)

    @cached_property
    def cut_known(self) -> Callable[[str], list[str]]:
        """What cuts a text into words of the dictionary."""
        return self._make_cutter(guess=False)

    @cached_property
    def has_word(self) -> Callable[[str], bool]:
        """What tells whether the dictionary has a word."""
        if _rjieba_is_here():
            return self._has_word
        jieba = self._jieba
        jieba.initialize()
        return lambda text: jieba.FREQ.get(text, 0) > 0  # parts of words are there too, with 0

    @cached_property
    def tag(self) -> Callable[[str], str | None]:
        """What tells the part of speech of a word of the dictionary."""
        if _rjieba_is_here():
            tag = self._rjieba.tag
            return lambda text: str(tag(text)[0][1])
        from jieba.posseg import POSTokenizer

        tags: dict[str, str] = POSTokenizer(self._jieba).word_tag_tab
        return tags.get

    def _make_cutter(self, *, guess: bool) -> Callable[[str], list[str]]:
        if _rjieba_is_here():
            return self._cut if guess else lambda text: self._rjieba.cut(text, guess)
        jieba = self._jieba
        return lambda text: jieba.lcut(text, HMM=guess)

    def _cut(self, text: str) -> list[str]:
        """Cut a text without loading all words, as long as that can be."""
        dictionary = self._dictionary
        looked_up = dictionary.cut(text) if dictionary is not None else None
        guess = True
        return self._rjieba.cut(text, guess) if looked_up is None else looked_up

    def _has_word(self, text: str) -> bool:
        dictionary = self._dictionary
        frequency = dictionary.frequency(text) if dictionary is not None else None
        return bool(self._rjieba.has_word(text) if frequency is None else frequency)

    @property
    def _dictionary(self) -> Dictionary | None:
        """What looks words up on disk, until all of them are loaded."""
        return Dictionary.find() if _rarely and not self.entries and "_rjieba" not in self.__dict__ else None

    @cached_property
    def _rjieba(self) -> Any:
        import rjieba

        if not self.entries:
            return rjieba  # its functions share one dictionary, which is loaded when it is first used
        cutter = rjieba.Jieba()
        for entry in self.entries:
            cutter.add_word(entry.word, entry.frequency, entry.tag)
        return cutter

    @cached_property
    def _jieba(self) -> Any:
        import jieba

        jieba.setLogLevel(logging.WARNING)
        tokenizer = jieba.Tokenizer()
        # jieba would unmarshal /tmp/jieba.cache, which anybody on the machine may have planted.
        tokenizer.tmp_dir = str(_private_folder())
        for entry in self.entries:
            tokenizer.add_word(entry.word, entry.frequency, entry.tag)
        return tokenizer


def _private_folder() -> Path:
    cache_home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache_home / "archive-search"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


_rarely = False
_SHIPPED = _own = _Words()
