"""One model of every option: its type, its default, its meaning, and which layer set it."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    StringConstraints,
    ValidationError,
    model_validator,
)

from indexer.errors import SettingsError
from indexer.plain import DEFAULT_FILE, ENVIRONMENT_PREFIX

_LEAST_MEMORY = 500
# A path of unreserved characters (RFC 3986, 2.3), without the slash at its end.
_BASE_PATH = r"^(/[A-Za-z0-9._~-]*[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$"
_HEADER = r"^[A-Za-z0-9-]+$"  # nginx and Waitress drop what has an underscore in its name
_ORIGIN = re.compile(r"https?://(\*\.)?([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:\d{1,5})?")
# In variables of the environment, where lists are one text.
_LISTS = {"archive": os.pathsep, "exclude": os.pathsep, "hosts": os.pathsep} | dict.fromkeys(
    ("trusted_proxies", "admin_networks", "embed_origins"), ","
)
_HOST_AND_PORT = r"^([A-Za-z0-9_.-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}$"
_HOST_NAME = r"^(\.?[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9a-fA-F:.]+\])$"


def _check_origin(origin: str) -> str:
    """Return an origin (RFC 6454, 6.2) as browsers write it."""
    written = origin.strip().lower().removesuffix("/")
    if origin.strip() == "*":
        raise ValueError(
            "frames on any page at all are allowed by embed_anywhere = true; the API never answers any page"
        )
    if not _ORIGIN.fullmatch(written):
        raise ValueError("an origin is a scheme, a host and maybe a port, such as https://intranet.example:8443")
    scheme, _, host = written.partition("://")
    return f"{scheme}://{host.removesuffix({'http': ':80', 'https': ':443'}[scheme])}"


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
        "Thumbs.db",
        "desktop.ini",
    ]
    dictionary: Annotated[
        Path | None, Field(description="words of your own, in jieba's format (word, frequency, part of speech)")
    ] = None
    ocr: Annotated[bool, Field(description="whether the text on pictures of pages is read; needs the extra `ocr`")] = (
        False
    )
    synonyms: Annotated[Path | None, Field(description="names that mean the same: name=other name, a group a line")] = (
        None
    )
    calendar: Annotated[
        Path | None, Field(description="periods beside the built-in ones: name: 2021-01-01..2025-12-31")
    ] = None
    best: Annotated[
        Path | None, Field(description="answers to given queries, shown above the hits: documents or addresses")
    ] = None
    overrides: Annotated[
        Path | None,
        Field(
            description="what people know better of files that lie where nobody may write: as overrides.toml, with "
            "paths as `indexer inspect` shows them"
        ),
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
    base_path: Annotated[
        str, Field(pattern=_BASE_PATH, description="path below which a proxy shows the site, such as /tools/search")
    ] = ""
    trusted_proxies: Annotated[
        list[IPvAnyNetwork],
        Field(
            description="addresses or networks of the proxies whose X-Forwarded-For, -Proto and -Prefix are believed"
        ),
    ] = []
    access: Annotated[
        Path | None, Field(description="file that says which groups may read what; without one everybody reads all")
    ] = None
    auth_header: Annotated[
        str | None, Field(pattern=_HEADER, description="header in which a trusted proxy names the user")
    ] = None
    groups_header: Annotated[
        str | None, Field(pattern=_HEADER, description="header in which a trusted proxy names the user's groups")
    ] = None
    keys: Annotated[
        Path | None, Field(description="file of the keys of programs; without one it lies in the index folder")
    ] = None
    admin_networks: Annotated[
        list[IPvAnyNetwork], Field(description="addresses or networks that may see the pages of the administrator")
    ] = []
    embed_origins: Annotated[
        list[Annotated[str, AfterValidator(_check_origin)]],
        Field(description="origins whose pages may embed the search: https://intranet.example, https://*.example"),
    ] = []
    embed_anywhere: Annotated[bool, Field(description="whether any page may show the search in a frame")] = False
    embed_credentials: Annotated[
        bool, Field(description="whether pages of embed_origins may ask with the cookies of whoever looks at them")
    ] = False
    searches_per_minute: Annotated[
        int, Field(ge=0, description="searches a minute for each user, key or address; 0: any number")
    ] = 0
    milliseconds_per_minute: Annotated[
        int,
        Field(ge=0, description="milliseconds of the processor a minute for each user, key or address; 0: any number"),
    ] = 0

    access_log: Annotated[
        Path | None, Field(description="file of the access log, in the common log format; without one there is none")
    ] = None
    log_queries: Annotated[bool, Field(description="whether logs may hold what was searched")] = False
    log_users: Annotated[bool, Field(description="whether logs may hold who asked, and from which address")] = False
    metrics: Annotated[
        str | None,
        Field(
            pattern=_HOST_AND_PORT,
            description="host:port of a port of its own for /metrics; without one it answers admin_networks alone",
        ),
    ] = None

    @model_validator(mode="after")
    def _fit_together(self) -> Settings:
        if (self.auth_header or self.groups_header) and not self.trusted_proxies:
            raise ValueError("auth_header and groups_header are believed from trusted_proxies only; name these, too")
        if self.embed_anywhere and self.embed_credentials:
            raise ValueError("embed_anywhere and embed_credentials together would let any page read what a user may")
        return self


# Settings that name one file or folder. What each of them holds stands in `indexer/inventory.py`.
PATHS = frozenset(
    name for name, field in Settings.model_fields.items() if field.annotation == Path or field.annotation == Path | None
)


class Configuration(BaseModel):
    """Settings together with where each value came from, and the settings file where there is one."""

    model_config = ConfigDict(frozen=True)

    settings: Settings
    origins: dict[str, str]
    file: Path | None = None


def read_settings(
    file: Path | None = None, options: dict[str, Any] | None = None, *, text: str | None = None
) -> Configuration:
    """Merge defaults, the settings file, ARCHIVE_* variables and command-line options, in rising order.

    A `text` is what the file is going to hold.

    Raises:
        SettingsError: with a sentence for each unknown name or unusable value.
    """
    if file is None and (text is not None or DEFAULT_FILE.exists()):
        file = DEFAULT_FILE
    layers = [_from_file(file, text) if file else {}, _from_environment(), _from_options(options or {})]
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.model_fields, "default")
    for layer in layers:
        for name, (value, origin) in layer.items():
            values[name] = value
            origins[name] = origin
    try:
        return Configuration(settings=Settings(**values), origins=origins, file=file)
    except ValidationError as error:
        raise SettingsError([_sentence(mistake, origins) for mistake in error.errors()]) from None


def _from_file(file: Path, text: str | None) -> dict[str, tuple[Any, str]]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8") if text is None else text)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"the settings file {file} cannot be read: {error}"]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"the settings file {file} is not TOML: {error}"]) from None
    folder = file.resolve().parent
    return {name: (_beside(folder, name, value=value), str(file)) for name, value in table.items()}


def _beside(folder: Path, name: str, *, value: Any) -> Any:
    """Read the paths of a settings file from its own folder, so that a nightly job may start anywhere."""
    if name in PATHS and isinstance(value, str):
        return folder / value
    if name == "archive" and isinstance(value, list):
        return [folder / path if isinstance(path, str) else path for path in value]
    return value


def _from_environment() -> dict[str, tuple[Any, str]]:
    layer: dict[str, tuple[Any, str]] = {}
    for variable, value in os.environ.items():
        if variable.startswith(ENVIRONMENT_PREFIX):
            name = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
            layer[name] = (value.split(_LISTS[name]) if name in _LISTS else value, variable)
    return layer


def _from_options(options: dict[str, Any]) -> dict[str, tuple[Any, str]]:
    return {
        name: (value, f"--{name.replace('_', '-')}") for name, value in options.items() if value not in (None, (), [])
    }


def _sentence(mistake: Any, origins: dict[str, str]) -> str:
    why = mistake["msg"].removeprefix("Value error, ")
    if not mistake["loc"]:
        return f"the settings do not fit together: {why}"
    name = str(mistake["loc"][0])
    if mistake["type"] == "extra_forbidden":
        return f"unknown setting `{name}` in {origins.get(name, 'the settings')}; `indexer config` lists all settings"
    return (
        f"setting `{name}` from {origins.get(name, 'the settings')} is {mistake['input']!r}: {why[0].lower() + why[1:]}"
    )
