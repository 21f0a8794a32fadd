"""Bytes -> text: UTF-8, UTF-16, GB18030 and Big5, never with replacement characters."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from indexer.errors import UnreadableFileError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The lead bytes of the characters in daily use, first level of GB 2312 and of Big5; real text is made of these, and
# text read with the wrong one of the two encodings is not.
_COMMON_LEADS = {"gb18030": range(0xB0, 0xD8), "big5": range(0xA4, 0xC7)}
_LEAST_COMMON_SHARE = 0.7
_LONGEST_CUT = 3
_SAMPLE = 1 << 16


@dataclass(frozen=True, slots=True)
class DecodedText:
    """Text, the encoding that it was read with, and whether that encoding was a doubtful guess."""

    text: str
    encoding: str
    doubtful: bool = False


def decode(data: bytes) -> DecodedText:
    """Read bytes as text.

    Raises:
        UnreadableFileError: when no encoding fits, or the bytes are not text at all.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_strictly(data[len(mark) :], encoding)
    if _looks_like_utf16(data):
        return _decode_strictly(data, "utf-16-le" if data[1:2] == b"\0" or data[3:4] == b"\0" else "utf-16-be")
    if b"\0" in data:
        raise UnreadableFileError("is not text: it holds NUL bytes")
    if (text := _try(data, "utf-8")) is not None:
        return DecodedText(text, "utf-8")
    if (text := _try_cut(data)) is not None:
        return DecodedText(text, "utf-8", doubtful=True)
    return _decode_legacy(data)


def _decode_strictly(data: bytes, encoding: str) -> DecodedText:
    try:
        return DecodedText(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(f"is marked as {encoding} but is not: byte {error.start} does not fit") from None


def _looks_like_utf16(data: bytes) -> bool:
    """Recognise UTF-16 without a mark by its line feeds and ASCII: NUL on every second byte, on one side only."""
    if len(data) < 4 or len(data) % 2:
        return False
    even, odd = data[0:_SAMPLE:2].count(0), data[1:_SAMPLE:2].count(0)
    return (even > 0) != (odd > 0)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _try_cut(data: bytes) -> str | None:
    """Read UTF-8 whose last character was cut off, as a broken download leaves it."""
    for cut in range(1, _LONGEST_CUT + 1):
        text = _try(data[:-cut], "utf-8")
        if text is not None and any(byte > 0x7F for byte in data[-cut:]) and not text.isascii():
            return text
    return None


def _decode_legacy(data: bytes) -> DecodedText:
    texts = {encoding: _try(data, encoding) for encoding in _COMMON_LEADS}
    for encoding, text in texts.items():
        if text is not None and _common_share(text, encoding) >= _LEAST_COMMON_SHARE:
            return DecodedText(text, encoding)
    if texts["gb18030"] is not None and not _has_controls(texts["gb18030"]):
        return DecodedText(texts["gb18030"], "gb18030", doubtful=True)
    raise UnreadableFileError("is in no known encoding (tried UTF-8, UTF-16, GB18030, Big5); save it as UTF-8")


def _common_share(text: str, encoding: str) -> float:
    han = [character for character in text[:_SAMPLE] if "\u4e00" <= character <= "\u9fff"]
    if not han or _has_controls(text):
        return 0.0
    encoded = (character.encode(encoding, "replace") for character in han)
    return sum(len(pair) == 2 and pair[0] in _COMMON_LEADS[encoding] for pair in encoded) / len(han)


def _has_controls(text: str) -> bool:
    return any(character < " " and character not in "\t\n\r\f\v\x1a" for character in text[:_SAMPLE])
