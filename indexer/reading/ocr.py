"""Pictures of pages -> their lines, by an engine that is there only where it was installed (the extra `ocr`).

It works where somebody asked for it, within the process that reads hostile files; its models come with its package, and
nothing is fetched.
"""

from __future__ import annotations

import logging
import signal
import time
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

SECONDS_A_PAGE = 30.0  # of the processor; a page takes about two
_MOST_SECONDS = 240.0  # by the clock, for all pages of a file; who waits for this process waits a minute longer
_LEAST_PIXELS = 100_000  # less is an emblem
_LEAST_SURE = 0.5


def is_installed() -> bool:
    """Tell whether the engine is there."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


class Recognizer:
    """What reads the pages of one file that are only pictures, as long as there is time."""

    is_wanted = False  # in this process

    def __init__(self) -> None:
        self._end = time.monotonic() + _MOST_SECONDS
        self.has_read = False

    def read(self, page: Any) -> list[str]:
        """Return the lines on the pictures of a page (of pypdf); none where nobody wants that, or time is up."""
        lines: list[str] = []
        if not self.is_wanted or time.monotonic() > self._end:
            return lines
        for picture in _iter_pictures(page):
            if signal.getitimer(signal.ITIMER_PROF)[0]:  # as each file, each page may take so long
                signal.setitimer(signal.ITIMER_PROF, SECONDS_A_PAGE)
            lines += _join_lines(_engine()(picture))
        self.has_read = self.has_read or bool(lines)
        return lines


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.disable()
    return RapidOCR()


def _iter_pictures(page: Any) -> Iterable[Any]:
    """Yield the pictures of a page that can be read, as arrays of pixels."""
    import numpy as np

    for number in range(len(page.images)):
        try:
            picture = page.images[number].image
            if picture is not None and picture.width * picture.height >= _LEAST_PIXELS:
                yield np.asarray(picture.convert("RGB"))[:, :, ::-1]
        except Exception:  # noqa: S112  # whatever is wrong with a picture, the others may be sound
            continue


def _join_lines(found: Any) -> list[str]:
    """Return what the engine found as lines: pieces beside each other are one."""
    lines: list[list[str]] = []
    last = -1.0
    for box, text, sure in zip(found.boxes, found.txts, found.scores, strict=True) if found.txts else ():
        top, bottom = min(y for _, y in box), max(y for _, y in box)
        if sure < _LEAST_SURE:
            continue
        if top < last and lines:
            lines[-1].append(text)
        else:
            lines.append([text])
            last = (top + bottom) / 2
    return ["\t".join(line) for line in lines]
