"""What `searchapp serve` tells: lines of JSON (words on a terminal) on standard error, and the access log.

What was searched stands in them only where `log_queries` says so, and who asked only where `log_users` does. So of an
error the kinds and the lines of code are told, but no message: a message may quote what was typed.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from typing import TYPE_CHECKING, Any

from indexer import disarm

if TYPE_CHECKING:
    from pathlib import Path

    from indexer import Settings

_log = logging.getLogger(__name__)

# The id of the request that this thread answers: whatever is logged meanwhile has it.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
_FACTS = "facts"  # of a log record: the members that it has beside its message
# Waitress tells paths and addresses behind these.
_ENDS_OF_WAITRESS = (" /", " <", " (")


def configure_logs(settings: Settings) -> None:
    """Write every log line as the settings say: in words on a terminal, as an object of JSON elsewhere."""
    make = _Words if sys.stderr.isatty() else _Json
    for handler in logging.getLogger().handlers:
        handler.setFormatter(make(log_queries=settings.log_queries))
    logging.getLogger("searchapp").setLevel(logging.INFO)


def log_request(logger: logging.Logger, facts: dict[str, Any]) -> None:
    """Log one request."""
    logger.info("request", extra={_FACTS: facts})


class _Json(logging.Formatter):
    """An object a line: time, level, message, the id of the request, and what else is known."""

    def __init__(self, *, log_queries: bool) -> None:
        super().__init__()
        self._log_queries = log_queries

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).astimezone()
        told: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": self._message(record),
        }
        if own := REQUEST_ID.get():
            told["id"] = own
        told.update(getattr(record, _FACTS, ()))
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = self._describe(record.exc_info[1])
        return disarm(json.dumps(told, ensure_ascii=False))

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
        return disarm(" ".join([*words, f"id {REQUEST_ID.get()}"]))


def _chain(error: BaseException) -> list[BaseException]:
    """Return an error and what led to it."""
    chain, own = [error], error.__cause__ or error.__context__
    while own is not None and own not in chain:
        chain.append(own)
        own = own.__cause__ or own.__context__
    return chain


class AccessLog(WatchedFileHandler):
    """The access log, in the common log format; what moves it away (logrotate) need tell nobody."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, encoding="utf-8", delay=True, errors="backslashreplace")
        self._failed = False

    def write(self, *, address: str, user: str, line: str, status: int, size: int) -> None:
        """Write one request; where that fails nothing else does, and it is said once."""
        now = time.strftime("%d/%b/%Y:%H:%M:%S %z")
        text = f'{address} - {user} [{now}] "{line}" {status} {size or "-"}\n'
        self.acquire()
        try:
            self._write(text)
            self._failed = False
        except OSError as error:
            if not self._failed:
                self._failed = True
                _log.warning("The access log %s cannot be written: %s", self.baseFilename, error.strerror or error)
        finally:
            self.release()

    def _write(self, text: str) -> None:
        self.reopenIfNeeded()
        if self.stream is None:
            self.stream = self._open()
            self._statstream()
        self.stream.write(text)
        self.stream.flush()
