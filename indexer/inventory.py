"""Every path that the settings or the programs know, and what lies there: what people wrote, what cannot be built anew.

The one table of it: backup, restore, `indexer move` and `indexer doctor` read it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from indexer.api_keys import API_KEYS_FILE
from indexer.disk import is_exposed
from indexer.misses import MISSES_FILE
from indexer.overrides import OVERRIDES_FILE
from indexer.store import generations
from indexer.store.state import STATE_FILE
from indexer.updating.planning import is_in, name_roots

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.reading import Root
    from indexer.settings import Configuration, Settings

# Written by people; kept by programs, which begin it anew where it is not there; neither, and in no backup unasked.
Kind = Literal["written", "kept", "apart"]
SETTINGS, MISSES, STATE = "settings", "misses", "state"


@dataclass(frozen=True, slots=True)
class Row:
    """A path: the name is that of the setting, where one names the path.

    Where the setting names nothing, it lies under its `home` in the index folder. What is `guarded` decides who may
    read: nobody but its owner may write it.
    """

    name: str
    kind: Kind
    home: str = ""
    guarded: bool = False


INVENTORY = (
    Row(SETTINGS, "written", guarded=True),  # the settings
    Row("dictionary", "written"),  # words that are cut whole
    Row("synonyms", "written"),  # names that mean the same
    Row("calendar", "written"),  # periods
    Row("best", "written"),  # answers to given queries
    Row("access", "written", guarded=True),  # groups and what they may read
    Row("overrides", "written"),  # what people know better, of files that lie elsewhere
    Row(OVERRIDES_FILE, "written"),  # what people know better, beside the files
    Row("keys", "kept", home=API_KEYS_FILE, guarded=True),  # keys of programs
    Row(MISSES, "kept", home=MISSES_FILE),  # searches without hits
    Row(STATE, "kept", home=STATE_FILE),  # files seen, and the log of runs
    Row("access_log", "apart"),  # what was asked for, which logrotate keeps
    Row("index", "apart"),  # the index, which can be built anew
    Row("archive", "apart"),  # the files themselves, which need a backup of their own
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file of the inventory lies, whether it is there or not; of what lies beside the archive also the root."""

    row: Row
    file: Path
    root: Root | None = None


def find_roots(settings: Settings) -> list[Root]:
    """Return the roots of the archive as the index and the settings name them."""
    return name_roots(settings, generations.read_latest(settings.index))


def find_places(configuration: Configuration) -> list[Place]:
    """Return where everything lies that no run could build anew."""
    settings = configuration.settings
    places = []
    for row in INVENTORY:
        if row.name == OVERRIDES_FILE:
            places += [Place(row, root.path / OVERRIDES_FILE, root) for root in find_roots(settings)]
        elif row.kind != "apart" and (file := locate(row, configuration)) is not None:
            places.append(Place(row, file))
    return places


def locate(row: Row, configuration: Configuration) -> Path | None:
    """Return where the file of a row lies by the settings; None where they name none."""
    if row.name == SETTINGS:
        return configuration.file
    named: Path | None = getattr(configuration.settings, row.name, None)
    return named or (configuration.settings.index / row.home if row.home else None)


def find_trouble(configuration: Configuration) -> list[tuple[str, str]]:
    """Return each path that is named and is not as it should be, with what is wrong."""
    troubles = []
    for place in find_places(configuration):
        trouble = _trouble_of(place)
        if trouble:
            troubles.append((f"{place.file} ({place.row.name})", trouble))
    return troubles


def _trouble_of(place: Place) -> str:
    try:
        place.file.stat()
    except (FileNotFoundError, NotADirectoryError):
        is_named = place.row.kind == "written" and place.root is None
        return "is missing" if is_named else ""
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if not os.access(place.file, os.R_OK):
        return "cannot be read"
    if place.row.guarded and is_exposed(place.file):
        return "can be written by others than its owner, who could let anybody read everything"
    return ""


def find_named_below(configuration: Configuration, folder: Path) -> list[tuple[str, Path]]:
    """Return each setting that names a path in a folder, with the path."""
    settings = configuration.settings
    named = [(row.name, getattr(settings, row.name, None)) for row in INVENTORY]
    paths = [(name, path) for name, said in named for path in (said if isinstance(said, list) else [said]) if path]
    return [(name, path) for name, path in paths if is_in(path.absolute(), folder.absolute())]


def find_left_behind(configuration: Configuration, old: Path, *, before: list[Place]) -> list[str]:
    """Return sentences about what still names a folder that moved, or lies there: `before` are the places of then."""
    sentences = [f"the setting `{name}` still names {path}" for name, path in find_named_below(configuration, old)]
    now = {place.root.label: place.file for place in find_places(configuration) if place.root}
    for place in before:
        there = now.get(place.root.label) if place.root else None
        if there is not None and os.access(place.file, os.F_OK) and not os.access(there, os.F_OK):
            sentences.append(f"{place.file} stays behind: copy it to {there}, or the next run forgets what it says")
    return sentences
