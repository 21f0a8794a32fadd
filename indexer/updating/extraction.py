"""From files to pieces of an index: read, parse, analyse. Any process can do it; batches depend on nothing else."""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from indexer.analysis.analyzer import use_dictionary
from indexer.document import locate_member
from indexer.errors import REFUSED, UnreadableFileError
from indexer.overrides import OVERRIDES_FILE, apply_overrides, describe, find_unused
from indexer.parsing import make_id, parse_body, parse_mail, parse_records, parse_text
from indexer.reading import (
    EXCLUDED,
    ONLY_PICTURES,
    QUIETLY_LEFT_OUT,
    decode_lines,
    digest_file,
    format_of,
    read_file,
    read_lines,
    read_members,
    read_text,
    scan_lines,
    scan_text,
    size_of_text,
    use_recognition,
)
from indexer.reading.formats import EMPTY
from indexer.store import generations
from indexer.store.state import LeftOut
from indexer.updating.reuse import take_documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from indexer.document import Document, Overrides
    from indexer.engine import Prepared
    from indexer.reading import FileText, FoundFile, Lines, Member, Place
    from indexer.updating.reuse import Held

# A text of more bytes becomes several documents: no report is so long, and an index is made in bounded memory.
LARGEST_TEXT = 4 << 20
# The same for lines: each costs a kilobyte while it is parsed, however short it is.
MOST_LINES = 100_000
_MOST_IN_PIECE = 100_000
_PACKED = 4  # what is packed holds so many times as much text
_PROBLEMS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file, or some lines of a large one; `digest` is the whole file's, where it is known already.

    Of a large text it is the piece of a `number` (from 0), in an `encoding`. Of a box of files it is what stands from
    the place `start` up to `end`, with about so many bytes of text as `size` says. Of the documents
    that the live generation has `held` of the file, those of some `orders` are this part's (None: all).
    """

    file: FoundFile
    lines: Lines | None = None
    digest: str = ""
    number: int = 0
    encoding: str = ""
    start: Place = ()
    end: Place | None = None
    size: int = 0
    orders: range | None = None
    held: Held | None = None

    @property
    def is_piece(self) -> bool:
        """Whether other parts of the same file are read apart from it."""
        return bool(self.lines or self.start or self.end)


@dataclass(slots=True)
class Extract:
    """What became of a part: id and order of its documents, what of it could not be used, or why nothing was.

    `left_out` are the files in a box that gave no document, or not all that they hold. `count` is the number of
    documents; who has used the ids may empty their list. `taken` tells that they are those of the live generation.
    """

    part: FilePart
    digest: str = ""
    count: int = 0
    documents: list[tuple[str, int]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    failure: str = ""
    left_out: list[LeftOut] = field(default_factory=list)
    taken: bool = False


@dataclass(slots=True)
class PreparedBatch:
    """Some parts, prepared: their documents as a piece of an index (None without documents), and what became of each.

    `refused` names a file that the engine cannot take, and why; then there is no piece.
    """

    piece: Prepared | None
    extracts: list[Extract]
    refused: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Parts that are prepared together, `alone` or beside other batches.

    `dictionary` is the user's, for whichever process prepares them. `renamed` gives documents, by part and place in it,
    other ids than their own. With `ocr` the text on pictures of pages is read.
    """

    folder: Path
    parts: list[FilePart]
    dictionary: Path | None = None
    alone: bool = False
    renamed: dict[tuple[int, int], str] = field(default_factory=dict)
    ocr: bool = False


def cut_batches(
    folder: Path,
    files: Iterable[FoundFile],
    *,
    most: int,
    dictionary: Path | None = None,
    held: Mapping[str, Held] | None = None,
) -> Iterator[Batch]:
    """Cut files, in their order, into batches of some `most` bytes; large files of records are cut between lines.

    `held` is what the live generation holds of files, by path.
    """
    parts: list[FilePart] = []
    size = 0
    for file in files:
        for part in _cut_file(file, most):
            parts.append(replace(part, held=held.get(file.path)) if held else part)
            size += part.lines.end - part.lines.start if part.lines else part.size or size_of_text(file)
            if size >= most:
                yield Batch(folder, parts, dictionary)
                parts, size = [], 0
    if parts:
        yield Batch(folder, parts, dictionary)


def _cut_file(file: FoundFile, most: int) -> list[FilePart]:
    own = format_of(file.path)
    try:
        if own.holds_files:
            return _cut_box(file, most)
        if file.size > MOST_LINES and own.is_plain:
            digest, lines, encoding = scan_text(file, LARGEST_TEXT, most_lines=MOST_LINES)
            pieces = [
                FilePart(file, piece, digest, number, encoding, orders=_orders_of(number))
                for number, piece in enumerate(lines)
            ]
            return pieces if len(pieces) > 1 else [FilePart(file)]
        if file.size >= most and own.holds_records:
            digest, lines = scan_lines(file, most)
            bounds = [*(piece.first_line - 1 for piece in lines), sys.maxsize]
            return [
                FilePart(file, piece, digest, orders=range(*orders))
                for piece, orders in zip(lines, pairwise(bounds), strict=True)
            ]
    except UnreadableFileError:
        pass  # it fails again when it is read, and is then recorded
    return [FilePart(file)]


def _orders_of(piece: int) -> range:
    """Return which orders the documents of a piece of a large text have."""
    return range(piece * _MOST_IN_PIECE, (piece + 1) * _MOST_IN_PIECE)


def _cut_box(file: FoundFile, most: int) -> list[FilePart]:
    """Return the parts of a box of files, each with some `most` bytes of text, and at least one file.

    Raises:
        UnreadableFileError: it cannot be read.
    """
    starts: list[Place] = [()]
    sizes = [0]
    digest = digest_file(file)
    for member in read_members(file, is_listing=True):
        if sizes[-1] >= most:
            starts.append(member.place)
            sizes.append(0)
        sizes[-1] += member.size * (_PACKED if format_of(member.path).is_packed else 1)
    ends = [*starts[1:], None]
    return [
        FilePart(file, digest=digest, start=start, end=end, size=size)
        for start, end, size in zip(starts, ends, sizes, strict=True)
    ]


def prepare_batch(batch: Batch) -> PreparedBatch:
    """Read, parse and analyse the parts of a batch."""
    use_dictionary(batch.dictionary)
    use_recognition(wanted=batch.ocr)
    extracts, groups = [], []
    for number, part in enumerate(batch.parts):
        extract, documents = _extract(part)
        for at, document in enumerate(documents):
            if (number, at) in batch.renamed:
                documents[at] = replace(document, id=batch.renamed[number, at])
        extract.count = len(documents)
        extract.documents = [(document.id, document.order) for document in documents]
        extracts.append(extract)
        groups.append(documents)
    documents = [document for group in groups for document in group]
    if not documents:
        return PreparedBatch(None, extracts)
    try:
        return PreparedBatch(generations.engine().prepare(batch.folder, documents, alone=batch.alone), extracts)
    except OSError:
        raise
    except Exception:
        # Not to lose a night's work to one odd file: find it, so that all the others can go on without it.
        for extract, group in zip(extracts, groups, strict=True):
            if reason := _why_refused(group):
                return PreparedBatch(None, extracts, (extract.part.file.path, reason))
        raise


def _extract(part: FilePart) -> tuple[Extract, list[Document]]:
    try:
        if part.held is not None and (taken := _take(part, part.held)) is not None:
            return Extract(part, part.held.digest, taken=True), taken
        if format_of(part.file.path).holds_files:
            return _read_box(part)
        digest, documents, problems, _ = _read_part(part)
    except UnreadableFileError as error:
        return Extract(part, failure=str(error)), []
    return Extract(part, digest + describe(part.file.said), problems=problems), documents


def _take(part: FilePart, held: Held) -> list[Document] | None:
    """Return the documents that are held of a part; None where its file, or what is overridden, is not what it was."""
    digest = part.digest or digest_file(part.file)
    if digest + describe(part.file.said) != held.digest:
        return None
    documents = take_documents(part.file.path, held, orders=part.orders)
    location = part.file.location
    return documents and [own if own.location == location else replace(own, location=location) for own in documents]


def read_documents(file: FoundFile) -> tuple[list[Document], list[str], str]:
    """Return the documents of a file, sentences about what in it could not be used, and its encoding.

    Raises:
        UnreadableFileError: it cannot be read, or its bytes are not text.
    """
    if format_of(file.path).holds_files:
        boxes = [_read_box(part) for part in _cut_file(file, file.size + 1)]
        left_out = [f"{own.path}: {own.reason}" for extract, _ in boxes for own in extract.left_out]
        return [document for _, own in boxes for document in own], left_out, format_of(file.path).name
    parts = [_read_part(part) for part in _cut_file(file, file.size + 1)]
    documents = [document for _, own, _, _ in parts for document in own]
    return documents, [problem for _, _, problems, _ in parts for problem in problems], parts[0][3]


def _read_part(part: FilePart) -> tuple[str, list[Document], list[str], str]:
    """Return digest, documents, problems and encoding of a part."""
    if part.lines:
        data, digest = read_lines(part.file, part.lines), part.digest
    else:
        data, digest = read_file(part.file)
    try:
        if part.lines and part.encoding:
            return digest, _parse_piece(part, part.lines, data=data), [], part.encoding
        first_line = part.lines.first_line if part.lines else 1
        return digest, *_parse_file(part.file, data, first_line=first_line, is_whole=part.lines is None)
    except UnreadableFileError:
        raise
    except Exception as error:
        # One odd file must not end a night's run; what it says helps to mend the parser.
        raise UnreadableFileError(f"could not be parsed, please report it ({type(error).__name__}: {error})") from error


def _read_box(part: FilePart) -> tuple[Extract, list[Document]]:
    """Return what became of the files in a box, or in a part of it, and their documents.

    Raises:
        UnreadableFileError: the box cannot be read.
    """
    file, documents = part.file, []
    extract = Extract(part, (part.digest or digest_file(file)) + describe(file.said))
    inside, unmet = dict(file.inside), {name for name, _ in file.inside}
    # What is said of an archive is said of every file in it; a mail is a document itself.
    numbered = () if format_of(file.path).is_mail else tuple(own for own in file.overrides if own[0] is not None)
    of_all = () if format_of(file.path).is_mail else tuple(own for own in file.overrides if own[0] is None)
    excluded = re.compile(file.exclude or "(?!)")
    for member in read_members(file, start=part.start, end=part.end):
        unmet.discard(member.path)
        if member.left_out not in QUIETLY_LEFT_OUT and any(map(excluded.match, member.path.split("/"))):
            extract.left_out.append(LeftOut(f"{file.path}/{member.path}", EXCLUDED, file.path))
            continue
        overrides = (*of_all, *inside.get(member.path, ())) if member.path else file.overrides
        own, reason = _parse_member(file, member, overrides=overrides)
        documents += own
        if reason or not own:
            path = f"{file.path}/{member.path}" if member.path else file.path
            is_failed = bool(reason) and reason != member.left_out
            extract.left_out.append(LeftOut(path, reason or EMPTY, file.path, failed=is_failed))
    if not part.is_piece:
        extract.problems = [f'{OVERRIDES_FILE} names "{name}", which is no file in it' for name in sorted(unmet)]
        extract.problems += find_unused([], numbered)
    return extract, documents


def _parse_member(file: FoundFile, member: Member, *, overrides: Overrides) -> tuple[list[Document], str]:
    """Return the documents of a file in a box, and why it has none, or not all that it holds."""
    if member.text is None:
        return [], member.problem or member.left_out
    path = f"{file.path}/{member.path}" if member.path else file.path
    try:
        documents, problems = _parse_read(member.text, path)
    except Exception as error:
        return [], f"could not be parsed, please report it ({type(error).__name__}: {error})"
    location, parent = locate_member(file.location, member.path), _box_of(member.path, file.path)
    documents = [replace(own, location=location, parent=own.parent or parent) for own in documents]
    problems = shorten([*problems, *find_unused(documents, overrides)])
    return apply_overrides(documents, overrides), "; ".join(problems)


def _box_of(member: str, path: str) -> str | None:
    """Return the path of the box that a file lies in, which may lie in the one with a path itself."""
    if not member:
        return None
    folders = (str(folder) for folder in PurePosixPath(member).parents)
    return next((f"{path}/{own}" for own in folders if own != "." and format_of(own).holds_files), path)


def shorten(problems: list[str]) -> list[str]:
    """Return the first of some problems of one file, and how many more there are."""
    more = len(problems) - _PROBLEMS_SHOWN
    return [*problems[:_PROBLEMS_SHOWN], f"and {more} more of this kind"] if more > 0 else problems


def _parse_piece(part: FilePart, lines: Lines, *, data: bytes) -> list[Document]:
    """Turn a piece of a large text into documents; what has no title is a part of the file."""
    text = decode_lines(data, part.encoding).removeprefix("\ufeff")
    documents = parse_text(text, part.file.path, first_line=lines.first_line, doubtful="\ufffd" in text, is_part=True)
    found = []
    for place, document in enumerate(documents):
        order = _orders_of(part.number)[place]
        name = PurePosixPath(part.file.path).stem
        title = document.title or f"{name}（第 {part.number + 1} 部分）"
        found.append(
            replace(
                document,
                order=order,
                id=make_id(part.file.path, order),
                title=title,
                parent=part.file.path,
                location=part.file.location,
            )
        )
    return apply_overrides(found, part.file.overrides)


def _why_refused(documents: list[Document]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        try:
            generations.engine().prepare(Path(folder), documents)
        except Exception as error:
            return f"{REFUSED}: {error!r}"
    return ""


def _parse_file(
    file: FoundFile, data: bytes, *, first_line: int, is_whole: bool
) -> tuple[list[Document], list[str], str]:
    read = read_text(file.path, data)
    documents, problems = _parse_read(read, file.path, first_line=first_line)
    documents = [replace(document, location=file.location) for document in documents]
    if is_whole:
        problems += find_unused(documents, file.overrides)
    return apply_overrides(documents, file.overrides), problems, read.encoding


def _parse_read(read: FileText, path: str, *, first_line: int = 1) -> tuple[list[Document], list[str]]:
    """Return the documents of a text that was read, and sentences about what in it could not be used."""
    if format_of(path).holds_records:
        return parse_records(read.text, path, first_line=first_line)
    if format_of(path).is_mail:
        return parse_mail(read.text, path, hints=read.hints, doubtful=read.doubtful), []
    if ONLY_PICTURES in read.flags:
        return _name_picture(path, read), []
    if read.is_table:
        return _parse_table(path, read) if read.text.strip() else [], []
    return parse_text(read.text, path, doubtful=read.doubtful, flags=read.flags, hints=read.hints), []


def _parse_table(path: str, read: FileText) -> list[Document]:
    """Return the document of a table: its title is what stands above all rows, or else the name of the file."""
    title, _ = read.hints.get("heading", (PurePosixPath(path).stem, ""))
    document = parse_body(read.text, path, given={"title": title})
    doubt = ("encoding-doubtful",) if read.doubtful else ()
    return [replace(document, flags=(*document.flags, *read.flags, *doubt))]


def _name_picture(path: str, read: FileText) -> list[Document]:
    """Return the document of a file that is only pictures of text: whatever its name says is the title."""
    return parse_text(read.text, path, flags=read.flags, given={"title": PurePosixPath(path).stem})
