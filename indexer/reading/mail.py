"""Mails (RFC 5322) -> their text, and what is attached to them; also mails that declare a wrong encoding, or none."""

from __future__ import annotations

import codecs
import email
import re
from base64 import b64decode
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import partial
from mimetypes import guess_extension
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote_to_bytes

from indexer.errors import UnreadableFileError
from indexer.reading import html
from indexer.reading.boxes import MOST_ENTRIES, Entry
from indexer.reading.decode import FileText, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 128 << 20
_FORWARDED = "message/rfc822"
# GB 2312 is declared for what is GBK, and Big5 for what has the characters of Hong Kong.
_CHARSETS = {
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "cp936", "gb_2312-80", "euc-cn"), "gb18030"),
    **dict.fromkeys(("big5", "cp950", "x-x-big5"), "big5hkscs"),
}
_UNNAMED = "附件"
_EARLIEST = date(1980, 1, 1)  # before it, a clock that was not set
_SPACE = re.compile(r"\s+")
_SOFT_BREAK = re.compile(r"(?<!--) \r?\n")  # RFC 3676; two dashes and a space stand above a signature
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
_HEAD = 1 << 12
_LONGEST_HEADER = 20_000


def iter_entries(stream: BinaryIO) -> Iterator[Entry]:
    """Yield the text of a mail, then each file that is attached to it; forwarded mails are files of their own.

    Raises:
        UnreadableFileError: it is no mail, or has too many parts.
    """
    message = read_message(stream.read(MOST_BYTES + 1))
    texts, attached = _sort_parts(message)
    yield Entry("", text=_make_text(message, texts))
    for number, part in enumerate(attached, start=1):
        yield Entry(_name_of(part, number), _size_of(part), partial(_bytes_of, part))


def read_message(data: bytes) -> Message:
    """Return the parts of a message.

    Raises:
        UnreadableFileError: it is none, or larger than mails are.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableFileError(f"is larger than {MOST_BYTES >> 20} MB, the limit for this format; split it")
    data = data.removeprefix(codecs.BOM_UTF8).lstrip()
    if not any(map(_HEADER.match, data[:_HEAD].splitlines()[:2])):
        raise UnreadableFileError("is no mail: it does not begin with headers such as From and Subject")
    try:
        return email.message_from_bytes(data)
    except (MessageError, ValueError) as error:
        raise UnreadableFileError(f"is damaged, or no mail ({error})") from None


def leaves_of(message: Message) -> Iterator[Message]:
    """Yield the parts of a message that hold something, in order; a forwarded mail is one of them.

    Raises:
        UnreadableFileError: there are too many.
    """
    pending, seen = [message], 0
    while pending:  # not by recursion: hostile mails nest deep
        part = pending.pop()
        seen += 1
        if seen > MOST_ENTRIES:
            raise UnreadableFileError(f"has more than {MOST_ENTRIES} parts; it is damaged or hostile")
        if part.get_content_type() != _FORWARDED and part.is_multipart():
            pending.extend(reversed(part.get_payload()))  # type: ignore[arg-type]
        else:
            yield part


def read_header(message: Message, name: str) -> str:
    """Return a header as people read it: encoded words decoded, bytes that stand in it bare as well."""
    return _SPACE.sub(" ", _decode_words(_raw_header(message, name))).strip()


def read_part(part: Message) -> FileText:
    """Return the text of a part, in the encoding that it declares where it is in that, else in the one that fits."""
    raw = _decode_part(part)
    declared = str(_read_parameter(part, "content-type", key="charset") or "")
    text = _decode_as(raw, declared)
    if part.get_content_type() == "text/html":
        return html.read(raw if text is None else text.encode("utf-8", "ignore"))
    if str(_read_parameter(part, "content-type", key="format")).lower() == "flowed":
        is_glued = str(_read_parameter(part, "content-type", key="delsp")).lower() == "yes"
        text = _SOFT_BREAK.sub("" if is_glued else " ", decode(raw).text if text is None else text)
    return decode(raw) if text is None else FileText(text, declared.lower())


def _sort_parts(message: Message) -> tuple[list[Message], list[Message]]:
    """Return the parts that are the text of a mail, and those that are attached to it."""
    texts: list[Message] = []
    attached: list[Message] = []
    for part in leaves_of(message):
        is_text = part.get_content_type() in ("text/plain", "text/html") or part.get_content_maintype() == "multipart"
        is_attached = part.get_content_disposition() == "attachment" or bool(_find_name(part))
        if is_text and not is_attached:
            texts.append(part)
        elif part.get_content_type() == _FORWARDED or part.get_content_maintype() != "message":
            attached.append(part)
    return texts, attached


def _make_text(message: Message, parts: list[Message]) -> FileText:
    """Return the text of a mail as its reader sees it, and what its headers say of it."""
    twins = _find_twins(message)
    read = [(part, _read_loosely(part)) for part in parts]
    has_page = any(own.text.strip() for part, own in read if part.get_content_type() == "text/html")
    texts = [own for part, own in read if not (has_page and id(part) in twins)]
    text = "\n".join(own.text.strip() for own in texts)
    encoding = next((own.encoding for own in texts), "ascii")
    return FileText(text, encoding, any(own.doubtful for own in texts), _read_hints(message))


def _find_twins(message: Message) -> set[int]:
    """Return the plain parts (by identity) that say once more, without its tables, what a page beside them says."""
    twins: set[int] = set()
    pending = [message]
    while pending:
        part = pending.pop()
        if part.get_content_type() == _FORWARDED or not part.is_multipart():
            continue
        own: list[Message] = part.get_payload()  # type: ignore[assignment]
        pending += own
        kinds = [other.get_content_type() for other in own]
        if part.get_content_subtype() == "alternative" and any(kind != "text/plain" for kind in kinds):
            twins |= {id(other) for other, kind in zip(own, kinds, strict=True) if kind == "text/plain"}
    return twins


def _read_loosely(part: Message) -> FileText:
    """Return the text of a part; one that is none in any encoding costs its mail nothing but what cannot be read."""
    try:
        return read_part(part)
    except UnreadableFileError:
        return FileText(_decode_part(part).decode("utf-8", "replace"), "utf-8", doubtful=True)


def _read_hints(message: Message) -> dict[str, tuple[str, str]]:
    subject = read_header(message, "Subject")
    hints = {"title": (subject, "subject of the mail")} if subject else {}
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        day = parsedate_to_datetime(read_header(message, "Date")).date()
        if _EARLIEST <= day <= datetime.now(UTC).date() + timedelta(days=1):
            hints["date"] = (day.isoformat(), "date of the mail")
    for name, _ in getaddresses([_raw_header(message, "From")])[:1]:
        if sender := _SPACE.sub("", _decode_words(name)).strip("'\"“”"):
            hints["sender"] = (sender, "sender of the mail")
    return hints


def _name_of(part: Message, number: int) -> str:
    """Return the name of what is attached; it is one name, however many steps it would have on a disk."""
    name = _find_name(part)
    if part.get_content_type() == _FORWARDED:
        inner = part.get_payload(0) if part.is_multipart() else None
        subject = read_header(inner, "Subject") if inner is not None and not isinstance(inner, str) else ""
        name = name or subject or f"{_UNNAMED}{number}"
        name = name if name.lower().endswith(".eml") else f"{name}.eml"
    elif not name:
        name = f"{_UNNAMED}{number}{guess_extension(part.get_content_type()) or ''}"
    return re.sub(r"[\\/\x00-\x1f]", "_", name)


def _find_name(part: Message) -> str:
    """Return the name that a part has for people, in whichever of the ways that are in use."""
    for header, key in (("content-disposition", "filename"), ("content-type", "name")):
        value = _read_parameter(part, header, key=key)
        if isinstance(value, tuple):  # RFC 2231
            charset, _, text = value
            raw = text.encode("latin-1", "ignore") if "%" not in text else unquote_to_bytes(text)
            return _decode_bytes(raw, charset or "")
        if value and value.strip():
            return _SPACE.sub(" ", _decode_words(value)).strip()
    return ""


def _read_parameter(part: Message, header: str, *, key: str) -> str | tuple[str | None, str | None, str] | None:
    """Return a parameter of a header of a part, in which bytes that stand bare are read as text; None without one."""
    text = _raw_header(part, header)
    bare = Message()
    bare[header] = text if text.isascii() else _decode_bytes(text.encode("utf-8", "surrogateescape"), "")
    with suppress(TypeError, ValueError, LookupError):  # of pieces that are numbered in part, and the like
        return bare.get_param(key, None, header)
    return None


def _bytes_of(part: Message) -> bytes:
    if part.get_content_type() == _FORWARDED and part.is_multipart():
        inner = part.get_payload(0)
        data = b"" if isinstance(inner, str) else _write(inner)
        return b64decode(data) if _raw_header(part, "Content-Transfer-Encoding").lower() == "base64" else data
    return _decode_part(part)


def _size_of(part: Message) -> int:
    """Return how many bytes a part has at the most, before it is decoded."""
    with suppress(ValueError, LookupError, TypeError):
        payload = part.get_payload()
        return len(payload) if isinstance(payload, str) else 0
    return 0


def _decode_part(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError):  # it declares what is no encoding
        del part["Content-Type"]
        data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _write(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (MessageError, ValueError, KeyError, LookupError, UnicodeError):  # what was read cannot always be written
        return b""


def _raw_header(message: Message, name: str) -> str:
    """Return a header as it stands, cut beyond all measure; bytes in it that are no ASCII are lone surrogates."""
    value = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return value.strip()[:_LONGEST_HEADER]


def _decode_words(text: str) -> str:
    """Decode the encoded words (RFC 2047) of a header, and bytes that should have been some."""
    try:
        pieces = decode_header(text) if "=?" in text else [(text, None)]
    except (HeaderParseError, ValueError):
        pieces = [(text, None)]
    found = []
    for piece, charset in pieces:
        raw = piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogateescape")
        found.append(_decode_bytes(raw, charset or ""))
    return "".join(found)


def _decode_bytes(raw: bytes, charset: str) -> str:
    text = _decode_as(raw, charset)
    if text is not None:
        return text
    try:
        return decode(raw).text
    except UnreadableFileError:
        return raw.decode("utf-8", "replace")


def _decode_as(raw: bytes, charset: str) -> str | None:
    """Read bytes in an encoding that they are said to be in; None where they are not, or nobody knows it."""
    name = charset.lower().strip()
    if not name or name in ("us-ascii", "unknown-8bit", "8bit", "default"):
        return None
    with suppress(LookupError, ValueError):
        return raw.decode(_CHARSETS.get(name, name))
    return None
