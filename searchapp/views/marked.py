"""Marked text as pieces for a template, which escapes each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchapp.results import Marks


def split_marked(text: str, marks: Marks) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a text, each with whether it is marked."""
    at = 0
    for start, end in marks:
        if start > at:
            yield text[at:start], False
        yield text[start:end], True
        at = end
    if at < len(text):
        yield text[at:], False
