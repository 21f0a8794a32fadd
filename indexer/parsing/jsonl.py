"""JSON Lines -> documents: what a record gives is trusted, what it lacks is inferred from its text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from indexer.document import DATES, EARLIEST_YEAR, VALUES, Document, Evidence
from indexer.parsing.dates import find_dates, to_day
from indexer.parsing.parse import parse_record

_DATE = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?(?:[T\s].*)?", re.ASCII)
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_LONGEST_ID = 200
_LONGEST_TEXT = 4_000_000
_MOST_LINES = 300_000  # each costs a kilobyte while it is parsed
# An id stands in an address: no control characters, no empty or dotted segments, nothing that reads as another page.
_ADDRESSABLE = re.compile(
    r"(?!.*(?:^|/)(?:\.{1,2})?(?:/|$))(?!.*/(?:raw|cite)$)"
    r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?"
)


def parse_records(text: str, path: str, *, first_line: int = 1) -> tuple[list[Document], list[str]]:
    """Return the documents of lines of a .jsonl file, and a sentence for each line that holds none.

    A document's order is that of its line, so that lines can be parsed apart.
    """
    documents: list[Document] = []
    problems = []
    for number, line in enumerate(text.split("\n"), start=first_line):
        if not line.strip():
            continue
        try:
            document, doubt = _parse_record(line, path, number=number)
            documents.append(document)
            problems += [f"line {number}: {doubt}"] if doubt else []
        except ValueError as error:
            problems.append(f"line {number}: {error}")
    return documents, problems


def _parse_record(line: str, path: str, *, number: int) -> tuple[Document, str]:
    """Return the document of a record, and a sentence about a value that could not be used."""
    try:
        record = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"is not JSON ({error})") from None
    if not isinstance(record, dict) or not isinstance(record.get("text"), str) or not record["text"].strip():
        raise ValueError('is not an object with a "text"')
    cleaned = {name: _clean(record.get(name)) for name in ("title", *VALUES) if name not in DATES}
    given = {name: value for name, value in cleaned.items() if value}
    doubt = ""
    for name in DATES:
        if record.get(name) in (None, ""):
            continue
        if iso := _read_date(str(record[name]).strip()):
            given[name] = iso
        else:
            doubt = f'the "{name}" {record[name]!r} is no ISO date and was left out'
    text = _clean(record["text"])
    if not text.strip():
        raise ValueError('has a "text" of nothing but characters that no text can hold')
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"has a text of {len(text)} characters, more than {_LONGEST_TEXT}; give it as a .txt file")
    if (lines := text.count("\n")) > _MOST_LINES:
        raise ValueError(f"has a text of {lines} lines, more than {_MOST_LINES}; give it as a .txt file")
    document = parse_record(text, path, given=given, order=number - 1)
    evidence = document.evidence | {
        name: Evidence(number, "given in the record", value) for name, value in given.items()
    }
    document_id = _clean(record.get("id"))
    if len(document_id) > _LONGEST_ID or not _ADDRESSABLE.fullmatch(document_id):
        if document_id:
            doubt = f"the id {document_id[:40]!r} cannot stand in an address; the document is kept under another"
        document_id = document.id
    return replace(document, id=document_id, evidence=evidence), doubt


def _clean(value: Any) -> str:
    """Return a text without lone surrogates (JSON can carry them, files and indexes cannot) and without NUL."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else str(value)
    return text.encode("utf-8", "ignore").decode().replace("\0", "").strip()


def _read_date(text: str) -> str | None:
    match = _DATE.fullmatch(text) or _COMPACT_DATE.fullmatch(text)
    if match is None:
        found = find_dates(text)
        return found[0].iso if found and found[0].start == 0 else None
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or year < EARLIEST_YEAR or to_day(year, month or 1, day=day or 1) is None:
        return None
    return "-".join(part for part in match.groups() if part)
