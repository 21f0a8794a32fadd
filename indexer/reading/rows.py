"""The cells of a table row -> lines: short ones beside each other, texts in paragraphs of their own."""

from __future__ import annotations

_LONGEST_CELL = 40  # of characters, beyond which the paragraphs of a cell are a text and no list of names


def join_row(cells: list[list[str]]) -> list[str]:
    """Return the lines of a row whose cells each hold paragraphs; cells beside each other are parted by tabs."""
    lines: list[str] = []
    beside: list[str] = []
    for paragraphs in cells:
        kept = [paragraph.strip() for paragraph in paragraphs if paragraph.strip()]
        if len(kept) > 1 and (len(cells) == 1 or sum(map(len, kept)) > _LONGEST_CELL):
            lines += ["\t".join([*beside, kept[0]]), *kept[1:]]
            beside = []
        else:
            beside.append(" ".join(" ".join(kept).split()))
    if any(beside):
        lines.append("\t".join(beside).rstrip("\t"))
    return lines
