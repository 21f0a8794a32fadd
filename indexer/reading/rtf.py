"""Rich text (.rtf) -> its paragraphs, one a line, in whatever encodings it mixes; as `docx` gives them.

Bytes are kept as they come and read when the encoding changes, because programs write a character of two bytes as
escape and letter (`\\'e9F` is 镕).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from indexer.errors import UnreadableFileError
from indexer.reading.decode import FileText
from indexer.reading.rows import join_row

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKENS = re.compile(
    rb"((?:\\u-?\d{1,6} ?(?:\?|\\'3[fF]))+)|\\([A-Za-z]{1,32})(-?\d{1,10})? ?|((?:\\'[0-9A-Fa-f]{2})+)"
    rb"|\\([^A-Za-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_NUMBERS = re.compile(rb"u(-?\d+)")
_LOST = "\ufffd"
# Groups that nobody sees; so is each that begins with \* but for those below.
_SILENT = set(
    b"annotation atnauthor atndate atnicn atnid atnparent atnref atntime atrfend atrfstart author bkmkend bkmkstart"
    b" buptim category colortbl comment company creatim datastore doccomm docvar factoidname falt filetbl"
    b" fldinst fname footer footerf footerl footerr footnotesep ftncn ftnsep ftnsepc aftncn aftnsep aftnsepc header"
    b" headerf headerl headerr info keywords latentstyles listoverridetable listtable manager nonshppict objclass"
    b" objdata objname operator panose pict printim private revtbl revtim rsidtbl rxe shprslt sn sp stylesheet subject"
    b" sv tc template themedata title txe ud userprops xe xmlnstbl".split()
)
_SEEN = {b"shpinst", b"shptxt", b"dptxbxtext", b"shppict"}
_FONTS, _BOXES, _NOTES = b"fonttbl", {b"shptxt", b"dptxbxtext"}, {b"footnote"}
_SIGNS = {
    b"tab": "\t", b"line": "\n", b"lbr": "\n", b"emdash": "—", b"endash": "–", b"bullet": "•", b"lquote": "‘",
    b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"emspace": " ", b"enspace": " ", b"qmspace": " ",
    b"nestcell": "\t",
}  # fmt: skip
_SYMBOLS = {b"~": " ", b"_": "-", b"-": ""}
_ENDS = {b"par", b"sect", b"page", b"nestrow"}
_CODE_PAGES = {936: "gbk", 54936: "gb18030", 950: "big5hkscs", 65001: "utf-8", 10008: "gb2312"}
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5hkscs", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


@dataclass(slots=True)
class _Sheet:
    """What text is written on: the document itself, a note or a text box."""

    lines: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)  # of the paragraph that is written
    cell: list[str] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)  # behind the paragraph

    def end_paragraph(self, *, in_table: bool) -> None:
        line = "".join(self.parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        self.parts.clear()
        if in_table:
            self.cell.append(line)
        else:
            self.end_row()
            self.lines += [line, *self.boxes]
            self.boxes = []

    def end_cell(self) -> None:
        self.end_paragraph(in_table=True)
        self.cells.append(self.cell)
        self.cell = []

    def end_row(self) -> None:
        cells = [*self.cells, self.cell] if self.cell else self.cells
        if cells:
            self.lines += [*join_row(cells), *self.boxes]
            self.cell, self.cells, self.boxes = [], [], []

    def end(self) -> list[str]:
        self.end_paragraph(in_table=bool(self.cells))
        self.end_row()
        return [*self.lines, *self.boxes]


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds inside a pair of braces."""

    sheet: _Sheet
    destination: bytes = b""
    is_silent: bool = False
    is_hidden: bool = False
    in_table: bool = False
    font: int = -1
    replaced: int = 1  # characters behind each of Unicode, for programs that know none


class _Reader:
    def __init__(self) -> None:
        self.sheet = _Sheet()
        self.notes: list[str] = []
        self.group = _Group(self.sheet)
        self.groups: list[_Group] = []
        self.encoding = ""  # until it is declared
        self.fonts: dict[int, str] = {}
        self.raw = bytearray()
        self.skipped = 0  # characters that still stand for one of Unicode
        self.may_be_silent = False  # behind \*

    def read(self, data: bytes) -> list[str]:
        at = data.find(b"{\\rtf")
        while (token := _TOKENS.match(data, at)) is not None:
            at = token.end()
            wide, word, number, escaped, symbol, brace, text = token.groups()
            if wide:
                self.take_wide([int(own) for own in _NUMBERS.findall(wide)])
            elif word == b"bin":
                at += max(0, int(number or 0))
            elif word:
                self.take_word(word, int(number) if number else None)
            elif escaped:
                self.take_bytes(bytes.fromhex(escaped.replace(b"\\'", b"").decode()))
            elif symbol:
                self.take_symbol(symbol)
            elif text:
                self.take_bytes(text)
            elif brace and not self.take_brace(brace):
                break
        self.flush()
        return [*self.sheet.end(), *self.notes]

    def take_wide(self, numbers: list[int]) -> None:
        """Take characters of Unicode, each with a question mark for programs that know none."""
        if self.group.replaced == 1:
            self.skipped = 0
            self.write("".join(chr(number % 0x10000) for number in numbers))
            return
        for number in numbers:
            self.take_word(b"u", number)
            self.take_bytes(b"?")

    def take_bytes(self, text: bytes) -> None:
        skipped = min(self.skipped, len(text))
        self.skipped -= skipped
        if not (self.group.is_silent or self.group.is_hidden or self.group.destination == _FONTS):
            self.raw += text[skipped:]

    def write(self, text: str) -> None:
        self.flush()
        if not (self.group.is_silent or self.group.is_hidden):
            self.group.sheet.parts.append(text)

    def flush(self) -> None:
        if self.raw:
            encoding = self.fonts.get(self.group.font, self.encoding)
            try:
                text = self.raw.decode(encoding or "gbk")
            except UnicodeDecodeError:
                text = self.raw.decode(encoding or "cp1252", "replace")  # undeclared, it is one or the other
            self.group.sheet.parts.append(text)
            self.raw.clear()

    def take_symbol(self, symbol: bytes) -> None:
        if symbol in b"\\{}":
            self.take_bytes(symbol)
        elif symbol == b"*":
            self.may_be_silent = True
        elif symbol in b"\r\n":
            self.take_word(b"par", None)
        elif self.skipped:
            self.skipped -= 1
        else:
            self.write(_SYMBOLS.get(symbol, ""))

    def take_brace(self, brace: bytes) -> bool:
        """Open or close a group; tell whether the document goes on."""
        self.flush()
        self.skipped, self.may_be_silent = 0, False
        if brace == b"{":
            self.groups.append(self.group)
            return True
        if not self.groups:
            return False
        closed, self.group = self.group, self.groups.pop()
        if closed.sheet is not self.group.sheet:
            if closed.destination in _NOTES:
                self.notes += closed.sheet.end()
            else:
                self.group.sheet.boxes += closed.sheet.end()
        return bool(self.groups)

    def take_word(self, word: bytes, number: int | None) -> None:
        if word == b"u" and number is not None:
            self.write(chr(number % 0x10000))
            self.skipped = self.group.replaced
            return
        if self.skipped:
            self.skipped -= 1
            return
        self.flush()
        if self.may_be_silent or word in _SILENT or word in _NOTES or word in _BOXES or word == _FONTS:
            self.take_destination(word)
        elif word == b"ansicpg" and number is not None:
            self.encoding = _known(_CODE_PAGES.get(number, f"cp{number}")) or self.encoding
        elif word == b"fcharset" and number in _CHARSETS and self.group.destination == _FONTS:
            self.fonts[self.group.font] = _CHARSETS[number]
        elif word in _STATES:
            name, value = _STATES[word](number)
            self.group = replace(self.group, **{name: value})
        elif not (self.group.is_silent or self.group.is_hidden):
            self.take_layout(word)

    def take_destination(self, word: bytes) -> None:
        is_silent = self.group.is_silent or word in _SILENT or (self.may_be_silent and word not in _SEEN | _NOTES)
        self.may_be_silent = False
        own = not is_silent and (word in _NOTES or word in _BOXES)
        sheet = _Sheet() if own else self.group.sheet
        self.group = replace(self.group, sheet=sheet, destination=word, is_silent=is_silent)

    def take_layout(self, word: bytes) -> None:
        sheet = self.group.sheet
        if word in _SIGNS:
            sheet.parts.append(_SIGNS[word])
        elif word in _ENDS:
            sheet.end_paragraph(in_table=self.group.in_table)
        elif word == b"cell":
            sheet.end_cell()
        elif word == b"row":
            sheet.end_row()


# What changes a group: for a word (its number is 0 where it switches off) the attribute and the value.
_STATES: dict[bytes, Callable[[int | None], tuple[str, Any]]] = {
    b"f": lambda number: ("font", number or 0),
    b"uc": lambda number: ("replaced", 1 if number is None else max(0, number)),
    b"v": lambda number: ("is_hidden", number != 0),
    b"deleted": lambda number: ("is_hidden", number != 0),
    b"intbl": lambda number: ("in_table", number != 0),
    b"pard": lambda _: ("in_table", False),
    b"plain": lambda _: ("is_hidden", False),
}


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return ""


def read(data: bytes) -> FileText:
    """Return the text of a rich text file.

    Raises:
        UnreadableFileError: it is none.
    """
    if b"{\\rtf" not in data[:1024]:
        raise UnreadableFileError("is no .rtf file; open it in its own program and save it as .docx")
    text = "\n".join(_Reader().read(data))
    return FileText(text, "rtf", doubtful=_LOST in text)
