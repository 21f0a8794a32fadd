"""Colours that a page chooses for its frame: read, and kept readable (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re

from indexer import QueryError

LIGHT, DARK = "ffffff", "1d2124"  # the papers of both themes, as in embed.css
# WCAG 2.2, success criterion 1.4.3: text of normal size against what is behind it.
_LEAST_CONTRAST = 4.5
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_STEPS = 20


def read_accent(typed: str, *, theme: str) -> tuple[str, str] | None:
    """Return the colour of links on light and on dark paper; None where none is chosen.

    What is readable on the paper of its theme (auto: the light one) is made lighter or darker for the other one.

    Raises:
        QueryError: it is no colour, or cannot be read on its paper.
    """
    if not typed.strip():
        return None
    match = _HEX.fullmatch(typed.strip())
    if match is None:
        raise QueryError("参数 accent=“{typed}”应是六位十六进制颜色，例如 1f5a73。", typed=typed[:40])
    digits = match[1].lower()
    colour = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    paper = DARK if theme == "dark" else LIGHT
    contrast = find_contrast(colour, paper)
    if contrast < _LEAST_CONTRAST:
        raise QueryError(
            "颜色 accent=“{typed}”看不清：与背景的对比度是 {contrast}，至少要 {least}。请选对比更强的颜色。",
            typed=typed[:40],
            contrast=f"{contrast:.1f}",
            least=_LEAST_CONTRAST,
        )
    return _fit(colour, LIGHT), _fit(colour, DARK)


def find_contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2, "relative luminance")."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _fit(colour: str, paper: str) -> str:
    """Return a colour, mixed with as much black or white as it takes to be read on a paper."""
    end = 0 if paper == LIGHT else 255
    parts = [int(colour[at : at + 2], 16) for at in (0, 2, 4)]
    for step in range(_STEPS + 1):
        mixed = "".join(f"{round(part + (end - part) * step / _STEPS):02x}" for part in parts)
        if find_contrast(mixed, paper) >= _LEAST_CONTRAST:
            break
    return mixed
