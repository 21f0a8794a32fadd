"""What pages of other origins may do: ask the API, load the component, show the search in a frame."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from searchapp.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from indexer import Settings

COMPONENT = "/embed.js"
_SHARED = ("/api/", "/oembed", COMPONENT)
_NOT_ALLOWED = N_("这个网站的页面不能使用检索接口。请管理员把它的来源写进设置 embed_origins。")
_SECONDS_KEPT = "600"
_METHODS = "GET, HEAD, POST, OPTIONS"
_HEADERS = "Authorization, Content-Type, If-None-Match"
_EXPOSED = "ETag, Retry-After, Content-Disposition, X-Request-ID"


class Origins:
    """The origins whose pages may embed the search."""

    def __init__(self, settings: Settings) -> None:
        names = settings.embed_origins
        self._exact = frozenset(names)
        self._below = [re.compile(re.escape(name).replace(r"\*", "[a-z0-9_.-]+")) for name in names if "*" in name]
        self.credentials = settings.embed_credentials
        self.ancestors = "*" if settings.embed_anywhere else " ".join(("'self'", *names))

    def __contains__(self, origin: str) -> bool:
        """Tell whether an origin is one of them, in the form that browsers send."""
        return origin in self._exact or any(pattern.fullmatch(origin) for pattern in self._below)


class CrossOrigin:
    """Stands before an application and tells browsers which of its answers pages of other origins may read.

    The Fetch standard, 3.2 (CORS protocol): an origin of the list is answered by its own name, never by `*`.
    """

    def __init__(self, app: WSGIApplication, origins: Origins, *, refuse: Callable[..., Iterable[bytes]]) -> None:
        self._next, self._origins, self._refuse = app, origins, refuse

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand a request on, or answer it where a browser only asks whether it may ask."""
        origin = environ.get("HTTP_ORIGIN", "")
        if not environ.get("PATH_INFO", "").startswith(_SHARED):
            return self._next(environ, start_response)
        allowed = self._headers(origin)
        if environ["REQUEST_METHOD"] == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ:
            if len(allowed) == 1:
                return self._refuse(HTTPStatus.FORBIDDEN, _NOT_ALLOWED, environ, start_response)
            may = [
                ("Access-Control-Allow-Methods", _METHODS),
                ("Access-Control-Allow-Headers", _HEADERS),
                ("Access-Control-Max-Age", _SECONDS_KEPT),
            ]
            start_response("204 No Content", [*allowed, *may, ("Cache-Control", "no-store")])
            return []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            exposed = ("Access-Control-Expose-Headers", _EXPOSED)
            return start_response(status, _join_vary([*headers, *allowed, exposed]), *error)

        return self._next(environ, start)

    def _headers(self, origin: str) -> list[tuple[str, str]]:
        vary = ("Vary", "Origin")
        if origin not in self._origins:
            return [vary]
        allowed = [vary, ("Access-Control-Allow-Origin", origin)]
        return [*allowed, ("Access-Control-Allow-Credentials", "true")] if self._origins.credentials else allowed


def _join_vary(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Write what an answer depends on in one header."""
    varied = ", ".join(value for name, value in headers if name.lower() == "vary")
    return [*(header for header in headers if header[0].lower() != "vary"), ("Vary", varied)]
