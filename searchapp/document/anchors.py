"""Paragraphs by what they say: their anchors stay the same when the archive is indexed anew, and when others change."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from hashlib import blake2b

# White space and punctuation are what a parser may come to read otherwise; words are not.
_NO_WORD = re.compile(r"\W+")


@lru_cache(maxsize=32)
def name_paragraphs(body: str) -> tuple[str, ...]:
    """Return an anchor for each paragraph of a body; the second of two equal ones ends in -2."""
    seen: Counter[str] = Counter()
    anchors = []
    for paragraph in body.split("\n"):
        name = f"p{blake2b(words_of(paragraph).encode(), digest_size=4).hexdigest()}"
        seen[name] += 1
        anchors.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return tuple(anchors)


def words_of(text: str) -> str:
    """Return a text without white space and punctuation, by which sentences and paragraphs are the same or not."""
    return _NO_WORD.sub("", text)
