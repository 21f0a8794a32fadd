"""The values that a shell completes, kept beside an index: to open that for each press of a key would take too long."""

from __future__ import annotations

import json
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from indexer.disk import write_synced

if TYPE_CHECKING:
    from pathlib import Path

COMPLETIONS_FILE = "completions.json"
# Of the fields that the terminal can narrow a search by; what most documents have comes first.
COMPLETED = ("source", "issuer", "year", "genre", "number", "people", "place", "series")


def read_completions(index: Path) -> dict[str, list[str]]:
    """Return the values of each field; nothing where they cannot be read, for a shell shows no errors."""
    values = _read(index).get("values")
    if not isinstance(values, dict):
        return {}
    return {name: list(filter(_is_typed, own)) for name, own in values.items() if isinstance(own, list)}


def _is_typed(value: object) -> bool:
    """Tell whether somebody may type a value: shells are told one a line, and show it on a terminal."""
    return isinstance(value, str) and not any(unicodedata.category(sign).startswith("C") for sign in value)


def are_of(index: Path, generation: int) -> bool:
    """Tell whether what is kept is of a generation."""
    return _read(index).get("generation") == generation


def write_completions(index: Path, values: dict[str, list[str]], *, generation: int) -> None:
    """Keep the values of each field; that they could not be kept is no reason for a run to fail."""
    with suppress(OSError):
        text = json.dumps({"generation": generation, "values": values}, ensure_ascii=False)
        write_synced(index / COMPLETIONS_FILE, f"{text}\n")


def _read(index: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError, RecursionError):
        kept = json.loads((index / COMPLETIONS_FILE).read_text(encoding="utf-8"))
        return kept if isinstance(kept, dict) else {}
    return {}
