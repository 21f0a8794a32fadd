"""Reading formats that can be hostile (archives, markup, page descriptions) in a process that can be ended.

The process has a limit of memory and of time for each file; what it answers is plain data, never code. It is started
anew, with nothing of ours but this package, and serves one file after another until its input ends. Of a box of files
it answers with one member after the other; whichever stops it is passed over.
"""

from __future__ import annotations

import atexit
import ctypes
import json
import os
import resource
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from indexer.errors import SettingsError, UnreadableFileError
from indexer.reading.boxes import MOST_TEXT, Member, Place, Walk, explain
from indexer.reading.decode import FileText
from indexer.reading.formats import FORMATS, format_of
from indexer.reading.ocr import Recognizer, is_installed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer.reading.boxes import Entry
    from indexer.reading.formats import Format

_BY_NAME = {own.name: own for own in FORMATS if own.is_confined}
MOST_SECONDS = 30.0  # of the processor: a busy machine fails no file
_MOST_WAITED = 10 * MOST_SECONDS  # by the clock, for when the process does nothing at all
MOST_BYTES = 128 << 20  # of a file that is read in this way
MOST_LINES_OF_FILE = 300_000  # each costs a kilobyte while it is parsed
_MEMORY = 2 << 30  # of the process, its libraries included
_LENGTHS = struct.Struct(">QQ")  # of a head in JSON, and of the bytes behind it, in requests and answers
_BLOCK = 1 << 16
_STOPPED = "stopped the process that read it; it is damaged or hostile"
_ATTEMPTS = 2
_WITH_OCR = "--ocr"
_ENDING = 0.1  # seconds
_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def read_confined(name: str, data: bytes) -> FileText:
    """Return the text of a file of a confined format.

    Raises:
        UnreadableFileError: it is not of that format, or past a limit.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableFileError(f"is larger than {MOST_BYTES >> 20} MB, the limit for this format; split it")
    with _lock:
        answer, _ = _reader.ask({"format": name}, data)
    if "error" in answer:
        raise UnreadableFileError(answer["error"])
    return _take_text(answer)


def read_box(
    name: str, file: Path, *, start: Place = (), end: Place | None = None, is_listing: bool = False
) -> Iterator[Member]:
    """Yield the members of a box with their texts, those from one place up to another; of a listing with sizes alone.

    Raises:
        UnreadableFileError: it is not of that format, or past a limit. What is wrong with a member stands with it.
    """
    with _lock:
        yield from _reader.ask_box({"format": name, "file": str(file), "end": end, "is_listing": is_listing}, start)


def unpack_member(file: Path, own: Format, *, wanted: str) -> bytes:
    """Return the bytes of the member of a box that has this path inside it.

    Raises:
        UnreadableFileError: there is none, or it cannot be had.
    """
    with _lock:
        answer, data = _reader.ask({"format": own.name, "file": str(file), "wanted": wanted})
    if "error" in answer:
        raise UnreadableFileError(answer["error"])
    return data


def _take_text(answer: dict[str, Any]) -> FileText:
    """Return a text that the process answered with.

    Raises:
        UnreadableFileError: it is too long.
    """
    if len(answer["text"]) > MOST_TEXT:
        raise UnreadableFileError(f"holds more than {MOST_TEXT // 1_000_000} million characters; split it")
    if answer["text"].count("\n") > MOST_LINES_OF_FILE:
        raise UnreadableFileError(f"holds more than {MOST_LINES_OF_FILE // 1000} thousand lines; split it")
    hints = {name: (value, rule) for name, (value, rule) in answer.pop("hints").items()}
    return FileText(**answer | {"flags": tuple(answer["flags"])}, hints=hints)


def use_recognition(*, wanted: bool) -> None:
    """Read the text on pictures of pages from now on, in this process, or do not.

    Raises:
        SettingsError: the engine is not installed.
    """
    if wanted and not is_installed():
        raise SettingsError(["`ocr` is set, but what it needs is not installed; install the extra `ocr`, see README"])
    with _lock:
        _reader.recognize(wanted=wanted)


def _take_member(head: dict[str, Any], answer: dict[str, Any]) -> Member:
    """Return a member as the process found it."""
    own = {"place": tuple(head["place"]), "path": head["path"], "size": head["size"]}
    if "text" not in answer:
        return Member(**own, problem=answer.get("error", ""), left_out=answer.get("left_out", ""))
    try:
        return Member(**own, text=_take_text(answer))
    except UnreadableFileError as error:
        return Member(**own, problem=str(error))


class _Reader:
    """The confined process of this process, started when it is first needed and after each one that had to be ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.recognizes = False

    def recognize(self, *, wanted: bool) -> None:
        if wanted != self.recognizes:
            self.stop()
            self.recognizes = wanted

    def ask(self, head: dict[str, Any], data: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Return what the process answers, in JSON and in bytes; it is asked again where something else ended it."""
        for _ in range(_ATTEMPTS):
            try:
                self._send(head, data)
                return self._receive()
            except (TimeoutError, OSError, EOFError) as error:
                if reason := self._end(error):
                    raise UnreadableFileError(reason) from None
        raise UnreadableFileError(_STOPPED)

    def ask_box(self, head: dict[str, Any], start: Place) -> Iterator[Member]:
        """Yield the members of a box; behind one that the process does not outlive another one goes on."""
        unpacked = tried = 0
        while True:
            member: dict[str, Any] = {}
            is_done = False
            try:
                self._send({**head, "start": start, "unpacked": unpacked})
                while "end" not in (answer := self._receive()[0]):
                    if "place" in answer:
                        member = answer
                    if "place" not in answer or (head["is_listing"] and not member["is_box"]):
                        found = _take_member(member, answer)
                        start, unpacked, tried = _behind(member), unpacked + found.size, 0
                        yield found
                is_done = True
            except (TimeoutError, OSError, EOFError) as error:
                reason, is_done = self._end(error), True
                tried += 1
                if not reason and tried < _ATTEMPTS:
                    continue
                if not member or tuple(member["place"]) < start:
                    raise UnreadableFileError(reason or _STOPPED) from None
                start, tried = _behind(member), 0
                yield Member(tuple(member["place"]), member["path"], problem=reason or _STOPPED)
            else:
                if "error" in answer:
                    raise UnreadableFileError(answer["error"])
                return
            finally:
                if not is_done:  # nobody takes what it goes on to say
                    self.stop()

    def _send(self, head: dict[str, Any], data: bytes = b"") -> None:
        process = self._process or self._start()
        assert process.stdin is not None
        told = json.dumps({**head, "seconds": MOST_SECONDS}).encode()
        process.stdin.write(_LENGTHS.pack(len(told), len(data)) + told + data)
        process.stdin.flush()

    def _receive(self) -> tuple[dict[str, Any], bytes]:
        assert self._process is not None
        assert self._process.stdout is not None
        stream, deadline = self._process.stdout, time.monotonic() + _MOST_WAITED
        told, size = _LENGTHS.unpack(_read_until(stream, _LENGTHS.size, deadline=deadline))
        head: dict[str, Any] = json.loads(_read_until(stream, told, deadline=deadline))
        return head, _read_until(stream, size, deadline=deadline)

    def _end(self, error: Exception) -> str:
        """End the process that does not answer; return why it was the file's fault, nothing where that is not known."""
        if isinstance(error, TimeoutError):
            self.stop()
            return f"could not be read within {_MOST_WAITED:.0f} seconds"
        process = self._process
        if process is not None:
            with suppress(subprocess.TimeoutExpired):  # its pipes end a moment before it does
                process.wait(_ENDING)
        self.stop()
        is_late = process is not None and process.returncode == -signal.SIGPROF
        return f"needs more than {MOST_SECONDS:.0f} seconds of the processor" if is_late else ""

    def _start(self) -> subprocess.Popen[bytes]:
        # Never from the folder we stand in, where anybody may have laid a docx.py: -P keeps it out, and so do we.
        here = Path(__file__).resolve().parents[2]
        trusted = [str(here), *(path for path in sys.path if path and Path(path).resolve() != Path.cwd().resolve())]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(trusted)}
        self._process = subprocess.Popen(  # noqa: S603  # ourselves
            [sys.executable, "-P", "-m", "indexer.reading.confined", *([_WITH_OCR] if self.recognizes else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C ends us, and with our end of the pipe the process
        )
        return self._process

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


def _behind(member: dict[str, Any]) -> Place:
    """Return the place behind a member, and behind all that is in it."""
    *above, number = member["place"]
    return (*above, number + 1)


def _read_until(stream: IO[bytes], size: int, *, deadline: float) -> bytes:
    """Read exactly so many bytes.

    Raises:
        TimeoutError: they did not come in time.
        EOFError: they will never come.
    """
    parts, missing = [], size
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while missing:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            part = os.read(stream.fileno(), min(missing, _BLOCK))
            if not part:
                raise EOFError
            parts.append(part)
            missing -= len(part)
    return b"".join(parts)


_reader = _Reader()
_lock = threading.Lock()
atexit.register(_reader.stop)


def serve() -> None:
    """Answer requests until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, AttributeError):  # on Linux it ends with the process that started it
        ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)
    Recognizer.is_wanted = _WITH_OCR in sys.argv
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between the answers
    while len(lengths := incoming.read(_LENGTHS.size)) == _LENGTHS.size:
        told, size = _LENGTHS.unpack(lengths)
        head, data = json.loads(incoming.read(told)), incoming.read(size)
        own, seconds = _BY_NAME[head["format"]], head["seconds"]
        _set_timer(seconds)
        if "wanted" in head:
            answer, data = _unpack(own, head)
            _answer(outgoing, answer, data=data)
        elif "file" in head:
            for answer in _iter_answers(own, head):
                _answer(outgoing, answer)
                _set_timer(seconds)
        else:
            _answer(outgoing, _try(lambda own=own, data=data: _read(own.name, data), own.name))  # type: ignore[misc]
        _set_timer(0)


def _set_timer(seconds: float) -> None:
    """End this process by SIGPROF once it has used so much of the processor from now on; 0: never."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _answer(outgoing: IO[bytes], answer: dict[str, Any], *, data: bytes = b"") -> None:
    told = json.dumps(answer).encode()
    outgoing.write(_LENGTHS.pack(len(told), len(data)) + told + data)
    outgoing.flush()


def _read(name: str, data: bytes) -> dict[str, Any]:
    from indexer.reading.signatures import read_by_content  # loads libraries that only this process needs

    return _plain(read_by_content(name, data))


def _plain(found: FileText) -> dict[str, Any]:
    text = found.text.encode("utf-8", "ignore").decode()  # without lone surrogates, which no file can carry
    return {**asdict(found), "text": text}


def _try(read: Callable[[], dict[str, Any]], name: str) -> dict[str, Any]:
    """Return what a function returns, or as `error` why it does not."""
    try:
        return read()
    except Exception as error:
        return {"error": explain(error, name)}


def _iter_answers(own: Format, head: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield for each member of a box where it stands, then (not in a listing) what it holds; at last that it ends."""
    end = head["end"] and tuple(head["end"])
    walk = Walk(tuple(head["start"]), end, head["unpacked"])
    with Path(head["file"]).open("rb") as stream:
        members = walk.iter_members(stream, own)
        while True:
            step = _try(lambda: {"step": next(members, None)}, own.name)
            if step.get("step") is None:
                yield {**step, "end": True}
                return
            member, entry = step["step"]
            path = member.path.encode("utf-8", "replace").decode()
            yield {"place": member.place, "path": path, "size": member.size, "is_box": member.is_box}
            if not head["is_listing"] and not member.is_box:
                yield _read_member(walk, member, entry=entry)


def _read_member(walk: Walk, member: Member, *, entry: Entry) -> dict[str, Any]:
    if member.left_out or member.problem:
        return {"left_out": member.left_out} if member.left_out else {"error": member.problem}

    def read() -> dict[str, Any]:
        found = walk.read(member, entry)
        return {"left_out": found} if isinstance(found, str) else _plain(found)

    return _try(read, format_of(member.path).name)


def _unpack(own: Format, head: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    def find() -> dict[str, Any]:
        with Path(head["file"]).open("rb") as stream:
            found = Walk().find(stream, own, wanted=head["wanted"])
        return {"error": "is not in it any more"} if found is None else {"data": found}

    answer = _try(find, own.name)
    return answer, answer.pop("data", b"")


if __name__ == "__main__":
    serve()
