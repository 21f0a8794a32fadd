"""Walking an archive and reading its files whole; files are never changed."""

from __future__ import annotations

import codecs
import fnmatch
import hashlib
import os
import re
import stat
import unicodedata
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, TypeVar
from urllib.parse import quote, unquote_to_bytes

from indexer.errors import UnreadableFileError
from indexer.reading.boxes import LITTER
from indexer.reading.decode import decode, looks_like_text
from indexer.reading.formats import NO_TEXT, NOT_READ, ending_of, format_of, is_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from indexer.document import Overrides

Result = TypeVar("Result")

_DEEPEST = 200
_LOST = "\ufffd"
_LEAST_KEPT = 20  # characters for each that is lost
_READ_ATTEMPTS = 3
_OURS = {"overrides.toml"}  # what people say of the files is none of them
_BLOCK = 1 << 20
_TEXT_BLOCK = 1 << 18  # so many lines, at the most, may a piece have beyond what was asked
_LONGEST_CHARACTER = 4
CHANGING = "kept changing while it was read; it is tried again next time"
CLOSED = "cannot be opened"
# How the reasons begin that may be gone next time though the file is as it was.
# (The last one: by now lines in another encoding are read.)
MAY_PASS = (CHANGING, CLOSED, "cannot be read", "vanished", "is in no known encoding")
_TEXT_PARTS = (".xml", ".xhtml", ".html", ".htm")  # of what is packed
EXCLUDED = "is left out by the setting `exclude`"
IS_LINK, IS_SPECIAL = "is a symbolic link", "is not a regular file"
QUIETLY_LEFT_OUT = (EXCLUDED, LITTER)
_SNIFFED = 1 << 16
_FEW = 2
_FIRST_OF_THREE = "\u0800"  # the first character that takes three bytes in UTF-8


@dataclass(frozen=True, slots=True)
class Root:
    """A folder (or single file) of the archive; its label begins the path of every document in it."""

    path: Path
    label: str

    def open_path(self, location: str) -> Path:
        """Return where on disk the file of a location (a percent-encoded name below this root; "" is the root) is."""
        if not location:
            return self.path
        return self.path / os.fsdecode(unquote_to_bytes(location))


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of the archive: `path` names it for people and in the index, `location` names its exact bytes on disk.

    `overrides` are what people say of its documents; of a box of files also of those `inside`, by their paths there,
    and which names in it they `exclude`, as a pattern.
    """

    path: str
    location: str
    root: Root
    size: int
    modified: int
    changed: int
    inode: int
    overrides: Overrides = ()
    inside: tuple[tuple[str, Overrides], ...] = ()
    exclude: str = ""

    @property
    def said(self) -> tuple[object, ...]:
        """Everything that people say of it."""
        return (*self.overrides, *self.inside, *filter(None, [self.exclude]))

    @property
    def disk_path(self) -> Path:
        """Return where the file is on disk."""
        return self.root.open_path(self.location)


@dataclass
class WalkNotes:
    """What a walk came by and did not yield, each with the reason.

    What is `closed` could not be looked at: files, and folders, whose paths end in a slash. What is below those is not
    known. What is `excluded` by the settings is meant to be left out: temporary files, mostly.
    """

    left_out: list[tuple[str, str]] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    closed: list[tuple[str, str]] = field(default_factory=list)


def walk(root: Root, exclude: list[str], *, notes: WalkNotes, but_for: Path | None = None) -> Iterator[FoundFile]:
    """Yield the indexable files of a root in a stable order, `but_for` those of one folder: the index, say."""
    left_out = re.compile("|".join(map(fnmatch.translate, exclude)) or "(?!)")
    if root.path.is_file():
        if reason := _why_unread(root.path, root.label):
            notes.left_out.append((root.label, reason))
        else:
            yield _found(root, b"", shown=root.label, status=root.path.stat(), exclude=left_out)
        return
    skipped = os.fsencode(but_for.resolve()) if but_for is not None else None
    yield from _walk_folder(root, b"", exclude=left_out, notes=notes, skipped=skipped)


def _walk_folder(
    root: Root, below: bytes, *, exclude: re.Pattern[str], notes: WalkNotes, skipped: bytes | None
) -> Iterator[FoundFile]:
    folder = os.fsencode(root.open_path(quote(below)))
    if folder == skipped:
        return
    if below.count(b"/") >= _DEEPEST:
        notes.closed.append((f"{_readable(root.label, below)}/", f"lies deeper than {_DEEPEST} folders"))
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        notes.closed.append((f"{_readable(root.label, below)}/", f"{CLOSED}: {error.strerror}"))
        return
    for entry in entries:
        relative = below + b"/" + entry.name if below else entry.name
        shown = _readable(root.label, relative)
        name = readable_name(entry.name)
        if exclude.match(name):
            notes.excluded.append(shown)
            continue
        try:
            is_link, is_folder = entry.is_symlink(), entry.is_dir(follow_symlinks=False)
        except OSError as error:  # nobody knows what it is: perhaps a folder
            notes.closed += [(path, f"{CLOSED}: {error.strerror}") for path in (shown, f"{shown}/")]
            continue
        if is_link:
            notes.left_out.append((shown, IS_LINK))
        elif is_folder:
            yield from _walk_folder(root, relative, exclude=exclude, notes=notes, skipped=skipped)
        elif name in _OURS:
            if below:
                notes.left_out.append((shown, "is only read in the folder that is indexed, not below it"))
        else:
            yield from _take(root, relative, shown=shown, entry=entry, exclude=exclude, notes=notes)


def _take(
    root: Root,
    relative: bytes,
    *,
    shown: str,
    entry: os.DirEntry[bytes],
    exclude: re.Pattern[str],
    notes: WalkNotes,
) -> Iterator[FoundFile]:
    """Yield a file, unless it is none that is indexed."""
    try:
        if not entry.is_file():
            notes.left_out.append((shown, IS_SPECIAL))
        elif reason := _why_unread(entry.path, shown):
            notes.left_out.append((shown, reason))
        else:
            yield _found(root, relative, shown=shown, status=entry.stat(), exclude=exclude)
    except FileNotFoundError as error:
        notes.left_out.append((shown, f"vanished: {error.strerror}"))
    except OSError as error:  # what cannot be looked at is not gone
        notes.closed.append((shown, f"{CLOSED}: {error.strerror}"))


def _why_unread(file: str | bytes | Path, shown: str) -> str:
    """Return why a file is none that is read; nothing where it is one by its name, or is text without an ending."""
    if is_named(shown):
        return ""
    if ending_of(shown):
        return NOT_READ
    try:
        with open(file, "rb") as stream:  # noqa: PTH123 - the name may be bytes
            return "" if looks_like_text(stream.read(_SNIFFED)) else NO_TEXT
    except OSError:
        return ""  # it is read like any other, and listed as what cannot be


def _found(root: Root, relative: bytes, *, shown: str, status: os.stat_result, exclude: re.Pattern[str]) -> FoundFile:
    return FoundFile(
        shown,
        quote(relative),
        root,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_ino,
        exclude=exclude.pattern if format_of(shown).holds_files else "",
    )


def _readable(label: str, relative: bytes) -> str:
    return f"{label}/{readable_name(relative)}" if relative else label


def readable_name(raw: bytes) -> str:
    """Read a file name as UTF-8, else as GB18030 (archives from old Windows machines), never with lone surrogates.

    Some words in GB18030 (通知) are UTF-8 by accident: of marks without letters, or of letters of several scripts.
    """
    with suppress(UnicodeDecodeError):
        text = raw.decode("utf-8")
        wide = [character for character in unicodedata.normalize("NFC", text) if character > "\x7f"]
        scripts = {unicodedata.name(character, "").partition(" ")[0] for character in wide}
        if len(wide) < _FEW or max(wide) >= _FIRST_OF_THREE or (len(scripts) == 1 and all(map(str.isalpha, wide))):
            return text
    return raw.decode("gb18030", "backslashreplace")


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of a file: its bytes from `start` up to `end`, the first of them line `first_line` (from 1)."""

    start: int
    end: int
    first_line: int


def size_of_text(file: FoundFile) -> int:
    """Return about how many bytes of text a file holds: what is packed holds more than its size."""
    if not format_of(file.path).is_packed:
        return file.size
    try:
        with zipfile.ZipFile(file.disk_path) as package:
            return sum(entry.file_size for entry in package.infolist() if entry.filename.endswith(_TEXT_PARTS))
    except (OSError, zipfile.BadZipFile):
        return file.size


def read_file(file: FoundFile) -> tuple[bytes, str]:
    """Read a file whole and return its bytes and their digest.

    Raises:
        UnreadableFileError: when it cannot be read, vanished, or kept changing while it was read.
    """
    return _read_steadily(file, lambda stream: (data := stream.read(), _digest(data).hexdigest()))


def digest_file(file: FoundFile) -> str:
    """Return the digest of a file, which may be larger than memory.

    Raises:
        UnreadableFileError: as `read_file`.
    """
    return scan_lines(file, file.size + 1)[0]


def scan_lines(file: FoundFile, most: int) -> tuple[str, list[Lines]]:
    """Return the digest of a file, and its lines in pieces of some `most` bytes.

    Text whose characters take two bytes or four is one piece: a byte that looks like a line end may be none.

    Raises:
        UnreadableFileError: as `read_file`.
    """
    return _read_steadily(file, lambda stream: _scan(stream, most))


def scan_text(file: FoundFile, most: int, *, most_lines: int) -> tuple[str, list[Lines], str]:
    """Return the digest of a file of plain text, its text in pieces of some `most` bytes or lines, and its encoding.

    A piece ends with a line, else with a sentence, else with any character.

    Raises:
        UnreadableFileError: as `read_file`, or the bytes are not text.
    """
    return _read_steadily(file, lambda stream: _scan_text(stream, most, most_lines=most_lines))


def _scan_text(stream: BinaryIO, most: int, *, most_lines: int) -> tuple[str, list[Lines], str]:
    digest = _digest()
    pieces: list[Lines] = []
    start = at = 0
    first_line = line = 1
    lost = seen = 0
    ended = ""
    encoding = "utf-8"
    decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder(encoding)("replace")
    is_ascii = True
    while block := stream.read(_TEXT_BLOCK):
        digest.update(block)
        if is_ascii and not (is_ascii := block.isascii()):  # what is ASCII so far says nothing of the encoding
            encoding = _find_encoding(block)
            decoder = codecs.getincrementaldecoder(encoding)("replace")
        text = decoder.decode(block)
        lost, seen = lost + text.count(_LOST), seen + len(text)
        at += len(block)
        if at - start >= most or line - first_line >= most_lines:
            kept = text[max(text.rfind("\n"), text.rfind("。")) + 1 :] if re.search("[\n。]", text) else ""
            kept = "" if _LOST in kept else kept  # nobody knows how many bytes that was
            end = at - len(decoder.getstate()[0]) - len(kept.encode(encoding))
            lines = _count_lines(text[: len(text) - len(kept)], ended)
            pieces.append(Lines(start, end, first_line))
            start, first_line = end, line + lines
        line += _count_lines(text, ended)
        ended = text[-1:]
    if lost * _LEAST_KEPT > seen:
        raise UnreadableFileError(f"is not {encoding} throughout")
    if start < at or not pieces:
        pieces.append(Lines(start, at, first_line))
    return digest.hexdigest(), pieces, encoding


def _count_lines(text: str, before: str) -> int:
    """Count the line ends of a text: Unix's, Windows's, old Mac's; `before` is the character in front of it."""
    paired = text.count("\r\n") + (before == "\r" and text.startswith("\n"))
    return text.count("\n") + text.count("\r") - paired


def _find_encoding(block: bytes) -> str:
    """Return the encoding of a text by its first block, whose last character may be cut."""
    doubtful = ""
    for cut in range(_LONGEST_CHARACTER):
        try:
            found = decode(block[: len(block) - cut])
        except UnreadableFileError:
            continue
        if not found.doubtful:
            return found.encoding
        doubtful = doubtful or found.encoding
    return doubtful or decode(block).encoding


def read_lines(file: FoundFile, lines: Lines) -> bytes:
    """Read some lines of a file.

    Raises:
        UnreadableFileError: it cannot be read, or is not what it was when it was found.
    """
    try:
        with file.disk_path.open("rb") as stream:
            stream.seek(lines.start)
            data = stream.read(lines.end - lines.start)
            status = os.fstat(stream.fileno())
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror}") from None
    if (status.st_size, status.st_mtime_ns) != (file.size, file.modified):
        raise UnreadableFileError(CHANGING)
    return data


def _scan(stream: BinaryIO, most: int) -> tuple[str, list[Lines]]:
    digest = _digest()
    pieces: list[Lines] = []
    start = at = 0
    first_line = line = 1
    wide = False
    while block := stream.read(_BLOCK):
        digest.update(block)
        wide = wide or b"\0" in block
        cut = block.rfind(b"\n") + 1
        if at + cut - start >= most and cut and not wide:
            pieces.append(Lines(start, at + cut, first_line))
            start, first_line = at + cut, line + block.count(b"\n")
        line += block.count(b"\n")
        at += len(block)
    if wide:
        pieces, start, first_line = [], 0, 1
    if start < at or not pieces:
        pieces.append(Lines(start, at, first_line))
    return digest.hexdigest(), pieces


def _digest(data: bytes = b"") -> hashlib.blake2b:
    return hashlib.blake2b(data, digest_size=16)


def _read_steadily(file: FoundFile, read: Callable[[BinaryIO], Result]) -> Result:
    """Read a file, again where it changes meanwhile."""
    for _ in range(_READ_ATTEMPTS):
        try:
            with file.disk_path.open("rb") as stream:
                before = os.fstat(stream.fileno())
                if not stat.S_ISREG(before.st_mode):
                    raise UnreadableFileError(IS_SPECIAL)
                result = read(stream)
                length = stream.tell()
                after = os.fstat(stream.fileno())
        except FileNotFoundError:
            raise UnreadableFileError("vanished before it could be read") from None
        except OSError as error:
            raise UnreadableFileError(f"cannot be read: {error.strerror}") from None
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and length == after.st_size:
            return result
    raise UnreadableFileError(CHANGING)
