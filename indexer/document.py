"""Document and its parts: what one file becomes, and what every later step hands on."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, unquote

Precision = Literal["day", "month", "year"]
Part = Literal["chaired", "attended", "sat in", "spoke", "quoted", "mentioned"]

# What people say of a file's documents: of one (by its place in the file, from 0) or of all (None), field by field.
Overrides = tuple[tuple[int | None, tuple[tuple[str, str], ...]], ...]

# How a meeting is called that speaks as one: 会议指出, 会议要求.
MEETING_SPEAKS = "会议"

# Whether all of a text is there, as people say it and as the index has it; and the flags that say that some is missing.
WHOLE_TEXT, LACKS_TEXT = "原文完整", "原文不完整"
_LACKING = frozenset(("damaged-characters", "no-text", "pages-without-text", "truncated"))

# What is read of a document beside its texts: each a text with evidence, which a record or `overrides.toml` may give.
DATES = ("date", "meeting_date", "meeting_until")
VALUES = ("source", "issuer", *DATES, "author", "editor", "column", "genre", "number", "place", "url")

# Years before this one are not written with four digits, and only a person gives one that far from what is likely.
EARLIEST_YEAR = 1000
LIKELY_YEARS = (1900, 2100)

_ISO_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_LONGEST_MONTH = 31
# Between where a file is on disk and where in it the file is that a document was read from; no path has it.
_IN = "//"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value came from: the line of the file (from 1; 0 for what has no line), the rule, the text it read."""

    line: int
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a text names: the role as printed (None without one), what they did, where their name stands first.

    Who is `quoted` took no part: the text passes on or studies what they said elsewhere. `at` is an offset in the body.
    """

    name: str
    role: str | None
    parts: tuple[Part, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Speech:
    """A passage of the body, from offset `start` to `end`, that the text gives to a speaker by a verb (指出, 强调).

    It is `sure` as long as the paragraph lasts that names the speaker; what follows, until the next one, is probable.
    It is `quoted` where they said it elsewhere, not at the meeting that the text tells of.
    """

    speaker: str
    verb: str
    start: int
    end: int
    sure: bool
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """One of a series of meetings: `name` as printed, `session` a term of office (届) or a year, `number` within it."""

    series: str
    name: str
    session: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One unit of search. Dates are ISO, as exact as the text was: `2021-03-12`, `2021-03` or `2021`; unknown is None.

    A meeting of several days begins on its `meeting_date` and ends on the day of `meeting_until`.

    `path` is the file's name inside the archive (its root's label first); of a file in another one (a .zip, a mail) it
    is that one's path and its own in it. `order` counts the documents of one file, and `parent` is the path where a
    file holds several, or lies in another one. `location` is where on disk it is. `lines` says from which offset of the
    body on which line of the file it was; `cites` are titles of documents that the text names in 《》.
    """

    id: str
    path: str
    body: str
    order: int = 0
    title: str | None = None
    subtitle: str | None = None
    source: str | None = None
    issuer: str | None = None
    date: str | None = None
    meeting_date: str | None = None
    meeting_until: str | None = None
    author: str | None = None
    editor: str | None = None
    column: str | None = None
    genre: str | None = None
    number: str | None = None
    place: str | None = None
    url: str | None = None
    parent: str | None = None
    location: str = ""
    flags: tuple[str, ...] = ()
    meeting: Meeting | None = None
    people: tuple[Person, ...] = ()
    speech: tuple[Speech, ...] = ()
    cites: tuple[str, ...] = ()
    lines: tuple[tuple[int, int], ...] = ()
    evidence: dict[str, Evidence] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """The path of the file on disk that it was read from."""
        member = self.member
        return self.path.removesuffix(f"/{member}") if member else self.path

    @property
    def member(self) -> str:
        """The path of its file inside the one on disk that holds it; empty where it is that one."""
        return unquote(self.location.partition(_IN)[2])

    @property
    def location_on_disk(self) -> str:
        """The exact name, below its root, of the file on disk."""
        return self.location.partition(_IN)[0]

    @property
    def date_precision(self) -> Precision | None:
        """How exact `date` is, or None without a date."""
        return precision(self.date)

    @property
    def heading(self) -> str:
        """Title and subtitle, as they are searched."""
        return "\n".join(filter(None, (self.title, self.subtitle)))

    @property
    def series(self) -> str | None:
        """The series that its meeting belongs to, or None."""
        return self.meeting.series if self.meeting else None

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who speaks, each once: not who is only quoted, nor the meeting as one."""
        said = (passage.speaker for passage in self.speech if not passage.quoted)
        return tuple(dict.fromkeys(name for name in said if name != MEETING_SPEAKS))

    @property
    def complete(self) -> str:
        """Whether all of its text is there."""
        return WHOLE_TEXT if _LACKING.isdisjoint(self.flags) else LACKS_TEXT

    def line_of(self, offset: int) -> int:
        """Return the line of the file (from 1; 0 where that is not known) at which an offset of the body was."""
        at = bisect_right(self.lines, offset, key=lambda pair: pair[0]) - 1
        return self.lines[at][1] if at >= 0 else 0


def normalize_complete(typed: str) -> str:
    """Return whether all of a text is there, as the index has it, of what somebody typed for it: 是, 1, no."""
    text = typed.strip().casefold()
    return WHOLE_TEXT if text in _YES else LACKS_TEXT if text in _NO else text


_YES = frozenset(("1", "是", "完整", "yes", "true", "complete", WHOLE_TEXT))
_NO = frozenset(("0", "否", "不是", "不完整", "no", "false", "incomplete", LACKS_TEXT))


def locate_member(location: str, member: str) -> str:
    """Return the location of a file in the one with a location on disk."""
    return f"{location}{_IN}{quote(member)}" if member else location


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


# What a record keeps as it stands; the rest is made of parts.
_PLAIN = ("id", "path", "order", "parent", "title", "subtitle", *VALUES, "date_precision", "location")


def to_record(document: Document) -> dict[str, Any]:
    """Turn a document into plain values, as `inspect --json` and `export` print it and the index stores it."""
    record: dict[str, Any] = {name: getattr(document, name) for name in _PLAIN}
    record["flags"] = list(document.flags)
    record["meeting"] = _parts_of(document.meeting) if document.meeting else None
    record["body"] = document.body
    record["people"] = [{**_parts_of(person), "line": document.line_of(person.at)} for person in document.people]
    record["speech"] = [_parts_of(speech) for speech in document.speech]
    record["cites"] = list(document.cites)
    record["lines"] = [list(pair) for pair in document.lines]
    record["evidence"] = {name: _parts_of(found) for name, found in document.evidence.items()}
    return record


def _parts_of(part: Evidence | Person | Speech | Meeting) -> dict[str, Any]:
    """Return the values of a part by name, as `asdict` does, which copies all it finds and takes five times as long."""
    return {name: getattr(part, name) for name in part.__slots__}


def from_record(record: dict[str, Any]) -> Document:
    """Turn what `to_record` made back into a document; what it lacks is empty."""
    values: dict[str, Any] = {name: record[name] for name in _PLAIN if name != "date_precision"}
    people = [{name: value for name, value in person.items() if name != "line"} for person in record.get("people", ())]
    return Document(
        **values,
        body=record["body"],
        flags=tuple(record["flags"]),
        meeting=Meeting(**record["meeting"]) if record["meeting"] else None,
        people=tuple(Person(**{**person, "parts": tuple(person["parts"])}) for person in people),
        speech=tuple(Speech(**speech) for speech in record.get("speech", ())),
        cites=tuple(record.get("cites", ())),
        lines=tuple((offset, line) for offset, line in record.get("lines", ())),
        evidence={name: Evidence(**found) for name, found in record.get("evidence", {}).items()},
    )
