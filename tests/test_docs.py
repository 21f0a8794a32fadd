"""The papers say what is so: commands, modules, settings, sample files."""

from __future__ import annotations

import re

import click
import pytest

from indexer import Settings
from indexer.cli import main as indexer_main
from searchapp.cli import main as searchapp_main
from tests.conftest import CORPUS, PROJECT, read_gold

README = (PROJECT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("group", [indexer_main, searchapp_main], ids=["indexer", "searchapp"])
def test_every_command_and_option_has_help_and_every_command_stands_in_the_readme(group: click.Group) -> None:
    program = "indexer" if group is indexer_main else "searchapp"
    for name, command in group.commands.items():
        assert command.help, name
        assert f"`{program} {name}" in README, name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, (name, parameter.name)


def test_every_setting_stands_in_the_readme() -> None:
    for name in Settings.model_fields:
        assert f"`{name}`" in README, name


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
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-build.txt"):
        text = (PROJECT / name).read_text(encoding="utf-8")
        pins = re.findall(
            r"^([a-z0-9-]+)==[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}[^\n]*\n?)+)", text, re.MULTILINE
        )
        assert len(pins) == len(re.findall(r"^[a-z]", text, re.MULTILINE)) > 0, name
