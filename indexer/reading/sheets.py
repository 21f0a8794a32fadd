"""Spreadsheets (.xlsx, .xls, .et and the like) -> a line for each row, under the names of the sheets."""

from __future__ import annotations

import io
import re
import struct
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from indexer.errors import UnreadableFileError
from indexer.reading.decode import FileText
from indexer.reading.packages import Package, parse_xml
from indexer.reading.storages import MARK, read_streams

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHEET_2003 = "{urn:schemas-microsoft-com:office:spreadsheet}"
_STREAMS = ("Workbook", "Book")
_LOCKED_RECORD = 0x2F  # near the beginning
_LOCKED = "needs a password; save it without one"
_PANIC = "PanicException"
_HEAD = 1024
_MOST_TEXT = 32 << 20
_MIDNIGHT = "T00:00:00.000"
_PRECISION = 15  # digits that spreadsheets keep
_OVER_TABLE = 3  # rows over all columns
_UNNAMED = re.compile(r"(?:[Ss]heet|工作表|表)\s*\d*(?:\s*\(\d+\))?")


def read(data: bytes) -> FileText:
    """Return the text of a workbook's visible sheets, in a package, a storage or as one page of markup (Excel 2003).

    Raises:
        UnreadableFileError: it is none, is locked, or unpacks to more than it should.
    """
    if data.startswith(b"PK"):
        Package(data).check_all()
    elif data[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<"):
        return _join(_iter_marked_up(data))
    elif data.startswith(MARK) and _is_locked(data):
        raise UnreadableFileError(_LOCKED)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            return _join(_iter_sheets(workbook))
    except PasswordError:
        raise UnreadableFileError(_LOCKED) from None
    except CalamineError as error:
        raise UnreadableFileError(f"is damaged, or no real spreadsheet ({error}); open and save it anew") from None
    except BaseException as error:  # what Rust panics with is no Exception
        if type(error).__name__ != _PANIC:
            raise
        raise UnreadableFileError(f"is damaged, or no real spreadsheet ({error}); open and save it anew") from None


def _is_locked(data: bytes) -> bool:
    """Tell whether a workbook of before 2007 needs a password, which the library takes for damage."""
    start = next(iter(read_streams(data, *_STREAMS, most=_HEAD).values()), b"")
    at = 0
    while at + 4 <= len(start):
        sort, length = struct.unpack_from("<HH", start, at)
        if sort == _LOCKED_RECORD:
            return True
        at += 4 + length
    return False


def _join(sheets: Iterable[tuple[str, Iterator[str]]]) -> FileText:
    """Put the lines of sheets under their names, where there are several."""
    size = 0
    found: list[tuple[str, list[str]]] = []
    for name, rows in sheets:
        lines = []
        for line in rows:
            size += len(line)
            if size > _MOST_TEXT:
                raise UnreadableFileError(f"holds more than {_MOST_TEXT >> 20} million characters; split it")
            lines.append(line)
        if lines:
            found.append((name, lines))
    heading = _heading_of(found[0][1]) if found else ""
    several = len(found) > 1
    named = [
        ([name] if several and not _UNNAMED.fullmatch(name) and name not in heading else [], lines)
        for name, lines in found
    ]
    text = "\n".join(line for name, lines in named for line in (*name, *lines))
    hints = {"heading": (heading, "first row of the first sheet")} if heading else {}
    return FileText(text, "sheets", hints=hints, is_table=True)


def _heading_of(rows: list[str]) -> str:
    """Return the first row of a sheet where it runs over all columns, above the rows of the table; else nothing."""
    if not rows or "\t" in rows[0]:
        return ""
    return rows[0] if any("\t" in row for row in rows[1 : _OVER_TABLE + 1]) else ""


def _iter_sheets(workbook: CalamineWorkbook) -> Iterator[tuple[str, Iterator[str]]]:
    for sheet in workbook.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
            yield sheet.name, _iter_rows(workbook.get_sheet_by_name(sheet.name).iter_rows())


def _iter_rows(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield the rows that hold something; what is empty, as all but the first of merged cells, is left out."""
    for row in rows:
        if line := "\t".join(filter(None, map(_show, row))):
            yield line


def _iter_marked_up(data: bytes) -> Iterator[tuple[str, Iterator[str]]]:
    for sheet in parse_xml(data).iter(f"{_SHEET_2003}Worksheet"):
        rows = (_cells_of(row) for row in sheet.iter(f"{_SHEET_2003}Row"))
        yield sheet.get(f"{_SHEET_2003}Name", ""), _iter_rows(rows)


def _cells_of(row: Any) -> list[str]:
    return ["".join(cell.itertext()).removesuffix(_MIDNIGHT) for cell in row.iter(f"{_SHEET_2003}Data")]


def _show(value: object) -> str:
    """Return a value of a cell about as it is shown; how it is formatted is not known."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return f"{value:.{_PRECISION}g}"
    return " ".join(str(value).split())
