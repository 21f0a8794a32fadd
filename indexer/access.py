"""Who may read what: the groups of `access.toml`."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from indexer.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# What rules can name of a document.
FIELDS = ("source", "issuer", "genre", "path")
# The group of whoever comes, known or not.
EVERYONE = "everyone"


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


_Values = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_several)]


def _check_path(path: str) -> str:
    steps = path.removesuffix("/").split("/")
    if not all(step.strip(".") for step in steps):
        raise ValueError(f"{path} is no path as `indexer inspect` shows them, such as archive/内部")
    return "/".join(steps)


class Condition(BaseModel):
    """What a document has to have: one of the values of each field that is named.

    An issuer stands for those below it as well, a path for the files below it (paths as `indexer inspect` shows them).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: _Values = ()
    issuer: _Values = ()
    genre: _Values = ()
    path: Annotated[tuple[Annotated[str, AfterValidator(_check_path)], ...], BeforeValidator(_several)] = ()

    @model_validator(mode="after")
    def _name_something(self) -> Condition:
        if not (self.source or self.issuer or self.genre or self.path):
            raise ValueError("a condition names source, issuer, genre or path")
        return self


class Group(BaseModel):
    """What a group may read: what meets one of the conditions of `read` and none of `except`.

    `members` are users who belong to it, beside those of whom the proxy says so. Those of an `admin` group may see the
    pages of the administrator.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    read: Literal["all"] | tuple[Condition, ...] = ()
    exceptions: Annotated[tuple[Condition, ...], Field(alias="except")] = ()
    members: _Values = ()
    admin: bool = False


class Access(BaseModel):
    """All groups, by their names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: dict[str, Group]

    def find_groups(self, names: Iterable[str], *, user: str | None = None) -> frozenset[Group]:
        """Return the groups of somebody: those named, those whose member the user is, and that of everyone."""
        known = {EVERYONE, *names}
        return frozenset(
            group for name, group in self.groups.items() if name in known or (user and user in group.members)
        )


def names_inside(groups: Iterable[Group], path: str) -> bool:
    """Tell whether a rule of some groups names something inside a file, such as what is attached to a mail."""
    below = f"{path}/"
    return any(
        named.startswith(below)
        for group in groups
        for condition in (*(() if group.read == "all" else group.read), *group.exceptions)
        for named in condition.path
    )


def read_access(file: Path) -> Access:
    """Read the groups.

    Raises:
        SettingsError: the file cannot be read, or holds mistakes; a sentence for each.
    """
    try:
        return Access(**tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"the access file {file} cannot be read: {error}"]) from None
    except tomllib.TOMLDecodeError as error:
        hint = 'names in Chinese stand in quotes, as in [groups."党组"]'
        raise SettingsError([f"the access file {file} is not TOML: {error}; {hint}"]) from None
    except ValidationError as error:
        raise SettingsError([f"{file}: {_say(mistake)}" for mistake in error.errors()]) from None


def check_groups(file: Path | None, names: Iterable[str]) -> None:
    """Look whether there are groups of these names.

    Raises:
        SettingsError: there is none of a name, or the file cannot be read.
    """
    known = set(read_access(file).groups) if file else set()
    unknown = [name for name in names if name not in known]
    if unknown:
        where = f"in {file}" if file else "as long as the setting `access` names no file"
        raise SettingsError([f"there is no group {name} {where}" for name in unknown])


def _say(mistake: Any) -> str:
    # Where a value may be one of two things, pydantic tells what speaks against each; the place alone is ours.
    place = ".".join(str(step) for step in mistake["loc"] if not str(step).startswith(("literal[", "tuple[")))
    if mistake["type"] == "extra_forbidden":
        known = "groups have read, except, members and admin; conditions have source, issuer, genre and path"
        return f"{place} is unknown; {known}"
    return f"{place or 'it'}: {mistake['msg'].removeprefix('Value error, ')}"
