"""What people know better, which wins over everything inferred.

It stands in `overrides.toml` beside the files of an archive, or, where nobody may write there, in a file of its own.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from indexer.document import DATES, EARLIEST_YEAR, VALUES, Document, Evidence
from indexer.errors import OverridesError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from indexer.document import Overrides

    Inside = tuple[tuple[str, Overrides], ...]

OVERRIDES_FILE = "overrides.toml"
OVERRIDABLE = ("title", "subtitle", *VALUES)
_ISO = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_NUMBERED = re.compile(r"(?P<file>.+)#(?P<number>[1-9]\d{0,8})", re.ASCII)


def read_overrides(folder: Path) -> dict[str, Overrides]:
    """Return what is overridden in a folder of an archive, by the names of its files below the folder.

    Raises:
        OverridesError: with a sentence for each mistake.
    """
    file = folder / OVERRIDES_FILE
    return read_overrides_file(file) if os.path.lexists(file) else {}


def read_overrides_file(file: Path) -> dict[str, Overrides]:
    """Return what is overridden by a file, by the names that it uses.

    Raises:
        OverridesError: with a sentence for each mistake.
    """
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise OverridesError([f"{file} cannot be read: {error.strerror}"]) from None
    except (ValueError, RecursionError) as error:  # no UTF-8, no TOML, or more of it than can be read
        raise OverridesError([f"{file} cannot be read: {error}"]) from None
    mistakes = [f"{file}: {sentence}" for name, table in tables.items() for sentence in _find_mistakes(name, table)]
    if mistakes:
        raise OverridesError(mistakes)
    found: dict[str, Overrides] = {}
    for name, table in tables.items():
        numbered = _NUMBERED.fullmatch(name)
        path, order = (numbered["file"], int(numbered["number"]) - 1) if numbered else (name, None)
        values = tuple(sorted((field, str(value).strip()) for field, value in table.items()))
        found[path] = (*found.get(path, ()), (order, values))
    return found


def _find_mistakes(name: str, table: Any) -> list[str]:
    if not isinstance(table, dict):
        return [f'"{name}" stands outside any file; begin with a line like ["folder/file.txt"]']
    mistakes = []
    for field, value in table.items():
        if field not in OVERRIDABLE:
            mistakes.append(f'["{name}"] sets "{field}", which is no field; fields are {", ".join(OVERRIDABLE)}')
        elif isinstance(value, bool) or not isinstance(value, str | int | date):
            mistakes.append(f'["{name}"] sets {field} to something that is no text')
        elif field in DATES and not _is_date(str(value)):
            mistakes.append(f'["{name}"] sets {field} = {value!r}, which is no date like 2021-03-12, 2021-03 or 2021')
    return mistakes


def _is_date(text: str) -> bool:
    if not text:
        return True
    with suppress(ValueError):
        whole = date.fromisoformat(f"{text}-01-01"[: len("2021-03-12")])
        return _ISO.fullmatch(text) is not None and whole.year >= EARLIEST_YEAR
    return False


def find_overrides(file: Path) -> tuple[Overrides, Inside]:
    """Return what is overridden of one file, and of files inside it, by their paths there.

    It is said by the outermost folder above it that has an `overrides.toml`.

    Raises:
        OverridesError: with a sentence for each mistake.
    """
    for folder in reversed(file.parents):
        if (folder / OVERRIDES_FILE).is_file():
            return pick_overrides(file.relative_to(folder).as_posix(), read_overrides(folder))
    return (), ()


def pick_overrides(name: str, said: dict[str, Overrides]) -> tuple[Overrides, Inside]:
    """Return what is said of one file, and of files inside it, by their paths there."""
    inside = {path.removeprefix(f"{name}/"): own for path, own in said.items() if path.startswith(f"{name}/")}
    return said.get(name, ()), tuple(inside.items())


def merge_overrides(beside: Overrides, own: Overrides) -> Overrides:
    """Return what stands beside a file with what the setting `overrides` says of it, value by value; that wins."""
    of_all = {field for order, values in own if order is None for field, _ in values}
    kept = ((order, tuple(value for value in values if value[0] not in of_all)) for order, values in beside)
    return (*((order, values) for order, values in kept if values), *own)


def merge_inside(beside: Inside, own: Inside) -> Inside:
    """Return what two files say of the files inside a box; what is `own` wins."""
    merged = dict(beside)
    for path, said in own:
        merged[path] = merge_overrides(merged.get(path, ()), said)
    return tuple(merged.items())


def find_unused(documents: list[Document], overrides: Overrides) -> list[str]:
    """Return a sentence for each document that is overridden and is not in its file."""
    orders = {document.order for document in documents}
    return [
        f"{OVERRIDES_FILE} speaks of number {order + 1} in it, which is no document"
        for order, _ in overrides
        if order is not None and order not in orders
    ]


def describe(overrides: tuple[object, ...]) -> str:
    """Return a mark that changes with what people say of a file; nothing where they say nothing."""
    return "+" + hashlib.blake2b(repr(overrides).encode(), digest_size=8).hexdigest() if overrides else ""


def apply_overrides(documents: Iterable[Document], overrides: Overrides) -> list[Document]:
    """Return documents with their overrides; an empty value says that there is none."""
    found = []
    for document in documents:
        chosen: dict[str, str] = {}
        for order, values in sorted(overrides, key=lambda own: own[0] is not None):  # what names a document wins
            if order in (None, document.order):
                chosen |= dict(values)
        if "meeting_date" in chosen:  # the last day that was read belongs to the other one
            chosen = {"meeting_until": "", **chosen}
        evidence = document.evidence | {name: Evidence(0, OVERRIDES_FILE, value) for name, value in chosen.items()}
        changes: dict[str, Any] = {name: value or None for name, value in chosen.items()}
        found.append(replace(document, **changes, evidence=evidence) if chosen else document)
    return found
