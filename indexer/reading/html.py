"""HTML -> the lines that a browser shows, and what the page says of itself; read as browsers do, however broken."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from indexer.errors import UnreadableFileError
from indexer.reading.decode import FileText, decode

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_SILENT = {
    "script", "style", "noscript", "template", "head", "svg", "iframe", "object", "canvas", "select", "textarea",
    "button", "audio", "video", "map", "datalist", "-comment", "!doctype",
}  # fmt: skip
# What stands on lines of its own; all else, elements that nobody knows included, runs on, as in browsers.
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hgroup", "hr", "html", "legend", "li", "listing", "main", "menu", "nav", "noframes", "ol", "p",
    "plaintext", "pre", "search", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul", "xmp",
}  # fmt: skip
_KEEPS_LINES = {"pre", "listing", "xmp", "plaintext"}
_CELLS = {"td", "th"}
_TEXT = "-text"
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_REVEALED = {"js_content"}  # the text of accounts' pages, which a script makes visible
_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})|encoding=[\"']([\w-]{3,20})[\"']"
)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# The encodings that pages of the archive declare; what else they declare is nothing that browsers read.
_CHARSETS = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936", "hz-gb-2312"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cp950"), "big5hkscs"),
}
_SPACE = re.compile(r"[ \t\r\n\f]+")
_HEAD = 4096
# What pages of Chinese authorities are bound to say of themselves, and what others say in the same words. Not the
# author: there stands whoever filled in the form.
_META = {
    "articletitle": "title", "og:title": "title",
    "pubdate": "date", "article:published_time": "date", "publishdate": "date", "datepublished": "date",
    "contentsource": "source",
    "columnname": "column",
    "url": "url", "og:url": "url",
}  # fmt: skip


def read(data: bytes) -> FileText:
    """Return the visible text of a page."""
    decoded = _decode(data)
    page = LexborHTMLParser(decoded.text.replace("\0", ""))
    text = "".join(_gather(page.root)) if page.root is not None else ""
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    return FileText("\n".join(filter(None, lines)), decoded.encoding, decoded.doubtful, _read_meta(page))


def _decode(data: bytes) -> FileText:
    """Read a page in the encoding that it declares, where the bytes are in it; else in the one that fits."""
    declared = _CHARSET.search(data[:_HEAD])
    name = _CHARSETS.get((declared[1] or declared[2]).decode().lower()) if declared else None
    for encoding in ("utf-8", name):  # what can be read as UTF-8 is, whatever it says of itself
        if encoding and not data.startswith(_MARKS):
            with suppress(UnicodeDecodeError):
                return FileText(data.decode(encoding), encoding)
    try:
        return decode(data)
    except UnreadableFileError:
        # A page of which many bytes are broken is still a page: browsers show it, and so it can be found.
        text = data.removeprefix(codecs.BOM_UTF8).decode(name or "utf-8", "replace")
        return FileText(text, name or "utf-8", doubtful=True)


def _gather(root: LexborNode) -> list[str]:
    """Return the text of a page in pieces; blocks stand on lines of their own, cells of a row beside each other."""
    parts: list[str] = []
    pending: list[tuple[LexborNode | str, bool]] = [(root, False)]
    while pending:  # not by recursion: hostile pages nest a hundred thousand deep
        node, keeps_lines = pending.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        tag = node.tag or ""
        if tag == _TEXT:
            text = node.text_content or ""
            parts.append(text.replace("\r", "") if keeps_lines else _SPACE.sub(" ", text))
        elif tag not in _SILENT and not _is_hidden(node):
            edge = " " if tag in _CELLS else "\n" if tag in _BLOCKS else ""
            parts.append(edge)
            pending.append((edge, False))
            keeps_lines = keeps_lines or tag in _KEEPS_LINES
            pending.extend((child, keeps_lines) for child in reversed(_children(node)))
    return parts


def _children(node: LexborNode) -> list[LexborNode]:
    found = []
    child = node.child
    while child is not None:
        found.append(child)
        child = child.next
    return found


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes or attributes.get("id") in _REVEALED:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or (style is not None and _HIDDEN.search(style) is not None)


def _read_meta(page: LexborHTMLParser) -> dict[str, tuple[str, str]]:
    hints: dict[str, tuple[str, str]] = {}
    for meta in page.css("meta"):
        attributes = meta.attributes
        name = (attributes.get("name") or attributes.get("property") or "").lower()
        value = _SPACE.sub(" ", attributes.get("content") or "").strip()
        if name in _META and value:
            hints.setdefault(_META[name], (value, f"meta {name}"))
    for selector, name in (("title", "page title"), ("h1", "heading")):
        for element in page.css(selector):
            if text := _SPACE.sub(" ", element.text()).strip():
                hints.setdefault(name, (text, f"{selector} element"))
    return hints
