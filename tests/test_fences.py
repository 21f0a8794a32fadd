"""The import rules refuse what they say they refuse: each forbidden import is planted in a copy, and is named."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import PROJECT

RULES = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
LIBRARIES = [
    name
    for rule in RULES
    if rule["type"] == "protected"
    for name in rule["protected_modules"]
    if not name.startswith(("indexer", "searchapp"))
]
# Modules to which no library is allowed, one high and one low in each package.
INNOCENT = ("indexer.status", "indexer.query", "searchapp.live", "searchapp.language.dates")
# Arrows that run back, past a room or around `indexer/__init__.py`.
ARROWS = (
    ("indexer.store.manifest", "indexer.updating.pipeline"),
    ("indexer.parsing.layout.lines", "indexer.engine.postings"),
    ("indexer.parsing.people.names", "indexer.parsing.values.clean"),
    ("indexer.engine.postings", "indexer.engine.matching"),
    ("indexer.errors", "searchapp.messages"),
    ("searchapp.search.results", "searchapp.search.run"),
    ("searchapp.language.dates", "searchapp.search.request"),
    ("searchapp.live", "indexer.disk"),
    ("searchapp.search.snippets", "indexer.analysis.normalize"),
)


def lint(folder: Path) -> str:
    """Run import-linter over a copy of the packages; return what it says."""
    program = str(Path(sys.executable).with_name("lint-imports"))
    done = subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)
    return f"{done.returncode}\n{done.stdout}"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fences")
    for name in ("indexer", "searchapp"):
        ignored = shutil.ignore_patterns("__pycache__", "*.mo", "static")
        shutil.copytree(PROJECT / name, folder / name, ignore=ignored)
    shutil.copy(PROJECT / "pyproject.toml", folder)
    return folder


def test_the_libraries_with_fences_are_those_that_matter() -> None:
    named = {"whoosh", "jieba", "rjieba", "opencc", "pypinyin", "flask", "werkzeug", "waitress", "click"}
    assert named | {"selectolax", "pypdf", "lxml", "olefile", "python_calamine", "ofdkit", "rapidocr"} <= set(LIBRARIES)


def test_every_forbidden_import_is_refused_by_name(copy: Path) -> None:
    assert lint(copy).startswith("0\n")
    planted = [(module, library) for library in LIBRARIES for module in INNOCENT]
    for module, imported in (*planted, *ARROWS):
        file = copy / f"{module.replace('.', '/')}.py"
        file.write_text(f"{file.read_text(encoding='utf-8')}\nimport {imported}\n", encoding="utf-8")
    (copy / "indexer" / "utilities.py").write_text('"""A room that stands in no row."""\n', encoding="utf-8")
    said = lint(copy)
    assert said.startswith("1\n")
    missed = [pair for pair in (*planted, *ARROWS) if f"{pair[0]} -> {pair[1]} (" not in said]
    assert missed == []
    assert "utilities" in said
