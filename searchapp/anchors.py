"""Paragraphs by what they say: their anchors stay the same when the archive is indexed anew, and when others change."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b

from indexer import fold


def name_paragraphs(body: str) -> list[str]:
    """Return an anchor for each paragraph of a body; the second of two equal ones ends in -2."""
    seen: Counter[str] = Counter()
    anchors = []
    for paragraph in body.split("\n"):
        name = f"p{blake2b(fold(paragraph).text.encode(), digest_size=4).hexdigest()}"
        seen[name] += 1
        anchors.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return anchors
