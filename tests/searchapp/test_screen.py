"""What a terminal shows of hits and documents: real processes on real ones, of a size that the test chooses."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import Settings, width_of
from searchapp.terminal.screen import break_lines
from tests.conftest import program

COLUMNS, LINES = 44, 12
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(command: list[str], **variables: str) -> tuple[list[str], int]:
    """Run a command on a terminal of its own; return the lines that it shows there, with colours, and its exit code."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "PAGER": "cat", **variables}
    environment.pop("COLUMNS", None)
    process = subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=environment, start_new_session=True)
    os.close(its)
    shown = b""
    while True:
        try:
            block = os.read(ours, 1 << 16)
        except OSError:  # nobody writes to it any more
            break
        if not block:
            break
        shown += block
    os.close(ours)
    return shown.decode().replace("\r\n", "\n").splitlines(), process.wait(timeout=20)


@pytest.fixture(scope="session")
def search(corpus_settings: Settings) -> list[str]:
    """Return the command that searches the sample archive."""
    return [program("searchapp"), "--index", str(corpus_settings.index)]


def test_titles_are_bold_marks_are_coloured_and_lines_are_as_wide_as_the_terminal(search: list[str]) -> None:
    lines, code = on_terminal([*search, "search", "科普", "--limit", "3", "--fold"])
    assert code == 0
    plain = [COLOURS.sub("", line) for line in lines]
    assert max(map(width_of, plain)) <= COLUMNS
    assert sum(width_of(line) > COLUMNS - 6 for line in plain) > 5, "lines are filled"
    assert not [line for line in plain if line.strip()[:1] in set("，。、；：”）》")]
    assert any(re.match(r"1\. \x1b\[1m", line) for line in lines)
    assert any("\x1b[33m\x1b[1m科普\x1b[0m" in line for line in lines)
    hits = plain[plain.index("") + 1 : -2]
    assert all(line.startswith(("   ", "1. ", "2. ", "3. ")) for line in hits if line)
    assert "--offset 3" in plain[-1] + plain[-2]


@pytest.mark.parametrize(
    ("options", "variables"),
    [([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"}), (["--color", "never"], {})],
    ids=["NO_COLOR", "TERM=dumb", "--color"],
)
def test_nothing_is_coloured_where_nobody_wants_it(
    search: list[str], options: list[str], variables: dict[str, str]
) -> None:
    lines, _ = on_terminal([*search, "search", "科普", "--limit", "1", *options], **variables)
    assert any("科普" in line for line in lines)
    assert not [line for line in lines if "\x1b" in line]


def test_a_pager_gets_what_does_not_fit_and_may_be_left_early(search: list[str], tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text(f'#!/bin/sh\necho paged\nhead -n 2\necho "$LESS" > {tmp_path}/less\n', encoding="utf-8")
    pager.chmod(0o755)
    document = "31535ee9fdb91e1a"
    lines, code = on_terminal([*search, "show", document, "--query", "科普"], PAGER=str(pager))
    assert (lines[0], len(lines), code) == ("paged", 3, 0)
    assert "\x1b[33m\x1b[1m科普\x1b[0m" in lines[1]
    assert (tmp_path / "less").read_text(encoding="utf-8") == "FRX\n"
    many, code = on_terminal([*search, "search", "会议", "--limit", "500"], PAGER=str(pager))
    assert (many[0], len(many), code) == ("paged", 3, 0)
    for fits in (["show", document, "--no-pager"], ["search", "“泓口海洋科普周开幕”", "--limit", "1"]):
        lines, _ = on_terminal([*search, *fits], PAGER=str(pager))
        assert "paged" not in lines
    for wrong in ("no-such-pager", "less '"):
        lines, code = on_terminal([*search, "show", document], PAGER=wrong)
        assert (len(lines) > LINES, code) == (True, 0)


@given(st.text("科普，。（）“”ab1 —\t", max_size=60), st.integers(4, 20))
def test_lines_are_the_whole_text_and_no_wider_than_they_may_be(text: str, width: int) -> None:
    lines = break_lines(text, width)
    assert "".join(text[start:end] for start, end in lines) == text
    for start, end in lines:
        assert width_of(text[start:end].rstrip()) <= width
