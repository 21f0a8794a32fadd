"""What a request is, once it is told apart from what a proxy or an old page made of it.

A trusted proxy says who asks, by which scheme and below which path; whoever else says so is not believed. What anybody
may have forged is gone before a view can look at it.
"""

from __future__ import annotations

import ipaddress
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, unquote_to_bytes

from searchapp.visitors import is_within

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from indexer import Settings

_log = logging.getLogger(__name__)

IDENTITY = "archive_search.identity"  # in the environment of a request: whom a trusted proxy says it is from
_FORWARDED = ("FOR", "PROTO", "PREFIX", "HOST", "PORT", "BY", "SERVER")
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_GROUP_ENDS = re.compile("[,;]")


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a trusted proxy says a request is from."""

    user: str | None = None
    groups: tuple[str, ...] = ()


class Arrival:
    """Stands before everything else; hands a request on as it was meant."""

    def __init__(self, app: WSGIApplication, settings: Settings) -> None:
        self._next = app
        self._trusted = settings.trusted_proxies
        self._base_path = settings.base_path
        self._identity = tuple(_variable(name) for name in (settings.auth_header, settings.groups_header))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Hand a request on."""
        _go_below(environ, self.identify(environ))
        environ["QUERY_STRING"] = read_query(environ.get("QUERY_STRING", ""))
        return self._next(environ, start_response)

    def identify(self, environ: WSGIEnvironment) -> str:
        """Note whom a request is from and by which scheme it was asked; return below which path."""
        told = {name: environ.pop(f"HTTP_X_FORWARDED_{name}", "") for name in _FORWARDED}
        environ.pop("HTTP_FORWARDED", None)
        user, groups = (_text(environ.pop(name, "")) if name else "" for name in self._identity)
        prefix, peer = self._base_path, environ.get("REMOTE_ADDR", "")
        if is_within(peer, self._trusted):
            address, hops = self._follow(_split(told["FOR"]), peer)
            environ["REMOTE_ADDR"] = address
            scheme = _told_by(hops, told["PROTO"], known=("http", "https"))
            environ["wsgi.url_scheme"] = scheme or environ.get("wsgi.url_scheme", "http")
            prefix = self._read_prefix(_told_by(hops, told["PREFIX"])) or prefix
            names = (name.strip() for name in _GROUP_ENDS.split(groups))
            environ[IDENTITY] = Identity(user or None, tuple(filter(None, names)))
        else:
            environ[IDENTITY] = Identity()
        return prefix

    def _follow(self, chain: list[str], peer: str) -> tuple[str, int]:
        """Return from which address a request came to the first trusted proxy, and how many of these it went through.

        Each proxy adds the address that it was asked from, so the last ones are true as long as proxies are trusted.
        """
        address, hops = peer, 1
        for told in reversed(chain):
            try:
                address = str(ipaddress.ip_address(_bare(told)))
            except ValueError:
                break
            if not is_within(address, self._trusted):
                break
            hops += 1
        return address, hops

    def _read_prefix(self, told: str) -> str:
        prefix = told.rstrip("/")
        if prefix and not (_PREFIX.fullmatch(prefix) and ".." not in prefix.split("/")):
            _log.warning("A trusted proxy says that the site is below %r, which is no path", prefix[:100])
            return ""
        return prefix


def _variable(header: str | None) -> str | None:
    return f"HTTP_{header.upper().replace('-', '_')}" if header else None


def _text(header: str) -> str:
    """Return a header's text, which WSGI hands on byte by byte (PEP 3333)."""
    return header.encode("latin-1", "replace").decode("utf-8", "replace").strip()


def _split(header: str) -> list[str]:
    return [part.strip() for part in header.split(",") if part.strip()]


def _bare(told: str) -> str:
    """Return an address without its port: 192.0.2.1:4711, [2001:db8::1]:4711."""
    if told.startswith("["):
        return told[1:].partition("]")[0]
    return told.partition(":")[0] if told.count(":") == 1 else told


def _told_by(hops: int, header: str, *, known: tuple[str, ...] = ()) -> str:
    """Return what the first of some trusted proxies says; each adds a value, or writes its own instead."""
    told = _split(header)
    value = told[-min(hops, len(told))] if told else ""
    return value if not known or value.lower() in known else ""


def _go_below(environ: WSGIEnvironment, prefix: str) -> None:
    """Set the path below which the site is shown; a proxy may hand it on or cut it off."""
    path = environ.get("PATH_INFO", "")
    environ["SCRIPT_NAME"] = prefix
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        environ["PATH_INFO"] = path[len(prefix) :] or "/"


def read_query(query: str) -> str:
    """Return a query string in UTF-8: pages in Chinese encodings send theirs, 科普 as %BF%C6%C6%D5."""
    if query.isascii() and "%" not in query:
        return query
    try:
        unquote_to_bytes(query.encode("latin-1")).decode("utf-8")
    except UnicodeDecodeError:
        pairs = (pair.partition("=") for pair in query.split("&"))
        return "&".join(f"{_recode(name)}{equals}{_recode(value)}" for name, equals, value in pairs)
    return query


def _recode(piece: str) -> str:
    own = unquote_to_bytes(piece.replace("+", " ").encode("latin-1"))
    for encoding in ("utf-8", "gb18030"):
        try:
            return quote_plus(own.decode(encoding))
        except UnicodeDecodeError:
            continue
    return piece
