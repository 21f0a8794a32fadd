"""What `searchapp serve` tells: lines of JSON (words on a terminal) on standard error, and the access log.

What was searched stands in them only where `log_queries` says so, and who asked only where `log_users` does. So of an
error the kinds and the lines of code are told, but no message: a message may quote what was typed.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import sys
import threading
import time
import traceback
import warnings
from collections import deque
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache
from logging.handlers import WatchedFileHandler
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from indexer import disarm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from indexer import Settings

_log = logging.getLogger(__name__)

Taken = TypeVar("Taken")

# The id of the request that this thread answers: whatever is logged meanwhile has it.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
_FACTS = "facts"  # of a log record: the members that it has beside its message
MOST_WAITING = 10_000  # lines; where a log is stuck, older ones are left out
# Waitress tells paths and addresses behind these.
_ENDS_OF_WAITRESS = (" /", " <", " (")


def configure_logs(settings: Settings) -> None:
    """Write every log line as the settings say: in words on a terminal, as an object of JSON elsewhere."""
    make = _Words if sys.stderr is not None and sys.stderr.isatty() else _Json  # it may have been closed before
    for handler in logging.getLogger().handlers:
        handler.setFormatter(make(log_queries=settings.log_queries))
    logging.getLogger("searchapp").setLevel(logging.INFO)
    threading.excepthook, sys.unraisablehook = _log_end_of_thread, _log_unraised
    warnings.showwarning = _log_warning  # type: ignore[assignment]  # it asks for names of arguments that nobody uses


# What Python itself would print, message and all.


def _log_end_of_thread(ended: threading.ExceptHookArgs) -> None:
    _log.error("A thread has ended with an error", exc_info=ended.exc_value)


def _log_unraised(unraised: sys.UnraisableHookArgs) -> None:
    _log.error("An error came where none can be raised", exc_info=unraised.exc_value)


def _log_warning(_message: object, category: type[Warning], *where: Any) -> None:
    _log.warning("%s at %s:%d", category.__name__, *where[:2])


def log_request(logger: logging.Logger, facts: dict[str, Any], *, moment: float) -> None:
    """Log a request that was answered at a moment; nobody looks for the line of code that says so, which is costly."""
    if logger.isEnabledFor(logging.INFO):
        record = logger.makeRecord(logger.name, logging.INFO, "", 0, "request", (), None, extra={_FACTS: facts})
        record.created = moment
        logger.handle(record)


class LinesLater(logging.Handler):
    """Stands in the place of a handler and, as long as it `is_later`, keeps lines until one thread calls `write`.

    Whoever logs waits for nobody then: not for a pipe that is not read, nor for a terminal that Ctrl-S has stopped.
    """

    def __init__(self, handler: logging.StreamHandler[Any], news: threading.Event) -> None:
        super().__init__()
        self.setFormatter(handler.formatter)
        self.is_later, self._news = True, news
        self._file = handler.stream.fileno()
        self._waiting: deque[str] = deque(maxlen=MOST_WAITING)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line, or write it."""
        self._waiting.append(self.format(record))
        self._news.set()
        if not self.is_later:
            self.write()

    def write(self) -> None:
        """Write what was kept, past the stream: a thread that is stuck holds no lock that the end of Python takes."""
        data = "".join(f"{line}\n" for line in take_all(self._waiting)).encode("utf-8", "backslashreplace")
        with suppress(OSError):  # nobody reads it any more
            while data:
                data = data[os.write(self._file, data) :]


def keep_lines(news: threading.Event) -> list[LinesLater]:
    """Let all lines of the log be kept from now on, and `news` be set for each; return what keeps them."""
    root, kept = logging.getLogger(), []
    for handler in list(root.handlers):
        if isinstance(handler, logging.StreamHandler) and handler.stream is not None:
            kept.append(LinesLater(handler, news))
            root.removeHandler(handler)
            root.addHandler(kept[-1])
    return kept


def take_all(waiting: deque[Taken]) -> Iterator[Taken]:
    """Take what waits, beside others who do so."""
    with suppress(IndexError):
        while True:
            yield waiting.popleft()


_encode = json.JSONEncoder(ensure_ascii=False).encode


@lru_cache(maxsize=8)
def _write_second(second: int, form: str) -> str:
    return time.strftime(form, time.localtime(second))


def _write_time(moment: float) -> str:
    """Write a moment as ISO 8601 does, to the millisecond."""
    second = int(moment)
    zone = _write_second(second, "%z")
    return f"{_write_second(second, '%Y-%m-%dT%H:%M:%S')}.{int(1000 * (moment - second)):03}{zone[:3]}:{zone[3:]}"


class _Json(logging.Formatter):
    """An object a line: time, level, message, the id of the request, and what else is known."""

    def __init__(self, *, log_queries: bool) -> None:
        super().__init__()
        self._log_queries = log_queries

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": _write_time(record.created),
            "level": record.levelname.lower(),
            "message": self._message(record),
        }
        if own := REQUEST_ID.get():
            told["id"] = own
        told.update(getattr(record, _FACTS, ()))
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = self._describe(record.exc_info[1])
        return disarm(_encode(told))

    def _message(self, record: logging.LogRecord) -> str:
        message = record.getMessage()
        if record.name.startswith("waitress") and not self._log_queries:
            for end in _ENDS_OF_WAITRESS:
                message = message.partition(end)[0]
        return message

    def _describe(self, error: BaseException) -> list[str]:
        """Return what an error is and where it came from, the first of its causes first."""
        lines: list[str] = []
        for own in reversed(_chain(error)):
            frames = traceback.extract_tb(own.__traceback__)
            lines += [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
            lines.append(f"{type(own).__name__}: {own}" if self._log_queries else type(own).__name__)
        return lines


class _Words(_Json):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        facts: dict[str, Any] | None = getattr(record, _FACTS, None)
        if facts is None:
            lines = [self._message(record)]
            if record.exc_info and record.exc_info[1] is not None:
                lines += self._describe(record.exc_info[1])
            return disarm("\n  ".join(lines))
        words = [facts["method"], facts["route"] or "-", str(facts["status"]), f"{facts['ms']} ms"]
        words += [f"{name} {value}" for name, value in facts.items() if name not in ("method", "route", "status", "ms")]
        return disarm(" ".join(words))


def _chain(error: BaseException) -> list[BaseException]:
    """Return an error and what led to it."""
    chain, own = [error], error.__cause__ or error.__context__
    while own is not None and own not in chain:
        chain.append(own)
        own = own.__cause__ or own.__context__
    return chain


class AccessLine(NamedTuple):
    """A line of the access log; `user` and `address` are - where they are not to be told."""

    moment: float
    address: str
    user: str
    line: str
    status: int
    size: int


class AccessLog(WatchedFileHandler):
    """The access log, in the common log format; what moves it away (logrotate) need tell nobody."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, encoding="utf-8", delay=True)
        self._failed = self._is_cut = False
        self._writing = (
            threading.Lock()
        )  # not that of a handler, which the end of Python waits for: a disk may be stuck

    def write(self, lines: Iterable[AccessLine]) -> None:
        """Write some requests; where that fails nothing else does, and it is said once."""
        text = "".join(
            f"{own.address} - {own.user} [{_write_second(int(own.moment), '%d/%b/%Y:%H:%M:%S %z')}] "
            f'"{own.line}" {own.status} {own.size or "-"}\n'
            for own in lines
        )
        with self._writing:
            try:
                self._write(text)
                self._failed = False
            except OSError as error:
                if not self._failed:
                    self._failed = True
                    _log.warning("The access log %s cannot be written: %s", self.baseFilename, error.strerror or error)

    def _write(self, text: str) -> None:
        self.reopenIfNeeded()
        if self.stream is None:
            self.stream = self._open()
            self._statstream()
        data = ("\n" * self._is_cut + text).encode("utf-8", "backslashreplace")
        self._is_cut = os.write(self.stream.fileno(), data) < len(data)
        if self._is_cut:  # what is written next begins a line
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
