"""Answers that people of a house give to some queries, from a file that they edit (`best.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from indexer import SettingsError
from searchapp.language.answers import Answers, fold_whole

if TYPE_CHECKING:
    from pathlib import Path

# What may stand in an address (RFC 3986, 2), and other letters, which browsers escape themselves.
_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}\x00-\x1f\x7f]+", re.IGNORECASE)


def _check_address(address: str) -> str:
    try:
        host = urlsplit(address).hostname
    except ValueError:  # [ without ]
        host = None
    if not host or not _ADDRESS.fullmatch(address):
        raise ValueError(f"{address} is no address that begins with http:// or https://")
    return address


def _check_query(query: str) -> str:
    if not fold_whole(query):
        raise ValueError(f"“{query}” has no letter or character that somebody could type")
    return query


_Text = Annotated[str, Field(min_length=1, max_length=500)]
_Queries = Annotated[list[Annotated[_Text, AfterValidator(_check_query)]], Field(min_length=1)]


class Answer(BaseModel):
    """An answer to some queries: a document of the archive or an address elsewhere, with what is to be said of it.

    A document is called by its path or its id.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    queries: _Queries
    document: _Text | None = None
    url: Annotated[str, AfterValidator(_check_address)] | None = None
    title: _Text | None = None
    note: _Text | None = None

    @model_validator(mode="after")
    def _name_one(self) -> Answer:
        if (self.document is None) == (self.url is None):
            raise ValueError("an answer names a document or a url, and not both")
        if self.url and not self.title:
            raise ValueError("an answer with a url has a title, too")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    answer: list[Answer] = []


def read_answers(file: Path) -> Answers:
    """Read answers.

    Raises:
        SettingsError: the file cannot be read, or holds mistakes; a sentence for each, with its line or entry.
    """
    try:
        told = _File(**tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"the answers in {file} cannot be read: {error}"]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"the answers in {file} are not TOML: {error}"]) from None
    except ValidationError as error:
        raise SettingsError([f"{file}, {_say(mistake)}" for mistake in error.errors()]) from None
    by_query: dict[str, list[Answer]] = defaultdict(list)
    for answer in told.answer:
        for query in dict.fromkeys(map(fold_whole, answer.queries)):
            by_query[query].append(answer)
    return Answers(tuple(told.answer), dict(by_query))


def _say(mistake: Any) -> str:
    known = "an [[answer]] has queries, document or url, title and note"
    first, *rest = mistake["loc"]
    if first != "answer":
        return f"{first} is unknown; {known}"
    number, *steps = rest or [None]
    entry = "answer" if number is None else f"answer {number + 1}"
    place = f"{entry}: {steps[0]}" if steps else entry
    if mistake["type"] == "extra_forbidden":
        return f"{place} is unknown; {known}"
    if mistake["type"] == "missing":
        return f"{place} is missing; {known}"
    return f"{place}: {mistake['msg'].removeprefix('Value error, ')}"
