"""The papers stand in two languages that say the same, and their commands do what they say."""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import indexer
import searchapp
from indexer import ArchiveError, OpenIndex, Settings
from indexer.cli import main as indexer_main
from indexer.doctor import _CHECKS
from indexer.errors import REFUSED, RejectedDocumentError
from searchapp.cli import main as searchapp_main
from searchapp.search.request import SearchRequest
from searchapp.search.run import search
from searchapp.views.guard import REASONS
from tests.conftest import CORPUS, program
from tests.e2e.screenshots import HEIGHT, WIDTH
from tests.guides import MARKS, PROJECT, Paper, coded, english_papers, papers_with_commands
from tests.papers import ENGLISH as CATALOG
from tests.papers import fill_chinese
from tests.spoken import Spoken, read_spoken
from tests.test_docs import leaves

ENGLISH_TEXT = re.compile(r"[a-z]{2} [a-z]{2}(?![^`]*`$)")
CHINESE_TEXT = re.compile(r"[\u4e00-\u9fff]")
README = Paper(PROJECT / "README.md")
ADMINISTRATOR = Paper(PROJECT / "docs" / "administrator.md")
ENGLISH = english_papers()
names = [paper.name for paper in ENGLISH]
both = pytest.mark.parametrize("paper", ENGLISH, ids=names)
# Commands of the papers name the places of an installation; a test has its own.
PLACES = re.compile(r"(?<![\w/.])/(?:srv|etc/archive-search|var/(?:lib|log|backups)/archive-search)(?=[/\s\"',-]|$)")
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
def test_each_section_names_the_same_commands_settings_and_addresses_in_both_languages(paper: Paper) -> None:
    for ours, theirs in zip(paper.sections(), paper.counterpart().sections(), strict=True):
        assert sorted(set(coded(theirs))) == sorted(set(coded(ours))), theirs[:80]


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


@pytest.mark.bulk  # processes of their own: beside the browser, which mostly waits
@pytest.mark.parametrize("paper", papers_with_commands(), ids=lambda paper: paper.name)
def test_the_commands_that_are_marked_as_tested_run_in_the_order_of_the_paper(paper: Paper, tmp_path: Path) -> None:
    blocks = [block.text for block in paper.blocks if block.mark == "tested"]
    if not blocks:
        pytest.skip("no commands to be run")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    script = re.sub(r"^searchapp serve$", lambda _: SERVE, "\n".join(blocks), flags=re.MULTILINE)
    install(tmp_path)
    path = f"{Path(program('indexer')).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "ARCHIVE_PORT": port, "PYTHON": sys.executable}
    here = tmp_path / ("etc/archive-search" if paper is not README else "")
    (tmp_path / "paper.sh").write_text(move_places(script, tmp_path), encoding="utf-8")
    said = tmp_path / "said"
    with said.open("w") as log:
        command = ["sh", "-eux", str(tmp_path / "paper.sh")]
        shell = subprocess.Popen(
            command,
            cwd=here,
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


def move_places(text: str, folder: Path) -> str:
    """Return a text in which the places of an installation lie below a folder."""
    return PLACES.sub(lambda place: f"{folder}{place[0]}", text)


def install(folder: Path) -> None:
    """Make these places, with some of the sample archive, and the settings that are installed."""
    for place in (
        "var/lib/archive-search",
        "var/lib/archive-search-site",
        "var/log/archive-search",
        "var/backups/archive-search",
    ):
        (folder / place).mkdir(parents=True)
    for name in ("jianbao", "lanjiang-kexie", "lanjiang-zaixian"):  # enough to find something, and quick
        shutil.copytree(CORPUS / name, folder / "srv/archive" / name)
    etc = folder / "etc/archive-search"
    etc.mkdir(parents=True)
    for file in (PROJECT / "deploy").glob("*.t*t"):
        shutil.copy(file, etc)
    for file in (PROJECT / "deploy").glob("*.toml"):
        (etc / file.name).write_text(move_places(file.read_text(encoding="utf-8"), folder), encoding="utf-8")


@pytest.mark.parametrize("name", ["results", "document"])
def test_the_readmes_open_with_pictures_of_the_site(name: str) -> None:
    file = PROJECT / "docs" / "images" / f"{name}.png"
    data = file.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(data) < 200_000
    width, height = struct.unpack(">II", data[16:24])
    assert (width, height) == (WIDTH, HEIGHT)
    for paper in (README, README.counterpart()):
        assert f"](docs/images/{name}.png)" in paper.text.split("\n## ")[0].split("```")[0]


def test_every_example_of_the_staff_guide_finds_something_in_the_sample_archive(corpus_index: OpenIndex) -> None:
    keys = set("nNfjkox")
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
        messages = [(str(message.id), str(message.string)) for message in read_po(stream) if message.id]
    guide = Paper(PROJECT / "docs/staff.md")
    for paper, said in (
        (guide, [english for _, english in messages]),
        (guide.counterpart(), [chinese for chinese, _ in messages]),
    ):
        for cell, *_ in paper.tables()[1]:
            pieces = filter(None, (piece.strip() for piece in re.split(r"…+|“.*?”|\bn\b", cell)))
            assert all(any(piece in one for one in said) for piece in pieces), cell


# --- messages


@pytest.fixture(scope="module")
def spoken() -> Spoken:
    """Read all texts from the code."""
    return read_spoken()


def pieces_of(message: str) -> list[str]:
    """Return what of a message is the same each time."""
    pieces = re.split(r"…|[.;] |%[srd]", message)
    return [piece.strip(" ();:,`“”") for piece in pieces if re.search(r"\w", piece)]


def says(message: str, texts: list[str]) -> bool:
    """Tell whether all pieces of a message stand in some texts."""
    return all(any(piece in text for text in texts) for piece in pieces_of(message))


def messages_of(paper: Paper, heading: str) -> list[str]:
    """Return the messages of the table below a heading."""
    section = re.split(rf"^### {re.escape(heading)}$", paper.text, maxsplit=1, flags=re.MULTILINE)[1]
    table = Paper.tables_of(re.split(r"^#", section, maxsplit=1, flags=re.MULTILINE)[0])[0]
    return [row[0] for row in table]


def all_messages(paper: Paper) -> list[str]:
    return [row[0] for table in paper.tables() for row in table if not row[0].startswith("`") and pieces_of(row[0])]


def subclasses(error: type[Exception]) -> Iterator[type[Exception]]:
    for own in error.__subclasses__():
        yield own
        yield from subclasses(own)


def test_every_error_has_its_row_among_the_messages(spoken: Spoken) -> None:
    for package in (indexer, searchapp):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    messages = all_messages(ADMINISTRATOR)
    ours = [own for own in subclasses(ArchiveError) if own.__module__.startswith(("indexer", "searchapp"))]
    assert len(ours) >= 28
    for own in ours:
        texts = [
            *spoken.errors[own.__name__],
            *([REFUSED] if own is RejectedDocumentError else []),
        ]  # what it passes on
        assert any(says(message, texts) for message in messages), own


def test_every_message_that_is_explained_can_be_printed_and_stands_in_both_languages(spoken: Spoken) -> None:
    sections = re.split(r"^## ", ADMINISTRATOR.text, flags=re.MULTILINE)
    messages = [row[0] for table in Paper.tables_of(sections[-1]) for row in table if row[0][0] != "`"]
    assert len(messages) > 100
    chinese = re.split(r"^## ", ADMINISTRATOR.counterpart().text, flags=re.MULTILINE)
    assert [row[0] for table in Paper.tables_of(chinese[-1]) for row in table if row[0][0] != "`"] == messages
    assert [message for message in messages if not says(message, spoken.all)] == []


def test_every_reason_of_a_file_that_could_not_be_read_is_explained(spoken: Spoken) -> None:
    messages = messages_of(ADMINISTRATOR, "Files that could not be read")
    reasons = [text for text in spoken.reasons if pieces_of(text)]
    assert len(reasons) > 40
    assert [text for text in reasons if not any(says(message, [text]) for message in messages)] == []


def test_every_note_and_every_problem_in_a_report_is_explained(spoken: Spoken) -> None:
    messages = all_messages(ADMINISTRATOR)
    assert len(spoken.noted) > 15
    assert [text for text in spoken.noted if not any(says(message, [text]) for message in messages)] == []


def test_every_line_of_the_sites_log_and_every_finding_of_doctor_is_explained(spoken: Spoken) -> None:
    logged = messages_of(ADMINISTRATOR, "The log of the site")
    unexplained = [text for text in spoken.logged if re.search(r"[a-z]{3}", text)]
    assert len(unexplained) > 8
    assert [text for text in unexplained if not any(says(message, [text]) for message in logged)] == []
    found = messages_of(ADMINISTRATOR, "What indexer doctor reports")
    assert [text for text, _ in _CHECKS.values() if not any(says(message, [text]) for message in found)] == []


@pytest.mark.parametrize("paper", [ADMINISTRATOR, ADMINISTRATOR.counterpart()], ids=lambda paper: paper.name)
def test_every_setting_and_every_command_is_named_in_the_administrators_guide(paper: Paper) -> None:
    cells = {code for table in paper.tables() for row in table for code in coded(row[0])}
    assert set(Settings.model_fields) <= cells
    for name, group in (("indexer", indexer_main), ("searchapp", searchapp_main)):
        assert {f"{name} {command}" for command, _ in leaves(group)} <= cells


def test_every_alert_and_every_word_of_a_refusal_is_explained() -> None:
    cells = {code for table in ADMINISTRATOR.tables() for row in table for code in coded(row[0])}
    alerts = re.findall(r"- alert: (\w+)", (PROJECT / "deploy/alerts.yml").read_text(encoding="utf-8"))
    assert len(alerts) > 5
    assert {*alerts, *REASONS.values(), "time", "request", "error"} <= cells
