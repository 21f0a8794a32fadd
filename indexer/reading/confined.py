"""Reading formats that can be hostile (archives, markup, page descriptions) in a process that can be ended.

The process has a limit of memory and of time for each file; what it answers is plain data, never code. It is started
anew, with nothing of ours but this package, and serves one file after another until its input ends.
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
from typing import IO, Any

from indexer.errors import SettingsError, UnreadableFileError
from indexer.reading.decode import FileText
from indexer.reading.formats import FORMATS
from indexer.reading.ocr import Recognizer, is_installed

_CONFINED = tuple(own.name for own in FORMATS if own.is_confined)
MOST_SECONDS = 30.0  # of the processor: a busy machine fails no file
_MOST_WAITED = 10 * MOST_SECONDS  # by the clock, for when the process does nothing at all
MOST_BYTES = 128 << 20  # of a file that is read in this way
MOST_TEXT = 8_000_000
MOST_LINES_OF_FILE = 300_000  # each costs a kilobyte while it is parsed
_MEMORY = 2 << 30  # of the process, its libraries included
_REQUEST, _ANSWER = struct.Struct(">BdQ"), struct.Struct(">Q")  # format, seconds, length; length
_BLOCK = 1 << 16
_TOO_LARGE = "needs more memory than one file may take; it is damaged or hostile"
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
        answer = _reader.ask(_CONFINED.index(name), data)
    if "error" in answer:
        raise UnreadableFileError(answer["error"])
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


class _Reader:
    """The confined process of this process, started when it is first needed and after each one that had to be ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.recognizes = False

    def recognize(self, *, wanted: bool) -> None:
        if wanted != self.recognizes:
            self.stop()
            self.recognizes = wanted

    def ask(self, number: int, data: bytes) -> dict[str, Any]:
        for _ in range(_ATTEMPTS):  # something else may have ended the process
            process = self._process or self._start()
            assert process.stdin is not None
            assert process.stdout is not None
            deadline = time.monotonic() + _MOST_WAITED
            try:
                process.stdin.write(_REQUEST.pack(number, MOST_SECONDS, len(data)) + data)
                process.stdin.flush()
                size = _ANSWER.unpack(_read_until(process.stdout, _ANSWER.size, deadline=deadline))[0]
                answer: dict[str, Any] = json.loads(_read_until(process.stdout, size, deadline=deadline))
            except TimeoutError:
                self.stop()
                raise UnreadableFileError(f"could not be read within {_MOST_WAITED:.0f} seconds") from None
            except (OSError, EOFError):
                with suppress(subprocess.TimeoutExpired):  # its pipes end a moment before it does
                    process.wait(_ENDING)
                self.stop()
                if process.returncode == -signal.SIGPROF:
                    raise UnreadableFileError(f"needs more than {MOST_SECONDS:.0f} seconds of the processor") from None
            else:
                return answer
        raise UnreadableFileError("stopped the process that read it; it is damaged or hostile")

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
    while len(head := incoming.read(_REQUEST.size)) == _REQUEST.size:
        number, seconds, size = _REQUEST.unpack(head)
        data = incoming.read(size)
        signal.setitimer(signal.ITIMER_PROF, seconds)  # SIGPROF ends it
        answer = json.dumps(_read(_CONFINED[number], data)).encode()
        outgoing.write(_ANSWER.pack(len(answer)) + answer)
        outgoing.flush()
        signal.setitimer(signal.ITIMER_PROF, 0)


def _read(name: str, data: bytes) -> dict[str, Any]:
    from indexer.reading.signatures import read_by_content  # loads libraries that only this process needs

    try:
        found = read_by_content(name, data)
    except UnreadableFileError as error:
        return {"error": str(error)}
    except (MemoryError, RecursionError):
        return {"error": _TOO_LARGE}
    except Exception as error:
        if type(error).__name__ == "SelectolaxError":  # its way to say that memory ended
            return {"error": _TOO_LARGE}
        return {"error": f"is damaged, or no real .{name} file ({type(error).__name__}: {str(error)[:100]})"}
    text = found.text.encode("utf-8", "ignore").decode()  # without lone surrogates, which no file can carry
    return {**asdict(found), "text": text}


if __name__ == "__main__":
    serve()
