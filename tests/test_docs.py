"""The papers say what is so: commands, modules, settings, sample files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import click
import pytest
from flask.testing import FlaskClient

from indexer import OpenIndex, Settings
from indexer.cli import main as indexer_main
from searchapp.cli import main as searchapp_main
from searchapp.fields import FIELDS
from searchapp.search.request import SearchRequest
from searchapp.search.run import search
from searchapp.search.suggestions import Suggester
from searchapp.syntax import EXAMPLES, SPANS
from searchapp.views.arguments import ARGUMENTS
from tests.conftest import CORPUS, PROJECT, read_gold
from tests.papers import fill

README = (PROJECT / "README.md").read_text(encoding="utf-8")
# Options of every command, which stand once below the tables.
EVERYWHERE = {"config", "index", "quiet", "as_json"}
ARCHITECTURE = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def cells(heading: str, column: int = 0) -> list[str]:
    """Return the cells of one column of the first table below a heading of README."""
    section = re.split(rf"^#+ {re.escape(heading)}$", README, maxsplit=1, flags=re.MULTILINE)[1]
    table = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert table is not None, heading
    rows = table[0].replace("\\|", "\0").splitlines()[2:]
    return [row.split("|")[column + 1].replace("\0", "|").strip() for row in rows]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def leaves(group: click.Group, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its name below the program: index, key add."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


@pytest.mark.parametrize("group", [indexer_main, searchapp_main], ids=["indexer", "searchapp"])
def test_every_command_has_a_row_and_every_option_help_and_its_place_in_that_row(group: click.Group) -> None:
    program = "indexer" if group is indexer_main else "searchapp"
    rows = dict(zip(cells(f"`{program}`"), cells(f"`{program}`", 1), strict=True))
    commands = dict(leaves(group))
    named = {" ".join(re.findall(r"(?<= )[a-z]+", quoted(cell)[0])): does for cell, does in rows.items()}
    assert named.keys() == set(commands)
    for name, command in commands.items():
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name not in EVERYWHERE:
                assert parameter.help, (name, parameter.name)
                assert parameter.opts[-1] in named[name] or name == "count", (name, parameter.opts)


def test_every_setting_has_a_row() -> None:
    assert {name for cell in cells("Settings") for name in quoted(cell)} == set(Settings.model_fields)


def test_the_tables_that_follow_from_the_code_are_up_to_date() -> None:
    assert fill(README) == README, "run: python -m tests.papers"


def test_every_argument_that_the_code_reads_is_listed() -> None:
    for file in (PROJECT / "searchapp" / "views").glob("*.py"):
        read = re.findall(r'(?:args|arguments)(?:\.get(?:list)?\(|, )"(\w+)"', file.read_text(encoding="utf-8"))
        assert set(read) <= ARGUMENTS.keys(), file


def test_every_example_of_the_readme_finds_something_in_the_demo(corpus_index: OpenIndex) -> None:
    examples = [text for cell in cells("What to type") for text in quoted(cell.partition("(also")[0])]
    examples += [text for cell in cells("What to type", 1) for text in quoted(cell) if not text.endswith(":")]
    assert len(examples) > 20
    nothing = [text for text in examples if not search(corpus_index.reader, SearchRequest(text, match="all")).total]
    assert nothing == []
    for typed in quoted(re.search(r"by pinyin: (`\w+`)", README)[1]):  # type: ignore[index]
        suggester = Suggester(corpus_index.reader)
        suggester.wait()
        assert "科协党组" in [one.text for one in suggester.find(typed)]


def test_every_example_of_the_help_finds_something_in_the_demo(client: FlaskClient) -> None:
    """The page shows only those that do; over the sample archive all of them must be there."""
    shown = client.get("/help").text
    rows = len(EXAMPLES) + len(SPANS) + sum(bool(own.says) for own in FIELDS)
    assert shown.count("<tr><td><a ") == rows


def test_every_path_that_the_papers_name_exists() -> None:
    named = re.findall(r"`((?:indexer|searchapp|tests|corpus|deploy|\.ci)/[\w./-]*)`", README + ARCHITECTURE)
    assert len(named) > 10
    for path in named:
        assert (PROJECT / path).exists(), path


def test_the_map_has_a_row_for_every_folder_and_names_its_modules_and_no_others() -> None:
    rows = dict(re.findall(r"^\| `((?:indexer|searchapp)/[\w/]*)` \| (.*) \|$", ARCHITECTURE, re.MULTILINE))
    folders = {file.parent for package in ("indexer", "searchapp") for file in (PROJECT / package).rglob("*.py")}
    assert rows.keys() == {f"{folder.relative_to(PROJECT)}/" for folder in folders}
    for row, listed in rows.items():
        modules = {file.stem for file in (PROJECT / row).glob("*.py")} - {"__init__"}
        assert set(re.findall(r"`(\w+)`", listed)) == modules, row


def test_every_dependency_has_a_row_with_its_reason_and_the_architecture_is_short() -> None:
    rows = re.findall(
        r"^\| ([^|]+) \| [^|]{20,} \|$", ARCHITECTURE.split("## Why these dependencies?")[1], re.MULTILINE
    )
    named = {re.split(r" \d|\[", name)[0].strip() for row in rows for name in row.split(",")}
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[\[>=;]", dependency)[0].strip() for dependency in project["dependencies"]}
    assert needed <= named
    assert len(ARCHITECTURE.splitlines()) <= 200


def test_every_sample_file_stands_in_the_readme_of_the_corpus() -> None:
    readme = (CORPUS / "README.md").read_text(encoding="utf-8")
    files = sorted(
        str(file.relative_to(CORPUS))
        for file in CORPUS.rglob("*")
        if file.is_file() and file.name not in {"README.md", "overrides.toml"}
    )
    assert len(files) >= 60
    assert [name for name in files if f"`{name}`" not in readme] == []
    assert files == sorted(gold["file"] for gold in read_gold(PROJECT / "tests/data/corpus_gold.jsonl"))


def test_every_dependency_is_pinned_with_hashes() -> None:
    files = sorted(PROJECT.glob("requirements*.txt"))
    assert len(files) >= 7
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    assert all("--require-hashes" in line for line in makefile.splitlines() if " -r requirements" in line)
    for file in files:
        name, text = file.name, file.read_text(encoding="utf-8")
        pins = re.findall(
            r"^([a-z0-9-]+)==[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}[^\n]*\n?)+)", text, re.MULTILINE
        )
        assert len(pins) == len(re.findall(r"^[a-z]", text, re.MULTILINE)) > 0, name
