"""Marked text as pieces for a template, which escapes each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from searchapp.search.results import Marks


def split_marked(text: str, marks: Marks, colours: list[int] | None = None) -> Iterator[tuple[str, int | None]]:  # noqa: PLR0917
    """Yield the pieces of a text, each with the colour of its mark (0 where none are given), or None without one."""
    at = 0
    for number, (start, end) in enumerate(marks):
        if start > at:
            yield text[at:start], None
        yield text[start:end], colours[number] if colours else 0
        at = end
    if at < len(text):
        yield text[at:], None


def mark_up(text: str, marks: Marks) -> Markup:
    """Return a text as HTML with its marks: what a list of hits does most, at a tenth of what a macro costs."""
    if not marks:
        return escape(text)
    pieces = [
        str(escape(piece)) if colour is None else f"<mark>{escape(piece)}</mark>"
        for piece, colour in split_marked(text, marks)
    ]
    return Markup("".join(pieces))  # noqa: S704 - each piece is escaped
