"""Files that hold files (archives, mails): what is in them, one by one, each read by the format that its name says.

A member has a place: its number in the box that holds it, behind the places of that box. Places grow as members are
met, so that a large box can be read in pieces, and what stopped the reader can be named and passed over.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from indexer.errors import UnreadableFileError
from indexer.reading.decode import FileText, decode, looks_like_text
from indexer.reading.formats import NO_TEXT, NOT_READ, ending_of, format_of, is_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from zipfile import ZipInfo

    from indexer.reading.formats import Format

Place = tuple[int, ...]

MOST_ENTRIES = 10_000  # of one box, those of the boxes in it included
MOST_MEMBER = 100 << 20  # bytes of one member, unpacked
MOST_UNPACKED = 1 << 30  # bytes of all that is unpacked of one box
_MOST_RATIO = 200
_SMALL = 1 << 20  # what is small may be packed well
BOMB = f"is packed more than {_MOST_RATIO} to 1, as no real document is"
MOST_BOXES = 3  # one in the other
MOST_TEXT = 8_000_000  # characters of one file
_LONGEST_CHARACTER = 4
_TOO_DEEP = f"lies in {MOST_BOXES} archives or mails, one in the other; unpack them"
_LONGEST_NAME = 400
_LONGEST_ENDING = 20
_SNIFFED = 1 << 16
_STEP = re.compile(r"[\\/]+")
# What programs lay beside the files of people: lists of folders, locks of open documents, forks of resources.
_LITTER = re.compile(r"(?:[.~].*|.*~|__MACOSX|(?:eh)?[Tt]humbs\.db|desktop\.ini)")
LITTER = "was left by a program beside the files of people"


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a box, as its format tells it: `read` gives its bytes, unpacked.

    `text` is given where the box itself is a text, as a mail is; then the name is empty. A `problem` says why it cannot
    be read; `left_out` why it is none of the files that are.
    """

    name: str
    size: int = 0
    read: Callable[[], bytes] | None = None
    text: FileText | None = None
    problem: str = ""
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a box: its place, its path inside the outermost box (empty for the text of that box itself), its size.

    Either it has a text, or `problem` says why it could not be read, or `left_out` why it is none that is; or it is a
    box, whose own members follow.
    """

    place: Place
    path: str
    size: int = 0
    text: FileText | None = None
    problem: str = ""
    left_out: str = ""
    is_box: bool = False


@dataclass
class Walk:
    """One way through a box, from the place `start` up to `end`; what was unpacked and met on it is counted."""

    start: Place = ()
    end: Place | None = None
    unpacked: int = 0
    entries: int = 0

    def iter_members(
        self, stream: BinaryIO, own: Format, *, at: Place = (), path: str = ""
    ) -> Iterator[tuple[Member, Entry]]:
        """Yield what a box holds, in order, without reading it; boxes in it are named before they are opened.

        Raises:
            UnreadableFileError: it is no such box, or holds too many entries.
        """
        for number, (name, entry) in enumerate(_iter_named(stream, own)):
            self.entries += 1
            if at and self.entries > MOST_ENTRIES:  # the outermost box is held to it by its format
                raise UnreadableFileError(f"holds more than {MOST_ENTRIES} entries; split it")
            place = (*at, number)
            if self.end is not None and place >= self.end:
                return
            if place >= self.start[: len(place)]:
                yield from self._open(entry, place, path=_join(path, name))

    def _open(self, entry: Entry, place: Place, *, path: str) -> Iterator[tuple[Member, Entry]]:
        left_out = LITTER if is_litter(path) else entry.left_out
        if entry.problem or left_out or entry.text or not _is_box(path):
            yield Member(place, path, entry.size, problem=entry.problem, left_out=left_out), entry
            return
        if len(place) >= MOST_BOXES:
            yield Member(place, path, problem=_TOO_DEEP), entry
            return
        yield Member(place, path, entry.size, is_box=True), entry
        try:
            yield from self.iter_members(io.BytesIO(self.unpack(entry)), format_of(path), at=place, path=path)
        except Exception as error:  # whatever is wrong with it, what lies beside it is read
            problem = (*place, MOST_ENTRIES)
            if self.end is None or problem < self.end:
                yield Member(problem, path, problem=explain(error, format_of(path).name)), entry

    def unpack(self, entry: Entry) -> bytes:
        """Return the bytes of an entry.

        Raises:
            UnreadableFileError: they are too many, or cannot be had.
        """
        if entry.size > MOST_MEMBER:
            raise UnreadableFileError(f"unpacks to more than {MOST_MEMBER >> 20} MB, the most for one file; split it")
        if self.unpacked + entry.size > MOST_UNPACKED:
            raise UnreadableFileError(
                f"lies behind the first {MOST_UNPACKED >> 30} GB of an archive, which is too much; split it"
            )
        assert entry.read is not None
        data = entry.read()
        self.unpacked += len(data)
        return data

    def read(self, member: Member, entry: Entry) -> FileText | str:
        """Return the text of a member, or why it is none that is read.

        Raises:
            UnreadableFileError: it should be one, and cannot be read.
        """
        if entry.text is not None:
            return entry.text
        if not is_named(member.path) and ending_of(member.path):
            return NOT_READ
        own = format_of(member.path)
        if not own.is_confined and entry.size > MOST_TEXT * _LONGEST_CHARACTER:
            raise UnreadableFileError(f"holds more than {MOST_TEXT // 1_000_000} million characters; split it")
        data = self.unpack(entry)
        if not is_named(member.path) and not looks_like_text(data[:_SNIFFED]):
            return NO_TEXT
        if own.is_confined:
            from indexer.reading.signatures import read_by_content  # as in `confined`

            return read_by_content(own.name, data)
        return decode(data)

    def find(self, stream: BinaryIO, own: Format, *, wanted: str, path: str = "") -> bytes | None:
        """Return the bytes of what has a path inside a box; None where there is nothing.

        Raises:
            UnreadableFileError: the box cannot be read, or that.
        """
        for name, entry in _iter_named(stream, own):
            here = _join(path, name)
            if not name or not (here == wanted or (wanted.startswith(f"{here}/") and _is_box(here))):
                continue
            if entry.problem or entry.left_out:
                raise UnreadableFileError(entry.problem or entry.left_out)
            data = self.unpack(entry)
            if here == wanted:
                return data
            found = self.find(io.BytesIO(data), format_of(here), wanted=wanted, path=here)
            if found is not None:
                return found
        return None


def explain(error: Exception, name: str) -> str:
    """Say why a file of a format could not be read."""
    if isinstance(error, UnreadableFileError):
        return str(error)
    # (The last one is selectolax's way to say that memory ended.)
    if isinstance(error, MemoryError | RecursionError) or type(error).__name__ == "SelectolaxError":
        return "needs more memory than one file may take; it is damaged or hostile"
    return f"is damaged, or no real {name} file ({type(error).__name__}: {str(error)[:100]})"


def is_bomb(entry: ZipInfo) -> bool:
    """Tell whether an entry of a package says that it unpacks to more than any real document would."""
    return entry.file_size > _SMALL and entry.file_size > _MOST_RATIO * max(entry.compress_size, 1)


def is_litter(path: str) -> bool:
    """Tell whether a path inside a box is that of what programs leave beside the files of people."""
    return any(_LITTER.fullmatch(step) for step in path.split("/"))


def _iter_named(stream: BinaryIO, own: Format) -> Iterator[tuple[str, Entry]]:
    """Yield the entries of a box with names that lead nowhere else and are given once; the text of a box has none."""
    names: Counter[str] = Counter()
    for entry in import_module(f"indexer.reading.{own.name}").iter_entries(stream):
        yield (_make_unique(_clean(entry.name), names) if entry.text is None else ""), entry


def _is_box(path: str) -> bool:
    return is_named(path) and format_of(path).holds_files


def _join(path: str, name: str) -> str:
    return f"{path}/{name}" if path and name else path or name


def _clean(name: str) -> str:
    """Return a name as steps below the box that holds it, wherever it would lead on a disk."""
    steps = [step for step in _STEP.split(name.partition("\0")[0]) if step.strip(". ")]
    cleaned = "/".join(steps) or "_"
    ending = PurePosixPath(cleaned).suffix[-_LONGEST_ENDING:]
    return cleaned if len(cleaned) <= _LONGEST_NAME else cleaned[: _LONGEST_NAME - len(ending)] + ending


def _make_unique(name: str, names: Counter[str]) -> str:
    """Return a name, or where it was met before in its box another one, as two files of one folder have."""
    names[name] += 1
    while names[name] > 1:
        path = PurePosixPath(name)
        name = str(path.with_name(f"{path.stem}~{names[name]}{path.suffix}"))
        names[name] += 1
    return name
