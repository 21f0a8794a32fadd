"""A connection to the site: what is read of it, what is refused before there is a request, and when it ends."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask
from waitress.utilities import Error

from searchapp.logs import REQUEST_ID
from searchapp.views import MOST_BODY, deny
from searchapp.views.api import BATCH, MOST_BATCH_BODY
from searchapp.views.context import REQUEST_LOG
from searchapp.views.guard import REASONS, SPENT, TOO_LONG
from searchapp.views.request_log import ID_HEADER
from searchapp.visitors import UNKNOWN_KEY

if TYPE_CHECKING:
    from collections.abc import Callable

    from searchapp.views.request_log import RequestLog


# A connection that is idle, or has sent half a request, is closed once nothing came for so long: whoever asks again at
# once is answered, and told that the connection ends.
_SECONDS_SILENT, _SECONDS_HALF = 0.2, 2.0
_SENTENCES = {
    400: "请求的格式不对。",
    401: UNKNOWN_KEY,
    429: SPENT,
    413: "请求带的内容太多。",
    414: f"{TOO_LONG}检索只用前 1,000 个字符：请只贴开头一部分。",
    431: "请求的地址或头部太长。",
    501: "不支持这样的请求。",
}


class _Refusal(ErrorTask):  # type: ignore[misc]
    """What Waitress refuses before there is a request, in our words and form."""

    def execute(self) -> None:
        """Answer."""
        code = self.request.error.code
        if code == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE and b"\n" not in self.request.header_plus:
            code = HTTPStatus.REQUEST_URI_TOO_LONG.value  # the first line alone is too long
        status = HTTPStatus(code)
        sentence = _SENTENCES.get(code, status.phrase)
        log: RequestLog = self.channel.server.application.extensions[REQUEST_LOG]
        own = REQUEST_ID.get() or log.read_id(
            self.channel.describe(self.request.headers)
        )  # one that failed had one already
        REQUEST_ID.set(own)
        reason = "request" if code == HTTPStatus.BAD_REQUEST else REASONS.get(status, "error")
        if "/api/" in (getattr(self.request, "path", None) or ""):
            problem = {"type": "about:blank", "title": status.phrase, "status": code, "detail": sentence}
            problem["instance"] = UUID(own).urn
            kind, body = "application/problem+json", json.dumps(problem, ensure_ascii=False).encode()
        else:
            kind, body = "text/plain; charset=utf-8", f"{sentence}\n".encode()
        self.status = f"{code} {status.phrase}"
        self.response_headers += [("Content-Type", kind), ("X-Content-Type-Options", "nosniff")]
        self.response_headers += [("Cache-Control", "no-store"), ("Content-Security-Policy", "default-src 'none'")]
        self.response_headers += [("Referrer-Policy", "same-origin")]
        if code == HTTPStatus.UNAUTHORIZED:
            self.response_headers.append(("WWW-Authenticate", "Bearer"))
        if code == HTTPStatus.TOO_MANY_REQUESTS:
            self.response_headers.append(("Retry-After", "60"))
        self.response_headers.append((ID_HEADER, own))
        self.set_close_on_finish()
        self.content_length = len(body)
        log.note_refusal(getattr(self.request, "command", None) or "-", status=code, size=len(body), reason=reason)
        self.write(body)


class _DeniedError(Error):  # type: ignore[misc]
    """A request whose body is not read."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.code, self.reason = status.value, status.phrase


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Reads a request: a large body only for a batch, and only of who may ask and has not spent their budget."""

    def __init__(self, adj: Any, denies: Callable[[dict[str, str]], HTTPStatus | None]) -> None:
        super().__init__(adj)
        self._denies = denies

    def received(self, data: bytes) -> int:
        """Take some bytes; return how many of them belong to this request."""
        was_finished = self.headers_finished
        consumed: int = super().received(data)
        if self.error is None and self.headers_finished:
            if not was_finished and (self.content_length or self.chunked):
                self._look_at_body()
            elif self.body_bytes_received > self._most_body():
                self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return consumed

    def _look_at_body(self) -> None:
        status: HTTPStatus | None = None
        if self.content_length > self._most_body():
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        elif self._most_body() > MOST_BODY:
            status = self._denies(self.headers)
        if status is not None:
            self._refuse(status)

    def _most_body(self) -> int:
        return MOST_BATCH_BODY if self.path.rstrip("/").endswith(BATCH) else MOST_BODY

    def _refuse(self, status: HTTPStatus) -> None:
        self.error, self.completed, self.expect_continue = _DeniedError(status), True, False


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose refusals are ours, and which ends when the process is to end."""

    error_task_class = _Refusal

    def parser_class(self, adj: Any) -> _Parser:
        """Return what reads the next request."""
        return _Parser(adj, self._denies)

    def service(self) -> None:
        """Answer a request; the last one before the process ends says that the connection ends with it."""
        if self.server.is_ending and len(self.requests) == 1:
            self.requests[0].headers["CONNECTION"] = "close"
        super().service()

    def end(self, began: float, *, now: float) -> None:
        """Close the connection if nothing has come on it for a moment, since the process `began` to end."""
        if not self.requests and not self.total_outbufs_len:
            patience = _SECONDS_SILENT if self.request is None else _SECONDS_HALF
            if now - max(began, self.last_activity) > patience:
                self.will_close = True

    def _denies(self, headers: dict[str, str]) -> HTTPStatus | None:
        return deny(self.server.application, self.describe(headers))

    def describe(self, headers: dict[str, str]) -> dict[str, str]:
        """Return what an application would be told of where a request is from, and of its headers."""
        address = self.addr[0] if self.addr else ""
        return {"REMOTE_ADDR": address, **{f"HTTP_{name}": value for name, value in headers.items()}}
