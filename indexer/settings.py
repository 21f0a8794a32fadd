"""One model of every option: its type, its default, its meaning, and which layer set it."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from indexer.errors import SettingsError

DEFAULT_FILE = Path("archive.toml")
ENVIRONMENT_PREFIX = "ARCHIVE_"
_LEAST_MEMORY = 500
_HOST_NAME = r"^(\.?[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9a-fA-F:.]+\])$"


class Settings(BaseModel):
    """Every option of both programs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    archive: Annotated[list[Path], Field(description="folders or files to index when the command names none")] = []
    index: Annotated[Path, Field(description="folder of the index")] = Path("index")
    exclude: Annotated[
        list[str], Field(description="file and folder names to leave out; * and ? stand for any text")
    ] = [
        ".*",
        "~*",
        "*~",
        "README",
        "README.*",
    ]
    dictionary: Annotated[
        Path | None, Field(description="words of your own, in jieba's format (word, frequency, part of speech)")
    ] = None
    synonyms: Annotated[Path | None, Field(description="names that mean the same: name=other name, a group a line")] = (
        None
    )
    calendar: Annotated[
        Path | None, Field(description="periods beside the built-in ones: name: 2021-01-01..2025-12-31")
    ] = None
    keep: Annotated[int, Field(ge=1, le=100, description="generations to keep, the live one included")] = 2
    spare_days: Annotated[
        int,
        Field(
            ge=0,
            description="days after which an update copies the index instead of sharing its files with the generation "
            "before, so that one bad file cannot damage all of them; 0 never copies",
        ),
    ] = 7
    processes: Annotated[int, Field(ge=0, le=256, description="processes that prepare documents; 0 is one a core")] = 0
    memory: Annotated[
        int,
        Field(ge=_LEAST_MEMORY, description="megabytes that indexing may use in all"),
    ] = 1000
    max_shrink: Annotated[
        float, Field(ge=0, le=1, description="largest share of known files that a run may remove unasked")
    ] = 0.2
    misses: Annotated[
        Path | None, Field(description="file that keeps searches without hits; without one it lies in the index folder")
    ] = None
    site_title: Annotated[str, Field(min_length=1, description="name of the site")] = "文档检索"
    host: Annotated[str, Field(min_length=1, description="address that the site listens on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="port that the site listens on; 0 takes a free one")] = 8000
    threads: Annotated[int, Field(ge=1, le=64, description="searches that run at the same time")] = 4
    search_seconds: Annotated[
        float,
        Field(
            gt=0,
            le=60,
            description="seconds of the processor for one search on the site, times five for an export",
        ),
    ] = 1.0
    hosts: Annotated[
        list[Annotated[str, StringConstraints(to_lower=True, pattern=_HOST_NAME)]],
        Field(
            description="names under which the site may be asked for, beside this machine's own; "
            ".example.org also allows the names below it; where there are none, all IP addresses are allowed, too"
        ),
    ] = []
    page_size: Annotated[int, Field(ge=1, le=100, description="hits on a page")] = 10


class Configuration(BaseModel):
    """Settings together with where each value came from."""

    model_config = ConfigDict(frozen=True)

    settings: Settings
    origins: dict[str, str]


def read_settings(file: Path | None = None, options: dict[str, Any] | None = None) -> Configuration:
    """Merge defaults, the settings file, ARCHIVE_* variables and command-line options, in rising order.

    Raises:
        SettingsError: with a sentence for each unknown name or unusable value.
    """
    layers = [_from_file(file), _from_environment(), _from_options(options or {})]
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.model_fields, "default")
    for layer in layers:
        for name, (value, origin) in layer.items():
            values[name] = value
            origins[name] = origin
    try:
        return Configuration(settings=Settings(**values), origins=origins)
    except ValidationError as error:
        raise SettingsError([_sentence(mistake, origins) for mistake in error.errors()]) from None


def read_list(file: Path, what: str) -> list[str]:
    """Read the lines of a file that people keep by hand; `what` begins the sentence where it cannot be read.

    Raises:
        SettingsError: it cannot be read, or is not UTF-8.
    """
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{what} {file} cannot be read: {error}"]) from None


def _from_file(file: Path | None) -> dict[str, tuple[Any, str]]:
    if file is None and not DEFAULT_FILE.exists():
        return {}
    file = file or DEFAULT_FILE
    try:
        text = file.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"the settings file {file} cannot be read: {error}"]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"the settings file {file} is not TOML: {error}"]) from None
    folder = file.resolve().parent
    return {name: (_beside(folder, name, value=value), str(file)) for name, value in table.items()}


def _beside(folder: Path, name: str, *, value: Any) -> Any:
    """Read the paths of a settings file from its own folder, so that a nightly job may start anywhere."""
    if name in {"index", "dictionary", "synonyms", "calendar", "misses"} and isinstance(value, str):
        return folder / value
    if name == "archive" and isinstance(value, list):
        return [folder / path if isinstance(path, str) else path for path in value]
    return value


def _from_environment() -> dict[str, tuple[Any, str]]:
    layer: dict[str, tuple[Any, str]] = {}
    for variable, value in os.environ.items():
        if variable.startswith(ENVIRONMENT_PREFIX):
            name = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
            listed = name in {"archive", "exclude", "hosts"}
            layer[name] = (value.split(os.pathsep) if listed else value, variable)
    return layer


def _from_options(options: dict[str, Any]) -> dict[str, tuple[Any, str]]:
    return {
        name: (value, f"--{name.replace('_', '-')}") for name, value in options.items() if value not in (None, (), [])
    }


def _sentence(mistake: Any, origins: dict[str, str]) -> str:
    name = str(mistake["loc"][0])
    if mistake["type"] == "extra_forbidden":
        return f"unknown setting `{name}` in {origins.get(name, 'the settings')}; `indexer config` lists all settings"
    return (
        f"setting `{name}` from {origins.get(name, 'the settings')} is {mistake['input']!r}: {mistake['msg'].lower()}"
    )
