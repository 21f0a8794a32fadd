"""HTML -> the lines that a browser shows, the page's own metadata, and which lines are its content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import lxml.html
import trafilatura

from indexer.errors import UnreadableFileError
from indexer.reading.decode import FileText, decode

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SILENT = {
    "script", "style", "noscript", "template", "head", "svg", "iframe", "object", "canvas", "select", "textarea",
    "button", "audio", "video", "map", "datalist",
}  # fmt: skip
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong",
    "sub", "sup", "time", "tt", "u", "var", "wbr", "input",
}  # fmt: skip
_CELLS = {"td", "th"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})|encoding=[\"']([\w-]{3,20})[\"']")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_HEAD = 4096
# What pages of Chinese authorities are bound to say of themselves, and what others say in the same words.
_META = {
    "articletitle": "title", "og:title": "title",
    "pubdate": "date", "article:published_time": "date", "publishdate": "date", "datepublished": "date",
    "contentsource": "source",
    "author": "author",
    "columnname": "column",
    "url": "url", "og:url": "url",
}  # fmt: skip
_LEAST_MAIN = 8


def read(data: bytes) -> FileText:
    """Return the visible text of a page.

    Raises:
        UnreadableFileError: there is no page in it.
    """
    decoded = _decode(data)
    source = _DECLARATION.sub("", decoded.text).replace("\0", "")
    if not source.strip():
        return FileText("", decoded.encoding)
    page = lxml.html.document_fromstring(source)
    lines = _Lines()
    lines.add(page)
    text = [line for line in (_SPACE.sub(" ", line).strip() for line in "".join(lines.parts).split("\n")) if line]
    main = _find_main(source, text)
    return FileText("\n".join(text), decoded.encoding, decoded.doubtful, _read_meta(page), main)


def _decode(data: bytes) -> FileText:
    """Read a page in the encoding that it declares, where the bytes are in it; else in the one that fits."""
    declared = _CHARSET.search(data[:_HEAD])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = (declared[1] or declared[2]).decode().lower()
        name = "gb18030" if name in {"gb2312", "gbk", "gb_2312-80"} else name
        try:
            return FileText(data.decode(name), name)
        except (UnicodeDecodeError, LookupError):
            pass
    try:
        return decode(data)
    except UnreadableFileError:
        # A page of which a few bytes are broken is still a page: browsers show it, and so it can be found.
        name = name if declared and name != "utf-16" else "utf-8"
        try:
            return FileText(data.decode(name, "ignore"), name, doubtful=True)
        except LookupError:
            return FileText(data.decode("utf-8", "ignore"), "utf-8", doubtful=True)


class _Lines:
    """Gathers the text of a page; blocks stand on lines of their own, cells of a table row beside each other."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def add(self, element: HtmlElement) -> None:
        """Add an element and what is in it, without the text after it."""
        stack: list[tuple[HtmlElement, bool]] = [(element, False)]
        while stack:  # not by recursion: hostile pages nest a hundred thousand deep
            node, is_done = stack.pop()
            tag = node.tag if isinstance(node.tag, str) else ""
            if is_done:
                self._break(tag)
                self._tail(node, element)
                continue
            if not tag or tag in _SILENT or _is_hidden(node):
                self._tail(node, element)
                continue
            self._break(tag)
            self.parts.append(_flat(node.text))
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node))

    def _break(self, tag: str) -> None:
        if tag in _CELLS:
            self.parts.append(" ")
        elif tag not in _INLINE:
            self.parts.append("\n")

    def _tail(self, node: HtmlElement, root: HtmlElement) -> None:
        if node is not root:
            self.parts.append(_flat(node.tail))


def _flat(text: str | None) -> str:
    return _SPACE.sub(" ", text) if text else ""


def _is_hidden(node: HtmlElement) -> bool:
    style = node.get("style")
    return node.get("hidden") is not None or (style is not None and _HIDDEN.search(style) is not None)


def _read_meta(page: HtmlElement) -> dict[str, tuple[str, str]]:
    hints: dict[str, tuple[str, str]] = {}
    for meta in page.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        value = _SPACE.sub(" ", meta.get("content") or "").strip()
        if name in _META and value:
            hints.setdefault(_META[name], (value, f"meta {name}"))
    title = page.find(".//title")
    if title is not None and (text := _SPACE.sub(" ", title.text_content()).strip()):
        hints["page title"] = (text, "title element")
    for heading in page.iter("h1"):
        if text := _SPACE.sub(" ", heading.text_content()).strip():
            hints.setdefault("heading", (text, "h1 element"))
    return hints


def _find_main(source: str, lines: list[str]) -> frozenset[int]:
    """Return the numbers of the lines that trafilatura takes for the content."""
    found = trafilatura.extract(
        source, output_format="txt", include_comments=False, include_tables=True, favor_recall=True
    )
    if not found:
        return frozenset()
    content = _squeeze(found)
    numbers, at = set(), 0
    for number, line in enumerate(lines, start=1):
        squeezed = _squeeze(line)
        place = content.find(squeezed, at) if squeezed else -1
        if place < 0:
            continue
        if len(squeezed) >= _LEAST_MAIN or place - at < _LEAST_MAIN:
            numbers.add(number)
            at = place + len(squeezed)
    return frozenset(numbers)


def _squeeze(text: str) -> str:
    return re.sub(r"[\s|#*_\-]+", "", text)
