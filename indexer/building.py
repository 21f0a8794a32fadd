"""Building a generation: what needs work is read, parsed, analysed and written; then it is sealed and switched to."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer import generations
from indexer.analysis.analyzer import analyze_text
from indexer.engine import AnalyzedDocument
from indexer.errors import DamagedIndexError, IndexFolderError, RejectedDocumentError, ShrinkError, UnreadableFileError
from indexer.parsing import parse_records, parse_text
from indexer.parsing.parse import make_id
from indexer.planning import stamp_of
from indexer.query import Phrase
from indexer.reading import decode, read_file
from indexer.state import Outcome, SeenFile, open_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from indexer.document import Document
    from indexer.engine import Reader, Writer
    from indexer.generations import Generation
    from indexer.planning import Plan, Report
    from indexer.reading import FoundFile
    from indexer.settings import Settings

    Progress = Callable[[int, int], None]

_PROBE_LENGTH = 12
_VERIFIED_ON_BUILD = 500
_PROBLEMS_SHOWN = 3
_MOST_REJECTED = 20


@dataclass
class Build:
    """One run that makes a generation: from a base (an update) or from nothing (a rebuild)."""

    settings: Settings
    plan: Plan
    report: Report
    command: str
    live: Generation | None
    rebuild: bool = False
    allow_shrink: bool = False
    progress: Progress | None = None
    started: float = field(default_factory=time.monotonic)
    rejected: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> Generation | None:
        """The generation that this one starts as a copy of; a rebuild starts from nothing."""
        return None if self.rebuild else self.live

    def run(self) -> Report:
        """Build, seal and switch; on any error the index is as it was."""
        closed = list(self.report.failed)
        while True:
            try:
                return self._run_once()
            except RejectedDocumentError as error:
                # The engine's batch is lost; all of it again, without the file that spoilt it.
                self.rejected[error.path] = error.reason
                if len(self.rejected) > _MOST_REJECTED:  # then it is not the documents' fault
                    raise
                self.report.failed[:] = closed
                self.report.empty.clear()

    def _run_once(self) -> Report:
        index = self.settings.index
        try:
            number, folder = generations.start_generation(index, self.base)
        except OSError as error:
            raise IndexFolderError(index, error.strerror or str(error)) from None
        try:
            seen = self._write_files(folder)
            self._refuse_losses(seen)
            self._verify(folder)
            generation = generations.seal_generation(
                number,
                folder,
                base=self.base,
                previous=self.live,
                documents=self.report.documents,
                files=len(seen),
                roots=self.plan.roots,
            )
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise IndexFolderError(index, error.strerror or str(error)) from error
            raise
        try:
            self._switch_to(generation, seen)
        except OSError as error:
            raise IndexFolderError(index, error.strerror or str(error)) from error
        return self.report

    def _refuse_losses(self, seen: dict[str, SeenFile]) -> None:
        """Refuse to drop the documents of many files that are there but cannot be used now, or are suddenly empty."""
        held = [path for path, known in self.plan.known.items() if known.documents]
        lost = [path for path in held if path not in self.plan.gone and not (path in seen and seen[path].documents)]
        if not self.allow_shrink and len(lost) > self.settings.max_shrink * len(held):
            raise ShrinkError(len(lost), len(held))

    def _verify(self, folder: Path) -> None:
        reader = generations.engine().open_reader(folder)
        try:
            self.report.documents = reader.document_count
            problems = verify_documents(reader, most=_VERIFIED_ON_BUILD) if self.base is None else []
        finally:
            reader.close()
        if problems:
            raise DamagedIndexError(folder, problems)

    def _switch_to(self, generation: Generation, seen: dict[str, SeenFile]) -> None:
        """Keep the state of the new generation, then make it current: never the other way round."""
        self.report.generation = generation.number
        self.report.seconds = round(time.monotonic() - self.started, 3)
        with open_state(self.settings.index) as state:
            state.write_files(generation.number, seen.values())
            generations.make_current(self.settings.index, generation)
            kept = generations.choose_kept(self.settings.index, generation, self.settings.keep)
            state.forget(kept)
            state.add_run(self.command, started_at(self.report), self.report.seconds, self.report.to_record())
        generations.remove_generations(self.settings.index, kept)

    # --- files

    def _write_files(self, folder: Path) -> dict[str, SeenFile]:
        """Write all files that need work; return how every file of the archive was seen."""
        plan = self.plan
        seen = {path: known for path, known in plan.known.items() if self._keeps(path)} | plan.same
        ids = _Ids(self.base, replaced={file.path for file in plan.work} | set(plan.gone))
        with generations.engine().open_writer(folder) as writer:
            for path in plan.gone if self.base is not None else []:
                writer.delete(path)
            # Known files first: one that fails keeps its documents, and so their ids.
            for done, file in enumerate(sorted(plan.work, key=lambda file: file.path not in plan.known), start=1):
                seen[file.path] = self._write_file(writer, file, ids)
                if self.progress:
                    self.progress(done, len(plan.work))
        ids.close()
        return seen

    def _keeps(self, path: str) -> bool:
        return self.base is not None and path not in self.plan.gone and path not in self.plan.found

    def _write_file(self, writer: Writer, file: FoundFile, ids: _Ids) -> SeenFile:
        known = self.plan.known.get(file.path) if self.base is not None else None
        if file.path in self.rejected:
            return self._fail(file, known, self.rejected[file.path], ids)
        try:
            data, digest = read_file(file)
            documents, problems, _ = parse_file(file, data)
        except UnreadableFileError as error:
            return self._fail(file, known, str(error), ids)
        if self.base is not None:
            # Always: the index may hold what the state does not know of.
            writer.delete(file.path)
        for document in documents:
            unique = ids.make_unique(document, problems)
            writer.add(AnalyzedDocument(unique, analyze_text(unique.title or ""), analyze_text(unique.body)))
        if len(problems) > _PROBLEMS_SHOWN:
            problems = [*problems[:_PROBLEMS_SHOWN], f"and {len(problems) - _PROBLEMS_SHOWN} more of this kind"]
        self.report.failed += [(file.path, problem) for problem in problems]
        if not documents:
            self.report.empty.append(file.path)
        outcome: Outcome = "indexed" if documents else "empty"
        return SeenFile(file.path, stamp_of(file), digest, len(documents), outcome, "; ".join(problems))

    def _fail(self, file: FoundFile, known: SeenFile | None, reason: str, ids: _Ids) -> SeenFile:
        """Record a file that cannot be used now; what an updated index holds of it stays until it can."""
        self.report.failed.append((file.path, reason))
        ids.keep(file.path)
        if known is None:
            return SeenFile(file.path, stamp_of(file), "", 0, "failed", reason)
        return replace(known, stamp=stamp_of(file), outcome="failed", error=reason)


class _Ids:
    """Sees to it that no two documents of an index have one id: records bring theirs, and may repeat them."""

    def __init__(self, base: Generation | None, replaced: set[str]) -> None:
        self._taken: dict[str, str] = {}
        self._reader = generations.engine().open_reader(base.folder) if base else None
        self._replaced = replaced

    def make_unique(self, document: Document, problems: list[str]) -> Document:
        """Return the document under an id that nobody has; note where that is not its own."""
        holder = self._holder(document.id)
        if holder is not None:
            unique = make_id(f"{document.path}#{document.id}", document.order)
            problems.append(f"the id {document.id!r} is taken by {holder}; the document is kept under {unique}")
            document = replace(document, id=unique)
        self._taken[document.id] = document.path
        return document

    def _holder(self, document_id: str) -> str | None:
        if document_id in self._taken:
            return self._taken[document_id]
        number = self._reader.find_number(document_id) if self._reader else None
        if number is None or self._reader is None:
            return None
        path = self._reader.read_documents([number])[0].path
        return None if path in self._replaced else path

    def keep(self, path: str) -> None:
        """Note that the documents of a file stay after all."""
        self._replaced.discard(path)

    def close(self) -> None:
        """Close the index that the ids of unchanged documents were looked up in."""
        if self._reader is not None:
            self._reader.close()


def parse_file(file: FoundFile, data: bytes) -> tuple[list[Document], list[str], str]:
    """Turn the bytes of a file into its documents, sentences about what in it could not be used, and its encoding.

    Raises:
        UnreadableFileError: the bytes are not text.
    """
    decoded = decode(data)
    problems: list[str] = []
    if file.path.lower().endswith(".jsonl"):
        documents, problems = parse_records(decoded.text, file.path)
    else:
        documents = parse_text(decoded.text, file.path, doubtful=decoded.doubtful)
    return [replace(document, location=file.location) for document in documents], problems, decoded.encoding


def verify_documents(reader: Reader, *, most: int | None = None) -> list[str]:
    """Read documents back and search each by a phrase of its own; return a sentence for each that fails.

    `most` bounds how many are tried, spread over the whole index.
    """
    problems = []
    step = max(1, reader.document_count // most) if most else 1
    for position, (number, document) in enumerate(reader.iter_documents()):
        if position % step:
            continue
        for text in (document.title or "", document.body):
            middle = max(0, len(text) // 2 - _PROBE_LENGTH // 2)
            probe = text[middle : middle + _PROBE_LENGTH]
            if any(character.isalnum() for character in probe) and number not in reader.match(Phrase(probe)):
                problems.append(f"{document.path} (document {document.id}) is not found by its own text {probe!r}")
    return problems


def started_at(report: Report) -> str:
    """Return when a run that just ended began."""
    return datetime.fromtimestamp(time.time() - report.seconds, UTC).astimezone().isoformat(timespec="seconds")
