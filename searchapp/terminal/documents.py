"""One document in the terminal: which one is meant, its text with what a query matches, its original on the desktop."""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from indexer import ArchiveError, Everything, OneOf, find_original, print_error, print_line, say, to_record
from searchapp.document.flags import FLAGS
from searchapp.fields import TABLED
from searchapp.search.chosen import mark_document
from searchapp.search.request import SearchRequest
from searchapp.search.snippets import share_marks
from searchapp.terminal.notes import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer import Document, Key, OpenIndex, Reader, Settings
    from searchapp.language.equals import Lexicon
    from searchapp.search.marks import Marked
    from searchapp.terminal.screen import Screen

_MOST_NAMED = 8
_LEAST_ALIKE, _MOST_COMPARED = 0.6, 5000
# A paragraph begins two characters further in, where lines are broken anyway.
_INDENT = " " * 4
_SECONDS_TO_OPEN = 5
_AT_ONCE = 100
_ANY_ADDRESS = {"0.0.0.0", "[::]"}  # noqa: S104 - where a site listens; asked for, it is this machine


class UnknownIdError(ArchiveError):
    """No document is called so, or more than one; says what is near."""

    def __init__(self, typed: str, near: list[str], *, several: bool = False) -> None:
        names = ", ".join(near)
        if several:
            sentence = say("{typed} is several documents: {names}", typed=typed, names=names)
        elif near:
            sentence = say("there is no document {typed}; near to it: {names}", typed=typed, names=names)
        else:
            sentence = say("there is no document {typed}; ids are those that `searchapp search` prints", typed=typed)
        super().__init__(sentence)


class NotOpenedError(ArchiveError):
    """What a document was read from cannot be shown."""


def find_document(reader: Reader, typed: str) -> Document:
    """Return the document that is meant by an id, by the beginning of one that only it has, or by its path.

    Raises:
        UnknownIdError: there is none, or more than one.
    """
    (document,) = reader.read([typed])
    if document is not None:
        return document
    found: list[Key] = list(reader.find_keys(OneOf("path", (typed,))))
    every: list[Key] = [] if found else list(reader.find_keys(Everything()))
    found = found or [key for key in every if typed and key.startswith(typed)]
    if len(found) != 1:
        near = found or difflib.get_close_matches(typed, _alike(every, typed), n=3, cutoff=_LEAST_ALIKE)
        raise UnknownIdError(typed, near[:_MOST_NAMED], several=bool(found))
    (document,) = reader.read(found)
    if document is None:
        raise UnknownIdError(typed, [])
    return document


def _alike(keys: list[Key], typed: str) -> list[Key]:
    """Return the keys that begin or end alike: to compare all of a large archive would take seconds."""
    alike = (key for key in keys if key[:2] == typed[:2] or key[-3:] == typed[-3:])
    return list(islice(alike, _MOST_COMPARED))


# --- its text


def text_lines(document: Document, marked: Marked | None, *, screen: Screen) -> Iterator[str]:
    """Yield the lines of a document: title, what is known of it, the text."""
    title = document.title or say("(no title)")
    yield from screen.lay_out(title, marked.title if marked and document.title else [], bold=True)
    if document.subtitle:
        yield from screen.lay_out(document.subtitle)
    for label, value in _facts(document):
        yield from screen.lay_out(value, indent=f"{label}{say(': ')}", hang=_INDENT)
    yield ""
    indent = "" if screen.width is None else _INDENT
    texts = document.body.split("\n")
    ends = list(accumulate(len(text) + 1 for text in texts))
    spans = [(end - 1 - len(text), end - 1) for text, end in zip(texts, ends, strict=True)]
    for (start, end), inside in share_marks(spans, marked.body if marked else []):
        marks = [(max(first, start) - start, min(last, end) - start) for first, last in inside]
        yield from screen.lay_out(document.body[start:end], marks, indent=indent, hang="")


def _facts(document: Document) -> Iterator[tuple[str, str]]:
    for own in TABLED:
        if value := getattr(document, own.name):
            yield say(own.label), value
    names = list(islice((person.name for person in document.people), _MOST_NAMED))
    yield from ([(say("人物"), listed(names))] if names else [])
    yield from ((label, value) for label, value in ((say("网址"), document.url),) if value)
    for flag in document.flags:
        if flag in FLAGS:
            yield say("Note"), say(FLAGS[flag])
    yield say("File"), document.path
    yield "ID", document.id


def record_of(document: Document, marked: Marked | None) -> dict[str, Any]:
    """Return all that is known of a document, and what of it a query matches, for JSON."""
    marks = {"title_marks": marked.title, "body_marks": marked.body} if marked else {}
    return {**to_record(document), **marks}


def show(
    index: OpenIndex, ids: tuple[str, ...], *, query: str, literal: bool, lexicon: Lexicon
) -> list[tuple[Document, Marked | None]]:
    """Return some documents, each with what a query matches in it.

    Raises:
        UnknownIdError: one is none.
    """
    request = SearchRequest(query, literal=literal)
    documents = [find_document(index.reader, typed) for typed in ids]
    return [
        (own, mark_document(index.reader, own, request=request, lexicon=lexicon) if query else None)
        for own in documents
    ]


def print_records(shown: list[tuple[Document, Marked | None]]) -> None:
    """Print each document as a line of JSON."""
    for document, marked in shown:
        print_line(json.dumps(record_of(document, marked), ensure_ascii=False))


# --- its original


def find_file(index: OpenIndex, document: Document) -> Path:
    """Return the file on disk that a document was read from, or that holds what it was read from.

    Raises:
        NotOpenedError: it is not there any more.
    """
    label = document.path.partition("/")[0]
    for root in index.generation.manifest.read_roots():
        if root.label == label:
            return root.open_path(document.location_on_disk)
    raise _gone(document)


def name_documents(index: OpenIndex, keys: list[Key], *, as_files: bool) -> Iterator[bytes]:
    """Yield the ids of documents, or the files on disk that hold them, each once and by its exact bytes."""
    if not as_files:
        yield from (key.encode() for key in keys)
        return
    seen: set[bytes] = set()
    for at in range(0, len(keys), _AT_ONCE):
        for document in filter(None, index.reader.read(keys[at : at + _AT_ONCE], evidence=False)):
            name = os.fsencode(find_file(index, document))
            if name not in seen:
                seen.add(name)
                yield name


def open_page(settings: Settings, document: Document, *, query: str, only_print: bool) -> None:
    """Open the page of a document on the site of these settings; without a desktop, print its address.

    Raises:
        NotOpenedError: the desktop cannot open it.
    """
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    host = "127.0.0.1" if host in _ANY_ADDRESS else host
    marked = f"?{urlencode({'q': query})}" if query else ""
    address = f"http://{host}:{settings.port}{settings.base_path}/documents/{quote(document.id)}{marked}"
    opener = None if only_print else find_opener()
    if opener is None:
        print_line(address)
    else:
        launch(opener, address)


def open_original(index: OpenIndex, document: Document, *, only_print: bool) -> None:
    """Open what a document was read from with the program of the desktop; without one, print where it is.

    What lies in another file, or is a line of one, is opened as a copy of its own that nobody can change.

    Raises:
        NotOpenedError: it is not there any more, or the desktop cannot open it.
    """
    original = find_original(index.generation.manifest.read_roots(), document)
    if original is None:
        raise _gone(document)
    opener = None if only_print else find_opener()
    if opener is None:
        if original.file is None:
            inside = document.member or original.name
            print_error(say("{name} lies in this file, or is a line of it", name=inside))
        sys.stdout.flush()
        print_line(os.fsdecode(os.fsencode(original.file or find_file(index, document))))
        return
    launch(opener, str(original.file or _copy(original.name, original.data)))


def _gone(document: Document) -> NotOpenedError:
    return NotOpenedError(say("the original of {id} is no longer there: {path}", id=document.id, path=document.path))


def _copy(name: str, data: bytes) -> Path:
    """Write what lies in another file to a file that only we can read, where the system has such files."""
    harmless = re.sub(r"[\x00-\x1f\x7f/\\]", "_", name).lstrip(".-") or "original"
    file = Path(tempfile.mkdtemp(prefix="archive-search-")) / harmless[-120:]
    file.write_bytes(data)
    file.chmod(0o400)
    return file


def find_opener() -> list[str] | None:
    """Return the command that opens a file or an address on this desktop; None where there is no desktop."""
    if sys.platform == "darwin":
        return ["open"]
    has_desktop = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    opener = shutil.which("xdg-open") if has_desktop else None
    return [opener] if opener else None


def launch(opener: list[str], what: str) -> None:
    """Open a file (by its absolute name, which no program takes for an option) or an address on the desktop.

    Raises:
        NotOpenedError: the desktop says that it cannot.
    """
    nothing = subprocess.DEVNULL
    # The name is absolute, or an address: nothing in it is an option, and no shell reads it.
    running = subprocess.Popen([*opener, what], stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)  # noqa: S603
    try:
        code = running.wait(_SECONDS_TO_OPEN)
    except subprocess.TimeoutExpired:  # some openers last as long as the program that they start
        return
    if code:
        raise NotOpenedError(
            say("{opener} cannot open {what} (exit code {code})", opener=Path(opener[0]).name, what=what, code=code)
        )
