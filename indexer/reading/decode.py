"""Bytes -> text: UTF-8, UTF-16, GB18030 and Big5; also UTF-8 with lines of GB18030 in it, and the other way round.

A byte that fits nowhere becomes U+FFFD, which the parser marks and no index holds.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from functools import cache

from indexer.errors import UnreadableFileError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The lead bytes of the characters in daily use: first levels of GB 2312 and of Big5. Real text is made of these, and
# text read in the wrong encoding is not.
_COMMON_LEADS = {"gb2312": range(0xB0, 0xD8), "big5": range(0xA4, 0xC7)}
_LEAST_COMMON_SHARE = 0.8
_LEAST_UTF16_SHARE = 0.9
_LONGEST_CUT = 3
# Encodings that are found in one file. Lines with so many characters that are not ASCII, all of them UTF-8, are no
# accident.
_MIXED = ("utf-8", "gb18030")
_LEAST_SURE = 8
_LOST = "\ufffd"
_LEAST_KEPT = 20  # characters for each that is lost
_SAMPLE = 1 << 16
ONLY_PICTURES = "no-text"  # flag of what holds only pictures of its pages: such a document is found by its name


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of a file, the encoding that it was read with, and whether that encoding was a doubtful guess.

    Formats with markup also tell `hints`, what they say of themselves: for a field its value and where it stands; and
    `flags`, what is wrong with them, for every document of the file. Of a text that `is_table` every line is a row of
    cells, and none a header.
    """

    text: str
    encoding: str
    doubtful: bool = False
    hints: dict[str, tuple[str, str]] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    is_table: bool = False


def decode(data: bytes) -> FileText:
    """Read bytes as text.

    Raises:
        UnreadableFileError: when no encoding fits, or the bytes are not text at all.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_strictly(data[len(mark) :], encoding)
    if b"\0" in data:
        return _decode_wide(data)
    if (text := _try(data, "utf-8")) is not None:
        return FileText(text, "utf-8")
    return _try_cut(data) or _try_lines(data) or _try_damaged(data, "utf-8") or _decode_legacy(data)


def looks_like_text(block: bytes) -> bool:
    """Tell whether the first bytes of a file whose name does not say what it is are text beyond doubt."""
    for cut in range(_LONGEST_CUT + 1):  # its last character may be cut
        try:
            found = decode(block[: len(block) - cut])
        except UnreadableFileError:
            continue
        if not found.doubtful:
            return not _has_controls(found.text)
    return False


def decode_lines(data: bytes, encoding: str) -> str:
    """Read bytes as text, in an encoding; of UTF-8 and GB18030, lines that must be the other one are read as that.

    What is pasted at the end of a file often came from another program, as a copyright line does. Bytes that are UTF-8
    are hardly ever anything else, if they are more than a few; almost any bytes are GB18030.
    """
    if encoding not in _MIXED:
        return data.decode(encoding, "replace")
    decode_line = _decode_among_utf8 if encoding == "utf-8" else _decode_among_gb18030
    return "".join(map(decode_line, data.splitlines(keepends=True)))


def _decode_among_utf8(line: bytes) -> str:
    if (text := _try(line, "utf-8")) is not None:
        return text
    text = _try(line, "gb18030")
    return text if text is not None and _is_chinese(text) else line.decode("utf-8", "replace")


def _decode_among_gb18030(line: bytes) -> str:
    text = _try(line, "utf-8")
    return text if text is not None and _is_chinese(text) else line.decode("gb18030", "replace")


def _is_chinese(text: str) -> bool:
    return text.isascii() or _common_share(text) >= _LEAST_COMMON_SHARE


def _try_lines(data: bytes) -> FileText | None:
    """Read bytes of which some lines are UTF-8 for sure and others are not, by the encoding that more of them have."""
    lines = data.splitlines()
    sure = [text for line in lines if (text := _try(line, "utf-8")) and not text.isascii()]
    text = "".join(sure)
    wide = sum(character > "\x7f" for character in text)
    if wide < _LEAST_SURE or not _is_chinese(text):
        return None
    others = sum(len(line) for line in lines if _try(line, "utf-8") is None)
    encoding = "utf-8" if 2 * wide >= others else "gb18030"
    text = decode_lines(data, encoding)
    wide = sum(character > "\x7f" for character in text)
    is_text = 2 * text.count(_LOST) <= wide and not _has_controls(text)
    return FileText(text, encoding, doubtful=True) if is_text else None


def _decode_strictly(data: bytes, encoding: str) -> FileText:
    try:
        return FileText(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8" and (mixed := _try_lines(data)) is not None:
            return mixed
        if (damaged := _try_damaged(data, encoding)) is not None:
            return damaged
        raise UnreadableFileError(f"is marked as {encoding} but is not: byte {error.start} does not fit") from None


def _decode_wide(data: bytes) -> FileText:
    """Read UTF-16 without a mark: the byte order in which the text is made of common characters."""
    texts = {encoding: _try(data, encoding) for encoding in ("utf-16-le", "utf-16-be")}
    shares = {encoding: _common_share(text) for encoding, text in texts.items() if text and not _has_controls(text)}
    encoding = max(shares, key=lambda name: shares[name], default="")
    if shares.get(encoding, 0) < _LEAST_UTF16_SHARE:
        raise UnreadableFileError("is not text: it holds NUL bytes")
    return FileText(texts[encoding] or "", encoding)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _try_cut(data: bytes) -> FileText | None:
    """Read UTF-8 whose last character was cut off, as a broken download leaves it."""
    for cut in range(1, _LONGEST_CUT + 1):
        text = _try(data[:-cut], "utf-8")
        if text is not None and any(byte > 0x7F for byte in data[-cut:]) and not text.isascii():
            return FileText(text, "utf-8", doubtful=True)
    return None


def _try_damaged(data: bytes, encoding: str) -> FileText | None:
    """Read bytes of which few are wrong; what they were is lost."""
    text = data.decode(encoding, "replace")
    wide = sum(character > "\x7f" for character in text[:_SAMPLE])
    lost = text.count(_LOST)
    fits = lost * _LEAST_KEPT <= wide and _common_share(text.replace(_LOST, "")) >= _LEAST_COMMON_SHARE
    return FileText(text, encoding, doubtful=True) if fits else None


def _decode_legacy(data: bytes) -> FileText:
    texts = {encoding: _try(data, encoding) for encoding in ("gb18030", "big5", "utf-16-le", "utf-16-be")}
    shares = {encoding: _common_share(text) for encoding, text in texts.items() if text and not _has_controls(text)}
    encoding = max(shares, key=lambda name: shares[name], default="")
    if shares.get(encoding, 0) >= _LEAST_COMMON_SHARE:
        return FileText(texts[encoding] or "", encoding)
    if "gb18030" in shares:
        return FileText(texts["gb18030"] or "", "gb18030", doubtful=True)
    for encoding in ("gb18030", "big5"):
        if (damaged := _try_damaged(data, encoding)) is not None:
            return damaged
    raise UnreadableFileError("is in no known encoding (tried UTF-8, UTF-16, GB18030, Big5); save it as UTF-8")


def _common_share(text: str) -> float:
    """Return the share of the characters beyond ASCII that are ideographs in daily use or Chinese punctuation."""
    wide = [character for character in text[:_SAMPLE] if character > "\x7f"]
    common = sum(_is_common(character) for character in wide)
    return common / len(wide) if wide else 0.0


@cache
def _is_common(character: str) -> bool:
    if "\u3000" <= character <= "\u303f" or "\uff00" <= character <= "\uff60" or character in "“”‘’—…·×°":
        return True
    for encoding, leads in _COMMON_LEADS.items():
        encoded = character.encode(encoding, "ignore")
        if len(encoded) == 2 and encoded[0] in leads:
            return True
    return False


def _has_controls(text: str) -> bool:
    return any(character < " " and character not in "\t\n\r\f\v\x1a" for character in text[:_SAMPLE])
