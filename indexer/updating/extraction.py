"""From files to pieces of an index: read, parse, analyse. Any process can do it; batches depend on nothing else."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from indexer.analysis.analyzer import use_dictionary
from indexer.errors import REFUSED, UnreadableFileError
from indexer.overrides import apply_overrides, describe, find_unused
from indexer.parsing import make_id, parse_records, parse_text
from indexer.reading import (
    decode_lines,
    digest_file,
    format_of,
    read_file,
    read_lines,
    read_text,
    scan_lines,
    scan_text,
    size_of_text,
)
from indexer.store import generations
from indexer.updating.reuse import take_documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from indexer.document import Document
    from indexer.engine import Prepared
    from indexer.reading import FoundFile, Lines
    from indexer.updating.reuse import Held

# A text of more bytes becomes several documents: no report is so long, and an index is made in bounded memory.
LARGEST_TEXT = 4 << 20
# The same for lines: each costs a kilobyte while it is parsed, however short it is.
MOST_LINES = 100_000
_MOST_IN_PIECE = 100_000


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file, or some lines of a large one; `digest` is the whole file's, where it is known already.

    Of a large text it is the piece of a `number` (from 0), in an `encoding`. Of the documents that the live generation
    has `held` of the file, those of some `orders` are this part's (None: all).
    """

    file: FoundFile
    lines: Lines | None = None
    digest: str = ""
    number: int = 0
    encoding: str = ""
    orders: range | None = None
    held: Held | None = None


@dataclass(slots=True)
class Extract:
    """What became of a part: id and order of its documents, what of it could not be used, or why nothing was.

    `count` is the number of documents; who has used the ids may empty their list. `taken` tells that the documents
    are those of the live generation.
    """

    part: FilePart
    digest: str = ""
    count: int = 0
    documents: list[tuple[str, int]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    failure: str = ""
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
    other ids than their own.
    """

    folder: Path
    parts: list[FilePart]
    dictionary: Path | None = None
    alone: bool = False
    renamed: dict[tuple[int, int], str] = field(default_factory=dict)


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
            size += part.lines.end - part.lines.start if part.lines else size_of_text(file)
            if size >= most:
                yield Batch(folder, parts, dictionary)
                parts, size = [], 0
    if parts:
        yield Batch(folder, parts, dictionary)


def _cut_file(file: FoundFile, most: int) -> list[FilePart]:
    if file.size > MOST_LINES and format_of(file.path).is_plain:
        try:
            digest, lines, encoding = scan_text(file, LARGEST_TEXT, most_lines=MOST_LINES)
        except UnreadableFileError:
            return [FilePart(file)]
        if len(lines) > 1:
            return [
                FilePart(file, own, digest, number, encoding, orders=_orders_of(number))
                for number, own in enumerate(lines)
            ]
        return [FilePart(file)]
    if file.size < most or not format_of(file.path).holds_records:
        return [FilePart(file)]
    try:
        digest, lines = scan_lines(file, most)
    except UnreadableFileError:
        return [FilePart(file)]  # it fails again when it is read, and is then recorded
    bounds = [*(own.first_line - 1 for own in lines), sys.maxsize]
    return [
        FilePart(file, own, digest, orders=range(*orders)) for own, orders in zip(lines, pairwise(bounds), strict=True)
    ]


def _orders_of(piece: int) -> range:
    """Return which orders the documents of a piece of a large text have."""
    return range(piece * _MOST_IN_PIECE, (piece + 1) * _MOST_IN_PIECE)


def prepare_batch(batch: Batch) -> PreparedBatch:
    """Read, parse and analyse the parts of a batch."""
    use_dictionary(batch.dictionary)
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
        digest, documents, problems, _ = _read_part(part)
    except UnreadableFileError as error:
        return Extract(part, failure=str(error)), []
    return Extract(part, digest + describe(part.file.overrides), problems=problems), documents


def _take(part: FilePart, held: Held) -> list[Document] | None:
    """Return the documents that are held of a part; None where its file, or what is overridden, is not what it was."""
    digest = part.digest or digest_file(part.file)
    if digest + describe(part.file.overrides) != held.digest:
        return None
    documents = take_documents(part.file.path, held, orders=part.orders)
    location = part.file.location
    return documents and [own if own.location == location else replace(own, location=location) for own in documents]


def read_documents(file: FoundFile) -> tuple[list[Document], list[str], str]:
    """Return the documents of a file, sentences about what in it could not be used, and its encoding.

    Raises:
        UnreadableFileError: it cannot be read, or its bytes are not text.
    """
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
    problems: list[str] = []
    if format_of(file.path).holds_records:
        documents, problems = parse_records(read.text, file.path, first_line=first_line)
    else:
        documents = parse_text(read.text, file.path, doubtful=read.doubtful, flags=read.flags, hints=read.hints)
    documents = [replace(document, location=file.location) for document in documents]
    if is_whole:
        problems += find_unused(documents, file.overrides)
    return apply_overrides(documents, file.overrides), problems, read.encoding
