"""Document and its parts: what one file becomes, and what every later step hands on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

Precision = Literal["day", "month", "year"]

_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value came from: the line of the file (from 1; 0 for what has no line), the rule, the text it read."""

    line: int
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One unit of search. Dates are ISO, as exact as the text was: `2021-03-12`, `2021-03` or `2021`; unknown is None.

    `path` is the file's name inside the archive (its root's label first); `order` counts the documents of one file.
    """

    id: str
    path: str
    body: str
    order: int = 0
    title: str | None = None
    source: str | None = None
    issuer: str | None = None
    date: str | None = None
    meeting_date: str | None = None
    author: str | None = None
    genre: str | None = None
    url: str | None = None
    location: str = ""
    flags: tuple[str, ...] = ()
    evidence: dict[str, Evidence] = field(default_factory=dict)

    @property
    def date_precision(self) -> Precision | None:
        """How exact `date` is, or None without a date."""
        return precision(self.date)


def precision(date: str | None) -> Precision | None:
    """Tell whether an ISO date names a day, a month or a year."""
    if date is None:
        return None
    return {4: "year", 7: "month"}.get(len(date), "day")  # type: ignore[return-value]


def date_span(date: str) -> tuple[int, int]:
    """Return the first and last day that an ISO date can mean, as numbers like 20210312.

    The last day of a month is always 31: the numbers are only compared, never turned back into days.
    """
    match = _ISO_DATE.fullmatch(date)
    if match is None:
        raise ValueError(date)
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    first = year * 10_000 + (month or 1) * 100 + (day or 1)
    last = year * 10_000 + (month or 12) * 100 + (day or _LONGEST_MONTH)
    return first, last


def to_record(document: Document) -> dict[str, Any]:
    """Turn a document into plain values, as `inspect --json` and `export` print it and the index stores it."""
    return {
        "id": document.id,
        "path": document.path,
        "order": document.order,
        "title": document.title,
        "source": document.source,
        "issuer": document.issuer,
        "date": document.date,
        "date_precision": document.date_precision,
        "meeting_date": document.meeting_date,
        "author": document.author,
        "genre": document.genre,
        "url": document.url,
        "location": document.location,
        "flags": list(document.flags),
        "body": document.body,
        "evidence": {
            name: {"line": found.line, "rule": found.rule, "text": found.text}
            for name, found in document.evidence.items()
        },
    }


def from_record(record: dict[str, Any]) -> Document:
    """Turn what `to_record` made back into a document."""
    values = {**record, "flags": tuple(record["flags"])}
    del values["date_precision"]
    values["evidence"] = {name: Evidence(**found) for name, found in record["evidence"].items()}
    return Document(**values)
