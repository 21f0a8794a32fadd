"""Where a page leads back to: an address of this site that an argument or the browser names, never one of another."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from flask import request


def is_ours(address: str) -> bool:
    """Tell whether an address, as a browser would read it, is a path of this site."""
    steps = unquote(address.partition("#")[0].partition("?")[0]).replace("\\", "/").split("/")
    begins = address.startswith(f"{request.script_root}/") and not address.startswith(("//", "/\\"))
    return begins and address.isprintable() and ".." not in steps


def came_from(argument: str = "back") -> str | None:
    """Return the page that somebody came from: what the argument says, else another page of ours that linked here."""
    said = request.args.get(argument, "")
    if is_ours(said):
        return said
    linked = urlsplit(request.referrer or "")
    address = f"{linked.path}?{linked.query}" if linked.query else linked.path
    here = (linked.scheme, linked.netloc) == (request.scheme, request.host)
    return address if here and linked.path != request.script_root + request.path and is_ours(address) else None
