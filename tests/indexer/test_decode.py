"""Bytes become exactly the text that was written, or a reason; never mojibake in silence."""

from __future__ import annotations

import pytest

from indexer.errors import UnreadableFileError
from indexer.reading import decode
from indexer.updating.extraction import read_documents
from indexer.updating.pipeline import find_file
from tests.conftest import Write

SIMPLIFIED = "6月14日下午，泓口市科协召开专题会议，传达学习有关精神。会议指出，要认真贯彻落实。"
TRADITIONAL = "六月十四日下午，本會召開會議，討論來年工作計劃，並審議各項報告，與會者踴躍發言。"


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED + "镕堃䶮€", "gb18030", "gb18030"),
        (SIMPLIFIED, "utf-16", "utf-16-le"),
        (SIMPLIFIED + "\n", "utf-16-le", "utf-16-le"),
        (SIMPLIFIED + "\n", "utf-16-be", "utf-16-be"),
        (SIMPLIFIED, "utf-32", "utf-32-le"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "gb18030", "gb18030"),
        ("plain ASCII", "ascii", "utf-8"),
        ("", "utf-8", "utf-8"),
    ],
)
def test_text_comes_back_as_it_was(text: str, encoding: str, named: str) -> None:
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.encoding, decoded.doubtful) == (text, named, False)


def test_a_cut_off_last_character_is_dropped_and_doubted() -> None:
    decoded = decode(SIMPLIFIED.encode()[:-1])
    assert decoded.text == SIMPLIFIED[:-1]
    assert decoded.doubtful


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00" * 10 + b"\x01", "is not text"),
        (b"\xff\xfe\x00\xd8", "is marked as utf-16-le"),
        (bytes(range(1, 256)) * 4, "is in no known encoding"),
    ],
)
def test_what_is_no_text_says_so(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        decode(data)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_few_wrong_bytes_cost_what_stands_there_and_not_the_text(encoding: str) -> None:
    lines = f"{SIMPLIFIED}\n{SIMPLIFIED}\n{SIMPLIFIED}".encode(encoding)
    decoded = decode(lines[:7] + b"\xff" + lines[7:])
    assert (decoded.encoding, decoded.doubtful) == (encoding, True)
    assert decoded.text.splitlines()[1:] == [SIMPLIFIED, SIMPLIFIED]
    assert "\ufffd" in decoded.text


FOOTER = "转载请注明出处，本网保留所有权利"


@pytest.mark.parametrize(("most", "few"), [("utf-8", "gb18030"), ("gb18030", "utf-8"), ("utf-8-sig", "gb18030")])
@pytest.mark.parametrize("lines", [1, 3, 200])
def test_a_line_in_another_encoding_costs_nothing_but_trust(most: str, few: str, lines: int) -> None:
    text = f"{SIMPLIFIED}\n" * lines
    decoded = decode(text.encode(most) + FOOTER.encode(few) + b"\r\nend")
    assert (decoded.text, decoded.doubtful) == (f"{text}{FOOTER}\r\nend", True)


def test_other_scripts_beside_a_line_in_another_encoding_stay_what_they_are() -> None:
    lines = [SIMPLIFIED, "Université de Genève", "Österreich: Müller, Köln", "λ", "Москва", SIMPLIFIED]
    decoded = decode("\n".join(lines).encode() + b"\n" + FOOTER.encode("gb18030"))
    assert decoded.text.split("\n") == [*lines, FOOTER]


def test_a_line_that_fits_nowhere_costs_that_line() -> None:
    decoded = decode(f"{SIMPLIFIED}\n".encode() + b"\xff\xfe\x80\x81" * 8 + f"\n{SIMPLIFIED}".encode())
    first, damaged, last = decoded.text.split("\n")
    assert (first, last, decoded.doubtful) == (SIMPLIFIED, SIMPLIFIED, True)
    assert set(damaged) == {"\ufffd"}


def test_a_line_in_another_encoding_of_a_text_in_pieces_is_read_as_well(write: Write) -> None:
    """Texts of more than 4 MB are read in pieces, each by itself."""
    body = f"{SIMPLIFIED}\n" * 40_000
    archive = write({"large.txt": body.encode() + FOOTER.encode("gb18030") + f"\n{body[:3000]}".encode()})
    documents, _, encoding = read_documents(find_file(archive / "large.txt"))
    assert encoding == "utf-8"
    assert any(FOOTER in document.body for document in documents)
    assert not any("\ufffd" in document.body for document in documents)
