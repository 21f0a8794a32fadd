"""How easily one character is taken for another: by its sound or by its shape."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from searchapp.search.pinyin import readings_of

_TABLE = Path(__file__).parent / "lookalikes.txt"
SAME_SOUND, NEARLY_SAME_SOUND, SAME_SHAPE, OTHER = range(4)


def compare(one: str, other: str) -> int:
    """Return how a character may have been taken for another one."""
    if readings_of(one) & readings_of(other):
        return SAME_SOUND
    if readings_of(one, alike=True) & readings_of(other, alike=True):
        return NEARLY_SAME_SOUND
    return SAME_SHAPE if frozenset((one, other)) in _read_table() else OTHER


@cache
def _read_table() -> frozenset[frozenset[str]]:
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return frozenset(frozenset((line[0], other)) for line in lines if not line.startswith("#") for other in line[1:])
