"""Building a generation: what needs work is read, parsed, analysed and written; then it is sealed and switched to."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.completions import COMPLETED, write_completions
from indexer.errors import ArchiveError, DamagedIndexError, IndexFolderError, RejectedDocumentError, ShrinkError
from indexer.parsing.parse import make_id
from indexer.query import Below, Everything, Phrase, Run
from indexer.reading import CHANGING
from indexer.store import generations
from indexer.store.state import LeftOut, Outcome, SeenFile, open_state
from indexer.updating.extraction import Batch, cut_batches, prepare_batch, shorten
from indexer.updating.planning import stamp_of
from indexer.updating.reuse import describe_parsers, find_held
from indexer.updating.workers import count_cores, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from indexer.engine import Reader, Writer
    from indexer.reading import FoundFile
    from indexer.settings import Settings
    from indexer.store.generations import Generation
    from indexer.updating.extraction import Extract, PreparedBatch
    from indexer.updating.planning import Plan, Report

    Progress = Callable[[int, int], None]

_PROBE_LENGTH = 12
_VERIFIED_ON_BUILD = 500
_VERIFIED_ON_UPDATE = 50
_MOST_REJECTED = 20

# Memory, in megabytes, of the process that merges and of one that prepares; and of each byte of a batch (measured:
# 150 MB and 29 bytes for Chinese text; texts of one byte a character take up to three times as much).
_MEGABYTE = 1 << 20
_MAIN_MEMORY = 300
_WORKER_MEMORY = 150
_COST = 30
_SMALLEST_BATCH, _LARGEST_BATCH = _MEGABYTE, 8 * _MEGABYTE
# Up to so many batches are done sooner than other processes have begun.
_ALONE = 2
# Values of a field that shells complete; whoever knows more of them types more of the name.
_MOST_COMPLETED = 5000


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
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def base(self) -> Generation | None:
        """The generation that this one starts as a copy of; a rebuild starts from nothing."""
        return None if self.rebuild else self.live

    def run(self) -> Report:
        """Build, seal and switch; on any error the index is as it was."""
        closed, left_out = list(self.report.failed), list(self.report.left_out)
        while True:
            self.left_out = list(self.plan.left_out)
            try:
                return self._run_once()
            except RejectedDocumentError as error:
                # The engine's batch is lost; all of it again, without the file that spoilt it.
                self.rejected[error.path] = error.reason
                if len(self.rejected) > _MOST_REJECTED:  # then it is not the documents' fault
                    raise
                self.report.failed[:] = closed
                self.report.left_out[:] = left_out
                self.report.empty.clear()
                self.report.taken_over = 0

    def _run_once(self) -> Report:
        index = self.settings.index
        try:
            number, folder = self._start(index)
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
                files=sum(not path.endswith("/") for path in seen),
                roots=self.plan.roots,
                parsed_by=self._parsed_by(),
            )
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise IndexFolderError(index, error.strerror or str(error)) from error
            raise
        self.report.generation = generation.number
        self.report.seconds = round(time.monotonic() - self.started, 3)
        switch_to(
            self.settings, generation, seen=seen, left_out=self.left_out, command=self.command, report=self.report
        )
        return self.report

    def _parsed_by(self) -> str:
        """Name what parsed all documents; nothing does where those of the base were parsed by something else."""
        ours = describe_parsers(ocr=self.settings.ocr)
        return ours if self.base is None or self.base.manifest.parsed_by == ours else ""

    def _start(self, index: Path) -> tuple[int, Path]:
        """Make the folder of the new generation; where no spare is left, its base becomes one, because it is copied."""
        base, days = self.base, self.settings.spare_days
        if base is None or not days or self.settings.keep < 2 or not generations.needs_spare(index, base, days=days):
            return generations.start_generation(index, base)
        problem = generations.lacks_room(index, base)
        if problem:
            self.report.note(f"no copy of the index was made that shares no file with the live one: {problem}")
        return generations.start_generation(index, base, copied=not problem)

    def _refuse_losses(self, seen: dict[str, SeenFile]) -> None:
        """Refuse to drop the documents of many files that are there but cannot be used now, or are suddenly empty."""
        held = [path for path, known in self.plan.known.items() if known.documents]
        lost = [path for path in held if path not in self.plan.gone and not (path in seen and seen[path].documents)]
        if not self.allow_shrink and len(lost) > self.settings.max_shrink * len(held):
            raise ShrinkError(len(lost), len(held))

    def _verify(self, folder: Path) -> None:
        reader = generations.engine().open_reader(folder)
        self.report.documents = reader.document_count
        problems = verify_documents(reader, most=_VERIFIED_ON_BUILD if self.base is None else _VERIFIED_ON_UPDATE)
        if problems:
            raise DamagedIndexError(folder, problems)

    # --- files

    def _write_files(self, folder: Path) -> dict[str, SeenFile]:
        """Write all files that need work; return how every file of the archive was seen."""
        plan = self.plan
        seen = {path: known for path, known in plan.known.items() if self._keeps(path)} | plan.same | plan.closed
        # Known files first: one that fails keeps its documents, and so their ids.
        files = sorted(plan.work, key=lambda file: file.path not in plan.known)
        with generations.engine().open_writer(folder) as writer:
            extracts = self._add_files(writer, folder, files=files)
            if self.base is not None:
                for path in plan.gone:
                    writer.delete(path)
            for file in files:
                known = plan.known.get(file.path) if self.base is not None else None
                seen[file.path] = self._see(file, extracts.get(file.path, []), known=known)
                if self.base is not None and seen[file.path].outcome != "failed":
                    # Always: the index may hold what the state does not know of.
                    writer.delete(file.path)
        return seen

    def _add_files(self, writer: Writer, folder: Path, *, files: list[FoundFile]) -> dict[str, list[Extract]]:
        """Add the documents of files to the index; return what became of each file."""
        ids = _Ids(self.base, replaced={file.path for file in files} | set(self.plan.gone))
        for path in self.rejected:
            ids.keep(path)
        extracts: dict[str, list[Extract]] = {}
        done, total = 0, sum(file.size for file in files)
        if self.progress:
            self.progress(done, total)
        for prepared in self._prepare(folder, [file for file in files if file.path not in self.rejected]):
            for extract in self._add_batch(writer, folder, prepared=prepared, ids=ids):
                file = extract.part.file
                done += 0 if file.path in extracts else file.size
                extracts.setdefault(file.path, []).append(extract)
                if self.progress:
                    self.progress(done, total)
        return extracts

    def _keeps(self, path: str) -> bool:
        return self.base is not None and path not in self.plan.gone and path not in self.plan.found

    def _prepare(self, folder: Path, files: list[FoundFile]) -> Iterator[PreparedBatch]:
        """Yield what was prepared of every batch of files, in order."""
        batch_bytes, processes = share_memory(self.settings.memory, self.settings.processes or count_cores())
        if sum(file.size for file in files) < _ALONE * batch_bytes:
            processes = 1
        held = find_held(self.live, self.plan.known, ocr=self.settings.ocr) if self.rebuild else {}
        cut = cut_batches(folder, files, most=batch_bytes, dictionary=self.settings.dictionary, held=held)
        batches = (replace(batch, ocr=self.settings.ocr) for batch in cut)
        for batch in batches:
            # The engine learns from the first documents, and nobody else may prepare any meanwhile.
            prepared = prepare_batch(replace(batch, alone=True))
            yield prepared
            if prepared.piece is not None:
                break
        yield from in_order(prepare_batch, batches, processes=processes)

    def _add_batch(self, writer: Writer, folder: Path, *, prepared: PreparedBatch, ids: _Ids) -> list[Extract]:
        if prepared.refused:
            raise RejectedDocumentError(*prepared.refused)
        for extract in prepared.extracts:
            if extract.failure and extract.part.is_piece:  # other lines of it may be in the index already
                raise RejectedDocumentError(extract.part.file.path, extract.failure)
            if extract.failure and ids.keep(extract.part.file.path):  # then others must not have the ids that it keeps
                raise RejectedDocumentError(extract.part.file.path, extract.failure)
        renamed, problems = ids.find_taken(prepared.extracts)
        if renamed:
            prepared = _prepare_again(folder, prepared, settings=self.settings, renamed=renamed)
            for extract, sentences in zip(prepared.extracts, problems, strict=True):
                extract.problems += sentences
        for extract in prepared.extracts:
            extract.documents.clear()
        if prepared.piece is not None:
            writer.add(prepared.piece)
        return prepared.extracts

    def _see(self, file: FoundFile, extracts: list[Extract], *, known: SeenFile | None) -> SeenFile:
        """Note in the report what became of a file, and return how it was seen."""
        if file.path in self.rejected:
            return self._fail(file, known, reason=self.rejected[file.path])
        if extracts[0].failure:
            return self._fail(file, known, reason=extracts[0].failure)
        documents = sum(extract.count for extract in extracts)
        self.report.taken_over += all(extract.taken for extract in extracts)
        problems = shorten([problem for extract in extracts for problem in extract.problems])
        self.report.failed += [(file.path, problem) for problem in problems]
        inside = [own for extract in extracts for own in extract.left_out]
        self.left_out += inside
        self.report.tell(inside)
        if not documents:
            self.report.empty.append(file.path)
        outcome: Outcome = "indexed" if documents else "empty"
        return SeenFile(file.path, stamp_of(file), extracts[0].digest, documents, outcome, "; ".join(problems))

    def _fail(self, file: FoundFile, known: SeenFile | None, *, reason: str) -> SeenFile:
        """Record a file that cannot be used now; what an updated index holds of it stays until it can."""
        self.report.failed.append((file.path, reason))
        if known is not None:
            self.left_out += [own for own in self.plan.left_out_before if own.file == file.path]
        if known is None:
            return SeenFile(file.path, stamp_of(file), "", 0, "failed", reason)
        return replace(known, stamp=stamp_of(file), outcome="failed", error=reason)


def switch_to(
    settings: Settings,
    generation: Generation,
    *,
    seen: dict[str, SeenFile],
    left_out: list[LeftOut],
    command: str,
    report: Report,
) -> None:
    """Keep the state of a new generation, make it current (never the other way round), remove what is not kept.

    Raises:
        IndexFolderError: the state or CURRENT could not be written; the old generation goes on being the current one.
    """
    index = settings.index
    try:
        with open_state(index) as state:
            state.write_files(generation.number, seen.values(), left_out=left_out)
        generations.make_current(index, generation)
    except (IndexFolderError, OSError) as error:
        generations.remove_unless_current(index, generation)
        if isinstance(error, OSError):
            raise IndexFolderError(index, error.strerror or str(error)) from error
        raise
    kept = generations.choose_kept(index, generation, keep=settings.keep)
    try:
        with open_state(index) as state:
            state.forget(kept)
            state.add_run(command, started_at(report), seconds=report.seconds, report=report.to_log())
    except IndexFolderError as error:  # the index is as it should be
        report.note(f"the log of runs was not kept: {error}")
    generations.remove_generations(index, kept)
    keep_completions(index, generation)


def keep_completions(index: Path, generation: Generation) -> None:
    """Keep what shells complete, beside the index; it is a comfort, and need not be there."""
    with suppress(ArchiveError, OSError):
        reader = generations.engine().open_reader(generation.folder)
        facets = reader.run(Run(Everything(), facets=COMPLETED, limit=1, most_listed=_MOST_COMPLETED)).facets
        values = {name: [value for value, _ in facets[name] if value][:_MOST_COMPLETED] for name in COMPLETED}
        write_completions(index, values, generation=generation.number)


def _prepare_again(
    folder: Path, before: PreparedBatch, *, settings: Settings, renamed: dict[tuple[int, int], str]
) -> PreparedBatch:
    """Prepare a batch under other ids; its files are read again, and must be what they were.

    Raises:
        RejectedDocumentError: one is not.
    """
    parts = [extract.part for extract in before.extracts]
    prepared = prepare_batch(Batch(folder, parts, settings.dictionary, renamed=renamed, ocr=settings.ocr))
    if prepared.refused:
        raise RejectedDocumentError(*prepared.refused)
    for number, (old, new) in enumerate(zip(before.extracts, prepared.extracts, strict=True)):
        expected = [(renamed.get((number, place), known), order) for place, (known, order) in enumerate(old.documents)]
        if (old.digest, old.failure, expected) != (new.digest, new.failure, new.documents):
            raise RejectedDocumentError(new.part.file.path, new.failure or CHANGING)
    return prepared


def share_memory(megabytes: int, processes: int) -> tuple[int, int]:
    """Return how many bytes of files make a batch, and how many processes there is memory for.

    The size of a batch does not depend on the processes, so that neither does the index.
    """
    spare = megabytes - _MAIN_MEMORY
    batch = (spare // 2 - _WORKER_MEMORY) * _MEGABYTE // _COST
    batch = min(max(batch, _SMALLEST_BATCH), _LARGEST_BATCH)
    worker = _WORKER_MEMORY + batch * _COST // _MEGABYTE
    return batch, max(1, min(processes, spare // worker))


class _Ids:
    """Sees to it that no two documents of an index have one id: records bring theirs, and may repeat them."""

    def __init__(self, base: Generation | None, replaced: set[str]) -> None:
        self._taken: dict[str, str] = {}
        self._reader = generations.engine().open_reader(base.folder) if base else None
        self._replaced = replaced

    def find_taken(self, extracts: list[Extract]) -> tuple[dict[tuple[int, int], str], list[list[str]]]:
        """Take the ids of documents; return by part and place other ids for those that are taken, and a sentence each.

        The sentences are grouped by part.
        """
        renamed: dict[tuple[int, int], str] = {}
        problems: list[list[str]] = [[] for _ in extracts]
        for number, extract in enumerate(extracts):
            path = extract.part.file.path
            for place, (document_id, order) in enumerate(extract.documents):
                unique = document_id
                holder = self._holder(document_id)
                if holder is not None:
                    unique = renamed[number, place] = make_id(f"{path}#{document_id}", order)
                    problems[number].append(
                        f"the id {document_id!r} is taken by {holder}; the document is kept under {unique}"
                    )
                self._taken[unique] = path
        return renamed, problems

    def _holder(self, document_id: str) -> str | None:
        if document_id in self._taken:
            return self._taken[document_id]
        held = self._reader.read([document_id], evidence=False)[0] if self._reader else None
        return None if held is None or held.file in self._replaced else held.path

    def keep(self, path: str) -> bool:
        """Note that the documents of a file stay after all; tell whether one of their ids was given to another."""
        self._replaced.discard(path)
        if self._reader is None:
            return False
        kept = self._reader.find_keys(Below("path", (path,)))
        return any(self._taken.get(document_id, path) != path for document_id in kept)


def verify_documents(reader: Reader, *, most: int | None = None) -> list[str]:
    """Read documents back and search each by a phrase of its own; return a sentence for each that fails.

    `most` bounds how many are tried, spread over the whole index.
    """
    problems = []
    step = max(1, reader.document_count // most) if most else 1
    for document in reader.iter_documents(step):
        for text in (document.title or "", document.body):
            middle = max(0, len(text) // 2 - _PROBE_LENGTH // 2)
            probe = text[middle : middle + _PROBE_LENGTH]
            if any(map(str.isalnum, probe)) and not reader.holds([document.id], [Phrase(probe)])[0][0]:
                problems.append(f"{document.path} (document {document.id}) is not found by its own text {probe!r}")
    return problems


def started_at(report: Report) -> str:
    """Return when a run that just ended began."""
    return datetime.fromtimestamp(time.time() - report.seconds, UTC).astimezone().isoformat(timespec="seconds")
