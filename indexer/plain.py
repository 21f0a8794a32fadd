"""What can be read of settings without their model, which takes longer to load than a search: lists that people keep by
hand, and where an index and the words of a house lie.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_FILE = Path("archive.toml")
ENVIRONMENT_PREFIX = "ARCHIVE_"


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """The settings that a search in the terminal goes by."""

    index: Path = Path("index")
    dictionary: Path | None = None
    synonyms: Path | None = None
    calendar: Path | None = None
    best: Path | None = None


_PATHS = frozenset(SearchSettings.__slots__)


def read_search_settings(file: Path | None, index: Path | None) -> SearchSettings | None:
    """Return the settings of a search; None where anything else is set, or something is wrong: the model says what."""
    if any(name.startswith(ENVIRONMENT_PREFIX) for name in os.environ):
        return None
    if file is None and DEFAULT_FILE.exists():
        file = DEFAULT_FILE
    paths: dict[str, Path] = {}
    if file is not None:
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not _is_plain(table):
            return None
        folder = file.resolve().parent
        paths = {name: folder / table[name] for name in _PATHS & table.keys()}
    return SearchSettings(**paths | ({"index": index} if index is not None else {}))


def _is_plain(table: Mapping[str, Any]) -> bool:
    """Tell whether a file sets nothing but these paths, and the archive."""
    archive = table.get("archive", [])
    return (
        table.keys() <= _PATHS | {"archive"}
        and all(isinstance(table[name], str) for name in _PATHS & table.keys())
        and isinstance(archive, list)
        and all(isinstance(folder, str) for folder in archive)
    )


def read_list(file: Path, what: str) -> list[str]:
    """Read the lines of a file that people keep by hand; `what` begins the sentence where it cannot be read.

    Raises:
        SettingsError: it cannot be read, or is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{what} {file} cannot be read: {error}"]) from None
