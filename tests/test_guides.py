"""The papers stand in two languages that say the same, and their commands do what they say."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from indexer import OpenIndex
from searchapp.search.request import SearchRequest
from searchapp.search.run import search
from tests.conftest import CORPUS, program
from tests.guides import MARKS, PROJECT, Paper, coded, english_papers, papers_with_commands
from tests.papers import ENGLISH as CATALOG
from tests.papers import fill_chinese

ENGLISH_TEXT = re.compile(r"[a-z]{2} [a-z]{2}(?![^`]*`$)")
CHINESE_TEXT = re.compile(r"[\u4e00-\u9fff]")
README = Paper(PROJECT / "README.md")
ENGLISH = english_papers()
names = [paper.name for paper in ENGLISH]
both = pytest.mark.parametrize("paper", ENGLISH, ids=names)
# Commands of the papers name the places of an installation; a test has its own.
PLACES = ("/srv/archive", "/etc/archive-search", "/var/lib/archive-search", "/var/backups/archive-search")
# What a started site is waited for with, as a person waits for its first line.
SERVE = """searchapp serve &
until "$PYTHON" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1])' "http://127.0.0.1:$ARCHIVE_PORT/readyz" 2>/dev/null; do
  kill -0 $!
  sleep 0.1
done"""


@both
def test_both_languages_have_the_same_headings_blocks_and_tables(paper: Paper) -> None:
    chinese = paper.counterpart()
    assert chinese.headings() == paper.headings()
    assert [block.info for block in chinese.blocks] == [block.info for block in paper.blocks]
    for ours, theirs in zip(paper.blocks, chinese.blocks, strict=True):
        assert theirs.strip_comments() == ours.strip_comments(), ours.line
    for ours_of_table, theirs_of_table in zip(paper.tables(), chinese.tables(), strict=True):
        for mine, its in zip(ours_of_table, theirs_of_table, strict=True):
            assert coded(its[0]) == coded(mine[0])
            assert sorted(coded("|".join(its))) == sorted(coded("|".join(mine)))
            assert not any(ENGLISH_TEXT.search(cell) and not CHINESE_TEXT.search(cell) for cell in its[1:]), its


@both
def test_each_paper_links_the_other_language_at_its_top(paper: Paper) -> None:
    for own in (paper, paper.counterpart()):
        top = own.text[:400]
        assert f"({own.counterpart().file.name})" in top, own.name


def test_no_chinese_paper_is_without_an_english_one() -> None:
    chinese = [*PROJECT.glob("*.zh-CN.md"), *(PROJECT / "docs").glob("*.zh-CN.md")]
    assert sorted(paper.counterpart().file for paper in ENGLISH) == sorted(chinese)


def test_the_tables_of_the_chinese_readme_that_follow_from_the_code_are_up_to_date() -> None:
    text = README.counterpart().text
    assert fill_chinese(text) == text, "run: python -m tests.papers"


def test_a_new_row_of_such_a_table_stands_in_the_chinese_readme_until_it_is_translated() -> None:
    text = README.counterpart().text
    row = re.search(r"^\| `/healthz` \|.*\n", text, re.MULTILINE)
    assert row is not None
    assert "| `/healthz` | Answer as long as the process does. |" in fill_chinese(text.replace(row[0], ""))


@pytest.mark.parametrize("paper", papers_with_commands(), ids=lambda paper: paper.name)
def test_every_link_leads_somewhere_and_every_block_of_commands_says_how_it_is_held(paper: Paper) -> None:
    for own in (paper, paper.counterpart()) if paper in ENGLISH else (paper,):
        for link in own.links():
            if "://" not in link:
                path, _, anchor = link.partition("#")
                target = (own.file.parent / path) if path else own.file
                assert target.exists(), (own.name, link)
                assert not anchor or anchor in anchors(Paper(target)), (own.name, link)
        for block in own.blocks:
            if block.mark is not None:
                assert block.mark in MARKS, (own.name, block.line)
                subprocess.run(["sh", "-n"], input=block.text, text=True, check=True)
                assert f"`{block.mark}`" in own.text[:4000], (own.name, block.mark)


def anchors(paper: Paper) -> set[str]:
    """Return the anchors of a paper's headings, as forges make them."""
    words = re.findall(r"^#+ (.+)$", paper.prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in words}


@pytest.mark.parametrize("paper", papers_with_commands(), ids=lambda paper: paper.name)
def test_the_commands_that_are_marked_as_tested_run_in_the_order_of_the_paper(paper: Paper, tmp_path: Path) -> None:
    blocks = [block.text for block in paper.blocks if block.mark == "tested"]
    if not blocks:
        pytest.skip("no commands to be run")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    script = re.sub(r"^searchapp serve$", lambda _: SERVE, "\n".join(blocks), flags=re.MULTILINE)
    for place in PLACES:
        script = re.sub(rf"(?<![\w/]){place}(?![\w-])", f"{tmp_path}{place}", script)
    install(tmp_path)
    path = f"{Path(program('indexer')).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "ARCHIVE_PORT": port, "PYTHON": sys.executable}
    (tmp_path / "paper.sh").write_text(script, encoding="utf-8")
    said = tmp_path / "said"
    with said.open("w") as log:
        command = ["sh", "-eux", "paper.sh"]
        shell = subprocess.Popen(
            command,
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            ended = shell.wait(timeout=120)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)  # the site that the paper started as well
    assert ended == 0, said.read_text(encoding="utf-8")


def install(folder: Path) -> None:
    """Make the places of an installation below a folder, and settings where the programs look for them."""
    for place in PLACES:
        (folder / place[1:]).mkdir(parents=True)
    shutil.copytree(CORPUS, folder / "srv/archive", dirs_exist_ok=True)
    for file in (PROJECT / "deploy").glob("*.t*"):
        text = file.read_text(encoding="utf-8")
        for place in PLACES:
            text = text.replace(place, f"{folder}{place}")
        (folder / "etc/archive-search" / file.name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", ["results", "document"])
def test_the_readmes_open_with_pictures_of_the_site(name: str) -> None:
    file = PROJECT / "docs" / "images" / f"{name}.png"
    data = file.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(data) < 200_000
    width, height = struct.unpack(">II", data[16:24])
    assert (width, height) == (1280, 610)
    for paper in (README, README.counterpart()):
        assert f"](docs/images/{name}.png)" in paper.text.split("\n## ")[0].split("```")[0]


def test_every_example_of_the_staff_guide_finds_something_in_the_sample_archive(corpus_index: OpenIndex) -> None:
    keys = {"n", "N"}
    examples = [code for code in coded(Paper(PROJECT / "docs/staff.md").prose) if code not in keys and code[-1] != ":"]
    assert len(examples) >= 15
    for typed in examples:
        page = search(corpus_index.reader, SearchRequest(typed))
        assert page.total or page.spellings, typed
    assert sorted(coded(Paper(PROJECT / "docs/staff.zh-CN.md").prose)) == sorted(
        coded(Paper(PROJECT / "docs/staff.md").prose)
    )


def test_the_marks_that_the_staff_guide_explains_stand_so_on_the_site() -> None:
    with CATALOG.open("rb") as stream:
        messages = [message for message in read_po(stream) if message.id]
    english = Paper(PROJECT / "docs/staff.md")
    for paper, said in ((english, [m.string for m in messages]), (english.counterpart(), [m.id for m in messages])):
        for cell, *_ in paper.tables()[1]:
            pieces = filter(None, (piece.strip() for piece in re.split(r"…+|“.*?”|\bn\b", cell)))
            assert all(any(piece in one for one in said) for piece in pieces), cell
